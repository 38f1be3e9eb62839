"""What of the record may be printed: for every figure a verdict, and the reasons for it.

``advise`` goes by what the rows say of themselves: the standing and date of the source, the words
beside the number, who is quoted, who repeats whom, and what independent others say. It settles
nothing: a figure that should not be printed stays in the record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from interpose.record.figure_findings import judged, same_time
from interpose.record.figures import comparable, is_provisional, published, same_unit
from interpose.record.periods import Period, in_words
from interpose.record.record import AFTER, Comparison
from interpose.scenario.phrases import plural
from interpose.scenario.tables.record import Figure

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

NO_COUNT = {
    "planned": "a plan, not a count",
    "target": "an aim, not a count",
    "ceiling": "a limit that was set, not a count",
}
"""Kind of a figure that is no count -> what to say of it."""


@dataclass(frozen=True, slots=True)
class Advice:
    """Whether to print a figure, and `why`: a few words for each reason, the deciding one first."""

    figure: Figure
    verdict: Verdict
    why: tuple[str, ...]
    agree: tuple[str, ...] = ()
    """Independent sources that say the same."""


def advise(compared: Comparison, figures: Iterable[Figure]) -> list[Advice]:
    """Return what to do with each of some figures, those to print first.

    Each is weighed against all figures of the record that are of the same thing and time.
    """
    found = [_advice(compared, figure) for figure in figures]
    return sorted(found, key=lambda a: (VERDICTS.index(a.verdict), _lightness(compared, a.figure)))


def _advice(compared: Comparison, figure: Figure) -> Advice:
    alike = [
        other
        for other in compared.record.figures_of(figure.quantity, figure.community)
        if same_unit(figure, other)
    ]
    thing = [f for f in alike if f is figure or _of_its_time(compared, figure, f)]
    agree = dict.fromkeys(
        other.source for other in alike if other is not figure and _agrees(compared, figure, other)
    )
    grounds = tuple(_grounds(compared, figure))
    for verdict, why in _reservations(compared, figure, thing, bool(agree)):
        said = (why, f"quotes {figure.said_by}" if verdict == "print as a claim" else "")
        reasons = (why, *(ground for ground in grounds if ground not in said))
        return Advice(figure, verdict, reasons, tuple(agree))
    primary = _standing(compared, figure) == "primary"
    dated = _dated(compared, figure) is not None
    firm = figure.confidence != "low" and ((primary and dated) or bool(agree))
    return Advice(figure, "print" if firm else "print with its source", grounds, tuple(agree))


def _of_its_time(compared: Comparison, figure: Figure, other: Figure) -> bool:
    """Return whether another figure is of the same time; of a first count, it need but overlap."""
    if is_provisional(figure):
        return compared.period[figure.id].overlaps(compared.period[other.id])
    return same_time(compared, figure, other)


def _agrees(compared: Comparison, figure: Figure, other: Figure) -> bool:
    """Return whether an independent figure says the same; of a level, within a month of it."""
    near = same_time(compared, figure, other)
    if not near and figure.ends is None and other.ends is None:
        ours, theirs = compared.period[figure.id], compared.period[other.id]
        gap = max(ours.first, theirs.first) - min(ours.last, theirs.last)
        near = gap <= AFTER
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
    compared: Comparison, figure: Figure, thing: Sequence[Figure], agreed: bool
) -> Iterator[tuple[Verdict, str]]:
    """Yield what speaks against printing a figure plainly, the weightiest first."""
    title = compared.title
    if earlier := compared.figures.get(compared.stale.get(figure.id, "")):
        when = in_words(compared.period[earlier.id])
        yield "do not print", f"stale: says again what {title(earlier.source)} said of {when}"
    others = [other for other in thing if other is not figure]
    later = [f for f in others if not is_provisional(f) and f.kind == figure.kind]
    if is_provisional(figure) and later:
        best = min(later, key=lambda other: _lightness(compared, other))
        yield (
            "do not print",
            f"a first count, since put right: {published(best)} by {title(best.source)}",
        )
    if copied := _copied(compared, figure, thing):
        yield "do not print", f"a copy of {title(copied.source)}: counts once"
    if "derived" in figure.qualifier:
        yield "do not print", f"never published: {figure.qualifier}"
    if _standing(compared, figure) == "reference":
        yield "do not print", STANDINGS["reference"][1]
    if figure.kind in NO_COUNT:
        yield "print as a plan", NO_COUNT[figure.kind]
    ours = _lightness(compared, figure)
    for other in others:
        if judged(compared, figure, other) in {"between_sources", "within_source"}:
            said = f"{published(other)} by {title(other.source)}"
            if _lightness(compared, other)[:3] < ours[:3]:
                yield "do not print", f"contradicted by what weighs more: {said}"
            elif _lightness(compared, other)[:3] == ours[:3]:
                yield "print with its source", f"contradicted, so print both: {said}"
    if not agreed and (figure.said_by or _standing(compared, figure) == "party"):
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


def _copied(compared: Comparison, figure: Figure, thing: Sequence[Figure]) -> Figure | None:
    """Return the figure of which another one is a copy: that of the root, else the firmest."""
    root = compared.figure_root[figure.id]
    same = [f for f in thing if compared.figure_root[f.id] == root]
    same = [f for f in same if (f.value, f.kind) == (figure.value, figure.kind)]
    first = min(same, key=lambda f: (f.source != root, _lightness(compared, f)))
    return None if first is figure else first


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
