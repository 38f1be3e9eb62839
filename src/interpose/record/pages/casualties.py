"""Rules for casualties: dead and injured, by side."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

from interpose.record.pages.anchoring import Anchor
from interpose.record.pages.counting import figure_of, first_specific
from interpose.record.pages.dictionary import Words, forces, words_of
from interpose.record.pages.numbers import Number
from interpose.record.pages.sentences import Counted, Sentence
from interpose.record.pages.shapes import Found


def casualties_found(
    sentence: Sentence, hurt: Mapping[Counted, str], anchor: Anchor, words: Words
) -> list[Found]:
    """Return the dead and injured of a sentence as figures, by side.

    Parameters
    ----------
    sentence : Sentence
    hurt : mapping
        As `hurt_in` gives it.
    anchor : Anchor
    words : Words
    """
    found = [_hurt(counted, outcome, sentence, anchor, words) for counted, outcome in hurt.items()]
    return [*found, *_singular(sentence, anchor, words)] if words.language == "en" else found


@cache
def _cue(language: str, name: str) -> re.Pattern[str]:
    """Make the pattern of a cue that follows its number, with fillers and names between."""
    words = words_of(language)
    cue = words.any("casualties", f"{name}_after")
    filler = rf"(?:{words.any('casualties', 'fillers')}|(?-i:[A-Z][\w.-]*)|[\w-]+ly|\([^)]*\))"
    return re.compile(rf"(?:[\s,]+{filler}){{0,9}}?[\s,]+{cue}(?!\w)", re.IGNORECASE)


def _after(words: Words, name: str) -> str:
    return words.any("casualties", f"{name}_after")


@cache
def _told_later(language: str, name: str) -> re.Pattern[str]:
    """Make the pattern of a cue after a longer subject: soldiers at the bridge were hurt."""
    words = words_of(language)
    passive = r"(?:were|was|are|have\s+been|has\s+been|had\s+been)\s+(?:\w+ly\s+|also\s+)*"
    died = r"(?:died|perished|lost\s+their\s+lives)"
    told = died if name == "deaths" else r"(?:sustained|suffered)\s+(?:\w+\s+){0,2}injuries"
    return re.compile(rf"\s(?:{passive}{_after(words, name)}|{told})(?!\w)", re.IGNORECASE)


@cache
def _cue_before(language: str, name: str) -> re.Pattern[str]:
    words = words_of(language)
    cue = words.any("casualties", f"{name}_before")
    between = (
        r"(?:\s+(?:to|at|of|a|the|another|only|je|su|total|rose|has|risen|had|have|by|from)){0,4}"
    )
    return re.compile(rf"(?<!\w){cue}{between}\s+$", re.IGNORECASE)


def hurt_in(sentence: Sentence, words: Words) -> dict[Counted, str]:
    """Return the numbers of a sentence that count dead or injured, and which."""
    known: dict[int, str] = {}
    for at, counted in enumerate(sentence.counted):
        if counted.category == "nations" or counted.number.value < 1:
            continue
        for outcome in ("deaths", "injured"):
            if at not in known and _is_hurt(counted, sentence, outcome, words):
                known[at] = outcome
    for at in range(len(sentence.counted)):
        if at in known or sentence.counted[at].category in ("nations", "bare"):
            continue
        if outcome := _shared(at, known, sentence, words):
            known[at] = outcome
    return {sentence.counted[at]: known[at] for at in sorted(known)}


def _is_hurt(counted: Counted, sentence: Sentence, name: str, words: Words) -> bool:
    at = counted.start - sentence.start
    head, tail = sentence.text[:at], sentence.text[counted.end - sentence.start :]
    core = sentence.text[counted.number.end - sentence.start :]
    unit = words.any("casualties", f"{name}_unit")
    if counted.noun and re.fullmatch(unit, counted.noun, re.IGNORECASE):
        return True
    if re.search(rf"(?<!\w){unit}(?!\w)", counted.gap, re.IGNORECASE):
        return True
    if re.match(rf"\s+(?:people\s+|more\s+|others\s+)?{unit}(?!\w)", core, re.IGNORECASE):
        return True
    if counted.category == "bare" and not _cue_before(words.language, name).search(head):
        return False
    if counted.noun and _cue(words.language, name).match(tail):
        return True
    stop = min([n.start for n in sentence.counted if n.start > counted.end and n.noun] or [10**9])
    reach = re.sub(r",\s*(?:including|among them)\b[^,]*,", " ", tail[: stop - counted.end])
    if counted.noun and (found := _told_later(words.language, name).search(reach[:130])):
        return not re.search(r"[;:]|,\s|\b(?:while|who|which|when)\b", reach[: found.start()])
    if re.match(rf"\s+of\s+(?:them|whom)\s+(?:\w+\s+)?(?:\w+ly\s+)?{_after(words, name)}", core):
        return True
    return bool(_cue_before(words.language, name).search(head))


def _shared(at: int, known: dict[int, str], sentence: Sentence, words: Words) -> str:
    """Return the outcome that a number shares: of one list, or as part of a total."""
    counted = sentence.counted[at]
    if at + 1 in known:
        link = sentence.text[
            counted.end - sentence.start : sentence.counted[at + 1].start - sentence.start
        ]
        if (
            len(link) < 60
            and re.search(r"(?:,|\band|\bi|\bdhe|\be)\s*$", link)
            and not re.search(r"\b(?:who|while|sent|were|was|had|have|deployed)\b", link)
        ):
            return known[at + 1]
    earlier = [n for n in known if n < at]
    if earlier:
        total = sentence.counted[earlier[-1]]
        link = sentence.text[total.end - sentence.start : counted.start - sentence.start]
        parts = words.find("casualties", "including").search(link)
        joined = re.fullmatch(r"[\s,]*(?:and|i|dhe|e)?\s*", link)
        if parts or (joined and at - 1 in known):
            return known[earlier[-1]]
    return ""


_SINGULAR = (
    r"(?<!\w)(?P<one>a|an|one|another)\s+(?P<gap>(?:(?!of\b|the\b)[\w-]+\s+){0,4}?)"
    r"(?P<noun>policeman|policewoman|officer|soldier|peacekeeper|civilian|man|woman|boy|girl|person|"
    r"serb|albanian|protester|gunman|attacker|journalist|child|teenager|farmer|monk|sergeant|driver)"
    r"(?!\w)"
)


@cache
def _one_hurt(name: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = words_of("en")
    before, after = (words.any("casualties", f"{name}_{side}") for side in ("before", "after"))
    state = r"(?:\s+from\s+\w+)?\s+(?:was|is|has been|had been|were)(?:\s+\w+ly)?\s+"
    return (
        re.compile(rf"{_SINGULAR}{state}{after}(?!\w)", re.IGNORECASE),
        re.compile(rf"(?<!\w){before}\s+{_SINGULAR}", re.IGNORECASE),
    )


def _singular(sentence: Sentence, anchor: Anchor, words: Words) -> Iterator[Found]:
    """Yield single dead or injured: a policeman was killed, killing one soldier."""
    for name, pattern in ((n, p) for n in ("deaths", "injured") for p in _one_hurt(n)):
        for match in pattern.finditer(sentence.text):
            start = match.start("one") + sentence.start
            end = match.end("noun") + sentence.start
            if any(n.start < end and start < n.end for n in sentence.numbers):
                continue
            number = Number(start, start + 1, start, start + 1, 1.0)
            noun, gap = match.group("noun").lower(), match.group("gap")
            counted = Counted(start, end, number, "people", noun, gap)
            yield _hurt(counted, name, sentence, anchor, words, 0.75)


def _hurt(
    counted: Counted, outcome: str, sentence: Sentence, anchor: Anchor, words: Words,
    confidence: float = 0.85,
) -> Found:  # fmt: skip
    found = figure_of("casualties", outcome, counted, sentence, anchor, words, confidence)
    side = side_of(counted, sentence, words)
    return replace(found, row={**found.row, "community": side}, details={"side": side})


_SIDES: tuple[tuple[str, str], ...] = (
    (r"serbs?\b|srb[aiu]\b|serbe\b|serbeve\b|srbin\b", "serb"),
    (r"albanians?\b|albana?c\w*|shqiptar\w*", "albanian"),
    (r"roma\b|romi\b|ashkali\w*", "roma_ashkali_egyptian"),
    (r"police|policem[ae]n|policaj\w*|polic\w*", "local_police"),
    (r"attackers?|gunm[ae]n|militants?|assailants?|insurgents?|napadac\w*|sulmues\w*", "attackers"),
    (r"protest\w*|demonstra\w*|rioters?", "protesters"),
    (r"civil\w*", "civilians"),
)


def side_of(counted: Counted, sentence: Sentence, words: Words) -> str:
    """Return the side of casualties: a force, a community, police, civilians; else all."""
    said = counted.words.lower()
    for pattern, side in _SIDES[:2]:
        if re.search(rf"\b(?:{pattern})", said) and counted.category == "people":
            return side
    own = first_specific(forces().ids(counted.words))
    if own:
        return own
    if counted.category == "military":
        nation = words.nations.ids(counted.words)
        near = first_specific(forces().ids(sentence.text))
        mission = near or ("force" if re.search(r"peace-?keep|\bNATO\b", sentence.text) else "")
        return mission or (nation[0] if nation else "military")
    for pattern, side in _SIDES:
        if re.search(rf"\b(?:{pattern})", said):
            return side
    nation = words.nations.ids(counted.words)
    return nation[0] if nation else "all"
