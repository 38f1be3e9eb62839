"""Chunks on a Dask cluster: workers play and send bytes back, this process writes them."""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import lru_cache
from importlib import import_module
from importlib.metadata import version
from itertools import islice
from typing import Any

from interpose import __version__
from interpose.ensemble.chunks import Chunk, play_chunk
from interpose.ensemble.spec import Spec, code_digest
from interpose.errors import RunError
from interpose.play import Theatre

WAIT_SECONDS = 30
"""How long to wait for a scheduler, or for a worker once there is none left."""

RETRIES = 3
"""How often a chunk may fail on its worker before the run gives up."""

_EQUAL = ("numpy", "scipy", "numba", "pyarrow")
"""Programs whose versions may move a last bit, and so must be the same everywhere."""


def by_cluster(spec: Spec, chunks: Iterable[int], address: str) -> Iterator[Chunk]:
    """Play chunks on the workers of a Dask scheduler; yield each as it is done.

    Workers need interpose and no files: the scenario travels with every task (some 100 kB), so
    that no worker's death loses it. A task whose worker dies is run again elsewhere. Two chunks
    for every thread of the cluster are under way, no more, so that memory here stays flat.
    """
    dask = _distributed()
    with closing(_connected(dask, address)) as client:
        task = (play_there, pickle.dumps(spec))
        waiting = iter(chunks)
        pending: set[Any] = set()
        while True:
            room = 2 * max(1, sum(client.nthreads().values())) - len(pending)
            for number in islice(waiting, max(room, 0)):
                pending.add(client.submit(*task, number, versions(), pure=False, retries=RETRIES))
            if not pending:
                return
            try:
                with client.as_current():
                    done, pending = dask.wait(pending, WAIT_SECONDS, "FIRST_COMPLETED")
            except TimeoutError:
                _expect_workers(client, address)
                continue
            while done:
                yield _result(done.pop(), address)


def play_there(pickled: bytes, number: int, wanted: dict[str, str]) -> Chunk | str:
    """Play a chunk on a worker; return it, or why it cannot be played there."""
    here = versions()
    differ = [
        f"{name} {here[name]} there, {wanted[name]} here"
        for name in here
        if here[name] != wanted[name]
    ]
    if differ:
        return ", ".join(differ)
    spec, theatre = _unpacked(pickled)
    return play_chunk(spec, theatre, number)


def versions() -> dict[str, str]:
    """Return the versions that must be the same everywhere for the bytes to be."""
    ours = {"interpose": __version__, "code of interpose": code_digest()}
    return {**ours, **{name: version(name) for name in _EQUAL}}


@lru_cache(maxsize=2)
def _unpacked(pickled: bytes) -> tuple[Spec, Theatre]:
    """Unpack a spec once a worker, not once a task."""
    spec: Spec = pickle.loads(pickled)
    return spec, Theatre(spec.scenario)


def _distributed() -> Any:  # noqa: ANN401 - comes late and is not typed
    """Return the package, which is an extra."""
    try:
        return import_module("distributed")
    except ImportError as error:
        msg = "A cluster needs Dask here and on the workers: pip install 'interpose[cluster]'"
        raise RunError(msg) from error


def _connected(dask: Any, address: str) -> Any:  # noqa: ANN401
    """Return a client of a scheduler that has workers."""
    try:
        client = dask.Client(address, timeout=WAIT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        msg = f"No Dask scheduler answers at {address} ({error}). Is the address right?"
        raise RunError(msg) from error
    try:
        _expect_workers(client, address)
    except RunError:
        client.close()
        raise
    return client


def _expect_workers(client: Any, address: str) -> None:  # noqa: ANN401
    """Go on if there are workers, or some come soon."""
    try:
        client.wait_for_workers(1, timeout=WAIT_SECONDS)
    except (TimeoutError, OSError) as error:  # Dask's own errors of communication are OSErrors
        msg = (
            f"The Dask scheduler at {address} has no workers. Start some (dask worker {address}), "
            "then run the same command again; finished chunks are kept."
        )
        raise RunError(msg) from error


def _result(task: Any, address: str) -> Chunk:  # noqa: ANN401
    """Return what a task brought."""
    try:
        played = task.result()
    except Exception as error:
        msg = (
            f"The cluster at {address} gave up on a chunk: {type(error).__name__}: {error}. "
            "Run the same command again to go on; finished chunks are kept."
        )
        raise RunError(msg) from error
    if isinstance(played, Chunk):
        return played
    msg = f"Workers at {address} have other versions ({played}); the same bytes need the same."
    raise RunError(msg)
