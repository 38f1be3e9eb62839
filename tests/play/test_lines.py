"""A line between two armies: what must change in the answer when the line or the forces change.

The invented line of the Ormel ridge, from ``interpose new NAME --like line``; values at their
medians. Means are those of all futures (``play/expected.py``) unless futures are played.
"""

from __future__ import annotations

import dataclasses
import datetime as dt

import numba
import numpy as np
import pytest

import interpose as ip
from interpose.assess.comparison import NIL
from interpose.assess.posterior.expectation import parts_of
from interpose.assess.posterior.targets import reports
from interpose.errors import UnknownNameError
from interpose.play import Theatre, play_future
from interpose.play.day import build_world, new_state, play_days
from interpose.play.expected import expected_incidents, rates_for
from interpose.play.roads_and_lines import usual_per_km
from interpose.policy import policy_named

FUTURES = 60


@pytest.fixture(scope="module")
def line(tmp_path_factory):
    """The invented line, read from a fresh copy."""
    return ip.load(ip.new("ridge", tmp_path_factory.mktemp("line"), like="line"))


def violations(scenario, act="violation_by_fire", days=365, where=None):
    """Return the mean number of violations of the first days; by part of places with `where`."""
    theatre = Theatre(scenario)
    out = expected_incidents(theatre, scenario.parameters, days, where)
    types = [t.act == act for t in scenario.incident_types]
    return out[..., types].sum(axis=(-2, -1))


def at(scenario, *places):
    """Return the mask of some places."""
    return np.array([[place.id in places for place in scenario.places]])


def every(scenario, file, **cells):
    """Return the change that gives every row of a table the same cells."""
    keys = {"lines": ("sector", "begins"), "armed_forces": ("force", "sectors", "begins")}[file]
    rows = getattr(scenario, file)
    values = {tuple(str(getattr(row, key)) for key in keys): row for row in rows}
    made = {
        key: {name: cell(row) if callable(cell) else cell for name, cell in cells.items()}
        for key, row in values.items()
    }
    return scenario.with_(change={file: made})


def seen_on(scenario, day):
    """Return what the mission sees of the line on a day, by place."""
    theatre = Theatre(scenario)
    world, state = build_world(theatre, scenario.parameters), new_state(theatre, 1, 0)
    play_days(state, world, 0, day + 1)
    return dict(zip(theatre.place_ids, state.presence.seen.tolist(), strict=True))


def of_types(table, names):
    """Return which rows of a table are of some types."""
    return np.isin(table["type"].codes, [table["type"].words.index(name) for name in names])


def reported(scenario):
    """Return violations by fire that happened and that the mission reported, over futures."""
    theatre, policy = Theatre(scenario), policy_named("replay", scenario)()
    happened = told = 0
    fire = [t.id for t in scenario.incident_types if t.act == "violation_by_fire"]
    for number in range(FUTURES):
        tables = play_future(theatre, policy, 3, number, draw=False).tables
        series, reports = tables["series"], tables["reports"]
        happened += int(series["incidents"][of_types(series, fire)].sum())
        told += int(reports["reported"][of_types(reports, fire)].sum())
    return happened, told


def expected_reports(scenario):
    """Return how many violations by fire the mission reports in the mean, as a fit expects it."""
    theatre, (names, where) = Theatre(scenario), parts_of(scenario)
    daily = expected_incidents(theatre, scenario.parameters, where=where)
    told = reports(theatre, scenario.parameters, "mission", dict(zip(names, daily, strict=True)))
    return told[:, [t.act == "violation_by_fire" for t in scenario.incident_types]].sum()


