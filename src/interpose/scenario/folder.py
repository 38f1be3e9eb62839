"""A scenario's folder: found by its name, written as an example, read before it is checked.

In it ``map.geojson`` has the boundaries, water and neighbours under its maps.
A scenario may do without. What else a feature holds than its kind, name and shape is dropped.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, cast

from pydantic import AfterValidator, BaseModel, Field, ValidationError, model_validator

from interpose.errors import Fault, InterposeError, UnknownNameError, require_known
from interpose.scenario import settings as toml
from interpose.scenario.files import UNREADABLE, Table, read_table, read_text, sentence
from interpose.scenario.parameters import MasterRow
from interpose.scenario.phrases import did_you_mean, printable, shown
from interpose.scenario.policies import Known, Read, read_policies
from interpose.scenario.settings import Settings, read_settings
from interpose.scenario.tables import TABLES
from interpose.scenario.tables.mission import (
    Area,
    Base,
    Contingent,
    Contributor,
    Reporting,
)
from interpose.scenario.tables.values import Row

AnyRow = TypeVar("AnyRow", bound=Row)

MAY_BE_EMPTY = ("links.csv", "parameters.csv")
"""Tables that may have a header alone: a theatre of one place, a scenario without overrides."""

_TABLE_LIKE = {".csv", ".tsv", ".toml", ".xlsx", ".xls", ".ods"}

FILE_OF: dict[type[Row], str] = {model: file for file, (model, _) in TABLES.items()}
"""Model of a row -> the file that holds such rows."""


@dataclass(frozen=True, slots=True)
class Tables:
    """Settings and tables of one folder, each perhaps faulty; an absent table is empty."""

    folder_name: str
    settings: Settings
    tables: Mapping[str, Table]
    master: tuple[MasterRow, ...]
    policies: Mapping[str, Read] = field(default_factory=dict)

    def known_to_policies(self) -> Known | None:
        """Return what a policy may name, if the tables can be trusted to hold it."""
        header = self.settings.header
        if header is None or not self.whole("contingents.csv", "bases.csv", "areas.csv"):
            return None
        return Known(
            header.start,
            header.end,
            self.rows(Contingent),
            self.rows(Base),
            self.rows(Area),
            self.rows(Contributor),
            self.rows(Reporting),
            self.names("sources.csv") or frozenset(),
        )

    def __getitem__(self, file: str) -> Table:
        return self.tables.get(file, UNREADABLE)

    def placed(self, model: type[AnyRow]) -> tuple[tuple[int, AnyRow], ...]:
        """Return the valid rows of a model's table with their lines."""
        return cast(tuple[tuple[int, AnyRow], ...], self[FILE_OF[model]].rows)

    def rows(self, model: type[AnyRow]) -> tuple[AnyRow, ...]:
        """Return the valid rows of a model's table."""
        return tuple(row for _, row in self.placed(model))

    def whole(self, *files: str) -> bool:
        """Return whether every row of these tables is valid."""
        return all(self[file].whole for file in files)

    def names(self, file: str, column: str = "id") -> frozenset[str] | None:
        """Return all names in a column, also of faulty rows; None if the table is illegible."""
        table = self[file]
        if not table.legible:
            return None
        return frozenset(cells.get(column, "") for _, cells in table.raw)


def scenario_names() -> tuple[str, ...]:
    """Return the names of the bundled scenarios."""
    return tuple(
        sorted(
            folder.name
            for folder in _shipped().iterdir()
            if not folder.name.startswith(("_", ".")) and (folder / toml.FILE).is_file()
        )
    )


def find_folder(name_or_folder: str | Path) -> Path:
    """Return the folder that a name or path means; a path need not exist."""
    if isinstance(name_or_folder, str):
        names = scenario_names()
        if not name_or_folder.strip():
            kind = "scenario"
            raise UnknownNameError(kind, name_or_folder, names)
        if name_or_folder in names:
            return _shipped() / name_or_folder
        plain = not any(mark in name_or_folder for mark in "/\\\0") and name_or_folder[:1] != "."
        if plain and not _is_folder(Path(name_or_folder)):
            kind = "scenario"
            raise UnknownNameError(kind, name_or_folder[:80], names)
    return Path(name_or_folder)


