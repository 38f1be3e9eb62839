"""A page cut into sentences, each with its numbers, dates and the people that are counted in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from interpose.record.pages.dates import Date
from interpose.record.pages.dictionary import Words, words_of
from interpose.record.pages.numbers import Number, find_numbers
from interpose.record.pages.shapes import Line, Part

Category = Literal["military", "police", "nations", "people", "bare"]

_END = re.compile(r"[.!?]+[\"'”“’»)\]]*\s+(?=[\"'“”„«(\[]*[A-Z0-9])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|Gen|Maj|Lt|Col|Brig|Capt|Sgt|Adm|Cmdr|St|No|Nos|Jan|Feb|Mar|"
    r"Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec|vs|Rep|Sen|Gov|Art|approx|br|nr|dr|tzv|npr|str|god)"
    r"|\bU\.S|\bU\.N|\bU\.K|\be\.g|\bi\.e)\.\s+$"
)


@dataclass(frozen=True, slots=True)
class Counted:
    """A number of persons or nations: 13,500 U.S. forces, a platoon of 30 members, 27 countries.

    Attributes
    ----------
    start, end : int
        From the qualifier to the noun.
    number : Number
    category : Category
        ``bare``: no noun stands with it.
    noun : str
        The noun, lower case; empty where there is none.
    gap : str
        What stands between the number and the noun: nationality, kind, state.
    after : str
        What follows the noun when it says whose they are: of the Armed Forces, from Turkey.
    formation : str
        Platoon, battalion and so on, where the number is its strength.
    is_adjective : bool
        As in a 3,400-troop force.
    """

    start: int
    end: int
    number: Number
    category: Category
    noun: str = ""
    gap: str = ""
    after: str = ""
    formation: str = ""
    is_adjective: bool = False

    @property
    def words(self) -> str:
        """All words that may say who they are."""
        return f"{self.gap} {self.noun} {self.after}".strip()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the folded text; all spans count in the whole text."""

    start: int
    end: int
    text: str
    part: Part
    paragraph: int
    numbers: tuple[Number, ...]
    counted: tuple[Counted, ...]
    dates: tuple[Date, ...]


def sentences_of(
    text: str, lines: Sequence[Line], dates: Sequence[Date], words: Words
) -> list[Sentence]:
    """Cut a folded text into sentences.

    Parameters
    ----------
    text : str
        Folded text.
    lines : sequence of Line
        Its paragraphs, with spans in it.
    dates : sequence of Date
        All dates of the text.
    words : Words
    """
    made: list[Sentence] = []
    for paragraph, line in enumerate(lines):
        for start, end in cut(text[line.start : line.end], line.start):
            own = tuple(d for d in dates if start <= d.start < end)
            numbers = tuple(
                _moved(n, start)
                for n in find_numbers(
                    text[start:end], words, [(d.start - start, d.end - start) for d in own]
                )
            )
            each = [_count(text, n, end, numbers, words) for n in numbers]
            counted = tuple(_shared_nouns(each, text, words))
            made.append(
                Sentence(start, end, text[start:end], line.part, paragraph, numbers, counted, own)
            )
    return made


def cut(text: str, offset: int = 0) -> Iterator[tuple[int, int]]:
    """Yield the spans of the sentences of a paragraph.

    Examples
    --------
    >>> text = "The U.S. sent 30. Maj. Gen. Correll said so."
    >>> [text[start:end] for start, end in cut(text)]
    ['The U.S. sent 30.', 'Maj. Gen. Correll said so.']
    """
    start = 0
    for found in _END.finditer(text):
        if _ABBREVIATION.search(text[max(start, found.start() - 10) : found.end()]):
            continue
        yield offset + start, offset + len(text[: found.end()].rstrip())
        start = found.end()
    if text[start:].strip():
        yield offset + start, offset + len(text.rstrip())


def _shared_nouns(each: list[Counted], text: str, words: Words) -> list[Counted]:
    """Give numbers the noun they share with a neighbour: 11 Italian and 19 Hungarian soldiers."""
    nation = words.nations.pattern.pattern
    made = list(each)
    for at, one in enumerate(each):
        if one.category not in ("bare", "people") or (one.category == "people" and one.formation):
            continue
        tail = text[one.number.end : one.number.end + 60]
        if at + 1 < len(each) and each[at + 1].noun and each[at + 1].gap:
            link = text[one.number.end : each[at + 1].start]
            if found := re.fullmatch(rf"\s+({nation})\s*(?:,|,?\s+(?:and|i|dhe))\s*", link):
                after = each[at + 1]
                made[at] = replace(
                    one, category=after.category, noun=after.noun, gap=found.group(1), after="",
                    end=one.number.end + found.end(1),
                )  # fmt: skip
        elif at and made[at - 1].noun and one.category == "bare":
            found = re.match(rf"\s+from\s+(?:the\s+|its\s+)?({nation})(?:\s+contingent)?", tail)
            if found:
                before = made[at - 1]
                made[at] = replace(
                    one, category=before.category, noun=before.noun, after=found.group(1),
                    end=one.number.end + found.end(),
                )  # fmt: skip
    return made


