"""Rules and caveats on an invented mission, and what must hold of any offer."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interpose.errors import UnknownNameError
from interpose.plan.offer.eligibility import ask, bars, bites, judge, nation_of, window
from interpose.plan.offer.rules import RULES, first_day
from interpose.scenario.tables.plan import Caveat, Offer, Requirement

D = dt.date


def offer(inputs, name="sou_company"):
    return next(row for row in inputs.offers if row.id == name)


def changed(inputs, name, **update):
    """Return the inputs with one offer changed, and that offer."""
    new = offer(inputs, name).model_copy(update=update)
    return replace(inputs, offers=tuple(new if o.id == name else o for o in inputs.offers)), new


def with_caveat(inputs, **given_):
    """Return the inputs and an offer that has one caveat more."""
    values = {"id": "extra", "words": "no", "basis": "assumed", "source": "orders"}
    extra = Caveat.model_validate(values | given_)
    more = replace(inputs, caveats=(*inputs.caveats, extra))
    return more, offer(inputs, "nor_companies").model_copy(update={"caveats": "extra"})


def line(**update):
    values = {
        "id": "l",
        "mission": "ormel",
        "capability": "company",
        "units": 1,
        "place": "saltbridge",
        "begins": D(2030, 1, 1),
        "ends": D(2031, 1, 1),
        "readiness_days": 0,
        "priority": 1,
        "critical": True,
        "may_be_split": True,
        "basis": "assumed",
        "source": "orders",
    }
    return Requirement.model_validate(values | update)


def test_every_rule_has_its_say_and_its_own_name(ormel):
    reasons = judge(ormel, offer(ormel), D(2030, 6, 1)).reasons
    assert [reason.rule for reason in reasons] == [rule.__name__ for rule in RULES]
    assert all(reason.words.endswith(".") for reason in reasons)


def test_the_first_day_is_decision_law_training_notice_and_movement_after_one_another(ormel):
    company = offer(ormel).model_copy(
        update={"training_days": 20, "notice_days": 7, "begins": D(2029, 11, 1)}
    )
    assert first_day(company) == D(2029, 10, 30) + dt.timedelta(days=11 + 20 + 7 + 5)
    assert first_day(company.model_copy(update={"decided": None})) == D(2029, 11, 1)


def test_an_embedded_platoon_follows_the_dates_of_its_host(ormel):
    """The host arrives on 20 December 2029 and settles for 30 days."""
    inputs, platoon = changed(
        ormel, "isl_platoon", decided=D(2029, 6, 1), begins=D(2029, 12, 1), ends=None
    )
    facts = tuple(
        s.model_copy(update={"begins": D(2029, 6, 1)}) if s.contributor == "isl" else s
        for s in inputs.standings
    )
    inputs = replace(inputs, standings=facts)
    assert window(inputs, platoon) == ((D(2030, 1, 19), dt.date.max),)
    inputs, _ = changed(inputs, "sou_company", ends=D(2030, 8, 1))
    assert window(inputs, platoon) == ((D(2030, 1, 19), D(2030, 8, 1)),)


def test_a_condition_that_leaves_takes_the_offer_with_it(ormel):
    inputs, company = changed(ormel, "sou_company", needs="nor_companies")
    assert window(inputs, company) == ((D(2029, 12, 20), dt.date.max),)
    inputs, _ = changed(inputs, "nor_companies", ends=D(2030, 5, 1))
    assert window(inputs, company) == ((D(2029, 12, 20), D(2030, 5, 1)),)
    gone = replace(inputs, offers=(company,))
    assert window(gone, company) == ()
    assert "not offered any more" in judge(gone, company, D(2030, 1, 1)).against[0].words


def test_a_ceiling_that_falls_ends_what_is_above_it(ormel):
    lower = next(s for s in ormel.standings if s.kind == "ceiling").model_copy(
        update={"id": "lower", "value": 100, "begins": D(2030, 7, 1), "ends": D(2030, 9, 30)}
    )
    inputs = replace(ormel, standings=(*ormel.standings, lower))
    assert window(inputs, offer(inputs)) == (
        (D(2029, 12, 20), D(2030, 7, 1)),
        (D(2030, 10, 1), dt.date.max),
    )


def test_a_law_that_is_asked_of_a_nation_must_be_in_force(ormel):
    law = ormel.standings[0].model_copy(
        update={"id": "law", "contributor": "sou", "of": "coalition", "begins": D(2030, 3, 1)}
    )
    inputs = replace(ormel, standings=(*ormel.standings, law))
    assert window(inputs, offer(inputs))[0][0] == D(2030, 3, 1)


@pytest.mark.parametrize(
    ("caveat", "place", "task", "capability", "barred", "matters"),
    [
        ({"kind": "area", "places": "saltbridge"}, "saltbridge", "", "company", True, True),
        ({"kind": "area", "places": "whole_valley"}, "saltbridge", "", "company", True, True),
        ({"kind": "area", "places": "saltbridge"}, "whole_valley", "", "company", False, True),
        ({"kind": "area", "places": "saltbridge"}, "theatre", "", "company", False, True),
        ({"kind": "area", "places": "saltbridge"}, "highfold", "", "company", False, False),
        ({"kind": "task", "tasks": "open_pass"}, "highfold", "open_pass", "company", True, True),
        (
            {"kind": "task", "tasks": "open_pass"},
            "highfold",
            "safe_market",
            "company",
            False,
            False,
        ),
        ({"kind": "crowd_control"}, "highfold", "", "crowd_control_company", True, True),
        ({"kind": "crowd_control"}, "highfold", "", "company", False, False),
        ({"kind": "night"}, "highfold", "", "company", False, True),
        ({"kind": "boundary"}, "highfold", "", "company", False, True),
    ],
)
def test_what_a_caveat_bars_and_where_it_bites(
    ormel, caveat, place, task, capability, barred, matters
):
    inputs, company = with_caveat(ormel, **caveat)
    needed = line(place=place, task=task, capability=capability)
    assert bool(bars(inputs, company, needed)) is barred
    assert bool(bites(inputs, company, needed)) is matters


def test_crowd_control_bites_where_a_unit_stands_in_for_it(ormel):
    inputs, company = with_caveat(ormel, kind="crowd_control")
    stands_in = tuple(
        c.model_copy(update={"serves_as": "crowd_control_company"}) if c.id == "company" else c
        for c in inputs.capabilities
    )
    assert bites(replace(inputs, capabilities=stands_in), company, line()) == ("extra",)


days = st.dates(D(1999, 1, 1), D(2026, 12, 31))


@settings(deadline=None, max_examples=150)
@given(st.data(), days)
def test_a_day_is_allowed_if_and_only_if_it_lies_in_the_window(kosovo, data, day):
    chosen = data.draw(st.sampled_from(kosovo.offers))
    inside = any(begins <= day < ends for begins, ends in window(kosovo, chosen))
    assert judge(kosovo, chosen, day).allowed is inside


@settings(deadline=None, max_examples=40)
@given(st.data())
def test_one_refusal_more_never_opens_a_day(kosovo, data):
    chosen: Offer = data.draw(st.sampled_from(kosovo.offers))
    refusal = kosovo.standings[0].model_copy(
        update={
            "id": "refusal",
            "contributor": chosen.contributor,
            "kind": "refuses",
            "of": chosen.mission,
            "begins": data.draw(days),
            "ends": None,
        }
    )
    fewer = window(replace(kosovo, standings=(*kosovo.standings, refusal)), chosen)
    assert all(any(b <= a and c <= d for b, d in window(kosovo, chosen)) for a, c in fewer)


@settings(deadline=None, max_examples=40)
@given(st.data(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(kosovo, data, random):
    chosen = data.draw(st.sampled_from(kosovo.offers))
    mixed = list(kosovo.standings)
    random.shuffle(mixed)
    assert window(replace(kosovo, standings=tuple(mixed)), chosen) == window(kosovo, chosen)


def test_a_nation_is_found_by_name_or_code_whatever_its_capitals(kosovo):
    assert nation_of(kosovo, "XKX") == nation_of(kosovo, " kosovo ")
    with pytest.raises(UnknownNameError, match="Did you mean 'Serbia'"):
        nation_of(kosovo, "Serbya")


def test_without_a_day_every_offer_is_asked_about_on_its_own_first_day(kosovo):
    answers = ask(kosovo, "xkx")
    assert [(answer.mission, answer.is_imagined) for answer in answers] == [
        ("kfor", True),
        ("kuwait", False),
        ("falklands", False),
    ]
    assert answers[1].day == D(2021, 3, 9)
    with pytest.raises(UnknownNameError, match="kfor"):
        ask(kosovo, "xkx", "kfr")
