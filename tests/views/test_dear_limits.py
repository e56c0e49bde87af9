"""What would help most."""

from __future__ import annotations

import pytest

from orecell.errors import InputError
from orecell.views.figures import Stamp, dear_limits

LIMITS = [
    {"what": "Setting the target 1 % lower", "usd": 2e6, "is_asked": True},
    {"what": "<b>2 GWh</b> more cells", "usd": 9e6, "is_asked": False},
]


def test_bars_hold_what_the_limits_are_worth_and_the_title_the_dearest() -> None:
    figure = dear_limits(LIMITS, Stamp("run-1"))
    bars = figure.option["baseOption"]["series"][0]["data"]
    assert [bar["value"][0] for bar in bars] == [2.0, 9.0]
    assert bars[0]["itemStyle"] != bars[1]["itemStyle"]
    assert figure.title.replace("\u00a0", " ") == (
        "<b>2 GWh</b> more cells would help most: it takes 9.0 MUSD off the cost"
    )
    assert [row[1] for row in figure.table.rows] == [2e6, 9e6]


def test_no_dear_limit_is_refused() -> None:
    with pytest.raises(InputError, match="none of them"):
        dear_limits([], Stamp("run-1"))
