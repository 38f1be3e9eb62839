"""Roads and places with dates, from the user's tables to the page of the run."""

import csv

import pandas as pd
import pytest
from typer.testing import CliRunner

import interpose as ip
from interpose.cli import app

TURN = "2031-01-01"


def dated(folder, file, column, day, *names):
    """Give the rows of a table that name something a day in a column."""
    with (folder / file).open(newline="") as table:
        rows = list(csv.DictReader(table))
    assert any(set(names) <= set(row.values()) for row in rows)
    rows = [{**row, column: day if set(names) <= set(row.values()) else ""} for row in rows]
    with (folder / file).open("w", newline="") as table:
        writer = csv.DictWriter(table, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """The small example with a road and a village from 2031 on, and a road until then."""
    folder = ip.new("valley", tmp_path_factory.mktemp("dated"))
    dated(folder, "links.csv", "opens", TURN, "highfold", "pass_gate")
    dated(folder, "links.csv", "closes", "2030-12-31", "clock_house", "highfold")
    dated(folder, "places.csv", "begins", TURN, "stonewell", "village")
    out = folder.parent / "run"
    told = CliRunner().invoke(app, ["run", str(folder), "--futures", "30", "--out", str(out)])
    assert told.exit_code == 0, told.output
    return ip.read_run(out), out


def in_years(table, day="date"):
    """Return the rows before the turn of the year, and those from it on."""
    later = pd.to_datetime(table[day]) >= TURN
    return table[~later], table[later]


def on(table, *ends):
    """Return how many barricades stood on a road."""
    there = table["place"].isin(ends) & table["other_end"].isin(ends)
    return int((there & (table["place"] != table["other_end"])).sum())  # a place may block itself


def test_no_barricade_is_on_a_road_that_is_not_there(played):
    before, after = in_years(played[0].table("barricades"))
    assert on(before, "highfold", "pass_gate") == 0 < on(after, "highfold", "pass_gate")
    assert on(before, "highfold", "clock_house") > 0 == on(after, "highfold", "clock_house")
    old = before[before["other_end"].isin(["clock_house"]) | (before["place"] == "clock_house")]
    gone = pd.to_datetime(old["date"]) + pd.to_timedelta(old["days"], unit="D")
    assert (gone <= TURN).all()  # a barricade does not outlive its road


def test_nothing_happens_at_a_place_that_is_not_there_yet(played):
    before, after = in_years(played[0].table("incidents"))
    assert (before["place"] == "stonewell").sum() == 0 < (after["place"] == "stonewell").sum()


def test_no_trip_is_made_over_a_road_that_is_not_there(tmp_path):
    folder = ip.new("valley", tmp_path)
    open_ = ip.load(folder)
    cut = open_.with_(change={"links": {("saltbridge", "lower_mill"): {"opens": TURN}}})
    share = [
        ip.run(one, futures=2, out=tmp_path / f"{i}").table("movement")
        for i, one in enumerate((open_, cut))
    ]
    made = [in_years(table.query("municipality == 'saltbridge'"), "year") for table in share]
    assert made[1][0]["share"].mean() < 0.9 * made[0][0]["share"].mean()
    assert made[1][1]["share"].mean() == pytest.approx(made[0][1]["share"].mean(), abs=0.02)


def test_the_page_says_what_is_dated(played):
    page = (played[1] / "report.html").read_text()
    assert "Stonewell begins on 1 January 2031" in page
    assert "the road Highfold to Pass Gate opens on 1 January 2031" in page


def test_a_base_stands_at_a_place_that_is_there(tmp_path):
    folder = ip.new("valley", tmp_path)
    dated(folder, "places.csv", "begins", "2030-02-01", "saltbridge", "municipal_seat")
    told = CliRunner().invoke(app, ["check", str(folder)])
    assert told.exit_code == 2
    assert "bases.csv line 2, opens: 2029-12-01. saltbridge begins on 2030-02-01" in told.output
