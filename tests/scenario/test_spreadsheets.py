"""Tables as people have them: numbers of other conventions, and what spreadsheets leave behind."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from interpose.cli import app
from interpose.errors import ScenarioError
from interpose.scenario import check, load

ORMEL = Path(__file__).parents[1] / "plan" / "ormel" / "plan"


@pytest.mark.parametrize(
    ("cell", "readings"),
    [
        ("4.000", ("4.", "4000.")),
        ('"45,120"', ("45.120.", "45120.")),
        ("12.500", ("12.500.", "12500.")),
    ],
)
def test_a_number_that_reads_in_two_ways_is_a_fault_with_both(edit, cell, readings):
    (fault,) = check(edit("contingents.csv", "in_theatre,420,", f"in_theatre,{cell},"))
    assert (fault.line, fault.field) == (2, "strength")
    for reading in readings:
        assert f": {reading}" in fault.wanted


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ('"0,080"', "decimal point: 0.080."),
        ('"1.234,5"', "1234.5."),
        ("1.234.567", "1234567."),
        ("4.2E+2", "written in full: 420."),
    ],
)
def test_other_conventions_are_told_how_to_write_them(edit, cell, wanted):
    (fault,) = check(edit("contingents.csv", "in_theatre,420,", f"in_theatre,{cell},"))
    assert wanted in fault.wanted


def test_a_measure_with_three_digits_behind_the_point_is_read(edit):
    assert (
        load(edit("contingents.csv", "420,0.6,", "420,0.600,")).contingents[0].riot_capable == 0.6
    )


def test_a_measure_that_may_be_thousands_is_a_fault(example):
    first = (example / "links.csv").read_text(encoding="utf-8").splitlines()[1]
    cells = first.split(",")
    cells[2] = "2.000"
    path = example / "links.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(first, ",".join(cells)), "utf-8")
    (fault,) = check(example)
    assert "2000. Or, if it has a decimal mark: 2." in fault.wanted


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("10.12.2029", "2029-12-10, if that is meant"),
        ("10/12/2029", "2029-12-10 or 2029-10-12, whichever is meant"),
        ("25/12/2029", "2029-12-25, if that is meant"),
        ("2029/12/9", "2029-12-09, if that is meant"),
        ("47462", "2029-12-10"),
        ("2029-12-10 00:00:00", "2029-12-10"),
    ],
)
def test_days_of_spreadsheets_are_told_how_to_write_them(edit, cell, wanted):
    (fault,) = check(edit("contingents.csv", "2029-12-10,", f"{cell},"))
    assert wanted in fault.wanted


def test_what_spreadsheets_leave_behind_is_read_over(example):
    path = example / "people.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("sep=,\n" + "".join(f"{line},,\n" for line in lines), encoding="utf-8")
    (example / "~$people.xlsx").write_bytes(b"lock")
    assert check(example) == []


def test_a_cell_in_a_column_without_a_name_is_a_fault(example):
    path = example / "people.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[2] += ",mine"
    path.write_text(f"{lines[0]},\n" + "\n".join(lines[1:]) + "\n", encoding="utf-8")
    assert "a column without a name" in str(ScenarioError("x", check(example)))


@pytest.mark.parametrize(
    ("file", "old", "new", "wanted"),
    [
        (
            "requirements",
            ",true,",
            ",WAHR,",
            "Must be true or false; WAHR of a spreadsheet in another language is true.",
        ),
        ("requirements", ",true,", ",maybe,", "Must be true or false."),
        (
            "capabilities",
            "10031000151211000000",
            "1.0031E+19",
            "format the column as text",
        ),
    ],
)
def test_words_and_codes_of_spreadsheets_are_told(example, file, old, new, wanted):
    shutil.copytree(ORMEL, example / "plan")
    path = example / "plan" / f"{file}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert any(wanted in fault.wanted for fault in check(example))


def test_a_name_that_is_not_there_is_told_with_what_is(edit):
    (fault,) = check(edit("contingents.csv", "isl,camp_lookout", "isl,fort"))
    assert fault.wanted == "Not in bases.csv. There are: camp_ferry, camp_lookout."


def test_the_same_fault_on_many_rows_is_one_message(example):
    path = example / "people.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    source = lines[1].split(",")[lines[0].split(",").index("source")]
    path.write_text("\n".join(lines).replace(f",{source},", ",nowhere,") + "\n", "utf-8")
    faults = check(example)
    assert len(faults) > 3
    told = str(ScenarioError("valley", faults)).splitlines()
    assert told[0] == f"{len(faults)} faults in valley; nothing was run."
    assert told[1].startswith(f"  people.csv lines 2 to {len(lines)}, source: 'nowhere'.")
    assert len(told) == 3


def test_what_is_cut_short_is_counted_and_can_be_seen(example):
    path = example / "contributors.csv"
    rows = "".join(f"{'x' * (n + 1)} y,A name,orders,\n" for n in range(60))
    path.write_text(path.read_text(encoding="utf-8") + rows, encoding="utf-8")
    short = CliRunner().invoke(app, ["check", str(example)])
    every = CliRunner().invoke(app, ["check", str(example), "--all"])
    assert short.exit_code == every.exit_code == 2
    assert "60 faults in" in short.stderr
    assert "And 10 more from here on; interpose check --all lists every one." in short.stderr
    assert "60 faults in" in every.stderr
    assert "more from here" not in every.stderr
    told = CliRunner().invoke(app, ["check", str(example), "--json"])
    assert len(json.loads(told.stdout)["faults"]) == 60
    assert len(check(example, every=True)) == 60
