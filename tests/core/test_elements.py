import re
from itertools import pairwise

import pytest

from orecell.core.elements import ELEMENTS, LEDGER_ELEMENTS, atomic_weight, find_element, suggest_symbol
from orecell.errors import InputError


def test_there_are_103_elements_numbered_in_order() -> None:
    assert [element.number for element in ELEMENTS.values()] == list(range(1, 104))
    assert all(symbol == element.symbol for symbol, element in ELEMENTS.items())
    assert len({element.name for element in ELEMENTS.values()}) == 103


@pytest.mark.parametrize(
    ("number", "symbol"),
    [
        (1, "H"),
        (10, "Ne"),
        (18, "Ar"),
        (28, "Ni"),
        (36, "Kr"),
        (54, "Xe"),
        (71, "Lu"),
        (86, "Rn"),
        (103, "Lr"),
    ],
)
def test_no_row_of_the_periodic_table_is_shifted(number: int, symbol: str) -> None:
    assert find_element(symbol).number == number


# Prohaska et al. 2022, doi 10.1515/pac-2019-0603, abridged values.
WEIGHTS = re.findall(
    r"([A-Z][a-z]?) ([0-9.]+)",
    """
    H 1.008  Li 6.94  C 12.011  N 14.007  O 15.999  F 18.998  Na 22.990  Mg 24.305  Al 26.982  Si 28.085
    P 30.974  S 32.06  Cl 35.45  Ar 39.95  K 39.098  Ca 40.078  Ti 47.867  V 50.942  Mn 54.938  Fe 55.845
    Co 58.933  Ni 58.693  Cu 63.546  Zn 65.38  Zr 91.224  La 138.91  Yb 173.05  Ta 180.95  Pb 207.2  U 238.03
    """,
)


@pytest.mark.parametrize(("symbol", "weight"), WEIGHTS)
def test_weights_are_the_abridged_standard_atomic_weights_of_2021(symbol: str, weight: str) -> None:
    assert atomic_weight(symbol) == float(weight)


def test_weights_rise_with_atomic_number_except_in_the_four_known_pairs() -> None:
    weighed = [element for element in ELEMENTS.values() if element.standard_weight is not None]
    falling = {
        (light.symbol, heavy.symbol) for light, heavy in pairwise(weighed) if light.weight >= heavy.weight
    }
    assert falling == {("Ar", "K"), ("Co", "Ni"), ("Te", "I"), ("Th", "Pa")}


def test_exactly_the_elements_without_a_characteristic_composition_have_no_weight() -> None:
    without = [symbol for symbol, element in ELEMENTS.items() if element.standard_weight is None]
    assert " ".join(without) == "Tc Pm Po At Rn Fr Ra Ac Np Pu Am Cm Bk Cf Es Fm Md No Lr"


def test_asking_the_weight_of_an_element_without_one_raises_instead_of_guessing() -> None:
    with pytest.raises(InputError, match="technetium has no standard atomic weight"):
        atomic_weight("Tc")


def test_the_ledger_tracks_the_twelve_elements_of_the_chain_and_all_have_weights() -> None:
    assert set(LEDGER_ELEMENTS) == {"Li", "Ni", "Co", "Mn", "Fe", "P", "Al", "Cu", "C", "F", "S", "Na"}
    assert len(LEDGER_ELEMENTS) == 12
    assert all(atomic_weight(symbol) > 0 for symbol in LEDGER_ELEMENTS)


@pytest.mark.parametrize(
    ("text", "symbol"),
    [("NI", "Ni"), ("li", "Li"), ("nickel", "Ni"), ("Aluminium", "Al"), ("sulphur", "S"), ("caesium", "Cs")],
)
def test_a_mistyped_element_gets_the_likely_symbol(text: str, symbol: str) -> None:
    assert suggest_symbol(text) == symbol
    with pytest.raises(InputError, match=f"did you mean {symbol}"):
        find_element(text)


@pytest.mark.parametrize("text", ["", "Q", "Xx", "graphite powder", "²"])
def test_no_symbol_is_suggested_where_none_is_likely(text: str) -> None:
    assert suggest_symbol(text) is None
