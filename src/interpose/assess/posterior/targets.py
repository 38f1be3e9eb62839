"""Calibration: the fitted parameters of a scenario, from figures up to ``fit_until`` only.

Free are the rows of the scenario's ``parameters.csv`` whose basis is *fitted* and that have a
prior. Looked at are

- every figure of the record that a measure counts alike and whose period lies inside the fit,
  where murders are the dead of attacks and bombings and those of ordinary crime together;
- the incidents of the record by year and act, as the reporter ``record`` would report them on the
  days and in the municipalities that it covers (``accounting.py``); what it covers not is missing;
- by which types the incidents of an act are made up, and at which places they were, those of the
  mission's counts by place too (``field.py``).

``sampling.py`` samples the free rows given all that; ``vectors.py`` makes of it the vectors that
futures take. Here stands what is looked at, and what is told.
"""

from __future__ import annotations

import datetime as dt
import os
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple, cast

import numpy as np

from interpose.assess.accounting import (
    DEAD,
    MEASURES,
    Collected,
    count_of,
    covering,
    weights,
    why_no_target,
)
from interpose.assess.posterior.expectation import part_of, parts_of
from interpose.play.columns import Coded
from interpose.play.expected import SEEN, expected_incidents
from interpose.play.future import draw_parameters, play_future
from interpose.play.processes import crime
from interpose.play.processes.laws import power_law
from interpose.play.processes.observe import with_odds
from interpose.play.processes.shocks import background_level
from interpose.play.theatre import ACTS, Floats, Theatre
from interpose.policy import policy_named
from interpose.record import Record
from interpose.record.periods import beginning, period_of
from interpose.scenario import Scenario
from interpose.scenario.checks.rows import RECORD
from interpose.scenario.parameters import Parameters
from interpose.scenario.tables.mission import Reporting
from interpose.scenario.tables.record import RecordedIncident

TRUST = {"high": 0.15, "medium": 0.3, "low": 0.7}
"""By which share a published figure may be off, by the record's confidence in it. Assumed: figures
for the same thing differ by about this much in the record of Kosovo."""


