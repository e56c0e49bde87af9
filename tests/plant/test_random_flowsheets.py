"""Flowsheets drawn at random: liquors, settings and a recycle that no shipped plant has."""

from pathlib import Path

import numpy as np
import pytest

from orecell.core.tolerances import BALANCE_RELATIVE
from orecell.plant.flowsheet import solve
from orecell.plant.flowsheet_file import read_flowsheet

PLANT = """
name: drawn
because: Liquor, circuit and recycle drawn at random.
hours_per_yr: 7000
feeds:
  liquor: {{phase: aqueous, m3_per_h: {flow}, g_per_l: {{{metals}}}, balance_with: SO4-2}}
units:
  purify: {{kind: neutralize, in: [liquor, back], out: {{liquor: clear, cake: cake}}, ph: {hydrolysis}}}
  sx:
    kind: extraction
    in: clear
    out: {{raffinate: raffinate, strip_liquor: stripped}}
    extractant: cyanex_272
    extractant_mol_per_l: {strength}
    organic_to_aqueous: {ratio}
    extract_stages: {stages}
    scrub_stages: {scrubs}
    saponified_fraction: {saponified}
    strip_acid_mol_per_l: {acid}
  share: {{kind: split, in: raffinate, out: {{first: back, second: rest}}, first: {returned}}}
products:
  - {{stream: stripped, commodity: coso4_7h2o}}
"""


@pytest.mark.parametrize("seed", range(12))
def test_a_drawn_flowsheet_closes_around_every_unit_and_as_a_whole(seed: int, tmp_path: Path) -> None:
    g = np.random.default_rng(seed)
    metals = {m: float(g.uniform(0.1, 15)) for m in ("Ni+2", "Co+2", "Mn+2", "Li+", "Na+", "Mg+2", "Al+3")}
    text = PLANT.format(
        flow=float(g.uniform(1, 50)),
        metals=", ".join(f"{name}: {value:.4f}" for name, value in metals.items()),
        hydrolysis=float(g.uniform(3.5, 5.2)),
        strength=float(g.uniform(0.2, 1.0)),
        ratio=float(g.uniform(0.3, 3)),
        stages=int(g.integers(1, 7)),
        scrubs=int(g.integers(0, 4)),
        saponified=float(g.uniform(0, 0.6)),
        acid=float(g.uniform(0.5, 3)),
        returned=float(g.uniform(0.05, 0.6)),
    )
    path = tmp_path / "drawn.yaml"
    path.write_text(text, encoding="utf-8")
    found = solve(read_flowsheet(str(path)))
    assert found.worst_balance < BALANCE_RELATIVE
    entering = [found.streams["liquor"].flows]
    entering += [flows for outcome in found.outcomes.values() for flows in outcome.reagents.values()]
    used = {s for unit in found.flowsheet.units for names in unit.inputs.values() for s in names}
    leaving = sum(stream.flows for name, stream in found.streams.items() if name not in used)
    through = found.components.atoms @ np.sum(np.abs(entering), axis=0)
    residual = np.abs(found.components.atoms @ (np.sum(entering, axis=0) - leaving))
    torn = 1e-10 * through.max()  # recycles close over the largest flow in them
    assert np.all(residual <= 1e-8 * through + torn)
