"""Which of the offered windows hold a line from one date to another, with as few as can be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from interpose.errors import PlanError

DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WindowCover:
    """Windows that hold a line, or where they break.

    Attributes
    ----------
    chosen : tuple of int
        Places of the windows in the list given, by date; those up to the gap if there is one.
    covered : bool
        Whether they hold the line to its end.
    words : str
        In plain words: how many, or from which day nobody is there.
    """

    chosen: tuple[int, ...]
    covered: bool
    words: str


def fewest_windows(
    windows: Sequence[tuple[dt.date, dt.date]],
    begin: dt.date,
    end: dt.date,
    *,
    overlap_days: int = 0,
) -> WindowCover:
    """Choose the fewest windows that hold ``[begin, end)``, each relieved before it ends.

    Of the windows that begin in time the one that stays longest is always right: any other choice
    could be exchanged for it.

    Parameters
    ----------
    windows : sequence of (from, to)
        Half-open: the unit leaves in the morning of `to`.
    begin, end : datetime.date
        Of the line, half-open.
    overlap_days : int, days
        The next must be there at least this long before the one before leaves.

    Returns
    -------
    WindowCover
        Among equals the first in the list.

    Raises
    ------
    PlanError
        If a window or the line ends before it begins, or the overlap is negative.

    Examples
    --------
    >>> day = dt.date.fromisoformat
    >>> tours = [(day("2026-01-01"), day("2026-07-01")), (day("2026-06-24"), day("2027-01-01"))]
    >>> fewest_windows(tours, day("2026-01-01"), day("2027-01-01"), overlap_days=7).chosen
    (0, 1)
    >>> print(fewest_windows(tours, day("2026-01-01"), day("2027-01-01"), overlap_days=8).words)
    Nobody relieves window 0 in time: it ends on 2026-07-01, with 8 days of overlap wanted.
    """
    _check(windows, begin, end, overlap_days)
    chosen: list[int] = []
    until, needed_by = begin, begin
    while until < end:
        in_time = [k for k, (start, stop) in enumerate(windows) if start <= needed_by < stop]
        longest = max(in_time, key=lambda k: (windows[k][1], -k), default=None)
        if longest is None or windows[longest][1] <= until:
            return WindowCover(
                tuple(chosen), covered=False, words=_gap(chosen, until, overlap_days)
            )
        chosen.append(longest)
        until = windows[longest][1]
        needed_by = until - overlap_days * DAY
    count = len(chosen)
    words = f"{count} window{'s' * (count != 1)} hold the line from {begin} to {end}."
    return WindowCover(tuple(chosen), covered=True, words=words)


def _gap(chosen: list[int], until: dt.date, overlap_days: int) -> str:
    """Return where the cover breaks, in words."""
    if not chosen:
        return f"No window is there on {until}, when the line begins."
    wanted = f", with {overlap_days} days of overlap wanted" if overlap_days else ""
    return f"Nobody relieves window {chosen[-1]} in time: it ends on {until}{wanted}."


def _check(
    windows: Sequence[tuple[dt.date, dt.date]], begin: dt.date, end: dt.date, overlap_days: int
) -> None:
    if end <= begin:
        message = f"The line ends on {end}: must be after {begin}, when it begins."
        raise PlanError(message)
    if overlap_days < 0:
        message = f"overlap_days is {overlap_days}: must be 0 or more."
        raise PlanError(message)
    for k, (start, stop) in enumerate(windows):
        if stop <= start:
            message = f"Window {k} ends on {stop}: must be after {start}, when it begins."
            raise PlanError(message)
