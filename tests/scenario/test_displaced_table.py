"""``displaced.csv``: what is read of it, and what is refused."""

from __future__ import annotations

import pytest

from interpose.scenario import check, load
from police_tables import DISPLACED


@pytest.fixture
def folder(example):
    (example / "displaced.csv").write_text(DISPLACED)
    return example


def test_the_table_is_read_and_changes_the_digest(folder):
    scenario = load(folder)
    assert [row.persons for row in scenario.displaced] == [2000, 300, 500, 1000]
    (folder / "displaced.csv").unlink()
    without = load(folder)
    assert without.displaced == ()
    assert without.digest != scenario.digest


SLIPS = {
    "community": ("river,saltbridge", "rivers,saltbridge", "community", "'rivers'"),
    "origin": ("river,saltbridge", "river,saltbridg", "origin", "Did you mean 'saltbridge'?"),
    "no seat": ("river,saltbridge", "river,lower_mill", "origin", "municipal_seat"),
    "where": ("abroad,2000", "away,2000", "where", "abroad"),
    "below low": ("2000,1500", "1000,1500", "persons", "1500 to 2500"),
    "low above high": ("2000,1500,2500", "2000,2600,2500", "low", "at most high, 2500"),
    "too late": ("2029-12-01,hill", "2030-02-01,hill", "date", "first day of the mission"),
    "negative": ("300,200", "300,-200", "low", "0 or more"),
    "twice": ("river,highfold,home", "river,highfold,inside", "community, origin, where", "line 3"),
    "more than live there": ("200,400", "200,1600", "high", "people.csv has 1500"),
    "more than there are": ("800,1200", "800,20001", "high", "people.csv has 20000"),
    "source": ("assumed,census", "assumed,cencus", "source", "Did you mean 'census'?"),
}


@pytest.mark.parametrize(("old", "new", "field", "told"), SLIPS.values(), ids=SLIPS)
def test_a_slip_is_told_with_its_column(folder, old, new, field, told):
    assert old in DISPLACED
    (folder / "displaced.csv").write_text(DISPLACED.replace(old, new, 1))
    faults = [fault for fault in check(folder) if fault.file == "displaced.csv"]
    assert any(fault.field == field and told in str(fault) for fault in faults), faults


def test_all_faults_are_told_at_once(folder):
    text = DISPLACED.replace("2000,1500", "1000,1500").replace("800,1200", "800,20001")
    (folder / "displaced.csv").write_text(text)
    assert len([fault for fault in check(folder) if fault.file == "displaced.csv"]) == 2


def test_those_at_home_beyond_the_count_are_not_taken_for_people_away(folder):
    (folder / "displaced.csv").write_text(DISPLACED.replace("500,0,900", "500,0,90000"))
    assert check(folder) == []
