"""Isotherms of users: what a file says, and every fault with its row, column, rule and fix."""

from __future__ import annotations

import random
from contextlib import suppress
from pathlib import Path

import pytest

from orecell.errors import CaseError, Fault
from orecell.plant.calibration import Experiment
from orecell.plant.isotherm_file import MOST_FAULTS, NEEDED, read_isotherm

HEAD = ",".join((*NEEDED, "alkali_eq_per_l"))
ROWS = (
    "a,4.0,Co+2,5.8933,0.4,cyanex_272,0.5,1.0,0.2",
    "a,4.0,Ni+2,2.0,0.01,cyanex_272,0.5,1.0,0.2",
    "b,5.0,Co+2,5.8933,0.9,cyanex_272,0.5,1.0,0.3",
    "b,5.0,Ni+2,2.0,,cyanex_272,0.5,1.0,0.3",
)
TEXT = "\n".join((HEAD, *ROWS)) + "\n"


def read(tmp_path: Path, text: str | bytes) -> Experiment:
    path = tmp_path / "isotherm.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_isotherm(path)


def faults(tmp_path: Path, text: str | bytes) -> list[Fault]:
    with pytest.raises(CaseError) as caught:
        read(tmp_path, text)
    return list(caught.value.faults)


def test_a_file_is_an_experiment(tmp_path: Path) -> None:
    found = read(tmp_path, TEXT)
    assert (found.extractant, found.extractant_mol_per_l, found.organic_to_aqueous) == (
        "cyanex_272",
        0.5,
        1.0,
    )
    assert found.feed == pytest.approx({"Co+2": 0.1, "Ni+2": 2.0 / 58.693}, rel=1e-4)
    assert [(p.label, p.ph, p.alkali) for p in found.points] == [("a", 4.0, 0.2), ("b", 5.0, 0.3)]
    assert found.points[0].extracted == {"Co+2": 0.4, "Ni+2": 0.01}
    assert found.points[1].extracted == {"Co+2": 0.9}


def test_alkali_may_be_left_out_and_columns_may_stand_in_any_order(tmp_path: Path) -> None:
    rows = [line.split(",")[:-1][::-1] for line in TEXT.splitlines()]
    found = read(tmp_path, "\ufeff" + "\r\n".join(",".join(row) for row in rows) + "\r\n\r\n")
    assert [p.alkali for p in found.points] == [None, None]
    assert found.points[0].extracted["Co+2"] == 0.4


CASES = [
    # what is replaced, by what, row, column, value, rule, fix
    ("a,4.0,Co+2", "a,x,Co+2", 2, "ph", "x", "from 0 to 14", "correct"),
    ("a,4.0,Co+2", "a,15,Co+2", 2, "ph", "15", "from 0 to 14", "correct"),
    ("a,4.0,Co+2", "a,,Co+2", 2, "ph", "", "must be filled", "number"),
    ("a,4.0,Co+2", "a,nan,Co+2", 2, "ph", "nan", "must be a number", "correct"),
    ("a,4.0,Co+2", "a,4_0,Co+2", 2, "ph", "4_0", "must be a number", "correct"),
    ("a,4.0,Co+2", ",4.0,Co+2", 2, "point", "", "must be filled", "name"),
    ("a,4.0,Co+2", 'a,"4,0",Co+2', 2, "ph", "4,0", "must be a number", "decimal point"),
    ("0.4,cyanex", "40,cyanex", 2, "extracted_fraction", "40", "from 0 to 1", "0.85 for 85 %"),
    ("a,4.0,Co+2,5.8933", "a,4.0,Co+2,0", 2, "feed_g_per_l", "0", "yet its extraction was measured", "write"),
    (
        "b,5.0,Co+2,5.8933",
        "b,5.0,Co+2,6",
        4,
        "feed_g_per_l",
        "6",
        "every row of cation Co+2: 5.8933",
        "correct",
    ),
    ("b,5.0,Ni+2", "b,5.1,Ni+2", 5, "ph", "5.1", "every row of point b: 5.0", "correct"),
    (
        "0.01,cyanex_272,0.5,1.0,0.2",
        "0.01,cyanex_272,0.5,1.0,0.25",
        3,
        "alkali_eq_per_l",
        "0.25",
        "point a",
        "corr",
    ),
    (
        "0.01,cyanex_272,0.5",
        "0.01,cyanex_272,0.6",
        3,
        "extractant_mol_per_l",
        "0.6",
        "every row: 0.5",
        "file",
    ),
    ("b,5.0,Ni+2", "b,5.0,Co+2", 5, "cation", "Co+2", "twice in point b", "delete"),
    ("a,4.0,Ni+2", "a,4.0,SO4-2", 3, "cation", "SO4-2", "is not a cation", "Ni+2"),
    ("a,4.0,Ni+2", "a,4.0,Nickel", 3, "cation", "Nickel", "cannot stand here", "Ni+2"),
    ("a,4.0,Ni+2,2.0", "a,4.0,Ni+2,2.0,7", 3, "", "", "10 cells for 9 columns", "comma"),
    ("ph,cation", "pH,cation", 1, "pH", "pH", "no known column", "'ph'"),
    ("alkali_eq_per_l", "ph", 1, "ph", "ph", "occurs twice", "delete"),
]


