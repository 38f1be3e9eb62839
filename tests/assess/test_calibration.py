"""Calibration: recovers what made the data, looks at the fitted period only, is what is shipped."""

import dataclasses
import datetime as dt

import numpy as np
import pytest

from interpose.assess import calibration
from interpose.assess.accounting import collected, weights
from interpose.assess.calibration import (
    calibrate,
    expected,
    figure_targets,
    incident_targets,
    reports,
    rewritten,
)
from interpose.errors import InterposeError
from interpose.play.theatre import Theatre
from interpose.record import Record, load_record
from interpose.scenario import load
from interpose.scenario.tables.record import Figure


@pytest.fixture(scope="module")
def kosovo():
    return load("kosovo")


@pytest.fixture(scope="module")
def record():
    return load_record("kosovo")


def figure(quantity, begins, ends, value, **more):
    return Figure(
        id="f",
        quantity=quantity,
        value=value,
        unit="count",
        begins=begins,
        ends=ends,
        source="s",
        confidence="high",
        **more,
    )


def only(*figures):
    return Record(figures=figures, incidents=(), casualties=(), sources=())


def test_no_target_reaches_beyond_the_fitted_period(kosovo, record):
    theatre = Theatre(kosovo)
    last = theatre.day_index(kosovo.header.fit_until)
    targets = figure_targets(theatre, record, kosovo.parameters)
    targets += incident_targets(theatre, collected(kosovo, record))
    assert targets
    assert all(0 <= t.first <= t.last <= last for t in targets)


def test_a_later_record_changes_no_fit(kosovo, record):
    later = dataclasses.replace(
        record,
        incidents=tuple(i for i in record.incidents if i.begins <= kosovo.header.fit_until),
        figures=tuple(f for f in record.figures if f.begins <= kosovo.header.fit_until),
    )
    theatre = Theatre(kosovo)
    whole, cut = (
        figure_targets(theatre, one, kosovo.parameters)
        + incident_targets(theatre, collected(kosovo, one))
        for one in (record, later)
    )
    assert [(t.name, t.count) for t in whole] == [(t.name, t.count) for t in cut]


def test_a_figure_that_nothing_counts_alike_is_no_target(kosovo):
    day = dt.date(2000, 1, 1)
    found = figure_targets(
        Theatre(kosovo), only(figure("trust.kfor", day, day, 67)), kosovo.parameters
    )
    assert found == []


def test_a_rate_counts_for_every_day_of_its_period(kosovo):
    days = (dt.date(2000, 1, 1), dt.date(2000, 1, 14))
    weekly = figure("murders", *days, 3.0).model_copy(update={"unit": "per week"})
    (target,) = figure_targets(Theatre(kosovo), only(weekly), kosovo.parameters)
    assert target.count == 6.0


def test_murders_of_a_community_weigh_types_that_strike_it_and_no_others(kosovo):
    share = weights("murders", "serb", kosovo, kosovo.parameters)
    for weight, kind in zip(share, kosovo.incident_types, strict=True):
        deadly = kind.act in ("armed_attack", "bombing")
        assert (weight > 0) == (deadly and kind.target == "serb")


def test_a_report_of_an_act_mixes_fatal_and_other_incidents(kosovo):
    daily = {"all": np.ones((3, len(kosovo.incident_types)))}
    share = reports(Theatre(kosovo), kosovo.parameters, "record", daily)[0]
    i = [t.id for t in kosovo.incident_types].index("armed_attack.albanian.serb")
    row = next(r for r in kosovo.reporting if (r.reporter, r.act) == ("record", "armed_attack"))
    fatal = kosovo.parameters.of_type("marks.fatal_share", kosovo.incident_types[i])
    assert share[i] == pytest.approx((1 - fatal) * row.share + fatal * row.fatal_share)


