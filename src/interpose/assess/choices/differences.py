"""Paired differences: mean, spread, where the order flips, shares of variance."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import permutations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from interpose.ensemble.counted import Part

Floats = NDArray[np.float64]

RESAMPLES = 2000
"""Of the pairs, for the interval of a mean."""

SPAN = ("mean", "low", "high")
"""A value and its 95 % interval."""

COLUMNS = 256
"""Of which the means are resampled at once; more would only take memory."""

BLOCKS = 20
"""Parts of the futures that are left out in turn, for the intervals of shares."""

FIFTHS = 5
"""Parts of the futures by the effect that they drew."""

BY_CHANCE = 0.005
"""How often one fifth would be told from zero, on one side, if nothing were there."""

GROUPS = {"assumed": ("assumed",), "fitted": ("fitted",), "published": ("published", "measured")}
"""Part of the variance -> basis of the parameters."""


def mean_of(values: Floats) -> dict[str, float | None]:
    """Return the mean and its 95 % interval, by resampling; of one value there is none.

    Examples
    --------
    >>> mean_of(np.array([2.0]))
    {'mean': 2.0, 'low': None, 'high': None}
    """
    return means_of(values[:, None])[0]


def means_of(values: Floats) -> list[dict[str, float | None]]:
    """Return the same of every column of (future, column): many at once cost much less."""
    n = len(values)
    if n < 2:
        means = values[0].tolist() if n else [None] * values.shape[1]
        return [{"mean": mean, "low": None, "high": None} for mean in means]
    ends = np.stack([values[0]] * 3)
    vary = np.flatnonzero((values != values[0]).any(axis=0))
    for at in np.array_split(vary, -(-len(vary) // COLUMNS)) if len(vary) else ():
        mean, means = values[:, at].mean(axis=0), resampled(n) @ values[:, at] / n
        low, high = np.quantile(means, (0.025, 0.975), axis=0)
        ends[:, at] = mean, np.minimum(low, mean), np.maximum(high, mean)
    return [dict(zip(SPAN, one, strict=True)) for one in ends.T.tolist()]


def share_gone(d: Floats, left: Floats) -> dict[str, float | None]:
    """Return the share of a mean difference that is not left, with its 95 % interval.

    None where the difference of these futures is itself not told from zero.
    """
    if len(d) < 2 or not is_told(mean_of(d)):
        return dict.fromkeys(SPAN)
    weights = resampled(len(d))
    whole, rest = weights @ d, weights @ left
    gone = 1.0 - rest[whole != 0.0] / whole[whole != 0.0]
    low, high = np.quantile(gone, (0.025, 0.975))
    return {"mean": float(1.0 - left.mean() / d.mean()), "low": float(low), "high": float(high)}


def by_part(
    counts: NDArray[np.float32], parts: Sequence[Part], names: Sequence[str], pairs: Sequence[str]
) -> dict[str, Any]:
    """Return means and differences of every community and municipality.

    `counts` is (future, variant, part, year). What is found has the shape of the whole answer.
    """
    sums = counts.sum(axis=3, dtype=np.float64)
    gaps = sums[:, 1:] - sums[:, :1]
    columns = means_of(np.concatenate([sums, gaps], axis=1).reshape(len(sums), -1))
    found: dict[str, Any] = {"by_community": {}, "by_municipality": {}}
    for k, part in enumerate(parts):
        means = columns[k :: len(parts)]
        differences = {
            pair: {
                **means[len(names) + v],
                "pairs": len(gaps),
                "share_better": float((gaps[:, v, k] < 0).mean()),
                "share_worse": float((gaps[:, v, k] > 0).mean()),
            }
            for v, pair in enumerate(pairs)
        }
        empty: dict[str, Any] = {"name": part.name, "measures": {}, "differences": {}}
        one = found[f"by_{part.axis}"].setdefault(part.id, empty)
        one["measures"][part.measure] = dict(zip(names, means, strict=False))
        one["differences"][part.measure] = differences if len(pairs) > 1 else differences[pairs[0]]
    return found


@lru_cache(maxsize=4)
def resampled(n: int, times: int = RESAMPLES) -> Floats:
    """Return how often every future is drawn, (resample, future): always the same."""
    return np.random.default_rng(n).multinomial(n, np.full(n, 1.0 / n), times).astype(float)


def is_zero(d: Floats) -> bool:
    """Return whether a mean is within two standard errors of zero."""
    if len(d) < 2 or np.ptp(d) == 0:
        return not len(d) or bool(d[0] == 0)
    return bool(abs(d.mean()) <= 2.0 * d.std(ddof=1) / np.sqrt(len(d)))


def spread_of(d: Floats, numbers: NDArray[np.int64]) -> dict[str, Any]:
    """Return the distribution of paired differences, and how much one pair carries."""
    levels = {"q05": 0.05, "q25": 0.25, "q50": 0.5, "q75": 0.75, "q95": 0.95}
    quantiles = {name: float(np.quantile(d, level)) for name, level in levels.items()}
    top = int(np.abs(d).argmax())
    whole = float(d.sum())
    share = None if whole == 0.0 else float(d[top] / whole)
    return {
        "pairs": len(d),
        "quantiles": quantiles,
        "top_future": int(numbers[top]),
        "top_share": share,
        "standard_error": None if len(d) < 2 else float(d.std(ddof=1) / np.sqrt(len(d))),
    }


def flip(d: Floats, effects: Mapping[str, Floats]) -> dict[str, Any] | None:
    """Return whether another effect of presence turns the order, and at which.

    Of the effects drawn it is that which moves the difference most. The futures are put in order of
    it and parted into fifths. ``flips`` is true if one fifth is told from zero on either side; then
    `effect` is where the line through the fifths crosses zero, with the 95 % interval of resamples.
    It is false if all fifths are told on the same side, and None if neither can be told. None in
    all: nothing differs, or too few futures drew an effect.
    """
    vary = {name: values for name, values in effects.items() if np.ptp(values) > 0}
    n = len(d)
    if not vary or n < 4 * FIFTHS or np.ptp(d) == 0:
        return None
    ranks = pd.DataFrame(vary).rank().corrwith(pd.Series(d).rank())
    name = str(ranks.abs().idxmax())
    order = np.argsort(vary[name], kind="stable")
    effect, d, weights = vary[name][order], d[order], resampled(n)[:, order]
    is_of = (np.arange(n)[:, None] * FIFTHS // n == np.arange(FIFTHS)).astype(float)
    means = (weights @ (is_of * d[:, None])) / np.maximum(weights @ is_of, 1.0)
    here, centres = (values @ is_of / is_of.sum(axis=0) for values in (d, effect))
    low, high = np.quantile(means, (0.025, 0.975), axis=0)
    least, most = np.quantile(means, (BY_CHANCE, 1.0 - BY_CHANCE), axis=0)
    above, below = np.flatnonzero(least > 0.0), np.flatnonzero(most < 0.0)
    found: dict[str, Any] = {"flips": None, "effect": None, "low": None, "high": None}
    if len(above) and len(below):
        positive, size = np.maximum(means, 0.0), np.abs(means)
        worse = (positive[:, :-1] + positive[:, 1:]) / (size[:, :-1] + size[:, 1:])
        worse = worse @ np.diff(centres)  # length of the line through the fifths above zero
        ends = centres[-1] - worse if above[0] > below[0] else centres[0] + worse
        ends = np.quantile(ends, (0.5, 0.025, 0.975))
        found = {"flips": True} | dict(zip(("effect", "low", "high"), ends.tolist(), strict=True))
    elif max(len(above), len(below)) == FIFTHS:
        found["flips"] = False
    return found | {
        "parameter": name,
        "by_effect": [
            {"effect": float(e), "mean": float(m), "low": float(a), "high": float(b)}
            for e, m, a, b in zip(centres, here, low, high, strict=True)
        ],
    }


def by_parameter(d: Floats, drawn: Floats, names: Sequence[str]) -> list[dict[str, Any]]:
    """Return the parameters that move a difference most, with the share of its variance of each.

    Each alone, as in `shares_of_variance`; those whose 95 % interval leaves out zero.
    """
    if len(d) < 2 * BLOCKS or np.ptp(d) == 0 or not drawn.size:
        return []

    def shares(kept: NDArray[np.bool_]) -> Floats:
        y, n = d[kept] - d[kept].mean(), int(kept.sum())
        total = max(float(y @ y), 1e-300)
        left = np.ones(drawn.shape[1])
        for x in (lines, bends):
            centred = x[kept] - x[kept].mean(axis=0)
            size = np.maximum((centred**2).sum(axis=0), 1e-300)
            left = left - (y @ centred) ** 2 / size / total
        return np.asarray(1.0 - left * (n - 1) / (n - 3))

    lines, bends = _scores(drawn)
    whole = shares(np.ones(len(d), dtype=bool))
    blocks = np.arange(len(d)) % BLOCKS
    error = _jackknife(np.array([shares(blocks != k) for k in range(BLOCKS)]))
    order = np.argsort(-whole, kind="stable")
    return [
        {
            "name": names[i],
            "share": float(whole[i]),
            "low": float(whole[i] - 1.96 * error[i]),
            "high": float(min(whole[i] + 1.96 * error[i], 1.0)),
        }
        for i in order
        if whole[i] > 1.96 * error[i]
    ]


def _jackknife(parts: Floats) -> Floats:
    """Return standard errors from what is found when each block is left out."""
    spread = ((parts - parts.mean(axis=0)) ** 2).sum(axis=0)
    return np.asarray(np.sqrt((BLOCKS - 1) / BLOCKS * spread))


def shares_of_variance(
    differences: Mapping[str, Floats], drawn: Floats, bases: Sequence[str]
) -> dict[str, dict[str, dict[str, float]] | None]:
    """Return the shares of the variance of each difference by the basis of the parameters drawn.

    A curve of second degree in the rank of each parameter (a line where there are fewer than four
    futures for each) is fitted to the difference, adjusted for their number. Parameters fitted
    together are drawn together, so groups explain some of it in common: each has the mean of what
    it adds to the others, over the orders in which they come (Shapley's value). The rest is chance:
    events drawn otherwise, and what parameters do only together. With standard errors from leaving
    out a twentieth at a time. None: nothing differs, or too few futures for so many parameters.
    """
    found: dict[str, dict[str, dict[str, float]] | None] = dict.fromkeys(differences)
    vary = [name for name, d in differences.items() if len(d) > 1 and np.ptp(d) > 0]
    of = {g: [i for i, b in enumerate(bases) if b in words] for g, words in GROUPS.items()}
    if not vary or 2 * len(bases) > len(drawn):
        return found
    scores = _scores(drawn)[: 1 + (4 * len(bases) <= len(drawn))]
    d = np.stack([differences[name] for name in vary], axis=1)

    @cache
    def explained(groups: frozenset[str]) -> Floats:
        at = [i for group in sorted(groups) for i in of[group]]
        return _explained(d, np.concatenate([score[:, at] for score in scores], axis=1))

    raw = np.stack([_own_share(explained, group, tuple(of)) for group in of], axis=1)
    raw = np.concatenate([raw, 1.0 - raw.sum(axis=1, keepdims=True)], axis=1)
    errors = 1.96 * _jackknife(raw[1:])
    for k, name in enumerate(vary):
        shares = np.maximum(raw[0, :-1, k], 0.0)  # adjusted, a share of nothing may be negative
        shares /= max(float(shares.sum()), 1.0)
        shares = np.append(shares, max(1.0 - shares.sum(), 0.0))
        low, high = (np.clip(raw[0, :, k] + sign * errors[:, k], 0.0, 1.0) for sign in (-1, 1))
        found[name] = {
            group: {
                "share": float(shares[i]),
                "low": float(min(low[i], shares[i])),
                "high": float(max(high[i], shares[i])),
            }
            for i, group in enumerate((*of, "monte_carlo"))
        }
    return found


def _own_share(
    explained: Callable[[frozenset[str]], Floats], one: str, of: Sequence[str]
) -> Floats:
    """Return what a group adds to what others explain, in the mean of all orders of the groups."""
    orders = [order[: order.index(one)] for order in permutations(of)]
    adds = [
        explained(frozenset((*others, one))) - explained(frozenset(others)) for others in orders
    ]
    return np.asarray(np.mean(adds, axis=0))


def _scores(values: Floats) -> tuple[Floats, Floats]:
    """Return the ranks of columns as a line and as a bend, Legendre's polynomials of them."""
    u = (2.0 * pd.DataFrame(values).rank().to_numpy() - 1.0) / len(values) - 1.0
    return u, u**2 - 1.0 / 3.0


def _explained(d: Floats, columns: Floats) -> Floats:
    """Return the adjusted share of the variance that columns explain, (of all, less each block)."""
    p, k = columns.shape[1], d.shape[1]
    whole = np.concatenate([np.ones((len(d), 1)), columns, d - d.mean(axis=0)], axis=1)
    moments = whole.T @ whole
    shares = []
    for block in range(-1, BLOCKS):
        left_out = whole[block::BLOCKS] if block >= 0 else whole[:0]
        m = moments - left_out.T @ left_out
        n = len(d) - len(left_out)
        normal = m[:-k, :-k] + 1e-9 * np.diag(np.diag(m)[:-k])  # columns may repeat others
        squares, beside = np.diag(m)[-k:], m[:-k, -k:]
        left = squares - (beside * np.linalg.solve(normal, beside)).sum(axis=0)
        total = np.maximum(squares - m[0, -k:] ** 2 / n, 0.0)
        ratio = np.divide(left / (n - 1 - p), total / (n - 1), np.ones(k), where=total > 0.0)
        shares.append(1.0 - ratio)
    return np.array(shares)


def is_told(one: Mapping[str, Any]) -> bool:
    """Return whether the interval of a mean difference leaves out zero."""
    return one["low"] is not None and (one["low"] > 0.0 or one["high"] < 0.0)
