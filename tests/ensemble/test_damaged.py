"""Damaged runs: resume, report and dataset refuse them alike, say which file and how to mend."""

import errno
import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import interpose as ip
from interpose.cli.app import app
from interpose.ensemble import folder as files
from interpose.ensemble import list_runs
from interpose.errors import RunError
from interpose.report import write_report

FUTURES = 15
"""Two chunks, the second of them half full."""


@pytest.fixture(scope="module")
def stored(example, tmp_path_factory):
    folder = tmp_path_factory.mktemp("stored")
    for name, seed in (("run", 1), ("other", 2)):
        ip.run(example, futures=FUTURES, seed=seed, workers=1, out=folder / name)
    return folder


@pytest.fixture
def copy(stored, tmp_path):
    return Path(shutil.copytree(stored / "run", tmp_path / "run"))


def part(folder, table="incidents", chunk=1):
    return folder / table / f"{chunk:05d}.parquet"


def cut(path, _):
    path.write_bytes(path.read_bytes()[:-9])


def emptied(path, _):
    path.write_bytes(b"")


def removed(path, _):
    path.unlink()


def zeroed(path, _):
    content = bytearray(path.read_bytes())
    content[40:200] = bytes(160)
    path.write_bytes(content)


def foreign(path, stored):
    shutil.copy(stored / "other" / path.parent.name / path.name, path)


def of_another_chunk(path, _):
    shutil.copy(path.with_name("00000.parquet"), path)


READERS = {
    "report": lambda folder, example: write_report(folder),
    "dataset": lambda folder, example: ip.read_run(folder).dataset(),
    "resume": lambda folder, example: ip.run(example, futures=FUTURES, workers=1, out=folder),
}


@pytest.mark.parametrize("damage", [cut, emptied, removed, zeroed, foreign, of_another_chunk])
@pytest.mark.parametrize("table", ["incidents", "futures", "people"])
@pytest.mark.parametrize("read", ["report", "dataset"])
def test_what_is_damaged_is_named_and_nothing_is_told_of_it(
    stored, copy, example, damage, table, read
):
    damage(part(copy, table), stored)
    with pytest.raises(RunError, match=f"{table}/00001.parquet .*\\n.*--fresh"):
        READERS[read](copy, example)


@pytest.mark.parametrize("damage", [zeroed, foreign, of_another_chunk])
def test_a_run_with_a_damaged_table_is_not_resumed(stored, copy, example, damage):
    damage(part(copy), stored)
    with pytest.raises(RunError, match=r"incidents/00001.parquet"):
        READERS["resume"](copy, example)
    part(copy).unlink()
    READERS["resume"](copy, example)
    assert ip.read_run(copy).info["digest"] == ip.read_run(stored / "run").info["digest"]


def begun(folder):
    """Make a run look as if it had been killed after its first chunk."""
    part(folder, "futures").unlink()
    info = ip.read_run(folder).info | {"finished": False}
    files.write_info(folder, info)


def test_an_unfinished_run_with_a_foreign_table_is_neither_resumed_nor_told(
    stored, copy, example, tmp_path
):
    begun(copy)
    foreign(part(copy, chunk=0), stored)
    for read in READERS.values():
        with pytest.raises(RunError, match=r"incidents/00000.parquet is not as it was written"):
            read(copy, example)
    foreign(part(copy, "futures", chunk=0), stored)
    for read in READERS.values():
        with pytest.raises(RunError, match=r"of another run \(seed: 2 there, 1 here\)"):
            read(copy, example)


@pytest.mark.parametrize(
    ("key", "value"),
    [("seed", 7), ("futures", 5), ("done", 3), ("finished", False), ("policy", "x"), ("axes", {})],
)
@pytest.mark.parametrize("read", READERS)
def test_a_changed_run_json_is_refused(copy, example, key, value, read):
    info = json.loads((copy / "run.json").read_text())
    (copy / "run.json").write_text(json.dumps(info | {key: value}))
    with pytest.raises(RunError, match=r"run\.json was changed after the run.*--fresh"):
        READERS[read](copy, example)


