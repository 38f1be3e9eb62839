"""Rotation: each row a line of the requirement, each bar a contingent's tour."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence

from matplotlib.axes import Axes

from interpose.plan.deployments import Deployment
from interpose.report import drawing
from interpose.report.parts import Figure, Table
from interpose.report.plan_material import PlanMaterial
from interpose.report.wording import day, listed, plural, shortened

LANE, GAP = 0.8, 0.5
"""Height of a bar and space between two lines, in rows."""

TALLEST = 8.6
"""Inches; a taller drawing would be cut in two on paper."""

LONGEST_HANDOVER_DAYS = 31
"""Tours that stand together for longer are not relieving each other; a handover takes a week."""

MOST_ROWS = 12
"""Handovers up to which their table stands open."""

POINTS_AN_INCH = 72.0

LETTER_DAYS = 0.011
"""Width of a letter as a share of the span shown: what a label needs to fit its bar."""


def figure(material: PlanMaterial) -> Figure:
    """Return the tours of every line that somebody fills."""
    lanes = {line: _lanes(rows) for line, rows in _of_lines(material).items()}
    count = sum(len(own) for own in lanes.values())
    height = min(1.2 + 0.19 * count + 0.1 * len(lanes), TALLEST)
    figure, (ax,) = drawing.canvas(1, 1, height=max(height, 2.0))
    span = (material.plan.ends - material.plan.begins).days
    rows = count + GAP * len(lanes)
    size = min(6.5, 0.72 * POINTS_AN_INCH * LANE * (height - 1.2) / max(rows, 1))
    ticks, labels, y = [], [], 0.0
    for line, own in lanes.items():
        ticks.append(y + (len(own) - 1) / 2)
        labels.append(_label(material, line, len(own)))
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
        drawing.day_number(material.plan.begins) - 0.02 * span,
        drawing.day_number(material.plan.ends),
    )
    ax.xaxis_date()
    ax.grid(axis="x", color="#e4e4e4")
    ax.grid(axis="y", visible=False)
    _mandate(ax, material)
    thin = _thin(material)
    tours = sum(len(rows) for rows in _of_lines(material).values())
    alt = f"{plural(tours, 'tour')}; {_thin_words(material, thin)}"
    caption = (
        "Rotation: bars are tours, with the nation; hatched where two overlap for the handover,"
        " thin lines are notice, training and movement before, hollow bars reserves at home."
        " Single posts are left out; the gap table has them."
    )
    svg = drawing.to_svg(figure, "rotation")
    return Figure("rotation", svg, caption, alt, [_table(material)])


def _label(material: PlanMaterial, line: str, lanes: int) -> str:
    """Return the label of a line, its place below its kind where there is room for both."""
    kind, comma, place = material.marked(line).partition(", ")
    if comma and lanes > 1:
        return f"{shortened(kind, 42)},\n{shortened(place, 42)}"
    return shortened(material.marked(line), 42)


def handovers(material: PlanMaterial) -> list[tuple[Deployment, Deployment]]:
    """Return each tour and what relieves it: the same offer or nation if it does."""
    found = []
    for rows in _of_lines(material).values():
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


def _of_lines(material: PlanMaterial) -> dict[str, list[Deployment]]:
    """Return the tours of each line in the order of the gap table, without single posts."""
    found: dict[str, list[Deployment]] = {line: [] for line in material.lines}
    for row in material.rows:
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


def _mandate(ax: Axes, material: PlanMaterial) -> None:
    """Mark the last day of the mandate, where it has one within the plan."""
    for mission in material.inputs.missions:
        ends = mission.ends if mission.id == material.plan.mission else None
        if ends is not None and material.plan.begins <= ends < material.plan.ends:
            ax.axvline(drawing.day_number(ends), color=drawing.ORANGE, lw=2)
            ax.annotate(
                "mandate ends", (drawing.day_number(ends), ax.get_ylim()[1]), fontsize=7, ha="right"
            )


def _thin(material: PlanMaterial) -> list[tuple[str, dt.date]]:
    """Return the months in which a line has less than it needs, of lines somebody fills."""
    served = _of_lines(material)
    return [
        (cell.requirement, cell.month)
        for cell in material.cells
        if cell.requirement in served and cell.present < cell.needed
    ]


def _thin_words(material: PlanMaterial, thin: list[tuple[str, dt.date]]) -> str:
    if not thin:
        return "no month in which a line that somebody fills has less than it needs."
    months = sorted({month for _, month in thin})
    lines = sorted({line for line, _ in thin})
    more = f" and {plural(len(lines) - 5, 'more line')}" if len(lines) > 5 else ""
    return (
        f"{plural(len(thin), 'month')} of lines thinner than needed, from {months[0]:%Y-%m}"
        f" to {months[-1]:%Y-%m}, in {listed([material.labels[line] for line in lines[:5]])}{more}."
    )


def _table(material: PlanMaterial) -> Table:
    rows = []
    for before, after in handovers(material):
        overlap = (before.assignment.ends - after.assignment.begins).days
        names = [material.names.get(r.offer.contributor, r.offer.contributor)
                 for r in (before, after)]  # fmt: skip
        rows.append(
            (
                material.labels[before.requirement.id],
                names[0],
                names[1],
                day(after.assignment.begins),
                str(overlap),
            )
        )
    header = ("Line", "From", "To", "On", "Days together")
    caption = "Who hands over to whom, and when; 0 days: one leaves on the day the other arrives"
    return Table("handovers", caption, header, rows, numeric=4, folded=len(rows) > MOST_ROWS)
