"""All that the pictures and pages of a plan draw from."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property

from interpose.errors import PlanError
from interpose.plan import requirement
from interpose.plan.deployments import Deployment, deployments, laid_down, present_on
from interpose.plan.generate.gap_table import MonthlyForce
from interpose.plan.generate.problem import Problem, units_by_month
from interpose.plan.laydown.placing import Answer, Laydown, simultaneous_cover
from interpose.plan.planning import PlannedForce
from interpose.plan.request import Request
from interpose.plan.result import GapCell, Names, Plan, PlanInputs, assumption
from interpose.plan.tell.comparison import lost_offers
from interpose.plan.tell.shortfalls import lost_for_good
from interpose.report.page import day
from interpose.scenario import Scenario
from interpose.scenario.tables.plan import Capability, Requirement

REACH_MIN = assumption("reach_min")
"""Minutes within which a place counts as covered where no workload says so: ``plan.reach_min``."""


CUT_EXPLAINED = 0.1
"""Share whose loss the page always explains: which task falls first if 10 % is cut."""


@dataclass(frozen=True)
class Explanation:
    """What a what-if or an explanation found: what was changed, and what it does in sentences."""

    title: str
    lines: Sequence[str]


@dataclass(frozen=True)
class PlanData:
    """What a plan's page is made of.

    The order of battle and the map are those of `day`; `laydown` is None where no platoon or no
    base is there then. `asked` is the decision asked of the reader, `command` what was typed.
    `explanations` stand by the section they belong to: ``number``, ``caveats``, ``leaves``,
    ``next_step``. `calls` are several calls at once on the laydown; `before` is the plan that this
    one is compared with, and `against` says so in words. `shortfalls` are the first sentences,
    `what_ifs` the sentences over the page on what was changed. `laydowns` are those of every month
    in which platoons can be laid down, `closed` the bases nobody uses, `without` is what the plan
    before is made of, where its tables are at hand.
    """

    scenario: Scenario
    inputs: PlanInputs
    plan: Plan
    laydown: Laydown | None
    day: dt.date
    asked: str
    explanations: Mapping[str, Sequence[Explanation]] = field(default_factory=dict)
    calls: Sequence[Answer] = ()
    command: str = ""
    before: Plan | None = None
    against: str = ""
    shortfalls: Sequence[str] = ()
    what_ifs: Sequence[str] = ()
    laydowns: Mapping[dt.date, Laydown] = field(default_factory=dict)
    closed: Sequence[str] = ()
    without: PlanData | None = None

    @cached_property
    def rows(self) -> tuple[Deployment, ...]:
        """Assignments of this mission with what they refer to."""
        found = deployments(self.inputs, self.plan)
        return tuple(row for row in found if row.requirement.mission == self.plan.mission)

    @cached_property
    def cells(self) -> tuple[GapCell, ...]:
        """Cells of this mission's lines that are needed in some month of the plan.

        A plan may hold lines of missions that share its pools, and lines of other years.
        """
        own = {r.id for r in self.inputs.requirements if r.mission == self.plan.mission}
        needed = {cell.requirement for cell in self.plan.cells if cell.needed}
        return tuple(cell for cell in self.plan.cells if cell.requirement in own & needed)

    @cached_property
    def lines(self) -> dict[str, Requirement]:
        """Lines of this mission that the plan has cells of, in the order of the cells."""
        known = {line.id: line for line in self.inputs.requirements}
        return {cell.requirement: known[cell.requirement] for cell in self.cells}

    @cached_property
    def labels(self) -> dict[str, str]:
        """What is read instead of a line's id: its capability and place."""
        found: dict[str, str] = {}
        for name, line in self.lines.items():
            place = "" if line.place == "theatre" else f", {self.place_name(line.place)}"
            found[name] = f"{self.kinds[line.capability].name}{place}"
        for tell in (self._when, str):
            repeated = Counter((label, self.lines[name].critical) for name, label in found.items())
            found = {
                name: f"{label} ({tell(name)})"
                if repeated[label, self.lines[name].critical] > 1
                else label
                for name, label in found.items()
            }
        return found

    def _when(self, line: str) -> str:
        """Return the months of a line, by which those of one kind and place differ most often."""
        row = self.lines[line]
        last = row.ends - dt.timedelta(days=1)
        return f"{row.begins:%B %Y} to {last:%B %Y}"

    def marked(self, line: str) -> str:
        """Return the label of a line, with a ! before it if it is critical."""
        return f"! {self.labels[line]}" if self.lines[line].critical else self.labels[line]

    @cached_property
    def kinds(self) -> dict[str, Capability]:
        """Capabilities by id."""
        return {kind.id: kind for kind in self.inputs.capabilities}

    @cached_property
    def name_of(self) -> Names:
        """What nations, offers, lines and tasks are called."""
        return Names(self.inputs, self.scenario)

    @cached_property
    def monthly(self) -> MonthlyForce:
        """Where every unit is in every month, from which reasons are read."""
        problem = Problem(self.inputs, self.plan.mission, self.plan.begins, self.plan.ends)
        return MonthlyForce(problem, units_by_month(self.plan, problem.months))

    @cached_property
    def months(self) -> tuple[dt.date, ...]:
        """First days of the months of the plan."""
        return tuple(sorted({cell.month for cell in self.cells}))

    @cached_property
    def by_line(self) -> dict[str, tuple[GapCell, ...]]:
        """Cells of each line, by month."""
        found: dict[str, list[GapCell]] = {line: [] for line in self.lines}
        for cell in self.cells:
            found[cell.requirement].append(cell)
        return {line: tuple(sorted(own, key=lambda c: c.month)) for line, own in found.items()}

    @cached_property
    def reach_min(self) -> float:
        """Minutes of the strictest quick reaction among the workload, or `REACH_MIN`."""
        limits = [row.reach_min for row in self.inputs.workload if row.reach_min]
        return min(limits, default=REACH_MIN)

    def present(self, day: dt.date) -> tuple[Deployment, ...]:
        """Return what is in the theatre on a day, without reserves at home."""
        return tuple(row for row in present_on(self.rows, day) if not row.offer.reserve)

    def counted(self, month: dt.date) -> tuple[Deployment, ...]:
        """Return what is in the theatre in the middle of a month, when no handover is on."""
        return self.present(month.replace(day=15))

    def at_home(self, month: dt.date) -> int:
        """Return the persons of reserves at home that fill a line in the middle of a month."""
        rows = present_on(self.rows, month.replace(day=15))
        return sum(row.persons for row in rows if row.offer.reserve)

    def needed_persons(self, month: dt.date) -> int:
        """Return the persons that the lines ask for in a month."""
        return sum(
            cell.needed * self.kinds[self.lines[cell.requirement].capability].strength
            for cell in self.cells
            if cell.month == month
        )

    @cached_property
    def peak(self) -> dt.date:
        """The month in which the lines ask for most persons, the first of several."""
        return max(self.months, key=lambda month: (self.needed_persons(month), -month.toordinal()))

    @cached_property
    def tasks_persons(self) -> float | None:
        """Persons that the list of tasks takes on `day`; None where it has none or is not whole."""
        needs = requirement.why(self.inputs, self.day)
        if not needs or requirement.not_covered(self.inputs.workload, self.day):
            return None
        return _persons(needs)

    def open_critical(self) -> tuple[GapCell, ...]:
        """Return the cells of critical lines that are open, by month."""
        found = [
            cell
            for cell in self.cells
            if cell.state == "open" and self.lines[cell.requirement].critical
        ]
        return tuple(sorted(found, key=lambda c: (c.month, c.requirement)))

    def source_title(self, name: str) -> str:
        """Return the title of a source by its id; what is none stays as it is."""
        return next((row.title for row in self.scenario.sources if row.id == name), name)

    def place_name(self, name: str) -> str:
        """Return the name of a place, area or base, or the word itself."""
        return self.name_of.place(name)


