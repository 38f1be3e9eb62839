"""What ids of a plan are called in sentences; the id itself where nobody named it."""

from __future__ import annotations

from interpose.plan.result import PlanInputs
from interpose.scenario import Scenario
from interpose.scenario.tables.plan import Offer, Requirement, Workload, WorkloadKind

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
