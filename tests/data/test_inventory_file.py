"""Inventories of others: dialects that are read, faults that are named, and that nothing ever crashes."""

from __future__ import annotations

import contextlib
import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from orecell.data.inventory import Inventory
from orecell.data.inventory_file import COLUMNS, read_inventory
from orecell.data.inventory_sheet import MAX_BYTES, MAX_ROWS
from orecell.errors import CaseError, Fault

HEADER = "process,role,name,amount,unit,formula,composition,fraction"
GYPSUM = f"""\
{HEADER}
gypsum,input,acid,0.5812,kg,H2SO4,,0.98
gypsum,input,lime,0.4304,kg,Ca(OH)2,,
gypsum,product,gypsum,1,kg,CaSO4.2H2O,,
"""
Cells = list[list[Any]]


def write(tmp_path: Path, content: str | bytes, name: str = "inventory.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


def workbook(path: Path, fill: Callable[[Any, Any], None], sheets: tuple[str, ...] = ("inventory",)) -> Path:
    book = xlsxwriter.Workbook(str(path))
    pages = [book.add_worksheet(name) for name in sheets]
    fill(book, pages[-1])
    book.close()
    return path


def filled(rows: Cells, top: int = 0, left: int = 0) -> Callable[[Any, Any], None]:
    def fill(_: Any, page: Any) -> None:
        for i, row in enumerate(rows):
            page.write_row(top + i, left, row)

    return fill


def faults_of(path: Path, sheet: str | None = None) -> tuple[Fault, ...]:
    with pytest.raises(CaseError) as caught:
        read_inventory(path, sheet)
    for fault in caught.value.faults:
        assert fault.rule
        assert fault.fix, fault
    return caught.value.faults


def only_fault(path: Path, sheet: str | None = None) -> Fault:
    faults = faults_of(path, sheet)
    assert len(faults) == 1, faults
    return faults[0]


def with_row(row: str) -> str:
    return GYPSUM + row + "\n"


def test_a_row_becomes_a_flow_with_the_mass_of_its_elements(tmp_path: Path) -> None:
    process = read_inventory(write(tmp_path, GYPSUM)).processes[0]
    acid, lime, gypsum = process.flows
    # H2SO4 is 98.072 g/mol with 32.06 g S; the solution is 98 % acid.
    assert acid.masses["S"] == pytest.approx(0.5812 * 0.98 * 32.06 / 98.072, rel=1e-12)
    assert lime.masses["Ca"] == pytest.approx(0.4304 * 40.078 / 74.092, rel=1e-12)
    assert (acid.row, lime.row, gypsum.row) == (2, 3, 4)
    assert process.reference is gypsum
    assert process.basis == "per kg of gypsum"


@pytest.mark.parametrize(
    ("amount", "unit", "kg"),
    [
        ("2", "t", 2000.0),
        ("2", "g", 0.002),
        ("3", "lb", 1.36077711),
        ("2", "kmol", 2 * 98.072),
        ("500", "mol", 0.5 * 98.072),
        ("1.5e3", "KG", 1500.0),
        ("0", "mg", 0.0),
    ],
)
def test_an_amount_is_turned_into_kilograms(tmp_path: Path, amount: str, unit: str, kg: float) -> None:
    path = write(tmp_path, with_row(f"gypsum,input,acid,{amount},{unit},H2SO4,,"))
    assert read_inventory(path).processes[0].flows[-1].mass_kg == pytest.approx(kg, rel=1e-12)


def test_a_mixture_of_elements_and_substances_is_added_up(tmp_path: Path) -> None:
    path = write(tmp_path, with_row("gypsum,feed,black mass,10,kg,,Ni=0.3; LiCoO2 = 20 %,0.9"))
    flow = read_inventory(path).processes[0].flows[-1]
    assert flow.masses["Ni"] == pytest.approx(10 * 0.9 * 0.3)
    # LiCoO2 is 97.871 g/mol, of which 58.933 are Co.
    assert flow.masses["Co"] == pytest.approx(10 * 0.9 * 0.2 * 58.933 / 97.871)


DIALECTS = {
    "byte_order_mark": "\ufeff" + GYPSUM,
    "utf_16": GYPSUM.encode("utf-16"),
    "utf_16_with_tabs": GYPSUM.replace(",", "\t").encode("utf-16"),
    "semicolons": GYPSUM.replace(",", ";"),
    "semicolons_and_decimal_commas": GYPSUM.replace(",", ";").replace("0.", "0,"),
    "crlf": GYPSUM.replace("\n", "\r\n"),
    "lone_cr": GYPSUM.replace("\n", "\r"),
    "no_last_line_end": GYPSUM.rstrip(),
    "blank_lines": GYPSUM.replace("\n", "\n\n"),
    "title_above": "Table S7,,,,,,,\n\n" + GYPSUM,
    "capitals": GYPSUM.replace(HEADER, HEADER.upper()),
    "unit_in_the_heading": GYPSUM.replace("amount,unit", "Amount [kg],Unit").replace(",kg,", ",,"),
    "fraction_in_percent": GYPSUM.replace("fraction", "Purity (%)").replace("0.98", "98"),
    "subscripts": GYPSUM.replace("H2SO4", "H₂SO₄").replace("2H2O", "2H₂O"),
    "spaces": GYPSUM.replace("acid", "  acid\u00a0"),
}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_table_says_the_same_in_every_dialect_that_has_one_reading(tmp_path: Path, dialect: str) -> None:
    plain = read_inventory(write(tmp_path, GYPSUM)).processes[0]
    other = read_inventory(write(tmp_path, DIALECTS[dialect], "other.csv")).processes[0]
    for flow, twin in zip(plain.flows, other.flows, strict=True):
        assert twin.name == flow.name
        assert twin.role == flow.role
        assert twin.masses == pytest.approx(flow.masses, rel=1e-12)


@pytest.mark.parametrize("column", COLUMNS)
def test_every_synonym_of_a_column_is_read(tmp_path: Path, column: str) -> None:
    plain = read_inventory(write(tmp_path, GYPSUM)).processes
    place = ["product" if name == "process" else name for name in HEADER.split(",")].index(column)
    for synonym in (column, *COLUMNS[column]):
        names = HEADER.split(",")
        names[place] = synonym
        path = write(tmp_path, GYPSUM.replace(HEADER, ",".join(names)), "other.csv")
        assert [flow.masses for flow in read_inventory(path).processes[0].flows] == [
            flow.masses for flow in plain[0].flows
        ]


CELLS = [
    ("gypsum,up,a,1,kg,H2SO4,,", "role", "must say where the flow goes"),
    ("gypsum,biosphere,a,1,kg,H2SO4,,", "role", "does not say whether the flow enters or leaves"),
    ("gypsum,,a,1,kg,H2SO4,,", "role", "must not be empty"),
    (",input,a,1,kg,H2SO4,,", "product", "must not be empty"),
    ("gypsum,input,,1,kg,H2SO4,,", "name", "must not be empty"),
    ("gypsum,input,a,,kg,H2SO4,,", "amount", "must not be empty"),
    ("gypsum,input,a,-1,kg,H2SO4,,", "amount", "must not be below 0"),
    ("gypsum,input,a,NaN,kg,H2SO4,,", "amount", "must be a number"),
    ("gypsum,input,a,inf,kg,H2SO4,,", "amount", "must be a number"),
    ("gypsum,input,a,1e400,kg,H2SO4,,", "amount", "must be a finite number"),
    ("gypsum,input,a,1e300,kg,H2SO4,,", "amount", "must be 0 or from 1e-12 to 1e+15"),
    ("gypsum,input,a,<5,kg,H2SO4,,", "amount", "must be one number alone"),
    ("gypsum,input,a,5 kg,kg,H2SO4,,", "amount", "must be one number alone"),
    ('gypsum,input,a,"1,234",kg,H2SO4,,', "amount", "may be read in two ways"),
    ('gypsum,input,a,"0,5",kg,H2SO4,,', "amount", "may be read in two ways"),
    ("gypsum,input,a,1,L,H2SO4,,", "unit", "a volume does not say how many atoms there are"),
    ("gypsum,input,a,1,m³,H2O,,", "unit", "a volume does not say how many atoms there are"),
    ("gypsum,input,a,1,%,H2SO4,,", "unit", "a percentage does not say how much flows"),
    ("gypsum,input,a,1,tons,H2SO4,,", "unit", "may be a tonne or a short ton"),
    ("gypsum,input,a,1,Mg,H2SO4,,", "unit", "may be a megagram or a milligram"),
    ("gypsum,input,a,1,t LCE,,,", "unit", "must be a plain unit"),
    ("gypsum,input,a,1,kg/t,,,", "unit", "must be a plain unit"),
    ("gypsum,input,a,1,kilo,H2SO4,,", "unit", "is not a known unit"),
    ("gypsum,input,a,1,,H2SO4,,", "unit", "must not be empty"),
    ("gypsum,input,a,1,kWh,H2SO4,,", "unit", "has no mass"),
    ("gypsum,input,a,1,mol,,,", "unit", "moles need a formula"),
    ("gypsum,input,a,1,kg,soda ash,,", "formula", "cannot stand here"),
    ("gypsum,input,a,1,kg,NISO4,,", "formula", "NI may be Ni"),
    ("gypsum,input,a,1,kg,Tc2O7,,", "formula", "technetium has no standard atomic weight"),
    ("gypsum,input,a,1,kg,H2SO4,Ni=1,", "composition", "a flow has a formula or a composition"),
    ("gypsum,input,a,1,kg,,Ni,", "composition", "must be substances with their shares"),
    ("gypsum,input,a,1,kg,,Ni=32,", "composition", "a share must be above 0 and at most 1"),
    ("gypsum,input,a,1,kg,,Ni=0.6;Co=0.6,", "composition", "shares must not sum to more than 1"),
    ("gypsum,input,a,1,kg,,Ni=0.1;Ni=0.2,", "composition", "must stand once"),
    ("gypsum,input,a,1,kg,,Nix=0.1,", "composition", "cannot stand here"),
    ("gypsum,input,a,1,kg,H2SO4,,50", "fraction", "a share must be above 0 and at most 1"),
    ("gypsum,input,a,1,kg,H2SO4,,0", "fraction", "a share must be above 0 and at most 1"),
    ("gypsum,input,a,1,mol,H2SO4,,0.5", "fraction", "moles count the pure substance"),
    ("lone,input,a,1,kg,H2SO4,,", "role", "a process needs an output, and lone has none"),
    ("lone,output,a,1,kg,H2SO4,,", "role", "a process needs an input, and lone has none"),
]


@pytest.mark.parametrize(("row", "column", "rule"), CELLS)
def test_a_faulty_cell_is_named_with_row_column_rule_and_fix(
    tmp_path: Path, row: str, column: str, rule: str
) -> None:
    fault = only_fault(write(tmp_path, with_row(row)))
    assert (fault.file, fault.row, fault.column) == ("inventory.csv", 5, column)
    assert rule in fault.rule


def test_a_percentage_typed_as_a_share_is_answered_with_the_share(tmp_path: Path) -> None:
    fault = only_fault(write(tmp_path, with_row("gypsum,input,a,1,kg,H2SO4,,50")))
    assert fault.fix == "write 0.5 for 50 %"


def test_all_faults_are_reported_at_once(tmp_path: Path) -> None:
    rows = "gypsum,up,a,-1,L,soda ash,,2\ngypsum,input,b,x,kg,,,\n"
    faults = faults_of(write(tmp_path, GYPSUM + rows))
    assert [(fault.row, fault.column) for fault in faults] == [
        (5, "amount"),
        (5, "formula"),
        (5, "fraction"),
        (5, "role"),
        (5, "unit"),
        (6, "amount"),
    ]


def test_more_faults_than_a_person_can_use_are_counted(tmp_path: Path) -> None:
    rows = "gypsum,up,a,1,kg,H2SO4,,\n" * 300
    faults = faults_of(write(tmp_path, GYPSUM + rows))
    assert len(faults) == 201
    assert faults[0].rule == "100 more faults are not shown"


@pytest.mark.parametrize(
    ("header", "column", "rule", "fix"),
    [
        (HEADER.replace("amount", "amonut"), "amount", "this column is missing", "did you mean 'amonut'?"),
        (HEADER.replace("role", "x"), "role", "this column is missing", "add it; role may also be called"),
        (HEADER.replace("formula", "formla"), "formla", "near to formula", "write formula"),
        (HEADER.replace("fraction", "fractoin"), "fractoin", "near to fraction", "write fraction"),
        (HEADER.replace("fraction", "quantity"), "quantity", "column amount must stand once", "rename one"),
    ],
)
def test_a_header_at_fault_is_named(tmp_path: Path, header: str, column: str, rule: str, fix: str) -> None:
    fault = only_fault(write(tmp_path, GYPSUM.replace(HEADER, header)))
    assert (fault.row, fault.column) == (1, column)
    assert rule in fault.rule
    assert fix in fault.fix


def test_a_table_without_any_chemistry_is_refused(tmp_path: Path) -> None:
    content = "role,name,amount,unit\ninput,a,1,kg\nproduct,b,1,kg\n"
    fault = only_fault(write(tmp_path, content))
    assert (fault.column, fault.rule) == ("formula", "this column is missing")


FORMS: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "must not be empty"),
    "blank": ("\n \n,,\n", "must not be empty"),
    "header_alone": (HEADER + "\n", "must have rows below its header"),
    "short_row": (with_row("gypsum,input,a,1"), "each row must have 8 cells as the header, this one has 4"),
    "long_row": (with_row("gypsum,input,a,1,kg,,,,x"), "each row must have 8 cells"),
    "open_quote": (with_row('gypsum,input,"a,1,kg,,,'), "must be well-formed CSV"),
    "line_break_in_a_cell": (with_row('gypsum,input,"a\nb",1,kg,,,'), "must not contain a line break"),
    "latin_1": (with_row("gypsum,input,é,1,kg,,,").encode("latin-1"), "a table must be UTF-8 throughout"),
    "cut_utf_16": (GYPSUM.encode("utf-16")[:-1], "a table must be UTF-16 throughout"),
    "nul": (GYPSUM.replace("acid", "ac\0id"), "must not contain NUL"),
    "gzip": (b"\x1f\x8b\x08\0\0\0\0\0", "compressed"),
    "pdf": (b"%PDF-1.7\n", "PDF"),
    "old_excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "is an old or a protected Excel file"),
    "broken_archive": (b"PK\x03\x04" + bytes(100), "must be a readable Excel workbook"),
    "long_cell": (with_row("gypsum,input," + "a" * 200_000 + ",1,kg,,,"), "must be well-formed CSV"),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_file_whose_form_hides_its_rows_is_refused(tmp_path: Path, form: str) -> None:
    content, rule = FORMS[form]
    assert rule in only_fault(write(tmp_path, content)).rule


