r"""Crime: ordinary homicide is as frequent as was counted, whatever the mission does.

A row of ``homicides.csv`` is a count of murders over a period; those known to be interethnic or
political are taken out of it, since incidents and riots have them. Rows that tell of the same month
may conflict. With the lowest and the highest murders/day of all rows for month t, and the share
p_cy of municipality c in all inhabitants of the year::

    n_ct ~ Poisson(days_t p_cy (low_t + position (high_t - low_t)))

`position` is one number for all months of a future: reporters differ in what they count, so who
counts high counts high every year. A month of which no row tells lies on the line between those
next to it; before the first and after the last, theirs holds.

The process reads nothing of the state and nothing reads its own: no soldier, officer, shock or
riot moves a homicide, and no homicide provokes, frightens or counts among the dead of the mission.
Left out: that more UN police go with fewer homicides, and more troops with more, in 58 countries
after civil war (Di Salvatore, Peacekeepers against Criminal Violence, AJPS 63(4), 2019).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from interpose.play.columns import Column, Columns, Table, coded
from interpose.play.compiled import State, World, inlined, part
from interpose.play.draws import UInts, day_key, mix, name_keys, negative_binomial, unit
from interpose.play.theatre import Floats, Ints, Theatre, axes, empty
from interpose.scenario.parameters import Parameters

NEEDS = ("crime.",)
READS = ()
WRITES = ("crime",)
DRAWS = ("crime",)

POISSON = 1e9
"""Size of the negative binomial law from which on it is Poisson's."""


class CrimeWorld(NamedTuple):
    """What a future does not change: all."""

    keys: UInts  # (municipality,)
    mean: Floats  # (month, municipality) homicides


class CrimeState(NamedTuple):
    """Ordinary homicides."""

    process_keys: UInts = axes("draw")
    homicides: Ints = axes("month", "municipality")


def counted(theatre: Theatre) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Return (month,) lowest and highest homicides/day, and whether any row tells of the month."""
    middle = theatre.month_middle
    low, high = np.full((2, len(middle)), np.nan)
    for row in theatre.scenario.homicides:
        first, last = theatre.day_index(row.begins), theatre.day_index(row.ends)
        told = (first <= middle) & (middle <= last)
        rate = (row.murders - row.known_motive) / (last - first + 1)
        low[told], high[told] = np.fmin(low[told], rate), np.fmax(high[told], rate)
    known = np.isfinite(low)
    if not known.any():
        return np.zeros(len(middle)), np.zeros(len(middle)), known
    low, high = (np.interp(middle, middle[known], ends[known]) for ends in (low, high))
    return low, high, known


def a_day(theatre: Theatre, parameters: Parameters) -> Floats:
    """Return (month,) mean ordinary homicides/day."""
    low, high, _ = counted(theatre)
    return np.asarray(low + parameters.scalar("crime.range_position") * (high - low))


def new_world(theatre: Theatre, parameters: Parameters) -> CrimeWorld:
    """Share the homicides of a month out over the municipalities by inhabitants."""
    people = theatre.municipality_population
    share = people / np.maximum(people.sum(axis=1, keepdims=True), 1e-9)
    year = theatre.year_of_day[theatre.month_middle.astype(np.int64)]
    month = np.bincount(theatre.month_of_day) * a_day(theatre, parameters)
    return CrimeWorld(
        keys=name_keys((seat,) for seat in theatre.municipalities),
        mean=month[:, None] * share[year],
    )


def new_state(theatre: Theatre, process_keys: UInts) -> CrimeState:
    """Return the state before the first morning: nobody is dead."""
    return empty(CrimeState, theatre, process_keys=process_keys)


@inlined
def step(state: State, world: World, day: int) -> None:
    """Draw the homicides of a month on its first day."""
    own, known, month = state.crime, world.crime, world.month_of_day[day]
    if day == 0 or world.month_of_day[day - 1] != month:
        today = day_key(own.process_keys[0], world.first_ordinal + day)
        draw(own.homicides[month], known.mean[month], known.keys, today)


@part
def draw(homicides: Ints, mean: Floats, keys: UInts, today: int) -> None:
    """Draw the homicides of every municipality."""
    for m in range(homicides.shape[0]):
        homicides[m] = negative_binomial(unit(mix(keys[m] + today)), mean[m], POISSON)


TABLES: Columns = {
    "homicides": (
        Column("month", "date", "date", "first day of the calendar month"),
        Column("municipality", "text", "1", "id of the municipality's seat"),
        Column("homicides", "int32", "persons", "dead of ordinary crime; in no other table"),
    )
}


def tables(theatre: Theatre, world: World, state: State) -> dict[str, Table]:
    """Return the homicides of every month and municipality that has any."""
    month, seat = np.nonzero(state.crime.homicides)
    return {
        "homicides": {
            "month": theatre.month_starts[month],
            "municipality": coded(seat, theatre.municipalities),
            "homicides": state.crime.homicides[month, seat],
        }
    }
