"""Findings on figures: what one source or several say of one thing, copies, and captions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby, islice, pairwise

from interpose.record.figures import (
    SCOPE_WORDS,
    comparable,
    explains,
    in_words_of,
    is_provisional,
    published,
    same_unit,
    scope,
    who_says,
)
from interpose.record.periods import Period, first_date, period_words, periods_of_act
from interpose.record.record import YEAR_DAYS, Comparison, Finding, FindingKind
from interpose.scenario.phrases import listed
from interpose.scenario.tables.record import Figure, RecordedAct

OLD_CAPTION_DAYS = 365
"""A caption that is older than its text by more tells of an archive picture."""

JUMP = 0.1
"""Part of a strength that no one says came or went in the night between two months: 13,800 in
August and 16,000 in September stand against each other though they share no day."""

LEVEL = 0.05
"""Part of a level by which the next one must differ to be another level."""

FALLS = frozenset(("drawdown", "withdrawal", "departure"))
RISES = frozenset(("reinforcement", "deployment", "arrival"))
"""Kinds of act that lower or raise a level."""

SLACK_DAYS = 1
"""A page may be dated a day before what it tells of: it is later in the day elsewhere."""


_KIND_WORDS = {
    "reported": "a count reported",
    "planned": "a plan",
    "ceiling": "a limit set",
    "peak": "a highest value",
    "target": "an aim",
}


def disagreements(compared: Comparison) -> Iterator[Finding]:
    """Yield figures of one thing at one time that cannot all be true, or only seem not to be."""
    linked: dict[tuple[FindingKind, frozenset[tuple[str, str]]], list[tuple[Figure, Figure]]] = {}
    for figures in compared.things.values():
        for one, other in _neighbours(compared, figures):
            if kind := judged(compared, one, other):
                # An explained pair goes by its two sorts, or one finding would hold all.
                sorts = frozenset(map(_sort, (one, other)) if kind == "explained" else ())
                linked.setdefault((kind, sorts), []).append((one, other))
    for (kind, _), pairs in linked.items():
        for group in _joined(pairs):
            ordered = sorted(group, key=lambda figure: (figure.begins, figure.value))
            yield compared.finding(kind, [f.id for f in ordered], _why(compared, kind, ordered))


def judged(compared: Comparison, one: Figure, other: Figure) -> FindingKind | None:
    """Say how two figures of one quantity and community stand to each other.

    Returns
    -------
    str or None
        ``within_source`` if one source, or two copies of one text, give two numbers for the same
        kind and count of thing; ``between_sources`` if independent sources do and their intervals
        share nothing; ``explained`` if they do, but kind or count differ; None if all may be true.
    """
    marked = frozenset((one.id, other.id)) in compared.apart
    if marked or not same_unit(one, other) or not same_time(compared, one, other):
        return None
    apart = not compared.interval[one.id].meets(compared.interval[other.id])
    alike, accounts = comparable(one, other), explains(one, other)
    if is_provisional(one) != is_provisional(other) or (accounts and not alike):
        return "explained" if apart else None
    if one.kind != other.kind:
        return "explained" if apart and alike else None
    if _by_route(one) != _by_route(other):
        return None
    if one.source == other.source:
        differ = one.value != other.value and not _of_one_range(one, other)
        return "within_source" if differ else None
    if not apart:
        return None
    together = compared.figure_root[one.id] == compared.figure_root[other.id]
    return "within_source" if together else "between_sources"


def old_captions(compared: Comparison) -> Iterator[Finding]:
    """Yield captions that are older than the text they stand in by more than a year."""
    figures, acts = compared.record.figures, compared.record.acts
    rows = [(f.source, f.part, compared.period[f.id], f.id, published(f)) for f in figures]
    rows += [(a.source, a.part, day, a.id, a.subject) for a in acts if (day := first_date(a))]
    captions: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    for source, part, period, row, said in rows:
        written = compared.source_period.get(source, period)
        if part == "caption" and (written.first - period.last).days > OLD_CAPTION_DAYS:
            captions[source][row] = str(period.first.year), said
    for source, late in captions.items():
        quantities = {f.quantity for f in figures if f.id in late}
        inside = [f for f in figures if f.source == source and f.quantity in quantities]
        beside = [f for f in inside if f.id not in late]
        years = listed(sorted({year for year, _ in late.values()}))
        text = str(compared.source_period[source].first.year)
        text += f", which itself says {listed(map(published, beside))}" if beside else ""
        why = (
            f"Captions of {years} ({listed(said for _, said in late.values())}) stand in a text of "
            f"{text}: read them as two times, not as one."
        )
        yield compared.finding("impossible_order", [*late, *(f.id for f in beside)], why)


def reported_before_it_happened(compared: Comparison) -> Iterator[Finding]:
    """Yield what a source reports of a day that came after the source itself."""
    figures = [f for f in compared.record.figures if f.kind in {"reported", "peak"}]
    acts = [act for act in compared.record.acts if act.status == "done"]
    days = {f.id: compared.period[f.id] for f in figures}
    days |= {a.id: min(periods) for a in acts if (periods := periods_of_act(a).values())}
    rows: tuple[Figure | RecordedAct, ...] = (*figures, *acts)
    for row in rows:
        day, written = days.get(row.id), compared.source_period.get(row.source)
        if day and written and (day.first - written.last).days > SLACK_DAYS:
            what = "shows a picture of" if row.part == "caption" else "tells of"
            why = (
                f"{compared.title(row.source)} came out by {written.last} and {what} {day.first}:"
                " one of the two days is wrong, or the page was changed."
            )
            yield compared.finding("impossible_order", [row.id], why)


def copies(compared: Comparison) -> Iterator[Finding]:
    """Yield what several copies of one text say: it counts once."""
    rows: dict[str, list[str]] = defaultdict(list)
    same: dict[tuple[str, str, float, str], list[Figure]] = defaultdict(list)
    for figure in compared.record.figures:
        root = compared.figure_root[figure.id]
        same[figure.quantity, figure.whom, figure.value, root].append(figure)
    for (_, _, _, root), figures in same.items():
        for one, other in _neighbours(compared, figures):
            if one.source != other.source and same_time(compared, one, other):
                rows[root] += [one.id, other.id]
    for act in compared.record.acts:
        first = compared.acts.get(act.same_as)
        if first is not None and first.source != act.source:
            root = compared.root.get(act.source, act.source)
            if root == compared.root.get(first.source, first.source):
                rows[root] += [first.id, act.id]
    alike: dict[str, list[tuple[str, str, float]]] = defaultdict(list)
    for pair in compared.found_copies:
        alike[compared.root[pair[0]]].append(pair)
    for root in dict.fromkeys((*rows, *alike)):
        texts = sorted({source for pair in alike[root] for source in pair[:2]})
        sources = compared.finding("copy", rows[root], "", texts).sources
        share = max((share for _, _, share in alike[root]), default=0.0)
        found = f", {100 * share:.0f} % of the shorter text word for word" if share else ""
        why = (
            f"{listed(compared.title(source) for source in sources)} carry one text "
            f"({compared.title(root)}){found}: what they share counts once."
        )
        yield compared.finding("copy", rows[root], why, texts)


def said_again(compared: Comparison) -> Iterator[Finding]:
    """Yield figures that repeat at a later date what was said before: they are no new counts."""
    for later, earlier in compared.stale.items():
        one, other = compared.figures[earlier], compared.figures[later]
        then, now = (period_words(compared.period[row]) for row in (earlier, later))
        why = (
            f"{now}, {in_words_of(one)}, {published(one)}: {compared.title(other.source)} says"
            f" again what {compared.title(one.source)} said of {then}: no new count."
        )
        yield compared.finding("copy", [earlier, later], why)


def levels_side_by_side(compared: Comparison) -> Iterator[Finding]:
    """Yield two levels that follow each other within a year, with what lies between them, if any.

    Of strengths that acts are said to change. A fall is explained by a drawdown, withdrawal or
    departure, a rise by a reinforcement, deployment or arrival, dated from the one to the other.
    """
    changed = {act.quantity for act in compared.record.acts if act.quantity.endswith("strength")}
    for thing in compared.things:
        for one, other in pairwise(compared.levels(thing) if thing[0] in changed else ()):
            days = (compared.period[other.id].first - compared.period[one.id].last).days
            far = abs(other.value - one.value) > LEVEL * max(one.value, other.value)
            meets = compared.interval[one.id].meets(compared.interval[other.id])
            if comparable(one, other) and 0 < days <= YEAR_DAYS and far and not meets:
                yield _levels(compared, one, other)


NO_ACT = "the record holds nothing that explains the change"


def _levels(compared: Comparison, one: Figure, other: Figure) -> Finding:
    between = Period(compared.period[one.id].first, compared.period[other.id].last)
    kinds = FALLS if other.value < one.value else RISES
    acts = [
        act
        for act in compared.record.acts
        if act.kind in kinds and act.quantity == one.quantity and act.status == "done"
        if any(dated.overlaps(between) for dated in periods_of_act(act).values())
    ]
    said = "; ".join(
        f"{published(f)} on {period_words(compared.period[f.id])} by {compared.title(f.source)}"
        for f in (one, other)
    )
    told = listed(dict.fromkeys(f"{act.actor}, {act.subject}" for act in acts))
    held = f"between them lies: {told}" if acts else NO_ACT
    why = f"{in_words_of(one)}: {said}; {held}."
    rows = [one.id, other.id, *(act.id for act in acts)]
    return compared.finding("explained" if acts else "between_sources", rows, why)


def marked_apart(compared: Comparison) -> Iterator[Finding]:
    """Yield the rows that a person has marked as not to be merged, in groups of one reason."""
    ordered = sorted(compared.record.apart, key=lambda pair: pair.why)
    for why, pairs in groupby(ordered, key=lambda pair: pair.why):
        rows = [row for pair in pairs for row in (pair.a, pair.b)]
        yield compared.finding("not_mergeable", rows, why)


def _neighbours(compared: Comparison, figures: Sequence[Figure]) -> Iterator[tuple[Figure, Figure]]:
    """Yield the pairs of figures that share a day or follow each other, in the record's order."""
    place = {figure.id: i for i, figure in enumerate(figures)}
    ordered = sorted(figures, key=lambda figure: compared.period[figure.id])
    for i, one in enumerate(ordered):
        end = compared.period[one.id].last
        for other in islice(ordered, i + 1, None):
            if (compared.period[other.id].first - end).days > 1:
                break
            yield (one, other) if place[one.id] < place[other.id] else (other, one)


