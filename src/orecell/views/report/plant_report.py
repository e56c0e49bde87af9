"""The report of a plant in one page: finding, flowsheet, streams, purity, circuits, cost, what is assumed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from typing import TYPE_CHECKING

from orecell.core.wording import in_sentence
from orecell.data.chemistry import read_chemistry
from orecell.plant.mccabe import BANKS, banks_of, mccabe, metals_of
from orecell.plant.purity import purity
from orecell.views.figures.choice import Stamp
from orecell.views.figures.figure import Figure
from orecell.views.figures.flowsheet_diagram import flowsheet_diagram
from orecell.views.figures.mccabe_thiele import mccabe_thiele
from orecell.views.figures.plant_cost import plant_cost
from orecell.views.figures.plant_words import metal_name, plant_title
from orecell.views.figures.purity_bars import purity_bars
from orecell.views.figures.slot import FigureSlot, Selector, fill_slot
from orecell.views.figures.stage_profile import Phase, stage_profile
from orecell.views.figures.sweep_lines import sweep_lines
from orecell.views.figures.tornado import tornado
from orecell.views.figures.wording import at_start, quantity
from orecell.views.report.plant_report_inputs import assumed_inputs, source_list
from orecell.views.report.plant_report_tables import plant_report_tables
from orecell.views.report.report import Headline, ReportInput, render_report

if TYPE_CHECKING:
    from orecell.plant.extraction import Layout, Profile
    from orecell.plant.flowsheet import Product, Solution
    from orecell.results.plant_run import PlantRun

MOST_METALS = 6
LARGE_USD = 9995.0
PACKAGES = ("orecell", "numpy", "numba")
PHASES = (("aqueous", "Aqueous"), ("organic", "Organic"))
SCALES = (("log", "Logarithmic"), ("linear", "Linear"))
DEFINITIONS = (
    ("Unit", "One operation: a leach, a precipitation, an extraction circuit, a crystallizer."),
    ("Recycle", "A stream that goes back to a unit before the one that makes it."),
    (
        "Levelized cost",
        "What a tonne of the main product costs: feed, reagents, energy, labor, maintenance, overhead, waste "
        "and a yearly payment for capital, less what other products bring.",
    ),
    (
        "Extract, scrub, strip",
        "Metal into the organic; others washed out of it; metal back into a clean liquor.",
    ),
    ("O/A", "Flow of organic over flow of aqueous, by volume."),
    (
        "Operating line, equilibrium",
        "What passes between stages, and what a stage would come to with unlimited time. Drawn from the "
        "solved cascade; no design method.",
    ),
    (
        "Assay",
        "Share of a product that is the compound it is sold as: by its main element, less other compounds.",
    ),
    ("Assumed", "Nobody published the number; it has a range and a reason in the table of assumptions."),
)


def plant_report(run: PlantRun) -> str:
    """The report of a plant as one HTML page.

    Raises:
        StoreError: the chart library was not built into the package.
    """
    return render_report(plant_report_input(run))


def plant_report_input(run: PlantRun) -> ReportInput:
    """Everything the report says."""
    stamp, flowsheet = _stamp(run), run.solution.flowsheet
    versions = {name: version(name) for name in PACKAGES}
    return ReportInput(
        run_id=run.run_id,
        title=f"{plant_title(flowsheet.name)}: what goes in, what comes out, what it costs",
        headline=_headline(run, stamp),
        sentences=(run.finding, flowsheet.because),
        slots=_slots(run, stamp),
        tables=plant_report_tables(run, stamp),
        definitions=DEFINITIONS,
        assumptions=assumed_inputs(run),
        sources=source_list(run),
        manifest={
            "flowsheet": flowsheet.name,
            "because": flowsheet.because,
            "rounds over the units": str(run.solution.passes),
            **versions,
        },
        citation=f"Orecell {versions['orecell']}, plant {flowsheet.name}, run {run.run_id}.",
    )


def _headline(run: PlantRun, stamp: Stamp) -> Headline:
    """The levelized cost of the main product."""
    main = run.basis.products[0]
    product, price = in_sentence(stamp.name(main.commodity)), quantity(float(main.price), "USD/t")
    caption = (
        f"per t is the levelized cost of {product}, at {quantity(float(run.cost.amount), 't/yr')} and a "
        f"capital of {quantity(float(run.cost.capital_usd) / 1e6, 'million USD')}; its price is {price}."
    )
    return Headline(_dollars(float(run.cost.levelized)), caption)


def _dollars(usd: float) -> str:
    """A price for large print: `$3,710`, `$13.7k`, `-$448`."""
    sign, size = "-" if usd < 0 else "", abs(usd)
    return f"{sign}${size / 1000.0:.3g}k" if size >= LARGE_USD else f"{sign}${quantity(size, '')}"


@dataclass(frozen=True)
class _Drawing:
    """Draws the figures of a plant."""

    run: PlantRun
    stamp: Stamp

    @property
    def solution(self) -> Solution:
        return self.run.solution

    @cached_property
    def circuits(self) -> dict[str, tuple[Layout, Profile]]:
        """Extraction unit -> its circuit."""
        units = (unit for unit in self.solution.flowsheet.units if unit.kind.name == "extraction")
        details = {unit.name: self.solution.outcomes[unit.name].detail for unit in units}
        return {name: detail for name, detail in details.items() if detail is not None}

    @cached_property
    def judged(self) -> dict[str, Product]:
        """Products that have a specification and are made."""
        components = self.solution.components
        return {
            product.stream: product
            for product in self.solution.flowsheet.products
            if product.specification and self.solution.streams[product.stream].mass(components) > 0.0
        }

    def metals(self, unit: str) -> tuple[str, ...]:
        """Metals of a circuit that get a diagram."""
        return metals_of(*self.circuits[unit])[:MOST_METALS]

    def flowsheet(self, _: Mapping[str, str]) -> Figure:
        return flowsheet_diagram(self.solution, self.stamp)

    def purity(self, picked: Mapping[str, str]) -> Figure:
        product = self.judged[picked["product"]]
        return purity_bars(purity(self.solution, product), product.commodity, self.stamp)

    def cost(self, _: Mapping[str, str]) -> Figure:
        return plant_cost(self.run.cost, self.run.basis, self.stamp)

    def tornado(self, _: Mapping[str, str]) -> Figure:
        return tornado(self.run.swings, float(self.run.cost.levelized), self.stamp)

    def stages(self, picked: Mapping[str, str]) -> Figure:
        unit = picked["circuit"]
        phase: Phase = "organic" if picked["phase"] == "organic" else "aqueous"
        return stage_profile(self.circuits[unit], unit, self.stamp, phase=phase)

    def sweep(self, _: Mapping[str, str]) -> Figure:
        columns = self.run.sweep or {}
        units = {unit.name for unit in self.solution.flowsheet.units}
        settings = [name for name in columns if "." in name and name.partition(".")[0] in units]
        return sweep_lines(columns, settings, self.stamp)


def _slots(run: PlantRun, stamp: Stamp) -> tuple[FigureSlot, ...]:
    """Figures that have something to show."""
    draw = _Drawing(run, stamp)
    products = tuple((name, stamp.name(product.commodity)) for name, product in draw.judged.items())
    circuits = tuple((name, name) for name in draw.circuits if draw.metals(name))
    stage_picks = (Selector("circuit", "Circuit", circuits), Selector("phase", "Metals in the", PHASES))
    wanted = [
        ("flowsheet", (), draw.flowsheet, True),
        ("purity_of_products", (Selector("product", "Product", products),), draw.purity, bool(products)),
        ("cost_of_product", (), draw.cost, True),
        ("tornado", (), draw.tornado, any(swing.width > 0 for swing in run.swings)),
        ("sweep", (), draw.sweep, bool(run.sweep)),
        ("stages", stage_picks, draw.stages, bool(circuits)),
    ]
    slots = [fill_slot(name, by, how) for name, by, how, is_drawn in wanted if is_drawn]
    return (*slots, *(_mccabe_slot(draw, unit) for unit, _ in circuits))


def _mccabe_slot(draw: _Drawing, unit: str) -> FigureSlot:
    """McCabe-Thiele diagrams of one circuit: by bank, metal and scale."""
    layout, profile = draw.circuits[unit]
    banks = tuple((bank, at_start(bank)) for bank in BANKS if bank in banks_of(layout))
    metals = tuple((metal_name(cation), metal_name(cation)) for cation in draw.metals(unit))
    cations = {metal_name(cation): cation for cation in draw.metals(unit)}
    diagrams = {
        (bank, metal): mccabe(layout, profile, bank, cation)
        for bank, _ in banks
        for metal, cation in cations.items()
    }

    def figure(picked: Mapping[str, str]) -> Figure:
        diagram = diagrams[picked["bank"], picked[f"metal_{unit}"]]
        return mccabe_thiele(diagram, unit, draw.stamp, is_log=picked["scale"] == "log")

    picks = (
        Selector("bank", "Bank", banks),
        Selector(f"metal_{unit}", "Metal", metals),
        Selector("scale", "Axes", SCALES),
    )
    return fill_slot(f"mccabe_{unit}", picks, figure)


def _stamp(run: PlantRun) -> Stamp:
    """Run, sources, and names of commodities and reagents."""
    tables = read_chemistry()
    names = {row["commodity"]: row["name"] for row in tables.rows("product_prices")}
    names |= {row["extractant"]: row["name"] for row in tables.rows("extractants")}
    flowsheet = run.solution.flowsheet
    own = f"Flowsheet {flowsheet.name}, solved so that every unit keeps every element"
    return Stamp(run.run_id, (own, "Every number: tables of assumptions and sources below"), names)
