"""A wave of riots that the record has: those days in the futures, beside what was counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from interpose.assess.window import bands, grid, row_of, sums
from interpose.play.theatre import AUTHORITIES
from interpose.report import drawing
from interpose.report.charts import (
    MEASURE_HEADER,
    Measure,
    day_after,
    draw_band,
    draw_measures,
    explain,
    time_axis,
    when,
)
from interpose.report.formats import capital, day, listed, number, of_quantiles, plural
from interpose.report.page import Block, Figure, Section, Table, words
from interpose.report.run_page.force import force_of_the_week
from interpose.report.run_page.places import riot_map
from interpose.report.run_page.run_data import RunData, row_at
from interpose.scenario.tables.record import RecordedIncident


def sections(data: RunData) -> Iterator[Section]:
    """Yield a section for every wave of riots that the record has with its places."""
    for row in data.record.incidents:
        if row.kind != "riot" or row.part_of:
            continue
        parts = tuple(r for r in data.record.incidents if r.part_of == row.id)
        header = data.scenario.header
        if parts and header.start <= row.begins <= header.end:
            yield _section(data, gathered(data, row, parts))


def _section(data: RunData, wave: Wave) -> Section:
    title = f"{wave.first.day} to {day(wave.last)}: riots"
    measures = list(measures_of(data, wave))
    blocks: list[Block] = [
        words(
            f"The record: {_lower(wave.recorded.summary)}.",
            "The futures know the shootings, rumours and the force of those days; whether anyone"
            " gathers, where, and how it ends is left to them. All numbers below are of crowds"
            f" that first met on these {(wave.last - wave.first).days + 1} days.",
        ),
        words(_said(wave, measures)),
        _measure_figure(data, measures),
        _hours(data, wave),
        riot_map(data, wave.first, wave.last, wave.parts),
        *force_of_the_week(data, wave.first, wave.last),
    ]
    rumours = [
        r for r in data.scenario.rumours if wave.first <= r.date <= wave.last
    ]  # fmt: skip
    if rumours:
        told = "; ".join(
            f"{r.words} ({day(r.date)}, {r.hour}:00, at {data.place_name(r.place)})"
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


def _measure_figure(data: RunData, measures: Sequence[Measure]) -> Figure:
    name = "riot-measures"
    svg = drawing.to_svg(draw_measures(measures), name)
    titles = {source.id: source.title for source in data.scenario.sources}
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


def _hours(data: RunData, wave: Wave) -> Figure:
    """Draw how many crowds stand at every hour, and say when the record has riots."""
    futures = data.years.futures
    days = [day_after(wave.first, i) for i in range((wave.last - wave.first).days + 1)]
    standing = _crowds_by_hour(data, wave)
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
    begun = sums(data.run, "riots", ("date",), ("deaths_target",), **_span(wave))
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


def _crowds_by_hour(data: RunData, wave: Wave) -> NDArray[np.float64]:
    """Return crowds that stand as (future, hour)."""
    futures = data.years.futures
    span = 24 * ((wave.last - wave.first).days + 1)
    found = sums(data.run, "riots", ("date", "hour", "hours"), **_span(wave))
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


DAYS_BEFORE, DAYS_AFTER = 2, 1
"""Days that a page has before and after those of the recorded wave: what led to it, and its end."""

SIDES = ("target", "instigator", "force")
AMOUNTS = (
    "crowd",
    "joined",
    *(f"{what}_{side}" for what in ("deaths", "injured") for side in SIDES),
    "houses",
    "sites",
    "displaced",
)
FIGURES = {
    "riots": ("riots",),
    "joined": ("riot_participants",),
    "houses": ("houses_burned",),
    "sites": ("churches_burned",),
    "displaced": ("displaced",),
}
"""What a page shows -> quantities of ``record/figures.csv``."""


@dataclass(frozen=True, slots=True)
class Wave:
    """A wave of riots of the record, and the same days of the futures.

    Attributes
    ----------
    recorded : RecordedIncident
        The whole; its parts have a place each.
    parts : tuple of RecordedIncident
    first, last : date
        Days of the page.
    totals : DataFrame
        Index: future. Columns: `AMOUNTS`, ``riots``, ``deaths``, ``injured``.
    """

    recorded: RecordedIncident
    parts: tuple[RecordedIncident, ...]
    first: dt.date
    last: dt.date
    totals: pd.DataFrame


def gathered(data: RunData, row: RecordedIncident, parts: tuple[RecordedIncident, ...]) -> Wave:
    """Return a wave of the record with what the futures have on its days."""
    first, last = day_after(row.begins, -DAYS_BEFORE), day_after(row.ends, DAYS_AFTER)
    found = sums(data.run, "riots", (), AMOUNTS, first=first, last=last)
    futures = data.years.futures
    totals = pd.DataFrame({name: grid(found[name], futures) for name in AMOUNTS})
    totals["riots"] = grid(found["rows"], futures)
    for what in ("deaths", "injured"):
        totals[what] = totals[[f"{what}_{side}" for side in SIDES]].sum(axis=1)
    return Wave(row, parts, first, last, totals)


def measures_of(data: RunData, wave: Wave) -> Iterator[Measure]:
    """Yield every number of the wave beside the record's."""
    totals = wave.totals

    def measure(
        name: str,
        values: pd.Series[Any],
        recorded: Sequence[tuple[float, str]] = (),
        said: str = "",
    ) -> Measure:
        return Measure(name, pd.Series(row_of(values.to_numpy())), tuple(recorded), said)

    whole, source = wave.recorded, wave.recorded.source
    yield measure("Riots", totals["riots"], _figures(data, wave, "riots"))
    people = _figures(data, wave, "joined")
    about = "whoever came at any time; who went to two places counts twice"
    yield measure("People in crowds, in all", totals["joined"], people, about)
    yield measure("People in crowds, largest at a time", totals["crowd"], said="sum over places")
    dead = [] if whole.deaths is None else [(float(whole.deaths), source)]
    yield measure("Dead", totals["deaths"], dead)
    for side, values in _dead_by_side(data, wave).items():
        yield measure(f"Dead: {_side_name(data, side)}", values, _split(data, wave, side))
    hurt = [] if whole.injured is None else [(float(whole.injured), source)]
    yield measure("Injured", totals["injured"], hurt)
    police = sum(value for value, _ in _split(data, wave, "force", "injured"))
    yield measure(
        "Injured: soldiers and police",
        totals["injured_force"],
        [(police, source)] if police else (),
        "the record's split may leave some out",
    )
    for name, what in (
        ("Houses burned", "houses"),
        ("Religious and cultural sites damaged", "sites"),
        ("People who fled", "displaced"),
    ):
        yield measure(name, totals[what], _figures(data, wave, what))


