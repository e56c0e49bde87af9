"""What a planner chooses, and the parameters of a plan that a case gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orecell.errors import InputError

if TYPE_CHECKING:
    import polars as pl

MARKETS = ("USA", "CAN", "MEX")
SEGMENT = "cells"


@dataclass(frozen=True)
class PlanChoices:
    """What a planner chooses; what is None is as the case says.

    Attributes:
        as_of: date of knowledge.
        demand_case: demand case.
        first_year, last_year: horizon.
        weighting: of status transitions.
        capital_budget: most capital for builds, USD; None for no limit.
        neighbors: lanes kept between plants, nearest first; None for all.
        whole_plants: build in blocks of a usual size.
        at_hurdle_rate: investors ask their hurdle rate of a build, not the discount rate.
        carbon_price: USD per t CO2e.
        mix_band: how far the share of a chemistry may move, in points of share.
    """

    as_of: str
    demand_case: str
    first_year: int
    last_year: int
    weighting: str = "count"
    capital_budget: float | None = None
    neighbors: int | None = None
    whole_plants: bool = False
    at_hurdle_rate: bool = False
    carbon_price: float | None = None
    mix_band: float | None = None

    @property
    def years(self) -> tuple[int, ...]:
        """The horizon."""
        return tuple(range(self.first_year, self.last_year + 1))


def plan_parameters(tables: Mapping[str, pl.DataFrame], choices: PlanChoices) -> dict[str, float]:
    """Parameters of the plan: those of the case, overridden by choices.

    Raises:
        InputError: none is given.
    """
    found = dict(tables["plan_parameters"].select("parameter", "value").iter_rows())
    if not found:
        raise InputError("plan_parameters", "is empty", "give every parameter of a plan")
    chosen = {"carbon_price_usd_per_t": choices.carbon_price, "mix_band": choices.mix_band}
    return {**found, **{name: value for name, value in chosen.items() if value is not None}}
