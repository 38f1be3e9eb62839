"""Calibration: the fitted parameters of a scenario, from figures up to ``fit_until`` only.

Free are the rows of the scenario's ``parameters.csv`` whose basis is *fitted*. They are moved so
that the mean of all futures (``play.reproduction``, no Monte Carlo error) agrees with

- every figure of the record that a measure counts alike and whose period lies inside the fit,
  where murders are the dead of attacks and bombings and those of ordinary crime together;
- the incidents of the record by year and act, as the reporter ``record`` would report them.

The fit is least squares on the logarithm of the parameters. A residual is the difference of the
square roots of expected and recorded number (Anscombe 1948), which is defined at zero, over its
standard deviation, which holds the Poisson error, inflated because retaliation makes counts lumpy,
and how far the source is to be trusted. A weak prior keeps a parameter on which the data are
silent where it was. The interval of a fitted parameter is the Gaussian approximation at the
optimum: 5 to 95 %.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from interpose.assess.over_time import RECORD
from interpose.errors import InterposeError
from interpose.play.processes import crime
from interpose.play.processes.laws import mean_casualties
from interpose.play.reproduction import expected_incidents
from interpose.play.theatre import ACTS, Theatre
from interpose.record import Record
from interpose.scenario import Scenario
from interpose.scenario.parameters import Parameters
from interpose.scenario.tables.record import Figure

Floats = NDArray[np.float64]

TRUST = {"high": 0.15, "medium": 0.3, "low": 0.7}
"""By which share a published figure may be off, by the record's confidence in it. Assumed: figures
for the same thing differ by about this much in the record of Kosovo."""

LUMPINESS = 3.0
"""Variance of counts over their mean: 1/(1 - R)^2 at R = 0.42 (METHODS: Hawkes 1971). Of counts of
which a share p is seen, each by itself, it is ``1 + p (LUMPINESS - 1)``: thinning, exact."""

PRIOR = np.log(3.0)
"""Standard deviation of the prior on the logarithm of a parameter: a factor of three. Its median
stands in the column `prior` of the scenario's parameters."""

PER = {"per day": 1.0, "per week": 7.0, "per month": 30.44, "per year": 365.25}


