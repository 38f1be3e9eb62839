"""The folder of a run: what is written where, in which order, and what may be removed.

::

    OUT/run.json                  inputs, then result; written first, and again last
    OUT/<table>/00000.parquet     one part a table and chunk
    OUT/futures/00000.parquet     renamed last: it says that chunk 0 is complete
    OUT/report.html               by the report room

Everything is written aside and renamed, so a file that stands under its name is whole.
"""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from interpose.ensemble.chunks import COMMIT, DIGEST, NAMES_A_FILE, ORDER, Parts
from interpose.ensemble.spec import FORMAT
from interpose.errors import RunDamagedError, RunError, RunMismatchError
from interpose.scenario.files import aside_of, write_aside
from interpose.scenario.phrases import in_lines, printable

INFO = "run.json"
REPORT = "report.html"
"""What the report room writes beside the tables."""

SEAL = "seal"
"""Key under ``volatile`` of ``run.json``: the digest of all else in it; changes are noticed."""

MEND = "repeat the command that made the run with --fresh, or delete the folder."

_PART = re.compile(r"(\d{5,})\.parquet")
_ASIDE = re.compile(r"\.\d{5,}\.parquet\.tmp")
_MAGIC = b"PAR1"
"""First and last bytes of a whole Parquet file."""


def part(folder: Path, table: str, chunk: int) -> Path:
    """Return where the part of a chunk stands."""
    return folder / table / f"{chunk:05d}.parquet"


def finished_chunks(folder: Path) -> list[int]:
    """Return the chunks whose parts all stand there, whole."""
    numbers = sorted(int(match[1]) for path, match in _parts(folder / COMMIT) if path.is_file())
    return [n for n in numbers if all(_is_whole(part(folder, table, n)) for table in ORDER)]


def store(folder: Path, chunk: int, parts: Parts) -> None:
    """Write the parts of a chunk; the one that commits it comes last."""
    with explain_refusals(folder):
        for table in ORDER:
            write_aside(part(folder, table, chunk), parts[table])


def refuse_strangers(folder: Path) -> None:
    """Look whether a folder may become that of a run, or is one."""
    with explain_refusals(folder):
        if (folder / INFO).exists():
            return
        others = sorted(path.name for path in folder.iterdir() if path != aside_of(folder / INFO))
    if others:
        msg = (
            f"{folder} holds {others[0]!r} but no {INFO}: it is not the folder of a run. "
            "Nothing was written; choose a new or empty folder with --out."
        )
        raise RunMismatchError(msg)


def begin(folder: Path, info: Mapping[str, Any]) -> None:
    """Write ``run.json``, then the folders; remove what a killed run left half written."""
    write_info(folder, info)
    with explain_refusals(folder):
        for table in ORDER:
            (folder / table).mkdir(exist_ok=True)
            for path in (folder / table).iterdir():
                if _ASIDE.fullmatch(path.name):
                    path.unlink()


def remove_parts(folder: Path) -> None:
    """Remove the tables of a run and its report; a new ``run.json`` replaces the old one."""
    with explain_refusals(folder):
        for table in ORDER:
            for path, _ in list(_parts(folder / table)):
                path.unlink()
        # It describes a run that no longer exists.
        (folder / REPORT).unlink(missing_ok=True)


