"""Crises: what is known on the day makes the forecast, what came of it makes the scores alone."""

from __future__ import annotations

import csv
import dataclasses
import json

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit, logit
from typer.testing import CliRunner

import interpose as ip
from interpose.assess import judge_crises
from interpose.assess.crises import (
    DRAWS,
    FORCE,
    KINDS,
    NAMES,
    RIOT,
    TALKS,
    any_riot,
    fit_of,
    fitted,
    known,
    of_pairs,
    play_crises,
    prior,
)
from interpose.cli import app
from interpose.play.day import build_world, new_state, play_days
from interpose.play.processes.riots.arrays import RIOT_FIELDS
from interpose.play.theatre import Theatre
from interpose.record import load_record
from interpose.scenario import load
from interpose.scenario.tables.mission import IncidentType, Shock
from theatres import BLOCK, officers, post, shock, small_scenario, troops

PROTEST = IncidentType(
    id="protest", act="protest", instigator="hill", target="authorities", words="protest"
)

COLUMNS = (
    "id", "trigger_date", "end_date", "places", "trigger_kind", "side_mobilised",
    "authority_acting", "crowd_estimate_low", "crowd_estimate_high", "barricades", "riot",
    "armed_attack", "dead", "injured_civil", "ended_by", "what_happened",
)  # fmt: skip
ROWS = [
    ("raid", "2023-05-26", "2023-05-27", "zvecan;leposaviq", "operation_by_force", "serb",
     "kosovo_special_police", "300", "900", "y", "y", "n", "0", "12", "force", "a fight"),
    ("vote", "2012-05-06", "2012-05-06", "mitrovice_north", "election", "serb", "none", "", "",
     "n", "n", "n", "", "", "none", "calm"),
    ("rally", "2016-01-09", "2016-01-09", "prishtine", "status_decision", "albanian",
     "kosovo_police", "8000", "", "n", "y", "n", "", "5", "force", "petrol bombs"),
    ("gate", "2011-09-27", "2011-09-28", "jarinje", "removal_of_barricade", "serb", "kfor", "200",
     "", "y", "y", "y", "0", "7", "force", "stones"),
]  # fmt: skip
OUTCOMES = [i for i, name in enumerate(COLUMNS) if i > 6 or name == "end_date"]


@pytest.fixture(scope="module")
def kosovo():
    return load("kosovo"), load_record("kosovo")


def written(folder, rows):
    path = folder / "mine.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *rows])
    return path


def asked(path, *words):
    done = CliRunner().invoke(app, ["assess", "kosovo", "--crises", str(path), *words])
    return done.exit_code, done.output


def forecasts(path, *words):
    status, printed = asked(path, "--json", *words)
    assert status == 0, printed
    found = json.loads(printed)
    outcome = ("riot",)
    return [{k: v for k, v in row.items() if k not in outcome} for row in found["crises"]], found


def test_a_table_is_asked_and_answered_at_the_command_line(tmp_path):
    rows, found = forecasts(written(tmp_path, ROWS), "--fit-until", "2010")
    assert [row["id"] for row in rows] == ["raid", "vote", "rally", "gate"]
    for row in rows:
        assert 0 < row["riot_low"] <= row["riot_chance"] <= row["riot_high"] < 1
        assert row["hurt"] == sorted(row["hurt"])
        assert row["dead"] == sorted(row["dead"])
    by_name = {row["id"]: row["riot_chance"] for row in rows}
    assert by_name["raid"] > 3 * by_name["vote"]
    scores = found["scores"]
    assert (scores["crises"], scores["riots"]) == (4, 3)
    chances = np.array([row["riot_chance"] for row in rows])
    assert scores["ours"]["brier"] == pytest.approx(((chances - [1, 0, 1, 1]) ** 2).mean())
    assert scores["always 16%"]["brier"] == pytest.approx((3 * 0.84**2 + 0.16**2) / 4)
    status, printed = asked(written(tmp_path, ROWS))
    assert status == 0
    assert "the base rate by kind: Brier score" in printed
    assert "riot.force" in printed
    assert "keeps its prior" in printed


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """Return what is forecast of the rows above."""
    return forecasts(written(tmp_path_factory.mktemp("crises"), ROWS))[0]


