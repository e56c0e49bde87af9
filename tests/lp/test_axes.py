"""Labels are found exactly or not at all."""

from itertools import product

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orecell.errors import InputError
from orecell.lp.axes import Keys, encode

PLACES = Keys.product(
    "balance", {"commodity": ["pcam", "cam"], "region": ["US-KY", "US-NV"], "year": [2030, 2031]}
)
SITES = Keys.listed("capacity", {"site": ["b", "a", "b"], "year": [2031, 2030, 2030]})

labels = st.one_of(st.text("abcXYZ -_.é", min_size=1, max_size=3), st.integers(0, 30))
label_lists = st.lists(labels, min_size=1, max_size=6, unique_by=str)


def test_a_product_has_every_combination_with_the_last_axis_fastest() -> None:
    assert len(PLACES) == 8
    assert PLACES.axes == ("commodity", "region", "year")
    assert PLACES.shape == (2, 2, 2)
    assert [PLACES.label(i) for i in (0, 1, 2, 7)] == [
        "pcam,US-KY,2030",
        "pcam,US-KY,2031",
        "pcam,US-NV,2030",
        "cam,US-NV,2031",
    ]
    assert PLACES.axis("region").labels() == ["US-KY", "US-KY", "US-NV", "US-NV"] * 2


def test_a_list_keeps_its_order() -> None:
    assert len(SITES) == 3
    assert SITES.shape == (3,)
    assert [SITES.label(i) for i in range(3)] == ["b,2031", "a,2030", "b,2030"]
    assert SITES.axis("site").labels() == ["b", "a", "b"]
    assert SITES.positions({"site": ["b", "b", "a"], "year": [2030, 2031, 2030]}).tolist() == [2, 0, 1]


def test_without_axes_there_is_one_key_without_label() -> None:
    budget = Keys.product("budget", {})
    assert len(budget) == 1
    assert budget.label(0) == ""
    assert budget.positions({}).tolist() == 0


def test_an_axis_without_labels_makes_no_keys() -> None:
    none = Keys.product("none", {"a": [], "b": [1, 2]})
    assert len(none) == 0
    assert none.axis("b").labels() == []
    assert none.positions({"a": none.axis("a"), "b": none.axis("b")}).tolist() == []
    assert Keys.listed("none", {"a": []}).positions({"a": []}).tolist() == []


@given(label_lists, label_lists, st.data())
@settings(deadline=None)
def test_positions_are_those_of_a_dictionary(first: list, second: list, data: st.DataObject) -> None:
    grid = Keys.product("grid", {"a": first, "b": second})
    pairs = list(product(first, second))
    some = data.draw(st.lists(st.sampled_from(pairs), unique=True, min_size=1))
    listed = Keys.listed("some", {"a": [p[0] for p in some], "b": [p[1] for p in some]})
    asked = data.draw(st.lists(st.sampled_from(some), min_size=1))
    axes = {"b": [p[1] for p in asked], "a": [p[0] for p in asked]}
    assert grid.positions(axes).tolist() == [pairs.index(p) for p in asked]
    assert listed.positions(axes).tolist() == [some.index(p) for p in asked]
    assert [listed.label(i) for i in range(len(some))] == [f"{a},{b}" for a, b in some]


@given(label_lists, label_lists, st.data())
@settings(deadline=None)
def test_a_key_that_is_not_listed_is_named(first: list, second: list, data: st.DataObject) -> None:
    pairs = list(product(first, second))
    missing = data.draw(st.sampled_from(pairs))
    rest = [p for p in pairs if p != missing]
    listed = Keys.listed("some", {"a": [p[0] for p in rest], "b": [p[1] for p in rest]})
    with pytest.raises(InputError, match="is not in the block"):
        listed.positions({"a": [p[0] for p in pairs], "b": [p[1] for p in pairs]})