def page_data(force: PlannedForce, command: str = "") -> PlanData:
    """Return what the page of a planned force is made of."""
    plan, request = force.plan, force.request
    data = PlanData(
        scenario=force.scenario,
        inputs=force.inputs,
        plan=plan,
        laydown=force.laydown,
        day=force.day,
        asked="Whether to ask the nations for what this plan needs from"
        f" {plan.begins:%B %Y} on, and what to do about the lines it leaves open.",
        explanations=_explanations(force),
        command=command,
        shortfalls=(*force.shortfalls, *map(str, lost_for_good(force.inputs))),
        what_ifs=(*force.scenario.changed, *(f"{words}." for _, words in _what_ifs(force))),
        before=force.before or force.previous,
        against="without the change" if force.before is not None else f"in {request.previous}",
        closed=request.close_bases,
    )
    if request.calls and force.laydown is not None:
        calls = simultaneous_cover(force.laydown, request.calls, within_min=data.reach_min)
        data = replace(data, calls=calls)
    made = replace(data, laydowns=_laydowns(data, request), without=_without(force, data))
    return _where_it_differs(made) if made.without and not made.calls else made


def _where_it_differs(data: PlanData) -> PlanData:
    """Return a what-if on the day on which it takes or brings most persons, if on any."""

    def moved(month: dt.date) -> int:
        new, old = (each.counted(month) for each in (data, data.without or data))
        return abs(sum(row.persons for row in new) - sum(row.persons for row in old))

    month = max(data.months, key=moved)
    old = data.without
    if not old or not moved(month) or not {month} <= data.laydowns.keys() & old.laydowns.keys():
        return data
    old = replace(old, day=month.replace(day=15), laydown=old.laydowns[month])
    return replace(data, day=old.day, laydown=data.laydowns[month], without=old)


