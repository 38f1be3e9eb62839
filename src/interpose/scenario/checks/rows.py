"""Rules on one row alone: an end after its beginning, a value in range, cells that go together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from interpose.errors import Fault
from interpose.scenario.folder import FILE_OF, Tables
from interpose.scenario.phrases import shown
from interpose.scenario.tables.mission import (
    Area,
    Base,
    Contingent,
    Displaced,
    Link,
    ParameterRow,
    People,
    Place,
    Police,
    Reporting,
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
from interpose.scenario.tables.record import Figure, NotMergeable, RecordedIncident
from interpose.scenario.tables.values import UNDATED, Row

Rules = tuple[tuple[type[Row], tuple[str, ...]], ...]

NOT_BEFORE: Rules = (
    (Base, ("closes", "opens")),
    (Contingent, ("notified", "decided")),
    (Contingent, ("arrives", "notified")),
    *((model, ("ends", "begins")) for model in (Area, Police, Reporting, Figure, RecordedIncident)),
    *((model, ("ends", "begins", ": it is the last day")) for model in (Mission, Standing)),
)
"""Model, last day or next date, first day (it may be the same day), perhaps more words."""

AFTER: Rules = (
    (Contingent, ("departs", "arrives")),
    (Walkout, ("returns", "date")),
    *((model, ("ends", "begins")) for model in (Requirement, AcceptedRisk, Workload, Offer)),
)
"""Model, first day after, first day: it must be later."""

RANGES: Rules = (
    (People, ("persons",)),
    (Displaced, ("persons",)),
    (ParameterRow, ("value",)),
    (Figure, ("value",)),
)
"""Model, the column that must lie within ``low`` and ``high``."""

ONLY_FOR: Rules = (
    (Mission, ("lead", "framework", "coalition", "the contributor that leads it")),
    (Standing, ("value", "kind", "ceiling", "the most persons allowed")),
    (Caveat, ("places", "kind", "area", "what is barred")),
    (Caveat, ("tasks", "kind", "task", "what is barred")),
    (Workload, ("reach_min", "kind", "quick_reaction", "minutes until it must be there")),
)
"""Model, column, another column, the word there that asks for it, and what it then says."""


def contradictory_rows(tables: Tables) -> Iterator[Fault]:
    """Yield each cell at odds with its row: an end too early, a value out of range, one too few."""
    asking: tuple[tuple[Rules, Callable[..., Iterator[tuple[str, str]]]], ...] = (
        (NOT_BEFORE, _not_before),
        (AFTER, _after),
        (RANGES, _in_range),
        (ONLY_FOR, _only_for),
        (FURTHER, _further),
    )
    for rules, asked in asking:
        for model, names in rules:
            file = FILE_OF[model]
            for line, row in tables[file].rows:
                for field, wanted in asked(row, *names):
                    yield Fault(file, line, field, _found(row, field), wanted)


def _found(row: Row, field: str) -> str:
    value = getattr(row, field)
    return "" if value == "" else shown(value)


def _not_before(row: Row, last: str, first: str, also: str = "") -> Iterator[tuple[str, str]]:
    begins, ends = getattr(row, first), getattr(row, last)
    if ends is not None and ends < begins:
        yield last, f"Must not be before {first}, {begins}{also}."


def _after(row: Row, last: str, first: str) -> Iterator[tuple[str, str]]:
    begins, ends = getattr(row, first), getattr(row, last)
    if ends is not None and ends <= begins:
        yield last, f"Must be after {first}, {begins}: it is the first day after."


def _in_range(row: Any, field: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - four models
    value = getattr(row, field)
    low = value if row.low is None else row.low
    high = value if row.high is None else row.high
    if low > high:
        yield "low", f"Must be at most high, {high:.10g}."
    elif not low <= value <= high:
        yield field, f"Must lie within {low:.10g} to {high:.10g}."


def _only_for(row: Row, field: str, of: str, word: str, what: str) -> Iterator[tuple[str, str]]:
    is_given, is_asked = getattr(row, field) not in (None, ""), getattr(row, of) == word
    if is_asked and not is_given:
        yield field, f"Must be given for {of} {word}: {what}."
    elif is_given and not is_asked:
        yield field, f"Must be empty for {of} {getattr(row, of)}; it is for {word} alone."


def _further(row: Row) -> Iterator[tuple[str, str]]:
    """Ask what a single table asks."""
    match row:
        case Place(kind="municipal_seat") if row.municipality != row.id:
            yield "municipality", f"A municipal seat names itself here: {row.id}."
        case Link() if row.a == row.b:
            yield "b", "A link must lead to another place."
        case NotMergeable() if row.a == row.b:
            yield "b", "Must be another row than a."
        case Source() if row.until and not row.date:
            yield "until", "Needs 'date' too: the first day, month or year it may be of."
        case Source() if row.date != UNDATED and row.until < row.date[: len(row.until)]:
            yield "until", f"Must not be before date, {row.date}."
        case Capability() if row.id in row.serves_as.split(";"):
            yield "serves_as", "It serves as itself anyway; name others only."
        case Requirement():
            for field, day in (("begins", row.begins), ("ends", row.ends)):
                if day.day != 1:
                    wanted = f"Must be the first of a month, such as {day.replace(day=1)}."
                    yield field, wanted
        case Offer():
            if row.strength < row.units:
                yield "strength", f"Must be at least a person a unit, {row.units}."
            if row.pool_units is not None and row.pool_units < row.units:
                yield "pool_units", f"Must be at least units, {row.units}."


FURTHER: Rules = tuple(
    (model, ()) for model in (Place, Link, NotMergeable, Source, Capability, Requirement, Offer)
)
"""Models with a rule in `_further`."""