def test_a_missing_file_and_a_folder_are_faults(tmp_path: Path) -> None:
    assert only_fault(tmp_path / "none.csv").rule == "this file is missing"
    assert only_fault(tmp_path).rule == "must be a regular file"


def test_huge_files_are_refused_before_they_are_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert "must not be larger than" in only_fault(path).rule
    rows = GYPSUM + "gypsum,input,a,1,kg,,,\n" * MAX_ROWS
    assert only_fault(write(tmp_path, rows)).rule == f"must not have more than {MAX_ROWS} rows"


def test_text_named_like_a_workbook_is_refused(tmp_path: Path) -> None:
    fault = only_fault(write(tmp_path, GYPSUM, "inventory.xlsx"))
    assert fault.rule == "is named like an Excel workbook and is none"
    assert "rename it to .csv" in fault.fix


ROWS: Cells = [
    ["process", "role", "name", "amount", "unit", "formula", "fraction"],
    ["gypsum", "input", "acid", 0.5812, "kg", "H2SO4", 0.98],
    ["gypsum", "input", "lime", 0.4304, "kg", "Ca(OH)2"],
    ["gypsum", "product", "gypsum", 1, "kg", "CaSO4.2H2O"],
]


def masses(inventory: Inventory) -> list[Any]:
    return [flow.masses for flow in inventory.processes[0].flows]


