"""What presence does to the rate of events: several designs, and a rule for believing them.

Counts by place and month y, thousands of soldiers x (mean of the month)::

    within       E y = exp(a_place + b_month + theta x)
    past         the same, given the events of the last month and of the three before
    withdrawals  E y = exp(a_window + b_month + theta x) in the year before and after troops leave
    arrivals     the same where troops come

A window is taken where strength falls, or grows, by a quarter or more and is steady on both sides;
places whose strength is steady for half a year or more, with and without troops, are the
comparison, so nobody is compared with somebody who has just changed. Every design is asked for its
leads: events before the change, or strength of the next three months, must say nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from interpose.fit.poisson import Floats, Ints, Poisson, poisson

LEADS = 3
"""Months ahead, or groups of months before a change, that are asked."""

REACH, STEADY, RUN = 12, 3, 6
"""Months of a window on either side at most and at least, and of a steady place at least."""

LEAST_STEP, LEAST_SHARE = 0.05, 0.25
"""A step is at least so many thousand soldiers, and at least this share of the larger strength."""

LEAST_PLACES = 6
"""Places with a step in a design that counts."""

BLUNT = 4.0
"""A design whose interval is so many times wider than that within places is not asked."""

WIDEST = 10.0
"""A wider interval says nothing: rates would differ by a factor of twenty thousand."""

LEADS_PASS = 0.1
"""All leads together pass above this p."""

MOST_DRIFT = 0.5
"""Share of the squared monthly changes of strength that lie outside lasting steps at most."""


class Step(NamedTuple):
    """A lasting change of strength at a place."""

    place: int
    month: int  # the first with the new strength, or part of it
    dose: float  # thousand soldiers, negative where they leave
    first: int  # months of the window: first to end - 1
    end: int


@dataclass(frozen=True, slots=True)
class Design:
    """One way to see the effect, and whether it passes its own test.

    Attributes
    ----------
    places : int
        Places whose troops change in it.
    fit, leads : Poisson or None
        The estimate, and the one with leads; None where the data do not carry it.
    """

    name: str
    places: int
    fit: Poisson | None
    leads: Poisson | None

    @property
    def leads_p(self) -> float | None:
        """The p of all leads of this design being nil."""
        return None if self.leads is None else self.leads.p_of(range(1, 1 + LEADS))

    @property
    def interval(self) -> tuple[float, float, float] | None:
        """95 %: change of the log rate per 1,000 soldiers; None where that says nothing."""
        low, middle, high = self.fit.interval() if self.fit else (0.0, 0.0, np.inf)
        return None if high - low > WIDEST else (low, middle, high)


def designs_of(
    y: Floats,
    x: Floats,
    elsewhere: NDArray[np.bool_] | None = None,
    seen: NDArray[np.bool_] | None = None,
) -> list[Design]:
    """Estimate every design.

    Parameters
    ----------
    y : (place, month) float
        Events.
    x : (place, month) float, thousand soldiers
    elsewhere : (place, month) bool
        Months in which a change was decided elsewhere; where any is, only such steps count.
    seen : (place, month) bool
        Months that are compared; without it all.
    """
    seen = np.ones(y.shape, dtype=bool) if seen is None else seen
    month = np.broadcast_to(np.arange(y.shape[1]), y.shape)
    place = np.broadcast_to(np.arange(y.shape[0])[:, None], y.shape)
    moving = int((np.ptp(x, axis=1) >= LEAST_STEP).sum())
    ahead = [_shifted(x, -k) for k in range(1, LEADS + 1)]
    known = seen & (month < y.shape[1] - LEADS)
    led = _fit(y, [x, *ahead], (place, month), known)
    past = [np.log1p(_shifted(y, 1)), np.log1p(sum(_shifted(y, k) for k in (2, 3, 4)) / 3)]
    given = _fit(y, [x, *past], (place, month), seen & (month >= 4))
    led_given = _fit(y, [x, *ahead, *past], (place, month), known & (month >= 4))
    steps = steps_of(x)
    if elsewhere is not None and elsewhere.any():
        steps = [s for s in steps if elsewhere[s.place, max(s.month - 1, 0) : s.month + 2].any()]
    return [
        Design("within", moving, _fit(y, [x], (place, month), seen), led),
        Design("past", moving, given, led_given),
        _step_design("withdrawals", y, x, seen, [s for s in steps if s.dose < 0]),
        _step_design("arrivals", y, x, seen, [s for s in steps if s.dose > 0]),
    ]


def _fit(
    y: Floats, columns: list[Floats], groups: tuple[Ints, Ints], use: NDArray[np.bool_]
) -> Poisson | None:
    place = np.broadcast_to(np.arange(y.shape[0])[:, None], y.shape)
    x = np.column_stack([column[use] for column in columns])
    return poisson(y[use], x, [group[use] for group in groups], place[use])


def _shifted(values: Floats, months: int) -> Floats:
    """Return what stood so many months earlier; nil where that is before the first."""
    out = np.zeros(values.shape)
    if months > 0:
        out[:, months:] = values[:, :-months]
    else:
        out[:, :months] = values[:, -months:]
    return out


def _changes(x: Floats) -> NDArray[np.bool_]:
    """Return in which months strength is other than in the month before by more than noise."""
    before = np.column_stack([x[:, :1], x[:, :-1]])
    larger = np.maximum(before, x)
    return np.abs(x - before) > np.maximum(LEAST_STEP / 2, 0.2 * larger)


def steps_of(x: Floats) -> list[Step]:
    """Find the lasting changes of strength."""
    found: list[Step] = []
    changes = _changes(x)
    for place in np.flatnonzero(changes.any(axis=1)):
        own = [_step_at(x[place], int(m), int(place)) for m in np.flatnonzero(changes[place])]
        kept: list[Step] = []
        for step in own:
            if step is None or (kept and step.month <= kept[-1].month + 1):
                continue
            if kept and kept[-1].end > step.first:
                half = (kept[-1].month + step.month + 1) // 2
                kept[-1], step = kept[-1]._replace(end=half), step._replace(first=half)
            kept.append(step)
        found += [s for s in kept if s.month - s.first >= 2 and s.end - s.month >= 2]
    return found


def _step_at(row: Floats, month: int, place: int) -> Step | None:
    """Return the step that begins in a month; troops may change in the middle of it."""
    after = min(month + 1, len(row) - 1)
    dose, largest = row[after] - row[month - 1], max(row[after], row[month - 1])
    if abs(dose) < max(LEAST_STEP, LEAST_SHARE * largest):
        return None
    near = 0.2 * abs(dose)
    first, end = month, after
    while first > 0 and month - first < REACH and abs(row[first - 1] - row[month - 1]) <= near:
        first -= 1
    while end < len(row) and end - month < REACH and abs(row[end] - row[after]) <= near:
        end += 1
    if month - first < STEADY or end - month < STEADY:
        return None
    return Step(place, month, float(dose), first, end)


def _step_design(
    name: str, y: Floats, x: Floats, seen: NDArray[np.bool_], steps: list[Step]
) -> Design:
    """Compare windows around steps with places that are steady meanwhile."""
    places, months = y.shape
    cell = np.arange(places)[:, None] * months + np.cumsum(_changes(x), axis=1)
    use = np.bincount(cell.ravel(), minlength=places * months + months)[cell] >= RUN
    for step in steps_of(x):
        use[step.place, step.first : step.end] = False
    leads = [np.zeros(y.shape) for _ in range(LEADS)]
    for i, step in enumerate(steps):
        own = slice(step.first, step.end)
        use[step.place, own], cell[step.place, own] = True, (places + 1) * months + i
        for lead, (near, far) in zip(leads, ((1, 1), (2, 3), (4, 6)), strict=True):
            start = max(step.month - far, step.first)
            lead[step.place, start : max(step.month - near + 1, start)] = step.dose
    month = np.broadcast_to(np.arange(months), y.shape)
    number = len({step.place for step in steps})
    if not steps:
        return Design(name, 0, None, None)
    use &= seen
    fit = _fit(y, [x], (cell, month), use)
    return Design(name, number, fit, _fit(y, [x, *leads], (cell, month), use))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the designs say together.

    Attributes
    ----------
    interval : tuple of float, or None
        Low, middle and high of the change of the log rate per 1,000 soldiers. Where the effect is
        not identified it is what all designs together leave open, nil included.
    leads_p : float or None
        The smaller p of the leads of both designs that are compared, times two.
    """

    identified: bool
    why: str
    interval: tuple[float, float, float] | None
    leads_p: float | None


