"""Rules for numbers of people: strengths, nations, displacement; with their dates."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Collection
from dataclasses import replace

from interpose.record.pages.anchoring import Anchor
from interpose.record.pages.dates import Date
from interpose.record.pages.dictionary import Words, forces, missions
from interpose.record.pages.numbers import written
from interpose.record.pages.sentences import Counted, Sentence
from interpose.record.pages.shapes import Found

LEAST_STRENGTH = 2
LEAST_LEVEL = 100
_NEAR_DATE = 70
_LEADING_DATE = 24
_NEAR_SENTENCES = 2
_ALLIANCES = ("nato", "un", "eu", "osce")


class Before:
    """The forces that a page has named so far, for numbers that do not say whose they are."""

    def __init__(self) -> None:
        self._times: Counter[str] = Counter()
        self._last: deque[str] = deque(maxlen=_NEAR_SENTENCES)

    def add(self, sentence: Sentence) -> None:
        """Take note of the next sentence."""
        names = [name for _, _, name in forces().named(sentence.text)]
        self._times.update(name for name in names if name not in _ALLIANCES)
        self._last.appendleft(first_specific(names[::-1]))

    def most_named(self) -> str:
        """Return the force named most often, or nothing."""
        return next((name for name, _ in self._times.most_common(1)), "")

    def last_named(self) -> str:
        """Return the force named last, if that was not long ago."""
        return next((name for name in self._last if name), "")


def count_found(
    sentence: Sentence,
    before: Before,
    hurt: Collection[Counted],
    anchor: Anchor,
    words: Words,
) -> list[Found]:
    """Return the strengths, numbers of nations and displaced of a sentence.

    Parameters
    ----------
    sentence : Sentence
    before : Before
        What came before it on the page, for whose force it is.
    hurt : collection of Counted
        Dead and injured, which are no strength.
    anchor : Anchor
    words : Words
    """
    found: list[Found] = []
    for counted in sentence.counted:
        if counted in hurt:
            continue
        if counted.category == "nations" and counted.number.value >= 2:
            found.append(_nations(counted, sentence, anchor, words))
        elif moved := _displaced(counted, sentence, words):
            found.append(figure_of("displacement", moved, counted, sentence, anchor, words, 0.85))
        elif _is_strength(counted, sentence, words):
            found.append(_strength(counted, sentence, before, anchor, words))
    return found


def figure_of(
    kind: str, quantity: str, counted: Counted, sentence: Sentence, anchor: Anchor, words: Words,
    confidence: float, unit: str = "persons",
) -> Found:  # fmt: skip
    """Return a number as a row of the figures."""
    number = counted.number
    date = None if counted.is_adjective else governing_date(counted, sentence, words)
    if date is None and sentence.part == "caption":
        date = sentence.dates[0] if sentence.dates else None
    row = {
        "quantity": quantity,
        "community": "all",
        "value": written(number.value),
        "low": written(number.low),
        "high": written(number.high),
        "qualifier": number.qualifier,
        "unit": unit,
        **date_cells(date, counted, sentence, anchor, words),
        "kind": figure_kind(counted, sentence, words),
        "part": sentence.part,
    }
    return Found(kind, "figures", counted.start, counted.end, confidence, row)


def date_cells(
    date: Date | None, counted: Counted, sentence: Sentence, anchor: Anchor, words: Words
) -> dict[str, str]:
    """Return the cells of a figure's date: said with it, or the page's own where it says now."""
    if date is None and anchor.day and anchor.is_said:
        near = sentence.text[max(0, counted.start - sentence.start - 40) :][:110]
        if words.find("dates", "now").search(near):
            day = anchor.day.isoformat()
            return {"begins": day, "ends": day, "precision": "day", "note": "now: day of the page"}
    if date is None:
        return {"begins": "", "ends": "", "precision": ""}
    if date.begins is None or date.ends is None:
        note = f"the page says {date.iso} without a year"
        return {"begins": "", "ends": "", "precision": date.precision, "note": note}
    last = "" if date.begins == date.ends else date.ends.isoformat()
    cells = {"begins": date.begins.isoformat(), "ends": last, "precision": date.precision}
    return {**cells, "note": date.note} if date.note else cells


def governing_date(counted: Counted, sentence: Sentence, words: Words) -> Date | None:
    """Return the date a number is told with: next after it, else at the head of the sentence."""
    nexts = [n.start for n in sentence.numbers if n.start > counted.number.end]
    stop = min([sentence.end, *nexts])
    after = [d for d in sentence.dates if counted.end <= d.start < stop]
    if after and after[0].start - counted.end < _NEAR_DATE:
        return after[0]
    leading = [d for d in sentence.dates if d.start - sentence.start <= _LEADING_DATE]
    if not leading or leading[-1].end > counted.start:
        return None
    link = sentence.text[leading[-1].end - sentence.start : counted.start - sentence.start]
    return None if words.find("dates", "now").search(link) else leading[-1]


def figure_kind(counted: Counted, sentence: Sentence, words: Words) -> str:
    """Tell a reported figure from a planned one, a ceiling, a target or a peak."""
    at = counted.start - sentence.start
    others = [n for n in sentence.numbers if n.start != counted.number.start]
    since = max([n.end - sentence.start for n in others if n.end <= counted.start] or [0])
    until = min([n.start - sentence.start for n in others if n.start >= counted.end] or [10**9])
    behind = counted.end - sentence.start + 30
    near = sentence.text[max(since, at - 60) : min(until, behind)]
    for kind in ("ceiling", "target", "peak"):
        if words.find("kinds", kind).search(near):
            return kind
    ahead = sentence.text[max(0, at - 60) : at]
    after = sentence.text[at:behind]
    planned = words.find("kinds", "planned")
    if counted.is_adjective:
        return "reported"
    return "planned" if planned.search(ahead) or planned.search(after) else "reported"


# --- strengths ------------------------------------------------------------------------------------


def _is_strength(counted: Counted, sentence: Sentence, words: Words) -> bool:
    if counted.category in ("military", "police"):
        few = counted.number.value < LEAST_STRENGTH
        vague = counted.noun in ("members", "member", "forces", "units") and (
            counted.number.value < 10 and not counted.formation
        )
        return not (few or vague)
    return counted.category == "bare" and _is_level(counted, sentence, words)


def _is_level(counted: Counted, sentence: Sentence, words: Words) -> bool:
    """Whether a number without a noun is the level of a force: reduced to 17,500."""
    if counted.number.value < LEAST_LEVEL:
        return False
    head = sentence.text[: counted.start - sentence.start]
    tail = sentence.text[counted.end - sentence.start :]
    if re.match(r"\s+[a-z]{3,}s\b", tail) and not re.match(r"\s+(?:as|this|previous)", tail):
        return False
    if _is_parallel(counted, sentence):
        return True
    change = words.any("units", "change")
    step = r"(?:\s+\w+){0,2}?\s+(?:to|from|na|ne|do)\s+(?:\w+\s+){0,2}$"
    if re.search(rf"(?<!\w){change}{step}", head, re.IGNORECASE):
        return True
    told = words.find("units", "level").search(head) and words.find("units", "change").search(head)
    return bool(told and re.search(r"(?<!\w)(?:to|at|of|from|by|do|na|ne|deri)\s+$", head))


def _strength(
    counted: Counted, sentence: Sentence, before: Before, anchor: Anchor, words: Words
) -> Found:
    whose = whose_force(counted, sentence, before, words)
    noun = counted.noun
    is_reserve = noun in words.list("units", "reserve")
    kind = figure_kind(counted, sentence, words)
    quantity = f"{whose}.reserve" if is_reserve else f"{whose}.strength"
    quantity = whose if whose.startswith("contribution.") else quantity
    confidence = 0.9 if whose != "unknown" else 0.7
    confidence -= 0.15 * (counted.category == "bare") + 0.1 * (counted.category == "police")
    found = figure_of("strength", quantity, counted, sentence, anchor, words, confidence)
    includes = "reserve" if is_reserve else ""
    details = {"whose": whose, "noun": noun, "formation": counted.formation}
    return replace(found, row={**found.row, "kind": kind, "includes": includes}, details=details)


def whose_force(counted: Counted, sentence: Sentence, before: Before, words: Words) -> str:
    """Return whose strength a number is: named with it, else before it, else after, else earlier.

    A nation named with the number, in a sentence about a mission, contributes to that mission.
    """
    own = forces().ids(counted.words)
    nation = words.nations.ids(counted.words if not own else counted.gap)
    nation = [name for name in nation if name != "xkx"]
    if own and not nation and own[0] not in _ALLIANCES:
        return own[0]
    head = sentence.text[: counted.start - sentence.start]
    tail = sentence.text[counted.end - sentence.start :]
    around = [name for _, _, name in reversed(forces().named(head))]
    around += [name for _, _, name in forces().named(tail)]
    near = first_specific(around)
    of_page = before.most_named()
    if nation:
        return f"contribution.{nation[0]}" if (near or of_page) in missions() else nation[0]
    if near:
        return near
    senders = [name for name in _senders(head, words) if name != "xkx"]
    if senders and not around:
        return f"contribution.{senders[-1]}" if of_page in missions() else senders[-1]
    return before.last_named() or of_page or (around or own or ["unknown"])[0]


def _senders(head: str, words: Words) -> list[str]:
    """Return the nations before a number that do something, not those something is in or of."""
    return [
        name
        for start, end, name in words.nations.named(head)
        if not re.search(r"\b(?:in|of|to|from|across)\s+(?:\w+\s+)?$", head[:start])
        and not re.match(r"['’]s\b", head[end:])
    ]


def first_specific(names: list[str]) -> str:
    """Return the first force that is no alliance or organisation of states."""
    return next((name for name in names if name not in _ALLIANCES), "")


def _is_parallel(counted: Counted, sentence: Sentence) -> bool:
    """Whether a number follows one of soldiers, both with a date: 5,000 in June, 17,500 in 2004."""
    before = [n for n in sentence.counted if n.end <= counted.start and n.category == "military"]
    near = [
        d
        for d in sentence.dates
        if -3 <= counted.start - d.end <= 12 or -3 <= d.start - counted.end <= 8
    ]
    head = sentence.text[: counted.start - sentence.start]
    numbered = re.search(r"\b(?:[Rr]esol\w+|[Rr]ezol\w+|UNSCR|[Nn]o|[Aa]rticle)\.?\s+$", head)
    return bool(before and near and not numbered)


# --- nations --------------------------------------------------------------------------------------


def _nations(counted: Counted, sentence: Sentence, anchor: Anchor, words: Words) -> Found:
    whose = first_specific([n for _, _, n in forces().named(sentence.text)])
    quantity = f"{whose}.nations" if whose else "nations"
    found = figure_of("nations", quantity, counted, sentence, anchor, words, 0.85, "nations")
    return replace(found, details={"whose": whose, "noun": counted.noun})


# --- displacement ---------------------------------------------------------------------------------


def _displaced(counted: Counted, sentence: Sentence, words: Words) -> str:
    """Return ``displaced`` or ``returned`` where a number of people fled or came back."""
    if counted.number.value < LEAST_STRENGTH:
        return ""
    if counted.category == "bare":
        tail = sentence.text[counted.end - sentence.start :]
        for quantity in ("displaced", "returned"):
            cue = words.any("displacement", quantity)
            if re.match(rf"\s+(?:of\s+them\s+)?(?:have|had|has|were)\s+(?:since\s+)?{cue}", tail):
                return quantity
    if counted.category != "people":
        return ""
    near = sentence.text[counted.number.end - sentence.start :][:110]
    head = sentence.text[: counted.start - sentence.start][-40:]
    if re.search(r"\bto return\b", near):
        return "returned"
    for quantity in ("displaced", "returned"):
        told = words.find("displacement", quantity)
        if told.search(near) or told.search(head):
            return quantity
    return ""
