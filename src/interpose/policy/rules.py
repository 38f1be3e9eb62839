"""What a review sees, what it may order, and the policies that a file describes."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from interpose.scenario import Scenario, policies
from interpose.scenario.loading import inhabitants
from interpose.scenario.policies import (
    IN_THEATRE,
    Level,
    PolicyFile,
    id_before,
    standing,
    strength,
    trained_share,
)


@dataclass(frozen=True, slots=True)
class Reports:
    """What a review sees: reports of complete months, and its own force.

    Attributes
    ----------
    date : datetime.date
        Day of the review.
    months : (month,) datetime64[D]
        First days of the complete months before it.
    reported : (reporter, month, type, 2) int
        Incidents, and the dead in them, counted in the month in which the report arrived; late
        ones are still to come.
    strength : float, persons
        Own troops in theatre on that morning.
    riots : (riot, 3) int
        Day (ordinal), persons and dead of every riot that began before this morning. A riot is
        seen by all; its dead are known once it is over, 0 until then.
    barricades : (month,) float, barricade-days
        On all roads, month by month: what stands is seen by the force itself.
    movement : (community,) float, 0..1
        Share of the wished-for trips that each community made of late, by the force's own counts.
    """

    date: dt.date
    months: NDArray[np.datetime64]
    reported: NDArray[np.int64]
    strength: float
    riots: NDArray[np.int64]
    barricades: NDArray[np.float64]
    movement: NDArray[np.float64]


class Call(NamedTuple):
    """A contingent of the reserve comes into the theatre."""

    base: str
    arrives: dt.date
    leaves: dt.date | None = None
    """First day back in reserve; None: stays. It stays no longer than the table has it."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a review decides. What has happened stays.

    Attributes
    ----------
    moves : mapping of str to (datetime.date, datetime.date or None)
        Contingent id -> new day of arrival and of departure (None: stays). Contingents that are
        not named come and go as before.
    levels : tuple of Level
        Strengths in theatre, each from its date on. Contingents of the table are scaled alike,
        also those to come, so that together they have it. A new order on a part of the force
        replaces what was ordered on it and does not hold yet.
    calls : mapping of str to Call
        Contingent in reserve or in the rear -> where it goes, and when. It comes on top of a level.
    beyond_offer : bool
        Levels may exceed what was ever in theatre, and the reserves.
    """

    moves: Mapping[str, tuple[dt.date, dt.date | None]] = field(default_factory=dict)
    levels: tuple[Level, ...] = ()
    calls: Mapping[str, Call] = field(default_factory=dict)
    beyond_offer: bool = False


class Policy(Protocol):
    """Anything that turns reports into an order.

    It may say more of itself, as attributes: ``begins`` and ``interval_days``, its first review and
    the days to the next (0: one alone), where not the scenario's; ``alarm``, the persons in a riot
    from which on a review is held on the morning after; ``losses``, what the force loses whatever
    is ordered.
    """

    def review(self, reports: Reports) -> Order:
        """Return what to do after `reports`."""
        ...


class Replay:
    """Contingents come and go as the scenario's own table says, whatever is reported."""

    def review(self, reports: Reports) -> Order:
        """Order nothing: the table stands."""
        return Order()


# --- the policies of a file -----------------------------------------------------------------------

LATER = "record"
"""The reporter whom no review can read: what the press and scholars tell years later."""


EPOCH = dt.date(1970, 1, 1).toordinal()


class OfFile(Replay):
    """A policy as its file says: its losses alone, so far."""

    def __init__(self, rules: PolicyFile, scenario: Scenario) -> None:
        self.losses = rules.losses


class Timetable(OfFile):
    """Levels on dates: all are ordered in one review, whatever is reported."""

    interval_days = 0

    def __init__(self, rules: policies.Timetable, scenario: Scenario) -> None:
        super().__init__(rules, scenario)
        self.begins = min(level.date for level in rules.levels)
        self.order = Order(levels=rules.levels, beyond_offer=rules.beyond_offer)

    def review(self, reports: Reports) -> Order:
        """Order every level on its date."""
        return self.order


