"""Barricades: how many stand, how they end, and whom the closed roads cut off."""

from __future__ import annotations

import numpy as np
import pytest
from lab import agree, hawkes, played
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from interpose.play.day import build_world, new_state
from interpose.play.processes import barricades, presence
from interpose.play.processes.barricades import BARRICADE_FIELDS, ENDINGS
from interpose.play.theatre import Theatre
from interpose.scenario import load
from theatres import BLOCK, small_scenario, troops

NOBODY_REMOVES = {"barricades.negotiation_per_day": 0.0, "barricades.operation_per_day": 0.0}
LAW = {"barricades.life_median_days": 3.0, "barricades.life_sigma": 0.8}
RATE = 0.5  # barricades a day and place


def blocked(places, days, contingents=(), **values):
    """Return theatre and world in which Poisson roadblocks happen and nothing else."""
    theatre = Theatre(
        small_scenario(
            places=places,
            days=days,
            types=[BLOCK],
            values=values,
            contingents=contingents,
            minutes=5.0,
        )
    )
    return theatre, hawkes(theatre, RATE, 0.0, 7.0)


def table(state):
    """Return the columns of what went up, by name."""
    rows = state.barricades.rows[: int(state.barricades.counts[0])]
    return {name: rows[:, i].astype(np.int64) for i, name in enumerate(BARRICADE_FIELDS)}


def standing(one, places, days):
    """Return how many stand at every (day, place)."""
    change = np.zeros((days + 1, places))
    np.add.at(change, (one["day"], one["place"]), 1)
    ended = np.where(one["ended"] < 0, days - 1, one["ended"])
    np.add.at(change, (ended + 1, one["place"]), -1)
    return change.cumsum(axis=0)[:days]


def days_of(world):
    """Return the duration of every step of the quantile table, days."""
    return np.maximum(1, np.ceil(world.barricades.life))


@pytest.mark.parametrize("sigma", [0.0, 0.8], ids=["all last equally long", "log-normal"])
def test_the_number_that_stands_is_poisson_of_rate_times_mean_duration(sigma):
    places, days = 50, 6000
    values = {**NOBODY_REMOVES, **LAW, "barricades.life_sigma": sigma}
    theatre, world = blocked(places, days, **values)
    counts = standing(table(played(theatre, world)), places, days)
    exact = RATE * days_of(world).mean()
    apart = counts[200::60].ravel()  # hardly a barricade stands for 60 days
    agree(apart, exact, what="mean")
    agree((apart - exact) ** 2, exact, finer_than=0.12, what="variance")
    agree(apart == 0, np.exp(-exact), finer_than=0.2, what="chance of none")


def test_little_s_law_holds_for_every_future_with_removal():
    theatre, world = blocked(20, 2000, [troops("a", "camp_p3", 20_000, 0)], **LAW)
    one = table(played(theatre, world))
    days = np.where(one["ended"] < 0, 1999, one["ended"]) - one["day"] + 1
    assert standing(one, 20, 2000).sum() == days.sum()
    assert set(one["how"]) == {0, 1, 2, 3}


def test_two_hazards_compete_with_the_duration():
    values = {
        **LAW,
        "barricades.negotiation_per_day": 0.1,
        "barricades.operation_per_day": 0.05,
        "barricades.delay_min": 0.0,  # roads stay open, so that troops reach as many every day
        "movement.escort_most_share": 0.0,
    }
    theatre, world = blocked(30, 3000, [troops("a", "camp_p3", 20_000, 0)], **values)
    state = played(theatre, world)
    one = table(state)
    law = days_of(world)
    longest = int(law.max())
    operation = 0.05 * state.presence.riot_per_1000
    hazard = 0.1 + operation
    assert operation[12] < 0.1 < operation[3]
    for place in (0, 3, 12):
        here = (one["place"] == place) & (one["day"] < 3000 - longest)
        days = one["ended"][here] - one["day"][here] + 1
        later = [(law > k).mean() * np.exp(-hazard[place] * (k - 1)) for k in range(1, longest)]
        agree(days, 1.0 + sum(later), finer_than=0.2, what=f"days at {place}")
        how = one["how"][here]
        removed = how[how > barricades.BY_ITSELF] == barricades.REMOVED
        agree(removed, operation[place] / hazard[place], finer_than=0.4, what="by operation")


def test_operations_alone_hurt_people_and_count_them_by_side():
    values = {**LAW, "barricades.operation_per_day": 0.2, "barricades.operation_hurt_share": 0.5}
    theatre, world = blocked(30, 3000, [troops("a", "camp_p3", 200_000, 0)], **values)
    state = played(theatre, world)
    one = table(state)
    both = one["injured_instigator"] + one["injured_force"]
    operation = one["how"] == barricades.REMOVED
    assert both[~operation].sum() == 0
    agree(both[operation] > 0, 0.5, finer_than=0.1, what="share of operations that hurt")
    agree(both[both > 0], 25.0, finer_than=0.1, what="injured")
    assert one["injured_force"].sum() / both.sum() == pytest.approx(0.39, abs=0.01)
    assert state.incidents.series[:, :, 2].sum() == 0  # those of incidents stay apart


