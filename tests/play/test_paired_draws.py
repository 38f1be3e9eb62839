"""Two plays differ only where they differ: draws belong to names, not to an order."""

from __future__ import annotations

import numpy as np
import pytest
from lab import arrays_of, changed, happened, new_state, played, theatre_of
from test_twin import LIVELY, lively_theatre

from interpose.play import play_future
from interpose.play.compiled import inlined
from interpose.play.day import DAY, build_world, day_of, play_days
from interpose.play.processes.incidents import EVENT_FIELDS
from interpose.play.theatre import Theatre
from interpose.policy import Replay
from theatres import START, troops

FAR = 3000.0  # minutes: beyond the reach of any patrol
MARKS = [EVENT_FIELDS.index(name) for name in ("place", "type", "day", "order")]


def world_of(theatre):
    return build_world(theatre, theatre.scenario.parameters)


def draws(theatre, world, seed=1, days=120):
    """Return the uniform draw of every (day, type, place), and the state at the end."""
    state = new_state(theatre, seed, 0)
    found = []
    for day in range(days):
        play_days(state, world, day, day + 1)
        found.append(state.incidents.chance.copy())
    return np.array(found), state


def incidents_by_name(theatre, state):
    """Return what each incident is like, by place, type, day and number of the day."""
    places = [place.id for place in theatre.scenario.places]
    return {
        (places[e[1]], theatre.type_ids[e[2]], e[0], e[8]): tuple(e[3:8])
        for e in state.incidents.events[: state.incidents.counts[0]].tolist()
    }


@pytest.fixture(scope="module")
def guarded_and_not():
    """Return two plays of 120 days: more troops at p0 in the second, from day 40."""
    plays = []
    for force in ([], [troops("more", "camp_p0", 5000, 40)]):
        theatre = theatre_of(3, 120, 2, values=LIVELY, minutes=FAR, contingents=force)
        world = world_of(theatre)
        plays.append((theatre, world, *draws(theatre, world)))
    return plays


def test_more_troops_at_one_place_leave_every_draw_everywhere_untouched(guarded_and_not):
    (_, _, before, _), (_, _, after, _) = guarded_and_not
    np.testing.assert_array_equal(before, after)


def test_an_incident_that_happens_in_both_has_the_same_marks_in_both(guarded_and_not):
    (theatre, _, _, without), (_, _, _, with_more) = guarded_and_not
    one, other = incidents_by_name(theatre, without), incidents_by_name(theatre, with_more)
    both = one.keys() & other.keys()
    assert len(both) > 500
    assert len(one.keys() - other.keys()) > 100
    assert all(one[name] == other[name] for name in both)


def test_elsewhere_all_is_the_same_until_an_incident_carries_the_difference_there(guarded_and_not):
    (_, _, _, without), (_, _, _, with_more) = guarded_and_not
    one, other = happened(without, 120), happened(with_more, 120)
    differ = (one != other).any(axis=1)  # (day, place)
    first_here = np.flatnonzero(differ[:, 0])[0]
    first_there = np.flatnonzero(differ[:, 1:].any(axis=1))[0]
    assert first_here >= 40
    assert first_there > first_here


def test_where_nothing_carries_it_the_difference_stays_where_it_is():
    counts = []
    for force in ([], [troops("more", "camp_p0", 5000, 40)]):
        theatre = theatre_of(3, 200, 2, values=LIVELY, minutes=FAR, contingents=force)
        world = world_of(theatre)
        spread = np.broadcast_to(np.eye(3), (2, 3, 3)).copy()
        counts.append(happened(played(theatre, changed(world, spread=spread)), 200))
    assert (counts[0][:, :, 0] != counts[1][:, :, 0]).any()
    np.testing.assert_array_equal(counts[0][:, :, 1:], counts[1][:, :, 1:])
    np.testing.assert_array_equal(counts[0][:40], counts[1][:40])


