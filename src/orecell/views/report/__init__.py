"""The report: one HTML file that opens anywhere, offline, with every number and its source."""

from orecell.views.report.report import (
    Assumption,
    Headline,
    NamedTable,
    ReportInput,
    SourceEntry,
    render_report,
)

__all__ = ["Assumption", "Headline", "NamedTable", "ReportInput", "SourceEntry", "render_report"]
