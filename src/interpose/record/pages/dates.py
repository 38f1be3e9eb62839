"""Dates in running text, each with the precision with which it was published, and the page's day.

Some dates stand by themselves; others are relative to the day of the page: last month, on
Tuesday, 9 March.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from interpose.record.pages.language import Words
from interpose.record.pages.numbers import find_numbers
from interpose.record.periods import Period, period_of_day

Precision = Literal["day", "month", "year"]

KNOWN = "relative to the date of the page"
GUESSED = "year taken from the latest date of the page"

_YEAR = r"(?:19[4-9]\d|20[0-4]\d)"
_MONTH = r"(?P<m><names.months>)\b\.?"
_DAY = r"(?P<d>[0-3]?\d)(?:<dates.ordinals>|\.)?"
_LAST_DAY = _DAY.replace("<d>", "<d2>")
_GLUE = r"(?:<dates.glue>\s+)?"
_ITS_YEAR = rf"(?:,?\s+{_GLUE}(?P<y>{_YEAR})(?!\d))"
_THROUGH = r"\s?(?:-|–|—|\b(?:<ranges.to>|<ranges.and>)\b)\s?"
_PART = (
    r"(?:(?P<early><dates.early>)|(?P<mid><dates.mid>)|(?P<late><dates.late>)"
    r"|(?P<spring><dates.spring>))(?:\s+(?:of|in)|\s*-)?"
)
_NO_NUMBER = r"(?!\d|[.,]\d{3})"
_BARE_YEAR = rf"(?<![\w.,/#$€£:-])(?P<y>{_YEAR})(?![\d/:%]|[.,]\d|\w)"
_RULES = (
    rf"(?<!\d)(?P<y>{_YEAR})-(?P<mm>[01]\d)-(?P<d>[0-3]\d)(?!\d)",
    rf"(?<![\d.])(?P<d>[0-3]?\d)(?P<sep>[./])\s?(?P<mm>[01]?\d)(?P=sep)\s?(?P<y>{_YEAR})(?!\d)",
    rf"(?<![\d.,]){_DAY}{_THROUGH}{_LAST_DAY}\s+{_GLUE}{_MONTH}{_ITS_YEAR}?",
    rf"\b{_MONTH}\s+{_DAY}{_THROUGH}{_LAST_DAY}{_NO_NUMBER}{_ITS_YEAR}?",
    rf"(?<![\d.,]){_DAY}\s+{_GLUE}{_MONTH}{_ITS_YEAR}?",
    rf"\b{_MONTH}\s+{_DAY}{_NO_NUMBER}{_ITS_YEAR}?",
    rf"\b(?:{_PART}\s+)?{_MONTH}{_ITS_YEAR}",
    rf"\b<dates.before_month>\s+(?:\w+\s+)?{_MONTH}(?!\s*\d|\w)",
    rf"(?<![\d.,-])(?P<y>{_YEAR})\s?[-–/]\s?(?P<y2>{_YEAR}|\d\d)(?![\d-])",
    rf"\b{_PART}[\s-]?\s*{_GLUE}(?P<y>{_YEAR})(?!\d)",
    _BARE_YEAR,
)
"""Forms of dates, most telling first; group names say what they hold."""

_NOT_YEAR_BEFORE = r"(?<!\w)<dates.not_year_before>\.?\s*$"
_NOT_YEAR_AFTER = (
    r"\s+(?:[A-Z.]+\s+){0,2}?(?<!\w)(?:<units.military>|<units.police>|<units.people>)(?!\w)"
    r"|-(?:<units.suffixes>)\b|\s?(?:euros?|dollars?|km|hours|GMT|percent)\b"
)
_COUNTED = r"\s+(?:\w+\s+){0,2}?<units.military>\b"
_HEAD_CHARACTERS = 3000
_LONGEST_DATE_LINE = 70
_MOST_WORDS_BESIDE = 6
_DAYS_AHEAD = 40
_DAYS_PLANNED = 300


@dataclass(frozen=True, slots=True)
class Date:
    """A date as a page gives it, and the days that may be meant.

    The period is None where the year is not known: then `month` and `day` say what is, or 0. `note`
    says what was taken from elsewhere, or is doubtful.
    """

    start: int
    end: int
    period: Period | None
    precision: Precision
    month: int = 0
    day: int = 0
    note: str = ""
    confidence: float = 0.95

    @property
    def iso(self) -> str:
        """The date as ISO 8601 writes it; ``--03-09`` without a year."""
        if self.period is None:
            return f"--{self.month:02d}" + (f"-{self.day:02d}" if self.day else "")
        return self.period.first.isoformat()[: {"day": 10, "month": 7, "year": 4}[self.precision]]

    @property
    def cells(self) -> dict[str, str]:
        """The cells of a row for it; the last day only where it is another than the first."""
        first, last = (self.period.first, self.period.last) if self.period else ("", "")
        ends = str(last) if last != first else ""
        return {"begins": str(first), "ends": ends, "precision": self.precision}

    @property
    def doubt(self) -> str:
        """What a row should say of it: no year on the page, or its note."""
        return self.note if self.period else f"the page says {self.iso} without a year"


@dataclass(frozen=True, slots=True)
class PageDay:
    """The day to which dates of a page are relative, and where it was found.

    The page gives it as its date (`is_said`), or it is the latest day in the text.
    """

    day: dt.date | None = None
    basis: str = ""
    is_said: bool = False


def find_dates(text: str, words: Words) -> list[Date]:
    """Return the dates of a folded text in order, without those relative to the page's own."""
    found: list[Date] = []
    taken = bytearray(len(text))
    for rule in _RULES:
        for match in words.pattern(rule).finditer(text):
            start, end = _span(match)
            if any(taken[start:end]) or (rule == _BARE_YEAR and not _is_year(text, match, words)):
                continue
            if date := _date(match, text, words):
                found.append(date)
                taken[date.start : date.end] = b"\1" * (date.end - date.start)
    return sorted(found, key=lambda date: date.start)


