"""Worlds of which the truth is known, as events, presence and places."""

import numpy as np

MONTH = 30


def play_days(rng, mu, branching=0.0, half_life=5.0, damp=None, size=None):
    """Return daily counts (place, day) of a process with background mu and excitation."""
    places, days = mu.shape
    keep = 0.5 ** (1 / half_life)
    out, carried = np.zeros((places, days)), np.zeros(places)
    for day in range(days):
        rate = mu[:, day] + branching * carried
        if damp is not None:
            rate = rate * damp[:, day]
        if size is not None:
            rate = rate * rng.gamma(size, 1 / size, places)
        out[:, day] = rng.poisson(rate)
        carried = keep * carried + (1 - keep) * out[:, day]
    return out


def slow(rng, places, months, sd, keep=0.95):
    """Return a slowly moving log level (place, month)."""
    out = np.zeros((places, months))
    out[:, 0] = rng.normal(0, sd, places)
    for m in range(1, months):
        out[:, m] = keep * out[:, m - 1] + rng.normal(0, sd * np.sqrt(1 - keep**2), places)
    return out


def world(
    seed,
    places=60,
    months=72,
    rate=1.0,
    effect=0.0,
    kind="withdrawals",
    strength=1.0,
    branching=0.3,
    drift=0.3,
    common=0.3,
    spread=0.7,
    size=None,
    half_life=5.0,
    share=0.6,
):
    """Return daily counts (place, day) and troops in soldiers (place, month)."""
    rng = np.random.default_rng(seed)
    level = np.log(rate / MONTH * (1 - branching)) + rng.normal(0, spread, (places, 1))
    level = level + slow(rng, places, months, drift) + slow(rng, 1, months, common)
    keep = 0.5 ** (1 / half_life)
    troops = np.zeros((places, months))
    counts, carried = np.zeros((places, months * MONTH)), np.zeros(places)
    begin = np.where(rng.random(places) < share, rng.uniform(200, 2000, places), 0)
    leaves = rng.integers(months // 5, months - months // 5, places)
    arrives = np.where(rng.random(places) < 0.3, rng.integers(1, months // 5 + 1, places), 0)
    if kind == "massive":
        leaves[:] = months // 2
    stays = rng.random(places) < 0.25
    monthly = np.zeros((places, months))
    for m in range(months):
        last = monthly[:, m - 1] if m else np.zeros(places)
        typical = np.maximum(monthly[:, max(0, m - 12) : m].mean(axis=1) if m else rate, 0.2)
        if kind in ("withdrawals", "massive"):
            here = (m >= arrives) & ((m < leaves) | stays)
            troops[:, m] = begin * here
        elif kind == "last":
            troops[:, m] = np.round(300 * strength * last / max(rate, 0.1) / 50) * 50
        elif kind == "past":
            recent = monthly[:, max(0, m - 3) : m].mean(axis=1) if m else 0
            troops[:, m] = np.round(300 * strength * recent / max(rate, 0.1) / 50) * 50
        elif kind in ("foresee", "foresee_now"):
            ahead = level[:, min(m + (kind == "foresee"), months - 1)]
            troops[:, m] = np.round(np.exp(strength * (ahead - level[:, 0])) * 500 / 50) * 50
        elif kind == "trend":
            troops[:, m] = np.round(500 * np.exp(strength * (level[:, m] - level.mean())) / 50) * 50
        elif kind == "calm":
            before = troops[:, m - 1] if m else begin
            calm = (
                monthly[:, max(0, m - 3) : m].sum(axis=1) <= 1.5 * typical
                if m > 5
                else np.zeros(places, bool)
            )
            troops[:, m] = np.where(calm & (rng.random(places) < 0.3 * strength), 0, before)
        elif kind == "surge":
            before = troops[:, m - 1] if m else np.zeros(places)
            hot = last > 2 * typical + 1
            troops[:, m] = np.where(hot & (rng.random(places) < 0.5 * strength), 1000, before)
            gone = (before > 0) & (rng.random(places) < 0.04)
            troops[:, m] = np.where(gone, 0, troops[:, m])
        damp = np.exp(effect * troops[:, m] / 1000)
        for d in range(m * MONTH, (m + 1) * MONTH):
            lam = np.exp(level[:, m]) * damp + branching * carried
            if size:
                lam = lam * rng.gamma(size, 1 / size, places)
            counts[:, d] = rng.poisson(np.minimum(lam, 50))
            carried = keep * carried + (1 - keep) * counts[:, d]
        monthly[:, m] = counts[:, m * MONTH : (m + 1) * MONTH].sum(axis=1)
    return counts, troops
