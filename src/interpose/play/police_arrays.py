"""Arrays of the process ``police``: what is planned for it, and where it stands."""

from __future__ import annotations

import datetime as dt
import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from interpose.play.theatre import Floats, Ints, Theatre
from interpose.scenario.parameters import Parameters
from interpose.scenario.tables.mission import Police

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

    in_service: Floats  # (municipality,) officers
    recruits: Floats  # (month, municipality) recruits of the class that began in that month
    away: Floats  # (walk-out, municipality) officers who left and are to come back
    effective: Floats  # (municipality,) officers that count, as presence was last told


def steps_of_the_plan(theatre: Theatre) -> tuple[Ints, Floats, Floats]:
    """Return the plan of ``police.csv`` for local police: begin, strength, acceptance of each step.

    Rows for ``all`` are spread over the municipalities by the people of that year. Where rows
    overlap, strengths add up, and acceptance is the mean over officers.

    Returns
    -------
    (step,) int, day; (step, municipality) float, officers; (step, municipality) float, ratio
    """
    rows = [row for row in theatre.scenario.police if row.kind == "local_police"]
    dates = {theatre.day_index(d) for row in rows for d in (row.begins, row.ends)}
    begins = sorted({0} | {day for day in dates if 0 < day < theatre.days})
    authorised = np.zeros((len(begins), len(theatre.municipalities)))
    effective = np.zeros_like(authorised)
    for row in rows:
        first, gone = theatre.day_index(row.begins), theatre.day_index(row.ends)
        for i, day in enumerate(begins):
            if first <= day < gone:
                officers = row.strength * _where(theatre, row, day)
                authorised[i] += officers
                effective[i] += officers * row.accepted
    accepted = np.divide(effective, authorised, out=np.zeros_like(effective), where=authorised > 0)
    return np.array(begins, dtype=np.int64), authorised, accepted


def _where(theatre: Theatre, row: Police, day: int) -> Floats:
    """Return the share of a row's officers in every municipality."""
    if row.municipality == "all":
        people = theatre.municipality_population[theatre.year_of_day[day]]
        return np.asarray(people / max(float(people.sum()), 1e-9))
    return np.array([float(seat == row.municipality) for seat in theatre.municipalities])


def build_police(theatre: Theatre, parameters: Parameters) -> PoliceWorld:
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
    """Return on which days there is something to reckon."""
    moves = np.zeros(theatre.days, dtype=np.bool_)
    moves[_first_days(theatre)] = True
    moves[dates[(dates >= 0) & (dates < theatre.days)]] = True
    return moves


def new_police(theatre: Theatre) -> PoliceState:
    """Return the local police of the first morning: those planned for it are in service."""
    _, authorised, accepted = theatre.police_plan
    months, seats = len(theatre.month_starts), len(theatre.municipalities)
    return PoliceState(
        in_service=authorised[0].copy(),
        recruits=np.zeros((months, seats)),
        away=np.zeros((len(theatre.scenario.walkouts), seats)),
        effective=authorised[0] * accepted[0],
    )
