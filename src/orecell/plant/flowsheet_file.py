"""Flowsheets in YAML files: reading one, with every fault named at once.

    name: my_plant
    because: What it is for, in a sentence.
    hours_per_yr: 7500
    feeds:
      black_mass: {phase: solid, t_per_yr: 10000, mass: {LiNiO2: 0.5, C: 0.5}}
      brine: {phase: aqueous, m3_per_h: 100, g_per_l: {Li+: 0.4}, balance_with: Cl-}
    units:
      leach: {kind: leach, in: black_mass, out: {pls: pls, residue: residue}, temperature_c: 80}
    products:
      - {stream: crystals, commodity: niso4_6h2o, specification: niso4_6h2o}
    wastes: {residue: 100}

`in` is a stream, a list that is mixed, or ports with either; outputs that are not named are called UNIT.PORT.
All other keys of a unit are settings of its kind. Left out: loops in YAML (anchors), units of measure in
values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from orecell.data.check import ID, suggest
from orecell.data.filebytes import read_bytes
from orecell.data.yamlfile import MAX_BYTES, Lines, read_yaml
from orecell.errors import CaseError, Fault
from orecell.plant.file_faults import FileFaults, Place
from orecell.plant.flowsheet import Feed, Flowsheet, Unit
from orecell.plant.flowsheet_ends import Known, read_ends
from orecell.plant.flowsheet_feed import FeedEntry, check_feed
from orecell.plant.kinds import kinds

if TYPE_CHECKING:
    from orecell.plant.unit import Kind


class FlowsheetEntry(BaseModel):
    """A whole file; its parts are read one by one afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    because: str = Field(min_length=10, max_length=2000)
    hours_per_yr: float = Field(7500.0, gt=0, le=8784)
    feeds: dict[str, Any] = Field(min_length=1, exclude=True)
    units: dict[str, Any] = Field(min_length=1, exclude=True)
    products: list[Any] = Field(default_factory=list, exclude=True)
    wastes: dict[str, Any] = Field(default_factory=dict, exclude=True)
    economics: dict[str, Any] = Field(default_factory=dict, exclude=True)
    design: list[Any] = Field(default_factory=list, exclude=True)
    keep: dict[str, Any] = Field(default_factory=dict, exclude=True)


def shipped_folder() -> Path:
    """Folder of the flowsheets that come with the package."""
    return Path(__file__).parent.parent / "datasets" / "flowsheets"


def shipped_flowsheets() -> tuple[str, ...]:
    """Names of the flowsheets that come with the package."""
    return tuple(sorted(path.stem for path in shipped_folder().glob("*.yaml")))


def read_flowsheet(name: str | Path) -> Flowsheet:
    """A shipped flowsheet by name, or one of a file.

    Raises:
        CaseError: it is not there, or has faults; all are in the message.
    """
    path = Path(name)
    if path.suffix != ".yaml":
        known = shipped_flowsheets()
        if str(name) not in known:
            fix = suggest(str(name), known, f"one of {', '.join(known)}, or a .yaml file")
            raise CaseError([Fault("command line", None, "FLOWSHEET", str(name), "is no flowsheet", fix)])
        path = shipped_folder() / f"{name}.yaml"
    content, faults = read_bytes(path, path.name, MAX_BYTES, "check the path")
    if content is None:
        raise CaseError(faults)
    return parse_flowsheet(content, path.name)


def parse_flowsheet(content: bytes, file: str) -> Flowsheet:
    """A flowsheet from the bytes of its file; raises CaseError with every fault."""
    value, lines, faults = read_yaml(content, file)
    if not faults and not isinstance(value, dict):
        faults = [Fault(file, 1, "", str(value)[:60], "must be keys and values", "write 'name: my_plant'")]
    if faults:
        raise CaseError(faults)
    reader = _Reader(value, lines, file)
    flowsheet = reader.read()
    if flowsheet is None:
        raise CaseError(reader.faults.found)
    return flowsheet


@dataclass(frozen=True)
class _Part:
    """A unit as read: kind and settings are None where they have faults, streams are what the file names."""

    name: str
    kind: Kind | None
    settings: Any
    inputs: dict[str, tuple[str, ...]]
    outputs: dict[str, str]


