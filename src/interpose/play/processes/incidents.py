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

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from interpose.play.columns import Column, Columns, Table, coded
from interpose.play.compiled import State, World, inlined, kernel, part
from interpose.play.draws import (
    UInts,
    day_key,
    law_draw,
    mix,
    negative_binomial,
    of_instigator,
    uniform,
    unit,
)
from interpose.play.processes import exposed
from interpose.play.processes.laws import (
    CROWD_STEPS,
    mark_tables,
    offspring_matrix,
    spread_over_places,
)
from interpose.play.theatre import Floats, Ints, Theatre, axes, empty
from interpose.scenario.parameters import Parameters

NEEDS = (
    "incidents.",
    "retaliation.",
    "spread.",
    "severity.",
    "response.reduction",
    "relocation.",
    "marks.",
)
READS = (
    "shocks.background",
    "shocks.background_undamped",
    "presence.damping",
    "presence.there",
    "presence.reached",
)
WRITES = ("incidents",)
DRAWS = ("incidents", "marks")

MARKS_PER_INCIDENT = 16
"""Draws set aside for the marks of one incident; eight are used."""

MOST_INCIDENTS = 500_000
"""More than any mission on record has seen; beyond it a future has run away."""

ROOM_FOR_A_DAY = 4096
"""Rows that must be free in ``events`` before a day begins."""

ROWS = MOST_INCIDENTS + 2 * ROOM_FOR_A_DAY
"""Rows of ``events``. Memory that nobody writes to costs nothing."""

EVENT_FIELDS = (
    "day",
    "place",
    "type",
    "deaths_target",
    "deaths_instigator",
    "injured_target",
    "injured_instigator",
    "crowd",
    "order",
)
"""Columns of ``events``; `order` counts incidents of one place, type and day."""


class IncidentsWorld(NamedTuple):
    """Who answers whom, where and for how long, and what an incident is like."""

    relocation: float
    neighbour_start: Ints  # (place + 1,)
    neighbour: Ints  # (road end,)
    response_reduction: float
    offspring: Floats  # (child type, parent type) incidents/incident
    child_start: Ints  # (type + 1,) CSR by parent
    child: Ints  # (entry,)
    spread: Floats  # (kind of spread, place, place)
    spread_of: Ints  # (child type,) its kind of spread
    memory: Floats  # (type,) share of excitation kept from day to day
    size: Floats  # (type,) of the negative binomial law
    fatal_share: Floats  # (type,)
    death_law: Floats  # (n,) cumulative
    injury_share: Floats  # (type,)
    injury_law: Floats  # (n,) cumulative
    instigator_share: Floats  # (type,)
    crowd: Floats  # (type, step) persons
    severity: Floats  # (type, casualties) factor on offspring


class IncidentsState(NamedTuple):
    """What is expected today, and what happened."""

    process_keys: UInts = axes("draw")  # of this future, for incidents and for marks
    excitation: Floats = axes("type", "place")  # incidents/day, retaliation before damping
    rate: Floats = axes("type", "place")  # incidents/day expected today
    chance: Floats = axes("type", "place")  # today's uniform draw
    events: NDArray[np.int32] = axes(ROWS, len(EVENT_FIELDS))  # see EVENT_FIELDS
    event_background: NDArray[np.float32] = axes(ROWS)  # chance that it is not retaliation
    counts: Ints = axes(2)  # events so far, events before today
    series: Ints = axes("month", "type", 3)  # incidents, deaths, injured


def new_world(theatre: Theatre, parameters: Parameters) -> IncidentsWorld:
    """Return who answers whom, and the laws of the marks."""
    types = theatre.scenario.incident_types
    K = offspring_matrix(types, parameters)
    children = [np.flatnonzero(K[:, parent]) for parent in range(len(K))]
    start, neighbour = theatre.roads.neighbours
    by_table = exposed.of_the_table(theatre, exposed.new_world(theatre, parameters))
    unlike, spread_of = np.unique(by_table, axis=0, return_inverse=True)
    return IncidentsWorld(
        relocation=parameters.scalar("relocation.share"),
        neighbour_start=start,
        neighbour=neighbour,
        response_reduction=parameters.scalar("response.reduction"),
        offspring=K,
        child_start=np.cumsum([0, *map(len, children)]),
        child=np.concatenate(children).astype(np.int64),
        spread=spread_over_places(theatre.travel_min, unlike, parameters),
        spread_of=spread_of.ravel(),
        memory=np.exp(-1.0 / theatre.per_type("retaliation.memory_days", parameters)),
        size=theatre.per_type("incidents.size", parameters),
        **mark_tables(types, parameters),
    )


