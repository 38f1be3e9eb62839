"""The ladder from shock to riot: exact chances, and what must change when the input does."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from lab import near

from interpose.play.columns import Coded
from interpose.play.day import build_world, new_state, play_days
from interpose.play.processes.riots import riots
from interpose.play.processes.riots.arrays import RIOT_FIELDS
from interpose.play.theatre import Theatre
from interpose.scenario.tables.mission import IncidentType
from theatres import BLOCK, officers, shock, small_scenario, troops

PROTEST = IncidentType(
    id="protest", act="protest", instigator="hill", target="authorities", words="protest"
)
GANG = IncidentType(
    id="gang", act="armed_attack", instigator="hill", target="police", words="armed attack"
)
DAY = 5
PLACES = 60
CALM = {
    "riot.spread": 1e-12,
    "riot.spread_sigma": 0.01,
    "riot.armed": 0.0,
    "riot.second_day": 0.0,
    "riot.provokes_per_1000": 0.0,
    "crowd.sigma": 0.01,
    "crowd.turnout": 0.01,
    "marks.injury_share": 0.0,
    "barricades.negotiation_per_day": 0.0,
}
ODDS = {"crowd.chance": 0.3, "riot.chance": 0.05, "riot.provoked": 4.0, "riot.hot": 3.0}


def played(futures=40, days=DAY + 3, values=(), places=PLACES, minutes=600.0, **more):
    """Return the state of every future at its end: places too far apart to know of each other."""
    scenario = small_scenario(
        places=places, days=days, types=(PROTEST, BLOCK, GANG), minutes=minutes,
        values={**CALM, **ODDS, **dict(values)}, **more,
    )  # fmt: skip
    theatre = Theatre(scenario)
    world = build_world(theatre, scenario.parameters)
    found = []
    for future in range(futures):
        state = new_state(theatre, 1, future)
        assert play_days(state, world, 0, theatre.days) == theatre.days
        found.append(state)
    return found


def event(day=DAY, kind="status_decision", community="hill", **more):
    """Return a shock that concerns the hill people at every place."""
    return shock(day, kind=kind, community=community, **more)


def crowds(state, act=None):
    """Return (crowd, 3) day, place and size of every crowd: protests, roadblocks and riots.

    A roadblock that riots is in the record of both, and counts once.
    """
    rows = state.incidents.events[: state.incidents.counts[0]]
    found = rows[rows[:, 2] < 2 if act is None else rows[:, 2] == act][:, [0, 1, 7]]
    if act is not None:
        return found
    rioted = np.stack([column(riot_rows(state), name) for name in ("day", "place", "crowd")], 1)
    return np.unique(np.concatenate([found, rioted]), axis=0)


def riot_rows(state):
    """Return the riots, and the position of a column."""
    return state.riots.riots[: state.riots.filled[0]]


def column(rows, name):
    """Return one column of the riots."""
    return rows[:, RIOT_FIELDS.index(name)]


def odds(*factors):
    """Return the chance that belongs to odds multiplied."""
    product = np.prod(factors)
    return product / (1.0 + product)


def check_share(hits, trials, exact, finer_than=0.3):
    """Assert that a share of independent trials is the exact chance."""
    near(hits / trials, exact, np.sqrt(exact * (1 - exact) / trials), finer_than)


@pytest.mark.parametrize(("kind", "factor"), [("election", 1.0), ("operation_by_force", 4.0)])
def test_a_shock_brings_crowds_with_the_exact_chance(kind, factor):
    states = played(shocks=[event(kind=kind)], values={"riot.chance": 1e-9})
    came = sum(len(set(crowds(state)[:, 1].tolist())) for state in states)
    check_share(came, PLACES * len(states), odds(3 / 7, factor))
    days = np.concatenate([crowds(state)[:, 0] for state in states])
    assert set(days) == {DAY, DAY + 1}
    blocks = sum(len(crowds(state, act=1)) for state in states)
    check_share(blocks, sum(len(crowds(state)) for state in states), 0.3)


@pytest.mark.parametrize(
    ("more", "factors"),
    [
        ({}, ()),
        ({"kind": "killing", "against": "authorities"}, ()),
        ({"kind": "operation_by_force"}, (4.0,)),
        ({"against": "river"}, (3.0,)),
        ({"kind": "killing", "against": "river"}, (4.0, 3.0)),
        ({"talks": "yes"}, (0.5,)),
        ({"kind": "arrest", "acting": "local_police"}, (4.0,)),
        ({"kind": "arrest"}, ()),
    ],
)
def test_a_crowd_riots_with_odds_that_multiply(more, factors):
    values = {"crowd.chance": 0.5, "riot.talks": 0.5, "riot.hot_days": 0.0}
    states = played(150, shocks=[event(**more)], values=values)
    riots_found = sum(len(riot_rows(state)) for state in states)
    gathered = sum(len(crowds(state)) for state in states)
    check_share(riots_found, gathered, odds(0.05 / 0.95, *factors), finer_than=0.4)


@pytest.mark.parametrize("strength", [25, 100, 400])
def test_riot_trained_people_on_the_spot_lower_the_odds(strength):
    """A crowd of 1,000 (of 100,000 hill people) at each place, each with a camp of its own."""
    values = {"crowd.chance": 0.5, "riot.chance": 0.3, "riot.force": 0.3, "riot.hot_days": 0.0,
              "presence.available_share": 1.0}  # fmt: skip
    camps = [troops(f"c{i}", f"camp_p{i}", strength, 0, riot_capable=1.0) for i in range(PLACES)]
    states = played(120, shocks=[event()], contingents=camps, values=values)
    sizes = np.concatenate([crowds(state)[:, 2] for state in states])
    effect = 2.0 * strength / (strength + np.median(sizes) / 4)
    found = sum(len(riot_rows(state)) for state in states)
    check_share(found, len(sizes), odds(3 / 7, 0.3**effect))


def chance_with(contingents, **more):
    """Return the share of crowds that riot."""
    values = {"crowd.chance": 0.5, "riot.chance": 0.3, "riot.force": 0.3, "riot.hot_days": 0.0,
              "presence.available_share": 1.0}  # fmt: skip
    states = played(
        60, places=20, minutes=more.pop("minutes", 100.0), shocks=[event(places="p0")],
        contingents=contingents, values=values, **more,
    )  # fmt: skip
    return sum(len(riot_rows(state)) for state in states)


def test_the_trained_count_when_they_are_near_and_may_use_force():
    near_by = chance_with([troops("a", "camp_p0", 300, 0, riot_capable=1.0)])
    far = chance_with([troops("a", "camp_p1", 300, 0, riot_capable=1.0)])
    caveat = chance_with([troops("a", "camp_p0", 300, 0, riot_capable=0.0)])
    nobody = chance_with([])
    assert near_by < far == caveat == nobody


def test_troops_from_places_without_a_crisis_change_no_riot():
    here = troops("a", "camp_p0", 100, 0, riot_capable=1.0)
    elsewhere = troops("b", "camp_p9", 500, 0, riot_capable=1.0)
    assert chance_with([here]) == chance_with([here, elsewhere])


@pytest.mark.parametrize("persons", [0, 60, 140])
def test_no_more_come_than_are_there(persons):
    """A shock that concerns both communities, where the river people are few or none."""
    few = {"river": persons, "hill": 100_000}
    scenario = small_scenario(
        places=PLACES, days=DAY + 3, types=(PROTEST, BLOCK, GANG), minutes=600.0,
        values={**CALM, **ODDS, "crowd.turnout": 0.9, "crowd.sigma": 1.0, "crowd.chance": 0.9},
        shocks=[event(kind="other", community="hill;river", against="hill;river")],
    )  # fmt: skip
    people = tuple(row.model_copy(update={"persons": few[row.community]})
                   for row in scenario.people)  # fmt: skip
    theatre = Theatre(dataclasses.replace(scenario, people=people))
    world = build_world(theatre, scenario.parameters)
    sizes = {0: [], 1: []}
    for future in range(10):
        state = new_state(theatre, 1, future)
        play_days(state, world, 0, theatre.days)
        for row in riot_rows(state):
            sizes[int(row[2])].append(int(column(row[None], "crowd")[0]))
    assert sizes[0]
    assert max(sizes[0]) <= 100_000
    assert bool(sizes[1]) == (persons >= 100)
    assert all(100 <= size <= persons for size in sizes[1])


def test_no_shock_no_crowd_no_riot():
    states = played(20, days=60)
    assert sum(len(crowds(state)) + len(riot_rows(state)) for state in states) == 0


def test_a_protest_without_a_shock_may_riot():
    values = {"background.rate": 40.0, "marks.crowd_median": 400.0, "marks.crowd_sigma": 0.01,
              "riot.hot": 1.0}  # fmt: skip
    states = played(20, days=100, values=values)
    gathered = sum(len(crowds(state)) for state in states)
    rows = np.concatenate([riot_rows(state) for state in states])
    check_share(len(rows), gathered, 0.05)
    assert set(column(rows, "origin")) == {1}


@pytest.mark.parametrize("block_share", [0.0, 1.0])
@pytest.mark.parametrize("sure", [1e-9, 0.999999])
def test_a_crowd_that_riots_is_no_protest_but_its_barricade_stands(block_share, sure):
    values = {"crowd.chance": 0.9, "crowd.block_share": block_share, "riot.chance": sure}
    for state in played(5, shocks=[event()], values=values):
        rioted, told = len(riot_rows(state)), state.incidents.counts[0]
        assert (rioted > 30) == (sure > 0.5)
        assert len(crowds(state)) > 30
        assert told == (0 if sure > 0.5 and not block_share else len(crowds(state)))


def test_a_protest_of_the_background_that_riots_is_taken_back():
    values = {"background.rate": 60.0, "marks.crowd_median": 400.0, "marks.crowd_sigma": 0.01,
              "marks.injury_share": 0.5, "riot.hot": 1.0, "riot.second_day": 0.5}  # fmt: skip
    protests = {}
    for chance in (1e-9, 0.4):
        for state in (states := played(5, days=100, values=values | {"riot.chance": chance})):
            rows = state.incidents.events[: state.incidents.counts[0]]
            kinds = np.bincount(rows[:, 2], minlength=3)
            np.testing.assert_array_equal(kinds, state.incidents.series[..., 0].sum(axis=0))
            hurt = rows[:, 5:7].sum()
            assert hurt == state.incidents.series[..., 2].sum() > 0
            assert kinds[1] == state.barricades.counts[0]  # each roadblock puts up its barricade
        protests[chance] = sum(len(crowds(state, act=0)) for state in states)
        rioted = sum(len(riot_rows(state)) for state in states)
    assert protests[0.4] < 0.7 * protests[1e-9]
    assert rioted > 100


def test_riots_spread_as_often_as_said_and_to_places_of_the_same_people():
    values = {"crowd.chance": 0.999999, "riot.chance": 0.999999, "riot.spread": 1.5}
    states = played(400, places=40, shocks=[event(places="p7")], values=values, days=DAY + 2)
    second = [riot_rows(state)[column(riot_rows(state), "day") == DAY + 1] for state in states]
    elsewhere = np.array([(column(rows, "origin") == 3).sum() for rows in second])
    near(elsewhere.mean(), 1.5, elsewhere.std() / np.sqrt(len(states)), finer_than=0.2)
    places = {int(place) for rows in second for place in column(rows, "place")} - {7}
    assert len(places) > 30


def test_a_riot_goes_on_as_often_as_said():
    values = {"crowd.chance": 0.9, "riot.chance": 0.9, "riot.second_day": 0.25,
              "riot.later_day": 0.56}  # fmt: skip
    states = played(40, shocks=[event()], values=values)
    days = np.concatenate([column(riot_rows(state), "days") for state in states])
    check_share((days > 1).sum(), len(days), 0.25)
    check_share((days > 2).sum(), (days > 1).sum(), 0.56)


def test_a_barricade_removed_by_troops_may_end_in_a_riot_that_day():
    values = {"crowd.chance": 0.9, "crowd.block_share": 1.0, "riot.chance": 1e-9,
              "riot.provoked": 1e9, "barricades.operation_per_day": 1.0,
              "barricades.life_median_days": 30.0, "presence.available_share": 1.0}  # fmt: skip
    camps = [troops(f"c{i}", f"camp_p{i}", 400, 0, riot_capable=1.0) for i in range(PLACES)]
    states = played(10, shocks=[event()], values=values, contingents=camps, days=DAY + 8)
    rows = np.concatenate([riot_rows(state) for state in states])
    removals = rows[column(rows, "origin") == 2]
    assert len(removals) > 50
    for state in states:
        removed = state.barricades.rows[: state.barricades.counts[0]]
        removed = removed[removed[:, 7] == 3]
        days = {(int(row[6]), int(row[1])) for row in removed}
        rioted = riot_rows(state)
        rioted = rioted[column(rioted, "origin") == 2]
        assert {(int(r[0]), int(r[1])) for r in rioted} <= days


def test_some_crowds_end_in_an_armed_attack_which_is_an_incident():
    values = {"crowd.chance": 0.9, "riot.armed": 0.1, "riot.chance": 1e-9}
    states = played(40, shocks=[event()], values=values)
    gathered = sum(len(crowds(state)) for state in states)
    attacks = sum((state.incidents.events[: state.incidents.counts[0], 2] == 2).sum()
                  for state in states)  # fmt: skip
    check_share(attacks, gathered, 0.1)


def test_force_is_hurt_where_it_stands_and_houses_burn_where_it_does_not():
    values = {"crowd.chance": 0.9, "riot.chance": 0.9, "presence.available_share": 1.0,
              "riot.casualty_size": 1e6}  # fmt: skip
    camps = [troops(f"c{i}", f"camp_p{i}", 2000, 0, riot_capable=1.0) for i in range(PLACES)]
    event_ = event(kind="killing", against="river")
    with_force = np.concatenate(
        [riot_rows(s) for s in played(10, shocks=[event_], values=values, contingents=camps)]
    )
    without = np.concatenate([riot_rows(s) for s in played(10, shocks=[event_], values=values)])
    assert column(without, "injured_force").sum() == 0
    assert column(without, "deaths_force").sum() == 0
    held = 2000 / (2000 + np.median(column(with_force, "crowd")) / 4)
    near(column(with_force, "injured_force").mean(), 20.0 * held, 0.3, 0.1)
    near(column(without, "houses").mean(), 30.0, 0.5, 0.1)
    assert column(with_force, "houses").sum() < 0.2 * column(without, "houses").sum()


def test_police_are_hurt_by_their_share_of_those_who_face_the_crowd():
    """1000 soldiers and 2000 officers, a fifth of these trained: two in seven of the hurt."""
    values = {"crowd.chance": 0.9, "riot.chance": 0.9, "presence.available_share": 1.0,
              "riot.police_share": 0.2}  # fmt: skip
    camps = [troops(f"c{i}", f"camp_p{i}", 1000, 0, riot_capable=1.0) for i in range(PLACES)]
    force = [officers(f"p{i}", 2000) for i in range(PLACES)]

    def hurt(**more):
        rows = [riot_rows(s) for s in played(40, shocks=[event()], values=values, **more)]
        rows = np.concatenate(rows)
        return column(rows, "injured_police").sum(), column(rows, "injured_force").sum()

    police, all_of_them = hurt(contingents=camps, police=force)
    check_share(police, all_of_them, 400 / 1400, 0.1)
    police, all_of_them = hurt(contingents=camps)
    assert (police, all_of_them > 0) == (0, True)
    police, all_of_them = hurt(police=force)
    assert police == all_of_them > 0


def test_the_table_of_riots_says_what_brought_each_crowd():
    scenario = small_scenario(
        places=9, days=20, types=(PROTEST, BLOCK, GANG), minutes=600.0, shocks=[event()],
        values={**CALM, **ODDS, "crowd.chance": 0.9, "riot.chance": 0.9},
    )  # fmt: skip
    theatre = Theatre(scenario)
    world = build_world(theatre, scenario.parameters)
    state = new_state(theatre, 1, 0)
    play_days(state, world, 0, theatre.days)
    table = riots.tables(theatre, world, state)["riots"]

    def text(column):
        assert isinstance(column, Coded)
        return {column.words[i] for i in column.codes}

    assert text(table["origin"]) == {"shock"}
    assert text(table["shock"]) == {f"shock{DAY}"}
    assert text(table["target"]) == {"authorities"}


def test_shocks_of_a_forecast_come_back_at_the_rate_of_the_past():
    known = [event(day=365 * i, id=f"s{i}", places="p0") for i in range(1, 21)]
    scenario = small_scenario(places=2, days=365 * 40, types=(PROTEST, BLOCK), shocks=known)
    theatre = Theatre(scenario)
    numbers = []
    for future in range(200):
        state = new_state(theatre, 1, future).shocks
        days = state.calendar[: state.dated[0], 0]
        assert (np.sort(days) == days).all()
        assert (days[:20] == np.arange(1, 21) * 365).all()
        numbers.append(state.dated[0] - 20)
    exact = 11 * (365 * 20 - 1) / 3652  # eleven in the ten years before the last
    near(np.mean(numbers), exact, np.std(numbers) / np.sqrt(len(numbers)), 0.1)
    few = small_scenario(places=2, days=365 * 40, types=(PROTEST, BLOCK), shocks=known[:5])
    assert new_state(Theatre(few), 1, 0).shocks.dated[0] == 5