def read_info(folder: Path) -> dict[str, Any] | None:
    """Return ``run.json``, or None where there is none."""
    try:
        info = json.loads((folder / INFO).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        msg = f"{folder / INFO} cannot be read ({error}). To mend it, {MEND}"
        raise RunDamagedError(msg) from error
    if not isinstance(info, dict) or info.get("format") != FORMAT:
        msg = f"{folder / INFO} is not the {INFO} of a run of format {FORMAT}. To mend it, {MEND}"
        raise RunDamagedError(msg)
    volatile = info.get("volatile")
    if not isinstance(volatile, dict) or volatile.pop(SEAL, None) != _seal(info):
        msg = f"{folder / INFO} was changed after the run. Put it back as it was, or {MEND}"
        raise RunDamagedError(msg)
    return info


def write_info(folder: Path, info: Mapping[str, Any]) -> None:
    """Write ``run.json``."""
    sealed = {**info, "volatile": {**info["volatile"], SEAL: _seal(info)}}
    text = json.dumps(sealed, indent=1, ensure_ascii=False) + "\n"
    with explain_refusals(folder):
        write_aside(folder / INFO, text.encode())


def _seal(info: Mapping[str, Any]) -> str:
    return sha256(json.dumps(info, sort_keys=True).encode()).hexdigest()


def refuse_others(folder: Path, info: Mapping[str, Any], inputs: Mapping[str, Any]) -> None:
    """Compare the inputs of the run that is there with those asked for."""
    there = {key: info.get(key) for key in inputs}
    if there != dict(inputs):
        msg = (
            f"{folder} holds a run with other inputs; nothing was run."
            f"{in_lines(_unlike('', there, dict(inputs)), 6)}\n"
            "Choose another folder with --out, or replace that run with --fresh."
        )
        raise RunMismatchError(msg)


def _unlike(name: str, there: Any, now: Any) -> Iterator[str]:  # noqa: ANN401
    """Yield where two inputs part, as deep as they can be followed."""
    if there == now:
        return
    if isinstance(there, list) and isinstance(now, list):
        there, now = (dict(enumerate(one, 1)) for one in (there, now))
    if isinstance(there, dict) and isinstance(now, dict):
        for key in dict.fromkeys([*there, *now]):
            yield from _unlike(f"{name} {key}".strip(), there.get(key), now.get(key))
        return
    old, new = (printable(repr(one), 60) for one in (there, now))
    yield f"{name}: {old} there, {new} now"


def digest_of(folder: Path, chunks: int) -> str:
    """Return the SHA-256 over all parts, table by table and chunk by chunk."""
    digest = sha256()
    with explain_refusals(folder):
        for table in ORDER:
            for chunk in range(chunks):
                path = part(folder, table, chunk)
                digest.update(f"{table} {chunk} {path.stat().st_size}\n".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def faults_of(folder: Path, info: Mapping[str, Any], chunks: Sequence[int]) -> Iterator[str]:
    """Yield each part of some chunks that is not as the run wrote it, and why."""
    for chunk in chunks:
        commit = part(folder, COMMIT, chunk)
        try:
            about = _commitment(commit, chunk, info)
        except ValueError as fault:
            yield f"{COMMIT}/{commit.name} {fault}"
            continue
        for table in ORDER[:-1]:
            path = part(folder, table, chunk)
            if not path.is_file():
                yield f"{table}/{path.name} is missing"
            elif sha256(path.read_bytes()).hexdigest() != about.get(f"{DIGEST}.{table}"):
                yield f"{table}/{path.name} is not as it was written"


def _commitment(path: Path, chunk: int, info: Mapping[str, Any]) -> dict[str, str]:
    """Return what the part that commits a chunk says of it; a ValueError says what is wrong."""
    if not path.is_file():
        msg = "is missing"
        raise ValueError(msg)
    try:
        rows = pq.read_table(path, partitioning=None, page_checksum_verification=True)
        found = rows["future"].to_pylist()
    except (OSError, KeyError, pa.ArrowException) as error:
        msg = "is damaged"
        raise ValueError(msg) from error
    about = {
        key.decode(errors="replace"): value.decode(errors="replace")
        for key, value in (rows.schema.metadata or {}).items()
    }
    for key in NAMES_A_FILE:
        if about.get(key) != str(info[key]):
            msg = f"is of another run ({key}: {about.get(key)} there, {info[key]} here)"
            raise ValueError(msg)
    first = chunk * info["chunk"]
    if found != list(range(first, min(first + info["chunk"], info["futures"]))):
        msg = "holds other futures than those of its chunk"
        raise ValueError(msg)
    return about


def size_of(folder: Path) -> int:
    """Return the bytes of all parts."""
    return sum(path.stat().st_size for table in ORDER for path, _ in _parts(folder / table))


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder, so that no second process writes the same run at the same time.

    The system lets go of the lock when the process ends, however it ends.
    """
    try:
        import fcntl
    except ImportError:  # Windows: two writers would write the same bytes, only twice
        yield
        return
    with explain_refusals(folder):
        handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            msg = f"{folder}: another interpose is writing this run. Wait for it, or use --out."
            raise RunError(msg) from error
        except OSError:  # a file system without locks
            pass
        yield
    finally:
        os.close(handle)


@contextmanager
def explain_refusals(folder: Path) -> Iterator[None]:
    """Turn what the file system refuses into a RunError that says what to do."""
    try:
        yield
    except OSError as error:
        where = error.filename or folder
        what = error.strerror or str(error)
        mend = "Choose a folder that you may write with --out."
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            mend = "Make room, then run the same command again; finished chunks are kept."
        msg = f"{where}: {what}. {mend}"
        raise RunError(msg) from error


def _parts(folder: Path) -> Iterator[tuple[Path, re.Match[str]]]:
    if folder.is_dir():
        for path in sorted(folder.iterdir()):
            match = _PART.fullmatch(path.name)
            if match:
                yield path, match


def _is_whole(path: Path) -> bool:
    """Return whether a file begins and ends as Parquet does; a power cut may leave others."""
    try:
        with path.open("rb") as file:
            begins = file.read(4)
            file.seek(-4, os.SEEK_END)
            return begins == _MAGIC == file.read(4)
    except OSError:
        return False