class Reviewed(OfFile):
    """A level that reports move down or up, with notice; and a reserve that riots call.

    A level that is ordered holds from its notice on; until then no other is ordered down.
    """

    def __init__(self, rules: policies.Reviewed, scenario: Scenario) -> None:
        super().__init__(rules, scenario)
        self.scenario, self.own = scenario, rules
        self.begins = rules.begins
        self.interval_days = rules.review_interval_days
        self.alarm = rules.reserve.crowd if rules.reserve else 0
        names = set(rules.reserve.contingents if rules.reserve else ())
        self.callable = [row for row in scenario.contingents if id_before(row.id) in names]
        self.level = strength(scenario.contingents, rules.begins, IN_THEATRE)
        self.since: dt.date | None = None
        self.away: dict[str, dt.date] = {}
        self.next = rules.begins

    def review(self, reports: Reports) -> Order:
        """Call the reserve after a riot; at a review of the calendar decide on the level."""
        calls = self.called(reports)
        if reports.date < self.next:
            return Order(calls=calls)
        every = self.interval_days or self.scenario.header.policy.review_interval_days
        self.next = reports.date + dt.timedelta(every)
        if self.since is None:
            self.take_up(reports.date)
            self.since = reports.date
            return Order(levels=(Level(date=reports.date, strength=self.level),), calls=calls)
        wanted = self.wanted(reports)
        days = self.own.notice_days if wanted < self.level else self.own.back_notice_days
        if wanted == self.level or (wanted < self.level and not self.may_fall(reports.date)):
            return Order(calls=calls)
        self.level, self.since = wanted, reports.date + dt.timedelta(days)
        return Order(levels=(Level(date=self.since, strength=wanted),), calls=calls)

    def take_up(self, date: dt.date) -> None:
        """Begin with the strength of the table, also where it takes over later than it begins."""
        self.level = strength(self.scenario.contingents, date, IN_THEATRE)

    def may_fall(self, date: dt.date) -> bool:
        """Return whether the force has stood at its level for long enough."""
        dwell = dt.timedelta(self.own.minimum_dwell_days)
        return self.since is not None and date >= self.since + dwell

    def wanted(self, reports: Reports) -> int:
        """Return the strength that a review asks for."""
        return self.level

    def called(self, reports: Reports) -> dict[str, Call]:
        """Return the reserve that a riot of yesterday calls, if one stands ready."""
        rules = self.own.reserve
        if rules is None or reports.date < self.begins:
            return {}
        began = reports.riots[:, 0] == reports.date.toordinal() - 1
        if not (began & (reports.riots[:, 1] >= rules.crowd)).any():
            return {}
        for row in self.callable:
            ready = row.arrives <= reports.date and (row.departs or dt.date.max) > reports.date
            back = self.away.get(row.id, dt.date.min)
            if ready and back <= reports.date:
                there = reports.date + dt.timedelta(rules.notice_days)
                self.away[row.id] = there + dt.timedelta(rules.stay_days)
                return {row.id: Call(rules.base, there, self.away[row.id])}
        return {}


class Conditions(Reviewed):
    """Step down while conditions hold at reviews in a row; step back up when one is broken."""

    own: policies.Conditions

    def __init__(self, rules: policies.Conditions, scenario: Scenario) -> None:
        super().__init__(rules, scenario)
        self.levels, self.at, self.held = (self.level, *rules.levels), 0, 0

    def take_up(self, date: dt.date) -> None:
        """Begin with the strength of the table; only the steps below it are left."""
        super().take_up(date)
        lower = (level for level in self.own.levels if level < self.level)
        self.levels = (self.level, *lower)

    def wanted(self, reports: Reports) -> int:
        """Return the level of the step after this one, before it, or this one's."""
        values = [measured(one, reports, self.scenario) for one in self.own.conditions]
        pairs = list(zip(self.own.conditions, values, strict=True))
        broken = any(_broken(one, value) for one, value in pairs)
        self.held = self.held + 1 if all(_met(one, value) for one, value in pairs) else 0
        if broken and self.at > 0:
            self.at, self.held = self.at - 1, 0
        elif (
            self.held >= self.own.reviews_in_a_row
            and self.at + 1 < len(self.levels)
            and self.may_fall(reports.date)
        ):
            self.at, self.held = self.at + 1, 0
        return self.levels[self.at]


def _met(one: policies.Condition, value: float | None) -> bool:
    if value is None:
        return False
    if one.at_least is not None:
        return value >= one.at_least
    return one.at_most is not None and value <= one.at_most


def _broken(one: policies.Condition, value: float | None) -> bool:
    if value is None:
        return False
    above = one.back_above is not None and value > one.back_above
    return above or (one.back_below is not None and value < one.back_below)


