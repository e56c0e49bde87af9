import copy
import math
import pickle
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from orecell.core.elements import ELEMENTS
from orecell.core.formula import MAX_LENGTH, Formula, parse_formula
from orecell.errors import FormulaError, InputError

# Molar masses [g/mol] of the stoichiometry table of the North American case (from IUPAC weights).
MOLAR_MASSES = [
    ("LiFePO4", 157.755),
    ("LiMn0.6Fe0.4PO4", 157.2108),
    ("LiMn2O4", 180.812),
    ("LiNi0.5Mn1.5O4", 182.6895),
    ("LiNi0.8Co0.15Al0.05O2", 96.08145),
    ("LiNi0.5Mn0.3Co0.2O2", 96.5525),
    ("Ni0.5Mn0.3Co0.2(OH)2", 91.6285),
    ("LiNi0.6Mn0.2Co0.2O2", 96.928),
    ("Ni0.6Mn0.2Co0.2(OH)2", 92.004),
    ("LiNi0.7Mn0.2Co0.1O2", 96.904),
    ("Ni0.7Mn0.2Co0.1(OH)2", 91.98),
    ("LiNi0.8Mn0.1Co0.1O2", 97.2795),
    ("Ni0.8Mn0.1Co0.1(OH)2", 92.3555),
    ("LiNi0.9Mn0.05Co0.05O2", 97.45525),
    ("Ni0.9Mn0.05Co0.05(OH)2", 92.53125),
    ("Li2CO3", 73.888),
    ("LiOH", 23.947),
    ("LiOH.H2O", 41.962),
    ("NiSO4.6H2O", 262.839),
    ("CoSO4.7H2O", 281.094),
    ("MnSO4.H2O", 169.009),
    ("FePO4", 150.815),
    ("Li3PO4", 115.79),
]

READINGS: list[tuple[str, dict[str, float]]] = [
    ("Li2CO3", {"C": 1, "Li": 2, "O": 3}),
    ("Ca3(PO4)2", {"Ca": 3, "O": 8, "P": 2}),
    ("KFe3(SO4)2(OH)6", {"Fe": 3, "H": 6, "K": 1, "O": 14, "S": 2}),
    ("[Co(NH3)6]Cl3", {"Cl": 3, "Co": 1, "H": 18, "N": 6}),
    ("CH3COOH", {"C": 2, "H": 4, "O": 2}),
    ("Li1.02Ni0.8Mn0.1Co0.1O2", {"Co": 0.1, "Li": 1.02, "Mn": 0.1, "Ni": 0.8, "O": 2}),
    ("N1I3", {"I": 3, "N": 1}),
    ("((((((((Ni))))))))", {"Ni": 1}),
]

HYDRATES: list[tuple[str, dict[str, float]]] = [
    ("NiSO4.6H2O", {"H": 12, "Ni": 1, "O": 10, "S": 1}),
    ("NiSO4*6H2O", {"H": 12, "Ni": 1, "O": 10, "S": 1}),
    ("NiSO4 · 6H2O", {"H": 12, "Ni": 1, "O": 10, "S": 1}),
    ("CoSO4·7H2O", {"Co": 1, "H": 14, "O": 11, "S": 1}),
    ("Na2CO3.10H2O", {"C": 1, "H": 20, "Na": 2, "O": 13}),
    ("LiOH.H2O", {"H": 3, "Li": 1, "O": 2}),
    ("LiOH.1.5H2O", {"H": 4, "Li": 1, "O": 2.5}),
    ("CaSO4*0.5H2O", {"Ca": 1, "H": 1, "O": 4.5, "S": 1}),
    ("3Ni(OH)2*2NiCO3", {"C": 2, "H": 6, "Ni": 5, "O": 12}),
    ("NiCO3*2Ni(OH)2.4H2O", {"C": 1, "H": 12, "Ni": 3, "O": 11}),
    ("Li2O.Al2O3*4SiO2", {"Al": 2, "Li": 2, "O": 12, "Si": 4}),
]

