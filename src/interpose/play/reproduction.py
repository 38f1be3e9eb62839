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
"""

from __future__ import annotations

import numpy as np

from interpose.play.compiled import kernel
from interpose.play.state import State
from interpose.play.theatre import Floats, Ints
from interpose.play.world import World

TOLERANCE = 1e-4
"""Relative change of R between two rounds of the power iteration at which it stops, over places."""

FINE = 1e-9
"""The same where there is one place only and rounds cost nothing."""

ROUNDS = 1000
"""Rounds after which it stops in any case."""

SHIFT = 0.05
"""Added to the diagonal while iterating, so that pure revenge (eigenvalues +r, -r) converges."""


def circles(offspring: Floats) -> list[Ints]:
    """Part the types into circles that answer each other (strongly connected components).

    Parameters
    ----------
    offspring : (child type, parent type) float

    Returns
    -------
    list of (member,) int
        Positions on the type axis; circles that provoke nothing are left out.

    Examples
    --------
    >>> circles(np.array([[0.0, 0.2, 0.0], [0.3, 0.0, 0.0], [0.1, 0.0, 0.5]]))
    [array([0, 1]), array([2])]
    """
    reached = offspring > 0
    steps = 1
    while steps < len(reached):  # each squaring doubles the length of the ways found
        reached = reached | (reached @ reached)
        steps *= 2
    mutual = reached & reached.T
    found: list[Ints] = []
    for m in np.flatnonzero(mutual.diagonal()):
        members = np.flatnonzero(mutual[m])
        if members[0] == m:
            found.append(members)
    return found


@kernel
def provoked(
    members: Ints,
    offspring: Floats,
    spread: Floats,
    damping: Floats,
    weight: Floats,
    v: Floats,
    out: Floats,
) -> None:
    """Set `out` to the incidents that incidents `v` (type, place) provoke among `members`."""
    places = v.shape[1]
    for m in members:
        row = out[m]
        row[:] = 0.0
        for i in range(places):
            amount = 0.0
            for p in members:
                amount += offspring[m, p] * v[p, i]
            amount *= weight[i]
            if amount > 0.0:
                share = spread[m, i]
                for j in range(places):
                    row[j] += amount * share[j]
        for j in range(places):
            row[j] *= damping[m, j]


@kernel
def spectral_radius(
    members: Ints,
    offspring: Floats,
    spread: Floats,
    damping: Floats,
    weight: Floats,
    v: Floats,
    out: Floats,
    tolerance: float,
) -> float:
    """Return R of a circle by power iteration from `v`, left at the leading eigenvector.

    `out` is room of the same shape to work in.

    The error falls by the same factor every round, so three rounds in a row foretell the limit
    (Aitken's delta-squared process); the iteration stops when two forecasts agree. Changes that
    grow mean that another place is about to take the lead: then it goes on.
    """
    places = v.shape[1]
    previous, before, last = 0.0, 0.0, -1.0
    for _ in range(ROUNDS):
        provoked(members, offspring, spread, damping, weight, v, out)
        total, grown = 0.0, 0.0
        for m in members:
            for j in range(places):
                out[m, j] += SHIFT * v[m, j]
                total += v[m, j]
                grown += out[m, j]
        if grown <= 0.0 or total <= 0.0:
            return 0.0
        now = grown / total
        for m in members:
            for j in range(places):
                v[m, j] = out[m, j] / grown
        bend = (now - before) - (before - previous)
        forecast = now if abs(bend) < 1e-14 else now - (now - before) ** 2 / bend
        small = tolerance * max(now, SHIFT)
        moved, calmer = abs(now - before), abs(now - before) <= abs(before - previous) + 1e-12
        if calmer and moved < 10.0 * small and abs(forecast - last) < small:
            return max(forecast - SHIFT, 0.0)
        previous, before, last = before, now, forecast
    return max(now - SHIFT, 0.0)


@kernel
def most_grown(
    members: Ints,
    offspring: Floats,
    spread: Floats,
    damping: Floats,
    weight: Floats,
    v: Floats,
    out: Floats,
) -> float:
    """Return the largest growth of any entry of `v` in one round: R of the circle is not larger.

    It holds for any positive `v` (Collatz 1942), and is tight near the leading eigenvector.
    """
    provoked(members, offspring, spread, damping, weight, v, out)
    most = 0.0
    for m in members:
        for j in range(v.shape[1]):
            most = max(most, out[m, j] / v[m, j])
    return most


@kernel
def like_each(circle: Ints, offspring: Floats, damping: Floats, room: Floats, best: Floats) -> None:
    """Raise `best` (municipality,) to the circle's R under each municipality's damping.

    ``damping`` is (type, municipality); ``room`` is (4, type, 1) to work in, its first part ones.
    """
    ones, guarded, v, out = room[0], room[1], room[2], room[3]
    spread = ones.reshape((ones.shape[0], 1, 1))
    for place in range(damping.shape[1]):
        for m in circle:
            guarded[m, 0] = damping[m, place]
            v[m, 0] = 1.0
        own = spectral_radius(circle, offspring, spread, guarded, ones[0], v, out, FINE)
        best[place] = max(best[place], own)


class Reproduction:
    """Reckons R in one world, again and again as presence changes.

    Circles are found once, and each reckoning starts from the last one's eigenvectors.

    Parameters
    ----------
    world : World
    """

    def __init__(self, world: World) -> None:
        self.world = world
        places = len(world.municipality_of_place)
        municipalities = world.municipality_thousands.shape[1]
        self._v = np.ones((len(world.offspring), places))
        self._out = np.empty_like(self._v)
        self._one_place = np.ones((4, len(world.offspring), 1))
        self._circles = circles(world.offspring)
        self._bounds = [_bound(world.offspring, circle) for circle in self._circles]
        self._leader = 0
        self._order = sorted(range(len(self._circles)), key=lambda k: -self._bounds[k])
        self._mean = np.zeros((places, municipalities))
        self._mean[np.arange(places), world.municipality_of_place] = 1.0
        self._mean /= np.maximum(self._mean.sum(axis=0), 1.0)

    def theatre(self, state: State) -> float:
        """Return R of the theatre under today's presence, in incidents per incident."""
        world, damping = self.world, state.damping[1]
        self._v += 0.01 * self._v.mean()  # what was quiet so far may lead from now on
        weight = 1.0 - world.response_reduction * state.reached
        inputs = (world.offspring, world.spread, damping, weight, self._v, self._out)
        best = 0.0
        for k in self._order:
            # Two bounds, a free one and one of a single round, spare most circles the iteration.
            circle = self._circles[k]
            if self._bounds[k] > best and most_grown(circle, *inputs) > best * (1.0 + TOLERANCE):
                own = float(spectral_radius(circle, *inputs, TOLERANCE))
                if own > best:
                    best, self._leader = own, k
        self._order = sorted(self._order, key=lambda k: k != self._leader)
        return best

    def municipal(self, state: State) -> Floats:
        """Return R as if the whole theatre were guarded like each municipality.

        Damping is the mean over the places of a municipality.

        Returns
        -------
        (municipality,) float, incidents per incident
        """
        damping, offspring = state.damping[1] @ self._mean, self.world.offspring
        best = (damping * offspring.diagonal()[:, None]).max(axis=0)
        for circle in self._circles:
            if len(circle) > 1:
                like_each(circle, offspring, damping, self._one_place, best)
        reached = state.reached @ self._mean
        return np.asarray(best * (1.0 - self.world.response_reduction * reached))


def _bound(offspring: Floats, circle: Ints) -> float:
    """Return a number that the spectral radius of a circle does not exceed."""
    own = offspring[np.ix_(circle, circle)]
    return float(min(own.sum(axis=0).max(), own.sum(axis=1).max()))
