"""What a riot does: how long it lasts, whom it harms, and what burns.

A riot goes on for a second day, and for later ones, with chances of their own. It has dead with
the chance that makes ``riot.dead`` the mean, and then as many as the power law of incidents says.
The injured are negative binomial, per 1000 persons of the crowd and day: of the crowd and those it
is against, and of the force in as far as it holds the crowd; police among these by their share of
the riot-trained who face it. Houses and sites of the community it
is against burn in as far as nobody does; people flee from the houses.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from interpose.play.compiled import kernel, part
from interpose.play.draws import law_draw, negative_binomial, of_instigator, uniform
from interpose.play.processes.incidents import IncidentsWorld
from interpose.play.processes.riots.arrays import (
    COMMUNITY,
    DAYS,
    DISPLACED,
    HURT_POLICE,
    LONGEST_DAYS,
    ORIGIN,
    PLACE,
    SHOCK,
    SIZE,
    TARGET,
    RiotsState,
    RiotsWorld,
)
from interpose.play.processes.riots.crowds import Today
from interpose.play.theatre import Floats

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
