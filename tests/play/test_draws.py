"""Keyed draws: uniform, unrelated, and named for ever."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lab import theatre_of
from numba import njit
from scipy import stats

from interpose.play.draws import (
    day_key,
    future_key,
    mix,
    mixed,
    name_key,
    name_keys,
    uniform,
    uniform_of,
    unit,
)
from interpose.play.future import _between, draw_parameters

DAYS, CELLS = 1000, 300


@njit
def block(process_key, cell_keys, first, days):
    """Return the draws of (day, cell) as `incidents` makes them."""
    out = np.empty((days, cell_keys.shape[0]))
    for day in range(days):
        today = day_key(process_key, first + day)
        for c in range(cell_keys.shape[0]):
            out[day, c] = unit(mix(cell_keys[c] + today))
    return out


@njit
def purposes(key, numbers):
    """Return the draws of one key by purpose."""
    out = np.empty(numbers)
    for n in range(numbers):
        out[n] = uniform(key, n)
    return out


@njit
def mixed_in_a_kernel(z):
    return mix(z)


def draws(seed=1, future=0, process="incidents", names="p"):
    cells = name_keys([("t", f"{names}{i}") for i in range(CELLS)])
    return block(future_key(seed, future, process), cells, 730_000, DAYS)


def unrelated(x, y):
    """Assert that two arrays of uniform draws are uncorrelated, within four standard errors."""
    r = np.corrcoef(np.ravel(x), np.ravel(y))[0, 1]
    assert abs(r) < 4 / np.sqrt(np.size(x)), r


def test_draws_are_uniform():
    u = draws().ravel()
    assert u.min() >= 0
    assert u.max() < 1
    counts = np.bincount((u * 1000).astype(int), minlength=1000)
    assert stats.chisquare(counts).pvalue > 1e-4
    assert stats.kstest(u, "uniform").pvalue > 1e-4
    low = np.bincount((u * 2**20).astype(int) % 64, minlength=64)  # bits 15 to 20
    assert stats.chisquare(low).pvalue > 1e-4


def test_draws_of_one_cell_and_of_one_day_are_uniform_too():
    u = draws()
    for along in (u, u.T):
        by_row = [stats.kstest(row, "uniform").pvalue for row in along]
        assert min(by_row) > 1e-7
        assert stats.kstest(by_row, "uniform").pvalue > 1e-4


def test_small_draws_come_as_often_as_they_should():
    below = (draws() < 1e-3).sum()
    mean = DAYS * CELLS * 1e-3
    assert abs(below - mean) < 4 * np.sqrt(mean)


def test_neighbouring_days_cells_futures_seeds_and_processes_are_unrelated():
    u = draws()
    unrelated(u[1:], u[:-1])
    unrelated(u[7:], u[:-7])
    unrelated(u[:, 1:], u[:, :-1])
    for other in (draws(future=1), draws(seed=2), draws(process="marks"), draws(names="q")):
        unrelated(u, other)
    unrelated((u[1:] - 0.5) ** 2, (u[:-1] - 0.5) ** 2)


def test_purposes_of_one_key_are_uniform_and_unrelated():
    u = purposes(np.uint64(12345), 100_000)
    assert stats.kstest(u, "uniform").pvalue > 1e-4
    for lag in (1, 2, 8, 16):
        unrelated(u[lag:], u[:-lag])


def test_days_of_one_cell_pass_the_spacings_of_pairs():
    u = draws()
    pairs = (u[1:] * 16).astype(int) * 16 + (u[:-1] * 16).astype(int)
    assert stats.chisquare(np.bincount(pairs.ravel(), minlength=256)).pvalue > 1e-4


def test_no_two_names_share_a_key():
    keys = name_keys([(a, b) for a in map(str, range(100)) for b in map(str, range(100))])
    assert len(np.unique(keys)) == 10_000
    assert name_key("a", "bc") != name_key("ab", "c")


def test_keys_by_name_are_the_same_for_ever():
    assert int(name_key("incidents")) == 18261073640874066162
    assert int(name_key("armed_attack.hill.river", "p0")) == 8716261824608936264
    assert int(future_key(0, 0, "incidents")) == 4057884037595268524
    assert int(future_key(2026, 999, "parameter:incidents.size")) == 13695845981161571986
    found = block(future_key(1, 2, "incidents"), name_keys([("t", "p")]), 730_000, 3).ravel()
    assert found.tolist() == [0.8980218522851705, 0.04346444645587977, 0.7877944451781671]


@given(st.integers(0, 2**64 - 1))
def test_kernel_and_python_scramble_alike(z):
    assert int(mixed_in_a_kernel(np.uint64(z))) == mixed(z)


@given(st.integers(0, 2**64 - 1))
def test_a_changed_bit_changes_about_half_of_the_bits(z):
    flips = [bin(mixed(z) ^ mixed(z ^ (1 << bit))).count("1") for bit in range(64)]
    assert 26 < np.mean(flips) < 38
    assert min(flips) > 8


def test_scrambling_loses_nothing():
    rng = np.random.default_rng(1)
    some = {mixed(int(z)) for z in rng.integers(0, 2**63, 20_000)}
    assert len(some) == 20_000


@given(st.integers(0, 2**64 - 1))
def test_a_key_as_a_number_lies_from_zero_to_below_one(key):
    assert 0 <= uniform_of(np.uint64(key)) < 1


# --- parameters ----------------------------------------------------------------------------------


@given(
    u=st.floats(0, 1, exclude_max=True),
    ends=st.lists(st.just(0.0) | st.floats(1e-9, 1e4), min_size=3, max_size=3).map(sorted),
)
def test_a_drawn_parameter_stays_in_its_range_and_half_lie_below_its_value(u, ends):
    low, value, high = ends
    found = _between(u, low, value, high)
    slack = 1e-9 * (1 + high)
    assert low - slack <= found <= high + slack
    assert (found <= value + slack) if u < 0.5 else (found >= value - slack)


def test_drawn_parameters_have_their_value_as_the_median_and_do_not_move_together():
    parameters = theatre_of().scenario.parameters
    names = ("spread.distance_min", "shocks.rise", "presence.travel_decay_min")
    found = np.array(
        [
            [draw_parameters(parameters, 1, future).scalar(name) for name in names]
            for future in range(400)
        ]
    )
    for column, name in zip(found.T, names, strict=True):
        row = parameters.values[name]
        assert abs((column < row.value).mean() - 0.5) < 4 * 0.5 / np.sqrt(400)
        assert column.min() >= row.low
        assert column.max() <= row.high
        assert len(np.unique(column)) == 400
    ranks = stats.spearmanr(found).statistic
    assert np.abs(ranks[np.triu_indices(3, 1)]).max() < 4 / np.sqrt(400)


def test_a_parameter_without_a_range_keeps_its_value():
    parameters = theatre_of().scenario.parameters
    drawn = draw_parameters(parameters, 1, 1)
    fixed = [row.name for row in parameters.rows() if row.low == row.high]
    assert fixed
    assert all(drawn.values[name] == parameters.values[name] for name in fixed)
    with pytest.raises(AssertionError):
        assert drawn.values == parameters.values
