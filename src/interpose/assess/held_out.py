"""Held out: how well the futures do in the years that no parameter was fitted to.

Compared is what the reporter ``record`` would have reported in each year with what the record
holds. The futures know the figures up to ``fit_until``, the contingents, and the dates of the
political shocks of all years, later ones too, so this is a test given the politics and no true
forecast. The two baselines know the record of every year before the one they forecast, which the
futures do not: they are hard to beat, and a model that does not beat them says so.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from interpose.assess.over_time import RECORD, Yearly
from interpose.assess.score import coverage, crps, mean_of_the_past, same_as_last, skill
from interpose.play.theatre import ACTS
from interpose.record import Record
from interpose.scenario import Scenario

Floats = NDArray[np.float64]

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

    A record that ends in January says nothing about its last year.
    """
    last = max((row.begins for row in record.incidents), default=None)
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
    yield Held("deaths", _column(deaths["all"]), dead, first)
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
    """Write a share as people write it.

    Examples
    --------
    >>> _percent(0.79), _percent(-0.1, sign=True)
    ('79 %', '−10 %')
    """
    return f"{share * 100:{'+' if sign else ''}.0f} %".replace("-", "−")
