"""The verb of the room: from a scenario to a plan of one of its missions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from interpose.errors import PlanError, UnknownNameError
from interpose.plan.generate.generation import generate
from interpose.plan.result import Plan, PlanInputs
from interpose.scenario import Scenario, read_plan_tables
from interpose.scenario.tables.plan import Requirement


def plan(
    scenario: Scenario | PlanInputs | str | Path,
    mission: str | None = None,
    begins: dt.date | None = None,
    ends: dt.date | None = None,
    **limits: Any,  # noqa: ANN401 - handed over to generate
) -> Plan:
    """Fill the lines of a mission with what is offered.

    Parameters
    ----------
    scenario : Scenario, PlanInputs, str or Path
        A scenario, its name or folder, or inputs as a what-if changed them.
    mission : str, optional
        Default: the first mission that has lines.
    begins, ends : date, optional
        Default: the last months without a break in which that mission needs anything.
    **limits
        `time_limit_s`, `gap`, `aims`, `previous`, `frozen_until`, `progress` of
        `interpose.plan.generate.generation.generate`.

    Returns
    -------
    Plan
        Audited by ``interpose.plan.audit.checks``, which knows nothing of the solver.

    Raises
    ------
    ScenarioError, UnknownNameError, PlanError
        For wrong input.

    Examples
    --------
    >>> import interpose as ip
    >>> made = ip.plan("kosovo", "kuwait")
    >>> [(row.offer, row.begins.isoformat()) for row in made.assignments]
    [('usa_iowa_2021', '2020-12-01'), ('xkx_platoon_2021', '2021-03-09')]
    """
    inputs = scenario if isinstance(scenario, PlanInputs) else read_plan_tables(_named(scenario))
    return generate(inputs, *span(inputs, mission, begins, ends), **limits)


def span(
    inputs: PlanInputs,
    mission: str | None = None,
    begins: dt.date | None = None,
    ends: dt.date | None = None,
) -> tuple[str, dt.date, dt.date]:
    """Return the mission and the months to plan: as wished, else the last that hang together.

    Lines of other years, with months between in which nothing is needed, are a plan of their own:
    `stretches` names them.

    Raises
    ------
    UnknownNameError
        If that mission has no lines.
    PlanError
        If nothing is asked for at all, or the plan would end before it begins.
    """
    asking = {line.mission for line in inputs.requirements}
    with_lines: Sequence[str] = [m.id for m in inputs.missions if m.id in asking]
    if not with_lines:
        msg = "Nothing is asked for: there are no rows in plan/requirements.csv."
        raise PlanError(msg)
    chosen = mission or with_lines[0]
    if chosen not in with_lines:
        kind = "mission with requirements"
        raise UnknownNameError(kind, chosen, with_lines)
    own = [line for line in inputs.requirements if line.mission == chosen]
    latest = stretches(own)[-1]
    if ends is not None:  # the last that begins before it must end
        latest = next((s for s in reversed(stretches(own)) if s[0] < ends), latest)
    first = (begins or latest[0]).replace(day=1)
    last = ends or latest[1]
    if not first < last:
        msg = f"The plan would end on {last}, not after it begins on {first}."
        raise PlanError(msg)
    return chosen, first, last


def stretches(lines: Sequence[Requirement]) -> tuple[tuple[dt.date, dt.date], ...]:
    """Return the spans in which lines need something without a break, the earliest first.

    Parameters
    ----------
    lines : sequence of Requirement

    Returns
    -------
    tuple of (date, date)
        First day, and first day after.
    """
    found: list[tuple[dt.date, dt.date]] = []
    for begins, ends in sorted((line.begins, line.ends) for line in lines):
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((begins, ends))
    return tuple(found)


def _named(scenario: Scenario | str | Path) -> str | Path:
    return Path(scenario.folder) if isinstance(scenario, Scenario) else scenario
