"""Rules for figures: strengths, nations, displaced, measures."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from interpose.record.pages.clauses import Deed
from interpose.record.pages.dates import Date
from interpose.record.pages.language import forces, missions
from interpose.record.pages.numbers import written
from interpose.record.pages.page import Found
from interpose.record.pages.sentences import Counted, Sentence

LEAST_STRENGTH = 2
LEAST_LEVEL = 100
LEAST_NATIONS = 4
"""The two countries, of whom a page speaks, are fewer: they are not counted, but named."""

_NEAR_DATE = 70
_LEADING_DATE = 24
ALLIANCES = ("nato", "un", "eu", "au", "osce")
_MEASURE = r"[\s-]?<measures.UNIT>(?!\w)(?![\s-]*<measures_not.after>(?!\w))"
_TO_A_LEVEL = re.compile(
    r"(?<!\w)(?:to|at|of|from|by|do|na|ne|deri)\s+(?:(?:the|its|a)\s+)?(?:current\s+)?$"
)
_OF_A_COUNCIL = re.compile(r"\b(?:[Cc]ouncil|[Aa]ssembly|[Pp]arliament|[Bb]oard|[Pp]arty)\b")
_CHANGED_TO = r"(?<!\w)<units.change>(?:\s+\w+){0,2}?\s+(?:to|from|na|ne|do)\s+(?:\w+\s+){0,2}$"
_HAVE = r"\s+(?:of\s+them\s+)?(?:have|had|has|were)\s+(?:since\s+)?<displacement.QUANTITY>"
_PARTED = re.compile(r"[,;:]\s|\b(?:that|but)\b")
_IN_WHICH = re.compile(
    r"\b(?:in|of|to|from|across|by|with|for|at|on|than|between|against)\s+(?:\w+\s+)?$"
)
_RESOLUTION = re.compile(r"\b(?:[Rr]esol\w+|[Rr]ezol\w+|UNSCR|[Nn]o|[Aa]rticle)\.?\s+$")


def specific(sentence: Sentence) -> list[str]:
    """Return the forces that a sentence names, each time, but for alliances of states."""
    return [name for _, _, name in sentence.forces if name not in ALLIANCES]


def first_specific(names: list[str]) -> str:
    """Return the first force that is no alliance or organisation of states."""
    return next((name for name in names if name not in ALLIANCES), "")


def people_found(
    sentence: Sentence,
    before: dict[str, int],
    hurt: Collection[Counted],
    deeds: Sequence[Deed],
) -> Iterator[Found]:
    """Yield strengths, changes, requests, nations and displaced of a sentence, not its `hurt`.

    The forces that the page named `before`, and how often, the last of them at the end, tell whose
    force a number is that does not say so.
    """
    last: Found | None = None
    for counted in sentence.counted:
        if counted in hurt:
            continue
        if counted.category == "nations" and counted.number.value >= 2:
            is_pair = re.search(r"(?<!\w)(?:[Tt]he|both|these)\s+$", sentence.text[: counted.start])
            if is_pair and counted.number.value < LEAST_NATIONS:
                continue
            whose = next(iter(specific(sentence)), "")
            quantity = f"{whose}.nations" if whose else "nations"
            found = figure_of("nations", quantity, counted, sentence, 0.85, "nations")
            yield replace(found, details={"whose": whose, "noun": counted.noun})
        elif moved := _displaced(counted, sentence):
            yield figure_of("displacement", moved, counted, sentence, 0.85)
        elif _is_strength(counted, sentence):
            link = sentence.text[last.end : counted.start] if last else ""
            joined = last.kind if last and re.fullmatch(r"\s+and\s+", link) else ""
            last = _soldiers(counted, sentence, before, deeds, joined)
            yield last


def measures_found(sentence: Sentence) -> Iterator[Found]:
    """Yield the numbers of a sentence that stand with a unit of time, length or the like.

    The row has no quantity: what is measured is for a person to name. Ages are left out.
    """
    for number in sentence.numbers:
        for unit in sentence.words.table.get("measures", {}):
            template = _MEASURE.replace("UNIT", unit)
            if match := sentence.words.pattern(template).match(sentence.text, number.end):
                measured = Counted(number.start, match.end(), number, "bare")
                found = figure_of("measure", "", measured, sentence, 0.6, unit)
                yield _in_two_ways(found, sentence)
                break


def _in_two_ways(found: Found, sentence: Sentence) -> Found:
    """Doubt a number in which the mark for decimals may be one for thousands: 1.250 km."""
    mark = r"\." if sentence.words.language == "en" else ","
    text = sentence.text[found.start : found.end]
    said = re.search(rf"(?<![\d.,])\d{{1,3}}{mark}\d{{3}}(?![\d.,])", text)
    if not said or said.group().startswith("0"):
        return found
    value = found.row["value"]
    note = f"{value} or {written(float(said.group().replace(',', '.')))}"
    return replace(found, row={**found.row, "note": note}, confidence=0.3)


def figure_of(
    kind: str, quantity: str, counted: Counted, sentence: Sentence, confidence: float,
    unit: str = "persons",
) -> Found:  # fmt: skip
    """Return a number as a row of the figures."""
    number = counted.number
    date = None if counted.is_adjective else governing_date(counted, sentence)
    if date is None and sentence.part == "caption":
        date = next(iter(sentence.dates), None)
    row = {
        "quantity": quantity,
        "community": "all",
        "value": written(number.value),
        "low": written(number.low),
        "high": written(number.high),
        "qualifier": number.qualifier,
        "unit": unit,
        **_date_cells(date, counted, sentence),
        "kind": figure_kind(counted, sentence),
        "part": sentence.part,
    }
    return Found(kind, counted.start, counted.end, confidence, row)


def _date_cells(date: Date | None, counted: Counted, sentence: Sentence) -> dict[str, str]:
    """Return the cells of a figure's date: said with it, or the page's own where it says now."""
    if date is None:
        page_day = sentence.page_day
        near = sentence.text[max(0, counted.start - 40) :][:110]
        if page_day.is_said and page_day.day and sentence.words.find("dates", "now").search(near):
            day = page_day.day.isoformat()
            return {"begins": day, "ends": day, "precision": "day", "note": "now: day of the page"}
        return {"begins": "", "ends": "", "precision": ""}
    return {**date.cells, "note": date.doubt} if date.doubt else date.cells


def governing_date(counted: Counted, sentence: Sentence) -> Date | None:
    """Return the date of a number: next after it, else at the head of the sentence."""
    nexts = (n.start for n in sentence.numbers if n.start > counted.number.end)
    stop = next(nexts, len(sentence.text))
    after = next((date for date in sentence.dates if counted.end <= date.start < stop), None)
    if after and after.start - counted.end < _NEAR_DATE:
        return after
    leading = [date for date in sentence.dates if date.start <= _LEADING_DATE]
    if not leading or leading[-1].end > counted.start:
        return None
    link = sentence.text[leading[-1].end : counted.start]
    return None if sentence.words.find("dates", "now").search(link) else leading[-1]


def figure_kind(counted: Counted, sentence: Sentence) -> str:
    """Tell a reported figure from a planned one, a ceiling, a target or a peak."""
    text, find = sentence.text, sentence.words.find
    start, behind = counted.start, counted.end + 30
    others = [n for n in sentence.numbers if n.start != counted.number.start]
    since = max((n.end for n in others if n.end <= start), default=0)
    until = min((n.start for n in others if n.start >= counted.end), default=len(text))
    near = text[max(since, start - 60) : min(until, behind)]
    for kind in ("ceiling", "target", "peak"):
        if find("kinds", kind).search(near):
            return kind
    planned = find("kinds", "planned")
    ahead = _PARTED.split(text[max(0, start - 60) : start])[-1]
    after = _PARTED.split(text[start:behind])[0]
    is_planned = planned.search(ahead) or planned.search(after)
    return "planned" if is_planned and not counted.is_adjective else "reported"


# --- strengths ------------------------------------------------------------------------------------


def _is_strength(counted: Counted, sentence: Sentence) -> bool:
    value = counted.number.value
    if counted.category in ("military", "police"):
        is_vague = counted.noun in ("members", "member", "forces", "units")
        few = value < 10 and is_vague and not counted.formation
        is_sitting = is_vague and _OF_A_COUNCIL.search(counted.gap)
        return value >= LEAST_STRENGTH and not few and not is_sitting
    return counted.category == "bare" and value >= LEAST_LEVEL and _is_level(counted, sentence)


def _is_level(counted: Counted, sentence: Sentence) -> bool:
    """Whether a number without a noun is the level of a force: reduced to 17,500."""
    words = sentence.words
    head, tail = sentence.text[: counted.start], sentence.text[counted.end :]
    if re.match(r"\s+[a-z]{3,}s\b", tail) and not re.match(r"\s+(?:as|this|previous)", tail):
        return False
    if _is_parallel(counted, sentence):
        return True
    if words.pattern(_CHANGED_TO).search(head):
        return True
    level = words.find("units", "level").search(head) and words.find("units", "change").search(head)
    return bool(level and _TO_A_LEVEL.search(head))


def _is_parallel(counted: Counted, sentence: Sentence) -> bool:
    """Whether a number follows one of soldiers, both with a date: 5,000 in June, 17,500 in 2004."""
    has_date = any(
        -3 <= counted.start - date.end <= 12 or -3 <= date.start - counted.end <= 8
        for date in sentence.dates
    )
    soldiers = (n for n in sentence.counted if n.category == "military")
    follows = any(n.end <= counted.start for n in soldiers)
    return has_date and follows and not _RESOLUTION.search(sentence.text[: counted.start])


_MORE = r"(?<!\w)<units.more>(?!\w)"
_BY = r"(?<!\w)<units.step>\s+(?:[\w.'-]+\s+){0,14}?(?:by|of)\s+(?:(?:a|up|to|about|some)\s+)*$"
_THE_FORCE = re.compile(r"\b(?:the|its)\s+(?:[\w-]+\s+){0,3}?(?:force|mission)(?:'s)?\b[^,;]*$")
_SAID = re.compile(r"\b(?:that|said|says|told)\b")
_WHICH = re.compile(r"\W{0,3}(?:\([^)]*\))?\W{0,2}\s*(?:which|who)\b")
_OWNED = r"\s+(?:of|from|od|iz|nga|te|e)\s"


def _soldiers(
    counted: Counted,
    sentence: Sentence,
    before: dict[str, int],
    deeds: Sequence[Deed],
    joined: str,
) -> Found:
    """Return a number of soldiers: a strength, or a change of it, or what is asked for.

    It is of the same kind as the number before it to which it is `joined` by and.
    """
    deed = _deed_over(counted, deeds)
    whose, noun = whose_force(counted, sentence, before, deed), counted.noun
    is_reserve = noun in sentence.words.list("units", "reserve")
    kind = joined or _kind_of(counted, sentence, whose, deed)
    ending = {"change": "change", "request": "requested"}.get(kind, "strength")
    ending = "reserve" if is_reserve and kind == "strength" else ending
    is_level = whose.startswith("contribution.") and kind == "strength"
    confidence = 0.9 if whose != "unknown" else 0.7
    confidence -= 0.15 * (counted.category == "bare") + 0.1 * (counted.category == "police")
    found = figure_of(
        kind, whose if is_level else f"{whose}.{ending}", counted, sentence, confidence
    )
    row = {**found.row, "includes": "reserve" if is_reserve else ""}
    if deed and row["kind"] == "reported" and (deed.is_planned or deed.rule.get("promises")):
        row["kind"] = "planned"
    if deed and deed.kind in ("drawdown", "reinforcement"):
        is_new = re.search(r"\bto\s+(?:[\w-]+\s+){0,5}$", sentence.text[deed.end : counted.start])
        row["kind"] = "planned" if is_new and deed.is_planned else "reported"
    details = {"whose": whose, "noun": noun, "formation": counted.formation}
    return replace(found, row=row, details=details)


def _deed_over(counted: Counted, deeds: Sequence[Deed]) -> Deed | None:
    """Return what is done with those who are counted: by the verb before them, or that after."""
    over = [one for one in deeds if one.end <= counted.start <= one.tail]
    after = (one for one in deeds if one.head <= counted.start and counted.end <= one.start)
    return over[-1] if over else next(after, None)


def _kind_of(counted: Counted, sentence: Sentence, whose: str, deed: Deed | None) -> str:
    """Tell a strength from a change of it, and from a number that someone asks for or wants."""
    text, words = sentence.text, sentence.words
    earlier = max((n.end for n in sentence.numbers if n.end <= counted.start), default=0)
    head = text[max(earlier, counted.start - 140) : counted.start]
    if counted.is_adjective:
        return "strength"
    if (deed and "request" in deed.kinds) or words.find("units", "wanted").search(head):
        return "request"
    within = f"{counted.gap} {text[counted.number.end : counted.end]}"
    more = words.pattern(rf"{_MORE}\s+(?:\w+\s+)?$").search(head) or words.pattern(_MORE).search(
        within
    )
    by = None if counted.formation else words.pattern(_BY).search(head)
    is_sent = False
    if deed and deed.kind == "departure" and whose in (*ALLIANCES, "unknown"):
        link = text[deed.end : counted.start] if deed.end <= counted.start else ","
        is_sent = "," not in link and not link.rstrip().endswith(" of")
    return "change" if more or is_sent or by else "strength"


def whose_force(
    counted: Counted, sentence: Sentence, before: dict[str, int], deed: Deed | None = None
) -> str:
    """Return whose strength a number is: named with it, else before it, else after, else earlier.

    A nation named with the number, in a sentence about a mission, contributes to that mission.
    """
    text, nations = sentence.text, sentence.words.nations
    own = forces().ids(counted.words)
    is_owned = re.match(_OWNED, text[counted.end :])
    within = nations.ids(f"{counted.gap} {counted.noun}")
    theirs = within or (nations.ids(counted.after) if is_owned else [])
    if first_specific(own) and not theirs:
        return first_specific(own)
    forces_named = [name for *_, name in sentence.forces]
    of_page = max(before, key=lambda name: before[name], default="")
    is_mission = {first_specific(forces_named), of_page} & missions()
    said = [match.end() for match in _SAID.finditer(text, 0, counted.start)]
    acted = [  # those that do something, not those something is in or of
        (start, name)
        for start, end, name in sorted([*sentence.forces, *sentence.nations])
        if (said[-1] if said else 0) <= start and end <= counted.start
        and name not in (*ALLIANCES, "xkx")
        and not text.startswith(("'s", "-"), end)
        and (
            (_WHICH.match(text, end) and text.count(",", end, counted.start) < 2)
            or not _IN_WHICH.search(text[max(0, start - 40) : start])
        )
    ]  # fmt: skip
    if deed and deed.end <= counted.start and sentence.words.language == "en":
        acted += [(deed.start, name) for name in nations.ids(deed.actor)[-1:]]
    acting = [name for _, name in sorted(acted)]
    is_level = counted.category == "bare" and not counted.noun
    if counted.is_adjective or (is_level and _THE_FORCE.search(text[: counted.start])):
        acting = [name for name in acting if name in forces_named]
    # Soldiers from two nations are those of what both contribute to.
    nation = theirs[0] if theirs and theirs[0] != "xkx" and (within or len(theirs) == 1) else ""
    nation = nation or (acting[-1] if acting and acting[-1] not in forces_named else "")
    if nation:
        return f"contribution.{nation}" if is_mission else nation
    after = [name for start, _, name in sentence.forces if start >= counted.end]
    near = first_specific([*reversed(acting), *after, *reversed(forces_named)])
    return near or next(reversed(before), "") or [*own, *forces_named, "unknown"][0]


# --- displacement ---------------------------------------------------------------------------------


def _displaced(counted: Counted, sentence: Sentence) -> str:
    """Return ``displaced`` or ``returned`` where a number of people fled or came back."""
    words = sentence.words
    if counted.number.value < LEAST_STRENGTH:
        return ""
    tail = sentence.text[counted.end :]
    near, head = sentence.text[counted.number.end :][:110], sentence.text[: counted.start][-40:]
    if counted.category == "people" and re.search(r"\bto return\b", near):
        return "returned"
    for quantity in ("displaced", "returned"):
        cue = words.find("displacement", quantity)
        if counted.category == "bare":
            ends = [match.end() for match in cue.finditer(head)]
            is_many = counted.number.value >= LEAST_LEVEL and ends and not head[ends[-1] :].strip()
            if is_many or words.pattern(_HAVE.replace("QUANTITY", quantity)).match(tail):
                return quantity
        elif counted.category == "people" and (cue.search(near) or cue.search(head)):
            return quantity
    return ""
