"""The first screen of a comparison: three numbers, each told from chance or not, and a figure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from interpose.assess import Comparison
from interpose.assess.choices.differences import is_told
from interpose.assess.comparison import FEW
from interpose.ensemble.counted import MEASURES
from interpose.report import interactive
from interpose.report.compare_figure import (
    Series,
    looks_of,
    rows_of,
    series_of,
    signed,
    size,
    tables_of,
)
from interpose.report.page import Lead, day, percent
from interpose.scenario.phrases import listed, plural

FIRST = ("political_deaths", "riots", "soldier_months")
"""The three numbers of the first screen, which are drawn on paper too."""

KEYS = (
    ("median", "mean; hollow where a difference may be only chance"),
    ("half", "middle half of the futures; of a difference, the 95 % interval of its mean"),
    ("interval", "90 % of the futures"),
)


def pairs_of(document: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, dict[str, Any]]]]:
    """Yield the name of each variant but the first, of its pair, and its differences."""
    names, base = document["policies"], document["baseline"]
    for name in names[1:]:
        pair, ones = f"{name} against {base}", document["differences"]
        yield name, pair, {k: d[pair] if len(names) > 2 else d for k, d in ones.items()}


def lead(found: Comparison, document: Mapping[str, Any]) -> Lead:
    """Return the first screen of a comparison."""
    series = list(series_of(found))
    shades = [dict(zip(("light", "middle", "dark", "shape"), one, strict=True))
              for one in looks_of(found)]  # fmt: skip
    levels, gaps = rows_of(found, series)
    against = f"{listed(found.names[1:])} against {found.names[0]}"
    specs = {
        view: interactive.over_variants(
            [[s.text, what + (s.unit and f", {s.unit}")] for s in series],
            found.names,
            shades,
            rows,
        )
        for view, what, rows in (
            ("years", "by year", levels),
            ("so_far", "difference so far", gaps),
        )
    }
    drawn = [[*MEASURES].index(name) for name in FIRST]
    alts = {
        "years": f"Means and bands by year of {listed(found.names)}. The text above has a year's.",
        "so_far": f"Paired differences, {against}, added up from year to year.",
    }
    years = [row["year"] for row in levels]
    return interactive.first_screen(
        specs,
        alts,
        [
            (view, {"measure": i, "year": 0}, f"{series[i].title}. {alt}")
            for i in drawn
            for view, alt in alts.items()
        ],
        (12 * min(years), 12 * max(years), 12 * max(years), 12),
        question=_question(found, document),
        numbers=list(_numbers(found, document, series)),
        notes=document["warnings"],
        lines=list(_lines(found, document)),
        titles=[one.title for one in series],
        groups=[one.group for one in series],
        keys=KEYS,
        what_if=True,
        caption=f"First each variant, then {against} on the same futures, added up from year to "
        "year. Below the line is better: less of everything that is counted. In brackets stand "
        "90 % of the futures, or the 95 % interval of a mean difference.",
        tables=[*tables_of(found, series, levels, gaps)],
    )


def _question(found: Comparison, document: Mapping[str, Any]) -> str:
    names, since = found.names, dt.date.fromisoformat(document["same_until"])
    when = f" from {day(since)} on" if found.plan.day < found.plan.theatres[0].days else ""
    others = " or ".join(f"“{name}”" for name in names[1:])
    many = plural(document["pairs"], "future")
    return f"What changes with {others} instead of “{names[0]}”{when}, in {many}?"


def _lines(found: Comparison, document: Mapping[str, Any]) -> Iterator[str]:
    """Yield what cannot be known, what is played, and how to read the numbers."""
    if limits := found.plan.variants[0].scenario.header.limits:
        yield limits
    counted = dt.date.fromisoformat(document["counted_from"])
    yield (
        "A large number is what differs, in the mean of futures that were played under each with"
        f" the same luck; less of it is better. Sums count from {day(counted)} to the end; the"
        " figure begins in the year in which they may part."
    )


def _numbers(
    found: Comparison, document: Mapping[str, Any], series: Sequence[Series]
) -> Iterator[dict[str, str]]:
    """Yield three numbers a pair, with the interval of the mean and whether they are told."""
    since = found.plan.theatres[0].years[-series[0].by_year.shape[2]]
    for _, pair, ones in pairs_of(document):
        for measure in FIRST:
            one, shown = ones[measure], series[[*MEASURES].index(measure)]
            low, high = signed(one["low"]), signed(one["high"])
            there = size(float(shown.by_year[:, 0].sum(axis=1).mean()))
            of = "" if len(found.names) == 2 else f", {pair}"
            yield {
                "value": signed(one["mean"]),
                "interval": f"95 % interval: {low} to {high}" if low != high else "",
                "words": f"{shown.title}{of}. With “{found.names[0]}” {there} from {since} on.",
                "seen": how_sure(one),
            }


def how_sure(one: Mapping[str, Any]) -> str:
    """Return whether a difference is told from chance."""
    if one["low"] == one["high"] and one["low"] is not None:
        return "The same in every future." if one["mean"] else "No difference in any future."
    if one["pairs"] < FEW:
        return "Too few futures to tell it from chance."
    if not is_told(one):
        return "May be only chance: the interval holds zero."
    worse = one["mean"] > 0
    share = percent(one["share_worse" if worse else "share_better"])
    return f"Told from chance: {'worse' if worse else 'better'} in {share} of the futures."
