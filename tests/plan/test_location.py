"""Location against enumeration of all choices, and properties that any answer must have."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interpose.errors import PlanError, ShapeError, UnknownNameError
from interpose.plan.location import assign, max_cover, p_center, p_median, set_cover

FEW = settings(max_examples=40, deadline=None)
seeds = st.integers(0, 10**6)


def tiny(seed):
    """Return a random table of costs, sites to open, some open already, and who is there."""
    draw = np.random.default_rng(seed)
    sites, clients = draw.integers(2, 7), draw.integers(2, 7)
    cost = draw.integers(0, 20, (sites, clients)).astype(float)
    if seed % 3 == 0:
        cost += draw.random(cost.shape)
    p = int(draw.integers(1, sites + 1))
    kept = sorted(draw.choice(sites, draw.integers(0, min(p, 2) + 1), replace=False).tolist())
    return cost, p, kept, draw.integers(0, 9, clients).astype(float), draw


def choices(sites, p, kept=()):
    """Return every choice of p sites with those that are open already."""
    return [c for c in itertools.combinations(range(sites), p) if set(kept) <= set(c)]


@FEW
@given(seeds)
def test_pmedian_equals_enumeration(seed):
    cost, p, kept, demand, _ = tiny(seed)
    table = cost * demand
    best = min(table[list(c)].min(axis=0).sum() for c in choices(len(cost), p, kept))
    sited = p_median(cost, p, demand=demand, open_sites=kept)
    assert sited.status == "optimal"
    assert sited.objective == pytest.approx(best)
    assert set(kept) <= set(sited.sites)
    assert len(sited.sites) == p
    assert set(sited.assignment) <= set(sited.sites)


@FEW
@given(seeds)
def test_capacitated_pmedian_equals_enumeration(seed):
    draw = np.random.default_rng(seed)
    sites, clients = draw.integers(2, 5), draw.integers(2, 6)
    cost = draw.integers(0, 20, (sites, clients)).astype(float)
    demand = draw.integers(1, 6, clients) * (1.0 if seed % 2 else 0.37)
    room = draw.integers(4, 12, sites) * (1.0 if seed % 2 else 0.37)
    p = int(draw.integers(1, sites + 1))
    best = np.inf
    for served in itertools.product(range(sites), repeat=int(clients)):
        fits = (np.bincount(served, demand, minlength=sites) <= room + 1e-9).all()
        if fits and len(set(served)) <= p:
            best = min(best, cost[list(served), np.arange(clients)].sum())
    sited = p_median(cost, p, room, demand)
    if np.isinf(best):
        assert (sited.status, sited.sites) == ("infeasible", ())
        assert sited.reason.endswith(".")
    else:
        assert sited.status == "optimal"
        assert sited.objective == pytest.approx(best)
        assert (np.bincount(sited.assignment, demand, minlength=sites) <= room + 1e-9).all()


@FEW
@given(seeds)
def test_pcenter_equals_enumeration(seed):
    cost, p, kept, _, _ = tiny(seed)
    best = min(cost[list(c)].min(axis=0).max() for c in choices(len(cost), p, kept))
    sited = p_center(cost, p, open_sites=kept)
    assert sited.status == "optimal"
    assert sited.objective == best
    assert set(kept) <= set(sited.sites)


@FEW
@given(seeds, st.integers(1, 2), st.integers(0, 20))
def test_set_cover_equals_enumeration(seed, times, radius):
    cost, _, kept, _, _ = tiny(seed)
    reaches = cost <= radius
    sizes = [
        p
        for p in range(len(kept) or 1, len(cost) + 1)
        for c in choices(len(cost), p, kept)
        if (reaches[list(c)].sum(axis=0) >= times).all()
    ]
    sited = set_cover(cost, radius, cover_times=times, open_sites=kept)
    if not sizes:
        assert sited.status == "infeasible"
    else:
        assert (sited.status, sited.objective) == ("optimal", min(sizes))
        assert (reaches[list(sited.sites)].sum(axis=0) >= times).all()


@FEW
@given(seeds, st.integers(1, 2), st.integers(0, 20))
def test_max_cover_equals_enumeration(seed, times, radius):
    cost, p, kept, demand, _ = tiny(seed)
    reaches = cost <= radius
    best = max(
        demand[reaches[list(c)].sum(axis=0) >= times].sum() for c in choices(len(cost), p, kept)
    )
    sited = max_cover(cost, demand, p, radius, cover_times=times, open_sites=kept)
    assert (sited.status, sited.objective) == ("optimal", pytest.approx(best))
    assert len(sited.sites) == p


@FEW
@given(seeds, st.sampled_from(["min", "max"]))
def test_assign_equals_enumeration(seed, sense):
    draw = np.random.default_rng(seed)
    agents, jobs = draw.integers(1, 4), draw.integers(1, 6)
    cost = draw.integers(-5, 20, (agents, jobs)).astype(float)
    cost[draw.random(cost.shape) < 0.1] = np.inf
    weight, room = draw.integers(1, 6, (agents, jobs)), draw.integers(3, 15, agents)
    index, totals = np.arange(jobs), []
    for who in itertools.product(range(agents), repeat=int(jobs)):
        load = np.bincount(who, weight[list(who), index], minlength=agents)
        if (load <= room).all() and np.isfinite(cost[list(who), index]).all():
            totals.append(cost[list(who), index].sum())
    done = assign(cost, weight, room, sense)
    if totals:
        best = min(totals) if sense == "min" else max(totals)
        assert (done.status, done.objective) == ("optimal", best)
    else:
        assert done.status == "infeasible"
        assert done.reason.endswith(".")


@FEW
@given(seeds)
def test_order_of_rows_and_columns_does_not_matter(seed):
    cost, p, _, demand, draw = tiny(seed)
    rows, columns = draw.permutation(cost.shape[0]), draw.permutation(cost.shape[1])
    mixed, people = cost[np.ix_(rows, columns)], demand[columns]
    for one, other in (
        (p_median(cost, p, demand=demand), p_median(mixed, p, demand=people)),
        (p_center(cost, p), p_center(mixed, p)),
        (max_cover(cost, demand, p, 6), max_cover(mixed, people, p, 6)),
        (set_cover(cost, 9), set_cover(mixed, 9)),
    ):
        assert one.status == other.status
        assert one.objective == pytest.approx(other.objective, nan_ok=True)


@FEW
@given(seeds)
def test_more_sites_never_hurt_and_a_wider_radius_never_needs_more(seed):
    cost, _, _, demand, _ = tiny(seed)
    every_p = range(1, len(cost) + 1)
    reached = [max_cover(cost, demand, p, 7).objective for p in every_p]
    travelled = [p_median(cost, p).objective for p in every_p]
    worst = [p_center(cost, p).objective for p in every_p]
    assert reached == sorted(reached)
    assert travelled == sorted(travelled, reverse=True)
    assert worst == sorted(worst, reverse=True)
    needed = [set_cover(cost, radius).objective for radius in (20, 14, 9, 5)]
    found = [count for count in needed if not np.isnan(count)]
    assert found == sorted(found)
    assert not np.isnan(needed).any() or np.isnan(needed[len(found) :]).all()


@FEW
@given(seeds)
def test_ample_capacity_is_no_capacity(seed):
    cost, p, _, _, _ = tiny(seed)
    limited = p_median(cost, p, capacity=cost.shape[1])
    assert limited.objective == pytest.approx(p_median(cost, p).objective)


def test_unit_jobs_and_places_are_the_linear_assignment():
    from scipy.optimize import linear_sum_assignment

    cost = np.random.default_rng(3).integers(0, 50, (9, 9)).astype(float)
    rows, columns = linear_sum_assignment(cost)
    assert assign(cost, np.ones(9), 1).objective == cost[rows, columns].sum()


def test_the_same_call_gives_the_same_answer():
    cost = np.random.default_rng(5).integers(1, 9, (30, 30)).astype(float)
    for first, second in (
        (p_median(cost, 4), p_median(cost, 4)),
        (p_median(cost, 4, capacity=9), p_median(cost, 4, capacity=9)),
        (max_cover(cost, 1, 3, 2), max_cover(cost, 1, 3, 2)),
        (set_cover(cost, 2), set_cover(cost, 2)),
    ):
        assert (first.sites, first.assignment) == (second.sites, second.assignment)


def test_a_client_that_ties_goes_to_the_first_site():
    assert p_median([[1.0, 1.0], [1.0, 1.0]], 2).assignment == (0, 0)


def test_a_site_that_cannot_serve_a_client_never_does():
    far = np.inf
    cost = [[0, 1, far, far], [1, 0, 9, far], [far, 9, 0, 1], [far, far, 1, 0]]
    assert p_median(cost, 1).reason == "At least 2 sites are needed to reach every client, not 1."
    assert p_median(cost, 2).objective == 2
    assert p_center(cost, 1).status == "infeasible"
    alone = [[0, far], [1, far]]
    assert p_median(alone, 1).reason == "No site can serve client 1 (1 such clients)."


def test_what_cannot_be_done_is_said_in_words():
    cost = np.ones((2, 3))
    assert p_median(cost, 3).reason == "3 sites are to be opened, but there are only 2."
    assert (
        p_median(cost, 1, open_sites=[0, 1]).reason
        == "2 sites are open already, but only 1 may be."
    )
    assert (
        p_median(cost, 1, 5, [2, 2, 2]).reason == "Clients take 6, but the 1 largest sites hold 5."
    )
    assert "do not go into the rooms" in p_median(cost, 2, 3, [2, 2, 2]).reason
    assert set_cover(cost, 0.5).reason == "3 of 3 clients are not within 0.5 of any site: 0, 1, 2."
    assert assign([[1]], [5], [3]).reason.startswith("No agent can do job 0")


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: p_median([1, 2], 1), ShapeError, "wanted a table of sites x clients"),
        (lambda: p_median([[1, -2]], 1), PlanError, r"cost\[0, 1\] is -2"),
        (lambda: p_median([[1, 2]], 0), PlanError, "p is 0: must be a whole number"),
        (lambda: p_median([[1, 2]], 1, open_sites=[4]), PlanError, "open_sites names 4"),
        (lambda: max_cover(np.ones((5, 2)), np.ones(5), 1, 1), ShapeError, r"pass cost\.T"),
        (lambda: set_cover([[1, 2]], -1), PlanError, "radius is -1"),
        (lambda: assign([[1, 2]], [1, -1], [3]), PlanError, "weight of agent 0, job 1 is -1"),
        (lambda: assign([[1, 2]], [1, 1, 1], [3]), ShapeError, "weight has shape"),
        (lambda: assign([[1, 2]], [1, 1], [3], "mix"), UnknownNameError, "Did you mean 'm(in|ax)'"),
    ],
)
def test_a_wrong_argument_is_refused_by_name(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_a_search_that_is_stopped_keeps_its_best_and_says_how_good_it_is():
    draw = np.random.default_rng(1)
    cost = draw.random((60, 60))
    heard = []

    def watch(seconds, objective, bound):
        heard.append((objective, bound))
        return True

    sited = p_median(cost, 6, watch=watch)
    best = p_median(cost, 6).objective
    assert heard
    assert sited.status.startswith("stopped, gap ")
    assert sited.bound <= best <= sited.objective
    assert sited.gap == pytest.approx((sited.objective - sited.bound) / sited.objective)
    assert p_median(cost, 6, time_limit_s=0.0).status.startswith("time limit, gap ")
