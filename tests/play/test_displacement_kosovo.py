"""Kosovo 1999 through the kernel of displacement: when people cross into Albania.

HRDAG's convenience samples (departures by village and two days; registrations at Morina). The
departures are estimated from people met in Albania, so they can test the days of crossing only,
not the choice between Albania, Macedonia and Montenegro.
"""

import datetime as dt

import numpy as np
import pandas as pd

from flee_folders import data_folder
from interpose.play.displacement import Exodus, new_people, play_exodus
from interpose.play.draws import future_key, name_keys
from interpose.play.exodus import displacement_values

CROSSINGS = {"Morina": (42.16, 20.45), "Blace": (42.14, 21.30), "Kula": (42.84, 20.30)}
"""Latitude and longitude of the crossings to Albania, Macedonia and Montenegro."""

ROAD_PER_STRAIGHT_KM = 1.4
FIRST, DAYS = dt.date(1999, 3, 24), 66


def km(here, there):
    phi, lam, psi, mu = np.radians([*here, *there])
    cosine = np.sin(phi) * np.sin(psi) + np.cos(phi) * np.cos(psi) * np.cos(lam - mu)
    return 6371.0 * np.arccos(np.clip(cosine, -1, 1)) * ROAD_PER_STRAIGHT_KM


def by_day(dates, people):
    days = (pd.to_datetime(dates) - pd.Timestamp(FIRST)).dt.days
    return np.bincount(days[days.between(0, DAYS - 1)], people[days.between(0, DAYS - 1)], DAYS)


def exodus_of_kosovo(folder):
    towns = pd.read_csv(folder / "municipalities_1999.csv.gz")
    left = pd.read_csv(folder / "departures_estimated_2day.csv.gz")
    names = [*towns.municipality, *CROSSINGS]
    origin = np.zeros((DAYS, len(names)))
    for name, rows in left.groupby("municipality"):
        two_days = by_day(rows.date, rows.persons_left)
        origin[:, names.index(name)] = (two_days + np.roll(two_days, 1)) / 2
    centres = list(zip(towns.centroid_lat, towns.centroid_lon, strict=True))
    way = np.array(
        [[km(a, b) for b in CROSSINGS.values()] for a in [*centres, *CROSSINGS.values()]]
    )
    values = displacement_values()
    farther = way - way.min(axis=1, keepdims=True) + values["displacement.distance_softening_km"]
    return Exodus(
        newly=np.round(origin.sum(axis=1)).astype(np.int64),
        origin=origin,
        period=np.zeros(DAYS, dtype=np.int64),
        draw_of_camp=(farther ** -values["displacement.distance_power"])[None],
        travel_days=(way // 35.0).astype(np.int64)[None],  # on foot: Flee 3.1, max_walk_speed
        camp_place=np.arange(len(towns), len(names)),
        admits=np.ones((1, len(CROSSINGS)), dtype=bool),
        capacity=np.zeros(len(CROSSINGS), dtype=np.int64),
        place_keys=name_keys(("kosovo1999", name) for name in names),
        settle_share=0.0,
        leave_share=1.0,
        onward_share=0.0,
        nearly_full=0.9,
    )


def test_the_weeks_of_crossing_into_albania_are_those_of_the_record():
    folder = data_folder("kosovo1999")
    exodus = exodus_of_kosovo(folder)
    people = new_people(exodus, np.zeros(3, dtype=np.int64), future_key(1, 0, "displacement"))
    play_exodus(people, exodus, 0, DAYS)
    assert people.in_camp.sum() + people.underway.sum() == exodus.newly.sum()
    crossed = np.diff(people.counted[:, 0], prepend=0)
    met = pd.read_csv(folder / "border_morina_records.csv.gz").dropna(subset=["exit_date"])
    recorded = by_day(met.exit_date, met.persons)
    weeks = np.arange(0, DAYS, 7)
    weekly = [np.add.reduceat(series, weeks) for series in (crossed, recorded)]
    assert np.corrcoef(*weekly)[0, 1] > 0.8
