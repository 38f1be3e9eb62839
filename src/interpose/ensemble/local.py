"""Chunks on this machine, side by side in threads."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from interpose.ensemble.chunk import Chunk, play_chunk
from interpose.ensemble.spec import Spec
from interpose.play import Theatre


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def by_threads(spec: Spec, chunks: Iterable[int], workers: int) -> Iterator[Chunk]:
    """Play chunks in threads; yield each as it is done, in no fixed order.

    Threads and not processes: the days are compiled code that lets go of Python's lock, so
    threads fill the cores; they share one theatre and one copy of the machine code, start at
    once, and work the same on every system and inside a notebook.

    Parameters
    ----------
    spec : Spec
    chunks : iterable of int
        Which chunks.
    workers : int
        Threads. At most one chunk more than that is in memory at a time.

    Yields
    ------
    Chunk
    """
    theatre = Theatre(spec.scenario)
    stop = threading.Event()
    pending: set[Future[Chunk]] = set()
    with ThreadPoolExecutor(workers, thread_name_prefix="interpose") as pool:
        try:
            for number in chunks:
                pending.add(pool.submit(play_chunk, spec, theatre, number, stop))
                if len(pending) > workers:
                    done, pending = wait(pending, return_when=FIRST_COMPLETED)
                    yield from (one.result() for one in done)
                    del done
            while pending:
                done, pending = wait(pending, return_when=FIRST_COMPLETED)
                yield from (one.result() for one in done)
        finally:
            # Reached early on Ctrl-C or a full disk: do not play what nobody will write.
            stop.set()
            for one in pending:
                one.cancel()
