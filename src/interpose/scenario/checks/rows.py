"""Rules on rows and names: cells of a row, other rows, days, keys, rings, sources, parameters."""

from __future__ import annotations

import datetime as dt
import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial

from interpose.errors import Fault, some_of
from interpose.scenario.folder import Tables
from interpose.scenario.parameters import MasterRow, needed_indices, parted, without_value
from interpose.scenario.phrases import among, shown
from interpose.scenario.tables import TABLES
from interpose.scenario.tables.mission import (
    ACTS,
    IncidentType,
    ParameterRow,
    PosteriorRow,
    Reporting,
    Source,
)
from interpose.scenario.tables.record import QUANTITIES, SIDES, Figure
from interpose.scenario.tables.values import UNDATED, Span, refs_of

ACTORS = ("force", "international_police", "local_police", "special_police")
"""Who may act on the day of a shock."""

RECORDS = ("record/figures.csv", "record/incidents.csv", "record/acts.csv")
"""Tables whose rows are what was published."""

Names = frozenset[str] | None
"""Names that are listed somewhere; None where that is illegible."""


def _seats(tables: Tables) -> Names:
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


def _tasks(tables: Tables) -> Names:
    header = tables.settings.header
    return None if header is None else frozenset(task.id for task in header.tasks)


def _parties(tables: Tables) -> Names:
    forces, communities = tables.names("armed_forces.csv", "force"), tables.settings.communities
    return None if forces is None or communities is None else communities | forces


def _ids(tables: Tables, *files: str) -> Names:
    found = [tables.names(file) for file in files]
    return None if None in found else frozenset().union(*(names or () for names in found))


LISTS: dict[str, tuple[str, Callable[[Tables], Names]]] = {
    "seats": ("of kind municipal_seat in places.csv", _seats),
    "communities": ("among the communities of scenario.toml", lambda t: t.settings.communities),
    "parties": (
        "among the communities of scenario.toml, nor a force of armed_forces.csv",
        _parties,
    ),
    "sectors": ("among the sectors of lines.csv", lambda t: t.names("lines.csv", "sector")),
    "actors": ("among those who act", lambda tables: frozenset(ACTORS)),
    "tasks": ("among the tasks of scenario.toml", _tasks),
    "places and areas": (
        "in places.csv or areas.csv",
        lambda tables: _ids(tables, "places.csv", "areas.csv"),
    ),
    "rows of the record": (
        "among the figures, incidents and acts of record/",
        lambda tables: _ids(tables, *RECORDS),
    ),
    **{file: (f"in {file}", partial(Tables.names, file=file)) for file in TABLES},
}
"""What a ``Ref`` can name -> where it is listed, and the names."""


def contradictory_rows(tables: Tables) -> Iterator[Fault]:
    """Yield each cell at odds with its row: an end too early, a value out of range, one too few."""
    for file, table in tables.tables.items():
        for line, row in table.rows:
            for field, wanted in row.contradictions():
                value = getattr(row, field)
                found = f"{value:.10g}" if isinstance(value, float) else shown(value)
                yield Fault(file, line, field, "" if value == "" else found, wanted)


def repeated_rows(tables: Tables) -> Iterator[Fault]:
    """Yield each row that has the key of an earlier row; a link is passable both ways."""
    for file, (model, _) in TABLES.items():
        for key in model.KEYS:
            seen: dict[tuple[str, ...], int] = {}
            for line, cells in tables[file].raw:
                names = tuple(cells.get(column, "") for column in key)
                once = tuple(sorted(names)) if file == "links.csv" else names
                if all(names) and (first := seen.setdefault(once, line)) != line:
                    both = "a link is passable both ways"
                    why = both if file == "links.csv" else "each may be there once"
                    wanted = f"Stands in line {first} already; {why}."
                    yield Fault(file, line, ", ".join(key), shown(", ".join(names)), wanted)
    header = tables.settings.header
    for group in ("communities", "tasks") if header else ():
        ids = [item.id for item in getattr(header, group)]
        for number, name in enumerate(ids):
            if name in ids[:number]:
                wanted = "Is there already; each may be there once."
                yield tables.settings.fault((group, number, "id"), name, wanted)


def unknown_references(tables: Tables) -> Iterator[Fault]:
    """Yield each cell that names something which is not listed where it should be."""
    for file, (model, _) in TABLES.items():
        for field, ref in refs_of(model).items():
            where, find = LISTS[ref.to]
            known = find(tables)
            if known is None:
                continue
            allowed = known.union(ref.also)
            cells = [(line, getattr(row, field)) for line, row in tables[file].rows]
            cells += [(line, own.get(field, "")) for line, own in tables[file].sound]
            for line, cell in cells:
                names = [name.strip() for name in cell.split(";")] if ref.several else [cell]
                if len(names) > 1 and "all" in names:
                    yield Fault(file, line, field, shown(cell), "'all' must stand alone.")
                for name in names:
                    if name and name not in allowed:
                        wanted = f"Not {where}.{among(name, allowed)}"
                        yield Fault(file, line, field, shown(name), wanted)
    header, known = tables.settings.header, tables.names("sources.csv")
    for number, task in enumerate(header.tasks if header and known is not None else ()):
        if known is not None and task.source not in known:
            wanted = f"Not in sources.csv.{among(task.source, known)}"
            yield tables.settings.fault(("tasks", number, "source"), task.source, wanted)


