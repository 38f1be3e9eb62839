"""The tables ``people`` and ``residents`` of a run."""

from __future__ import annotations

from typing import Any

import numpy as np

from interpose.play.columns import Coded
from interpose.play.people_arrays import COUNTED
from interpose.play.state import State
from interpose.play.theatre import Theatre


def people_table(theatre: Theatre, state: State) -> dict[str, Any]:
    """Return where each community was at the end of each month, and who moved in it."""
    months = state.people.months
    there = months.sum(axis=2).max(axis=0) >= 0.5
    month, community = np.nonzero(np.broadcast_to(there, months.shape[:2]))
    return {
        "month": theatre.month_starts[month],
        "community": Coded(community.astype(np.int16), theatre.communities),
        **{
            name: np.rint(months[month, community, COUNTED.index(name)])
            for name in ("home", "inside", "abroad", "fled", "returned", "settled")
        },
    }


def residents_table(theatre: Theatre, state: State) -> dict[str, Any]:
    """Return who lived where at the end of each year; who never did is left out."""
    residents = state.people.residents
    there = np.broadcast_to(residents.max(axis=0) >= 0.5, residents.shape)
    year, community, seat = np.nonzero(there)
    return {
        "year": (np.datetime64("1970", "Y") + (theatre.years - 1970))[year],
        "municipality": Coded(seat.astype(np.int16), theatre.municipalities),
        "community": Coded(community.astype(np.int16), theatre.communities),
        "persons": np.rint(residents[year, community, seat]),
        "hosted": np.rint(state.people.hosted[year, community, seat]),
    }