def test_a_workbook_says_the_same_as_the_text_and_keeps_its_row_numbers(tmp_path: Path) -> None:
    text = read_inventory(write(tmp_path, GYPSUM))
    path = workbook(tmp_path / "a.xlsx", filled(ROWS, top=3, left=2))
    book = read_inventory(path)
    for flow, twin in zip(text.processes[0].flows, book.processes[0].flows, strict=True):
        assert twin.masses == pytest.approx(flow.masses, rel=1e-12)
    assert [flow.row for flow in book.processes[0].flows] == [5, 6, 7]


def test_the_first_sheet_with_the_columns_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", filled(ROWS), sheets=("about", "S7"))
    inventory = read_inventory(path)
    assert "Sheet S7 was read; not read: about." in inventory.notes
    assert masses(read_inventory(path, "S7")) == masses(inventory)
    fault = only_fault(path, "abuot")
    assert (fault.column, fault.fix) == ("--sheet", "did you mean 'about'?")
    assert only_fault(path, "about").rule == "must not be empty"


def test_a_sheet_of_a_text_is_refused(tmp_path: Path) -> None:
    assert only_fault(write(tmp_path, GYPSUM), "S7").rule == "only a workbook has sheets"


def test_formula_cells_are_read_if_their_value_was_saved_and_named_if_not(tmp_path: Path) -> None:
    def saved(_: Any, page: Any) -> None:
        filled(ROWS)(_, page)
        page.write_formula("D4", "=0.5+0.5", None, 1)

    def unsaved(_: Any, page: Any) -> None:
        filled(ROWS)(_, page)
        page.write_formula("D2", "=1+1", None, "")
        page.write_formula("G2", "=1/0", None, "#DIV/0!")

    assert read_inventory(workbook(tmp_path / "a.xlsx", saved)).processes[0].divisor == 1.0
    faults = faults_of(workbook(tmp_path / "b.xlsx", unsaved))
    assert [(f.row, f.column, f.value) for f in faults] == [(2, "D", ""), (2, "G", "#DIV/0!")]
    assert faults[0].rule == "a formula cell must hold its saved value"


