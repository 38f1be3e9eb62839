"""``interpose plan``: words for people, one JSON document for programs, exit 2 for slips."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from interpose.cli.app import app


def plan(*words, code=0):
    result = CliRunner().invoke(app, ["plan", *map(str, words)])
    assert result.exit_code == code, result.output
    return result


def test_why_names_the_rule_the_date_and_the_source():
    out = plan("why", "kosovo", "Kosovo", "--mission", "kuwait", "--on", "2020-12-01").stdout
    assert out.startswith("Kosovo, US Central Command, rotation in Kuwait, 2020-12-01")
    assert out.strip().endswith("Kosovo: may not go.")
    assert "OUT  legal_act" in out
    assert "it comes on 2021-01-05" in out
    assert "[Indeksonline: Assembly votes on the mission to Kuwait]" in out
    assert "in   general_law" in out


def test_why_tells_offers_of_one_nation_together():
    out = plan("why", "kosovo", "ita", "--mission", "kfor", "--on", "2017-02-15").stdout
    assert "Italy, Kosovo Force, 2017-02-15" in out
    assert "Italy: 5 of 5 offers may go." in out
    assert out.count("Italy joined NATO") == 1
    assert "Together 551 persons; no ceiling is on record." in out


def test_why_as_json_is_one_document():
    out = plan("why", "kosovo", "srb", "--mission", "kfor", "--json").stdout
    told = json.loads(out)
    assert (told["nation"], told["known"]) == ("srb", True)
    (answer,) = told["answers"]
    (asked,) = answer["offers"]
    assert asked["offer"] is None, "nothing is offered"
    assert asked["allowed"] is False
    assert asked["windows"] == []
    assert {"rule", "holds", "words", "source"} == set(asked["reasons"][0])


def test_a_nation_of_whom_nothing_is_known():
    out = plan("why", "kosovo", "mixed").stdout
    assert out.startswith("Nothing is known about Several nations")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("why", "kosovo", "Serbya"), "Did you mean 'Serbia'"),
        (("why", "kosovo", "srb", "--mission", "kfr"), "Did you mean 'kfor'"),
        (("why", "kosovo", "srb", "--on", "yesterday"), "must be a day"),
        (("kosovo", "--mission", "minusca"), "mission with requirements"),
        (("kosovo", "--leave", "ita"), "two words with a colon"),
        (("kosovo", "--why", "srb"), "No such option: --why"),
        (("kosovo", "--why=srb"), "No such option: --why"),
        (("kosovo", "--requirement"), "No such option: --requirement"),
        (("requirement", "kosovo", "--cut", "10"), "No such option: --cut"),
        (("requirement", "kosovo", "--reduced-by", "120"), "less than or equal to 100"),
        (("kosovo", "--cut", "120"), "less than or equal to 100"),
        (("requirement", "kosova"), "Did you mean 'kosovo'"),
        (("kosovo", "--on", "2023-10-01"), "No such option: --on"),
        (("kosovo", "--winter-factor", "0"), "winter_factor is 0.0: must be greater than 0."),
        (("kosovo", "--close-base", "bondstel"), "Did you mean 'bondsteel'"),
        (("kosovo", "--call", "prizrenn"), "Did you mean 'prizren'"),
        (("kosovo", "--closed-road", "prizren:peje"), "no road"),
        (("kosovo", "--leave", "Itally:2024-01-01"), "Did you mean 'Italy'"),
        (("kosovo", "--frozen-until", "2024-01-01"), "give --previous PLAN"),
    ],
)
def test_wrong_input_is_told_plainly(words, said):
    result = plan(*words, code=2)
    text = " ".join(result.output.replace("│", " ").split())
    assert said in text
    assert "Traceback" not in result.output


def test_requirement_tells_each_sum_and_what_falls_first():
    out = plan("requirement", "kosovo", "--on", "2017-02-15", "--reduced-by", "10").stdout
    assert "Troops to task on 2017-02-15: 3251 persons for 18 tasks" in out
    assert "= 293.3 persons" in out
    assert (
        "   3  Manoeuvre company in Multinational Battle Group East, priority 3: 293.3 persons"
        in out
    )
    assert "If the force is reduced by 10 %" in out
    assert "Escorts: Manoeuvre platoon: falls away, 16.8 persons (priority 5, not critical)" in out


def test_a_day_without_tasks_says_when_the_first_is_done():
    said = plan("requirement", "kosovo", "--on", "1990-01-01").output
    assert "No task is done on 1990-01-01" in said
    assert "on 1999-06-12" in said


def test_requirement_as_json_adds_up():
    told = json.loads(plan("requirement", "kosovo", "--on", "2023-11-15", "--json").stdout)
    assert told["persons"] == pytest.approx(sum(task["persons"] for task in told["tasks"]))
    assert told["falls"] == []
    assert {line["begins"] for line in told["lines"]} == {"2023-10-01"}
    assert next(line["units"] for line in told["lines"] if "reserve" in line["capability"]) == 5


def test_a_scenario_without_plan_tables_says_so(tmp_path):
    from interpose.scenario import new

    made = new("bare", tmp_path)
    assert "no rows in plan/workload.csv" in plan("requirement", made).output
    assert "no rows in plan/missions.csv" in plan("why", made, "Northland").output


def test_help_shows_the_questions_and_the_options_of_planning():
    out = plan("--help").stdout
    for words in ("why", "requirement", "--close-base", "--winter-factor", "Example: interpose"):
        assert words in out
