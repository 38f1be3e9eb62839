"""The bytes of a run depend on its inputs, not on workers, kills or restarts."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest

import interpose as ip
from interpose.ensemble import folder as files
from interpose.errors import RunError, RunMismatchError


@pytest.mark.parametrize("workers", [2, 8])
def test_any_number_of_workers_writes_the_same_bytes(
    example, unbroken, same_bytes, tmp_path, workers
):
    run = ip.run(example, futures=45, workers=workers, out=tmp_path / "run")
    same_bytes(unbroken.folder, run.folder)
    assert run.info["digest"] == unbroken.info["digest"]


def test_run_json_is_the_same_but_for_what_is_volatile(example, unbroken, tmp_path):
    run = ip.run(example, futures=45, workers=2, out=tmp_path / "run")
    one, other = ({**info, "volatile": None} for info in (run.info, unbroken.info))
    assert list(one.items()) == list(other.items())


class Killed(BaseException):
    """What no `except Exception` catches."""


@pytest.mark.parametrize("renamed", [False, True], ids=["half written", "just renamed"])
def test_a_run_that_is_cut_at_any_write_ends_the_same(
    example, same_bytes, tmp_path, monkeypatch, renamed
):
    whole = ip.run(example, futures=20, workers=1, out=tmp_path / "whole")
    true_write, writes = files.write_aside, 2 + 2 * 7
    for last in range(writes):
        count = iter(range(writes + 1))

        def write(path, content, count=count, last=last):
            if next(count) < last:
                return true_write(path, content)
            if renamed:
                true_write(path, content)
            else:
                files.aside_of(path).write_bytes(content[: len(content) // 2])
            raise Killed

        monkeypatch.setattr(files, "write_aside", write)
        out = tmp_path / f"cut_{last}"
        with pytest.raises(Killed):
            ip.run(example, futures=20, workers=1, out=out)
        monkeypatch.setattr(files, "write_aside", true_write)
        resumed = ip.run(example, futures=20, workers=2, out=out)
        same_bytes(whole.folder, out)
        assert resumed.info["digest"] == whole.info["digest"]
        shutil.rmtree(out)


def test_a_run_killed_by_the_system_again_and_again_ends_the_same(example, same_bytes, tmp_path):
    out, futures, dice = tmp_path / "killed", 400, random.Random(4)
    command = [sys.executable, "-m", "interpose", "run", example.folder, "--out", str(out)]
    command += ["--futures", str(futures), "--no-report", "--workers", "2"]
    commits = []
    for _ in range(3):
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        before = len(commits)
        while process.poll() is None and len(commits) < before + dice.randint(1, 6):
            time.sleep(0.002)
            commits = list((out / "futures").glob("*.parquet"))
        time.sleep(dice.random() * 0.03)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert 3 <= len(list((out / "futures").glob("*.parquet"))) < futures / 10
    assert not ip.read_run(out).finished
    resumed = ip.run(example, futures=futures, out=out)
    whole = ip.run(example, futures=futures, out=tmp_path / "whole")
    same_bytes(whole.folder, out)
    assert resumed.info["digest"] == whole.info["digest"]


def test_finished_chunks_are_not_played_again(example, some_fail, tmp_path):
    out = tmp_path / "run"
    ip.run(example, futures=30, workers=1, out=out)
    assert some_fail == list(range(30))
    (out / "incidents" / "00001.parquet").write_bytes(b"PAR1 cut by a power failu")
    some_fail.clear()
    run = ip.run(example, futures=30, workers=1, out=out)
    assert some_fail == list(range(10, 20))
    assert (run.info["done"], run.info["failed"]) == (27, 3)


def test_a_finished_run_is_left_alone(example, unbroken):
    before = {path: path.stat().st_mtime_ns for path in unbroken.folder.rglob("*")}
    ip.run(example, futures=45, out=unbroken.folder)
    assert {path: path.stat().st_mtime_ns for path in unbroken.folder.rglob("*")} == before


def test_other_inputs_in_the_same_folder_are_refused_with_both_values(example, unbroken):
    with pytest.raises(RunMismatchError) as caught:
        ip.run(example, futures=90, seed=2, out=unbroken.folder)
    text = str(caught.value)
    assert "  seed: 1 there, 2 now\n" in text
    assert "  futures: 45 there, 90 now\n" in text
    assert "--out" in text
    assert "--fresh" in text
    assert "policy" not in text


def test_fresh_removes_that_run_and_nothing_else(example, tmp_path):
    out = tmp_path / "run"
    ip.run(example, futures=20, out=out)
    ours = [out / "notes.txt", out / "series" / "mine.parquet.bak", out / "futures" / "x.parquet"]
    for path in ours:
        path.write_text("mine")
    (out / "report.html").write_text("of the run before")
    run = ip.run(example, futures=10, seed=5, out=out, fresh=True)
    assert not (out / "report.html").exists()
    assert run.chunks == [0]
    assert [path.read_text() for path in ours] == ["mine"] * 3


@pytest.mark.parametrize("fresh", [False, True])
def test_a_folder_of_something_else_is_not_written_to(example, tmp_path, fresh):
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(RunMismatchError, match="thesis"):
        ip.run(example, futures=10, out=tmp_path, fresh=fresh)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_a_table_that_was_changed_by_hand_is_noticed(example, tmp_path):
    run = ip.run(example, futures=10, out=tmp_path / "run")
    assert run.verify()
    part = run.folder / "series" / "00000.parquet"
    part.write_bytes(part.read_bytes()[:100] + b"?" + part.read_bytes()[101:])
    assert not run.verify()
    with pytest.raises(RunError, match="--fresh"):
        ip.run(example, futures=10, out=run.folder)


def test_two_processes_do_not_write_one_run(example, tmp_path):
    out = tmp_path / "run"
    out.mkdir()
    with files.locked(out), pytest.raises(RunError, match="another interpose"):
        ip.run(example, futures=10, out=out)


def test_a_folder_that_cannot_be_made_is_a_clear_error(example, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match=r"file.*Choose a folder"):
        ip.run(example, futures=10, out=tmp_path / "file" / "run")


def test_a_full_disk_keeps_what_is_finished(example, tmp_path, monkeypatch):
    true_write = files.write_aside

    def write(path, content):
        if path.name == "00001.parquet":
            raise OSError(28, "No space left on device", str(path))
        true_write(path, content)

    monkeypatch.setattr(files, "write_aside", write)
    with pytest.raises(RunError, match=r"No space left.*Make room, then run the same command"):
        ip.run(example, futures=30, workers=1, out=tmp_path / "run")
    assert ip.read_run(tmp_path / "run").chunks == [0]
