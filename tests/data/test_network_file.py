"""Network files: how values are read, what is refused and how it is said, that nothing ever crashes."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from orecell.data.network_balance import unchecked_recipes
from orecell.data.network_entries import Network
from orecell.data.network_file import parse_network, read_network
from orecell.data.network_values import in_years, spread, spread_ends
from orecell.errors import CaseError, Fault

DOCS = Path(__file__).parents[2] / "docs" / "custom_network.md"

STEEL = """\
years: 2030-2032
places:
  gary: {}
  hamilton: {class: allied}
commodities:
  scrap: {composition: {Fe: 0.95}}
  steel: {composition: {Fe: 0.98}}
recipes:
  melt: {inputs: {scrap: 1.1}, outputs: steel, lost: Fe}
plants:
  mill: {place: gary, recipes: melt, standing: 100, capex: 700}
supplies:
  - {commodity: scrap, place: gary, price: 350}
demands:
  - {commodity: steel, place: gary, amount: 80, unmet_price: 5000}
"""

EVERYTHING = """\
name: Everything
years: 2030-2034
classes: [domestic, allied, concern]
elements: [Nd]
discount_rate: 0.05
carbon_price: 10
capital_budget: 1e9
neighbors: 3
freight: {land_usd_per_t_km: 0.1, sea_usd_per_t_km: 0.01, handling_usd_per_t: 5, land_circuity: 1.3}
places:
  home: {name: Home, latitude: 40, longitude: -80}
  away: {class: concern, latitude: 41, longitude: -81}
commodities:
  ore: {unit: kt, composition: {Nd: 20}}
  oxide: {name: Oxide, formula: Nd2O3}
  part: {unit: piece, tonnes: 0.002, composition: {Nd: 0.0001}}
recipes:
  refine: {inputs: {ore: 0.05}, outputs: oxide, lost: Nd}
  press: {inputs: {oxide: 0.2}, outputs: {part: 1000}, reference: part, lost: Nd}
  press_thin: {inputs: {oxide: 0.15}, outputs: {part: 1000}, lost: Nd}
plants:
  refinery: {kind: works, place: [home, away], recipes: {refine: 1}, standing: {2030: 10, 2032: 20}, jobs: 2}
  shop:
    name: Shop
    place: home
    recipes: [press, press_thin]
    unit: parts
    standing: 500
    qualified: 400
    capex: {2030: 100, 2034: 80}
    life_years: 10
    lead_years: 1
    qualification_years: 1
    ramp: [0.5, 1]
    fixed_opex: 1
    variable_opex: 2
    emissions: 0.1
    jobs: 0.5
    block: 100
    most: 1000
    earliest: 2031
    hurdle_rate: 0.12
    slates: {thick: [press], thin: [press_thin]}
    slate_now: thick
    switch_usd: 1000
supplies:
  - {commodity: ore, place: away, price: 1000, quantity: {2030: 5, 2034: 9}, emissions: 3}
  - {commodity: ore, place: away, price: 1500}
  - {commodity: oxide, place: home, price: 90000, class: concern}
demands:
  - {segment: use, place: home, shares: {part: [0.2, 1], oxide: {2030: 0.1, 2034: [0, 0.8]}}, amount: 300,
     unmet_price: 9e5}
sourcing_rules:
  clean: {segments: use, classes: [domestic, allied], share: {2033-2034: 0.3}, by: Nd}
use_rules:
  local: {weights: {ore: 1}, places: home, kinds: works, classes: domestic, share: 0.1}
targets:
  output: {commodity: part, places: home, amount: {2033: 50}}
  runs: {recipes: {refine: 1}, amount: {2032: 0.1}}
growth:
  works: {first: 5, fraction: 0.5}
quotas:
  ban: {commodities: ore, origins: away, destinations: home, amount: {2034: 0}, classes: concern}
workforce: {places: home, hired: {2030: 10, 2034: 50}, usd_per_worker: 100, most: 5, delay_years: 2}
stockpiles:
  - {commodity: oxide, place: home, most: 50, usd_per_unit_year: 1, initial: 2, least: {2034: 1}}
colocations:
  together: {first: works, second: shop, ratio: 0.01, saving: 0.1}
grants:
  help: {plant: shop, usd: {2031: 5000}, slate: thin, program: fund, least_capacity: 100}
