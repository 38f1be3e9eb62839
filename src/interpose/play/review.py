"""Review: at its interval the policy sees what was reported, and orders; the force follows.

The review stands between two days: it sees the reports of complete months, the riots, barricades
and trips that its own force sees, and its strength, never the true state. An order moves the
arrival or departure of contingents, sets levels and calls reserves, from a day on that is not past.
A policy may have reviews of its own, and be called on the morning after a riot. R under the
presence of the scenario's reviews is written down for the reader of the run; no policy sees it.
"""

from __future__ import annotations

import datetime as dt
import heapq
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from interpose.errors import InterposeError, require_known
from interpose.play.columns import Column, Columns, Table, coded
from interpose.play.compiled import State
from interpose.play.reproduction import Reproduction
from interpose.play.theatre import STOCKS, Floats, Ints, Theatre
from interpose.policy import Level, Order, Policy, Replay, Reports
from interpose.scenario.policies import CALLABLE, MOST_PARTS, Loss

READS = (
    "observe.reported",
    "force.stocks",
    "presence.per_1000",
    "presence.damping",
    "presence.reached",
    "riots.riots",
    "barricades.rows",
    "movement.free",
)
WRITES = (
    "force.arrives",
    "force.departs",
    "force.base",
    "force.stock",
    "force.part",
    "force.left",
    "force.level",
    "force.ordered",
    "observe.alarm",
    "observe.called",
)

CHANGE, REVIEW, OBSERVATION = range(3)
"""What comes on a morning, in this order."""


@dataclass
class Reviews:
    """The reviews of one future, in the making; without `reproduction` they leave no rows.

    Each has a row: day, in theatre, R, and (municipality,) troops per 1000, R, police per 1000.
    What is to come stands in a heap: day, kind, number, and for a change what changes.
    """

    reproduction: Reproduction | None
    rows: list[tuple[int, float, float, Floats, Floats, Floats]] = field(default_factory=list)
    coming: list[tuple[int, int, int, Any]] = field(default_factory=list)
    parts: dict[tuple[str, str], int] = field(default_factory=lambda: {("", ""): 0})
    number: int = 0

    def add(self, day: int, kind: int, what: object = None) -> None:
        """Let something come on the morning of `day`."""
        self.number += 1
        heapq.heappush(self.coming, (day, kind, self.number, what))


def review_days(theatre: Theatre) -> list[int]:
    """Return the day indices of all reviews of the scenario."""
    settings = theatre.scenario.header.policy
    first = theatre.day_index(settings.first_review)
    return [d for d in range(first, theatre.days, settings.review_interval_days) if d >= 0]


def take_over(
    theatre: Theatre, state: State, policy: Policy, reviews: Reviews, day: int = 0
) -> None:
    """Let a policy hold the reviews from `day` on; what another one ordered stands.

    Of what is to come only changes are kept; the observations of the scenario's calendar and the
    policy's own reviews are set again.
    """
    reviews.coming[:] = [one for one in reviews.coming if one[1] == CHANGE]
    heapq.heapify(reviews.coming)
    settings = theatre.scenario.header.policy
    for date in review_days(theatre) if reviews.reproduction is not None else ():
        if date >= day:
            reviews.add(date, OBSERVATION)
    begins = theatre.day_index(getattr(policy, "begins", None) or settings.first_review)
    every = getattr(policy, "interval_days", None)
    every = settings.review_interval_days if every is None else every
    for date in range(begins, theatre.days, every) if every else [begins]:
        if date >= max(day, 0):
            reviews.add(date, REVIEW)
    if not every and begins < day:
        reviews.add(day, REVIEW)
    for loss in getattr(policy, "losses", ()):
        reviews.add(max(theatre.day_index(loss.date), day), CHANGE, loss)
    state.observe.alarm[0] = getattr(policy, "alarm", 0)


def next_stop(theatre: Theatre, reviews: Reviews) -> int:
    """Return the next morning on which something comes, or the end."""
    return min(reviews.coming[0][0], theatre.days) if reviews.coming else theatre.days


def step(theatre: Theatre, state: State, policy: Policy, reviews: Reviews, day: int) -> None:
    """Do what comes on the morning of `day`: changes, then the review, then a look at it all."""
    if state.observe.called[0]:
        state.observe.called[0] = False
        reviews.add(day, REVIEW)
    reviewed = False
    while reviews.coming and reviews.coming[0][0] <= day:
        _, kind, _, what = heapq.heappop(reviews.coming)
        if kind == CHANGE:
            change(theatre, state, reviews, what)
        elif kind == OBSERVATION:
            observe(theatre, state, reviews, day)
        elif not reviewed and type(policy).review is not Replay.review:  # which orders nothing
            reviewed = True
            carry_out(
                policy.review(what_is_seen(theatre, state, day)), theatre, state, reviews, day
            )