def _figures(data: RunData, wave: Wave, what: str) -> list[tuple[float, str]]:
    """Return the figures of the record on those days; several where sources differ."""
    found = [
        (float(figure.value), figure.source)
        for figure in data.record.figures
        if figure.quantity in FIGURES[what]
        and figure.kind == "reported"
        and wave.first <= figure.begins <= wave.last
    ]
    return found


def _dead_by_side(data: RunData, wave: Wave) -> dict[str, pd.Series[Any]]:
    """Return the dead of every side that has any, as the community they belonged to."""
    futures, communities = data.years.futures, data.theatre.communities
    found = sums(
        data.run,
        "riots",
        ("community", "target"),
        [f"deaths_{side}" for side in SIDES],
        first=wave.first,
        last=wave.last,
    )
    words_of = (*communities, AUTHORITIES)
    dead: dict[str, NDArray[np.float64]] = {}
    whole = {s: grid(found[f"deaths_{s}"], futures, communities, words_of) for s in SIDES}
    for i, community in enumerate(communities):
        dead[community] = whole["target"][:, :, i].sum(axis=1)
        dead[community] = dead[community] + whole["instigator"][:, i].sum(axis=1)
    dead["force"] = whole["force"].sum(axis=(1, 2)) + whole["target"][:, :, -1].sum(axis=1)
    recorded = {s.side for s in data.record.casualties if s.incident == wave.recorded.id}
    return {
        side: pd.Series(values)
        for side, values in dead.items()
        if np.quantile(values, 0.95) > 0 or side in recorded
    }


def _split(data: RunData, wave: Wave, side: str, what: str = "deaths") -> list[tuple[float, str]]:
    """Return what the record says of a side; soldiers and all police are one side here."""
    communities = data.theatre.communities
    found = []
    for row in data.record.casualties:
        ours = row.side == side if side != "force" else row.side not in {*communities, "all"}
        value = getattr(row, what)
        if row.incident == wave.recorded.id and ours and value is not None:
            found.append((float(value), wave.recorded.source))
    return found


def _side_name(data: RunData, side: str) -> str:
    names = {c.id: c.name for c in data.scenario.header.communities}
    return names.get(side, "soldiers and police")
