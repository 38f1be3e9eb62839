"""A question in plain words, and the rows of a record that it is about.

Dates in it choose by time (``March 2004``, ``2010 to 2013``, ``since 2021``), names of places by
place, all other words by what the rows say. Rows must meet all three, and have all of the words.
Words that mean one thing here, such as dead and killed, count as one: `ALIKE_WORDS`.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import lru_cache

from interpose.errors import UnknownNameError, require_known
from interpose.record.figures import quantity_words
from interpose.record.periods import Period, period_of, period_of_text, periods_of_act
from interpose.record.record import STRENGTH, AnyRow, Record
from interpose.scenario.tables.record import Figure, RecordedAct, RecordedIncident

ALIKE_WORDS = (
    "strength strong size many troop soldier contribution contingent",
    "dead death killed kill died toll fatality victim",
    "injured injury hurt wounded",
    "house home",
    "church monastery",
    "burned burnt",
    "displaced fled flee expelled",
    "returned return returnee",
    "drawdown reduction reduce reduced downsizing",
    "reinforcement reinforce reinforced increase growth",
    "withdrawal withdraw withdrew",
    "riot unrest",
)
"""Words that count as one, in the singular."""

STOP = frozenset(
    re.findall(
        r"\w+",
        """
        a about after all an and any are as at been before between by can condition did do does
        figure for from had happen happened has have he how in into is it its left leave me much
        number of on one open or our print promised question reached report said say send sent
        source tell that the their there they thing this to told until up was were what when where
        which who why will with would
        """,
    )
)
"""Words that choose nothing."""

_MONTHS = {name.lower(): i for i, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name.lower(): i for i, name in enumerate(calendar.month_abbr) if name}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATE = r"(?:19|20)\d\d(?:-\w+){0,2}"
_TO = "(and|or|to|until|-|–)"
_DATES = (
    (rf"\b({_MONTH}) {_TO} (?=(?:{_MONTH}) (\d{{4}}))", r"\1 \3 \2 "),
    (rf"\b(\d{{1,2}}) {_TO} (?=\d{{1,2}} ({_MONTH}),? (\d{{4}}))", r"\1 \3 \4 \2 "),
    (rf"\b(\d{{1,2}} {_MONTH}) {_TO} (?=\d{{1,2}} (?:{_MONTH}),? (\d{{4}}))", r"\1 \3 \2 "),
    (rf"\b(\d{{1,2}})(?:st|nd|rd|th)? ({_MONTH}),? (\d{{4}})\b", r"\3-\2-\1"),
    (rf"\b({_MONTH}) (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})\b", r"\3-\1-\2"),
    (rf"\b({_MONTH}),? (?:of )?(\d{{4}})\b", r"\2-\1"),
    (rf"\bbetween ({_DATE}) and ({_DATE})\b", r"\1 to \2"),
)
"""Written dates -> ISO dates, in which a month may still be a word; the first shares a year."""

FULL_NAME = r"\b[a-z]\w*(?:\.\w+)+"
"""A quantity by its full name, such as force.strength."""

_SPAN = re.compile(
    rf"(?:\b(since|before|until)\s+)?\b({_DATE})\b(?:\s*(?:to|until|till|–)\s*\b({_DATE})\b)?"
)


@dataclass(frozen=True, slots=True)
class Question:
    """What a question asks for: any of the `periods`, any of the `places`, all of the `words`.

    `quantities` are those it names in full, such as force.strength; rows must be of one of them.
    `names` are the names of the places, as they stand in the question.
    """

    text: str
    quantities: frozenset[str] = frozenset()
    periods: tuple[Period, ...] = ()
    places: frozenset[str] = frozenset()
    names: tuple[frozenset[str], ...] = ()
    words: tuple[str, ...] = ()


def read_question(text: str, record: Record) -> Question:
    """Return what a question in plain words asks for.

    Raises
    ------
    ValueError
        If a date in it is none, such as 2004-13.
    UnknownNameError
        If no row of the record has one of its words.
    """
    quantities = re.findall(FULL_NAME, text.lower())
    require_known("quantity", quantities, record.quantities())
    rest, periods = _periods(re.sub(FULL_NAME, " ", text.lower()))
    rest, places, names = _places(rest, record)
    name = {_one(word) for word in _tokens(record.name)}
    words = [w for w in dict.fromkeys(map(_one, _tokens(rest))) if w not in STOP | name]
    if len(words) > 1 and words.count("strength") and not re.search("strength|strong", text):
        words.remove("strength")  # "soldiers abroad" asks for what is abroad
    if not (quantities or periods or places or words):
        msg = f"{text!r} names no period, place, quantity or topic, such as 'March 2004'."
        raise ValueError(msg)
    known = frozenset().union(*(_said(row, record) for row in record.rows))
    for word in words:
        if word not in known:
            plain = sorted(filter(str.isalpha, known))
            raise UnknownNameError(kind="word in the record", name=word, known=plain)
    named = tuple(frozenset(map(_one, name)) for name in names)
    asked = frozenset(quantities), tuple(periods), frozenset(places), named, tuple(words)
    return Question(text, *asked)


def choose(question: Question, record: Record) -> Record:
    """Return the part of a record that a question is about, in the same order."""
    rows = [row for row in record.rows if _asked(row, question, record)]
    if "strength" in question.words:
        rows = [row for row in rows if _is_of(row, {STRENGTH})] or rows
    return replace(
        record,
        figures=tuple(row for row in rows if isinstance(row, Figure)),
        incidents=tuple(row for row in rows if isinstance(row, RecordedIncident)),
        acts=tuple(row for row in rows if isinstance(row, RecordedAct)),
    )


# --- reading --------------------------------------------------------------------------------------


def _periods(text: str) -> tuple[str, list[Period]]:
    """Return a question without its dates, and the days that they mean."""
    plain = text
    for written, iso in _DATES:
        plain = re.sub(written, iso, plain)
    found = []
    for match in _SPAN.finditer(plain):
        word, begun, ended = match[1], _days(match[2]), _days(match[3] or match[2])
        first = dt.date.min if word in {"before", "until"} else begun.first
        last = dt.date.max if word == "since" and not match[3] else ended.last
        if word == "before":
            last = begun.first - dt.timedelta(days=1)
        found.append(Period(first, max(first, last)))
    return _SPAN.sub(" ", plain), found


def _days(written: str) -> Period:
    year, *parts = written.split("-")
    numbers = [f"{_MONTHS.get(part, part):>02}" for part in parts]
    try:
        return period_of_text("-".join([year, *numbers]))
    except ValueError as error:
        msg = f"{written!r} is no date. Wanted: 17 March 2004, March 2004, 2004 or 2004-03-17."
        raise ValueError(msg) from error


def _places(text: str, record: Record) -> tuple[str, set[str], set[frozenset[str]]]:
    """Return a question without its places, their ids with those of their municipalities, names."""
    asked, found, used = _tokens(text), set(), set()
    for place in record.places:
        written = f"{place.id.replace('_', ' ')};{place.name};{place.other_names}"
        names = [_tokens(name) for name in re.split(r"[;/()]", written)]
        names += [name[:1] for name in names[1:] if name and len(name[0]) > SHORT]
        names += [name[-1:] for name in names[1:] if name and len(name[-1]) > SHORT]
        for name in filter(None, names):
            if any(name == asked[i : i + len(name)] for i in range(len(asked))):
                found.add(place.id)
                used.add(frozenset(name))
    found |= {place.id for place in record.places if place.municipality in found}
    return " ".join(word for word in asked if not any(word in name for name in used)), found, used


SHORT = 5
"""The first or last word of a place's name stands for it if it is longer, such as Mitrovica."""


