"""Lithium hydroxide by lime and by caustic soda: balances, yields and limits."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lithium_runs import Ran, liquors, ran, sulfate_liquor

from orecell.plant.flowsheet import Feed, Flowsheet, Unit, solve
from orecell.plant.lithium_hydroxide import KIND
from orecell.plant.mixing import SPLIT

RELAXED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SOLIDS = {"Li2CO3": 20.0, "Na2SO4": 1.0, "NaCl": 0.3, "CaCO3": 0.5, "MgCO3": 0.2, "LiF": 0.1, "H2O": 30.0}
CARBONATES = st.fixed_dictionaries(
    {name: st.one_of(st.just(0.0), st.floats(1e-6, most)) for name, most in SOLIDS.items()}
)
LIQUORS = liquors(
    {"Li+": 6.0, "Na+": 3.0, "K+": 0.5, "Ca+2": 0.05, "Mg+2": 0.1, "NH3": 0.5},
    {"SO4-2": 4.0, "Cl-": 1.0, "CO3-2": 0.5},
)
CHOSEN = st.fixed_dictionaries(
    {
        "pass_yield": st.floats(0.1, 0.95),
        "bleed": st.floats(0.01, 1.0),
        "crystal_wash_stages": st.integers(0, 3),
        "naoh_excess": st.floats(0.0, 0.5),
        "conversion": st.floats(0.5, 0.99),
    }
)


def limed(carbonate: float = 10.0, **chosen: object) -> Ran:
    return ran(KIND, {"Li2CO3": carbonate}, **chosen)


@RELAXED
@given(CARBONATES, CHOSEN)
def test_atoms_and_charge_close_with_lime(feed: dict[str, float], chosen: dict[str, object]) -> None:
    found = ran(KIND, feed, **chosen)
    if found.outcome.detail is not None:
        assert 0.0 <= found.outcome.detail.recovery < 1.0


@RELAXED
@given(LIQUORS, CHOSEN)
def test_atoms_and_charge_close_with_caustic_soda(feed: dict[str, float], chosen: dict[str, object]) -> None:
    found = ran(KIND, feed, route="caustic_soda", **chosen)
    if found.outcome.detail is not None:
        assert 0.0 <= found.outcome.detail.recovery < 1.0


@RELAXED
@given(LIQUORS, CHOSEN)
def test_atoms_and_charge_close_with_lime_on_a_liquor(
    feed: dict[str, float], chosen: dict[str, object]
) -> None:
    ran(KIND, feed, **chosen)


def test_the_yield_of_the_lime_route_is_that_of_the_inventory() -> None:
    # Kelly 2021: 1.05 kg of carbonate per kg of monohydrate, a yield of 84 %.
    found = limed().outcome.detail
    assert found.kg_carbonate_per_kg == pytest.approx(1.05, rel=0.01)
    assert found.recovery == pytest.approx(0.84, abs=0.01)


def test_evaporation_heat_of_the_lime_route_is_near_the_inventory() -> None:
    # Kelly 2021: 21 MJ per kg of monohydrate.
    found = limed()
    assert found.outcome.heat_kw * 3.6 / found.kg("product") == pytest.approx(21.0, rel=0.2)


def test_lime_is_the_stoichiometry_and_the_excess() -> None:
    # Li2CO3 + Ca(OH)2: 74.09 kg of lime per kmol.
    assert limed(10.0, lime_excess=0.05).reagent_kg("caoh2") == pytest.approx(1.05 * 10 * 74.09, rel=1e-3)


def test_lithium_fed_is_in_product_mud_and_bleed() -> None:
    found = limed(10.0)
    parts = {port: found.element(port, "Li") for port in ("product", "residue", "mother_liquor")}
    assert sum(parts.values()) == pytest.approx(20.0, rel=1e-12)
    assert all(part > 0.0 for part in parts.values())
    assert found.says("of the lithium leaves with mud and bleed: recycle the mother liquor")


def test_yield_rises_with_conversion_and_falls_with_bleed() -> None:
    conversions = [limed(conversion=x).outcome.detail.recovery for x in (0.8, 0.9, 0.95, 0.99)]
    bleeds = [limed(bleed=b).outcome.detail.recovery for b in (0.02, 0.1, 0.3, 1.0)]
    assert conversions == sorted(conversions)
    assert bleeds == sorted(bleeds, reverse=True)


def test_crystals_follow_the_recycle_by_hand() -> None:
    # Without liquor on crystals, y / (y + b (1 - y)) of the hydroxide crystallizes: 0.8 / (0.8 + 0.3 x 0.2).
    found = limed(conversion=0.9, crystal_moisture=0.0, dissolved_carbonate_g_per_kg=0.0)
    mud = found.element("residue", "Li")
    assert found.element("product", "Li") == pytest.approx((20.0 - mud) * 0.8 / 0.86, rel=1e-9)


def test_washing_crystals_takes_sulfate_out() -> None:
    feed = {"Li2CO3": 10.0, "Na2SO4": 0.3}
    held = [ran(KIND, feed, crystal_wash_stages=n).outcome.detail.product_ppm["S"] for n in (0, 1, 2)]
    assert held == sorted(held, reverse=True)
    assert ran(KIND, feed, crystal_wash_stages=0).says("not of battery grade (S")


def test_glauber_salt_leaves_the_sulfate_that_dissolves() -> None:
    # 4.9 g of Na2SO4 stay in 100 g of water at 0 C; the salt takes ten waters along.
    found = ran(
        KIND, sulfate_liquor(20.0), route="caustic_soda", glauber={"moisture": 0.0, "wash_ratio": 0.0}
    )
    salt = found.amount("residue", "Na2SO4*10H2O")
    assert salt > 0.0
    caustic = found.outcome.reagents["naoh"][found.components.index["H2O"]]
    water = 1000.0 / 18.015 + float(caustic) - 10.0 * salt
    sulfate = 20.0 / 6.94 / 2.0 - salt
    assert sulfate * 142.04 / (water * 18.015) == pytest.approx(0.049, rel=2e-3)


def test_a_colder_freeze_takes_more_sulfate_out() -> None:
    found = [
        ran(KIND, sulfate_liquor(20.0), route="caustic_soda", glauber_c=t).amount("residue", "Na2SO4*10H2O")
        for t in (0.0, 5.0, 10.0, 20.0)
    ]
    assert found == sorted(found, reverse=True)


def test_a_mother_liquor_full_of_sulfate_is_named() -> None:
    found = ran(KIND, sulfate_liquor(20.0), route="caustic_soda", bleed=0.1)
    assert found.says("mother liquor is saturated with Na2SO4")


def test_mother_liquor_sent_back_to_the_freeze_recovers_nearly_all() -> None:
    settings = KIND.settings(route="caustic_soda", bleed=1.0, pass_yield=0.7)
    outputs = {port: port for port in KIND.ports_out}
    lioh = Unit("lioh", KIND, settings, {"feed": ("liquor", "back")}, outputs)
    first, second = "back", "purge"
    split = Unit(
        "split",
        SPLIT,
        SPLIT.settings(first=0.95),
        {"feed": ("mother_liquor",)},
        {"first": first, "second": second},
    )
    feed = sulfate_liquor(20.0)
    found = solve(Flowsheet("caustic", "test", 8000.0, (Feed("liquor", "aqueous", feed),), (lioh, split)))
    assert found.worst_balance < 1e-9
    recovered = found.elements("product")["Li"] / feed["Li+"]
    assert 0.95 < recovered < 1.0
    assert found.outcomes["lioh"].detail.sulfate_saturation < 1.0


@pytest.mark.parametrize("route", ["lime", "caustic_soda"])
def test_without_lithium_nothing_happens(route: str) -> None:
    found = ran(KIND, {"H2O": 55.0, "Na+": 2.0, "SO4-2": 1.0}, route=route)
    assert found.kg("product") == 0.0
    assert found.says("no lithium")


def test_lime_without_carbonate_is_named() -> None:
    found = ran(KIND, sulfate_liquor(20.0))
    assert found.kg("product") == 0.0
    assert found.says("lime converts no carbonate")
    assert found.says("nothing crystallizes")
