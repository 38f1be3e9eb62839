"""Recorded people by camp: Flee's ``source_data``, corrected and interpolated as there."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from interpose.scenario.flee.tables import FleeDay, FleeFolder, FleeRow
from interpose.scenario.phrases import did_you_mean
from interpose.scenario.tables.values import Whole

LAYOUT = "data_layout.csv"
CORRECTIONS = "input_csv/registration_corrections.csv"

MOST_PEOPLE = 20_000_000_000
"""More than there are."""

_HEADERS = ("date", "datetime", "")


class FleeCount(FleeRow):
    """People recorded on a day."""

    date: FleeDay
    people: Whole = Field(ge=0, le=MOST_PEOPLE)


class FleeCorrection(FleeRow):
    """A day on which the people of a camp were registered once more."""

    name: str
    date: FleeDay


@dataclass(frozen=True, slots=True)
class Series:
    """Recorded people on some days.

    Attributes
    ----------
    days : tuple of int, days
        Since the start of the period, rising; may be negative.
    people : tuple of float, persons
        Not whole numbers where a correction has scaled them.
    """

    days: tuple[int, ...]
    people: tuple[float, ...]

    def daily(self, days: int) -> tuple[int, ...]:
        """Return the people on the first `days` days.

        Linear between two records, constant outside of them, cut off to whole people, as in Flee.

        Examples
        --------
        >>> Series((0, 4), (0.0, 10.0)).daily(6)
        (0, 2, 5, 7, 10, 10)
        """
        return tuple(int(self._on(day)) for day in range(days))

    def _on(self, day: int) -> float:
        after = bisect_right(self.days, day)
        if day <= self.days[0] or after == len(self.days):
            return self.people[0 if day <= self.days[0] else -1]
        since, until = self.days[after - 1], self.days[after]
        rise = self.people[after] - self.people[after - 1]
        return self.people[after - 1] + (day - since) / (until - since) * rise

    def corrected(self, day: int) -> Series:
        """Scale what was recorded before `day` to what was found on that day.

        A re-registration finds double or absent entries; Flee takes it that the same share of
        the earlier numbers was wrong. Without a record on that day, nothing changes.

        Examples
        --------
        >>> Series((0, 5, 9), (10.0, 40.0, 30.0)).corrected(9).people
        (7.5, 30.0, 30.0)
        """
        people = list(self.people)
        for i, recorded in enumerate(self.days):
            if recorded == day and i > 0 and people[i - 1] > 0:
                share = people[i] / people[i - 1]
                people[:i] = [value * share for value in people[:i]]
        return Series(self.days, tuple(people))


def read_layout(folder: FleeFolder, below: str, start: dt.date) -> dict[str, Series]:
    """Read every series that ``data_layout.csv`` names; several files for one name are added."""
    file = f"{below}/{LAYOUT}"
    found: dict[str, Series] = {}
    lines: dict[str, int] = {}
    files: dict[str, int] = {}
    before = len(folder.faults)
    for line, row in folder.rows(file):
        names = [name for name in row[1:] if name]
        absent = [name for name in names if not _is_file(folder.root / below / name)]
        there = [path.name for path in (folder.root / below).glob("*.csv")] if absent else []
        for name in absent:
            wanted = f"This file is not in {below}.{did_you_mean(name, there)}"
            folder.fault(file, line, row[0], name, wanted)
        if not names or absent:
            continue
        for name in names:
            if (first := files.setdefault(name, line)) != line or names.count(name) > 1:
                note = (
                    f"{file} line {line}: {name!r} stands in line {first} already; it counts twice."
                )
                folder.notes.append(note)
        if (first := lines.setdefault(row[0], line)) != line:
            folder.fault(file, line, "", row[0], f"Stands in line {first} already.")
        parts = [read_series(folder, f"{below}/{name}", start) for name in names]
        series = parts[0]
        for part in parts[1:]:
            series = added(series, part)
        found[row[0]] = series
    if len(folder.faults) == before and "total" not in found:
        wanted = f"Must have a row total,file.{did_you_mean('total', found)}"
        folder.fault(file, 0, "total", None, wanted)
    return found if len(folder.faults) > before else _corrected(folder, start, found)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name longer than the file system takes
        return False


def read_series(folder: FleeFolder, file: str, start: dt.date) -> Series:
    """Read one file of rising dates and people; rows without people are passed over, as in Flee."""
    counts: list[FleeCount] = []
    before = len(folder.faults)
    for line, cells in folder.rows(file, _HEADERS):
        count = folder.row(file, line, cells, FleeCount) if any(cells[1:2]) else None
        if count is None:
            continue
        if counts and count.date <= counts[-1].date:
            wanted = f"Must be later than the row before, {counts[-1].date}."
            folder.fault(file, line, "date", cells[0], wanted)
        counts.append(count)
    if not counts and len(folder.faults) == before:
        folder.fault(file, 0, "", None, "Must hold at least one row date,people.")
    days = tuple((count.date - start).days for count in counts)
    return Series(days or (0,), tuple(float(count.people) for count in counts) or (0.0,))


def added(first: Series, second: Series) -> Series:
    """Add two series as Flee does: step by step through the second, without interpolation.

    Rows of `first` after the last of `second` are dropped, as in Flee.

    Examples
    --------
    >>> added(Series((0, 5, 9), (1.0, 2.0, 3.0)), Series((0, 7), (10.0, 20.0)))
    Series(days=(0, 5, 7), people=(11.0, 12.0, 23.0))
    """
    days: list[int] = []
    people: list[float] = []
    at, last, end = 0, 0.0, len(first.days) - 1
    for day, number in zip(second.days, second.people, strict=True):
        while day > first.days[at]:
            days.append(first.days[at])
            people.append(last + first.people[at])
            if at == end:
                break
            at += 1
        if day <= first.days[at]:
            days.append(day)
            people.append(number + first.people[at])
            at = min(at + 1, end) if day == first.days[at] else at
            last = number
    return Series(tuple(days), tuple(people)) if days else first


def _corrected(folder: FleeFolder, start: dt.date, found: dict[str, Series]) -> dict[str, Series]:
    """Apply ``registration_corrections.csv``, which may be absent."""
    result = dict(found)
    if not (folder.root / CORRECTIONS).exists():
        return result
    for line, cells, row in folder.read(CORRECTIONS, FleeCorrection):
        if cells[0] not in found:
            wanted = f"Is not in {LAYOUT}.{did_you_mean(cells[0], found)}"
            folder.fault(CORRECTIONS, line, "name", cells[0], wanted)
        elif row:
            since = (row.date - start).days
            if since not in result[row.name].days:
                folder.notes.append(
                    f"{CORRECTIONS} line {line}: {row.name!r} has no record on that day."
                )
            result[row.name] = result[row.name].corrected(since)
    return result
