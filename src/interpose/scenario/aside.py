"""Writing a file so that it is whole or not there."""

from __future__ import annotations

from pathlib import Path

from interpose.errors import InterposeError


def write_aside(path: Path, content: bytes, fault: type[InterposeError]) -> Path:
    """Write a file under another name and rename it; make its folder if there is none.

    Parameters
    ----------
    path : Path
    content : bytes
    fault : type of InterposeError
        What a room raises if it cannot be written.

    Returns
    -------
    Path
        Where it stands: `path`.
    """
    aside = path.with_name(f".{path.name}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.write_bytes(content)
        aside.replace(path)
    except OSError as error:
        msg = f"{path} cannot be written: {error.strerror or error}."
        raise fault(msg) from error
    return path
