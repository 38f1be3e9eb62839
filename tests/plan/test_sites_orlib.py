"""Published optima of OR-Library and others, exactly (names A1 to A5 of the planning facts)."""

import numpy as np
import pytest
from orlib import (
    FOLDER,
    instances,
    named,
    needs_orlib,
    read_pmed,
    read_pmedcap,
    read_san_francisco,
    read_sjc,
)

from interpose.plan.sites.models import max_cover, p_center, p_median, set_cover

pytestmark = needs_orlib

SLOW = ("pmed6-p5-min",)
"""Instances that take more than five processor seconds; as p-center and cover they are quick."""


def cases(problem, start):
    return [
        pytest.param(row, id=named(row), marks=pytest.mark.slow if named(row) in SLOW else ())
        for row in instances(problem)
        if chosen(row, start)
    ]


def chosen(row, start):
    return row["instance"].startswith(start) and (FOLDER / row["file"].split(" + ")[0]).is_file()


def proved(sited, row):
    assert sited.status == "optimal"
    assert sited.gap == 0.0
    assert sited.bound == sited.objective
    assert sited.objective == pytest.approx(float(row["optimum"]), rel=1e-12)


@pytest.mark.parametrize("row", cases("p-median", "pmed"))
def test_pmedian_orlib(row):
    cost, p = read_pmed(FOLDER / row["file"])
    sited = p_median(cost, p)
    proved(sited, row)
    assert len(sited.sites) == p
    assert cost[list(sited.assignment), range(len(cost))].sum() == sited.objective


@pytest.mark.parametrize(("name", "cost"), [("pmed1", 5718), ("pmed2", 4069), ("pmed4", 2999)])
def test_the_least_of_double_edges_gives_other_optima(name, cost):
    table, p = read_pmed(FOLDER / "pmed" / f"{name}.txt", least_of_double_edges=True)
    assert p_median(table, p).objective == cost


@pytest.mark.parametrize("row", cases("capacitated p-median", "pmedcap"))
def test_capacitated_pmedian(row):
    cost, p, capacity, demand, best = read_pmedcap(FOLDER / row["file"])
    sited = p_median(cost, p, capacity=capacity, demand=demand)
    proved(sited, row)
    assert sited.objective == best
    load = np.bincount(sited.assignment, demand, minlength=len(cost))
    assert load.max() <= capacity
    assert set(sited.assignment) <= set(sited.sites)
    assert len(sited.sites) == p


@pytest.mark.parametrize("row", cases("p-center", "pmed"))
def test_pcenter_by_setcover(row):
    cost, p = read_pmed(FOLDER / row["file"])
    sited = p_center(cost, p)
    proved(sited, row)
    assert len(sited.sites) == p
    assert cost[list(sited.assignment), range(len(cost))].max() == sited.objective


@pytest.mark.parametrize("row", cases("LSCP", "pmed"))
def test_lscp_counts(row):
    cost, _ = read_pmed(FOLDER / row["file"])
    sited = set_cover(cost, float(row["radius"]))
    proved(sited, row)
    assert cost[list(sited.sites)].min(axis=0).max() <= float(row["radius"])


@pytest.mark.parametrize("row", cases("MCLP", "SJC"))
def test_mclp_sjc(row):
    cost, demand = read_sjc(FOLDER / "mclp_sjc", row["instance"])
    proved(max_cover(cost, demand, int(row["p"]), float(row["radius"])), row)


@pytest.mark.parametrize("row", cases("MCLP", "SF"))
def test_mclp_sf(row):
    metres, people = read_san_francisco(FOLDER / row["file"])
    sited = max_cover(metres, people, int(row["p"]), float(row["radius"]))
    proved(sited, row)
    if row["p"] == "4":
        assert sited.assignment.count(-1) == 21


@pytest.mark.parametrize("row", cases("LSCP", "SF"))
def test_lscp_sf(row):
    metres, _ = read_san_francisco(FOLDER / row["file"])
    sited = set_cover(metres, float(row["radius"]))
    if row["optimum"] == "infeasible":
        assert sited.status == "infeasible"
        assert sited.reason == "Not every client is within 4000 of a site."
    else:
        proved(sited, row)


@pytest.mark.parametrize("row", cases("p-median", "SF"))
def test_pmedian_sf(row):
    metres, people = read_san_francisco(FOLDER / row["file"])
    proved(p_median(metres, int(row["p"]), weight=people), row)


@pytest.mark.parametrize("row", cases("p-center", "SF"))
def test_pcenter_sf(row):
    metres, _ = read_san_francisco(FOLDER / row["file"])
    proved(p_center(metres, int(row["p"])), row)
