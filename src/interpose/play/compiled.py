"""Compiled kernels: Numba functions, cached on disk once for all later starts.

Numba looks only at a function's own file when it decides whether its cached code is still good;
a change in a function that it calls would go unseen. The cache folder therefore carries a hash
of all files of the room, so that changed code never meets old machine code.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import numba


def _cache_folder() -> str:
    """Return the folder of compiled code for exactly this source."""
    room = Path(__file__).parent
    digest = hashlib.sha256(numba.__version__.encode())
    for file in sorted(room.rglob("*.py")):
        digest.update(file.read_bytes())
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = home / "interpose" / digest.hexdigest()[:16]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed on the next line
        probe.close()
    except OSError:  # no home, or a read-only one: compile anew for this process only
        return tempfile.mkdtemp(prefix="interpose-")
    return str(folder)


_FOLDER = _cache_folder()

State: TypeAlias = Any
"""What a day changes: a named tuple with one part for each process, put together in ``day.py``."""

World: TypeAlias = Any
"""What a future does not change, likewise. Type checkers know the parts, not the whole."""

_OPTIONS: dict[str, Any] = {"error_model": "numpy", "_nrt": False, "no_cfunc_wrapper": True}
"""``_nrt``: kernels make no arrays, so Numba need not count the owners of some ninety arrays at
every call, which took longer than the day itself (docs/benchmarks.md)."""


def kernel(function: Callable[..., Any]) -> Any:  # noqa: ANN401 - a Numba dispatcher is untyped
    """Compile `function` on first use, without the GIL, and keep the code on disk.

    Arithmetic is strict (no fast-math): the plain-Python twin must give the same bits.
    """
    return _cached(function)


def part(function: Callable[..., Any]) -> Any:  # noqa: ANN401
    """Compile a kernel that only kernels call: without the wrapper that Python would need."""
    return _cached(function, no_cpython_wrapper=True)


def uncached(function: Callable[..., Any]) -> Any:  # noqa: ANN401
    """Compile `function` like a kernel, for this session only."""
    return _in_memory(function)


def inlined(function: Callable[..., Any]) -> Any:  # noqa: ANN401
    """Compile a function that is always pasted into the kernel that calls it.

    Called alone, as tests do, those of the room are kept on disk. One of a user is not: it may
    have no file, and the folder does not know what it calls.
    """
    keep = _cached if function.__module__.startswith("interpose.play.") else _in_memory
    return keep(function, inline="always")


def _in_memory(function: Callable[..., Any], **more: Any) -> Any:  # noqa: ANN401
    return numba.njit(nogil=True, **(_OPTIONS | more))(function)


def _cached(function: Callable[..., Any], **more: Any) -> Any:  # noqa: ANN401
    settings: Any = numba.config
    before = settings.CACHE_DIR
    settings.CACHE_DIR = _FOLDER
    try:
        return numba.njit(cache=True, nogil=True, **(_OPTIONS | more))(function)
    finally:
        settings.CACHE_DIR = before