@dataclass(frozen=True, slots=True)
class Target:
    """One recorded number that the fit should meet.

    Days count from the first played, both included; `weights` (type,) are what one incident of each
    type adds, of all that happens or of what a `reporter` reports; `trust` is the share by which
    the source may be off, a standard deviation. `rows` are ids of the record. `besides` is what the
    figure counts besides incidents: ordinary homicides. `group` holds figures that count alike:
    quantity, source and days; `community` is whom it counts.
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
    group: tuple[str, ...] = ()
    community: str = "all"


class Whole(NamedTuple):
    """A recorded number: position among the expected ones, count, weight, and its source."""

    number: int
    recorded: float
    weight: float
    source: str  # empty: the counts of the record, which are off by nothing
    trust: float


class Made(NamedTuple):
    """How a number is made up: counts of the parts, at positions among the expected ones."""

    numbers: tuple[int, ...]
    counts: tuple[float, ...]
    weight: float


@dataclass(frozen=True)
class Evidence:
    """All that a fit looks at; made by ``calibration.evidence_of``."""

    wanted: tuple[tuple[int, int, Floats, str], ...]
    besides: Floats
    squares: Floats  # (number, type) mean square of what one incident adds
    wholes: tuple[Whole, ...]
    made_up: tuple[Made, ...]
    years: int  # that are fitted, from the first played


def figure_targets(theatre: Theatre, record: Record, parameters: Parameters) -> list[Target]:
    """Return the figures that a measure counts alike, inside the fitted period."""
    scenario, targets = theatre.scenario, []
    for figure in record.figures:
        if figure.place or why_no_target(figure, scenario, parameters):
            continue
        period = period_of(figure)
        first, last = theatre.day_index(period.first), theatre.day_index(period.last)
        targets.append(
            Target(
                name=f"{figure.quantity} ({figure.community}) {period.first} to {period.last}",
                first=first,
                last=last,
                weights=weights(figure.quantity, figure.community, scenario, parameters),
                count=count_of(figure, last - first + 1),
                trust=TRUST[figure.confidence],
                reporter=MEASURES[figure.quantity][0],
                rows=(figure.id,),
                besides=_homicides(theatre, parameters, figure.community)[first : last + 1].sum()
                if figure.quantity == "murders"
                else 0.0,
                group=(figure.quantity, figure.source, str(period.first), str(period.last)),
                community=figure.community,
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
                )
            )
    return targets


def reports(
    theatre: Theatre, parameters: Parameters, reporter: str, daily: Mapping[str, Floats]
) -> Floats:
    """Return the mean number of incidents that a reporter reports, by (day, type) of the incident.

    Every row of ``reporting.csv`` holds for its own days and municipalities; rows of the same day
    add up, as they do in the play. `daily` has the incidents (day, type) by part.
    """
    out = np.zeros_like(daily["all"])
    for act in ACTS:
        for row in covering(theatre.scenario, act, reporter):
            days = slice(max(theatre.day_index(row.begins), 0), max(theatre.day_index(row.ends), 0))
            out[days] += daily[part_of(row)][days] * chances(theatre, parameters, row)
    return out


def chances(theatre: Theatre, parameters: Parameters, row: Reporting) -> Floats:
    """Return (type,) the chance that an incident is reported by a row of ``reporting.csv``."""
    fatal = theatre.per_type("marks.fatal_share", parameters)
    same = theatre.act_of_type == ACTS.index(row.act)
    odds = np.array(parameters.of_reporter("reporting.odds", row.reporter, row.act))
    share, of_fatal = (with_odds(np.array(one), odds) for one in (row.share, row.fatal_share))
    return np.asarray(same * ((1 - fatal) * share + fatal * of_fatal))


def expected(
    theatre: Theatre, parameters: Parameters, targets: list[Target], days: int
) -> tuple[Floats, Floats]:
    """Return what the mean of all futures says to targets, and its incidents as (day, type)."""
    names, where = parts_of(theatre.scenario)
    daily = dict(zip(names, expected_incidents(theatre, parameters, days, where), strict=True))
    return said(theatre, parameters, targets, daily), daily["all"]


def said(
    theatre: Theatre, parameters: Parameters, targets: Sequence[Target], daily: Mapping[str, Floats]
) -> Floats:
    """Return what incidents (day, type) by part say to targets, in the mean."""
    told = {
        name: reports(theatre, parameters, name, daily) if name else daily["all"]
        for name in {target.reporter for target in targets}
    }
    means = [told[t.reporter][t.first : t.last + 1].sum(axis=0) @ t.weights for t in targets]
    return np.array(means) + [t.besides for t in targets]


def played(theatre: Theatre, targets: Sequence[Target], futures: int) -> Floats:
    """Return what the incidents of so many futures say to targets, in the mean of each future.

    Whether one is reported is not drawn: it counts by its chance.
    """
    names, where = parts_of(theatre.scenario)
    policy = policy_named("replay", theatre.scenario)

    def one(number: int) -> Floats:
        table = play_future(theatre, policy(), 0, number).tables["incidents"]
        day = (np.asarray(table["date"]) - theatre.dates[0]).astype(np.int64)
        place, kind = (cast("Coded", table[name]).codes for name in ("place", "type"))
        daily = np.zeros((len(names), theatre.days, len(theatre.type_ids)))
        for part, inside in zip(daily, where, strict=True):
            np.add.at(part, (day, kind), (inside[place] > 0).astype(np.float64))
        parameters = draw_parameters(theatre.scenario.parameters, 0, number)
        seen = (where == SEEN).any(axis=1)
        if seen.any():  # whether one is seen counts by its chance too
            both = np.vstack([where[seen], where[seen] > 0])
            some, every = np.split(expected_incidents(theatre, parameters, where=both), 2)
            daily[seen] *= np.minimum(some / np.maximum(every, 1e-300), 1.0)
        return said(theatre, parameters, targets, dict(zip(names, daily, strict=True)))

    with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
        return np.array([*pool.map(one, range(futures))])


# --- what a fit looks at --------------------------------------------------------------------------


def type_of(row: RecordedIncident, scenario: Scenario) -> list[int]:
    """Return the types that a recorded incident may be of, by who did it and to whom."""
    by, to = set(row.instigator.split(";")), set(row.target.split(";"))
    return [
        m
        for m, kind in enumerate(scenario.incident_types)
        if kind.act == row.kind and kind.instigator in by and kind.target in to
    ]


def by_type(seen: Collected, until: dt.date) -> Floats:
    """Return (type,) recorded incidents up to a day; one that may be of several counts in parts."""
    counts = np.zeros(len(seen.scenario.incident_types))
    for row in seen.rows:
        known = type_of(row, seen.scenario)
        if known and beginning(row).last <= until:
            counts[known] += 1.0 / len(known)
    return counts


def of_no_type(seen: Collected) -> dict[str, Counter[str]]:
    """Return by act who did what to whom in the fitted period and is of no type of the scenario."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for row in seen.rows:
        inside = beginning(row).last <= seen.scenario.header.fit_until
        if inside and not type_of(row, seen.scenario):
            found[row.kind][f"{row.instigator} against {row.target}"] += 1
    return found


