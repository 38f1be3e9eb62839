"""Numbers, dates and intervals as text, the same way everywhere on a page."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping

ACT_WORDS = {
    "harassment": "harassment",
    "armed_attack": "armed attacks",
    "bombing": "bombings",
    "roadblock": "roadblocks",
    "protest": "protests",
    "attack_on_force": "attacks on the force",
}
"""Acts in the plural; of the scenario format, not of one scenario."""

SIDE_WORDS = {
    "force": "soldiers of the force",
    "police": "police",
    "authorities": "authorities",
    "all": "all communities at once",
    "unattributed": "persons unknown",
    "local_police": "local police",
    "international_police": "international police",
}


def number(value: float, digits: int = 0) -> str:
    """Return a number with commas between thousands, or a dash where there is none.

    Examples
    --------
    >>> number(1234.4), number(0.456, 2), number(float("nan"))
    ('1,234', '0.46', '–')
    """
    return "–" if math.isnan(value) else f"{value:,.{digits}f}"


def short(value: float) -> str:
    """Return a number with three significant digits.

    Examples
    --------
    >>> short(0.0123456), short(12345), short(2.50), short(0)
    ('0.0123', '12,345', '2.5', '0')
    """
    if not math.isfinite(value):
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def percent(share: float, digits: int = 0) -> str:
    """Return a share in percent.

    Examples
    --------
    >>> percent(0.456)
    '46 %'
    """
    return f"{100 * share:.{digits}f} %"


def of_quantiles(row: Mapping[str, float], digits: int = 0) -> str:
    """Return the median and the 90 % interval.

    Examples
    --------
    >>> of_quantiles({"q05": 3, "q50": 10, "q95": 1200})
    '10 (3 to 1,200)'
    """
    low, median, high = (number(row[q], digits) for q in ("q05", "q50", "q95"))
    return median if low == high else f"{median} ({low} to {high})"


def day(date: dt.date) -> str:
    """Return a date in words.

    Examples
    --------
    >>> day(dt.date(1999, 6, 12))
    '12 June 1999'
    """
    return f"{date.day} {date:%B %Y}"


def months(first: dt.date, last: dt.date) -> str:
    """Return a span of months.

    Examples
    --------
    >>> months(dt.date(1999, 6, 1), dt.date(1999, 6, 1))
    '1999-06'
    """
    return f"{first:%Y-%m}" if first == last else f"{first:%Y-%m} to {last:%Y-%m}"


def day_as_precise(date: dt.date, precision: str) -> str:
    """Return a date no more precise than it was published.

    Examples
    --------
    >>> day_as_precise(dt.date(1999, 6, 12), "month"), day_as_precise(dt.date(1999, 6, 12), "year")
    ('1999-06', '1999')
    """
    return date.isoformat()[: {"year": 4, "month": 7}.get(precision, 10)]


def shortened(text: str, longest: int) -> str:
    """Return a text cut to a length for a label."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def capital(text: str) -> str:
    """Return a text with a capital first letter and the rest as it is."""
    return text[:1].upper() + text[1:]
