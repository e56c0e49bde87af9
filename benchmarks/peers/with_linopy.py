"""The network built by linopy and handed to HiGHS without a file; once dense, once on its sparse path."""

from __future__ import annotations

import functools
import sys
from typing import Any

import linopy
import pandas as pd
import xarray as xr
from measure import measure
from network import Network


def build(network: Network, *, is_sparse: bool) -> linopy.Model:
    n, model = network, linopy.Model(sparse=is_sparse)
    region, commodity = pd.Index(n.regions, name="region"), pd.Index(n.commodities, name="commodity")
    year, lane = pd.Index(n.years, name="year"), pd.Index(n.lanes, name="lane")
    ship = model.add_variables(lower=0, coords=[lane, commodity, year], name="ship")
    make = model.add_variables(lower=0, coords=[region, commodity, year], name="make")
    serve = model.add_variables(lower=0, coords=[region, year], name="serve")
    unmet = model.add_variables(lower=0, coords=[region, year], name="unmet")

    def over(values: Any, *indexes: pd.Index) -> xr.DataArray:
        return xr.DataArray(values, coords={index.name: index for index in indexes})

    to = over(n.destination, lane).rename("region")
    of = over(n.origin, lane).rename("region")
    made = (1 * ship).groupby(to).sum() - (1 * ship).groupby(of).sum() + make
    before = commodity[:-1]
    used = make.isel(commodity=slice(1, None)).assign_coords(commodity=before) * over(n.need[1:], before)
    model.add_constraints(made.isel(commodity=slice(0, -1)) - used >= 0, name="balance")
    model.add_constraints(made.isel(commodity=-1, drop=True) - serve >= 0, name="balance_last")
    model.add_constraints(1 * make <= over(n.existing, region, commodity, year), name="capacity")
    model.add_constraints(ship.sum("commodity") <= over(n.limit, lane), name="limit")
    model.add_constraints(serve + unmet >= over(n.demand, region, year), name="demand")
    cost = (ship * over(n.freight, lane)).sum() + (make * over(n.making, region, commodity)).sum()
    model.add_objective(cost + (n.shortfall * unmet).sum())
    return model


def hand_over(network: Network, *, is_sparse: bool) -> Any:
    return build(network, is_sparse=is_sparse).to_highspy(set_names=False)


def solved(highs: Any) -> float:
    highs.setOptionValue("output_flag", False)
    highs.run()
    return float(highs.getInfo().objective_function_value)


if __name__ == "__main__":
    is_sparse = "--sparse" in sys.argv
    if is_sparse:
        sys.argv.remove("--sparse")
        linopy.options["semantics"] = "v1"
    measure(functools.partial(hand_over, is_sparse=is_sparse), solved)
