"""Posts that the force guards until it hands them over, from ``responsibilities.csv``.

The table says which site or crossing passes to whom, and when, but not how it is guarded. So each
is reckoned as the post that ``plan/workload.csv`` describes at one of these places; without such a
row nothing is reckoned. What the workload covers itself is not counted again.
"""

from __future__ import annotations

import datetime as dt

from interpose.plan.result import PlanInputs
from interpose.scenario import Scenario
from interpose.scenario.tables.plan import Workload


def guard_posts(scenario: Scenario, inputs: PlanInputs) -> tuple[Workload, ...]:
    """Return the posts of the force until they are handed over, as rows of a workload.

    Parameters
    ----------
    scenario : Scenario
    inputs : PlanInputs
        Of it. The first mission is the one whose force stands there.

    Returns
    -------
    tuple of Workload
        In the order of responsibilities.csv; one row for each span that the workload leaves.

    Examples
    --------
    >>> from interpose.scenario import read_plan_tables
    >>> from interpose.scenario import load
    >>> posts = guard_posts(load("kosovo"), read_plan_tables("kosovo"))
    >>> day = dt.date(2010, 9, 1)
    >>> sum(row.begins <= day < row.ends for row in posts)
    9
    """
    places = {row.place for row in scenario.responsibilities}
    like = next((w for w in inputs.workload if w.kind == "post" and w.place in places), None)
    if like is None or not inputs.missions:
        return ()
    home = inputs.missions[0]
    last = home.ends or dt.date.max
    found = []
    for row in scenario.responsibilities:
        own = [(w.begins, w.ends) for w in inputs.workload if w.kind == "post"
               and w.place == row.place]  # fmt: skip
        for begins, ends in uncovered(home.begins, row.date or last, own):
            changed = {
                "id": f"{row.id}_{begins:%Y%m%d}"[:64],
                "task": row.task,
                "place": row.place,
                "count": float(row.platoons),
                "begins": begins,
                "ends": ends,
                "basis": "assumed",
                "source": row.source,
                "note": f"Guarded as {like.id} until it is handed over",
            }
            found.append(like.model_copy(update=changed))
    return tuple(found)


def uncovered(
    begins: dt.date, ends: dt.date, spans: list[tuple[dt.date, dt.date]]
) -> list[tuple[dt.date, dt.date]]:
    """Return the parts of ``[begins, ends)`` outside half-open spans.

    Examples
    --------
    >>> day = dt.date.fromisoformat
    >>> spans = uncovered(day("2010-01-01"), day("2012-01-01"),
    ...                   [(day("2010-06-01"), day("2011-01-01"))])
    >>> [(str(a), str(b)) for a, b in spans]
    [('2010-01-01', '2010-06-01'), ('2011-01-01', '2012-01-01')]
    """
    found = []
    for opens, closes in sorted(spans):
        if begins < min(opens, ends):
            found.append((begins, min(opens, ends)))
        begins = max(begins, closes)
    if begins < ends:
        found.append((begins, ends))
    return found
