"""What the rules know of a language: its letters, its small words, its dictionary in ``words/``."""

from __future__ import annotations

import csv
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

LANGUAGES = ("en", "sq", "sr")
"""Languages with a dictionary of their own."""

# --- letters --------------------------------------------------------------------------------------

_CYRILLIC = {
    **dict(zip("абвгдђежзијклмнопрстћуфхцчш", "abvgddezzijklmnoprstcufhccs", strict=True)),
    **{"љ": "lj", "њ": "nj", "џ": "dz"},
}
_FOLDED: dict[str, str] = {
    **_CYRILLIC,
    **{letter.upper(): plain.capitalize() for letter, plain in _CYRILLIC.items()},
    **{"đ": "d", "Đ": "D", "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ß": "s", "æ": "a", "ı": "i"},
    **dict.fromkeys("\xad\u200b\u2060\ufeff", ""),
    **dict.fromkeys("’‘ʼ´`", "'"),
    **dict.fromkeys("‑‐−", "-"),
    **dict.fromkeys("\u00a0\u202f\u2007\u2009\u200a\u2002\u2003", " "),
}


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in plain Latin letters, with the way back.

    `starts` has the position in the original of every character, and its length at the end; None
    where the positions are the same.
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


# --- which language -------------------------------------------------------------------------------

_WORD = re.compile(r"[^\W\d_]+")
_ENOUGH = 0.06
_CLEARLY = 1.2


@dataclass(frozen=True, slots=True)
class Language:
    """A language, and whether there is a dictionary to read it with."""

    id: str
    name: str
    can_read: bool


UNKNOWN = Language("", "", can_read=False)


def detect(text: str) -> Language:
    """Tell the language by its small words, and by letters that only it has."""
    lower = text[:20_000].lower()
    words = _WORD.findall(fold(lower).text)
    if not words:
        return UNKNOWN
    shares: list[tuple[float, Language]] = []
    for language, letters, small_words in _languages():
        if letters and sum(map(lower.count, letters)) > 0.004 * len(lower) + 1:
            return language
        shares.append((sum(word in small_words for word in words) / len(words), language))
    (first, language), (second, _) = sorted(shares, key=lambda one: -one[0])[:2]
    return language if first >= max(_ENOUGH, _CLEARLY * second) else UNKNOWN


@cache
def _languages() -> list[tuple[Language, str, frozenset[str]]]:
    return [
        (
            Language(id_, row["name"], row["read"]),
            row.get("letters", ""),
            frozenset(row["words"].split()),
        )
        for id_, row in tomllib.loads(_read("languages.toml")).items()
    ]


# --- dictionaries ---------------------------------------------------------------------------------


def _read(name: str) -> str:
    return (resources.files("interpose.record.pages") / "words" / name).read_text("utf-8")


@cache
def _rows(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(_read(name).splitlines()))


def any_of(words: Iterable[str]) -> str:
    r"""Write a pattern for any of some words, the longest first; `*` stands for any ending.

    Examples
    --------
    >>> any_of(["up", "up to", "rais*"])
    '(?:rais\\w*|up\\s+to|up)'
    >>> any_of([])
    '(?!)'
    """
    folded = sorted({fold(word).text for word in words}, key=lambda word: (-len(word), word))
    parts = (re.escape(w).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for w in folded)
    return f"(?:{'|'.join(parts)})" if folded else "(?!)"


class Names:
    """Names of nations or forces, and what each form stands for, whole or with `*`."""

    def __init__(self, cells: Iterable[tuple[str, str]]) -> None:
        forms = {
            fold(form.strip()).text: name
            for cell, name in cells
            for form in cell.split(";")
            if form.strip()
        }
        self.pattern = rf"(?<!\w){any_of(forms)}(?!\w)"
        """As text, for any of the names."""
        self._pattern = re.compile(self.pattern)
        self._plain = {form: name for form, name in forms.items() if "*" not in form}
        longest = sorted(forms.keys() - self._plain.keys(), key=lambda form: (-len(form), form))
        self._open = [(re.compile(any_of([form])), forms[form]) for form in longest]

    def ids(self, text: str) -> list[str]:
        """Return the ids of all that are named in a text, in order, each once."""
        return list(dict.fromkeys(name for _, _, name in self.named(text)))

    def named(self, text: str) -> list[tuple[int, int, str]]:
        """Return start, end and id of every name in a text, in order."""
        return [(m.start(), m.end(), self.of(m.group())) for m in self._pattern.finditer(text)]

    def of(self, form: str) -> str:
        """Return the id that a form stands for, or nothing."""
        if form in self._plain:
            return self._plain[form]
        return next((name for pattern, name in self._open if pattern.fullmatch(form)), "")


