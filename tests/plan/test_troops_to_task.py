"""Troops to task and pools of units: the oracles of the planning facts (C, D) and C1."""

import csv
import json
import math
from fractions import Fraction
from pathlib import Path

import pytest

from interpose.errors import PlanError
from interpose.plan.need import troops_to_task as task
from interpose.plan.tell.thin_weeks import pool_size

ORACLES = Path(__file__).resolve().parents[3] / "shared" / "facts" / "planning" / "oracles.csv"


def oracles(kind):
    if not ORACLES.is_file():
        return [pytest.param(None, marks=pytest.mark.skip(reason="shared/facts is not here"))]
    with ORACLES.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["id"].startswith(kind)]
    return [pytest.param(row, id=row["id"]) for row in rows]


@pytest.mark.parametrize("row", oracles("POOL"))
def test_pool_size_agrees(row):
    assert pool_size(**json.loads(row["inputs"])) == int(row["expected"])


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


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: pool_size(0, 6), "slots is 0"),
        (lambda: pool_size(1, 6, 6), "must be shorter than the tour"),
        (lambda: pool_size(1, 6, -1), "overlap_months is -1"),
        (lambda: pool_size(1, math.nan), "tour_months is nan"),
        (lambda: task.post_strength(1, 0), "shift_hours is 0"),
        (lambda: task.post_strength(1, 8, leave_days=9, tour_days=9), "tour_days is"),
    ],
)
def test_a_wrong_number_is_refused_by_name(call, words):
    with pytest.raises(PlanError, match=words):
        call()


def test_numbers_are_read_as_they_were_meant():
    assert pool_size(1, 0.3, 0, Fraction(2)) == 3  # 0.9 / 0.3 is not 3.0000000000000004
