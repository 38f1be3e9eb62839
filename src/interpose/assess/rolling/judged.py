"""Forecasts judged: rolling origins, against baselines that know what the forecast knows.

Each measure is judged by months and regions where the record has counts enough, and by years. A
riot is a yes or no. Scores of a year are added up, and skill is resampled in blocks of years.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interpose.assess.accounting import FEWEST_YEARS
from interpose.assess.rolling.baselines import DATED, GROUPS, baselines, dated_shocks, forecast
from interpose.assess.rolling.origins import (
    LONGEST,
    MEASURES,
    Grid,
    Told,
    forecasts,
    forecasts_folder,
    grid_of,
    kept,
    of_run,
    recorded,
    shocked,
)
from interpose.assess.score import coverage, crps, fifths, reliability, skill
from interpose.ensemble import Run
from interpose.errors import InterposeError, require_known
from interpose.play.theatre import Floats, Ints
from interpose.record import Record
from interpose.scenario import Scenario
from interpose.scenario.checks.rows import RECORD

LEADS = (1, LONGEST)
"""Years ahead."""

WANTED_ORIGINS = 12
ENOUGH_CELLS = 5
"""Months with an event, for each region, from which on months and regions are judged."""

MONTHS, YEARS = "months and regions", "years"
"""Cells that are judged each by itself."""

YES_OR_NO = frozenset({"riots"})
"""Measures of which it is asked whether there was any."""

GIVEN, WITHOUT = "given the politics", "without later politics"
FROZEN = "given, and frozen"


# --- scores ---------------------------------------------------------------------------------------


@dataclass
class Case:
    """What is judged together: a measure, a mode, years ahead and cells, over target years."""

    measure: str
    mode: str
    ahead: str
    cells: str
    years: list[int] = field(default_factory=list)
    seen: list[Floats] = field(default_factory=list)
    draws: dict[str, list[Floats]] = field(default_factory=dict)

    def add(self, year: int, seen: Floats, draws: dict[str, Floats]) -> None:
        """Add a target year: (part, region) recorded, and the draws of everybody."""
        if self.cells == YEARS:
            draws = {name: _whole(drawn) for name, drawn in draws.items()}
            seen = np.asarray(seen.sum(keepdims=True))
        if self.measure in YES_OR_NO:
            seen = (seen > 0).astype(np.float64)
            draws = {name: (drawn > 0).astype(np.float64) for name, drawn in draws.items()}
        self.years.append(year)
        self.seen.append(seen)
        for name, drawn in draws.items():
            self.draws.setdefault(name, []).append(drawn)

    def scores(self, name: str, but: int | None = None) -> Floats:
        """Return (year,) the CRPS, added up over the cells of a year; of yes or no Brier's.

        Of the forecast draws are made of groups of futures; one group may be left out.
        """
        pairs = list(zip(self.draws[name], self.seen, strict=True))
        if name != OURS:
            return np.array([crps(drawn, seen).sum() for drawn, seen in pairs])
        kept = [group for group in range(GROUPS) if group != but]
        some = np.arange(len(self.draws[name][0])).reshape(-1, GROUPS)[:, kept].ravel()
        return np.array([crps(drawn[some], seen, len(kept)).sum() for drawn, seen in pairs])

    def any(self) -> tuple[Floats, Floats]:
        """Return the chance of any event in each cell, and whether there was one."""
        chance = [(drawn > 0).mean(axis=0).ravel() for drawn in self.draws[OURS]]
        return np.concatenate(chance), np.concatenate([1.0 * (s > 0).ravel() for s in self.seen])

    def row(self) -> dict[str, Any]:
        """Return a row of the table of scores: skill is against the best of the baselines."""
        ours = self.scores(OURS)
        drawn = np.concatenate([d.reshape(len(d), -1) for d in self.draws[OURS]], 1)
        seen = np.concatenate([one.ravel() for one in self.seen])
        rivals = {name: self.scores(name) for name in self.draws if name != OURS}
        best = min(rivals, key=lambda name: rivals[name].mean())
        left_out = [self.scores(OURS, group).mean() for group in range(GROUPS)]
        gained = {name: skill(ours, scores) for name, scores in rivals.items()}
        row: dict[str, Any] = {
            "measure": self.measure,
            "mode": self.mode,
            "years_ahead": self.ahead,
            "cells": self.cells,
            "period": f"{self.years[0]}–{self.years[-1]}",
            "years": len(self.years),
            "recorded_a_year": float(np.mean([s.sum() for s in self.seen])),
            "expected_a_year": float(np.mean([_whole(d).mean() for d in self.draws[OURS]])),
            "score": float(ours.mean()),
            "score_by_chance": float(np.sqrt(GROUPS - 1) * np.std(left_out)),  # the jackknife's
            "best_baseline": best,
            "skill": gained[best][0],
            "interval": list(gained[best][1:]),
            "baselines": {
                name: {"score": float(scores.mean()), "skill": gained[name][0],
                       "interval": list(gained[name][1:])}
                for name, scores in rivals.items()
            },
        }  # fmt: skip
        if self.measure in YES_OR_NO:
            return row
        inside = {f"inside_{n}_%": coverage(drawn, seen, n / 100) for n in (50, 90)}
        return row | inside | {"pit": fifths(drawn, seen).tolist()}


OURS = "forecast"


def _whole(draws: Floats) -> Floats:
    return np.asarray(draws.sum(axis=(1, 2), keepdims=True))


# --- all origins ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Assessment:
    """How the forecasts did.

    Attributes
    ----------
    origins : list of int
        The years at the end of which forecasts were made.
    rows : list of dict
        One a measure, mode, lead and kind of cell, the worst skill first.
    reliability : dict of str to list
        Measure and mode -> what came of forecasts of like chance, one year ahead.
    words : list of str
        The same in plain sentences, the verdict first.
    """

    origins: list[int]
    rows: list[dict[str, Any]]
    reliability: dict[str, list[dict[str, float]]]
    words: list[str]


def assess(
    scenario: Scenario,
    record: Record,
    *,
    folder: Path,
    measures: Sequence[str] = MEASURES,
    origin_from: int | None = None,
    futures: int = 40,
    seed: int = 1,
    show: Callable[[str, int, int], None] = lambda *_: None,
) -> Assessment:
    """Play the forecasts of a scenario, or take them from a folder, and judge them by its record.

    Raises
    ------
    InterposeError
        If a measure is not known, there is too little to judge by, or the parameters know more than
        an origin should.
    """
    require_known("measure", measures, MEASURES)
    grid = grid_of(scenario, record)
    origins = origins_of(scenario, grid, origin_from)
    told = forecasts(scenario, grid, origins, futures, seed, folder, show)
    seen, shocks = recorded(scenario, record, grid), shocked(scenario, grid)
    return judge(grid.years, seen, shocks, told, origins, measures)


FUTURES_OF_RUN = 200
"""Futures of a stored run that are judged."""


def judge_run(run: Run, scenario: Scenario, record: Record) -> Assessment:
    """Judge the futures of a stored run, given the politics.

    With them, if they were played by `assess` of the same inputs, those without later politics.

    Raises
    ------
    InterposeError
        If there is too little to judge by.
    """
    grid = grid_of(scenario, record)
    origins = origins_of(scenario, grid)
    folder = forecasts_folder(scenario, run.folder.parent)
    told = Told(of_run(run, scenario, grid, FUTURES_OF_RUN), kept(scenario, grid, folder))
    seen, shocks = recorded(scenario, record, grid), shocked(scenario, grid)
    return judge(grid.years, seen, shocks, told, origins)


def origins_of(scenario: Scenario, grid: Grid, origin_from: int | None = None) -> list[int]:
    """Return the years at whose end a forecast can be made and judged.

    Raises
    ------
    InterposeError
        If they are too few, or the parameters were fitted to later years than the first.
    """
    name, years = scenario.header.name, grid.years
    if all(row.reporter != RECORD for row in scenario.reporting):
        msg = (
            f"{name}: reporting.csv has no reporter '{RECORD}', who says what a record holds of it."
        )
        raise InterposeError(msg)
    if not len(years):
        msg = (
            f"{name} has no whole year of record/incidents.csv to judge by. To see what becomes of"
            f" its rows: interpose check {scenario.folder} --all"
        )
        raise InterposeError(msg)
    fitted = any(row.basis == "fitted" for row in scenario.parameters.rows())
    least = max(int(years[0]) + 1, scenario.header.fit_until.year if fitted else 0)
    first, last = least if origin_from is None else origin_from, int(years[-1]) - 1
    if first < least:
        why = f"parameters were fitted to the record up to {scenario.header.fit_until}"
        why = why if fitted and least > years[0] + 1 else f"the record begins in {years[0]}"
        msg = f"origin_from: {first}. Must be {least} or later: {why}."
        raise InterposeError(msg)
    if last - first + 1 < FEWEST_YEARS:
        msg = (
            f"{name}: origins from {first} to {last} are too few; {FEWEST_YEARS} or more are"
            f" needed. The record has the whole years {years[0]} to {years[-1]}, and an origin may"
            f" be the end of {least} or later."
        )
        raise InterposeError(msg)
    return list(range(first, last + 1))


def judge(
    years: Ints,
    seen: Floats,
    shocks: NDArray[np.bool_],
    told: Told,
    origins: Sequence[int],
    measures: Sequence[str] = MEASURES,
) -> Assessment:
    """Judge futures of some origins by the record.

    `years` are those of `seen` (measure, year, month, region) and of `shocks`; see `Told`.
    """
    cases, rated = list[Case](), {}
    for name in measures:
        some = list(_cases(name, years, seen, shocks, told, origins))
        for case in some:
            if case.ahead == "1" and case.cells == some[0].cells:
                rated[f"{name}, {case.mode}"] = reliability(*case.any())
        cases += some
    rows = sorted((case.row() for case in cases), key=lambda row: float(row["skill"]))
    return Assessment(list(origins), rows, rated, words(rows, origins))


def _cases(
    name: str, years: Ints, seen: Floats, shocks: NDArray[np.bool_], told: Told,
    origins: Sequence[int],
) -> Iterator[Case]:  # fmt: skip
    """Yield the cases of a measure, months and regions before years."""
    m = MEASURES.index(name)
    record, given = seen[m], told.given[:, m].astype(np.float64)
    expected = (given > 0).mean(axis=0).sum(axis=1)
    fine = np.count_nonzero(record) >= ENOUGH_CELLS * record.shape[2]
    for mode, ahead in [(m, a) for m in (GIVEN, WITHOUT) for a in LEADS] + [(FROZEN, 0)]:
        grids = [MONTHS, YEARS] if fine and mode != FROZEN else [YEARS]
        lead = str(ahead or f"1 to {years[-1] - origins[0]}")
        some = [Case(name, mode, lead, cells) for cells in grids]
        targets = [(origins[0], y) for y in years[years > origins[0]]]
        for origin, year in targets if mode == FROZEN else [(o, o + ahead) for o in origins]:
            if year > years[-1] or (mode == WITHOUT and origin not in told.without):
                continue
            end, at, first = np.searchsorted(years, [origin + 1, year, origins[0] + 1])
            rng, own = (np.random.default_rng([m, origin, year, i]) for i in range(2))
            futures = given[:, at]
            if mode == WITHOUT:
                futures = told.without[origin][:, m, ahead - 1].astype(np.float64)
            ours = forecast(futures, record[:end], expected[:end], year - origin, own)
            for case in some:
                parts = record if case.cells == MONTHS else record.sum((1, 2), keepdims=True)
                rivals = baselines(parts[:end], first, rng)
                if mode != WITHOUT:
                    rivals[DATED] = dated_shocks(record[:end], shocks[:end], shocks[at], rng)
                case.add(year, record[at], {OURS: ours, **rivals})
        yield from (case for case in some if len(case.years) >= FEWEST_YEARS)


# --- in words -------------------------------------------------------------------------------------

KINDS = (
    "“Given the politics” knows the dates of later shocks and when contingents came and left: it"
    " tests the model and is no forecast made in advance. “Without later politics” is one: shocks"
    " come back at their past rates, and the force stays as it was. Both know the record up to"
    " their origin, as the baselines do. What another force would have done is neither: no record"
    " can check it."
)


def words(rows: Sequence[dict[str, Any]], origins: Sequence[int]) -> list[str]:
    """Say in plain sentences what the rows say, the verdict first."""
    told = [_verdict(rows), KINDS]
    inside = [row["inside_90_%"] for row in rows if row["cells"] == YEARS and "pit" in row]
    if inside:
        low, high = (f"{100 * end(inside):.0f}" for end in (min, max))
        told.append(
            f"{low} to {high} % of the years lie inside the 90 % interval, measure by measure;"
            " about 90 % should."
        )
    moved = np.median([row["score_by_chance"] / max(row["score"], 1e-9) for row in rows])
    told.append(
        f"As many other futures would move an error by about {percent(float(moved))}: with more of"
        " them chance weighs less."
    )
    if len(origins) < WANTED_ORIGINS:
        told.append(
            f"There are {len(origins)} origins only, from {origins[0]} to {origins[-1]}, where"
            f" {WANTED_ORIGINS} are wanted: the record is short, so chance explains much."
        )
    return told


def _verdict(rows: Sequence[Any]) -> str:
    """Return in how many comparisons a baseline is better; forecasts made in advance come first."""
    lost = [row for row in rows if row["skill"] <= 0]
    clear = sum(row["interval"][1] < 0 for row in lost)
    if lost:
        ahead = sorted(lost, key=lambda row: (row["mode"], row["years_ahead"]) != (WITHOUT, "1"))
        named = "; ".join(_of(row) for row in ahead[:3])
        some = f"{len(lost)} of {len(rows)}" if len(lost) < len(rows) else f"all {len(rows)}"
        sure = f"; in {clear} of these chance does not explain it" if clear else ""
        return f"A baseline is better than the forecasts in {some} comparisons{sure}: {named}."
    return (
        f"The forecasts are better than every baseline in all {len(rows)} comparisons, least in"
        f" {_of(rows[0])}."
    )


def _of(row: Any) -> str:  # noqa: ANN401 - a row of the table
    """Return one comparison in words: what, and how much better or worse."""
    low, high = (percent(end, sign=True) for end in row["interval"])
    chance = (
        ", which chance could explain"
        if not (row["interval"][0] > 0 or row["interval"][1] < 0)
        else ""
    )
    span = (
        f"{low} to {high}{chance}"
        if np.isfinite(row["interval"]).all()
        else "too few for an interval"
    )
    way = "better" if row["skill"] > 0 else "worse"
    plural = "year" if row["years_ahead"] == "1" else "years"
    return (
        f"{row['measure']}, {row['years_ahead']} {plural} ahead, {row['mode']}, by {row['cells']},"
        f" {percent(abs(row['skill']))} {way} than “{row['best_baseline']}” ({span})"
    )


def percent(share: float, *, sign: bool = False) -> str:
    """Write a share as people write it."""
    if not np.isfinite(share):
        return "–"
    return f"{share * 100:{'+' if sign else ''}.0f} %".replace("-", "−")
