"""People: those struck may flee, the displaced return where it is safe; communities grow.

Everybody is counted at the place where they belong: at home (staying, or ready to leave),
underway, sheltered (after a riot), displaced inside the theatre or abroad, or settled there for
good. With place c of municipality m, community k and the interval d between two moves in days::

    fled       = ready (1 - exp(-flight O_km F_km d'))       d' = memory (1 - exp(-d / memory))
    arrived    = underway (1 - exp(-d / underway_days))      a share abroad, the others inside
    returned   = away (1 - exp(-(h + s) d)) h / (h + s)      settled the same with s / (h + s)
    F_km       = sum (1 + w casualties) exp(-age / memory) exp(-travel / near)
                 over incidents against k, per 1000 of k who belong near
    O_km       = share of others among those at home
    h_km       = most min(1, (day + 1) / ramp) / (1 + exp(-x))
    x          = base + w_G G / (G + half) - w_F F_km - w_O O_km - w_Y years away

away are those inside or abroad, each stock by itself; G are troops and police per 1000, the mean
over places; s is settling elsewhere. Incidents of an interval count from the next one on. A riot
takes the persons whom its row calls displaced out of the homes of its target; most find shelter
near and return at a rate of their own. Those returned stay.

Only a part of a community flees even from grave violence, and who stayed once stays: the
flow falls with time (Oberg & Melander 2006, International Interactions 32(2): who remains is ever
less able or willing to leave). Presence does not keep people from fleeing by itself (South Sudan:
METHODS 2.6), only through the incidents that it prevents.

Persons are floats, means over those of one stock: cheaper than draws, and a flow of 2.5e-5 a day
out of 40 persons is not lost to rounding. Each flow leaves one stock and enters others, so that the
total by community is kept to rounding (1e-12) where nothing grows. The process draws nothing.
People move day by day while more than `BRISK` persons a day do, else at the end of a month and when
a riot is over; hazards are constant in between, so that the interval matters through F, O and G
only.

A community is there to be struck as far as min(1, present / (enough share * people.csv)): those at
home and guests with their hosts. It is computed on the first day, at a month's end and after riots.

Births, deaths, and moves that have nothing to do with violence, change those who live there (at
home or settled inside) by the factor ``exp(growth_k d)`` at the end of a month of d days.

Sources of the values: docs/people.md. Left out: closed borders.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from interpose.play.columns import Column, Columns, Table, coded
from interpose.play.compiled import State, World, inlined, part
from interpose.play.processes.people_start import COUNTED, PeopleState, PeopleWorld
from interpose.play.processes.people_start import new_state as new_state
from interpose.play.processes.people_start import new_world as new_world
from interpose.play.processes.riots.arrays import DISPLACED, TARGET
from interpose.play.theatre import Floats, Ints, Theatre

Rows = NDArray[np.int32]

NEEDS = ("displaced.", "flight.", "people.growth", "return.", "targets.enough_home_share")
READS = (
    "incidents.events",
    "incidents.counts",
    "presence.per_1000",
    "riots.riots",
    "riots.filled",
)
WRITES = ("people", "presence.outdated")

NOTICED = 0.01
"""Change of how far a community is there to be struck from which presence is computed again."""

BRISK = 100.0
"""Persons a day who move, above which they move every day."""

STAYING, READY, UNDERWAY, SHELTERED, INSIDE, ABROAD, SETTLED_INSIDE, SETTLED_ABROAD = range(8)
HOME, AWAY_INSIDE, AWAY_ABROAD, SETTLED, FLED, RETURNED = range(6)


@inlined
def step(state: State, world: World, day: int) -> None:
    """Remember today's incidents and riots; compute who moved, daily or at the month's end."""
    own, known, per_1000 = state.people, world.people, state.presence.per_1000
    outdated = state.presence.outdated
    counts, events = state.incidents.counts, state.incidents.events
    filled, riots = state.riots.filled, state.riots.riots
    year, month = world.year_of_day[day], world.month_of_day[day]
    year_ends = day + 1 == world.days or world.year_of_day[min(day + 1, world.days - 1)] != year
    if day == 0:
        begin(own, known)
    if counts[0] > counts[1]:
        remember(own, known, events, counts)
    month_ends, fresh_riots = day + 1 == known.month_ends[month], filled[0] > own.seen[1]
    if month_ends or fresh_riots or own.flow[0] > BRISK or day < known.ramp:
        flow(own, known, per_1000, day, month)
    if fresh_riots:
        take_shelter(own, known, riots, filled[0], month)
    if month_ends:
        grow(own, known, day + 1 - (known.month_ends[month - 1] if month else 0))
    own.moved[0] = month_ends or fresh_riots or day < known.ramp or own.flow[0] > BRISK
    if own.moved[0]:
        settle(own, known)
    if (month_ends or fresh_riots or day == 0) and look_for_targets(own, known, year):
        outdated[0] = True
    if month_ends:
        count(own, month)
        if year_ends:
            count_residents(own, known, year)


@part
def begin(own: PeopleState, known: PeopleWorld) -> None:
    """Set everybody where the scenario has them on the first morning."""
    for stock in range(own.where.shape[0]):
        for k in range(own.where.shape[1]):
            for c in range(own.where.shape[2]):
                persons = known.start[stock, k, c]
                own.where[stock, k, c] = persons
                if stock <= READY:
                    own.home[k, known.seat[c]] += persons
                elif stock in (INSIDE, ABROAD):
                    own.held[k, known.seat[c]] += persons


@part
def remember(own: PeopleState, known: PeopleWorld, events: Rows, counts: Ints) -> None:
    """Add today's incidents to what people heard since they last moved."""
    for row in range(counts[1], counts[0]):
        event = events[row]
        k = known.target[event[2]]
        if k >= 0:
            weight = 1.0 + known.casualty_weight * (event[3] + event[5])
            fresh, near = own.fresh[k], known.near[event[1]]
            for m in range(fresh.shape[0]):
                fresh[m] += weight * near[m]


