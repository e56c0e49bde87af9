"""What people see: command line, figures, report, workbook, web app."""
