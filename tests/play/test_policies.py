"""Policies of files and classes: what they order, and that the force follows."""

from __future__ import annotations

import datetime as dt
import pickle
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lab import theatre_of
from typer.testing import CliRunner

import interpose as ip
from interpose.cli.app import app
from interpose.errors import InterposeError, ScenarioError, UnknownNameError
from interpose.play import Theatre, play_future
from interpose.policy import Call, Level, Order, Replay, policy_named
from interpose.scenario.policies import read_policy
from theatres import START, troops


def date(day):
    return START + dt.timedelta(day)


class Ordering:
    """A policy with one review on a day of its own, at which it gives an order."""

    interval_days = 0

    def __init__(self, day, order):
        self.begins, self.order = date(day), order

    def review(self, reports):
        return self.order


def strengths(theatre, policy, stock="in_theatre"):
    """Return the mean strength by month."""
    return play_future(theatre, policy, 1, 0, draw=False).tables["force"][stock].tolist()


def level(day, strength, **part):
    return Level(date=date(day), strength=strength, **part)


def year(*contingents, **more):
    return theatre_of(2, 366, contingents=contingents, **more)


# --- levels ---------------------------------------------------------------------------------------


def test_a_level_holds_from_its_day_on_whatever_the_table_does_later():
    theatre = year(troops("a", "camp_p0", 600, 0), troops("b", "camp_p1", 400, 0, 152))
    order = Order(levels=(level(31, 500),))
    assert strengths(theatre, Ordering(10, order)) == [1000.0] + [500.0] * 11


