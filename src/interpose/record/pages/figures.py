"""Rules for figures: strengths, nations, displaced, measures; dead and injured, by side."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from interpose.record.pages.dates import Date
from interpose.record.pages.language import Words, forces, missions
from interpose.record.pages.numbers import Number, written
from interpose.record.pages.page import Found
from interpose.record.pages.sentences import Counted, Sentence

LEAST_STRENGTH = 2
LEAST_LEVEL = 100

_NEAR_DATE = 70
_LEADING_DATE = 24
_ALLIANCES = ("nato", "un", "eu", "osce")
_MEASURE = r"[\s-]?<measures.UNIT>(?!\w)(?![\s-]*<measures_not.after>(?!\w))"
_TO_A_LEVEL = re.compile(r"(?<!\w)(?:to|at|of|from|by|do|na|ne|deri)\s+$")
_CHANGED_TO = r"(?<!\w)<units.change>(?:\s+\w+){0,2}?\s+(?:to|from|na|ne|do)\s+(?:\w+\s+){0,2}$"
_HAVE = r"\s+(?:of\s+them\s+)?(?:have|had|has|were)\s+(?:since\s+)?<displacement.QUANTITY>"
_IN_WHICH = re.compile(r"\b(?:in|of|to|from|across)\s+(?:\w+\s+)?$")
_RESOLUTION = re.compile(r"\b(?:[Rr]esol\w+|[Rr]ezol\w+|UNSCR|[Nn]o|[Aa]rticle)\.?\s+$")


def specific(sentence: Sentence) -> list[str]:
    """Return the forces that a sentence names, each time, but for alliances of states."""
    return [name for _, _, name in sentence.forces if name not in _ALLIANCES]


def first_specific(names: list[str]) -> str:
    """Return the first force that is no alliance or organisation of states."""
    return next((name for name in names if name not in _ALLIANCES), "")


def people_found(
    sentence: Sentence, before: dict[str, int], hurt: Collection[Counted]
) -> Iterator[Found]:
    """Yield the strengths, numbers of nations and displaced of a sentence, without its `hurt`.

    The forces that the page named `before`, and how often, the last of them at the end, tell whose
    force a number is that does not say so.
    """
    for counted in sentence.counted:
        if counted in hurt:
            continue
        if counted.category == "nations" and counted.number.value >= 2:
            whose = next(iter(specific(sentence)), "")
            quantity = f"{whose}.nations" if whose else "nations"
            found = figure_of("nations", quantity, counted, sentence, 0.85, "nations")
            yield replace(found, details={"whose": whose, "noun": counted.noun})
        elif moved := _displaced(counted, sentence):
            yield figure_of("displacement", moved, counted, sentence, 0.85)
        elif _is_strength(counted, sentence):
            yield _strength(counted, sentence, before)


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
    ahead, after = text[max(0, start - 60) : start], text[start:behind]
    is_planned = planned.search(ahead) or planned.search(after)
    return "planned" if is_planned and not counted.is_adjective else "reported"


# --- strengths ------------------------------------------------------------------------------------


def _is_strength(counted: Counted, sentence: Sentence) -> bool:
    value = counted.number.value
    if counted.category in ("military", "police"):
        is_vague = counted.noun in ("members", "member", "forces", "units")
        few = value < 10 and is_vague and not counted.formation
        return value >= LEAST_STRENGTH and not few
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


def _strength(counted: Counted, sentence: Sentence, before: dict[str, int]) -> Found:
    whose, noun = whose_force(counted, sentence, before), counted.noun
    is_reserve = noun in sentence.words.list("units", "reserve")
    quantity = f"{whose}.reserve" if is_reserve else f"{whose}.strength"
    quantity = whose if whose.startswith("contribution.") else quantity
    confidence = 0.9 if whose != "unknown" else 0.7
    confidence -= 0.15 * (counted.category == "bare") + 0.1 * (counted.category == "police")
    found = figure_of("strength", quantity, counted, sentence, confidence)
    row = {**found.row, "includes": "reserve" if is_reserve else ""}
    details = {"whose": whose, "noun": noun, "formation": counted.formation}
    return replace(found, row=row, details=details)


def whose_force(counted: Counted, sentence: Sentence, before: dict[str, int]) -> str:
    """Return whose strength a number is: named with it, else before it, else after, else earlier.

    A nation named with the number, in a sentence about a mission, contributes to that mission.
    """
    text, nations = sentence.text, sentence.words.nations
    own = forces().ids(counted.words)
    theirs = [n for n in nations.ids(counted.gap if own else counted.words) if n != "xkx"]
    if own and not theirs and own[0] not in _ALLIANCES:
        return own[0]
    around = [name for _, end, name in reversed(sentence.forces) if end <= counted.start]
    around += [name for start, _, name in sentence.forces if start >= counted.end]
    near, of_page = first_specific(around), max(before, key=lambda name: before[name], default="")
    if theirs:
        return f"contribution.{theirs[0]}" if (near or of_page) in missions() else theirs[0]
    if near:
        return near
    # Nations before the number that do something, not those something is in or of.
    senders = [
        name
        for start, end, name in sentence.nations
        if end <= counted.start
        and name != "xkx"
        and not _IN_WHICH.search(text[max(0, start - 40) : start])
        and not text.startswith("'s", end)
    ]
    if senders and not around:
        return f"contribution.{senders[-1]}" if of_page in missions() else senders[-1]
    return next(reversed(before), "") or (around or own or ["unknown"])[0]


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
        if counted.category == "bare":
            if words.pattern(_HAVE.replace("QUANTITY", quantity)).match(tail):
                return quantity
        elif counted.category == "people":
            cues = words.find("displacement", quantity)
            if cues.search(near) or cues.search(head):
                return quantity
    return ""


OUTCOMES = ("deaths", "injured")


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
    head, tail, core = text[: counted.start], text[counted.end :], text[counted.number.end :]
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
    if own := first_specific(forces().ids(said)):
        return own
    nation = next(iter(words.nations.ids(said)), "")
    if counted.category == "military":
        if near := next(iter(specific(sentence)), ""):
            return near
        is_mission = re.search(r"peace-?keep|\bNATO\b", sentence.text)
        return "force" if is_mission else nation or "military"
    return next(iter(sides), nation or "all")