def test_expected_counts_are_sums_over_the_days_of_a_target(kosovo):
    day, theatre = dt.date(1999, 6, 12), Theatre(kosovo)
    (target,) = figure_targets(
        theatre, only(figure("murders", day, day + dt.timedelta(2), 5)), kosovo.parameters
    )
    means, daily = expected(theatre, kosovo.parameters, [target], 5)
    assert means[0] == pytest.approx(daily[:3].sum(axis=0) @ target.weights + target.besides)


def test_murders_count_ordinary_homicides_besides_the_dead_of_incidents(kosovo):
    days = (dt.date(2009, 1, 1), dt.date(2009, 12, 31))

    def besides(quantity, community):
        counted = figure(quantity, *days, 70, community=community)
        (target,) = figure_targets(Theatre(kosovo), only(counted), kosovo.parameters)
        return target.besides

    # 70 by UNODC; 295 without a known motive in 2,235 days by the police
    everybody = besides("murders", "all")
    assert everybody == pytest.approx((70 + 295 * 365 / 2235) / 2)
    assert 0.85 < besides("murders", "albanian") / everybody < 0.95
    assert 0.02 < besides("murders", "serb") / everybody < 0.1
    assert besides("political_murders", "all") == 0.0


def test_a_thinned_count_scatters_less():
    seen = [
        calibration.Target("t", 0, 0, np.ones(1), 9.0, 0.0, seen=share) for share in (0.0, 0.3, 1.0)
    ]
    gaps = calibration.residuals(seen, np.full(3, 4.0))
    np.testing.assert_allclose((gaps[0] / gaps) ** 2, [1.0, 1.6, 3.0])


def test_the_shipped_values_of_kosovo_are_an_optimum_of_the_fit(kosovo, record):
    """A refit takes a minute; that no small step improves the fit takes one Jacobian."""
    theatre = Theatre(kosovo)
    rows = {row.name: row for row in kosovo.parameters.rows()}
    names = calibration.free_rows(kosovo.parameters)
    recorded = incident_targets(theatre, collected(kosovo, record))
    days = theatre.day_index(kosovo.header.fit_until) + 1

    def gaps(logs):
        values = dict(zip(names, np.exp(logs).tolist(), strict=True))
        parameters = kosovo.parameters.with_values(values)
        targets = figure_targets(theatre, record, parameters) + recorded
        means, _ = expected(theatre, parameters, targets, days)
        prior = np.log([rows[name].prior for name in names])
        return np.concatenate(
            [
                calibration.residuals(targets, means),
                (logs - prior) / calibration.PRIOR,
            ]
        )

    here = np.log([rows[name].value for name in names])
    now = gaps(here)
    slopes = np.stack(
        [(gaps(here + step) - now) / 0.01 for step in 0.01 * np.eye(len(names))], axis=1
    )
    step = -np.linalg.solve(slopes.T @ slopes, slopes.T @ now)  # one Gauss-Newton step
    # Shipped values have three digits; the best ones are nearer than a tenth of their error.
    error = np.sqrt(np.diag(np.linalg.inv(slopes.T @ slopes)))
    assert np.abs(step / error).max() < 0.1
    low = np.log([rows[name].low for name in names])
    high = np.log([rows[name].high for name in names])
    np.testing.assert_allclose((high - low) / 2, 1.645 * error, rtol=0.1)


def test_rewriting_changes_the_fitted_numbers_and_nothing_else():
    header = "name,value,low,high,basis,source,note,prior"
    text = f"{header}\na.b[x],1,0,2,fitted,s,,1\nc.d,5,4,6,assumed,s,,\n"
    found = calibration.Calibration({"a.b[x]": (1.2345, 1.0, 1300.0)}, [], 0.0, {})
    assert rewritten(text, found).splitlines() == [
        header,
        "a.b[x],1.23,1,1300,fitted,s,,1",
        "c.d,5,4,6,assumed,s,,",
    ]


def test_a_scenario_without_a_record_cannot_be_calibrated(kosovo):
    with pytest.raises(InterposeError, match="cannot be calibrated"):
        calibrate(kosovo, only())
