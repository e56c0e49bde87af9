"""How values are written in a network file: numbers, names, amounts by name, values by year.

    price: 300                              every year
    price: {2030: 300, 2034: 340}           linear between the years given, the same before and after
    amount: {2031: 50, 2033-2034: 80}       a limit holds in the years named and in no other
    recipes: melt   or   [melt, cast]   or   {melt: 1.0}     one name, several, or each with its number

A value that cannot be read raises all its flaws at once; `network_file` turns them into faults.
Left out: what needs more than one value (see `network_file_rules`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Annotated, Any, NamedTuple, TypeVar

from pydantic import PlainValidator
from pydantic_core import PydanticCustomError

LARGEST = 1e15
FINEST, COARSEST = 1e-6, 1e9
FIRST_YEAR, LAST_YEAR = 1900, 2200
MOST_YEARS = 200
_SPAN = re.compile(r"([0-9]{4})(?:\s*-\s*([0-9]{4}))?\Z")
_COMMA = re.compile(r"-?[0-9]+(,[0-9]{3})*([.,][0-9]+)?\Z")

Value = TypeVar("Value")
Where = tuple[str | int, ...]
Points = float | Mapping[int, float]
Ends = tuple[float, float]


class Flaw(NamedTuple):
    """What is wrong inside a value: where in it, what is written there, the rule, what to do."""

    where: Where
    value: Any
    rule: str
    fix: str


class Refers(NamedTuple):
    """Marks a field whose names must be known: `to` says among what."""

    to: str


class HoldsInYears(NamedTuple):
    """Marks a field whose years must lie within the horizon."""


Read = Callable[[Any], tuple[Any, list[Flaw]]]


def _validated(read: Read) -> PlainValidator:
    """A pydantic validator of a reader that returns a value and its flaws."""

    def check(value: Any) -> Any:
        found, flaws = read(value)
        if flaws:
            raise PydanticCustomError("flaws", "has flaws", {"flaws": flaws})
        return found

    return PlainValidator(check)


def refused(where: Where, value: Any, rule: str, fix: str) -> PydanticCustomError:
    """The error of a value with one flaw."""
    return PydanticCustomError("flaws", "has flaws", {"flaws": [Flaw(where, value, rule, fix)]})


def _number(least: float, most: float, *, is_whole: bool = False, finest: float = 0.0) -> Read:
    kind = "a whole number" if is_whole else "a number"
    rule = f"must be {kind} from {least:.10g} to {most:.10g}"
    if finest:
        rule = f"must be 0 or {kind} from {finest:g} to {most:g}"

    def read(value: Any) -> tuple[float, list[Flaw]]:
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if is_number and not (is_whole and isinstance(value, float)) and math.isfinite(value):
            if least <= value <= most and not 0.0 < abs(value) < finest:
                return value if is_whole else float(value), []
            return 0.0, [Flaw((), value, rule, _fix_of_size(value, most, finest))]
        return 0.0, [Flaw((), value, rule, _fix_of_form(value))]

    return read


def _fix_of_size(value: float, most: float, finest: float) -> str:
    if most == 1.0 and 1.0 < value <= 100.0:
        return f"write {value / 100:g} for {value:g} %"
    return "use another unit" if finest and value > 0 else "correct the value"


def _fix_of_form(value: Any) -> str:
    if isinstance(value, str) and _COMMA.match(value):
        return "write 1234.5 without a comma and without quotes"
    if isinstance(value, dict):
        return "write one number; this value does not change by year"
    return "write for example 5"


def _names(value: Any) -> tuple[tuple[str, ...], list[Flaw]]:
    """One name or a list of different ones."""
    listed = value if isinstance(value, list) else [value]
    rule, fix = "must be a name or a list of names", "write for example [first, second]"
    flaws = [Flaw((i,), v, rule, fix) for i, v in enumerate(listed) if not (isinstance(v, str) and v)]
    if not listed:
        flaws = [Flaw((), "[]", "must name at least one", "name one, or delete the key")]
    twice = [i for i, v in enumerate(listed) if isinstance(v, str) and v in listed[:i]]
    flaws += [Flaw((i,), listed[i], "must not be named twice", "delete one of the two") for i in twice]
    return tuple(str(v) for v in listed), flaws


def _amounts(read: Read) -> Read:
    """A name, several, or each with its number; names alone count 1 each."""

    def parse(value: Any) -> tuple[dict[str, float], list[Flaw]]:
        if not isinstance(value, dict):
            names, flaws = _names(value)
            return dict.fromkeys(names, 1.0), flaws
        found = {name: read(number) for name, number in value.items()}
        flaws = [flaw._replace(where=(name,)) for name, (_, some) in found.items() for flaw in some]
        return {name: number for name, (number, _) in found.items()}, flaws

    return parse


def span(text: str) -> tuple[int, ...]:
    """Years of `2030` or `2030-2034`; none where it is neither."""
    found = _SPAN.match(text)
    if found is None:
        return ()
    first, last = int(found[1]), int(found[2] or found[1])
    is_in_order = FIRST_YEAR <= first <= last <= LAST_YEAR and last - first < MOST_YEARS
    return tuple(range(first, last + 1)) if is_in_order else ()


def _by_year(read: Read) -> Read:
    """One value, or values of some years and spans of years."""

    def parse(value: Any) -> tuple[Any, list[Flaw]]:
        if not isinstance(value, dict):
            return read(value)
        points: dict[int, Any] = {}
        flaws: list[Flaw] = [] if value else [Flaw((), "{}", "must name a year", "write {2030: 5}")]
        for key, item in value.items():
            number, found = read(item)
            flaws += [flaw._replace(where=(key, *flaw.where)) for flaw in found]
            flaws += _flaws_of_years(key, points)
            points.update(dict.fromkeys(span(key), number))
        return points, flaws

    return parse


def _flaws_of_years(key: str, known: Mapping[int, Any]) -> Iterator[Flaw]:
    years = span(key)
    if not years:
        rule = f"must be a year from {FIRST_YEAR} to {LAST_YEAR}, or a span of years in order"
        yield Flaw((key,), key, rule, "write for example 2030 or 2030-2034")
    if set(years) & set(known):
        yield Flaw((key,), key, "a year must be given once", "delete or shorten one of the two")


def _horizon(value: Any) -> tuple[tuple[int, ...], list[Flaw]]:
    years = span(str(value)) if isinstance(value, (str, int)) else ()
    rule = f"must be the first and last year, {FIRST_YEAR} to {LAST_YEAR}, at most {MOST_YEARS} years"
    return years, [] if years else [Flaw((), value, rule, "write for example 2030-2034")]


def _share_ends(value: Any) -> tuple[Ends, list[Flaw]]:
    """One share, which is then exact, or the least and the most."""
    ends = value if isinstance(value, list) else [value, value]
    read = [_number(0.0, 1.0)(end) for end in ends]
    flaws = [flaw for _, some in read for flaw in some][:1]
    if len(ends) != 2 or (not flaws and read[0][0] > read[1][0]):
        rule = "must be a share, or the least and the most of it in order"
        flaws = [Flaw((), value, rule, "write for example 0.5 or [0.2, 0.6]")]
    return (read[0][0], read[-1][0]) if read else (0.0, 0.0), flaws


def _shares(value: Any) -> tuple[dict[str, Any], list[Flaw]]:
    if not isinstance(value, dict) or not value:
        rule, fix = "must be commodities with their shares", "write for example {steel: [0.4, 1], wood: 0.5}"
        return {}, [Flaw((), value, rule, fix)]
    found = {name: _by_year(_share_ends)(share) for name, share in value.items()}
    flaws = [
        flaw._replace(where=(name, *flaw.where)) for name, (_, some) in found.items() for flaw in some
    ]  # fmt: skip
    return {name: share for name, (share, _) in found.items()}, flaws


def _word(pattern: str, rule: str) -> Read:
    def read(value: Any) -> tuple[str, list[Flaw]]:
        if isinstance(value, str) and re.fullmatch(pattern, value) and value.isprintable():
            return value, []
        fix = "put it in quotes" if isinstance(value, (int, float)) else "write it in plain words"
        return "", [Flaw((), value, rule, fix)]

    return read


def _ramp(value: Any) -> tuple[tuple[float, ...], list[Flaw]]:
    shares = value if isinstance(value, list) else [value]
    read = [_number(0.0, 1.0, finest=FINEST)(share) for share in shares]
    flaws = [flaw._replace(where=(i,)) for i, (_, some) in enumerate(read) for flaw in some]
    if not shares:
        flaws = [Flaw((), "[]", "must have the share of the first year", "write for example [0.5, 1]")]
    return tuple(share for share, _ in read), flaws


def _slates(value: Any) -> tuple[dict[str, tuple[str, ...]], list[Flaw]]:
    if not isinstance(value, dict):
        return {}, [Flaw((), value, "must be slates with their recipes", "write {now: [one], later: [two]}")]
    found = {name: _names(recipes) for name, recipes in value.items()}
    flaws = [flaw._replace(where=(name,)) for name, (_, some) in found.items() for flaw in some]
    return {name: recipes for name, (recipes, _) in found.items()}, flaws


ANY_AMOUNT, ANY_PRICE = _number(0.0, LARGEST), _number(-LARGEST, LARGEST)
COEFFICIENT = _number(0.0, COARSEST, finest=FINEST)
SHARE = _number(0.0, 1.0)

ID = r"\w[\w .\-]{0,79}"
ID_RULE = "an id has letters, digits, spaces and _ . - only, 80 at most, the first a letter or digit"

Identifier = Annotated[str, _validated(_word(ID, ID_RULE))]
Text = Annotated[str, _validated(_word(r"[^\[\]]{1,80}", "must be 1 to 80 characters without brackets"))]
Reference = Annotated[str, _validated(_word(r"[\w\W]{1,200}", "must be one name"))]
Names = Annotated[tuple[str, ...], _validated(_names)]
Amount = Annotated[float, _validated(ANY_AMOUNT)]
Coefficient = Annotated[float, _validated(COEFFICIENT)]
Ratio = Annotated[float, _validated(_number(FINEST, COARSEST))]
Share = Annotated[float, _validated(SHARE)]
Latitude = Annotated[float, _validated(_number(-90.0, 90.0))]
Longitude = Annotated[float, _validated(_number(-180.0, 180.0))]
Circuity = Annotated[float, _validated(_number(1.0, 100.0))]
Count = Annotated[int, _validated(_number(0, MOST_YEARS, is_whole=True))]
Life = Annotated[int, _validated(_number(1, MOST_YEARS, is_whole=True))]
Neighbors = Annotated[int, _validated(_number(1, COARSEST, is_whole=True))]
Year = Annotated[int, _validated(_number(FIRST_YEAR, LAST_YEAR, is_whole=True))]
Ramp = Annotated[tuple[float, ...], _validated(_ramp)]
Slates = Annotated[Mapping[str, tuple[str, ...]], _validated(_slates)]
Amounts = Annotated[Mapping[str, float], _validated(_amounts(COEFFICIENT))]
Shares = Annotated[Mapping[str, Ends | Mapping[int, Ends]], _validated(_shares)]
Horizon = Annotated[tuple[int, ...], _validated(_horizon)]
AmountByYear = Annotated[Points, _validated(_by_year(ANY_AMOUNT))]
PriceByYear = Annotated[Points, _validated(_by_year(ANY_PRICE))]
AmountInYears = Annotated[Points, _validated(_by_year(ANY_AMOUNT)), HoldsInYears()]
ShareInYears = Annotated[Points, _validated(_by_year(SHARE)), HoldsInYears()]


def spread(points: Points, years: Sequence[int]) -> dict[int, float]:
    """A value in every year: linear between the years given, the same before the first and after the last."""
    if not isinstance(points, Mapping):
        return dict.fromkeys(years, points)
    known = sorted(points)
    return {year: _between(points, known, year) for year in years}


def _between(points: Mapping[int, float], known: Sequence[int], year: int) -> float:
    if year <= known[0] or year >= known[-1] or year in points:
        return points[min(max(year, known[0]), known[-1])]
    before = max(y for y in known if y < year)
    after = min(y for y in known if y > year)
    return points[before] + (points[after] - points[before]) * (year - before) / (after - before)


def spread_ends(points: Ends | Mapping[int, Ends], years: Sequence[int]) -> dict[int, Ends]:
    """The least and the most share in every year, each as `spread`."""
    if not isinstance(points, Mapping):
        return dict.fromkeys(years, points)
    low, high = (spread({y: ends[side] for y, ends in points.items()}, years) for side in (0, 1))
    return {year: (low[year], high[year]) for year in years}


def in_years(points: Points, years: Sequence[int]) -> dict[int, float]:
    """A limit: one number holds in every year, numbers of some years in those only."""
    return dict(points) if isinstance(points, Mapping) else dict.fromkeys(years, points)
