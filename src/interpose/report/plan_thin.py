"""Thin weeks, handovers that are too short, and handovers to spread: words and tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from interpose.plan.tell.thin_weeks import ThinSpan, proposals, short_handovers, thin_spans
from interpose.report.parts import Block, Table, bullets, words
from interpose.report.plan_material import PlanMaterial
from interpose.report.wording import day, listed, number, plural

MOST_ROWS = 12
"""Rows of thin weeks up to which their table stands open."""


def blocks(material: PlanMaterial) -> Iterator[Block]:
    """Yield the thin weeks by name, then the handovers to lengthen or to spread."""
    spans = sorted(
        thin_spans(material.inputs, material.plan),
        key=lambda s: (not material.lines[s.requirement].critical, s.begins, s.requirement),
    )
    yield words(_thin_words(material, spans))
    if spans:
        header = ("Line", "From", "To", "Weeks", "There", "Needed")
        caption = "Thin weeks: on some day of them fewer units are there than the line needs"
        rows = [
            (
                material.marked(span.requirement),
                day(span.begins),
                day(span.ends - dt.timedelta(days=1)),
                number(span.weeks),
                number(span.present),
                number(span.wanted),
            )
            for span in spans
        ]
        yield Table("thin", caption, header, rows, numeric=3, folded=len(rows) > MOST_ROWS)
    yield from _handovers(material)
    yield from _spreading(material)


def _thin_words(material: PlanMaterial, spans: list[ThinSpan]) -> str:
    if not spans:
        return "There is no thin week: every line that somebody fills has what it needs each day."
    critical = [s for s in spans if material.lines[s.requirement].critical]
    worst = max(critical or spans, key=lambda s: (s.wanted - s.present, s.weeks))
    which = "critical lines are" if critical else "no critical line is short; others are"
    return (
        f"Thin weeks: {which} short in {plural(sum(s.weeks for s in critical or spans), 'week')},"
        f" counted line by line; most is lacking from {day(worst.begins)}, when"
        f" {number(worst.present)} of {number(worst.wanted)} units are there in"
        f" {material.labels[worst.requirement]}."
    )


def _handovers(material: PlanMaterial) -> Iterator[Block]:
    units = {row.id: row.unit for row in material.inputs.offers}
    found = [
        f"{material.labels[row.requirement]}, {day(row.on)}: {units[row.offer]} hands over within"
        f" {plural(row.days, 'day')}, {number(row.wanted)} asked for."
        for row in short_handovers(material.inputs, material.plan)
    ]
    if found:
        yield words("Handovers with fewer days together than the offer asks for:")
        yield bullets(found)


def _spreading(material: PlanMaterial) -> Iterator[Block]:
    units = {row.id: row.unit for row in material.inputs.offers}
    found = [
        f"{listed([units[name] for name in row.offers])} in"
        f" {listed([material.labels[name] for name in row.requirements])}: {row.words}"
        for row in proposals(material.inputs, material.plan)
    ]
    serving = {row.offer.id: row.offer for row in material.rows}
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
