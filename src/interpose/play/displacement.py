r"""Displacement: who must flee goes to a camp that is open, near and not yet full.

With place i, camp c, day t, the way d_ic(t) in km over the roads open that day, the people n of a
place, the people N of a camp and those on their way to it U::

    newly displaced    x_i(t)  = X(t) w_i(t) / sum_j w_j(t)      w = population x intensity
    set out            y_i(t)  = leave_share n_i(t)              if some camp takes people
    settle             s_i(t)  = settle_share y_i(t)             never counted in a camp
    chosen camp        P(c|i)  ~ room_c / (d_ic - min_c d_ic + softening)^power
    room               room_c  = min(1, (1 - o) / (1 - nearly_full)), not below 0
    occupation         o       = (N_c + U_c) / capacity_c        (no capacity: room_c = 1)
    arrive             after floor(d_ic / speed) days; the same day where that is 0
    move on            onward_share N_a, from camp a to the others, by the same weights

Only the way beyond the nearest open camp counts: who has come 300 km to a border does not think a
camp 100 km behind it as good as one beside it. X(t) is given: how many flee is not predicted here,
only where they go. A camp that no open road reaches (closed border, closed place, not yet a camp)
has weight 0, and who arrives while it is closed waits at its gate. Where no camp takes anybody,
people stay where they are. Forced redirection is part of the ways: from such a place the only way
leads to where people are sent.

People are whole and conserved: each flow is parted by one uniform number u of its own, as
``floor(flow * cumulative share + u)``, whose mean is the exact share. So the same seed gives the
same people, a mean flow carries no bias of rounding, and nobody appears or is lost.

Sources: the gravity form and its softening, Flee (Suleimenova, Bell & Groen 2017,
doi:10.1038/s41598-017-13828-9); estimation of such weights, Beine, Bertoli &
Fernandez-Huertas Moraga 2016, doi:10.1111/twec.12265. Flee's agents walk from town to town by that
weight, each time from where they are, and mostly stay in the first camp; here people choose the
camp and take the shortest way. Values: rows ``displacement.*`` of scenario/displacement.csv.
Left out: families that stay together, wealth, kin abroad, return (docs/displacement.md).
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from interpose.play.compiled import kernel
from interpose.play.draws import UInts, day_key, mix, uniform

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_ORIGIN, _LEAVE, _SETTLE, _CAMP, _ONWARD, _NEXT = range(6)
"""Purposes of the draws of one place and day."""


class Exodus(NamedTuple):
    """What does not change while people flee."""

    newly: Ints  # (day,) persons newly displaced in all
    origin: Floats  # (day, place) weight as origin; no two need add to anything
    period: Ints  # (day,) which period of closures it belongs to
    draw_of_camp: Floats  # (period, place, camp) weight before room; 0 where no way leads there
    travel_days: Ints  # (period, place, camp)
    camp_place: Ints  # (camp,) the place that it is
    admits: NDArray[np.bool_]  # (period, camp) whether any road leads in
    capacity: Ints  # (camp,) persons; 0: without limit
    place_keys: UInts  # (place,) keys of the draws, by name
    settle_share: float
    leave_share: float
    onward_share: float
    nearly_full: float


class People(NamedTuple):
    """Where everybody is, in persons."""

    waiting: Ints  # (place,) displaced and still there
    settled: Ints  # (place,) settled with others, by the place they fled from
    travelling: Ints  # (camp, days ahead) a ring: column ``day % length`` arrives on `day`
    underway: Ints  # (camp,) sum of `travelling` over its ring
    in_camp: Ints  # (camp,)
    weight: Floats  # (camp,) room to work
    counted: Ints  # (day, camp) `in_camp` at the end of each day
    waited: Ints  # (day, place) `waiting` at the end of each day
    fled: Ints  # (day, place) newly displaced there on that day
    arrived: Ints  # (day, camp) let in on that day
    key: UInts  # (1,) key of this future's draws


def new_people(exodus: Exodus, in_camp: Ints, key: np.uint64) -> People:
    """Return the people of day 0 before its first step, with `in_camp` (camp,) already there."""
    days, places = exodus.origin.shape
    camps = exodus.capacity.size
    longest = int(exodus.travel_days.max(initial=0)) + 2

    def empty(*shape: int) -> Ints:
        return np.zeros(shape, dtype=np.int64)

    return People(
        waiting=empty(places),
        settled=empty(places),
        travelling=empty(camps, longest),
        underway=empty(camps),
        in_camp=np.array(in_camp, dtype=np.int64),
        weight=np.zeros(camps),
        counted=empty(days, camps),
        waited=empty(days, places),
        fled=empty(days, places),
        arrived=empty(days, camps),
        key=np.array([key], dtype=np.uint64),
    )


@kernel
def play_exodus(people: People, exodus: Exodus, first: int, last: int) -> None:
    """Play the days from `first` to the one before `last`."""
    for day in range(first, last):
        step(people, exodus, day)


@kernel
def step(people: People, exodus: Exodus, day: int) -> None:
    """Let arrive, flee, set out and move on, in this order; then count the camps."""
    today = day_key(people.key[0], day)
    period = exodus.period[day]
    arrive(people, exodus.admits[period], day)
    displace(people, exodus, day, today)
    for place in range(people.waiting.shape[0]):
        if people.waiting[place] > 0:
            set_out(people, exodus, day, place, mix(exodus.place_keys[place] + today))
    if exodus.onward_share > 0.0:
        for camp in range(people.in_camp.shape[0]):
            key = mix(exodus.place_keys[exodus.camp_place[camp]] + today)
            move_on(people, exodus, day, camp, key)
    for camp in range(people.in_camp.shape[0]):
        people.counted[day, camp] = people.in_camp[camp]
    for place in range(people.waiting.shape[0]):
        people.waited[day, place] = people.waiting[place]


@kernel
def whole_share(amount: int, share: float, u: float) -> int:
    """Return ``floor(amount * share + u)`` between 0 and `amount`: its mean over u is exact."""
    return max(0, min(amount, math.floor(amount * share + u)))


@kernel
def arrive(people: People, admits: Any, day: int) -> None:  # noqa: ANN401 - a row of bool
    """Let in who arrives today; before a closed camp they wait until tomorrow."""
    length = people.travelling.shape[1]
    now, tomorrow = day % length, (day + 1) % length
    for camp in range(people.in_camp.shape[0]):
        number = people.travelling[camp, now]
        people.travelling[camp, now] = 0
        if admits[camp]:
            people.in_camp[camp] += number
            people.arrived[day, camp] += number
            people.underway[camp] -= number
        else:
            people.travelling[camp, tomorrow] += number


@kernel
def displace(people: People, exodus: Exodus, day: int, today: Any) -> None:  # noqa: ANN401
    """Part the newly displaced among the places of origin."""
    number = exodus.newly[day]
    total = 0.0
    for place in range(people.waiting.shape[0]):
        total += exodus.origin[day, place]
    if number == 0 or total <= 0.0:
        return
    u = uniform(today, _ORIGIN)
    below, given, last = 0.0, 0, -1
    for place in range(people.waiting.shape[0]):
        if exodus.origin[day, place] > 0.0:
            below += exodus.origin[day, place]
            upto = whole_share(number, below / total, u)
            people.fled[day, place] = upto - given
            given, last = upto, place
    people.fled[day, last] += number - given
    for place in range(people.waiting.shape[0]):
        people.waiting[place] += people.fled[day, place]


@kernel
def room(people: People, exodus: Exodus, camp: int) -> float:
    """Return how willingly a camp takes people: 1, falling to 0 once it is nearly full."""
    capacity = exodus.capacity[camp]
    if capacity <= 0:
        return 1.0
    occupied: float = (people.in_camp[camp] + people.underway[camp]) / capacity
    if occupied <= exodus.nearly_full:
        return 1.0
    left = (1.0 - occupied) / (1.0 - exodus.nearly_full)
    return left if left > 0.0 else 0.0


@kernel
def weigh(people: People, exodus: Exodus, day: int, place: int, without: int) -> float:
    """Write the weight of every camp for people at a place; return their sum."""
    draw = exodus.draw_of_camp[exodus.period[day], place]
    total = 0.0
    for camp in range(draw.shape[0]):
        weight = 0.0
        if draw[camp] > 0.0 and camp != without:
            weight = draw[camp] * room(people, exodus, camp)
        people.weight[camp] = weight
        total += weight
    return total


@kernel
def set_out(people: People, exodus: Exodus, day: int, place: int, key: Any) -> None:  # noqa: ANN401
    """Let the people of a place leave for camps, or settle, if some camp takes anybody."""
    total = weigh(people, exodus, day, place, -1)
    if total <= 0.0:
        return
    going = whole_share(people.waiting[place], exodus.leave_share, uniform(key, _LEAVE))
    settling = whole_share(going, exodus.settle_share, uniform(key, _SETTLE))
    people.settled[place] += settling
    people.waiting[place] -= settling
    left = send(people, exodus, day, place, going - settling, total, uniform(key, _CAMP))
    people.waiting[place] -= going - settling - left


@kernel
def move_on(people: People, exodus: Exodus, day: int, camp: int, key: Any) -> None:  # noqa: ANN401
    """Let a few people of a camp move on to others."""
    going = whole_share(people.in_camp[camp], exodus.onward_share, uniform(key, _ONWARD))
    if going == 0:
        return
    place = exodus.camp_place[camp]
    total = weigh(people, exodus, day, place, camp)
    if total > 0.0:
        left = send(people, exodus, day, place, going, total, uniform(key, _NEXT))
        people.in_camp[camp] -= going - left


@kernel
def send(
    people: People, exodus: Exodus, day: int, place: int, going: int, total: float, u: float
) -> int:
    """Part people among the camps by their weights; return how many find no bed and stay."""
    period = exodus.period[day]
    length = people.travelling.shape[1]
    below, given, turned_away, last = 0.0, 0, 0, -1
    for camp in range(people.weight.shape[0]):
        if people.weight[camp] > 0.0:
            last = camp
    for camp in range(last + 1):
        if people.weight[camp] <= 0.0:
            continue
        below += people.weight[camp]
        upto = going if camp == last else whole_share(going, below / total, u)
        number = upto - given
        given = upto
        if exodus.capacity[camp] > 0:
            beds = exodus.capacity[camp] - people.in_camp[camp] - people.underway[camp]
            turned_away += max(0, number - beds)
            number = min(number, beds)
        days = exodus.travel_days[period, place, camp]
        if days == 0:
            people.in_camp[camp] += number
            people.arrived[day, camp] += number
        else:
            people.travelling[camp, (day + days) % length] += number
            people.underway[camp] += number
    return turned_away
