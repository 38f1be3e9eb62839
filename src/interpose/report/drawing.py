"""Charts of quantiles over futures beside what was recorded, as SVG that stands inside a page.

Colours are from Okabe & Ito's palette, told apart by those who see no red or green; every
difference in colour is one of lightness, marker, dash or label too, so that grey paper suffices.
"""

from __future__ import annotations

import datetime as dt
import html
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import matplotlib as mpl
import numpy as np
import pandas as pd
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import LogLocator, MaxNLocator
from numpy.typing import NDArray

from interpose.report.page import Cell, Figure, Table, capital, number, of_quantiles

BLUE = "#0072B2"
LIGHT = "#cfe3f0"
MIDDLE = "#86b8d8"
DARK = "#00334f"
ORANGE = "#D55E00"
GREY = "#666666"
PALE = "#dddddd"

FITTED, LATER, WHAT_IF = (
    (LIGHT, MIDDLE, DARK),
    ("#cae9ed", "#76c2cc", "#074147"),
    ("#cccaed", "#7d76cc", "#0c0747"),
)
"""Shades of the 90 % interval, the middle half and the median: of fitted years; of later ones,
which are hatched; and of another force, mission or policy than the record's. All figures share
them."""

SHADES_NOW = ContextVar("SHADES_NOW", default=FITTED)

WIDTH = 7.4
"""Inches; about the text width of an A4 page, so that letters keep their size on paper."""

BETWEEN = 0.5
"""Inches between two axes, for the title and the ticks."""

Floats = NDArray[np.float64]

STYLE = Path(__file__).parent / "templates" / "figures.mplstyle"

QUANTILES = {"q05": "5 %", "q25": "25 %", "q50": "Median", "q75": "75 %", "q95": "95 %"}
"""Columns of a table of quantiles -> their headings."""

LOG_FROM = 8.0
"""The scale is logarithmic if the largest number is so many times that of a quiet year."""

EDGE: Any = {"ec": GREY, "lw": 0.4}
RECORDED: Any = {"marker": "o", "ls": "none", "ms": 4.4, "mfc": "black", "mec": "white", "mew": 0.8}
HOLLOW: Any = {**RECORDED, "mfc": "none", "mec": "black", "ms": 5.4}


# --- quantiles as text ----------------------------------------------------------------------


def below(table: pd.DataFrame, key: str) -> pd.DataFrame:
    """Return the rows of a table under one word of its first index."""
    return cast("pd.DataFrame", table.loc[key])


def row_at(table: pd.DataFrame, key: object) -> Mapping[str, float]:
    """Return one row of numbers by its index."""
    found: Any = table.loc[key]  # type: ignore[call-overload]  # pandas takes any index
    return {str(name): float(value) for name, value in found.items()}


def quantile_text(table: pd.DataFrame, key: object, digits: int = 0) -> str:
    """Return median and 90 % interval of one row."""
    return of_quantiles(row_at(table, key), digits)


def quantile_cells(table: pd.DataFrame, digits: int = 0) -> list[str]:
    """Return median and 90 % interval of every row."""
    return [quantile_text(table, key, digits) for key in table.index]


def columns_table(
    name: str,
    caption: str,
    columns: Iterable[tuple[str, Sequence[str | Cell] | pd.DataFrame]],
    *,
    numeric: int = 1,
    folded: bool = False,
) -> Table:
    """Return a table from its columns, each a heading and its cells.

    A table of quantiles as a column becomes medians and 90 % intervals.
    """
    given = list(columns)
    cells = [quantile_cells(of) if isinstance(of, pd.DataFrame) else of for _, of in given]
    rows = list(zip(*cells, strict=True))
    return Table(name, caption, [heading for heading, _ in given], rows, numeric, folded=folded)


def years_table(
    name: str, caption: str, table: pd.DataFrame, recorded: Mapping[str, pd.Series[Any]]
) -> Table:
    """Return yearly quantiles as a table, with what was recorded."""
    columns: list[tuple[str, list[str]]] = [("Year", [str(year) for year in table.index])]
    columns += [(head, [number(v) for v in table[q]]) for q, head in QUANTILES.items()]
    for label, counts in recorded.items():
        columns.append((capital(label), [number(counts.get(y, np.nan)) for y in table.index]))
    return columns_table(name, caption, columns)


def inside_interval(table: pd.DataFrame, counts: pd.Series[float]) -> pd.Series[bool]:
    """Return, for every year played and recorded, whether the 90 % interval holds its number."""
    known = counts[counts.index.isin(table.index)]
    at = table.loc[known.index]
    return (at["q05"] <= known) & (known <= at["q95"])


