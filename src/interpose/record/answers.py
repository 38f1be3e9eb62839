"""``ask``: what a record says of a question, what of that to print, and what is open.

``answer_page.py`` writes the `Answer` as a page of plain text.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from interpose.record.advice import Advice, advise
from interpose.record.figures import is_provisional, number
from interpose.record.findings import find
from interpose.record.periods import (
    in_words,
    period_of_text,
    periods_of_act,
)
from interpose.record.question import Chosen, Question, choose, found_alone, read_question
from interpose.record.record import Comparison, Finding, Record, chain
from interpose.record.series import Promise, promises
from interpose.scenario.phrases import listed
from interpose.scenario.tables.record import Figure, RecordedAct, RecordedIncident

OPEN_KINDS = {
    "within_source": "One source contradicts itself",
    "between_sources": "Sources contradict each other",
    "impossible_order": "An order of dates that cannot be",
    "explained": "Only seems to disagree",
    "copy": "Counts once",
    "not_mergeable": "Not to be mixed up",
}
"""Kind of finding -> what it says of an answer."""


HURT = {"deaths": "dead", "injured": "injured", "crowd": "in the crowd"}
"""Number of an incident -> how to say it."""


@dataclass(frozen=True)
class Answer:
    """What a record says of a question.

    `advice` has every figure with its verdict; `promises` are those of the `acts` that were to
    change a number; `open` are sentences on what the sources leave open.
    """

    record: Record
    question: Question
    advice: tuple[Advice, ...]
    incidents: tuple[RecordedIncident, ...]
    acts: tuple[RecordedAct, ...]
    promises: tuple[Promise, ...]
    open: tuple[str, ...]
    sources: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """Return the answer as one document of plain values, for JSON."""
        sources = {source.id: source for source in self.record.sources}
        return {
            "question": self.question.text,
            "figures": [
                {**a.figure.model_dump(mode="json"), "verdict": a.verdict, "why": list(a.why),
                 "agree": list(a.agree)}
                for a in self.advice
            ],
            "incidents": [row.model_dump(mode="json") for row in self.incidents],
            "acts": [row.model_dump(mode="json") for row in self.acts],
            "promises": [
                {name: str(v) if isinstance(v, dt.date) else v for name, v in p.row().items()}
                for p in self.promises
            ],
            "open": list(self.open),
            "sources": [sources[n].model_dump(mode="json") for n in self.sources if n in sources],
        }  # fmt: skip


def ask(record: Record, about: str, texts: Mapping[str, str] | None = None) -> Answer:
    """Return what a record says of a question in plain words.

    Parameters
    ----------
    record : Record
    about : str
        Periods, places, quantities and other words in any mixture; see ``question.py``.
    texts : mapping, optional
        Texts of sources by id, to find copies in.

    Raises
    ------
    ValueError
        If a date in the question is none.
    UnknownNameError
        If no row has one of its words.
    """
    question = read_question(about, record)
    chosen = choose(question, record)
    compared = Comparison(record, texts)
    advice = tuple(advise(compared, chosen.figures))
    findings = [f for f in find(record, texts) if _tells(compared, chosen, f)]
    acts = tuple(sorted(chosen.acts, key=_date))
    incidents = tuple(_in_order(chosen.incidents))
    told: tuple[RecordedIncident | RecordedAct, ...] = (*incidents, *acts)
    named = (*(a.figure.source for a in advice), *(row.source for row in told))
    return Answer(
        record=record,
        question=question,
        advice=advice,
        incidents=incidents,
        acts=acts,
        promises=tuple(p for p in promises(record) if p.act.id in chosen.ids),
        open=tuple(dict.fromkeys(_open(record, chosen, findings)))
        if chosen.ids or not question.words
        else (found_alone(question, record),),
        sources=tuple(dict.fromkeys(named)),
    )


def _tells(compared: Comparison, chosen: Chosen, finding: Finding) -> bool:
    """Return whether a finding is about chosen rows, and not of a first count told with them."""
    figures = [compared.figures[row] for row in finding.rows if row in compared.figures]
    if not chosen.ids.intersection([f.id for f in figures] or finding.rows):
        return False
    incidents = {row.id for row in chosen.incidents}
    told = any(map(is_provisional, figures)) or incidents.issuperset(finding.rows)
    return finding.kind != "explained" or not told


def _date(act: RecordedAct) -> tuple[bool, Any]:
    period = next(iter(periods_of_act(act).values()), None)
    return period is None, period


def _in_order(incidents: Iterable[RecordedIncident]) -> Iterator[RecordedIncident]:
    """Yield incidents by their day, parts after their whole."""
    rows = {row.id: row for row in incidents}
    parents = {row.id: row.part_of for row in rows.values() if row.part_of in rows}
    ordered = sorted(rows.values(), key=lambda row: row.begins)
    for whole in (row for row in ordered if row.id not in parents):
        yield whole
        yield from (r for r in ordered if r is not whole and chain(r.id, parents)[-1] == whole.id)


def _open(record: Record, chosen: Chosen, findings: Sequence[Finding]) -> Iterator[str]:
    """Yield what is left open: by the sources themselves, by their disagreements, by gaps."""
    titles = {source.id: source.title for source in record.sources}
    left: dict[str, dict[str, None]] = {}
    rows: tuple[Figure | RecordedAct, ...] = (*chosen.figures, *chosen.acts)
    for row in rows:
        if row.open:
            left.setdefault(row.open, {})[titles.get(row.source, row.source)] = None
    for what, whose in left.items():
        yield f"Left open: {what} ({listed(whose)})."
    for kind, said in OPEN_KINDS.items():
        for finding in findings:
            if finding.kind == kind:
                yield f"{said}: {_newspaper(finding.why)}"
    for act in chosen.acts:
        if not periods_of_act(act) and act.same_as not in chosen.ids:
            yield f"No date was published: {act.actor}, {act.subject}."
    yield from _gaps(chosen.incidents)


def _newspaper(text: str) -> str:
    """Return a sentence with its ISO dates in words."""
    iso = r"\b(?:19|20)\d\d-\d\d(?:-\d\d)?\b(?!-|\.\d)"
    return re.sub(iso, lambda found: in_words(period_of_text(found[0])), text)


def _gaps(incidents: Sequence[RecordedIncident]) -> Iterator[str]:
    for what, words in list(HURT.items())[:2]:
        silent = sum(getattr(row, what) is None for row in incidents)
        if silent and len(incidents) > 1:
            yield (
                f"Of {len(incidents)} incidents {silent} give no number of {words}: not reported"
                " is not none."
            )
        for whole in incidents:
            parts = [row for row in incidents if row.part_of == whole.id]
            placed, total = sum(getattr(row, what) or 0 for row in parts), getattr(whole, what)
            if parts and total and placed < total:
                yield (
                    f"Of {number(total)} {words} ({whole.summary}) the parts that have a place"
                    f" tell of {number(placed)}; where the others were is not recorded."
                )
