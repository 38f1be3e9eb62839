"""The kind of incident with most of the dead is named, and only where there is one."""

import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from interpose.ensemble import read_run, run
from interpose.report.run_page.contents import findings
from interpose.report.run_page.run_data import SIDES_OF_RIOTS, gather
from interpose.scenario import load, new

from .test_report import as_if_played

FUTURES = 4


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    folder = tmp_path_factory.mktemp("kind")
    return run(
        load(new("valley", folder)), out=folder / "run", futures=FUTURES, seed=2, workers=1
    ).folder


def with_deaths(played, folder, deaths):
    """Return the data of a copy of the run with so many dead by type in every month."""
    shutil.copytree(played, folder)
    for chunk in read_run(folder).chunks:
        path = folder / "series" / f"{chunk:05d}.parquet"
        table = pq.read_table(path)
        frame = table.to_pandas()
        frame["deaths"] = frame["type"].astype(str).map(deaths).fillna(0).astype("int64")
        changed = pa.Table.from_pandas(frame, preserve_index=False)
        pq.write_table(changed.cast(table.schema), path)
    as_if_played(folder)
    return gather(folder)


def test_a_kind_with_most_of_the_dead_is_named_with_its_share(played, tmp_path):
    dead = {"armed_attack.hill.river": 30, "armed_attack.river.hill": 2}
    data = with_deaths(played, tmp_path / "copy", dead)
    name, share = data.main_kind
    months = FUTURES * len(data.theatre.month_starts)
    riots = data.run.table("riots")[list(SIDES_OF_RIOTS)].to_numpy().sum()
    assert name == "armed_attack.hill.river"
    assert share == pytest.approx(30 * months / (32 * months + riots))
    assert any("Hill people attack river people with arms" in said for said in findings(data))


def test_no_kind_is_named_where_none_has_more_than_half_of_the_dead(played, tmp_path):
    dead = {"armed_attack.hill.river": 30, "armed_attack.river.hill": 30}
    data = with_deaths(played, tmp_path / "copy", dead)
    assert data.main_kind is None
    assert not any("Hill people attack" in said for said in findings(data))
