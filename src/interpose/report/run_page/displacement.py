"""Who lives where: people at home, displaced inside and abroad, and those who went back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from interpose.assess.over_time import by_municipality
from interpose.assess.totals import bands, mean_totals, row_of
from interpose.report import drawing
from interpose.report.charts import columns_table, draw_band, explain
from interpose.report.drawing import Floats, as_figure, from_zero, time_axis
from interpose.report.formats import day, number, of_quantiles
from interpose.report.maps import draw_marks, draw_rings, map_axes, name_largest
from interpose.report.page import Block, Figure, Section, Table, note, words
from interpose.report.run_page.run_data import RunData
from interpose.scenario.tables.record import Figure as RecordedFigure

WHERE = {"home": "At home", "inside": "Displaced inside", "abroad": "Abroad"}
"""Columns of the table `people` that count people -> their words."""

MOST_POINTS = 330.0
"""Area of the largest mark of a map, square points."""

MONTHLY = 24
"""Months from the first one that are drawn one by one; after them every third and December."""

QUANTITIES = {
    "displaced": ("fled", "fled"),
    "returned": ("returned", "returned"),
    "idp_stock": ("inside", "displaced inside"),
    "refugee_stock": ("abroad", "abroad"),
}
"""Quantity of ``record/figures.csv`` -> its column in the table `people`, and its words."""

FLOWS = ("fled", "returned")


def section(data: RunData) -> Section:
    """Return the section on people."""
    stocks, months = _stocks(data)
    blocks: list[Block] = [
        words(
            "People at home are where the scenario has them before anyone flees; displaced inside"
            " are those who fled to another municipality; abroad, those who left the theatre. At"
            " every moment all of them add up to the same people, births and deaths aside."
        ),
        _lines(data, stocks, months),
        _flows(data),
        *_maps(data),
        *_record(data),
    ]
    return Section("people", "Who lives where", tuple(blocks))


def _stocks(data: RunData) -> tuple[NDArray[np.int32], pd.DatetimeIndex]:
    """Return people as (future, month, community, where)."""
    starts = pd.DatetimeIndex(data.theatre.month_starts)
    wanted = [
        t for t, month in enumerate(starts)
        if t < MONTHLY or t % 3 == 0 or month.month == 12 or t == len(starts) - 1
    ]  # fmt: skip
    stocks = np.stack([data.people[where][:, wanted] for where in WHERE], axis=3)
    return stocks, starts[wanted]


def _lines(data: RunData, stocks: NDArray[np.int32], months: pd.DatetimeIndex) -> Block:
    """Draw for every community how many are at home, displaced inside and abroad."""
    shown = [i for i in range(stocks.shape[2]) if stocks[:, :, i, 1:].any()]
    if not shown:
        return note("Nobody is displaced or abroad in any future.")
    names, across = data.community_names, len(WHERE)
    figure, axes = drawing.panels(across * len(shown), across, each=1.15, head=0.5, sharex=True)
    for k, ax in enumerate(axes):
        draw_band(ax, bands(stocks[:, :, shown[k // across], k % across], months))
        time_axis(ax, most=4)
        from_zero(ax)
        ax.tick_params(labelsize=7)
        ax.locator_params(axis="y", nbins=4)
    for ax, heading in zip(axes, WHERE.values(), strict=False):
        ax.set_title(heading)
    for ax, i in zip(axes[::across], shown, strict=True):
        ax.set_ylabel(names[i].replace(", ", ",\n"), fontsize=7.5)
    explain(axes[0])
    at = [t for t, m in enumerate(months) if m.month == 12 or t in (0, len(months) - 1)]
    tables = [
        columns_table(
            f"people-{data.theatre.communities[i].replace('_', '-')}",
            f"{names[i]}, persons: median and 90 % interval",
            [
                ("Month", [f"{months[t]:%B %Y}" for t in at]),
                *((heading, bands(stocks[:, at, i, column], at))
                  for column, heading in enumerate(WHERE.values())),
            ],
        )
        for i in shown
    ]  # fmt: skip
    away = {i: np.median(stocks[:, :, i, 1:].sum(axis=2), axis=0) for i in shown}
    alt = "; ".join(
        f"{names[i]}: most away in {months[int(line.argmax())]:%B %Y}"
        f" ({number(line.max())}), {number(line[-1])} at the end"
        for i, line in away.items()
    )
    caption = "People of each community, month by month; every panel has a scale of its own."
    return as_figure("people", figure, caption, f"Medians: {alt}.", tables)


def _flows(data: RunData) -> Table:
    """Return who fled and returned, by year."""
    months = pd.DatetimeIndex(data.theatre.month_starts)
    years, first = np.unique(months.year, return_index=True)
    flows = np.stack([np.add.reduceat(data.people[f], first, axis=1) for f in FLOWS], axis=3)
    columns: list[tuple[str, Any]] = [("Year", [str(year) for year in years])]
    for i, name in enumerate(data.community_names):
        if flows[:, :, i].any():
            columns += [
                (f"{name}: {what}", bands(flows[:, :, i, k], years)) for k, what in enumerate(FLOWS)
            ]
    caption = "People who fled and who returned, by year: median and 90 % interval"
    return columns_table("people-flows", caption, columns, folded=True)


# --- maps -----------------------------------------------------------------------------------


def _maps(data: RunData) -> Iterator[Block]:
    """Yield a map of the first and the last year, for every community that is away from home."""
    counts = ("persons", "hosted")
    mean = mean_totals(data.run, "residents", by_municipality(data.theatre), counts)
    both = np.stack([mean[count] for count in counts], axis=3)
    years = data.theatre.years
    shown = [0, len(years) - 1] if len(years) > 1 else [0]
    for i, _ in enumerate(data.theatre.communities):
        if mean["hosted"][:, :, i].any():
            yield _map(data, i, both[shown, :, i], [int(year) for year in years[shown]])


def _map(data: RunData, i: int, counts: Floats, years: Sequence[int]) -> Figure:
    """Return maps of residents and of the displaced among them, as (year, municipality, both)."""
    name, seats = data.community_names[i], data.theatre.municipalities
    figure, axes, whole = map_axes(data.scenario, len(years))
    at = [data.theatre.place_index[seat] for seat in seats]
    where = whole[0][at], whole[1][at]
    area = MOST_POINTS * np.where(counts >= 1.0, counts, 0.0) / max(float(counts.max()), 1e-9)
    for ax, year, marks in zip(axes, years, area, strict=True):
        draw_marks(ax, where, marks[:, 0])
        some = marks[:, 1] > 0
        draw_rings(ax, (where[0][some], where[1][some]), np.maximum(marks[some, 1], 2.0))
        ax.set_title(f"{name}, {year}")
    names = [data.scenario.places[place].name for place in at]
    name_largest(figure, axes, names, where, [marks[:, 0] for marks in area])
    order = [m for m in np.argsort(-counts[-1, :, 0], kind="stable") if counts[:, m].any()]
    columns = [("Municipality", [data.place_name(seats[m]) for m in order])]
    for year, both in zip(years, counts, strict=True):
        for k, heading in enumerate((f"Live there {year}", f"displaced, {year}")):
            columns.append((heading, [number(both[m, k]) for m in order]))
    totals = "; ".join(
        f"{year}: {number(both[:, 0].sum())}, of them {number(both[:, 1].sum())} displaced"
        for year, both in zip(years, counts, strict=True)
    )
    block = f"residents-{data.theatre.communities[i].replace('_', '-')}"
    return as_figure(
        block,
        figure,
        "Filled marks: people who live in a municipality, drawn at its seat; their area grows with"
        " their number, on one scale for both maps. Black rings: those of them displaced from"
        f" elsewhere. {data.scenario.header.borders}",
        f"{name} in the theatre, mean over futures: {totals}.",
        [columns_table(block, f"{name} by municipality, mean over futures", columns)],
    )


# --- the record -----------------------------------------------------------------------------


def _record(data: RunData) -> Iterator[Block]:
    """Yield what the record has on flight and return beside the futures."""
    header = data.scenario.header
    figures = [
        f for f in data.record.figures
        if f.quantity in QUANTITIES
        and header.start <= (f.ends or f.begins) and f.begins <= header.end
        and _communities(data, f.community)
    ]  # fmt: skip
    if not figures:
        yield note("The record has no figures of flight and return to compare this with.")
        return
    rows = [
        (
            day(f.begins) if not f.ends else f"{day(f.begins)} to {day(f.ends)}",
            QUANTITIES[f.quantity][1],
            f.community.replace("_", " ").replace(";", ", "),
            number(f.value),
            _of_futures(data, f),
            data.source_title(f.source),
        )
        for f in sorted(figures, key=lambda f: f.begins)
    ]
    columns = ("When", "What", "Who", "Record", "Futures", "Source")
    caption = (
        "Flight and return in the record, and in the months of the futures that it spans (median"
        " and 90 % interval); the record counts people by where they came from, often more than"
        " once"
    )
    yield Table("people-record", caption, columns, rows, numeric=9)


def _communities(data: RunData, named: str) -> list[int]:
    """Return the communities that a figure counts; none for words that are not communities."""
    known = data.theatre.communities
    if named == "all":
        return list(range(len(known)))
    names = named.split(";")
    return [known.index(name) for name in names] if all(n in known for n in names) else []


def _of_futures(data: RunData, figure: RecordedFigure) -> str:
    """Return quantiles of the same count in the futures, or a dash if no month lies within."""
    column, _ = QUANTITIES[figure.quantity]
    last = figure.ends or figure.begins
    first = figure.begins if column in FLOWS else last
    months = data.theatre.month_starts
    within = (months >= np.datetime64(first, "M")) & (months <= np.datetime64(last, "D"))
    if not within.any():
        return "–"
    counted = data.people[column][:, within][:, :, _communities(data, figure.community)]
    return of_quantiles(row_of(counted.sum(axis=(1, 2), dtype=np.float64)))
