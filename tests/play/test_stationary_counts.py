"""Exact results 1 to 4 and 13 of METHODS section 7: counts in a world that does not change."""

from __future__ import annotations

import numpy as np
import pytest
from lab import agree, happened, hawkes, near, played, rates_of, theatre_of

PLACES = 200  # repeats: places that do not know of each other
WARM = 150  # days left out at the start, more than ten relaxation times


def moments(mu, n, memory, size=np.inf):
    """Return mean, Var(rate), Var(count) and Cov(count) at lags 1, 2, ... of the daily recursion.

    The negative binomial adds rate^2 / size to the variance of a count, and nothing else.
    """
    kept = np.exp(-1.0 / memory)
    a = n * (1.0 - kept)
    r = kept + a
    mean = mu / (1.0 - n)
    of_rate = a**2 * (mean + mean**2 / size) / (1.0 - r**2 - a**2 / size)
    of_count = mean + of_rate + (mean**2 + of_rate) / size
    lagged = r * of_rate + a * (of_count - of_rate)
    return mean, of_rate, of_count, lambda h: r ** (np.asarray(h) - 1.0) * lagged


def window_variance(days, of_count, covariance):
    """Return the variance of the sum of so many days."""
    h = np.arange(1, days)
    return days * of_count + 2.0 * ((days - h) * covariance(h)).sum()


