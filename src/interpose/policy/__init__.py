"""The policy room: from what a review may see to what it orders.

A policy is a class with one method, ``review(reports) -> Order``. It sees reports, never the true
state: this room cannot import ``play`` (a test reads the imports). Today there is one policy,
`Replay`; conditions, timetables and required strength are to come.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from interpose.errors import UnknownNameError
from interpose.scenario import Scenario

__all__ = ["Order", "Policy", "Replay", "Reports", "policy_named"]


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
    """

    date: dt.date
    months: NDArray[np.datetime64]
    reported: NDArray[np.int64]
    strength: float


@dataclass(frozen=True, slots=True)
class Order:
    """What a review decides.

    Attributes
    ----------
    moves : mapping of str to (datetime.date, datetime.date or None)
        Contingent id -> new day of arrival and of departure (None: stays). Contingents that are
        not named come and go as before.
    """

    moves: Mapping[str, tuple[dt.date, dt.date | None]] = field(default_factory=dict)


class Policy(Protocol):
    """Anything that turns reports into an order."""

    def review(self, reports: Reports) -> Order:
        """Return what to do after `reports`."""
        ...


class Replay:
    """Contingents come and go as the scenario's own table says, whatever is reported."""

    def review(self, reports: Reports) -> Order:
        """Order nothing: the table stands."""
        return Order()


def policy_named(name: str, scenario: Scenario) -> Policy:
    """Return the policy called `name`, set up for `scenario`.

    Raises
    ------
    UnknownNameError
        If there is no such policy.
    """
    if name == "replay":
        return Replay()
    kind = "policy"
    raise UnknownNameError(kind, name, ("replay",))
