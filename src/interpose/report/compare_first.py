"""The first screen of a comparison: three numbers, each told from chance or not, and a figure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interpose.assess import Comparison
from interpose.assess.choices.differences import is_told, mean_of
from interpose.assess.comparison import FEW
from interpose.assess.totals import row_of
from interpose.ensemble.counted import MEASURES, WEEK_RIOTS
from interpose.report import interactive
from interpose.report.drawing import FITTED, WHAT_IF
from interpose.report.interactive import Spec
from interpose.report.page import Lead, Table, capital, day, number, percent
from interpose.scenario.phrases import listed, plural

FIRST = ("political_deaths", "riots", "soldier_months")
"""The three numbers of the first screen, which are drawn on paper too."""

AS_PLANNED = (*FITTED, "square")
OTHERS = (
    (*WHAT_IF, "diamond"),
    ("#f3cfe3", "#cc76a8", "#5e0738", "triangle-up"),
    ("#d9ecc9", "#8fbf6a", "#234a07", "triangle-down"),
    ("#f0dfc0", "#c9a35a", "#5a3d05", "cross"),
)
"""Shades and mark of the force that the record had, and of other variants in turn."""

KEYS = (
    ("median", "mean; hollow where a difference may be only chance"),
    ("half", "middle half of the futures; of a difference, the 95 % interval of its mean"),
    ("interval", "90 % of the futures"),
)

Floats = NDArray[np.float64]


def pairs_of(document: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, dict[str, Any]]]]:
    """Yield the name of each variant but the first, of its pair, and its differences."""
    names, base = document["policies"], document["baseline"]
    for name in names[1:]:
        pair, ones = f"{name} against {base}", document["differences"]
        yield name, pair, {k: d[pair] if len(names) > 2 else d for k, d in ones.items()}


def signed(value: float | None) -> str:
    """Return a difference with its sign.

    Examples
    --------
    >>> signed(3.21), signed(-1234.0), signed(0.0), signed(None)
    ('+3.2', '-1,234', '0', '–')
    """
    if value is None:
        return "–"
    return ("+" if value > 0 else "") + size(value)


def size(value: float) -> str:
    """Return a number with two or three digits that count; a whole one has no others."""
    whole = abs(value) >= 100 or value == round(value)
    return number(value, 0 if whole else 1 if abs(value) >= 1 else 2)


def interval(one: Mapping[str, Any]) -> str:
    """Return a mean difference with the 95 % interval of the mean."""
    span = "" if one["low"] is None else f" ({signed(one['low'])} to {signed(one['high'])})"
    return signed(one["mean"]) + span


def lead(found: Comparison, document: Mapping[str, Any]) -> Lead:
    """Return the first screen of a comparison."""
    series = list(_series(found))
    heads = [_title(name, document["units"][name]) for name, *_ in series]
    titles = [in_full(name, document["units"][name]) for name, *_ in series]
    shades = [dict(zip(("light", "middle", "dark", "shape"), one, strict=True))
              for one in _looks(found)]  # fmt: skip
    levels, gaps = _rows(found, series)
    against = f"{listed(found.names[1:])} against {found.names[0]}"
    specs = {
        "years": interactive.over_variants(
            [[text, f"by year{unit and ', '}{unit}"] for text, unit in heads],
            found.names,
            shades,
            levels,
        ),
        "so_far": interactive.over_variants(
            [[text, f"difference so far{unit and ', '}{unit}"] for text, unit in heads],
            found.names,
            shades,
            gaps,
        ),
    }
    drawn = [i for i, (name, *_) in enumerate(series) if name in FIRST]
    alts = {
        "years": f"Means and bands by year of {listed(found.names)}. The text above has a year's.",
        "so_far": f"Paired differences, {against}, added up from year to year.",
    }
    years = [row["year"] for row in levels]
    return interactive.first_screen(
        specs,
        alts,
        [
            (view, {"measure": i, "year": 0}, f"{titles[i]}. {alt}")
            for i in drawn
            for view, alt in alts.items()
        ],
        (12 * min(years), 12 * max(years), 12 * max(years), 12),
        question=_question(found, document),
        numbers=list(_numbers(document)),
        notes=document["warnings"],
        lines=list(_lines(found, document)),
        titles=titles,
        keys=KEYS,
        what_if=True,
        caption=f"First each variant, then {against} on the same futures, added up from year to "
        "year. Below the line is better: less of everything that is counted. In brackets stand "
        "90 % of the futures, or the 95 % interval of a mean difference.",
        tables=[*_tables(found, titles, levels, gaps)],
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
        "The large numbers are mean differences of futures with the same draws; less of each is"
        f" better. Sums count from {day(counted)} to the end; the figure begins in the year in"
        " which the variants may part."
    )


def _numbers(document: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Yield three numbers a pair, with the interval of the mean and whether they are told."""
    for _, pair, ones in pairs_of(document):
        for measure in FIRST:
            one = ones[measure]
            low, high = signed(one["low"]), signed(one["high"])
            yield {
                "value": signed(one["mean"]),
                "interval": f"95 % interval: {low} to {high}" if low != high else "",
                "words": f"{in_full(measure, document['units'][measure])}, {pair}",
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


def _title(measure: str, unit: str) -> tuple[str, str]:
    """Return what is counted, and its unit where the words do not say it."""
    text = MEASURES[measure][1] if measure in MEASURES else measure
    text = capital(text.partition(";")[0].partition(":")[0])
    return text, "" if unit in ("persons", measure) else unit


def in_full(measure: str, unit: str) -> str:
    """Return what is counted with its unit.

    Examples
    --------
    >>> in_full("trips_not_made", "million trips"), in_full("riots", "riots")
    ('Wished-for trips that nobody made (million trips)', 'Riots')
    """
    text, told = _title(measure, unit)
    return f"{text} ({told})" if told else text


def _looks(found: Comparison) -> list[tuple[str, str, str, str]]:
    """Return shades and mark of every variant; only the record's own force has the blue."""
    looks, free = [], 0
    for one in found.plan.variants:
        own = not one.scenario.changed and one.policy.name == "replay" and AS_PLANNED not in looks
        looks.append(AS_PLANNED if own else OTHERS[free % len(OTHERS)])
        free += not own
    return looks


def _series(found: Comparison) -> Iterator[tuple[str, Floats, Floats]]:
    """Yield each measure by (future, variant, year), and what it comes to so far.

    The years begin with the one in which the variants may part.
    """
    theatre, totals = found.plan.theatres[0], found.played.totals
    first = int(theatre.year_of_day[min(found.plan.day, theatre.days - 1)])
    for m, name in enumerate(MEASURES):
        each, so_far = totals[:, :, m], totals[:, :, m].cumsum(axis=2)
        if name == "riot_week":
            so_far = (np.maximum.accumulate(each, axis=2) >= WEEK_RIOTS).astype(float)
            each = (each >= WEEK_RIOTS).astype(float)
        yield name, each[:, :, first:], so_far[:, :, first:]
        if name == "soldier_months" and found.cost is not None:
            yield "money", found.cost * each[:, :, first:], found.cost * so_far[:, :, first:]


def _rows(
    found: Comparison, series: list[tuple[str, Floats, Floats]]
) -> tuple[list[Spec], list[Spec]]:
    """Return the bands of the variants by year, and of the differences so far."""
    years = found.plan.theatres[0].years
    levels: list[Spec] = []
    gaps: list[Spec] = []
    for i, (name, each, so_far) in enumerate(series):
        for y, year in enumerate(years[-each.shape[2] :]):
            here: list[Spec] = [
                {"measure": i, "year": int(year), "variant": v} | _level(name, each[:, v, y])
                for v in range(len(found.names))
            ]
            parts: list[Spec] = [
                {"measure": i, "year": int(year), "variant": v}
                | _gap(so_far[:, v, y] - so_far[:, 0, y])
                for v in range(1, len(found.names))
            ]
            told = [f"{found.names[row['variant']]} {_with_band(row)}" for row in here]
            apart = [f"{found.names[row['variant']]} {_doubted(row)}" for row in parts]
            text = f"{year}: {'; '.join(told)}. Difference so far: {'; '.join(apart)}."
            here[0]["words"] = parts[0]["words"] = text
            levels += here
            gaps += parts
    return levels, gaps


def _level(measure: str, values: Floats) -> Spec:
    """Return mean and bands; of a chance the interval of the mean."""
    row, mean = row_of(values), mean_of(values)
    if MEASURES.get(measure, ("",))[0] == "chance":
        return {"mean": mean["mean"], "from": mean["low"], "to": mean["high"]}
    ends = {"from": row["q05"], "low": row["q25"], "high": row["q75"], "to": row["q95"]}
    return {"mean": mean["mean"], **ends}


def _gap(d: Floats) -> Spec:
    """Return the mean of a difference with its interval, and the band of the futures."""
    row, mean = row_of(d), mean_of(d)
    sure = is_told(mean) and (len(d) >= FEW or mean["low"] == mean["high"])
    return {**mean, "from": row["q05"], "to": row["q95"], "told": sure}


def _tables(
    found: Comparison, titles: list[str], levels: list[Spec], gaps: list[Spec]
) -> Iterator[Table]:
    others = [f"{name}: difference so far" for name in found.names[1:]]
    header = ("Year", *found.names, *others)
    for i, title in enumerate(titles):
        rows: dict[int, list[str]] = {}
        for row in levels + gaps:
            if row["measure"] == i:
                text = _doubted(row) if "told" in row else _with_band(row)
                rows.setdefault(row["year"], [str(row["year"])]).append(text)
        caption = f"{title}: mean (90 % of futures), and differences (95 % interval)"
        yield Table(f"years-{i}", caption, header, list(rows.values()))


def _with_band(row: Mapping[str, Any]) -> str:
    if row["from"] is None:
        return size(row["mean"])
    return f"{size(row['mean'])} ({size(row['from'])} to {size(row['to'])})"


def _doubted(row: Mapping[str, Any]) -> str:
    return interval(row) + ("" if row["told"] or not row["mean"] else ", may be only chance")
