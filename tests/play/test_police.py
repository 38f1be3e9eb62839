"""Local police: recruits, training, losses, acceptance and walk-outs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lab import theatre_of
from test_force_and_presence import GUARD, evenings

from interpose.play.day import build_world
from interpose.play.processes import police
from theatres import officers, troops, walkout

VALUES = {
    "police.academy_seats": 20.0,
    "police.training_months": 4.0,
    "police.attrition_per_year": 0.5,
}


def local(where, strength, day=0, until=None, **more):
    return officers(where, strength, day, until, kind="local_police", **more)


def theatre_with(rows, walkouts=(), days=800, places=1, contingents=(), **values):
    return theatre_of(
        places,
        days,
        values={**VALUES, **{f"police.{name}": value for name, value in values.items()}},
        police=rows,
        walkouts=walkouts,
        contingents=contingents,
    )


def months(theatre):
    """Return officers (month, municipality) on the evening of the first day of every month."""
    first = np.flatnonzero(np.diff(theatre.month_of_day, prepend=-1))
    served = [state.police.in_service.copy() for _, _, state in evenings(theatre, police)]
    return np.array(served)[first]


def test_full_classes_lead_to_intake_over_attrition_as_an_exponential_after_the_training():
    theatre = theatre_with([local("p0", 10_000, 1)], days=8000)
    a = 0.5 / 12  # per month
    found = months(theatre)[:, 0]
    passing_out = np.maximum(np.arange(len(found)) - 4, 0)  # the first class began in month 0
    np.testing.assert_allclose(found, 20 / a * -np.expm1(-a * passing_out), rtol=1e-9)
    assert found[4] == 0 < found[5]
    assert found[-1] == pytest.approx(20 / a, rel=1e-4)


def test_without_attrition_every_recruit_serves():
    theatre = theatre_with([local("p0", 10_000, 1)], attrition_per_year=0.0)
    found = months(theatre)[:, 0]
    np.testing.assert_allclose(found, 20.0 * np.maximum(np.arange(len(found)) - 4, 0))


def test_those_planned_for_the_first_day_serve_on_it_and_classes_make_up_for_the_losses():
    theatre = theatre_with([local("p0", 300, 0)], academy_seats=100.0)
    found = months(theatre)[:, 0]
    low = 300 * np.exp(-0.5 / 12 * 5)  # the first class has passed out in the fifth month
    assert found[0] == 300
    assert found[1:5].min() > low
    assert found[5] == pytest.approx(300)
    np.testing.assert_allclose(found[6:-5], 300, rtol=1e-9)


def test_classes_pass_out_in_time_for_the_plan_if_the_academy_has_seats():
    plan = [local("p0", 100, 0, 366), local("p0", 180, 366)]  # 1 January of the second year
    found = months(theatre_with(plan, academy_seats=1e6))[:, 0]
    np.testing.assert_allclose(found[5:12], 100, rtol=1e-9)
    np.testing.assert_allclose(found[12:-6], 180, rtol=1e-9)


def test_scarce_seats_are_shared_by_what_is_wanting():
    theatre = theatre_with([local("p0", 3000, 1), local("p1", 1000, 1)], places=2)
    found = months(theatre)
    np.testing.assert_allclose(found[:, 0], 3 * found[:, 1])
    np.testing.assert_allclose(found[5].sum(), found[5, 0] * 4 / 3)


def test_police_for_all_are_spread_by_people():
    theatre = theatre_with([local("all", 300, 0)], places=3)
    _, world, state = next(evenings(theatre, *GUARD))
    np.testing.assert_allclose(state.police.in_service, 100)
    np.testing.assert_allclose(
        state.presence.per_1000[2], 100 / world.presence.municipality_thousands[0]
    )


def test_a_smaller_plan_lets_the_rest_go_on_its_day():
    plan = [local("p0", 100, 0, 50), local("p0", 60, 50, 70)]
    served = [
        state.police.in_service[0]
        for _, _, state in evenings(theatre_with(plan, days=75, attrition_per_year=0.0), police)
    ]
    np.testing.assert_allclose(served, [100] * 50 + [60] * 20 + [0] * 5)


def test_a_walk_out_takes_its_share_on_its_day_and_those_who_return_come_back():
    rows = [local("p0", 100, 0), local("p1", 100, 0)]
    theatre = theatre_with(
        rows, [walkout(40, 0.8, "p0", returns=60)], 70, 2, attrition_per_year=0.0
    )
    for day, _, state in evenings(theatre, *GUARD):
        left = 20.0 if 40 <= day < 60 else 100.0
        np.testing.assert_allclose(state.police.in_service, [left, 100.0], err_msg=str(day))
        np.testing.assert_allclose(state.presence.per_1000[2], np.array([left, 100.0]) / 200)
        assert not state.police.recruits.any()


def test_those_sent_back_fill_no_more_than_the_plan():
    plan = [local("p0", 100, 0, 60), local("p0", 70, 60, accepted=0.1)]
    theatre = theatre_with(plan, [walkout(40, 0.8, "p0", returns=60)], 70, attrition_per_year=0.0)
    *_, (_, _, state) = evenings(theatre, police)
    assert state.police.in_service[0] == pytest.approx(70)
    assert state.police.effective[0] == pytest.approx(7)


def test_recruits_alone_fill_the_gap_of_a_walk_out_without_return():
    theatre = theatre_with(
        [local("p0", 100, 0)], [walkout(40, 0.5)], attrition_per_year=0.0, academy_seats=10.0
    )
    found = months(theatre)[:, 0]
    # the class of 1 March is the first of five of ten; it has passed out on 1 August
    np.testing.assert_allclose(found[:13], [100, 100, *[50] * 5, 60, 70, 80, 90, 100, 100])


def test_presence_is_told_on_dated_days_and_else_on_the_first_of_a_month_at_most():
    theatre = theatre_with(
        [local("p0", 5000, 1, 500), local("p0", 200, 500, accepted=0.5)], [walkout(400, 0.3)], 600
    )
    before, told = None, []
    for day, _, state in evenings(theatre, *GUARD):
        now = state.presence.per_1000[2, 0]
        told += [day] if now != before else []
        before = now
    first = set(np.flatnonzero(np.diff(theatre.month_of_day, prepend=-1)).tolist())
    assert {400, 500} <= set(told) <= first | {400, 500, 366}  # 366: people of the new year
    assert len(told) > 10


@settings(max_examples=25, deadline=None)
@given(
    st.floats(0, 300),
    st.floats(0, 12),
    st.floats(0, 2),
    st.lists(st.integers(0, 900), min_size=3, max_size=3),
    st.floats(0, 1),
)
def test_nobody_serves_beyond_the_plan_ahead_and_no_class_beyond_the_seats(
    seats, training, attrition, strengths, share
):
    rows = [local("p0", n, 200 * i, 200 * (i + 1)) for i, n in enumerate(strengths)]
    theatre = theatre_with(
        [*rows, local("all", 50, 100)],
        [walkout(250, share, returns=300), walkout(260, share)],
        places=2,
        academy_seats=seats,
        training_months=training,
        attrition_per_year=attrition,
    )
    most = build_world(theatre, theatre.scenario.parameters).police.authorised.max(axis=0)
    for _, _, state in evenings(theatre, police):
        assert (state.police.in_service >= 0).all()
        assert (state.police.in_service <= most + 1e-6).all()
    assert (state.police.recruits.sum(axis=1) <= seats + 1e-9).all()


def test_without_local_police_nothing_is_computed():
    theatre = theatre_with([], [], 400, 1, [troops("a", "camp_p0", 100, 0)])
    for day, _, state in evenings(theatre, police):
        assert not any(x.any() for x in state.police)
        assert state.presence.outdated[0]
        if day == 3:
            break
