"""Counts and marks by inverse distributions, against scipy.stats."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lab import agree, hawkes, near, played, theatre_of
from scipy import stats

from interpose.play.draws import law_draw, negative_binomial, of_instigator
from interpose.play.processes.laws import CROWD_STEPS, mark_tables, mean_casualties, power_law

UNIT = st.floats(0, 1, exclude_max=True)
MEAN = st.floats(1e-6, 300)
SIZE = st.one_of(st.floats(0.05, 50), st.just(1e9))


def law(mean, size):
    return stats.nbinom(size, size / (size + mean))


@settings(max_examples=300)
@given(UNIT, MEAN, SIZE)
def test_a_count_is_the_smallest_whose_upper_tail_is_at_most_u(u, mean, size):
    n = negative_binomial(u, mean, size)
    slack = 1e-6 if size == 1e9 else 1e-11  # scipy itself is off by 1e-7 near the Poisson limit
    assert n >= 0
    if u > 1e-10:
        assert law(mean, size).sf(n) <= u + slack
        assert n == 0 or law(mean, size).sf(n - 1) > u - slack


@given(UNIT, MEAN, SIZE, st.floats(0, 1), st.floats(0, 100))
def test_a_count_grows_with_the_mean_and_falls_with_u(u, mean, size, part, more):
    here = negative_binomial(u, mean, size)
    assert negative_binomial(u * part, mean, size) >= here
    if u > 1e-9:  # below, the rounding of the tail decides
        assert negative_binomial(u, mean + more, size) >= here


@given(UNIT, st.floats(1e-9, 1))
def test_no_count_is_above_zero_where_u_is_not_below_the_mean(u, mean):
    if u >= mean:
        assert negative_binomial(u, mean, 0.5) == 0
        assert negative_binomial(u, mean, 1e9) == 0


@pytest.mark.parametrize("mean", [1.0, 35.0, 60.0, 300.0, 700.0])
def test_large_size_is_the_poisson_law_at_any_mean(mean):
    u = (np.arange(400) + 0.5) / 400
    found = [negative_binomial(x, mean, 1e9) for x in u]
    exact = stats.poisson(mean).isf(u)
    assert np.abs(found - exact).max() <= 1
    assert np.mean(found != exact) < 0.02


def test_beyond_the_smallest_float_a_count_is_about_its_mean():
    assert abs(negative_binomial(0.3, 5000.0, 1e9) - 5000) <= 1


@given(UNIT, st.floats(1.01, 4), st.integers(1, 200))
def test_casualties_are_the_first_number_whose_cumulative_chance_is_above_u(u, exponent, cutoff):
    cumulative = np.cumsum(power_law(exponent, cutoff))
    exact = min(int(np.searchsorted(cumulative, u, side="right")) + 1, cutoff)
    assert law_draw(u, cumulative) == exact


@given(UNIT, st.integers(0, 250), st.floats(0, 0.9))
def test_the_casualties_of_the_instigator_are_binomial(u, n, share):
    k = of_instigator(u, n, share)
    assert 0 <= k <= n
    law = stats.binom(n, share)
    assert k == n or law.cdf(k) > u - 1e-9
    assert k == 0 or law.cdf(k - 1) <= u + 1e-9


def test_all_casualties_are_the_instigators_where_its_share_is_one():
    assert [of_instigator(u, 7, 1.0) for u in (0.0, 0.5, 0.999)] == [7, 7, 7]
    assert [of_instigator(u, 7, 0.0) for u in (0.0, 0.5, 0.999)] == [0, 0, 0]


@given(st.floats(0.5, 4), st.integers(1, 300))
def test_a_power_law_adds_to_one_and_falls_as_its_power(exponent, cutoff):
    chances = power_law(exponent, cutoff)
    assert chances.sum() == pytest.approx(1)
    if cutoff > 1:
        assert chances[0] / chances[1] == pytest.approx(2**exponent)
    zipfian = stats.zipfian(exponent, cutoff).pmf(np.arange(1, cutoff + 1))
    np.testing.assert_allclose(chances, zipfian, rtol=1e-9)


def test_crowds_are_log_normal():
    theatre = theatre_of(values={"marks.crowd_median": 120.0, "marks.crowd_sigma": 1.1})
    tables = mark_tables(theatre.scenario.incident_types, theatre.scenario.parameters)
    quantile = (np.arange(CROWD_STEPS) + 0.5) / CROWD_STEPS
    exact = stats.lognorm(1.1, scale=120.0).ppf(quantile)
    np.testing.assert_allclose(tables["crowd"][0], exact, rtol=1e-9)


def test_the_mean_severity_over_the_incidents_of_a_type_is_one():
    values = {
        "severity.exponent": 0.7,
        "marks.fatal_share": 0.2,
        "marks.injury_share": 0.5,
    }
    theatre = theatre_of(values=values)
    tables = mark_tables(theatre.scenario.incident_types, theatre.scenario.parameters)
    dead = np.diff(tables["death_law"], prepend=0) * 0.2
    hurt = np.diff(tables["injury_law"], prepend=0) * 0.5
    total = np.convolve(np.r_[0.8, dead], np.r_[0.5, hurt])
    assert (total * tables["severity"][0]).sum() == pytest.approx(1)
    assert (np.diff(tables["severity"][0]) > 0).all()


def test_marks_of_incidents_follow_their_laws():
    values = {
        "marks.fatal_share": 0.3,
        "marks.injury_share": 0.6,
        "marks.instigator_share": 0.2,
        "marks.crowd_median": 120.0,
    }
    theatre = theatre_of(50, 2000, values=values)
    state = played(theatre, hawkes(theatre, 1.0, 0.0, 5.0))
    event = state.incidents.events[: state.incidents.counts[0]].astype(float)
    count = len(event)
    dead, hurt, crowd = event[:, 3] + event[:, 4], event[:, 5] + event[:, 6], event[:, 7]
    near((dead > 0).mean(), 0.3, np.sqrt(0.21 / count), 0.05, "share with dead")
    near((hurt > 0).mean(), 0.6, np.sqrt(0.24 / count), 0.05, "share with injured")
    one = (dead[dead > 0] == 1).mean()
    near(one, power_law(2.5, 50)[0], np.sqrt(0.25 / (dead > 0).sum()), 0.05, "one dead")
    exact = mean_casualties(theatre.scenario.incident_types, theatre.scenario.parameters)[0]
    agree(dead, exact[0], 0.05, "mean dead")
    agree(hurt, exact[1], 0.05, "mean injured")
    own = event[:, 4].sum() / dead.sum()
    near(own, 0.2, np.sqrt(0.16 / dead.sum()), 0.05, "share of the instigator's dead")
    near((crowd < 120).mean(), 0.5, np.sqrt(0.25 / count), 0.05, "crowds below the median")
    marks = np.stack([dead > 0, hurt > 0, crowd > 120, np.arange(count) % 2])
    related = np.corrcoef(marks)[np.triu_indices(4, 1)]
    assert np.abs(related).max() < 4 / np.sqrt(count), "marks of one incident are unrelated"
    assert state.incidents.series[:, 0, 1].sum() == dead.sum()
    assert state.incidents.series[:, 0, 2].sum() == hurt.sum()
    assert state.incidents.series[:, 0, 0].sum() == count
