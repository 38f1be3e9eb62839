"""Totals agree with the same sums made with pandas from the whole tables."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from interpose.assess.over_time import (
    accepted_officers,
    people_by_month,
    people_by_municipality,
    trips_made,
)
from interpose.assess.totals import bands, mean_totals, totals
from interpose.ensemble import run
from interpose.play import Theatre
from interpose.scenario import load, new

FIRST, LAST = dt.date(2030, 3, 10), dt.date(2031, 2, 5)


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    folder = tmp_path_factory.mktemp("window")
    scenario = load(new("valley", folder))
    return run(scenario, out=folder / "run", futures=13, seed=3, workers=1), Theatre(scenario)


def between(table, time="date"):
    days = table[time].dt.date
    return table[(days >= FIRST) & (days <= LAST)]


def test_totals_are_those_of_the_rows_between_the_days(played):
    done, theatre = played
    places = [place.id for place in theatre.scenario.places]
    amounts = ("crowd", "rows")
    found = totals(done, "incidents", {"place": places}, amounts, first=FIRST, last=LAST)
    rows = between(done.table("incidents"))
    grouped = rows.assign(place=rows["place"].astype(str)).groupby(["future", "place"])["crowd"]
    for amount, expected in (("crowd", grouped.sum()), ("rows", grouped.size())):
        index = pd.MultiIndex.from_product([range(13), places])
        whole = expected.reindex(index, fill_value=0).to_numpy().reshape(13, -1)
        np.testing.assert_array_equal(found[amount], whole)


def test_months_and_groups_keep_every_row_once(played):
    done, theatre = played
    here = {place.id: place.municipality for place in theatre.scenario.places}
    months = pd.date_range("2030-03-01", "2031-02-01", freq="MS")
    axes = {"place": theatre.municipalities, "date": months}
    which = {"first": FIRST, "last": LAST, "groups": {"place": here}}
    found = totals(done, "incidents", axes, **which)["rows"]
    rows = between(done.table("incidents"))
    assert found.sum() == len(rows)
    seat = rows["place"].astype(str).map(here) == theatre.municipalities[0]
    by_month = rows[seat].groupby(rows["date"].dt.strftime("%Y-%m")).size()
    expected = by_month.reindex(months.strftime("%Y-%m"), fill_value=0)
    np.testing.assert_array_equal(found[:, 0].sum(axis=0), expected)


def test_rows_of_places_outside_all_groups_do_not_count(played):
    done, _ = played
    groups = {"place": {"saltbridge": "there"}}
    found = totals(done, "incidents", {"place": ["there"]}, groups=groups)["rows"]
    rows = done.table("incidents")
    assert found.sum() == (rows["place"] == "saltbridge").sum() > 0


def test_only_rows_with_the_words_asked_for_count(played):
    done, _ = played
    kind = "harassment.hill.river"
    found = totals(done, "series", {}, ("incidents",), words={"type": [kind]})
    series = done.table("series")
    expected = series[series["type"] == kind].groupby("future")["incidents"].sum()
    np.testing.assert_array_equal(found["incidents"], expected)
    assert expected.sum() > 0


def test_days_before_the_first_period_do_not_count(played):
    done, _ = played
    found = totals(done, "series", {"month": [np.datetime64("2031-01-01")]}, ("incidents",))
    series = done.table("series")
    late = series[series["month"].dt.year >= 2031]
    assert found["incidents"].sum() == late["incidents"].sum() < series["incidents"].sum()


def test_people_by_month_are_those_of_the_table(played):
    done, theatre = played
    found = people_by_month(done, theatre, ("home", "fled"))
    people = done.table("people", ["future", "month", "community", "home"])
    people = people[(people["future"] == 7) & (people["community"] == "hill")]
    np.testing.assert_array_equal(found["home"][7, :, 0], people.sort_values("month")["home"])
    assert found["fled"].dtype == np.int32


def test_bands_are_quantiles_over_futures():
    values = np.arange(101.0)[:, None] * [1.0, 2.0]
    found = bands(values, ["one", "two"])
    assert found.loc["one"].tolist() == [5, 25, 50, 75, 95]
    assert found.loc["two"].tolist() == [10, 50, 100, 150, 190]


def test_trips_are_means_over_people(played):
    done, theatre = played
    made = trips_made(done, theatre)["share"]
    people = people_by_municipality(theatre)
    table = done.table("movement")
    rows = table[(table["future"] == 5) & (table["year"].dt.year == 2031)]
    rows = rows[rows["community"] == "hill"].set_index("municipality")["share"]
    weights = pd.Series(people[1, :, 0], index=theatre.municipalities)
    expected = (rows * weights[rows.index]).sum() / weights.sum()
    assert made[5, 1, theatre.communities.index("hill")] == pytest.approx(expected, abs=1e-6)
    assert 0 < expected < 1


def test_means_over_futures_count_those_without_a_row_as_none(played):
    done, _ = played
    riots = done.table("riots")
    places = sorted(riots["place"].astype(str).unique())
    found = mean_totals(done, "riots", {"place": places}, ("crowd",))["crowd"]
    assert found.sum() == pytest.approx(riots["crowd"].sum() / 13)
    assert len(riots) > 0


def test_accepted_officers_are_those_a_thousand_times_the_people(played):
    done, theatre = played
    dates, found = accepted_officers(done, theatre)
    seat = theatre.municipalities[0]
    table = between(done.table("municipalities"))
    row = table[(table["municipality"] == seat) & (table["future"] == 4)].iloc[-1]
    people = theatre.municipality_population[row["date"].year - 2030, 0]
    expected = row["local_police"] * people / 1000.0
    assert found.shape == (13, len(dates), len(theatre.municipalities))
    assert found[4, list(dates).index(row["date"]), 0] == pytest.approx(expected)
    assert expected > 0
