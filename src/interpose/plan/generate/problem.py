"""The tables of a plan as months, lines, offers and pools: what every search and table reads.

Everything is sorted by id here, so that the order of rows in a file never matters.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from interpose.errors import UnknownNameError
from interpose.plan.months import MEAN_DAYS, Spans, account_day, holds, month_of, months_of, stay
from interpose.plan.offer import eligibility
from interpose.plan.offer.eligibility import Block, lasting_blocks, offers_by_line
from interpose.plan.result import Plan, PlanInputs
from interpose.scenario.tables.plan import Offer, Requirement

Key = tuple[str, str, int]
"""Line, offer, month."""


def steady_units(pool: int, tour: int, rest: int) -> int:
    """Return how many units a pool keeps in place for ever, with tours staggered.

    Examples
    --------
    Six-month tours, four tours of rest: five units a post, or six with a handover of a week.

    >>> steady_units(5, 6, 24), steady_units(5, 6, 25), steady_units(32, 6, 13)
    (1, 0, 10)
    """
    return pool * tour // (tour + rest)


def pool_for(units: int, tour: int, rest: int) -> int:
    """Return the smallest pool that keeps `units` in place for ever."""
    return -(-units * (tour + rest) // tour)


@dataclass(frozen=True, slots=True)
class Pool:
    """Units that rotate: of one offer, or of all offers that share a pool word.

    Attributes
    ----------
    name : str
        The pool word, or the id of the offer.
    most : int, units
        In place at once, whatever the rest.
    units : int, units
        That rotate; where the tables do not say, just enough to keep `most` in place.
    tour, rest : int, months
        Longest stay; rest before the next, with the handover rounded up.
    taken : mapping of month to int, units
        Promised to missions whose lines are not in the tables.
    """

    name: str
    offers: tuple[str, ...]
    most: int
    units: int
    tour: int
    rest: int
    taken: Mapping[int, int]

    @property
    def steady(self) -> bool:
        """Whether it can keep all it offers in place for ever."""
        return self.most <= steady_units(self.units, self.tour, self.rest)


class Fit(NamedTuple):
    """In which months an offer may fill a line, and which of its caveats bite there."""

    months: frozenset[int]
    bites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is asked, what is offered, and what binds, month by month.

    Attributes
    ----------
    lines, offers : mapping of id to row
        Of the mission and of the missions that draw on the same pools; sorted by id.
    need : mapping of (line, month) to int, units
    fits : mapping of (line, offer) to Fit
        Only pairs that meet in some month.
    blocks : mapping of (line, offer) to tuple of Block
        Why the other pairs never meet; offers to other missions left out.
    windows : mapping of offer to spans
        Days on which it may be in place.
    ceilings : mapping of (contributor, mission, month) to int, persons
    companions : tuple of (offer, other, is host)
        The first comes only while the other is there.
    frozen_to : int
        Last month that stands already; -1 where none does.
    frozen, kept : mapping of Key to int, units
        What stands already, and the whole previous plan.
    """

    inputs: PlanInputs
    mission: str
    months: tuple[int, ...]
    lines: Mapping[str, Requirement]
    offers: Mapping[str, Offer]
    need: Mapping[tuple[str, int], int]
    fits: Mapping[tuple[str, str], Fit]
    blocks: Mapping[tuple[str, str], tuple[Block, ...]]
    windows: Mapping[str, Spans]
    pools: tuple[Pool, ...]
    ceilings: Mapping[tuple[str, str, int], int]
    companions: tuple[tuple[str, str, bool], ...]
    frozen_to: int = -1
    frozen: Mapping[Key, int] = field(default_factory=dict)
    kept: Mapping[Key, int] = field(default_factory=dict)

    def lag(self, guest: str, host: str, month: int) -> int:
        """Return how many months before `month` the host must already be there.

        The host's first day in a month may be its window's or its line's; the guest's settling
        days count from it up to the guest's day of account.
        """
        settle = dt.timedelta(days=self.offers[guest].settle_days)
        back = 0
        while self._latest_begin(host, month - back) + settle > account_day(month):
            back += 1
        return back

    def _latest_begin(self, offer: str, month: int) -> dt.date:
        begins, _ = stay(self.windows[offer], month, month)
        lines = [self.lines[line].begins for line, other in self.fits if other == offer]
        asked = [day for day in lines if begins < day <= account_day(month)]
        return max([begins, *asked])


