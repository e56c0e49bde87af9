"""Write docs/tables.md from the schema, with the form of scenario files.

Usage: python tools/make_docs.py [--check]   (with --check: exit 1 if a page is out of date)
"""

from __future__ import annotations

import sys
from pathlib import Path

from orecell.data.schema import Column
from orecell.data.tables import TABLES

PAGE = Path(__file__).parent.parent / "docs" / "tables.md"


SCENARIOS = """\
## Scenario files

`scenarios/NAME.yaml` has `name`, `because` (the reason, in words), optionally `base` (another scenario; if
absent `base`), `settings` and `overrides`. An override names a `table` and either adds a row (`add`) or
sets cells of rows (`set`). Its `key` names every key column of the table; a list of values stands for one
row each, and each must be found:

```yaml
overrides:
  - table: stage_parameters
    because: Both are qualified by the same cell makers.
    key: {stage: [cam, pcam], parameter: qualification_years}
    set: {value: 2}
```

Changed rows pass the same checks as the tables, and no cell is set twice by one scenario.
"""


def column_line(column: Column) -> str:
    """One row of the table of columns."""
    limits = []
    if column.low is not None or column.high is not None:
        ends = ["" if end is None else f"{end:g}" for end in (column.low, column.high)]
        limits.append(" to ".join(ends).strip())
    if column.choices:
        limits.append(", ".join(column.choices))
    if column.refers_to:
        limits.append(f"in `{column.refers_to}`")
    required = "yes" if column.is_required else ""
    cells = (f"`{column.name}`", column.kind, column.unit, required, "; ".join(limits), column.description)
    return f"| {' | '.join(cells)} |"


def tables_page() -> str:
    """The reference of every table."""
    lines = [
        "# Tables of a case",
        "",
        "Made from the schema by `make docs`. A case is a folder with `datapackage.json` (Frictionless),",
        "`tables/*.csv` (UTF-8, comma, one header line) and `scenarios/*.yaml`.",
        "",
    ]
    for table in TABLES.values():
        lines += [
            f"## {table.name}",
            "",
            f"{table.description} Key: {', '.join(f'`{k}`' for k in table.key)}.",
            "",
        ]
        lines += ["| column | kind | unit | required | allowed | meaning |", "|---|---|---|---|---|---|"]
        lines += [column_line(column) for column in table.columns]
        lines.append("")
    return "\n".join([*lines, SCENARIOS])


def main(check: bool) -> int:
    """Write the page, or say whether it is out of date; returns the exit code."""
    text = tables_page()
    if not check:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    is_current = PAGE.is_file() and PAGE.read_text(encoding="utf-8") == text
    print("docs/tables.md is current" if is_current else "docs/tables.md is out of date; run 'make docs'")
    return 0 if is_current else 1


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv[1:]))
