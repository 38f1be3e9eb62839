r"""Riots: a shock brings crowds, a crowd may riot, riots spread, a few end in an armed attack.

The unit is a place and a day. Odds multiply, and nothing else does::

    P(crowd in two days)  odds(crowd.chance) provoked^[an operation is under way]
    P(riot | crowd)       odds(riot.chance) shock^[a shock brought it] provoked^[provoked] hot^[hot]
                          force^(2 ratio / (1 + ratio)) talks^[talks]
    ratio                 riot-trained people within the hour / (crowd / 4)
    further riots         Poisson(spread) on the day after a riot began, of its own wave

A *crowd* (100 and more) gathers where a shock concerns people, on its day or the next; every other
protest or roadblock of that size is one, too, and so is whoever stands at a barricade that troops
remove. Each is an incident of the type protest or roadblock: those that stay quiet are the
denominator. *Provoked*: an operation, arrest or removal, by the force too, or a death laid to the
other community. *Hot*: it is against a community whose people or sites are there, or violence hurt
somebody in this municipality within 30 days. *Talks*: an agreement is in reach. One trained person
to four of the crowd holds half of it and counts as ``force``; the first hundred count more than the
next. Soldiers with a caveat against crowd control do not count, police do by ``police_share``; the
riot-trained within an hour of several crowds are shared by their size.

Size: ``turnout`` of the community's members within reach, with log-normal luck; it does not enter
the chance, only the harm (``harm.py``). A riot spreads to places that concern the same people, in
proportion to the community's members there, unless one was there within 30 days, or the force holds
its crowd (chance ``force^(...)``). How far is a matter of the wave, the same for all riots of a
shock: log-normal. A riot against a community provokes what incidents between the two provoke.
Sources and ranges: the rows ``crowd.*`` and ``riot.*`` of the parameter table. Left out: hours,
rumours as they are told, and crowds of one community that meet those of another.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from interpose.play.columns import Column, Columns, Table, coded
from interpose.play.compiled import State, World, inlined, kernel, part
from interpose.play.draws import UInts, day_key, mix, negative_binomial, uniform
from interpose.play.processes.incidents import (
    IncidentsState,
    IncidentsWorld,
    excite,
    provoke,
    write_down,
)
from interpose.play.processes.riots.arrays import (
    COMMUNITY,
    CROWDS,
    DAYS,
    FROM_PROTEST,
    FROM_REMOVAL,
    FROM_RIOT,
    FROM_SHOCK,
    LUCK_STEPS,
    ORIGIN,
    ORIGINS,
    OWN_ORDER,
    PLACE,
    PROVOKED,
    QUIET_DAYS,
    RIOT_FIELDS,
    SHOCK,
    SIZE,
    TARGET,
    TARGETED_PERSONS,
    RiotsState,
    RiotsWorld,
)
from interpose.play.processes.riots.arrays import new_state as new_state
from interpose.play.processes.riots.arrays import new_world as new_world
from interpose.play.processes.riots.harm import begin
from interpose.play.theatre import AUTHORITIES, Floats, Ints, Theatre

NEEDS = ("crowd.", "riot.")
READS = (
    "shocks.calendar",
    "shocks.dated",
    "incidents.events",
    "incidents.counts",
    "barricades",
    "responsibility",
    "presence.per_1000",
    "presence.reached",
    "people.there",
)
WRITES = ("riots", "incidents")
DRAWS = ("riots", "riot_marks")


class Today(NamedTuple):
    """A day, and the keys of its draws."""

    day: int
    month: int
    year: int
    key: np.uint64
    marks: np.uint64


@inlined
def has_room(own: RiotsState) -> bool:
    """Return whether a day's riots find room, however many there are."""
    return bool(own.riots.shape[0] - own.filled[0] >= CROWDS)


@inlined
def step(state: State, world: World, day: int) -> None:
    """Gather today's crowds, and let them stay quiet or riot."""
    own, known, laws, cell_keys = state.riots, world.riots, world.incidents, world.cell_keys
    incidents, calendar, dated = state.incidents, state.shocks.calendar, state.shocks.dated
    barricades, posts = state.barricades, state.responsibility
    open_reach, home = world.presence.reach, state.people.there
    per_1000, reached = state.presence.per_1000, state.presence.reached
    ordinal, year = world.first_ordinal + day, world.year_of_day[day]
    thousands = world.presence.municipality_thousands
    today = Today(
        day,
        world.month_of_day[day],
        year,
        day_key(own.process_keys[0], ordinal),
        day_key(own.process_keys[1], ordinal),
    )
    own.number[0] = 0
    of_protests(own, known, incidents)
    own.heat[:] = 0.0
    of_removals(own, known, today, barricades.removed, barricades.removed_type)
    of_shocks(own, known, today, calendar, dated[0])
    of_riots(own, known, today, home)
    if own.number[0] > 0:
        reach = barricades.reach if barricades.counts[1] > 0 else open_reach
        send(own, known, posts.free_riot, posts.guards_riot, reach, per_1000, thousands[year])
        meet(own, known, laws, incidents.excitation, today, home)
        note(own, known, laws, incidents, cell_keys, today, reached)
    remember(own, known, incidents, day)


