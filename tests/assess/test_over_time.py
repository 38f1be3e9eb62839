"""Counts by year agree with the same counts made another way, from the tables with pandas."""

import numpy as np
import pandas as pd
import pytest

from interpose.assess import force_by_month, municipalities_by_review, r_by_review, yearly
from interpose.ensemble import run
from interpose.play import Theatre
from interpose.play.theatre import ACTS
from interpose.scenario import load, new


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    folder = tmp_path_factory.mktemp("yearly")
    scenario = load(new("valley", folder))
    done = run(scenario, out=folder / "run", futures=23, seed=3, workers=1)
    theatre = Theatre(scenario)
    return done, theatre, yearly(done, theatre)


def table_by_year(table, values, *groups):
    time = "month" if "month" in table else "date"
    table = table.assign(year=pd.DatetimeIndex(table[time]).year)
    return table.groupby(["future", "year", *groups], observed=False)[values].sum()


def test_incidents_by_act_add_up_to_the_series(played):
    done, theatre, found = played
    acts = {t.id: t.act for t in theatre.scenario.incident_types}
    series = done.table("series")
    other = table_by_year(
        series.assign(act=series["type"].astype(str).map(acts)), "incidents", "act"
    )
    expected = other.unstack("act")["harassment"].unstack("year")
    np.testing.assert_array_equal(found.incidents[:, :, 0], expected.to_numpy())
    quantile = expected.quantile(0.95).to_numpy()
    np.testing.assert_allclose(found.incident_quantiles.loc["harassment", "q95"], quantile)


def dead_of_all(done):
    """Return the dead of incidents and riots, a row a future and a column a year."""
    riots = done.table("riots").assign(deaths=lambda t: t.filter(regex="^deaths_").sum(axis=1))
    whole = table_by_year(done.table("series"), "deaths").unstack("year")
    return whole.add(table_by_year(riots, "deaths").unstack("year"), fill_value=0)


def test_deaths_of_all_sides_are_those_of_the_series_and_of_riots(played):
    done, _, found = played
    np.testing.assert_array_equal(found.deaths.sum(axis=2), dead_of_all(done).to_numpy())
    assert found.deaths.sum() > 0


def test_no_side_has_more_dead_than_all_sides_where_a_type_strikes_everybody(tmp_path):
    folder = new("valley", tmp_path)
    with (folder / "incident_types.csv").open("a", encoding="utf-8") as file:
        file.write("armed_attack.hill.all,armed_attack,hill,all,Hill people attack anybody\n")
    scenario = load(folder)
    done = run(scenario, out=tmp_path / "run", futures=6, seed=3, workers=1)
    table = yearly(done, Theatre(scenario)).death_quantiles
    whole = dead_of_all(done)
    assert table.index.is_unique
    np.testing.assert_allclose(table.loc["total", "q50"], whole.quantile(0.5))
    struck = [side for side in table.index.levels[0] if side != "total"]
    assert table.loc["all", "q95"].sum() > 0
    for side in struck:
        assert (table.loc[side] <= table.loc["total"]).all(axis=None)


def test_deaths_fall_on_the_side_of_target_and_instigator(played):
    done, theatre, found = played
    incidents = done.table("incidents")
    types = {t.id: t for t in theatre.scenario.incident_types}
    kind = incidents["type"].astype(str)
    hill = incidents["deaths_target"][kind.map(lambda k: types[k].target) == "hill"].sum()
    hill += incidents["deaths_instigator"][kind.map(lambda k: types[k].instigator) == "hill"].sum()
    riots = done.table("riots")
    hill += riots["deaths_target"][riots["target"].astype(str) == "hill"].sum()
    hill += riots["deaths_instigator"][riots["community"].astype(str) == "hill"].sum()
    assert found.deaths[:, :, found.sides.index("hill")].sum() == hill


def test_reports_are_counted_by_reporter_and_year_of_arrival(played):
    done, _, found = played
    reports = done.table("reports")
    expected = table_by_year(reports, ["reported", "deaths"]).unstack("year", fill_value=0)
    np.testing.assert_array_equal(found.reported[:, :, 0].sum(axis=2), expected["reported"])
    np.testing.assert_array_equal(found.reported_deaths[:, :, 0].sum(axis=2), expected["deaths"])


def test_places_hold_the_mean_over_futures(played):
    done, _, found = played
    incidents = done.table("incidents")
    count = (incidents["place"].astype(str) == "saltbridge").sum()
    mean = found.at_place[:, found.places.index("saltbridge")].sum()
    assert mean == pytest.approx(count / 23)


def test_force_and_r_are_quantiles_over_futures(played):
    done, theatre, _ = played
    force = done.table("force").groupby("month")["in_theatre"].median()
    np.testing.assert_allclose(force_by_month(done).loc["in_theatre", "q50"], force)
    r = done.table("reviews").groupby("date")["R"].quantile(0.25)
    np.testing.assert_allclose(r_by_review(done)["q25"], r, rtol=1e-6)
    seats = done.table("municipalities")
    seats = seats[seats["municipality"] == "highfold"].groupby("date")[["R", "troops"]]
    found = municipalities_by_review(done, theatre).xs("highfold", level="municipality")
    np.testing.assert_allclose(found["q50"], seats.median()["R"], rtol=1e-6)
    np.testing.assert_allclose(found["troops"], seats.mean()["troops"], rtol=1e-5)


def test_a_failed_future_is_left_out(played, monkeypatch, tmp_path):
    _, theatre, _ = played
    from interpose.ensemble import chunks

    play = chunks.play_future

    def fail_at_two(theatre, policy, seed, number, **more):
        if number == 2:
            msg = "on purpose"
            raise RuntimeError(msg)
        return play(theatre, policy, seed, number, **more)

    monkeypatch.setattr(chunks, "play_future", fail_at_two)
    done = run(theatre.scenario, out=tmp_path / "run", futures=5, seed=3, workers=1)
    found = yearly(done, theatre)
    assert list(found.futures) == [0, 1, 3, 4]
    series = done.table("series")
    assert found.incidents.sum() == series["incidents"].sum()


def test_a_run_of_nothing_but_failures_has_no_numbers(played, monkeypatch, tmp_path):
    _, theatre, _ = played
    from interpose.ensemble import chunks

    def fail(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(chunks, "play_future", fail)
    done = run(theatre.scenario, out=tmp_path / "run", futures=3, seed=3, workers=1)
    assert yearly(done, theatre).incidents.shape == (0, len(theatre.years), len(ACTS))
    for table in (force_by_month(done), r_by_review(done), municipalities_by_review(done, theatre)):
        assert len(table)
        assert table.isna().all(axis=None)
