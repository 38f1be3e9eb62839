"""How strong, and where: the smallest force under which a target is met, on the same futures.

The force that the table has on a day is scaled from none to three times; under every size each
future is played with the same draws. The shares in which the event happens, made monotone by
isotonic regression, are the curve; the answer is where it falls under the limit, on straight lines
between the sizes played. Its interval is that of futures drawn again. A stricter target is read off
the same curve, or off one that nowhere lies lower, and so never asks for less.

Beside it stand the rules of thumb (`rules_of_thumb.csv`), the answer with the effects of the force
at both ends of their intervals, where the soldiers would count most, and what caveats and tasks
cost in soldiers.
"""

from __future__ import annotations

import csv
import datetime as dt
import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interpose.assess.choices.differences import mean_of
from interpose.assess.choices.laydown import (
    by_base,
    contingents_at,
    laid_out,
    write_lines,
)
from interpose.assess.choices.targets import Target, answer_of, curve_of, target_of, wilson
from interpose.ensemble.sizes import COUNTED, Case, Outcome, Sizes, play_sizes
from interpose.errors import InterposeError
from interpose.plan.requirement import force_requirement
from interpose.play import Theatre
from interpose.scenario import Scenario, load, read_plan_tables, sound
from interpose.scenario.policies import most_offered, trained_share

Floats = NDArray[np.float64]