@dataclass(frozen=True, slots=True)
class Target:
    """One recorded number that the fit should meet.

    Days count from the first played, both included; `weights` (type,) are what one incident of each
    type adds; `trust` is the share by which the source may be off, a standard deviation; `besides`
    is what the figure counts besides incidents: ordinary homicides; `seen` is the share of what
    happened that was counted.
    """

    name: str
    first: int
    last: int
    weights: Floats
    count: float
    trust: float
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
        Target, recorded number, expected number.
    cost : float
        Half the sum of squared residuals; about half their number where the model fits.
    record_share : mapping of str to float
        Act -> recorded over expected true incidents in the fitted period: what the share of the
        reporter ``record`` would have to be for the totals to agree.
    """

    values: Mapping[str, tuple[float, float, float]]
    table: list[tuple[str, float, float]]
    cost: float
    record_share: Mapping[str, float]


def free_rows(parameters: Parameters) -> list[str]:
    """Return the names of the rows that the scenario calls fitted and gives a prior for."""
    return [r.name for r in parameters.rows() if r.basis == "fitted" and r.prior is not None]


def figure_targets(theatre: Theatre, record: Record, parameters: Parameters) -> list[Target]:
    """Return the figures that a measure counts alike, inside the fitted period."""
    scenario = theatre.scenario
    targets = []
    for figure in record.figures:
        share = weights(figure.quantity, figure.community, scenario, parameters)
        ends = figure.ends or figure.begins
        inside = scenario.header.start <= figure.begins and ends <= scenario.header.fit_until
        if share is None or not inside or figure.kind != "reported":
            continue
        first, last = theatre.day_index(figure.begins), theatre.day_index(ends)
        others = _homicides(theatre, parameters, figure.community)[first : last + 1].sum()
        targets.append(
            Target(
                name=f"{figure.quantity} ({figure.community}) {figure.begins} to {ends}",
                first=first,
                last=last,
                weights=share,
                count=_count(figure, last - first + 1),
                trust=TRUST[figure.confidence],
                besides=float(others) if figure.quantity == "murders" else 0.0,
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


def incident_targets(theatre: Theatre, record: Record, parameters: Parameters) -> list[Target]:
    """Return the recorded incidents by year and act, inside the fitted period."""
    scenario = theatre.scenario
    if not any(row.reporter == RECORD for row in scenario.reporting):
        return []
    counts = record.yearly_incidents()
    targets = []
    for year in range(scenario.header.start.year, scenario.header.fit_until.year + 1):
        first = max(theatre.day_index(dt.date(year, 1, 1)), 0)
        last = theatre.day_index(min(dt.date(year, 12, 31), scenario.header.fit_until))
        on = scenario.header.start + dt.timedelta(days=first)
        share = reported_share(scenario, parameters, RECORD, on)[0]
        for i, act in enumerate(ACTS):
            targets.append(
                Target(
                    name=f"recorded {act} {year}",
                    first=first,
                    last=last,
                    weights=share * (theatre.act_of_type == i),
                    count=float(counts[act].get(year, 0)),
                    trust=0.0,
                    seen=float(share[theatre.act_of_type == i].max(initial=0.0)),
                )
            )
    return targets


def expected(targets: list[Target], daily: Floats) -> Floats:
    """Return what `daily`, (day, type) incidents in the mean of all futures, says to targets."""
    total = np.concatenate([np.zeros((1, daily.shape[1])), np.cumsum(daily, axis=0)])
    found = [(total[t.last + 1] - total[t.first]) @ t.weights + t.besides for t in targets]
    return np.array(found)


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
    theatre = Theatre(scenario)
    names = free_rows(scenario.parameters)
    if not names or record.is_empty:
        msg = (
            f"{scenario.header.name} cannot be calibrated: it takes rows in parameters.csv with "
            "basis 'fitted' and a prior, and a record to fit them to."
        )
        raise InterposeError(msg)
    priors = {row.name: row.prior for row in scenario.parameters.rows()}
    prior = np.log(np.array([priors[name] for name in names], dtype=np.float64))
    days = theatre.day_index(scenario.header.fit_until) + 1

    def targets_and_means(logs: Floats) -> tuple[list[Target], Floats, Floats]:
        values = dict(zip(names, np.exp(logs).tolist(), strict=True))
        parameters = scenario.parameters.with_values(values)
        targets = figure_targets(theatre, record, parameters)
        targets += incident_targets(theatre, record, parameters)
        daily = expected_incidents(theatre, parameters, days)
        return targets, expected(targets, daily), daily

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
        record_share=_record_share(theatre, record, daily),
    )


def _record_share(theatre: Theatre, record: Record, daily: Floats) -> dict[str, float]:
    """Return recorded over expected incidents by act, in the fitted period."""
    last = theatre.scenario.header.fit_until.year
    counts = record.yearly_incidents().loc[:last]
    shares = {}
    for i, act in enumerate(ACTS):
        seen = float(counts[act].sum())
        happened = float(daily[:, theatre.act_of_type == i].sum())
        shares[act] = seen / happened if happened > 0 else float("nan")
    return shares


def rewritten(text: str, calibration: Calibration, digits: int = 3) -> str:
    """Return the text of a ``parameters.csv`` with the fitted rows replaced.

    Its columns name, value, low, high come first; so many significant `digits` are written.
    """
    lines = text.splitlines()
    for i, line in enumerate(lines):
        found = re.match(r'^"?([^",]+)"?,[^,]*,[^,]*,[^,]*,(.*)$', line)
        if found and found.group(1) in calibration.values:
            numbers = (f"{float(f'{x:.{digits}g}'):g}" for x in calibration.values[found.group(1)])
            lines[i] = ",".join([found.group(1), *numbers, found.group(2)])
    return "\n".join(lines) + "\n"


# --- measures: what a recorded figure counts, in the words of the play ----------------------------

DEADLY = frozenset({"armed_attack", "bombing"})
ETHNIC = frozenset({"harassment", "armed_attack", "bombing"})


def weights(
    quantity: str, community: str, scenario: Scenario, parameters: Parameters
) -> Floats | None:
    """Return how much one incident of each type adds to a measure of the record, in the mean.

    Community ``all`` counts everybody. (type,) float; None if the play counts nothing alike.
    """
    measure = MEASURES.get(quantity)
    types = scenario.incident_types
    communities = {c.id for c in scenario.header.communities}
    if measure is None or (community != "all" and community not in communities):
        return None
    counted = np.array([community in ("all", t.target) for t in types], dtype=np.float64)
    return counted * measure(scenario, parameters)


def _murders(scenario: Scenario, parameters: Parameters) -> Floats:
    """Count the dead of armed attacks and bombings, whoever did it."""
    types = scenario.incident_types
    deadly = np.array([t.act in DEADLY for t in types])
    return np.asarray(deadly * mean_casualties(types, parameters)[:, 0])


def _political_murders(scenario: Scenario, parameters: Parameters) -> Floats:
    """Count the dead of armed attacks and bombings by persons unknown."""
    unknown = np.array([t.instigator == "unattributed" for t in scenario.incident_types])
    return unknown * _murders(scenario, parameters)


def _between(scenario: Scenario, acts: frozenset[str]) -> Floats:
    """Count acts between two different communities that are named."""
    communities = {c.id for c in scenario.header.communities}
    sides = [{t.instigator, t.target} if t.act in acts else set() for t in scenario.incident_types]
    return np.array([len(two) == 2 and two <= communities for two in sides], dtype=np.float64)


def _major_ethnic_crimes(scenario: Scenario, parameters: Parameters) -> Floats:
    """Count armed attacks and bombings between communities."""
    return _between(scenario, DEADLY)


def _potentially_ethnic_crimes(scenario: Scenario, parameters: Parameters) -> Floats:
    """Count what the UN police would report of acts between communities."""
    return _between(scenario, ETHNIC) * reported_share(scenario, parameters, "unmik_police")[0]


MEASURES: dict[str, Callable[[Scenario, Parameters], Floats]] = {
    "murders": _murders,
    "political_murders": _political_murders,
    "major_ethnic_crimes": _major_ethnic_crimes,
    "potentially_ethnic_crimes": _potentially_ethnic_crimes,
}
"""Quantity of the record -> what an incident of each type adds to it."""


def reported_share(
    scenario: Scenario, parameters: Parameters, reporter: str, on: dt.date | None = None
) -> tuple[Floats, Floats]:
    """Return what a reporter reports of one incident of each type, in the mean.

    Both (type,) float: the chance that it is reported, and its mean dead that are. They are those
    of a day, or of the last rows.
    """
    types = scenario.incident_types
    rows = {
        r.act: r
        for r in scenario.reporting
        if r.reporter == reporter
        and (on is None or (r.begins <= on and (r.ends is None or on < r.ends)))
    }
    fatal = np.array([parameters.of_type("marks.fatal_share", t) for t in types])
    share = np.array([rows[t.act].share if t.act in rows else 0.0 for t in types])
    deadly = np.array([rows[t.act].fatal_share if t.act in rows else 0.0 for t in types])
    dead = mean_casualties(types, parameters)[:, 0]
    return (1 - fatal) * share + fatal * deadly, dead * deadly
