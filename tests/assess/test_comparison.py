"""Variants compared on the same futures: what must change in the answer, and what must not."""

import dataclasses
import datetime as dt
import html
import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import interpose as ip
from interpose.assess import comparison
from interpose.assess.choices.rests import said
from interpose.cli import app
from interpose.ensemble import paired
from interpose.ensemble.counted import MEASURES
from interpose.ensemble.paired import Plan, Played, Variant, play_all
from interpose.errors import InterposeError, RunawayError, RunMismatchError, UnknownNameError
from interpose.play.future import draw_parameters
from interpose.policy import policy_named

FEW = 30
STARTS = ("arrives", "begins", "date")
DATED = (
    "contingents", "police", "shocks", "walkouts", "responsibilities", "homicides", "displaced",
    "reporting",
)  # fmt: skip
FROM = "2000-03-01"


def ask(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(scope="module")
def kosovo():
    """Kosovo to the end of 2004: long enough for riots, short enough for a test."""
    read, end = ip.load("kosovo"), dt.date(2004, 12, 31)
    later = {
        name: [tuple(getattr(row, key) for key in row.KEYS[0]) for row in getattr(read, name)
               if max(getattr(row, first) or end for first in STARTS if hasattr(row, first)) > end]
        for name in DATED
    }  # fmt: skip
    return read.with_(drop=later, change={"header": {"end": end, "fit_until": end}})


@pytest.fixture(scope="module")
def valley(tmp_path_factory):
    return ip.new("valley", tmp_path_factory.mktemp("scenarios"))


@pytest.fixture(scope="module")
def halved(kosovo):
    half = kosovo.with_(scale_force=0.5, since=FROM)
    return ip.compare({"whole": kosovo, "half": half}, futures=FEW)


def plain(document):
    return json.loads(json.dumps(document, allow_nan=False))


def test_half_the_force_raises_violence_and_saves_soldiers(halved):
    found = halved.document()
    differences = found["differences"]
    assert found["policies"] == ["whole", "half"]
    assert differences.keys() == MEASURES.keys()
    for name in ("incidents", "riots", "trips_not_made"):
        assert differences[name]["low"] > 0.0, name
        assert differences[name]["share_worse"] > differences[name]["share_better"]
    assert differences["soldier_months"]["high"] < 0.0
    for name, one in differences.items():
        assert one["low"] <= one["mean"] <= one["high"]
        means = found["measures"][name]
        assert one["mean"] == pytest.approx(means["half"]["mean"] - means["whole"]["mean"])


def test_communities_and_municipalities_add_up_to_the_whole(halved):
    found = plain(halved.document())
    whole = {("by_community", "displaced"), ("by_community", "trips_not_made")}
    whole |= {("by_municipality", name) for name in ("incidents", "riots", "trips_not_made")}
    for axis, name in whole:
        parts = found[axis].values()
        for kind in ("measures", "differences"):
            ones = [part[kind][name] for part in parts]
            for key in ("whole", "half") if kind == "measures" else ("",):
                total = sum((one[key] if key else one)["mean"] for one in ones)
                one = found[kind][name]
                assert total == pytest.approx((one[key] if key else one)["mean"], rel=1e-5), name
    serbs = found["by_community"]["serb"]["differences"]
    assert serbs["incidents"]["low"] > 0.0
    assert 0.0 < serbs["incidents"]["mean"] < found["differences"]["incidents"]["mean"]


def test_without_any_effect_of_the_force_nothing_is_left(halved):
    differences = halved.document()["differences"]
    for name in MEASURES.keys() - {"soldier_months"}:
        assert differences[name]["null"]["is_zero"], name
        assert differences[name]["null"]["mean"] == 0.0, name
    soldiers = list(MEASURES).index("soldier_months")
    sums = halved.null.totals.sum(axis=3)[:, :, soldiers]
    assert (sums[:, 1] < sums[:, 0]).all()


def test_a_share_that_rests_on_assumptions_has_an_interval_or_is_not_told():
    rng = np.random.default_rng(12)
    d = 1.0 + rng.normal(size=50)
    found = comparison.share_gone(d, 0.5 * d + 0.1 * rng.normal(size=50))
    assert found["low"] < 0.5 < found["high"] < found["low"] + 0.2
    untold = comparison.share_gone(d - d.mean() + 0.1, d)  # it was once said to be 333 % larger
    assert untold == {"mean": None, "low": None, "high": None}


def test_a_shock_that_is_taken_out_is_no_fault_of_the_null_run(kosovo, tmp_path):
    shock = next(row.id for row in kosovo.shocks if row.kind == "rumour")
    what_if = tmp_path / "quiet.toml"
    what_if.write_text(f'title = "No rumour"\n[drop]\nshocks = ["{shock}"]\n', encoding="utf-8")
    quiet = ip.scenario.with_what_ifs(kosovo, str(what_if))
    found = ip.compare({"a": kosovo, "b": quiet}, futures=6).document()
    assert found["null_run"]["differ_in"] == ["shocks"]
    assert not found["null_run"]["is_zero"]
    assert any("differ in more than the force: in shocks" in text for text in found["said"])
    assert found["differences"]["riots"]["mean"] < 0.0


def test_the_force_of_the_user_without_effect_leaves_the_violence_alike(kosovo):
    nil = {
        row.name: comparison.NIL.get(row.name.partition("[")[0]) for row in kosovo.parameters.rows()
    }
    dead = kosovo.with_values({name: value for name, value in nil.items() if value is not None})
    half = dead.with_(scale_force=0.5)
    found = ip.compare({"whole": dead, "half": half}, futures=10, draw=False).document()
    for name in MEASURES.keys() - {"soldier_months"}:
        assert found["differences"][name]["mean"] == 0.0, name


def test_the_order_of_the_variants_swaps_the_sign(kosovo, halved):
    half = kosovo.with_(scale_force=0.5, since=FROM)
    swapped = ip.compare({"half": half, "whole": kosovo}, futures=FEW).document()
    for name, one in halved.document()["differences"].items():
        other = swapped["differences"][name]
        assert other["mean"] == -one["mean"]
        assert other["share_better"] == one["share_worse"]


def test_identical_variants_differ_in_nothing_and_that_is_said(kosovo):
    found = ip.compare({"a": "replay", "b": "replay"}, kosovo, futures=4).document()
    for one in found["differences"].values():
        assert (one["mean"], one["low"], one["high"]) == (0.0, 0.0, 0.0)
        assert (one["share_better"], one["share_worse"], one["top_share"]) == (0.0, 0.0, None)
        assert one["parted"] == []
    assert "b plays as a does: nothing differs in any future." in found["warnings"]
    plain(found)


def test_one_future_has_a_difference_and_no_interval(kosovo):
    half = kosovo.with_(scale_force=0.5)
    found = plain(ip.compare({"whole": kosovo, "half": half}, futures=1).document())
    assert found["differences"]["soldier_months"]["mean"] < 0.0
    assert found["differences"]["soldier_months"]["low"] is None
    assert any(text.startswith("Only 1 future:") for text in found["warnings"])
    assert any(text.startswith("Null run, 1 future in which") for text in found["said"])


def test_a_future_that_fails_under_one_variant_is_left_out_of_all(kosovo, monkeypatch):
    half = kosovo.with_(scale_force=0.5)
    tally, calls = paired.tally, []

    def failing(*given):
        calls.append(1)
        if len(calls) == 6:  # the second variant of the second future: morning, evening, evening
            msg = "violence feeds itself"
            raise RunawayError(msg)
        return tally(*given)

    monkeypatch.setattr(paired, "tally", failing)
    plan = Plan((Variant("whole", kosovo), Variant("half", half)), 1, 4, by_part=2)
    played = play_all(plan, workers=1)
    assert played.number.tolist() == [0, 2, 3]
    assert played.totals.shape[:2] == (3, 2)
    assert "violence feeds itself" in played.failed[1]
    found = comparison.Comparison(plan, played, played, played).document()
    assert any("1 of 4 futures failed" in text for text in found["warnings"])
    assert found["pairs"] == 3


# --- one past, branched ---------------------------------------------------------------------------


def unbranched(plan):
    whole = dataclasses.replace(plan)
    whole.__dict__["day"] = 0
    return whole


def shocked(scenario):
    last = scenario.shocks[-1]
    return scenario.with_(add={"shocks": {"like": last.id, "date": "2004-09-01"}})


@pytest.mark.parametrize(
    ("change", "first"),
    [
        (lambda s: s.with_(scale_force=0.5, since=FROM), FROM),
        (lambda s: s.with_(withdraw="2002-03-17"), "2002-03-17"),
        (shocked, "2004-09-01"),
        (lambda s: s.with_values({"riot.force": 1.0}), "1999-06-12"),
    ],
    ids=["halved", "withdrawn", "shocked", "other parameter"],
)
def test_a_branch_has_the_bits_of_the_whole_future(kosovo, change, first):
    plan = Plan((Variant("a", kosovo), Variant("b", change(kosovo))), 3, 4)
    assert str(plan.theatres[0].dates[plan.day]) == first
    branched, whole = play_all(plan), play_all(unbranched(plan))
    assert np.array_equal(branched.totals, whole.totals)
    assert np.array_equal(branched.parted, whole.parted)
    assert not branched.failed


def test_policies_part_on_the_first_day_on_which_one_may_order(valley):
    read = ip.load(valley)
    asked = {"careful": "careful", "thin": "thin_out", "replay": "replay"}
    plan = Plan(tuple(comparison.variants_of(asked, read)), 3, 6)
    begins = [one.policy().begins for one in plan.variants[:2]]
    assert plan.theatres[0].dates[plan.day] == np.datetime64(min(begins))
    branched, whole = play_all(plan), play_all(unbranched(plan))
    assert np.array_equal(branched.totals, whole.totals)
    assert not branched.failed


def test_a_presence_that_may_do_harm_is_told_as_a_chance_by_act():
    read = ip.load("kosovo")
    plan = Plan((Variant("a", read), Variant("b", read.with_(scale_force=0.5))), 1, 400)
    parameters = [draw_parameters(read.parameters, 1, future).values for future in range(400)]
    empty = np.zeros((0, 2, len(MEASURES), 1))
    flat = empty[:, :, 0, 0]
    nothing = Played(np.arange(0), empty, flat, flat, (), flat.astype(str), flat, empty, empty)
    helps = comparison.Comparison(plan, nothing, nothing, nothing).helps()
    assert helps.keys() == {"armed_attack", "bombing", "attack_on_force", "other acts"}
    for act, chance in helps.items():
        name = comparison.BACKGROUND + ("" if act == "other acts" else f"[{act}]")
        assert chance == pytest.approx(np.mean([one[name].value > 0 for one in parameters]))
    open_still = read.with_values({comparison.BACKGROUND: 0.0})  # with the range that it had
    plan = Plan((Variant("a", open_still), Variant("b", open_still)), 1, 1)
    changed = comparison.Comparison(plan, nothing, nothing, nothing).helps()
    assert changed == {**helps, "other acts": 0.5}


def test_from_a_day_on_sums_count_what_follows(kosovo):
    half = kosovo.with_(scale_force=0.5, since=FROM)
    variants = (Variant("a", kosovo), Variant("b", half))
    whole = play_all(Plan(variants, 1, 4)).totals
    later = play_all(Plan(variants, 1, 4, since=dt.date.fromisoformat(FROM))).totals
    weeks = list(MEASURES).index("riot_week")
    same = np.arange(len(MEASURES)) != weeks
    np.testing.assert_allclose(
        (later[:, 1] - later[:, 0])[:, same], (whole[:, 1] - whole[:, 0])[:, same], atol=1e-6
    )
    assert (later[..., :1] == 0.0).all()  # the year before
    assert (later[:, 0, 0].sum(axis=-1) < whole[:, 0, 0].sum(axis=-1)).all()


def test_a_variant_that_differs_before_the_day_is_refused(kosovo):
    with pytest.raises(
        InterposeError, match=f"half differs from a from 1999-06-12 on, before {FROM}"
    ):
        ip.compare({"a": kosovo, "half": kosovo.with_(scale_force=0.5)}, since=FROM, futures=2)


# --- kept in a folder -----------------------------------------------------------------------------


def test_a_comparison_that_was_killed_goes_on_with_the_same_bits(kosovo, tmp_path):
    half = kosovo.with_(scale_force=0.5, since="2003-01-01")
    plan = Plan((Variant("a", kosovo), Variant("b", half)), 1, 25)
    first = play_all(plan, tmp_path, workers=2)
    kept = {path: path.read_bytes() for path in tmp_path.rglob("*.npz")}
    assert len(kept) == 3
    list(kept)[1].unlink()
    again = play_all(plan, tmp_path, workers=1)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*.npz")} == kept
    assert np.array_equal(first.totals, again.totals)
    with pytest.raises(RunMismatchError, match="futures: 25 there, 24 now"):
        play_all(dataclasses.replace(plan, futures=24), tmp_path)


# --- where a difference comes from ----------------------------------------------------------------


@pytest.mark.parametrize("squared", [False, True], ids=["line", "bend"])
def test_shares_of_variance_of_a_made_up_world_are_found(squared):
    rng = np.random.default_rng(5)
    n, bases = 500, ["assumed"] * 40 + ["fitted"] * 20 + ["published"] * 5
    drawn = rng.uniform(size=(n, len(bases)))
    score = (drawn - 0.5) * 12**0.5
    one, other = score[:, :3].sum(axis=1) / 3**0.5, score[:, 41]
    if squared:
        other = (other**2 - 1.0) / 0.8**0.5
    d = 0.5**0.5 * one + 0.2**0.5 * other + 0.3**0.5 * rng.normal(size=n)
    found = comparison.shares_of_variance({"d": d}, drawn, bases)["d"]
    true = {"assumed": 0.5, "fitted": 0.2, "published": 0.0, "monte_carlo": 0.3}
    assert found.keys() == true.keys()
    assert sum(one["share"] for one in found.values()) == pytest.approx(1.0)
    for name, share in true.items():
        assert found[name]["share"] == pytest.approx(share, abs=0.08), name
        assert found[name]["low"] <= found[name]["share"] <= found[name]["high"]


def test_what_groups_drawn_together_explain_is_counted_once():
    rng = np.random.default_rng(11)
    both = rng.normal(size=(1000, 1))
    drawn = both + 0.2 * rng.normal(size=(1000, 2))
    d = drawn.sum(axis=1) / drawn.sum(axis=1).std() + rng.normal(size=1000)
    found = comparison.shares_of_variance({"d": d}, drawn, ["assumed", "fitted"])["d"]
    true = {"assumed": 0.25, "fitted": 0.25, "published": 0.0, "monte_carlo": 0.5}
    for name, share in true.items():
        assert found[name]["share"] == pytest.approx(share, abs=0.06), name


def test_a_difference_by_chance_alone_is_called_so():
    rng = np.random.default_rng(6)
    d = {"noise": rng.normal(size=400), "none": np.zeros(400), "more": rng.normal(size=400)}
    drawn = rng.uniform(size=(400, 50))
    found = comparison.shares_of_variance(d, drawn, ["assumed"] * 50)
    assert found["noise"]["monte_carlo"]["share"] > 0.9
    assert found["none"] is None
    alone = comparison.shares_of_variance({"noise": d["noise"]}, drawn, ["assumed"] * 50)
    assert alone["noise"]["assumed"] == pytest.approx(found["noise"]["assumed"])


def test_the_effect_at_which_the_order_flips_is_found_with_its_interval():
    rng = np.random.default_rng(7)
    drawn = {"a": rng.uniform(-0.2, 0.1, size=500), "b": rng.uniform(0.0, 1.0, size=500)}
    d = drawn["a"] + 0.05 + 0.1 * rng.normal(size=500)
    found = comparison.flip(d, drawn)
    assert (found["flips"], found["parameter"]) == (True, "a")
    assert found["low"] < found["effect"] < found["high"]
    assert found["low"] < -0.05 < found["high"] < found["low"] + 0.1
    assert [one["mean"] > 0 for one in found["by_effect"]] == [False, False, False, True, True]
    assert comparison.flip(-d, drawn)["effect"] == pytest.approx(found["effect"])
    assert comparison.flip(d[:10], {"a": drawn["a"][:10]}) is None
    assert comparison.flip(d, {}) is None
    never = comparison.flip(drawn["b"] + 0.1 * rng.normal(size=500) + 1.0, drawn)
    assert (never["flips"], never["effect"]) == (False, None)


@pytest.mark.parametrize("mean", [0.0, 0.1], ids=["no difference", "a small one"])
def test_chance_flips_no_order(mean):
    rng = np.random.default_rng(10)
    drawn = {str(i): rng.normal(size=200) for i in range(8)}
    said_so = [
        comparison.flip(mean + rng.standard_t(3, size=200), drawn)["flips"] for _ in range(100)
    ]
    assert said_so.count(True) <= 4
    assert said_so.count(False) <= 4


def test_the_parameters_that_move_a_difference_are_named_and_others_hardly_ever():
    rng = np.random.default_rng(9)
    drawn = rng.uniform(size=(500, 60))
    names = [f"p{i}" for i in range(60)]
    d = drawn[:, 7] + 3.0 * (drawn[:, 8] - 0.5) ** 2 + 0.3 * rng.normal(size=500)
    found = comparison.by_parameter(d, drawn, names)
    assert {one["name"] for one in found[:2]} == {"p7", "p8"}
    variances = {"p7": 1 / 12, "p8": 9 / 180}
    for one in found[:2]:
        true = variances[one["name"]] / (1 / 12 + 9 / 180 + 0.09)
        assert one["low"] <= one["share"] <= one["high"]
        assert one["share"] == pytest.approx(true, abs=0.08)
    assert len(found) < 2 + 8
    assert comparison.by_parameter(np.zeros(500), drawn, names) == []


def test_the_interval_of_a_mean_covers_it():
    rng = np.random.default_rng(8)
    inside = 0
    for _ in range(200):
        one = comparison.mean_of(rng.exponential(size=100))
        inside += one["low"] < 1.0 < one["high"]
    assert 180 <= inside <= 198


# --- at the command -------------------------------------------------------------------------------


def test_the_command_prints_one_json_document_of_the_promised_form(valley):
    told = ask(
        "compare", valley, "--policy", "replay", "--with", "half: --scale-force 0.5",
        "--futures", 20, "--json",
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    found = json.loads(told.stdout)
    assert found["policies"] == ["replay", "half"]
    for name, means in found["measures"].items():
        assert means.keys() == {"replay", "half"}
        assert all(one.keys() == {"mean", "low", "high"} for one in means.values())
        assert {"mean", "low", "high", "share_better"} <= found["differences"][name].keys()


def test_the_command_compares_with_what_is_and_says_what_it_rests_on(valley):
    told = ask(
        "compare", valley, "--with", "half: scale-force 0.5 since 2031-01-01", "--futures", 20
    )
    assert told.exit_code == 0, told.output
    assert "half against as it is on the same 20 futures" in told.stdout
    assert "soldier months" in told.stdout
    assert "a week like March 2004" in told.stdout
    assert "Null run" in told.stdout
    assert "Chance that soldiers prevent more than they provoke, by act: " in told.stdout


def test_several_variants_without_a_policy_are_compared_with_what_is(valley):
    words = ["--with", "half: --scale-force 0.5", "--with", "gone: --withdraw 2031-01-01"]
    told = ask("compare", valley, *words, "--futures", 2, "--json")
    assert json.loads(told.stdout)["policies"] == ["as it is", "half", "gone"]


def test_the_folder_gets_the_answer_and_a_page_that_says_the_same(valley, tmp_path):
    words = [
        "compare", valley, "--with", "half: --scale-force 0.5", "--policy", "thin_out",
        "--futures", 20, "--cost", 11, "--from", "2031-01-01", "--out", tmp_path / "out", "--json",
    ]  # fmt: skip
    told = ask(*words)
    assert told.exit_code == 0, told.output
    found = json.loads(told.stdout)
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert found.pop("report") == str(tmp_path / "out" / "report.html")
    assert json.loads((tmp_path / "out" / "comparison.json").read_text()) == found
    assert found["policies"] == ["thin_out", "half"]
    money, soldiers = (found["differences"][name]["mean"] for name in ("money", "soldier_months"))
    assert money == pytest.approx(11 * soldiers)
    for words_of_page in ("half against thin_out", "What would change our mind", "Null run"):
        assert words_of_page in page
    for sentence in found["said"]:
        assert html.escape(sentence) in page
    assert page.count("<svg style") == 6  # three measures by year, and their differences so far
    again = ask(*words[:-1])  # nothing is played again, and the answer is the same
    assert "report:" in again.stdout
    assert (tmp_path / "out" / "report.html").read_text(encoding="utf-8") == page


def test_a_folder_of_something_else_is_refused(valley, tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    told = ask("compare", valley, "--with", "a: --scale-force 2", "--futures", 2, "--out", tmp_path)
    assert told.exit_code == 2
    assert "holds 'letter.txt'" in told.stderr


def test_a_folder_of_another_comparison_is_refused_with_what_differs_alone(valley, tmp_path):
    words = ["compare", valley, "--policy", "careful", "--futures", 1, "--out", tmp_path]
    assert ask(*words, "--policy", "timetable").exit_code == 0
    told = ask(*words, "--policy", "replay", "--seed", 2)
    assert told.exit_code == 2
    assert "  variants 2 policy: 'thin_out' there, 'replay' now" in told.stderr
    assert len(told.stderr) < 1000


def test_a_policy_may_be_named_by_the_path_of_its_file(valley):
    file = valley / "policies" / "thin_out.toml"
    found = ip.compare({"a": "thin_out", "b": file}, valley, futures=1)
    assert not (found.played.totals[:, 0] - found.played.totals[:, 1]).any()


def test_more_than_two_variants_are_told_by_pair(valley):
    told = ask(
        "compare", valley, "--with", "a: --scale-force 0.5", "--with", "b: --scale-force 0.5",
        "--policy", "replay", "--futures", 5, "--json",
    )  # fmt: skip
    found = json.loads(told.stdout)
    assert found["policies"] == ["replay", "a", "b"]
    one = found["differences"]["incidents"]
    assert one.keys() == {"a against replay", "b against replay"}
    assert one["a against replay"] == one["b against replay"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--policy", "replai"], "Did you mean 'replay'?"),
        (["--with", "half: --scale-forse 0.5"], "Did you mean 'scale-force'?"),
        (["--with", "half: --scale-force much"], "must be a number"),
        (["--with", "half"], "must be a name, a colon"),
        (["--with", "a: --since 2031-13-01"], "must be a day"),
        (["--with", "as it is: --scale-force 2"], "is the name of the scenario itself"),
        (["--with", "a: --what-if calm"], "Known: none."),
        (["--policy", "replay", "--policy", "careful", "--cost", "inf"], "Must be a number, 0"),
        ([], "Name what is to be compared"),
        (["--policy", "replay", "--with", "b: policy replay", "--from", "1999-01-01"], "a day of"),
    ],
)
def test_what_cannot_be_meant_is_told_and_exits_2(valley, words, said):
    told = ask("compare", valley, *words, "--futures", 2)
    assert told.exit_code == 2
    assert said in " ".join(told.stderr.replace("│", " ").split())
    assert "Traceback" not in told.output


def test_a_kind_that_one_file_of_the_scenario_has_names_its_policy():
    kosovo = ip.load("kosovo")
    by_kind, by_name = (policy_named(name, kosovo) for name in ("timetable", "gates_2009"))
    assert by_kind == by_name
    with pytest.raises(UnknownNameError, match="gates_2009"):
        policy_named("required", kosovo)
    with pytest.raises(UnknownNameError, match="mean 'timetable'"):
        policy_named("timtable", kosovo)


def test_what_a_difference_rests_on_is_said_with_the_words_of_a_reader():
    one = {
        "mean": 2.0, "low": 1.0, "high": 3.0, "null": {"is_zero": True}, "rests_on_assumed": -0.11,
        "rests_on_assumed_from": -0.2, "rests_on_assumed_to": -0.05,
        "variance": {"fitted": {"share": 0.3}, "monte_carlo": {"share": 0.7}},
        "flips_at": {
            "flips": True, "parameter": "effect.troops.background[bombing]", "effect": -0.05,
            "low": -0.1, "high": -0.02, "table": -0.03, "by_effect": [{"mean": -1}, {"mean": 4}],
        },
        "top_share": 0.2, "top_future": 7, "parted": [{"month": "2011-01"}],
    }  # fmt: skip
    null = {"pairs": 1, "is_zero": True, "differ_in": []}
    names = {"policies": ["b", "a"]}
    document = {"differences": {"riots": one}, "null_run": null, "force_helps": {}, **names}
    assert list(said(document, {"a against b": 1})) == [
        "Riots: lower with “a” if the effect of soldiers on bombing is below -0.05 (95 %: -0.1 to "
        "-0.02), higher if it is above; the table has -0.03.",
        "An effect below nil: soldiers provoke more of such acts than they prevent.",
        "Larger without the assumed effects of the force: riots 11% (5% to 20%).",
        "Future 7 alone carries 20% of the difference in riots; its events part in January 2011.",
        "Null run, 1 future in which the force has no effect: no difference is left.",
    ]


def test_names_of_variants_that_mean_nothing_are_refused(kosovo):
    with pytest.raises(InterposeError, match="Must be a Scenario; the name of a policy"):
        ip.compare({"a": kosovo, "b": 7})
    for few in ({"a": kosovo}, [kosovo, kosovo]):
        with pytest.raises(InterposeError, match="two variants or more"):
            ip.compare(few)
    with pytest.raises(InterposeError, match="must be a day, such as"):
        ip.compare({"a": kosovo, "b": "replay"}, since="2011-02-30")
    with pytest.raises(UnknownNameError, match="replay"):
        ip.compare({"a": kosovo, "b": "replya"})


def test_a_policy_that_takes_over_late_begins_with_the_force_that_is_there(tmp_path):
    read = ip.load("kosovo")
    told = (tmp_path / "late.toml", "conditions")
    text = (Path(read.folder) / "policies" / "conditions.toml").read_text(encoding="utf-8")
    told[0].write_text(text.replace("at_most = 0.084", "at_most = 0.0"), encoding="utf-8")
    plan = Plan(
        tuple(comparison.variants_of({"replay": "replay", "late": str(told[0])}, read)),
        1, 1, since=dt.date(2024, 1, 1),
    )  # fmt: skip
    played = play_all(plan)
    soldiers = played.totals[0, :, list(MEASURES).index("soldier_months"), -1]
    assert soldiers[1] == pytest.approx(soldiers[0], rel=0.35)


@pytest.mark.parametrize("since", [None, "2030-07-01"])
def test_the_futures_compared_are_those_that_run_plays(valley, tmp_path, since):
    whole = ip.load(valley)
    half = whole.with_(scale_force=0.5, since="2030-07-01")
    found = ip.compare({"whole": whole, "half": half}, futures=6, seed=4, since=since)
    counted = found.sums()["incidents"]
    for v, scenario in enumerate((whole, half)):
        played = ip.play(scenario, futures=6, seed=4)
        months = played.incidents.sel(month=slice(since, None)).sum(["month", "type"])
        np.testing.assert_array_equal(counted[:, v], months.values)
    assert counted.sum() > 100
    run = ip.run(half, futures=6, seed=4, out=tmp_path / "run")
    stored = run.table("incidents")
    late = stored[stored["date"] >= (since or "2030")]
    assert len(late) == counted[:, 1].sum()


def test_along_a_line_no_help_is_claimed_and_the_null_run_of_a_force_that_is_gone_is_nil(tmp_path):
    folder = ip.new("strait", tmp_path, like="line")
    told = ask("compare", folder, "--with", "gone: withdraw 2030-01-01", "--futures", 2)
    assert told.exit_code == 0, told.output
    assert "has no effect: no difference is left" in told.stdout  # nor are acts against it fewer
    assert "Along the line soldiers are assumed never to provoke" in told.stdout
    assert "violation" not in told.stdout.partition("by act: ")[2]


def test_soldiers_who_move_change_the_places_they_leave_and_reach_alone(kosovo, tmp_path):
    what_if = tmp_path / "moved.toml"
    what_if.write_text(
        'title = "From Prizren to Suhareke"\n'
        '[change.contingents."core_prizren_camp_2004_10"]\nbase = "casablanca"\n',
        encoding="utf-8",
    )
    moved = ip.scenario.with_what_ifs(kosovo, str(what_if))
    found = ip.compare({"a": kosovo, "b": moved}, futures=4).document()
    assert found["same_until"] == "2004-10-20"
    assert found["differences"]["soldier_months"]["mean"] == 0.0
    trips = {k: one["differences"]["trips_not_made"] for k, one in found["by_municipality"].items()}
    assert trips["prizren"]["low"] > 0.0
    assert trips["suhareke"]["high"] < 0.0
    for far in ("leposaviq", "zubin_potok"):
        assert abs(trips[far]["mean"]) < 0.05 * trips["prizren"]["mean"]
    assert found["null_run"]["differ_in"] == []
