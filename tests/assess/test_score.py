"""Scores: exact cases, and another program."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interpose.assess.score import coverage, crps, skill

numbers = st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=30)


@given(numbers, st.floats(-1e3, 1e3))
def test_crps_is_the_double_sum_that_defines_it(draws, observed):
    x = np.array(draws)
    m = len(x)
    pairs = np.abs(x[:, None] - x[None, :]).sum()
    expected = np.abs(x - observed).mean() - pairs / (2 * m * (m - 1))
    assert crps(x, observed) == pytest.approx(expected, abs=1e-9)


def test_of_draws_in_groups_only_pairs_of_different_groups_are_counted():
    x, group = np.random.default_rng(5).normal(size=12), np.arange(12) % 4
    apart = group[:, None] != group
    expected = np.abs(x - 0.3).mean() - np.abs(x[:, None] - x)[apart].mean() / 2
    assert crps(x, 0.3, 4) == pytest.approx(expected)
    four = np.arange(4.0)
    assert crps(np.tile(four, 9), 1.0, 4) == pytest.approx(crps(four, 1.0))


def test_crps_agrees_with_scoringrules():
    scoringrules = pytest.importorskip("scoringrules")
    rng = np.random.default_rng(1)
    draws, observed = rng.poisson(4.0, (500, 20)).astype(float), rng.poisson(4.0, 20).astype(float)
    theirs = scoringrules.crps_ensemble(observed, draws.T, estimator="fair")
    np.testing.assert_allclose(crps(draws, observed), theirs, rtol=1e-9, atol=1e-12)


def test_crps_of_a_normal_forecast_is_the_closed_form():
    # Gneiting & Raftery 2007: sigma (2 phi(0) - 1/sqrt(pi)) at the mean.
    draws = np.random.default_rng(2).normal(size=200_000)
    exact = 2 / np.sqrt(2 * np.pi) - 1 / np.sqrt(np.pi)
    assert crps(draws, 0.0) == pytest.approx(exact, abs=4 * 0.6 / np.sqrt(200_000))


def test_the_true_forecast_scores_best_in_the_mean():
    rng = np.random.default_rng(3)
    observed = rng.poisson(5.0, 4000).astype(float)
    means = [crps(rng.poisson(m, (400, 4000)).astype(float), observed).mean() for m in (3, 5, 8)]
    assert means[1] < means[0]
    assert means[1] < means[2]


def test_coverage_counts_what_lies_inside_and_a_part_of_what_lies_at_an_end():
    draws = np.arange(99.0)[:, None]  # of 100 ranks the values at the ends have two each
    inside = [
        coverage(draws, np.array([value]), 0.9) for value in (50.0, 4.0, 3.0, 94.0, 95.0, 200)
    ]
    assert inside == pytest.approx([1, 0.5, 0, 0.5, 0, 0])


def test_coverage_of_true_forecasts_of_small_counts_is_the_level():
    rng = np.random.default_rng(4)
    draws, seen = (rng.poisson(0.8, n).astype(float) for n in ((1000, 4000), 4000))
    low, high = np.quantile(draws, [0.05, 0.95], axis=0)
    assert ((seen >= low) & (seen <= high)).mean() > 0.94  # since counts are whole
    for level in (0.5, 0.9):
        assert coverage(draws, seen, level) == pytest.approx(level, abs=0.02)


def test_skill_is_zero_against_itself_and_positive_against_worse():
    ours = np.arange(1.0, 9.0)
    assert skill(ours, ours) == (0.0, 0.0, 0.0)
    best, low, high = skill(ours, 2 * ours)
    assert best == low == high == 0.5


def test_a_few_years_have_a_skill_and_no_interval():
    best, low, high = skill(np.array([1.0, 2.0, 1.0]), np.array([2.0, 3.0, 4.0]))
    assert best == pytest.approx(5 / 9)
    assert np.isnan([low, high]).all()


def test_the_skill_interval_holds_zero_where_there_is_no_difference():
    rng = np.random.default_rng(4)
    held = 0
    for repeat in range(200):
        a, b = rng.exponential(size=(2, 30))
        _, low, high = skill(a, b, repeats=200, seed=repeat)
        held += low <= 0.0 <= high
    # 90 % intervals of 30 cases in blocks of 3 are somewhat narrow; far fewer would be a fault.
    assert held / 200 > 0.75
