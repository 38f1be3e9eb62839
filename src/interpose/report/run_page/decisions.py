"""Acts of the record: decided, made known, sent off and done; and where sources disagree."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from interpose.assess.accounting import collected
from interpose.record import Finding
from interpose.record.periods import periods_of_act
from interpose.record.record import FINDING_KINDS
from interpose.record.series import promises
from interpose.report.page import (
    Block,
    Cell,
    Section,
    Table,
    Text,
    capital,
    day_as_precise,
    note,
    number,
    words,
)
from interpose.report.record_page import promised
from interpose.report.run_page.run_data import RunData
from interpose.scenario.phrases import plural
from interpose.scenario.tables.record import RecordedAct

DATES = {
    "decided": "Decided",
    "notified": "Made known",
    "departed": "Left",
    "arrived": "Arrived or done",
}
"""The four dates of an act -> their headings."""


def section(data: RunData) -> Section:
    """Return the section with the acts of the record."""
    title = "What was decided, and when it happened"
    acts = sorted(data.record.acts, key=lambda act: (_first(act) or dt.date.max, act.id))
    if not acts:
        return Section("decisions", title, (note("The record holds no acts."),))
    explained = words(
        f"{plural(len(acts), 'act')} of the record, each as one source tells of it. An act may"
        " have four dates: when it was decided, when it was made known, when someone left, and"
        " when someone arrived or it was done. Dates that were not published are left out, and"
        " an order that cannot be is kept as it was published; the next section names it."
    )
    told = promised(promises(data.record))
    blocks = (explained, *_lags(acts), *([told] if told.rows else ()), _table(data, acts))
    return Section("decisions", title, blocks)


def _lags(acts: Sequence[RecordedAct]) -> list[Text]:
    """Say how long acts take from the first of their dates to the last, if any has two."""
    sure = [act for act in acts if act.status == "done" and act.precision != "year"]
    firsts = [[period.first for period in periods_of_act(act).values()] for act in sure]
    lags = sorted(days for of in firsts if of and (days := (max(of) - min(of)).days) > 0)
    if not lags:
        return []
    text = (
        f"{plural(len(lags), 'act')} have dates that differ: half of them take"
        f" {number(lags[len(lags) // 2])} days or less from first to last date, the longest"
        f" {number(lags[-1])}."
    )
    return [words(text)]


def _table(data: RunData, acts: Sequence[RecordedAct]) -> Table:
    rows: list[tuple[str | Cell, ...]] = [
        (
            *(_published(act, name) for name in DATES),
            act.kind.replace("_", " ") + ("" if act.status == "done" else f" ({act.status})"),
            act.actor,
            Cell(act.subject, link=f"#row-{act.id}"),
            data.source_cell(act.source),
            act.note,
        )
        for act in acts
    ]
    header = (*DATES.values(), "Kind", "Who", "What", "Source", "Note")
    caption = "Every act of the record, by date"
    return Table("published-acts", caption, header, rows, numeric=9, folded=True)


def _published(act: RecordedAct, name: str) -> str:
    date: dt.date | None = getattr(act, name)
    return "" if date is None else day_as_precise(date, act.precision)


def _first(act: RecordedAct) -> dt.date | None:
    return min((period.first for period in periods_of_act(act).values()), default=None)


# --- the record, row by row -----------------------------------------------------------------


def _rows(data: RunData) -> Table:
    """Return every row by its first day, and of an incident whether the comparison counts it."""
    apart = collected(data.scenario, data.record).why_not
    counted = {
        row.id: "no: "
        + apart.get(row.id, "the record covers too little of its year").replace("_", " ")
        for row in data.record.incidents
    }
    for held, told in zip(data.held[1::-1], ("its dead are counted", "counted"), strict=False):
        counted |= dict.fromkeys((row for of in held.rows.values() for row in of), told)
    odd: dict[str, list[tuple[str, str]]] = {}
    for i, finding in enumerate(data.disagreements):
        for row in finding.rows:
            odd.setdefault(row, []).append((FINDING_KINDS[finding.kind], f"#finding-{i}"))
    lines = sorted(
        data.lines.values(),
        key=lambda one: (one.period.first if one.period else dt.date.max, one.id),
    )
    rows = [
        (
            line.what, line.when, line.told, Cell(line.verdict, under=line.why),
            Cell(line.words, under=line.under), data.source_cell(line.source),
            Cell("", links=odd.get(line.id, ())), counted.get(line.id, ""),
            ": ".join(line.kind[: 1 + (line.kind[0] != "figure")]).replace("_", " "),
        )
        for line in lines
    ]  # fmt: skip
    header = (
        "What", "When", "Number", "May be printed", "In words", "Source", "Disagrees",
        "In the comparison", "Kind",
    )  # fmt: skip
    return Table(
        "record", "The record, row by row", header, rows, numeric=9, folded=True,
        row_ids=[f"row-{line.id}" for line in lines],
    )  # fmt: skip


def _of_finding(data: RunData, finding: Finding) -> Cell:
    """Return links to the rows that a finding is about."""
    lines = [data.lines[row] for row in finding.rows]
    return Cell(
        "", links=[(f"{one.told or one.what} ({one.when})", f"#row-{one.id}") for one in lines]
    )


# --- disagreements --------------------------------------------------------------------------

MEANING = {
    "within_source": "one source gives two numbers for one thing at one time",
    "between_sources": "they do not go together, even with words such as 'about' allowed for",
    "impossible_order": "an answer before its question, an arrival before its departure",
    "explained": "numbers of another kind or of other people, or a first count that was put right",
    "copy": "several pages carry one text; what they share counts once",
    "not_mergeable": "rows that look alike and are two things",
}
"""Kind of finding -> what it means."""


def disagreements(data: RunData) -> Section:
    """Return the section with the findings on the record."""
    title = "Where the sources disagree"
    record, findings = data.record, data.disagreements
    if record.is_empty:
        return Section("disagreements", title, (note("The scenario has no record."),))
    blocks: list[Block] = [
        words(
            f"The record holds {plural(len(record.figures), 'figure')},"
            f" {plural(len(record.incidents), 'incident')} and {plural(len(record.acts), 'act')}."
            " Nothing in it is averaged and no conflict is settled: every row stays as it was"
            " published, and what does not go together is named here, with the rows it is about."
        )
    ]
    blocks.append(_rows(data))
    if not findings:
        blocks.append(words("No rows of it disagree."))
        return Section("disagreements", title, tuple(blocks))
    kinds = Counter(finding.kind for finding in findings)
    counts = [(head, str(kinds[kind]), MEANING[kind]) for kind, head in FINDING_KINDS.items()]
    header = ("Kind", "Findings", "What it means")
    blocks.append(Table("disagreements", "Findings by kind", header, counts, numeric=9))
    order = list(FINDING_KINDS)
    found = sorted(enumerate(findings), key=lambda one: order.index(one[1].kind))
    rows = [(FINDING_KINDS[f.kind], capital(f.why), _of_finding(data, f)) for _, f in found]
    blocks.append(
        Table(
            "findings", "Every finding", ("Kind", "Why", "Rows"), rows, numeric=9, folded=True,
            row_ids=[f"finding-{i}" for i, _ in found],
        )
    )  # fmt: skip
    return Section("disagreements", title, tuple(blocks))
