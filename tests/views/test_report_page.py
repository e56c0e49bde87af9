"""The one-file report: complete, offline, safe against names that try to be markup."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from typing import Any

import pytest

from orecell.errors import StoreError
from orecell.views.figures import Figure, FigureSlot, Mark, Selector, Table, fill_slot
from orecell.views.report import (
    Assumption,
    Headline,
    NamedTable,
    ReportInput,
    SourceEntry,
    render_report,
)
from orecell.views.report.assets import inline, script_text
from orecell.views.report.report import safe_json, shown_number

EVIL = "</script><b>Evil & Co\u2028</b><img src=x onerror=alert(1)>{{ 7*7 }}"
VOID = {"meta", "link", "img", "input", "br"}


class Page(HTMLParser):
    """Tags with their attributes, text by tag, and the content of scripts."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts: list[tuple[dict[str, str | None], str]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)
        if tag == "script":
            self.scripts.append((dict(attrs), ""))

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> without an open tag"
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        inside = self._open[-1] if self._open else ""
        if inside == "script":
            self.scripts[-1] = (self.scripts[-1][0], self.scripts[-1][1] + data)
        elif inside != "style":
            self.text += data

    def data(self, element_id: str) -> Any:
        """Embedded JSON by the id of its script element."""
        return json.loads(next(text for attrs, text in self.scripts if attrs.get("id") == element_id))

    def values(self, name: str) -> list[str]:
        """All values of an attribute."""
        return [value or "" for _, attrs in self.tags for key, value in attrs.items() if key == name]


def _figure(title: str) -> Figure:
    rows = ((EVIL, 1234.5678), ("guess", None))
    option = {"baseOption": {"tooltip": {}, "series": [{"type": "bar", "data": [{"value": [1, EVIL]}]}]}}
    return Figure(
        id="x",
        title=title,
        number="2 %",
        sentence=f"sentence {EVIL}",
        unit="t/yr",
        run_id="run-1",
        option=option,
        table=Table(("Name", "Amount (t/yr)"), rows, (1,)),
        sources=(f"source {EVIL}",),
        notes=(f"note {EVIL}",),
        marks=(Mark("assumed", f"mark {EVIL}"),),
    )


def _slot(name: str) -> FigureSlot:
    date = Selector("as_of", "Known on", (("2026", EVIL), ("2024", "2024")))
    return fill_slot(name, (date,), lambda picked: _figure(f"finding {picked['as_of']} {EVIL}"))


def _report() -> ReportInput:
    table = Table(("Said", "Theirs", "Ours"), ((EVIL, 44, 62.5), ('https://example.org/"><b>', 1, 2)))
    return ReportInput(
        run_id="run-1",
        title=f"Title {EVIL}",
        headline=Headline("2 %", f"caption {EVIL}"),
        sentences=(f"first {EVIL}",),
        slots=(_slot("first"), _slot("second")),
        published=NamedTable("published", "Published figures beside ours", "How to read", table),
        tables=(NamedTable("more", "More", "s", table),),
        facilities=(NamedTable("sites", "Sites", "s", table),),
        definitions=(("Coverage", f"meaning {EVIL}"),),
        assumptions=(Assumption(f"assumed {EVIL}", 1.0, None, 2.0, "t", "because"),),
        sources=(
            SourceEntry("good", "Good", "Agency", "2026-01-01", "https://example.org/a?b=1&c=2", "CC BY 4.0"),
            SourceEntry("bad", "Bad", url="javascript:alert(1)"),
        ),
        manifest={"Orecell": f"0.1.0 {EVIL}"},
        citation=f"cite {EVIL}",
    )


@pytest.fixture(scope="module")
def html() -> str:
    return render_report(_report())


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def test_nothing_is_loaded_from_elsewhere(page: Page, html: str) -> None:
    assert page.values("src") == []
    assert [tag for tag, _ in page.tags if tag in {"link", "iframe", "img", "object", "embed", "base"}] == []
    assert [href for href in page.values("href") if not href.startswith("#")] == [
        "https://example.org/a?b=1&c=2"
    ]
    style = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    assert len(style) == 1
    assert "url(" not in style[0]
    assert "@import" not in style[0]


