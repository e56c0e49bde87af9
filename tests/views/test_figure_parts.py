"""Wording, colors, tables, slots: the parts that all figures share."""

from __future__ import annotations

import polars as pl
import pytest

from orecell.core.wording import in_sentence, listed
from orecell.errors import InputError
from orecell.views.figures import Figure, FigureSlot, Selector, Table, fill_slot
from orecell.views.figures.choice import focus_year, rows_of
from orecell.views.figures.palette import (
    CONCERN_SCALE,
    COVERAGE_SCALE,
    MUTED,
    PAPER,
    color_at,
    contrast,
    text_on,
)
from orecell.views.figures.wording import (
    at_start,
    day,
    percent,
    percent_range,
    quantity,
    significant,
)


@pytest.mark.parametrize(
    ("fraction", "text"),
    [
        (0.0, "0 %"),
        (0.0004, "under 0.1 %"),
        (0.004, "0.4 %"),
        (0.0096, "1 %"),
        (0.024, "2 %"),
        (1.456, "146 %"),
    ],
)
def test_a_share_reads_as_percent(fraction: float, text: str) -> None:
    assert percent(fraction).replace("\u00a0", " ") == text


def test_a_range_that_reads_the_same_at_both_ends_is_one_number() -> None:
    assert percent_range(0.952, 0.949).replace("\u00a0", " ") == "95 %"
    assert percent_range(0.43, 0.6).replace("\u00a0", " ") == "43 to 60 %"


def test_amounts_have_three_digits_and_no_negative_zero() -> None:
    assert quantity(1084.2, "GWh/yr").replace("\u00a0", " ") == "1,080 GWh/yr"
    assert quantity(0.4249, "t/yr").replace("\u00a0", " ") == "0.425 t/yr"
    assert quantity(-1e-15, "") == "0"
    assert str(significant(-1e-15)) == "0.0"


def test_names_fit_into_sentences() -> None:
    assert [in_sentence(name) for name in ("Battery cells", "pCAM", "CAM")] == [
        "battery cells",
        "pCAM",
        "CAM",
    ]
    assert [at_start(name) for name in ("battery cells", "pCAM")] == ["Battery cells", "pCAM"]
    assert listed(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
    assert day("2026-06-30").replace("\u00a0", " ") == "June 30, 2026"
    assert day("mid 2026") == "mid 2026"


def test_text_on_every_color_of_a_scale_has_contrast_of_4_5_to_1() -> None:
    for scale in (COVERAGE_SCALE, CONCERN_SCALE):
        for step in range(101):
            background = color_at(scale, step / 100)
            assert contrast(background, text_on(background)) >= 4.5
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast(MUTED, PAPER) >= 4.5


def test_the_scale_grows_steadily_darker_so_that_pale_means_missing() -> None:
    for scale in (COVERAGE_SCALE, CONCERN_SCALE):
        light = [contrast(color_at(scale, step / 50), "#000000") for step in range(51)]
        assert light == sorted(light, reverse=True)


def test_a_table_refuses_a_row_of_another_length() -> None:
    with pytest.raises(ValueError, match="row 1 has 1 cells for 2 columns"):
        Table(("a", "b"), ((1, 2), (1,)))
    with pytest.raises(ValueError, match="assumed"):
        Table(("a",), ((1,),), assumed=(1,))


def test_csv_quotes_what_needs_it_and_leaves_unknown_numbers_empty() -> None:
    table = Table(("Site", "GWh/yr", "Counted"), (('A, "B"', None, True), ("C", 2.5, False)))
    assert table.to_csv() == 'Site,GWh/yr,Counted\n"A, ""B""",,true\nC,2.5,false\n'


def test_a_figure_with_a_number_that_is_none_of_the_real_ones_is_refused() -> None:
    figure = Figure("x", "t", "", "s", "", "r", {"value": float("nan")}, Table((), ()))
    with pytest.raises(ValueError, match="JSON"):
        figure.to_json()


def test_rows_of_a_missing_column_or_an_empty_choice_are_an_input_error() -> None:
    frame = pl.DataFrame({"stage": ["cam"], "value": [float("nan")]})
    assert rows_of(frame, ["value"], stage="cam") == [{"value": None, "stage": "cam"}]
    with pytest.raises(InputError, match="column missing"):
        rows_of(frame, ["year"], stage="cam")
    with pytest.raises(InputError, match="no rows for this choice"):
        rows_of(frame, ["value"], stage="cell")


def test_the_year_of_the_title_is_the_last_one_where_the_wanted_one_is_not_shown() -> None:
    assert focus_year([2025, 2030, 2035], 2030) == 2030
    assert focus_year([2027, 2025], 2030) == 2027


def _figure(name: str) -> Figure:
    return Figure(name, f"finding {name}", "", "s", "", "r", {}, Table((), ()))


def test_a_slot_draws_every_combination_and_shows_the_first() -> None:
    date = Selector("as_of", "Known on", (("2026", "2026"), ("2024", "2024")))
    region = Selector("region_set", "Region", (("usa", "US"), ("north_america", "North America")))
    slot = fill_slot("coverage", (date, region), lambda picked: _figure("-".join(picked.values())))
    assert len(slot.variants) == 4
    assert slot.first.title == "finding 2026-usa"


def test_a_slot_refuses_a_missing_variant_and_a_fourth_selector() -> None:
    two = Selector("a", "A", (("1", "1"), ("2", "2")))
    with pytest.raises(ValueError, match="variants and choices differ"):
        FigureSlot("x", (two,), {("1",): _figure("1")})
    with pytest.raises(ValueError, match="at most 3"):
        fill_slot("x", (two, two, two, two), lambda picked: _figure("1"))
