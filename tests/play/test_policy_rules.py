"""What conditions, a required force, a reserve and losses decide, by reports made by hand."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_policies import in_theatre, ran, valley, written  # noqa: F401 - valley is a fixture

import interpose as ip
from interpose.play import Theatre, play_future
from interpose.policy import Call, Order, Replay, Reports, choice_of, policy_named
from interpose.policy.rules import measured
from interpose.scenario import policies
from interpose.scenario.checks.policies import faulty_policy
from interpose.scenario.loading import known_to_policies
from interpose.scenario.settings import Settings
from theatres import ALONE, BLOCK, START, reporting, small_scenario, troops

ROWS = (
    troops("a", "camp_p0", 600, 0),
    troops("b", "camp_p1", 400, 0, 800, riot_capable=0.1),
    troops("ready", "camp_p1", 150, 0, stock="reserve"),
)
SMALL = {
    "days": 1100,
    "types": (ALONE, BLOCK),
    "contingents": ROWS,
    "reporting": [reporting(act="harassment")],
}
THEATRE = Theatre(small_scenario(**SMALL))
STEPS = {
    "kind": "conditions",
    "title": "steps",
    "begins": "2000-02-01",
    "review_interval_days": 30,
    "levels": [700, 400, 0],
    "reviews_in_a_row": 2,
    "minimum_dwell_days": 100,
    "notice_days": 20,
    "back_notice_days": 5,
    "conditions": [{"measure": "riots", "months": 1, "at_most": 0.0, "back_above": 2.0}],
}


def policy(rules=None, **more):
    scenario = THEATRE.scenario
    return choice_of("mine", {**STEPS, **(rules or {}), **more}, scenario)()


def reports(date, riots=(), strength=1000.0, **more):
    """Return reports of a theatre in which riots began on some (date, persons, dead)."""
    months = np.arange("2000-01", f"{date:%Y-%m}", dtype="datetime64[M]").astype("datetime64[D]")
    rows = [(day.toordinal(), crowd, dead) for day, crowd, dead in riots]
    given = {
        "reported": np.zeros((1, len(months), 2, 2), dtype=np.int64),
        "barricades": np.zeros(len(months)),
        "movement": np.ones(2),
        **more,
    }
    array = np.array(rows, dtype=np.int64).reshape(-1, 3)
    return Reports(date=date, months=months, strength=strength, riots=array, **given)


def held(mine, riots_on=lambda date: [], days=900, every=30):
    """Return (date of the order, date on which it holds, strength) of every level ordered."""
    first, ordered = dt.date(2000, 2, 1), []
    for day in range(0, days, every):
        date = first + dt.timedelta(day)
        order = mine.review(reports(date, riots_on(date)))
        ordered += [(date, level.date, level.strength) for level in order.levels]
    return ordered


def test_conditions_that_always_hold_lead_down_step_by_step_and_never_faster_than_the_dwell():
    ordered = held(policy())
    assert [strength for *_, strength in ordered] == [1000, 700, 400, 0]
    for (_, since, _), (order, holds, _) in pairwise(ordered[1:]):
        assert (order - since).days >= 100
        assert (holds - order).days == 20
    assert (ordered[1][0] - ordered[0][0]).days >= 100


def test_conditions_that_never_hold_keep_the_strength_of_the_day_it_began():
    ordered = held(policy(), lambda date: [(date.replace(day=1) - dt.timedelta(1), 500, 0)] * 2)
    assert ordered == [(dt.date(2000, 2, 1), dt.date(2000, 2, 1), 1000)]


def test_so_many_reviews_in_a_row_are_asked_for():
    def after(rows):
        return held(policy(reviews_in_a_row=rows, minimum_dwell_days=0))[1][0]

    assert (after(4) - after(1)).days == 90


def test_a_broken_condition_leads_one_step_back_and_no_further_than_the_start():
    def wave(date):
        late = date > dt.date(2001, 1, 1)
        return [(date.replace(day=1) - dt.timedelta(1), 500, 0)] * 3 if late else []

    ordered = held(policy(), wave)
    strengths = [strength for *_, strength in ordered]
    assert strengths == [1000, 700, 400, 700, 1000]
    assert [(holds - order).days for order, holds, _ in ordered[-2:]] == [5, 5]


def test_a_riot_that_is_large_enough_calls_one_reserve_until_it_is_back():
    reserve = {
        "contingents": ["ready"],
        "base": "camp_p0",
        "crowd": 300,
        "notice_days": 6,
        "stay_days": 60,
    }
    mine = policy(reserve=reserve)
    assert mine.alarm == 300
    day = dt.date(2000, 5, 30)

    def calls(date, crowd):
        return mine.review(reports(date, [(date - dt.timedelta(1), crowd, 0)])).calls

    assert calls(day, 299) == {}
    there, back = dt.date(2000, 6, 5), dt.date(2000, 8, 4)
    assert calls(day, 300) == {"ready": Call("camp_p0", there, back)}
    assert calls(day + dt.timedelta(30), 5000) == {}
    assert set(calls(back, 300)) == {"ready"}


@pytest.mark.parametrize(
    ("measure", "more", "expected"),
    [
        ("riots", {}, 1.0),
        ("deaths", {}, 2.5),
        ("incidents", {}, 4.0),
        ("incidents", {"acts": ["roadblock"]}, 0.0),
        ("barricades", {}, 10.0),
        ("movement", {}, 0.3),
    ],
)
def test_a_measure_is_the_mean_of_complete_months(measure, more, expected):
    sense = {"at_least": 0.1} if measure == "movement" else {"at_most": 1.0}
    one = policies.Condition(measure=measure, months=2, **sense, **more)
    reported = np.zeros((1, 3, 2, 2), dtype=np.int64)
    reported[0, 1:, 0] = [[3, 1], [5, 0]]
    seen = reports(
        dt.date(2000, 4, 10),
        [(dt.date(2000, 2, 5), 100, 4), (dt.date(2000, 3, 5), 100, 0), (dt.date(2000, 4, 5), 9, 9)],
        reported=reported,
        barricades=np.array([90.0, 5.0, 15.0]),
        movement=np.array([0.3, 0.9]),
    )
    assert measured(one, seen, THEATRE.scenario) == pytest.approx(expected)
    assert measured(one.model_copy(update={"months": 4}), seen, THEATRE.scenario) is None


def required(**more):
    rules = {
        "kind": "required",
        "title": "required",
        "begins": "2000-02-01",
        "measure": "riots",
        "target": 0.5,
        "horizon_months": 12,
        "months": 3,
        "least": 100,
        "most": 1000,
        "step": 50,
        "minimum_dwell_days": 0,
    }
    return choice_of("mine", {**rules, **more}, THEATRE.scenario)()


def asked(riots, **more):
    """Return the strength that a required force asks for after so many riots in three months."""
    seen = [(dt.date(2000, 4, 5), 2000, 0)] * riots
    return required(**more).wanted(reports(dt.date(2000, 6, 1), seen))


def test_a_required_force_grows_with_what_is_reported_and_with_the_strictness_of_the_target():
    assert asked(0, target=0.999) == 100
    assert asked(9, target=0.01) == 1000
    targets = [asked(1, target=p) for p in (0.999, 0.99, 0.98, 0.9)]
    assert targets == sorted(targets)
    counts = [asked(n, target=0.99) for n in range(6)]
    assert counts == sorted(counts)
    assert len(set(targets + counts)) > 2


def test_before_there_are_enough_months_a_required_force_is_what_it_was():
    assert required(months=6).wanted(reports(dt.date(2000, 6, 1))) == 1000


# --- losses, and the force as a whole -------------------------------------------------------------


def strengths(choice, theatre=THEATRE):
    return play_future(theatre, choice(), 1, 0, draw=False).tables["force"]["in_theatre"].tolist()


@pytest.mark.parametrize(
    ("loss", "left"),
    [({}, 0.0), ({"share": 0.7}, 700.0), ({"contributor": "mixed", "share": 0.25}, 250.0)],
)
def test_what_is_lost_from_outside_is_lost_whatever_was_ordered(loss, left):
    rules = {"kind": "replay", "title": "x", "losses": [{"date": "2001-01-01", **loss}]}
    found = strengths(choice_of("x", rules, THEATRE.scenario))
    assert found[:12] == [1000.0] * 12
    assert found[12:24] == pytest.approx([left] * 12)
    levels = [{"date": "2000-06-01", "strength": 500}]
    ordered = choice_of("x", {**rules, "kind": "timetable", "levels": levels}, THEATRE.scenario)
    assert strengths(ordered)[12:24] == pytest.approx([left / 2] * 12)


def test_a_nation_that_leaves_takes_its_own_alone(valley):  # noqa: F811
    text = 'kind = "replay"\ntitle = "gone"\n[[losses]]\ndate = 2030-06-01\ncontributor = "sou"\n'
    mine = policy_named(written(valley, text), scenario := ip.load(valley))
    theatre = Theatre(scenario)
    gone, plain = (strengths(c, theatre) for c in (mine, policy_named("replay", scenario)))
    assert (np.array(plain) - gone)[5:].tolist() == [160.0] * 19
    assert gone[:5] == plain[:5]


def test_reviews_that_come_before_violence_settles_are_warned_of(valley):  # noqa: F811
    text = """
