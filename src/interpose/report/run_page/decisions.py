"""Acts: what was decided, made known, sent off and done, as a time line and as lags."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from interpose.record import Finding
from interpose.record.periods import periods_of_act
from interpose.report import drawing
from interpose.report.charts import time_axis
from interpose.report.formats import day_as_precise, number, plural, shortened
from interpose.report.page import Block, Cell, Figure, Section, Table, note, words
from interpose.report.run_page.run_data import RunData
from interpose.scenario.tables.record import RecordedAct

DATES: dict[str, tuple[str, str, str]] = {
    "decided": ("o", "white", "decided"),
    "notified": ("s", "white", "made known"),
    "departed": ("<", "black", "left"),
    "arrived": ("o", "black", "arrived, in force or done"),
}
"""One of the four dates -> its marker, its filling and its word."""

LANES: dict[str, tuple[str, ...]] = {
    "asked and answered": ("request", "reply", "refusal"),
    "decided": (
        "decision", "law", "vote", "agreement", "resolution", "founding", "restructuring",
    ),
    "more soldiers": (
        "reinforcement", "deployment", "arrival", "send_off", "departure", "training",
    ),
    "fewer soldiers": ("drawdown", "withdrawal"),
    "handed over": ("handover",),
    "said and done": ("statement", "meeting", "operation"),
}  # fmt: skip
"""Row of the time line -> the kinds of act on it."""

NEAR_YEARS = 10
"""Years before and after the mission within which acts are drawn; all stand in the table."""

MOST_LAGS = 60
"""Acts of which the days between their dates are drawn; further ones are in the table alone."""

LONGEST_LABEL = 58


def section(data: RunData) -> Section:
    """Return the section with the acts of the record."""
    title = "What was decided, and when it happened"
    acts = sorted(data.record.acts, key=_order)
    if not acts:
        return Section("decisions", title, (note("The record holds no acts."),))
    drawn = [act for act in acts if _near_the_mission(data, act)]
    blocks: list[Block] = [
        words(
            f"{plural(len(acts), 'act')} of the record, each as one source tells of it. An act may"
            " have four dates: when it was decided, when it was made known, when someone left, and"
            " when someone arrived or it was done. Dates that were not published are left out, and"
            " an order that cannot be is kept as it was published; the next section names it.",
        )
    ]
    if drawn:
        blocks.append(_time_line(data, drawn, _table(data, acts)))
    else:
        blocks.append(_table(data, acts))
    lags = _lags(data, drawn)
    if lags is not None:
        blocks.append(lags)
    return Section("decisions", title, tuple(blocks))


def _near_the_mission(data: RunData, act: RecordedAct) -> bool:
    """Return whether an act has dates, none of them far from the mission."""
    header = data.scenario.header
    years = [span.first.year for span in periods_of_act(act).values()]
    first, last = header.start.year - NEAR_YEARS, header.end.year + NEAR_YEARS
    return bool(years) and all(first <= year <= last for year in years)


def _time_line(data: RunData, acts: Sequence[RecordedAct], table: Table) -> Figure:
    figure, (ax,) = drawing.canvas(height=3.6)
    titles: dict[str, str] = {}
    for row, kinds in enumerate(LANES.values()):
        lane = [act for act in acts if act.kind in kinds]
        for i, act in enumerate(lane):
            height = len(LANES) - 1 - row + 0.36 * ((i * 3) % 7 - 3) / 3.0
            gid = f"act-{row}-{i}"
            titles[gid] = _said(data, act)
            _draw_act(ax, act, height, gid)
    for row in range(1, len(LANES)):
        ax.axhline(row - 0.5, color=drawing.PALE, lw=0.6)
    ax.set_yticks(range(len(LANES)), list(LANES)[::-1])
    ax.set_ylim(-0.5, len(LANES) - 0.5)
    ax.grid(visible=False)
    _legend(ax)
    time_axis(ax, numbers=False)
    counted = "; ".join(
        f"{name} {sum(act.kind in kinds for act in acts)}" for name, kinds in LANES.items()
    )
    return Figure(
        name="time-line",
        svg=drawing.to_svg(figure, "time-line", titles),
        caption="Acts by their dates. A line joins the dates of one act; the height within a row "
        "only keeps marks apart.",
        alt=f"Acts drawn, row by row: {counted}.",
        tables=[table],
    )


def _draw_act(ax: Axes, act: RecordedAct, height: float, gid: str) -> None:
    days = {name: _day(span.first, span.last) for name, span in periods_of_act(act).items()}
    (line,) = ax.plot(
        list(days.values()),
        [height] * len(days),
        color=drawing.GREY,
        lw=1.0,
        ls="-" if act.status == "done" else ":",
        zorder=2,
    )
    line.set_gid(gid)
    for name, day in days.items():
        _mark(ax, day, height, name, f"{gid}-{name}" if len(days) > 1 else gid)


def _mark(ax: Axes, x: Any, y: float, name: str, gid: str = "") -> None:  # noqa: ANN401
    marker, face, _ = DATES[name]
    style: dict[str, Any] = {"marker": marker, "ms": 3.8, "mew": 0.8, "mfc": face, "mec": "black"}
    (mark,) = ax.plot([x], [y], ls="none", zorder=3, **style)
    if gid:
        mark.set_gid(gid)


def _legend(ax: Axes) -> None:
    handles, labels = [], []
    for marker, face, word in DATES.values():
        style: dict[str, Any] = {"marker": marker, "ms": 5, "mew": 0.8, "mfc": face, "mec": "black"}
        handles += ax.plot([], [], ls="none", **style)
        labels.append(word)
    handles += ax.plot([], [], color=drawing.GREY, lw=1.0, ls=":")
    labels.append("planned or foretold")
    ax.legend(handles, labels, loc="lower center", ncols=5, bbox_to_anchor=(0.46, 1.0))


def _lags(data: RunData, acts: Sequence[RecordedAct]) -> Figure | None:
    """Return a figure of the days between the dates of each act, or None where there are none."""
    sure = [act for act in acts if act.status == "done" and act.precision != "year"]
    found = [(act, _days_between(act)) for act in sure]
    found = [(act, days) for act, days in found if max(days.values()) > 0][:MOST_LAGS]
    if not found:
        return None
    longest = max(max(days.values()) for _, days in found)
    figure, (ax,) = drawing.canvas(height=0.9 + 0.17 * len(found))
    titles = {}
    for row, (act, days) in enumerate(found):
        y, gid = float(len(found) - 1 - row), f"lag-{row}"
        titles[gid] = _said(data, act)
        ax.plot([0, max(days.values())], [y, y], color=drawing.GREY, lw=1.0, gid=gid, zorder=2)
        for name, days_after in days.items():
            _mark(ax, days_after, y, name)
    labels = [_label(act) for act, _ in reversed(found)]
    ax.set_yticks(range(len(found)), labels, fontsize=6.8)
    ax.set_ylim(-0.7, len(found) - 0.3)
    ax.set_xscale("symlog", linthresh=7, linscale=0.6)
    ticks = [day for day in (0, 1, 3, 7, 14, 30, 60, 120, 240, 480, 960) if day <= 1.3 * longest]
    ax.set_xticks(ticks, [str(day) for day in ticks])
    ax.minorticks_off()
    ax.set_xlim(-0.6, longest * 1.3 + 1)
    ax.grid(visible=True, axis="x")
    ax.set_xlabel("days after the first of its dates")
    lags = sorted(max(days.values()) for _, days in found)
    return Figure(
        name="lags",
        svg=drawing.to_svg(figure, "lags", titles),
        caption="Days from the first date of an act to the others; marks as in the figure above. "
        "Beyond a week, equal steps on the scale are equal factors.",
        alt=f"{plural(len(found), 'act')} with dates that differ: half of them take "
        f"{number(lags[len(lags) // 2])} days or less from first to last date, the longest "
        f"{number(lags[-1])}.",
    )


def _days_between(act: RecordedAct) -> Mapping[str, int]:
    """Return the days from the first of an act's dates to each of them."""
    firsts = {name: span.first for name, span in periods_of_act(act).items()}
    start = min(firsts.values())
    return {name: (day - start).days for name, day in firsts.items()}


