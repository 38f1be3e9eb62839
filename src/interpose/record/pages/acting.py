"""Rules for acts: requests and replies, laws, resolutions, decisions, agreements, operations.

The patterns stand in the dictionaries, ``[[acts]]``; a person can add one without touching code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from interpose.record.pages.dates import Date
from interpose.record.pages.dictionary import Words, forces, nation_name, words_of
from interpose.record.pages.sentences import Sentence
from interpose.record.pages.shapes import Found

_KINDS = {
    "declaration": "decision",
    "change_of_status": "restructuring",
    "mandate": "decision",
    "removal_operation": "operation",
}
"""Kind of a pattern -> kind of an act in the record, where they differ."""

_MOST_WORDS_OF_SUBJECT = 16
_LEADING_DATE = 24
_REFUSED = re.compile(r"\b(?:reject|refus|den(?:y|ied)|turned down|declin|dismiss)", re.IGNORECASE)
_PLANNED = re.compile(
    r"\b(?:must|will|would|expected to|plans? to|is to|are to|should|draft|working on|to enable)\b"
)
_ROLE = re.compile(
    r"(?:(?:[A-Z][\w'-]+|acting|former)\s+)*(?:[Pp]resident|[Mm]inister|[Pp]remier|[Cc]ommander|"
    r"[Pp]arliament|[Aa]ssembly|[Gg]overnment|[Cc]ouncil|[Mm]inistry|[Cc]ommand|[Cc]ongress|Bundestag)"
)


@cache
def _rules(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    rows = words_of(language).table.get("acts", ())
    return tuple((row["kind"], re.compile(row["pattern"])) for row in rows)


def acts_found(sentence: Sentence, words: Words) -> list[Found]:
    """Return the acts of a sentence, the first rule that fits a place winning."""
    found: list[Found] = []
    for kind, rule in _rules(words.language):
        for match in rule.finditer(sentence.text):
            start, end = sentence.start + match.start(), sentence.start + match.end()
            recorded = _recorded(kind, match)
            told = (one for one in found if start < one.end and one.start < end)
            if any(recorded == one.row["kind"] or kind == one.details["rule"] for one in told):
                continue
            if kind == "founding" and not sentence.dates:
                continue
            found.append(_act(kind, match, sentence, words))
    return sorted(found, key=lambda one: one.start)


def level_changes(figures: Iterable[Found], sentence: Sentence, words: Words) -> list[Found]:
    """Return a drawdown or reinforcement for each strength that is told as a new level.

    Parameters
    ----------
    figures : iterable of Found
        Strengths of the sentence.
    sentence : Sentence
    words : Words
    """
    found: list[Found] = []
    for one in figures:
        head = sentence.text[: one.start - sentence.start]
        if not re.search(r"(?<!\w)(?:to|na|ne|deri)\s+(?:\w+\s+)?$", head) or not one.row["begins"]:
            continue
        down = words.find("units", "reduced").search(head)
        if not down and not words.find("units", "raised").search(head):
            continue
        row = {
            "kind": "drawdown" if down else "reinforcement",
            "actor": one.details.get("whose", ""),
            "subject": f"force at {one.row['qualifier']} {one.row['value']}".replace("  ", " "),
            "decided": "",
            "notified": "",
            "departed": "",
            "arrived": one.row["begins"],
            "precision": one.row["precision"],
            "status": "planned" if one.row["kind"] == "planned" else "done",
            "part": sentence.part,
        }
        found.append(Found("act", "acts", one.start, one.end, 0.7, row, {"rule": "level"}))
    return found


def _recorded(kind: str, match: re.Match[str]) -> str:
    refused = kind == "reply" and _REFUSED.search(match.group())
    return "refusal" if refused else _KINDS.get(kind, kind)


def _act(kind: str, match: re.Match[str], sentence: Sentence, words: Words) -> Found:
    recorded = _recorded(kind, match)
    date = _date(match, sentence)
    day = date.begins.isoformat() if date and date.begins else ""
    around = sentence.text[max(0, match.start() - 30) : match.end()]
    row = {
        "kind": recorded,
        "actor": _actor(match, sentence, words),
        "subject": _subject(match, sentence),
        "decided": day,
        "notified": "", "departed": "", "arrived": "",
        "precision": date.precision if date else "",
        "status": "planned" if _PLANNED.search(around) else "done",
        "part": sentence.part,
    }  # fmt: skip
    if date and not date.begins:
        row["note"] = f"the page says {date.iso} without a year"
    elif date and date.note:
        row["note"] = date.note
    confidence = 0.8 if row["actor"] else 0.65
    details = {"rule": kind, "date": date.iso if date else ""}
    start, end = sentence.start + match.start(), sentence.start + match.end()
    return Found("act", "acts", start, end, confidence, row, details)


def _date(match: re.Match[str], sentence: Sentence) -> Date | None:
    """Return the date nearest to the act, those after it first."""
    at = sentence.start + match.start()
    after = [d for d in sentence.dates if d.start >= at]
    before = [d for d in sentence.dates if d.end <= at]
    if after and (not before or after[0].start - at < 130):
        return after[0]
    leading = bool(before) and before[-1].start - sentence.start < _LEADING_DATE
    return before[-1] if leading else None


def _actor(match: re.Match[str], sentence: Sentence, words: Words) -> str:
    said = match.groupdict().get("actor")
    if said:
        said = re.split(r"\s+(?:to|for|on|that|which|and)\s+", said)[0]
        return re.sub(r"^the\s+", "", said).strip()
    if match.group().lower().startswith(("resolution", "un security", "unscr", "security council")):
        return "UN Security Council"
    if match.group().startswith("decision"):
        by = re.match(r"\s+by\s+(?:the\s+)?([A-Z][\w' ]{2,50})", sentence.text[match.end() :])
        return by.group(1).strip() if by else ""
    head = re.sub(r",\s+(?:which|who|whose|where)\b[^,]*,", " ", sentence.text[: match.start()])
    offices = list(_ROLE.finditer(head))
    named = [*forces().named(head), *words.nations.named(head)]
    if offices:
        return offices[-1].group().strip()
    if named:
        start, end, _ = max(named)
        nation = words.nations.of(head[start:end])
        return nation_name(nation) if nation else head[start:end]
    return ""


def _subject(match: re.Match[str], sentence: Sentence) -> str:
    groups = match.groupdict()
    number = groups.get("number") or groups.get("number2")
    if number:
        return f"Security Council Resolution {number}"
    rest = re.split(r"[,;:.]\s|[,;:.]$|[\"”“]", sentence.text[match.end() :])[0]
    return " ".join(f"{match.group()}{rest}".split()[:_MOST_WORDS_OF_SUBJECT])
