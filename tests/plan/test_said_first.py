"""What a plan lacks is said first; one that is stale, empty or of another question is refused."""

import csv
import datetime as dt
import errno
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import plan_examples
import pytest
from plans import BEGINS, ENDS, inputs, line, month, offer
from typer.testing import CliRunner

from interpose.cli.app import app
from interpose.ensemble import read_run
from interpose.errors import PlanError
from interpose.plan import plan
from interpose.plan.deployments import deployments
from interpose.plan.generate.generation import generate
from interpose.plan.laydown.placing import Detachment, lay_down
from interpose.plan.laydown.terrain import terrain_on
from interpose.plan.months import in_words
from interpose.plan.offer.eligibility import judge
from interpose.plan.planning import scenario_with_plan
from interpose.plan.request import Request, what_if_name
from interpose.plan.result import Names
from interpose.plan.tell.files import orbat_mapper
from interpose.plan.tell.shortfalls import (
    force_by_month,
    is_empty,
    lost_for_good,
    shortfalls,
)
from interpose.scenario import load
from theatres import small_scenario

YEAR = {"begins": dt.date(2030, 1, 1), "ends": dt.date(2031, 1, 1), "time_limit_s": 10.0}
DATES = ("--from", "2030-01-01", "--to", "2031-01-01", "--time-limit", "10")


def command(*words):
    return CliRunner().invoke(app, [*map(str, words)], catch_exceptions=False)


def said(tables, **options):
    made = generate(tables, "here", BEGINS, ENDS, gap=0.0, **options)
    return shortfalls(tables, made, Names(tables)), made


def change(folder, table, edit):
    """Rewrite a table of a scenario's folder, row by row."""
    path = folder / table
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows, names = [edit(row) for row in reader], reader.fieldnames
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


# --- what is said ----------------------------------------------------------------------------


def test_months_without_force_and_without_requirement_are_named():
    rows = [line("a", begins=month(2), ends=month(10), critical=True)]
    words, made = said(inputs(rows, [offer("aaa_1", begins=month(4))]))
    assert words == (
        "Nobody is in the theatre in March to April 2020: up to 100 persons are asked for.",
        "Nothing is asked for in January to February 2020 and November to December 2020:"
        " no line is needed then.",
        "Critical lines are filled to 75 % of their unit-months; short are"
        " infantry (March to April 2020).",
    )
    assert not is_empty(inputs(rows, [offer("aaa_1", begins=month(4))]), made)


def test_a_reserve_at_home_is_no_soldier_in_the_theatre():
    home = [offer("aaa_1", reserve=True, notice_days=0)]
    words, made = said(tables := inputs([line("a")], home))
    assert words == ("This plan has no soldier in the theatre in any month.",)
    assert [(row.asked, row.there, row.at_home) for row in force_by_month(tables, made)] == [
        (100, 0, 100)
    ] * 12
    assert is_empty(tables, made)


def test_a_plan_that_lacks_nothing_says_nothing():
    assert said(inputs([line("a", critical=True)], [offer("aaa_1")]))[0] == ()


def test_months_in_words_break_where_they_break():
    assert in_words([month(11), month(12), month(14)]) == (
        "December 2020 to January 2021 and March 2021"
    )


def test_offers_that_may_never_come_name_the_table_that_would_let_them():
    tables = inputs([line("a")], [offer("aaa_1"), offer("aaa_2"), offer("bbb_1")])
    silent = replace(tables, standings=tuple(s for s in tables.standings if s.contributor == "bbb"))
    assert lost_for_good(tables) == ()
    (fault,) = lost_for_good(silent)
    assert str(fault) == (
        "plan/standings.csv, contributor: 'aaa'."
        " Has no row: none of its 2 offers may ever be in place."
    )
    act = tuple(s for s in tables.standings if s.id != "act_bbb_here")
    (fault,) = lost_for_good(replace(tables, standings=act))
    assert str(fault).startswith("plan/offers.csv, id: 'bbb_1'. May be in place on no day")
    assert "No legal act" in fault.wanted


# --- a window, a laydown, a folder --------------------------------------------------------------


def test_a_window_without_lines_is_refused_and_names_those_with(ormel_folder, tmp_path):
    words = ("--from", "2014-01-01", "--to", "2015-01-01", "--out", tmp_path / "p", "--json")
    result = command("plan", ormel_folder, *words)
    assert result.exit_code == 2
    assert "is needed between 2014-01-01 and 2015-01-01" in result.output
    assert "plan/requirements.csv are needed 20" in result.output
    assert "Traceback" not in result.output


