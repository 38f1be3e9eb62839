"""How strong and where: what must change in the answer, and what must not."""

import datetime as dt
import html
import json
import shlex
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

import interpose as ip
from interpose.assess.choices import sentences_of, target_of
from interpose.assess.choices.laydown import by_base, contingents_at, laid_out
from interpose.assess.choices.targets import (
    COUNTED,
    answer_of,
    curve_of,
    first_met,
    monotone,
    smallest,
)
from interpose.cli import app
from interpose.errors import InterposeError, UnknownNameError

AT = "2030-09-01"
FEW = 24
LINE = (
    "id,mission,capability,units,place,begins,ends,readiness_days,priority,critical,may_be_split\n"
    "x,{mission},manoeuvre_company,{units},theatre,2023-10-01,2024-10-01,0,1,true,true\n"
)
KEYS = {"target", "curve", "answer", "by_place"}


def ask(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(scope="module")
def valley(tmp_path_factory):
    return ip.new("valley", tmp_path_factory.mktemp("scenarios"))


@pytest.fixture(scope="module")
def tense(valley):
    """The valley, whose crowds riot more often, and where trained soldiers hold them."""
    values = {"riot.chance": 0.14, "riot.force": 0.2, "riot.hot": 8.0}
    known = {row.name: row for row in ip.load(valley).parameters.rows()}
    kept = {n: min(max(v, known[n].low), known[n].high) for n, v in values.items()}
    return ip.load(valley).with_values(kept)


@pytest.fixture(scope="module")
def found(tense):
    return ip.size(tense, AT, "P(riot within 6 months) < 0.25", futures=FEW, draw=False)


def plain(document):
    return json.loads(json.dumps(document, allow_nan=False))


# --- targets in words -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "counted", "least", "days", "limit"),
    [
        ("P(riot week within a year) < 0.1", "riot_week", 33, 365, 0.1),
        ("P(week with 5 riots within a year) < 0.2", "riot_week", 5, 365, 0.2),
        ("P(a riot week of 4 or more riots within 90 days) < 0.2", "riot_week", 4, 90, 0.2),
        ("p( a riot within 6 months ) < 10 %", "riots", 1, 180, 0.1),
        ("P(5 or more riots within 90 days) <= 0.2", "riots", 5, 90, 0.2),
        ("P(political death within 2 weeks) < 0.5", "political_deaths", 1, 14, 0.5),
        ("political deaths within a year < 3", "political_deaths", 3, 365, 0.5),
        ("incidents within a year <= 100", "incidents", 101, 365, 0.5),
        ("P(100 displaced within a year) < 0.2", "displaced", 100, 365, 0.2),
        ("R < 0.8", "R", 0.8, 1, 0.5),
        ("P(R >= 0.9) < 0.05", "R", 0.9, 1, 0.05),
    ],
)
def test_targets_are_read(words, counted, least, days, limit):
    target = target_of(words)
    assert (target.counted, target.least, target.days) == (counted, least, days)
    assert target.limit == pytest.approx(limit)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("", "chance or a number"),
        ("P(riots) < 0.1", "within how many"),
        ("P(riot within a year) > 0.1", "under a limit"),
        ("P(riot within a year) < 2", "above 0 and at most 1"),
        ("P(riot within a year) < nan", "number"),
        ("P(riot within a year) < 0", "above 0"),
        ("P(riot within 0 days) < 0.1", "a day or more"),
        ("R within a year < 1", "leave out within"),
        ("P(R) < 0.2", "R has a size"),
        ("P(3 riot weeks within a year) < 0.2", "one riot week"),
        ("riot weeks within a year < 2", "chance under a limit"),
        ("riots within 3 fortnights < 2", "within how many"),
        ("P(R >= x) < 0.2", "number"),
    ],
)  # fmt: skip
def test_what_is_no_target_is_refused_with_what_was_wanted(words, wanted):
    with pytest.raises(InterposeError, match=wanted):
        target_of(words)


