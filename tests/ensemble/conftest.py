import threading
from pathlib import Path

import pytest

import interpose as ip
from interpose.ensemble import chunks
from interpose.errors import RunawayError
from interpose.play import play_future


@pytest.fixture(scope="session")
def example(tmp_path_factory):
    return ip.load(ip.new("valley", tmp_path_factory.mktemp("scenarios")))


@pytest.fixture(scope="session")
def unbroken(example, tmp_path_factory):
    """45 futures: four full chunks and a half one."""
    return ip.run(example, futures=45, workers=1, out=tmp_path_factory.mktemp("unbroken") / "run")


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.parquet")}


@pytest.fixture
def same_bytes():
    def compare(one: Path, other: Path) -> None:
        left, right = bytes_of(one), bytes_of(other)
        assert sorted(left) == sorted(right)
        assert [name for name in left if left[name] != right[name]] == []
        assert not list(other.rglob("*.tmp"))

    return compare


@pytest.fixture
def some_fail(monkeypatch):
    """Futures 3, 13, 23 ... run away; the lock is for the count alone."""
    played, lock = [], threading.Lock()

    def play(theatre, policy, seed, number, *, draw):
        with lock:
            played.append(number)
        if number % 10 == 3:
            msg = f"{number} ran away\nand away"
            raise RunawayError(msg)
        return play_future(theatre, policy, seed, number, draw=draw)

    monkeypatch.setattr(chunks, "play_future", play)
    return played
