"""Findings on figures: what one source or several say of one thing, copies, and captions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby, islice

from interpose.record.counting import SAID, comparable, counts, explains, same_unit
from interpose.record.ground import Finding, Ground, Kind
from interpose.record.saying import listed, period, published, several, thing
from interpose.record.spans import Span, spans_of_act
from interpose.scenario.tables.record import Figure

OLD_CAPTION_DAYS = 365
"""A caption that is older than its text by more tells of an archive picture."""

JUMP = 0.1
"""Part of a strength that no one says came or went in the night between two months: 13,800 in
August and 16,000 in September stand against each other though they share no day."""

SLACK_DAYS = 1
"""A page may be dated a day before what it tells of: it is later in the day elsewhere."""

_JUDGED: tuple[Kind, ...] = ("within_source", "between_sources", "explained")


def disagreements(ground: Ground) -> Iterator[Finding]:
    """Yield figures of one thing at one time that cannot all be true, or only seem not to be."""
    edges: dict[Kind, list[tuple[Figure, Figure]]] = {kind: [] for kind in _JUDGED}
    things = defaultdict(list)
    for figure in ground.record.figures:
        things[figure.quantity, figure.community].append(figure)
    for figures in things.values():
        for one, other in _neighbours(ground, figures):
            kind = judged(ground, one, other)
            if kind is not None:
                edges[kind].append((one, other))
    for kind in _JUDGED:
        # What is explained is told pair of sorts by pair of sorts, or one finding would hold all.
        sorts: dict[frozenset[tuple[str, str]], list[tuple[Figure, Figure]]] = defaultdict(list)
        for edge in edges[kind]:
            pair = frozenset(_sort(figure) for figure in edge)
            sorts[pair if kind == "explained" else frozenset()].append(edge)
        for linked in sorts.values():
            for group in _joined(linked):
                ordered = sorted(group, key=lambda figure: (figure.begins, figure.value))
                yield ground.finding(kind, [f.id for f in ordered], _why(ground, kind, ordered))


def judged(ground: Ground, one: Figure, other: Figure) -> Kind | None:
    """Say how two figures of one quantity and community stand to each other.

    Parameters
    ----------
    ground : Ground
    one, other : Figure

    Returns
    -------
    str or None
        ``within_source`` if one source, or two copies of one text, give two numbers for the same
        kind and count of thing; ``between_sources`` if independent sources do and their intervals
        share nothing; ``explained`` if they do, but kind or count differ; None if all may be true.
    """
    if not same_unit(one, other) or frozenset((one.id, other.id)) in ground.apart:
        return None
    if not _same_time(ground, one, other):
        return None
    apart = not ground.interval[one.id].meets(ground.interval[other.id])
    if one.kind != other.kind:
        return "explained" if apart and (comparable(one, other) or explains(one, other)) else None
    if not comparable(one, other) and explains(one, other):
        return "explained" if apart else None
    if _by_route(one) != _by_route(other):
        return None
    if one.source == other.source:
        differ = one.value != other.value and not _of_one_range(one, other)
        return "within_source" if differ else None
    if not apart:
        return None
    together = ground.figure_root[one.id] == ground.figure_root[other.id]
    return "within_source" if together else "between_sources"


def old_captions(ground: Ground) -> Iterator[Finding]:
    """Yield captions that are older than the text they stand in by more than a year."""
    old: dict[str, list[tuple[str, Span, str]]] = defaultdict(list)
    for figure in ground.record.figures:
        if figure.part == "caption":
            row = (figure.id, ground.span[figure.id], published(figure))
            old[figure.source].append(row)
    for act in ground.record.acts:
        for span in list(spans_of_act(act).values())[:1] if act.part == "caption" else ():
            old[act.source].append((act.id, span, act.subject))
    for source, rows in old.items():
        written = ground.source_span.get(source)
        if written is None:
            continue
        late = [r for r in rows if (written.first - r[1].last).days > OLD_CAPTION_DAYS]
        if late:
            names = [row for row, _, _ in late]
            quantities = {f.quantity for f in ground.record.figures if f.id in names}
            beside = [
                f for f in ground.record.figures
                if f.source == source and f.quantity in quantities and f.id not in names
            ]  # fmt: skip
            text = listed([published(f) for f in beside])
            why = (
                f"Captions of {listed(sorted({str(span.first.year) for _, span, _ in late}))} "
                f"({listed([said for _, _, said in late])}) stand in a text of "
                f"{written.first.year}"
                + (f", which itself says {text}" if beside else "")
                + ": read them as two times, not as one."
            )
            yield ground.finding("impossible_order", [*names, *(f.id for f in beside)], why)


def told_before_it_was(ground: Ground) -> Iterator[Finding]:
    """Yield what a source reports of a day that came after the source itself."""
    rows = [
        (figure.id, figure.source, ground.span[figure.id].first, figure.part)
        for figure in ground.record.figures
        if figure.kind in {"reported", "peak"}
    ]
    for act in ground.record.acts:
        spans = spans_of_act(act).values()
        if spans and act.status == "done":
            rows.append((act.id, act.source, min(span.first for span in spans), act.part))
    for row, source, day, part in rows:
        written = ground.source_span.get(source)
        if written is not None and (day - written.last).days > SLACK_DAYS:
            what = "shows a picture of" if part == "caption" else "tells of"
            why = (
                f"{ground.title(source)} came out by {written.last} and {what} {day}: one of the "
                "two days is wrong, or the page was changed."
            )
            yield ground.finding("impossible_order", [row], why)


def copies(ground: Ground) -> Iterator[Finding]:
    """Yield what several copies of one text say: it counts once."""
    alike = {frozenset((one, other)): share for one, other, share in ground.found_copies}
    rows: dict[str, list[str]] = defaultdict(list)
    alike_rows = defaultdict(list)
    for figure in ground.record.figures:
        said = (figure.quantity, figure.community, figure.value, ground.figure_root[figure.id])
        alike_rows[said].append(figure)
    for (_, _, _, top), figures in alike_rows.items():
        for one, other in _neighbours(ground, figures):
            if one.source != other.source and _same_time(ground, one, other):
                rows[top] += [one.id, other.id]
    for act in ground.record.acts:
        first = ground.acts.get(act.same_as)
        if first is not None and first.source != act.source:
            top = ground.root.get(act.source, act.source)
            if top == ground.root.get(first.source, first.source):
                rows[top] += [first.id, act.id]
    for source, _, _ in ground.found_copies:
        rows[ground.root[source]] += []
    for top, names in rows.items():
        sources = list(dict.fromkeys(ground.source_of(name) for name in names))
        shares = [s for pair, s in alike.items() if ground.root[next(iter(pair))] == top]
        if not sources:
            sources = sorted({s for pair in alike for s in pair if ground.root[s] == top})
        found = f", {100 * max(shares):.0f} % of the shorter text word for word" if shares else ""
        why = (
            f"{listed([ground.title(s) for s in sources])} carry one text "
            f"({ground.title(top)}){found}: what they share counts once."
        )
        finding = ground.finding("copy", names, why)
        yield Finding("copy", finding.rows, finding.sources or tuple(sources), why)


def marked_apart(ground: Ground) -> Iterator[Finding]:
    """Yield the rows that a person has marked as not to be merged, in groups of one reason."""
    ordered = sorted(ground.record.apart, key=lambda pair: pair.why)
    for why, pairs in groupby(ordered, key=lambda pair: pair.why):
        rows = [row for pair in pairs for row in (pair.a, pair.b)]
        yield ground.finding("not_mergeable", rows, why)


def _neighbours(ground: Ground, figures: Sequence[Figure]) -> Iterator[tuple[Figure, Figure]]:
    """Yield the pairs of figures that share a day or follow each other, in the record's order."""
    place = {figure.id: i for i, figure in enumerate(figures)}
    ordered = sorted(figures, key=lambda figure: ground.span[figure.id])
    for i, one in enumerate(ordered):
        end = ground.span[one.id].last
        for other in islice(ordered, i + 1, None):
            if (ground.span[other.id].first - end).days > 1:
                break
            yield (one, other) if place[one.id] < place[other.id] else (other, one)


