"""The verb of the room: from a request to a plan and its laydown, and from a plan to a scenario.

``ip.plan``, ``interpose plan`` and ``interpose run --plan`` all go through here.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from interpose.errors import PlanError
from interpose.plan.deployments import deployments, lay_plan_down, with_plan
from interpose.plan.generate.generation import generate
from interpose.plan.laydown.placing import Camp, Laydown
from interpose.plan.request import (
    Request,
    changed_inputs,
    checked,
    request_of,
    span,
    what_if_name,
)
from interpose.plan.result import Names, Plan, PlanInputs
from interpose.plan.tell import files
from interpose.plan.tell.chances import chances
from interpose.plan.tell.comparison import Price, changes_made, changes_since, prices_of_caveats
from interpose.plan.tell.files import orbat_mapper
from interpose.plan.tell.shortfalls import is_empty, kept_up, shortfalls
from interpose.scenario import Scenario, again, load, read_plan_tables, sound
from interpose.scenario.files import write_aside

if TYPE_CHECKING:
    from pandas import DataFrame

Progress = Callable[[str], Any]
"""Told in words how far the search is."""


@dataclass(frozen=True)
class PlannedForce:
    """A plan and its laydown, with what they were made from and are compared with.

    Attributes
    ----------
    original, inputs : PlanInputs
        The tables of the scenario, and the same as the request changes them.
    day : date
        Middle of the month with the most persons, which the laydown shows.
    laydown : Laydown or None
        None where no platoon that answers calls is there on that day, or none can be laid down;
        then `laydown_fault` says why, and what to change.
    before, previous : Plan or None
        The plan without the change of a what-if, and that of which as little as possible was
        changed.
    prices : tuple of Price
        What each caveat costs, if that was asked.
    """

    scenario: Scenario
    request: Request
    original: PlanInputs
    inputs: PlanInputs
    plan: Plan
    day: dt.date
    laydown: Laydown | None
    before: Plan | None = None
    previous: Plan | None = None
    prices: tuple[Price, ...] = ()
    laydown_fault: str = ""

    @property
    def names(self) -> Names:
        """What nations, offers, lines and places are called."""
        return Names(self.original, self.scenario)

    @property
    def assignments(self) -> DataFrame:
        """Who fills which line from when to when: the rows of ``assignments.csv``."""
        nations = {row.id: row.name for row in self.scenario.contributors}
        return files.assignments_table(deployments(self.inputs, self.plan), nations)

    @property
    def cells(self) -> DataFrame:
        """How each line stands in each month, and why: the rows of ``gaps.csv``."""
        return files.gaps_table(self.plan)

    @cached_property
    def differences(self) -> tuple[str, ...]:
        """What the change of a what-if did, or else what is new since the previous plan."""
        if self.before is not None:
            changed = self.inputs, self.plan
            return changes_made(self.names, self.original, self.before, *changed)
        if self.previous is not None:
            return changes_since(self.names, self.previous, self.inputs, self.plan)
        return ()

    def on_file(self) -> files.PlanOnFile:
        """Return what ``plan.json`` holds of it."""
        laid = None if self.laydown is None else files.LaydownOnFile.of(self.day, self.laydown)
        return files.PlanOnFile(
            scenario=self.scenario.header.name,
            made_from=files.made_from(self.scenario, self.original),
            request=self.request,
            plan=self.plan,
            laydown=laid,
            laydown_fault=self.laydown_fault,
            changes=tuple(map(dict, self.scenario.changes)),
            changed=self.scenario.changed,
        )

    @cached_property
    def shortfalls(self) -> tuple[str, ...]:
        """What the plan lacks, in sentences to be read before anything else; none if nothing."""
        return shortfalls(self.inputs, self.plan, self.names, self.laydown_fault)

    @property
    def kept_up(self) -> tuple[str, ...]:
        """How long the pools last that cannot keep all that they offer in place for ever."""
        return kept_up(self.inputs, self.plan, self.names)

    def in_scenario(self, *, allow_empty: bool = False) -> Scenario:
        """Return the scenario with this force in place of its own contingents, to be played.

        A PlanError refuses a plan that has no soldier in the theatre, unless `allow_empty`.
        """
        _refuse_empty(self.inputs, self.plan, "This plan", "allow_empty=True", allow_empty)
        camps = () if self.laydown is None else self.laydown.camps
        lacks = self.shortfalls
        return _playing(self.scenario, self.request, self.inputs, self.plan, camps, lacks)

    def write(self, folder: Path | str) -> tuple[Path, ...]:
        """Write ``plan.json``, the tables and the order of battle; return where they stand.

        Raises
        ------
        PlanError
            If a file cannot be written.
        """
        rows = deployments(self.inputs, self.plan)
        camps = () if self.laydown is None else self.laydown.camps
        orbat = orbat_mapper(self.scenario, self.plan, rows, camps, self.request.close_bases)
        contents = {
            "gaps.csv": files.as_csv(self.cells),
            "chances.csv": files.as_csv(files.chances_table(chances(self.inputs, self.plan))),
            "assignments.csv": files.as_csv(self.assignments),
            "orbat_mapper.json": files.as_plain(orbat),
        }
        if self.laydown is not None:
            contents["laydown.csv"] = files.as_csv(files.laydown_table(self.laydown))
        at = Path(folder)
        files.expect_room(at, what_if_name(self.request) or "; ".join(self.scenario.changed))
        for stale in (files.PLAN, "laydown.csv"):  # a plan is there again once all of it is
            (at / stale).unlink(missing_ok=True)
        written = [write_aside(at / name, text, PlanError) for name, text in contents.items()]
        return files.write_plan(at, self.on_file()), *written


def plan(
    scenario: Scenario | str | Path,
    mission: str | None = None,
    begins: dt.date | None = None,
    ends: dt.date | None = None,
    *,
    previous: Plan | PlannedForce | str | Path | None = None,
    progress: Progress | None = None,
    **settings: Any,  # noqa: ANN401 - as the fields of Request say
) -> PlannedForce:
    """Fill the lines of a mission with what is offered, and lay the force down over the bases.

    Parameters
    ----------
    scenario : Scenario, str or Path
        A scenario, or its name or folder.
    mission : str, optional
        Default: the first mission that has lines.
    begins, ends : date, optional
        First day planned and the first day after. Default: the last months without a break in
        which that mission needs anything.
    previous : Plan, PlannedForce, str or Path, optional
        The plan so far, of which as little as possible is changed; or its ``plan.json`` or folder.
    progress : callable, optional
        Told in words how far each search is.
    **settings
        Other fields of `interpose.plan.Request`: ``leave``, ``without_caveats``, ``close_bases``,
        ``closed_roads``, ``cut``, ``frozen_until``, ``backup``, ``stay_in_area``,
        ``winter_factor``, ``calls``, ``price_caveats``, ``gap``, ``time_limit_s``.

    Returns
    -------
    PlannedForce
        Its plan is audited by ``interpose.plan.audit``, which knows nothing of the solver.

    Raises
    ------
    ScenarioError, UnknownNameError, PlanError
        For wrong input.

    Examples
    --------
    >>> import interpose as ip
    >>> force = ip.plan("kosovo", "kuwait")
    >>> [(row.offer, row.begins.isoformat()) for row in force.plan.assignments]
    [('usa_iowa_2021', '2020-12-01'), ('xkx_platoon_2021', '2021-03-09')]
    """
    name, old = _previous(previous)
    request = request_of(mission=mission, begins=begins, ends=ends, previous=name, **settings)
    loaded = sound(scenario) if isinstance(scenario, Scenario) else load(scenario)
    return planned(loaded, request, old, progress or str)


def planned(
    scenario: Scenario, request: Request, previous: Plan | None, progress: Progress
) -> PlannedForce:
    """Answer a request: the plan, the one without the change, prices and laydown."""
    original = read_plan_tables(scenario)
    mission, begins, ends = span(original, request.mission, request.begins, request.ends)
    request = checked(request, scenario, original)
    inputs = changed_inputs(original, request, begins)

    def planner(tables: PlanInputs, kept: Plan | None) -> Plan:
        return generate(
            tables,
            mission,
            begins,
            ends,
            previous=kept,
            frozen_until=request.frozen_until,
            time_limit_s=request.time_limit_s,
            gap=request.gap,
            progress=progress,
        )

    before = None
    if request.is_what_if:
        progress("Without the change:")
        before = planner(original, previous)
        progress("With the change:")
    kept = before or previous
    made = planner(inputs, kept)
    prices: tuple[Price, ...] = ()
    if request.price_caveats:
        prices = prices_of_caveats(inputs, made, lambda tables: planner(tables, kept))
    day, laydown, fault = lay_plan_down(scenario, inputs, made, request)
    if laydown is None and not fault:
        progress(f"No platoon that answers calls is there on {day}: nothing is laid down.")
    for stage in laydown.stages if laydown else ():
        progress(
            f"laydown, {stage.name}: {stage.value:.4g}, bound {stage.bound:.4g}"
            f" ({stage.status}, {stage.seconds:.1f} s)"
        )
    compared = before, previous, prices
    return PlannedForce(
        scenario, request, original, inputs, made, day, laydown, *compared, laydown_fault=fault
    )


def scenario_with_plan(
    scenario: Scenario, plan_at: Path, *, allow_empty: bool = False, tell: Progress = str
) -> Scenario:
    """Return a scenario with the force of a ``plan.json``, laid down as the plan has it.

    Its changes keep that force, and what the plan lacks; `tell` is told both in words.

    Raises
    ------
    PlanError
        If there is no plan, its file is old or damaged, the tables have changed since it was made,
        or nobody is in the theatre by it, unless `allow_empty`.
    UnknownNameError
        If it names a line or offer that the scenario does not have.
    ScenarioError
        With all faults of the scenario that plays it.
    """
    kept = files.read_plan(plan_at)
    scenario = again(scenario, kept.changes)
    original = read_plan_tables(scenario)
    files.expect_current(kept, scenario, original, plan_at)
    request = checked(kept.request, scenario, original)
    inputs = changed_inputs(original, request, kept.plan.begins)
    named = f"The plan in {plan_at}"
    _refuse_empty(inputs, kept.plan, named, "--allow-empty-plan", allow_empty)
    camps = () if kept.laydown is None else kept.laydown.camps
    lacks = shortfalls(inputs, kept.plan, Names(inputs, scenario), kept.laydown_fault)
    played = _playing(scenario, request, inputs, kept.plan, camps, lacks, str(plan_at))
    for words in (*played.changes[-1]["said"], *lacks):
        tell(words)
    return played


def with_requirements(scenario: Scenario, file: Path) -> Scenario:
    """Return a scenario with the lines of a file in place of all of the missions that it names.

    Raises
    ------
    PlanError
        If the file is no table of lines.
    ScenarioError
        With every fault of its rows.
    """
    try:
        rows = list(csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines()))
    except (OSError, UnicodeError, csv.Error) as error:
        msg = f"{file} cannot be read: {error}. Must be a table as plan/requirements.csv."
        raise PlanError(msg) from error
    if not rows or "mission" not in rows[0] or None in rows[0]:
        msg = f"{file} has no lines. Must be a table as plan/requirements.csv: id, mission, ..."
        raise PlanError(msg)
    given: list[dict[str, Any]] = [
        {column: cell for column, cell in row.items() if column and cell} for row in rows
    ]
    named = {row.get("mission") for row in given}
    old = [r.id for r in read_plan_tables(scenario).requirements if r.mission in named]
    return scenario.with_(drop={"requirements": old}, add={"requirements": given})


def _playing(
    scenario: Scenario,
    request: Request,
    inputs: PlanInputs,
    plan: Plan,
    camps: Sequence[Camp],
    lacks: Sequence[str],
    plan_at: str = "",
) -> Scenario:
    """Return a scenario whose last change is the force of a plan in place of its own."""
    change = what_if_name(request)
    changed = f", with the what-if {change}" if change else ""
    rows = with_plan(scenario, inputs, plan, camps, request.close_bases)
    step = {
        "said": [f"Plays the plan of {plan.mission}, {plan.begins} up to {plan.ends}{changed}."],
        "lacks": list(lacks),
        "plan": plan_at,
        "drop": {"contingents": [row.id for row in scenario.contingents]},
        "add": {"contingents": [row.model_dump(mode="json") for row in rows]},
    }
    return again(scenario, [step])


def _refuse_empty(inputs: PlanInputs, plan: Plan, which: str, option: str, allowed: bool) -> None:
    if is_empty(inputs, plan) and not allowed:
        msg = (
            f"{which} has no soldier in the theatre in any month; nothing was played."
            f" To play the mission without a soldier all the same: {option}."
        )
        raise PlanError(msg)


def _previous(given: Plan | PlannedForce | str | Path | None) -> tuple[str, Plan | None]:
    """Return where a previous plan comes from, in words, and the plan."""
    if given is None:
        return "", None
    if isinstance(given, str | Path):
        return str(given), files.read_plan(Path(given)).plan
    old = given.plan if isinstance(given, PlannedForce) else given
    digest = hashlib.sha256(repr(replace(old, stages=())).encode()).hexdigest()
    return f"sha256:{digest[:16]}", old
