r"""Incidents: each place and type of act has its daily rate, and what happens provokes more.

A discrete-time, marked, self-exciting count process (the Hawkes family; Hawkes 1971,
doi:10.1093/biomet/58.1.83; daily form: Ozaki 1979). With place c, type m and day t::

    rate_cm(t)     = D0_cm mu_cm(t) + D1_cm R_cm(t)  [+ relocated]
    y_cm(t)        ~ NegativeBinomial(mean rate_cm(t), size_m)
    R_cm(t+1)      = q_m R_cm(t) + (1 - q_m) sum_im' K_mm' s(x) spread_m,ic y_im'(t)

``q = exp(-1 / memory)``. The weights (1 - q) q^k add to one, as do the rows of ``spread`` and, in
the mean, the severities s(x); so K is the mean number of offspring of one incident. Offspring of
the same day are excluded; several linked acts on one day are the work of the negative binomial.
D0 and D1 are those of the offspring's place and day: presence now prevents retaliation now.

A share ``relocation`` of what presence prevents at a place appears at its neighbours by road.

Every cell and day has one uniform number of its own, u; y is the smallest count whose upper tail
is at most u. So y grows with the rate, and with nothing else, under the same seed.
"""

from __future__ import annotations

import math

from interpose.play.compiled import State, World, inlined, kernel, part
from interpose.play.draws import UInts, day_key, mix, uniform, unit
from interpose.play.processes.marks import CROWD_STEPS
from interpose.play.theatre import Floats

NEEDS = (
    "incidents.size",
    "retaliation.memory_days",
    "retaliation.campaign",
    "retaliation.revenge",
    "retaliation.outcry",
    "retaliation.roadblock_share",
    "retaliation.confrontation",
    "spread.near_share",
    "spread.distance_min",
    "spread.distance_power",
    "severity.exponent",
    "response.reduction",
    "relocation.share",
    "marks.fatal_share",
    "marks.death_exponent",
    "marks.death_cutoff",
    "marks.injury_share",
    "marks.injury_exponent",
    "marks.injury_cutoff",
    "marks.instigator_share",
    "marks.crowd_median",
    "marks.crowd_sigma",
)
READS = ("keys", "base", "raw", "damping", "reached", "excitation", "counts")
WRITES = ("rate", "chance", "excitation", "events", "event_background", "counts", "series")

MARKS_PER_INCIDENT = 16
"""Draws set aside for the marks of one incident; eight are used."""


@inlined
def step(state: State, world: World, day: int) -> None:
    """Draw today's incidents, then let them provoke those of the days to come."""
    state.counts[1] = state.counts[0]
    ordinal = world.first_ordinal + day
    today = day_key(state.keys[0], ordinal)
    for m in range(state.rate.shape[0]):
        expect(state.rate[m], state.base[m], state.damping[1, m], state.excitation[m])
    if world.relocation > 0.0:
        relocate(state, world)
    for m in range(state.rate.shape[0]):
        if any_happens(state.chance[m], state.rate[m], world.cell_keys[m], today):
            for c in range(state.rate.shape[1]):
                if state.chance[m, c] < state.rate[m, c]:
                    happen(state, world, day, m, c)
        fade(state.excitation[m], world.memory[m])
    for row in range(state.counts[1], state.counts[0]):
        provoke(state, world, row)


@kernel
def expect(rate: Floats, base: Floats, damping: Floats, excitation: Floats) -> None:
    """Set today's rate of one type at every place."""
    for c in range(rate.shape[0]):
        rate[c] = base[c] + damping[c] * excitation[c]


@kernel
def relocate(state: State, world: World) -> None:
    """Move a share of what presence prevents at each place to its neighbours by road."""
    for m in range(state.rate.shape[0]):
        for c in range(state.rate.shape[1]):
            ends = world.neighbour_start[c + 1] - world.neighbour_start[c]
            if ends == 0:
                continue
            prevented = (state.raw[m, c] - state.base[m, c]) + state.excitation[m, c] * (
                1.0 - state.damping[1, m, c]
            )
            for k in range(world.neighbour_start[c], world.neighbour_start[c + 1]):
                state.rate[m, world.neighbour[k]] += world.relocation * prevented / ends


@kernel
def any_happens(chance: Floats, rate: Floats, keys: UInts, today: int) -> bool:
    """Draw the uniform number of every place; return whether one may mean an incident.

    The chance of at least one incident never exceeds the mean, so ``u < rate`` finds every
    candidate without a logarithm or an exponential. This loop is where the time goes.
    """
    candidates = 0
    for c in range(rate.shape[0]):
        u = unit(mix(keys[c] + today))
        chance[c] = u
        candidates += u < rate[c]
    return candidates > 0


