r"""Expectation: the mean of all futures, computed without playing any.

Rates are linear in what has happened, so the mean obeys the same recursion with every count
replaced by its rate (METHODS: the mean of a Hawkes process)::

    E R(t+1) = q E R(t) + (1 - q) K spread w E rate(t),   E rate = D0 mu + D1 E R

where w is the share of offspring that patrols leave. It holds for any policy that does not look
at reports, such as `replay`. Calibration uses it: an evaluation takes a fraction of a second and
has no Monte Carlo error.
"""

from __future__ import annotations

import numpy as np

from interpose.play.compiled import State, World, kernel
from interpose.play.day import build_world, new_state
from interpose.play.processes import force, police, presence, responsibility, shocks
from interpose.play.processes.incidents import expect, relocate
from interpose.play.reproduction import provoked
from interpose.play.theatre import Floats, Ints, Theatre
from interpose.scenario.parameters import Parameters


def expected_incidents(theatre: Theatre, parameters: Parameters, days: int | None = None) -> Floats:
    """Return the mean number of incidents of every type on every day.

    Parameters
    ----------
    theatre : Theatre
    parameters : Parameters
        One value each; not the mean over drawn parameters.
    days : int, optional
        How many days from the first; all of them if left out.

    Returns
    -------
    (day, type) float, incidents
    """
    world = build_world(theatre, parameters)
    state = new_state(theatre, 0, 0)
    out = np.zeros((theatre.days if days is None else days, len(theatre.type_ids)))
    scratch = np.zeros_like(state.incidents.rate)
    types, weight = np.arange(len(scratch)), np.zeros(len(scratch[0]))
    expected_days(state, world, out, types, np.ones_like(scratch), scratch, weight)
    return out


@kernel
def expected_days(
    state: State,
    world: World,
    out: Floats,
    types: Ints,
    undamped: Floats,
    provokes: Floats,
    weight: Floats,
) -> None:
    """Set `out` (day, type) to the mean number of incidents.

    `types` counts the types, `undamped` is all ones; `provokes` and `weight` are room to work.
    """
    own, known = state.incidents, world.incidents
    damping, background = state.presence.damping[1], state.shocks.background
    for day in range(out.shape[0]):
        force.step(state, world, day)
        responsibility.step(state, world, day)
        police.step(state, world, day)
        presence.step(state, world, day)
        shocks.step(state, world, day)
        for m in range(own.rate.shape[0]):
            expect(own.rate[m], background[m], damping[m], own.excitation[m])
        if known.relocation > 0.0:
            relocate(own, known, state.shocks, damping)
        for c in range(weight.shape[0]):
            weight[c] = 1.0 - known.response_reduction * state.presence.reached[c]
        provoked(types, known.offspring, known.spread, undamped, weight, own.rate, provokes)
        for m in range(own.rate.shape[0]):
            kept = known.memory[m]
            for c in range(weight.shape[0]):
                out[day, m] += own.rate[m, c]
                own.excitation[m, c] *= kept
                own.excitation[m, c] += (1.0 - kept) * provokes[m, c]
