"""The scenario ukraine: sound, moved in the right direction by what moves it, and no forecast."""

from __future__ import annotations

import re

import pytest
from typer.testing import CliRunner

import interpose as ip
from interpose.cli import app
from interpose.play import Theatre
from interpose.play.expected import expected_incidents
from interpose.scenario import check, doubts, with_what_ifs


@pytest.fixture(scope="module")
def force():
    """The bundled scenario, nine months of it."""
    return ip.load("ukraine").with_(change={"header": {"end": "2025-12-31"}})


@pytest.fixture(scope="module")
def observers(force):
    """The same with observers along the line."""
    return with_what_ifs(force, "observers")


def expected(scenario, start):
    """Return the incidents expected of the types that start so, at median values."""
    found = expected_incidents(Theatre(scenario), scenario.parameters)
    kinds = [kind.id.startswith(start) for kind in scenario.incident_types]
    return float(found[..., kinds, :].sum() if found.ndim > 2 else found[:, kinds].sum())


def test_it_is_sound_and_so_is_every_what_if():
    assert check("ukraine") == []
    assert doubts("ukraine") == []


def test_observers_prevent_some_fire_and_half_their_posts_fewer(force, observers):
    rows = {(row.sector, str(row.begins)): {"posts": row.posts // 2} for row in observers.lines}
    half = observers.with_(change={"lines": rows})
    fires = [expected(one, "violation_by_fire") for one in (observers, half, force)]
    assert fires[0] < fires[1] < fires[2]


def test_without_consent_more_observers_are_stopped_and_less_is_prevented(observers):
    refused = with_what_ifs(observers, "no_consent")
    for act in ("restriction_of_movement", "violation_by_fire"):
        assert expected(refused, act) > 1.05 * expected(observers, act), act


def test_a_force_away_from_the_line_changes_next_to_nothing_along_it_and_is_itself_a_target(force):
    larger = force.with_(scale_force=2)
    for act in ("violation", "overmanning", "restriction", "attack_on_force.russian"):
        assert expected(larger, act) == pytest.approx(expected(force, act), rel=1e-4), act
    strikes = [expected(one, "attack_on_force.unattributed") for one in (force, larger)]
    assert 1.5 * strikes[0] < strikes[1] <= 2 * strikes[0]  # nearly in proportion


def test_a_named_what_if_is_told_and_what_nobody_knows_comes_first(tmp_path):
    mine = ip.new("mine", tmp_path, like="ukraine")
    header = mine / "scenario.toml"
    header.write_text(header.read_text("utf-8").replace("2028-03-31", "2025-12-31"), "utf-8")
    words = ["run", str(mine), "--futures", "1", "--what-if", "observers,no_consent"]
    done = CliRunner().invoke(app, [*words, "--no-report", "--out", str(tmp_path / "r")])
    assert done.exit_code == 0, done.output
    assert "what if: Without the consent of the Russian side" in done.output
    limits = ip.load("ukraine").header.limits  # first on every page: test_unifil.py
    assert limits.startswith("Ranges under stated assumptions, no forecast. Nobody knows")


def test_the_plan_says_who_may_go_how_long_it_is_kept_up_and_what_is_missing(tmp_path):
    lasts, said = [], []
    for more in ("", "--what-if one_in_five --without-caveat outside_only"):
        out = ["--out", str(tmp_path / f"plan{more[10:13]}")]
        words = ["plan", "ukraine", "--to", "2025-09-01", *out, *more.split()]
        said.append(CliRunner().invoke(app, words).output)
        lasts += re.findall(r"United Kingdom: brigade: .* 7 can .* (\d+) months, (\d+)", said[-1])
    assert lasts == [("12", "4"), ("12", "2")]  # 14 battalions at 1 in 3, and at 1 in 5
    page = (tmp_path / "plan" / "plan.html").read_text(encoding="utf-8")
    assert "ranges under stated assumptions, no forecast" in page
    assert "Nobody offers it" in said[0]  # medics, helicopters, engineers
    assert re.search(r"changed: \+[\d,]+ person-months", said[1])


def test_a_what_if_that_is_not_there_or_says_nonsense_is_told(tmp_path):
    done = CliRunner().invoke(app, ["run", "ukraine", "--what-if", "observer"])
    assert done.exit_code == 2
    assert "Did you mean 'observers'?" in done.output
    ip.new("mine", tmp_path, like="ukraine")
    file = tmp_path / "mine" / "what_ifs" / "odd.toml"
    file.write_text("[chnage.contingents.gbr_west]\nstrength = 3\n")
    assert "'change'" in str(check(tmp_path / "mine")[0])
    file.write_text("[change.contingents.gbr_west]\nstrength = -3\n")
    assert "gbr_west" in str(check(tmp_path / "mine")[0])