def test_what_came_of_a_crisis_changes_no_forecast(tmp_path, plain):
    blank = [["" if i in OUTCOMES else cell for i, cell in enumerate(row)] for row in ROWS]
    rows, found = forecasts(written(tmp_path, blank))
    assert rows == plain
    assert found["scores"] is None
    turned = [
        [ROWS[(n + 1) % len(ROWS)][i] if i in OUTCOMES else cell for i, cell in enumerate(row)]
        for n, row in enumerate(ROWS)
    ]
    assert forecasts(written(tmp_path, turned))[0] == plain


@pytest.mark.slow
def test_crowds_are_read_where_they_are_given(tmp_path, plain):
    path = written(tmp_path, ROWS)
    without = {row["id"]: row["riot_chance"] for row in plain}
    given = {row["id"]: row["riot_chance"] for row in forecasts(path, "--given-crowd")[0]}
    assert given["raid"] > without["raid"]  # it is known that they came
    assert given["vote"] == without["vote"]  # nothing is given
    bad = [[*ROWS[0][:7], "many", *ROWS[0][8:]]]
    status, printed = asked(written(tmp_path, bad), "--given-crowd")
    assert (status, "crowd_estimate_low" in printed) == (2, True)
    assert asked(written(tmp_path, bad))[0] == 0


@pytest.mark.parametrize(
    ("column", "cell", "line", "wanted"),
    [
        (3, "zvecan;leposavik", 2, "Did you mean 'leposaviq'?"),
        (4, "operation_by_farce", 2, "Did you mean 'operation_by_force'?"),
        (5, "serbs", 2, "Did you mean 'serb'?"),
        (6, "kfour", 2, "Did you mean 'kfor'?"),
        (1, "26.5.2023", 2, "YYYY-MM-DD"),
        (1, "1998-05-26", 2, "within the mission"),
    ],
)
def test_what_is_not_known_is_refused_by_line(tmp_path, column, cell, line, wanted):
    row = [cell if i == column else other for i, other in enumerate(ROWS[0])]
    status, printed = asked(written(tmp_path, [row, *ROWS[1:]]))
    printed = " ".join(printed.split())
    assert status == 2
    assert f"mine.csv line {line}, {COLUMNS[column]}" in printed
    assert wanted in printed
    assert "Traceback" not in printed


def test_an_absent_or_empty_table_and_a_missing_word_are_refused(tmp_path):
    assert asked(tmp_path / "none.csv")[0] == 2
    assert asked(written(tmp_path, []))[0] == 2
    words = ["assess", "kosovo", str(written(tmp_path, ROWS))]
    assert CliRunner().invoke(app, words).exit_code == 2


def test_the_chance_is_that_of_the_ladder_by_hand(kosovo):
    scenario, record = kosovo
    row = next(s for s in scenario.shocks if s.id == "searches_2021_10")
    what = known(scenario, record, [row])
    theta = prior(scenario).mean[None]
    crowd = expit(logit(0.3) + np.log(4))
    riots = expit(logit(0.05) + np.log(4) + 2 * np.log(0.45) * what.held + np.log(3) * what.hot)
    assert any_riot(*of_pairs(theta, what), what)[0, 0] == pytest.approx(
        1 - np.prod(1 - crowd * riots)
    )


