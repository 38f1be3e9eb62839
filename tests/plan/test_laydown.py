"""Laydown: brute force agrees, barricades and borders cost minutes, and k calls show red."""

import datetime as dt
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interpose.errors import InterposeError, UnknownNameError
from interpose.plan.laydown.placing import Detachment, lay_down, simultaneous_cover
from interpose.plan.laydown.terrain import Terrain, people_at, terrain_on, travel_min
from interpose.scenario import load
from theatres import small_scenario

DAY = dt.date(2000, 6, 1)


def terrain(minutes, persons=None, protected=None, capacity=None, areas=None):
    minutes = np.array(minutes, dtype=float)
    bases, places = minutes.shape
    return Terrain(
        bases=tuple(f"b{j}" for j in range(bases)),
        places=tuple(f"p{i}" for i in range(places)),
        minutes=minutes,
        persons=np.array(persons if persons is not None else [1.0] * places, dtype=float),
        protected=np.array(protected if protected is not None else [True] * places),
        capacity=np.array(capacity if capacity is not None else [9] * bases),
        areas=tuple(areas or [""] * places),
    )


def values(found):
    return [stage.value for stage in found.stages]


@st.composite
def tiny(draw):
    bases, places = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    minute = st.one_of(st.integers(1, 60), st.just(np.inf))
    minutes = draw(st.lists(st.lists(minute, min_size=places, max_size=places),
                            min_size=bases, max_size=bases))  # fmt: skip
    capacity = draw(st.lists(st.integers(1, 2), min_size=bases, max_size=bases))
    platoons = draw(st.integers(1, sum(capacity)))
    people = draw(st.lists(st.integers(0, 50), min_size=places, max_size=places))
    protected = draw(st.lists(st.booleans(), min_size=places, max_size=places))
    return terrain(minutes, people, protected, capacity), platoons, draw(st.integers(1, 2))


def enumerated(terrain, platoons, backup):
    """Return the best of all laydowns: places not covered, worst minutes, mean minutes."""
    missing = 3.0 * terrain.minutes[np.isfinite(terrain.minutes)].max(initial=0.0)
    weight = np.where(np.isfinite(terrain.minutes).any(axis=0), terrain.persons, 0.0)
    if weight.sum() == 0:
        weight = np.isfinite(terrain.minutes).any(axis=0).astype(float)
    weight = weight / max(weight.sum(), 1e-12)
    best = (np.inf,) * 3
    for counts in itertools.product(*(range(c + 1) for c in terrain.capacity)):
        if sum(counts) != platoons:
            continue
        each = np.repeat(np.arange(len(counts)), counts)
        rows = [terrain.minutes[each], np.full((backup, len(terrain.places)), np.inf)]
        near = np.sort(np.vstack(rows), axis=0)[:backup]
        last = near[-1][terrain.protected]
        lacking = int(np.isinf(last).sum())
        worst = last[np.isfinite(last)].max(initial=0.0)
        mean = float(np.where(np.isfinite(near), near, missing).mean(axis=0) @ weight)
        best = min(best, (lacking, worst, mean))
    return best


@settings(max_examples=40, deadline=None)
@given(tiny())
def test_all_laydowns_tried_one_by_one_give_the_same_aims(case):
    place, platoons, backup = case
    found = lay_down(place, [Detachment("d", platoons)], backup=backup)
    lacking, worst, mean = enumerated(place, platoons, backup)
    assert len(found.unreached) == lacking
    if lacking == 0:  # which places are given up decides the rest
        assert values(found)[0] == worst
        assert values(found)[1] == pytest.approx(mean)
    assert sum(camp.platoons for camp in found.camps) == platoons
    held = {b: sum(c.platoons for c in found.camps if c.base == b) for b in place.bases}
    assert all(held[b] <= room for b, room in zip(place.bases, place.capacity, strict=True))


def test_without_protected_places_it_is_the_median_of_the_people():
    draw = np.random.default_rng(7)
    minutes = draw.integers(1, 99, (9, 25))
    people = draw.integers(1, 99, 25)
    found = lay_down(terrain(minutes, people, [False] * 25), [Detachment("d", 3)])
    best = min(
        (minutes[list(sites)].min(axis=0) @ people) / people.sum()
        for sites in itertools.combinations(range(9), 3)
    )
    assert values(found)[1] == pytest.approx(best)
    assert [stage.status for stage in found.stages] == ["optimal"] * 3


def test_one_platoon_more_never_makes_the_worst_place_worse():
    draw = np.random.default_rng(3)
    place = terrain(draw.integers(1, 99, (6, 12)))
    worst = [values(lay_down(place, [Detachment("d", n)]))[0] for n in range(1, 7)]
    assert worst == sorted(worst, reverse=True)
    assert worst[0] > worst[-1]


def test_a_second_platoon_is_farther_than_the_first():
    place = terrain([[5, 50], [50, 5]], capacity=[1, 1])
    found = lay_down(place, [Detachment("d", 2)], backup=2)
    assert [(r.first_min, r.backup_min) for r in found.responses] == [(5, 50), (5, 50)]
    assert values(found)[0] == 50


def test_a_border_that_may_not_be_crossed_costs_minutes():
    place = terrain([[5, 20], [90, 60]], areas=["west", "east"], capacity=[1, 1])
    sent = [Detachment("w", 1, "west"), Detachment("e", 1, "east")]
    free = lay_down(place, sent)
    bound = lay_down(place, sent, may_cross_boundary=False)
    assert values(free)[0] == 20
    assert values(bound)[0] == 60
    assert {c.area for c in bound.camps} == {"west", "east"}
    assert [r.base for r in bound.responses] == ["b0", "b1"]


