"""Units at the edges: one factor per column, from a registry of our own.

Only the units below exist; nothing is guessed from prefixes, so `kt/year` is kilotonnes per year and
never knots. `Mm2` is a million square meters. A year is 365 days (8,760 h), as in plant capacities.
A unit is names joined by `*` and `/`, read from the left, with powers 2 and 3 (`GWh/yr`, `kg/m^3`).

A mass may carry a substance: `t LCE/yr`, `t Li`, `t NiSO4.6H2O`. Equation, with w the mass fraction
of the element both substances carry: mass of B = mass of A * w(A) / w(B). A plain `t` is a mass of no
stated substance and never converts into one. Left out: temperatures, money (see `money`), percent
(write fractions) and ppm (write mg/kg).

Sources: NIST SP 811 (pound, short ton, troy ounce, international Btu); LCE is Li2CO3 by convention.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from orecell.core.elements import LEDGER_ELEMENTS
from orecell.core.formula import Formula, parse_formula
from orecell.core.money import CURRENCIES
from orecell.errors import FormulaError, UnitError

if TYPE_CHECKING:
    from pint import UnitRegistry
    from pint.util import UnitsContainer

_DEFINITIONS = """
kg = [mass]
g = 1e-3 * kg
mg = 1e-6 * kg
t = 1e3 * kg
tonne = t
kt = 1e6 * kg
Mt = 1e9 * kg
lb = 0.45359237 * kg
short_ton = 2000 * lb
troy_oz = 31.1034768 * g
mol = [amount]
kmol = 1e3 * mol
s = [time]
min = 60 * s
hour = 3600 * s
h = hour
day = 24 * hour
d = day
year = 365 * day
yr = year
a = year
J = [energy]
kJ = 1e3 * J
MJ = 1e6 * J
GJ = 1e9 * J
Wh = 3600 * J
kWh = 1e3 * Wh
MWh = 1e6 * Wh
GWh = 1e9 * Wh
TWh = 1e12 * Wh
MMBtu = 1055.05585262 * MJ
W = J / s
kW = 1e3 * W
MW = 1e6 * W
GW = 1e9 * W
m = [length]
um = 1e-6 * m
mm = 1e-3 * m
cm = 1e-2 * m
km = 1e3 * m
m2 = m ** 2
km2 = 1e6 * m2
Mm2 = 1e6 * m2
m3 = m ** 3
L = 1e-3 * m3
mL = 1e-6 * m3
fraction = []
"""

UNITS = tuple(line.partition(" = ")[0] for line in _DEFINITIONS.strip().splitlines())
"""Every unit name. The name `short_ton` may be written with a space."""

SUBSTANCES: Mapping[str, str] = MappingProxyType({"LCE": "Li2CO3"})
"""Trade names of substances -> formula."""

METALS = ("Li", "Ni", "Co", "Mn", "Fe", "Al", "Cu", "Na")
"""Ledger elements that a substance is traded for; the others are counter-ions or ligands."""

_MASS_UNITS = ("kg", "g", "mg", "t", "tonne", "kt", "Mt", "lb", "short_ton", "troy_oz")
_PERCENT = ("percent is not used", "write a fraction: 12 % is 0.12, unit fraction")
_TON = ("may be a metric or a short ton", "write t (1,000 kg) or short_ton (907.185 kg)")
_MEGA = ("may be metric tons or megatonnes", "write t or Mt")
_OUNCE = ("may be a troy or an avoirdupois ounce", "write troy_oz (31.1035 g), or convert to g")
_PARTS = ("may be of mass, moles or volume", "write mg/kg or mg/L")
_REFUSED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("%", "percent", "pct", "wt%", "mol%"), _PERCENT),
        **dict.fromkeys(("ton", "tons"), _TON),
        **dict.fromkeys(("mt", "MT"), _MEGA),
        **dict.fromkeys(("oz", "ounce"), _OUNCE),
        **dict.fromkeys(("ppm", "ppb"), _PARTS),
    }
)
_MAX_LENGTH = 100
_FACTOR = re.compile(r"(?P<name>[^\s*/^]+)(?:\^(?P<power>[1-3]))?")


class _Factor(NamedTuple):
    """One name in a unit, its signed power, and the substance it carries, if any."""

    name: str
    power: int
    substance: str


def convert(value: float, from_unit: str, to_unit: str) -> float:
    """Convert a number between two units without a substance.

    Args:
        value: number [from_unit].
        from_unit: e.g. "kt/yr".
        to_unit: e.g. "t/day".

    Returns:
        The number [to_unit].

    Raises:
        UnitError: see `factor`.
    """
    return value * factor(from_unit, to_unit)


@lru_cache(maxsize=1024)
def factor(from_unit: str, to_unit: str) -> float:
    """Return the number that turns `from_unit` into `to_unit`.

    Raises:
        UnitError: a unit is unknown or carries a substance, or the dimensions differ.
    """
    source, target = _parse(from_unit), _parse(to_unit)
    for text, factors in ((from_unit, source), (to_unit, target)):
        if any(item.substance for item in factors):
            rule = "is the mass of a substance, a plain unit is not"
            raise UnitError(text, rule, "use convert_content, with a substance in both units")
    return _plain_factor(from_unit, to_unit)


def convert_content(value: float, from_unit: str, to_unit: str, element: str | None = None) -> float:
    """Convert a mass of one substance into the mass of another that holds as much of an element.

    Args:
        value: number [from_unit].
        from_unit: unit with a substance, e.g. "t LCE/yr".
        to_unit: unit with a substance, e.g. "t LiOH.H2O/yr".
        element: the element carried over; needed only where the two substances leave it open.

    Returns:
        The number [to_unit].

    Raises:
        UnitError: a substance is missing or unreadable, the carried element is not clear, or the
            dimensions differ.
    """
    source, target = _find_content(from_unit), _find_content(to_unit)
    if source.power != target.power:
        rule = f"has its substance on the other side of / than {to_unit}"
        raise UnitError(from_unit, rule, "put both substances above, or both below")
    plain = _plain_factor(from_unit, to_unit)
    held, wanted = _read_substance(source, from_unit), _read_substance(target, to_unit)
    if held == wanted:
        return value * plain
    carried = _choose_carrier(held, wanted, element)
    return (
        value * plain * float((held.mass_fraction(carried) / wanted.mass_fraction(carried)) ** source.power)
    )


def _find_content(text: str) -> _Factor:
    found = [item for item in _parse(text) if item.substance]
    if len(found) != 1:
        rule = "names no substance" if not found else "names more than one substance"
        raise UnitError(text, rule, "name one substance after its mass, e.g. t Li2CO3/yr, or use convert")
    return found[0]


def _read_substance(item: _Factor, text: str) -> Formula:
    try:
        return parse_formula(SUBSTANCES.get(item.substance, item.substance))
    except FormulaError as error:
        rule = f"{item.substance} is not a substance: {error.rule}"
        raise UnitError(text, rule, error.fix or "write a formula, e.g. t Li2CO3") from error


def _choose_carrier(held: Formula, wanted: Formula, element: str | None) -> str:
    """Return the element that links two substances, or refuse where that would be a guess."""
    pair = f"{held} to {wanted}"
    shared = [symbol for symbol in LEDGER_ELEMENTS if symbol in held.atoms and symbol in wanted.atoms]
    if element is not None:
        if element not in held.atoms or element not in wanted.atoms:
            fix = f"carry one of {', '.join(shared)}" if shared else "check the two substances"
            raise UnitError(pair, f"{element} is not in both substances", fix)
        return element
    if not shared:
        raise UnitError(pair, "no tracked element is in both substances", "check the two substances")
    if len(shared) > 1:
        names = ", ".join(shared)
        raise UnitError(pair, f"{names} are in both substances", f"name one, e.g. element={shared[0]!r}")
    carried = shared[0]
    if carried not in METALS and all(_holds_metal(formula) for formula in (held, wanted)):
        rule = f"only {carried} is in both, and each is traded for another metal"
        raise UnitError(pair, rule, f"check the two substances, or say element={carried!r}")
    return carried


def _holds_metal(formula: Formula) -> bool:
    return any(metal in formula.atoms for metal in METALS)


def _plain_factor(from_unit: str, to_unit: str) -> float:
    """Return the factor between two units, substances set aside."""
    registry = _registry()
    source, target = _container(_parse(from_unit)), _container(_parse(to_unit))
    have, need = (registry.get_dimensionality(unit) for unit in (source, target))
    if have != need:
        rule = f"is {_name_dimension(str(have))}, but {to_unit} is {_name_dimension(str(need))}"
        raise UnitError(from_unit, rule, "correct the unit of the column, or convert the numbers first")
    return float(registry.convert(1.0, source, target))


def _name_dimension(text: str) -> str:
    name = text.replace("[", "").replace("]", "")
    return name.replace("length ** 2", "area").replace("length ** 3", "volume")


@lru_cache(maxsize=1)
def _registry() -> UnitRegistry[float]:
    """Build the registry once; importing pint takes longer than everything else here."""
    from pint import UnitRegistry

    registry: UnitRegistry[float] = UnitRegistry(None)
    for line in _DEFINITIONS.strip().splitlines():
        registry.define(line)
    return registry


def _container(factors: tuple[_Factor, ...]) -> UnitsContainer:
    from pint.util import UnitsContainer

    powers: dict[str, int] = {}
    for item in factors:
        powers[item.name] = powers.get(item.name, 0) + item.power
    return UnitsContainer({name: power for name, power in powers.items() if power})


@lru_cache(maxsize=1024)
def _parse(text: str) -> tuple[_Factor, ...]:
    """Split a unit into its factors and check every name."""
    if len(text) > _MAX_LENGTH:
        raise UnitError(text, f"a unit has at most {_MAX_LENGTH} characters", "write e.g. t/yr")
    plain = re.sub(r"\bshort tons?\b", "short_ton", text.strip())
    plain = plain.replace("**", "^").replace("²", "^2").replace("³", "^3")
    factors: list[_Factor] = []
    for place, segment in enumerate(plain.split("/")):
        sign = -1 if place else 1
        if place == 0 and segment.strip() == "1":
            continue
        factors += _parse_segment(segment.strip(), sign, text)
    return tuple(factors)


def _parse_segment(segment: str, sign: int, text: str) -> list[_Factor]:
    """Read what stands between two slashes: `t LCE`, or names joined by `*`."""
    name, _, substance = segment.partition(" ")
    # A substance may hold * as its hydrate dot, so it is taken off before products are split.
    if substance and not substance.lstrip().startswith("*") and "*" not in name:
        return [_read_factor(name, sign, substance.strip(), text)]
    names = segment.split("*")
    if len(names) > 1 and sign < 0:
        raise UnitError(text, "a product after / has two readings", "write a/b/c, or put the product first")
    return [_read_factor(item.strip(), sign, "", text) for item in names]


def _read_factor(name: str, sign: int, substance: str, text: str) -> _Factor:
    match = _FACTOR.fullmatch(name)
    if match is None:
        raise UnitError(text, "a unit is names joined by * and /", "write e.g. t/yr, GWh or kg/m^3")
    if match["name"] not in UNITS:
        raise _unknown(match["name"], text)
    if substance and match["name"] not in _MASS_UNITS:
        fix = "put the substance behind its mass, e.g. t LCE/yr, or write * for a product"
        raise UnitError(text, f"{substance} follows {match['name']}, which is no mass", fix)
    if substance and match["power"]:
        raise UnitError(text, "a mass of substance has no power", "write e.g. t Li")
    return _Factor(match["name"], sign * int(match["power"] or 1), substance)


def _unknown(name: str, text: str) -> UnitError:
    """Explain why a name is no unit, and name the likely one."""
    if name in _REFUSED:
        return UnitError(text, *_REFUSED[name])
    if name[:3] in CURRENCIES:
        return UnitError(text, f"{name} is money, not a physical unit", "read it with parse_money_unit")
    if name in SUBSTANCES:
        return UnitError(text, f"{name} is a substance without a mass", f"write t {name}")
    from difflib import get_close_matches

    same_letters = [unit for unit in UNITS if unit.lower() == name.lower()]
    close = same_letters or get_close_matches(name, UNITS, n=1, cutoff=0.6)
    fix = f"did you mean {' or '.join(close)}?" if close else "use one of the units in orecell.core.units"
    return UnitError(text, f"{name} is not a known unit", fix)
