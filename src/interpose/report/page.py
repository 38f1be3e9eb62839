"""What a page is made of: sections of words, figures and tables, and how they become HTML.

Texts are plain; the template escapes them. Only the SVG of a figure is markup already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import jinja2
from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table that is more than its text.

    Attributes
    ----------
    text : str
    shade : int
        0 for none, 1 to 6 for ever darker ground; the text says the same.
    under : str
        Smaller words below it.
    link : str
        Address that the text points to; it is followed only when someone clicks it.
    """

    text: str
    shade: int = 0
    link: str = ""
    under: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes
    ----------
    name : str
        For links and tests: its id in the page is ``table-NAME``.
    caption : str
    header : tuple of str
    rows : list of sequence of str or Cell
    numeric : int
        The columns from this one on hold numbers and stand at the right.
    row_ids : sequence of str
        Ids of the rows in the page, for links to them; empty for none.
    folded : bool
        It opens on a click; on paper it is always open.
    """

    name: str
    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str | Cell]]
    numeric: int = 1
    row_ids: Sequence[str] = ()
    folded: bool = False
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing with its words and its numbers.

    Attributes
    ----------
    name : str
        Its id in the page is ``figure-NAME``.
    svg : Markup
    caption : str
        What one sees, in a sentence or two.
    alt : str
        What it says to those who do not see it.
    tables : sequence of Table
        The same numbers.
    """

    name: str
    svg: Markup
    caption: str
    alt: str
    tables: Sequence[Table] = ()
    kind: Literal["figure"] = "figure"


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph, a list or a command line.

    Attributes
    ----------
    lines : sequence of str
    look : {"text", "list", "note", "code"}
    """

    lines: Sequence[str]
    look: Literal["text", "list", "note", "code"] = "text"
    kind: Literal["text"] = "text"


Block = Text | Figure | Table


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the report.

    Attributes
    ----------
    name : str
        Its id in the page.
    title : str
    blocks : sequence of Block
    """

    name: str
    title: str
    blocks: Sequence[Block] = field(default_factory=tuple)


def words(*lines: str) -> Text:
    """Return a paragraph of one or more sentences."""
    return Text((" ".join(lines),))


def bullets(lines: Sequence[str]) -> Text:
    """Return a list."""
    return Text(tuple(lines), "list")


def note(*lines: str) -> Text:
    """Return a paragraph that stands out: something the reader must not overlook."""
    return Text((" ".join(lines),), "note")


def to_html(title: str, sections: Sequence[Section]) -> str:
    """Return sections as one HTML file that needs nothing else.

    Parameters
    ----------
    title : str
    sections : sequence of Section
        The first must be named ``findings``; the link over the contents leads there.
    """
    loader = jinja2.PackageLoader("interpose.report")
    environment = jinja2.Environment(
        loader=loader,
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    source, _, _ = loader.get_source(environment, "report.css")
    return environment.get_template("report.html").render(
        title=title,
        sections=sections,
        css=Markup(source),  # our own file
    )
