"""A product against its specification, from rows made by hand."""

from __future__ import annotations

import pytest

from orecell.errors import InputError
from orecell.plant.purity import PurityRow
from orecell.views.figures import Figure, Stamp, purity_bars

SODIUM = PurityRow("Na", "max", 0.001, 0.0109, False, "C", "")
COPPER = PurityRow("Cu", "max", 0.001, 0.0002, True, "C", "")
IRON = PurityRow("Fe", "max", 0.001, 1e-9, True, "D", "")
LEAD = PurityRow("Pb", "max", 0.001, None, None, "C", "not judged")
NICKEL = PurityRow("Ni", "min", 22.2, 22.08, False, "C", "lower grade 21.5")
ROWS = (SODIUM, COPPER, IRON, LEAD, NICKEL)


def _draw(rows: tuple[PurityRow, ...] = ROWS) -> Figure:
    return purity_bars(rows, "niso4_6h2o", Stamp("run-1", (), {"niso4_6h2o": "Nickel sulfate"}))


def test_the_title_names_what_fails_worst_first() -> None:
    assert _draw().title.replace("\u00a0", " ") == (
        "Nickel sulfate misses 2 limits of 4: Na 109 ppm (at most 10 ppm) and Ni 22.08 % (at least 22.2 %)"
    )
    assert (
        _draw((COPPER,)).title
        == "Nickel sulfate keeps the one limit of its specification that could be judged"
    )
    assert "keeps all 2 limits" in _draw((COPPER, IRON)).title


def test_bars_are_in_ppm_with_a_tick_at_every_limit() -> None:
    kept, broken, limits, unknown = _draw().option["baseOption"]["series"]
    assert [point["value"][:3] for point in broken["data"]] == [[109.0, 0, "Na"]]
    assert [point["value"][2] for point in kept["data"]] == ["Cu", "Fe"]
    assert [point[:2] for point in limits["data"]] == [[10.0, 0], [10.0, 1], [10.0, 2], [10.0, 3]]
    assert [point[2] for point in unknown["data"]] == ["Pb"]


def test_the_axis_is_logarithmic_and_what_is_below_it_is_told_as_less() -> None:
    option = _draw().option["baseOption"]
    assert option["xAxis"]["type"] == "log"
    assert option["xAxis"]["min"] > 0.0
    assert option["xAxis"]["startValue"] == option["xAxis"]["min"]
    iron = option["series"][0]["data"][1]["value"]
    assert iron[0] == option["xAxis"]["min"]
    assert iron[3].replace("\u00a0", " ") == "under 0.01 ppm"


def test_limits_from_below_are_told_in_words_and_in_the_table() -> None:
    figure = _draw()
    assert "Ni 22.08\u00a0% of at least 22.2\u00a0%" in figure.sentence
    assert len(figure.table.rows) == 5
    assert figure.table.rows[3][3] is None
    assert figure.table.rows[3][6] == "not judged"


def test_a_limit_near_all_is_drawn_as_what_may_be_something_else() -> None:
    graphite = PurityRow("C", "min", 99.95, 99.98, True, "B", "fixed carbon")
    kept, _, limits, _ = _draw((graphite,)).option["baseOption"]["series"]
    assert kept["data"][0]["value"][:3] == [200.0, 0, "all but C"]
    assert limits["data"][0][:2] == [500.0, 0]
    assert "C 99.98\u00a0% of at least 99.95\u00a0%" in _draw((graphite,)).sentence


def test_assumed_limits_and_what_is_not_judged_look_different() -> None:
    figure = _draw()
    assert [mark.kind for mark in figure.marks] == ["assumed", "unknown"]
    assert figure.table.assumed == (2,)
    assert figure.option["baseOption"]["series"][0]["data"][1]["itemStyle"]["decal"]["symbol"] == "rect"
    assert _draw((COPPER,)).marks == ()


def test_a_product_without_specification_is_refused() -> None:
    with pytest.raises(InputError, match="no specification"):
        _draw(())