support: {places: home, prices: {part: 100, oxide: {2030: 9e4, 2034: 8e4}}, program: fund, most: 1e6}
budgets:
  fund: {usd: {2031: 1e6}}
learning:
  works: {rate: 0.1, built: 100}
"""


def network_of(text: str) -> Network:
    network, faults = parse_network(text.encode(), "my.yaml")
    assert network is not None, faults
    return network


def faults_of(text: str) -> list[Fault]:
    network, faults = parse_network(text.encode(), "my.yaml")
    assert (network is None) == bool(faults)
    return faults


def changed(old: str, new: str, text: str = STEEL) -> list[Fault]:
    assert text.count(old) == 1, old
    return faults_of(text.replace(old, new))


def test_values_are_linear_between_the_years_given_and_flat_outside() -> None:
    points = {2030: 10.0, 2034: 30.0}
    expected = {2028: 10.0, 2030: 10.0, 2031: 15.0, 2033: 25.0, 2034: 30.0, 2040: 30.0}
    assert spread(points, list(expected)) == expected
    assert spread(7.0, (2030, 2031)) == {2030: 7.0, 2031: 7.0}
    assert spread_ends({2030: (0.0, 1.0), 2032: (0.4, 0.6)}, (2031, 2033)) == {
        2031: (0.2, 0.8),
        2033: (0.4, 0.6),
    }


def test_limits_hold_in_the_years_named_and_in_no_other() -> None:
    assert in_years({2031: 5.0}, (2030, 2031, 2032)) == {2031: 5.0}
    assert in_years(5.0, (2030, 2031)) == {2030: 5.0, 2031: 5.0}


def test_a_span_of_years_and_years_outside_the_horizon_can_be_given() -> None:
    text = STEEL.replace("standing: 100", "standing: {2020: 50, 2030-2031: 100, 2040: 190}")
    standing = network_of(text).plants["mill"].standing
    assert spread(standing, (2030, 2031, 2032)) == {2030: 100.0, 2031: 100.0, 2032: 110.0}


def test_a_short_file_takes_every_default() -> None:
    network = network_of(STEEL)
    mill = network.plants["mill"]
    assert network.years == (2030, 2031, 2032)
    assert network.discount_rate == 0.08
    assert (mill.life_years, mill.lead_years, mill.ramp, mill.recipes) == (20, 3, (1.0,), {"melt": 1.0})
    assert network.demands[0].name == "steel"
    assert network.commodities["steel"].unit == "t"


def test_every_key_can_be_used_at_once() -> None:
    assert network_of(EVERYTHING).name == "Everything"


def test_the_example_with_everything_uses_every_key_of_every_entry() -> None:
    """So that the tests built on it leave no key out."""
    words = set(re.findall(r"([a-z_]+):", EVERYTHING))
    used_elsewhere = {"sea_kg_per_t_km", "land_kg_per_t_km", "sea_circuity", "losses"}
    assert {key for _, key in _keys()} - words <= used_elsewhere | {"by", "segments", "weights", "place"}


def _keys() -> list[tuple[str, str]]:
    """Section and key of everything that can be written."""
    from orecell.data.network_file import _entry_of, known_keys

    found = [("", key) for key in known_keys(Network)]
    for section in known_keys(Network):
        model = _entry_of(section)
        found += [(section, key) for key in known_keys(model)] if model else []
    return found


@pytest.mark.parametrize(("section", "key"), _keys())
def test_every_key_is_documented(section: str, key: str) -> None:
    text = DOCS.read_text("utf-8")
    row = next((line for line in text.splitlines() if section and re.match(rf"\| \**`{section}`", line)), "")
    assert f"`{key}`" in (row or text), f"{section}.{key}"


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "value", "rule", "fix"),
    [
        ("years: 2030", "yers: 2030", 1, "yers", "yers", "not a known key", "did you mean 'years'"),
        ("capex", "capx", 11, "plants.mill.capx", "capx", "not a known key", "did you mean 'capex'"),
        ("place: gary, recipes", "place: gry, recipes", 11, "plants.mill.place", "gry", "places", "'gary'"),
        ("recipes: melt", "recipes: [melt, cast]", 11, "plants.mill.recipes.cast", "cast", "recipes", "add"),
        ("class: allied", "class: alied", 4, "places.hamilton.class", "alied", "classes", "'allied'"),
        ("Fe: 0.98", "iron: 0.98", 7, "commodities.steel.composition.iron", "iron", "elements", "'Fe'"),
        ("Fe: 0.98", "wood: 0.98", 7, "commodities.steel.composition.wood", "wood", "elements",
         "elements: [wood]"),
        ("2030-2032", "2032-2030", 1, "years", "2032-2030", "first and last year", "2030-2034"),
        ("price: 350", "price: '350'", 13, "supplies.0.price", "350", "a number", "without quotes"),
        ("price: 350", "price: {2030: 1, 2030-2031: 2}", 13, "supplies.0.price.2030-2031", "2030-2031",
         "once", "shorten"),
        (", price: 350", "", 13, "supplies.0.price", "", "required", "add 'price:'"),
        ("price: 350", "price: -350", 13, "supplies.0", "-350.0", "must have a quantity", "add 'quantity:'"),
        ("amount: 80", "amount: [80]", 15, "demands.0.amount", "", "a number", "for example"),
        ("amount: 80", "amount: 1e999", 15, "demands.0.amount", "inf", "a number", "for example"),
        ("years: 2030", "discount_rate: 8\nyears: 2030", 1, "discount_rate", "8", "0 to 1", "0.08 for 8 %"),
        ("lost: Fe", "lost: [Fe, Fe]", 9, "recipes.melt.lost.1", "Fe", "twice", "delete one"),
        ("outputs: steel", "outputs: {steel: 1e12}", 9, "recipes.melt.outputs.steel", "1000000000000.0",
         "1e-06", "unit"),
        ("place: gary, recipes", "recipes", 11, "plants.mill.place", "", "required", "add 'place:'"),
        ("  gary: {}", "  ga,ry: {}", 3, "places.ga,ry", "ga,ry", "letters", "rename"),
        ("supplies:\n  -", "supplies:\n  a:", 12, "supplies", "", "a list of entries", "one a line"),
        ("unmet_price: 5000", "unmet_price: 5000, shares: {steel: 0.5}", 15, "demands.0", "",
         "or shares", "'shares:'"),
        ("commodity: steel,", "shares: {steel: 0.5},", 15, "demands.0.shares", "", "add up to 1", "widen"),
    ],
)  # fmt: skip
def test_each_mistake_has_its_line_key_rule_and_fix(
    old: str, new: str, line: int, column: str, value: str, rule: str, fix: str
) -> None:
    found = changed(old, new)
    match = [f for f in found if f.column == column and f.value == value]
    assert match, [str(fault) for fault in found]
    assert match[0].row == line
    assert rule in match[0].rule
    assert fix in match[0].fix


@pytest.mark.parametrize(
    ("old", "new", "column", "rule"),
    [
        ("slate_now: thick", "slate_now: thik", "plants.shop.slate_now", "none of the slates"),
        ("thin: [press_thin]", "thin: [refine]", "plants.shop.slates.thin", "not run by this plant"),
        ("    most: 1000\n", "", "plants.shop", "enlarged without end"),
        ("class: concern}\ndemands", "class: domestic}\ndemands", None, None),
        ("recipes: {refine: 1}, amount", "commodity: part, recipes: refine, amount",
         "targets.runs", "or recipes"),
        ("{2033: 50}", "{2040: 50}", "targets.output.amount.2040", "2030 to 2034"),
        ("commodity: part, places: home", "commodity: ore, places: home", "targets.output.commodity",
         "no recipe"),
        ("commodity: part, places: home", "commodity: part, places: away", "targets.output", "no plant"),
        ("- {commodity: oxide, place: home, price", "- {commodity: part, place: home, price", None, None),
        ("recipes: {refine: 1}, standing", "recipes: {refine: 1}, slates: {a: refine}, standing", None, None),
        ("by: Nd", "by: Dy", "sourcing_rules.clean.by", "in no commodity"),
        ("weights: {ore: 1}, ", "", "use_rules.local", "what is counted"),
        ("  local:", "  clean:", "use_rules.clean", "has this name"),
        ("least: {2034: 1}", "least: 51", "stockpiles.0.least", "above the most"),
        ("oxide, place: home, most", "oxide, place: away, most", "stockpiles.0", "nobody uses"),
        ("second: shop", "second: works", "colocations.together.second", "two different kinds"),
        ("usd: {2031: 5000}", "usd: 5000", "grants.help.usd", "by year"),
        ("slate: thin", "slate: thn", "grants.help.slate", "no slate of shop"),
        ("plant: shop", "plant: refinery", "grants.help.place", "stands in home, away"),
        ("program: fund, least", "program: fnd, least", "grants.help.program", "budgets"),
        ("  works: {rate", "  shop: {rate", "plants.shop.capex", "one number"),
        ("  works: {first", "  wroks: {first", "growth.wroks", "kinds"),
        ("latitude: 40, ", "", "places.home", "latitude"),
        ("tonnes: 0.002, ", "", "commodities.part.unit", "t per unit must be known"),
        ("formula: Nd2O3", "formula: Nd2O3, composition: {Nd: 0.8}", "commodities.oxide.composition",
         "already"),
        ("formula: Nd2O3", "formula: Nd2O3)", "commodities.oxide.formula", "cannot stand here"),
        ("{Nd: 20}", "{Nd: 2000}", "commodities.ore.composition", "2000 t of elements in 1000 t"),
        ("reference: part", "reference: ore", "recipes.press.reference", "an input or an output"),
        ("outputs: oxide", "outputs: {oxide: 0}", "recipes.refine", "above 0"),
        ("inputs: {ore: 0.05}, outputs: oxide, lost: Nd", "lost: Nd", "recipes.refine", "inputs or outputs"),
        ("[0.5, 1]", "[]", "plants.shop.ramp", "first year"),
        ("slates: {", "slates: [", None, "well-formed"),
    ],
)  # fmt: skip
def test_what_does_not_fit_together_is_refused(
    old: str, new: str, column: str | None, rule: str | None
) -> None:
    found = changed(old, new, EVERYTHING)
    if rule is None:
        assert found == []
        return
    told = [str(fault) for fault in found]
    assert any(rule in fault.rule and column in (None, fault.column) for fault in found), told
    assert all(fault.rule and fault.fix and fault.row for fault in found), told


def test_what_is_used_or_wanted_is_sold_or_made_somewhere() -> None:
    unsold = changed("  - {commodity: scrap, place: gary, price: 350}\n", "")
    assert [(f.column, f.value) for f in unsold] == [("recipes.melt.inputs.scrap", "scrap")]
    unmade = changed(
        "recipes: melt",
        "recipes: idle",
        STEEL.replace("plants:", "  idle: {outputs: scrap, lost: Fe}\nplants:"),
    )
    assert ("demands.0", "nobody sells or makes it") in [(f.column, f.rule) for f in unmade]


def test_a_lot_cannot_be_cleaner_than_its_seller() -> None:
    found = changed(
        "price: 350}", "price: 350}\n  - {commodity: steel, place: hamilton, price: 1, class: domestic}"
    )
    assert [fault.rule for fault in found] == ["must not be cleaner than hamilton, which is allied"]


def test_all_faults_come_at_once_each_with_its_line() -> None:
    text = STEEL.replace("allied", "alied").replace("capex", "capx").replace("scrap: 1.1", "scrp: 1, coal: x")
    found = faults_of(text.replace("price: 350", "price: many") + "growth:\n  milll: {first: 1}\n")
    assert [(fault.row, fault.column) for fault in sorted(found, key=lambda f: f.sort_key)] == [
        (4, "places.hamilton.class"),
        (9, "recipes.melt.inputs.coal"),
        (9, "recipes.melt.inputs.scrp"),
        (11, "plants.mill.capx"),
        (13, "supplies.0.price"),
        (17, "growth.milll"),
    ]


def test_an_element_from_nothing_is_named_with_both_amounts() -> None:
    found = changed("scrap: 1.1", "scrap: 1")
    assert [f.value for f in found] == ["Fe"]
    assert "inputs bring 0.95 t, outputs and losses hold 0.98 t" in found[0].rule
    assert "0.03 t come from nothing" in found[0].rule


def test_an_element_that_vanishes_is_refused_and_its_fix_balances() -> None:
    found = changed(", lost: Fe", "")
    assert "0.065 t go missing" in found[0].rule
    amount = re.search(r"add (\S+) t to 'losses' of Fe", found[0].fix)
    assert amount is not None
    assert changed("lost: Fe", f"losses: {{Fe: {amount[1]}}}") == []
    near = f"losses: {{Fe: {float(amount[1]) + 2e-9}}}"
    assert "does not balance" in changed("lost: Fe", near)[0].rule


def test_recipes_of_unknown_content_are_not_balanced_and_are_named() -> None:
    text = STEEL.replace("steel: {composition: {Fe: 0.98}}", "steel:").replace(", lost: Fe", "")
    assert unchecked_recipes(network_of(text)) == ["melt"]
    assert unchecked_recipes(network_of(STEEL)) == []
    holds_none = STEEL.replace("steel: {composition: {Fe: 0.98}}", "steel: {composition: {}}")
    assert "1.045 t go missing" in changed("lost: Fe", "lost: C", holds_none)[0].rule


def test_an_element_need_not_be_chemical() -> None:
    text = STEEL.replace("Fe", "wood") + "elements: [wood]\n"
    assert network_of(text).elements == ("wood",)
    assert "wood does not balance" in changed("scrap: 1.1", "scrap: 1", text)[0].rule


def test_hydrogen_nitrogen_and_oxygen_balance_only_where_they_are_followed() -> None:
    """Iron from its oxide: the oxygen leaves unasked, unless it is listed."""
    text = STEEL.replace("composition: {Fe: 0.95}", "formula: Fe2O3").replace("scrap: 1.1", "scrap: 2")
    assert faults_of(text) == []
    assert "O does not balance" in faults_of(text + "elements: [Fe, O]\n")[0].rule


BOMB = "a: &a [lol, lol]\n" + "".join(
    f"{y}: &{y} [{', '.join([f'*{x}'] * 9)}]\n" for x, y in pairwise("abcdefghi")
)


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "must not be empty"),
        (b"# nothing\n", "must not be empty"),
        (b"- a\n", "keys and values"),
        (b"steel\n", "keys and values"),
        (BOMB.encode(), "anchors"),
        (STEEL.encode() + b"---\na: b\n", "holds one network"),
        (b"years: " + b"[" * 5000, "nest deeper"),
        (b"years: !!python/object/apply:os.system [ls]\n", "tags"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"years: {a: b", "well-formed"),
        (b"years: 2030-2032\n", "this key is required"),
    ],
)
def test_what_is_no_network_is_refused(content: bytes, rule: str) -> None:
    network, faults = parse_network(content, "my.yaml")
    assert network is None
    assert rule in faults[0].rule
    assert "because" not in faults[0].fix


def test_a_file_that_is_missing_or_wrong_raises_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=r"none\.yaml: this file is missing"):
        read_network(tmp_path / "none.yaml")
    (tmp_path / "bad.yaml").write_text("years: no\n")
    with pytest.raises(CaseError, match=r"bad\.yaml, row 1, column years"):
        read_network(tmp_path / "bad.yaml")


def test_more_faults_than_a_person_can_use_are_counted() -> None:
    found = faults_of(STEEL + "growth:\n" + "".join(f"  k{i}: {{first: 1}}\n" for i in range(500)))
    assert len(found) == 201
    assert found[-1].rule == "300 more faults are not shown"


JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**17), 10**17),
    st.floats(allow_nan=False),
    st.text(max_size=8),
    st.sampled_from(["home", "ore", "part", "shop", "2030", "2030-2034", "Nd", [], {}, [[]], {"a": None}]),
    st.lists(st.integers(0, 3), max_size=3),
    st.dictionaries(st.sampled_from(["2030", "2034", "ore", "home", "x"]), st.integers(-2, 9), max_size=3),
)


def _paths(value: Any, where: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [where, *(path for key, item in inner for path in _paths(item, (*where, key)))]


WHOLE = yaml.safe_load(EVERYTHING)
PATHS = [path for path in _paths(WHOLE) if path]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PATHS), JUNK), min_size=1, max_size=3))
def test_no_change_of_any_value_leads_to_anything_but_a_network_or_faults(
    changes: list[tuple[tuple[Any, ...], Any]],
) -> None:
    value = yaml.safe_load(EVERYTHING)
    for path, junk in changes:
        node = value
        for step in path[:-1]:
            node = node[step] if isinstance(node, (dict, list)) and _has(node, step) else None
        if isinstance(node, dict) or (isinstance(node, list) and _has(node, path[-1])):
            node[path[-1]] = junk
    for fault in faults_of(yaml.safe_dump(value, allow_unicode=True)):
        assert fault.rule
        assert fault.fix
        assert "\n" not in str(fault)


def _has(node: Any, step: Any) -> bool:
    return step in node if isinstance(node, dict) else isinstance(step, int) and step < len(node)