def test_a_date_in_place_of_a_number_is_a_fault(tmp_path: Path) -> None:
    import datetime

    def dated(book: Any, page: Any) -> None:
        filled(ROWS)(book, page)
        page.write_datetime(
            "D2", datetime.datetime(2024, 1, 1), book.add_format({"num_format": "yyyy-mm-dd"})
        )

    fault = only_fault(workbook(tmp_path / "a.xlsx", dated))
    assert (fault.row, fault.column) == (2, "amount")


def test_an_archive_that_is_no_workbook_or_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    def packed(name: str, size: int) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(name, "w") as member:
            for _ in range(size):
                member.write(bytes(1024 * 1024))
        return out.getvalue()

    assert "no .xlsx workbook" in only_fault(write(tmp_path, packed("a.txt", 0), "a.xlsx")).rule
    assert "must not unpack" in only_fault(write(tmp_path, packed("xl/workbook.xml", 257), "b.xlsx")).rule


def test_what_is_left_out_is_said(tmp_path: Path) -> None:
    content = (
        "role,name,amount,unit,formula,location,comment\ninput,a,0,kg,H2SO4,US,x\noutput,b,1,kg,SO2,US,x\n"
    )
    assert read_inventory(write(tmp_path, content)).notes == (
        "Columns not used: location and comment.",
        "No single product or feed, so that amounts are as listed: inventory.csv.",
        "Amount 0: a (row 2).",
    )


