"""When new plants come, bar by bar."""

from __future__ import annotations

from typing import Any

import pytest

from orecell.errors import InputError
from orecell.views.figures import Figure, Stamp, build_gantt

EVIL = "</script><b>{a}</b>"


def _build(start: int, capex: float, kind: str = "CAM plant", **other: Any) -> dict[str, Any]:
    return {
        "label": f"{kind}, Ohio", "kind_name": kind, "place_name": "Ohio", "start_year": start,
        "construction_year": start + 1.5, "online_year": start + 4, "accepted_year": start + 6,
        "full_year": start + 6, "capacity": 20_000.0, "unit": "t/yr", "capex_usd": capex, "jobs": 50.0,
    } | other  # fmt: skip


def _draw(rows: list[dict[str, Any]]) -> Figure:
    return build_gantt(rows, 2035, Stamp("run-1"))


def _series(figure: Figure, name: str) -> Any:
    return next(s for s in figure.option["baseOption"]["series"] if s.get("name") == name)


def test_the_title_says_how_many_start_first_how_long_they_take_and_for_how_much() -> None:
    figure = _draw([_build(2026, 1e9), _build(2027, 5e8, accepted_year=2030)])
    assert figure.title.replace("\u00a0", " ") == (
        "1 of 2 builds start in 2026; from start to accepted product they take 3 to 6 years, "
        "for 1.5 billion USD in all"
    )
    assert _draw([_build(2026, 1e8)]).title.startswith("One build for 100.0")


def test_each_phase_is_as_long_as_the_table_says_and_begins_where_the_last_ends() -> None:
    option = _draw([_build(2026, 1e9)]).option["baseOption"]
    bars = [s for s in option["series"] if s.get("stack") == "time"][:-1]
    lengths = [bars[0]["data"][0], *(bar["data"][0]["value"][0] for bar in bars[1:])]
    assert lengths == [2026, 1.5, 2.5, 2, 4]
    assert sum(lengths) == option["xAxis"][0]["max"] == 2036


def test_years_are_written_within_their_year() -> None:
    option = _draw([_build(2026, 1e9)]).option["baseOption"]
    assert option["xAxis"][1]["data"] == [str(year) for year in range(2026, 2036)]
    assert len(option["xAxis"][1]["data"]) == option["xAxis"][0]["max"] - option["xAxis"][0]["min"]


def test_full_output_is_marked_only_within_the_plan() -> None:
    figure = _draw([_build(2026, 1e9), _build(2031, 1e9)])
    assert _series(figure, "Full output reached")["data"] == [[2032, 0, "CAM plant, Ohio"]]
    assert "Full output reached" not in _draw([_build(2031, 1e9)]).option["baseOption"]["legend"]["data"]


def test_only_the_dearest_are_drawn_and_the_rest_is_named_with_its_sum() -> None:
    rows = [_build(2026, 1e9 + i) for i in range(30)]
    rows[5:5] = [_build(2026, 2e6, "Foil plant"), _build(2026, 3e6, "Shredder")]
    figure = _draw(rows)
    assert len(figure.option["baseOption"]["yAxis"]["data"]) == 30
    assert "Foil plant, Ohio" not in figure.option["baseOption"]["yAxis"]["data"]
    assert (
        "Not shown: 2 smaller builds for 5.0\u00a0MUSD together (foil plant and shredder)." in figure.sentence
    )
    assert len(figure.table.rows) == 32


def test_names_are_values_never_formatters() -> None:
    figure = _draw([_build(2026, 1e9, EVIL)])
    labels = [s["label"] for s in figure.option["baseOption"]["series"] if "label" in s]
    assert all(EVIL not in label["formatter"] for label in labels)
    assert EVIL in figure.to_json()


def test_nothing_built_is_refused() -> None:
    with pytest.raises(InputError, match="nothing is built"):
        _draw([])
