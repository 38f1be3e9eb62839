"""Sums between two dates agree with the same sums made with pandas from the whole tables."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from interpose.assess.window import (
    accepted_officers,
    bands,
    grid,
    mean_over_futures,
    people_by_municipality,
    sums,
    trips_made,
)
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


def test_sums_are_those_of_the_rows_between_the_days(played):
    done, _ = played
    found = sums(done, "incidents", ("place",), ("crowd",), first=FIRST, last=LAST)
    rows = between(done.table("incidents"))
    expected = rows.assign(place=rows["place"].astype(str)).groupby(["future", "place"])["crowd"]
    assert found["crowd"].to_dict() == expected.sum().to_dict()
    assert found["rows"].to_dict() == expected.size().to_dict()


def test_months_and_groups_keep_every_row_once(played):
    done, theatre = played
    here = {place.id: place.municipality for place in theatre.scenario.places}
    found = sums(
        done, "incidents", ("place", "date"), period="month", first=FIRST, last=LAST,
        groups={"place": here},
    )  # fmt: skip
    rows = between(done.table("incidents"))
    assert found["rows"].sum() == len(rows)
    assert set(found.index.get_level_values("place")) <= set(theatre.municipalities)
    assert {d.day for d in found.index.get_level_values("date")} == {1}


def test_rows_of_places_outside_all_groups_do_not_count(played):
    done, _ = played
    found = sums(done, "incidents", ("place",), groups={"place": {"saltbridge": "there"}})
    rows = done.table("incidents")
    assert found["rows"].sum() == (rows["place"] == "saltbridge").sum() > 0


def test_only_rows_with_the_words_asked_for_count(played):
    done, _ = played
    kind = "harassment.hill.river"
    found = sums(done, "series", (), ("incidents",), time="month", where={"type": [kind]})
    series = done.table("series")
    assert found["incidents"].sum() == series[series["type"] == kind]["incidents"].sum() > 0


def test_what_has_no_row_is_none():
    index = pd.MultiIndex.from_tuples([(0, "b"), (4, "a")], names=["future", "place"])
    values = grid(pd.Series([3, 5], index=index), np.array([0, 2, 4]), ("a", "b"))
    np.testing.assert_array_equal(values, [[0, 3], [0, 0], [5, 0]])


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
    found = mean_over_futures(done, "riots", ("place",), ("joined",), 13, time="date")
    riots = done.table("riots")
    assert found["joined"].sum() == pytest.approx(riots["joined"].sum() / 13)
    assert len(riots) > 0


def test_accepted_officers_are_those_a_thousand_times_the_people(played):
    done, theatre = played
    area = {seat: f"of {seat}" for seat in theatre.municipalities}
    dates, found = accepted_officers(done, theatre, area, FIRST, LAST)
    seat = theatre.municipalities[0]
    table = between(done.table("municipalities"))
    row = table[(table["municipality"] == seat) & (table["future"] == 4)].iloc[-1]
    people = theatre.municipality_population[row["date"].year - 2030, 0]
    expected = row["local_police"] * people / 1000.0
    assert found[f"of {seat}"].shape == (13, len(dates))
    assert found[f"of {seat}"][4, -1] == pytest.approx(expected)
    assert expected > 0
