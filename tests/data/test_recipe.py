import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orecell.core.elements import LEDGER_ELEMENTS
from orecell.data.recipe import Carrier, Commodity, Recipe, Side
from orecell.errors import InputError, RecipeError

PCAM = Commodity.from_formula("pcam", "Ni0.8Mn0.1Co0.1(OH)2")
NISO4 = Commodity.from_formula("niso4", "NiSO4*6H2O")
MNSO4 = Commodity.from_formula("mnso4", "MnSO4*H2O")
COSO4 = Commodity.from_formula("coso4", "CoSO4*7H2O")
NAOH = Commodity.from_formula("naoh", "NaOH")
NA2SO4 = Commodity.from_formula("na2so4", "Na2SO4")
LI2CO3 = Commodity.from_formula("li2co3", "Li2CO3")
NA2CO3 = Commodity.from_formula("na2co3", "Na2CO3")
COPPER = Commodity.from_formula("copper", "Cu")
ALUMINUM = Commodity.from_formula("aluminum", "Al")

# Molar masses by hand from IUPAC weights [g/mol]:
# Ni0.8Mn0.1Co0.1(OH)2 = 46.9544 + 5.4938 + 5.8933 + 31.998 + 2.016 = 92.3555
# NiSO4*6H2O = 58.693 + 32.06 + 63.996 + 6 x 18.015 = 262.839
# MnSO4*H2O = 54.938 + 32.06 + 63.996 + 18.015 = 169.009
# CoSO4*7H2O = 58.933 + 32.06 + 63.996 + 7 x 18.015 = 281.094
# NaOH = 22.990 + 15.999 + 1.008 = 39.997;  Na2SO4 = 45.980 + 32.06 + 63.996 = 142.036


def pcam_from_sulfates(
    yields: tuple[float, float, float] = (1.0, 1.0, 1.0), soda: float = 2.0, sulfate: float = 1.0
) -> Recipe:
    """Ni0.8Mn0.1Co0.1(OH)2 from sulfates: MSO4 + 2 NaOH -> M(OH)2 + Na2SO4."""
    carriers = [
        Carrier(feed, moles=moles, yield_fraction=share)
        for feed, moles, share in zip((NISO4, MNSO4, COSO4), (0.8, 0.1, 0.1), yields, strict=True)
    ]
    return Recipe.from_stoichiometry(
        "pcam",
        PCAM,
        carriers,
        reagents=[Side(NAOH, soda)],
        byproducts=[Side(NA2SO4, sulfate)],
        lost_elements=["S"],
    )


COMPOSITIONS = {c.name: c.composition for c in (PCAM, NISO4, MNSO4, COSO4, NAOH, NA2SO4, LI2CO3, NA2CO3)}


def test_a_tonne_of_nmc811_hydroxide_takes_the_sulfates_and_soda_of_its_formula() -> None:
    recipe = pcam_from_sulfates()
    assert recipe.inputs == pytest.approx(
        {
            "niso4": 2.2767588,  # 0.8 x 262.839 / 92.3555
            "mnso4": 0.1829983,  # 0.1 x 169.009 / 92.3555
            "coso4": 0.3043609,  # 0.1 x 281.094 / 92.3555
            "naoh": 0.8661531,  # 2 x 39.997 / 92.3555
        },
        rel=1e-6,
    )
    assert recipe.outputs == pytest.approx({"pcam": 1.0, "na2so4": 1.5379268}, rel=1e-6)  # 142.036 / 92.3555
    assert recipe.losses == {}
    assert not recipe.is_treatment


def test_a_yield_divides_the_feed_and_what_is_lost_is_the_rest_of_it() -> None:
    recipe = pcam_from_sulfates(yields=(0.985, 1.0, 1.0))
    assert recipe.inputs["niso4"] == pytest.approx(2.2767588 / 0.985, rel=1e-6)
    # 1.5 % of 2.311430 t NiSO4*6H2O, of which 58.693 / 262.839 is Ni and 32.06 / 262.839 is S.
    assert recipe.losses == pytest.approx({"Ni": 0.00774231, "S": 0.00422907}, rel=1e-5)
    assert recipe.inputs["naoh"] == pytest.approx(0.8661531, rel=1e-6)


def test_too_little_soda_is_refused_by_element_with_the_amount_missing() -> None:
    with pytest.raises(RecipeError) as caught:
        pcam_from_sulfates(soda=1.9)
    # 0.1 mol of Na: 0.1 x 22.990 / 92.3555 t per t
    assert caught.value.missing == pytest.approx({"Na": 0.0248929}, rel=1e-5)
    assert "Na +0.0248929 t" in str(caught.value)


