"""Naming settings of a flowsheet from outside: `unit.setting=value`, ranges, and what may be changed.

A setting of one unit only may be named without its unit; a `feeds.NAME.t_per_yr` scales a feed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError

from orecell.data.check import refused_option, suggest
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
    known = type(unit.settings).model_fields
    if setting.partition(".")[0] not in known:
        fix = suggest(setting, known, f"one of {', '.join(known)}")
        raise refused_option(option, f"{unit.name}.{setting}", f"{unit.kind.name} has no such setting", fix)
    return setting


def changed(flowsheet: Flowsheet, changes: Mapping[tuple[str, str], Any], option: str = "--set") -> Flowsheet:
    """The flowsheet with settings changed, each checked by its model; raises CaseError."""
    units = []
    for unit in flowsheet.units:
        own = {setting: value for (name, setting), value in changes.items() if name == unit.name}
        if own:
            known = unit.settings.model_dump()
            for setting, value in own.items():
                _put(known, setting.split("."), value)
            try:
                unit = replace(unit, settings=type(unit.settings).model_validate(known))
            except ValidationError as error:
                first = error.errors()[0]
                where = ".".join((unit.name, *map(str, first["loc"])))
                rule = str(first["msg"]).removeprefix("Value error, ")
                raise refused_option(
                    option, f"{where}={first.get('input')}", rule, "correct the value"
                ) from None
        units.append(unit)
    return replace(flowsheet, units=tuple(units))


def _put(tree: dict[str, Any], path: list[str], value: Any) -> None:
    """Set a value below nested keys."""
    for key in path[:-1]:
        tree = tree.setdefault(key, {})
    tree[path[-1]] = value


def read_changes(flowsheet: Flowsheet, texts: tuple[str, ...]) -> dict[tuple[str, str], Any]:
    """`unit.setting=value` texts as changes; a value is a number, true, false, a word, or a list by
    commas."""
    found = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign or not value:
            raise refused_option(
                "--set", text, "must be unit.setting=value", "write e.g. leach.temperature_c=80"
            )
        found[find_setting(flowsheet, name.strip())] = _value(value.strip())
    return found


def _value(text: str) -> Any:
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
        if ":" in value:
            low, high, step = (float(part) for part in value.split(":"))
            count = round((high - low) / step + 1e-9) + 1 if step > 0 and high >= low else 0
            values = tuple(
                round(low + i * step, 12)
                for i in range(count if low + (count - 1) * step <= high + 1e-9 else count - 1)
            )
        else:
            values = tuple(float(part) for part in value.split(","))
    except (ValueError, ZeroDivisionError):
        raise refused_option("--sweep", text, "needs numbers", fix) from None
    if not 0 < len(values) <= MOST_STEPS:
        raise refused_option("--sweep", text, f"has {len(values)} steps, allowed are 1 to {MOST_STEPS}", fix)
    return Sweep(unit, setting, values)