class Required(Reviewed):
    r"""The smallest force that keeps a chance of violence under a target, as reports have it.

    The rate is what was reported, smoothed: (count + 1/2) / months, which is above zero also where
    nothing was (Jeffreys' rule). The chance of one or more within the horizon is
    1 - exp(-rate * horizon). Another strength S multiplies the rate by D(S) / D(S now), where D is
    the law of presence of the scenario with its best values, the force spread evenly::

        incidents, deaths   D = floor + (1 - floor) exp(-effect * S * available / thousands)
        riots               D = force^(2 ratio / (1 + ratio)), ratio = trained / (crowd / 4)

    with `trained` all riot-trained soldiers of S and `crowd` the median of those reported: as if
    all were within the hour of one crowd. It knows no place, no drawn parameter and not how much
    goes unreported; where no strength meets the target it asks for the most.
    """

    own: policies.Required

    def wanted(self, reports: Reports) -> int:
        """Return the least strength under the target, or the most if none is."""
        rules = self.own
        counts = _counts(rules.measure, reports, self.scenario)
        if counts is None or len(counts) < rules.months:
            return self.level
        rate = (counts[-rules.months :].sum() + 0.5) / rules.months
        allowed = -math.log1p(-rules.target) / rules.horizon_months
        damping = self.damping(reports)
        now = damping(max(reports.strength, 1.0))
        for soldiers in range(rules.least, rules.most, rules.step):
            if rate * damping(soldiers) / now <= allowed:
                return soldiers
        return rules.most

    def damping(self, reports: Reports) -> Callable[[float], float]:
        """Return what tells which part of the violence is left under a strength.

        Above 1 if soldiers provoke.
        """
        parameters, own = self.scenario.parameters, self.own
        out = parameters.scalar("presence.available_share")
        if own.measure == "riots":
            share = trained_share(standing(self.scenario.contingents, reports.date, IN_THEATRE))
            crowds = reports.riots[:, 1] if len(reports.riots) else np.array([1000])
            quarter, force = float(np.median(crowds)) / 4.0, parameters.scalar("riot.force")

            def of_riots(soldiers: float) -> float:
                ratio = soldiers * out * share / quarter
                return float(force ** (2.0 * ratio / (1.0 + ratio)))

            return of_riots
        types = self.scenario.incident_types
        effect, floor = (
            float(np.mean([parameters.of_type(name, one) for one in types]))
            for name in ("effect.troops.background", "floor.background")
        )
        people = sum(
            one.share * np.interp(reports.date.year, one.years, one.persons)
            for one in inhabitants(self.scenario)
        )
        thousands = max(people / 1000.0, 1e-9)

        def of_incidents(soldiers: float) -> float:
            left = floor + (1.0 - floor) * math.exp(-abs(effect) * (soldiers * out / thousands))
            return left if effect >= 0.0 else 2.0 - left

        return of_incidents


def measured(one: policies.Condition, reports: Reports, scenario: Scenario) -> float | None:
    """Return what a condition looks at, a month; None where there are not enough months yet."""
    if one.measure == "movement":
        return float(reports.movement.min()) if len(reports.months) >= one.months else None
    counts = _counts(one.measure, reports, scenario, one.reporter, one.acts)
    if counts is None or len(counts) < one.months:
        return None
    return float(counts[-one.months :].mean())


def _counts(
    measure: str,
    reports: Reports,
    scenario: Scenario,
    reporter: str = "",
    acts: tuple[str, ...] = (),
) -> NDArray[np.float64] | None:
    """Return what was reported of a measure, month by month."""
    if measure == "barricades":
        return np.asarray(reports.barricades)
    months = reports.months.astype("datetime64[M]").astype(np.int64)
    began = (reports.riots[:, 0] - EPOCH).astype("datetime64[D]").astype("datetime64[M]")
    at = began.astype(np.int64) - (months[0] if len(months) else 0)
    known = (at >= 0) & (at < len(months))
    in_riots = np.bincount(
        at[known],
        weights=reports.riots[known, 2] if measure == "deaths" else None,
        minlength=len(months),
    ).astype(np.float64)
    if measure == "riots":
        return in_riots
    kinds = [not acts or kind.act in acts for kind in scenario.incident_types]
    names = list(dict.fromkeys(row.reporter for row in scenario.reporting))
    heard = [name == reporter if reporter else name != LATER for name in names]
    by_reporter = reports.reported[heard][:, :, kinds, int(measure == "deaths")].sum(axis=2)
    if not by_reporter.size:
        return in_riots if measure == "deaths" else None
    most = by_reporter[by_reporter.sum(axis=1).argmax()]
    return np.asarray(most + in_riots if measure == "deaths" else most, dtype=np.float64)
