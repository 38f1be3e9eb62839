"""Exact result 8 of METHODS section 7: space moves incidents about, and makes none."""

from __future__ import annotations

import numpy as np
import pytest
from lab import agree, happened, hawkes, near, played, theatre_of
from test_stationary_counts import moments

PLACES, FUTURES, DAYS, WARM = 6, 60, 4000, 100
MU, N, MEMORY = 0.05, 0.6, 4.0


def totals(spread):
    """Return the incidents of all places together by (future, day)."""
    theatre = theatre_of(PLACES, DAYS)
    world = hawkes(theatre, MU, N, MEMORY, spread=spread, apart=False)
    return np.array(
        [happened(played(theatre, world, future=f), DAYS)[WARM:, 0].sum(axis=1)
         for f in range(FUTURES)]
    )  # fmt: skip


def uneven(kept=1.0):
    """Return a lopsided spread (1, place, place) whose rows add to `kept`."""
    weight = np.random.default_rng(1).random((1, PLACES, PLACES)) ** 4
    return kept * weight / weight.sum(axis=2, keepdims=True)


@pytest.mark.parametrize("spread", [None, uneven()], ids=["roads and news", "lopsided"])
def test_the_total_over_places_obeys_the_law_of_one_place(spread):
    found = totals(spread)
    mean, _, of_count, covariance = moments(MU * PLACES, N, MEMORY)
    agree(found.mean(axis=1), mean, 0.04, "mean of the total")
    off = found - mean
    agree((off**2).mean(axis=1), of_count, 0.06, "variance of the total")
    agree((off[:, 2:] * off[:, :-2]).mean(axis=1), covariance(2), 0.25, "Cov at lag 2")


def test_a_share_lost_over_the_border_takes_the_same_share_from_n():
    edge = 0.25
    found = totals(uneven(1 - edge))
    agree(found.mean(axis=1), MU * PLACES / (1 - N * (1 - edge)), 0.04, "mean of the total")


def test_incidents_spread_to_places_as_the_matrix_says():
    spread = uneven()
    theatre = theatre_of(PLACES, DAYS)
    mu = np.array([[0.3, 0, 0, 0, 0, 0]])
    world = hawkes(theatre, mu, N, MEMORY, spread=spread, apart=False)
    found = np.array(
        [happened(played(theatre, world, future=f), DAYS)[WARM:, 0].mean(axis=0)
         for f in range(FUTURES)]
    )  # fmt: skip
    exact = np.linalg.solve(np.eye(PLACES) - N * spread[0].T, mu[0])
    error = found.std(axis=0, ddof=1) / np.sqrt(FUTURES)
    near(found.mean(axis=0), exact, error, 0.30, "mean by place")
