import subprocess
import sys
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orecell.core.units import UNITS, convert, convert_content, factor
from orecell.errors import UnitError

# Exact by definition, or NIST SP 811 (pound, short ton, troy ounce, Btu).
FACTORS = [
    ("kt/year", "t/yr", 1000.0),
    ("Mt", "kt", 1000.0),
    ("kg", "g", 1000.0),
    ("lb", "kg", 0.45359237),
    ("short ton", "t", 0.90718474),
    ("short tons/yr", "lb/a", 2000.0),
    ("troy_oz", "g", 31.1034768),
    ("TWh", "GWh", 1000.0),
    ("MWh", "MJ", 3600.0),
    ("GJ", "kWh", 1e6 / 3600.0),
    ("MMBtu", "MJ", 1055.05585262),
    ("GW", "GWh/yr", 8760.0),
    ("km2", "m2", 1e6),
    ("Mm2", "m2", 1e6),
    ("m3", "L", 1000.0),
    ("kg/m^3", "g/L", 1.0),
    ("m²", "m2", 1.0),
    ("kmol", "mol", 1000.0),
    ("1/h", "1/day", 24.0),
    ("kg/kg", "fraction", 1.0),
    ("kWh*year/t", "kWh*day/t", 365.0),
]


@pytest.mark.parametrize(("from_unit", "to_unit", "expected"), FACTORS)
def test_factors_are_those_of_the_definitions(from_unit: str, to_unit: str, expected: float) -> None:
    assert factor(from_unit, to_unit) == pytest.approx(expected, rel=1e-14)


def test_conversion_multiplies_by_the_factor() -> None:
    assert convert(2.5, "kt/year", "t/yr") == pytest.approx(2500.0, rel=1e-14)
    assert convert(0.0, "t", "kg") == 0.0


ALIKE = ["g", "kg", "t", "tonne", "kt", "Mt", "lb", "short ton", "troy_oz"]


@settings(deadline=None)
@given(st.floats(-1e12, 1e12), st.sampled_from(ALIKE), st.sampled_from(ALIKE), st.sampled_from(ALIKE))
def test_converting_back_gives_the_number_and_a_detour_changes_nothing(
    value: float, first: str, second: str, third: str
) -> None:
    there = convert(value, first, second)
    assert convert(there, second, first) == pytest.approx(value, rel=1e-12)
    assert convert(there, second, third) == pytest.approx(convert(value, first, third), rel=1e-12)


@pytest.mark.parametrize("unit", UNITS)
def test_every_unit_converts_into_itself_without_change(unit: str) -> None:
    assert factor(unit, unit) == 1.0


@pytest.mark.parametrize(
    ("from_unit", "to_unit", "said"),
    [
        ("t", "GWh", "is mass, but GWh is energy"),
        ("t/yr", "t", "is mass / time, but t is mass"),
        ("m2", "L", "is area, but L is volume"),
        ("kmol", "kg", "is amount, but kg is mass"),
        ("GWH", "kWh", "did you mean GWh"),
        ("tonnes", "t", "did you mean tonne"),
        ("mW", "kW", "did you mean MW"),
        ("furlong", "m", "not a known unit"),
        ("12 %", "fraction", "not a known unit"),
        ("%", "fraction", "12 % is 0.12"),
        ("wt%", "fraction", "write a fraction"),
        ("ppm", "fraction", "write mg/kg"),
        ("ton", "t", "write t (1,000 kg) or short_ton"),
        ("MT/yr", "t/yr", "write t or Mt"),
        ("oz", "g", "troy_oz"),
        ("USD2023/t", "t", "parse_money_unit"),
        ("LCE/yr", "t/yr", "write t LCE"),
        ("t/yr LCE", "t/yr", "t LCE/yr"),
        ("t Li", "t", "use convert_content"),
        ("t", "t Li", "use convert_content"),
        ("t Li", "kg Li", "use convert_content"),
        ("", "t", "write e.g. t/yr"),
        ("t//yr", "t", "write e.g. t/yr"),
        ("m^9", "m", "write e.g. t/yr"),
        ("t/yr*km", "t", "write a/b/c"),
        ("t" * 101, "t", "at most 100 characters"),
    ],
)
def test_what_cannot_be_converted_is_refused_with_the_reason(from_unit: str, to_unit: str, said: str) -> None:
    with pytest.raises(UnitError) as caught:
        factor(from_unit, to_unit)
    assert said in str(caught.value)
    assert caught.value.fix


