"""Whatever is spoiled, the answer is right or refused: no traceback, no silent zero.

Each test spoils one thing at random and asks as a user would. `make test` tries some dozens of
each, `make nightly` a thousand and more.
"""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import json
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import interpose as ip
from interpose.cli import app
from interpose.errors import InterposeError

ORMEL = Path(__file__).parent / "plan" / "ormel" / "plan"
PLAN_TABLES = sorted(path.name for path in ORMEL.glob("*.csv"))
AUDIENCE = CliRunner()


def tries(examples):
    """Return how a test draws: so many examples, each as long as it takes."""
    allowed = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    return settings(max_examples=examples, deadline=None, suppress_health_check=allowed)


SIZES = pytest.mark.parametrize(
    "examples", [20, pytest.param(1000, marks=pytest.mark.slow)], ids=["some", "many"]
)

ODD_CELLS = st.sampled_from(
    [
        "",
        "0",
        "-1",
        "0.5",
        "1e9",
        "999999999",
        "nan",
        "inf",
        "2.000",
        "1,5",
        "none",
        "all",
        "?",
        "1900-01-01",
        "2000-02-30",
        "2000-03-01",
        "2000-07-01",
        "2999-12-31",
        "true",
        "WAHR",
    ]
)


def said(result):
    """Return all that a command printed; it must not have ended by an accident."""
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.stdout + result.stderr


# --- tables of a plan ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def mission(tmp_path_factory):
    folder = ip.new("ormel", tmp_path_factory.mktemp("fuzz"))
    shutil.copytree(ORMEL, folder / "plan")
    return folder


@st.composite
def spoiled_tables(draw):
    """Return a table of the plan and its text with one or two cells changed."""
    name = draw(st.sampled_from(PLAN_TABLES))
    rows = list(csv.reader((ORMEL / name).read_text(encoding="utf-8").splitlines()))
    for _ in range(draw(st.integers(1, 2))):
        row, column = (draw(st.integers(1, len(rows) - 1)), draw(st.integers(0, len(rows[0]) - 1)))
        others = st.sampled_from([line[column] for line in rows[1:]])
        rows[row][column] = draw(st.one_of(ODD_CELLS, others))
    return name, "\n".join(",".join(f'"{cell}"' for cell in row) for row in rows) + "\n"


@SIZES
def test_a_spoiled_table_of_a_plan_is_refused_or_planned(mission, tmp_path, examples):
    @tries(examples)
    @given(spoiled_tables())
    def spoil(table):
        name, text = table
        path, kept = mission / "plan" / name, (mission / "plan" / name).read_bytes()
        path.write_text(text, encoding="utf-8")
        try:
            checked = AUDIENCE.invoke(app, ["check", str(mission)])
            words = said(checked)
            assert checked.exit_code in (0, 2), words
            if checked.exit_code == 2:
                assert name in words, words  # the file that was spoiled is named
                return
            shutil.rmtree(tmp_path / "plans", ignore_errors=True)
            out = tmp_path / "plans"
            asked = ["plan", str(mission), "--out", str(out), "--time-limit", "5"]
            planned = AUDIENCE.invoke(app, asked)
            words = said(planned)
            assert planned.exit_code in (0, 2), words
            if planned.exit_code == 0:
                document = json.loads((out / "plan.json").read_text(encoding="utf-8"))
                assert document["plan"]["assignments"], words  # nobody comes, and it says so
        finally:
            path.write_bytes(kept)

    spoil()


# --- what-ifs in Python --------------------------------------------------------------------


@pytest.fixture(scope="module")
def valley(tmp_path_factory):
    return ip.load(ip.new("valley", tmp_path_factory.mktemp("fuzz_valley")))


odd = st.sampled_from(
    [
        *(-900, 0, 0.5, 3, 600, 10**9, float("nan"), True, None, "", "600", "all", "in_theater"),
        *("2030-03-01", "2029-01-01", "2031-02-30", dt.date(2030, 6, 1), dt.datetime(2030, 6, 1)),
    ]
)
TABLES_OF_FORCE = ["contingents", "bases", "police", "shocks", "people", "links", "places"]


@st.composite
def steps(draw, scenario):
    """Return the arguments of a what-if: often sound, often not."""
    table = draw(st.sampled_from(TABLES_OF_FORCE))
    rows = [row.model_dump() for row in getattr(scenario, table)]
    row = draw(st.sampled_from(rows))
    column = draw(st.sampled_from(sorted(row)))
    value = draw(st.one_of(odd, st.sampled_from([other[column] for other in rows])))
    key = row.get("id") or tuple(row.values())[:3]
    return draw(
        st.sampled_from(
            [
                {"add": {table: {**row, column: value}}},
                {"add": {table: {"like": key, "id": "fresh", column: value}}},
                {"change": {table: {key: {column: value}}}},
                {"drop": {table: key}},
                {"drop": {table: value}},
                {"scale_force": value},
                {"scale_force": 0.5, "since": value},
                {"withdraw": value},
            ]
        )
    )


def soldiers(scenario, day):
    """Return the soldiers in theatre on a day, added up row by row."""
    return sum(
        row.strength
        for row in scenario.contingents
        if row.stock == "in_theatre"
        and row.arrives <= day
        and (row.departs is None or day < row.departs)
    )


@SIZES
def test_a_what_if_is_refused_or_played_as_it_says(valley, examples):
    @tries(examples)
    @given(steps(valley))
    def ask(step):
        try:
            changed = valley.with_(**step)
        except InterposeError:
            return
        assert changed.changed or step.get("scale_force") is None, step
        played = ip.play(changed, futures=1, workers=1)
        assert set(played["status"].values) == {"done"}, step
        days = [day.astype("datetime64[D]").item() for day in played["review"].values]
        assert played["in_theatre_at_review"].values[0].tolist() == [
            soldiers(changed, d) for d in days
        ], step
        assert float(played["incidents"].sum()) > 0, step

    ask()


@SIZES
def test_a_scenario_copied_by_hand_is_checked_before_it_is_played(valley, examples):
    @tries(examples)
    @given(
        st.sampled_from(valley.contingents), st.sampled_from(["base", "strength", "arrives"]), odd
    )
    def ask(row, column, value):
        rows = tuple(
            one.model_copy(update={column: value}) if one is row else one
            for one in valley.contingents
        )
        copy = dataclasses.replace(valley, contingents=rows)
        faults = ip.check(copy)
        if faults:
            assert any(column in str(fault) for fault in faults), faults
            with pytest.raises(InterposeError):
                ip.play(copy, futures=1, workers=1)
        else:
            assert float(ip.play(copy, futures=1, workers=1)["incidents"].sum()) > 0

    ask()
