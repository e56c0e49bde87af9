"""Ions as salts and back, and the table of defaults."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orecell.data.chemistry import read_chemistry
from orecell.errors import InputError
from orecell.plant.component import Components
from orecell.plant.lithium import KINDS
from orecell.plant.lithium_parameters import parameter
from orecell.plant.lithium_salts import dissolved, dried, ions_of_salt, pair_off, salt_names, salt_of

IONS = ("Li+", "Na+", "K+", "Ca+2", "Mg+2", "Al+3", "NH3", "SO4-2", "Cl-", "F-", "CO3-2", "PO4-3")


@pytest.mark.parametrize(
    ("cation", "anion", "formula"),
    [
        ("Na+", "SO4-2", "Na2SO4"),
        ("Ca+2", "OH-", "Ca(OH)2"),
        ("Al+3", "SO4-2", "Al2(SO4)3"),
        ("Ca+2", "CO3-2", "CaCO3"),
        ("NH4+", "SO4-2", "(NH4)2SO4"),
        ("Ca+2", "F-", "CaF2"),
    ],
)
def test_salts_are_written_as_a_chemist_does(cation: str, anion: str, formula: str) -> None:
    assert salt_of(cation, anion)[0] == formula


def test_ions_pair_off_by_hand() -> None:
    # 1 Ca takes 1 of 1.5 carbonate, lithium the rest, sodium the sulfate.
    found = pair_off({"Ca+2": 1.0, "Li+": 1.0, "Na+": 2.0, "CO3-2": 1.5, "SO4-2": 1.0})
    assert found == pytest.approx({"CaCO3": 1.0, "Li2CO3": 0.5, "Na2SO4": 1.0})


@given(st.fixed_dictionaries({name: st.floats(0.0, 10.0) for name in IONS}))
def test_drying_keeps_every_atom(amounts: dict[str, float]) -> None:
    components = Components.of([*IONS, *salt_names(IONS), "CO2"])
    liquor = components.vector({**amounts, "H2O": 100.0})
    liquor[components.index["H+"]] -= components.charge @ liquor
    solid, gas = dried(components, liquor)
    assert np.allclose(components.atoms @ (solid + gas - liquor), 0.0, atol=1e-11)
    assert not np.any((solid > 0.0) & (components.charge != 0.0))


def test_salts_dissolve_to_the_ions_they_were_dried_from() -> None:
    components = Components.of(["Li+", "Na+", "SO4-2", *salt_names(("Li+", "Na+", "SO4-2"))])
    found = dissolved(components, components.vector({"Na2SO4": 1.0, "LiOH": 2.0}))
    assert np.array_equal(
        found, components.vector({"Na+": 2.0, "SO4-2": 1.0, "Li+": 2.0, "H+": -2.0, "H2O": 2.0})
    )


@pytest.mark.parametrize("formula", ["Li2CO3", "LiF", "CaCO3", "SiO2"])
def test_what_water_does_not_take_is_no_soluble_salt(formula: str) -> None:
    assert ions_of_salt(formula) == ()


def test_every_default_lies_in_its_range_and_says_where_it_is_from() -> None:
    rows = read_chemistry().rows("lithium_parameters")
    assert rows
    for row in rows:
        assert row["low"] <= row["value"] <= row["high"], row["parameter"]
        assert row["note"], row["parameter"]


def test_settings_take_their_defaults_from_the_table() -> None:
    for kind in KINDS:
        assert kind.settings()
    assert KINDS[0].settings().excess == parameter("li2co3_soda_excess")


def test_a_parameter_that_is_not_in_the_table_is_refused() -> None:
    with pytest.raises(InputError, match="lithium_parameters"):
        parameter("nonsense")
