"""``load``, ``check``, ``read_plan_tables``: a folder in; its rows, or all faults at once, out."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from interpose.errors import Fault, ScenarioError
from interpose.scenario.checks import CHECKS
from interpose.scenario.folder import Tables, find_folder, read_tables
from interpose.scenario.parameters import Parameters, master_table, needed_indices, resolve
from interpose.scenario.settings import Header
from interpose.scenario.tables import TABLES, mission, plan
from interpose.scenario.tables.values import Row

MOST_SHOWN = 50
"""Faults shown of one file; the rest are counted."""

NOT_PLAYED = ("record/", "plan/")
"""Folders outside the digest: a future is never played from the record, nor from the tables of
the plan (from a plan made of them it may be; such a plan has a digest of its own)."""


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
    sources, places, people, ...
        Rows of the table of that name, in the order of the file.
    parameters : Parameters
        The master table with the scenario's rows laid over it.
    digest : str
        SHA-256 of all of this but `folder`; equal digests play equally.
    """

    folder: str
    header: Header
    sources: tuple[mission.Source, ...]
    places: tuple[mission.Place, ...]
    people: tuple[mission.People, ...]
    shares: tuple[mission.Share, ...]
    links: tuple[mission.Link, ...]
    bases: tuple[mission.Base, ...]
    areas: tuple[mission.Area, ...]
    contributors: tuple[mission.Contributor, ...]
    contingents: tuple[mission.Contingent, ...]
    police: tuple[mission.Police, ...]
    shocks: tuple[mission.Shock, ...]
    rumours: tuple[mission.Rumour, ...]
    incident_types: tuple[mission.IncidentType, ...]
    reporting: tuple[mission.Reporting, ...]
    parameters: Parameters
    digest: str
    walkouts: tuple[mission.Walkout, ...] = ()
    responsibilities: tuple[mission.Responsibility, ...] = ()
    displaced: tuple[mission.Displaced, ...] = ()

    def with_values(self, values: Mapping[str, float]) -> Scenario:
        """Return a copy in which parameters, by full name, have other values; another digest."""
        text = self.digest + json.dumps({name: float(values[name]) for name in sorted(values)})
        return replace(
            self,
            parameters=self.parameters.with_values(values),
            digest=hashlib.sha256(text.encode()).hexdigest(),
        )


def load(name_or_folder: str | Path) -> Scenario:
    """Read a scenario: a bundled one by its name, or a folder.

    A word without ``/`` that is both is taken for the name; write ``./kosovo`` for the folder.

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

    Raises
    ------
    UnknownNameError
        If it is a word that is neither a scenario nor a folder.
    """
    return read_folder(find_folder(name_or_folder), master_table())[1]


def read_record_tables(name_or_folder: str | Path) -> dict[str, tuple[Row, ...]]:
    """Return the tables under ``record/`` by file name; for the record room alone."""
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


def read_folder(folder: Path, master: tuple[mission.MasterRow, ...]) -> tuple[Tables, list[Fault]]:
    """Read and check a folder; of one file at most `MOST_SHOWN` faults and a count of the rest."""
    tables, faults = read_tables(folder, master)
    for rule in CHECKS if tables.tables else ():
        # A rule broken a thousand times is broken by one slip; near names take time.
        faults += islice(rule(tables), 4 * MOST_SHOWN)
    return tables, _cut(faults)


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
    rows = _rows_for(Scenario, tables)
    titles = {source.id: source.title for source in rows["sources"]}
    needed = needed_indices(rows["incident_types"], rows["reporting"], all_acts=True)
    rows["parameters"] = resolve(tables.master, rows["parameters"], titles, needed)
    return Scenario(folder=str(folder), header=header, digest=_digest(header, tables), **rows)


def _rows_for(made: type[Scenario | PlanInputs], tables: Tables) -> dict[str, Any]:
    """Return the rows of every table whose name is a field of what is made."""
    names = {field.name for field in fields(made)}
    return {
        path.stem: tuple(row for _, row in tables[str(path)].rows)
        for path in map(PurePosixPath, TABLES)
        if path.parent.name != "record" and path.stem in names
    }


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


@dataclass(frozen=True, slots=True)
class PlanInputs:
    """What a plan is made from: rows of the tables of those names, read or made by hand.

    Rows stand in the order of the file; a table that is absent is empty. The last three give
    names of nations and sources, and the places of an area; without them ids stand in the
    sentences, and an area caveat knows only the place that it names.
    """

    capabilities: tuple[plan.Capability, ...]
    missions: tuple[plan.Mission, ...]
    standings: tuple[plan.Standing, ...]
    caveats: tuple[plan.Caveat, ...]
    requirements: tuple[plan.Requirement, ...]
    workload: tuple[plan.Workload, ...]
    offers: tuple[plan.Offer, ...]
    accepted_risks: tuple[plan.AcceptedRisk, ...]
    contributors: tuple[mission.Contributor, ...] = ()
    areas: tuple[mission.Area, ...] = ()
    sources: tuple[mission.Source, ...] = ()


def read_plan_tables(name_or_folder: str | Path) -> PlanInputs:
    """Read the tables of a scenario from which plans are made, checked as ``load`` checks them.

    Examples
    --------
    >>> inputs = read_plan_tables("kosovo")
    >>> next(mission.name for mission in inputs.missions if mission.id == "kfor")
    'Kosovo Force'
    """
    _, tables = read_sound(name_or_folder)
    return PlanInputs(**_rows_for(PlanInputs, tables))


class Inhabitants(NamedTuple):
    """The part of a municipality's community that lives at one place.

    Attributes
    ----------
    place, community : str
    share : float
        Of the municipality's.
    years : tuple of int
        Years that ``people.csv`` has, in their order.
    persons : tuple of int
        In the municipality, for each of these years.
    """

    place: str
    community: str
    share: float
    years: tuple[int, ...]
    persons: tuple[int, ...]


def inhabitants(scenario: Scenario) -> Iterator[Inhabitants]:
    """Yield who lives where, in the order of ``people.csv`` and ``shares.csv``.

    A municipality's people live at its seat unless ``shares.csv`` spreads them over its places.
    """
    given: dict[tuple[str, str], dict[int, int]] = {}
    for row in scenario.people:
        given.setdefault((row.place, row.community), {})[row.year] = row.persons
    shares: dict[tuple[str, str], list[tuple[str, float]]] = {}
    for share in scenario.shares:
        key = (share.municipality, share.community)
        shares.setdefault(key, []).append((share.place, share.share))
    for (seat, community), by_year in given.items():
        years = tuple(sorted(by_year))
        persons = tuple(by_year[year] for year in years)
        for place, part in shares.get((seat, community), [(seat, 1.0)]):
            yield Inhabitants(place, community, part, years, persons)
