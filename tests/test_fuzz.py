"""Whatever is spoiled, the answer is right or refused: no traceback, no silent zero.

Each test spoils one thing at random and asks as a user would. `make test` tries some dozens of
each, `make nightly` a thousand and more.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import interpose as ip
from interpose.errors import InterposeError, RunError
from interpose.report.run_page.contents import run_page
from interpose.report.run_page.run_data import gather


def tries(examples):
    """Return how a test draws: so many examples, each as long as it takes."""
    allowed = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
    return settings(max_examples=examples, deadline=None, suppress_health_check=allowed)


SIZES = pytest.mark.parametrize(
    "examples", [20, pytest.param(1000, marks=pytest.mark.slow)], ids=["some", "many"]
)

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


# --- runs ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fuzz_runs")
    scenario = ip.new("valley", folder)
    ip.run(ip.load(scenario), futures=3, workers=1, out=folder / "run")
    return folder / "run", run_page(gather(folder / "run"))


@st.composite
def damages(draw):
    """Return which file of a run to damage (as a share of their number), and how."""
    how = draw(st.sampled_from(["cut", "flip", "zero", "drop", "swap", "edit"]))
    return how, draw(st.floats(0, 0.999)), draw(st.floats(0, 0.999)), draw(st.integers(1, 255))


def damaged(how, data, at, byte, other):
    """Return the bytes of a damaged file, or None where it is gone."""
    place = int(at * len(data))
    if how == "drop":
        return None
    if how == "swap":
        return other
    if how == "cut":
        return data[:place]
    if how == "zero":
        return data[:place] + bytes(min(64, len(data) - place)) + data[place + 64 :]
    return data[:place] + bytes([data[place] ^ byte]) + data[place + 1 :]


def edited(text, at, byte):
    """Return a run.json with one of its own values changed, as an editor would."""
    info = json.loads(text)
    key = sorted(key for key in info if key != "volatile")[int(at * (len(info) - 1))]
    value = info[key]
    if isinstance(value, bool):
        info[key] = not value
    elif isinstance(value, int | float):
        info[key] = value + byte
    elif isinstance(value, str):
        info[key] = value[:-1] if value else "x"
    else:
        info[key] = type(value)()
    return json.dumps(info).encode()


@SIZES
def test_a_damaged_run_is_refused_or_gives_the_same_page(finished, examples):
    run, page = finished
    files = sorted(path for path in run.rglob("*") if path.suffix in (".parquet", ".json"))

    @tries(examples)
    @given(damages())
    def damage(drawn):
        how, which, at, byte = drawn
        path = files[int(which * len(files))]
        other = files[(int(which * len(files)) + byte) % len(files)].read_bytes()
        kept = path.read_bytes()
        if how == "edit":
            path = run / "run.json"
            kept = path.read_bytes()
            data = edited(kept, at, byte)
        else:
            data = damaged(how, kept, at, byte, other)
        if data is None:
            path.unlink()
        else:
            path.write_bytes(data)
        refused = ""
        try:
            assert run_page(gather(run)) == page
        except RunError as error:
            refused = str(error)
        finally:
            path.write_bytes(kept)
        assert not refused or path.name in refused or str(run) in refused

    damage()
