"""What may stand in a cell: names, days and numbers, and the frozen ``Row`` of such cells.

Days and numbers are written one plain way each; the rest is refused. pydantic alone would take
``86400`` for a day of 1970 and ``1_000`` for a number; spreadsheets write ``1,000`` or ``0,5`` or
``17.03.2004``. Each is refused here with the way to write it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d{1,18}(\.0*)?", re.ASCII)
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}([,.'_\s\u2019]\d{3})+([.,]\d+)?")
_UNCLEAR = re.compile(r"([+-]?[1-9]\d{0,2})[,.](\d{3})", re.ASCII)
_COMMA = re.compile(r"[+-]?\d*,\d+")
_PARTED_DAY = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})", re.ASCII)
_TRUE = {"wahr", "vrai", "verdadero", "vero", "waar", "sant", "tosi", "prawda"}
_FALSE = {"falsch", "faux", "falso", "onwaar", "falskt", "epätosi", "fałsz"}
_PERCENT = re.compile(r"([+-]?\d+(\.\d+)?)\s*%", re.ASCII)


def plain_day(value: object) -> object:
    """Pass a day on if it is written ``YYYY-MM-DD`` (or is a date already).

    Examples
    --------
    >>> plain_day("2004-03-17")
    '2004-03-17'
    >>> plain_day("03/04/2004")
    Traceback (most recent call last):
    ValueError: Must be a day written YYYY-MM-DD: 2004-04-03 or 2004-03-04, whichever is meant.
    """
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    if not isinstance(value, str) or not _DAY.fullmatch(value.strip()):
        raise ValueError(_how_to_write_a_day(value))
    try:
        dt.date.fromisoformat(value.strip())
    except ValueError as error:
        missing = "There is no such day in the calendar."
        raise ValueError(missing) from error
    return value


def _how_to_write_a_day(value: object) -> str:
    text, days = str(value).strip()[:40], list[str]()
    if found := _PARTED_DAY.fullmatch(text):
        first, second, year = (int(part) for part in found.groups())
        both = ((second, first), (first, second))
        for month, day in both[:1] if "." in text else both:
            with suppress(ValueError):
                days.append(dt.date(year, month, day).isoformat())
    elif found := re.fullmatch(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", text, re.ASCII):
        with suppress(ValueError):
            days.append(dt.date(*map(int, found.groups())).isoformat())
    elif re.fullmatch(r"[1-6]\d{4}", text, re.ASCII):
        days.append((dt.date(1899, 12, 30) + dt.timedelta(int(text))).isoformat())
    elif re.fullmatch(r"\d{4}-\d{2}-\d{2}[T ]00:00(:00)?", text, re.ASCII):
        days.append(text[:10])
    days = list(dict.fromkeys(days))
    if not days:
        return "Must be a day written YYYY-MM-DD, for example 2004-03-17."
    meant = f"{days[0]} or {days[1]}, whichever" if len(days) > 1 else f"{days[0]}, if that"
    return f"Must be a day written YYYY-MM-DD: {meant} is meant."


def plain_number(value: object) -> object:
    """Pass a number on if it is written with digits, a point and no separators.

    Examples
    --------
    >>> plain_number("0,5")
    Traceback (most recent call last):
    ValueError: Must be written with a decimal point: 0.5.
    """
    return _plain(value, _NUMBER, "a number, such as 12 or 0.5")


def plain_whole(value: object) -> object:
    """Pass a whole number on if it is written with digits alone, else as ``plain_number``."""
    return _plain(value, _WHOLE, "a whole number, such as 12")


def _plain(value: object, pattern: re.Pattern[str], kind: str) -> object:
    if isinstance(value, bool):
        msg = "Must be a number, not true or false."
        raise ValueError(msg)
    if not isinstance(value, str):
        return value
    text = value.strip()
    readings = two_readings(text)
    if pattern.fullmatch(text) and not (readings and pattern is _WHOLE):
        return text
    if readings:
        msg = which_is_meant(*readings)
    elif not _NUMBER.fullmatch(text):
        msg = _how_to_write(text, kind)
    elif "e" in text.lower() and float(text).is_integer() and abs(float(text)) < 1e18:
        msg = f"Must be a whole number written in full: {float(text):.0f}."
    else:
        msg = "Must be a whole number of at most 18 digits."
    raise ValueError(msg)


def two_readings(text: str) -> tuple[str, str] | None:
    """Return a number as it reads with a decimal mark and with a mark between thousands.

    Examples
    --------
    >>> two_readings("45,120"), two_readings("2.000"), two_readings("0,080")
    (('45.120', '45120'), ('2', '2000'), None)
    """
    found = _UNCLEAR.fullmatch(text)
    if found is None:
        return None
    whole, part = found.groups()
    return (whole if part == "000" else f"{whole}.{part}"), f"{whole}{part}"


def which_is_meant(decimal: str, thousands: str) -> str:
    """Say both readings of a number."""
    return (
        f"Must be written without thousands separators: {thousands}. "
        f"Or, if it has a decimal mark: {decimal}."
    )


def _how_to_write(text: str, kind: str) -> str:
    if len(text) > 40:
        return f"Must be {kind}."
    if text.lstrip("+-").lower() in {"nan", "inf", "infinity"}:
        return "Must be a finite number."
    if _GROUPED.fullmatch(text):
        joined = re.sub(r"[,'_\s\u2019]", "", text)
        if joined.count(".") > 1 or "," in text[text.find(".") :]:
            joined = re.sub(r"[.'_\s\u2019]", "", text).replace(",", ".")
        return f"Must be written without thousands separators: {joined}."
    if _COMMA.fullmatch(text):
        return f"Must be written with a decimal point: {text.replace(',', '.')}."
    if percent := _PERCENT.fullmatch(text):
        return f"Must be a number without '%': {float(percent[1]) / 100:g} is meant?"
    return f"Must be {kind}, without unit or spaces."


def _plain_flag(value: object) -> object:
    word = value.strip().lower() if isinstance(value, str) else value
    if word in _TRUE or word in _FALSE:
        meant = "true" if word in _TRUE else "false"
        msg = f"Must be true or false; {value} of a spreadsheet in another language is {meant}."
        raise ValueError(msg)
    return value


Flag = Annotated[bool, BeforeValidator(_plain_flag)]
"""``true`` or ``false``."""

Basis = Literal["measured", "published", "fitted", "assumed"]
"""Where a number comes from. Assumed ones are listed in every report."""

Confidence = Literal["high", "medium", "low"]

Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.\-]{0,63}$")]
"""Lower-case letters, digits, ``_``, ``-`` and ``.``; at most 64 characters."""


Day = Annotated[dt.date, BeforeValidator(plain_day)]
"""A day, written ``YYYY-MM-DD``."""

Number = Annotated[float, BeforeValidator(plain_number)]
"""A finite number with a decimal point and no separators."""

Whole = Annotated[int, BeforeValidator(plain_whole)]
"""A whole number."""

Count = Annotated[int, Field(ge=0, le=1_000_000_000), BeforeValidator(plain_whole)]
"""How many there are."""


UNDATED = "undated"
"""What stands in ``date`` of a source that gives no date itself."""


def _date(text: str) -> str:
    msg = "Must be a day, month or year, such as 2004-03-17, 2004-03 or 2004."
    if text and not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", text, re.ASCII):
        raise ValueError(msg)
    try:
        dt.date.fromisoformat(text + "-01-01"[len(text) - 4 :] if text else "2000-01-01")
    except ValueError as error:
        missing = f"There is no such date in the calendar. {msg}"
        raise ValueError(missing) from error
    return text


def _date_or_undated(text: str) -> str:
    return text if text == UNDATED else _date(text)


Date = Annotated[str, AfterValidator(_date)]
"""A day, month or year, written ``2004-03-17``, ``2004-03`` or ``2004``."""

DateOrUndated = Annotated[str, AfterValidator(_date_or_undated)]
"""The same, or the word ``undated``."""


def _split(text: str) -> str:
    parts = [part.strip() for part in text.split(";")]
    if not all(parts) and text:
        msg = "Must be names parted by ';', none of them empty."
        raise ValueError(msg)
    if len(set(parts)) < len(parts):
        msg = "Names one of them twice."
        raise ValueError(msg)
    return ";".join(parts)


Names = Annotated[str, AfterValidator(_split)]
"""Several identifiers in one cell, parted by ``;``."""


Wanted = Iterator[tuple[str, str]]
"""Column at fault, and what was wanted there."""


@dataclass(frozen=True, slots=True)
class Ref:
    """What a cell names: an id of the table `to`, or of a list of ``checks.references``.

    Words in `also` may stand there too; with `several`, names are parted by ``;``. `days` says
    how many days of the row must be days of the row that it names.
    """

    to: str
    also: tuple[str, ...] = ()
    several: bool = False
    days: Literal["any", "some", "to the end", "every"] = "any"


@dataclass(frozen=True, slots=True)
class NotBefore:
    """A day that must not be before the day in another column."""

    first: str

    def wanted(self, row: Row, field: str) -> Wanted:
        """Yield the column if it is too early."""
        begins, day = getattr(row, self.first), getattr(row, field)
        if day is not None and day < begins:
            yield field, f"Must not be before {self.first}, {begins}."


@dataclass(frozen=True, slots=True)
class Ends(NotBefore):
    """The last day of a row, or the first day after it if `gone`; empty: no end."""

    gone: bool = False

    def wanted(self, row: Row, field: str) -> Wanted:
        """Yield the column if it leaves the row no day."""
        begins, ends = getattr(row, self.first), getattr(row, field)
        if begins is None or ends is None:
            return
        if self.gone and ends <= begins:
            yield field, f"Must be after {self.first}, {begins}: it is the first day after."
        elif ends < begins:
            yield field, f"Must not be before {self.first}, {begins}: it is the last day."


@dataclass(frozen=True, slots=True)
class Within:
    """A value that must lie within the columns ``low`` and ``high``."""

    def wanted(self, row: Any, field: str) -> Wanted:  # noqa: ANN401 - four models
        """Yield the column that is out of range."""
        value = getattr(row, field)
        low = value if row.low is None else row.low
        high = value if row.high is None else row.high
        if low > high:
            yield "low", f"Must be at most high, {high:.10g}."
        elif not low <= value <= high:
            yield field, f"Must lie within {low:.10g} to {high:.10g}."


@dataclass(frozen=True, slots=True)
class OnlyFor:
    """A column that must be given where another column says `word`, and nowhere else."""

    of: str
    word: str
    what: str

    def wanted(self, row: Row, field: str) -> Wanted:
        """Yield the column if it is missing or does not belong."""
        is_given, found = getattr(row, field) not in (None, ""), getattr(row, self.of)
        if found == self.word and not is_given:
            yield field, f"Must be given for {self.of} {self.word}: {self.what}."
        elif is_given and found != self.word:
            yield field, f"Must be empty for {self.of} {found}; it is for {self.word} alone."


class Span(NamedTuple):
    """The days of a row: its first day, the first day after it, and the columns with both."""

    first: str
    begins: dt.date
    last: str
    after: dt.date


class Row(BaseModel):
    """One row of one table: frozen, no unknown columns, no NaN or infinity."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, str_strip_whitespace=True
    )

    KEYS: ClassVar[tuple[tuple[str, ...], ...]] = (("id",),)
    """Groups of columns that together must differ from row to row."""

    def contradictions(self) -> Wanted:
        """Yield each column at odds with the rest of the row, and what was wanted there."""
        for field, rule in rules_of(type(self)):
            yield from rule.wanted(self, field)

    def span(self) -> Span:
        """Return the days of the row."""
        for field, rule in rules_of(type(self)):
            if isinstance(rule, Ends):
                begins, ends = getattr(self, rule.first), getattr(self, field)
                if ends is not None and not rule.gone and ends < dt.date.max:
                    ends += dt.timedelta(days=1)
                return Span(rule.first, begins or dt.date.min, field, ends or dt.date.max)
        msg = f"{type(self).__name__} has no last day"
        raise TypeError(msg)


