"""Findings on acts and incidents: answers before questions, and days that differ by source."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from interpose.record.ground import Finding, Ground, Kind
from interpose.record.saying import listed, number, period
from interpose.record.spans import Span, spans_of_act
from interpose.scenario.tables.record import RecordedAct

_SAID = {
    "decided": "decided",
    "notified": "made known",
    "departed": "departed",
    "arrived": "arrived or done",
}


def answers_before_questions(ground: Ground) -> Iterator[Finding]:
    """Yield each act that answers another one and is dated before it."""
    for act in ground.record.acts:
        asked = ground.acts.get(act.answers)
        if asked is None:
            continue
        answer, question = _whole(act), _whole(asked)
        if answer and question and answer.last < question.first:
            why = (
                f"{ground.title(act.source)} dates the {_word(act)} ({act.subject}) "
                f"{period([answer])}, before the {_word(asked)} that it answers, "
                f"{period([question])}."
            )
            yield ground.finding("impossible_order", [asked.id, act.id], why)


def dates_out_of_order(ground: Ground) -> Iterator[Finding]:
    """Yield each act that is not decided, made known, departed and arrived in that order."""
    for act in ground.record.acts:
        for (before, early), (after, late) in pairwise(spans_of_act(act).items()):
            if late.last < early.first:
                why = (
                    f"{act.actor}, {act.subject}: {_SAID[after]} {period([late])}, but "
                    f"{_SAID[before]} only {period([early])}."
                )
                yield ground.finding("impossible_order", [act.id], why)


def same_act_other_day(ground: Ground) -> Iterator[Finding]:
    """Yield one act that sources date differently."""
    for act in ground.record.acts:
        first = ground.acts.get(act.same_as)
        if first is None or act.status != "done" or first.status != "done":
            continue
        ours, theirs = spans_of_act(act), spans_of_act(first)
        for name in ours.keys() & theirs.keys():
            if ours[name].holds(theirs[name]):
                continue
            alone = ground.root.get(act.source) == ground.root.get(first.source)
            why = (
                f"{act.actor}, {act.subject}: {_SAID[name]} {period([theirs[name]])} by "
                f"{ground.title(first.source)}, {period([ours[name]])} by "
                f"{ground.title(act.source)}."
            )
            kind: Kind = "within_source" if alone else "between_sources"
            yield ground.finding(kind, [first.id, act.id], why)


def answers_before_incidents(ground: Ground) -> Iterator[Finding]:
    """Yield each incident that is said to answer one that began later."""
    begins = {row.id: row for row in ground.record.incidents}
    for row in ground.record.incidents:
        before = begins.get(row.responds_to)
        if before is not None and row.ends < before.begins:
            why = (
                f"{row.summary} ({row.ends}) is said to answer what began later: "
                f"{before.summary} ({before.begins})."
            )
            yield ground.finding("impossible_order", [before.id, row.id], why)


def first_and_last_counts(ground: Ground) -> Iterator[Finding]:
    """Yield each incident whose first count of dead or injured was put right later."""
    rows = {row.id: row for row in ground.record.incidents}
    for split in ground.record.casualties:
        row = rows.get(split.incident)
        changes = [
            f"{number(first)} {what} at first, {number(last)} in the last count"
            for what, first, last in (
                ("dead", split.deaths_first, split.deaths),
                ("injured", split.injured_first, split.injured),
            )
            if first is not None and last is not None and first != last
        ]
        if row is not None and changes:
            side = "" if split.side == "all" else f", {split.side}"
            why = f"{row.summary} ({row.begins}{side}): {listed(changes)}; later counts take over."
            yield ground.finding("explained", [row.id], why)


def _whole(act: RecordedAct) -> Span | None:
    """Return the days from an act's first date to its last; None if it has none."""
    spans = list(spans_of_act(act).values())
    return Span(spans[0].first, spans[0].last) if spans else None


def _word(act: RecordedAct) -> str:
    return act.kind.replace("_", " ")
