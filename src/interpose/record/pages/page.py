"""What reading a page gives: the page itself, and proposals for the record with their spans."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

Part = Literal["text", "title", "caption"]
"""Where a line stands. Captions are often of another time than the text above them."""

PROPOSAL_TABLES: dict[str, str] = {
    "strength": "figures",
    "nations": "figures",
    "casualties": "figures",
    "displacement": "figures",
    "measure": "figures",
    "date": "dates",
    "deployment": "acts",
    "act": "acts",
    "quotation": "quotations",
    "source": "sources",
}
"""Kind of proposal -> the table its row is for, in the order in which kinds are listed."""

Span = tuple[int, int]
"""First character, and the one after the last."""


class UnreadError(Exception):
    """A page cannot be read; the text says why and what to do. Never leaves this package."""


@dataclass(frozen=True, slots=True)
class Line:
    """One paragraph of a text, from `start` to `end`."""

    start: int
    end: int
    part: Part = "text"


def nowhere(start: int, end: int) -> Span | None:
    """Return no span: where a text stands in its file is not known."""
    return None


@dataclass(frozen=True, slots=True)
class Article:
    """The text of a page without its furniture.

    Attributes
    ----------
    text : str
        Paragraphs, one a line.
    lines : tuple of Line
    locate : callable
        Span in `text` -> span in the decoded file, or None where that is not known.
    title, date, publisher : str
        As the page gives them in its head; empty where it does not. The date is ISO.
    is_cut : bool
        Whether the page goes on after the text that was read.
    """

    text: str
    lines: tuple[Line, ...] = ()
    locate: Callable[[int, int], Span | None] = nowhere
    title: str = ""
    date: str = ""
    publisher: str = ""
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A file that was tried, whether it could be read or not.

    Attributes
    ----------
    file : str
        Path as it was given.
    status : {"read", "unread"}
    reason : str
        Why it is unread, or what is doubtful about a page that was read.
    language : str
        Name of the language; empty where it is not known.
    title, date, date_basis, publisher, encoding : str
        As the page gives them, where its date was found, and how its file is encoded.
    source : str
        Id under which its rows name it.
    text : str
        The extracted text, in which all spans count.
    """

    file: str
    status: Literal["read", "unread"]
    reason: str = ""
    language: str = ""
    title: str = ""
    date: str = ""
    date_basis: str = ""
    publisher: str = ""
    encoding: str = ""
    source: str = ""
    text: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Found:
    """What one rule saw, before it becomes a `Proposal`; the span counts in what the rule read."""

    kind: str
    start: int
    end: int
    confidence: float
    row: dict[str, str]
    details: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A row for the record that a page suggests; a person accepts or rejects it.

    Attributes
    ----------
    id : str
        The same whenever the same file is read.
    kind : str
        One of `PROPOSAL_TABLES`.
    file : str
        Path as it was given.
    span : Span
        Where it stands in the extracted text.
    file_span : Span or None
        Where it stands in the decoded file; None where that is not known.
    text, sentence : str
        What stands there, and the sentence around it.
    confidence : float
        0 to 1: how sure the rule is.
    row : dict
        Column -> value, in the format of the table. A cell is empty where the text says nothing.
    details : dict
        What was found besides: size, destination, months of a tour, host, office of a speaker.
    """

    id: str
    kind: str
    file: str
    span: Span
    file_span: Span | None
    text: str
    sentence: str
    confidence: float
    row: dict[str, str]
    details: dict[str, str] = field(default_factory=dict)

    @property
    def table(self) -> str:
        """The table the row is for; ``dates`` and ``quotations`` are kept beside the record."""
        return PROPOSAL_TABLES[self.kind]
