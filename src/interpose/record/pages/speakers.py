"""Who speaks: from a name to the office or role with which the page introduces it.

The record keeps the office, not the private person; a person without one is a private person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from interpose.record.pages.dictionary import Words, forces, words_of

SpeakerKind = Literal["office", "expert", "private"]

PRIVATE = "private person"

_NAME_PART = r"[A-Z][a-z'’]+(?:-[A-Z][a-z]+)?"
_NAME = rf"{_NAME_PART}(?:\s+[A-Z]\.)?(?:\s+(?:al-|bin |van |von |de |da )?{_NAME_PART}){{1,6}}"
_HE = r"\b(?:he|she|they)(?:\s+(?:also|then|later))?\s*$"
_AGE = r"(?:,\s*\d{1,3})?"
_MOST_WORDS = 14
_NO_ROLE = re.compile(
    r",\s+(?:wrote|has|had|was|is|were|will|would|during|after|before|also|in|on|at|and|whose|which|"
    r"\w+ing|(?!retired|appointed|elected|acting)\w+ed)\b"
)
_LEADING = re.compile(
    r"^(?:(?:the|a|an|his|her|their|its|and|as|but|however|for|in|at|on|from|with|by|to)\s+)+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Speaker:
    """Someone who is quoted.

    Attributes
    ----------
    role : str
        The words of the office, profession or standing; empty where the page gives none.
    kind : {"office", "expert", "private"}
    """

    role: str
    kind: SpeakerKind

    @property
    def said_as(self) -> str:
        """The words for the record: the office, or that it is a private person."""
        if self.kind == "private":
            return f"{PRIVATE} ({self.role})" if self.role else PRIVATE
        return self.role


@cache
def _role_words(language: str) -> dict[SpeakerKind, re.Pattern[str]]:
    words = words_of(language)
    kinds: tuple[SpeakerKind, ...] = ("office", "expert", "private")
    return {kind: words.find("roles", kind) for kind in kinds}


def kind_of(role: str, language: str) -> SpeakerKind | None:
    """Tell an office from a profession and from a private standing; None if it is no role.

    Examples
    --------
    >>> kind_of("a political science student", "en"), kind_of("deputy minister", "en")
    ('private', 'office')
    >>> kind_of("the old bridge", "en") is None
    True
    """
    found = {kind: pattern.search(role) for kind, pattern in _role_words(language).items()}
    if found["private"] and not re.match(r"former|acting|deputy", role, re.IGNORECASE):
        office = found["office"]
        if not office or found["private"].start() < office.start():
            return "private"
    return next((kind for kind in ("office", "expert", "private") if found[kind]), None)


class Speakers:
    """The people of a page by their names, with the roles in which it introduces them.

    Parameters
    ----------
    text : str
        Folded text of the page.
    language : str
    """

    def __init__(self, text: str, language: str) -> None:
        self.language = language
        self.words: Words = words_of(language)
        self._not_names = frozenset(self.words.list("speech", "not_names"))
        self._roles: dict[str, Speaker] = {}
        self._names: set[str] = set()
        self._introduce(text)

    # --- introductions --------------------------------------------------------------------------

    def _introduce(self, text: str) -> None:
        speakers = self._beside_speech(text)
        for match in re.finditer(rf"(?<![\w.])(?P<name>{_NAME})(?!\w)", text):
            name = self._trimmed(match.group("name"))
            if not name:
                continue
            at = match.start() + match.group().rfind(name)
            role = self._role_after(text, match.end()) or self._role_before(text, at)
            if role or not speakers.isdisjoint(name.split()):
                self._remember(name, self._belonging(role, text, match.end()))

    def _beside_speech(self, text: str) -> frozenset[str]:
        """Return the words that stand beside a verb of speech anywhere on the page."""
        found: set[str] = set()
        for verb in self.words.find("speech", "verbs").finditer(text):
            head, tail = text[max(0, verb.start() - 40) : verb.start()], text[verb.end() :][:40]
            found.update(head.replace(" also ", " ").split()[-1:])
            found.update(word.strip(',.;:"') for word in tail.split()[:2])
        return frozenset(found)

    @staticmethod
    def _belonging(role: Speaker | None, text: str, at: int) -> Speaker | None:
        """Add what an office is of, where that stands after the name: of the National Guard."""
        found = re.match(r"\s+(of (?:the )?[A-Z][\w']+(?:\s+[A-Z][\w']+){0,4})", text[at : at + 90])
        if role is None or role.kind != "office" or not found:
            return role
        return Speaker(f"{role.role} {found.group(1)}", role.kind)

    def _trimmed(self, name: str) -> str:
        """Cut words of offices and places from the front of what looks like a name."""
        parts = name.split()
        titled = False
        while parts and (office := self._is_no_name(parts[0])):
            titled = titled or office == "title"
            parts = parts[1:]
        rest = [part for part in parts if self._is_no_name(part)]
        enough = len(parts) >= 1 if titled else len(parts) >= 2
        return " ".join(parts) if enough and len(parts) <= 4 and not rest else ""

    def _is_no_name(self, word: str) -> str:
        """Return ``title`` for a word of an office, another word for places and the like."""
        if kind_of(word, self.language):
            return "title"
        known = word.lower() in self._not_names or self.words.nations.of(word) or forces().of(word)
        return "known" if known else ""

    def _role_after(self, text: str, at: int) -> Speaker | None:
        if _NO_ROLE.match(text[at : at + 40]):
            return None
        found = re.match(
            rf"{_AGE},\s+(?:the|a|an|who is|who was|who has served as)?\s*"
            r"(?P<role>[^,.;:\"“”()]{3,110}?)(?=,|\.|;|\s+(?:told|said|says|stated|believes|added)\b)",
            text[at : at + 160],
        )
        return self._as_role(found.group("role")) if found else None

    def _role_before(self, text: str, at: int) -> Speaker | None:
        line = text[max(0, at - 110, text.rfind("\n", 0, at) + 1) : at]
        phrase = re.split(r"[;:\"“”()]|\.\s+(?=[A-Z][a-z]{3,})|\s[—–-]\s", line)[-1]
        apposed = phrase.rstrip().endswith(",")
        pieces = [p.strip() for p in phrase.rstrip(" ,").split(",") if p.strip()]
        pieces = [p for p in pieces if not re.match(r"(?:known|called|dubbed)\b", p)] or [""]
        if role := self._as_role(self._noun_phrase(pieces[-1])):
            return role
        spoken = re.search(r"\b(?:the|a|an|his|her)\s+((?:[\w'-]+\s+){0,9}[\w'-]+)$", pieces[-1])
        return self._as_role(spoken.group(1)) if apposed and spoken else None

    def _noun_phrase(self, phrase: str) -> str:
        """Return the words before a name that belong to it: office, nation, organisation."""
        kept: list[str] = []
        words = phrase.split()
        for word in reversed(words):
            bare = word.strip("'’,")
            is_name = bare[:1].isupper()
            owner = bool(re.search(r"'s$|s'$", word))
            telling = kind_of(bare, self.language) or bare.lower() in (
                "acting", "former", "deputy", "taxi", "senior", "special", "local", "political",
                "foreign", "prime", "old", "young", "ethnic", "retired", "then",
            ) or "year-old" in bare  # fmt: skip
            if not (is_name or telling or owner):
                break
            kept.insert(0, re.sub(r"'s$", "'s", word))
        return " ".join(kept)

    def _as_role(self, words: str) -> Speaker | None:
        role = re.sub(_LEADING, "", words.strip())
        if not 0 < len(role.split()) <= _MOST_WORDS:
            return None
        kind = kind_of(role, self.language)
        return (
            Speaker(re.sub(r"(?<![A-Z][a-z]{2})\.$", "", role.strip(" ,;:")), kind)
            if kind
            else None
        )

    def _remember(self, name: str, speaker: Speaker | None) -> None:
        for key in (name, name.split()[-1], name.split()[0]):
            self._names.add(key)
            if speaker and (key not in self._roles or key == name):
                self._roles.setdefault(key, speaker)

    # --- resolving ------------------------------------------------------------------------------

    def resolve(
        self, phrase: str, last: Speaker | None, *, is_before_verb: bool = False
    ) -> Speaker | None:
        """Return the speaker that a phrase beside a verb of speech names; None if it names none.

        Parameters
        ----------
        phrase : str
            The words after the verb, or before it.
        last : Speaker or None
            Who spoke before, for pronouns.
        is_before_verb : bool
        """
        phrase = re.sub(r"^(?:that|it|was|as|by|also)\s+", "", phrase.strip(" ,-–—"))
        if re.match(rf"{self.words.any('speech', 'pronouns')}(?!\w)", phrase, re.IGNORECASE):
            return last
        if is_before_verb and re.search(
            r"\b(?:he|she|they)(?:\s+(?:also|then|later))?\s*$", phrase
        ):
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
        name = re.match(
            rf"(?P<name>{_NAME_PART}(?:\s+{_NAME_PART}){{0,3}})(?=,|\s*$|\s+\w)", phrase
        )
        if not name or any(self._is_no_name(part) for part in name.group("name").split()):
            return None
        for piece in phrase[name.end() :].split(",")[1:4]:
            words = re.split(r"\s+(?:who|which|that|whose)\b", piece.strip())[0]
            if role := self._as_role(words):
                return role
        return Speaker("", "private")

    def _known_name(self, phrase: str) -> str | None:
        names = re.findall(rf"(?<!\w){_NAME_PART}(?:\s+{_NAME_PART})*", phrase)
        for name in names:
            for key in (name, *name.split()):
                if key in self._roles:
                    return str(key)
        for name in names:
            for key in (name, *name.split()):
                if key in self._names and not kind_of(key, self.language):
                    return str(key)
        return None

    def _office_phrase(self, phrase: str) -> Speaker | None:
        """Return an office that is named itself: KFOR officials, NATO Secretary General NAME."""
        phrase = re.sub(r"^in (?=the |a )", "", phrase)
        head = re.split(r",|;|\s+(?:for|during|in a|on|after|who|when|while|that)\s+", phrase)[0]
        head = re.sub(r"\s+(?:told|said)\b.*$", "", head).strip()
        names = [n for n in re.findall(_NAME, head) if self._trimmed(n)]
        for name in names:
            before, _, after = head.partition(self._trimmed(name))
            role = self._as_role(self._noun_phrase(before.rstrip(" ,")))
            if role:
                return self._belonging(role, after, 0)
        if names or len(head.split()) > _MOST_WORDS:
            return None
        return self._as_role(head)

    def last_named(self, paragraph: str) -> Speaker | None:
        """Return the last person that a paragraph names, for pronouns after it."""
        found: Speaker | None = None
        for match in re.finditer(rf"(?<!\w){_NAME_PART}(?!\w)", paragraph):
            if match.group() in self._names and not kind_of(match.group(), self.language):
                found = self._roles.get(match.group(), Speaker("", "private"))
        return found
