"""Names, amounts and colors of a plant as a reader expects them: `Fe(III)`, `120,000 t/yr`, `99.9 %`."""

from __future__ import annotations

import re

from orecell.core.wording import SPACE
from orecell.data.chemistry import read_chemistry
from orecell.views.figures.palette import BLUE, GRAY, GREEN, INK, MUTED, ORANGE, PURPLE, SKY, VERMILION
from orecell.views.figures.wording import at_start, quantity

ROMAN = ("", "I", "II", "III", "IV", "V", "VI")
SEVERAL_VALENCES = ("Fe",)
METAL_COLORS = {
    "Li": ORANGE,
    "Ni": GREEN,
    "Co": BLUE,
    "Mn": PURPLE,
    "Cu": VERMILION,
    "Na": GRAY,
    "Ca": SKY,
    "Mg": "#b8860b",
    "Al": INK,
    "Zn": "#5e3c99",
    "Fe": "#8b4513",
}
SPARE_COLORS = (MUTED, "#117733", "#882255", "#44aa99", "#999933", "#332288")
PHASE_COLORS = {"aqueous": BLUE, "solid": "#7a4f1d", "gas": GRAY, "organic": ORANGE}
SHORT_NAMES = {
    "water": "Water",
    "kerosene": "Kerosene",
    "air": "Air",
    "pitch": "Pitch",
    "needle_coke": "Coke",
}
SPELLED = {
    **{"pcam": "pCAM", "cam": "CAM", "aam": "AAM", "mhp": "MHP", "dle": "DLE", "sx": "SX"},
    **{"li2co3": "Li2CO3", "lioh": "LiOH", "nmc622": "NMC622", "nmc811": "NMC811", "lfp": "LFP"},
}
"""Words of names of files and units as readers spell them."""
PHASE_NAMES = {"aqueous": "Aqueous", "solid": "Solid", "gas": "Gas", "organic": "Organic"}


def metal_name(cation: str) -> str:
    """A cation as a metal: `Co+2` becomes `Co`, and `Fe+3` becomes `Fe(III)`."""
    found = re.fullmatch(r"([A-Z][a-z]?)\^?\+?(\d*)\+?", cation)
    if found is None:
        return cation
    symbol, charge = found.group(1), int(found.group(2) or 1)
    has_several = symbol in SEVERAL_VALENCES and charge < len(ROMAN)
    return f"{symbol}({ROMAN[charge]})" if has_several else symbol


def metal_color(name: str, place: int = 0) -> str:
    """Color of a metal, the same in every figure; one of the spare colors by place for a rare one."""
    symbol = name.partition("(")[0]
    return METAL_COLORS.get(symbol, SPARE_COLORS[place % len(SPARE_COLORS)])


def share(fraction: float) -> str:
    """A share as percent to three digits: `99.9 %`; `over 99.9 %` and `under 0.001 %` near the ends."""
    if 0.9995 <= fraction < 1.0:
        return f"over 99.9{SPACE}%"
    value = 100.0 * fraction
    if 0.0 < value < 0.001:
        return f"under 0.001{SPACE}%"
    return f"{value:.3g}{SPACE}%" if abs(value) < 1000 else f"{value:,.0f}{SPACE}%"


def stream_amount(tonnes_per_yr: float, m3_per_h: float | None) -> str:
    """How much flows in a stream: liquids by volume, the rest by mass."""
    if m3_per_h is None:
        return quantity(tonnes_per_yr, "t/yr")
    return quantity(m3_per_h, "m3/h")


def concentration(g_per_l: float) -> str:
    """A concentration that reads without powers of ten: g/L, or mg/L where there is little."""
    if g_per_l >= 0.01 or g_per_l <= 0.0:
        return quantity(g_per_l, "g/L")
    milligrams = 1000.0 * g_per_l
    return f"under 0.001{SPACE}mg/L" if milligrams < 0.001 else quantity(milligrams, "mg/L")


def spaced(name: str) -> str:
    """A name of a flowsheet as words: `cobalt_sx` becomes `cobalt sx`."""
    return name.replace("_", " ")


def own_part(name: str, unit: str) -> str:
    """The name of a stream beside its unit, without that unit: `leach.off_gas` becomes `off_gas`."""
    return name.removeprefix(f"{unit}.")


def reagent_word(reagent_id: str) -> str:
    """A reagent in few letters: its formula, or a short name where a formula would not be known."""
    tables = read_chemistry()
    if reagent_id in SHORT_NAMES:
        return SHORT_NAMES[reagent_id]
    rows = tables.rows("reagents", reagent=reagent_id)
    if rows:
        return str(rows[0]["formula"])
    extractants = tables.rows("extractants", extractant=reagent_id)
    return str(extractants[0]["name"]).partition(" (")[0] if extractants else reagent_id


def plant_title(name: str) -> str:
    """The name of a flowsheet at the start of a sentence: `mhp_to_pcam` becomes `MHP to pCAM`."""
    words = [SPELLED.get(word, word) for word in name.split("_")]
    return at_start(" ".join(words))
