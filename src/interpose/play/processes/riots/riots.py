r"""Riots: a shock brings crowds, a crowd may riot, riots spread, a few end in an armed attack.

The unit is a place and a day. Odds multiply, and nothing else does::

    P(crowd in two days)  odds(crowd.chance) provoked^[an operation is under way]
    P(riot | crowd)       odds(riot.chance) shock^[a shock brought it] provoked^[provoked] hot^[hot]
                          force^(2 ratio / (1 + ratio)) talks^[talks]
    ratio                 riot-trained people within the hour / (crowd / 4)
    further riots         Poisson(spread) on the day after a riot began, if none brought it

A *crowd* (100 and more) gathers where a shock concerns people, on its day or the next; every other
protest or roadblock of that size is one, too, and so is whoever stands at a barricade that troops
remove. One that stays quiet is an incident of the type protest; one that riots is a riot and no
protest, as the record counts. A roadblock is one in either case: its barricade stands. *Provoked*:
an operation, arrest or removal, by the force too, or a death laid to the other community. *Hot*: it
is against a community whose people or sites are there, or violence hurt somebody in this
municipality within 30 days. *Talks*: an agreement is in reach. One trained person to four of the
crowd holds half of it and counts as ``force``; the first hundred count more than the next. Soldiers
with a caveat against crowd control do not count, police do by ``police_share``; the riot-trained
within an hour of several crowds are shared by their size.

Size: ``turnout`` of the community's members within reach, with log-normal luck; it does not enter
the chance, only the harm (``crowds.py``). A riot spreads once to places that concern the same
people and take no part yet, in proportion to the community's members there, unless the force holds
the crowd (chance ``force^(...)``). How far is a matter of the wave, the same for all riots of a
shock: log-normal. A riot against a community provokes what incidents between the two provoke.
Sources and ranges: the rows ``crowd.*`` and ``riot.*`` of the parameter table. Left out: hours,
rumours as they are told, and crowds of one community that meet those of another.
"""

from __future__ import annotations

import numpy as np

from interpose.play.columns import Column, Columns, Table, coded
from interpose.play.compiled import State, World, inlined, kernel, part
from interpose.play.draws import UInts, day_key, mix, uniform
from interpose.play.processes.incidents import (
    IncidentsState,
    IncidentsWorld,
    excite,
    provoke,
    take_back,
    write_down,
)
from interpose.play.processes.riots.arrays import (
    COMMUNITY,
    CROWDS,
    DAYS,
    FROM_PROTEST,
    FROM_RIOT,
    FROM_SHOCK,
    ORIGIN,
    ORIGINS,
    OWN_ORDER,
    PLACE,
    PROVOKED,
    RIOT_FIELDS,
    RIOTS,
    ROW,
    SHOCK,
    SIZE,
    TARGETED_PERSONS,
    RiotsState,
    RiotsWorld,
)
from interpose.play.processes.riots.arrays import new_state as new_state
from interpose.play.processes.riots.arrays import new_world as new_world
from interpose.play.processes.riots.crowds import (
    Today,
    begin,
    of_protests,
    of_removals,
    of_riots,
    of_shocks,
    targets_at,
)
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
WRITES = ("riots", "incidents", "barricades.seen")
DRAWS = ("riots", "riot_marks")


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
    open_reach, home = world.presence.reach[world.roads_of_day[day]], state.people.there
    per_1000, reached = state.presence.per_1000, state.presence.reached
    ordinal, year = world.first_ordinal + day, world.year_of_day[day]
    thousands = world.presence.municipality_thousands
    today = Today(
        day,
        world.month_of_day[day],
        year,
        world.epoch_of_day[day],
        day_key(own.process_keys[0], ordinal),
        day_key(own.process_keys[1], ordinal),
    )
    own.number[0] = 0
    of_protests(own, known, incidents)
    of_removals(own, known, today, barricades.removed, barricades.removed_type)
    of_shocks(own, known, today, calendar, dated[0])
    of_riots(own, known, today, home)
    if own.number[0] > 0:
        reach = barricades.reach if barricades.counts[1] > 0 else open_reach
        send(own, known, posts.free_riot, posts.guards_riot, reach, per_1000, thousands[year], 1.0)
        meet(own, known, laws, incidents.excitation, today, home)
        strike_out(own, incidents, today, barricades.seen)
        note(own, known, laws, incidents, cell_keys, today, reached)
    remember(own, known, incidents, day)


