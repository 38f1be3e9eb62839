"""What ids of a plan are called in sentences; the id itself where nobody named it."""

from __future__ import annotations

from interpose.plan.result import PlanInputs
from interpose.scenario.plan_rows import Offer, Requirement


class Names:
    """Names of nations, kinds of unit, places, offers and lines.

    Parameters
    ----------
    inputs : PlanInputs

    Examples
    --------
    >>> from interpose.plan import load_inputs
    >>> names = Names(load_inputs("kosovo"))
    >>> names.nation("ita"), names.capability("msu_company")
    ('Italy', 'Gendarmerie company (specialised unit)')
    """

    def __init__(self, inputs: PlanInputs) -> None:
        self._nations = {row.id: row.name for row in inputs.contributors}
        self._kinds = {row.id: row.name for row in inputs.capabilities}
        self._places = {row.id: row.name for row in inputs.areas}
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
        place = "" if row.place == "theatre" else f" in {self._places.get(row.place, row.place)}"
        return f"{self.capability(row.capability)}{place}"