@part
def gather(
    own: RiotsState, place: int, community: int, shock: int, provoked: int, origin: int, size: int
) -> None:
    """Add a crowd of today."""
    if own.number[0] < own.crowds.shape[0]:
        one = own.crowds[own.number[0]]
        one[PLACE], one[COMMUNITY], one[SHOCK] = place, community, shock
        one[PROVOKED], one[ORIGIN], one[SIZE] = provoked, origin, size
        own.number[0] += 1


@part
def size_of(known: RiotsWorld, u: float, year: int, place: int, community: int) -> int:
    """Return the size of a crowd, persons."""
    luck = known.luck[int(u * LUCK_STEPS)]
    return int(max(known.least, known.turnout * known.within[year, place, community] * luck))


@part
def of_protests(own: RiotsState, known: RiotsWorld, incidents: IncidentsState) -> None:
    """Count today's protests and roadblocks that are large enough to be a crowd."""
    for row in range(incidents.counts[1], incidents.counts[0]):
        event = incidents.events[row]
        community = known.type_instigator[event[2]]
        if known.crowd_type[event[2]] and community >= 0 and event[7] >= known.least:
            gather(own, int(event[1]), community, -1, 0, FROM_PROTEST, int(event[7]))


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
                size = size_of(known, u, today.year, place, community)
                gather(own, place, community, -1, 1, FROM_REMOVAL, size)


@part
def of_shocks(own: RiotsState, known: RiotsWorld, today: Today, calendar: Ints, dated: int) -> None:
    """Draw who comes out where, on the day of a shock and on the next."""
    for i in range(dated):
        if not calendar[i, 0] <= today.day < calendar[i, 0] + 2:
            continue
        s = calendar[i, 1]
        chance = crowd_chance(known.crowd_chance, known.provoked, known.operation[s])
        provoked = 1 if known.provoking[s] else 0
        for place in range(known.concerned.shape[1]):
            if not known.concerned[s, place]:
                continue
            key = mix(mix(known.place_keys[place] + today.key) + known.shock_keys[s])
            for k in range(known.mobilised.shape[1]):
                if known.mobilised[s, k] and uniform(key, 2 * k) < chance:
                    size = size_of(known, uniform(key, 2 * k + 1), today.year, place, k)
                    gather(own, place, k, s, provoked, FROM_SHOCK, size)


@kernel
def crowd_chance(chance: float, provoked: float, operation: bool) -> float:
    """Return the chance that a shock brings a crowd to a place on one of its two days.

    Examples
    --------
    >>> round(1 - (1 - crowd_chance(0.3, 4.0, False)) ** 2, 3)
    0.3
    """
    odds = chance / (1.0 - chance) * (provoked if operation else 1.0)
    return 1.0 - math.sqrt(1.0 / (1.0 + odds))


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
        if one[0] + 1 != today.day:
            continue  # it spreads on the day after it began
        key = mix(known.place_keys[one[1]] + today.key)
        for k in range(negative_binomial(uniform(key, 2), own.spread[row], 1e9)):
            place = elsewhere(known, uniform(key, 3 + k), home, one, today)
            if place >= 0 and today.day - own.last[place] > QUIET_DAYS:
                u = uniform(mix(known.place_keys[place] + today.key), 1)
                size = size_of(known, u, today.year, place, int(one[2]))
                own.heat[own.number[0]] = own.spread[row]
                gather(own, place, int(one[2]), int(one[4]), 0, FROM_RIOT, size)
                own.last[place] = today.day  # no other riot spreads to it today
    own.under_way[0] = left


@part
def elsewhere(
    known: RiotsWorld, u: float, home: Floats, riot: NDArray[np.int32], today: Today
) -> int:
    """Return a place that a riot spreads to, in proportion to the members there; -1: none."""
    total = 0.0
    for once_more in range(2):
        left = u * total
        for place in range(known.seat.shape[0]):
            weight = pull(known, home, riot, place, today.year)
            if once_more == 0:
                total += weight
            elif weight > 0.0:
                left -= weight
                if left < 0.0:
                    return int(place)
    return -1


