"""Chemical formulas: which atoms, how many, what mass.

Grammar (no spaces except around `*` and `·`):
    formula = part, or several parts joined by a hydrate dot; then an optional charge
    part    = multiplier (only in a formula of several parts), then atoms and groups
    group   = ( ... ) or [ ... ], nested at most 8 deep, then an optional subscript
    number  = 4, 0.8 or 1.02; `_` before a subscript forces the decimal reading (Li_6.5La3)

`*` and `·` always are the hydrate dot. A full stop is read by the first rule that fits:
    1. no digit after it, or no digit before it and a number of waters (H2O) after it
                                                    -> hydrate dot       LiOH.H2O, LiOH.1.5H2O
    2. the part ends after the digits               -> decimal point     NiO1.5
    3. digits before it are 0                       -> decimal point     Ni0.8Mn0.1
    4. digits before it are 2 or more, digits after it have no leading 0, and water follows to the
       end of the part                              -> hydrate dot       NiSO4.6H2O
    5. digits before it are 1, or those after it start with 0, and no water follows
                                                    -> decimal point     Li1.02Ni0.8, Zr1.5Ta
    6. anything else has two readings and is refused: Al2O3.4SiO2, MnO1.5H2O, Ni.8Mn.2, CaSO4.0.5H2O.
       Write `*` for the hydrate dot, or `_` for the decimal.

The charge stands last: `SO4^2-`, `Fe^3+`, `Ni+2`, `PO4(3-)`, or a lone sign (`NH4+`, `HCO3-`) for one
charge. A lone sign is refused where the digits before it may be the charge: `Ni2+`, `SO42-`, `VO2+`,
`[Fe(CN)6]3-`. Left out: isotopes, phases such as (aq), and the mass of the electrons of a charge.

Source: IUPAC Nomenclature of Inorganic Chemistry 2005, IR-4; atomic weights see `elements`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from orecell.core.elements import ELEMENTS, atomic_weight, find_element, suggest_symbol
from orecell.errors import FormulaError

MAX_LENGTH = 200
MAX_NESTING = 8
MAX_SUBSCRIPT = 10_000.0
MIN_SUBSCRIPT = 1e-6
MAX_ATOMS = 1e6

_DOTS = re.escape("·•⋅∙*")
_SEPARATOR = re.compile(rf"[ \t]*[{_DOTS}][ \t]*|\.")
_INTEGER = re.compile(r"[0-9]+")
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_STOP_RUN = re.compile(r"(?P<before>[0-9]+)\.(?P<after>[0-9]+)(?P<second>\.[0-9])?")
_PART_GOES_ON = re.compile(r"[A-Za-z(\[.]")
_WATER = re.compile(rf"H2O(?=\Z|[.)\]]|[ \t]*[{_DOTS}])")
_SYMBOL = re.compile(r"[A-Z][a-z]?")
_WORD = re.compile(r"[A-Za-z]+")
_CHARGE = re.compile(
    r"(?:\^(?P<a>[0-9]*)(?P<a_sign>[+-])|\^(?P<b_sign>[+-])(?P<b>[0-9]+)"
    r"|\((?P<c>[0-9]*)(?P<c_sign>[+-])\)|(?P<d_sign>[+-])(?P<d>[0-9]*))\Z"
)
_CLOSING = {"(": ")", "[": "]"}
# Two capitals that are elements each, yet in practice a mistyped metal or metalloid.
_MISTYPED = ("NI", "CU", "SI", "SN", "PB", "NB")
_BETWEEN_PARTS = "a hydrate dot stands between two parts, outside brackets"
_FIXES = {
    **dict.fromkeys(".*·", _BETWEEN_PARTS),
    "": "add an element",
    ",": "write a point for the decimal, e.g. Ni0.8",
    "-": "write * for the hydrate dot; a charge stands last, e.g. SO4^2-",
    "+": "write one charge at the end, e.g. Ni^2+",
    " ": "remove the space",
    ")": "remove it, or open the bracket",
    "]": "remove it, or open the bracket",
}


@dataclass(frozen=True)
class Formula:
    """A chemical formula, read. Equal if atoms and charge are equal, however it was written.

    Attributes:
        text: the formula as written, without outer spaces.
        composition: (symbol, atoms per formula unit), sorted by symbol.
        charge: charge number where the formula states one, else None.
    """

    text: str = field(compare=False)
    composition: tuple[tuple[str, float], ...]
    charge: int | None = None

    def __str__(self) -> str:
        return self.text

    @property
    def atoms(self) -> Mapping[str, float]:
        """Symbol -> atoms per formula unit, sorted by symbol."""
        return dict(self.composition)

    @property
    def molar_mass(self) -> float:
        """Mass of one mole [g/mol]; raises InputError if an element has no standard atomic weight."""
        return math.fsum(count * atomic_weight(symbol) for symbol, count in self.composition)

    def mass_fraction(self, element: str) -> float:
        """Return the mass of an element per mass of the substance [fraction]; 0 if it holds none.

        Raises:
            InputError: the symbol is not an element.
        """
        find_element(element)
        return self.mass_fractions().get(element, 0.0)

    def mass_fractions(self) -> Mapping[str, float]:
        """Symbol -> mass per mass of the substance [fraction], sorted by symbol; they sum to one."""
        total = self.molar_mass
        return {symbol: count * atomic_weight(symbol) / total for symbol, count in self.composition}


@lru_cache(maxsize=4096)
def parse_formula(text: str) -> Formula:
    """Read a chemical formula such as `NiSO4.6H2O`, `Ni0.8Mn0.1Co0.1(OH)2` or `SO4^2-`.

    Args:
        text: the formula, at most 200 characters; the module docstring gives the grammar.

    Raises:
        FormulaError: the formula breaks the grammar, has two readings, or is out of range; it names
            the position, the rule and the fix.
    """
    return _Parser(text.strip()).parse()


class _Parser:
    """One pass over one formula; `position` is the next character to read, `end` the last to read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.end = len(text)

    def parse(self) -> Formula:
        if not self.text:
            raise self._error(0, "a formula needs at least one element", "write e.g. NiSO4.6H2O")
        if len(self.text) > MAX_LENGTH:
            rule = f"a formula has at most {MAX_LENGTH} characters"
            raise self._error(MAX_LENGTH, rule, "split the mixture into species")
        self.end, charge = _split_charge(self.text)
        atoms = self._read_parts()
        for symbol, count in atoms.items():
            if count > MAX_ATOMS:
                rule = f"holds {count:g} atoms of {symbol}, more than {MAX_ATOMS:g}"
                raise self._error(0, rule, "write the formula per repeating unit")
        return Formula(self.text, tuple(sorted(atoms.items())), charge)

    def _error(self, position: int, rule: str, fix: str) -> FormulaError:
        return FormulaError(self.text, position, rule, fix)

    def _peek(self) -> str:
        return self.text[self.position] if self.position < self.end else ""

    def _read_parts(self) -> dict[str, float]:
        """Read the parts between hydrate dots and add them up."""
        atoms: dict[str, float] = {}
        multiplier = self._read_number(_NUMBER)
        is_scaled, parts = self.position > 0, 0
        while True:
            parts += 1
            _add(atoms, self._read_sequence(depth=0), multiplier)
            separator = _SEPARATOR.match(self.text, self.position, self.end)
            if separator is None:
                break
            self.position = separator.end()
            multiplier = self._read_number(_NUMBER)
        if self.position < self.end:
            raise self._unexpected()
        if is_scaled and parts == 1:
            rule = "a formula of one part does not start with a number"
            raise self._error(0, rule, "put the coefficient into the recipe, not into the formula")
        return atoms

    def _read_sequence(self, depth: int) -> dict[str, float]:
        """Read atoms and groups up to a hydrate dot, a closing bracket or the end."""
        atoms: dict[str, float] = {}
        start = self.position
        while (character := self._peek()) and (character in _CLOSING or "A" <= character <= "Z"):
            inner = self._read_group(depth) if character in _CLOSING else self._read_symbol()
            _add(atoms, inner, self._read_subscript(depth))
        if self.position == start:
            raise self._unexpected()
        return atoms

    def _read_group(self, depth: int) -> dict[str, float]:
        opening, start = self._peek(), self.position
        if depth == MAX_NESTING:
            raise self._error(start, f"brackets nest more than {MAX_NESTING} deep", "multiply the groups out")
        self.position += 1
        atoms = self._read_sequence(depth + 1)
        if self._peek() != _CLOSING[opening]:
            if self.position < self.end:
                raise self._unexpected()
            raise self._error(start, f"{opening} is never closed", f"add {_CLOSING[opening]}")
        self.position += 1
        return atoms

    def _read_symbol(self) -> dict[str, float]:
        start = self.position
        match = _SYMBOL.match(self.text, start, self.end)
        symbol = match[0] if match else self.text[start]
        pair = self.text[start : min(start + 2, self.end)]
        if symbol not in ELEMENTS:
            nearby = (symbol, pair, self.text[max(start - 1, 0) : start + 1], self._word())
            raise self._error(start, f"{symbol} is not a chemical element", _did_you_mean(*nearby))
        if pair in _MISTYPED and not self.text[start + 2 : start + 3].islower():
            rule = f"{pair} may be {pair.capitalize()}, or {pair[0]} and {pair[1]}"
            fix = f"did you mean {pair.capitalize()}? Else write {pair[0]}1{pair[1]}"
            raise self._error(start, rule, fix)
        self.position = start + len(symbol)
        return {symbol: 1.0}

    def _word(self) -> str:
        match = _WORD.match(self.text, self.position, self.end)
        return match[0] if match else ""

    def _read_subscript(self, depth: int) -> float:
        start = self.position
        if self._peek() == "_":
            self.position += 1
            if not _NUMBER.match(self.text, self.position, self.end):
                raise self._error(start, "_ needs a number after it", "write e.g. Li_6.5La3")
            return self._read_number(_NUMBER)
        stop = _find_hydrate_stop(self.text, start, self.end)
        if stop is not None and depth:
            rule = "a hydrate dot may not stand inside brackets"
            raise self._error(stop, rule, "multiply the brackets out, or write _ before a decimal subscript")
        return self._read_number(_NUMBER if stop is None else _INTEGER)

    def _read_number(self, pattern: re.Pattern[str]) -> float:
        """Read a subscript or multiplier; none means one."""
        match = pattern.match(self.text, self.position, self.end)
        if match is None:
            return 1.0
        value = float(match[0])
        if not MIN_SUBSCRIPT <= value <= MAX_SUBSCRIPT:
            rule = f"a number in a formula is {MIN_SUBSCRIPT:g} to {MAX_SUBSCRIPT:g}, never zero"
            raise self._error(match.start(), rule, "leave the element out, or correct the number")
        self.position = match.end()
        return value

    def _unexpected(self) -> FormulaError:
        character = self._peek()
        position = min(self.position, len(self.text) - 1)
        rule = f"{character!r} cannot stand here" if character else "an element is missing"
        if character.islower():
            return self._error(position, rule, _did_you_mean(self.text, self._word()))
        symbols = "use element symbols, digits, ( ), [ ], * and a charge such as ^2-"
        return self._error(position, rule, _FIXES.get(character, symbols))