def build_problem(
    inputs: PlanInputs,
    mission: str,
    begins: dt.date,
    ends: dt.date,
    previous: Plan | None = None,
    frozen_until: dt.date | None = None,
) -> Problem:
    """Turn the tables into months, lines, offers and pools.

    Raises
    ------
    UnknownNameError
        If there is no such mission.
    """
    names = sorted(row.id for row in inputs.missions)
    if mission not in names:
        kind = "mission"
        raise UnknownNameError(kind, mission, names)
    months = months_of(begins, ends)
    missions = _missions_together(inputs, mission)
    lines = {row.id: row for row in inputs.requirements if row.mission in missions}
    lines = dict(sorted(lines.items()))
    offers = {row.id: row for row in inputs.offers if row.mission in missions}
    offers = dict(sorted(offers.items()))
    windows = {row.id: eligibility.window(inputs, row) for row in inputs.offers}
    kept = units_by_month(previous, months) if previous else {}
    past = [month for month in months if frozen_until and account_day(month) < frozen_until]
    frozen_to = max(past, default=-1) if previous else -1
    frozen = {key: units for key, units in kept.items() if key[2] <= frozen_to}
    fits, blocks = _fits(inputs, lines, offers, windows, months, frozen)
    _drop_unaccompanied(inputs, fits, blocks, windows, {(line, o) for line, o, _ in frozen})
    needed = {
        (line.id, month): line.units
        for line in lines.values()
        for month in months
        if line.begins <= account_day(month) < line.ends
    }
    return Problem(
        inputs,
        mission,
        months,
        lines,
        offers,
        needed,
        fits,
        blocks,
        windows,
        _pools(inputs, offers, windows, months),
        _ceilings(inputs, fits, offers, months),
        _companions(offers, fits),
        frozen_to,
        frozen,
        kept,
    )


def _missions_together(inputs: PlanInputs, mission: str) -> frozenset[str]:
    """Return the mission and those that have lines here and draw on its pools, at any remove."""
    asking = {row.mission for row in inputs.requirements}
    together = {mission}
    grown = True
    while grown:
        words = {row.pool for row in inputs.offers if row.pool and row.mission in together}
        more = {row.mission for row in inputs.offers if row.pool in words} & asking
        grown = not more <= together
        together |= more
    return frozenset(together)


def _fits(
    inputs: PlanInputs,
    lines: Mapping[str, Requirement],
    offers: Mapping[str, Offer],
    windows: Mapping[str, Spans],
    months: Iterable[int],
    frozen: Mapping[Key, int],
) -> tuple[dict[tuple[str, str], Fit], dict[tuple[str, str], tuple[Block, ...]]]:
    capabilities = {row.id: row for row in inputs.capabilities}
    held = {
        offer: frozenset(month for month in months if holds(windows[offer], month))
        for offer in offers
    }
    fits, blocks = {}, {}
    stands = {(line, offer) for line, offer, _ in frozen}
    for line in lines.values():
        asked = {month for month in months if line.begins <= account_day(month) < line.ends}
        for offer in offers.values():
            if offer.mission != line.mission:
                continue
            found = lasting_blocks(inputs, offer, line, capabilities)
            if found:
                blocks[line.id, offer.id] = found
            together = held[offer.id] & asked if not found else frozenset()
            if together or (line.id, offer.id) in stands:
                bites = eligibility.bites(inputs, offer, line)
                fits[line.id, offer.id] = Fit(frozenset(together), bites)
    return fits, blocks


