"""McCabe-Thiele points are those of the solved cascade: on its operating line, on its equilibrium curve."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orecell.errors import InputError
from orecell.plant.extraction import Bank, Layout, Profile, solve_layout
from orecell.plant.isotherm import ConstantRatio, Exchange, Extractant, Law, PhLine, Points
from orecell.plant.mccabe import McCabe, banks_of, mccabe, metals_of, molar_mass

COBALT, NICKEL, SODIUM = "Co+2", "Ni+2", "Na+"
EXCHANGES: dict[str, Law] = {
    COBALT: Exchange(-7.67, 2, -7.94, 1),
    NICKEL: Exchange(-10.03, 3, -11.44, 1),
    SODIUM: Exchange(-7.02, 1),
}
FEED = {COBALT: 0.1, NICKEL: 0.05}


def _layout(laws: dict[str, Law] = EXCHANGES, *, strip: bool = False, efficiency: float = 1.0) -> Layout:
    """Four stages at pH 5 whose alkali takes no volume, so that the aqueous flow is the same everywhere."""
    extractant = Extractant("test", "C16H35O2P", 0.92, laws)
    extract = Bank(4, 100.0, FEED, 0.15, 0.0, (5.0,) * 4)
    last = Bank(2, 20.0, {}, 1.0) if strip else None
    return Layout(
        extractant, 0.6, 120.0, extract, strip=last, alkali_mol_per_l=1e9, default_efficiency=efficiency
    )


def _diagram(layout: Layout, cation: str = COBALT, bank: str = "extract") -> tuple[McCabe, Profile]:
    profile = solve_layout(layout)
    return mccabe(layout, profile, bank, cation), profile


def test_operating_points_lie_on_a_line_of_the_slope_of_the_flows() -> None:
    diagram, _ = _diagram(_layout())
    (x0, y0), *others = diagram.operating
    assert y0 == pytest.approx(0.0, abs=1e-12)
    for x, y in others:
        assert y - y0 == pytest.approx(100.0 / 120.0 * (x - x0), rel=1e-8)
    assert diagram.operating[-1][0] == pytest.approx(0.1 * 58.933, rel=1e-3)


def test_the_line_ends_in_feed_and_raffinate_and_steps_go_over_every_stage() -> None:
    diagram, profile = _diagram(_layout())
    assert diagram.stages == ("E4", "E3", "E2", "E1")
    assert diagram.aqueous[0] == pytest.approx(float(profile.aqueous[0, 0]) * molar_mass(COBALT))
    assert diagram.steps[1::2] == tuple(zip(diagram.aqueous, diagram.organic, strict=True))
    assert diagram.steps[0::2] == diagram.operating
    for (x1, y1), (x2, y2) in zip(diagram.steps, diagram.steps[1:], strict=False):
        assert x1 == x2 or y1 == y2


def test_ideal_stages_lie_on_the_equilibrium_curve() -> None:
    diagram, profile = _diagram(_layout())
    assert diagram.settled == pytest.approx(diagram.organic, rel=1e-8)
    assert diagram.settled == pytest.approx((profile.state.f[:4, 0] * molar_mass(COBALT)).tolist(), rel=1e-8)
    for point in zip(diagram.aqueous, diagram.settled, strict=True):
        assert any(point == pytest.approx(on_curve, rel=1e-8) for on_curve in diagram.equilibrium)


def test_a_stage_ends_short_of_the_curve_by_its_efficiency() -> None:
    diagram, _ = _diagram(_layout(efficiency=0.8))
    before = (diagram.organic_in, *diagram.organic[:-1])
    for enters, leaves, settled in zip(before, diagram.organic, diagram.settled, strict=True):
        assert leaves == pytest.approx(0.2 * enters + 0.8 * settled, rel=1e-8)


def test_a_constant_ratio_is_a_straight_curve_through_zero() -> None:
    diagram, _ = _diagram(_layout({**EXCHANGES, COBALT: ConstantRatio(5.0)}))
    for x, y in diagram.equilibrium:
        assert y == pytest.approx(5.0 * x)


def test_a_trace_in_free_extractant_follows_its_constant() -> None:
    # D = (K1 x^2 + K2 x) / h^2 with x = 0.3 mol/L: (10^-7.67 0.09 + 10^-7.94 0.3) 10^10 = 53.7
    layout = _layout()
    thin = replace(layout, extract=replace(layout.extract, feed={COBALT: 1e-9}, sulfate=1e-9))
    diagram, _ = _diagram(thin)
    x, y = diagram.equilibrium[0]
    assert y / x == pytest.approx(53.7, rel=1e-3)


def test_lines_in_ph_and_points_of_an_isotherm_are_followed() -> None:
    line = PhLine(2.0, 0.0, -9.0, 0.0, 1.0)
    diagram, _ = _diagram(_layout({**EXCHANGES, COBALT: line}))
    assert diagram.equilibrium[0][1] == pytest.approx(10.0 * diagram.equilibrium[0][0])
    points = Points(((0.001, 0.01), (0.01, 0.04), (0.1, 0.08)))
    diagram, _ = _diagram(_layout({**EXCHANGES, COBALT: points}))
    assert diagram.settled == pytest.approx(diagram.organic, rel=1e-6)


def test_strip_stages_run_from_the_loaded_organic_to_the_stripped_one() -> None:
    layout = _layout(strip=True)
    diagram, profile = _diagram(layout, bank="strip")
    assert diagram.stages == ("R1", "R2")
    assert diagram.organic_in == pytest.approx(float(profile.organic[3, 0]) * molar_mass(COBALT))
    assert diagram.aqueous_in == 0.0
    lost = 120.0 * (diagram.organic_in - diagram.organic[-1])
    assert lost == pytest.approx(20.0 * diagram.aqueous[0], rel=1e-6)


def test_the_curve_rises_in_aqueous_from_below_the_leanest_stage_to_above_the_feed() -> None:
    diagram, _ = _diagram(_layout())
    xs = [x for x, _ in diagram.equilibrium]
    assert xs == sorted(xs)
    assert xs[0] < min(diagram.aqueous) / 10.0
    assert xs[-1] > diagram.aqueous_in


def test_banks_and_metals_are_named_and_others_refused() -> None:
    layout = _layout(strip=True)
    profile = solve_layout(layout)
    assert banks_of(layout) == {"extract": range(4), "strip": range(4, 6)}
    assert metals_of(layout, profile)[0] == COBALT
    assert SODIUM not in metals_of(layout, profile)
    with pytest.raises(InputError, match="no bank"):
        mccabe(layout, profile, "scrub", COBALT)
    with pytest.raises(InputError, match="not in this circuit"):
        mccabe(layout, profile, "extract", "Li+")
