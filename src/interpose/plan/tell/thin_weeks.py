"""Thin weeks of a plan, and where spreading handovers would save units.

A week is thin while a line that somebody fills has fewer units in place than it needs. That is
closer than the gap table, which counts a month by its 15th: a unit that lands on the 10th leaves
the week before it thin, unless the line gives it so many days to be ready.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from interpose.errors import PlanError
from interpose.plan.months import MEAN_DAYS
from interpose.plan.requirement import Number, fraction_of
from interpose.plan.result import Assignment, Plan, PlanInputs
from interpose.scenario.tables.plan import Offer

WEEK, ONE_DAY = dt.timedelta(days=7), dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ThinSpan:
    """Weeks on end in which a line is as thin as can be said in one sentence.

    Attributes
    ----------
    begins, ends : date
        First day of the first week, and the day after the last.
    present, wanted : int, units
        On the worst day, and needed.
    """

    requirement: str
    begins: dt.date
    ends: dt.date
    present: int
    wanted: int

    @property
    def weeks(self) -> int:
        """How many weeks, a broken last one counted whole."""
        return -(-(self.ends - self.begins) // WEEK)


class Proposal(NamedTuple):
    """Tours of one pool that change on the same day, and what spreading them would save.

    `together` and `spread` are units in the pool with all changes on the same days, and with them
    spread evenly.
    """

    requirements: tuple[str, ...]
    offers: tuple[str, ...]
    units: int
    together: int
    spread: int
    words: str


def thin_spans(inputs: PlanInputs, plan: Plan) -> tuple[ThinSpan, ...]:
    """Return the thin weeks of every line that somebody fills, those on end as one.

    Weeks are counted from the first planned day, or that by which the line must be ready. Two tours
    of one offer that hand over hold one post: it counts for no more units than it keeps in place.
    """
    tours = _by_line(plan)
    offers = {row.id: row for row in inputs.offers}
    found: list[ThinSpan] = []
    for line in sorted(inputs.requirements, key=lambda row: row.id):
        day = max(line.begins + dt.timedelta(days=line.readiness_days), plan.begins)
        ends = min(line.ends, plan.ends)
        while line.id in tours and line.mission == plan.mission and day < ends:
            until = min(day + WEEK, ends)
            days = [day + i * ONE_DAY for i in range((until - day).days)]
            worst = min(_present(tours[line.id], offers, each) for each in days)
            last = found[-1] if found else None
            if last and (last.requirement, last.ends, last.present) == (line.id, day, worst):
                found[-1] = replace(last, ends=until)
            elif worst < line.units:
                found.append(ThinSpan(line.id, day, until, worst, line.units))
            day = until
    return tuple(found)


def _present(tours: list[Assignment], offers: dict[str, Offer], day: dt.date) -> int:
    there: dict[str, int] = {}
    for row in tours:
        if row.begins <= day < row.ends:
            there[row.offer] = there.get(row.offer, 0) + row.units
    return sum(min(units, offers[offer].units) for offer, units in there.items())


def proposals(inputs: PlanInputs, plan: Plan) -> tuple[Proposal, ...]:
    """Propose to spread handovers where several units of one pool change on one day.

    Only where the smaller pool would do, by `pool_size`. Units of a pool are those of one offer,
    or of all offers with the same pool word that rotate alike.
    """
    offers = {row.id: row for row in inputs.offers}
    own = {row.id for row in inputs.requirements if row.mission == plan.mission}
    pools: dict[tuple[object, ...], list[Assignment]] = {}
    for row in plan.assignments:
        if row.requirement in own:
            offer = offers[row.offer]
            rhythm = (offer.tour_months, offer.dwell_per_tour, offer.handover_days)
            pools.setdefault((offer.pool or offer.id, *rhythm), []).append(row)
    found: list[Proposal] = []
    for _, tours in sorted(pools.items()):
        changing = _changing(tours)
        if sum(row.units for row in changing) > 1:
            found += _proposed(offers[changing[0].offer], changing)
    return tuple(found)


def _changing(tours: list[Assignment]) -> list[Assignment]:
    """Return the tours of a pool that are relieved on one day, of the day with most units."""
    leaving: dict[dt.date, list[Assignment]] = {}
    for row in tours:
        if any(
            other.requirement == row.requirement
            and row.begins < other.begins <= row.ends < other.ends
            for other in tours
        ):
            leaving.setdefault(row.ends, []).append(row)
    days = sorted(leaving, key=lambda day: (-sum(row.units for row in leaving[day]), day))
    return leaving[days[0]] if days else []


def _proposed(offer: Offer, changing: list[Assignment]) -> Iterator[Proposal]:
    units = sum(row.units for row in changing)
    overlap = min(offer.handover_days / MEAN_DAYS, offer.tour_months / 2)
    rhythm = (units, offer.tour_months, overlap, offer.dwell_per_tour)
    together, spread = pool_size(*rhythm), pool_size(*rhythm, staggered=True)
    if spread < together:
        every = (offer.tour_months - overlap) / units
        words = (
            f"Spread the handovers, one every {every:.3g} months: "
            f"{spread} units hold the {units} posts instead of {together}."
        )
        yield Proposal(
            tuple(sorted({row.requirement for row in changing})),
            tuple(sorted({row.offer for row in changing})),
            units,
            together,
            spread,
            words,
        )


def pool_size(
    slots: int,
    tour_months: Number,
    overlap_months: Number = 0,
    dwell_per_tour: Number = 2,
    staggered: bool = False,
) -> int:
    """Return the fewest units that hold `slots` posts for ever.

    A unit is back for its next tour after ``cycle = tour x (1 + dwell)``; because of the handover a
    post changes hands every ``step = tour - overlap``. If all posts change on the same dates every
    post needs ``ceil(cycle / step)`` units; if they are spread evenly (`staggered`) the posts share
    one pool of ``ceil(slots x cycle / step)``. The dwell is in tours: 2 for 1:2.

    Raises
    ------
    PlanError
        If the overlap is not shorter than the tour, or a number is out of range.
    """
    posts = fraction_of("slots", slots, above=1)
    tour = fraction_of("tour_months", tour_months, strictly=True)
    overlap = fraction_of("overlap_months", overlap_months)
    if overlap >= tour:
        message = (
            f"overlap_months is {overlap_months}: must be shorter than the tour of "
            f"{tour_months} months."
        )
        raise PlanError(message)
    cycle, step = tour * (1 + fraction_of("dwell_per_tour", dwell_per_tour)), tour - overlap
    if staggered:
        return math.ceil(posts * cycle / step)
    return math.ceil(posts) * math.ceil(cycle / step)


def _by_line(plan: Plan) -> dict[str, list[Assignment]]:
    found: dict[str, list[Assignment]] = {}
    for row in plan.assignments:
        found.setdefault(row.requirement, []).append(row)
    return found