@kernel
def send(
    own: RiotsState,
    known: RiotsWorld,
    free: Floats,
    guards: Floats,
    reach: Floats,
    per_1000: Floats,
    municipality_thousands: Floats,
    likely: float,
) -> None:
    """Share the riot-trained among the crowds that they reach within the hour, by their size.

    Each crowd but the one in question comes with the chance `likely`.
    """
    own.asked_of_base[:] = 0.0
    own.asked_of_seat[:] = 0.0
    for n in range(own.number[0]):
        place, size = own.crowds[n, PLACE], likely * own.crowds[n, SIZE]
        own.asked_of_seat[known.municipality_of_place[place]] += size
        for b in range(free.shape[0]):
            if reach[b, place] >= known.within_hour:
                own.asked_of_base[b] += size
    for n in range(own.number[0]):
        place, size = own.crowds[n, PLACE], float(own.crowds[n, SIZE])
        seat, sure = known.municipality_of_place[place], (1.0 - likely) * size
        officers = (per_1000[1, place] + per_1000[2, place]) * municipality_thousands[seat]
        share = size / (own.asked_of_seat[seat] + sure)
        own.police[n] = known.police_share * officers * share
        trained = guards[place] + own.police[n]
        for b in range(free.shape[0]):
            if reach[b, place] >= known.within_hour:
                trained += free[b] * size / (own.asked_of_base[b] + sure)
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
            one[RIOTS] = 1  # it riots already
            continue
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
        if uniform(key_of(known, one, today.key), 0) < chance:
            one[RIOTS], marks = 1, key_of(known, one, today.marks)
            begin(own, known, laws, marks, n, target, part_held, home, today)
            like = known.riot_type[community, target]
            if like >= 0:
                excite(excitation, laws, like, place, known.provokes * float(one[SIZE]))


@kernel
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
def strike_out(own: RiotsState, incidents: IncidentsState, today: Today, seen: Ints) -> None:
    """Take back today's protests that riot. The last first: what moves up is looked at already."""
    for n in range(own.number[0] - 1, -1, -1):
        if own.crowds[n, RIOTS] == 1 and own.crowds[n, ROW] >= 0:
            take_back(incidents, today.month, own.crowds[n, ROW])
    seen[0] = incidents.counts[0]  # barricades have looked at all that are left


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
    """Write today's crowds down as incidents unless they riot, and armed attacks that end some."""
    for n in range(own.number[0]):
        one = own.crowds[n]
        place, community, origin = one[PLACE], one[COMMUNITY], one[ORIGIN]
        key, there = key_of(known, one, today.marks), reached[place]
        if origin in (FROM_SHOCK, FROM_RIOT):
            blocks = origin == FROM_SHOCK and uniform(key, 30) < known.block_share
            m = known.block_type[community] if blocks else known.protest_type[community]
            if blocks or one[RIOTS] == 0:
                add(incidents, laws, cell_keys, today, there, m, place, OWN_ORDER + n, one[SIZE])
        if origin != FROM_PROTEST and uniform(key, 32) < known.armed:
            m = known.armed_type[community]
            add(incidents, laws, cell_keys, today, there, m, place, OWN_ORDER + n, -1)


@part
def key_of(known: RiotsWorld, crowd: Ints, day: np.uint64) -> np.uint64:
    """Return the key of a crowd's draws: place, community and day."""
    return mix(mix(known.place_keys[crowd[PLACE]] + day) + np.uint64(crowd[COMMUNITY]))  # type: ignore[no-any-return]


@part
def add(
    incidents: IncidentsState,
    laws: IncidentsWorld,
    cell_keys: UInts,
    today: Today,
    reached: float,
    m: int,
    place: int,
    order: int,
    crowd: int,
) -> None:
    """Add an incident of today and what it provokes, if the scenario has the type."""
    if m >= 0:
        row = incidents.counts[0]
        key = mix(cell_keys[m, place] + today.marks)
        write_down(incidents, laws, key, 1.0, today.day, today.month, m, place, order, crowd)
        if incidents.counts[0] > row:
            provoke(incidents, laws, key, reached, row)


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
        Column("injured_police", "int32", "persons", "police among the injured of the force"),
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
