"""The order of the day.

``DAY`` is the order; ``play_days`` is the same order as one compiled loop, and a test reads the
loop to see that the two agree. A process is a file of this room: one sentence of rule, what it
NEEDS (parameters), READS and WRITES (state), and ``step(state, world, day)``.

The review comes at its interval, between days: see ``review.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from interpose.play.compiled import inlined, kernel, kernel_of_closures
from interpose.play.processes import (
    barricades,
    force,
    incidents,
    movement,
    observe,
    police,
    presence,
    responsibility,
    shocks,
)
from interpose.play.processes.people import people
from interpose.play.processes.unrest import unrest
from interpose.play.processes.unrest.arrays import WAVES
from interpose.play.state import State
from interpose.play.world import World

DAY = (
    force.step,
    responsibility.step,
    police.step,
    presence.step,
    shocks.step,
    incidents.step,
    unrest.step,
    barricades.step,
    movement.step,
    people.step,
    observe.step,
)

ROOM_FOR_A_DAY = 4096
"""Rows that must be free in ``State.events`` before a day begins."""


@kernel
def has_room(state: State) -> bool:
    """Return whether a day's events and riots find room, however many there are."""
    events = state.events.shape[0] - state.counts[0]
    riots = state.unrest.riots.shape[0] - state.unrest.filled[0]
    return bool(events >= ROOM_FOR_A_DAY and riots >= WAVES * state.reached.shape[0])


@kernel
def play_days(state: State, world: World, first: int, last: int) -> int:
    """Play the days from `first` to the one before `last`.

    Returns
    -------
    int
        The day not played yet: `last`, or an earlier one if the events need more room.
    """
    for day in range(first, last):
        if not has_room(state):
            return day
        force.step(state, world, day)
        responsibility.step(state, world, day)
        police.step(state, world, day)
        presence.step(state, world, day)
        shocks.step(state, world, day)
        incidents.step(state, world, day)
        unrest.step(state, world, day)
        barricades.step(state, world, day)
        movement.step(state, world, day)
        people.step(state, world, day)
        observe.step(state, world, day)
    return last


def day_of(processes: tuple[Callable[[State, World, int], None], ...]) -> Any:  # noqa: ANN401
    """Return a ``play_days`` of other processes, for trying one out; compiled anew each time.

    Parameters
    ----------
    processes : tuple of compiled steps
        For example ``(*DAY[:7], mine.step, *DAY[7:])``.
    """
    whole = nothing
    for step in reversed(processes):
        whole = _before(step, whole)

    @kernel_of_closures
    def play(state: State, world: World, first: int, last: int) -> int:
        for day in range(first, last):
            if not has_room(state):
                return day
            whole(state, world, day)
        return last

    return play


@inlined
def nothing(state: State, world: World, day: int) -> None:
    """End a day."""


def _before(step: Any, rest: Any) -> Any:  # noqa: ANN401
    @inlined
    def both(state: State, world: World, day: int) -> None:
        step(state, world, day)
        rest(state, world, day)

    return both
