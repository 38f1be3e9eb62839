"""Recorded people by camp: Flee's ``source_data``, corrected and interpolated as there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from interpose.errors import Fault
from interpose.scenario.flee.tables import flee_day, rows_of, whole
from interpose.scenario.phrases import did_you_mean, shown

LAYOUT = "data_layout.csv"
CORRECTIONS = "input_csv/registration_corrections.csv"

MOST_PEOPLE = 20_000_000_000
"""More than there are."""

_HEADERS = ("date", "datetime", "")


@dataclass(frozen=True, slots=True)
class Series:
    """Recorded people on some days.

    Attributes
    ----------
    days : tuple of int, days
        Since the start of the period; may be negative.
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
        result = []
        after = 1
        for day in range(days):
            while after < len(self.days) and self.days[after] <= day:
                after += 1
            if day <= self.days[0]:
                result.append(int(self.people[0]))
            elif after == len(self.days):
                result.append(int(self.people[-1]))
            else:
                since, until = self.days[after - 1], self.days[after]
                rise = self.people[after] - self.people[after - 1]
                result.append(int(self.people[after - 1] + (day - since) / (until - since) * rise))
        return tuple(result)

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


def read_layout(
    root: Path, folder: str, start: dt.date, faults: list[Fault], notes: list[str]
) -> dict[str, Series]:
    """Read every series that ``data_layout.csv`` names; several files for one name are added."""
    file = f"{folder}/{LAYOUT}"
    found: dict[str, Series] = {}
    before = len(faults)
    for line, row in rows_of(root, file, faults):
        names = [name for name in row[1:] if name]
        if not names:
            continue
        if absent := [name for name in names if not _is_file(root / folder / name)]:
            there = [path.name for path in (root / folder).glob("*.csv")]
            faults += [
                Fault(
                    file,
                    line,
                    row[0],
                    shown(name),
                    f"This file is not in {folder}.{did_you_mean(name, there)}",
                )
                for name in absent
            ]
            continue
        parts = [read_series(root, f"{folder}/{name}", start, faults) for name in names]
        series = parts[0]
        for part in parts[1:]:
            series = added(series, part)
        found[row[0]] = series
    if len(faults) > before:
        return found
    if "total" not in found:
        wanted = f"Must have a row total,file.{did_you_mean('total', found)}"
        faults.append(Fault(file, 0, "total", "", wanted))
    return _corrected(root, start, found, faults, notes)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name longer than the file system takes
        return False


def read_series(root: Path, file: str, start: dt.date, faults: list[Fault]) -> Series:
    """Read one file of dates and people; rows without people are passed over, as in Flee."""
    days: list[int] = []
    people: list[float] = []
    before = len(faults)
    for line, row in rows_of(root, file, faults):
        if len(row) < 2 or not row[1] or (not days and row[0].lower() in _HEADERS):
            continue
        day, number = flee_day(row[0]), whole(row[1])
        if day is None:
            wanted = "Must be a day written YYYY-MM-DD."
            faults.append(Fault(file, line, "date", shown(row[0]), wanted))
        if number is None or not 0 <= number <= MOST_PEOPLE:
            wanted = "Must be a whole number of people, 0 or more, without separators."
            faults.append(Fault(file, line, "people", shown(row[1]), wanted))
        if day is not None and number is not None:
            days.append((day - start).days)
            people.append(float(number))
    if not days and len(faults) == before:
        faults.append(Fault(file, 0, "", "", "Must hold at least one row date,people."))
    return Series(tuple(days), tuple(people)) if days else Series((0,), (0.0,))


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
        if day == first.days[at]:
            days.append(day)
            people.append(number + first.people[at])
            at = min(at + 1, end)
            last = number
        elif day < first.days[at]:
            days.append(day)
            people.append(number + first.people[at])
            last = number
    return Series(tuple(days), tuple(people)) if days else first


def _corrected(
    root: Path, start: dt.date, found: dict[str, Series], faults: list[Fault], notes: list[str]
) -> dict[str, Series]:
    """Apply ``registration_corrections.csv``, which may be absent."""
    if not (root / CORRECTIONS).exists():
        return found
    result = dict(found)
    for line, row in rows_of(root, CORRECTIONS, faults):
        if len(row) < 2 or row[0].lower() == "name":
            continue
        day = flee_day(row[1])
        if row[0] not in found:
            wanted = f"Is not in {LAYOUT}.{did_you_mean(row[0], found)}"
            faults.append(Fault(CORRECTIONS, line, "name", shown(row[0]), wanted))
        elif day is None:
            wanted = "Must be a day written YYYY-MM-DD."
            faults.append(Fault(CORRECTIONS, line, "date", shown(row[1]), wanted))
        else:
            since = (day - start).days
            if since not in result[row[0]].days:
                notes.append(f"{CORRECTIONS} line {line}: {row[0]!r} has no record on that day.")
            result[row[0]] = result[row[0]].corrected(since)
    return result
