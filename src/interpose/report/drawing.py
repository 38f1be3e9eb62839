"""How figures look, and how they become SVG that stands inside a page.

Colours are from Okabe & Ito's palette, told apart by those who see no red or green; every
difference in colour is one of lightness, marker, dash or label too, so that grey paper suffices.
"""

from __future__ import annotations

import datetime as dt
import html
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import LogLocator, MaxNLocator
from numpy.typing import NDArray

from interpose.report.page import Figure, Table

BLUE = "#0072B2"
LIGHT = "#cfe3f0"
MIDDLE = "#86b8d8"
DARK = "#00334f"
ORANGE = "#D55E00"
GREY = "#666666"
PALE = "#dddddd"

WIDTH = 7.4
"""Inches; about the text width of an A4 page, so that letters keep their size on paper."""

Floats = NDArray[np.float64]

STYLE = Path(__file__).parent / "templates" / "figures.mplstyle"


def styled() -> Any:  # noqa: ANN401 - a context manager of matplotlib
    """Return the context in which figures are made and written."""
    return mpl.rc_context(fname=STYLE)


def canvas(
    rows: int = 1,
    columns: int = 1,
    *,
    height: float = 2.6,
    **more: Any,  # noqa: ANN401 - handed on to matplotlib
) -> tuple[Canvas, list[Axes]]:
    """Return a figure of the page's width and some inches of height, and its axes row by row."""
    figure = Canvas(figsize=(WIDTH, height), layout="constrained")
    FigureCanvasAgg(figure)  # measures texts where labels must not cover each other
    axes = figure.subplots(rows, columns, squeeze=False, **more)
    return figure, list(axes.ravel())


def panels(
    count: int,
    columns: int,
    *,
    each: float,
    head: float,
    **more: Any,  # noqa: ANN401 - handed on to matplotlib
) -> tuple[Canvas, list[Axes]]:
    """Return a figure with so many panels, each so many inches high; spare ones are hidden."""
    columns = min(columns, count)
    rows = -(-count // columns)
    figure, axes = canvas(rows, columns, height=head + each * rows, **more)
    for ax in axes[count:]:
        ax.set_visible(False)
    for ax in axes[count - columns : count]:
        ax.tick_params(labelbottom=True)
    return figure, axes[:count]


def as_figure(
    name: str,
    canvas: Canvas,
    caption: str,
    alt: str,
    tables: Sequence[Table] = (),
    titles: Mapping[str, str] | None = None,
) -> Figure:
    """Return a drawing as a block of a page; `titles` as for `to_svg`."""
    return Figure(name, to_svg(canvas, name, titles), caption, alt, tables)


def to_svg(figure: Canvas, name: str, titles: Mapping[str, str] | None = None) -> Markup:
    """Return a figure as SVG for the inside of a page: same figure, same bytes.

    It has no header, metadata, namespaces or ids that nothing refers to; `name` stands in front of
    all ids, which must differ within a page. `titles` are the words that appear when one points at
    the artist of a gid.
    """
    sink = io.StringIO()
    figure.savefig(sink, format="svg", metadata={"Date": None, "Creator": None})
    text = sink.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>|<!--.*?-->", "", text, flags=re.S)
    text = re.sub(r' xmlns(:\w+)?="[^"]*"', "", text).replace("xlink:href", "href")
    text = re.sub(r'<svg [^>]*?viewBox="([^"]*)"[^>]*>', r'<svg viewBox="\1">', text, count=1)
    text = re.sub(r' (?:d|x|y|transform)="[^"]*"', lambda m: _rounded(m[0]), text)
    for gid, title in (titles or {}).items():
        mark = f'<g id="{gid}">'
        text = text.replace(mark, f"{mark}<title>{html.escape(title)}</title>", 1)
    used = set(re.findall(r'(?:url\(#|href="#)([^")]+)', text))
    text = re.sub(r' id="([^"]*)"', lambda m: m[0] if m[1] in used else "", text)
    for start in (' id="', "url(#", 'href="#'):
        text = text.replace(start, f"{start}{name}-")
    text = re.sub(r"\n\s*", "\n", text)
    return Markup(text.strip())  # matplotlib escapes the texts, we the titles


def _rounded(attribute: str) -> str:
    """Return an attribute with two digits behind every point: a 7,000th of the page's width."""
    return re.sub(r"(\.\d\d)\d+", r"\1", attribute)


# --- axes -----------------------------------------------------------------------------------


def when(date: object) -> Any:  # noqa: ANN401 - matplotlib knows dates, its types do not
    """Return a date, or dates, for an axis of time."""
    return pd.DatetimeIndex(date) if isinstance(date, list) else pd.Timestamp(str(date))


def day_number(date: dt.date) -> float:
    """Return a day as matplotlib counts them, for axes after ``xaxis_date``.

    Examples
    --------
    >>> day_number(dt.date(1970, 1, 2))
    1.0
    """
    return float((date - dt.date(1970, 1, 1)).days)


def time_axis(ax: Axes, *, most: int = 15, numbers: bool = True) -> None:
    """Write dates under an axis, at most so many; few ticks beside it if it has `numbers`."""
    locator = AutoDateLocator(minticks=min(most // 2, 4), maxticks=most)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_locator(locator)
    formatter = ConciseDateFormatter(locator)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_formatter(formatter)
    if numbers:
        ax.yaxis.set_major_locator(MaxNLocator(nbins=5))


def from_zero(ax: Axes) -> None:
    """Begin the y axis at zero, and write it with commas and no powers of ten."""
    ax.set_ylim(bottom=0)
    thousands(ax)


def thousands(ax: Axes, which: str = "y") -> None:
    """Write an axis with commas and no powers of ten."""
    axis = ax.yaxis if which == "y" else ax.xaxis
    axis.set_major_formatter(lambda value, _: f"{value:,.0f}")


def log_axis(ax: Axes, lowest: float, highest: float, which: str = "y") -> None:
    """Give an axis a logarithmic scale; one with a zero if `lowest` is 1 or less."""
    axis = ax.yaxis if which == "y" else ax.xaxis
    set_scale, set_limits = (getattr(ax, f"set_{which}{what}") for what in ("scale", "lim"))
    if lowest <= 1.0:
        set_scale("symlog", linthresh=1.0, linscale=0.5)
        powers = np.arange(int(np.log10(max(1.5 * highest, 1.0))) + 1)
        axis.set_ticks([0.0, *10.0 ** powers[:: 1 if len(powers) < 6 else 2]])
        set_limits(0, highest * 1.8)
    else:
        set_scale("log")
        factors = (1.0,) if highest > 300.0 * lowest else (1.0, 2.0, 5.0)
        axis.set_major_locator(LogLocator(subs=factors, numticks=12))
        set_limits(lowest / 1.5, highest * 1.5)
    ax.minorticks_off()
    thousands(ax, which)
