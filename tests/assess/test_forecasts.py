"""Forecasts judged: what baselines know, the level, worlds whose truth is known, the command."""

import dataclasses
import json
import re

import numpy as np
import pytest
from test_accounting import events, every, mission, rewrite, set_toml  # noqa: F401
from typer.testing import CliRunner

from interpose.assess import score
from interpose.assess.rolling import baselines, judged, origins
from interpose.assess.rolling.judged import GIVEN, WITHOUT, judge, origins_of
from interpose.assess.rolling.origins import MEASURES, Grid, Told
from interpose.cli.app import app
from interpose.ensemble import read_run
from interpose.errors import InterposeError
from interpose.record import load_record
from interpose.report import interactive
from interpose.scenario import load, new

YEARS = np.arange(2000, 2025)
ORIGINS = list(range(2010, 2024))
INCIDENTS = MEASURES.index("incidents")


@pytest.fixture(scope="module")
def kosovo():
    return load("kosovo")


@pytest.fixture(scope="module")
def record():
    return load_record("kosovo")


@pytest.fixture(scope="module")
def grid(kosovo, record):
    return origins.grid_of(kosovo, record)


# --- baselines ------------------------------------------------------------------------------------


def test_persistence_is_poisson_about_the_last_year_and_knows_no_other():
    past = np.zeros((9, 12, 2))
    past[-1, :6, 1] = 4.0  # a mean of 2 a month, in one region
    draws = baselines.baseline(baselines.LAST, past, np.random.default_rng(0))
    assert draws[:, :, 0].max() == 0.0
    assert draws[:, :, 1].mean() == pytest.approx(2.0, rel=0.05)
    assert draws[:, :, 1].var() == pytest.approx(2.0, rel=0.06)


def test_the_mean_of_the_past_draws_from_the_last_years_of_its_region():
    past = np.zeros((20, 1, 2))
    past[:12] = 1000.0  # too long ago
    past[12:, 0, 1] = np.arange(8)
    draws = baselines.baseline(baselines.PAST, past, np.random.default_rng(0))
    assert set(np.unique(draws[:, 0, 1])) == set(range(8))
    assert draws[:, 0, 0].max() == 0.0


def test_a_negative_binomial_has_the_moments_of_the_past():
    rng = np.random.default_rng(1)
    past = rng.negative_binomial(2.0, 2 / 7, (8, 12, 1)).astype(float)
    draws = baselines.baseline(baselines.ROLLING, past, rng)
    assert draws.mean() == pytest.approx((past.sum() + 0.5) / 96, rel=0.05)
    assert draws.var() == pytest.approx(past.var(ddof=1), rel=0.1)


def test_its_score_is_the_closed_form_of_scoringrules():
    rules = pytest.importorskip("scoringrules")
    shape = (40_000, 3)
    draws = baselines.negative_binomial(
        np.full(3, 4.0), np.full(3, 12.0), shape, np.random.default_rng(2)
    )
    seen = np.array([0.0, 4.0, 15.0])
    exact = rules.crps_negbinom(seen, n=2.0, prob=1 / 3)  # mean 4 = n (1 - p) / p
    np.testing.assert_allclose(judged.crps(draws, seen), exact, rtol=0.02)


def test_dated_shocks_find_the_factor_and_tell_only_months_that_have_one():
    rng = np.random.default_rng(3)
    shocks = rng.random((20, 12, 4)) < 0.2
    past = rng.poisson(np.where(shocks, 1.5, 0.3)).astype(float)
    coming = np.zeros((12, 4), np.bool_)
    coming[3] = True
    draws = baselines.dated_shocks(past, shocks, coming, rng)
    assert draws[:, 3].mean() == pytest.approx(1.5, rel=0.25)
    assert np.delete(draws, 3, axis=1).mean() == pytest.approx(0.3, rel=0.25)


# --- the level ------------------------------------------------------------------------------------


def test_the_level_after_one_year_is_the_conjugate_gamma_law():
    seen = np.zeros((1, 12, 1))
    seen[0, :6] = 5.0  # six months with something, however much
    a, b, weights = baselines.level(seen, np.array([[3.0]]), 0)
    rate = (3 + 1) / (6 + 1)
    assert (a, b) == pytest.approx((1 + 6, rate + 3))
    assert weights == pytest.approx([1.0])


