"""Riots: none without a rumour, no help before its time, and the more help the smaller."""

from __future__ import annotations

import numpy as np
import pytest
from lab import played, theatre_of
from test_twin import lively_theatre

from interpose.play.day import build_world, new_state
from interpose.play.future import play_future
from interpose.play.processes.unrest import riot
from interpose.play.processes.unrest.arrays import ACTIVE, RIOT_FIELDS
from interpose.play.theatre import AUTHORITIES
from interpose.policy import Replay
from theatres import officers, rumour, shock, troops

DAY_OF_RUMOUR = 30
STEADY = {
    "riot.turnout": 0.05,
    "riot.rumour_sigma": 0.0,
    "riot.place_sigma": 0.0,
    "rumour.chance_after_incident": 0.0,
}


def riot_theatre(*, strength=0, riot_capable=1.0, police=0, places=1, values=None, **told):
    """Return a theatre with one rumour, and perhaps soldiers at p0 and police everywhere."""
    force = [troops("a", "camp_p0", strength, 0, riot_capable=riot_capable)] if strength else []
    return theatre_of(
        places,
        60,
        2,
        values={**STEADY, **(values or {})},
        contingents=force,
        police=[officers("all", police)] if police else [],
        rumours=[rumour(DAY_OF_RUMOUR, **{"media_share": 0.8, **told})],
    )


def riots_of(state, field):
    """Return a column of the riots of a state."""
    return state.unrest.riots[: state.unrest.filled[0], RIOT_FIELDS.index(field)]


def outcome(theatre, future=0, **given):
    """Play all days with these fields of unrest's world; return the state."""
    world = build_world(theatre, theatre.scenario.parameters)
    world = world._replace(unrest=world.unrest._replace(**given))
    return played(theatre, world, future=future)


def scene(people=10_000.0, **given):
    """Return unrest's state and world with one scene where all have heard and may come."""
    theatre = riot_theatre()
    world = build_world(theatre, theatre.scenario.parameters).unrest._replace(**given)
    part = new_state(theatre, 1, 0).unrest
    part.waves[0, ACTIVE] = 1
    part.potential[0] = part.around[0] = part.ready[0] = people
    part.first[0] = -1
    return part, world


def crowd_by_hour(officers=0.0, soldiers=0.0, hours=16, **given):
    """Return the crowd of a scene in every hour from six, and the hour of its call for help."""
    part, world = scene(**given)
    part.officers[:], part.fit_of_base[:] = officers, soldiers
    crowds = []
    for hour in range(6, 6 + hours):
        riot.play_hour(part, world, hour)
        crowds.append(part.crowd[0, 0])
    return np.array(crowds), int(part.first[0, 0]) - 6


# --- when there is none ---------------------------------------------------------------------------


def test_there_is_no_riot_without_a_rumour_however_violent_the_days():
    theatre = lively_theatre(3, 70, 3, **{"rumour.chance_after_incident": 0.0})
    state = played(theatre, build_world(theatre, theatre.scenario.parameters))
    assert state.incidents.counts[0] > 200
    untouched = new_state(theatre, 1, 0).unrest
    for name, array in state.unrest._asdict().items():
        np.testing.assert_array_equal(array, getattr(untouched, name), err_msg=name)


def test_a_rumour_to_come_changes_nothing_before_its_day():
    counts = []
    for rumours in ([], [rumour(DAY_OF_RUMOUR)]):
        theatre = theatre_of(
            2, 60, 2, values={"background.rate": 500.0, **STEADY}, rumours=rumours,
            shocks=[shock(10)],
        )  # fmt: skip
        state = played(theatre, build_world(theatre, theatre.scenario.parameters))
        counts.append(state.incidents.events[: state.incidents.counts[0]])
    before = [events[events[:, 0] <= DAY_OF_RUMOUR] for events in counts]
    np.testing.assert_array_equal(*before)
    assert len(before[0]) > 10


def test_an_incident_with_very_many_casualties_may_start_a_rumour_and_others_never_do():
    values = {
        "background.rate": 300.0, "marks.injury_share": 1.0, "marks.injury_exponent": 1.2,
        **STEADY, "rumour.chance_after_incident": 0.5,
    }  # fmt: skip
    riots = {}
    for least in (30, 100_000):
        theatre = theatre_of(2, 200, 2, values={**values, "rumour.casualties_least": least})
        state = played(theatre, build_world(theatre, theatre.scenario.parameters))
        riots[least] = riots_of(state, "rumour")
    assert len(riots[30]) > 0
    assert (riots[30] == -1).all()
    assert len(riots[100_000]) == 0


