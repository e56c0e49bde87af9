"""Supply of a commodity in a year as steps: what sellers ask, delivered to the US, and what making it costs.

    delivered    = price at the seller + freight to the US place that uses most of it
    cost of making = (operation + inputs at their worth - by-products at their worth) / output
                   + fixed cost, and capital of new plants, of the year / what the plant makes in it

Worth is what one more unit of any origin would take off the cost of the plan at that place. Making is shown
where the plan makes something: only there do goods flow that give inputs a worth. What plants that stand
anyway once cost is spent and not counted. Terms are those of the objective (`chain/plan`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from orecell.chain.plan.decisions import charged_years, yearly_capital
from orecell.chain.plan.network_input import PlanInput, Plant, Supply
from orecell.chain.plan.variables import freight_per_unit
from orecell.results.plan_run import PlanRun

HOME = "USA"
HOME_REGION = "US-"
NOISE = 1e-9


@dataclass(frozen=True)
class Step:
    """One step of supply.

    Attributes:
        place: of the seller or maker, in words.
        kind: of plant that makes it; empty for a seller.
        origin_class: of what it sells or makes.
        price: asked by the seller, or cost of making [USD/unit].
        freight: to the place of the curve [USD/unit].
        quantity: offered, or made [unit].
        used: bought, or made [unit].
        is_assumed: price or quantity is assumed.
    """

    place: str
    kind: str
    origin_class: str
    price: float
    freight: float
    quantity: float
    used: float
    is_assumed: bool = False

    @property
    def is_made(self) -> bool:
        """Whether a plant of the plan makes it; else it is bought."""
        return bool(self.kind)

    @property
    def delivered(self) -> float:
        """Cost of one unit at the place of the curve."""
        return self.price + self.freight


@dataclass(frozen=True)
class SupplyCurve:
    """Steps by delivered cost.

    Attributes:
        commodity: id.
        name: of the commodity.
        unit: of quantities.
        year: year.
        place: name of the place that goods are delivered to.
        steps: the cheapest first.
        worth: of one more unit of any origin there [USD/unit]; None where the plan has no price.
    """

    commodity: str
    name: str
    unit: str
    year: int
    place: str
    steps: tuple[Step, ...]
    worth: float | None

    @property
    def used(self) -> float:
        """All that the plan buys and makes."""
        return sum(step.used for step in self.steps)


@dataclass(frozen=True)
class SupplyCurves:
    """The supply curves of a plan."""

    run: PlanRun

    @property
    def given(self) -> PlanInput:
        """What the plan was made from."""
        return self.run.plan.model.plan

    @cached_property
    def _bought(self) -> dict[tuple[str, str, int, int], float]:
        rows = self.run.tables["purchases"]
        return {(r["commodity"], r["place"], r["step"], r["year"]): r["value"] for r in rows}

    @cached_property
    def _worth(self) -> dict[tuple[str, str, int], float]:
        """What one more unit of any origin is worth: it must do as the dirtiest class."""
        rows, dirtiest = self.run.tables["prices"], self.given.classes[-1]
        return {
            (row["commodity"], row["place"], row["year"]): row["usd_per_unit"]
            for row in rows
            if row["class"] == dirtiest
        }

    @cached_property
    def _origins(self) -> dict[tuple[str, str, int], str]:
        """Class of what each supply sells, also where the plan kept no classes apart."""
        given = self.run.given
        return {(s.commodity, s.place, s.step): given.class_of(s) for s in given.supplies}

    @cached_property
    def _plants(self) -> dict[str, Plant]:
        return {plant.name: plant for plant in self.given.plants}

    @cached_property
    def _assumed(self) -> dict[tuple[str, str, int], dict[int, bool]]:
        """Seller's step -> year of the table -> whether that row is assumed."""
        found: dict[tuple[str, str, int], dict[int, bool]] = {}
        columns = ("commodity", "country", "step", "year", "confidence")
        for commodity, country, step, year, confidence in (
            self.run.case.tables["supply_steps"].select(columns).iter_rows()
        ):
            found.setdefault((commodity, country, round(step)), {})[year] = confidence == "assumed"
        return found

    def spent(self) -> dict[str, float]:
        """Commodity -> what the plan pays its sellers over all years, undiscounted [USD]."""
        total: dict[str, float] = {}
        for supply in self.given.supplies:
            for year in self.given.years:
                key = (supply.commodity, supply.place, supply.step, year)
                usd = self._bought.get(key, 0.0) * supply.price[year]
                total[supply.commodity] = total.get(supply.commodity, 0.0) + usd
        return {commodity: usd for commodity, usd in total.items() if usd > 0}

    def commodities(self, most: int = 4) -> list[str]:
        """The commodity with the largest purchases of each stage, for the stages that buy for most."""
        stage_of = dict(self.run.case.tables["commodities"].select("commodity", "stage").iter_rows())
        by_stage: dict[str, dict[str, float]] = {}
        for commodity, usd in self.spent().items():
            if stage_of.get(commodity):
                by_stage.setdefault(stage_of[commodity], {})[commodity] = usd
        stages = sorted(by_stage, key=lambda stage: (-sum(by_stage[stage].values()), stage))[:most]
        return [max(by_stage[stage], key=lambda c: (by_stage[stage][c], c)) for stage in stages]

    def curve(self, commodity: str, year: int) -> SupplyCurve:
        """The supply curve of a commodity in a year."""
        place = self._place(commodity, year)
        steps = [*self._sellers(commodity, year, place), *self._makers(commodity, year, place)]
        return SupplyCurve(
            commodity=commodity,
            name=self.run.names.commodity(commodity),
            unit=self.run.names.commodity_units[commodity],
            year=year,
            place="the US" if place == HOME else self.run.names.place(place),
            steps=tuple(sorted(steps, key=lambda s: (s.delivered, s.kind, s.place))),
            worth=self._worth.get((commodity, place, year)),
        )

    def _place(self, commodity: str, year: int) -> str:
        """The US place that uses most of a commodity in a year; the country's own where none uses it."""
        use: dict[str, float] = {}
        for row in self._activity(year):
            amount = self.given.recipes[row["recipe"]].inputs.get(commodity, 0.0) * row["value"]
            place = self._plants[row["plant"]].place
            use[place] = use.get(place, 0.0) + amount
        for row in self.run.tables["served"]:
            if (row["commodity"], row["year"]) == (commodity, year):
                use[row["place"]] = use.get(row["place"], 0.0) + row["value"]
        at_home = {p: v for p, v in use.items() if v > 0 and (p == HOME or p.startswith(HOME_REGION))}
        return max(sorted(at_home), key=lambda p: at_home[p], default=HOME)

    def _activity(self, year: int) -> list[dict[str, Any]]:
        return self._activity_by_year.get(year, [])

    @cached_property
    def _activity_by_year(self) -> dict[int, list[dict[str, Any]]]:
        found: dict[int, list[dict[str, Any]]] = {}
        for row in self.run.tables["activity"]:
            found.setdefault(row["year"], []).append(row)
        return found

    def _sellers(self, commodity: str, year: int, place: str) -> Iterator[Step]:
        given, names = self.given, self.run.names
        for supply in given.supplies:
            if supply.commodity != commodity or supply.quantity[year] <= NOISE:
                continue
            bought = self._bought.get((commodity, supply.place, supply.step, year), 0.0)
            yield Step(
                place=names.place(supply.place),
                kind="",
                origin_class=self._origins[supply.commodity, supply.place, supply.step],
                price=supply.price[year] + given.carbon_price * supply.emissions,
                freight=self._freight(commodity, supply.place, place),
                quantity=max(supply.quantity[year], bought),
                used=bought,
                is_assumed=self._is_assumed(supply, year),
            )

    def _is_assumed(self, supply: Supply, year: int) -> bool:
        """Whether a row of the table that the price of a year is taken or interpolated from is assumed."""
        row = (supply.step + 1) // 2  # a row of the table is two steps, by what is in the goods
        known = self._assumed.get((supply.commodity, supply.place, row), {})
        before = max((y for y in known if y <= year), default=min(known, default=year))
        after = min((y for y in known if y >= year), default=max(known, default=year))
        return known.get(before, False) or known.get(after, False)

    def _freight(self, commodity: str, origin: str, destination: str) -> float:
        """USD per unit between two places, as the plan pays it."""
        if origin == destination:
            return 0.0
        usd, carbon = freight_per_unit(self.given, (commodity, origin, destination))
        return usd + self.given.carbon_price * carbon

    def _makers(self, commodity: str, year: int, place: str) -> Iterator[Step]:
        made: dict[str, float] = {}
        paid: dict[str, float] = {}
        for row in self._activity(year):
            output = _net(self.given, row["recipe"]).get(commodity, 0.0) * row["value"]
            if output > NOISE:
                name = row["plant"]
                made[name] = made.get(name, 0.0) + output
                paid[name] = paid.get(name, 0.0) + self._running(row, commodity)
        for name, amount in made.items():
            kind, where, _ = self.run.names.plant(name)
            plant = self._plants[name]
            yield Step(
                place=where,
                kind=kind,
                origin_class=self.run.given.places[plant.place].origin_class,
                price=paid[name] / amount,
                freight=self._freight(commodity, plant.place, place),
                quantity=amount,
                used=amount,
            )

    def _running(self, row: Mapping[str, Any], commodity: str) -> float:
        """What an activity costs in its year beyond what its other products are worth [USD]."""
        plant, year = self._plants[row["plant"]], row["year"]
        used = plant.recipes[row["recipe"]]
        per_unit = used * (plant.variable_opex + self.given.carbon_price * plant.emissions)
        for other, amount in _net(self.given, row["recipe"]).items():
            if other != commodity:
                per_unit -= amount * self._worth.get((other, plant.place, year), 0.0)
        return float(row["value"]) * (per_unit + used * self._kept(plant, year))

    def _kept(self, plant: Plant, year: int) -> float:
        """Fixed cost of a plant and capital of its builds in a year, by unit of its capacity in use [USD]."""
        use: float = sum(
            row["value"] * plant.recipes[row["recipe"]]
            for row in self._activity(year)
            if row["plant"] == plant.name
        )
        paid: float = plant.fixed_opex * self._standing(plant, year)
        for row in self.run.tables["builds"]:
            online = row["online_year"]
            if row["plant"] == plant.name and year in charged_years(self.given, plant, online):
                paid += row["capacity"] * (yearly_capital(self.given, plant, online) + plant.fixed_opex)
        return paid / use if use > NOISE else 0.0

    def _standing(self, plant: Plant, year: int) -> float:
        """Capacity that stands without decision and was not given up."""
        gone: float = sum(
            row["value"]
            for row in self.run.tables["retirements"]
            if row["plant"] == plant.name and row["year"] <= year
        )
        return plant.standing.get(year, 0.0) - gone


def _net(given: PlanInput, recipe: str) -> dict[str, float]:
    """What a recipe gives less what it takes, per unit of its reference."""
    net = {commodity: -amount for commodity, amount in given.recipes[recipe].inputs.items()}
    for commodity, amount in given.recipes[recipe].outputs.items():
        net[commodity] = net.get(commodity, 0.0) + amount
    return net