def test_where_presence_only_prevents_no_incident_happens_that_would_not_have(guarded_and_not):
    (_, _, _, without), (_, _, _, with_more) = guarded_and_not
    assert (happened(with_more, 120) <= happened(without, 120)).all()


class Inert:
    """Inert: reads something and changes nothing."""

    @staticmethod
    @inlined
    def step(state: object, world: object, day: int) -> None:
        """Do nothing."""
        if state.incidents.rate[0, 0] < 0.0 or day < 0:
            state.incidents.counts[0] += 1


@pytest.mark.slow
def test_a_process_that_does_nothing_changes_no_bit():
    theatre = lively_theatre(3, 150)
    world = world_of(theatre)
    days = day_of((*DAY[:3], Inert, *DAY[3:]))
    with_it, without = (new_state(theatre, 1, 0) for _ in range(2))
    assert days(with_it, world, 0, 150) == play_days(without, world, 0, 150) == 150
    assert without.incidents.counts[0] > 500
    for (name, one), (_, other) in zip(arrays_of(with_it), arrays_of(without), strict=True):
        np.testing.assert_array_equal(one, other, err_msg=name)


@pytest.mark.parametrize(("places", "types"), [(3, 2), (2, 3)], ids=["a place", "a type"])
def test_adding_a_place_or_a_type_leaves_the_draws_of_the_others(places, types):
    small, large = theatre_of(2, 50, 2, values=LIVELY), theatre_of(places, 50, types, values=LIVELY)
    before, _ = draws(small, world_of(small), days=50)
    after, _ = draws(large, world_of(large), days=50)
    np.testing.assert_array_equal(before, after[:, :2, :2])
    assert np.unique(after).size == after.size


def test_the_draws_of_a_date_do_not_depend_on_the_first_day():
    theatre = theatre_of(2, 50, 1, values=LIVELY)
    header = theatre.scenario.header.model_copy(update={"start": START.replace(day=11)})
    later = Theatre(type(theatre.scenario)(**{**vars_of(theatre.scenario), "header": header}))
    one, _ = draws(theatre, world_of(theatre), days=30)
    other, _ = draws(later, world_of(later), days=20)
    np.testing.assert_array_equal(one[10:], other)


def vars_of(scenario):
    return {name: getattr(scenario, name) for name in scenario.__dataclass_fields__}


def test_two_plays_of_the_same_future_are_the_same_bits():
    theatre = lively_theatre(3, 150)
    one, other = (play_future(theatre, Replay(), 3, 5) for _ in range(2))
    third = play_future(theatre, Replay(), 3, 6)
    for name, table in one.tables.items():
        for column, values in table.items():
            again = other.tables[name][column]
            if hasattr(values, "codes"):
                assert values.words == again.words
                values, again = values.codes, again.codes
            assert values.tobytes() == again.tobytes(), f"{name}.{column}"
    assert len(third.tables["incidents"]["date"]) != len(one.tables["incidents"]["date"])


def variance_reduction(futures=60):
    """Return by how much pairing divides the variance of the difference that troops make."""
    totals = []
    for force in ([], [troops("more", "camp_p0", 600, 40)]):
        theatre = theatre_of(4, 300, 2, values={**LIVELY, "background.rate": 200.0},
                             contingents=force)  # fmt: skip
        world = world_of(theatre)
        totals.append(
            [int(played(theatre, world, future=f).incidents.counts[0]) for f in range(2 * futures)]
        )
    without, with_more = np.array(totals)
    paired = without[:futures] - with_more[:futures]
    apart = without[:futures] - with_more[futures:]
    assert paired.mean() > 0
    return float(apart.var(ddof=1) / paired.var(ddof=1))


def test_a_paired_difference_needs_fewer_futures_than_an_unpaired_one():
    ratio = variance_reduction()
    assert ratio > 2, f"pairing divides the variance of the difference by {ratio:.1f} only"
