"""Find where extracted text stands in the HTML file it came from."""

from __future__ import annotations

import bisect
import html
import re

from interpose.record.pages.shapes import Line, Span

_TOKENS = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|noscript|template)\b.*?(?:</\1\s*>|\Z)|<[^>]*(?:>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


class HtmlPlaces:
    """Places of a page's text in its file, worked out when first asked for.

    The letters of the file outside tags, without white space, are matched line by line with those
    of the extracted text; a line that was changed on the way has no place.

    Parameters
    ----------
    source : str
        The decoded file.
    text : str
        The extracted text.
    lines : list of Line
        Its paragraphs.
    """

    def __init__(self, source: str, text: str, lines: list[Line]) -> None:
        self._source, self._text, self._lines = source, text, lines
        self._starts = [line.start for line in lines]
        self._letters = ""
        self._places: list[int] = []
        self._lengths: dict[int, int] = {}
        self._found: dict[int, int] = {}

    def locate(self, start: int, end: int) -> Span | None:
        """Return the span in the file that a span of the text stands for, or None."""
        if not self._letters:
            self._strip()
        number = bisect.bisect_right(self._starts, start) - 1
        at = self._line(number)
        if at < 0 or end <= start:
            return None
        line = self._lines[number]
        first = at + len(_letters(self._text[line.start : start]))
        last = first + len(_letters(self._text[start:end])) - 1
        if last < first or last >= len(self._places):
            return None
        begins, ends = self._places[first], self._places[last]
        return begins, ends + self._lengths.get(ends, 1)

    def _line(self, number: int) -> int:
        """Return where a line begins among the letters of the file; -1: nowhere."""
        if number not in self._found:
            line = self._lines[number]
            wanted = _letters(self._text[line.start : line.end])
            self._found[number] = self._letters.find(wanted) if wanted else -1
        return self._found[number]

    def _strip(self) -> None:
        kept: list[str] = []
        at = 0
        for tag in (*_TOKENS.finditer(self._source), None):
            self._keep(at, tag.start() if tag else len(self._source), kept)
            at = tag.end() if tag else at
        self._letters = "".join(kept) or "\0"

    def _keep(self, start: int, end: int, kept: list[str]) -> None:
        for entity in (*_ENTITY.finditer(self._source, start, end), None):
            stop = entity.start() if entity else end
            for place in range(start, stop):
                letter = self._source[place]
                if not letter.isspace():
                    kept.append(letter)
                    self._places.append(place)
            if entity:
                for letter in _letters(html.unescape(entity.group())):
                    kept.append(letter)
                    self._places.append(entity.start())
                    self._lengths[entity.start()] = len(entity.group())
                start = entity.end()


def _letters(text: str) -> str:
    return "".join(text.split())
