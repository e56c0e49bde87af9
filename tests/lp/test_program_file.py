"""Written programs can be read, by people and by solvers."""

from pathlib import Path

import pytest
from random_programs import planted_integer, planted_linear
from test_highs import blend
from test_problem import transport

from orecell.errors import InputError
from orecell.lp.axes import Keys
from orecell.lp.highs import Solver
from orecell.lp.problem import Problem


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("ending", ["mps", "lp", "mps.gz", "lp.gz"])
def test_a_written_program_reads_back_to_the_same_optimum(seed: int, ending: str, tmp_path: Path) -> None:
    from highspy._core import HighsStatus, _Highs

    planted = planted_integer(seed) if seed % 2 else planted_linear(seed)
    solver = Solver(planted.problem, gap=0.0)
    path = tmp_path / f"program.{ending}"
    solver.write(path)
    reader = _Highs()
    reader.setOptionValue("output_flag", False)
    reader.setOptionValue("threads", 1)
    reader.setOptionValue("mip_rel_gap", 0.0)
    assert reader.readModel(str(path)) in (HighsStatus.kOk, HighsStatus.kWarning)
    names = {reader.getColName(j)[1] for j in range(reader.getNumCol())}
    assert names == {f"{b.name}({j})" for b in solver.columns.values() for j in b.axis("j").labels()}
    reader.run()
    assert reader.getInfo().objective_function_value == pytest.approx(solver.solve().objective, rel=1e-9)


@pytest.mark.parametrize("ending", ["mps", "lp"])
def test_scip_reads_what_we_write(ending: str, tmp_path: Path) -> None:
    from pyscipopt import Model

    solver = Solver(transport())
    solver.write(tmp_path / f"transport.{ending}")
    model = Model()
    model.hideOutput()
    model.readProblem(str(tmp_path / f"transport.{ending}"))
    model.optimize()
    assert model.getObjVal() == pytest.approx(solver.solve().objective, rel=1e-9)
    assert "ship(US_KY,m)" in {variable.name for variable in model.getVars()}


def test_names_that_would_be_equal_in_a_file_are_told_apart(tmp_path: Path) -> None:
    problem = Problem("names")
    problem.columns(Keys.product("ship", {"to": ["US KY", "US-KY", "US_KY", "ü"]}), cost=1.0, lower=1.0)
    Solver(problem).write(tmp_path / "names.lp")
    text = (tmp_path / "names.lp").read_text()
    assert "obj: +1 ship(US_KY) +1 ship(US_KY)#1 +1 ship(US_KY)#2 +1 ship(_)" in text


def test_a_changed_program_is_written_as_changed(tmp_path: Path) -> None:
    problem, buy, _ = blend()
    solver = Solver(problem)
    solver.solve()
    solver.set_costs(buy.every(), [4.5, 6.5])
    solver.write(tmp_path / "blend.lp")
    assert "+4.5 buy(a) +6.5 buy(b)" in (tmp_path / "blend.lp").read_text()


def test_a_file_that_cannot_be_written_is_the_users_error(tmp_path: Path) -> None:
    solver = Solver(blend()[0])
    with pytest.raises(InputError, match="names no format"):
        solver.write(tmp_path / "program.txt")
    with pytest.raises(InputError, match="cannot be written"):
        solver.write(tmp_path / "nowhere" / "program.lp")


def test_the_written_program_is_the_one_agreed(tmp_path: Path) -> None:
    Solver(transport()).write(tmp_path / "transport.lp")
    golden = Path(__file__).parent / "golden" / "transport.lp"
    assert (tmp_path / "transport.lp").read_text() == golden.read_text()
