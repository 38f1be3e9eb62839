"""Rules for casualties: dead and injured, by side."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

from interpose.record.pages.figures import figure_of, first_specific
from interpose.record.pages.language import forces, words_of
from interpose.record.pages.numbers import Number
from interpose.record.pages.page import Found
from interpose.record.pages.sentences import Counted, Sentence

OUTCOMES = ("deaths", "injured")


class _Cues:
    """The patterns of one language by which a number of dead, or of injured, is known."""

    def __init__(self, language: str, outcome: str) -> None:
        words = words_of(language)
        before, after, unit, fillers, singular, person = (
            words.any("casualties", name)
            for name in (
                f"{outcome}_before", f"{outcome}_after", f"{outcome}_unit", "fillers", "singular",
                "person",
            )
        )  # fmt: skip
        filler = rf"(?:{fillers}|(?-i:[A-Z][\w.-]*)|[\w-]+ly|\([^)]*\))"
        self.unit = re.compile(rf"(?<!\w){unit}(?!\w)", re.IGNORECASE)
        self.unit_next = re.compile(
            rf"\s+(?:people\s+|more\s+|others\s+)?{unit}(?!\w)", re.IGNORECASE
        )
        self.after = re.compile(rf"(?:[\s,]+{filler}){{0,9}}?[\s,]+{after}(?!\w)", re.IGNORECASE)
        between = "to|at|of|a|the|another|only|je|su|total|rose|has|risen|had|have|by|from"
        self.before = re.compile(rf"(?<!\w){before}(?:\s+(?:{between})){{0,4}}\s+$", re.IGNORECASE)
        # After a longer subject: soldiers at the bridge were hurt.
        passive = r"(?:were|was|are|have\s+been|has\s+been|had\s+been)\s+(?:\w+ly\s+|also\s+)*"
        died = r"(?:died|perished|lost\s+their\s+lives)"
        verbs = died if outcome == "deaths" else r"(?:sustained|suffered)\s+(?:\w+\s+){0,2}injuries"
        self.verb_later = re.compile(rf"\s(?:{passive}{after}|{verbs})(?!\w)", re.IGNORECASE)
        self.of_them = re.compile(rf"\s+of\s+(?:them|whom)\s+(?:\w+\s+)?(?:\w+ly\s+)?{after}")
        # One person: a policeman was killed, killing one soldier.
        state = r"(?:\s+from\s+\w+)?\s+(?:was|is|has been|had been|were)(?:\s+\w+ly)?\s+"
        single = (
            rf"(?<!\w)(?P<one>{singular})\s+(?P<gap>(?:(?!of\b|the\b)[\w-]+\s+){{0,4}}?)"
            rf"(?P<noun>{person})(?!\w)"
        )
        self.single = (
            re.compile(rf"{single}{state}{after}(?!\w)", re.IGNORECASE),
            re.compile(rf"(?<!\w){before}\s+{single}", re.IGNORECASE),
        )


_cues = cache(_Cues)


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
    cues = _cues(sentence.words.language, outcome)
    head, tail = sentence.text[: counted.start], sentence.text[counted.end :]
    core = sentence.text[counted.number.end :]
    if counted.noun and cues.unit.fullmatch(counted.noun):
        return True
    if cues.unit.search(counted.gap) or cues.unit_next.match(core):
        return True
    is_before = bool(cues.before.search(head))
    if counted.category == "bare" and not is_before:
        return False
    if counted.noun and cues.after.match(tail):
        return True
    later = (n.start for n in sentence.counted if n.start > counted.end and n.noun)
    reach = tail[: next(later, len(sentence.text)) - counted.end]
    reach = re.sub(r",\s*(?:including|among them)\b[^,]*,", " ", reach)[:130]
    if counted.noun and (found := cues.verb_later.search(reach)):
        return not re.search(r"[;:]|,\s|\b(?:while|who|which|when)\b", reach[: found.start()])
    return bool(cues.of_them.match(core)) or is_before


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
        for pattern in _cues(sentence.words.language, outcome).single:
            for match in pattern.finditer(sentence.text):
                start, end = match.start("one"), match.end("noun")
                if not any(n.start < end and start < n.end for n in sentence.numbers):
                    noun, number = match["noun"].lower(), Number(start, start + 1, 1.0)
                    one = Counted(start, end, number, "people", noun, match["gap"])
                    yield _hurt(one, outcome, sentence, 0.75)


def _hurt(counted: Counted, outcome: str, sentence: Sentence, confidence: float) -> Found:
    found = figure_of("casualties", outcome, counted, sentence, confidence)
    side = side_of(counted, sentence)
    return replace(found, row={**found.row, "community": side}, details={"side": side})


def side_of(counted: Counted, sentence: Sentence) -> str:
    """Return the side of casualties: a force, a community, police, civilians; else all."""
    words, said = sentence.words, counted.words
    sides = [str(side) for side in words.table["sides"] if words.find("sides", side).search(said)]
    if counted.category == "people" and sides and sides[0] in ("serb", "albanian"):
        return sides[0]
    if own := first_specific(forces().ids(said)):
        return own
    nation = next(iter(words.nations.ids(said)), "")
    if counted.category == "military":
        if near := first_specific(forces().ids(sentence.text)):
            return near
        is_mission = re.search(r"peace-?keep|\bNATO\b", sentence.text)
        return "force" if is_mission else nation or "military"
    return next(iter(sides), nation or "all")