def test_too_much_soda_is_refused_with_the_amount_in_excess() -> None:
    with pytest.raises(RecipeError) as caught:
        pcam_from_sulfates(soda=2.1)
    assert caught.value.missing == pytest.approx({"Na": -0.0248929}, rel=1e-5)


def test_too_little_nickel_is_refused_by_nickel_and_sulfur() -> None:
    carriers = [Carrier(NISO4, moles=0.7), Carrier(MNSO4, moles=0.1), Carrier(COSO4, moles=0.1)]
    with pytest.raises(RecipeError) as caught:
        Recipe.from_stoichiometry(
            "pcam", PCAM, carriers, reagents=[Side(NAOH, 2.0)], byproducts=[Side(NA2SO4, 1.0)]
        )
    # 0.1 mol each: 0.1 x 58.693 / 92.3555 and 0.1 x 32.06 / 92.3555
    assert caught.value.missing == pytest.approx({"Ni": 0.0635511, "S": 0.0347137}, rel=1e-5)


def test_a_mixture_is_fed_by_the_element_it_carries() -> None:
    brine = Commodity.mixture("brine", {"Li": 0.0015})
    salt = Commodity.from_formula("salt", "NaCl")
    recipe = Recipe.from_stoichiometry(
        "li2co3",
        LI2CO3,
        [Carrier(brine, element="Li", yield_fraction=0.8)],
        reagents=[Side(NA2CO3, 1.0)],
        byproducts=[Side(salt, 2.0)],
    )
    # Li2CO3 is 13.88 / 73.888 Li; Na2CO3 weighs 105.988, NaCl 58.440 g/mol.
    assert recipe.inputs == pytest.approx({"brine": 156.543227, "na2co3": 1.4344413}, rel=1e-6)
    assert recipe.outputs == pytest.approx({"li2co3": 1.0, "salt": 1.5818536}, rel=1e-6)
    assert recipe.losses == pytest.approx({"Li": 0.04696297}, rel=1e-6)


def test_a_byproduct_takes_its_share_of_a_surplus_and_the_rest_is_lost() -> None:
    ore = Commodity.mixture("ore", {"Co": 0.003, "Cu": 0.025})
    cobalt = Commodity.from_formula("cobalt", "Co")
    recipe = Recipe.from_stoichiometry(
        "cobalt",
        cobalt,
        [Carrier(ore, element="Co", yield_fraction=0.75)],
        byproducts=[Side(COPPER, 0.88, element="Cu")],
        lost_elements=["Cu"],
    )
    # 1 / (0.003 x 0.75) = 444.444 t of ore bring 11.1111 t of Cu, 88 % of it is won.
    assert recipe.inputs == pytest.approx({"ore": 444.4444444}, rel=1e-9)
    assert recipe.outputs == pytest.approx({"cobalt": 1.0, "copper": 9.7777778}, rel=1e-7)
    assert recipe.losses == pytest.approx({"Co": 1.0 / 3.0, "Cu": 1.3333333}, rel=1e-7)


def test_a_reagent_may_refer_to_the_moles_of_a_byproduct() -> None:
    # 2 LiOH*H2O <- Li2CO3 + Ca(OH)2, CaCO3 leaves: one mole of lime per mole of chalk.
    lioh = Commodity.from_formula("lioh", "LiOH*H2O")
    lime = Commodity.from_formula("lime", "Ca(OH)2")
    chalk = Commodity.from_formula("chalk", "CaCO3")
    recipe = Recipe.from_stoichiometry(
        "lioh",
        lioh,
        [Carrier(LI2CO3, moles=0.5)],
        reagents=[Side(lime, 1.0, basis="chalk")],
        byproducts=[Side(chalk, 1.0, element="C")],
    )
    # Per mole of LiOH*H2O (41.962 g): 0.5 x 73.888 g Li2CO3, 0.5 x 74.092 g lime, 0.5 x 100.086 g chalk.
    assert recipe.inputs == pytest.approx({"li2co3": 0.8804156, "lime": 0.8828464}, rel=1e-4)
    assert recipe.outputs["chalk"] == pytest.approx(1.1925789, rel=1e-4)


def test_an_assembly_takes_its_ingredients_and_loses_what_it_rejects() -> None:
    foil = Commodity("foil", {"Cu": 0.6, "Al": 0.4})
    parts = {"copper": (COPPER, 0.6), "aluminum": (ALUMINUM, 0.4)}
    recipe = Recipe.from_ingredients("foil", foil, parts, yield_fraction=0.8)
    assert recipe.inputs == pytest.approx({"copper": 0.75, "aluminum": 0.5})
    assert recipe.outputs == {"foil": 1.0}
    assert recipe.losses == pytest.approx({"Cu": 0.15, "Al": 0.1})