@kernel
def fade(excitation: Floats, kept: float) -> None:
    """Forget a day's share of the wish to retaliate by one type."""
    for c in range(excitation.shape[0]):
        excitation[c] *= kept


@kernel
def negative_binomial(u: float, mean: float, size: float) -> int:
    """Return the smallest count n with P(Y > n) <= u, for Y of this mean and size.

    ``P(0) = (1 + mean/size)^-size``; the next ones by ``P(n+1) = P(n) (n+size)/(n+1) p`` with
    ``p = mean / (mean + size)``. The limit of a large size is the Poisson law. Where P(0) is too
    small for a float (a Poisson mean above 745) it returns the whole number after the mean.
    """
    chance = math.exp(-size * math.log1p(mean / size))
    share = mean / (mean + size)
    tail = 1.0 - chance
    n = 0
    while tail > u and n < 100_000:
        chance *= (n + size) / (n + 1.0) * share
        n += 1
        tail -= chance
        if chance < 1e-18 and n > mean:  # rounding has eaten the tail
            break
    return n


@kernel
def law_draw(u: float, cumulative: object) -> int:
    """Return the first n with u < cumulative[n - 1], counting from one."""
    n = 0
    last = cumulative.shape[0] - 1  # type: ignore[attr-defined]
    while n < last and u >= cumulative[n]:  # type: ignore[index]
        n += 1
    return n + 1


@kernel
def of_instigator(u: float, n: int, share: float) -> int:
    """Return how many of n casualties are the instigator's: binomial, by inverse."""
    if n == 0 or share <= 0.0:
        return 0
    if share >= 1.0:
        return n
    chance = 1.0
    for _ in range(n):  # a power would round otherwise on another machine
        chance *= 1.0 - share
    total = chance
    k = 0
    while u >= total and k < n:
        chance *= (n - k) / (k + 1.0) * share / (1.0 - share)
        k += 1
        total += chance
    return k


@part
def happen(state: State, world: World, day: int, m: int, c: int) -> None:
    """Write down today's incidents of type m at place c, each with marks of its own."""
    rate = state.rate[m, c]
    number = negative_binomial(state.chance[m, c], rate, world.size[m])
    key = mix(world.cell_keys[m, c] + day_key(state.keys[1], world.first_ordinal + day))
    month = world.month_of_day[day]
    for order in range(number):
        row = state.counts[0]
        if row >= state.events.shape[0]:
            return  # play_days leaves room for a day; a fuller one ends the future as runaway
        draw = order * MARKS_PER_INCIDENT
        dead = 0
        if uniform(key, draw) < world.fatal_share[m]:
            dead = law_draw(uniform(key, draw + 1), world.death_law)
        hurt = 0
        if uniform(key, draw + 2) < world.injury_share[m]:
            hurt = law_draw(uniform(key, draw + 3), world.injury_law)
        share = world.instigator_share[m]
        own_dead = of_instigator(uniform(key, draw + 4), dead, share)
        own_hurt = of_instigator(uniform(key, draw + 5), hurt, share)
        event = state.events[row]
        event[0], event[1], event[2] = day, c, m
        event[3], event[4] = dead - own_dead, own_dead
        event[5], event[6] = hurt - own_hurt, own_hurt
        event[7] = int(world.crowd[m, int(uniform(key, draw + 6) * CROWD_STEPS)])
        event[8] = order
        state.event_background[row] = state.base[m, c] / rate
        state.counts[0] += 1
        state.series[month, m, 0] += 1
        state.series[month, m, 1] += dead
        state.series[month, m, 2] += hurt


@inlined
def provoke(state: State, world: World, row: int) -> None:
    """Add what one of today's incidents provokes, at all places, from tomorrow on."""
    event = state.events[row]
    c, m = event[1], event[2]
    casualties = event[3] + event[4] + event[5] + event[6]
    key = mix(world.cell_keys[m, c] + day_key(state.keys[1], world.first_ordinal + event[0]))
    weight = world.severity[m, casualties]
    if uniform(key, event[8] * MARKS_PER_INCIDENT + 7) < state.reached[c]:
        weight *= 1.0 - world.response_reduction
    for k in range(world.child_start[m], world.child_start[m + 1]):
        child = world.child[k]
        amount = (1.0 - world.memory[child]) * world.offspring[child, m] * weight
        spread, excitation = world.spread[child, c], state.excitation[child]
        for i in range(excitation.shape[0]):
            excitation[i] += amount * spread[i]
