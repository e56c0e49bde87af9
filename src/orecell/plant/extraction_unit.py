"""The extraction circuit as a unit of a flowsheet: PLS in, raffinate and loaded strip liquor out.

Organic stays inside; what raffinate carries off is made up. Sulfate, other anions and cations without a law
follow the water, except what organic carries along. Scrub and strip liquor are made from acid and water here.
Left out: crud, degradation of the extractant.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, field_validator, model_validator

from orecell.core.formula import parse_formula
from orecell.plant.component import PROTON, WATER, Components
from orecell.plant.extraction import Bank, Layout, Profile, remarks, solve_layout
from orecell.plant.isotherm import (
    ConstantRatio,
    Exchange,
    Extractant,
    Law,
    PhLine,
    Points,
    shipped_extractant,
)
from orecell.plant.stream import aqueous_volume, neutralized, water_density
from orecell.plant.unit import GALLON, Given, Kind, Outcome, Settings, reagent

if TYPE_CHECKING:
    from orecell.plant.component import Floats

DILUENT = "C12H26"
DILUENT_KG_PER_L = 0.79
ALKALI = {"Na+": "naoh", "Li+": "lioh"}
"""Cation of the alkali -> reagent that brings it."""
SULFATE = "SO4-2"
TRACE = 1e-7
"""Concentration below which a cation stays in the raffinate [mol/L]."""


class LawSettings(Settings):
    """An equilibrium law of the user's own; `kind` says which of the numbers it needs."""

    kind: Literal["exchange", "constant", "ph_line", "points"]
    log_k1: float = 0.0
    s1: float = 2.0
    log_k2: float | None = None
    s2: float | None = None
    d: float = Field(default=1.0, gt=0)
    m0: float = 0.0
    m1: float = 0.0
    b0: float = 0.0
    b1: float = 0.0
    dosage: float = Field(default=1.0, gt=0)
    points: tuple[tuple[float, float], ...] = ()

    @model_validator(mode="after")
    def _rises(self) -> LawSettings:
        if self.kind == "points":
            pairs = list(pairwise(self.points))
            is_rising = all(a[0] < b[0] and a[1] < b[1] for a, b in pairs)
            if not pairs or not is_rising or min(min(p) for p in self.points) <= 0:
                raise ValueError("`points` needs two or more [aqueous, organic] above 0, both rising")
        return self

    def law(self) -> Law:
        """The law it describes."""
        if self.kind == "exchange":
            return Exchange(self.log_k1, self.s1, self.log_k2, self.s2)
        if self.kind == "constant":
            return ConstantRatio(self.d)
        if self.kind == "ph_line":
            return PhLine(self.m0, self.m1, self.b0, self.b1, self.dosage)
        return Points(self.points)


class ExtractionSettings(Settings):
    """Settings of a circuit; flows of organic, scrub and strip are ratios to the flow they meet."""

    extractant: str
    extractant_mol_per_l: float = Field(gt=0, le=3)
    organic_to_aqueous: float = Field(gt=0, le=50)
    extract_stages: int = Field(ge=1, le=40)
    ph: float | tuple[float, ...] | None = None
    saponified_fraction: float = Field(0.0, ge=0, le=0.95)
    scrub_stages: int = Field(0, ge=0, le=40)
    scrub_organic_to_aqueous: float = Field(10.0, gt=0)
    scrub_acid_mol_per_l: float = Field(0.05, ge=0, le=5)
    strip_stages: int = Field(2, ge=1, le=40)
    strip_organic_to_aqueous: float = Field(8.0, gt=0)
    strip_acid_mol_per_l: float = Field(1.0, gt=0, le=6)
    stage_efficiency: float = Field(0.95, gt=0, le=1)
    aqueous_in_organic: float = Field(5e-4, ge=0, le=0.05)
    organic_in_aqueous: float = Field(5e-5, ge=0, le=0.05)
    base: str = "Na+"
    laws: dict[str, LawSettings] = Field(default_factory=dict)
    mixer_minutes: float = Field(3.0, gt=0)
    settler_m3_per_m2_h: float = Field(4.0, gt=0)
    settler_depth_m: float = Field(0.6, gt=0)

    @model_validator(mode="after")
    def _fits(self) -> ExtractionSettings:
        if isinstance(self.ph, tuple) and len(self.ph) != self.extract_stages:
            raise ValueError(f"{len(self.ph)} pH for {self.extract_stages} extraction stages: one each")
        if self.base not in ALKALI:
            raise ValueError(f"base {self.base} has no alkali to buy: one of {', '.join(ALKALI)}")
        return self

    @field_validator("ph")
    @classmethod
    def _within(cls, value: Any) -> Any:
        for ph in value if isinstance(value, tuple) else [] if value is None else [value]:
            if not 0.0 <= ph <= 10.0:
                raise ValueError("a pH of an extraction stage lies between 0 and 10")
        return value

    def profile_ph(self) -> tuple[float, ...] | None:
        """pH per stage along the organic (raffinate end first), or None."""
        if self.ph is None:
            return None
        given = self.ph if isinstance(self.ph, tuple) else (self.ph,) * self.extract_stages
        return tuple(reversed(given))

    def chemistry(self) -> Extractant:
        """The extractant with the laws of the file on top of the shipped ones."""
        return shipped_extractant(self.extractant).with_laws({c: law.law() for c, law in self.laws.items()})


