r"""Expected: the mean of all futures, without playing any.

Rates are linear in what has happened, so the mean obeys the same recursion with every count
replaced by its rate (the mean of a Hawkes process)::

    E R(t+1) = q E R(t) + (1 - q) K spread w E rate(t),   E rate = D0 mu + D1 E R

where w is the share of offspring that patrols leave. People flee, return and grow as they do in the
play, struck by what is expected instead of by what happens. It holds for any policy that does not
look at reports, such as `replay`, as far as people may be replaced by their means. Calibration uses
it: an evaluation takes a fraction of a second and has no Monte Carlo error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from interpose.errors import UnknownNameError
from interpose.play.compiled import State, World, kernel, part
from interpose.play.day import build_world, new_state
from interpose.play.processes import (
    force,
    incidents,
    people,
    police,
    presence,
    responsibility,
    shocks,
)
from interpose.play.processes.incidents import IncidentsWorld, expect, relocate
from interpose.play.processes.people_start import PeopleState, PeopleWorld
from interpose.play.processes.riots.arrays import RiotsWorld
from interpose.play.processes.shocks import ShocksState
from interpose.play.reproduction import Mask, provoked
from interpose.play.theatre import DAYS_PER_YEAR, Floats, Ints, Theatre
from interpose.scenario.parameters import Parameters

Rates = dict[str, float | None]

FOLLOWED = (force, responsibility, police, presence, shocks, incidents, people)
"""Processes on which the expectation depends."""

SEEN = 2
"""Of a place in a part: of acts along a line, only what the mission sees there counts."""


class Means(NamedTuple):
    """What is followed at once, a part of it each: all that happens, then a level by itself."""

    level: Floats  # (part, type, month) incidents/year per 100,000 persons exposed
    rate: Floats  # (part, type, place) incidents/day expected today
    excitation: Floats  # (part, type, place) incidents/day, retaliation before damping
    out: Floats  # (part, where, segment, type) incidents
    where: NDArray[np.int8]  # (where, place) whether it counts there, see SEEN
    segment: Ints  # (day,)
    frightens: Floats  # (type,) weight of an incident of it on those struck
    undamped: Floats  # (type, place) room to work, as those below
    background: Floats  # (type, place)
    provokes: Floats  # (type, place)
    ones: Floats  # (type, place) all ones
    weight: Floats  # (place,)
    types: Ints  # (type,) counted


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
    end = theatre.days if days is None else days
    out: Floats = responses(theatre, world, np.arange(end), parts)[0]
    add_crowds(out, world.riots, new_state(theatre, 0, 0).shocks, parts)
    return out[0] if where is None else out


def responses(
    theatre: Theatre,
    world: World,
    segment: Ints,
    parts: Mask,
    levels: Sequence[Floats] | Floats = (),
) -> Floats:
    """Return the mean number of incidents but for crowds, (1 + level, part, segment, type).

    First comes all that happens, then what each of the `levels`, (type, month), leads to by itself
    where people are as all that happens makes them: so it is linear in the levels. `segment` says
    of each day, from the first on, to which one it belongs.
    """
    world, state = world._replace(shocks=shocks.mean_years(world.shocks)), new_state(theatre, 0, 0)
    level, known = np.array([world.shocks.level, *levels]), world.incidents
    shape = state.incidents.rate.shape
    dead, hurt = (1.0 + (1.0 - law).sum() for law in (known.death_law, known.injury_law))
    struck = (known.fatal_share * dead + known.injury_share * hurt) * (1 - known.instigator_share)
    means = Means(
        level=level,
        rate=np.zeros((len(level), *shape)),
        excitation=np.zeros((len(level), *shape)),
        out=np.zeros((len(level), len(parts), int(segment[-1]) + 1, shape[0])),
        where=parts.astype(np.int8),
        segment=segment.astype(np.int64),
        frightens=1.0 + world.people.casualty_weight * struck,
        undamped=np.zeros(shape),
        background=np.zeros(shape),
        provokes=np.zeros(shape),
        ones=np.ones(shape),
        weight=np.zeros(shape[1]),
        types=np.arange(shape[0]),
    )
    expected_days(state, world, means)
    return means.out


def rates_for(theatre: Theatre, parameters: Parameters, a_year: Mapping[str, float]) -> Rates:
    """Return the background rates with which the mean of all futures has so many acts a year.

    Parameters
    ----------
    a_year : mapping of str to float
        Act, or id of an incident type, which wins -> incidents a year, those with it that follow
        others included: the mean over the whole mission, under its force and at median values.

    Returns
    -------
    dict
        The same names -> ``background.rate`` of settled times; None where what follows other acts
        is more than that already.

    Raises
    ------
    UnknownNameError
        If there is no such act or type in the scenario.
    """
    types = theatre.scenario.incident_types
    known = {t.act for t in types} | {t.id for t in types}
    for name in a_year:
        if name not in known:
            kind = "act or incident type of the scenario"
            raise UnknownNameError(kind, name, known)
    key = [t.id if t.id in a_year else t.act for t in types]
    rows = {name: [m for m, own in enumerate(key) if own == name] for name in a_year}
    world = build_world(theatre, parameters)
    every, years = np.ones((1, len(theatre.place_ids)), np.bool_), theatre.days / DAYS_PER_YEAR
    levels = [np.zeros_like(world.shocks.level) for _ in rows] + [world.shocks.level.copy()]
    for level, members in zip(levels, rows.values(), strict=False):
        level[members], levels[-1][members] = 1.0, 0.0
    whole = np.zeros(theatre.days, dtype=np.int64)
    *unit, rest = responses(theatre, world, whole, every, levels)[1:, 0, 0] / years
    rest += crowds(theatre, world, theatre.days, every)[0].sum(axis=0) / years
    matrix = np.array([[one[members].sum() for one in unit] for members in rows.values()])
    wanted = np.array([a_year[name] - rest[rows[name]].sum() for name in rows])
    found, _ = nnls(matrix, wanted)
    met = np.abs(matrix @ found - wanted) <= 1e-3 * np.maximum(list(a_year.values()), 1e-9)
    return {
        name: float(rate) if good else None
        for name, rate, good in zip(rows, found.tolist(), met.tolist(), strict=True)
    }


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
def expected_days(state: State, world: World, means: Means) -> None:
    """Set the mean number of incidents, day by day, with people moving as they do in the mean."""
    own, damping, shocked = state.people, state.presence.damping, state.shocks
    known, there, reached = world.incidents, state.presence.there, state.presence.reached
    for day in range(means.segment.shape[0]):
        force.step(state, world, day)
        responsibility.step(state, world, day)
        police.step(state, world, day)
        presence.step(state, world, day)
        shocks.step(state, world, day)
        month = world.month_of_day[day]
        yearly = shocks.year_factor(world.shocks, shocked.nudges, world.year_of_day[day])
        for c in range(means.weight.shape[0]):
            means.weight[c] = 1.0 - known.response_reduction * reached[c]
        for n in range(means.rate.shape[0]):
            rate, excitation = means.rate[n], means.excitation[n]
            for m in range(rate.shape[0]):
                level = means.level[n, m, month] * yearly
                for c in range(rate.shape[1]):
                    raw = shocked.exposure[m, c] * level * shocked.shock_factor[m, c]
                    means.undamped[m, c] = raw
                    means.background[m, c] = raw * damping[0, m, c]
                expect(rate[m], means.background[m], damping[1, m], excitation[m])
            if known.relocation > 0.0:
                relocate(
                    rate, known, means.undamped, means.background, excitation, damping[1], there
                )
            go_on(known, means, rate, excitation)
            add_up(means, rate, n, day, world.presence.along, state.presence.seen)
        frighten(own, world.people, means.rate[0], means.frightens)
        people.step(state, world, day)


@part
def go_on(known: IncidentsWorld, means: Means, rate: Floats, excitation: Floats) -> None:
    """Let what is expected today provoke what is expected tomorrow."""
    provoked(
        means.types,
        known.offspring,
        known.spread,
        known.spread_of,
        means.ones,
        means.weight,
        rate,
        means.provokes,
    )
    for m in range(rate.shape[0]):
        kept = known.memory[m]
        for c in range(rate.shape[1]):
            excitation[m, c] = kept * excitation[m, c] + (1.0 - kept) * means.provokes[m, c]


@part
def add_up(
    means: Means, rate: Floats, part: int, day: int, along: NDArray[np.bool_], seen: Floats
) -> None:
    """Add today's incidents to those of each part of the theatre."""
    for w in range(means.where.shape[0]):
        out = means.out[part, w, means.segment[day]]
        for c in range(rate.shape[1]):
            if means.where[w, c]:
                for m in range(rate.shape[0]):
                    share = seen[c] if means.where[w, c] == SEEN and along[m] else 1.0
                    out[m] += share * rate[m, c]


@part
def frighten(own: PeopleState, known: PeopleWorld, rate: Floats, frightens: Floats) -> None:
    """Let people hear of what is expected today, as they hear of what happens."""
    for m in range(rate.shape[0]):
        k = known.target[m]
        if k >= 0:
            fresh = own.fresh[k]
            for c in range(rate.shape[1]):
                weight, near = frightens[m] * rate[m, c], known.near[c]
                for j in range(fresh.shape[0]):
                    fresh[j] += weight * near[j]
