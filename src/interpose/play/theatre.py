"""The theatre: a scenario as arrays, before any parameter has a value.

Everything here is the same in all futures: who lives where, how long the roads take, which
contingents come when, which shocks are dated. Worlds of processes add what depends on parameters.

Axes: place, type (of incident), community, municipality, base, contingent, year, month, day.
"""

from __future__ import annotations

import datetime as dt
import math
import mmap
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property, partial
from typing import Any, TypeVar, get_args

import numpy as np
from numpy.typing import NDArray

from interpose.play.draws import UInts, name_keys
from interpose.play.roads_and_lines import Lines, Roads, lines_of
from interpose.scenario import Scenario
from interpose.scenario.loading import inhabitants
from interpose.scenario.parameters import Parameters, master_table
from interpose.scenario.policies import most_offered
from interpose.scenario.tables.lines import OF_A_LINE
from interpose.scenario.tables.mission import Act, Police, Stock

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

Part = TypeVar("Part")

ACTS: tuple[str, ...] = get_args(Act)
STOCKS: tuple[str, ...] = get_args(Stock)
VIOLENT = {"harassment", "armed_attack", "bombing", "attack_on_force", *OF_A_LINE}
"""Acts whose background a shock raises; protests and roadblocks come of its crowds."""
AUTHORITIES = "authorities"
"""The last position on the axis `target`, after the communities."""

DAYS_PER_YEAR = 365.25
SHOCKS_PER_YEAR = 40  # room for those that come back in a forecast

NEVER = 10**7
"""A day index after the last day of any mission: for what stays."""


def axes(*names: str | int) -> Any:  # noqa: ANN401 - stands for an array
    """Say the shape of a field of a state: axes of the theatre, or numbers."""
    return names


def empty(kind: Callable[..., Part], theatre: Theatre, **given: NDArray[Any]) -> Part:
    """Return a state of zeros in the shapes that its class says, but for the fields given."""
    kinds = {"Floats": "float64", "Ints": "int64", "UInts": "uint64"}
    fields: dict[str, NDArray[Any]] = dict(given)
    for name, shape in kind._field_defaults.items():  # type: ignore[attr-defined]
        if name not in given:
            hint = kind.__annotations__[name].__forward_arg__
            number = kinds.get(hint, hint.removeprefix("NDArray[np.").rstrip("_]"))
            fields[name] = _zeros([theatre.sizes.get(axis, axis) for axis in shape], number)
    return kind(**fields)


def _zeros(shape: list[int], number: str) -> NDArray[Any]:
    """Return zeros; long lists from pages of their own, which cost nothing until written to."""
    size = math.prod(shape) * np.dtype(number).itemsize
    if size < 1 << 20:
        return np.zeros(shape, number)
    return np.frombuffer(mmap.mmap(-1, size), number).reshape(shape)


def same_named(kind: type[Any], parameters: Parameters, *groups: str) -> dict[str, Any]:
    """Return the fields of a world that bear the name of a parameter of some groups."""
    rows = [row.name for row in master_table() if row.name.startswith(groups)]
    names = {name.partition(".")[2]: name for name in rows}
    return {one: parameters.scalar(names[one]) for one in kind.__annotations__ if one in names}


