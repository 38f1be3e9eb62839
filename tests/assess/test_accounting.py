"""Every row of the record accounted for: at the command, in the fit, in the score, on the page."""

import csv
import dataclasses
import datetime as dt
import json
import re

import numpy as np
import pytest
from test_held_out import told
from typer.testing import CliRunner

import interpose as ip
from interpose.assess.accounting import account, collected
from interpose.assess.posterior import calibration
from interpose.assess.posterior.targets import expected, figure_targets, incident_targets
from interpose.assess.score import measures
from interpose.cli import app
from interpose.play.theatre import ACTS, Theatre
from interpose.record import load_record
from interpose.scenario import load

RECORD_ROW = {
    "reporter": "record", "act": "armed_attack", "share": "0.5", "fatal_share": "1",
    "delay_days": "0", "begins": "2030-01-01", "ends": "", "basis": "assumed", "source": "gazette",
}  # fmt: skip


def rewrite(folder, file, change):
    """Change the rows of a table as a list of mappings."""
    path = folder / file
    with path.open(encoding="utf-8", newline="") as stream:
        rows = change(list(csv.DictReader(stream)))
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def set_toml(folder, **values):
    path = folder / "scenario.toml"
    text = path.read_text(encoding="utf-8")
    for name, value in values.items():
        text = re.sub(rf"(?m)^{name} = .*$", f"{name} = {value}", text)
    path.write_text(text, encoding="utf-8")


def events(days, kind="armed_attack", **more):
    """Return rows of incidents of a kind, one a day given."""
    plain = {"place": "stonewell", "instigator": "hill", "certainty": "presumed", "summary": "x",
             "target": "river", "source": "gazette", "confidence": "medium"}  # fmt: skip
    return [
        {"id": f"{kind}{i}", "kind": kind, "begins": str(day), "ends": str(day), **plain, **more}
        for i, day in enumerate(days)
    ]


def every(step, many, first="2030-01-01"):
    start = dt.date.fromisoformat(first)
    return [start + dt.timedelta(step * i) for i in range(many)]


@pytest.fixture
def mission(tmp_path):
    """Return a mission of one's own: a reporter `record`, 100 attacks, and rates to fit."""
    folder = ip.new("valley", tmp_path)
    rewrite(folder, "reporting.csv", lambda rows: [*rows, RECORD_ROW])
    rewrite(folder, "record/incidents.csv", lambda _: events(every(7, 100)))
    rewrite(folder, "record/casualties.csv", lambda rows: [
        {**row, "incident": "armed_attack0"} for row in rows
    ])  # fmt: skip
    rewrite(folder, "parameters.csv", lambda rows: [
        {**row, "basis": "fitted", "prior": row["value"]} if "rate" in row["name"] else row
        for row in rows
    ])  # fmt: skip
    (folder / "record" / "not_mergeable.csv").unlink()
    return folder


