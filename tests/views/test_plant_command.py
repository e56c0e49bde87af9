"""`orecell plant`, as a user meets it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

POINTS = """point,ph,cation,feed_g_per_l,extracted_fraction,extractant,extractant_mol_per_l,organic_to_aqueous
"""


def orecell(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    code = "from orecell.views.cli.main import main; main()"
    command = [sys.executable, "-c", code, *words]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("plant")


@pytest.fixture(scope="module")
def printed(folder: Path) -> str:
    words = ("--set", "coprecipitation.ph=11.4", "--existing", "polish_sx", "--draws", "20")
    done = orecell("plant", "black_mass_to_pcam", *words, "--sweep", "leach.hours=3:5:1", cwd=folder)
    assert done.returncode == 0, done.stderr
    return done.stdout


def isotherm() -> str:
    """The published isotherm of Cyanex 272 as a user would write it."""
    from orecell.data.chemistry import read_chemistry

    grams = {"Li+": 2.52, "Ni+2": 2.05, "Co+2": 16.5, "Mn+2": 2.09}
    lines = [POINTS]
    points: dict[float, dict[str, float]] = {}
    for row in read_chemistry().rows("isotherm_points", experiment="jantunen_2022_3b"):
        points.setdefault(row["ph"], {})[row["cation"]] = row["extracted_fraction"]
    for ph, shares in points.items():
        for cation, feed in grams.items():
            lines.append(f"p{ph},{ph},{cation},{feed},{shares.get(cation, '')},cyanex_272,0.8,2.5\n")
    return "".join(lines)


def test_without_a_name_the_shipped_flowsheets_are_listed(folder: Path) -> None:
    done = orecell("plant", "--json", cwd=folder)
    assert len(json.loads(done.stdout)) == 8


@pytest.mark.parametrize(
    "part",
    [
        "makes",
        "Units",
        "Streams: g/L",
        "Reagents, kg of pure reagent per t",
        "of Na2SO4",
        "pcam against specification",
        "levelized",
        "What moves the cost",
        "Shared facility",
        "Sweep",
        "20 random draws",
        "closes around every",
        "announced plants",
    ],
)
def test_the_answer_holds_what_an_engineer_asks_for(printed: str, part: str) -> None:
    assert part in printed


def test_no_ph_is_given_without_its_alkali(printed: str) -> None:
    assert "Caustic soda" in printed


def test_a_report_and_tables_are_written(printed: str, folder: Path) -> None:
    written = {path.name for path in (folder / "results" / "plant").iterdir()}
    assert {"report.html", "plant.json", "manifest.json", "streams.parquet", "sweep.parquet"} <= written


def test_an_unknown_flowsheet_is_answered_with_a_guess(folder: Path) -> None:
    done = orecell("plant", "black_mas_to_pcam", cwd=folder)
    assert done.returncode == 2
    assert "did you mean 'black_mass_to_pcam'" in done.stderr


def test_an_unknown_setting_is_answered_with_a_guess(folder: Path) -> None:
    done = orecell("plant", "black_mass_to_pcam", "--set", "coprecipitation.phh=11", cwd=folder)
    assert done.returncode == 2
    assert "ph" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_setting_out_of_range_is_refused(folder: Path) -> None:
    done = orecell("plant", "black_mass_to_pcam", "--set", "coprecipitation.ph=19", cwd=folder)
    assert done.returncode == 2
    assert "coprecipitation.ph" in done.stderr


def test_calibration_prints_constants_bands_and_what_is_not_told(folder: Path) -> None:
    (folder / "isotherm.csv").write_text(isotherm())
    done = orecell("plant", "--calibrate", "isotherm.csv", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "constants of cyanex_272 fitted" in done.stdout
    assert "cannot be told apart" in done.stdout


def test_an_isotherm_with_faults_lists_them_all(folder: Path) -> None:
    text = isotherm().replace("p3.2,3.2,Mn+2", "p3.2,x,Mn+2").replace("p3.9,3.9,Co+2", "p3.9,3.9,Co")
    (folder / "bad.csv").write_text(text)
    done = orecell("plant", "--calibrate", "bad.csv", cwd=folder)
    assert done.returncode == 2
    assert "2 faults" in done.stderr


def test_a_recipe_becomes_a_scenario_that_runs(folder: Path) -> None:
    assert orecell("new", "north_america", "case", cwd=folder).returncode == 0
    words = ("--recipe-for", "hydromet_nmc622", "--case", "case")
    done = orecell("plant", "black_mass_to_sulfates", *words, cwd=folder)
    assert done.returncode == 0, done.stderr
    done = orecell("run", "plant_black_mass_to_sulfates", "--case", "case", "--json", cwd=folder)
    assert done.returncode == 0, done.stderr


def test_help_fits_a_screen(folder: Path) -> None:
    done = orecell("plant", "--help", cwd=folder)
    assert len(done.stdout.splitlines()) <= 60
