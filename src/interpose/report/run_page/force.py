"""Force: every published strength, and the strength of the futures beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from interpose.assess import score_strength
from interpose.record import Point, series_of
from interpose.record.record import STRENGTH
from interpose.report import drawing
from interpose.report.charts import day_after, time_axis
from interpose.report.formats import day, day_as_precise, listed, number, of_quantiles, plural
from interpose.report.page import Block, Cell, Figure, Section, Table, note, words
from interpose.report.run_page.decisions import FINDING_KINDS, findings_about, findings_table
from interpose.report.run_page.run_data import RunData, below, row_at
from interpose.scenario.tables.record import Figure as Published

STRENGTH_KINDS = {
    "reported": ("o", "reported"),
    "planned": ("v", "planned"),
    "ceiling": ("_", "ceiling"),
    "peak": ("^", "peak"),
    "target": ("D", "target"),
}
"""Kind of a published strength -> its marker and word."""

STOCK_WORDS = {
    "rear": ("rear areas", "--"),
    "reserve": ("reserve at home", ":"),
    "exercise": ("there for an exercise", "-"),
}
"""Stocks besides the theatre -> their words and dashes."""


def section(data: RunData) -> Section:
    """Return the section on the strength of the force."""
    points = data.record.strength()
    blocks: list[Block] = [
        words(
            "The line is the strength in theatre that the futures played, month by month.",
            "Where futures differ, a band holds nine in ten of them."
            if _differs(below(data.force, "in_theatre"))
            else "All futures have the same strength, as the policy replays the scenario's table.",
        )
    ]
    if points:
        blocks.append(
            words(
                f"Each mark is one published figure, {len(points)} in all. They are not averaged:"
                " where sources disagree, or count different things, all stand side by side.",
                "Point at a mark to see what it counts and who says so; the table under the"
                " figure says the same.",
            )
        )
    else:
        blocks.append(note("The scenario has no published strengths to compare with."))
    blocks.append(_theatre_figure(data, points))
    blocks += _beside(data, points)
    others = _others(data)
    if others is not None:
        blocks.append(others)
    return Section("force", "How strong the force is", tuple(blocks))


def _beside(data: RunData, points: Sequence[Published]) -> list[Block]:
    """Return how the line stands to the marks, and where the marks disagree."""
    blocks: list[Block] = []
    if not points:
        return blocks
    line = below(data.force, "in_theatre")["q50"]
    score = score_strength(line, series_of(data.record, STRENGTH))
    if score is not None:
        far = [
            f"{day_as_precise(point.date, _precision(point))}: {number(level)} played,"
            f" {listed([number(v) for v in point.values])} reported"
            for point, level in score.farthest
        ]
        blocks.append(
            words(
                f"Of {plural(score.dates, 'date')} with a reported strength in theatre, the line"
                f" lies within what was reported at {100 * score.inside:.0f} %; with dates on which"
                " reports are wide or disagree counting less,"
                f" at {100 * score.inside_weighted:.0f} %. It is on average"
                f" {number(score.distance)} soldiers outside it."
                + (f" Farthest off: {'; '.join(far)}." if far else "")
            )
        )
    found = findings_about(data.disagreements, [point.id for point in points])
    if found:
        counts = listed(
            [
                f"{sum(f.kind == kind for f in found)} ({heading.lower()})"
                for kind, (heading, _) in FINDING_KINDS.items()
                if any(f.kind == kind for f in found)
            ]
        )
        blocks.append(words(f"{plural(len(found), 'finding')} on these figures: {counts}."))
        blocks.append(findings_table("strength-findings", "Where these figures disagree", found))
    return blocks


def _precision(point: Point) -> str:
    days = (point.period.last - point.period.first).days
    return "day" if days == 0 else "month" if days < 31 else "year"


def _theatre_figure(data: RunData, points: Sequence[Published]) -> Figure:
    line = below(data.force, "in_theatre")
    later = _where_it_becomes_small(line)
    figure, axes = drawing.canvas(
        1 if later is None else 2, 1, height=2.7 if later is None else 4.9
    )
    titles: dict[str, str] = {}
    for i, ax in enumerate(axes):
        shown = [p for p in points if i == 0 or (later is not None and p.begins >= later)]
        _draw_line(ax, line if i == 0 else _from(line, later))
        for j, point in enumerate(shown):
            gid = f"point-{i}-{j}"
            titles[gid] = _title(data, point)
            _draw_point(ax, point, gid)
        ax.set_ylim(bottom=0)
        ax.set_ylabel("soldiers")
    axes[0].set_title("Strength in theatre")
    if later is not None:
        axes[1].set_title(f"The same from {later.year} on, drawn larger")
    _legend(axes[0], points, with_band=_differs(line))
    first, last = line["q50"].iloc[0], line["q50"].iloc[-1]
    return Figure(
        name="strength",
        svg=drawing.to_svg(figure, "strength", titles),
        caption="Strength of the force in theatre: played (line) and published (marks).",
        alt=f"The strength in theatre goes from {number(first)} soldiers in the first month to "
        f"{number(line['q50'].max())} at most and {number(last)} in the last month; "
        f"{plural(len(points), 'published figure')} stand around the line.",
        tables=[_points_table(data, points), _yearly_table(data)][0 if points else 1 :],
    )


def _from(line: pd.DataFrame, start: dt.date | None) -> pd.DataFrame:
    return line if start is None else line[line.index >= pd.Timestamp(start)]


def _draw_line(ax: Axes, line: pd.DataFrame) -> None:
    months = _steps(line.index)
    if _differs(line):
        low, high = (np.append(line[q], line[q].iloc[-1]) for q in ("q05", "q95"))
        ax.fill_between(months, low, high, step="post", color=drawing.LIGHT, lw=0)
    middle = np.append(line["q50"], line["q50"].iloc[-1])
    ax.step(months, middle, where="post", color=drawing.BLUE, lw=1.6, label="played")
    time_axis(ax)
    drawing.thousands(ax)


def _draw_point(ax: Axes, point: Published, gid: str) -> None:
    marker = STRENGTH_KINDS[point.kind][0]
    if point.low is not None and point.high is not None and point.low < point.high:
        ax.vlines(_day(point), point.low, point.high, color=drawing.GREY, lw=0.7)
    ax.plot(
        [_day(point)],
        [point.value],
        marker=marker,
        ms=7 if marker == "_" else 3.6,
        mew=1.6 if marker == "_" else 0.4 if point.kind == "reported" else 0.8,
        mfc="black" if point.kind == "reported" else "white",
        mec="black" if point.kind != "reported" else "white",
        ls="none",
        gid=gid,
        zorder=3,
    )


def _legend(ax: Axes, points: Sequence[Published], *, with_band: bool) -> None:
    handles = [ax.plot([], [], color=drawing.BLUE, lw=1.6)[0]]
    labels = ["played, the middle future" if with_band else "played"]
    for kind, (marker, word) in STRENGTH_KINDS.items():
        if any(p.kind == kind for p in points):
            filled = kind == "reported"
            face = "black" if filled else "white"
            edge = "white" if filled else "black"
            size, width = (7, 1.6) if marker == "_" else (5, 0.8)
            style: Any = {"marker": marker, "ms": size, "mew": width, "mfc": face, "mec": edge}
            handles += ax.plot([], [], ls="none", **style)
            labels.append(f"published: {word}")
    ax.legend(handles, labels, loc="upper right", ncols=1 if len(labels) < 3 else 2)


def _title(data: RunData, point: Published) -> str:
    return (
        f"{day_as_precise(point.begins, point.precision)}: {_value(point)} ({point.kind}); "
        f"counts: {point.includes}; {data.source_title(point.source)}"
    )


def _value(point: Published) -> str:
    """Return the figure as it was published, with its qualifier and range."""
    text = number(point.value)
    if point.qualifier in {"about", "more than", "almost", "up to", "nearly", "just under"}:
        text = f"{point.qualifier} {text}"
    elif point.qualifier:
        text = f"{text} ({point.qualifier})"
    if point.low is not None and point.high is not None and point.low < point.high:
        text += f", {number(point.low)} to {number(point.high)}"
    return text


def _points_table(data: RunData, points: Sequence[Published]) -> Table:
    rows = [
        (
            day_as_precise(p.begins, p.precision),
            _value(p),
            p.kind,
            p.includes,
            Cell(data.source_title(p.source), link=f"#source-{p.source}"),
            p.note,
        )
        for p in points
    ]
    header = ("Date", "Soldiers", "Kind", "Counts", "Source", "Note")
    return Table("strength-points", "Every published strength, by date", header, rows, numeric=9)


def _yearly_table(data: RunData) -> Table:
    table = data.force.reset_index()
    table["year"] = pd.DatetimeIndex(table["month"]).year
    years = table.groupby(["year", "stock"], sort=True)[["q05", "q50", "q95"]].mean()
    rows = [
        (str(year), *(of_quantiles(row_at(years, (year, s))) for s in ("in_theatre", *STOCK_WORDS)))
        for year in sorted(table["year"].unique())
    ]
    header = ("Year", "In theatre", *(text.capitalize() for text, _ in STOCK_WORDS.values()))
    caption = "Strength played, mean over the months of each year, soldiers"
    return Table("strength-played", caption, header, rows)


def _others(data: RunData) -> Figure | None:
    """Return a figure of what is not in theatre, or None where there is nothing."""
    lines = {stock: below(data.force, stock) for stock in STOCK_WORDS}
    lines = {stock: line for stock, line in lines.items() if line["q95"].any()}
    if not lines:
        return None
    figure, (ax,) = drawing.canvas(height=1.9)
    for stock, line in lines.items():
        label, dash = STOCK_WORDS[stock]
        middle = np.append(line["q50"], line["q50"].iloc[-1])
        months = _steps(line.index)
        shade = drawing.ORANGE if stock == "exercise" else "black"
        ax.step(months, middle, where="post", color=shade, ls=dash, lw=1.3, label=label)
    time_axis(ax)
    drawing.thousands(ax)
    ax.set_ylim(bottom=0)
    ax.set_ylabel("soldiers")
    ax.set_title("Outside the theatre, or there for a short time")
    ax.legend(loc="upper right", ncols=3)
    said = "; ".join(f"{STOCK_WORDS[s][0]} up to {number(lines[s]['q95'].max())}" for s in lines)
    caption = "Soldiers who belong to the force but are not counted in theatre."
    return Figure("stocks", drawing.to_svg(figure, "stocks"), caption, alt=f"At most: {said}.")


def _where_it_becomes_small(line: pd.DataFrame) -> dt.date | None:
    """Return from when on the line is too low to read, if that is for long enough."""
    middle = line["q50"].to_numpy()
    small = middle < middle.max() / 3.0
    last_large = int(np.flatnonzero(~small).max(initial=0))
    start = last_large + 1
    if len(middle) - start < max(0.25 * len(middle), 24):
        return None
    return dt.date(pd.DatetimeIndex(line.index)[start].year + 1, 1, 1)


def _differs(line: pd.DataFrame) -> bool:
    return bool((line["q95"] > line["q05"]).any())


def _steps(months: pd.Index) -> pd.DatetimeIndex:
    """Return the beginnings of all months and the end of the last, for a line in steps."""
    known = pd.DatetimeIndex(months)
    return pd.DatetimeIndex([*known, known[-1] + pd.offsets.MonthBegin(1)])


def _day(point: Published) -> Any:  # noqa: ANN401 - matplotlib knows dates, its types do not
    return pd.Timestamp(point.begins)


SEEN = ("in_theatre", "exercise")
"""Stocks that are seen in the streets."""


def force_of_the_week(data: RunData, first: dt.date, last: dt.date) -> Iterator[Block]:
    """Yield how many soldiers and police were there, and how many trained and allowed for riots."""
    begins, ends = (_by_base(data, date) for date in (first, last))
    names = sorted({*begins, *ends}, key=lambda base: (-begins.get(base, (0.0, 0.0))[0], base))
    known = {base.id: base.name for base in data.scenario.bases}
    rows = [
        (
            known[base],
            *(number(value) for value in begins.get(base, (0.0, 0.0))),
            *(number(value) for value in ends.get(base, (0.0, 0.0))),
        )
        for base in names
    ]
    totals = [
        tuple(sum(pair[i] for pair in there.values()) for i in (0, 1)) for there in (begins, ends)
    ]
    month = below(data.force, "in_theatre")
    at = month[month.index <= np.datetime64(first)]
    played = (
        f" The futures had {of_quantiles(row_at(at, at.index[-1]))} in that month."
        if len(at)
        else ""
    )
    police = _police(data, first)
    yield words(
        f"Force: by the scenario's table {number(totals[0][0])} soldiers were in theatre on"
        f" {day(first)}, {number(totals[0][1])} of them trained and allowed for riots; on"
        f" {day(last)}, {number(totals[1][0])} and {number(totals[1][1])}.{played}"
        f" Police: {number(police['local_police'])} local and"
        f" {number(police['international_police'])} international officers planned."
        f" Acts of the record in those days: {_acts(data, first, last)}."
    )
    rows.insert(0, ("All", *(number(v) for total in totals for v in total)))
    header = (
        "Base", f"Soldiers, {first:%d %b}", "For riots", f"Soldiers, {last:%d %b}", "For riots",
    )  # fmt: skip
    caption = (
        f"Soldiers seen in the streets and those for riots, by base: {plural(len(names), 'base')}"
    )
    yield Table("riot-force", caption, header, rows, folded=True)


def _by_base(data: RunData, date: dt.date) -> dict[str, tuple[float, float]]:
    """Return base -> soldiers, and those for riots, by the scenario's table."""
    found: dict[str, tuple[float, float]] = {}
    for row in data.scenario.contingents:
        gone = row.departs is not None and row.departs <= date
        if row.stock in SEEN and row.arrives <= date and not gone:
            all_, riot = found.get(row.base, (0.0, 0.0))
            found[row.base] = all_ + row.strength, riot + row.strength * row.riot_capable
    return found


def _police(data: RunData, date: dt.date) -> dict[str, float]:
    """Return the officers planned on a day, by kind."""
    found = {"local_police": 0.0, "international_police": 0.0}
    for row in data.scenario.police:
        if row.begins <= date and (row.ends is None or date < row.ends):
            found[row.kind] += row.strength
    return found


def _acts(data: RunData, first: dt.date, last: dt.date) -> str:
    """Return what the record says was decided or done about the force in those days."""
    found = [
        f"{act.actor}: {act.subject} ({day(date)})"
        for act in data.record.acts
        if act.precision == "day"
        and (date := act.arrived or act.departed or act.decided or act.notified)
        and first <= date <= day_after(last, 1)
    ]
    return "; ".join(found) or "none"
