"""Exact results 13 and 15 of METHODS section 7: the fit finds n again; the step does not matter."""

from __future__ import annotations

import numpy as np
from lab import agree, happened, hawkes, played, theatre_of
from scipy.optimize import minimize
from scipy.signal import lfilter

REPEATS, DAYS = 50, 3000
MU, N, MEMORY = 0.4, 0.5, 5.0
CHI_SQUARE_95 = 3.841


def misfit(free, counts):
    """Return minus the Poisson log-likelihood of daily counts (day,), given the days before."""
    mu, n, kept = np.exp(free[0]), 1 / (1 + np.exp(-free[1])), 1 / (1 + np.exp(-free[2]))
    felt = lfilter([0.0, 1.0 - kept], [1.0, -kept], counts)
    rate = mu + n * felt
    return -(counts * np.log(rate) - rate).sum()


def misfit_at_n(free, counts):
    """Return the same with n held at its true value."""
    return misfit([free[0], logit(N), free[1]], counts)


def logit(p):
    return np.log(p / (1 - p))


def test_n_lies_in_its_95_percent_interval_in_nine_repeats_of_ten():
    theatre = theatre_of(REPEATS, DAYS)
    counts = happened(played(theatre, hawkes(theatre, MU, N, MEMORY), seed=5), DAYS)[:, 0]
    within, fitted = 0, []
    for place in range(REPEATS):
        y = counts[:, place].astype(float)
        start = np.array([np.log(MU), logit(N), logit(np.exp(-1 / MEMORY))])
        free = minimize(misfit, start, args=(y,), method="Nelder-Mead").x
        held = minimize(misfit_at_n, start[[0, 2]], args=(y,), method="Nelder-Mead").fun
        within += 2 * (held - misfit(free, y)) < CHI_SQUARE_95  # profile likelihood interval
        fitted.append(1 / (1 + np.exp(-free[1])))
    assert within >= 0.9 * REPEATS, f"{within} of {REPEATS}"
    agree(fitted, N, 0.12, "fitted n")
    assert np.std(fitted) < 0.1


def on_the_way(steps, days):
    """Return the exact mean incidents of the first days, from nothing, at so many steps a day."""
    kept = np.exp(-1 / (MEMORY * steps))
    a = N * (1 - kept)
    r = kept + a
    return MU / steps * (1 + a * (r ** np.arange(days * steps) - 1) / (r - 1)).sum()


def test_half_the_step_with_matched_memory_leaves_the_means_alone():
    days, places, means = 3000, 100, []
    for steps in (1, 2):  # a day, and half a day
        theatre = theatre_of(places, days * steps)
        world = hawkes(theatre, MU / steps, N, MEMORY * steps)
        counts = happened(played(theatre, world), days * steps)[100 * steps :, 0]
        means.append(counts.sum(axis=0) / (days - 100))
        agree(means[-1], MU / (1 - N), 0.03, f"incidents per day, {steps} steps a day")

        theatre = theatre_of(places, 30 * steps)
        world = hawkes(theatre, MU / steps, N, MEMORY * steps)
        early = [happened(played(theatre, world, future=f), 30 * steps) for f in range(20)]
        early = np.array(early).sum(axis=(1, 2)).ravel()
        agree(early, on_the_way(steps, 30), 0.05, f"first 30 days, {steps} steps a day")
    agree(1 + means[0] - means[1], 1, 0.04, "1 + difference of the means")
    assert abs(on_the_way(2, 30) / on_the_way(1, 30) - 1) < 0.03
    assert abs(on_the_way(4, 30) / on_the_way(2, 30) - 1) < 0.015
