r"""Observe: each reporter learns of a share of the incidents, of fatal ones more, and late.

A reporter (police, an observer mission, the press) reports an incident with the chance that its
table gives for the act, apart for incidents with and without dead, after a delay that is
exponential with the given mean. Of acts along a line a reporter marked `watched` learns only what
posts, patrols and sensors there see (``presence.py``). What is reported is counted in the month in
which the report arrives. Reviews see this and never the true state; so does a comparison with the
record. A riot is seen by all: from a size that the policy set on, it calls for a review on the next
morning.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from interpose.play.columns import Column, Columns, Table, coded
from interpose.play.compiled import State, World, inlined, part
from interpose.play.draws import UInts, day_key, mix, uniform
from interpose.play.processes.riots.arrays import RIOT_FIELDS
from interpose.play.roads_and_lines import is_along
from interpose.play.theatre import Floats, Ints, Theatre, axes, empty
from interpose.scenario.parameters import Parameters

NEEDS = ("reporting.",)
READS = ("presence.seen", "incidents.events", "incidents.counts", "riots.riots", "riots.filled")
WRITES = ("observe",)
DRAWS = ("observe",)

CROWD = RIOT_FIELDS.index("crowd")


class ObserveWorld(NamedTuple):
    """Who reports what."""

    reporter: Ints  # (row,)
    type: NDArray[np.bool_]  # (row, type)
    place: NDArray[np.bool_]  # (row, place)
    share: Floats  # (row,)
    fatal_share: Floats  # (row,)
    delay_days: Floats  # (row,)
    begins: Ints  # (row,) day
    ends: Ints  # (row,) day
    watched: NDArray[np.bool_]  # (row, type) only what the posts of a line can see
    month_of_day: Ints  # (day,)


class ObserveState(NamedTuple):
    """What has been reported."""

    process_keys: UInts = axes(1)  # of this future
    reported: Ints = axes("reporter", "month", "type", 2)  # incidents, deaths
    alarm: Ints = axes(2)  # persons in a riot that call for a review (0: never); riots looked at
    called: NDArray[np.bool_] = axes(1)  # whether one did since the last review


def new_world(theatre: Theatre, parameters: Parameters) -> ObserveWorld:
    """Return who reports what."""
    rows = theatre.reporting
    kinds = rows["act"][:, None] == theatre.act_of_type[None, :]
    same = {name: rows[name] for name in ObserveWorld._fields if name in rows}
    for name in ("share", "fatal_share"):
        same[name] = shares(theatre, parameters, name)
    forces = theatre.lines.forces
    along = np.array([is_along(kind, forces) for kind in theatre.scenario.incident_types])
    same["watched"] = rows["watched"][:, None] & along[None, :]
    return ObserveWorld(type=kinds, month_of_day=theatre.month_of_day, **same)


def shares(theatre: Theatre, parameters: Parameters, name: str) -> Floats:
    """Return (row,) a share of ``reporting.csv`` after the factor on its odds."""
    rows = theatre.scenario.reporting
    odds = [parameters.of_reporter("reporting.odds", row.reporter, row.act) for row in rows]
    return with_odds(theatre.reporting[name], np.array(odds, dtype=np.float64))


def with_odds(share: Floats, odds: Floats) -> Floats:
    """Return shares after a factor on their odds.

    Examples
    --------
    >>> with_odds(np.array([0.2, 0.5, 1.0]), np.array([1.0, 3.0, 2.0])).tolist()
    [0.2, 0.75, 1.0]
    """
    return np.asarray(np.where(odds == 1.0, share, share * odds / (1.0 - share + share * odds)))


def new_state(theatre: Theatre, process_keys: UInts) -> ObserveState:
    """Return the state before the first morning: nothing has been reported."""
    return empty(ObserveState, theatre, process_keys=process_keys)


@inlined
def has_room(own: ObserveState) -> bool:
    """Return whether no review is called for: the days stop for it."""
    return not own.called[0]


@inlined
def step(state: State, world: World, day: int) -> None:
    """Let every reporter hear, or not hear, of today's incidents."""
    own, known, cell_keys = state.observe, world.observe, world.cell_keys
    counts, events = state.incidents.counts, state.incidents.events
    look_out(own, state.riots.riots, state.riots.filled[0])
    today = day_key(own.process_keys[0], world.first_ordinal + day)
    for row in range(counts[1], counts[0]):
        key = mix(cell_keys[events[row, 2], events[row, 1]] + today)
        hear(own.reported, known, events[row], state.presence.seen, key, day)


@part
def look_out(own: ObserveState, riots: NDArray[np.int32], filled: int) -> None:
    """Call for a review if a riot of the size that the policy asked for began today."""
    for row in range(own.alarm[1], filled):
        own.called[0] = own.called[0] or 0 < own.alarm[0] <= riots[row, CROWD]
    own.alarm[1] = filled


@part
def hear(
    reported: Ints,
    known: ObserveWorld,
    event: NDArray[np.int32],
    seen: Floats,
    key: int,
    day: int,
) -> None:
    """Let every reporter hear, or not hear, of one incident."""
    m, dead, reporters = event[2], event[3] + event[4], known.reporter.shape[0]
    for r in range(reporters):
        if not (known.type[r, m] and known.place[r, event[1]]):
            continue
        if not known.begins[r] <= day < known.ends[r]:
            continue
        share = known.fatal_share[r] if dead > 0 else known.share[r]
        if known.watched[r, m]:
            share *= seen[event[1]]
        draw = 2 * (event[8] * reporters + r)
        if uniform(key, draw) >= share:
            continue
        late = -known.delay_days[r] * math.log(1.0 - uniform(key, draw + 1))
        arrival = day + int(late)
        if arrival < known.month_of_day.shape[0]:
            count = reported[known.reporter[r], known.month_of_day[arrival], m]
            count[0] += 1
            count[1] += dead


TABLES: Columns = {
    "reports": (
        Column("month", "date", "date", "first day of the month in which the report arrived"),
        Column("reporter", "text", "1", "who reported"),
        Column("type", "text", "1", "incident type of the scenario"),
        Column("reported", "int32", "incidents", "incidents reported; months without are left out"),
        Column("deaths", "int32", "persons", "dead in the incidents reported"),
    )
}


def tables(theatre: Theatre, world: World, state: State) -> dict[str, Table]:
    """Return what was reported, by month, reporter and type."""
    reported = state.observe.reported
    reporter, month, kind = np.nonzero(reported[..., 0])
    return {
        "reports": {
            "month": theatre.month_starts[month],
            "reporter": coded(reporter, theatre.reporters),
            "type": coded(kind, theatre.type_ids),
            "reported": reported[reporter, month, kind, 0],
            "deaths": reported[reporter, month, kind, 1],
        }
    }
