"""What a GWh of packs needs at each stage: by hand on a toy, and on the shipped case through its yields."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from orecell.chain.requirement import content, mix_of_years, unit_requirements
from orecell.data.book import Book
from orecell.data.package import Case
from orecell.data.recipe import Commodity, Recipe

LI, NI, MN, CO, O = 6.94, 58.6934, 54.938043, 58.933194, 15.999  # noqa: E741  g/mol, IUPAC 2021
FE, P, F = 55.845, 30.973762, 18.998403
NMC811 = LI + 0.8 * NI + 0.1 * MN + 0.1 * CO + 2 * O
LFP = LI + FE + P + 4 * O


@pytest.fixture(scope="module")
def need(shipped: Case, book: Book) -> dict[tuple[str, str], float]:
    """(stage, chemistry) -> requirement per GWh in 2024."""
    unit = unit_requirements(book, shipped.tables, [2024])
    return {
        (stage, chemistry): float(unit.value[0, i, k])
        for i, stage in enumerate(unit.stages)
        for k, chemistry in enumerate(unit.chemistries)
    }


def toy() -> tuple[Book, dict[str, pl.DataFrame]]:
    """Cells reject a quarter and use 4 cam and 2 carbonate; cam uses hydroxide made from carbonate."""
    made = {
        "pack_x": ({"cell_x": 1.0}, {}),
        "cell_x": ({"cam_x": 4.0, "li2co3": 2.0}, {"cell_scrap_x": 0.25}),
        "cam_x": ({"lioh": 0.5}, {}),
        "lioh": ({"li2co3": 2.0}, {}),
        "li2co3": ({"brine": 1.0}, {}),
    }
    recipes = {n: Recipe(n, n, inputs, {n: 1.0, **outputs}, {}) for n, (inputs, outputs) in made.items()}
    shred = Recipe("shred_x", "cell_scrap_x", {"cell_scrap_x": 1.0}, {"black_mass_x": 3.0}, {})
    names = [*made, "cell_scrap_x", "black_mass_x", "brine"]
    lithium = {"li2co3": 0.19, "lioh": 0.17}
    commodities = {n: Commodity(n, {"Li": lithium[n]} if n in lithium else {}) for n in names}
    stage_of = {"pack_x": "packs", "cell_x": "cells", "cam_x": "cam", "lioh": "li", "li2co3": "li"}
    stages = {"li": "Li", "cam": "mass", "cells": "energy", "packs": "energy", "recycling": "mass"}
    return Book(commodities, {**recipes, "shred_x": shred}), {
        "commodities": pl.DataFrame({"commodity": names, "stage": [stage_of.get(n) for n in names]}),
        "stages": pl.DataFrame(
            {"stage": list(stages), "order": [1.0, 2.0, 3.0, 4.0, 5.0], "measure": list(stages.values())}
        ),
        "technology_mix": pl.DataFrame(
            schema={"commodity": pl.String, "recipe": pl.String, "year": pl.Int64, "value": pl.Float64}
        ),
    }


def test_a_stage_counts_what_leaves_it_not_what_moves_inside() -> None:
    book, tables = toy()
    unit = unit_requirements(book, tables, [2030])
    found = dict(zip(unit.stages, unit.value[0, :, 0], strict=True))
    # lithium: 2 carbonate to cells and 0.5 x 4 hydroxide to cam; carbonate made into hydroxide stays inside.
    assert found == pytest.approx(
        {"li": 2 * 0.19 + 2 * 0.17, "cam": 4.0, "cells": 1.0, "packs": 1.0, "recycling": 3.0}
    )


def test_years_and_stages_stand_in_their_order() -> None:
    book, tables = toy()
    unit = unit_requirements(book, tables, [2031, 2030])
    assert unit.years == (2031, 2030)
    assert unit.stages == ("li", "cam", "cells", "packs", "recycling")
    assert unit.value.shape == (2, 5, 1)


def test_content_is_the_element_or_one() -> None:
    assert content("Ni", {"Ni": 0.22, "S": 0.12}) == 0.22
    assert content("mass", {"Ni": 0.22}) == 1.0
    assert content("Co", {"Ni": 0.22}) == 0.0


def test_a_mix_is_linear_between_its_years_and_constant_beyond() -> None:
    table = pl.DataFrame(
        {
            "commodity": ["li"] * 4,
            "recipe": ["brine", "ore", "brine", "ore"],
            "year": [2024, 2024, 2030, 2030],
            "value": [0.9, 0.1, 0.3, 0.7],
        }
    )
    first, middle, last = mix_of_years(table, [2020, 2027, 2040])
    assert first == pytest.approx({("li", "brine"): 0.9, ("li", "ore"): 0.1})
    assert middle == pytest.approx({("li", "brine"): 0.6, ("li", "ore"): 0.4})
    assert last == pytest.approx({("li", "brine"): 0.3, ("li", "ore"): 0.7})


def test_cam_of_nmc811_is_its_mass_per_kwh_over_the_yield_of_cells(
    need: dict[tuple[str, str], float],
) -> None:
    assert need["cam", "pack_nmc811"] == pytest.approx(1274.1 / 0.9, rel=1e-6)


def test_nickel_of_nmc811_follows_from_formula_and_three_yields(need: dict[tuple[str, str], float]) -> None:
    # 10 % of cells rejected, 1.5 % of pCAM lost in CAM, 1.5 % of metal lost in pCAM.
    nickel = 1274.1 * 0.8 * NI / NMC811 / 0.9 / 0.985 / 0.985
    assert need["nickel_sulfate", "pack_nmc811"] == pytest.approx(nickel, rel=1e-5)


def test_cobalt_and_manganese_of_nmc811_stand_to_nickel_as_in_the_formula(
    need: dict[tuple[str, str], float],
) -> None:
    nickel = need["nickel_sulfate", "pack_nmc811"]
    assert need["cobalt_sulfate", "pack_nmc811"] == pytest.approx(nickel * CO / (8 * NI), rel=1e-5)
    assert need["manganese_sulfate", "pack_nmc811"] == pytest.approx(nickel * MN / (8 * NI), rel=1e-5)


def test_pcam_of_nmc811_is_the_hydroxide_of_the_same_moles(need: dict[tuple[str, str], float]) -> None:
    hydroxide = 0.8 * NI + 0.1 * MN + 0.1 * CO + 2 * (O + 1.008)
    expected = 1274.1 / 0.9 * hydroxide / NMC811 / 0.985
    assert need["pcam", "pack_nmc811"] == pytest.approx(expected, rel=1e-5)


def test_lithium_of_lfp_is_that_of_cam_plus_that_of_the_salt_in_electrolyte(
    need: dict[tuple[str, str], float],
) -> None:
    cathode = 1930.3 / 0.9 * LI / LFP / 0.97
    salt = 548.542 / 0.9 * 0.151251 / 0.99 * LI / (LI + P + 6 * F) / 0.9
    assert need["lithium_chemicals", "pack_lfp"] == pytest.approx(cathode + salt, rel=1e-5)
    # `orecell.results.coverage` says that the salt is 3 to 5 % of the lithium.
    assert 0.03 < salt / (cathode + salt) < 0.05


def test_an_iron_cell_needs_exactly_nothing_of_the_nickel_stages(need: dict[tuple[str, str], float]) -> None:
    for stage in ("nickel_sulfate", "cobalt_sulfate", "manganese_sulfate", "pcam"):
        assert need[stage, "pack_lfp"] == 0.0
    assert need["iron_phosphate", "pack_nmc811"] == 0.0


def test_a_gwh_of_packs_needs_a_gwh_of_cells_whatever_the_chemistry(
    need: dict[tuple[str, str], float], book: Book
) -> None:
    packs = [name for name in book.commodities if name.startswith("pack_")]
    assert {need["cells", pack] for pack in packs} == {1.0}


def test_requirements_depend_on_the_year_only_through_the_mix(shipped: Case, book: Book) -> None:
    unit = unit_requirements(book, shipped.tables, [2024, 2030, 2035])
    mines, cam = unit.stages.index("mine_lithium"), unit.stages.index("cam")
    assert (unit.value[1] == unit.value[2]).all()
    np.testing.assert_allclose(unit.value[0, cam], unit.value[1, cam], rtol=1e-9)
    assert (unit.value[0, mines] != unit.value[1, mines]).all()