# By hand from 6.94 (Li), 73.888 (Li2CO3), 41.962 (LiOH.H2O), 58.693 (Ni), 262.839 (NiSO4.6H2O).
CONTENTS = [
    ("t Li", "t LCE", 73.888 / (2 * 6.94)),
    ("t LCE/yr", "t Li/yr", 2 * 6.94 / 73.888),
    ("t LCE/yr", "t LiOH.H2O/yr", 2 * 41.962 / 73.888),
    ("kt LCE/yr", "t LiOH*H2O/yr", 2000 * 41.962 / 73.888),
    ("t LCE", "kg Li2CO3", 1000.0),
    ("t NiSO4.6H2O", "t Ni", 58.693 / 262.839),
    ("short ton NiSO4.6H2O", "t Ni", 0.90718474 * 58.693 / 262.839),
    ("kWh/kg LCE", "kWh/t Li", 1000 * 73.888 / (2 * 6.94)),
    ("t H3PO4", "t LiFePO4", 157.755 / 97.994),
]


@pytest.mark.parametrize(("from_unit", "to_unit", "expected"), CONTENTS)
def test_contained_substances_convert_by_the_element_they_carry(
    from_unit: str, to_unit: str, expected: float
) -> None:
    assert convert_content(1.0, from_unit, to_unit) == pytest.approx(expected, rel=1e-12)


def test_a_ton_of_lithium_is_5_323_tons_of_carbonate_equivalent() -> None:
    assert convert_content(1.0, "t Li", "t LCE") == pytest.approx(5.323, abs=5e-4)


LITHIUM = ["t LCE", "kg Li", "t LiOH.H2O", "lb LiOH", "kt Li3PO4", "t LiFePO4"]


@settings(deadline=None)
@given(st.floats(0, 1e9), st.sampled_from(LITHIUM), st.sampled_from(LITHIUM), st.sampled_from(LITHIUM))
def test_a_round_through_lithium_substances_keeps_the_lithium(
    value: float, first: str, second: str, third: str
) -> None:
    once = convert_content(value, first, second, element="Li")
    twice = convert_content(once, second, third, element="Li")
    assert convert_content(twice, third, first, element="Li") == pytest.approx(value, rel=1e-12)


def test_more_of_a_substance_always_holds_more_of_the_element() -> None:
    amounts = [convert_content(value, "t LCE", "t LiOH.H2O") for value in (0.0, 1.0, 2.0, 10.0)]
    assert amounts == sorted(set(amounts))


@pytest.mark.parametrize(
    ("from_unit", "to_unit", "said"),
    [
        ("t", "t Li", "names no substance"),
        ("t Li", "t", "names no substance"),
        ("t", "kt", "names no substance"),
        ("t LCE", "t Ni", "no tracked element"),
        ("t H2O", "t O", "no tracked element"),
        ("t LiFePO4", "t FePO4", "Fe, P are in both substances"),
        ("t NiSO4.6H2O", "t NiSO4", "element='Ni'"),
        ("t NiSO4.6H2O", "t CoSO4.7H2O", "only S is in both"),
        ("t Li2CO3", "t Na2CO3", "only C is in both"),
        ("t LCE/yr", "t Li", "is mass / time, but t Li is mass"),
        ("t LCE", "kWh/t Li", "other side of /"),
        ("t Li/t Ni", "t Li", "more than one substance"),
        ("t NI", "t Ni", "did you mean Ni"),
        ("t black mass", "t Ni", "black mass is not a substance"),
        ("GWh Li", "t Li", "which is no mass"),
    ],
)
def test_a_conversion_of_content_that_would_be_a_guess_is_refused(
    from_unit: str, to_unit: str, said: str
) -> None:
    with pytest.raises(UnitError) as caught:
        convert_content(1.0, from_unit, to_unit)
    assert said in str(caught.value)
    assert caught.value.fix


def test_naming_the_element_settles_an_open_conversion() -> None:
    by_sulfur = convert_content(1.0, "t NiSO4.6H2O", "t CoSO4.7H2O", element="S")
    assert by_sulfur == pytest.approx(281.094 / 262.839, rel=1e-12)
    by_iron = convert_content(1.0, "t LiFePO4", "t FePO4", element="Fe")
    assert by_iron == pytest.approx(150.815 / 157.755, rel=1e-12)


@pytest.mark.parametrize("element", ["Ni", "Xx", ""])
def test_a_named_element_that_is_not_in_both_substances_is_refused(element: str) -> None:
    with pytest.raises(UnitError, match="not in both substances"):
        convert_content(1.0, "t LiFePO4", "t FePO4", element=element)


def attempt(calculate: Callable[[], float]) -> float | UnitError:
    try:
        return calculate()
    except UnitError as error:
        return error


@settings(deadline=None, max_examples=300)
@given(st.one_of(st.text("tkgMWhyrLCiO2.*/^ %1()m", max_size=20), st.text(max_size=120)))
def test_arbitrary_text_converts_or_raises_a_unit_error_and_nothing_else(text: str) -> None:
    for result in (
        attempt(lambda: factor(text, "t")),
        attempt(lambda: convert_content(1.0, text, "t Li", element="Li")),
    ):
        if isinstance(result, UnitError):
            assert result.fix
            assert len(str(result).splitlines()) == 1
        else:
            assert result > 0


def test_importing_units_does_not_import_pint() -> None:
    code = "import sys, orecell.core.units, orecell.core.money; sys.exit('pint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
