"""Where the record disagrees with itself, and why: one sentence a finding, nothing settled.

``RULES`` names the rules; those on acts and incidents stand here, those on figures in
``figure_findings.py``. How far a figure may be off by its own words, and what it counts, is in
``figures.py``, who repeats whom in ``record.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise

from interpose.record import figure_findings as on_figures
from interpose.record.figures import number
from interpose.record.periods import (
    beginning,
    first_date,
    period_of,
    period_of_day,
    period_words,
    periods_of_act,
)
from interpose.record.record import FINDING_KINDS, Comparison, Finding, FindingKind, Record
from interpose.scenario.phrases import listed
from interpose.scenario.tables.record import RecordedIncident

_DATE_WORDS = {
    "decided": "decided",
    "notified": "made known",
    "departed": "departed",
    "arrived": "arrived or done",
}


def find(record: Record, texts: Mapping[str, str] | None = None) -> tuple[Finding, ...]:
    """Return all findings of a record, kind by kind in the order of `FINDING_KINDS`.

    `texts` are texts of sources by id, where they are at hand (`record.read_texts`). Those that are
    near-identical count as copies, though no lineage is given.
    """
    compared = Comparison(record, texts)
    found = [finding for rule in RULES for finding in rule(compared)]
    return tuple(sorted(found, key=lambda one: list(FINDING_KINDS).index(one.kind)))


def answers_before_questions(compared: Comparison) -> Iterator[Finding]:
    """Yield each act that answers another one and is dated before it."""
    for act in compared.record.acts:
        asked = compared.acts.get(act.answers)
        answer, question = first_date(act), asked and first_date(asked)
        if asked and answer and question and answer.last < question.first:
            this, that = (one.kind.replace("_", " ") for one in (act, asked))
            why = (
                f"{compared.title(act.source)} dates the {this} ({act.subject}) "
                f"{period_words(answer)}, before the {that} that it answers, "
                f"{period_words(question)}."
            )
            yield compared.finding("impossible_order", [asked.id, act.id], why)


def dates_out_of_order(compared: Comparison) -> Iterator[Finding]:
    """Yield each act that is not decided, made known, departed and arrived in that order."""
    for act in compared.record.acts:
        for (before, early), (after, late) in pairwise(periods_of_act(act).items()):
            if late.last < early.first:
                why = (
                    f"{act.actor}, {act.subject}: {_DATE_WORDS[after]} {period_words(late)}, but "
                    f"{_DATE_WORDS[before]} only {period_words(early)}."
                )
                yield compared.finding("impossible_order", [act.id], why)


def same_act_other_day(compared: Comparison) -> Iterator[Finding]:
    """Yield one act that sources date differently."""
    for act in compared.record.acts:
        first = compared.acts.get(act.same_as)
        if first is None or act.status != "done" or first.status != "done":
            continue
        one_text = compared.root.get(act.source) == compared.root.get(first.source)
        kind: FindingKind = "within_source" if one_text else "between_sources"
        theirs = periods_of_act(first)
        for name, ours in periods_of_act(act).items():
            if not ours.overlaps(theirs.get(name, ours)):
                why = (
                    f"{act.actor}, {act.subject}: {_DATE_WORDS[name]} {period_words(theirs[name])} "
                    f"by {compared.title(first.source)}, {period_words(ours)} by "
                    f"{compared.title(act.source)}."
                )
                yield compared.finding(kind, [first.id, act.id], why)


def answers_before_incidents(compared: Comparison) -> Iterator[Finding]:
    """Yield each incident that is said to answer one that began later."""
    incidents = {row.id: row for row in compared.record.incidents}
    for row in compared.record.incidents:
        before = incidents.get(row.responds_to)
        if before is None:
            continue
        ended, begun = period_of_day(row.ends, row.precision), beginning(before)
        if ended.last < begun.first:
            why = (
                f"{row.summary} ({period_words(ended)}) is said to answer what began later: "
                f"{before.summary} ({period_words(begun)})."
            )
            yield compared.finding("impossible_order", [before.id, row.id], why)


def parts_beyond_their_whole(compared: Comparison) -> Iterator[Finding]:
    """Yield incidents that began outside their whole, and parts that come to more than it."""
    rows = {row.id: row for row in compared.record.incidents}
    parts: dict[str, list[RecordedIncident]] = {}
    for row in rows.values():
        if (whole := rows.get(row.part_of)) is None:
            continue
        parts.setdefault(whole.id, []).append(row)
        begun, days = beginning(row), period_of(whole)
        if not begun.overlaps(days):
            why = (
                f"{row.summary} ({period_words(begun)}) is part of {whole.summary},"
                f" which was {period_words(days)}."
            )
            yield compared.finding("impossible_order", [whole.id, row.id], why)
    for name, whole in rows.items():
        sides = [s for s in compared.record.casualties if s.incident == name and s.side != "all"]
        for what in ("deaths", "injured"):
            total = getattr(whole, what)
            for said, held in (("parts", parts.get(name, [])), ("sides", sides)):
                sum_of_them = sum(getattr(one, what) or 0 for one in held)
                if total is not None and sum_of_them > total:
                    ids = [whole.id, *(one.id for one in parts.get(name, []) if said == "parts")]
                    why = (
                        f"{whole.summary}: {number(total)} {what} in all, {number(sum_of_them)} in"
                        f" its {said}."
                    )
                    yield compared.finding("within_source", ids, why)


def first_and_last_counts(compared: Comparison) -> Iterator[Finding]:
    """Yield each incident whose first count of dead or injured was put right later."""
    rows = {row.id: row for row in compared.record.incidents}
    for split in compared.record.casualties:
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
            when = period_words(beginning(row))
            why = f"{row.summary} ({when}{side}): {listed(changes)}; later counts take over."
            yield compared.finding("explained", [row.id], why)


RULES: tuple[Callable[[Comparison], Iterator[Finding]], ...] = (
    on_figures.disagreements,
    on_figures.levels_side_by_side,
    on_figures.old_captions,
    on_figures.reported_before_it_happened,
    answers_before_questions,
    dates_out_of_order,
    same_act_other_day,
    answers_before_incidents,
    parts_beyond_their_whole,
    first_and_last_counts,
    on_figures.copies,
    on_figures.said_again,
    on_figures.marked_apart,
)
"""Every rule; the order is that of the findings within a kind."""
