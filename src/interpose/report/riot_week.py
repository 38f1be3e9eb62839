"""A wave of riots that the record has: those days in the futures, beside what was counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from interpose.assess.window import bands, grid, row_of, sums
from interpose.report import drawing
from interpose.report.bands import (
    MEASURE_HEADER,
    Measure,
    day_after,
    draw_band,
    draw_measures,
    explain,
    when,
)
from interpose.report.material import Material, row_at
from interpose.report.parts import Block, Figure, Section, Table, words
from interpose.report.riot_places import force_of_the_week, place_figure
from interpose.report.riot_wave import Wave, gathered, measures_of
from interpose.report.strength import time_axis
from interpose.report.wording import capital, day, listed, number, of_quantiles, plural


def sections(material: Material) -> Iterator[Section]:
    """Yield a section for every wave of riots that the record has with its places."""
    for row in material.record.incidents:
        if row.kind != "riot" or row.part_of:
            continue
        parts = tuple(r for r in material.record.incidents if r.part_of == row.id)
        header = material.scenario.header
        if parts and header.start <= row.begins <= header.end:
            yield _section(material, gathered(material, row, parts))


def _section(material: Material, wave: Wave) -> Section:
    title = f"{wave.first.day} to {day(wave.last)}: riots"
    measures = list(measures_of(material, wave))
    blocks: list[Block] = [
        words(
            f"The record: {_lower(wave.recorded.summary)}.",
            "The futures know the shootings, rumours and the force of those days; whether anyone"
            " gathers, where, and how it ends is left to them. All numbers below are of crowds"
            f" that first met on these {(wave.last - wave.first).days + 1} days.",
        ),
        words(_said(wave, measures)),
        _measure_figure(material, measures),
        _hours(material, wave),
        place_figure(material, wave),
        *force_of_the_week(material, wave.first, wave.last),
    ]
    rumours = [
        r for r in material.scenario.rumours if wave.first <= r.date <= wave.last
    ]  # fmt: skip
    if rumours:
        told = "; ".join(
            f"{r.words} ({day(r.date)}, {r.hour}:00, at {material.place_name(r.place)})"
            for r in rumours
        )
        blocks.insert(1, words(f"Rumours that the scenario tells on these days: {told}."))
    return Section(f"riots-{wave.recorded.begins:%Y-%m}", title, tuple(blocks))


def _said(wave: Wave, measures: Sequence[Measure]) -> str:
    riots = row_of(wave.totals["riots"].to_numpy(np.float64))
    none = float((wave.totals["riots"] == 0).mean())
    text = (
        f"In {100 * none:.0f} % of the futures no crowd riots on these days. The middle future has"
        f" {of_quantiles(riots)} riots (nine in ten in brackets)."
    )
    known = [m for m in measures if m.recorded]
    inside = [_lower(m.name) for m in known if m.is_inside()]
    outside = [_lower(m.name) for m in known if not m.is_inside()]
    if inside:
        text += f" The record lies within nine in ten futures for: {listed(inside)}."
    if outside:
        text += f" It lies outside for: {listed(outside)}."
    if len(wave.totals) and wave.totals["joined"].quantile(0.95) > 20 * max(
        float(wave.totals["joined"].median()), 1.0
    ):
        text += (
            " The futures differ by more than a factor of twenty, so a record within them says"
            " little about any one number."
        )
    return text


def _lower(text: str) -> str:
    """Return a text for the middle of a sentence; names in it keep their capitals."""
    return text[:1].lower() + text[1:]


def _measure_figure(material: Material, measures: Sequence[Measure]) -> Figure:
    name = "riot-measures"
    svg = drawing.to_svg(draw_measures(measures), name)
    titles = {source.id: source.title for source in material.scenario.sources}
    rows = [m.cells(titles) for m in measures]
    caption = "The futures beside the record, measure by measure"
    table = Table(name, caption, MEASURE_HEADER, rows, numeric=3)
    known = [m for m in measures if m.recorded]
    alt = "; ".join(
        f"{m.name}: record {' or '.join(number(v) for v, _ in m.recorded)}, {m.verdict()}"
        for m in known
    )
    return Figure(
        name,
        svg,
        "Each bar has a scale of its own; where equal steps are equal factors, 0, 1, 10, 100 show"
        " it. Thick: half of the futures; thin: nine in ten; line: the middle future; circles: the"
        " record, several where sources differ.",
        f"{alt}.",
        [table],
    )


def _hours(material: Material, wave: Wave) -> Figure:
    """Draw how many crowds stand at every hour, and say when the record has riots."""
    futures = material.years.futures
    days = [day_after(wave.first, i) for i in range((wave.last - wave.first).days + 1)]
    standing = _crowds_by_hour(material, wave)
    hours = pd.date_range(pd.Timestamp(wave.first), periods=standing.shape[1], freq="h")
    table = bands(standing, hours)
    figure, (ax,) = drawing.canvas(height=2.4)
    draw_band(ax, table)
    named = [sum(p.begins <= d <= p.ends for p in wave.parts) for d in days]
    for date, count in zip(days, named, strict=True):
        if count:
            ax.hlines(count, when(date), when(day_after(date, 1)), color="black", lw=2.2)
    time_axis(ax)
    ax.set_ylim(bottom=0)
    ax.set_title("Crowds that stand at every hour; black bars: places with a riot in the record")
    explain(ax)
    begun = sums(material.run, "riots", ("date",), ("deaths_target",), **_span(wave))
    stamps = pd.DatetimeIndex(days).as_unit("s")
    by_day = bands(grid(begun["rows"], futures, stamps), days)
    rows = [
        (day(d), of_quantiles(row_at(by_day, d)), str(count))
        for d, count in zip(days, named, strict=True)
    ]
    header = ("Day", "Riots that begin, in the futures", "Places with a riot, by the record")
    caption = (
        "Day by day: riots that begin (middle and nine in ten), and places named by the record"
    )
    peak = hours[int(standing.mean(axis=0).argmax())]
    alt = (
        f"The most crowds stand at once on {day(peak.date())} about {peak.hour}:00, mean over"
        f" futures; the record has riots from {day(wave.recorded.begins)} to"
        f" {day(wave.recorded.ends)}."
    )
    early = begun[begun.index.get_level_values("date") < pd.Timestamp(wave.recorded.begins)]
    if len(begun):
        share = 100 * early["rows"].sum() / begun["rows"].sum()
        alt += f" {share:.0f} % of the riots in the futures begin before that."
    return Figure(
        "riot-hours",
        drawing.to_svg(figure, "riot-hours"),
        "Crowds hour by hour. A crowd counts from the hour it became one for as many hours as"
        " it lasted. The record names places and days, not hours, and fewer places than it counts"
        f" riots ({plural(len(wave.parts), 'place')}).",
        alt,
        [Table("riot-days", capital(caption), header, rows)],
    )


def _crowds_by_hour(material: Material, wave: Wave) -> NDArray[np.float64]:
    """Return crowds that stand as (future, hour)."""
    futures = material.years.futures
    span = 24 * ((wave.last - wave.first).days + 1)
    found = sums(material.run, "riots", ("date", "hour", "hours"), **_span(wave))
    keys = found.index.to_frame(index=False)
    change = np.zeros((len(futures), span + 1))
    if len(keys):
        days = (pd.DatetimeIndex(keys["date"]) - pd.Timestamp(wave.first)).days.to_numpy()
        start = 24 * days + keys["hour"].to_numpy()
        end = np.minimum(start + keys["hours"].to_numpy(), span)
        who = np.searchsorted(futures, keys["future"].to_numpy())
        counts = found["rows"].to_numpy(np.float64)
        np.add.at(change, (who, start), counts)
        np.add.at(change, (who, end), -counts)
    return np.cumsum(change, axis=1)[:, :span]


def _span(wave: Wave) -> dict[str, Any]:
    return {"first": wave.first, "last": wave.last}
