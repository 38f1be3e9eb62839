"""What a published figure means: how far it may be off, what it counts, and how to write it.

How far a figure may be from the truth, by its own words, with ``step`` the place of the last digit
that is not zero (100 for 3,700) and ``margin`` the larger of 5 % and the step, the step counted
for 10 % at most:

=====================  ======================================  ================================
words                  meaning                                 3,700 becomes
=====================  ======================================  ================================
a range                from its low to its high end            as published
exact                  itself                                  3,700
none                   half a step, at most 2.5 %              3,650 to 3,750
about, derived ...     5 %, or half a step if that is more     3,515 to 3,885
more than, at least    from itself up by the margin            3,700 to 3,885
almost, just under     from itself down by the margin          3,515 to 3,700
up to                  from the low end, else 0, to itself     0 to 3,700
=====================  ======================================  ================================

The half step of "about" is counted for 10 % at most. A word that is not known here means none. Of a
total over some days "at least" and "more than" have no upper end: 935 does not contradict at least
550. A first count, or one so far, contradicts no later one: see `is_provisional`.

``Figure.includes`` keeps what was published of what is counted; `scope` says which of the words
of `SCOPES` it comes to. What is in no rule, such as a census, keeps its own words.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from interpose.scenario.phrases import listed
from interpose.scenario.tables.record import UNITS, Figure

ABOUT = 0.05
"""Part of itself by which a figure called "about" may be off."""

ROUNDED = 0.025
"""Part of itself by which a figure without qualifier may be rounded, at most."""

WIDEST = 0.1
"""Part of itself that the step of a very round figure is counted for, at most."""

QUALIFIERS: dict[str, str] = {
    r"exact": "exact",
    r"up to|at most|maximum|no more than|not more than": "up to",
    r"more than|over\b|above|at least|well over|minimum|exceed": "more than",
    r"almost|nearly|just under|slightly under|less than|fewer than|under\b|below": "almost",
    r"about|around|approx|some\b|circa|c\.|roughly|estimate|rund|etwa|derived|symbolic|close to":
        "about",
}  # fmt: skip
"""Published words -> the meaning that they have here; the first that is found counts."""

PROVISIONAL = r"first (count|toll|report)|so far|initial|preliminary|provisional"
"""Words of a count that its own source expected to change, or that was put right later."""


class Scope(NamedTuple):
    """What a figure counts: the published words for it, and how to say it of a source.

    Of one quantity, a figure of higher rank cannot be the smaller one. Rank 1 is counted as a
    matter of course: a figure that says nothing is taken to count this.
    """

    name: str
    rank: int | None
    published: str
    words: str = ""


SCOPES: tuple[Scope, ...] = (
    Scope("destroyed", 1, r"^(burned|burnt|destroyed)( or (burned|destroyed))?$",
          "counts what was burned or destroyed"),
    Scope("badly_damaged", 2, r"(heavily|badly) damaged", "counts what was badly damaged too"),
    Scope("damaged", 3, r"damaged", "counts what was damaged too"),
    Scope("not_stated", 1, r"^$|not.stated|^placemat$|reached", "does not say what it counts"),
    Scope("posts", 2, r"posts", "counts posts, not people"),
    Scope("exercise", None, r"exercise|rehearsal"),
    Scope("gate_1", None, r"gate 1", "means the first step down"),
    Scope("gate_2", None, r"gate 2|second step", "means the second step down"),
    Scope("end_state", None, r"end state|third step", "means the last step down"),
    Scope("kosovo_only", 0, r"only kosovo|kosovo.only|inside kosovo", "counts Kosovo only"),
    Scope("without_reserve", 0, r"without|before reinforcement|excluding|not counting",
          "leaves reserves or reinforcements out"),
    Scope("with_rear", 2, r"with.rear|rear areas?", "counts the rear areas too"),
    Scope("with_reserve", 2, r"incl.*(reserve|orf|reinforcement)|with.reserve|and reserve",
          "counts reserves or reinforcements too"),
    Scope("civilians", 2, r"civilian", "counts civilians too"),
    Scope("in_theatre", 1, r"in.theatre", "counts those in theatre"),
    Scope("nato_and_partners", 1, r"nato.and.partner", "counts NATO and its partners"),
    Scope("nato_only", 0, r"nato (members|allies|member states)( only)?$|^nato_only$",
          "calls all of them members of NATO"),
    Scope("international_only", 0, r"international only", "counts international staff only"),
    Scope("active", 1, r"^active$", "counts those on active duty"),
)  # fmt: skip
"""The first whose published words fit counts."""

_RANK = {scope.name: scope.rank for scope in SCOPES}

SCOPE_WORDS = {scope.name: scope.words for scope in SCOPES if scope.words}
"""Scope -> how to say it of a source."""

QUANTITY_WORDS = {
    "force.strength": "strength of the force",
    "assembly.votes_for": "votes for it in the assembly",
    "riots_2004.drowned": "children drowned",
    "us_forces.kuwait": "US forces in Kuwait",
    "force.nations": "nations in the force",
    "force.reinforcement": "reinforcement",
    "ksf.strength": "strength of the Kosovo Security Force",
    "ksf.deployed_abroad": "soldiers of the Kosovo Security Force sent abroad",
    "ksf.platoons_sent": "platoons of the Kosovo Security Force sent abroad",
    "ksf.tour_months": "length of the tour of the Kosovo Security Force, in months",
    "ksf.trained_abroad": "soldiers of the Kosovo Security Force trained abroad",
    "ksf.target": "strength aimed at for the Kosovo Security Force",
}
"""Quantity -> its words, where its own name would not read well."""

MOST_NAMED = 4
"""Titles named one by one in a sentence; further ones are counted."""


@dataclass(frozen=True, slots=True)
class Interval:
    """What a figure may mean, from `low` to `high`."""

    low: float
    high: float

    def meets(self, other: Interval) -> bool:
        """Return whether both can be true at once."""
        return self.low <= other.high and other.low <= self.high


def meaning(qualifier: str) -> str:
    """Return what a qualifier means: exact, more than, almost, up to, about, or nothing."""
    found = (word for words, word in QUALIFIERS.items() if re.search(words, qualifier.lower()))
    return next(found, "")


def is_provisional(figure: Figure) -> bool:
    """Return whether a figure is called a first count, one so far or the like."""
    return re.search(PROVISIONAL, figure.qualifier.lower()) is not None


def interval(figure: Figure) -> Interval:
    """Return what a published figure may mean; the rule is at the top of the file."""
    value = figure.value
    if figure.low is not None and figure.high is not None:
        return Interval(figure.low, figure.high)
    word, size = meaning(figure.qualifier), abs(value)
    step = last_place(value)
    margin = max(ABOUT * size, min(step, WIDEST * size))
    if word == "exact":
        return Interval(value, value)
    if word == "more than":
        return Interval(value, math.inf if figure.ends is not None else value + margin)
    if word == "almost":
        return Interval(value - margin, value)
    if word == "up to":
        return Interval(figure.low if figure.low is not None else min(0.0, value), value)
    if word == "about":
        half = max(ABOUT * size, min(step / 2.0, WIDEST * size))
    else:
        half = min(step / 2.0, ROUNDED * size) * (1.0 - 1e-9)
    return Interval(value - half, value + half)


def last_place(value: float) -> float:
    """Return the place of the last digit that is not zero.

    Examples
    --------
    >>> last_place(3700), last_place(4273), last_place(0.25), last_place(0)
    (100.0, 1.0, 0.01, 0.0)
    """
    if value == 0:
        return 0.0
    digits, _, exponent = f"{abs(value):.9e}".partition("e")
    decimals = len(digits.rstrip("0").rstrip(".").partition(".")[2])
    return float(10.0 ** (int(exponent) - decimals))


@lru_cache(maxsize=4096)
def scope(includes: str) -> str:
    """Return what the published words on what is counted come to."""
    plain = " ".join(includes.lower().replace("_", " ").split())
    return next((one.name for one in SCOPES if re.search(one.published, plain)), plain)


def same_scope(one: str, other: str) -> bool:
    """Return whether two scopes are the same, as far as the sources say."""
    return one == other or _RANK.get(one) == _RANK.get(other) == 1


def comparable(one: Figure, other: Figure) -> bool:
    """Return whether two figures count the same, as far as they say."""
    return same_scope(scope(one.includes), scope(other.includes))


def explains(one: Figure, other: Figure) -> bool:
    """Return whether what the two count can account for the larger number of one of them."""
    a, b = scope(one.includes), scope(other.includes)
    if same_scope(a, b):
        return False
    rank, other_rank = _RANK.get(a), _RANK.get(b)
    if rank is None or other_rank is None:
        return not (a.startswith("from ") or b.startswith("from "))
    return (rank - other_rank) * (one.value - other.value) >= 0


def same_unit(one: Figure, other: Figure) -> bool:
    """Return whether the units are of one family."""
    return UNITS[one.unit] == UNITS[other.unit]


def number(value: float) -> str:
    """Return a number with commas, without decimals that say nothing.

    Examples
    --------
    >>> number(3735.0), number(2.5)
    ('3,735', '2.5')
    """
    return f"{value:,.0f}" if value == int(value) else f"{value:,g}"


def published(figure: Figure) -> str:
    """Return a figure as it was published: its range, or with its source's own qualifier."""
    if figure.low is not None and figure.high is not None and figure.low < figure.high:
        return f"{number(figure.low)} to {number(figure.high)}"
    words, value = re.sub(rf",? *({PROVISIONAL})", "", figure.qualifier), number(figure.value)
    if "derived" in words:
        words = "about"
    first = re.search(PROVISIONAL, figure.qualifier.lower())
    known = meaning(words) not in {"", "exact"}
    return (f"{words} {value}" if known else value) + (f" ({first[0]})" if first else "")


def quantity_words(quantity: str, community: str = "all") -> str:
    """Return a quantity, and whom it counts, in words.

    Examples
    --------
    >>> quantity_words("contribution.deu"), quantity_words("houses_burned", "serb")
    ('contribution of DEU', 'houses burned (serb)')
    """
    words = QUANTITY_WORDS.get(quantity, quantity.replace("_", " ").replace(".", ", "))
    if quantity.startswith("contribution."):
        words = f"contribution of {quantity.removeprefix('contribution.').upper()}"
    return words if community == "all" else f"{words} ({community})"


def in_words_of(figure: Figure) -> str:
    """Return what a figure counts, in words."""
    return quantity_words(figure.quantity, figure.whom)


def who_says(figures: Sequence[Figure], title: Callable[[str], str]) -> str:
    """Return who says which number: each number once, with the sources that give it."""
    who: dict[str, dict[str, None]] = {}
    for figure in figures:
        who.setdefault(published(figure), {})[title(figure.source)] = None
    parts = []
    for value, titles in who.items():
        named, more = list(titles)[:MOST_NAMED], len(titles) - MOST_NAMED
        parts.append(f"{value} by {listed([*named, f'{more} more'] if more > 0 else named)}")
    return "; ".join(parts)
