"""Measures against one or two settings."""

from __future__ import annotations

import math

import pytest

from orecell.errors import InputError
from orecell.views.figures import Figure, Stamp, sweep_lines

ONE = {
    "cobalt_sx.ph": [5.0, 4.5, 5.5],
    "recovery of Co": [0.99, 0.8, math.nan],
    "coso4: worst impurity over its limit": [2.0, 1.0, 4.0],
    "cost, USD/t": [3100.0, 3500.0, math.nan],
}
TWO = {
    "leach.temperature_c": [60.0, 60.0, 80.0, 80.0],
    "cobalt_sx.saponified_fraction": [0.1, 0.2, 0.1, 0.2],
    "product, t/yr": [10.0, 11.0, 12.0, 13.0],
}


def _draw(columns: dict[str, list[float]] = ONE, settings: tuple[str, ...] = ("cobalt_sx.ph",)) -> Figure:
    return sweep_lines(columns, settings, Stamp("run-1"))


def test_the_title_tells_where_the_cost_is_lowest() -> None:
    assert _draw().title.replace("\u00a0", " ") == "Cost is lowest, 3,100 USD/t, at cobalt_sx pH 5"


def test_without_a_cost_it_tells_what_moves_most() -> None:
    columns = {name: values for name, values in ONE.items() if not name.startswith("cost")}
    assert _draw(columns).title.replace("\u00a0", " ") == (
        "Coso4: worst impurity over its limit moves most over cobalt_sx pH 4.5 to 5.5: between 1 and 4"
    )


def test_points_run_by_rising_setting_with_gaps_where_nothing_was_solved() -> None:
    series = _draw().option["baseOption"]["series"]
    assert series[0]["data"] == [[4.5, 80.0], [5.0, 99.0], [5.5, None]]
    assert series[2]["data"] == [[4.5, 3500.0], [5.0, 3100.0], [5.5, None]]
    assert [s["xAxisIndex"] for s in series] == [0, 1, 2]


def test_axes_carry_units_and_only_the_last_names_the_setting() -> None:
    option = _draw().option["baseOption"]
    assert [axis["name"] for axis in option["yAxis"]] == [
        "Recovery of Co (%)",
        "Coso4: worst impurity over its limit",
        "Cost (USD/t)",
    ]
    assert [axis["name"] for axis in option["xAxis"]] == ["", "", "cobalt_sx pH"]


def test_a_second_setting_gives_a_line_for_each_of_its_values() -> None:
    figure = _draw(TWO, ("leach.temperature_c", "cobalt_sx.saponified_fraction"))
    series = figure.option["baseOption"]["series"]
    assert [s["name"].replace("\u00a0", " ") for s in series] == [
        "cobalt_sx saponified 10 %",
        "cobalt_sx saponified 20 %",
    ]
    assert series[1]["data"] == [[60.0, 11.0], [80.0, 13.0]]
    assert "leach temperature (C)" in figure.table.columns


def test_the_table_holds_every_point_in_units_for_readers() -> None:
    rows = _draw().table.rows
    assert rows[0] == (5.0, 99.0, 2.0, 3100.0)
    assert rows[2] == (5.5, None, 4.0, None)


def test_a_sweep_without_setting_or_measure_is_refused() -> None:
    with pytest.raises(InputError, match="must be columns"):
        _draw(ONE, ("nothing",))
    with pytest.raises(InputError, match="has no measure"):
        _draw({"cobalt_sx.ph": [1.0, 2.0], "cost, USD/t": [math.nan, math.nan]})
    with pytest.raises(InputError, match="different length"):
        _draw({"cobalt_sx.ph": [1.0, 2.0], "cost, USD/t": [1.0]})
