"""Checks of one table, as polars expressions that name each faulty cell.

Each test is an expression about a column (kind, required, range, choices, reference, id) or about a
row (key, range around the value, provenance). The tests of a table are evaluated together, and only
those that are broken are looked at again to find their rows. All faults are collected; none is
repaired silently. Left out: what needs more than one table (see `orecell.data.rules`).
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from orecell.data.schema import Column, Table
from orecell.errors import CaseError, Fault

if TYPE_CHECKING:
    import polars as pl

NUMBER = r"^-?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$"
INTEGER = r"^(0|-?[1-9][0-9]{0,17})$"
DECIMAL_COMMA = r"^-?[0-9]{1,3}([.,][0-9]{3})*,[0-9]+$|^-?[0-9]+,[0-9]+$"
DAY = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
ID = r"^[A-Za-z0-9][A-Za-z0-9_.\-]{0,79}$"
INVISIBLE = r"[\p{Cc}\p{Cf}]"
MAX_TEXT = 2000
MAX_FAULTS_PER_RULE = 20
_TYPED = "="  # a raw column called `value` has its typed twin in `=value`


class CellTest(NamedTuple):
    """One rule about the cells of a column; a condition that is null counts as kept.

    Attributes:
        column: column whose cell is at fault.
        bad: condition under which the rule is broken.
        rule: the rule.
        fix: what to do, unless a known word is near the cell.
        known: words of which the nearest is suggested.
    """

    column: str
    bad: pl.Expr
    rule: str
    fix: str
    known: Collection[str] = ()


def did_you_mean(value: str, known: Iterable[str]) -> str:
    """The known word nearest to `value`, or an empty string."""
    words = sorted(known)
    by_case = {word.casefold(): word for word in words}
    if value.casefold() in by_case:
        return by_case[value.casefold()]
    near = difflib.get_close_matches(value[:200], words, n=1, cutoff=0.6)
    return near[0] if near else ""


def suggest(value: str, known: Iterable[str], otherwise: str) -> str:
    """A fix: the known word nearest to `value`, or what else to do."""
    near = did_you_mean(value, known)
    return f"did you mean '{near}'?" if near else otherwise


def refuse_unknown(option: str, value: str, known: Collection[str], rule: str = "is not known") -> None:
    """Raise CaseError if a choice on the command line is none of the known words."""
    if value not in known:
        raise refused_option(option, value, rule, suggest(value, known, f"one of {', '.join(known)}"))


def refused_option(option: str, value: str, rule: str, fix: str) -> CaseError:
    """The error of one choice on the command line."""
    return CaseError([Fault("command line", None, option, value, rule, fix)])


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
    tests = _tests_of(table)
    faults = failures(raw, file, tests.form)
    clean = _without_invisible(raw, table) if faults else raw
    cells = clean.with_columns(tests.typed)
    references = [test for column in table.columns for test in _reference_tests(column, others)]
    faults += failures(cells, file, [*tests.kind, *references])
    faults += _check_key(cells, table, file)
    if not faults:
        faults += failures(cells, file, tests.row)
    typed = [
        pl.col(_TYPED + c.name).cast(pl.Int64, strict=False)
        if c.kind == "integer"
        else pl.col(_TYPED + c.name)
        for c in table.columns
    ]
    names = dict(zip(table.column_names, typed, strict=True))
    return cells.select(*(value.alias(name) for name, value in names.items()), "_row"), faults


class _TableTests(NamedTuple):
    """What is computed for every table of a schema, made once."""

    form: Sequence[CellTest]
    typed: Sequence[pl.Expr]
    kind: Sequence[CellTest]
    row: Sequence[CellTest]


@lru_cache(maxsize=256)
def _tests_of(table: Table) -> _TableTests:
    columns = table.columns
    return _TableTests(
        [test for column in columns for test in _form_tests(column)],
        [_typed(column).alias(_TYPED + column.name) for column in columns],
        [test for column in columns for test in _kind_tests(column)],
        list(_row_tests(table)),
    )


def failures(frame: pl.DataFrame, file: str, tests: Sequence[CellTest]) -> list[Fault]:
    """One fault for each row that breaks a test; the last of many says how many more there are."""
    import polars as pl

    if not tests or frame.is_empty():
        return []
    broken = frame.select(test.bad.any().alias(str(i)) for i, test in enumerate(tests)).row(0)
    faults: list[Fault] = []
    for test, is_broken in zip(tests, broken, strict=True):
        if not is_broken:
            continue
        column, rule = test.column, test.rule
        cells = frame.filter(test.bad).select("_row", pl.col(column).fill_null(""))
        for row, value in cells.head(MAX_FAULTS_PER_RULE).rows():
            fix = suggest(value, test.known, test.fix)
            faults.append(Fault(file, row, column, value[:80], rule, fix))
        rest = cells.height - MAX_FAULTS_PER_RULE
        if rest > 0:
            faults.append(Fault(file, None, column, "", f"{rule} ({rest} more rows)", test.fix))
    return faults


def _form_tests(column: Column) -> Iterator[CellTest]:
    """Rules about how any cell is written, whatever its kind."""
    import polars as pl

    name, cell = column.name, pl.col(column.name)
    if column.is_required:
        yield CellTest(name, cell == "", "must not be empty", f"fill in {column.description}")
    rule = "must not have spaces around it, line breaks or invisible characters"
    yield CellTest(name, _is_padded(name), rule, "retype the cell")
    rule = f"must have at most {MAX_TEXT} characters"
    yield CellTest(name, cell.str.len_bytes() > MAX_TEXT, rule, "shorten the cell")


def _is_padded(name: str) -> pl.Expr:
    import polars as pl

    cell = pl.col(name)
    return (cell != cell.str.strip_chars()) | cell.str.contains(INVISIBLE)


def _without_invisible(raw: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Padded cells emptied, so that one fault does not lead to others."""
    import polars as pl

    emptied = (
        pl.when(_is_padded(name)).then(pl.lit("")).otherwise(pl.col(name)).alias(name)
        for name in table.column_names
    )
    return raw.with_columns(emptied)


