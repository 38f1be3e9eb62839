"""The file of proposals that a person marks, CSV or JSON; and what becomes of its accepted rows.

Rows go into a scenario only if it stays sound with them.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from interpose.errors import PagesError, ScenarioError
from interpose.record.pages.page import Page, Proposal, decode
from interpose.scenario import check
from interpose.scenario.files import write_aside
from interpose.scenario.folder import find_folder
from interpose.scenario.phrases import did_you_mean
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

MUST_SAY = {"figures": "kind", "acts": "status"}
"""Table -> cell that has a default in the record, and is empty where a page denies or supposes."""

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
                "table": one.table,
                **asdict(one),
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
    """Put an apostrophe before text that a spreadsheet would run as a formula."""
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


# --- what was accepted ----------------------------------------------------------------------------

ACCEPT = frozenset({"accept", "accepted", "yes", "y", "x", "1", "true", "ok"})
REJECT = frozenset({"reject", "rejected", "no", "n", "0", "false"})

Rows = dict[str, list[dict[str, str]]]
"""Table -> accepted rows."""


@dataclass(slots=True)
class Decided:
    """What a person decided: accepted and complete rows by table, and how many are not accepted.

    `faults` are what accepted rows lack, and decisions that are no words of ours. `written` are the
    files that hold the rows; `added` is file of a scenario -> how many rows were added to it.
    """

    rows: Rows = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    rejected: int = 0
    undecided: int = 0
    written: list[str] = field(default_factory=list)
    added: dict[str, int] = field(default_factory=dict)

    @property
    def accepted(self) -> int:
        """How many rows are accepted and complete."""
        return sum(map(len, self.rows.values()))


def accept(file: Path, out: Path | None = None, into: str | Path | None = None) -> Decided:
    """Take back a file of proposals: write its accepted rows out, or into a scenario, or both.

    Raises
    ------
    PagesError
        If the file cannot be read, or accepted rows for a scenario are not complete.
    ScenarioError
        If the scenario would not be sound; nothing is changed then.
    """
    decided = decide(read_marked(file))
    if into is not None and decided.faults:
        msg = f"{file} has accepted rows that are not complete; nothing was added."
        raise PagesError("\n  ".join([msg, *decided.faults]))
    if out is not None:
        decided.written = [str(path) for path in write_rows(decided.rows, out)]
    if into is not None:
        decided.added = append_rows(decided.rows, into)
    return decided


def decide(marked: Iterable[Marked]) -> Decided:
    """Sort proposals by what a person wrote, and check the rows of the accepted ones."""
    decided = Decided()
    for one in marked:
        word = one.decision.strip().lower()
        if word in REJECT:
            decided.rejected += 1
        elif not word:
            decided.undecided += 1
        elif faults := list(_faults(one, word)):
            decided.faults += faults
        else:
            cells = {column: one.row.get(column, "") for column in COLUMNS[one.table]}
            decided.rows.setdefault(one.table, []).append(cells)
    return decided


def _faults(one: Marked, word: str) -> Iterator[str]:
    """Yield why a row cannot be accepted."""
    if word not in ACCEPT:
        hint = did_you_mean(word, ["accept", "reject"])
        yield f"{one.place}, decision: {one.decision!r} is neither accept nor reject.{hint}"
        return
    if one.table not in COLUMNS:
        yield f"{one.place}, table: {one.table!r} is not known. Known: {', '.join(COLUMNS)}."
        return
    if (file := table_file(one.table)) is None:
        return
    if (said := MUST_SAY.get(one.table, "")) and not one.row.get(said):
        yield f"{one.place}, row.{said} of {one.id}: is empty; fill it."
    try:
        filled = {column: one.row[column] for column in COLUMNS[one.table] if one.row.get(column)}
        TABLES[file][0].model_validate(filled)
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            column = ".".join(str(part) for part in fault["loc"])
            found = f"{one.row.get(column)!r}: " if one.row.get(column) else ""
            said = "is empty; fill it." if fault["type"] == "missing" else f"{found}{fault['msg']}."
            yield f"{one.place}, row.{column} of {one.id}: {said.replace('..', '.')}"


def table_file(table: str) -> str | None:
    """Return the file of a scenario that holds a table, or None where the record has none."""
    return next((f for f in (f"{table}.csv", f"record/{table}.csv") if f in TABLES), None)


def write_rows(rows: Rows, out: Path) -> list[Path]:
    """Write accepted rows as CSV files to append, one a table; return the files.

    `out` is a folder; or a name that ends in .csv, to which the name of the table is added where
    there are several tables.
    """
    written: list[Path] = []
    for table, some in rows.items():
        path = out / f"{table}.csv"
        if out.suffix.lower() == ".csv":
            path = out if len(rows) == 1 else out.with_name(f"{out.stem}.{table}.csv")
        text = table_text([COLUMNS[table], *(list(row.values()) for row in some)])
        write_aside(path, text.encode(), PagesError)
        written.append(path)
    return written


def append_rows(rows: Rows, scenario: str | Path) -> dict[str, int]:
    """Append accepted rows to the tables of a scenario, if it is sound with them; else nothing.

    The scenario is copied aside, the rows are added there, the copy is checked, and only then are
    its tables put in the place of the old ones, sources first. Rows that are there already, by
    their id, are left out, as are rows for which the record has no table. Returns file -> rows
    added.

    Raises
    ------
    ScenarioError
        If the scenario would not be sound; nothing is changed then.
    """
    folder = find_folder(scenario)
    if faults := check(folder):
        raise ScenarioError(str(folder), faults)
    texts: dict[str, str] = {}
    added: dict[str, int] = {}
    for table in sorted(rows, key=lambda table: table != "sources"):
        if file := table_file(table):
            texts[file], added[file] = _extended(folder / file, rows[table], table)
    with tempfile.TemporaryDirectory() as aside:
        copy = Path(aside) / folder.resolve().name
        shutil.copytree(folder, copy)
        for file, text in texts.items():
            (copy / file).parent.mkdir(exist_ok=True)
            (copy / file).write_text(text, "utf-8", newline="")
        if faults := check(copy):
            named = f"{folder} with the accepted rows"
            raise ScenarioError(named, faults)
    for file, text in texts.items():
        if added[file]:
            write_aside(folder / file, text.encode(), PagesError)
    return added


def _extended(path: Path, some: Sequence[dict[str, str]], table: str) -> tuple[str, int]:
    """Return the text of a table with rows added, and how many are new."""
    old = path.read_text("utf-8-sig") if path.exists() else ""
    head, *body = list(csv.reader(io.StringIO(old))) or [list(COLUMNS[table])]
    known = {row[head.index("id")] for row in body if row} if "id" in head else set()
    new = [row for row in some if row.get("id") not in known]
    wider = [c for c in COLUMNS[table] if c not in head and any(row[c] for row in new)]
    cells = [[row.get(column, "") for column in (*head, *wider)] for row in new]
    if wider or not old:
        body = [[*row, *([""] * len(wider))] for row in body]
        return table_text([[*head, *wider], *body, *cells]), len(new)
    return old + ("" if old.endswith("\n") else "\n") + table_text(cells), len(new)
