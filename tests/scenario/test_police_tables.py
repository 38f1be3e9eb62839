"""Walk-outs and responsibilities: what is read of them, and what is refused."""

from __future__ import annotations

import datetime as dt

import pytest

from interpose.scenario import check, load
from police_tables import TASKS, WALKOUTS


@pytest.fixture
def folder(example):
    (example / "walkouts.csv").write_text(WALKOUTS)
    (example / "responsibilities.csv").write_text(TASKS)
    return example


def test_both_tables_are_read_and_change_the_digest(folder):
    scenario = load(folder)
    assert scenario.walkouts[0].returns == dt.date(2031, 5, 1)
    assert [row.date for row in scenario.responsibilities] == [dt.date(2031, 1, 1), None]
    with_both = scenario.digest
    (folder / "walkouts.csv").unlink()
    (folder / "responsibilities.csv").unlink()
    without = load(folder)
    assert (without.walkouts, without.responsibilities) == ((), ())
    assert without.digest != with_both


SLIPS = {
    "unknown seat": ("walkouts.csv", ";highfold", ";highfolt", "municipalities", "'highfold'"),
    "not a seat": ("walkouts.csv", ";highfold", ";lower_mill", "municipalities", "municipal_seat"),
    "all and one": ("walkouts.csv", ";highfold", ";all", "municipalities", "stand alone"),
    "share": ("walkouts.csv", "0.5", "1.5", "share", "1 or less"),
    "before": ("walkouts.csv", "2031-05-01", "2031-02-01", "returns", "after date"),
    "outside": ("walkouts.csv", "2031-02-01", "2032-02-01", "date", "within the mission"),
    "nobody serves": ("walkouts.csv", "2031-02-01", "2030-08-01", "municipalities", "no local"),
    "source": ("walkouts.csv", "treaty", "traety", "source", "Did you mean 'treaty'?"),
    "place": ("responsibilities.csv", "pass_gate", "pas_gate", "place", "'pass_gate'"),
    "task": ("responsibilities.csv", "border", "boarder", "task", "border"),
    "hand-over": ("responsibilities.csv", "2031-01-01", "2029-01-01", "date", "within the mission"),
    "platoons": ("responsibilities.csv", "1.5", "-1", "platoons", "0 or more"),
    "twice": (
        "responsibilities.csv",
        "protected_site,clock_house",
        "border,pass_gate",
        "task, place",
        "line",
    ),
}


@pytest.mark.parametrize(("file", "old", "new", "field", "told"), SLIPS.values(), ids=SLIPS)
def test_a_slip_is_told_with_its_column(folder, file, old, new, field, told):
    text = (folder / file).read_text()
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1))
    faults = [fault for fault in check(folder) if fault.file == file]
    assert faults
    assert any(fault.field == field and told in str(fault) for fault in faults), faults