def test_who_can_face_a_crowd_is_counted_as_in_the_play():
    """Bases within the hour, guards at the place, and the share of police trained for riots."""
    at = {"presence.available_share": 0.4, "riot.police_share": 0.2, "crowd.chance": 0.5,
          "crowd.sigma": 1e-6, "riot.chance": 1.0 - 1e-9, "riot.force": 0.999999}  # fmt: skip
    event = shock(9, kind="removal_of_barricade", places="p1")
    scenario = small_scenario(
        days=20, places=3, minutes=50.0, types=(PROTEST, BLOCK), shocks=[event], values=at,
        contingents=[troops("a", "camp_p0", 200, 0), troops("b", "camp_p1", 300, 0)],
        police=[officers("p1", 50)], responsibilities=[post("p1", 2.0)],
    )  # fmt: skip
    theatre = Theatre(scenario)
    state, world = new_state(theatre, 1, 0), build_world(theatre, scenario.parameters)
    play_days(state, world, 0, 10)
    played = state.riots.riots[0, [RIOT_FIELDS.index("crowd"), RIOT_FIELDS.index("trained")]]
    empty = load_record("kosovo")
    empty = dataclasses.replace(empty, incidents=())
    what = known(scenario, empty, [event])
    assert (what.sure.all(), len(what.crisis)) == (True, 1)
    assert what.size[0] == pytest.approx(played[0], abs=1.5)
    trained = 0.25 * what.size[0] * what.held[0] / (1 - what.held[0])
    assert trained == pytest.approx(played[1], abs=1.0)
    assert trained == pytest.approx(500 * 0.4 * 0.5 + 50 * 0.2, abs=1.0)
    half = known(scenario.with_values({"presence.available_share": 0.2}), empty, [event])
    assert half.held[0] < what.held[0]


def test_played_from_the_eve_a_riot_is_as_likely_as_by_the_law(kosovo):
    """Three places, two of them with troops near; a past with violence that the record has not."""
    event = shock(40, kind="operation_by_force")
    scenario = small_scenario(
        days=80, places=3, minutes=90.0, types=(PROTEST, BLOCK), shocks=[shock(20, id="before")],
        contingents=[troops("a", "camp_p0", 300, 0), troops("b", "camp_p1", 100, 0)],
        values={"crowd.sigma": 1e-6, "crowd.turnout": 0.002, "riot.spread": 1e-9,
                "riot.spread_sigma": 1e-6},
    )  # fmt: skip
    record = dataclasses.replace(kosovo[1], incidents=())
    what = known(scenario, record, [event])
    for shift in (-1.0, 1.0):
        theta = prior(scenario).mean[None].copy()
        theta[0, RIOT] += shift
        exact = any_riot(*of_pairs(theta, what), what)[0, 0]
        laws = {0: np.repeat(theta, DRAWS, axis=0)}
        found = play_crises(scenario, record, [event], what, laws)[0]
        assert len(found["riots"]) == 500
        error = np.sqrt(exact * (1 - exact) / 500)
        assert abs((found["riots"] > 0).mean() - exact) < 3 * error < 0.1
    assert (found["crowd"][found["riots"] == 0] == 0).all()
    assert found["hurt"].max() > 0
    assert found["hurt_police"].max() == 0  # none are near
    assert found["hurt_force"].max() > 0
    again = play_crises(scenario, record, [event], what, laws)[0]
    assert all((again[name] == found[name]).all() for name in found)


