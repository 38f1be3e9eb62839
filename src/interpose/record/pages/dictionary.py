"""The dictionaries under ``words/``, compiled once: everything the rules know of a language."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from interpose.record.pages.language import fold

LANGUAGES = ("en", "sq", "sr")
"""Languages with a dictionary of their own."""

NEVER = re.compile(r"(?!)")


def _read(name: str) -> str:
    return (resources.files("interpose.record.pages") / "words" / name).read_text("utf-8")


@cache
def _table(language: str) -> dict[str, Any]:
    return tomllib.loads(_read(f"{language}.toml"))


def either(words: Iterable[str]) -> str:
    r"""Write a pattern for any of some words, the longest first; `*` stands for any ending.

    Examples
    --------
    >>> either(["up", "up to", "rais*"])
    '(?:rais\\w*|up\\s+to|up)'
    >>> either([])
    '(?!)'
    """
    folded = sorted({fold(word).text for word in words}, key=lambda word: (-len(word), word))
    if not folded:
        return "(?!)"
    parts = (re.escape(w).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for w in folded)
    return f"(?:{'|'.join(parts)})"


def whole(words: Iterable[str], flags: re.RegexFlag = re.IGNORECASE) -> re.Pattern[str]:
    """Compile a pattern that finds any of some words, as whole words."""
    return re.compile(rf"(?<!\w){either(words)}(?!\w)", flags)


@dataclass(frozen=True, slots=True)
class Furniture:
    """What stands around articles, in all languages together."""

    cut_after: frozenset[str]
    lines: frozenset[str]
    matching: tuple[re.Pattern[str], ...]
    captions: tuple[re.Pattern[str], ...]


@cache
def furniture_rules() -> Furniture:
    """Return the rules by which page furniture is known."""
    rows = [_table(language)["furniture"] for language in LANGUAGES]
    matching = [re.compile(p, re.IGNORECASE) for row in rows for p in row["matching"]]
    captions = [re.compile(p, re.IGNORECASE) for row in rows for p in row["caption"]]
    return Furniture(
        frozenset(word for row in rows for word in row["cut_after"]),
        frozenset(word for row in rows for word in row["lines"]),
        tuple(matching),
        tuple(captions),
    )


@dataclass(frozen=True, slots=True)
class Names:
    """Names of nations or forces: a pattern, and what each form stands for, whole or with `*`."""

    pattern: re.Pattern[str]
    plain: Mapping[str, str]
    open: tuple[tuple[re.Pattern[str], str], ...]

    def ids(self, text: str) -> list[str]:
        """Return the ids of all that are named in a text, in order, each once."""
        return list(dict.fromkeys(name for _, _, name in self.named(text)))

    def named(self, text: str) -> list[tuple[int, int, str]]:
        """Return start, end and id of every name in a text, in order."""
        return [(m.start(), m.end(), self.of(m.group())) for m in self.pattern.finditer(text)]

    def of(self, form: str) -> str:
        """Return the id that a form stands for, or nothing."""
        if form in self.plain:
            return self.plain[form]
        return next((name for pattern, name in self.open if pattern.fullmatch(form)), "")


def _names(forms: Mapping[str, str]) -> Names:
    longest = sorted(forms, key=lambda form: (-len(form), form))
    return Names(
        re.compile(rf"(?<!\w){either(forms)}(?!\w)"),
        {form: name for form, name in forms.items() if "*" not in form},
        tuple((re.compile(either([form])), forms[form]) for form in longest if "*" in form),
    )


@cache
def nations(language: str) -> Names:
    """Return the nations by their names, adjectives and peoples in a language."""
    forms: dict[str, str] = {}
    for row in csv.DictReader(_read("nations.csv").splitlines()):
        both = f"{row[language]};{row['en_people'] if language == 'en' else ''}"
        forms.update(dict.fromkeys(_forms(both), row["id"]))
    return _names(forms)


@cache
def countries() -> Names:
    """Return the nations by the names of their countries in English, without their peoples."""
    rows = csv.DictReader(_read("nations.csv").splitlines())
    return _names({form: row["id"] for row in rows for form in _forms(row["en"])})


@cache
def forces() -> Names:
    """Return forces, missions and organisations by their names, in all languages."""
    forms: dict[str, str] = {}
    for row in csv.DictReader(_read("forces.csv").splitlines()):
        forms.update(dict.fromkeys(_forms(row["names"]), row["prefix"]))
    return _names(forms)


@cache
def missions() -> frozenset[str]:
    """Return the forces that many nations contribute to."""
    rows = csv.DictReader(_read("forces.csv").splitlines())
    return frozenset(row["prefix"] for row in rows if row["mission"] == "yes")


@cache
def nation_name(nation: str) -> str:
    """Return the English name of a nation."""
    rows = csv.DictReader(_read("nations.csv").splitlines())
    return next((row["name"] for row in rows if row["id"] == nation), nation)


def _forms(cell: str) -> list[str]:
    return [fold(form.strip()).text for form in cell.split(";") if form.strip()]


class Words:
    """The dictionary of one language: lists as they stand in its file, patterns made once.

    Parameters
    ----------
    language : str
        One of `LANGUAGES`.
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self.table = _table(language)
        self._made: dict[str, re.Pattern[str]] = {}
        self._either: dict[str, str] = {}

    def list(self, section: str, name: str) -> list[str]:
        """Return a list of the file; empty where this language has none."""
        return list(self.table.get(section, {}).get(name, ()))

    def any(self, section: str, name: str) -> str:
        """Return a pattern, as text, for any word of a list."""
        key = f"{section}.{name}"
        if key not in self._either:
            self._either[key] = either(self.list(section, name))
        return self._either[key]

    def find(self, section: str, name: str) -> re.Pattern[str]:
        """Return the compiled pattern for any whole word of a list."""
        key = f"{section}.{name}"
        if key not in self._made:
            self._made[key] = whole(self.list(section, name))
        return self._made[key]

    def map(self, section: str) -> dict[str, str]:
        """Return form -> canonical word, for a section of lists."""
        rows = self.table.get(section, {})
        return {fold(form).text.lower(): key for key, forms in rows.items() for form in forms}

    @property
    def nations(self) -> Names:
        """The nations in this language."""
        return nations(self.language)


@cache
def words_of(language: str) -> Words:
    """Return the dictionary of a language."""
    return Words(language)