def test_the_level_forgets_with_the_years_ahead_and_returns_to_the_mean():
    seen = np.zeros((10, 12, 1))
    seen[-1, :9] = 1.0  # nine in ten years, all in the last
    laws = [baselines.level(seen, np.full((10, 1), 1.0), ahead)[:2] for ahead in (0, 1, 3, 40)]
    means = [a / b for a, b in laws]
    spreads = [np.sqrt(a) / b / (a / b) for a, b in laws]
    assert means[0] > means[1] > means[2] > means[3]
    assert means[3] == pytest.approx(10 / 11, rel=1e-3)
    assert spreads == sorted(spreads)


def test_regions_get_their_recorded_part_and_the_whole_stays():
    seen = np.zeros((20, 12, 2))
    seen[:, :5, 0] = 1.0
    expected = np.full((20, 2), 2.5)
    *_, weights = baselines.level(seen, expected, 1)
    assert weights @ [0.5, 0.5] == pytest.approx(1.0)
    assert weights[0] == pytest.approx((100 + 5) / (100 + 10) / 0.5)


@pytest.mark.parametrize("factor", [0.0, 0.3, 1.0, 2.7])
def test_futures_are_brought_to_a_factor_in_whole_counts(factor):
    futures = np.random.default_rng(4).poisson(2.0, (4000, 12, 1)).astype(float)
    out = baselines.brought(futures, np.full((4000, 1), factor), np.random.default_rng(5))
    assert out.mean() == pytest.approx(2.0 * factor, rel=0.03)
    assert (out == out.round()).all()


def test_futures_without_any_event_in_a_region_end_and_stay_empty_there():
    seen = np.zeros((10, 12, 2))
    seen[:, :3] = 1.0
    expected = np.zeros((10, 2))
    expected[:, 0] = 3.0
    futures = np.zeros((1, 12, 2))
    futures[0, 0, 0] = 1.0
    drawn = baselines.forecast(futures, seen, expected, 1, np.random.default_rng(0))
    assert drawn[:, :, 1].sum() == 0.0
    assert 0.0 < drawn[:, :, 0].sum(axis=1).mean() < baselines.MOST


def test_the_expected_score_of_a_forecast_is_the_same_of_few_futures_and_of_many(monkeypatch):
    """Draws repeat their futures: counted as independent they score some percent worse."""
    rng, cells, means = np.random.default_rng(6), 2000, {}
    monkeypatch.setattr(baselines, "DRAWS", 200)
    seen, expected = np.zeros((6, 12, cells)), np.full((6, cells), 3.0)
    seen[:, :4] = 1.0
    for m in (10, 43, 200):
        futures = rng.poisson(rng.gamma(1.0, 3.0, (m, 1, cells))).astype(float)
        drawn = baselines.forecast(futures, seen, expected, 1, rng)[:, 0]
        means[m] = [
            np.mean([score.crps(drawn, y, groups).mean() for y in (0.0, 5.0)])
            for groups in (baselines.GROUPS, None)
        ]
    assert means[10][0] == pytest.approx(means[200][0], rel=0.015)
    assert means[43][0] == pytest.approx(means[200][0], rel=0.015)
    assert means[10][1] > 1.05 * means[200][1]  # what the score was, with draws for futures


def test_a_score_says_how_far_other_futures_would_move_it():
    rng, seen, found = np.random.default_rng(8), np.array([[0.0]]), []
    for _ in range(60):
        case = judged.Case("incidents", GIVEN, "1", judged.YEARS)
        futures = np.tile(rng.normal(size=(40, 1, 1)), (25, 1, 1))  # the same for every year
        for year in range(2000, 2006):
            case.add(year, seen, {judged.OURS: futures, baselines.LAST: futures})
        row = case.row()
        found.append((row["score"], row["score_by_chance"]))
    scores, by_chance = np.array(found).T
    assert by_chance.mean() == pytest.approx(scores.std(), rel=0.25)


# --- worlds whose truth is known ------------------------------------------------------------------


def world(rates, seed, futures=60):
    """Return record and futures, both Poisson with the same rates (year, month, region)."""
    rng = np.random.default_rng(seed)
    seen = np.zeros((len(MEASURES), *rates.shape))
    seen[INCIDENTS] = rng.poisson(rates)
    given = np.zeros((futures, *seen.shape))
    given[:, INCIDENTS] = rng.poisson(rates, (futures, *rates.shape))
    without = {o: given[:, :, (o < YEARS) & (o + 3 >= YEARS)] for o in ORIGINS}
    return seen, Told(given, without)


