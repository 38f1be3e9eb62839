"""``load``, ``check``, ``read_plan_tables``: a folder in; its rows, or all faults at once, out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from interpose.errors import Fault, ScenarioError, UnknownNameError, require_known
from interpose.scenario.checks import broken_rules, cut, implausible
from interpose.scenario.checks.policies import faulty_policy
from interpose.scenario.files import read_text
from interpose.scenario.folder import Tables, find_folder, read_land, read_tables
from interpose.scenario.parameters import MasterRow, master_table
from interpose.scenario.policies import LARGEST, Known, PolicyFile, read_policy
from interpose.scenario.scenario import (
    Scenario,
    again,
    assembled,
    doubts_about,
    faults_of,
    planned_tables,
    rows_for,
)
from interpose.scenario.settings import parsed
from interpose.scenario.steps import step_of
from interpose.scenario.tables import TABLES, mission, plan
from interpose.scenario.tables.values import Row

WHAT_IF_PARTS = ("add", "change", "drop", "scale_force", "withdraw", "since")
"""What a file of ``what_ifs/`` may hold besides its title and a note, as ``Scenario.with_``."""


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
    folder, tables = read_sound(name_or_folder)
    return assembled(str(folder), tables)


def check(scenario: Scenario | str | Path, *, every: bool = False) -> list[Fault]:
    """Return all faults of a scenario, by file and line; an empty list if it is sound.

    A scenario in memory is checked in the same way; its rows are named by their ids. Many faults
    of one file are cut short and counted, unless `every` one is wanted.

    Raises
    ------
    UnknownNameError
        If it is a word that is neither a scenario nor a folder.
    """
    if isinstance(scenario, Scenario):
        return faults_of(scenario)
    folder = find_folder(scenario)
    tables, faults = read_folder(folder, master_table(), every=every)
    return faults or list(_faulty_what_ifs(assembled(str(folder), tables)))


def _faulty_what_ifs(scenario: Scenario) -> Iterator[Fault]:
    for path in sorted(Path(scenario.folder).glob("what_ifs/*.toml")):
        try:
            with_what_ifs(scenario, str(path))
        except ScenarioError as error:
            yield from (replace(f, file=f"what_ifs/{path.name}: {f.file}") for f in error.faults)
        except UnknownNameError as error:
            yield Fault(f"what_ifs/{path.name}", 0, "", "", str(error))


def doubts(scenario: Scenario | str | Path) -> list[Fault]:
    """Return what is possible in a sound scenario but hardly meant, by file and line.

    Places far from all others, roads faster than any, strengths out of proportion, rows for one
    thing at the same time, parts larger than the whole: nothing is refused for them.
    """
    if isinstance(scenario, Scenario):
        return doubts_about(scenario)
    return implausible(read_sound(scenario)[1])


def with_what_ifs(scenario: Scenario, names: str) -> Scenario:
    """Return a scenario changed as files say: names of its ``what_ifs/``, or TOML files.

    Several are parted by commas and done in that order. A file has a ``title`` and the tables of
    ``Scenario.with_``: ``[change.TABLE.KEY]``, ``[[add.TABLE]]``, ``drop``, ``scale_force`` ...

    Raises
    ------
    UnknownNameError
        If there is no such file, or it has a part that is none of these.
    ScenarioError
        With every fault of the file, or of the scenario that it makes.
    """
    beside = Path(scenario.folder) / "what_ifs"
    for name in names.split(","):
        own = {path.stem: path for path in sorted(beside.glob("*.toml"))}
        at = own.get(name.strip(), Path(name.strip()))
        if at.suffix != ".toml":
            kind = "what-if"
            raise UnknownNameError(kind, name.strip(), own)
        text = read_text(at.parent, at.name, LARGEST)
        asked = text if isinstance(text, Fault) else parsed(at.name, text)
        if isinstance(asked, Fault):
            raise ScenarioError(str(at), [asked], "")
        said = [str(asked.pop("title", at.stem)), *filter(None, [asked.pop("note", "")])]
        require_known(f"part of {at.name}", asked, ("title", "note", *WHAT_IF_PARTS))
        step = step_of(**dict.fromkeys(WHAT_IF_PARTS) | asked)
        scenario = again(scenario, [{**step, "said": said}])
    return scenario


def policy_at(path: Path, scenario: Scenario) -> PolicyFile:
    """Read a policy anywhere and check it against a scenario.

    Raises
    ------
    ScenarioError
        With every fault of the file.
    """
    text = read_text(path.parent, path.name, LARGEST)
    read, faults = (None, [text]) if isinstance(text, Fault) else read_policy(path.name, text)
    found = faulty_policy(*read, known_to_policies(scenario)) if read else ()
    gone = "reserve.contingents" if scenario.changes else ""  # a what-if may take the reserve away
    faults += [fault for fault in found if fault.field != gone]
    if read is None or faults:
        raise ScenarioError(str(path), faults, "")
    return read[0]


def known_to_policies(scenario: Scenario) -> Known:
    """Return what of a scenario a policy may name."""
    rows = {name: getattr(scenario, name) for name in Known._fields[2:-1]}
    header, sources = scenario.header, frozenset(row.id for row in scenario.sources)
    return Known(header.start, header.end, **rows, sources=sources)


def read_record_tables(
    name_or_folder: str | Path,
) -> tuple[Scenario, dict[str, tuple[Row, ...]]]:
    """Return a scenario, and its tables under ``record/`` by file; for the record room alone."""
    folder, tables = read_sound(name_or_folder)
    return assembled(str(folder), tables), {
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


def read_folder(
    folder: Path, master: tuple[MasterRow, ...], *, every: bool = False
) -> tuple[Tables, list[Fault]]:
    """Read and check a folder; of one file at most `MOST_SHOWN` faults and a count of the rest."""
    tables, faults = read_tables(folder, master, every=every)
    faults += broken_rules(tables, every=every)
    land = read_land(folder)
    faults += land if isinstance(land, list) else []
    return tables, sorted(set(faults)) if every else cut(faults)


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


def read_plan_tables(scenario: Scenario | str | Path) -> PlanInputs:
    """Read the tables of a scenario from which plans are made, checked as ``load`` checks them.

    Those of a scenario in memory are the tables of its folder, changed as it was changed.

    Examples
    --------
    >>> inputs = read_plan_tables("kosovo")
    >>> next(mission.name for mission in inputs.missions if mission.id == "kfor")
    'Kosovo Force'
    """
    if isinstance(scenario, Scenario):
        return PlanInputs(**rows_for(PlanInputs, planned_tables(scenario)))
    return PlanInputs(**rows_for(PlanInputs, read_sound(scenario)[1]))


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
