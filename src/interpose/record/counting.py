"""What a figure counts, in a small set of words beside the published ones.

``Figure.includes`` keeps what was published; `counts` says which of the words of `SCOPE` it comes
to, so that figures can be compared. What is in no rule, such as a census, keeps its own words.
"""

from __future__ import annotations

import re
from functools import lru_cache

from interpose.scenario.tables.record import UNITS, Figure

RULES: tuple[tuple[str, str], ...] = (
    (r"^$|not.stated|^placemat$|reached", "not_stated"),
    (r"posts", "posts"),
    (r"exercise|rehearsal", "exercise"),
    (r"gate 1", "gate_1"),
    (r"gate 2|second step", "gate_2"),
    (r"end state|third step", "end_state"),
    (r"only kosovo|kosovo.only|inside kosovo", "kosovo_only"),
    (r"without|before reinforcement|excluding|not counting", "without_reserve"),
    (r"with.rear|rear areas?", "with_rear"),
    (r"incl.*(reserve|orf|reinforcement)|with.reserve|and reserve", "with_reserve"),
    (r"civilian", "civilians"),
    (r"in.theatre", "in_theatre"),
    (r"nato.and.partner", "nato_and_partners"),
    (r"nato (members|allies|member states)( only)?$|^nato_only$", "nato_only"),
    (r"international only", "international_only"),
    (r"^active$", "active"),
)
"""Published words -> one word; the first rule that fits counts."""

PLAIN = frozenset({"not_stated", "in_theatre", "active", "nato_and_partners"})
"""What is counted as a matter of course. A figure that says nothing is taken to count this."""

SCOPE: dict[str, int] = {
    **dict.fromkeys(PLAIN, 1),
    **dict.fromkeys(("kosovo_only", "without_reserve", "nato_only", "international_only"), 0),
    **dict.fromkeys(("with_rear", "with_reserve", "civilians", "posts"), 2),
}
"""Word -> how much it counts: of the same thing, a larger number here cannot be the smaller one."""

SAID: dict[str, str] = {
    "not_stated": "does not say what it counts",
    "in_theatre": "counts those in theatre",
    "kosovo_only": "counts Kosovo alone",
    "with_rear": "counts the rear areas too",
    "with_reserve": "counts reserves or reinforcements too",
    "without_reserve": "leaves reserves or reinforcements out",
    "civilians": "counts civilians too",
    "posts": "counts posts, not people",
    "active": "counts those on active duty",
    "nato_only": "calls all of them members of NATO",
    "nato_and_partners": "counts NATO and its partners",
    "international_only": "counts international staff alone",
    "gate_1": "means the first step down",
    "gate_2": "means the second step down",
    "end_state": "means the last step down",
}
"""Word -> how to say it of a source."""


@lru_cache(maxsize=4096)
def counts(includes: str) -> str:
    """Return what the published words come to.

    Examples
    --------
    >>> counts("Kosovo + rear areas"), counts("incl. ORF battalion"), counts("without ORF")
    ('with_rear', 'with_reserve', 'without_reserve')
    >>> counts("census, north not covered")
    'census, north not covered'
    """
    plain = " ".join(includes.lower().replace("_", " ").split())
    for pattern, word in RULES:
        if re.search(pattern, plain):
            return word
    return plain


def comparable(one: Figure, other: Figure) -> bool:
    """Return whether two figures count the same, as far as they say."""
    a, b = counts(one.includes), counts(other.includes)
    return a == b or (a in PLAIN and b in PLAIN)


def explains(one: Figure, other: Figure) -> bool:
    """Return whether what the two count can account for the larger number of one of them."""
    a, b = counts(one.includes), counts(other.includes)
    if comparable(one, other):
        return False
    if a not in SCOPE or b not in SCOPE:
        return not (a.startswith("from ") or b.startswith("from "))
    return (SCOPE[a] - SCOPE[b]) * (one.value - other.value) >= 0


def same_unit(one: Figure, other: Figure) -> bool:
    """Return whether the units are of one family."""
    return UNITS[one.unit] == UNITS[other.unit]