def test_where_the_model_is_the_truth_no_baseline_is_better_and_intervals_cover():
    no_shocks = np.zeros((25, 12, 3), np.bool_)
    inside, years = [], 0
    for seed in range(4):
        by_year = np.random.default_rng(100 + seed).choice([0.03, 0.2, 0.6], (25, 1, 1))
        rates = np.broadcast_to(by_year * np.array([2.0, 1.0, 0.5]), (25, 12, 3))
        seen, told = world(rates, seed)
        found = judge(YEARS, seen, no_shocks, told, ORIGINS, ["incidents"])
        for row in found.rows:
            assert all(one["skill"] > 0 for one in row["baselines"].values()), row
        assert found.words[0].startswith("The forecasts are better than every baseline")
        row = next(r for r in found.rows if (r["mode"], r["cells"]) == (GIVEN, judged.YEARS))
        inside.append(row["inside_90_%"] * row["years"])
        years += row["years"]
    assert 0.8 <= sum(inside) / years <= 0.97


def by(found, mode, ahead):
    """Return the score of a mode and lead, by years."""
    rows = [r for r in found.rows if (r["mode"], r["years_ahead"]) == (mode, ahead)]
    return next(row["score"] for row in rows if row["cells"] == judged.YEARS)


def test_a_forecast_gets_worse_with_the_years_ahead_and_better_with_the_politics():
    near, far, given, without = 0.0, 0.0, 0.0, 0.0
    for seed in range(6):
        rng = np.random.default_rng(200 + seed)
        logs = [0.0]
        for step in rng.normal(0, 0.5, 24):
            logs.append(0.7 * logs[-1] + step)  # a level that nobody knows in advance
        politics = rng.choice([0.2, 2.0], (25, 1, 1))
        rates = 0.6 * politics * np.exp(logs)[:, None, None] * np.ones((25, 12, 3))
        seen, _ = world(rates, seed)
        _, told = world(0.6 * politics * np.ones((25, 12, 3)), seed + 50)
        drawn = rng.choice([0.2, 2.0], (60, 1, 1, 1))
        _, unknown = world(0.6 * np.ones((25, 12, 3)), seed)
        blind = {o: rng.poisson(drawn[:, None] * f) for o, f in unknown.without.items()}
        no_shocks = np.zeros(rates.shape, np.bool_)
        found = judge(YEARS, seen, no_shocks, Told(told.given, blind), ORIGINS, ["incidents"])
        near += by(found, GIVEN, "1")
        far += by(found, GIVEN, "3")
        given += by(found, GIVEN, "1")
        without += by(found, WITHOUT, "1")
    assert near < far
    assert given < without


def test_where_the_record_only_repeats_itself_the_first_sentence_says_who_is_better():
    rng = np.random.default_rng(7)
    level = np.exp(np.cumsum(rng.choice([-0.15, 0.15], 25)))  # a walk that no shock moves
    seen, _ = world(np.broadcast_to(4.0 * level[:, None, None], (25, 12, 3)), 8)
    nonsense = rng.choice([0.05, 10.0], (25, 1, 1))
    _, told = world(np.broadcast_to(nonsense, (25, 12, 3)), 9)
    found = judge(YEARS, seen, np.zeros((25, 12, 3), np.bool_), told, ORIGINS, ["incidents"])
    assert found.words[0].startswith("A baseline is better than the forecasts in")
    assert "worse than" in found.words[0]
    assert [row["skill"] for row in found.rows] == sorted(row["skill"] for row in found.rows)


def test_fifths_are_alike_for_a_true_forecast_of_small_counts():
    rng = np.random.default_rng(10)
    draws = rng.poisson(0.8, (1000, 4000)).astype(float)
    shares = score.fifths(draws, rng.poisson(0.8, 4000).astype(float))
    np.testing.assert_allclose(shares, 0.2, atol=0.02)


def test_what_is_above_all_draws_fell_in_the_last_fifth():
    draws = np.arange(9.0)[:, None]
    np.testing.assert_allclose(score.fifths(draws, np.array([20.0])), [0, 0, 0, 0, 1], atol=1e-12)