# --- what there is --------------------------------------------------------------------------------


def test_a_rumour_with_ready_people_and_no_force_becomes_a_riot():
    state = outcome(riot_theatre(places=2))
    assert len(riots_of(state, "place")) == 2
    assert (riots_of(state, "day") >= DAY_OF_RUMOUR).all()
    assert (riots_of(state, "crowd") >= 100).all()
    assert (riots_of(state, "hours") >= 1).all()
    assert (riots_of(state, "houses") > 0).all()


def test_nobody_comes_who_has_not_heard_and_nothing_burns_that_is_not_there():
    state = outcome(riot_theatre(places=3), houses_per_hour=10.0, sites_per_hour=10.0, flight=5.0)
    joined, people = riots_of(state, "joined"), 100_000
    assert joined.sum() <= 3 * people * 0.05 + 1e-6
    assert (riots_of(state, "crowd") <= joined + 1).all()
    assert (riots_of(state, "displaced") <= people).all()
    assert (riots_of(state, "houses") * 4.5 <= people + 4.5).all()
    assert (riots_of(state, "sites") <= 2).all()


def test_casualties_are_in_proportion_to_those_who_came_and_are_counted():
    theatre = riot_theatre(police=400)
    number = np.array([
        [riots_of(state, f"{what}_{side}").sum() for what in ("deaths", "injured")
         for side in ("target", "instigator", "force")]
        for state in (outcome(theatre, f, dead_share=0.01, injured_share=0.1, casualty_size=1e9)
                      for f in range(40))
    ])  # fmt: skip
    state = outcome(theatre, 0)
    came = riots_of(state, "joined").sum()
    assert number[:, :3].sum(axis=1).mean() == pytest.approx(0.01 * came, rel=0.1)
    assert number[:, 3:].sum(axis=1).mean() == pytest.approx(0.1 * came, rel=0.05)
    assert (number.sum(axis=0) > 0).all()
    tables = play_future(theatre, Replay(), 1, 0, draw=False).tables
    riots, futures = tables["riots"], tables["futures"]
    dead = sum(int(riots[f"deaths_{side}"].sum()) for side in ("target", "instigator", "force"))
    assert futures["riots"][0] == len(riots["crowd"]) > 0
    assert futures["deaths"][0] == dead + tables["series"]["deaths"].sum()


def test_a_riot_provokes_incidents_between_its_sides_from_the_next_day_on():
    theatre = riot_theatre(values={"retaliation.campaign": 0.5, "retaliation.revenge": 0.3})
    world = build_world(theatre, theatre.scenario.parameters)
    state = played(theatre, world, last=DAY_OF_RUMOUR)
    assert not state.incidents.excitation.any()
    state = played(theatre, world, state=state, first=DAY_OF_RUMOUR, last=DAY_OF_RUMOUR + 2)
    attack, answer = state.incidents.excitation[:, 0]
    assert attack > answer > 0
    without = played(theatre, world._replace(unrest=world.unrest._replace(provokes=0.0)))
    assert without.unrest.filled[0] > 0
    assert without.incidents.counts[0] == 0


def test_a_riot_against_the_authorities_alone_is_where_they_sit_and_burns_no_house():
    state = outcome(riot_theatre(places=2, against=AUTHORITIES))
    assert len(riots_of(state, "place")) == 2
    assert not riots_of(state, "houses").any()


# --- help -----------------------------------------------------------------------------------------


def test_there_is_no_response_before_the_response_time():
    given = {"police_hours": 5.0, "troops_hours": 8.0, "call_per_hour": 0.004}
    alone, first = crowd_by_hour(**given)
    assert first > 0
    for late, force in ((5, {"officers": 4000.0}), (8, {"soldiers": 4000.0})):
        met, called = crowd_by_hour(**force, **given)
        assert called == first
        np.testing.assert_array_equal(met[: first + late], alone[: first + late])
        assert met[first + late] < 0.9 * alone[first + late]


FIELDS = ("joined", "crowd", "houses")
"""What makes a riot large. Not its hours: who is put off in one hour may come in a later one."""


def sizes(theatre, futures=1, **given):
    """Return joined, crowd and houses of all riots, by future."""
    found = []
    for future in range(futures):
        state = outcome(theatre, future, **given)
        found.append([riots_of(state, field).sum() for field in FIELDS])
    return np.array(found, dtype=float)


