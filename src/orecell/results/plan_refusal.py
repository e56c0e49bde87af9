"""A plan that cannot be, answered: how much is possible, when, and what would make it possible."""

from __future__ import annotations

from orecell.chain.plan.model import make_model
from orecell.chain.plan.modes import reachable
from orecell.chain.plan.network_input import PlanInput
from orecell.core.wording import percent
from orecell.errors import NotSolvedError
from orecell.results.plan_need import Need
from orecell.results.plan_question import Question, Target
from orecell.results.plan_words import Names, repair_sentences

REACHED = 1e-6


def refusal(
    error: NotSolvedError, asked: PlanInput, need: Need, question: Question, names: Names
) -> NotSolvedError:
    """The error with the most that each target could be, from when it can be met, and one repair per family.

    Args:
        error: of the plan as asked.
        asked: the plan.
        need: of US demand.
        question: what was asked.
        names: words for the reader.
    """
    lines = [_most(asked, need, target, names) for target in question.targets]
    mends = [sentence for _, sentence in repair_sentences(make_model(asked), names)]
    if mends:
        lines.append("Any one of these alone would make it possible:")
    if len(mends) == 0:
        lines.append("No single kind of change makes it possible.")
    return NotSolvedError("\n".join([f"{error}.", *lines, *(f"  - {sentence}" for sentence in mends)]))


def _most(asked: PlanInput, need: Need, target: Target, names: Names) -> str:
    """`US plants can make at most 17 % of the CAM needed in 2032; 60 % is possible from 2034.`"""
    years = [year for year in asked.years if year >= target.year]
    most = reachable(asked, need.output(asked, target.stage, dict.fromkeys(years, 0.0)))
    shares = {year: amount / need.of(target.stage, year) for year, amount in most.items()}
    first = next((year for year, share in shares.items() if share >= target.share - REACHED), None)
    stage, now = names.stage(target.stage), percent(shares[target.year])
    if first == target.year:
        return f"US plants can make what is asked of {stage} in {target.year}; other limits stand in its way."
    later = f"{percent(target.share)} is possible from {first} on"
    if first is None:
        last = max(shares.values())
        later = f"{percent(target.share)} is not possible by {years[-1]}, at most {percent(last)}"
    return f"US plants can make at most {now} of the {stage} that {target.year} needs; {later}."
