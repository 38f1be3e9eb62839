"""What the figure of a comparison shows: each variant by year, and the differences so far."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from interpose.assess import Comparison
from interpose.assess.choices.differences import is_told, means_of
from interpose.assess.comparison import FEW
from interpose.ensemble.counted import BY, MEASURES, WEEK_RIOTS, parts_of
from interpose.report.interactive import FITTED, WHAT_IF, Spec
from interpose.report.page import Table, capital, number

AS_PLANNED = (*FITTED, "square")
OTHERS = (
    (*WHAT_IF, "diamond"),
    ("#f3cfe3", "#cc76a8", "#5e0738", "triangle-up"),
    ("#d9ecc9", "#8fbf6a", "#234a07", "triangle-down"),
    ("#f0dfc0", "#c9a35a", "#5a3d05", "cross"),
)
"""Shades and mark of the force that the record had, and of other variants in turn."""

WHOLE = "Whole area"

QUANTILES = {"from": 0.05, "low": 0.25, "high": 0.75, "to": 0.95}
"""Ends of the bands."""

DIGITS = 7
"""That count, of what a page has as data."""

Floats = NDArray[np.float64]


class Series(NamedTuple):
    """One thing to choose in the figure."""

    text: str
    unit: str  # empty where the words say it
    group: str
    by_year: Floats  # (future, variant, year)
    so_far: Floats  # the same, added up from year to year
    is_chance: bool = False

    @property
    def title(self) -> str:
        """What is counted with its unit."""
        return f"{self.text} ({self.unit})" if self.unit else self.text


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
    if abs(value) >= 100 or value == round(value):
        return number(value, 0)
    return number(value, 1 if abs(value) >= 1 else min(1 - math.floor(math.log10(abs(value))), 5))


def interval(one: Mapping[str, Any]) -> str:
    """Return a mean difference with the 95 % interval of the mean."""
    span = "" if one["low"] is None else f" ({signed(one['low'])} to {signed(one['high'])})"
    return signed(one["mean"]) + span


def words_of(measure: str, unit: str) -> tuple[str, str]:
    """Return what is counted, and its unit where the words do not say it."""
    text = MEASURES[measure][1] if measure in MEASURES else measure
    text = capital(text.partition(";")[0].partition(":")[0])
    return text, "" if unit == "persons" or unit in text.lower() else unit


def in_full(measure: str, unit: str) -> str:
    """Return what is counted with its unit.

    Examples
    --------
    >>> in_full("trips_not_made", "million trips"), in_full("riots", "riots")
    ('Wished-for trips that nobody made (million trips)', 'Riots')
    """
    text, told = words_of(measure, unit)
    return f"{text} ({told})" if told else text


def of_part(axis: str, measure: str) -> str:
    """Return what is counted of a community or municipality, with its unit.

    Examples
    --------
    >>> of_part("community", "incidents"), of_part("municipality", "riots")
    ('incidents against them', 'riots')
    """
    text, unit = BY[axis][measure].partition(";")[0], MEASURES[measure][0]
    return text if unit == "persons" or unit in text else f"{text} ({unit})"


def looks_of(found: Comparison) -> list[tuple[str, str, str, str]]:
    """Return shades and mark of every variant; only the record's own force has the blue."""
    looks, free = [], 0
    for one in found.plan.variants:
        own = not one.scenario.changed and one.policy.name == "replay" and AS_PLANNED not in looks
        looks.append(AS_PLANNED if own else OTHERS[free % len(OTHERS)])
        free += not own
    return looks


def series_of(found: Comparison) -> Iterator[Series]:
    """Yield each measure, of all and of every community and municipality.

    The years begin with the one in which the variants may part.
    """
    theatre, played = found.plan.theatres[0], found.played
    first = int(theatre.year_of_day[min(found.plan.day, theatre.days - 1)])

    def series(
        text: str, unit: str, group: str, each: Floats, so_far: Floats, *, is_chance: bool = False
    ) -> Series:
        return Series(text, unit, group, each[:, :, first:], so_far[:, :, first:], is_chance)

    for m, name in enumerate(MEASURES):
        each, so_far = played.totals[:, :, m], played.totals[:, :, m].cumsum(axis=2)
        is_chance = name == "riot_week"
        if is_chance:
            so_far = (np.maximum.accumulate(each, axis=2) >= WEEK_RIOTS).astype(float)
            each = (each >= WEEK_RIOTS).astype(float)
        words = words_of(name, found.unit(name))
        yield series(*words, WHOLE, each, so_far, is_chance=is_chance)
        if name == "soldier_months" and found.cost is not None:
            words = words_of("money", found.unit("money"))
            yield series(*words, WHOLE, found.cost * each, found.cost * so_far)
    for k, part in enumerate(parts_of(theatre)):
        each, what = played.parts[:, :, k].astype(float), of_part(part.axis, part.measure)
        group = f"By {part.axis}: {what}"
        yield series(f"{part.name}: {what}", "", group, each, each.cumsum(axis=2))


