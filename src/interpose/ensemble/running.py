"""``run``: play many futures of a scenario and store them; killed at any moment, it resumes."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from interpose.ensemble import folder as files
from interpose.ensemble.chunks import Chunk, by_threads, cores, encode, play_chunk, play_one
from interpose.ensemble.spec import FORMAT, Spec, axes_of
from interpose.ensemble.stored import Run, read_run
from interpose.errors import InterposeError
from interpose.play import Theatre
from interpose.policy import Asked, Choice, policy_named
from interpose.scenario import Scenario, load, sound

if TYPE_CHECKING:
    import xarray as xr

PROGRAMS = ("numpy", "scipy", "numba", "pyarrow")
"""Whose versions may move a last bit."""

SAMPLE = 4
"""Futures that a forecast plays."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run has come."""

    done: int
    failed: int
    futures: int


def run(
    scenario: Scenario,
    *,
    out: Path | str,
    policy: Asked | Choice = "replay",
    futures: int = 1000,
    seed: int = 1,
    draw: bool = True,
    workers: int | None = None,
    cluster: str | None = None,
    fresh: bool = False,
    progress: Callable[[Progress], None] | None = None,
) -> Run:
    """Play many futures and store them in a folder.

    The bytes of the tables depend on scenario, policy, seed, futures, draw and version; not on
    workers or cluster, nor on how often the run was killed and resumed.

    Parameters
    ----------
    scenario : Scenario
    out : Path
        Folder of the run. A run of the same inputs in it is resumed.
    policy : str, Path, class or callable
        Who reviews the mission, as ``policy_named`` takes it; each future has one of its own.
    futures : int
        How many.
    seed : int
    draw : bool
        Whether every future has parameters of its own, within their ranges.
    workers : int, optional
        Threads; by default one a core.
    cluster : str, optional
        Address of a Dask scheduler, ``tcp://host:port``; its workers then play.
    fresh : bool
        Remove the run that is in the folder.
    progress : callable, optional
        Called after every chunk.

    Raises
    ------
    InterposeError
        If a value is out of range.
    RunMismatchError
        If the folder holds a run of other inputs.
    RunError
        If the folder cannot be written, or the cluster is lost.
    """
    began = time.monotonic()
    spec = spec_of(scenario, policy, seed, futures, draw=draw)
    check_workers(workers, cluster)
    folder = Path(out)
    with files.explain_refusals(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with files.locked(folder):
        files.refuse_strangers(folder)
        before = None if fresh else _same_run(folder, spec)
        if fresh:
            files.remove_parts(folder)
        kept = [chunk for chunk in files.finished_chunks(folder) if chunk < spec.chunks]
        missing = sorted(set(range(spec.chunks)) - set(kept))
        if before is not None and before["finished"] and not missing:
            stored = read_run(folder)
            stored.check()
            return stored
        if before is not None:
            Run(folder, before).check(kept)
        info = _information(spec, cluster)
        files.begin(folder, info)
        played = _played_chunks(spec, missing, workers, cluster)
        done, failed = _store_all(Run(folder, info), spec, played, progress)
        digest = files.digest_of(folder, spec.chunks)
        info |= {"finished": True, "done": done, "failed": failed, "digest": digest}
        info["volatile"]["wall_seconds"] = round(time.monotonic() - began, 3)
        files.write_info(folder, info)
    return read_run(folder)


def spec_of(
    scenario: Scenario, policy: Asked | Choice, seed: int, futures: int, *, draw: bool
) -> Spec:
    """Return the inputs of a run, each of them possible."""
    checked = sound(scenario)
    spec = Spec(checked, policy_named(policy, checked), seed, futures, draw)
    spec.check()
    return spec


def check_workers(workers: int | None, cluster: str | None) -> None:
    """Refuse a number of threads that cannot be."""
    if workers is not None and workers < 1:
        msg = f"workers: {workers}. Must be 1 or more."
        raise InterposeError(msg)
    if workers is not None and cluster is not None:
        msg = "workers counts threads on this machine; a cluster brings its own. Give only one."
        raise InterposeError(msg)


def _same_run(folder: Path, spec: Spec) -> dict[str, Any] | None:
    """Return ``run.json`` of a run that may be resumed, or None where there is none."""
    info = files.read_info(folder)
    if info is not None:
        files.refuse_others(folder, info, spec.inputs())
    return info


def _information(spec: Spec, cluster: str | None) -> dict[str, Any]:
    """Return ``run.json`` before anything was played."""
    folder = Path(spec.scenario.folder)  # "." means another one elsewhere
    return {
        "format": FORMAT,
        **spec.inputs(),
        "title": spec.scenario.header.title,
        "changes": spec.scenario.changes,
        "changed": spec.scenario.changed,
        "axes": {k: list(map(str, v)) for k, v in axes_of(spec, Theatre(spec.scenario)).items()},
        "finished": False,
        "volatile": {
            "scenario_folder": str(folder if folder.name else folder.resolve()),
            "cluster": cluster,
            "policy_file": spec.policy.file,
            "cores": cores(),
            "platform": platform.platform(),
            "python": platform.python_version(),
            **{name: version(name) for name in PROGRAMS},
        },
    }


def _played_chunks(
    spec: Spec, missing: list[int], workers: int | None, cluster: str | None
) -> Iterator[Chunk]:
    if cluster is None:
        play = partial(play_chunk, spec, Theatre(spec.scenario))
        return by_threads(play, missing, workers or cores())
    from interpose.ensemble.cluster import by_cluster

    return by_cluster(spec, missing, cluster)


def _store_all(
    run: Run, spec: Spec, played: Iterator[Chunk], progress: Callable[[Progress], None] | None
) -> tuple[int, int]:
    """Store every chunk as it comes; return how many futures are done and how many failed."""
    done, failed = run.counts()
    report = progress or (lambda _: None)
    report(Progress(done, failed, spec.futures))
    with closing(played):  # type: ignore[type-var]  # an Iterator here is always a generator
        for chunk in played:
            files.store(run.folder, chunk.number, chunk.parts)
            failed += chunk.failed
            done += len(spec.numbers(chunk.number)) - chunk.failed
            report(Progress(done, failed, spec.futures))
    return done, failed


@dataclass(frozen=True, slots=True)
class Forecast:
    """What ``run`` would do.

    Attributes
    ----------
    folder : Path
    futures, chunks, chunks_finished : int
    megabytes : float
        Of all tables in the end, from a few futures played to see.
    seconds_per_future : float
        On one core.
    """

    folder: Path
    futures: int
    chunks: int
    chunks_finished: int
    megabytes: float
    seconds_per_future: float


def forecast(
    scenario: Scenario,
    *,
    out: Path | str,
    policy: Asked | Choice = "replay",
    futures: int = 1000,
    seed: int = 1,
    draw: bool = True,
    fresh: bool = False,
) -> Forecast:
    """Say what `run` would do, and write nothing."""
    spec = spec_of(scenario, policy, seed, futures, draw=draw)
    folder = Path(out)
    if not fresh:
        _same_run(folder, spec)
    theatre = Theatre(spec.scenario)
    play_one(spec, theatre, 0)  # the first one also compiles
    began = time.perf_counter()
    sample = [play_one(spec, theatre, number) for number in range(min(SAMPLE, futures))]
    seconds = (time.perf_counter() - began) / len(sample)
    empty, full = (sum(map(len, encode(spec, some).values())) for some in ([], sample))
    size = spec.chunks * empty + futures * (full - empty) / len(sample)
    finished = 0 if fresh else len(files.finished_chunks(folder))
    return Forecast(folder, futures, spec.chunks, finished, size / 1e6, seconds)


def play(
    scenario: Scenario | str | Path,
    futures: int = 100,
    seed: int = 1,
    policy: Asked | Choice = "replay",
    *,
    draw: bool = True,
    workers: int | None = None,
    keep_failed: bool = False,
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
    policy : str, Path, class or callable
        Who reviews the mission, as ``policy_named`` takes it; each future has one of its own.
    draw : bool
        Whether every future has parameters of its own, within their ranges.
    workers : int, optional
        Threads; by default one a core.
    keep_failed : bool
        Whether a future that fails is kept: ``status`` is ``failed``, its numbers are missing and
        ``error`` says why.

    Returns
    -------
    xarray.Dataset
        Over future, month, type, review, place, municipality, reporter and parameter.

    Raises
    ------
    InterposeError
        If a value is out of range, or a future fails and is not to be kept.
    ScenarioError
        If a folder was named that is faulty.
    """
    from interpose.ensemble.dataset import Collector, attributes

    loaded = sound(scenario) if isinstance(scenario, Scenario) else load(scenario)
    spec = spec_of(loaded, policy, seed, futures, draw=draw)
    check_workers(workers, None)
    theatre = Theatre(loaded)
    collector = Collector(axes_of(spec, theatre), np.arange(futures))
    played = by_threads(partial(play_one, spec, theatre), range(futures), workers or cores())
    for future in played:
        collector.add(future.tables)
    dataset = collector.finish(attributes({**spec.inputs(), "changed": loaded.changed}))
    failed = np.flatnonzero(dataset["status"].values == "failed")
    if len(failed) and not keep_failed:
        msg = (
            f"{len(failed)} of {futures} futures failed, the first of them number {failed[0]}: "
            f"{dataset['error'].values[failed[0]]}\n"
            "With keep_failed=True they are kept, their numbers missing."
        )
        raise InterposeError(msg)
    return dataset
