"""Rules on one row alone: an end after its beginning, a value in range, cells that go together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from interpose.errors import Fault
from interpose.scenario.folder import Tables
from interpose.scenario.phrases import shown
from interpose.scenario.tables import TABLES
from interpose.scenario.tables.values import UNDATED, Row

Wanted = Iterator[tuple[str, str]]
"""Column at fault, and what was wanted there."""

NOT_BEFORE = (
    ("bases.csv", "closes", "opens"),
    ("contingents.csv", "notified", "decided"),
    ("contingents.csv", "arrives", "notified"),
    ("areas.csv", "ends", "begins"),
    ("police.csv", "ends", "begins"),
    ("reporting.csv", "ends", "begins"),
    ("record/figures.csv", "ends", "begins"),
    ("record/incidents.csv", "ends", "begins"),
    ("plan/missions.csv", "ends", "begins", ": it is the last day"),
    ("plan/standings.csv", "ends", "begins", ": it is the last day"),
)
"""File, last day or next date, first day (it may be the same day), perhaps more words."""

AFTER = (
    ("contingents.csv", "departs", "arrives"),
    ("walkouts.csv", "returns", "date"),
    *((f"plan/{table}.csv", "ends", "begins")
      for table in ("requirements", "accepted_risks", "workload", "offers")),
)  # fmt: skip
"""File, first day after, first day: it must be later."""

RANGES = (
    ("people.csv", "persons"),
    ("displaced.csv", "persons"),
    ("parameters.csv", "value"),
    ("record/figures.csv", "value"),
)
"""File, the column that must lie within ``low`` and ``high``."""

ONLY_FOR = (
    ("plan/missions.csv", "lead", "framework", "coalition", "the contributor that leads it"),
    ("plan/standings.csv", "value", "kind", "ceiling", "the most persons allowed"),
    ("plan/caveats.csv", "places", "kind", "area", "what is barred"),
    ("plan/caveats.csv", "tasks", "kind", "task", "what is barred"),
    ("plan/workload.csv", "reach_min", "kind", "quick_reaction", "minutes until it must be there"),
)
"""File, column, another column, the word there that asks for it, and what it then says."""


def contradictory_rows(tables: Tables) -> Iterator[Fault]:
    """Yield each cell at odds with its row: an end too early, a value out of range, one too few."""
    asking: tuple[tuple[Sequence[Sequence[str]], Callable[..., Wanted]], ...] = (
        (NOT_BEFORE, _not_before),
        (AFTER, _after),
        (RANGES, _in_range),
        (ONLY_FOR, _only_for),
        ([(file, file) for file in TABLES], _further),
    )
    for rules, asked in asking:
        for file, *names in rules:
            for line, row in tables[file].rows:
                for field, wanted in asked(row, *names):
                    value = getattr(row, field)
                    if isinstance(value, float):
                        found = f"{value:.10g}"
                    else:
                        found = "" if value == "" else shown(value)
                    yield Fault(file, line, field, found, wanted)


def _not_before(row: Row, last: str, first: str, also: str = "") -> Wanted:
    begins, ends = getattr(row, first), getattr(row, last)
    if ends is not None and ends < begins:
        yield last, f"Must not be before {first}, {begins}{also}."


def _after(row: Row, last: str, first: str) -> Wanted:
    begins, ends = getattr(row, first), getattr(row, last)
    if ends is not None and ends <= begins:
        yield last, f"Must be after {first}, {begins}: it is the first day after."


def _in_range(row: Any, field: str) -> Wanted:  # noqa: ANN401 - four models
    value = getattr(row, field)
    low = value if row.low is None else row.low
    high = value if row.high is None else row.high
    if low > high:
        yield "low", f"Must be at most high, {high:.10g}."
    elif not low <= value <= high:
        yield field, f"Must lie within {low:.10g} to {high:.10g}."


def _only_for(row: Row, field: str, of: str, word: str, what: str) -> Wanted:
    is_given, is_asked = getattr(row, field) not in (None, ""), getattr(row, of) == word
    if is_asked and not is_given:
        yield field, f"Must be given for {of} {word}: {what}."
    elif is_given and not is_asked:
        yield field, f"Must be empty for {of} {getattr(row, of)}; it is for {word} alone."


def _further(row: Any, file: str) -> Wanted:  # noqa: ANN401 - seven models
    """Ask what a single table asks."""
    match file:
        case "places.csv" if row.kind == "municipal_seat" and row.municipality != row.id:
            yield "municipality", f"A municipal seat names itself here: {row.id}."
        case "links.csv" if row.a == row.b:
            yield "b", "A link must lead to another place."
        case "record/not_mergeable.csv" if row.a == row.b:
            yield "b", "Must be another row than a."
        case "sources.csv" if row.until and not row.date:
            yield "until", "Needs 'date' too: the first day, month or year it may be of."
        case "sources.csv" if row.date != UNDATED and row.until < row.date[: len(row.until)]:
            yield "until", f"Must not be before date, {row.date}."
        case "plan/capabilities.csv" if row.id in row.serves_as.split(";"):
            yield "serves_as", "It serves as itself anyway; name others only."
        case "plan/requirements.csv":
            for field, day in (("begins", row.begins), ("ends", row.ends)):
                if day.day != 1:
                    wanted = f"Must be the first of a month, such as {day.replace(day=1)}."
                    yield field, wanted
        case "plan/offers.csv":
            if row.strength < row.units:
                yield "strength", f"Must be at least a person a unit, {row.units}."
            if row.pool_units is not None and row.pool_units < row.units:
                yield "pool_units", f"Must be at least units, {row.units}."
