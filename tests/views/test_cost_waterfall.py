"""What a plan costs, term by term."""

from __future__ import annotations

from typing import Any

import pytest

from orecell.errors import InputError
from orecell.views.figures import Figure, Stamp, cost_waterfall

TERMS = [
    {"term": "purchases", "usd": 80e9},
    {"term": "<b>new term</b>", "usd": 30e9},
    {"term": "grants", "usd": -10e9},
]


def _draw(terms: list[dict[str, Any]] = TERMS, without: float | None = 90e9) -> Figure:
    return cost_waterfall(terms, without, 2026, Stamp("run-1"))


def _bars(figure: Figure) -> dict[str, tuple[float, float]]:
    """Label -> foot and length of its bar above zero [billion USD]."""
    feet, parts, *_ = figure.option["baseOption"]["series"]
    labels = figure.option["baseOption"]["yAxis"]["data"]
    ends = zip(labels, feet["data"], parts["data"], strict=True)
    return {label: (foot, part["value"][0]) for label, foot, part in ends}


def test_bars_lead_from_without_to_with_and_then_term_by_term_to_the_same_end() -> None:
    assert _bars(_draw()) == {
        "Without what was asked": (0, 90),
        "What was asked adds": (90, 10),
        "Cost of the plan": (0, 100),
        "Materials and cells bought": (0, 80),
        "<b>new term</b>": (80, 30),
        "Grants": (100, 10),
    }


def test_the_title_names_cost_largest_part_and_what_was_asked() -> None:
    assert _draw().title.replace("\u00a0", " ") == (
        "The plan costs 100.0 billion USD; the largest part is materials and cells bought (80 %); "
        "what was asked adds 10.0 billion USD, or 11 %"
    )


def test_where_nothing_was_asked_only_the_terms_are_shown() -> None:
    figure = _draw(without=None)
    assert next(iter(_bars(figure))) == "Cost of the plan"
    assert "asked" not in figure.title + figure.sentence


def test_what_lies_below_zero_is_drawn_below_zero() -> None:
    figure = _draw([{"term": "purchases", "usd": 5e9}, {"term": "grants", "usd": -8e9}], None)
    series = figure.option["baseOption"]["series"]
    assert len(series) == 4
    above, below = series[1]["data"][-1]["value"], series[3]["data"][-1]["value"]
    assert (above[0], below[0]) == (5, -3)


def test_the_table_adds_up() -> None:
    rows = {row[0]: row[1] for row in _draw().table.rows}
    assert rows["Cost of the plan"] == sum(term["usd"] for term in TERMS)
    assert rows["What was asked adds"] == rows["Cost of the plan"] - rows["Without what was asked"]


def test_a_plan_without_cost_is_refused() -> None:
    with pytest.raises(InputError, match="has no cost"):
        _draw([])
