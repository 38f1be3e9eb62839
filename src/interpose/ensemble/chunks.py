"""A chunk of futures, played and written as Parquet: the same bytes in any thread or machine."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from concurrent.futures import Future as Task
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from interpose.ensemble.spec import Spec
from interpose.play import TABLES, Coded, Column, Future, Theatre, play_future
from interpose.play.future import STATUS, draw_parameters, drawn_columns

Played = TypeVar("Played")

Parts = dict[str, bytes]
"""Table -> one Parquet file."""

COMMIT = "futures"
"""The table whose part is renamed last: where it stands, its chunk is complete."""

NAMES_A_FILE = ("scenario", "scenario_digest", "policy", "seed", "draw")
"""Inputs that stand in the metadata of every file, so that it can be told by itself."""

DIGEST = "digest"
"""Word before the name of a table in the metadata of `COMMIT`: what its part was written as."""

ORDER = (*(name for name in TABLES if name != COMMIT), COMMIT)


class Stopped(Exception):  # noqa: N818 - not an error: the user asked for it
    """The run is being stopped; the chunk in hand is thrown away and played when it resumes."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk that was played."""

    number: int
    failed: int
    parts: Parts


def play_chunk(
    spec: Spec, theatre: Theatre, number: int, stop: threading.Event | None = None
) -> Chunk:
    """Play the futures of one chunk and write their tables to memory."""
    futures = [play_one(spec, theatre, future, stop) for future in spec.numbers(number)]
    failed = sum(has_failed(future) for future in futures)
    return Chunk(number, failed, encode(spec, futures))


def play_one(
    spec: Spec, theatre: Theatre, number: int, stop: threading.Event | None = None
) -> Future:
    """Play one future; one that raises comes back as a row that says why."""
    if stop is not None and stop.is_set():
        raise Stopped
    try:
        # A policy may remember what it saw, so each future has one of its own.
        return play_future(theatre, spec.policy(), spec.seed, number, draw=spec.draw)
    except Exception as error:  # noqa: BLE001 - one failed future must not lose the others
        return _failed(spec, number, error)


def has_failed(future: Future) -> bool:
    """Return whether a future is a row that says why it failed."""
    status = future.tables[COMMIT]["status"]
    return isinstance(status, Coded) and status.words[int(status.codes[0])] == "failed"


def _failed(spec: Spec, number: int, error: Exception) -> Future:
    text = f"{type(error).__name__}: {error}"
    row: dict[str, NDArray[Any] | Coded] = {
        "future": np.array([number], dtype=np.int32),
        "status": Coded(np.ones(1, dtype=np.int16), STATUS),
        "error": Coded(np.zeros(1, dtype=np.int16), (text,)),
    }
    for column in TABLES[COMMIT]:
        if column.name not in row:
            row[column.name] = np.zeros(1, dtype=column.type)
    return Future(number, {COMMIT: {**row, **_drawn_before_failing(spec, number)}})


def _drawn_before_failing(spec: Spec, number: int) -> dict[str, NDArray[Any]]:
    """Return the parameters of a failed future: they often tell why it failed."""
    unknown = {row.name: np.array([np.nan]) for row in spec.drawn()}
    try:
        known = drawn_columns(draw_parameters(spec.scenario.parameters, spec.seed, number))
    except Exception:  # noqa: BLE001 - drawing may be what failed
        return unknown
    return {name: known.get(name, nan) for name, nan in unknown.items()}


def schema_of(table: str, drawn: Sequence[Column] = ()) -> pa.Schema:
    """Return the Arrow schema of a table, with unit and description at every column."""
    columns = [*TABLES[table], *(drawn if table == COMMIT else ())]
    return pa.schema([_field(column) for column in columns])


def encode(spec: Spec, futures: Sequence[Future]) -> Parts:
    """Write the tables of a chunk."""
    drawn = [Column(row.name, "float64", row.unit, row.note) for row in spec.drawn()]
    # Not the code's version: a change that moves no number should move no byte.
    inputs = spec.inputs()
    about = {key: str(inputs[key]) for key in NAMES_A_FILE}
    parts: Parts = {}
    for name in ORDER:
        more = {}
        if name == COMMIT:
            more = {f"{DIGEST}.{n}": sha256(part).hexdigest() for n, part in parts.items()}
        schema = schema_of(name, drawn).with_metadata({"table": name, **about, **more})
        rows = [future.tables[name] for future in futures if future.tables.get(name)]
        arrays = [_joined(rows, field) for field in schema]
        sink = io.BytesIO()
        # Numbers hardly repeat: with dictionaries of them a part takes four times as long.
        text = [field.name for field in schema if pa.types.is_dictionary(field.type)]
        pq.write_table(
            pa.table(arrays, schema=schema),
            sink,
            compression="zstd",
            use_dictionary=text,
            write_statistics=["future"],
            write_page_checksum=name == COMMIT,
        )
        parts[name] = sink.getvalue()
    return parts


def _field(column: Column) -> pa.Field:
    types = {"date": pa.date32(), "text": pa.dictionary(pa.int16(), pa.string())}
    kind = types.get(column.type) or pa.from_numpy_dtype(np.dtype(column.type))
    about = {"unit": column.unit, "description": column.description}
    return pa.field(column.name, kind, nullable=False, metadata=about)


def _joined(rows: Sequence[Mapping[str, NDArray[Any] | Coded]], field: pa.Field) -> pa.Array:
    """Return one column of all futures below each other."""
    values = [row[field.name] for row in rows]
    if pa.types.is_dictionary(field.type):
        text = joined_text([value for value in values if isinstance(value, Coded)])
        words = pa.array(text.words, pa.string())
        return pa.DictionaryArray.from_arrays(pa.array(text.codes, pa.int16()), words)
    if not values:
        return pa.array([], field.type)
    return pa.array(np.concatenate([np.asarray(value) for value in values]), field.type)


def joined_text(columns: Sequence[Coded]) -> Coded:
    """Put text columns below each other, over the words of all of them.

    Examples
    --------
    >>> one = Coded(np.array([0, 1], dtype=np.int16), ("a", "b"))
    >>> two = Coded(np.array([0], dtype=np.int16), ("b",))
    >>> joined_text([one, two])
    Coded(codes=array([0, 1, 1], dtype=int16), words=('a', 'b'))
    """
    places: dict[str, int] = {}
    codes = [np.empty(0, dtype=np.int16)]
    for column in columns:
        new = [places.setdefault(word, len(places)) for word in column.words]
        codes.append(np.array(new, dtype=np.int16)[column.codes])
    return Coded(np.concatenate(codes), tuple(places))


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def by_threads(
    play: Callable[[int, threading.Event], Played], numbers: Iterable[int], workers: int
) -> Iterator[Played]:
    """Play numbers in threads; yield each as it is done, in no fixed order.

    Threads and not processes: the days are compiled code that lets go of Python's lock, so
    threads fill the cores; they share one theatre and one copy of the machine code, start at
    once, and work the same on every system and inside a notebook.
    """
    stop = threading.Event()
    pending: set[Task[Played]] = set()
    waiting = iter(numbers)
    with ThreadPoolExecutor(workers, thread_name_prefix="interpose") as pool:
        try:
            while True:
                for number in islice(waiting, workers + 1 - len(pending)):
                    pending.add(pool.submit(play, number, stop))
                if not pending:
                    return
                done, pending = wait(pending, return_when=FIRST_COMPLETED)
                yield from (one.result() for one in done)
                del done
        finally:
            # Reached early on Ctrl-C or a full disk: do not play what nobody will write.
            stop.set()
            for one in pending:
                one.cancel()
