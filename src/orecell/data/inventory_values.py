"""How the cells of someone else's inventory are read: numbers, units, roles, formulas, mixtures.

Each reader returns the value, or the rule that the cell breaks and the fix. A number has one reading
or is refused: `1,234` may be a thousand or one and a bit, unless another cell of the file decides it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from orecell.core.formula import parse_formula
from orecell.core.tolerances import SHARE_SUM
from orecell.data.check import suggest
from orecell.errors import InputError

LARGEST, FINEST = 1e15, 1e-12
MASS_KG: Mapping[str, float] = {
    **dict.fromkeys(("kg", "kilogram", "kilograms", "kgs"), 1.0),
    **dict.fromkeys(("g", "gram", "grams"), 1e-3),
    **dict.fromkeys(("mg", "milligram", "milligrams"), 1e-6),
    **dict.fromkeys(("t", "tonne", "tonnes", "metric ton", "metric tons"), 1e3),
    **dict.fromkeys(("lb", "lbs", "pound", "pounds"), 0.45359237),
    **dict.fromkeys(("short_ton", "short ton", "short tons"), 907.18474),
    "kt": 1e6,
}
MOLES = {"mol": 1.0, "mole": 1.0, "moles": 1.0, "kmol": 1e3, "mmol": 1e-3}
_NO_MASS_WORDS = """
j kj mj gj tj wh kwh mwh gwh twh btu mmbtu therm tkm t*km kgkm vkm km m cm m2 m^2 m2a ha h hr hrs hour hours
min day days d year years yr a p pc pcs piece pieces unit units item items each # ea cell cells pack packs
vehicle vehicles usd eur
"""
NO_MASS = frozenset(_NO_MASS_WORDS.split())
_VOLUME_WORDS = "l liter liters litre litres ml cl hl m3 m^3 nm3 cm3 gal gallon gallons bbl barrel barrels"
_VOLUMES = frozenset(_VOLUME_WORDS.split())
_WEIGH = "give the mass in kg: volume times density (1 L of water is 1 kg)"
_REFUSED = {
    **dict.fromkeys(_VOLUMES, ("a volume does not say how many atoms there are", _WEIGH)),
    **dict.fromkeys(
        ("%", "wt%", "wt.%", "wt-%", "w%", "percent", "mass%", "ppm", "ppb"),
        ("a percentage does not say how much flows", "give the amount in kg, and a share in column fraction"),
    ),
    **dict.fromkeys(("ton", "tons"), ("may be a tonne or a short ton", "write t or short_ton")),
}
ROLE_WORDS: Mapping[str, str] = {
    **dict.fromkeys(("input", "inputs", "in", "raw material", "reagent", "resource"), "input"),
    **dict.fromkeys(("technosphere", "consumption", "auxiliary"), "input"),
    **dict.fromkeys(("output", "outputs", "out", "coproduct", "co-product", "by-product"), "output"),
    "byproduct": "output",
    **dict.fromkeys(("product", "products", "reference", "reference product", "production"), "product"),
    "main product": "product",
    **dict.fromkeys(("waste", "wastes", "residue", "effluent", "wastewater", "waste water"), "waste"),
    **dict.fromkeys(("emission", "emissions", "emission to air", "emission to water"), "emission"),
    **dict.fromkeys(("feed", "treated", "feedstock"), "feed"),
}
_BOTH_WAYS = ("biosphere", "elementary flow", "exchange", "flow", "substitution", "avoided product")
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_PLAIN = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?\Z")
_COMMA = re.compile(r"[+-]?([0-9]*),([0-9]+)([eE][+-]?[0-9]{1,3})?\Z")


class Refusal(NamedTuple):
    """Why a cell is not read: the rule it breaks, and what to write instead."""

    rule: str
    fix: str


def clean(cell: str) -> str:
    """A cell without the spaces and invisible characters that foreign files are full of."""
    visible = "".join(c if c.isprintable() else " " for c in cell.replace("\u00a0", " "))
    return " ".join(visible.split())


def has_decimal_comma(cells: Iterable[str]) -> bool:
    """Whether commas in numbers are decimal: some can be nothing else, and no number has a point."""
    found = False
    for cell in cells:
        match = _COMMA.match(cell)
        if match:
            whole, rest = match[1], match[2]
            found = found or len(rest) != 3 or len(whole) > 3 or whole in ("", "0")
        elif "." in cell and _PLAIN.match(cell):
            return False
    return found


def read_number(cell: str, *, is_comma_decimal: bool) -> float | Refusal:
    """A finite number."""
    if is_comma_decimal and _COMMA.match(cell):
        cell = cell.replace(",", ".")
    if _PLAIN.match(cell):
        value = float(cell)
        return value if math.isfinite(value) else Refusal("must be a finite number", "correct the number")
    if re.fullmatch(r"[+-]?[0-9][0-9., ']*", cell):
        rule = "may be read in two ways; a comma or space may be decimal or group thousands"
        return Refusal(rule, "write 1234.5, with a point and without groups")
    if re.match(r"[<>~≈±]|[+-]?[0-9.]+ *[A-Za-z%\u2013-]", cell):
        return Refusal("must be one number alone", "put the unit into its column; give one value for a range")
    return Refusal("must be a number", "write for example 12.5")


def read_amount(cell: str, *, is_comma_decimal: bool) -> float | Refusal:
    """An amount that is zero or more."""
    value = read_number(cell, is_comma_decimal=is_comma_decimal)
    if isinstance(value, Refusal):
        return value
    if value < 0:
        return Refusal("must not be below 0", "write it above 0, with the role that says where it goes")
    if value and not FINEST <= value <= LARGEST:
        return Refusal(f"must be 0 or from {FINEST:g} to {LARGEST:g}", "use another unit")
    return value


def read_fraction(cell: str, *, is_comma_decimal: bool, is_percent: bool = False) -> float | Refusal:
    """A share above 0 and at most 1; `50 %` is 0.5."""
    text = cell.removesuffix("%").rstrip()
    value = read_number(text, is_comma_decimal=is_comma_decimal)
    if isinstance(value, Refusal):
        return value
    share = value / 100.0 if is_percent or text != cell else value
    if 0.0 < share <= 1.0:
        return share
    fix = f"write {value / 100:g} for {value:g} %" if 1.0 < share <= 100.0 else "correct the share"
    return Refusal("a share must be above 0 and at most 1", fix)


def read_unit(cell: str) -> tuple[float | None, bool] | Refusal:
    """(kg, or mol where the flag is set, of one unit); None for units that weigh nothing, such as kWh."""
    if cell in ("Mg", "MG"):
        return Refusal("may be a megagram or a milligram", "write t or mg")
    unit = cell.casefold()
    if unit in MASS_KG:
        return MASS_KG[unit], False
    if unit in MOLES:
        return MOLES[unit], True
    plain = unit.replace("³", "3").replace("²", "2")
    if plain in NO_MASS:
        return None, False
    if plain in _REFUSED:
        return Refusal(*_REFUSED[plain])
    first = re.split(r"[ /]", unit, maxsplit=1)[0]
    if first in MASS_KG and first != unit:
        rule = "must be a plain unit, without a substance and without per"
        return Refusal(rule, f"write {first}; the substance goes into column formula")
    return Refusal("is not a known unit", suggest(cell, [*MASS_KG, *MOLES], "write kg, g, t, mol or kmol"))


def read_role(cell: str) -> str | Refusal:
    """One of the roles of a flow."""
    word = cell.casefold().replace("_", " ")
    role = ROLE_WORDS.get(word) or next((r for r in ("emission", "waste") if word.startswith(r)), None)
    if role:
        return role
    known = ("input", "output", "product", "waste", "emission", "feed")
    if word in _BOTH_WAYS:
        return Refusal("does not say whether the flow enters or leaves", f"write {' or '.join(known[:5:4])}")
    return Refusal("must say where the flow goes", suggest(word, known, f"write one of {', '.join(known)}"))


def read_formula(cell: str) -> str | Refusal:
    """A formula whose every element has a weight."""
    text = cell.translate(_SUBSCRIPTS)
    try:
        parse_formula(text).mass_fractions()
    except InputError as error:
        return Refusal(error.rule, error.fix or "leave the cell blank where the formula is not known")
    return text


def read_mixture(cell: str, *, is_comma_decimal: bool) -> tuple[tuple[str, float], ...] | Refusal:
    """Shares of elements or substances, `Ni=0.32;Co=0.05`, that sum to at most one."""
    found: dict[str, float] = {}
    for item in re.split(r"[;|]", cell.rstrip("; ")):
        name, mark, number = (part.strip() for part in item.replace(":", "=").partition("="))
        if not mark or not name:
            return Refusal("must be substances with their shares", "write for example Ni=0.32;Co=0.05")
        substance = read_formula(name)
        share = read_fraction(number, is_comma_decimal=is_comma_decimal)
        for part in (substance, share):
            if isinstance(part, Refusal):
                return Refusal(f"{name[:20]}: {part.rule}", part.fix)
        if substance in found:
            return Refusal(f"{name[:20]} must stand once", "add the two shares")
        found[str(substance)] = float(share)  # type: ignore[arg-type]
    if sum(found.values()) > 1.0 + SHARE_SUM:
        rule = f"shares must not sum to more than 1, these sum to {sum(found.values()):.6g}"
        return Refusal(rule, "correct them")
    return tuple(found.items())
