"""The recipe network: what final demand requires of every commodity, loops included.

Unknown is the throughput g of each commodity (made, or treated for wastes). With x_r = s_r g_ref(r)
the activity of recipe r, s its share, U its inputs and G its outputs beside the reference:

    made commodity:     g_c = d_c + sum_r U[c, r] x_r - sum_r G[c, r] x_r
    treated commodity:  g_c = sum_r G[c, r] x_r

one exact sparse-in-spirit linear system, solved densely (about 100 unknowns). By-products replace
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
            activity (recipe, column) [unit of reference].

        Raises:
            InputError: the network makes matter out of nothing or has no solution.
        """
        import numpy as np

        columns = [self._solve_one(demand[:, k], shares.copy()) for k in range(demand.shape[1])]
        return np.stack(columns, axis=1)

    def _solve_one(self, demand: Floats, shares: Floats) -> Floats:
        import numpy as np

        size = len(self.commodities)
        treated = np.zeros(size, dtype=np.bool_)
        treated[self.reference[self.is_treatment]] = True
        made = np.zeros(size, dtype=np.bool_)
        made[self.reference[~self.is_treatment]] = True
        net = np.where(treated[:, None], self.give, self.use - self.give)
        select = np.zeros((len(self.recipes), size))
        select[np.arange(len(self.recipes)), self.reference] = 1.0
        for _ in range(size):
            matrix = np.eye(size) - (net * shares) @ select
            try:
                throughput = np.linalg.solve(matrix, np.where(treated, 0.0, demand))
            except np.linalg.LinAlgError as error:
                raise InputError(
                    "technology_mix", "recipes feed each other without end", "break the loop"
                ) from error
            scale = 1e-9 * max(1.0, float(np.abs(throughput).max()))
            negative = made & (throughput < -scale)
            if not negative.any() or not np.isfinite(throughput).all():
                break
            shares[np.isin(self.reference, np.flatnonzero(negative)) & ~self.is_treatment] = 0.0
        activity: Floats = np.maximum(shares * throughput[self.reference], 0.0)
        if (
            not np.isfinite(activity).all()
            or float((shares * throughput[self.reference]).min(initial=0.0)) < -scale
        ):
            raise InputError(
                "technology_mix",
                "a cycle of recipes makes matter out of nothing",
                "check the yields in the cycle",
            )
        return activity

    def gross_use(self, activity: Floats, outside: NDArray[np.bool_]) -> Floats:
        """Use of each commodity by the recipes that count (commodity, column).

        Args:
            activity: (recipe, column).
            outside: which recipe counts as a user of which commodity (commodity, recipe).
        """
        used: Floats = (self.use * outside) @ activity
        return used
