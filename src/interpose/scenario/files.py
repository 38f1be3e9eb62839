"""Files to rows: every file is opened once, kept inside its folder, and read to the end.

Nothing here knows how tables hang together (``checks/`` does). A file that cannot be read
gives one fault; a row that cannot be read gives a fault for each of its cells.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotated_types import Ge, Le
from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from interpose.errors import Fault, InterposeError, some_of
from interpose.scenario.phrases import did_you_mean, shown
from interpose.scenario.tables.values import Row, two_readings, which_is_meant

LARGEST_TABLE = 50_000_000
"""Bytes. The largest table of a real mission is a hundredth of this."""

MOST_COLUMNS = 100
"""Columns in a first line that is still read name by name."""

STOP_AFTER = 1_000
"""Faults in one file after which the rest of it is not read."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_FOREIGN = {
    b"PK\x03\x04": "This is a spreadsheet or zip file; save it as CSV in UTF-8.",
    b"\xff\xfe": "This is UTF-16 text; save it as UTF-8.",
    b"\xfe\xff": "This is UTF-16 text; save it as UTF-8.",
}


@dataclass(frozen=True, slots=True)
class Table:
    """One table as read: the valid rows with their lines, and the raw cells of all rows.

    Attributes
    ----------
    rows : tuple of (line, Row)
        The rows that are valid.
    raw : tuple of (line, cells)
        Cells of every row by column, also of faulty rows, so that a fault in one table is not
        reported again in each table that refers to it.
    legible : bool
        The columns are known; ``raw`` can be trusted to hold all names.
    whole : bool
        Every row is valid.
    sound : tuple of (line, cells)
        Of rows that are not valid, the cells in which nothing is wrong.
    """

    rows: tuple[tuple[int, Row], ...] = ()
    raw: tuple[tuple[int, dict[str, str]], ...] = ()
    legible: bool = True
    whole: bool = True
    sound: tuple[tuple[int, dict[str, str]], ...] = ()


UNREADABLE = Table(legible=False, whole=False)


def read_text(folder: Path, file: str, largest: int = LARGEST_TABLE) -> str | Fault:
    """Read one file of a folder as text, or say in one fault why not."""
    path = folder / file
    try:
        if not path.resolve().is_relative_to(folder.resolve()):
            return Fault(file, 0, "", "", "Leads out of the scenario folder; put a copy inside.")
        if not path.is_file():
            return Fault(file, 0, "", "", "Must be a plain file.")
        size = path.stat().st_size
        if size > largest:
            wanted = f"Is {size:,} bytes long; at most {largest:,} are read."
            return Fault(file, 0, "", "", wanted)
        return _decoded(file, path.read_bytes())
    except (OSError, RuntimeError) as error:  # RuntimeError: links that lead in a circle
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "a bad link"
        return Fault(file, 0, "", "", f"Cannot be read: {reason}.")


def _decoded(file: str, data: bytes) -> str | Fault:
    for start, wanted in _FOREIGN.items():
        if data.startswith(start):
            return Fault(file, 0, "", "", wanted)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Fault(file, line, "", shown(_around(data, error.start)), "Save this file as UTF-8.")
    if control := _CONTROL.search(text):
        line = text.count("\n", 0, control.start()) + 1
        wanted = "A control character; this is not plain text."
        return Fault(file, line, "", shown(control[0]), wanted)
    return text


def _around(data: bytes, position: int) -> str:
    return data[max(0, position - 10) : position + 10].decode("ascii", "replace")


def read_table(
    file: str, text: str, model: type[Row], *, every: bool = False
) -> tuple[Table, list[Fault]]:
    """Read a table's text to rows."""
    records = _records(text)
    try:
        line, header = next(records, (1, []))
        if header == ["sep=", ""]:  # Excel's way to say that commas part the columns
            line, header = next(records, (2, []))
        header = [cell.strip() for cell in header]
        faults = _faulty_columns(file, line, header, model)
        if faults:
            return UNREADABLE, faults
        return _read_rows(file, header, records, model, every=every)
    except csv.Error as error:
        return UNREADABLE, [_torn(file, error)]


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield rows with the line they start in; rows without any text are passed over.

    A row that cannot be parted into cells raises with its line.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    start = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise csv.Error(start, str(error)) from error
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield start, cells
        start = reader.line_num + 1


