"""A quantity as a series: per date all that was reported, so that a score can use all of it.

And what was promised of it: `promises` sets announced reductions and growths beside what was
reached, and when.
"""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from interpose.errors import require_known
from interpose.record.figures import (
    Interval,
    interval,
    is_provisional,
    number,
    published,
    same_scope,
    scope,
)
from interpose.record.periods import NEVER, Period, first_date, in_words, period_of, periods_of_act
from interpose.record.record import Comparison, Record
from interpose.scenario.tables.record import Figure, RecordedAct

if TYPE_CHECKING:
    import pandas as pd

HALF_WEIGHT = 0.1
"""Width of a date's intervals, as part of their middle, at which it counts half: as wide as one
figure that is called "about"."""


@dataclass(frozen=True, slots=True)
class Point:
    """What was reported of one date: the days that it means, and its figures as published.

    `interval` is from the lowest to the highest that any figure may mean; `around` the same of this
    and of all dates that share a day with it.
    """

    period: Period
    figures: tuple[Figure, ...]
    interval: Interval
    around: Interval

    @property
    def date(self) -> dt.date:
        """The first of its days."""
        return self.period.first

    @property
    def values(self) -> tuple[float, ...]:
        """Every value that was reported, each once, from the lowest up."""
        return tuple(sorted({figure.value for figure in self.figures}))

    @property
    def weight(self) -> float:
        """How much the date should count in a score.

        1 for an exact figure that stands alone, half for one called "about", less where sources
        disagree; half of that if no figure of the date is better than of low confidence.
        """
        low, high = self.around.low, self.around.high
        middle, width = abs(low + high) / 2.0, high - low
        spread = width / middle if middle and math.isfinite(middle) else float(width > 0)
        trusted = any(figure.confidence != "low" for figure in self.figures)
        return (1.0 if trusted else 0.5) / (1.0 + spread / HALF_WEIGHT)

    def distance(self, value: float) -> float:
        """Return how far a value is from what was reported; 0 inside the interval."""
        return max(self.interval.low - value, value - self.interval.high, 0.0)


def series_of(
    record: Record, quantity: str, *, includes: str = "in_theatre", community: str = "all"
) -> tuple[Point, ...]:
    """Return what was reported of a quantity, date by date.

    Plans, limits, aims and peaks are left out. `includes` is what must be counted: a name of
    ``figures.SCOPES``, or words as published. Figures that do not say are taken with those in
    theatre, as that is what is meant by default.

    Raises
    ------
    UnknownNameError
        If there are no figures of that quantity.
    """
    require_known("quantity", [quantity], record.quantities())
    dates: dict[Period, list[Figure]] = defaultdict(list)
    for figure in record.figures_of(quantity, community):
        if figure.kind == "reported" and same_scope(scope(figure.includes), scope(includes)):
            dates[period_of(figure)].append(figure)
    hulls = {date: _hull(map(interval, dates[date])) for date in sorted(dates)}
    around = {date: _hull(hulls[day] for day in hulls if day.overlaps(date)) for date in hulls}
    return tuple(Point(date, tuple(dates[date]), hulls[date], around[date]) for date in hulls)


def _hull(intervals: Iterable[Interval]) -> Interval:
    known = list(intervals)
    return Interval(min(i.low for i in known), max(i.high for i in known))


# --- promised and reached -------------------------------------------------------------------------

BASES = {
    "conditions": "on conditions",
    "date": "by a date",
    "both": "on conditions with a date",
    "event": "after an event",
    "": "on a basis not told",
}
"""What a promise was to wait for -> its words."""