def windows(counts, days):
    """Add up counts (day, ...) over consecutive windows: (window, ...)."""
    whole = counts[: len(counts) // days * days]
    return whole.reshape(-1, days, *counts.shape[1:]).sum(axis=1)


def test_the_mean_rate_is_mu_over_one_minus_n():
    mu, n, days = 0.2, 0.6, 3000
    theatre = theatre_of(PLACES, days)
    counts = happened(played(theatre, hawkes(theatre, mu, n, 5.0)), days)[WARM:, 0]
    exact = mu / (1 - n)
    error = np.sqrt(exact / (PLACES * (days - WARM))) / (1 - n)  # METHODS section 7, last line
    near(counts.mean(), exact, error, 0.02, "mean count")
    agree(counts.mean(axis=0), exact, 0.02, "mean count")


def test_the_mean_rates_of_several_types_solve_one_linear_equation():
    mu, K, days = np.array([0.2, 0.05]), np.array([[0.3, 0.2], [0.4, 0.1]]), 3000
    theatre = theatre_of(PLACES, days, types=2)
    counts = happened(played(theatre, hawkes(theatre, mu, K, [3.0, 9.0])), days)[WARM:]
    agree(counts.mean(axis=0).T, np.linalg.solve(np.eye(2) - K, mu), 0.04, "means by type")


def test_severity_shifts_offspring_between_incidents_but_not_their_mean():
    mu, n, days = 0.2, 0.6, 3000
    marks = {
        "severity.exponent": 1.0,
        "marks.fatal_share": 0.3,
        "marks.injury_share": 0.4,
        "marks.death_exponent": 2.0,
    }
    theatre = theatre_of(PLACES, days, values=marks)
    world = hawkes(theatre, mu, n, 3.0)
    assert world.incidents.severity.max() > 20 * world.incidents.severity.min()
    counts = happened(played(theatre, world), days)[WARM:, 0]
    agree(counts.mean(axis=0), mu / (1 - n), 0.06, "mean count with severity")


@pytest.mark.parametrize("size", [np.inf, 2.0], ids=["poisson", "negative binomial"])
def test_variance_and_autocovariance_are_those_of_the_geometric_kernel(size):
    mu, n, memory, days = 0.2, 0.6, 4.0, 5000
    theatre = theatre_of(PLACES, days)
    world = hawkes(theatre, mu, n, memory, size=min(size, 1e9))
    rates, state = rates_of(theatre, world, from_day=WARM)
    mean, of_rate, of_count, covariance = moments(mu, n, memory, size)
    rate, count = rates[:, 0] - mean, happened(state, days)[WARM:, 0] - mean
    agree((rate**2).mean(axis=0), of_rate, 0.10, "Var(rate)")
    agree((count**2).mean(axis=0), of_count, 0.04, "Var(count)")
    for lag in (1, 3, 8):
        found = (count[:-lag] * count[lag:]).mean(axis=0)
        agree(found, covariance(lag), 0.20, f"Cov at lag {lag}")


def test_the_variance_of_a_window_is_the_sum_of_all_covariances():
    mu, n, memory, days = 0.2, 0.6, 4.0, 9150
    theatre = theatre_of(PLACES, days)
    counts = happened(played(theatre, hawkes(theatre, mu, n, memory)), days)[WARM:, 0]
    mean, _, of_count, covariance = moments(mu, n, memory)
    for length in (10, 60):
        found = ((windows(counts, length) - mean * length) ** 2).mean(axis=0)
        agree(found, window_variance(length, of_count, covariance), 0.08, f"Var N({length})")


def test_the_dispersion_of_long_windows_is_one_over_one_minus_n_squared():
    mu, n, days, length = 0.3, 0.5, 30150, 500
    theatre = theatre_of(PLACES, days)
    counts = happened(played(theatre, hawkes(theatre, mu, n, 2.0)), days)[WARM:, 0]
    mean = mu / (1 - n)
    _, _, of_count, covariance = moments(mu, n, 2.0)
    exact = 1 / (1 - n) ** 2
    assert window_variance(length, of_count, covariance) / length / mean == pytest.approx(
        exact, rel=0.01
    )
    found = ((windows(counts, length) - mean * length) ** 2).mean(axis=0) / (mean * length)
    agree(found, exact, 0.06, "Var N / E N")


def test_the_long_run_covariance_of_several_types_has_the_matrix_form():
    mu, K, days, length = np.array([0.2, 0.1]), np.array([[0.3, 0.2], [0.4, 0.1]]), 30150, 500
    theatre = theatre_of(PLACES, days, types=2)
    counts = happened(played(theatre, hawkes(theatre, mu, K, 2.0)), days)[WARM:]
    inverse = np.linalg.inv(np.eye(2) - K)
    mean = inverse @ mu
    off = windows(counts, length) - mean[:, None] * length
    found = np.einsum("wap,wbp->pab", off, off) / len(off) / length
    agree(found, inverse @ np.diag(mean) @ inverse.T, 0.12, "covariance per day")


def test_in_small_steps_the_covariance_is_that_of_the_continuous_hawkes_process():
    steps, n = 50, 0.5  # steps in one memory time, which is the unit of time here
    mu, days, length = 4.0, 10_000, 200
    theatre = theatre_of(PLACES, days)
    counts = happened(played(theatre, hawkes(theatre, mu / steps, n, steps)), days)[1000:, 0]
    mean, g, T = mu / (1 - n), 1 - n, length / steps
    at_zero = n * mean * (2 - n) / (2 * (1 - n))
    exact = mean * T + 2 * at_zero * (T / g - (1 - np.exp(-g * T)) / g**2)
    found = ((windows(counts, length) - mean * T) ** 2).mean(axis=0)
    agree(found, exact, 0.08, "Var N(T), Hawkes 1971")


@pytest.mark.parametrize("size", [np.inf, 0.5], ids=["poisson", "negative binomial"])
def test_without_offspring_counts_are_independent_with_the_dispersion_of_their_law(size):
    mu, days = 0.3, 6000
    theatre = theatre_of(PLACES, days)
    counts = happened(played(theatre, hawkes(theatre, mu, 0.0, 5.0, size=min(size, 1e9))), days)[
        :, 0
    ]
    off = counts - mu
    dispersion = 1 + mu / size
    agree((off**2).mean(axis=0) / mu, dispersion, 0.03, "dispersion")
    zero = np.exp(-mu) if np.isinf(size) else (1 + mu / size) ** -size
    agree((counts == 0).mean(axis=0), zero, 0.02, "share of quiet days")
    for lag in (1, 2, 7):
        found = (off[:-lag] * off[lag:]).mean(axis=0) / (mu * dispersion)
        assert abs(found.mean()) < 4 / np.sqrt(found.size * days), f"correlation at lag {lag}"
    neighbours = (off[:, :-1] * off[:, 1:]).mean() / (mu * dispersion)
    assert abs(neighbours) < 4 / np.sqrt(days * PLACES), "correlation between neighbours"


def test_where_nothing_provokes_anything_nothing_ever_happens():
    theatre = theatre_of(3, 2000, types=2)
    world = hawkes(theatre, 0.0, np.full((2, 2), 0.9), 5.0, apart=False)
    state = played(theatre, world)
    assert state.incidents.counts[0] == 0
    assert not state.incidents.series.any()
    assert not state.incidents.excitation.any()
    assert not state.incidents.rate.any()