def rings(tables: Tables) -> Iterator[Fault]:
    """Yield each row that leads back to itself by a column that names rows of its own table."""
    for file, (model, _) in TABLES.items():
        columns = [name for name, ref in refs_of(model).items() if ref.to == file]
        for column in columns:
            if refs_of(model)[column].several:
                continue
            after = {getattr(row, "id"): getattr(row, column) for _, row in tables[file].rows}  # noqa: B009
            for line, row in tables[file].rows:
                name = getattr(row, "id")  # noqa: B009
                reached, step = set[str](), after[name]
                while step and step not in reached and step != name:
                    reached.add(step)
                    step = after.get(step, "")
                if step == name:
                    wanted = "Leads back to the row itself; none of them could come first."
                    yield Fault(file, line, column, shown(getattr(row, column)), wanted)


def outside_what_they_name(tables: Tables) -> Iterator[Fault]:
    """Yield each row whose days are not days of the row that it names.

    A contingent must find its base open on every day, and an offer on its last; a requirement lies
    within its mission, an offer shares a day with it, and so does an accepted risk with its line.
    """
    header = tables.settings.header
    for file, (model, _) in TABLES.items():
        for field, ref in refs_of(model).items():
            named = {getattr(row, "id"): row for _, row in tables[ref.to].rows}  # noqa: B009
            for line, row in tables[file].rows if ref.days != "any" else ():
                other = named.get(getattr(row, field))
                own, its = row.span(), other.span() if other else row.span()
                if own.begins >= own.after or its.begins >= its.after:
                    continue  # a fault of the row itself
                # Who stays without an end needs a base to the end of the mission, no longer.
                stays = own.after == dt.date.max and header and its.after > header.end
                astray = _astray(ref.days, own, its, stays=bool(stays))
                if astray is None:
                    continue
                wrong, bound = astray
                found = getattr(row, wrong) or "empty: stays"
                wanted = f"{getattr(row, field)} {bound} on {getattr(other, bound)} ({ref.to})."
                yield Fault(file, line, wrong, f"{found}", wanted)


def _astray(days: str, own: Span, its: Span, *, stays: bool) -> tuple[str, str] | None:
    """Return the column of a row that is outside another row, and that row's column."""
    if days == "some":
        if own.begins >= its.after:
            return own.first, its.last
        return (own.last, its.first) if own.after <= its.begins else None
    if days == "every" and own.begins < its.begins:
        return own.first, its.first
    return (own.last, its.last) if own.after > its.after and not stays else None


RESERVED = ("all", "total", "unattributed", "force", "police", "authorities", "mixed", "theatre")
"""Words with a meaning of their own in the columns above; no community or place may bear them."""


def reserved_names(tables: Tables) -> Iterator[Fault]:
    """Yield each community or place that bears a word with a meaning of its own."""
    wanted = f"Must be another name: {', '.join(RESERVED)} have a meaning of their own."
    header = tables.settings.header
    taken = {*RESERVED, *(tables.settings.communities or ())}
    for line, cells in tables["armed_forces.csv"].raw:
        if cells.get("force") in taken:
            other = "Must be another name: communities and words with a meaning bear it."
            yield Fault("armed_forces.csv", line, "force", shown(cells["force"]), other)
    for number, community in enumerate(header.communities if header else ()):
        if community.id in RESERVED:
            yield tables.settings.fault(("communities", number, "id"), community.id, wanted)
    for line, cells in tables["places.csv"].raw:
        if cells.get("id") in RESERVED:
            yield Fault("places.csv", line, "id", shown(cells["id"]), wanted)
    for line, cells in tables["record/casualties.csv"].raw:
        if cells.get("side") == "total":
            wanted = "Must be a side; write 'all' for a count that is not split by side."
            yield Fault("record/casualties.csv", line, "side", "'total'", wanted)


RECORD = "record"
"""The reporter whose rows say how complete ``record/incidents.csv`` is."""

MOST_SLIPS = 2
"""Letters, one in short words, by which a free word may miss a known one for which it is taken."""