def _moved(number: Number, by: int) -> Number:
    return Number(
        number.start + by, number.end + by, number.core_start + by, number.core_end + by,
        number.value, number.low, number.high, number.qualifier,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Nouns:
    counted: re.Pattern[str]
    nations: re.Pattern[str]
    adjective: re.Pattern[str]
    formation: re.Pattern[str]
    after: re.Pattern[str]
    bare_nation: re.Pattern[str]


@cache
def _nouns(language: str) -> _Nouns:
    words = words_of(language)
    names = words.nations.pattern.pattern
    military, police, people = (
        words.any("units", name) for name in ("military", "police", "people")
    )
    stop = words.any("units", "between")
    step = (
        rf"(?:{names}(?:(?:,|,?\s+(?:and|dhe|i)\s+)\s*{names})*|(?!{stop}(?!\w))[A-Za-z][\w.'/-]*)"
    )
    gap = rf"(?P<gap>(?:\s+{step}){{0,5}}?)[\s-]+"
    modifier = words.any("units", "nation_modifiers")
    noun = rf"(?:(?P<military>{military})|(?P<police>{police})|(?P<people>{people}))"
    nation = rf"(?:{modifier}\s+)*{words.any('units', 'nations')}"
    flags = re.IGNORECASE
    return _Nouns(
        re.compile(rf"{gap}{noun}(?!\w)", flags),
        re.compile(
            rf"(?P<gap>(?:\s+{step}){{0,3}}?)\s+"
            rf"(?P<nations>{nation}|{modifier}(?:\s+{modifier})*\s+members)(?!\w)",
            flags,
        ),
        re.compile(rf"[\s-]({words.any('units', 'suffixes')})(?=\s+[A-Za-z])|\s(strong)\b", flags),
        re.compile(rf"({words.any('units', 'formations')})\s+(?:of|od|prej|me)\s+$", flags),
        re.compile(
            r"\s+(?:of|from|in|belonging to|with|of the|iz|nga|te|e)\s+([^,.;:]{2,60})", flags
        ),
        re.compile(rf"(?P<gap>(?:\s+[a-z]+){{0,2}}?)\s+(?P<people>{names})(?!\w)"),
    )


def _count(
    text: str, number: Number, end: int, all_of_it: Sequence[Number], words: Words
) -> Counted:
    """See what a number counts."""
    made = _nouns(words.language)
    following = [n.start for n in all_of_it if n.start >= number.end]
    stop = min([end, *following])
    tail = text[number.end : stop]
    formation = ""
    if found := made.formation.search(text[max(0, number.start - 30) : number.start]):
        formation = found.group(1).lower()
    if (found := made.adjective.match(tail)) and words.list("units", "suffixes"):
        return _adjective(number, found, tail)
    nation, person = made.nations.match(tail), made.counted.match(tail)
    if nation and (not person or nation.end() >= person.end()):
        noun = nation.group("nations").lower()
        return Counted(number.start, number.end + nation.end(), number, "nations", noun)
    if person and not _is_not_counted(tail[person.end() :], words):
        return _person(number, person, tail, formation, made)
    if people := made.bare_nation.match(tail):
        gap, noun = people.group("gap"), people.group("people")
        if noun.endswith(("s", "a", "e", "ve", "re")) and not re.match(
            r"\s+[a-z]*\s?\w+ers\b", tail
        ):
            at = number.end + people.end()
            return Counted(number.start, at, number, "people", noun, gap.strip(), "", formation)
    category: Category = "military" if formation else "bare"
    return Counted(number.start, number.end, number, category, formation=formation)


def _adjective(number: Number, found: re.Match[str], tail: str) -> Counted:
    owner = re.match(r"\s+((?:[\w.'-]+\s*){1,5})", tail[found.end() :])
    after = owner.group(1).strip() if owner else ""
    return Counted(
        number.start, number.end + found.end(), number, "military", "persons", "", after,
        is_adjective=True,
    )  # fmt: skip


def _person(
    number: Number, found: re.Match[str], tail: str, formation: str, made: _Nouns
) -> Counted:
    category: Category = next(
        (name for name in ("military", "police", "people") if found.group(name)), "people"
    )
    after = made.after.match(tail, found.end())
    return Counted(
        number.start,
        number.end + found.end(),
        number,
        "military" if formation and category == "people" else category,
        found.group(category).lower(),
        found.group("gap").strip(),
        after.group(1).strip() if after else "",
        formation,
    )


def _is_not_counted(tail: str, words: Words) -> bool:
    return bool(re.match(rf"\s+{words.any('units', 'not_after')}(?!\w)", tail, re.IGNORECASE))
