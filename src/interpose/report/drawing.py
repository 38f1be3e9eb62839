"""How figures look, and how they become SVG that stands inside a page.

Colours are from Okabe & Ito's palette, told apart by those who see no red or green; every
difference in colour is one of lightness, marker, dash or label too, so that grey paper suffices.
"""

from __future__ import annotations

import datetime as dt
import html
import io
import math
import re
from collections.abc import Mapping
from typing import Any

import matplotlib as mpl
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure as Canvas

BLUE = "#0072B2"
LIGHT = "#cfe3f0"
MIDDLE = "#86b8d8"
ORANGE = "#D55E00"
BLACK = "#000000"
GREY = "#666666"
PALE = "#dddddd"

WIDTH = 7.4
"""Inches; about the text width of an A4 page, so that letters keep their size on paper."""

STYLE: Any = {
    "svg.fonttype": "none",
    "svg.hashsalt": "interpose",
    "text.parse_math": False,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Bitstream Vera Sans", "sans-serif"],
    "font.size": 8.5,
    "axes.titlesize": 9,
    "axes.titlelocation": "left",
    "axes.labelsize": 8.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.linewidth": 0.7,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": "#e4e4e4",
    "grid.linewidth": 0.6,
    "xtick.color": "#333333",
    "ytick.color": "#333333",
    "xtick.major.size": 3,
    "ytick.major.size": 0,
    "hatch.linewidth": 0.4,
    "hatch.color": "#b5b5b5",
    "legend.frameon": False,
    "figure.constrained_layout.use": True,
}


def canvas(
    rows: int = 1,
    columns: int = 1,
    *,
    height: float = 2.6,
    **more: Any,  # noqa: ANN401 - handed on to matplotlib
) -> tuple[Canvas, list[Axes]]:
    """Return a figure of the page's width and its axes, row by row.

    Parameters
    ----------
    rows, columns : int
    height : float
        Inches, of the whole figure.
    **more
        For ``Figure.subplots``.
    """
    figure = Canvas(figsize=(WIDTH, height), layout="constrained")
    FigureCanvasAgg(figure)  # measures texts where labels must not cover each other
    axes = figure.subplots(rows, columns, squeeze=False, **more)
    return figure, list(axes.ravel())


def styled() -> Any:  # noqa: ANN401 - a context manager of matplotlib
    """Return the context in which figures are made and written."""
    return mpl.rc_context(STYLE)


def to_svg(figure: Canvas, name: str, titles: Mapping[str, str] | None = None) -> Markup:
    """Return a figure as SVG for the inside of a page: same figure, same bytes.

    Parameters
    ----------
    figure : matplotlib Figure
    name : str
        Put in front of all ids, which must differ within a page.
    titles : dict of str to str, optional
        gid of an artist -> words that appear when one points at it.

    Returns
    -------
    Markup
        Without header, metadata, namespaces or ids that nothing refers to.
    """
    sink = io.StringIO()
    figure.savefig(sink, format="svg", metadata={"Date": None, "Creator": None})
    text = sink.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.S)
    text = re.sub(r"<!--.*?-->", "", text, flags=re.S)
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


def thousands(axes: Axes) -> None:
    """Write the y axis with commas and no powers of ten."""
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")


def day_number(date: dt.date) -> float:
    """Return a day as matplotlib counts them, for axes after ``xaxis_date``.

    Examples
    --------
    >>> day_number(dt.date(1970, 1, 2))
    1.0
    """
    return float((date - dt.date(1970, 1, 1)).days)


def plain_log(axes: Axes, lowest: float, highest: float, *, small: bool = False) -> None:
    """Turn the y axis into one on which equal steps are equal factors, with a zero if needed.

    Parameters
    ----------
    axes : matplotlib Axes
    lowest, highest : float
        What must fit on it; from 1 down there is a zero at the foot.
    small : bool
        Whether there is room for few numbers only.
    """
    if lowest <= 1.0:
        axes.set_yscale("symlog", linthresh=1.0, linscale=0.5)
        ticks = [0.0, *_steps((1,), 1.0, highest)]
        axes.set_ylim(0, highest * 1.8)
    else:
        axes.set_yscale("log")
        wide = highest > (30.0 if small else 300.0) * lowest
        ticks = _steps((1,) if wide else (1, 2, 5), lowest / 1.5, highest)
        axes.set_ylim(lowest / 1.5, highest * 1.5)
    axes.set_yticks(ticks)
    axes.minorticks_off()
    thousands(axes)


def _steps(factors: tuple[int, ...], lowest: float, highest: float) -> list[float]:
    """Return the factors times powers of ten that lie within a range."""
    powers = range(math.floor(math.log10(lowest)), math.ceil(math.log10(highest)) + 1)
    steps = [float(factor * 10**power) for power in powers for factor in factors]
    return [step for step in steps if lowest <= step <= highest * 1.5]
