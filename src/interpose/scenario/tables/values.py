"""What may stand in a cell: names, days and numbers, and the frozen ``Row`` of such cells.

Days and numbers are written one plain way each; the rest is refused. pydantic alone would take
``86400`` for a day of 1970 and ``1_000`` for a number; spreadsheets write ``1,000`` or ``0,5`` or
``17.03.2004``. Each is refused here with the way to write it.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d{1,18}(\.0*)?", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}([,.'_\s\u2019]\d{3})+(\.\d+)?")
_COMMA = re.compile(r"[+-]?\d*,\d+")
_PERCENT = re.compile(r"([+-]?\d+(\.\d+)?)\s*%", re.ASCII)


def plain_day(value: object) -> object:
    """Pass a day on if it is written ``YYYY-MM-DD`` (or is a date already).

    Examples
    --------
    >>> plain_day("2004-03-17")
    '2004-03-17'
    >>> plain_day("17.03.2004")
    Traceback (most recent call last):
    ValueError: Must be a day written YYYY-MM-DD, for example 2004-03-17.
    """
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    msg = "Must be a day written YYYY-MM-DD, for example 2004-03-17."
    if not isinstance(value, str) or not _DAY.fullmatch(value.strip()):
        raise ValueError(msg)
    try:
        dt.date.fromisoformat(value.strip())
    except ValueError as error:
        missing = "There is no such day in the calendar."
        raise ValueError(missing) from error
    return value


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
    if not isinstance(value, str) or pattern.fullmatch(value.strip()):
        return value.strip() if isinstance(value, str) else value
    msg = "Must be a whole number of at most 18 digits."
    if not _NUMBER.fullmatch(value.strip()):
        msg = _how_to_write(value.strip(), kind)
    raise ValueError(msg)


def _how_to_write(text: str, kind: str) -> str:
    if len(text) > 40:
        return f"Must be {kind}."
    if text.lstrip("+-").lower() in {"nan", "inf", "infinity"}:
        return "Must be a finite number."
    if _GROUPED.fullmatch(text):
        joined = re.sub(r"[,'_\s\u2019]", "", text)
        return f"Must be written without thousands separators: {joined}."
    if _COMMA.fullmatch(text):
        return f"Must be written with a decimal point: {text.replace(',', '.')}."
    if percent := _PERCENT.fullmatch(text):
        return f"Must be a number without '%': {float(percent[1]) / 100:g} is meant?"
    return f"Must be {kind}, without unit or spaces."


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


class Row(BaseModel):
    """One row of one table: frozen, no unknown columns, no NaN or infinity."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, allow_inf_nan=False, str_strip_whitespace=True
    )
