"""Where new capacity comes: one circle for each state or province, as large as its capital, cut by kind.

Areas of circles are in proportion to capital, so that kinds of plant with different units compare. Places
where plants stand anyway are small gray dots. Circles stand at the middle of a state or province; those
that would overlap are moved apart.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from orecell.core.wording import listed, percent
from orecell.errors import InputError
from orecell.views.figures.choice import Row, Stamp
from orecell.views.figures.figure import Figure, Table
from orecell.views.figures.frame import Option, base, legend, responsive
from orecell.views.figures.map_frame import corners, geo, is_inside
from orecell.views.figures.palette import (
    BLUE,
    GRAY,
    GREEN,
    INK,
    ORANGE,
    OTHER_COLORS,
    PAPER,
    PURPLE,
    SKY,
    VERMILION,
)
from orecell.views.figures.plan_units import dollars, money
from orecell.views.figures.projection import project
from orecell.views.figures.wording import quantity, significant

LARGEST_PX, SMALLEST_PX, STANDING_PX = 30.0, 6.0, 9
NARROW_SCALE = 0.42
KM_PER_PX, PUSHES = 6.5, 40
CAPTION_WIDE_KM, CAPTION_HIGH_KM = 950.0, 130.0
Point = tuple[float, float]
COLORS = (BLUE, ORANGE, GREEN, PURPLE, VERMILION, SKY, *OTHER_COLORS)
STANDING = "Plants that stand or come anyway"
NAMED = 3


def build_map(sites: Sequence[Row], standing: Sequence[Row], stamp: Stamp) -> Figure:
    """New capacity by place and kind, on the map.

    Args:
        sites: one row per kind and place with `kind_name`, `place_name`, `latitude`, `longitude` [degrees],
            `capacity` [`unit`], `capex_usd`, `jobs` and `first_year`.
        standing: places where plants stand without the plan, with the list `plants` of (kind, capacity,
            unit) in `year`.
        stamp: run, sources and names.

    Returns:
        A map that needs the outlines registered under the name `north_america`.

    Raises:
        InputError: nothing is built.
    """
    if not sites:
        raise InputError("builds", "nothing is built", "show the finding instead")
    total = sum(row["capex_usd"] for row in sites)
    number, title = _finding(sites, total)
    seen = [row for row in standing if is_inside(row, corners(sites))]
    return Figure(
        id="build_map",
        title=title,
        number=number,
        sentence=(
            "New capacity over all years by state or province. Areas of circles are in proportion to "
            "capital, slices show the kind of plant; gray dots are places with plants that stand or come "
            "without this plan."
        ),
        unit="USD of capital",
        run_id=stamp.run_id,
        option=_option(sites, seen, title),
        table=_table(sites),
        sources=stamp.sources,
        notes=_notes([row for row in standing if row not in seen]),
        height_px=560,
    )


def _notes(outside: Sequence[Row]) -> tuple[str, ...]:
    """What the map leaves out."""
    notes = ["Circles stand at the middle of a state or province; those that would overlap are moved apart."]
    if outside:
        names = listed([row["place_name"] for row in outside], len(outside))
        notes.append(f"Plants also stand beyond the edges of the map: {names}.")
    return tuple(notes)


def _by_place(sites: Sequence[Row]) -> dict[str, list[Row]]:
    """Place -> its rows, the place with the largest capital first."""
    found: dict[str, list[Row]] = {}
    for row in sites:
        found.setdefault(row["place_name"], []).append(row)
    return dict(sorted(found.items(), key=lambda item: (-_capital(item[1]), item[0])))


def _capital(rows: Sequence[Row]) -> float:
    return float(sum(row["capex_usd"] for row in rows))


def _finding(sites: Sequence[Row], total: float) -> tuple[str, str]:
    """The number and the title: which places take how much of the capital."""
    places = _by_place(sites)
    if total <= 0:
        return str(len(places)), f"New plants come to {len(places)} places"
    shares = [f"{place} {percent(_capital(rows) / total)}" for place, rows in list(places.items())[:NAMED]]
    first, _, share = shares[0].rpartition(" ")
    title = f"{first} takes {share} of the {money(total)} for new plants"
    if len(places) == 1:
        return share, title
    more = len(places) - NAMED
    rest = ", ".join(shares[1:])
    if more > 0:
        rest += f"; {more} more {'places' if more > 1 else 'place'} the rest"
    return share, f"{title}, {rest}"


def _kinds(sites: Sequence[Row]) -> dict[str, str]:
    """Kind -> color, the kind with the largest capital first."""
    capital: dict[str, float] = {}
    for row in sites:
        capital[row["kind_name"]] = capital.get(row["kind_name"], 0.0) + row["capex_usd"]
    ordered = sorted(capital, key=lambda kind: (-capital[kind], kind))
    return {kind: COLORS[i % len(COLORS)] for i, kind in enumerate(ordered)}


def _radius(rows: Sequence[Row], largest: float) -> float:
    """Radius of a circle whose area is in proportion to capital [px]."""
    share = _capital(rows) / largest if largest > 0 else 0.0
    return round(max(SMALLEST_PX, LARGEST_PX * math.sqrt(share)), 1)


def _centers(places: dict[str, list[Row]], radii: Sequence[float]) -> list[Point]:
    """Where circles are drawn [km]: at their place, but pushed apart where they would overlap."""
    at = [project(rows[0]["latitude"], rows[0]["longitude"]) for rows in places.values()]
    for _ in range(PUSHES):
        for i in range(len(at)):
            for k in range(i):
                at[i], at[k] = _apart(at[i], at[k], (radii[i] + radii[k]) * KM_PER_PX)
    return at


def _apart(one: Point, other: Point, least: float) -> tuple[Point, Point]:
    """Two points moved away from each other until they are `least` apart."""
    dx, dy = one[0] - other[0], one[1] - other[1]
    gap = math.hypot(dx, dy) or 1.0
    push = max(0.0, least - gap) / 2 / gap
    return (one[0] + push * dx, one[1] + push * dy), (other[0] - push * dx, other[1] - push * dy)


def _circle(place: str, rows: Sequence[Row], colors: dict[str, str], center: Point) -> Option:
    """The circle of one place."""
    return {
        "name": place,
        "type": "pie",
        "coordinateSystem": "geo",
        "center": [round(value) for value in center],
        "label": {"show": False},
        "labelLine": {"show": False},
        "emphasis": {"scale": False},
        "dimensions": ["Capital (MUSD)", "Capacity", "First on line"],
        "encode": {"value": 0, "tooltip": [0, 1, 2]},
        "data": [_slice(row, colors) for row in rows],
        "z": 4,
    }


def _side(center: Point, centers: Sequence[Point]) -> str:
    """Side of a circle that its caption stands on: the left where another circle is close on the right."""
    near = (other[0] - center[0] for other in centers if abs(other[1] - center[1]) < CAPTION_HIGH_KM)
    return "left" if any(0 < distance < CAPTION_WIDE_KM for distance in near) else "right"


def _captions(places: dict[str, list[Row]], centers: Sequence[Point], radii: Sequence[float]) -> Option:
    """Name and capital beside each circle; those that would overlap are left out."""
    data = []
    for (place, rows), center, radius in zip(places.items(), centers, radii, strict=True):
        text = f"{place} {dollars(_capital(rows))}"
        label = {"distance": radius + 4, "position": _side(center, centers)}
        data.append({"value": [round(center[0]), round(center[1]), text], "label": label})
    return {
        "type": "scatter",
        "coordinateSystem": "geo",
        "symbolSize": 1,
        "silent": True,
        "dimensions": ["x", "y", "text"],
        "encode": {"lng": 0, "lat": 1},
        "data": data,
        "itemStyle": {"color": "transparent"},
        "label": {
            "show": True,
            "formatter": "{@[2]}",
            "color": INK,
            "fontSize": 11,
            "textBorderColor": PAPER,
            "textBorderWidth": 2,
        },
        "labelLayout": {"hideOverlap": True},
        "tooltip": {"show": False},
        "z": 5,
    }


def _slice(row: Row, colors: dict[str, str]) -> Option:
    text = [quantity(row["capacity"], row["unit"]), str(row["first_year"])]
    style = {"color": colors[row["kind_name"]], "borderColor": PAPER, "borderWidth": 1}
    value = [significant(row["capex_usd"] / 1e6), *text]
    return {"name": row["kind_name"], "value": value, "itemStyle": style}


def _dots(standing: Sequence[Row]) -> Option:
    """Places with plants that stand without the plan."""
    data = []
    for row in standing:
        x, y = project(row["latitude"], row["longitude"])
        plants = ", ".join(f"{kind} {quantity(amount, unit)}" for kind, amount, unit in row["plants"])
        data.append([round(x), round(y), row["place_name"], f"{plants} in {row['year']}"])
    return {
        "name": STANDING,
        "type": "scatter",
        "coordinateSystem": "geo",
        "symbolSize": STANDING_PX,
        "dimensions": ["x", "y", "Place", "Stands"],
        "encode": {"lng": 0, "lat": 1, "itemName": 2, "tooltip": [3]},
        "data": data,
        "itemStyle": {"color": GRAY, "opacity": 0.55, "borderColor": PAPER, "borderWidth": 1},
        "emphasis": {"itemStyle": {"borderColor": INK}},
    }


def _option(sites: Sequence[Row], standing: Sequence[Row], title: str) -> Option:
    """The picture; large circles lie below small ones."""
    places, colors = _by_place(sites), _kinds(sites)
    largest = max(_capital(rows) for rows in places.values())
    radii = [_radius(rows, largest) for rows in places.values()]
    centers = _centers(places, radii)
    circles = [
        _circle(place, rows, colors, center) | {"radius": radius}
        for (place, rows), center, radius in zip(places.items(), centers, radii, strict=True)
    ]
    wide = base(title) | {
        "color": list(colors.values()),
        "legend": legend(data=[*colors, STANDING], icon="circle"),
        "geo": geo(sites),
        "series": [_dots(standing), *circles, _captions(places, centers, radii)],
    }
    wide["tooltip"] = wide["tooltip"] | {"extraCssText": "max-width:340px;white-space:normal"}
    small = [{"radius": round(radius * NARROW_SCALE, 1)} for radius in radii]
    narrow = {"geo": {"top": 76}, "series": [{"symbolSize": 5}, *small, {"label": {"show": False}}]}
    return responsive(wide, narrow)


def _table(sites: Sequence[Row]) -> Table:
    """The numbers drawn."""
    columns = {
        "place_name": "Place",
        "kind_name": "Plant",
        "capacity": "Capacity",
        "unit": "Unit",
        "capex_usd": "Capital (USD)",
        "jobs": "Jobs",
        "first_year": "First on line",
    }
    return Table(tuple(columns.values()), tuple(tuple(row[key] for key in columns) for row in sites))
