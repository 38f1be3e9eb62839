"""Review: at its interval the policy sees what was reported, and orders; the force follows.

The review stands between two days: it sees the reports of complete months and the strength of its
own force, never the true state. An order moves the arrival or departure of contingents; it cannot
reach into the past. R under the presence of that morning is written down for the reader of the
run; the policy does not see it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np

from interpose.errors import UnknownNameError
from interpose.play.columns import Column, Columns, Table, coded
from interpose.play.compiled import State
from interpose.play.reproduction import Reproduction
from interpose.play.theatre import STOCKS, Floats, Theatre
from interpose.policy import Order, Policy, Reports

READS = (
    "observe.reported",
    "force.stocks",
    "presence.per_1000",
    "presence.damping",
    "presence.reached",
)
WRITES = ("force.arrives", "force.departs")


@dataclass
class Reviews:
    """The reviews of one future, in the making.

    Each has a row: day, in theatre, R, and (municipality,) troops per 1000, R, police per 1000.
    """

    reproduction: Reproduction
    rows: list[tuple[int, float, float, Floats, Floats, Floats]] = field(default_factory=list)


def review_days(theatre: Theatre) -> list[int]:
    """Return the day indices of all reviews."""
    settings = theatre.scenario.header.policy
    first = theatre.day_index(settings.first_review)
    return [d for d in range(first, theatre.days, settings.review_interval_days) if d >= 0]


def step(theatre: Theatre, state: State, policy: Policy, reviews: Reviews | None, day: int) -> None:
    """Hold the review on the morning of `day`; without `reviews` nothing is written down."""
    order = policy.review(what_is_seen(theatre, state, day))
    carry_out(order, theatre, state, day)
    if reviews is None:  # R takes a sixth of a future
        return
    seats = theatre.municipality_of_place
    count = np.bincount(seats, minlength=len(theatre.municipalities))
    troops, _, police = (np.bincount(seats, kind) / count for kind in state.presence.per_1000)
    r, municipal = reviews.reproduction.theatre(state), reviews.reproduction.municipal(state)
    reviews.rows.append((day, _in_theatre(state), r, troops, municipal, police))


def what_is_seen(theatre: Theatre, state: State, day: int) -> Reports:
    """Return the reports of the months that are complete on the morning of `day`."""
    month = int(theatre.month_of_day[day])
    return Reports(
        date=dt.date.fromordinal(theatre.first_day + day),
        months=theatre.month_starts[:month],
        reported=state.observe.reported[:, :month].copy(),
        strength=_in_theatre(state),
    )


def _in_theatre(state: State) -> float:
    return float(state.force.stocks[STOCKS.index("in_theatre")])


def carry_out(order: Order, theatre: Theatre, state: State, day: int) -> None:
    """Move the contingents that an order names, from today on and never in the past."""
    ids = [c.id for c in theatre.scenario.contingents] if order.moves else []
    for name, (arrives, departs) in order.moves.items():
        if name not in ids:
            kind = "contingent"
            raise UnknownNameError(kind, name, ids)
        c = ids.index(name)
        for dates, date in ((state.force.arrives, arrives), (state.force.departs, departs)):
            if dates[c] >= day:  # what has happened stays
                dates[c] = max(theatre.day_index(date), day)


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
