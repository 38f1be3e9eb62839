"""The verb's work from end to end on the invented mission: every file, and the open lines named."""

import datetime as dt
import json
from dataclasses import replace

import pytest

from interpose.cli.plan_making import Wish, make_plan, say_made, write_all
from interpose.errors import PlanError, UnknownNameError
from interpose.plan.tell.files import plan_bytes, read_plan

BEGINS, ENDS = dt.date(2030, 1, 1), dt.date(2031, 1, 1)


def wish(folder, out, **more):
    given = {"begins": BEGINS, "ends": ENDS, "time_limit_s": 10.0, **more}
    return Wish(str(folder), out=out, **given)


def test_a_plan_is_made_written_and_said(ormel_folder, tmp_path, capsys):
    told = []
    asked = wish(ormel_folder, tmp_path / "plan")
    made = make_plan(asked, told.append)
    written = write_all(made, asked)
    assert {path.name for path in written} >= {
        "plan.json", "gaps.csv", "assignments.csv", "orbat_mapper.json", "plan.html",
    }  # fmt: skip
    assert read_plan(tmp_path / "plan") == made.plan
    assert any("bound" in text for text in told)
    say_made(made, written, as_json=False)
    said = capsys.readouterr().out
    assert "critical" in said
    say_made(made, written, as_json=True)
    document = json.loads(capsys.readouterr().out)
    opened = [c for c in made.plan.cells if c.state == "open" and c.requirement == "market"]
    assert len(document["open_critical"]) == len(opened)
    again = replace(make_plan(asked, told.append).plan, stages=())
    assert plan_bytes(again) == plan_bytes(replace(made.plan, stages=()))


def test_a_nation_that_leaves_opens_lines_and_that_is_said(ormel_folder, tmp_path):
    gone = wish(ormel_folder, tmp_path, leave=(("nor", dt.date(2030, 6, 1)),))
    made = make_plan(gone, lambda _: None)
    assert made.before is not None
    before = sum(cell.present for cell in made.before.cells)
    assert sum(cell.present for cell in made.plan.cells) <= before
    write_all(made, gone)
    assert "Northland leaves on 2030-06-01" in (tmp_path / "plan.html").read_text(encoding="utf-8")


def test_wrong_wishes_are_told(ormel_folder, tmp_path):
    with pytest.raises(UnknownNameError, match="'kfro'"):
        make_plan(wish(ormel_folder, tmp_path, mission="kfro"))
    with pytest.raises(PlanError, match="not after it begins"):
        make_plan(wish(ormel_folder, tmp_path, ends=BEGINS))
