"""`orecell plan` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_command_line import orecell

SHORT = ("--set", "last_year=2029", "--set", "headline_year=2029")


def test_plan_prints_finding_plants_and_proof_within_100_columns(tmp_path: Path) -> None:
    done = orecell("plan", "--target", "electrolyte:0.8@2029", *SHORT, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("The cheapest plan serves")
    for part in ("New plants", "Electrolyte blending plant", "What would help most:", "Proven the cheapest"):
        assert part in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100
    assert (tmp_path / "results" / "plan" / "builds.parquet").is_file()
    assert "Electrolyte blending plant" in (tmp_path / "results" / "plan" / "report.html").read_text()


def test_plan_as_json_holds_what_the_tables_hold(tmp_path: Path) -> None:
    done = orecell("plan", *SHORT, "--json", "--out", "here", cwd=tmp_path)
    said = json.loads(done.stdout)
    assert said["cost_usd"] == pytest.approx(said["cost_without_targets_usd"])
    assert {"builds", "costs", "coverage", "served", "prices", "next_steps", "certificate"} <= said.keys()
    assert said["served"]


def test_an_impossible_plan_ends_with_repairs_and_its_own_code(tmp_path: Path) -> None:
    done = orecell("plan", "--target", "cam:0.5@2029", *SHORT, cwd=tmp_path)
    assert done.returncode == 3
    assert "Any one of these alone would make it possible:" in done.stderr
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize(
    "words",
    [("--target", "cam"), ("--sourcing", "alied:1@2029"), ("--budget", "-5"), ("--demand", "none_such")],
)
def test_what_cannot_be_read_is_bad_input(words: tuple[str, str], tmp_path: Path) -> None:
    done = orecell("plan", *words, *SHORT, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert words[0] in done.stderr or words[1] in done.stderr
