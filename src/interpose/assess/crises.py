r"""Crises: the chance of a riot from what is known on the day, fitted, and scored on the record.

The law is the ladder of ``play/processes/riots``, over places of a crisis and whom it concerns::

    P(any riot)  1 - prod over places (1 - P(crowd) P(riot | crowd))
    odds(crowd)  odds(crowd.chance) provoked^[operation]; certain at a barricade that is removed
    odds(riot)   odds(riot.chance) provoked^[provoked] hot^[hot] force^(2 ratio / (1 + ratio))
                 talks^[talks] e^u,  u ~ N(0, 0.7) one a kind of shock
    ratio        riot-trained people within the hour, as the play has them that day / (crowd / 4)

*Hot*: against a community, or the record has violence in the municipality in the 30 days before.
The rows of the parameter table are the priors. All but ``force`` and ``talks`` are fitted to
``record/crises.csv``: mode and curvature, an outcome counting half for each ten years away. Those
two keep their prior, as forces go where trouble is expected (docs/decisions/0034). What came of a
crisis is never read for its forecast, and no fit uses one that began within a week of it. The
scores are in ``crises_judged.py``.

A crisis is also played, in futures that know what was known then: 25 pasts are played to its eve,
and each is played on 20 times with other draws, for ten days, under the fitted law; of several
crises, 4 times. Of the record the violence before
the eve is known; no other shock comes after it. Dead, hurt and displaced are those of the riots of
the crisis, wherever they spread, and of armed attacks that end crowds of these days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtr, ndtri

from interpose.play.compiled import State, World
from interpose.play.day import build_world, draw_anew, new_state, play_days
from interpose.play.future import draw_parameters
from interpose.play.processes.incidents import EVENT_FIELDS
from interpose.play.processes.riots.arrays import (
    MOST_RIOTS,
    OWN_ORDER,
    PLACE,
    RIOT_FIELDS,
    SIZE,
    is_operation,
)
from interpose.play.processes.riots.riots import main_target, send
from interpose.play.theatre import Floats, Ints, Theatre
from interpose.record import Record
from interpose.scenario import Scenario, master_table
from interpose.scenario.tables.mission import Shock, ShockKind

NAMES = ("crowd.chance", "riot.chance", "riot.provoked", "riot.hot", "riot.force", "riot.talks")
CROWD, RIOT, PROVOKED, HOT, FORCE, TALKS = range(6)
KINDS: tuple[str, ...] = get_args(ShockKind)
KIND_SIGMA = 0.7
"""Spread of the kinds on the odds of a riot, on logs."""

QUIET = frozenset({"political_event", "rumour", "protest", "roadblock", "removal_operation"})
"""Kinds of recorded incident that are no violence, unless somebody was hurt."""

APART_DAYS, HALF_YEARS = 7, 10.0
DRAWS = 500


class Known(NamedTuple):
    """What is known of crises on their day; a pair is a crisis and a place."""

    day: Ints  # (crisis,) proleptic Gregorian ordinal
    kind: Ints  # (crisis,) position in KINDS
    operation: Floats  # (crisis,) 0 or 1
    provoked: Floats  # (crisis,) 0 or 1
    talks: Floats  # (crisis,) 0 or 1
    crisis: Ints  # (pair,) a place and a community that it concerns
    sure: NDArray[np.bool_]  # (pair,) whether a crowd is there for certain
    hot: Floats  # (pair,) 0 or 1
    held: Floats  # (pair,) part of a crowd of median size that the riot-trained hold
    size: Floats  # (pair,) median size of the crowd, persons
    given: NDArray[np.bool_]  # (pair,) whether that size is known


def known(
    scenario: Scenario,
    record: Record,
    shocks: Sequence[Shock],
    crowds: Sequence[float | None] = (),
) -> Known:
    """Return what is known of shocks on their day; of the record only what came before it.

    `crowds` are sizes in persons over all places of each shock, where they are known.
    """
    theatre = Theatre(replace(scenario, shocks=tuple(shocks)))
    whole = build_world(theatre, scenario.parameters)
    world, state = whole.riots, new_state(theatre, 0, 0)
    days = np.array([shock.date.toordinal() for shock in shocks], dtype=np.int64)
    on = np.clip(days - theatre.first_day, 0, theatre.days - 1)
    year, epoch = theatre.year_of_day[on], theatre.epoch_of_day[on]
    crisis, place, who = np.nonzero(world.concerned)
    there = world.within[epoch[crisis], place, who]
    share = np.array([one or np.nan for one in crowds or [None] * len(shocks)], dtype=np.float64)
    told = (share / np.maximum(np.bincount(crisis, minlength=len(shocks)), 1))[crisis]
    size = np.minimum(there, np.maximum(world.least, world.turnout * there))
    size = np.where(np.isnan(told), size, told)
    held, hot = np.zeros((2, len(size)))
    played = 0
    for i in np.argsort(days):
        played = play_days(state, whole, played, max(played, int(days[i]) - theatre.first_day + 1))
        here = np.flatnonzero(crisis == i)
        own, posts, seen = state.riots, state.responsibility, state.presence.per_1000
        own.crowds[: len(here), PLACE], own.crowds[: len(here), SIZE] = place[here], size[here]
        own.number[0] = len(here)
        thousands, likely = whole.presence.municipality_thousands[year[i]], world.crowd[i]
        reach = whole.presence.reach[theatre.roads_of_day[on[i]]]
        home = np.ones_like(state.people.there)
        send(own, world, posts.free_riot, posts.guards_riot, reach, seen, thousands, likely)
        held[here] = own.trained[: len(here)] / (own.trained[: len(here)] + 0.25 * size[here])
        last = last_violence(theatre, record, int(days[i]))[theatre.municipality_of_place]
        hot[here] = [
            int(days[i]) - theatre.first_day - last[c] <= world.hot_days
            or main_target(world, home, i, c, year[i]) < len(home)
            for c in place[here]
        ]
    return Known(
        day=days,
        kind=np.array([KINDS.index(shock.kind) for shock in shocks], dtype=np.int64),
        operation=np.array([is_operation(shock) for shock in shocks], dtype=np.float64),
        provoked=world.provoking.astype(float),
        talks=world.in_talks.astype(float),
        crisis=crisis,
        sure=(world.crowd == 1.0)[crisis] | ~np.isnan(told),
        hot=hot,
        held=held,
        size=size,
        given=~np.isnan(told),
    )


def last_violence(theatre: Theatre, record: Record, day: int) -> Ints:
    """Return (municipality,) the last day before `day` with violence there, by the record.

    `day` is a proleptic Gregorian ordinal; what is returned counts from the first day played.
    """
    last = np.full(len(theatre.municipalities), -1000)
    for row in record.incidents:
        if row.kind not in QUIET or (row.injured or 0) + (row.deaths or 0) > 0:
            here = theatre.municipality_of_place[theatre.place_index[row.place]]
            if row.begins.toordinal() < day:
                last[here] = max(last[here], row.begins.toordinal() - theatre.first_day)
    return last


# --- the law, and its fit -------------------------------------------------------------------------


def of_pairs(theta: Floats, what: Known) -> tuple[Floats, Floats]:
    """Return the chances of a crowd, and of a riot given one, (draw, pair)."""
    one = what.crisis
    crowd = theta[:, [CROWD]] + theta[:, [PROVOKED]] * what.operation[one]
    riot = (
        theta[:, [RIOT]]
        + theta[:, [PROVOKED]] * what.provoked[one]
        + theta[:, [HOT]] * what.hot
        + theta[:, [FORCE]] * 2.0 * what.held
        + theta[:, [TALKS]] * what.talks[one]
        + theta[:, len(NAMES) :][:, what.kind[one]]
    )
    return np.where(what.sure, 1.0, expit(crowd)), expit(riot)


def any_riot(crowd: Floats, riot: Floats, what: Known) -> Floats:
    """Return the chance that any place riots, (draw, crisis), from those of its places."""
    none = np.zeros((len(what.day), len(crowd)))
    np.add.at(none, what.crisis, np.log1p(-np.minimum(crowd * riot, 1 - 1e-9)).T)
    return np.asarray(-np.expm1(none.T))


@dataclass(frozen=True)
class Fit:
    """Mean and covariance of the parameters, on logs: logits of chances, logarithms of odds."""

    mean: Floats  # (parameter,) those of NAMES, then one a kind
    covariance: Floats  # (parameter, parameter)

    def draws(self, seed: int = 0) -> Floats:
        """Return (DRAWS, parameter) draws; the odds of force and talks are at most 1."""
        rng = np.random.default_rng(seed)
        drawn = rng.multivariate_normal(self.mean, self.covariance, DRAWS, method="cholesky")
        for i in (FORCE, TALKS):
            mean, sd = self.mean[i], np.sqrt(self.covariance[i, i])
            drawn[:, i] = mean + sd * ndtri(rng.random(DRAWS) * ndtr(-mean / sd))
        return np.asarray(drawn)


def prior(scenario: Scenario) -> Fit:
    """Return what the rows of the parameter table say before any fit."""
    rows = {row.name: row for row in scenario.parameters.rows()}
    world = {row.name: row for row in master_table()}  # before a row of the scenario was fitted
    mean, sd = np.zeros(len(NAMES) + len(KINDS)), np.full(len(NAMES) + len(KINDS), KIND_SIGMA)
    for i, name in enumerate(NAMES):
        row, on_logs = rows[name], logit if i in (CROWD, RIOT) else np.log
        at: Any = world[name] if row.basis == "fitted" else row
        value, low, high = getattr(at, "default", row.value), at.low, at.high
        mean[i] = on_logs(value)
        sd[i] = (on_logs(high) - on_logs(low)) / (2 * ndtri(0.95))
    return Fit(mean, np.diag(sd**2))


def fitted(before: Fit, what: Known, riot: Floats, weight: Floats) -> Fit:
    """Return the mode given outcomes (crisis,), each with its weight, and the curvature there.

    Fisher scoring: the step of Newton with the expected curvature, at most 1 on logs.
    """
    free = np.delete(np.arange(len(before.mean)), [FORCE, TALKS])
    inner = np.ix_(free, free)
    theta, precision = before.mean.copy(), np.linalg.inv(before.covariance)
    curved, nudge = precision, 1e-4
    for _ in range(50):
        p = np.clip(any_riot(*of_pairs(theta[None], what), what)[0], 1e-9, 1 - 1e-9)
        nudged = of_pairs(theta + nudge * np.eye(len(theta)), what)
        slope = (any_riot(*nudged, what) - p) / nudge
        scale = weight / (p * (1 - p))
        curved = (slope * scale) @ slope.T + precision
        step = (slope @ (scale * (riot - p)) - precision @ (theta - before.mean))[free]
        step = np.linalg.solve(curved[inner], step)
        theta[free] += step / max(1.0, np.abs(step).max())
        if np.abs(step).max() < 1e-6:
            break
    covariance = before.covariance.copy()
    covariance[inner] = np.linalg.inv(curved[inner])
    return Fit(theta, covariance)


def fit_of(before: Fit, past: Known, riot: Floats, some: NDArray[np.bool_], day: int) -> Fit:
    """Return the fit to some crises of the record, for one that begins on a day (an ordinal)."""
    years_apart = np.abs(past.day - day) / 365.25
    return fitted(before, past, riot, some * 0.5 ** (years_apart / HALF_YEARS))


# --- crises played from the eve -------------------------------------------------------------------

HISTORIES = 25
"""Pasts that are played to the eve of a crisis."""

WINDOW = 10
"""Days from the first of a crisis that are played."""

OUTCOMES = (
    "riots", "places", "crowd", "dead", "hurt", "hurt_civil", "hurt_police", "hurt_force",
    "displaced", "road_days",
)  # fmt: skip


def play_crises(
    scenario: Scenario,
    record: Record,
    shocks: Sequence[Shock],
    asked: Known,
    theta: Mapping[int, Floats],
) -> dict[int, dict[str, Floats]]:
    """Return what comes of crises in futures from the eve: `OUTCOMES`, (future,) each.

    `theta` has draws of the law for each crisis to play. On the eve the violence of the record is
    known, and no shock but the one asked about comes after it.
    """
    theatre = Theatre(replace(scenario, shocks=(*scenario.shocks, *shocks)))
    own = len(scenario.shocks)
    at_force = np.array([kind.target == "force" for kind in scenario.incident_types])
    again = DRAWS // HISTORIES // (1 if len(theta) == 1 else 5)
    found = {i: {name: np.zeros(HISTORIES * again) for name in OUTCOMES} for i in theta}
    for history in range(HISTORIES):
        world = build_world(theatre, draw_parameters(scenario.parameters, 0, history))
        state, played = new_state(theatre, 0, history), 0
        calendar = state.shocks.calendar
        dated = calendar[: state.shocks.dated[0]]
        state.shocks.dated[0] = (dated[:, 1] < own).sum()
        calendar[: state.shocks.dated[0]] = dated[dated[:, 1] < own]
        for i in sorted(theta, key=lambda i: int(asked.day[i])):
            eve = int(asked.day[i]) - theatre.first_day
            played = play_days(state, world, played, max(played, eve))
            as_it_was = _in_use(state)
            known_shocks = calendar[: state.shocks.dated[0]]
            known_shocks = known_shocks[known_shocks[:, 0] < eve]
            state.shocks.dated[0] = len(known_shocks) + 1
            calendar[: len(known_shocks)], calendar[len(known_shocks)] = (
                known_shocks,
                (eve, own + i),
            )
            state.riots.violence[:] = last_violence(theatre, record, int(asked.day[i]))
            on_the_eve = _in_use(state)
            for n in range(history * again, (history + 1) * again):
                draw_anew(state, 1, n)
                law = _with_law(world, theta[i][n], asked, i, own)
                play_days(state, law, eve, min(eve + WINDOW, theatre.days))
                for name, value in _came(state, as_it_was, own + i, at_force).items():
                    found[i][name][n] = value
                _restore(on_the_eve)
            _restore(as_it_was)
    return found


def _in_use(state: State) -> list[tuple[Any, Any]]:
    """Return every array of a state with a copy of what is in use of it."""
    rows = {
        "incidents": state.incidents.counts[0],
        "barricades": state.barricades.counts[0],
        "riots": state.riots.filled[0],
    }
    return [
        (array, array[: rows[name] if len(array) >= MOST_RIOTS else None].copy())
        for name, part in state._asdict().items()
        for array in part
    ]


def _restore(kept: list[tuple[Any, Any]]) -> None:
    for array, copy in kept:
        array[: len(copy)] = copy


def _with_law(world: World, theta: Floats, asked: Known, i: int, own: int) -> World:
    """Return a world with one draw of the law for crisis `i`."""
    riots, s = world.riots, own + i
    crowd, here = riots.crowd.copy(), asked.crisis == i
    sure = bool(asked.sure[here].any())
    crowd[s] = 1.0 if sure else expit(theta[CROWD] + theta[PROVOKED] * asked.operation[i])
    odds = np.exp(theta[RIOT] + theta[len(NAMES) + asked.kind[i]])
    riots = riots._replace(
        crowd=crowd,
        shock=float(odds / riots.chance * (1.0 - riots.chance)),
        **{name.split(".")[1]: float(np.exp(theta[NAMES.index(name)])) for name in NAMES[2:]},
    )
    if asked.given[here].any():
        within, (place, who) = riots.within.copy(), np.nonzero(riots.concerned[s])
        within[:, place, who] = asked.size[here] / riots.turnout
        riots = riots._replace(within=within, luck=np.ones_like(riots.luck), least=1.0)
    return world._replace(riots=riots)


def _came(
    state: State, before: list[tuple[Any, Any]], shock: int, at_force: NDArray[np.bool_]
) -> dict[str, float]:
    """Return what came of a shock since: its riots, and the armed attacks that end its crowds.

    `at_force` says of each incident type whether it is against soldiers; else police are hurt.
    """
    was = {id(array): copy for array, copy in before}
    own, happened, roads = state.riots, state.incidents, state.barricades.blocked_days
    rows = own.riots[was[id(own.filled)][0] : own.filled[0]]
    rows = rows[rows[:, RIOT_FIELDS.index("shock")] == shock]
    events = happened.events[was[id(happened.counts)][0] : happened.counts[0]]
    events = events[events[:, EVENT_FIELDS.index("order")] >= OWN_ORDER]
    ends = {name: rows[:, i].sum() for i, name in enumerate(RIOT_FIELDS)}
    ends |= {f"attack {name}": events[:, i].sum() for i, name in enumerate(EVENT_FIELDS)}
    shot_at_police = events[~at_force[events[:, EVENT_FIELDS.index("type")]]]
    sides = ("target", "instigator", "force")
    civil = ends["injured_target"] + ends["injured_instigator"] + ends["attack injured_instigator"]
    force = ends["injured_force"] + ends["attack injured_target"]
    police = ends["injured_police"] + shot_at_police[:, EVENT_FIELDS.index("injured_target")].sum()
    dead = sum(ends[f"deaths_{side}"] for side in sides)
    return {
        "riots": len(rows),
        "places": len(np.unique(rows[:, RIOT_FIELDS.index("place")])),
        "crowd": ends["crowd"],
        "dead": dead + sum(ends[f"attack deaths_{side}"] for side in sides[:2]),
        "hurt": civil + force,
        "hurt_civil": civil,
        "hurt_police": police,
        "hurt_force": force - police,
        "displaced": ends["displaced"],
        "road_days": (roads - was[id(roads)]).sum(),
    }
