"""Rules for acts: requests, laws, decisions, operations and the like; and deployments.

The patterns of acts stand in the dictionaries, ``[[acts]]``; a person can add one without touching
code. Deployments (who goes where, how many, for how long, under whom) are read in English only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from interpose.record.pages.dates import Date
from interpose.record.pages.language import Words, forces, words_of
from interpose.record.pages.numbers import find_numbers, written
from interpose.record.pages.page import Found
from interpose.record.pages.sentences import Sentence
from interpose.record.periods import ACT_DATES

_RECORDED_AS = {
    "declaration": "decision",
    "change_of_status": "restructuring",
    "mandate": "decision",
    "removal_operation": "operation",
}
"""Kind of a pattern -> kind of an act in the record, where they differ."""

_MOST_WORDS_OF_SUBJECT = 16
_LEADING_DATE = 24
_REFUSED = re.compile(r"\b(?:reject|refus|den(?:y|ied)|turned down|declin|dismiss)", re.IGNORECASE)
_OFFICE = re.compile(
    r"(?:(?:[A-Z][\w'-]+|acting|former)\s+)*(?:[Pp]resident|[Mm]inister|[Pp]remier|[Cc]ommander|"
    r"[Pp]arliament|[Aa]ssembly|[Gg]overnment|[Cc]ouncil|[Mm]inistry|[Cc]ommand|[Cc]ongress|Bundestag)"
)


def _row(
    kind: str, actor: str, subject: str, column: str, date: Mapping[str, str], sentence: Sentence,
    *, planned: bool,
) -> dict[str, str]:  # fmt: skip
    """Return the row of an act; `date` are cells with the date, for one of its four columns."""
    row = {"kind": kind, "actor": actor, "subject": subject, **dict.fromkeys(ACT_DATES, "")}
    row[column] = date.get("begins", "")
    row["precision"] = date.get("precision", "")
    row["status"] = "planned" if planned else "done"
    return {**row, "part": sentence.part}


@cache
def _rules(language: str) -> list[tuple[str, re.Pattern[str]]]:
    rows = words_of(language).table.get("acts", ())
    return [(row["kind"], re.compile(row["pattern"])) for row in rows]


def acts_found(sentence: Sentence) -> list[Found]:
    """Return the acts of a sentence, the first rule that fits a place winning."""
    found: list[Found] = []
    for kind, rule in _rules(sentence.words.language):
        for match in rule.finditer(sentence.text):
            refused = kind == "reply" and _REFUSED.search(match.group())
            recorded = "refusal" if refused else _RECORDED_AS.get(kind, kind)
            is_known = any(
                match.start() < one.end
                and one.start < match.end()
                and (recorded == one.row["kind"] or kind == one.details["rule"])
                for one in found
            )
            if not is_known and (sentence.dates or kind != "founding"):
                found.append(_act(kind, recorded, match, sentence))
    return sorted(found, key=lambda one: one.start)


def level_changes(figures: Iterable[Found], sentence: Sentence) -> Iterator[Found]:
    """Yield a drawdown or reinforcement for each strength that is a new level."""
    for one in figures:
        head, row = sentence.text[: one.start], one.row
        if not re.search(r"(?<!\w)(?:to|na|ne|deri)\s+(?:\w+\s+)?$", head) or not row["begins"]:
            continue
        find = sentence.words.find
        down = find("units", "reduced").search(head)
        if down or find("units", "raised").search(head):
            kind = "drawdown" if down else "reinforcement"
            subject = f"force at {row['qualifier']} {row['value']}".replace("  ", " ")
            planned = row["kind"] == "planned"
            change = _row(
                kind, one.details["whose"], subject, "arrived", row, sentence, planned=planned
            )
            yield Found("act", one.start, one.end, 0.7, change, {"rule": "level"})


def _act(kind: str, recorded: str, match: re.Match[str], sentence: Sentence) -> Found:
    date = _nearest_date(match, sentence)
    around = sentence.text[max(0, match.start() - 30) : match.end()]
    planned = bool(sentence.words.find("kinds", "planned_act").search(around))
    actor = _actor(match, sentence)
    cells, subject = date.cells if date else {}, _subject(match, sentence)
    row = _row(recorded, actor, subject, "decided", cells, sentence, planned=planned)
    row |= {"note": date.doubt} if date and date.doubt else {}
    details = {"rule": kind, "date": date.iso if date else ""}
    return Found("act", match.start(), match.end(), 0.8 if actor else 0.65, row, details)


def _nearest_date(match: re.Match[str], sentence: Sentence) -> Date | None:
    """Return the date nearest to the act, those after it first."""
    after = next((date for date in sentence.dates if date.start >= match.start()), None)
    before = next((d for d in reversed(sentence.dates) if d.end <= match.start()), None)
    if after and (not before or after.start - match.start() < 130):
        return after
    return before if before and before.start < _LEADING_DATE else None


def _actor(match: re.Match[str], sentence: Sentence) -> str:
    words = sentence.words
    if said := match.groupdict().get("actor"):
        said = re.split(r"\s+(?:to|for|on|that|which|and)\s+", said)[0]
        return re.sub(r"^the\s+", "", said).strip()
    if match.group().lower().startswith(("resolution", "un security", "unscr", "security council")):
        return "UN Security Council"
    if match.group().startswith("decision"):
        by = re.match(r"\s+by\s+(?:the\s+)?([A-Z][\w' ]{2,50})", sentence.text[match.end() :])
        return by[1].strip() if by else ""
    head = re.sub(r",\s+(?:which|who|whose|where)\b[^,]*,", " ", sentence.text[: match.start()])
    if offices := list(_OFFICE.finditer(head)):
        return offices[-1].group().strip()
    named = [*forces().named(head), *words.nations.named(head)]
    return words.nation_name(head[slice(*max(named)[:2])]) if named else ""


def _subject(match: re.Match[str], sentence: Sentence) -> str:
    groups = match.groupdict()
    if number := groups.get("number") or groups.get("number2"):
        return f"Security Council Resolution {number}"
    rest = re.split(r"[,;:.]\s|[,;:.]$|[\"”“]", sentence.text[match.end() :])[0]
    return " ".join(f"{match.group()}{rest}".split()[:_MOST_WORDS_OF_SUBJECT])


# --- deployments ----------------------------------------------------------------------------------

_MOVES = {
    "departure": ("deployment", "departed"),
    "arrival": ("arrival", "arrived"),
    "station": ("deployment", "arrived"),
    "withdrawal": ("withdrawal", "departed"),
    "reinforcement": ("reinforcement", "arrived"),
}
"""List of verbs under ``[movement]`` -> kind of the act, and the column of its date."""

_FARTHEST_PLACE = 75
_FARTHEST_UNIT = 32


_UNIT = r"(?<!\w)(?:<units.formations>|<units.military>)(?!\w)|<names.forces>"
_PLACE = (
    r"(?-i:(?<!\w)(?:to|in|into|at|across|inside|(?<=left )for|(?<=leave )for|(?<=leaves )for|"
    r"(?<=departed )for)\s+(?:the\s+)?"
    r"(?:(?:northern|southern|eastern|western|central|neighbou?ring|the)\s+)?"
    r"(?P<place><names.countries>|[A-Z][\w'-]+(?:\s+(?:i|and|of)?\s*[A-Z][\w'-]+){0,3}"
    r"|(?:the|his|her|their|our)\s+(?:(?:\w+ern|divided|disputed)\s+)?<movement.regions>)(?![\w-]))"
)
_TOUR = (
    r"(?<!\w)(?:(?P<n>\w+(?:-\w+)?)[\s-](?P<unit>months?|years?|weeks?)(?:-long)?\s+<movement.tour>"
    r"|for\s+(?:a\s+|up\s+to\s+)?(?P<n2>\w+)\s+(?P<unit2>months|years|weeks))(?!\w)"
)
_HOST = (
    r"(?-i:(?<!\w)<movement.host>\s+(?:the\s+)?(?P<host>[A-Z][\w.'-]*"
    r"(?:\s+(?:of(?:\s+the)?\s+)?[A-Z][\w'-]*){0,6}))"
)


def movements_found(sentence: Sentence) -> list[Found]:
    """Return the deployments of a sentence, one for each verb that moves troops."""
    found: list[Found] = []
    if sentence.words.language == "en" and sentence.words.pattern(_UNIT).search(sentence.text):
        for name in _MOVES:
            for verb in sentence.words.find("movement", name).finditer(sentence.text):
                move = _movement(name, verb, sentence)
                if move and not any(_is_same(move, one) for one in found):
                    found.append(move)
    return found


def _is_same(move: Found, other: Found) -> bool:
    """Whether another deployment of the sentence has the same place or the same words."""
    one, two = ((d["destination"], d["from"]) for d in (move.details, other.details))
    overlap = move.start < other.end and other.start < move.end
    return one == two or not (one[0] and two[0]) or overlap


def _movement(name: str, verb: re.Match[str], sentence: Sentence) -> Found | None:
    text, words = sentence.text, sentence.words
    if not _moves_troops(verb, text, words):
        return None
    # "Left for" holds the preposition of its place.
    after = verb.end() - 3 if verb.group().lower().endswith(" for") else verb.end()
    place = _place(text, after, verb.end() + _FARTHEST_PLACE, words)
    if name == "arrival" and place is None:
        place = _place(text, 0, verb.start(), words)
    tour, host = _tour(text, words), words.pattern(_HOST).search(text)
    if not (place or tour or host or (name == "reinforcement" and sentence.dates)):
        return None
    end = max(verb.end(), place.end()) if place else len(text)
    units = (words.find("units", name).search(text, 0, end) for name in ("formations", "military"))
    sizes = (
        written(counted.number.value)
        for counted in sentence.counted
        if counted.category in ("military", "police") and counted.start < end
    )
    details = {
        "unit": next((unit.group().lower() for unit in units if unit), ""),
        "size": next(sizes, ""),
        "destination": words.nation_name(place["place"]) if place else "",
        "tour_months": tour,
        "host": host["host"] if host else "",
        "from": _sender(text, verb.start(), words),
    }
    kind, column = _MOVES[name]
    kind = "training" if re.search(r"\btraining\b", text[verb.start() :]) else kind
    date = next((date for date in sentence.dates if date.period), None)
    cells, planned = (
        date.cells if date else {},
        bool(words.find("movement", "planned").search(text)),
    )
    row = _row(
        kind, details["from"], _subject_of_move(details), column, cells, sentence, planned=planned
    )
    before = [unit.span() for unit in words.pattern(_UNIT).finditer(text, 0, verb.start())]
    near = bool(before) and verb.start() - before[-1][1] < _FARTHEST_UNIT
    first = before[-1][0] if near else verb.start()
    last = max(verb.end(), place.end("place") if place else 0)
    return Found("deployment", first, last, 0.8 if place else 0.65, row, details)


def _moves_troops(verb: re.Match[str], text: str, words: Words) -> bool:
    """Whether the verb moves troops: no deployment ceremony, no contribution to peace."""
    said, tail = verb.group().lower(), text[verb.end() :]
    if said in ("deployment", "withdrawal", "arrival"):
        return bool(re.match(r"\s+(?:of|to|in)\b", tail))
    return not said.startswith("contribut") or bool(words.pattern(_UNIT).search(tail[:40]))


def _place(text: str, start: int, end: int, words: Words) -> re.Match[str] | None:
    """Return the first place that is named after a preposition; months and forces are none."""
    months = {name for names in words.table["months"].values() for name in names}
    for match in words.pattern(_PLACE).finditer(text, start, end):
        place = match["place"]
        first, last = place.split()[0], place.split()[-1].lower()
        is_none = (
            first.lower() in months
            or place.endswith("-led")
            or words.find("dates", "weekdays").match(place)
            or forces().of(first)
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


def _sender(text: str, at: int, words: Words) -> str:
    """Return the nation or force next before the verb, with those it is joined to by and."""
    start = 0
    if re.match(r"(?:return|deployment|withdrawal|arrival)\b", text[at:], re.IGNORECASE):
        start, at = at, at + _FARTHEST_PLACE  # the noun is followed by whose it is
    if re.search(r"\b(?:be|been|being|was|were|is|are)\s+(?:\w+\s+)?$", text[start:at]):
        start = max(start, at - _FARTHEST_UNIT)
    said = text[start:at]
    # Nations that act: not those something is in, of or from.
    acting = (
        one
        for one in words.nations.named(said)
        if not re.search(r"\b(?:in|of|to|across|inside)\s+(?:the\s+)?$", said[: one[0]])
    )
    named = sorted(one for one in (*acting, *forces().named(said)) if said[one[1] :][:1] != "-")
    chosen = named[-1:]
    for one in reversed(named[:-1]):
        if not re.fullmatch(r"\s*(?:,|and|,\s*and)\s*", said[one[1] : chosen[0][0]]):
            break
        chosen.insert(0, one)
    return "; ".join(words.nation_name(said[first:last]) for first, last, _ in chosen)


def _subject_of_move(details: dict[str, str]) -> str:
    subject = details["unit"] or "troops"
    for name, words in (
        ("size", "of {}"), ("destination", "to {}"), ("tour_months", "for {} months"),
        ("host", "under {}"),
    ):  # fmt: skip
        subject += f" {words.format(details[name])}" if details[name] else ""
    return subject
