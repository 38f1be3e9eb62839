"""One page of plain text for one question: numbers in brackets name the sources at its end."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from interpose.record.answers import HURT, VERDICTS, Advice, Answer
from interpose.record.figures import interval, number, published
from interpose.record.periods import first_date, in_words, period_of, periods_of_act
from interpose.record.question import in_full
from interpose.record.record import STRENGTH, Record, chain
from interpose.record.series import BASES
from interpose.scenario.phrases import listed
from interpose.scenario.tables.record import UNITS, RecordedAct, RecordedIncident

WIDTH = 96
"""Signs in a line."""


class _Notes:
    """Numbers of sources, in the order in which a page names them."""

    def __init__(self, record: Record) -> None:
        self.of: dict[str, int] = {}
        self.sources = {source.id: source for source in record.sources}

    def title(self, source: str) -> str:
        return self.sources[source].title if source in self.sources else source

    def __call__(self, *sources: str) -> str:
        for source in sources:
            self.of.setdefault(source, len(self.of) + 1)
        return " ".join(f"[{self.of[source]}]" for source in dict.fromkeys(sources))

    def told(self, facts: Iterable[str], sources: Iterable[str], note: str) -> str:
        """Return facts as a sentence with their sources, and the note of their row."""
        return f"{_capital('; '.join(filter(None, facts)))} {self(*sources)}.{_after(note)}"

    def lines(self) -> Iterator[str]:
        """Yield every source that was named, with its address."""
        for name, count in self.of.items():
            source = self.sources.get(name)
            where = source and (source.url or f"No address. {source.note}".strip())
            yield f"[{count}] {source.title}. {where}" if source else f"[{count}] {name}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _after(note: str) -> str:
    return f" {note}." if note else ""


def text_of(answer: Answer) -> str:
    """Return an answer as a page of plain text."""
    return "\n".join(_page(answer)) + "\n"


def _page(answer: Answer) -> Iterator[str]:
    record, notes = answer.record, _Notes(answer.record)
    yield f"{record.name}: {answer.question.text}"
    if not (answer.advice or answer.incidents or answer.acts):
        yield "The record holds nothing on this. That is not to say that nothing happened."
        yield from answer.open
        return
    yield from _part("What to print", _figures(answer, notes))
    yield from _part("What happened", _incidents(answer, notes))
    yield from _part("What was decided, announced and done", _acts(answer, notes))
    promised = "What was promised, on what basis, and what came of it"
    yield from _part(promised, _promised(answer, notes))
    yield from _part("What is open", answer.open)
    yield from _part("Sources", notes.lines(), mark="")


def _part(heading: str, lines: Iterable[str], mark: str = "- ") -> Iterator[str]:
    """Yield a heading and what stands under it, or nothing where nothing does."""
    shown = list(lines)
    if shown:
        yield f"\n{heading.upper()}"
        for line in shown:
            plain = line.lstrip()
            first = " " * (len(line) - len(plain)) + ("" if plain.endswith(":") else mark)
            yield textwrap.fill(
                plain, WIDTH, initial_indent=first, subsequent_indent=" " * (len(first) or 2),
                break_long_words=False, break_on_hyphens=False,
            )  # fmt: skip


def _figures(answer: Answer, notes: _Notes) -> Iterator[str]:
    """Yield figures thing by thing and date by date; equal ones on one line."""
    things: dict[tuple[str, str], list[Advice]] = {}
    for advice in answer.advice:
        thing = advice.figure.quantity, advice.figure.whom
        things.setdefault(thing, []).append(advice)
    for (quantity, community), group in sorted(things.items(), key=_lead):
        whom = community if community == "all" else _side(answer.record, community)
        what = in_full(quantity, answer.record, whom)
        periods = answer.question.periods if len(answer.question.periods) > 1 else (None,)
        for period in periods:
            some = [a for a in group if period is None or period.overlaps(period_of(a.figure))]
            some.sort(key=lambda a: (VERDICTS.index(a.verdict), a.figure.begins))
            if some:
                when = f", {in_words(period)}" if period else ""
                yield f"{_capital(what)}{when}{_best(some)}:"
                yield from _lines(some, notes, what)


def _lead(thing: tuple[tuple[str, str], list[Advice]]) -> tuple[int, str, bool, str]:
    """Return where a quantity stands: people before houses, all of them before the communities."""
    quantity, community = thing[0]
    place = LEAD.index(quantity) if quantity in LEAD else len(LEAD)
    return place, quantity, community != "all", community


LEAD = (STRENGTH, "deaths", "injured", "displaced")
"""Quantities that a page begins with."""


def _best(group: Sequence[Advice]) -> str:
    """Return what to print of a quantity in short: each level that may be printed, by date."""
    sourced = [a for a in group if a.verdict == "print with its source"]
    firm = [a for a in group if a.verdict == "print"]
    plain = firm + [a for a in sourced if not firm or a.figure.ends is None]
    if not plain:
        return ": print no number as a fact"
    levels: list[Advice] = []
    for advice in plain:
        own = interval(advice.figure)
        if not any(own.meets(interval(level.figure)) for level in levels):
            levels.append(advice)
    numbers = [published(a.figure) for a in sorted(levels, key=lambda a: a.figure.begins)]
    return f": print {listed(numbers) if len(numbers) < MANY else 'by date, as below'}"


MANY = 4
"""Numbers that cannot all be one; so many are too many for a heading."""


def _lines(group: Sequence[Advice], notes: _Notes, what: str) -> Iterator[str]:
    same: dict[tuple[Any, ...], list[Advice]] = {}
    for advice in group:
        figure, reserved = advice.figure, advice.why[0] if advice.verdict != "print" else ""
        value = f"{advice.verdict.capitalize()}: {published(figure)}"
        key = (value, figure.includes, period_of(figure), reserved)
        same.setdefault(key, []).append(advice)
    for (value, includes, period, _), alike in same.items():
        figure, why = alike[0].figure, "; ".join(alike[0].why)
        counts = "" if includes == "not stated" else f", {includes}"
        if UNITS[figure.unit] not in {"persons", "count"} and figure.unit not in what:
            counts = f" {figure.unit}{counts}"
        cited = notes(figure.source)
        others = dict.fromkeys(a.figure.source for a in alike[1:])
        agree = [s for s in (*alike[0].agree, *others) if s != figure.source]
        also = f" Also {notes(*agree)}." if agree else ""
        said = f"  {value}{counts} ({in_words(period)}). {notes.title(figure.source)} {cited}"
        yield f"{said}: {why}.{also}{_after(figure.note)}"


def _side(record: Record, sides: str, *, one: bool = False) -> str:
    """Return communities and other sides in words."""
    names = [record.names.get(s, s.replace("_", " ")) for s in sides.split(";") if s]
    return listed(n.removesuffix("s") if one and not n.endswith("ies") else n for n in names)


def _incidents(answer: Answer, notes: _Notes) -> Iterator[str]:
    record = answer.record
    places = {place.id: place.name for place in record.places}
    wholes, ids = ({getattr(r, key) for r in answer.incidents} for key in ("part_of", "id"))
    yield from _together(answer)
    for row in answer.incidents:
        where = "" if row.id in wholes else f", {places.get(row.place, row.place)}"
        counted = [
            f"{number(count)} {words}{_split(record, row, what, notes)}"
            for what, words in (*HURT.items(), ("crowd", "in the crowd"))
            if (count := getattr(row, what)) is not None
        ]
        by = f"{row.kind.replace('_', ' ')}, {_by(record, row)}"
        against = f", against {_side(record, row.target)}" if row.target else ""
        facts = [by + against, *counted, f"{row.confidence} confidence"]
        sources = [row.source, *filter(None, row.also_in.split(";"))]
        indent = "  " if row.part_of in ids else ""
        said = f"{indent}{in_words(period_of(row))}{where}: {row.summary}."
        yield f"{said} {notes.told(facts, sources, row.note)}"


def _together(answer: Answer) -> Iterator[str]:
    """Yield the sums of incidents, without parts, of what no figure on the page counts."""
    shown = {advice.figure.quantity for advice in answer.advice}
    ids = {row.id for row in answer.incidents}
    wholes = [row for row in answer.incidents if row.part_of not in ids]
    told = {what: sum(getattr(r, what) or 0 for r in wholes) for what in HURT if what not in shown}
    counted = listed(f"{number(count)} {HURT[what]}" for what, count in told.items() if count)
    if len(wholes) > 1 and counted:
        yield f"Together {counted}, as far as these {len(wholes)} rows give numbers."


def _by(record: Record, row: RecordedIncident) -> str:
    if row.instigator in {"", "unattributed"}:
        return "attributed to nobody"
    return f"attributed to {_side(record, row.instigator)} ({row.certainty})"


def _split(record: Record, row: RecordedIncident, what: str, notes: _Notes) -> str:
    """Return the sides of a count and its first count, in brackets; empty if there is neither."""
    told = []
    for split in (s for s in record.casualties if s.incident == row.id):
        count, first = getattr(split, what, None), getattr(split, f"{what}_first", None)
        if split.side != "all" and count is not None:
            side = _side(record, split.side, one=count == 1)
            told.append((f"{number(count)} {side}", split.source))
        if first is not None:
            told.append((f"{number(first)} at first", split.first_source))
    said = [f"{words} {notes(source)}" if source else words for words, source in told]
    return f" ({', '.join(said)})" if said else ""


def _acts(answer: Answer, notes: _Notes) -> Iterator[str]:
    """Yield acts by date; what several rows tell alike, once."""
    told = {promise.act.id for promise in answer.promises}
    same: dict[tuple[Any, ...], list[RecordedAct]] = {}
    parents = {act.id: act.same_as for act in answer.record.acts}
    for act in answer.acts:
        root = chain(act.id, parents)[-1]
        if told.isdisjoint((act.id, root)):
            same.setdefault((root, tuple(periods_of_act(act).items())), []).append(act)
    for (_, periods), acts in same.items():
        act, first = acts[0], first_date(acts[0])
        when = in_words(first) if first else "Undated"
        later = [
            f"{'in effect' if name == 'arrived' else name} {in_words(period)}"
            for name, period in periods
            if period != first
        ]
        status = "" if act.status == "done" else act.status
        facts = [act.kind.replace("_", " "), status, *later, f"{act.confidence} confidence"]
        said = notes.told(facts, [act.source for act in acts], act.note)
        yield f"{when}, {act.actor}: {act.subject}. {said}"


def _promised(answer: Answer, notes: _Notes) -> Iterator[str]:
    found = answer.promises
    if len(found) > 1:
        counts = {basis: sum(p.act.basis == basis for p in found) for basis in BASES}
        told = listed(f"{n} {BASES[basis]}" for basis, n in counts.items() if n)
        yield f"Of {len(found)} announcements: {told}."
    for promise in found:
        act = promise.act
        sources = [act.source, *(f.source for f in (promise.counted, promise.reached) if f)]
        firm = notes.told([f"{act.confidence} confidence"], sources, act.note)
        yield f"{promise.text()} {firm}"
