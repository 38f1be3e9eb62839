"""Exact results 5 and 6 of METHODS section 7: what one incident leads to."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from lab import agree, happened, hawkes, near, new_state, played, strike, theatre_of

PLACES, DAYS, FUTURES, N, MEMORY = 200, 120, 150, 0.5, 3.0


@cache
def waves(mu=0.0, struck=True):
    """Return the counts (future, day, place) after one incident at every place on day 0."""
    theatre = theatre_of(PLACES, DAYS)
    world = hawkes(theatre, mu, N, MEMORY)
    found = []
    for future in range(FUTURES):
        state = new_state(theatre, 3, future)
        if struck:
            for place in range(PLACES):
                strike(state, world, place)
        state = played(theatre, world, state=state, first=1)
        found.append(happened(state, DAYS)[:, 0])
    return np.array(found)


def test_cluster_sizes_follow_the_borel_law():
    size = waves().sum(axis=1).ravel()
    repeats = len(size)

    def share(s):
        return (size == s).mean(), np.sqrt(0.25 / repeats)

    near(share(1)[0], np.exp(-N), share(1)[1], 0.05, "P(1)")
    near(share(2)[0], np.exp(-2 * N) * 2 * N / 2, share(2)[1], 0.10, "P(2)")
    near(share(3)[0], np.exp(-3 * N) * (3 * N) ** 2 / 6, share(3)[1], 0.15, "P(3)")
    variance = N / (1 - N) ** 3
    near(size.mean(), 1 / (1 - N), np.sqrt(variance / repeats), 0.05, "mean size")
    agree((size - 1 / (1 - N)) ** 2, variance, 0.20, "variance of the size")


def test_the_tail_of_cluster_sizes_is_a_power_law_with_a_cut_off():
    size = waves().sum(axis=1).ravel()
    s = np.arange(1, 400)
    log_factorial = np.cumsum(np.log(s))
    law = np.exp(-N * s + (s - 1) * np.log(N * s) - log_factorial)
    assert law.sum() == pytest.approx(1, abs=1e-9)
    beyond = law[9:].sum()  # ten or more
    error = np.sqrt(beyond * (1 - beyond) / len(size))
    near((size >= 10).mean(), beyond, error, 0.20, "P(10 or more)")


def test_the_share_of_triggered_incidents_is_n():
    mu, days = 0.2, 3000
    theatre = theatre_of(PLACES, days)
    state = played(theatre, hawkes(theatre, mu, N, MEMORY))
    late = slice(100 * PLACES // 5, int(state.incidents.counts[0]))
    place = state.incidents.events[late, 1]
    background = np.bincount(place, state.incidents.event_background[late], PLACES)
    agree(1 - background / np.bincount(place, minlength=PLACES), N, 0.05, "share triggered")


def test_one_more_incident_leads_to_n_over_one_minus_n_further_ones_whatever_else_happens():
    more = waves(0.1).sum(axis=1) - 1 - waves(0.1, struck=False)[:, 1:].sum(axis=1)
    agree(more.ravel(), N / (1 - N), 0.10, "mean response")


def test_the_response_starts_at_n_over_the_memory_and_decays_at_the_rate_beta_times_one_minus_n():
    kept = np.exp(-1 / MEMORY)
    r = 1 - (1 - kept) * (1 - N)
    assert r == pytest.approx(np.exp(-(1 - N) / MEMORY), abs=0.02)  # the continuous rate
    by_day = waves().swapaxes(1, 2).reshape(-1, DAYS)
    lag = np.arange(1, 13)
    agree(by_day[:, lag], N * (1 - kept) * r ** (lag - 1), 0.30, "mean response by day")
    later = by_day[:, 6:].sum(axis=1)
    agree(later, N * (1 - kept) * r**5 / (1 - r), 0.10, "mean response after day 5")
