"""Tell the language of a text, and fold letters so that one dictionary serves all spellings."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

_CYRILLIC = "абвгдђежзијклљмнњопрстћуфхцчџш"
_LATIN = [
    "a",
    "b",
    "v",
    "g",
    "d",
    "d",
    "e",
    "z",
    "z",
    "i",
    "j",
    "k",
    "l",
    "lj",
    "m",
    "n",
    "nj",
    "o",
    "p",
    "r",
    "s",
    "t",
    "c",
    "u",
    "f",
    "h",
    "c",
    "c",
    "dz",
    "s",
]
_FOLDED: dict[str, str] = {
    **dict(zip(_CYRILLIC, _LATIN, strict=True)),
    **{c.upper(): a.capitalize() for c, a in zip(_CYRILLIC, _LATIN, strict=True)},
    **{"đ": "d", "Đ": "D", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ß": "s", "æ": "a", "ı": "i"},
    **dict.fromkeys("’‘ʼ´`", "'"),
    **dict.fromkeys("‑‐−", "-"),
    **dict.fromkeys("\u00a0\u202f\u2007\u2009\u200a\u2002\u2003", " "),
}
_WORD = re.compile(r"[^\W\d_]+")
_ENOUGH = 0.06
_CLEARLY = 1.2


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in plain Latin letters, with the way back.

    Attributes
    ----------
    text : str
    starts : list of int or None
        Position in the original of every character, and its length at the end; None where the
        positions are the same.
    """

    text: str
    starts: list[int] | None

    def back(self, start: int, end: int) -> tuple[int, int]:
        """Turn a span in the folded text into one in the original."""
        if self.starts is None:
            return start, end
        return self.starts[start], self.starts[end - 1] + 1 if end > start else self.starts[end]


def fold(text: str) -> Folded:
    """Drop accents, write Serbian Cyrillic in Latin, make apostrophes and spaces plain.

    Examples
    --------
    >>> fold("Вучић, Çeku").text
    'Vucic, Ceku'
    >>> fold("Његош").back(0, 2)
    (0, 1)
    """
    if text.isascii():
        return Folded(text, None)
    pieces = [c if c < "\x7f" else _fold_letter(c) for c in text]
    if all(len(piece) == 1 for piece in pieces):
        return Folded("".join(pieces), None)
    starts = [at for at, piece in enumerate(pieces) for _ in piece]
    return Folded("".join(pieces), [*starts, len(text)])


@cache
def _fold_letter(letter: str) -> str:
    if letter in _FOLDED:
        return _FOLDED[letter]
    if unicodedata.combining(letter):
        return ""
    plain = unicodedata.normalize("NFD", letter)[0]
    return plain if plain.isascii() else letter


@dataclass(frozen=True, slots=True)
class Language:
    """A language, and whether there is a dictionary to read it with."""

    id: str
    name: str
    can_read: bool


UNKNOWN = Language("", "", False)


@cache
def _languages() -> dict[str, Any]:
    file = resources.files("interpose.record.pages") / "words" / "languages.toml"
    return tomllib.loads(file.read_text("utf-8"))


@cache
def _small_words() -> dict[str, frozenset[str]]:
    return {name: frozenset(row["words"].split()) for name, row in _languages().items()}


def detect(text: str) -> Language:
    """Tell the language by its small words, and by letters that only it has.

    Examples
    --------
    >>> detect("The force has been in the country for years and will stay.").name
    'English'
    >>> detect("Misija je saopštila da su vojnici stigli u bazu na severu.").id
    'sr'
    >>> detect("Миссия сообщила, что эти солдаты прибыли").name
    'Russian'
    >>> detect("4711 0815").name
    ''
    """
    text = text[:20_000]
    if telling := _by_letters(text):
        return telling
    words = [word.lower() for word in _WORD.findall(fold(text).text)]
    if not words:
        return UNKNOWN
    shares = sorted(
        ((sum(w in small for w in words) / len(words), name)
         for name, small in _small_words().items() if small),
        reverse=True,
    )  # fmt: skip
    (first, name), (second, _) = shares[:2]
    if first < _ENOUGH or first < _CLEARLY * second:
        return UNKNOWN
    return _language(name)


def _by_letters(text: str) -> Language | None:
    """Name a script that no dictionary serves; Serbian Cyrillic goes on to its small words."""
    lower = text.lower()
    for name, row in _languages().items():
        own = row.get("letters", "")
        if own and sum(map(lower.count, own)) > 0.004 * len(lower) + 1:
            return _language(name)
    return None


def _language(name: str) -> Language:
    row = _languages()[name]
    return Language(name, row["name"], row["read"])