def _add(atoms: dict[str, float], more: Mapping[str, float], factor: float) -> None:
    for symbol, count in more.items():
        atoms[symbol] = atoms.get(symbol, 0.0) + factor * count


def _did_you_mean(*texts: str) -> str:
    for text in texts:
        if likely := suggest_symbol(text):
            return f"did you mean {likely}?"
    return "use IUPAC symbols, capital first (Li, Ni), and numbers as subscripts"


def _split_charge(text: str) -> tuple[int, int | None]:
    """Return where the atoms end, and the charge that follows, if any."""
    match = _CHARGE.search(text)
    if match is None:
        return len(text), None
    sign = match["a_sign"] or match["b_sign"] or match["c_sign"] or match["d_sign"]
    digits = match["a"] or match["b"] or match["c"] or match["d"] or ""
    if len(digits) > 1 or digits == "0":
        fix = "write e.g. SO4^2-, or leave a zero charge out"
        raise FormulaError(text, match.start(), "a charge is 1 to 9", fix)
    if match["d_sign"] and not digits:
        _refuse_unclear_sign(text, match.start())
    return match.start(), int(sign + (digits or "1"))


def _refuse_unclear_sign(text: str, position: int) -> None:
    """Refuse a lone sign after digits that may be the charge: `Ni2+`, `SO42-`, `VO2+`."""
    match = re.search(r"[0-9]+\Z", text[:position])
    if match is None:
        return
    sign, digits, stem = text[position], match[0], text[: match.start()]
    is_single_atom = _SYMBOL.fullmatch(stem) is not None
    is_common_cation_charge = sign == "+" and digits in ("2", "3")
    if is_single_atom or len(digits) > 1 or stem.endswith("]") or is_common_cation_charge:
        fix = f"write {stem}{digits[:-1]}^{digits[-1]}{sign} or {stem}{digits}^{sign}"
        rule = "the digits before the sign may be a subscript or a charge"
        raise FormulaError(text, match.start(), rule, fix)


