"""A whole network in one YAML file: any elements, commodities, processes, places and years.

The file is read in two passes, and all faults of both are reported at once: each entry by itself
(`network_entries`), then names and what else needs more than one (`network_file_rules`). The second leaves
out what the first found at fault, but its names stay known. Nothing is repaired silently.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from orecell.data.check import suggest
from orecell.data.filebytes import read_bytes, shown_name
from orecell.data.network_entries import Entry, Network
from orecell.data.network_file_rules import check_names, check_network
from orecell.data.network_values import Flaw, Where
from orecell.data.yamlfile import MAX_BYTES, Lines, read_yaml
from orecell.errors import CaseError, Fault

MOST_FAULTS = 200
ENTRY, KEY, PART = 2, 3, 9
"""Depth of an entry, of a key of it, and of what is inside."""
_WORDS = {
    "must not be empty": ("must not be empty", "write 'years: 2030-2034', then places, commodities, ..."),
    "a file holds one scenario": ("a file holds one network", "move the second into a file of its own"),
}
_RULES = {
    "missing": ("this key is required", "add '{key}:'"),
    "extra_forbidden": ("is not a known key", "delete it"),
    "model_type": ("must be keys and values", "write for example 'unit: t'"),
}


def read_network(path: Path) -> Network:
    """Read and check a network file.

    Raises:
        CaseError: all faults of the file, each with line, key, value, rule and fix.
    """
    file = shown_name(path)
    content, faults = read_bytes(path, file, MAX_BYTES, "give the path of a network file")
    if content is None:
        raise CaseError(faults)
    network, faults = parse_network(content, file)
    if network is None:
        raise CaseError(faults)
    network._sha256 = hashlib.sha256(content).hexdigest()
    return network


def parse_network(content: bytes, file: str) -> tuple[Network | None, list[Fault]]:
    """A network, or its faults.

    Args:
        content: bytes of the file.
        file: name used in faults.
    """
    value, lines, faults = read_yaml(content, file)
    faults = [_about_network(fault) for fault in faults]
    if faults:
        return None, faults
    if not isinstance(value, dict):
        fix = "write 'years: 2030-2034'"
        return None, [Fault(file, 1, "", str(value)[:60], "must be keys and values", fix)]
    network, partial, flaws = _validated(value)
    is_whole = not flaws
    flaws += check_names(partial, value)
    flaws += check_network(network, is_whole=is_whole)
    faults = [_fault(flaw, lines, file) for flaw in dict.fromkeys(map(_hashable, flaws))]
    return (None, _shortened(faults, file)) if faults else (network, [])


def _about_network(fault: Fault) -> Fault:
    """What the YAML reader says of scenarios, said of networks."""
    rule, fix = _WORDS.get(fault.rule, (fault.rule, fault.fix))
    return replace(fault, rule=rule, fix=fix)


def _validated(value: dict[str, Any]) -> tuple[Network, Network, list[Flaw]]:
    """The network without entries at fault, that with as much of them as is sound, and the flaws."""
    flaws = _problems(value)
    whole = Network.model_validate(_pruned(value, flaws, ENTRY))
    partly = dict(value)
    for depth in (PART, KEY, ENTRY):
        partly = _pruned(partly, _problems(partly), depth)
    return whole, Network.model_validate(partly), flaws


def _problems(value: Mapping[str, Any]) -> list[Flaw]:
    """Whatever entries have by themselves."""
    try:
        Network.model_validate(value)
    except ValidationError as error:
        return [flaw for problem in error.errors() for flaw in _flaws(problem)]
    return []


def _pruned(value: Mapping[str, Any], flaws: list[Flaw], depth: int) -> dict[str, Any]:
    """The file without what lies where the flaws are, cut off at a depth."""
    kept = deepcopy(dict(value))
    for key, section in kept.items():
        if isinstance(section, list) and is_section(key):
            kept[key] = dict(enumerate(section))
    for flaw in flaws:
        path = flaw.where[: depth if is_section(str(flaw.where[0])) else depth - 1]
        node: Any = kept
        for step in path[:-1]:
            node = node.get(step) if isinstance(node, dict) else None
        if isinstance(node, dict):
            node.pop(path[-1], None)
    return kept


def is_section(key: str) -> bool:
    """Whether a key of the file holds several entries."""
    field = Network.model_fields.get(key)
    return field is not None and get_origin(field.annotation) is dict


def _entry_of(key: str) -> type[Entry] | None:
    """The class of the entries below a key of the file; None where it holds a value."""
    field = Network.model_fields.get(key)
    kinds = () if field is None else (field.annotation, *get_args(field.annotation))
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Entry)), None)


def known_keys(model: type[BaseModel]) -> list[str]:
    """Keys of an entry as they are written."""
    return [field.alias or name for name, field in model.model_fields.items()]


def _flaws(problem: Any) -> Iterator[Flaw]:
    """Flaws behind one problem that pydantic found."""
    where: Where = tuple(problem["loc"])
    if problem["type"] == "flaws":
        yield from (f._replace(where=(*where, *f.where)) for f in problem["ctx"]["flaws"])
        return
    rule, fix = _RULES.get(problem["type"], (str(problem["msg"]), "correct the value"))
    value = "" if problem["type"] == "missing" else problem["input"]
    if problem["type"] == "extra_forbidden":
        model = Network if len(where) == 1 else _entry_of(str(where[0])) or Network
        value, fix = where[-1], suggest(str(where[-1]), known_keys(model), fix)
    yield Flaw(where, value, rule, fix.format(key=where[-1]) if problem["type"] == "missing" else fix)


def _hashable(flaw: Flaw) -> Flaw:
    """A flaw with its value as it is shown: one line, cut if it is long."""
    is_structure = isinstance(flaw.value, (dict, list)) and flaw.value
    shown = "" if flaw.value is None or is_structure else str(flaw.value)[:80]
    return flaw._replace(value=shown)


def _fault(flaw: Flaw, lines: Lines, file: str) -> Fault:
    where = flaw.where
    row = next((lines[where[:n]] for n in range(len(where), -1, -1) if where[:n] in lines), None)
    return Fault(file, row, ".".join(map(str, where))[:200], flaw.value, flaw.rule, flaw.fix)


def _shortened(faults: list[Fault], file: str) -> list[Fault]:
    """Not more than a person can use."""
    rest = len(faults) - MOST_FAULTS
    more = [Fault(file, None, "", "", f"{rest} more faults are not shown", "correct these first")]
    return [*faults[:MOST_FAULTS], *(more if rest > 0 else [])]
