"""The p-median with capacity against enumeration: every way of its search, forced one by one."""

import itertools
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interpose.plan.highs import Clock
from interpose.plan.location import branches, p_median, pool
from interpose.plan.location.branches import Branch, Proof
from interpose.plan.location.columns import Columns
from interpose.plan.location.filling import fill
from interpose.plan.location.knapsacks import Knapsacks
from interpose.plan.location.master import Master, NoOptimumError, as_rows, limits

FEW = settings(max_examples=40, deadline=None)
seeds = st.integers(0, 10**6)
units = st.sampled_from([1.0, 0.37, 2**0.5])


def tiny(seed, unit=1.0):
    """Return cost, p, room, demand and sites that are open already, at random."""
    draw = np.random.default_rng(seed)
    sites, clients = draw.integers(2, 5), draw.integers(2, 6)
    cost = draw.integers(0, 20, (sites, clients)).astype(float)
    if seed % 3 == 0:
        cost += draw.random(cost.shape)
    demand = draw.integers(1, 6, clients) * unit
    room = draw.integers(4, 12, sites) * unit
    p = int(draw.integers(1, sites + 1))
    return cost, p, room, demand, draw.choice(sites, min(p, seed % 2), replace=False).tolist()


def enumerated(cost, p, room, demand, kept):
    """Return the least cost over every way to serve, infinite where there is none."""
    sites, clients = cost.shape
    least = np.inf
    for served in itertools.product(range(sites), repeat=clients):
        load = np.bincount(served, demand, minlength=sites)
        if len({*served, *kept}) <= p and (load <= room + 1e-9).all():
            least = min(least, cost[list(served), np.arange(clients)].sum())
    return least


def small(seed, sites=12, clients=18, p=3):
    """Return a table in the plane that is too large to enumerate, tight in room."""
    draw = np.random.default_rng(seed)
    here, there = draw.integers(0, 60, (sites, 2)), draw.integers(0, 60, (clients, 2))
    cost = np.floor(np.hypot(*(here[:, None] - there).transpose(2, 0, 1)))
    demand = draw.integers(1, 9, clients).astype(float)
    return cost, p, np.full(sites, np.ceil(demand.sum() / p * 1.06)), demand