def _torn(file: str, error: csv.Error) -> Fault:
    line, reason = error.args
    if "field larger" in reason:
        return Fault(file, line, "", "", "A cell of this row is longer than 131,072 characters.")
    wanted = 'The quotes of this row do not close. Write a quote inside a cell twice: "".'
    return Fault(file, line, "", "", wanted)


def _faulty_columns(file: str, line: int, header: list[str], model: type[Row]) -> list[Fault]:
    """Return what is wrong with the first line; columns without a name must be empty below."""
    known = list(model.model_fields)
    if not any(header):
        wanted = f"Is empty. The first line must name the columns: {some_of(known, 20)}."
        return [Fault(file, 0, "", "", wanted)]
    if len(header) == 1 and len(known) > 1 and re.search("[;\t]", header[0]):
        wanted = "Part the columns by commas, not by semicolons or tabs."
        return [Fault(file, line, "", shown(header[0]), wanted)]
    if len(header) > MOST_COLUMNS:
        wanted = f"Names {len(header):,} columns; there are {len(known)}: {some_of(known, 20)}."
        return [Fault(file, line, "", "", wanted)]
    faults = []
    explained: set[str] = set()
    for column in dict.fromkeys(filter(None, header)):
        if column in known:
            if header.count(column) > 1:
                faults.append(Fault(file, line, column, "", "This column is there more than once."))
            continue
        absent = [name for name in known if name not in header]
        hint = did_you_mean(column, absent)
        explained.update(name for name in absent if f"'{name}'" in hint)
        names = f" Columns: {some_of(known, 20)}." if not hint else ""
        faults.append(Fault(file, line, "", shown(column), f"No such column.{hint}{names}"))
    for name, field in model.model_fields.items():
        if field.is_required() and name not in header and name not in explained:
            faults.append(Fault(file, line, name, "", f"This column is missing{_meaning(field)}."))
    return faults


def _meaning(field: FieldInfo) -> str:
    return f": {field.description}" if field.description else ""


def _read_rows(
    file: str,
    header: list[str],
    records: Iterable[tuple[int, list[str]]],
    model: type[Row],
    *,
    every: bool,
) -> tuple[Table, list[Fault]]:
    rows: list[tuple[int, Row]] = []
    raw: list[tuple[int, dict[str, str]]] = []
    sound: list[tuple[int, dict[str, str]]] = []
    faults: list[Fault] = []
    legible = True
    for line, cells in records:
        if len(faults) >= STOP_AFTER and not every:
            legible = False
            wanted = "The rest of this file was not read; interpose check --all reads it."
            faults.append(Fault(file, line, "", "", wanted))
            break
        named = {name: cell.strip() for name, cell in zip(header, cells, strict=False)}
        named.pop("", None)
        raw.append((line, named))
        # Spreadsheets leave empty columns behind.
        if len(cells) < len(header) or any(cell.strip() for cell in cells[len(header) :]):
            faults.append(_miscounted(file, line, len(cells), len(header)))
            continue
        if any(cell.strip() for name, cell in zip(header, cells, strict=False) if not name):
            wanted = "A cell stands in a column without a name; name it in the first line."
            faults.append(Fault(file, line, "", "", wanted))
            continue
        wrong = [*_unclear(file, line, named, model)]
        try:
            row = None if wrong else model(**{n: c for n, c in named.items() if c})
        except ValidationError as error:
            row, wrong = None, [*faulty_cells(file, line, error)]
        if row is not None:
            rows.append((line, row))
            continue
        faults += wrong
        fields = {fault.field for fault in wrong}
        sound.append((line, {n: c for n, c in named.items() if c and n not in fields}))
    return Table(tuple(rows), tuple(raw), legible, not faults, tuple(sound)), faults


