"""What is counted of a future that is compared with others: by measure, by month, by place."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from interpose.play import Theatre
from interpose.play.compiled import State, World
from interpose.play.processes.people_start import COUNTED
from interpose.play.theatre import ACTS, STOCKS

MEASURES = {
    "political_deaths": ("persons", "dead in incidents and riots"),
    "incidents": ("incidents", "incidents; patrols of the mission that are stopped left out"),
    "riots": ("riots", "riots"),
    "displaced": ("persons", "persons who left home"),
    "trips_not_made": ("million trips", "wished-for trips that nobody made"),
    "soldier_months": ("soldier-months", "soldier-months in theatre"),
    "riot_week": ("chance", "a week like March 2004: 33 or more riots begin within seven days"),
}
"""What is counted -> its unit, and what it is. Less of each is better."""

BY = {
    "community": {
        "incidents": "incidents against them",
        "displaced": MEASURES["displaced"][1],
        "trips_not_made": MEASURES["trips_not_made"][1],
    },
    "municipality": {name: MEASURES[name][1] for name in ("incidents", "riots", "trips_not_made")},
}
"""Parts of a theatre -> what is counted of each, and what that is there."""

WEEK_RIOTS = 33
"""Riots that begin within seven days in a week like March 2004."""

DAYS_PER_MONTH = 365.25 / 12

Floats = NDArray[np.float64]


def named(measure: str) -> str:
    """Return a measure in words.

    Examples
    --------
    >>> named("trips_not_made"), named("riot_week")
    ('trips not made', 'a week like March 2004')
    """
    if measure == "riot_week":
        return MEASURES[measure][1].partition(":")[0]
    return measure.replace("_", " ")


class Part(NamedTuple):
    """What is counted of one community or municipality."""

    axis: str
    id: str
    name: str
    measure: str


def parts_of(theatre: Theatre) -> list[Part]:
    """Return what is counted of communities and municipalities, in the order of `tally_parts`."""
    names = {one.id: one.name for one in theatre.scenario.places}
    known = {
        "community": [(one.id, one.name) for one in theatre.scenario.header.communities],
        "municipality": [(seat, names[seat]) for seat in theatre.municipalities],
    }
    return [Part(axis, *one, measure) for axis in BY for measure in BY[axis] for one in known[axis]]


def tally(theatre: Theatre, world: World, state: State, played: int, since: int = 0) -> Floats:
    """Return what happened in the first `played` days, (measure, year).

    Of a riot week the most riots that began within seven days, none of them before `since`.
    """
    month_year, years = _year_of_month(theatre), len(theatre.years)

    def by_year(months: NDArray[Any]) -> Floats:
        return np.asarray(np.bincount(month_year, months, years), dtype=np.float64)

    series = state.incidents.series
    days = np.sort(state.riots.riots[: state.riots.filled[0], 0])
    days = days[days < theatre.days]
    riots, weeks = np.bincount(theatre.year_of_day[days], minlength=years), np.zeros(years)
    late = days[days >= since]
    within = np.arange(len(late)) - np.searchsorted(late, late - 6) + 1
    np.maximum.at(weeks, theatre.year_of_day[late], within)
    return np.array(
        [
            by_year(series[:, :, 1].sum(axis=1) + state.riots.toll[:, 0]),
            by_year(series[:, _counted(theatre), 0].sum(axis=1)),
            riots,
            by_year(state.people.months[:, :, COUNTED.index("fled")].sum(axis=1)),
            _missed(theatre, world, state, played).sum(axis=(1, 2)),
            by_year(state.force.stock_days[:, STOCKS.index("in_theatre")]) / DAYS_PER_MONTH,
            weeks,
        ],
        dtype=np.float64,
    )


def tally_parts(theatre: Theatre, world: World, state: State, played: int) -> Floats:
    """Return what happened in the first `played` days, (part, year), by `parts_of` the theatre."""
    seats, sides = len(theatre.municipalities), len(theatre.communities)
    events = state.incidents.events[: state.incidents.counts[0]]
    day, place, kind = events[_counted(theatre)[events[:, 2]], :3].T
    seat, against = theatre.municipality_of_place, world.people.target[kind]
    missed = _missed(theatre, world, state, played)
    fled = np.zeros((len(theatre.years), sides))
    np.add.at(fled, _year_of_month(theatre), state.people.months[:, :, COUNTED.index("fled")])
    riots = state.riots.riots[: state.riots.filled[0]]
    riots = riots[riots[:, 0] < theatre.days]

    def counted(days: NDArray[Any], which: NDArray[Any], many: int) -> Floats:
        found = np.zeros((many, len(theatre.years)))
        np.add.at(found, (which, theatre.year_of_day[days]), 1.0)
        return found

    return np.concatenate(
        [
            counted(day[against >= 0], against[against >= 0], sides),
            fled.T,
            missed.sum(axis=2).T,
            counted(day, seat[place], seats),
            counted(riots[:, 0], seat[riots[:, 1]], seats),
            missed.sum(axis=1).T,
        ]
    )


def _counted(theatre: Theatre) -> NDArray[np.bool_]:
    """Return (type,) whether its acts are incidents."""
    return np.asarray(theatre.act_of_type != ACTS.index("restriction_of_movement"))


def _year_of_month(theatre: Theatre) -> NDArray[np.int64]:
    years = theatre.month_starts.astype("datetime64[Y]").astype(np.int64)
    return np.asarray(years - years[0])


def _missed(theatre: Theatre, world: World, state: State, played: int) -> Floats:
    """Return (year, community, municipality) wished-for trips that nobody made, in millions."""
    begun = np.searchsorted(np.flatnonzero(np.diff(theatre.month_of_day, prepend=-1)), played)
    months = np.bincount(_year_of_month(theatre)[:begun], minlength=len(theatre.years))
    known = world.movement
    missed = np.maximum(months[:, None, None] - state.movement.share, 0.0) * known.persons
    return np.asarray(missed * known.trips_per_person_day * DAYS_PER_MONTH / 1e6)


def months_of(state: State, months: int) -> NDArray[Any]:
    """Return what two variants are told apart by, (month, ...)."""
    return np.concatenate([state.incidents.series.reshape(months, -1), state.riots.toll], axis=1)


def danger_of(theatre: Theatre, past: State, state: State) -> Floats:
    """Return (2, place, 2): riots and incidents since then, and the persons in their crowds."""
    found = np.zeros((2, len(theatre.place_ids), 2))
    rows = state.riots.riots[past.riots.filled[0] : state.riots.filled[0]]
    np.add.at(found[0], rows[:, 1], np.stack([np.ones(len(rows)), rows[:, 7]], axis=1))
    places = state.incidents.events[past.incidents.counts[0] : state.incidents.counts[0], 1]
    found[1, :, 0] = np.bincount(places, minlength=len(theatre.place_ids))
    return found
