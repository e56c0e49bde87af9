"""A plan of a network file as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from orecell.errors import CaseError
from orecell.views.cli.plan_network import plan_network, shown_years

EXAMPLE = Path(__file__).parents[2] / "examples" / "rare_earths.yaml"


def test_it_prints_finding_plants_production_and_proof_within_100_columns(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan_network(EXAMPLE, tmp_path / "out", False)
    said = capsys.readouterr().out
    assert said.startswith("Magnets from ore: the cheapest plan serves all demand")
    for part in ("New capacity", "Separation plant", "Production by place and year", "Neodymium oxide"):
        assert part in said
    assert "What would help most:" in said
    assert "Proven the cheapest" in said
    lines = [line for line in said.splitlines() if str(tmp_path) not in line]
    assert max(map(len, lines)) <= 100
    assert (tmp_path / "out" / "output.parquet").is_file()


def test_as_json_it_holds_what_the_tables_hold(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan_network(EXAMPLE, tmp_path / "out", True)
    said = json.loads(capsys.readouterr().out)
    assert said["network"] == "Magnets from ore"
    assert said["cost_usd"] > said["cost_without_targets_usd"]
    assert {"builds", "output", "served", "prices", "next_steps", "certificate"} <= said.keys()


def test_a_file_with_faults_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    text = EXAMPLE.read_text("utf-8").replace("recipes: sinter", "recipes: sintr")
    (tmp_path / "bad.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(CaseError, match="did you mean 'sinter'"):
        plan_network(tmp_path / "bad.yaml", tmp_path / "out", False)
    assert not (tmp_path / "out").exists()


def test_of_many_years_as_many_are_shown_as_fit() -> None:
    assert shown_years((2030, 2031)) == [2030, 2031]
    shown = shown_years(tuple(range(2030, 2061)))
    assert (len(shown), shown[0], shown[-1]) == (8, 2030, 2060)
