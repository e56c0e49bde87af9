"""Orecell: the battery-materials chain on one ledger of chemical elements, from ore to cell and back.

The public names, loaded when first used so that `import orecell` stays fast:

    read_case, shipped_case_folder   a case folder -> checked tables
    resolve                          a scenario with its bases applied
    run_case, write_run              evaluate a case, write its tables
    Recipe, Commodity                element-balanced recipes
    parse_formula                    a chemical formula -> composition
    OrecellError, CaseError          what can go wrong
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from orecell.errors import CaseError, OrecellError

_HOME = {
    "read_case": "orecell.data.package",
    "shipped_case_folder": "orecell.data.package",
    "resolve": "orecell.data.scenario",
    "run_case": "orecell.results.run",
    "write_run": "orecell.results.run",
    "Recipe": "orecell.data.recipe",
    "Commodity": "orecell.data.recipe",
    "parse_formula": "orecell.core.formula",
}

__all__ = ["CaseError", "OrecellError", *_HOME]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'orecell' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