@part
def take_shelter(
    own: PeopleState, known: PeopleWorld, riots: Rows, filled: int, month: int
) -> None:
    """Take those whom riots displaced out of their homes."""
    where = own.where
    for row in range(own.seen[1], filled):
        c, k = riots[row, 1], riots[row, TARGET]
        if k >= where.shape[1]:  # against the authorities
            continue
        there = where[STAYING, k, c] + where[READY, k, c]
        share = min(1.0, riots[row, DISPLACED] / there) if there > 0.0 else 0.0
        fled = share * there
        where[STAYING, k, c] -= share * where[STAYING, k, c]
        where[READY, k, c] -= share * where[READY, k, c]
        where[SHELTERED, k, c] += known.shelter_share * fled
        where[UNDERWAY, k, c] += fled - known.shelter_share * fled
        own.home[k, known.seat[c]] -= fled
        own.months[month, k, FLED] += fled
    own.seen[1] = filled


@part
def flow(own: PeopleState, known: PeopleWorld, per_1000: Floats, day: int, month: int) -> None:
    """Let people flee, arrive, return and settle since the last time."""
    days = float(day + 1 - own.seen[0])
    kept, ramp = math.exp(-days / known.memory_days), min(1.0, (day + 1) / known.ramp)
    look(own, known, per_1000)
    for k in range(own.home.shape[0]):
        for m in range(own.home.shape[1]):
            weigh(own, known, days, kept, ramp, k, m)
    move(own, known, month, days)
    for k in range(own.home.shape[0]):
        for m in range(own.home.shape[1]):
            before = own.held[k, m] - own.came[k, m]
            if own.held[k, m] > 0.0:
                own.away_days[k, m] = (own.away_days[k, m] + days) * before / own.held[k, m]
    own.seen[0] = day + 1


@part
def look(own: PeopleState, known: PeopleWorld, per_1000: Floats) -> None:
    """See who guards each municipality: soldiers and police per 1000 inhabitants."""
    own.guard[:] = 0.0
    for c in range(per_1000.shape[1]):
        there = per_1000[0, c] + per_1000[1, c] + per_1000[2, c]
        own.guard[known.seat[c]] += there / known.places_of[known.seat[c]]


