r"""Police: local police grow to the strength planned, as seats and training allow, or walk out.

The rows of ``police.csv`` are the strength authorised, A. Those planned for the first day are in
service on it. On the first day of a month a class begins; it passes out evenly over the month that
follows its training of d months. Between two months, with n of one class passing out and officers
leaving at the rate a (1/month)::

    dL/dt = n - a L,    hence    L(t+1) = exp(-a) L(t) + n(t-d) (1 - exp(-a)) / a

so that a class of constant size leads to n / a officers, approached as exp(-a t). A class is as
large as it must be for L(t+d+1) = A(t+d+1), given those in training and those who are to come
back; if the municipalities together want more than the academy has seats, each gets the same share
of what it wants. Graduates for whom the strength authorised has no room go home (some of
those who walked out may be back). Where a step of the plan lies below the strength in service,
the rest leave on its day. At a walk-out a share of those in service leaves on its day. They come
back, or others are sent in their place, on the day ``returns``, up to the strength authorised;
without that day only recruits fill the gap.

Officers count at the share of their effect that people accept, as planned for the day. Presence
learns of it on dated days, and on the first of a month if the police of a municipality have
changed by more than one part in a hundred.

Form: local security forces with intake, delay and attrition, METHODS.md 2.5. Left out: rank,
experience and equipment; transfers between municipalities; that trust grows with time served.
"""

from __future__ import annotations

import datetime as dt
import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from interpose.play.compiled import State, World, inlined, part
from interpose.play.draws import UInts
from interpose.play.theatre import Floats, Ints, Theatre, axes, empty
from interpose.scenario.parameters import Parameters

NEEDS = ("police.",)
READS = ()
WRITES = ("police", "presence.outdated")

NOTICED = 0.01
"""Relative change of the police of a municipality from which presence is computed again."""


MONTHS_PER_YEAR = 12.0


class PoliceWorld(NamedTuple):
    """What a future does not change of the local police."""

    moves: NDArray[np.bool_]  # (day,) something may change: a month begins, or a date of a table
    step_begins: Ints  # (step,) day on which a step of the plan begins; the first is day 0
    authorised: Floats  # (step, municipality) officers planned
    accepted: Floats  # (step, municipality) share of their effect that people accept
    planned: Floats  # (month, municipality) officers planned for the month's first day
    seats: float  # recruits/month in the academy
    training_months: int  # from the first day of a class until it begins to pass out
    kept: float  # share of officers in service who are there a month later
    joining: float  # share of a month's graduates who are there at its end
    walkout_day: Ints  # (walk-out,) day
    walkout_returns: Ints  # (walk-out,) day
    walkout_share: Floats  # (walk-out, municipality) of officers in service


class PoliceState(NamedTuple):
    """What a day changes of the local police."""

    in_service: Floats = axes("municipality")  # officers
    recruits: Floats = axes("month", "municipality")  # of the class begun then
    away: Floats = axes("walkout", "municipality")  # officers who left and are to come back
    effective: Floats = axes("municipality")  # officers that count, as presence knows of


def new_world(theatre: Theatre, parameters: Parameters) -> PoliceWorld:
    """Put plan, walk-outs and parameters of the local police on arrays."""
    begins, authorised, accepted = theatre.police_plan
    rows = theatre.scenario.walkouts
    share = np.zeros((len(rows), len(theatre.municipalities)))
    for w, row in enumerate(rows):
        where = row.municipalities.split(";")
        hit = [seat in where or where == ["all"] for seat in theatre.municipalities]
        share[w, hit] = row.share
    day = np.array([theatre.day_index(row.date) for row in rows], dtype=np.int64)
    returns = np.array([theatre.day_index(row.returns) for row in rows], dtype=np.int64)
    leaving = parameters.scalar("police.attrition_per_year") / MONTHS_PER_YEAR
    return PoliceWorld(
        moves=_moves(theatre, np.concatenate([begins, day, returns])),
        step_begins=begins,
        authorised=authorised,
        accepted=accepted,
        planned=authorised[np.searchsorted(begins, _first_days(theatre), side="right") - 1],
        seats=parameters.scalar("police.academy_seats"),
        training_months=round(parameters.scalar("police.training_months")),
        kept=math.exp(-leaving),
        joining=-math.expm1(-leaving) / leaving if leaving > 0.0 else 1.0,
        walkout_day=day,
        walkout_returns=returns,
        walkout_share=share,
    )


def _first_days(theatre: Theatre) -> Ints:
    """Return the first day played of every month."""
    first = dt.date.fromordinal(theatre.first_day)
    days = (theatre.month_starts - np.datetime64(first, "D")).astype(np.int64)
    return np.maximum(days, 0)


