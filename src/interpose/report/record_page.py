"""The record as one page to look through: every row, where rows disagree, what was promised.

The page is whole without its script: ``templates/record.js``, after ``tables.js``, only searches,
filters, sorts and saves the rows that stand there.

Whether a figure may be printed is said by `advise`; its rules judge figures alone, so of incidents
and acts the confidence is given. The address of a row in its page is ``#row-ID``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.resources import files
from pathlib import Path

from markupsafe import Markup

from interpose.errors import RunError
from interpose.record.answers import HURT, STANDINGS, VERDICTS, Advice, advise
from interpose.record.figures import number, published
from interpose.record.findings import find
from interpose.record.periods import Period, first_date, in_words, period_of, period_words
from interpose.record.question import in_full
from interpose.record.record import FINDING_KINDS, AnyRow, Comparison, Record
from interpose.record.series import BASES, Promise, promises
from interpose.report.page import Cell, Table, capital, policy_of, render, web_link
from interpose.scenario.files import write_aside
from interpose.scenario.phrases import listed
from interpose.scenario.tables.record import UNITS, Figure, RecordedAct, RecordedIncident


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


# --- rows and promises as they stand on the page --------------------------------------------------

NO_RULE = "not judged"
"""Stands where a row is no figure: no rule says whether it may be printed."""

KINDS = {Figure: "figure", RecordedIncident: "incident", RecordedAct: "act"}
"""Table of the record -> what one of its rows is."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the record as it stands in the page; `number` is what a column sorts by."""

    id: str
    kind: tuple[str, str]
    what: str
    period: Period | None
    number: float | None
    told: str
    words: str
    under: str
    source: str
    verdict: str
    why: str

    @property
    def when(self) -> str:
        """The period that the row is of, in words."""
        return period_words(self.period) if self.period else "undated"


def line_of(record: Record, row: AnyRow, advice: Advice | None) -> Line:
    """Return a row as it stands in a page, with what `advise` says of it if it is a figure."""
    line = partial(Line, row.id, source=row.source)
    firm = {"verdict": NO_RULE, "why": f"{row.confidence} confidence"}
    if isinstance(row, Figure):
        whom = row.community if row.community == "all" else _sides(record, row.community)
        unit = "" if UNITS[row.unit] in {"persons", "count"} else f" {row.unit}"
        counts = "" if row.includes == "not stated" else row.includes
        quoted = row.said_by and f"quotes {row.said_by}"
        under = (quoted, row.part != "text" and f"from its {row.part}", row.note, row.open)
        if advice:
            firm = {"verdict": advice.verdict, "why": "; ".join(advice.why)}
        return line(
            kind=("figure", row.quantity), what=in_full(row.quantity, record, whom),
            period=period_of(row), number=row.value, told=f"{published(row)}{unit}",
            words=_joined((row.kind != "reported" and row.kind, counts, row.words)),
            under=_joined(under), **firm,
        )  # fmt: skip
    if isinstance(row, RecordedIncident):
        places = {place.id: place.name for place in record.places}
        said = {**HURT, "crowd": "in the crowd"}
        counted = [f"{number(n)} {said[k]}" for k in said if (n := getattr(row, k)) is not None]
        by = _sides(record, row.instigator)
        who = f"attributed to {by} ({row.certainty})" if row.instigator != "unattributed" else ""
        against = row.target and f"against {_sides(record, row.target)}"
        return line(
            kind=("incident", row.kind), what=places.get(row.place, row.place),
            period=period_of(row), number=row.deaths, told=", ".join(counted), words=row.summary,
            under=_joined((who, against, row.trigger, row.resolution, row.note)), **firm,
        )  # fmt: skip
    return line(
        kind=("act", row.kind), what=row.actor, period=first_date(row), told=_aim(row),
        number=row.level if row.level is not None else row.change, words=row.subject,
        under=_joined((row.status != "done" and row.status, row.condition, row.note, row.open)),
        **firm,
    )  # fmt: skip


def _joined(parts: Iterable[str | bool]) -> str:
    return "; ".join(capital(part) for part in parts if isinstance(part, str) and part)


def _sides(record: Record, sides: str) -> str:
    return listed([record.names.get(s, s.replace("_", " ")) for s in sides.split(";") if s])


def _aim(act: RecordedAct) -> str:
    """Return what an act was to change its quantity to or by."""
    if act.level is not None:
        return f"to {number(act.level)}"
    return f"by {'+' if act.change > 0 else ''}{number(act.change)}" if act.change else ""


def promised(found: Sequence[Promise]) -> Table:
    """Return what was announced beside what was counted: every number leads to its row."""
    rows: list[Sequence[str | Cell]] = []
    for one in found:
        act, late = one.act, one.days_late
        day = one.announced or first_date(act)
        due = f", due {in_words(Period(act.due, act.due))}" if act.due else ""
        none = "not reached in this record" if one.counted else "no count tells"
        reached = "" if act.level is None else _count(one.reached) or none
        rows.append([
            Cell(f"{act.actor}: {act.subject}", link=f"#row-{act.id}", under=act.condition),
            in_words(day) if day else "undated", f"{BASES[act.basis]}{due}",
            _aim(act) or "no level named", _count(one.before), _count(one.counted), reached,
            "" if late is None else number(late),
        ])  # fmt: skip
    header = (
        "Announced", "When", "Waited for", "Promised", "Last count before",
        "First count from the day it was due", "First count of that size", "Days after the day",
    )  # fmt: skip
    caption = "Every announced change of a number, beside what was counted"
    return Table("promised", caption, header, rows, numeric=7)


def _count(figure: Figure | None) -> str | Cell:
    if figure is None:
        return ""
    return Cell(published(figure), link=f"#row-{figure.id}", under=in_words(period_of(figure)))
