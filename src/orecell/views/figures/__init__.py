"""Figures as plain functions: tables of a run in, one `Figure` out, drawn the same way everywhere."""

from orecell.views.figures.bottleneck_bars import bottleneck_bars
from orecell.views.figures.cell_cost_bar import cell_cost_bar
from orecell.views.figures.choice import Choice, Stamp
from orecell.views.figures.coverage_heatmap import coverage_heatmap
from orecell.views.figures.dependence_heat import dependence_heat
from orecell.views.figures.facility_map import facility_map
from orecell.views.figures.figure import Figure, Mark, Table
from orecell.views.figures.slot import FigureSlot, Selector, fill_slot
from orecell.views.figures.stacked_area import stacked_area

__all__ = [
    "Choice",
    "Figure",
    "FigureSlot",
    "Mark",
    "Selector",
    "Stamp",
    "Table",
    "bottleneck_bars",
    "cell_cost_bar",
    "coverage_heatmap",
    "dependence_heat",
    "facility_map",
    "fill_slot",
    "stacked_area",
]
