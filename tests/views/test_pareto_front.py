"""What a better value of a second goal costs."""

from __future__ import annotations

from typing import Any

import pytest

from orecell.errors import InputError
from orecell.views.figures import Figure, Stamp, pareto_front


def _point(x: float, y: float, label: str = "", name: str = "emissions over all years") -> dict[str, Any]:
    return {"x": x, "y": y, "label": label, "x_name": name, "x_unit": "Mt CO2e"}


def _draw(points: list[dict[str, Any]]) -> Figure:
    return pareto_front(points, Stamp("run-1"))


def test_the_title_says_what_moving_from_the_cheapest_costs() -> None:
    figure = _draw([_point(30.0, 50e9), _point(20.0, 55e9), _point(25.0, 51e9)])
    assert figure.title.replace("\u00a0", " ") == (
        "Moving emissions over all years from 30 Mt CO2e to 20 Mt CO2e costs 5.0 billion USD more (10 %)"
    )


def test_points_stand_in_order_with_axes_that_name_their_units() -> None:
    option = _draw([_point(30.0, 50e9, "<b>a</b>"), _point(20.0, 55e9)]).option["baseOption"]
    assert [point["value"][:2] for point in option["series"][0]["data"]] == [[20, 55], [30, 50]]
    assert option["xAxis"]["name"] == "Emissions over all years (Mt CO2e)"
    assert "billion USD" in option["yAxis"]["name"]
    assert option["series"][0]["data"][1]["value"][2] == "<b>a</b>"


def test_a_single_point_is_the_cheapest_plan() -> None:
    assert _draw([_point(30.0, 50e9)]).title.startswith("The cheapest plan costs 50.0")


def test_no_point_is_refused() -> None:
    with pytest.raises(InputError, match="has no plan"):
        _draw([])
