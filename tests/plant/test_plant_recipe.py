"""From a plant to the chain: balanced recipes, derivatives, scenarios."""

from __future__ import annotations

from functools import lru_cache

import pytest

from orecell.data.book import Book, read_book
from orecell.data.package import read_case, shipped_case_folder
from orecell.errors import InputError
from orecell.plant.flowsheet import FlowsheetSolver
from orecell.plant.flowsheet_file import read_flowsheet, shipped_flowsheets
from orecell.plant.measures import recoveries
from orecell.plant.recipe import PlantRecipe, recipe, scenario_text
from orecell.plant.settings import changed


@lru_cache(maxsize=16)
def made(name: str) -> PlantRecipe:
    return recipe(read_flowsheet(name))


@lru_cache(maxsize=1)
def book() -> Book:
    found, faults = read_book(read_case(shipped_case_folder()).tables)
    assert not faults
    return found


@pytest.mark.parametrize("name", shipped_flowsheets())
def test_the_recipe_of_every_shipped_plant_balances_every_ledger_element(name: str) -> None:
    found = made(name)
    assert found.recipe.is_treatment
    through = sum(found.recipe.inputs.values())
    assert all(abs(r) <= 1e-9 * through for r in found.recipe.residual(found.compositions).values())
    assert all(loss > -1e-6 for loss in found.recipe.losses.values())


def test_the_derivative_to_a_setting_is_that_of_two_plants() -> None:
    flowsheet = read_flowsheet("black_mass_to_pcam")
    found = recipe(flowsheet, ["leach.hours"]).derivatives["leach.hours"]["Ni"]
    solver = FlowsheetSolver(flowsheet)
    ends = [recoveries(solver.solve(changed(flowsheet, {("leach", "hours"): h})))["Ni"] for h in (3.8, 4.2)]
    assert found == pytest.approx((ends[1] - ends[0]) / 0.4, rel=0.02)
    assert found > 0.0


def test_a_derivative_to_a_word_is_refused() -> None:
    with pytest.raises(InputError, match="not a number"):
        recipe(read_flowsheet("black_mass_to_pcam"), ["leach.reductant"])


def test_a_scenario_of_a_plant_changes_the_recoveries_of_the_case(tmp_path) -> None:  # type: ignore[no-untyped-def]
    import shutil

    folder = tmp_path / "case"
    shutil.copytree(shipped_case_folder(), folder)
    text = scenario_text(made("black_mass_to_sulfates"), "my_plant", "hydromet_nmc622", book())
    (folder / "scenarios" / "my_plant.yaml").write_text(text)
    case = read_case(folder)
    changed_case = read_case(folder, scenario=case.scenarios["my_plant"])
    found, faults = read_book(changed_case.tables)
    assert not faults
    nickel = (
        found.recipes["hydromet_nmc622"].outputs["niso4_6h2o"]
        / book().recipes["hydromet_nmc622"].outputs["niso4_6h2o"]
    )
    assert nickel == pytest.approx(made("black_mass_to_sulfates").recoveries["Ni"] / 0.95, rel=1e-5)


def test_a_recipe_that_the_case_lacks_is_refused() -> None:
    with pytest.raises(InputError, match="no recipe of the case"):
        scenario_text(made("black_mass_to_sulfates"), "x", "hydromet_gold", book())