def test_an_unknown_event_has_a_near_name():
    with pytest.raises(UnknownNameError, match="Did you mean 'riot week'"):
        target_of("P(riot wek within a year) < 0.1")


# --- arithmetic, where the answer is known --------------------------------------------------------


def made(chances, n=1000):
    """Return (future, strength) events with these shares, the same futures first."""
    return np.arange(n)[:, None] < np.round(np.array(chances) * n)


def test_the_smallest_force_lies_where_the_curve_falls_under_the_limit():
    sizes = (0, 1000, 2000, 4000)
    answer = answer_of(sizes, made((0.4, 0.3, 0.1, 0.1)), target_of("P(riot within a year) < 0.2"))
    assert answer["strength"] == 1510  # at 1,500 it is 0.2, which is not under it
    assert answer["low"] < 1500 < answer["high"]
    assert answer["binds"]
    assert not answer["met_without_force"]


def test_a_rising_part_is_pooled_and_stays_visible():
    curve = curve_of((0, 1, 2), made((0.3, 0.1, 0.2)))
    assert [row["raw"] for row in curve] == [0.3, 0.1, 0.2]
    assert [row["chance"] for row in curve] == pytest.approx([0.3, 0.15, 0.15])


def test_a_target_that_no_force_meets_or_that_none_must_meet():
    events = made((0.4, 0.3, 0.2))
    none = answer_of((0, 10, 20), events, target_of("P(riot within a year) < 0.1"))
    assert none["strength"] is None
    assert none["binds"]
    free = answer_of((0, 10, 20), events, target_of("P(riot within a year) < 0.6"))
    assert (free["strength"], free["binds"], free["met_without_force"]) == (0, False, True)


def test_the_first_size_that_meets_does_so_as_played_and_smoothed():
    target = target_of("P(riot within a year) < 0.2")
    assert first_met((0, 1, 2, 3), made((0.4, 0.1, 0.3, 0.15)), target) == 3
    assert first_met((0, 1, 2), made((0.4, 0.3, 0.2)), target) is None
    assert first_met((0, 1, 2), made((0.1, 0.1, 0.1)), target, above=0) == 1


def test_a_stricter_limit_never_asks_for_fewer():
    rng = np.random.default_rng(3)
    sizes = tuple(range(0, 9000, 1000))
    for _ in range(20):
        curve = monotone(rng.random(9))
        limits = np.linspace(0.02, 1.0, 50)
        found = [smallest(sizes, curve, target_of(f"P(riot within a year) < {x}")) for x in limits]
        numbers = [float("inf") if n is None else n for n in found]
        assert numbers == sorted(numbers, reverse=True)


# --- played ---------------------------------------------------------------------------------------


def test_the_curve_is_monotone_within_its_error_and_falls(found):
    curve = found.document()["curve"]
    chances = [row["chance"] for row in curve]
    assert chances == sorted(chances, reverse=True)
    assert all(row["low"] <= row["chance"] <= row["high"] for row in curve)
    assert chances[-1] < chances[0]
    assert curve[0]["strength"] == 0
    assert curve[-1]["strength"] == 3 * found.document()["stood"]


@pytest.mark.slow
def test_a_stricter_target_never_gives_a_smaller_force_when_played(tense):
    answers = [
        ip.size(tense, AT, words, futures=FEW, draw=False).answer["strength"]
        for words in (
            "P(2 riots within 6 months) < 0.5",
            "P(riot within 6 months) < 0.5",
            "P(riot within 6 months) < 0.25",
            "P(riot within 6 months) < 0.001",
        )
    ]
    numbers = [float("inf") if n is None else n for n in answers]
    assert numbers == sorted(numbers)
    assert answers[-1] is None


def test_the_shape_of_the_document(found):
    document = plain(found.document())
    assert document.keys() >= KEYS
    assert all(row.keys() >= {"strength", "chance", "low", "high"} for row in document["curve"])
    assert document["answer"].keys() >= {"strength", "binds", "met_without_force"}
    assert all(row.keys() >= {"base", "strength"} for row in document["by_place"])
    assert sum(row["strength"] for row in document["by_place"]) == document["answer"]["strength"]
    assert len(document["rules_of_thumb"]) > 10
    assert all(row["source"] for row in document["rules_of_thumb"])