@pytest.mark.parametrize(
    ("old", "new", "row", "column", "value", "rule", "fix"), CASES, ids=[c[1] for c in CASES]
)
def test_a_fault_is_named_with_row_column_value_rule_and_fix(
    tmp_path: Path, old: str, new: str, row: int, column: str, value: str, rule: str, fix: str
) -> None:
    found = [f for f in faults(tmp_path, TEXT.replace(old, new, 1)) if rule in f.rule]
    assert len(found) == 1
    assert (found[0].file, found[0].row, found[0].column) == ("isotherm.csv", row, column)
    assert found[0].value == value
    assert fix in found[0].fix


def test_an_extractant_that_is_not_known_is_met_with_the_nearest(tmp_path: Path) -> None:
    found = faults(tmp_path, TEXT.replace("cyanex_272", "cyanex272"))
    assert [f.row for f in found] == [2, 3, 4, 5]
    assert all("did you mean 'cyanex_272'?" in f.fix for f in found)


def test_every_fault_is_in_one_message(tmp_path: Path) -> None:
    text = TEXT.replace("a,4.0,Co+2", "a,x,Co+2").replace("0.9,", "90,").replace("b,5.0,Ni+2", "b,5.0,Nx+2")
    assert {f.row for f in faults(tmp_path, text)} == {2, 4, 5}


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "must not be empty"),
        ("\n\n", "must not be empty"),
        (HEAD + "\n", "holds no points"),
        ("a,b\n1,2\n", "this column is required"),
        (b"\xff\xfe", "UTF-8"),
        (TEXT.replace("0.4,", ",").replace("0.01,", ",").replace("0.9,", ","), "nothing was measured"),
    ],
)
def test_a_file_without_data_is_refused(tmp_path: Path, text: str | bytes, rule: str) -> None:
    assert any(rule in f.rule for f in faults(tmp_path, text))


def test_more_extracted_than_alkali_allows_is_refused_by_point(tmp_path: Path) -> None:
    """90 % of 0.1 mol/L of cobalt are 0.18 eq/L; 0.1 eq/L of alkali cannot free as many protons."""
    text = TEXT.replace("1.0,0.3", "1.0,0.1")
    found = faults(tmp_path, text)
    assert [f.value for f in found] == ["b"]
    assert "charge balance" in found[0].rule


def test_many_faults_are_cut_to_what_can_be_read(tmp_path: Path) -> None:
    rows = [f"p{i},x,Co+2,5,0.5,cyanex_272,0.5,1.0,0.2" for i in range(3 * MOST_FAULTS)]
    found = faults(tmp_path, "\n".join((HEAD, *rows)))
    assert len(found) == MOST_FAULTS + 1
    assert any(f"and {2 * MOST_FAULTS} faults more" in f.rule for f in found)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="missing"):
        read_isotherm(tmp_path / "none.csv")


def test_no_damage_to_a_file_is_a_crash(tmp_path: Path) -> None:
    rng = random.Random(1)
    for _ in range(300):
        content = bytearray(TEXT.encode())
        for _ in range(rng.randint(1, 6)):
            at = rng.randrange(len(content))
            content[at : at + rng.randint(0, 3)] = rng.choice(
                [b'"', b",", b"\n", b"\x00", b"-", b"e9", b"\xc3", b"0"]
            )
        with suppress(CaseError):
            read(tmp_path, bytes(content))


def test_needed_columns_are_those_of_the_docstring() -> None:
    from orecell.plant import isotherm_file

    assert all(name in (isotherm_file.__doc__ or "") for name in NEEDED)
