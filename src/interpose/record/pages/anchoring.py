"""The day of a page, and the dates that are told against it: last month, on Tuesday, 9 March."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from interpose.record.pages.dates import Date, Precision, find_dates, with_year
from interpose.record.pages.dictionary import Words
from interpose.record.pages.numbers import find_numbers

_HEAD_CHARACTERS = 3000
_LONGEST_DATE_LINE = 70
_MOST_WORDS_BESIDE = 6
_DAYS_AHEAD = 40
_DAYS_PLANNED = 300
GUESSED = "year taken from the latest date of the page"
KNOWN = "told against the date of the page"


@dataclass(frozen=True, slots=True)
class Anchor:
    """The day against which a page tells its dates.

    Attributes
    ----------
    day : date or None
    basis : str
        Where it was found.
    is_said : bool
        Whether the page gives it as its date; else it is the latest day in the text.
    """

    day: dt.date | None
    basis: str = ""
    is_said: bool = False


def find_anchor(said: str, raw_head: str, dates: list[Date], words: Words) -> Anchor:
    """Return the day of a page: as its head says, as a line says, or the latest in the text.

    Parameters
    ----------
    said : str
        Date from the head of an HTML page, ISO, or empty.
    raw_head : str
        First characters of the folded file text, furniture included.
    dates : list of Date
        Dates of the article.
    words : Words
    """
    if day := _iso_day(said):
        return Anchor(day, "head of the page", is_said=True)
    for line in raw_head[:_HEAD_CHARACTERS].splitlines():
        if len(line) > _LONGEST_DATE_LINE:
            continue
        full = [d for d in find_dates(line, words) if d.begins and d.precision == "day"]
        beside = len(line.split()) - sum(len(line[d.start : d.end].split()) for d in full)
        if full and beside <= _MOST_WORDS_BESIDE:
            return Anchor(full[0].begins, "line of the page", is_said=True)
    return _latest(dates)


def _iso_day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return None


def _latest(dates: list[Date]) -> Anchor:
    """Return the latest full day, unless a month or year after it shows that the page is later."""
    days = [d.begins for d in dates if d.begins and d.precision == "day"]
    later = [d.begins for d in dates if d.begins and d.precision != "day"]
    if not days or (later and max(later) > max(days)):
        return Anchor(None)
    return Anchor(max(days), "latest day in the text")


def anchored(dates: list[Date], anchor: Anchor, text: str, words: Words) -> list[Date]:
    """Give dates without a year the last such day before the page, or the next if it is planned."""
    if anchor.day is None:
        return dates
    planned = words.find("kinds", "planned")
    return [
        d
        if d.begins
        else _nearest(d, anchor, anchor.day, bool(planned.search(_before(text, d.start))))
        for d in dates
    ]


def _before(text: str, at: int) -> str:
    """Return the words of the sentence before a date, the nearest eighty letters."""
    return re.split(r"[.!?]\s", text[max(0, at - 80) : at])[-1]


def _nearest(date: Date, anchor: Anchor, day: dt.date, is_planned: bool) -> Date:
    note = KNOWN if anchor.is_said else GUESSED
    made = [with_year(date, day.year + step, note) for step in (1, 0, -1)]
    limit = day + dt.timedelta(days=_DAYS_PLANNED if is_planned else _DAYS_AHEAD)
    fitting = [d for d in made if d.begins and d.begins <= limit]
    return fitting[0] if fitting else date


def relative_dates(text: str, anchor: Anchor, words: Words, taken: list[Date]) -> list[Date]:
    """Return the dates that only make sense against the day of the page; none without it.

    Examples
    --------
    >>> from interpose.record.pages.dictionary import words_of
    >>> anchor = Anchor(dt.date(2021, 3, 9), is_said=True)
    >>> text = "On Monday it said that last month, two years ago, nothing came."
    >>> [d.iso for d in relative_dates(text, anchor, words_of("en"), [])]
    ['2021-03-08', '2021-02', '2019']
    """
    if anchor.day is None:
        return []
    found = [*_weekdays(text, anchor.day, words), *_ago(text, anchor.day, words)]
    found += _named(text, anchor.day, words)
    note = KNOWN if anchor.is_said else GUESSED
    confidence = 0.8 if anchor.is_said else 0.55
    kept = [
        Date(start, end, first, last, precision, note=note, confidence=confidence)
        for start, end, first, last, precision in found
        if not any(start - 3 < date.end and date.start < end + 3 for date in taken)
    ]
    return sorted(kept, key=lambda date: date.start)


_Found = tuple[int, int, dt.date, dt.date, Precision]


def _weekdays(text: str, day: dt.date, words: Words) -> list[_Found]:
    names = [name.lower() for name in words.list("dates", "weekdays")]
    found: list[_Found] = []
    for match in words.find("dates", "weekdays").finditer(text):
        name = " ".join(match.group().lower().split())
        if name not in names or (match.group()[:1].islower() and words.language == "en"):
            continue
        back = (day.weekday() - names.index(name)) % 7
        meant = day - dt.timedelta(days=back)
        if re.search(r"\bnext\s+$", text[max(0, match.start() - 6) : match.start()], re.IGNORECASE):
            meant += dt.timedelta(days=7)
        found.append((match.start(), match.end(), meant, meant, "day"))
    return found


def _ago(text: str, day: dt.date, words: Words) -> list[_Found]:
    found: list[_Found] = []
    for name, days in (("years_ago", 365), ("months_ago", 30), ("weeks_ago", 7), ("days_ago", 1)):
        for match in words.find("dates", name).finditer(text):
            head = text[max(0, match.start() - 30) : match.start()]
            numbers = find_numbers(head, words)
            if not numbers or head[numbers[-1].core_end :].strip():
                continue
            start = match.start() - len(head) + numbers[-1].start
            try:
                meant = day - dt.timedelta(days=round(numbers[-1].value * days))
            except OverflowError:
                continue
            if name == "years_ago":
                first, last = dt.date(meant.year, 1, 1), dt.date(meant.year, 12, 31)
                found.append((start, match.end(), first, last, "year"))
            elif name == "months_ago":
                found.append((start, match.end(), *_month(meant), "month"))
            else:
                found.append((start, match.end(), meant, meant, "day"))
    return found


def _named(text: str, day: dt.date, words: Words) -> list[_Found]:
    last_month = day.replace(day=1) - dt.timedelta(days=1)
    next_month = day.replace(day=28) + dt.timedelta(days=5)
    week = day - dt.timedelta(days=day.weekday() + 7)
    before = day - dt.timedelta(days=1)
    spans: dict[str, tuple[dt.date, dt.date, Precision]] = {
        "yesterday": (before, before, "day"),
        "last_week": (week, week + dt.timedelta(days=6), "month"),
        "last_month": (*_month(last_month), "month"),
        "this_month": (*_month(day), "month"),
        "next_month": (*_month(next_month), "month"),
        "last_year": (*_year(day.year - 1), "year"),
        "this_year": (*_year(day.year), "year"),
        "next_year": (*_year(day.year + 1), "year"),
    }
    return [
        (match.start(), match.end(), first, last, precision)
        for name, (first, last, precision) in spans.items()
        for match in words.find("dates", name).finditer(text)
    ]


def _month(day: dt.date) -> tuple[dt.date, dt.date]:
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _year(year: int) -> tuple[dt.date, dt.date]:
    return dt.date(year, 1, 1), dt.date(year, 12, 31)
