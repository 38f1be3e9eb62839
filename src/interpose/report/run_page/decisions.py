"""Acts of the record: decided, made known, sent off and done; and where sources disagree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from interpose.assess.accounting import collected
from interpose.record import Finding
from interpose.record.periods import periods_of_act
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
from interpose.report.record_rows import promised
from interpose.report.run_page.run_data import RunData
from interpose.scenario.phrases import plural
from interpose.scenario.tables.record import Figure, RecordedAct

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


def has_range(point: Figure) -> bool:
    """Return whether a range was published."""
    return point.low is not None and point.high is not None and point.low < point.high


def published_value(point: Figure) -> str:
    """Return the figure as it was published, with its qualifier and range."""
    text = number(point.value)
    if point.qualifier in {"about", "more than", "almost", "up to", "nearly", "just under"}:
        text = f"{point.qualifier} {text}"
    elif point.qualifier:
        text = f"{text} ({point.qualifier})"
    return f"{text}, {point.low:,.0f} to {point.high:,.0f}" if has_range(point) else text


def _rows(data: RunData) -> Table:
    """Return every row by its first day, and of an incident whether the comparison counts it."""
    apart = collected(data.scenario, data.record).why_not
    counted = {row.id: "counted" for row in data.record.incidents}
    counted |= {row: f"no: {why}" for row, why in apart.items()}
    odd: dict[str, list[tuple[str, str]]] = {}
    for i, finding in enumerate(data.disagreements):
        for row in finding.rows:
            odd.setdefault(row, []).append((FINDING_KINDS[finding.kind][0], f"#finding-{i}"))
    lines = sorted(
        data.lines.values(),
        key=lambda one: (one.period.first if one.period else dt.date.max, one.id),
    )
    rows = [
        (
            line.what, line.when, line.told, Cell(line.verdict, under=line.why),
            Cell(line.words, under=line.under), data.source_cell(line.source),
            Cell("", links=odd.get(line.id, ())), counted.get(line.id, ""),
            ": ".join(line.kind[: 1 + (line.kind[0] != "figure")]),
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

FINDING_KINDS: dict[str, tuple[str, str]] = {
    "within_source": (
        "One source against itself",
        "one source gives two numbers for one thing at one time",
    ),
    "between_sources": (
        "Independent sources against each other",
        "what they may mean, rounding and words such as 'about' allowed for, has nothing in common",
    ),
    "impossible_order": (
        "Impossible order",
        "an answer before its question, an arrival before its departure, a caption of another year",
    ),
    "explained": (
        "Not one thing",
        "numbers that differ because they are of another kind or count other people, or because a "
        "first count was put right",
    ),
    "copy": ("Copies", "several pages carry one text; what they share counts once"),
    "not_mergeable": ("Not to be merged", "rows that look alike and are two things"),
}
"""Kind of finding -> its heading, and what it means."""


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
    groups = {
        kind: [(i, f) for i, f in enumerate(findings) if f.kind == kind] for kind in FINDING_KINDS
    }
    counts = [
        (heading, str(len(groups[kind])), meaning)
        for kind, (heading, meaning) in FINDING_KINDS.items()
    ]
    header = ("Kind", "Findings", "What it means")
    blocks.append(Table("disagreements", "Findings by kind", header, counts, numeric=9))
    for kind, group in groups.items():
        if group:
            blocks.append(
                Table(
                    f"disagreements-{kind.replace('_', '-')}",
                    f"{FINDING_KINDS[kind][0]}: {plural(len(group), 'finding')}", ("Why", "Rows"),
                    [(capital(found.why), _of_finding(data, found)) for _, found in group],
                    numeric=9, folded=True, row_ids=[f"finding-{i}" for i, _ in group],
                )
            )  # fmt: skip
    return Section("disagreements", title, tuple(blocks))
