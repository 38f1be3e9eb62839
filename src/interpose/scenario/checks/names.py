"""Rules on names: reserved words, sources, the record, and the parameters of a scenario."""

from __future__ import annotations

from collections.abc import Iterator

from interpose.errors import Fault
from interpose.scenario.checks.rows import RECORDS
from interpose.scenario.folder import Tables
from interpose.scenario.parameters import needed_indices, parted, without_value
from interpose.scenario.phrases import did_you_mean, shown, some_of
from interpose.scenario.tables.mission import (
    ACTS,
    IncidentType,
    MasterRow,
    ParameterRow,
    Reporting,
    Source,
)
from interpose.scenario.tables.values import UNDATED

RESERVED = ("all", "unattributed", "force", "police", "authorities", "mixed", "theatre")
"""Words with a meaning of their own in the columns above; no community or place may bear them."""


def reserved_names(tables: Tables) -> Iterator[Fault]:
    """Yield each community or place that bears a word with a meaning of its own."""
    wanted = f"Must be another name: {', '.join(RESERVED)} have a meaning of their own."
    header = tables.settings.header
    for number, community in enumerate(header.communities if header else ()):
        if community.id in RESERVED:
            yield tables.settings.fault(("communities", number, "id"), community.id, wanted)
    for line, cells in tables["places.csv"].raw:
        if cells.get("id") in RESERVED:
            yield Fault("places.csv", line, "id", shown(cells["id"]), wanted)


def undated_sources(tables: Tables) -> Iterator[Fault]:
    """Yield each source without date on which a row of the record rests."""
    used: dict[str, str] = {}
    for file in RECORDS:
        for line, row in tables[file].rows:
            used.setdefault(getattr(row, "source", ""), f"{file} line {line}")
    for line, source in tables.placed(Source):
        if not source.date and source.id in used:
            wanted = (
                f"Must be given, as {used[source.id]} rests on {source.id}: a day, month or year, "
                f"or the word '{UNDATED}'; 'until' may say how late it may be."
            )
            yield Fault("sources.csv", line, "date", "", wanted)


def shared_names_of_the_record(tables: Tables) -> Iterator[Fault]:
    """Yield each figure, incident or act that bears the id of a row of another such table."""
    seen: dict[str, tuple[str, int]] = {}
    for file in RECORDS:
        for line, cells in tables[file].raw:
            name = cells.get("id", "")
            first, where = seen.setdefault(name, (file, line))
            if name and first != file:
                wanted = f"Is the id of {first} line {where} already; findings name rows by id."
                yield Fault(file, line, "id", shown(name), wanted)


def faulty_parameters(tables: Tables) -> Iterator[Fault]:
    """Yield each unknown or wrongly indexed row, and each parameter left without a value."""
    master = {row.name: row for row in tables.master}
    for line, row in tables.placed(ParameterRow):
        parts = parted(row.name)
        if parts is None:
            wanted = "Must be written name or name[index], in lower-case letters."
            yield Fault("parameters.csv", line, "name", shown(row.name), wanted)
        elif parts[0] not in master:
            wanted = f"No such parameter.{did_you_mean(parts[0], master)}"
            yield Fault("parameters.csv", line, "name", shown(parts[0]), wanted)
        else:
            yield from _faulty_index(tables, line, master[parts[0]], parts[1])
            yield from _against_nature(line, master[parts[0]], row)
    if tables.whole("parameters.csv", "incident_types.csv", "reporting.csv"):
        yield from _left_without_value(tables)


def _faulty_index(tables: Tables, line: int, parameter: MasterRow, index: str) -> Iterator[Fault]:
    if not index:
        return
    if parameter.shape == "scalar":
        wanted = f"{parameter.name} has one value; write it without [{index[:64]}]."
        yield Fault("parameters.csv", line, "name", shown(index), wanted)
        return
    known: frozenset[str] | None = frozenset(ACTS)
    words = "No such act"
    if parameter.shape == "type":
        types = tables.names("incident_types.csv")
        known = None if types is None else types.union(ACTS)
        words = "Neither an act nor an id in incident_types.csv"
    elif parameter.shape == "reporter":
        known = tables.names("reporting.csv", "reporter")
        words = "No such reporter in reporting.csv"
    if known is not None and index not in known:
        yield Fault(
            "parameters.csv", line, "name", shown(index), f"{words}.{did_you_mean(index, known)}"
        )


def _against_nature(line: int, parameter: MasterRow, row: ParameterRow) -> Iterator[Fault]:
    """Refuse values that no parameter of its kind can have, whatever the row's own range."""
    never_negative = parameter.low is None or parameter.low >= 0
    if parameter.name.endswith("share") and row.high > 1:
        wanted = f"Must be 1 or less: {parameter.name} is a share."
        yield Fault("parameters.csv", line, "high", f"{row.high:g}", wanted)
    if never_negative and row.low < 0:
        wanted = f"Must be 0 or more: {parameter.name} is never negative."
        yield Fault("parameters.csv", line, "low", f"{row.low:g}", wanted)


def _left_without_value(tables: Tables) -> Iterator[Fault]:
    needed = needed_indices(tables.rows(IncidentType), tables.rows(Reporting), all_acts=False)
    given: dict[str, list[ParameterRow]] = {}
    for row in tables.rows(ParameterRow):
        given.setdefault((parted(row.name) or ("", ""))[0], []).append(row)
    for parameter in tables.master:
        missing = without_value(parameter, given.get(parameter.name, []), needed)
        if missing:
            wanted = f"Has no default, so a row must give it: {some_of(missing, 8)}."
            yield Fault("parameters.csv", 0, parameter.name, "", wanted)
