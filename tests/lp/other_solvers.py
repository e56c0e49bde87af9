"""Matrices loaded into SCIP and GLPK, to compare optima. For tests only."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from orecell.lp.problem import Matrix


@dataclass(frozen=True)
class Found:
    """What another solver finds; numbers only if it proves an optimum."""

    status: str
    objective: float = float("nan")
    bound: float = float("nan")


def solve_with_scip(matrix: Matrix) -> Found:
    from pyscipopt import Model, quicksum

    model = Model()
    model.hideOutput()
    model.setParam("numerics/feastol", 1e-9)
    columns = [
        model.addVar(lb=_or_none(low), ub=_or_none(high), obj=cost, vtype="I" if whole else "C")
        for cost, low, high, whole in zip(
            matrix.cost, matrix.lower, matrix.upper, matrix.is_integer, strict=True
        )
    ]
    model.addObjoffset(matrix.offset)
    terms: list[list[object]] = [[] for _ in matrix.row_lower]
    for j, i, value in _entries(matrix):
        terms[i].append(value * columns[j])
    for parts, low, high in zip(terms, matrix.row_lower, matrix.row_upper, strict=True):
        body = quicksum(parts) + 0.0 * columns[0]
        if np.isfinite(low):
            model.addCons(body >= low)
        if np.isfinite(high):
            model.addCons(body <= high)
    model.optimize()
    status = model.getStatus()
    if status in ("unbounded", "inforunbd", "infeasible"):
        return Found(status)
    assert status == "optimal"
    return Found("optimal", model.getObjVal(), model.getDualbound())


def solve_with_glpk(matrix: Matrix) -> Found:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # its generated classes have no __module__
        import swiglpk as glpk
    glpk.glp_term_out(glpk.GLP_OFF)
    program = glpk.glp_create_prob()
    rows, columns = len(matrix.row_lower), len(matrix.cost)
    glpk.glp_add_rows(program, rows)
    glpk.glp_add_cols(program, columns)
    for i, (low, high) in enumerate(zip(matrix.row_lower, matrix.row_upper, strict=True)):
        glpk.glp_set_row_bnds(program, i + 1, *_glpk_ends(glpk, low, high))
    for j, (low, high) in enumerate(zip(matrix.lower, matrix.upper, strict=True)):
        glpk.glp_set_col_bnds(program, j + 1, *_glpk_ends(glpk, low, high))
        glpk.glp_set_obj_coef(program, j + 1, float(matrix.cost[j]))
        glpk.glp_set_col_kind(program, j + 1, glpk.GLP_IV if matrix.is_integer[j] else glpk.GLP_CV)
    glpk.glp_set_obj_coef(program, 0, matrix.offset)
    count = len(matrix.values)
    at_row, at_column, values = (
        glpk.intArray(count + 1),
        glpk.intArray(count + 1),
        glpk.doubleArray(count + 1),
    )
    for k, (j, i, value) in enumerate(_entries(matrix), start=1):
        at_row[k], at_column[k], values[k] = i + 1, j + 1, value
    glpk.glp_load_matrix(program, count, at_row, at_column, values)
    try:
        return _run_glpk(glpk, program, bool(matrix.is_integer.any()))
    finally:
        glpk.glp_delete_prob(program)


def _run_glpk(glpk: Any, program: Any, is_integer: bool) -> Found:
    names = {glpk.GLP_NOFEAS: "infeasible", glpk.GLP_UNBND: "unbounded", glpk.GLP_OPT: "optimal"}
    options = glpk.glp_smcp()
    glpk.glp_init_smcp(options)
    options.tol_bnd = options.tol_dj = 1e-9
    assert glpk.glp_simplex(program, options) == 0
    status = names[glpk.glp_get_status(program)]
    if status != "optimal":
        return Found(status)
    if not is_integer:
        return Found(status, glpk.glp_get_obj_val(program), glpk.glp_get_obj_val(program))
    branching = glpk.glp_iocp()
    glpk.glp_init_iocp(branching)
    assert glpk.glp_intopt(program, branching) == 0
    best = glpk.glp_mip_obj_val(program)
    return Found(names[glpk.glp_mip_status(program)], best, best)


def _glpk_ends(glpk: Any, low: float, high: float) -> tuple[int, float, float]:
    has_low, has_high = bool(np.isfinite(low)), bool(np.isfinite(high))
    kinds = {(False, False): glpk.GLP_FR, (True, False): glpk.GLP_LO, (False, True): glpk.GLP_UP}
    kind = kinds.get((has_low, has_high), glpk.GLP_FX if low == high else glpk.GLP_DB)
    return kind, float(low) if has_low else 0.0, float(high) if has_high else 0.0


def _or_none(end: float) -> float | None:
    return float(end) if np.isfinite(end) else None


def _entries(matrix: Matrix) -> list[tuple[int, int, float]]:
    columns = np.repeat(np.arange(len(matrix.cost)), np.diff(matrix.starts))
    return list(zip(columns.tolist(), matrix.rows.tolist(), matrix.values.tolist(), strict=True))
