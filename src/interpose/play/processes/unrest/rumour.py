r"""Rumour: tellers meet people; who had not heard tells on, and who meets knowers falls silent.

The model of Maki & Thompson 1973 with k contacts until silence (Lebensztayn et al., arXiv:1004.1391
and 1003.4995), inside one community, over the network of places. A teller has k lives. Contact with
somebody who had not heard makes that person a teller with k lives; contact with one who knows costs
the teller a life. A teller with fewer lives left tells in proportion less. With v contacts per
inhabitant of a place in an hour, X of its N persons who had not heard, and L lives::

    hits   ~ Binomial(X, 1 - exp(-v))           X falls by them, L rises by k times as many
    misses ~ Poisson(N v - E[hits])             L falls by them

Nothing depends on the clock but the number of contacts, so the share that never hears is that of
the model in continuous time for any step: theta = exp(-(k + 1) (1 - theta)), 0.203 for k = 1.

Contacts are made at home but for a share ``away``, which goes to places near by road in proportion
to their people of the community. The media reach people besides, in the first day. From the hour of
a counter-message on, a share ``answer_effect`` of the contacts that would have won a teller fails,
and costs a life; the media stop. Everybody sleeps from midnight to six.
"""

from __future__ import annotations

import math

from interpose.play.compiled import kernel, part
from interpose.play.draws import mix, negative_binomial, uniform
from interpose.play.processes.unrest.arrays import (
    ANSWERED_HOUR,
    FIRST_HOUR,
    NORMAL_STEPS,
    TELLING,
    WAKING_HOURS,
    UnrestState,
    UnrestWorld,
)
from interpose.play.theatre import Floats

MEDIA_HOURS = 24
"""Hours in which the media carry a rumour, unless a counter-message comes first."""

FIRST_WAKING_HOUR = 24 - WAKING_HOURS

FIRST_HOURLY_DRAW = 64
"""Draws of a wave and place below this are for its riot."""


@kernel
def awake(hour: int) -> bool:
    """Return whether people are up in this hour."""
    return hour % 24 >= FIRST_WAKING_HOUR


@kernel
def normal_count(u: float, mean: float, variance: float, table: Floats) -> float:
    """Return a whole number, 0 or more, from the normal law: for counts too large to add up."""
    value = mean + math.sqrt(variance) * table[int(u * NORMAL_STEPS)]
    return float(max(0.0, math.floor(value + 0.5)))


@kernel
def binomial(u: float, n: float, p: float, table: Floats) -> float:
    """Return a binomial count by inverse; by the normal law where its mean is 30 or more."""
    if n <= 0.0 or p <= 0.0:
        return 0.0
    if p >= 1.0:
        return n
    if n * p >= 30.0:
        return float(min(n, normal_count(u, n * p, n * p * (1.0 - p), table)))
    chance = math.exp(n * math.log1p(-p))
    total = chance
    k = 0.0
    while u >= total and k < n:
        chance *= (n - k) / (k + 1.0) * p / (1.0 - p)
        k += 1.0
        if chance < 1e-18 and k > n * p:  # rounding has eaten the tail
            break
        total += chance
    return k


@kernel
def poisson(u: float, mean: float, table: Floats) -> float:
    """Return a Poisson count by inverse; by the normal law where its mean is 30 or more."""
    if mean <= 0.0:
        return 0.0
    if mean >= 30.0:
        return float(normal_count(u, mean, mean, table))
    return float(negative_binomial(u, mean, 1e12))


@part
def belief(unrest: UnrestState, world: UnrestWorld, wave: int, hour: int) -> float:
    """Return the share of contacts that a counter-message leaves their force."""
    if hour >= unrest.waves[wave, ANSWERED_HOUR]:
        return 1.0 - world.answer_effect
    return 1.0


@kernel
def tell(unrest: UnrestState, world: UnrestWorld, wave: int, hour: int) -> None:
    """Tell a rumour for one waking hour."""
    telling, persons = unrest.telling[wave], unrest.persons[wave]
    made, landed = unrest.contacts_made, unrest.contacts_landed
    for c in range(made.shape[0]):
        made[c] = world.contacts_per_hour * telling[c] / world.contacts_left
        landed[c] = (1.0 - world.away_share) * made[c]
    for j in range(made.shape[0]):
        if made[j] > 0.0:
            sent = world.away_share * made[j] / unrest.within[wave, j]
            for c in range(made.shape[0]):
                landed[c] += sent * persons[c] * world.near[j, c]
    for c in range(made.shape[0]):
        if persons[c] > 0.0:
            listen(unrest, world, wave, hour, c)
    left = 0.0
    for j in range(made.shape[0]):
        if made[j] > 0.0:
            lost = (1.0 - world.away_share) * landed[j]
            sent = world.away_share / unrest.within[wave, j]
            for c in range(made.shape[0]):
                lost += sent * persons[c] * world.near[j, c] * landed[c]
            telling[j] = max(0.0, telling[j] - made[j] * lost)
        left += telling[j]
    if left < 0.5 and hour >= unrest.waves[wave, FIRST_HOUR] + MEDIA_HOURS:
        unrest.waves[wave, TELLING] = 0


@part
def listen(unrest: UnrestState, world: UnrestWorld, wave: int, hour: int, c: int) -> None:
    """Let the contacts that land at a place be heard or fail; leave the share that failed."""
    since = hour - unrest.waves[wave, FIRST_HOUR]
    key = mix(unrest.keys[wave] + world.place_keys[c])
    draw = FIRST_HOURLY_DRAW + 4 * since
    ignorant, persons = unrest.ignorant[wave, c], unrest.persons[wave, c]
    contacts = unrest.contacts_landed[c]
    believed = belief(unrest, world, wave, hour)
    hits = 0.0
    unrest.contacts_landed[c] = 0.0
    if contacts > 0.0:
        v = contacts / persons
        won = v * believed
        share = -math.expm1(-won)
        hits = binomial(uniform(key, draw), ignorant, share, world.normal)
        misses = (persons - ignorant) * v + ignorant * (v - won)
        if share > 0.0:
            misses += hits * (won / share - 1.0)  # who is met twice in the hour knows by then
        unrest.contacts_landed[c] = poisson(uniform(key, draw + 1), misses, world.normal) / contacts
    if unrest.media[wave] > 0.0 and believed == 1.0 and since < MEDIA_HOURS:
        hits += binomial(uniform(key, draw + 2), ignorant - hits, unrest.media[wave], world.normal)
    unrest.ignorant[wave, c] = ignorant - hits
    unrest.telling[wave, c] += world.contacts_left * hits