@pytest.fixture
def crowded(ormel_folder, tmp_path):
    """The invented mission with a company in place that is far too strong for any base."""
    folder = tmp_path / "ormel"
    shutil.copytree(ormel_folder, folder)
    swollen = {"strength": "9000"}
    change(folder, "plan/offers.csv", lambda r: r | swollen if r["id"] == "nor_companies" else r)
    return folder


def test_a_laydown_that_cannot_be_done_keeps_the_plan_and_says_what_to_change(crowded, tmp_path):
    result = command("plan", crowded, *DATES, "--out", tmp_path / "p")
    assert result.exit_code == 2
    assert "Nothing is laid down over the bases." in result.output
    assert re.search(r"Change plan/offers.csv, column \w+, of \w+ \(line \d+\)", result.output)
    document = json.loads((tmp_path / "p" / "plan.json").read_text())
    assert document["plan"]["assignments"]
    assert "contingents.csv, column strength" in document["laydown_fault"]
    assert "Nothing is laid down" in (tmp_path / "p" / "plan.html").read_text()


def test_a_base_that_is_too_small_names_the_cells_that_bind_platoons_to_it():
    terrain = terrain_on(small_scenario(places=2), plan_examples.day(3), capacity={"camp_p0": 2})
    full = Detachment("theatre at camp_p0", 3, base="camp_p0", offers=("a (line 2)", "b (line 5)"))
    with pytest.raises(PlanError) as error:
        lay_down(terrain, [full])
    assert "plan/offers.csv, column base, of a (line 2), b (line 5)" in str(error.value)


def test_a_folder_that_cannot_be_written_is_refused_before_the_search(ormel_folder, tmp_path):
    (tmp_path / "file").write_text("in the way")
    result = command("plan", ormel_folder, *DATES, "--out", tmp_path / "file" / "p")
    assert result.exit_code == 2
    assert "cannot be written" in result.output
    assert "bound" not in result.output  # no aim was sought
    assert (tmp_path / "file").read_text() == "in the way"


def test_a_full_disk_leaves_no_plan_that_is_half_there(ormel_folder, tmp_path, monkeypatch):
    force = plan(ormel_folder, **YEAR)
    force.write(tmp_path / "p")
    real = Path.write_bytes

    def full(path, content):
        if "assignments.csv" in path.name:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(PlanError, match="cannot be written: No space left"):
        force.write(tmp_path / "p")
    assert not (tmp_path / "p" / "plan.json").exists()
    monkeypatch.undo()
    written = force.write(tmp_path / "p")
    assert {path.name for path in (tmp_path / "p").iterdir()} == {path.name for path in written}


def test_a_plan_that_fails_says_that_the_one_before_still_stands(ormel_folder, tmp_path):
    assert command("plan", ormel_folder, *DATES, "--out", tmp_path / "p").exit_code == 0
    failed = command("plan", ormel_folder, *DATES, "--mission", "orml", "--out", tmp_path / "p")
    assert failed.exit_code == 2
    assert "still holds the plan made before; run --plan would play that one" in failed.output


