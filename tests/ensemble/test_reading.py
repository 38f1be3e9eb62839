"""What was stored can be read, by us and by others, with units."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xarray as xr

import interpose as ip
from interpose.ensemble import list_runs
from interpose.errors import RunError, UnknownNameError
from interpose.play import TABLES


def test_every_column_says_its_unit_and_meaning(unbroken):
    for table, columns in TABLES.items():
        schema = pq.read_schema(unbroken.folder / table / "00000.parquet")
        for column in columns:
            about = schema.field(column.name).metadata
            assert about[b"unit"].decode() == column.unit
            assert about[b"description"].decode() == column.description
        assert schema.metadata[b"scenario"] == b"valley"


def test_text_is_a_dictionary_and_days_are_days(unbroken):
    schema = pq.read_schema(unbroken.folder / "incidents" / "00004.parquet")
    assert schema.field("date").type == pa.date32()
    assert pa.types.is_dictionary(schema.field("place").type)
    assert schema.field("future").type == pa.int32()


def test_drawn_parameters_are_columns_named_like_their_rows(unbroken, example):
    drawn = [row.name for row in example.parameters.rows() if row.low < row.high]
    futures = unbroken.table("futures")
    assert futures.columns[len(TABLES["futures"]) :].tolist() == drawn
    assert (futures[drawn].dtypes == np.float64).all()


def test_without_draws_there_are_no_such_columns(example, tmp_path):
    run = ip.run(example, futures=2, draw=False, out=tmp_path / "run")
    assert run.table("futures").columns.tolist() == [c.name for c in TABLES["futures"]]
    assert run.dataset().sizes["parameter"] == 0


def test_a_table_is_a_frame_of_all_futures_in_order(unbroken):
    series = unbroken.table("series", ["future", "month", "incidents"])
    assert series.columns.tolist() == ["future", "month", "incidents"]
    assert series["future"].is_monotonic_increasing
    assert series["month"].dtype.kind == "M"
    totals = series.groupby("future")["incidents"].sum()
    futures = unbroken.table("futures").set_index("future")
    assert totals.tolist() == futures["incidents"].tolist()


def test_unknown_tables_and_columns_get_a_near_name(unbroken):
    with pytest.raises(UnknownNameError, match="Did you mean 'series'"):
        unbroken.table("serie")
    with pytest.raises(UnknownNameError, match="Did you mean 'deaths'"):
        unbroken.table("series", ["death"])


def test_stored_and_in_memory_are_the_same_dataset(unbroken, example):
    xr.testing.assert_identical(unbroken.dataset(), ip.play(example, futures=45, workers=3))


def test_the_dataset_agrees_with_the_tables(unbroken):
    dataset = unbroken.dataset()
    row = unbroken.table("municipalities").iloc[37]
    there = {"future": row["future"], "review": row["date"], "municipality": row["municipality"]}
    assert dataset["R_municipality"].sel(there) == row["R"]
    assert dataset["troops"].sel(there) == row["troops"]
    reports = unbroken.table("reports")
    assert dataset["reported"].sum() == reports["reported"].sum()
    row = reports.iloc[50]
    names = ["future", "month", "reporter", "type"]
    assert dataset["reported"].sel({name: row[name] for name in names}) == row["reported"]


def test_every_variable_says_its_unit(unbroken):
    for name, variable in unbroken.dataset().data_vars.items():
        assert variable.attrs["units"], name
        assert variable.attrs["long_name"], name


def test_a_dataset_knows_its_run(unbroken, example):
    attrs = unbroken.dataset().attrs
    assert attrs["scenario"] == "valley"
    assert attrs["digest"] == example.digest
    assert (attrs["seed"], attrs["policy"], attrs["version"]) == (1, "replay", ip.__version__)


def test_runs_are_listed_by_name_and_strangers_left_out(example, tmp_path):
    for name in ("b", "a"):
        ip.run(example, futures=1, out=tmp_path / name)
    (tmp_path / "c").mkdir()
    assert [run.folder.name for run in list_runs(tmp_path)[0]] == ["a", "b"]


@pytest.mark.parametrize("text", ["{", "[]", '{"format": 99}'])
def test_a_broken_run_json_is_a_clear_error(tmp_path, text):
    (tmp_path / "run.json").write_text(text)
    with pytest.raises(RunError, match=r"run\.json"):
        ip.read_run(tmp_path)


def test_no_run_is_a_clear_error(tmp_path):
    with pytest.raises(RunError, match="not the folder of a run"):
        ip.read_run(tmp_path)