def observe(theatre: Theatre, state: State, reviews: Reviews, day: int) -> None:
    """Write a row for the reader of the run, if there is one."""
    if reviews.reproduction is None:
        return
    seats = theatre.municipality_of_place
    count = np.bincount(seats, minlength=len(theatre.municipalities))
    troops, _, police = (np.bincount(seats, kind) / count for kind in state.presence.per_1000)
    r, municipal = reviews.reproduction.theatre(state), reviews.reproduction.municipal(state)
    reviews.rows.append((day, _in_theatre(state), r, troops, municipal, police))


# --- what a review sees ---------------------------------------------------------------------------


def what_is_seen(theatre: Theatre, state: State, day: int) -> Reports:
    """Return the reports of the months that are complete on the morning of `day`."""
    month = int(theatre.month_of_day[day])
    return Reports(
        date=dt.date.fromordinal(theatre.first_day + day),
        months=theatre.month_starts[:month],
        reported=state.observe.reported[:, :month].copy(),
        strength=_in_theatre(state),
        riots=_riots_seen(theatre, state, day),
        barricades=_barricade_days(theatre, state, day)[:month],
        movement=_trips_made(theatre, state, day),
    )


def _riots_seen(theatre: Theatre, state: State, day: int) -> Ints:
    """Return day, persons and dead of every riot so far; its dead once it is over."""
    rows = state.riots.riots[: state.riots.filled[0]].astype(np.int64)
    over = rows[:, 0] + rows[:, 6] <= day
    dead = np.where(over, rows[:, 9:12].sum(axis=1), 0)
    return np.column_stack([rows[:, 0] + theatre.first_day, rows[:, 7], dead])


def _barricade_days(theatre: Theatre, state: State, day: int) -> Floats:
    """Return (month,) the barricade-days of every month so far."""
    rows = state.barricades.rows[: state.barricades.counts[0]]
    ended = np.where(rows[:, 7] > 0, np.minimum(rows[:, 6] + 1, day), day)
    up, down = (np.bincount(days, minlength=day + 1) for days in (rows[:, 0], ended))
    standing, months = np.cumsum(up - down)[:day], len(theatre.month_starts)
    found = np.bincount(theatre.month_of_day[:day], standing, months)
    return np.asarray(found, dtype=np.float64)


def _trips_made(theatre: Theatre, state: State, day: int) -> Floats:
    """Return (community,) the share of trips that each community makes this month."""
    people = np.zeros((len(theatre.municipalities), len(theatre.communities)))
    np.add.at(people, theatre.municipality_of_place, theatre.people[theatre.year_of_day[day]])
    made = (state.movement.free * people.T).sum(axis=1)
    there = people.sum(axis=0)
    return np.where(there > 0, made / np.maximum(there, 1e-9), 1.0)


def _in_theatre(state: State) -> float:
    return float(state.force.stocks[STOCKS.index("in_theatre")])


# --- what an order does ---------------------------------------------------------------------------


def carry_out(order: Order, theatre: Theatre, state: State, reviews: Reviews, day: int) -> None:
    """Do what an order names, from today on and never in the past.

    Raises
    ------
    UnknownNameError
        If it names what the scenario has not.
    InterposeError
        If it asks for a level that cannot be, or calls who is not in reserve on that day.
    """
    for name, (arrives, departs) in order.moves.items():
        c = _contingent(theatre, name)
        for dates, date in ((state.force.arrives, arrives), (state.force.departs, departs)):
            if dates[c] >= day:  # what has happened stays
                dates[c] = max(theatre.day_index(date), day)
    now = {(level.area, level.kind) for level in order.levels}
    if now:
        reviews.coming[:] = [one for one in reviews.coming if _part_of(one[3]) not in now]
        heapq.heapify(reviews.coming)
    for level in order.levels:
        _refuse_beyond(theatre, level, allowed=order.beyond_offer)
        reviews.add(max(theatre.day_index(level.date), day), CHANGE, level)
    for name, call in order.calls.items():
        c = _contingent(theatre, name)
        bases = [base.id for base in theatre.scenario.bases]
        require_known("base", [call.base], bases)
        is_ready = state.force.arrives[c] <= day < state.force.departs[c]
        if not is_ready or STOCKS[state.force.stock[c]] not in CALLABLE:
            msg = f"{name} is not in reserve on {theatre.dates[day]}: it cannot be called."
            raise InterposeError(msg)
        there = max(theatre.day_index(call.arrives), day)
        reviews.add(there, CHANGE, (c, bases.index(call.base)))
        if call.leaves is not None:
            reviews.add(max(theatre.day_index(call.leaves), there), CHANGE, (c, -1))