def _unclear(file: str, line: int, cells: Mapping[str, str], model: type[Row]) -> Iterator[Fault]:
    """Yield each number with a point that may be a decimal point or part thousands."""
    for name, cell in cells.items():
        if cell.endswith(".000") and (readings := two_readings(cell)):
            field, other = model.model_fields[name], float(readings[1])
            bounds = {type(rule): rule for rule in field.metadata}
            least, most = (bounds.get(kind) for kind in (Ge, Le))
            fits = (not least or least.ge <= other) and (not most or other <= most.le)
            if fits and field.annotation is not str:
                yield Fault(file, line, name, shown(cell), which_is_meant(*readings))


def _miscounted(file: str, line: int, found: int, wanted: int) -> Fault:
    text = f"This row has {found} cells; the first line names {wanted} columns."
    if found > wanted:
        text += " Put quotes around a cell that holds a comma."
    return Fault(file, line, "", "", text)


def faulty_cells(file: str, line: int, error: ValidationError) -> Iterator[Fault]:
    """Yield a fault for each cell that pydantic refused."""
    for detail in error.errors(include_url=False):
        field = str(detail["loc"][0]) if detail["loc"] else ""
        if detail["type"] == "missing":
            yield Fault(file, line, field, "", "Must not be empty.")
        else:
            yield Fault(file, line, field, shown(detail["input"]), sentence(detail))


def aside_of(path: Path) -> Path:
    """Return the name under which a file is written before it is renamed."""
    return path.with_name(f".{path.name}.tmp")


def write_aside(path: Path, content: bytes, fault: type[InterposeError] | None = None) -> Path:
    """Write a file under another name and rename it; make its folder if there is none."""
    aside = aside_of(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.write_bytes(content)
        aside.replace(path)
    except OSError as error:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
        if fault is None:
            raise
        msg = f"{path} cannot be written: {error.strerror or error}."
        raise fault(msg) from error
    return path


def sentence(error: ErrorDetails, known: Iterable[str] = ()) -> str:
    """Say one pydantic error in plain words."""
    kind = error["type"]
    context: Mapping[str, Any] = error.get("ctx", {})
    if kind == "extra_forbidden":
        names = tuple(known)
        name = str(error["loc"][-1])
        return f"No such setting.{did_you_mean(name, names)} Known here: {some_of(names, 20)}."
    if kind == "literal_error":
        return _one_of(error["input"], str(context.get("expected", "")))
    say = _SENTENCES.get(kind)
    return say(context) if say else _by_family(kind)


def _one_of(found: object, expected: str) -> str:
    options = [name for name in re.findall(r"'([^']*)'", expected) if name]
    if not options:
        return f"Must be {expected}."
    many = "Must be one of: " if len(options) > 1 else "Must be "
    return f"{many}{', '.join(options)}.{did_you_mean(str(found), options)}"


def _pattern(context: Mapping[str, Any]) -> str:
    if "a-z" in context["pattern"]:
        return (
            "Must be lower-case letters, digits, '_', '-' and '.', at most 64 of them, "
            "the first a letter or a digit."
        )
    return "Must be a day, month or year, such as 2004-03-17, 2004-03 or 2004."


def _by_family(kind: str) -> str:
    families = {
        "int": "Must be a whole number.",
        "float": "Must be a number.",
        "date": "Must be a day written YYYY-MM-DD, for example 2004-03-17.",
        "string": "Must be text in quotes.",
        "bool": "Must be true or false.",
    }
    return families.get(kind.split("_")[0], "Not a value that can stand here.")


_SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "missing": lambda context: "Must be given.",
    "greater_than_equal": lambda context: f"Must be {context['ge']:,.10g} or more.",
    "greater_than": lambda context: f"Must be greater than {context['gt']:,.10g}.",
    "less_than_equal": lambda context: f"Must be {context['le']:,.10g} or less.",
    "less_than": lambda context: f"Must be less than {context['lt']:,.10g}.",
    "finite_number": lambda context: "Must be a finite number.",
    "string_pattern_mismatch": _pattern,
    "string_too_short": lambda context: "Must not be empty.",
    "too_short": lambda context: "Must hold at least one.",
    "tuple_type": lambda context: "Must be a list.",
    "model_type": lambda context: "Must be a group of settings under a [heading] of its own.",
    "value_error": lambda context: str(context["error"]),
}