def test_scrap_of_an_assembly_is_a_product_with_the_same_composition() -> None:
    foil = Commodity("foil", {"Cu": 0.6, "Al": 0.4})
    parts = {"copper": (COPPER, 0.6), "aluminum": (ALUMINUM, 0.4)}
    recipe = Recipe.from_ingredients("foil", foil, parts, yield_fraction=0.8, scrap="scrap")
    assert recipe.outputs == pytest.approx({"foil": 1.0, "scrap": 0.25})
    assert recipe.losses == {}


def test_an_assembly_that_does_not_weigh_its_ingredients_is_refused() -> None:
    foil = Commodity("foil", {"Cu": 0.6, "Al": 0.4})
    with pytest.raises(RecipeError) as caught:
        Recipe.from_ingredients("foil", foil, {"copper": (COPPER, 0.5), "aluminum": (ALUMINUM, 0.4)})
    assert caught.value.missing == pytest.approx({"Cu": 0.1})


def test_a_separation_gives_the_shares_of_each_element_and_loses_the_rest() -> None:
    scrap = Commodity.mixture("scrap", {"Cu": 0.2, "Al": 0.1, "C": 0.3})
    black = Commodity.mixture("black", {"C": 0.95, "Cu": 0.05})
    splits = {
        "copper": (COPPER, {"Cu": 0.9}),
        "aluminum": (ALUMINUM, {"Al": 0.75}),
        "black": (black, {"C": 0.95, "Cu": 0.075}),
    }
    recipe = Recipe.from_splits("shred", scrap, splits)
    assert recipe.is_treatment
    # 0.285 t C and 0.015 t Cu make 0.3 t of black mass of 95 % C.
    assert recipe.outputs == pytest.approx({"copper": 0.18, "aluminum": 0.075, "black": 0.3})
    assert recipe.losses == pytest.approx({"Cu": 0.005, "Al": 0.025, "C": 0.015})


def test_a_separation_that_gives_more_than_it_takes_is_refused() -> None:
    scrap = Commodity.mixture("scrap", {"Cu": 0.2})
    twice = {"a": (Commodity.from_formula("a", "Cu"), {"Cu": 0.9}), "b": (COPPER, {"Cu": 0.2})}
    with pytest.raises(RecipeError) as caught:
        Recipe.from_splits("shred", scrap, twice)
    assert caught.value.missing == pytest.approx({"Cu": 0.02})


BLACK_MASS = Commodity.mixture("black_mass", {"Ni": 0.2, "Li": 0.03, "C": 0.35})
H2SO4 = Commodity.from_formula("h2so4", "H2SO4")


def test_a_recovery_gives_products_of_known_formula_and_loses_what_it_does_not_recover() -> None:
    recipe = Recipe.from_recovery(
        "hydromet",
        BLACK_MASS,
        {"niso4": (NISO4, "Ni", 0.95)},
        reagents=[Side(H2SO4, 1.0, basis="niso4")],
        lost_elements=["Li", "C"],
    )
    # 0.19 t Ni / (58.693 / 262.839) = 0.850864 t of sulfate; acid 98.072 / 58.693 x 0.19
    assert recipe.outputs == pytest.approx({"niso4": 0.850864}, rel=1e-5)
    assert recipe.inputs == pytest.approx({"black_mass": 1.0, "h2so4": 0.317477}, rel=1e-5)
    assert recipe.losses == pytest.approx({"Ni": 0.01, "Li": 0.03, "C": 0.35})


def test_one_element_recovered_into_two_products_loses_only_what_neither_takes() -> None:
    nickel = Commodity.from_formula("nickel", "Ni")
    recipe = Recipe.from_recovery(
        "hydromet",
        BLACK_MASS,
        {"nickel": (nickel, "Ni", 0.5), "niso4": (NISO4, "Ni", 0.4)},
        reagents=[Side(H2SO4, 1.0, basis="niso4")],
        lost_elements=["Li", "C"],
    )
    assert recipe.outputs["nickel"] == pytest.approx(0.1)
    assert recipe.losses["Ni"] == pytest.approx(0.02)


def test_a_product_without_the_element_recovered_into_it_is_refused() -> None:
    with pytest.raises(InputError, match="contains no Ni"):
        Recipe.from_recovery("hydromet", BLACK_MASS, {"copper": (COPPER, "Ni", 0.9)})


