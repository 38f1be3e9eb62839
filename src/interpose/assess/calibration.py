"""Calibration: the fitted parameters of a scenario, from figures up to ``fit_until`` only.

Free are the rows of the scenario's ``parameters.csv`` whose basis is *fitted*. They are moved so
that the mean of all futures (``play.reproduction``, no Monte Carlo error) agrees with

- every figure of the record that a measure counts alike and whose period lies inside the fit,
  where murders are the dead of attacks and bombings and those of ordinary crime together;
- the incidents of the record by year and act, as the reporter ``record`` would report them on the
  days and in the municipalities that it covers (``accounting.py``); what it covers not is missing.

The fit is least squares on the logarithm of the parameters. A residual is the difference of the
square roots of expected and recorded number (Anscombe 1948), which is defined at zero, over its
standard deviation, which holds the Poisson error, inflated because retaliation makes counts lumpy,
and how far the source is to be trusted. A weak prior keeps a parameter on which the data are
silent where it was. The interval of a fitted parameter is the Gaussian approximation at the
optimum: 5 to 95 %.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from interpose.assess.accounting import (
    MEASURES,
    PER,
    Collected,
    collected,
    covering,
    free_rows,
    weights,
    why_no_target,
)
from interpose.errors import InterposeError
from interpose.play.processes import crime
from interpose.play.reproduction import expected_incidents
from interpose.play.theatre import ACTS, Floats, Theatre
from interpose.record import Record
from interpose.record.periods import period_of
from interpose.scenario import Scenario
from interpose.scenario.checks.rows import RECORD
from interpose.scenario.parameters import Parameters, master_table
from interpose.scenario.tables.mission import Reporting
from interpose.scenario.tables.record import Figure

TRUST = {"high": 0.15, "medium": 0.3, "low": 0.7}
"""By which share a published figure may be off, by the record's confidence in it. Assumed: figures
for the same thing differ by about this much in the record of Kosovo."""

LUMPINESS = 3.0
"""Variance of counts over their mean: 1/(1 - R)^2 at R = 0.42 (METHODS: Hawkes 1971). Of counts of
which a share p is seen, each by itself, it is ``1 + p (LUMPINESS - 1)``: thinning, exact."""

PRIOR = np.log(3.0)
"""Standard deviation of the prior on the logarithm of a parameter: a factor of three. Its median
stands in the column `prior` of the scenario's parameters."""


@dataclass(frozen=True, slots=True)
class Target:
    """One recorded number that the fit should meet.

    Days count from the first played, both included; `weights` (type,) are what one incident of each
    type adds, of all that happens or of what a `reporter` reports; `trust` is the share by which
    the source may be off, a standard deviation. `rows` are ids of the record. `besides` is what the
    figure counts besides incidents: ordinary homicides. `seen` is the share of all that it counts.
    """

    name: str
    first: int
    last: int
    weights: Floats
    count: float
    trust: float
    reporter: str = ""
    rows: tuple[str, ...] = ()
    besides: float = 0.0
    seen: float = 1.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """What a fit found.

    Attributes
    ----------
    values : mapping of str to (float, float, float)
        Parameter row -> best value, and the 5 and 95 % ends of its interval.
    table : list of (str, float, float)
        Target, recorded number, expected number; both are of the same days.
    cost : float
        Half the sum of squared residuals; about half their number where the model fits.
    record_share : mapping of str to float
        Act -> recorded over expected true incidents in the fitted period: what the share of the
        reporter ``record`` would have to be for the totals to agree.
    warnings : tuple of str
        What should not be believed without a look.
    """

    values: Mapping[str, tuple[float, float, float]]
    table: list[tuple[str, float, float]]
    cost: float
    record_share: Mapping[str, float]
    warnings: tuple[str, ...] = ()


def figure_targets(theatre: Theatre, record: Record, parameters: Parameters) -> list[Target]:
    """Return the figures that a measure counts alike, inside the fitted period."""
    scenario, targets = theatre.scenario, []
    for figure in record.figures:
        if why_no_target(figure, scenario, parameters):
            continue
        period = period_of(figure)
        first, last = theatre.day_index(period.first), theatre.day_index(period.last)
        targets.append(
            Target(
                name=f"{figure.quantity} ({figure.community}) {period.first} to {period.last}",
                first=first,
                last=last,
                weights=weights(figure.quantity, figure.community, scenario, parameters),
                count=_count(figure, last - first + 1),
                trust=TRUST[figure.confidence],
                reporter=MEASURES[figure.quantity][0],
                rows=(figure.id,),
                besides=_homicides(theatre, parameters, figure.community)[first : last + 1].sum()
                if figure.quantity == "murders"
                else 0.0,
            )
        )
    return targets