def _typed(column: Column) -> pl.Expr:
    """The cell as the kind of its column; null where it is empty or not of the kind."""
    import polars as pl

    cell = pl.col(column.name)
    match column.kind:
        case "number" | "integer":
            shaped = cell.str.contains(NUMBER if column.kind == "number" else INTEGER)
            return pl.when(shaped).then(cell).otherwise(None).cast(pl.Float64, strict=False)
        case "boolean":
            return pl.when(cell == "true").then(True).when(cell == "false").then(False).otherwise(None)
        case "date":
            parsed = cell.str.to_date("%Y-%m-%d", strict=False)
            return pl.when(cell.str.contains(DAY)).then(parsed).otherwise(None)
        case _:
            return pl.when(cell != "").then(cell).otherwise(None)


def _kind_tests(column: Column) -> Iterator[CellTest]:
    """Rules about the kind, the limits and the choices of a column."""
    import polars as pl

    name, cell, value = column.name, pl.col(column.name), pl.col(_TYPED + column.name)
    filled = cell != ""
    if column.kind in ("number", "integer"):
        yield from _number_tests(column)
    elif column.kind == "boolean":
        yield CellTest(name, filled & value.is_null(), "must be true or false", "write true or false")
    elif column.kind == "date":
        bad = filled & (value.is_null() | ~value.dt.year().is_between(1900, 2100))
        rule = "must be a date between 1900 and 2100 written YYYY-MM-DD"
        yield CellTest(name, bad, rule, "write for example 2025-03-26")
    if column.choices:
        rule = f"must be one of {', '.join(column.choices)}"
        bad = filled & ~cell.is_in(list(column.choices))
        yield CellTest(name, bad, rule, "choose one of them", column.choices)
    if column.kind == "id":
        rule = "an id has letters a-z, digits, dot, dash and underscore only, 80 at most"
        yield CellTest(name, filled & ~cell.str.contains(ID), rule, "retype the id in plain letters")


def _reference_tests(column: Column, others: Mapping[str, pl.DataFrame]) -> Iterator[CellTest]:
    """An id that refers to another table is one of its keys."""
    import polars as pl

    target = others.get(column.refers_to)
    if target is not None:
        known = set(target[target.columns[0]].to_list())
        rule = f"must be a {target.columns[0]} of tables/{column.refers_to}.csv"
        fix = f"add it to tables/{column.refers_to}.csv"
        cell = pl.col(column.name)
        yield CellTest(column.name, (cell != "") & ~cell.is_in(list(known)), rule, fix, known)


def _number_tests(column: Column) -> Iterator[CellTest]:
    """Written plainly, finite, whole where it must be, and within the limits of the column."""
    import polars as pl

    name, cell, value = column.name, pl.col(column.name), pl.col(_TYPED + column.name)
    shaped = cell.str.contains(NUMBER)
    comma = ~shaped & cell.str.contains(DECIMAL_COMMA)
    rule, fix = "a number has a decimal point, not a comma", "write 0.5 for 0,5, and no thousands separators"
    yield CellTest(name, comma, rule, fix)
    rule, fix = "must be a finite number without unit or sign of percent", "write for example 12.5"
    yield CellTest(name, (cell != "") & ~shaped & ~comma, rule, fix)
    if column.kind == "integer":
        rule = "must be a whole number in plain digits"
        yield CellTest(name, shaped & ~cell.str.contains(INTEGER), rule, "write for example 2030")
    else:
        unreadable = shaped & (value.is_null() | ~value.is_finite())
        yield CellTest(name, unreadable, "must be finite", "write a finite number")
    if column.low is not None:
        rule = f"must not be below {column.low:g} {column.unit}".strip()
        yield CellTest(name, value < column.low, rule, f"write {column.low:g} or more")
    if column.high is not None:
        rule = f"must not be above {column.high:g} {column.unit}".strip()
        fix = "write 0.85 for 85 %" if column.unit == "fraction" else f"write {column.high:g} or less"
        yield CellTest(name, value > column.high, rule, fix)


