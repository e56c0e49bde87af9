"""What is asked of a plan, as an analyst writes it: targets, sourcing rules, aim, foresight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orecell.chain.plan.choices import SEGMENT, PlanChoices
from orecell.chain.plan.limits_input import SourcingRule
from orecell.core.elements import LEDGER_ELEMENTS
from orecell.data.check import refuse_unknown, refused_option
from orecell.data.tables import SOURCING_CLASSES
from orecell.results.plan_words import VALUE

OBJECTIVES = ("cost", "public_cost", "emissions", "coverage")


def _share_and_year(text: str, option: str, name: str, example: str) -> tuple[str, float, int]:
    """Read `NAME:0.6@2032`; raises CaseError on another form or a share beyond 0 to 1."""
    head, _, rest = text.partition(":")
    share, _, year = rest.partition("@")
    try:
        found = head.strip(), float(share), int(year)
    except ValueError:
        found = "", -1.0, 0
    if not found[0] or not 0.0 <= found[1] <= 1.0:
        rule = f"must be {name}:share@year with a share between 0 and 1"
        raise refused_option(option, text, rule, f"write for example {example}")
    return found


def within_horizon(year: int, years: Sequence[int], option: str) -> None:
    """Raise CaseError if a plan does not cover a year."""
    if year not in years:
        rule = f"the plan covers {years[0]} to {years[-1]}"
        raise refused_option(option, str(year), rule, "choose a year within")


@dataclass(frozen=True)
class Target:
    """At least a share of what US demand needs of a stage in a year is made in the US."""

    stage: str
    share: float
    year: int

    @classmethod
    def parse(cls, text: str) -> Target:
        """Read `cam:0.3@2034`; raises CaseError."""
        return cls(*_share_and_year(text, "--target", "stage", "cam:0.3@2034"))


@dataclass(frozen=True)
class SourcingWish:
    """From a year on, at least a share is of a class or a cleaner one.

    Attributes:
        origin_class: dirtiest class that counts.
        share: least share.
        year: from when.
        basis: empty for cells served, `value` for the inputs of US cell plants by value, or an element for
            its mass in them.
    """

    origin_class: str
    share: float
    year: int
    basis: str = ""

    @classmethod
    def parse(cls, text: str) -> SourcingWish:
        """Read `allied:0.2@2033`, `value/allied:0.6@2031` or `Ni/allied:0.5@2032`; raises CaseError."""
        head, share, year = _share_and_year(text, "--sourcing", "[basis/]class", "value/allied:0.6@2031")
        basis, slash, origin_class = head.rpartition("/")
        refuse_unknown("--sourcing", origin_class, SOURCING_CLASSES, "is not a sourcing class")
        if slash:
            known = (VALUE, *LEDGER_ELEMENTS)
            refuse_unknown("--sourcing", basis, known, "is neither value nor an element of the ledger")
        return cls(origin_class, share, year, basis)

    @property
    def name(self) -> str:
        """Name of the rule."""
        return f"{self.basis}/{self.origin_class}" if self.basis else self.origin_class

    @property
    def classes(self) -> tuple[str, ...]:
        """Classes that count."""
        return SOURCING_CLASSES[: SOURCING_CLASSES.index(self.origin_class) + 1]

    def shares(self, years: Sequence[int]) -> dict[int, float]:
        """Least share by year.

        Raises:
            CaseError: the plan ends before the year.
        """
        within_horizon(self.year, years, "--sourcing")
        return {year: self.share for year in years if year >= self.year}

    def rule(self, years: Sequence[int]) -> SourcingRule:
        """The rule on cells served; raises CaseError if the plan ends before the year."""
        return SourcingRule(self.name, (SEGMENT,), self.classes, self.shares(years))


@dataclass(frozen=True)
class Aim:
    """What a plan is best at: least cost, public cost or emissions, or most coverage of a stage in a year."""

    objective: str = "cost"
    stage: str = ""
    year: int = 0

    @classmethod
    def parse(cls, text: str) -> Aim:
        """Read `cost`, `public_cost`, `emissions` or `coverage:cam@2034`; raises CaseError."""
        objective, _, rest = text.partition(":")
        refuse_unknown("--objective", objective, OBJECTIVES, "is not an objective")
        if objective != "coverage":
            if rest:
                raise refused_option(
                    "--objective", text, "takes nothing after the colon", f"write {objective}"
                )
            return cls(objective)
        stage, _, year = rest.partition("@")
        if not stage or not year.isdigit():
            rule = "needs a stage and a year"
            raise refused_option("--objective", text, rule, "write for example coverage:cam@2034")
        return cls(objective, stage, int(year))


@dataclass(frozen=True)
class Front:
    """Plans between least cost and another aim: `emissions`, or US output of a stage in a year."""

    stage: str = ""
    year: int = 0

    @classmethod
    def parse(cls, text: str) -> Front:
        """Read `emissions` or `cam@2034`; raises CaseError."""
        if text == "emissions":
            return cls()
        stage, _, year = text.partition("@")
        if not stage or not year.isdigit():
            rule = "must be emissions or stage@year"
            raise refused_option("--pareto", text, rule, "write for example cam@2034")
        return cls(stage, int(year))


@dataclass(frozen=True)
class Question:
    """All that is asked of the plan.

    Attributes:
        choices: of the planner.
        targets, sourcing: what it must reach.
        aim: what it is best at.
        public_budget: most public money in a year that keeps US plants whole, USD; None for no limit.
        foresight: years seen ahead; None for all.
        learns: whether capital cost falls with what is built.
        front: plans between least cost and this; None for none.
        range_year: year whose shares of the main stages, besides those of targets, get their range over plans
            that cost at most 1 % more; None for no ranges.
    """

    choices: PlanChoices
    targets: tuple[Target, ...] = ()
    sourcing: tuple[SourcingWish, ...] = ()
    aim: Aim = Aim()
    public_budget: float | None = None
    foresight: int | None = None
    learns: bool = False
    front: Front | None = None
    range_year: int | None = None