def test_names_that_try_to_be_markup_stay_text(page: Page) -> None:
    tags = [tag for tag, _ in page.tags]
    assert tags.count("script") == 4
    assert "b" not in tags
    assert "img" not in tags
    assert not any(name.startswith("on") for _, attrs in page.tags for name in attrs)
    assert page.text.count("{{ 7*7 }}") > 10
    assert "49" not in page.text.replace("1234.5678", "")


def test_only_the_scripts_put_there_may_run(page: Page) -> None:
    policy = next(attrs["content"] or "" for _, attrs in page.tags if "http-equiv" in attrs)
    runnable = [text for attrs, text in page.scripts if "type" not in attrs]
    for text in runnable:
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert len(runnable) == 2
    assert policy.startswith("default-src 'none'")
    assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]


def test_every_variant_is_inside_with_its_numbers(page: Page) -> None:
    data = page.data("report-data")
    assert [slot["id"] for slot in data["slots"]] == ["first", "second"]
    variants = data["slots"][0]["variants"]
    assert [variant["key"] for variant in variants] == [["2026"], ["2024"]]
    assert variants[0]["rows"] == [[EVIL, 1234.5678], ["guess", None]]
    assert variants[0]["assumed"] == [1]
    assert data["citation"] == f"cite {EVIL}"
    assert page.data("report-outlines")["type"] == "FeatureCollection"


def test_tables_findings_and_sources_are_readable_without_scripts(page: Page) -> None:
    assert f"finding 2026 {EVIL}" in page.text
    assert "1235" in page.text
    assert "Published figures beside ours" in page.text
    assert "Agency" in page.text
    assert "US Census Bureau" in page.text


def test_assumed_rows_look_different(html: str) -> None:
    assert '<tr class="assumed"><td class="short">guess</td>' in html
    assert "rests on an assumed or low-confidence number" in html


def test_an_address_that_is_not_of_the_web_is_no_link(page: Page) -> None:
    assert not any("javascript" in href for href in page.values("href"))
    assert "Bad" in page.text


def test_ids_are_unique_and_every_tab_names_its_panel(page: Page) -> None:
    ids = page.values("id")
    assert len(ids) == len(set(ids))
    assert set(page.values("aria-controls")) <= set(ids)
    assert set(page.values("aria-labelledby")) <= set(ids)


def test_equal_inputs_give_equal_bytes(html: str) -> None:
    assert render_report(_report()) == html


def test_json_cannot_end_its_script_element_or_a_line() -> None:
    text = safe_json({"a": "</script>\u2028\u2029&"})
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == {"a": "</script>\u2028\u2029&"}
    with pytest.raises(ValueError, match="JSON"):
        safe_json(float("inf"))


def test_a_script_cannot_end_its_own_element() -> None:
    assert "</script" not in script_text('x = "</script>";')


def test_a_missing_file_says_how_to_build_it() -> None:
    with pytest.raises(StoreError, match=r"pip install \."):
        inline("static/none.js")


SHOWN = [
    (None, "\u2013"),
    (True, "yes"),
    (2030, "2030"),
    (12345, "12,345"),
    (5.0, "5"),
    (0.123456, "0.1235"),
    (1234.5678, "1235"),
    (float("nan"), "\u2013"),
    ("CAM", "CAM"),
]


@pytest.mark.parametrize(("cell", "text"), SHOWN)
def test_cells_are_shown_as_a_reader_expects(cell: Any, text: str) -> None:
    assert shown_number(cell) == text


def test_ids_used_twice_are_refused() -> None:
    with pytest.raises(ValueError, match="used twice"):
        ReportInput("r", "t", Headline("", ""), (), (_slot("a"), _slot("a")))