def read_tables(
    folder: Path, master: tuple[MasterRow, ...], *, every: bool = False
) -> tuple[Tables, list[Fault]]:
    """Read every file of a folder; no tables at all if there is no such folder."""
    if not _is_folder(folder):
        beside = _folders_beside(folder)
        wanted = f"There is no such folder.{did_you_mean(folder.name, beside)}"
        return Tables("", Settings(), {}, master), [Fault(toml.FILE, 0, "", "", wanted)]
    faults = list(_stray_files(folder))
    settings, found = _read_settings(folder)
    faults += found
    tables: dict[str, Table] = {}
    for file, (model, required) in TABLES.items():
        tables[file], found = _read_one(folder, file, model, required=required, every=every)
        faults += found
    policies, found = read_policies(folder)
    faults += found
    return Tables(folder.resolve().name, settings, tables, master, policies), faults


def _shipped() -> Path:
    return Path(str(files("interpose.scenarios")))


def _is_folder(folder: Path) -> bool:
    try:
        return folder.is_dir()
    except (OSError, ValueError):  # ValueError: a zero byte in the name
        return False


def _folders_beside(folder: Path) -> list[str]:
    try:
        return [path.name for path in islice(folder.parent.iterdir(), 1000) if path.is_dir()]
    except (OSError, ValueError):
        return []


def _stray_files(folder: Path) -> Iterator[Fault]:
    """Yield tables that no one would read: most are misspelt."""
    known = {toml.FILE, *TABLES}
    for below in ("", "record/", "plan/"):
        if not _is_folder(folder / below):
            continue
        for path in islice(sorted((folder / below).iterdir()), 1000):
            name = below + path.name
            if path.name.startswith((".", "~$")) or path.suffix.lower() not in _TABLE_LIKE:
                continue
            if name not in known:
                absent = [file for file in known if not (folder / file).exists()]
                hint = did_you_mean(name, absent) or did_you_mean(name, known)
                text = f"No such file is read.{hint}" if hint else "No such file is read; move it."
                yield Fault(printable(name, 120), 0, "", "", text)


def _read_settings(folder: Path) -> tuple[Settings, list[Fault]]:
    if not (folder / toml.FILE).exists():
        wanted = "This file is missing; it holds name, dates and mandate of the mission."
        return Settings(), [Fault(toml.FILE, 0, "", "", wanted)]
    text = read_text(folder, toml.FILE, toml.LARGEST)
    if isinstance(text, Fault):
        return Settings(), [text]
    return read_settings(text)


def _read_one(
    folder: Path, file: str, model: type[Row], *, required: bool, every: bool
) -> tuple[Table, list[Fault]]:
    path = folder / file
    if not path.exists() and not path.is_symlink():
        if not required:
            return Table(), []
        what = (model.__doc__ or "").strip().splitlines()[0]
        return UNREADABLE, [Fault(file, 0, "", "", f"This file is missing. A row is: {what}")]
    text = read_text(folder, file)
    if isinstance(text, Fault):
        return UNREADABLE, [text]
    table, faults = read_table(file, text, model, every=every)
    if not table.raw and not faults and file not in MAY_BE_EMPTY:
        remedy = "add rows." if required else "add rows or delete the file."
        faults = [Fault(file, 1, "", "", f"There are no rows below the first line; {remedy}")]
    return table, faults


_NAME = re.compile(r"[a-z0-9][a-z0-9_.\-]{0,63}")


EXAMPLES = {"valley": "_example", "line": "_line"}
"""Invented scenarios to start from, and where they are."""


def new(name: str, folder: str | Path = ".", like: str = "valley") -> Path:
    """Write a scenario like another one as ``folder/name``, ready for ``load``; return that folder.

    `like` is one of the invented examples, ``valley`` (communities) or ``line`` (two armies and a
    mission between them), or a bundled scenario.

    Raises
    ------
    UnknownNameError
        If there is nothing called `like`.
    InterposeError
        If the name cannot be used, something of that name is there already, or the disk refuses.
        Then nothing was written.
    """
    _refuse_bad_name(name)
    known = EXAMPLES | {bundled: bundled for bundled in scenario_names()}
    require_known("scenario to start from", [like], known)
    target = Path(folder) / name
    aside = target.parent / f".{name}.{uuid.uuid4().hex}"
    try:
        if target.exists() or target.is_symlink():
            msg = f"{target} is there already; nothing was overwritten."
            raise InterposeError(msg)
        aside.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(
            _shipped() / known[like], aside, ignore=shutil.ignore_patterns("*.py", "__pycache__")
        )
        settings = aside / toml.FILE
        text = settings.read_text(encoding="utf-8")
        named = re.sub(r'(?m)^name = "[^"]*"', f'name = "{name}"', text, count=1)
        settings.write_text(named, encoding="utf-8")
        aside.rename(target)
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the folder's name
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "bad name"
        msg = f"{shown(str(target))} cannot be written: {reason}."
        raise InterposeError(msg) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return target


