"""Held out: which years are judged."""

import dataclasses
import datetime as dt

import numpy as np
import pytest

from interpose.assess.accounting import collected, judged_years
from interpose.assess.over_time import Yearly
from interpose.play.theatre import ACTS
from interpose.record import load_record
from interpose.scenario import load

FUTURES = 400


@pytest.fixture(scope="module")
def record():
    return load_record("kosovo")


def told(years, reported, deaths):
    """Return a run by year in which the reporter `record` reports these numbers."""
    empty = np.zeros((FUTURES, len(years), 1), dtype=np.int64)
    return Yearly(
        futures=np.arange(FUTURES),
        years=np.asarray(years),
        incidents=np.zeros((FUTURES, len(years), len(ACTS)), dtype=np.int64),
        deaths=empty,
        sides=("a",),
        reporters=("record",),
        reported=reported,
        reported_deaths=deaths[..., None] * np.eye(len(ACTS), dtype=np.int64)[1],
        places=("p",),
        at_place=np.zeros((len(years), 1)),
    )


def years_of(record):
    return np.arange(1999, 2026)


def perfect(record, years):
    """Return futures that all say what came."""
    incidents = record.yearly_incidents().reindex(years, fill_value=0)
    counts = np.stack([incidents[act].to_numpy() for act in ACTS], axis=1)
    deaths = collected(load("kosovo"), record).dead_by_year(years).to_numpy().astype(int)
    return told(
        years,
        np.broadcast_to(counts[None, :, None, :], (FUTURES, len(years), 1, len(ACTS))),
        np.broadcast_to(deaths[None, :, None], (FUTURES, len(years), 1)),
    )


def test_a_year_of_which_the_record_holds_january_only_is_not_judged(record):
    found = perfect(record, years_of(record))
    january = tuple(i for i in record.incidents if i.begins < dt.date(2025, 2, 1))
    cut = dataclasses.replace(record, incidents=january)
    assert judged_years(found.years, cut)[-1] == 2024


def test_an_incident_known_to_its_year_does_not_make_the_year_a_judged_one(record):
    found = perfect(record, years_of(record))
    early = tuple(i for i in record.incidents if i.begins < dt.date(2025, 1, 1))
    late = early[-1].model_copy(update={"begins": dt.date(2025, 9, 1), "precision": "year"})
    cut = dataclasses.replace(record, incidents=(*early, late))
    assert judged_years(found.years, cut)[-1] == 2024
    month = late.model_copy(update={"precision": "month"})
    assert (
        judged_years(found.years, dataclasses.replace(record, incidents=(*early, month)))[-1]
        == 2025
    )
