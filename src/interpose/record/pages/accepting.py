"""Turn accepted proposals into rows: in a file to append, or in a scenario that stays sound."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from interpose.errors import PagesError, ScenarioError, near_name
from interpose.record.pages.filing import COLUMNS, Marked, guarded, table_file
from interpose.scenario import check
from interpose.scenario.files import write_aside
from interpose.scenario.folder import find_folder
from interpose.scenario.tables import TABLES
from interpose.scenario.tables.values import Row

ACCEPT = frozenset({"accept", "accepted", "yes", "y", "x", "1", "true", "ok"})
REJECT = frozenset({"reject", "rejected", "no", "n", "0", "false"})

Rows = dict[str, list[dict[str, str]]]
"""Table -> accepted rows."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person decided.

    Attributes
    ----------
    rows : Rows
        Accepted and complete, by table.
    faults : tuple of str
        Accepted rows that are not complete, each with what it lacks, and decisions that are no
        words of ours. Their proposals stay in the file.
    rejected, undecided : int
    """

    rows: Rows = field(default_factory=dict)
    faults: tuple[str, ...] = ()
    rejected: int = 0
    undecided: int = 0

    @property
    def accepted(self) -> int:
        """How many rows are accepted and complete."""
        return sum(map(len, self.rows.values()))


def decide(marked: Iterable[Marked]) -> Decided:
    """Sort proposals by what a person wrote, and check the rows of the accepted ones.

    Examples
    --------
    >>> row = {"date": "2021-03-09", "precision": "day", "source": "a"}
    >>> done = decide([Marked("line 2", "d1", "Accept", "dates", row),
    ...                Marked("line 3", "d2", "", "dates", row)])
    >>> done.accepted, done.undecided
    (1, 1)
    """
    rows: Rows = {}
    faults: list[str] = []
    rejected = undecided = 0
    for one in marked:
        word = one.decision.strip().lower()
        if word in REJECT:
            rejected += 1
        elif not word:
            undecided += 1
        elif word not in ACCEPT:
            near = near_name(word, ["accept", "reject"])
            hint = f" Did you mean {near!r}?" if near else ""
            faults.append(
                f"{one.place}, decision: {one.decision!r} is neither accept nor reject.{hint}"
            )
        elif one.table not in COLUMNS:
            faults.append(f"{one.place}, table: {one.table!r} is not known.")
        elif lacking := list(_faults(one)):
            faults += lacking
        else:
            cells = {column: one.row.get(column, "") for column in COLUMNS[one.table]}
            rows.setdefault(one.table, []).append(cells)
    return Decided(rows, tuple(faults), rejected, undecided)


def _model(table: str) -> type[Row] | None:
    file = table_file(table)
    return TABLES[file][0] if file else None


def _faults(one: Marked) -> Iterable[str]:
    model = _model(one.table)
    if model is None:
        return
    filled = {column: one.row[column] for column in COLUMNS[one.table] if one.row.get(column)}
    try:
        model.model_validate(filled)
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            column = ".".join(str(part) for part in fault["loc"])
            found = f"{one.row.get(column)!r}: " if one.row.get(column) else ""
            said = "is empty; fill it." if fault["type"] == "missing" else f"{found}{fault['msg']}."
            yield f"{one.place}, row.{column} of {one.id}: {said.replace('..', '.')}"


def write_rows(rows: Rows, out: Path) -> list[Path]:
    """Write accepted rows as CSV files to append, one a table.

    Parameters
    ----------
    rows : Rows
    out : Path
        A folder; or a name that ends in .csv, to which the name of the table is added where there
        are several tables.

    Returns
    -------
    list of Path
        The files, written aside and renamed.
    """
    written: list[Path] = []
    for table, some in rows.items():
        path = out / f"{table}.csv"
        if out.suffix.lower() == ".csv":
            path = out if len(rows) == 1 else out.with_name(f"{out.stem}.{table}.csv")
        text = _csv([list(COLUMNS[table]), *([row[c] for c in COLUMNS[table]] for row in some)])
        write_aside(path, text.encode(), PagesError)
        written.append(path)
    return written


def append_rows(rows: Rows, scenario: str | Path) -> dict[str, int]:
    """Append accepted rows to the tables of a scenario, if it is sound with them; else nothing.

    The scenario is copied aside, the rows are added there, the copy is checked, and only then are
    its tables put in the place of the old ones, sources first. Rows that are there already, by
    their id, are left out. Rows for which the record has no table are left out too.

    Parameters
    ----------
    rows : Rows
    scenario : str or Path
        Name or folder.

    Returns
    -------
    dict
        File -> rows added.

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
    for table in ("sources", *(t for t in rows if t != "sources")):
        file = table_file(table)
        if file and rows.get(table):
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
        return _csv([[*head, *wider], *body, *cells]), len(new)
    joint = "" if old.endswith("\n") else "\n"
    return old + joint + _csv(cells), len(new)


def _csv(rows: Sequence[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([guarded(cell) for cell in row] for row in rows)
    return out.getvalue()


def check_out(out: Path | None, into: str | None) -> None:
    """Refuse to accept rows that would go nowhere.

    Raises
    ------
    PagesError
        If neither a file nor a scenario is named.
    """
    if out is None and into is None:
        msg = "Say where the accepted rows go: --out FOLDER, or --into SCENARIO."
        raise PagesError(msg)
