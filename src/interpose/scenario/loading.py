"""``load``, ``check``, ``read_plan_tables``: a folder in; its rows, or all faults at once, out."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from interpose.errors import Fault, ScenarioError
from interpose.scenario.checks import CHECKS
from interpose.scenario.folder import Tables, find_folder, read_tables
from interpose.scenario.parameters import Parameters, master_table, needed_indices, resolve
from interpose.scenario.tables import TABLES
from interpose.scenario.tables.mission import (
    Area,
    Base,
    Contingent,
    Contributor,
    Displaced,
    Header,
    IncidentType,
    Link,
    MasterRow,
    ParameterRow,
    People,
    Place,
    Police,
    Reporting,
    Responsibility,
    Rumour,
    Share,
    Shock,
    Source,
    Walkout,
)
from interpose.scenario.tables.plan import (
    AcceptedRisk,
    Capability,
    Caveat,
    Mission,
    Offer,
    Requirement,
    Standing,
    Workload,
)
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


def load(name_or_folder: str | Path) -> Scenario:
    """Read a scenario.

    Parameters
    ----------
    name_or_folder : str or Path
        Name of a bundled scenario, or a folder. A word without ``/`` that is
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


def read_folder(folder: Path, master: tuple[MasterRow, ...]) -> tuple[Tables, list[Fault]]:
    """Read and check a folder against a master table of parameters.

    Returns
    -------
    Tables
        What could be read.
    list of Fault
        Sorted; at most `MOST_SHOWN` of one file and a last one that counts the rest.
    """
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


@dataclass(frozen=True, slots=True)
class PlanInputs:
    """What a plan is made from: rows of the tables of those names, read or made by hand.

    Rows stand in the order of the file; a table that is absent is empty. The last three give
    names of nations and sources, and the places of an area; without them ids stand in the
    sentences, and an area caveat knows only the place that it names.
    """

    capabilities: tuple[Capability, ...]
    missions: tuple[Mission, ...]
    standings: tuple[Standing, ...]
    caveats: tuple[Caveat, ...]
    requirements: tuple[Requirement, ...]
    workload: tuple[Workload, ...]
    offers: tuple[Offer, ...]
    accepted_risks: tuple[AcceptedRisk, ...]
    contributors: tuple[Contributor, ...] = ()
    areas: tuple[Area, ...] = ()
    sources: tuple[Source, ...] = ()


def read_plan_tables(name_or_folder: str | Path) -> PlanInputs:
    """Read the tables of a scenario from which plans are made.

    Parameters
    ----------
    name_or_folder : str or Path
        As for `load`.

    Returns
    -------
    PlanInputs
        Frozen, checked together with the whole scenario.

    Raises
    ------
    UnknownNameError
        If it is a word that is neither a scenario nor a folder.
    ScenarioError
        With all faults of the folder.

    Examples
    --------
    >>> inputs = read_plan_tables("kosovo")
    >>> next(mission.name for mission in inputs.missions if mission.id == "kfor")
    'Kosovo Force'
    """
    _, tables = read_sound(name_or_folder)
    return PlanInputs(
        capabilities=tables.rows(Capability),
        missions=tables.rows(Mission),
        standings=tables.rows(Standing),
        caveats=tables.rows(Caveat),
        requirements=tables.rows(Requirement),
        workload=tables.rows(Workload),
        offers=tables.rows(Offer),
        accepted_risks=tables.rows(AcceptedRisk),
        contributors=tables.rows(Contributor),
        areas=tables.rows(Area),
        sources=tables.rows(Source),
    )


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
