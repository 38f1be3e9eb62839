"""Who comes into the streets on a day, and what a riot does: how long it lasts and whom it harms.

Crowds are of protests, removals, shocks and riots elsewhere.

A riot goes on for a second day, and for later ones, with chances of their own. It has dead with
the chance that makes ``riot.dead`` the mean, and then as many as the power law of incidents says.
The injured are negative binomial, per 1000 persons of the crowd and day: of the crowd and those it
is against, and of the force in as far as it holds the crowd; police among these by their share of
the riot-trained who face it. Houses and sites of the community it is against
burn in as far as nobody does; people flee from the houses.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from interpose.play.compiled import kernel, part
from interpose.play.draws import law_draw, mix, negative_binomial, of_instigator, uniform
from interpose.play.processes.incidents import IncidentsState, IncidentsWorld
from interpose.play.processes.riots.arrays import (
    COMMUNITY,
    DAYS,
    DISPLACED,
    FROM_PROTEST,
    FROM_REMOVAL,
    FROM_RIOT,
    FROM_SHOCK,
    HURT_POLICE,
    LONGEST_DAYS,
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


# --- whom a riot harms ----------------------------------------------------------------------------

LASTS, ANY_DEAD, DEAD, INJURED, OF_FORCE, FORCE_DEAD, OWN_DEAD, OWN_INJURED, HOUSES, SITES = (
    40, 1, 2, 3, 4, 5, 6, 7, 8, 9,
)  # fmt: skip
OF_POLICE = 10
"""Numbers of the draws of a riot; LASTS and those after it for its days."""


@part
def begin(
    own: RiotsState,
    known: RiotsWorld,
    laws: IncidentsWorld,
    key: int,
    n: int,
    target: int,
    part_held: float,
    home: Floats,
    today: Today,
) -> None:
    """Write down the riot of a crowd."""
    one, row = own.crowds[n], own.riots[own.filled[0]]
    days = 1
    while days < LONGEST_DAYS:
        goes_on = known.second_day if days == 1 else known.later_day
        if uniform(key, LASTS + days) >= goes_on:
            break
        days += 1
    row[0], row[1], row[2], row[TARGET] = today.day, one[PLACE], one[COMMUNITY], target
    row[4], row[5], row[DAYS], row[7] = one[SHOCK], one[ORIGIN], days, one[SIZE]
    row[8] = int(min(own.trained[n], 1e9))
    came, communal = float(days * one[SIZE]), target < home.shape[0]
    dead = 0
    if uniform(key, ANY_DEAD) < known.any_dead:
        dead = law_draw(uniform(key, DEAD), laws.death_law)
    force_dead = of_instigator(uniform(key, FORCE_DEAD), dead, part_held * known.force_share)
    own_share = known.own_share if communal else 1.0
    own_dead = of_instigator(uniform(key, OWN_DEAD), dead - force_dead, own_share)
    hurt = negative_binomial(uniform(key, INJURED), known.injured * came, known.casualty_size)
    own_hurt = of_instigator(uniform(key, OWN_INJURED), hurt, own_share)
    faced, of_force = part_held * known.injured_force * came, 0
    if faced > 0.0:
        of_force = negative_binomial(uniform(key, OF_FORCE), faced, known.casualty_size)
    row[9], row[10], row[11] = dead - force_dead - own_dead, own_dead, force_dead
    row[12], row[13], row[14] = hurt - own_hurt, own_hurt, of_force
    police_share = own.police[n] / own.trained[n] if of_force > 0 else 0.0
    row[HURT_POLICE] = of_instigator(uniform(key, OF_POLICE), of_force, police_share)
    own.toll[today.month, 0] += dead
    own.toll[today.month, 1] += hurt + of_force
    row[15], row[16], row[DISPLACED] = 0, 0, 0
    if communal:
        burn(known, key, row, (1.0 - part_held) * came, home, today.year)
    own.last[one[PLACE]] = today.day + days - 1
    if own.under_way[0] < own.going_on.shape[0]:
        own.going_on[own.under_way[0]] = own.filled[0]
        own.under_way[0] += 1
    own.filled[0] += 1


@part
def burn(
    known: RiotsWorld, key: int, row: NDArray[np.int32], came: float, home: Floats, year: int
) -> None:
    """Set the houses and sites that burn, and who flees from the houses."""
    place, target = row[1], row[TARGET]
    victims = known.people[year, place, target]
    victims *= home[target, known.municipality_of_place[place]]
    households = victims / known.household_persons
    row[15] = burnt(households, known.houses * came, uniform(key, HOUSES))
    sites = known.sites_at_place if victims >= 1.0 else 1.0
    row[16] = burnt(sites, known.sites * came, uniform(key, SITES))
    row[DISPLACED] = int(min(victims, row[15] * known.household_persons * known.flight))


@kernel
def burnt(there: float, at_most: float, u: float) -> int:
    """Return how much of what is there burns, at random rounded up or down."""
    if there <= 0.0:
        return 0
    return int(min(there, there * -math.expm1(-at_most / there) + u))