@pytest.mark.slow
def test_one_crisis_is_played_at_the_command_line_and_set_beside_the_record(tmp_path):
    words = ["assess", "kosovo", "--crisis", "arrest_2002_04"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    assert "in 500 futures from the eve" in done.output
    assert "what came: a riot" in done.output
    found = json.loads(CliRunner().invoke(app, [*words, "--json"]).output)["crises"]
    assert [row["id"] for row in found] == ["arrest_2002_04"]
    row = found[0]
    assert abs(row["riot_chance_played"] - row["riot_chance"]) < 0.1
    for name in ("riots", "places", "crowd", "dead", "hurt_civil", "hurt_police", "hurt_force",
                 "displaced", "road_days"):  # fmt: skip
        assert row[name] == sorted(row[name])
    assert row["recorded"]["hurt_police"] == 22
    assert row["recorded"]["hurt_force"] is None
    assert "hurt, police" in done.output
    assert "hurt, soldiers" in done.output
    done = CliRunner().invoke(app, ["assess", "kosovo", "--crisis", "arrest_2002"])
    assert (done.exit_code, "Did you mean 'arrest_2002_04'?" in done.output) == (2, True)
    mine = CliRunner().invoke(
        app, ["assess", "kosovo", str(written(tmp_path, ROWS)), "--crisis", "raid", "--json"]
    )
    assert json.loads(mine.output)["crises"][0]["recorded"] == {}


def test_the_fit_is_the_mode_and_leaves_force_and_talks_as_they_were(kosovo):
    scenario, record = kosovo
    outcome = {row.shock: row.riot for row in record.crises}
    own = [s for s in scenario.shocks if s.id in outcome]
    what, came = known(scenario, record, own), np.array([outcome[s.id] for s in own], dtype=float)
    before = prior(scenario)
    fit = fitted(before, what, came, np.ones(len(came)))
    free = np.delete(np.arange(len(NAMES) + len(KINDS)), [FORCE, TALKS])
    sd = np.sqrt(np.diag(before.covariance))

    def misfit(x):
        theta = before.mean.copy()
        theta[free] = x
        p = any_riot(*of_pairs(theta[None], what), what)[0].clip(1e-9, 1 - 1e-9)
        told = np.where(came == 1, np.log(p), np.log1p(-p)).sum()
        return 0.5 * (((theta - before.mean) / sd) ** 2).sum() - told

    best = minimize(misfit, before.mean[free], method="BFGS").x
    np.testing.assert_allclose(fit.mean[free], best, atol=2e-3)
    np.testing.assert_array_equal(fit.mean[[FORCE, TALKS]], before.mean[[FORCE, TALKS]])
    assert (fit.draws()[:, [FORCE, TALKS]] <= 0).all()
    sure = [i for i in free if i != RIOT]
    assert (np.diag(fit.covariance)[sure] <= np.diag(before.covariance)[sure] + 1e-9).all()


def test_what_is_known_moves_the_chance_the_way_it_should(kosovo):
    scenario, record = kosovo
    raid = next(s for s in scenario.shocks if s.id == "mayors_2023_05")
    theta = prior(scenario).mean[None]

    def of(shock=raid, world=scenario, past=record):
        what = known(world, past, [shock])
        return any_riot(*of_pairs(theta, what), what)[0, 0]

    def other(**more):
        return Shock.model_validate({**dict(raid), **more})

    assert of(other(kind="status_decision")) < 0.5 * of()
    assert of(other(places="zvecan")) < of()
    assert of(other(talks=True)) < of()
    assert of(other(against="albanian")) > of()
    assert of(world=scenario.with_(withdraw="2023-05-01")) > 1.1 * of()
    assert of(past=dataclasses.replace(record, incidents=())) <= of()
    arrest = {"kind": "arrest", "acting": ""}
    assert of(other(**arrest)) < of(other(kind="arrest"))


def test_no_fit_reads_what_came_later_or_of_the_crisis_itself(kosovo):
    scenario, record = kosovo
    dates = {shock.id: shock.date for shock in scenario.shocks}
    turned = dataclasses.replace(
        record,
        crises=tuple(
            row.model_copy(update={"riot": not row.riot}) if dates[row.shock].year > 2010 else row
            for row in record.crises
        ),
    )

    def chances(past, **more):
        return [row["riot_chance"] for row in judge_crises(scenario, past, **more)["crises"]]

    assert chances(record, fit_until=2010) == chances(turned, fit_until=2010)
    one = next(row for row in record.crises if row.shock == "rally_2016_01")
    others = tuple(row for row in record.crises if row is not one)
    flipped = (*others, one.model_copy(update={"riot": not one.riot}))
    found, again = (
        {row["id"]: row["riot_chance"] for row in judge_crises(scenario, past)["crises"]}
        for past in (record, dataclasses.replace(record, crises=flipped))
    )
    assert found["rally_2016_01"] == again["rally_2016_01"]
    assert found["vidovdan_2012_06"] != again["vidovdan_2012_06"]


def test_the_record_by_time_keeps_the_goals_that_are_kept(kosovo):
    found = judge_crises(*kosovo, fit_until=2010)
    chance = {row["id"]: row["riot_chance"] for row in found["crises"]}
    for crisis in ("mayors_2023_05", "sit_in_2023_05"):
        assert 0.2 <= chance[crisis] <= 0.7
    scenario, record = kosovo
    outcome = {row.shock: row for row in record.crises}
    own = [s for s in scenario.shocks if s.id in outcome and s.date.year <= 2010]
    came = np.array([outcome[s.id].riot for s in own], dtype=float)
    used = np.array([outcome[s.id].basis != "assumed" for s in own])
    spring = [s for s in scenario.shocks if (2023, 5) <= (s.date.year, s.date.month) <= (2023, 6)]
    what = known(scenario, record, spring)
    for fit in (
        prior(scenario),
        fit_of(prior(scenario), known(scenario, record, own), came, used, int(what.day[0])),
    ):
        none = 1 - any_riot(*of_pairs(fit.draws(), what), what)
        assert 0.2 <= 1 - none.prod(axis=1).mean() <= 0.7
    quiet = ("deadline_2007_12", "rerun_2013_11", "train_2017_01", "tariff_2018_11")
    assert np.mean([chance[crisis] for crisis in quiet]) < 0.1
    scores = found["scores"]
    assert scores["the base rate by kind"]["less_brier"][1] > 0.1
    assert scores["always 16%"]["less_brier"][1] > 0


def with_note(folder, note):
    header = folder / "scenario.toml"
    text = header.read_text(encoding="utf-8")
    header.write_text(text.replace("\nfit_until", f'\ncrises_note = "{note}"\nfit_until'))
    return folder


def test_a_note_on_crises_stands_with_their_scores(tmp_path):
    """It is data of the scenario; a list of somebody's own is not what it speaks of."""
    note = "Two rows were changed after the fact."
    folder = with_note(ip.new("valley", tmp_path), note)
    words = ["assess", str(folder), "--crises"]
    done = CliRunner().invoke(app, words)
    assert (done.exit_code, note in done.output) == (0, True), done.output
    assert "the base rate by kind: Brier score" in done.output
    found = json.loads(CliRunner().invoke(app, [*words, "--json"]).output)
    assert found["scores"]["note"] == note
    path = tmp_path / "mine.csv"
    path.write_text(
        "id,trigger_date,places,trigger_kind,side_mobilised,riot\n"
        "raid,2031-05-05,highfold,arrest,hill,y\n",
        encoding="utf-8",
    )
    done = CliRunner().invoke(app, [*words, str(path)])
    assert (done.exit_code, note in done.output, "Brier" in done.output) == (0, False, True)


def test_kosovo_says_what_its_scores_were_before_rows_were_set_straight(kosovo):
    note = kosovo[0].header.crises_note
    for told in ("set straight after", "16 %", "2 %", "chance could explain"):
        assert told in note
    assert "\n" not in note


def test_the_report_shows_forecast_beside_outcome(tmp_path):
    folder = with_note(ip.new("example", tmp_path), "Two rows were changed after the fact.")
    words = ["run", str(folder), "--futures", "2", "--out", str(tmp_path / "run")]
    assert CliRunner().invoke(app, words).exit_code == 0
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert "Crises after 2030: forecasts fitted to those before, and what came" in page
    assert "The clock stops at noon and each people blames the other" in page
    assert "no riot" in page
    assert "Two rows were changed after the fact." in page
    assert "Brier score" not in page[page.index("Crises: forecast and outcome") :]


def test_a_scenario_without_outcomes_forecasts_by_its_priors(tmp_path):
    folder = ip.new("valley", tmp_path)
    (folder / "record" / "crises.csv").unlink()
    path = tmp_path / "mine.csv"
    path.write_text(
        "id,trigger_date,places,trigger_kind,side_mobilised\n"
        "told,2030-05-05,all,rumour,both\nraid,2031-05-05,highfold,arrest,hill\n",
        encoding="utf-8",
    )
    asked_of = ["assess", str(folder), "--crises"]
    done = CliRunner().invoke(app, asked_of)
    assert (done.exit_code, "record/crises.csv" in done.output) == (2, True)
    done = CliRunner().invoke(app, [*asked_of, str(path), "--json"])
    found = json.loads(done.output)
    assert (found["fitted_to"], found["scores"]) == (0, None)
    assert found["crises"][0]["riot_chance"] > found["crises"][1]["riot_chance"]