@cache
def _is_slip(word: str, known: str) -> bool:
    """Return whether a word is a known one with a letter or two wrong."""
    if abs(len(word) - len(known)) > MOST_SLIPS or word == known:
        return False
    parts = difflib.SequenceMatcher(None, word, known, autojunk=False).get_opcodes()
    slips = sum(max(b - a, d - c) for tag, a, b, c, d in parts if tag != "equal")
    return slips <= min(MOST_SLIPS, len(known) // 4)


def misspelt_words(tables: Tables) -> Iterator[Fault]:
    """Yield each free word that is all but one that the program knows, so that nothing reads it."""
    communities = tables.settings.communities or frozenset()
    free: list[tuple[str, int, str, str, Iterable[str]]] = [
        ("reporting.csv", line, "reporter", row.reporter, (RECORD,))
        for line, row in tables.placed(Reporting)
    ]
    for line, figure in tables.placed(Figure):
        free.append(("record/figures.csv", line, "quantity", figure.quantity, QUANTITIES))
        for name in figure.community.split(";"):
            sides = (*communities, *SIDES)
            free.append(("record/figures.csv", line, "community", name, sides))
    for file, line, field, word, known in free:
        near = [] if word in known else [name for name in known if _is_slip(word, name)]
        for name in near:
            wanted = f"Nothing would read it. Did you mean {name!r}? Else choose another word."
            yield Fault(file, line, field, shown(word), wanted)


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
    named: list[tuple[str, int, ParameterRow | PosteriorRow]] = [
        *(("parameters.csv", *placed) for placed in tables.placed(ParameterRow)),
        *(("posterior.csv", *placed) for placed in tables.placed(PosteriorRow)),
    ]
    for file, line, row in named:
        parts = parted(row.name)
        if parts is None:
            wanted = "Must be written name or name[index], in lower-case letters."
            yield Fault(file, line, "name", shown(row.name), wanted)
        elif parts[0] not in master:
            wanted = f"No such parameter.{among(parts[0], master)}"
            yield Fault(file, line, "name", shown(parts[0]), wanted)
        else:
            yield from _faulty_index(tables, file, line, master[parts[0]], parts[1])
            yield from _against_nature(file, line, master[parts[0]], row)
    yield from _faulty_draws(tables.placed(PosteriorRow))
    if tables.whole("parameters.csv", "incident_types.csv", "reporting.csv"):
        yield from _left_without_value(tables)


def _faulty_index(
    tables: Tables, file: str, line: int, parameter: MasterRow, index: str
) -> Iterator[Fault]:
    if not index or (parameter.shape == "year" and re.fullmatch(r"[12]\d{3}", index)):
        return
    if parameter.shape == "scalar":
        wanted = f"{parameter.name} has one value; write it without [{index[:64]}]."
        yield Fault(file, line, "name", shown(index), wanted)
        return
    known: frozenset[str] | None
    if parameter.shape == "type":
        types = tables.names("incident_types.csv")
        known = None if types is None else types.union(ACTS)
        words = "Neither an act nor an id in incident_types.csv"
    elif parameter.shape == "reporter":
        names = tables.names("reporting.csv", "reporter")
        known = names and names.union(f"{name}.{act}" for name in names for act in ACTS)
        words = "No such reporter in reporting.csv, nor a reporter and act such as record.bombing"
    elif parameter.shape == "place":
        known, words = tables.names("places.csv"), "No such place in places.csv"
    elif parameter.shape == "community":
        known, words = tables.names("people.csv", "community"), "No such community in people.csv"
    else:
        known, words = frozenset[str](), "Must be a calendar year"
    if known is not None and index not in known:
        yield Fault(file, line, "name", shown(index), f"{words}.{among(index, known)}")


def _faulty_draws(drawn: Sequence[tuple[int, PosteriorRow]]) -> Iterator[Fault]:
    """Refuse draws that are no numbers, or not as many as those of the first row."""
    file, many = "posterior.csv", drawn[0][1].draws.count(";") if drawn else 0
    for line, row in drawn:
        for cell in row.draws.split(";"):
            try:
                float(cell)
            except ValueError:
                yield Fault(file, line, "draws", shown(cell), "Must be numbers parted by ';'.")
                break
        if row.draws.count(";") != many:
            found = f"{row.draws.count(';') + 1} values"
            wanted = f"Must be {many + 1}, as in the first row: a vector has one of each."
            yield Fault(file, line, "draws", found, wanted)


def _against_nature(
    file: str, line: int, parameter: MasterRow, row: ParameterRow | PosteriorRow
) -> Iterator[Fault]:
    """Refuse values that no parameter of its kind can have, whatever the row's own range."""
    negative = parameter.low is not None and parameter.low < 0
    never_negative = not negative and parameter.shape != "community"  # growth, which may shrink
    if parameter.name.endswith("share") and row.high > 1:
        wanted = f"Must be 1 or less: {parameter.name} is a share."
        yield Fault(file, line, "high", f"{row.high:g}", wanted)
    if never_negative and row.low < 0:
        wanted = f"Must be 0 or more: {parameter.name} is never negative."
        yield Fault(file, line, "low", f"{row.low:g}", wanted)


def _left_without_value(tables: Tables) -> Iterator[Fault]:
    needed = needed_indices(tables.rows(IncidentType), tables.rows(Reporting))
    given: dict[str, list[ParameterRow]] = {}
    for row in tables.rows(ParameterRow):
        given.setdefault((parted(row.name) or ("", ""))[0], []).append(row)
    for parameter in tables.master:
        missing = without_value(parameter, given.get(parameter.name, []), needed)
        if missing:
            wanted = f"Has no default, so a row must give it: {some_of(missing, 8)}."
            if parameter.name == "background.rate":
                wanted += (
                    " With any first value, interpose calibrate --expect ACT=COUNT says which."
                )
            yield Fault("parameters.csv", 0, parameter.name, "", wanted)
