"""Calibration: the posterior of a scenario's fitted rows, told and written into its tables.

``targets.py`` says what of the record is looked at, ``expectation.py`` what the mean of all
futures says to it, ``sampling.py`` samples, ``vectors.py`` makes the vectors that futures take.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from interpose.assess.accounting import Collected, collected, covering
from interpose.assess.posterior.expectation import Expectation, Saved
from interpose.assess.posterior.field import by_place, recorded, sectors_of
from interpose.assess.posterior.targets import of_no_type
from interpose.assess.posterior.vectors import (
    VECTORS,
    Fitted,
    Say,
    prepare,
    quiet,
    rows_of,
    sample,
)
from interpose.ensemble.spec import ROOMS_THAT_DECIDE, code_digest
from interpose.play.theatre import ACTS, Floats, Theatre
from interpose.record import Record
from interpose.scenario import Scenario
from interpose.scenario.checks.rows import RECORD
from interpose.scenario.parameters import Parameters, master_table
from interpose.scenario.tables.mission import PosteriorRow

WELL_MIXED, ENOUGH = 1.05, 400
UNMEETABLE = 2.6
"""Standard deviations by which a figure is missed at best, to be named."""


class Beside(NamedTuple):
    """A number of the record beside what is expected of the same days."""

    name: str
    recorded: float
    expected: float
    low: float  # 5 % of the expectation over the vectors; not of what futures would count
    high: float


@dataclass(frozen=True)
class Calibration:
    """What a fit found.

    Attributes
    ----------
    values : mapping of str to (float, float, float)
        Fitted row -> median, 5 and 95 % of its posterior.
    tables : mapping of str to list of Beside
        ``year``, ``act``, ``type``, ``place``, ``figure`` -> record and fit, worst first.
    rows : tuple of PosteriorRow
        The vectors, for ``posterior.csv``.
    diagnostics : list of dict
        A fitted row -> rhat, draws that it is worth, spread beside that of the prior, and the row
        that it trades off with most.
    warnings : tuple of str
        What should not be believed without a look.
    """

    values: Mapping[str, tuple[float, float, float]]
    tables: Mapping[str, list[Beside]]
    rows: tuple[PosteriorRow, ...]
    diagnostics: list[dict[str, Any]]
    warnings: tuple[str, ...] = ()


def calibrate(
    scenario: Scenario,
    record: Record,
    seed: int = 1,
    progress: Say = quiet,
    folder: Path | None = None,
    **lengths: int,
) -> Calibration:
    """Sample the posterior of a scenario's fitted rows, given its record up to ``fit_until``.

    The same data and seed give the same numbers. What the costly steps come to is kept in `folder`:
    a fit that was cut off goes on from there, to the same numbers. `lengths` (vectors, steps, burn)
    are for trials.

    Raises
    ------
    InterposeError
        If there is nothing to fit, or nothing to fit it to.
    """
    inputs = [
        scenario.digest,
        repr(record),
        code_digest((*ROOMS_THAT_DECIDE, "assess/posterior")),
        seed,
        sorted(lengths.items()),
    ]
    saved = Saved(folder, hashlib.sha256(repr(inputs).encode()).hexdigest())
    many = lengths.pop("vectors", VECTORS)
    prepared = prepare(scenario, record, None, progress, many, saved=saved)
    fit = sample(prepared, record, None, seed, progress, saved, **lengths)
    known = prepared.known
    values = {}
    every = fit.model.values(fit.sampled.sets)[0]
    for name, draws in {**fit.draws, **dict(zip(known.free.names, every.T, strict=True))}.items():
        middle, low, high = np.quantile(draws, [0.5, 0.05, 0.95]).tolist()
        values[name] = (rounded(middle), rounded(low), rounded(high))
    theatre, seen = known.theatre, collected(known.theatre.scenario, record)
    middles = {name: at_[0] for name, at_ in values.items()}
    fitted = known.parameters.placed(middles)
    mine = {n: v for n, v in values.items() if n in known.parameters.values}
    told = _table_rows(known.parameters, mine)
    now = replace(prepared, known=replace(known, parameters=told))
    tables = _tables(theatre, seen, fit, by_place(theatre, fitted))
    tables["place"] += _worst_first([*_by_sector(theatre, record, fitted)])
    return Calibration(
        values=mine,
        tables=tables,
        rows=rows_of(now, fit.draws),
        diagnostics=_diagnostics(known, fit),
        warnings=(
            *saved.told,
            *_out_of_range(scenario.parameters, mine),
            *_never_recorded(seen),
            *_of_no_type(seen),
            *_badly_mixed(fit),
            *_unmeetable(fit),
        ),
    )


def saved_in(scenario: Scenario, runs: Path) -> Path:
    """Return the folder beside the runs of a scenario that keeps a fit that is under way."""
    return runs / f"{scenario.header.name}-calibration"


def rounded(value: float, digits: int = 3) -> float:
    """Return a number to so many significant digits."""
    return float(f"{value:.{digits}g}")


def _table_rows(
    parameters: Parameters, values: Mapping[str, tuple[float, float, float]]
) -> Parameters:
    """Return parameters whose fitted rows have value, low and high as they will be written."""
    rows = dict(parameters.values)
    for name, (value, low, high) in values.items():
        rows[name] = replace(rows[name], value=value, low=low, high=high)
    return replace(parameters, values=rows)


# --- the record beside the fit --------------------------------------------------------------------


def _tables(
    theatre: Theatre, seen: Collected, fit: Fitted, places: Floats
) -> dict[str, list[Beside]]:
    """Return what was recorded beside what is expected, by year, act, type, place and figure."""
    targets, means = fit.targets, fit.means
    counted = [i for i, t in enumerate(targets) if not t.group]
    year = {i: str(theatre.dates[targets[i].first])[:4] for i in counted}
    act = {i: targets[i].name.split()[1] for i in counted}

    def table(groups: Mapping[int, str]) -> list[Beside]:
        found = []
        for name in dict.fromkeys(groups.values()):
            some = [i for i, its in groups.items() if its == name]
            count = sum(targets[i].count for i in some)
            found.append(_beside(name, count, means[:, some].sum(axis=1)))
        return _worst_first(found)

    whole = {i: t.name for i, t in enumerate(targets) if len(t.group) > 1}
    types = {
        i: t.name.removeprefix("recorded ") for i, t in enumerate(targets) if len(t.group) == 1
    }
    counts, mean = recorded(theatre, seen), places.sum(axis=1)
    some = np.flatnonzero((counts > 0) | (mean > 0.5))
    by_place_ = [Beside(theatre.place_ids[c], counts[c], mean[c], mean[c], mean[c]) for c in some]
    several = {targets[i].group[0] for i in types}
    untyped = [
        Beside(f"{act}, of no type", pairs.total(), 0.0, 0.0, 0.0)
        for act, pairs in of_no_type(seen).items()
        if act in several
    ]
    return {
        "year": table(year),
        "act": table(act),
        "type": _worst_first([*table(types), *untyped]),
        "place": _worst_first(by_place_),
        "figure": table(whole),
    }


def _by_sector(theatre: Theatre, record: Record, parameters: Parameters) -> Iterator[Beside]:
    """Yield the mission's counts by place beside what is expected that it tells of there."""
    for one in sectors_of(theatre, record, parameters):
        for figure, count, mean in zip(one.figures, one.counts, one.means, strict=True):
            name = f"{figure.place}, {figure.quantity} {figure.begins} to {figure.ends}"
            yield Beside(name, float(count), *[float(mean)] * 3)


