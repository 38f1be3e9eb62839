"""Rules for quotations: what stands in quotation marks, and the office of who said it.

The record keeps the office with which a page introduces a name, not the private person; a person
without one is a private person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from interpose.record.pages.language import Words, forces
from interpose.record.pages.page import Found, Line
from interpose.record.pages.sentences import LONGEST_SENTENCE, cut

SpeakerKind = Literal["office", "expert", "private"]

LEAST_WORDS = 3
PRIVATE = "private person"

_CLOSERS = {"„": '“”"„', "“": '”"', "«": "»", '"': "\"”“''", "''": "''"}
_HEADING_WORDS = 16
_MOST_WORDS_OF_ROLE = 14
_MOST_VERBS = 9
_FAR_SPEAKER = 300
_PART = r"[A-Z][a-z'’]+(?:-[A-Z][a-z]+)?"
_NAME = rf"{_PART}(?:\s+[A-Z]\.)?(?:\s+(?:al-|bin |van |von |de |da )?{_PART}){{1,6}}"
_INTRODUCED = re.compile(rf"(?<![\w.])(?P<name>{_NAME})(?!\w)")
_KNOWN_NAME = re.compile(rf"(?<!\w){_PART}(?:\s+{_PART})*")
_UNKNOWN_NAME = re.compile(rf"(?P<name>{_PART}(?:\s+{_PART}){{0,3}})(?=,|\s*$|\s+\w)")
_NO_ROLE = re.compile(
    r",\s+(?:wrote|has|had|was|is|were|will|would|during|after|before|also|in|on|at|and|whose|which|"
    r"\w+ing|(?!retired|appointed|elected|acting)\w+ed)\b"
)
_ROLE_AFTER = re.compile(
    r"(?:,\s*\d{1,3})?,\s+(?:(?:the|a|an|who is|who was|who has served as)\s+)?"
    r"(?P<role>[^,.;:\"“”()]{3,110}?)(?=,|\.|;|\s+(?:told|said|says|stated|believes|added)\b)"
)
_LEADING = re.compile(
    r"^(?:(?:the|a|an|his|her|their|its|and|as|but|however|for|in|at|on|from|with|by|to"
    r"|who\s+(?:is|was))\s+)+",
    re.IGNORECASE,
)


# --- quotation marks ------------------------------------------------------------------------------


def quotes_in(text: str, offset: int = 0) -> list[tuple[int, int]]:
    """Return the spans in quotation marks of a paragraph, in English, German and Serbian style.

    A mark that opens and never closes runs to the end of the paragraph, one that closes and never
    opened began with it: speeches of several paragraphs are set so.

    Examples
    --------
    >>> text = "He said “one two” and „three“."
    >>> [text[start:end] for start, end in quotes_in(text)]
    ['“one two”', '„three“']
    """
    found: list[tuple[int, int]] = []
    opened, closer = -1, ""
    for match in re.finditer(r"[“”„«»\"]|''", text):
        mark, at = match.group(), match.start()
        if opened >= 0:
            if mark in closer:
                found.append((offset + opened, offset + match.end()))
                opened = -1
        elif mark in "”»" and not (mark == "»" and not text[:at].strip()):
            if not found:
                found.append((offset, offset + match.end()))
        else:
            opened, closer = at, _CLOSERS.get(mark, "”")
    if opened >= 0:
        found.append((offset + opened, offset + len(text)))
    return found


class _QuotedPage:
    """A page read from the top: its text, who is introduced in it, who spoke last."""

    def __init__(self, text: str, words: Words, people: Speakers) -> None:
        self.text, self.words, self.speakers = text, words, people
        self.verbs = words.find("speech", "verbs")
        self.last: Speaker | None = None

    def paragraph(self, line: Line) -> Iterator[Found]:
        """Yield the quotations of a paragraph, and note who spoke last."""
        quotes = quotes_in(self.text[line.start : line.end], line.start)
        edges = [line.start, *(edge for quote in quotes for edge in quote), line.end]
        said = [self._attributed(edges[2 * n : 2 * n + 4]) for n in range(len(quotes))]
        known = [speaker for speaker in said if speaker]
        for (start, end), speaker in zip(quotes, said, strict=True):
            if self._is_speech(line, start, end, has_speaker=speaker is not None):
                chosen = speaker or (known[0] if known else None)
                confidence = 0.3 if chosen is None else (0.9 if speaker else 0.7)
                confidence -= 0.2 * (chosen is not None and not chosen.role)
                row = {
                    "speaker": chosen.for_record if chosen else "",
                    "speaker_kind": chosen.kind if chosen else "",
                    "part": line.part,
                }
                yield Found("quotation", start, end, confidence, row)
        if known:
            self.last = known[-1]
        elif not quotes:
            self.last = self._reported(self.text[line.start : line.end]) or self.last

    def _is_speech(self, line: Line, start: int, end: int, *, has_speaker: bool) -> bool:
        inner = self.text[start + 1 : end - 1]
        count = len(re.findall(r"\w[\w'’-]*", inner))
        whole_line = start == line.start and end >= line.end - 1
        is_heading = whole_line and count < _HEADING_WORDS and not re.search(r"[.,!?]", inner[-2:])
        return count >= LEAST_WORDS and not is_heading and (has_speaker or count > LEAST_WORDS + 1)

    def _reported(self, paragraph: str) -> Speaker | None:
        """Return who spoke last by a paragraph without quotation marks."""
        near = paragraph[-LONGEST_SENTENCE:]
        ends = [verb.start() for verb in self.verbs.finditer(near)][:-_MOST_VERBS:-1]
        heads = (re.split(r"[.?!]\s", near[max(0, end - _FAR_SPEAKER) : end])[-1] for end in ends)
        found = (self.speakers.resolve(head, self.last, is_before_verb=True) for head in heads)
        return next(filter(None, found), None)

    def _attributed(self, edges: list[int]) -> Speaker | None:
        """Return who is said to have said a quote, in the words just after or just before it."""
        begin, start, end, stop = edges
        leads = list(cut(self.text[begin:start] + " ", begin))
        lead = self.text[slice(*leads[-1])] if leads else ""
        after = self.text[end:stop]
        sentence = next((after[a:b] for a, b in cut(after)), "")
        return self._from_tail(sentence) or self._from_lead(lead)

    def _from_tail(self, sentence: str) -> Speaker | None:
        found = self.verbs.search(sentence[:220])
        if not found:
            return None
        resolve, last = self.speakers.resolve, self.last
        between, rest = sentence[: found.start()].strip(" ,-–—"), sentence[found.end() :]
        if len(between.split()) > _MOST_WORDS_OF_ROLE:
            return None
        return resolve(between, last, is_before_verb=True) or resolve(rest, last)

    def _from_lead(self, lead: str) -> Speaker | None:
        resolve, last = self.speakers.resolve, self.last
        if by := re.search(r"\b(?:according to|in the words of)\s+(.+?),", lead, re.IGNORECASE):
            return resolve(by[1], last)
        if by := re.match(r"\s*For\s+([^“”\"]+?)(?:,\s*(?:however|though))?,?\s*$", lead):
            return resolve(by[1], last, is_before_verb=True)
        heads = (lead[: verb.start()] for verb in self.verbs.finditer(lead))
        head = next((head for head in heads if head.strip(" ,")), None)
        return resolve(head, last, is_before_verb=True) if head else None


def quotations(text: str, lines: Sequence[Line], words: Words, people: Speakers) -> Iterator[Found]:
    """Yield the quotations of a folded text with the office of their speakers."""
    page = _QuotedPage(text, words, people)
    for line in lines:
        if line.part != "title":
            yield from page.paragraph(line)


# --- who speaks -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Speaker:
    """Someone who is quoted: the words of an office or standing, empty where there are none."""

    role: str
    kind: SpeakerKind

    @property
    def for_record(self) -> str:
        """The words for the record: the office, or that it is a private person."""
        if self.kind == "private":
            return f"{PRIVATE} ({self.role})" if self.role else PRIVATE
        return self.role


def kind_of(role: str, words: Words) -> SpeakerKind | None:
    """Tell an office from a profession and from a private standing; None if it is no role.

    Examples
    --------
    >>> from interpose.record.pages.language import words_of
    >>> kind_of("a political science student", words_of("en"))
    'private'
    >>> kind_of("deputy minister", words_of("en")), kind_of("the old bridge", words_of("en"))
    ('office', None)
    """
    kinds: tuple[SpeakerKind, ...] = ("office", "expert", "private")
    found = {kind: words.find("roles", kind).search(role) for kind in kinds}
    office, private = found["office"], found["private"]
    is_first = private and (not office or private.start() < office.start())
    if is_first and not re.match(r"former|acting|deputy", role, re.IGNORECASE):
        return "private"
    return next((kind for kind in kinds if found[kind]), None)


class Speakers:
    """The people of a folded text by their names, with the roles in which it introduces them."""

    def __init__(self, text: str, words: Words) -> None:
        self.words = words
        self._pronouns = words.pattern(r"<speech.pronouns>(?!\w)")
        self._not_names = frozenset(words.list("speech", "not_names"))
        self._adjectives = frozenset(words.list("roles", "adjectives"))
        self._roles: dict[str, Speaker] = {}
        self._names: set[str] = set()
        for match in _INTRODUCED.finditer(text):
            name = self._trimmed(match["name"])
            if not name:
                continue
            at = match.start() + match.group().rfind(name)
            role = self._role_after(text, match.end()) or self._role_before(text, at)
            self._remember(name, self._belonging(role, text, match.end()))

    @staticmethod
    def _belonging(role: Speaker | None, text: str, at: int) -> Speaker | None:
        """Add what an office is of, where that stands after the name: of the National Guard."""
        found = re.match(r"\s+(of (?:the )?[A-Z][\w']+(?:\s+[A-Z][\w']+){0,4})", text[at : at + 90])
        if role is None or role.kind != "office" or not found:
            return role
        return Speaker(f"{role.role} {found[1]}", role.kind)

    def _trimmed(self, name: str) -> str:
        """Cut words of offices and places from the front of what looks like a name."""
        parts = name.split()
        while parts and self._is_no_name(parts[0]):
            parts = parts[1:]
        return "" if any(map(self._is_no_name, parts)) else " ".join(parts)

    def _is_no_name(self, word: str) -> bool:
        """Return whether a word is one of offices, places and the like."""
        known = word.lower() in self._not_names or self.words.nations.of(word) or forces().of(word)
        return bool(known or kind_of(word, self.words))

    def _role_after(self, text: str, at: int) -> Speaker | None:
        if _NO_ROLE.match(text[at : at + 40]):
            return None
        found = _ROLE_AFTER.match(text[at : at + 160])
        return self._as_role(found["role"]) if found else None

    def _role_before(self, text: str, at: int) -> Speaker | None:
        line = text[max(0, at - 110) : at].rpartition("\n")[2]
        phrase = re.split(r"[;:\"“”()]|\.\s+(?=[A-Z][a-z]{3,})|\s[—–-]\s", line)[-1]
        pieces = [piece.strip() for piece in phrase.rstrip(" ,").split(",") if piece.strip()]
        pieces = [p for p in pieces if not re.match(r"(?:known|called|dubbed)\b", p)] or [""]
        return self._as_role(self._noun_phrase(pieces[-1]))

    def _noun_phrase(self, phrase: str) -> str:
        """Return the words before a name that belong to it: office, nation, organisation."""
        kept: list[str] = []
        for word in reversed(phrase.replace(" of the ", " of ").split()):
            bare = word.strip("'’,")
            belongs = bare[:1].isupper() or re.search(r"'s$|s'$", word) or "year-old" in bare
            belongs = belongs or (bool(kept) and bare == "of")
            if not (belongs or bare.lower() in self._adjectives or kind_of(bare, self.words)):
                break
            kept.insert(0, word)
        return " ".join(kept).removeprefix("of ")

    def _as_role(self, words: str) -> Speaker | None:
        role = _LEADING.sub("", words.strip())
        if not 0 < len(role.split()) <= _MOST_WORDS_OF_ROLE:
            return None
        kind = kind_of(role, self.words)
        role = re.sub(r"(?<![A-Z][a-z]{2})\.$", "", role.strip(" ,;:"))
        return Speaker(role, kind) if kind else None

    def _remember(self, name: str, speaker: Speaker | None) -> None:
        for key in (name, name.split()[-1], name.split()[0]):
            self._names.add(key)
            if speaker:
                self._roles.setdefault(key, speaker)

    def named(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Yield where a person of the page is named, and the office; none for a private person."""
        for match in _KNOWN_NAME.finditer(text):
            for word in re.finditer(_PART, match.group()):
                if word.group() in self._names and not self._is_no_name(word.group()):
                    speaker = self._roles.get(word.group())
                    role = speaker.role if speaker and speaker.kind != "private" else ""
                    yield match.start() + word.start(), match.start() + word.end(), role

    def resolve(
        self, phrase: str, last: Speaker | None, *, is_before_verb: bool = False
    ) -> Speaker | None:
        """Return the speaker that a phrase beside a verb of speech names; None if it names none.

        A pronoun stands for who spoke `last`.
        """
        phrase = re.sub(r"^(?:that|it|was|as|by|also)\s+", "", phrase.strip(" ,-–—"))
        if self._pronouns.match(phrase):
            return last
        if is_before_verb and "," in phrase:
            pieces = [piece for piece in phrase.split(",") if piece.strip()]
            tried = (self.resolve(piece, last, is_before_verb=True) for piece in reversed(pieces))
            return next((speaker for speaker in tried if speaker), None)
        own = self._office_phrase(phrase)
        name = self._known_name(phrase)
        if own and re.match(r"(?:a |their )?statement\b", own.role):
            return last or own
        if own and own.role and (own.kind != "private" or name is None):
            return own
        if name is not None:
            return self._roles.get(name) or own or Speaker("", "private")
        return own or self._apposed(phrase)

    def _apposed(self, phrase: str) -> Speaker | None:
        """Return who an unknown name stands for: by the words after it, else a private person."""
        name = _UNKNOWN_NAME.match(phrase)
        if not name or any(map(self._is_no_name, name["name"].split())):
            return None
        for piece in phrase[name.end() :].split(",")[1:4]:
            words = re.split(r"\s+(?:who|which|that|whose)\b", piece.strip())[0]
            if role := self._as_role(words):
                return role
        return Speaker("", "private") if " " in name["name"] else None  # a name all know

    def _known_name(self, phrase: str) -> str | None:
        keys = [key for name in _KNOWN_NAME.findall(phrase) for key in (name, *name.split())]
        named = (key for key in keys if key in self._names and not kind_of(key, self.words))
        return next((key for key in keys if key in self._roles), None) or next(named, None)

    def _office_phrase(self, phrase: str) -> Speaker | None:
        """Return an office that is named itself: KFOR officials, NATO Secretary General NAME."""
        phrase = re.sub(r"^in (?=the |a )", "", phrase)
        head = re.split(r",|;|\s+(?:for|during|in a|on|after|who|when|while|that)\s+", phrase)[0]
        head = re.sub(r"\s+(?:told|said)\b.*$", "", head).strip()
        return None if any(map(self._trimmed, re.findall(_NAME, head))) else self._as_role(head)