def invoke(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def sums_of(text):
    return {what.strip(): int(many.replace(",", "")) for many, what in
            re.findall(r"(?m)^ +([\d,]+) of record/incidents\.csv: (.+)$", text)}  # fmt: skip


def test_check_says_what_becomes_of_every_row_and_lists_all_on_demand(mission):
    more = [
        *events(every(1, 30, "2029-01-01"), place="highfold", id="x"),
        *events(every(1, 5, "2030-05-01"), "riot"),
        *events(every(1, 7, "2030-05-01"), "bombing"),
    ]
    more = [{**row, "id": f"more{i}"} for i, row in enumerate(more)]
    rewrite(mission, "record/incidents.csv", lambda rows: [*rows, *more])
    found = invoke("check", mission)
    assert found.exit_code == 0
    sums = sums_of(found.stdout)
    assert sum(sums.values()) == 142
    assert sums["not used: before the mission begins, 2030-01-01"] == 30
    assert sums["not used: incident_types.csv has no bombing"] == 7
    assert sums["fit"] == 53  # of 100, those of 2030
    listed = invoke("check", mission, "--all").stdout
    assert listed.count("record/incidents.csv line ") == 142
    assert "record/incidents.csv line 102, more0: not used: before the mission begins" in listed
    rows = json.loads(invoke("check", mission, "--json").stdout)["record"]
    assert sum(row["file"] == "record/incidents.csv" for row in rows) == 142
    assert all(bool(row["used_by"]) != bool(row["why_not"]) for row in rows)


@pytest.mark.parametrize("other", [{"reporter": "ucdp"}, {"begins": "2031-12-01"}])
def test_without_any_target_calibrate_stops_and_writes_nothing(mission, other):
    rewrite(mission, "reporting.csv", lambda rows: [*rows[:-1], {**RECORD_ROW, **other}])
    before = (mission / "parameters.csv").read_bytes()
    found = invoke("calibrate", mission, "--write")
    assert found.exit_code == 2
    assert "Nothing was fitted or written" in found.stderr
    assert (mission / "parameters.csv").read_bytes() == before


@pytest.mark.slow
def test_calibrate_says_the_same_of_every_row_and_warns_of_a_rate_out_of_its_range(mission):
    found = invoke("calibrate", mission)
    assert found.exit_code == 0
    assert sums_of(found.stdout) == sums_of(invoke("check", mission).stdout)
    assert re.search(r"warning: background\.rate\[armed_attack\] is .*gives 6 to 20", found.stderr)
    told_in_json = json.loads(invoke("calibrate", mission, "--json").stdout)
    assert told_in_json["warnings"]
    assert len(told_in_json["record"]) > 100


def test_a_folder_that_cannot_be_written_is_told_before_the_fit(mission, monkeypatch):
    def refuse(path, content, fault=None):
        msg = f"{path} cannot be written: no leave."
        raise fault(msg)

    monkeypatch.setattr("interpose.scenario.files.write_aside", refuse)
    monkeypatch.setattr(calibration, "calibrate", lambda *_: pytest.fail("fitted all the same"))
    found = invoke("calibrate", mission, "--write")
    assert found.exit_code == 2
    assert "cannot be written" in found.stderr


def test_a_fit_until_within_a_year_takes_the_days_before_it_on_both_sides(mission):
    set_toml(mission, fit_until="2031-03-31")
    scenario = load(mission)
    theatre = Theatre(scenario)
    targets = incident_targets(theatre, collected(scenario, load_record(mission)))
    dates = every(7, 100)
    assert [t.count for t in targets] == [
        sum(d.year == 2030 for d in dates),
        sum(dt.date(2031, 1, 1) <= d <= dt.date(2031, 3, 31) for d in dates),
    ]
    means, daily = expected(theatre, scenario.parameters, targets, targets[-1].last + 1)
    attacks = theatre.act_of_type == ACTS.index("armed_attack")
    assert len(daily) == 455
    assert 0 < means[1] < daily[365:455, attacks].sum()


def test_what_a_reporter_does_not_cover_is_missing_and_no_zero(mission):
    part = {**RECORD_ROW, "begins": "2030-07-01", "municipalities": "highfold"}
    elsewhere = [{**row, "id": f"s{i}"} for i, row in enumerate(events(every(9, 50)))]
    elsewhere = [{**row, "place": "saltbridge"} for row in elsewhere]
    rewrite(mission, "record/incidents.csv", lambda rows: [*rows, *elsewhere])
    rewrite(mission, "reporting.csv", lambda rows: [*rows[:-1], part])
    scenario, record = load(mission), load_record(mission)
    seen = collected(scenario, record)
    assert {row.begins >= dt.date(2030, 7, 1) for row in seen.rows} == {True}
    assert {row.place for row in seen.rows} == {"stonewell"}  # of Highfold
    assert {t.name for t in incident_targets(Theatre(scenario), seen)} == {
        "recorded armed_attack 2030"
    }
    assert np.isnan(seen.by_year([2030, 2031])["harassment"]).all()


def test_an_act_of_which_the_record_has_nothing_is_missing_and_told(mission):
    zeros = {**RECORD_ROW, "act": "harassment"}
    rewrite(mission, "reporting.csv", lambda rows: [*rows, zeros])
    scenario = load(mission)
    found = calibration.calibrate(scenario, load_record(mission))
    prior = {row.name: row.prior for row in scenario.parameters.rows()}
    name = "background.rate[harassment]"
    # Sampled: the median of 3,000 draws or more, of a prior that is a factor of three wide.
    assert abs(np.log(found.values[name][0] / prior[name])) < 0.1 * np.log(3)
    assert any(text.startswith("harassment: reporting.csv says") for text in found.warnings)


def test_rows_of_a_reporter_hold_for_their_days_in_whatever_order(mission):
    early = {**RECORD_ROW, "share": "0.2", "ends": "2030-09-01"}
    late = {**RECORD_ROW, "share": "0.9", "begins": "2030-09-01"}
    means = []
    for pair in ((early, late), (late, early)):
        rewrite(mission, "reporting.csv", lambda rows, pair=pair: [
            *(row for row in rows if row["reporter"] != "record"), *pair
        ])  # fmt: skip
        scenario = load(mission)
        theatre = Theatre(scenario)
        targets = incident_targets(theatre, collected(scenario, load_record(mission)))
        means.append(expected(theatre, scenario.parameters, targets, 365)[0])
    np.testing.assert_array_equal(*means)


def test_what_the_fit_expects_is_what_the_play_reports(mission):
    """Two rows in time, one of them for one municipality, in the play and in the expectation."""
    early = {**RECORD_ROW, "share": "0.4", "ends": "2030-05-01"}
    late = {**RECORD_ROW, "begins": "2030-05-01", "municipalities": "highfold"}
    rewrite(mission, "reporting.csv", lambda rows: [*rows[:-1], early, late])
    rewrite(mission, "parameters.csv", lambda rows: [
        {**row, "value": "300", "high": "300"} if "rate[armed" in row["name"] else row
        for row in rows
    ])  # fmt: skip
    scenario = load(mission)
    theatre = Theatre(scenario)
    targets = incident_targets(theatre, collected(scenario, load_record(mission)))
    mean = expected(theatre, scenario.parameters, targets, 365)[0][0]
    run = ip.run(scenario, futures=150, seed=3, out=mission.parent / "run", draw=False)
    years = ip.assess.yearly(run, theatre)
    found = years.reported[:, 0, years.reporters.index("record"), ACTS.index("armed_attack")]
    assert found.mean() == pytest.approx(mean, abs=4 * found.std() / np.sqrt(150))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"quantity": "harvest"}, "quantity that no measure of the fit reads"),
        ({"repeats": "strength_2031_07"}, "repeats another figure"),
        ({"community": "sheep"}, "community that is none of the mission"),
        ({"kind": "planned"}, "kind planned"),
        ({"unit": "percent"}, "unit percent"),
        ({"begins": dt.date(2029, 12, 1)}, "begins before the mission"),
        ({"ends": dt.date(2031, 2, 1)}, "ends after fit_until"),
        ({"quantity": "potentially_ethnic_crimes"}, "reporter 'unmik_police'"),
    ],
)
def test_a_figure_that_is_no_target_has_its_reason(mission, change, reason):
    scenario, record = load(mission), load_record(mission)
    plain = record.figures[0].model_copy(
        update={"quantity": "murders", "unit": "count", "ends": dt.date(2030, 7, 1)}
    )
    for figure, is_target in ((plain, True), (plain.model_copy(update=change), False)):
        one = dataclasses.replace(record, figures=(figure,))
        (row,) = (r for r in account(scenario, one) if r.file == "record/figures.csv")
        assert bool(row.used_by) == is_target
        found = figure_targets(Theatre(scenario), one, scenario.parameters)
        assert bool(found) == is_target
        assert is_target or row.why_not.startswith(reason) or reason in row.why_not


