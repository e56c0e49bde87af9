"""Where the boxes and arrows of a flowsheet stand: layers from top to bottom, at most three columns.

    layer of a unit  = 1 + the lowest layer of the units that feed it, recycles left aside
    column of a unit = that of the unit that feeds it most, or the nearest free one

A stream runs straight down where it can. Else it goes down into the gap below its unit, along a track of its
own, up or down a lane between columns where more than one layer lies between, and along a track of the gap
above its target. So no arrow passes behind a box. Left out: the fewest possible crossings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

MOST_COLUMNS = 3
WIDTH = 980.0
MARGIN = 34.0
LANE_STEP = 12.0
OUT_PORT, IN_PORT = 28.0, 18.0
"""Distance of the first end beside the middle; unlike for streams that leave and that come."""
PORT_STEP = 20.0
LABEL_BAND, TRACK, ARROW_ROOM = 24.0, 18.0, 18.0
TOP_GAP = 10.0


Reach = tuple[float, float]
Side = Literal["top", "left", "right"]


@dataclass(frozen=True)
class Edge:
    """A stream from one unit to another; `weight` tells which streams a unit stands below of."""

    stream: str
    source: str
    target: str
    weight: float


@dataclass(frozen=True)
class Place:
    """Where a unit stands: middle of its box, in the units of the picture."""

    layer: int
    column: int
    x: float
    y: float
    height: float


@dataclass(frozen=True)
class Route:
    """How a stream runs.

    Attributes:
        stream: its name.
        points: corners (x, y) from the bottom of its unit to the top of its target.
        is_recycle: whether it goes back.
        label: where its name stands (x, y).
        side: on which side of that point it stands.
    """

    stream: str
    points: tuple[tuple[float, float], ...]
    is_recycle: bool
    label: tuple[float, float]
    side: Side


@dataclass(frozen=True)
class Arrangement:
    """A flowsheet with all its places."""

    width: float
    height: float
    places: Mapping[str, Place]
    routes: tuple[Route, ...]


@dataclass
class _Plan:
    """Arrangement under way.

    Attributes:
        edges: streams between units.
        rank: place of each unit in the order in which they run.
        reach: how far a unit with its texts reaches to the left and to the right of its middle.
        layer, column: of each unit.
        tracks: gap -> horizontal pieces in it (left end, right end, track).
        lanes: vertical pieces between columns (x, first gap, last gap).
    """

    edges: Sequence[Edge]
    rank: Mapping[str, int]
    reach: Mapping[str, Reach]
    layer: dict[str, int] = field(default_factory=dict)
    column: dict[str, int] = field(default_factory=dict)
    tracks: dict[int, list[tuple[float, float, int]]] = field(default_factory=dict)
    lanes: list[tuple[float, int, int]] = field(default_factory=list)

    @property
    def columns(self) -> int:
        """Columns in use."""
        return max(self.column.values(), default=0) + 1

    def is_back(self, edge: Edge) -> bool:
        """Whether a stream goes back in the order of units."""
        return self.rank[edge.source] >= self.rank[edge.target]

    def x_of(self, unit: str) -> float:
        """Middle of the column of a unit."""
        return MARGIN + (WIDTH - 2 * MARGIN) * (self.column[unit] + 0.5) / self.columns

    def is_free(self, x: float, first: int, last: int) -> bool:
        """Whether a lane from one gap to another meets no unit, no text and no other lane."""
        low, high = sorted((first, last))
        units = [unit for unit, layer in self.layer.items() if low <= layer < high]
        is_clear = all(
            x < self.x_of(unit) - self.reach[unit][0] or x > self.x_of(unit) + self.reach[unit][1]
            for unit in units
        )
        return is_clear and not any(
            abs(x - other) < LANE_STEP and low <= b and a <= high for other, a, b in self.lanes
        )


def arrange(
    order: Sequence[str], edges: Sequence[Edge], heights: Mapping[str, float], reach: Mapping[str, Reach]
) -> Arrangement:
    """Find a place for every unit and a way for every stream.

    Args:
        order: units in the order in which they run.
        edges: streams between units.
        heights: unit -> height of its box.
        reach: unit -> how far it reaches with its texts to the left and to the right of its middle.
    """
    plan = _Plan(edges, {unit: i for i, unit in enumerate(order)}, reach)
    _set_layers(plan, order)
    _set_columns(plan, order)
    lanes = {edge.stream: lane for edge in edges if (lane := _lane(plan, edge)) is not None}
    ways = [_way(plan, edge, lanes) for edge in edges]
    return _drawn(plan, ways, heights)


def _set_layers(plan: _Plan, order: Sequence[str]) -> None:
    """Layers by the longest way; a full layer sends a unit further down."""
    count: dict[int, int] = {}
    for unit in order:
        before = [plan.layer[e.source] for e in plan.edges if e.target == unit and not plan.is_back(e)]
        layer = 1 + max(before, default=-1)
        while count.get(layer, 0) >= MOST_COLUMNS:
            layer += 1
        plan.layer[unit] = layer
        count[layer] = count.get(layer, 0) + 1


def _set_columns(plan: _Plan, order: Sequence[str]) -> None:
    """Columns layer by layer, heavily fed units first."""
    for layer in range(max(plan.layer.values(), default=-1) + 1):
        feeds = {unit: _heaviest(plan, unit) for unit in order if plan.layer[unit] == layer}
        taken: set[int] = set()
        for unit, feed in sorted(feeds.items(), key=lambda item: -item[1][1]):
            wanted = plan.column[feed[0]] if feed[0] else 0
            free = [column for column in range(MOST_COLUMNS) if column not in taken]
            plan.column[unit] = min(free, key=lambda column: (abs(column - wanted), -column))
            taken.add(plan.column[unit])


def _heaviest(plan: _Plan, unit: str) -> tuple[str, float]:
    """The unit that feeds a unit most, and how much; nothing for one that only feeds from outside reach."""
    found = [(e.weight, e.source) for e in plan.edges if e.target == unit and not plan.is_back(e)]
    weight, source = max(found, default=(0.0, ""))
    return source, weight


@dataclass(frozen=True)
class _Way:
    """Which gaps, tracks and lane a stream takes; gap g lies above layer g."""

    edge: Edge
    start: float
    end: float
    out_track: int | None
    lane_x: float | None
    in_track: int | None


def _is_straight(plan: _Plan, edge: Edge) -> bool:
    """Whether a stream runs straight down: two units of one column with nothing between."""
    first, last, column = plan.layer[edge.source], plan.layer[edge.target], plan.column[edge.source]
    if column != plan.column[edge.target] or last <= first:
        return False
    return not any(first < layer < last and plan.column[unit] == column for unit, layer in plan.layer.items())


def _lane(plan: _Plan, edge: Edge) -> float | None:
    """The lane of a stream that passes by layers, on the shortest free way; None where it needs none."""
    first, last = plan.layer[edge.source] + 1, plan.layer[edge.target]
    if _is_straight(plan, edge) or first == last:
        return None
    start, end = plan.x_of(edge.source), plan.x_of(edge.target)
    places = [LANE_STEP * k for k in range(1, int(WIDTH / LANE_STEP))]
    free = [x for x in places if plan.is_free(x, first, last)] or [places[0]]
    best = min(free, key=lambda x: (abs(x - start) + abs(x - end), x))
    plan.lanes.append((best, min(first, last), max(first, last)))
    return best


def _way(plan: _Plan, edge: Edge, lanes: Mapping[str, float]) -> _Way:
    """The way of one stream, with tracks taken."""
    first, last = plan.layer[edge.source], plan.layer[edge.target]
    start, end = (_end(plan, edge, lanes, at_source=side) for side in (True, False))
    if _is_straight(plan, edge):
        return _Way(edge, start, start, None, None, None)
    lane = lanes.get(edge.stream)
    if lane is None:
        return _Way(edge, start, end, None, None, _take_track(plan, last, start, end))
    out = _take_track(plan, first + 1, start, lane)
    return _Way(edge, start, end, out, lane, _take_track(plan, last, lane, end))


def _end(plan: _Plan, edge: Edge, lanes: Mapping[str, float], *, at_source: bool) -> float:
    """Where a stream leaves or meets a box, so that no two ends are the same."""
    unit = edge.source if at_source else edge.target
    middle = plan.x_of(unit)
    ends = [e for e in plan.edges if (e.source if at_source else e.target) == unit]
    straight = [e for e in ends if _is_straight(plan, e)]
    if edge in straight:
        return middle + PORT_STEP * (straight.index(edge) - (len(straight) - 1) / 2.0)

    def far(e: Edge) -> float:
        other = plan.x_of(e.target if at_source else e.source)
        return lanes.get(e.stream, other) - middle

    sign = -1.0 if far(edge) < 0.0 else 1.0
    own = [e for e in ends if e not in straight and (far(e) < 0.0) == (far(edge) < 0.0)]
    return middle + sign * ((OUT_PORT if at_source else IN_PORT) + PORT_STEP * own.index(edge))


def _take_track(plan: _Plan, gap: int, start: float, end: float) -> int:
    """The first track of a gap that is free between two places."""
    low, high = sorted((start, end))
    taken = plan.tracks.setdefault(gap, [])
    busy = {track for a, b, track in taken if a - PORT_STEP < high and low < b + PORT_STEP}
    track = next(k for k in range(len(taken) + 1) if k not in busy)
    taken.append((low, high, track))
    return track


def _drawn(plan: _Plan, ways: Iterable[_Way], heights: Mapping[str, float]) -> Arrangement:
    """Heights of layers and gaps, and with them every point."""
    last = max(plan.layer.values(), default=-1)
    tops, gap_tops, y = list[float](), list[float](), TOP_GAP
    for layer in range(last + 2):
        gap_tops.append(y)
        y += _gap_height(plan, layer, last)
        tops.append(y)
        y += max((heights[unit] for unit, at in plan.layer.items() if at == layer), default=0.0)
    places = {
        unit: Place(at, plan.column[unit], plan.x_of(unit), tops[at] + 0.5 * heights[unit], heights[unit])
        for unit, at in plan.layer.items()
    }
    routes = tuple(_route(plan, way, places, gap_tops) for way in ways)
    return Arrangement(WIDTH, y + TOP_GAP, places, routes)


def _gap_height(plan: _Plan, gap: int, last: int) -> float:
    """Height of the gap above a layer: a band for names of straight streams, tracks, room for arrowheads."""
    tracks = 1 + max((track for _, _, track in plan.tracks.get(gap, [])), default=-1)
    if gap == 0 or gap > last:
        return TRACK * tracks + (ARROW_ROOM if tracks else 0.0)
    return LABEL_BAND + TRACK * tracks + ARROW_ROOM


def _route(plan: _Plan, way: _Way, places: Mapping[str, Place], gap_tops: Sequence[float]) -> Route:
    """Corners of a stream."""
    edge = way.edge
    source, target = places[edge.source], places[edge.target]
    bottom, top = source.y + 0.5 * source.height, target.y - 0.5 * target.height

    def height(gap: int, track: int) -> float:
        band = LABEL_BAND if 0 < gap <= max(plan.layer.values()) else 0.0
        return gap_tops[gap] + band + TRACK * (track + 0.5)

    is_back = target.layer <= source.layer
    if way.in_track is None:
        points = ((way.start, bottom), (way.start, top))
        turns = [e for e in plan.edges if e.source == edge.source and not _is_straight(plan, e)]
        is_right = any(plan.column[e.target] > plan.column[edge.source] for e in turns)
        label = (way.start, gap_tops[target.layer] + 12.0)
        return Route(edge.stream, points, is_back, label, "left" if is_right else "right")
    y_in = height(target.layer, way.in_track)
    if way.lane_x is None or way.out_track is None:
        corners, turn = [(way.start, y_in), (way.end, y_in)], way.start
    else:
        y_out = height(source.layer + 1, way.out_track)
        turn = way.lane_x
        corners = [(way.start, y_out), (turn, y_out), (turn, y_in), (way.end, y_in)]
    ends = (way.start, bottom), (way.end, top)
    return Route(edge.stream, (ends[0], *corners, ends[1]), is_back, (0.5 * (turn + way.end), y_in), "top")
