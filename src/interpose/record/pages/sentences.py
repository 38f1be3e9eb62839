"""A page cut into sentences, each with its numbers, its dates and what is counted in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Literal

from interpose.record.pages.dates import Date, PageDay
from interpose.record.pages.language import Words, forces
from interpose.record.pages.numbers import Number, find_numbers
from interpose.record.pages.page import Line, Part

Category = Literal["military", "police", "nations", "people", "bare"]

LONGEST_SENTENCE = 1000
"""Characters after which a sentence is cut at a space: no rule then reads farther than this."""

MOST_PEOPLE = 1e10
"""More than there are on earth; and there are fewer nations than `MOST_NATIONS`."""
MOST_NATIONS = 300

MOST_NUMBERS = 60
"""What holds more numbers than this between two full stops is a table, and no sentence."""

_DATELINE = re.compile(r"[A-Z]{3,}[^.()]{0,40}(?:\([^)]{2,40}\)\s*)?\s?(?:--|[—–-])\s")
"""Where and by whom a report was written: BRUSSELS, Belgium (Reuters) -."""

_END = re.compile(r"(?<![.!?])[.!?]+[\"'”“’»)\]]*\s+(?=[\"'“”„«(\[]*[A-Z0-9])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:[A-Z]|Mr|Mrs|Ms|Dr|Prof|Gen|Maj|Lt|Col|Brig|Capt|Sgt|Adm|Cmdr|St|No|Nos|Jan|Feb|Mar|"
    r"Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec|vs|Rep|Sen|Gov|Art|approx|br|nr|dr|tzv|npr|str|god)"
    r"|\bU\.S|\bU\.N|\bU\.K|\be\.g|\bi\.e)\.\s+$"
)


@dataclass(frozen=True, slots=True)
class Counted:
    """A number of persons or nations: 13,500 U.S. forces, a platoon of 30 members, 27 countries.

    It spans from the qualifier to the noun, which is in lower case; ``bare`` are numbers without
    one. Nationality, kind and state stand in the `gap` between the two, whose they are `after` the
    noun (of the Armed Forces, from Turkey). `formation` is the platoon or battalion of which the
    number is the strength; `is_adjective` as in a 3,400-troop force.
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
    """A sentence of the folded text; all spans but `start` count in the sentence.

    `forces` and `nations` are start, end and id of each that it names.
    """

    start: int
    text: str
    part: Part
    dates: tuple[Date, ...]
    numbers: tuple[Number, ...]
    counted: tuple[Counted, ...]
    forces: tuple[tuple[int, int, str], ...]
    nations: tuple[tuple[int, int, str], ...]
    page_day: PageDay
    words: Words


def sentences_of(
    text: str, lines: Sequence[Line], dates: Sequence[Date], page_day: PageDay, words: Words
) -> Iterator[Sentence]:
    """Cut the lines of a folded text into sentences; `dates` are all dates of it, in order."""
    left = list(reversed(dates))
    for line in lines:
        for start, end in cut(text[line.start : line.end], line.start):
            own: list[Date] = []
            while left and left[-1].start < end:
                date = left.pop()
                if date.start >= start:
                    own.append(replace(date, start=date.start - start, end=date.end - start))
            said = text[start:end]
            numbers = find_numbers(said, words, [(date.start, date.end) for date in own])
            numbers = numbers if len(numbers) <= MOST_NUMBERS else []
            stops = [*(number.start for number in numbers[1:]), len(said)]
            each = [_count(said, *pair, words) for pair in zip(numbers, stops, strict=False)]
            counted = tuple(filter(_can_be, _share_nouns(each, said, words)))
            written = _DATELINE.match(said)
            begins = written.end() if written else 0
            named, nations = (
                tuple(one for one in names.named(said) if one[0] >= begins)
                for names in (forces(), words.nations)
            )
            yield Sentence(
                start, said, line.part, tuple(own), tuple(numbers), counted, named, nations,
                page_day, words,
            )  # fmt: skip


