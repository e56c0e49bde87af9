"""Boxes do not overlap, arrows do not run through boxes, and flow goes down."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest

from orecell.views.figures.flowsheet_layout import WIDTH, Arrangement, Edge, arrange

BOX = 84.0
CHAIN = ("a", "b", "c", "d")
EDGES = (
    Edge("ab", "a", "b", 10.0),
    Edge("bc", "b", "c", 9.0),
    Edge("bd", "b", "d", 2.0),
    Edge("ca", "c", "a", 1.0),
    Edge("da", "d", "a", 1.0),
    Edge("ad", "a", "d", 0.5),
)


def _arranged(order: tuple[str, ...] = CHAIN, edges: tuple[Edge, ...] = EDGES) -> Arrangement:
    return arrange(order, edges, dict.fromkeys(order, 60.0), dict.fromkeys(order, (200.0, 200.0)))


def test_what_feeds_a_unit_stands_above_it() -> None:
    places = _arranged().places
    assert places["a"].y < places["b"].y < places["c"].y
    assert places["a"].column == places["b"].column == places["c"].column
    assert places["d"].column != places["c"].column


def test_boxes_do_not_overlap_and_stay_in_the_picture() -> None:
    found = _arranged()
    for one, two in combinations(found.places.values(), 2):
        is_apart = abs(one.y - two.y) >= 0.5 * (one.height + two.height) or abs(one.x - two.x) >= 2 * BOX
        assert is_apart
    for place in found.places.values():
        assert BOX <= place.x <= WIDTH - BOX
        assert place.y + 0.5 * place.height <= found.height


def test_arrows_lead_from_a_bottom_to_a_top_in_straight_pieces() -> None:
    found = _arranged()
    edges = {edge.stream: edge for edge in EDGES}
    for route in found.routes:
        source, target = (found.places[edges[route.stream].source], found.places[edges[route.stream].target])
        assert route.points[0][1] == pytest.approx(source.y + 0.5 * source.height)
        assert route.points[-1][1] == pytest.approx(target.y - 0.5 * target.height)
        for (x1, y1), (x2, y2) in pairwise(route.points):
            assert x1 == x2 or y1 == y2


def test_no_arrow_runs_through_a_box() -> None:
    found = _arranged()
    for route in found.routes:
        for (x1, y1), (x2, y2) in pairwise(route.points):
            for place in found.places.values():
                left, right = place.x - BOX, place.x + BOX
                top, bottom = place.y - 0.5 * place.height, place.y + 0.5 * place.height
                beside = max(x1, x2) <= left or min(x1, x2) >= right
                assert beside or max(y1, y2) <= top + 1e-9 or min(y1, y2) >= bottom - 1e-9


def test_arrows_do_not_share_their_ends() -> None:
    ends = [end for route in _arranged().routes for end in (route.points[0], route.points[-1])]
    assert len(set(ends)) == len(ends)


def test_only_what_goes_back_is_a_recycle() -> None:
    assert {route.stream for route in _arranged().routes if route.is_recycle} == {"ca", "da"}


def test_a_layer_that_is_full_goes_on_below() -> None:
    many = ("a", *"bcdefgh")
    found = _arranged(many, tuple(Edge(f"a{name}", "a", name, 1.0) for name in many[1:]))
    assert max(place.column for place in found.places.values()) == 2
    assert len({(place.layer, place.column) for place in found.places.values()}) == len(many)


def test_a_plant_of_one_unit_and_none_at_all() -> None:
    assert _arranged(("a",), ()).routes == ()
    assert _arranged((), ()).places == {}
