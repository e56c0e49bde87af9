"""The recipe network: what final demand requires of every commodity, loops included.

Unknown is the throughput g of each commodity (made, or treated for wastes). With x_r = s_r g_ref(r)
the activity of recipe r, s its share, U its inputs and G its outputs beside the reference:

    made commodity:     g_c = d_c + sum_r U[c, r] x_r - sum_r G[c, r] x_r
    treated commodity:  g_c = sum_r G[c, r] x_r

one exact sparse-in-spirit linear system, solved densely (about 60 unknowns). By-products replace
making; where they exceed all use, making stops and the rest is surplus.
Left out: prices, capacity, trade. Source: supply-use algebra, Miller and Blair 2009, chapter 5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orecell.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from orecell.data.recipe import Recipe

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Network:
    """Recipes as matrices over sorted commodities and recipes.

    Attributes:
        commodities: axis `commodity`.
        recipes: axis `recipe`.
        use: inputs beside a treated reference (commodity, recipe) [unit per unit of reference].
        give: outputs beside a made reference (commodity, recipe) [unit per unit of reference].
        reference: index of each recipe's reference commodity (recipe).
        is_treatment: whether the recipe treats its reference (recipe).
    """

    commodities: tuple[str, ...]
    recipes: tuple[str, ...]
    use: Floats
    give: Floats
    reference: NDArray[np.int64]
    is_treatment: NDArray[np.bool_]

    @classmethod
    def from_recipes(cls, commodities: tuple[str, ...], recipes: Mapping[str, Recipe]) -> Network:
        """Lay recipes out as matrices; raises KeyError for a commodity not listed."""
        import numpy as np

        names = tuple(sorted(recipes))
        index = {name: i for i, name in enumerate(commodities)}
        use = np.zeros((len(commodities), len(names)))
        give = np.zeros_like(use)
        for j, name in enumerate(names):
            recipe = recipes[name]
            for side, table in ((use, recipe.inputs), (give, recipe.outputs)):
                for commodity, amount in table.items():
                    if commodity != recipe.reference:
                        side[index[commodity], j] += amount
        reference = np.array([index[recipes[name].reference] for name in names], dtype=np.int64)
        treated = np.array([recipes[name].is_treatment for name in names], dtype=np.bool_)
        return cls(commodities, names, use, give, reference, treated)

    def shares(self, mix: Mapping[tuple[str, str], float]) -> Floats:
        """Share of each recipe in making or treating its reference (recipe).

        Args:
            mix: (commodity, recipe) -> share; a commodity absent here must have one recipe.

        Raises:
            InputError: several recipes and no shares.
        """
        import numpy as np

        mixed = {commodity for commodity, _ in mix}
        result = np.ones(len(self.recipes))
        for j, name in enumerate(self.recipes):
            commodity = self.commodities[self.reference[j]]
            if commodity in mixed:
                result[j] = mix.get((commodity, name), 0.0)
            elif np.count_nonzero(self.reference == self.reference[j]) > 1:
                raise InputError(commodity, "has several recipes but no shares", "add it to technology_mix")
        return result

    def solve(self, demand: Floats, shares: Floats) -> Floats:
        """Activity of every recipe for a final demand.

        Args:
            demand: final demand (commodity, column) [unit].
            shares: share of each recipe (recipe).

        Returns:
            activity (recipe, column) [unit of reference], not below 0.

        Raises:
            InputError: the network makes matter out of nothing or has no solution.
        """
        import numpy as np

        throughput = self._throughput(demand, shares)
        activity: Floats = shares[:, None] * throughput[self.reference]
        for k in np.flatnonzero((activity < -_tolerance(throughput)).any(axis=0)):
            activity[:, k] = self._without_surplus(demand[:, [k]], shares)
        return np.maximum(activity, 0.0)

    def _throughput(self, demand: Floats, shares: Floats) -> Floats:
        """Throughput of every commodity that has a recipe (commodity, column), 0 for the others.

        Exactly 0 where demand never reaches: rounding must not turn into a need, for a stage without
        supply would then cap what does not use it.
        """
        import numpy as np

        # Only what has a recipe is unknown; a larger system waits for threads on a busy machine.
        solved, position = np.unique(self.reference, return_inverse=True)
        treated = np.isin(solved, self.reference[self.is_treatment])[:, None]
        net = np.where(treated, self.give[solved], self.use[solved] - self.give[solved])
        needs = np.zeros((len(solved), len(solved)))
        for j, column in enumerate(position):
            needs[:, column] += shares[j] * net[:, j]
        wanted = np.where(treated, 0.0, demand[solved])
        try:
            amount = np.linalg.solve(np.eye(len(solved)) - needs, wanted)
        except np.linalg.LinAlgError as error:
            raise InputError(
                "technology_mix", "recipes feed each other without end", "break the loop"
            ) from error
        throughput = np.zeros_like(demand)
        throughput[solved] = np.where(_reach(needs, wanted > 0), amount, 0.0)
        return throughput

    def _without_surplus(self, demand: Floats, shares: Floats) -> Floats:
        """Activity (recipe) where by-products exceed all use of something: its making stops.

        Making is shut where the throughput would be negative and taken up again where, after other
        changes, it is needed after all; a set that never settles makes matter out of nothing.
        """
        import numpy as np

        size = len(self.commodities)
        made = np.isin(np.arange(size), self.reference[~self.is_treatment])
        is_open = np.ones(size, dtype=np.bool_)
        for _ in range(3 * size):
            open_shares = shares * (is_open[self.reference] | self.is_treatment)
            throughput = self._throughput(demand, open_shares)[:, 0]
            limit = _tolerance(throughput)
            wrong = made & np.where(is_open, throughput < -limit, throughput > limit)
            activity: Floats = open_shares * throughput[self.reference]
            if not wrong.any() and float(activity.min(initial=0.0)) >= -limit:
                return activity
            is_open = is_open ^ wrong
        raise InputError(
            "technology_mix",
            "a cycle of recipes makes matter out of nothing",
            "check the yields in the cycle",
        )

    def gross_use(self, activity: Floats, outside: NDArray[np.bool_]) -> Floats:
        """Use of each commodity by the recipes that count (commodity, column).

        Args:
            activity: (recipe, column).
            outside: which recipe counts as a user of which commodity (commodity, recipe).
        """
        used: Floats = (self.use * outside) @ activity
        return used


def _reach(needs: Floats, start: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """What is wanted or needed, step by step, by what is wanted (commodity, column)."""
    import numpy as np

    linked = (needs != 0).astype(np.float64)
    reached = start
    for _ in range(len(needs)):
        wider = reached | (linked @ reached > 0)
        if np.array_equal(wider, reached):
            break
        reached = wider
    return reached


def _tolerance(throughput: Floats) -> float:
    """What counts as zero beside the largest throughput."""
    import numpy as np

    return 1e-9 * max(1.0, float(np.abs(throughput).max(initial=0.0)))