@part
def pull(known: RiotsWorld, home: Floats, riot: NDArray[np.int32], place: int, year: int) -> float:
    """Return the members of the rioters' community at a place that concerns them, persons."""
    target, concerned = riot[TARGET], known.seat[place]
    if target < home.shape[0]:
        concerned = targets_at(known, home, place, target, year) >= TARGETED_PERSONS
    return float(known.within[year, place, riot[2]]) if concerned else 0.0


@part
def send(
    own: RiotsState,
    known: RiotsWorld,
    free: Floats,
    guards: Floats,
    reach: Floats,
    per_1000: Floats,
    municipality_thousands: Floats,
) -> None:
    """Share the riot-trained among the crowds that they reach within the hour, by their size."""
    own.asked_of_base[:] = 0.0
    own.asked_of_seat[:] = 0.0
    for n in range(own.number[0]):
        place, size = own.crowds[n, PLACE], own.crowds[n, SIZE]
        own.asked_of_seat[known.municipality_of_place[place]] += size
        for b in range(free.shape[0]):
            if reach[b, place] >= known.within_hour:
                own.asked_of_base[b] += size
    for n in range(own.number[0]):
        place, size = own.crowds[n, PLACE], own.crowds[n, SIZE]
        seat = known.municipality_of_place[place]
        officers = (per_1000[1, place] + per_1000[2, place]) * municipality_thousands[seat]
        trained = guards[place] + known.police_share * officers * size / own.asked_of_seat[seat]
        for b in range(free.shape[0]):
            if reach[b, place] >= known.within_hour:
                trained += free[b] * size / own.asked_of_base[b]
        own.trained[n] = trained


@kernel
def held(trained: float, crowd: float) -> float:
    """Return which part of a crowd so many trained hold: half at one to four, 0..1.

    Examples
    --------
    >>> held(25.0, 100.0), held(0.0, 100.0)
    (0.5, 0.0)
    """
    return trained / (trained + 0.25 * crowd)


@kernel
def riot_chance(
    chance: float, shock: float, provoked: float, hot: float, force: float, talks: float
) -> float:
    """Return the chance of a riot from that of a crowd nobody provokes, and factors on its odds.

    Examples
    --------
    >>> round(riot_chance(0.05, 1.0, 4.0, 3.0, 1.0, 1.0), 3)
    0.387
    """
    odds = chance / (1.0 - chance) * shock * provoked * hot * force * talks
    return odds / (1.0 + odds)


@part
def meet(
    own: RiotsState,
    known: RiotsWorld,
    laws: IncidentsWorld,
    excitation: Floats,
    today: Today,
    home: Floats,
) -> None:
    """Let each crowd of today stay quiet or riot, and a riot provoke what incidents provoke."""
    for n in range(own.number[0]):
        one = own.crowds[n]
        place, community, s = one[PLACE], one[COMMUNITY], one[SHOCK]
        spreads = one[ORIGIN] == FROM_RIOT
        if own.last[place] >= today.day and not spreads:
            continue  # it riots already
        target = main_target(known, home, s, place, today.year)
        part_held = held(own.trained[n], float(one[SIZE]))
        fresh = today.day - own.violence[known.municipality_of_place[place]] <= known.hot_days
        chance = known.force ** (2.0 * part_held)
        if not spreads:
            chance = riot_chance(
                known.chance,
                known.shock if one[ORIGIN] == FROM_SHOCK else 1.0,
                known.provoked if one[PROVOKED] == 1 else 1.0,
                known.hot if fresh or target < home.shape[0] else 1.0,
                chance,
                known.talks if s >= 0 and known.in_talks[s] else 1.0,
            )
        key = mix(mix(known.place_keys[place] + today.key) + np.uint64(community))
        if uniform(key, 0) < chance:
            own.spread[own.filled[0]] = own.heat[n]
            if not spreads:
                wave = known.shock_keys[s] if s >= 0 else known.place_keys[place]
                u = uniform(mix(wave + own.process_keys[0]), 0)
                own.spread[own.filled[0]] = known.waves[int(u * LUCK_STEPS)]
            marks = mix(mix(known.place_keys[place] + today.marks) + np.uint64(community))
            begin(own, known, laws, marks, n, target, part_held, home, today.day, today.year)
            own.toll[today.month, 0] += own.harmed[0]
            own.toll[today.month, 1] += own.harmed[1]
            like = known.riot_type[community, target]
            if like >= 0:
                excite(excitation, laws, like, place, known.provokes * float(one[SIZE]))


