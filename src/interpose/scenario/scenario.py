"""The frozen ``Scenario``; what-ifs made of it row by row, checked as a folder is checked.

A what-if is a list of steps: rows added, changed and dropped, a force scaled or withdrawn, other
values of parameters. The same steps give the same rows and digest, to be made again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import ValidationError

from interpose.errors import Fault, ScenarioError
from interpose.scenario.checks import broken_rules, cut, implausible
from interpose.scenario.checks.plausible import rows_that_say_the_same
from interpose.scenario.files import Table, faulty_cells
from interpose.scenario.folder import Tables, read_tables
from interpose.scenario.parameters import Parameters, master_table, needed_indices, resolve
from interpose.scenario.phrases import shown
from interpose.scenario.settings import FILE, Header, Settings
from interpose.scenario.steps import (
    CHANGED,
    PLANNED,
    PLAYED,
    Cells,
    Rows,
    Step,
    applied,
    difference,
    misshapen,
    plain,
    said,
    step_of,
    tables_named,
)
from interpose.scenario.tables import TABLES, mission, record
from interpose.scenario.tables.lines import ArmedForce, Sector
from interpose.scenario.tables.values import Row


@dataclass(frozen=True)
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
    changes : tuple of Step
        What ``with_`` changed since it was read.
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
    incident_types: tuple[mission.IncidentType, ...]
    reporting: tuple[mission.Reporting, ...]
    parameters: Parameters
    digest: str
    walkouts: tuple[mission.Walkout, ...] = ()
    responsibilities: tuple[mission.Responsibility, ...] = ()
    displaced: tuple[mission.Displaced, ...] = ()
    lines: tuple[Sector, ...] = ()
    armed_forces: tuple[ArmedForce, ...] = ()
    homicides: tuple[record.Homicide, ...] = ()
    posterior: tuple[mission.PosteriorRow, ...] = ()
    changes: tuple[Step, ...] = ()
    is_checked = False
    """No field: a copy made by ``dataclasses.replace`` is not, until it is played or planned."""

    def with_values(self, values: Mapping[str, float]) -> Scenario:
        """Return a copy in which parameters, by full name, have other values; another digest."""
        given = {name: float(values[name]) for name in sorted(values)}
        return _marked(
            replace(
                self,
                parameters=self.parameters.with_values(values),
                digest=hashlib.sha256((self.digest + json.dumps(given)).encode()).hexdigest(),
                changes=(*self.changes, {"values": given}),
            ),
            sound=self.is_checked,
        )

    def with_(
        self,
        *,
        add: Mapping[str, Mapping[str, Any] | Sequence[Mapping[str, Any]]] | None = None,
        change: Mapping[str, Mapping[Any, Any]] | None = None,
        drop: Mapping[str, Any] | None = None,
        scale_force: float | None = None,
        withdraw: dt.date | str | None = None,
        since: dt.date | str | None = None,
    ) -> Scenario:
        """Return a copy in which something is otherwise, checked as a folder is checked.

        Parameters
        ----------
        add : mapping
            Table -> row, or several rows: column -> value. A row with ``like`` takes from the row
            of that id what it does not say. A row without a source is the user's assumption.
        change : mapping
            Table -> id (or all columns of the key) -> column -> value. The table ``header`` is
            ``scenario.toml``: column -> value.
        drop : mapping
            Table -> id, or several.
        scale_force : float
            Every contingent has so many times its strength; every offer so many times its units.
        withdraw : date
            The whole force is gone from this day on.
        since : date
            First day of the other strength; default: it holds from the beginning.

        Raises
        ------
        ScenarioError
            With every fault of the changed scenario.

        Examples
        --------
        >>> from interpose.scenario import load
        >>> more = load("kosovo").with_(scale_force=1.5, since="2008-01-01")
        >>> more.changed
        ('The force has 1.5 times its strength from 2008-01-01 on.',)
        """
        step = step_of(
            add=add,
            change=change,
            drop=drop,
            scale_force=scale_force,
            withdraw=withdraw,
            since=since,
        )
        return again(self, [step])

    @property
    def changed(self) -> tuple[str, ...]:
        """What was changed since it was read, in a sentence each."""
        return tuple(words for step in self.changes for words in said(step))


def again(scenario: Scenario, steps: Iterable[Step]) -> Scenario:
    """Return a scenario with the steps that another one was changed by.

    Raises
    ------
    ScenarioError
        With every fault of the changed scenario.
    """
    for step in steps:
        if "values" in step:
            scenario = scenario.with_values(step["values"])
            continue
        rows = _rows_of(scenario)
        if not PLANNED.keys().isdisjoint(tables_named(step)):
            rows |= _planned_rows(scenario)
        header = dict(scenario.header) | step.get("change", {}).get("header", {})
        faults = list(applied(step, rows, scenario.header))
        made = _built(scenario, header, rows, faults)
        own = step.get("change", {}).get("parameters", {})
        values = {n: v for n, v in _values(scenario).items() if n in _values(made) and n not in own}
        scenario = _finished(made, values, (*scenario.changes, step))
    return scenario


def sound(scenario: Scenario) -> Scenario:
    """Return a scenario as it is if it is checked, else a checked copy with a digest of its own.

    Raises
    ------
    ScenarioError
        With every fault.
    """
    if scenario.is_checked:
        return scenario
    _refuse_misshapen(scenario)
    header, rows = dict(scenario.header), _rows_of(scenario)
    made = _built(scenario, header, rows, [])
    base = _as_read(scenario)
    if base is None:
        made = replace(made, parameters=scenario.parameters)
        by_hand = (*scenario.changes, {"by_hand": True})
        return _finished(made, _values(scenario), by_hand)
    base = again(base, scenario.changes)
    step = difference(dict(base.header), _rows_of(base), header, rows)
    return _finished(again(base, [step] if step else []), _values(scenario), None)


def _refuse_misshapen(scenario: Scenario) -> None:
    """Look whether the fields hold what they should, before anything is read from them."""
    faults = [
        misshapen(name)
        for name in PLAYED
        if name != "parameters"
        and not (
            isinstance(rows := getattr(scenario, name), Sequence)
            and all(isinstance(row, Row | Mapping) for row in rows)
        )
    ]
    kinds = {"header": Header, "parameters": Parameters, "folder": str, "changes": tuple}
    for name, kind in kinds.items():
        if not isinstance(getattr(scenario, name), kind):
            faults.append(Fault(name, 0, "", "", f"Must be a {kind.__name__}."))
    if faults or not all(isinstance(step, Mapping) for step in scenario.changes):
        raise ScenarioError(CHANGED, faults or [misshapen("changes")], "")


def _as_read(scenario: Scenario) -> Scenario | None:
    """Return the scenario as its folder has it, if it still does."""
    folder = Path(scenario.folder)
    if not scenario.folder or not folder.is_dir():
        return None
    tables, faults = read_tables(folder, master_table())
    return None if faults or broken_rules(tables) else assembled(scenario.folder, tables)


def faults_of(scenario: Scenario) -> list[Fault]:
    """Return every fault of a scenario in memory."""
    try:
        sound(scenario)
    except ScenarioError as error:
        return list(error.faults)
    return []


def doubts_about(scenario: Scenario) -> list[Fault]:
    """Return what is possible but hardly meant in a sound scenario in memory."""
    rows = _rows_of(scenario) | (_planned_rows(scenario) if scenario.folder else {})
    tables, _ = _tables(dict(scenario.header), rows)
    # A row that is split in two, or scaled, may become the same as another one.
    left_out = (rows_that_say_the_same,) if scenario.changes else ()
    return [_by_key(fault, rows) for fault in implausible(tables, left_out)]


def planned_tables(scenario: Scenario) -> Tables:
    """Return the tables of a scenario and those under ``plan/`` of its folder, changed alike."""
    rows = _rows_of(scenario) | _planned_rows(scenario)
    return _checked_tables(scenario.folder, dict(scenario.header), rows, [])


def assembled(folder: str, tables: Tables) -> Scenario:
    """Return the scenario of tables that are sound."""
    header = tables.settings.header
    if header is None:  # a faulty header is a fault, so this is never reached
        raise ScenarioError(folder, [])
    rows: dict[str, Any] = rows_for(Scenario, tables)
    titles = {source.id: source.title for source in rows["sources"]}
    needed = needed_indices(rows["incident_types"], rows["reporting"])
    given = rows["parameters"], titles, needed, "-" if rows["lines"] else "line."
    rows["parameters"] = resolve(tables.master, *given).with_posterior(rows["posterior"])
    digest = hashlib.sha256(header.model_dump_json().encode())
    for file in PLAYED.values():
        digest.update(f"\n{file}\n".encode())
        for _, row in tables[file].rows:
            digest.update(row.model_dump_json().encode())
    for parameter in tables.master:
        digest.update(parameter.model_dump_json().encode())
    made = Scenario(folder, header, digest=digest.hexdigest(), **rows)
    return _marked(made, sound=True)


def rows_for(made: type[Any], tables: Tables) -> dict[str, Any]:
    """Return the rows of every table whose name is a field of what is made."""
    files = PLAYED | PLANNED
    return {
        item.name: tuple(row for _, row in tables[files[item.name]].rows)
        for item in fields(made)
        if item.name in files
    }


# --- rows in memory to a checked scenario ---------------------------------------------------------


def _marked(scenario: Scenario, *, sound: bool) -> Scenario:
    object.__setattr__(scenario, "is_checked", sound)
    return scenario


def _values(scenario: Scenario) -> dict[str, float]:
    return {row.name: row.value for row in scenario.parameters.rows()}


def _finished(
    made: Scenario, values: Mapping[str, float], changes: tuple[Step, ...] | None
) -> Scenario:
    """Return a scenario with values of parameters, of which its digest and changes know."""
    own = _values(made)
    other = {name: values[name] for name in own if values.get(name, own[name]) != own[name]}
    made = made.with_values(other) if other else made
    return _marked(made if changes is None else replace(made, changes=changes), sound=True)


def _rows_of(scenario: Scenario) -> Rows:
    """Return the rows of a scenario; those of parameters as they were before they were resolved."""
    ids = {source.title: source.id for source in scenario.sources}
    notes = {row.name: row.note for row in master_table()}
    columns = ("name", "low", "high", "basis", "prior")
    given = [
        {
            **{name: getattr(row, name) for name in columns},
            "value": min(max(row.value, row.low), row.high),
            "note": "" if row.note == notes.get(row.name.partition("[")[0]) else row.note,
            "source": ids.get(row.source, row.source),
        }
        for row in scenario.parameters.rows()
        if row.from_scenario
    ]
    rows = {
        file: [dict(row) for row in getattr(scenario, name)]
        for name, file in PLAYED.items()
        if name != "parameters"
    }
    return {**rows, PLAYED["parameters"]: given}


def _planned_rows(scenario: Scenario) -> Rows:
    """Return the rows under ``plan/`` of the scenario's folder, changed as the scenario was."""
    tables, _ = read_tables(Path(scenario.folder), master_table())
    rows = {file: [dict(row) for _, row in tables[file].rows] for file in PLANNED.values()}
    for step in scenario.changes:
        list(applied(step, rows, scenario.header))
    return rows