kind = "conditions"
title = "hasty"
begins = 2031-03-01
levels = [200]
review_interval_days = 14
reviews_in_a_row = 1
[[conditions]]
measure = "riots"
months = 1
at_most = 0
"""
    written(valley, text, "hasty")
    code, said = ran("check", valley)
    assert code == 0
    assert "policies/hasty.toml line 6, review_interval_days: 14. Violence settles in 20" in said
    warning = "warning: hasty reviews every 14 days. Violence settles in 20 days"
    file = valley / "policies" / "hasty.toml"
    play = ["run", valley, "--futures", 1, "--no-report", "--out", valley.parent / "run"]
    answer = ["compare", valley, "--policy", "replay", "--futures", 1, "--policy", file]
    for words in ([*play, "--policy", "hasty"], answer):
        assert warning in ran(*words)[1]
    written(valley, text.replace("= 14", "= 61"), "hasty")
    for words in (["check", valley], answer):
        assert "Violence settles" not in ran(*words)[1]


# --- Kosovo ---------------------------------------------------------------------------------------


def stood(played, month):
    """Return (future,) the mean strength in a month."""
    return played["in_theatre"].sel(month=f"{month}-01").values


def without_shocks(scenario, months):
    gone = [row.id for row in scenario.shocks if f"{row.date:%Y-%m}" in months]
    assert gone
    return scenario.with_(drop={"shocks": gone})


def test_a_wave_like_that_of_march_2004_before_a_planned_cut_defers_it(tmp_path):
    scenario = ip.load("kosovo")
    text = (Path(scenario.folder) / "policies" / "conditions.toml").read_text(encoding="utf-8")
    text = "[[conditions]]".join(text.split("[[conditions]]")[:2])  # of riots alone, no reserve
    text = text.replace("2010-01-31", "2003-06-30")
    file = tmp_path / "cut_of_2004.toml"
    file.write_text(text.replace("[6_500, 5_000, 2_500]", "[12_000]"), encoding="utf-8")
    wave = ip.play(scenario, 8, policy=str(file))
    calm = ip.play(without_shocks(scenario, ["2004-03"]), 8, policy=str(file))
    cut = [stood(one, "2004-12") < 20_000 for one in (wave, calm)]
    assert sum(cut[0]) <= 1
    assert sum(cut[1]) >= 5
    for one, is_cut in zip((wave, calm), cut, strict=True):
        riots = one["riots"].sel(month=slice("2003-12-01", "2004-05-01")).values
        assert not (is_cut & (riots.reshape(8, -1).sum(axis=1) > 1)).any()


@pytest.fixture(scope="module")
def under_conditions():
    return ip.play("kosovo", 24, policy="conditions")


def test_the_timetable_of_2009_stops_for_nothing_and_conditions_stop_at_the_second_step(
    under_conditions, tmp_path
):
    run = ["run", "kosovo", "--policy", "gates_2009", "--futures", 2, "--no-report"]
    assert ran(*run, "--out", tmp_path / "gates")[0] == 0
    gates = ip.read_run(tmp_path / "gates").dataset()
    steps = [stood(gates, month) for month in ("2010-03", "2011-02", "2012-01")]
    assert np.array(steps).T.tolist() == [[10_000.0, 5_000.0, 2_500.0]] * 2
    assert (stood(under_conditions, "2010-03") == 10_000.0).all()
    assert (stood(under_conditions, "2012-01") > 5_000.0).all()


def test_gate_2_is_held_up_by_the_barricades_of_july_2011(under_conditions):
    months = [f"2011-{month:02d}" for month in range(7, 12)]
    calm = ip.play(without_shocks(ip.load("kosovo"), months), 24, policy="conditions")
    assert (stood(under_conditions, "2012-01") >= 6_300.0).all()  # as it stood; not Gate 2's
    more = stood(under_conditions, "2012-07") - stood(calm, "2012-07")
    assert more.min() >= 0.0
    assert more.mean() > 500.0


def test_may_and_september_2023_bring_soldiers_back(under_conditions):
    """By the level more than by the reserve: few riots of the play have 300 people."""
    calm = without_shocks(ip.load("kosovo"), ["2023-05", "2023-09"])
    calm = ip.play(calm, 24, policy="conditions")
    months = slice("2023-06-01", "2025-06-01")
    more = (under_conditions["in_theatre"] - calm["in_theatre"]).sel(month=months)
    assert more.sum("month").min() >= 0.0
    assert more.mean() > 100.0
    table = ip.play("kosovo", 1)  # which has both reinforcements, on their days
    before, june, october, november = (
        float(stood(table, f"2023-{month}")[0]) for month in ("05", "06", "10", "11")
    )
    assert june > before
    assert max(october, november) > june


# --- whatever passes the check plays --------------------------------------------------------------


# Mostly what the check lets through: what it refuses is no test of the play.
days = st.dates(dt.date(1999, 12, 25), dt.date(2003, 1, 4)).map(str)
counts = st.integers(-1, 1100)
part = {"area": st.just(""), "kind": st.sampled_from(["", "riot_capable", "others"])}
condition = st.tuples(
    st.sampled_from(["incidents", "deaths", "riots", "barricades", "movement"]),
    st.integers(1, 5),
    st.floats(0, 5),
    st.none() | st.floats(0, 5),
).map(
    lambda x: (
        {"measure": x[0], "months": x[1]}
        | dict(zip(SENSES[x[0] == "movement"], x[2:], strict=True))
    )
)
SENSES = {False: ("at_most", "back_above"), True: ("at_least", "back_below")}
reserve = st.fixed_dictionaries(
    {
        "contingents": st.sampled_from([["ready"], ["ready"], ["ready", "ready"], ["a"]]),
        "base": st.sampled_from(["camp_p0", "camp_p1"]),
        "crowd": st.integers(1, 200),
        "notice_days": st.integers(0, 30),
        "stay_days": st.integers(1, 90),
    }
)
reviewed = {
    "title": st.just("x"),
    "begins": days,
    "review_interval_days": st.integers(1, 200),
    "notice_days": st.integers(0, 300),
    "minimum_dwell_days": st.integers(0, 400),
}
level = st.fixed_dictionaries({"date": days, "strength": counts}, optional=part)
levels = st.lists(level, min_size=1, max_size=4).map(
    lambda rows: sorted(rows, key=lambda row: row["date"])
)
ANYTHING = (
    st.fixed_dictionaries(
        {"kind": st.just("timetable"), "title": st.just("x")} | {"levels": levels},
        optional={"beyond_offer": st.booleans()},
    ),
    st.fixed_dictionaries(
        {"kind": st.just("conditions"), **reviewed}
        | {
            "levels": st.sets(st.integers(0, 1000), min_size=1, max_size=3).map(
                lambda x: sorted(x, reverse=True)
            )
        }
        | {"reviews_in_a_row": st.integers(1, 3)}
        | {"conditions": st.lists(condition, min_size=1, max_size=2)},
        optional={"reserve": reserve},
    ),
    st.fixed_dictionaries(
        {"kind": st.just("required"), **reviewed, "target": st.floats(0.01, 0.99)}
        | {"measure": st.sampled_from(["incidents", "deaths", "riots"])}
        | {"horizon_months": st.integers(1, 20), "months": st.integers(1, 5)}
        | {
            "least": st.integers(0, 500),
            "most": st.integers(400, 1200),
            "step": st.sampled_from([1, 50, 120, 400]),
        },
        optional={"reserve": reserve},
    ),
)
VALUES = {"background.rate": 200.0, "marks.crowd_median": 150.0, "riot.chance": 0.14}
LIVELY = Theatre(small_scenario(**SMALL, values=VALUES))


def test_a_review_is_held_on_the_morning_after_a_riot_of_the_size_that_was_asked_for():
    class Alarmed(Replay):
        alarm, interval_days = 200, 0

        def __init__(self):
            self.dates = []

        def review(self, seen):
            self.dates.append(np.datetime64(seen.date))
            assert (seen.riots[:, 0] < seen.date.toordinal()).all()
            return Order()

    mine = Alarmed()
    riots = play_future(LIVELY, mine, 1, 0).tables["riots"]
    large = riots["date"][riots["crowd"] >= 200]
    assert 3 < len(large) < len(riots["date"])
    after = {day + 1 for day in large if day + 1 < LIVELY.dates[-1] + 1}
    assert {*mine.dates} == after | {np.datetime64(START)}


def test_a_reserve_comes_after_its_notice_and_goes_home_again():
    rules = {**STEPS, "levels": [1], "reviews_in_a_row": 1000, "begins": "2000-01-01"}
    rules["reserve"] = {
        "contingents": ["ready"],
        "base": "camp_p0",
        "crowd": 100,
        "notice_days": 6,
        "stay_days": 31,
    }
    tables = play_future(LIVELY, choice_of("mine", rules, LIVELY.scenario)(), 1, 0).tables
    first = tables["riots"]["date"][tables["riots"]["crowd"] >= 100].min()
    there = first + 7  # called on the morning after, there six days later
    more = tables["force"]["in_theatre"][:26] - 1000.0
    days = np.arange(there, there + 31).astype("datetime64[M]")
    for month, mean in zip(tables["force"]["month"].astype("datetime64[M]"), more, strict=False):
        last = np.datetime64(month + 1, "D") - np.datetime64(month, "D")
        expected = 150.0 * (days == month).sum() / last.astype(int)
        if month <= days[0]:
            assert mean == pytest.approx(expected)


@pytest.mark.parametrize("rules_of", ANYTHING, ids=["timetable", "conditions", "required"])
def test_whatever_passes_the_check_plays(rules_of):
    passed = []

    @settings(max_examples=30, deadline=None, derandomize=True)
    @given(rules_of)
    def plays(rules):
        try:
            read = policies.KINDS[rules["kind"]].model_validate(rules)
        except ValueError:
            return
        if not list(faulty_policy(read, Settings(), known_to_policies(LIVELY.scenario))):
            kept = read.model_dump(mode="json", exclude_defaults=True)
            play_future(LIVELY, choice_of("mine", kept, LIVELY.scenario)(), 1, 0)
            passed.append(read.kind)

    plays()
    assert len(passed) >= 10