def test_the_same_seed_gives_the_same_answer_with_any_number_of_threads(tense, found):
    again = ip.size(tense, AT, found.target.words, futures=FEW, draw=False, workers=1)
    assert again.document() == found.document()


def test_the_answer_was_played_as_it_is_laid_out_and_meets_its_target(found):
    document = plain(found.document())
    laid, answer = document["laid_out"], document["answer"]
    row = next(row for row in document["curve"] if row["strength"] == answer["strength"])
    assert laid["chance"] == row["raw"] < document["limit"]
    assert row["chance"] < document["limit"]
    assert laid["low"] <= laid["chance"] <= laid["high"]
    assert answer["low"] <= answer["strength"] <= answer["high"]
    smaller = [one for one in document["curve"] if one["strength"] < answer["strength"]]
    assert (
        max(one["raw"] for one in smaller[-1:]) >= document["limit"]
        or smaller[-1]["chance"] >= document["limit"]
    )


def test_a_larger_force_is_laid_out_over_a_smaller_one(found):
    last = {}
    for strength in (5, 50, 205, 206, 612, 1836):
        now = {row["base"]: row["strength"] for row in found.bases(strength)}
        assert sum(now.values()) == strength
        assert all(now.get(base, 0) >= n for base, n in last.items())
        last = now


@pytest.mark.parametrize("words", ["P(9 riots within 6 months) < 0.2", "R < 0.99"])
def test_a_target_that_does_not_bind_has_a_nearest_one_that_does(tense, words):
    first = ip.size(tense, AT, words, futures=FEW, draw=False)
    document = first.document()
    assert document["answer"]["met_without_force"]
    nearest = document["nearest"]
    again = ip.size(tense, AT, nearest["target"], futures=FEW, draw=False).document()
    assert again["answer"]["binds"]
    assert again["target"] == nearest["target"]


def test_a_target_that_no_force_meets_has_a_nearest_one_that_some_does(tense):
    first = ip.size(tense, AT, "P(riot within 6 months) < 0.001", futures=FEW, draw=False)
    nearest = first.document()["nearest"]
    assert first.strength is None
    assert nearest["strength"]
    again = ip.size(tense, AT, nearest["target"], futures=FEW, draw=False)
    assert again.strength is not None


@pytest.mark.parametrize(
    ("words", "counts", "found"),
    [
        ("P(riot week within a day) < 0.2", (0, 1, 5), "P(week with 5 riots within a day) < 0.2"),
        ("P(9 riots within 30 days) < 0.5", (0, 1, 3, 5), "P(3 riots within a month) < 0.5"),
        ("P(9 riots within 30 days) < 0.5", (0, 0, 0, 5), None),
        ("P(riot week within 9 days) < 0.2", (0, 0, 0, 1), "P(1 riot within 9 days) < 0.2"),
        ("P(riot week within 9 days) < 0.2", (0, 0, 0, 0), None),
        ("R < 0.8", (0.5, 0.617, 0.7), "R < 0.61"),
        ("P(R >= 0.8) < 0.4", (0.5, 0.617, 0.7), "P(R >= 0.61) < 0.4"),
    ],
)  # fmt: skip
def test_the_nearest_target_that_binds_by_hand(words, counts, found):
    counts = np.array(counts, dtype=float)
    target = target_of(words).binding(counts, counts)
    assert (target and target.words) == found
    if target:
        assert target_of(found) == target
        assert not target.met((counts >= target.least).mean())


def test_a_limit_is_loosened_to_what_some_force_meets():
    target = target_of("P(2 riots within 30 days) <= 0.01")
    assert target.loosened(np.array([0.3, 0.2, 0.14])).words == "P(2 riots within a month) <= 0.15"
    assert target.loosened(np.array([0.148, 0.145, 0.145])) is None


