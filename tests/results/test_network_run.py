"""Plans of network files: the documented example, magnets from ore, what is said, what would mend."""

from __future__ import annotations

import json
import re
from pathlib import Path

import polars as pl
import pytest

from orecell.chain.plan.costs import discount_factors
from orecell.chain.plan.model import FAMILIES
from orecell.data.network_file import parse_network, read_network
from orecell.errors import NotSolvedError, StoreError
from orecell.results.network_run import NetworkRun, run_network, write_network
from orecell.results.network_words import PHRASES, TITLES

ROOT = Path(__file__).parents[2]
RARE_EARTHS = (ROOT / "examples" / "rare_earths.yaml").read_text("utf-8")


def documented() -> str:
    """The example in the documentation, as a reader would copy it."""
    found = re.search(r"```yaml\n(.*?)```", (ROOT / "docs" / "custom_network.md").read_text("utf-8"), re.S)
    assert found is not None
    return found[1]


def planned(text: str) -> NetworkRun:
    network, faults = parse_network(text.encode(), "my.yaml")
    assert network is not None, [str(fault) for fault in faults]
    return run_network(network)


def refused(more: str, text: str = "") -> str:
    with pytest.raises(NotSolvedError) as error:
        planned((text or documented()) + more)
    return str(error.value)


@pytest.fixture(scope="module")
def steel() -> NetworkRun:
    return planned(documented())


@pytest.fixture(scope="module")
def magnets() -> NetworkRun:
    return planned(RARE_EARTHS)


def test_the_documented_example_costs_what_the_document_says(steel: NetworkRun) -> None:
    by_hand = {
        2030: 88e3 * 350 + 80e3 * 120,
        2031: 100e3 * 350 + 10e3 * 390 + 100e3 * 120 + 10e3 * 910,
        2032: 100e3 * 350 + 43e3 * 390 + 130e3 * 120 + 30e3 * 35 + 10e3 * 910,
    }
    by_year = dict.fromkeys(by_hand, 0.0)
    for row in steel.tables["costs"]:
        by_year[row["year"]] += row["usd"]
    assert by_year == pytest.approx(by_hand)
    assert steel.plan.cost == pytest.approx(177.92e6)
    assert len([line for line in documented().splitlines() if line]) <= 30


def test_the_finding_and_the_steps_of_the_documented_example_are_those_of_the_document(
    steel: NetworkRun,
) -> None:
    assert steel.finding == (
        "Steel from scrap: the cheapest plan serves all demand (steel 330,000 t) from 2030 to 2032 and costs "
        "177.9 MUSD (present value in 2030): 78\u00a0% purchases, 21\u00a0% operation. It builds for "
        "21.0 MUSD: mill in Ohio 30,000 t/yr."
    )
    assert "300 t/yr more new capacity of mill in 2032 lowers the cost by 97,800 USD." in steel.steps
    made = {(row["commodity"], row["year"]): row["value"] for row in steel.tables["output"]}
    assert made == pytest.approx({("steel", 2030): 80e3, ("steel", 2031): 100e3, ("steel", 2032): 130e3})


@pytest.mark.parametrize("name", ["steel", "magnets"])
def test_costs_by_term_add_up_and_the_certificate_holds(name: str, request: pytest.FixtureRequest) -> None:
    run: NetworkRun = request.getfixturevalue(name)
    given = run.plan.model.plan
    discount = discount_factors(given.years, given.discount_rate)
    total = sum(row["usd"] * discount[row["year"]] for row in run.tables["costs"])
    assert total == pytest.approx(run.plan.cost, rel=1e-9)
    assert run.plan.certificate.holds


def test_the_ban_on_magnets_and_the_rule_on_neodymium_hold(magnets: NetworkRun) -> None:
    banned = [r for r in magnets.tables["moves"] if r["commodity"] == "magnet" and r["year"] >= 2034]
    assert [row for row in banned if row["origin"] == "jiangxi"] == []
    served = dict.fromkeys(range(2032, 2036), 0.0)
    clean = dict(served)
    for row in magnets.tables["served"]:
        if row["year"] in served:
            served[row["year"]] += row["value"]
            clean[row["year"]] += row["value"] * (row["class"] == "domestic")
    for year, share in {2032: 0.2, 2033: 0.4, 2034: 0.4, 2035: 0.4}.items():
        assert clean[year] >= share * served[year] * (1 - 1e-6)


def test_new_magnet_works_come_in_whole_blocks_and_sell_only_what_is_accepted(magnets: NetworkRun) -> None:
    """300 t/yr stand; beyond that a year's output is what blocks of at least two years can make."""
    builds = [row for row in magnets.tables["builds"] if row["kind"] == "magnet works"]
    assert builds
    assert all(row["capacity"] == pytest.approx(1000 * round(row["capacity"] / 1000)) for row in builds)
    assert all(row["accepted_year"] == row["online_year"] + 2 for row in builds)
    made = {r["year"]: r["value"] for r in magnets.tables["output"] if r["place"] == "texas"
            and r["commodity"] == "magnet"}  # fmt: skip
    for year, amount in made.items():
        accepted = sum(row["capacity"] for row in builds if row["accepted_year"] <= year)
        assert amount <= 300 + accepted + 1e-6