def _beside(name: str, count: float, draws: Floats) -> Beside:
    low, high = np.quantile(draws, [0.05, 0.95])
    return Beside(name, float(count), float(draws.mean()), float(low), float(high))


def _worst_first(rows: list[Beside]) -> list[Beside]:
    def gap(row: Beside) -> float:
        return abs(float(np.sqrt(row.recorded + 0.375) - np.sqrt(row.expected + 0.375)))

    return sorted(rows, key=gap, reverse=True)


def _diagnostics(known: Expectation, fit: Fitted) -> list[dict[str, Any]]:
    sets, found = fit.sampled.sets, []
    like = np.atleast_2d(np.corrcoef(sets[:, : len(known.free.names)].T))
    np.fill_diagonal(like, 0.0)
    for i, name in enumerate(known.free.names):
        other = int(np.abs(like[i]).argmax())
        found.append(
            {
                "name": name,
                "rhat": float(fit.sampled.rhat[i]),
                "ess": float(fit.sampled.ess[i]),
                "prior": float(np.exp(known.free.middle[i])),
                "spread_to_prior": float(sets[:, i].std()),
                "pair": known.free.names[other],
                "correlation": float(like[i, other]),
            }
        )
    return found


# --- warnings -------------------------------------------------------------------------------------


def _badly_mixed(fit: Fitted) -> Iterator[str]:
    """Yield a word on a chain that is too short."""
    names = fit.model.names
    for i, name in enumerate(names):
        if fit.sampled.rhat[i] > WELL_MIXED or fit.sampled.ess[i] < ENOUGH:
            yield (
                f"{name} is not well sampled: rhat {fit.sampled.rhat[i]:.2f}, worth"
                f" {fit.sampled.ess[i]:.0f} independent draws. Try another --seed."
            )


