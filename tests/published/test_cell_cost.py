"""Case C3: cathode and anode are 60 to 65 % of cell cost, by BNEF and by our build-up at BatPaC prices."""

from __future__ import annotations

import polars as pl
import pytest

from orecell.data.package import Case
from orecell.results.run import Run


def share(run: Run, deck: str, cell: str) -> float:
    rows = run.frames["cell_cost"].filter(
        (pl.col("deck") == deck) & (pl.col("cell") == cell) & pl.col("is_active_material")
    )
    return float(rows["share_fraction"].sum())


def test_bnef_cathode_and_anode_are_63_percent(shipped: Case) -> None:
    rows = shipped.tables["cell_cost_shares"].filter(pl.col("study") == "bnef_2021")
    parts = dict(rows.select("component", "value").iter_rows())
    assert parts["cathode"] == 0.51
    assert parts["anode"] == 0.12
    assert 0.60 <= parts["cathode"] + parts["anode"] <= 0.65


def test_our_nmc811_cell_at_batpac_prices_lies_in_60_to_65_percent(base_run: Run) -> None:
    assert 0.60 <= share(base_run, "batpac_2024", "cell_nmc811") <= 0.65


def test_our_nmc811_cell_by_hand(base_run: Run) -> None:
    """1.2741 kg CAM at 34.5 and 0.853893 kg AAM at 9 USD of 2024, a tenth of cells rejected, CPI to 2025."""
    to_2025 = 321.943 / 313.689
    cam = 1.2741 / 0.9 * 34.5 * to_2025
    anode = 0.853893 / 0.9 * 9.0 * to_2025
    rows = base_run.frames["cell_cost"].filter(
        (pl.col("deck") == "batpac_2024") & (pl.col("cell") == "cell_nmc811")
    )
    cost = dict(rows.select("component", "usd_per_kwh").iter_rows())
    assert cost["CAM"] == pytest.approx(cam, rel=1e-4)
    assert cost["Graphite anode material"] == pytest.approx(anode, rel=1e-4)
    materials = sum(v for name, v in cost.items() if name != "cell making")
    assert materials / sum(cost.values()) == pytest.approx(0.82)


def test_shares_of_each_cell_add_up_to_one(base_run: Run) -> None:
    total = base_run.frames["cell_cost"].group_by("deck", "cell").agg(pl.col("share_fraction").sum())
    assert total["share_fraction"].to_list() == pytest.approx([1.0] * total.height)


def test_the_published_share_stands_beside_ours_with_its_range(base_run: Run) -> None:
    rows = base_run.frames["published"].filter(pl.col("figure") == "cell_cost_active_materials")
    row = rows.row(0, named=True)
    assert 0.60 <= row["their_value"] <= 0.65
    assert row["our_value"] == pytest.approx(share(base_run, "batpac_2024", "cell_nmc811"))
    assert "NMC811" in row["our_definition"]
    assert "batpac_2024" in row["our_definition"]


def test_cheaper_prices_lower_the_share_of_active_materials(base_run: Run) -> None:
    """The reason given for the range: the share moves with prices."""
    assert share(base_run, "spot_2025", "cell_lfp") < share(base_run, "batpac_2024", "cell_lfp")