def test_a_reliable_forecast_lies_on_the_line():
    rng = np.random.default_rng(11)
    chances = rng.random(20_000)
    rows = score.reliability(chances, (rng.random(20_000) < chances).astype(float))
    assert sum(row["cells"] for row in rows) == 20_000
    for row in rows:
        assert row["came"] == pytest.approx(row["forecast"], abs=0.03)


# --- what is counted, and what an origin knows ----------------------------------------------------


def test_the_record_of_kosovo_is_counted_by_year_and_region(kosovo, record, grid):
    seen = origins.recorded(kosovo, record, grid)
    collected = origins.collected(kosovo, record)
    expected = collected.by_year(grid.years).sum(axis=1)
    assert seen[INCIDENTS].sum(axis=(1, 2)).tolist() == expected.tolist()
    dead = collected.dead_by_year(grid.years)
    assert seen[MEASURES.index("deaths")].sum(axis=(1, 2)).tolist() == dead.tolist()
    riots = seen[MEASURES.index("riots")].sum(axis=(1, 2))
    assert riots[grid.years == 2004] == 12  # the wave place by place, and not once more as a whole
    blocked = seen[MEASURES.index("barricade days")].sum(axis=(1, 2))
    assert blocked[grid.years == 2011] == 98  # 26 July to 31 October


def test_without_later_politics_nothing_later_is_known_and_the_force_stays(kosovo):
    known = origins.as_known(kosovo, 2012, 2024)
    assert known.header.end.year == 2015
    assert max(row.date.year for row in known.shocks) == 2012
    assert max(row.notified.year for row in known.contingents) <= 2012
    assert all(row.departs is None or row.departs.year <= 2012 for row in known.contingents)
    assert not known.walkouts


def test_regions_are_the_areas_that_part_all_places_or_else_the_largest_towns(kosovo):
    names, of_seat = origins.regions_of(kosovo)
    assert len(names) == 5
    assert len(of_seat) == 38
    bare = dataclasses.replace(kosovo, areas=())
    names, of_seat = origins.regions_of(bare)
    assert len(names) == origins.MOST_REGIONS
    assert set(of_seat.values()) == set(range(len(names)))


def test_an_origin_before_the_fit_ends_would_know_its_future(kosovo, grid):
    assert origins_of(kosovo, grid)[0] == 2010
    with pytest.raises(
        InterposeError, match=r"2004. Must be 2010 or later: parameters were fitted"
    ):
        origins_of(kosovo, grid, 2004)
    with pytest.raises(InterposeError, match="too few"):
        origins_of(kosovo, grid, 2023)


def test_a_short_record_gives_fewer_origins_and_says_so(kosovo, grid):
    short = Grid(grid.years[:17], grid.regions, grid.region_of_place)
    some = origins_of(kosovo, short)
    assert some == [2010, 2011, 2012, 2013, 2014, 2015]
    rates = np.full((25, 12, 5), 0.1)
    seen, told = world(rates, 12)
    found = judge(YEARS, seen, np.zeros((25, 12, 5), np.bool_), told, some, ["incidents"])
    assert any("6 origins only" in sentence for sentence in found.words)


def test_a_verdict_on_three_years_has_no_interval():
    rates = np.full((25, 12, 3), 0.3)
    seen, told = world(rates, 13)
    no_shocks = np.zeros(rates.shape, np.bool_)
    found = judge(YEARS, seen, no_shocks, told, [2021, 2022, 2023], ["incidents"])
    assert "too few for an interval" in found.words[0]


def test_futures_that_say_what_came_are_better_than_all_and_far_too_many_are_worse():
    rates = np.random.default_rng(14).choice([0.05, 0.8], (25, 12, 3))
    seen, _ = world(rates, 15)
    rivals = list[dict]()
    for futures, start in (
        (seen, "The forecasts are better than every"),
        (50 + seen, "A baseline"),
    ):
        given = np.repeat(futures[None], 30, axis=0)
        found = judge(YEARS, seen, rates < 0, Told(given, {}), ORIGINS, ["incidents"])
        assert found.words[0].startswith(start)
        cells = {(r["mode"], r["years_ahead"], r["cells"]): r["baselines"] for r in found.rows}
        rivals.append({k: {n: one["score"] for n, one in v.items()} for k, v in cells.items()})
    assert rivals[0] == rivals[1]  # a baseline draws its own luck, whatever the futures say


