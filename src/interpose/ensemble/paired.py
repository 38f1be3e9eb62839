"""The same futures under several variants: what is counted of each, kept a chunk at a time."""

from __future__ import annotations

import datetime as dt
import io
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interpose import __version__
from interpose.ensemble import folder as files
from interpose.ensemble.chunks import Stopped, by_threads, cores
from interpose.ensemble.running import Progress
from interpose.ensemble.spec import CHUNK, Spec, code_digest
from interpose.errors import InterposeError, RunMismatchError
from interpose.play import Theatre
from interpose.play.branches import (
    Branch,
    drawn,
    first_difference,
    first_order,
    play_branches,
)
from interpose.play.compiled import State, World
from interpose.play.future import drawn_columns
from interpose.play.processes.people_start import COUNTED
from interpose.play.theatre import STOCKS
from interpose.policy import Choice
from interpose.scenario import Scenario
from interpose.scenario.files import write_aside

MEASURES = {
    "political_deaths": ("persons", "dead in incidents and riots"),
    "incidents": ("incidents", "incidents"),
    "riots": ("riots", "riots"),
    "displaced": ("persons", "persons who left home"),
    "trips_not_made": ("million trips", "wished-for trips that nobody made"),
    "soldier_months": ("soldier-months", "soldiers in theatre, times months"),
    "riot_week": ("chance", "a week like March 2004: 33 or more riots begin within seven days"),
}
"""What is counted -> its unit, and what it is. Less of each is better."""

WEEK_RIOTS = 33
"""Riots that begin within seven days in a week like March 2004."""

REPLAY = Choice("replay")

DAYS_PER_MONTH = 365.25 / 12

