"""Rules for numbers of people: strengths, nations, displacement; with their dates."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace

from interpose.record.pages.anchoring import Anchor
from interpose.record.pages.dates import Date
from interpose.record.pages.dictionary import Words, forces
from interpose.record.pages.numbers import written
from interpose.record.pages.sentences import Counted, Sentence
from interpose.record.pages.shapes import Found

LEAST_STRENGTH = 2
LEAST_LEVEL = 100
_NEAR_DATE = 70


def count_found(
    sentence: Sentence,
    before: list[Sentence],
    hurt: Collection[Counted],
    anchor: Anchor,
    words: Words,
) -> list[Found]:
    """Return the strengths, numbers of nations and displaced of a sentence.

    Parameters
    ----------
    sentence : Sentence
    before : list of Sentence
        Those that came before it on the page, for whose force it is.
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
    """Return the date that a number is told with: after it and before the next, else before it."""
    nexts = [n.start for n in sentence.numbers if n.start > counted.number.end]
    lasts = [n.end for n in sentence.numbers if n.end < counted.start]
    stop, begin = min([sentence.end, *nexts]), max([sentence.start, *lasts])
    after = [d for d in sentence.dates if counted.end <= d.start < stop]
    if after and after[0].start - counted.end < _NEAR_DATE:
        return after[0]
    before = [d for d in sentence.dates if begin <= d.start and d.end <= counted.start]
    if not before:
        return None
    link = sentence.text[before[-1].end - sentence.start : counted.start - sentence.start]
    return None if words.find("dates", "now").search(link) else before[-1]


def figure_kind(counted: Counted, sentence: Sentence, words: Words) -> str:
    """Tell a reported figure from a planned one, a ceiling, a target or a peak."""
    at = counted.start - sentence.start
    near = sentence.text[max(0, at - 90) : at + 60 + counted.end - counted.start]
    for kind in ("ceiling", "target", "peak"):
        if words.find("kinds", kind).search(near):
            return kind
    ahead = sentence.text[max(0, at - 60) : at]
    behind = sentence.text[at : at + counted.end - counted.start + 30]
    planned = words.find("kinds", "planned")
    if counted.is_adjective:
        return "reported"
    return "planned" if planned.search(ahead) or planned.search(behind) else "reported"


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
    told = words.find("units", "level").search(head) and words.find("units", "change").search(head)
    return bool(told and re.search(r"(?<!\w)(?:to|at|of|from|by|do|na|ne|deri)\s+$", head))


def _strength(
    counted: Counted, sentence: Sentence, before: list[Sentence], anchor: Anchor, words: Words
) -> Found:
    whose = whose_force(counted, sentence, before, words)
    noun = counted.noun
    is_reserve = noun in words.list("units", "reserve")
    kind = figure_kind(counted, sentence, words)
    quantity = f"{whose}.reserve" if is_reserve else f"{whose}.strength"
    confidence = 0.9 if whose != "unknown" else 0.7
    confidence -= 0.15 * (counted.category == "bare") + 0.1 * (counted.category == "police")
    found = figure_of("strength", quantity, counted, sentence, anchor, words, confidence)
    includes = "reserve" if is_reserve else ""
    details = {"whose": whose, "noun": noun, "formation": counted.formation}
    return replace(found, row={**found.row, "kind": kind, "includes": includes}, details=details)


def whose_force(counted: Counted, sentence: Sentence, before: list[Sentence], words: Words) -> str:
    """Return whose strength a number is: named with it, else before it, else after, else earlier.

    A nation named with the number, in a sentence about a mission, contributes to that mission.
    """
    own = forces().ids(counted.words)
    nation = words.nations.ids(counted.words if not own else counted.gap)
    nation = [name for name in nation if name != "xkx"]
    if own and not nation and own[0] not in ("nato", "un", "eu"):
        return own[0]
    head = sentence.text[: counted.start - sentence.start]
    tail = sentence.text[counted.end - sentence.start :]
    around = [name for _, _, name in reversed(forces().named(head))]
    around += [name for _, _, name in forces().named(tail)]
    near = first_specific(around)
    if nation:
        return f"contribution.{nation[0]}" if near == "force" else nation[0]
    if near:
        return near
    earlier = (
        first_specific([n for _, _, n in reversed(forces().named(one.text))])
        for one in reversed(before)
    )
    return next((name for name in earlier if name), (around or own or ["unknown"])[0])


def first_specific(names: list[str]) -> str:
    """Return the first force that is no alliance or organisation of states."""
    return next((name for name in names if name not in ("nato", "un", "eu", "osce")), "")


# --- nations --------------------------------------------------------------------------------------


def _nations(counted: Counted, sentence: Sentence, anchor: Anchor, words: Words) -> Found:
    whose = first_specific([n for _, _, n in forces().named(sentence.text)])
    quantity = f"{whose}.nations" if whose else "nations"
    found = figure_of("nations", quantity, counted, sentence, anchor, words, 0.85, "nations")
    return replace(found, details={"whose": whose, "noun": counted.noun})


# --- displacement ---------------------------------------------------------------------------------


def _displaced(counted: Counted, sentence: Sentence, words: Words) -> str:
    """Return ``displaced`` or ``returned`` where a number of people fled or came back."""
    if counted.category != "people" or counted.number.value < LEAST_STRENGTH:
        return ""
    near = sentence.text[counted.number.end - sentence.start :][:110]
    head = sentence.text[: counted.start - sentence.start][-40:]
    for quantity in ("displaced", "returned"):
        cue = words.find("displacement", quantity)
        if cue.search(near) or cue.search(head):
            return quantity
    return ""
