"""The strength played against what was reported of it."""

import datetime as dt

import pandas as pd
import pytest

from interpose.assess import score_strength
from interpose.record import Record, series_of
from interpose.scenario.tables.mission import Source
from interpose.scenario.tables.record import Figure


def series(*figures):
    rows = tuple(
        Figure(
            id=f"f{i}", quantity="force.strength", value=value, begins=dt.date.fromisoformat(day),
            unit="persons", source="s", confidence="high", qualifier=qualifier, precision=precision,
        )
        for i, (day, value, qualifier, precision) in enumerate(figures)
    )  # fmt: skip
    return series_of(Record(rows, (), (), (Source(id="s", title="s"),)), "force.strength")


def played(*levels):
    return pd.Series(levels, index=pd.date_range("2003-01-01", periods=len(levels), freq="MS"))


def test_inside_what_was_reported_the_distance_is_zero():
    score = score_strength(
        played(1000.0, 1000.0, 1000.0), series(("2003-02-10", 1000, "about", "day"))
    )
    assert (score.dates, score.inside, score.distance, score.farthest) == (1, 1.0, 0.0, ())


def test_the_wide_report_counts_less_than_the_exact_one():
    score = score_strength(
        played(1000.0, 1000.0, 2000.0, 2000.0),
        series(("2003-01-10", 1500, "exact", "day"), ("2003-03-10", 2050, "about", "day")),
    )
    assert score.inside == 0.5
    assert score.inside_weighted == pytest.approx(0.5 / 1.5)
    assert score.distance == pytest.approx(500 / 1.5)
    assert [level for _, level in score.farthest] == [1000.0]


def test_a_step_on_the_last_day_of_a_month_is_seen_in_the_next():
    line = played(40_000.0, 28_000.0)
    assert score_strength(line, series(("2003-01-31", 28_000, "exact", "day"))).inside == 1.0


def test_dates_outside_the_play_are_left_out():
    assert score_strength(played(1.0), series(("1999-01-31", 5, "", "day"))) is None
    assert score_strength(played(1.0), series(("2004-01-31", 5, "", "day"))) is None
    assert score_strength(played(5.0), series(("2003-06-01", 5, "", "year"))).dates == 1
