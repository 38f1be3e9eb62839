"""A run over time: what happened, was reported and stood there, by year, month and review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from interpose.assess.totals import (
    ROWS,
    Floats,
    Integers,
    bands,
    bands_below,
    totals,
    totals_in_batches,
)
from interpose.ensemble import Run
from interpose.play import Theatre
from interpose.play.theatre import ACTS, AUTHORITIES, STOCKS
from interpose.record.record import TOTAL


@dataclass(frozen=True)
class Yearly:
    """Counts of every future that was played to the end.

    Attributes
    ----------
    futures : (future,) int
        Their numbers. Failed futures are left out.
    years : (year,) int
        Calendar years; the first and the last may have been played in part.
    incidents : (future, year, act) int, incidents
        Acts as in ``play.theatre.ACTS``.
    deaths : (future, year, side) int, persons
        By the side that the dead belonged to; the dead of riots are among them.
    sides : tuple of str
        Targets and instigators of the incident types, communities, and the force.
    reported : (future, year, reporter, act) int, incidents
        By the year in which the report arrived.
    reported_deaths : (future, year, reporter, act) int, persons
        Dead in the incidents that were reported.
    riot_deaths : (future, year) int, persons
        Dead in riots, of which everybody hears.
    at_place : (year, place) float, incidents
        Mean over futures.
    of_type : dict of str to (future, year, type) float
        ``incidents`` and ``deaths`` by type.
    """

    futures: Integers
    years: Integers
    incidents: Integers
    deaths: Integers
    sides: tuple[str, ...]
    reporters: tuple[str, ...]
    reported: Integers
    reported_deaths: Integers
    places: tuple[str, ...]
    at_place: Floats
    of_type: Mapping[str, Floats] = field(default_factory=dict)
    riot_deaths: Integers = field(default_factory=lambda: np.zeros((1, 1), np.int64))

    @cached_property
    def incident_quantiles(self) -> pd.DataFrame:
        """Quantiles by act, `TOTAL` first, and year."""
        return self._quantiles("act", (TOTAL, *ACTS), _with_sum(self.incidents))

    @cached_property
    def death_quantiles(self) -> pd.DataFrame:
        """Quantiles by side of the dead, `TOTAL` first, and year.

        A side is called ``all`` where a type strikes everybody: the dead of those incidents.
        """
        return self._quantiles("side", (TOTAL, *self.sides), _with_sum(self.deaths))

    def deaths_told(self, reporter: str, acts: Sequence[str]) -> Integers:
        """Return the dead, (future, year), in riots and in reported incidents of some acts."""
        of_acts = [ACTS.index(act) for act in acts]
        dead = self.reported_deaths[:, :, self.reporters.index(reporter)][:, :, of_acts]
        return np.asarray(dead.sum(axis=2) + self.riot_deaths)

    def _quantiles(self, name: str, keys: Sequence[str], counts: Integers) -> pd.DataFrame:
        """Return the quantiles of (future, year, key), a row a key and year."""
        return bands_below(
            name, dict(zip(keys, np.moveaxis(counts, 2, 0), strict=True)), "year", self.years
        )


def _with_sum(counts: Integers) -> Integers:
    return np.concatenate([counts.sum(axis=2, keepdims=True), counts], axis=2)


def yearly(run: Run, theatre: Theatre) -> Yearly:
    """Count a run by year, finished or not; only complete chunks are read."""
    years = first_days(theatre.years)
    types, reporters = theatre.type_ids, theatre.reporters
    of_type = totals(run, "series", {"month": years, "type": types}, ("incidents", "deaths"))
    reported, reported_deaths = _reports(run, theatre, years)
    places = tuple(place.id for place in theatre.scenario.places)
    sides = _sides(theatre)
    deaths, at_place, in_riots = _deaths_and_places(run, theatre, years, sides)
    act = np.eye(len(ACTS))[theatre.act_of_type]
    return Yearly(
        futures=run.done,
        years=theatre.years,
        incidents=_whole(of_type["incidents"] @ act),
        deaths=_whole(deaths),
        sides=sides,
        reporters=reporters,
        reported=reported,
        reported_deaths=reported_deaths,
        places=places,
        at_place=at_place,
        of_type=of_type,
        riot_deaths=_whole(in_riots),
    )


def first_days(years: Integers) -> NDArray[np.datetime64]:
    """Return the first days of calendar years."""
    return (np.asarray(years) - 1970).astype("datetime64[Y]").astype("datetime64[D]")


def _reports(
    run: Run, theatre: Theatre, years: NDArray[np.datetime64]
) -> tuple[Integers, Integers]:
    """Return incidents reported, and the dead in them, as (future, year, reporter, act)."""
    axes = {"month": years, "reporter": theatre.reporters, "type": theatre.type_ids}
    act = np.eye(len(ACTS))[theatre.act_of_type]
    shape = (0, len(years), len(theatre.reporters), len(ACTS))
    incidents, deaths = [np.zeros(shape, int)], [np.zeros(shape, int)]
    for (found,) in totals_in_batches(run, "reports", (axes, ("reported", "deaths"))):
        incidents.append(_whole(found["reported"] @ act))
        deaths.append(_whole(found["deaths"] @ act))
    return np.concatenate(incidents), np.concatenate(deaths)


def _whole(values: Floats) -> Integers:
    return values.astype(np.int64)


_DEATHS = ("deaths_target", "deaths_instigator")


def _deaths_and_places(
    run: Run, theatre: Theatre, years: NDArray[np.datetime64], sides: tuple[str, ...]
) -> tuple[Floats, Floats, Floats]:
    """Return the dead as (future, year, side), ``at_place``, and those of them in riots."""
    types, known = theatre.scenario.incident_types, theatre.communities
    # Authorities who are no side of their own have the force's dead.
    side_of = {w: w if w in sides else "force" for w in (*known, AUTHORITIES, *sides)}

    def to_sides(words: Sequence[str]) -> Floats:
        return np.eye(len(sides))[[sides.index(side_of[word]) for word in words]]

    by_type = {"date": years, "type": theatre.type_ids}, _DEATHS
    by_place = {"date": years, "place": [p.id for p in theatre.scenario.places]}, (ROWS,)
    target, instigator = ([getattr(t, side) for t in types] for side in ("target", "instigator"))
    parts, at_place = [], np.zeros((len(years), len(theatre.scenario.places)))
    for dead, counted in totals_in_batches(run, "incidents", by_type, by_place):
        struck = dead["deaths_target"] @ to_sides(target)
        parts.append(struck + dead["deaths_instigator"] @ to_sides(instigator))
        at_place += counted[ROWS].sum(axis=0)
    total = np.concatenate(parts) if parts else np.zeros((0, len(years), len(sides)))
    targets = (*known, AUTHORITIES)
    axes = {"date": years, "community": known, "target": targets}
    riots = totals(run, "riots", axes, (*_DEATHS, "deaths_force"))
    total += riots["deaths_target"].sum(axis=2) @ to_sides(targets)
    total += riots["deaths_instigator"].sum(axis=3) @ to_sides(known)
    total[:, :, sides.index("force")] += riots["deaths_force"].sum(axis=(2, 3))
    in_riots = np.sum([dead.sum(axis=(2, 3)) for dead in riots.values()], axis=0)
    return total, at_place / max(len(run.done), 1), in_riots


def _sides(theatre: Theatre) -> tuple[str, ...]:
    types = theatre.scenario.incident_types
    of_types = (side for kind in types for side in (kind.target, kind.instigator))
    return tuple(dict.fromkeys((*theatre.communities, *of_types, "force")))


def force_by_month(run: Run) -> pd.DataFrame:
    """Return quantiles of the strength, in persons; index: stock, month; columns: `LABELS`."""
    months = run.axes["month"]
    found = totals(run, "force", {"month": months}, STOCKS)
    return bands_below("stock", _as_stored(found), "month", months)


def r_by_review(run: Run) -> pd.DataFrame:
    """Return quantiles of R of the theatre, by review, and the share of futures with R below 1.

    Index: date. Columns: `LABELS`, incidents per incident, and ``below_one``.
    """
    dates = run.axes["review"]
    found = _as_stored(totals(run, "reviews", {"date": dates}, ("R",)))
    table = bands_below("what", found, "date", dates).droplevel("what")
    table["below_one"] = (found["R"] < 1.0).mean(axis=0) if len(run.done) else np.nan
    return table


def municipalities_by_review(run: Run, theatre: Theatre) -> pd.DataFrame:
    """Return quantiles of R and mean troops of every municipality, by review.

    Index: date, municipality. Columns: `LABELS` of R, ``troops`` a 1000 inhabitants.
    """
    dates, seats = run.axes["review"], theatre.municipalities
    found = _as_stored(
        totals(run, "municipalities", {"date": dates, "municipality": seats}, ("troops", "R"))
    )
    index = pd.MultiIndex.from_product([dates, seats], names=["date", "municipality"])
    table = bands(found["R"].reshape(len(run.done), len(index)), index)
    table["troops"] = np.ravel(found["troops"].mean(axis=0)) if len(run.done) else np.nan
    return table


def _as_stored(found: Mapping[str, Floats]) -> dict[str, NDArray[np.float32]]:
    """Return numbers of one row each with the digits that the table has."""
    return {name: values.astype(np.float32) for name, values in found.items()}


def people_by_month(
    run: Run, theatre: Theatre, columns: Sequence[str]
) -> dict[str, NDArray[np.int32]]:
    """Return columns of the table ``people`` as (future, month, community), persons."""
    axes = {"month": theatre.month_starts, "community": theatre.communities}
    return totals(run, "people", axes, columns, np.int32)


def trips_made(run: Run, theatre: Theatre) -> dict[str, Floats]:
    """Return the share of wished-for trips of every community, over its people everywhere.

    Returns
    -------
    dict of str to float, ratio
        ``share``, and of it ``escorted``, as (future, year, community): means over municipalities,
        weighted by people of that year. ``local`` is the mean share over futures as (year,
        municipality, community). Where a community has nobody, not a number.
    """
    weights = people_by_municipality(theatre)
    people = weights.sum(axis=1)
    people[people == 0] = np.nan
    asked = by_municipality(theatre), ("share", "escorted", ROWS)
    parts: dict[str, list[Floats]] = {"share": [], "escorted": []}
    local = {name: np.zeros(weights.shape) for name in ("share", ROWS)}
    for (batch,) in totals_in_batches(run, "movement", asked):
        for name, found in parts.items():
            found.append((batch[name] * weights).sum(axis=2) / people)
        for name, total in local.items():
            total += batch[name].sum(axis=0)
    made = {name: np.concatenate(found) for name, found in parts.items()}
    with np.errstate(invalid="ignore"):
        return {**made, "local": local["share"] / local[ROWS]}


def by_municipality(theatre: Theatre) -> dict[str, Sequence[str] | NDArray[np.datetime64]]:
    """Return the axes of what is told by year, municipality and community."""
    return {
        "year": first_days(theatre.years),
        "municipality": theatre.municipalities,
        "community": theatre.communities,
    }


def accepted_officers(run: Run, theatre: Theatre) -> tuple[pd.DatetimeIndex, Floats]:
    """Return the local police at each review, counted at the share that people accept.

    Returns
    -------
    (review,) datetime
    (future, review, municipality) float, officers
    """
    dates = run.axes["review"]
    year = np.searchsorted(first_days(theatre.years), dates, side="right") - 1
    axes = {"date": dates, "municipality": theatre.municipalities}
    found = totals(run, "municipalities", axes, ("local_police",))
    officers = found["local_police"] * theatre.municipality_population[year] / 1000.0
    return pd.DatetimeIndex(dates.astype("datetime64[s]")), officers


def people_by_municipality(theatre: Theatre) -> Floats:
    """Return the people of the scenario's table as (year, municipality, community), persons."""
    seat = np.eye(len(theatre.municipalities))[theatre.municipality_of_place]
    return np.asarray(np.einsum("ypc,pm->ymc", theatre.people, seat))