def test_stronger_effects_ask_for_no_more_soldiers(found):
    low, high = (found.document()["effects"][end]["strength"] for end in ("low", "high"))
    assert (float("inf") if low is None else low) >= (float("inf") if high is None else high)


def test_without_caveats_no_more_soldiers_are_needed(found):
    first = next(row for row in found.document()["prices"] if row["kind"] == "caveat")
    assert 0 <= first["soldiers"] <= found.answer["strength"]


def test_no_force_keeps_r_under_a_limit_in_kosovo_too():
    found = ip.size("kosovo", "1999-09-01", "R < 0.8", futures=6)
    assert found.answer["met_without_force"]
    assert not found.answer["binds"]
    assert found.answer["strength"] == 0
    assert found.by_place == []
    r = found.counts[:, :, COUNTED.index("R")]
    assert (np.diff(r, axis=1) <= 1e-6).all()  # and yet presence lowers it
    means = [row["mean"] for row in found.document()["curve"]]
    assert 0.8 > means[0] > means[-1] > 0


# --- where ----------------------------------------------------------------------------------------


def test_bases_that_reach_no_danger_get_nobody(valley):
    day, near = dt.date(2030, 9, 1), ip.load(valley)
    links = {(row.a, row.b): {"travel_min": 300} for row in near.links}
    far = near.with_(change={"links": links})
    places = [place.id for place in far.places]
    danger = np.zeros((len(places), 2))
    danger[places.index("highfold")] = 3.0, 1200.0
    assert by_base(far, day, 205, [danger]) == {"camp_lookout": 205}
    other = np.zeros_like(danger)
    other[places.index("saltbridge")] = 3.0, 0.0  # incidents, no crowds
    assert by_base(far, day, 205, [other]) == {"camp_ferry": 205}
    both = by_base(far, day, 205, [danger, other])
    assert set(both) == {"camp_lookout", "camp_ferry"}
    assert sum(both.values()) == 205


def test_the_force_laid_out_stands_where_it_was_asked_for(valley):
    scenario, day = ip.load(valley), dt.date(2030, 9, 1)
    asked = [{"base": "camp_lookout", "strength": 90}, {"base": "camp_ferry", "strength": 10}]
    rows = contingents_at(laid_out(scenario, day, asked), day)
    assert {row.base: row.strength for row in rows} == {"camp_lookout": 90, "camp_ferry": 10}
    before = dt.date(2030, 8, 31)
    there = contingents_at(laid_out(scenario, day, asked), before)
    assert {r.id for r in there} == {r.id for r in contingents_at(scenario, before)}


# --- at the command -------------------------------------------------------------------------------


def test_from_the_command_to_the_answer(valley):
    words = "P(riot within 6 months) < 0.9"
    done = ask("size", valley, "--at", AT, "--target", words, "--futures", 4)
    assert done.exit_code == 0, done.output
    assert "it is met with nobody in theatre" in done.stdout
    assert "Only 4 futures" in done.stderr
    done = ask("size", valley, "--at", AT, "--target", words, "--futures", 4, "--json")
    assert json.loads(done.stdout)["target"] == words


def test_the_folder_gets_the_answer_and_a_page_that_says_the_same(valley, tmp_path):
    words = "P(riot within 6 months) < 0.15"
    asked = ["size", valley, "--at", AT, "--target", words, "--futures", 20]
    done = ask(*asked, "--out", tmp_path / "out", "--json")
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    assert json.loads((tmp_path / "out" / "sizing.json").read_text()) == document
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 1
    said = sentences_of(document)
    assert all(html.escape(one) in page for part in said.values() for one in part)
    assert all(row["name"] in html.unescape(page) for row in document["rules_of_thumb"])
    assert "no mission on" in done.stderr  # the valley has nobody to ask
    plain_answer = ask(*asked).stdout
    assert all(one in plain_answer for part in said.values() for one in part)
    (tmp_path / "letter.txt").write_text("dear")
    assert ask(*asked, "--out", tmp_path).exit_code == 2
    assert (tmp_path / "letter.txt").read_text() == "dear"


