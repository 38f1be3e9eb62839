"""Numbers of the plan that the program assumes: rows ``plan.*`` of ``scenario/plan.csv``."""

from __future__ import annotations

from interpose.scenario import plan_table


def assumption(name: str) -> float:
    """Return the default of a row of ``scenario/plan.csv``.

    Parameters
    ----------
    name : str
        Without ``plan.``; unit, range, basis and source stand in the row.

    Raises
    ------
    KeyError
        If there is no such row.

    Examples
    --------
    >>> assumption("platoon_persons")
    30.0
    """
    return {row.name: float(row.default or 0) for row in plan_table()}[f"plan.{name}"]