@pytest.mark.parametrize(
    "years",
    [
        [2031, 2030],
        (2031, 2030),
        np.array([2031, 2030]),
        np.array([2031, 2030], dtype=np.int16),
        np.array([2031, 2030], dtype=object),
        [np.int32(2031), np.int64(2030)],
        pl.Series([2031, 2030]),
    ],
)
def test_whole_numbers_may_come_in_any_sequence(years: object) -> None:
    axes = {"commodity": "cam", "region": np.array(["US-KY", "US-NV"]), "year": years}
    assert PLACES.positions(axes).tolist() == [5, 6]


@pytest.mark.parametrize(
    "regions", [["US-NV", "US-KY"], np.array(["US-NV", "US-KY"]), pl.Series(["US-NV", "US-KY"])]
)
def test_text_may_come_in_any_sequence(regions: object) -> None:
    axes = {"commodity": np.str_("cam"), "region": regions, "year": np.int64(2030)}
    assert PLACES.positions(axes).tolist() == [6, 4]


def test_single_labels_give_one_bare_position() -> None:
    found = PLACES.positions({"commodity": "cam", "region": "US-NV", "year": 2031})
    assert found.ndim == 0
    assert int(found) == 7


def test_labels_of_one_block_are_found_in_another_without_being_written_out() -> None:
    lanes = Keys.product("ship", {"lane": ["x", "y", "z"], "year": [2030, 2031]})
    region_of = {"x": "US-NV", "y": "US-KY", "z": "US-NV"}
    axes = {"commodity": "pcam", "region": lanes.axis("lane").mapped(region_of), "year": lanes.axis("year")}
    assert PLACES.positions(axes).tolist() == [2, 3, 0, 1, 2, 3]


def test_axes_of_a_block_mix_with_lists_and_single_labels() -> None:
    lanes = Keys.product("ship", {"lane": ["x", "y"], "year": [2030, 2031]})
    region = lanes.axis("lane").mapped({"x": "US-NV", "y": "US-KY"})
    expected = [2, 3, 0, 1]
    for year in (lanes.axis("year"), [2030, 2031, 2030, 2031], np.array([2030, 2031, 2030, 2031])):
        axes = {"commodity": "pcam", "region": region, "year": year}
        assert PLACES.positions(axes).tolist() == expected
    listed = Keys.listed("ship", {"lane": lanes.axis("lane"), "year": lanes.axis("year")})
    assert [listed.label(i) for i in range(4)] == ["x,2030", "x,2031", "y,2030", "y,2031"]
    axes = {"commodity": "pcam", "region": region, "year": listed.axis("year")}
    assert PLACES.positions(axes).tolist() == expected
    with pytest.raises(InputError, match=r"is given \[3, 4\] labels"):
        PLACES.positions({**axes, "year": [2030, 2031, 2030]})


def test_a_missing_key_is_named_by_its_own_labels() -> None:
    lanes = Keys.product("ship", {"site": ["a", "b"], "year": [2030, 2031]})
    with pytest.raises(InputError, match=r"capacity\[a,2031\]"):
        SITES.positions({"site": lanes.axis("site"), "year": lanes.axis("year")})
    with pytest.raises(InputError, match=r"capacity\[a,2031\]"):
        SITES.positions({"site": ["b", "a"], "year": 2031})


def test_a_label_without_an_entry_in_the_map_raises() -> None:
    with pytest.raises(InputError, match="'US-NV': is a label without an entry"):
        PLACES.axis("region").mapped({"US-KY": "east"})


def test_mapped_labels_are_distinct_again() -> None:
    country = PLACES.axis("region").mapped({"US-KY": "USA", "US-NV": "USA"})
    assert country.levels == ("USA",)
    with pytest.raises(InputError, match="is listed twice"):
        Keys.listed("supply", {"country": country, "year": PLACES.axis("year")})