def _homicides(theatre: Theatre, parameters: Parameters, community: str) -> Floats:
    """Return (day,) mean ordinary homicides/day of a community: as many as it has people."""
    people = theatre.people.sum(axis=1)
    counted = [community in ("all", known) for known in theatre.communities]
    share = people[:, counted].sum(axis=1) / np.maximum(people.sum(axis=1), 1e-9)
    a_day = crime.a_day(theatre, parameters)[theatre.month_of_day]
    return np.asarray(a_day * share[theatre.year_of_day])


def _count(figure: Figure, days: int) -> float:
    """Turn a published figure into a count over its period; a range counts by its middle."""
    value = figure.value
    if figure.low is not None and figure.high is not None:
        value = (figure.low + figure.high) / 2.0
    return value * days / PER[figure.unit] if figure.unit in PER else value


def incident_targets(theatre: Theatre, seen: Collected) -> list[Target]:
    """Return the recorded incidents by year and act, inside the fitted period.

    Years of which nothing is collected are missing; of others, the same days count on both sides.
    """
    header, targets = theatre.scenario.header, []
    for year in range(header.start.year, header.fit_until.year + 1):
        begins = max(dt.date(year, 1, 1), header.start)
        ends = min(dt.date(year, 12, 31), header.fit_until)
        first, last = theatre.day_index(begins), theatre.day_index(ends)
        for i, act in enumerate(ACTS):
            if not seen.days[i, first : last + 1].any():
                continue
            rows = seen.between(act, begins, ends)
            covers = [
                _chances(theatre, theatre.scenario.parameters, part).max()
                for part in covering(theatre.scenario, act)
                if part.begins <= ends and begins < part.span().after
            ]
            part = "" if last - first > 363 else f", {begins} to {ends}"
            targets.append(
                Target(
                    name=f"recorded {act} {year}{part}",
                    first=first,
                    last=last,
                    weights=(theatre.act_of_type == i).astype(np.float64),
                    count=float(len(rows)),
                    trust=0.0,
                    reporter=RECORD,
                    rows=tuple(row.id for row in rows),
                    seen=float(max(covers)),
                )
            )
    return targets


def reports(
    theatre: Theatre, parameters: Parameters, reporter: str, daily: Mapping[str, Floats]
) -> Floats:
    """Return the mean number of incidents that a reporter reports, by (day, type) of the incident.

    Every row of ``reporting.csv`` holds for its own days and municipalities; rows of the same day
    add up, as they do in the play. `daily` has the incidents (day, type) by municipalities.
    """
    out = np.zeros_like(daily["all"])
    for act in ACTS:
        for row in covering(theatre.scenario, act, reporter):
            days = slice(max(theatre.day_index(row.begins), 0), max(theatre.day_index(row.ends), 0))
            out[days] += daily[row.municipalities][days] * _chances(theatre, parameters, row)
    return out


def _chances(theatre: Theatre, parameters: Parameters, row: Reporting) -> Floats:
    """Return (type,) the chance that an incident is reported by a row of ``reporting.csv``."""
    fatal = theatre.per_type("marks.fatal_share", parameters)
    same = theatre.act_of_type == ACTS.index(row.act)
    return np.asarray(same * ((1 - fatal) * row.share + fatal * row.fatal_share))


def expected(
    theatre: Theatre, parameters: Parameters, targets: list[Target], days: int
) -> tuple[Floats, Floats]:
    """Return what the mean of all futures says to targets, and its incidents as (day, type)."""
    parts = dict.fromkeys(("all", *(row.municipalities for row in theatre.scenario.reporting)))
    seats = [place.municipality for place in theatre.scenario.places]
    where = np.array([[p == "all" or s in p.split(";") for s in seats] for p in parts])
    by_part = expected_incidents(theatre, parameters, days, where)
    daily = dict(zip(parts, by_part, strict=True))
    told = {
        name: reports(theatre, parameters, name, daily) if name else daily["all"]
        for name in {target.reporter for target in targets}
    }
    means = [told[t.reporter][t.first : t.last + 1].sum(axis=0) @ t.weights for t in targets]
    return np.array(means) + [t.besides for t in targets], daily["all"]