@pytest.mark.parametrize("share", [0.0, -0.1, 1.1, math.nan])
def test_a_yield_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(InputError, match="a yield is above 0 and at most 1"):
        Recipe.from_ingredients("foil", COPPER, {"copper": (ALUMINUM, 1.0)}, yield_fraction=share)
    with pytest.raises(InputError, match="a yield is above 0 and at most 1"):
        Recipe.from_stoichiometry("foil", COPPER, [Carrier(ALUMINUM, yield_fraction=share)])


def test_an_amount_below_zero_is_refused() -> None:
    with pytest.raises(InputError, match="not below 0"):
        Recipe.from_stoichiometry("pcam", PCAM, [Carrier(NISO4)], reagents=[Side(NAOH, -1.0)])


def test_a_surplus_that_lacks_makes_no_negative_byproduct() -> None:
    with pytest.raises(RecipeError) as caught:
        Recipe.from_stoichiometry("foil", COPPER, [], byproducts=[Side(COPPER, 1.0, element="Cu")])
    assert caught.value.missing == pytest.approx({"Cu": 1.0})


def test_moles_of_a_mixture_cannot_be_counted() -> None:
    mixture = Commodity.mixture("mhp", {"Ni": 0.4})
    with pytest.raises(InputError, match="needs a formula or an element"):
        Recipe.from_stoichiometry("pcam", PCAM, [Carrier(mixture)])
    with pytest.raises(InputError, match="has no formula"):
        Recipe.from_stoichiometry("pcam", PCAM, [Carrier(NISO4)], reagents=[Side(mixture, 1.0)])


YIELDS = st.tuples(*[st.floats(0.01, 1.0)] * 3)


@settings(deadline=None)
@given(YIELDS)
def test_any_yields_still_close_every_element_to_1e9_of_its_throughput(
    yields: tuple[float, float, float],
) -> None:
    recipe = pcam_from_sulfates(yields)
    for element, gap in recipe.residual(COMPOSITIONS).items():
        through = sum(a * COMPOSITIONS[name].get(element, 0.0) for name, a in recipe.inputs.items())
        assert abs(gap) <= 1e-9 * through + 1e-12


@settings(deadline=None)
@given(YIELDS, st.floats(0.1, 1.0))
def test_a_lower_yield_never_lowers_an_input(yields: tuple[float, float, float], factor: float) -> None:
    better = pcam_from_sulfates(yields)
    worse = pcam_from_sulfates((yields[0] * factor, yields[1] * factor, yields[2] * factor))
    assert all(worse.inputs[name] >= amount * (1 - 1e-12) for name, amount in better.inputs.items())
    assert all(worse.losses.get(name, 0.0) >= loss * (1 - 1e-9) for name, loss in better.losses.items())


@settings(deadline=None)
@given(st.floats(0.01, 100.0))
def test_a_formula_written_larger_with_as_many_more_moles_changes_no_tonne(factor: float) -> None:
    metals = {"Ni": 0.8, "Mn": 0.1, "Co": 0.1}
    formula = "".join(f"{symbol}_{share * factor:.12f}" for symbol, share in metals.items())
    product = Commodity.from_formula("pcam", f"{formula}(OH)_{2 * factor:.12f}")
    carriers = [Carrier(feed, moles=m * factor) for feed, m in ((NISO4, 0.8), (MNSO4, 0.1), (COSO4, 0.1))]
    scaled = Recipe.from_stoichiometry(
        "pcam",
        product,
        carriers,
        reagents=[Side(NAOH, 2 * factor)],
        byproducts=[Side(NA2SO4, factor)],
        lost_elements=LEDGER_ELEMENTS,
    )
    plain = pcam_from_sulfates()
    assert scaled.inputs == pytest.approx(dict(plain.inputs), rel=1e-9)
    assert scaled.outputs == pytest.approx(dict(plain.outputs), rel=1e-9)


@settings(deadline=None)
@given(st.floats(0.05, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_any_recovery_gives_and_loses_what_the_feed_brings(
    nickel: float, share: float, lithium: float
) -> None:
    feed = Commodity.mixture("feed", {"Ni": 0.5 * nickel, "Li": 0.1})
    recipe = Recipe.from_recovery(
        "hydromet",
        feed,
        {"niso4": (NISO4, "Ni", share), "li2co3": (LI2CO3, "Li", lithium)},
        reagents=[Side(H2SO4, 1.0, basis="niso4"), Side(NA2CO3, 1.0, basis="li2co3")],
        lost_elements=["Na"],
    )
    given_back = recipe.outputs["niso4"] * NISO4.composition["Ni"] + recipe.losses.get("Ni", 0.0)
    assert given_back == pytest.approx(0.5 * nickel, rel=1e-9)
