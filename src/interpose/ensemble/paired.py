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
from interpose.ensemble.counted import MEASURES, danger_of, months_of, parts_of, tally, tally_parts
from interpose.ensemble.running import Progress
from interpose.ensemble.spec import CHUNK, Spec, code_digest
from interpose.errors import InterposeError, RunawayError, RunMismatchError
from interpose.play import Theatre
from interpose.play.branches import Branch, Past, first_difference, first_order
from interpose.play.compiled import State, World
from interpose.play.future import draw_parameters, drawn_columns, run_days
from interpose.play.reproduction import Reproduction
from interpose.play.review import Reviews
from interpose.policy import Choice
from interpose.scenario import Parameters, Scenario
from interpose.scenario.files import write_aside

NOT_ASKED = "not asked for"
"""Error of a variant that has fewer futures than the others."""

REPLAY = Choice("replay")

INPUTS, PLAYED = "inputs.json", "played"
KNOWN = (PLAYED, "comparison.json", "report.html")
"""What may stand in the folder of a comparison."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Variant:
    """One of the things compared: a scenario under a policy.

    Attributes
    ----------
    values : mapping of str to float
        Parameters that no future draws, from the day of the branch on.
    riot_share : float, optional
        Share of every contingent trained and allowed for riots, from that day on.
    futures : int, optional
        Only the first so many are played; 0: it gives the others their past alone.
    """

    name: str
    scenario: Scenario
    policy: Choice = REPLAY
    values: Mapping[str, float] = field(default_factory=dict)
    riot_share: float | None = None
    futures: int | None = None


@dataclass(frozen=True)
class Plan:
    """What is played: variants on the same futures.

    Attributes
    ----------
    since : date, optional
        The variants share their past up to this day, and sums count from it.
    days : int, optional
        So many are played from that day on; else all.
    with_r : bool
        Whether R of the first evening after that day is asked for.
    by_part : int
        Of so many of the first variants communities and municipalities are counted, too.
    """

    variants: tuple[Variant, ...]
    seed: int
    futures: int
    draw: bool = True
    since: dt.date | None = None
    days: int | None = None
    with_r: bool = False
    by_part: int = 0

    @cached_property
    def theatres(self) -> list[Theatre]:
        """One for each variant, the same for the same scenario."""
        known = {id(one.scenario): Theatre(one.scenario) for one in self.variants}
        return [known[id(one.scenario)] for one in self.variants]

    @cached_property
    def alike(self) -> list[int]:
        """The first variant whose parameters are those of each."""
        own = [one.scenario.parameters for one in self.variants]
        return [next(i for i, other in enumerate(own) if other == one) for one in own]

    @cached_property
    def day(self) -> int:
        """The first day on which variants may differ: up to it they are played once."""
        first = self.theatres[0]
        if self.since is not None:
            return first.day_index(self.since)
        days = [self.parts(one) for one in self.variants[1:]]
        return min([day for day in days if day is not None], default=first.days)

    @property
    def last(self) -> int:
        """The day before which the last of them is played."""
        return self.theatres[0].days if self.days is None else self.day + self.days

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
                    "values": dict(v.values),
                }
                for v in self.variants
            ],
            "seed": self.seed,
            "futures": self.futures,
            "draw": self.draw,
            "from": None if self.since is None else str(self.since),
            "version": __version__,
            "code": code_digest(),
        }


@dataclass(frozen=True)
class Played:
    """What was counted.

    Attributes
    ----------
    number : (future,) int
    totals : (future, variant, measure, year) float
        `MEASURES` in their order, by calendar year; of ``riot_week`` the riots of the worst week.
    parted : (future, variant) int
        Month, from the first of the mission, in which incidents, or the dead and injured of riots,
        first differ from those of the first variant; -1: never.
    drawn : (future, parameter) float
    names : tuple of str
        Of the parameters drawn.
    error : (future, variant) text
        Why a variant was not played to the end; empty if it was.
    r : (future, variant) float
        Of the first evening, if that was asked for.
    danger : (future, 2, place, 2) float
        Riots and incidents under the first variant played, and the persons in their crowds.
    parts : (future, variant, part, year) float
        By `counted.parts_of`, of the variants of which that was asked for.
    failed : mapping of int to str
        Future -> why it was left out.
    """

    number: NDArray[np.int64]
    totals: Floats
    parted: NDArray[np.int64]
    drawn: Floats
    names: tuple[str, ...]
    error: NDArray[np.str_]
    r: Floats
    danger: Floats
    parts: NDArray[np.float32]
    failed: Mapping[int, str] = field(default_factory=dict)

    @cached_property
    def counts(self) -> Floats:
        """(future, variant, counted): sums, of riot weeks the worst, and R; infinite if runaway."""
        sums = self.totals.sum(axis=3)
        week = [*MEASURES].index("riot_week")
        sums[:, :, week] = self.totals[:, :, week].max(axis=2)
        found = np.concatenate([sums, self.r[:, :, None]], axis=2)
        found[np.char.startswith(self.error, RunawayError.__name__)] = np.inf
        return found

    def of(self, variants: range) -> Played:
        """Return some variants, of the futures that all of them played to the end."""
        error = self.error[:, variants]
        done = (error == "").all(axis=1)
        why = {
            int(n): str(next(e for e in row if e))
            for n, row in zip(self.number[~done], error[~done], strict=True)
            if not (row == NOT_ASKED).any()
        }
        return Played(
            self.number[done],
            self.totals[done][:, variants],
            self.parted[done][:, variants],
            self.drawn[done],
            self.names,
            error[done],
            self.r[done][:, variants],
            self.danger[done],
            self.parts[done][:, variants.start : variants.stop],
            why,
        )


def play_one(plan: Plan, number: int, stop: threading.Event | None = None) -> dict[str, Any]:
    """Play one future of every variant and count it; where one fails it says why."""
    if stop is not None and stop.is_set():
        raise Stopped
    first, many, last = plan.theatres[0], len(plan.variants), plan.last
    since = plan.day if plan.since else 0
    known: dict[Any, Parameters] = {}
    columns = drawn_columns(_parameters(plan, 0, number, known)) if plan.draw else {}
    found: dict[str, Any] = {
        "number": number,
        "totals": np.zeros((many, len(MEASURES), len(first.years))),
        "parted": np.full(many, -1),
        "drawn": np.array([column[0] for column in columns.values()]),
        "error": [""] * many,
        "r": np.full(many, np.nan),
        "danger": np.zeros((2, len(first.place_ids), 2)),
        "parts": np.zeros((plan.by_part, len(parts_of(first)), len(first.years)), np.float32),
    }
    past: Past | None = None
    seen: NDArray[Any] | None = None
    for v, one in enumerate(plan.variants):
        if number >= (plan.futures if one.futures is None else one.futures):
            found["error"][v] = NOT_ASKED
            continue
        try:
            if past is None:
                past = Past(first, _parameters(plan, 0, number, known), plan.seed, number, plan.day)
                given = first, past.world, past.state, plan.day
                before, split = (one(*given) * bool(since) for one in (tally, tally_parts))
                before[-1] = 0.0
            values = _parameters(plan, v, number, known)
            branch = Branch(plan.theatres[v], one.policy(), values, one.riot_share)
            world, state, found["r"][v] = _played(plan, past, branch)
            found["totals"][v] = tally(branch.theatre, world, state, last, since) - before
            if v < plan.by_part:
                found["parts"][v] = tally_parts(branch.theatre, world, state, last) - split
            months = months_of(state, len(first.month_starts))
            if seen is None:
                seen, found["danger"] = months, danger_of(first, past.state, state)
            unlike = (months != seen).any(axis=1)
            found["parted"][v] = int(unlike.argmax()) if unlike.any() else -1
        except Exception as fault:  # noqa: BLE001 - one failed future must not lose the others
            found["error"][v] = f"{type(fault).__name__}: {fault}"
    return found


def _played(plan: Plan, past: Past, branch: Branch) -> tuple[World, State, float]:
    """Play a branch to the end; return its world, the last evening, and R."""
    theatre, day, last, r = branch.theatre, plan.day, plan.last, np.nan
    world, state = past.branched(branch)
    reviews = Reviews(None)
    if plan.with_r:
        run_days(theatre, world, state, branch.policy, reviews, first=day, last=day + 1)
        r, day = Reproduction(world).theatre(state), day + 1
    if day < last:
        run_days(theatre, world, state, branch.policy, reviews, first=day, last=last)
    return world, state, r


def _parameters(plan: Plan, v: int, number: int, known: dict[Any, Parameters]) -> Parameters:
    """Return what a variant draws in a future; the same object for the same values."""
    base, values = plan.alike[v], plan.variants[v].values
    if base not in known:
        own = plan.variants[base].scenario.parameters
        known[base] = draw_parameters(own, plan.seed, number) if plan.draw else own
    key = base, *sorted(values.items())
    if values and key not in known:
        known[key] = known[base].with_values(values)
    return known[key] if values else known[base]


def play_chunk(plan: Plan, chunk: int, stop: threading.Event | None = None) -> tuple[int, bytes]:
    """Play the futures of a chunk; return its number and what was counted, as a file."""
    numbers = range(chunk * CHUNK, min((chunk + 1) * CHUNK, plan.futures))
    rows = [play_one(plan, number, stop) for number in numbers]
    sink = io.BytesIO()
    columns: dict[str, Any] = {key: np.array([row[key] for row in rows]) for key in rows[0]}
    np.savez_compressed(sink, **columns)
    return chunk, sink.getvalue()


def play_all(plan: Plan, out: Path | None = None, **how: Any) -> Played:  # noqa: ANN401
    """Play what is planned; return the futures that every variant played. See `play_each`."""
    return play_each(plan, out, **how).of(range(len(plan.variants)))


def play_each(
    plan: Plan,
    out: Path | None = None,
    *,
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
    where = None if out is None else _folder_of(plan, out, fresh=fresh)
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
    whole: dict[str, Any] = {k: np.concatenate([one[k] for one in read]) for k in read[0].files}
    names = tuple(drawn_columns(plan.variants[0].scenario.parameters)) if plan.draw else ()
    return Played(**whole, names=names)


def _folder_of(plan: Plan, out: Path, *, fresh: bool) -> Path:
    """Return the folder of what a comparison plays; refuse that of anything else."""
    where, info = out / PLAYED, out / PLAYED / INPUTS
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
