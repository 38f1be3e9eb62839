"""Figures that answer when one touches them: specifications of Vega-Lite, and their stills.

What a figure looks like stands in ``templates/over_*.json``, its data and its signals come from
here. A page holds the specification as data, and one script, Vega with the lines of ``first.js``.
The still of a specification is what stands there on paper and where no script runs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from interpose.report.page import Lead, render

Spec = dict[str, Any]
"""A specification of Vega-Lite, or a row of its data."""

ORANGE = "#d55e00"

FITTED, LATER, WHAT_IF = (
    ("#cfe3f0", "#86b8d8", "#00334f"),
    ("#cae9ed", "#76c2cc", "#074147"),
    ("#cccaed", "#7d76cc", "#0c0747"),
)
"""Shades of the 90 % interval, the middle half and the median: of fitted years; of later ones,
which are hatched; and of another force, mission or policy than the record's. They are of Okabe &
Ito's palette or near it, and differ in lightness, so that grey paper suffices."""

CONFIG: Spec = {
    "aria": False,  # the figure has words of its own, and the list below it is read instead
    "mark": {"aria": False},
    "background": None,
    "font": "DejaVu Sans, Verdana, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelFontSize": 12, "labelColor": "#333", "gridColor": "#e4e4e4",
        "domainColor": "#666", "tickColor": "#666",
    },
    "title": {"anchor": "start", "fontSize": 13, "color": "#111"},
}  # fmt: skip

STILL = 400
"""Width of a still, pixels: two stand side by side on paper."""

HATCHING = (
    r'<pattern \1 width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path d="M0,0V7" stroke="#c4c4c4" stroke-width="2.5"></path></pattern>'
)
"""Stands in a still for the gradient that is hatching on a screen: printers draw it finer."""

TIDY: Sequence[tuple[str, Any]] = (
    (
        r'<(path|line) aria-label="([^"]*)" role="graphics-symbol" [a-z-]+="[^"]*"([^>]*)/>',
        r"<\1\3><title>\2</title></\1>",
    ),
    (r' (?:xmlns(?::\w+)?|version|class|role|aria-[a-z]+|pointer-events)="[^"]*"| opacity="1"', ""),
    (r'<path d="(?:M0,0h0v0h0Z)?"(?: display="none")?/>', ""),
    (r' (?:d|transform|[xy]2)="[^"]*"', lambda found: re.sub(r"(\.\d)\d+", r"\1", found[0])),
    (r'<svg width="(\d+)" height="[\d.]+"', r'<svg style="max-width: \1px"'),
    (r"<linearGradient (id=\S+) .*?</linearGradient>", HATCHING),
)
"""What is done to the SVG of Vega: descriptions to titles, what nobody sees out, fewer digits."""

STRIPES = 40


def first_screen(
    specs: Mapping[str, Spec],
    alts: Mapping[str, str],
    stills: Iterable[tuple[str, Spec, str]],
    time: tuple[int, int, int, int],
    **words: Any,  # noqa: ANN401 - what ``first.html`` names
) -> Lead:
    """Return the first screen of a page: question, three numbers, and figures that time moves.

    Parameters
    ----------
    specs, alts : mapping
        By the name of a view, its specification, and what it says to those who do not see it.
    stills : iterable of (str, dict, str)
        Which view is drawn for paper, with which signals, and what that says.
    time : (int, int, int, int)
        Where the slider begins, ends and stands, and its step: 12 times the year and the months
        since January.
    **words
        ``question``, ``numbers``, ``lines``, ``titles``, ``keys``, ``caption`` and ``tables``; with
        ``notes``, ``what_if``, ``groups`` (of each title) and ``communities`` (whose people the map
        can show) where there is one.
    """
    drawn = [
        (still(specs[view], f"{view}-{i}", **signals), alt)
        for i, (view, signals, alt) in enumerate(stills)
    ]
    views = {"specs": specs, "alts": alts, "stills": drawn, "time": time}
    usual = {"notes": (), "groups": (), "communities": (), "what_if": False}
    return Lead(render("first.html", **{**usual, **views, **words}), script())


def over_years(
    titles: Sequence[str], rows: Sequence[Spec], held_out: int | None, *, what_if: bool
) -> Spec:
    """Return quantiles by year beside the record; the signal ``measure`` chooses what is shown.

    Parameters
    ----------
    titles : sequence of str
        What each measure is.
    rows : sequence of dict
        ``measure`` (its number), ``year``, ``q05`` ... ``q95``, ``seen`` (what was recorded; left
        out if nothing is known), ``late`` (after the fit) and ``words``, which appear when one
        points at the year.
    held_out : int, optional
        First whole year after the fit; it and all later ones are hatched.
    what_if : bool
        Whether the futures play something else than was done.
    """
    last = max(row["year"] for row in rows)
    hatched = held_out is not None and held_out <= last
    late = dict(zip(("lateLight", "lateMiddle", "lateDark"), LATER, strict=True))
    return filled(
        "over_years.json",
        {"titles": list(titles), "measure": 0, "year": last, "hatch": hatch(), **late},
        {"years": list(rows), "held_out": [{"from": held_out, "to": last}] if hatched else []},
        what_if=what_if,
    )


