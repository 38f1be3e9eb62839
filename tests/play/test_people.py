"""People: nobody appears or is lost, flight needs violence, return follows its law."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lab import new_state, played, theatre_of
from people_twin import PeopleTwin
from test_twin import LIVELY

from interpose.play.day import build_world
from interpose.play.processes import people
from interpose.play.processes.people_start import COUNTED, STOCKS
from interpose.play.processes.riots.arrays import DISPLACED, TARGET
from theatres import away, shock, troops

HILL, RIVER = 0, 1
HOME, INSIDE, ABROAD, SETTLED, FLED, RETURNED = range(len(COUNTED))
STILL = {
    "return.guard_weight": 0.0,
    "return.harm_weight": 0.0,
    "return.minority_weight": 0.0,
    "return.year_weight": 0.0,
    "return.settle_per_year": 0.0,
    "return.ramp_days": 1.0,
    "return.base": 0.0,
}
"""Half of `return.most_per_day` return every day, whatever happens."""


def play(theatre, seed=1):
    world = build_world(theatre, theatre.scenario.parameters)
    return world, played(theatre, world, seed=seed)


def restless(places=3, days=200, values=None, **more):
    """Return a theatre with violence, riots, people away and people ready to leave."""
    return theatre_of(
        places,
        days,
        2,
        values={**LIVELY, "riot.houses_per_1000": 90.0, **(values or {})},
        contingents=[troops("a", "camp_p0", 900, 0)],
        shocks=[
            shock(30, kind="rumour", community="hill", against="river"),
            shock(60, community="river", against="hill"),
        ],
        displaced=[
            away("hill", 120_000),
            away("river", 3_000, "inside", "p0"),
            away("river", 20_000, "home", "p0"),
        ],
        minutes=20.0,
        **more,
    )


# --- conservation ---------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(
    places=st.integers(1, 4),
    seed=st.integers(0, 2**32),
    rate=st.floats(0.0, 20_000.0),
    per_incident=st.floats(0.0, 50.0),
    most=st.floats(0.0, 0.9),
    settle=st.floats(0.0, 3.0),
    inside=st.floats(0.0, 1.0),
)
def test_nobody_appears_or_is_lost(places, seed, rate, per_incident, most, settle, inside):
    theatre = restless(
        places,
        130,
        {
            "background.rate": rate,
            "retaliation.campaign": 0.1,
            "retaliation.revenge": 0.1,
            "flight.per_incident": per_incident,
            "return.most_per_day": most,
            "return.settle_per_year": settle,
            "flight.abroad_share": 1.0 - inside,
        },
    )
    world, state = play(theatre, seed)
    total = world.people.start.sum(axis=(0, 2))
    where, months = state.people.where, state.people.months
    np.testing.assert_allclose(where.sum(axis=(0, 2)), total, rtol=1e-12)
    assert where.min() >= -1e-9
    everybody = months[..., [HOME, INSIDE, ABROAD, SETTLED]].sum(axis=2)
    np.testing.assert_allclose(everybody, np.broadcast_to(total, everybody.shape), rtol=1e-12)
    home = world.people.start[:2].sum(axis=(0, 2))
    moved = np.cumsum(months[..., RETURNED] - months[..., FLED], axis=0)
    np.testing.assert_allclose(months[..., HOME], home + moved, rtol=1e-9)
    beyond = where[STOCKS.index("abroad")] + where[STOCKS.index("settled abroad")]
    lived = state.people.residents[0].sum(axis=1)
    np.testing.assert_allclose(lived + beyond.sum(axis=1), total, rtol=1e-12)
    assert (state.people.hosted <= state.people.residents + 1e-9).all()


def test_the_first_morning_is_people_less_those_away_and_more_those_ready():
    theatre = restless(2, 1, {"flight.ready_share": 0.1, "flight.abroad_share": 0.8})
    start = build_world(theatre, theatre.scenario.parameters).people.start
    assert start[STOCKS.index("abroad"), HILL].tolist() == [60_000.0, 60_000.0]
    assert start[STOCKS.index("inside"), RIVER].tolist() == [3_000.0, 0.0]
    np.testing.assert_allclose(start[:, HILL, 0].sum(), 100_000.0)
    # 4,000 of the 20,000 will find shelter with river people whom people.csv counts with them.
    np.testing.assert_allclose(start[:, RIVER].sum(), 200_000.0 + 20_000.0 - 4_000.0)
    assert start[STOCKS.index("ready"), RIVER, 0] > 20_000.0


def test_the_range_position_goes_through_low_best_and_high():
    rows = [away("hill", 500).model_copy(update={"low": 100, "high": 2100})]
    found = []
    for position in (0.0, 0.25, 0.5, 0.75, 1.0):
        theatre = theatre_of(1, 1, displaced=rows, values={"displaced.range_position": position})
        start = build_world(theatre, theatre.scenario.parameters).people.start
        found.append(start[STOCKS.index("abroad"), HILL].sum())
    np.testing.assert_allclose(found, [100, 300, 500, 1300, 2100])


# --- flight and return ----------------------------------------------------------------------------


@pytest.mark.parametrize("persons", [100, 50_000], ids=["monthly", "daily"])
def test_without_violence_return_follows_its_hazard_exactly(persons):
    theatre = theatre_of(1, 366, values=STILL, displaced=[away("hill", persons)])
    _, state = play(theatre)
    ends = np.cumsum(np.bincount(theatre.month_of_day))
    left = persons * np.exp(-0.5 * 0.05 * ends)
    np.testing.assert_allclose(state.people.months[:, HILL, ABROAD], left, rtol=1e-9)
    back = np.cumsum(state.people.months[:, HILL, RETURNED])
    np.testing.assert_allclose(back, persons - left, rtol=1e-9)


def test_where_some_settle_the_stock_falls_by_both_and_they_share_it():
    values = {**STILL, "return.most_per_day": 0.002, "return.settle_per_year": 365.25 * 0.003}
    theatre = theatre_of(1, 366, values=values, displaced=[away("hill", 10_000)])
    months = play(theatre)[1].people.months[-1, HILL]
    assert months[ABROAD] == pytest.approx(10_000 * np.exp(-0.004 * 366))
    assert months[SETTLED] == pytest.approx(0.75 * (10_000 - months[ABROAD]))


def test_communities_grow_and_shrink_by_their_own_rate_alone():
    values = {**STILL, "people.growth[hill]": -0.05, "return.most_per_day": 0.0}
    theatre = theatre_of(1, 366, values=values, displaced=[away("hill", 10_000)])
    world, state = play(theatre)
    home, start = state.people.months[..., HOME], world.people.start[:2].sum(axis=(0, 2))
    ends = np.cumsum(np.bincount(theatre.month_of_day))
    np.testing.assert_allclose(
        home[:, HILL], start[HILL] * np.exp(-0.05 * ends / 365.25), rtol=1e-9
    )
    np.testing.assert_allclose(home[:, RIVER], start[RIVER], rtol=1e-9)
    np.testing.assert_allclose(state.people.home[HILL].sum(), home[-1, HILL], rtol=1e-9)
    assert state.people.months[-1, HILL, ABROAD] == pytest.approx(10_000)


def test_nobody_flees_without_violence():
    theatre = theatre_of(3, 200, 2, displaced=[away("river", 20_000, "home", "p0")])
    _, state = play(theatre)
    assert state.incidents.counts[0] == 0
    assert state.riots.filled[0] == 0
    assert not state.people.months[..., FLED].any()


def test_those_flee_against_whom_the_incidents_are():
    values = {**LIVELY, "retaliation.campaign": 0.0, "retaliation.revenge": 0.0}
    values["background.rate"] = 500.0
    theatre = theatre_of(1, 120, 1, values=values)  # unattributed, against the hill
    _, state = play(theatre)
    fled = state.people.months[..., FLED].sum(axis=0)
    assert fled[HILL] > 100.0
    assert fled[RIVER] == 0.0


def test_more_who_return_where_they_are_guarded_and_their_own_are_many():
    base = {**STILL, "return.base": -2.0}
    rows = [away("hill", 50_000)]
    kept = {}
    for name, values, force in (
        ("bare", {"return.guard_weight": 4.0}, ()),
        ("guarded", {"return.guard_weight": 4.0}, [troops("a", "camp_p0", 2000, 0)]),
        ("few", {"return.minority_weight": 4.0}, ()),
    ):
        given_values = {**base, **values}
        theatre = theatre_of(1, 90, values=given_values, displaced=rows, contingents=force)
        kept[name] = play(theatre)[1].people.months[:, HILL, RETURNED].sum()
    assert kept["guarded"] > 1.5 * kept["bare"]
    assert kept["few"] < 0.5 * kept["bare"]


# --- riots ----------------------------------------------------------------------------------------


def test_whom_a_riot_displaces_leave_home_for_shelter_and_return_at_their_own_rate():
    values = {"flight.shelter_share": 0.75, "return.after_riot_per_day": 0.01}
    theatre = theatre_of(2, 60, 2, values=values)
    world = build_world(theatre, theatre.scenario.parameters)
    state = new_state(theatre, 1, 0)
    for day in range(60):
        if day == 30:
            state.riots.riots[0] = 0
            state.riots.riots[0, [1, TARGET, DISPLACED]] = 1, RIVER, 400
            state.riots.filled[0] = 1
        state = played(theatre, world, state=state, first=day, last=day + 1)
    sheltered = state.people.where[STOCKS.index("sheltered"), RIVER]
    np.testing.assert_allclose(sheltered, [0.0, 300.0 * np.exp(-0.01 * 29)])
    assert state.people.months[0, RIVER, FLED] == pytest.approx(400.0)
    assert state.people.months[:, HILL, FLED].sum() == 0.0


def test_the_displaced_of_riots_played_are_in_the_flows():
    theatre = restless(3, 200, {"flight.per_incident": 0.0})
    _, state = play(theatre)
    riots = state.riots.riots[: state.riots.filled[0]]
    displaced = riots[riots[:, TARGET] < 2, DISPLACED].sum()
    assert displaced > 0
    assert state.people.months[..., FLED].sum() == pytest.approx(displaced)


# --- alone and with others ------------------------------------------------------------------------


def test_the_compiled_process_gives_the_people_of_a_plain_one():
    theatre = restless(3, 200, {"background.rate": 800.0})
    world = build_world(theatre, theatre.scenario.parameters)
    state = new_state(theatre, 3, 0)
    twin = PeopleTwin(theatre, theatre.scenario.parameters, world.people.start)
    for day in range(200):
        state = played(theatre, world, state=state, first=day, last=day + 1)
        events = state.incidents.events[
            state.incidents.counts[1] : state.incidents.counts[0]
        ].tolist()
        riots = state.riots.riots[: state.riots.filled[0]].tolist()
        twin.play(day, events, riots, state.presence.per_1000.sum(axis=0).tolist())
    assert state.incidents.counts[0] > 200
    assert state.riots.filled[0] > 0
    np.testing.assert_allclose(state.people.where, np.array(twin.where), rtol=1e-9, atol=1e-6)


def test_the_tables_are_whole_numbers_of_the_state():
    theatre = restless(2, 100)
    world, state = play(theatre)
    tables = people.tables(theatre, world, state)
    months, years = tables["people"], tables["residents"]
    assert len(months["month"]) == 4 * 2
    assert months["home"].sum() == pytest.approx(state.people.months[..., HOME].sum(), abs=4)
    assert len(years["persons"]) == 2 * 2
    assert years["persons"].sum() == pytest.approx(state.people.residents.sum(), abs=2)
    assert (years["hosted"] <= years["persons"]).all()
