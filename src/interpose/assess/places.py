"""Where the incidents of the record were: a field over places that shrinks to what people explain.

Of each type the play says how its recorded incidents would be spread, by who lives where and whom
they meet. A factor a place corrects that. Its logarithm is a Gaussian field: half of the variance
is shared by places near each other by road. The variance is that of the largest marginal
likelihood (Laplace), so that few counts leave the field flat.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from interpose.assess.accounting import Collected, covering
from interpose.assess.targets import by_type, chances
from interpose.play.reproduction import expected_incidents
from interpose.play.theatre import ACTS, Floats, Theatre
from interpose.record.periods import beginning
from interpose.scenario.parameters import Parameters

SPREADS = (0.05, 0.25, 0.5, 1.0, 1.5, 2.0)
NEAR_MIN = 30.0
"""Travel time, minutes, over which places share less of their half of the variance. Assumed."""

MOST_NUMBERS = 2.5e7
"""Numbers held at once while places are counted."""


def recorded(theatre: Theatre, seen: Collected) -> Floats:
    """Return (place,) recorded incidents up to the end of the fit, where the place is known."""
    counts = np.zeros(len(theatre.place_ids))
    for row in seen.rows:
        inside = beginning(row).last <= theatre.scenario.header.fit_until
        if inside and row.place in theatre.place_index:
            counts[theatre.place_index[row.place]] += 1.0
    return counts


def by_place(theatre: Theatre, parameters: Parameters) -> Floats:
    """Return (place, type) incidents that the record should hold, up to the end of the fit."""
    days = theatre.day_index(theatre.scenario.header.fit_until) + 1
    seats = [place.municipality for place in theatre.scenario.places]
    size, types = len(seats), len(theatre.type_ids)
    many = max(1, int(MOST_NUMBERS / (days * types)))
    told = [
        (row, chances(theatre, parameters, row))
        for act in ACTS
        for row in covering(theatre.scenario, act)
    ]
    out = np.zeros((size, types))
    for first in range(0, size, many):
        these = range(first, min(first + many, size))
        daily = expected_incidents(theatre, parameters, days, np.eye(size, dtype=np.bool_)[these])
        for row, chance in told:
            span = slice(max(theatre.day_index(row.begins), 0), max(theatre.day_index(row.ends), 0))
            there = [
                row.municipalities == "all" or seats[c] in row.municipalities.split(";")
                for c in these
            ]
            out[these] += np.array(there)[:, None] * daily[:, span].sum(axis=1) * chance
    return out


def field(
    theatre: Theatre, seen: Collected, expected: Floats, seed: int, many: int
) -> tuple[Floats, Floats]:
    """Return the factor of places: its mode (place,), and draws (draw, place) about it.

    `expected` is (place, type), by what people explain; the mix of types is that of the record.
    """
    counts, types = recorded(theatre, seen), by_type(seen, theatre.scenario.header.fit_until)
    each = expected / np.maximum(expected.sum(axis=0), 1e-300)
    means = each @ np.where(expected.sum(axis=0) > 0, types, 0.0)
    if counts.sum() <= 0 or means.sum() <= 0:
        return np.ones(len(counts)), np.ones((many, len(counts)))
    means = means * (counts.sum() / means.sum()) + 1e-9
    travel = np.minimum(theatre.travel_min, 1e6)
    like = 0.5 * np.eye(len(counts)) + 0.5 * np.exp(-travel / NEAR_MIN)
    like = (like + like.T) / 2.0 + 1e-6 * np.eye(len(counts))
    found = [_mode(counts, means, spread**2 * like) for spread in SPREADS]
    _, mode, covariance = max(found, key=lambda one: one[0])
    drawn = np.random.default_rng(seed).multivariate_normal(
        mode, covariance, many, method="cholesky"
    )

    def scaled(logs: Floats) -> Floats:
        factor = np.exp(np.clip(logs, -6.0, 6.0))
        return np.asarray(factor * means.sum() / (factor @ means)[..., None])

    return scaled(mode[None])[0], scaled(drawn)


def _mode(counts: Floats, means: Floats, covariance: Floats) -> tuple[float, Floats, Floats]:
    """Return the logarithm of the evidence, the mode and the covariance, of Poisson counts."""
    x = np.zeros(len(counts))
    for _ in range(100):  # Newton, with the covariance never inverted
        rate = means * np.exp(x)
        root = np.sqrt(rate)
        inner = np.eye(len(x)) + root[:, None] * covariance * root
        b = rate * x + counts - rate
        solved = np.linalg.solve(inner, root * (covariance @ b))
        step = covariance @ (b - root * solved) - x
        x = x + step / max(1.0, float(np.abs(step).max()))
        if np.abs(step).max() < 1e-6:
            break
    rate = means * np.exp(x)
    root = np.sqrt(rate)
    inner = np.eye(len(x)) + root[:, None] * covariance * root
    after = covariance - covariance * root @ np.linalg.solve(inner, root[:, None] * covariance)
    weight = b - root * np.linalg.solve(inner, root * (covariance @ b))  # covariance^-1 x
    evidence = float(counts @ (np.log(means) + x) - rate.sum() - 0.5 * x @ weight)
    evidence -= 0.5 * float(np.linalg.slogdet(inner)[1])
    return evidence, x, (after + after.T) / 2.0 + 1e-9 * np.eye(len(x))


def names_of(theatre: Theatre, values: Floats) -> Mapping[str, Floats]:
    """Return rows of the table for values (..., place)."""
    places = enumerate(theatre.place_ids)
    return {f"background.place[{place}]": values[..., i] for i, place in places}
