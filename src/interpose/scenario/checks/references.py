"""Names in one table that must stand in another; names of parameters; rings of such names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from interpose.errors import Fault
from interpose.scenario.folder import FILE_OF, Tables
from interpose.scenario.parameters import needed_indices, parted, without_value
from interpose.scenario.phrases import did_you_mean, shown, some_of
from interpose.scenario.tables import TABLES
from interpose.scenario.tables.mission import (
    ACTS,
    IncidentType,
    MasterRow,
    ParameterRow,
    Reporting,
    Source,
)
from interpose.scenario.tables.plan import Offer
from interpose.scenario.tables.record import Figure, RecordedAct
from interpose.scenario.tables.values import UNDATED, Row

TARGETS = ("force", "police", "authorities", "all")
"""Targets of an incident type that are no community."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A column whose cells name what ``LISTS[to]`` has, or one of the words in `also`.

    With `several`, a cell holds names parted by ``;``.
    """

    file: str
    field: str
    to: str
    also: tuple[str, ...] = ()
    several: bool = False


REFERENCES = (
    *(Reference(file, "source", "sources") for file, (row, _) in TABLES.items()
      if "source" in row.model_fields),
    Reference("places.csv", "municipality", "seats"),
    Reference("people.csv", "place", "seats"),
    Reference("people.csv", "community", "communities"),
    Reference("shares.csv", "municipality", "seats"),
    Reference("shares.csv", "place", "places"),
    Reference("shares.csv", "community", "communities"),
    Reference("displaced.csv", "community", "communities"),
    Reference("displaced.csv", "origin", "seats", also=("all",)),
    Reference("links.csv", "a", "places"),
    Reference("links.csv", "b", "places"),
    Reference("bases.csv", "place", "places"),
    Reference("areas.csv", "base", "bases"),
    Reference("areas.csv", "municipalities", "seats", several=True),
    Reference("contingents.csv", "contributor", "contributors", also=("mixed",)),
    Reference("contingents.csv", "base", "bases"),
    Reference("police.csv", "municipality", "seats", also=("all",)),
    Reference("shocks.csv", "municipalities", "seats", also=("all",), several=True),
    Reference(
        "shocks.csv", "instigators", "communities", also=("all", "unattributed"), several=True
    ),
    Reference("shocks.csv", "acts", "acts", also=("all",), several=True),
    Reference("rumours.csv", "community", "communities"),
    Reference("rumours.csv", "place", "places"),
    Reference("rumours.csv", "against", "communities", also=("authorities",), several=True),
    Reference("incident_types.csv", "instigator", "communities", also=("unattributed",)),
    Reference("incident_types.csv", "target", "communities", also=TARGETS),
    Reference("walkouts.csv", "municipalities", "seats", also=("all",), several=True),
    Reference("responsibilities.csv", "place", "places"),
    Reference("record/incidents.csv", "place", "places"),
    Reference("record/incidents.csv", "responds_to", "incidents"),
    Reference("record/incidents.csv", "part_of", "incidents"),
    Reference("record/casualties.csv", "incident", "incidents"),
    Reference("record/incidents.csv", "also_in", "sources", several=True),
    Reference("record/figures.csv", "repeats", "figures"),
    Reference("record/acts.csv", "answers", "recorded acts"),
    Reference("record/acts.csv", "same_as", "recorded acts"),
    Reference("record/not_mergeable.csv", "a", "rows of the record"),
    Reference("record/not_mergeable.csv", "b", "rows of the record"),
    Reference("sources.csv", "lineage", "sources"),
    Reference("plan/capabilities.csv", "serves_as", "capabilities", several=True),
    Reference("plan/missions.csv", "lead", "contributors"),
    Reference("plan/standings.csv", "contributor", "contributors"),
    Reference("plan/caveats.csv", "places", "places and areas", several=True),
    Reference("plan/caveats.csv", "tasks", "tasks", several=True),
    *(Reference(f"plan/{table}.csv", "capability", "capabilities")
      for table in ("requirements", "workload", "offers")),
    *(Reference(f"plan/{table}.csv", "place", "places and areas", also=("theatre",))
      for table in ("requirements", "workload")),
    *(Reference(f"plan/{table}.csv", "task", "tasks") for table in ("requirements", "workload")),
    *(Reference(f"plan/{table}.csv", "mission", "missions")
      for table in ("requirements", "offers")),
    Reference("plan/accepted_risks.csv", "requirement", "requirements"),
    Reference("plan/offers.csv", "contributor", "contributors"),
    Reference("plan/offers.csv", "caveats", "caveats", several=True),
    Reference("plan/offers.csv", "needs", "offers"),
    Reference("plan/offers.csv", "host", "offers"),
    Reference("plan/offers.csv", "base", "bases"),
)  # fmt: skip
"""Every column that refers to another table; ``docs/scenario_format.md`` prints them too."""

RESERVED = ("all", "unattributed", "force", "police", "authorities", "mixed", "theatre")
"""Words with a meaning of their own in the columns above; no community or place may bear them."""


def _seats(tables: Tables) -> frozenset[str] | None:
    table = tables["places.csv"]
    if not table.legible:
        return None
    valid = {line for line, _ in table.rows}
    # A faulty row may be a seat; its own fault is enough.
    return frozenset(
        cells.get("id", "")
        for line, cells in table.raw
        if cells.get("kind") == "municipal_seat" or line not in valid
    )


def _tasks(tables: Tables) -> frozenset[str] | None:
    header = tables.settings.header
    return None if header is None else frozenset(task.id for task in header.tasks)


def _places_and_areas(tables: Tables) -> frozenset[str] | None:
    places, areas = tables.names("places.csv"), tables.names("areas.csv")
    return None if places is None or areas is None else places | areas


RECORDS = ("record/figures.csv", "record/incidents.csv", "record/acts.csv")
"""Tables whose rows are what was published."""


def _recorded(tables: Tables) -> frozenset[str] | None:
    names = [tables.names(file) for file in RECORDS]
    found = [some for some in names if some is not None]
    return frozenset().union(*found) if len(found) == len(names) else None


LISTS: dict[str, tuple[str, Callable[[Tables], frozenset[str] | None]]] = {
    "sources": ("in sources.csv", lambda tables: tables.names("sources.csv")),
    "places": ("in places.csv", lambda tables: tables.names("places.csv")),
    "seats": ("of kind municipal_seat in places.csv", _seats),
    "communities": ("among the communities of scenario.toml", lambda t: t.settings.communities),
    "bases": ("in bases.csv", lambda tables: tables.names("bases.csv")),
    "contributors": ("in contributors.csv", lambda tables: tables.names("contributors.csv")),
    "acts": ("among the acts", lambda tables: frozenset(ACTS)),
    "incidents": ("in record/incidents.csv", lambda tables: tables.names("record/incidents.csv")),
    "figures": ("in record/figures.csv", lambda tables: tables.names("record/figures.csv")),
    "recorded acts": ("in record/acts.csv", lambda tables: tables.names("record/acts.csv")),
    "tasks": ("among the tasks of scenario.toml", _tasks),
    "places and areas": ("in places.csv or areas.csv", _places_and_areas),
    **{
        name: (f"in plan/{name}.csv", partial(Tables.names, file=f"plan/{name}.csv"))
        for name in ("capabilities", "missions", "requirements", "caveats", "offers")
    },
    "rows of the record": ("among the figures, incidents and acts of record/", _recorded),
}
"""What can be referred to -> where it is listed, and the names (None if illegible)."""


def unknown_references(tables: Tables) -> Iterator[Fault]:
    """Yield each cell that names something which is not listed where it should be."""
    for reference in REFERENCES:
        file, field = reference.file, reference.field
        where, find = LISTS[reference.to]
        known = find(tables)
        if known is None:
            continue
        allowed = known.union(reference.also)
        for line, row in tables[file].rows:
            cell = getattr(row, field)
            names = cell.split(";") if reference.several else [cell]
            if len(names) > 1 and "all" in names:
                yield Fault(file, line, field, shown(cell), "'all' must stand alone.")
            for name in names:
                if name and name not in allowed:
                    wanted = f"Not {where}.{did_you_mean(name, allowed)}"
                    yield Fault(file, line, field, shown(name), wanted)


def unknown_sources_of_tasks(tables: Tables) -> Iterator[Fault]:
    """Yield each task of the mandate whose source is not in sources.csv."""
    known = tables.names("sources.csv")
    header = tables.settings.header
    if known is None or header is None:
        return
    for number, task in enumerate(header.tasks):
        if task.source not in known:
            wanted = f"Not in sources.csv.{did_you_mean(task.source, known)}"
            yield tables.settings.fault(("tasks", number, "source"), task.source, wanted)


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


_POINTERS: tuple[tuple[type[Row], str], ...] = (
    (Source, "lineage"),
    (Figure, "repeats"),
    (RecordedAct, "answers"),
    (RecordedAct, "same_as"),
    (Offer, "host"),
    (Offer, "needs"),
)
"""Columns that name another row of the same table."""


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


def rings(tables: Tables) -> Iterator[Fault]:
    """Yield each row that repeats, answers, hosts or needs itself, also by way of others."""
    for model, column in _POINTERS:
        after = {str(getattr(row, "id", "")): getattr(row, column) for row in tables.rows(model)}
        for line, row in tables.placed(model):
            name = str(getattr(row, "id", ""))
            reached, step = set[str](), after[name]
            while step and step not in reached and step != name:
                reached.add(step)
                step = after.get(step, "")
            if step == name:
                wanted = "Leads back to the row itself; none of them could come first."
                yield Fault(FILE_OF[model], line, column, shown(getattr(row, column)), wanted)


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