def judge(designs: list[Design], drift: float, *, elsewhere: bool = False) -> Verdict:
    """Believe an effect only if all leads pass and two designs agree; else say what is amiss.

    Parameters
    ----------
    drift : float
        Share of the squared changes of strength that lie outside lasting steps.
    elsewhere : bool
        Whether the steps are said to have been decided elsewhere.
    """
    known = [one for one in designs if one.interval is not None]
    bounds = [one.interval for one in known if one.interval is not None]
    steps = [one for one in known if one.name in ("withdrawals", "arrivals")]
    within = known[0] if known and known[0].name == "within" else None
    steps = [one for one in steps if one.places >= LEAST_PLACES and _sharp(one, within)]
    compared = [one for one in (within, *steps) if one is not None]
    p = [one.leads_p for one in compared if one.leads_p is not None]
    leads_p = min(1.0, len(p) * min(p)) if p else None
    spread = None
    if bounds:
        middle = bounds[0][1]
        spread = (min(0.0, *(b[0] for b in bounds)), middle, max(0.0, *(b[2] for b in bounds)))

    def not_known(why: str) -> Verdict:
        return Verdict(False, why, spread, leads_p)

    if within is None or within.interval is None:
        return not_known(
            "Too little to compare: presence hardly changes while others stay, or events are few."
        )
    if not steps:
        most = max(one.places for one in designs if one.name in ("withdrawals", "arrivals"))
        if most >= LEAST_PLACES:
            return not_known("Withdrawals and arrivals say too little beside the other designs.")
        return not_known(
            f"Lasting withdrawals or arrivals at {most} places; at least {LEAST_PLACES} are needed."
        )
    if leads_p is None or leads_p <= LEADS_PASS:
        found = "cannot be tested" if leads_p is None else f"p = {leads_p:.3f}"
        return not_known(
            f"Leads do not pass ({found}, more than {LEADS_PASS} is needed): events before a "
            "change, or strength to come, tell what should not be told; troops follow the events."
        )
    if drift > MOST_DRIFT and not elsewhere:
        return not_known(
            f"{drift:.0%} of the changes of strength are no lasting steps: troops move with "
            "something all the time, perhaps with what is expected."
        )
    low, middle, high = within.interval
    signs = {np.sign(one.interval[1]) for one in steps if one.interval is not None}
    if np.sign(middle) not in signs:
        return not_known("The designs do not agree in sign.")
    if low <= 0 <= high:
        return not_known(
            f"No effect that can be told from nil: between {low:+.2f} and {high:+.2f}."
        )
    if middle > 0 and not elsewhere:
        return not_known(
            "More troops go with more events, and leads pass. Troops that are sent ahead of "
            "trouble look the same. Say in the column decided which changes were made elsewhere."
        )
    names = " and ".join(
        one.name for one in steps if one.interval and np.sign(one.interval[1]) == np.sign(middle)
    )
    why = f"All leads pass together (p = {leads_p:.2f}); within places and {names} agree in sign."
    return Verdict(True, why, within.interval, leads_p)


def _sharp(step: Design, within: Design | None) -> bool:
    """Return whether a design says something beside that within places."""
    if within is None or within.interval is None or step.interval is None:
        return True
    return step.interval[2] - step.interval[0] <= BLUNT * (within.interval[2] - within.interval[0])


def drift_of(x: Floats) -> float:
    """Return the share of the squared monthly changes of strength outside lasting steps."""
    squared = np.diff(x, axis=1) ** 2
    if not squared.sum() > 0:
        return 0.0
    inside = squared.copy()
    for step in steps_of(x):
        inside[step.place, step.month - 1 : step.month + 1] = 0
    return float(inside.sum() / squared.sum())
