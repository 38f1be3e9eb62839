"""Proposals as a file that a person marks: CSV for a spreadsheet, JSON for a program; and back."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from interpose.errors import PagesError
from interpose.record.pages.opening import decode
from interpose.record.pages.shapes import Page, Proposal
from interpose.scenario.tables import TABLES
from interpose.scenario.tables.mission import Source
from interpose.scenario.tables.record import Figure, RecordedAct

COLUMNS: dict[str, tuple[str, ...]] = {
    "sources": tuple(Source.model_fields),
    "figures": tuple(Figure.model_fields),
    "acts": tuple(RecordedAct.model_fields),
    "dates": ("date", "begins", "ends", "precision", "note", "source"),
    "quotations": ("speaker", "speaker_kind", "words", "part", "source"),
}
"""Table -> its columns. ``dates`` and ``quotations`` are kept beside the record."""

OWN = (
    "id", "decision", "kind", "table", "confidence", "file", "start", "end", "file_start",
    "file_end", "text", "sentence", "details",
)  # fmt: skip
ROW = tuple(dict.fromkeys(column for columns in COLUMNS.values() for column in columns))
_FORMULA = re.compile(r"^[=+\-@\t\r](?!\d+(?:\.\d+)?$)")
_GUARDED = re.compile(r"^'[=+\-@\t\r]")
LARGEST_FILE = 50_000_000


@dataclass(frozen=True, slots=True)
class Marked:
    """A proposal as it came back from a person.

    Attributes
    ----------
    place : str
        Where it stands in the file, for messages.
    id, decision, table : str
    row : dict
        The row, as the person left it.
    """

    place: str
    id: str
    decision: str
    table: str
    row: dict[str, str]


def document(pages: Sequence[Page], proposals: Iterable[Proposal]) -> dict[str, Any]:
    """Return pages and proposals as one JSON document; every cell of every row is there."""
    return {
        "pages": [
            {
                name: getattr(page, name)
                for name in (
                    "file", "status", "reason", "language", "title", "date", "date_basis",
                    "publisher", "encoding", "source", "text",
                )
            }
            for page in pages
        ],
        "proposals": [
            {
                "id": one.id,
                "decision": one.decision,
                "kind": one.kind,
                "table": one.table,
                "confidence": one.confidence,
                "file": one.file,
                "span": list(one.span),
                "file_span": list(one.file_span) if one.file_span else None,
                "text": one.text,
                "sentence": one.sentence,
                "details": one.details,
                "row": {column: one.row.get(column, "") for column in COLUMNS[one.table]},
            }
            for one in proposals
        ],
    }  # fmt: skip


def as_csv(proposals: Iterable[Proposal]) -> str:
    """Return proposals as a table: own columns first, then those of the rows as ``row.COLUMN``."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*OWN, *(f"row.{column}" for column in ROW)])
    for one in proposals:
        begin, end = one.file_span or ("", "")
        details = "; ".join(f"{key}={value}" for key, value in one.details.items() if value)
        own = (
            one.id, one.decision, one.kind, one.table, f"{one.confidence:.2f}", one.file,
            one.span[0], one.span[1], begin, end, one.text, one.sentence, details,
        )  # fmt: skip
        cells = [*own, *(one.row.get(column, "") for column in ROW)]
        writer.writerow([guarded(str(cell)) for cell in cells])
    return out.getvalue()


def guarded(cell: str) -> str:
    """Put an apostrophe before text that a spreadsheet would run as a formula.

    Examples
    --------
    >>> guarded("=HYPERLINK(1)"), guarded("-120"), guarded("about")
    ("'=HYPERLINK(1)", '-120', 'about')
    """
    return f"'{cell}" if _FORMULA.match(cell) else cell


def read_marked(path: Path) -> list[Marked]:
    """Read a file of proposals that a person has marked.

    Parameters
    ----------
    path : Path
        CSV or JSON as this program wrote it; a spreadsheet may have changed separator or encoding.

    Raises
    ------
    PagesError
        If it cannot be read, or is no such file.
    """
    try:
        if path.stat().st_size > LARGEST_FILE:
            msg = f"{path} is larger than {LARGEST_FILE / 1e6:.0f} MB."
            raise PagesError(msg)
        raw = path.read_bytes()
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror or error}."
        raise PagesError(msg) from error
    if raw[:4] == b"PK\x03\x04":
        msg = f"{path} is a spreadsheet or zip file; save it as CSV."
        raise PagesError(msg)
    text, _ = decode(raw)
    return _from_json(path, text) if text.lstrip().startswith("{") else _from_csv(path, text)


def _from_json(path: Path, text: str) -> list[Marked]:
    try:
        rows = json.loads(text)["proposals"]
        return [
            Marked(
                f"proposal {number}",
                str(row["id"]),
                str(row.get("decision") or ""),
                str(row["table"]),
                {
                    str(key): "" if value is None else str(value)
                    for key, value in row["row"].items()
                },
            )
            for number, row in enumerate(rows, start=1)
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        msg = f"{path} is not a file of proposals ({type(error).__name__}: {error})."
        raise PagesError(msg) from error


def _from_csv(path: Path, text: str) -> list[Marked]:
    head = text.lstrip().split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    try:
        rows = list(csv.DictReader(io.StringIO(text), delimiter=separator))
    except csv.Error as error:
        msg = f"{path} is not a file of proposals ({error})."
        raise PagesError(msg) from error
    names = set(rows[0]) if rows else set(head.strip().split(separator))
    missing = {"id", "decision", "table"} - names
    if missing:
        msg = (
            f"{path} is not a file of proposals: no column {', '.join(sorted(missing))}. "
            "Write one with: interpose record read FILE --out proposals.csv"
        )
        raise PagesError(msg)
    return [_marked(number, row) for number, row in enumerate(rows, start=2)]


def _marked(number: int, row: dict[str, Any]) -> Marked:
    cells = {
        str(key): re.sub(_GUARDED, lambda found: found.group()[1:], value or "").strip()
        for key, value in row.items()
        if key and not isinstance(value, list)
    }
    own = {key[4:]: value for key, value in cells.items() if key.startswith("row.")}
    place = f"line {number}"
    return Marked(place, cells["id"], cells["decision"], cells["table"], own)


def table_file(table: str) -> str | None:
    """Return the file of a scenario that holds a table, or None where the record has none.

    Examples
    --------
    >>> table_file("figures"), table_file("sources"), table_file("quotations")
    ('record/figures.csv', 'sources.csv', None)
    """
    return next((f for f in (f"{table}.csv", f"record/{table}.csv") if f in TABLES), None)
