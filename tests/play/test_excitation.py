"""Who answers whom, and where."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lab import theatre_of

from interpose.play.day import build_world
from interpose.play.processes.exposed import new_world, of_the_table
from interpose.play.processes.laws import offspring_matrix, spread_over_places
from interpose.play.theatre import Theatre
from interpose.scenario.tables.mission import IncidentType
from theatres import small_scenario


def kind(act, instigator, target):
    name = f"{act}.{instigator}.{target}"
    return IncidentType(id=name, act=act, instigator=instigator, target=target, words=name)


TYPES = (
    kind("armed_attack", "hill", "river"),
    kind("armed_attack", "river", "hill"),
    kind("harassment", "hill", "river"),
    kind("protest", "river", "authorities"),
    kind("roadblock", "river", "authorities"),
    kind("attack_on_force", "river", "force"),
    kind("attack_on_force", "hill", "force"),
    kind("harassment", "unattributed", "hill"),
)
ANSWERS = {
    "retaliation.campaign": 0.3,
    "retaliation.revenge": 0.2,
    "retaliation.outcry": 0.1,
    "retaliation.roadblock_share": 0.25,
    "retaliation.confrontation": 0.05,
}


def test_an_act_is_answered_as_the_five_relations_say_and_no_other_way():
    scenario = small_scenario(types=TYPES, values=ANSWERS)
    K = offspring_matrix(scenario.incident_types, scenario.parameters)
    exact = np.diag(np.full(len(TYPES), 0.3))  # campaign
    exact[1, 0] = exact[0, 1] = 0.2  # revenge, by the same act
    for violent in (0, 2):  # the struck community cries out
        exact[3, violent], exact[4, violent] = 0.075, 0.025
    exact[5, 3] = exact[5, 4] = 0.05  # and meets the force
    np.testing.assert_allclose(K, exact, atol=1e-15)


def test_the_lists_of_children_are_the_offspring_matrix():
    theatre = Theatre(small_scenario(types=TYPES, values=ANSWERS))
    world = build_world(theatre, theatre.scenario.parameters)
    for parent in range(len(TYPES)):
        listed = world.incidents.child[
            world.incidents.child_start[parent] : world.incidents.child_start[parent + 1]
        ]
        assert listed.tolist() == np.flatnonzero(world.incidents.offspring[:, parent]).tolist()


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 6),
    st.floats(0, 1),
    st.floats(0.5, 60),
    st.floats(0.1, 5),
)
def test_the_places_of_answers_add_to_one_and_nobody_answers_where_nobody_is(
    seed, places, near, distance, power
):
    rng = np.random.default_rng(seed)
    travel = rng.random((places, places)) * 300
    travel = (travel + travel.T) * (1 - np.eye(places))
    exposed = rng.random((2, places)) * (rng.random((2, places)) < 0.7) * 1e5
    exposed[0, 0] = 1.0
    exposed[1] *= seed % 2
    parameters = theatre_of().scenario.parameters.with_values(
        {
            "spread.near_share": near,
            "spread.distance_min": distance,
            "spread.distance_power": power,
        }
    )
    spread = spread_over_places(travel, exposed, parameters)
    total = np.where(exposed.sum(axis=1) > 0, 1.0, 0.0)
    np.testing.assert_allclose(spread.sum(axis=2), np.repeat(total[:, None], places, axis=1))
    assert (spread >= 0).all()
    assert not spread.swapaxes(1, 2)[exposed == 0].any()


def test_answers_thin_out_with_travel_time_and_the_news_does_not():
    theatre = theatre_of(4, minutes=30.0)
    parameters = theatre.scenario.parameters
    exposed = np.ones((1, 4))
    near = spread_over_places(
        theatre.travel_min, exposed, parameters.with_values({"spread.near_share": 1.0})
    )[0, 0]
    distance, power = (parameters.scalar(f"spread.distance_{x}") for x in ("min", "power"))
    exact = (1 + np.arange(4) * 30.0 / distance) ** -power
    np.testing.assert_allclose(near, exact / exact.sum())
    news = spread_over_places(
        theatre.travel_min, exposed, parameters.with_values({"spread.near_share": 0.0})
    )
    np.testing.assert_allclose(news, 0.25)


def test_the_rows_of_a_built_world_add_to_one():
    theatre = Theatre(small_scenario(places=5, types=TYPES, values=ANSWERS))
    world = build_world(theatre, theatre.scenario.parameters)
    np.testing.assert_allclose(world.incidents.spread.sum(axis=2), 1.0)


def test_those_exposed_to_a_community_are_its_target_within_its_reach():
    theatre = Theatre(small_scenario(places=1, types=TYPES, people=1000))
    known = new_world(theatre, theatre.scenario.parameters)
    exposed = of_the_table(theatre, known)[:, 0]
    by_type = dict(zip(theatre.type_ids, exposed, strict=True))
    assert by_type["armed_attack.hill.river"] == pytest.approx(500)  # half of all are hill people
    assert by_type["harassment.unattributed.hill"] == pytest.approx(1000)
    assert by_type["protest.river.authorities"] == pytest.approx(1000)
    assert by_type["attack_on_force.hill.force"] == pytest.approx(1000)
