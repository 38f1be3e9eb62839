r"""R, the reproduction number of violence: above one, what happens today sustains itself.

R is the spectral radius of the mean offspring matrix under the presence of the day: entry
((m, j), (m', i)) is the mean number of incidents of type m at place j that one incident of type m'
at place i provokes,

    D1_mj K_mm' spread_m,ij (1 - reduction * reached_i).

Below one, the wave after an incident dies out, and an incident leads to R/(1 - R) further ones in
the long run; at one or above it grows until something else stops it. R of a municipality is the
same number if the whole theatre were guarded like that municipality: the rows of ``spread`` add to
one, so space drops out and a small matrix over types is left.

Types that answer each other, directly or through others, form a circle; R is the largest of the
circles' own, since what leads out of a circle never comes back. Most types stand alone.

R is found by power iteration with momentum (De Sa et al. 2018, arXiv:1707.02670), always from the
same start, so that it depends on the presence of the day and on nothing before. The iteration ends
at a positive vector, which belongs to the spectral radius and to no other eigenvalue (Perron 1907).
A circle is left as soon as its largest growth of any entry, which R never exceeds (Collatz 1942),
is below the R of another.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from interpose.play.compiled import State, World, kernel
from interpose.play.theatre import Floats, Ints

Mask = NDArray[np.bool_] | NDArray[np.int8]
TOLERANCE = 5e-8
"""Relative change of R between two rounds at which the iteration stops, if twice in a row."""

PLAIN_ROUNDS = 3
"""Rounds before shift and momentum are set, which take a first estimate of R."""

MOMENTUM_ROUNDS = 200
"""Rounds after which momentum is given up: complex eigenvalues can keep it from converging."""

ROUNDS = 5000
"""Rounds after which the iteration stops in any case."""

SHIFT = 0.25
"""Part of R added to the diagonal, so that pure revenge (eigenvalues +R, -R) converges."""

NEGATIVE = 1e-6
"""Largest negative part of a vector at which it counts as positive when the iteration ends."""

SECOND = 0.88
"""Second eigenvalue as a part of the first for which the momentum is best; others do, too."""


def circles(offspring: Floats) -> list[Ints]:
    """Part the types, (child, parent), into circles that answer each other.

    Circles that provoke nothing are left out.

    Examples
    --------
    >>> circles(np.array([[0.0, 0.2, 0.0], [0.3, 0.0, 0.0], [0.1, 0.0, 0.5]]))
    [array([0, 1]), array([2])]
    """
    count, circle = connected_components(offspring > 0, directed=True, connection="strong")
    found = sorted((np.flatnonzero(circle == k) for k in range(count)), key=lambda one: int(one[0]))
    return [one for one in found if offspring[np.ix_(one, one)].any()]


@kernel
def provoked(
    members: Ints,
    offspring: Floats,
    spread: Floats,
    spread_of: Ints,
    damping: Floats,
    weight: Floats,
    v: Floats,
    out: Floats,
) -> None:
    """Set `out` to the incidents that incidents `v` (type, place) provoke among `members`."""
    places = v.shape[1]
    blocks = places - places % 4
    for m in members:
        row, share = out[m], spread[spread_of[m]]
        row[:] = 0.0
        for i in range(0, blocks, 4):  # four at a time: half the time, the same sums
            a, b, c, d = 0.0, 0.0, 0.0, 0.0
            for p in members:
                a += offspring[m, p] * v[p, i]
                b += offspring[m, p] * v[p, i + 1]
                c += offspring[m, p] * v[p, i + 2]
                d += offspring[m, p] * v[p, i + 3]
            a, b = a * weight[i], b * weight[i + 1]
            c, d = c * weight[i + 2], d * weight[i + 3]
            near_a, near_b, near_c, near_d = share[i], share[i + 1], share[i + 2], share[i + 3]
            for j in range(places):
                row[j] = row[j] + a * near_a[j] + b * near_b[j] + c * near_c[j] + d * near_d[j]
        for i in range(blocks, places):
            a = 0.0
            for p in members:
                a += offspring[m, p] * v[p, i]
            a *= weight[i]
            for j in range(places):
                row[j] += a * share[i, j]
        for j in range(places):
            row[j] *= damping[m, j]


@kernel
def radius(
    members: Ints,
    offspring: Floats,
    spread: Floats,
    spread_of: Ints,
    damping: Floats,
    weight: Floats,
    first: Floats,
    room: Floats,
    best: float,
) -> float:
    """Return R of a circle, or 0 once it is known not to exceed `best`.

    The iteration begins at ``first`` (type, place), damped; `room` is (3, type, place).
    """
    v, before, out = room[0], room[1], room[2]
    for m in members:
        for j in range(v.shape[1]):
            v[m, j] = first[m, j] * damping[m, j]
            before[m, j] = 0.0
    found, shift, momentum, calm = 0.0, 0.0, 0.0, 0
    for n in range(ROUNDS):
        provoked(members, offspring, spread, spread_of, damping, weight, v, out)
        total, grown, most, negative = 0.0, 0.0, 0.0, 0.0
        for m in members:
            for j in range(v.shape[1]):
                total += v[m, j]
                grown += out[m, j]
                negative += max(0.0, -v[m, j])
                if best > 0.0 and v[m, j] > 0.0:
                    most = max(most, out[m, j] / v[m, j])
        if negative == 0.0 and (grown <= 0.0 or 0.0 < most <= best):
            return 0.0
        now = grown / total
        calm = calm + 1 if abs(now - found) < TOLERANCE * now else 0
        if calm >= 2 and negative < NEGATIVE * total:
            return now
        found = now
        if n == PLAIN_ROUNDS:
            shift = SHIFT * now
            momentum = (SECOND * (now + shift) / 2.0) ** 2
        if n == MOMENTUM_ROUNDS:
            momentum = 0.0
        scale = 1.0 / (grown + shift * total)
        for m in members:
            for j in range(v.shape[1]):
                following = out[m, j] + shift * v[m, j] - momentum * before[m, j]
                before[m, j] = v[m, j] * scale
                v[m, j] = following * scale
    return found


@kernel
def largest_radius(
    start: Ints,
    members: Ints,
    follows: Ints,
    offspring: Floats,
    spread: Floats,
    spread_of: Ints,
    damping: Floats,
    weight: Floats,
    first: Floats,
    room: Floats,
) -> float:
    """Return R: the largest of all circles.

    Circle k is ``members[start[k] : start[k + 1]]``; it is left out if it is damped like circle
    ``follows[k]``, which then outdoes it.
    """
    best = 0.0
    for k in range(follows.shape[0]):
        alike = follows[k] >= 0
        for n in range(start[k + 1] - start[k]):
            one, other = members[start[k] + n], members[start[max(follows[k], 0)] + n]
            for j in range(damping.shape[1]):
                alike = alike and damping[one, j] == damping[other, j]
        if not alike:
            circle = members[start[k] : start[k + 1]]
            own = radius(circle, offspring, spread, spread_of, damping, weight, first, room, best)
            best = max(best, own)
    return best


@kernel
def like_each(
    start: Ints,
    members: Ints,
    follows: Ints,
    offspring: Floats,
    spread_of: Ints,
    damping: Floats,
    ones: Floats,
    room: Floats,
    best: Floats,
) -> None:
    """Set `best` (municipality,) to R with every place damped like that municipality.

    ``damping`` is (type, municipality), ``ones`` (type, 1), ``room`` (4, type, 1) to work in.
    """
    spread, like = ones.reshape((ones.shape[0], 1, 1)), room[3]
    for place in range(damping.shape[1]):
        for m in range(damping.shape[0]):
            like[m, 0] = damping[m, place]
        best[place] = largest_radius(
            start, members, follows, offspring, spread, spread_of, like, ones[0], ones, room[:3]
        )


class Reproduction:
    """Computes R in one world, again and again as presence changes."""

    def __init__(self, world: World) -> None:
        known = world.incidents
        self._known = known
        types, places = known.offspring.shape[0], known.spread.shape[1]
        self._circles = laid_out(known.offspring, known.spread_of)
        self._first = known.spread.mean(axis=1)[known.spread_of]
        self._room = np.zeros((3, types, places))
        self._one_place = np.ones((types, 1)), np.zeros((4, types, 1))
        seats = world.presence.municipality_of_place
        self._mean = np.zeros((places, world.presence.municipality_thousands.shape[1]))
        self._mean[np.arange(places), seats] = 1.0
        self._mean /= np.maximum(self._mean.sum(axis=0), 1.0)

    def theatre(self, state: State) -> float:
        """Return R of the theatre under today's presence, in incidents per incident."""
        known = self._known
        weight = 1.0 - known.response_reduction * state.presence.reached
        damping = state.presence.damping[1]
        return float(
            largest_radius(
                *self._circles,
                known.offspring,
                known.spread,
                known.spread_of,
                damping,
                weight,
                self._first,
                self._room,
            )
        )

    def municipal(self, state: State) -> Floats:
        """Return (municipality,) R as if the whole theatre were guarded like each municipality.

        Damping is the mean over the places of a municipality.
        """
        damping = state.presence.damping[1] @ self._mean
        best = np.zeros(damping.shape[1])
        like_each(
            *self._circles,
            self._known.offspring,
            self._known.spread_of,
            damping,
            *self._one_place,
            best,
        )
        reached = state.presence.reached @ self._mean
        return np.asarray(best * (1.0 - self._known.response_reduction * reached))


def laid_out(offspring: Floats, spread_of: Ints) -> tuple[Ints, Ints, Ints]:
    """Return start and members of the circles, and which each follows: see `largest_radius`.

    A circle follows an earlier one whose types spread alike and provoke no less. Those that provoke
    most come first, so that the others can be left early.
    """

    def outdone(one: int, by: int) -> bool:
        return (
            len(found[one]) == len(found[by])
            and bool((within[one] <= within[by]).all())
            and np.array_equal(spread_of[found[one]], spread_of[found[by]])
        )

    def provokes(one: Ints) -> float:
        return float(offspring[np.ix_(one, one)].sum(axis=1).max())

    found = sorted(circles(offspring), key=provokes, reverse=True)
    within = [offspring[np.ix_(one, one)] for one in found]
    follows = [next((by for by in range(k) if outdone(k, by)), -1) for k in range(len(found))]
    start = np.cumsum([0, *map(len, found)])
    members = np.array([m for one in found for m in one], dtype=np.int64)
    return start, members, np.array(follows, dtype=np.int64)