SourceId = Annotated[Identifier, Ref("sources.csv"), Field(description="id in sources.csv")]


class Sourced(Row):
    """A row of numbers: its last columns say what they rest on."""

    basis: Basis
    source: SourceId
    note: str = ""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:  # noqa: ANN401 - as pydantic has it
        """Put the columns of a table in front of those that all tables share."""
        for name in Sourced.model_fields:
            cls.__pydantic_fields__[name] = cls.__pydantic_fields__.pop(name)
        cls.model_rebuild(force=True)


@cache
def rules_of(model: type[Row]) -> tuple[tuple[str, NotBefore | Within | OnlyFor], ...]:
    """Return the rules that the columns of a table carry."""
    return tuple(
        (name, rule)
        for name, field in model.model_fields.items()
        for rule in field.metadata
        if isinstance(rule, NotBefore | Within | OnlyFor)
    )


@cache
def refs_of(model: type[Row]) -> dict[str, Ref]:
    """Return what the columns of a table name."""
    return {
        name: rule
        for name, field in model.model_fields.items()
        for rule in field.metadata
        if isinstance(rule, Ref)
    }


PlaceId = Annotated[Identifier, Ref("places.csv")]
PlaceThen = Annotated[Identifier, Ref("places.csv", days="every")]
PlaceOrNone = Annotated[str, Ref("places.csv")]
SourceOrNone = Annotated[str, Ref("sources.csv")]
LastDay = Annotated[Day | None, Ends("begins"), Field(description="last day; empty: no end")]
Gone = Annotated[
    Day | None,
    Ends("begins", gone=True),
    Field(description="first day gone; empty: no end"),
]
SeatId = Annotated[Identifier, Ref("seats")]
CommunityId = Annotated[Identifier, Ref("communities")]
