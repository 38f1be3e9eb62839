"""What must change in the answer when the force or the crisis changes: paired plays from the eve.

May 2023 in the north of Kosovo, a week before to a week after: special police bring mayors into
three town halls on the 26th, the force clears a sit-in on the 29th. Values at their medians.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from lab import new_state

from interpose.play.day import build_world, play_days
from interpose.play.processes.riots.arrays import RIOT_FIELDS
from interpose.play.theatre import Theatre
from interpose.scenario import load

FUTURES = 1500
FIRST, LAST = dt.date(2023, 5, 20), dt.date(2023, 6, 4)
NORTH = ("mitrovice_north", "zvecan", "zubin_potok", "leposaviq")


@pytest.fixture(scope="module")
def kosovo():
    """Kosovo."""
    return load("kosovo")


def from_the_eve(scenario, values=()):
    """Return, by future, the riots in the north and in all, the hurt, and days of barricades.

    The mission begins on the eve, with the force of that day; nothing of 1999 is left.
    """
    settled = {row.name: 0.0 for row in scenario.parameters.rows()
               if row.name.startswith("background.excess")}  # fmt: skip
    header = scenario.header.model_copy(update={"start": FIRST, "end": LAST})
    scenario = replace(
        scenario,
        header=header,
        displaced=(),
        parameters=scenario.parameters.with_values({**settled, **dict(values)}),
    )
    theatre = Theatre(scenario)
    world = build_world(theatre, scenario.parameters)
    seats = [place.municipality in NORTH for place in scenario.places]
    found = []
    for number in range(FUTURES):
        state = new_state(theatre, 1, number)
        play_days(state, world, 0, theatre.days)
        rows = state.riots.riots[: state.riots.filled[0]]
        north = np.array(seats)[rows[:, RIOT_FIELDS.index("place")]]
        hurt = rows[:, RIOT_FIELDS.index("injured_target") : RIOT_FIELDS.index("houses")].sum()
        found.append((north.sum(), len(rows), hurt, state.barricades.blocked_days.sum()))
    return np.array(found)


def chance(found):
    """Return the chance of any riot in the north."""
    return float((found[:, 0] > 0).mean())


def ratio(found, other):
    """Return how many times as likely a riot in the north is in `found` as in `other`."""
    return chance(found) / chance(other)


@pytest.fixture(scope="module")
def as_it_was(kosovo):
    """With the force of those days."""
    return from_the_eve(kosovo)


def test_the_chance_of_a_riot_in_may_2023_is_neither_nil_nor_sure(as_it_was):
    assert 0.2 < chance(as_it_was) < 0.7


def test_half_the_force_on_the_eve_raises_the_chance_of_a_riot(kosovo, as_it_was):
    half = from_the_eve(kosovo.with_(scale_force=0.5, since=FIRST))
    assert 1.1 < ratio(half, as_it_was) < 2.5
    gone = from_the_eve(kosovo.with_(withdraw=FIRST))
    assert ratio(half, as_it_was) < ratio(gone, as_it_was) < 2.5


def test_a_force_that_may_not_use_force_counts_less(kosovo, as_it_was):
    caveat = kosovo.with_(
        change={"contingents": {row.id: {"riot_capable": 0.0} for row in kosovo.contingents
                                if row.departs is None or row.departs > FIRST}}
    )  # fmt: skip
    assert ratio(from_the_eve(caveat), as_it_was) > 1.1


def test_without_the_operations_hardly_anybody_riots(kosovo, as_it_was):
    shocks = [row.id for row in kosovo.shocks if FIRST <= row.date <= LAST]
    assert shocks
    calm = from_the_eve(kosovo.with_(drop={"shocks": shocks}))
    assert chance(calm) < 0.1 * chance(as_it_was)


def test_talks_lower_the_chance_and_removal_by_force_shortens_a_block(kosovo, as_it_was):
    rows = {row.id: {"talks": "yes"} for row in kosovo.shocks if FIRST <= row.date <= LAST}
    talks = from_the_eve(kosovo.with_(change={"shocks": rows}))
    assert ratio(talks, as_it_was) < 0.95
    removal = from_the_eve(kosovo, {"barricades.operation_per_day": 1.0})
    left_alone = from_the_eve(kosovo, {"barricades.operation_per_day": 0.0})
    assert removal[:, 3].mean() < left_alone[:, 3].mean()
    assert removal[:, 0].mean() > left_alone[:, 0].mean()


def test_troops_without_a_crisis_near_them_change_no_riot(kosovo, as_it_was):
    """Those at Prizren, more than an hour from the north."""
    south = [row.id for row in kosovo.contingents if row.base == "sultan_murat"]
    assert south
    less = from_the_eve(kosovo.with_(change={"contingents": {i: {"strength": 1} for i in south}}))
    apart = less[:, 0] - as_it_was[:, 0]
    assert abs(apart.mean()) <= 2 * apart.std() / np.sqrt(FUTURES)


def test_a_force_without_effect_makes_no_difference(kosovo):
    nil = {"riot.force": 1.0, "barricades.operation_per_day": 0.0} | {
        row.name: 0.0 for row in kosovo.parameters.rows()
        if row.name.startswith(("effect.troops", "response.reduction"))
    }  # fmt: skip
    whole = from_the_eve(kosovo, nil)
    half = from_the_eve(kosovo.with_(scale_force=0.5, since=FIRST), nil)
    apart = (half - whole)[:, 0]
    assert abs(apart.mean()) <= 2 * apart.std() / np.sqrt(FUTURES)
