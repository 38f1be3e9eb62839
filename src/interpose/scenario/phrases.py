"""How values, names and counts are written in a sentence; for every room."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from interpose.errors import near_name, some_of

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


def among(name: str, known: Iterable[str], most: int = 12) -> str:
    """Return what may stand in place of a name: the nearest, and all if they are few.

    Examples
    --------
    >>> among("Bondstel", ["Bondsteel", "Film City"])
    " Did you mean 'Bondsteel'? There are: Bondsteel, Film City."
    """
    names = sorted(printable(one, LONGEST_VALUE) for one in filter(None, known))
    hint = did_you_mean(name, known)
    if len(names) > most and hint:
        return hint
    return f"{hint} There are: {some_of(names, most)}." if names else f"{hint} There are none."


@lru_cache(maxsize=1024)
def _near(name: str, known: tuple[str, ...]) -> str | None:
    return near_name(name, known)


def in_lines(faults: Iterable[object], most: int) -> str:
    r"""Return faults below each other, each after a line break; of many the first and a count.

    Examples
    --------
    >>> in_lines(["a", "b", "c"], 2)
    '\n  a\n  b\n  and 1 more.'
    """
    every = list(faults)
    more = [f"and {len(every) - most} more."] if len(every) > most else []
    return "".join(f"\n  {fault}" for fault in [*every[:most], *more])


def listed(names: Iterable[str]) -> str:
    """Return names as one reads them out.

    Examples
    --------
    >>> listed(["a", "b", "c"]), listed(["a"]), listed([])
    ('a, b and c', 'a', '')
    """
    *first, last = list(names) or [""]
    return f"{', '.join(first)} and {last}" if first else last


def plural(count: int, word: str) -> str:
    """Return a count with its noun."""
    return f"{count:,} {word}{'' if count == 1 else 's'}"