SCALES = (0.0, 0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
"""Sizes that are played, in times what stood there."""

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
    progress: Callable[[int, int], Any] | None = None,
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
        Told how many futures are done, and of how many.

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
    strengths = tuple(round(scale * stood) for scale in SCALES)
    low, high = _ends(read)
    cases = {
        "drawn": Case(strengths),
        "low": Case(strengths, low),
        "high": Case(strengths, high),
    }
    if wanted.counted in OF_RIOTS:
        cases["no_caveat"] = Case(strengths, riot_share=1.0)

    def played(some: Mapping[str, Case]) -> Outcome:
        asked = Sizes(
            read, day, wanted.days, some, seed, futures, draw, with_r=wanted.counted == "R"
        )
        return play_sizes(asked, workers, progress)

    found = Sizing(read, day, wanted, strengths, played(cases))
    if not found.answer["strength"]:
        return found
    table = Case((None,), scenario=laid_out(read, day, found.by_place))
    return Sizing(read, day, wanted, strengths, found.played, played({"laid_out": table}))


def _day(scenario: Scenario, at: dt.date | str, target: Target) -> dt.date:
    header = scenario.header
    try:
        day = at if isinstance(at, dt.date) else dt.date.fromisoformat(at)
    except ValueError as error:
        msg = f"--at {at!r}: must be a day, such as {header.start}."
        raise InterposeError(msg) from error
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
    """An answer, with all that it rests on; `document` says it as JSON has it."""

    scenario: Scenario
    day: dt.date
    target: Target
    strengths: Sequence[int]
    played: Outcome
    laid: Outcome | None = None

    def missed(self, case: str) -> NDArray[np.bool_]:
        """Return (future, strength) whether the event happened."""
        return self.target.missed(self.played.counts[case])

    @cached_property
    def answer(self) -> dict[str, Any]:
        """The smallest force, with its interval."""
        return answer_of(self.strengths, self.missed("drawn"), self.target)

    @cached_property
    def by_place(self) -> list[dict[str, Any]]:
        """Base -> soldiers, where they count most."""
        strength = self.answer["strength"]
        if not strength:
            return []
        danger = [self.played.incidents.mean(axis=0)]
        if self.target.counted in OF_RIOTS:
            danger.insert(0, self.played.riots.mean(axis=0))
        given = by_base(self.scenario, self.day, strength, danger)
        return [{"base": base, "strength": n} for base, n in given.items()]

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
        missed = self.missed("drawn")
        stood = contingents_at(self.scenario, self.day)
        return {
            "scenario": self.scenario.header.name,
            "at": str(self.day),
            "target": self.target.words,
            "event": self.target.event,
            "limit": self.target.limit,
            "futures": len(missed),
            "stood": sum(row.strength for row in stood),
            "per_1000": (self.answer["strength"] or 0) / self._thousands(),
            "counted": self.target.counted,
            "curve": [
                {**row, "mean": mean if math.isfinite(mean) else None}
                for row, mean in zip(curve_of(self.strengths, missed), self._means(), strict=True)
            ],
            "answer": self.answer,
            "by_place": self.by_place,
            "laid_out": self._laid_out(),
            "effects": {
                end: answer_of(self.strengths, self.missed(end), self.target)
                for end in ("low", "high")
            },
            "rules_of_thumb": self._rules(),
            "prices": [*self._caveats(), *self._tasks()],
            "warnings": self.warnings(),
        }

    def _means(self) -> list[float]:
        """Return the mean of what is counted, by strength."""
        counts = self.played.counts["drawn"][:, :, COUNTED.index(self.target.counted)]
        return [float(mean) for mean in counts.mean(axis=0)]

    def _laid_out(self) -> dict[str, float] | None:
        """Return the chance if the answer stands where `by_place` says."""
        if self.laid is None:
            return None
        happened = self.target.missed(self.laid.counts["laid_out"])[:, 0]
        low, high = wilson(happened.mean(), len(happened))
        return {"chance": float(happened.mean()), "low": low, "high": high}

    def _rules(self) -> list[dict[str, Any]]:
        people = self._thousands()
        return [
            {**row, "per_1000": float(row["per_1000"]),
             "strength": round(float(row["per_1000"]) * people)}
            for row in rules_of_thumb()
        ]  # fmt: skip

    def _thousands(self) -> float:
        theatre = Theatre(self.scenario)
        year = theatre.year_of_day[theatre.day_index(self.day)]
        return float(theatre.population[year].sum() / 1000.0)

    def _caveats(self) -> list[dict[str, Any]]:
        """Return what each caveat against riots costs, in soldiers."""
        strength = self.answer["strength"]
        if "no_caveat" not in self.played.counts or not strength:
            return []
        free = answer_of(self.strengths, self.missed("no_caveat"), self.target)["strength"]
        saved = None if free is None else max(strength - free, 0)
        barred: dict[str, float] = defaultdict(float)
        for row in contingents_at(self.scenario, self.day):
            barred[row.contributor] += row.strength * (1.0 - row.riot_capable)
        total = sum(barred.values())
        share = 1.0 - trained_share(contingents_at(self.scenario, self.day))
        what = f"against crowds, or no training for them: {share:.0%} of the soldiers"
        found: list[dict[str, Any]] = [
            {"kind": "caveat", "what": what, "soldiers": saved, "basis": "played without"}
        ]
        for nation, n in sorted(barred.items(), key=lambda one: (-one[1], one[0])):
            if saved is not None and n:
                basis = f"its part, by {n:,.0f} soldiers"
                price = round(saved * n / total)
                found.append({"kind": "caveat", "what": nation, "soldiers": price, "basis": basis})
        return found

    def _tasks(self) -> list[dict[str, Any]]:
        """Return what each task binds on the day, in soldiers."""
        if not self.scenario.folder:
            return []
        needs = force_requirement(self.scenario, read_plan_tables(self.scenario), self.day).needs
        persons: dict[str, float] = defaultdict(float)
        for need in needs:
            persons[need.row.task] += float(need.persons)
        return [
            {
                "kind": "task",
                "what": task,
                "soldiers": math.ceil(n - 1e-9),
                "basis": "bound on that day, by plan requirement",
            }
            for task, n in persons.items()
        ]

    def warnings(self) -> list[str]:
        """Return what is to be known before the answer is believed."""
        missed, strength = self.missed("drawn"), self.answer["strength"]
        found = []
        if len(missed) < FEW:
            found.append(f"{len(missed)} futures are few; see the intervals of the curve.")
        more = mean_of(missed[:, -1].astype(float) - missed[:, 0])
        if more["low"] is not None and more["low"] > 0:
            found.append("More soldiers bring more of it; the monotone curve hides that, see raw.")
        if strength:
            offered = most_offered(self.scenario.contingents, self.scenario.header.start, self.day)
            if strength > offered:
                found.append(f"{strength:,} is more than was ever there or called: {offered:,}.")
        return found


def rules_of_thumb() -> list[dict[str, str]]:
    """Return missions, their soldiers per 1,000 inhabitants, and what followed."""
    text = (files("interpose.assess.choices") / "rules_of_thumb.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
