"""Files: what is written is read back word for word, and what is broken is told in words."""

import csv
import json
import math
from dataclasses import replace

import plan_examples
import pytest

from interpose.errors import InterposeError, UnknownNameError
from interpose.plan.deployments import deployments, detachments
from interpose.plan.laydown.placing import lay_down
from interpose.plan.laydown.terrain import terrain_on
from interpose.plan.request import Request
from interpose.plan.tell import files
from interpose.plan.tell.files import orbat_mapper
from theatres import small_scenario

INPUTS, PLAN = plan_examples.inputs(), plan_examples.plan()


def document(plan=PLAN, laydown=None):
    """What plan.json holds of a plan."""
    laid = laydown and files.LaydownOnFile.of(plan_examples.day(3), laydown)
    return files.PlanOnFile(
        scenario="small", made_from={}, request=Request(), plan=plan, laydown=laid
    )


def rows_of(content):
    return list(csv.DictReader(content.decode().splitlines()))


def test_a_plan_is_read_as_it_was_written_and_written_as_it_was_read(tmp_path):
    path = files.write_plan(tmp_path, document())
    assert files.read_plan(path) == document()
    assert files.read_plan(tmp_path) == document()
    assert files.plan_bytes(files.read_plan(path)) == path.read_bytes()
    assert [p.name for p in tmp_path.iterdir()] == ["plan.json"]


def test_a_bound_that_is_not_finite_survives(tmp_path):
    stage = replace(PLAN.stages[0], bound=-math.inf)
    endless = document(replace(PLAN, stages=(stage,)))
    assert files.read_plan(files.write_plan(tmp_path, endless)) == endless


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d.update(kind="recipe"), "is not a plan"),
        (lambda d: d.update(format=1), "format 1; this version reads format 3"),
        (lambda d: d.update(format=1), "Make the plan again: interpose plan SCENARIO"),
        (lambda d: d["request"].update(backup="many"), "request.backup: many."),
        (lambda d: d.pop("laydown"), "laydown: Field required."),
        (lambda d: d["plan"].pop("mission"), "mission: Field required."),
        (lambda d: d["plan"].update(begins="soon"), "begins: soon."),
        (lambda d: d["plan"]["cells"][3].update(state="half"), "cells.3.state: half."),
        (lambda d: d["plan"].update(extra=1), "extra: 1."),
    ],
)
def test_a_broken_plan_is_told_with_its_place(tmp_path, change, words):
    broken = json.loads(files.plan_bytes(document()))
    change(broken)
    (tmp_path / "plan.json").write_text(json.dumps(broken))
    with pytest.raises(InterposeError) as error:
        files.read_plan(tmp_path)
    assert words in str(error.value)


def test_all_faults_of_a_plan_are_told_at_once(tmp_path):
    broken = json.loads(files.plan_bytes(document()))
    broken["plan"]["cells"][0]["needed"] = "many"
    broken["plan"]["stages"][0]["seconds"] = None
    (tmp_path / "plan.json").write_text(json.dumps(broken))
    with pytest.raises(InterposeError) as error:
        files.read_plan(tmp_path)
    assert "cells.0.needed: many." in str(error.value)
    assert "stages.0.seconds" in str(error.value)


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff\xfe", b"[" * 100_000, b"null"])
def test_any_bytes_in_place_of_a_plan_give_words(tmp_path, content):
    (tmp_path / "plan.json").write_bytes(content)
    with pytest.raises(InterposeError):
        files.read_plan(tmp_path)


def test_no_plan_and_no_room_for_one_are_told(tmp_path):
    with pytest.raises(InterposeError, match="There is no plan"):
        files.read_plan(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(InterposeError, match="cannot be written"):
        files.write_plan(tmp_path / "file", document())


def test_the_tables_hold_every_cell_and_assignment():
    gaps = rows_of(files.as_csv(files.gaps_table(PLAN)))
    assert len(gaps) == len(PLAN.cells)
    assert {row["letter"] for row in gaps} == {"F", "C", "O", "A"}
    rows = rows_of(
        files.as_csv(files.assignments_table(deployments(INPUTS, PLAN), {"bet": "Beta"}))
    )
    assert [(r["contributor"], r["name"], r["persons"], r["bites"]) for r in rows] == [
        ("alf", "alf", "120", ""),
        ("bet", "Beta", "120", "no_night"),
        ("gam", "gam", "32", ""),
        ("del", "del", "60", ""),
    ]


def test_a_plan_over_other_inputs_is_refused():
    with pytest.raises(UnknownNameError, match="'alf1'"):
        deployments(replace(INPUTS, offers=INPUTS.offers[1:]), PLAN)


def test_platoons_of_a_plan_are_those_that_move_and_fight(tmp_path):
    scenario = small_scenario(places=2, days=400)
    terrain = terrain_on(scenario, plan_examples.day(3), capacity={"camp_p0": 9, "camp_p1": 9})
    rows = deployments(INPUTS, PLAN)
    sent = detachments(scenario, terrain, rows, plan_examples.day(3))
    assert [(d.base, d.platoons) for d in sent] == [("camp_p0", 4), ("camp_p1", 1)]
    later = detachments(scenario, terrain, rows, plan_examples.day(8))
    assert [(d.base, d.platoons) for d in later] == [("camp_p0", 4)]
    laydown = lay_down(terrain, sent)
    kept = document(laydown=laydown)
    assert files.read_plan(files.write_plan(tmp_path, kept)) == kept
    table = rows_of(files.as_csv(files.laydown_table(laydown)))
    assert [(r["id"], r["platoons"]) for r in table if r["kind"] == "camp"] == [
        ("camp_p0", "4"),
        ("camp_p1", "1"),
    ]
    assert [r["first_min"] for r in table if r["kind"] == "place"] == ["0.0", "0.0"]


def test_the_export_has_the_shape_that_orbat_mapper_reads():
    scenario = small_scenario(places=2)
    export = orbat_mapper(scenario, PLAN, deployments(INPUTS, PLAN))
    assert export["type"] == "ORBAT-mapper"
    assert {"version", "name", "sides", "events", "layers", "mapLayers"} <= export.keys()
    (side,) = export["sides"]
    assert side["standardIdentity"] == "3"
    seen = []

    def look(unit):
        seen.append(unit["id"])
        assert len(unit["sidc"]) == 20
        assert unit["sidc"].isdigit()
        assert unit["name"]
        assert all(state["id"] and state["t"].endswith("Z") for state in unit["state"])
        for below in unit["subUnits"]:
            look(below)

    for group in side["groups"]:
        assert group["id"]
        for unit in group["subUnits"]:
            look(unit)
    assert len(seen) == len(set(seen)) == 4
    (host,) = [u for g in side["groups"] for u in g["subUnits"] if u["name"] == "ALF company"]
    assert [unit["name"] for unit in host["subUnits"]] == ["GAM platoon"]
    assert json.loads(files.as_plain(export)) == export
