"""One past and many sizes of the force: what happens under each, on the same futures.

Up to the day in question a future is played once, as the table has the force. From there it is
played again for every size, with the same draws, up to the end of the time that is asked about.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interpose.ensemble.chunks import Stopped, by_threads, cores
from interpose.ensemble.paired import MEASURES, tally
from interpose.errors import RunawayError
from interpose.play import Theatre
from interpose.play.branches import carried_on, drawn
from interpose.play.compiled import State, World
from interpose.play.day import build_world, new_state
from interpose.play.future import run_days
from interpose.play.processes import force
from interpose.play.reproduction import Reproduction
from interpose.play.review import Reviews
from interpose.policy import Level, Order, Policy, Replay, Reports
from interpose.scenario import Scenario

COUNTED = (*MEASURES, "R")
"""What is known of each size: what happened within the time, and R on the first evening."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Held:
    """A policy: so many soldiers in theatre from a day on, whatever is reported."""

    begins: dt.date
    strength: int
    interval_days = 0

    def review(self, reports: Reports) -> Order:
        """Order the strength, also beyond what was ever offered."""
        level = Level(date=max(self.begins, reports.date), strength=self.strength)
        return Order(levels=(level,), beyond_offer=True)


@dataclass(frozen=True)
class Case:
    """Sizes of one kind of force.

    Attributes
    ----------
    strengths : sequence of int or None
        Soldiers in theatre; None: as the table of the case's own scenario has it.
    values : mapping of str to float
        Parameters that are otherwise from the day on.
    riot_share : float, optional
        Share of every contingent that is trained and allowed for riots.
    scenario : Scenario, optional
        With other contingents from the day on.
    """

    strengths: Sequence[int | None]
    values: Mapping[str, float] = field(default_factory=dict)
    riot_share: float | None = None
    scenario: Scenario | None = None


@dataclass(frozen=True)
class Sizes:
    """What is played: cases on the same futures, from a day on and for so many days."""

    scenario: Scenario
    since: dt.date
    days: int
    cases: Mapping[str, Case]
    seed: int = 1
    futures: int = 300
    draw: bool = True
    with_r: bool = False

    @cached_property
    def theatre(self) -> Theatre:
        """Of the scenario as it is."""
        return Theatre(self.scenario)

    @cached_property
    def others(self) -> dict[str, Theatre]:
        """Case -> its theatre."""
        given = {name: one.scenario for name, one in self.cases.items()}
        return {n: self.theatre if s is None else Theatre(s) for n, s in given.items()}


@dataclass(frozen=True)
class Outcome:
    """What happened.

    Attributes
    ----------
    counts : mapping of str to (future, strength, counted) float
        Case -> what happened within the time, `COUNTED` in their order; infinite where violence
        fed itself without end; NaN for R if nobody asked.
    riots, incidents : (future, place, 2) float
        Under the first size of the first case: how many, and persons in their crowds.
    """

    counts: Mapping[str, Floats]
    riots: Floats
    incidents: Floats


def play_sizes(
    sizes: Sizes,
    workers: int | None = None,
    progress: Callable[[int, int], Any] | None = None,
) -> Outcome:
    """Play every future under every size."""

    def one(number: int, stop: threading.Event) -> tuple[int, dict[str, Floats], Floats]:
        if stop.is_set():
            raise Stopped
        return number, *_future(sizes, number)

    found = {}
    for number, counts, danger in by_threads(one, range(sizes.futures), workers or cores()):
        found[number] = counts, danger
        if progress is not None:
            progress(len(found), sizes.futures)
    rows = [found[number] for number in sorted(found)]
    danger = np.stack([row[1] for row in rows])
    counts = {name: np.stack([row[0][name] for row in rows]) for name in sizes.cases}
    return Outcome(counts, danger[:, 0], danger[:, 1])


def _future(sizes: Sizes, number: int) -> tuple[dict[str, Floats], Floats]:
    theatre = sizes.theatre
    first = theatre.day_index(sizes.since)
    own = theatre.scenario.parameters
    values = drawn(theatre.scenario, sizes.seed, number, {}) if sizes.draw else own
    world, state = build_world(theatre, values), new_state(theatre, sizes.seed, number)
    if first > 0:
        run_days(theatre, world, state, Replay(), None, last=first)
    past, rows = _counted(theatre, world, state, first), _rows(state)
    counts: dict[str, Floats] = {}
    danger: Floats | None = None
    for name, case in sizes.cases.items():
        there, known = sizes.others[name], world
        if case.values:
            known = build_world(theatre, values.with_values(case.values))
        if there is not theatre:
            known = known._replace(force=force.new_world(there, values))
        if case.riot_share is not None:
            share = np.full_like(known.force.riot_share, case.riot_share)
            known = known._replace(force=known.force._replace(riot_share=share))
        counts[name] = np.full((len(case.strengths), len(COUNTED)), np.nan)
        for i, strength in enumerate(case.strengths):
            after = carried_on(state, new_state(there, sizes.seed, number))
            counts[name][i] = _played(sizes, there, known, after, strength) - past
            danger = _danger(there, after, rows) if danger is None else danger
    return counts, np.zeros((2, len(theatre.place_ids), 2)) if danger is None else danger


def _played(
    sizes: Sizes, theatre: Theatre, world: World, state: State, strength: int | None
) -> Floats:
    first = theatre.day_index(sizes.since)
    policy: Policy = Replay() if strength is None else Held(sizes.since, strength)
    reviews = Reviews(None)
    try:
        run_days(theatre, world, state, policy, reviews, first=first, last=first + 1)
        r = Reproduction(world).theatre(state) if sizes.with_r else np.nan
        last = first + sizes.days
        if last > first + 1:
            run_days(theatre, world, state, policy, reviews, first=first + 1, last=last)
    except RunawayError:
        return np.full(len(COUNTED), np.inf)
    return np.append(_counted(theatre, world, state, last)[:-1], r)


def _counted(theatre: Theatre, world: World, state: State, played: int) -> Floats:
    """Return what has happened so far; of R nothing."""
    return np.append(tally(theatre, world, state, played).sum(axis=1), 0.0)


def _rows(state: State) -> tuple[int, int]:
    return int(state.riots.filled[0]), int(state.incidents.counts[0])


def _danger(theatre: Theatre, state: State, before: tuple[int, int]) -> Floats:
    """Return (2, place, 2): riots and incidents since then, and the persons in their crowds."""
    riots, incidents = _rows(state)
    found = np.zeros((2, len(theatre.place_ids), 2))
    rows = state.riots.riots[before[0] : riots]
    np.add.at(found[0], rows[:, 1], np.stack([np.ones(len(rows)), rows[:, 7]], axis=1))
    places = state.incidents.events[before[1] : incidents, 1]
    np.add.at(found[1, :, 0], places, 1.0)
    return found