INPUTS = "inputs.json"
KNOWN = ("played", "null", "null_assumed", "comparison.json", "report.html")
"""What may stand in the folder of a comparison."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Variant:
    """One of the things compared: a scenario under a policy."""

    name: str
    scenario: Scenario
    policy: Choice = REPLAY


@dataclass(frozen=True)
class Plan:
    """What is played: variants on the same futures.

    Attributes
    ----------
    since : date, optional
        The variants share their past up to this day, and sums count from it.
    values : mapping of str to float
        Parameters that no future draws.
    """

    variants: tuple[Variant, ...]
    seed: int
    futures: int
    draw: bool = True
    since: dt.date | None = None
    values: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def theatres(self) -> list[Theatre]:
        """One for each variant, the same for the same scenario."""
        known = {id(one.scenario): Theatre(one.scenario) for one in self.variants}
        return [known[id(one.scenario)] for one in self.variants]

    @cached_property
    def day(self) -> int:
        """The first day on which variants may differ: up to it they are played once."""
        first = self.theatres[0]
        if self.since is not None:
            return first.day_index(self.since)
        days = [self.parts(one) for one in self.variants[1:]]
        return min([day for day in days if day is not None], default=first.days)

    def parts(self, other: Variant) -> int | None:
        """Return the first day on which a variant may differ from the first; None: on no day."""
        base, first = self.variants[0], self.theatres[0]
        found = first_difference(base.scenario, other.scenario)
        days = [] if found is None else [first.day_index(found)]
        if days or base.policy != other.policy:
            asked = [one.policy for one in (base, other) if one.policy != REPLAY]
            days += [first_order(choice, first) for choice in asked]
        return min(days, default=None)

    def check(self) -> None:
        """Refuse what cannot be compared."""
        for one in self.variants:
            Spec(one.scenario, one.policy, self.seed, self.futures, self.draw).check()
        header = self.variants[0].scenario.header
        for one in self.variants:
            if (one.scenario.header.start, one.scenario.header.end) != (header.start, header.end):
                msg = f"{one.name}: plays other days than {self.variants[0].name}."
                raise InterposeError(msg)
        if self.since is None:
            return
        if not header.start <= self.since <= header.end:
            played = f"{header.start} to {header.end}"
            msg = f"--from: {self.since} must be a day of the mission, {played}."
            raise InterposeError(msg)
        for one in self.variants[1:]:
            found = first_difference(self.variants[0].scenario, one.scenario)
            if found is not None and found < self.since:
                msg = (
                    f"--from: {one.name} differs from {self.variants[0].name} from {found} on, "
                    f"before {self.since}. Change it from {self.since} on, or leave out --from."
                )
                raise InterposeError(msg)

    def inputs(self) -> dict[str, Any]:
        """Return what must be equal for a comparison to be resumed."""
        return {
            "variants": [
                {
                    "name": v.name,
                    "scenario_digest": v.scenario.digest,
                    "policy": v.policy.name,
                    "policy_rules": v.policy.rules,
                }
                for v in self.variants
            ],
            "seed": self.seed,
            "futures": self.futures,
            "draw": self.draw,
            "from": None if self.since is None else str(self.since),
            "values": dict(self.values),
            "version": __version__,
            "code": code_digest(),
        }


@dataclass(frozen=True)
class Played:
    """What was counted, of the futures that every variant played to the end.

    Attributes
    ----------
    numbers : (future,) int
    totals : (future, variant, measure, year) float
        `MEASURES` in their order, by calendar year; of ``riot_week`` whether there was one.
    parted : (future, variant) int
        Month, from the first of the mission, in which incidents, or the dead and injured of riots,
        first differ from those of the first variant; -1: never.
    drawn : (future, parameter) float
    names : tuple of str
        Of the parameters drawn.
    failed : mapping of int to str
        Future -> why it was left out.
    """

    numbers: NDArray[np.int64]
    totals: Floats
    parted: NDArray[np.int64]
    drawn: Floats
    names: tuple[str, ...]
    failed: Mapping[int, str]


def tally(theatre: Theatre, world: World, state: State, played: int) -> Floats:
    """Return what happened in the first `played` days, (measure, year)."""
    month_year = theatre.month_starts.astype("datetime64[Y]").astype(np.int64) - 1970
    month_year = month_year - month_year[0]
    years = len(theatre.years)

    def by_year(months: NDArray[Any]) -> Floats:
        return np.asarray(np.bincount(month_year, months, years), dtype=np.float64)

    begun = np.searchsorted(np.flatnonzero(np.diff(theatre.month_of_day, prepend=-1)), played)
    months = np.bincount(month_year[:begun], minlength=years)
    known, series = world.movement, state.incidents.series
    missed = np.maximum(months[:, None, None] - state.movement.share, 0.0) * known.persons
    trips = missed.sum(axis=(1, 2)) * known.trips_per_person_day * DAYS_PER_MONTH
    days = np.sort(state.riots.riots[: state.riots.filled[0], 0])
    days = days[days < theatre.days]
    tight = days[WEEK_RIOTS - 1 :][days[WEEK_RIOTS - 1 :] - days[: -WEEK_RIOTS + 1] < 7]
    riots, weeks = (np.bincount(theatre.year_of_day[d], minlength=years) for d in (days, tight))
    return np.array(
        [
            by_year(series[:, :, 1].sum(axis=1) + state.riots.toll[:, 0]),
            by_year(series[:, :, 0].sum(axis=1)),
            riots,
            by_year(state.people.months[:, :, COUNTED.index("fled")].sum(axis=1)),
            trips / 1e6,
            by_year(state.force.stock_days[:, STOCKS.index("in_theatre")]) / DAYS_PER_MONTH,
            weeks,
        ],
        dtype=np.float64,
    )


def _months(state: State, months: int) -> NDArray[Any]:
    """Return what two variants are told apart by, (month, ...)."""
    return np.concatenate([state.incidents.series.reshape(months, -1), state.riots.toll], axis=1)


def play_one(plan: Plan, number: int, stop: threading.Event | None = None) -> dict[str, Any]:
    """Play one future of every variant and count it; one that fails says why."""
    if stop is not None and stop.is_set():
        raise Stopped
    years = len(plan.theatres[0].years)
    totals = np.zeros((len(plan.variants), len(MEASURES), years))
    parted = np.full(len(plan.variants), -1)
    scenarios = {id(v.scenario): v.scenario for v in plan.variants}
    known = {key: _parameters(plan, one, number) for key, one in scenarios.items()}
    parameters = [known[id(one.scenario)] for one in plan.variants]
    columns = drawn_columns(parameters[0]) if plan.draw else {}
    values = np.array([column[0] for column in columns.values()])
    error = ""
    try:
        branches = [
            Branch(theatre, one.policy())
            for theatre, one in zip(plan.theatres, plan.variants, strict=True)
        ]
        played = play_branches(branches, parameters, plan.seed, number, plan.day)
        past = tally(*next(played), plan.day) * float(plan.since is not None)
        months = len(plan.theatres[0].month_starts)
        first = None
        for v, (theatre, world, state) in enumerate(played):
            totals[v] = tally(theatre, world, state, theatre.days) - past
            seen = _months(state, months)
            first = seen if first is None else first
            unlike = (seen != first).any(axis=1)
            parted[v] = int(unlike.argmax()) if unlike.any() else -1
        totals[:, -1] = totals[:, -1] > 0
    except Exception as fault:  # noqa: BLE001 - one failed future must not lose the others
        error = f"{type(fault).__name__}: {fault}"
    return {"number": number, "totals": totals, "parted": parted, "drawn": values, "error": error}


def _parameters(plan: Plan, scenario: Scenario, number: int) -> Any:  # noqa: ANN401
    if plan.draw:
        return drawn(scenario, plan.seed, number, plan.values)
    return scenario.parameters.with_values(plan.values)


def play_chunk(plan: Plan, chunk: int, stop: threading.Event | None = None) -> tuple[int, bytes]:
    """Play the futures of a chunk; return its number and what was counted, as a file."""
    numbers = range(chunk * CHUNK, min((chunk + 1) * CHUNK, plan.futures))
    rows = [play_one(plan, number, stop) for number in numbers]
    sink = io.BytesIO()
    columns: dict[str, Any] = {key: np.array([row[key] for row in rows]) for key in rows[0]}
    np.savez_compressed(sink, **columns)
    return chunk, sink.getvalue()


def play_all(
    plan: Plan,
    out: Path | None = None,
    *,
    name: str = "played",
    workers: int | None = None,
    fresh: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> Played:
    """Play what is planned, and keep it in a folder if one is given; killed, it resumes.

    Raises
    ------
    RunMismatchError
        If the folder holds something else.
    """
    plan.check()
    where = None if out is None else _folder_of(plan, out, name, fresh=fresh)
    report = progress or (lambda _: None)
    with nullcontext() if where is None else files.locked(where):
        kept = [] if where is None else sorted(where.glob("*.npz"))
        chunks = {int(path.stem): path.read_bytes() for path in kept}
        missing = [n for n in range(-(-plan.futures // CHUNK)) if n not in chunks]
        for chunk, content in by_threads(partial(play_chunk, plan), missing, workers or cores()):
            if where is not None:
                with files.explain_refusals(where):
                    write_aside(where / f"{chunk:05d}.npz", content)
            chunks[chunk] = content
            report(Progress(min(len(chunks) * CHUNK, plan.futures), 0, plan.futures))
    return _joined(plan, [chunks[n] for n in sorted(chunks)])


def _joined(plan: Plan, chunks: Sequence[bytes]) -> Played:
    read = [np.load(io.BytesIO(content)) for content in chunks]
    whole = {key: np.concatenate([one[key] for one in read]) for key in read[0].files}
    done = whole["error"] == ""
    drawn_rows = drawn_columns(plan.variants[0].scenario.parameters) if plan.draw else {}
    failed = {int(n): str(e) for n, e in zip(whole["number"], whole["error"], strict=True) if e}
    return Played(
        whole["number"][done],
        whole["totals"][done],
        whole["parted"][done],
        whole["drawn"][done],
        tuple(drawn_rows),
        failed,
    )


def _folder_of(plan: Plan, out: Path, name: str, *, fresh: bool) -> Path:
    """Return the folder of one part of a comparison; refuse that of anything else."""
    where, info = out / name, out / name / INPUTS
    with files.explain_refusals(out):
        others = [path for path in out.glob("*") if path.name not in KNOWN]
        if others:
            msg = (
                f"{out} holds {others[0].name!r}, which is of no comparison. Nothing was written; "
                "choose a new or empty folder with --out."
            )
            raise RunMismatchError(msg)
        if fresh:
            for path in where.glob("*"):
                path.unlink()
        if info.is_file():
            try:
                there = json.loads(info.read_text(encoding="utf-8"))
            except ValueError:
                there = {}
            files.refuse_others(out, there, plan.inputs())
        else:
            write_aside(info, json.dumps(plan.inputs(), indent=1).encode())
    return where
