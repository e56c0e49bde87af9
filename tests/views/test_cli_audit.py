"""`orecell audit`, as a user meets it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "inventory_wrong.csv"
DOCS = ROOT / "docs" / "audit.md"


def orecell(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    code = "from orecell.views.cli.main import main; main()"
    command = [sys.executable, "-c", code, *words]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> str:
    done = orecell("audit", str(EXAMPLE), cwd=tmp_path_factory.mktemp("audit"))
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_first_line_says_that_atoms_do_not_balance(printed: str) -> None:
    assert printed.splitlines()[0] == (
        "Atoms do not balance in 2 of 3 processes: NMC622 precursor and lithium hydroxide."
    )


def test_a_wrong_inventory_is_answered_with_element_kilograms_and_cause(printed: str) -> None:
    # CoSO4.7H2O is 281.094 g/mol, CoSO4 154.989: 0.611 kg hold 0.2323 instead of 0.1281 kg Co.
    assert "0.1042 kg Co (44.9 % of what enters)" in flat(printed)
    assert "1. cobalt sulfate (row 3) is CoSO4.7H2O, booked as CoSO4." in flat(printed)
    assert "Co +0.1042 to about 0 kg, S +0.05664 to about 0 kg; closes Co, S" in flat(printed)
    # 0.1654 kg are the lithium in 1 kg LiOH.H2O; as carbonate they would hold 0.0311 kg.
    assert "0.1343 kg Li (432 % of what enters)" in flat(printed)
    assert "lithium carbonate (row 9) is counted in kg of Li, booked as Li2CO3." in flat(printed)
    assert "Atoms balance in neutralization" in flat(printed)


def test_the_answer_fits_100_columns(printed: str) -> None:
    assert max(len(line) for line in printed.splitlines()) <= 100


def test_what_has_no_mass_and_how_close_is_closed_are_said(printed: str) -> None:
    assert "No mass, so no atoms counted: electricity." in printed
    assert "An element is closed within 1 % of what flows of it." in printed


def test_the_page_shows_what_is_printed(printed: str) -> None:
    shown = DOCS.read_text(encoding="utf-8").split("```text\n")[1].split("```")[0]
    for line in shown.strip().splitlines():
        assert line.rstrip() in [row.rstrip() for row in printed.splitlines()]


def test_json_holds_the_whole_audit(tmp_path: Path) -> None:
    done = orecell("audit", str(EXAMPLE), "--json", "--tolerance", "0.02", cwd=tmp_path)
    found = json.loads(done.stdout)
    assert (found["file"], found["tolerance"]) == ("inventory_wrong.csv", 0.02)
    assert [process["is_closed"] for process in found["processes"]] == [False, False, True]
    first = found["processes"][0]
    assert first["elements"][0]["lost_kg"] == pytest.approx(0.1042, abs=5e-5)
    assert first["causes"][0]["kind"] == "hydrate"
    assert first["support"]["element"] == "Ni"


def test_faults_of_the_file_are_one_message_and_exit_code_2(tmp_path: Path) -> None:
    path = tmp_path / "bad.csv"
    path.write_text("role,name,amount,unit,formula\ninput,a,-1,kg,H2SO4\nup,b,1,L,SO2\n", encoding="utf-8")
    done = orecell("audit", str(path), cwd=tmp_path)
    assert done.returncode == 2
    assert "3 faults" in done.stderr
    assert "bad.csv, row 3, column unit, value 'L'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_tolerance_that_is_none_is_refused(tmp_path: Path) -> None:
    for value in ("-1", "nan", "3"):
        done = orecell("audit", str(EXAMPLE), "--tolerance", value, cwd=tmp_path)
        assert done.returncode == 2
        assert "--tolerance" in done.stderr


def test_names_with_brackets_and_colors_are_printed_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    rows = "input,acid [red]pure[/red],1,kg,SO2\nproduct,[bold],2,kg,SO2\ninput,[/nothing],1,kg,\n"
    path.write_text("role,name,amount,unit,formula\n" + rows, encoding="utf-8")
    done = orecell("audit", str(path), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "[bold]: kg of each element per kg of [bold]" in done.stdout
    assert "Not checked: [/nothing] (row 4)" in done.stdout
    assert "acid [red]pure[/red] (row 2)" in done.stdout


def test_no_simple_cause_is_said_in_as_many_words(tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    rows = "input,acid,1,kg,H2SO4\ninput,caustic,1,kg,NaOH\nproduct,salt,2.9,kg,Na2SO4\n"
    path.write_text("role,name,amount,unit,formula\n" + rows, encoding="utf-8")
    done = orecell("audit", str(path), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "No simple cause was found for" in done.stdout


def test_help_fits_a_screen(tmp_path: Path) -> None:
    done = orecell("audit", "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) <= 40
    assert "Examples:" in done.stdout
    for word in ("role", "amount", "unit", "formula", "composition", "fraction", "product"):
        assert word in done.stdout.lower()