@dataclass(frozen=True, slots=True)
class Promise:
    """An act that was to change a quantity, and the counts before and after it.

    `before` is the last count before it was announced, `counted` the first one from the day on that
    it was due, `reached` the first one that may be as low, or as high, as its level. Counts that
    are stale, first counts, of low confidence or of other scope than in theatre are left out.
    """

    act: RecordedAct
    announced: Period | None
    before: Figure | None = None
    counted: Figure | None = None
    reached: Figure | None = None

    @property
    def due(self) -> dt.date | None:
        """The day by which it was promised; if none was named, that on which it took effect."""
        return self.act.due or self.act.arrived or self.act.departed

    @property
    def days_late(self) -> int | None:
        """Days from the day it was due to the count that reached it; below 0: before that day."""
        if self.reached is None or self.due is None:
            return None
        return (self.reached.begins - self.due).days

    def text(self) -> str:
        """Return it in sentences: what was promised, on what basis, and what came of it."""
        act, due = self.act, self.due
        day = self.announced or first_date(act)
        when = f"{in_words(day)}, " if day else ""
        when += "" if self.announced else "told afterwards, "
        said = f": {act.condition}" if act.condition else ""
        told = [f"{when}{act.actor}: {act.subject}", BASES[act.basis].capitalize() + said]
        if act.due:
            told.append(f"Due {in_words(Period(act.due, act.due))}")
        if self.before:
            told.append(f"Before: {_counted(self.before)}")
        if act.level is not None:
            told.append(self._outcome())
        elif due and act.status == "done":
            told.append(f"In effect {in_words(Period(due, due))}")
        return ". ".join(told) + "."

    def row(self) -> dict[str, Any]:
        """Return it as a row of `promises_table`."""
        act, cells = self.act, ("quantity", "level", "change", "basis", "condition", "due")
        row = {"act": act.id, "announced": self.announced and self.announced.first}
        row |= {"by": act.actor, "what": act.subject} | {name: getattr(act, name) for name in cells}
        for name in ("before", "counted", "reached"):
            figure = getattr(self, name)
            row |= {name: figure and figure.value, f"{name}_on": figure and figure.begins}
        return {**row, "days_late": self.days_late}

    def _outcome(self) -> str:
        late = self.days_late
        if self.reached is not None:
            after = f", {number(late)} days later" if late and late > 0 else ""
            if self.counted is None or self.counted == self.reached or not late or late < 0:
                return f"Reached: {_counted(self.reached)}{after}"
            first = f"first count of that size {_counted(self.reached)}{after}"
            return f"Not reached on the day: {_counted(self.counted)}; {first}"
        if self.counted is not None:
            return f"Not reached in this record: {_counted(self.counted)} after the day"
        return "No count in this record says whether it was reached"


def promises(record: Record, quantity: str | None = None) -> tuple[Promise, ...]:
    """Return the acts that name a basis, a level or a change, by date; of one quantity or of all.

    Raises
    ------
    UnknownNameError
        If no act names the quantity.
    """
    acts = [a for a in record.acts if a.basis or a.level is not None or a.change is not None]
    known = {act.quantity for act in acts}
    require_known("quantity of an act", [] if quantity is None else [quantity], sorted(known))
    compared = Comparison(record)
    chosen = [act for act in acts if quantity in {None, act.quantity} and not act.same_as]
    chosen.sort(key=lambda act: min(periods_of_act(act).values(), default=NEVER))
    return tuple(_promise(compared, act) for act in chosen)


def promises_table(record: Record, quantity: str | None = None) -> pd.DataFrame:
    """Return `promises` as a table, one row an act, for comparing policies by.

    Columns: ``act``, ``announced`` (first day), ``by``, ``what``, ``quantity``, ``level``,
    ``change``, ``basis``, ``condition``, ``due``, then value and day of the counts before, on the
    day and when reached, and ``days_late``. Empty cells: not published, or not reached.

    Raises
    ------
    UnknownNameError
        If no act names the quantity.
    """
    import pandas as pd

    return pd.DataFrame([promise.row() for promise in promises(record, quantity)])


def _promise(compared: Comparison, act: RecordedAct) -> Promise:
    periods = periods_of_act(act)
    announced = periods.get("decided") or periods.get("notified")
    since = announced or first_date(act)
    if since is None or not act.quantity:
        return Promise(act, announced)
    every = _counts(compared, act.quantity)
    counts = [figure for figure in every if figure.kind == "reported"]
    known = [f for f in counts if compared.period[f.id].first <= since.first]
    told = (f for f in known[::-1] if announced or compared.period[f.id].last < since.first)
    before = next(told, None)
    if act.level is None:
        return Promise(act, announced, before)
    falls = act.level < before.value if before else act.kind in {"drawdown", "withdrawal"}
    after = [f for f in (counts if falls else every) if compared.period[f.id].last >= since.first]
    ends = ((f, compared.interval[f.id]) for f in after)
    reached = (f for f, may in ends if (may.low <= act.level if falls else may.high >= act.level))
    due = Promise(act, announced).due
    counted = (f for f in after if due and compared.period[f.id].last >= due)
    return Promise(act, announced, before, next(counted, None), next(reached, None))


def _counts(compared: Comparison, quantity: str) -> list[Figure]:
    """Return the counts of a quantity that tell whether a level was reached; see `Promise`."""
    return [
        figure
        for figure in compared.record.figures_of(quantity)
        if figure.kind in {"reported", "peak"}
        and figure.confidence != "low"
        and figure.id not in compared.stale
        and not is_provisional(figure)
        and same_scope(scope(figure.includes), scope("in_theatre"))
    ]


def _counted(figure: Figure) -> str:
    return f"{published(figure)} ({in_words(period_of(figure))})"
