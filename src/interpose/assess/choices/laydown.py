"""Where soldiers count most: a strength shared over the bases, and the scenario that has it so.

A place is in danger as often as something happens there while nobody stands anywhere. Soldiers at
a base hold a part of it: ``n / (n + c / 4)`` of a crowd of c for the n trained for riots who are
there within the hour, and ``t / (t + half)`` of incidents for t on patrol per 1,000 people. Step by
step the next soldiers go where that sum grows most; since each more does less, the greedy way is
the best one up to a step. A base that reaches no danger gets nobody.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interpose.errors import InterposeError
from interpose.play import Theatre
from interpose.play.processes.presence import reach_of_bases
from interpose.scenario import Scenario, read_plan_tables
from interpose.scenario.files import write_aside
from interpose.scenario.policies import IN_THEATRE, standing, trained_share
from interpose.scenario.tables.mission import Contingent

Floats = NDArray[np.float64]

COLUMNS = (
    "id", "mission", "capability", "units", "place", "begins", "ends", "readiness_days", "priority",
    "critical", "may_be_split", "note",
)  # fmt: skip
LIKE = {"readiness_days": 0, "priority": 1, "critical": "true", "may_be_split": "true"}
"""What all lines have."""

KINDS = ("crowd_control_company", "manoeuvre_company")
"""Kinds of unit that lines ask for: against crowds, and the others."""

STEPS = 500
"""Parts in which what stood there would be given out; so a larger force holds a smaller one."""


def contingents_at(scenario: Scenario, day: dt.date) -> list[Contingent]:
    """Return the contingents in theatre on a day."""
    return standing(scenario.contingents, day, IN_THEATRE)


def by_base(
    scenario: Scenario, day: dt.date, strength: int, danger: Sequence[Floats]
) -> dict[str, int]:
    """Share a strength over the bases that are open on a day; return base -> soldiers.

    Parameters
    ----------
    danger : sequence of (place, 2) float
        How often something happens at a place, and persons in its crowds (0: no crowd).
    """
    theatre, parameters = Theatre(scenario), scenario.parameters
    outside = {r.base for r in scenario.contingents} - {r.base for r in scenario.contingents
                                                       if r.stock in IN_THEATRE}  # fmt: skip
    usable = np.array(
        [
            base.opens <= day and (base.closes is None or day < base.closes)
            and base.id not in outside
            for base in scenario.bases
        ]
    )  # fmt: skip
    on = theatre.day_index(day)
    reach = reach_of_bases(theatre, parameters)[theatre.roads_of_day[on]]
    available = parameters.scalar("presence.available_share")
    trained = trained_share(contingents_at(scenario, day))
    hour = parameters.scalar("riot.within_min") / parameters.scalar("presence.travel_decay_min")
    year = theatre.year_of_day[on]
    thousands = np.maximum(theatre.population[year] @ reach.T / 1000.0, 1e-9)
    layers = []  # what one soldier at a base brings to a place, what holds half, and the danger
    for rate in danger:
        weight = rate[:, 0] / max(float(rate[:, 0].sum()), 1e-9)
        if rate[:, 1].any():
            crowd = rate[:, 1] / np.maximum(rate[:, 0], 1e-9)
            near = reach >= np.exp(-hour)
            layers.append((available * trained * near, np.maximum(crowd / 4.0, 1.0), weight))
        else:
            half = np.full(len(weight), parameters.scalar("response.half_troops_per_1000"))
            layers.append((available * reach / thousands[:, None], half, weight))
    given = np.zeros(len(scenario.bases), dtype=np.int64)
    step = max(sum(row.strength for row in contingents_at(scenario, day)) // STEPS, 1)
    left = strength
    while left > 0:
        n = min(step, left)
        gains = np.where(usable, sum(_gain(*layer, given, step) for layer in layers), -1.0)
        best = int(np.argmax(gains))
        if gains[best] <= 0.0:
            return {contingents_at(scenario, day)[0].base: strength}  # no danger is within reach
        given[best] += n
        left -= n
    return {base.id: int(n) for base, n in zip(scenario.bases, given, strict=True) if n}


def _gain(
    brings: Floats, half: Floats, weight: Floats, given: NDArray[np.int64], more: int
) -> Floats:
    """Return (base,) what is held in addition by more soldiers at each base."""
    there = given @ brings
    after = there + more * brings
    return np.asarray(((after / (after + half) - there / (there + half)) * weight).sum(axis=1))


def laid_out(scenario: Scenario, day: dt.date, by_place: Sequence[Mapping[str, Any]]) -> Scenario:
    """Return a scenario whose force, from a day on, stands at bases as was answered."""
    rows = contingents_at(scenario, day)
    share = trained_share(rows)
    first = day <= scenario.header.start
    own = [r for r in scenario.contingents if r.stock in IN_THEATRE]
    later = [r.id for r in own if r.arrives >= day or (first and r in rows)]
    before = {r.id: {"departs": day} for r in rows if r.id not in later}
    closes = {base.id: base.closes for base in scenario.bases}
    added = [
        {
            "id": f"sized_{one['base']}"[:60],
            "contributor": rows[0].contributor,
            "base": one["base"],
            "stock": IN_THEATRE[0],
            "strength": one["strength"],
            "riot_capable": share,
            "decided": day,
            "notified": day,
            "arrives": day,
            "departs": closes[one["base"]],
        }
        for one in by_place
    ]
    return scenario.with_(
        drop={"contingents": later}, change={"contingents": before}, add={"contingents": added}
    )


def write_lines(
    scenario: Scenario,
    begins: dt.date,
    ends: dt.date,
    by_place: Sequence[Mapping[str, Any]],
    against_crowds: float,
    file: Path,
) -> None:
    """Write lines for every base, in whole companies, for the months of a time.

    A share of the soldiers stands in companies against crowds, the others in manoeuvre companies.

    Raises
    ------
    InterposeError
        If the scenario has no mission or kind of unit for it.
    """
    tables = read_plan_tables(scenario)
    mission = next((row for row in tables.missions if row.begins <= begins), None)
    units = {row.id: row.strength for row in tables.capabilities}
    lacks = [f"unit {kind}" for kind in KINDS if kind not in units]
    if mission is None or lacks:
        missing = lacks[0] if mission else f"mission on {begins}"
        msg = f"--out: plan/ of {scenario.header.name} has no {missing}: no line can be written."
        raise InterposeError(msg)
    places = {base.id: base.place for base in scenario.bases}
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in by_place:
        left = row["strength"]
        for kind, share in zip(KINDS, (against_crowds, 1.0), strict=True):
            companies = math.ceil(left * share / units[kind])
            left = max(left - companies * units[kind], 0)
            if companies:
                line = {
                    "id": f"sized.{row['base']}.{kind}"[:64],
                    "mission": mission.id,
                    "capability": kind,
                    "units": companies,
                    "place": places[row["base"]],
                    "begins": begins.replace(day=1),
                    "ends": (ends.replace(day=1) + dt.timedelta(31)).replace(day=1),
                    "note": f"{row['strength']} soldiers in all there, by interpose size",
                }
                writer.writerow(LIKE | line)
    write_aside(file, text.getvalue().encode())