# --- from the command to the answer ---------------------------------------------------------------


def asked(*words):
    return CliRunner().invoke(app, ["assess", *words])


def told_on_stderr(found):
    return " ".join(re.sub("[│╭╮╰╯─]", " ", found.stderr).split())


def test_the_command_answers_and_keeps_what_it_played(tmp_path):
    words = ["kosovo", "--measure", "incidents", "--origin-from", "2021", "--futures", "10"]
    words += ["--out", str(tmp_path), "--json"]
    first = asked(*words)
    assert first.exit_code == 0, first.output
    found = json.loads(first.stdout)
    assert found["origins"] == [2021, 2022, 2023]
    assert {row["measure"] for row in found["rows"]} == {"incidents"}
    assert {row["mode"] for row in found["rows"]} >= {GIVEN, WITHOUT}
    assert "A baseline is better" in found["words"][0] or "better than every" in found["words"][0]
    kept = {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    assert len(kept) == 4
    again = asked(*words)
    assert json.loads(again.stdout) == found
    assert {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()} == kept


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("kosovo", "--measure", "incident"), "Did you mean 'incidents'"),
        (("kosovo", "--origin-from", "2003"), "Must be 2010 or later"),
        (("kosovo", "--given-crowd"), "are read with --crises"),
        (("kosovo", "--crises", "--measure", "riots"), "not for --crises"),
    ],
)
def test_what_cannot_be_asked_is_told_before_anything_is_played(words, said):
    found = asked(*words)
    assert found.exit_code == 2
    assert said in told_on_stderr(found)


def test_a_scenario_without_a_record_is_told_what_is_missing(tmp_path):
    found = asked(str(new("valley", tmp_path)))
    assert found.exit_code == 2
    assert "reporting.csv has no reporter 'record'" in told_on_stderr(found)


def drawn(page):
    """Return a page without its style sheet, which names the colours of all pages."""
    return re.sub(r"<style>.*?</style>", "", page, flags=re.S)


def test_a_page_begins_with_the_verdict_and_adds_what_the_command_played(mission, tmp_path):  # noqa: F811
    folder = mission
    set_toml(folder, end="2044-12-31")
    days = [day for year in range(2030, 2045) for day in every(9, year % 4 * 5, f"{year}-02-01")]
    rewrite(folder, "record/incidents.csv", lambda _: events(days))
    runs = tmp_path / "runs"
    run = ["run", str(folder), "--futures", "10", "--out", str(runs / "one")]
    assert CliRunner().invoke(app, run).exit_code == 0
    page = (runs / "one" / "report.html").read_text(encoding="utf-8")
    scenario, done = load(folder), read_run(runs / "one")
    counts = origins.of_run(done, scenario, origins.grid_of(scenario, load_record(folder)), 10)
    reports = done.table("reports")
    told = reports.loc[reports["reporter"] == "record", "reported"].sum()
    assert counts[:, INCIDENTS].sum() == pytest.approx(told, abs=6 * np.sqrt(told) + 1)
    first = re.search(r'id="findings".*?<p>(.*?)</p>', page, re.S)[1]
    assert re.match("A baseline is better than the|The forecasts are better than every", first)
    assert "Forecasts without later politics are not among them" in page
    assert 'id="table-skill"' in page
    found = asked(str(folder), "--futures", "10", "--out", str(runs / "valley-forecasts"))
    assert found.exit_code == 0, found.output
    assert CliRunner().invoke(app, ["report", str(runs / "one")]).exit_code == 0
    again = (runs / "one" / "report.html").read_text(encoding="utf-8")
    assert "Forecasts without later politics are not among them" not in again
    assert again.count("without later politics") > page.count("without later politics")
    halved = [*run[:4], "--scale-force", "0.5", "--out", str(runs / "half")]
    assert CliRunner().invoke(app, halved).exit_code == 0
    other = (runs / "half" / "report.html").read_text(encoding="utf-8")
    assert "they are counterfactuals" in " ".join(other.split())
    for shades, fits, what_if in (
        (interactive.LATER, True, False),
        (interactive.WHAT_IF, False, True),
    ):
        assert (shades[1] in drawn(page)) == fits
        assert (shades[1] in drawn(other)) == what_if