def test_camps_are_saved_only_where_they_cost_next_to_nothing():
    near = terrain([[10, 10], [10, 10.01]], persons=[1, 1], capacity=[2, 2])
    found = lay_down(near, [Detachment("d", 2)])
    assert values(found)[2] == 1
    far = terrain([[10, 30], [30, 10]], persons=[1, 1], capacity=[2, 2])
    assert values(lay_down(far, [Detachment("d", 2)]))[2] == 2


def test_platoons_bound_to_a_base_stay_there():
    place = terrain([[5], [50]], capacity=[3, 3])
    found = lay_down(place, [Detachment("a", 1), Detachment("b", 2, base="b1")])
    assert {(c.base, c.platoons) for c in found.camps} == {("b0", 1), ("b1", 2)}


def test_the_order_of_detachments_does_not_matter():
    draw = np.random.default_rng(5)
    place = terrain(draw.integers(1, 99, (5, 9)), areas=["a", "b", "c"] * 3)
    sent = [Detachment("x", 2, "a"), Detachment("y", 1, "b"), Detachment("z", 1, "c")]
    one = lay_down(place, sent, may_cross_boundary=False)
    other = lay_down(place, sent[::-1], may_cross_boundary=False)
    assert one.camps == other.camps
    assert one.responses == other.responses


def test_a_search_that_is_stopped_keeps_a_laydown_and_a_bound():
    draw = np.random.default_rng(2)
    place = terrain(draw.integers(1, 999, (12, 40)))
    found = lay_down(place, [Detachment("d", 4)], time_limit_s=0.0)
    assert sum(c.platoons for c in found.camps) == 4
    assert all(stage.bound <= stage.value for stage in found.stages)
    assert any(stage.status != "optimal" for stage in found.stages)


def test_what_cannot_be_laid_down_is_said_all_at_once():
    place = terrain([[5.0]], capacity=[1])
    sent = [Detachment("bound", 2, base="b0"), Detachment("free", 2)]
    with pytest.raises(InterposeError) as error:
        lay_down(place, sent)
    for words in ("2 platoons are bound to it", "4 platoons, but all open bases"):
        assert words in str(error.value)


def test_a_place_no_road_leads_to_is_named():
    found = lay_down(terrain([[5, np.inf]]), [Detachment("d", 1)])
    assert found.unreached == ("p1",)
    assert found.responses[1].base == ""
    assert values(found)[0] == 5


# --- roads ----------------------------------------------------------------------------------


def test_a_barricade_makes_the_way_longer_or_cuts_it():
    scenario = small_scenario(places=3, minutes=30)
    assert travel_min(scenario, ["p0"]).tolist() == [[0, 30, 60]]
    assert travel_min(scenario, ["p0"], winter_factor=1.5).tolist() == [[0, 45, 90]]
    cut = travel_min(scenario, ["p0"], closed=[("p2", "p1")])
    assert cut.tolist() == [[0, 30, np.inf]]
    with pytest.raises(UnknownNameError, match="'p3'"):
        travel_min(scenario, ["p0"], closed=[("p3", "p1")])
    with pytest.raises(InterposeError, match="no road p0-p2"):
        travel_min(scenario, ["p0"], closed=[("p2", "p0")])


def test_the_terrain_of_a_scenario_knows_its_people_and_open_bases():
    scenario = small_scenario(places=2)
    found = terrain_on(scenario, DAY, closed_bases=["camp_p0"])
    assert found.bases == ("camp_p1",)
    assert people_at(scenario, 2000).sum(axis=1).tolist() == [200_000, 200_000]
    with pytest.raises(InterposeError, match="No base is open"):
        terrain_on(scenario, DAY, closed_bases=["camp_p0", "camp_p1"])


# --- March 2004 -----------------------------------------------------------------------------


def march_2004(platoons):
    kosovo = load("kosovo")
    here = terrain_on(kosovo, dt.date(2004, 3, 17))
    areas = sorted({area for area in here.areas if area})
    sent = [Detachment(area, platoons, area) for area in areas]
    return lay_down(here, sent, may_cross_boundary=False)


CALLS = ("caglavica", "mitrovice_north", "prizren", "gjilan")
"""One place in each of the four areas of March 2004."""

MORE_CALLS = (*CALLS, "obiliq", "lipjan", "svinjare", "belo_polje", "ferizaj")
"""Places attacked on 17 and 18 March 2004, several in one area."""


def test_one_call_in_each_area_looks_well():
    answers = simultaneous_cover(march_2004(1), CALLS, within_min=120)
    assert all(answer.in_time for answer in answers)


def test_the_calls_of_march_2004_show_red_and_are_named():
    answers = simultaneous_cover(march_2004(1), MORE_CALLS, within_min=120)
    late = [answer for answer in answers if not answer.in_time]
    assert len(late) == len(MORE_CALLS) - 4
    assert all("no platoon is left that may leave its area" in answer.words for answer in late)
    enough = simultaneous_cover(march_2004(4), MORE_CALLS, within_min=120)
    assert sum(a.in_time for a in enough) > sum(a.in_time for a in answers)


def test_as_many_calls_as_possible_are_answered_in_time():
    place = terrain([[5, 10], [20, 90]], capacity=[1, 1])
    found = lay_down(place, [Detachment("d", 2)])
    answers = simultaneous_cover(found, ["p0", "p1"], within_min=30)
    assert [(a.base, a.minutes) for a in answers] == [("b1", 20), ("b0", 10)]  # not p0 by b0
