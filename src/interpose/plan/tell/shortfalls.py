"""What a plan lacks: months without requirement or force, lines short, lost offers, thin weeks."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from interpose.errors import Fault
from interpose.plan.deployments import deployments, present_on
from interpose.plan.generate.problem import Problem, steady_units
from interpose.plan.generate.tours import curves
from interpose.plan.months import MEAN_DAYS, account_day, first_day, in_words, months_of
from interpose.plan.offer import eligibility
from interpose.plan.requirement import Number, exact
from interpose.plan.result import Assignment, Names, Plan, PlanInputs
from interpose.scenario.phrases import listed, plural, shown
from interpose.scenario.tables.plan import Offer

MOST_MONTHS = 120
"""Months over which it is looked how long a pool lasts."""

MOST_NAMED = 5
"""Lines named in one sentence; the gap table has all."""


class MonthOfForce(NamedTuple):
    """Persons asked for in a month, in the theatre on its 15th, and in reserve at home."""

    month: dt.date
    asked: int
    there: int
    at_home: int


def force_by_month(inputs: PlanInputs, plan: Plan) -> tuple[MonthOfForce, ...]:
    """Return the persons of every month of a plan, also of those in which nothing is needed."""
    lines = {row.id: row for row in inputs.requirements}
    strength = {row.id: row.strength for row in inputs.capabilities}
    rows = [r for r in deployments(inputs, plan) if r.requirement.mission == plan.mission]
    found = []
    for month in months_of(plan.begins, plan.ends):
        first, here = first_day(month), list(present_on(tuple(rows), account_day(month)))
        asked = sum(
            cell.needed * strength[lines[cell.requirement].capability]
            for cell in plan.cells
            if cell.month == first and lines[cell.requirement].mission == plan.mission
        )
        home = sum(row.persons for row in here if row.offer.reserve)
        found.append(MonthOfForce(first, asked, sum(r.persons for r in here) - home, home))
    return tuple(found)


def is_empty(inputs: PlanInputs, plan: Plan) -> bool:
    """Whether something is asked for, and no month has a soldier in the theatre."""
    months = force_by_month(inputs, plan)
    return any(row.asked for row in months) and not any(row.there for row in months)


def shortfalls(
    inputs: PlanInputs, plan: Plan, names: Names, laydown_fault: str = ""
) -> tuple[str, ...]:
    """Say in sentences what a plan lacks; nothing where it lacks nothing.

    Months in which nothing is asked for, months in which nobody is in the theatre, and critical
    lines under 100 %, the worst first. The front page of the plan, the terminal, ``run --plan`` and
    the report of its run say these sentences before anything else.
    """
    said = []
    months = force_by_month(inputs, plan)
    idle = [row.month for row in months if not row.asked and not row.there]
    bare = [row for row in months if row.asked and not row.there]
    if is_empty(inputs, plan):
        said.append("This plan has no soldier in the theatre in any month.")
    elif bare:
        asked, home = max(row.asked for row in bare), max(row.at_home for row in bare)
        words = f"Nobody is in the theatre in {in_words([row.month for row in bare])}"
        kept = f", {home:,} are in reserve at home" if home else ""
        said.append(f"{words}: up to {asked:,} persons are asked for{kept}.")
    if idle:
        said.append(f"Nothing is asked for in {in_words(idle)}: no line is needed then.")
    said += _critical(inputs, plan, names)
    if laydown_fault:
        said.append(f"Nothing is laid down over the bases. {laydown_fault}")
    return tuple(said)


def _critical(inputs: PlanInputs, plan: Plan, names: Names) -> list[str]:
    lines = {row.id: row for row in inputs.requirements if row.critical}
    cells = [cell for cell in plan.cells if cell.requirement in lines and cell.needed]
    needed = sum(cell.needed for cell in cells)
    short = sum(max(cell.needed - cell.present, 0) for cell in cells)
    if not short:
        return []
    opened: dict[str, list[dt.date]] = {}
    for cell in cells:
        if cell.present < cell.needed:
            opened.setdefault(cell.requirement, []).append(cell.month)
    named = [f"{names.line(line)} ({in_words(own)})" for line, own in opened.items()]
    more = f", and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    share = 100 * (needed - short) // needed
    return [
        f"Critical lines are filled to {share} % of their unit-months; short are"
        f" {listed(named[:MOST_NAMED])}{more}."
    ]


def lost_for_good(inputs: PlanInputs) -> tuple[Fault, ...]:
    """Say which offers may be in place on no day, and which table would let them in."""
    known = {row.contributor for row in inputs.standings}
    names = Names(inputs)
    said, unknown = [], Counter[str]()
    for offer in inputs.offers:
        if eligibility.window(inputs, offer):
            continue
        if offer.contributor not in known:
            unknown[offer.contributor] += 1
            continue
        why = eligibility.judge(inputs, offer, offer.begins).against
        words = f" On {offer.begins}: {why[0].words}" if why else ""
        wanted = f"May be in place on no day by plan/standings.csv.{words}"
        said.append(Fault("plan/offers.csv", 0, "id", shown(offer.id), wanted))
    for nation, offers in unknown.items():
        wanted = f"Has no row: none of its {plural(offers, 'offer')} may ever be in place."
        found = shown(names.nation(nation))
        said.append(Fault("plan/standings.csv", 0, "contributor", found, wanted))
    return tuple(said)


def kept_up(inputs: PlanInputs, plan: Plan, names: Names) -> tuple[str, ...]:
    """Say of each pool that cannot keep all that it offers in place for ever how long it can."""
    problem = Problem(inputs, plan.mission, plan.begins, plan.ends)
    said = []
    for pool in problem.pools:
        rows = [row for row in map(problem.offers.get, pool.offers) if row]
        if pool.steady or plan.mission not in {row.mission for row in rows}:
            continue
        rhythm = (pool.units, pool.tour, pool.rest)
        lasts = (n for n in range(1, MOST_MONTHS) if curves([pool.most] * n, *rhythm, pool.most))
        said.append(
            f"{listed([names.offer(row) for row in rows])}: {pool.units} units rotate,"
            f" {pool.tour} months there and {pool.rest} at rest. {pool.most} can be there for"
            f" {max(lasts, default=0)} months, {steady_units(*rhythm)} for ever."
        )
    return tuple(said)


# --- thin weeks -----------------------------------------------------------------------------------
#
# A week is thin while a line that somebody fills has fewer units in place than it needs. That is
# closer than the gap table, which counts a month by its 15th: a unit that lands on the 10th leaves
# the week before it thin, unless the line gives it so many days to be ready. And where spreading
# handovers would save units.

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
    """
    tour = exact(tour_months)
    each = tour * (1 + exact(dwell_per_tour)) / (tour - exact(overlap_months))
    return math.ceil(slots * each) if staggered else slots * math.ceil(each)


def _by_line(plan: Plan) -> dict[str, list[Assignment]]:
    found: dict[str, list[Assignment]] = {}
    for row in plan.assignments:
        found.setdefault(row.requirement, []).append(row)
    return found