@part
def targets_at(known: RiotsWorld, home: Floats, place: int, target: int, year: int) -> float:
    """Return the people of a community at a place, persons; a protected site counts as a few."""
    there = known.people[year, place, target] * home[target, known.municipality_of_place[place]]
    return float(max(there, TARGETED_PERSONS)) if known.site[place] else float(there)


@part
def main_target(known: RiotsWorld, home: Floats, s: int, place: int, year: int) -> int:
    """Return the largest community at a place that a crowd is against; else the authorities."""
    authorities = home.shape[0]
    found, most = authorities, TARGETED_PERSONS
    if s >= 0:
        for target in range(authorities):
            there = targets_at(known, home, place, target, year)
            if known.against[s, target] and there >= most:
                found, most = target, there
    return int(found)


@part
def note(
    own: RiotsState,
    known: RiotsWorld,
    laws: IncidentsWorld,
    incidents: IncidentsState,
    cell_keys: UInts,
    today: Today,
    reached: Floats,
) -> None:
    """Write today's crowds down as incidents, and the few that end in an armed attack."""
    for n in range(own.number[0]):
        one = own.crowds[n]
        place, community, origin = one[PLACE], one[COMMUNITY], one[ORIGIN]
        key = mix(mix(known.place_keys[place] + today.marks) + np.uint64(community))
        chance = 1.0 if origin in (FROM_SHOCK, FROM_RIOT) else 0.0
        for armed in range(2):
            m = known.armed_type[community]
            if armed == 0:
                blocks = origin == FROM_SHOCK and uniform(key, 30) < known.block_share
                m = known.block_type[community] if blocks else known.protest_type[community]
            if m >= 0 and uniform(key, 31 + armed) < chance:
                row = incidents.counts[0]
                crowd = -1 if armed == 1 else one[SIZE]
                own_key = mix(cell_keys[m, place] + today.marks)
                write_down(
                    incidents, laws, own_key, 1.0, today.day, today.month, m, place,
                    OWN_ORDER + n, crowd,
                )  # fmt: skip
                if incidents.counts[0] > row:
                    provoke(incidents, laws, own_key, reached[place], row)
            chance = known.armed if origin != FROM_PROTEST else 0.0


@part
def remember(own: RiotsState, known: RiotsWorld, incidents: IncidentsState, day: int) -> None:
    """Remember where somebody was hurt today, and where a riot is under way."""
    for row in range(incidents.counts[1], incidents.counts[0]):
        event = incidents.events[row]
        if event[3] + event[4] + event[5] + event[6] > 0:
            own.violence[known.municipality_of_place[event[1]]] = day
    for n in range(own.under_way[0]):
        one = own.riots[own.going_on[n]]
        if one[0] + one[DAYS] > day:
            own.violence[known.municipality_of_place[one[1]]] = day


_HARM = [
    Column(f"{what}_{side}", "int32", "persons", f"{words} on the side of the {side}")
    for what, words in (("deaths", "dead"), ("injured", "injured"))
    for side in ("target", "instigator", "force")
]

TABLES: Columns = {
    "riots": (
        Column("date", "date", "date", "first day"),
        Column("place", "text", "1", "id of the place"),
        Column("community", "text", "1", "community of the crowd"),
        Column("target", "text", "1", "community it is against of whom most live there"),
        Column("shock", "text", "1", "id in shocks.csv; empty: none"),
        Column("origin", "text", "1", "what brought the crowd: " + ", ".join(ORIGINS)),
        Column("days", "int16", "days", "days on which it went on"),
        Column("crowd", "int32", "persons", "size of the crowd"),
        Column("trained", "int32", "persons", "riot-trained people who could face it"),
        *_HARM,
        Column("houses", "int32", "houses", "houses burned"),
        Column("sites", "int16", "sites", "religious or cultural sites damaged"),
        Column("displaced", "int32", "persons", "persons who fled from it"),
    )
}


def tables(theatre: Theatre, world: World, state: State) -> dict[str, Table]:
    """Return every riot."""
    rows = state.riots.riots[: int(state.riots.filled[0])]
    riots = {name: rows[:, i] for i, name in enumerate(RIOT_FIELDS)}
    shocks = (*(shock.id for shock in theatre.scenario.shocks), "")
    return {
        "riots": {
            **{name: riots[name] for name in RIOT_FIELDS if name != "day"},
            "date": theatre.dates[riots["day"]],
            "place": coded(riots["place"], theatre.place_ids),
            "community": coded(riots["community"], theatre.communities),
            "target": coded(riots["target"], (*theatre.communities, AUTHORITIES)),
            "shock": coded(riots["shock"] % len(shocks), shocks),
            "origin": coded(riots["origin"], ORIGINS),
        }
    }