def residuals(targets: list[Target], expectation: Floats) -> Floats:
    """Return the standardised difference of every target from its expectation.

    Twice the square root of a count has variance `LUMPINESS`, or less where it is thinned; a source
    that may be off by the share s adds ``s^2`` times the count.
    """
    count, trust, seen = np.array([(t.count, t.trust, t.seen) for t in targets]).reshape(-1, 3).T
    gap = 2.0 * (np.sqrt(expectation + 0.375) - np.sqrt(count + 0.375))
    variance = 1.0 + seen * (LUMPINESS - 1.0) + trust**2 * (count + expectation) / 2.0
    return np.asarray(gap / np.sqrt(variance))


def calibrate(
    scenario: Scenario, record: Record, progress: Callable[[float], None] | None = None
) -> Calibration:
    """Fit the free rows of a scenario to its record up to ``fit_until``.

    `progress` is called with the cost after every evaluation.

    Raises
    ------
    InterposeError
        If there is nothing to fit, or nothing to fit it to.
    """
    theatre, seen = Theatre(scenario), collected(scenario, record)
    names = free_rows(scenario.parameters)
    priors = {row.name: row.prior for row in scenario.parameters.rows()}
    prior = np.log(np.array([priors[name] for name in names], dtype=np.float64))
    days = theatre.day_index(scenario.header.fit_until) + 1
    counted = incident_targets(theatre, seen)
    if not names or not (counted or figure_targets(theatre, record, scenario.parameters)):
        what = "no number of the record up to fit_until is one that the fit reads"
        if not names:
            what = "no row of parameters.csv has the basis 'fitted' and a prior"
        elif record.is_empty:
            what = "it has no record"
        msg = (
            f"{scenario.header.name} cannot be calibrated: {what}. Nothing was fitted or written."
            f" To see why rows do not count: interpose check {scenario.folder} --all"
        )
        raise InterposeError(msg)

    def targets_and_means(logs: Floats) -> tuple[list[Target], Floats, Floats]:
        values = dict(zip(names, np.exp(logs).tolist(), strict=True))
        parameters = scenario.parameters.with_values(values)
        targets = figure_targets(theatre, record, parameters) + counted
        return targets, *expected(theatre, parameters, targets, days)

    def gaps(logs: Floats) -> Floats:
        targets, means, _ = targets_and_means(logs)
        gap = np.concatenate([residuals(targets, means), (logs - prior) / PRIOR])
        if progress is not None:
            progress(0.5 * float(gap @ gap))
        return gap

    from scipy.optimize import least_squares  # slow to import, and a report needs none

    fit = least_squares(gaps, prior, diff_step=[1e-3], xtol=1e-6, ftol=1e-6)
    targets, means, daily = targets_and_means(fit.x)
    slopes = np.asarray(fit.jac)
    spread = 1.645 * np.sqrt(np.diag(np.linalg.inv(slopes.T @ slopes)))
    return Calibration(
        values={
            name: (float(np.exp(x)), float(np.exp(x - s)), float(np.exp(x + s)))
            for name, x, s in zip(names, fit.x, spread, strict=True)
        },
        table=[(t.name, t.count, float(m)) for t, m in zip(targets, means, strict=True)],
        cost=float(fit.cost),
        record_share=_record_share(theatre, seen, daily),
        warnings=(
            *_out_of_range(scenario.parameters, names, fit.x),
            *_never_recorded(seen),
        ),
    )


def _record_share(theatre: Theatre, seen: Collected, daily: Floats) -> dict[str, float]:
    """Return recorded over expected incidents by act, on the fitted days that are collected."""
    header, shares = theatre.scenario.header, {}
    for i, act in enumerate(ACTS):
        days = daily[:, theatre.act_of_type == i].sum(axis=1)
        happened = float(days[seen.days[i, : len(days)]].sum())
        found = len(seen.between(act, header.start, header.fit_until))
        shares[act] = found / happened if happened > 0 else float("nan")
    return shares


def _out_of_range(parameters: Parameters, names: list[str], logs: Floats) -> Iterator[str]:
    """Yield each fitted value outside the range that its own row or the master table gives it."""
    masters = {row.name: row for row in master_table()}
    rows = {row.name: row for row in parameters.rows()}
    for name, value in zip(names, np.exp(logs), strict=True):
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


def rewritten(text: str, calibration: Calibration, digits: int = 3) -> str:
    """Return the text of a ``parameters.csv`` with the fitted rows replaced.

    So many significant `digits` are written.
    """
    header, *rows = csv.reader(io.StringIO(text))
    place = {column.strip(): i for i, column in enumerate(header)}
    for row in rows:
        for column, number in zip(
            ("value", "low", "high"),
            calibration.values.get(row[place["name"]].strip() if row else "", ()),
            strict=False,
        ):
            row[place[column]] = f"{float(f'{number:.{digits}g}'):g}"
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([header, *rows])
    return out.getvalue()
