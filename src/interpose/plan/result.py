"""What a plan is: who fills which line when, what stays open, and how sure the solver is.

Days are ISO dates, months are the first of the month. All of it is plain data: ``plan.json``
holds it word for word, so that another program can read it without ours.

`Names` says what its ids are called in sentences.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Annotated, Literal

import pydantic

from interpose.scenario import PlanInputs as PlanInputs
from interpose.scenario import Scenario, plan_table
from interpose.scenario.tables.plan import Offer, Requirement, Workload, WorkloadKind

STRICT = pydantic.ConfigDict(extra="forbid", ser_json_inf_nan="strings")
"""How parts of ``plan.json`` are read: no unknown field; infinite numbers are words in it."""

GapState = Literal["filled", "caveat", "open", "accepted", "not_needed"]
"""A cell of the gap table: filled; filled, but by a unit whose caveat bites there, or from the
reserve; open; open and somebody accepted the risk; not needed in that month."""

LETTERS: dict[GapState, str] = {
    "filled": "F",
    "caveat": "C",
    "open": "O",
    "accepted": "A",
    "not_needed": "-",
}
"""The sign of a cell where colour cannot be seen."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """A unit in a line for one tour.

    Attributes
    ----------
    requirement, offer : str
        Ids of the line and of the offer that fills it.
    units : int
        Units of the line that it fills.
    unit_numbers : tuple of int
        Which units of the offer's pool serve, counted from 1.
    begins, ends : date
        First day in place, first day gone. With a relief in place the next tour begins before.
    bites : tuple of str
        Ids of caveats of the offer that matter in this line.
    """

    __pydantic_config__ = STRICT

    requirement: str
    offer: str
    units: int
    unit_numbers: tuple[int, ...]
    begins: dt.date
    ends: dt.date
    bites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GapCell:
    """A line in a month: units needed and present, and one sentence.

    It names who fills the line, or the nearest offers and the rule that blocks each.
    """

    __pydantic_config__ = STRICT

    requirement: str
    month: dt.date
    state: GapState
    needed: int
    present: int
    words: str


@dataclass(frozen=True, slots=True)
class Stage:
    """One aim of the lexicographic search and how far it got.

    Attributes
    ----------
    name, words : str
        The aim, and what its number means with its unit.
    value, bound : float
        Best found and best possible.
    status : str
        ``optimal`` or why it stopped.
    seconds : float
        What it took; no part of the plan, and not in its file: it differs from run to run.
    """

    __pydantic_config__ = STRICT

    name: str
    words: str
    value: float
    bound: float
    status: str
    seconds: Annotated[float, pydantic.Field(exclude=True)] = field(default=0.0, compare=False)

    @property
    def gap(self) -> float:
        """Distance of the best found from the best possible, as a share of the larger."""
        largest = max(abs(self.value), abs(self.bound))
        return abs(self.value - self.bound) / largest if largest > 0 else 0.0


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan: who fills which line from the first day planned to the first day after.

    Assignments are in the order of line, begin and offer; cells, the gap table, in that of line and
    month; stages in the order in which they were sought.
    """

    __pydantic_config__ = STRICT

    mission: str
    begins: dt.date
    ends: dt.date
    assignments: tuple[Assignment, ...]
    cells: tuple[GapCell, ...]
    stages: tuple[Stage, ...]


def assumption(name: str) -> float:
    """Return what the program assumes: the default of the row ``plan.NAME`` of plan.csv.

    Examples
    --------
    >>> assumption("platoon_persons")
    30.0
    """
    return {row.name: float(row.default or 0) for row in plan_table()}[f"plan.{name}"]


# --- what ids are called --------------------------------------------------------------------------

TASKS: dict[WorkloadKind, str] = {
    "post": "Guard post",
    "patrol": "Patrols",
    "escort": "Escorts",
    "quick_reaction": "Quick reaction",
    "liaison": "Liaison",
    "staff": "Posts",
    "camp": "Running the camps",
}
"""What a task of the workload is called."""


class Names:
    """Names of nations, kinds of unit, places, offers and lines.

    The scenario has the names of places and bases, which the tables of a plan do not hold.
    """

    def __init__(self, inputs: PlanInputs, scenario: Scenario | None = None) -> None:
        self._nations = {row.id: row.name for row in inputs.contributors}
        self._kinds = {row.id: row.name for row in inputs.capabilities}
        self._places = {row.id: row.name for row in inputs.areas}
        for rows in () if scenario is None else (scenario.bases, scenario.places):
            self._places = {**{row.id: row.name for row in rows}, **self._places}
        self._areas = {row.id for row in inputs.areas}
        self._offers = {row.id: row for row in inputs.offers}
        self._lines = {row.id: row for row in inputs.requirements}

    def nation(self, name: str) -> str:
        """Return the name of a nation."""
        return self._nations.get(name, name)

    def capability(self, name: str) -> str:
        """Return the name of a kind of unit."""
        return self._kinds.get(name, name)

    def offer(self, offer: Offer | str) -> str:
        """Return an offer as its nation and unit; the unit may begin with the nation's name."""
        row = self._offers.get(offer) if isinstance(offer, str) else offer
        if row is None:
            return str(offer)
        nation = self.nation(row.contributor)
        return row.unit if row.unit.startswith(nation) else f"{nation}: {row.unit}"

    def line(self, line: Requirement | str) -> str:
        """Return a line as a kind of unit and where it is needed."""
        row = self._lines.get(line) if isinstance(line, str) else line
        if row is None:
            return str(line)
        return f"{self.capability(row.capability)}{self._where(row.place)}"

    def marked_line(self, line: str) -> str:
        """Return a line as it is called, and whether it is critical."""
        row = self._lines.get(line)
        return self.line(line) + (", critical" if row is not None and row.critical else "")

    def task(self, row: Workload) -> str:
        """Return a task of the workload as what is done, by which kind of unit, and where."""
        return f"{TASKS[row.kind]}: {self.capability(row.capability)}{self._where(row.place)}"

    def place(self, name: str) -> str:
        """Return the name of a place or area."""
        return "the whole theatre" if name == "theatre" else self._places.get(name, name)

    def _where(self, name: str) -> str:
        if name == "theatre":
            return ""
        place = self.place(name)
        return f" {'in' if name in self._areas else 'at'} {place}"