def _span(match: re.Match[str]) -> tuple[int, int]:
    """Return the span of the date without the preposition before a month that stands alone."""
    groups = match.groupdict()
    if groups.get("m") and not groups.get("d") and not groups.get("y"):
        return match.start("m"), match.end("m")
    return match.start(), match.end() - match.group().endswith(".")


def _is_year(text: str, match: re.Match[str], words: Words) -> bool:
    head, tail = text[max(0, match.start() - 24) : match.start()], text[match.end() :][:60]
    is_number = words.pattern(_NOT_YEAR_BEFORE).search(head)
    return not (is_number or words.pattern(_NOT_YEAR_AFTER).match(tail))


def _date(match: re.Match[str], text: str, words: Words) -> Date | None:
    groups = {key: value for key, value in match.groupdict().items() if value}
    month = int(words.map("months").get(groups.get("m", "").lower(), groups.get("mm", 0)))
    day, year = int(groups.get("d", 0)), int(groups.get("y", 0))
    (start, end), note, confidence = _span(match), "", 0.95
    if groups.get("sep") == "/" and day <= 12 and month <= 12 and day != month:
        note, confidence = "day and month may be the other way round", 0.6
    elif month > 12 and day <= 12:
        month, day = day, month
    month_first = "m" in groups and "d" in groups and match.start("m") < match.start("d")
    # A number after a month may count people: in March 30 soldiers came.
    counted = words.pattern(_COUNTED).match(text[match.end() : match.end() + 60])
    if month_first and "d2" not in groups and not year and counted:
        (start, end), day = match.span("m"), 0
    try:
        period = _period(year or 2000, month, day, groups)
    except ValueError:
        return None
    precision: Precision = "day" if day else "month" if month else "year"
    if not year:
        return Date(start, end, None, precision, month, day, note, 0.85)
    return Date(start, end, period, precision, month, day, note, confidence)


def _period(year: int, month: int, day: int, groups: dict[str, str]) -> Period:
    """Return the days that may be meant."""
    if day:
        return Period(dt.date(year, month, day), dt.date(year, month, int(groups.get("d2", day))))
    if month:
        return period_of_day(dt.date(year, month, 1), "month")
    if "y2" in groups:
        last = int(groups["y2"])
        last = last if last > 99 else year // 100 * 100 + last
        if last < year:
            raise ValueError(last)
        return Period(dt.date(year, 1, 1), dt.date(last, 12, 31))
    months = {"early": (1, 4), "mid": (5, 8), "late": (9, 12)}
    first, final = next((span for part, span in months.items() if part in groups), (1, 12))
    if re.search("end|kraj", groups.get("late", "")):
        first = 12
    return Period(dt.date(year, first, 1), period_of_day(dt.date(year, final, 1), "month").last)


# --- the day of the page --------------------------------------------------------------------------


def page_dates(text: str, head: str, said: str, words: Words) -> tuple[PageDay, list[Date]]:
    """Return the day of a page and all dates of its folded text, in order.

    `head` are the first characters of the file, furniture included; `said` is the ISO date from
    the head of an HTML page, or empty.
    """
    dates = find_dates(text, words)
    page_day = _page_day(said, head, dates, words)
    if page_day.day:
        planned = words.find("kinds", "planned")
        dates = [date if date.period else _nearest(date, page_day, text, planned) for date in dates]
        dates += _relative_dates(text, page_day, words, dates)
    return page_day, sorted(dates, key=lambda date: date.start)


def _page_day(said: str, head: str, dates: list[Date], words: Words) -> PageDay:
    """Return the day of a page: as its head says, as a line says, or the latest in the text.

    Where it says both, the day on which it was published is meant, not that of its last change.
    """
    published, updated = _days_of_lines(head, words)
    try:
        day = dt.date.fromisoformat(said[:10])
        if day not in updated or not published:
            return PageDay(day, "head of the page", is_said=True)
    except ValueError:
        pass
    if published or updated:
        return PageDay([*published, *updated][0], "line of the page", is_said=True)
    days = [d.period.first for d in dates if d.period and d.precision == "day"]
    later = [d.period.first for d in dates if d.period and d.precision != "day"]
    # A month or year after the latest full day shows that the page is later.
    if not days or (later and max(later) > max(days)):
        return PageDay()
    return PageDay(max(days), "latest day in the text")


