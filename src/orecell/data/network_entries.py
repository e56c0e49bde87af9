"""Entries of a network file: what may be written about a place, a commodity, a plant, a rule.

Each class is one entry of a section, its fields are the keys, and a field without default is required.
`orecell.chain.plan.network_input` says what the plan does with each. Amounts are per year in the unit
of the commodity, money is real USD of one price year, shares are fractions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr

from orecell.data.network_values import (
    Amount,
    AmountByYear,
    AmountInYears,
    Amounts,
    Circuity,
    Coefficient,
    Count,
    Horizon,
    Identifier,
    Latitude,
    Life,
    Longitude,
    Names,
    Neighbors,
    PriceByYear,
    Ramp,
    Ratio,
    Reference,
    Refers,
    Share,
    ShareInYears,
    Shares,
    Slates,
    Text,
    Year,
    refused,
)
from orecell.data.tables import SOURCING_CLASSES

TONNES_PER_UNIT: Mapping[str, float] = {"kg": 0.001, "t": 1.0, "kt": 1e3, "Mt": 1e6}

PlaceName = Annotated[Reference, Refers("places")]
PlaceNames = Annotated[Names, Refers("places")]
CommodityName = Annotated[Reference, Refers("commodities")]
CommodityAmounts = Annotated[Amounts, Refers("commodities")]
ElementAmounts = Annotated[Amounts, Refers("elements")]
ClassName = Annotated[Reference, Refers("classes")]
ClassNames = Annotated[Names, Refers("classes")]
KindName = Annotated[Reference, Refers("kinds")]
KindNames = Annotated[Names, Refers("kinds")]
ElementName = Annotated[Reference, Refers("elements")]
Program = Annotated[Reference, Refers("budgets")]


class Entry(BaseModel):
    """One entry; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PlaceEntry(Entry):
    """A region, a country, a market; without a class it has the cleanest."""

    name: Text = ""
    origin_class: ClassName = Field("", alias="class")
    latitude: Latitude | None = None
    longitude: Longitude | None = None


class CommodityEntry(Entry):
    """A good with its unit; what it is made of is a formula, or elements in t per unit, or unknown."""

    name: Text = ""
    unit: Text = "t"
    tonnes: Amount | None = None
    formula: Reference = ""
    composition: ElementAmounts | None = None

    @property
    def tonnes_per_unit(self) -> float | None:
        """Tonnes per unit, where the entry says so or the unit is a mass."""
        return TONNES_PER_UNIT.get(self.unit) if self.tonnes is None else self.tonnes


class RecipeEntry(Entry):
    """What goes in and comes out, in any proportion; capacity counts units of the reference.

    `losses` are elements in t for the amounts as written; elements `lost` lose whatever is not in the
    outputs. Without a reference it is the first output, or the first input where nothing comes out.
    """

    inputs: CommodityAmounts = Field(default_factory=dict)
    outputs: CommodityAmounts = Field(default_factory=dict)
    reference: CommodityName = ""
    losses: ElementAmounts = Field(default_factory=dict)
    lost: Annotated[Names, Refers("elements")] = ()

    @property
    def counted(self) -> str:
        """The reference commodity; empty where the recipe is."""
        return self.reference or next(iter((*self.outputs, *self.inputs)), "")


class PlantEntry(Entry):
    """Equipment of one kind in one or several places; what stands is accepted unless said otherwise."""

    name: Text = ""
    kind: Identifier = ""
    place: PlaceNames
    recipes: Annotated[Amounts, Refers("recipes")]
    unit: Text = ""
    standing: AmountByYear = 0.0
    qualified: AmountByYear | None = None
    capex: AmountByYear | None = None
    life_years: Life = 20
    lead_years: Count = 3
    qualification_years: Count = 0
    ramp: Ramp = (1.0,)
    fixed_opex: Amount = 0.0
    variable_opex: Amount = 0.0
    emissions: Amount = 0.0
    jobs: Coefficient = 0.0
    block: Coefficient = 0.0
    most: Amount | None = None
    earliest: Year | None = None
    hurdle_rate: Share | None = None
    slates: Slates = Field(default_factory=dict)
    slate_now: Reference = ""
    switch_usd: Amount = 0.0


class SupplyEntry(Entry):
    """One step of what a place can sell; without a quantity, as much as anyone wants."""

    commodity: CommodityName
    place: PlaceName
    price: PriceByYear
    quantity: AmountByYear | None = None
    origin_class: ClassName = Field("", alias="class")
    emissions: Amount = 0.0


class DemandEntry(Entry):
    """What a place wants: one commodity, any mix of several, or shares of what is served."""

    segment: Identifier = ""
    place: PlaceName
    commodity: Annotated[Names, Refers("commodities")] = ()
    shares: Annotated[Shares, Refers("commodities")] = Field(default_factory=dict)
    amount: AmountByYear
    unmet_price: Amount

    @property
    def name(self) -> str:
        """The segment; named after the first commodity where no segment is given."""
        return self.segment or next(iter((*self.commodity, *self.shares)), "")


class SourcingEntry(Entry):
    """At least a share of what segments are served is of some classes; by amount, weight or element."""

    segments: Annotated[Names, Refers("segments")] = ()
    classes: ClassNames
    share: ShareInYears
    weights: CommodityAmounts = Field(default_factory=dict)
    by: ElementName = ""


class UseEntry(Entry):
    """At least a share of what plants use is of some classes; by weight or element."""

    weights: CommodityAmounts = Field(default_factory=dict)
    by: ElementName = ""
    places: PlaceNames = ()
    kinds: KindNames = ()
    classes: ClassNames
    share: ShareInYears


