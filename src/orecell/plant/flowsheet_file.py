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

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from orecell.core.formula import parse_formula
from orecell.data.check import suggest
from orecell.data.filebytes import read_bytes
from orecell.data.yamlfile import MAX_BYTES, Lines, read_yaml
from orecell.errors import CaseError, Fault, FormulaError
from orecell.plant.component import PROTON, WATER
from orecell.plant.flowsheet import Feed, Flowsheet, Product, Unit
from orecell.plant.kinds import kinds

if TYPE_CHECKING:
    from orecell.plant.unit import Kind

WATER_KG_PER_L = 0.997


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FeedEntry(_Model):
    """A feed of a file: solids by mass fractions, liquids by grams per liter."""

    phase: Literal["solid", "aqueous", "gas", "organic"]
    t_per_yr: float | None = Field(None, gt=0)
    m3_per_h: float | None = Field(None, gt=0)
    mass: dict[str, float] = Field(default_factory=dict)
    g_per_l: dict[str, float] = Field(default_factory=dict)
    balance_with: str = ""
    temperature_c: float = Field(25.0, ge=-50, le=1500)
    commodity: str = ""

    @model_validator(mode="after")
    def _is_complete(self) -> FeedEntry:
        if bool(self.mass) == bool(self.g_per_l):
            raise ValueError("give either `mass` (fractions) with `t_per_yr`, or `g_per_l` with `m3_per_h`")
        if self.mass and self.t_per_yr is None:
            raise ValueError("a feed by mass fractions needs `t_per_yr`")
        if self.g_per_l and self.m3_per_h is None:
            raise ValueError("a feed by g/L needs `m3_per_h`")
        if self.mass and abs(sum(self.mass.values()) - 1.0) > 1e-6:
            raise ValueError(f"mass fractions sum to {sum(self.mass.values()):.6g}, not to 1")
        if any(value < 0 for value in (*self.mass.values(), *self.g_per_l.values())):
            raise ValueError("an amount must not be negative")
        return self

    def flows(self, hours: float) -> dict[str, float]:
        """Component -> flow [kmol/h]; a liquid is made neutral by `balance_with`, then by H+."""
        if self.mass:
            kg = (self.t_per_yr or 0.0) * 1000.0 / hours
            return {name: kg * share / parse_formula(name).molar_mass for name, share in self.mass.items()}
        liters = (self.m3_per_h or 0.0) * 1000.0
        found = {n: liters * g / 1000.0 / parse_formula(n).molar_mass for n, g in self.g_per_l.items()}
        found.setdefault(WATER, liters * WATER_KG_PER_L / parse_formula(WATER).molar_mass)
        charge = sum(float(parse_formula(name).charge or 0) * value for name, value in found.items())
        if self.balance_with:
            own = float(parse_formula(self.balance_with).charge or 0)
            found[self.balance_with] = found.get(self.balance_with, 0.0) - charge / own
        else:
            found[PROTON] = found.get(PROTON, 0.0) - charge
        return found


class ProductEntry(_Model):
    """A product of a file."""

    stream: str
    commodity: str
    specification: str = ""
    counts: str = ""


class Variable(_Model):
    """A setting that the design may change."""

    set: str
    low: float
    high: float
    whole: bool = False


class Limit(_Model):
    """What a design must keep: a recovery, or the specification of a product."""

    recovery: dict[str, float] = Field(default_factory=dict)
    specification: bool = True


class FlowsheetEntry(_Model):
    """A whole file; units are read one by one afterwards."""

    name: str = Field(min_length=1, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]*$")
    because: str = Field(min_length=10)
    hours_per_yr: float = Field(7500.0, gt=0, le=8784)
    feeds: dict[str, FeedEntry]
    units: dict[str, dict[str, Any]]
    products: list[ProductEntry] = Field(default_factory=list)
    wastes: dict[str, float] = Field(default_factory=dict)
    economics: dict[str, Any] = Field(default_factory=dict)
    design: list[Variable] = Field(default_factory=list)
    keep: Limit = Limit()


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
    try:
        entry = FlowsheetEntry.model_validate(value)
    except ValidationError as error:
        raise CaseError(list(_faults_of(error, (), lines, file))) from None
    reader = _Reader(entry, lines, file)
    flowsheet = reader.read()
    if reader.faults:
        raise CaseError(reader.faults)
    return flowsheet


def _faults_of(
    error: ValidationError, prefix: tuple[str, ...], lines: Lines, file: str, known: tuple[str, ...] = ()
) -> Iterator[Fault]:
    """A fault for each problem that pydantic found below a place of the file."""
    for problem in error.errors():
        where = (*prefix, *problem["loc"])
        row = next((lines[where[:n]] for n in range(len(where), -1, -1) if where[:n] in lines), None)
        rule, fix = str(problem["msg"]).removeprefix("Value error, "), "correct the value"
        if problem["type"] == "extra_forbidden":
            names = known or tuple(FlowsheetEntry.model_fields)
            rule, fix = "is not a known key", suggest(str(where[-1]), names, f"one of {', '.join(names)}")
        elif problem["type"] == "missing":
            rule, fix = "this key is required", f"add '{where[-1]}:'"
        value = problem.get("input")
        shown = "" if isinstance(value, (dict, list)) else str(value)[:80]
        yield Fault(file, row, ".".join(map(str, where)), shown, rule, fix)


