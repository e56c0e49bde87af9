"""Cascades of solvent extraction: laws, limits, convergence from nothing (case P9)."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orecell.errors import InputError
from orecell.plant.extraction import Bank, Layout, Profile, remarks, solve_layout
from orecell.plant.extraction_batch import solve_batch
from orecell.plant.isotherm import (
    ConstantRatio,
    Exchange,
    Extractant,
    PhLine,
    Points,
    charge_of,
    pack_laws,
    shipped_extractant,
)

CYANEX = "cyanex_272"
FEED = {"Mn+2": 0.02, "Co+2": 0.1, "Ni+2": 0.3, "Li+": 0.4, "Na+": 0.05}


def sulfate_of(feed: dict[str, float], acid: float = 1e-4) -> float:
    return 0.5 * (sum(charge_of(cation) * value for cation, value in feed.items()) + 2.0 * acid)


def cascade(feed: dict[str, float], stages: int = 4, ratio: float = 1.0, **more: object) -> Layout:
    """An open cascade on a neutral sulfate feed of 1 L/h."""
    ph = more.pop("ph", None)
    strength = float(more.pop("strength", 0.6))  # type: ignore[arg-type]
    extractant = more.pop("extractant", None) or shipped_extractant(CYANEX)
    bank = Bank(stages, 1.0, feed, sulfate_of(feed), 0.0, None if ph is None else (float(ph),) * stages)  # type: ignore[arg-type]
    return Layout(extractant, strength, ratio, bank, **more)  # type: ignore[arg-type]


def circuit(**more: object) -> Layout:
    """Extraction, scrub and strip with organic that comes back."""
    ph = (5.2,) * 4
    extract = Bank(4, 1000.0, FEED, sulfate_of(FEED), 0.0, ph)
    scrub = Bank(2, 50.0, {}, 0.05)
    strip = Bank(3, 100.0, {}, 1.0)
    given = {"default_efficiency": 0.95, "aqueous_in_organic": 5e-4, "organic_in_aqueous": 5e-5, **more}
    return Layout(shipped_extractant(CYANEX), 0.6, 700.0, extract, scrub, strip, **given)  # type: ignore[arg-type]


def left(profile: Profile, cation: str) -> float:
    """Concentration in the raffinate."""
    return float(profile.aqueous[0, profile.cations.index(cation)])


def imbalance(layout: Layout, profile: Profile) -> float:
    """The largest share of a cation that enters and does not leave an open cascade."""
    worst = 0.0
    for j, cation in enumerate(profile.cations):
        entered = layout.extract.flow * layout.extract.feed.get(cation, 0.0)
        entered += layout.organic_flow * profile.organic_in[j]
        entered += sum(max(d, 0.0) for d in profile.dose) if cation == layout.base else 0.0
        leaves = profile.flow[0] * profile.aqueous[0, j] + layout.organic_flow * profile.organic[-1, j]
        worst = max(worst, abs(entered - leaves) / max(entered, 1e-9))
    return worst


@pytest.mark.parametrize("d", [0.3, 1.0, 2.5])
@pytest.mark.parametrize("stages", [1, 2, 5, 12])
def test_constant_distribution_gives_kremser_to_ten_digits(d: float, stages: int) -> None:
    extractant = Extractant("x", "C16H35O2P", 0.92, {"Co+2": ConstantRatio(d), "Na+": ConstantRatio(1e-9)})
    profile = solve_layout(cascade({"Co+2": 0.01, "Na+": 0.5}, stages, 1.5, extractant=extractant))
    e = 1.5 * d
    kremser = 1.0 / (stages + 1.0) if e == 1.0 else (e - 1.0) / (e ** (stages + 1) - 1.0)
    assert left(profile, "Co+2") / 0.01 == pytest.approx(kremser, rel=1e-10)


def test_one_stage_is_the_equilibrium_of_its_own_law() -> None:
    profile = solve_layout(cascade(FEED, 1, 1.0, ph=4.5))
    law = shipped_extractant(CYANEX).laws["Co+2"]
    assert isinstance(law, Exchange)
    j, x = profile.cations.index("Co+2"), 0.3 * (1.0 - profile.loading[0])
    d = (10.0**law.log_k1 * x**law.s1 + 10.0 ** (law.log_k2 or 0.0) * x ** (law.s2 or 0.0)) * 10.0 ** (
        2 * 4.5
    )
    assert profile.organic[0, j] / profile.aqueous[0, j] == pytest.approx(d, rel=1e-9)


def test_infinite_stages_leave_what_the_organic_cannot_carry() -> None:
    extractant = Extractant("x", "C16H35O2P", 0.92, {"Co+2": ConstantRatio(0.4), "Na+": ConstantRatio(1e-9)})
    profile = solve_layout(cascade({"Co+2": 0.01, "Na+": 0.5}, 40, 1.0, extractant=extractant))
    assert left(profile, "Co+2") / 0.01 == pytest.approx(1.0 - 0.4, rel=1e-6)


def test_no_organic_extracts_nothing() -> None:
    profile = solve_layout(cascade(FEED, 3, 1e-6))
    for cation in ("Co+2", "Ni+2", "Li+"):
        assert left(profile, cation) == pytest.approx(FEED[cation], rel=1e-4)


@pytest.mark.parametrize(("cation", "phs"), [("Co+2", (3.5, 4.0, 4.5, 5.0)), ("Ni+2", (5.0, 5.5, 6.0, 6.5))])
def test_higher_ph_extracts_more(cation: str, phs: tuple[float, ...]) -> None:
    found = [left(solve_layout(cascade(FEED, 3, 1.0, ph=ph)), cation) for ph in phs]
    assert all(later < earlier for earlier, later in pairwise(found))


def test_more_stages_and_more_organic_extract_more() -> None:
    by_stages = [left(solve_layout(cascade(FEED, n, 1.0, ph=4.6)), "Co+2") for n in (1, 2, 3, 5, 8)]
    by_ratio = [left(solve_layout(cascade(FEED, 3, oa, ph=4.6)), "Co+2") for oa in (0.3, 0.6, 1.0, 2.0)]
    for found in (by_stages, by_ratio):
        assert all(later < earlier for earlier, later in pairwise(found))


def test_a_higher_murphree_efficiency_extracts_more_and_full_efficiency_is_the_limit() -> None:
    found = [
        left(solve_layout(cascade(FEED, 3, 1.0, ph=4.8, default_efficiency=e)), "Co+2")
        for e in (0.7, 0.9, 0.999999, 1.0)
    ]
    assert found[0] > found[1] > found[2]
    assert found[2] == pytest.approx(found[3], rel=1e-4)


def test_murphree_efficiency_holds_in_every_stage() -> None:
    layout = cascade(FEED, 4, 1.0, ph=4.8, default_efficiency=0.8)
    profile = solve_layout(layout)
    law = shipped_extractant(CYANEX).laws["Co+2"]
    assert isinstance(law, Exchange)
    j = profile.cations.index("Co+2")
    before = profile.organic_in[j]
    for i in range(4):
        x = 0.3 * (1.0 - profile.loading[i])
        d = 10.0**law.log_k1 * x**law.s1 + 10.0 ** (law.log_k2 or 0.0) * x ** (law.s2 or 0.0)
        equal = profile.aqueous[i, j] * d * 10.0 ** (2 * 4.8)
        assert profile.organic[i, j] - before == pytest.approx(0.8 * (equal - before), rel=1e-6)
        before = profile.organic[i, j]


def test_swapping_equal_feeds_of_like_cations_changes_nothing() -> None:
    laws = shipped_extractant(CYANEX).laws
    twin = Extractant("x", "C16H35O2P", 0.92, {**laws, "Zn+2": laws["Co+2"]})
    first = solve_layout(cascade({"Co+2": 0.03, "Zn+2": 0.07, "Na+": 0.1}, 4, extractant=twin, ph=4.4))
    second = solve_layout(cascade({"Zn+2": 0.07, "Co+2": 0.03, "Na+": 0.1}, 4, extractant=twin, ph=4.4))
    assert left(first, "Co+2") == pytest.approx(left(second, "Co+2"), rel=1e-9)
    assert left(first, "Co+2") / 0.03 == pytest.approx(left(first, "Zn+2") / 0.07, rel=1e-9)


def random_case(generator: np.random.Generator) -> Layout:
    """A cascade drawn as in case P9: 2 to 10 stages, O/A 0.3 to 6, saponification 0 to 60 %, 0.2 to 1.2 M."""
    stages = int(generator.integers(2, 11))
    feed = {c: float(10 ** generator.uniform(-4, -0.4)) for c in ("Mn+2", "Co+2", "Ni+2", "Li+")}
    feed["Na+"] = float(generator.uniform(0.0, 0.5)) + 1e-9
    acid = float(10 ** generator.uniform(-5, -1))
    bank = Bank(stages, 1.0, feed, sulfate_of(feed, acid))
    strength, ratio = float(generator.uniform(0.2, 1.2)), float(generator.uniform(0.3, 6.0))
    sap = float(generator.uniform(0.0, 0.6))
    return Layout(shipped_extractant(CYANEX), strength, ratio, bank, saponified_fraction=sap)


def test_150_random_cascades_converge_from_nothing_and_balance() -> None:
    generator = np.random.default_rng(9)
    for _ in range(150):
        layout = random_case(generator)
        profile = solve_layout(layout)
        assert imbalance(layout, profile) < 1e-9
        charge = profile.aqueous @ [charge_of(c) for c in profile.cations]
        h = 10.0**-profile.ph
        bound = profile.sulfate * h / (h + 10.0**-1.99 * 0.74 / 0.30)
        residual = charge + h / 0.74 - 1e-14 / h / 0.74 - 2 * profile.sulfate + bound
        assert np.all(np.abs(residual) < 1e-9 * (1.0 + 2 * profile.sulfate))
        for cation, value in layout.extract.feed.items():
            if cation != "Na+":
                assert left(profile, cation) <= value * (1.0 + 1e-9)


@given(seed=st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_alkali_is_never_less_than_what_a_neutral_feed_gives_up(seed: int) -> None:
    generator = np.random.default_rng(seed)
    ph = float(generator.uniform(3.0, 6.5))
    feed = {c: float(10 ** generator.uniform(-3, -0.5)) for c in ("Co+2", "Ni+2", "Li+")}
    layout = cascade({**feed, "Na+": 0.05}, 3, float(generator.uniform(0.5, 3)), ph=ph)
    profile = solve_layout(layout)
    given_up = sum(charge_of(c) * (feed[c] - left(profile, c) * profile.flow[0]) for c in feed)
    acid = 10.0**-ph / 0.74 + profile.sulfate[0] * 10.0**-ph / (10.0**-1.99 * 0.74 / 0.30)
    assert sum(max(d, 0.0) for d in profile.dose) >= given_up - acid * profile.flow[0] - 1e-9


def test_a_closed_circuit_returns_the_organic_it_takes() -> None:
    layout = circuit()
    profile = solve_layout(layout)
    back = profile.organic[-1] + layout.aqueous_in_organic * profile.aqueous[-1]
    for j, cation in enumerate(profile.cations):
        assert profile.organic_in[j] == pytest.approx(back[j], rel=1e-6, abs=1e-12), cation


def test_a_closed_circuit_balances_every_cation() -> None:
    layout = circuit(saponified_fraction=0.2)
    profile = solve_layout(layout)
    strip = len(profile.stages) - 3
    for j, cation in enumerate(profile.cations):
        entered = 1000.0 * FEED.get(cation, 0.0)
        if cation == "Na+":
            entered += profile.saponification + sum(max(d, 0.0) for d in profile.dose)
        carried = 1.0 * layout.organic_in_aqueous
        leaves = sum(
            profile.flow[i] * (profile.aqueous[i, j] + carried * profile.organic[i, j]) for i in (0, strip)
        )
        assert leaves == pytest.approx(entered, rel=1e-8), cation


def test_a_batch_gives_what_its_circuits_give_one_by_one() -> None:
    layouts = [cascade({**FEED, "Co+2": c}, 4, oa, ph=4.6) for c, oa in ((0.05, 0.8), (0.1, 1.0), (0.2, 1.5))]
    batch = solve_batch(layouts)
    assert batch.is_solved.all()
    for k, layout in enumerate(layouts):
        assert np.allclose(batch.aqueous[k], solve_layout(layout).aqueous, rtol=1e-8)


def test_a_batch_of_unlike_circuits_is_refused() -> None:
    with pytest.raises(InputError, match="same stages"):
        solve_batch([cascade(FEED, 2), cascade(FEED, 3)])


def test_a_warm_start_changes_nothing() -> None:
    cold = solve_layout(circuit())
    warm = solve_layout(circuit(), cold.state)
    assert np.allclose(cold.aqueous, warm.aqueous, rtol=1e-8)


def test_nickel_is_scrubbed_off_by_more_scrub_stages() -> None:
    def nickel(stages: int) -> float:
        layout = circuit()
        scrub = Bank(stages, 50.0, {}, 0.05)
        profile = solve_layout(
            Layout(
                layout.extractant, 0.6, 700.0, layout.extract, scrub, layout.strip, default_efficiency=0.95
            )
        )
        return float(profile.organic[profile.stages.index(f"S{stages}"), profile.cations.index("Ni+2")])

    assert nickel(3) < nickel(2) < nickel(1)


def test_trivalent_rare_earths_follow_their_published_line_in_ph() -> None:
    line = PhLine(2.0, 0.1, -4.0, 1.5, 5.0)
    extractant = Extractant("x", "C16H35O4P", 0.965, {"Nd+3": line, "Na+": ConstantRatio(1e-9)})
    profile = solve_layout(cascade({"Nd+3": 1e-3, "Na+": 0.1}, 1, 1.0, extractant=extractant, ph=1.6))
    log_d = (2.0 + 0.1 * 5.0) * 1.6 - 4.0 + 1.5 * math.log10(5.0)
    j = profile.cations.index("Nd+3")
    assert math.log10(profile.organic[0, j] / profile.aqueous[0, j]) == pytest.approx(log_d, abs=1e-9)


def test_an_isotherm_of_points_is_met_at_its_points() -> None:
    points = Points(((0.001, 0.02), (0.01, 0.1), (0.1, 0.2)))
    extractant = Extractant("x", "C16H35O2P", 0.92, {"Co+2": points, "Na+": ConstantRatio(1e-9)})
    profile = solve_layout(cascade({"Co+2": 0.11, "Na+": 0.1}, 1, 1.0, extractant=extractant))
    j = profile.cations.index("Co+2")
    assert profile.aqueous[0, j] == pytest.approx(0.01, rel=1e-9)
    assert profile.organic[0, j] == pytest.approx(0.1, rel=1e-9)


def test_a_cation_without_a_law_is_refused_by_name() -> None:
    with pytest.raises(InputError, match=r"K\+.*no equilibrium law"):
        pack_laws(shipped_extractant(CYANEX), ["Co+2", "K+"])


def test_a_ph_that_needs_acid_is_reported() -> None:
    layout = cascade({"Co+2": 0.1, "Na+": 0.1}, 2, 1.0, ph=1.0, saponified_fraction=0.5)
    found = remarks(layout, solve_layout(layout))
    assert any("needs acid" in remark for remark in found)


def test_a_loading_beyond_the_extractant_is_reported_for_laws_that_do_not_see_it() -> None:
    extractant = Extractant("x", "C16H35O2P", 0.92, {"Co+2": ConstantRatio(50.0), "Na+": ConstantRatio(1e-9)})
    layout = cascade({"Co+2": 0.5, "Na+": 0.1}, 1, 0.5, extractant=extractant, strength=0.3)
    assert any("more than the extractant holds" in remark for remark in remarks(layout, solve_layout(layout)))
