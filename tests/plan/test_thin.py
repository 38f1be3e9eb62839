"""Thin weeks named, and staggering proposed where it saves units."""

from __future__ import annotations

import datetime as dt

import plans

from interpose.plan.generate.generation import generate
from interpose.plan.result import Assignment, Plan
from interpose.plan.tell.shortfalls import pool_size, proposals, thin_spans

BEGINS, ENDS = dt.date(2020, 1, 1), dt.date(2021, 1, 1)


def plan_of(*tours):
    rows = tuple(
        Assignment("post", offer, units, tuple(range(first, first + units)), begins, ends)
        for offer, units, first, begins, ends in tours
    )
    return Plan("here", BEGINS, ENDS, rows, (), ())


def test_a_hole_between_two_tours_is_a_thin_week():
    inputs = plans.inputs([plans.line("post", 2)], [plans.offer("a", 1), plans.offer("b", 1)])
    july = dt.date(2020, 7, 1)
    plan = plan_of(("a", 1, 1, BEGINS, ENDS), ("b", 1, 1, BEGINS, july),
                   ("b", 1, 1, dt.date(2020, 7, 10), ENDS))  # fmt: skip
    (span,) = thin_spans(inputs, plan)
    assert (span.requirement, span.present, span.wanted, span.weeks) == ("post", 1, 2, 2)
    assert span.begins == dt.date(2020, 7, 1)  # 26 weeks after the first day
    assert span.ends == dt.date(2020, 7, 15)


def test_a_line_that_gives_days_to_be_ready_is_not_thin_in_them():
    late = plan_of(("a", 1, 1, dt.date(2020, 1, 10), ENDS))
    offers = [plans.offer("a", 1)]
    (span,) = thin_spans(plans.inputs([plans.line("post")], offers), late)
    assert (span.begins, span.ends, span.present) == (BEGINS, dt.date(2020, 1, 15), 0)
    ready = plans.inputs([plans.line("post", readiness_days=9)], offers)
    assert not thin_spans(ready, late)


def test_two_units_at_a_handover_hold_one_post():
    inputs = plans.inputs([plans.line("post", 2)], [plans.offer("a", 1)])
    plan = plan_of(
        ("a", 1, 1, BEGINS, dt.date(2020, 7, 1)), ("a", 1, 2, dt.date(2020, 6, 20), ENDS)
    )
    assert sum(span.weeks for span in thin_spans(inputs, plan)) == 53
    assert {span.present for span in thin_spans(inputs, plan)} == {1}


def test_ten_posts_that_change_together_are_to_be_spread():
    """Test C1: 10 posts at 1:2 with a week of handover take 40 units together, 32 spread."""
    offer = plans.offer("a", 10, dwell_per_tour=2, handover_days=7, tour_months=6)
    inputs = plans.inputs([plans.line("post", 10)], [offer])
    plan = plan_of(("a", 10, 1, BEGINS, dt.date(2020, 7, 1)),
                   ("a", 10, 11, dt.date(2020, 6, 24), ENDS))  # fmt: skip
    (proposal,) = proposals(inputs, plan)
    assert (proposal.units, proposal.together, proposal.spread) == (10, 40, 32)
    assert "32 units hold the 10 posts instead of 40" in proposal.words
    one = plan_of(("a", 1, 1, BEGINS, dt.date(2020, 7, 1)), ("a", 1, 2, dt.date(2020, 6, 24), ENDS))
    assert not proposals(inputs, one)


def test_offers_of_one_pool_that_change_together_are_one_proposal():
    rhythm = {"dwell_per_tour": 2, "handover_days": 7, "tour_months": 6, "pool": "brigade"}
    inputs = plans.inputs(
        [plans.line("post", 5), plans.line("gate", 5)],
        [plans.offer("a", 5, **rhythm), plans.offer("b", 5, **rhythm)],
    )
    july, before = dt.date(2020, 7, 1), dt.date(2020, 6, 24)
    rows = tuple(
        Assignment(line, offer, 5, tuple(range(first, first + 5)), begins, ends)
        for line, offer in (("gate", "a"), ("post", "b"))
        for first, begins, ends in ((1, BEGINS, july), (6, before, ENDS))
    )
    (proposal,) = proposals(inputs, Plan("here", BEGINS, ENDS, rows, (), ()))
    assert (proposal.requirements, proposal.offers) == (("gate", "post"), ("a", "b"))
    assert (proposal.units, proposal.together, proposal.spread) == (10, 40, 32)


def test_what_generation_lays_has_no_thin_week_where_every_month_is_filled():
    offer = plans.offer("a", 3, dwell_per_tour=2, handover_days=7, tour_months=6)
    inputs = plans.inputs([plans.line("post", 3)], [offer])
    plan = generate(inputs, "here", BEGINS, ENDS, gap=0.0, time_limit_s=10)
    assert {cell.state for cell in plan.cells} == {"filled"}
    assert not thin_spans(inputs, plan)
    for proposal in proposals(inputs, plan):
        assert proposal.together == pool_size(proposal.units, 6, 7 / (365.25 / 12), 2)
        assert proposal.spread < proposal.together