def layout_of(given: Given) -> tuple[Layout, list[str]]:
    """The circuit that the settings describe for the feed, and the cations that pass it by."""
    s, components, feed = given.settings, given.components, given.feed
    volume = aqueous_volume(components, feed, given.temperature_c["feed"])
    extractant = s.chemistry()
    cations = {n: feed[i] for i, n in enumerate(components.names) if components.charge[i] > 0 and n != PROTON}
    strength = {n: 1000.0 * v / volume for n, v in cations.items() if n in extractant.laws}
    active = {n: c for n, c in strength.items() if c > TRACE}
    passing = [n for n, v in cations.items() if n not in extractant.laws and 1000.0 * v / volume > TRACE]
    anions = sum(
        -components.charge[i] * feed[i]
        for i, n in enumerate(components.names)
        if (components.charge[i] < 0 and n != SULFATE) or (n in cations and n not in active)
    )
    sulfate = 1000.0 * feed[components.index[SULFATE]] / volume
    organic = s.organic_to_aqueous * volume
    extract = Bank(s.extract_stages, volume, active, sulfate, 1000.0 * anions / volume, s.profile_ph())
    scrub = None
    if s.scrub_stages:
        scrub = Bank(
            s.scrub_stages, organic / s.scrub_organic_to_aqueous, {}, max(s.scrub_acid_mol_per_l, 1e-6)
        )
    strip = Bank(s.strip_stages, organic / s.strip_organic_to_aqueous, {}, s.strip_acid_mol_per_l)
    layout = Layout(
        extractant,
        s.extractant_mol_per_l,
        organic,
        extract,
        scrub,
        strip,
        saponified_fraction=s.saponified_fraction,
        base=s.base,
        default_efficiency=s.stage_efficiency,
        aqueous_in_organic=s.aqueous_in_organic,
        organic_in_aqueous=s.organic_in_aqueous,
    )
    return layout, passing


def run(given: Given) -> Outcome:
    """Solve the circuit for the feed."""
    if aqueous_volume(given.components, given.feed) <= 0.0:
        return Outcome({"raffinate": given.feed, "strip_liquor": 0.0 * given.feed}, {}, ("no feed",))
    layout, passing = layout_of(given)
    start = given.memory
    profile = solve_layout(layout, start)
    strip = len(profile.stages) - layout.banks[-1].stages
    reagents = _reagents(given, layout, profile)
    liquor = _leaving(given.components, layout, profile, strip)
    fed, carried = given.feed.copy(), _carried_share(layout, profile, strip)
    for name in (PROTON, SULFATE, *profile.cations):
        fed[given.components.index[name]] = 0.0
    water = given.components.index[WATER]
    fed[water] = 0.0
    liquor += carried * fed
    liquor[water] = _water_in(given, layout.banks[-1])
    raffinate = total_in(given, reagents) - liquor
    for name in profile.cations:
        i = given.components.index[name]
        raffinate[i] = _leaving(given.components, layout, profile, 0)[i]
    raffinate, liquor = neutralized(given.components, raffinate), neutralized(given.components, liquor)
    notes = remarks(layout, profile)
    notes += [
        f"no law for {name} with {layout.extractant.name}: it stays in the raffinate" for name in passing
    ]
    return Outcome(
        {"raffinate": raffinate, "strip_liquor": liquor},
        reagents,
        tuple(notes),
        power_kw=_power(layout),
        sizes=_sizes(given.settings, layout),
        detail=(layout, profile),
        memory=profile.state,
    )


def total_in(given: Given, reagents: dict[str, Floats]) -> Floats:
    """Everything that enters (component) [kmol/h]."""
    import numpy as np

    found: Floats = np.sum([given.feed, *reagents.values()], axis=0)
    return found


