"""Figures and days in plain words, for the sentence that a finding comes with."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from interpose.record.intervals import meaning
from interpose.record.spans import Span
from interpose.scenario.tables.record import Figure

PLAIN_WORDS = {
    "force.strength": "strength of the force",
    "force.nations": "nations in the force",
    "force.reinforcement": "reinforcement",
    "ksf.strength": "strength of the Kosovo Security Force",
    "ksf.target": "strength aimed at for the Kosovo Security Force",
}
"""Quantity -> its words, where its own name would not read well."""

MOST_NAMED = 4
"""Titles named one by one in a sentence; further ones are counted."""


def number(value: float) -> str:
    """Return a number with commas, without decimals that say nothing.

    Examples
    --------
    >>> number(3735.0), number(2.5)
    ('3,735', '2.5')
    """
    return f"{value:,.0f}" if value == int(value) else f"{value:,g}"


def published(figure: Figure) -> str:
    """Return a figure as it was published: its qualifier, or its range."""
    if figure.low is not None and figure.high is not None and figure.low < figure.high:
        return f"{number(figure.low)} to {number(figure.high)}"
    word = meaning(figure.qualifier)
    in_front = f"{word} " if word in {"about", "more than", "almost", "up to"} else ""
    return f"{in_front}{number(figure.value)}"


def thing(quantity: str, community: str = "all") -> str:
    """Return a quantity, and whom it counts, in words.

    Examples
    --------
    >>> thing("force.strength"), thing("contribution.deu"), thing("houses_burned", "serb")
    ('strength of the force', 'contribution of DEU', 'houses burned (serb)')
    """
    words = PLAIN_WORDS.get(quantity, quantity.replace("_", " ").replace(".", ", "))
    if quantity.startswith("contribution."):
        words = f"contribution of {quantity.removeprefix('contribution.').upper()}"
    return words if community == "all" else f"{words} ({community})"


def listed(things: Iterable[str]) -> str:
    """Return things as one reads them out.

    Examples
    --------
    >>> listed(["a", "b", "c"]), listed([])
    ('a, b and c', '')
    """
    *some, last = list(things) or [""]
    return f"{', '.join(some)} and {last}" if some else last


def several(figures: Sequence[Figure], title: Callable[[str], str]) -> str:
    """Return who says which number: each number once, with the sources that give it."""
    who: dict[str, list[str]] = {}
    for figure in figures:
        titles = who.setdefault(published(figure), [])
        if title(figure.source) not in titles:
            titles.append(title(figure.source))
    parts = []
    for value, titles in who.items():
        more = len(titles) - MOST_NAMED
        named = [*titles[:MOST_NAMED], f"{more} more"] if more > 0 else titles
        parts.append(f"{value} by {listed(named)}")
    return "; ".join(parts)


def period(spans: Sequence[Span]) -> str:
    """Return the days from the first to the last of some spans, as short as they can be said.

    Examples
    --------
    >>> import datetime as dt
    >>> june = Span(dt.date(2009, 6, 1), dt.date(2009, 6, 30))
    >>> period([june])
    '2009-06'
    """
    first, last = min(s.first for s in spans), max(s.last for s in spans)
    if first == last:
        return str(first)
    whole_year = (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
    if whole_year and first.year == last.year:
        return str(first.year)
    if (first.year, first.month) == (last.year, last.month) and first.day == 1 and last.day > 27:
        return str(first)[:7]
    return f"{first} to {last}"
