"""Platoons onto bases, so that help arrives: worst place first, then the mean, then the camps.

Three aims, one after the other, none given up for the next (the order of practice.md section 9):

1. the worst-covered protected place: minutes until its ``backup``-th nearest platoon is there;
2. the mean over people of the minutes until the first ``backup`` platoons are there;
3. the fewest camps, giving up at most `GIVE_UP` of aim 2.

Platoons that none of this needs stand where most people fall to one platoon. Where areas may not
be crossed, a platoon answers in its own area alone. The models are in ``model.py``.

A plan in which each area can answer one call looks covered on any map of response times and fails
on the day on which two of its villages call, as in March 2004. So several calls for help at once
are put to a laydown, too: each platoon answers one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from interpose.errors import PlanError, require_known, some_of
from interpose.plan.highs import Floats, Ints
from interpose.plan.laydown.model import Aims, Posts
from interpose.plan.laydown.terrain import PLATOON_PERSONS, Terrain
from interpose.plan.result import STRICT, Stage, assumption

GIVE_UP = assumption("camps_give_up")
"""Share of the mean response that may be given up to close camps: row ``plan.camps_give_up``."""


@dataclass(frozen=True, slots=True)
class Detachment:
    """Platoons that belong together, with the area and base they are bound to; empty: any.

    `offers` are the ids of those that bring them, the largest first.
    """

    name: str
    platoons: int
    area: str = ""
    base: str = ""
    offers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Camp:
    """Platoons at a base, and the area in which they answer; empty: everywhere."""

    __pydantic_config__ = STRICT

    base: str
    area: str
    platoons: int


@dataclass(frozen=True, slots=True)
class Response:
    """How soon a place is reached, and from where.

    Minutes are those until the first and until the last of the platoons asked for; they are
    infinite, and the base is empty, where none can come.
    """

    __pydantic_config__ = STRICT

    place: str
    area: str
    protected: bool
    base: str
    first_min: float
    backup_min: float


@dataclass(frozen=True, slots=True)
class Laydown:
    """Who stands where, and what that reaches.

    Attributes
    ----------
    backup : int
        How many platoons each place must be reached by.
    camps, responses : tuple
        In the order of base and area, and of the places.
    unreached : tuple of str
        Protected places that too few platoons can reach, whatever one does.
    """

    terrain: Terrain
    backup: int
    may_cross_boundary: bool
    camps: tuple[Camp, ...]
    responses: tuple[Response, ...]
    stages: tuple[Stage, ...]
    unreached: tuple[str, ...]


def lay_down(
    terrain: Terrain,
    detachments: Sequence[Detachment],
    *,
    backup: int = 1,
    may_cross_boundary: bool = True,
    time_limit_s: float = 30.0,
) -> Laydown:
    """Place platoons over the open bases.

    Parameters
    ----------
    backup : int
        Platoons that each place should be reached by; 2 asks for a second one behind the first.
    may_cross_boundary : bool
        False: platoons of an area answer in it alone.
    time_limit_s : float
        Of all three aims together; the best so far is kept.

    Raises
    ------
    PlanError
        If the platoons do not fit into the bases; all faults at once.
    """
    _refuse(terrain, detachments)
    posts = _posts(terrain, detachments, may_cross_boundary)
    aims = Aims(terrain, posts, backup, GIVE_UP, time_limit_s)
    counts = _spread_rest(terrain, posts, aims.seek(), backup)
    return Laydown(
        terrain=terrain,
        backup=backup,
        may_cross_boundary=may_cross_boundary,
        camps=_camps(terrain, posts, counts),
        responses=_responses(terrain, posts, counts, backup),
        stages=tuple(aims.stages),
        unreached=tuple(terrain.places[i] for i in aims.unreached),
    )


def _refuse(terrain: Terrain, detachments: Sequence[Detachment]) -> None:
    """Refuse more platoons than bases hold; `detachments` are of open bases and drawn areas."""
    faults = []
    room = dict(zip(terrain.bases, terrain.capacity.tolist(), strict=True))
    bound: dict[str, int] = {}
    for d in detachments:
        bound[d.base] = bound.get(d.base, 0) + d.platoons
    for base, platoons in bound.items():
        if base in room and platoons > room[base]:
            own = [d for d in detachments if d.base == base]
            faults.append(
                f"{base}: {platoons} platoons are bound to it, {room[base]} fit in."
                f" Change {_columns(own, 'base')}; {ROOM}"
            )
    total = sum(d.platoons for d in detachments)
    if total > sum(room.values()):
        faults.append(
            f"{total} platoons, but all open bases hold {sum(room.values())} together."
            f" Change {_columns(detachments, 'strength')}; {ROOM}"
        )
    if faults:
        raise PlanError("The laydown cannot begin. " + " ".join(faults))


ROOM = (
    "or contingents.csv, column strength: a base holds the most persons that ever stood there, by"
    f" {PLATOON_PERSONS} to a platoon."
)


def _columns(detachments: Sequence[Detachment], column: str) -> str:
    """Name the cells of plan/offers.csv that a fault hangs on."""
    most = sorted(detachments, key=lambda d: -d.platoons)
    offers = dict.fromkeys(offer for d in most for offer in d.offers)
    return f"plan/offers.csv, column {column}, of {some_of(offers, 5)}"


def _posts(terrain: Terrain, detachments: Sequence[Detachment], crossing: bool) -> Posts:
    """Return each pair of base and group; a group answers in one area, or everywhere."""
    groups = sorted({"" if crossing else d.area for d in detachments if d.platoons})
    base = np.tile(np.arange(len(terrain.bases)), len(groups))
    group = np.repeat(np.arange(len(groups)), len(terrain.bases))
    wanted, least = np.zeros(len(groups), dtype=np.int64), np.zeros(len(base), dtype=np.int64)
    for d in detachments:
        if d.platoons:
            g = groups.index("" if crossing else d.area)
            wanted[g] += d.platoons
            if d.base:
                least[g * len(terrain.bases) + terrain.bases.index(d.base)] += d.platoons
    areas = np.array(terrain.areas)
    minutes = terrain.minutes[base]
    for g, area in enumerate(groups):
        if area:
            minutes[np.ix_(group == g, areas != area)] = np.inf
    return Posts(tuple(groups), base, group, minutes, wanted, least)


def _spread_rest(terrain: Terrain, posts: Posts, counts: Ints, backup: int) -> Ints:
    """Let platoons that no aim needs stand one by one where most people fall to a platoon.

    Of the platoons of one post only the first `backup` matter to any place.
    """
    found = np.minimum(counts, np.maximum(posts.least, backup))
    camp_open = np.bincount(posts.base, counts, len(terrain.bases)) > 0
    served = _people_served(terrain, posts, found)
    for g, wanted in enumerate(posts.wanted.tolist()):
        for _ in range(wanted - int(found[posts.group == g].sum())):
            used = np.bincount(posts.base, found, len(terrain.bases))
            room = (camp_open & (used < terrain.capacity))[posts.base] & (posts.group == g)
            burden = np.where(room, (served + 1.0) / (found + 1.0), -1.0)
            found[int(burden.argmax())] += 1
    return found


def _people_served(terrain: Terrain, posts: Posts, counts: Ints) -> Floats:
    """Return (post,) persons whose nearest platoon stands there."""
    minutes = np.where((counts > 0)[:, None], posts.minutes, np.inf)
    first = minutes.argmin(axis=0)
    reached = np.isfinite(minutes.min(axis=0))
    return np.bincount(first[reached], terrain.persons[reached], len(counts)).astype(np.float64)


def _camps(terrain: Terrain, posts: Posts, counts: Ints) -> tuple[Camp, ...]:
    found = [
        Camp(terrain.bases[posts.base[p]], posts.groups[posts.group[p]], int(counts[p]))
        for p in np.flatnonzero(counts)
    ]
    return tuple(sorted(found, key=lambda c: (c.base, c.area)))


def _responses(terrain: Terrain, posts: Posts, counts: Ints, backup: int) -> tuple[Response, ...]:
    """Return the minutes of every place to its nearest platoon and its last one asked for."""
    manned = np.flatnonzero(counts)
    each = np.repeat(manned, counts[manned])
    minutes = np.sort(posts.minutes[each], axis=0)
    first = each[posts.minutes[each].argmin(axis=0)]
    last = minutes[backup - 1] if len(minutes) >= backup else np.full_like(minutes[0], np.inf)
    return tuple(
        Response(
            place=place,
            area=terrain.areas[i],
            protected=bool(terrain.protected[i]),
            base=terrain.bases[posts.base[first[i]]] if np.isfinite(minutes[0, i]) else "",
            first_min=float(minutes[0, i]),
            backup_min=float(last[i]),
        )
        for i, place in enumerate(terrain.places)
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """What becomes of one call: without a platoon no base, and infinite minutes."""

    place: str
    base: str
    minutes: float
    in_time: bool
    words: str


def simultaneous_cover(
    laydown: Laydown, calls: Sequence[str], *, within_min: float
) -> tuple[Answer, ...]:
    """Return which of several calls at the same time are answered in time, in their order.

    Platoons are sent so that as many calls as possible are answered in time, and then so that the
    minutes of all are fewest. A place that calls for two platoons stands there twice.

    Raises
    ------
    UnknownNameError
        If a place is not one of the laydown's.
    """
    from scipy.optimize import linear_sum_assignment

    terrain = laydown.terrain
    index = {place: i for i, place in enumerate(terrain.places)}
    require_known("place", calls, terrain.places)
    teams = [camp for camp in laydown.camps for _ in range(min(camp.platoons, len(calls)))]
    minutes = np.full((len(calls), len(teams)), np.inf)
    for k, place in enumerate(calls):
        for t, camp in enumerate(teams):
            if camp.area in ("", terrain.areas[index[place]]):
                minutes[k, t] = terrain.minutes[terrain.bases.index(camp.base), index[place]]
    longest = minutes[np.isfinite(minutes)].max(initial=within_min) + 1.0
    late = longest * (len(calls) + 1)  # one late call weighs more than all minutes together
    cost = np.where(minutes <= within_min, minutes, late + np.minimum(minutes, longest))
    cost = np.where(np.isfinite(minutes), cost, 2.0 * late + longest)
    sent = dict(zip(*(x.tolist() for x in linear_sum_assignment(cost)), strict=True))
    return tuple(
        _answer(place, teams[sent[k]].base, float(minutes[k, sent[k]]), within_min)
        if k in sent and np.isfinite(minutes[k, sent[k]])
        else _unanswered(place, laydown)
        for k, place in enumerate(calls)
    )


def _answer(place: str, base: str, minutes: float, within_min: float) -> Answer:
    in_time = minutes <= within_min
    verdict = "in time" if in_time else f"too late: asked for within {within_min:.0f}"
    words = f"{place}: a platoon from {base} after {minutes:.0f} minutes, {verdict}."
    return Answer(place, base, minutes, in_time, words)


def _unanswered(place: str, laydown: Laydown) -> Answer:
    why = "" if laydown.may_cross_boundary else " that may leave its area"
    words = f"{place}: not answered; no platoon is left{why} and can reach it."
    return Answer(place, "", float("inf"), False, words)