def _refuse_bad_name(name: str) -> None:
    if not _NAME.fullmatch(name):
        msg = (
            f"{shown(name)} cannot name a scenario: use lower-case letters, digits, '_', '-' and "
            "'.', at most 64 of them, the first a letter or a digit."
        )
        raise InterposeError(msg)
    if name in scenario_names():
        msg = f"{name!r} is a bundled scenario; choose another name."
        raise InterposeError(msg)


# --- what lies under the maps ---------------------------------------------------------------------

MAP = "map.geojson"

LARGEST = 2_000_000
"""Bytes: more would make a page too large."""

SHAPES = {
    "sea": {"Polygon": 2, "MultiPolygon": 3},
    "lake": {"Polygon": 2, "MultiPolygon": 3},
    "boundary": {"LineString": 1, "MultiLineString": 2},
    "disputed": {"LineString": 1, "MultiLineString": 2},
    "neighbour": {"Point": 0},
}
"""Kind of a feature -> its shapes, and how deep the positions of each lie in lists."""


class _Told(BaseModel):
    kind: Literal["sea", "lake", "boundary", "disputed", "neighbour"]
    name: str = Field("", max_length=80)


class _Shape(BaseModel):
    type: str = Field(max_length=40)
    coordinates: list[Any]


class _Feature(BaseModel):
    type: Literal["Feature"]
    properties: _Told
    geometry: _Shape

    @model_validator(mode="after")
    def _fits(self) -> _Feature:
        shapes = SHAPES[self.properties.kind]
        if self.geometry.type not in shapes:
            msg = f"A {self.properties.kind} must be a {' or a '.join(shapes)}."
            raise ValueError(msg)
        if not _is_sound(self.geometry.coordinates, shapes[self.geometry.type]):
            msg = "Positions must be pairs of numbers: longitude and latitude, degrees."
            raise ValueError(msg)
        return self


def _with_room(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    west, south, east, north = box
    if not (-360 <= west < east <= 360 and -90 <= south < north <= 90):
        msg = "Must be west, south, east and north, degrees."
        raise ValueError(msg)
    return box


class Land(BaseModel):
    """The land of one scenario; `says` is the sentence on whose boundaries these are."""

    type: Literal["FeatureCollection"]
    says: str = Field(
        min_length=1, max_length=2000, description="whose boundaries these are; under every map"
    )
    bbox: Annotated[tuple[float, float, float, float], AfterValidator(_with_room)] = Field(
        description="four numbers: west, south, east and north of what a map shows, degrees"
    )
    features: list[_Feature] = Field(description="boundaries, water and neighbours")


def _is_sound(found: object, depth: int) -> bool:
    if not isinstance(found, list) or not found:
        return False
    if depth:
        return all(_is_sound(one, depth - 1) for one in found)
    return (
        len(found) == 2
        and all(type(one) in {int, float} for one in found)
        and (abs(found[0]) <= 360 and abs(found[1]) <= 90)
    )


def read_land(folder: Path) -> Land | list[Fault] | None:
    """Return the land of a folder, or its faults; None if it has none."""
    if not os.path.lexists(folder / MAP):  # no error for a name that no file can have
        return None
    text = read_text(folder, MAP, LARGEST)
    if isinstance(text, Fault):
        return [text]
    try:
        return Land.model_validate(json.loads(text))
    except json.JSONDecodeError as error:
        return [Fault(MAP, error.lineno, "", "", f"Is not JSON: {error.msg}.")]
    except ValidationError as error:
        return [
            Fault(
                MAP, 0, ".".join(map(str, detail["loc"])),
                "" if isinstance(detail["input"], dict | list) else shown(detail["input"]),
                sentence(detail),
            )
            for detail in error.errors(include_url=False)
        ]  # fmt: skip
    except (ValueError, RecursionError):
        return [Fault(MAP, 0, "", "", "Is not JSON: nested too deeply, or a number too long.")]