def test_a_mission_that_ends_in_september_is_scored_on_nine_months(mission):
    set_toml(mission, end="2031-09-30")
    scenario, record = load(mission), load_record(mission)
    days = every(7, 100)
    empty = np.zeros((5, 2, 1, len(ACTS)), dtype=np.int64)
    found = told([2030, 2031], empty, empty[..., 0])
    total = next(iter(measures(found, scenario, record)))
    assert total.recorded[1] == sum(dt.date(2031, 1, 1) <= d <= dt.date(2031, 9, 30) for d in days)
    assert list(total.days) == [365, 273]


def test_the_dead_of_riots_count_once_and_on_both_sides():
    kosovo, record = load("kosovo"), load_record("kosovo")
    seen = collected(kosovo, record)
    riots = [r for r in record.incidents if r.kind == "riot" and r.begins.year == 2004]
    most = max(row.deaths or 0 for row in riots)
    assert most >= 19
    assert most <= seen.dead_by_year([2004])[2004] < 2 * most


def test_years_too_few_to_be_scored_are_not_said_to_be(mission):
    set_toml(mission, fit_until="2030-06-30")
    rows = account(load(mission), load_record(mission))
    uses = {row.used_by.partition(":")[0] for row in rows if row.file == "record/incidents.csv"}
    assert uses == {"", "fit"}
    kosovo = account(load("kosovo"), load_record("kosovo"))
    assert {"fit", "score"} <= {row.used_by.partition(":")[0] for row in kosovo}


