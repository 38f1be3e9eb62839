"""A quantity date by date, for scores."""

import pytest
from record_rows import figure, record

from interpose.errors import UnknownNameError
from interpose.record import load_record, series_of


def test_each_date_has_all_values_with_intervals_and_sources():
    rows = [figure("a", 13800), figure("b", 14000, source="t", qualifier="about")]
    (point,) = series_of(record(rows), "force.strength")
    assert point.values == (13800, 14000)
    assert [row.source for row in point.figures] == ["s", "t"]
    assert (point.interval.low, point.interval.high) == (13300, 14700)
    assert (point.distance(13000), point.distance(14000), point.distance(15000)) == (300, 0, 300)


def test_only_what_is_reported_and_counts_the_same_is_taken():
    rows = [
        figure("a", 4600),
        figure("b", 4500, includes="in theatre", source="t"),
        figure("c", 5300, includes="incl. reserves", source="u"),
        figure("d", 10000, kind="ceiling"),
    ]
    found = record(rows)
    assert series_of(found, "force.strength")[0].values == (4500, 4600)
    assert series_of(found, "force.strength", includes="with_reserve")[0].values == (5300,)
    assert series_of(found, "force.strength", includes="with_rear") == ()


def test_a_wide_disagreement_counts_less():
    alone = series_of(record([figure("a", 13800, qualifier="exact")]), "force.strength")[0]
    about = series_of(record([figure("a", 13800, qualifier="about")]), "force.strength")[0]
    rows = [figure("a", 13800, qualifier="exact")]
    rows.append(figure("b", 16000, precision="month", source="t"))
    apart = series_of(record(rows), "force.strength")
    assert (alone.weight, about.weight) == (1.0, pytest.approx(0.5))
    assert all(point.weight < about.weight for point in apart)  # other periods, shared days
    low = series_of(
        record([figure("a", 13800, qualifier="exact", confidence="low")]), "force.strength"
    )
    assert low[0].weight == 0.5


def test_an_unknown_quantity_gets_a_near_name():
    with pytest.raises(UnknownNameError, match=r"force\.strength"):
        series_of(record([figure("a", 1)]), "force.strenth")


def test_the_series_of_kosovo_has_every_reported_strength_in_theatre_once():
    found = load_record("kosovo")
    series = series_of(found, "force.strength", includes="in_theatre")
    named = [row.id for point in series for row in point.figures]
    assert len(named) == len(set(named)) > 80
    assert list(series) == sorted(series, key=lambda point: point.period)
    (interview,) = [p for p in series if p.values == (3700.0, 3800.0)]
    assert interview.interval.low == 3610
