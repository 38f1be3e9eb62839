"""``load`` and ``check``: a folder in; one frozen Scenario, or all faults at once, out."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from itertools import islice
from pathlib import Path

from interpose.errors import Fault, ScenarioError, UnknownNameError
from interpose.scenario import settings as toml
from interpose.scenario.checking import CHECKS
from interpose.scenario.models import (
    TABLES,
    Area,
    Base,
    Contingent,
    Contributor,
    Displaced,
    Header,
    IncidentType,
    Link,
    ParameterRow,
    People,
    Place,
    Police,
    Reporting,
    Responsibility,
    Row,
    Rumour,
    Share,
    Shock,
    Source,
    Walkout,
)
from interpose.scenario.parameter_checks import needed_indices
from interpose.scenario.parameters import MasterRow, Parameters, master_table, resolve
from interpose.scenario.reading import UNREADABLE, Table, read_table, read_text
from interpose.scenario.settings import Settings, read_settings
from interpose.scenario.tables import Tables
from interpose.scenario.wording import did_you_mean, printable

MOST_SHOWN = 50
"""Faults shown of one file; the rest are counted."""

MAY_BE_EMPTY = ("links.csv", "parameters.csv")
"""Tables that may have a header alone: a theatre of one place, a scenario without overrides."""

NOT_PLAYED = ("record/", "plan/")
"""Folders outside the digest: a future is never played from the record, nor from the tables of
the plan (from a plan made of them it may be; such a plan has a digest of its own)."""

_TABLE_LIKE = {".csv", ".tsv", ".toml", ".xlsx", ".xls", ".ods"}


@dataclass(frozen=True, slots=True)
class Scenario:
    """Everything that a play may know of a mission. The record is not part of it.

    Nor are the tables under ``plan/``: ``read_plan_tables`` reads those.

    Attributes
    ----------
    folder : str
        Where it was read.
    header : Header
        ``scenario.toml``.
    sources, places, people, shares, links, bases, areas, contributors, contingents, police, shocks
        Rows of the table of that name, in the order of the file.
    rumours, incident_types, reporting
        The same.
    parameters : Parameters
        The master table with the scenario's rows laid over it.
    digest : str
        SHA-256 of all of this but `folder`; equal digests play equally.
    walkouts, responsibilities, displaced
        Rows of the table of that name, in the order of the file.
    """

    folder: str
    header: Header
    sources: tuple[Source, ...]
    places: tuple[Place, ...]
    people: tuple[People, ...]
    shares: tuple[Share, ...]
    links: tuple[Link, ...]
    bases: tuple[Base, ...]
    areas: tuple[Area, ...]
    contributors: tuple[Contributor, ...]
    contingents: tuple[Contingent, ...]
    police: tuple[Police, ...]
    shocks: tuple[Shock, ...]
    rumours: tuple[Rumour, ...]
    incident_types: tuple[IncidentType, ...]
    reporting: tuple[Reporting, ...]
    parameters: Parameters
    digest: str
    walkouts: tuple[Walkout, ...] = ()
    responsibilities: tuple[Responsibility, ...] = ()
    displaced: tuple[Displaced, ...] = ()

    def with_values(self, values: Mapping[str, float]) -> Scenario:
        """Return a copy in which some parameters have other values, and so another digest.

        Parameters
        ----------
        values : dict of str to float
            Full name, as in ``parameters.rows()``, to value.
        """
        text = self.digest + json.dumps({name: float(values[name]) for name in sorted(values)})
        return replace(
            self,
            parameters=self.parameters.with_values(values),
            digest=hashlib.sha256(text.encode()).hexdigest(),
        )


def scenario_names() -> tuple[str, ...]:
    """Return the names of the scenarios that came with the program."""
    return tuple(
        sorted(
            folder.name
            for folder in _shipped().iterdir()
            if not folder.name.startswith(("_", ".")) and (folder / toml.FILE).is_file()
        )
    )


def load(name_or_folder: str | Path) -> Scenario:
    """Read a scenario.

    Parameters
    ----------
    name_or_folder : str or Path
        Name of a scenario that came with the program, or a folder. A word without ``/`` that is
        both is taken for the name; write ``./kosovo`` for the folder.

    Returns
    -------
    Scenario
        Frozen, checked.

    Raises
    ------
    UnknownNameError
        If it is a word that is neither.
    ScenarioError
        With all faults of the folder.
    """
    return _assembled(*read_sound(name_or_folder))


def check(name_or_folder: str | Path) -> list[Fault]:
    """Return all faults of a scenario, by file and line; an empty list if it is sound.

    Parameters
    ----------
    name_or_folder : str or Path
        As for `load`.

    Raises
    ------
    UnknownNameError
        If it is a word that is neither a scenario nor a folder.
    """
    return read_folder(find_folder(name_or_folder), master_table())[1]


def read_record_tables(name_or_folder: str | Path) -> dict[str, tuple[Row, ...]]:
    """Return the tables under ``record/`` by file name; for the record room alone.

    Raises
    ------
    ScenarioError
        With all faults of the folder.
    """
    _, tables = read_sound(name_or_folder)
    return {
        file: tuple(row for _, row in tables[file].rows)
        for file in TABLES
        if file.startswith("record/")
    }


def read_sound(name_or_folder: str | Path) -> tuple[Path, Tables]:
    """Return the folder that is meant and its tables, all of them sound.

    Raises
    ------
    UnknownNameError
        If it is a word that is neither a scenario nor a folder.
    ScenarioError
        With all faults of the folder.
    """
    folder = find_folder(name_or_folder)
    tables, faults = read_folder(folder, master_table())
    if faults:
        raise ScenarioError(str(folder), faults)
    return folder, tables


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


def read_folder(folder: Path, master: tuple[MasterRow, ...]) -> tuple[Tables, list[Fault]]:
    """Read and check a folder against a master table of parameters.

    Returns
    -------
    Tables
        What could be read.
    list of Fault
        Sorted; at most `MOST_SHOWN` of one file and a last one that counts the rest.
    """
    if not _is_folder(folder):
        beside = _folders_beside(folder)
        wanted = f"There is no such folder.{did_you_mean(folder.name, beside)}"
        return Tables("", Settings(), {}, master), [Fault(toml.FILE, 0, "", "", wanted)]
    faults = list(_stray_files(folder))
    settings, found = _read_settings(folder)
    faults += found
    tables: dict[str, Table] = {}
    for file, (model, required) in TABLES.items():
        tables[file], found = _read_one(folder, file, model, required=required)
        faults += found
    name = folder.resolve().name
    everything = Tables(name, settings, tables, master)
    for rule in CHECKS:
        # A rule broken a thousand times is broken by one slip; near names take time.
        faults += islice(rule(everything), 4 * MOST_SHOWN)
    return everything, _cut(faults)


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
            if path.name.startswith(".") or path.suffix.lower() not in _TABLE_LIKE:
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
    folder: Path, file: str, model: type[Row], *, required: bool
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
    table, faults = read_table(file, text, model)
    if not table.raw and not faults and file not in MAY_BE_EMPTY:
        remedy = "add rows." if required else "add rows or delete the file."
        faults = [Fault(file, 1, "", "", f"There are no rows below the first line; {remedy}")]
    return table, faults


def _cut(faults: Iterable[Fault]) -> list[Fault]:
    """Sort; of each file keep the first faults and count the rest."""
    ordered = sorted(set(faults))
    totals = Counter(fault.file for fault in ordered)
    kept: list[Fault] = []
    counts: Counter[str] = Counter()
    for fault in ordered:
        counts[fault.file] += 1
        if counts[fault.file] <= MOST_SHOWN:
            kept.append(fault)
        elif counts[fault.file] == MOST_SHOWN + 1:
            more = totals[fault.file] - MOST_SHOWN
            kept.append(Fault(fault.file, fault.line, "", "", f"And {more} more from here on."))
    return kept


def _assembled(folder: Path, tables: Tables) -> Scenario:
    header = tables.settings.header
    if header is None:  # read_folder reports a faulty header, so this is never reached
        raise ScenarioError(str(folder), [])
    titles = {source.id: source.title for source in tables.rows(Source)}
    types, reporting = tables.rows(IncidentType), tables.rows(Reporting)
    needed = needed_indices(types, reporting, all_acts=True)
    return Scenario(
        folder=str(folder),
        header=header,
        sources=tables.rows(Source),
        places=tables.rows(Place),
        people=tables.rows(People),
        shares=tables.rows(Share),
        links=tables.rows(Link),
        bases=tables.rows(Base),
        areas=tables.rows(Area),
        contributors=tables.rows(Contributor),
        contingents=tables.rows(Contingent),
        police=tables.rows(Police),
        shocks=tables.rows(Shock),
        rumours=tables.rows(Rumour),
        incident_types=types,
        reporting=reporting,
        parameters=resolve(tables.master, tables.rows(ParameterRow), titles, needed),
        digest=_digest(header, tables),
        walkouts=tables.rows(Walkout),
        responsibilities=tables.rows(Responsibility),
        displaced=tables.rows(Displaced),
    )


def _digest(header: Header, tables: Tables) -> str:
    digest = hashlib.sha256(header.model_dump_json().encode())
    for file in TABLES:
        if not file.startswith(NOT_PLAYED):
            digest.update(f"\n{file}\n".encode())
            for _, row in tables[file].rows:
                digest.update(row.model_dump_json().encode())
    for parameter in tables.master:
        digest.update(parameter.model_dump_json().encode())
    return digest.hexdigest()
