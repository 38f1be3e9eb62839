"""What ``interpose plan`` does to make a plan: solve, lay down, write, and say what is open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from interpose.cli.output import note, print_json
from interpose.cli.plan_comparing import differences, names_of, titles

if TYPE_CHECKING:
    from interpose.plan.laydown.placing import Laydown
    from interpose.plan.result import Plan, PlanInputs
    from interpose.plan.tell.comparison import Price
    from interpose.scenario import Scenario

PAGE = "plan.html"

CUT_TOLD = 0.1
"""Share whose loss the page always explains: which task falls first if 10 % is cut."""


@dataclass(frozen=True)
class Wish:
    """What was asked on the command line.

    Attributes
    ----------
    scenario : str
    mission : str or None
        None: the first mission that has lines.
    begins, ends : date or None
        None: from the first day to the last on which that mission needs anything.
    out : Path
    leave : tuple of (nation, date)
    without_caveat, close_base : tuple of str
    cut : float
        Share of all offered units that is gone, 0 to 1.
    price_caveats : bool
        Plan again without each caveat, to say what it costs; takes a search each.
    frozen_until : date or None
    previous : Path or None
    time_limit_s, gap : float
    backup : int or None
        Platoons that each place should be reached by.
    stay_in_area : bool
    closed_roads : tuple of (str, str)
    winter_factor : float
    calls : tuple of str
        Places that call at once.
    command : str
        As typed.
    """

    scenario: str
    mission: str | None = None
    begins: dt.date | None = None
    ends: dt.date | None = None
    out: Path = Path("plans")
    leave: tuple[tuple[str, dt.date], ...] = ()
    without_caveat: tuple[str, ...] = ()
    close_base: tuple[str, ...] = ()
    cut: float = 0.0
    price_caveats: bool = False
    frozen_until: dt.date | None = None
    previous: Path | None = None
    time_limit_s: float = 60.0
    gap: float = 0.01
    backup: int | None = None
    stay_in_area: bool = False
    closed_roads: tuple[tuple[str, str], ...] = ()
    winter_factor: float = 1.0
    calls: tuple[str, ...] = ()
    command: str = ""

    @property
    def is_what_if(self) -> bool:
        """Whether the plan is compared with one in which nothing was changed."""
        return bool(self.leave or self.without_caveat or self.close_base or self.cut)


@dataclass(frozen=True)
class Made:
    """A plan with what it was made from, and what it is compared with.

    `before` is the plan without the change of a what-if, `previous` the one given as such.
    """

    scenario: Scenario
    original: PlanInputs
    inputs: PlanInputs
    plan: Plan
    before: Plan | None
    previous: Plan | None
    prices: tuple[Price, ...]
    laydown: Laydown | None
    day: dt.date


def make_plan(wish: Wish, progress: Callable[[str], Any] = note) -> Made:
    """Make a plan and its laydown; progress is told in words.

    Raises
    ------
    ScenarioError, UnknownNameError, PlanError
        For wrong input.
    """
    from interpose.plan.generate.generation import generate
    from interpose.plan.planning import span
    from interpose.plan.tell import comparison as what_if
    from interpose.plan.tell.files import read_plan
    from interpose.scenario import load, read_plan_tables

    scenario, original = load(wish.scenario), read_plan_tables(wish.scenario)
    mission, begins, ends = span(original, wish.mission, wish.begins, wish.ends)
    refuse(scenario, original, wish)
    inputs = changed(original, wish, begins)
    previous = None if wish.previous is None else read_plan(wish.previous)
    limits: dict[str, Any] = {"time_limit_s": wish.time_limit_s, "gap": wish.gap}
    before = None
    if wish.is_what_if:
        progress("Without the change:")
        before = generate(original, mission, begins, ends, previous=previous,
                          frozen_until=wish.frozen_until, progress=progress, **limits)  # fmt: skip
        progress("With the change:")

    def planner(tables: PlanInputs) -> Plan:
        return generate(tables, mission, begins, ends, previous=before or previous,
                        frozen_until=wish.frozen_until, progress=progress, **limits)  # fmt: skip

    plan = planner(inputs)
    prices = what_if.prices_of_caveats(inputs, plan, planner) if wish.price_caveats else ()
    day, laydown = _laid_down(scenario, inputs, plan, wish, progress)
    return Made(scenario, original, inputs, plan, before, previous, prices, laydown, day)


def refuse(scenario: Scenario, inputs: PlanInputs, wish: Wish) -> None:
    """Refuse names that the scenario does not have, before any search begins.

    Raises
    ------
    UnknownNameError, PlanError
        For a base, place or road that is not there, or a frozen time of no plan.
    """
    from interpose.errors import PlanError, UnknownNameError
    from interpose.plan.laydown.terrain import travel_min

    bases, places = [row.id for row in scenario.bases], [row.id for row in scenario.places]
    for kind, names, known in (("base", wish.close_base, bases), ("place", wish.calls, places)):
        for name in names:
            if name not in known:
                raise UnknownNameError(kind, name, known)
    travel_min(scenario, (), closed=wish.closed_roads)
    if wish.frozen_until is not None and wish.previous is None:
        msg = "Nothing can be frozen without a plan: give --previous PLAN with --frozen-until."
        raise PlanError(msg)


def changed(inputs: PlanInputs, wish: Wish, begins: dt.date) -> PlanInputs:
    """Return the inputs as the what-ifs of a wish change them."""
    from interpose.plan.offer.eligibility import nation_of
    from interpose.plan.tell import comparison as what_if

    for nation, day in wish.leave:
        inputs = what_if.nation_leaves(inputs, nation_of(inputs, nation).id, day)
    for caveat in wish.without_caveat:
        inputs = what_if.caveat_goes(inputs, caveat)
    for base in wish.close_base:
        if any(offer.base == base for offer in inputs.offers):
            inputs = what_if.base_closes(inputs, base, begins)
    return what_if.fewer(inputs, wish.cut) if wish.cut else inputs


def _laid_down(
    scenario: Scenario, inputs: PlanInputs, plan: Plan, wish: Wish, progress: Callable[[str], Any]
) -> tuple[dt.date, Laydown | None]:
    """Lay the platoons of the fullest month down, and tell how far the search got."""
    from interpose.plan.deployments import lay_plan_down

    day, laydown = lay_plan_down(
        scenario, inputs, plan, closed_bases=wish.close_base, closed_roads=wish.closed_roads,
        winter_factor=wish.winter_factor, backup=wish.backup,
        may_cross_boundary=not wish.stay_in_area, time_limit_s=wish.time_limit_s,
    )  # fmt: skip
    if laydown is None:
        progress(f"No platoon that answers calls is there on {day}: nothing is laid down.")
        return day, None
    for stage in laydown.stages:
        progress(f"laydown, {stage.name}: {stage.value:.4g}, bound {stage.bound:.4g}"
                 f" ({stage.status}, {stage.seconds:.1f} s)")  # fmt: skip
    return day, laydown


# --- writing --------------------------------------------------------------------------------


def write_all(made: Made, wish: Wish) -> tuple[Path, ...]:
    """Write plan.json, the tables, the export and the page; return where they stand."""
    from interpose.errors import PlanError
    from interpose.plan.deployments import placed
    from interpose.plan.tell import files
    from interpose.plan.tell.chances import chances
    from interpose.plan.tell.orbat_mapper import orbat_mapper
    from interpose.report.plan_page.contents import plan_page
    from interpose.scenario.files import write_aside

    rows = placed(made.inputs, made.plan)
    names = {row.id: row.name for row in made.scenario.contributors}
    contents = {
        "gaps.csv": files.gaps_csv(made.plan),
        "chances.csv": files.chances_csv(chances(made.inputs, made.plan)),
        "assignments.csv": files.assignments_csv(rows, names),
        "orbat_mapper.json": files.as_plain(orbat_mapper(made.scenario, made.plan, rows)),
        PAGE: plan_page(_plan_data(made, wish)).encode(),
    }
    if made.laydown is not None:
        contents["laydown.csv"] = files.laydown_csv(made.laydown)
    written = [write_aside(wish.out / name, text, PlanError) for name, text in contents.items()]
    return files.write_plan(wish.out, made.plan), *written


def _plan_data(made: Made, wish: Wish) -> Any:  # noqa: ANN401 - of a room imported late
    from interpose.plan.laydown.calls import simultaneous_cover
    from interpose.report.plan_page.plan_data import PlanData

    data = PlanData(
        scenario=made.scenario,
        inputs=made.inputs,
        plan=made.plan,
        laydown=made.laydown,
        day=made.day,
        asked="Whether to ask the nations for what this plan needs from"
        f" {made.plan.begins:%B %Y} on, and what to do about the lines it leaves open.",
        explanations=_told(made, wish),
        command=wish.command,
        before=made.before or made.previous,
        against="the plan without the change, and the plan with it"
        if made.before is not None
        else f"the plan in {wish.previous}, and this one",
    )
    if wish.calls and made.laydown is not None:
        limit = data.reach_min
        calls = simultaneous_cover(made.laydown, wish.calls, within_min=limit)
        data = replace(data, calls=calls)
    return data


def _told(made: Made, wish: Wish) -> dict[str, list[Any]]:
    """Return what the plan room says of the number and of the change, by section of the page."""
    from interpose.plan.need import requirement
    from interpose.report.plan_page.plan_data import Explanation

    told: dict[str, list[Any]] = {}
    needs = requirement.why(made.inputs, made.day)
    if needs:
        total = float(sum(need.persons for need in needs))
        title = f"Troops to task on {made.day}: {total:,.0f} persons, task by task"
        title += " (plan/workload.csv; the rhythm of a soldier's week stands at the end)."
        names = names_of(made)
        lines = [f"{names.task(need.row)}: {need.words}" for need in needs]
        told["number"] = [Explanation(title, lines)]
        falls = requirement.what_falls_first(made.inputs, CUT_TOLD, made.day)
        title = f"If {CUT_TOLD * 100:.0f} % is cut, this falls, in this order."
        lines = [names.task(f.row) + f.words.removeprefix(f.row.id) for f in falls]
        told["number"].append(Explanation(title, lines))
    if made.before is not None:
        for section, title in titles(wish, names_of(made)):
            told.setdefault(section, []).append(Explanation(title, differences(made)))
    for price in made.prices:
        title = f"With the caveat, less without it: {price.words} ({price.caveat})."
        aims = [f"{name}: {value:+g}" for name, value in price.aims if value]
        told.setdefault("caveats", []).append(Explanation(title, aims or ["It costs nothing."]))
    return told


# --- saying ---------------------------------------------------------------------------------


def say_made(made: Made, written: Sequence[Path], *, as_json: bool) -> None:
    """Say which critical cells are open, what changed, and where the files are."""
    from interpose.plan.generate.gap_table import summary

    lines = {line.id: line for line in made.inputs.requirements}
    opened = [
        cell
        for cell in made.plan.cells
        if cell.state == "open" and lines[cell.requirement].critical
    ]
    changes = differences(made)
    if as_json:
        print_json(_document(made, written, opened, changes))
        return
    typer.echo(summary(made.inputs, made.plan))
    for text in dict.fromkeys(f"open, critical: {c.words}" for c in opened):
        typer.echo(text)
    if not opened:
        typer.echo("No critical line is open in any month.")
    for text in changes:
        typer.echo(f"changed: {text}")
    for path in written:
        typer.echo(str(path))


def _document(
    made: Made, written: Sequence[Path], opened: Sequence[Any], changes: list[str]
) -> dict[str, Any]:
    responses = made.laydown.responses if made.laydown is not None else ()
    kept = [r.first_min for r in responses if r.protected and r.first_min != float("inf")]
    return {
        "mission": made.plan.mission,
        "begins": made.plan.begins.isoformat(),
        "ends": made.plan.ends.isoformat(),
        "open_critical": [
            {"line": c.requirement, "month": c.month.isoformat(), "words": c.words} for c in opened
        ],
        "changed": changes,
        "worst_protected_min": max(kept) if kept else None,
        "stages": [
            {"name": s.name, "value": s.value, "bound": s.bound, "status": s.status}
            for s in (*made.plan.stages, *(made.laydown.stages if made.laydown else ()))
        ],
        "files": [str(path) for path in written],
    }
