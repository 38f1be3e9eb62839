"""Acts of the record: decided, made known, sent off and done; and where sources disagree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes

from interpose.record import Finding
from interpose.record.periods import periods_of_act
from interpose.report import drawing
from interpose.report.drawing import as_figure, time_axis, when
from interpose.report.formats import capital, day_as_precise, number, shortened
from interpose.report.page import Block, Cell, Figure, Section, Table, note, words
from interpose.report.run_page.run_data import RunData
from interpose.scenario.phrases import plural
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

LAG_TICKS = (0, 1, 3, 7, 14, 30, 60, 120, 240, 480, 960)


def section(data: RunData) -> Section:
    """Return the section with the acts of the record."""
    title = "What was decided, and when it happened"
    acts = sorted(data.record.acts, key=lambda act: (_first(act) or dt.date.max, act.id))
    if not acts:
        return Section("decisions", title, (note("The record holds no acts."),))
    drawn = [act for act in acts if _near_the_mission(data, act)]
    explained = words(
        f"{plural(len(acts), 'act')} of the record, each as one source tells of it. An act may"
        " have four dates: when it was decided, when it was made known, when someone left, and"
        " when someone arrived or it was done. Dates that were not published are left out, and"
        " an order that cannot be is kept as it was published; the next section names it."
    )
    table = _table(data, acts)
    blocks = [explained, _time_line(data, drawn, table) if drawn else table, *_lags(data, drawn)]
    return Section("decisions", title, tuple(blocks))


def _near_the_mission(data: RunData, act: RecordedAct) -> bool:
    """Return whether an act has dates, none of them far from the mission."""
    header = data.scenario.header
    years = [period.first.year for period in periods_of_act(act).values()]
    first, last = header.start.year - NEAR_YEARS, header.end.year + NEAR_YEARS
    return bool(years) and all(first <= year <= last for year in years)


def _time_line(data: RunData, acts: Sequence[RecordedAct], table: Table) -> Figure:
    figure, (ax,) = drawing.canvas(height=3.6)
    titles: dict[str, str] = {}
    for row, kinds in enumerate(LANES.values()):
        for i, act in enumerate(act for act in acts if act.kind in kinds):
            height = len(LANES) - 1 - row + 0.36 * ((i * 3) % 7 - 3) / 3.0
            gid = f"act-{row}-{i}"
            titles[gid] = _in_words(data, act)
            periods = periods_of_act(act)
            days = [when(p.first + (p.last - p.first) / 2) for p in periods.values()]
            dash = "-" if act.status == "done" else ":"
            ax.plot(days, [height] * len(days), color=drawing.GREY, lw=1.0, ls=dash, gid=gid)
            for name, day in zip(periods, days, strict=True):
                _mark(ax, day, height, name, f"{gid}-{name}" if len(days) > 1 else gid)
        ax.axhline(row - 0.5, color=drawing.PALE, lw=0.6)
    ax.set_yticks(range(len(LANES)), list(LANES)[::-1])
    ax.set_ylim(-0.5, len(LANES) - 0.5)
    ax.grid(visible=False)
    for name, (_, _, word) in DATES.items():
        _mark(ax, [], [], name, label=word)
    ax.plot([], [], color=drawing.GREY, lw=1.0, ls=":", label="planned or foretold")
    ax.legend(loc="lower center", ncols=5, bbox_to_anchor=(0.46, 1.0))
    time_axis(ax, numbers=False)
    counted = "; ".join(
        f"{name} {sum(act.kind in kinds for act in acts)}" for name, kinds in LANES.items()
    )
    return as_figure(
        "time-line",
        figure,
        "Acts by their dates. A line joins the dates of one act; the height within a row only"
        " keeps marks apart.",
        f"Acts drawn, row by row: {counted}.",
        [table],
        titles,
    )


def _mark(ax: Axes, x: Any, y: Any, name: str, gid: str | None = None, label: str = "") -> None:  # noqa: ANN401
    """Draw the mark of one of the four dates."""
    marker, face, _ = DATES[name]
    ax.plot(
        x, y, ls="none", marker=marker, ms=4, mew=0.8, mfc=face, mec="black", zorder=3, gid=gid,
        label=label or None,
    )  # fmt: skip


def _lags(data: RunData, acts: Sequence[RecordedAct]) -> Iterator[Figure]:
    """Yield a figure of the days between the dates of each act, if there are any."""
    sure = [act for act in acts if act.status == "done" and act.precision != "year"]
    found = [(act, days) for act in sure if max((days := _days_between(act)).values()) > 0]
    if not found:
        return
    found = found[:MOST_LAGS]
    figure, (ax,) = drawing.canvas(height=0.9 + 0.17 * len(found))
    titles = {}
    for row, (act, days) in enumerate(reversed(found)):
        gid = f"lag-{row}"
        titles[gid] = _in_words(data, act)
        ax.plot([0, max(days.values())], [row, row], color=drawing.GREY, lw=1.0, gid=gid)
        for name, days_after in days.items():
            _mark(ax, days_after, row, name)
    ax.set_yticks(range(len(found)), [_label(act) for act, _ in reversed(found)], fontsize=6.8)
    ax.set_ylim(-0.7, len(found) - 0.3)
    lags = sorted(max(days.values()) for _, days in found)
    ax.set_xscale("symlog", linthresh=7, linscale=0.6)
    ticks = [day for day in LAG_TICKS if day <= 1.3 * lags[-1]]
    ax.set_xticks(ticks, [str(day) for day in ticks])
    ax.minorticks_off()
    ax.set_xlim(-0.6, lags[-1] * 1.3 + 1)
    ax.grid(visible=True, axis="x")
    ax.set_xlabel("days after the first of its dates")
    yield as_figure(
        "lags",
        figure,
        "Days from the first date of an act to the others; marks as in the figure above."
        " The scale is logarithmic beyond a week.",
        f"{plural(len(found), 'act')} with dates that differ: half of them take "
        f"{number(lags[len(lags) // 2])} days or less from first to last date, the longest "
        f"{number(lags[-1])}.",
        titles=titles,
    )


def _days_between(act: RecordedAct) -> Mapping[str, int]:
    """Return the days from the first of an act's dates to each of them."""
    firsts = {name: period.first for name, period in periods_of_act(act).items()}
    start = min(firsts.values())
    return {name: (day - start).days for name, day in firsts.items()}


