"""The arithmetic of paired differences: mean, spread, where the order flips, shares of variance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, rankdata

Floats = NDArray[np.float64]

RESAMPLES = 2000
"""Of the pairs, for the interval of a mean."""

BLOCKS = 20
"""Parts of the futures that are left out in turn, for the intervals of shares."""

GROUPS = {"assumed": ("assumed",), "fitted": ("fitted",), "published": ("published", "measured")}
"""Part of the variance -> basis of the parameters."""


def mean_of(values: Floats) -> dict[str, float | None]:
    """Return the mean and its 95 % interval, by resampling; of one value there is none.

    Examples
    --------
    >>> mean_of(np.array([2.0]))
    {'mean': 2.0, 'low': None, 'high': None}
    """
    mean = float(values.mean())
    if len(values) < 2:
        return {"mean": mean, "low": None, "high": None}
    if np.ptp(values) == 0:
        return {"mean": float(values[0]), "low": float(values[0]), "high": float(values[0])}
    means = _weights(len(values)) @ values / len(values)
    low, high = np.quantile(means, (0.025, 0.975))
    return {"mean": mean, "low": float(min(low, mean)), "high": float(max(high, mean))}


def _weights(n: int) -> NDArray[Any]:
    """Return how often every pair is drawn, (resample, pair): always the same."""
    return np.random.default_rng(n).multinomial(n, np.full(n, 1.0 / n), RESAMPLES)


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


def flip(d: Floats, strength: Floats | None) -> dict[str, Any] | None:
    """Return the effect of presence at which a difference changes its sign.

    From a parabola through the origin, for without any effect nothing differs. The effect is a
    multiple of the table's value, looked for among those drawn. None: nothing differs, or no
    effect was drawn.
    """
    if strength is None or np.ptp(strength) == 0 or not d.any() or len(d) < 10:
        return None
    x = np.stack([strength, strength**2], axis=1)
    weights = _weights(len(d))[:400].astype(float)
    normal = np.einsum("rn,ni,nj->rij", weights, x, x) + 1e-9 * np.eye(2)
    curves = np.linalg.solve(normal, np.einsum("rn,ni,n->ri", weights, x, d)[..., None])[..., 0]
    curve = np.linalg.lstsq(x, d, rcond=None)[0]
    low, high = float(strength.min()), float(strength.max())
    roots = np.array([-b / c if c else np.inf for b, c in (curve, *curves)])
    inside = (low < roots) & (roots < high)
    return {
        "effect": float(roots[0]) if inside[0] else None,
        "drawn": [low, high],
        "share_of_resamples": float(inside[1:].mean()),
    }


def shares_of_variance(
    d: Floats, drawn: Floats, bases: Sequence[str]
) -> dict[str, dict[str, float]] | None:
    """Return the shares of the variance of a difference by the basis of the parameters drawn.

    Of each group the variance that its parameters explain, each alone, by a curve of second degree
    in its normal score, adjusted for their number; the rest is chance: events drawn otherwise, and
    what parameters do only together. With standard errors from leaving out a twentieth at a time.
    None: nothing differs, or too few futures for so many parameters.
    """
    if len(d) < 2 or np.ptp(d) == 0:
        return None
    columns = {
        group: _scores(drawn[:, [i for i, b in enumerate(bases) if b in words]])
        for group, words in GROUPS.items()
    }
    if max(c.shape[1] for c in columns.values()) * 2 + BLOCKS > len(d):
        return None
    whole = _explained(d, columns, np.ones(len(d), dtype=bool))
    blocks = np.arange(len(d)) % BLOCKS
    parts = np.array([list(_explained(d, columns, blocks != k).values()) for k in range(BLOCKS)])
    errors = np.sqrt((BLOCKS - 1) / BLOCKS * ((parts - parts.mean(axis=0)) ** 2).sum(axis=0))
    return {
        name: {
            "share": share,
            "low": float(max(share - 1.96 * error, 0.0)),
            "high": float(min(share + 1.96 * error, 1.0)),
        }
        for (name, share), error in zip(whole.items(), errors, strict=True)
    }


def _scores(values: Floats) -> Floats:
    """Return normal scores of columns and their squares, for those that differ."""
    values = values[:, np.ptp(values, axis=0) > 0] if values.size else values[:, :0]
    if not values.shape[1]:
        return values
    z = norm.ppf((rankdata(values, axis=0) - 0.5) / len(values))
    return np.concatenate([z, z**2 - 1.0], axis=1)


def _explained(
    d: Floats, columns: Mapping[str, Floats], kept: NDArray[np.bool_]
) -> dict[str, float]:
    y = d[kept] - d[kept].mean()
    total = float(y @ y)
    shares = {}
    for name, x in columns.items():
        x = x[kept] - x[kept].mean(axis=0)
        n, p = len(y), x.shape[1]
        if not p or total == 0.0:
            shares[name] = 0.0
            continue
        left = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
        adjusted = 1.0 - float(left @ left) / (n - 1 - p) / (total / (n - 1))
        shares[name] = max(adjusted, 0.0)
    scale = max(sum(shares.values()), 1.0)
    shares = {name: share / scale for name, share in shares.items()}
    return {**shares, "monte_carlo": 1.0 - sum(shares.values())}
