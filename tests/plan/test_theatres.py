"""One pool, two theatres: what a plan takes from another theatre is missing there, and played."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from typer.testing import CliRunner

import interpose as ip
from interpose.cli import app
from interpose.errors import PlanError
from interpose.plan.theatres import Move, moved, pool_of, with_units_of, without
from interpose.play import Theatre
from interpose.play.expected import expected_incidents

DAY = dt.date(2024, 1, 1)


@pytest.fixture(scope="module")
def kosovo():
    """The theatre that gives."""
    return ip.load("kosovo")


@pytest.fixture(scope="module")
def pool(kosovo):
    """What nations keep there."""
    return pool_of(kosovo)


def away(persons, base=""):
    """Return so many persons who moved on a day."""
    return Move("any", "Any", 1, persons, DAY, base)


def in_theatre(scenario, day, base=""):
    """Return who stands there on a day."""
    rows = [row for row in scenario.contingents if row.stock == "in_theatre"]
    return sum(
        row.strength
        for row in rows
        if row.arrives <= day
        and (row.departs is None or day < row.departs)
        and base in ("", row.base)
    )


def test_nothing_moved_is_the_scenario_itself(kosovo):
    assert without(kosovo, ()) is kosovo


def test_what_moved_is_missing_from_its_day_on_at_its_base(kosovo):
    thin = without(kosovo, [away(230, "sultan_murat"), away(500)])
    before = DAY - dt.timedelta(1)
    assert in_theatre(thin, before) == in_theatre(kosovo, before)
    assert in_theatre(kosovo, DAY) - in_theatre(thin, DAY) == pytest.approx(730, abs=20)
    here, there = (in_theatre(one, DAY, "sultan_murat") for one in (kosovo, thin))
    assert here - there >= 230
    days = [DAY + dt.timedelta(30 * k) for k in range(6)]
    often = without(kosovo, [away(50)._replace(begins=day) for day in days])
    assert in_theatre(kosovo, days[5]) - in_theatre(often, days[5]) == pytest.approx(300, abs=60)
    later = DAY + dt.timedelta(300)
    assert in_theatre(thin, later) < in_theatre(kosovo, later)
    with pytest.raises(PlanError, match="--missed-from"):
        without(kosovo, [away(1)._replace(begins=dt.date(2030, 1, 1))])


def test_more_moved_never_leaves_fewer_incidents_to_be_expected(tmp_path):
    valley = ip.load(ip.new("valley", tmp_path))
    day = valley.header.start + dt.timedelta(200)
    thinner = (without(valley, [away(persons)], day) for persons in (0, 100, 300))
    found = [expected_incidents(Theatre(one), one.parameters).sum() for one in thinner]
    assert found == sorted(found)
    assert found[0] < found[-1]


def test_from_the_command_to_what_the_other_theatre_loses(tmp_path, pool):
    words = ["plan", "ukraine", "--to", "2025-08-01", "--gap", "5", "--from-theatre", "kosovo"]
    words += ["--futures", "1", "--out", str(tmp_path / "p")]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    for said in ("persons move", "moves: Turkiye", "stays: ", "without them against as it is"):
        assert said in done.output
    assert (tmp_path / "p" / "kosovo" / "report.html").is_file()
    made = json.loads((tmp_path / "p" / "plan.json").read_text(encoding="utf-8"))
    taken = {row["offer"]: row for row in made["plan"]["assignments"] if "kosovo." in row["offer"]}
    homes = {f"kosovo.{home.id}": home for home in pool.offers}
    assert taken
    for offer, row in taken.items():
        assert row["units"] <= homes[offer].units
    assert "usa" not in "".join(taken)  # its standing says no ground troops


def test_more_may_move_and_each_unit_stands_once(kosovo, pool):
    ukraine = ip.load("ukraine")
    assert with_units_of(ukraine, pool, share=0) is ukraine
    for name, words in (("unifil", "does not say what nations keep"), ("ukraine", "another one")):
        with pytest.raises(PlanError, match=words):
            with_units_of(ukraine, pool_of(ip.load(name)))
    kept, day, persons = {home.id: home for home in pool.offers}, dt.date(2025, 12, 1), []
    for share in (0.5, 1.0):
        offered = with_units_of(ukraine, pool, share=share)
        moves = moved(ip.plan(offered, ends=dt.date(2025, 8, 1), gap=0.05), pool)
        assert all(move.persons <= kept[move.offer].strength for move in moves)
        persons.append(sum(move.persons for move in moves))
        lost = in_theatre(kosovo, day) - in_theatre(without(kosovo, moves), day)
        assert lost == pytest.approx(persons[-1], abs=20)  # rounded a row of contingents
    assert 0 < persons[0] < persons[1]