def _label(act: RecordedAct) -> str:
    date = day_as_precise(_first(act) or dt.date.min, act.precision)[:7]
    return f"{shortened(f'{act.actor}: {act.subject}', LONGEST_LABEL)}  {date}"


def _in_words(data: RunData, act: RecordedAct) -> str:
    dates = ", ".join(f"{DATES[name][2]} {_published(act, name)}" for name in periods_of_act(act))
    return f"{act.actor}: {act.subject} ({dates}); {data.source_title(act.source)}"


def _table(data: RunData, acts: Sequence[RecordedAct]) -> Table:
    rows: list[tuple[str | Cell, ...]] = [
        (
            *(_published(act, name) for name in DATES),
            act.kind.replace("_", " ") + ("" if act.status == "done" else f" ({act.status})"),
            act.actor,
            act.subject,
            data.source_cell(act.source),
            act.note,
        )
        for act in acts
    ]
    header = (
        "Decided", "Made known", "Left", "Arrived or done", "Kind", "Who", "What", "Source", "Note",
    )  # fmt: skip
    return Table("published-acts", "Every act of the record, by date", header, rows, numeric=9)


def _published(act: RecordedAct, name: str) -> str:
    date: dt.date | None = getattr(act, name)
    return "" if date is None else day_as_precise(date, act.precision)


def _first(act: RecordedAct) -> dt.date | None:
    return min((period.first for period in periods_of_act(act).values()), default=None)


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
    if not findings:
        blocks.append(words("No rows of it disagree."))
        return Section("disagreements", title, tuple(blocks))
    groups = {kind: [f for f in findings if f.kind == kind] for kind in FINDING_KINDS}
    counts = [
        (heading, str(len(groups[kind])), meaning)
        for kind, (heading, meaning) in FINDING_KINDS.items()
    ]
    header = ("Kind", "Findings", "What it means")
    blocks.append(Table("disagreements", "Findings by kind", header, counts, numeric=9))
    for kind, group in groups.items():
        if group:
            name = f"disagreements-{kind.replace('_', '-')}"
            blocks.append(findings_table(name, FINDING_KINDS[kind][0], group))
    return Section("disagreements", title, tuple(blocks))


def findings_table(name: str, heading: str, findings: Sequence[Finding]) -> Table:
    """Return findings as a table that opens on a click."""
    rows = [(capital(finding.why), ", ".join(finding.rows)) for finding in findings]
    caption = f"{heading}: {plural(len(findings), 'finding')}"
    return Table(name, caption, ("Why", "Rows"), rows, numeric=9, folded=True)


def findings_about(findings: Sequence[Finding], rows: Sequence[str]) -> list[Finding]:
    """Return the findings that touch any of some rows."""
    wanted = frozenset(rows)
    return [finding for finding in findings if wanted.intersection(finding.rows)]
