"""From tables to memory, drift and effect, on worlds of which the truth is known."""

import datetime as dt
import itertools
import json

import numpy as np
import pytest
from typer.testing import CliRunner
from worlds import MONTH, play_days, slow, world

import interpose as ip
from interpose.cli import app
from interpose.errors import ScenarioError
from interpose.fit.effect import designs_of, drift_of, judge
from interpose.fit.memory import remember

START = dt.date(2010, 1, 1)


def written(folder, counts, troops):
    """Write a world as tables."""
    days = [
        f"{START + dt.timedelta(int(day))},p{place}"
        for place, day in zip(*np.nonzero(counts), strict=True)
        for _ in range(int(counts[place, day]))
    ]
    (folder / "events.csv").write_text("date,place\n" + "\n".join(days) + "\n")
    spells = []
    for place, row in enumerate(troops):
        edges = [0, *np.flatnonzero(np.diff(row)) + 1, len(row)]
        for first, end in itertools.pairwise(edges):
            if row[first] > 0:
                begins = START + dt.timedelta(int(first) * MONTH)
                ends = START + dt.timedelta(int(end) * MONTH - 1)
                spells.append(f"p{place},{begins},{ends},{row[first]:.0f}")
    (folder / "troops.csv").write_text("place,from,to,troops\n" + "\n".join(spells) + "\n")
    names = [f"p{place}" for place in range(len(troops))]
    (folder / "places.csv").write_text("place\n" + "\n".join(names) + "\n")


def verdict_of(seed, **kind):
    counts, troops = world(seed, **kind)
    y = counts.reshape(len(counts), -1, MONTH).sum(axis=2)
    return judge(designs_of(y, troops / 1000), drift_of(troops / 1000))