def _moves(theatre: Theatre, dates: Ints) -> NDArray[np.bool_]:
    """Return on which days something may change."""
    moves = np.zeros(theatre.days, dtype=np.bool_)
    moves[_first_days(theatre)] = True
    moves[dates[(dates >= 0) & (dates < theatre.days)]] = True
    return moves


def new_state(theatre: Theatre, process_keys: UInts) -> PoliceState:
    """Return the local police of the first morning: those planned for it are in service."""
    _, authorised, accepted = theatre.police_plan
    in_service, effective = authorised[0].copy(), authorised[0] * accepted[0]
    return empty(PoliceState, theatre, in_service=in_service, effective=effective)


@inlined
def step(state: State, world: World, day: int) -> None:
    """Let officers join, leave, walk out and come back, on days on which any do."""
    own, known, outdated = state.police, world.police, state.presence.outdated
    month, last = world.month_of_day[day], world.month_of_day[max(day - 1, 0)]
    if known.moves[day] and serve(own, known, day, month, day == 0 or last != month):
        outdated[0] = True


@part
def serve(own: PoliceState, known: PoliceWorld, day: int, month: int, begins: bool) -> bool:
    """Let a day pass on which something may change; return whether presence must know of it."""
    plan = 0
    while plan + 1 < len(known.step_begins) and known.step_begins[plan + 1] <= day:
        plan += 1
    dated = known.step_begins[plan] == day
    if day > 0 and begins:
        serve_a_month(own, known, month - 1, plan)
    if dated:
        keep_to_the_plan(own, known, plan)
    for w in range(known.walkout_day.shape[0]):
        if known.walkout_day[w] == day:
            walk_out(own, known, w)
            dated = True
        if known.walkout_returns[w] == day:
            come_back(own, known, w, plan)
            dated = True
    if begins:
        open_a_class(own, known, month)
    return bool(report(own, known, plan, dated))


@part
def serve_a_month(own: PoliceState, known: PoliceWorld, month: int, plan: int) -> None:
    """Let a month pass: some leave, and the class that has ended its training joins."""
    class_of = month - known.training_months
    for m in range(own.in_service.shape[0]):
        own.in_service[m] *= known.kept
        if class_of >= 0:
            graduates = known.joining * own.recruits[class_of, m]
            room = max(0.0, known.authorised[plan, m] - own.in_service[m])
            own.in_service[m] += min(room, graduates)


@part
def keep_to_the_plan(own: PoliceState, known: PoliceWorld, plan: int) -> None:
    """Let those leave who are more than the plan of this day has."""
    for m in range(own.in_service.shape[0]):
        authorised = known.authorised[plan, m]
        own.in_service[m] = min(own.in_service[m], authorised)


@part
def walk_out(own: PoliceState, known: PoliceWorld, w: int) -> None:
    """Let a share of those in service leave; remember them if they are to come back."""
    for m in range(own.in_service.shape[0]):
        leave = known.walkout_share[w, m] * own.in_service[m]
        own.in_service[m] -= leave
        if known.walkout_returns[w] < known.moves.shape[0]:
            own.away[w, m] = leave


@part
def come_back(own: PoliceState, known: PoliceWorld, w: int, plan: int) -> None:
    """Let those who walked out come back, as far as the plan has room for them."""
    for m in range(own.in_service.shape[0]):
        room = max(0.0, known.authorised[plan, m] - own.in_service[m])
        own.in_service[m] += min(room, own.away[w, m])
        own.away[w, m] = 0.0


@part
def open_a_class(own: PoliceState, known: PoliceWorld, month: int) -> None:
    """Recruit as many as will be wanting when they pass out, or as the academy has seats for."""
    ready = month + known.training_months + 1
    if ready >= known.planned.shape[0]:
        return
    everybody = 0.0
    for m in range(own.in_service.shape[0]):
        expected = own.in_service[m]
        for later in range(month, ready):
            expected *= known.kept
            class_of = later - known.training_months
            if 0 <= class_of < month:
                expected += known.joining * own.recruits[class_of, m]
        for w in range(own.away.shape[0]):
            expected += own.away[w, m]
        wanted = max(0.0, known.planned[ready, m] - expected) / known.joining
        own.recruits[month, m] = wanted
        everybody += wanted
    if everybody > known.seats:
        for m in range(own.in_service.shape[0]):
            own.recruits[month, m] *= known.seats / everybody


@part
def report(own: PoliceState, known: PoliceWorld, plan: int, dated: bool) -> bool:
    """Set how many officers count; return whether presence must be computed again."""
    noticed = dated
    for m in range(own.in_service.shape[0]):
        officers = own.in_service[m] * known.accepted[plan, m]
        change = abs(officers - own.effective[m])
        noticed = noticed or change > NOTICED * own.effective[m]
    if noticed:
        for m in range(own.in_service.shape[0]):
            officers = own.in_service[m] * known.accepted[plan, m]
            own.effective[m] = officers
    return noticed
