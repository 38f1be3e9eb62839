"""What stands beside the size of a force: rules of thumb, and what caveats and tasks cost."""

from __future__ import annotations

import csv
import datetime as dt
import math
from collections import defaultdict
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from interpose.plan.requirement import force_requirement
from interpose.scenario import Scenario, read_plan_tables
from interpose.scenario.policies import trained_share
from interpose.scenario.tables.mission import Contingent


def rules_of_thumb(thousands: float) -> list[dict[str, Any]]:
    """Return missions, their soldiers per 1,000 inhabitants and here, and what followed."""
    text = (files("interpose.assess.choices") / "rules_of_thumb.csv").read_text(encoding="utf-8")
    rows = ((float(row["per_1000"]), row) for row in csv.DictReader(text.splitlines()))
    return [{**row, "per_1000": n, "strength": round(n * thousands)} for n, row in rows]


def prices_of_caveats(rows: Sequence[Contingent], saved: int | None) -> list[dict[str, Any]]:
    """Return what caveats against riots cost: the soldiers saved without them, by nation."""
    barred: dict[str, float] = defaultdict(float)
    for row in rows:
        barred[row.contributor] += row.strength * (1.0 - row.riot_capable)
    total = sum(barred.values())
    share = 1.0 - trained_share(rows)
    what = f"against crowds, or no training for them: {share:.0%} of the soldiers"
    found: list[dict[str, Any]] = [
        {"kind": "caveat", "what": what, "soldiers": saved, "basis": "played without"}
    ]
    for nation, n in sorted(barred.items(), key=lambda one: (-one[1], one[0])):
        if saved is not None and n:
            basis = f"its part, by {n:,.0f} soldiers"
            price = round(saved * n / total)
            found.append({"kind": "caveat", "what": nation, "soldiers": price, "basis": basis})
    return found


def prices_of_tasks(scenario: Scenario, day: dt.date) -> list[dict[str, Any]]:
    """Return what each task binds on the day, in soldiers."""
    if not scenario.folder:
        return []
    persons: dict[str, float] = defaultdict(float)
    for need in force_requirement(scenario, read_plan_tables(scenario), day).needs:
        persons[need.row.task] += float(need.persons)
    basis = "bound on that day, by plan requirement"
    return [
        {"kind": "task", "what": task, "soldiers": math.ceil(n - 1e-9), "basis": basis}
        for task, n in persons.items()
    ]
