"""Slips in the tables under plan/: one each, found with file, line, value and a near name."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from interpose.errors import ScenarioError
from interpose.scenario import check, load, new, read_plan_tables
from interpose.scenario.tables import TABLES

ORMEL = Path(__file__).parents[1] / "plan" / "ormel" / "plan"


@pytest.fixture
def folder(tmp_path):
    made = new("example", tmp_path)
    shutil.copytree(ORMEL, made / "plan")
    return made


SLIPS = [
    # file, old, new, line, field, part of what is wanted
    ("offers", ",sou_no_crowds,", ",sou_no_crowd,", 3, "caveats", "Did you mean 'sou_no_crowds'"),
    ("offers", ",sou_company,30,", ",sou_compny,30,", 4, "host", "Did you mean 'sou_company'"),
    ("offers", ",sou_company,30,", ",isl_platoon,30,", 4, "host", "Leads back to the row itself"),
    ("offers", "ormel,sou,South", "ormel,sud,South", 3, "contributor", "Not in contributors.csv"),
    ("offers", "platoon,1,32,", "platoons,1,32,", 4, "capability", "Did you mean 'platoon'"),
    ("offers", "platoon,1,32,", "platoon,40,32,", 4, "strength", "at least a person a unit, 40"),
    ("offers", "platoon,1,32,", "platoon,1,many,", 4, "strength", "a whole number"),
    ("offers", "2030-05-01,2030-11-01", "2030-05-01,2030-05-01", 4, "ends", "Must be after begins"),
    ("offers", "2030-05-01,2030-11-01", "2028-05-01,2028-11-01", 4, "ends", "begins on 2029-12-10"),
    ("offers", ",6,0,,,,,,0,camp_ferry", ",6,0,,,,nor_companies,,0,camp_ferry", 2, "needs", "back"),
    ("offers", ",0,camp_ferry,", ",0,camp_fery,", 2, "base", "Did you mean 'camp_ferry'"),
    (
        "standings",
        "ceiling,ormel,200,",
        "ceiling,ormel,,",
        6,
        "value",
        "Must be given for kind ceiling",
    ),
    ("standings", "invited,ormel,,", "invited,ormel,5,", 3, "value", "is for ceiling alone"),
    ("standings", "invited,ormel,,", "invited,orml,,", 3, "of", "Did you mean 'ormel'"),
    ("standings", "invited,ormel,,", "member,ormel,,", 3, "of", "names a framework"),
    ("standings", "trained,platoon,", "trained,plateau,", 9, "of", "a mission or a capability"),
    ("standings", "2029-10-30,,Northland asked", "2029-10-30,2029-10-29,N", 3, "ends", "last day"),
    ("standings", "nor,legal_act,", "nor,legal_fact,", 2, "kind", "legal_act"),
    ("caveats", "crowd_control,,,", "area,,,", 2, "places", "Must be given for kind area"),
    ("caveats", "crowd_control,,,", "crowd_control,,open_pass,", 2, "tasks", "Must be empty"),
    (
        "caveats",
        "crowd_control,,,",
        "area,whole_vally,,",
        2,
        "places",
        "Did you mean 'whole_valley'",
    ),
    ("caveats", "crowd_control,,,", "task,,open_pas,", 2, "tasks", "Did you mean 'open_pass'"),
    ("missions", "coalition,nor,", "coalition,,", 2, "lead", "for framework coalition"),
    ("missions", "coalition,nor,", "un,nor,", 2, "lead", "Must be empty for framework un"),
    ("missions", "2029-12-10,,", "2029-12-10,2029-12-09,", 2, "ends", "last day"),
    ("requirements", ",saltbridge,", ",saltbrige,", 2, "place", "Did you mean 'saltbridge'"),
    ("requirements", ",safe_market,", ",safe_markets,", 2, "task", "Did you mean 'safe_market'"),
    ("requirements", "2030-01-01,2032", "2030-01-02,2032", 2, "begins", "the first of a month"),
    ("requirements", "company,1,salt", "company,0,salt", 2, "units", "1 or more"),
    ("accepted_risks", "pass,", "pas,", 2, "requirement", "Did you mean 'pass'"),
    (
        "accepted_risks",
        "2030-11-01,2031-03-01",
        "2033-11-01,2034-03-01",
        2,
        "begins",
        "ends on 2032-01-01",
    ),
    (
        "workload",
        "highfold,2,8,6,,",
        "highfold,2,8,6,30,",
        4,
        "reach_min",
        "Must be empty for kind",
    ),
    (
        "workload",
        "escort,platoon",
        "quick_reaction,platoon",
        4,
        "reach_min",
        "Must be given for kind quick",
    ),
    ("workload", "highfold,2,8,6,", "highfold,2,8,30,", 4, "hours", "24 or less"),
    ("capabilities", "00,platoon,", "00,company,", 2, "serves_as", "It serves as itself anyway"),
    ("capabilities", "10031000151211000000", "1003", 2, "symbol", "20 digits"),
]


def test_the_tables_without_a_slip_are_sound(folder):
    assert check(folder) == []
    assert len(read_plan_tables(folder).offers) == 3


@pytest.mark.parametrize(("file", "old", "new_text", "line", "field", "wanted"), SLIPS)
def test_a_slip_is_one_fault(folder, file, old, new_text, line, field, wanted):
    path = folder / "plan" / f"{file}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text, f"the tables have changed: {old!r}"
    path.write_text(text.replace(old, new_text, 1), encoding="utf-8")
    faults = check(folder)
    assert [(f.file, f.line, f.field) for f in faults] == [(f"plan/{file}.csv", line, field)]
    assert wanted in faults[0].wanted
    with pytest.raises(ScenarioError, match=f"plan/{file}.csv line {line}"):
        read_plan_tables(folder)


def test_two_hosts_that_wait_for_each_other_are_two_faults(folder):
    path = folder / "plan" / "offers.csv"
    rows = path.read_text(encoding="utf-8").splitlines()
    rows[2] = rows[2].replace("sou_no_crowds,,,0", "sou_no_crowds,,isl_platoon,0")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    assert [(fault.line, fault.field) for fault in check(folder)] == [(3, "host"), (4, "host")]


def test_all_slips_are_told_at_once(folder):
    for file in ("offers", "standings", "requirements"):
        path = folder / "plan" / f"{file}.csv"
        path.write_text(path.read_text(encoding="utf-8").replace("ormel", "orml", 1))
    assert {fault.file for fault in check(folder)} == {
        "plan/offers.csv",
        "plan/standings.csv",
        "plan/requirements.csv",
    }


def test_a_misspelt_table_is_named(folder):
    (folder / "plan" / "offers.csv").rename(folder / "plan" / "offer.csv")
    faults = [fault for fault in check(folder) if fault.file == "plan/offer.csv"]
    assert "Did you mean 'plan/offers.csv'" in faults[0].wanted


def test_the_plan_is_no_part_of_what_is_played(folder):
    """An offer that is written down changes no digest, so no run and no seed's futures."""
    with_plan = load(folder).digest
    shutil.rmtree(folder / "plan")
    assert load(folder).digest == with_plan
    assert read_plan_tables(folder).offers == ()


def test_every_table_may_be_left_out(folder):
    assert not any(required for file, (_, required) in TABLES.items() if file.startswith("plan/"))