# --- figures of quantiles ------------------------------------------------------------------


@dataclass(frozen=True)
class Panel:
    """Quantiles by year or by date under a title, with what was recorded, a label a series.

    `top` is the end of the scale where that is known, `lines` are steps by their label.
    """

    title: str
    table: pd.DataFrame
    recorded: Mapping[str, pd.Series[Any]] = field(default_factory=dict)
    top: float | None = None
    lines: Mapping[str, pd.Series[Any]] = field(default_factory=dict)


def panels_figure(
    name: str,
    panels: Sequence[Panel],
    caption: str,
    alt: str,
    tables: Sequence[Table],
    *,
    columns: int = 3,
    each: float = 1.3,
    marked: Iterable[dt.date] = (),
    held_out: dt.date | None = None,
) -> Figure:
    """Return panels of bars by year, or of bands by date, as a figure with its tables.

    `marked` days are grey lines; the years after `held_out` are hatched.
    """
    figure, axes = canvas(len(panels), columns, each=each)
    for ax, panel in zip(axes, panels, strict=True):
        dated = isinstance(panel.table.index, pd.DatetimeIndex)
        if dated:
            _draw_band(ax, panel.table)
        else:
            _draw_bars(ax, panel.table, held_out)
        for dash, (label, line) in zip(("--", ":"), panel.lines.items(), strict=False):
            ax.step(line.index, line, where="post", color="black", lw=1.0, ls=dash, label=label)
        for look, (label, points) in zip((RECORDED, HOLLOW), panel.recorded.items(), strict=False):
            if len(points):
                ax.plot(points.index, points, label=label, zorder=4, clip_on=False, **look)
        for date in marked:
            ax.axvline(when(date), color=GREY, lw=0.9, ls="--")
        scale(ax, panel)
        ax.set_title(panel.title)
        ticks = 4 if columns > 2 else 9
        if dated:
            time_axis(ax, most=ticks + 2)
        else:
            ax.xaxis.set_major_locator(MaxNLocator(nbins=ticks, integer=True, min_n_ticks=1))
            _mark_held_out(ax, held_out)
    explain(axes[0])
    return as_figure(name, figure, caption, alt, tables)


def _draw_bars(ax: Axes, table: pd.DataFrame, fit_until: dt.date | None) -> None:
    """Draw a bar a year: thin for the 90 % interval, thick for the middle half, a median line."""
    now, last = SHADES_NOW.get(), fit_until.year if fit_until else table.index[-1]
    after = table.index > last
    for some, shades in ((~after, now), (after, LATER if now is FITTED else now)):
        part, years = table[some], table.index[some].to_numpy()
        for shade, low, high, wide in zip(
            shades, ("q05", "q25"), ("q95", "q75"), (0.3, 0.64), strict=False
        ):
            left, right, foot, top = years - wide / 2, years + wide / 2, part[low], part[high]
            corners: Any = np.array([[left, foot], [left, top], [right, top], [right, foot]])
            ax.add_collection(PolyCollection(corners.transpose(2, 0, 1), fc=shade, **EDGE))
        ax.hlines(part["q50"], years - 0.36, years + 0.36, color=shades[2], lw=1.6)
    ax.set_xlim(table.index[0] - 0.7, table.index[-1] + 0.7)
    if now is FITTED and after.any():
        ax.plot([], [], color=LATER[1], marker="s", ls="none", label="years after the fit")


def _draw_band(ax: Axes, table: pd.DataFrame) -> None:
    """Draw quantiles over time: a light 90 % band, a dark one of the middle half, the median."""
    light, middle, dark = SHADES_NOW.get()
    ax.fill_between(table.index, table["q05"], table["q95"], color=light, lw=0)
    ax.fill_between(table.index, table["q25"], table["q75"], color=middle, lw=0)
    ax.plot(table.index, table["q50"], color=dark, lw=1.6)


def explain(ax: Axes) -> None:
    """Say below the figure of an axis what bands, line and labelled marks are."""
    light, middle, dark = SHADES_NOW.get()
    what_if = " (what if)" if SHADES_NOW.get() is WHAT_IF else ""
    known: dict[str, Any] = {
        f"middle half{what_if}": Patch(fc=middle, **EDGE),
        "90 % interval": Patch(fc=light, **EDGE),
        "median": Line2D([], [], color=dark, lw=1.6),
    }
    figure: Any = ax.figure
    for each in figure.axes:
        handles, labels = each.get_legend_handles_labels()
        known.update(zip(labels, handles, strict=True))
    figure.legend(
        known.values(), known.keys(), loc="lower center", ncols=len(known), columnspacing=1.4
    )