@dataclass(frozen=True)
class Theatre:
    """A scenario as arrays. Days count from the first, ordinals from the year 1."""

    scenario: Scenario

    @property
    def first_day(self) -> int:
        """Proleptic Gregorian ordinal of the first day."""
        return self.scenario.header.start.toordinal()

    @property
    def days(self) -> int:
        """Number of days played."""
        return self.scenario.header.end.toordinal() - self.first_day + 1

    def day_index(self, date: dt.date | None) -> int:
        """Return the day counted from the first; `NEVER` for no date."""
        return NEVER if date is None else date.toordinal() - self.first_day

    @cached_property
    def offered(self) -> Callable[[dt.date], int]:
        """The soldiers offered on a day, asked once for every day: all futures order alike."""
        rows, start = self.scenario.contingents, self.scenario.header.start
        return cache(partial(most_offered, rows, start))

    @cached_property
    def dates(self) -> NDArray[np.datetime64]:
        """(day,) date of every day."""
        return np.asarray(np.datetime64(self.scenario.header.start, "D") + np.arange(self.days))

    @cached_property
    def month_of_day(self) -> Ints:
        """(day,) calendar month, counted from that of the first day."""
        months = self.dates.astype("datetime64[M]").astype(np.int64)
        return np.asarray(months - months[0], dtype=np.int64)

    @cached_property
    def month_starts(self) -> NDArray[np.datetime64]:
        """(month,) first date of every calendar month touched."""
        first = self.dates[0].astype("datetime64[M]")
        months = first + np.arange(int(self.month_of_day[-1]) + 1)
        return np.asarray(months.astype("datetime64[D]"))

    @cached_property
    def month_middle(self) -> Floats:
        """(month,) day index of the middle of each month's played days."""
        days = np.arange(self.days)
        count = np.bincount(self.month_of_day)
        return np.asarray(np.bincount(self.month_of_day, weights=days) / count)

    @cached_property
    def years(self) -> Ints:
        """(year,) calendar years played."""
        return np.arange(self.scenario.header.start.year, self.scenario.header.end.year + 1)

    @cached_property
    def year_starts(self) -> NDArray[np.datetime64]:
        """(year,) first date of every calendar year."""
        return np.asarray(np.datetime64("1970", "Y") + (self.years - 1970))

    @cached_property
    def year_of_day(self) -> Ints:
        """(day,) calendar year, counted from that of the first day."""
        years = self.dates.astype("datetime64[Y]").astype(np.int64)
        return np.asarray(years - years[0], dtype=np.int64)

    @cached_property
    def lines(self) -> Lines:
        """The line between armed forces, by epoch: a year, or a part in which nothing changes."""
        return lines_of(self.scenario, self.year_starts)

    @cached_property
    def epoch_of_day(self) -> Ints:
        """(day,) epoch, counted from that of the first day."""
        return np.searchsorted(self.lines.begins, np.arange(self.days), side="right") - 1

    @cached_property
    def roads_of_day(self) -> Ints:
        """(day,) which set of roads is open; one set if no link is dated."""
        return self.lines.roads[self.epoch_of_day]

    @cached_property
    def sizes(self) -> dict[str, int]:
        """Axis -> its length, for the states of processes."""
        return {
            "month": len(self.month_starts),
            "year": len(self.years),
            "place": len(self.scenario.places),
            "municipality": len(self.municipalities),
            "type": len(self.type_ids),
            "community": len(self.communities),
            "target": len(self.communities) + 1,
            "base": len(self.scenario.bases),
            "contingent": len(self.scenario.contingents),
            "stock": len(STOCKS),
            "reporter": len(self.reporters),
            "walkout": len(self.scenario.walkouts),
            "shock": len(self.scenario.shocks) + SHOCKS_PER_YEAR * len(self.years),
        }

    # --- names --------------------------------------------------------------------------

    @cached_property
    def place_index(self) -> dict[str, int]:
        """Place id -> position on the place axis."""
        return {place.id: i for i, place in enumerate(self.scenario.places)}

    @cached_property
    def place_ids(self) -> tuple[str, ...]:
        """Ids of the places."""
        return tuple(place.id for place in self.scenario.places)

    @cached_property
    def municipalities(self) -> tuple[str, ...]:
        """Ids of the municipality seats, in file order."""
        return tuple(p.id for p in self.scenario.places if p.kind == "municipal_seat")

    @cached_property
    def municipality_of_place(self) -> Ints:
        """(place,) position of the place's municipality on the municipality axis."""
        index = {seat: i for i, seat in enumerate(self.municipalities)}
        return np.array([index[p.municipality] for p in self.scenario.places])

    @cached_property
    def communities(self) -> tuple[str, ...]:
        """Ids of the communities."""
        return tuple(c.id for c in self.scenario.header.communities)

    @cached_property
    def type_ids(self) -> tuple[str, ...]:
        """Ids of the incident types."""
        return tuple(t.id for t in self.scenario.incident_types)

    def per_type(self, name: str, parameters: Parameters) -> Floats:
        """Return (type,) the value of a parameter for every incident type."""
        return np.array([parameters.of_type(name, t) for t in self.scenario.incident_types])

    @cached_property
    def act_of_type(self) -> Ints:
        """(type,) position of the type's act in `ACTS`."""
        return np.array([ACTS.index(t.act) for t in self.scenario.incident_types])

    @cached_property
    def cell_keys(self) -> UInts:
        """(type, place) key of every cell, a hash of its names."""
        names = [(t, p.id) for t in self.type_ids for p in self.scenario.places]
        return name_keys(names).reshape(len(self.type_ids), len(self.scenario.places))

    @cached_property
    def people(self) -> Floats:
        """(year, place, community) persons, straight lines between the years given.

        Where a place is not there on any day of a year, its people are at the seat instead, and
        nowhere if that is not there either.
        """
        result = np.zeros((len(self.years), len(self.scenario.places), len(self.communities)))
        seat = [self.place_index[place.municipality] for place in self.scenario.places]
        there = np.zeros((len(self.years), len(seat)), dtype=np.bool_)
        np.logical_or.at(there, self.lines.year, self.lines.there > 0)
        for row in inhabitants(self.scenario):
            line = np.interp(self.years, row.years, row.persons)
            column, place = self.communities.index(row.community), self.place_index[row.place]
            result[:, place, column] += row.share * line * there[:, place]
            away = ~there[:, place] & there[:, seat[place]]
            result[away, seat[place], column] += row.share * line[away]
        return result

    @cached_property
    def population(self) -> Floats:
        """(year, place) persons of all communities."""
        return np.asarray(self.people.sum(axis=2))

    @cached_property
    def municipality_population(self) -> Floats:
        """(year, municipality) persons of all communities."""
        result = np.zeros((len(self.years), len(self.municipalities)))
        np.add.at(result.T, self.municipality_of_place, self.population.T)
        return result

    @cached_property
    def roads(self) -> Roads:
        """The links, and which of them are open together."""
        return Roads(self.scenario.links, self.place_index, self.lines.is_open)

    @property
    def travel_min(self) -> Floats:
        """(place, place) shortest time on all roads, whenever they are open, minutes."""
        return self.roads.travel_min

    @property
    def travel_then(self) -> Floats:
        """(roads, place, place) shortest time on the roads open together, minutes."""
        return self.roads.travel_then

    def people_near(self, minutes: float) -> Floats:
        """(epoch, place, community) persons by road, 1/e of them at so many minutes.

        None can come to a place that is not there.
        """
        near = np.exp(-self.travel_then / minutes)
        then = zip(self.lines.roads, self.people[self.lines.year], strict=True)
        within = np.array([near[roads] @ people for roads, people in then])
        return within * self.lines.there[:, :, None]

    @cached_property
    def detours(self) -> tuple[Ints, Ints, Floats, Floats]:
        """Whom the closing of each single link delays, from the bases: see `Roads.detours`."""
        return self.roads.detours(self.base_place)

    # --- force and police ---------------------------------------------------------------

    @cached_property
    def base_place(self) -> Ints:
        """(base,) place of every base."""
        return np.array([self.place_index[base.place] for base in self.scenario.bases])

    @cached_property
    def contingents(self) -> dict[str, NDArray[Any]]:
        """Arrays over contingents: base, stock, strength, riot_capable, arrives, departs."""
        rows = self.scenario.contingents
        bases = {base.id: i for i, base in enumerate(self.scenario.bases)}
        return {
            "base": np.array([bases[c.base] for c in rows], dtype=np.int64),
            "stock": np.array([STOCKS.index(c.stock) for c in rows], dtype=np.int64),
            "strength": np.array([c.strength for c in rows], dtype=np.float64),
            "riot_capable": np.array([c.riot_capable for c in rows], dtype=np.float64),
            "arrives": np.array([self.day_index(c.arrives) for c in rows], dtype=np.int64),
            "departs": np.array([self.day_index(c.departs) for c in rows], dtype=np.int64),
        }

    @cached_property
    def police(self) -> dict[str, NDArray[Any]]:
        """Arrays over rows of international police: municipality (-1 all), effective, ..."""
        rows = [row for row in self.scenario.police if row.kind == "international_police"]
        index = {seat: i for i, seat in enumerate(self.municipalities)} | {"all": -1}
        return {
            "municipality": np.array([index[p.municipality] for p in rows], dtype=np.int64),
            "effective": np.array([p.strength * p.accepted for p in rows], dtype=np.float64),
            "begins": np.array([self.day_index(p.begins) for p in rows], dtype=np.int64),
            "ends": np.array([self.day_index(p.ends) for p in rows], dtype=np.int64),
        }

    # --- shocks and reporting -------------------------------------------------------------

    @cached_property
    def shocks(self) -> dict[str, NDArray[Any]]:
        """Arrays over shocks: day, places and types whose background it raises (shock, ...)."""
        rows = self.scenario.shocks
        places = np.zeros((len(rows), len(self.place_ids)))
        types = np.zeros((len(rows), len(self.type_ids)), dtype=np.bool_)
        seats = {place.id: place.municipality for place in self.scenario.places}
        for i, row in enumerate(rows):
            felt = {seats.get(place, "all") for place in row.places.split(";")}
            places[i] = ["all" in felt or seat in felt for seat in seats.values()]
            types[i] = [
                kind.instigator in row.community.split(";") and kind.act in VIOLENT
                for kind in self.scenario.incident_types
            ]
        return {
            "day": np.array([self.day_index(s.date) for s in rows], dtype=np.int64),
            "places": places,
            "types": types,
        }

    @cached_property
    def reporters(self) -> tuple[str, ...]:
        """Ids of those who report, in file order."""
        return tuple(dict.fromkeys(row.reporter for row in self.scenario.reporting))

    @cached_property
    def reporting(self) -> dict[str, NDArray[Any]]:
        """Arrays over reporting rows: reporter, act, place, share, fatal_share, delay, days."""
        rows = self.scenario.reporting
        seats = [{"all", place.municipality} for place in self.scenario.places]
        there = [[not at.isdisjoint(r.municipalities.split(";")) for at in seats] for r in rows]
        return {
            "reporter": np.array([self.reporters.index(r.reporter) for r in rows], dtype=np.int64),
            "act": np.array([ACTS.index(r.act) for r in rows], dtype=np.int64),
            "place": np.array(there, dtype=np.bool_).reshape(len(rows), len(seats)),
            "share": np.array([r.share for r in rows], dtype=np.float64),
            "fatal_share": np.array([r.fatal_share for r in rows], dtype=np.float64),
            "delay_days": np.array([r.delay_days for r in rows], dtype=np.float64),
            "begins": np.array([self.day_index(r.begins) for r in rows], dtype=np.int64),
            "ends": np.array([self.day_index(r.ends) for r in rows], dtype=np.int64),
            "watched": np.array([r.watched for r in rows], dtype=np.bool_),
        }

    # --- local police ---------------------------------------------------------------------

    @cached_property
    def police_plan(self) -> tuple[Ints, Floats, Floats]:
        """Begin (step,), strength and acceptance (step, municipality) of the local police.

        Rows for ``all`` are spread over the municipalities by the people of that year. Where rows
        overlap, strengths add up, and acceptance is the mean over officers.
        """
        rows = [row for row in self.scenario.police if row.kind == "local_police"]
        dates = {self.day_index(d) for row in rows for d in (row.begins, row.ends)}
        begins = sorted({0} | {day for day in dates if 0 < day < self.days})
        authorised = np.zeros((len(begins), len(self.municipalities)))
        effective = np.zeros_like(authorised)
        for row in rows:
            first, gone = self.day_index(row.begins), self.day_index(row.ends)
            for i, day in enumerate(begins):
                if first <= day < gone:
                    officers = row.strength * self._share_of_row(row, day)
                    authorised[i] += officers
                    effective[i] += officers * row.accepted
        accepted = effective / np.where(authorised > 0, authorised, 1.0)
        return np.array(begins, dtype=np.int64), authorised, accepted

    def _share_of_row(self, row: Police, day: int) -> Floats:
        """Return the share of a row's officers in every municipality."""
        if row.municipality == "all":
            people = self.municipality_population[self.year_of_day[day]]
            return np.asarray(people / max(float(people.sum()), 1e-9))
        return np.array([float(seat == row.municipality) for seat in self.municipalities])