def by_pairs(cost, p, room, demand, kept=()):
    """Return the optimum of the plain model with a column for each pair, from HiGHS."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    sites, clients = cost.shape
    serve = np.kron(np.eye(clients), np.ones(sites))
    load = np.kron(demand, np.eye(sites))
    opened = np.kron(np.ones((clients, 1)), np.eye(sites))
    none = np.zeros((clients, sites))
    must = np.isin(np.arange(sites), kept).astype(float)
    answer = milp(
        np.concatenate([cost.T.ravel(), np.zeros(sites)]),
        integrality=np.ones(cost.size + sites),
        bounds=Bounds(np.concatenate([np.zeros(cost.size), must]), 1.0),
        constraints=[
            LinearConstraint(np.hstack([serve, none]), 1.0, 1.0),
            LinearConstraint(np.hstack([load, -np.diag(room)]), -np.inf, 0.0),
            LinearConstraint(np.hstack([np.eye(cost.size), -opened]), -np.inf, 0.0),
            LinearConstraint(np.concatenate([np.zeros(cost.size), np.ones(sites)]), 0.0, p),
        ],
    )
    return answer.fun if answer.success else np.inf


def holds(sited, p, room, demand, kept=()):
    """Assert that an answer keeps every limit."""
    assert (np.bincount(sited.assignment, demand, len(room)) <= room + 1e-9).all()
    assert len(sited.sites) == p
    assert {*sited.assignment, *kept} <= set(sited.sites)


@FEW
@given(seeds, units)
def test_equals_enumeration_with_whole_fractional_and_irrational_room(seed, unit):
    cost, p, room, demand, kept = tiny(seed, unit)
    least = enumerated(cost, p, room, demand, kept)
    sited = p_median(cost, p, room, demand, open_sites=kept)
    if np.isinf(least):
        assert sited.status == "infeasible"
    else:
        assert (sited.status, sited.objective) == ("optimal", pytest.approx(least))
        holds(sited, p, room, demand, kept)


def proof_of(cost, p, room, demand, kept=(), whole=True):
    """Return whether the branches alone prove, without an answer to begin with, and their cost."""
    sacks = Knapsacks.of(cost, demand, room)
    must = np.isin(np.arange(len(cost)), kept)
    worst = float(cost.max(axis=0).sum()) + 1.0
    proof = Proof(sacks, p, whole, worst, None, Clock(np.inf), Columns())
    root = Branch(-np.inf, cost.min(axis=0), np.arange(len(cost)), must, cost)
    done = proof.run(root)
    return done, np.inf if proof.found is None else proof.found[2]


@FEW
@given(seeds)
def test_branches_alone_prove_what_enumeration_finds(seed):
    cost, p, room, demand, kept = tiny(seed)
    done, total = proof_of(cost, p, room, demand, kept, whole=seed % 3 != 0)
    assert done
    assert total == pytest.approx(enumerated(cost, p, room, demand, kept))


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("most", [5, 8])
def test_a_forced_branch_keeps_the_optimum(seed, most, monkeypatch):
    monkeypatch.setattr(branches, "MOST_SETS", most)
    cost, p, room, demand = small(seed, 6, 9, 2)
    divided = []
    barred = Proof._barred
    monkeypatch.setattr(Proof, "_barred", lambda *a: divided.append(a) or barred(*a))
    assert proof_of(cost, p, room, demand) == (True, by_pairs(cost, p, room, demand))
    assert divided


@pytest.mark.parametrize("seed", range(3))
def test_few_sets_for_the_choice_force_open_and_closed_sites(seed, monkeypatch):
    monkeypatch.setattr(pool, "FEW", 4)
    monkeypatch.setattr(branches, "FEW", 4)
    monkeypatch.setattr(branches, "NODES", 1)
    cost, p, room, demand = small(seed, 7, 10)
    assert proof_of(cost, p, room, demand) == (True, by_pairs(cost, p, room, demand))


@pytest.mark.parametrize("seed", range(3))
def test_sites_that_must_be_open_are(seed):
    cost, p, room, demand = small(seed)
    free = p_median(cost, p, room, demand)
    kept = [k for k in range(len(cost)) if k not in free.sites][:2]
    sited = p_median(cost, p, room, demand, open_sites=kept)
    assert sited.objective == by_pairs(cost, p, room, demand, kept) >= free.objective
    holds(sited, p, room, demand, kept)


@FEW
@given(seeds, st.integers(0, 30))
def test_the_list_holds_every_set_within_reach_and_no_other(seed, width):
    cost, p, room, demand, kept = tiny(seed)
    draw = np.random.default_rng(seed)
    prices = draw.integers(0, 15, cost.shape[1]).astype(float)
    alive, must = np.arange(len(cost)), np.isin(np.arange(len(cost)), kept)
    sacks = Knapsacks.of(cost, demand, room)
    every = {
        (site, who): float((cost[site] - prices) @ who)
        for site in range(len(cost))
        for who in itertools.product((0, 1), repeat=cost.shape[1])
        if demand @ who <= room[site]
    }
    least = [min(v for (at, _), v in every.items() if at == site) for site in range(len(cost))]
    bound = {}  # by site, of the answers that use it
    for site in range(len(cost)):
        teams = [t for t in itertools.combinations(range(len(cost)), p) if {*kept, site} <= {*t}]
        bound[site] = min((sum(least[k] for k in t if k != site) for t in teams), default=np.inf)
    bound = {site: value + float(prices.sum()) for site, value in bound.items()}
    goal = min(bound[k] + least[k] for k in bound) + width
    wanted = {(k, who) for (k, who), value in every.items() if bound[k] + value <= goal + 1e-6}
    at, members = sacks.within(prices, alive, must, p, goal, 10**6)
    got = list(zip(at.tolist(), map(tuple, members.astype(int).tolist()), strict=True))
    assert len(got) == len(set(got))
    assert set(got) == wanted
    assert sacks.within(prices, alive, must, p, goal, len(got) - 1) is None


@pytest.mark.parametrize("seed", range(4))
def test_cuts_and_thinning_keep_the_optimum(seed, monkeypatch):
    monkeypatch.setattr(pool, "FEW", 1)
    cost, p, room, demand = small(seed, p=4)
    optimum, prices = by_pairs(cost, p, room, demand), cost.min(axis=0)
    sacks, must = Knapsacks.of(cost, demand, room), np.zeros(len(cost), np.bool_)
    listed = sacks.within(prices, np.arange(len(cost)), must, p, optimum + 3.0, 10**6)
    sets = pool.Pool.of(cost, *listed, must, p)
    before = len(sets.cost)
    assert not sets.tighten(prices, optimum + 3.0, lambda: False)
    assert sets.bound <= optimum + 1e-6
    assert len(sets.cost) < before
    monkeypatch.setattr(pool, "FEW", 10**6)
    assert sets.best(Clock(np.inf), 10**6, whole=True)[1].objective == pytest.approx(optimum)
    closed = pool.Pool.of(cost, *listed, must, p)
    done = closed.tighten(prices, optimum - 1.0, lambda: False)
    assert done or closed.bound <= optimum - 1.0 + 1e-3


def test_a_linear_programme_without_optimum_is_no_bound():
    master = Master(*limits(2, np.zeros(1, np.bool_), 1), 10.0)
    master.add(np.array([3.0]), as_rows(np.ones((1, 2), np.bool_), np.zeros(1, np.int64), 1))
    assert master.solve()[0] == 3.0
    master.cut(np.array([-1.0]), -2.0)  # the set twice, but its site may be used once
    with pytest.raises(NoOptimumError):
        master.solve()


@pytest.mark.parametrize("fails", [lambda count: True, lambda count: count % 3 == 0])
def test_the_answer_is_right_even_where_highs_fails(fails, monkeypatch):
    solve, calls = Master.solve, []

    def sometimes(self):
        calls.append(1)
        if fails(len(calls)):
            raise NoOptimumError
        return solve(self)

    monkeypatch.setattr(Master, "solve", sometimes)
    cost, p, room, demand = small(1, 3, 6, 2)
    assert proof_of(cost, p, room, demand) == (True, by_pairs(cost, p, room, demand))
    assert calls


def test_a_client_that_no_open_site_can_serve_is_left_without_a_warning():
    cost = np.array([[1.0, np.inf], [2.0, np.inf], [1.0, 1.0]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert fill(cost, np.ones(2), np.full(3, 5.0), np.array([0, 1])) is None
    assert p_median(cost, 1, 5.0, [1, 1]).sites == (2,)


def test_a_hundred_places_made_by_the_rule_of_or_library():
    draw = np.random.default_rng(2)
    while True:
        place, demand = draw.integers(1, 101, (100, 2)), draw.integers(1, 21, 100).astype(float)
        if 984 <= demand.sum() <= 1164:  # 0.82 to 0.97 of the room
            break
    cost = np.floor(np.hypot(*(place[:, None] - place).transpose(2, 0, 1)))
    sited = p_median(cost, 10, 120.0, demand)
    assert (sited.status, sited.gap) == ("optimal", 0.0)
    assert sited.objective == cost[list(sited.assignment), np.arange(100)].sum()
    holds(sited, 10, np.full(100, 120.0), demand)
