"""Rotation: each row a line of the requirement, each bar a contingent's tour."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Sequence

from matplotlib.axes import Axes

from interpose.plan.deployments import Deployment
from interpose.plan.tell.thin_weeks import ThinSpan, proposals, short_handovers, thin_spans
from interpose.report import drawing
from interpose.report.formats import day, listed, number, plural, shortened
from interpose.report.page import Block, Figure, Table, bullets, words
from interpose.report.plan_page.plan_data import PlanData

LANE, GAP = 0.8, 0.5
"""Height of a bar and space between two lines, in rows."""

TALLEST = 8.6
"""Inches; a taller drawing would be cut in two on paper."""

LONGEST_HANDOVER_DAYS = 31
"""Tours that stand together for longer are not relieving each other; a handover takes a week."""

MOST_ROWS = 12
"""Rows up to which a table stands open."""

POINTS_AN_INCH = 72.0

LETTER_DAYS = 0.011
"""Width of a letter as a share of the span shown: what a label needs to fit its bar."""


def figure(data: PlanData) -> Figure:
    """Return the tours of every line that somebody fills."""
    lanes = {line: _lanes(rows) for line, rows in _of_lines(data).items()}
    count = sum(len(own) for own in lanes.values())
    height = min(1.2 + 0.19 * count + 0.1 * len(lanes), TALLEST)
    figure, (ax,) = drawing.canvas(1, 1, height=max(height, 2.0))
    span = (data.plan.ends - data.plan.begins).days
    rows = count + GAP * len(lanes)
    size = min(6.5, 0.72 * POINTS_AN_INCH * LANE * (height - 1.2) / max(rows, 1))
    ticks, labels, y = [], [], 0.0
    for line, own in lanes.items():
        ticks.append(y + (len(own) - 1) / 2)
        labels.append(_label(data, line, len(own)))
        for i, lane in enumerate(own):
            for row in lane:
                _lead(ax, row, y + i)
                _bar(ax, row, y + i, span, size)
        _overlaps(ax, own, y)
        y += len(own) + GAP
        ax.axhline(y - GAP / 2 - 0.5, color="#cccccc", lw=0.5)
    ax.set_yticks(ticks, labels, fontsize=7.5)
    ax.set_ylim(y - GAP, -0.7)
    ax.set_xlim(
        drawing.day_number(data.plan.begins) - 0.02 * span,
        drawing.day_number(data.plan.ends),
    )
    ax.xaxis_date()
    ax.grid(axis="x", color="#e4e4e4")
    ax.grid(axis="y", visible=False)
    _mandate(ax, data)
    thin = _thin(data)
    tours = sum(len(rows) for rows in _of_lines(data).values())
    alt = f"{plural(tours, 'tour')}; {_thin_words(data, thin)}"
    caption = (
        "Rotation: bars are tours, with the nation; hatched where two overlap for the handover,"
        " thin lines are notice, training and movement before, hollow bars reserves at home."
        " Single posts are left out; the gap table has them."
    )
    svg = drawing.to_svg(figure, "rotation")
    return Figure("rotation", svg, caption, alt, [_table(data)])


def _label(data: PlanData, line: str, lanes: int) -> str:
    """Return the label of a line, its place below its kind where there is room for both."""
    kind, comma, place = data.marked(line).partition(", ")
    if comma and lanes > 1:
        return f"{shortened(kind, 42)},\n{shortened(place, 42)}"
    return shortened(data.marked(line), 42)


def handovers(data: PlanData) -> list[tuple[Deployment, Deployment]]:
    """Return each tour and what relieves it: the same offer or nation if it does."""
    found = []
    for rows in _of_lines(data).values():
        for row in rows:
            after = [other for other in rows if _relieves(row, other)]
            if after:
                nearest = min(
                    after,
                    key=lambda r: (
                        r.offer.id != row.offer.id,
                        r.offer.contributor != row.offer.contributor,
                        r.assignment.begins,
                        r.offer.id,
                    ),
                )
                found.append((row, nearest))
    return found


def _relieves(row: Deployment, other: Deployment) -> bool:
    """Return whether a tour begins as another is about to end, or on the day it ends."""
    together = (row.assignment.ends - other.assignment.begins).days
    later = other.assignment.begins > row.assignment.begins
    return later and 0 <= together <= LONGEST_HANDOVER_DAYS < _days(other)


def _days(row: Deployment) -> int:
    return (row.assignment.ends - row.assignment.begins).days


def _of_lines(data: PlanData) -> dict[str, list[Deployment]]:
    """Return the tours of each line in the order of the gap table, without single posts."""
    found: dict[str, list[Deployment]] = {line: [] for line in data.lines}
    for row in data.rows:
        if row.capability.echelon != "team":
            found[row.requirement.id].append(row)
    return {line: rows for line, rows in found.items() if rows}


def _lanes(rows: Sequence[Deployment]) -> list[list[Deployment]]:
    """Spread tours over few lanes; in one lane only those that relieve each other overlap."""
    lanes: list[list[Deployment]] = []
    for row in sorted(rows, key=lambda r: (r.assignment.begins, r.offer.id)):
        free = [
            lane
            for lane in lanes
            if lane[-1].assignment.ends <= row.assignment.begins or _relieves(lane[-1], row)
        ]
        if free:
            best = min(
                free,
                key=lambda lane: (
                    lane[-1].offer.id != row.offer.id,
                    lane[-1].offer.contributor != row.offer.contributor,
                    lanes.index(lane),
                ),
            )
            best.append(row)
        else:
            lanes.append([row])
    return lanes


def _bar(ax: Axes, row: Deployment, y: float, span: int, size: float) -> None:
    begins, ends = (
        drawing.day_number(row.assignment.begins),
        drawing.day_number(row.assignment.ends),
    )
    hollow = row.offer.reserve
    colour = "white" if hollow else drawing.MIDDLE if row.assignment.bites else drawing.LIGHT
    ax.barh(
        y, ends - begins, left=begins, height=LANE, fc=colour, ec="black",
        lw=0.6, ls="--" if hollow else "-",
    )  # fmt: skip
    words = row.offer.contributor.upper()
    if row.assignment.units > 1:
        words += f" ×{row.assignment.units}"
    if row.assignment.bites:
        words += " C"
    if ends - begins > len(words) * LETTER_DAYS * span:
        middle = (max(begins, ax.get_xlim()[0]) + ends) / 2
        ax.text(
            middle if begins > 0 else begins,
            y,
            words,
            ha="center",
            va="center_baseline",
            fontsize=size,
        )


def _lead(ax: Axes, row: Deployment, y: float) -> None:
    """Draw the days between the order and arrival."""
    days = row.offer.notice_days + row.offer.training_days + row.offer.movement_days
    if days:
        begins = drawing.day_number(row.assignment.begins)
        ax.plot([begins - days, begins], [y, y], color="black", lw=1.0, solid_capstyle="butt",
                zorder=1.5)  # fmt: skip


def _overlaps(ax: Axes, lanes: list[list[Deployment]], y: float) -> None:
    """Hatch the days on which one tour hands over to the next one of its lane."""
    for i, lane in enumerate(lanes):
        for row, other in itertools.pairwise(lane):
            left = drawing.day_number(other.assignment.begins)
            wide = drawing.day_number(row.assignment.ends) - left
            if wide > 0:
                ax.barh(y + i, wide, left=left, height=LANE, fc="white", ec="#333333", lw=0.5,
                        hatch="////////")  # fmt: skip


def _mandate(ax: Axes, data: PlanData) -> None:
    """Mark the last day of the mandate, where it has one within the plan."""
    for mission in data.inputs.missions:
        ends = mission.ends if mission.id == data.plan.mission else None
        if ends is not None and data.plan.begins <= ends < data.plan.ends:
            ax.axvline(drawing.day_number(ends), color=drawing.ORANGE, lw=2)
            ax.annotate(
                "mandate ends", (drawing.day_number(ends), ax.get_ylim()[1]), fontsize=7, ha="right"
            )


def _thin(data: PlanData) -> list[tuple[str, dt.date]]:
    """Return the months in which a line has less than it needs, of lines somebody fills."""
    served = _of_lines(data)
    return [
        (cell.requirement, cell.month)
        for cell in data.cells
        if cell.requirement in served and cell.present < cell.needed
    ]


def _thin_words(data: PlanData, thin: list[tuple[str, dt.date]]) -> str:
    if not thin:
        return "no month in which a line that somebody fills has less than it needs."
    months = sorted({month for _, month in thin})
    lines = sorted({line for line, _ in thin})
    more = f" and {plural(len(lines) - 5, 'more line')}" if len(lines) > 5 else ""
    return (
        f"{plural(len(thin), 'month')} of lines thinner than needed, from {months[0]:%Y-%m}"
        f" to {months[-1]:%Y-%m}, in {listed([data.labels[line] for line in lines[:5]])}{more}."
    )


def _table(data: PlanData) -> Table:
    rows = []
    for before, after in handovers(data):
        overlap = (before.assignment.ends - after.assignment.begins).days
        names = [data.names.get(r.offer.contributor, r.offer.contributor)
                 for r in (before, after)]  # fmt: skip
        rows.append(
            (
                data.labels[before.requirement.id],
                names[0],
                names[1],
                day(after.assignment.begins),
                str(overlap),
            )
        )
    header = ("Line", "From", "To", "On", "Days together")
    caption = "Who hands over to whom, and when; 0 days: one leaves on the day the other arrives"
    return Table("handovers", caption, header, rows, numeric=4, folded=len(rows) > MOST_ROWS)


def thin_weeks(data: PlanData) -> Iterator[Block]:
    """Yield the thin weeks by name, then the handovers to lengthen or to spread."""
    spans = sorted(
        thin_spans(data.inputs, data.plan),
        key=lambda s: (not data.lines[s.requirement].critical, s.begins, s.requirement),
    )
    yield words(_weeks_words(data, spans))
    if spans:
        header = ("Line", "From", "To", "Weeks", "There", "Needed")
        caption = "Thin weeks: on some day of them fewer units are there than the line needs"
        rows = [
            (
                data.marked(span.requirement),
                day(span.begins),
                day(span.ends - dt.timedelta(days=1)),
                number(span.weeks),
                number(span.present),
                number(span.wanted),
            )
            for span in spans
        ]
        yield Table("thin", caption, header, rows, numeric=3, folded=len(rows) > MOST_ROWS)
    yield from _handovers(data)
    yield from _spreading(data)


def _weeks_words(data: PlanData, spans: list[ThinSpan]) -> str:
    if not spans:
        return "There is no thin week: every line that somebody fills has what it needs each day."
    critical = [s for s in spans if data.lines[s.requirement].critical]
    worst = max(critical or spans, key=lambda s: (s.wanted - s.present, s.weeks))
    which = "critical lines are" if critical else "no critical line is short; others are"
    return (
        f"Thin weeks: {which} short in {plural(sum(s.weeks for s in critical or spans), 'week')},"
        f" counted line by line; most is lacking from {day(worst.begins)}, when"
        f" {number(worst.present)} of {number(worst.wanted)} units are there in"
        f" {data.labels[worst.requirement]}."
    )


def _handovers(data: PlanData) -> Iterator[Block]:
    units = {row.id: row.unit for row in data.inputs.offers}
    found = [
        f"{data.labels[row.requirement]}, {day(row.on)}: {units[row.offer]} hands over within"
        f" {plural(row.days, 'day')}, {number(row.wanted)} asked for."
        for row in short_handovers(data.inputs, data.plan)
    ]
    if found:
        yield words("Handovers with fewer days together than the offer asks for:")
        yield bullets(found)


def _spreading(data: PlanData) -> Iterator[Block]:
    units = {row.id: row.unit for row in data.inputs.offers}
    found = [
        f"{listed([units[name] for name in row.offers])} in"
        f" {listed([data.labels[name] for name in row.requirements])}: {row.words}"
        for row in proposals(data.inputs, data.plan)
    ]
    serving = {row.offer.id: row.offer for row in data.rows}
    silent = [o for o in serving.values() if not o.dwell_per_tour and not o.handover_days]
    if found:
        yield words("Units that change on the same days; spreading their handovers saves some:")
        yield bullets(found)
    elif len(silent) < len(serving):
        yield words("Spreading handovers would save no unit of the offers that give their rest.")
    if silent:
        yield words(
            f"Of {plural(len(serving), 'offer')} that serve, {number(len(silent))} give neither"
            " rest nor handover; no more units than posts are reckoned for them, so what spreading"
            " would save them is not known."
        )