def _days_of_lines(head: str, words: Words) -> tuple[list[dt.date], list[dt.date]]:
    """Return the days of publication, and of changes, in short lines that hold little else."""
    published: list[dt.date] = []
    updated: list[dt.date] = []
    for line in head[:_HEAD_CHARACTERS].splitlines():
        if len(line) > _LONGEST_DATE_LINE:
            continue
        full = [d for d in find_dates(line, words) if d.period and d.precision == "day"]
        beside = len(line.split()) - sum(len(line[d.start : d.end].split()) for d in full)
        for at, date in enumerate(full if beside <= _MOST_WORDS_BESIDE else ()):
            assert date.period
            before = line[full[at - 1].end if at else 0 : date.start]
            is_change = words.find("dates", "updated").search(before)
            (updated if is_change else published).append(date.period.first)
    return published, updated


def _nearest(date: Date, page_day: PageDay, text: str, planned: re.Pattern[str]) -> Date:
    """Give a date the year of the last such day before the page, or the next if it is planned."""
    assert page_day.day
    before = re.split(r"[.!?]\s", text[max(0, date.start - 80) : date.start])[-1]
    ahead = _DAYS_PLANNED if planned.search(before) else _DAYS_AHEAD
    limit = page_day.day + dt.timedelta(days=ahead)
    note = KNOWN if page_day.is_said else GUESSED
    for year in range(page_day.day.year + 1, page_day.day.year - 2, -1):
        try:
            period = _period(year, date.month, date.day, {})
        except ValueError:
            continue
        if period.first <= limit:
            return replace(date, period=period, note=note, confidence=0.75)
    return date


# --- relative to the day of the page --------------------------------------------------------------

_Found = tuple[int, int, Period, Precision]


def _relative_dates(text: str, page_day: PageDay, words: Words, taken: list[Date]) -> list[Date]:
    """Return the dates that only make sense against the day of the page; none without it."""
    day, rules = page_day.day, (_weekdays, _ago, _named)
    found = [one for rule in rules for one in rule(text, day, words)] if day else []
    note = KNOWN if page_day.is_said else GUESSED
    confidence = 0.8 if page_day.is_said else 0.55
    return [
        Date(start, end, period, precision, note=note, confidence=confidence)
        for start, end, period, precision in found
        if not any(start - 3 < date.end and date.start < end + 3 for date in taken)
    ]


def _weekdays(text: str, day: dt.date, words: Words) -> Iterator[_Found]:
    names = words.list("dates", "weekdays")
    for match in words.find("dates", "weekdays").finditer(text):
        name = " ".join(match.group().lower().split())
        if name not in names or (match.group()[:1].islower() and words.language == "en"):
            continue
        meant = day - dt.timedelta(days=(day.weekday() - names.index(name)) % 7)
        if re.search(r"\bnext\s+$", text[max(0, match.start() - 6) : match.start()], re.IGNORECASE):
            meant += dt.timedelta(days=7)
        yield *match.span(), Period(meant, meant), "day"


def _ago(text: str, day: dt.date, words: Words) -> Iterator[_Found]:
    units: tuple[tuple[str, int, Precision], ...] = (
        ("years_ago", 365, "year"), ("months_ago", 30, "month"), ("weeks_ago", 7, "day"),
        ("days_ago", 1, "day"),
    )  # fmt: skip
    for name, days, precision in units:
        for match in words.find("dates", name).finditer(text):
            head = text[max(0, match.start() - 30) : match.start()]
            numbers = find_numbers(head, words)
            if not numbers or head[numbers[-1].end :].strip():
                continue
            start = match.start() - len(head) + numbers[-1].start
            try:
                meant = day - dt.timedelta(days=round(numbers[-1].value * days))
            except OverflowError:
                continue
            yield start, match.end(), period_of_day(meant, precision), precision


def _named(text: str, day: dt.date, words: Words) -> Iterator[_Found]:
    first, one = day.replace(day=1), dt.timedelta(days=1)
    new_year, monday = first.replace(month=1), day - dt.timedelta(days=day.weekday())
    meant: dict[str, tuple[dt.date, Precision]] = {
        "yesterday": (day - one, "day"),
        "last_month": (first - one, "month"),
        "this_month": (day, "month"),
        "next_month": (day.replace(day=28) + 5 * one, "month"),
        "last_year": (new_year - one, "year"),
        "this_year": (day, "year"),
        "next_year": (new_year + 366 * one, "year"),
    }
    for name, (then, precision) in meant.items():
        for match in words.find("dates", name).finditer(text):
            yield *match.span(), period_of_day(then, precision), precision
    for match in words.find("dates", "last_week").finditer(text):
        yield *match.span(), Period(monday - 7 * one, monday - one), "month"
