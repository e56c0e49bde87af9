"""Direct extraction of lithium at recipe level: balances, recoveries and eluents."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lithium_runs import Ran, liquors, ran

from orecell.plant.lithium_brine import KIND

BRINES = liquors(
    {"Li+": 0.3, "Na+": 4.0, "K+": 0.3, "Ca+2": 1.5, "Mg+2": 0.3, "B(OH)3": 0.1}, {"Cl-": 6.0, "SO4-2": 0.5}
)
ELUENTS = st.sampled_from(["water", "hydrochloric_acid", "sulfuric_acid"])
SMACKOVER = {"Li+": 0.06, "Na+": 2.8, "Ca+2": 0.87, "Mg+2": 0.12, "Cl-": 4.84, "B(OH)3": 0.02, "H2O": 52.0}


def extracted(**chosen: object) -> Ran:
    return ran(KIND, SMACKOVER, **chosen)


@settings(max_examples=80, deadline=None)
@given(BRINES, ELUENTS, st.floats(0.05, 0.99), st.floats(0.5, 1.0))
def test_atoms_and_charge_close_for_any_brine(
    feed: dict[str, float], elution: str, recovery: float, availability: float
) -> None:
    found = ran(KIND, feed, elution=elution, recovery=recovery, availability=availability)
    if feed["Li+"] > 0.0:
        assert found.element("eluate", "Li") == pytest.approx(recovery * availability * feed["Li+"], rel=1e-9)


def test_recovery_is_that_of_the_demonstration_times_availability() -> None:
    found = extracted()
    assert found.outcome.detail.overall_recovery == pytest.approx(0.961 * 0.90, rel=1e-12)
    assert extracted(availability=1.0).outcome.detail.overall_recovery == pytest.approx(0.961, rel=1e-12)


def test_other_ions_are_rejected_as_demonstrated() -> None:
    found = extracted(availability=1.0)
    for name in ("Na+", "Ca+2", "Mg+2"):
        assert found.amount("eluate", name) / SMACKOVER[name] == pytest.approx(0.01, rel=1e-9)
    assert found.amount("eluate", "B(OH)3") / SMACKOVER["B(OH)3"] == pytest.approx(0.05, rel=1e-9)


def test_the_eluate_has_the_concentration_asked_for() -> None:
    for grams in (2.0, 5.0, 10.0):
        held = extracted(eluate_g_per_l=grams).outcome.detail.eluate_g_per_l
        assert held["Li+"] == pytest.approx(grams, rel=1e-9)


def test_acid_is_one_per_cation_and_the_brine_is_neutralized() -> None:
    found = extracted(elution="hydrochloric_acid", acid_ratio=1.0)
    eluate = found.outcome.outputs["eluate"]
    cations = sum(
        found.components.charge[i] * eluate[i] for i in range(len(eluate)) if found.components.charge[i] > 0
    )
    assert found.amount("eluate", "Cl-") == pytest.approx(cations, rel=1e-9)
    assert found.amount("spent_brine", "H+") == pytest.approx(0.0, abs=1e-12)
    assert extracted(elution="water").reagent_kg("hcl") == 0.0


def test_remarks_name_a_recovery_nobody_has_shown_and_a_dirty_eluate() -> None:
    assert extracted(recovery=0.98).says("above the 96.1% demonstrated")
    assert extracted().says("g of Na+ per g of lithium: polish it")
    clean = extracted(rejection={"Na+": 0.9999, "Ca+2": 0.9999, "Mg+2": 0.9999})
    assert not clean.says("polish")
    assert extracted(availability=0.8).says("20% of the brine passes untreated")


@pytest.mark.parametrize("feed", [{"H2O": 0.0}, {"Na+": 1.0, "Cl-": 1.0, "H2O": 55.0}])
def test_without_lithium_the_brine_goes_back(feed: dict[str, float]) -> None:
    found = ran(KIND, feed)
    assert found.kg("eluate") == 0.0
    assert found.says("no lithium")
