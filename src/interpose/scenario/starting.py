"""``new``: a small complete scenario to start from, written whole or not at all."""

from __future__ import annotations

import re
import shutil
import uuid
from importlib.resources import files
from pathlib import Path

from interpose.errors import InterposeError
from interpose.scenario.loading import scenario_names
from interpose.scenario.wording import shown

_NAME = re.compile(r"[a-z0-9][a-z0-9_.\-]{0,63}")


def new(name: str, folder: str | Path = ".") -> Path:
    """Write the example scenario as ``folder/name``.

    Parameters
    ----------
    name : str
        Name of the scenario and of its folder: lower-case letters, digits, ``_``, ``-``, ``.``.
    folder : str or Path
        Where to put it; made if it is not there.

    Returns
    -------
    Path
        The new folder, ready for ``load``.

    Raises
    ------
    InterposeError
        If the name cannot be used, something of that name is there already, or the disk refuses.
        Then nothing was written.
    """
    _refuse_bad_name(name)
    target = Path(folder) / name
    try:
        if target.exists() or target.is_symlink():
            msg = f"{target} is there already; nothing was overwritten."
            raise InterposeError(msg)
        _write_aside_and_rename(name, target)
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the folder's name
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "bad name"
        msg = f"{shown(str(target))} cannot be written: {reason}."
        raise InterposeError(msg) from error
    return target


def _refuse_bad_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        msg = (
            f"{shown(name)} cannot name a scenario: use lower-case letters, digits, '_', '-' and "
            "'.', at most 64 of them, the first a letter or a digit."
        )
        raise InterposeError(msg)
    if name in scenario_names():
        msg = f"{name!r} is a scenario that came with interpose; choose another name."
        raise InterposeError(msg)


def _write_aside_and_rename(name: str, target: Path) -> None:
    aside = target.parent / f".{name[:64]}.{uuid.uuid4().hex}"
    aside.mkdir(parents=True)
    try:
        _copy_example(name, aside)
        aside.rename(target)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _copy_example(name: str, aside: Path) -> None:
    template = Path(str(files("interpose.scenarios"))) / "_example"
    for path in sorted(template.rglob("*")):
        if path.suffix not in {".csv", ".toml", ".md"}:
            continue
        text = path.read_text(encoding="utf-8")
        if path.name == "scenario.toml":
            text = text.replace('name = "example"', f'name = "{name}"', 1)
        copy = aside / path.relative_to(template)
        copy.parent.mkdir(exist_ok=True)
        copy.write_text(text, encoding="utf-8")
