"""Every error Orecell raises on purpose.

    OrecellError           exit 1   our bug, unless a subclass says otherwise
    ├── InputError         exit 2   what the user gave cannot be used
    │   ├── FormulaError            a chemical formula cannot be read
    │   ├── UnitError               a unit is unknown, or two units do not convert
    │   ├── MoneyError              a currency, price year or rate cannot be used
    │   ├── RecipeError             a recipe does not conserve the elements
    │   └── CaseError               one or more faults in the tables or scenarios of a case
    ├── BalanceError       exit 1   a unit of a plant creates or loses atoms or charge
    ├── NotSolvedError     exit 3   infeasible, unbounded, or stopped before proof
    └── StoreError         exit 4   a result store is missing, locked or damaged

Exit codes outside the tree: 0 ok, 130 interrupted. Errors carry their parts as attributes and
survive pickling, because a worker process hands them back to the session that started it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar

_SHOWN_TEXT = 80


class ExitCode(IntEnum):
    """What the command line returns to the shell."""

    OK = 0
    BUG = 1
    BAD_INPUT = 2
    NOT_SOLVED = 3
    STORE = 4
    INTERRUPTED = 130


class OrecellError(Exception):
    """Base of every error raised on purpose."""

    exit_code: ClassVar[ExitCode] = ExitCode.BUG


class InputError(OrecellError):
    """What the user gave cannot be used.

    Args:
        text: the offending text, or the whole message if no rule is given.
        rule: the rule that the text breaks.
        fix: what to write instead.
    """

    exit_code = ExitCode.BAD_INPUT

    def __init__(self, text: str, rule: str = "", fix: str = "") -> None:
        super().__init__(text, rule, fix)
        self.text = text
        self.rule = rule
        self.fix = fix

    def __str__(self) -> str:
        message = f"{_quote(self.text)}: {_one_line(self.rule)}" if self.rule else self.text
        return _with_fix(message, self.fix)


class FormulaError(InputError):
    """A chemical formula cannot be read.

    Args:
        text: the formula as given.
        position: index of the first character at fault, from 0.
        rule: the rule that the formula breaks.
        fix: what to write instead.
    """

    def __init__(self, text: str, position: int, rule: str, fix: str) -> None:
        super().__init__(text, rule, fix)
        self.args = (text, position, rule, fix)
        self.position = position

    def __str__(self) -> str:
        message = f"formula {_quote(self.text)}, character {self.position + 1}: {_one_line(self.rule)}"
        return _with_fix(message, self.fix)


class UnitError(InputError):
    """A unit is unknown, or two units do not convert into each other."""


class MoneyError(InputError):
    """A currency, price year, rate or lifetime cannot be used."""


class RecipeError(InputError):
    """A recipe does not conserve the elements.

    Args:
        recipe: id of the recipe.
        missing: element -> amount missing per unit of product. Positive: the outputs hold more of
            the element than the inputs bring. Negative: the inputs bring more than leaves.
        amount_unit: unit of the amounts, e.g. "kg/kg".
    """

    def __init__(self, recipe: str, missing: Mapping[str, float], amount_unit: str = "") -> None:
        self.recipe = recipe
        self.missing: Mapping[str, float] = dict(sorted(missing.items()))
        self.amount_unit = amount_unit
        unit = f" {amount_unit}" if amount_unit else ""
        amounts = ", ".join(f"{element} {amount:+.6g}{unit}" for element, amount in self.missing.items())
        rule = f"does not balance; missing per unit of product: {amounts}"
        super().__init__(recipe, rule, "add inputs for a positive amount, outputs for a negative one")
        self.args = (recipe, dict(self.missing), amount_unit)


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a case: where it stands, which rule it breaks, how to put it right.

    Attributes:
        file: file name relative to the case, or "".
        row: row number in the file, or None if the fault belongs to no row.
        column: column or key name, or "".
        value: the cell as written, or "".
        rule: the rule it breaks.
        fix: what to write instead, or "".
    """

    file: str
    row: int | None
    column: str
    value: str
    rule: str
    fix: str

    def __str__(self) -> str:
        where = [
            _one_line(self.file),
            "" if self.row is None else f"row {self.row}",
            f"column {_one_line(self.column)}" if self.column else "",
            f"value {self.value!r}" if self.value else "",
        ]
        parts = [", ".join(part for part in where if part), _one_line(self.rule)]
        message = ": ".join(part for part in parts if part)
        return _with_fix(message, self.fix)

    @property
    def sort_key(self) -> tuple[str, int, str]:
        """File, row, column; a fault of the whole file comes before its rows."""
        return (self.file, -1 if self.row is None else self.row, self.column)


class CaseError(InputError):
    """One or more faults in the tables or scenarios of a case, all reported at once."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: fault.sort_key))
        count = len(self.faults)
        heading = "1 fault in the case" if count == 1 else f"{count} faults in the case"
        super().__init__("\n  ".join([f"{heading}:", *map(str, self.faults)]))
        self.args = (self.faults,)


class BalanceError(OrecellError):
    """A unit of a plant creates or loses atoms or charge: never the fault of its user.

    Args:
        unit: unit of the flowsheet.
        of: element, or `charge`.
        amount: what enters less what leaves [kmol/h].
        streams: streams that leave the unit.
    """

    def __init__(self, unit: str, of: str, amount: float, streams: Sequence[str]) -> None:
        super().__init__(unit, of, amount, tuple(streams))
        self.unit, self.of, self.amount, self.streams = unit, of, amount, tuple(streams)

    def __str__(self) -> str:
        verb = "loses" if self.amount > 0 else "creates"
        streams = ", ".join(self.streams)
        amount = f"{abs(self.amount):.3g} kmol/h of {self.of}"
        return f"unit {_quote(self.unit)} {verb} {amount}; streams: {streams}"


class NotSolvedError(OrecellError):
    """The problem has no proven solution: infeasible, unbounded, or stopped before proof."""

    exit_code = ExitCode.NOT_SOLVED


class StoreError(OrecellError):
    """A result store is missing, locked, of another version or damaged."""

    exit_code = ExitCode.STORE


def _quote(text: str) -> str:
    """Show the text on one line, cut if it is long."""
    return repr(text if len(text) <= _SHOWN_TEXT else text[: _SHOWN_TEXT - 1] + "…")


def _with_fix(message: str, fix: str) -> str:
    return f"{message}; fix: {_one_line(fix)}" if fix else message


def _one_line(text: str) -> str:
    return " ".join(text.split())