class _Reader:
    """One pass over a file, collecting faults of every part, whatever is wrong with the others."""

    def __init__(self, value: Mapping[str, Any], lines: Lines, file: str) -> None:
        self.value, self.faults = value, FileFaults(file, lines)

    def part(self, key: str) -> dict[str, Any]:
        """A mapping of the file; empty where it is none, which is a fault of the whole."""
        found = self.value.get(key)
        return found if isinstance(found, dict) else {}

    def read(self) -> Flowsheet | None:
        """The flowsheet, or None where there are faults."""
        entry = self.faults.read(FlowsheetEntry, self.value, ())
        if isinstance(self.value.get("name"), str):
            self._named(("name",), self.value["name"])
        feeds = {name: self._feed(name, given) for name, given in self.part("feeds").items()}
        parts = [self._unit(name, given) for name, given in self.part("units").items()]
        makers = self._check_makers(parts, feeds)
        used = self._check_users(parts, makers)
        units = tuple(
            Unit(p.name, p.kind, p.settings, p.inputs, p.outputs)
            for p in parts
            if p.kind is not None and p.settings is not None
        )
        faulty = frozenset(part.name for part in parts) - {unit.name for unit in units}
        ends = read_ends(self.value, Known(makers, used, units, faulty), self.faults)
        if entry is None or self.faults.found:
            return None
        streams = tuple(
            Feed(name, feed.phase, feed.flows(entry.hours_per_yr), feed.temperature_c)
            for name, feed in feeds.items()
            if feed is not None
        )
        head = (entry.name, entry.because, entry.hours_per_yr)
        return Flowsheet(*head, streams, units, ends.products, ends.wastes, ends.economics)

    def _named(self, where: Place, name: str) -> None:
        if not re.fullmatch(ID, name):
            rule = "a name holds letters, digits, _ . and -, 80 at most, and starts with a letter or digit"
            self.faults.add(where, name, rule, "rename it")

    def _feed(self, name: str, given: Any) -> FeedEntry | None:
        where = ("feeds", name)
        self._named(where, name)
        feed = self.faults.read(FeedEntry, given, where)
        if feed is not None:
            check_feed(feed, where, self.faults)
        return feed

    def _unit(self, name: str, keys: Any) -> _Part:
        where = ("units", name)
        self._named(where, name)
        if not isinstance(keys, dict):
            fix = "write {kind: leach, in: ..., out: ...}"
            self.faults.add(where, keys, "a unit is keys and values", fix)
            return _Part(name, None, None, {}, {})
        given = "" if keys.get("kind") is None else str(keys["kind"])
        kind = kinds().get(given)
        if kind is None:
            fix = suggest(given, kinds(), f"one of {', '.join(kinds())}")
            self.faults.add((*where, "kind"), given, "is no kind of unit", fix)
            return _Part(name, None, None, {}, self._outputs(where, None, keys.get("out")))
        own = {key: value for key, value in keys.items() if key not in ("kind", "in", "out")}
        settings = self.faults.read(kind.settings, own, where)
        inputs = self._inputs(where, kind, keys.get("in"))
        return _Part(name, kind, settings, inputs, self._outputs(where, kind, keys.get("out")))

    def _inputs(self, where: Place, kind: Kind, given: Any) -> dict[str, tuple[str, ...]]:
        ports = given if isinstance(given, dict) else {} if given is None else {kind.ports_in[0]: given}
        unknown = [port for port in ports if port not in kind.ports_in]
        for port in unknown:
            fix = suggest(port, kind.ports_in, f"one of {', '.join(kind.ports_in)}")
            self.faults.add((*where, "in", port), port, f"{kind.name} has no such input", fix)
        found = {}
        for port, names in ports.items():
            streams = names if isinstance(names, list) else [names]
            if not streams or not all(isinstance(stream, str) and stream for stream in streams):
                place = (*where, "in", *([port] if ports is given else []))
                self.faults.add(place, str(names), "must name a stream, or a list of them", "write in: pls")
            else:
                found[port] = tuple(streams)
        for port in kind.ports_in:
            if port not in ports and port not in kind.optional and not unknown:
                rule = f"{kind.name} needs a stream at {port}"
                self.faults.add((*where, "in"), None, rule, f"write in: {{{port}: NAME}}")
        return found

    def _outputs(self, where: Place, kind: Kind | None, given: Any) -> dict[str, str]:
        """Port -> stream, with those of ports that do not exist, so that no one misses their streams."""
        known = tuple(kind.ports_out) if kind is not None else ()
        first = known[0] if known else "out"
        ports = given if isinstance(given, dict) else {} if given is None else {first: given}
        for port, stream in ports.items():
            place = (*where, "out", *([port] if ports is given else []))
            if kind is not None and port not in known:
                fix = suggest(port, known, f"one of {', '.join(known)}")
                self.faults.add(place, port, f"{kind.name} has no such output", fix)
            if not isinstance(stream, str):
                self.faults.add(place, str(stream), "must name a stream", "write a word")
            else:
                self._named(place, stream)
        return {port: str(ports.get(port, f"{where[-1]}.{port}")) for port in (*known, *ports)}

    def _check_makers(self, parts: list[_Part], feeds: Mapping[str, Any]) -> dict[str, str]:
        """Stream -> what makes it; streams are made once."""
        makers: dict[str, str] = dict.fromkeys(feeds, "the feeds")
        for part in parts:
            for port, stream in part.outputs.items():
                if stream in makers:
                    rule, fix = f"is already made by {makers[stream]}", "give one of the two another name"
                    self.faults.add(("units", part.name, "out", port), stream, rule, fix)
                makers.setdefault(stream, part.name)
        return makers

    def _check_users(self, parts: list[_Part], makers: Mapping[str, str]) -> dict[str, str]:
        """Stream -> unit that uses it; what is used is made, and used once."""
        unclear = tuple(f"{part.name}." for part in parts if part.kind is None)
        used: dict[str, str] = {}
        for part in parts:
            for port, stream in ((port, stream) for port, names in part.inputs.items() for stream in names):
                place = ("units", part.name, "in", port)
                if stream not in makers and not stream.startswith(unclear or ("\n",)):
                    fix = suggest(stream, makers, "name one that is made")
                    self.faults.add(place, stream, "nothing makes this stream", fix)
                elif stream in used:
                    rule, fix = f"is already used by {used[stream]}", "split it with a unit of kind split"
                    self.faults.add(place, stream, rule, fix)
                used.setdefault(stream, part.name)
        return used