def test_a_level_scales_contingents_alike_and_reaches_presence_and_the_riot_trained():
    rows = (troops("a", "camp_p0", 600, 0), troops("b", "camp_p1", 400, 0))
    half = [row.model_copy(update={"strength": row.strength // 2}) for row in rows]
    scaled = play_future(year(*rows), Ordering(0, Order(levels=(level(0, 500),))), 1, 0).tables
    really = play_future(year(*half), Replay(), 1, 0).tables
    for table, columns in really.items():
        for name, values in columns.items():
            np.testing.assert_array_equal(
                getattr(scaled[table][name], "codes", scaled[table][name]),
                getattr(values, "codes", values),
            )


def test_a_part_of_the_force_is_among_the_whole():
    few = troops("a", "camp_p0", 600, 0, riot_capable=0.1)
    rows = (few, troops("b", "camp_p1", 400, 0, riot_capable=0.6))
    order = Order(levels=(level(0, 500), level(0, 400, kind="riot_capable")))
    scaled = play_future(year(*rows), Ordering(0, order), 1, 0)
    assert scaled.tables["force"]["in_theatre"].tolist() == [500.0] * 12
    alone = Order(levels=(level(0, 100, kind="riot_capable"),))
    assert strengths(year(*rows), Ordering(0, alone)) == [700.0] * 12


def test_a_level_of_zero_leaves_nobody():
    theatre = year(troops("a", "camp_p0", 600, 0))
    assert strengths(theatre, Ordering(0, Order(levels=(level(31, 0),))))[1:] == [0.0] * 11


def test_a_new_order_replaces_what_does_not_hold_yet():
    class Changing:
        interval_days, begins = 10, date(0)

        def review(self, reports):
            return Order(levels=(Level(date=reports.date + dt.timedelta(15), strength=100),))

    assert strengths(year(troops("a", "camp_p0", 600, 0)), Changing())[:11] == [600.0] * 11


def test_no_order_raises_the_force_beyond_the_offer_without_saying_so():
    theatre = year(troops("a", "camp_p0", 600, 0), troops("b", "camp_p0", 100, 0, stock="reserve"))
    assert strengths(theatre, Ordering(0, Order(levels=(level(0, 700),)))) == [700.0] * 12
    with pytest.raises(InterposeError, match="offers 700"):
        strengths(theatre, Ordering(0, Order(levels=(level(0, 701),))))
    said = Order(levels=(level(0, 900),), beyond_offer=True)
    assert strengths(theatre, Ordering(0, said)) == [900.0] * 12


def test_an_order_for_an_area_that_is_not_there_is_refused():
    theatre = year(troops("a", "camp_p0", 600, 0))
    with pytest.raises(UnknownNameError, match="area 'north'"):
        strengths(theatre, Ordering(0, Order(levels=(level(0, 100, area="north"),))))


# --- reserves -------------------------------------------------------------------------------------


def test_a_reserve_ordered_on_30_may_2023_is_there_on_5_june():
    called = dt.date(2023, 5, 30)
    order = Order(calls={"reserve_strategic": Call("novo_selo", dt.date(2023, 6, 5))})

    class Calling(Replay):
        begins, interval_days = called, 0

        def review(self, reports):
            assert reports.date == called
            return order

    theatre = Theatre(ip.load("kosovo"))
    plain = play_future(theatre, Replay(), 1, 0, draw=False).tables["force"]
    tables = play_future(theatre, Calling(), 1, 0, draw=False).tables["force"]
    more = np.asarray(tables["in_theatre"]) - np.asarray(plain["in_theatre"])
    june = list(plain["month"]).index(np.datetime64("2023-06-01"))
    assert not more[:june].any()
    assert more[june] == pytest.approx(600 * 26 / 30, rel=1e-4)
    assert more[june + 1 :].tolist() == pytest.approx([600.0] * len(more[june + 1 :]))
    assert (np.asarray(tables["reserve"]) + more).tolist() == pytest.approx(plain["reserve"])


# --- files ----------------------------------------------------------------------------------------


@pytest.fixture
def valley(tmp_path):
    """Return the folder of a scenario of one's own, with policies."""
    return ip.new("valley", tmp_path)


def written(valley, text, name="mine"):
    path = valley / "policies" / f"{name}.toml"
    path.write_text(text)
    return path


def ran(*words):
    """Run a command; return its exit code and all that it said."""
    result = CliRunner().invoke(app, list(map(str, words)))
    return result.exit_code, result.output


def in_theatre(folder):
    return ip.read_run(folder).table("force").groupby("month")["in_theatre"].mean()


def test_a_timetable_of_the_scenario_is_played_by_name_and_kept_and_resumed(valley, tmp_path):
    out = tmp_path / "run"
    code, said = ran("run", valley, "--policy", "thin_out", "--futures", 3, "--out", out)
    assert code == 0, said
    force = in_theatre(out)
    assert (force["2031-04":"2031-08"] == 300).all()
    assert (force["2031-09":] == 150).all()
    assert (force["2031-02":"2031-02"] > 500).all()
    run = ip.read_run(out)
    assert run.info["policy_rules"]["levels"][1] == {"date": "2031-09-01", "strength": 150}
    assert "--policy thin_out" in run.command()
    page = (out / "report.html").read_text()
    assert "thin_out: Thin out from the second summer on" in page
    assert "300 soldiers from 2031-03-01 on" in page
    assert ran("run", out, "--no-report")[0] == 0
    changed = (valley / "policies" / "thin_out.toml").read_text().replace("150", "100")
    (valley / "policies" / "thin_out.toml").write_text(changed)
    code, said = ran("run", valley, "--policy", "thin_out", "--futures", 3, "--out", out)
    assert code == 2
    assert "policy_rules" in said


def test_a_level_of_an_area_is_that_of_the_contingents_based_there(valley):
    text = 'kind = "timetable"\ntitle = "part"\n[[levels]]\ndate = 2031-04-01\nstrength = 100\n'
    theatre = Theatre(ip.load(valley))
    everywhere, there = (
        strengths(theatre, policy_named(written(valley, text + more), theatre.scenario)())
        for more in ("", 'area = "whole_valley"\n')
    )
    assert everywhere == there
    assert there[15:] == [100.0] * 9


def test_a_timetable_equal_to_the_table_gives_its_numbers(valley, tmp_path):
    rows = [row for row in ip.load(valley).contingents if row.stock == "in_theatre"]
    dates = sorted({day for row in rows for day in (row.arrives, row.departs) if day})
    text = 'kind = "timetable"\ntitle = "as the table"\n'
    for day in dates:
        there = [r.strength for r in rows if r.arrives <= day < (r.departs or dt.date.max)]
        text += f"[[levels]]\ndate = {max(day, dt.date(2030, 1, 1))}\nstrength = {sum(there)}\n"
    head, *levels = text.split("[[levels]]")
    unique = {block.split()[2]: block for block in levels}  # before the first day: the last one
    path = written(valley, head + "".join(f"[[levels]]{block}" for block in unique.values()))
    mine = ip.play(valley, 5, policy=path)
    assert mine.drop_attrs().identical(ip.play(valley, 5).drop_attrs())


def test_a_policy_is_a_name_a_path_a_class_or_a_function_and_each_future_has_its_own(valley):
    made = []

    class Mine(Replay):
        def __init__(self):
            made.append(self)

    for asked in ("thin_out", valley / "policies/thin_out.toml", Mine, lambda: Mine()):
        played = ip.play(valley, 3, policy=asked)
        assert played.sizes["future"] == 3
    assert len(made) == 6
    with pytest.raises(InterposeError, match="each future has its own"):
        ip.play(valley, 3, policy=Mine())
    with pytest.raises(InterposeError, match="there is no file"):
        ip.play(valley, 3, policy="./thin_out.toml")
    with pytest.raises(UnknownNameError, match="Did you mean 'thin_out'"):
        ip.play(valley, 3, policy="thin_oot")


def test_a_run_of_a_class_says_that_python_goes_on(valley, tmp_path):
    ip.run(valley_scenario := ip.load(valley), out=tmp_path / "run", policy=Replay, futures=2)
    assert ip.read_run(tmp_path / "run").info["policy_rules"]["python"].endswith("Replay")
    code, said = ran("run", tmp_path / "run")
    assert code == 2
    assert "in Python" in said
    assert valley_scenario.header.name == "valley"


def test_the_report_says_how_far_a_policy_is_from_what_was_done_and_what_is_nearer(
    valley, tmp_path
):
    out = tmp_path / "run"
    assert ran("run", valley, "--policy", "careful", "--futures", 4, "--out", out)[0] == 0
    page = " ".join((out / "report.html").read_text().split())
    assert "careful: Down to a company while it stays quiet" in page
    assert "incidents a month, mean of 3 months: at most 2, back up above 4" in page
    assert "From 1 January 2031 on the strength under this policy is on average" in page
    assert "the timetable thin_out, " in page
    assert page.index("From 1 January 2031 on") < page.index("How strong the force is</h2>")
    assert ("It is worse than" in page) != ("It is nearer than these." in page)


def test_a_what_if_may_split_or_take_away_the_reserve_of_a_policy(valley, tmp_path):
    for words in (("--scale-force", "0.5", "--since"), ("--withdraw",)):
        asked = ("run", valley, "--policy", "careful", "--futures", 40, "--no-report", "--fresh")
        code, said = ran(*asked, *words, "2030-06-01", "--out", tmp_path / words[0])
        assert code == 0, said
    gone, half = (
        ip.read_run(tmp_path / name)
        .table("force")
        .pivot(index="future", columns="month", values="in_theatre")
        for name in ("--withdraw", "--scale-force")
    )
    assert (gone.iloc[:, 6:] == 0).all(axis=None)
    assert half.iloc[:, 6:].max(axis=None) > 580  # the reserve came to a level of 580


def test_a_policy_travels_to_other_machines(valley):
    choice = policy_named("careful", ip.load(valley))
    there = pickle.loads(pickle.dumps(choice))
    assert there == choice
    assert type(there()) is type(choice())


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 700), st.text(max_size=6), st.integers(0, 6))
def test_no_bytes_in_a_policy_make_a_traceback(at, more, gone):
    text = (files("interpose.scenarios") / "_example/policies/careful.toml").read_text()
    read, faults = read_policy("policies/x.toml", text[:at] + more + text[at + gone :])
    assert (read is None) == bool(faults)


def test_the_same_seed_gives_the_same_bits_on_any_number_of_workers(valley):
    one, many = (ip.play(valley, 12, policy="thin_out", workers=n) for n in (1, 3))
    assert one.identical(many)


def test_a_file_says_all_its_faults_with_line_and_near_name(valley):
    written(
        valley,
        """\
kind = "conditions"
title = "steps"
begins = 2039-01-01
levels = [300, 400]
reviews_in_a_row = 0
[[conditions]]
measure = "incident"
months = 3
at_most = 1
""",
    )
    code, said = ran("check", valley)
    assert code == 2
    assert "policies/mine.toml line 5, reviews_in_a_row: 0. Must be 1 or more." in said
    assert "Did you mean 'incidents'?" in said
    assert "Must hold at least one" not in said
    path = written(valley, (valley / "policies/mine.toml").read_text()
                   .replace("= 0", "= 2").replace('"incident"', '"incidents"'))  # fmt: skip
    code, said = ran("check", valley)
    assert "Must fall from step to step; 400 comes after 300." in said
    assert "begins: 2039-01-01. Must lie within the mission" in said
    with pytest.raises(ScenarioError, match="Must fall"):
        policy_named(path, ip.load("kosovo"))


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ('kind = "timetable"', 'kind = "timetabel"', "Did you mean 'timetable'?"),
        ("strength = 150", "strength = 5000", "The scenario offers"),
        ("2031-09-01", "2031-02-01", "Must be after the date before it, 2031-03-01."),
        ("2031-09-01", "2032-09-01", "Must lie within the mission"),
        ("strength = 150", 'strength = 150\narea = "whole_vally"', "Did you mean 'whole_valley'?"),
        ("strength = 150", "strenght = 150", "Did you mean 'strength'?"),
        ("strength = 150", "strength = -1", "Must be 0 or more."),
        (
            "strength = 150",
            "strength = 150\nkind = 'riots'",
            "Must be one of: riot_capable, others.",
        ),
    ],
)
def test_a_slip_in_a_timetable_is_told_with_what_was_wanted(valley, before, after, wanted):
    path = valley / "policies/thin_out.toml"
    path.write_text(path.read_text().replace(before, after))
    code, said = ran("check", valley)
    assert code == 2
    assert "Must hold at least one" not in said
    assert wanted in said
