"""Cost of cells by part: finding, shares, assumed prices."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest

from orecell.errors import InputError
from orecell.views.figures import Figure, Stamp, cell_cost_bar
from orecell.views.figures.palette import HATCH, NO_HATCH

STAMP = Stamp("run-1", (), {"d25": "2025 prices"})


def _part(cell: str, component: str, cost: float | None, active: bool, source: str = "d25") -> dict[str, Any]:
    return {
        "deck": "d25", "cell": cell, "cell_name": cell.upper(), "component": component, "usd_per_kwh": cost,
        "share_fraction": 0.1, "is_active_material": active, "price_source": source,
    }  # fmt: skip


ROWS = [
    _part("lfp", "CAM", 15.0, True),
    _part("lfp", "AAM", 5.0, True),
    _part("lfp", "Separator", 30.0, False, "other_deck"),
    _part("nmc", "CAM", 50.0, True),
    _part("nmc", "AAM", 10.0, True),
    _part("nmc", "Making", 40.0, False),
]


def _draw(rows: list[dict[str, Any]] = ROWS, decks: tuple[str, ...] = ()) -> Figure:
    return cell_cost_bar(pl.DataFrame(rows), STAMP, decks)


def test_the_title_gives_the_range_of_active_materials_and_the_highest_cell() -> None:
    # LFP: (15 + 5) / 50 = 40 %; NMC: (50 + 10) / 100 = 60 %.
    assert _draw().title.replace("\u00a0", " ") == (
        "Cathode and anode active materials are 40 to 60 % of the cost of a cell, most in NMC"
    )


def test_every_bar_carries_its_active_share() -> None:
    last = _draw().option["baseOption"]["series"][-1]
    assert [item["value"][2].replace("\u00a0", " ") for item in last["data"]] == [
        "40 % active",
        "60 % active",
    ]
    assert last["label"]["formatter"] == "{@[2]}"


def test_active_materials_come_first_and_a_missing_part_is_no_zero() -> None:
    series = _draw().option["baseOption"]["series"]
    assert [part["name"] for part in series[:-1]] == ["CAM", "AAM", "Making", "Separator"]
    assert [item["value"] for item in series[2]["data"]] == [None, 40.0]


def test_a_part_priced_from_another_deck_is_hatched_and_marked_in_the_table() -> None:
    figure = _draw()
    separator = figure.option["baseOption"]["series"][3]
    assert [item["itemStyle"]["decal"] for item in separator["data"]] == [HATCH, NO_HATCH]
    assert figure.table.assumed == (2,)
    assert figure.marks[0].kind == "assumed"
    assert cell_cost_bar(pl.DataFrame(ROWS[3:]), STAMP).marks == ()


def test_the_table_holds_the_costs_with_the_name_of_the_deck() -> None:
    assert _draw().table.rows[0] == ("LFP", "2025 prices", "CAM", 15.0, 0.1, True, "d25")


def test_an_unknown_deck_and_a_cost_that_is_not_known_are_refused() -> None:
    with pytest.raises(InputError, match="price decks"):
        _draw(decks=("d99",))
    with pytest.raises(InputError, match="without a cost"):
        _draw([*ROWS, _part("lfp", "Foil", None, False)])


def test_the_option_is_plain_json() -> None:
    assert len(json.loads(_draw().to_json())["baseOption"]["yAxis"]["data"]) == 2
