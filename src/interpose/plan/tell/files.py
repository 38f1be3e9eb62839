"""A plan as files: ``plan.json`` word for word, and tables that a spreadsheet opens.

Reading what was written gives the same plan, and writing it again the same bytes. Everything is
written aside and renamed, so a file that stands under its name is whole.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pydantic

from interpose.errors import Fault, PlanError
from interpose.plan.deployments import Placed
from interpose.plan.laydown.placing import Laydown, Response
from interpose.plan.result import LETTERS, Plan
from interpose.plan.tell.chances import Chance
from interpose.scenario.files import write_aside

FORMAT = 1
"""Version of ``plan.json``; another one is refused in words."""

PLAN = "plan.json"

KIND = "interpose plan"

MOST_SHOWN = 20
"""Faults of a ``plan.json`` that are told; the rest are counted."""

_READER = pydantic.TypeAdapter(Plan)


def plan_bytes(plan: Plan) -> bytes:
    """Return ``plan.json``: equal plans give equal bytes."""
    document = {"kind": KIND, "format": FORMAT, "plan": _plain(plan)}
    text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False, default=str)
    return (text + "\n").encode()


def _plain(plan: Plan) -> dict[str, Any]:
    """Return a plan as a document, without the seconds that its search took."""
    document: dict[str, Any] = _finite(asdict(plan))
    for stage in document["stages"]:
        del stage["seconds"]
    return document


def _finite(thing: Any) -> Any:  # noqa: ANN401 - any part of a document
    """Return a document in which numbers that JSON lacks are words: inf, -inf, nan."""
    if isinstance(thing, dict):
        return {key: _finite(value) for key, value in thing.items()}
    if isinstance(thing, list | tuple):
        return [_finite(value) for value in thing]
    if isinstance(thing, float) and not math.isfinite(thing):
        return str(thing)
    return thing


def write_plan(folder: Path, plan: Plan) -> Path:
    """Write ``plan.json`` into a folder and return where it stands.

    Raises
    ------
    PlanError
        If it cannot be written.
    """
    return write_aside(folder / PLAN, plan_bytes(plan), PlanError)


def read_plan(path: Path) -> Plan:
    """Read a ``plan.json``, or that of a folder.

    Raises
    ------
    PlanError
        If there is none, or it is no plan; every fault with its place in the document.
    """
    file = path / PLAN if path.is_dir() else path
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        msg = f"There is no plan at {str(file)!r}. interpose plan SCENARIO --out FOLDER makes one."
        raise PlanError(msg) from error
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        where = f" line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        msg = f"{file}{where} cannot be read as JSON: {error}."
        raise PlanError(msg) from error
    if not isinstance(document, dict) or document.get("kind") != KIND:
        msg = f"{file} is not a plan: its field 'kind' is not {KIND!r}."
        raise PlanError(msg)
    if document.get("format") != FORMAT:
        msg = f"{file} has format {document.get('format')!r}; this version reads format {FORMAT}."
        raise PlanError(msg)
    return _checked(file, document.get("plan"))


def _checked(file: Path, document: object) -> Plan:
    try:
        plan = _READER.validate_json(json.dumps(document))
        faults = list(_strangers(file.name, document, _plain(plan), ""))
    except pydantic.ValidationError as error:
        faults = [
            Fault(
                file.name,
                0,
                ".".join(str(part) for part in fault["loc"]),
                "" if fault["type"] == "missing" else str(fault["input"])[:60],
                f"{fault['msg']}.",
            )
            for fault in error.errors()
        ]
    if faults:
        listed = "\n".join(f"  {fault}" for fault in faults[:MOST_SHOWN])
        more = f"\n  and {len(faults) - MOST_SHOWN} more." if len(faults) > MOST_SHOWN else ""
        msg = f"{file} is not a plan that can be read; nothing was done.\n{listed}{more}"
        raise PlanError(msg)
    return plan


def _strangers(file: str, found: object, known: object, place: str) -> Iterator[Fault]:
    """Yield the fields of a document that a plan does not have."""
    if isinstance(found, dict) and isinstance(known, dict):
        for key, value in found.items():
            if key in known:
                yield from _strangers(file, value, known[key], f"{place}{key}.")
            else:
                yield Fault(file, 0, f"{place}{key}", str(value)[:60], "No such field is read.")
    elif isinstance(found, list) and isinstance(known, list):
        for i, (one, same) in enumerate(zip(found, known, strict=True)):
            yield from _strangers(file, one, same, f"{place}{i}.")


# --- tables ---------------------------------------------------------------------------------


def gaps_csv(plan: Plan) -> bytes:
    """Return ``gaps.csv``: a row for each line and month, with its letter and its sentence."""
    rows = (
        (c.requirement, c.month, c.state, LETTERS[c.state], c.needed, c.present, c.words)
        for c in plan.cells
    )
    return _table(("requirement", "month", "state", "letter", "needed", "present", "words"), rows)


def assignments_csv(rows: Sequence[Placed], names: Mapping[str, str]) -> bytes:
    """Return ``assignments.csv``: who fills which line from when to when.

    Parameters
    ----------
    rows : sequence of Placed
    names : dict of str to str
        Id of a contributor to its name.
    """
    header: tuple[str, ...] = ("requirement", "place", "offer", "contributor", "name", "unit")
    header += (
        "capability",
        "units",
        "unit_numbers",
        "persons",
        "begins",
        "ends",
        "reserve",
        "host",
        "bites",
    )
    found = (
        (
            row.requirement.id,
            row.requirement.place,
            row.offer.id,
            row.offer.contributor,
            names.get(row.offer.contributor, row.offer.contributor),
            row.offer.unit,
            row.offer.capability,
            row.assignment.units,
            ";".join(map(str, row.assignment.unit_numbers)),
            row.persons,
            row.assignment.begins,
            row.assignment.ends,
            str(row.offer.reserve).lower(),
            row.offer.host,
            ";".join(row.assignment.bites),
        )
        for row in rows
    )
    return _table(header, found)


def chances_csv(rows: Sequence[Chance]) -> bytes:
    """Return ``chances.csv``: line, month, units needed and planned, chance, how, day."""
    header = ("line", "month", "needed", "planned", "chance_open", "how", "worst_day")
    found = (
        (r.requirement, f"{r.month:%Y-%m}", r.needed, r.present, f"{r.open:.4f}", r.how, r.day)
        for r in rows
    )
    return _table(header, found)


def laydown_csv(laydown: Laydown) -> bytes:
    """Return ``laydown.csv``: platoons of each camp, then minutes of each place."""
    header = ("kind", "id", "area", "platoons", "protected", "base", "first_min", "backup_min")
    camps = [("camp", c.base, c.area, c.platoons, "", "", "", "") for c in laydown.camps]
    places = [
        ("place", r.place, r.area, "", str(r.protected).lower(), r.base, *_minutes(r))
        for r in laydown.responses
    ]
    return _table(header, [*camps, *places])


def _minutes(response: Response) -> tuple[str, str]:
    """Return both minutes; nothing where nobody can come."""
    both = (response.first_min, response.backup_min)
    first, backup = (f"{m:.1f}" if math.isfinite(m) else "" for m in both)
    return first, backup


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return sink.getvalue().encode()


def as_plain(document: Mapping[str, Any]) -> bytes:
    """Return a JSON document of another program's format, with sorted layout and a last newline."""
    return (json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()
