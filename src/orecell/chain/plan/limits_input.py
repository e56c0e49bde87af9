"""Rules, limits and instruments of a plan: sourcing, targets, growth, workforce, quotas, stockpiles, grants.

Amounts are per year in the unit of the commodity, money is real USD of one price year, shares are fractions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class SourcingRule:
    """At least `share` of what segments are served must be of these origin classes, by year.

    Attributes:
        name: name of the rule.
        segments: whose service is counted.
        classes: classes that count.
        share: by year; years not named are free.
        weights: commodity -> weight per unit: t of an element for a share by mass, USD for one by value;
            empty for a share by amount. A commodity without a weight is not counted.
    """

    name: str
    segments: tuple[str, ...]
    classes: tuple[str, ...]
    share: Mapping[int, float]
    weights: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class UseRule:
    """At least `share` of what plants in some places use must be of these origin classes, by year.

    What a plant uses is counted in the class in which it arrives, before it is used as a dirtier one.

    Attributes:
        name: name of the rule.
        weights: commodity -> weight per unit: t of an element for a share by mass, USD for a share by value
            or a cost ratio (cost of inputs of these classes over cost of all inputs). Others are not counted.
        places: where use counts.
        kinds: kinds of plant; in places with one of them all use of these commodities counts, since lots of
            one commodity in one place are not told apart by user.
        classes: classes that count.
        share: by year; years not named are free.
    """

    name: str
    weights: Mapping[str, float]
    places: tuple[str, ...]
    kinds: tuple[str, ...]
    classes: tuple[str, ...]
    share: Mapping[int, float]


@dataclass(frozen=True)
class OutputTarget:
    """Plants in some places make at least `amount`, by year.

    Attributes:
        name: name of the target.
        weights: recipe -> amount counted per unit of its reference.
        places: where output counts.
        amount: by year; years not named are free.
    """

    name: str
    weights: Mapping[str, float]
    places: tuple[str, ...]
    amount: Mapping[int, float]


@dataclass(frozen=True)
class Growth:
    """New capacity of a kind per year: a first amount, then a share of what stands."""

    kind: str
    first: float
    fraction: float


@dataclass(frozen=True)
class Workforce:
    """Workers for new plants: those who can be hired, and those whom programs train.

    Attributes:
        places: where new plants need them.
        hired: workers who can be found each year without programs, by year.
        usd_per_worker: cost of training one more.
        most: most trained in a year.
        delay_years: from the start of training to work.
    """

    places: tuple[str, ...]
    hired: Mapping[int, float]
    usd_per_worker: float = 0.0
    most: float = 0.0
    delay_years: int = 1


@dataclass(frozen=True)
class Quota:
    """At most `amount` of some commodities moves from some places to others, by year; zero is a ban.

    Attributes:
        name: name of the quota.
        commodities: counted together.
        origins, destinations: places.
        amount: by year; years not named are free.
        classes: only lots of these origin classes count; empty for all.
    """

    name: str
    commodities: tuple[str, ...]
    origins: tuple[str, ...]
    destinations: tuple[str, ...]
    amount: Mapping[int, float]
    classes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stockpile:
    """A store of a commodity where it is used or wanted.

    Attributes:
        commodity, place: what and where.
        most: largest stock at the end of a year.
        usd_per_unit_year: cost of holding one unit for a year.
        initial: stock before the first year, in the class of the place.
        least: smallest stock at the end of a year, by year.
    """

    commodity: str
    place: str
    most: float
    usd_per_unit_year: float = 0.0
    initial: float = 0.0
    least: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Colocation:
    """Two kinds of plant on one site save part of the capital of the second.

    Attributes:
        name: name of the pair.
        first, second: kinds of plant.
        ratio: capacity of the first that goes with one unit of the second.
        saving: share of the capital of the second that is saved.
    """

    name: str
    first: str
    second: str
    ratio: float
    saving: float


@dataclass(frozen=True)
class Grant:
    """Public money for one plant, all or nothing.

    Attributes:
        name: name of the grant.
        plant: who gets it.
        usd: payments by year.
        slate: product slate that the plant must run in every year from the first payment on; empty for any.
        program: budget it is paid from; empty for none.
        least_capacity: capacity that must have been added by the last payment.
    """

    name: str
    plant: str
    usd: Mapping[int, float]
    slate: str = ""
    program: str = ""
    least_capacity: float = 0.0


@dataclass(frozen=True)
class Support:
    """Public money that keeps plants whole at given prices.

    Over all years a plant needs, in present value, what operation, inputs, fixed cost and the annuities of
    its builds cost beyond what its products are worth at these prices. It may be paid in any year, and what
    it earns beyond that it keeps.

    Attributes:
        places: where plants are kept whole.
        prices: (commodity, place, class, year) -> USD per unit; what is not named is worth nothing.
        program: budget it is paid from; empty for none.
        most: most support over all plants and years, present value [USD]; None for no limit.
    """

    places: tuple[str, ...]
    prices: Mapping[tuple[str, str, str, int], float]
    program: str = ""
    most: float | None = None


@dataclass(frozen=True)
class Learning:
    """Capital cost of a kind falls by `rate` with every doubling of what was ever built.

    Attributes:
        kind: kind of plant.
        rate: fall per doubling, a fraction.
        built: capacity built before the plan, in the places of the plan and elsewhere.
    """

    kind: str
    rate: float
    built: float
