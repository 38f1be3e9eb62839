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
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtr, ndtri

from interpose.play.day import build_world, new_state, play_days
from interpose.play.processes.riots.arrays import PLACE, SIZE, is_operation
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
