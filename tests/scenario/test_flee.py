"""Folders of Flee: what Flee takes is taken, what it would stumble over is named."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flee_folders import INSTANCES, VALLEY, data_folder, edited, valley
from interpose.errors import ScenarioError
from interpose.scenario import read_flee


def faults_of(folder):
    with pytest.raises(ScenarioError) as caught:
        read_flee(folder)
    return caught.value.faults


def test_a_folder_is_read_whole(tmp_path):
    read = read_flee(valley(tmp_path / "valley"))
    assert (read.name, read.start, read.days) == ("valley", dt.date(2015, 5, 1), 10)
    assert [p.kind for p in read.locations] == [
        "conflict_zone",
        "town",
        "forwarding_hub",
        "camp",
        "camp",
    ]
    assert read.locations[0].size == 1000
    assert read.routes[2].redirects == "Gate"
    assert read.camps == ("Near", "Far")
    assert read.recorded()[0] == (60, 40)
    assert read.recorded()[9] == (500, 400)
    assert read.conflict[3] == (1.0, 0.0, 0.0, 0.0, 0.0)
    assert any("Elsewhere" in note for note in read.notes)


def test_between_two_records_the_number_runs_straight_and_is_cut_to_whole_people(tmp_path):
    read = read_flee(valley(tmp_path, near="2015-05-03,10\n2015-05-07,21\n"))
    assert [day[0] for day in read.recorded()] == [10, 10, 10, 12, 15, 18, 21, 21, 21, 21]


def test_a_fall_of_the_total_is_a_debt_that_growth_pays_first(tmp_path):
    total = "2015-05-01,100\n2015-05-02,150\n2015-05-03,120\n2015-05-04,160\n2015-05-05,200\n"
    read = read_flee(valley(tmp_path, refugees=total))
    assert read.newly_displaced() == (0, 50, 0, 10, 40, 0, 0, 0, 0, 0)


def test_a_correction_scales_what_was_recorded_before_it(tmp_path):
    near = "2015-05-01,100\n2015-05-04,200\n2015-05-06,150\n"
    read = read_flee(
        valley(tmp_path, near=near, registration_corrections="Near,2015-05-06,normalize\n")
    )
    assert [read.recorded()[day][0] for day in (0, 3, 5)] == [75, 150, 150]


def test_a_zone_without_a_column_is_in_conflict_from_its_date(tmp_path):
    files = edited("locations", "Town B,West,Hill,0.5,30.0,town,,", "Town B,,Hill,,,conflict,4,80")
    read = read_flee(valley(tmp_path, **files))
    assert [day[1] for day in read.conflict] == [0.0] * 4 + [1.0] * 6


def test_a_camp_without_a_series_is_kept_and_not_scored(tmp_path):
    read = read_flee(valley(tmp_path, **edited("data_layout", "Near,near.csv\n", "")))
    assert read.camps == ("Far",)
    assert any("Near" in note for note in read.notes)


@pytest.mark.parametrize(
    ("total", "words"),
    [
        ("2012-01-01,100\n2013-01-01,900\n", "no record of the total lies within the 10 days"),
        ("2015-05-09,100\n2015-05-10,900\n", "recorded for 2 of the 10 days"),
        ("2014-05-09,100\n2016-05-10,900\n", "no record of the total"),
    ],
)
def test_a_total_that_hardly_covers_the_period_is_noted(tmp_path, total, words):
    assert any(words in note for note in read_flee(valley(tmp_path, refugees=total)).notes)


def test_conflicts_that_end_early_last_as_they_stood_and_it_is_said(tmp_path):
    read = read_flee(valley(tmp_path, conflicts="#Day,Town A\n0,0\n1,1\n2,3\n"))
    assert [day[0] for day in read.conflict] == [0.0, 1.0] + [3.0] * 8
    assert any("ends after 3 of the 10 days" in note for note in read.notes)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"refugees": "2015-05-01,1000\n2015-05-10,10000\n"}, "the total is 5,500 people"),
        ({"refugees": "2015-05-01,10\n2015-05-10,100\n"}, "so far apart"),
        ({"routes": VALLEY["input_csv/routes.csv"] + "Gate,Town B,90\n"},
         "routes.csv line 6: 'Gate' to 'Town B' stands in line 3 already; the shorter counts"),
        ({"refugees": "2015-05-01,900\n2015-05-10,700\n"}, "nobody is newly displaced"),
        ({"conflicts": "#Day,Town A\n" + "".join(f"{d},{int(d > 4)}\n" for d in range(10))},
         "on 4 of the days on which people flee no place is in conflict"),
        ({"conflicts": "#Day,Town A,Town C\n" + "".join(f"{d},1,1\n" for d in range(10)),
          "locations": VALLEY["input_csv/locations.csv"] + "Town C,West,Hill,,,conflict_zone,,9\n"},
         "no road leads from 'Town C' to a camp"),
        (edited("data_layout", "Far,far.csv", "Far,near.csv"),
         "'near.csv' stands in line 2 already"),
        ({"closures": "link,Gate,Near,50,60\n"}, "begins after the 10 days"),
        ({"closures": "link,Town A,Far,2,5\n"}, "closes nothing: no road joins the two"),
        ({"near": "2013-05-01,60\n2013-05-10,500\n"}, "no record of camp 'Near' lies within"),
        ({"near": "2015-05-09,60\n2015-05-10,500\n"}, "camp 'Near' is recorded for 2 of the 10"),
    ],
)  # fmt: skip
def test_records_that_hardly_fit_the_period_or_each_other_are_noted(tmp_path, files, words):
    assert any(words in note for note in read_flee(valley(tmp_path, **files)).notes)


def test_a_folder_without_a_slip_has_no_note_but_on_the_place_that_is_none(tmp_path):
    (note,) = read_flee(valley(tmp_path)).notes
    assert "Elsewhere" in note


def test_a_closure_lasts_where_its_end_is_not_after_its_start(tmp_path):
    closures = (
        "link,Gate,Near,2,5\nlocation,Far,Lake,3,-1\nremove_forced_redirection,Gate,Near,4,0\n"
    )
    read = read_flee(valley(tmp_path, closures=closures))
    active = [[closure.active(day) for day in (1, 2, 4, 5, 9)] for closure in read.closures]
    assert active == [
        [False, True, True, False, False],
        [False, False, True, True, True],
        [False, False, True, True, True],
    ]


@pytest.mark.parametrize(
    ("files", "file", "line", "words"),
    [
        ({"sim_period": None}, "input_csv/sim_period.csv", 0, "missing"),
        ({"locations": None}, "input_csv/locations.csv", 0, "missing"),
        ({"routes": None}, "input_csv/routes.csv", 0, "missing"),
        ({"closures": None}, "input_csv/closures.csv", 0, "missing"),
        ({"conflicts": None}, "input_csv/conflicts.csv", 0, "missing"),
        ({"data_layout": None}, "source_data/data_layout.csv", 0, "missing"),
        ({"near": None}, "source_data/data_layout.csv", 2, "is not in source_data"),
        (edited("sim_period", "2015-05-01", "01.05.2015"), "input_csv/sim_period.csv", 1, "YYYY"),
        (edited("sim_period", "Length,10", "Length,-3"),
         "input_csv/sim_period.csv", 2, "1 or more"),
        (edited("sim_period", "Length,10", ""), "input_csv/sim_period.csv", 0, "Length"),
        (edited("locations", "1000", "1,000"), "input_csv/locations.csv", 2, "8 columns"),
        (edited("locations", "camp,,600", "camp,,many"), "input_csv/locations.csv", 5, "number"),
        (edited("locations", "camp,,600", "camp,,-6"), "input_csv/locations.csv", 5, "0 or more"),
        (edited("locations", "camp,,600", "cmp,,600"), "input_csv/locations.csv", 5, "'camp'"),
        (edited("locations", "camp,,0\n", "camp,,0\nFar,East,Lake,,,camp\n"),
         "input_csv/locations.csv", 7, "already"),
        (edited("routes", "Town B,Far", "Town B,Farr"), "input_csv/routes.csv", 5, "'Far'"),
        (edited("routes", "Gate,50", "Gate,fifty"), "input_csv/routes.csv", 3, "number"),
        (edited("routes", "Gate,50", "Gate,-50"), "input_csv/routes.csv", 3, "0 or more"),
        (edited("routes", "10,2", "10,7"), "input_csv/routes.csv", 4, "1 (from name2"),
        ({"closures": "contry,Hill,River,0,5\n"}, "input_csv/closures.csv", 1, "'country'"),
        ({"closures": "country,Hil,River,0,5\n"}, "input_csv/closures.csv", 1, "'Hill'"),
        ({"closures": "camp,Neer,,0,5\n"}, "input_csv/closures.csv", 1, "'Near'"),
        ({"closures": "camp,Near,,0,soon\n"}, "input_csv/closures.csv", 1, "whole number"),
        ({"closures": "camp,Near\n"}, "input_csv/closures.csv", 1, "closure_start"),
        (edited("conflicts", "3, 1", "3, x"), "input_csv/conflicts.csv", 5, "intensity"),
        ({"conflicts": "#Day,Town A\n"}, "input_csv/conflicts.csv", 0, "each day"),
        (edited("conflicts", "4, 1, 0\n", ""), "input_csv/conflicts.csv", 6, "day after"),
        (edited("conflicts", "9, 1", "8, 1"), "input_csv/conflicts.csv", 11, "day after"),
        ({"conflicts": "#Date,Town A\n2015-05-01,1\n2015-05-03,1\n"},
         "input_csv/conflicts.csv", 3, "day after"),
        ({"conflicts": "#Date,Town A\n2015-05-02,1\n2015-05-03,1\n"},
         "input_csv/conflicts.csv", 2, "the first 2015-05-01"),
        ({"routes": "Town A,Town B,40\nGate,Near,10\n"},
         "input_csv/routes.csv", 0, "nobody arrives"),
        (edited("locations", "conflict_zone", "flood_zone"),
         "input_csv/locations.csv", 2, "Floods are not played"),
        ({"conflicts": VALLEY["input_csv/conflicts.csv"].replace(", 1", ", 0")},
         "input_csv/conflicts.csv", 0, "nobody flees"),
        (edited("data_layout", "total", "totl"), "source_data/data_layout.csv", 0, "'totl'"),
        (edited("data_layout", "near.csv", "naer.csv"),
         "source_data/data_layout.csv", 2, "'near.csv'"),
        (edited("far", "10,300", "10,3O0"), "source_data/far.csv", 3, "whole number"),
        (edited("far", "2015-05-10,300", "2015-13-10,300"), "source_data/far.csv", 3, "YYYY"),
        ({"near": ""}, "source_data/near.csv", 0, "at least one"),
        ({"near": "\x00\x01"}, "source_data/near.csv", 1, "plain text"),
        ({"far": "2015-05-10,300\n2015-05-01,30\n"}, "source_data/far.csv", 2, "later than"),
        ({"far": "2015-05-01,30\n2015-05-01,31\n"}, "source_data/far.csv", 2, "later than"),
        ({"sim_period": "StartDate,2015-05-01\nStartDate,2015-06-01\nLength,10\n"},
         "input_csv/sim_period.csv", 2, "line 1 already"),
        (edited("data_layout", "Far,", "Near,far.csv\nFar,"),
         "source_data/data_layout.csv", 3, "line 2 already"),
        (edited("conflicts", "Elsewhere", "Town A"), "input_csv/conflicts.csv", 1, "once"),
        ({"registration_corrections": "Neer,2015-05-10\n"},
         "input_csv/registration_corrections.csv", 1, "'Near'"),
        ({"registration_corrections": "Near,soon\n"},
         "input_csv/registration_corrections.csv", 1, "YYYY"),
    ],
)  # fmt: skip
def test_a_slip_is_named_with_file_line_and_what_was_wanted(tmp_path, files, file, line, words):
    faults = faults_of(valley(tmp_path, **files))
    assert len(faults) == 1, faults
    assert (faults[0].file, faults[0].line) == (file, line)
    assert words in str(faults[0])


def test_all_slips_are_named_at_once(tmp_path):
    slips = {
        **edited("routes", "Gate,50", "Gate,fifty"),
        **edited("locations", "camp,,600", "cmp,,600"),
        **edited("far", "2015-05-10,300", "2015-13-10,300"),
    }
    files = {fault.file for fault in faults_of(valley(tmp_path, **slips))}
    assert files == {"input_csv/routes.csv", "input_csv/locations.csv", "source_data/far.csv"}


def test_a_folder_that_is_none_of_flees_is_said_to_be_none(tmp_path):
    assert "Flee" in str(faults_of(tmp_path)[0])
    assert "Flee" in str(faults_of(tmp_path / "nowhere")[0])


@pytest.mark.parametrize("name", INSTANCES)
def test_the_published_folders_are_read_without_a_fault(name):
    read = read_flee(data_folder("displacement", "flee", name))
    assert len(read.conflict) == read.days
    assert len(read.camps) >= 5


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sampled_from(sorted(VALLEY)),
    st.integers(0, 400),
    st.integers(0, 12),
    st.one_of(st.binary(max_size=6), st.sampled_from([b'"', b",,", b"\n", b"-1", b"1e300", b"#"])),
)
def test_whatever_stands_in_a_file_it_is_read_or_refused(tmp_path, name, at, cut, put):
    folder = valley(tmp_path)
    data = VALLEY[name].encode()
    (folder / name).write_bytes(data[:at] + put + data[at + cut :])
    try:
        read = read_flee(folder)
    except ScenarioError:
        return
    assert len(read.conflict) == read.days == len(read.newly_displaced())
