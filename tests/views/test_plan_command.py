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


def test_two_plans_are_compared_side_by_side(tmp_path: Path) -> None:
    for name, more in (("a", ()), ("b", ("--target", "electrolyte:0.8@2029"))):
        done = orecell("plan", *SHORT, *more, "--no-ranges", "--out", name, cwd=tmp_path)
        assert done.returncode == 0, done.stderr
    done = orecell("compare", "a", "b", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "targets.1.share" in done.stdout
    assert "Cost by term" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 100
    assert json.loads(orecell("compare", "a", "b", "--json", cwd=tmp_path).stdout)["coverage"]
    missing = orecell("compare", "a", "nowhere", cwd=tmp_path)
    assert missing.returncode == 4
    assert "nowhere holds no plan" in missing.stderr


def test_why_answers_in_sentences(tmp_path: Path) -> None:
    done = orecell("why", "electrolyte@2029", *SHORT, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("In this plan US plants make")
    assert "One more point" in done.stdout
    refused = orecell("why", "electrolite@2029", *SHORT, cwd=tmp_path)
    assert refused.returncode == 2
    assert "did you mean" in refused.stderr


def test_a_network_file_is_planned_and_stands_alone(tmp_path: Path) -> None:
    example = Path(__file__).parents[2] / "examples" / "rare_earths.yaml"
    done = orecell("plan", "--network", str(example), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Magnets from ore" in done.stdout
    beside = orecell("plan", "--network", str(example), "--learn", cwd=tmp_path)
    assert beside.returncode == 2
    assert "--learn" in beside.stderr
