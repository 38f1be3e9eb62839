"""The state of one future: everything that changes from day to day, in one place.

Processes write here and nowhere else; each states in ``WRITES`` which fields, and a test locks
all others. Shapes name axes of ``theatre.py``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from interpose.play.draws import UInts, future_key
from interpose.play.processes.barricades import BarricadeState, more_barricades, no_barricades
from interpose.play.processes.movement import MovementState, no_movement
from interpose.play.processes.people.start import PeopleState, no_people
from interpose.play.processes.police import PoliceState, new_police
from interpose.play.processes.responsibility import ResponsibilityState, new_responsibility
from interpose.play.processes.unrest.arrays import UnrestState, new_unrest
from interpose.play.theatre import STOCKS, Floats, Ints, Theatre

PROCESSES_WITH_DRAWS = ("incidents", "marks", "observe", "unrest")
"""Names that key draws; their order is that of ``State.keys``."""

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
"""Columns of ``State.events``; `order` counts incidents of one place, type and day."""


class State(NamedTuple):
    """What a day changes."""

    keys: UInts  # (process,) of this future
    changed: NDArray[np.bool_]  # (3,) see FORCE_CHANGED and those after it
    # force
    arrives: Ints  # (contingent,) day; a policy may move it
    departs: Ints  # (contingent,) day; a policy may move it
    stocks: Floats  # (stock,) persons
    base_troops: Floats  # (base,) available soldiers
    base_riot: Floats  # (base,) of them for riots
    stock_days: Floats  # (month, stock) person-days
    # presence
    presence: Floats  # (kind, place) per 1000 inhabitants
    riot_presence: Floats  # (place,) per 1000 inhabitants
    damping: Floats  # (channel, type, place) 0..1
    reached: Floats  # (place,) share of incidents that a patrol reaches in time
    # shocks
    boost: Floats  # (type, place) factor on the background
    brought: Floats  # (type, place) added to the level: incidents/year per 100,000 persons exposed
    boosted: NDArray[np.int8]  # (type,) 2: a shock is felt, 1: it was until yesterday
    # incidents
    raw: Floats  # (type, place) incidents/day, background before damping
    base: Floats  # (type, place) incidents/day, background after damping
    excitation: Floats  # (type, place) incidents/day, retaliation before damping
    rate: Floats  # (type, place) incidents/day expected today
    chance: Floats  # (type, place) today's uniform draw
    events: NDArray[np.int32]  # (row, field)
    event_background: NDArray[np.float32]  # (row,) chance that it is not retaliation
    counts: Ints  # (2,) events so far, events before today
    series: Ints  # (month, type, 3) incidents, deaths, injured
    # unrest
    unrest: UnrestState  # (part,) waves, crowds and riots: unrest_arrays.py
    # observe
    reported: Ints  # (reporter, month, type, 2) incidents, deaths
    # processes with arrays of their own
    police: PoliceState  # (fields) in service, recruits, away: see police_arrays.py
    responsibility: ResponsibilityState  # (fields) posts: see responsibility_arrays.py
    # barricades, movement
    barricades: BarricadeState  # (see play/processes/barricades.py) what stands, whom troops reach
    movement: MovementState  # (see play/processes/movement.py) trips made, escorts
    people: PeopleState  # (see play/processes/people/start.py) who is at home, who is away


def new_state(theatre: Theatre, seed: int, future: int, rows: int = 8192) -> State:
    """Return the state on the morning of the first day: nobody has come, nothing has happened.

    Parameters
    ----------
    theatre : Theatre
    seed, future : int
        Name the future; its draws depend on nothing else.
    rows : int
        Room for events; `more_rows` gives more.
    """
    types, places = len(theatre.type_ids), len(theatre.scenario.places)
    months, bases = len(theatre.month_starts), len(theatre.scenario.bases)

    def field(*shape: int) -> Floats:
        return np.zeros(shape)

    return State(
        keys=np.array([future_key(seed, future, name) for name in PROCESSES_WITH_DRAWS]),
        changed=np.ones(3, dtype=np.bool_),
        arrives=theatre.contingents["arrives"].copy(),
        departs=theatre.contingents["departs"].copy(),
        stocks=field(len(STOCKS)),
        base_troops=field(bases),
        base_riot=field(bases),
        stock_days=field(months, len(STOCKS)),
        presence=field(3, places),
        riot_presence=field(places),
        damping=np.ones((2, types, places)),
        reached=field(places),
        boost=np.ones((types, places)),
        brought=field(types, places),
        boosted=np.zeros(types, dtype=np.int8),
        raw=field(types, places),
        base=field(types, places),
        excitation=field(types, places),
        rate=field(types, places),
        chance=field(types, places),
        events=np.zeros((rows, len(EVENT_FIELDS)), dtype=np.int32),
        event_background=np.zeros(rows, dtype=np.float32),
        counts=np.zeros(2, dtype=np.int64),
        series=np.zeros((months, types, 3), dtype=np.int64),
        unrest=new_unrest(theatre),
        reported=np.zeros((len(theatre.reporters), months, types, 2), dtype=np.int64),
        police=new_police(theatre),
        responsibility=new_responsibility(theatre),
        barricades=no_barricades(theatre, seed, future, rows),
        movement=no_movement(theatre),
        people=no_people(theatre),
    )


def more_rows(state: State) -> State:
    """Return the same state with twice the room for events and riots."""
    riots = state.unrest.riots
    return state._replace(
        unrest=state.unrest._replace(riots=np.concatenate([riots, np.zeros_like(riots)])),
        events=np.concatenate([state.events, np.zeros_like(state.events)]),
        event_background=np.concatenate(
            [state.event_background, np.zeros_like(state.event_background)]
        ),
        barricades=more_barricades(state.barricades),
    )
