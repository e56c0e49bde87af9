"""Supply as steps: what is drawn, and what making costs in a plan worked out by hand."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from orecell.chain.plan.network_input import Demand, Freight, Place, PlanInput, Plant, Supply
from orecell.data.recipe import Recipe
from orecell.errors import InputError
from orecell.results.plan_supply import Step, SupplyCurve, SupplyCurves
from orecell.results.plan_words import Names
from orecell.views.figures import Figure, Stamp, supply_curve

CHINA = Step("China", "", "concern", 2000.0, 200.0, 5000.0, 4000.0, is_assumed=True)
OHIO = Step("Ohio", "CAM plant", "domestic", 1900.0, 50.0, 3000.0, 3000.0)
KOREA = Step("<b>Korea</b>", "", "allied", 2600.0, 150.0, 9000.0, 0.0)
CURVE = SupplyCurve("cam", "CAM", "t", 2034, "Ohio", (OHIO, CHINA, KOREA), 2200.0)


def _draw(curve: SupplyCurve = CURVE) -> Figure:
    return supply_curve(curve, Stamp("run-1"))


def _boxes(figure: Figure) -> list[tuple[str, float, float, float, float]]:
    """Name, start, end, height and opacity of every rectangle."""
    found = []
    for series in figure.option["baseOption"]["series"]:
        for near, far in series.get("markArea", {}).get("data", []):
            style = near["itemStyle"]
            found.append((near["name"], near["xAxis"], far["xAxis"], far["yAxis"], style["opacity"]))
    return sorted(found, key=lambda box: box[1])


def test_the_title_states_the_range_of_what_is_used_and_the_worth_of_one_more() -> None:
    assert _draw().title.replace("\u00a0", " ") == (
        "CAM costs 1,950 to 2,200 USD/t delivered to Ohio in 2034; one more tonne of any origin would be "
        "worth 2,200 USD"
    )


def test_steps_stand_side_by_side_used_before_unused_and_end_a_little_beyond_what_is_used() -> None:
    boxes = _boxes(_draw())
    assert [box[:4] for box in boxes] == [
        ("Ohio", 0, 3000, 1950),
        ("China", 3000, 7000, 2200),
        ("China", 7000, 8000, 2200),
        ("<b>Korea</b>", 8000, 11200, 2750),
    ]
    assert [box[4] == 1.0 for box in boxes] == [True, True, False, False]


def test_the_line_of_worth_is_there_only_where_the_plan_has_one() -> None:
    names = [s["name"] for s in _draw().option["baseOption"]["series"]]
    assert names[-1] == "Worth of one more unit of any origin"
    without = _draw(replace(CURVE, worth=None))
    assert all("Worth" not in s["name"] for s in without.option["baseOption"]["series"])


def test_assumed_steps_have_a_dashed_edge_and_marked_rows() -> None:
    figure = _draw()
    edges = {
        near["name"]: near["itemStyle"].get("borderType")
        for s in figure.option["baseOption"]["series"]
        for near, _ in s.get("markArea", {}).get("data", [])
    }
    assert edges == {"Ohio": None, "China": "dashed", "<b>Korea</b>": None}
    assert figure.table.assumed == (1,)


def test_the_table_holds_every_step_in_full() -> None:
    rows = {row[0]: row for row in _draw().table.rows}
    assert rows["China"] == ("China", "bought", "concern", 2000.0, 200.0, 2200.0, 5000.0, 4000.0)
    assert rows["Ohio"][1] == "CAM plant"


def test_energy_is_priced_per_kwh() -> None:
    cell = Step("China", "", "concern", 50e6, 1e6, 90.0, 40.0)
    figure = _draw(SupplyCurve("cell", "Cells", "GWh", 2030, "the US", (cell,), 60e6))
    assert "costs 51 USD/kWh" in figure.title.replace("\u00a0", " ")
    assert figure.table.rows[0][5] == 51.0


def test_a_commodity_that_is_offered_but_not_used_says_so() -> None:
    title = _draw(replace(CURVE, steps=(KOREA,))).title.replace("\u00a0", " ")
    assert title == "CAM would cost 2,750 USD/t or more in Ohio in 2034; the plan uses none"


def test_a_commodity_that_nobody_offers_is_refused() -> None:
    with pytest.raises(InputError, match="neither offered nor made"):
        _draw(replace(CURVE, steps=()))


def _run() -> Any:
    """One plant in Ohio makes CAM of two pCAM and a by-product; China sells CAM in two steps."""
    places = {
        "USA": Place("USA", "domestic", 38.0, -90.0),
        "US-OH": Place("US-OH", "domestic", 40.0, -83.0),
        "CHN": Place("CHN", "concern", 31.0, 121.0),
    }
    recipes = {
        "cam": Recipe("cam", "cam", {"pcam": 2.0}, {"cam": 1.0, "salt": 0.5}, {}),
        "cell": Recipe("cell", "cell", {"cam": 1000.0}, {"cell": 1.0}, {}),
    }
    cam_plant = Plant(
        "cam_plant@US-OH", "cam_plant", "US-OH", {"cam": 1.0}, standing={2030: 20.0}, capex=500.0,
        life_years=10, fixed_opex=10.0, variable_opex=100.0,
    )  # fmt: skip
    cell_plant = Plant("cell_plant@US-OH", "cell_plant", "US-OH", {"cell": 1.0}, standing={2030: 1.0})
    supplies = tuple(
        Supply("cam", "CHN", step, {2030: price}, {2030: 30.0}) for step, price in ((1, 300.0), (3, 400.0))
    )
    given = PlanInput(
        years=(2030,), classes=("domestic", "allied", "other", "concern"), places=places, recipes=recipes,
        plants=(cam_plant, cell_plant), supplies=supplies,
        demands=(Demand("cells", "USA", {2030: 1.0}, {"cell": {2030: (0.0, 1.0)}}, 1e9),),
        tonnes={"cam": 1.0}, freight=Freight(0.0, 0.01, 0.0, 0.0, 5.0, 1.0, 1.0), discount_rate=0.0,
    )  # fmt: skip
    worth = {"pcam": 60.0, "salt": 8.0, "cam": 350.0}
    tables = {
        "activity": [
            {"plant": "cam_plant@US-OH", "recipe": "cam", "class": "domestic", "year": 2030, "value": 25.0},
            {"plant": "cell_plant@US-OH", "recipe": "cell", "class": "concern", "year": 2030, "value": 0.05},
        ],
        "purchases": [{"commodity": "cam", "place": "CHN", "step": 1, "year": 2030, "value": 30.0}],
        "served": [],
        "retirements": [{"plant": "cam_plant@US-OH", "year": 2029, "value": 4.0}],
        "builds": [{"plant": "cam_plant@US-OH", "online_year": 2030, "capacity": 30.0, "capex_usd": 15000.0}],
        "prices": [
            {"commodity": name, "place": "US-OH", "class": k, "year": 2030, "usd_per_unit": usd * factor}
            for name, usd in worth.items()
            for k, factor in (("domestic", 2.0), ("concern", 1.0))
        ],
    }
    frames = {
        "supply_steps": pl.DataFrame(
            {"commodity": ["cam"] * 2, "country": ["CHN"] * 2, "step": [1, 2], "year": [2030, 2030],
             "confidence": ["high", "assumed"]}
        ),
        "commodities": pl.DataFrame({"commodity": ["cam", "pcam"], "stage": ["cam", "pcam"]}),
    }  # fmt: skip
    places_in_words = {"US-OH": "Ohio", "CHN": "China"}
    names = Names({"cam_plant": "CAM plant"}, places_in_words, {"cam": "CAM"}, {"cam": "t"}, {}, {})
    plan = SimpleNamespace(model=SimpleNamespace(plan=given))
    case = SimpleNamespace(tables=frames)
    return SimpleNamespace(plan=plan, given=given, tables=tables, names=names, case=case)


def test_making_costs_inputs_operation_fixed_cost_and_new_capital_less_by_products() -> None:
    curve = SupplyCurves(_run()).curve("cam", 2030)
    (made,) = [step for step in curve.steps if step.is_made]
    fixed = 10.0 * (20.0 - 4.0 + 30.0)
    capital = 30.0 * 500.0 / 10  # ten equal payments at a rate of zero
    assert made.price == pytest.approx(100.0 + 2 * 60.0 - 0.5 * 8.0 + (fixed + capital) / 25.0)
    assert (made.place, made.kind, made.used, made.freight) == ("Ohio", "CAM plant", 25.0, 0.0)


def test_sellers_are_steps_with_freight_to_the_us_place_that_uses_most() -> None:
    curve = SupplyCurves(_run()).curve("cam", 2030)
    first, second = [step for step in curve.steps if not step.is_made]
    assert (curve.place, curve.worth) == ("Ohio", 350.0)
    assert (first.price, first.used, first.quantity) == (300.0, 30.0, 30.0)
    assert (second.price, second.used) == (400.0, 0.0)
    assert first.freight == second.freight > 5.0
    assert curve.used == 55.0
    assert [step.delivered for step in curve.steps] == sorted(step.delivered for step in curve.steps)


def test_a_step_is_assumed_where_its_row_of_the_table_is() -> None:
    curve = SupplyCurves(_run()).curve("cam", 2030)
    assert {s.price: s.is_assumed for s in curve.steps if not s.is_made} == {300.0: False, 400.0: True}


def test_the_commodities_shown_are_those_bought_for_most_one_of_each_stage() -> None:
    curves = SupplyCurves(_run())
    assert curves.spent() == {"cam": 9000.0}
    assert curves.commodities() == ["cam"]
