"""A future that raises is a row; the others go on."""

import tracemalloc

import numpy as np
import pandas as pd
import pytest

import interpose as ip
from interpose.ensemble import chunks
from interpose.errors import InterposeError, UnknownNameError


def test_a_failed_future_is_a_row_with_its_error_and_its_parameters(example, some_fail, tmp_path):
    run = ip.run(example, futures=25, out=tmp_path / "run")
    assert (run.info["done"], run.info["failed"]) == (22, 3)
    assert run.counts() == (22, 3)
    futures = run.table("futures").set_index("future")
    failed = futures.loc[[3, 13, 23]]
    assert failed["status"].tolist() == ["failed"] * 3
    assert failed["error"].loc[13] == "RunawayError: 13 ran away\nand away"
    assert failed[["incidents", "deaths", "injured"]].to_numpy().sum() == 0
    drawn = futures.columns[5:]
    assert failed[drawn].notna().all(axis=None)
    assert (futures.drop(index=[3, 13, 23])["error"] == "").all()
    assert set(run.table("series")["future"]) == set(range(25)) - {3, 13, 23}


def test_unknown_parameters_of_a_failed_future_are_missing(example, some_fail, monkeypatch):
    def refuse(*_):
        msg = "no draw"
        raise ValueError(msg)

    monkeypatch.setattr(chunks, "draw_parameters", refuse)
    futures = ip.play(example, futures=4, keep_failed=True)
    assert np.isnan(futures["drawn"].sel(future=3)).all()
    assert not np.isnan(futures["drawn"].sel(future=2)).any()


def test_in_memory_a_failed_future_is_missing_and_not_zero(example, some_fail):
    futures = ip.play(example, futures=5, keep_failed=True)
    assert futures["status"].values.tolist() == ["done", "done", "done", "failed", "done"]
    assert np.isnan(futures["incidents"].sel(future=3)).all()
    assert np.isnan(futures["R"].sel(future=3)).all()
    assert futures["incidents"].drop_sel(future=3).notnull().all()


def test_in_memory_a_failed_future_is_an_error_unless_it_is_to_be_kept(example, some_fail):
    with pytest.raises(
        InterposeError, match=r"1 of 5 futures failed.* 3: RunawayError: 3 ran away"
    ):
        ip.play(example, futures=5)
    assert ip.play(example, futures=3)["incidents"].notnull().all()


def test_a_run_of_nothing_but_failures_has_tables_all_the_same(example, tmp_path, monkeypatch):
    def fail(*_, **__):
        raise ZeroDivisionError

    whole = ip.run(example, futures=2, out=tmp_path / "whole")
    monkeypatch.setattr(chunks, "play_future", fail)
    run = ip.run(example, futures=2, out=tmp_path / "run")
    assert (run.info["done"], run.info["failed"]) == (0, 2)
    for table in ("series", "reports", "force", "reviews", "municipalities", "incidents"):
        empty, full = run.table(table), whole.table(table)
        assert len(empty) == 0
        assert empty.columns.tolist() == full.columns.tolist()
        assert empty.drop(
            columns=["type", "place", "reporter", "municipality"], errors="ignore"
        ).dtypes.equals(
            full.drop(columns=["type", "place", "reporter", "municipality"], errors="ignore").dtypes
        )
    assert run.dataset().sizes["future"] == 2


def test_ctrl_c_keeps_finished_chunks_and_stops_the_threads(example, tmp_path):
    def interrupt(progress):
        if progress.done >= 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ip.run(example, futures=2000, workers=2, out=tmp_path / "run", progress=interrupt)
    run = ip.read_run(tmp_path / "run")
    assert not run.finished
    assert 2 <= len(run.chunks) <= 5


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"futures": 0}, "futures: 0. Must be from 1"),
        ({"seed": -1}, "seed: -1. Must be 0 or more"),
        ({"workers": 0}, "workers: 0. Must be 1 or more"),
        ({"workers": 1, "cluster": "tcp://x:1"}, "Give only one"),
    ],
)
def test_wrong_values_are_refused_before_anything_is_written(example, tmp_path, wrong, text):
    with pytest.raises(InterposeError, match=text):
        ip.run(example, out=tmp_path / "run", **wrong)
    assert not (tmp_path / "run").exists()


def test_an_unknown_policy_is_refused(example, tmp_path):
    with pytest.raises(UnknownNameError, match="Did you mean 'replay'"):
        ip.run(example, policy="repaly", out=tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.slow
def test_memory_does_not_grow_with_the_number_of_futures(example, tmp_path):
    def peak(futures: int) -> int:
        tracemalloc.start()
        try:
            ip.run(example, futures=futures, workers=2, out=tmp_path / "run", fresh=True)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(10)
    most = 1.5 * peak(60)
    # A few chunks wait to be written, more where the machine has other work: the least of two.
    assert peak(240) < most or peak(240) < most


def test_a_future_does_not_depend_on_how_many_there_are(example, unbroken, tmp_path):
    fewer = ip.run(example, futures=12, out=tmp_path / "run").table("futures")
    more = unbroken.table("futures")[:12]
    pd.testing.assert_frame_equal(fewer, more, check_categorical=False)
