"""Who comes into the streets on a day: crowds of protests, removals, shocks and riots elsewhere."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from interpose.play.compiled import part
from interpose.play.draws import mix, negative_binomial, uniform
from interpose.play.processes.incidents import IncidentsState
from interpose.play.processes.riots.arrays import (
    COMMUNITY,
    DAYS,
    FROM_PROTEST,
    FROM_REMOVAL,
    FROM_RIOT,
    FROM_SHOCK,
    LUCK_STEPS,
    ORIGIN,
    PLACE,
    PROVOKED,
    QUIET_DAYS,
    RIOTS,
    ROW,
    SHOCK,
    SIZE,
    TARGET,
    TARGETED_PERSONS,
    RiotsState,
    RiotsWorld,
)
from interpose.play.theatre import Floats, Ints


class Today(NamedTuple):
    """A day, and the keys of its draws."""

    day: int
    month: int
    year: int
    epoch: int
    key: np.uint64
    marks: np.uint64


@part
def gather(
    own: RiotsState,
    known: RiotsWorld,
    place: int,
    community: int,
    shock: int,
    provoked: int,
    origin: int,
    size: int,
    row: int = -1,
) -> None:
    """Add who comes today, if they are a crowd."""
    if size >= known.least and own.number[0] < own.crowds.shape[0]:
        one = own.crowds[own.number[0]]
        one[PLACE], one[COMMUNITY], one[SHOCK] = place, community, shock
        one[PROVOKED], one[ORIGIN], one[SIZE] = provoked, origin, size
        one[RIOTS], one[ROW] = 0, row
        own.number[0] += 1


@part
def size_of(known: RiotsWorld, u: float, epoch: int, place: int, community: int) -> int:
    """Return the size of a crowd, persons: no more than there are within reach."""
    there, luck = known.within[epoch, place, community], known.luck[int(u * LUCK_STEPS)]
    return int(min(there, max(known.least, known.turnout * there * luck)))


@part
def of_protests(own: RiotsState, known: RiotsWorld, incidents: IncidentsState) -> None:
    """Count today's protests and roadblocks that are large enough to be a crowd."""
    for row in range(incidents.counts[1], incidents.counts[0]):
        event = incidents.events[row]
        community = known.type_instigator[event[2]]
        if known.crowd_type[event[2]] and community >= 0:
            told, size = row if known.protests[event[2]] else -1, int(event[7])
            gather(own, known, int(event[1]), community, -1, 0, FROM_PROTEST, size, told)


@part
def of_removals(
    own: RiotsState, known: RiotsWorld, today: Today, removed: Ints, removed_type: Ints
) -> None:
    """Count who stands at the barricades that troops remove today."""
    for place in range(removed.shape[0]):
        if removed[place] == today.day:
            community = known.type_instigator[removed_type[place]]
            if community >= 0:
                u = uniform(mix(known.place_keys[place] + today.key), 1)
                size = size_of(known, u, today.epoch, place, community)
                gather(own, known, place, community, -1, 1, FROM_REMOVAL, size)


@part
def of_shocks(own: RiotsState, known: RiotsWorld, today: Today, calendar: Ints, dated: int) -> None:
    """Draw who comes out where: on the day of a shock, or as likely on the next if not yet."""
    for i in range(dated):
        begun, s = calendar[i, 0], calendar[i, 1]
        if not begun <= today.day < begun + 2:
            continue
        chance, provoked = known.crowd[s], 1 if known.provoking[s] else 0
        at_once, first_day = 1.0 - math.sqrt(1.0 - chance), today.day == begun
        low, high = (0.0, at_once) if first_day else (at_once, chance)
        first = mix(known.shock_keys[s] + own.process_keys[0]) + np.uint64(begun)
        for place in range(known.concerned.shape[1]):
            key = mix(first + known.place_keys[place])
            for k in range(known.concerned.shape[2]):
                if known.concerned[s, place, k] and low <= uniform(key, 2 * k) < high:
                    size = size_of(known, uniform(key, 2 * k + 1), today.epoch, place, k)
                    gather(own, known, place, k, s, provoked, FROM_SHOCK, size)


@part
def of_riots(own: RiotsState, known: RiotsWorld, today: Today, home: Floats) -> None:
    """Let yesterday's riots spread to other places, and forget those that are over."""
    left = 0
    for n in range(own.under_way[0]):
        row = own.going_on[n]
        one = own.riots[row]
        if one[0] + one[DAYS] < today.day:
            continue
        own.going_on[left] = row
        left += 1
        if one[0] + 1 != today.day or one[5] == FROM_RIOT:
            continue  # on the day after it began, and from where a wave began
        wave = known.shock_keys[one[4]] if one[4] >= 0 else known.place_keys[one[1]]
        luck = uniform(mix(wave + own.process_keys[0]), 0)
        key = mix(known.place_keys[one[1]] + today.key)
        number = negative_binomial(uniform(key, 2), known.waves[int(luck * LUCK_STEPS)], 1e9)
        for k in range(number):
            place = elsewhere(own, known, uniform(key, 3 + k), home, one, today)
            if place >= 0:
                u = uniform(mix(known.place_keys[place] + today.key), 1)
                size = size_of(known, u, today.epoch, place, int(one[2]))
                gather(own, known, place, int(one[2]), int(one[4]), 0, FROM_RIOT, size)
                own.last[place] = today.day  # no other riot spreads to it today
    own.under_way[0] = left


@part
def elsewhere(
    own: RiotsState,
    known: RiotsWorld,
    u: float,
    home: Floats,
    riot: NDArray[np.int32],
    today: Today,
) -> int:
    """Return a place that a riot spreads to, in proportion to the members there; -1: none."""
    total = 0.0
    for once_more in range(2):
        left = u * total
        for place in range(known.seat.shape[0]):
            if today.day - own.last[place] <= QUIET_DAYS:
                continue
            weight = pull(known, home, riot, place, today)
            if once_more == 0:
                total += weight
            elif weight > 0.0:
                left -= weight
                if left < 0.0:
                    return int(place)
    return -1


@part
def pull(
    known: RiotsWorld, home: Floats, riot: NDArray[np.int32], place: int, today: Today
) -> float:
    """Return the members of the rioters' community at a place that concerns them, persons."""
    target, concerned = riot[TARGET], known.seat[place]
    if target < home.shape[0]:
        concerned = targets_at(known, home, place, target, today.year) >= TARGETED_PERSONS
    return float(known.within[today.epoch, place, riot[2]]) if concerned else 0.0


@part
def targets_at(known: RiotsWorld, home: Floats, place: int, target: int, year: int) -> float:
    """Return the people of a community at a place, persons; a protected site counts as a few."""
    there = known.people[year, place, target] * home[target, known.municipality_of_place[place]]
    return float(max(there, TARGETED_PERSONS)) if known.site[place] else float(there)
