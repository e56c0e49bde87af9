"""The network built by pyoframe, which hands over to HiGHS as it builds."""

from __future__ import annotations

import polars as pl
import pyoframe as pf
from measure import measure
from network import Network


def build(network: Network) -> pf.Model:
    n, model = network, pf.Model("highs")
    region, commodity = pl.DataFrame({"region": n.regions}), pl.DataFrame({"commodity": n.commodities})
    year, lane = pl.DataFrame({"year": n.years}), pl.DataFrame({"lane": n.lanes})
    places = region.join(commodity, how="cross").join(year, how="cross")
    model.ship = pf.Variable(lane, commodity, year, lb=0)
    model.make = pf.Variable(region, commodity, year, lb=0)
    model.serve = pf.Variable(region, year, lb=0)
    model.unmet = pf.Variable(region, year, lb=0)
    arriving = model.ship.map(lane.with_columns(region=pl.Series(n.destination)))
    leaving = model.ship.map(lane.with_columns(region=pl.Series(n.origin)))
    made = arriving - leaving + model.make
    later, before = n.commodities[1:], n.commodities[:-1]
    is_first, is_last = (pl.col("commodity") == n.commodities[at] for at in (0, -1))
    need = pf.Param({"commodity": later, "need": n.need[1:]})
    taken = need.over("region", "year") * model.make.filter(~is_first)
    used = taken.map(pl.DataFrame({"commodity": later, "before": before})).rename({"before": "commodity"})
    model.balance = made.filter(~is_last) - used >= 0
    model.balance_last = made.pick(commodity=n.commodities[-1]) - model.serve >= 0
    model.capacity = model.make <= pf.Param(places.with_columns(existing=pl.Series(n.existing.ravel())))
    limit = pf.Param(lane.with_columns(limit=pl.Series(n.limit)))
    model.limit = model.ship.sum("commodity") <= limit.over("year")
    ends = region.join(year, how="cross")
    model.demand = model.serve + model.unmet >= pf.Param(
        ends.with_columns(demand=pl.Series(n.demand.ravel()))
    )
    freight = pf.Param(lane.with_columns(freight=pl.Series(n.freight)))
    making = pf.Param(region.join(commodity, how="cross").with_columns(making=pl.Series(n.making.ravel())))
    cost = (freight.over("commodity", "year") * model.ship).sum() + (making.over("year") * model.make).sum()
    model.minimize = cost + n.shortfall * model.unmet.sum()
    return model


def solved(model: pf.Model) -> float:
    model.optimize()
    return float(model.objective.value)


if __name__ == "__main__":
    measure(build, solved)