@pytest.mark.parametrize(
    ("axes", "message"),
    [
        ({"commodity": "cam", "region": "US-KY"}, "has axes commodity, region, year"),
        ({"commodity": "cam", "region": "US-KY", "year": 2030, "class": "a"}, "has axes"),
        ({"commodity": "CAM", "region": "US-KY", "year": 2030}, "axis commodity, label 'CAM'"),
        ({"commodity": "cam", "region": "US-KY", "year": "2030"}, "axis year, label '2030'"),
        ({"commodity": "cam", "region": ["US-KY", "US-TX"], "year": 2030}, "label 'US-TX'"),
        ({"commodity": "cam", "region": ["US-KY"], "year": [2030, 2031]}, r"is given \[1, 2\] labels"),
        ({"commodity": "cam", "region": "US-KY", "year": 2030.0}, "text or whole numbers"),
        ({"commodity": "cam", "region": None, "year": 2030}, "text or whole numbers"),
        ({"commodity": "cam", "region": "US-KY", "year": [2030, float("nan")]}, "text or whole numbers"),
        ({"commodity": "cam", "region": "US-KY", "year": np.array([2030.0])}, "text or whole numbers"),
        ({"commodity": "cam", "region": "US-KY", "year": np.array([[2030]])}, "2 dimensions"),
        ({"commodity": {"cam", "pcam"}, "region": "US-KY", "year": 2030}, "no order"),
    ],
)
def test_labels_that_do_not_fit_raise(axes: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        PLACES.positions(axes)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (["a", "b", "a"], "repeats a label"),
        ([2030, "2030"], "as text and as number"),
        ([1, True], "text or whole numbers"),
        ([1.5], "text or whole numbers"),
        (["a,b"], "'a,b'"),
        (["a]"], "brackets"),
        (["a\nb"], "breaks"),
        ([""], "the label ''"),
        ("KY", "give a list"),
        ({"a", "b"}, "no order"),
    ],
)
def test_labels_that_would_make_names_ambiguous_raise(bad: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        Keys.product("balance", {"region": bad})


@pytest.mark.parametrize("name", ["", "two words", "a[b]", "größe", "2nd"])
def test_a_block_needs_a_plain_name(name: str) -> None:
    with pytest.raises(InputError, match="cannot name a block"):
        Keys.product(name, {})


def test_repeated_keys_and_uneven_lists_raise() -> None:
    with pytest.raises(InputError, match=r"capacity\[b,2030\].*is listed twice"):
        Keys.listed("capacity", {"site": ["b", "a", "b"], "year": [2030, 2030, 2030]})
    with pytest.raises(InputError, match=r"has axes of \[1, 2\] labels"):
        Keys.listed("capacity", {"site": ["b", "a"], "year": [2030]})
    with pytest.raises(InputError, match=r"has axes of \[\] labels"):
        Keys.listed("capacity", {})


def test_more_combinations_than_integers_raise() -> None:
    with pytest.raises(InputError, match="too many combinations"):
        Keys.listed("many", {f"axis{i}": list(range(100)) for i in range(10)})


def test_positions_outside_and_unknown_axes_raise() -> None:
    for position in (-1, 8):
        with pytest.raises(InputError, match="is not in the block"):
            PLACES.label(position)
    with pytest.raises(InputError, match="has no axis site"):
        PLACES.axis("site")


def test_a_product_of_thousands_of_millions_of_keys_takes_no_memory() -> None:
    vast = Keys.product("vast", {"a": range(60_000), "b": range(60_000)})
    assert len(vast) == 3_600_000_000
    assert vast.positions({"a": [59_999], "b": [1]}).tolist() == [3_599_940_001]
    assert vast.label(3_599_940_001) == "59999,1"


def test_each_distinct_label_is_written_once() -> None:
    coded = encode(["b", "a", "b"], "here")
    assert coded.levels == ("b", "a")
    assert coded.codes.tolist() == [0, 1, 0]
    assert len(coded) == 3
