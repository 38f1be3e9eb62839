"""What every row of every table is made of: names, days, numbers, and the frozen ``Row`` itself."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from interpose.scenario.cells import plain_day, plain_number, plain_whole

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