def test_from_tables_to_the_printed_document(tmp_path, monkeypatch):
    written(tmp_path, *world(3, places=16, months=36, rate=2, effect=-0.8, drift=0, common=0))
    monkeypatch.chdir(tmp_path)
    command = ["fit", "events.csv", "--presence", "troops.csv", "--places", "places.csv"]
    done = CliRunner().invoke(app, [*command, "--json"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    low, middle, high = found["memory"]["branching"]
    assert low <= 0.3 <= high
    assert low <= middle <= high
    effect = found["effect"]
    assert {"per_1000_soldiers", "identified", "why", "leads_p", "designs"} <= effect.keys()
    assert effect["per_1000_soldiers"][0] <= -0.8 <= effect["per_1000_soldiers"][2]
    again = CliRunner().invoke(app, [*command, "--json"])
    assert again.stdout == done.stdout
    plain = CliRunner().invoke(app, command)
    assert "Effect of 1,000 soldiers" in plain.stdout
    assert "Memory: one event" in plain.stdout


def test_exogenous_withdrawals_are_found_and_the_interval_holds_the_truth():
    said = [verdict_of(seed, effect=-0.4) for seed in range(20)]
    assert sum(one.identified for one in said) >= 16
    assert sum(one.interval[0] <= -0.4 <= one.interval[2] for one in said) >= 18


@pytest.mark.parametrize(
    "kind",
    ["last", pytest.param("past", marks=pytest.mark.slow), "calm", "surge", "trend", "foresee"],
)
@pytest.mark.parametrize(
    "size", [pytest.param((60, 48, 1.0), marks=pytest.mark.slow), (20, 36, 0.5)]
)
def test_troops_that_follow_events_without_any_effect_are_not_taken_for_one(kind, size):
    places, months, rate = size
    said = [verdict_of(s, kind=kind, places=places, months=months, rate=rate) for s in range(6)]
    wrong = [v for v in said if v.identified and not v.interval[0] <= 0 <= v.interval[2]]
    assert len(wrong) == 0


def test_tiny_data_are_not_identified_and_say_why():
    for kind in ({"places": 10, "months": 24, "rate": 0.1}, {"places": 3, "months": 24}):
        one = verdict_of(1, effect=-0.4, **kind)
        assert not one.identified
        assert len(one.why) > 20


def days_of(seed, kind, n=0.0, places=12, years=4):
    rng = np.random.default_rng(seed)
    days = 365 * years
    level = np.log(2 / MONTH * (1 - n)) + rng.normal(0, 0.7, (places, 1)) + np.zeros((1, days))
    if kind == "seasons":
        phase = rng.uniform(0, 6.28, (places, 1))
        level = level + np.sin(2 * np.pi * np.arange(days) / 365 + phase)
    elif kind == "walk":
        level = level + slow(rng, places, days // MONTH + 1, 0.8, 0.9).repeat(MONTH, 1)[:, :days]
    elif kind == "trend":
        level = level + np.linspace(-1, 1, days)
    elif kind == "jump":
        level = level + 1.1 * (np.arange(days) > 0.55 * days)
    elif kind == "own jumps":
        size = rng.choice([-1.5, 1.5], (places, 1))
        level = level + size * (np.arange(days) > rng.uniform(0.2, 0.8, (places, 1)) * days)
    return play_days(rng, np.exp(level), n, 5.0)


@pytest.mark.parametrize("kind", ["seasons", "trend", "jump", "own jumps"])
def test_drift_without_excitation_is_not_taken_for_memory(kind):
    found = remember(days_of(1, kind))
    assert found.branching[1] < 0.1
    assert found.constant > 0.3  # what a constant background would have said


@pytest.mark.slow
def test_excitation_without_drift_is_recovered():
    found = [remember(days_of(seed, "none", n=0.5, places=8, years=3)) for seed in range(4)]
    assert sum(one.branching[0] <= 0.5 <= one.branching[2] for one in found) >= 3
    assert sum(one.half_life_days[0] <= 5 <= one.half_life_days[2] for one in found) >= 3


FAULTS = {
    "the end is before the beginning": (
        "date,place\n2010-01-01,a\n",
        "place,from,to,troops\na,2010-05-01,2010-01-01,10\n",
        ["troops.csv line 2, to: 2010-01-01. Must not be before from, 2010-05-01."],
    ),
    "strengths overlap": (
        "date,place\n2010-01-01,a\n",
        "place,from,to,troops\na,2010-01-01,2010-05-01,10\na,2010-03-01,,20\n",
        ["line 3, from: 2010-03-01. Overlaps line 2, which lasts to 2010-05-01"],
    ),
    "cells cannot be read": (
        "date,place\n2010-13-01,a\n17.03.2010,a\n",
        "place,from,to,troops\na,2010-01-01,,-5\na,2010-01-01,,NaN\n",
        ["events.csv line 2, date", "2010-03-17", "troops.csv line 2, troops: '-5'. Must be 0",
         "line 3, troops: 'NaN'. Must be a finite number"],
    ),
    "files are empty": ("date,place\n", "", ["events.csv: Has no rows", "troops.csv: Is empty."]),
    "a column is misspelt": (
        "day,place\n2010-01-01,a\n",
        "place,from,until,troops\na,2010-01-01,,5\n",
        ["'day'. No such column", "'until'"],
    ),
    "names differ by capitals": (
        "date,place\n2010-01-01,Bria\n",
        "place,from,to,troops\nbria,2010-01-01,,5\n",
        ["troops.csv line 2, place: 'bria'. Is not in events.csv. Did you mean 'Bria'?"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", FAULTS)
def test_faults_are_told_all_at_once(case, tmp_path):
    events, troops, texts = FAULTS[case]
    (tmp_path / "events.csv").write_text(events)
    (tmp_path / "troops.csv").write_text(troops)
    done = CliRunner().invoke(
        app, ["fit", str(tmp_path / "events.csv"), "--presence", str(tmp_path / "troops.csv")]
    )
    assert done.exit_code == 2
    for text in texts:
        assert text in done.stderr


def test_no_troops_at_all_is_no_fault(tmp_path):
    counts, troops = world(1, places=4, months=12, rate=4)
    written(tmp_path, counts, 0 * troops)
    found = ip.fit(tmp_path / "events.csv", tmp_path / "troops.csv")
    assert found.memory is not None
    assert not found.effect.identified
    assert found.grid.notes == ("No troops anywhere.",)


def test_a_place_that_is_not_listed_is_a_fault_with_a_near_name(tmp_path):
    (tmp_path / "e.csv").write_text("date,place\n2010-01-01,Briaa\n")
    (tmp_path / "t.csv").write_text("place,from,to,troops\nBria,2010-01-01,,5\n")
    (tmp_path / "p.csv").write_text("place\nBria\nBangui\n")
    with pytest.raises(ScenarioError, match=r"(?s)e.csv line 2, place: 'Briaa'.*'Bria'"):
        ip.fit(tmp_path / "e.csv", tmp_path / "t.csv", tmp_path / "p.csv")


def test_strengths_in_thousands_are_warned_of(tmp_path):
    counts, troops = world(1, places=8, months=12)
    written(tmp_path, counts, troops)
    text = (tmp_path / "troops.csv").read_text().splitlines()
    small = [
        ",".join([*row.split(",")[:3], str(float(row.split(",")[3]) / 1000)]) for row in text[1:]
    ]
    (tmp_path / "troops.csv").write_text("\n".join([text[0], *small]))
    done = CliRunner().invoke(
        app, ["fit", str(tmp_path / "events.csv"), "--presence", str(tmp_path / "troops.csv")]
    )
    assert done.exit_code == 0
    assert "soldiers are wanted, not thousands" in done.stderr


def test_one_place_alone_says_nothing_of_an_effect(tmp_path):
    counts, troops = world(1, places=1, months=36, rate=10)
    troops[:] = 500
    troops[:, 18:] = 0
    written(tmp_path, counts, troops)
    found = ip.fit(tmp_path / "events.csv", tmp_path / "troops.csv")
    assert not found.effect.identified
    assert "Too little to compare" in found.effect.why


def test_one_soldier_for_a_month_gives_no_number_that_nobody_would_believe(tmp_path):
    counts, troops = world(5, places=8, months=24, rate=2, effect=0.0, drift=0, common=0)
    troops = np.zeros_like(troops)
    troops[0, 0] = 1
    written(tmp_path, counts, troops)
    found = ip.fit(tmp_path / "events.csv", tmp_path / "troops.csv", tmp_path / "places.csv")
    effect = found.as_dict()["effect"]
    assert effect["per_1000_soldiers"] == [None] * 3
    assert not effect["identified"]
    assert all(design["per_1000_soldiers"] == [None] * 3 for design in effect["designs"])
