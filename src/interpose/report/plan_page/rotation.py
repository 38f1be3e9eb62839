"""Rotation: the tours of each line as bars, who hands over to whom, and the thin weeks."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping, Sequence

from matplotlib.axes import Axes

from interpose.plan.deployments import Deployment
from interpose.plan.tell.thin_weeks import ThinSpan, proposals, short_handovers, thin_spans
from interpose.report import drawing
from interpose.report.drawing import as_figure
from interpose.report.page import Block, Figure, Table, bullets, day, number, shortened, words
from interpose.report.plan_page.plan_data import PlanData
from interpose.scenario.phrases import listed, plural

LANE, GAP = 0.8, 0.5
"""Height of a bar and space between two lines, in rows."""

TALLEST = 8.6
"""Inches; a taller drawing would be cut in two on paper."""

LONGEST_HANDOVER_DAYS = 31
"""Tours that stand together for longer are not relieving each other; a handover takes a week."""

MOST_ROWS = 12
"""Rows up to which a table stands open."""

LETTER_DAYS = 0.011
"""Width of a letter as a share of the span shown: what a label needs to fit its bar."""


def figure(data: PlanData) -> Figure:
    """Return the tours of every line that somebody fills."""
    tours = _of_lines(data)
    lanes = {line: _lanes(rows) for line, rows in tours.items()}
    count = sum(len(own) for own in lanes.values())
    height = max(min(1.2 + 0.19 * count + 0.1 * len(lanes), TALLEST), 2.0)
    figure, (ax,) = drawing.canvas(each=height - 0.6, left=2.5, foot=0.3)
    first, last = drawing.day_number(data.plan.begins), drawing.day_number(data.plan.ends)
    ax.set_xlim(first - 0.02 * (last - first), last)
    ax.xaxis_date()
    size = min(6.5, 52.0 * LANE * (height - 1.2) / max(count + GAP * len(lanes), 1))
    ticks, y = {}, 0.0
    for line, own in lanes.items():
        ticks[y + (len(own) - 1) / 2] = _label(data, line, len(own))
        for i, lane in enumerate(own):
            _draw_lane(ax, lane, y + i, size)
        y += len(own) + GAP
        ax.axhline(y - GAP / 2 - 0.5, color="#cccccc", lw=0.5)
    ax.set_yticks(list(ticks), list(ticks.values()), fontsize=7.5)
    ax.set_ylim(y - GAP, -0.7)
    ax.grid(axis="x", color="#e4e4e4")
    ax.grid(axis="y", visible=False)
    for mission in data.inputs.missions:
        ends = mission.ends if mission.id == data.plan.mission else None
        if ends is not None and data.plan.begins <= ends < data.plan.ends:
            ax.axvline(drawing.day_number(ends), color=drawing.ORANGE, lw=2)
            spot = drawing.day_number(ends), ax.get_ylim()[1]
            ax.annotate("mandate ends", spot, fontsize=7, ha="right")
    alt = f"{plural(sum(map(len, tours.values())), 'tour')}; {_thin_months(data, set(tours))}"
    caption = (
        "Rotation: bars are tours, with the nation; hatched where two overlap for the handover,"
        " thin lines are notice, training and movement before, hollow bars reserves at home."
        " Single posts are left out; the gap table has them."
    )
    return as_figure("rotation", figure, caption, alt, [_handovers_table(data)])


def _label(data: PlanData, line: str, lanes: int) -> str:
    """Return the label of a line, its place below its kind where there is room for both."""
    kind, comma, place = data.marked(line).partition(", ")
    if comma and lanes > 1:
        return f"{shortened(kind, 42)},\n{shortened(place, 42)}"
    return shortened(data.marked(line), 42)


def _draw_lane(ax: Axes, lane: Sequence[Deployment], y: float, size: float) -> None:
    """Draw tours, what comes before each, and the days on which one hands over to the next."""
    for row in lane:
        begins, ends = (
            drawing.day_number(date) for date in (row.assignment.begins, row.assignment.ends)
        )
        lead = row.offer.notice_days + row.offer.training_days + row.offer.movement_days
        if lead:
            ax.plot([begins - lead, begins], [y, y], color="black", lw=1.0, zorder=1.5)
        bites, hollow = row.assignment.bites, row.offer.reserve
        colour = "white" if hollow else drawing.MIDDLE if bites else drawing.LIGHT
        ax.barh(y, ends - begins, LANE, begins, fc=colour, ec="black", lw=0.6,
                ls="--" if hollow else "-")  # fmt: skip
        words = row.offer.contributor.upper()
        words += f" ×{row.assignment.units}" * (row.assignment.units > 1) + " C" * bool(bites)
        left, right = ax.get_xlim()
        if ends - begins > len(words) * LETTER_DAYS * (right - left):
            middle = (max(begins, left) + ends) / 2
            ax.text(middle, y, words, ha="center", va="center_baseline", fontsize=size)
    for row, other in itertools.pairwise(lane):
        together = (row.assignment.ends - other.assignment.begins).days
        if together > 0:
            left = drawing.day_number(other.assignment.begins)
            ax.barh(y, together, LANE, left, fc="white", ec="#333333", lw=0.5, hatch="////////")


def _of_lines(data: PlanData) -> dict[str, list[Deployment]]:
    """Return the tours of each line in the order of the gap table, without single posts."""
    found: dict[str, list[Deployment]] = {line: [] for line in data.lines}
    for row in data.rows:
        if row.capability.echelon != "team":
            found[row.requirement.id].append(row)
    return {line: rows for line, rows in found.items() if rows}


def _relieves(row: Deployment, other: Deployment) -> bool:
    """Return whether a tour begins as another is about to end, or on the day it ends."""
    together = (row.assignment.ends - other.assignment.begins).days
    later = other.assignment.begins > row.assignment.begins
    tour = (other.assignment.ends - other.assignment.begins).days
    return later and 0 <= together <= LONGEST_HANDOVER_DAYS < tour


def _likeness(row: Deployment, other: Deployment) -> tuple[bool, bool]:
    """Return what sorts the same offer first, then the same nation."""
    same_nation = row.offer.contributor == other.offer.contributor
    return row.offer.id != other.offer.id, not same_nation


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
            min(free, key=lambda lane: _likeness(lane[-1], row)).append(row)
        else:
            lanes.append([row])
    return lanes


def handovers(data: PlanData) -> list[tuple[Deployment, Deployment]]:
    """Return each tour and what relieves it: the same offer or nation if it does."""
    found = []
    for rows in _of_lines(data).values():
        for row in rows:
            after = [
                ((*_likeness(other, row), other.assignment.begins, other.offer.id), i)
                for i, other in enumerate(rows)
                if _relieves(row, other)
            ]
            if after:
                found.append((row, rows[min(after)[1]]))
    return found


def _handovers_table(data: PlanData) -> Table:
    rows = [
        (
            data.labels[before.requirement.id],
            *(data.name_of.nation(row.offer.contributor) for row in (before, after)),
            day(after.assignment.begins),
            str((before.assignment.ends - after.assignment.begins).days),
        )
        for before, after in handovers(data)
    ]
    header = ("Line", "From", "To", "On", "Days together")
    caption = "Who hands over to whom, and when; 0 days: one leaves on the day the other arrives"
    return Table("handovers", caption, header, rows, numeric=4, folded=len(rows) > MOST_ROWS)


def _thin_months(data: PlanData, served: set[str]) -> str:
    """Say in which months a line has less than it needs, of lines somebody fills."""
    thin = [c for c in data.cells if c.requirement in served and c.present < c.needed]
    if not thin:
        return "no month in which a line that somebody fills has less than it needs."
    lines = sorted({cell.requirement for cell in thin})
    more = f" and {plural(len(lines) - 5, 'more line')}" if len(lines) > 5 else ""
    first, last = (of(cell.month for cell in thin) for of in (min, max))
    return (
        f"{plural(len(thin), 'month')} of lines thinner than needed, from {first:%Y-%m}"
        f" to {last:%Y-%m}, in {listed([data.labels[line] for line in lines[:5]])}{more}."
    )


# --- thin weeks -----------------------------------------------------------------------------


def thin_weeks(data: PlanData) -> Iterator[Block]:
    """Yield the thin weeks by name, then the handovers to lengthen or to spread."""
    spans = sorted(
        thin_spans(data.inputs, data.plan),
        key=lambda s: (not data.lines[s.requirement].critical, s.begins, s.requirement),
    )
    yield words(_weeks_in_words(data, spans))
    if spans:
        header = ("Line", "From", "To", "Weeks", "There", "Needed")
        caption = "Thin weeks: on some day of them fewer units are there than the line needs"
        rows = [
            (
                data.marked(span.requirement),
                day(span.begins),
                day(span.ends - dt.timedelta(days=1)),
                *(number(value) for value in (span.weeks, span.present, span.wanted)),
            )
            for span in spans
        ]
        yield Table("thin", caption, header, rows, numeric=3, folded=len(rows) > MOST_ROWS)
    units = {row.id: row.unit for row in data.inputs.offers}
    found = [
        f"{data.labels[row.requirement]}, {day(row.on)}: {units[row.offer]} hands over within"
        f" {plural(row.days, 'day')}, {number(row.wanted)} asked for."
        for row in short_handovers(data.inputs, data.plan)
    ]
    if found:
        yield words("Handovers with fewer days together than the offer asks for:")
        yield bullets(found)
    yield from _spreading(data, units)


def _weeks_in_words(data: PlanData, spans: list[ThinSpan]) -> str:
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


def _spreading(data: PlanData, units: Mapping[str, str]) -> Iterator[Block]:
    """Yield what would be saved if handovers were spread over more days."""
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
            " rest nor handover; no more units than posts are counted for them, so what spreading"
            " would save them is not known."
        )