def over_variants(
    titles: Sequence[Sequence[str]],
    names: Sequence[str],
    shades: Sequence[Spec],
    rows: Sequence[Spec],
) -> Spec:
    """Return means and bands of variants side by side; ``measure`` chooses what is shown.

    Parameters
    ----------
    titles : sequence of sequence of str
        Of each measure the lines above the figure.
    names : sequence of str
        By number of a variant.
    shades : sequence of dict
        By the same: ``light``, ``middle``, ``dark`` and the ``shape`` of the mean.
    rows : sequence of dict
        ``measure``, ``year``, ``variant``, ``mean``, the ends of a thin band (``from``, ``to``) and
        of a thick one (``low``, ``high``); ``told`` false makes the mean hollow. The first row of a
        year has the ``words`` that appear when one points at it.
    """
    last, shown = max(row["year"] for row in rows), sorted({row["variant"] for row in rows})
    signals = {"titles": titles, "names": names, "shades": shades, "measure": 0, "year": last}
    spec = filled("over_variants.json", signals, {"years": list(rows)}, what_if=True)
    bars = next(one["encoding"]["fill"] for one in spec["layer"] if "fill" in one["encoding"])
    bars["scale"] = {"domain": shown, "range": [shades[v]["middle"] for v in shown]}
    return spec


def over_months(
    titles: Sequence[Sequence[str]],
    months: Sequence[int],
    rows: Sequence[Spec],
    lines: Sequence[Spec],
    ends: Sequence[tuple[float, float]],
    *,
    what_if: bool,
) -> Spec:
    """Return stacked bars by month with lines over them; ``measure`` chooses what is shown.

    Parameters
    ----------
    titles : sequence of sequence of str
        Of each measure the lines above the figure.
    months : sequence of int
        Without gaps: 12 times the year and the months since January.
    rows : sequence of dict
        ``measure``, ``year``, ``month`` (0 to 11), the ends of a bar (``from``, ``to``) and its
        ``colour``. One row of each month has the ``words`` that appear when one points at it.
    lines : sequence of dict
        ``measure``, ``year``, ``month``, ``value``, and ``dashed`` or not.
    ends : sequence of (float, float)
        Of each measure the ends of its scale.
    what_if : bool
        Whether this is another plan than the one asked for first.
    """
    step = next((s for s in (1, 2, 3, 6, 12, 24, 60) if len(months) <= 9 * s), 120)
    first, last = months[0], months[-1]
    signals = {
        "titles": titles, "ends": ends, "measure": 0, "year": last // 12, "month": last % 12,
        "first": first, "last": last, "ticks": [m for m in months if m % step == 0],
    }  # fmt: skip
    datasets = {"years": list(rows), "lines": list(lines)}
    return filled("over_months.json", signals, datasets, what_if=what_if)


def filled(name: str, signals: Spec, datasets: Spec, *, what_if: bool) -> Spec:
    """Return a specification of ours with its signals and data."""
    template = files("interpose.report").joinpath("templates", name).read_text(encoding="utf-8")
    shades = WHAT_IF if what_if else FITTED
    signals |= {"whatIf": what_if, **dict(zip(("light", "middle", "dark"), shades, strict=True))}
    if what_if:
        signals |= {f"late{key.capitalize()}": signals[key] for key in ("light", "middle", "dark")}
    spec = json.loads(template)
    params = [{"name": key, "value": value} for key, value in signals.items()]
    params += spec.get("params", [])  # those that follow from others
    return {**spec, "config": CONFIG, "params": params, "datasets": datasets}


def hatch() -> Spec:
    """Return stripes: Vega knows no hatching, but a gradient with hard stops is one."""
    stops = []
    for i in range(STRIPES):
        for at, colour in ((0, "#ffffff"), (0.8, "#ffffff"), (0.8, "#d4d4d4"), (1, "#d4d4d4")):
            stops.append({"offset": round((i + at) / STRIPES, 4), "color": colour})
    return {"gradient": "linear", "x1": 0, "y1": 0, "x2": 1, "y2": 1, "stops": stops}


def still(spec: Spec, name: str, **signals: object) -> Markup:
    """Return a specification drawn as SVG for the inside of a page, with some signals set.

    `name` stands in front of all ids, which must differ within a page. The description of a mark
    is what it says when one points at it.
    """
    import vl_convert

    params = [
        {**p, "value": signals[p["name"]]} if p["name"] in signals else p for p in spec["params"]
    ]
    height = STILL * min(spec.get("usermeta", {}).get("tall", 0.65), 1.0)
    size = {"width": STILL, "height": height}
    config = {**spec["config"], "aria": True}
    shown = signals.get("measure")  # what is not shown would only be read
    datasets = {
        key: [row for row in rows if shown is None or row.get("measure", shown) == shown]
        for key, rows in spec["datasets"].items()
    }
    drawn = {**spec, **size, "params": params, "config": config, "datasets": datasets}
    text = vl_convert.vegalite_to_svg(drawn)
    for pattern, instead in TIDY:
        text = re.sub(pattern, instead, text)
    text = re.sub(r' id="', f' id="{name}-', text).replace("url(#", f"url(#{name}-")
    return Markup(text)  # Vega escapes the texts


@cache
def script() -> Markup:
    """Return the one script of a page: Vega, Vega-Lite, Vega-Embed and the lines of ``first.js``.

    Raises
    ------
    ValueError
        If it held what ends a script within a page.
    """
    import vl_convert

    ours = files("interpose.report").joinpath("templates", "first.js").read_text(encoding="utf-8")
    text = vl_convert.javascript_bundle(ours)
    if re.search(r"</script|<!--", text, re.IGNORECASE):
        msg = "The bundle of vl-convert ends its own script; take another version of it."
        raise ValueError(msg)
    return Markup(text)
