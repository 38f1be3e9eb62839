"""Planning from end to end on the invented mission: every file, and the open lines named."""

import datetime as dt
import json
import re
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from interpose.cli.app import app
from interpose.errors import PlanError, UnknownNameError
from interpose.plan import Request, plan
from interpose.plan.planning import scenario_with_plan
from interpose.plan.tell.files import plan_bytes, read_plan
from interpose.scenario import load

YEAR = {"begins": dt.date(2030, 1, 1), "ends": dt.date(2031, 1, 1), "time_limit_s": 10.0}
DATES = ("--from", "2030-01-01", "--to", "2031-01-01", "--time-limit", "10")


def run(*words):
    result = CliRunner().invoke(app, ["plan", *map(str, words)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result


def standing_at(scenario, base, day):
    """Persons at a base from a day on."""
    rows = [row for row in scenario.contingents if row.departs is None or row.departs > day]
    return sum(row.strength for row in rows if row.base == base)


def test_a_plan_is_made_written_and_told(ormel_folder, tmp_path):
    told = []
    force = plan(ormel_folder, **YEAR, progress=told.append)
    out = tmp_path / "plan"
    said = run(ormel_folder, *DATES, "--out", out)
    assert {path.name for path in out.iterdir()} >= {
        "plan.json", "gaps.csv", "assignments.csv", "chances.csv", "orbat_mapper.json", "plan.html",
    }  # fmt: skip
    kept = read_plan(out)
    assert kept.plan == force.plan
    assert kept.request == Request(**YEAR)
    assert plan_bytes(kept) == (out / "plan.json").read_bytes()
    assert any("bound" in text for text in told)
    assert "critical" in said.stdout
    document = json.loads(run(ormel_folder, *DATES, "--out", out, "--json").stdout)
    opened = [c for c in force.plan.cells if c.state == "open" and c.requirement == "market"]
    assert len(document["open_critical"]) == len(opened)
    assert plan_bytes(read_plan(out)) == plan_bytes(kept) == plan_bytes(force.on_file())


def test_a_nation_that_leaves_opens_lines_and_that_is_told(ormel_folder, tmp_path):
    force = plan(ormel_folder, **YEAR, leave=[("Northland", dt.date(2030, 6, 1))])
    assert force.request.leave == (("nor", dt.date(2030, 6, 1)),)
    before = sum(cell.present for cell in force.before.cells)
    assert sum(cell.present for cell in force.plan.cells) < before
    assert any("becomes open" in text for text in force.differences)
    run(ormel_folder, *DATES, "--leave", "nor:2030-06-01", "--out", tmp_path)
    assert read_plan(tmp_path).plan == force.plan
    page = (tmp_path / "plan.html").read_text(encoding="utf-8")
    assert "Northland leaves on 1 June 2030" in page
    shown = re.search(r"Order of battle on 15 (\w+ \d+)", page)[1]
    assert f"</span> in {shown}" in page
    assert dt.datetime.strptime(shown, "%B %Y") >= dt.datetime(2030, 6, 1)
    found, without = (
        int(re.search(form, page)[1].replace(",", ""))
        for form in (r"<li><b>([\d,]+) of", r"Without the change: ([\d,]+) of")
    )
    assert found < without
    titles = {row.id: row.title for row in load(ormel_folder).sources}
    tables = "".join(
        re.findall(r'<table id="table-(?:measures|lines|asked)".*?</table>', page, re.S)
    )
    assert any(title in tables for title in titles.values())
    assert not any(f"Source: {name}<" in page for name in titles)


@pytest.mark.parametrize("by", ["command", "python"])
def test_a_plan_is_played_without_the_base_that_it_closes(ormel_folder, tmp_path, by):
    scenario = load(ormel_folder)
    open_force = plan(scenario, **YEAR)
    base = max(open_force.laydown.camps, key=lambda camp: camp.platoons).base
    assert standing_at(open_force.in_scenario(), base, YEAR["begins"]) > 0
    if by == "command":
        run(ormel_folder, *DATES, "--close-base", base, "--out", tmp_path / "plan")
    else:
        force = plan(scenario, **YEAR, close_bases=[base])
        force.write(tmp_path / "plan")
        assert standing_at(force.in_scenario(), base, YEAR["begins"]) == 0
    kept = read_plan(tmp_path / "plan")
    assert kept.request.close_bases == (base,)
    assert base not in {camp.base for camp in kept.laydown.camps}
    played = scenario_with_plan(scenario, tmp_path / "plan")
    assert standing_at(played, base, YEAR["begins"]) == 0


def test_a_plan_is_played_on_the_offers_that_it_was_made_of(ormel_folder, tmp_path):
    scenario = load(ormel_folder)
    force = plan(scenario, **YEAR, cut=0.2, closed_roads=[], stay_in_area=True, winter_factor=1.5)
    force.write(tmp_path)
    played = scenario_with_plan(scenario, tmp_path)
    assert played.contingents == force.in_scenario().contingents
    assert read_plan(tmp_path).request == force.request


def test_wrong_requests_are_refused(ormel_folder):
    with pytest.raises(UnknownNameError, match="'kfro'"):
        plan(ormel_folder, "kfro")
    with pytest.raises(PlanError, match="not after it begins"):
        plan(ormel_folder, **{**YEAR, "ends": YEAR["begins"]})
    with pytest.raises(UnknownNameError, match="Did you mean 'close_bases'"):
        plan(ormel_folder, close_base=["x"])
    with pytest.raises(PlanError, match="close_bases is 'x'"):
        plan(ormel_folder, close_bases="x")
    with pytest.raises(PlanError, match="backup is 0: must be greater than or equal to 1"):
        plan(ormel_folder, backup=0)


def test_a_previous_plan_is_kept_as_far_as_can_be(ormel_folder, tmp_path):
    first = plan(ormel_folder, **YEAR)
    assert first.differences == ()
    gone = first.plan.assignments[0]
    left = tuple(row for row in first.plan.assignments if row is not gone)
    cells = tuple(
        replace(cell, state="open", present=0)
        if cell.requirement == gone.requirement and gone.begins <= cell.month < gone.ends
        else cell
        for cell in first.plan.cells
    )
    less = replace(first.plan, assignments=left, cells=cells)
    again = plan(ormel_folder, **YEAR, previous=less)
    assert again.request.previous.startswith("sha256:")
    assert any("open becomes" in text for text in again.differences)
