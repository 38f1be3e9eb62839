"""Unrest: a rumour is told, people who heard it gather, crowds riot until they tire or are held.

The hours of a day on which a rumour is on its way; all other days cost one look at the calendar.
A rumour comes from a dated row of ``rumours.csv``, or now and then from an incident with very many
casualties. Without one there is no crowd. How it is told: ``rumour.py``; what crowds do:
``riot.py``. A riot provokes incidents from the next day on, like incidents do, and its row in the
table ``riots`` is written when the wave is over.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from interpose.play.columns import Column, Columns, Table, coded
from interpose.play.compiled import State, World, inlined, kernel, part
from interpose.play.draws import day_key, mix, uniform
from interpose.play.processes.unrest import riot, rumour
from interpose.play.processes.unrest.arrays import (
    ACTIVE,
    ANSWERED_HOUR,
    COMMUNITY,
    FIRST_HOUR,
    NORMAL_STEPS,
    RIOT_FIELDS,
    RUMOUR,
    TELLING,
    UnrestState,
    UnrestWorld,
)
from interpose.play.processes.unrest.arrays import new_state as new_state
from interpose.play.processes.unrest.arrays import new_world as new_world
from interpose.play.theatre import AUTHORITIES, NEVER, Floats, Theatre

UInt = np.uint64
Event = NDArray[np.int32]

NEEDS = ("riot.", "rumour.")
READS = (
    "incidents.events",
    "incidents.counts",
    "force.base_troops",
    "force.base_riot",
    "presence.per_1000",
    "people.there",
)
WRITES = ("unrest", "incidents.excitation")
DRAWS = ("unrest",)

SHORTEST_WAVE_HOURS = 48
"""A wave is not over before, however quiet: it may take a night to start."""

LONGEST_WAVE_HOURS = 21 * 24
"""France 2005: about three weeks."""


@inlined
def has_room(own: UnrestState) -> bool:
    """Return whether a day's riots find room, however many there are."""
    free = own.riots.shape[0] - own.filled[0]
    return bool(free >= own.crowd.shape[0] * own.crowd.shape[1])


@inlined
def step(state: State, world: World, day: int) -> None:
    """Begin today's rumours; play the hours if any is on its way; end waves that are over."""
    unrest, given, cell_keys = state.unrest, world.unrest, world.cell_keys
    counts, events = state.incidents.counts, state.incidents.events
    excitation, police = state.incidents.excitation, state.presence.per_1000
    troops, riot_troops = state.force.base_troops, state.force.base_riot
    home = state.people.there
    thousands, answers = world.presence.municipality_thousands, world.incidents
    year, last_day = world.year_of_day[day], day == world.days - 1
    ordinal = world.first_ordinal + day
    for r in range(given.rumour_day.shape[0]):
        if given.rumour_day[r] == day:
            begin_dated(unrest, given, unrest.process_keys[0], ordinal, day, r, home)
    if given.chance_after_incident > 0.0:
        today = day_key(unrest.process_keys[0], ordinal)
        for row in range(counts[1], counts[0]):
            event = events[row]
            if event[3] + event[4] + event[5] + event[6] >= given.casualties_least:
                key = mix(cell_keys[event[2], event[1]] + today)
                begin_after(unrest, given, key, day, event, home)
    under_way = False
    for wave in range(unrest.waves.shape[0]):
        under_way = under_way or unrest.waves[wave, ACTIVE] == 1
    if under_way:
        riot.muster(unrest, given, troops, riot_troops, police, thousands[year])
        play_hours(unrest, given, day)
        riot.provoke(unrest, given, excitation, answers, year)
        end_waves(unrest, given, day, last_day)


@kernel
def play_hours(unrest: UnrestState, given: UnrestWorld, day: int) -> None:
    """Play the hours of a day."""
    for hour in range(24 * day, 24 * day + 24):
        if rumour.awake(hour):
            for wave in range(unrest.waves.shape[0]):
                telling = unrest.waves[wave, ACTIVE] == 1 and unrest.waves[wave, TELLING] == 1
                if telling and hour >= unrest.waves[wave, FIRST_HOUR]:
                    rumour.tell(unrest, given, wave, hour)
        riot.play_hour(unrest, given, hour)