@pytest.mark.parametrize(
    ("rows", "reference"),
    [
        (["input,a", "product,b"], "b"),
        (["input,a", "output,b"], None),
        (["feed,a", "output,b"], "a"),
        (["feed,a", "product,b", "product,c"], "a"),
        (["input,a", "product,made", "product,c"], "made"),
        (["feed,a", "feed,b", "output,c"], None),
    ],
)
def test_amounts_are_per_unit_of_the_one_product_or_of_the_one_feed(
    tmp_path: Path, rows: list[str], reference: str | None
) -> None:
    lines = [f"made,{row},2,kg,SO2" for row in rows]
    path = write(tmp_path, "\n".join(["process,role,name,amount,unit,formula", *lines]))
    found = read_inventory(path).processes[0].reference
    assert (found.name if found else None) == reference


def test_a_product_of_amount_zero_is_refused(tmp_path: Path) -> None:
    fault = only_fault(write(tmp_path, GYPSUM.replace("gypsum,1,kg", "gypsum,0,kg")))
    assert (fault.row, fault.column) == (4, "amount")


def test_energy_and_transport_need_no_mass(tmp_path: Path) -> None:
    path = write(tmp_path, with_row("gypsum,input,power,3,kWh,,,"))
    flow = read_inventory(path).processes[0].flows[-1]
    assert (flow.mass_kg, flow.is_known) == (None, False)