DECIMALS: list[tuple[str, dict[str, float]]] = [
    ("NiO1.5", {"Ni": 1, "O": 1.5}),
    ("FeO1.5.H2O", {"Fe": 1, "H": 2, "O": 2.5}),
    ("Ni0.5H2O", {"H": 2, "Ni": 0.5, "O": 1}),
    ("LiNi1.5Mn0.5O4", {"Li": 1, "Mn": 0.5, "Ni": 1.5, "O": 4}),
    ("Li3.05Mn", {"Li": 3.05, "Mn": 1}),
    ("Li_6.5La3Zr1.5Ta0.5O12", {"La": 3, "Li": 6.5, "O": 12, "Ta": 0.5, "Zr": 1.5}),
]

CHARGES = [
    ("SO4^2-", "SO4", -2),
    ("SO4^-2", "SO4", -2),
    ("SO4-2", "SO4", -2),
    ("PO4(3-)", "PO4", -3),
    ("Fe^3+", "Fe", 3),
    ("Ni+2", "Ni", 2),
    ("Li+", "Li", 1),
    ("NH4+", "NH4", 1),
    ("OH-", "OH", -1),
    ("HCO3-", "HCO3", -1),
    ("Al(OH)4-", "Al(OH)4", -1),
    ("VO2^+", "VO2", 1),
    ("[Fe(CN)6]^3-", "Fe(CN)6", -3),
]


@pytest.mark.parametrize(("text", "mass"), MOLAR_MASSES)
def test_molar_masses_agree_with_the_stoichiometry_table(text: str, mass: float) -> None:
    assert parse_formula(text).molar_mass == pytest.approx(mass, abs=5e-7)


@pytest.mark.parametrize(("text", "atoms"), READINGS + HYDRATES + DECIMALS)
def test_atoms_are_counted_and_sorted_by_symbol(text: str, atoms: dict[str, float]) -> None:
    read_atoms = parse_formula(text).atoms
    assert list(read_atoms) == list(atoms)
    assert read_atoms == pytest.approx(atoms)


@pytest.mark.parametrize(("text", "neutral", "charge"), CHARGES)
def test_a_stated_charge_is_read_and_moves_no_atoms(text: str, neutral: str, charge: int) -> None:
    formula = parse_formula(text)
    assert formula.charge == charge
    assert formula.atoms == parse_formula(neutral).atoms


def test_a_formula_without_a_stated_charge_claims_none() -> None:
    assert parse_formula("NiSO4").charge is None


# By hand: Ni 58.693 of NiSO4.6H2O 58.693 + 32.06 + 10 * 15.999 + 12 * 1.008 = 262.839.
def test_mass_fraction_of_nickel_in_its_sulfate_is_that_of_the_hand_calculation() -> None:
    sulfate = parse_formula("NiSO4.6H2O")
    assert sulfate.mass_fraction("Ni") == pytest.approx(58.693 / 262.839, rel=1e-12)
    assert sulfate.mass_fraction("Co") == 0.0


def test_asking_for_a_fraction_of_no_element_raises() -> None:
    with pytest.raises(InputError, match="did you mean Ni"):
        parse_formula("NiSO4").mass_fraction("NI")


def test_an_element_without_atomic_weight_parses_but_has_no_mass() -> None:
    assert parse_formula("TcO2").atoms == {"O": 2.0, "Tc": 1.0}
    with pytest.raises(InputError, match="no standard atomic weight"):
        _ = parse_formula("TcO2").molar_mass


def test_formulas_are_equal_when_atoms_and_charge_are_equal() -> None:
    assert parse_formula("CH3COOH") == parse_formula("C2H4O2")
    assert hash(parse_formula("NiSO4.6H2O")) == hash(parse_formula("NiSO4*6H2O"))
    assert parse_formula("Ni+2") != parse_formula("Ni+3")


def test_a_formula_is_frozen_and_survives_copy_and_pickle() -> None:
    formula = parse_formula("SO4^2-")
    with pytest.raises(FrozenInstanceError):
        formula.charge = 0  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(formula)) == copy.deepcopy(formula) == formula