def rows_of(found: Comparison, series: list[Series]) -> tuple[list[Spec], list[Spec]]:
    """Return the bands of the variants by year, and of the differences so far."""
    years = [int(year) for year in found.plan.theatres[0].years]
    levels: list[Spec] = []
    gaps: list[Spec] = []
    for i, one in enumerate(series):
        here, parts = _levels(one), _gaps(one)
        for y, year in enumerate(years[-one.by_year.shape[2] :]):
            both = here[y :: one.by_year.shape[2]], parts[y :: one.by_year.shape[2]]
            for rows, first in zip(both, (0, 1), strict=True):
                for v, row in enumerate(rows, first):
                    row |= {"measure": i, "year": year, "variant": v}
            told = [f"{found.names[row['variant']]} {_with_band(row)}" for row in both[0]]
            apart = [f"{found.names[row['variant']]} {_doubted(row)}" for row in both[1]]
            text = f"{year}: {'; '.join(told)}. Difference so far: {'; '.join(apart)}."
            both[0][0]["words"] = both[1][0]["words"] = text
            levels += both[0]
            gaps += both[1]
    return levels, gaps


def _levels(one: Series) -> list[Spec]:
    """Return mean and bands, by variant and year; of a chance the interval of the mean."""
    values = one.by_year.reshape(len(one.by_year), -1)
    if one.is_chance:
        return [{"mean": m["mean"], "from": m["low"], "to": m["high"]} for m in means_of(values)]
    ends = np.quantile(values, list(QUANTILES.values()), axis=0).T.tolist()
    means = values.mean(axis=0).tolist()
    return [
        _short({"mean": mean, **dict(zip(QUANTILES, row, strict=True))})
        for mean, row in zip(means, ends, strict=True)
    ]


def _gaps(one: Series) -> list[Spec]:
    """Return the mean of differences with its interval, and the band of the futures."""
    d = (one.so_far[:, 1:] - one.so_far[:, :1]).reshape(len(one.so_far), -1)
    ends = np.quantile(d, (0.05, 0.95), axis=0).T.tolist()
    return [
        _short({**mean, "from": low, "to": high})
        | {"told": is_told(mean) and (len(d) >= FEW or mean["low"] == mean["high"])}
        for mean, (low, high) in zip(means_of(d), ends, strict=True)
    ]


def _short(row: Spec) -> Spec:
    return {k: None if v is None else float(f"{v:.{DIGITS}g}") for k, v in row.items()}


def tables_of(
    found: Comparison, series: list[Series], levels: list[Spec], gaps: list[Spec]
) -> Iterator[Table]:
    """Yield the numbers of the figure for the whole area; those of its parts stand below."""
    others = [f"{name}: difference so far" for name in found.names[1:]]
    header = ("Year", *found.names, *others)
    for i, one in enumerate(series):
        if one.group != WHOLE:
            break
        rows: dict[int, list[str]] = {}
        for row in levels + gaps:
            if row["measure"] == i:
                text = _doubted(row) if "told" in row else _with_band(row)
                rows.setdefault(row["year"], [str(row["year"])]).append(text)
        caption = f"{one.title}: mean (90 % of futures), and differences (95 % interval)"
        yield Table(f"years-{i}", caption, header, list(rows.values()))


def _with_band(row: Mapping[str, Any]) -> str:
    if row["from"] is None:
        return size(row["mean"])
    return f"{size(row['mean'])} ({size(row['from'])} to {size(row['to'])})"


def _doubted(row: Mapping[str, Any]) -> str:
    return interval(row) + ("" if row["told"] or not row["mean"] else ", may be only chance")
