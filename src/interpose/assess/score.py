"""Scores of forecasts given as draws; and held out: the years that no parameter was fitted to.

Scores take draws (M,) or (M, case) and observations () or (case,). They are a few lines of numpy
each; ``tests/assess/test_score.py`` holds them against the package ``scoringrules``, which is no
dependency because importing it takes four seconds (docs/decisions/0006).

Held out, what the reporter ``record`` would have reported in each year is compared with what the
record holds. The futures know the figures up to ``fit_until``, the contingents, and the dates of
the political shocks of all years, later ones too, so this is a test given the politics and no true
forecast. The two baselines know the record of every year before the one they forecast, which the
futures do not: they are hard to beat, and a model that does not beat them says so.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from interpose.assess.over_time import RECORD, Yearly
from interpose.play.theatre import ACTS
from interpose.record import Point, Record
from interpose.record.periods import beginning
from interpose.record.record import TOTAL
from interpose.scenario import Scenario

Floats = NDArray[np.float64]


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


def same_as_last(series: Floats, first: int, draws: int, seed: int) -> Floats:
    """Forecast every case of the record, (case,), from `first` on by the one before it.

    The draws, (draw, case - first), have Poisson spread.
    """
    rng = np.random.default_rng(seed)
    means = np.asarray(series[first - 1 : -1], dtype=np.float64)
    return rng.poisson(means, size=(draws, len(means))).astype(np.float64)


def mean_of_the_past(series: Floats, first: int, draws: int, seed: int) -> Floats:
    """Forecast every case from `first` on by drawing from all cases before it.

    The "conflictology" baseline of the VIEWS competition (Hegre et al. 2024, arXiv:2407.11045).
    """
    rng = np.random.default_rng(seed)
    columns = [rng.choice(series[:end], size=draws) for end in range(first, len(series))]
    return np.stack(columns, axis=1).astype(np.float64)


def skill(
    ours: Floats, baseline: Floats, block: int = 3, repeats: int = 2000, seed: int = 0
) -> tuple[float, float, float]:
    """Return 1 - score/baseline over all cases, with its 90 % block-bootstrap interval.

    Scores are (case,), less being better; a `block` of neighbouring cases is drawn together. Above
    zero is better than the baseline; minus infinity or NaN where the baseline is perfect.
    """
    cases = len(ours)
    block = min(block, cases)
    rng = np.random.default_rng(seed)
    starts = rng.integers(0, cases, size=(repeats, -(-cases // block)))
    rows = (starts[:, :, None] + np.arange(block)).reshape(repeats, -1)[:, :cases] % cases
    with np.errstate(divide="ignore", invalid="ignore"):
        drawn = 1.0 - ours[rows].sum(axis=1) / baseline[rows].sum(axis=1)
        best = 1.0 - ours.sum() / baseline.sum()
    finite = drawn[np.isfinite(drawn)]
    low, high = np.quantile(finite, [0.05, 0.95]) if len(finite) else (np.nan, np.nan)
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
    """A measure by year: `recorded` (year,), `futures` (future, year), held out from `first` on."""

    name: str
    recorded: Floats
    futures: Floats
    first: int


def judge(found: Yearly, scenario: Scenario, record: Record) -> Judgement | None:
    """Score the futures of a run on the years after ``fit_until``.

    None if the scenario has no reporter ``record``, or too few years to judge.
    """
    years = judged_years(found, record)
    first = int((years <= scenario.header.fit_until.year).sum())
    too_few = first < 2 or len(years) - first < 3 or len(found.futures) == 0
    if RECORD not in found.reporters or too_few:
        return None
    rows = [_scored(held, years) for held in measures(found, record, years, first)]
    table = pd.DataFrame([row for row in rows if row is not None])
    return Judgement(table, _words(table, years[first], years[-1]))


def judged_years(found: Yearly, record: Record) -> NDArray[np.int64]:
    """Return the years that the record covers: up to its last incident, if that is past June.

    A record that ends in January says nothing about its last year. An incident of which only the
    year is known may be of January.
    """
    last = max((beginning(row).first for row in record.incidents), default=None)
    if last is None:
        return found.years[:0]
    return found.years[found.years <= (last.year if last.month > 6 else last.year - 1)]


def measures(found: Yearly, record: Record, years: NDArray[np.int64], first: int) -> Iterator[Held]:
    """Yield what the futures' reports and the record count alike."""
    reporter = found.reporters.index(RECORD)
    incidents = record.yearly_incidents().reindex(years, fill_value=0)
    deaths = record.yearly_deaths(six_acts=True).reindex(years, fill_value=0)
    reported = found.reported[:, : len(years), reporter].astype(np.float64)
    yield Held("incidents, all acts", _column(incidents.sum(axis=1)), reported.sum(axis=2), first)
    dead = found.reported_deaths[:, : len(years), reporter].astype(np.float64)
    yield Held("deaths", _column(deaths[TOTAL]), dead, first)
    for i, act in enumerate(ACTS):
        yield Held(act.replace("_", " "), _column(incidents[act]), reported[:, :, i], first)


def _column(series: pd.Series[int]) -> Floats:
    return np.asarray(series, dtype=np.float64)


def _scored(held: Held, years: NDArray[np.int64]) -> dict[str, object]:
    """Return one row of the table of scores."""
    seen, drawn = held.recorded[held.first :], held.futures[:, held.first :]
    ours = crps(drawn, seen)
    last = crps(same_as_last(held.recorded, held.first, DRAWS, seed=0), seen)
    past = crps(mean_of_the_past(held.recorded, held.first, DRAWS, seed=0), seen)
    against_last, against_past = skill(ours, last), skill(ours, past)
    return {
        "measure": held.name,
        "period": f"{years[held.first]}–{years[-1]}",
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


def _words(table: pd.DataFrame, first: int, last: int) -> list[str]:
    """Say in plain sentences what the table says."""
    total, *others = table.to_dict("records")
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
        sure = "" if low > 0 or high < 0 else ", which chance could explain"
        word = "better" if best > 0 else "worse"
        interval_words = f"{_percent(low, sign=True)} to {_percent(high, sign=True)}{sure}"
        parts.append(f"{_percent(abs(best))} {word} than {name} ({interval_words})")
    return "the futures are " + " and ".join(parts)


def _percent(share: float, *, sign: bool = False) -> str:
    """Write a share as people write it."""
    return f"{share * 100:{'+' if sign else ''}.0f} %".replace("-", "−")
