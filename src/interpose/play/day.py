"""The order of the day, and what its processes declare, put together.

A process is a module (or any object) with a docstring (name, colon, rule), and

- ``NEEDS`` (parameters, or the beginnings of their names: `parameters_of`), ``READS`` and
  ``WRITES`` (fields of the state);
- ``step(state, world, day)``, under ``@inlined``: it alone sees the whole state and world. It
  begins with what it needs of them and hands that to its kernels: every further mention of the
  whole costs the compiler a second or two.

Where it wants to, it declares more:

- ``new_state(theatre, process_keys)`` returns what it changes, found in ``state.<process>``;
- ``new_world(theatre, parameters)`` returns what it needs, found in ``world.<process>``;
- ``DRAWS`` names its keyed draws: ``process_keys`` holds one key of this future for each;
- ``TABLES`` and ``tables(theatre, world, state)``: what it leaves in a run;
- ``has_room(part)``: whether its part has room for another day; without, the future ends.

The review comes at its interval, between days: see ``review.py``.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from interpose.play.compiled import State, World, kernel, uncached
from interpose.play.draws import UInts, future_key
from interpose.play.processes import (
    barricades,
    crime,
    force,
    incidents,
    movement,
    observe,
    people,
    police,
    presence,
    responsibility,
    shocks,
)
from interpose.play.processes.riots import riots
from interpose.play.theatre import Theatre
from interpose.scenario.parameters import Parameters, master_table

DAY = (
    force,
    responsibility,
    police,
    presence,
    shocks,
    incidents,
    barricades,
    riots,
    movement,
    people,
    crime,
    observe,
)

Processes = tuple[Any, ...]
Days = Callable[[State, World, int, int], int]

CALENDAR = (
    "days",
    "first_ordinal",
    "month_of_day",
    "year_of_day",
    "epoch_of_day",
    "roads_of_day",
    "cell_keys",
)
"""Fields of a world besides its parts: what every process shares."""


def name_of(process: Any) -> str:  # noqa: ANN401 - a module, or any object like one
    """Return the name of a process: its part of the state and the world is called so."""
    return str(process.__name__).rpartition(".")[2].lower()


def with_part(processes: Processes, declared: str) -> dict[str, Any]:
    """Return the processes that declare something, by name."""
    return {name_of(one): one for one in processes if hasattr(one, declared)}


def parameters_of(process: Any) -> list[str]:  # noqa: ANN401
    """Return the parameters that a process needs."""
    return [row.name for row in master_table() if row.name.startswith(process.NEEDS)]


@lru_cache
def _kind(name: str, fields: tuple[str, ...]) -> Any:  # noqa: ANN401
    return namedtuple(name, fields, module=__name__)


DayState = _kind("DayState", tuple(with_part(DAY, "new_state")))
"""Type of the state: one part for each process of `DAY` that has any."""

DayWorld = _kind("DayWorld", (*CALENDAR, *with_part(DAY, "new_world")))
"""Type of the world: `CALENDAR`, and one part for each process of `DAY` that has any."""


def new_state(theatre: Theatre, seed: int, future: int, processes: Processes = DAY) -> State:
    """Return the state on the morning of the first day: nobody has come, nothing has happened.

    Its draws depend on `seed` and `future`, and on nothing else.
    """
    parts = {}
    for name, process in with_part(processes, "new_state").items():
        parts[name] = process.new_state(theatre, _keys(process, seed, future))
    return _kind("DayState", tuple(parts))(**parts)


def _keys(process: Any, seed: int, future: int) -> UInts:  # noqa: ANN401
    draws = getattr(process, "DRAWS", ())
    return np.array([future_key(seed, future, draw) for draw in draws], dtype=np.uint64)


def draw_anew(state: State, seed: int, future: int, processes: Processes = DAY) -> None:
    """Let a state that has been played go on with the draws of another seed and future."""
    for name, process in with_part(processes, "DRAWS").items():
        if "process_keys" in getattr(state, name)._fields:  # else it has drawn all it ever does
            getattr(state, name).process_keys[:] = _keys(process, seed, future)


def build_world(theatre: Theatre, parameters: Parameters, processes: Processes = DAY) -> World:
    """Return what a future does not change: the theatre and one value of every parameter."""
    shared = (
        theatre.days,
        theatre.first_day,
        theatre.month_of_day,
        theatre.year_of_day,
        theatre.epoch_of_day,
        theatre.roads_of_day,
        theatre.cell_keys,
    )
    parts = {
        name: process.new_world(theatre, parameters)
        for name, process in with_part(processes, "new_world").items()
    }
    return _kind("DayWorld", (*CALENDAR, *parts))(*shared, **parts)


def _loop(processes: Processes) -> Callable[..., int]:
    """Write a function that plays days: the steps of the processes in their order.

    It is said to come from this file, so that Numba can keep its machine code on disk.
    """
    space: dict[str, Any] = {"__name__": __name__}
    lines = ["def play_days(state, world, first, last):", "    for day in range(first, last):"]
    for name, process in with_part(processes, "has_room").items():
        space[f"{name}_has_room"] = process.has_room
        lines += [f"        if not {name}_has_room(state.{name}):", "            return day"]
    for process in processes:
        space[f"{name_of(process)}_step"] = process.step
        lines.append(f"        {name_of(process)}_step(state, world, day)")
    lines.append("    return last")
    exec(compile("\n".join(lines), __file__, "exec"), space)
    played: Callable[..., int] = space["play_days"]
    return played


play_days: Days = kernel(_loop(DAY))
"""Play the days from `first` to the one before `last`; return the day not played yet: `last`, or
an earlier one that finds no room."""


@lru_cache
def day_of(processes: Processes) -> Days:
    """Return a ``play_days`` of other processes, such as ``(*DAY[:7], mine, *DAY[7:])``.

    It is compiled for this session only.
    """
    if processes == DAY:
        return play_days
    days: Days = uncached(_loop(processes))
    return days
