"""A plant small enough to follow: cobalt from a sulfate liquor, with the bleed of its crystals going back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from orecell.plant.component import Components
from orecell.plant.flowsheet import Feed, Flowsheet, Product, Solution, solve
from orecell.plant.flowsheet_file import parse_flowsheet
from orecell.plant.stream import Phase, Stream

COBALT = b"""
name: small_cobalt
because: Cobalt sulfate from a sulfate liquor, to try figures on.
hours_per_yr: 8000
feeds:
  liquor:
    phase: aqueous
    m3_per_h: 10
    g_per_l: {Co+2: 10, Ni+2: 5, Na+: 5, Mg+2: 0.05}
    balance_with: SO4-2
units:
  cobalt_sx:
    kind: extraction
    in: [liquor, bleed]
    out: {raffinate: raffinate, strip_liquor: strip_liquor}
    extractant: cyanex_272
    extractant_mol_per_l: 0.6
    organic_to_aqueous: 1.2
    extract_stages: 3
    ph: 5.2
    scrub_stages: 2
    scrub_acid_mol_per_l: 0.02
    strip_stages: 2
    strip_acid_mol_per_l: 1.0
  crystals:
    kind: crystallize
    in: strip_liquor
    out: {crystals: coso4, bleed: bleed, condensate: condensate}
    crystal: CoSO4*7H2O
    temperature_c: 30
    recovery: 0.8
products:
  - {stream: coso4, commodity: coso4_7h2o, specification: coso4_7h2o}
wastes: {raffinate: 10}
economics:
  feed_usd_per_t: {liquor: [20, 10, 40]}
"""


@lru_cache(maxsize=1)
def cobalt() -> Solution:
    """The small plant, solved."""
    return solve(parse_flowsheet(COBALT, "small_cobalt.yaml"))


def one_stream(phase: Phase, flows: Mapping[str, float], product: Product | None = None) -> Solution:
    """A plant without units whose one stream, `stream`, holds these flows [kmol/h]."""
    components = Components.of(flows)
    stream = Stream("stream", phase, components.vector(flows))
    feed = Feed("stream", phase, flows)
    products = () if product is None else (product,)
    flowsheet = Flowsheet("one", "One stream to count on.", 8000.0, (feed,), (), products)
    return Solution(flowsheet, components, {"stream": stream}, {}, 1, 0.0, {})
