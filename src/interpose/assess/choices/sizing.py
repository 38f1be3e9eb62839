"""How strong, and where: the smallest force under which a target is met, on the same futures.

Nobody in theatre from the day on tells where danger is. Forces up to three times what stood there
are laid out over the bases, each where it holds most of that danger, and played in the same
futures; then sizes between the last that misses the target and the first that meets it, twice. The
answer is the smallest of them that meets it, as played and on the curve made monotone by isotonic
regression: so the force that is named was played as it is laid out. A stricter target meets no
sooner, on the same curve or on one that nowhere lies lower, and so never asks for less. The
interval is that of futures drawn again.

Beside it stand the rules of thumb, the answer with the effects of the force
at both ends of their intervals, and what caveats and tasks cost in soldiers.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interpose.assess.choices.beside import (
    prices_of_caveats,
    prices_of_tasks,
    rules_of_thumb,
)
from interpose.assess.choices.differences import mean_of
from interpose.assess.choices.laydown import (
    by_base,
    contingents_at,
    laid_out,
    write_lines,
)
from interpose.assess.choices.rests import day_of
from interpose.assess.choices.targets import (
    COUNTED,
    Target,
    answer_of,
    curve_of,
    first_met,
    monotone,
    target_of,
    wilson,
)
from interpose.ensemble.paired import Plan, Played, Variant, play_each
from interpose.ensemble.running import Progress
from interpose.errors import InterposeError, RunawayError
from interpose.play import Theatre
from interpose.scenario import Scenario, load, sound
from interpose.scenario.phrases import plural
from interpose.scenario.policies import most_offered, trained_share

Floats = NDArray[np.float64]

SCALES = (0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
"""Sizes that are played, in times what stood there."""

BETWEEN, ROUNDS = 4, 2
"""Sizes played between the last that misses the target and the first that meets it; how often."""

FEW = 100
"""Futures below which a chance of a tenth is hardly told from one of a fifth."""

OF_RIOTS = ("riots", "riot_week")


def size(
    scenario: Scenario | str | Path,
    at: dt.date | str,
    target: str,
    *,
    futures: int = 300,
    seed: int = 1,
    draw: bool = True,
    workers: int | None = None,
    progress: Callable[[Progress], None] | None = None,
) -> Sizing:
    """Return the smallest force that meets a target from a day on, and where it should stand.

    Parameters
    ----------
    scenario : Scenario, str or Path
    at : date
        Up to this day the force is that of the table; from then on it is held at each size.
    target : str
        Such as ``P(riot week within a year) < 0.1``; see `interpose.assess.choices.targets`.
    futures : int
        How many, each under every size.
    draw : bool
        Whether uncertain parameters are drawn, in every future others.
    progress : callable, optional
        Told how far it is, in each of up to four rounds.

    Raises
    ------
    InterposeError
        For a target or a day that cannot be.

    Examples
    --------
    >>> import interpose as ip
    >>> found = ip.size("kosovo", "2008-02-17", "R < 0.8", futures=4)
    >>> found.document()["answer"]["met_without_force"]
    True
    """
    read = sound(scenario) if isinstance(scenario, Scenario) else load(scenario)
    wanted = target_of(target)
    day = _day(read, at, wanted)
    stood = sum(row.strength for row in contingents_at(read, day))
    if not stood:
        msg = f"--at: nobody is in theatre on {day} by contingents.csv: there is no force to scale."
        raise InterposeError(msg)
    past = Variant("the past", read, futures=0)

    def played(some: Sequence[Variant]) -> Played:
        """Play variants from the day on; the first of them only gives its past."""
        plan = Plan(
            (past, *some), seed, futures, draw, day, wanted.days, with_r=wanted.counted == "R"
        )
        found = play_each(plan, workers=workers, progress=progress)
        for error in filter(None, found.error[:, 1:].flat):
            if not error.startswith(RunawayError.__name__):
                raise InterposeError(str(error))
        return found

    first = played([Variant("nobody", laid_out(read, day, [])), Variant("as it stands", read)])
    danger = first.danger.mean(axis=0)
    found = Sizing(read, day, wanted, {}, (0,), first.counts[:, 1:2], first.counts[:, 2], danger)
    strengths = sorted({max(round(scale * stood), 1) for scale in SCALES})
    forces = {n: laid_out(read, day, found.bases(n)) for n in strengths}
    cases = _cases(read, wanted)
    asked = [Variant(f"{c} {n}", forces[n], **how) for c, how in cases.items() for n in strengths]
    parts = np.split(played(asked).counts[:, 1:], len(cases), axis=1)
    by_case = {
        case: ((0, *strengths), np.hstack([found.counts, part]))
        for case, part in zip(cases, parts, strict=True)
    }
    found = replace(found, cases=by_case, strengths=by_case["drawn"][0], counts=by_case["drawn"][1])
    found = replace(found, strength=first_met(found.strengths, found.missed, wanted))
    for _ in range(ROUNDS if found.strength else 0):
        more = found.between()
        new = [Variant(str(n), laid_out(read, day, found.bases(n))) for n in more]
        if new:
            found = found.with_more(more, played(new).counts[:, 1:])
    return found


def _cases(scenario: Scenario, target: Target) -> dict[str, dict[str, Any]]:
    """Return what is played under every size: as drawn, and what the answer may rest on."""
    low, high = _ends(scenario)
    cases: dict[str, dict[str, Any]] = {
        "drawn": {},
        "low": {"values": low},
        "high": {"values": high},
    }
    if target.counted in OF_RIOTS:
        cases["no_caveat"] = {"riot_share": 1.0}
    return cases


def _day(scenario: Scenario, at: dt.date | str, target: Target) -> dt.date:
    header = scenario.header
    day = day_of(at, "--at", scenario)
    last = header.end - dt.timedelta(target.days - 1)
    if not header.start <= day <= last:
        why = f", for {target.days} days from it on are played" if day <= header.end else ""
        msg = (
            f"--at: {day} must be from {header.start} to {last}{why}; "
            f"{header.name} runs to {header.end}."
        )
        raise InterposeError(msg)
    return day


def _ends(scenario: Scenario) -> tuple[dict[str, float], dict[str, float]]:
    """Return what soldiers prevent at the low and at the high end of its interval."""
    low, high = dict[str, float](), dict[str, float]()
    for row in scenario.parameters.rows():
        if row.name.startswith("effect.troops.") or row.name == "response.reduction":
            low[row.name], high[row.name] = row.low, row.high
        if row.name == "riot.force":  # a factor on odds: the smaller, the stronger the force
            low[row.name], high[row.name] = row.high, row.low
    return low, high


@dataclass(frozen=True)
class Sizing:
    """An answer, with all that it rests on; `document` says it as JSON has it.

    Attributes
    ----------
    cases : mapping of str to (strengths, counts)
        As drawn, at the ends of what soldiers prevent, and without caveats.
    strengths, counts : sequence of int, (future, strength, counted) float
        All that were played as drawn.
    stood : (future, counted) float
        With the force as its table has it.
    danger : (2, place, 2) float
        Riots and incidents with nobody in theatre, and the persons in their crowds.
    strength : int, optional
        The answer; None if no size meets the target.
    """

    scenario: Scenario
    day: dt.date
    target: Target
    cases: Mapping[str, tuple[Sequence[int], Floats]]
    strengths: Sequence[int]
    counts: Floats
    stood: Floats
    danger: Floats
    strength: int | None = None

    @property
    def missed(self) -> NDArray[np.bool_]:
        """(future, strength): whether the event happened."""
        return self.target.missed(self.counts)

    def _bracket(self) -> tuple[int, int]:
        """Return the next smaller size played, and the answer."""
        top = self.strength or 0
        return max(n for n in self.strengths if n < top), top

    def between(self) -> list[int]:
        """Return sizes between the answer and the next smaller one played."""
        low, top = self._bracket()
        parts = {round(low + (top - low) * k / (BETWEEN + 1)) for k in range(1, BETWEEN + 1)}
        return sorted(parts - {low, top})

    def with_more(self, more: Sequence[int], counts: Floats) -> Sizing:
        """Return a copy that knows more sizes, and the smallest of them that meets the target."""
        order = np.argsort([*self.strengths, *more])
        strengths = [int(n) for n in np.array([*self.strengths, *more])[order]]
        known = replace(
            self, strengths=strengths, counts=np.hstack([self.counts, counts])[:, order]
        )
        low, top = self._bracket()
        found = first_met(strengths, known.missed, self.target, above=low)
        return replace(known, strength=min(top, found or top))

    def answer_of(self, case: str, target: Target | None = None) -> dict[str, Any]:
        """Return where the curve of a case meets a target, with its interval."""
        strengths, counts = self.cases[case]
        target = target or self.target
        return answer_of(strengths, target.missed(counts), target)

    @cached_property
    def answer(self) -> dict[str, Any]:
        """The smallest force, with its interval."""
        found = answer_of(self.strengths, self.missed, self.target)
        n, low, high = self.strength, found["low"], found["high"]
        if n is not None:
            low = n if low is None else min(low, n)
            high = None if high is None else max(high, n)
        met = n == 0
        return {**found, "strength": n, "low": low, "high": high, "binds": not met,
                "met_without_force": met}  # fmt: skip

    def bases(self, strength: int) -> list[dict[str, Any]]:
        """Return where a strength counts most: base and soldiers."""
        danger = [self.danger[1]]
        if self.target.counted in OF_RIOTS:
            danger.insert(0, self.danger[0])
        given = by_base(self.scenario, self.day, strength, danger) if strength else {}
        return [{"base": base, "strength": n} for base, n in given.items()]

    @cached_property
    def by_place(self) -> list[dict[str, Any]]:
        """Base -> soldiers of the answer."""
        return self.bases(self.strength or 0)

    def nearest(self) -> dict[str, Any] | None:
        """Return the nearest target that binds, or that a force meets; with its force.

        None where this one does both, or none of its kind does.
        """
        if self.strength:
            return None
        if self.strength is None:
            other = self.target.loosened(monotone(self.missed.mean(axis=0)))
        else:
            counts = (self.counts[:, 0, COUNTED.index(n)] for n in (self.target.counted, "riots"))
            other = self.target.binding(*counts)
        if other is None:
            return None
        return {"target": other.words, "strength": self.answer_of("drawn", other)["strength"]}

    def write(self, file: Path) -> bool:
        """Write the answer as lines for `plan --requirements`; return whether there are any."""
        is_of_riots = self.target.counted in OF_RIOTS
        share = trained_share(contingents_at(self.scenario, self.day)) if is_of_riots else 0.0
        ends = self.day + dt.timedelta(self.target.days)
        if self.by_place:
            write_lines(self.scenario, self.day, ends, self.by_place, share, file)
        return bool(self.by_place)

    def document(self) -> dict[str, Any]:
        """Return the answer, the curve and what they rest on."""
        stood = sum(row.strength for row in contingents_at(self.scenario, self.day))
        counted = self.counts[:, :, COUNTED.index(self.target.counted)]
        means = counted.mean(axis=0)
        curve = curve_of(self.strengths, self.missed)
        size, per = self._size()
        return {
            "scenario": self.scenario.header.name,
            "at": str(self.day),
            "target": self.target.words,
            "event": self.target.event,
            "limit": self.target.limit,
            "futures": len(counted),
            "stood": stood,
            "as_it_stands": self._chance(self.target.missed(self.stood)),
            "per": per,
            "ratio": (self.strength or 0) / size,
            "counted": self.target.counted,
            "curve": [
                {**row, "mean": float(mean) if math.isfinite(mean) else None}
                for row, mean in zip(curve, means, strict=True)
            ],
            "answer": self.answer,
            "nearest": self.nearest(),
            "by_place": self.by_place,
            "laid_out": self._laid_out(),
            "effects": {end: self.answer_of(end) for end in ("low", "high")},
            "rules_of_thumb": rules_of_thumb(size, per),
            "prices": self._prices(),
            "warnings": self.warnings(),
        }

    def _laid_out(self) -> dict[str, float] | None:
        """Return the chance as the answer was played, where `by_place` says."""
        if not self.strength:
            return None
        return self._chance(self.missed[:, list(self.strengths).index(self.strength)])

    def _chance(self, happened: NDArray[np.bool_]) -> dict[str, float]:
        low, high = wilson(float(happened.mean()), len(happened))
        return {"chance": float(happened.mean()), "low": low, "high": high}

    def _size(self) -> tuple[float, str]:
        """Return the size of what the force is for: km of the line, or thousands of people."""
        theatre = Theatre(self.scenario)
        km = float(theatre.lines.km[theatre.epoch_of_day[theatre.day_index(self.day)]].sum())
        if km:
            return km, "km of line"
        year = theatre.year_of_day[theatre.day_index(self.day)]
        return float(theatre.population[year].sum() / 1000.0), "1,000 inhabitants"

    def _prices(self) -> list[dict[str, Any]]:
        tasks = prices_of_tasks(self.scenario, self.day)
        if "no_caveat" not in self.cases or not self.strength:
            return tasks
        free = self.answer_of("no_caveat")["strength"]
        saved = None if free is None else max(self.strength - free, 0)
        return [*prices_of_caveats(contingents_at(self.scenario, self.day), saved), *tasks]

    def warnings(self) -> list[str]:
        """Return what is to be known before the answer is believed."""
        missed, strength = self.missed, self.strength
        found = []
        if len(missed) < FEW:
            found.append(f"Only {plural(len(missed), 'future')}: see the intervals of the curve.")
        more = mean_of(missed[:, -1].astype(float) - missed[:, 0])
        if more["low"] is not None and more["low"] > 0:
            found.append("More soldiers bring more of it; the monotone curve hides that, see raw.")
        if strength:
            offered = most_offered(self.scenario.contingents, self.scenario.header.start, self.day)
            if strength > offered:
                found.append(f"{strength:,} is more than was ever there or called: {offered:,}.")
        return found
