"""Proposals as a file that a person marks, CSV or JSON; and back."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from interpose.errors import PagesError
from interpose.record.pages.files import decode
from interpose.record.pages.page import Page, Proposal
from interpose.scenario.files import write_aside
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

LARGEST_FILE = 50_000_000

_OWN = (
    "id", "decision", "kind", "table", "confidence", "file", "start", "end", "file_start",
    "file_end", "text", "sentence", "details",
)  # fmt: skip
_OF_ROWS = tuple(dict.fromkeys(column for columns in COLUMNS.values() for column in columns))
_FORMULA = re.compile(r"^[=+\-@\t\r](?!\d+(?:\.\d+)?$)")
_GUARDED = re.compile(r"^'(?=[=+\-@\t\r])")


@dataclass(frozen=True, slots=True)
class Marked:
    """A proposal as it came back from a person; `place` says where it stands in the file."""

    place: str
    id: str
    decision: str
    table: str
    row: dict[str, str]


def document(pages: Sequence[Page], proposals: Iterable[Proposal]) -> dict[str, Any]:
    """Return pages and proposals as one JSON document; every cell of every row is there."""
    return {
        "pages": [asdict(page) for page in pages],
        "proposals": [
            {
                "id": one.id,
                "decision": "",
                "kind": one.kind,
                "table": one.table,
                "confidence": one.confidence,
                "file": one.file,
                "span": one.span,
                "file_span": one.file_span,
                "text": one.text,
                "sentence": one.sentence,
                "details": one.details,
                "row": {column: one.row.get(column, "") for column in COLUMNS[one.table]},
            }
            for one in proposals
        ],
    }


def write_proposals(pages: Sequence[Page], proposals: Sequence[Proposal], out: Path) -> None:
    """Write proposals to a file: JSON if its name ends so, else CSV."""
    if out.suffix.lower() == ".json":
        text = json.dumps(document(pages, proposals), indent=1, ensure_ascii=False)
    else:
        text = as_csv(proposals)
    write_aside(out, text.encode(), PagesError)


def as_csv(proposals: Iterable[Proposal]) -> str:
    """Return proposals as a table: own columns first, then those of the rows as ``row.COLUMN``."""
    rows = [[*_OWN, *(f"row.{column}" for column in _OF_ROWS)]]
    for one in proposals:
        details = "; ".join(f"{key}={value}" for key, value in one.details.items() if value)
        own = (
            one.id, "", one.kind, one.table, f"{one.confidence:.2f}", one.file, *one.span,
            *(one.file_span or ("", "")), one.text, one.sentence, details,
        )  # fmt: skip
        rows.append([*map(str, own), *(one.row.get(column, "") for column in _OF_ROWS)])
    return table_text(rows)


def table_text(rows: Iterable[Sequence[str]]) -> str:
    """Return rows as CSV in which no cell is a formula."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([guarded(cell) for cell in row] for row in rows)
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

    It is CSV or JSON as written here; a spreadsheet may have changed separator or encoding.

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
    read = _from_json if text.lstrip().startswith("{") else _from_csv
    try:
        return read(text)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, csv.Error) as error:
        msg = (
            f"{path} is not a file of proposals ({type(error).__name__}: {error}). "
            "Write one with: interpose record read FILE --out proposals.csv"
        )
        raise PagesError(msg) from error


def _from_json(text: str) -> list[Marked]:
    return [
        Marked(
            f"proposal {number}",
            str(row["id"]),
            str(row.get("decision") or ""),
            str(row["table"]),
            {key: "" if value is None else str(value) for key, value in row["row"].items()},
        )
        for number, row in enumerate(json.loads(text)["proposals"], start=1)
    ]


def _from_csv(text: str) -> list[Marked]:
    head = text.lstrip().split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    reader = csv.DictReader(io.StringIO(text), delimiter=separator)
    missing = {"id", "decision", "table"} - set(reader.fieldnames or ())
    if missing:
        msg = f"no column {', '.join(sorted(missing))}"
        raise ValueError(msg)
    marked = []
    for number, row in enumerate(reader, start=2):
        # Cells beyond the last column have no name.
        cells = {name: _GUARDED.sub("", value or "").strip() for name, value in row.items() if name}
        own = {name[4:]: cell for name, cell in cells.items() if name.startswith("row.")}
        place = f"line {number}"
        marked.append(Marked(place, cells["id"], cells["decision"], cells["table"], own))
    return marked
