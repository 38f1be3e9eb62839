"""What a page is made of: sections, figures, tables, numbers as text, and how all becomes HTML.

Texts are plain; the templates escape them. Only the drawing of a figure is markup already.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import jinja2
from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table that is more than its text.

    `shade` is 0 for none, 1 to 6 for an ever darker background; the text says the same. `link` is
    an address that is followed only when someone clicks it, `under` smaller words below. `links`
    are more words with an address each. `rows` are ids of rows of the record that the number in
    `under`, or in `text` where that is empty, is made of: it leads to them.
    """

    text: str
    shade: int = 0
    link: str = ""
    under: str = ""
    links: Sequence[tuple[str, str]] = ()
    rows: Sequence[str] = ()


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

    `caption` says what one sees, `alt` what it says to those who do not see it. What is not `still`
    opens or has text of its own, and is read as it stands.
    """

    name: str
    drawing: Markup
    caption: str
    alt: str
    tables: Sequence[Table] = ()
    still: bool = True
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


@dataclass(frozen=True, slots=True)
class Lead:
    """What stands above the contents: the first screen, and the one script that moves it."""

    markup: Markup
    script: Markup


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


def to_html(
    title: str,
    sections: Sequence[Section],
    changed: Sequence[str] = (),
    lead: Lead | None = None,
) -> str:
    """Return sections as one HTML file that needs nothing else, headed by what was changed.

    The first section must be named ``findings``; the link over the contents leads there. No script
    runs but that of tables and that of the lead: the policy of the page names their hashes.
    """
    text = files("interpose.report").joinpath("templates", "tables.js").read_text(encoding="utf-8")
    scripts = [Markup(text), *([lead.script] if lead else [])]
    page = {"title": title, "sections": sections, "changed": changed, "lead": lead}
    return str(render("page.html", **page, scripts=scripts, hashes=list(map(policy_of, scripts))))


def policy_of(script: str) -> str:
    """Return what a content security policy calls a script that may run."""
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}"


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


# --- numbers, dates and intervals as text ---------------------------------------------------

ACT_WORDS = {
    "harassment": "harassment",
    "armed_attack": "armed attacks",
    "bombing": "bombings",
    "roadblock": "roadblocks",
    "protest": "protests",
    "attack_on_force": "attacks on the force",
    "violation_by_fire": "violations by fire",
    "violation_by_movement": "violations by movement",
    "violation_by_air": "violations by air",
    "overmanning": "overmanning",
    "restriction_of_movement": "restrictions of movement",
    "civilians_in_zone": "civilians in the zone",
}
"""Acts in the plural; of the scenario format, not of one scenario."""

SIDE_WORDS = {
    "force": "soldiers of the force",
    "police": "police",
    "authorities": "authorities",
    "all": "all communities at once",
    "unattributed": "persons unknown",
    "local_police": "local police",
    "international_police": "international police",
}


def number(value: float, digits: int = 0) -> str:
    """Return a number with commas between thousands, or a dash where there is none.

    Examples
    --------
    >>> number(1234.4), number(0.456, 2), number(float("nan"))
    ('1,234', '0.46', '–')
    """
    return "–" if math.isnan(value) else f"{value:,.{digits}f}"


def short(value: float) -> str:
    """Return a number with three significant digits.

    Examples
    --------
    >>> short(0.0123456), short(12345), short(2.50), short(0)
    ('0.0123', '12,345', '2.5', '0')
    """
    if not math.isfinite(value):
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def percent(share: float, digits: int = 0) -> str:
    """Return a share in percent.

    Examples
    --------
    >>> percent(0.456)
    '46 %'
    """
    return f"{100 * share:.{digits}f} %"


def of_quantiles(row: Mapping[str, float], digits: int = 0) -> str:
    """Return the median and the 90 % interval.

    Examples
    --------
    >>> of_quantiles({"q05": 3, "q50": 10, "q95": 1200})
    '10 (3 to 1,200)'
    """
    low, median, high = (number(row[q], digits) for q in ("q05", "q50", "q95"))
    return median if low == high else f"{median} ({low} to {high})"


def day(date: dt.date) -> str:
    """Return a date in words.

    Examples
    --------
    >>> day(dt.date(1999, 6, 12))
    '12 June 1999'
    """
    return f"{date.day} {date:%B %Y}"


def months(first: dt.date, last: dt.date) -> str:
    """Return a span of months.

    Examples
    --------
    >>> months(dt.date(1999, 6, 1), dt.date(1999, 6, 1))
    '1999-06'
    """
    return f"{first:%Y-%m}" if first == last else f"{first:%Y-%m} to {last:%Y-%m}"


def day_as_precise(date: dt.date, precision: str) -> str:
    """Return a date no more precise than it was published.

    Examples
    --------
    >>> day_as_precise(dt.date(1999, 6, 12), "month"), day_as_precise(dt.date(1999, 6, 12), "year")
    ('1999-06', '1999')
    """
    return date.isoformat()[: {"year": 4, "month": 7}.get(precision, 10)]


def shortened(text: str, longest: int) -> str:
    """Return a text cut to a length for a label."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def capital(text: str) -> str:
    """Return a text with a capital first letter and the rest as it is."""
    return text[:1].upper() + text[1:]
