"""Rules for dead and injured, by side."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from interpose.record.pages.figures import figure_of, first_specific, specific
from interpose.record.pages.language import Words, forces
from interpose.record.pages.numbers import Number
from interpose.record.pages.page import Found
from interpose.record.pages.sentences import Category, Counted, Sentence

OUTCOMES = ("deaths", "injured")
_FAR_HURT = 200


_UNIT = r"(?<!\w)<casualties.OUTCOME_unit>(?!\w)"
_UNIT_NEXT = r"\s+(?:people\s+|more\s+|others\s+)?<casualties.OUTCOME_unit>(?!\w)"
_AFTER = (
    r"(?:[\s,]+(?:<casualties.fillers>|(?-i:[A-Z][\w.-]*)|[\w-]+ly|\([^)]*\))){0,9}?"
    r"[\s,]+<casualties.OUTCOME_after>(?!\w)"
)
_BEFORE = (
    r"(?<!\w)<casualties.OUTCOME_before>(?:\s+(?:to|at|of|a|the|another|only|je|su|total|rose|has|"
    r"risen|had|have|by|from)){0,4}\s+$"
)
_AFTER_LONG_SUBJECT = (  # soldiers at the bridge were hurt
    r"\s(?:(?:were|was|are|have\s+been|has\s+been|had\s+been)\s+(?:\w+ly\s+|also\s+)*"
    r"<casualties.OUTCOME_after>|<casualties.OUTCOME_verbs>)(?!\w)"
)
_OF_THEM = r"\s+of\s+(?:them|whom)\s+(?:\w+\s+)?(?:\w+ly\s+)?<casualties.OUTCOME_after>"
_ONE = (
    r"(?<!\w)(?P<one><casualties.singular>)\s+(?P<gap>(?:(?!of\b|the\b)[\w-]+\s+){0,4}?)"
    r"(?P<noun><casualties.person>)(?!\w)"
)
_ONE_HURT = (  # a policeman was killed, killing one soldier
    rf"{_ONE}(?:\s+from\s+\w+)?\s+(?:was|is|has been|had been|were)(?:\s+\w+ly)?\s+"
    r"<casualties.OUTCOME_after>(?!\w)",
    rf"(?<!\w)<casualties.OUTCOME_before>\s+{_ONE}",
)


def _cue(template: str, outcome: str, words: Words) -> re.Pattern[str]:
    return words.pattern(template.replace("OUTCOME", outcome))


def hurt_in(sentence: Sentence) -> dict[Counted, str]:
    """Return the numbers of a sentence that count dead or injured, and which."""
    known: dict[int, str] = {}
    for at, counted in enumerate(sentence.counted):
        if counted.category != "nations" and counted.number.value >= 1:
            outcome = next((name for name in OUTCOMES if _is_hurt(counted, sentence, name)), "")
            known |= {at: outcome} if outcome else {}
    for at, counted in enumerate(sentence.counted):
        if at not in known and counted.category not in ("nations", "bare"):
            outcome = _shared(at, known, sentence)
            known |= {at: outcome} if outcome else {}
    return {sentence.counted[at]: known[at] for at in sorted(known)}


def _is_hurt(counted: Counted, sentence: Sentence, outcome: str) -> bool:
    text, words = sentence.text, sentence.words
    head, tail, core = (
        text[max(0, counted.start - _FAR_HURT) : counted.start],
        text[counted.end :][:_FAR_HURT],
        text[counted.number.end :][:_FAR_HURT],
    )
    unit = _cue(_UNIT, outcome, words)
    if unit.fullmatch(counted.noun) or unit.search(counted.gap):
        return True
    if _cue(_UNIT_NEXT, outcome, words).match(core):
        return True
    is_before = bool(_cue(_BEFORE, outcome, words).search(head))
    if counted.category == "bare" and not is_before:
        return False
    if counted.noun and _cue(_AFTER, outcome, words).match(tail):
        return True
    later = (n.start for n in sentence.counted if n.start > counted.end and n.noun)
    reach = tail[: next(later, len(text)) - counted.end]
    reach = re.sub(r",\s*(?:including|among them)\b[^,]*,", " ", reach)[:130]
    if counted.noun and (found := _cue(_AFTER_LONG_SUBJECT, outcome, words).search(reach)):
        return not re.search(r"[;:]|,\s|\b(?:while|who|which|when)\b", reach[: found.start()])
    return bool(_cue(_OF_THEM, outcome, words).match(core)) or is_before


def _shared(at: int, known: Mapping[int, str], sentence: Sentence) -> str:
    """Return the outcome that a number shares: of one list, or as part of a total."""
    counted = sentence.counted[at]
    if at + 1 in known:
        link = sentence.text[counted.end : sentence.counted[at + 1].start]
        is_list = len(link) < 60 and re.search(r"(?:,|\band|\bi|\bdhe|\be)\s*$", link)
        if is_list and not re.search(r"\b(?:who|while|sent|were|was|had|have|deployed)\b", link):
            return known[at + 1]
    earlier = max((n for n in known if n < at), default=None)
    if earlier is None:
        return ""
    link = sentence.text[sentence.counted[earlier].end : counted.start]
    is_part = sentence.words.find("casualties", "including").search(link)
    is_joined = at - 1 in known and re.fullmatch(r"[\s,]*(?:and|i|dhe|e)?\s*", link)
    return known[earlier] if is_part or is_joined else ""


def casualties_found(sentence: Sentence, hurt: Mapping[Counted, str]) -> Iterator[Found]:
    """Yield the dead and injured of a sentence, as `hurt_in` gives them, as figures by side."""
    for counted, outcome in hurt.items():
        yield _hurt(counted, outcome, sentence, 0.85)
    for outcome in OUTCOMES:
        for template in _ONE_HURT:
            for match in _cue(template, outcome, sentence.words).finditer(sentence.text):
                start, end = match.start("one"), match.end("noun")
                if not any(n.start < end and start < n.end for n in sentence.numbers):
                    noun, number = match["noun"].lower(), Number(start, start + 1, 1.0)
                    is_soldier = noun in sentence.words.list("units", "military")
                    category: Category = "military" if is_soldier else "people"
                    one = Counted(start, end, number, category, noun, match["gap"])
                    yield _hurt(one, outcome, sentence, 0.75)


def _hurt(counted: Counted, outcome: str, sentence: Sentence, confidence: float) -> Found:
    found = figure_of("casualties", outcome, counted, sentence, confidence)
    side = side_of(counted, sentence)
    return replace(found, row={**found.row, "community": side}, details={"side": side})


def side_of(counted: Counted, sentence: Sentence) -> str:
    """Return the side of casualties: a force, a community, police, civilians; else all."""
    words, said = sentence.words, counted.words
    sides = [str(side) for side in words.table["sides"] if words.find("sides", side).search(said)]
    if own := first_specific(forces().ids(said)):
        return own
    nation = next(iter(words.nations.ids(said)), "")
    if counted.category == "military":
        if near := next(iter(specific(sentence)), ""):
            return near
        is_mission = re.search(r"[Pp]eace-?keep|\bNATO\b", sentence.text)
        return "force" if is_mission else nation or "military"
    return next(iter(sides), nation or "all")
