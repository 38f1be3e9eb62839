"""A laboratory: worlds whose exact answer is known, and a rule for when a count agrees with it.

Most worlds here have many places that do not know of each other: each is then a repeat of the
same experiment, and their scatter is the Monte Carlo error of the mean over them.
"""

from __future__ import annotations

import numpy as np

from interpose.play.day import build_world, new_state, play_days
from interpose.play.draws import GOLDEN, mixed
from interpose.play.processes import incidents
from interpose.play.theatre import Theatre
from theatres import ALONE, ANSWER, ATTACK, BLOCK, small_scenario

TIMES = 4.0
"""Standard errors by which a mean may miss: at a fixed seed, one honest test in 16,000 would."""


def agree(repeats, exact, finer_than=0.05, what=""):
    """Assert that the mean over independent repeats (first axis) is `exact`, within 4 s.e.

    The test must be able to fail: 4 s.e. must be less than `finer_than` of the exact value.
    """
    repeats = np.asarray(repeats, dtype=float)
    exact = np.broadcast_to(np.asarray(exact, dtype=float), repeats.shape[1:])
    error = repeats.std(axis=0, ddof=1) / np.sqrt(len(repeats))
    near(repeats.mean(axis=0), exact, error, finer_than, what)


def near(found, exact, error, finer_than=0.05, what=""):
    """Assert that `found` is `exact` within four of the standard errors given."""
    found, exact, error = np.broadcast_arrays(found, exact, error)
    words = f"{what}: found {found}, exact {exact}, standard error {error}"
    assert np.all(TIMES * error < finer_than * np.abs(exact)), "too coarse to fail; " + words
    assert np.all(np.abs(found - exact) < TIMES * error), words


def theatre_of(places=1, days=400, types=1, **more):
    """Return a small theatre with the first types; the fourth puts up barricades."""
    kinds = {
        1: (ALONE,),
        2: (ATTACK, ANSWER),
        3: (ATTACK, ANSWER, ALONE),
        4: (ATTACK, ANSWER, ALONE, BLOCK),
    }[types]
    return Theatre(small_scenario(places=places, days=days, types=kinds, **more))


def hawkes(theatre, mu, K, memory_days, *, apart=True, size=1e9, spread=None):
    """Return a world with this background a day, offspring matrix and memory at every place.

    Parameters
    ----------
    mu : float or (type,) or (type, place), incidents/day
    K : float or (type, type), incidents per incident, [child, parent]
    memory_days : float or (type,)
    apart : bool
        Whether offspring stay at their place; else `spread`, or that of the theatre.
    size : float or (type,)
        Of the negative binomial; the default is Poisson.
    """
    world = build_world(theatre, theatre.scenario.parameters)
    types, places = world.cell_keys.shape
    mu = np.asarray(mu, dtype=float)
    mu = np.broadcast_to(mu[:, None] if mu.ndim == 1 else mu, (types, places))
    if apart:
        spread = np.broadcast_to(np.eye(places), (types, places, places)).copy()
    return changed(
        with_offspring(world, K),
        exposed=world.shocks.exposed._replace(
            along=np.ones(types, dtype=np.bool_),  # so that exposure is as given
            line=np.broadcast_to(mu, world.shocks.exposed.line.shape).copy(),
            scale=np.ones(places),
        ),
        level=np.ones_like(world.shocks.level),
        **{
            "incidents.memory": np.broadcast_to(
                np.exp(-1.0 / np.asarray(memory_days, float)), types
            ).copy(),
            "incidents.size": np.broadcast_to(np.asarray(size, float), types).copy(),
        },
        **({} if spread is None else {"spread": spread}),
    )


def with_offspring(world, K):
    """Return the world with another offspring matrix, and the lists of children that go with it."""
    types = world.cell_keys.shape[0]
    K = np.array(np.broadcast_to(np.asarray(K, dtype=float), (types, types)))
    children = [np.flatnonzero(K[:, parent]) for parent in range(types)]
    start = np.cumsum([0, *map(len, children)])
    child = np.concatenate(children).astype(np.int64)
    return changed(world, offspring=K, child_start=start, child=child)


def played(theatre, world, seed=1, future=0, state=None, first=0, last=None):
    """Play days; return the state of the last evening, with room for all events."""
    state = new_state(theatre, seed, future) if state is None else state
    day, last = first, world.days if last is None else last
    while (day := play_days(state, world, day, last)) < last:
        state = roomier(state)
    return state


def roomier(state):
    """Return the same state with four times the room for events: more than any mission has."""
    own = state.incidents
    rows, background = (
        np.concatenate([a, np.zeros((3 * len(a), *a.shape[1:]), a.dtype)])
        for a in (own.events, own.event_background)
    )
    return state._replace(incidents=own._replace(events=rows, event_background=background))


def happened(state, days):
    """Return the incidents of every (day, type, place)."""
    types, places = state.incidents.rate.shape
    event = state.incidents.events[: state.incidents.counts[0]].astype(np.int64)
    cell = (event[:, 0] * types + event[:, 2]) * places + event[:, 1]
    return np.bincount(cell, minlength=days * types * places).reshape(days, types, places)


def rates_of(theatre, world, seed=1, future=0, from_day=0):
    """Play day by day; return the expected rate of every (day, type, place), and the state."""
    state = new_state(theatre, seed, future)
    rates = np.empty((world.days, *state.incidents.rate.shape))
    for day in range(world.days):
        state = played(theatre, world, state=state, first=day, last=day + 1)
        rates[day] = state.incidents.rate
    return rates[from_day:], state


def strike(state, world, place, kind=0, day=0):
    """Let one incident happen by hand: it is in the list, and provokes from tomorrow on."""
    row = int(state.incidents.counts[0])
    state.incidents.events[row] = 0
    state.incidents.events[row, :3] = day, place, kind
    state.incidents.counts[0] += 1
    ordinal = world.first_ordinal + day
    key = int(world.cell_keys[kind, place]) + mixed_day(state.incidents.process_keys[1], ordinal)
    incidents.provoke(
        state.incidents,
        world.incidents,
        np.uint64(mixed(key & (1 << 64) - 1)),
        state.presence.reached[place],
        row,
    )


def mixed_day(key, ordinal):
    """Return what ``draws.day_key`` does, as a Python integer."""
    return mixed((int(key) + ordinal * int(GOLDEN)) & (1 << 64) - 1)


def changed(whole, **fields):
    """Return a state or world with these fields changed, each in the only part that has it.

    Where several parts have one of that name it must be dotted: ``incidents.size``.
    """
    parts = {}
    if "spread" in fields:  # one of its own for each type
        fields["spread_of"] = np.arange(len(fields["spread"]))
    for field, value in fields.items():
        part, _, name = field.rpartition(".")
        if not part:
            having = [p for p in whole._fields if name in getattr(getattr(whole, p), "_fields", ())]
            assert len(having) == 1, f"{name} stands in {having}"
            part = having[0]
        parts[part] = parts.get(part, getattr(whole, part))._replace(**{name: value})
    return whole._replace(**parts)


def arrays_of(state, below=""):
    """Yield the name and array of every field, those of nested parts too."""
    for name, value in state._asdict().items():
        if hasattr(value, "_fields"):
            yield from arrays_of(value, f"{below}{name}.")
        else:
            yield below + name, value
