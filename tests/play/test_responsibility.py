"""Responsibility: posts bind platoons until the police take them over."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lab import theatre_of
from test_force_and_presence import GUARD, evenings

from interpose.play.processes import force, responsibility
from interpose.play.theatre import Theatre
from interpose.scenario.tables.mission import Place
from theatres import post, small_scenario, troops

PLATOON = {"responsibility.soldiers_per_platoon": 30.0, "presence.available_share": 0.5}


def guarded(rows, contingents, places=3, days=60):
    return theatre_of(
        places, days, values=PLATOON, contingents=contingents, responsibilities=rows, minutes=20
    )


def test_a_post_binds_soldiers_of_the_nearest_base_until_it_is_handed_over():
    theatre = guarded([post("p0", 2, 40)], [troops("a", "camp_p1", 400, 0)])
    for day, _, state in evenings(theatre, force, responsibility):
        bound = 60.0 if day < 40 else 0.0
        np.testing.assert_allclose(state.responsibility.free_troops, [0, 200 - bound, 0])
        np.testing.assert_allclose(state.responsibility.guards, [bound, 0, 0])


def test_a_post_that_is_never_handed_over_stays():
    theatre = guarded([post("p0", 1)], [troops("a", "camp_p1", 400, 0)])
    *_, (_, _, state) = evenings(theatre, force, responsibility)
    assert state.responsibility.guards[0] == 30


def test_what_the_nearest_base_lacks_comes_from_the_next():
    rows = [post("p0", 2)]
    units = [troops("a", "camp_p0", 80, 0), troops("b", "camp_p1", 400, 0, riot_capable=0.2)]
    _, _, state = next(evenings(guarded(rows, units), force, responsibility))
    np.testing.assert_allclose(state.responsibility.free_troops, [0, 180, 0])
    np.testing.assert_allclose(state.responsibility.free_riot, [0, 36, 0])
    assert state.responsibility.guards_riot[0] == pytest.approx(0.5 * 40 + 0.2 * 20)


def test_guards_count_at_their_place_and_are_missing_everywhere_else():
    units = [troops("a", "camp_p1", 400, 0)]
    posted, bare = (
        next(evenings(guarded(posts, units), *GUARD))[2] for posts in ([post("p0", 3)], [])
    )
    with_post, without = posted.presence.per_1000[0].copy(), bare.presence.per_1000[0].copy()
    left = (200 - 90) / 200
    np.testing.assert_allclose(with_post[1:], left * without[1:])
    np.testing.assert_allclose(with_post[0], left * without[0] + 90 / 200)


def test_a_hand_over_is_felt_on_its_morning():
    theatre = guarded([post("p0", 3, 25)], [troops("a", "camp_p1", 400, 0)])
    there = np.array(
        [state.presence.per_1000[0].copy() for _, _, state in evenings(theatre, *GUARD)]
    )
    assert (there[:25] == there[0]).all()
    assert (there[25:] == there[25]).all()
    assert there[25, 0] < there[24, 0]
    assert there[25, 1] > there[24, 1]


def test_where_nobody_lives_guards_count_per_exposed_person():
    small = small_scenario(
        values={**PLATOON, "background.site_share": 0.01},
        contingents=[troops("a", "camp_p1", 400, 0)],
        responsibilities=[post("shrine", 1)],
    )
    seat = small.places[0]
    shrine = Place(**{**seat.model_dump(), "id": "shrine", "kind": "protected_site"})
    link = small.links[0].model_copy(update={"a": "p0", "b": "shrine"})
    theatre = Theatre(replace(small, places=(*small.places, shrine), links=(*small.links, link)))
    _, world, state = next(evenings(theatre, *GUARD))
    own = (
        state.responsibility.free_troops[1]
        / world.presence.reached_thousands[0, 1]
        * world.presence.reach[0, 1, 2]
    )
    assert state.presence.per_1000[0, 2] - own == pytest.approx(30 / (0.01 * 200))


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(0, 900), min_size=3, max_size=3),
    st.lists(st.floats(0, 12), min_size=3, max_size=3),
    st.lists(st.none() | st.integers(1, 25), min_size=3, max_size=3),
)
def test_soldiers_free_and_bound_together_are_all_soldiers(strengths, platoons, until):
    units = [troops(f"c{i}", f"camp_p{i}", n, 3 * i, 20 + i) for i, n in enumerate(strengths)]
    rows = [post(f"p{i}", n, day) for i, (n, day) in enumerate(zip(platoons, until, strict=True))]
    for day, world, state in evenings(guarded(rows, units, days=30), *GUARD):
        posts = state.responsibility
        held = [world.responsibility.soldiers[i] for i, d in enumerate(until) if not d or day < d]
        assert posts.guards.sum() == pytest.approx(min(sum(held), state.force.base_troops.sum()))
        for free, bound, everybody in (
            (posts.free_troops, posts.guards, state.force.base_troops),
            (posts.free_riot, posts.guards_riot, state.force.base_riot),
        ):
            assert (free >= -1e-9).all()
            assert free.sum() + bound.sum() == pytest.approx(everybody.sum(), abs=1e-9)
        thousands = world.responsibility.guarded_thousands[0]
        assert (state.presence.per_1000[0] * thousands).sum() == pytest.approx(
            state.force.base_troops.sum()
        )
