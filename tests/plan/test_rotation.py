"""Rotation and troops to task: the oracles of the planning facts (C, D), C1, and properties."""

import csv
import datetime as dt
import itertools
import json
import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from orlib import FOLDER, instances, named, needs_orlib, read_smptsp

from interpose.errors import PlanError, ShapeError
from interpose.plan.need import troops_to_task as task
from interpose.plan.rotation import (
    fewest_on_duty,
    fewest_windows,
    plan_rotation,
    pool_size,
    propose_stagger,
    tours_to_cover,
)

ORACLES = Path(__file__).resolve().parents[3] / "shared" / "facts" / "planning" / "oracles.csv"
START = dt.date(2026, 1, 1)
FEW = settings(max_examples=60, deadline=None)


def oracles(kind):
    if not ORACLES.is_file():
        return [pytest.param(None, marks=pytest.mark.skip(reason="shared/facts is not here"))]
    with ORACLES.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["id"].startswith(kind)]
    return [pytest.param(row, id=row["id"]) for row in rows]


@pytest.mark.parametrize("row", oracles("POOL"))
def test_pool_size_agrees(row):
    assert pool_size(**json.loads(row["inputs"])) == int(row["expected"])


@pytest.mark.parametrize("row", oracles("COVER"))
def test_tours_to_cover_agree_and_so_do_the_windows(row):
    asked = json.loads(row["inputs"])
    assert tours_to_cover(**asked) == int(row["expected"])
    day = 100  # a month in these windows, so that a quarter is whole
    horizon, tour, overlap = (int(value * day) for value in asked.values())
    step = tour - overlap
    windows = [
        (START + dt.timedelta(k * step), START + dt.timedelta(k * step + tour)) for k in range(60)
    ]
    cover = fewest_windows(windows, START, START + dt.timedelta(horizon), overlap_days=overlap)
    assert cover.covered
    assert len(cover.chosen) == int(row["expected"])


@pytest.mark.parametrize("row", oracles("POST"))
def test_posts_agree(row):
    asked = json.loads(row["inputs"])
    if "commitment" in asked:
        strength = task.strength_for_hours(asked["commitment"], asked["productive_hours"])
        got = task.people(strength)
    elif "shift_hours" in asked:
        got = task.post_strength(asked.pop("men"), asked.pop("shift_hours"), **asked)
    else:
        productive = asked.pop("productive_hours", None)
        got = task.post_hours(**asked)
        got = got if productive is None else task.strength_for_hours(got, productive)
    assert float(got) == pytest.approx(float(row["expected"]), abs=5e-5)


@pytest.mark.parametrize("row", oracles("PATROL"))
def test_patrols_agree(row):
    count, days = json.loads(row["inputs"]).values()
    assert float(task.per_day(count, days)) == pytest.approx(float(row["expected"]), abs=5e-3)


def test_rounding_up_happens_once_at_the_end():
    parts = [task.post_strength(1, 12, leave_days=14)] * 6
    assert task.people(*parts) == math.ceil(6 * 2 * 183 / 169) == 13
    assert sum(task.people(part) for part in parts) == 18
    assert task.people(*[0.1] * 10) == 1


def test_six_month_tours_with_handover_need_a_sixth_unit():
    assert pool_size(1, 6, 0, 4) == 5
    assert pool_size(1, 6, 0.25, 4) == 6


def test_staggering_is_proposed_where_it_saves_units():
    proposal = propose_stagger(10, 6, 0.25, 2)
    assert (proposal.synchronised, proposal.staggered) == (40, 32)
    assert "32 units hold the 10 posts instead of 40" in proposal.words
    assert "saves nothing" in propose_stagger(10, 6, 0, 2).words


rotations = st.tuples(
    st.integers(1, 5), st.integers(20, 90), st.integers(0, 19), st.integers(0, 4), st.booleans()
)


@FEW
@given(rotations)
def test_the_pool_is_enough_and_one_fewer_is_not(asked):
    slots, tour, overlap, dwell, staggered = asked
    pool = pool_size(slots, tour, overlap, dwell, staggered)
    end = START + dt.timedelta(tour * (dwell + 1) * 3)
    given = {"tour_days": tour, "overlap_days": overlap, "dwell_per_tour": dwell}
    plan = plan_rotation(slots, START, end, **given, staggered=staggered)
    audit(plan, slots, end, **given)
    assert plan.units == pool
    assert not plan.thin_weeks
    if pool > slots and overlap == 0:
        short = plan_rotation(slots, START, end, **given, units=pool - 1, staggered=staggered)
        audit(short, slots, end, **given, on_time=False)
        assert short.thin_weeks
        assert f"of {slots} posts held" in str(short.thin_weeks[0])