def test_half_the_posts_changes_what_is_seen_and_apart_from_it_what_happens(line):
    half = every(line, "lines", posts=lambda row: row.posts // 2)
    before, after = seen_on(line, 30), seen_on(half, 30)
    assert all(after[place] < before[place] for place in ("ford", "ridge", "gap"))
    assert violations(half) > violations(line)  # being seen deters, by line.watched
    blind = {"line.watched.background": 0.0, "line.watched.retaliation": 0.0}
    unmoved = violations(line.with_values(blind))
    assert violations(half.with_values(blind)) == pytest.approx(unmoved)
    assert seen_on(half.with_values(blind), 30) == after  # but what is seen falls all the same


def test_the_mission_reports_less_of_what_happens_with_half_the_posts_and_nobody_on_patrol(line):
    none = every(line.with_(scale_force=0.02), "lines", posts=0, sensors=0.0)
    full, few = reported(line), reported(none)
    assert few[1] / few[0] < 0.6 * full[1] / full[0]
    assert few[0] > full[0]
    assert full[1] / FUTURES == pytest.approx(expected_reports(line), rel=0.1)
    assert few[1] / FUTURES == pytest.approx(expected_reports(none), rel=0.15)


def test_a_stronger_mission_prevents_more_but_never_all_of_it(line):
    sizes = [violations(line.with_(scale_force=times)) for times in (0.1, 1.0, 10.0)]
    assert sizes[0] > sizes[1] > sizes[2] > 0.1 * sizes[1]


def test_a_stronger_army_near_the_line_breaks_it_more_often(line):
    tenfold = every(line, "armed_forces", strength=lambda row: 10 * row.strength)
    ratio = violations(tenfold) / violations(line)
    assert ratio == pytest.approx(10**0.5, rel=0.35)  # by line.strength_power, and exchanges
    assert violations(every(line, "armed_forces", posture=0.0)) == pytest.approx(0.0)
    assert violations(line, "civilians_in_zone") == pytest.approx(
        violations(tenfold, "civilians_in_zone")
    )


def test_violations_happen_along_the_line_and_where_it_is_longest_or_hot(line):
    town = violations(line, where=at(line, "uptown", "lowtown"))
    ford, gap = (violations(line, where=at(line, place)) for place in ("ford", "gap"))
    assert town == pytest.approx(0.0)
    assert gap / 15 > 1.2 * ford / 25  # a km of the hot sector


def test_a_sector_that_is_removed_has_none_and_the_others_go_on(line):
    gone = line.with_(drop={"lines": [("east", "2030-01-01")]})
    assert violations(gone, where=at(line, "gap")) == pytest.approx(0.0)
    assert violations(gone, where=at(line, "ford")) > 0


def test_a_line_that_ends_is_quiet_from_that_day_on(line):
    ended = every(line, "lines", ends="2030-06-30")
    assert violations(ended, days=181) == pytest.approx(violations(line, days=181))
    assert violations(ended, days=365) == pytest.approx(violations(ended, days=181))


def test_withdrawn_consent_blinds_the_mission_and_ends_what_it_prevents(line):
    withdrawn = every(line, "armed_forces", consent=0.0)
    assert seen_on(withdrawn, 30)["ford"] == 0.0
    assert violations(withdrawn) > 1.2 * violations(line)


def test_without_a_mission_nothing_is_done_against_it(line):
    gone = line.with_(withdraw="2030-01-02")
    assert violations(gone, "attack_on_force") < 0.05 * violations(line, "attack_on_force")
    assert violations(gone, "restriction_of_movement") < 0.1
    assert violations(gone) > violations(line)


def test_liaison_shortens_exchanges_and_leaves_what_begins_them(line):
    most = line.with_values({"line.liaison": 0.4})
    assert violations(most) < violations(line)
    alone = {row.name: 0.0 for row in line.parameters.rows() if row.name.startswith("retaliation.")
             and "memory" not in row.name}  # fmt: skip
    assert violations(most.with_values(alone)) == pytest.approx(violations(line.with_values(alone)))


def test_fire_is_answered_by_fire_and_may_reach_the_mission(line):
    no_fire = line.with_values({"background.rate[violation_by_fire]": 0.0})
    assert violations(no_fire) == pytest.approx(0.0)
    assert violations(no_fire, "attack_on_force") < violations(line, "attack_on_force")


def test_a_road_that_is_closed_until_a_day_brings_no_soldiers_before(line):
    away = line.with_(change={"links": {("ridge", "gap"): {"opens": "2031-06-01"}}})
    theatre = Theatre(away)
    assert len(theatre.lines.begins) > 3 > len(theatre.travel_then) == 2
    ridge, gap = theatre.place_index["ridge"], theatre.place_index["gap"]
    first, last = theatre.travel_then[0], theatre.travel_then[-1]
    assert first[ridge, gap] > 2 * last[ridge, gap] == 2 * theatre.travel_min[ridge, gap]


def test_the_mean_of_many_futures_is_the_mean_that_is_computed(line):
    theatre, policy = Theatre(line), policy_named("replay", line)()
    counts = np.array([
        play_future(theatre, policy, 5, number, draw=False).tables["series"]["incidents"].sum()
        for number in range(150)
    ])  # fmt: skip
    exact = expected_incidents(theatre, line.parameters).sum()
    assert abs(counts.mean() - exact) < 4 * counts.std() / np.sqrt(len(counts))


def test_a_scenario_without_a_line_has_one_epoch_a_year():
    theatre = Theatre(ip.load("kosovo"))
    np.testing.assert_array_equal(theatre.epoch_of_day, theatre.year_of_day)
    assert not theatre.lines.km.any()
    assert len(theatre.travel_then) == 1
    assert theatre.first_day == dt.date(1999, 6, 12).toordinal()


def test_counts_in_and_background_rates_out(line):
    wanted = {"violation_by_fire": 40.0, "overmanning": 6.0, "violation_by_air": 900.0}
    theatre = Theatre(line)
    rates = rates_for(theatre, line.parameters, wanted)
    again = line.with_values({asked.row: asked.value for asked in rates.values()})
    years = theatre.days / 365.25
    for act, count in wanted.items():
        assert violations(again, act, theatre.days) / years == pytest.approx(count, rel=0.01)


@pytest.mark.parametrize(
    "wanted",
    [
        {"ford": 6.0, "ridge": 12.0, "gap": 42.0},
        {"ford": 6.0, "ridge": 12.0, "gap": 84.0},  # one doubled, the others as before
        {"gap": 42.0},  # the others share the rest by length
    ],
)
def test_counts_at_places_in_and_factors_of_places_out(line, wanted):
    theatre = Theatre(line)
    acts = 60.0 - 42.0 + wanted["gap"]
    found = rates_for(theatre, line.parameters, {"violation_by_fire": acts, **wanted})
    assert all(asked.met for asked in found.values())
    placed = line.parameters.placed({asked.row: asked.value for asked in found.values()})
    where = np.vstack([at(line, place) for place in wanted])
    there = violations(dataclasses.replace(line, parameters=placed), days=theatre.days, where=where)
    assert there / (theatre.days / 365.25) == pytest.approx([*wanted.values()], rel=0.01)
    if "ford" in wanted:  # the level is in the rate alone
        assert 0.3 < np.average([found[place].value for place in wanted], weights=[25, 35, 15]) < 3


def test_rates_hold_at_the_usual_strength_whatever_its_power(line):
    theatre = Theatre(line)
    usual = usual_per_km(theatre.lines, theatre.days)
    assert usual == pytest.approx((6000 + 7500) / 2 / 75)
    none, full = (
        violations(line.with_values({"line.usual_per_km": usual, "line.strength_power": power}))
        for power in (0.0, 1.0)
    )
    assert none == pytest.approx(full, rel=0.05)
    faint = every(line, "armed_forces", strength=lambda row: row.strength // 20)
    thin = faint.with_values({"line.usual_per_km": usual, "line.strength_power": 1.0})
    assert violations(thin) < 0.1 * full  # a what-if does not move the usual strength


def test_a_count_below_what_follows_other_acts_says_what_is_nearest(line):
    wanted = {"attack_on_force": 0.01, "violation_by_fire": 25.0}
    attack, fire = rates_for(Theatre(line), line.parameters, wanted).values()
    assert (attack.value < 1e-3, attack.met, fire.met) == (True, False, True)
    assert 0.01 < attack.made < 1.0
    with pytest.raises(UnknownNameError, match="overmanning"):
        rates_for(Theatre(line), line.parameters, {"overmaning": 3.0})


def test_a_force_without_effect_makes_no_difference_on_a_line(line):
    known = {row.name for row in line.parameters.rows()}
    nil = line.with_values({name: value for name, value in NIL.items() if name in known})
    few = nil.with_(scale_force=0.1)
    assert violations(few) == pytest.approx(violations(nil))
    assert violations(few, "attack_on_force") == pytest.approx(violations(nil, "attack_on_force"))


def test_a_mission_with_a_line_is_played_by_the_code_that_is_compiled_for_any(tmp_path):
    def types(like):
        theatre = Theatre(ip.load(ip.new(like, tmp_path, like=like)))
        world = build_world(theatre, theatre.scenario.parameters)
        return [numba.typeof(part) for part in (world, new_state(theatre, 1, 0))]

    assert types("line") == types("valley")