def _unmeetable(fit: Fitted) -> Iterator[str]:
    """Yield each number of the record that no values of the free rows meet, nor come near."""
    rng = np.random.default_rng(0)
    tried = np.vstack([fit.sampled.sets[::97], rng.uniform(-3, 3, (4000, fit.model.size))])
    means = fit.model.means(tried)
    for i, target in enumerate(fit.targets):
        spread = fit.model.lumpy[i] + target.trust**2 * (target.count + means[:, i]) / 2.0
        gap = 2.0 * (np.sqrt(means[:, i] + 0.375) - np.sqrt(target.count + 0.375))
        if np.abs(gap / np.sqrt(spread)).min() > UNMEETABLE:
            nearest = means[np.abs(gap).argmin(), i]
            yield f"{target.name}: {target.count:g} recorded, but {nearest:.3g} at best."


def _out_of_range(
    parameters: Parameters, values: Mapping[str, tuple[float, float, float]]
) -> Iterator[str]:
    """Yield each fitted value outside the range that its own row or the master table gives it."""
    masters = {row.name: row for row in master_table()}
    rows = {row.name: row for row in parameters.rows()}
    for name, (value, _, _) in values.items():
        for words, row in (
            ("parameters.csv gives", rows[name]),
            ("is known elsewhere", masters[name.partition("[")[0]]),
        ):
            low, high = row.low, row.high
            if low is not None and high is not None and low < high and not low <= value <= high:
                yield f"{name} is {value:.3g} by the fit; {words} {low:g} to {high:g}."
                break


def _never_recorded(seen: Collected) -> Iterator[str]:
    """Yield each act that reporting.csv covers and of which the record has nothing."""
    if not seen.rows:
        return
    for i, act in enumerate(ACTS):
        known = any(kind.act == act for kind in seen.scenario.incident_types)
        if known and covering(seen.scenario, act) and not seen.days[i].any():
            yield (
                f"{act}: reporting.csv says that '{RECORD}' covers it, but the record has none."
                " It is taken as not collected, so nothing is fitted to it."
            )


def _of_no_type(seen: Collected) -> Iterator[str]:
    """Yield of each act which of its recorded incidents are of no type."""
    for act, pairs in of_no_type(seen).items():
        named = ", ".join(f"{pair} ({many})" for pair, many in pairs.most_common())
        yield (
            f"{act}: {pairs.total()} recorded incidents are of no type of incident_types.csv, as"
            f" nobody there does that to them: {named}. The counts by year have them, so other"
            f" types of the act are expected more often than recorded."
        )


# --- the tables of the scenario -------------------------------------------------------------------


def rewritten(text: str, values: Mapping[str, tuple[float, float, float]]) -> str:
    """Return the text of a ``parameters.csv`` with the numbers of the fitted rows replaced."""
    header, *rows = csv.reader(io.StringIO(text))
    place = {column.strip(): i for i, column in enumerate(header)}
    for row in rows:
        numbers = values.get(row[place["name"]].strip() if row else "", ())
        for column, number in zip(("value", "low", "high"), numbers, strict=False):
            row[place[column]] = f"{number:g}"
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *rows])
    return out.getvalue()


def as_table(rows: tuple[PosteriorRow, ...]) -> str:
    """Return the text of a ``posterior.csv``."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(PosteriorRow.model_fields)
    lines.writerows(
        [row.name, *(f"{end:.12g}" for end in (row.value, row.low, row.high)), row.draws]
        for row in rows
    )
    return out.getvalue()
