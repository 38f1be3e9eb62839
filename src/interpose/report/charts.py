"""Charts that stand still: bands over time beside steps that were planned and marks of the record.

All are drawn from one specification, ``templates/bands.json``; what one points at says its number.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from interpose.report import interactive
from interpose.report.interactive import Spec
from interpose.report.page import Figure, Table, day, number, render
from interpose.report.quantiles import quantile_text

Looks = Mapping[str, tuple[str, str, str]]
"""What a mark stands for -> its shape, its filling, and the letter that looks like it."""

RECORDED: Looks = {"recorded": ("circle", "black", "●")}

BANDS = {"median": "median of the futures", "half": "middle half", "interval": "90 % interval"}
"""Look of a part of the bands -> what it is."""

DASHES = {"╌╌": [6, 4], "┈┈": [2, 2]}
UPRIGHT = {"┊": [2, 3], "╎": [9, 4]}
"""How lines are dashed, and those that stand upright, in their order, by letters like them."""

MOST_TOLD = 40
"""So many parts of a chart say what they are when one points at them."""


@dataclass(frozen=True)
class Panel:
    """One chart: what it shows, and quantiles by date, by year or by any other number.

    `marks` are rows as `marks_of` has them, `lines` steps by their name. `top` is the end of the
    scale where that is known; `log` gives every power of ten the same room. `joined` is how Vega
    joins the values of the table.
    """

    title: str
    table: pd.DataFrame
    marks: Sequence[Spec] = ()
    lines: Mapping[str, pd.Series[Any]] = field(default_factory=dict)
    top: float | None = None
    log: bool = False
    joined: str = "step-after"


def marks_of(counts: pd.Series[Any], kind: str = "recorded") -> list[Spec]:
    """Return what was counted at some dates, or in the middle of some years, as marks."""
    return [
        {"x": x, "y": float(n), "kind": kind, "words": f"{name}: {number(n)} ({kind})"}
        for x, name, n in zip(_xs(counts.index, 182), counts.index.map(_name), counts, strict=True)
    ]


def charts(
    name: str,
    panels: Sequence[Panel],
    caption: str,
    alt: str,
    tables: Sequence[Table],
    *,
    what_if: bool = False,
    held_out: dt.date | None = None,
    days: Mapping[Any, str] | None = None,
    looks: Looks = RECORDED,
    bands: Mapping[str, str] = BANDS,
) -> Figure:
    """Return charts side by side over one key, as a figure with its tables.

    The time after `held_out` is hatched. `days` are timestamps, or numbers, of dotted lines with
    their names; `looks` says how kinds of marks look, `bands` what the key tells of quantiles.
    """
    specs = [_spec(panel, held_out, days or {}, looks, what_if=what_if) for panel in panels]
    drawn = [interactive.still(spec, f"{name}-{i}") for i, spec in enumerate(specs)]
    data = [spec["datasets"] for spec in specs]
    kinds = dict.fromkeys(row["kind"] for one in data for row in one["marks"])
    lines = dict.fromkeys(line for panel in panels for line in panel.lines)
    keys = [
        *bands.items(),
        *([("late", "after the fit, hatched")] if any(one["held_out"] for one in data) else []),
        *((looks[kind][2], kind) for kind in kinds),
        *zip(DASHES, lines, strict=False),
        *zip(UPRIGHT, dict.fromkeys((days or {}).values()), strict=False),
    ]
    drawing = render("charts.html", drawn=drawn, keys=keys, what_if=what_if)
    return Figure(name, drawing, caption, alt, tables)


def _spec(
    panel: Panel, held_out: dt.date | None, days: Mapping[Any, str], looks: Looks,
    *, what_if: bool,
) -> Spec:  # fmt: skip
    """Return the specification of a chart with its data."""
    bands = _rows(panel)
    late = [row["x"] for row in bands[:-1] if held_out and str(row["x"]) > str(held_out)]
    dashes = dict(zip(dict.fromkeys(days.values()), UPRIGHT.values(), strict=False))
    datasets = {
        "bands": bands,
        "held_out": [{"x": late[0], "x2": bands[-1]["x"]}] if late else [],
        "lines": [
            {"x": x, "y": float(y), "kind": kind, "dash": dash}
            for dash, (kind, line) in zip(DASHES.values(), panel.lines.items(), strict=False)
            for x, y in zip(_xs(line.index), line, strict=True)
        ],
        "days": [
            {"x": x, "words": f"{_name(at)}: {text}", "dash": dashes[text]}
            for x, (at, text) in zip(_xs(pd.Index(list(days))), days.items(), strict=True)
        ],
        "marks": [
            {"low": row["y"], "high": row["y"], **row, "look": looks[row["kind"]]}
            for row in panel.marks
        ],
    }
    signals = {"title": panel.title, "joined": panel.joined, "hatch": interactive.hatch()}
    spec = interactive.filled("bands.json", signals, datasets, what_if=what_if)
    up = spec["layer"][1]["encoding"]["y"]
    if panel.top:
        up["scale"] = {"domain": [0, panel.top]}
    if panel.log:
        powers = (10.0 ** np.arange(np.log10(max(panel.table["q05"].min(), 1.0)) // 1, 7)).tolist()
        up["scale"] = {"type": "symlog", "constant": powers[0]}
        up["axis"] |= {"values": [0, *powers[1:]], "tickCount": 9}
    if not (bands and isinstance(bands[0]["x"], str)):
        spec["encoding"]["x"] |= {"type": "quantitative", "scale": {"zero": False}}
    return spec


def _rows(panel: Panel) -> list[Spec]:
    """Return quantiles, some with words for the time until the next of these, and an end."""
    table, xs = panel.table, _xs(panel.table.index)
    rows: list[Spec] = [
        {"x": x, **{str(q): float(v) for q, v in row.items()}}
        for x, (_, row) in zip(xs, table.iterrows(), strict=True)
    ]
    if not rows:
        return rows
    if isinstance(xs[0], str):
        step = pd.Timedelta(31, "D") if len(xs) < 2 else pd.Timestamp(xs[-1]) - pd.Timestamp(xs[-2])
        rows.append({**rows[-1], "x": f"{pd.Timestamp(xs[-1]) + step:%F}"})
    told = range(0, len(table), 1 + len(table) // MOST_TOLD)
    for i, after in zip(told, [*told[1:], -1], strict=True):
        text = f"{_name(table.index[i])}: {quantile_text(table, table.index[i])}"
        rows[i] |= {"words": text, "x2": rows[after]["x"]}
    return rows


def _xs(index: pd.Index[Any], later: int = 0) -> list[str | float]:
    """Return where times stand on an axis, years so many days after their first; others as is."""
    if isinstance(index, pd.DatetimeIndex):
        return [f"{date:%F}" for date in index]
    if pd.api.types.is_integer_dtype(index):
        return [f"{pd.Timestamp(year, 1, 1) + pd.Timedelta(later, 'D'):%F}" for year in index]
    return [float(x) for x in index]


def _name(at: object) -> str:
    """Return a year, a month, a day or a number in words."""
    if not isinstance(at, pd.Timestamp):
        return number(at) if isinstance(at, float) else str(at)
    return f"{at:%B %Y}" if at.day == 1 else day(at.date())