@part
def end_waves(unrest: UnrestState, given: UnrestWorld, day: int, last: bool) -> None:
    """End each wave that is told no more and brought out no crowd today; write down its riots."""
    for wave in range(unrest.waves.shape[0]):
        if unrest.waves[wave, ACTIVE] == 0:
            continue
        quiet = True
        for d in range(unrest.crowd.shape[1]):
            quiet = quiet and unrest.today[wave, d] < given.least_crowd
            unrest.today[wave, d] = 0.0
        age = 24 * (day + 1) - unrest.waves[wave, FIRST_HOUR]
        over = quiet and age >= SHORTEST_WAVE_HOURS and unrest.waves[wave, TELLING] == 0
        if over or age >= LONGEST_WAVE_HOURS or last:
            unrest.waves[wave, ACTIVE] = 0
            for d in range(unrest.crowd.shape[1]):
                if unrest.hours[wave, d] > 0:
                    riot.write_down(unrest, given, wave, d)


@part
def begin_dated(
    unrest: UnrestState, given: UnrestWorld, key: UInt, ordinal: int, day: int, r: int, home: Floats
) -> None:
    """Begin a rumour that the scenario dates to this day."""
    wave = free_wave(unrest)
    if wave < 0:
        return
    hour = 24 * day + given.rumour_hour[r]
    unrest.waves[wave, COMMUNITY] = given.rumour_community[r]
    unrest.waves[wave, FIRST_HOUR] = hour
    unrest.waves[wave, ANSWERED_HOUR] = hour + int(given.rumour_answered[r])
    unrest.waves[wave, RUMOUR] = r
    unrest.keys[wave] = mix(given.rumour_keys[r] + day_key(key, ordinal))
    unrest.media[wave] = given.rumour_media[r]
    for target in range(unrest.against.shape[1]):
        unrest.against[wave, target] = given.rumour_against[r, target]
    begin(unrest, given, wave, given.rumour_place[r], day, home)


@part
def begin_after(
    unrest: UnrestState, given: UnrestWorld, key: UInt, day: int, event: Event, home: Floats
) -> None:
    """Let an incident start a rumour among those struck, against those it is laid to."""
    by, among = given.type_instigator[event[2]], given.type_target[event[2]]
    wave = free_wave(unrest)
    if by < 0 or among < 0 or wave < 0 or uniform(key, 0) >= given.chance_after_incident:
        return
    unrest.waves[wave, COMMUNITY] = among
    unrest.waves[wave, FIRST_HOUR] = 24 * day + int(24.0 * uniform(key, 1))
    unrest.waves[wave, ANSWERED_HOUR] = 24 * NEVER
    unrest.waves[wave, RUMOUR] = -1
    unrest.keys[wave] = key
    unrest.media[wave] = 0.0
    for target in range(unrest.against.shape[1]):
        unrest.against[wave, target] = target == by
    begin(unrest, given, wave, int(event[1]), day, home)


@part
def free_wave(unrest: UnrestState) -> int:
    """Return a wave that is not under way; -1 if there is none."""
    for wave in range(unrest.waves.shape[0]):
        if unrest.waves[wave, ACTIVE] == 0:
            return wave
    return -1


@part
def begin(
    unrest: UnrestState, given: UnrestWorld, wave: int, place: int, day: int, home: Floats
) -> None:
    """Set up people, tellers and scenes of a rumour; drop it if no crowd could come of it."""
    community, year = unrest.waves[wave, COMMUNITY], given.year_of_day[day]
    teller, nearest = -1, -1.0
    for c in range(unrest.crowd.shape[1]):
        persons = given.people[year, c, community]
        unrest.persons[wave, c] = math.floor(persons + 0.5)
        unrest.ignorant[wave, c] = unrest.persons[wave, c]
        unrest.telling[wave, c] = 0.0
        if unrest.persons[wave, c] > 0.0 and given.near[place, c] > nearest:
            teller, nearest = c, given.near[place, c]
    if teller < 0:
        return
    tellers = min(unrest.persons[wave, teller], math.floor(given.first_tellers + 0.5))
    unrest.ignorant[wave, teller] -= tellers
    unrest.telling[wave, teller] = given.contacts_left * tellers
    for c in range(unrest.crowd.shape[1]):
        unrest.within[wave, c] = 0.0
        for j in range(unrest.crowd.shape[1]):
            unrest.within[wave, c] += unrest.persons[wave, j] * given.near[c, j]
    if set_the_scenes(unrest, given, wave, year, home):
        unrest.waves[wave, ACTIVE] = 1
        unrest.waves[wave, TELLING] = 1