def test_one_riot_is_never_larger_with_more_force_faster_arrest_or_earlier_help():
    by_strength = [sizes(riot_theatre(strength=n)) for n in (0, 200, 800, 3000, 10_000)]
    by_riot = [sizes(riot_theatre(strength=3000, riot_capable=x)) for x in (0, 0.1, 0.4, 1.0)]
    force = riot_theatre(strength=3000, police=300)
    by_arrest = [sizes(force, arrest_per_hour=x) for x in (0.1, 0.3, 1.0, 3.0)]
    by_time = [
        sizes(force, police_hours=x / 3, troops_hours=x) for x in (12.0, 6.0, 3.0, 1.5, 0.5)
    ]  # floats: a whole number would compile the day once more
    for path in (by_strength, by_riot, by_arrest, by_time):
        steps = np.diff(np.concatenate(path), axis=0)
        assert (steps <= 1).all()  # houses are rounded
        assert steps[:, FIELDS.index("joined")].sum() < 0


@pytest.mark.parametrize(
    "steps",
    [
        [{"rumour_answered": np.array([x])} for x in (60.0, 24.0, 12.0, 6.0, 3.0, 0.0)],
        [{"arrest_per_hour": x} for x in (0.1, 0.3, 1.0, 3.0)],
        [{"troops_hours": x, "police_hours": x / 3} for x in (12.0, 6.0, 3.0, 1.0)],
        [{"plain_troops_weight": x} for x in (0.0, 0.3, 1.0)],
    ],
    ids=["counter-message", "arrest", "response", "capable force"],
)
def test_the_expected_riots_of_many_places_are_never_larger_with_a_better_answer(steps):
    theatre = riot_theatre(
        strength=1500, riot_capable=0.1, police=300, places=5,
        values={"riot.place_sigma": 0.8, "riot.rumour_sigma": 0.5},
    )  # fmt: skip
    means = np.array([sizes(theatre, 30, **given).mean(axis=0) for given in steps])
    assert (np.diff(means, axis=0) <= 1e-9).all(), means
    assert (means[-1] < 0.95 * means[0])[1:].all(), means


def test_the_same_trigger_burns_one_place_and_spares_the_other():
    beside_a_base = sizes(riot_theatre(strength=3000, riot_capable=0.0), plain_troops_weight=0.05)
    ready = sizes(riot_theatre(strength=3000, riot_capable=0.6), troops_hours=1.0)
    houses = FIELDS.index("houses")
    assert beside_a_base[0, houses] > 30
    assert ready[0, houses] < 0.1 * beside_a_base[0, houses]


def test_force_is_shared_among_the_places_that_call():
    one = outcome(riot_theatre(strength=2000, places=1))
    many = outcome(riot_theatre(strength=2000, places=6), away_share=0.5)
    here = riots_of(many, "place") == 0
    assert riots_of(many, "hours")[here] >= riots_of(one, "hours")
    assert riots_of(many, "houses").max() > riots_of(one, "houses").max()


def test_a_crowd_once_large_stands_against_a_force_that_would_have_kept_it_small():
    """Hysteresis: the force that ends a riot is larger than the one that prevents it."""
    up, down = ramp(arrest_ratio=2.3), ramp(arrest_ratio=0.0)
    rising, falling = up
    assert (rising >= falling - 1e-6).all()
    assert (rising - falling).max() > 0.5 * rising.max()
    np.testing.assert_allclose(*down, rtol=1e-3)


def ramp(arrest_ratio):
    """Return the lasting crowd for force rising from none, and falling from much, at equal force.

    People who go home may come again here, so that a crowd can last.
    """
    part, world = scene(
        arrest_ratio=arrest_ratio, fresh_hours=1e12, call_per_hour=0.01, pull_per_hour=2.0,
        news_share=0.0, police_hours=0.0, troops_hours=0.0, arrest_per_hour=2.0, least_crowd=1.0,
    )  # fmt: skip
    part.first[0] = 0
    crowds = []
    forces = np.linspace(0, 6000, 31)
    for force in (*forces, *forces[::-1]):
        part.officers[:] = force
        for _ in range(300):
            part.joined[0] = part.crowd[0]
            riot.play_hour(part, world, 12)
        crowds.append(part.crowd[0, 0])
    return np.array(crowds[:31]), np.array(crowds[31:][::-1])
