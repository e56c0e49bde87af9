"""Checks of one table, as polars expressions that name each faulty cell.

Each check is a rule about a column (kind, required, range, choices, reference, id) or about a row
(key, range around the value, provenance). All faults are collected; none is repaired silently.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orecell.data.schema import Column, Table
from orecell.errors import Fault

if TYPE_CHECKING:
    import polars as pl

NUMBER = r"^-?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?$"
DECIMAL_COMMA = r"^-?\d{1,3}([.,]\d{3})*,\d+$|^-?\d+,\d+$"
ID = r"^[A-Za-z0-9][A-Za-z0-9_.\-]{0,79}$"
MAX_FAULTS_PER_RULE = 20


def did_you_mean(value: str, known: Iterable[str]) -> str:
    """The known word nearest to `value`, or an empty string."""
    words = sorted(known)
    by_case = {word.casefold(): word for word in words}
    if value.casefold() in by_case:
        return by_case[value.casefold()]
    near = difflib.get_close_matches(value, words, n=1, cutoff=0.6)
    return near[0] if near else ""


def check_table(
    raw: pl.DataFrame, table: Table, others: Mapping[str, pl.DataFrame]
) -> tuple[pl.DataFrame, list[Fault]]:
    """Type one table and collect its faults.

    Args:
        raw: text columns plus `_row`.
        table: its schema.
        others: raw tables by name, for references.

    Returns:
        The typed frame (faulty cells are null) and the faults.
    """
    import polars as pl

    file = f"tables/{table.name}.csv"
    faults: list[Fault] = []
    typed: list[pl.Series] = []
    for column in table.columns:
        series, found = _check_column(raw, column, file)
        faults.extend(found)
        if column.refers_to:
            faults.extend(_check_reference(raw, column, file, others))
        typed.append(series)
    frame = pl.DataFrame(typed).with_columns(raw["_row"])
    faults.extend(_check_key(raw, table, file))
    if not faults:
        faults.extend(_check_rows(frame, table, file))
    return frame, faults


@dataclass(frozen=True)
class _Cells:
    """A table being checked, able to name the cells where a condition holds."""

    frame: pl.DataFrame
    file: str

    def found(self, column: str, bad: pl.Expr, rule: str, fix: str) -> list[Fault]:
        """One fault per row where `bad` holds; the last of many says how many more there are."""
        import polars as pl

        cells = self.frame.filter(bad).select("_row", pl.col(column).cast(pl.String).fill_null(""))
        faults = [
            Fault(self.file, row, column, value[:80], rule, fix)
            for row, value in cells.head(MAX_FAULTS_PER_RULE).rows()
        ]
        rest = cells.height - len(faults)
        if rest > 0:
            faults.append(Fault(self.file, None, column, "", f"{rule} ({rest} more rows)", fix))
        return faults


def _check_column(raw: pl.DataFrame, column: Column, file: str) -> tuple[pl.Series, list[Fault]]:
    import polars as pl

    name, cell = column.name, pl.col(column.name)
    cells = _Cells(raw, file)
    faults = []
    if column.is_required:
        faults += cells.found(name, cell == "", "must not be empty", f"fill in {column.description}")
    padded = (cell != cell.str.strip_chars()) | cell.str.contains(r"[\x00-\x08\x0b-\x1f\x7f]")
    faults += cells.found(
        name, padded, "must not have spaces around it or control characters", "retype the cell"
    )
    raw = raw.with_columns(pl.when(padded).then(pl.lit("")).otherwise(cell).alias(name))
    match column.kind:
        case "id" | "text":
            faults += _check_text(raw, column, file)
            series = raw.select(pl.when(cell == "").then(None).otherwise(cell).alias(name)).to_series()
        case "number" | "integer":
            series, found = _check_number(raw, column, file)
            faults += found
        case "boolean":
            series, found = _check_boolean(raw, column, file)
            faults += found
        case "date":
            series, found = _check_date(raw, column, file)
            faults += found
    return series, faults


def _check_boolean(raw: pl.DataFrame, column: Column, file: str) -> tuple[pl.Series, list[Fault]]:
    import polars as pl

    name, cell = column.name, pl.col(column.name)
    bad = ~cell.is_in(["true", "false", ""])
    faults = _Cells(raw, file).found(name, bad, "must be true or false", "write true or false")
    value = pl.when(cell == "true").then(True).when(cell == "false").then(False).otherwise(None)
    return raw.select(value.alias(name)).to_series(), faults


def _check_date(raw: pl.DataFrame, column: Column, file: str) -> tuple[pl.Series, list[Fault]]:
    import polars as pl

    name, cell = column.name, pl.col(column.name)
    shaped = cell.str.contains(r"^\d{4}-\d{2}-\d{2}$")
    parsed = cell.str.to_date("%Y-%m-%d", strict=False)
    bad = (cell != "") & (~shaped | parsed.is_null() | ~parsed.dt.year().is_between(1900, 2100))
    rule = "must be a date between 1900 and 2100 written YYYY-MM-DD"
    faults = _Cells(raw, file).found(name, bad, rule, "write for example 2025-03-26")
    return raw.select(pl.when(shaped).then(parsed).otherwise(None).alias(name)).to_series(), faults


def _check_text(raw: pl.DataFrame, column: Column, file: str) -> list[Fault]:
    import polars as pl

    cell = pl.col(column.name)
    if column.choices:
        bad = raw.filter((cell != "") & ~cell.is_in(list(column.choices)))
        rule = f"must be one of {', '.join(column.choices)}"
        return [
            Fault(file, row, column.name, value[:80], rule, _suggest(value, column.choices))
            for row, value in bad.select("_row", cell).head(MAX_FAULTS_PER_RULE).rows()
        ]
    if column.kind == "id":
        rule = "an id has letters a-z, digits, dot, dash and underscore only, 80 at most"
        return _Cells(raw, file).found(
            column.name, (cell != "") & ~cell.str.contains(ID), rule, "retype the id in plain letters"
        )
    return []


def _suggest(value: str, known: Iterable[str]) -> str:
    near = did_you_mean(value, known)
    return f"did you mean '{near}'?" if near else "choose one of them"


def _check_number(raw: pl.DataFrame, column: Column, file: str) -> tuple[pl.Series, list[Fault]]:
    import polars as pl

    name, cell = column.name, pl.col(column.name)
    shaped = cell.str.contains(NUMBER)
    comma = ~shaped & cell.str.contains(DECIMAL_COMMA)
    cells = _Cells(raw, file)
    rule = "a number has a decimal point, not a comma"
    faults = cells.found(name, comma, rule, "write 0.5 for 0,5, and no thousands separators")
    rule = "must be a finite number without unit or sign of percent"
    fix = "write for example 12.5, and leave it empty if unknown"
    faults += cells.found(name, (cell != "") & ~shaped & ~comma, rule, fix)
    parsed = pl.when(shaped).then(cell).otherwise(None).cast(pl.Float64, strict=False)
    numbers = raw.with_columns(parsed.alias("_n"))
    faults += _check_limits(_Cells(numbers, file), column)
    kind = pl.Int64 if column.kind == "integer" else pl.Float64
    return numbers.select(pl.col("_n").cast(kind, strict=False).alias(name)).to_series(), faults


def _check_limits(cells: _Cells, column: Column) -> list[Fault]:
    """Finite, within the limits of the column, and whole where it must be; `_n` holds the numbers."""
    import polars as pl

    name, value = column.name, pl.col("_n")
    share = column.unit == "fraction"
    faults = cells.found(
        name, value.is_infinite() | value.is_nan(), "must be finite", "write a finite number"
    )
    if column.low is not None:
        rule = f"must not be below {column.low:g} {column.unit}".strip()
        faults += cells.found(name, value < column.low, rule, f"write {column.low:g} or more")
    if column.high is not None:
        rule = f"must not be above {column.high:g} {column.unit}".strip()
        fix = "write 0.85 for 85 %" if share else f"write {column.high:g} or less"
        faults += cells.found(name, value > column.high, rule, fix)
    if column.kind == "integer":
        faults += cells.found(name, value != value.round(), "must be a whole number", "write no decimals")
    return faults


def _check_reference(
    raw: pl.DataFrame, column: Column, file: str, others: Mapping[str, pl.DataFrame]
) -> list[Fault]:
    import polars as pl

    target = others.get(column.refers_to)
    if target is None:
        return []
    key = target.columns[0]
    known = set(target[key].to_list())
    cell = pl.col(column.name)
    bad = raw.filter((cell != "") & ~cell.is_in(list(known))).select("_row", cell)
    rule = f"must be a {key} of tables/{column.refers_to}.csv"
    faults = []
    for row, value in bad.head(MAX_FAULTS_PER_RULE).rows():
        near = did_you_mean(value, known)
        fix = f"did you mean '{near}'?" if near else f"add it to tables/{column.refers_to}.csv"
        faults.append(Fault(file, row, column.name, value[:80], rule, fix))
    if bad.height > len(faults):
        more = f"{rule} ({bad.height - len(faults)} more rows)"
        faults.append(Fault(file, None, column.name, "", more, "add the missing rows"))
    return faults


def _check_key(raw: pl.DataFrame, table: Table, file: str) -> list[Fault]:
    """Keys must be unique, also when read without regard to case (case twins)."""
    import polars as pl

    if raw.is_empty():
        rule = "a table of a case must not be empty"
        return [Fault(file, 1, "", "", rule, "add rows")] if table.is_required else []
    folded = pl.concat_str([pl.col(k).str.to_lowercase() for k in table.key], separator="\x1f")
    keyed = raw.with_columns(
        folded.alias("_k"), pl.concat_str(list(table.key), separator=", ").alias("_shown")
    )
    first = keyed.group_by("_k").agg(pl.col("_row").min().alias("_first"))
    twins = keyed.join(first, on="_k").filter(pl.col("_row") != pl.col("_first")).sort("_row")
    return [
        Fault(
            file,
            row,
            ", ".join(table.key),
            shown[:80],
            f"is already in row {other} (case does not count)",
            "delete or rename one",
        )
        for row, shown, other in twins.select("_row", "_shown", "_first").head(MAX_FAULTS_PER_RULE).rows()
    ]


def _check_rows(frame: pl.DataFrame, table: Table, file: str) -> list[Fault]:
    """Range around the value, and provenance that fits the confidence."""
    import polars as pl

    cells = _Cells(frame, file)
    faults: list[Fault] = []
    low, high = pl.col("value_low"), pl.col("value_high")
    assumed = pl.col("confidence") == "assumed"
    if table.has_range:
        value = (
            pl.coalesce("yield_fraction", "value") if "yield_fraction" in frame.columns else pl.col("value")
        )
        one = low.is_null() != high.is_null()
        faults += cells.found("value_low", one, "a range has both ends or none", "fill in both or empty both")
        rule, fix = "must lie within value_low and value_high", "order them as low <= value <= high"
        faults += cells.found("value", (low > value) | (high < value), rule, fix)
        faults += cells.found("value_low", low > high, "must not exceed value_high", "swap the two")
        bare = assumed & low.is_null() & value.is_not_null()
        faults += cells.found("value_low", bare, "an assumed number needs a range", "fill in both ends")
    if "confidence" in frame.columns:
        rule, fix = "an assumed row needs its method", "say in the note how the number came about"
        faults += cells.found("note", assumed & pl.col("note").is_null(), rule, fix)
        rule = "assumed rows, and only they, have the source 'assumption'"
        mixed = assumed != (pl.col("source") == "assumption")
        faults += cells.found("source", mixed, rule, "name the source, or set confidence to assumed")
    return faults
