"""Checks of a network file that need more than one value: names, years, elements, whole entries.

One small function for each rule, each over the whole network; `where` is the path of keys in the file.
Rules on limits and instruments are in `network_limit_rules`. Left out: whether a plan exists.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, get_args

from pydantic.fields import FieldInfo

from orecell.core.elements import ELEMENTS, suggest_symbol
from orecell.core.formula import parse_formula
from orecell.data.check import did_you_mean, suggest
from orecell.data.network_balance import contents_of, followed_elements, imbalances
from orecell.data.network_entries import TONNES_PER_UNIT, Entry, Network
from orecell.data.network_limit_rules import LIMIT_RULES, WHOLE_RULES
from orecell.data.network_values import ID, ID_RULE, Flaw, HoldsInYears, Refers, Where, spread_ends
from orecell.errors import InputError

SHARE_NOISE = 1e-9
REQUIRED = {"years": "2030-2034", "places": "{gary: {class: domestic}}", "commodities": "{steel: {unit: t}}"}


def check_names(network: Network, raw: Mapping[str, Any]) -> list[Flaw]:
    """What is missing or named wrongly.

    Args:
        network: without the keys that are at fault.
        raw: the file as written, so that names of entries at fault are known.
    """
    known = _known(network, raw)
    flaws = [*_missing(raw), *_ids(network, raw), *_unknown_names(network, known)]
    return flaws + list(_unknown_kinds(network, known["kinds"]))


def check_network(network: Network, *, is_whole: bool) -> list[Flaw]:
    """Flaws of a network whose entries are each right by themselves.

    Args:
        network: without the entries that are at fault.
        is_whole: whether no entry is left out, so that what is nowhere can be told.
    """
    rules = (*RULES, *LIMIT_RULES, *(WHOLE_RULES if is_whole else ()))
    return [flaw for rule in rules for flaw in rule(network)]


def _missing(raw: Mapping[str, Any]) -> Iterator[Flaw]:
    for key, example in REQUIRED.items():
        if raw.get(key) in (None, {}, ""):
            yield Flaw((key,), "", "this key is required", f"add '{key}: {example}'")
    if not raw.get("demands") and not raw.get("targets"):
        rule, fix = "a network must be asked for something", "add 'demands:' or 'targets:'"
        yield Flaw(("demands",), "", rule, fix)


def _names(raw: Mapping[str, Any], key: str) -> list[str]:
    """Names of the entries of a section, those at fault included."""
    section = raw.get(key)
    return list(section) if isinstance(section, dict) else []


def _ids(network: Network, raw: Mapping[str, Any]) -> Iterator[Flaw]:
    """Whatever names a row of the plan or a table can stand there without confusion."""
    sections = [key for key in Network.model_fields if key != "freight"]
    wheres: list[Where] = [(key, name) for key in sections for name in _names(raw, key)]
    wheres += [("classes", name) for name in network.classes]
    wheres += [("elements", name) for name in network.elements]
    wheres += [("plants", p, "slates", s) for p, entry in network.plants.items() for s in entry.slates]
    for where in wheres:
        name = str(where[-1])
        if not re.fullmatch(ID, name) or not name.isprintable():
            yield Flaw(where, name, ID_RULE, "rename it; a 'name:' may have other characters")


def _known(network: Network, raw: Mapping[str, Any]) -> dict[str, Collection[str]]:
    """Names that may be referred to, by what they name."""
    plants, demands = raw.get("plants"), raw.get("demands")
    kinds = {str(_of(entry, "kind") or name) for name, entry in _pairs(plants)}
    listed = demands if isinstance(demands, list) else []
    segments = {str(_of(entry, "segment")) for entry in listed if _of(entry, "segment")}
    return {
        **{key: _names(raw, key) for key in ("places", "commodities", "recipes", "plants", "budgets")},
        "classes": network.classes,
        "elements": [*network.elements, *ELEMENTS],
        "kinds": kinds,
        "segments": segments | {entry.name for entry in network.demands.values()},
    }


def _pairs(section: Any) -> Collection[tuple[str, Any]]:
    return section.items() if isinstance(section, dict) else ()


def _of(entry: Any, key: str) -> Any:
    return entry.get(key) if isinstance(entry, dict) else None


def entries(network: Network) -> Iterator[tuple[Where, Entry]]:
    """Every entry with its path."""
    yield (), network
    for key in Network.model_fields:
        section = getattr(network, key)
        if isinstance(section, Entry):
            yield (key,), section
        elif isinstance(section, dict):
            yield from (((key, name), entry) for name, entry in section.items())


def _unknown_names(network: Network, known: Mapping[str, Collection[str]]) -> Iterator[Flaw]:
    """Names that nothing has, each with the nearest that something has."""
    for where, entry in entries(network):
        for name, field in type(entry).model_fields.items():
            for mark in _marks(field):
                value, key = getattr(entry, name), field.alias or name
                if isinstance(mark, Refers):
                    yield from _unknown_in((*where, key), value, mark.to, known[mark.to])
                elif isinstance(mark, HoldsInYears) and network.years:
                    yield from _outside((*where, key), value, network.years)


def _marks(field: FieldInfo) -> Iterator[Any]:
    """What a field is marked with, also where it may be absent."""
    yield from field.metadata
    for option in get_args(field.annotation):
        yield from getattr(option, "__metadata__", ())


def _unknown_in(where: Where, value: Any, what: str, known: Collection[str]) -> Iterator[Flaw]:
    for inner, word in _words(value):
        if word and word not in known:
            yield Flaw((*where, *inner), word, f"is not among the {what}", _nearest(word, what, known))


def _words(value: Any) -> list[tuple[Where, str]]:
    """Names in a value, each with its path inside."""
    if value is None or isinstance(value, str):
        return [((), value or "")]
    if isinstance(value, Mapping):
        return [((word,), word) for word in value]
    return [((i,) if len(value) > 1 else (), word) for i, word in enumerate(value)]


def _unknown_kinds(network: Network, kinds: Collection[str]) -> Iterator[Flaw]:
    """Growth and learning are of kinds that a plant has."""
    for key in ("growth", "learning"):
        for kind in getattr(network, key):
            yield from _unknown_in((key, kind), kind, "kinds", kinds)


def _nearest(word: str, what: str, known: Collection[str]) -> str:
    symbol = suggest_symbol(word) if what == "elements" else None
    near = did_you_mean(word, known) if symbol is None else symbol
    if what == "elements" and not near:
        return f"use a symbol such as Nd, or add 'elements: [{word[:40]}]'"
    return f"did you mean '{near}'?" if near else f"add it to the {what}, or use one of them"


def _outside(where: Where, value: Any, years: tuple[int, ...]) -> Iterator[Flaw]:
    for year in value if isinstance(value, Mapping) else ():
        if year not in years:
            rule = f"a limit holds in a year of the plan, {years[0]} to {years[-1]}"
            yield Flaw((*where, str(year)), year, rule, "choose a year within, or lengthen 'years'")


def _places(network: Network) -> Iterator[Flaw]:
    """Where distance counts, places have coordinates."""
    freight = network.freight.model_dump() if network.freight is not None else {}
    if network.neighbors is None and not any(rate for key, rate in freight.items() if key.endswith("_km")):
        return
    for name, entry in network.places.items():
        for key in ("latitude", "longitude"):
            if getattr(entry, key) is None:
                rule = f"freight by the kilometer and neighbors need the {key} of every place"
                yield Flaw(("places", name), "", rule, f"add '{key}:' in degrees")


def _commodities(network: Network) -> Iterator[Flaw]:
    """What a commodity weighs is known where it matters; what it holds is no more than it weighs."""
    for name, entry in network.commodities.items():
        where = ("commodities", name)
        tonnes = entry.tonnes_per_unit
        if tonnes is None and (network.freight is not None or entry.formula):
            fix = f"add 'tonnes:' per {entry.unit}, 0 for what weighs nothing"
            rule = f"t per unit must be known; only {', '.join(TONNES_PER_UNIT)} are masses"
            yield Flaw((*where, "unit"), entry.unit, rule, fix)
        if entry.formula and entry.composition is not None:
            fix = "keep one of the two"
            yield Flaw((*where, "composition"), "", "a formula is a composition already", fix)
        held = sum(mass for e, mass in (entry.composition or {}).items() if e in ELEMENTS)
        if tonnes is not None and held > tonnes * (1.0 + SHARE_NOISE):
            rule = f"holds {held:.6g} t of elements in {tonnes:.6g} t"
            yield Flaw((*where, "composition"), "", rule, "give t of each element per unit")


def _formulas(network: Network) -> Iterator[Flaw]:
    for name, entry in network.commodities.items():
        if entry.formula:
            try:
                parse_formula(entry.formula).mass_fractions()
            except InputError as error:
                yield Flaw(("commodities", name, "formula"), entry.formula, error.rule, error.fix)


def _recipes(network: Network) -> Iterator[Flaw]:
    """A recipe has amounts, and its reference is one of them."""
    for name, entry in network.recipes.items():
        where, amounts = ("recipes", name), {**entry.inputs, **entry.outputs}
        if not amounts:
            fix = "write for example 'inputs: {ore: 2}' and 'outputs: metal'"
            yield Flaw(where, "", "a recipe has inputs or outputs", fix)
        elif entry.counted not in amounts:
            rule = "the reference must be an input or an output of the recipe"
            fix = suggest(entry.counted, amounts, f"name one of {', '.join(amounts)}"[:200])
            yield Flaw((*where, "reference"), entry.counted, rule, fix)
        elif not (entry.outputs.get(entry.counted) or entry.inputs.get(entry.counted)):
            rule = "capacity counts this commodity, so that its amount must be above 0"
            yield Flaw(where, entry.counted, rule, "give an amount, or another 'reference:'")


def _balance(network: Network) -> Iterator[Flaw]:
    """Elements neither vanish nor come from nothing."""
    contents = contents_of(network)
    elements = followed_elements(network, contents)
    for name, entry in network.recipes.items():
        for element, (brought, held) in imbalances(entry, contents, elements).items():
            gap = brought - held
            rule = (
                f"{element} does not balance: inputs bring {brought:.12g} t, outputs and losses hold "
                f"{held:.12g} t, {abs(gap):.6g} t {'go missing' if gap > 0 else 'come from nothing'}"
            )
            more = f"add {gap:.17g} t to 'losses' of {element}, or write 'lost: {element}'"
            fix = more if gap > 0 else "raise an input, or lower an output or loss"
            yield Flaw(("recipes", name), element, rule, fix)


def _plants(network: Network) -> Iterator[Flaw]:
    """Slates run recipes of the plant, from a known start, on limited equipment."""
    for name, entry in network.plants.items():
        where = ("plants", name)
        for slate, recipes in entry.slates.items():
            for recipe in recipes:
                if recipe not in entry.recipes:
                    fix = suggest(recipe, entry.recipes, "add it to the recipes of the plant")
                    yield Flaw((*where, "slates", slate), recipe, "is not run by this plant", fix)
        if entry.slates and entry.slate_now not in entry.slates and entry.slate_now:
            fix = suggest(entry.slate_now, entry.slates, "name one of the slates")
            yield Flaw((*where, "slate_now"), entry.slate_now, "is none of the slates", fix)
        if entry.slates and entry.capex is not None and entry.most is None:
            rule = "a plant with slates must not be enlarged without end"
            yield Flaw(where, "", rule, "add 'most:', the capacity that may be added")


def _supplies(network: Network) -> Iterator[Flaw]:
    """Nobody is paid without end; no lot is cleaner than the place that sells it."""
    for i, entry in network.supplies.items():
        prices = entry.price.values() if isinstance(entry.price, Mapping) else [entry.price]
        if entry.quantity is None and min(prices) < 0.0:
            rule = "what is paid to be taken must have a quantity"
            yield Flaw(("supplies", i), min(prices), rule, "add 'quantity:'")
        place, ranks = network.places.get(entry.place), list(network.classes)
        own = (place.origin_class if place else "") or ranks[0]
        are_known = place is not None and {entry.origin_class, own} <= set(ranks)
        if are_known and ranks.index(entry.origin_class) < ranks.index(own):
            rule = f"must not be cleaner than {entry.place}, which is {own}"
            yield Flaw(("supplies", i, "class"), entry.origin_class, rule, f"write {own} or a later class")


def _demands(network: Network) -> Iterator[Flaw]:
    """What a place wants is said once, and its shares can be met."""
    seen: set[tuple[str, str]] = set()
    for i, entry in network.demands.items():
        where: Where = ("demands", i)
        if bool(entry.commodity) == bool(entry.shares):
            rule, fix = "a demand names a commodity or shares", "write 'commodity:' or 'shares:'"
            yield Flaw(where, "", rule, fix)
        if (entry.name, entry.place) in seen and entry.name:
            rule = f"{entry.place} has this segment already"
            yield Flaw((*where, "segment"), entry.name, rule, "add the amounts, or give another 'segment:'")
        seen.add((entry.name, entry.place))
        yield from _shares(network, i)


def _shares(network: Network, i: int) -> Iterator[Flaw]:
    shares = network.demands[i].shares
    by_year = [spread_ends(ends, network.years) for ends in shares.values()]
    for year in network.years if by_year else ():
        least, most = (sum(ends[year][side] for ends in by_year) for side in (0, 1))
        if least > 1.0 + SHARE_NOISE or most < 1.0 - SHARE_NOISE:
            rule = f"shares must be able to add up to 1, not {least:.6g} to {most:.6g} in {year}"
            yield Flaw(("demands", i, "shares"), "", rule, "widen them, for example [0, 1]")
            return


RULES: tuple[Callable[[Network], Iterator[Flaw]], ...] = (
    _places,
    _commodities,
    _formulas,
    _recipes,
    _balance,
    _plants,
    _supplies,
    _demands,
)
