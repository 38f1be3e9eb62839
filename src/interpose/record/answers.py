"""``ask``: what a record says of a question, what of that to print, and what is open.

``advise`` goes by what the rows say of themselves: the standing and date of the source, the words
beside the number, who is quoted, who repeats whom, and what independent others say. It settles
nothing: a figure that should not be printed stays in the record. ``answer_page.py`` writes the
`Answer` as a page of plain text.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from interpose.record.figure_findings import judged, same_time
from interpose.record.figures import comparable, is_provisional, number, published, same_unit
from interpose.record.findings import find
from interpose.record.periods import (
    NEVER,
    Period,
    first_date,
    in_words,
    period_of_text,
    periods_of_act,
)
from interpose.record.question import Question, choose, found_alone, read_question
from interpose.record.record import AFTER, FINDING_KINDS, AnyRow, Comparison, Finding, Record, chain
from interpose.record.series import Promise, promises
from interpose.scenario.phrases import listed, plural
from interpose.scenario.tables.record import Figure, RecordedAct, RecordedIncident

HURT = {"deaths": "dead", "injured": "injured"}
"""Number of hurt people of an incident -> how to say it."""

Verdict = Literal[
    "print", "print with its source", "print as a claim", "print as a plan", "do not print"
]

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
"""From the firmest down."""

FIRMNESS = {"high": 2, "medium": 1, "low": 0}

STANDINGS = {
    "primary": (3, "a primary source"),
    "": (2, "second hand"),
    "party": (1, "a side of the dispute"),
    "reference": (0, "an encyclopedia: look for its source"),
}
"""Standing of a source -> its weight, and how to say it."""

LATE = dt.timedelta(days=366)
"""A source that tells of a day so long ago weighs less than one of the time."""

NO_COUNT = {"planned": "a plan", "target": "an aim", "ceiling": "a limit that was set"}
"""Kind of a figure that is no count -> what to say of it."""


@dataclass(frozen=True, slots=True)
class Advice:
    """Whether to print a figure, and `why`: a few words for each reason, the deciding one first."""

    figure: Figure
    verdict: Verdict
    why: tuple[str, ...]
    agree: tuple[str, ...] = ()
    """Independent sources that say the same."""


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

    def document(self) -> dict[str, Any]:
        """Return the answer as one document of plain values, for JSON."""
        rows: tuple[AnyRow, ...] = (
            *(advice.figure for advice in self.advice),
            *self.incidents,
            *self.acts,
        )
        sources = {source.id: source for source in self.record.sources}
        named = [sources[name] for name in dict.fromkeys(r.source for r in rows) if name in sources]
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
            "sources": [source.model_dump(mode="json") for source in named],
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
    question, compared = read_question(about, record), Comparison(record, texts)
    chosen = choose(question, record)
    ids = {row.id for row in chosen.rows}
    left = _open(compared, chosen, ids, find(record, texts))
    if chosen.is_empty and question.words:
        left = iter([found_alone(question, record)])
    return Answer(
        record=record,
        question=question,
        advice=tuple(advise(compared, chosen.figures)),
        incidents=tuple(_in_order(chosen.incidents)),
        acts=tuple(sorted(chosen.acts, key=lambda act: first_date(act) or NEVER)),
        promises=tuple(p for p in promises(record) if p.act.id in ids),
        open=tuple(dict.fromkeys(left)),
    )


def _in_order(incidents: Iterable[RecordedIncident]) -> Iterator[RecordedIncident]:
    """Yield incidents by their day, parts after their whole."""
    rows = {row.id: row for row in incidents}
    parents = {row.id: row.part_of for row in rows.values() if row.part_of in rows}
    ordered = sorted(rows.values(), key=lambda row: row.begins)
    for whole in (row for row in ordered if row.id not in parents):
        yield whole
        yield from (r for r in ordered if r is not whole and chain(r.id, parents)[-1] == whole.id)


# --- what is open ---------------------------------------------------------------------------------


def _open(
    compared: Comparison, chosen: Record, ids: set[str], findings: Iterable[Finding]
) -> Iterator[str]:
    """Yield what is left open: by the sources themselves, by their disagreements, by gaps."""
    left: dict[str, dict[str, None]] = {}
    rows: tuple[Figure | RecordedAct, ...] = (*chosen.figures, *chosen.acts)
    for row in rows:
        if row.open:
            left.setdefault(row.open, {})[compared.title(row.source)] = None
    for what, whose in left.items():
        yield f"Left open: {what} ({listed(whose)})."
    incidents = {row.id for row in chosen.incidents}
    for finding in findings:
        if _tells(compared, ids, incidents, finding):
            yield f"{FINDING_KINDS[finding.kind]}: {_newspaper(finding.why)}"
    for act in chosen.acts:
        if not periods_of_act(act) and act.same_as not in ids:
            yield f"No date was published: {act.actor}, {act.subject}."
    yield from _gaps(chosen.incidents)


def _tells(compared: Comparison, ids: set[str], incidents: set[str], finding: Finding) -> bool:
    """Return whether a finding is about chosen rows, and not of a first count told with them."""
    figures = [compared.figures[row] for row in finding.rows if row in compared.figures]
    told = any(map(is_provisional, figures)) or incidents.issuperset(finding.rows)
    about = not ids.isdisjoint([f.id for f in figures] or finding.rows)
    return about and (finding.kind != "explained" or not told)


def _newspaper(text: str) -> str:
    """Return a sentence with its ISO dates in words."""
    iso = r"\b(?:19|20)\d\d-\d\d(?:-\d\d)?\b(?!-|\.\d)"
    return re.sub(iso, lambda found: in_words(period_of_text(found[0])), text)


def _gaps(incidents: Sequence[RecordedIncident]) -> Iterator[str]:
    for what, words in HURT.items():
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


# --- what to print --------------------------------------------------------------------------------


def advise(compared: Comparison, figures: Iterable[Figure]) -> list[Advice]:
    """Return what to do with each of some figures, those to print first.

    Each is weighed against all figures of the record that are of the same thing and time.
    """
    found = [_advice(compared, figure) for figure in figures]
    return sorted(found, key=lambda a: (VERDICTS.index(a.verdict), _lightness(compared, a.figure)))


def _advice(compared: Comparison, figure: Figure) -> Advice:
    every = compared.record.figures_of(figure.quantity, figure.whom)
    alike = [f for f in every if same_unit(figure, f)]
    agree = tuple(dict.fromkeys(f.source for f in alike if _agrees(compared, figure, f)))
    grounds = tuple(_grounds(compared, figure))
    for verdict, why in _reservations(compared, figure, alike, bool(agree)):
        said = (why, f"quotes {figure.said_by}" if verdict == "print as a claim" else "")
        reasons = (why, *(ground for ground in grounds if ground not in said))
        return Advice(figure, verdict, reasons, agree)
    primary = _standing(compared, figure) == "primary" and _dated(compared, figure) is not None
    firm = figure.confidence != "low" and (primary or bool(agree))
    return Advice(figure, "print" if firm else "print with its source", grounds, agree)


def _of_its_time(compared: Comparison, figure: Figure, other: Figure) -> bool:
    """Return whether another figure is of the same time; of a first count, it need but overlap."""
    if is_provisional(figure):
        return compared.period[figure.id].overlaps(compared.period[other.id])
    return same_time(compared, figure, other)


def _agrees(compared: Comparison, figure: Figure, other: Figure) -> bool:
    """Return whether an independent figure says the same; of a level, within a month of it."""
    near = same_time(compared, figure, other)
    if not near and figure.ends is None and other.ends is None:
        near = -compared.period[figure.id].days_shared(compared.period[other.id]) < AFTER.days
    return (
        near
        and compared.figure_root[other.id] != compared.figure_root[figure.id]
        and (other.kind, is_provisional(other)) == (figure.kind, is_provisional(figure))
        and other.id not in compared.stale
        and _standing(compared, other) != "reference"
        and comparable(figure, other)
        and compared.interval[other.id].meets(compared.interval[figure.id])
    )


def _reservations(
    compared: Comparison, figure: Figure, alike: Sequence[Figure], agreed: bool
) -> Iterator[tuple[Verdict, str]]:
    """Yield what speaks against printing a figure plainly, the weightiest first."""
    title, standing = compared.title, _standing(compared, figure)
    if earlier := compared.figures.get(compared.stale.get(figure.id, "")):
        when = in_words(compared.period[earlier.id])
        yield "do not print", f"stale: says again what {title(earlier.source)} said of {when}"
    thing = [f for f in alike if f is figure or _of_its_time(compared, figure, f)]
    others = [f for f in thing if f is not figure]
    weight = {f.id: _lightness(compared, f) for f in thing}
    later = [f for f in others if not is_provisional(f) and f.kind == figure.kind]
    if is_provisional(figure) and later:
        best = min(later, key=lambda other: weight[other.id])
        put_right = f"{published(best)} by {title(best.source)}"
        yield "do not print", f"a first count, since put right: {put_right}"
    root = compared.figure_root[figure.id]
    same = [f for f in thing if compared.figure_root[f.id] == root]
    same = [f for f in same if (f.value, f.kind) == (figure.value, figure.kind)]
    first = min(same, key=lambda f: (f.source != root, weight[f.id]))
    if first is not figure:
        yield "do not print", f"a copy of {title(first.source)}: counts once"
    if "derived" in figure.qualifier:
        yield "do not print", f"never published: {figure.qualifier}"
    if standing == "reference":
        yield "do not print", STANDINGS["reference"][1]
    if figure.kind in NO_COUNT:
        yield "print as a plan", f"{NO_COUNT[figure.kind]}, not a count"
    for other in others:
        if judged(compared, figure, other) in {"between_sources", "within_source"}:
            said = f"{published(other)} by {title(other.source)}"
            ours, theirs = weight[figure.id][:3], weight[other.id][:3]
            if theirs < ours:
                yield "do not print", f"contradicted by what weighs more: {said}"
            elif theirs == ours:
                yield "print with its source", f"contradicted, so print both: {said}"
    if not agreed and (figure.said_by or standing == "party"):
        who = figure.said_by or title(figure.source)
        yield "print as a claim", f"said by {who}, and by no independent source"
    if not agreed and figure.confidence == "low":
        yield "do not print", "of low confidence, and no independent source agrees"


def _grounds(compared: Comparison, figure: Figure) -> Iterator[str]:
    yield STANDINGS[_standing(compared, figure)][1]
    if dated := _dated(compared, figure):
        late = dated.first.year - compared.period[figure.id].last.year
        yield f"dated {in_words(dated)}" + (f", {plural(late, 'year')} later" if late > 1 else "")
    else:
        yield "undated"
    if figure.said_by:
        yield f"quotes {figure.said_by}"
    if figure.part != "text":
        yield f"from its {figure.part}"
    yield f"{figure.confidence} confidence"


def _dated(compared: Comparison, figure: Figure) -> Period | None:
    """Return when what a figure says came out: with the root of its source, or the source."""
    known = compared.source_period
    return known.get(compared.figure_root[figure.id]) or known.get(figure.source)


def _standing(compared: Comparison, figure: Figure) -> str:
    source = compared.sources.get(figure.source)
    return source.standing if source else ""


def _lightness(compared: Comparison, figure: Figure) -> tuple[float, ...]:
    """Return how little a figure weighs: the least is the one to print."""
    interval, dated = compared.interval[figure.id], _dated(compared, figure)
    return (
        float(is_provisional(figure) or figure.id in compared.stale),
        -STANDINGS[_standing(compared, figure)][0],
        -FIRMNESS[figure.confidence],
        float(dated is None or dated.first - compared.period[figure.id].last > LATE),
        interval.high - interval.low,
        -float(dated.last.toordinal()) if dated else 0.0,
    )
