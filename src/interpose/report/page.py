"""What a page is made of: sections of text, figures and tables, and how they become HTML.

Texts are plain; the templates escape them. Only the drawing of a figure is markup already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

import jinja2
from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table that is more than its text.

    `shade` is 0 for none, 1 to 6 for an ever darker background; the text says the same. `link` is
    an address that is followed only when someone clicks it, `under` smaller words below.
    """

    text: str
    shade: int = 0
    link: str = ""
    under: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table; its id in the page is ``table-NAME``.

    The columns from `numeric` on hold numbers and stand at the right. `row_ids` are ids of the rows
    in the page. A `folded` table opens on a click; on paper it is always open.
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
    """A drawing, SVG or HTML of `render`, with its numbers; its id is ``figure-NAME``.

    `caption` says what one sees, `alt` what it says to those who do not see it.
    """

    name: str
    drawing: Markup
    caption: str
    alt: str
    tables: Sequence[Table] = ()
    kind: Literal["figure"] = "figure"


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph, a list or a command line."""

    lines: Sequence[str]
    look: Literal["text", "list", "note", "code"] = "text"
    kind: Literal["text"] = "text"


Block = Text | Figure | Table


@dataclass(frozen=True, slots=True)
class Section:
    """A section of a page; `name` is its id there."""

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


def web_link(url: str) -> str:
    """Return an address that may be followed, or nothing: other schemes could run something."""
    return url if url.startswith(("https://", "http://")) else ""


def to_html(title: str, sections: Sequence[Section]) -> str:
    """Return sections as one HTML file that needs nothing else.

    The first section must be named ``findings``; the link over the contents leads there.
    """
    return str(render("page.html", title=title, sections=sections))


def render(template: str, **values: Any) -> Markup:  # noqa: ANN401 - what the template names
    """Return one of our templates filled in; every value is escaped."""
    return Markup(_templates().get_template(template).render(values))  # escaped by itself


@cache
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("interpose.report"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