@part
def weigh(
    own: PeopleState, known: PeopleWorld, days: float, kept: float, ramp: float, k: int, m: int
) -> None:
    """Set which shares leave, return and settle, and let fear fade to the share `kept`."""
    everybody = 0.0
    for j in range(own.home.shape[0]):
        everybody += own.home[j, m]
    others = 1.0 - own.home[k, m] / everybody if everybody > 0.0 else 0.0
    fear = own.fear[k, m] / known.thousands[k, m]
    dose = known.per_incident * others * fear * known.memory_days * (1.0 - kept)
    own.leave[k, m] = -math.expm1(-dose) if dose > 0.0 else 0.0
    own.fear[k, m] = own.fear[k, m] * kept + own.fresh[k, m]
    own.fresh[k, m] = 0.0
    own.back[k, m] = 0.0
    own.settled_share[k, m] = 0.0
    if own.held[k, m] > 0.0:
        guard = own.guard[m] / (own.guard[m] + known.half_presence)
        wish = known.base + known.guard_weight * guard - known.harm_weight * fear
        wish -= known.minority_weight * others + known.day_weight * own.away_days[k, m]
        back = known.most_per_day * ramp / (1.0 + math.exp(min(-wish, 700.0)))
        both = back + known.settling
        out = -math.expm1(-both * days)
        own.back[k, m] = out * back / both if both > 0.0 else 0.0
        own.settled_share[k, m] = out - own.back[k, m]
    own.came[k, m] = 0.0
    own.held[k, m] = 0.0


@part
def move(own: PeopleState, known: PeopleWorld, month: int, days: float) -> None:
    """Move people between stocks, place by place; each flow leaves one and enters others."""
    arrive = -math.expm1(-known.underway * days)
    after_riot = -math.expm1(-known.after_riot_per_day * days)
    moved = 0.0
    for k in range(own.where.shape[1]):
        for c in range(own.where.shape[2]):
            m = known.seat[c]
            fled = own.leave[k, m] * own.where[READY, k, c]
            if fled == 0.0 and guests(own, k, c) + own.where[ABROAD, k, c] == 0.0:
                continue
            arrived = arrive * own.where[UNDERWAY, k, c]
            abroad = known.abroad_share * arrived
            back_inside = own.back[k, m] * own.where[INSIDE, k, c]
            back_abroad = own.back[k, m] * own.where[ABROAD, k, c]
            stay_inside = own.settled_share[k, m] * own.where[INSIDE, k, c]
            stay_abroad = own.settled_share[k, m] * own.where[ABROAD, k, c]
            sheltered = after_riot * own.where[SHELTERED, k, c]
            returned = back_inside + back_abroad + sheltered
            own.where[STAYING, k, c] += returned
            own.where[READY, k, c] -= fled
            own.where[UNDERWAY, k, c] += fled - arrived
            own.where[SHELTERED, k, c] -= sheltered
            own.where[INSIDE, k, c] += arrived - abroad - back_inside - stay_inside
            own.where[ABROAD, k, c] += abroad - back_abroad - stay_abroad
            own.where[SETTLED_INSIDE, k, c] += stay_inside
            own.where[SETTLED_ABROAD, k, c] += stay_abroad
            own.home[k, m] += returned - fled
            own.came[k, m] += arrived
            own.held[k, m] += own.where[INSIDE, k, c] + own.where[ABROAD, k, c]
            own.months[month, k, FLED] += fled
            own.months[month, k, RETURNED] += returned
            moved += fled + returned
    own.flow[0] = moved / days


@part
def grow(own: PeopleState, known: PeopleWorld, days: int) -> None:
    """Let births, deaths and ordinary moves change who lives there."""
    for k in range(own.where.shape[1]):
        share = math.expm1(known.growth[k] * days)
        if share == 0.0:
            continue
        for c in range(own.where.shape[2]):
            for stock in (STAYING, READY, SETTLED_INSIDE):
                own.where[stock, k, c] += share * own.where[stock, k, c]
        for m in range(own.home.shape[1]):
            own.home[k, m] += share * own.home[k, m]


@part
def count(own: PeopleState, month: int) -> None:
    """Write down where each community is on the last evening of a month."""
    for k in range(own.where.shape[1]):
        row = own.months[month, k]
        for c in range(own.where.shape[2]):
            row[HOME] += own.where[STAYING, k, c] + own.where[READY, k, c]
            row[AWAY_INSIDE] += guests(own, k, c)
            row[AWAY_ABROAD] += own.where[ABROAD, k, c]
            row[SETTLED] += own.where[SETTLED_INSIDE, k, c] + own.where[SETTLED_ABROAD, k, c]


