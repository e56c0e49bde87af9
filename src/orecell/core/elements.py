"""The chemical elements 1 to 103 and their standard atomic weights.

Weights are the abridged standard atomic weights 2021 of the IUPAC Commission on Isotopic Abundances
and Atomic Weights: one value per element, five significant digits or fewer. They describe normal
terrestrial material. Left out: isotopes, uncertainties, and lithium depleted in Li-6, which can
weigh up to 0.8 % more than 6.94.

Elements without a standard atomic weight (no characteristic terrestrial composition: Tc, Pm, Po to
Ac, and all from Np) hold None; asking for the weight raises instead of passing off a mass number.

Source: Prohaska et al. 2022, Pure Appl. Chem. 94, 573-600, doi 10.1515/pac-2019-0603.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from orecell.errors import InputError

LEDGER_ELEMENTS = ("Li", "Ni", "Co", "Mn", "Fe", "P", "Al", "Cu", "C", "F", "S", "Na")
"""Elements conserved and traced through the chain."""


@dataclass(frozen=True)
class Element:
    """One chemical element.

    Attributes:
        number: atomic number.
        symbol: IUPAC symbol.
        name: IUPAC name in US spelling.
        standard_weight: abridged standard atomic weight [g/mol], or None if there is none.
    """

    number: int
    symbol: str
    name: str
    standard_weight: float | None

    @property
    def weight(self) -> float:
        """Standard atomic weight [g/mol]; raises InputError for an element that has none."""
        if self.standard_weight is None:
            raise InputError(
                self.symbol,
                f"{self.name} has no standard atomic weight (no characteristic terrestrial composition)",
                "leave the element out, or give masses directly",
            )
        return self.standard_weight


_TABLE: tuple[tuple[str, str, float | None], ...] = (
    ("H", "hydrogen", 1.008),
    ("He", "helium", 4.0026),
    ("Li", "lithium", 6.94),
    ("Be", "beryllium", 9.0122),
    ("B", "boron", 10.81),
    ("C", "carbon", 12.011),
    ("N", "nitrogen", 14.007),
    ("O", "oxygen", 15.999),
    ("F", "fluorine", 18.998),
    ("Ne", "neon", 20.180),
    ("Na", "sodium", 22.990),
    ("Mg", "magnesium", 24.305),
    ("Al", "aluminum", 26.982),
    ("Si", "silicon", 28.085),
    ("P", "phosphorus", 30.974),
    ("S", "sulfur", 32.06),
    ("Cl", "chlorine", 35.45),
    ("Ar", "argon", 39.95),
    ("K", "potassium", 39.098),
    ("Ca", "calcium", 40.078),
    ("Sc", "scandium", 44.956),
    ("Ti", "titanium", 47.867),
    ("V", "vanadium", 50.942),
    ("Cr", "chromium", 51.996),
    ("Mn", "manganese", 54.938),
    ("Fe", "iron", 55.845),
    ("Co", "cobalt", 58.933),
    ("Ni", "nickel", 58.693),
    ("Cu", "copper", 63.546),
    ("Zn", "zinc", 65.38),
    ("Ga", "gallium", 69.723),
    ("Ge", "germanium", 72.630),
    ("As", "arsenic", 74.922),
    ("Se", "selenium", 78.971),
    ("Br", "bromine", 79.904),
    ("Kr", "krypton", 83.798),
    ("Rb", "rubidium", 85.468),
    ("Sr", "strontium", 87.62),
    ("Y", "yttrium", 88.906),
    ("Zr", "zirconium", 91.224),
    ("Nb", "niobium", 92.906),
    ("Mo", "molybdenum", 95.95),
    ("Tc", "technetium", None),
    ("Ru", "ruthenium", 101.07),
    ("Rh", "rhodium", 102.91),
    ("Pd", "palladium", 106.42),
    ("Ag", "silver", 107.87),
    ("Cd", "cadmium", 112.41),
    ("In", "indium", 114.82),
    ("Sn", "tin", 118.71),
    ("Sb", "antimony", 121.76),
    ("Te", "tellurium", 127.60),
    ("I", "iodine", 126.90),
    ("Xe", "xenon", 131.29),
    ("Cs", "cesium", 132.91),
    ("Ba", "barium", 137.33),
    ("La", "lanthanum", 138.91),
    ("Ce", "cerium", 140.12),
    ("Pr", "praseodymium", 140.91),
    ("Nd", "neodymium", 144.24),
    ("Pm", "promethium", None),
    ("Sm", "samarium", 150.36),
    ("Eu", "europium", 151.96),
    ("Gd", "gadolinium", 157.25),
    ("Tb", "terbium", 158.93),
    ("Dy", "dysprosium", 162.50),
    ("Ho", "holmium", 164.93),
    ("Er", "erbium", 167.26),
    ("Tm", "thulium", 168.93),
    ("Yb", "ytterbium", 173.05),
    ("Lu", "lutetium", 174.97),
    ("Hf", "hafnium", 178.49),
    ("Ta", "tantalum", 180.95),
    ("W", "tungsten", 183.84),
    ("Re", "rhenium", 186.21),
    ("Os", "osmium", 190.23),
    ("Ir", "iridium", 192.22),
    ("Pt", "platinum", 195.08),
    ("Au", "gold", 196.97),
    ("Hg", "mercury", 200.59),
    ("Tl", "thallium", 204.38),
    ("Pb", "lead", 207.2),
    ("Bi", "bismuth", 208.98),
    ("Po", "polonium", None),
    ("At", "astatine", None),
    ("Rn", "radon", None),
    ("Fr", "francium", None),
    ("Ra", "radium", None),
    ("Ac", "actinium", None),
    ("Th", "thorium", 232.04),
    ("Pa", "protactinium", 231.04),
    ("U", "uranium", 238.03),
    ("Np", "neptunium", None),
    ("Pu", "plutonium", None),
    ("Am", "americium", None),
    ("Cm", "curium", None),
    ("Bk", "berkelium", None),
    ("Cf", "californium", None),
    ("Es", "einsteinium", None),
    ("Fm", "fermium", None),
    ("Md", "mendelevium", None),
    ("No", "nobelium", None),
    ("Lr", "lawrencium", None),
)

ELEMENTS: Mapping[str, Element] = MappingProxyType(
    {row[0]: Element(number, *row) for number, row in enumerate(_TABLE, start=1)}
)
"""Symbol -> element, in order of atomic number."""


def find_element(symbol: str) -> Element:
    """Return the element with this symbol.

    Raises:
        InputError: no such symbol; names the likely one.
    """
    element = ELEMENTS.get(symbol)
    if element is None:
        likely = suggest_symbol(symbol)
        fix = f"did you mean {likely}?" if likely else "use an IUPAC symbol such as Li, Ni or Co"
        raise InputError(symbol, "is not a chemical element", fix)
    return element


def atomic_weight(symbol: str) -> float:
    """Return the standard atomic weight [g/mol] of the element with this symbol.

    Raises:
        InputError: no such symbol, or the element has no standard atomic weight.
    """
    return find_element(symbol).weight


def suggest_symbol(text: str) -> str | None:
    """Return the symbol a reader most likely meant (`NI`, `nickel`, `aluminium`), or None."""
    from difflib import get_close_matches

    wanted = text.strip().lower()
    by_name = {element.name: symbol for symbol, element in ELEMENTS.items()}
    if wanted.capitalize() in ELEMENTS:
        return wanted.capitalize()
    # Names of four letters and more only: short texts are close to too many names.
    names = get_close_matches(wanted, by_name, n=1, cutoff=0.75) if len(wanted) >= 4 else []
    return by_name.get(wanted) or (by_name[names[0]] if names else None)