def new_state(theatre: Theatre, process_keys: UInts) -> IncidentsState:
    """Return the state before the first morning: nothing has happened."""
    return empty(IncidentsState, theatre, process_keys=process_keys)


@inlined
def has_room(own: IncidentsState) -> bool:
    """Return whether a day's events find room."""
    return bool(own.events.shape[0] - own.counts[0] >= ROOM_FOR_A_DAY)


@inlined
def step(state: State, world: World, day: int) -> None:
    """Draw today's incidents, then let them provoke those of the days to come."""
    own, known, cell_keys = state.incidents, world.incidents, world.cell_keys
    damping, reached, shocks = state.presence.damping[1], state.presence.reached, state.shocks
    background, there = shocks.background, state.presence.there
    today = day_key(own.process_keys[0], world.first_ordinal + day)
    marks_today = day_key(own.process_keys[1], world.first_ordinal + day)
    month = world.month_of_day[day]
    own.counts[1] = own.counts[0]
    if known.relocation > 0.0:
        for m in range(own.rate.shape[0]):
            expect(own.rate[m], background[m], damping[m], own.excitation[m])
        undamped = shocks.background_undamped
        relocate(own.rate, known, undamped, background, own.excitation, damping, there)
    for m in range(own.rate.shape[0]):
        if known.relocation <= 0.0:  # one type after another stays in the processor's cache
            expect(own.rate[m], background[m], damping[m], own.excitation[m])
        if any_happens(own.chance[m], own.rate[m], cell_keys[m], today):
            for c in range(own.rate.shape[1]):
                if own.chance[m, c] < own.rate[m, c]:
                    key = mix(cell_keys[m, c] + marks_today)
                    happen(own, known, key, background[m, c], day, month, m, c)
        fade(own.excitation[m], known.memory[m])
    for row in range(own.counts[1], own.counts[0]):
        event = own.events[row]
        key = mix(cell_keys[event[2], event[1]] + marks_today)
        provoke(own, known, key, reached[event[1]], row)


@kernel
def expect(rate: Floats, background: Floats, damping: Floats, excitation: Floats) -> None:
    """Set today's rate of one type at every place."""
    for c in range(rate.shape[0]):
        rate[c] = background[c] + damping[c] * excitation[c]


@kernel
def relocate(
    rate: Floats,
    known: IncidentsWorld,
    undamped: Floats,
    background: Floats,
    excitation: Floats,
    damping: Floats,
    there: Floats,
) -> None:
    """Move a share of what presence prevents at each place to its neighbours by road."""
    for m in range(rate.shape[0]):
        for c in range(rate.shape[1]):
            first, last = known.neighbour_start[c], known.neighbour_start[c + 1]
            if first == last:
                continue
            prevented = undamped[m, c] * there[0, m, c] - background[m, c]
            prevented += excitation[m, c] * (there[1, m, c] - damping[m, c])
            for k in range(first, last):
                n = known.neighbour[k]
                rate[m, n] += known.relocation * prevented * there[1, m, n] / (last - first)


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


@part
def happen(
    own: IncidentsState,
    known: IncidentsWorld,
    key: int,
    background: float,
    day: int,
    month: int,
    m: int,
    c: int,
) -> None:
    """Write down today's incidents of type m at place c, each with marks of its own."""
    rate = own.rate[m, c]
    for order in range(negative_binomial(own.chance[m, c], rate, known.size[m])):
        write_down(own, known, key, background / rate, day, month, m, c, order, -1)


