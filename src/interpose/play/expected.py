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

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

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

Rates = dict[str, float | None]

PLACE_STEPS = 5
"""Times that factors of places are corrected: what answers an act is near it, not always there."""

LEAST_FACTOR = 0.02
"""Where what follows acts elsewhere is more than a place should have, its factor goes no lower."""

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


def rates_for(theatre: Theatre, parameters: Parameters, a_year: Mapping[str, float]) -> Rates:
    """Return the background rates with which the mean of all futures has so many acts a year.

    Parameters
    ----------
    a_year : mapping of str to float
        Act, or id of an incident type, which wins -> incidents a year, those with it that follow
        others included: the mean over the whole mission, under its force and at median values. Id
        of a place -> what it has of them: places that are named share their sum in proportion.

    Returns
    -------
    dict
        The same names -> ``background.rate`` of settled times, or ``background.place``; None where
        what follows other acts is more than that already.

    Raises
    ------
    UnknownNameError
        If there is no such act, type or place in the scenario.
    """
    types = theatre.scenario.incident_types
    known = {t.act for t in types} | {t.id for t in types}
    here = theatre.place_index.keys() - known  # an act that is called like a place is the act
    places = {name: count for name, count in a_year.items() if name in here}
    acts = {name: count for name, count in a_year.items() if name not in places}
    for name in acts:
        if name not in known:
            kind = "act, incident type or place of the scenario"
            raise UnknownNameError(kind, name, known | set(theatre.place_ids))
    kinds = [m for m, t in enumerate(types) if not acts or {t.id, t.act} & acts.keys()]
    wanted, factor = np.array([*places.values()]), np.ones(len(places))
    parts = np.array([[place == name for place in theatre.place_ids] for name in places])
    for step in range(PLACE_STEPS + 1 if places else 0):
        placed = {f"background.place[{c}]": float(f) for c, f in zip(places, factor, strict=True)}
        parameters = parameters.placed(placed)
        if step < PLACE_STEPS:
            rates = _rates(theatre, parameters, acts)
            told = {f"background.rate[{name}]": rate for name, rate in rates.items() if rate}
            means = expected_incidents(theatre, parameters.placed(told), where=parts)
            found = means[..., kinds].sum(axis=(1, 2))
            factor *= wanted * found.sum() / np.maximum(found * wanted.sum(), 1e-9)
            factor = np.maximum(factor / factor.mean(), LEAST_FACTOR)  # rates carry the level
    known_factors = [None if f <= LEAST_FACTOR else f for f in factor.tolist()]
    return {**dict(zip(places, known_factors, strict=True)), **_rates(theatre, parameters, acts)}


def _rates(theatre: Theatre, parameters: Parameters, a_year: Mapping[str, float]) -> Rates:
    """Return the background rates of acts and types alone."""
    if not a_year:
        return {}
    types = theatre.scenario.incident_types
    key = [t.id if t.id in a_year else t.act for t in types]
    rows = {name: [m for m, own in enumerate(key) if own == name] for name in a_year}
    world = build_world(theatre, parameters)
    every, years = np.ones((1, len(theatre.place_ids)), np.bool_), theatre.days / DAYS_PER_YEAR
    level = world.shocks.level.copy()
    level[[m for members in rows.values() for m in members]] = 0.0
    mute = world._replace(shocks=world.shocks._replace(level=level))
    rest = (without_crowds(theatre, mute, theatre.days, every) + crowds(
        theatre, world, theatre.days, every
    ))[0].sum(axis=0) / years  # fmt: skip
    unit = [
        unit_responses(theatre, world, theatre.days, every, members)[0].sum(axis=0) / years
        for members in rows.values()
    ]
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
