"""A published inventory that is over-closed in sulfate, and that the audit says so.

Hanna et al. 2025, table S7: hydrometallurgy of 1 t of NMC battery, amounts as printed. Recoveries stated
with it: Co and Mn 100 %, Ni 69 %, Li 70 %. The sulfate salts are printed without water of crystallization;
gypsum is the dihydrate, since calcium then closes within 0.2 %.

By hand [kg S]: H2SO4 666.4 * 32.06/98.072 = 217.9, Na2S 4.05 * 32.06/78.04 = 1.66; out as printed
CoSO4 41.4 + NiSO4 40.8 + Na2SO4 103.8 + gypsum 80.1 = 266.1, that is 21 % too much (22 % over the acid
alone); with CoSO4.7H2O 22.8 and NiSO4.6H2O 24.0 it is 230.7, still 5 % too much (6 % over the acid).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from orecell.data.inventory_file import read_inventory
from orecell.results.inventory_audit import ProcessAudit, audit
from orecell.results.inventory_balance import ElementBalance

TABLE = """\
role,name,amount,unit,formula,composition
feed,NMC battery,1000,kg,,{battery}
input,sulfuric acid,666.4,kg,H2SO4,
input,hydrogen peroxide,40.8,kg,H2O2,
input,water,3776,kg,H2O,
input,soda for manganese,122,kg,Na2CO3,
input,soda for lithium,221.4,kg,Na2CO3,
input,slaked lime,184.8,kg,Ca(OH)2,
input,caustic soda,16,kg,NaOH,
input,sodium sulfide,4.05,kg,Na2S,
output,cobalt sulfate,200,kg,{cobalt},
output,nickel sulfate,197,kg,{nickel},
output,sodium sulfate,460,kg,Na2SO4,
output,gypsum,430,kg,CaSO4.2H2O,
output,crude lithium carbonate,154,kg,Li2CO3,
output,aluminum hydroxide,15.6,kg,Al(OH)3,
"""
# Co 76.05 kg in 200 kg CoSO4; Ni 74.72 kg in 197 kg NiSO4, at 69 %; Li 28.93 kg in 154 kg Li2CO3, at 70 %.
ASSAY = "Co=0.07605;Ni=0.1083;Li=0.0413"
ANHYDROUS = {"cobalt": "CoSO4", "nickel": "NiSO4"}
HYDRATED = {"cobalt": "CoSO4.7H2O", "nickel": "NiSO4.6H2O"}


def audited(tmp_path: Path, **cells: str) -> ProcessAudit:
    path = tmp_path / "hanna.csv"
    path.write_text(TABLE.format(**cells), encoding="utf-8")
    return audit(read_inventory(path)).processes[0]


def element(found: ProcessAudit, symbol: str) -> ElementBalance:
    return next(balance for balance in found.elements if balance.element == symbol)


@pytest.mark.parametrize(
    ("salts", "created_kg", "excess"), [(ANHYDROUS, 46.6, 0.21), (HYDRATED, 11.2, 0.051)]
)
@pytest.mark.parametrize("battery", ["", ASSAY])
def test_sulfate_is_over_closed_however_the_salts_are_read(
    tmp_path: Path, battery: str, salts: dict[str, str], created_kg: float, excess: float
) -> None:
    found = audited(tmp_path, battery=battery, **salts)
    sulfur = element(found, "S")
    assert sulfur.status == "created"
    assert sulfur.created_kg == pytest.approx(created_kg, rel=0.01)
    assert sulfur.fraction_of_input == pytest.approx(excess, rel=0.02)
    over_acid = sulfur.out_kg / (666.4 * 32.06 / 98.072) - 1.0
    assert 0.055 < over_acid < 0.225
    assert f"{sulfur.created_kg:,.4g} kg S" in found.sentence
    cause = next(cause for cause in found.causes if cause.kind == "over_closed")
    assert cause.sentence.startswith("S is over-closed")
    assert "sulfuric acid (row 3) would have to be" in cause.sentence


def test_no_simple_cause_is_claimed_for_the_sulfate_but_hydrates_would_narrow_it(tmp_path: Path) -> None:
    found = audited(tmp_path, battery="", **ANHYDROUS)
    assert "S" in found.unexplained
    narrower = next(cause for cause in found.causes if not cause.closes)
    assert "is CoSO4.7H2O" in narrower.sentence
    assert "is NiSO4.6H2O" in narrower.sentence
    effect = next(effect for effect in narrower.effects if effect.element == "S")
    assert (effect.before_kg, effect.after_kg) == (
        pytest.approx(-46.6, rel=0.01),
        pytest.approx(-11.2, rel=0.01),
    )


def test_calcium_closes_as_gypsum_dihydrate(tmp_path: Path) -> None:
    calcium = element(audited(tmp_path, battery="", **ANHYDROUS), "Ca")
    assert calcium.status == "closed"
    assert calcium.fraction_of_input == pytest.approx(0.0014, abs=2e-4)


def test_cobalt_is_recovered_whole_and_nickel_and_lithium_are_not(tmp_path: Path) -> None:
    found = audited(tmp_path, battery=ASSAY, **ANHYDROUS)
    assert element(found, "Co").status == "closed"
    assert element(found, "Ni").fraction_of_input == pytest.approx(-0.31, abs=0.002)
    assert element(found, "Li").fraction_of_input == pytest.approx(-0.30, abs=0.002)


def test_metals_of_a_battery_without_assay_are_unknown_not_created(tmp_path: Path) -> None:
    found = audited(tmp_path, battery="", **ANHYDROUS)
    assert {balance.element for balance in found.elements if balance.status == "unknown"} == {
        "Co",
        "Ni",
        "Li",
        "Al",
    }
