"""The gap table: every line in every month with its sentence, and the gaps by name.

A share of filled lines hides the problem: in September 2006 some 85 % of the force for Afghanistan
was there, and what was missing was three scarce things. So a percentage never stands alone here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from interpose.plan.blocks import Standing, nearest_offers
from interpose.plan.months import account_day, first_day, month_of
from interpose.plan.naming import Names
from interpose.plan.problem import Key, Problem
from interpose.plan.result import Cell, CellState, Plan, PlanInputs
from interpose.scenario.tables.plan import AcceptedRisk, Requirement

NEAREST = 3
"""Offers named for an open cell."""


def cells(problem: Problem, units: Mapping[Key, int]) -> tuple[Cell, ...]:
    """Return the gap table of the mission's lines, in the order of line and month.

    Parameters
    ----------
    problem : Problem
    units : mapping of (line, offer, month) to int, units
    """
    standing = Standing(problem, units)
    lines = [line for line in problem.lines.values() if line.mission == problem.mission]
    return tuple(_cell(standing, line, month) for line in lines for month in problem.months)


def _cell(standing: Standing, line: Requirement, month: int) -> Cell:
    problem = standing.problem
    needed = problem.need.get((line.id, month), 0)
    served = standing.served(line.id, month)
    present = sum(served.values())
    if not needed:
        return Cell(line.id, first_day(month), "not_needed", 0, 0, "Not needed.")
    who = "; ".join(_who(standing, line.id, offer, count) for offer, count in served.items())
    if present >= needed:
        limited = [offer for offer in served if _is_limited(standing, line.id, offer)]
        state: CellState = "caveat" if limited else "filled"
        return Cell(line.id, first_day(month), state, needed, present, f"Filled: {who}.")
    missing = needed - present
    nearest = nearest_offers(standing, line, month)[:NEAREST]
    names = standing.names
    why = "; ".join(f"{names.offer(block.offer)}: {block.words}" for block in nearest)
    words = f"Open: {missing} of {needed} ({names.line(line)}). "
    words += f"There: {who}. " if who else ""
    nobody = "All of it that is offered serves here." if who else "Nobody offers it within a year."
    words += f"Nearest: {why}." if why else nobody
    risk = accepted_risk(problem.inputs, line.id, month)
    if risk is None:
        return Cell(line.id, first_day(month), "open", needed, present, words)
    words = f"Risk accepted by {risk.by} until {risk.ends}: {risk.words}. {words}"
    return Cell(line.id, first_day(month), "accepted", needed, present, words)


def _who(standing: Standing, line: str, offer: str, units: int) -> str:
    row = standing.problem.offers[offer]
    words = f"{units} of {standing.names.offer(row)}"
    bites = standing.problem.fits[line, offer].bites
    caveats = {caveat.id: caveat.words for caveat in standing.problem.inputs.caveats}
    if bites:
        words += ", caveat " + "; ".join(caveats[name] for name in bites)
    if row.reserve:
        words += f", reserve at home at {row.notice_days} days' notice"
    return words


def _is_limited(standing: Standing, line: str, offer: str) -> bool:
    problem = standing.problem
    return bool(problem.fits[line, offer].bites) or problem.offers[offer].reserve


def accepted_risk(inputs: PlanInputs, line: str, month: int) -> AcceptedRisk | None:
    """Return the row in which somebody accepted that a line stays open in a month."""
    day = account_day(month)
    for row in inputs.accepted_risks:
        if row.requirement == line and row.begins <= day < row.ends:
            return row
    return None


def summary(inputs: PlanInputs, plan: Plan) -> str:
    """Name every gap by capability and consequence, and only then say how much is filled.

    Returns
    -------
    str
        The gaps that matter most first; one line each, and a last line with the share.
    """
    lines = {row.id: row for row in inputs.requirements}
    names = Names(inputs)
    short: dict[tuple[bool, int, str, str], list[Cell]] = defaultdict(list)
    for cell in plan.cells:
        if cell.state in ("open", "accepted"):
            row = lines[cell.requirement]
            short[not row.critical, row.priority, row.capability, row.id].append(cell)
    needed = sum(cell.needed for cell in plan.cells)
    if not needed:
        return "Nothing is needed."
    said = [_gap(names, lines[key[3]], rows) for key, rows in sorted(short.items())]
    filled = sum(min(cell.present, cell.needed) for cell in plan.cells)
    share = f"{100 * filled // needed} % of the unit-months needed are filled"
    if not said:
        return f"No gap: {share}."
    count = "This gap is" if len(said) == 1 else f"These {len(said)} gaps are"
    return "\n".join([*said, f"{count} what matters; {share}."])


def _gap(names: Names, line: Requirement, cells: list[Cell]) -> str:
    most = max(cell.needed - cell.present for cell in cells)
    accepted = all(cell.state == "accepted" for cell in cells)
    matters = "critical" if line.critical else f"priority {line.priority}"
    months = _months(cells)
    words = f"{names.line(line)}: {most} of {line.units} open"
    return f"{words}, {months} ({matters}{', risk accepted' if accepted else ''}; line {line.id})"


def _months(cells: list[Cell]) -> str:
    months = [month_of(cell.month) for cell in cells]
    if len(months) == 1:
        return f"{cells[0].month:%B %Y}"
    whole = months[-1] - months[0] + 1 == len(months)
    span = f"{cells[0].month:%B %Y} to {cells[-1].month:%B %Y}"
    return span if whole else f"{len(months)} months within {span}"