def _built(scenario: Scenario, header: Cells, rows: Rows, faults: list[Fault]) -> Scenario:
    return assembled(scenario.folder, _checked_tables(scenario.folder, header, rows, faults))


def _checked_tables(folder: str, header: Cells, rows: Rows, faults: list[Fault]) -> Tables:
    tables, found = _tables(header, rows)
    # What names nothing is not added or changed; what follows from that would only distract.
    faults = faults or [*found, *broken_rules(tables)]
    if faults:
        named = (_by_key(fault, rows) for fault in faults)
        where = f"{CHANGED} ({folder or 'made in Python'})"
        raise ScenarioError(where, cut(named), "")
    return tables


def _by_key(fault: Fault, rows: Rows) -> Fault:
    """Name a row by its key: in memory it has no line."""
    if not fault.line or fault.file not in rows:
        return fault
    keys = TABLES[fault.file][0].KEYS[0]
    cells = rows[fault.file][fault.line - 1]
    name = ", ".join(str(cells.get(key) or "") for key in keys)
    wanted = re.sub(r"\bline (\d+)", r"row \1", fault.wanted)
    wanted = re.sub(r"\bLine (\d+)", r"Row \1", wanted)
    stem = PurePosixPath(fault.file).stem
    return Fault(f"{stem} {shown(name)}", 0, fault.field, fault.found, wanted)


def _tables(header: Cells, rows: Rows) -> tuple[Tables, list[Fault]]:
    """Read rows in memory as those of a file are read."""
    faults, tables = list[Fault](), {}
    try:
        head = Header(**header)
    except ValidationError as error:
        head, faults = None, [*faulty_cells(FILE, 0, error)]
    for file, (model, _) in TABLES.items():
        good, raw, found = [], [], list[Fault]()
        for line, cells in enumerate(rows.get(file, ()), start=1):
            given = {name: plain(cell) for name, cell in cells.items() if cell not in (None, "")}
            raw.append((line, {name: str(cell) for name, cell in given.items()}))
            try:
                good.append((line, model(**given)))
            except ValidationError as error:
                found += faulty_cells(file, line, error)
        tables[file] = Table(tuple(good), tuple(raw), legible=True, whole=not found)
        faults += found
    communities = frozenset(group.id for group in head.communities) if head else None
    name = head.name if head else ""
    return Tables(name, Settings(head, communities), tables, master_table()), faults