@pytest.mark.parametrize(
    "text", ["Al2O3.4SiO2", "MnO1.5H2O", "Ni.8Mn.2", "CaSO4.0.5H2O", "Li6.5La3", "CoSO4.7.H2O", "FePO4.05H2O"]
)
def test_a_full_stop_with_two_readings_is_refused_and_both_fixes_parse(text: str) -> None:
    with pytest.raises(FormulaError, match="decimal point or a hydrate dot") as caught:
        parse_formula(text)
    assert text[caught.value.position] == "."
    assert f"{text[: caught.value.position]}*" in caught.value.fix
    assert "_" in caught.value.fix


def test_the_proposed_fixes_of_an_unclear_full_stop_give_the_two_readings() -> None:
    assert parse_formula("Al2O3*4SiO2").atoms == {"Al": 2.0, "O": 11.0, "Si": 4.0}
    assert parse_formula("Al2O_3.4SiO2").atoms == {"Al": 2.0, "O": 5.4, "Si": 1.0}


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("Ni2+", "write Ni^2+ or Ni2^+"),
        ("SO42-", "write SO4^2- or SO42^-"),
        ("VO2+", "write VO^2+ or VO2^+"),
        ("Fe(OH)2+", "write Fe(OH)^2+ or Fe(OH)2^+"),
        ("[Fe(CN)6]3-", "write [Fe(CN)6]^3- or [Fe(CN)6]3^-"),
    ],
)
def test_a_sign_after_digits_that_may_be_the_charge_is_refused(text: str, fix: str) -> None:
    with pytest.raises(FormulaError, match="subscript or a charge") as caught:
        parse_formula(text)
    assert caught.value.fix == fix


