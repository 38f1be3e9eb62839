"""The order of the day, and what each process says of itself."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import replace
from types import FunctionType

import numpy as np
import pytest
from lab import arrays_of, played, theatre_of
from numba.core.dispatcher import Dispatcher
from test_twin import lively_theatre

import interpose.play
from interpose.play.day import DAY, build_world, new_state, parameters_of
from interpose.play.processes import force
from interpose.play.theatre import STOCKS, Theatre
from interpose.scenario import master_table
from interpose.scenario.tables.lines import ArmedForce, Sector
from interpose.scenario.tables.mission import IncidentType
from theatres import START

OF_FLEE = {"displacement", "exodus"}
"""These play folders of Flee, with a state of their own; they are not in the day of a scenario."""

ROOM = [
    importlib.import_module(module.name)
    for module in pkgutil.walk_packages(interpose.play.__path__, "interpose.play.")
    if module.name.rpartition(".")[2] not in OF_FLEE
]
PROCESSES = DAY


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
    """Let only the fields in `writes` be written to; the name of a part stands for all of it."""
    for name, array in arrays_of(state):
        array.setflags(write=says(writes, name))


def says(names, field):
    """Return whether a field, or the part that it stands in, is among some names."""
    return field in names or field.partition(".")[0] in names


def leaves(kind):
    """Return the names of all fields of a NamedTuple, those of nested parts too."""
    return {name for name, _ in arrays_of(kind)}


def with_a_line(theatre):
    """Return the theatre with a line of a sector, one army along it, and its fire on the force."""
    row = {"begins": START, "basis": "assumed", "source": "test"}
    fire = IncidentType(
        id="fire", act="violation_by_fire", instigator="army", target="force", words="fire"
    )
    army = ArmedForce(force="army", name="Army", sectors="all", strength=900, consent=0.8, **row)
    scenario = replace(
        theatre.scenario,
        lines=(Sector(sector="one", place="p1", length_km=20, posts=3, **row),),
        armed_forces=(army,),
        incident_types=(*theatre.scenario.incident_types, fire),
    )
    return Theatre(scenario)


def test_the_interpreted_day_gives_the_same_bits_and_writes_only_what_it_says(interpreted):
    more = {"relocation.share": 0.3, "movement.escort_wish_share": 0.05, "crowd.block_share": 0.5}
    more["background.yearly[2000]"] = 1.2
    theatre = with_a_line(lively_theatre(3, 150, 4, **more))
    world = build_world(theatre, theatre.scenario.parameters)
    compiled = played(theatre, world, seed=10)
    state = new_state(theatre, 10, 0)
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
    assert state.riots.filled[0] > 1
    for process, all_seen in looked_at.items():
        said = {*process.READS, *process.WRITES}
        secret = {name for name in all_seen if "." in name and not says(said, name)}
        assert not secret, f"{short(process)} looks at {secret} and does not say so"
        unused = said - all_seen
        assert not unused, f"{short(process)} names {unused} and never looks at it"
    idle = leaves(world) - of_world - {"days"}
    assert not idle, f"no process looks at World.{idle}"


def test_a_write_to_an_undeclared_field_would_be_seen():
    theatre = lively_theatre(2, 10)
    state = new_state(theatre, 1, 0)
    lock(state, force.WRITES)
    with pytest.raises(ValueError, match="read-only"):
        state.incidents.rate[0, 0] = 1.0


# --- what processes say of themselves -----------------------------------------------------------


@pytest.mark.parametrize("process", ROOM, ids=short)
def test_what_a_process_reads_and_writes_are_fields_of_the_state(process):
    theatre = theatre_of()
    state = new_state(theatre, 1, 0)
    known = {*state._fields, *leaves(state)}
    for said in ("READS", "WRITES"):
        names = getattr(process, said, ())
        assert set(names) <= known
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("process", PROCESSES, ids=short)
def test_every_process_says_what_it_needs_reads_and_writes(process):
    assert process.__doc__
    for said in ("NEEDS", "READS", "WRITES"):
        assert isinstance(getattr(process, said), tuple)
    assert process.WRITES


def test_every_parameter_is_needed_by_some_process_and_every_need_is_a_parameter():
    needed = [name for process in PROCESSES for name in parameters_of(process)]
    assert sorted(needed) == sorted(row.name for row in master_table())
    said = [name for process in PROCESSES for name in process.NEEDS]
    assert all(any(one.startswith(name) for one in needed) for name in said), "no such parameter"


def test_the_numbers_of_the_stocks_are_those_of_the_theatre():
    numbers = (force.IN_THEATRE, force.REAR, force.RESERVE, force.EXERCISE)
    assert [STOCKS[n] for n in numbers] == ["in_theatre", "rear", "reserve", "exercise"]
