"""Tables of a plant on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.table import Table

from orecell.plant.alternatives import built_capital
from orecell.plant.measures import reagents_per_tonne, sodium_sulfate_t_per_yr, water_m3_per_yr
from orecell.plant.stream_table import stream_table
from orecell.results.plant_run import percent_of
from orecell.views.cli.summary import bare_table

if TYPE_CHECKING:
    from rich.console import Console

    from orecell.results.plant_run import PlantRun

SHOWN_STREAMS, SHOWN_SWINGS, SHOWN_REAGENTS, SHOWN_STEPS = 40, 8, 14, 30
ELEMENTS = ("Li", "Ni", "Co", "Mn", "Al", "Fe", "Cu", "Na", "S", "F", "C", "Mg", "Ca", "Zn", "Cl", "K", "Si")


def number(value: float | None) -> str:
    """Three significant digits, a dash where there is no number."""
    if value is None or value != value:
        return "-"
    if value == 0:
        return "0"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def table(title: str, columns: tuple[str, ...], text_columns: int = 1) -> Table:
    """A table with headings, text columns first."""
    found = bare_table(title)
    for i, heading in enumerate(columns):
        found.add_column(heading, justify="left" if i < text_columns else "right", no_wrap=i >= text_columns)
    return found


def units(run: PlantRun, screen: Console) -> None:
    """Status of every unit."""
    found = table("\nUnits", ("unit", "kind", "status"), 3)
    for name, status in run.solution.status().items():
        found.add_row(name, run.solution.flowsheet.unit(name).kind.name, status)
    screen.print(found)


def streams(run: PlantRun, screen: Console) -> None:
    """The stream table: g/L in aqueous streams, mass percent in others."""
    rows = [row for row in stream_table(run.solution) if row.tonnes_per_yr > 0.05]
    found_in = {e for row in rows for e in (*row.g_per_l, *row.mass_percent)} - {"H", "O"}
    held = sorted(found_in - {*ELEMENTS}) + [e for e in ELEMENTS if e in found_in]
    held = held if found_in & {"Li", "Ni", "Co", "Mn"} == set() else [e for e in ELEMENTS if e in found_in]
    longest = max(len(row.name) for row in rows)
    held = held[: max(3, (screen.width - longest - 34) // 9)]
    found = table(
        "\nStreams: g/L where a pH is given, else mass %", ("stream", "phase", "t/yr", "m3/h", "pH", *held), 2
    )
    for column in found.columns[:2]:
        column.no_wrap = True
    for row in rows[:SHOWN_STREAMS]:
        values = row.g_per_l or row.mass_percent
        ph = "" if row.ph is None else f"{row.ph:.2f}"
        flow = "" if row.m3_per_h is None else number(row.m3_per_h)
        found.add_row(
            row.name,
            row.phase,
            number(row.tonnes_per_yr),
            flow,
            ph,
            *(number(values.get(e, 0.0)) for e in held),
        )
    screen.print(found)
    if len(rows) > SHOWN_STREAMS:
        screen.print(f"... and {len(rows) - SHOWN_STREAMS} more in streams.parquet")


def reagents(run: PlantRun, screen: Console) -> None:
    """Reagents per tonne of main product, and sodium sulfate and water."""
    main = run.solution.flowsheet.products[0].commodity
    found = table(
        f"\nReagents, kg of pure reagent per t of {main}", ("reagent", "kg/t", "USD/t of it", "price range")
    )
    priced = {used.name: used for used in run.basis.reagents}
    for name, amount in list(reagents_per_tonne(run.solution).items())[:SHOWN_REAGENTS]:
        used = priced[name]
        ends = f"{number(used.low)} to {number(used.high)}{' assumed' if used.is_assumed else ''}"
        found.add_row(used.title, number(amount), number(used.price), ends)
    screen.print(found)
    salt = sodium_sulfate_t_per_yr(run.solution)
    if salt:
        most = ", ".join(f"{name} {number(tonnes)}" for name, tonnes in list(salt.items())[:3])
        total = number(sum(salt.values()))
        screen.print(f"Sodium sulfate leaves: {total} t/yr of Na2SO4: {most}.", markup=False)
    water = water_m3_per_yr(run.solution)
    screen.print(
        f"Water: {number(water['fresh'])} m3/yr fresh, {number(water['with reagents'])} with reagents, "
        f"{number(water['leaving'])} leaves as liquor and condensate."
    )


def content(value: float, kind: str) -> str:
    """Mass percent of an assay, ppm of an impurity."""
    return f"{number(value * 1e4)} ppm" if kind == "max" else f"{value:.2f} %"


def purity(run: PlantRun, screen: Console) -> None:
    """Products against their specifications."""
    for stream, rows in run.measures.purity.items():
        found = table(f"\n{stream} against specification", ("item", "found", "limit", "", "limit from"), 1)
        for row in rows:
            sign = "<=" if row.kind == "max" else ">="
            seen = "not judged" if row.found_percent is None else content(row.found_percent, row.kind)
            mark = "" if row.passes is None else "pass" if row.passes else "FAIL"
            limit = f"{sign} {content(row.limit_percent, row.kind)}"
            found.add_row(row.item, seen, limit, mark, f"grade {row.grade}")
        screen.print(found)


def cost(run: PlantRun, screen: Console) -> None:
    """Cost by term."""
    amount = run.cost.amount
    found = table("\nCost", ("term", "MUSD/yr", "USD/t"))
    for term, usd in run.cost.terms.items():
        if abs(usd) > 0:
            found.add_row(term, f"{usd / 1e6:,.2f}", number(usd / amount))
    found.add_row("levelized", "", number(run.cost.levelized))
    screen.print(found)
    p, capital = run.basis.parameters, run.cost.capital_usd / 1e6
    screen.print(
        f"Capital {capital:,.0f} MUSD, {p['capex_low_factor'] * capital:,.0f} to "
        f"{p['capex_high_factor'] * capital:,.0f} (class 4 to 5, cost curves of pilot plants); first plants "
        f"of their kind in this chain ended at {p['first_of_a_kind_factor']:.2f} times their early figure. "
        f"Net present value {run.cost.npv_usd / 1e6:,.0f} MUSD at {p['discount_rate']:.0%}.",
        markup=False,
    )
    built = built_capital(run.solution)
    if built is not None:
        per, low, high = built.per_tonne
        screen.print(
            f"At what announced plants of this kind cost, {number(per)} ({number(low)} to {number(high)}) "
            f"USD per t/yr of {built.feed}, capital is {built.capital_usd / 1e6:,.0f} MUSD and the cost "
            f"{number(built.levelized)} ({number(built.ends[0])} to {number(built.ends[1])}) USD/t.",
            markup=False,
        )


def swings(run: PlantRun, screen: Console) -> None:
    """What moves the cost."""
    found = table(
        "\nWhat moves the cost, USD/t at the ends of its range", ("input", "range", "low end", "high end"), 2
    )
    for swing in run.swings[:SHOWN_SWINGS]:
        mark = " assumed" if swing.is_assumed else ""
        ends = f"{number(swing.low)} to {number(swing.high)}{mark}"
        found.add_row(swing.what, ends, number(swing.at_low), number(swing.at_high))
    screen.print(found)


def design(run: PlantRun, screen: Console) -> None:
    """Settings changed by the search, and what limits the design."""
    found = run.design
    if found is None:
        return
    rows = table("\nDesign", ("setting", "file", "found", "range"))
    ranges = {v.label: f"{v.low:g} to {v.high:g}" for v in found.variables}
    for label, (before, after) in found.values().items():
        rows.add_row(label, number(before), number(after), ranges[label])
    screen.print(rows)
    claim = (
        "no single setting, moved by 2 % of its range, improves it"
        if found.is_local
        else "the search ran out of tries"
    )
    screen.print(
        f"The best of {found.tried} designs, not a proven optimum: {claim}. "
        f"{found.failed} designs did not solve.",
        markup=False,
    )
    if found.limiting:
        screen.print("What limits it:")
    for sentence in found.limiting[:8]:
        screen.print(f"- {sentence}", markup=False)


def shared(run: PlantRun, screen: Console) -> None:
    """Existing equipment against new."""
    s = run.shared
    if s is None:
        return
    better = "existing" if s.shared.levelized < s.new.levelized else "new"
    screen.print(
        f"\nShared facility: with {', '.join(s.units)} in existing equipment the product costs "
        f"{number(s.shared.levelized)} USD/t against {number(s.new.levelized)} in new equipment; {better} is "
        f"cheaper. Refit {s.refit_usd / 1e6:,.1f} MUSD, toll by liquor treated "
        f"{s.toll_usd_per_yr / 1e6:,.1f} MUSD/yr, capital avoided "
        f"{s.avoided_usd / 1e6:,.1f} MUSD; both cost the same at a toll of "
        f"{number(s.break_even_toll_usd_per_m3)} USD/m3.",
        markup=False,
    )


def sweep(run: PlantRun, screen: Console) -> None:
    """A sweep as a table."""
    if not run.sweep:
        return
    names = list(run.sweep)
    found = table("\nSweep", tuple(name.replace(".", ". ") for name in names), len(names))
    rows = list(zip(*run.sweep.values(), strict=True))
    for row in rows[:SHOWN_STEPS]:
        found.add_row(*(number(value) for value in row))
    screen.print(found)
    if len(rows) > SHOWN_STEPS:
        screen.print(f"... and {len(rows) - SHOWN_STEPS} more in sweep.parquet")


def draws(run: PlantRun, screen: Console) -> None:
    """Random draws as quantiles."""
    drawn: Any = run.more.get("draws")
    if drawn is None:
        return
    found = table(
        f"\n{len(next(iter(drawn.columns.values()), []))} random draws", ("measure", "10 %", "median", "90 %")
    )
    for name, ends in drawn.quantiles().items():
        found.add_row(name, *(number(value) for value in ends))
    screen.print(found)
    screen.print(f"Drawn: {'; '.join(drawn.inputs)}. {drawn.failed} draws did not solve.", markup=False)


def trust(run: PlantRun, screen: Console) -> None:
    """What was checked."""
    solution = run.solution
    shares = ", ".join(f"{e} {percent_of(v)}" for e, v in run.measures.recoveries.items())
    screen.print(
        f"\nRecovered: {shares}. Every element and charge closes around every unit to "
        f"{solution.worst_balance:.0e} of what passes; recycles took {solution.passes} rounds.",
        markup=False,
    )
