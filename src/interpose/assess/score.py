"""Scores of forecasts given as draws; and held out: the years that no parameter was fitted to.

Scores take draws (M,) or (M, case) and observations () or (case,). They are a few lines of numpy
each; ``tests/assess/test_score.py`` holds them against the package ``scoringrules``, which is no
dependency because importing it takes four seconds (docs/decisions/0006).

Held out, what the reporter ``record`` would have reported in each year is compared with what the
record holds, on the days that it covers (``accounting.py``); the dead of riots count on both sides.
The futures know the figures up to ``fit_until``, the contingents, and the dates of the political
shocks of all years, later ones too, so this is a test given the politics and no true forecast. The
two baselines know the record of every year before the one they forecast, which the futures do not:
they are hard to beat, and a model that does not beat them says so.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from interpose.assess.accounting import collected, judged_years, too_few
from interpose.assess.over_time import Yearly
from interpose.play.theatre import ACTS, Floats
from interpose.record import Point, Record
from interpose.scenario import Scenario
from interpose.scenario.checks.rows import RECORD


def crps(draws: Floats, observed: Floats | float) -> Floats:
    """Return the continuous ranked probability score, fair for any number of draws.

    ``mean|x - y| - sum|x_j - x_k| / (2 M (M - 1))``: the distance between what was said and what
    came, in the unit of the quantity; less is better, zero is perfect. For one draw it is the
    absolute error.

    Sources
    -------
    Gneiting & Raftery 2007, doi:10.1198/016214506000001437; fair form: Ferro 2014,
    doi:10.1002/qj.2270.
    """
    x = np.sort(np.asarray(draws, dtype=np.float64), axis=0)
    m = len(x)
    error = np.abs(x - observed).mean(axis=0)
    if m == 1:
        return np.asarray(error)[()]
    # Sorted, the sum over pairs is a weighted sum: O(M log M) instead of O(M^2).
    rank = np.arange(1, m + 1).reshape(-1, *([1] * (x.ndim - 1)))
    pairs = 2.0 * ((2 * rank - m - 1) * x).sum(axis=0)
    return np.asarray(error - pairs / (2.0 * m * (m - 1)))[()]


def coverage(draws: Floats, observed: Floats, level: float) -> float:
    """Return the share of cases inside the central interval of this level."""
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return float(((observed >= low) & (observed <= high)).mean())


def same_as_last(
    series: Floats, first: int, draws: int, seed: int, days: Floats | None = None
) -> Floats:
    """Forecast every case of the record, (case,), from `first` on by the one before it.

    The draws, (draw, case - first), have Poisson spread; for `days` see `on_equal_days`.
    """
    rng = np.random.default_rng(seed)
    means = [on_equal_days(series, days, end)[-1] for end in range(first, len(series))]
    return rng.poisson(means, size=(draws, len(means))).astype(np.float64)


def mean_of_the_past(
    series: Floats, first: int, draws: int, seed: int, days: Floats | None = None
) -> Floats:
    """Forecast every case from `first` on by drawing from all cases before it.

    The "conflictology" baseline of the VIEWS competition (Hegre et al. 2024, arXiv:2407.11045);
    for `days` see `on_equal_days`.
    """
    rng = np.random.default_rng(seed)
    ends = range(first, len(series))
    columns = [rng.choice(on_equal_days(series, days, end), size=draws) for end in ends]
    return np.stack(columns, axis=1).astype(np.float64)


def on_equal_days(series: Floats, days: Floats | None, end: int) -> Floats:
    """Return the cases before `end` as if each had as many days as that one.

    Cases with less than half its days are left out, unless there are no others.

    Examples
    --------
    >>> on_equal_days(np.array([9.0, 10, 4, 7]), np.array([20.0, 100, 40, 50]), 3)
    array([5., 5.])
    """
    past = np.asarray(series[:end], dtype=np.float64)
    if days is None:
        return past
    enough = days[:end] >= days[end] / 2.0
    kept = enough if enough.any() else np.ones(end, np.bool_)
    return np.asarray(past[kept] * days[end] / days[:end][kept])


FEWEST_CASES = 6
"""Cases below which a bootstrap says nothing: there is no interval."""


def skill(
    ours: Floats, baseline: Floats, block: int = 3, repeats: int = 2000, seed: int = 0
) -> tuple[float, float, float]:
    """Return 1 - score/baseline over all cases, with its 90 % block-bootstrap interval.

    Scores are (case,), less being better; a `block` of neighbouring cases is drawn together, so
    that there are four or more blocks. Above zero is better than the baseline; minus infinity or
    NaN where the baseline is perfect. With fewer than `FEWEST_CASES` the interval is not a number.
    """
    cases = len(ours)
    block = max(1, min(block, cases // 4))
    rng = np.random.default_rng(seed)
    starts = rng.integers(0, cases, size=(repeats, -(-cases // block)))
    rows = (starts[:, :, None] + np.arange(block)).reshape(repeats, -1)[:, :cases] % cases
    with np.errstate(divide="ignore", invalid="ignore"):
        drawn = 1.0 - ours[rows].sum(axis=1) / baseline[rows].sum(axis=1)
        best = 1.0 - ours.sum() / baseline.sum()
    finite = drawn[np.isfinite(drawn)]
    known = len(finite) > 0 and cases >= FEWEST_CASES
    low, high = np.quantile(finite, [0.05, 0.95]) if known else (np.nan, np.nan)
    return float(best), float(low), float(high)


@dataclass(frozen=True, slots=True)
class StrengthScore:
    """How the played strength stands to a reported series.

    Attributes
    ----------
    dates : int
        Dates with reports that lie in the months played.
    inside : float
        Share of them at which the played strength lies within what was reported.
    inside_weighted : float
        The same, dates on which reports disagree widely counting less.
    distance : float, persons
        Mean distance from the nearest end of what was reported, with the same weights.
    farthest : tuple of (Point, float)
        The dates with the largest distances, and the strength played then.
    """

    dates: int
    inside: float
    inside_weighted: float
    distance: float
    farthest: tuple[tuple[Point, float], ...]


def score_strength(
    played: pd.Series[float], series: Sequence[Point], most: int = 3
) -> StrengthScore | None:
    """Hold the strength played against ``series_of(record, "force.strength")``.

    What was played is known as the mean of each month, indexed by its first day, so a step on the
    day of a report shows in the month after: of the months of a date and the one that follows, the
    closest counts. The `most` farthest dates are named. None if the series has no month played.
    """
    months = pd.DatetimeIndex(played.index).to_period("M")
    levels = played.to_numpy(dtype=float)
    rows: list[tuple[Point, float, float]] = []
    for point in series:
        first, last = (pd.Period(day, "M") for day in (point.period.first, point.period.last))
        held = levels[(months >= first) & (months <= last + 1)]
        if last < months[0] or first > months[-1]:
            continue
        if len(held):
            level = float(min(held, key=point.distance))
            rows.append((point, level, point.distance(level)))
    if not rows:
        return None
    weights = np.array([point.weight for point, _, _ in rows])
    distances = np.array([distance for _, _, distance in rows])
    inside = distances == 0.0
    far = sorted((row for row in rows if row[2] > 0), key=lambda row: -row[2])[:most]
    return StrengthScore(
        dates=len(rows),
        inside=float(inside.mean()),
        inside_weighted=float(np.average(inside, weights=weights)),
        distance=float(np.average(distances, weights=weights)),
        farthest=tuple((point, level) for point, level, _ in far),
    )


# --- held out -------------------------------------------------------------------------------------

DRAWS = 1000
"""Draws of a baseline."""

FULL_YEAR = 364
"""Days from which on a year counts as whole."""


@dataclass(frozen=True)
class Judgement:
    """What the held-out years say.

    Attributes
    ----------
    table : DataFrame
        One row a measure: mean recorded and expected a year, the scores (CRPS, in the unit of the
        measure) of the futures and both baselines, skill against each with its 90 % interval, and
        the share of years inside the 50 and 90 % intervals of the futures.
    words : list of str
        The same in plain sentences, the verdict first.
    """

    table: pd.DataFrame
    words: list[str]


@dataclass(frozen=True)
class Held:
    """A measure by year, held out from `first` on, on the same days on both sides.

    `recorded` (year,), `futures` (future, year); `days` (year,) are those that the record covers.
    """

    name: str
    years: NDArray[np.int64]
    recorded: Floats
    futures: Floats
    days: Floats
    first: int


def judge(found: Yearly, scenario: Scenario, record: Record) -> Judgement | None:
    """Score the futures of a run on the years after ``fit_until``.

    None if the scenario has no reporter ``record``, or too few years to judge.
    """
    if RECORD not in found.reporters or not len(found.futures):
        return None
    total, *others = measures(found, scenario, record)
    if too_few(total.years, total.first):
        return None
    judged = (one for one in (total, *others) if not too_few(one.years, one.first))
    table = pd.DataFrame(map(_scored, judged))
    return Judgement(table, _words(table, total))


def measures(found: Yearly, scenario: Scenario, record: Record) -> Iterator[Held]:
    """Yield what the futures' reports and the record count alike, the sum of all acts first.

    Acts that the record does not collect are left out on both sides, as are years without a day.
    """
    years = judged_years(found.years, record)
    seen = collected(scenario, record)
    counts, every = seen.by_year(years), seen.days_by_year(years)
    acts = [act for act in ACTS if every[act].any()]
    days = every[acts].mean(axis=1) if acts else every.sum(axis=1)
    reported = found.reported[:, : len(years), found.reporters.index(RECORD)].astype(np.float64)
    both = reported[:, :, [ACTS.index(act) for act in acts]].sum(axis=2)
    dead = found.deaths_told(RECORD, acts)[:, : len(years)].astype(np.float64)

    def held(name: str, recorded: pd.Series[float], told: Floats, on: pd.Series[float]) -> Held:
        some = np.asarray(on > 0)
        first = int((years[some] <= scenario.header.fit_until.year).sum())
        values = np.asarray(recorded, dtype=np.float64)[some]
        return Held(
            name, years[some], values, told[:, some], np.asarray(on, np.float64)[some], first
        )

    yield held("incidents, all acts", counts[acts].sum(axis=1), both, days)
    yield held("deaths, with riots", seen.dead_by_year(years), dead, days)
    for act in acts:
        yield held(act.replace("_", " "), counts[act], reported[:, :, ACTS.index(act)], every[act])


def _scored(held: Held) -> dict[str, object]:
    """Return one row of the table of scores."""
    seen, drawn = held.recorded[held.first :], held.futures[:, held.first :]
    ours = crps(drawn, seen)
    last = crps(same_as_last(held.recorded, held.first, DRAWS, 0, held.days), seen)
    past = crps(mean_of_the_past(held.recorded, held.first, DRAWS, 0, held.days), seen)
    against_last, against_past = skill(ours, last), skill(ours, past)
    return {
        "measure": held.name,
        "period": f"{held.years[held.first]}–{held.years[-1]}",
        "years": len(seen),
        "recorded_a_year": float(seen.mean()),
        "expected_a_year": float(drawn.mean()),
        "score": float(ours.mean()),
        "score_same_as_last_year": float(last.mean()),
        "score_mean_of_the_past": float(past.mean()),
        "skill_against_last_year": against_last[0],
        "its_interval": against_last[1:],
        "skill_against_the_past": against_past[0],
        "and_its_interval": against_past[1:],
        "inside_50_%": coverage(drawn, seen, 0.5),
        "inside_90_%": coverage(drawn, seen, 0.9),
    }


def _words(table: pd.DataFrame, held: Held) -> list[str]:
    """Say in plain sentences what the table says."""
    total, *others = table.to_dict("records")
    first, last = held.years[held.first], held.years[-1]
    sentences = [
        f"Incidents of the record, {first} to {last}: {_verdict(total)}.",
        f"The futures expect {total['expected_a_year']:.1f} recorded incidents a year; the record "
        f"holds {total['recorded_a_year']:.1f}. {_percent(total['inside_90_%'])} of the years lie "
        "inside the 90 % interval of the futures (about 90 % should), "
        f"{_percent(total['inside_50_%'])} inside the 50 % interval.",
    ]
    for row in others:
        high, low = row["expected_a_year"], row["recorded_a_year"]
        if max(high, low) >= 0.2 and not 0.5 <= (high + 0.05) / (low + 0.05) <= 2.0:
            way = "too many" if high > low else "too few"
            sentences.append(
                f"{str(row['measure']).capitalize()}: {way}, {high:.1f} a year against {low:.1f}."
            )
    parts = [
        f"{year} ({days:.0f})"
        for year, days in zip(held.years, held.days, strict=True)
        if days < FULL_YEAR
    ]
    if parts:
        sentences.append(
            "Years that the record or the mission covers in part, with their days, count by them on"
            f" both sides and for the two rules: {', '.join(parts)}."
        )
    sentences.append(
        "The futures are told the dates of the political events of these years, and the baselines "
        "are told the record of every year before: neither is a forecast made in advance."
    )
    return sentences


def _verdict(row: Mapping[Hashable, Any]) -> str:
    """Say how the futures do against both baselines, and whether chance could explain it."""
    parts = []
    for name, value, interval in (
        ("“same as last year”", "skill_against_last_year", "its_interval"),
        ("“mean of the past”", "skill_against_the_past", "and_its_interval"),
    ):
        best = float(row[value])
        low, high = row[interval]
        word = "better" if best > 0 else "worse"
        interval_words = f"{_percent(low, sign=True)} to {_percent(high, sign=True)}"
        if not np.isfinite([low, high]).all():
            interval_words = f"{row['years']} years, too few for an interval"
        if not (low > 0 or high < 0):
            interval_words += ", which chance could explain"
        parts.append(f"{_percent(abs(best))} {word} than {name} ({interval_words})")
    return "the futures are " + " and ".join(parts)


def _percent(share: float, *, sign: bool = False) -> str:
    """Write a share as people write it."""
    return f"{share * 100:{'+' if sign else ''}.0f} %".replace("-", "−")
