"""Dates in running text, normalised, each with the precision with which it was published."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from interpose.record.pages.dictionary import Words, either, words_of

Precision = Literal["day", "month", "year"]

_YEAR = r"(?:19[4-9]\d|20[0-4]\d)"


@dataclass(frozen=True, slots=True)
class Date:
    """A date as a page gives it.

    Attributes
    ----------
    start, end : int
        Its span.
    begins, ends : date or None
        First and last day that may be meant; None where the year is not known.
    precision : {"day", "month", "year"}
    month, day : int
        For a date without a year; 0 where not given.
    note : str
        What was taken from elsewhere, or is doubtful.
    confidence : float
    """

    start: int
    end: int
    begins: dt.date | None
    ends: dt.date | None
    precision: Precision
    month: int = 0
    day: int = 0
    note: str = ""
    confidence: float = 0.95

    @property
    def iso(self) -> str:
        """The date as ISO 8601 writes it; ``--03-09`` without a year."""
        if self.begins is None:
            return f"--{self.month:02d}" + (f"-{self.day:02d}" if self.day else "")
        shown = {"day": 10, "month": 7, "year": 4}[self.precision]
        return self.begins.isoformat()[:shown]


@dataclass(frozen=True, slots=True)
class Patterns:
    """The patterns of one language, most telling first; group names say what they hold."""

    full: tuple[re.Pattern[str], ...]
    months: dict[str, int]


@cache
def patterns(language: str) -> Patterns:
    """Make the patterns of a language."""
    words = words_of(language)
    months = {name: int(n) for n, names in words.table["months"].items() for name in names}
    forms = sorted(months, key=len, reverse=True)
    if words.table["dates"]["capital_months"]:
        each = "|".join(f"{name.capitalize()}|{name.upper()}" for name in forms)
        month = rf"(?P<m>{each})\b\.?"
    else:
        month = rf"(?P<m>(?i:{either(forms)}))\b\.?"
    day = rf"(?P<d>[0-3]?\d)(?i:{words.any('dates', 'ordinals')}|\.)?"
    last = day.replace("<d>", "<d2>")
    glue = rf"(?:(?i:{words.any('dates', 'glue')})\s+)?"
    year = rf"(?:,?\s+{glue}(?P<y>{_YEAR})(?!\d))"
    through = rf"\s?(?:-|–|—|\b(?i:{words.any('ranges', 'to')}|{words.any('ranges', 'and')})\b)\s?"
    parts = "|".join(
        rf"(?P<{part}>{words.any('dates', part)})" for part in ("early", "mid", "late", "spring")
    )
    of = r"(?:\s+(?:of|in)|\s*-)?"
    before = rf"(?i:{words.any('dates', 'before_month')})"
    rules = (
        rf"(?<!\d)(?P<y>{_YEAR})-(?P<mm>[01]\d)-(?P<d>[0-3]\d)(?!\d)",
        rf"(?<![\d.])(?P<d>[0-3]?\d)(?P<sep>[./])\s?(?P<mm>[01]?\d)(?P=sep)\s?(?P<y>{_YEAR})(?!\d)",
        rf"(?<![\d.,]){day}{through}{last}\s+{glue}{month}{year}?",
        rf"\b{month}\s+{day}{through}{last}(?!\d|[.,]\d{{3}}){year}?",
        rf"(?<![\d.,]){day}\s+{glue}{month}{year}?",
        rf"\b{month}\s+{day}(?!\d|[.,]\d{{3}}){year}?",
        rf"\b(?:(?i:{parts}){of}\s+)?{month}{year}",
        rf"\b{before}\s+(?:\w+\s+)?{month}(?!\s*\d|\w)",
        rf"(?<![\d.,-])(?P<y>{_YEAR})\s?[-–/]\s?(?P<y2>{_YEAR}|\d\d)(?![\d-])",
        rf"\b(?i:{parts}){of}[\s-]?\s*{glue}(?P<y>{_YEAR})(?!\d)",
        rf"(?<![\w.,/#$€£:-])(?P<y>{_YEAR})(?![\d/:%]|[.,]\d|\w)",
    )
    return Patterns(tuple(re.compile(rule) for rule in rules), months)


def find_dates(text: str, words: Words) -> list[Date]:
    """Return the dates of a folded text in order, without those told against the page's own.

    Examples
    --------
    >>> text = "By early 2002, on 9 March and March 9, 2021, in the 2000 troops of 1999."
    >>> [date.iso for date in find_dates(text, words_of("en"))]
    ['2002', '--03-09', '2021-03-09', '1999']
    """
    made = patterns(words.language)
    found: list[Date] = []
    for number, pattern in enumerate(made.full):
        bare = number == len(made.full) - 1
        for match in pattern.finditer(text):
            start, end = _span(match)
            if any(start < date.end and date.start < end for date in found):
                continue
            if bare and not _is_year(text, match, words):
                continue
            if date := _date(match, made, text, words):
                found.append(date)
    return sorted(found, key=lambda date: date.start)


def _span(match: re.Match[str]) -> tuple[int, int]:
    """Return the span of the date without the preposition before a month that stands alone."""
    groups = match.groupdict()
    if groups.get("m") and not groups.get("d") and not groups.get("y"):
        return match.start("m"), match.end("m")
    return match.start(), match.end() - match.group().endswith(".")


def _is_year(text: str, match: re.Match[str], words: Words) -> bool:
    head, tail = text[max(0, match.start() - 24) : match.start()], text[match.end() :][:60]
    counted = words.find("units", "military").pattern, words.find("units", "police").pattern
    people = words.find("units", "people").pattern
    unit = rf"\s+(?:[A-Za-z.]+\s+){{0,2}}?(?:{'|'.join((*counted, people))})"
    return not (
        re.search(rf"(?<!\w)(?i:{words.any('dates', 'not_year_before')})\.?\s*$", head)
        or re.match(unit, tail, re.IGNORECASE)
        or re.match(rf"-(?:{words.any('units', 'suffixes')})\b", tail)
        or re.match(r"\s?(?:euros?|dollars?|km|hours|GMT|percent)\b", tail)
    )


def _date(match: re.Match[str], made: Patterns, text: str, words: Words) -> Date | None:
    groups = {key: value for key, value in match.groupdict().items() if value}
    month = int(groups["mm"]) if "mm" in groups else made.months.get(groups.get("m", "").lower(), 0)
    day, year = int(groups.get("d", 0)), int(groups.get("y", 0))
    start, end = _span(match)
    note, confidence = "", 0.95
    if groups.get("sep") == "/" and day <= 12 and month <= 12 and day != month:
        note, confidence = "day and month may be the other way round", 0.6
    elif month > 12 and day <= 12:
        month, day = day, month
    month_first = "m" in groups and "d" in groups and match.start("m") < match.start("d")
    if month_first and "d2" not in groups and not year and _counts(text, match.end(), words):
        (start, end), day = match.span("m"), 0
        groups.pop("d")
    try:
        begins, ends = _bounds(year or 2000, month, day, groups)
    except ValueError:
        return None
    precision: Precision = "day" if day else "month" if month else "year"
    if not year:
        return Date(start, end, None, None, precision, month, day, note, 0.85)
    return Date(start, end, begins, ends, precision, month, day, note, confidence)


def _counts(text: str, at: int, words: Words) -> bool:
    """Whether a number after a month counts people: in March 30 soldiers came."""
    unit = words.any("units", "military")
    return bool(re.match(rf"\s+(?:\w+\s+){{0,2}}?{unit}\b", text[at : at + 60], re.IGNORECASE))


def _bounds(year: int, month: int, day: int, groups: dict[str, str]) -> tuple[dt.date, dt.date]:
    if day:
        last = int(groups.get("d2", day))
        return dt.date(year, month, day), dt.date(year, month, last)
    if month:
        return dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])
    if "y2" in groups:
        last = int(groups["y2"])
        last = last if last > 99 else year // 100 * 100 + last
        if last < year:
            raise ValueError(last)
        return dt.date(year, 1, 1), dt.date(last, 12, 31)
    first, final = (
        (1, 4) if "early" in groups else (5, 8) if "mid" in groups
        else (9, 12) if "late" in groups else (1, 12)
    )  # fmt: skip
    if "end" in groups.get("late", "") or "kraj" in groups.get("late", ""):
        first = 12
    return dt.date(year, first, 1), dt.date(year, final, calendar.monthrange(year, final)[1])


def with_year(date: Date, year: int, note: str) -> Date:
    """Return a date without a year as one of a year; unchanged where there is no such day."""
    try:
        begins, ends = _bounds(year, date.month, date.day, {})
    except ValueError:
        return date
    return replace(date, begins=begins, ends=ends, note=note, confidence=0.75)
