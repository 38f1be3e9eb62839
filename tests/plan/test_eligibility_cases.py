"""Who may go where: the dated cases of the reports."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from interpose.plan.offer.eligibility import ask, bars, ceiling, judge, window

D = dt.date


def offer(inputs, name):
    return next(row for row in inputs.offers if row.id == name)


def against(inputs, nation, mission, day):
    """Return the rules that keep a nation out, by name, with their sentences."""
    (answer,) = ask(inputs, nation, mission, day)
    return {reason.rule: reason for verdict in answer.verdicts for reason in verdict.against}


# --- the platoon of the Kosovo Security Force -----------------------------------------------------


def test_the_platoon_may_be_in_kuwait_for_six_months_from_its_send_off(kosovo):
    assert window(kosovo, offer(kosovo, "xkx_platoon_2021")) == ((D(2021, 3, 9), D(2021, 9, 9)),)


def test_the_platoon_is_let_in_by_law_training_request_and_vote_each_with_its_source(kosovo):
    verdict = judge(kosovo, offer(kosovo, "xkx_platoon_2021"), D(2021, 3, 9))
    assert verdict.allowed
    said = {reason.rule: reason for reason in verdict.reasons}
    assert "14 December 2018" in said["general_law"].words
    assert "Turkiye" in said["training"].words
    assert "US Central Command asked" in said["invitation"].words
    assert "5 January 2021" in said["legal_act"].words
    assert "Iowa National Guard" in said["host_in_place"].words
    sources = {source.id for source in kosovo.sources}
    for rule in ("general_law", "training", "invitation", "legal_act", "host_in_place"):
        assert said[rule].source in sources


def test_the_platoon_may_not_go_in_december_2020_and_the_missing_vote_is_named(kosovo):
    found = against(kosovo, "xkx", "kuwait", D(2020, 12, 1))
    assert {"invitation", "legal_act"} <= found.keys()
    assert "2021-01-05" in found["legal_act"].words
    assert "92 to none" in found["legal_act"].words
    assert "general_law" not in found, "the law of 2018 was in force"
    assert "training" not in found, "the training was years before"


@pytest.mark.parametrize(
    ("day", "missing"),
    [
        (D(2013, 6, 1), {"general_law", "training", "invitation", "legal_act"}),
        (D(2018, 12, 13), {"general_law", "invitation", "legal_act"}),
        (D(2018, 12, 14), {"invitation", "legal_act"}),
        (D(2020, 12, 31), {"legal_act"}),
        (D(2021, 1, 5), set()),
    ],
)
def test_each_step_of_the_platoon_opens_one_door(kosovo, day, missing):
    legal = {"general_law", "training", "invitation", "legal_act"}
    assert against(kosovo, "xkx", "kuwait", day).keys() & legal == missing


def test_the_platoon_goes_home_if_its_host_goes(kosovo):
    platoon, host = offer(kosovo, "xkx_platoon_2021"), offer(kosovo, "usa_iowa_2021")
    gone = replace(kosovo, offers=tuple(row for row in kosovo.offers if row is not host))
    assert window(gone, platoon) == ()
    (reason,) = judge(gone, platoon, D(2021, 4, 1)).against
    assert reason.rule == "host_in_place"
    assert "without it the unit goes" in reason.words
    early = host.model_copy(update={"ends": D(2021, 6, 1)})
    offers = tuple(early if row is host else row for row in kosovo.offers)
    assert window(replace(kosovo, offers=offers), platoon) == ((D(2021, 3, 9), D(2021, 6, 1)),)


def test_the_platoon_waits_until_its_host_has_settled(kosovo):
    platoon, host = offer(kosovo, "xkx_platoon_2021"), offer(kosovo, "usa_iowa_2021")
    late = host.model_copy(update={"begins": D(2021, 3, 1)})
    offers = tuple(late if row is host else row for row in kosovo.offers)
    spans = window(replace(kosovo, offers=offers), platoon)
    assert spans == ((D(2021, 3, 31), D(2021, 9, 9)),)


def test_kosovo_may_not_join_the_missions_of_nato_or_the_un(kosovo):
    assert "neither a member nor a partner" in (
        against(kosovo, "xkx", "kfor", D(2021, 3, 9))["framework"].words
    )
    found = against(kosovo, "xkx", "unifil", D(2021, 3, 9))
    assert "not a member of the United Nations" in found["framework"].words


def test_at_most_seven_of_kosovo_serve_in_the_falklands_company(kosovo):
    section = offer(kosovo, "xkx_falklands_2022")
    assert judge(kosovo, section, D(2022, 12, 1)).allowed
    assert not judge(kosovo, section, D(2022, 11, 29)).allowed
    more = section.model_copy(update={"strength": 8})
    (reason,) = judge(kosovo, more, D(2022, 12, 1)).against
    assert reason.rule == "within_ceiling"


# --- neighbours -----------------------------------------------------------------------------------


@pytest.mark.parametrize("year", range(2000, 2026))
@pytest.mark.parametrize("mission", ["kfor", "isaf"])
def test_serbia_is_never_in_a_mission_led_by_nato(kosovo, mission, year):
    found = against(kosovo, "srb", mission, D(year, 7, 1))
    assert {"no_refusal", "framework"} & found.keys()
    if mission == "kfor" and year > 2023:
        assert "refused the return" in found["no_refusal"].words
    if mission == "isaf" and year >= 2007:
        assert "militarily neutral" in found["no_refusal"].words


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("srb_mali_2013", D(2013, 6, 1)),
        ("srb_hospital_2014", D(2015, 6, 12)),
        ("srb_unifil_2017", D(2017, 11, 7)),
    ],
)
def test_serbia_serves_in_missions_of_the_un_and_the_eu(kosovo, name, day):
    assert judge(kosovo, offer(kosovo, name), day).allowed


def test_albania_joins_as_partner_first_and_as_member_from_april_2009(kosovo):
    for day, kind in ((D(2008, 6, 1), "Partnership for Peace"), (D(2017, 2, 15), "joined NATO")):
        (answer,) = ask(kosovo, "alb", "kfor", day)
        (framework,) = {r for v in answer.verdicts for r in v.reasons if r.rule == "framework"}
        assert kind in framework.words
        assert framework.holds
    assert not against(kosovo, "alb", "isaf", D(2011, 11, 15))


def test_macedonia_and_montenegro_come_to_the_force_once_they_are_members(kosovo):
    assert "legal_act" in against(kosovo, "mkd", "kfor", D(2017, 2, 15))
    assert not against(kosovo, "mkd", "kfor", D(2023, 11, 15))
    assert "legal_act" in against(kosovo, "mne", "kfor", D(2017, 2, 15))
    assert not against(kosovo, "mne", "kfor", D(2023, 11, 15))
    assert not against(kosovo, "mkd", "isaf", D(2010, 3, 1))
    assert not against(kosovo, "mne", "isaf", D(2011, 11, 1))


def test_bosnia_serves_in_iraq_and_afghanistan_and_was_never_asked_into_the_kosovo_force(kosovo):
    assert not against(kosovo, "bih", "iraq", D(2008, 6, 1))
    assert not against(kosovo, "bih", "isaf", D(2009, 6, 1))
    assert {"invitation", "legal_act"} <= against(kosovo, "bih", "kfor", D(2017, 2, 15)).keys()


# --- limits of the neutral, and of Germany --------------------------------------------------------


@pytest.mark.parametrize(
    ("nation", "day", "most"),
    [
        ("che", D(2014, 6, 1), 220),
        ("che", D(2017, 2, 15), 235),
        ("che", D(2019, 1, 1), 190),
        ("che", D(2020, 1, 1), 165),
        ("che", D(2023, 11, 15), 195),
        ("che", D(2024, 4, 1), 215),
        ("aut", D(2013, 1, 1), 450),
        ("aut", D(2017, 2, 15), 600),
        ("deu", D(2009, 5, 27), 8500),
        ("deu", D(2009, 5, 28), 3500),
        ("deu", D(2011, 8, 8), 2500),
        ("deu", D(2013, 1, 1), 1850),
        ("deu", D(2017, 2, 15), 1350),
        ("deu", D(2018, 1, 1), 800),
        ("deu", D(2023, 11, 15), 400),
        ("ita", D(2017, 2, 15), None),
    ],
)
def test_ceilings_by_day(kosovo, nation, day, most):
    assert ceiling(kosovo, nation, "kfor", day) == most


def test_the_swiss_need_their_new_ceiling_for_what_they_send_in_2024(kosovo):
    team = offer(kosovo, "che_liaison_2017").model_copy(
        update={"strength": 200, "begins": D(2019, 1, 1), "ends": D(2025, 1, 1)}
    )
    assert window(kosovo, team) == ((D(2024, 4, 1), D(2025, 1, 1)),)


def test_austria_and_switzerland_are_partners_that_nato_accepted(kosovo):
    for nation in ("aut", "che"):
        assert not against(kosovo, nation, "kfor", D(2017, 2, 15))
    forgotten = tuple(s for s in kosovo.standings if (s.contributor, s.kind) != ("aut", "invited"))
    found = against(replace(kosovo, standings=forgotten), "aut", "kfor", D(2017, 2, 15))
    assert found.keys() == {"invitation"}


def test_swiss_caveat_bars_crowd_control_and_nothing_else(kosovo):
    team = offer(kosovo, "che_liaison_2017")
    line = next(row for row in kosovo.requirements if row.capability == "liaison_team")
    assert bars(kosovo, team, line) == ()
    crowds = line.model_copy(update={"capability": "crowd_control_company"})
    assert bars(kosovo, team, crowds) == ("che_self_protection",)


# --- without recognition --------------------------------------------------------------------------


@pytest.mark.parametrize("nation", ["grc", "rou"])
@pytest.mark.parametrize("day", [D(2017, 2, 15), D(2023, 11, 15)])
def test_greece_and_romania_serve_without_recognising_kosovo(kosovo, nation, day):
    (answer,) = ask(kosovo, nation, "kfor", day)
    assert all(verdict.allowed for verdict in answer.verdicts)
    said = {r.words for v in answer.verdicts for r in v.reasons if r.rule == "recognition"}
    assert all("does not recognise" in words and "no bar" in words for words in said)


def test_spain_and_slovakia_left_and_cyprus_never_came(kosovo):
    assert not against(kosovo, "esp", "kfor", D(2009, 9, 19))
    assert "announced on 19 March 2009" in (
        against(kosovo, "esp", "kfor", D(2009, 9, 20))["no_refusal"].words
    )
    assert "legal_act" in against(kosovo, "svk", "kfor", D(2017, 2, 15))
    assert "framework" in against(kosovo, "cyp", "kfor", D(2017, 2, 15))


def test_ukraine_recalled_its_soldiers(kosovo):
    assert not against(kosovo, "ukr", "kfor", D(2017, 2, 15))
    assert "recalled" in against(kosovo, "ukr", "kfor", D(2022, 11, 1))["no_refusal"].words


# --- silence --------------------------------------------------------------------------------------


def test_a_nation_without_rows_gets_an_honest_answer(kosovo):
    silent = tuple(s for s in kosovo.standings if s.contributor != "nor")
    found = against(replace(kosovo, standings=silent), "nor", "kfor", D(2017, 2, 15))
    assert "Nothing is known about Norway" in found["known"].words
