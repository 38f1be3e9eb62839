"""Numbers in running text: digits, words, ranges, and the qualifier that stands with them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from interpose.record.pages.language import Words

_DIGITS = (
    r"(?<![\w.,/$€£#])(?<![^\W\d][-–])"
    r"(?:\d{1,3}(?:[.,'\s]\d{3})+(?!\d)|\d{1,2}(?:,\d\d)+,\d{3}|\d+(?:[.,]\d+)?)(?:[\s-]?<numbers.scales>(?!\w))?"
    r"(?![\w%/]|\s?%|[.,:]\d)"
)
_SPELT = (
    r"(?<![\w-])(?:<numbers.words>|<numbers.articles>\s+<numbers.scales>|<numbers.scales>)"
    r"(?:[\s-]+(?:<numbers.joiners>\s+)?(?:<numbers.words>|<numbers.scales>))*(?![\w])"
)
_NUMBER = f"{_DIGITS}|{_SPELT}"
_TOKEN = r"(?<!\w)(?:<numbers.words>|<numbers.scales>)(?!\w)"
_QUALIFIED = (
    r"(?<!\w)(?P<q><qualifiers.*>)\s+(?:(?:a|an|the|its|their)\s+)?"
    r"(?:(?:total\s+of|further|additional|extra)\s+)?$|(?P<sign>[~≈>])\s?$"
)
_QUALIFIED_AFTER = r"[\s-]?(?P<q><qualifiers_after.*>)(?!\w)"
_RANGE_LINK = r"\s?[-–—]\s?|\s+(?:<ranges.to>|<ranges.or>)\s+"
_GROUPED = re.compile(r"\d{1,3}([.,'\s]\d{3})+|\d{1,2}(,\d\d)+,\d{3}")
_SIGNS = {"~": "about", "≈": "about", ">": "more than"}

LARGEST = 1e12
"""A larger number on a page is a slip, a code or a joke, and is no number here."""

MOST_SPREAD = 5.0
"""The high end of a range is at most this many times its low end, or it is two numbers."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number, with the words that qualify it, which are in its span.

    The value of a range is its low end. The qualifier is as the record writes it: about, almost,
    more than, at least, up to, less than, exact, range.
    """

    start: int
    end: int
    value: float
    low: float | None = None
    high: float | None = None
    qualifier: str = ""


def find_numbers(text: str, words: Words, taken: Sequence[tuple[int, int]] = ()) -> list[Number]:
    """Return the numbers of a folded text in order, ranges joined.

    Spans that are `taken`, by dates for example, hold no numbers.
    """
    vague: list[Number] = []
    for match in words.find("numbers", "vague").finditer(text):
        said = _plain(match.group())
        least, most = map(float, words.table["numbers"]["vague"][said])
        is_one = most == least
        low, high = (None, None) if is_one else (least, most)
        vague.append(Number(*match.span(), least, low, high, said.removesuffix(" of")))
    taken = [*taken, *((n.start, n.end) for n in vague)]
    plain: list[Number] = []
    for match in words.pattern(_NUMBER).finditer(text):
        if any(match.start() < end and start < match.end() for start, end in taken):
            continue
        value = _value(match.group(), words)
        if value is not None and value <= LARGEST:
            plain.append(Number(*match.span(), value))
    joined = [_qualified(number, text, words) for number in _ranges(plain, text, words)]
    return sorted([*vague, *joined], key=lambda number: number.start)


def _plain(said: str) -> str:
    return " ".join(said.lower().split())


def _value(found: str, words: Words) -> float | None:
    if not (digits := re.match(r"\d(?:[\d.,'\s]*\d)?", found)):
        return _spelt(found, words)
    factor = 1.0
    for token in words.pattern(_TOKEN).findall(found[digits.end() :]):
        factor *= words.table["numbers"]["scales"].get(token.lower(), 1.0)
    written = digits.group()
    decimal_point = factor > 1 and words.language == "en" and written.count(".") == 1
    if _GROUPED.fullmatch(written) and not decimal_point:
        return float(re.sub(r"\D", "", written)) * factor
    try:
        return float(re.sub(r"\s", "", written).replace(",", ".")) * factor
    except ValueError:
        return None


def _spelt(found: str, words: Words) -> float | None:
    values, scales = words.table["numbers"]["words"], words.table["numbers"]["scales"]
    total = current = 0.0
    for word in map(_plain, words.pattern(_TOKEN).findall(found)):
        scale = scales.get(word, 0.0)
        if word in values:
            current += values[word]
        elif scale >= 1000:
            total, current = total + max(current, 1.0) * scale, 0.0
        elif scale:
            current = max(current, 1.0) * scale
    return total + current or None


def _ranges(numbers: list[Number], text: str, words: Words) -> list[Number]:
    """Join the ends of ranges; a step from one level to another is two numbers."""
    joined: list[Number] = []
    for two in numbers:
        one = joined[-1] if joined and joined[-1].high is None else None
        if (
            one
            and one.value < 100 <= two.value / 10
            and re.fullmatch(r"\s?[-–]\s?", text[one.end : two.start])
        ):  # 3-4,000
            one = replace(one, value=one.value * 1000)
        if one is None or one.value >= two.value:
            joined.append(two)
            continue
        link, head = text[one.end : two.start], text[max(0, one.start - 30) : one.start]
        opened = words.pattern(r"(?<!\w)<ranges.between>\s+$").search(head)
        is_wide = opened and words.pattern(r"\s+<ranges.and>\s+").fullmatch(link)
        is_near = words.pattern(_RANGE_LINK).fullmatch(link) and not words.pattern(
            r"(?<!\w)<ranges.from>\s+$"
        ).search(head)
        if is_wide or (is_near and two.value <= MOST_SPREAD * one.value):
            start = one.start - len(opened.group()) if opened and is_wide else one.start
            joined[-1] = Number(start, two.end, one.value, one.value, two.value, "range")
        else:
            joined.append(two)
    return joined


def _qualified(number: Number, text: str, words: Words) -> Number:
    if number.qualifier == "range":
        return number
    head = text[max(0, number.start - 48) : number.start]
    if found := words.pattern(_QUALIFIED).search(head):
        said = _plain(found["q"] or "")
        qualifier = _SIGNS.get(found["sign"] or "", "") or words.map("qualifiers").get(said, said)
        return replace(number, start=number.start - len(found.group()), qualifier=qualifier)
    if found := words.pattern(_QUALIFIED_AFTER).match(text, number.end):
        qualifier = words.map("qualifiers_after")[_plain(found["q"])]
        return replace(number, end=found.end(), qualifier=qualifier)
    return number


def written(value: float | None) -> str:
    """Write a number as the tables do: no separators, no needless point; nothing for None."""
    if value is None:
        return ""
    return str(int(value)) if value == int(value) else f"{value:g}"
