"""``play``: a few futures in memory, as a dataset."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from interpose.ensemble.axes import Axes
from interpose.ensemble.chunk import Stopped, play_one
from interpose.ensemble.local import cores
from interpose.ensemble.running import check_workers
from interpose.ensemble.spec import Spec
from interpose.play import Future, Theatre
from interpose.scenario import Scenario, load

if TYPE_CHECKING:
    import xarray as xr


def play(
    scenario: Scenario | str | Path,
    futures: int = 100,
    seed: int = 1,
    policy: str = "replay",
    *,
    draw: bool = True,
    workers: int | None = None,
) -> xr.Dataset:
    """Play futures of a scenario and return them as arrays.

    For more futures than fit into memory, and for every single incident, store a run instead:
    ``ip.run(scenario, out="runs/mine")``.

    Parameters
    ----------
    scenario : Scenario, str or Path
        What ``ip.load`` gave, or what it takes.
    futures : int
        How many.
    seed : int
        The same seed gives the same numbers anywhere.
    policy : str
        Name of the policy that reviews the mission.
    draw : bool
        Whether every future has parameters of its own, within their ranges.
    workers : int, optional
        Threads; by default one a core.

    Returns
    -------
    xarray.Dataset
        Over future, month, type, review, municipality, reporter and parameter. Where ``status``
        is ``failed``, numbers are missing and ``error`` says why.

    Raises
    ------
    InterposeError
        If a value is out of range.
    ScenarioError
        If a folder was named that is faulty.
    """
    from interpose.ensemble.dataset import attributes, collected

    loaded = scenario if isinstance(scenario, Scenario) else load(scenario)
    spec = Spec(loaded, policy, seed, futures, draw)
    spec.check()
    check_workers(workers, None)
    theatre = Theatre(loaded)
    played = _played(spec, theatre, workers or cores())
    tables = (future.tables for future in played)
    collector = collected(Axes.of(spec, theatre), tables, futures)
    return collector.finish(attributes(spec.inputs()))


def _played(spec: Spec, theatre: Theatre, workers: int) -> Iterator[Future]:
    stop = threading.Event()

    def one(number: int) -> Future:
        if stop.is_set():
            raise Stopped
        return play_one(spec, theatre, number)

    with ThreadPoolExecutor(workers, thread_name_prefix="interpose") as pool:
        try:
            # Blocks, so that played futures do not pile up before their numbers are taken.
            for first in range(0, spec.futures, 8 * workers):
                yield from pool.map(one, range(first, min(first + 8 * workers, spec.futures)))
        finally:
            stop.set()
