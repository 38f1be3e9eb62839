"""Sensitivity: ranks against scipy, and a parameter that truly matters comes out on top."""

import numpy as np
import pytest
from scipy.stats import spearmanr

from interpose.assess.totals import FEWEST, interval, rank_correlation, sensitivity
from interpose.ensemble import run
from interpose.scenario import load, new


def test_the_correlation_is_scipys_with_ties():
    random = np.random.default_rng(1)
    values = random.integers(0, 5, (40, 3)).astype(float)
    outcome = random.poisson(3, 40).astype(float)
    expected = [spearmanr(values[:, i], outcome).statistic for i in range(3)]
    np.testing.assert_allclose(rank_correlation(values, outcome), expected)


def test_what_never_changes_has_no_correlation():
    assert np.isnan(rank_correlation(np.ones((9, 1)), np.arange(9.0)))[0]


def test_the_interval_covers_nothing_in_nineteen_of_twenty_cases():
    random = np.random.default_rng(2)
    rho = rank_correlation(random.normal(size=(50, 2000)), random.normal(size=50))
    low, high = interval(rho, 50, 0.95)
    assert np.mean((low <= 0) & (high >= 0)) == pytest.approx(0.95, abs=0.02)


@pytest.fixture(scope="module")
def valley(tmp_path_factory):
    return load(new("valley", tmp_path_factory.mktemp("sensitivity")))


def test_the_background_of_the_commonest_act_moves_the_incidents_most(valley, tmp_path):
    done = run(valley, out=tmp_path / "run", futures=120, seed=5, workers=1)
    table = sensitivity(done, valley.parameters.rows()).set_index("name")
    rate = table.loc["background.rate[harassment]"]
    assert rate["incidents"] > 0.3
    assert rate["incidents_low"] > 0
    assert rate["clear"]
    assert list(table["strength"]) == sorted(table["strength"], reverse=True)
    assert not table.loc["marks.injury_exponent", "clear"]


def test_without_draws_or_futures_there_is_nothing_to_rank(valley, tmp_path):
    fixed = run(valley, out=tmp_path / "fixed", futures=FEWEST, seed=5, draw=False, workers=1)
    few = run(valley, out=tmp_path / "few", futures=FEWEST - 1, seed=5, workers=1)
    assert sensitivity(fixed, valley.parameters.rows()).empty
    assert sensitivity(few, valley.parameters.rows()).empty