def _find_hydrate_stop(text: str, start: int, end: int) -> int | None:
    """Return where a full stop, here or after the digits here, is a hydrate dot; None if it is not.

    The module docstring gives the rules; a full stop with two readings raises FormulaError.
    """
    if text[start:end].startswith("."):
        number = _NUMBER.match(text, start + 1, end)
        if number and not _WATER.match(text, number.end(), end):
            raise _unclear_stop(text, start)
        return start
    run = _STOP_RUN.match(text, start, end)
    if run is None:
        return None
    before, after, stop = run["before"], run["after"], run.end("before")
    if run["second"]:
        raise _unclear_stop(text, stop)
    if not before.strip("0") or not _PART_GOES_ON.match(text, run.end("after"), end):
        return None
    is_water = _WATER.match(text, run.end("after"), end) is not None
    is_decimal_like = before == "1" or after.startswith("0")
    if is_water == is_decimal_like:
        raise _unclear_stop(text, stop)
    return stop if is_water else None


def _unclear_stop(text: str, stop: int) -> FormulaError:
    hydrate = f"{text[:stop]}*{text[stop + 1 :]}"
    stem = text[:stop].rstrip("0123456789")
    decimal = f"{stem}_{text[len(stem) : stop] or 0}{text[stop:]}"
    rule = "the full stop may be a decimal point or a hydrate dot"
    return FormulaError(text, stop, rule, f"write {hydrate} for the hydrate dot or {decimal} for the decimal")
