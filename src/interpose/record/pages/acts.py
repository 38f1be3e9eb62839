"""Rules for acts: requests, laws, decisions, operations; for deployments; for dead and injured.

Verbs, nouns and patterns of acts stand in the dictionary, ``[[acts]]``; a person can add one
without touching code. ``clauses.py`` says who does them. They are read in English only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from interpose.record.pages.clauses import Deed
from interpose.record.pages.dates import Date
from interpose.record.pages.figures import ALLIANCES, figure_of, first_specific, specific
from interpose.record.pages.language import Words, forces
from interpose.record.pages.numbers import Number, find_numbers, written
from interpose.record.pages.page import Found
from interpose.record.pages.sentences import Category, Counted, Sentence
from interpose.record.periods import ACT_DATES

_MOST_WORDS_OF_SUBJECT = 16
_LEADING_DATE = 24

_MOVES = {
    "departure": ("deployment", "departed"),
    "arrival": ("arrival", "arrived"),
    "station": ("deployment", "arrived"),
    "departed": ("withdrawal", "departed"),
}
"""Kind of a verb that moves troops -> kind of the act, and the column of its date."""


def _row(
    kind: str, deed: Deed, actor: str, subject: str, column: str, date: Date | None,
    sentence: Sentence,
) -> dict[str, str]:  # fmt: skip
    """Return the row of an act, with its date in one of the four columns for dates."""
    row = {"kind": kind, "actor": actor, "subject": subject, **dict.fromkeys(ACT_DATES, "")}
    cells = date.cells if date else {}
    row |= {column: cells.get("begins", ""), "precision": cells.get("precision", "")}
    row |= {"status": "planned" if deed.is_planned else "done", "part": sentence.part}
    return {**row, "note": date.doubt} if date and date.doubt else row


def acts_found(sentence: Sentence, deeds: Sequence[Deed]) -> list[Found]:
    """Return the acts of a sentence, the first rule that fits a place winning."""
    found: list[Found] = []
    for deed in deeds:
        is_told = deed.actor or (deed.is_passive and deed.kind != "meeting")
        is_act = deed.kind not in _MOVES and not deed.is_nested and is_told
        if is_act and not any(deed.start < one.end and one.start < deed.end for one in found):
            found.append(_act(deed, sentence))
    return found


def _act(deed: Deed, sentence: Sentence) -> Found:
    date = _nearest_date(deed, sentence)
    rest = re.split(r"[,;:.]\s|[,;:.]$|[\"”“]", sentence.text[deed.end :])[0]
    said = f"{sentence.text[deed.start : deed.end]}{rest}".split()[:_MOST_WORDS_OF_SUBJECT]
    column = "arrived" if deed.kind in ("drawdown", "reinforcement") else "decided"
    row = _row(deed.kind, deed, deed.actor, " ".join(said), column, date, sentence)
    details = {"date": date.iso if date else ""}
    confidence = 0.8 if deed.actor else 0.65
    return Found("act", deed.start, deed.end, confidence, row, details, deed.doubt)


def _nearest_date(deed: Deed, sentence: Sentence) -> Date | None:
    """Return the date nearest to the act, those after it first."""
    after = next((date for date in sentence.dates if date.start >= deed.start), None)
    before = next((d for d in reversed(sentence.dates) if d.end <= deed.start), None)
    if after and (not before or after.start - deed.start < 130):
        return after
    return before if before and before.start < max(_LEADING_DATE, deed.head + 40) else None


# --- deployments ----------------------------------------------------------------------------------

_FARTHEST_TROOPS = 60
_UNIT = r"(?<![\w-])(?:<units.formations>|<units.military>|<units.police>)(?![\w-])|<names.forces>"
_PLACE = (
    r"(?-i:(?:(?<!\w)(?:to|in|into|at|across|inside|(?<=left )for|(?<=leave )for|(?<=leaves )for|"
    r"(?<=departed )for)|(?<=reached)|(?<=reaches)|(?<=entered))\s+(?:the\s+)?"
    r"(?:(?:northern|southern|eastern|western|central|neighbou?ring|the)\s+)?"
    r"(?:(?:region|province|town|city|district|area|state|capital)\s+of\s+)?"
    r"(?P<place><names.countries>|[A-Z][\w'-]+(?:\s+(?:i|and|of)?\s*[A-Z][\w'-]+){0,3}"
    r"|(?:the|his|her|their|our)\s+(?:(?:\w+ern|divided|disputed)\s+)?<movement.regions>)(?![\w-]))"
)
_TOUR = (
    r"(?<!\w)(?:(?P<n>\w+(?:-\w+)?)[\s-](?P<unit>months?|years?|weeks?)(?:-long)?\s+<movement.tour>"
    r"|for\s+(?:a\s+|up\s+to\s+)?(?P<n2>\w+)\s+(?P<unit2>months|years|weeks))(?!\w)"
)
_HOST = (
    r"(?-i:(?<!\w)<movement.host>\s+(?:the\s+)?(?P<host>[A-Z][\w.'-]*"
    r"(?:\s+(?:of(?:\s+the)?\s+)?[A-Z][\w'-]*){0,6})"
    r"|(?<!\w)(?:to|with|in|join|joining)\s+(?:the\s+)?(?P<force>(?:UN\s+|United\s+Nations\s+)?<names.forces>))"
)


def movements_found(sentence: Sentence, deeds: Sequence[Deed]) -> list[Found]:
    """Return the deployments of a sentence, one for each verb that moves troops."""
    found: list[Found] = []
    for deed in deeds:
        move = _movement(deed, sentence) if deed.kind in _MOVES else None
        if move and not any(_is_same(move, one) for one in found):
            found.append(move)
    return found


def _is_same(move: Found, other: Found) -> bool:
    """Whether another deployment of the sentence has the same place or the same words."""
    overlap = move.start < other.end and other.start < move.end
    same = [move.details[key] == other.details[key] for key in ("destination", "size", "from")]
    return overlap or (all(same) and move.row["kind"] == other.row["kind"])


def _movement(deed: Deed, sentence: Sentence) -> Found | None:
    text, words = sentence.text, sentence.words
    troops = _troops(deed, sentence)
    if troops is None:
        return None
    start, end = troops
    place = _place(deed, words, text)
    clause = text[deed.head : deed.tail]
    tour, host = _tour(clause, words), words.pattern(_HOST).search(clause)
    counted = _size(start, end, sentence)
    date = _nearest_date(deed, sentence)
    if not (place or tour or host or counted or date):
        return None
    unit = next(_units(start, end, sentence), None)
    details = {
        "unit": unit.group().lower() if unit else "",
        "size": written(counted.number.value) if counted else "",
        "destination": words.nation_name(place["place"]) if place else "",
        "tour_months": tour,
        "host": (host["host"] or host["force"]) if host else "",
        "from": _sender(deed, start, end, sentence),
    }
    kind, column = _MOVES[deed.kind]
    kind = "training" if re.search(r"\btraining\b", text[deed.end : deed.tail]) else kind
    row = _row(kind, deed, details["from"], _subject_of_move(details), column, date, sentence)
    last = max(deed.end, end, place.end("place") if place else 0)
    first, confidence = min(start, deed.start), 0.8 if place else 0.65
    return Found("deployment", first, last, confidence, row, details, deed.doubt)


def _troops(deed: Deed, sentence: Sentence) -> tuple[int, int] | None:
    """Return the span of the words for what is moved: after the verb, or else before it."""
    text, words, moved = sentence.text, sentence.words, deed.rule.get("moved", "")
    if moved == "self":
        return deed.head, deed.end
    stop = min(deed.tail, deed.end + _FARTHEST_TROOPS)
    to = re.search(r"(?<!\bup)\s(?:to|into|in|at|from|for|as)\s", text[deed.end - 1 : stop])
    stop = deed.end - 1 + to.start() if to else stop
    if not deed.is_passive and moved != "before":
        them = re.match(r"\s+(?:them|it)\b", text[deed.end :])
        if them or any(_units(deed.end, stop, sentence)) or _size(deed.end, stop, sentence):
            return deed.end, stop
    goes_on = words.pattern(r"\s*(?:$|[^\w\s]|<grammar.prepositions>(?!\w)|\w+ly\b|\d)")
    last = deed.end - 4 * text[: deed.end].endswith(" for")
    if (
        deed.is_bare
        and deed.kind in ("departure", "station")
        and re.match(r"\s+(?:in|at|with|by|near|on)\b", text[deed.end :])
    ):
        return None  # the troops deployed, or serving, in the north
    if moved == "after" or (not moved and not goes_on.match(text, last)):
        return None
    before = [one.end() for one in _units(deed.head, deed.stop, sentence)]
    is_near = bool(before) and deed.stop - before[-1] < _FARTHEST_TROOPS
    return (deed.head, deed.stop) if is_near or _size(deed.head, deed.stop, sentence) else None


def _units(start: int, end: int, sentence: Sentence) -> Iterator[re.Match[str]]:
    """Yield the words for troops in a span; NATO and its like are none."""
    for match in sentence.words.pattern(_UNIT).finditer(sentence.text, start, end):
        if forces().of(match.group()) not in ALLIANCES:
            yield match


def _size(start: int, end: int, sentence: Sentence) -> Counted | None:
    """Return the number of troops in a span: with a word for them, or with none at all."""
    for one in sentence.counted:
        if start <= one.start and one.number.end <= end:
            rest = sentence.text[one.number.end :]
            is_bare = one.category == "bare" and re.match(r"\s+(?:of|have|had)\s|\s*$", rest)
            if one.category in ("military", "police") or is_bare:
                return one
    return None


def _place(deed: Deed, words: Words, text: str) -> re.Match[str] | None:
    """Return the first place after a verb that is named after a preposition."""
    months = {name for names in words.table["months"].values() for name in names}
    start = deed.end - 3 if text[: deed.end].lower().endswith(" for") else deed.start
    for match in words.pattern(_PLACE).finditer(text, start, deed.tail):
        place = match["place"]
        first, last = place.split()[0].lower(), place.split()[-1].lower()
        is_none = (
            first in months
            or re.search(r"-[a-z]+$", place)
            or words.find("dates", "weekdays").match(place)
            or forces().ids(place)
            or last in words.list("units", "people")
        )
        if not is_none:
            return match
    return None


def _tour(text: str, words: Words) -> str:
    if not (found := words.pattern(_TOUR).search(text)):
        return ""
    numbers = find_numbers(found["n"] or found["n2"] or "", words)
    months = words.table["movement"]["tour_units"][(found["unit"] or found["unit2"]).lower()]
    return written(round(numbers[0].value * months, 1)) if numbers else ""


def _sender(deed: Deed, start: int, end: int, sentence: Sentence) -> str:
    """Return whose troops move: who sends them, or the nations that stand with them."""
    text = sentence.text
    own = [
        sentence.words.nation_name(text[first:last])
        for first, last, _ in sentence.nations
        if start <= first
        and (last <= end or (last <= end + 25 and text[:first].endswith("from ")))
        and not re.search(r"\b(?:in|to|across|into)\s+(?:the\s+)?$", text[:first])
    ]
    actor = deed.actor if deed.actor != deed.actor.lower() else ""
    return actor if actor and start >= deed.end else "; ".join(dict.fromkeys(own)) or actor


def _subject_of_move(details: dict[str, str]) -> str:
    subject = details["unit"] or "troops"
    for name, words in (
        ("size", "of {}"), ("destination", "to {}"), ("tour_months", "for {} months"),
        ("host", "under {}"),
    ):  # fmt: skip
        subject += f" {words.format(details[name])}" if details[name] else ""
    return subject


# --- dead and injured, by side --------------------------------------------------------------------

OUTCOMES = ("deaths", "injured")
_FAR_HURT = 200
_HURT_UNIT = r"(?<!\w)<casualties.OUTCOME_unit>(?!\w)"
_HURT_NEXT = r"\s+(?:people\s+|more\s+|others\s+)?<casualties.OUTCOME_unit>(?!\w)"
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
    unit = _cue(_HURT_UNIT, outcome, words)
    if unit.fullmatch(counted.noun) or unit.search(counted.gap):
        return True
    if _cue(_HURT_NEXT, outcome, words).match(core):
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
    return is_before


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
