"""Faults in plain words: what pydantic found, said as a planner would say it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from interpose.errors import near_name

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

LONGEST_VALUE = 40
"""Characters of a found value that are shown."""


def shown(value: object) -> str:
    """Return a found value short and printable, texts in quotes.

    Examples
    --------
    >>> shown("Bondstel"), shown(-120), shown("-120")
    ("'Bondstel'", '-120', "'-120'")
    >>> len(shown("x" * 1_000_000)) < 50
    True
    """
    if value is None:
        return ""
    plain = printable(value if isinstance(value, str) else str(value), LONGEST_VALUE)
    return f"'{plain}'" if isinstance(value, str) else plain


def printable(text: str, longest: int) -> str:
    r"""Return a text cut to a length, with what a terminal would act upon spelt out.

    Examples
    --------
    >>> printable("red\x1b[31m alert", 12)
    'red\\x1b[31m ale...'
    """
    cut = text[:longest] + ("..." if len(text) > longest else "")
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in cut)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a sentence with the nearest known name, or nothing.

    Examples
    --------
    >>> did_you_mean("Bondstel", ["Bondsteel", "Film City"])
    " Did you mean 'Bondsteel'?"
    """
    near = _near(name[:80], tuple(sorted(known))[:5000])
    return f" Did you mean {near!r}?" if near else ""


@lru_cache(maxsize=1024)
def _near(name: str, known: tuple[str, ...]) -> str | None:
    return near_name(name, known)


def listed(known: Iterable[str], most: int = 12) -> str:
    """Return the known names in one line, cut where they are many."""
    names = list(known)
    return ", ".join(names[:most]) + (", ..." if len(names) > most else "")


def sentence(error: ErrorDetails, known: Iterable[str] = ()) -> str:
    """Say one pydantic error in plain words.

    Parameters
    ----------
    error : ErrorDetails
        As ``ValidationError.errors()`` lists them.
    known : iterable of str
        Names that may stand where the error is, for a suggestion.

    Returns
    -------
    str
        A full sentence that says what is wanted.
    """
    kind = error["type"]
    context: Mapping[str, Any] = error.get("ctx", {})
    if kind == "extra_forbidden":
        names = tuple(known)
        name = str(error["loc"][-1])
        return f"No such setting.{did_you_mean(name, names)} Known here: {listed(names, 20)}."
    if kind == "literal_error":
        return _one_of(error["input"], str(context.get("expected", "")))
    say = _SENTENCES.get(kind)
    return say(context) if say else _by_family(kind)


def _one_of(found: object, expected: str) -> str:
    options = re.findall(r"'([^']*)'", expected)
    if not options:
        return f"Must be {expected}."
    many = "Must be one of: " if len(options) > 1 else "Must be "
    return f"{many}{', '.join(options)}.{did_you_mean(str(found), options)}"


def _pattern(context: Mapping[str, Any]) -> str:
    if "a-z" in context["pattern"]:
        return (
            "Must be lower-case letters, digits, '_', '-' and '.', at most 64 of them, "
            "the first a letter or a digit."
        )
    return "Must be a day, month or year, such as 2004-03-17, 2004-03 or 2004."


def _by_family(kind: str) -> str:
    families = {
        "int": "Must be a whole number.",
        "float": "Must be a number.",
        "date": "Must be a day written YYYY-MM-DD, for example 2004-03-17.",
        "string": "Must be text in quotes.",
    }
    return families.get(kind.split("_")[0], "Not a value that can stand here.")


_SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "missing": lambda context: "Must be given.",
    "greater_than_equal": lambda context: f"Must be {context['ge']:,.10g} or more.",
    "greater_than": lambda context: f"Must be greater than {context['gt']:,.10g}.",
    "less_than_equal": lambda context: f"Must be {context['le']:,.10g} or less.",
    "less_than": lambda context: f"Must be less than {context['lt']:,.10g}.",
    "finite_number": lambda context: "Must be a finite number.",
    "string_pattern_mismatch": _pattern,
    "string_too_short": lambda context: "Must not be empty.",
    "too_short": lambda context: "Must hold at least one.",
    "tuple_type": lambda context: "Must be a list.",
    "model_type": lambda context: "Must be a group of settings under a [heading] of its own.",
    "value_error": lambda context: str(context["error"]),
}
