"""The verbs, as a user meets them: what they print, where they write, how they fail."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from orecell.data.package import shipped_case_folder


def orecell(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    code = "from orecell.views.cli.main import main; main()"
    command = [sys.executable, "-c", code, *words]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("run")
    done = orecell("run", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder, done.stdout


def test_run_prints_a_table_that_fits_100_columns(ran: tuple[Path, str]) -> None:
    _, printed = ran
    path_lines = [line for line in printed.splitlines() if "results" in line]
    assert max(len(line) for line in printed.splitlines() if line not in path_lines) <= 100


def test_run_names_the_finding_before_the_table(ran: tuple[Path, str]) -> None:
    _, printed = ran
    assert printed.startswith("As of 2026-06-30, US plants are expected to cover")
    assert "cells made wholly in the US" in " ".join(printed.split())


def test_run_prints_every_reported_stage_once(ran: tuple[Path, str]) -> None:
    _, printed = ran
    lines = printed.splitlines()
    for stage in (
        "Lithium chemicals",
        "Nickel sulfate",
        "pCAM (nickel)",
        "CAM",
        "Cells",
        "Recycling: metals",
    ):
        assert sum(line.startswith(stage) for line in lines) == 1, stage


def test_run_sets_the_published_figures_beside_ours(ran: tuple[Path, str]) -> None:
    _, printed = ran
    text = " ".join(printed.split())
    for said in (
        "44 % (trade press, 2025-03-26), ours",
        "25 % (trade press, 2025-03-26), ours",
        "2024-12-31), ours 82 %",
    ):
        assert said in text


def test_run_writes_tables_a_manifest_and_a_report(ran: tuple[Path, str]) -> None:
    folder, _ = ran
    written = {path.name for path in (folder / "results" / "base").iterdir()}
    assert {"manifest.json", "report.html", "coverage.parquet", "bottleneck.parquet"} <= written
    manifest = json.loads((folder / "results" / "base" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["tables"]["coverage"]["rows"] > 0
    assert len(manifest["input_sha256"]) == 64


def test_the_report_loads_nothing_from_elsewhere(ran: tuple[Path, str]) -> None:
    folder, _ = ran
    html = (folder / "results" / "base" / "report.html").read_text(encoding="utf-8")
    assert 'src="http' not in html
    assert '<link rel="stylesheet"' not in html


def test_a_second_run_replaces_the_first_as_a_whole(ran: tuple[Path, str]) -> None:
    folder, _ = ran
    first = (folder / "results" / "base" / "manifest.json").read_bytes()
    assert orecell("run", cwd=folder).returncode == 0
    assert (folder / "results" / "base" / "manifest.json").read_bytes() == first


def test_run_refuses_a_folder_that_is_no_result(tmp_path: Path) -> None:
    (tmp_path / "results" / "base").mkdir(parents=True)
    (tmp_path / "results" / "base" / "thesis.txt").write_text("mine", encoding="utf-8")
    done = orecell("run", cwd=tmp_path)
    assert done.returncode == 4
    assert (tmp_path / "results" / "base" / "thesis.txt").read_text(encoding="utf-8") == "mine"


def test_new_then_check_then_run_works_on_a_copy(tmp_path: Path) -> None:
    assert orecell("new", "north_america", "mine", cwd=tmp_path).returncode == 0
    done = orecell("check", "--case", "mine", cwd=tmp_path)
    assert done.returncode == 0
    assert "no fault" in done.stdout


def test_new_never_overwrites(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    done = orecell("new", "north_america", "mine", cwd=tmp_path)
    assert done.returncode == 4
    assert list((tmp_path / "mine").iterdir()) == []


def test_check_lists_every_fault_with_its_place(tmp_path: Path) -> None:
    case = tmp_path / "mine"
    shutil.copytree(shipped_case_folder(), case)
    table = case / "tables" / "technology_mix.csv"
    text = table.read_text(encoding="utf-8")
    assert "0.9" in text
    table.write_text(
        text.replace("aam_blend_synthetic,2024,0.9", "aam_blend_synthetic,2024,90"), encoding="utf-8"
    )
    prices = case / "tables" / "prices.csv"
    prices.write_text(
        prices.read_text(encoding="utf-8").replace(",USD,", ",usd dollars,", 1), encoding="utf-8"
    )
    done = orecell("check", "--case", str(case), cwd=tmp_path)
    assert done.returncode == 2
    assert "tables/technology_mix.csv, row" in done.stderr
    assert "write 0.85 for 85 %" in done.stderr
    assert "tables/prices.csv, row" in done.stderr
    assert "Traceback" not in done.stderr


def test_check_speaks_json_for_machines(tmp_path: Path) -> None:
    case = tmp_path / "mine"
    shutil.copytree(shipped_case_folder(), case)
    (case / "tables" / "recipes.csv").unlink()
    done = orecell("check", "--case", str(case), "--json", cwd=tmp_path)
    assert done.returncode == 2
    faults = json.loads(done.stdout)["faults"]
    assert next(fault["file"] for fault in faults) == "tables/recipes.csv"
    assert all(fault["rule"] and fault["fix"] for fault in faults)


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("run", "bse"), "did you mean 'base'?"),
        (("run", "--as-of", "2025-13-01"), "YYYY-MM-DD"),
        (("run", "--demand", "outlook_2025"), "did you mean 'outlook_2026'?"),
        (("run", "--set", "headline_yaer=2032"), "did you mean 'headline_year'?"),
        (("run", "--set", "headline_year=2099"), "horizon"),
        (("run", "--case", "nowhere"), "orecell new"),
        (("show", "covrage"), "did you mean 'coverage'?"),
        (("show", "facilities", "--stage", "pcamm"), "did you mean 'pcam'?"),
        (("new", "north_amerika"), "did you mean 'north_america'?"),
    ],
)
def test_a_slip_of_the_pen_gets_a_hint_and_exit_code_2(
    words: tuple[str, ...], hint: str, tmp_path: Path
) -> None:
    done = orecell(*words, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert hint in done.stderr
    assert "Traceback" not in done.stderr


def test_show_sources_missing_prints_nothing(tmp_path: Path) -> None:
    done = orecell("show", "sources", "--missing", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_apex_1_and_its_grant_differ_between_the_two_dates(tmp_path: Path) -> None:
    rows = {}
    for date in ("2025-03-26", "2026-06-30"):
        done = orecell("show", "facilities", "--stage", "pcam", "--as-of", date, "--json", cwd=tmp_path)
        rows[date] = {row["facility"]: row for row in json.loads(done.stdout)}["ascend-apex1-pcam"]
    assert rows["2025-03-26"]["status"] == "construction"
    assert "316 MUSD" in rows["2025-03-26"]["grants and loans"]
    assert rows["2026-06-30"]["status"] == "paused"
    assert "316 MUSD, about 206 paid, rest canceled" in rows["2026-06-30"]["grants and loans"]


def test_help_fits_a_screen(tmp_path: Path) -> None:
    for verb in ("new", "check", "run", "show"):
        done = orecell(verb, "--help", cwd=tmp_path)
        assert done.returncode == 0
        assert len(done.stdout.splitlines()) <= 40
        assert "Examples:" in done.stdout


def test_a_date_before_anything_was_known_gives_a_report_without_those_pictures(tmp_path: Path) -> None:
    done = orecell("run", "--as-of", "2018-01-01", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    html = (tmp_path / "results" / "base" / "report.html").read_text(encoding="utf-8")
    assert 'id="coverage"' in html
    assert 'data-slot="supply"' not in html


def test_show_published_prints_every_comparison(tmp_path: Path) -> None:
    done = orecell("show", "published", "--json", cwd=tmp_path)
    said = {row["title"]: row for row in json.loads(done.stdout)}
    assert len(said) >= 4
    assert all(row["difference"] for row in said.values())
