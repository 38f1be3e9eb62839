"""The order of the day, and what each process says of itself."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import sys
from types import FunctionType

import numpy as np
import pytest
from lab import arrays_of, played, theatre_of
from numba.core.dispatcher import Dispatcher
from test_twin import lively_theatre

import interpose.play
from interpose.play import day as day_module
from interpose.play.day import DAY
from interpose.play.processes import force
from interpose.play.processes.unrest.arrays import RIOT_FIELDS
from interpose.play.state import State, new_state
from interpose.play.theatre import STOCKS
from interpose.play.world import build_world
from interpose.scenario import master_table

OF_FLEE = {"displacement", "exodus"}
"""These play folders of Flee, with a state of their own; they are not in the day of a scenario."""

ROOM = [
    importlib.import_module(module.name)
    for module in pkgutil.walk_packages(interpose.play.__path__, "interpose.play.")
    if module.name.rpartition(".")[2] not in OF_FLEE
]
PROCESSES = [sys.modules[step.py_func.__module__] for step in DAY]


def short(module):
    return module.__name__.rpartition(".")[2]


# --- interpreted ------------------------------------------------------------------------------


@pytest.fixture
def interpreted(monkeypatch):
    """Replace every compiled function of the room by the Python function it was made from."""
    theatre = theatre_of(2, 1)  # compile the day now: afterwards its parts are no kernels
    played(theatre, build_world(theatre, theatre.scenario.parameters))
    for module in ROOM:
        for name, value in list(vars(module).items()):
            if isinstance(value, Dispatcher):
                monkeypatch.setattr(module, name, value.py_func)


class Watched:
    """A State or World that remembers which of its fields were looked at."""

    def __init__(self, inner, seen=None, below=""):
        self._inner = inner
        self._seen = set() if seen is None else seen
        self._below = below

    def __getattr__(self, name):
        value = getattr(self._inner, name)
        self._seen.add(self._below + name)
        if hasattr(value, "_fields"):  # the part of one process
            return Watched(value, self._seen, f"{self._below}{name}.")
        return value


def lock(state, writes):
    """Let only the fields in `writes` be written to."""
    for name, array in arrays_of(state):
        array.setflags(write=name.partition(".")[0] in writes)


def leaves(kind):
    """Return the names of all fields of a NamedTuple, those of nested parts too."""
    return {name for name, _ in arrays_of(kind)}


def test_the_interpreted_day_gives_the_same_bits_and_writes_only_what_it_says(interpreted):
    more = {"relocation.share": 0.3, "movement.escort_wish_share": 0.05}
    theatre = lively_theatre(3, 150, 4, **more)
    world = build_world(theatre, theatre.scenario.parameters)
    compiled = played(theatre, world, seed=9)
    state = new_state(theatre, 9, 0, rows=len(compiled.events))
    looked_at = {process: set() for process in PROCESSES}
    of_world = set()
    with np.errstate(over="ignore"):  # 64-bit sums wrap round, as they should
        for day in range(world.days):
            for process in PROCESSES:
                lock(state, process.WRITES)
                state_seen, world_seen = Watched(state), Watched(world)
                assert isinstance(process.step, FunctionType)
                process.step(state_seen, world_seen, day)
                looked_at[process] |= state_seen._seen
                of_world |= world_seen._seen
    for (name, array), (_, other) in zip(arrays_of(state), arrays_of(compiled), strict=True):
        np.testing.assert_array_equal(array, other, err_msg=name)
    assert state.unrest.filled[0] > 1
    assert (state.unrest.riots[: state.unrest.filled[0], RIOT_FIELDS.index("rumour")] == -1).any()
    for process, all_seen in looked_at.items():
        seen = {name.partition(".")[0] for name in all_seen}
        said = {*process.READS, *process.WRITES}
        assert seen <= said, f"{short(process)} looks at {seen - said} and does not say so"
        unused = said - seen
        assert not unused, f"{short(process)} names {unused} and never looks at it"
    idle = leaves(world) - of_world - {"days"}
    assert not idle, f"no process looks at World.{idle}"


def test_a_write_to_an_undeclared_field_would_be_seen():
    theatre = lively_theatre(2, 10)
    state = new_state(theatre, 1, 0)
    lock(state, force.WRITES)
    with pytest.raises(ValueError, match="read-only"):
        state.rate[0, 0] = 1.0


# --- what processes say of themselves -----------------------------------------------------------


def test_the_loop_of_play_days_calls_the_steps_of_the_day_in_their_order():
    tree = ast.parse(inspect.getsource(day_module))
    play = next(
        node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "play_days"
    )
    called = [
        node.value.func.value.id
        for loop in play.body
        if isinstance(loop, ast.For)
        for node in loop.body
        if isinstance(node, ast.Expr)
    ]
    assert called == [short(process) for process in PROCESSES]


@pytest.mark.parametrize("process", ROOM, ids=short)
def test_what_a_process_reads_and_writes_are_fields_of_the_state(process):
    for said in ("READS", "WRITES"):
        names = getattr(process, said, ())
        assert set(names) <= set(State._fields)
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("process", PROCESSES, ids=short)
def test_every_process_says_what_it_needs_reads_and_writes(process):
    assert process.__doc__
    for said in ("NEEDS", "READS", "WRITES"):
        assert isinstance(getattr(process, said), tuple)
    assert process.WRITES


def test_every_parameter_is_needed_by_some_process_and_every_need_is_a_parameter():
    needed = [name for module in ROOM for name in getattr(module, "NEEDS", ())]
    known = {row.name for row in master_table()}
    assert set(needed) == known, f"unknown {set(needed) - known}, idle {known - set(needed)}"
    assert len(needed) == len(set(needed)), "needed twice"


def test_the_numbers_of_the_stocks_are_those_of_the_theatre():
    numbers = (force.IN_THEATRE, force.REAR, force.RESERVE, force.EXERCISE)
    assert [STOCKS[n] for n in numbers] == ["in_theatre", "rear", "reserve", "exercise"]