def _without(force: PlannedForce, data: PlanData) -> PlanData | None:
    """Return what the plan before is made of, if the tables still have all that it names."""
    before, known = data.before, force.original
    if before is None or lost_offers(before, (row.id for row in known.offers)):
        return None
    if {row.requirement for row in before.cells} - {row.id for row in known.requirements}:
        return None
    request = replace(force.request, close_bases=()) if force.before else force.request
    old = replace(data, inputs=known, plan=before, before=None, what_ifs=(), closed=())
    laydowns = _laydowns(old, request)
    return replace(old, laydowns=laydowns, laydown=laydowns.get(data.day.replace(day=1)))


def _laydowns(data: PlanData, request: Request) -> dict[dt.date, Laydown]:
    """Return the laydown of every month in which platoons can be laid down."""
    known: dict[Hashable, Laydown] = {}
    found = {}
    for month in data.months:
        with suppress(PlanError):  # more platoons than the bases hold
            if made := laid_down(data.scenario, data.rows, month.replace(day=15), request, known):
                found[month] = made
    return found


def _explanations(force: PlannedForce) -> dict[str, list[Explanation]]:
    """Return why the number is what it is and what a change did, by section of the page."""
    found: dict[str, list[Explanation]] = defaultdict(list)
    needs, names = requirement.why(force.inputs, force.day), force.names
    if needs:
        missing = requirement.not_covered(force.inputs.workload, force.day)
        total = (
            f"no total. {missing}" if missing else f"{_persons(needs):,.0f} persons, task by task"
        )
        title = f"Troops to task on {force.day}: {total}"
        title += " (plan/workload.csv; the rhythm of a soldier's week stands at the end)."
        lines = [f"{names.task(need.row)}: {need.words}" for need in needs]
        found["number"].append(Explanation(title, lines))
        falls = requirement.what_falls_first(force.inputs, CUT_EXPLAINED, force.day)
        title = f"If {CUT_EXPLAINED * 100:.0f} % is cut, this falls, in this order."
        lines = [f"{names.task(f.row)}: {f.words}" for f in falls]
        found["number"].append(Explanation(title, lines))
    if force.before is not None:
        for section, words in _what_ifs(force):
            title = f"{words}; compared with the plan without the change:"
            found[section].append(Explanation(title, force.differences))
    for price in force.prices:
        title = f"With the caveat, less without it: {price.words} ({price.caveat})."
        aims = [f"{name}: {value:+g}" for name, value in price.aims if value]
        found["caveats"].append(Explanation(title, aims or ["It costs nothing."]))
    return dict(found)


def _persons(needs: Sequence[requirement.Need]) -> float:
    return float(sum(need.persons for need in needs))


def _what_ifs(force: PlannedForce) -> Iterator[tuple[str, str]]:
    """Yield each what-if in words, with the section of the page that explains it."""
    request, names = force.request, force.names
    for nation, date in request.leave:
        yield "leaves", f"{names.nation(nation)} leaves on {day(date)}"
    for name in request.without_caveats:
        yield "caveats", f"The caveat {name} is lifted"
    for name in request.close_bases:
        yield "next_step", f"{names.place(name)} is closed"
    if request.cut:
        yield "number", f"{request.cut * 100:g} % fewer units are offered"
