"""Reviews see reports and move the force; R is the spectral radius it says it is."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lab import changed, happened, hawkes, near, played, theatre_of, with_offspring
from test_twin import LIVELY, lively_theatre

from interpose.errors import RunawayError, UnknownNameError
from interpose.play import future as future_module
from interpose.play import play_future, review
from interpose.play.day import build_world, new_state
from interpose.play.expected import expected_incidents
from interpose.play.processes.incidents import expect, relocate
from interpose.play.reproduction import Reproduction
from interpose.policy import Order, Replay
from theatres import START, reporting, troops

# --- review ---------------------------------------------------------------------------------------


class Listening:
    """A policy that keeps what it saw, and gives the orders it was made with, one a review."""

    def __init__(self, *orders):
        self.orders = list(orders)
        self.seen = []

    def review(self, reports):
        self.seen.append(reports)
        return self.orders.pop(0) if self.orders else Order()


def date(day):
    return START + dt.timedelta(day)


def force_by_month(theatre, policy):
    """Return the mean strength in theatre by month."""
    return play_future(theatre, policy, 1, 0, draw=False).tables["force"]["in_theatre"]


def yearly(**more):
    """Return a theatre of 366 days with reviews on days 0, 100, 200 and 300."""
    return theatre_of(1, 366, review_interval_days=100, **more)


def test_a_review_sees_complete_months_alone_and_never_a_report_still_to_come():
    rows = [reporting("police", "harassment", delay_days=40)]
    theatre = yearly(values={"background.rate": 1000.0}, reporting=rows)
    policy = Listening()
    tables = play_future(theatre, policy, 1, 0, draw=False).tables
    assert [reports.date for reports in policy.seen] == [date(d) for d in (0, 100, 200, 300)]
    full = np.zeros(12, dtype=int)
    months = tables["reports"]["month"].astype("datetime64[M]").astype(int) % 12
    np.add.at(full, months, tables["reports"]["reported"])
    assert full.min() > 20
    for reports, complete in zip(policy.seen, (0, 3, 6, 9), strict=True):
        assert len(reports.months) == complete
        assert all(m.astype(object) < reports.date for m in reports.months)
        np.testing.assert_array_equal(reports.reported[0, :, 0, 0], full[:complete])


def test_what_a_review_sees_is_a_copy():
    theatre = yearly(values={"background.rate": 1000.0}, reporting=[reporting(act="harassment")])

    class Scribbling(Listening):
        def review(self, reports):
            reports.reported[:] = -1
            return Order()

    for policy in (Scribbling(), Replay()):
        found = play_future(theatre, policy, 1, 0).tables["reports"]["reported"]
        assert found.min() >= 1


def test_a_review_sees_its_own_strength_of_that_morning():
    theatre = yearly(contingents=[troops("a", "camp_p0", 700, 0, 150)])
    policy = Listening()
    play_future(theatre, policy, 1, 0)
    assert [reports.strength for reports in policy.seen[1:]] == [700.0, 0.0, 0.0]


def test_an_order_moves_arrivals_and_departures():
    rows = [troops("a", "camp_p0", 100, 0, 360), troops("b", "camp_p0", 1000, 200, None)]
    theatre = yearly(contingents=rows)
    order = Order({"a": (date(0), date(121)), "b": (date(121), date(152))})
    plain = force_by_month(theatre, Replay())
    moved = force_by_month(theatre, Listening(Order(), order))
    assert plain[:6].tolist() == [100.0] * 6
    assert moved[:7].tolist() == [100.0] * 4 + [1000.0] + [0.0] * 2  # day 121 is 1 May
    assert not moved[5:].any()


def test_an_order_cannot_reach_the_past():
    rows = [troops("a", "camp_p0", 100, 0, 50), troops("b", "camp_p0", 1000, 50, 300)]
    theatre = yearly(contingents=rows)
    order = Order({"a": (date(60), date(366)), "b": (date(0), date(1))})
    moved = force_by_month(theatre, Listening(Order(), order))
    plain = force_by_month(theatre, Replay())
    assert moved[:3].tolist() == plain[:3].tolist()
    april = 1000 * (100 - 91) / 30  # b leaves on the day of the order, the hundredth
    assert moved[3] == pytest.approx(april)
    assert not moved[4:].any()


def test_an_order_for_a_contingent_that_is_not_there_is_refused_with_a_near_name():
    theatre = yearly(contingents=[troops("first", "camp_p0", 100, 0)])
    policy = Listening(Order({"fist": (date(0), None)}))
    with pytest.raises(UnknownNameError, match="first"):
        play_future(theatre, policy, 1, 0)


def test_an_order_that_changes_nothing_changes_no_bit():
    theatre = lively_theatre(2, 200)
    same = {c.id: (c.arrives, c.departs) for c in theatre.scenario.contingents}
    one = play_future(theatre, Replay(), 1, 0).tables["incidents"]
    other = play_future(theatre, Listening(Order(same)), 1, 0).tables["incidents"]
    assert len(one["date"]) > 300
    for name in ("date", "deaths_target", "crowd", "background"):
        np.testing.assert_array_equal(one[name], other[name])


def test_reviews_are_held_at_their_interval_and_write_down_r():
    theatre = lively_theatre(2, 250)
    assert review.review_days(theatre) == [0]
    theatre = yearly(
        values={**LIVELY, "response.reduction": 0.0},
        contingents=[troops("a", "camp_p0", 800, 150)],
    )
    tables = play_future(theatre, Replay(), 1, 0, draw=False).tables
    assert tables["reviews"]["date"].tolist() == [date(d) for d in (0, 100, 200, 300)]
    presence = 0.5 * 800 / 200
    damped = 0.4 * (0.2 + 0.8 * np.exp(-0.3 * presence))
    np.testing.assert_allclose(tables["reviews"]["R"], [0.4, 0.4, damped, damped], rtol=1e-3)
    np.testing.assert_allclose(tables["municipalities"]["R"], tables["reviews"]["R"], rtol=1e-3)
    np.testing.assert_allclose(tables["municipalities"]["troops"], [0, 0, presence, presence])


# --- R --------------------------------------------------------------------------------------------


def guarded(seed, places, types, K, *, even=False, self_spread=False):
    """Return a state and a world with random presence, offspring `K` and random spread."""
    rng = np.random.default_rng(seed)
    theatre = theatre_of(places, 10, types)
    spread = rng.random((types, places, places)) ** 3 + 1e-3
    spread /= spread.sum(axis=2, keepdims=True)
    if self_spread:
        spread = np.broadcast_to(np.eye(places), spread.shape).copy()
    world = with_offspring(build_world(theatre, theatre.scenario.parameters), K)
    world = changed(world, spread=spread, response_reduction=0.4)
    state = new_state(theatre, 1, 0)
    state.presence.damping[:] = 0.7 if even else rng.random(state.presence.damping.shape)
    state.presence.reached[:] = 0.5 if even else rng.random(places)
    return state, world


def full_matrix(state, world):
    """Return the mean offspring matrix over all (type, place)."""
    types, places = state.incidents.rate.shape
    left = 1 - world.incidents.response_reduction * state.presence.reached
    M = np.einsum(
        "mj,mp,mij,i->mjpi",
        state.presence.damping[1],
        world.incidents.offspring,
        world.incidents.spread[world.incidents.spread_of],
        left,
    )
    return M.reshape(types * places, types * places)


def radius(matrix):
    return np.abs(np.linalg.eigvals(matrix)).max()


offspring_matrices = st.integers(1, 3).flatmap(
    lambda types: st.lists(
        st.lists(st.just(0.0) | st.floats(0.01, 1.5), min_size=types, max_size=types),
        min_size=types,
        max_size=types,
    )
)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 5), offspring_matrices)
def test_r_is_the_spectral_radius_of_the_full_matrix(seed, places, K):
    state, world = guarded(seed, places, len(K), K)
    found = Reproduction(world).theatre(state)
    exact = radius(full_matrix(state, world))
    assert found == pytest.approx(exact, rel=5e-3, abs=1e-3)


def test_r_of_a_small_theatre_is_the_spectral_radius_to_a_millionth():
    K = [[0.4, 0.3, 0.0], [0.2, 0.5, 0.0], [0.1, 0.0, 0.7]]
    for seed in range(20):
        state, world = guarded(seed, 12, 3, K)
        exact = radius(full_matrix(state, world))
        assert Reproduction(world).theatre(state) == pytest.approx(exact, rel=1e-6, abs=0.0)


def test_r_is_the_same_bits_whatever_was_computed_before():
    state, world = guarded(1, 12, 3, [[0.4, 0.3, 0.0], [0.2, 0.5, 0.0], [0.1, 0.0, 0.7]])
    fresh = Reproduction(world).theatre(state), Reproduction(world).municipal(state).tolist()
    after_others = Reproduction(world)
    damping = state.presence.damping.copy()
    for seed in range(5):
        state.presence.damping[:] = np.random.default_rng(seed).random(damping.shape)
        after_others.theatre(state)
        after_others.municipal(state)
    state.presence.damping[:] = damping
    assert (after_others.theatre(state), after_others.municipal(state).tolist()) == fresh


def test_types_that_spread_alike_have_the_larger_r_of_those_damped_apart():
    state, world = guarded(1, 4, 3, np.diag([0.8, 0.7, 0.7]))
    world = changed(world, **{"incidents.spread_of": np.zeros(3, dtype=np.int64)})
    state.presence.damping[1] = np.array([0.5, 0.5, 0.9])[:, None]
    exact = radius(full_matrix(state, world))
    assert Reproduction(world).theatre(state) == pytest.approx(exact, rel=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 5), offspring_matrices)
def test_r_of_a_municipality_is_that_of_a_theatre_guarded_like_it(seed, places, K):
    state, world = guarded(seed, places, len(K), K)
    found = Reproduction(world).municipal(state)
    for i in range(places):
        like = changed(
            state,
            damping=np.repeat(state.presence.damping[:, :, i : i + 1], places, axis=2),
            reached=np.repeat(state.presence.reached[i], places),
        )
        assert found[i] == pytest.approx(radius(full_matrix(like, world)), rel=1e-6, abs=1e-7)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), offspring_matrices)
def test_r_does_not_depend_on_space_where_damping_is_the_same_everywhere(seed, K):
    exact = 0.7 * (1 - 0.4 * 0.5) * radius(np.array(K))
    for places in (1, 4):
        state, world = guarded(seed, places, len(K), K, even=True)
        found = Reproduction(world).theatre(state)
        assert found == pytest.approx(exact, rel=5e-3, abs=1e-3)


def test_r_is_zero_where_nothing_provokes_anything():
    state, world = guarded(1, 2, 2, np.zeros((2, 2)))
    assert Reproduction(world).theatre(state) == 0


def test_pure_revenge_has_the_geometric_mean_of_its_two_sides():
    state, world = guarded(1, 2, 2, [[0.0, 0.9], [0.4, 0.0]], even=True)
    world = changed(world, response_reduction=0.0)
    found = Reproduction(world).theatre(state)
    assert found == pytest.approx(0.7 * 0.6, rel=1e-3)


def test_r_carried_over_many_reviews_still_finds_the_place_that_flares_up_last():
    state, world = guarded(1, 2, 1, [[1.0]], self_spread=True)
    world = changed(world, response_reduction=0.0)
    carried = Reproduction(world)
    state.presence.damping[1, 0] = [0.8, 0.3]
    for _ in range(2000):
        assert carried.theatre(state) == pytest.approx(0.8, rel=1e-3)
    state.presence.damping[1, 0] = [0.5, 0.9]
    assert carried.theatre(state) == pytest.approx(0.9, rel=5e-3)


# --- relocation ----------------------------------------------------------------------------------


def expected_with(share, seed=3):
    theatre = theatre_of(4, 10, 2)
    rng = np.random.default_rng(seed)
    world = changed(build_world(theatre, theatre.scenario.parameters), relocation=share)
    state = new_state(theatre, 1, 0)
    state.shocks.background_undamped[:] = rng.random(state.shocks.background_undamped.shape)
    state.shocks.background[:] = state.shocks.background_undamped * rng.random(
        state.shocks.background_undamped.shape
    )
    state.incidents.excitation[:] = rng.random(state.shocks.background_undamped.shape)
    state.presence.damping[:] = rng.random(state.presence.damping.shape)
    for m in range(2):
        expect(
            state.incidents.rate[m],
            state.shocks.background[m],
            state.presence.damping[1, m],
            state.incidents.excitation[m],
        )
    before = state.incidents.rate.copy()
    if share > 0:
        relocate(
            state.incidents.rate,
            world.incidents,
            state.shocks.background_undamped,
            state.shocks.background,
            state.incidents.excitation,
            state.presence.damping[1],
            state.presence.there,
        )
    prevented = state.shocks.background_undamped + state.incidents.excitation - before
    return before, state.incidents.rate.copy(), prevented


@pytest.mark.parametrize("share", [0.2, 0.5, 1.0])
def test_relocation_conserves_what_it_moves(share):
    before, after, prevented = expected_with(share)
    np.testing.assert_allclose(after.sum(axis=1), (before + share * prevented).sum(axis=1))
    half = share * prevented / 2  # inner places of a line have two neighbours, its ends one
    np.testing.assert_allclose(after[:, 0], before[:, 0] + half[:, 1])
    np.testing.assert_allclose(after[:, 1], before[:, 1] + 2 * half[:, 0] + half[:, 2])


def test_relocation_of_all_moves_incidents_and_prevents_none():
    before, after, prevented = expected_with(1.0)
    np.testing.assert_allclose(after.sum(), before.sum() + prevented.sum())


def test_no_relocation_changes_no_bit():
    plays = []
    for share in (0.0, 1e-300):
        theatre = lively_theatre(3, 100, **{"relocation.share": share})
        plays.append(
            played(theatre, build_world(theatre, theatre.scenario.parameters)).incidents.events
        )
    np.testing.assert_array_equal(*plays)


# --- runaway and the mean -----------------------------------------------------------------------


def test_an_r_above_one_for_long_is_a_runaway(monkeypatch):
    monkeypatch.setattr(future_module, "MOST_INCIDENTS", 20_000)
    values = {"background.rate": 100.0, "retaliation.campaign": 1.6}
    theatre = theatre_of(2, 2000, values=values)
    with pytest.raises(RunawayError, match="R above 1") as refused:
        play_future(theatre, Replay(), 1, 0, draw=False)
    assert "2000-" in str(refused.value)


def test_a_day_too_full_for_its_room_is_a_runaway_and_not_cut_short():
    theatre = theatre_of(1, 400, values={"background.rate": 36525.0 * 100})
    with pytest.raises(RunawayError):
        play_future(theatre, Replay(), 1, 0, draw=False)


def test_the_expectation_is_the_mean_of_many_futures():
    """Without crowds: the expectation leaves out what they bring."""
    values = {"relocation.share": 0.3, "background.rate": 100.0, "crowd.chance": 1e-9}
    theatre = lively_theatre(3, 150, 3, **values)
    exact = expected_incidents(theatre, theatre.scenario.parameters)
    world = build_world(theatre, theatre.scenario.parameters)
    found = np.array(
        [happened(played(theatre, world, future=f), 150).sum(axis=2) for f in range(400)]
    )
    by_month = found.reshape(400, 5, 30, 3).sum(axis=2)
    error = by_month.std(axis=0, ddof=1) / np.sqrt(400)
    near(by_month.mean(axis=0), exact.reshape(5, 30, 3).sum(axis=1), error, 0.25, "by month")
    total = by_month.sum(axis=(1, 2))
    near(total.mean(), exact.sum(), total.std(ddof=1) / np.sqrt(400), 0.06, "in all")


def test_the_expectation_of_parts_adds_up_to_that_of_all_places():
    theatre = lively_theatre(3, 60, 3, **{"relocation.share": 0.3, "background.rate": 100.0})
    parts = np.eye(len(theatre.place_ids), dtype=np.bool_)
    apart = expected_incidents(theatre, theatre.scenario.parameters, 60, parts)
    whole = expected_incidents(theatre, theatre.scenario.parameters)
    np.testing.assert_allclose(apart.sum(axis=0), whole, rtol=1e-12)


def test_the_expectation_in_a_world_that_does_not_change_is_mu_over_one_minus_n():
    values = {"background.rate": 365.25, "retaliation.campaign": 0.5, "flight.ready_share": 0.0}
    theatre = theatre_of(1, 400, values=values)
    exact = expected_incidents(theatre, theatre.scenario.parameters)
    assert exact[0, 0] == pytest.approx(1.0)
    assert exact[-1, 0] == pytest.approx(2.0, rel=1e-6)
    assert hawkes(theatre, 1.0, 0.5, 7.0).incidents.offspring[0, 0] == 0.5
