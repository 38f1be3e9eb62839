"""Rules on the record and its sources. Contradictions and impossible orders are no faults here."""

from __future__ import annotations

from collections.abc import Iterator

from interpose.errors import Fault
from interpose.scenario.models import UNDATED, Figure, NotMergeable, RecordedAct, Row, Source
from interpose.scenario.references import RECORDS
from interpose.scenario.tables import FILE_OF, Tables
from interpose.scenario.wording import shown

_POINTERS: tuple[tuple[type[Row], str], ...] = (
    (Source, "lineage"),
    (Figure, "repeats"),
    (RecordedAct, "answers"),
    (RecordedAct, "same_as"),
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


def sources_dated_backwards(tables: Tables) -> Iterator[Fault]:
    """Yield each source whose range of dates ends before it begins, or has no beginning."""
    for line, source in tables.placed(Source):
        if not source.until:
            continue
        if not source.date:
            wanted = "Needs 'date' too: the first day, month or year it may be of."
            yield Fault("sources.csv", line, "until", shown(source.until), wanted)
        elif source.date != UNDATED and source.until < source.date[: len(source.until)]:
            wanted = f"Must not be before date, {source.date}."
            yield Fault("sources.csv", line, "until", shown(source.until), wanted)


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
    """Yield each row that repeats, answers or is the same as itself, also by way of others."""
    for model, column in _POINTERS:
        after = {str(getattr(row, "id", "")): getattr(row, column) for row in tables.rows(model)}
        for line, row in tables.placed(model):
            name = str(getattr(row, "id", ""))
            reached, step = set[str](), after[name]
            while step and step not in reached and step != name:
                reached.add(step)
                step = after.get(step, "")
            if step == name:
                wanted = "Leads back to the row itself; name the one that came first."
                yield Fault(FILE_OF[model], line, column, shown(getattr(row, column)), wanted)
    for line, pair in tables.placed(NotMergeable):
        if pair.a == pair.b:
            wanted = "Must be another row than a."
            yield Fault(FILE_OF[NotMergeable], line, "b", shown(pair.b), wanted)