def read_or_refuse(path: Path) -> None:
    """Anything but CaseError fails the test."""
    with contextlib.suppress(CaseError):
        read_inventory(path)


def mutated(content: bytes, rng: random.Random) -> bytes:
    data = bytearray(content)
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(data) + 1)
        kind = rng.randrange(3)
        if kind == 0 and at < len(data):
            data[at] = rng.randrange(256)
        elif kind == 1:
            data[at:at] = rng.choice([b",", b";", b'"', b"\n", b"\0", b"\xff", b"=", b"(", b"1e999", b"\r"])
        else:
            del data[at : at + rng.randint(1, 20)]
    return bytes(data)


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**32), dialect=st.sampled_from(sorted(DIALECTS)))
def test_damaged_texts_are_read_or_refused_but_never_crash(
    tmp_path_factory: pytest.TempPathFactory, seed: int, dialect: str
) -> None:
    content = DIALECTS[dialect]
    raw = content.encode("utf-8") if isinstance(content, str) else content
    path = write(tmp_path_factory.mktemp("fuzz"), mutated(raw, random.Random(seed)))
    read_or_refuse(path)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_damaged_workbooks_are_read_or_refused_but_never_crash(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    folder = tmp_path_factory.mktemp("fuzz")
    whole = workbook(folder / "whole.xlsx", filled(ROWS))
    rng = random.Random(seed)
    out = io.BytesIO()
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(out, "w") as target:
        hit = rng.choice(source.namelist())
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, mutated(data, rng) if name == hit else data)
    content = out.getvalue() if rng.random() < 0.7 else mutated(whole.read_bytes(), rng)
    read_or_refuse(write(folder, content, "damaged.xlsx"))


@settings(max_examples=150, deadline=None)
@given(cells=st.lists(st.text(max_size=12), min_size=8, max_size=8))
def test_any_text_in_a_cell_is_read_or_refused_but_never_crashes(
    tmp_path_factory: pytest.TempPathFactory, cells: list[str]
) -> None:
    line = ",".join(
        '"' + cell.replace('"', '""').replace("\n", " ").replace("\r", " ") + '"' for cell in cells
    )
    path = tmp_path_factory.mktemp("cells") / "a.csv"
    path.write_bytes((GYPSUM + line + "\n").encode("utf-8", "surrogatepass"))
    read_or_refuse(path)
