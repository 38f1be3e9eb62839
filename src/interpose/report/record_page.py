"""The record as one page to look through: every row, where rows disagree, what was promised.

The page is whole without its script: ``templates/record.js``, after ``tables.js``, only searches,
filters, sorts and saves the rows that stand there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path

from markupsafe import Markup

from interpose.errors import RunError
from interpose.record.answers import STANDINGS, VERDICTS, advise
from interpose.record.findings import find
from interpose.record.record import FINDING_KINDS, Comparison, Record
from interpose.record.series import promises
from interpose.report.page import Cell, Table, policy_of, render, web_link
from interpose.report.record_rows import KINDS, NO_RULE, line_of, promised
from interpose.scenario.files import write_aside


def write_record_page(record: Record, path: Path, texts: Mapping[str, str] | None = None) -> Path:
    """Write a record as one HTML file that needs nothing else; return where it is.

    `texts` are texts of sources by id, in which copies are found.

    Raises
    ------
    RunError
        If it cannot be written there.
    """
    return write_aside(path, record_page(record, texts).encode(), RunError)


def record_page(record: Record, texts: Mapping[str, str] | None = None) -> str:
    """Return a record as one HTML file."""
    compared, findings = Comparison(record, texts), find(record, texts)
    judged = {advice.figure.id: advice for advice in advise(compared, record.figures)}
    lines = {row.id: line_of(record, row, judged.get(row.id)) for row in record.rows}
    numbered = list(enumerate(findings))
    touched: dict[str, list[tuple[int, str]]] = {}
    for i, finding in numbered:
        for row in finding.rows:
            touched.setdefault(row, []).append((i, finding.kind))
    kinds = Counter(line.kind for line in lines.values())
    folder = files("interpose.report").joinpath("templates")
    parts = [folder.joinpath(name).read_text("utf-8") for name in ("tables.js", "record.js")]
    script = Markup("".join(parts))
    return str(
        render(
            "record.html", record=record, lines=lines, findings=numbered, touched=touched,
            headings=FINDING_KINDS, verdicts=[*VERDICTS, NO_RULE], titled=compared.title,
            kinds={one: sorted(k for k in kinds if k[0] == one) for one in KINDS.values()},
            promised=promised(promises(record)), sources=_sources(record),
            title=f"The record of {record.name}", lead=None,
            scripts=[script], hashes=[policy_of(script)],
        )
    )  # fmt: skip


def _sources(record: Record) -> Table:
    """Return the sources that rows name; `row_ids` lead from a row to its source."""
    named = Counter(row.source for row in record.rows)
    named.update(s for row in record.incidents for s in row.also_in.split(";") if s)
    known = sorted((s for s in record.sources if s.id in named), key=lambda s: s.title)
    rows: list[Sequence[str | Cell]] = [
        [Cell(s.title, link=web_link(s.url), under=s.note), s.publisher, s.date or "undated",
         STANDINGS[s.standing][1], str(named[s.id])]
        for s in known
    ]  # fmt: skip
    header = ("Title", "Published by", "Date", "Standing", "Rows")
    ids = [f"source-{s.id}" for s in known]
    return Table("sources", "Sources that rows name", header, rows, numeric=4, row_ids=ids)