@lru_cache(maxsize=65536)
def _one(word: str) -> str:
    """Return a word in the singular, or the first of those that count as one with it."""
    for ending, single in (("ies", "y"), ("ches", "ch"), ("xes", "x"), ("ss", "ss"), ("s", "")):
        if len(word) > SHORT - 2 and word.endswith(ending):
            word = word.removesuffix(ending) + single
            break
    return next((group.split()[0] for group in ALIKE_WORDS if word in group.split()), word)


def _tokens(text: str) -> list[str]:
    """Return the words of a text in small letters, without accents."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("đ", "d"))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return re.findall(r"[^\W_]+", plain)


# --- choosing -------------------------------------------------------------------------------------


def _is_of(row: AnyRow, quantities: Collection[str]) -> bool:
    return getattr(row, "quantity", "") in quantities


def _asked(row: AnyRow, question: Question, record: Record) -> bool:
    said = _said(row, record)
    if not said.issuperset(question.words):
        return False
    if question.periods and not any(_in(row, period) for period in question.periods):
        return False
    if question.quantities and not _is_of(row, question.quantities):
        return False
    here = not question.places or getattr(row, "place", "") in question.places
    return here or any(name <= said for name in question.names)


def _in(row: AnyRow, period: Period) -> bool:
    """Return whether a row is of a period: with any of its days, or half of them if they are many.

    Many are those of a total over some days, and of a row of which only the year is known.
    """
    many = row.precision == "year" or (isinstance(row, Figure) and row.ends is not None)
    own = periods_of_act(row).values() if isinstance(row, RecordedAct) else [period_of(row)]
    shares = ((period.days_shared(days), days.days_shared(days)) for days in own)
    return any(2 * shared >= whole if many else shared > 0 for shared, whole in shares)


def _said(row: AnyRow, record: Record) -> frozenset[str]:
    """Return all words of a row, each as `_one` has it."""
    words = [str(getattr(row, cell)) for cell in SAID[type(row)].split()]
    if isinstance(row, Figure):
        words.append(in_full(row.quantity, record))
    elif isinstance(row, RecordedIncident):
        words += [word for word, n in (("dead", row.deaths), ("injured", row.injured)) if n]
    return _words(" ".join(words))


SAID = {
    Figure: "id note quantity community includes said_by open",
    RecordedIncident: "id note kind instigator target place trigger summary resolution",
    RecordedAct: "id note kind actor subject quantity condition open",
}
"""Kind of row -> its cells in whose words a question may be asked."""


def in_full(quantity: str, record: Record, community: str = "all") -> str:
    """Return a quantity in words, with the names of contributors in place of their ids."""
    words = quantity_words(quantity, community)
    for part in quantity.split("."):
        words = words.replace(part.upper(), record.names.get(part, part.upper()))
    return words


def found_alone(question: Question, record: Record) -> str:
    """Return how many rows have each word of a question, for one that no row meets."""
    rows = [_said(row, record) for row in record.rows]
    counts = (f"{word} {sum(word in said for said in rows)}" for word in question.words)
    return f"No row has all of it. Rows of the record by word: {', '.join(counts)}."


@lru_cache(maxsize=65536)
def _words(text: str) -> frozenset[str]:
    return frozenset(map(_one, _tokens(text)))
