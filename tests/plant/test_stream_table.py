"""The stream table holds the ledger, and pH only where there is one."""

from __future__ import annotations

import pytest

from orecell.core.elements import atomic_weight
from orecell.plant.component import Components
from orecell.plant.stream import Stream
from orecell.plant.stream_table import shown_elements, stream_ph, stream_table
from small_plants import cobalt, one_stream

WATER_KMOL = 1000.0 / 18.015
"""One tonne of water."""


def _ph(flows: dict[str, float], temperature_c: float = 25.0) -> float | None:
    components = Components.of(flows)
    return stream_ph(components, Stream("s", "aqueous", components.vector(flows), temperature_c))


def test_ph_of_dilute_acid_is_that_of_its_activity() -> None:
    # 0.001 mol/kg: log10 gamma = -0.509 (sqrt(I) / (1 + sqrt(I)) - 0.3 I) = -0.0155, so pH 3.0155
    assert _ph({"H2O": WATER_KMOL, "H+": 1e-3, "Cl-": 1e-3}) == pytest.approx(3.0155, abs=0.002)


def test_ph_of_pure_water_is_seven_and_that_of_dilute_caustic_eleven() -> None:
    assert _ph({"H2O": WATER_KMOL}) == pytest.approx(7.0, abs=0.01)
    assert _ph({"H2O": WATER_KMOL, "H+": -1e-3, "Na+": 1e-3}) == pytest.approx(11.0 - 0.0155, abs=0.01)


def test_ph_of_water_falls_as_it_is_warmed() -> None:
    warm = _ph({"H2O": WATER_KMOL}, 60.0)
    assert warm is not None
    assert 6.4 < warm < 6.6


def test_components_that_speciation_does_not_know_do_not_change_ph() -> None:
    plain = _ph({"H2O": WATER_KMOL, "H+": 1e-3, "Cl-": 1e-3})
    assert _ph({"H2O": WATER_KMOL, "H+": 1e-3, "Cl-": 1e-3, "H2O2": 1.0, "C12H26": 0.1}) == plain


def test_there_is_no_ph_without_water_or_in_another_phase() -> None:
    assert _ph({"H2O": 0.0, "Na+": 1.0, "Cl-": 1.0}) is None
    components = Components.of(["H2O", "NaCl"])
    wet = Stream("cake", "solid", components.vector({"H2O": 5.0, "NaCl": 1.0}))
    assert stream_ph(components, wet) is None


def test_a_solid_is_told_in_mass_percent_that_adds_up() -> None:
    (row,) = stream_table(one_stream("solid", {"NiO": 2.0, "C": 1.0}))
    # 2 NiO = 149.386 kg/h, C = 12.011: Ni 117.387 / 161.397
    assert row.mass_percent["Ni"] == pytest.approx(100 * 117.387 / 161.397, rel=1e-4)
    assert sum(row.mass_percent.values()) == pytest.approx(100.0)
    assert row.tonnes_per_yr == pytest.approx(161.397 * 8.0, rel=1e-4)
    assert (row.ph, row.m3_per_h, dict(row.g_per_l)) == (None, None, {})
    assert row.content("Ni") == row.mass_percent["Ni"]
    assert row.content("Co") is None


def test_grams_per_liter_times_flow_is_the_ledger_of_every_element() -> None:
    solution = cobalt()
    for row in stream_table(solution):
        for element, kmol in solution.elements(row.name).items():
            kg_per_h = kmol * atomic_weight(element)
            if row.phase == "aqueous":
                assert row.m3_per_h is not None
                assert row.g_per_l.get(element, 0.0) * row.m3_per_h == pytest.approx(
                    kg_per_h, rel=1e-9, abs=1e-12
                )
            else:
                share = row.mass_percent.get(element, 0.0) / 100.0
                kg = share * row.tonnes_per_yr * 1000.0 / solution.flowsheet.hours_per_yr
                assert kg == pytest.approx(kg_per_h, rel=1e-9, abs=1e-12)


def test_rows_tell_where_streams_come_from_and_go() -> None:
    rows = {row.name: row for row in stream_table(cobalt())}
    assert list(rows) == ["liquor", "raffinate", "strip_liquor", "coso4", "bleed", "condensate"]
    ends = {name: (row.made_by, row.used_by) for name, row in rows.items()}
    assert ends["liquor"] == ("", "cobalt_sx")
    assert ends["bleed"] == ("crystals", "cobalt_sx")
    assert ends["raffinate"] == ("cobalt_sx", "")


def test_elements_are_shown_by_atomic_number_without_those_of_water() -> None:
    shown = shown_elements(stream_table(cobalt()))
    assert "H" not in shown
    assert "O" not in shown
    assert shown.index("Na") < shown.index("Mg") < shown.index("S") < shown.index("Co") < shown.index("Ni")