def _check_key(cells: pl.DataFrame, table: Table, file: str) -> list[Fault]:
    """Keys must be unique, also without regard to case or to how a number is written."""
    import polars as pl

    if cells.is_empty():
        rule = "a table of a case must not be empty"
        return [Fault(file, 1, "", "", rule, "add rows")] if table.is_required else []
    folded = pl.concat_str([_folded(table.column(name)) for name in table.key], separator="\x1f").alias("_k")
    if not cells.select(folded.is_duplicated().any()).item():
        return []
    shown = pl.concat_str(list(table.key), separator=", ").alias("_shown")
    first: dict[str, int] = {}
    faults = []
    for row, key, value in cells.select("_row", folded, shown).iter_rows():
        if key in first:
            rule = f"is already in row {first[key]} (case does not count)"
            faults.append(Fault(file, row, ", ".join(table.key), value[:80], rule, "delete or rename one"))
        first.setdefault(key, row)
    return faults[:MAX_FAULTS_PER_RULE]


def _folded(column: Column) -> pl.Expr:
    import polars as pl

    as_written = pl.col(column.name).str.to_lowercase()
    if column.kind not in ("number", "integer"):
        return as_written
    return pl.coalesce(pl.col(_TYPED + column.name).cast(pl.String), as_written)


def _row_tests(table: Table) -> Iterator[CellTest]:
    """Range around the value, and provenance that fits the confidence."""
    import polars as pl

    assumed = pl.col("confidence") == "assumed"
    if {"value", "unit"} <= set(table.column_names) and table.name != "published_figures":
        percent = (pl.col("unit") == "fraction") & (pl.col(_TYPED + "value") > 1)
        yield CellTest("value", percent, "a fraction must not be above 1", "write 0.85 for 85 %")
    if table.has_range:
        yield from _range_tests(table)
    if "confidence" in table.column_names:
        rule, fix = "an assumed row needs its method", "say in the note how the number came about"
        yield CellTest("note", assumed & (pl.col("note") == ""), rule, fix)
        rule = "assumed rows, and only they, have the source 'assumption'"
        mixed = assumed != (pl.col("source") == "assumption")
        yield CellTest("source", mixed, rule, "name the source, or set confidence to assumed")
    for name in ("url", "source_url"):
        if name in table.column_names:
            rule, fix = "an address starts with http:// or https://", "write the address of a page, or a name"
            yield CellTest(name, _has_other_scheme(name), rule, fix)


def _range_tests(table: Table) -> Iterator[CellTest]:
    """A range belongs to the yield where the row has one, else to the value."""
    import polars as pl

    low, high, value = (pl.col(_TYPED + name) for name in ("value_low", "value_high", "value"))
    assumed = pl.col("confidence") == "assumed"
    rule, fix = "a range has both ends or none", "fill in both or empty both"
    yield CellTest("value_low", low.is_null() != high.is_null(), rule, fix)
    yield CellTest("value_low", low > high, "must not exceed value_high", "swap the two")
    rule, fix = "must lie within value_low and value_high", "order them as low <= value <= high"
    if "yield_fraction" in table.column_names:
        share = pl.col(_TYPED + "yield_fraction")
        yield CellTest("yield_fraction", (low > share) | (high < share), rule, fix)
        outside = share.is_null() & ((low > value) | (high < value))
        value = pl.coalesce(share, value)
    else:
        outside = (low > value) | (high < value)
    yield CellTest("value", outside, rule, fix)
    yield CellTest(
        "value_low", low.is_not_null() & value.is_null(), "a range needs a value", "fill in the value"
    )
    bare = assumed & low.is_null() & value.is_not_null()
    yield CellTest("value_low", bare, "an assumed number needs a range", "fill in both ends")


def _has_other_scheme(name: str) -> pl.Expr:
    """Whether one of several addresses would run code or open a file where a reader follows it."""
    import polars as pl

    anywhere = r"(?i)(^| ; )\s*(javascript|data|vbscript|file|blob):|(^| ; )\s*[a-z][a-z0-9+.\-]*://"
    plain = r"(?i)(^| ; )\s*https?://"
    cell = pl.col(name)
    return cell.str.count_matches(anywhere) > cell.str.count_matches(plain)
