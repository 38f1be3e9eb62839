"""Numbers in running text: digits, words, ranges, and the qualifier that stands with them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from interpose.record.pages.language import Words, any_of, whole, words_of

_DIGITS = (
    r"(?<![\w.,/$€£#])(?<!\w[-–])"
    r"(?:\d{1,3}(?:[.,\s]\d{3})+(?!\d)|\d+(?:[.,]\d+)?)"
)
_AFTER_DIGITS = r"(?![\w%/]|\s?%|[.,:]\d)"
_GROUPED = re.compile(r"\d{1,3}([.,\s]\d{3})+")
_SIGNS = {"~": "about", "≈": "about", ">": "more than"}
_FILLER = r"(?:(?:a|an|the|its|their)\s+)?(?:(?:total\s+of|further|additional|extra)\s+)?"

MOST_SPREAD = 5.0
"""The high end of a range is at most this many times its low end, or it is two numbers."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number, with the words that qualify it.

    Attributes
    ----------
    start, end : int
        Of the whole mention, qualifier included.
    value : float
        For a range its low end.
    low, high : float or None
        Ends of a range.
    qualifier : str
        As the record writes it: about, almost, more than, at least, up to, less than, exact, range.
    """

    start: int
    end: int
    value: float
    low: float | None = None
    high: float | None = None
    qualifier: str = ""


class _Patterns:
    """The patterns of one language."""

    def __init__(self, language: str) -> None:
        words = words_of(language)
        rows = words.table["numbers"]
        word, scale, joiner, article = (
            any_of(rows[name]) for name in ("words", "scales", "joiners", "articles")
        )
        more = rf"(?:[\s-]+(?:{joiner}\s+)?(?:{word}|{scale}))*"
        spelt = rf"(?<![\w-])(?:{word}|{article}\s+{scale}|{scale}){more}(?![\w])"
        digits = rf"{_DIGITS}(?:[\s-]?{scale}(?!\w))?{_AFTER_DIGITS}"
        self.number = re.compile(rf"{digits}|{spelt}", re.IGNORECASE)
        self.token = re.compile(rf"(?<!\w)(?:{word}|{scale})(?!\w)", re.IGNORECASE)
        self.qualifiers = words.map("qualifiers")
        self.qualifiers_after = words.map("qualifiers_after")
        self.before = re.compile(
            rf"(?<!\w)(?P<q>{any_of(self.qualifiers)})\s+{_FILLER}$|(?P<sign>[~≈>])\s?$",
            re.IGNORECASE,
        )
        self.after = re.compile(
            rf"[\s-]?(?P<q>{any_of(self.qualifiers_after)})(?!\w)", re.IGNORECASE
        )
        self.vague_ends: dict[str, tuple[int, int]] = rows.get("vague", {})
        self.vague = whole(self.vague_ends)
        self.values = {form: float(value) for form, value in rows["words"].items()}
        self.scales = {form: float(value) for form, value in rows["scales"].items()}
        to, or_, and_, between, from_ = (
            words.any("ranges", name) for name in ("to", "or", "and", "between", "from")
        )
        self.near = re.compile(rf"\s?[-–—]\s?|\s+(?:{to}|{or_})\s+", re.IGNORECASE)
        self.wide = re.compile(rf"\s+{and_}\s+", re.IGNORECASE)
        self.between = re.compile(rf"(?<!\w){between}\s+$", re.IGNORECASE)
        self.step_from = re.compile(rf"(?<!\w){from_}\s+$", re.IGNORECASE)


_patterns = cache(_Patterns)


def find_numbers(text: str, words: Words, taken: Sequence[tuple[int, int]] = ()) -> list[Number]:
    """Return the numbers of a folded text in order, ranges joined, dates left out.

    Parameters
    ----------
    text : str
        Folded text.
    words : Words
    taken : sequence of (start, end)
        Spans, of dates for example, whose digits are no numbers.

    Examples
    --------
    >>> found = find_numbers("Between 3,700 and 3,800 men, up to 24 guns.", words_of("en"))
    >>> [(n.value, n.high, n.qualifier) for n in found]
    [(3700.0, 3800.0, 'range'), (24.0, None, 'up to')]
    """
    patterns = _patterns(words.language)
    vague: list[Number] = []
    for match in patterns.vague.finditer(text):
        said = _plain(match.group())
        least, most = map(float, patterns.vague_ends[said])
        vague.append(Number(*match.span(), least, least, most, said.removesuffix(" of")))
    taken = [*taken, *((n.start, n.end) for n in vague)]
    plain: list[Number] = []
    for match in patterns.number.finditer(text):
        if any(match.start() < end and start < match.end() for start, end in taken):
            continue
        value = _value(match.group(), patterns, words.language)
        if value is not None:
            plain.append(Number(*match.span(), value))
    joined = [_qualified(number, text, patterns) for number in _ranges(plain, text, patterns)]
    return sorted([*vague, *joined], key=lambda number: number.start)


def _plain(said: str) -> str:
    return " ".join(said.lower().split())


def _value(found: str, patterns: _Patterns, language: str) -> float | None:
    if not (digits := re.match(r"\d(?:[\d.,\s]*\d)?", found)):
        return _spelt(found, patterns)
    factor = 1.0
    for token in patterns.token.findall(found[digits.end() :]):
        factor *= patterns.scales.get(token.lower(), 1.0)
    written = digits.group()
    decimal_point = factor > 1 and language == "en" and written.count(".") == 1
    if _GROUPED.fullmatch(written) and not decimal_point:
        return float(re.sub(r"\D", "", written)) * factor
    try:
        return float(re.sub(r"\s", "", written).replace(",", ".")) * factor
    except ValueError:
        return None


def _spelt(found: str, patterns: _Patterns) -> float | None:
    total = current = 0.0
    for token in patterns.token.findall(found):
        word = _plain(token)
        if word in patterns.values:
            current += patterns.values[word]
        elif (scale := patterns.scales.get(word, 0.0)) >= 1000:
            total, current = total + max(current, 1.0) * scale, 0.0
        elif scale:
            current = max(current, 1.0) * scale
    return total + current or None


def _ranges(numbers: list[Number], text: str, patterns: _Patterns) -> list[Number]:
    """Join the ends of ranges; a step from one level to another is two numbers."""
    joined: list[Number] = []
    for two in numbers:
        one = joined[-1] if joined and joined[-1].high is None else None
        if one is None or one.value >= two.value:
            joined.append(two)
            continue
        link, head = text[one.end : two.start], text[max(0, one.start - 30) : one.start]
        opened = patterns.between.search(head) if patterns.wide.fullmatch(link) else None
        near = patterns.near.fullmatch(link) and not patterns.step_from.search(head)
        if opened or (near and two.value <= MOST_SPREAD * one.value):
            start = one.start - len(opened.group()) if opened else one.start
            joined[-1] = Number(start, two.end, one.value, one.value, two.value, "range")
        else:
            joined.append(two)
    return joined


def _qualified(number: Number, text: str, patterns: _Patterns) -> Number:
    if number.qualifier == "range":
        return number
    head = text[max(0, number.start - 48) : number.start]
    if found := patterns.before.search(head):
        said = _plain(found["q"] or "")
        qualifier = _SIGNS.get(found["sign"] or "", "") or patterns.qualifiers.get(said, said)
        return replace(number, start=number.start - len(found.group()), qualifier=qualifier)
    if found := patterns.after.match(text, number.end):
        qualifier = patterns.qualifiers_after[_plain(found["q"])]
        return replace(number, end=found.end(), qualifier=qualifier)
    return number


def written(value: float | None) -> str:
    """Write a number as the tables do: no separators, no needless point; nothing for None.

    Examples
    --------
    >>> written(3800.0), written(1.5), written(None)
    ('3800', '1.5', '')
    """
    if value is None:
        return ""
    return str(int(value)) if value == int(value) else f"{value:g}"