def _same_time(ground: Ground, one: Figure, other: Figure) -> bool:
    a, b = ground.span[one.id], ground.span[other.id]
    if one.ends is not None or other.ends is not None:
        return a.mostly(b)
    leap = abs(one.value - other.value) > JUMP * max(abs(one.value), abs(other.value))
    return a.holds(b) or (leap and a.follows(b))


def _by_route(figure: Figure) -> str:
    """Return the words of a flow's route: other routes are other flows."""
    words = counts(figure.includes)
    return words if words.startswith("from ") else ""


def _of_one_range(one: Figure, other: Figure) -> bool:
    """Return whether one of two figures of a source is an end of a range that holds both."""
    return any(
        f.low is not None and f.high is not None and f.low <= g.value <= f.high
        for f, g in ((one, other), (other, one))
    )


def _joined(edges: Sequence[tuple[Figure, Figure]]) -> Iterator[Sequence[Figure]]:
    """Yield the groups of figures that are linked with each other, also by way of others."""
    group_of: dict[str, dict[str, Figure]] = {}
    for one, other in edges:
        ours = group_of.setdefault(one.id, {one.id: one})
        theirs = group_of.setdefault(other.id, {other.id: other})
        if ours is not theirs:
            small, large = sorted((ours, theirs), key=len)
            large |= small
            group_of |= dict.fromkeys(small, large)
    for group in {id(group): group for group in group_of.values()}.values():
        yield list(group.values())


def _sort(figure: Figure) -> tuple[str, str]:
    """Return kind and count of a figure and its thing: what tells apart figures that differ."""
    return f"{figure.quantity} {figure.community} {figure.kind}", counts(figure.includes)


def _why(ground: Ground, kind: Kind, figures: Sequence[Figure]) -> str:
    when = period([ground.span[figure.id] for figure in figures])
    what = thing(figures[0].quantity, figures[0].community)
    if kind == "explained":
        return f"{when}, {what}, not one thing but several: {_differences(figures)}"
    said = several(figures, ground.title)
    if kind == "within_source":
        whose = dict.fromkeys(ground.title(figure.source) for figure in figures)
        numbers = listed(list(dict.fromkeys(published(figure) for figure in figures)))
        one = "gives" if len(whose) == 1 else "are copies of one text and give"
        return f"{when}, {what}: {listed(list(whose))} {one} {numbers}."
    return f"{when}, {what}: {said}; not all of these can be true."


def _differences(figures: Sequence[Figure]) -> str:
    sorts: dict[str, list[str]] = {}
    for figure in figures:
        word = counts(figure.includes)
        what = SAID.get(word, f"counts by its own rule ({figure.includes})")
        numbers = sorts.setdefault(f"{_KIND_WORDS[figure.kind]} that {what}", [])
        if published(figure) not in numbers:
            numbers.append(published(figure))
    return "; ".join(f"{listed(numbers)}: {sort}" for sort, numbers in sorts.items()) + "."


_KIND_WORDS = {
    "reported": "a count reported",
    "planned": "a plan",
    "ceiling": "a limit set",
    "peak": "a highest value",
    "target": "an aim",
}
