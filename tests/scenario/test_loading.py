"""What load, check and read_record_tables promise of a sound folder."""

import dataclasses
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import interpose.scenario as room
from interpose.errors import ScenarioError, UnknownNameError


def test_the_example_is_sound(example):
    assert room.check(example) == []


def test_a_scenario_holds_every_table_but_the_record(example):
    scenario = room.load(example)
    assert [place.id for place in scenario.places][:2] == ["saltbridge", "highfold"]
    assert len(scenario.contingents) == 6
    assert scenario.header.communities[0].id == "hill"
    assert not [field.name for field in dataclasses.fields(scenario) if "record" in field.name]


def test_the_record_has_its_own_door(example):
    scenario, record = room.read_record_tables(example)
    assert scenario == room.load(example)
    tables = ("figures", "incidents", "casualties", "crises", "acts", "not_mergeable")
    assert list(record) == [f"record/{table}.csv" for table in tables]
    assert len(record["record/figures.csv"]) == 3


def test_a_scenario_cannot_be_changed(example):
    scenario = room.load(example)
    with pytest.raises(dataclasses.FrozenInstanceError):
        scenario.digest = "another"


def test_a_scenario_survives_the_way_to_a_worker(example):
    scenario = room.load(example)
    assert pickle.loads(pickle.dumps(scenario)) == scenario


def test_the_digest_is_of_the_contents_and_not_of_the_folder(example, tmp_path):
    first = room.load(example)
    example.rename(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").rename(tmp_path / "example")
    (tmp_path / "example" / "README.md").write_text("Another text.")
    assert room.load(tmp_path / "example").digest == first.digest


def test_the_digest_does_not_know_the_record(example, edit):
    before = room.load(example).digest
    assert room.load(edit("record/figures.csv", "600", "601")).digest == before


def test_the_digest_knows_every_number_that_is_played(example, edit):
    before = room.load(example).digest
    assert room.load(edit("contingents.csv", "420", "421")).digest != before


def test_other_values_give_another_digest_and_leave_the_first_alone(example):
    scenario = room.load(example)
    other = scenario.with_values({"presence.travel_decay_min": 30.0})
    assert other.digest != scenario.digest
    assert scenario.parameters.scalar("presence.travel_decay_min") == 25.0
    assert other.parameters.scalar("presence.travel_decay_min") == 30.0


def test_an_unknown_name_is_said_to_be_unknown():
    with pytest.raises(UnknownNameError, match="scenario 'atlantis' is not known"):
        room.load("atlantis")


def test_a_missing_folder_is_a_fault_with_the_folder_beside_it(example):
    with pytest.raises(ScenarioError, match=r"no such folder. Did you mean 'example'"):
        room.load(example.parent / "exmple")


@pytest.mark.parametrize(
    "name", ["", "\0", "/\0", "x" * 5000, "./" + "x" * 5000, "..", "/dev/null"]
)
def test_odd_names_are_refused_and_not_stumbled_over(name):
    with pytest.raises((UnknownNameError, ScenarioError)):
        room.load(name)


def test_a_column_may_stand_anywhere_and_an_optional_one_may_be_missing(example):
    (example / "contributors.csv").write_text("source,name,id\norders,Northland,nor\n")
    text = (example / "contingents.csv").read_text()
    text = text.replace(",sou,", ",nor,").replace(",isl,", ",nor,")
    (example / "contingents.csv").write_text(text)
    assert room.load(example).contributors[0].id == "nor"


def test_a_byte_order_mark_and_other_line_ends_are_read_over(example):
    for file in ("places.csv", "links.csv"):
        text = (example / file).read_text(encoding="utf-8").replace("\n", "\r\n")
        (example / file).write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert room.check(example) == []


def test_rows_without_any_text_are_read_over(example):
    with (example / "bases.csv").open("a") as file:
        file.write(",,,,,,,\n\n   \n")
    assert room.check(example) == []


def test_every_shipped_scenario_is_sound():
    for name in room.scenario_names():
        assert [str(fault) for fault in room.check(name)] == [], name


def test_the_public_names_are_there():
    assert sorted(room.__all__) == room.__all__
    assert all(hasattr(room, name) for name in room.__all__)


def test_loading_needs_no_array_library(example):
    code = (
        "import sys, interpose.scenario as room; room.load(sys.argv[1]);"
        "print([m for m in ('numpy', 'pandas', 'numba', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, str(example)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


def test_the_page_on_the_format_is_current():
    page = Path(__file__).parents[2] / "docs" / "scenario_format.md"
    assert page.read_text(encoding="utf-8") == room.columns_as_markdown(), (
        "write columns_as_markdown() to docs/scenario_format.md again"
    )


def test_the_schema_has_every_file_and_describes_its_rows():
    schema = room.schema()
    assert schema["properties"]["places.csv"]["items"] == {"$ref": "#/$defs/Place"}
    assert schema["$defs"]["People"]["properties"]["persons"]["minimum"] == 0
    assert "scenario.toml" in schema["required"]
    assert "police.csv" not in schema["required"]


@pytest.mark.parametrize("name", ["", "  "])
def test_an_empty_name_is_no_folder(name):
    with pytest.raises(UnknownNameError, match="kosovo"):
        room.check(name)
