r"""Expected: the mean of all futures, without playing any.

Rates are linear in what has happened, so the mean obeys the same recursion with every count
replaced by its rate (the mean of a Hawkes process)::

    E R(t+1) = q E R(t) + (1 - q) K spread w E rate(t),   E rate = D0 mu + D1 E R

where w is the share of offspring that patrols leave. It holds for any policy that does not look
at reports, such as `replay`. Calibration uses it: an evaluation takes a fraction of a second and
has no Monte Carlo error.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from interpose.errors import UnknownNameError
from interpose.play.compiled import State, World, kernel
from interpose.play.day import build_world, new_state
from interpose.play.processes import force, police, presence, responsibility, shocks
from interpose.play.processes.incidents import expect, relocate
from interpose.play.processes.riots.arrays import RiotsWorld
from interpose.play.processes.shocks import ShocksState
from interpose.play.reproduction import Mask, provoked
from interpose.play.theatre import DAYS_PER_YEAR, Floats, Ints, Theatre
from interpose.scenario.parameters import Parameters

NEAR = 0.01
"""Share of a count within which it is met."""

NOTHING = 1e-6
"""A rate or factor so small is none."""

USUAL = 1e-3
"""Weight of a factor of one: where rates and factors of places could share a count, rates do."""

SEEN = 2
"""Of a place in a part: of acts along a line, only what the mission sees there counts."""


def expected_incidents(
    theatre: Theatre,
    parameters: Parameters,
    days: int | None = None,
    where: Mask | None = None,
) -> Floats:
    """Return the mean number of incidents of every day and type, (day, type).

    With `where`, (part, place), those of the places of each part: (part, day, type); where it is
    `SEEN`, of acts along a line only what the mission sees. Parameters have one value each: it is
    not the mean over drawn ones. Crowds that shocks bring and armed
    attacks that end them are counted; what else follows (riots elsewhere, answers) is not.
    """
    world = build_world(theatre, parameters)
    parts = np.ones((1, len(theatre.place_ids)), np.bool_) if where is None else where
    out = without_crowds(theatre, world, theatre.days if days is None else days, parts)
    add_crowds(out, world.riots, new_state(theatre, 0, 0).shocks, parts)
    return out[0] if where is None else out


def without_crowds(theatre: Theatre, world: World, days: int, parts: Mask) -> Floats:
    """Return the mean number of incidents in the places of parts but for crowds of shocks."""
    world, state = world._replace(shocks=shocks.mean_years(world.shocks)), new_state(theatre, 0, 0)
    out = np.zeros((len(parts), days, len(theatre.type_ids)))
    scratch = np.zeros_like(state.incidents.rate)
    types, weight = np.arange(len(scratch)), np.zeros(len(scratch[0]))
    inside, ones = parts.astype(np.int8), np.ones_like(scratch)
    expected_days(state, world, out, inside, types, ones, scratch, weight)
    return out


def unit_responses(
    theatre: Theatre, world: World, days: int, parts: Mask, source: int | list[int]
) -> Floats:
    """Return what a level of one of a type, or of some, leads to, (part, day, type); no crowds.

    The mean of all futures is the sum over types of level times this, and crowds.
    """
    level, still = np.zeros_like(world.shocks.level), np.zeros_like(world.shocks.yearly)
    level[source] = 1.0
    ends = np.array([0, len(still) - 1], dtype=np.int64)
    own = world.shocks._replace(level=level, yearly=still, known_years=ends)
    world = world._replace(shocks=own)
    return without_crowds(theatre, world, days, parts)


class Asked(NamedTuple):
    """A count a year that was asked for, the row of parameters that makes it, and what it makes."""

    row: str
    value: float
    wanted: float
    made: float

    @property
    def met(self) -> bool:
        """Whether the rows together make the count."""
        return abs(self.made - self.wanted) <= NEAR * self.wanted


def rates_for(
    theatre: Theatre, parameters: Parameters, a_year: Mapping[str, float]
) -> dict[str, Asked]:
    """Return the rows with which the mean of all futures has so many acts a year, in all and where.

    Counts are linear in the rates of acts, and in the factors of places: those with one of both
    alone are computed once, and what makes the counts asked for is the solution by least squares.

    Parameters
    ----------
    a_year : mapping of str to float
        Act, or id of an incident type, which wins -> incidents a year, those with it that follow
        others included: the mean over the whole mission, under its force and at median values. Id
        of a place -> what it has of them, or of all acts if none is named.

    Returns
    -------
    dict
        The same names -> ``background.rate`` of settled times, or ``background.place``. Where not
        all can be met, such as less than what follows other acts, the rows come nearest.

    Raises
    ------
    UnknownNameError
        If there is no such act, type or place in the scenario.
    """
    types = theatre.scenario.incident_types
    known = {t.act for t in types} | {t.id for t in types}
    for name in a_year:
        if name not in known | theatre.place_index.keys():
            kind = "act, incident type or place of the scenario"
            raise UnknownNameError(kind, name, known | theatre.place_index.keys())
    acts = [name for name in a_year if name in known]  # a place that is called like one is the act
    places = [name for name in a_year if name not in known]
    order, wanted = acts + places, np.array([a_year[name] for name in acts + places])
    of_acts = [f"background.rate[{name}]" for name in acts]
    rows = of_acts + [f"background.place[{name}]" for name in places]
    made = _made(theatre, parameters.placed(dict.fromkeys(rows, 1.0)), of_acts, order)

    def counts(values: Floats) -> Floats:
        rates, factors = np.append(values[: len(acts)], 1.0), np.append(values[len(acts) :], 1.0)
        return np.asarray(made @ factors @ rates)

    def off(values: Floats) -> Floats:
        missed = (counts(values) - wanted) / np.sqrt(np.maximum(wanted, 1.0))
        return np.append(missed, USUAL * (values[len(acts) :] - 1.0))

    start = np.ones(len(rows))
    found = least_squares(off, start, bounds=(0.0, np.inf), x_scale="jac").x
    found[found < NOTHING] = 0.0
    each = zip(order, rows, found.tolist(), wanted.tolist(), counts(found).tolist(), strict=True)
    return {name: Asked(*one) for name, *one in each}


def _made(theatre: Theatre, parameters: Parameters, of_acts: list[str], names: list[str]) -> Floats:
    """Return (name, act or the rest, place or the rest) incidents a year that each alone makes.

    Rows of `of_acts`, and of the places among `names`, are one.
    """
    acts, places = names[: len(of_acts)], names[len(of_acts) :]
    own = [t.id if t.id in acts else t.act for t in theatre.scenario.incident_types]
    asked = np.array([[key == name for key in own] for name in acts] or [[True] * len(own)])
    kinds = np.vstack([asked[: len(acts)], *[asked.any(axis=0)] * len(places)])
    where = [[place == name for place in theatre.place_ids] for name in places]
    parts = np.array([[True] * len(theatre.place_ids), *where])
    part_of = np.maximum(np.arange(len(names)) - len(acts) + 1, 0)
    sources = np.vstack([parts[1:], ~parts[1:].any(axis=0)])

    none = dict.fromkeys(of_acts, 0.0)
    *each, rest = (
        build_world(theatre, parameters.with_values(none | dict.fromkeys(one, 1.0)))
        for one in (*((row,) for row in of_acts), ())
    )
    levels = [*(world.shocks.level - rest.shocks.level for world in each), rest.shocks.level]
    out = np.empty((len(names), len(levels), len(sources)))
    for (a, level), (j, source) in product(enumerate(levels), enumerate(sources)):
        own_ = rest.shocks._replace(level=level, exposure=rest.shocks.exposure * source)
        daily = without_crowds(theatre, rest._replace(shocks=own_), theatre.days, parts)
        out[:, a, j] = (daily.sum(axis=1)[part_of] * kinds).sum(axis=1)
    always = crowds(theatre, rest, theatre.days, parts).sum(axis=1)
    out[:, -1, -1] += (always[part_of] * kinds).sum(axis=1)
    return out / (theatre.days / DAYS_PER_YEAR)


def crowds(theatre: Theatre, world: World, days: int, parts: Mask) -> Floats:
    """Return the mean number of crowds that shocks bring, (part, day, type)."""
    out = np.zeros((len(parts), days, len(theatre.type_ids)))
    add_crowds(out, world.riots, new_state(theatre, 0, 0).shocks, parts)
    return out


def add_crowds(out: Floats, known: RiotsWorld, dated: ShocksState, parts: Mask) -> None:
    """Add the mean number of crowds that shocks bring, and of armed attacks that end them."""
    for day, s in dated.calendar[: dated.dated[0]]:
        at_once = 1.0 - np.sqrt(1.0 - known.crowd[s])
        both = np.array([at_once, known.crowd[s] - at_once])  # on each of two days
        for who, places in enumerate(((parts > 0) @ known.concerned[s].astype(float)).T):
            kinds = (known.block_type[who], known.protest_type[who], known.armed_type[who])
            shares = (known.block_share, 1.0 - known.block_share, known.armed)
            for kind, share in zip(kinds, shares, strict=True):
                if kind >= 0 and 0 <= day < out.shape[1] - 1:
                    out[:, day : day + 2, kind] += share * places[:, None] * both


@kernel
def expected_days(
    state: State,
    world: World,
    out: Floats,
    parts: NDArray[np.int8],
    types: Ints,
    undamped: Floats,
    provokes: Floats,
    weight: Floats,
) -> None:
    """Set `out` (part, day, type) to the mean number of incidents in the places of `parts`.

    `types` counts the types, `undamped` is all ones; `provokes` and `weight` are room to work.
    """
    own, known = state.incidents, world.incidents
    damping, background = state.presence.damping[1], state.shocks.background
    along = world.presence.along
    for day in range(out.shape[1]):
        force.step(state, world, day)
        responsibility.step(state, world, day)
        police.step(state, world, day)
        presence.step(state, world, day)
        shocks.step(state, world, day)
        for m in range(own.rate.shape[0]):
            expect(own.rate[m], background[m], damping[m], own.excitation[m])
        if known.relocation > 0.0:
            relocate(own, known, state.shocks, damping, state.presence.there)
        for c in range(weight.shape[0]):
            weight[c] = 1.0 - known.response_reduction * state.presence.reached[c]
        provoked(
            types,
            known.offspring,
            known.spread,
            known.spread_of,
            undamped,
            weight,
            own.rate,
            provokes,
        )
        for m in range(own.rate.shape[0]):
            kept = known.memory[m]
            for c in range(weight.shape[0]):
                for part in range(parts.shape[0]):
                    if parts[part, c] == SEEN and along[m]:
                        out[part, day, m] += own.rate[m, c] * state.presence.seen[c]
                    elif parts[part, c]:
                        out[part, day, m] += own.rate[m, c]
                own.excitation[m, c] *= kept
                own.excitation[m, c] += (1.0 - kept) * provokes[m, c]
