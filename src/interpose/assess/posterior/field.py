"""The field of places: a factor on the background of each, from where incidents were counted.

Places come first and apart. The play says how the recorded incidents of each type would be spread,
by who lives where and whom they meet; a factor a place corrects that. Its logarithm is a Gaussian
field, half of whose variance is shared by places near each other by road; the variance is that of
the largest marginal likelihood (Laplace), so that few counts leave the field flat.

Counts by place that the mission published say where its acts were, beside the incidents of the
record. A count of n whose source may be off by the share t weighs as n / (1 + n t^2) incidents do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from interpose.assess.accounting import (
    ACTS_OF,
    MISSION,
    Collected,
    count_of,
    covering,
    why_no_target,
)
from interpose.assess.posterior.targets import TRUST, by_type, chances
from interpose.play.expected import SEEN, expected_incidents
from interpose.play.theatre import ACTS, Floats, Theatre
from interpose.record import Record
from interpose.record.periods import beginning, period_of
from interpose.scenario.checks.rows import RECORD
from interpose.scenario.parameters import Parameters
from interpose.scenario.tables.record import Figure

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


def by_place(
    theatre: Theatre,
    parameters: Parameters,
    reporter: str = RECORD,
    first: int = 0,
    last: int | None = None,
) -> Floats:
    """Return (place, type) incidents that a reporter should tell of, up to the end of the fit."""
    last = theatre.day_index(theatre.scenario.header.fit_until) if last is None else last
    seats = [place.municipality for place in theatre.scenario.places]
    size, types = len(seats), len(theatre.type_ids)
    many = max(1, int(MOST_NUMBERS / ((last + 1) * types)))
    told = [
        (row, chances(theatre, parameters, row))
        for act in ACTS
        for row in covering(theatre.scenario, act, reporter)
    ]
    out = np.zeros((size, types))
    for start, watched in ((c, w) for c in range(0, size, many) for w in (False, True)):
        rows = [r for r in told if r[0].watched == watched]
        if not rows:
            continue
        these = range(start, min(start + many, size))
        where = np.eye(size, dtype=np.int8)[these] * (SEEN if watched else 1)
        daily = expected_incidents(theatre, parameters, last + 1, where)
        for row, chance in rows:
            begins, ends = (theatre.day_index(day) for day in (row.begins, row.ends))
            span = slice(max(begins, first), max(ends, 0))
            there = [
                row.municipalities == "all" or seats[c] in row.municipalities.split(";")
                for c in these
            ]
            out[these] += np.array(there)[:, None] * daily[:, span].sum(axis=1) * chance
    return out


class Sectors(NamedTuple):
    """Counts of one quantity and period by place, as the mission published them."""

    figures: list[Figure]
    places: list[int]
    counts: Floats
    means: Floats  # expected, by the same places
    weight: Floats  # of each count, 0 to 1


def sectors_of(theatre: Theatre, record: Record, parameters: Parameters) -> list[Sectors]:
    """Return the mission's counts by place inside the fitted period, beside what is expected."""
    groups: dict[tuple[str, int, int], list[Figure]] = defaultdict(list)
    for figure in record.figures:
        if figure.place and not why_no_target(figure, theatre.scenario, parameters):
            days = period_of(figure)
            span = theatre.day_index(days.first), theatre.day_index(days.last)
            groups[figure.quantity, *span].append(figure)
    found = []
    for (quantity, first, last), figures in groups.items():
        told = by_place(theatre, parameters, MISSION, first, last)
        acts = np.array([kind.act in ACTS_OF[quantity] for kind in theatre.scenario.incident_types])
        places = [theatre.place_index[figure.place] for figure in figures]
        counts = np.array([count_of(figure, last - first + 1) for figure in figures])
        trust = np.array([TRUST[figure.confidence] for figure in figures])
        means = (told @ acts)[places]
        found.append(Sectors(figures, places, counts, means, 1.0 / (1.0 + counts * trust**2)))
    return found


def field(
    theatre: Theatre,
    seen: Collected,
    expected: Floats,
    sectors: list[Sectors],
    seed: int,
    many: int,
) -> tuple[Floats, Floats]:
    """Return the factor of places: its mode (place,), and draws (draw, place) about it.

    `expected` is (place, type), by what people explain; the mix of types is that of the record.
    Counts by sector say only how they are made up.
    """
    counts, types = recorded(theatre, seen), by_type(seen, theatre.scenario.header.fit_until)
    each = expected / np.maximum(expected.sum(axis=0), 1e-300)
    types = types if types.any() else expected.sum(axis=0)  # who did it to whom is unknown
    means = each @ np.where(expected.sum(axis=0) > 0, types, 0.0)
    means *= counts.sum() / max(float(means.sum()), 1e-300)
    for one in sectors:
        scale = one.counts.sum() / max(float(one.means.sum()), 1e-300)
        np.add.at(counts, one.places, one.weight * one.counts)
        np.add.at(means, one.places, one.weight * one.means * scale)
    if counts.sum() <= 0 or means.sum() <= 0:
        return np.ones(len(counts)), np.ones((many, len(counts)))
    means += 1e-9
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