@pytest.mark.parametrize(
    ("at", "words", "said"),
    [
        ("2031-12-01", "P(riot within a year) < 0.1", "must be from 2030-01-01 to 2031-01-01"),
        ("2040-01-01", "R < 0.8", "must be from 2030-01-01 to 2031-12-31"),
        ("soon", "R < 0.8", "must be a day"),
        (AT, "P(rito within a year) < 0.1", "Did you mean 'riot'"),
        ("2030-01-01", "R < 0.8", ""),
    ],
)
def test_what_cannot_be_sized_is_refused(valley, at, words, said):
    done = ask("size", valley, "--at", at, "--target", words, "--futures", 2)
    assert done.exit_code == (2 if said else 0)
    assert said in done.output
    assert "Traceback" not in done.output


def test_the_valley_has_no_units_to_ask_for(tense, found, tmp_path):
    with pytest.raises(InterposeError, match="no mission on"):
        found.write(tmp_path / "lines.csv")


def test_the_chain_of_the_page_leads_from_the_size_to_a_plan_and_its_play(tmp_path, monkeypatch):
    page = Path(__file__).parents[2] / "docs" / "howto_size.md"
    block = page.read_text(encoding="utf-8").split("```sh\n")[1].split("```")[0]
    monkeypatch.chdir(tmp_path)
    sized, planned, played, closed, compared = (
        shlex.split(line)[1:] for line in block.splitlines()
    )
    done = ask(*sized, "--futures", 8, "--json")
    assert done.exit_code == 0, done.output
    by_place = json.loads(done.stdout)["by_place"]
    lines = Path("sized/lines.csv").read_text(encoding="utf-8")
    assert all(f"sized.{row['base']}." in lines for row in by_place)
    page = Path("sized/report.html").read_text(encoding="utf-8")
    assert all(row["base"] in page for row in by_place)
    done = ask(*planned, "--json")
    assert done.exit_code == 0, done.output
    made_plan = json.loads(done.stdout)
    assert (made_plan["begins"], made_plan["ends"]) == ("2023-10-01", "2024-10-01")
    done = ask(*played[:-4], "--futures", 1, *played[-2:], "--no-report")
    assert done.exit_code == 0, done.output
    assert "plan" in json.dumps(ip.read_run("runs/sized").info["changed"])
    done = ask(*closed)
    assert done.exit_code == 0, done.output
    assert "camp,novo_selo," not in Path("plans/closed/laydown.csv").read_text(encoding="utf-8")
    done = ask(*compared, "--futures", 12, "--json")
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    assert answer["policies"] == ["as it is", "sized", "closed"]
    assert answer["same_until"] == "2023-10-01"
    page = Path("runs/compared/report.html").read_text(encoding="utf-8")
    for pair in ("sized against as it is", "closed against as it is"):
        assert answer["differences"]["soldier_months"][pair]["mean"] < 0.0
        assert f"Annex: {pair}" in page
    riots, trips = (answer["differences"][name] for name in ("riots", "trips_not_made"))
    assert riots["sized against as it is"]["mean"] <= riots["closed against as it is"]["mean"]
    assert trips["sized against as it is"]["mean"] < trips["closed against as it is"]["mean"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no lines"),
        (LINE.format(mission="kfro", units=1), "Did you mean 'kfor'"),
        (LINE.format(mission="kfor", units="x"), "units"),
        ("a,b\n1,2\n", "has no lines"),
    ],
)
def test_lines_that_are_none_are_refused(tmp_path, text, said):
    file = tmp_path / "lines.csv"
    file.write_text(text)
    done = ask("plan", "kosovo", "--requirements", file, "--out", tmp_path / "plan")
    assert done.exit_code == 2
    assert said in done.output
    done = ask("plan", "kosovo", "--requirements", tmp_path / "no.csv", "--out", tmp_path / "plan")
    assert done.exit_code == 2
    assert "cannot be read" in done.output