def test_without_ban_and_rule_magnets_cost_less_as_the_finding_says(magnets: NetworkRun) -> None:
    free = re.sub(r"sourcing_rules:.*?\n\n|quotas:.*?\n\n", "", RARE_EARTHS, flags=re.S)
    assert "quotas" not in free
    cheaper = planned(free)
    assert magnets.cost_without == pytest.approx(cheaper.plan.cost, rel=2e-4)
    assert cheaper.plan.cost < magnets.plan.cost
    assert "What was asked adds" in magnets.finding
    assert "What was asked" not in cheaper.finding
    assert any("under the quota ban on magnets" in sentence for sentence in magnets.steps)


def test_no_more_neodymium_is_served_than_is_mined_and_bought(magnets: NetworkRun) -> None:
    content = 2 * 144.24 / (2 * 144.24 + 14 * 55.845 + 10.81)
    served = content * sum(row["value"] for row in magnets.tables["served"])
    sources = {"ore": 0.012, "metal": 1.0}
    bought = sum(sources.get(r["commodity"], 0.0) * r["value"] for r in magnets.tables["purchases"])
    assert 0.8 * bought < served < bought


def test_what_is_left_unserved_is_said_with_place_and_year() -> None:
    text = documented().replace("  - {commodity: steel, place: ontario, price: 900}\n", "")
    run = planned(text)
    assert "serves part of demand (steel 94\u00a0% of 330,000 t)" in run.finding
    assert (
        "Left unserved: 10,000 t of steel in Ohio in 2031 and 10,000 t of steel in Ohio in 2032."
        in run.finding
    )


TARGET = "targets:\n  half: {commodity: steel, amount: {2031: 120000}}\n"


def test_a_plan_that_cannot_be_says_each_change_that_alone_would_mend_it() -> None:
    said = refused(TARGET)
    assert said.startswith("plan is infeasible. Any one of these alone would make it possible:")
    assert "lower the target: 20,000 t less for the target half in 2031" in said
    assert (
        "have plants earlier than permits and construction allow: 20,000 t/yr more running capacity of mill "
        "in Ohio in 2031" in said
    )


@pytest.mark.parametrize(
    ("more", "repair"),
    [
        ("capital_budget: 7e6\n", "raise the budget: 7,000,000 USD more for builds"),
        ("workforce: {hired: 0}\n", "hire or train more workers: 2,000 workers more for new plants in 2032"),
        (
            "stockpiles:\n  - {commodity: scrap, place: ohio, most: 9, least: {2030: 9}}\n"
            "quotas:\n  none: {commodities: scrap, amount: 0}\n",
            "widen the quota: ",
        ),
    ],
)
def test_repairs_know_budgets_workers_stocks_and_quotas(more: str, repair: str) -> None:
    target = TARGET.replace("2031: 120000", "2032: 120000")
    text = documented().replace("capex: 700", "capex: 700, jobs: 0.1")
    assert repair in refused(target + more, text)


def test_every_family_of_limits_that_may_give_way_has_words() -> None:
    assert set(FAMILIES) <= set(TITLES)
    assert {block for blocks in FAMILIES.values() for block in blocks} <= set(PHRASES)


def test_capital_falls_with_learning_and_the_plan_costs_less(steel: NetworkRun) -> None:
    """Nothing is built before 2032, so that the capital of 2032 is the full one."""
    longer = documented().replace("2030-2032", "2030-2034")
    plain = planned(longer)
    learned = planned(longer + "learning:\n  mill: {rate: 0.2, built: 10000}\n")
    assert learned.plan.cost < plain.plan.cost
    first = [row for row in learned.tables["builds"] if row["online_year"] == 2032]
    assert first[0]["capex_usd"] == pytest.approx(700 * first[0]["capacity"], rel=1e-3)


def test_tables_are_written_with_the_hash_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "steel.yaml"
    file.write_text(documented(), encoding="utf-8")
    run = run_network(read_network(file))
    write_network(run, tmp_path / "out")
    made = pl.read_parquet(tmp_path / "out" / "output.parquet")
    assert made["value"].sum() == pytest.approx(310e3)
    assert pl.read_parquet(tmp_path / "out" / "unmet.parquet").columns == [
        "segment",
        "place",
        "year",
        "value",
    ]
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert len(manifest["input_sha256"]) == 64
    assert json.loads((tmp_path / "out" / "plan.json").read_text("utf-8"))["finding"] == run.finding
    with pytest.raises(StoreError):
        write_network(run, tmp_path)
