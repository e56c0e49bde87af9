"""What a tonne costs, and what moves it, with numbers made by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from orecell.errors import InputError
from orecell.plant.economics import Basis, Cost, Sold, Swing
from orecell.views.figures import Figure, Stamp, plant_cost, tornado

COST = Cost(
    {"feed": 6e6, "reagents": 3e6, "waste": 0.0, "capital": 1e6, "by-products": -4e6},
    2000.0,
    3000.0,
    1e7,
    1e7,
    1.0,
)
MAIN = Sold("niso4", 2000.0, 3440.0, 3000.0, 6000.0, False)
BASIS = Basis((), (MAIN,), {}, 9950.0, 132_000.0, (), 0.0, 0.0, 2, {"working_capital_fraction": 0.1})
STAMP = Stamp("run-1", (), {"niso4": "Nickel sulfate", "coso4": "Cobalt sulfate"})
SWINGS = [
    Swing("price of coso4", 4000.0, 14000.0, 3500.0, 400.0, False),
    Swing("discount rate", 0.07, 0.15, 2900.0, 3200.0, True),
    Swing("price of Sulfuric acid", 84.0, 280.0, 2950.0, 3100.0, False),
    Swing("labor usd per operator yr", 70_000.0, 120_000.0, 3000.0, 3000.0, True),
]


def _bars(figure: Figure) -> dict[str, tuple[float, float]]:
    """Label -> foot and length above zero [USD/t]."""
    feet, parts, *_ = figure.option["baseOption"]["series"]
    labels = figure.option["baseOption"]["yAxis"]["data"]
    ends = zip(labels, feet["data"], parts["data"], strict=True)
    return {label: (foot, part["value"][0]) for label, foot, part in ends}


def test_terms_add_up_to_the_levelized_cost_with_by_products_taken_off() -> None:
    assert _bars(plant_cost(COST, BASIS, STAMP)) == {
        "Feed": (0, 3000),
        "Reagents": (3000, 1500),
        "Capital, as a yearly payment": (4500, 500),
        "Other products sold": (3000, 2000),
        "Levelized cost": (0, 3000),
    }


def test_the_title_sets_the_cost_against_the_price() -> None:
    assert plant_cost(COST, BASIS, STAMP).title.replace("\u00a0", " ") == (
        "Nickel sulfate costs 3,000 USD/t, 440 USD/t below its price; the largest part is feed "
        "(60 % of what is spent)"
    )


def test_the_price_is_a_line_across_the_picture() -> None:
    parts = plant_cost(COST, BASIS, STAMP).option["baseOption"]["series"][1]
    assert parts["markLine"]["data"] == [{"xAxis": 3440.0}]


def test_a_cost_below_zero_is_drawn_below_zero() -> None:
    rich = replace(COST, terms={**COST.terms, "by-products": -12e6}, levelized=-1000.0)
    figure = plant_cost(rich, BASIS, STAMP)
    series = figure.option["baseOption"]["series"]
    assert len(series) == 4
    assert series[3]["data"][-1]["value"][0] == -1000
    assert "costs -1,000" in figure.title


def test_the_table_holds_every_term_and_its_sum() -> None:
    rows = {row[0]: row[1:] for row in plant_cost(COST, BASIS, STAMP).table.rows}
    assert rows["Levelized cost"] == (6e6, 3000.0)
    assert rows["Disposal of waste"] == (0.0, 0.0)
    assert rows["Price of the product"] == (None, 3440.0)


def test_a_plant_without_cost_is_refused() -> None:
    with pytest.raises(InputError, match="has no cost"):
        plant_cost(replace(COST, terms={}), BASIS, STAMP)


def test_the_widest_swing_is_the_title() -> None:
    figure = tornado(SWINGS, 3000.0, STAMP)
    assert figure.title.replace("\u00a0", " ") == (
        "Price of cobalt sulfate (4,000 to 14,000 USD/t) moves the cost most: from 400 to 3,500 USD/t"
    )


def test_bars_are_changes_and_inputs_have_names_and_units_for_readers() -> None:
    option = tornado(SWINGS, 3000.0, STAMP).option["baseOption"]
    assert [label.replace("\u00a0", " ") for label in option["yAxis"]["data"]] == [
        "Price of cobalt sulfate\n4,000 to 14,000 USD/t",
        "Discount rate\n7 to 15 %",
        "Price of sulfuric acid\n84 to 280 USD/t",
    ]
    low, high = (series["data"] for series in option["series"])
    assert [point["value"][0] for point in low] == [500, -100, -50]
    assert [point["value"][0] for point in high] == [-2600, 200, 100]


def test_assumed_inputs_are_marked_and_what_moves_nothing_is_only_in_the_table() -> None:
    figure = tornado(SWINGS, 3000.0, STAMP)
    assert [mark.kind for mark in figure.marks] == ["assumed"]
    assert figure.table.assumed == (1, 3)
    assert figure.table.rows[3][0] == "Cost of an operator"
    decals = [
        point["itemStyle"]["decal"]["symbol"] for point in figure.option["baseOption"]["series"][0]["data"]
    ]
    assert decals == ["none", "rect", "none"]


def test_at_most_twelve_inputs_are_drawn() -> None:
    many = [replace(SWINGS[0], what=f"price of x{i}") for i in range(20)]
    figure = tornado(many, 3000.0, STAMP)
    assert len(figure.option["baseOption"]["yAxis"]["data"]) == 12
    assert len(figure.table.rows) == 20


def test_a_tornado_without_swings_is_refused() -> None:
    with pytest.raises(InputError, match="no input moves"):
        tornado([SWINGS[3]], 3000.0, STAMP)
