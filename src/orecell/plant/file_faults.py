"""Faults of a YAML file, each at the line of the key it belongs to.

Pydantic names a place by its path; the path is cut to what the file holds, so that a value tried in several
readings gives one fault. Values that models take although no one would write them on purpose are faults as
well: NaN, infinity, and true or false for a number.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from orecell.data.check import suggest
from orecell.data.yamlfile import Lines
from orecell.errors import Fault

Place = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)
MOST_SHOWN = 80


class FileFaults:
    """Faults found so far in one file.

    Args:
        file: name used in faults.
        lines: line of each path of the file.
    """

    def __init__(self, file: str, lines: Lines) -> None:
        self.file, self.lines = file, lines
        self.found: list[Fault] = []

    def add(self, where: Place, value: object, rule: str, fix: str) -> None:
        """Note a fault at a place of the file."""
        row = next(
            (self.lines[where[:n]] for n in range(len(where), -1, -1) if where[:n] in self.lines), None
        )
        shown = "" if value is None or isinstance(value, (dict, list)) else str(value)[:MOST_SHOWN]
        self.found.append(Fault(self.file, row, ".".join(map(str, where)), shown, rule, fix))

    def read(self, model: type[Model], given: Any, where: Place, *, in_part: bool = False) -> Model | None:
        """What a model makes of a part of the file.

        Args:
            model: model of the part.
            given: the part as written.
            where: its path.
            in_part: whether keys with faults, which are noted, may be left out to read the others.

        Returns:
            The model, or None where the part has faults.
        """
        try:
            found, is_whole = model.model_validate(given), True
        except ValidationError as error:
            self._note(error, model, where)
            faulty = {problem["loc"][0] for problem in error.errors() if problem["loc"]}
            try:
                found = model.model_validate({k: v for k, v in given.items() if k not in faulty})
            except (ValidationError, AttributeError):
                return None
            is_whole = False
        unfit = list(unfit_numbers(given, found.model_dump()))
        for path, value, rule in unfit:
            self.add(self._held((*where, *path), len(where)), value, rule, "write a number")
        return found if (is_whole and not unfit) or in_part else None

    def _held(self, place: Place, least: int) -> Place:
        """A place cut to what the file holds, but not shorter than `least`."""
        while len(place) > least and place not in self.lines:
            place = place[:-1]
        return place

    def _note(self, error: ValidationError, model: type[BaseModel], where: Place) -> None:
        """One fault for each place that pydantic complains of."""
        rules: dict[Place, list[str]] = {}
        values, fixes = dict[Place, object](), dict[Place, str]()
        for problem in error.errors():
            place: Place = (*where, *problem["loc"])
            if problem["type"] != "missing":
                place = self._held(place, len(where))
            rule, fix = str(problem["msg"]).removeprefix("Value error, "), "correct the value"
            if problem["type"] == "extra_forbidden":
                names = _fields_at(model, problem["loc"][:-1])
                rule, fix = "is not a known key", suggest(str(place[-1]), names, f"one of {', '.join(names)}")
            elif problem["type"] == "missing":
                rule, fix = "this key is required", f"add '{place[-1]}:'"
            rules.setdefault(place, []).append(rule)
            values[place], fixes[place] = problem.get("input"), fix
        for place, texts in rules.items():
            self.add(place, values[place], "; or ".join(dict.fromkeys(texts)), fixes[place])


def _fields_at(model: type[BaseModel], path: tuple[str | int, ...]) -> tuple[str, ...]:
    """Keys of the model below a path of another."""
    for key in path:
        field = model.model_fields.get(str(key))
        kind = None if field is None else field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            model = kind
    return tuple(model.model_fields)


def unfit_numbers(given: Any, read: Any, where: Place = ()) -> Iterator[tuple[Place, object, str]]:
    """Values of a model that are no finite number, or were written as true or false.

    Args:
        given: what was written.
        read: what the model made of it.
        where: path of both.
    """
    if isinstance(read, bool):
        return
    if isinstance(read, (int, float)):
        if not math.isfinite(read):
            yield where, given, "must be a finite number"
        elif isinstance(given, bool):
            yield where, str(given).lower(), "must be a number"
    elif isinstance(read, Mapping):
        for key, value in read.items():
            yield from unfit_numbers(
                given.get(key) if isinstance(given, dict) else None, value, (*where, key)
            )
    elif isinstance(read, (list, tuple)):
        for i, value in enumerate(read):
            own = given[i] if isinstance(given, (list, tuple)) and i < len(given) else None
            yield from unfit_numbers(own, value, (*where, i))
