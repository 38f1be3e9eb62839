"""``interpose displace``: from the folders to the error, the table and the written file."""

import json

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import interpose as ip
from flee_folders import INSTANCES, data_folder, edited, valley
from interpose.assess.displaced import relative_difference
from interpose.cli import app
from interpose.errors import InterposeError
from interpose.play.exodus import play_flee
from interpose.scenario import read_flee


def ask(*words):
    return CliRunner().invoke(app, ["displace", *(str(word) for word in words)])


def test_every_case_is_played_scored_and_written(tmp_path):
    cases = [valley(tmp_path / "valley"), valley(tmp_path / "closed", closures="camp,Near,,0,5\n")]
    told = ask(*cases, "--out", tmp_path / "out", "--json")
    assert told.exit_code == 0, told.output
    document = json.loads(told.stdout)
    assert [case["case"] for case in document["cases"]] == ["valley", "closed"]
    for folder, case in zip(cases, document["cases"], strict=True):
        instance = read_flee(folder)
        played = play_flee(instance, seed=1)
        expected = relative_difference(played.counted, np.array(instance.recorded()))
        assert (case["error"], case["rescaled"]) == expected
        assert case["displaced"] == played.displaced
        daily = pd.read_csv(case["file"])
        assert len(daily) == 10 * 5  # every day, every location
        camps = daily.pivot(index="day", columns="location", values="people")
        camps = camps[list(played.instance.camps)]
        np.testing.assert_array_equal(camps, played.counted)
    assert "Elsewhere" in told.stderr  # what was passed over


def test_arrivals_of_all_locations_account_for_everybody(tmp_path):
    instance = read_flee(valley(tmp_path))
    result = ip.displace(instance)
    daily = result.daily.set_index(["day", "location"])
    assert list(daily.index.unique("location")) == [place.name for place in instance.locations]
    arrived = daily["arrived"].unstack()
    assert arrived["Town A"].tolist() == list(instance.newly_displaced())
    moved = daily["people"].unstack().diff()
    stays = arrived["Far"] == moved["Far"]  # nobody left the camp on such a day
    assert stays.iloc[1:].any()
    assert daily["recorded"].unstack()["Near"].tolist() == [day[0] for day in instance.recorded()]
    assert daily["recorded"].unstack()["Town A"].isna().all()


def test_the_table_names_each_case_its_errors_and_their_mean(tmp_path):
    told = ask(valley(tmp_path / "a"), valley(tmp_path / "b"), "--out", tmp_path / "out")
    rows = {line.split()[0]: line.split() for line in told.stdout.splitlines()}
    assert rows["a"][1:4] == ["10", "1,000", rows["a"][3]]
    assert float(rows["mean"][1]) == float(rows["a"][5])
    assert (tmp_path / "out" / "b.csv").is_file()


def test_futures_give_an_interval_around_the_table(tmp_path):
    folder = valley(tmp_path)
    told = ask(folder, "--futures", 20, "--out", tmp_path / "out", "--json")
    case = json.loads(told.stdout)["cases"][0]
    assert case["interval"][0]["raw"] < case["interval"][1]["raw"]
    daily = pd.read_csv(case["file"])
    assert (daily["low"] <= daily["high"]).all()
    assert (daily["low"] < daily["high"]).any()
    again = ip.displace(folder, futures=20)
    pd.testing.assert_series_equal(daily["high"], again.daily["high"], check_dtype=False)


def test_all_faults_of_all_folders_are_told_at_once_and_nothing_is_played(tmp_path):
    bad = valley(tmp_path / "bad", **edited("routes", "Gate,50", "Gate,fifty"), near=None)
    worse = valley(tmp_path / "worse", **edited("locations", "camp,,600", "cmp,,600"))
    told = ask(bad, valley(tmp_path / "good"), worse, "--out", tmp_path / "out")
    assert told.exit_code == 2
    assert "3 faults" in told.stderr
    assert f"{bad}/input_csv/routes.csv line 3, distance: 'fifty'." in told.stderr
    assert f"{worse}/input_csv/locations.csv line 5, location_type: 'cmp'." in told.stderr
    assert "Did you mean 'camp'?" in told.stderr
    assert "interpose displace" in told.stderr
    assert "Traceback" not in told.output
    assert not (tmp_path / "out").exists()


def test_a_folder_that_is_not_there_is_one_fault(tmp_path):
    told = ask(tmp_path / "nowhere")
    assert told.exit_code == 2
    assert "1 fault in" in told.stderr


def test_two_folders_of_one_name_are_refused(tmp_path):
    told = ask(valley(tmp_path / "a/valley"), valley(tmp_path / "b/valley"))
    assert told.exit_code == 2
    assert "'valley'" in told.stderr


def test_a_file_in_the_way_is_told_without_a_traceback(tmp_path):
    (tmp_path / "out").write_text("")
    told = ask(valley(tmp_path / "valley"), "--out", tmp_path / "out")
    assert told.exit_code == 2
    assert "cannot be written" in told.stderr


@pytest.mark.parametrize("wrong", [{"seed": -1}, {"futures": -1}, {"futures": 100_000}])
def test_numbers_out_of_range_are_refused(tmp_path, wrong):
    with pytest.raises(InterposeError, match="must be"):
        ip.displace(valley(tmp_path), **wrong)


def test_published_situations_are_played_in_one_go(tmp_path):
    folders = [data_folder("displacement", "flee", name) for name in INSTANCES]
    told = ask(*folders, "--out", tmp_path, "--json")
    assert told.exit_code == 0
    assert all(0 < case["error"] < 0.5 for case in json.loads(told.stdout)["cases"])
