r"""R, the reproduction number of violence: above one, what happens today sustains itself.

R is the spectral radius of the mean offspring matrix under the presence of the day: entry
((m, j), (m', i)) is the mean number of incidents of type m at place j that one incident of type m'
at place i provokes,

    D1_mj K_mm' spread_m,ij (1 - reduction * reached_i).

Below one, the wave after an incident dies out, and an incident leads to R/(1 - R) further ones in
the long run; at one or above it grows until something else stops it. R of a municipality is the
same number if the whole theatre were guarded like that municipality: the rows of ``spread`` add to
one, so space drops out and a small matrix over types is left.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from interpose.play.compiled import kernel
from interpose.play.state import State
from interpose.play.theatre import Floats
from interpose.play.world import World

TOLERANCE = 1e-4
"""Relative change of R between two rounds of the power iteration at which it stops."""

ROUNDS = 1000
"""Rounds after which it stops in any case."""

SHIFT = 0.05
"""Added to the diagonal while iterating, so that pure revenge (eigenvalues +r, -r) converges."""


@kernel
def provoked(
    offspring: Floats, spread: Floats, damping: Floats, weight: Floats, v: Floats, out: Floats
) -> None:
    """Set `out` to the incidents that incidents `v` (type, place) provoke in the mean."""
    types, places = v.shape
    for m in range(types):
        row = out[m]
        row[:] = 0.0
        for i in range(places):
            amount = 0.0
            for p in range(types):
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
    offspring: Floats, spread: Floats, damping: Floats, weight: Floats, v: Floats, out: Floats
) -> float:
    """Return R by power iteration from `v`, which is left at the leading eigenvector.

    `out` is room of the same shape to work in.

    The error falls by the same factor every round, so three rounds in a row foretell the limit
    (Aitken's delta-squared process); the iteration stops when two forecasts agree. Changes that
    grow mean that another place or type is about to take the lead: then it goes on.
    """
    types, places = v.shape
    previous, before, last = 0.0, 0.0, -1.0
    for _ in range(ROUNDS):
        provoked(offspring, spread, damping, weight, v, out)
        total, grown = 0.0, 0.0
        for m in range(types):
            for j in range(places):
                out[m, j] += SHIFT * v[m, j]
                total += v[m, j]
                grown += out[m, j]
        if grown <= 0.0 or total <= 0.0:
            return 0.0
        now = grown / total
        for m in range(types):
            for j in range(places):
                v[m, j] = out[m, j] / grown
        bend = (now - before) - (before - previous)
        forecast = now if abs(bend) < 1e-14 else now - (now - before) ** 2 / bend
        small = TOLERANCE * max(now, SHIFT)
        moved, calmer = abs(now - before), abs(now - before) <= abs(before - previous) + 1e-12
        if calmer and moved < 10.0 * small and abs(forecast - last) < small:
            return max(forecast - SHIFT, 0.0)
        previous, before, last = before, now, forecast
    return max(now - SHIFT, 0.0)


def theatre_r(state: State, world: World, v: Floats) -> float:
    """Return R of the theatre under today's presence; `v` carries the last eigenvector over.

    Parameters
    ----------
    state, world : State, World
    v : (type, place) float
        Start of the iteration, not negative and not zero; changed in place.
    """
    v += 0.01 * v.mean()  # what was quiet so far may lead from now on
    weight = 1.0 - world.response_reduction * state.reached
    out = np.empty_like(v)
    return float(spectral_radius(world.offspring, world.spread, state.damping[1], weight, v, out))


def municipal_r(state: State, world: World, municipalities: int) -> NDArray[np.float64]:
    """Return R as if the whole theatre were guarded like each municipality.

    Damping is the mean over the places of a municipality.

    Returns
    -------
    (municipality,) float, incidents per incident
    """
    seats = world.municipality_of_place
    count = np.maximum(np.bincount(seats, minlength=municipalities), 1)
    types = state.damping.shape[1]
    damping = np.stack(
        [np.bincount(seats, state.damping[1, m], municipalities) / count for m in range(types)]
    )
    reached = np.bincount(seats, state.reached, municipalities) / count
    matrices = damping.T[:, :, None] * world.offspring[None]
    matrices *= (1.0 - world.response_reduction * reached)[:, None, None]
    return np.asarray(np.abs(np.linalg.eigvals(matrices)).max(axis=1))
