"""Ordinary homicide: as frequent as was counted, moved by nothing, and moving nothing."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
import twin
from lab import theatre_of

from interpose.play import Theatre, play_future
from interpose.play.day import build_world, new_state
from interpose.play.processes import crime
from interpose.policy import Replay
from interpose.scenario import load
from interpose.scenario.tables.record import Homicide
from theatres import START, troops

YEAR = dt.date(2000, 12, 31)  # the small theatre starts with the year 2000, of 366 days


def count(murders, begins=START, ends=YEAR, **more):
    return Homicide(
        begins=begins, ends=ends, murders=murders, basis="published", source="test", **more
    )


def theatre_with(*rows, places=2, days=366, **values):
    theatre = theatre_of(places, days, values=values)
    return Theatre(replaced(theatre.scenario, rows))


def replaced(scenario, rows):
    from dataclasses import replace

    return replace(scenario, homicides=tuple(rows))


def homicides(theatre, future=0, seed=1):
    """Return (month, municipality) homicides of a future, from its table."""
    table = play_future(theatre, Replay(), seed, future).tables["homicides"]
    found = np.zeros((len(theatre.month_starts), len(theatre.municipalities)), dtype=int)
    month = np.searchsorted(theatre.month_starts, table["month"])
    found[month, table["municipality"].codes] = table["homicides"]
    return found


def test_homicides_of_a_place_are_poisson_with_its_share_of_the_count():
    theatre = theatre_with(count(7320, known_motive=3660), days=366)  # ten a day, two places
    found = np.array([homicides(theatre, future) for future in range(100)], dtype=float)
    days = np.bincount(theatre.month_of_day)
    scaled = (found - 5.0 * days[:, None]) / np.sqrt(5.0 * days[:, None])
    assert abs(scaled.mean()) < 4 / np.sqrt(scaled.size)
    assert abs((scaled**2).mean() - 1.0) < 4 * np.sqrt(2 / scaled.size)


def test_counts_that_conflict_are_the_ends_of_a_range_and_one_number_says_where_between():
    rows = count(366), count(732, known_motive=0), count(500)
    for position, a_day in ((0.0, 1.0), (0.25, 1.25), (1.0, 2.0)):
        theatre = theatre_with(*rows, **{"crime.range_position": position})
        found = crime.a_day(theatre, theatre.scenario.parameters)
        np.testing.assert_allclose(found, a_day)


def test_a_month_without_a_count_lies_between_its_neighbours_and_the_ends_hold():
    first = count(29, dt.date(2000, 2, 1), dt.date(2000, 2, 29))
    last = count(90, dt.date(2000, 6, 1), dt.date(2000, 6, 30))
    theatre = theatre_with(first, last)
    low, high, known = crime.counted(theatre)
    np.testing.assert_array_equal(np.flatnonzero(known), [1, 5])
    np.testing.assert_array_equal(low, high)
    assert low[0] == low[1] == 1.0
    assert low[5] == low[11] == 3.0
    assert (np.diff(low[1:6]) > 0).all()


def test_plain_python_gives_the_same_bits():
    theatre = theatre_with(count(500), places=3)
    world, state = build_world(theatre, theatre.scenario.parameters), new_state(theatre, 3, 4)
    key, mean = int(state.crime.process_keys[0]), world.crime.mean.tolist()
    firsts = np.flatnonzero(np.diff(theatre.month_of_day, prepend=-1)).tolist()
    expected = [
        [
            twin.count_of(
                twin.between_zero_and_one(
                    twin.scramble(
                        (int(own) + twin.key_of_the_day(key, theatre.first_day + day)) & twin.BITS
                    )
                ),
                mean[month][m],
                1e9,
            )
            for m, own in enumerate(world.crime.keys)
        ]
        for month, day in enumerate(firsts)
    ]
    np.testing.assert_array_equal(homicides(theatre, 4, 3), expected)


def test_no_table_of_counts_no_homicides_and_nothing_else_changes():
    lively = {"background.rate": 400.0, "marks.fatal_share": 0.5}
    with_them = theatre_with(count(1000), days=200, **lively)
    without = theatre_with(days=200, **lively)
    one, other = (play_future(t, Replay(), 1, 0).tables for t in (with_them, without))
    assert len(one["homicides"]["homicides"]) > 0 == len(other["homicides"]["homicides"])
    for name in one.keys() - {"homicides"}:
        for column in one[name]:
            a, b = (getattr(t[name][column], "codes", t[name][column]) for t in (one, other))
            np.testing.assert_array_equal(a, b, err_msg=f"{name}.{column}")


def test_no_soldier_and_no_other_homicide_moves_one():
    theatre = theatre_with(count(800))
    guarded = Theatre(
        replaced(
            theatre_of(2, 366, contingents=[troops("more", "camp_p0", 5000, 3)]).scenario,
            theatre.scenario.homicides,
        )
    )
    np.testing.assert_array_equal(homicides(theatre), homicides(guarded))


@pytest.fixture(scope="module")
def kosovo():
    return load("kosovo")


def test_half_the_force_from_2009_changes_no_homicide_of_kosovo(kosovo):
    half = Theatre(kosovo.with_(scale_force=0.5, since="2009-06-01"))
    whole, halved = homicides(Theatre(kosovo)), homicides(half)
    np.testing.assert_array_equal(whole, halved)
    by_year = np.bincount(half.year_of_day[half.month_middle.astype(int)], whole.sum(axis=1))
    assert 10 < by_year[-1] < by_year[1]  # 2025 and 2000


def test_what_is_known_of_motives_is_taken_out_of_every_count_of_kosovo(kosovo):
    """The rows of a year hold no fewer than its record has, in attacks between communities."""
    for row in kosovo.homicides:
        assert 0 <= row.known_motive <= row.murders
    assert {row.source for row in kosovo.homicides} <= {source.id for source in kosovo.sources}
