"""Rules for quotations: what stands in quotation marks, and the office of who said it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from interpose.record.pages.dictionary import either, words_of
from interpose.record.pages.sentences import cut
from interpose.record.pages.shapes import Found, Line
from interpose.record.pages.speakers import Speaker, Speakers

LEAST_WORDS = 3
_CLOSERS = {"„": '“”"„', "“": '”"', "«": "»", '"': "\"”“''", "''": "''"}
_HEADING_WORDS = 16


@dataclass(frozen=True, slots=True)
class Quote:
    """A span in quotation marks, marks included, within one paragraph."""

    start: int
    end: int


def quotes_in(text: str, offset: int = 0) -> list[Quote]:
    """Return the spans in quotation marks of a paragraph, in English, German and Serbian style.

    A mark that opens and never closes runs to the end of the paragraph, one that closes and never
    opened began with it: speeches of several paragraphs are set so.

    Examples
    --------
    >>> text = "He said “one two” and „three“."
    >>> [text[q.start:q.end] for q in quotes_in(text)]
    ['“one two”', '„three“']
    """
    found: list[Quote] = []
    opened: int | None = None
    closer = ""
    for match in re.finditer(r"[“”„«»\"]|''", text):
        mark, at = match.group(), match.start()
        if opened is None:
            is_end = mark in "”»" and not (mark == "»" and not text[:at].strip())
            if is_end and not found:
                found.append(Quote(offset, offset + match.end()))
            elif not is_end:
                opened = at
                closer = _CLOSERS.get(mark, "”")
        elif mark in closer:
            found.append(Quote(offset + opened, offset + match.end()))
            opened = None
    if opened is not None:
        found.append(Quote(offset + opened, offset + len(text)))
    return found


@dataclass(slots=True)
class _State:
    """Who spoke last, while a page is read from the top."""

    last: Speaker | None = None
    found: list[Found] = field(default_factory=list)


def quotations(folded: str, lines: Sequence[Line], language: str) -> list[Found]:
    """Return the quotations of a page with the office of their speakers.

    Parameters
    ----------
    folded : str
        The text with accents folded away; marks stay as they are.
    lines : sequence of Line
    language : str
    """
    speakers = Speakers(folded, language)
    state = _State()
    for line in lines:
        if line.part == "title":
            continue
        _read_paragraph(folded, line, speakers, state)
    return state.found


def _read_paragraph(folded: str, line: Line, speakers: Speakers, state: _State) -> None:
    quotes = quotes_in(folded[line.start : line.end], line.start)
    said = [_attributed(folded, line, quotes, at, speakers, state) for at in range(len(quotes))]
    known = [speaker for speaker in said if speaker]
    carried = state.last if quotes and quotes[0].start == line.start else None
    for quote, speaker in zip(quotes, said, strict=True):
        if not _is_speech(folded, line, quote, has_speaker=speaker is not None):
            continue
        chosen = speaker or (known[0] if known else carried)
        state.found.append(_found(quote, chosen, line, is_direct=speaker is not None))
    if known:
        state.last = known[-1]
    elif not quotes and (named := _reported(folded[line.start : line.end], speakers, state)):
        state.last = named


def _reported(paragraph: str, speakers: Speakers, state: _State) -> Speaker | None:
    """Return who a paragraph without quotation marks says has spoken, else whom it names last."""
    for verb in reversed(list(_verbs(speakers.language).finditer(paragraph))):
        spans = list(cut(paragraph[: verb.start()])) or [(0, verb.start())]
        head = paragraph[slice(*spans[-1])]
        if found := speakers.resolve(head, state.last, is_before_verb=True):
            return found
    return speakers.last_named(paragraph)


def _is_speech(text: str, line: Line, quote: Quote, *, has_speaker: bool) -> bool:
    inner = text[quote.start + 1 : quote.end - 1]
    count = len(re.findall(r"\w[\w'’-]*", inner))
    if count < LEAST_WORDS:
        return False
    alone = quote.start == line.start and quote.end >= line.end - 1
    is_heading = alone and count < _HEADING_WORDS and not re.search(r"[.,!?]", inner[-2:])
    return not is_heading and (has_speaker or count > LEAST_WORDS + 1)


def _found(quote: Quote, speaker: Speaker | None, line: Line, *, is_direct: bool) -> Found:
    confidence = 0.3 if speaker is None else (0.9 if is_direct else 0.7)
    confidence -= 0.2 * (speaker is not None and not speaker.role)
    row = {
        "speaker": speaker.said_as if speaker else "",
        "speaker_kind": speaker.kind if speaker else "",
        "part": line.part,
    }
    return Found("quotation", "quotations", quote.start, quote.end, confidence, row)


@cache
def _verbs(language: str) -> re.Pattern[str]:
    words = words_of(language)
    return re.compile(rf"(?<!\w){words.any('speech', 'verbs')}(?!\w)", re.IGNORECASE)


def _attributed(
    folded: str, line: Line, quotes: list[Quote], at: int, speakers: Speakers, state: _State
) -> Speaker | None:
    """Return who is said to have said a quote, in the words just after or just before it."""
    quote = quotes[at]
    begin = quotes[at - 1].end if at else line.start
    leads = [folded[start:end] for start, end in cut(folded[begin : quote.start] + " ", begin)]
    lead = leads[-1] if leads else ""
    if re.search(rf"{_verbs(speakers.language).pattern}\s*[,:]\s*$", lead, re.IGNORECASE) and (
        found := _from_lead(lead, speakers, state)
    ):
        return found
    stop = quotes[at + 1].start if at + 1 < len(quotes) else line.end
    after = folded[quote.end : stop]
    ends_open = re.search(r"[,!?][\"“”»']*$|[\"“”»']\s*,", folded[quote.end - 3 : quote.end + 2])
    sentence = next((after[start:end] for start, end in cut(after)), "")
    if found := _from_tail(sentence, speakers, state, direct=bool(ends_open)):
        return found
    return _from_lead(lead, speakers, state)


def _from_tail(sentence: str, speakers: Speakers, state: _State, *, direct: bool) -> Speaker | None:
    found = _verbs(speakers.language).search(sentence[:220])
    if not found:
        return None
    between = sentence[: found.start()].strip(" ,-–—")
    if between and len(between.split()) > 14:
        return None
    rest = sentence[found.end() :]
    passive = either(words_of(speakers.language).list("speech", "passive"))
    by = re.search(rf"(?<!\w){passive}\s+(?P<who>.+)", rest)
    if re.match(r"(?:was|it was|it is|is|as)(?:\s|$)", between, re.IGNORECASE) or (
        by and not between
    ):
        who = by.group("who") if by else rest
        return speakers.resolve(who, state.last)
    if between and not re.fullmatch(r"(?:it|as|was|it was)", between, re.IGNORECASE):
        before_verb = speakers.resolve(between, state.last, is_before_verb=True)
        return before_verb or speakers.resolve(rest, state.last)
    return speakers.resolve(rest, state.last) if direct or rest.strip() else None


def _from_lead(lead: str, speakers: Speakers, state: _State) -> Speaker | None:
    according = re.search(r"\b(?:according to|in the words of)\s+(.+?),", lead, re.IGNORECASE)
    if according:
        return speakers.resolve(according.group(1), state.last)
    if for_whom := re.match(r"\s*For\s+([^“”\"]+?)(?:,\s*(?:however|though))?,?\s*$", lead):
        return speakers.resolve(for_whom.group(1), state.last, is_before_verb=True)
    last = None
    for last in _verbs(speakers.language).finditer(lead):
        if lead[: last.start()].strip(" ,"):
            break
    if last is None or not lead[: last.start()].strip(" ,"):
        return None
    return speakers.resolve(lead[: last.start()], state.last, is_before_verb=True)
