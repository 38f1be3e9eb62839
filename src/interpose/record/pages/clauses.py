"""Clauses: the verbs of a sentence that the dictionary knows, who does them, and if it is done.

A small grammar, for English: a verb has a chain of small words before it (will not be), a subject
before that, and a clause behind it. An infinitive, or a form in -ing, depends on a verb before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

from interpose.record.pages.language import Words, any_of, words_of
from interpose.record.pages.quotations import Speakers
from interpose.record.pages.sentences import Sentence

Form = Literal["base", "past", "ing", "noun", "pattern"]
"""What a word is; a base, such as increase, may as well be a noun."""

NOT_YET = ("request", "decision", "refusal", "reply", "law", "resolution")
"""Kinds of acts after which what they are about is not yet done."""

_REACH = 70
"""Characters before a verb in which its chain and what it depends on are looked for."""

_CHAIN = r"(?<![\w'-])(?:(?:<grammar.chain>|\w+n't|(?-i:[a-z]+)ly|on\s+<dates.weekdays>),?\s+)+$"
_JOIN = r"\s+(?:and|but)\s+(?=<grammar.chain>\s|\w+ed\s)"
_EDGE = (
    r"[;:()\"“”„«»]|(?<!\w)'(?=\w)|\s(?:[—–-]|--)\s|(?<!\w)<grammar.edges>(?!\w)"
    rf"|,\s+(?:<grammar.joins>)(?!\w)|(?<=\w){_JOIN}"
)
_STOP = rf"[;:]|[\"”]\s*,?\s+\w|,\s+(?:<grammar.joins>|<grammar.edges>)(?!\w)|{_JOIN}"
_INSERTED = (("(", ")"), (",", ","), ("—", "—"), ("–", "–"))
_OBJECT = (
    r"(?:\s+(?:on\s+<dates.weekdays>|today|yesterday)\b)?"
    r"(?:\s+(?!<grammar.no_object>(?!\w))[\w.,'-]+){0,6}?\s+"
)
_PLURAL = r"(?<![\w-])(?:we|they|you|who|(?-i:[a-z]+[^s\W]s))\s+$"
_NO_VERB = r"(?<!\w)(?:the|a|an|its|his|her|their|our|this|that|no|'s|s')\s+(?:\w+ly\s+)?$"
_AFTER_PREPOSITION = (
    r"(?<!\w)<grammar.prepositions>\s+"
    r"(?:(?:the|a|an|its|his|her|their|both)\s+(?:(?-i:[a-z\d-]+)\s+){0,2})?$"
)
_BEFORE_NAME = (
    r"(?:(?<!\w)<names.nations>(?:'s\s+(?:(?!<speech.verbs>(?!\w))[a-z-]+\s+){0,3}|\s+)|(?:(?:(?-i:[A-Z])[\w.-]*(?:'s)?"
    r"|<roles.adjectives>)\s+)+)$"
)
_NO_NAME = (
    r"(?:(?:the|a|an|in|on|at|by|but|and|earlier|after|as|<dates.weekdays>|<names.months>)\s+)+"
)
_OF_WHAT = re.compile(r"\s+of\s+(?:the\s+)?[A-Z][\w'-]*(?:\s+[A-Z][\w'-]*){0,4}")
_AND = re.compile(r"\s*(?:,|and|,\s*and)\s*(?:the\s+)?")
_OWN = re.compile(r"(?:'s|')?\s+(?:[a-z-]+\s+)?")
_BY = re.compile(r"\s+(?:[\w'-]+\s+){0,3}?by\s+")
_NOT_ALONE = re.compile(r"\b(?:by|for|of|in|without|before|after)\s+$")
_BEGUN = re.compile(r"\b(?:began|begun|start\w*|continu\w*|managed|used)\s+(?:\w+ly\s+)?to\s+$")
_ENABLED = re.compile(r"\b(?:allow|enabl|permit|help)\w*\s+(?:[\w.']+\s+){1,4}to\s+$")
_PROPOSED = re.compile(r"\b(?:request|proposal|plan|offer|demand|permission)s?\s+(?:for|on|of)\s+$")
_NAME_TO = re.compile(r"[A-Z]\w+\s+to\s+$")


@dataclass(frozen=True, slots=True)
class Deed:
    """A verb, or a noun with its owner, that does something: decided, will be sent, Mali's request.

    `rule` is the row of the dictionary; `actor` are the words of who does it, without names of
    persons. The subject stands from `head` to `stop`, the clause ends at `tail`. `cause` is the
    deed that this one depends on: in agreed to send, that of agreed. One that `is_nested` is only
    what another verb is about; one that `is_bare` has no small words before it: troops deployed.
    """

    rule: dict[str, Any]
    start: int
    end: int
    head: int
    stop: int
    tail: int
    actor: str = ""
    is_passive: bool = False
    is_planned: bool = False
    is_nested: bool = False
    is_bare: bool = False
    doubt: str = ""
    cause: Deed | None = None

    @property
    def kind(self) -> str:
        """The kind of its row."""
        return str(self.rule["kind"])

    @property
    def kinds(self) -> list[str]:
        """The kinds of this deed and of those that it depends on."""
        return [self.kind, *(self.cause.kinds if self.cause else ())]


@dataclass(frozen=True, slots=True)
class _Mention:
    """Someone who may act; `is_free` where no preposition stands before."""

    start: int
    end: int
    name: str
    is_free: bool = True


class _Verbs:
    """All verbs and nouns of the dictionary, in all forms, with the rows they belong to."""

    def __init__(self, words: Words) -> None:
        self.rows: dict[str, list[tuple[dict[str, Any], Form]]] = {}
        rows = words.table.get("acts", ())
        irregular = words.table.get("grammar", {}).get("irregular", {})
        for row in rows:
            for verb in filter(None, row.get("verbs", "").split(", ")):
                for said, form in _forms(verb, irregular):
                    self.rows.setdefault(said, []).append((row, form))
            for said in row.get("phrases", ()):
                self.rows.setdefault(said, []).append((row, "past"))
            for noun in filter(None, row.get("nouns", "").split(", ")):
                self.rows.setdefault(noun, []).append((row, "noun"))
        self.patterns = [(re.compile(row["pattern"]), row) for row in rows if "pattern" in row]
        self.forms = re.compile(rf"(?<![\w-]){any_of(self.rows)}(?![\w-])", re.IGNORECASE)

    def found(self, text: str) -> Iterator[tuple[re.Match[str], dict[str, Any], Form]]:
        """Yield every form in a text with each of its rows, and what it is; patterns at the end."""
        for match in self.forms.finditer(text):
            for row, form in self.rows.get(" ".join(match.group().lower().split()), ()):
                yield match, row, form
        for pattern, row in self.patterns:
            for match in pattern.finditer(text):
                yield match, row, "pattern"


def _forms(verb: str, irregular: dict[str, str]) -> Iterator[tuple[str, Form]]:
    """Yield the forms of a verb: those of its first word, with whatever follows it."""
    first, _, rest = verb.partition(" ")
    stem, is_y = first.removesuffix("e"), first.endswith("y") and first[-2] not in "aeiou"
    regular = f"{first[:-1]}ied" if is_y else f"{stem}ed"
    past = irregular.get(first, regular).split()
    many = f"{first[:-1]}ies" if is_y else first + "es" * first.endswith(("s", "sh", "ch", "x"))
    many = many if many != first else f"{first}s"
    double = first + first[-1] if first[-1] in "tlpn" else stem
    forms: list[tuple[str, Form]] = [(first, "past" if first in past else "base"), (many, "past")]
    forms += [(one, "past") for one in (*past, f"{double}ed")]
    forms += [(one, "ing") for one in (f"{stem}ing", f"{double}ing")]
    for said, form in forms:
        yield f"{said} {rest}".strip(), form


@cache
def _verbs(language: str) -> _Verbs:
    return _Verbs(words_of(language))


def deeds_of(sentence: Sentence, people: Speakers, last: str) -> list[Deed]:
    """Return the deeds of a sentence in order; `last` is who acted before it, for pronouns."""
    found = list(_verbs(sentence.words.language).found(sentence.text))
    reader = _Reader(sentence, people, last) if found else None
    deeds: list[Deed] = []
    for match, rule, form in found:
        assert reader
        is_known = any(
            one.kind == rule["kind"]
            and one.start < match.end()
            and match.start() < (one.tail if form == "pattern" else one.end)
            for one in deeds
        )
        deed = None if is_known else reader.deed(match, rule, deeds, form)
        deeds += [deed] if deed else []
    return sorted(deeds, key=lambda one: one.start)


class _Reader:
    """A sentence with its edges and those who may act in it."""

    def __init__(self, sentence: Sentence, people: Speakers, last: str) -> None:
        self.text, self.words, self.last = sentence.text, sentence.words, last
        self.edges = [m.span() for m in self.words.pattern(_EDGE).finditer(self.text)]
        self.mentions = sorted(self._mentions(sentence, people), key=lambda one: one.start)
        named = ((a, b, self.words.nation_name(self.text[a:b])) for a, b, _ in sentence.nations)
        self.owners = sorted(
            [*self.mentions, *(_Mention(*one) for one in named)], key=lambda one: one.start
        )

    # --- who may act ------------------------------------------------------------------------------

    def _mentions(self, sentence: Sentence, people: Speakers) -> Iterator[_Mention]:
        text, words = self.text, self.words
        named = list(people.named(text))
        spans = {(start, end): text[start:end] for start, end, _ in sentence.forces}
        for start, end, _ in sentence.nations:
            if text[end : end + 1] != "-" and not text.startswith("'s", end):
                spans[start, end] = words.nation_name(text[start:end])
        for match in words.pattern(
            r"(?<![\w-])(?:<roles.office>|<roles.bodies>)(?![\w-])"
        ).finditer(text):
            person = next((start for start, _, _ in named if start > match.end()), len(text))
            of_what = _OF_WHAT.match(text, match.end(), person)
            end = of_what.end() if of_what else match.end()
            spans[self._from(match.start()), match.end()] = text[self._from(match.start()) : end]
        spans |= {(start, end): role for start, end, role in named}
        preposition = words.pattern(_AFTER_PREPOSITION)
        last_end = -1
        for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
            if start >= last_end:  # a name within another is none
                is_free = not preposition.search(text[max(0, start - 30) : start])
                yield _Mention(start, end, spans[start, end].strip(), is_free)
                last_end = end

    def _from(self, start: int) -> int:
        """Return where the words before an office begin that belong to it: UN Security Council."""
        found = self.words.pattern(_BEFORE_NAME).search(self.text[max(0, start - 60) : start])
        if not found:
            return start
        skipped = self.words.pattern(_NO_NAME).match(found.group())
        return start - len(found.group()) + (skipped.end() if skipped else 0)

    def _inside(self, start: int, end: int, *, is_free: bool = True) -> list[_Mention]:
        inside = (one for one in self.mentions if start <= one.start and one.end <= end)
        return [one for one in inside if one.is_free or not is_free]

    def _last(self, start: int, end: int) -> str | None:
        """Return the last who may act in a span, with those that are joined to it by and."""
        free = self._inside(start, end)
        office = next((one for one in reversed(free) if one.name), None)
        if office and not free[-1].name and free[-1].start - office.end < _REACH:
            return office.name  # it stands before the name of a person
        chosen = free[-1:]
        for one in reversed(free[:-1]):
            if not _AND.fullmatch(self.text[one.end : chosen[0].start]):
                break
            chosen.insert(0, one)
        return "; ".join(dict.fromkeys(one.name for one in chosen)) if chosen else None

    def _subject(self, at: int, before: Sequence[Deed]) -> tuple[str, int, int]:
        """Return who stands before a verb, and from where to where its subject stands."""
        end = at
        for opened, mark in _INSERTED:  # what is put in between is not the subject
            if (said := self.text[:end].rstrip()).endswith(mark):
                end = max(self.text.rfind(opened, 0, len(said) - 1), 0) or end
        head = self._edge(end)
        said = self.text[head:end].strip(" ,")
        name = self._last(head, end)
        if name is None and self.words.pattern(r"(?<!\w)<speech.pronouns>$").search(said):
            is_we = re.search(r"\b(?:we|i|our)$", said, re.IGNORECASE)
            name = (self._quoted(end) if is_we else self._last(0, head)) or self.last
            name = name or next((one.name for one in self._inside(0, head, is_free=False)), "")
        edge = next((self.text[a:b] for a, b in self.edges if b == head), "").strip(" ,").lower()
        if name is None and edge in ("which", "who", "that"):
            earlier = self._inside(0, head, is_free=False)
            name = earlier[-1].name if earlier else None
        if name is None:
            name = next((one.actor for one in reversed(before) if one.actor), "")
            name = name or next((one.name for one in self._inside(0, at)), "")
            if before and not said:
                head, end = before[-1].head, before[-1].stop
        return name, head, end

    def _quoted(self, at: int) -> str:
        """Return who says what is quoted at a place: who is named after the quotation."""
        after = re.search(r"[\"”]", self.text[at:])
        said = self._inside(at + after.end(), at + after.end() + 120) if after else []
        return said[0].name if said else ""

    def _edge(self, at: int) -> int:
        return max((end for _, end in self.edges if end <= at), default=0)

    def _tail(self, at: int) -> int:
        found = self.words.pattern(_STOP).search(self.text, at)
        return found.start() if found else len(self.text)

    # --- verbs, nouns and patterns ----------------------------------------------------------------

    def deed(
        self, match: re.Match[str], rule: dict[str, Any], before: Sequence[Deed], form: Form
    ) -> Deed | None:
        """Return what a form does, or None where it does nothing; a pattern is like a passive."""
        if form == "pattern":
            start, end = match.span()
            return Deed(rule, start, end, start, start, end, rule.get("actor", ""), True)
        noun = self._noun(match, rule, before) if form == "noun" else None
        return noun or self._verb(match, rule, before, form)

    def _verb(
        self, match: re.Match[str], rule: dict[str, Any], before: Sequence[Deed], form: Form
    ) -> Deed | None:
        """Return what a verb does, or None where it is a noun, or what its row wants is missing."""
        text, find, end = self.text, self.words.find, match.end()
        near = text[max(0, match.start() - _REACH) : match.start()]
        chain = self.words.pattern(_CHAIN).search(near)
        small = f" {' '.join(chain.group().lower().split())} " if chain else ""
        is_noun = form == "base" and not small and not self.words.pattern(_PLURAL).search(near)
        is_noun = is_noun or (form == "base" and any(m.end + 1 == match.start() for m in before))
        if form == "noun" or is_noun or self.words.pattern(_NO_VERB).search(near):
            return None
        at = match.start() - (len(chain.group()) if chain else 0)
        name, head, stop = self._subject(at, before)
        tail, has_be = self._tail(end), bool(find("grammar", "be").search(small))
        by = _BY.match(text[end : end + _REACH])
        is_by = not small and by is not None and by.group().strip() == "by"
        is_passive = form == "past" and (has_be or is_by)
        own = re.split(r"[;:\"“”]|\b(?:that|said)\b", text[:at])[-1] if is_passive else ""
        if not self._fits(rule, text[end:tail], own) or (
            rule.get("moved") == "before" and "phrases" in rule and not small
        ):
            return None
        if is_passive:
            agents = self._inside(end + by.end(), end + by.end() + 50, is_free=False) if by else []
            named = (one.name for one in agents if not text.startswith("'s", one.end))
            name = next(named, "")
        is_planned, supposed = find("grammar", "planned").search(small), find("grammar", "supposed")
        is_coming = bool(is_planned) or small == " be "  # asked that soldiers be sent
        doubt = "the page only supposes it" if supposed.search(small) else ""
        deed = Deed(
            rule, match.start(), end, head, stop, tail, name, is_passive, is_coming,
            is_bare=not small and form != "base", doubt=doubt,
        )  # fmt: skip
        if re.search(r" to (?:\w+ly )*$", small):
            return self._infinitive(deed, before, at, small)
        return deed if has_be or form != "ing" else self._gerund(deed, before, at)

    def _infinitive(self, deed: Deed, before: Sequence[Deed], at: int, small: str) -> Deed:
        """Say what an infinitive depends on; after is likely to, or a name, on nothing."""
        near = self.text[max(0, deed.start - _REACH) : deed.start]
        enabled, cause = _ENABLED.search(near), None
        if re.fullmatch(r" (?:\w+ly )*to (?:\w+ly )*", small):
            cause = next((one for one in reversed(before) if one.end <= at <= one.tail), None)
        is_alone = len(small.split()) > 1 or enabled or _NAME_TO.search(near)
        is_coming = deed.is_planned and re.search(r"\b(?:wi|wou|sha)l", small) is not None
        is_planned = is_coming or not (enabled or _BEGUN.search(near))
        return self._caused(
            replace(deed, is_planned=is_planned, is_nested=bool(cause) or not is_alone), cause
        )

    def _gerund(self, deed: Deed, before: Sequence[Deed], at: int) -> Deed:
        """Say what a form in -ing depends on; at the head of a sentence its subject follows."""
        cause = next((one for one in reversed(before) if one.end <= at <= one.tail), None)
        near = self.text[max(0, at - _REACH) : at].rstrip() + " "
        is_alone = near.endswith(", ") or (deed.kind == "request" and not _NOT_ALONE.search(near))
        deed = self._caused(replace(deed, is_nested=not is_alone), cause)
        if len(self.text[:at].split()) < 3 and (comma := self.text.find(",", deed.end)) > 0:
            name = next((one.name for one in self._inside(comma, len(self.text))), "")
            return replace(deed, actor=name, is_nested=False)
        if _PROPOSED.search(near):
            return replace(deed, actor="", is_planned=True)
        is_planned = cause is not None and (cause.is_planned or "request" in cause.kinds)
        return replace(deed, is_planned=is_planned)

    def _caused(self, deed: Deed, cause: Deed | None) -> Deed:
        """Return a deed done by who does, or by who is asked in, the deed it depends on."""
        if cause is None:
            return deed
        name = "" if cause.kind in ("refusal", "reply") else cause.actor
        asked = self._inside(cause.end, deed.start, is_free=False)
        if cause.kind == "request" and asked and not self.text.startswith("'s", asked[-1].end):
            name = asked[-1].name
        return replace(deed, actor=name, cause=cause)

    def _fits(self, rule: dict[str, Any], tail: str, own: str) -> bool:
        """Whether a verb has what its row wants: words after it, an object, a passive's subject."""
        then, what = rule.get("then"), rule.get("object")
        if then and self.words.pattern(then).match(tail):
            return True
        if not what:
            return not then
        matter = rf"(?:(?:[\w-]+-)?<matter.{what}>(?!\w){'|<names.forces>' * (what == 'levels')})"
        is_object = self.words.pattern(_OBJECT + matter).match(tail)
        return bool(is_object or self.words.pattern(rf"(?<![\w-]){matter}").search(own))

    def _noun(
        self, match: re.Match[str], rule: dict[str, Any], before: Sequence[Deed]
    ) -> Deed | None:
        """Return what a noun with its owner does: Mali's request, a UN plea, a demand from him."""
        text, start, end, then = self.text, match.start(), match.end(), rule.get("noun_then")
        if then and not self.words.pattern(then).match(text[end:]):
            return None
        near = [one for one in self.owners if start - 40 < one.end <= start]
        own = [one.name for one in near if _OWN.fullmatch(text[one.end : start])]
        after = re.match(r"\s+(?:of|from|by)\s+(?:the\s+)?", text[end:])
        if after and not own and not then:
            at = end + after.end()
            own = [one.name for one in self.owners if at <= one.start < at + 45][:1]
        before_it = text[max(0, start - _REACH) : start]
        if not own and re.search(r"\b(?:its|their|his|her)\s+(?:\w+\s+)?$", before_it):
            own = [self._subject(start, before)[0]]
        if not then and not any(own):
            return None
        cause = next((one for one in reversed(before) if one.end <= start <= one.tail), None)
        is_planned = cause is not None and (cause.is_planned or cause.kind in NOT_YET)
        return Deed(
            rule, start, end, self._edge(start), start, self._tail(end), own[-1] if own else "",
            is_planned=is_planned, is_nested=cause is not None and cause.kind == rule["kind"],
            cause=cause,
        )  # fmt: skip
