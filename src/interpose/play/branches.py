"""One future under several policies or forces: the past they share is played once, then branched.

Draws are keyed by day and place, not by what was drawn before, so a branch gives the same bits as
the whole future would. A state is arrays alone, so it is carried on by copying them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from interpose.play.compiled import State, World
from interpose.play.day import build_world, new_state
from interpose.play.future import run_days
from interpose.play.processes import force
from interpose.play.theatre import Theatre
from interpose.policy import Choice, Policy, Replay
from interpose.scenario import Scenario
from interpose.scenario.parameters import Parameters
from interpose.scenario.steps import PLAYED

DATED = {"contingents": ("arrives", "departs"), "shocks": ("date", "date")}
"""Tables whose rows may differ from a day on -> the columns in which a row begins and ends."""

OWN_AXES = {"contingent", "shock"}
OWN_FIELDS = {"dated"}
"""What a branch has of its own: fields of the state with such an axis, or of such a name."""

BLOCK = 4096
"""Rows of a long list that are copied together, until none of them is in use."""


@dataclass(frozen=True)
class Branch:
    """What is played from the day of the branch on.

    Attributes
    ----------
    riot_share : float, optional
        Share of every contingent that is trained and allowed for riots, in place of its own.
    """

    theatre: Theatre
    policy: Policy
    parameters: Parameters
    riot_share: float | None = None


def first_difference(one: Scenario, other: Scenario) -> dt.date | None:
    """Return the first day on which two scenarios may play differently; None if they never do."""
    start, days = one.header.start, list[dt.date]()
    tables = (*(name for name in PLAYED if name != "sources"), "header")
    for name in tables:
        a, b = getattr(one, name), getattr(other, name)
        if a == b:
            continue
        if name not in DATED:
            return start
        days += [day or start for day in _differing(a, b, *DATED[name])]
        if name == "shocks":  # those of a forecast come after the last one
            days += [max((row.date for row in rows), default=start) for rows in (a, b)]
    return max(min(days), start) if days else None


def first_order(choice: Choice, theatre: Theatre) -> int:
    """Return the first day on which a policy may order or lose something."""
    policy, settings = choice(), theatre.scenario.header.policy
    begins = getattr(policy, "begins", None)
    if begins is None and hasattr(policy, "alarm"):
        return 0
    dates = [begins or settings.first_review, *(one.date for one in getattr(policy, "losses", ()))]
    return max(min(theatre.day_index(date) for date in dates), 0)


def _differing(a: Any, b: Any, begins: str, ends: str) -> Iterator[dt.date | None]:  # noqa: ANN401
    """Yield the days on which rows of two tables begin to differ; None: from the first."""
    olds, news = ({row.id: row for row in rows} for rows in (a, b))
    both = [[key for key in rows if key in olds and key in news] for rows in (olds, news)]
    kept = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x.id != y.id), len(a))
    moved = begins == ends and {r.id for r in a[kept:]} & {r.id for r in b[kept:]}
    if both[0] != both[1] or moved:  # an order of rows is an order of sums, or the name of a row
        yield None
    for key in {**olds, **news}:
        rows = [row for row in (olds.get(key), news.get(key)) if row is not None]
        if (
            len(rows) == 1
            or rows[0].model_copy(update={name: getattr(rows[1], name) for name in {begins, ends}})
            != rows[1]
        ):
            yield min(getattr(row, begins) for row in rows)
            continue
        for name in {begins, ends}:
            if len(dates := {getattr(row, name) for row in rows}) == 2:
                yield min(date for date in dates if date is not None)


class Past:
    """A future up to the morning of a day, by the table of its theatre.

    Raises
    ------
    RunawayError
        As `play_future` does.
    """

    def __init__(
        self, theatre: Theatre, parameters: Parameters, seed: int, number: int, day: int
    ) -> None:
        self.theatre, self.seed, self.number, self.day = theatre, seed, number, day
        self.world, self.state = build_world(theatre, parameters), new_state(theatre, seed, number)
        self.worlds = {id(parameters): (parameters, self.world)}
        if day > 0:
            run_days(theatre, self.world, self.state, Replay(), None, last=day)

    def branched(self, branch: Branch) -> tuple[World, State]:
        """Return a world and a state in which a branch goes on.

        Its theatre may differ in contingents and shocks from the day on, in all else if that is 0.
        """
        theatre, values = branch.theatre, branch.parameters
        same = theatre.scenario.shocks == self.theatre.scenario.shocks
        if theatre is self.theatre or (self.day > 0 and same):
            if id(values) not in self.worlds:  # kept with it, so that no other takes its id
                self.worlds[id(values)] = values, build_world(self.theatre, values)
            world = self.worlds[id(values)][1]
            if theatre is not self.theatre:
                world = world._replace(force=force.new_world(theatre, values))
        else:
            world = build_world(theatre, values)
        if branch.riot_share is not None:
            share = np.full_like(world.force.riot_share, branch.riot_share)
            world = world._replace(force=world.force._replace(riot_share=share))
        return world, carried_on(self.state, new_state(theatre, self.seed, self.number))


def carried_on(state: State, fresh: State) -> State:
    """Return a copy of a state; what belongs to rows of a table is that of the `fresh` one."""
    parts = zip(state._fields, state, fresh, strict=True)
    return fresh._replace(**{name: _part(old, new) for name, old, new in parts})


def _part(old: Any, new: Any) -> Any:  # noqa: ANN401 - any part of a state
    used: dict[int, int] = {}
    for array in old:
        if len(array) > BLOCK:
            used[len(array)] = max(used.get(len(array), 0), _rows_in_use(array))
    for name, a, b in zip(old._fields, old, new, strict=True):
        if name not in OWN_FIELDS and OWN_AXES.isdisjoint(map(str, old._field_defaults[name])):
            rows = used.get(len(a), len(a))
            b[:rows] = a[:rows]
    return new


def _rows_in_use(array: Any) -> int:  # noqa: ANN401 - an array of any kind
    """Return how many rows of a list are in use; those after them were never written to."""
    rows = 0
    while rows < len(array) and array[rows : rows + BLOCK].any():
        rows += BLOCK
    return min(rows, len(array))
