"""What is possible but hardly meant is told as a warning; what cannot be is a fault."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from interpose.cli import app
from interpose.scenario import check, doubts, load

ORMEL = Path(__file__).parents[1] / "plan" / "ormel" / "plan"


@pytest.fixture
def planned(example):
    shutil.copytree(ORMEL, example / "plan")
    return example


def change(folder, file, old, new):
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text, f"the tables have changed: {old!r} is not in {file}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def append(folder, file, *rows):
    with (folder / file).open("a", encoding="utf-8") as table:
        table.writelines(f"{row}\n" for row in rows)
    return folder


def only(folder):
    assert check(folder) == []
    (doubt,) = doubts(folder)
    return doubt


@pytest.mark.parametrize("name", ["kosovo", "unifil"])
def test_a_bundled_scenario_leaves_no_doubt(name):
    assert doubts(name) == []


def test_the_example_leaves_no_doubt(planned):
    assert doubts(planned) == []
    assert doubts(load(planned)) == []


def coordinates(folder):
    cells = (folder / "places.csv").read_text(encoding="utf-8").splitlines()[3].split(",")
    return ",".join(cells[5:7]), f"{cells[6]},{cells[5]}"


def test_a_place_whose_coordinates_changed_places_is_told(planned):
    doubt = only(change(planned, "places.csv", *coordinates(planned)))
    assert (doubt.file, doubt.line, doubt.field) == ("places.csv", 4, "lat")
    assert "Have lat and lon changed places?" in doubt.wanted


def test_a_road_faster_than_any_is_told(planned):
    row = (planned / "links.csv").read_text(encoding="utf-8").splitlines()[1]
    a, b, _, _, *rest = row.split(",")
    change(planned, "links.csv", row, ",".join((a, b, "65", "6", *rest)))
    doubt = only(planned)
    assert (doubt.file, doubt.line, doubt.field) == ("links.csv", 2, "travel_min")
    assert "650 km/h" in doubt.wanted


def test_a_road_shorter_than_the_straight_line_is_told(planned):
    row = (planned / "links.csv").read_text(encoding="utf-8").splitlines()[1]
    a, b, _, minutes, *rest = row.split(",")
    change(planned, "links.csv", row, ",".join((a, b, "0.4", minutes, *rest)))
    assert "in a straight line" in only(planned).wanted


def test_more_soldiers_than_any_mission_has_are_told(planned):
    doubt = only(change(planned, "contingents.csv", "in_theatre,420,", "in_theatre,420000,"))
    assert (doubt.line, doubt.field, doubt.found) == (2, "strength", "420,000")


def test_an_offer_out_of_proportion_to_its_capability_is_told(planned):
    doubt = only(change(planned, "plan/offers.csv", "platoon,1,32,", "platoon,1,999999999,"))
    assert (doubt.file, doubt.line, doubt.field) == ("plan/offers.csv", 4, "strength")
    assert "out of proportion" in doubt.wanted


def test_a_line_of_more_soldiers_than_any_mission_has_is_told(planned):
    doubt = only(change(planned, "plan/requirements.csv", "company,1,salt", "company,9999,salt"))
    assert (doubt.file, doubt.field, doubt.found) == ("plan/requirements.csv", "units", "9,999")


def test_police_more_than_a_tenth_of_the_people_are_told(planned):
    row = (planned / "police.csv").read_text(encoding="utf-8").splitlines()[1].split(",")
    row[3] = "30000"
    first = (planned / "police.csv").read_text(encoding="utf-8").splitlines()[1]
    doubt = only(change(planned, "police.csv", first, ",".join(row)))
    assert "More than a tenth" in doubt.wanted


def test_rows_for_one_thing_at_the_same_time_are_told(planned):
    row = (planned / "reporting.csv").read_text(encoding="utf-8").splitlines()[1].split(",")
    header = (planned / "reporting.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
    row[header.index("begins")] = "2030-07-01"
    doubt = only(append(planned, "reporting.csv", ",".join(row)))
    assert (doubt.file, doubt.field) == ("reporting.csv", "begins")
    assert "Line 2 holds on the same days" in doubt.wanted


def test_standings_that_contradict_each_other_are_told(planned):
    append(
        planned,
        "plan/standings.csv",
        "x1,nor,recognises,ormel,,2029-01-01,,They do,assumed,orders,",
        "x2,nor,does_not_recognise,ormel,,2029-06-01,,They do not,assumed,orders,",
    )
    header = (planned / "plan/missions.csv").read_text(encoding="utf-8").splitlines()[0]
    host = dict(
        zip(
            header.split(","),
            (planned / "plan/missions.csv").read_text(encoding="utf-8").splitlines()[1].split(","),
            strict=False,
        )
    )["host"]
    text = (planned / "plan/standings.csv").read_text(encoding="utf-8")
    text = text.replace("recognises,ormel", f"recognises,{host}").replace(
        "does_not_recognise,ormel", f"does_not_recognise,{host}"
    )
    (planned / "plan/standings.csv").write_text(text, encoding="utf-8")
    assert "holds on the same days for nor" in only(planned).wanted


def test_a_row_that_says_the_same_as_another_is_told(planned):
    row = (planned / "contingents.csv").read_text(encoding="utf-8").splitlines()[1]
    doubt = only(append(planned, "contingents.csv", row.replace("nor_battalion", "again", 1)))
    assert "Says the same as line 2" in doubt.wanted


def test_parts_larger_than_the_whole_are_told(planned):
    lines = (planned / "record/casualties.csv").read_text(encoding="utf-8").splitlines()
    cells = lines[1].split(",")
    cells[2] = "900"
    doubt = doubts(change(planned, "record/casualties.csv", lines[1], ",".join(cells)))[0]
    assert (doubt.file, doubt.line, doubt.field) == ("record/casualties.csv", 2, "deaths")
    assert "All sides have 900" in doubt.wanted


def test_a_call_that_no_base_can_answer_in_time_is_told(planned):
    append(
        planned,
        "plan/workload.csv",
        "call,open_pass,quick_reaction,platoon,stonewell,1,30,0,1,2030-01-01,2031-01-01,5,"
        "false,assumed,orders,",
    )
    assert "minutes away" in only(planned).wanted


def test_a_seat_and_a_community_where_nobody_lives_are_told(planned):
    append(planned, "places.csv", "empty,Empty,,empty,municipal_seat,45.01,-30.01,5,gazette,")
    append(planned, "links.csv", "empty,saltbridge,30,40,B,assumed,gazette,")
    doubt = only(planned)
    assert (doubt.file, doubt.found) == ("places.csv", "'empty'")
    assert "No row of people.csv" in doubt.wanted


def test_people_who_multiply_from_a_year_to_the_next_are_told(planned):
    lines = (planned / "people.csv").read_text(encoding="utf-8").splitlines()
    cells = dict(zip(lines[0].split(","), lines[1].split(","), strict=True))
    many = {"year": "2031", "persons": "2100000", "low": "2000000", "high": "2200000"}
    doubt = only(append(planned, "people.csv", ",".join((cells | many).values())))
    assert (doubt.field, doubt.found) == ("persons", "2,100,000")


def test_a_reporter_whom_no_day_of_the_mission_sees_is_told(planned):
    lines = (planned / "reporting.csv").read_text(encoding="utf-8").splitlines()
    cells = dict(zip(lines[0].split(","), lines[1].split(","), strict=True))
    row = cells | {"reporter": "late", "begins": "2035-01-01", "ends": ""}
    append(planned, "reporting.csv", ",".join(row.values()))
    assert "No day of the mission" in str(doubts(planned)[0])


def test_a_parameter_far_out_of_its_range_is_told(planned):
    change(planned, "parameters.csv", "travel_decay_min,25,15,40", "travel_decay_min,900,15,900")
    doubt = only(planned)
    assert (doubt.file, doubt.field, doubt.found) == ("parameters.csv", "value", "900")


def test_offers_of_a_nation_without_a_standing_are_told(planned):
    text = (planned / "plan/standings.csv").read_text(encoding="utf-8").splitlines()
    kept = [line for line in text if ",isl," not in line]
    (planned / "plan/standings.csv").write_text("\n".join(kept) + "\n", encoding="utf-8")
    doubt = only(planned)
    assert (doubt.field, doubt.found) == ("contributor", "'isl'")
    assert "plan/standings.csv" in doubt.wanted


def test_an_offer_at_a_base_that_is_closed_by_then_is_a_fault(planned):
    change(planned, "bases.csv", "saltbridge,2029-12-01,,", "saltbridge,2029-12-01,2030-06-30,")
    faults = [fault for fault in check(planned) if fault.file == "plan/offers.csv"]
    assert {(fault.line, fault.field) for fault in faults} == {(2, "ends")}
    assert "camp_ferry closes on 2030-06-30 (bases.csv)." in faults[0].wanted


def test_a_requirement_that_begins_before_its_mission_is_a_fault(planned):
    change(planned, "plan/requirements.csv", "2030-01-01,2032", "2020-03-01,2032")
    (fault,) = check(planned)
    assert (fault.file, fault.line, fault.field) == ("plan/requirements.csv", 2, "begins")
    assert "begins on 2029-12-10 (plan/missions.csv)" in fault.wanted


def test_check_warns_and_still_ends_well(planned):
    change(planned, "contingents.csv", "in_theatre,420,", "in_theatre,420000,")
    done = CliRunner().invoke(app, ["check", str(planned)])
    assert done.exit_code == 0
    assert "warning: contingents.csv line 2, strength: 420,000." in done.stderr
    assert "is sound" in done.stdout
    document = json.loads(CliRunner().invoke(app, ["check", str(planned), "--json"]).stdout)
    assert document["warnings"][0]["field"] == "strength"
    asked = ["run", str(planned), "--futures", "1", "--out", str(planned.parent / "run")]
    run = CliRunner().invoke(app, [*asked, "--no-report"])
    assert "1 warning about this scenario" in run.stderr


def test_every_warning_can_be_listed_apart_or_as_json(planned):
    def ask(*options):
        return CliRunner().invoke(app, ["check", str(planned), *options])

    rows = (planned / "contingents.csv").read_text(encoding="utf-8").splitlines()
    more = [rows[1].replace(",", f"{n},", 1) for n in range(4)]
    text = "\n".join([*rows, *more]).replace("in_theatre,420,", "in_theatre,420000,")
    (planned / "contingents.csv").write_text(text + "\n", encoding="utf-8")
    warnings = json.loads(ask("--json").stdout)["warnings"]
    assert set(warnings[0]) == {"file", "line", "field", "found", "wanted"}
    every = [line for line in ask("--all").stderr.splitlines() if line.startswith("warning: ")]
    short = [line for line in ask().stderr.splitlines() if line.startswith("warning: ")]
    assert len(every) == len(warnings) > len(short) > 0


def test_a_what_if_that_cannot_be_meant_is_told_with_its_rows(planned):
    asked = ["run", str(planned), "--futures", "1", "--out", str(planned.parent / "run")]
    run = CliRunner().invoke(app, [*asked, "--no-report", "--scale-force", "100"])
    assert "warning: contingents 'nor_battalion', strength: 42,000." in run.stderr
    half = load("kosovo").with_(scale_force=0.5, since="2010-07-01")
    assert doubts(half) == []