def audit(plan, slots, end, *, tour_days, overlap_days, dwell_per_tour, on_time=True):
    """Check a rotation day by day, without the code that made it."""
    for unit in range(plan.units):
        mine = sorted(one.arrives for one in plan.tours if one.unit == unit)
        ends = sorted(one.leaves for one in plan.tours if one.unit == unit)
        for left, back in itertools.pairwise(sorted([*mine[1:], *ends[:-1]])):
            assert (back - left).days >= 0
        for left, back in zip(ends, mine[1:], strict=False):
            assert (back - left).days >= tour_days * dwell_per_tour - 1  # dates drop part days
    for post in range(slots):
        mine = sorted((one.arrives, one.leaves) for one in plan.tours if one.post == post)
        if on_time:
            assert mine[0][0] == START
            assert mine[-1][1] >= end - dt.timedelta(1)
            for (_, left), (came, _) in itertools.pairwise(mine):
                assert abs((left - came).days - overlap_days) <= 1


def test_a_relief_names_whom_it_relieves():
    plan = plan_rotation(1, START, dt.date(2027, 1, 1), tour_days=120, dwell_per_tour=1)
    assert [tour.relieves for tour in plan.tours] == [-1, *[tour.unit for tour in plan.tours[:-1]]]


@FEW
@given(st.lists(st.tuples(st.integers(-5, 30), st.integers(1, 15)), max_size=6), st.integers(0, 3))
def test_windows_equal_enumeration(pairs, overlap):
    day = dt.timedelta(1)
    windows = [(START + a * day, START + (a + length) * day) for a, length in pairs]
    end = START + 20 * day

    def holds(order):
        chain = [windows[k] for k in order]
        return (
            chain[0][0] <= START < chain[0][1]
            and chain[-1][1] >= end
            and all(
                late[0] <= early[1] - overlap * day < late[1] and late[1] > early[1]
                for early, late in itertools.pairwise(chain)
            )
        )

    sizes = [
        count
        for count in range(1, min(4, len(windows)) + 1)
        for order in itertools.permutations(range(len(windows)), count)
        if holds(order)
    ]
    cover = fewest_windows(windows, START, end, overlap_days=overlap)
    if sizes:
        assert cover.covered
        assert len(cover.chosen) == min(sizes)
        assert holds(cover.chosen)
    else:
        assert not cover.covered or len(cover.chosen) > 4


@needs_orlib
@pytest.mark.parametrize(
    "row",
    [
        pytest.param(row, id=named(row))
        for row in instances("interval tasks with qualifications (SMPTSP)")
    ],
)
def test_smptsp(row):
    tasks, may = read_smptsp(FOLDER / row["file"])
    qualified = np.zeros((len(may), len(tasks)), dtype=bool)
    for worker, can in enumerate(may):
        qualified[worker, can] = True
    on_duty = fewest_on_duty(*tasks.T, qualified)
    at_once = max(((tasks[:, 0] <= t) & (tasks[:, 1] > t)).sum() for t in tasks[:, 0])
    assert on_duty.status == "optimal"
    assert on_duty.objective == (float(row["optimum"]) if row["optimum"] else at_once)
    assert all(task in may[worker] for task, worker in enumerate(on_duty.assignment))
    for worker in on_duty.sites:
        mine = sorted(tasks[np.array(on_duty.assignment) == worker].tolist())
        assert all(early[1] <= late[0] for early, late in itertools.pairwise(mine))


@FEW
@given(st.integers(0, 10**6))
def test_duty_equals_enumeration(seed):
    draw = np.random.default_rng(seed)
    workers, count = draw.integers(1, 5), draw.integers(1, 6)
    begin = draw.integers(0, 8, count)
    end = begin + draw.integers(1, 5, count)
    may = draw.random((workers, count)) < 0.7
    clash = (begin[:, None] < end) & (begin < end[:, None]) & ~np.eye(count, dtype=bool)
    sizes = []
    for who in itertools.product(range(workers), repeat=int(count)):
        given = np.array(who)
        if may[given, np.arange(count)].all() and not (clash & (given[:, None] == given)).any():
            sizes.append(len(set(who)))
    on_duty = fewest_on_duty(begin, end, may)
    if sizes:
        assert (on_duty.status, on_duty.objective) == ("optimal", min(sizes))
    else:
        assert on_duty.status == "infeasible"
        assert on_duty.reason


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: pool_size(0, 6), "slots is 0"),
        (lambda: pool_size(1, 6, 6), "must be shorter than the tour"),
        (lambda: pool_size(1, 6, -1), "overlap_months is -1"),
        (lambda: pool_size(1, math.nan), "tour_months is nan"),
        (lambda: tours_to_cover(0, 6), "horizon_months is 0: must be a number, more than 0"),
        (lambda: plan_rotation(1, START, START, tour_days=9), "must be after"),
        (lambda: fewest_windows([(START, START)], START, dt.date.max), "Window 0 ends"),
        (lambda: task.post_strength(1, 0), "shift_hours is 0"),
        (lambda: task.post_strength(1, 8, leave_days=9, tour_days=9), "tour_days is"),
        (lambda: fewest_on_duty([1], [1], [[1]]), "Task 0 ends at 1"),
    ],
)
def test_a_wrong_number_is_refused_by_name(call, words):
    with pytest.raises(PlanError, match=words):
        call()


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ShapeError, match="do not fit"):
        fewest_on_duty([1, 2], [2, 3], [[1]])


def test_numbers_are_read_as_they_were_meant():
    assert pool_size(1, 0.3, 0, Fraction(2)) == 3  # 0.9 / 0.3 is not 3.0000000000000004