@cache
def countries() -> Names:
    """Return the nations by the names of their countries in English, without their peoples."""
    return Names((row["en"], row["id"]) for row in _rows("nations.csv"))


@cache
def forces() -> Names:
    """Return forces, missions and organisations by their names, in all languages."""
    return Names((row["names"], row["prefix"]) for row in _rows("forces.csv"))


@cache
def missions() -> frozenset[str]:
    """Return the forces that many nations contribute to."""
    return frozenset(row["prefix"] for row in _rows("forces.csv") if row["mission"] == "yes")


class Words:
    """The dictionary of one of `LANGUAGES`: lists as in its file, patterns made once."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.table: dict[str, Any] = tomllib.loads(_read(f"{language}.toml"))
        columns = ("en", "en_people") if language == "en" else (language,)
        self.nations = Names(
            (";".join(row[c] for c in columns), row["id"]) for row in _rows("nations.csv")
        )
        """Nations by their names, adjectives and peoples."""
        self._compiled: dict[str, re.Pattern[str]] = {}
        self._whole: dict[tuple[str, str], re.Pattern[str]] = {}
        self._maps: dict[str, dict[str, str]] = {}
        months = any_of(self.map("months"))
        if self.table["dates"]["capital_months"]:  # in English may is a word of its own
            written = (str.capitalize, str.upper)
            months = any_of(write(name) for name in self.map("months") for write in written)
            months = f"(?-i:{months})"
        self._any = {
            ("names", "months"): months,
            ("names", "nations"): self.nations.pattern,
            ("names", "countries"): countries().pattern,
            ("names", "forces"): forces().pattern,
        }

    def list(self, section: str, name: str) -> list[str]:
        """Return a list of the file; empty where this language has none."""
        return list(self.table.get(section, {}).get(name, ()))

    def any(self, section: str, name: str) -> str:
        """Return a pattern, as text, for any word of a list; `*` for any list of the section."""
        if (section, name) not in self._any:
            words = self.map(section) if name == "*" else self.list(section, name)
            self._any[section, name] = any_of(words)
        return self._any[section, name]

    def pattern(self, template: str) -> re.Pattern[str]:
        """Compile a pattern in which ``<section.name>`` stands for any word of that list.

        Capitals make no difference, but within ``(?-i:...)``. Each pattern is compiled once.
        """
        if template not in self._compiled:
            filled = re.sub(r"<(\w+)\.(\w+|\*)>", lambda m: self.any(m[1], m[2]), template)
            self._compiled[template] = re.compile(filled, re.IGNORECASE)
        return self._compiled[template]

    def find(self, section: str, name: str) -> re.Pattern[str]:
        """Return the compiled pattern for any whole word of a list."""
        if (section, name) not in self._whole:
            self._whole[section, name] = self.pattern(rf"(?<!\w)<{section}.{name}>(?!\w)")
        return self._whole[section, name]

    def map(self, section: str) -> dict[str, str]:
        """Return form -> canonical word, for a section of lists."""
        if section not in self._maps:
            rows: Mapping[str, Iterable[str]] = self.table.get(section, {})
            self._maps[section] = {
                fold(form).text.lower(): key for key, forms in rows.items() for form in forms
            }
        return self._maps[section]

    def nation_name(self, said: str) -> str:
        """Return the English name of the nation that some words name; else the words."""
        nation = self.nations.of(said)
        return next((row["name"] for row in _rows("nations.csv") if row["id"] == nation), said)


words_of = cache(Words)
"""Language -> its dictionary."""


class Furniture:
    """What stands around articles, in all languages together."""

    def __init__(self) -> None:
        tables = [words_of(language).table["furniture"] for language in LANGUAGES]
        self.cut_after, self.lines, matching, captions = (
            [rule for table in tables for rule in table[name]]
            for name in ("cut_after", "lines", "matching", "caption")
        )
        self.matching = re.compile("|".join(matching), re.IGNORECASE)
        self.captions = re.compile("|".join(captions), re.IGNORECASE)


furniture = cache(Furniture)
"""The rules by which page furniture is known, read once."""
