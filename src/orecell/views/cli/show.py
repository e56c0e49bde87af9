"""`orecell show VIEW`: one table of a run or of a case, on screen or as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    import polars as pl

    from orecell.results.run import Run
    from orecell.views.cli.work import Choices

Rows = list[dict[str, Any]]
REGIONS = ("usa", "north_america")


def show(
    view: Annotated[
        str,
        typer.Argument(
            help="coverage, bottleneck, facilities, dependence, cost, published, sources or assumptions."
        ),
    ],
    scenario: Annotated[str, typer.Option("--scenario", help="Scenario of the case.")] = "base",
    case: Annotated[
        Path | None, typer.Option("--case", help="Case folder; the shipped case if absent.")
    ] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="Date of knowledge, YYYY-MM-DD.")] = None,
    demand: Annotated[str | None, typer.Option("--demand", help="Demand case.")] = None,
    region: Annotated[str, typer.Option("--region", help="usa or north_america.")] = "usa",
    basis: Annotated[
        str, typer.Option("--basis", help="nameplate, expected, qualified or served.")
    ] = "expected",
    denominator: Annotated[
        str, typer.Option("--denominator", help="national_demand or domestic_next_stage.")
    ] = "national_demand",
    stage: Annotated[str | None, typer.Option("--stage", help="Only this stage.")] = None,
    missing: Annotated[bool, typer.Option("--missing", help="Sources: only rows without one.")] = False,
    with_assumed: Annotated[bool, typer.Option("--assumed", help="Count assumed capacities too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for machines.")] = False,
) -> None:
    """Show one table.

    Examples:  orecell show coverage --basis qualified   |   orecell show facilities --stage pcam
    """
    from orecell.data.check import refuse_unknown
    from orecell.views.cli.work import Choices

    refuse_unknown("view", view, tuple(VIEWS))
    refuse_unknown("--region", region, REGIONS)
    refuse_unknown("--basis", basis, ("nameplate", "expected", "qualified", "served"))
    refuse_unknown("--denominator", denominator, ("national_demand", "domestic_next_stage"))
    settings = ("use_assumed_capacity=true",) if with_assumed else ()
    choices = Choices(case, (as_of,) if as_of else (), (demand,) if demand else (), settings)
    asked = {
        "scenario": scenario,
        "region": region,
        "basis": basis,
        "stage": stage,
        "missing": missing,
        "denominator": denominator,
        "capacity": "with_assumed" if with_assumed else "sourced",
    }
    title, rows = VIEWS[view](choices, asked)
    _print(title, rows, as_json=as_json)


def _print(title: str, rows: Rows, *, as_json: bool) -> None:

    from orecell.views.cli.summary import bare_table, console

    if as_json:
        typer.echo(json.dumps(rows, default=str, indent=1))
        return
    if not rows:
        return
    table = bare_table(title)
    for name in rows[0]:
        numeric = any(isinstance(row[name], (int, float)) or str(row[name]).endswith("%") for row in rows)
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row.values()))
    console().print(table)


def _frame(choices: Choices, asked: dict[str, Any], name: str) -> tuple[pl.DataFrame, Run]:
    """A result table for the last date and demand case of the run, and the run."""
    import polars as pl

    from orecell.data.check import refuse_unknown
    from orecell.views.cli.work import evaluate

    run = evaluate(asked["scenario"], choices)
    date, case = run.scenario.settings.last_choice
    frame = run.frames[name]
    if "as_of" in frame.columns and name != "published":
        frame = frame.filter(pl.col("as_of") == date)
    if "demand_case" in frame.columns:
        frame = frame.filter((pl.col("demand_case") == case) & (pl.col("region_set") == asked["region"]))
        frame = frame.filter(pl.col("capacity") == asked["capacity"])
    if asked["stage"] and "stage" in frame.columns:
        refuse_unknown("--stage", asked["stage"], sorted(set(run.case.tables["stages"]["stage"])))
        frame = frame.filter(pl.col("stage") == asked["stage"])
    return frame, run


def _coverage(choices: Choices, asked: dict[str, Any]) -> tuple[str, Rows]:
    import polars as pl

    from orecell.data.check import refused_option
    from orecell.views.cli.summary import share

    frame, run = _frame(choices, asked, "coverage")
    date, case = run.scenario.settings.last_choice
    if frame.is_empty():
        rule = "is not a stage whose coverage is reported"
        raise refused_option("--stage", asked["stage"] or "", rule, "leave --stage out to see all")
    pick = (pl.col("basis") == asked["basis"]) & (pl.col("denominator") == asked["denominator"])
    frame = frame.filter(pick).sort("stage_order", "year")
    rows: dict[str, dict[str, Any]] = {}
    for row in frame.to_dicts():
        entry = rows.setdefault(row["stage_name"], {"stage": row["stage_name"]})
        entry[str(row["year"])] = share(row["coverage_fraction"])
    against = asked["denominator"].replace("_", " ")
    title = f"{asked['region']}: {asked['basis']} supply over {against}, {case}, as of {date}"
    return title, list(rows.values())


def _bottleneck(choices: Choices, asked: dict[str, Any]) -> tuple[str, Rows]:
    import polars as pl

    from orecell.data.check import refuse_unknown

    frame, run = _frame(choices, asked, "bottleneck")
    date, case = run.scenario.settings.last_choice
    basis = asked["basis"]
    refuse_unknown("--basis", basis, ("nameplate", "expected", "qualified"))
    rows = [
        {
            "year": r["year"],
            "demand GWh": f"{r['demand_gwh']:,.0f}",
            "wholly domestic GWh": f"{r['domestic_cells_gwh']:,.1f}",
            "capped by": r["stage_name"],
            "without that cap GWh": f"{r['lifted_gwh']:,.1f}",
            "then capped by": r["next_stage_name"],
        }
        for r in frame.filter(pl.col("basis") == basis).sort("year").to_dicts()
    ]
    return f"{asked['region']}: cells made wholly from domestic stages, {basis}, {case}, as of {date}", rows


def _facilities(choices: Choices, asked: dict[str, Any]) -> tuple[str, Rows]:
    frame, run = _frame(choices, asked, "facility_status")
    rows = [
        {
            "facility": r["facility"],
            "region": r["region"],
            "stage": r["stage"],
            "status": r["status"],
            "known on": r["known_on"],
            "capacity": None if r["capacity"] is None else f"{r['capacity']:,.6g}",
            "unit": r["unit"],
            "start": r["start_year"],
            "grants and loans": r["grant"],
        }
        for r in frame.sort("stage", "facility").to_dicts()
    ]
    return f"Facilities as known on {run.scenario.settings.last_choice[0]}", rows


def _dependence(choices: Choices, asked: dict[str, Any]) -> tuple[str, Rows]:
    from orecell.results.concentration import latest_concentration
    from orecell.views.cli.summary import share

    frame, run = _frame(choices, asked, "concentration")
    rows = [
        {
            "stage": r["stage_name"],
            "item": r["item"],
            "year": r["year"],
            "HHI": f"{r['hhi_low']:.2f}-{r['hhi_high']:.2f}",
            "countries of concern": f"{share(r['concern_share_low'])}-{share(r['concern_share_high'])}",
            "largest": f"{r['largest_country']} {share(r['largest_share'])}",
        }
        for r in latest_concentration(frame).to_dicts()
    ]
    spoken = set(frame["stage"].to_list())
    stages = run.case.tables["stages"].sort("order").to_dicts()
    silent = [s["name"] for s in stages if s["is_reported"] and s["stage"] not in spoken]
    title = "World supply by stage: concentration and share of countries of concern"
    return f"{title}. No public figures for: {', '.join(silent)}", rows


def _cost(choices: Choices, asked: dict[str, Any]) -> tuple[str, Rows]:
    frame, _ = _frame(choices, asked, "cell_cost")
    rows = [
        {
            "deck": r["deck"],
            "cell": r["cell_name"],
            "component": r["component"],
            "USD/kWh": f"{r['usd_per_kwh']:.2f}",
            "share": f"{r['share_fraction']:.1%}",
            "price from": r["price_source"],
        }
        for r in frame.to_dicts()
    ]
    return "Cell cost by component, USD of 2025", rows


def _published(choices: Choices, asked: dict[str, Any]) -> tuple[str, Rows]:
    frame, _ = _frame(choices, asked, "published")
    keep = ("title", "as_of", "their_value", "our_value", "unit", "our_definition", "difference")
    rows = [{k: f"{r[k]:.4g}" if isinstance(r[k], float) else r[k] for k in keep} for r in frame.to_dicts()]
    return "Published figures beside ours", rows


def _sources(choices: Choices, asked: dict[str, Any]) -> tuple[str, Rows]:
    from orecell.data.package import read_case
    from orecell.data.sources import unresolved, used_sources
    from orecell.views.cli.work import case_folder

    case = read_case(case_folder(choices.case))
    if asked["missing"]:
        return "Rows without a source", [vars(row) for row in unresolved(case)]
    return "Sources by number of rows", list(used_sources(case))


def _assumptions(choices: Choices, asked: dict[str, Any]) -> tuple[str, Rows]:
    from orecell.data.package import read_case
    from orecell.data.sources import assumptions
    from orecell.views.cli.work import case_folder

    rows = [vars(row) for row in assumptions(read_case(case_folder(choices.case)))]
    return "Assumed numbers", rows


VIEWS: dict[str, Callable[[Choices, dict[str, Any]], tuple[str, Rows]]] = {
    "coverage": _coverage,
    "bottleneck": _bottleneck,
    "facilities": _facilities,
    "dependence": _dependence,
    "cost": _cost,
    "published": _published,
    "sources": _sources,
    "assumptions": _assumptions,
}