class _Reader:
    """One pass over the entries of a file, collecting faults."""

    def __init__(self, entry: FlowsheetEntry, lines: Lines, file: str) -> None:
        self.entry, self.lines, self.file = entry, lines, file
        self.faults: list[Fault] = []

    def fault(self, where: tuple[str | int, ...], value: str, rule: str, fix: str) -> None:
        """Note a fault at a place of the file."""
        row = next(
            (self.lines[where[:n]] for n in range(len(where), -1, -1) if where[:n] in self.lines), None
        )
        self.faults.append(Fault(self.file, row, ".".join(map(str, where)), value, rule, fix))

    def read(self) -> Flowsheet:
        """The flowsheet, meaningful only without faults."""
        entry = self.entry
        self._check_formulas()
        units = [unit for name, keys in entry.units.items() if (unit := self._unit(name, keys)) is not None]
        made = [*entry.feeds, *(stream for unit in units for stream in unit.outputs.values())]
        self._check_streams(units, made)
        feeds = () if self.faults else self._feeds()
        products = tuple(Product(p.stream, p.commodity, p.specification, p.counts) for p in entry.products)
        economics = {**entry.economics, "design": entry.design, "keep": entry.keep}
        head = (entry.name, entry.because, entry.hours_per_yr)
        return Flowsheet(*head, feeds, tuple(units), products, entry.wastes, economics)

    def _feeds(self) -> tuple[Feed, ...]:
        hours = self.entry.hours_per_yr
        return tuple(Feed(n, e.phase, e.flows(hours), e.temperature_c) for n, e in self.entry.feeds.items())

    def _check_formulas(self) -> None:
        for name, feed in self.entry.feeds.items():
            part = "mass" if feed.mass else "g_per_l"
            for formula in (*feed.mass, *feed.g_per_l, *filter(None, [feed.balance_with])):
                try:
                    charge = parse_formula(formula).charge
                except FormulaError as error:
                    self.fault(("feeds", name, part, formula), formula, error.rule, error.fix)
                    continue
                if feed.mass and charge:
                    self.fault(
                        ("feeds", name, part, formula), formula, "an ion has no mass fraction", "use g_per_l"
                    )

    def _unit(self, name: str, keys: Mapping[str, Any]) -> Unit | None:
        where = ("units", name)
        kind = kinds().get(str(keys.get("kind")))
        if kind is None:
            fix = suggest(str(keys.get("kind", "")), kinds(), f"one of {', '.join(kinds())}")
            self.fault((*where, "kind"), str(keys.get("kind", "")), "is no kind of unit", fix)
            return None
        given = {key: value for key, value in keys.items() if key not in ("kind", "in", "out")}
        try:
            settings = kind.settings.model_validate(given)
        except ValidationError as error:
            known = tuple(kind.settings.model_fields)
            self.faults.extend(_faults_of(error, where, self.lines, self.file, known))
            return None
        inputs = self._inputs(where, kind, keys.get("in"))
        outputs = self._outputs(where, kind, keys.get("out"))
        return Unit(name, kind, settings, inputs, outputs)

    def _inputs(self, where: tuple[str, ...], kind: Kind, given: Any) -> dict[str, tuple[str, ...]]:
        ports = given if isinstance(given, dict) else {kind.ports_in[0]: given}
        found = {}
        for port, names in ports.items():
            if port not in kind.ports_in:
                fix = suggest(str(port), kind.ports_in, f"one of {', '.join(kind.ports_in)}")
                self.fault((*where, "in", port), str(port), f"{kind.name} has no such input", fix)
                continue
            streams = names if isinstance(names, list) else [names]
            if not streams or not all(isinstance(stream, str) and stream for stream in streams):
                self.fault(
                    (*where, "in"), str(names), "must name a stream, or a list of them", "write in: pls"
                )
                continue
            found[port] = tuple(streams)
        for port in kind.ports_in:
            if port not in ports and port not in kind.optional:
                self.fault((*where, "in"), "", f"{kind.name} needs a stream at {port}", f"add {port}:")
        return found

    def _outputs(self, where: tuple[str, ...], kind: Kind, given: Any) -> dict[str, str]:
        first = next(iter(kind.ports_out))
        ports = given if isinstance(given, dict) else {first: given} if given else {}
        for port, stream in ports.items():
            if port not in kind.ports_out:
                fix = suggest(str(port), kind.ports_out, f"one of {', '.join(kind.ports_out)}")
                self.fault((*where, "out", port), str(port), f"{kind.name} has no such output", fix)
            if not isinstance(stream, str) or not stream:
                self.fault((*where, "out", port), str(stream), "must name a stream", "write a word")
        return {port: str(ports.get(port, f"{where[-1]}.{port}")) for port in kind.ports_out}

    def _check_streams(self, units: list[Unit], made: list[str]) -> None:
        """Streams are made once, used once, and everything named exists."""
        for name in sorted({stream for stream in made if made.count(stream) > 1}):
            self.fault(("units",), name, "is made twice", "give one of the two another name")
        used: dict[str, str] = {}
        for unit in units:
            for port, streams in unit.inputs.items():
                for stream in streams:
                    where = ("units", unit.name, "in")
                    if stream not in made:
                        self.fault(
                            where,
                            stream,
                            f"nothing makes this stream ({port})",
                            suggest(stream, made, "name one that is made"),
                        )
                    elif stream in used:
                        self.fault(
                            where,
                            stream,
                            f"is already used by {used[stream]}",
                            "split it with a unit of kind split",
                        )
                    used[stream] = unit.name
        for i, product in enumerate(self.entry.products):
            self._check_end(("products", i), product.stream, made, used)
        for stream in self.entry.wastes:
            self._check_end(("wastes", stream), stream, made, used)

    def _check_end(
        self, where: tuple[str | int, ...], stream: str, made: list[str], used: dict[str, str]
    ) -> None:
        if stream not in made:
            self.fault(
                where, stream, "nothing makes this stream", suggest(stream, made, "name one that is made")
            )
        elif stream in used:
            self.fault(
                where, stream, f"is used by {used[stream]} and cannot leave the plant", "split it first"
            )