class TargetEntry(Entry):
    """Plants of some places make at least an amount of a commodity, or run recipes that much."""

    commodity: CommodityName = ""
    recipes: Annotated[Amounts, Refers("recipes")] = Field(default_factory=dict)
    places: PlaceNames = ()
    amount: AmountInYears


class GrowthEntry(Entry):
    """Most new capacity of a kind in a year: a first amount and a share of what stands."""

    first: Amount
    fraction: Coefficient = 0.0


class QuotaEntry(Entry):
    """At most an amount of some commodities moves from some places to others; zero is a ban."""

    commodities: Annotated[Names, Refers("commodities")]
    origins: PlaceNames = ()
    destinations: PlaceNames = ()
    amount: AmountInYears
    classes: ClassNames = ()


class WorkforceEntry(Entry):
    """Workers for new plants of some places: hired each year, or trained."""

    places: PlaceNames = ()
    hired: AmountByYear
    usd_per_worker: Amount = 0.0
    most: Amount = 0.0
    delay_years: Count = 1


class StockpileEntry(Entry):
    """A store of a commodity where it is used or wanted."""

    commodity: CommodityName
    place: PlaceName
    most: Amount
    usd_per_unit_year: Amount = 0.0
    initial: Amount = 0.0
    least: AmountInYears = 0.0


class ColocationEntry(Entry):
    """Two kinds of plant on one site save part of the capital of the second."""

    first: KindName
    second: KindName
    ratio: Ratio = 1.0
    saving: Share


class GrantEntry(Entry):
    """Public money for one plant, all or nothing; the place is needed where the plant has several."""

    plant: Annotated[Reference, Refers("plants")]
    place: PlaceName = ""
    usd: AmountInYears
    slate: Reference = ""
    program: Program = ""
    least_capacity: Coefficient = 0.0


class SupportEntry(Entry):
    """Public money that keeps plants whole at given prices of commodities, the same in all places."""

    places: PlaceNames = ()
    prices: Annotated[Mapping[str, PriceByYear], Refers("commodities")]
    program: Program = ""
    most: Amount | None = None


class LearningEntry(Entry):
    """Capital cost of a kind falls by a share with every doubling of what was ever built."""

    rate: Share
    built: Ratio


class FreightEntry(Entry):
    """USD and kg CO2e per tonne and kilometer, and USD per tonne handled; what is not named is free."""

    land_usd_per_t_km: Amount = 0.0
    sea_usd_per_t_km: Amount = 0.0
    land_kg_per_t_km: Amount = 0.0
    sea_kg_per_t_km: Amount = 0.0
    handling_usd_per_t: Amount = 0.0
    land_circuity: Circuity = 1.0
    sea_circuity: Circuity = 1.0


class BudgetEntry(Entry):
    """Most public money of a program in the years named [USD]."""

    usd: AmountInYears


def _filled(value: Any) -> Any:
    """A section, or an entry of it, that has a name and nothing else takes every default."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise refused((), value, "must be entries by name", "write for example 'gary: {class: domestic}'")
    return {key: {} if entry is None else entry for key, entry in value.items()}


def _numbered(value: Any) -> Any:
    """A list of entries by position, so that a fault knows which."""
    if value is None:
        return {}
    if isinstance(value, dict) and all(isinstance(key, int) for key in value):
        return value
    if not isinstance(value, list):
        rule, fix = "must be a list of entries", "write for example '- {commodity: ore, ...}', one a line"
        raise refused((), value, rule, fix)
    return dict(enumerate(value))


Named = BeforeValidator(_filled)
Listed = BeforeValidator(_numbered)


class Network(Entry):
    """A whole network file; what `PlanInput` is made from. `sha256` is that of the file."""

    name: Text = "Network"
    years: Horizon = ()
    classes: Names = SOURCING_CLASSES
    elements: Names = ()
    discount_rate: Share = 0.08
    carbon_price: Amount = 0.0
    capital_budget: Amount | None = None
    neighbors: Neighbors | None = None
    freight: FreightEntry | None = None
    places: Annotated[dict[str, PlaceEntry], Named] = Field(default_factory=dict)
    commodities: Annotated[dict[str, CommodityEntry], Named] = Field(default_factory=dict)
    recipes: Annotated[dict[str, RecipeEntry], Named] = Field(default_factory=dict)
    plants: Annotated[dict[str, PlantEntry], Named] = Field(default_factory=dict)
    supplies: Annotated[dict[int, SupplyEntry], Listed] = Field(default_factory=dict)
    demands: Annotated[dict[int, DemandEntry], Listed] = Field(default_factory=dict)
    sourcing_rules: Annotated[dict[str, SourcingEntry], Named] = Field(default_factory=dict)
    use_rules: Annotated[dict[str, UseEntry], Named] = Field(default_factory=dict)
    targets: Annotated[dict[str, TargetEntry], Named] = Field(default_factory=dict)
    growth: Annotated[dict[str, GrowthEntry], Named] = Field(default_factory=dict)
    quotas: Annotated[dict[str, QuotaEntry], Named] = Field(default_factory=dict)
    workforce: WorkforceEntry | None = None
    stockpiles: Annotated[dict[int, StockpileEntry], Listed] = Field(default_factory=dict)
    colocations: Annotated[dict[str, ColocationEntry], Named] = Field(default_factory=dict)
    grants: Annotated[dict[str, GrantEntry], Named] = Field(default_factory=dict)
    support: SupportEntry | None = None
    learning: Annotated[dict[str, LearningEntry], Named] = Field(default_factory=dict)
    budgets: Annotated[dict[str, BudgetEntry], Named] = Field(default_factory=dict)
    _sha256: str = PrivateAttr("")

    @property
    def sha256(self) -> str:
        """Hash of the file that was read; empty if it was not read from one."""
        return self._sha256
