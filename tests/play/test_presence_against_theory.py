"""Exact results 7 and 9 of METHODS section 7: presence that changes, patrols in time."""

from __future__ import annotations

import numpy as np
import pytest
from lab import agree, changed, happened, hawkes, played, rates_of, theatre_of

from theatres import troops

PLACES = 100
THOUSANDS = 200.0  # inhabitants of a place: two communities of 100,000


def guarded(days, from_day, values, mu, K, memory, strength=1000):
    """Return a theatre with a contingent at every place, which reaches that place alone."""
    contingents = [troops(f"t{i}", f"camp_p{i}", strength, from_day) for i in range(PLACES)]
    theatre = theatre_of(PLACES, days, contingents=contingents, values=values)
    world = changed(hawkes(theatre, mu, K, memory), **{"presence.reach": np.eye(PLACES)[None]})
    return theatre, changed(
        world, reached_thousands=np.full_like(world.presence.reached_thousands, THOUSANDS)
    )


def test_after_a_step_of_presence_the_rate_jumps_on_day_one_and_relaxes_to_its_new_mean():
    mu, K, memory, arrival, days = 0.3, 0.6, 6.0, 150, 230
    values = {
        "presence.available_share": 0.5,
        "effect.troops.background": 0.0,
        "effect.troops.retaliation": 0.4,
        "floor.retaliation": 0.2,
    }
    theatre, world = guarded(days, arrival, values, mu, K, memory)
    n1 = K * (0.2 + 0.8 * np.exp(-0.4 * 0.5 * 1000 / THOUSANDS))
    before, after = mu / (1 - K), mu / (1 - n1)
    jump = mu + n1 / K * (before - mu)  # damping is that of the offspring's day
    assert jump < 0.75 * before
    r = 1 - (1 - np.exp(-1 / memory)) * (1 - n1)
    rates = np.concatenate(
        [rates_of(theatre, world, future=f)[0][:, 0].T for f in range(25)]
    )  # (repeat, day)
    agree(rates[:, arrival - 1], before, 0.04, "mean rate on the last day without presence")
    since = np.array([0, 1, 2, 5, 10, 20, 40, 79])
    path = after + (jump - after) * r**since
    agree(rates[:, arrival + since], path, 0.04, "mean rate after the arrival")


def test_above_one_the_mean_grows_as_a_power():
    mu, n, memory, days = 0.1, 1.4, 5.0, 40
    theatre = theatre_of(PLACES, days)
    world = hawkes(theatre, mu, n, memory)
    a = n * (1 - np.exp(-1 / memory))
    r = np.exp(-1 / memory) + a
    assert r > 1
    rates = np.concatenate([rates_of(theatre, world, future=f)[0][:, 0].T for f in range(60)])
    day = np.array([10, 20, 39])
    agree(rates[:, day], mu * (1 + a * (r**day - 1) / (r - 1)), 0.15, "mean rate, n above one")


@pytest.mark.parametrize("reduction", [0.0, 0.5])
def test_removing_incidents_as_parents_with_chance_r_multiplies_n_by_one_minus_r(reduction):
    mu, n, days, reached = 0.3, 0.6, 5000, 0.6
    values = {
        "presence.available_share": 0.5,
        "effect.troops.background": 0.0,
        "effect.troops.retaliation": 0.0,
        "response.reduction": reduction,
    }
    theatre, world = guarded(days, 0, values, mu, n, 4.0)
    presence = 0.5 * 1000 / THOUSANDS
    world = changed(world, response_half=presence * (1 - reached) / reached)
    state = played(theatre, world)
    np.testing.assert_allclose(state.presence.reached, reached)
    counts = happened(state, days)[100:, 0].mean(axis=0)
    agree(counts, mu / (1 - n * (1 - reduction * reached)), 0.04, "mean count")


def test_presence_on_the_background_multiplies_the_mean_and_leaves_n_alone():
    mu, n, days = 0.4, 0.5, 4000
    values = {
        "presence.available_share": 0.5,
        "effect.troops.background": 0.3,
        "effect.troops.retaliation": 0.0,
        "floor.background": 0.1,
    }
    theatre, world = guarded(days, 0, values, mu, n, 4.0)
    damping = 0.1 + 0.9 * np.exp(-0.3 * 0.5 * 1000 / THOUSANDS)
    state = played(theatre, world)
    agree(happened(state, days)[100:, 0].mean(axis=0), damping * mu / (1 - n), 0.05, "mean count")
    some = slice(2000, int(state.incidents.counts[0]))
    place = state.incidents.events[some, 1]
    share = np.bincount(place, state.incidents.event_background[some]) / np.bincount(place)
    agree(share, 1 - n, 0.05, "share of background")
