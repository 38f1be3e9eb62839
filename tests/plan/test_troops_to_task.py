"""Pools of units: the oracles of the planning facts, and numbers read as they were meant."""

import csv
import json
from fractions import Fraction
from pathlib import Path

import pytest

from interpose.plan.tell.shortfalls import pool_size

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


def test_six_month_tours_with_handover_need_a_sixth_unit():
    assert pool_size(1, 6, 0, 4) == 5
    assert pool_size(1, 6, 0.25, 4) == 6


def test_numbers_are_read_as_they_were_meant():
    assert pool_size(1, 0.3, 0, Fraction(2)) == 3  # 0.9 / 0.3 is not 3.0000000000000004