def _label(act: RecordedAct) -> str:
    date = day_as_precise(_first(act) or dt.date.min, act.precision)[:7]
    return f"{shortened(f'{act.actor}: {act.subject}', LONGEST_LABEL)}  {date}"


def _said(data: RunData, act: RecordedAct) -> str:
    dates = ", ".join(
        f"{DATES[name][2]} {_published(act, name)}" for name in periods_of_act(act)
    )  # fmt: skip
    return f"{act.actor}: {act.subject} ({dates}); {data.source_title(act.source)}"


def _table(data: RunData, acts: Sequence[RecordedAct]) -> Table:
    rows: list[tuple[str | Cell, ...]] = [
        (
            *(_published(act, name) for name in DATES),
            act.kind.replace("_", " ") + ("" if act.status == "done" else f" ({act.status})"),
            act.actor,
            act.subject,
            Cell(data.source_title(act.source), link=f"#source-{act.source}"),
            act.note,
        )
        for act in acts
    ]
    header = (
        "Decided", "Made known", "Left", "Arrived or done", "Kind", "Who", "What", "Source", "Note",
    )  # fmt: skip
    return Table("published-acts", "Every act of the record, by date", header, rows, numeric=9)


def _published(act: RecordedAct, name: str) -> str:
    day: dt.date | None = getattr(act, name)
    return "" if day is None else day_as_precise(day, act.precision)


