"""One step of a what-if: rows in memory added, changed, dropped or scaled; and the step in words.

Nothing here asks whether the rows hang together: ``checks`` does, afterwards.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ValidationError

from interpose.errors import Fault, ScenarioError, some_of
from interpose.scenario.phrases import did_you_mean, listed, shown
from interpose.scenario.settings import Header
from interpose.scenario.tables import TABLES
from interpose.scenario.tables.values import Row

NOT_PLAYED = ("record/", "plan/")
"""Folders outside the digest: a future is never played from the record, nor from the tables of
the plan (from a plan made of them it may be; such a plan has a digest of its own)."""

PLAYED = {PurePosixPath(file).stem: file for file in TABLES if not file.startswith(NOT_PLAYED)}
PLANNED = {PurePosixPath(file).stem: file for file in TABLES if file.startswith("plan/")}
"""Name of a table -> its file."""

MOST_SAID = 5
"""Rows of one table that are said one by one."""

UNSAID = ("basis", "source", "note", "decided", "notified")
"""Columns of an added row that its sentence leaves out."""

CHANGED = "the changed scenario"

SHAPES = {
    "add": 'add={"contingents": {"like": "ID", "strength": 600}}',
    "change": 'change={"contingents": {"ID": {"strength": 600}}}',
    "drop": 'drop={"contingents": ["ID", "ID"]}',
}
"""Part of a step -> an example of how it is built."""

WHAT_IF = {
    "id": "what_if",
    "title": "What if: assumed by whoever asked, from no source",
    "date": "undated",
}
"""The source of added rows that name none."""

Step = Mapping[str, Any]
"""One change, as ``Scenario.with_`` takes it."""

Cells = dict[str, Any]
Rows = dict[str, list[Cells]]
"""File -> its rows by column, of which nothing is known yet."""


def said(step: Step) -> Iterator[str]:
    """Say a step in plain sentences; many rows of one table by their number and the first names."""
    if "said" in step:
        yield from step["said"]
        return
    if "by_hand" in step:
        yield "Rows were changed by hand in Python."
    for name, value in step.get("values", {}).items():
        yield f"Parameter {name} is {value:g}."
    for table, cells in step.get("change", {}).items():
        if table == "header":
            yield f"Changed in scenario.toml: {_cells(cells)}."
        elif len(cells) > MOST_SAID:
            yield f"Changed in {table}: {len(cells)} rows ({some_of(cells, MOST_SAID)})."
        for key, row in cells.items() if table != "header" and len(cells) <= MOST_SAID else ():
            yield f"Changed in {table}, {key}: {_cells(row)}."
    for table, rows in step.get("add", {}).items():
        if len(rows) > MOST_SAID:
            yield f"Added to {table}: {len(rows)} rows."
        for row in rows if len(rows) <= MOST_SAID else ():
            given = {c: v for c, v in row.items() if v not in (None, "") and c not in UNSAID}
            yield f"Added to {table}: {', '.join(f'{c} {v}' for c, v in given.items())}."
    for table, keys in step.get("drop", {}).items():
        yield f"Dropped from {table}: {some_of(keys, MOST_SAID)}."
    if "scale_force" in step:
        since = f" from {step['since']} on" if "since" in step else ""
        yield f"The force has {step['scale_force']:g} times its strength{since}."
    if "withdraw" in step:
        yield f"The force is gone from {step['withdraw']} on."


def _cells(cells: Mapping[str, Any]) -> str:
    return listed(f"{column} is {'empty' if v in (None, '') else v}" for column, v in cells.items())


def plain(value: Any) -> Any:  # noqa: ANN401 - a cell of any kind
    """Return a cell of numpy or pandas as Python has it."""
    if isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date()
    return value.item() if hasattr(value, "item") else value


def _document(value: Any) -> Any:  # noqa: ANN401 - any document
    """Return a document as JSON has it: lists, texts, numbers; days as texts."""
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if isinstance(value, Mapping):
        return {str(key): _document(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_document(item) for item in value]
    value = plain(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def _rows_alone(rows: Any) -> Any:  # noqa: ANN401 - of any shape
    rows = [rows] if isinstance(rows, Mapping | Row) else rows
    is_list = isinstance(rows, Sequence) and not isinstance(rows, str)
    return [dict(row) if isinstance(row, Row) else row for row in rows] if is_list else rows


def _keys_alone(keys: Any) -> Any:  # noqa: ANN401 - of any shape
    return [_key(key) for key in (keys if _is_list(keys) else [keys])]


class _Asked(BaseModel):
    """What ``Scenario.with_`` takes; only the shape is looked at."""

    add: dict[str, Annotated[list[dict[str, Any]], BeforeValidator(_rows_alone)]] | None
    change: dict[str, dict[Any, Any]] | None
    drop: dict[str, Annotated[list[str], BeforeValidator(_keys_alone)]] | None
    scale_force: Any
    withdraw: Any
    since: Any


def step_of(**asked: Any) -> Step:  # noqa: ANN401 - as ``Scenario.with_`` takes them
    """Return what was asked as a document: rows in lists, keys as texts, nothing that is empty.

    Raises
    ------
    ScenarioError
        If a part is not built as ``with_`` says.
    """
    try:
        read = _Asked(**asked)
    except ValidationError as error:
        faults = [misshapen(part) for part in {str(e["loc"][0]) for e in error.errors()}]
        raise ScenarioError(CHANGED, faults, "") from error
    step = {part: value for part, value in dict(read).items() if value is not None}
    changed: dict[str, dict[str, Any]] = {
        table: {_key(key): cells for key, cells in rows.items()}
        for table, rows in step.pop("change", {}).items()
    }
    for table, rows in changed.items():
        if table != "header" and not all(isinstance(cells, Mapping) for cells in rows.values()):
            raise ScenarioError(CHANGED, [misshapen("change")], "")
    document: Step = _document(step | ({"change": changed} if changed else {}))
    return document


def misshapen(part: str) -> Fault:
    """Return the fault of a part that is not built as it should be."""
    return Fault(part, 0, "", "", f"Must be built so: {SHAPES.get(part, 'rows of that table')}.")


def difference(header: Cells, rows: Rows, new_header: Cells, new_rows: Rows) -> Step:
    """Return the step that leads from some rows to others; the order of rows is none."""
    step: dict[str, dict[str, Any]] = {"drop": {}, "change": {}, "add": {}}
    for name, file in PLAYED.items():
        old, new = _position(file, rows), _position(file, new_rows)
        step["drop"][name] = [key for key in old if key not in new]
        step["add"][name] = [new_rows[file][n] for key, n in new.items() if key not in old]
        other = {
            key: _other(rows[file][n], new_rows[file][new[key]])
            for key, n in old.items()
            if key in new
        }
        step["change"][name] = {key: cells for key, cells in other.items() if cells}
    step["change"]["header"] = _other(header, new_header)
    found: Step = _document({part: {t: r for t, r in of.items() if r} for part, of in step.items()})
    return {part: tables for part, tables in found.items() if tables}


def _other(old: Cells, new: Cells) -> Cells:
    return {column: cell for column, cell in new.items() if cell != old.get(column)}


def tables_named(step: Step) -> set[str]:
    """Return the tables that a step names."""
    return {table for part in _PARTS for table in step.get(part, {})}


def _key(key: Any) -> str:  # noqa: ANN401 - an id, or the cells of a key
    return ", ".join(str(_document(part)) for part in (key if _is_list(key) else [key]))


def _is_list(value: Any) -> bool:  # noqa: ANN401 - one thing or several
    return isinstance(value, Iterable) and not isinstance(value, str)


def applied(step: Step, rows: Rows, header: Header) -> Iterator[Fault]:
    """Change rows in place; yield each table or row that is named and not there."""
    for part, do in _PARTS.items():
        for name, wanted in step.get(part, {}).items():
            file = (PLAYED | PLANNED).get(name)
            if file is None and name != "header":
                hint = did_you_mean(name, [*PLAYED, *PLANNED, "header"])
                yield Fault(part, 0, name, "", f"No such table.{hint}")
            elif file in rows:
                yield from do(name, file, rows, wanted)
    if "scale_force" in step or "withdraw" in step:
        factor, day = step.get("scale_force", 1.0), step.get("since")
        yield from _scaled(rows, factor, "since", day, header)
        if "withdraw" in step:
            yield from _scaled(rows, 0.0, "withdraw", step["withdraw"], header)
    elif "since" in step:
        yield Fault("since", 0, "", str(step["since"]), "Goes with scale_force.")


def _position(file: str, rows: Rows) -> dict[str, int]:
    keys = TABLES[file][0].KEYS[0]
    return {
        _key(tuple(cells.get(key, "") for key in keys)): n for n, cells in enumerate(rows[file])
    }


def _absent(name: str, key: str, there: Iterable[str]) -> Fault:
    return Fault(name, 0, "", shown(key), f"No such row.{did_you_mean(key, there)}")


def _added(name: str, file: str, rows: Rows, wanted: Sequence[Cells]) -> Iterator[Fault]:
    model = TABLES[file][0]
    for given in wanted:
        there = _position(file, rows)
        row = {column: cell for column, cell in given.items() if column != "like"}
        like = "" if given.get("like") is None else _key(given["like"])
        if like and like not in there:
            yield _absent(name, like, there)
        if like in there:
            row = {**rows[file][there[like]], "note": f"like {like}", **row}
            if "id" not in given:
                row["id"] = next(i for n in range(1, 10_000) if (i := f"{like}.{n}") not in there)
        if "source" in model.model_fields and "source" not in given:
            row |= {"source": WHAT_IF["id"], "basis": given.get("basis", "assumed")}
            if file != PLAYED["sources"] and WHAT_IF not in rows.get(PLAYED["sources"], [WHAT_IF]):
                rows[PLAYED["sources"]].append(dict(WHAT_IF))
        for earlier, later in (("notified", "arrives"), ("decided", "notified")):
            if earlier in model.model_fields and earlier not in given and later in row:
                row[earlier] = row[later]
        rows[file].append(row)


def _changed(name: str, file: str, rows: Rows, wanted: Mapping[str, Cells]) -> Iterator[Fault]:
    there = _position(file, rows)
    for key, cells in wanted.items():
        if key in there:
            rows[file][there[key]] |= cells
        else:
            yield _absent(name, key, there)


def _dropped(name: str, file: str, rows: Rows, wanted: Sequence[str]) -> Iterator[Fault]:
    there = _position(file, rows)
    for key in wanted:
        if key not in there:
            yield _absent(name, key, there)
    gone = {there[key] for key in wanted if key in there}
    rows[file] = [cells for n, cells in enumerate(rows[file]) if n not in gone]


_PARTS: dict[str, Callable[..., Iterator[Fault]]] = {
    "drop": _dropped,
    "change": _changed,
    "add": _added,
}
"""Parts of a step that name tables, in the order in which they are done."""


def _scaled(
    rows: Rows, factor: float, name: str, since: str | None, header: Header
) -> Iterator[Fault]:
    """Give contingents and offers another strength from a day on, or from the beginning."""
    try:
        day = dt.date.min if since is None else dt.date.fromisoformat(since)
    except (TypeError, ValueError):
        yield Fault(name, 0, "", shown(since), "Must be a day written YYYY-MM-DD.")
        return
    if since is not None and not header.start <= day <= header.end:
        played = f"{header.start} to {header.end}"
        yield Fault(name, 0, "", since, f"Must be a day of the mission, {played}: else no change.")
        return
    if day == header.start:  # nobody plays a part of a row that ends before the mission begins
        day = dt.date.min
    if isinstance(factor, bool) or not isinstance(factor, int | float) or not 0 <= factor <= 1000:
        wanted = "Must be from 0 to 1000: 0.5 is half the force, 2 is twice the force."
        yield Fault("scale_force", 0, "", shown(factor), wanted)
        return
    for file, first, gone, counts in (
        (PLAYED["contingents"], "arrives", "departs", ("strength",)),
        (PLANNED["offers"], "begins", "ends", ("units", "strength")),
    ):
        if file in rows:
            rows[file] = [
                part for row in rows[file] for part in _parts(row, factor, day, first, gone, counts)
            ]


def _parts(
    row: Cells, factor: float, day: dt.date, first: str, gone: str, counts: Sequence[str]
) -> Iterator[Cells]:
    """Yield a row up to a day as it is, and from then on with other counts."""
    begins, ends = (_day(row.get(column)) for column in (first, gone))
    before = begins is not None and begins < day
    if before:
        yield {**row, gone: day if ends is None or ends > day else ends}
    if not before or ends is None or ends > day:
        other = {name: int(row.get(name, 0) * factor + 0.5) for name in counts}
        if other[counts[0]]:
            later = {first: day, "id": f"{row['id']}.since_{day:%Y%m%d}"} if before else {}
            yield {**row, **other, **later}


def _day(value: Any) -> dt.date | None:  # noqa: ANN401 - a cell of any kind
    return dt.date.fromisoformat(value) if isinstance(value, str) and value else value
