"""A scenario changed in memory is checked as a folder is, and says what was changed."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import interpose as ip
from interpose.cli import app
from interpose.errors import ScenarioError
from interpose.report.run_page.run_data import gather
from interpose.scenario import again, check, load, read_plan_tables, sound
from interpose.scenario.tables import TABLES

ORMEL = Path(__file__).parents[1] / "plan" / "ormel" / "plan"
WITHDRAWN = dt.date(2030, 9, 1)


@pytest.fixture
def scenario(example):
    shutil.copytree(ORMEL, example / "plan")
    return load(example)


def strength_on(scenario, day):
    return sum(
        row.strength
        for row in scenario.contingents
        if row.arrives <= day and (row.departs is None or day < row.departs)
    )


def test_added_rows_take_what_they_do_not_say_from_another_and_name_their_source(scenario):
    more = scenario.with_(
        add={"contingents": {"like": "sou_company", "strength": 600, "arrives": "2030-06-01"}}
    )
    row = more.contingents[-1]
    assert (row.id, row.base, row.strength) == ("sou_company.1", "camp_lookout", 600)
    assert (row.decided, row.arrives, row.basis) == (row.arrives, dt.date(2030, 6, 1), "assumed")
    assert row.source in {source.id for source in more.sources}
    assert more.changed == (
        "Added to contingents: like sou_company, strength 600, arrives 2030-06-01.",
    )
    assert more.digest != scenario.digest


def test_rows_are_changed_and_dropped_by_their_keys(scenario):
    year = scenario.people[0].year
    other = scenario.with_(
        change={
            "people": {("saltbridge", "hill", year): {"persons": 5000, "low": 1, "high": 9000}},
            "header": {"end": dt.date(2031, 6, 30)},
        },
        drop={"contingents": ["isl_platoon", "nor_reinforcement"]},
    )
    assert 5000 in {row.persons for row in other.people if row.place == "saltbridge"}
    assert other.header.end == dt.date(2031, 6, 30)
    assert len(other.contingents) == len(scenario.contingents) - 2


def test_a_force_is_scaled_from_a_day_on(scenario):
    before, day = dt.date(2030, 8, 31), WITHDRAWN
    half = scenario.with_(scale_force=0.5, since=day)
    assert strength_on(half, before) == strength_on(scenario, before)
    assert strength_on(half, day) == strength_on(scenario, day) / 2
    assert half.changed == ("The force has 0.5 times its strength from 2030-09-01 on.",)
    assert strength_on(scenario.with_(scale_force=2), before) == 2 * strength_on(scenario, before)


def test_from_the_first_day_on_is_all_the_time(tmp_path):
    """Soldiers who were there before the mission begins are scaled and withdrawn with the rest."""
    line = load(ip.new("strait", tmp_path, like="line"))
    first = line.header.start
    assert any(row.arrives < first for row in line.contingents)
    half = line.with_(scale_force=0.5, since=first)
    assert half.contingents == line.with_(scale_force=0.5).contingents
    assert not line.with_(withdraw=first).contingents


def test_a_force_is_withdrawn(scenario):
    gone = scenario.with_(withdraw=WITHDRAWN)
    days = [WITHDRAWN + dt.timedelta(n) for n in range(0, 480, 40)]
    assert [strength_on(gone, day) for day in days] == [0] * len(days)
    played = ip.play(gone, futures=2)
    assert float(played["in_theatre"].sel(month=slice("2030-10", None)).sum()) == 0
    assert float(played["in_theatre"].sum()) > 0


FAULTY = {
    "base": ({"base": "camp_fery"}, "Not in bases.csv. Did you mean 'camp_ferry'?"),
    "date": ({"arrives": "first of June"}, "Must be a day written YYYY-MM-DD"),
    "stock": ({"stock": "in_theater"}, "Did you mean 'in_theatre'?"),
    "strength": ({"strength": -900}, "Must be 0 or more."),
    "order": ({"departs": "2029-01-01"}, "Must be after arrives"),
    "closed": ({"arrives": "2029-12-10"}, "camp_lookout opens on 2029-12-15"),
    "twice": ({"id": "nor_battalion"}, "Stands in row 1 already"),
    "column": ({"strenght": 4}, "strenght"),
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_faulty_what_if_is_refused_with_the_words_of_the_checker(scenario, name):
    cells, words = FAULTY[name]
    with pytest.raises(ScenarioError, match="in the changed scenario") as caught:
        scenario.with_(change={"contingents": {"sou_company": cells}})
    assert words in str(caught.value)
    assert "contingents" in caught.value.faults[0].file


@pytest.mark.parametrize("name", ["base", "date", "stock", "strength", "order", "twice"])
def test_a_copy_made_by_hand_is_checked_when_it_is_played_planned_or_stored(
    scenario, name, tmp_path
):
    cells, words = FAULTY[name]
    row = scenario.contingents[2].model_copy(update=cells)
    by_hand = replace(scenario, contingents=(*scenario.contingents[:2], row))
    for use in (
        lambda: ip.play(by_hand, futures=1),
        lambda: ip.run(by_hand, futures=1, out=tmp_path / "run"),
        lambda: ip.plan(by_hand, "ormel"),
    ):
        with pytest.raises(ScenarioError) as caught:
            use()
        assert words in str(caught.value)
    assert any(words in str(fault) for fault in ip.check(by_hand))
    assert not (tmp_path / "run").exists()


def test_a_sound_copy_made_by_hand_has_a_digest_of_its_own_and_says_what_differs(scenario):
    row = scenario.contingents[0].model_copy(update={"strength": 700})
    played = sound(replace(scenario, contingents=(row, *scenario.contingents[1:])))
    assert played.digest != scenario.digest
    assert played.changed == ("Changed in contingents, nor_battalion: strength is 700.",)
    assert ip.check(played) == []


def test_a_copy_made_by_hand_without_a_difference_stays_what_it_is(scenario):
    same = sound(replace(scenario))
    assert (same.digest, same.changed) == (scenario.digest, ())


def test_unknown_tables_rows_and_days_are_named_with_what_is_near(scenario):
    with pytest.raises(ScenarioError) as caught:
        scenario.with_(
            add={"contingent": {"id": "x"}},
            drop={"bases": "camp_fery"},
            scale_force=-1,
        )
    told = str(caught.value)
    assert "Did you mean 'contingents'?" in told
    assert "Did you mean 'camp_ferry'?" in told
    assert "Must be from 0 to 1000" in told
    with pytest.raises(ScenarioError, match="YYYY-MM-DD"):
        scenario.with_(withdraw="in June")


@pytest.mark.parametrize("odd", [5, "abc", [1], {"contingents": {"id": None}}])
@pytest.mark.parametrize("part", ["add", "change", "drop"])
def test_a_what_if_of_another_shape_is_refused_with_an_example(scenario, part, odd):
    with pytest.raises(ScenarioError) as caught:
        scenario.with_(**{part: odd})
    assert caught.value.faults


@pytest.mark.parametrize("odd", [None, 5, "rows", (None,), [object()]])
def test_a_copy_whose_fields_are_no_rows_is_refused(scenario, odd):
    for name in ("contingents", "header", "parameters", "changes"):
        with pytest.raises(ScenarioError, match=name):
            ip.play(replace(scenario, **{name: odd}), futures=1)


def test_the_same_steps_give_the_same_scenario(scenario):
    changed = scenario.with_(scale_force=0.5, since="2030-06-01").with_(
        drop={"contingents": "isl_platoon"}
    )
    changed = changed.with_values({"presence.travel_decay_min": 20.0})
    kept = json.loads(json.dumps(changed.changes))
    assert again(scenario, kept).digest == changed.digest


def test_the_tables_of_the_plan_follow(scenario):
    offers = read_plan_tables(scenario).offers
    doubled = read_plan_tables(scenario.with_(scale_force=2)).offers
    assert [row.units for row in doubled] == [2 * row.units for row in offers]
    fewer = scenario.with_(drop={"accepted_risks": [("pass", "2030-11-01")]})
    assert len(read_plan_tables(fewer).accepted_risks) < len(
        read_plan_tables(scenario).accepted_risks
    )


def test_a_run_of_a_what_if_keeps_what_was_changed_and_its_report_reads_the_changed_rows(
    scenario, tmp_path
):
    gone = scenario.with_(withdraw=WITHDRAWN)
    run = ip.run(gone, futures=2, out=tmp_path / "run")
    assert run.info["changed"] == ["The force is gone from 2030-09-01 on."]
    assert run.dataset().attrs["changed"] == "The force is gone from 2030-09-01 on."
    data = gather(run.folder)
    assert data.same_scenario
    assert data.scenario.contingents == gone.contingents


def test_the_command_line_asks_the_same(example, tmp_path):
    out = tmp_path / "run"
    words = ["run", str(example), "--futures", "2", "--out", str(out), "--no-report"]
    asked = [*words, "--scale-force", "0.5", "--since", "2030-06-01"]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 0, done.output
    assert "what if: The force has 0.5 times its strength from 2030-06-01 on." in done.stdout
    assert CliRunner().invoke(app, asked).exit_code == 0
    other = CliRunner().invoke(app, [*words, "--withdraw", "2030-06-01"])
    assert other.exit_code == 2
    assert "other inputs" in other.stderr
    wrong = CliRunner().invoke(app, [*words, "--since", "2030-06-01"])
    assert wrong.exit_code == 2
    assert "Goes with scale_force" in wrong.stderr


@pytest.mark.parametrize(
    "asked", [{"withdraw": "2040-01-01"}, {"scale_force": 0.5, "since": "2029-01-01"}]
)
def test_a_day_on_which_nothing_is_played_is_refused(scenario, asked):
    with pytest.raises(ScenarioError, match="2030-01-01 to 2031-12-31: else no change"):
        scenario.with_(**asked)


ODD = ("", "x", "-3", "2", "0.5", "nan", "2035-01-01", "2029-01-01", "all", "force", "1e9", "ID")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_cell_changed_in_memory_is_judged_as_one_changed_in_its_file(tmp_path_factory, data):
    folder = ip.new("example", tmp_path_factory.mktemp("twin"))
    scenario = load(folder)
    table = data.draw(st.sampled_from(("contingents", "bases", "police", "shocks", "reporting")))
    path = folder / f"{table}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    row = data.draw(st.sampled_from(rows))
    column = data.draw(st.sampled_from(list(row)))
    others = [other[column] for other in rows]
    cell = data.draw(st.sampled_from((*ODD, *others)))
    keys = TABLES[f"{table}.csv"][0].KEYS[0]
    key = tuple(row[name] for name in keys)
    row[column] = cell
    with path.open("w", encoding="utf-8", newline="") as file:
        table_of = csv.DictWriter(file, list(row))
        table_of.writeheader()
        table_of.writerows(rows)
    in_file = {
        (fault.field, fault.wanted.replace("in line", "in row"))
        for fault in check(folder)
        if not fault.file.startswith(("record/", "policies/"))  # no parts of a scenario in memory
    }
    try:
        scenario.with_(change={table: {key if len(key) > 1 else key[0]: {column: cell}}})
        in_memory = set()
    except ScenarioError as error:
        in_memory = {(fault.field, fault.wanted) for fault in error.faults}
    assert {(f, re.sub(r"row \d+", "row", w)) for f, w in in_memory} == {
        (f, re.sub(r"row \d+", "row", w)) for f, w in in_file
    }
