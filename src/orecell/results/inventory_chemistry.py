"""What substances are mistaken for in inventories: hydrates, strengths, bases of counting, by-products.

Lists of common knowledge, kept short on purpose: each entry more is one more way to close a balance by
coincidence. Sources: stable hydrates at room temperature and commercial strengths as in the CRC Handbook
of Chemistry and Physics and in product sheets; bases of counting as used by the trade (LCE, oxides).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from orecell.core.formula import Formula, parse_formula
from orecell.errors import FormulaError

GASES = frozenset({"H", "O"})
"""Elements usually open, because air and water are left out of inventories."""

CARBON_GASES = ("CO2", "CO", "CH4")

HYDRATES: Mapping[str, tuple[float, ...]] = {
    "NiSO4": (6, 7),
    "CoSO4": (7, 6),
    "MnSO4": (1, 4, 5),
    "FeSO4": (7, 1),
    "CuSO4": (5,),
    "ZnSO4": (7, 1),
    "MgSO4": (7,),
    "CaSO4": (2, 0.5),
    "Na2SO4": (10,),
    "Li2SO4": (1,),
    "Al2(SO4)3": (18, 16),
    "Na2CO3": (10, 1),
    "LiOH": (1,),
    "Na2S": (9, 3),
    "Na3PO4": (12,),
    "FePO4": (2,),
    "CaCl2": (2, 6),
    "MgCl2": (6,),
    "NiCl2": (6,),
    "CoCl2": (6,),
    "MnCl2": (4,),
    "FeCl2": (4,),
    "FeCl3": (6,),
    "AlCl3": (6,),
    "CuCl2": (2,),
    "BaCl2": (2,),
    "Ni(NO3)2": (6,),
    "Co(NO3)2": (6,),
    "Mn(NO3)2": (4,),
    "Al(NO3)3": (9,),
    "Fe(NO3)3": (9,),
    "H2C2O4": (2,),
}
"""Anhydrous salt -> waters of its hydrates, the most common first."""

STRENGTHS: Mapping[str, tuple[float, ...]] = {
    "H2O2": (0.5, 0.35, 0.3, 0.7),
    "H2SO4": (0.98, 0.96, 0.93, 0.7, 0.5),
    "HCl": (0.37, 0.36, 0.32, 0.3),
    "HNO3": (0.65, 0.68, 0.7, 0.6),
    "H3PO4": (0.85, 0.75),
    "HF": (0.49, 0.4, 0.7),
    "NaOH": (0.5, 0.48, 0.3),
    "KOH": (0.5, 0.48),
    "NH3": (0.25, 0.28, 0.3),
    "CH2O": (0.37,),
}
"""Substance -> mass fractions in which its solutions are sold."""

BASES: Mapping[str, tuple[str, ...]] = {
    "Li": ("Li", "Li2CO3", "LiOH.H2O", "Li2O", "LiOH"),
    "Ni": ("Ni", "NiSO4.6H2O", "NiO", "Ni(OH)2"),
    "Co": ("Co", "CoSO4.7H2O", "Co3O4", "Co(OH)2"),
    "Mn": ("Mn", "MnSO4.H2O", "MnO2", "Mn3O4"),
    "Fe": ("Fe", "Fe2O3", "FeSO4.7H2O"),
    "Al": ("Al", "Al2O3", "Al(OH)3"),
    "Cu": ("Cu", "CuO"),
    "P": ("P", "P2O5", "PO4", "H3PO4"),
    "S": ("S", "SO4", "SO2", "H2SO4"),
    "C": ("C", "CO2", "CaCO3"),
    "N": ("N", "NH3", "NO3"),
    "Ca": ("Ca", "CaO", "Ca(OH)2", "CaCO3"),
    "Mg": ("Mg", "MgO"),
    "Na": ("Na", "NaOH", "Na2CO3"),
    "K": ("K", "K2O"),
    "Si": ("Si", "SiO2"),
    "Nd": ("Nd", "Nd2O3"),
    "Zn": ("Zn", "ZnO"),
    "F": ("F", "HF"),
    "Cl": ("Cl", "HCl"),
}
"""Element -> what kilograms of its compounds are counted as; Li2CO3 is LCE."""

ALIKE = (
    ("Ni", "Co", "Mn", "Fe", "Cu", "Zn", "Mg", "Ca"),
    ("Li", "Na", "K"),
    ("Al", "Fe", "Cr"),
    ("La", "Ce", "Pr", "Nd", "Dy", "Tb", "Y"),
    ("F", "Cl", "Br"),
    ("Ti", "Zr", "Si"),
)
"""Elements that stand for each other in a formula of the same shape."""

SLIPS = (1e3, 10.0, 100.0, 1e6)
"""Factors between units and digits that get mixed up."""

POUNDS = 1 / 0.45359237
"""Pounds in a kilogram; an odd factor, so that it needs more evidence than a power of ten."""

_BY_PRODUCT_WORDS = """
CO2 Na2SO4 CaSO4.2H2O NaCl (NH4)2SO4 Li2SO4 K2SO4 MgSO4 CaF2 CaCO3 FePO4 Na3PO4 Ca3(PO4)2 CaCl2 KCl NH4Cl
LiCl NaF NaNO3 NH4NO3 FeSO4 MnSO4 Al2(SO4)3 H2SO4 SO2 HCl HF NH3 NO2 N2 Fe(OH)3 Al(OH)3 Mg(OH)2 MnO2 SiO2
Na2CO3 NaOH Na2SiO3 CuS C
"""
BY_PRODUCTS = tuple(_BY_PRODUCT_WORDS.split())
"""Outputs that inventories forget, the most common first."""

_REAGENT_WORDS = """
Na2CO3 NaOH H2SO4 Ca(OH)2 CaCO3 HCl NH3 HNO3 H3PO4 CO2 SO2 Na2S2O5 Na2S LiOH.H2O Li2CO3 NiSO4 CoSO4 MnSO4
FeSO4 (NH4)2SO4 NaCl HF MgO KOH CaCl2 Na3PO4 C Fe Al
"""
REAGENTS = tuple(_REAGENT_WORDS.split())
"""Inputs that inventories forget, the most common first."""


@lru_cache(maxsize=1)
def _salts() -> Mapping[Formula, tuple[str, float]]:
    """Formula of a salt, anhydrous or hydrated -> (anhydrous formula, waters)."""
    found: dict[Formula, tuple[str, float]] = {}
    for salt, waters in HYDRATES.items():
        for water in (0.0, *waters):
            found[parse_formula(hydrated(salt, water))] = (salt, float(water))
    return found


def hydrated(salt: str, water: float) -> str:
    """Formula of a salt with water: `NiSO4.6H2O`, `CaSO4*0.5H2O`."""
    if not water:
        return salt
    count = "" if water == 1 else f"{water:g}"
    return f"{salt}{'.' if water == int(water) else '*'}{count}H2O"


@lru_cache(maxsize=4096)
def other_hydrates(formula: str) -> tuple[str, ...]:
    """The same salt with other water, the anhydrous one first, then the most common."""
    known = _salts().get(parse_formula(formula))
    if known is None:
        bare = re.sub(r"\s*[.*·•∙⋅]\s*[0-9.]*H2O\Z", "", formula)
        return (bare,) if bare != formula and is_readable(bare) else ()
    salt, water = known
    return tuple(hydrated(salt, other) for other in (0.0, *HYDRATES[salt]) if other != water)


def is_readable(formula: str) -> bool:
    """Whether a formula made from another one is one."""
    try:
        parse_formula(formula)
    except FormulaError:
        return False
    return True


@lru_cache(maxsize=1024)
def parsed(formula: str) -> Formula:
    """A formula of the lists above, read once."""
    return parse_formula(formula)


def with_other_element(formula: str, old: str, new: str) -> tuple[str, ...]:
    """The formula with one element in place of another, then that salt's other hydrates."""
    swapped = re.sub(rf"{old}(?![a-z])", new, formula)
    return (swapped, *other_hydrates(swapped)) if is_readable(swapped) else ()