@part
def guests(own: PeopleState, k: int, c: int) -> float:
    """Return who of a place is inside the theatre and not at home, not settled either."""
    there = own.where[UNDERWAY, k, c] + own.where[SHELTERED, k, c] + own.where[INSIDE, k, c]
    return float(there)


@part
def settle(own: PeopleState, known: PeopleWorld) -> None:
    """Set who lives at which place: those at home, and guests with their hosts."""
    own.guests[:] = 0.0
    for k in range(own.where.shape[1]):
        hosted = own.guests[k]
        for c in range(own.where.shape[2]):
            new = guests(own, k, c) + own.where[SETTLED_INSIDE, k, c]
            if new > 0.0:
                hosts = known.hosts[k, known.seat[c]]
                for m in range(hosted.shape[0]):
                    hosted[m] += hosts[m] * new
        for c in range(own.where.shape[2]):
            at_home = own.where[STAYING, k, c] + own.where[READY, k, c]
            own.present[k, c] = at_home + known.within[k, c] * hosted[known.seat[c]]


@part
def look_for_targets(own: PeopleState, known: PeopleWorld, year: int) -> bool:
    """Set how far each community is there to be struck; return whether presence must know."""
    noticed = False
    for k in range(own.where.shape[1]):
        for m in range(own.home.shape[1]):
            present, enough = own.home[k, m] + own.guests[k, m], known.enough[year, k, m]
            there = min(1.0, present / enough) if enough > 0.0 else 1.0
            if present < 0.5:
                there = 0.0
            if abs(there - own.there[k, m]) > NOTICED or (there == 0.0) != (own.there[k, m] == 0.0):
                own.there[k, m] = there
                noticed = True
    return noticed


@part
def count_residents(own: PeopleState, known: PeopleWorld, year: int) -> None:
    """Write down who lives where on the last evening of a year, guests with their hosts."""
    for k in range(own.where.shape[1]):
        residents, hosted = own.residents[year, k], own.hosted[year, k]
        for c in range(own.where.shape[2]):
            residents[known.seat[c]] += own.present[k, c]
            hosts, new = known.hosts[k, known.seat[c]], guests(own, k, c)
            if new > 0.0:
                for j in range(hosts.shape[0]):
                    hosted[j] += hosts[j] * new


TABLES: Columns = {
    "people": (
        Column("month", "date", "date", "first day of the calendar month"),
        Column("community", "text", "1", "id of the community"),
        Column("home", "int32", "persons", "at home on the last evening of the month"),
        Column("inside", "int32", "persons", "displaced inside the theatre, or on the way, then"),
        Column("abroad", "int32", "persons", "displaced abroad, then"),
        Column("fled", "int32", "persons", "left home within the month"),
        Column("returned", "int32", "persons", "came home within the month"),
        Column("settled", "int32", "persons", "of the displaced, settled elsewhere until then"),
    ),
    "residents": (
        Column("year", "date", "date", "first day of the calendar year"),
        Column("municipality", "text", "1", "id of the municipality's seat"),
        Column("community", "text", "1", "id of the community"),
        Column("persons", "int32", "persons", "who lived there on its last evening, all counted"),
        Column("hosted", "int32", "persons", "of them displaced from elsewhere"),
    ),
}


def tables(theatre: Theatre, world: World, state: State) -> dict[str, Table]:
    """Return who was where at the end of each month, and who lived where at that of each year.

    A community that never was there is left out.
    """
    months, residents = state.people.months, state.people.residents
    there = months.sum(axis=2).max(axis=0) >= 0.5
    month, community = np.nonzero(np.broadcast_to(there, months.shape[:2]))
    lived = np.broadcast_to(residents.max(axis=0) >= 0.5, residents.shape)
    year, group, seat = np.nonzero(lived)
    return {
        "people": {
            "month": theatre.month_starts[month],
            "community": coded(community, theatre.communities),
            **{name: np.rint(months[month, community, i]) for i, name in enumerate(COUNTED)},
        },
        "residents": {
            "year": theatre.year_starts[year],
            "municipality": coded(seat, theatre.municipalities),
            "community": coded(group, theatre.communities),
            "persons": np.rint(residents[year, group, seat]),
            "hosted": np.rint(state.people.hosted[year, group, seat]),
        },
    }
