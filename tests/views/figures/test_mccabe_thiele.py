"""What a McCabe-Thiele figure says and draws, from a diagram made by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orecell.errors import InputError
from orecell.plant.mccabe import McCabe
from orecell.views.figures import Figure, Stamp, mccabe_thiele

CURVE = ((0.01, 0.05), (0.1, 0.5), (1.0, 4.0), (10.0, 12.0))
EXTRACT = McCabe(
    "extract", "Co+2", ("E2", "E1"), (5.0, 5.0), (0.1, 1.0), (0.5, 4.0), (0.5, 4.0), 5.0, 0.0, CURVE
)
STRIP = replace(
    EXTRACT,
    bank="strip",
    stages=("R1", "R2"),
    aqueous=(40.0, 2.0),
    organic=(0.4, 0.02),
    aqueous_in=0.0,
    organic_in=4.0,
)


def _draw(diagram: McCabe = EXTRACT, *, is_log: bool = False) -> Figure:
    return mccabe_thiele(diagram, "cobalt_sx", Stamp("run-1"), is_log=is_log)


def _series(figure: Figure) -> list[list[list[float]]]:
    return [series["data"] for series in figure.option["baseOption"]["series"]]


def test_titles_say_how_far_the_stages_take_the_metal() -> None:
    assert _draw().title.replace("\u00a0", " ") == (
        "2 stages of cobalt_sx bring Co from 5 g/L to 0.1 g/L in the aqueous"
    )
    assert _draw(STRIP).title.replace("\u00a0", " ") == (
        "2 stages strip Co from the organic of cobalt_sx: from 4 g/L to 0.02 g/L"
    )
    assert _draw(STRIP).number.replace("\u00a0", " ") == "99.5 %"


def test_a_metal_that_stays_is_not_said_to_move() -> None:
    stays = replace(EXTRACT, aqueous=(5.0, 5.0))
    assert "leave Co in the aqueous: 5" in _draw(stays).title
    kept = replace(STRIP, organic=(4.0, 4.0))
    assert "strip next to no Co" in _draw(kept).title


def test_the_steps_go_from_the_operating_line_to_the_stages_and_back() -> None:
    curve, operating, steps, stages = _series(_draw())
    assert curve == [list(point) for point in CURVE]
    assert operating == [[0.1, 0.0], [1.0, 0.5], [5.0, 4.0]]
    assert steps == [[0.1, 0.0], [0.1, 0.5], [1.0, 0.5], [1.0, 4.0], [5.0, 4.0]]
    assert [point[:3] for point in stages] == [[0.1, 0.5, "E2"], [1.0, 4.0, "E1"]]


def test_a_zero_has_no_place_on_logarithmic_axes_and_ends_are_decades() -> None:
    figure = _draw(is_log=True)
    option = figure.option["baseOption"]
    assert (option["xAxis"]["min"], option["xAxis"]["max"]) == (0.1, 10.0)
    assert (option["yAxis"]["min"], option["yAxis"]["max"]) == (0.1, 10.0)
    assert option["xAxis"]["type"] == "log"
    _, operating, steps, _ = _series(figure)
    assert min(y for _, y in operating) > 0.0
    assert [0.1, 0.0] not in steps


def test_the_operating_line_stays_straight_on_logarithmic_axes() -> None:
    _, operating, _, _ = _series(_draw(is_log=True))
    assert len(operating) > 10
    for x, y in operating:
        assert y == pytest.approx(0.5 + (x - 1.0) * 3.5 / 4.0, rel=1e-3)


def test_the_note_says_that_it_is_no_design_method() -> None:
    assert any("not a design method" in note for note in _draw().notes)


def test_the_table_tells_what_enters_and_leaves_every_stage() -> None:
    rows = _draw().table.rows
    assert rows[0] == ("E2", 5.0, 0.1, 0.5, 0.5, 1.0, 0.0)
    assert rows[1] == ("E1", 5.0, 1.0, 4.0, 4.0, 5.0, 0.5)


def test_a_metal_that_is_not_there_is_refused() -> None:
    empty = replace(EXTRACT, aqueous=(0.0, 0.0), organic=(0.0, 0.0))
    with pytest.raises(InputError, match="does not enter"):
        _draw(empty)
