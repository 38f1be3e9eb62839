"""Rules for deployments: who goes where, how many, for how long, and under whom."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from interpose.record.pages.dictionary import Words, countries, forces, nation_name, words_of
from interpose.record.pages.numbers import find_numbers, written
from interpose.record.pages.sentences import Sentence
from interpose.record.pages.shapes import Found

_ACTS = {
    "departure": "deployment",
    "arrival": "arrival",
    "station": "deployment",
    "withdrawal": "withdrawal",
    "reinforcement": "reinforcement",
}
_PLACE = r"[A-Z][\w'-]+(?:\s+(?:i|and|of)?\s*[A-Z][\w'-]+){0,3}"
_COMMON = (
    r"(?:the|his|her|their|our)\s+(?:(?:northern|southern|eastern|western|divided|disputed)\s+)?"
    r"(?:north|south|east|west|region|town|city|village|area|island|border|capital|province|district|"
    r"country|frontier|zone|peninsula)"
)
_PLANNED = re.compile(
    r"\b(?:will|would|plans? to|expected to|to be|set to|could|should|proposals?|proposed|may|"
    r"intends? to|is to|are to|capacity to|eventual|likely|if|can|whether|requested|request|"
    r"allow|asked)\b",
    re.IGNORECASE,
)
_FARTHEST_PLACE = 75
_FARTHEST_UNIT = 32


@dataclass(frozen=True, slots=True)
class _Patterns:
    verb: dict[str, re.Pattern[str]]
    unit: re.Pattern[str]
    place: re.Pattern[str]
    tour: re.Pattern[str]
    host: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    words = words_of("en")
    units = f"{words.any('units', 'formations')}|{words.any('units', 'military')}"
    nations = countries().pattern.pattern
    number = r"(?P<n>\w+(?:-\w+)?)"
    return _Patterns(
        {name: words.find("movement", name) for name in _ACTS},
        re.compile(rf"(?<!\w)(?:{units})(?!\w)|{forces().pattern.pattern}", re.IGNORECASE),
        re.compile(
            rf"(?<!\w)(?:to|in|into|at|across|inside|(?<=left )for|(?<=leave )for|(?<=leaves )for|"
            rf"(?<=departed )for)\s+"
            rf"(?:the\s+)?(?:(?:northern|southern|eastern|western|central|neighbou?ring|the)\s+)?"
            rf"(?P<place>{nations}|{_PLACE}|{_COMMON})(?![\w-])"
        ),
        re.compile(
            rf"(?<!\w)(?:{number}[\s-](?P<unit>months?|years?|weeks?)(?:-long)?\s+"
            rf"{words.any('movement', 'tour')}|for\s+(?:a\s+|up\s+to\s+)?"
            r"(?P<n2>\w+)\s+(?P<unit2>months|years|weeks))(?!\w)",
            re.IGNORECASE,
        ),
        re.compile(
            rf"(?<!\w){words.any('movement', 'host')}\s+(?P<host>(?:the\s+)?[A-Z][\w.'-]*"
            r"(?:\s+(?:of(?:\s+the)?\s+)?[A-Z][\w'-]*){0,6})"
        ),
    )


def movements_found(sentence: Sentence, words: Words) -> list[Found]:
    """Return the deployments of a sentence; one for each verb that moves troops.

    Parameters
    ----------
    sentence : Sentence
    words : Words
        Another language than English gives nothing.
    """
    if words.language != "en" or not _patterns().unit.search(sentence.text):
        return []
    found: list[Found] = []
    for name, verb in _patterns().verb.items():
        for match in verb.finditer(sentence.text):
            made = _movement(name, match, sentence, words)
            if made and not any(_is_told(made, one) for one in found):
                found.append(made)
    return found


def _is_told(made: Found, other: Found) -> bool:
    """Whether another deployment of the sentence has the same place or the same words."""
    one, two = ((d["destination"], d["from"]) for d in (made.details, other.details))
    same = one == two or not (one[0] and two[0])
    return same or (made.start < other.end and other.start < made.end)


def _movement(name: str, verb: re.Match[str], sentence: Sentence, words: Words) -> Found | None:
    made = _patterns()
    text = sentence.text
    clause = _clause(text, verb.start())
    if not made.unit.search(text, *clause) or not _is_move(verb, text):
        return None
    place = next(
        iter(_places(text, _after(verb), min(clause[1], verb.end() + _FARTHEST_PLACE))), None
    )
    if name in ("arrival",) and place is None:
        place = next(iter(_places(text, clause[0], verb.start())), None)
    tour = _tour(text, words)
    host = made.host.search(text)
    if not (place or tour or host or (name == "reinforcement" and sentence.dates)):
        return None
    size = _size(sentence, (clause[0], place.end() if place else clause[1]))
    unit = _unit(text, clause, verb)
    details = {
        "unit": unit,
        "size": size,
        "destination": _place_name(place, words) if place else "",
        "tour_months": tour,
        "host": re.sub(r"^the\s+", "", host.group("host")) if host else "",
        "from": _actor(text, clause[0], verb.start(), words),
    }
    start = min([clause[0] + _unit_at(text, clause, verb), verb.start()])
    end = max([verb.end(), *([place.end("place")] if place else [])])
    return Found(
        "deployment", "acts", sentence.start + start, sentence.start + end,
        0.8 if place else 0.65, _row(name, verb, sentence, details), details,
    )  # fmt: skip


def _after(verb: re.Match[str]) -> int:
    """Return where the place may begin: left for holds its preposition."""
    return verb.end() - 3 if verb.group().lower().endswith(" for") else verb.end()


def _is_move(verb: re.Match[str], text: str) -> bool:
    """Whether the verb moves troops: no deployment ceremony, no contribution to peace."""
    said, tail = verb.group().lower(), text[verb.end() :]
    if said in ("deployment", "withdrawal", "arrival"):
        return bool(re.match(r"\s+(?:of|to|in)\b", tail))
    if said.startswith("contribut"):
        return bool(_patterns().unit.search(tail[:40]))
    return True


def _clause(text: str, at: int) -> tuple[int, int]:
    """Return the part of a sentence between semicolons or long dashes that a place stands in."""
    start = max(text.rfind(";", 0, at), text.rfind(" — ", 0, at)) + 1
    ends = [e for e in (text.find(";", at), text.find(" — ", at)) if e > 0]
    return start, min([len(text), *ends])


def _places(text: str, start: int, end: int) -> list[re.Match[str]]:
    """Return the places that are named after a preposition; months and forces are none."""
    made = _patterns()
    months = words_of("en").find("dates", "weekdays").pattern
    names = [n for rows in words_of("en").table["months"].values() for n in rows]
    return [
        match
        for match in made.place.finditer(text, start, end)
        if match.group("place").split()[0].lower() not in names
        and not match.group("place").endswith("-led")
        and not re.match(months, match.group("place"), re.IGNORECASE)
        and not forces().of(match.group("place").split()[0])
        and match.group("place").split()[-1].lower() not in words_of("en").list("units", "people")
    ]


def _place_name(place: re.Match[str], words: Words) -> str:
    said = place.group("place")
    nation = words.nations.of(said)
    return nation_name(nation) if nation else said


def _tour(text: str, words: Words) -> str:
    found = _patterns().tour.search(text)
    if not found:
        return ""
    numbers = find_numbers(found.group("n") or found.group("n2") or "", words)
    unit = (found.group("unit") or found.group("unit2") or "").lower()
    if not numbers:
        return ""
    return written(round(numbers[0].value * words.table["movement"]["tour_units"][unit], 1))


def _size(sentence: Sentence, clause: tuple[int, int]) -> str:
    for counted in sentence.counted:
        inside = clause[0] <= counted.start - sentence.start < clause[1]
        if inside and counted.category in ("military", "police"):
            return written(counted.number.value)
    return ""


def _unit(text: str, clause: tuple[int, int], verb: re.Match[str]) -> str:
    words = words_of("en")
    formation = words.find("units", "formations").search(text, *clause)
    if formation:
        return formation.group().lower()
    troops = words.find("units", "military").search(text, *clause)
    return troops.group().lower() if troops else ""


def _unit_at(text: str, clause: tuple[int, int], verb: re.Match[str]) -> int:
    """Return where the unit next before the verb begins, counted from the clause."""
    found = list(_patterns().unit.finditer(text, clause[0], verb.start()))
    near = bool(found) and verb.start() - found[-1].end() < _FARTHEST_UNIT
    return (found[-1].start() if near else verb.start()) - clause[0]


def _actor(text: str, start: int, at: int, words: Words) -> str:
    """Return the nation or force next before the verb, with those it is joined to by and."""
    if re.match(r"(?:return|deployment|withdrawal|arrival)\b", text[at:], re.IGNORECASE):
        start, at = at, at + _FARTHEST_PLACE  # the noun is followed by whose it is
    passive = re.search(r"\b(?:be|been|being|was|were|is|are)\s+(?:\w+\s+)?$", text[start:at])
    start = max(start, at - _FARTHEST_UNIT) if passive else start
    named = [*countries_or_people(text[start:at], words), *forces().named(text[start:at])]
    named = sorted(one for one in named if text[start + one[1] : start + one[1] + 1] != "-")
    if not named:
        return ""
    chosen = [named[-1]]
    for one in reversed(named[:-1]):
        link = text[start + one[1] : start + chosen[0][0]]
        if not re.fullmatch(r"\s*(?:,|and|,\s*and)\s*", link):
            break
        chosen.insert(0, one)
    return "; ".join(_called(text[start + s : start + e], words) for s, e, _ in chosen)


def countries_or_people(text: str, words: Words) -> list[tuple[int, int, str]]:
    """Return the nations of a text that act: not those something is in, of or from."""
    return [
        one
        for one in words.nations.named(text)
        if not re.search(r"\b(?:in|of|to|across|inside)\s+(?:the\s+)?$", text[: one[0]])
    ]


def _called(said: str, words: Words) -> str:
    nation = words.nations.of(said)
    return nation_name(nation) if nation else said


def _row(
    name: str, verb: re.Match[str], sentence: Sentence, details: dict[str, str]
) -> dict[str, str]:
    kind = _ACTS[name]
    if re.search(r"\btraining\b", sentence.text[verb.start() :]):
        kind = "training"
    date = next((d for d in sentence.dates if d.begins), None)
    day = date.begins.isoformat() if date and date.begins else ""
    row = {
        "kind": kind,
        "actor": details["from"],
        "subject": _subject(details),
        "decided": "", "notified": "", "departed": "", "arrived": "",
        "precision": date.precision if date else "",
        "status": "planned" if _PLANNED.search(sentence.text) else "done",
        "part": sentence.part,
    }  # fmt: skip
    row["arrived" if name in ("arrival", "station", "reinforcement") else "departed"] = day
    return row


def _subject(details: dict[str, str]) -> str:
    said = [details["unit"] or "troops"]
    said += [f"of {details['size']}"] if details["size"] else []
    said += [f"to {details['destination']}"] if details["destination"] else []
    said += [f"for {details['tour_months']} months"] if details["tour_months"] else []
    said += [f"under {details['host']}"] if details["host"] else []
    return " ".join(said)
