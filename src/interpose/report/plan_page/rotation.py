"""Rotation: the tours of each line, who hands over to whom, and the thin weeks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from interpose.plan.deployments import Deployment
from interpose.plan.tell.shortfalls import ThinSpan, proposals, thin_spans
from interpose.report.page import Block, Table, bullets, day, number, words
from interpose.report.plan_page.plan_data import PlanData
from interpose.scenario.phrases import listed, plural

LONGEST_HANDOVER_DAYS = 31
"""Tours that stand together for longer are not relieving each other; a handover takes a week."""

MOST_ROWS = 12
"""Rows up to which a table stands open."""


def tours(data: PlanData) -> Iterator[Table]:
    """Yield the tours of every line that somebody fills, and who hands over to whom."""
    rows = [
        (
            data.marked(line),
            data.name_of.offer(row.offer),
            day(row.assignment.begins),
            day(row.assignment.ends - dt.timedelta(days=1)),
            "reserve at home" if row.offer.reserve else "caveat" if row.assignment.bites else "",
            number(row.assignment.units),
            number(row.persons),
        )
        for line, own in _of_lines(data).items()
        for row in sorted(own, key=lambda r: (r.assignment.begins, r.offer.id))
    ]
    header = ("Line", "Unit", "From", "To", "", "Units", "Persons")
    caption = "Tours, line by line; single posts are left out, the gap table has them"
    yield Table("tours", caption, header, rows, numeric=5, folded=len(rows) > MOST_ROWS)
    yield _handovers_table(data)


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
