"""The words in which the tables of a case are described: column, table, provenance.

A table schema is data, not code: the checks (`orecell.data.check`), the `datapackage.json` of a case
(`orecell.data.package`) and the documentation are all made from it. What it leaves out: rules that
need more than one table or the chemistry of a recipe; those live in `orecell.data.rules`.
Source: the descriptor follows Frictionless Data Package v1, https://specs.frictionlessdata.io/.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["id", "text", "number", "integer", "boolean", "date"]

CONFIDENCES = ("high", "medium", "low", "assumed")


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Attributes:
        name: column name as in the CSV header.
        kind: how a cell is read.
        description: what the number means, for a reader of the field.
        unit: unit of the numbers, or "" (text, or the unit stands in a column of its own).
        is_required: an empty cell is a fault.
        low: smallest allowed value, inclusive.
        high: largest allowed value, inclusive.
        choices: the only allowed values of a text column.
        refers_to: table whose key column must contain the value.
    """

    name: str
    kind: Kind
    description: str
    unit: str = ""
    is_required: bool = True
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    refers_to: str = ""


@dataclass(frozen=True)
class Table:
    """One table of a case: its columns in file order and the columns that identify a row."""

    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    is_required: bool = True

    @property
    def column_names(self) -> tuple[str, ...]:
        """Column names in file order."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column called `name`; raises KeyError if the table has none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def has_range(self) -> bool:
        """Whether rows may carry a low and a high value."""
        return "value_low" in self.column_names


def identifier(name: str, description: str) -> Column:
    """The id of a row: letters, digits, dot, dash and underscore."""
    return Column(name, "id", description)


def text(
    name: str,
    description: str,
    *,
    required: bool = True,
    choices: tuple[str, ...] = (),
    refers_to: str = "",
) -> Column:
    """A text column; an id where it refers to another table."""
    kind: Kind = "id" if refers_to else "text"
    return Column(name, kind, description, "", required, None, None, choices, refers_to)


def number(
    name: str,
    description: str,
    unit: str = "",
    *,
    required: bool = True,
    low: float | None = None,
    high: float | None = None,
) -> Column:
    """A column of finite numbers, by default of any sign."""
    return Column(name, "number", description, unit, required, low, high)


def year(name: str, description: str, *, required: bool = True) -> Column:
    """A calendar year between 1990 and 2100."""
    return Column(name, "integer", description, "year", required, 1990, 2100)


def fraction(name: str, description: str, *, required: bool = True) -> Column:
    """A share between 0 and 1, never percent."""
    return Column(name, "number", description, "fraction", required, 0.0, 1.0)


def day(name: str, description: str, *, required: bool = True) -> Column:
    """A date written YYYY-MM-DD."""
    return Column(name, "date", description, "", required)


def flag(name: str, description: str) -> Column:
    """A required true or false."""
    return Column(name, "boolean", description)


def value_range(unit: str = "", low: float | None = None, high: float | None = None) -> tuple[Column, ...]:
    """The two columns of a range; both empty, or both filled around the value."""
    return (
        number(
            "value_low",
            "lower end of the range, same unit as the value",
            unit,
            required=False,
            low=low,
            high=high,
        ),
        number(
            "value_high",
            "upper end of the range, same unit as the value",
            unit,
            required=False,
            low=low,
            high=high,
        ),
    )


def provenance() -> tuple[Column, ...]:
    """The columns that every row of a fact carries."""
    return (
        text("source", "id of the source in the table of sources", refers_to="sources"),
        text(
            "source_url",
            "page of this row, where it differs from the source's own; several separated by ' ; '",
            required=False,
        ),
        day("date", "date of the fact or of its publication"),
        text("confidence", "how far the number can be trusted", choices=CONFIDENCES),
        text("note", "what a reader should know; for assumed rows the method", required=False),
    )


def table(name: str, description: str, key: tuple[str, ...], *columns: Column | tuple[Column, ...]) -> Table:
    """A table from columns and groups of columns, in file order."""
    flat: list[Column] = []
    for item in columns:
        flat.extend(item if isinstance(item, tuple) else (item,))
    return Table(name, description, key, tuple(flat))