@part
def write_down(
    own: IncidentsState,
    known: IncidentsWorld,
    key: int,
    background: float,
    day: int,
    month: int,
    m: int,
    c: int,
    order: int,
    crowd: int,
) -> None:
    """Write down an incident with its marks; a negative `crowd` is drawn."""
    row = own.counts[0]
    if row >= own.events.shape[0]:
        return  # play_days leaves room for a day; a fuller one ends the future as runaway
    draw = order * MARKS_PER_INCIDENT
    dead = 0
    if uniform(key, draw) < known.fatal_share[m]:
        dead = law_draw(uniform(key, draw + 1), known.death_law)
    hurt = 0
    if uniform(key, draw + 2) < known.injury_share[m]:
        hurt = law_draw(uniform(key, draw + 3), known.injury_law)
    share = known.instigator_share[m]
    own_dead = of_instigator(uniform(key, draw + 4), dead, share)
    own_hurt = of_instigator(uniform(key, draw + 5), hurt, share)
    if crowd < 0:
        crowd = int(known.crowd[m, int(uniform(key, draw + 6) * CROWD_STEPS)])
    event = own.events[row]
    event[0], event[1], event[2] = day, c, m
    event[3], event[4] = dead - own_dead, own_dead
    event[5], event[6] = hurt - own_hurt, own_hurt
    event[7], event[8] = crowd, order
    own.event_background[row] = background
    own.counts[0] += 1
    own.series[month, m, 0] += 1
    own.series[month, m, 1] += dead
    own.series[month, m, 2] += hurt


@part
def take_back(own: IncidentsState, month: int, row: int) -> None:
    """Take back one of today's incidents; the last of them takes its row."""
    event, last = own.events[row], own.counts[0] - 1
    count = own.series[month, event[2]]
    count[0] -= 1
    count[1] -= event[3] + event[4]
    count[2] -= event[5] + event[6]
    for i in range(event.shape[0]):
        event[i] = own.events[last, i]
    own.event_background[row] = own.event_background[last]
    own.counts[0] = last


@kernel
def provoke(own: IncidentsState, known: IncidentsWorld, key: int, reached: float, row: int) -> None:
    """Add what one of today's incidents provokes, at all places, from tomorrow on."""
    event = own.events[row]
    c, m = int(event[1]), int(event[2])
    casualties = event[3] + event[4] + event[5] + event[6]
    weight = known.severity[m, casualties]
    if uniform(key, event[8] * MARKS_PER_INCIDENT + 7) < reached:
        weight *= 1.0 - known.response_reduction
    excite(own.excitation, known, m, c, weight)


@part
def excite(excitation: Floats, known: IncidentsWorld, m: int, c: int, incidents: float) -> None:
    """Add what so many incidents of type m at place c provoke, at all places."""
    for k in range(known.child_start[m], known.child_start[m + 1]):
        child = known.child[k]
        amount = (1.0 - known.memory[child]) * known.offspring[child, m] * incidents
        spread, answers = known.spread[known.spread_of[child], c], excitation[child]
        for i in range(answers.shape[0]):
            answers[i] += amount * spread[i]


_SIDES = [
    (f"{what}_{side}", f"{words} on the side of the {side}")
    for what, words in (("deaths", "dead"), ("injured", "injured"))
    for side in ("target", "instigator")
]

TABLES: Columns = {
    "series": (
        Column("month", "date", "date", "first day of the calendar month"),
        Column("type", "text", "1", "incident type of the scenario"),
        Column("incidents", "int32", "incidents", "incidents that happened"),
        Column("deaths", "int32", "persons", "dead, of all sides"),
        Column("injured", "int32", "persons", "injured, of all sides"),
    ),
    "incidents": (
        Column("date", "date", "date", "day of the incident"),
        Column("place", "text", "1", "id of the place"),
        Column("type", "text", "1", "incident type of the scenario"),
        *(Column(name, "int16", "persons", words) for name, words in _SIDES),
        Column("crowd", "int32", "persons", "size of the crowd; 0 where the type has none"),
        Column("background", "float32", "ratio", "chance that it is not retaliation"),
    ),
}


def tables(theatre: Theatre, world: World, state: State) -> dict[str, Table]:
    """Return the counts of every month and type, and every incident."""
    own, types = state.incidents, len(theatre.type_ids)
    flat, count = own.series.reshape(-1, 3), int(own.counts[0])
    events = {name: own.events[:count, i] for i, name in enumerate(EVENT_FIELDS)}
    return {
        "series": {
            "month": np.repeat(theatre.month_starts, types),
            "type": coded(np.tile(np.arange(types), len(own.series)), theatre.type_ids),
            "incidents": flat[:, 0],
            "deaths": flat[:, 1],
            "injured": flat[:, 2],
        },
        "incidents": {
            "date": theatre.dates[events["day"]],
            "place": coded(events["place"], theatre.place_ids),
            "type": coded(events["type"], theatre.type_ids),
            **{name: events[name] for name, _ in _SIDES},
            "crowd": events["crowd"],
            "background": own.event_background[:count],
        },
    }
