"""What a review sees, what it may order, and the policy that orders nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from interpose.scenario.policies import Level


@dataclass(frozen=True, slots=True)
class Reports:
    """What a review sees: reports of complete months, and its own force.

    Attributes
    ----------
    date : datetime.date
        Day of the review.
    months : (month,) datetime64[D]
        First days of the complete months before it.
    reported : (reporter, month, type, 2) int
        Incidents, and the dead in them, counted in the month in which the report arrived; late
        ones are still to come.
    strength : float, persons
        Own troops in theatre on that morning.
    riots : (riot, 3) int
        Day (ordinal), persons and dead of every riot that began before this morning. A riot is
        seen by all; its dead are known once it is over, 0 until then.
    barricades : (month,) float, barricade-days
        On all roads, month by month: what stands is seen by the force itself.
    movement : (community,) float, 0..1
        Share of the wished-for trips that each community made of late, by the force's own counts.
    """

    date: dt.date
    months: NDArray[np.datetime64]
    reported: NDArray[np.int64]
    strength: float
    riots: NDArray[np.int64]
    barricades: NDArray[np.float64]
    movement: NDArray[np.float64]


class Call(NamedTuple):
    """A contingent of the reserve comes into the theatre."""

    base: str
    arrives: dt.date
    leaves: dt.date | None = None
    """First day back in reserve; None: stays. It stays no longer than the table has it."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a review decides. What has happened stays.

    Attributes
    ----------
    moves : mapping of str to (datetime.date, datetime.date or None)
        Contingent id -> new day of arrival and of departure (None: stays). Contingents that are
        not named come and go as before.
    levels : tuple of Level
        Strengths in theatre, each from its date on. Contingents of the table are scaled alike,
        also those to come, so that together they have it. A new order on a part of the force
        replaces what was ordered on it and does not hold yet.
    calls : mapping of str to Call
        Contingent in reserve or in the rear -> where it goes, and when. It comes on top of a level.
    beyond_offer : bool
        Levels may exceed what was ever in theatre, and the reserves.
    """

    moves: Mapping[str, tuple[dt.date, dt.date | None]] = field(default_factory=dict)
    levels: tuple[Level, ...] = ()
    calls: Mapping[str, Call] = field(default_factory=dict)
    beyond_offer: bool = False


class Policy(Protocol):
    """Anything that turns reports into an order.

    It may say more of itself, as attributes: ``begins`` and ``interval_days``, its first review and
    the days to the next (0: one alone), where not the scenario's; ``alarm``, the persons in a riot
    from which on a review is held on the morning after; ``losses``, what the force loses whatever
    is ordered.
    """

    def review(self, reports: Reports) -> Order:
        """Return what to do after `reports`."""
        ...


class Replay:
    """Contingents come and go as the scenario's own table says, whatever is reported."""

    def review(self, reports: Reports) -> Order:
        """Order nothing: the table stands."""
        return Order()