def cut(text: str, offset: int = 0) -> Iterator[tuple[int, int]]:
    """Yield the spans of the sentences of a paragraph.

    Examples
    --------
    >>> text = "The U.S. sent 30. Maj. Gen. Correll said so."
    >>> [text[start:end] for start, end in cut(text)]
    ['The U.S. sent 30.', 'Maj. Gen. Correll said so.']
    """
    start = 0
    for found in (*_END.finditer(text), None):
        end = found.end() if found else len(text)
        if found and _ABBREVIATION.search(text[max(start, found.start() - 10) : end]):
            continue
        while end - start > LONGEST_SENTENCE:
            space = text.rfind(" ", start + 1, start + LONGEST_SENTENCE)
            stop = space if space > 0 else start + LONGEST_SENTENCE
            yield offset + start, offset + stop
            start = stop + (space > 0)
        if said := text[start:end].rstrip():
            yield offset + start, offset + start + len(said)
        start = end


def _share_nouns(each: Sequence[Counted], text: str, words: Words) -> Iterator[Counted]:
    """Give numbers the noun they share with the next, or with the one before.

    11 Italian and 19 Hungarian soldiers; 40 of the 90 police; 80 soldiers came and 9 were hurt.
    """
    link = re.compile(
        rf"\s+(?P<gap>{words.nations.pattern})\s*(?:,|,?\s+(?:and|i|dhe))\s*"
        r"|(?P<of>\s+of)\s+(?:the\s+|its\s+)?"
    )
    gapping = re.compile(rf"\s*(?:,|\band\b|,\s+and\b)\s+{words.nations.pattern}\s+")
    last: Counted | None = None
    for one, then in zip_longest(each, each[1:]):
        found = then and link.fullmatch(text, one.number.end, then.start)
        shared = one
        if then and found and found["of"] and then.noun and not one.noun:
            shared = replace(one, category=then.category, noun=then.noun, gap=then.gap)
        elif then and found and found["gap"] and then.gap:
            gap, end = found["gap"], one.number.end + found.end("gap") - found.start()
            shared = replace(one, category=then.category, noun=then.noun, gap=gap, end=end)
        elif (
            last
            and not one.noun
            and (
                _ELLIPSIS.match(text, one.number.end)
                or gapping.fullmatch(text, last.end, one.start)
            )
        ):
            shared = replace(one, category=last.category, noun=last.noun)
        last = shared if shared.noun else last
        yield shared


def _can_be(counted: Counted) -> bool:
    """Whether so many can be: no part of a person, and no more people or nations than there are."""
    number = counted.number
    most = MOST_NATIONS if counted.category == "nations" else MOST_PEOPLE
    ends = [end for end in (number.value, number.low, number.high) if end is not None]
    return all(end <= most and end.is_integer() for end in ends)


def doubt_of(sentence: Sentence, start: int, end: int) -> str:
    """Say how a sentence takes back what stands in a span of it; nothing where it does not."""
    words, text = sentence.words, sentence.text
    find, stops = words.find, words.pattern(r"[;:]|(?<!\w)<doubts.stops>(?!\w)")
    head, tail = text[max(0, start - _FAR_DOUBT) : start], text[end : end + _FAR_DOUBT]
    clause = "" if stops.search(text, start, end) else stops.split(head)[-1]
    near = clause.rpartition(",")[2]
    if find("doubts", "denied").search(clause) or find("doubts", "denied").search(tail):
        return "the page denies it"
    if words.pattern(_NOT).search(near) or words.pattern(_IS_NOT).match(tail):
        return "the page says it is not so"
    is_first = "," not in text[:start] and words.pattern(r"\W*<doubts.first>(?!\w)").match(text)
    is_after = words.pattern(r"\s+<doubts.be>\s+<doubts.supposed>(?!\w)").match(tail)
    supposed = is_first or is_after or find("doubts", "supposed").search(near)
    return "the page only supposes it" if supposed else ""