@pytest.mark.parametrize(
    ("text", "position", "said"),
    [
        ("", 0, "at least one element"),
        ("   ", 0, "at least one element"),
        ("NI", 0, "did you mean Ni"),
        ("NISO4", 0, "did you mean Ni"),
        ("LiMN2O4", 2, "did you mean Mn"),
        ("LiFEPO4", 3, "did you mean Fe"),
        ("NaALO2", 2, "did you mean Al"),
        ("nickel", 0, "did you mean Ni"),
        ("LiXxO2", 2, "Xx is not a chemical element"),
        ("LiNixO2", 4, "'x' cannot stand here"),
        ("Ni0", 2, "never zero"),
        ("Li0.0Ni", 2, "never zero"),
        ("Ni0.0000001", 2, "never zero"),
        ("Ni99999", 2, "1e-06 to 10000"),
        ("C" + "9" * 150, 1, "1e-06 to 10000"),
        ("((C10000)10000)10000", 0, "more than 1e+06"),
        ("Ni,8", 2, "write a point for the decimal"),
        ("Ni(OH", 2, "never closed"),
        ("Ni(OH]2", 5, "cannot stand here"),
        ("Ni)2", 2, "open the bracket"),
        ("Ni()", 3, "cannot stand here"),
        ("2NiSO4", 0, "into the recipe"),
        ("-2", 0, "an element is missing"),
        ("NiSO4.", 5, "an element is missing"),
        (".H2O", 0, "between two parts"),
        ("NiSO4-6H2O", 5, "for the hydrate dot"),
        ("NiSO4 6H2O", 5, "remove the space"),
        ("(NiSO4.6H2O)2", 6, "inside brackets"),
        ("(NiSO4*6H2O)2", 6, "outside brackets"),
        ("Li_Ni", 2, "needs a number"),
        ("Ni^0-", 2, "1 to 9"),
        ("Ni^12+", 2, "1 to 9"),
        ("Ni++", 2, "one charge"),
        ("FeSO₄", 4, "cannot stand here"),
        ("(" * 9 + "Ni" + ")" * 9, 8, "more than 8 deep"),
        ("Ni" * 101, MAX_LENGTH, "at most 200 characters"),
    ],
)
def test_a_faulty_formula_is_refused_with_position_rule_and_fix(text: str, position: int, said: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse_formula(text)
    assert said in str(caught.value)
    assert caught.value.position == position
    assert caught.value.rule
    assert caught.value.fix
    assert caught.value.text == text.strip()


SYMBOLS = st.sampled_from([symbol for symbol, item in ELEMENTS.items() if item.standard_weight is not None])
COUNTS = st.one_of(st.integers(1, 99).map(float), st.integers(1, 999).map(lambda digits: digits / 1000))
ATOMS = st.lists(st.tuples(SYMBOLS, COUNTS), min_size=1, max_size=6)


def write(atoms: list[tuple[str, float]]) -> str:
    return "".join(f"{symbol}{count:g}" for symbol, count in atoms)


def total(atoms: list[tuple[str, float]], factor: float = 1.0) -> dict[str, float]:
    counts: dict[str, float] = {}
    for symbol, count in atoms:
        counts[symbol] = counts.get(symbol, 0.0) + factor * count
    return dict(sorted(counts.items()))


@settings(deadline=None)
@given(ATOMS)
def test_what_is_written_is_what_is_read(atoms: list[tuple[str, float]]) -> None:
    assert parse_formula(write(atoms)).atoms == pytest.approx(total(atoms))


@settings(deadline=None)
@given(ATOMS, st.integers(1, 50), ATOMS)
def test_a_group_multiplies_and_a_hydrate_dot_adds(
    group: list[tuple[str, float]], factor: int, rest: list[tuple[str, float]]
) -> None:
    summed = total([*total(group, factor).items(), *rest])
    assert parse_formula(f"({write(group)}){factor}{write(rest)}").atoms == pytest.approx(summed)
    assert parse_formula(f"{write(rest)}*{factor}{write(group)}").atoms == pytest.approx(summed)


@settings(deadline=None)
@given(ATOMS, ATOMS)
def test_the_mass_of_a_sum_is_the_sum_of_the_masses(
    first: list[tuple[str, float]], second: list[tuple[str, float]]
) -> None:
    parts = parse_formula(write(first)).molar_mass + parse_formula(write(second)).molar_mass
    assert parse_formula(f"{write(first)}*{write(second)}").molar_mass == pytest.approx(parts, rel=1e-12)


@settings(deadline=None)
@given(ATOMS)
def test_mass_fractions_sum_to_one_and_lie_between_zero_and_one(atoms: list[tuple[str, float]]) -> None:
    fractions = parse_formula(write(atoms)).mass_fractions()
    assert math.fsum(fractions.values()) == pytest.approx(1.0, rel=1e-12)
    assert all(0.0 < fraction <= 1.0 for fraction in fractions.values())


@settings(deadline=None)
@given(ATOMS, st.sampled_from(["", "^2-", "^+", "+3"]))
def test_a_formula_written_out_reads_back_as_itself(atoms: list[tuple[str, float]], charge: str) -> None:
    formula = parse_formula(write(atoms) + charge)
    assert parse_formula(str(formula)) == formula


def read(text: str) -> Formula | FormulaError:
    try:
        return parse_formula(text)
    except FormulaError as error:
        return error


NEAR_FORMULAS = st.text("LiNSOHCFemg()[]{}.*·_^+-0123456789 ²₄,é\n", max_size=40)


@settings(deadline=None, max_examples=500)
@given(st.one_of(NEAR_FORMULAS, st.text(max_size=220)))
@example("^" * 199)
@example("(" * 200)
@example("9" * 200)
@example("0." + "0" * 190 + "1Ni*Ni")
@example("1e999")
@example("Ni-\n")
@example("\x00")
def test_arbitrary_text_gives_a_formula_or_a_formula_error_and_nothing_else(text: str) -> None:
    result = read(text)
    if isinstance(result, FormulaError):
        assert 0 <= result.position <= MAX_LENGTH
        assert result.rule
        assert result.fix
        assert len(str(result).splitlines()) == 1
    else:
        assert parse_formula(str(result)) == result
        assert result.atoms
        assert all(math.isfinite(count) and count > 0 for count in result.atoms.values())
