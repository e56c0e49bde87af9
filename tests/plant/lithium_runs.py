"""Running one lithium unit on a feed, with every balance checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st

from orecell.plant.component import PROTON, WATER, Components
from orecell.plant.lithium_salts import charge_of
from orecell.plant.stream import check_balance, check_neutral
from orecell.plant.unit import Given, Kind, Outcome

GRAMS_LITHIUM = 6.94
KG_PER_KMOL_WATER = 18.015


@dataclass(frozen=True)
class Ran:
    """A unit that ran, with amounts by name [kmol/h]."""

    components: Components
    given: Given
    outcome: Outcome

    def amount(self, port: str, name: str) -> float:
        return float(self.outcome.outputs[port][self.components.index[name]])

    def element(self, port: str, element: str) -> float:
        return self.components.element_amounts(self.outcome.outputs[port]).get(element, 0.0)

    def kg(self, port: str) -> float:
        return float(self.components.molar_mass @ self.outcome.outputs[port])

    def reagent_kg(self, name: str) -> float:
        flows = self.outcome.reagents.get(name)
        return 0.0 if flows is None else float(self.components.molar_mass @ flows)

    def says(self, words: str) -> bool:
        return any(words in remark for remark in self.outcome.remarks)


def ran(kind: Kind, feed: dict[str, float], temperature_c: float = 25.0, **settings: Any) -> Ran:
    """Run a unit and check that atoms and charge close, that streams are neutral and no flow is negative."""
    chosen = kind.settings(**settings)
    names = list(feed)
    for _ in range(3):
        names += [name for name in kind.makes(chosen, tuple(names)) if name not in names]
    components = Components.of(names)
    given = Given(components, {"feed": components.vector(feed)}, {"feed": temperature_c}, chosen)
    outcome = kind.run(given)
    assert set(outcome.outputs) == set(kind.ports_out)
    check_balance(kind.name, components, [given.feed, *outcome.reagents.values()], outcome.outputs)
    check_neutral(kind.name, components, outcome.outputs)
    size = max(float(np.abs(given.feed).max()), 1e-3)
    for port, flows in outcome.outputs.items():
        assert np.all(np.isfinite(flows)), port
        others = np.delete(flows, components.index[PROTON])
        assert others.min() >= -1e-12 * size, (port, components.names[int(np.argmin(flows))])
    for number in (outcome.power_kw, outcome.heat_kw, *outcome.sizes.values()):
        assert np.isfinite(number)
        assert number >= 0.0
    return Ran(components, given, outcome)


def sulfate_liquor(lithium_g_per_kg: float, **others: float) -> dict[str, float]:
    """Lithium sulfate in a tonne of water with other components [kmol], neutral by sulfate."""
    feed = {
        "Li+": lithium_g_per_kg / GRAMS_LITHIUM,
        "SO4-2": 0.0,
        WATER: 1000.0 / KG_PER_KMOL_WATER,
        **others,
    }
    feed["SO4-2"] += sum(charge_of(name) * amount for name, amount in feed.items()) / 2.0
    return feed


def liquors(cations: dict[str, float], anions: dict[str, float]) -> st.SearchStrategy[dict[str, float]]:
    """Liquors of random strength, neutral by their H+; ion -> most there is per tonne of water [kmol]."""
    amounts = {
        name: st.one_of(st.just(0.0), st.floats(1e-6, most)) for name, most in {**cations, **anions}.items()
    }
    return st.fixed_dictionaries(amounts).map(_neutral)


def _neutral(amounts: dict[str, float]) -> dict[str, float]:
    charge = sum(charge_of(name) * amount for name, amount in amounts.items())
    return {**amounts, PROTON: -charge, WATER: 1000.0 / KG_PER_KMOL_WATER}