def _first(act: RecordedAct) -> dt.date | None:
    spans = periods_of_act(act)
    return min(span.first for span in spans.values()) if spans else None


def _order(act: RecordedAct) -> tuple[dt.date, str]:
    return _first(act) or dt.date.max, act.id


def _day(first: dt.date, last: dt.date) -> Any:  # noqa: ANN401 - matplotlib knows dates
    """Return the middle of the days that a date may mean."""
    return pd.Timestamp(first + (last - first) / 2)


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
            " published, and what does not go together is named here, with the rows it is about.",
        )
    ]
    if not findings:
        blocks.append(words("No rows of it disagree."))
        return Section("disagreements", title, tuple(blocks))
    counts = [
        (heading, str(sum(f.kind == kind for f in findings)), meaning)
        for kind, (heading, meaning) in FINDING_KINDS.items()
    ]
    header = ("Kind", "Findings", "What it means")
    blocks.append(Table("disagreements", "Findings by kind", header, counts, numeric=9))
    for kind, (heading, _) in FINDING_KINDS.items():
        group = [finding for finding in findings if finding.kind == kind]
        if group:
            blocks.append(findings_table(f"disagreements-{kind.replace('_', '-')}", heading, group))
    return Section("disagreements", title, tuple(blocks))


def findings_table(name: str, heading: str, findings: Sequence[Finding]) -> Table:
    """Return findings as a table that opens on a click.

    Parameters
    ----------
    name : str
        Of the table in the page.
    heading : str
    findings : sequence of Finding
    """
    rows = [
        (finding.why[:1].upper() + finding.why[1:], ", ".join(finding.rows)) for finding in findings
    ]
    caption = f"{heading}: {plural(len(findings), 'finding')}"
    return Table(name, caption, ("Why", "Rows"), rows, numeric=9, folded=True)


def findings_about(findings: Sequence[Finding], rows: Sequence[str]) -> list[Finding]:
    """Return the findings that touch any of some rows."""
    wanted = frozenset(rows)
    return [finding for finding in findings if wanted.intersection(finding.rows)]
