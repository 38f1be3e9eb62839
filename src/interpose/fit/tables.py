"""The tables of a fit: events, presence and places, read with all faults at once."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, create_model

from interpose.errors import Fault, ScenarioError
from interpose.scenario.files import read_table, read_text
from interpose.scenario.phrases import among, shown
from interpose.scenario.tables.values import Count, Day, Number, Row

LONGEST_DAYS = 36_525
"""Days of a window at most: a hundred years."""

Name = Field(min_length=1, max_length=120)


class EventRow(Row):
    """Something that happened at a place on a day."""

    date: Day = Field(description="the day it happened")
    place: str = Name
    type: str = ""
    deaths: Count | None = None


class PlaceRow(Row):
    """A place of the grid; one without events or troops counts, too."""

    place: str = Name
    people: Number | None = Field(default=None, ge=0)
    lat: Number | None = Field(default=None, ge=-90, le=90)
    lon: Number | None = Field(default=None, ge=-180, le=180)


# ``from`` is a word of Python, so this row cannot be written as a class.
_PRESENCE: dict[str, Any] = {
    "place": (Annotated[str, Name], ...),
    "from": (Day, Field(description="first day of the strength")),
    "to": (Day | None, Field(default=None, description="last day; empty: they stay")),
    "troops": (Number, Field(ge=0, le=1e6, description="soldiers")),
    "decided": (Literal["", "here", "elsewhere"], ""),
}
PresenceRow: type[Row] = create_model("PresenceRow", __base__=Row, **_PRESENCE)
"""Troops at a place from a day to a day, both with troops. ``decided`` is ``elsewhere`` where the
end of the strength had nothing to do with the place."""


class Strength(NamedTuple):
    """A row of presence, with names that Python takes."""

    place: str
    begins: dt.date
    ends: dt.date | None
    troops: float
    decided: str


@dataclass(frozen=True)
class Grid:
    """Everything by place and day.

    Attributes
    ----------
    counts : (place, day) float, events
    troops : (place, day) float, soldiers
    elsewhere : (place, day) bool
        First day after a strength whose end was decided elsewhere.
    month : (day,) int
        Calendar months since the first.
    notes : tuple of str
        What is doubtful, in words.
    """

    places: tuple[str, ...]
    start: dt.date
    counts: NDArray[np.float64]
    troops: NDArray[np.float64]
    elsewhere: NDArray[np.bool_]
    month: NDArray[np.int64]
    notes: tuple[str, ...]

    @property
    def end(self) -> dt.date:
        """The last day."""
        return self.start + dt.timedelta(self.counts.shape[1] - 1)

    def monthly(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
        """Return events, thousand soldiers on a mean day, and ends decided elsewhere, by month."""
        starts = np.flatnonzero(np.diff(self.month, prepend=-1))
        days = np.diff(np.append(starts, len(self.month)))
        troops = np.add.reduceat(self.troops, starts, axis=1) / days / 1000
        counts = np.add.reduceat(self.counts, starts, axis=1)
        return counts, troops, np.logical_or.reduceat(self.elsewhere, starts, axis=1)


Lines = list[tuple[int, Any]]


def _rows(path: Path, model: type[Row], faults: list[Fault], *, none: bool = False) -> Lines:
    text = read_text(path.parent, path.name) if path.name else None
    if not isinstance(text, str):
        faults.append(text or Fault(str(path), 0, "", "", "Must be a plain file."))
        return []
    table, found = read_table(path.name, text, model)
    faults += found
    if not table.rows and not found and not none:
        faults.append(Fault(path.name, 0, "", "", "Has no rows below the first line."))
    return list(table.rows)


def read_grid(
    events: Path,
    presence: Path,
    places: Path | None = None,
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> Grid:
    """Read the tables to a complete grid.

    The window goes from the first to the last event, or from `since` to `until`.

    Raises
    ------
    ScenarioError
        With every fault of all files.
    """
    faults: list[Fault] = []
    happened = _rows(events, EventRow, faults)
    strengths: Lines = [
        (line, Strength(*dict(row).values()))
        for line, row in _rows(presence, PresenceRow, faults, none=True)
    ]
    listed = _rows(places, PlaceRow, faults) if places else []
    faults += _reversed(presence.name, strengths)
    if not any(fault.file == presence.name for fault in faults):
        faults += _overlapping(presence.name, strengths)
    known = {row.place for _, row in listed}
    if places:
        faults += _repeated(places.name, listed)
        if known and not any(fault.file == places.name for fault in faults):
            for name, rows in ((events.name, happened), (presence.name, strengths)):
                faults += _unknown(name, rows, known, places.name)
    else:
        faults += _misspelt(events.name, happened, presence.name, strengths)
    if faults:
        told = ", ".join(str(path) for path in (events, presence, places) if path)
        raise ScenarioError(told, faults, verb="")
    return _grid(happened, strengths, known, events.name, since, until)


def _reversed(file: str, strengths: Lines) -> Iterator[Fault]:
    for line, row in strengths:
        if row.ends is not None and row.ends < row.begins:
            yield Fault(file, line, "to", f"{row.ends}", f"Must not be before from, {row.begins}.")


def _overlapping(file: str, strengths: Lines) -> Iterator[Fault]:
    """Yield strengths of a place that overlap; one may begin on the day another ends."""
    last: dict[str, tuple[int, dt.date]] = {}
    for line, row in sorted(strengths, key=lambda one: (one[1].place, one[1].begins, one[0])):
        if row.place in last and row.begins < last[row.place][1]:
            other, end = last[row.place]
            until = "for ever" if end == dt.date.max else f"to {end}"
            wanted = f"Overlaps line {other}, which lasts {until}; add their troops in one row."
            yield Fault(file, line, "from", f"{row.begins}", wanted)
        end = row.ends or dt.date.max
        if row.place not in last or end > last[row.place][1]:
            last[row.place] = (line, end)


def _repeated(file: str, listed: Lines) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    for line, row in listed:
        if row.place in seen:
            wanted = f"Stands in line {seen[row.place]} already; each may be there once."
            yield Fault(file, line, "place", shown(row.place), wanted)
        seen.setdefault(row.place, line)


def _unknown(file: str, rows: Lines, known: set[str], where: str) -> Iterator[Fault]:
    for line, row in rows:
        if row.place not in known:
            wanted = f"Is not in {where}.{among(row.place, known)}"
            yield Fault(file, line, "place", shown(row.place), wanted)


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold())
    return re.sub(r"[^a-z0-9]", "", letters) or name


def _misspelt(first: str, happened: Lines, second: str, strengths: Lines) -> Iterator[Fault]:
    """Yield troops at places that are those of events but for capitals, accents or marks."""
    names = {row.place for _, row in happened}
    alike = {_plain(name): name for name in names}
    for line, row in strengths:
        meant = alike.get(_plain(row.place))
        if row.place not in names and meant:
            wanted = f"Is not in {first}. Did you mean {meant!r}?"
            yield Fault(second, line, "place", shown(row.place), wanted)
    troops = {row.place for _, row in strengths}
    if names and troops and not names & troops and len(names) > 1:
        line, row = strengths[0]
        wanted = f"No place with troops is in {first}; give --places, or mend the names."
        yield Fault(second, line, "place", shown(row.place), wanted + among(row.place, names))


def _grid(
    happened: Lines, strengths: Lines, known: set[str], file: str,
    since: dt.date | None, until: dt.date | None,
) -> Grid:  # fmt: skip
    rows, spells = [row for _, row in happened], [row for _, row in strengths]
    places = tuple(sorted(known | {row.place for row in (*rows, *spells)}))
    start = since or min(row.date for row in rows)
    end = until or max(row.date for row in rows)
    days = (end - start).days + 1
    if not 0 < days <= LONGEST_DAYS:
        wanted = f"The window, {start} to {end}, has {days:,} days; 1 to {LONGEST_DAYS:,} can be."
        raise ScenarioError(file, [Fault(file, 0, "date", "", wanted)], verb="")
    number = {place: i for i, place in enumerate(places)}
    counts, troops = (np.zeros((len(places), days)) for _ in range(2))
    elsewhere = np.zeros((len(places), days), dtype=bool)
    for row in rows:
        if start <= row.date <= end:
            counts[number[row.place], (row.date - start).days] += 1
    for row in sorted(spells, key=lambda one: one.begins):
        last = (min(row.ends or end, end) - start).days + 1
        first = max((row.begins - start).days, 0)
        if last > first:
            troops[number[row.place], first:last] = row.troops
        if row.decided == "elsewhere" and 0 < last < days:
            elsewhere[number[row.place], last] = True
    every = [start + dt.timedelta(day) for day in range(days)]
    month = np.array([12 * (d.year - start.year) + d.month - start.month for d in every])
    return Grid(places, start, counts, troops, elsewhere, month, _notes(spells, troops, counts))


def _notes(
    spells: Iterable[Strength], troops: NDArray[np.float64], counts: NDArray[np.float64]
) -> tuple[str, ...]:
    """Say what looks like a slip of the pen."""
    some = sorted(row.troops for row in spells if row.troops > 0)
    notes = []
    if not some:
        return ("No troops anywhere.",)
    middle = some[len(some) // 2]
    if middle < 20:
        notes.append(
            f"Half of the strengths are {middle:g} or less: soldiers are wanted, not thousands "
            "or companies."
        )
    else:
        low, high = ([n for n in some if n < middle / 200], [n for n in some if n > 200 * middle])
        notes += [
            f"A strength of {n:g} beside a usual one of {middle:g}: soldiers, or thousands?"
            for n in (*low[:1], *high[-1:])
        ]
    if middle > 50_000:
        notes.append(f"Half of the strengths are {middle:,.0f} or more: soldiers at one place?")
    if not troops.any():
        notes.append("No troops within the days of the events.")
    elif len(counts) > 1 and not counts[troops.any(axis=1)].any():
        notes.append("Troops are only at places without any event.")
    return tuple(notes)