def same_time(compared: Comparison, one: Figure, other: Figure) -> bool:
    """Return whether two figures of one quantity are of one time."""
    a, b = compared.period[one.id], compared.period[other.id]
    if one.ends is not None or other.ends is not None:
        return a.nearly_equals(b)
    leap = abs(one.value - other.value) > JUMP * max(abs(one.value), abs(other.value))
    return a.overlaps(b) or (leap and a.adjoins(b))


def _by_route(figure: Figure) -> str:
    """Return the words of a flow's route: other routes are other flows."""
    words = scope(figure.includes)
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
    thing = f"{figure.quantity} {figure.whom} {figure.kind} {is_provisional(figure)}"
    return thing, scope(figure.includes)


def _why(compared: Comparison, kind: FindingKind, figures: Sequence[Figure]) -> str:
    when = period_words(*(compared.period[figure.id] for figure in figures))
    what = f"{when}, {in_words_of(figures[0])}"
    first = [figure for figure in figures if is_provisional(figure)]
    if first and kind == "explained":
        late = who_says([figure for figure in figures if figure not in first], compared.title)
        early = who_says(first, compared.title)
        return f"{what}: at first {early}; then {late}; later counts take over."
    if kind == "explained":
        return f"{what}, different things are counted: {_differences(figures)}"
    if kind == "within_source":
        whose = dict.fromkeys(compared.title(figure.source) for figure in figures)
        numbers = listed(dict.fromkeys(map(published, figures)))
        one = "gives" if len(whose) == 1 else "are copies of one text and give"
        return f"{what}: {listed(whose)} {one} {numbers}."
    return f"{what}: {who_says(figures, compared.title)}; not all of these can be true."


def _differences(figures: Sequence[Figure]) -> str:
    sorts: dict[str, dict[str, None]] = {}
    for figure in figures:
        own_rule = f"counts by its own rule ({figure.includes})"
        what = SCOPE_WORDS.get(scope(figure.includes), own_rule)
        sorts.setdefault(f"{_KIND_WORDS[figure.kind]} that {what}", {})[published(figure)] = None
    return "; ".join(f"{listed(numbers)}: {sort}" for sort, numbers in sorts.items()) + "."
