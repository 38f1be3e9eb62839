"""Which bases a drawdown keeps: people of each community within reach, and what closes first."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from interpose.errors import PlanError, require_known
from interpose.plan.highs import INFEASIBLE, OPTIMAL, Floats, Ints
from interpose.plan.laydown.model import MISSING_TIMES
from interpose.plan.laydown.terrain import Road, Terrain, people_at, terrain_on
from interpose.plan.sites.models import (
    TIME_LIMIT_S,
    Siting,
    max_cover,
    p_center,
    p_median,
    set_cover,
)
from interpose.scenario import Scenario

AIMS = ("people", "travel", "farthest")
"""What bases are kept for: most people in time, least travel of all, the shortest longest way."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom a set of bases reaches.

    Attributes
    ----------
    persons_within : tuple of float, persons
        Of each community, within the time asked for.
    median_min, mean_min, worst_min : float, minutes
        Travel time to half of the people; over those whom any base reaches, where no way counts as
        in a laydown; to the farthest place that any base reaches.
    """

    bases: tuple[str, ...]
    persons_within: tuple[float, ...]
    median_min: float
    mean_min: float
    worst_min: float
    worst_place: str


@dataclass(frozen=True, slots=True)
class Closing:
    """A base that closes, and whom the rest then reaches."""

    base: str
    after: Reach


@dataclass(frozen=True, slots=True)
class KeptBases:
    """Which bases to keep, and what that costs.

    Attributes
    ----------
    persons : tuple of float, persons
        Of each community, wherever they live.
    before, after : Reach
        With all open bases, and with those kept.
    closings : tuple of Closing
        One base after another, each with the least loss, down to as many as are kept. Each step is
        the best one alone; the bases left at the end need not be those of `after`, which is the
        best of all choices.
    places : tuple of (str, str, float)
        Place, the base kept that serves it, and minutes; empty and infinite without a way.
    out_of_reach : tuple of str
        Places that no open base reaches by any road.
    status : str
        ``optimal`` if proved, else why the solver stopped, with the gap.
    asked : int or None
        How many bases were to be kept; None: as few as lose nobody.
    most_per_base : float or None, persons
        Whom a base serves at most, if that was asked for.
    """

    day: dt.date
    within_min: float
    aim: str
    communities: tuple[str, ...]
    persons: tuple[float, ...]
    before: Reach
    after: Reach
    closings: tuple[Closing, ...]
    places: tuple[tuple[str, str, float], ...]
    out_of_reach: tuple[str, ...]
    status: str
    asked: int | None
    most_per_base: float | None

    @property
    def same_in_order(self) -> bool:
        """Whether closing one base after another ends with the bases kept."""
        return bool(self.closings) and {*self.closings[-1].after.bases} == {*self.after.bases}


class _Choice:
    """The open bases of a day, the minutes from each, and the people of each community."""

    def __init__(self, terrain: Terrain, communities: Floats, within_min: float, aim: str) -> None:
        self.bases, self.places = terrain.bases, terrain.places
        self.minutes: Floats = terrain.minutes
        self.communities = communities
        self.people: Floats = terrain.persons
        self.within_min, self.aim = within_min, aim
        self.reached = np.isfinite(self.minutes).any(axis=0)
        longest = self.minutes[np.isfinite(self.minutes)].max(initial=0.0)
        self.missing_min = MISSING_TIMES * float(longest)

    def reach(self, sites: Sequence[int], served: Ints | None = None) -> Reach:
        """Return whom some bases reach; each place from the nearest unless it says by which."""
        at = list(sites)
        if served is None:
            minutes = self.minutes[at].min(axis=0)
        else:
            minutes = self.minutes[served, np.arange(len(served))]
        near = minutes <= self.within_min
        order = np.argsort(minutes, kind="stable")
        half = np.cumsum(self.people[order]) >= self.people.sum() / 2
        counted = np.where(self.reached, self.people, 0.0)
        filled = np.where(np.isfinite(minutes), minutes, self.missing_min)
        worst = int(np.where(self.reached, minutes, -1.0).argmax())
        return Reach(
            tuple(self.bases[i] for i in at),
            tuple(self.communities[near].sum(axis=0).tolist()),
            float(minutes[order][half.argmax()]),
            float(filled @ counted / max(counted.sum(), 1e-12)),
            float(minutes[worst]),
            self.places[worst],
        )

    def loss(self, sites: Sequence[int]) -> tuple[float, float]:
        """Return what counts against some bases, most important first."""
        reach = self.reach(sites)
        first = {
            "people": -round(sum(reach.persons_within), 3),
            "travel": 0.0,
            "farthest": reach.worst_min,
        }
        return first[self.aim], round(reach.mean_min, 9)

    def fewest(self, kept: Ints, seconds: float) -> Siting:
        """Return the fewest bases that reach everyone in time whom all of them do."""
        can = (self.minutes <= self.within_min).any(axis=0) & (self.people > 0)
        if not can.any():
            msg = f"No base reaches anybody within {self.within_min:g} minutes."
            raise PlanError(msg)
        minutes = self.minutes[:, can]
        return set_cover(minutes, self.within_min, open_sites=kept.tolist(), time_limit_s=seconds)

    def best(self, keep: int, kept: Ints, seconds: float, room: float | None) -> Siting:
        """Return the best bases for the aim; among equals those with the least travel."""
        minutes, people = self.minutes[:, self.reached], self.people[self.reached]
        limits: dict[str, Any] = {"open_sites": kept.tolist(), "time_limit_s": seconds}
        first = cover = None
        if self.aim == "people":
            first = max_cover(minutes, people, keep, self.within_min, **limits)
            cover = (self.within_min, first.objective * (1 - 1e-9))
        elif self.aim == "farthest":
            first = p_center(minutes, keep, **limits)
            minutes = np.where(minutes <= first.objective, minutes, np.inf)
        if first is not None and not first.sites:
            return first
        if self.aim != "farthest" and room is None:
            minutes = np.where(np.isfinite(minutes), minutes, self.missing_min)
        if room is not None:
            limits |= {"capacity": room, "demand": people}
        second = p_median(minutes, keep, weight=people, cover=cover, **limits)
        if first is None or (first.status == OPTIMAL and second.sites):
            return second
        return replace(first, sites=second.sites or first.sites)

    def closings(self, keep: int, kept: Ints) -> tuple[Closing, ...]:
        """Close one base after another, each with the least loss; the first of equals."""
        left, found = list(range(len(self.bases))), []
        while len(left) > keep:
            rests = {i: [k for k in left if k != i] for i in left if i not in kept}
            shut = min(rests, key=lambda i: self.loss(rests[i]))
            left = rests[shut]
            found.append(Closing(self.bases[shut], self.reach(left)))
        return tuple(found)


def keep_sites(
    scenario: Scenario,
    keep: int | None = None,
    within_min: float = 30.0,
    *,
    on: dt.date | None = None,
    aim: str = "people",
    must_keep: Iterable[str] = (),
    closed_bases: Iterable[str] = (),
    closed_roads: Iterable[Road] = (),
    winter_factor: float = 1.0,
    most_per_base: float | None = None,
    time_limit_s: float = TIME_LIMIT_S,
) -> KeptBases:
    """Choose which of the open bases to keep, on the scenario's own roads and people.

    Parameters
    ----------
    keep : int, optional
        How many; without it, the fewest that reach everyone in time whom all bases reach in time.
    within_min : float, minutes
        In time is what takes no longer.
    on : date, optional
        Bases open on it, people of its year; the last day of the scenario if not given.
    aim : str
        ``people``: most people in time; ``travel``: least travel of all people; ``farthest``: the
        farthest place as near as can be. Among equals the least travel decides.
    must_keep, closed_bases, closed_roads
        Bases that stay, bases that are closed already, and roads that nobody passes.
    winter_factor : float
        By what snow multiplies every time.
    most_per_base : float, persons, optional
        No base serves more people, and each place is served by one base; with the aim ``travel``.
    time_limit_s : float
        Of each search; the best answer is kept, with its gap.

    Raises
    ------
    UnknownNameError, PlanError
        For a base, place or aim that is not known, and for what cannot be asked or be done.
    """
    day = on or scenario.header.end
    names, shut = tuple(dict.fromkeys(must_keep)), tuple(closed_bases)
    _refuse(within_min, aim, most_per_base)
    require_known("base", (*names, *shut), [base.id for base in scenario.bases])
    terrain = terrain_on(
        scenario, day, closed_bases=shut, closed_roads=closed_roads, winter_factor=winter_factor
    )
    choice = _Choice(terrain, people_at(scenario, day.year), within_min, aim)
    _refuse_count(keep, names, choice.bases, day)
    kept = np.array([choice.bases.index(name) for name in names], dtype=np.int64)
    asked, status = keep, OPTIMAL
    if keep is None:
        fewest = choice.fewest(kept, time_limit_s)
        keep, status = len(fewest.sites) or len(choice.bases), fewest.status
    sited = choice.best(keep, kept, time_limit_s, most_per_base)
    if sited.status == INFEASIBLE or (most_per_base and not sited.sites):
        raise PlanError(_why_not(keep, choice, most_per_base, sited))
    closings = () if most_per_base else choice.closings(keep, kept)
    sites = list(sited.sites)
    if not most_per_base:  # where it is as good, one order holds for all steps
        last = closings[-1].after.bases if closings else choice.bases
        left = [choice.bases.index(base) for base in last]
        sites = left if not sites or choice.loss(left) <= choice.loss(sites) else sites
    served = np.array(sites)[choice.minutes[sites].argmin(axis=0)]
    if most_per_base:
        served[choice.reached] = sited.assignment
    minutes = choice.minutes[served, np.arange(len(served))]
    return KeptBases(
        day=day,
        within_min=within_min,
        aim=aim,
        communities=tuple(group.id for group in scenario.header.communities),
        persons=tuple(choice.communities.sum(axis=0).tolist()),
        before=choice.reach(range(len(choice.bases))),
        after=choice.reach(sites, served),
        closings=closings,
        places=tuple(
            (place, choice.bases[base] if math.isfinite(m) else "", m)
            for place, base, m in zip(choice.places, served, minutes.tolist(), strict=True)
        ),
        out_of_reach=tuple(np.array(choice.places)[~choice.reached].tolist()),
        status=sited.status if status == OPTIMAL else status,
        asked=asked,
        most_per_base=most_per_base,
    )


def _why_not(keep: int, choice: _Choice, most_per_base: float | None, sited: Siting) -> str:
    """Say why there are no bases that keep to what was asked."""
    if sited.status != INFEASIBLE:
        return sited.reason
    if not most_per_base:
        return f"No {keep} of the open bases reach every place that all of them reach."
    return (
        f"No {keep} of the open bases can serve all {choice.people.sum():,.0f} people with "
        f"at most {most_per_base:,.0f} each, every place by one base."
    )


def _refuse(within_min: float, aim: str, most_per_base: float | None) -> None:
    """Refuse what cannot be asked of any scenario."""
    require_known("aim", [aim], AIMS)
    if not 0.0 < within_min < math.inf:
        msg = f"within {within_min:g} minutes: must be more than 0 minutes, such as 30min or 0.5h."
        raise PlanError(msg)
    if most_per_base is not None and (aim != "travel" or not most_per_base > 0.0):
        msg = (
            f"at most {most_per_base:g} people a base: must be more than 0, "
            "and goes with the aim 'travel'."
        )
        raise PlanError(msg)


def _refuse_count(
    keep: int | None, names: Sequence[str], bases: Sequence[str], day: dt.date
) -> None:
    """Refuse bases, and a number of bases, that cannot be kept."""
    missing = [name for name in names if name not in bases]
    if missing:
        msg = f"{', '.join(missing)}: not open in the theatre on {day}, so it cannot be kept."
        raise PlanError(msg)
    if keep is None:
        return
    if not 1 <= keep <= len(bases):
        msg = (
            f"keep {keep}: must be 1 to {len(bases)}, the bases open in the theatre on {day}: "
            f"{', '.join(bases)}."
        )
        raise PlanError(msg)
    if len(names) > keep:
        msg = f"keep {keep}: {len(names)} bases must be kept ({', '.join(names)})."
        raise PlanError(msg)
