"""A plant as boxes and arrows, with the stream table behind it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from orecell.plant.flowsheet import Solution
from orecell.plant.stream_table import stream_table
from orecell.views.figures import Figure, Stamp, flowsheet_diagram
from small_plants import cobalt

NAMES = {"coso4_7h2o": "Cobalt sulfate heptahydrate"}


def _draw(solution: Solution | None = None) -> Figure:
    return flowsheet_diagram(solution or cobalt(), Stamp("run-1", (), NAMES))


def _series(figure: Figure) -> list[dict[str, Any]]:
    series: list[dict[str, Any]] = figure.option["baseOption"]["series"]
    return series


def _with_remark(text: str) -> Solution:
    solution = cobalt()
    outcome = replace(solution.outcomes["cobalt_sx"], remarks=(text,))
    return replace(solution, outcomes={**solution.outcomes, "cobalt_sx": outcome})


def _texts(figure: Figure) -> list[Any]:
    """Every text that a scatter series carries."""
    return [
        cell
        for series in _series(figure)
        if series["type"] == "scatter"
        for point in series["data"]
        for cell in point["value"][2:]
    ]


def test_the_title_tells_what_is_made_and_which_units_need_attention() -> None:
    solution = cobalt()
    tonnes = solution.tonnes_per_year("coso4")
    fine = replace(solution, outcomes={k: replace(v, remarks=()) for k, v in solution.outcomes.items()})
    made = f"{float(f'{tonnes:.3g}'):,.0f} t/yr of cobalt sulfate heptahydrate"
    assert _draw(fine).title.replace("\u00a0", " ") == f"Small cobalt makes {made}; all 2 units are OK"
    assert _draw(_with_remark("strip it harder")).title.endswith("1 of 2 units has remarks (cobalt_sx)")


def test_every_unit_is_a_box_with_kind_status_and_remark() -> None:
    figure = _draw(_with_remark("a remark that is so long that it takes more than a line of the box"))
    (boxes,) = [
        s for s in _series(figure) if s.get("dimensions", [])[2:] == ["Unit", "Kind", "Remark", "Status"]
    ]
    rows = {point["value"][2]: point["value"][3:] for point in boxes["data"]}
    assert rows["crystals"][0] == "crystallize"
    assert rows["cobalt_sx"][1].count("\n") >= 1
    assert rows["cobalt_sx"][2].startswith("a remark that")
    assert {"OK", "!"} <= {text for text in _texts(figure) if isinstance(text, str)}


def test_recycles_are_dashed_and_named_in_the_key() -> None:
    figure = _draw()
    lines = {
        line["name"].partition(":")[0]: line["lineStyle"]["type"]
        for s in _series(figure)
        if s["type"] == "lines"
        for line in s["data"]
    }
    assert lines == {"strip_liquor": "solid", "bleed": "dashed"}
    assert "Recycle" in [entry["name"] for entry in figure.option["baseOption"]["legend"]["data"]]


def test_streams_feeds_reagents_and_what_leaves_have_names_and_amounts() -> None:
    texts = [str(text).replace("\u00a0", " ") for text in _texts(_draw())]
    rows = {row.name: row for row in stream_table(cobalt())}
    assert f"{rows['liquor'].m3_per_h:.3g} m3/h" in texts
    assert {"liquor", "strip_liquor", "NaOH", "Cyanex 272", "coso4", "raffinate", "condensate"} <= {*texts}
    assert any(text.endswith("t/yr, product") for text in texts)
    assert any(text.endswith("m3/h, waste") for text in texts)


def test_the_table_is_the_stream_table_with_blanks_where_there_is_no_ph() -> None:
    table = _draw().table
    cells = {row[0]: dict(zip(table.columns, row, strict=True)) for row in table.rows}
    assert cells["coso4"]["pH"] is None
    assert cells["coso4"]["m3/h"] is None
    assert cells["raffinate"]["pH"] is not None
    assert (cells["liquor"]["From"], cells["raffinate"]["To"]) == ("outside", "outside")
    row = next(row for row in stream_table(cobalt()) if row.name == "liquor")
    assert cells["liquor"]["Co (g/L; mass %)"] == row.g_per_l["Co"]
    assert cells["condensate"]["Co (g/L; mass %)"] is None


def test_names_reach_no_formatter() -> None:
    formatters = [s.get("label", {}).get("formatter", "") for s in _series(_draw())]
    assert not [text for text in formatters if "cobalt" in text or "liquor" in text]
    assert _draw().to_json()


def test_a_plant_without_products_says_so() -> None:
    solution = cobalt()
    bare = replace(solution, flowsheet=replace(solution.flowsheet, products=()))
    assert "names no product" in _draw(bare).title
