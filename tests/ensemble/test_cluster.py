"""A run on a Dask cluster of separate processes has the bytes of a run on this machine."""

import os
import signal
import subprocess
import sys
import time
from importlib.util import find_spec

import pytest

import interpose as ip
from interpose.ensemble import cluster
from interpose.errors import RunError

dask_wanted = pytest.mark.skipif(
    find_spec("distributed") is None, reason="needs the extra: pip install 'interpose[cluster]'"
)


@pytest.fixture
def scheduler(tmp_path):
    file = tmp_path / "scheduler.json"
    options = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    with started("dask_scheduler", *options, "--scheduler-file", str(file)):
        until = time.monotonic() + 30
        while not file.exists() and time.monotonic() < until:
            time.sleep(0.05)
        import json

        yield json.loads(file.read_text())["address"]


def started(program, *options):
    command = [sys.executable, "-m", f"distributed.cli.{program}", *options]
    return Ended(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))


class Ended:
    """A process that does not outlive its test."""

    def __init__(self, process):
        self.process = process

    def __enter__(self):
        return self.process

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def worker(address, folder):
    options = ["--no-nanny", "--no-dashboard", "--nthreads", "1", "--memory-limit", "0"]
    return started("dask_worker", address, *options, "--local-directory", str(folder))


@dask_wanted
def test_a_cluster_that_loses_a_worker_gives_the_same_bytes(
    scheduler, example, same_bytes, tmp_path
):
    local = ip.run(example, futures=300, out=tmp_path / "local")
    with worker(scheduler, tmp_path / "a") as first, worker(scheduler, tmp_path / "b"):

        def kill(progress):
            if progress.done >= 50 and first.poll() is None:
                os.kill(first.pid, signal.SIGKILL)

        far = ip.run(example, futures=300, cluster=scheduler, out=tmp_path / "far", progress=kill)
        assert first.wait() == -signal.SIGKILL
    same_bytes(local.folder, far.folder)
    assert far.info["digest"] == local.info["digest"]


@dask_wanted
def test_a_scheduler_that_does_not_answer_is_a_clear_error(example, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "WAIT_SECONDS", 1)
    with pytest.raises(RunError, match=r"No Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        ip.run(example, futures=10, cluster="tcp://127.0.0.1:9", out=tmp_path / "run")


@dask_wanted
def test_a_scheduler_without_workers_is_a_clear_error(scheduler, example, tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "WAIT_SECONDS", 1)
    with pytest.raises(RunError, match="has no workers"):
        ip.run(example, futures=10, cluster=scheduler, out=tmp_path / "run")


def test_without_dask_the_message_says_what_to_install(example, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(RunError, match=r"pip install 'interpose\[cluster\]'"):
        ip.run(example, futures=10, cluster="tcp://127.0.0.1:9", out=tmp_path / "run")


def test_a_worker_with_other_versions_plays_nothing():
    wanted = cluster.versions() | {"numpy": "1.0"}
    assert "numpy" in cluster.play_there(b"never unpacked", 0, wanted)