def test_a_broken_run_does_not_hide_the_others_and_fresh_mends_it(stored, example, tmp_path):
    runs = Path(shutil.copytree(stored, tmp_path / "runs"))
    (runs / "other" / "run.json").write_text("{")
    listed = CliRunner().invoke(app, ["runs", str(runs)])
    assert listed.exit_code == 0
    assert str(runs / "run") in listed.output
    assert "other/run.json cannot be read" in " ".join(listed.output.split())
    assert "--fresh" in listed.output
    for verb in ("report", "runs"):
        asked = CliRunner().invoke(app, [verb, str(runs / "other")])
        assert asked.exit_code == 2
        assert "RunDamagedError" in asked.output
    ip.run(example, futures=FUTURES, seed=2, workers=1, out=runs / "other", fresh=True)
    assert ip.read_run(runs / "other").verify()


def test_a_killed_run_with_a_damaged_table_does_not_hide_the_others(stored, tmp_path):
    runs = Path(shutil.copytree(stored, tmp_path / "runs"))
    begun(runs / "other")
    zeroed(part(runs / "other", "futures", chunk=0), stored)
    found, faults = list_runs(runs)
    assert [run.folder.name for run in found] == ["run"]
    assert "futures" in str(faults[0])


@pytest.mark.parametrize("table", ["series", "futures"])
def test_a_full_disk_leaves_nothing_half_written_and_the_run_ends_once_there_is_room(
    stored, example, tmp_path, monkeypatch, table
):
    write = Path.write_bytes

    def full(path, content):
        if path.parent.name == table and "00001" in path.name:
            write(path, content[: len(content) // 2])
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    out = tmp_path / "run"
    with pytest.raises(RunError, match=r"Make room, then run the same command again"):
        READERS["resume"](out, example)
    assert not list(out.rglob("*.tmp"))
    monkeypatch.undo()
    done = READERS["resume"](out, example)
    assert done.info["digest"] == ip.read_run(stored / "run").info["digest"]
    assert not list(out.rglob("*.tmp"))
    assert write_report(out).exists()


def damaged_anywhere(data, folder, *, only_first):
    """Change a byte or cut a file of a run, wherever that is."""
    parts = folder.rglob("00000.parquet" if only_first else "*")
    path = data.draw(st.sampled_from(sorted(path for path in parts if path.is_file())))
    content = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        content[at] ^= data.draw(st.integers(1, 255))
    else:
        del content[at:]
    path.write_bytes(content)
    return path


def notices(data, stored, tmp_path, *, finished=True):
    folder = tmp_path / "run"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(stored / "run", folder, ignore=shutil.ignore_patterns("report.html"))
    if not finished:
        begun(folder)
    path = damaged_anywhere(data, folder, only_first=not finished)
    if path.suffix == ".json" and path.read_text("latin-1").split() == (
        (stored / "run" / path.name).read_text("latin-1").split()
    ):
        return  # white space alone
    try:
        ip.read_run(folder).check()
    except RunError:
        return
    assert not finished, "a finished run has a digest of every byte"
    if ip.read_run(folder).chunks:  # else the chunk does not count as played, and is played again
        assert path.parent.name == "futures"  # a word in its footer, of a column's meaning
        assert pq.read_table(path).equals(pq.read_table(stored / "run" / "futures" / path.name))


QUICK = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


@settings(max_examples=40, **QUICK)
@given(data=st.data())
def test_any_changed_byte_is_noticed(stored, tmp_path, data):
    notices(data, stored, tmp_path)


@settings(max_examples=40, **QUICK)
@given(data=st.data())
def test_any_changed_byte_of_a_run_that_was_killed_is_noticed(stored, tmp_path, data):
    notices(data, stored, tmp_path, finished=False)


@pytest.mark.slow
@settings(max_examples=1000, **QUICK)
@given(data=st.data())
def test_any_changed_byte_of_a_thousand_is_noticed(stored, tmp_path, data):
    notices(data, stored, tmp_path)
