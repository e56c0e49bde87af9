"""From a plan to what its figures draw: small tidy rows, one function for each figure.

Everything comes from the tables of the plan and from the case it was made of; nothing is computed anew
but sums, present values and what 1 % more room in a limit is worth. Supply curves: `plan_supply.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orecell.chain.plan.costs import discount_factors
from orecell.lp.explain import Worth, binding
from orecell.results.plan_run import ASKED, PlanRun
from orecell.results.plan_words import DESCRIBE, LEAST_USD, ROOM

Rows = list[dict[str, Any]]
SHARE = "fraction of need"


def build_phases(run: PlanRun) -> Rows:
    """Every build with names and the years in which its phases begin, by kind, the dearest kind first.

    Construction takes its years before the first year of operation, permits the time before that; full
    output is reached in the first year of the highest use of capacity.
    """
    construction = _parameter(run, "construction_years")
    plants = {plant.name: plant for plant in run.plan.model.plan.plants}
    rows = []
    for row in run.tables["builds"]:
        ramp = plants[row["plant"]].ramp
        begins = row["online_year"] - construction.get(row["kind"], 0.0)
        rows.append(
            {
                **_named(run, row),
                "construction_year": max(float(row["start_year"]), begins),
                "full_year": row["online_year"] + ramp.index(max(ramp)),
            }
        )
    capital = _sums(rows, "kind", "capex_usd")
    return sorted(rows, key=lambda r: (-capital[r["kind"]], r["kind"], r["start_year"], r["place_name"]))


def build_sites(run: PlanRun) -> Rows:
    """New capacity by kind and place, over all years, with the place on the globe; the dearest first."""
    places = run.plan.model.plan.places
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for row in run.tables["builds"]:
        zero = {"capacity": 0.0, "capex_usd": 0.0, "jobs": 0.0, "first_year": row["online_year"]}
        site = found.setdefault((row["kind"], row["place"]), {**_named(run, row), **zero})
        for name in ("capacity", "capex_usd", "jobs"):
            site[name] += row[name]
        site["first_year"] = min(site["first_year"], row["online_year"])
    for site in found.values():
        place = places[site["place"]]
        site |= {"latitude": place.latitude, "longitude": place.longitude}
    keys = ("kind", "kind_name", "place", "place_name", "latitude", "longitude", "capacity", "unit",
            "capex_usd", "jobs", "first_year")  # fmt: skip
    rows = [{key: site[key] for key in keys} for site in found.values()]
    return sorted(rows, key=lambda r: (-r["capex_usd"], r["kind"], r["place"]))


def standing_places(run: PlanRun) -> Rows:
    """Places where capacity stands without decision in the last year, and what stands there."""
    given = run.plan.model.plan
    found: dict[str, dict[tuple[str, str], float]] = {}
    for row in run.tables["standing"]:
        if row["year"] == given.years[-1]:
            named, plants = _named(run, row), found.setdefault(row["place"], {})
            key = (named["kind_name"], named["unit"])
            plants[key] = plants.get(key, 0.0) + row["capacity"]
    return [
        {
            "place_name": run.names.place(place),
            "latitude": given.places[place].latitude,
            "longitude": given.places[place].longitude,
            "year": given.years[-1],
            "plants": [(kind, amount, unit) for (kind, unit), amount in plants.items()],
        }
        for place, plants in sorted(found.items())
    ]


def cost_terms(run: PlanRun) -> Rows:
    """Present value of every term of the cost, the largest first; credits last. Terms are those found."""
    given = run.plan.model.plan
    discount = discount_factors(given.years, given.discount_rate)
    total: dict[str, float] = {}
    for row in run.tables["costs"]:
        total[row["term"]] = total.get(row["term"], 0.0) + row["usd"] * discount[row["year"]]
    return [{"term": term, "usd": usd} for term, usd in sorted(total.items(), key=lambda item: -item[1])]


def targets_of(run: PlanRun) -> dict[tuple[str, int], float]:
    """(stage, year) -> share that was asked for, the highest where asked more than once."""
    found: dict[tuple[str, int], float] = {}
    for target in run.question.targets:
        key = (target.stage, target.year)
        found[key] = max(found.get(key, 0.0), target.share)
    return found


def front_points(run: PlanRun) -> Rows:
    """Points of a front of two goals if the plan has one: x the other goal, y the cost [USD]."""
    points = []
    for row in run.tables.get("front", []):
        is_share = row["other_unit"] == SHARE
        points.append(
            {
                "x": row["other"] * (100.0 if is_share else 1.0),
                "y": row["cost_usd"],
                "label": row.get("label", ""),
                "x_name": row["other_name"],
                "x_unit": "% of need" if is_share else row["other_unit"],
            }
        )
    return points


def limit_worths(run: PlanRun, most: int = 12) -> Rows:
    """What 1 % more room in a limit takes off the cost [USD, present value], by limit and its plant or good.

    What was asked comes first, then the dearest.
    """
    best: dict[tuple[str, str], dict[str, Any]] = {}
    for worth in binding(run.plan.solver, run.plan.solution):
        row = _limit(worth, run)
        if row is not None and row["usd"] > best.get(row["group"], {"usd": LEAST_USD})["usd"]:
            best[row["group"]] = row
    rows = sorted(best.values(), key=lambda r: (not r["is_asked"], -r["usd"], r["what"]))
    return [{key: row[key] for key in ("what", "usd", "is_asked")} for row in rows[:most]]


def _limit(worth: Worth, run: PlanRun) -> dict[str, Any] | None:
    """A limit in words with the worth of 1 % more room; None where there are no words for it."""
    describe = DESCRIBE.get(worth.block)
    if describe is None:
        return None
    key = worth.label.partition("[")[2].removesuffix("]").split(",")
    room = ROOM * abs(worth.end) or 1.0 * (worth.block == "sourcing")
    return {
        "group": (worth.block, key[0].partition("@")[0]),
        "what": describe(room, key, run.names),
        "usd": abs(worth.per_unit) * room,
        "is_asked": worth.block in ASKED,
    }


def _named(run: PlanRun, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of a plant with the names of its kind, place and project, and its unit per year."""
    title, place, unit = run.names.plant(row["plant"])
    names = {"kind_name": run.names.kinds.get(row["kind"], row["kind"]), "place_name": place}
    return {**row, **names, "label": f"{title}, {place}", "unit": f"{unit}/yr"}


def _parameter(run: PlanRun, name: str) -> dict[str, float]:
    """One parameter of plants by kind."""
    table = run.case.tables["plant_parameters"]
    return dict(table.filter(table["parameter"] == name).select("plant_type", "value").iter_rows())


def _sums(rows: Rows, by: str, what: str) -> dict[str, float]:
    """Sum of a column by the values of another."""
    total: dict[str, float] = {}
    for row in rows:
        total[row[by]] = total.get(row[by], 0.0) + row[what]
    return total