@part
def set_the_scenes(
    unrest: UnrestState, given: UnrestWorld, wave: int, year: int, home: Floats
) -> bool:
    """Find what draws crowds where, and how large they could be; return whether any could."""
    places = unrest.crowd.shape[1]
    u = uniform(unrest.keys[wave], 0)
    unrest.strength[wave] = min(
        1.0, given.turnout * log_normal(u, given.rumour_sigma, given.normal)
    )
    for d in range(places):
        draw_in(unrest, given, wave, d, year, home)
    for c in range(places):
        unrest.pulls[wave, c] = 1.0  # home
        for d in range(places):
            unrest.pulls[wave, c] += unrest.draws_in[wave, d] * given.march[c, d]
    any_scene = False
    for d in range(places):
        come = 0.0
        for c in range(places):
            share = unrest.draws_in[wave, d] * given.march[c, d] / unrest.pulls[wave, c]
            come += unrest.strength[wave] * unrest.persons[wave, c] * share
        key = mix(unrest.keys[wave] + given.place_keys[d])
        luck = log_normal(uniform(key, 0), given.place_sigma, given.normal)
        unrest.draws_in[wave, d] *= luck  # after the shares, so that it adds people to a scene
        unrest.potential[wave, d] = come * luck if come * luck >= given.least_crowd else 0.0
        any_scene = any_scene or unrest.potential[wave, d] > 0.0
    clear_scenes(unrest, wave)
    for d in range(places):
        for j in range(places):
            unrest.around[wave, d] += given.march[j, d] * unrest.potential[wave, j]
    return any_scene


@part
def clear_scenes(unrest: UnrestState, wave: int) -> None:
    """Forget what an earlier wave left."""
    sums = (unrest.around, unrest.ready, unrest.joined, unrest.opposed, unrest.unopposed)
    for rows in (*sums, unrest.crowd, unrest.held, unrest.peak, unrest.today):
        rows[wave] = 0.0
    unrest.first[wave] = -1
    unrest.hours[wave] = 0


@part
def draw_in(
    unrest: UnrestState, given: UnrestWorld, wave: int, d: int, year: int, home: Floats
) -> None:
    """Set the victims at a place, and how much it attracts."""
    communities = unrest.against.shape[1] - 1
    victims, seat = 0.0, given.municipality_of_place[d]
    for target in range(communities):
        if unrest.against[wave, target]:
            victims += given.people[year, d, target] * home[target, seat]
    attracts = victims + given.site_pull * given.site[d]
    if unrest.against[wave, communities]:
        attracts += given.site_pull * given.seat[d]
    unrest.victims[wave, d] = victims
    unrest.draws_in[wave, d] = math.log1p(attracts)


@kernel
def log_normal(u: float, sigma: float, table: object) -> float:
    """Return a factor of mean one."""
    return math.exp(sigma * table[int(u * NORMAL_STEPS)] - 0.5 * sigma * sigma)  # type: ignore[index]


TABLES: Columns = {
    "riots": (
        Column("date", "date", "date", "day on which the crowd first was one"),
        Column("hour", "int8", "h", "hour of that day"),
        Column("place", "text", "1", "id of the place"),
        Column("community", "text", "1", "community of the crowd"),
        Column("target", "text", "1", "community it is against of whom most live there"),
        Column("rumour", "text", "1", "id in rumours.csv; empty: it came of an incident"),
        Column("hours", "int16", "h", "hours with a crowd"),
        Column("crowd", "int32", "persons", "largest crowd"),
        Column("joined", "int32", "persons", "persons who came at any time"),
        *(
            Column(f"{what}_{side}", "int32", "persons", f"{words} on the side of the {side}")
            for what, words in (("deaths", "dead"), ("injured", "injured"))
            for side in ("target", "instigator", "force")
        ),
        Column("houses", "int32", "houses", "houses burned"),
        Column("sites", "int16", "sites", "religious or cultural sites damaged"),
        Column("displaced", "int32", "persons", "persons who fled from it"),
    )
}


def tables(theatre: Theatre, world: World, state: State) -> dict[str, Table]:
    """Return every riot."""
    rows = state.unrest.riots[: int(state.unrest.filled[0])]
    riots = {name: rows[:, i] for i, name in enumerate(RIOT_FIELDS)}
    rumours = (*(rumour.id for rumour in theatre.scenario.rumours), "")
    return {
        "riots": {
            **{name: riots[name] for name in RIOT_FIELDS if name != "day"},
            "date": theatre.dates[riots["day"]],
            "place": coded(riots["place"], theatre.place_ids),
            "community": coded(riots["community"], theatre.communities),
            "target": coded(riots["target"], (*theatre.communities, AUTHORITIES)),
            "rumour": coded(riots["rumour"] % len(rumours), rumours),
        }
    }