def type_targets(theatre: Theatre, seen: Collected) -> list[Target]:
    """Return the recorded incidents of each type, of acts that have several of which some is."""
    until = theatre.scenario.header.fit_until
    counts, last = by_type(seen, until), theatre.day_index(until)
    level = background_level(theatre, theatre.scenario.parameters).max(axis=1)
    several = Counter(theatre.act_of_type[level > 0].tolist())
    known = {act: counts[theatre.act_of_type == act].sum() for act in several}
    eye = np.eye(len(counts))
    return [
        Target(f"recorded {name}", 0, last, eye[m], counts[m], 0.0, RECORD, group=(ACTS[act],))
        for m, (name, act) in enumerate(zip(theatre.type_ids, theatre.act_of_type, strict=True))
        if several[act] > 1 and known[act] > 0 and level[m] > 0
    ]


def evidence_of(theatre: Theatre, targets: Sequence[Target]) -> Evidence:
    """Return what the sampler looks at; figures of the same dead count once between them."""
    parameters, header = theatre.scenario.parameters, theatre.scenario.header
    law = power_law(
        parameters.scalar("marks.death_exponent"), round(parameters.scalar("marks.death_cutoff"))
    )
    n = np.arange(1, len(law) + 1)
    more = float((n**2 * law).sum() / (n * law).sum())
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for i, target in enumerate(targets):
        groups[target.group or (str(i),)].append(i)
    covers: dict[str, Floats] = defaultdict(lambda: np.zeros(theatre.days))
    for members in groups.values():
        one = targets[members[0]]
        if one.trust:
            covers[one.group[0]][one.first : one.last + 1] += 1.0
    wholes, made_up = list[Whole](), list[Made]()
    for members in groups.values():
        one = targets[members[0]]
        every = [i for i in members if targets[i].community == "all"] if one.trust else []
        alike = covers[one.group[0]][one.first : one.last + 1] if one.trust else np.ones(1)
        weight = float((1.0 / alike).mean())
        if len(one.group) == 1 or (every and len(members) > 2):
            parts = [i for i in members if i not in every]
            made_up.append(Made(tuple(parts), tuple(targets[i].count for i in parts), weight))
        if len(one.group) == 1:
            continue
        for i in every[:1] or members:
            source = one.group[1] if one.group else ""
            wholes.append(Whole(i, targets[i].count, weight, source, one.trust))
    return Evidence(
        wanted=tuple((t.first, t.last, t.weights, t.reporter) for t in targets),
        besides=np.array([t.besides for t in targets]),
        squares=np.array([t.weights * (more if {*t.group[:1]} & DEAD else 1.0) for t in targets]),
        wholes=tuple(wholes),
        made_up=tuple(made_up),
        years=header.fit_until.year - header.start.year + 1,
    )
