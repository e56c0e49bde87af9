"""What can be bought outside, from the tables of a case: steps, what is in the goods, emissions in them.

A cell sold in Korea is not Korean through and through. Of the goods of a country that is not of concern, only
the share counts in its class that the scarcest stage on the way there can have been made of: the least share,
over all stages that go into the good, of the world's supply that does not come from countries of concern. The
rest counts as of concern. Stages without world supply in the case limit nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from orecell.chain.plan.case_plants import Tables
from orecell.chain.plan.network_input import Plant, Supply
from orecell.data.tables import SOURCING_CLASSES

if TYPE_CHECKING:
    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

CONCERN = SOURCING_CLASSES[-1]
LEAST_SHARE = 1e-3


def supplies_of_case(given: Tables, plants: tuple[Plant, ...]) -> tuple[Supply, ...]:
    """Steps with price and quantity linear between the years given; ores and brines at each plant.

    Where part of a step is of concern by what is in it, the step is two: the clean part has the odd number.
    """
    import numpy as np

    years, tables = given.choices.years, given.tables
    country_of = dict(tables["regions"].select("region", "country").iter_rows())
    class_of = dict(tables["countries"].select("country", "sourcing_class").iter_rows())
    inside, carbon = Content(given), Carbon(given)
    supplies: list[Supply] = []
    table = tables["supply_steps"].sort("commodity", "country", "step", "year")
    for (what, where, number), rows in table.group_by("commodity", "country", "step", maintain_order=True):
        commodity, country, at = str(what), str(where), rows["year"].to_numpy()
        prices = dict(zip(years, np.interp(years, at, rows["value"].to_numpy()).tolist(), strict=True))
        most = np.interp(years, at, rows["quantity"].to_numpy())
        places = [country]
        if rows["is_at_plant"][0]:
            places = _users(given, plants, commodity, {r for r, c in country_of.items() if c == country})
        step, emitted = round(float(str(number))), carbon.of(commodity)
        is_abroad = country != "USA" and class_of[country] != CONCERN
        clean = inside.clean_share(commodity) if is_abroad else np.ones(len(years))
        for part, share, origin_class in ((0, clean, ""), (1, 1.0 - clean, CONCERN)):
            quantity = dict(zip(years, (most * share).tolist(), strict=True))
            if share.max() > LEAST_SHARE:
                number_of_part = 2 * step - 1 + part
                supplies += [
                    Supply(commodity, place, number_of_part, prices, quantity, origin_class, emitted)
                    for place in places
                ]
    return tuple(supplies)


def _users(given: Tables, plants: tuple[Plant, ...], commodity: str, regions: set[str]) -> list[str]:
    """Regions of a country with a plant that uses a commodity."""
    recipes = given.book.recipes
    users = {p.place for p in plants for r in p.recipes if commodity in recipes[r].inputs}
    return sorted(users & regions)


class Content:
    """How much of a good can be free of what comes from countries of concern."""

    def __init__(self, given: Tables) -> None:
        self._given = given
        self._found: dict[str, Floats] = {}

    @cached_property
    def _of_stage(self) -> dict[str, Floats]:
        """Stage -> share of the world's supply that is not of concern (year)."""
        tables, years = self._given.tables, self._given.choices.years
        classes = dict(tables["countries"].select("country", "sourcing_class").iter_rows())
        concern = {country for country, origin_class in classes.items() if origin_class == CONCERN}
        return {
            str(key[0]): _share_outside(rows, concern, years)
            for key, rows in tables["world_supply"].group_by("stage", maintain_order=True)
        }

    def clean_share(self, commodity: str) -> Floats:
        """Least share over the stages that go into a commodity, its own not counted (year)."""
        import numpy as np

        if commodity not in self._found:
            self._found[commodity] = np.ones(len(self._given.choices.years))  # ends loops
            inputs = [c for recipe in self._makers(commodity) for c in recipe]
            shares = [np.minimum(self._own(c), self.clean_share(c)) for c in inputs]
            self._found[commodity] = np.min([np.ones(len(self._given.choices.years)), *shares], axis=0)
        return self._found[commodity]

    def _makers(self, commodity: str) -> list[list[str]]:
        """Inputs of the first recipe that makes a commodity, if any."""
        made = [
            r for r in self._given.book.recipes.values() if r.reference == commodity and not r.is_treatment
        ]
        return [sorted(made[0].inputs)] if made else []

    def _own(self, commodity: str) -> Floats:
        import numpy as np

        stage_of = dict(self._given.tables["commodities"].select("commodity", "stage").iter_rows())
        return self._of_stage.get(stage_of.get(commodity) or "", np.ones(len(self._given.choices.years)))


def _share_outside(rows: pl.DataFrame, concern: set[str], years: tuple[int, ...]) -> Floats:
    """Share of a stage's supply outside the countries of concern (year).

    Linear between the years of the table, held beyond them; of several statistics of a stage their mean.
    """
    import numpy as np
    import polars as pl

    mine = pl.col("value").filter(pl.col("country").is_in(sorted(concern))).sum()
    whole = pl.when(pl.col("unit").first() == "fraction of world").then(1.0).otherwise(pl.col("value").sum())
    found = []
    for _, item in rows.group_by("item", "unit", maintain_order=True):
        outside = item.group_by("year").agg((1.0 - mine / whole).alias("share")).sort("year")
        found.append(np.interp(years, outside["year"].to_numpy(), outside["share"].to_numpy()))
    mean: Floats = np.mean(found, axis=0)
    return mean


class Carbon:
    """Emissions in bought goods: plants of all steps of the first recipe of each, on the grid abroad."""

    def __init__(self, given: Tables) -> None:
        self._given = given
        self._found: dict[str, float] = {}

    @cached_property
    def _kind_of(self) -> dict[str, tuple[str, float]]:
        rows = self._given.tables["plant_recipes"].select("plant_type", "recipe", "value").iter_rows()
        return {recipe: (kind, value) for kind, recipe, value in rows}

    def of(self, commodity: str) -> float:
        """t CO2e per unit; what no recipe makes counts zero."""
        if commodity in self._found:
            return self._found[commodity]
        self._found[commodity] = 0.0  # ends loops
        recipes = self._given.book.recipes.values()
        made = [r for r in recipes if r.reference == commodity and not r.is_treatment]
        if made:
            inputs = sum(amount * self.of(name) for name, amount in made[0].inputs.items())
            self._found[commodity] = inputs + self._own(made[0].name)
        return self._found[commodity]

    def _own(self, recipe: str) -> float:
        if recipe not in self._kind_of:
            return 0.0
        kind, used = self._kind_of[recipe]
        values: Mapping[str, float] = self._given.kinds[kind]
        grid = self._given.parameters["grid_emissions_abroad_t_per_mwh"]
        power = values.get("electricity_mwh_per_unit", 0.0)
        return used * (values.get("emissions_t_per_unit", 0.0) + grid * power)
