"""Numbers in running text: digits, words, ranges, and the qualifier that stands with them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise

from interpose.record.pages.dictionary import Words, either, whole, words_of

_DIGITS = (
    r"(?<![\w.,/$€£#])(?<!\w[-–])"
    r"(?:\d{1,3}(?:[.,\s]\d{3})+(?!\d)|\d+(?:[.,]\d+)?)"
)
_AFTER_DIGITS = r"(?![\w%/]|\s?%|[.,:]\d)"
_GROUPED = re.compile(r"\d{1,3}([.,\s]\d{3})+")
_MOST_SPREAD = 5.0


@dataclass(frozen=True, slots=True)
class Number:
    """A number, with the words that qualify it.

    Attributes
    ----------
    start, end : int
        Of the whole mention, qualifier included.
    core_start, core_end : int
        Of the number alone.
    value : float
        For a range its low end.
    low, high : float or None
        Ends of a range.
    qualifier : str
        As the record writes it: about, almost, more than, at least, up to, less than, exact, range.
    """

    start: int
    end: int
    core_start: int
    core_end: int
    value: float
    low: float | None = None
    high: float | None = None
    qualifier: str = ""


@dataclass(frozen=True, slots=True)
class _Patterns:
    number: re.Pattern[str]
    token: re.Pattern[str]
    before: re.Pattern[str]
    after: re.Pattern[str]
    vague: re.Pattern[str]
    values: dict[str, float]
    scales: dict[str, float]


@cache
def _patterns(language: str) -> _Patterns:
    words = words_of(language)
    rows = words.table["numbers"]
    word, scale = either(rows["words"]), either(rows["scales"])
    joiner = either(rows["joiners"])
    spelt = rf"(?:{word}|{either(rows['articles'])}\s+{scale}|{scale})"
    more = rf"(?:[\s-]+(?:{joiner}\s+)?(?:{word}|{scale}))*"
    spelt = rf"(?<![\w-]){spelt}{more}(?![\w])"
    digits = rf"{_DIGITS}(?:[\s-]?{scale}(?!\w))?{_AFTER_DIGITS}"
    filler = r"(?:(?:a|an|the|its|their)\s+)?(?:(?:total\s+of|further|additional|extra)\s+)?"
    return _Patterns(
        re.compile(rf"{digits}|{spelt}", re.IGNORECASE),
        re.compile(rf"(?<!\w)(?:{word}|{scale})(?!\w)", re.IGNORECASE),
        re.compile(
            rf"(?<!\w)(?P<q>{either(words.map('qualifiers'))})\s+{filler}$|(?P<sign>[~≈>])\s?$",
            re.IGNORECASE,
        ),
        re.compile(rf"[\s-]?(?P<q>{either(words.map('qualifiers_after'))})(?!\w)", re.IGNORECASE),
        whole(rows.get("vague", ())),
        {k: float(v) for k, v in rows["words"].items()},
        {k: float(v) for k, v in rows["scales"].items()},
    )


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
    made = _patterns(words.language)
    vague = _vague(text, words, made)
    taken = [*taken, *((n.start, n.end) for n in vague)]
    plain: list[Number] = []
    for match in made.number.finditer(text):
        if any(match.start() < end and start < match.end() for start, end in taken):
            continue
        value = _value(match.group(), made, words)
        if value is not None:
            start, end = match.span()
            plain.append(Number(start, end, start, end, value))
    exact = [_qualified(number, text, words, made) for number in _ranges(plain, text, words)]
    return sorted([*vague, *exact], key=lambda number: number.start)


def _vague(text: str, words: Words, made: _Patterns) -> list[Number]:
    """Return hundreds of, dozens of and the like: as the least and the most they can mean."""
    found: list[Number] = []
    for match in made.vague.finditer(text):
        said = " ".join(match.group().lower().split())
        least, most = words.table["numbers"]["vague"][said]
        start, end = match.span()
        told = said.removesuffix(" of")
        found.append(Number(start, end, start, end, float(least), float(least), most, told))
    return found


def _value(found: str, made: _Patterns, words: Words) -> float | None:
    if not found[0].isdigit():
        return _spelt(found, made)
    digits = re.match(r"[\d.,\s]*\d", found)
    assert digits
    factor = 1.0
    for token in made.token.findall(found[digits.end() :]):
        factor *= made.scales.get(token.lower(), 1.0)
    written = digits.group()
    decimal_point = factor > 1 and words.language == "en" and written.count(".") == 1
    if _GROUPED.fullmatch(written) and not decimal_point:
        return float(re.sub(r"\D", "", written)) * factor
    try:
        return float(re.sub(r"\s", "", written).replace(",", ".")) * factor
    except ValueError:
        return None


def _spelt(found: str, made: _Patterns) -> float | None:
    total = current = 0.0
    for token in made.token.findall(found):
        word = " ".join(token.lower().split())
        if word in made.values:
            current += made.values[word]
        elif (scale := made.scales.get(word, 0.0)) >= 1000:
            total, current = total + max(current, 1.0) * scale, 0.0
        elif scale:
            current = max(current, 1.0) * scale
    return total + current or None


def _ranges(numbers: list[Number], text: str, words: Words) -> list[Number]:
    """Join the ends of ranges; a step from one level to another is two numbers."""
    if not numbers:
        return []
    to, either_or = words.any("ranges", "to"), words.any("ranges", "or")
    and_, between = words.any("ranges", "and"), words.any("ranges", "between")
    before = re.compile(rf"(?<!\w){between}\s+$", re.IGNORECASE)
    stepping = re.compile(rf"(?<!\w){words.any('ranges', 'from')}\s+$", re.IGNORECASE)
    joined: list[Number] = []
    skip = False
    for one, two in pairwise([*numbers, numbers[-1]]):
        if skip:
            skip = False
            continue
        link = text[one.end : two.start]
        head = text[max(0, one.start - 30) : one.start]
        opened = before.search(head)
        is_range = one is not two and one.value < two.value <= _MOST_SPREAD * one.value
        near = re.fullmatch(rf"\s?[-–—]\s?|\s+(?:{to}|{either_or})\s+", link, re.IGNORECASE)
        near = near if not stepping.search(head) else None
        wide = opened and re.fullmatch(rf"\s+{and_}\s+", link, re.IGNORECASE)
        if (is_range and near) or (wide and one.value < two.value):
            start = one.start - len(opened.group()) if opened and wide else one.start
            joined.append(
                Number(start, two.end, one.start, two.end, one.value, one.value, two.value, "range")
            )
            skip = True
        else:
            joined.append(one)
    return joined


def _qualified(number: Number, text: str, words: Words, made: _Patterns) -> Number:
    head = text[max(0, number.start - 48) : number.start]
    if (found := made.before.search(head)) and number.qualifier != "range":
        said = " ".join((found.group("q") or "").lower().split())
        sign = {"~": "about", "≈": "about", ">": "more than"}.get(found.group("sign") or "", "")
        start = number.start - len(found.group())
        return replace(
            number, start=start, qualifier=sign or words.map("qualifiers").get(said, said)
        )
    if (found := made.after.match(text, number.end)) and number.qualifier != "range":
        said = " ".join(found.group("q").lower().split())
        return replace(number, end=found.end(), qualifier=words.map("qualifiers_after")[said])
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
