"""The dataset holds what the tables hold: riots, barricades, trips and police, on named axes."""

import numpy as np
import pandas as pd
import pytest

import interpose as ip
from interpose.ensemble.dataset import VARIABLES
from interpose.play import TABLES


@pytest.fixture(scope="module")
def dataset(unbroken):
    return unbroken.dataset()


@pytest.mark.parametrize(
    ("variable", "columns"),
    [
        ("riot_crowd", ["crowd"]),
        ("riot_deaths", ["deaths_target", "deaths_instigator", "deaths_force"]),
        ("riot_injured", ["injured_target", "injured_instigator", "injured_force"]),
        ("riot_houses", ["houses"]),
        ("riot_displaced", ["displaced"]),
    ],
)
def test_riots_add_up_by_month_and_community(unbroken, dataset, variable, columns):
    riots = unbroken.table("riots")
    assert len(riots) > 0
    assert dataset[variable].dims == ("future", "month", "community")
    assert dataset[variable].sum() == riots[columns].to_numpy().sum()


def test_a_riot_stands_in_its_month_and_at_its_place(unbroken, dataset):
    riots = unbroken.table("riots")
    row = riots.iloc[-1]
    month = row["date"].replace(day=1)
    there = {"future": row["future"], "month": month, "community": row["community"]}
    same = riots[(riots["future"] == row["future"]) & (riots["community"] == row["community"])]
    count = (same["date"].dt.strftime("%Y-%m") == f"{month:%Y-%m}").sum()
    assert dataset["riots"].sel(there) == count > 0
    at = riots[(riots["future"] == row["future"]) & (riots["place"] == row["place"])]
    assert dataset["riots_at"].sel(future=row["future"], place=row["place"]) == len(at)


def test_incidents_and_their_dead_stand_at_their_year_and_place(unbroken, dataset):
    rows = unbroken.table("incidents")
    dead = rows["deaths_target"] + rows["deaths_instigator"]
    where = [rows["future"], rows["date"].dt.year, rows["place"]]
    for variable, values in (("incidents_at", dead * 0 + 1), ("deaths_at", dead)):
        expected = values.groupby(where, observed=True).sum()
        found = dataset[variable].assign_coords(year=dataset["year"].dt.year).to_series()
        assert found[found > 0].to_dict() == expected[expected > 0].to_dict()
    np.testing.assert_array_equal(
        dataset["incidents_at"].sum(["year", "place"]), dataset["incidents"].sum(["month", "type"])
    )


def test_places_have_coordinates_and_types_their_act_and_sides(example, dataset):
    for place in example.places:
        there = dataset.sel(place=place.id)
        assert (there["lat"], there["lon"]) == (place.lat, place.lon)
        assert there["seat"] == place.municipality
    for kind in example.incident_types:
        told = dataset.sel(type=kind.id)
        assert (told["act"], told["instigator"]) == (kind.act, kind.instigator)
        assert told["target"] == kind.target
    assert dataset["incidents_at"].groupby("seat").sum().sizes["seat"] > 1
    in_memory = ip.play(example, futures=1)
    assert in_memory["lat"].equals(dataset["lat"])
    assert in_memory["target"].equals(dataset["target"])


def test_barricades_are_counted_by_month_and_their_days_by_place(unbroken, dataset):
    rows = unbroken.table("barricades")
    assert len(rows) > 0
    months = rows["date"].dt.to_period("M").dt.start_time
    expected = rows.groupby(["future", months]).size()
    found = dataset["barricades"].to_series()
    assert found[found > 0].tolist() == expected.tolist()
    assert dataset["barricade_days"].sum() == dataset["barricade_days_at"].sum()
    assert dataset["barricade_days"].sum() == rows["days"].sum()


def test_trips_stand_at_their_year_municipality_and_community(unbroken, dataset):
    rows = unbroken.table("movement")
    row = rows.iloc[7]
    there = {name: row[name] for name in ("future", "year", "municipality", "community")}
    assert dataset["trips_made"].sel(there) == row["share"]
    assert dataset["trips_escorted"].sel(there) == row["escorted"]
    assert dataset["trips_made"].size == len(rows)
    assert 0 < dataset["trips_made"].min() < dataset["trips_made"].max() <= 1


def test_local_police_stand_beside_the_troops(unbroken, dataset):
    rows = unbroken.table("municipalities")
    np.testing.assert_array_equal(dataset["local_police"].to_numpy().ravel(), rows["local_police"])


def test_years_begin_on_their_first_day(dataset):
    years = pd.DatetimeIndex(dataset["year"].values)
    assert years.strftime("%Y-%m-%d").tolist() == ["2030-01-01", "2031-01-01"]


def test_failed_futures_have_no_riots_rather_than_none(example, some_fail):
    dataset = ip.play(example, futures=5, workers=1, keep_failed=True)
    assert dataset["status"].values[3] == "failed"
    assert np.isnan(dataset["riots"].values[3]).all()
    assert np.isfinite(dataset["riots"].values[[0, 1, 2, 4]]).all()


def test_every_variable_has_columns_that_there_are():
    for variable in VARIABLES:
        known = {column.name for column in TABLES[variable.table]}
        assert {*variable.columns, *variable.axes.values()} <= known, variable.name
    assert len({variable.name for variable in VARIABLES}) == len(VARIABLES)