def test_a_what_if_has_a_folder_of_its_own(ormel_folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert command("plan", ormel_folder, *DATES).exit_code == 0
    first = (tmp_path / "plans" / "ormel" / "plan.json").read_bytes()
    assert command("plan", ormel_folder, *DATES, "--cut", "20").exit_code == 0
    assert sorted(p.name for p in (tmp_path / "plans").iterdir()) == ["ormel", "ormel-cut-20"]
    over = command("plan", ormel_folder, *DATES, "--cut", "20", "--out", "plans/ormel")
    assert over.exit_code == 2
    assert "a what-if has a folder of its own" in over.output
    assert (tmp_path / "plans" / "ormel" / "plan.json").read_bytes() == first
    long = Request(close_bases=tuple(f"base_{n}" for n in range(20)))
    assert len(what_if_name(long)) < 80


# --- what is played ------------------------------------------------------------------------------


def test_a_plan_of_tables_that_have_changed_is_refused_with_their_names(ormel_folder, tmp_path):
    folder = tmp_path / "ormel"
    shutil.copytree(ormel_folder, folder)
    plan(folder, **YEAR).write(tmp_path / "p")
    change(folder, "plan/offers.csv", lambda row: row | {"note": row["note"] + " changed"})
    change(folder, "links.csv", lambda row: row | {"note": row["note"] + " changed"})
    result = command("run", folder, "--plan", tmp_path / "p", "--out", tmp_path / "r", "--dry-run")
    assert result.exit_code == 2
    assert "made before links.csv and plan/offers.csv were changed" in result.output
    assert "Make the plan again: interpose plan ormel --out" in result.output
    change(folder, "sources.csv", lambda row: row | {"note": row["note"] + "."})
    plan(folder, **YEAR).write(tmp_path / "p")
    scenario_with_plan(load(folder), tmp_path / "p")


def test_the_run_of_a_plan_says_what_the_plan_lacks_and_so_does_its_scenario(
    ormel_folder, tmp_path
):
    force = plan(ormel_folder, **{**YEAR, "begins": dt.date(2029, 10, 1)})
    force.write(tmp_path / "p")
    told = []
    played = scenario_with_plan(load(ormel_folder), tmp_path / "p", tell=told.append)
    assert force.shortfalls[0].startswith("Nothing is asked for in October to December 2029")
    assert told[0].startswith(f"Plays the plan of {force.plan.mission}, 2029-10-01 up to")
    assert tuple(told[1:]) == force.shortfalls == tuple(played.changes[-1]["lacks"])
    assert played.changed == (told[0],) == force.in_scenario().changed


def test_the_report_of_a_run_begins_with_what_its_plan_lacks(ormel_folder, tmp_path):
    force = plan(ormel_folder, **{**YEAR, "begins": dt.date(2029, 10, 1)})
    force.write(tmp_path / "p")
    words = ("--plan", tmp_path / "p", "--futures", "2", "--out", tmp_path / "r")
    done = command("run", ormel_folder, *words)
    assert done.exit_code == 0
    assert force.shortfalls[0] in done.output
    page = (tmp_path / "r" / "report.html").read_text(encoding="utf-8")
    assert page.index(force.shortfalls[0]) < page.index("Numbers are medians over the futures")


def test_the_report_of_a_plan_of_a_changed_scenario_says_so_too_also_when_resumed(
    ormel_folder, tmp_path
):
    dates = ("--from", "2029-10-01", *DATES[2:], "--scale-force", "0.5")
    assert command("plan", ormel_folder, *dates, "--out", tmp_path / "p").exit_code == 0
    words = ("--plan", tmp_path / "p", "--futures", "12", "--out", tmp_path / "r")
    assert command("run", ormel_folder, *words).exit_code == 0
    report = tmp_path / "r" / "report.html"
    page = report.read_text(encoding="utf-8")
    lacks = page.index("Nothing is asked for in October to December 2029")
    assert lacks < page.index("Numbers are medians over the futures")
    assert "The force has 0.5 times its strength." in page
    assert "Plays the plan of " in page
    again = f"interpose run {ormel_folder} --futures 12 --seed 1 --policy replay --plan"
    assert f"{again} {tmp_path / 'p'}<" in page
    # As if killed, its plan gone since: the run has all that it takes.
    digest = read_run(tmp_path / "r").info["digest"]
    (tmp_path / "r" / "futures" / "00001.parquet").unlink()
    shutil.rmtree(tmp_path / "p")
    report.unlink()
    done = command("run", tmp_path / "r")
    assert done.exit_code == 0
    assert read_run(tmp_path / "r").info["digest"] == digest
    assert lacks == report.read_text(encoding="utf-8").index("Nothing is asked for in October")
    other = command("run", tmp_path / "r", "--seed", "2", "--futures", "3")
    assert other.exit_code == 2
    assert "so leave out --futures, --seed" in " ".join(other.output.replace("│", " ").split())


def test_a_plan_without_a_soldier_is_refused_unless_forced(ormel_folder, tmp_path):
    folder = tmp_path / "ormel"
    shutil.copytree(ormel_folder, folder)
    (folder / "plan" / "standings.csv").unlink()
    checked = command("check", folder)
    assert checked.exit_code == 0
    assert "warning: plan/standings.csv, contributor:" in checked.output
    warnings = json.loads(command("check", folder, "--json").stdout)["warnings"]
    assert ["plan/standings.csv", "contributor"] in [[w["file"], w["field"]] for w in warnings]
    made = command("plan", folder, *DATES, "--out", tmp_path / "p")
    assert made.exit_code == 2
    assert made.stdout.partition("plan.html\n")[2].startswith("This plan has no soldier in")
    assert "none of its" in made.stdout
    asked = ("run", folder, "--plan", tmp_path / "p", "--out", tmp_path / "r", "--dry-run")
    refused = command(*asked)
    assert refused.exit_code == 2
    assert "has no soldier in the theatre in any month; nothing was played" in refused.output
    force = plan(folder, **YEAR)
    with pytest.raises(PlanError, match="all the same: allow_empty=True"):
        force.in_scenario()
    assert force.in_scenario(allow_empty=True).digest
    forced = command(*asked, "--allow-empty-plan")
    assert forced.exit_code == 0, forced.output


# --- ORBAT Mapper ----------------------------------------------------------------------------


def located(unit, day):
    """Where ORBAT Mapper shows a unit: the last state up to then that has a location."""
    spot = unit.get("location")
    for state in sorted(unit["state"], key=lambda state: state["t"]):
        if state["t"] <= f"{day}T12:00:00Z" and "location" in state:
            spot = state["location"]
    return spot


def test_units_are_on_the_map_from_arrival_to_departure_at_the_bases_of_the_laydown():
    scenario, tables, made = small_scenario(places=2), plan_examples.inputs(), plan_examples.plan()
    rows = deployments(tables, made)
    export = orbat_mapper(scenario, made, rows)
    units, ahead = {}, [u for g in export["sides"][0]["groups"] for u in g["subUnits"]]
    while ahead:
        unit = ahead.pop()
        units[unit["id"]] = unit
        ahead += unit["subUnits"]
    ids = [*units, *(state["id"] for unit in units.values() for state in unit["state"])]
    assert len(ids) == len(set(ids))
    assert not any("location" in unit for unit in units.values())
    spots = {(place.lon, place.lat) for place in scenario.places}
    for row in rows:
        unit = units[f"unit.{row.requirement.place}.{row.offer.id}"]
        there = located(unit, row.assignment.begins)
        assert (there is None) == row.offer.reserve
        assert there is None or tuple(there) in spots
        before = row.assignment.begins - dt.timedelta(days=1)
        if not any(
            r.assignment.begins <= before < r.assignment.ends for r in rows if r.offer == row.offer
        ):
            assert located(unit, before) is None
    last = max(row.assignment.ends for row in rows)
    assert all(located(unit, last) is None for unit in units.values())


# --- what is unknown or assumed, and months that say the same ----------------------------------


def test_what_no_row_says_is_told_as_unknown_and_what_is_assumed_as_assumed():
    tables = inputs([line("a")], [offer("aaa_1")])
    silent = replace(tables, standings=tuple(s for s in tables.standings if s.id != "un_aaa"))
    reasons = {r.rule: r for r in judge(silent, silent.offers[0], month(3)).reasons}
    assert reasons["framework"].words == (
        "No row of plan/standings.csv says how it was on 2020-04-01, so AAA counts as"
        " not a member of the United Nations."
    )
    left = tuple(
        s.model_copy(update={"ends": month(1)}) if s.id == "un_aaa" else s for s in tables.standings
    )
    gone = {
        r.rule: r
        for r in judge(replace(tables, standings=left), tables.offers[0], month(3)).reasons
    }
    assert "it was: made up (from 1990-01-01 to 2020-02-01, assumed)" in gone["framework"].words
    assert "runs from 1999-06-10 (assumed)" in gone["mission_runs"].words


def test_months_in_which_a_critical_line_is_open_are_one_sentence(ormel_folder, tmp_path):
    folder = tmp_path / "ormel"
    shutil.copytree(ormel_folder, folder)
    ends = {"ends": "2030-03-01"}
    change(folder, "plan/offers.csv", lambda r: r | ends if r["begins"] < "2030" else r)
    made = command("plan", folder, *DATES, "--out", tmp_path / "p")
    opened = [text for text in made.stdout.splitlines() if "1 of 1 open" in text]
    assert len(opened) == 1
    assert "open, March to December 2030 (critical). Nearest: " in opened[0]
    page = (tmp_path / "p" / "plan.html").read_text(encoding="utf-8")
    first = page.index("Critical lines are filled to")
    assert (
        first < page.index("What is to be decided") < page.index("Counts of persons on this page")
    )
    assert "No critical line is open" not in page + made.stdout


def test_a_plan_has_its_assignments_and_cells_as_tables(ormel_folder):
    force = plan(ormel_folder, **YEAR)
    tours, cells = force.assignments, force.cells
    assert len(tours) == len(force.plan.assignments)
    assert list(cells["requirement"]) == [cell.requirement for cell in force.plan.cells]
    assert (tours["ends"] > tours["begins"]).all()
    assert cells["month"].dt.day.eq(1).all()
    filled = cells[cells["state"] != "not_needed"].groupby("requirement")["present"].sum()
    assert filled.sum() == sum(cell.present for cell in force.plan.cells)