def _mark_held_out(ax: Axes, fit_until: dt.date | None) -> None:
    """Hatch the years that were not used for fitting."""
    right = ax.get_xlim()[1]
    if fit_until is None or fit_until.year + 0.5 >= right:
        return
    border = fit_until.year - 0.5 + fit_until.timetuple().tm_yday / 365.25
    ax.axvspan(border, right, facecolor="none", edgecolor=PALE, hatch="///", lw=0, zorder=0)
    ax.axvline(border, color=GREY, lw=0.8, ls="--", zorder=1)


def scale(ax: Axes, panel: Panel) -> None:
    """Choose a scale on which the quiet years can be read beside the worst."""
    table, points = panel.table, (*panel.recorded.values(), *panel.lines.values())
    known = [counts for counts in points if len(counts)]
    highest = max([float(table["q95"].max()), *(float(p.max()) for p in known)])
    quiet = min(float(counts.quantile(0.25)) for counts in (table["q50"], *known))
    if panel.top is None and highest > LOG_FROM * max(quiet, 1.0):
        lowest = min([float(table["q05"].min()), *(float(p.min()) for p in known)])
        log_axis(ax, lowest, highest)
    else:
        ax.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=highest > 5.0))
        ax.set_ylim(0, panel.top or max(highest, 1.0) * 1.12)
        if highest > 5.0:
            thousands(ax)


def log_axis(ax: Axes, lowest: float, highest: float) -> None:
    """Give the y axis a logarithmic scale; one with a zero if `lowest` is 1 or less."""
    if lowest <= 1.0:
        ax.set_yscale("symlog", linthresh=1.0, linscale=0.5)
        powers = np.arange(int(np.log10(max(1.5 * highest, 1.0))) + 1)
        ax.set_yticks([0.0, *10.0 ** powers[:: 1 if len(powers) < 6 else 2]])
        ax.set_ylim(0, highest * 1.8)
    else:
        ax.set_yscale("log")
        factors = (1.0,) if highest > 300.0 * lowest else (1.0, 2.0, 5.0)
        ax.yaxis.set_major_locator(LogLocator(subs=factors, numticks=12))
        ax.set_ylim(lowest / 1.5, highest * 1.5)
    ax.minorticks_off()
    thousands(ax)


# --- any figure -----------------------------------------------------------------------------


@contextmanager
def styled(*, what_if: bool = False) -> Iterator[None]:
    """Give the context in which figures are made and written, of a what-if in its own shades."""
    before = SHADES_NOW.set(WHAT_IF if what_if else FITTED)
    try:
        with mpl.rc_context(fname=STYLE):
            yield
    finally:
        SHADES_NOW.reset(before)


def canvas(
    count: int = 1,
    columns: int = 1,
    *,
    each: float = 1.8,
    left: float = 0.62,
    right: float = 0.12,
    foot: float = 0.6,
    **more: Any,  # noqa: ANN401 - handed on to matplotlib
) -> tuple[Canvas, list[Axes]]:
    """Return a figure of the page's width with so many axes, each so many inches high.

    `left`, `right` and `foot` are inches for labels and the legend.
    """
    columns = min(columns, count)
    rows = -(-count // columns)
    tall = 0.3 + rows * each + (rows - 1) * BETWEEN + foot
    wide = (WIDTH - left - right - (columns - 1) * BETWEEN) / columns
    figure = Canvas(figsize=(WIDTH, tall))
    grid = {
        "left": left / WIDTH, "right": 1 - right / WIDTH,
        "bottom": foot / tall, "top": 1 - 0.3 / tall,
        "hspace": BETWEEN / each, "wspace": BETWEEN / wide,
    }  # fmt: skip
    axes = figure.subplots(rows, columns, squeeze=False, gridspec_kw=grid, **more).ravel()
    for ax in axes[count:]:
        ax.set_visible(False)
    return figure, list(axes[:count])


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


def when(date: object) -> Any:  # noqa: ANN401 - matplotlib knows dates, its types do not
    """Return a date, or dates, for an axis of time."""
    return pd.DatetimeIndex(date) if isinstance(date, list) else pd.Timestamp(str(date))


def time_axis(ax: Axes, *, most: int = 15) -> None:
    """Write dates under an axis, at most so many."""
    locator = AutoDateLocator(minticks=min(most // 2, 4), maxticks=most)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator))  # type: ignore[no-untyped-call]


def thousands(ax: Axes) -> None:
    """Write the y axis with commas and no powers of ten."""
    ax.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