def test_an_act_that_is_not_collected_adds_no_dead_on_either_side(mission):
    rewrite(mission, "reporting.csv", lambda rows: [*rows, {**RECORD_ROW, "act": "harassment"}])
    deaths = np.ones((5, 2, 1), dtype=np.int64)
    found = told([2030, 2031], np.zeros((5, 2, 1, len(ACTS)), dtype=np.int64), deaths)
    moved = dataclasses.replace(found, reported_deaths=np.roll(found.reported_deaths, -1, axis=3))
    for run, futures in ((found, 1), (moved, 0)):  # of armed attacks, of harassment
        dead = list(measures(run, load(mission), load_record(mission)))[1]
        assert (dead.futures == futures).all()


# --- the page -------------------------------------------------------------------------------------


def text_of(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_page_says_fitted_only_where_something_was(mission):
    run = invoke("run", mission, "--futures", 5, "--out", mission.parent / "a")
    assert run.exit_code == 0
    fitted = text_of((mission.parent / "a" / "report.html").read_text(encoding="utf-8"))
    rewrite(mission, "parameters.csv", lambda rows: [{**r, "basis": "assumed"} for r in rows])
    invoke("run", mission, "--futures", 5, "--out", mission.parent / "b")
    plain = text_of((mission.parent / "b" / "report.html").read_text(encoding="utf-8"))
    assert "fitted on data up to 31 December 2030" in fitted
    assert "fitted on data" not in plain
    assert "as they were fitted" not in plain
    assert "None of the numbers behind the futures was fitted" in plain


def test_a_page_leads_with_what_the_record_has_and_marks_defaults_of_kosovo(mission):
    invoke("run", mission, "--futures", 5, "--out", mission.parent / "a")
    page = (mission.parent / "a" / "report.html").read_text(encoding="utf-8")
    text = text_of(page)
    findings = text[text.index("nine of ten lie within the interval.") :]
    first = findings.index("In 2031, the last year that the record covers, it holds 47 incidents")
    assert first < findings.index("All incidents, recorded or not, which no record can check")
    assert re.search(r"\d+ are defaults that rest on Kosovo alone", text)
    table = page[page.index('id="table-parameters"') if 'id="table-parameters"' in page else 0 :]
    assert "of Kosovo" in table
    assert "No finding of this mission:" in text


def test_a_page_says_why_no_recorded_incident_can_be_compared(mission):
    rewrite(mission, "reporting.csv", lambda rows: rows[:-1])
    invoke("run", mission, "--futures", 3, "--out", mission.parent / "a")
    text = text_of((mission.parent / "a" / "report.html").read_text(encoding="utf-8"))
    assert "Of 100 recorded incidents none can be compared with these numbers: no reporter" in text


def test_a_force_that_counts_for_little_is_said(mission):
    assert "effect.troops" not in invoke("check", mission).stderr
    people = sum(row.persons for row in load(mission).people if row.year == 2029)
    times = round(840 / 2.5 * 1000 / people)  # as 12,000 soldiers among 4.8 million
    rewrite(mission, "people.csv", lambda rows: [
        {**row, **{c: str(times * int(row[c])) for c in ("persons", "low", "high")}} for row in rows
    ])  # fmt: skip
    assert "by the default of effect.troops.retaliation" in invoke("check", mission).stderr
    invoke("run", mission, "--futures", 3, "--out", mission.parent / "a")
    page = (mission.parent / "a" / "report.html").read_text(encoding="utf-8")
    assert "The force counts for little" in page
