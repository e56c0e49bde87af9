"""What a cell costs, part by part, per chemistry and set of prices.

Active materials of cathode and anode (CAM, AAM) are colored, all else is gray, and each bar says what share
of the cost the active materials are. Parts that rest on an assumed price are hatched.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from orecell.core.wording import percent
from orecell.errors import InputError
from orecell.views.figures.choice import Row, Stamp, rows_of
from orecell.views.figures.figure import Figure, Mark, Table
from orecell.views.figures.frame import Option, base, category_axis, label_px, legend, responsive, value_axis
from orecell.views.figures.palette import ACTIVE_COLORS, HATCH, INK, NO_HATCH, OTHER_COLORS, PAPER
from orecell.views.figures.wording import percent_range, significant

if TYPE_CHECKING:
    import polars as pl

UNIT = "USD/kWh"
COLUMNS = (
    "deck", "cell", "cell_name", "component", "usd_per_kwh", "share_fraction", "is_active_material",
    "price_source",
)  # fmt: skip
SHARES = "cell_cost_shares"
Bar = tuple[str, str]


def cell_cost_bar(cell_cost: pl.DataFrame, stamp: Stamp, decks: Iterable[str] = ()) -> Figure:
    """Cost of cells by part.

    Args:
        cell_cost: cost [USD/kWh] and share by deck, cell and component; `price_source` names the
            deck the price is from.
        stamp: run, sources and names.
        decks: sets of prices to show; all where empty.

    Returns:
        Stacked bars, one per cell and set of prices.
    """
    wanted = tuple(decks)
    rows = [row for row in rows_of(cell_cost, COLUMNS) if not wanted or row["deck"] in wanted]
    if not rows:
        raise InputError(", ".join(wanted), "no rows for these price decks", "choose another deck")
    unknown = [row["component"] for row in rows if row["usd_per_kwh"] is None]
    if unknown:
        raise InputError(", ".join(unknown), "cost part without a cost", "add a price, or leave the cell out")
    shares = _active_shares(rows)
    number, title = _finding(rows, shares)
    marks = (
        (Mark("assumed", "hatched: price taken from another deck, or assumed"),)
        if any(map(_is_assumed, rows))
        else ()
    )
    return Figure(
        id="cell_cost",
        title=title,
        number=number,
        sentence="Cost of one kWh of cells by part, in USD. Colored: active materials of cathode and anode.",
        unit=UNIT,
        run_id=stamp.run_id,
        option=_option(rows, shares, stamp, title),
        table=_table(rows, stamp),
        sources=tuple(
            dict.fromkeys([*stamp.sources, *sorted({row["price_source"] or "" for row in rows} - {""})])
        ),
        marks=marks,
        height_px=130 + 52 * len(shares),
    )


def _is_assumed(row: Row) -> bool:
    """Whether a part rests on a price that its deck does not have: one of another deck, or none published."""
    return row["price_source"] not in (row["deck"], SHARES)


def _active_shares(rows: list[Row]) -> dict[Bar, float]:
    """(cell, deck) -> share of the active materials in the cost, in the order of the table."""
    total: dict[Bar, float] = {}
    active: dict[Bar, float] = {}
    for row in rows:
        bar = (row["cell"], row["deck"])
        total[bar] = total.get(bar, 0.0) + row["usd_per_kwh"]
        active[bar] = active.get(bar, 0.0) + row["usd_per_kwh"] * bool(row["is_active_material"])
    return {bar: active[bar] / cost for bar, cost in sorted(total.items()) if cost > 0}


def _finding(rows: list[Row], shares: dict[Bar, float]) -> tuple[str, str]:
    """The number and the title: range of the share, and the cell where it is highest."""
    names = {row["cell"]: row["cell_name"] for row in rows}
    reach = percent_range(min(shares.values()), max(shares.values()))
    title = f"Cathode and anode active materials are {reach} of the cost of a cell"
    if len(shares) > 1:
        top = max(shares, key=lambda bar: shares[bar])
        title += f", most in {names[top[0]]}"
    return reach, title


def _components(rows: list[Row]) -> dict[str, bool]:
    """Part -> whether it is an active material; active ones first, then by cost."""
    cost: dict[str, float] = {}
    active: dict[str, bool] = {}
    for row in rows:
        cost[row["component"]] = cost.get(row["component"], 0.0) + row["usd_per_kwh"]
        active[row["component"]] = bool(row["is_active_material"])
    return {name: active[name] for name in sorted(cost, key=lambda n: (not active[n], -cost[n], n))}


def _part(name: str, color: str, rows: list[Row], bars: list[Bar]) -> dict[str, Any]:
    """One part of all bars."""
    found = {(row["cell"], row["deck"]): row for row in rows if row["component"] == name}
    data: list[dict[str, Any]] = []
    for bar in bars:
        row = found.get(bar)
        hatch = HATCH if row and _is_assumed(row) else NO_HATCH
        data.append(
            {"value": significant(row["usd_per_kwh"]) if row else None, "itemStyle": {"decal": hatch}}
        )
    return {
        "name": name,
        "type": "bar",
        "stack": "cost",
        "data": data,
        "barMaxWidth": 26,
        "itemStyle": {"color": color, "borderColor": PAPER, "borderWidth": 1, "decal": NO_HATCH},
    }


def _share_labels(shares: dict[Bar, float]) -> Option:
    """An invisible last part of each bar that carries the share of the active materials."""
    ends = [[0, i, f"{percent(share)} active"] for i, share in enumerate(shares.values())]
    look = {"position": "right", "color": INK, "fontSize": 12, "fontWeight": 600}
    return {
        "name": "Active share",
        "type": "bar",
        "stack": "cost",
        "data": [{"value": end} for end in ends],
        "dimensions": ["x", "y", "text"],
        "encode": {"x": 0, "y": 1},
        "label": {"show": True, "formatter": "{@[2]}", **look},
        "itemStyle": {"color": "transparent", "decal": NO_HATCH},
        "tooltip": {"show": False},
        "silent": True,
    }


def _option(rows: list[Row], shares: dict[Bar, float], stamp: Stamp, title: str) -> Option:
    """The picture."""
    names = {row["cell"]: row["cell_name"] for row in rows}
    bars = list(shares)
    active, other = iter(ACTIVE_COLORS * 9), iter(OTHER_COLORS * 9)
    series = [
        _part(name, next(active) if is_active else next(other), rows, bars)
        for name, is_active in _components(rows).items()
    ]
    series.append(_share_labels(shares))
    labels = [f"{names[cell]}\n{stamp.name(deck)}" for cell, deck in bars]
    wide = base(title) | {
        "legend": legend(data=[part["name"] for part in series[:-1]]),
        "grid": {"left": label_px(labels, 200), "right": 96, "top": 64, "bottom": 44},
        "xAxis": value_axis(UNIT, nameLocation="middle", nameGap=26),
        "yAxis": category_axis(labels, inverse=True, axisLabel={"lineHeight": 15}),
        "series": series,
    }
    wide["aria"] = wide["aria"] | {"decal": {"show": True}}
    narrow = {
        "grid": {"top": 150, "right": 78, "left": 96},
        "yAxis": {"axisLabel": {"fontSize": 10, "width": 88, "overflow": "break", "lineHeight": 12}},
    }
    return responsive(wide, narrow)


def _table(rows: list[Row], stamp: Stamp) -> Table:
    """The numbers drawn."""
    columns = (
        "Cell",
        "Prices",
        "Part",
        f"Cost ({UNIT})",
        "Share of cell (fraction)",
        "Active material",
        "Price source",
    )
    cells = tuple(
        (
            row["cell_name"],
            stamp.name(row["deck"]),
            row["component"],
            row["usd_per_kwh"],
            row["share_fraction"],
            bool(row["is_active_material"]),
            row["price_source"],
        )
        for row in rows
    )
    return Table(columns, cells, tuple(i for i, row in enumerate(rows) if _is_assumed(row)))
