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
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from interpose.errors import require_known
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
from interpose.play.processes.shocks import ShocksState, background_level
from interpose.play.reproduction import Mask, provoked
from interpose.play.theatre import DAYS_PER_YEAR, Floats, Ints, Theatre
from interpose.scenario.parameters import Parameters

NEAR = 0.01
"""Share of a count, or of one a year, within which it is met."""

NOTHING = 1e-6
"""A rate or factor is no smaller, so that its place and act can be told apart."""

USUAL = 1e-3
"""Weight of a factor of one: where rates and factors of places could share a count, rates do."""

STEPS = 5
"""Times that counts asked for are solved for: with other counts people move otherwise."""

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
    at: Floats  # (1 + level, place) how many times the level holds there
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
    at: Floats | None = None,
) -> Floats:
    """Return the mean number of incidents but for crowds, (1 + level, part, segment, type).

    First comes all that happens, then what each of the `levels`, (type, month), leads to by itself
    where people are as all that happens makes them: so it is linear in the levels. `segment` says
    of each day, from the first on, to which one it belongs; `at`, (level, place), how many times a
    level holds at a place.
    """
    world, state = world._replace(shocks=shocks.mean_years(world.shocks)), new_state(theatre, 0, 0)
    level, known = np.array([world.shocks.level, *levels]), world.incidents
    shape = state.incidents.rate.shape
    dead, hurt = (1.0 + (1.0 - law).sum() for law in (known.death_law, known.injury_law))
    struck = (known.fatal_share * dead + known.injury_share * hurt) * (1 - known.instigator_share)
    whole = np.ones((1, shape[1]))
    means = Means(
        level=level,
        at=np.vstack([whole, np.ones((len(levels), shape[1])) if at is None else at]),
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


class Asked(NamedTuple):
    """A count a year that was asked for, the row of parameters that makes it, and what it makes."""

    row: str
    value: float
    wanted: float
    made: float

    @property
    def met(self) -> bool:
        """Whether the rows together make the count."""
        return abs(self.made - self.wanted) <= NEAR * max(self.wanted, 1.0)


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
    known = dict.fromkeys([t.act for t in types] + [t.id for t in types])
    words = "act, incident type or place of the scenario"
    require_known(words, a_year, known | theatre.place_index)
    acts = [name for name in a_year if name in known]  # a place that is called like one is the act
    places = [name for name in a_year if name not in known]
    order, wanted = acts + places, np.array([a_year[name] for name in acts + places])
    rows = [f"background.rate[{name}]" for name in acts]
    rows += [f"background.place[{name}]" for name in places]
    values, told = np.ones(len(rows)), np.full(len(rows), np.inf)
    for _ in range(STEPS):
        made = _made(theatre, parameters.placed(dict(zip(rows, values, strict=True))), rows, order)
        now = _counts(made, values, len(acts))
        if np.allclose(now, told, rtol=NEAR / 10.0):
            break
        values = _solved(made, wanted, len(acts))
        told = _counts(made, values, len(acts))
    each = zip(order, rows, values.tolist(), wanted.tolist(), now.tolist(), strict=True)
    return {name: Asked(*one) for name, *one in each}


def _counts(made: Floats, values: Floats, acts: int) -> Floats:
    """Return how many a year rates of so many acts, then factors of places, make by name."""
    rates, factors = np.append(values[:acts], 1.0), np.append(values[acts:], 1.0)
    return np.asarray(made @ factors @ rates)


def _solved(made: Floats, wanted: Floats, acts: int) -> Floats:
    """Return the rates and factors that come nearest to the counts that are wanted."""

    def off(values: Floats) -> Floats:
        missed = (_counts(made, values, acts) - wanted) / np.sqrt(np.maximum(wanted, 1.0))
        return np.append(missed, USUAL * (values[acts:] - 1.0))

    found = least_squares(off, np.ones(len(wanted)), bounds=(0.0, np.inf), x_scale="jac").x
    return np.maximum(found, NOTHING)


def _made(theatre: Theatre, parameters: Parameters, rows: list[str], names: list[str]) -> Floats:
    """Return (name, act or the rest, place or the rest) incidents a year that each alone makes.

    Each row is one for it, and people move as they do with the values of `parameters`.
    """
    types = theatre.scenario.incident_types
    of_acts = [row for row in rows if row.startswith("background.rate")]
    acts, places = names[: len(of_acts)], names[len(of_acts) :]
    own = [t.id if t.id in acts else t.act for t in types]
    asked = np.array([[key == name for key in own] for name in acts] or [[True] * len(own)])
    kinds = np.vstack([asked[: len(acts)], *[asked.any(axis=0)] * len(places)])
    where = [[place == name for place in theatre.place_ids] for name in places]
    parts = np.array([[True] * len(theatre.place_ids), *where])
    part_of = np.maximum(np.arange(len(names)) - len(acts) + 1, 0)

    none = dict.fromkeys(of_acts, 0.0)
    each = [none | {row: 1.0} for row in of_acts] + [none]
    levels = [background_level(theatre, parameters.with_values(one)) for one in each]
    levels = [*(level - levels[-1] for level in levels[:-1]), levels[-1]]
    factors = [parameters.values[row].value for row in rows[len(acts) :]]
    sources = np.vstack([parts[1:], ~parts[1:].any(axis=0)]) / np.array([*factors, 1.0])[:, None]
    both = [*product(levels, sources)]
    world, whole = build_world(theatre, parameters), np.zeros(theatre.days, dtype=np.int64)
    found = responses(
        theatre, world, whole, parts, [b[0] for b in both], np.array([b[1] for b in both])
    )[1:, :, 0]
    found[-1] += crowds(theatre, world, theatre.days, parts).sum(axis=1)
    counts = (found[:, part_of] * kinds).sum(axis=2).T / (theatre.days / DAYS_PER_YEAR)
    return np.asarray(counts.reshape(len(names), len(levels), len(sources)))


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
                    raw = means.at[n, c] * shocked.exposure[m, c] * level
                    raw *= shocked.shock_factor[m, c]
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