def _leaving(components: Components, layout: Layout, profile: Profile, stage: int) -> Floats:
    """Cations and sulfate in the aqueous that leaves the circuit at a stage, with organic it carries
    [kmol/h]."""
    carried = layout.organic_in_aqueous * profile.organic[stage]
    amounts = profile.flow[stage] * (profile.aqueous[stage] + carried) / 1000.0
    found = components.vector(dict(zip(profile.cations, amounts.tolist(), strict=True)))
    acid = max(-profile.dose[stage], 0.0) / 2.0
    found[components.index[SULFATE]] = (profile.flow[stage] * profile.sulfate[stage] + acid) / 1000.0
    return found


def _carried_share(layout: Layout, profile: Profile, strip: int) -> float:
    """Share of what does not exchange that organic carries from the feed stage into the strip liquor."""
    import numpy as np

    carried = layout.organic_flow * layout.aqueous_in_organic
    if carried == 0.0:
        return 0.0
    count, last = len(profile.stages), layout.extract.stages - 1
    a, b = np.zeros((count, count)), np.zeros(count)
    for i in range(count):
        a[i, i] = profile.flow[i] + carried
        a[i, i - 1] -= carried
        if i + 1 < count and (i != last or layout.scrub is not None) and i + 1 != strip:
            a[i, i + 1] -= profile.flow[i + 1]
    b[last] = 1.0
    found = np.linalg.solve(a, b)
    return float(found[strip] * profile.flow[strip])


def _water_in(given: Given, bank: Bank) -> float:
    """Water in the liquor fed to a bank [kmol/h]; the acid fills its own volume."""
    acid = bank.sulfate * 13.98e-3
    kg = bank.flow * (1.0 - acid) * water_density(25.0)
    return float(kg / given.components.molar_mass[given.components.index[WATER]])


def _reagents(given: Given, layout: Layout, profile: Profile) -> dict[str, Floats]:
    """Acid, alkali, water and organic that the circuit takes, with the water they come in [kmol/h]."""
    components = given.components
    alkali = (profile.saponification + sum(max(dose, 0.0) for dose in profile.dose)) / 1000.0
    acid = sum(max(-dose, 0.0) for dose in profile.dose) / 2000.0
    acid += sum(bank.flow * bank.sulfate for bank in layout.banks[1:]) / 1000.0
    name = ALKALI[layout.base]
    found = {name: reagent(name).flows(components, alkali), "h2so4": reagent("h2so4").flows(components, acid)}
    wanted = sum(_water_in(given, bank) for bank in layout.banks[1:])
    wanted -= reagent("h2so4").water * acid
    found["water"] = components.vector({WATER: max(wanted, 0.0)})
    lost = layout.organic_in_aqueous * profile.flow[0] / 1000.0
    strength = layout.extractant_mol_per_l
    found[layout.extractant.name] = components.vector({layout.extractant.formula: lost * strength})
    mass = strength * parse_formula(layout.extractant.formula).molar_mass / 1000.0
    share = max(0.0, 1.0 - mass / layout.extractant.density)
    kmol = lost * 1000.0 * share * DILUENT_KG_PER_L / parse_formula(DILUENT).molar_mass
    found["kerosene"] = components.vector({DILUENT: kmol})
    return found


def _power(layout: Layout) -> float:
    """Mixing and pumping [kW]: 0.5 kWh per m3 of both phases and stage, assumed (0.2 to 1)."""
    stages = sum(bank.stages * (layout.organic_flow + bank.flow) for bank in layout.banks)
    return float(0.5 * stages / 1000.0)


def _sizes(settings: ExtractionSettings, layout: Layout) -> dict[str, float]:
    """Mixer-settlers by volume of both boxes [gal], one entry per bank; organic inventory [L]."""
    found: dict[str, float] = {}
    for name, bank in zip(
        ("extract", "scrub", "strip"), (layout.extract, layout.scrub, layout.strip), strict=True
    ):
        if bank is None:
            continue
        flow = layout.organic_flow + bank.flow
        mixer = flow * settings.mixer_minutes / 60.0
        settler = flow / 1000.0 / settings.settler_m3_per_m2_h * settings.settler_depth_m * 1000.0
        found[f"mixer_settler:{name}"] = bank.stages * (mixer + settler) / GALLON
        share = layout.organic_flow / flow
        found["organic_l"] = found.get("organic_l", 0.0) + bank.stages * (mixer + settler) * share
    return found


def makes(settings: ExtractionSettings, names: tuple[str, ...]) -> tuple[str, ...]:
    """Extractant, diluent, sulfate and the alkali cation."""
    return (settings.chemistry().formula, DILUENT, SULFATE, settings.base)


KIND = Kind(
    "extraction",
    "solvent extraction: extract, scrub and strip banks on one organic",
    ExtractionSettings,
    ("feed",),
    {"raffinate": "aqueous", "strip_liquor": "aqueous"},
    run,
    makes,
)