# --- roads ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def kosovo():
    return Theatre(load("kosovo"))


def close_by_hand(theatre, state, world, links):
    """Let a barricade stand on each of some links, and close the roads."""
    for row, link in enumerate(links):
        state.barricades.rows[row, 2] = np.flatnonzero(world.barricades.road_link == link)[0]
        state.barricades.standing[row] = row
    state.barricades.counts[:] = len(links)
    barricades.close_roads(state.barricades, world.barricades, world.presence.reach[0], 0)


def reach_with(theatre, minutes, decay):
    """Return the reach of all bases when the links take so many minutes."""
    index = theatre.place_index
    a, b = np.array([(index[x.a], index[x.b]) for x in theatre.scenario.links]).T
    size, open_ = len(index), np.isfinite(minutes)
    graph = coo_array((minutes[open_], (a[open_], b[open_])), shape=(size, size)).tocsr()
    return np.exp(-dijkstra(graph, directed=False, indices=theatre.base_place) / decay)


@pytest.mark.parametrize("delay", [15.0, 1e9], ids=["slow", "closed"])
def test_the_reach_round_one_closed_road_is_that_of_dijkstra(kosovo, delay):
    given = kosovo.scenario.parameters.with_values({"barricades.delay_min": delay})
    world, state = build_world(kosovo, given), new_state(kosovo, 1, 0)
    decay = given.scalar("presence.travel_decay_min")
    for link in range(0, len(kosovo.scenario.links), 20):
        minutes = np.array([x.travel_min for x in kosovo.scenario.links])
        minutes[link] = minutes[link] + delay if delay < 1e6 else np.inf
        close_by_hand(kosovo, state, world, [link])
        exact = reach_with(kosovo, minutes, decay)
        np.testing.assert_allclose(state.barricades.reach, exact, rtol=1e-9, atol=1e-300)


def test_several_closed_roads_are_never_worse_than_they_really_are(kosovo):
    given = kosovo.scenario.parameters.with_values({"barricades.delay_min": 30.0})
    world, state = build_world(kosovo, given), new_state(kosovo, 1, 0)
    links = list(range(0, 177, 15))
    minutes = np.array([x.travel_min for x in kosovo.scenario.links])
    minutes[links] += 30.0
    close_by_hand(kosovo, state, world, links)
    exact = reach_with(kosovo, minutes, given.scalar("presence.travel_decay_min"))
    assert (state.barricades.reach >= exact * (1 - 1e-9)).all()
    assert (state.barricades.reach <= world.presence.reach[0]).all()
    assert (state.barricades.reach < world.presence.reach[0]).any()


def test_behind_barricades_every_soldier_still_counts_once(kosovo):
    world = build_world(kosovo, kosovo.scenario.parameters)
    state = new_state(kosovo, 1, 0)
    state.responsibility.free_troops[:] = 100.0
    state.presence.outdated[0] = True
    close_by_hand(kosovo, state, world, [3, 40, 100])
    presence.step(state, world, 0)
    people = kosovo.population[0] / 1000.0
    assert state.presence.per_1000[0] @ people == pytest.approx(
        100.0 * len(state.responsibility.free_troops)
    )


def test_a_place_is_cut_off_while_a_barricade_stands_and_no_longer():
    theatre, world = blocked(
        2, 60, [troops("a", "camp_p0", 1000, 0)], **NOBODY_REMOVES, **{"barricades.delay_min": 1e9}
    )
    world = hawkes(theatre, 0.0, 0.0, 7.0)
    state = new_state(theatre, 1, 0)
    life = np.full_like(world.barricades.life, 5.0)
    world = world._replace(barricades=world.barricades._replace(life=life))
    there = []
    for day in range(20):
        if day == 10:  # by hand, an incident of this day
            state.incidents.events[0] = 0
            state.incidents.events[0, :2] = day, 1
            state.incidents.counts[:] = 1, 0
            barricades.step(state, world, day)
            assert ENDINGS[table(state)["how"][0]] == "standing"
        else:
            played(theatre, world, state=state, first=day, last=day + 1)
        there.append(state.presence.per_1000[0, 1])
    open_road = there[0]
    assert open_road > 0.0
    assert there == [open_road] * 11 + [0.0] * 4 + [open_road] * 5
    assert table(state)["ended"].tolist() == [14]  # days 10 to 14


def test_a_barricade_of_one_day_leaves_the_roads_open():
    values = {"barricades.life_median_days": 0.5, "barricades.life_sigma": 0.0}
    theatre, world = blocked(3, 300, [troops("a", "camp_p0", 1000, 0)], **values)
    state = played(theatre, world)
    assert (table(state)["ended"] == table(state)["day"]).all()
    assert state.barricades.counts.tolist() == [state.incidents.counts[0], 0]
    assert not state.barricades.reach.any()
    assert state.barricades.blocked_days.sum() > state.incidents.counts[0]