_ELLIPSIS = re.compile(r"\s+(?:were|are|have been|had been|will be)\s+\w")
_FAR_DOUBT = 120
_NOT = r"(?<!\w)(?!<doubts.no_denial>(?!\w))<doubts.negated>(?!\w)"
_IS_NOT = rf"\s+<doubts.be>\s+{_NOT}"
_STEP = (
    r"(?:<names.nations>(?:(?:,|,?\s+(?:and|dhe|i)\s+)\s*<names.nations>)*"
    r"|(?:military|army|security|police)\s+and(?=\s+(?:military|army|security|police|civilian)\s)"
    r"|(?!<units.between>(?!\w))[A-Za-z][\w.'/-]*)"
)
_PERSONS = (
    rf"(?P<gap>(?:\s+{_STEP}){{0,5}}?)[\s-]+(?:(?P<military><units.military>)"
    r"|(?P<police><units.police>)|(?P<people><units.people>))(?!\w)"
    r"(?!\s+(?:<units.not_after>|<units.compound>)(?!\w))"
)
_NATIONS = (
    rf"(?P<gap>(?:\s+{_STEP}){{0,3}}?)\s+(?P<nations>(?:<units.nation_modifiers>\s+)*<units.nations>"
    r"|<units.nation_modifiers>(?:\s+<units.nation_modifiers>)*\s+members)(?!\w)"
)
_PEOPLES = r"(?-i:(?P<gap>(?:\s+[a-z]+){0,2}?)\s+(?P<people><names.nations>)(?!\w))"
_ADJECTIVE = (
    r"[\s-](?!member\s)<units.suffixes>(?=\s+[A-Za-z])|[\s-]member\s+(?=<units.formations>)"
    r"|\s<units.strong>\b"
)
_FORMATION = r"(<units.formations>)\s+(?:of|od|prej|me)\s+$"
_WHOSE = re.compile(
    r"\s+(?:of|from|in|belonging to|of the|iz|nga|te|e)\s+([^,.;:]{2,60})", re.IGNORECASE
)


def _count(text: str, number: Number, stop: int, words: Words) -> Counted:
    """See what a number counts, up to the next number."""
    start, at = number.start, number.end
    tail = text[at:stop]
    formation = ""
    if found := words.pattern(_FORMATION).search(text[max(0, start - 30) : start]):
        formation = found[1].lower()
    if tail.startswith("-member ") and not words.pattern(_ADJECTIVE).match(tail):
        return Counted(start, at, number, "bare")
    if found := words.pattern(_ADJECTIVE).match(tail):
        owner = re.match(r"\s+((?:[\w.'-]+\s*){1,5})", tail[found.end() :])
        after, end = owner[1].strip() if owner else "", at + found.end()
        return Counted(start, end, number, "military", "persons", "", after, is_adjective=True)
    nation, person = words.pattern(_NATIONS).match(tail), words.pattern(_PERSONS).match(tail)
    if nation and (not person or nation.end() >= person.end() or nation.end() < person.end("gap")):
        return Counted(start, at + nation.end(), number, "nations", nation["nations"].lower())
    if person:
        return _person(number, person, tail, formation)
    people = words.pattern(_PEOPLES).match(tail)
    if people and people["people"].endswith(("s", "a", "e")):
        noun, gap = people["people"], people["gap"].strip()
        return Counted(start, at + people.end(), number, "people", noun, gap, "", formation)
    category: Category = "military" if formation else "bare"
    return Counted(start, at, number, category, formation=formation)


def _person(number: Number, found: re.Match[str], tail: str, formation: str) -> Counted:
    categories: tuple[Category, ...] = ("military", "police", "people")
    category = next(name for name in categories if found[name])
    noun, gap = found[category].lower(), found["gap"].strip()
    after = _WHOSE.match(tail, found.end())
    said = after[1].strip() if after else ""
    if formation and category == "people":
        category = "military"
    return Counted(
        number.start, number.end + found.end(), number, category, noun, gap, said, formation
    )