def _part_of(what: object) -> tuple[str, str] | None:
    return (what.area, what.kind) if isinstance(what, Level) else None


def _contingent(theatre: Theatre, name: str) -> int:
    ids = [c.id for c in theatre.scenario.contingents]
    require_known("contingent", [name], ids)
    return ids.index(name)


def _refuse_beyond(theatre: Theatre, level: Level, *, allowed: bool) -> None:
    start = theatre.scenario.header.start
    offered = math.inf if allowed else theatre.offered(max(level.date, start))
    if level.strength > offered:
        msg = (
            f"The order asks for {level.strength:,} soldiers on {level.date}; the scenario offers"
            f" {offered:,.0f} by then. Say beyond_offer if more is meant."
        )
        raise InterposeError(msg)


def change(
    theatre: Theatre, state: State, reviews: Reviews, what: Level | Loss | tuple[int, int]
) -> None:
    """Let a level, a loss, or the coming or going of a reserve take effect."""
    force = state.force
    force.ordered[0] = True
    if isinstance(what, Level):
        force.level[_part(theatre, state, reviews, what)] = what.strength
    elif isinstance(what, Loss):
        nations = np.array([row.contributor for row in theatre.scenario.contingents])
        hit = (nations == what.contributor) | (what.contributor == "")
        force.left[hit] *= what.share
    else:
        c, base = what
        rows = theatre.contingents
        force.base[c] = base if base >= 0 else rows["base"][c]
        force.stock[c] = STOCKS.index("in_theatre") if base >= 0 else rows["stock"][c]


def _part(theatre: Theatre, state: State, reviews: Reviews, level: Level) -> int:
    """Return the number of a part of the force; a new one takes its contingents from the rest."""
    part = level.area, level.kind
    if part not in reviews.parts:
        if len(reviews.parts) >= MOST_PARTS:
            msg = f"At most {MOST_PARTS} parts of the force can have levels, the whole among them."
            raise InterposeError(msg)
        reviews.parts[part] = len(reviews.parts)
        members = [*_members(theatre, level)]
        taken = (state.force.part == 0) & np.array(members, dtype=np.bool_)
        state.force.part[taken] = reviews.parts[part]
    return reviews.parts[part]


def _members(theatre: Theatre, level: Level) -> Iterator[bool]:
    """Yield whether each contingent belongs to a part of the force."""
    areas = {row.id: row.municipalities.split(";") for row in theatre.scenario.areas}
    require_known("area", filter(None, [level.area]), areas)
    seats = {place.id: place.municipality for place in theatre.scenario.places}
    at = {base.id: seats[base.place] for base in theatre.scenario.bases}
    for row in theatre.scenario.contingents:
        inside = not level.area or at[row.base] in areas[level.area]
        trained = "riot_capable" if row.riot_capable >= 0.5 else "others"
        yield inside and level.kind in ("", trained)


TABLES: Columns = {
    "reviews": (
        Column("date", "date", "date", "day of the review"),
        Column("in_theatre", "float32", "persons", "strength in theatre on that morning"),
        Column("R", "float32", "incidents/incident", "reproduction number of the theatre"),
    ),
    "municipalities": (
        Column("date", "date", "date", "day of the review"),
        Column("municipality", "text", "1", "id of the municipality's seat"),
        Column(
            "troops", "float32", "soldiers/1000 inhabitants", "available soldiers, by reach of road"
        ),
        Column("R", "float32", "incidents/incident", "R if all were guarded like this one"),
        Column("local_police", "float32", "officers/1000 inhabitants", "accepted local police"),
    ),
}


def tables(theatre: Theatre, reviews: Reviews) -> dict[str, Table]:
    """Return what was written down at the reviews, for the theatre and for municipalities."""
    columns = zip(*reviews.rows, strict=True) if reviews.rows else ((),) * 6
    days, in_theatre, r, troops, municipal, police = map(np.array, columns)
    dates, seats = theatre.dates[days.astype(np.int64)], len(theatre.municipalities)
    return {
        "reviews": {"date": dates, "in_theatre": in_theatre, "R": r},
        "municipalities": {
            "date": np.repeat(dates, seats),
            "municipality": coded(np.tile(np.arange(seats), len(dates)), theatre.municipalities),
            "troops": troops.ravel(),
            "R": municipal.ravel(),
            "local_police": police.ravel(),
        },
    }
