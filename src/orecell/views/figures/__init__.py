"""Figures as plain functions: tables of a run in, one `Figure` out, drawn the same way everywhere."""

from orecell.views.figures.bottleneck_bars import bottleneck_bars
from orecell.views.figures.build_gantt import build_gantt
from orecell.views.figures.build_map import build_map
from orecell.views.figures.cell_cost_bar import cell_cost_bar
from orecell.views.figures.choice import Choice, Stamp
from orecell.views.figures.cost_waterfall import cost_waterfall
from orecell.views.figures.coverage_heatmap import coverage_heatmap
from orecell.views.figures.coverage_plan import coverage_plan
from orecell.views.figures.dear_limits import dear_limits
from orecell.views.figures.dependence_heat import dependence_heat
from orecell.views.figures.extraction_curve import extraction_curve
from orecell.views.figures.facility_map import facility_map
from orecell.views.figures.figure import Figure, Mark, Table
from orecell.views.figures.flowsheet_diagram import flowsheet_diagram
from orecell.views.figures.mccabe_thiele import mccabe_thiele
from orecell.views.figures.pareto_front import pareto_front
from orecell.views.figures.plant_cost import plant_cost
from orecell.views.figures.purity_bars import purity_bars
from orecell.views.figures.slot import FigureSlot, Selector, fill_slot
from orecell.views.figures.stacked_area import stacked_area
from orecell.views.figures.stage_profile import stage_profile
from orecell.views.figures.supply_curve import supply_curve
from orecell.views.figures.sweep_lines import sweep_lines
from orecell.views.figures.tornado import tornado

__all__ = [
    "Choice",
    "Figure",
    "FigureSlot",
    "Mark",
    "Selector",
    "Stamp",
    "Table",
    "bottleneck_bars",
    "build_gantt",
    "build_map",
    "cell_cost_bar",
    "cost_waterfall",
    "coverage_heatmap",
    "coverage_plan",
    "dear_limits",
    "dependence_heat",
    "extraction_curve",
    "facility_map",
    "fill_slot",
    "flowsheet_diagram",
    "mccabe_thiele",
    "pareto_front",
    "plant_cost",
    "purity_bars",
    "stacked_area",
    "stage_profile",
    "supply_curve",
    "sweep_lines",
    "tornado",
]
