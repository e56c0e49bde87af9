"""Each family of constraints as readable text, compared with a file.

Set ORECELL_WRITE_GOLDEN=1 to write the files anew; read the difference before you keep it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_plans import AWAY, CLEAN, DIRTY, HOME, plan, recipe, sells, smelter, wants

from orecell.chain.plan.costs import discount_factors
from orecell.chain.plan.limits_input import (
    Colocation,
    Grant,
    Growth,
    OutputTarget,
    Quota,
    SourcingRule,
    Stockpile,
    Support,
    UseRule,
    Workforce,
)
from orecell.chain.plan.model import CONSTRAINTS, FAMILIES, make_model
from orecell.chain.plan.network_input import PlanInput, Plant
from orecell.chain.plan.reach import Reach
from orecell.chain.plan.rows import Rows
from orecell.chain.plan.variables import declare
from orecell.lp.problem import Block, Problem

GOLDEN = Path(__file__).parent / "golden"
Y = (2030, 2031)


def small() -> PlanInput:
    """Home smelts clean ore with dirty acid, or buys; every family has a row."""
    return plan(
        Y,
        recipes={"smelt": recipe("smelt", {"ore": 2.0, "acid": 0.1}, {"metal": 1.0, "slag": 0.5})},
        plants=(
            smelter(
                recipes={"smelt": 1.5},
                capex=100.0,
                standing={2030: 4.0, 2031: 3.0},
                qualified={2030: 1.0, 2031: 2.0},
                qualification_years=1,
                ramp=(0.5, 1.0),
                block=10.0,
            ),
        ),
        supplies=(
            sells(Y, "ore", HOME, 1.0, most=50.0),
            sells(Y, "acid", AWAY, 2.0, most=60.0),
            sells(Y, "metal", AWAY, 5.0, most=7.0),
            sells(Y, "metal", AWAY, 6.0, most=8.0, step=2),
            sells(Y, "alloy", HOME, 9.0, most=9.0),
        ),
        demands=(wants(Y, {2030: 10.0, 2031: 12.0}, metal=(0.25, 1.0), alloy=(0.0, 0.6)),),
        rules=(SourcingRule("origin", ("use",), (CLEAN,), {2031: 0.3}),),
        targets=(OutputTarget("made", {"smelt": 0.9}, (HOME,), {2031: 2.5}),),
        growth=(Growth("smelter", 6.0, 0.5),),
        capital_budget=5000.0,
    )


def instruments() -> PlanInput:
    """A mill beside a smelter with two slates, both at home; a row of every family that small() has not."""
    mill = Plant(
        "mill@home", "mill", HOME, {"grind": 1.0}, {2030: 2.0}, capex=10.0, lead_years=0, most=6.0, jobs=3.0
    )
    slates = {"pure": ("smelt",), "mixed": ("smelt", "cast")}
    both = smelter(
        recipes={"smelt": 1.0, "cast": 2.0},
        standing={2030: 4.0, 2031: 3.0},
        qualified={2030: 4.0, 2031: 3.0},
        qualification_years=1,
        capex=100.0,
        fixed_opex=7.0,
        most=5.0,
        jobs=2.0,
        slates=slates,
        slate_now="pure",
        switch_usd=9.0,
    )
    prices = {("metal", HOME, CLEAN, year): 3.0 for year in Y}
    return plan(
        Y,
        recipes={
            "grind": recipe("grind", {"rock": 1.0}, {"ore": 1.0}),
            "smelt": recipe("smelt", {"ore": 2.0}, {"metal": 1.0}),
            "cast": recipe("cast", {"metal": 1.0}, {"alloy": 1.0}),
        },
        plants=(mill, both),
        supplies=(sells(Y, "rock", HOME, 1.0), sells(Y, "ore", AWAY, 2.0)),
        demands=(wants(Y, 10.0, metal=(0.0, 1.0), alloy=(0.0, 1.0)),),
        rules=(SourcingRule("by mass", ("use",), (CLEAN,), {2031: 0.5}, {"metal": 0.9, "alloy": 0.8}),),
        uses=(UseRule("by value", {"ore": 2.0}, (HOME,), ("smelter",), (CLEAN,), {2030: 0.25}),),
        quotas=(Quota("no dirty ore", ("ore",), (AWAY,), (HOME,), {2030: 0.0, 2031: 5.0}, (DIRTY,)),),
        workforce=Workforce((HOME,), {2030: 8.0, 2031: 9.0}, usd_per_worker=1.5, most=4.0, delay_years=1),
        stockpiles=(Stockpile("ore", HOME, 6.0, 0.5, 2.0, {2031: 1.0}),),
        colocations=(Colocation("hub", "mill", "smelter", 2.0, 0.1),),
        grants=(Grant("g", "smelter@home", {2031: 40.0}, "mixed", "fund", 1.0),),
        support=Support((HOME,), prices, "fund"),
        budgets={"fund": {2031: 50.0}},
    )


SHOWN = {
    "quota", "stock", "most_built", "retirement", "workforce", "colocation", "slate", "grant",
    "support", "budget",
}  # fmt: skip
"""Families shown on the plan with instruments; all others on the small one."""


def text_of(problem: Problem, blocks: list[Block]) -> str:
    """One line per term: the row with its ends, then its coefficients and columns."""
    matrix = problem.matrix()
    column = np.repeat(np.arange(len(matrix.cost)), np.diff(matrix.starts))
    lines = []
    for row in (row for block in blocks for row in range(block.start, block.stop)):
        ends = f"{matrix.row_lower[row]:g} .. {matrix.row_upper[row]:g}"
        lines.append(f"{problem.row_blocks.label(row)}: {ends}")
        for entry in np.flatnonzero(matrix.rows == row).tolist():
            label = problem.column_blocks.label(int(column[entry]))
            lines.append(f"  {matrix.values[entry]:+.6g} {label}")
    return "\n".join(lines) + "\n"


def columns_text(problem: Problem) -> str:
    matrix = problem.matrix()
    return "".join(
        f"{problem.column_blocks.label(i)}: cost {matrix.cost[i]:.6g}, 0 .. {matrix.upper[i]:g}"
        + " whole" * bool(matrix.is_integer[i])
        + "\n"
        for i in range(problem.column_blocks.count)
    )


def compare(name: str, text: str) -> None:
    path = GOLDEN / f"{name}.txt"
    if os.environ.get("ORECELL_WRITE_GOLDEN") == "1":
        path.write_text(text)
    assert text == path.read_text()


@pytest.mark.parametrize("constraint", CONSTRAINTS, ids=lambda one: one.__name__)
def test_rows_of_a_family_read_as_in_their_file(constraint: Callable[..., Any]) -> None:
    given = instruments() if constraint.__name__ in SHOWN else small()
    problem, reach = Problem("small"), Reach(given)
    columns = declare(problem, given, reach, discount_factors(given.years, 0.0))
    constraint(Rows(problem, given.years), given, columns, reach)
    assert problem.row_blocks.count > 0
    compare(constraint.__name__, text_of(problem, list(problem.row_blocks.values())))


def test_columns_read_as_in_their_file() -> None:
    compare("columns", columns_text(make_model(small()).problem))
    compare("columns_of_instruments", columns_text(make_model(instruments()).problem))


def test_every_family_that_may_give_way_exists_in_every_plan() -> None:
    """Also where the plan has no target, rule, budget, growth limit or qualification."""
    problem = make_model(plan(Y, supplies=(sells(Y, "metal", HOME, 1.0),), demands=(wants(Y, 1.0),))).problem
    assert {name for names in FAMILIES.values() for name in names} <= set(problem.row_blocks)


def test_activities_without_inputs_of_their_class_are_fixed_at_zero() -> None:
    """Acid comes only from the dirty place, so no smelting at home is clean."""
    block = make_model(small()).problem.row_blocks["no_input"]
    assert [block.label(row) for row in range(block.start, block.stop)] == [
        f"no_input[smelter@home,smelt,{CLEAN},{year}]" for year in Y
    ]
    assert DIRTY not in block.keys.levels["class"]
