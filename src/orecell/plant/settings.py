"""Naming settings of a flowsheet from outside: `unit.setting=value`, ranges, and what may be changed.

A setting of one unit only may be named without its unit; one inside another is named by both, as
`leach.cake.moisture`. Left out: feeds and prices, which are those of the file.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from orecell.data.check import refused_option, suggest
from orecell.errors import CaseError, Fault
from orecell.plant.file_faults import unfit_numbers
from orecell.plant.flowsheet import Flowsheet, Unit

MOST_STEPS = 2000


@dataclass(frozen=True)
class Sweep:
    """A setting and the values it takes."""

    unit: str
    setting: str
    values: tuple[float, ...]

    @property
    def label(self) -> str:
        """`unit.setting`."""
        return f"{self.unit}.{self.setting}"


def find_setting(flowsheet: Flowsheet, name: str, option: str = "--set") -> tuple[str, str]:
    """Unit and setting of a name; raises CaseError where it is none, or several units have it."""
    unit, _, setting = name.rpartition(".")
    if unit:
        names = [u.name for u in flowsheet.units]
        if unit not in names and unit.partition(".")[0] in names:
            unit, _, rest = name.partition(".")
            setting = rest
        if unit not in names:
            raise refused_option(
                option, name, "is no unit", suggest(unit, names, f"one of {', '.join(names)}")
            )
        return unit, _checked(flowsheet.unit(unit), setting, option)
    having = [u.name for u in flowsheet.units if setting in type(u.settings).model_fields]
    if len(having) == 1:
        return having[0], setting
    if having:
        rule = f"is a setting of {', '.join(having)}"
        raise refused_option(option, name, rule, f"say which: {having[0]}.{setting}")
    known = sorted({key for u in flowsheet.units for key in type(u.settings).model_fields})
    raise refused_option(
        option, name, "is no setting of any unit", suggest(setting, known, "see the flowsheet file")
    )


def _checked(unit: Unit, setting: str, option: str) -> str:
    """The setting, if the unit has it, down to the last part of its name."""
    inside, path = unit.settings, setting.split(".")
    for i, key in enumerate(path):
        label = ".".join((unit.name, *path[: i + 1]))
        if isinstance(inside, BaseModel):
            known = tuple(type(inside).model_fields)
            if key not in known:
                fix = suggest(key, known, f"one of {', '.join(known)}")
                raise refused_option(option, label, f"{unit.kind.name} has no such setting", fix)
            inside = getattr(inside, key)
        elif isinstance(inside, Mapping):
            inside = inside.get(key)
        else:
            fix = f"name {'.'.join((unit.name, *path[:i]))}"
            raise refused_option(option, label, "is no part of a setting", fix)
    return setting


def setting_value(flowsheet: Flowsheet, where: tuple[str, str]) -> Any:
    """Value of a setting as the flowsheet has it; None for a key that a mapping of settings does not hold."""
    value: Any = flowsheet.unit(where[0]).settings.model_dump()
    for key in where[1].split("."):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def changed(flowsheet: Flowsheet, changes: Mapping[tuple[str, str], Any], option: str = "--set") -> Flowsheet:
    """The flowsheet with settings changed, each checked by its model; raises CaseError with every fault."""
    names = [unit.name for unit in flowsheet.units]
    faults = [
        _fault(option, f"{unit}.{setting}", "is no unit", suggest(unit, names, f"one of {', '.join(names)}"))
        for unit, setting in changes
        if unit not in names
    ]
    units = []
    for unit in flowsheet.units:
        own = {setting: value for (name, setting), value in changes.items() if name == unit.name}
        found = list(_faults(unit, own, option)) if own else []
        faults += found
        units.append(replace(unit, settings=_with(unit, own)) if own and not found else unit)
    if faults:
        raise CaseError(faults)
    return replace(flowsheet, units=tuple(units))


def _fault(option: str, value: str, rule: str, fix: str) -> Fault:
    return Fault("command line", None, option, value, rule, fix)


def _with(unit: Unit, own: Mapping[str, Any]) -> Any:
    """Settings of a unit with some changed; raises ValidationError."""
    return type(unit.settings).model_validate(_tree(unit, own))


def _tree(unit: Unit, own: Mapping[str, Any]) -> dict[str, Any]:
    """Settings of a unit as nested mappings, with some changed."""
    tree: dict[str, Any] = unit.settings.model_dump()
    for setting, value in own.items():
        *path, last = setting.split(".")
        inside = tree
        for key in path:
            inside = inside.setdefault(key, {})
        inside[last] = value
    return tree


def _faults(unit: Unit, own: Mapping[str, Any], option: str) -> Iterator[Fault]:
    """What is wrong with changed settings of a unit, once per setting."""
    for setting in own:
        _checked(unit, setting, option)
    try:
        found = _with(unit, own)
    except ValidationError as error:
        rules: dict[str, list[str]] = {}
        for problem in error.errors():
            path = ".".join(map(str, problem["loc"]))
            named = [s for s in own if path == s or path.startswith(f"{s}.")] or [path]
            rules.setdefault(named[0], []).append(str(problem["msg"]).removeprefix("Value error, "))
        for setting, texts in rules.items():
            shown = f"{unit.name}.{setting}={own.get(setting, '')}"
            yield _fault(option, shown, "; or ".join(dict.fromkeys(texts)), "correct the value")
        return
    for place, value, rule in unfit_numbers(_tree(unit, own), found.model_dump()):
        label = ".".join((unit.name, *map(str, place)))
        yield _fault(option, f"{label}={value}", rule, "write a number")


def read_changes(flowsheet: Flowsheet, texts: tuple[str, ...]) -> dict[tuple[str, str], Any]:
    """`unit.setting=value` texts as changes; a value is a number, true, false, none, a word, or a list by
    commas. Raises CaseError with every fault."""
    found: dict[tuple[str, str], Any] = {}
    faults: list[Fault] = []
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not value.strip():
            fix = "write e.g. leach.temperature_c=80"
            faults.append(_fault("--set", text, "must be unit.setting=value", fix))
            continue
        try:
            where = find_setting(flowsheet, name.strip())
        except CaseError as error:
            faults += error.faults
            continue
        if where in found:
            faults.append(_fault("--set", text, "is set twice", "delete one of the two"))
        read = _value(value.strip(), _words(flowsheet.unit(where[0]), where[1]))
        is_one = isinstance(setting_value(flowsheet, where), tuple) and not isinstance(read, list)
        found[where] = [read] if is_one else read
    if faults:
        raise CaseError(faults)
    return found


def _words(unit: Unit, setting: str) -> tuple[Any, ...]:
    """Words among which a setting chooses; none if it does not."""
    field = type(unit.settings).model_fields.get(setting)
    return () if field is None else get_args(field.annotation)


def _value(text: str, words: tuple[Any, ...] = ()) -> Any:
    if text in words:
        return text
    if "," in text:
        return [_value(part.strip()) for part in text.split(",") if part.strip()]
    if text in ("true", "false"):
        return text == "true"
    if text in ("none", "null"):
        return None
    try:
        return float(text) if any(c in text for c in ".eE") else int(text)
    except ValueError:
        return text


def read_sweep(flowsheet: Flowsheet, text: str) -> Sweep:
    """`unit.setting=low:high:step` or `unit.setting=a,b,c` as a sweep; raises CaseError."""
    name, sign, value = text.partition("=")
    fix = "write e.g. cobalt_sx.ph=4:7:0.1, or a list 4,5,6"
    if not sign:
        raise refused_option("--sweep", text, "must be unit.setting=low:high:step", fix)
    unit, setting = find_setting(flowsheet, name.strip(), "--sweep")
    try:
        numbers = [float(part) for part in value.split(":" if ":" in value else ",")]
    except ValueError:
        raise refused_option("--sweep", text, "needs numbers", fix) from None
    if not all(math.isfinite(number) for number in numbers) or (":" in value and len(numbers) != 3):
        raise refused_option("--sweep", text, "needs finite numbers: low, high and step", fix)
    if ":" in value:
        low, high, step = numbers
        count = (high - low) / step + 1e-9 if step > 0.0 and high >= low else -1.0
        if not 0.0 <= count < MOST_STEPS:
            rule = f"must go up from low to high in 1 to {MOST_STEPS} steps"
            raise refused_option("--sweep", text, rule, fix)
        numbers = [float(f"{low + i * step:.12g}") for i in range(int(count) + 1)]
    if len(numbers) > MOST_STEPS:
        rule = f"has {len(numbers)} steps, allowed are 1 to {MOST_STEPS}"
        raise refused_option("--sweep", text, rule, fix)
    return Sweep(unit, setting, tuple(numbers))