def _drop_unaccompanied(
    inputs: PlanInputs,
    fits: dict[tuple[str, str], Fit],
    blocks: dict[tuple[str, str], tuple[Block, ...]],
    windows: Mapping[str, Spans],
    stands: set[tuple[str, str]],
) -> None:
    """Take away the months in which an offer waits for another that cannot be there.

    An offer that no line asks for, such as a host battalion under another command, is there in
    its own window; one that a line asks for is there only while it fills one.
    """
    rows = {row.id: row for row in inputs.offers}
    asked = {row.id for line in inputs.requirements for row in offers_by_line(inputs, line)}
    changed = True
    while changed:
        changed = False
        planned = {offer for _, offer in fits}
        for (line, offer), fit in list(fits.items()):
            months = fit.months
            for other in filter(None, (rows[offer].needs, rows[offer].host)):
                if other in planned:
                    continue
                away = other not in rows or other in asked
                spans = () if away else windows[other]
                months = frozenset(month for month in months if holds(spans, month))
            if months == fit.months:
                continue
            changed = True
            fits[line, offer] = fit._replace(months=months)
            if not months:
                if (line, offer) not in stands:
                    del fits[line, offer]
                other = rows[offer].host or rows[offer].needs
                blocks[line, offer] = (Block("companion", f"{other} is not there"),)


def _pools(
    inputs: PlanInputs,
    offers: Mapping[str, Offer],
    windows: Mapping[str, Spans],
    months: Iterable[int],
) -> tuple[Pool, ...]:
    members: dict[str, list[Offer]] = {}
    for offer in offers.values():
        members.setdefault(f"pool {offer.pool}" if offer.pool else offer.id, []).append(offer)
    words = {f"pool {row.pool}": row.pool for row in offers.values() if row.pool}
    found = []
    for name, rows in sorted(members.items()):
        promised = [
            row
            for row in inputs.offers
            if name in words and row.pool == words[name] and row.id not in offers
        ]
        taken = {
            month: sum(row.units for row in promised if holds(windows[row.id], month))
            for month in months
        }
        tour = min(row.tour_months for row in rows)
        rest = max(rest_months(row) for row in rows)
        sizes = [row.pool_units for row in [*rows, *promised] if row.pool_units is not None]
        largest = max(row.units for row in [*rows, *promised])
        most = min(sum(row.units for row in [*rows, *promised]), max(sizes, default=largest))
        units = max(sizes) if sizes else pool_for(largest, tour, rest)
        ids = tuple(row.id for row in rows)
        found.append(Pool(name, ids, most, units, tour, rest, taken))
    return tuple(found)


def rest_months(offer: Offer) -> int:
    """Return whole months between two tours of a unit: its dwell, and the days of handover."""
    rest = offer.dwell_per_tour * offer.tour_months + offer.handover_days / MEAN_DAYS
    return math.ceil(rest - 1e-9)


def _ceilings(
    inputs: PlanInputs,
    fits: Iterable[tuple[str, str]],
    offers: Mapping[str, Offer],
    months: Iterable[int],
) -> dict[tuple[str, str, int], int]:
    nations = sorted({(offers[o].contributor, offers[o].mission) for _, o in fits})
    found = {}
    for contributor, mission in nations:
        for month in months:
            most = eligibility.ceiling(inputs, contributor, mission, account_day(month))
            if most is not None:
                found[contributor, mission, month] = most
    return found


def _companions(
    offers: Mapping[str, Offer], fits: Iterable[tuple[str, str]]
) -> tuple[tuple[str, str, bool], ...]:
    """Return who comes only with whom; an offer that no line asks for is there in its window."""
    planned = {offer for _, offer in fits}
    pairs = [(row.id, row.needs, False) for row in offers.values() if row.needs]
    pairs += [(row.id, row.host, True) for row in offers.values() if row.host]
    return tuple((o, h, host) for o, h, host in pairs if o in planned and h in planned)


def units_by_month(plan: Plan, months: Iterable[int]) -> dict[Key, int]:
    """Return the units of each line, offer and month of a plan, in the given months."""
    wanted = frozenset(months)
    found: dict[Key, int] = {}
    for row in plan.assignments:
        for month in range(month_of(row.begins), month_of(row.ends) + 1):
            if month in wanted and row.begins <= account_day(month) < row.ends:
                key = (row.requirement, row.offer, month)
                found[key] = found.get(key, 0) + row.units
    return found


def persons_by_offer(problem: Problem) -> dict[str, float]:
    """Return the persons in one unit of each offer."""
    return {name: row.strength / row.units for name, row in problem.offers.items()}
