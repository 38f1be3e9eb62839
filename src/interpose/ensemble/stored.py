"""Runs that are stored: read one, or list those of a folder."""

from __future__ import annotations

import ctypes
import shlex
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from interpose.ensemble import folder as files
from interpose.ensemble.chunks import COMMIT, ORDER, schema_of
from interpose.ensemble.spec import Axes, axes_from_json
from interpose.errors import RunDamagedError, RunError, UnknownNameError
from interpose.scenario import Scenario, again, load, scenario_names
from interpose.scenario.phrases import in_lines

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow.compute as pc
    import xarray as xr
    from numpy.typing import NDArray


CHUNKS_READ = 4
"""How many chunks are read at a time: enough for the cores, and little memory."""

OPTIONS = {
    "plan": "--plan",
    "scale_force": "--scale-force",
    "withdraw": "--withdraw",
    "since": "--since",
}
"""Part of a what-if -> the option that asks for it."""

MOST_FAULTS = 5
"""Damaged parts that a message names."""

KEPT = "riots"
"""The table that is read once and kept: it is small, and a page adds it up in many ways."""


@dataclass(frozen=True)
class Run:
    """A stored run, finished or not.

    Attributes
    ----------
    folder : Path
    info : dict
        ``run.json``: inputs; ``finished``, ``done``, ``failed`` and ``digest`` once it is; what
        differs from machine to machine under ``volatile``.
    """

    folder: Path
    info: dict[str, Any]

    @property
    def finished(self) -> bool:
        """Whether all futures were played."""
        return bool(self.info["finished"])

    @cached_property
    def chunks(self) -> list[int]:
        """Numbers of the chunks that were complete when this was first asked."""
        return files.finished_chunks(self.folder)

    @property
    def size_bytes(self) -> int:
        """Bytes of all tables."""
        return files.size_of(self.folder)

    @property
    def scenario(self) -> Scenario:
        """The scenario where it was read, or else the bundled one of that name; changed as it was.

        Raises
        ------
        RunError
            If it is gone.
        ScenarioError
            If it was broken since.
        """
        folder, name = self.info["volatile"]["scenario_folder"], self.info["scenario"]
        if Path(folder).is_dir():
            return again(load(Path(folder)), self.info["changes"])
        if name in scenario_names():
            return again(load(name), self.info["changes"])
        msg = (
            f"{self.folder}: its scenario was in {folder}, where there is none now. Put it back,"
            " or go to the folder from which the run was begun."
        )
        raise RunError(msg)

    def command(self) -> str:
        """Return the command that makes this run, or says that it takes Python to make it."""
        info, at = self.info, Path(self.info["volatile"]["scenario_folder"])
        bundled = at.name in scenario_names() and at.parent.name == "scenarios"
        path = str(at) if len(at.parts) > 1 else f"./{at}"  # not to be taken for a name
        words, asked = ["interpose", "run", at.name if bundled else path], list[str]()
        words += ["--futures", str(info["futures"]), "--seed", str(info["seed"])]
        policy = info["volatile"].get("policy_file") or info["policy"]
        words += ["--policy", policy, *(() if info["draw"] else ("--fixed-parameters",))]
        if "python" in info["policy_rules"]:
            return "interpose.run(...) in Python, with its policy as it was"
        for step in info.get("changes", ()):
            if not (step.get("plan") or step.keys() <= OPTIONS.keys()):
                return "interpose.run(...) in Python, with the scenario changed as it was"
            if "plan" in step:  # it knows the changes of the scenario that was planned
                asked = []
            for key, option in OPTIONS.items():
                asked += [option, str(step[key])] if key in step else []
        return shlex.join(words + asked)

    def counts(self) -> tuple[int, int]:
        """Return how many futures are done and how many failed, so far."""
        if self.finished:
            return self.info["done"], self.info["failed"]
        status = self.futures["status"]
        return int((status == "done").sum()), int((status == "failed").sum())

    def check(self, chunks: Sequence[int] | None = None) -> None:
        """Look whether the tables are those that the run wrote.

        Parameters
        ----------
        chunks : sequence of int, optional
            Look at these alone; else at all that the run says it has.

        Raises
        ------
        RunDamagedError
            If not; it names the parts that are damaged, missing or of another run.
        """
        if self.finished and chunks is None and self.verify():
            return
        whole = range(-(-self.info["futures"] // self.info["chunk"]))
        asked = chunks if chunks is not None else whole if self.finished else self.chunks
        found = list(files.faults_of(self.folder, self.info, asked))
        if found:
            which = in_lines(found, MOST_FAULTS)
            msg = (
                f"{self.folder}: the tables are not those that the run wrote.{which}\n"
                "Delete these files and repeat the command that made the run: it plays their"
                f" chunks again. Or replace the run with --fresh."
            )
            raise RunDamagedError(msg)
        if self.finished and chunks is None:
            msg = f"{self.folder}: its tables were changed after the run. To mend it, {files.MEND}"
            raise RunDamagedError(msg)

    def verify(self) -> bool:
        """Read every byte; return whether the tables are those that the run wrote."""
        chunks = -(-self.info["futures"] // self.info["chunk"])
        whole = files.finished_chunks(self.folder) == list(range(chunks))
        return whole and files.digest_of(self.folder, chunks) == self.info.get("digest")

    def table(self, name: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Return a table of all futures so far.

        Raises
        ------
        UnknownNameError
            If there is no such table or column.
        """
        if name not in ORDER:
            kind = "table"
            raise UnknownNameError(kind, name, ORDER)
        paths = [str(files.part(self.folder, name, chunk)) for chunk in self.chunks]
        schema = ds.dataset(paths).schema if paths else schema_of(name)
        for column in columns or ():
            if column not in schema.names:
                kind = f"column of {name}"
                raise UnknownNameError(kind, column, schema.names)
        wanted = None if columns is None else list(columns)
        frame: pd.DataFrame = _read(paths, schema, wanted).to_pandas(date_as_object=False)
        return frame

    @cached_property
    def axes(self) -> Axes:
        """Names along the dimensions of the run."""
        return axes_from_json(self.info["axes"])

    @cached_property
    def futures(self) -> pd.DataFrame:
        """The table ``futures``, read once."""
        return self.table(COMMIT)

    @cached_property
    def _kept(self) -> pa.Table:
        paths = [str(files.part(self.folder, KEPT, chunk)) for chunk in self.chunks]
        return _read(paths, schema_of(KEPT), None)

    @cached_property
    def done(self) -> NDArray[np.int64]:
        """Numbers of the futures that were played to the end, in order."""
        done = self.futures["status"] == "done"
        return np.sort(self.futures.loc[done, "future"].to_numpy(np.int64))

    def batches(
        self, table: str, columns: Sequence[str], where: pc.Expression | None = None
    ) -> Iterator[tuple[NDArray[np.int64], pa.Table]]:
        """Yield a table some chunks at a time, so that memory does not grow with the futures.

        Yields
        ------
        futures : (future,) int
            Numbers of the futures of these chunks that were played to the end.
        rows : Table
            Their rows.
        """
        paths = [str(files.part(self.folder, table, chunk)) for chunk in self.chunks]
        if table == KEPT:
            rows = self._kept if where is None else self._kept.filter(where)
            yield self.done, rows.select(list(columns))
            return
        for first in range(0, len(paths), CHUNKS_READ):
            chunks = self.chunks[first : first + CHUNKS_READ]
            futures = self.done[np.isin(self.done // self.info["chunk"], chunks)]
            some = paths[first : first + CHUNKS_READ]
            yield futures, _read(some, schema_of(table), columns, where)
            give_back_memory()

    def dataset(self) -> xr.Dataset:
        """Return the run as ``ip.play`` does: arrays over future, month, type, review ..."""
        from interpose.ensemble.dataset import TABLES_READ, Collector, attributes, columns_of

        self.check()
        collector = Collector(self.axes, self.futures["future"].to_numpy(np.int64))
        for chunk in self.chunks:
            parts = {table: files.part(self.folder, table, chunk) for table in TABLES_READ}
            collector.add({table: columns_of(pq.read_table(path)) for table, path in parts.items()})
        return collector.finish(attributes(self.info))


def read_run(folder: Path | str) -> Run:
    """Open a stored run.

    Raises
    ------
    RunError
        If there is none, or its ``run.json`` cannot be read.
    """
    folder = Path(folder)
    info = files.read_info(folder)
    if info is None:
        msg = f"{folder} holds no {files.INFO}: it is not the folder of a run."
        raise RunError(msg)
    return Run(folder, info)


def list_runs(folder: Path | str) -> tuple[list[Run], list[RunError]]:
    """Return the runs right below a folder, by name, and why others cannot be read."""
    folder = Path(folder)
    with files.explain_refusals(folder):
        below = sorted(path for path in folder.iterdir() if (path / files.INFO).is_file())
    runs, faults = [], []
    for path in below:
        try:
            run = read_run(path)
            run.counts()
            runs.append(run)
        except RunError as error:
            faults.append(error)
    return runs, faults


def _read(
    paths: Sequence[str],
    schema: pa.Schema,
    columns: Sequence[str] | None,
    where: pc.Expression | None = None,
) -> pa.Table:
    """Read some parts of a table."""
    try:
        found = ds.dataset(paths, schema=schema).to_table(columns, filter=where)
    except (OSError, pa.ArrowException) as error:
        msg = f"{Path(paths[0]).parent} cannot be read ({error}). To mend it, {files.MEND}"
        raise RunDamagedError(msg) from error
    return found.unify_dictionaries()


def give_back_memory() -> None:
    """Ask glibc to return freed memory: 100 MiB less at the peak of a report of 1,000 futures."""
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # other C libraries have none
        if trim is not None:
            trim(0)
