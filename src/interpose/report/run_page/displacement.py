"""Who lives where: people at home, displaced inside and abroad, and those who went back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from numpy.typing import NDArray

from interpose.assess.window import bands, grid, mean_over_futures, row_of, sums
from interpose.report import drawing
from interpose.report.charts import draw_band, explain, few_dates, quantile_cells
from interpose.report.formats import day, number, of_quantiles
from interpose.report.maps import draw_roads, label_places, map_height, project
from interpose.report.page import Block, Figure, Section, Table, note, words
from interpose.report.run_page.run_data import RunData
from interpose.scenario.tables.record import Figure as RecordedFigure

WHERE = {"home": "at home", "inside": "displaced inside", "abroad": "abroad"}
"""Columns of the table `people` that count people -> their words."""

MOST_POINTS = 330.0
"""Area of the largest mark of a map, square points."""

MONTHLY = 24
"""Months from the first one that are drawn one by one; after them every third and December."""

FLOWS = {"displaced": "fled", "returned": "returned"}
STOCKS = {"idp_stock": "displaced inside", "refugee_stock": "abroad"}
"""Quantities of ``record/figures.csv`` -> what they are in words."""

Floats = NDArray[np.float64]


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


def _stocks(data: RunData) -> tuple[Floats, pd.DatetimeIndex]:
    """Return people as (future, month, community, where)."""
    starts = pd.DatetimeIndex(data.theatre.month_starts)
    wanted = [
        month.date() for t, month in enumerate(starts)
        if t < MONTHLY or t % 3 == 0 or month.month == 12 or t == len(starts) - 1
    ]  # fmt: skip
    found = sums(
        data.run, "people", ("month", "community"), tuple(WHERE), time="month",
        where={"month": wanted},
    )  # fmt: skip
    months = pd.DatetimeIndex(sorted(set(found.index.get_level_values("month"))))
    communities = data.theatre.communities
    parts = [grid(found[where], data.years.futures, months, communities) for where in WHERE]
    return np.stack(parts, axis=3), months


def _name(data: RunData, i: int) -> str:
    return data.scenario.header.communities[i].name


def _lines(data: RunData, stocks: Floats, months: pd.DatetimeIndex) -> Block:
    """Draw for every community how many are at home, displaced inside and abroad."""
    shown = [i for i in range(stocks.shape[2]) if stocks[:, :, i, 1:].any()]
    if not shown:
        return note("Nobody is displaced or abroad in any future.")
    figure, axes = drawing.canvas(
        len(shown), len(WHERE), height=0.5 + 1.15 * len(shown), sharex=True
    )
    for row, i in enumerate(shown):
        for column, where in enumerate(WHERE.values()):
            ax = axes[row * len(WHERE) + column]
            draw_band(ax, bands(stocks[:, :, i, column], months))
            ax.set_ylim(bottom=0)
            drawing.thousands(ax)
            ax.tick_params(labelsize=7)
            ax.locator_params(axis="y", nbins=4)
            few_dates(ax, months[0], months[-1], 3)
            if row == 0:
                ax.set_title(where.capitalize())
        axes[row * len(WHERE)].set_ylabel(_name(data, i).replace(", ", ",\n"), fontsize=7.5)
    explain(axes[0])
    firsts = [m for m in months if m.month == 12 or m == months[0] or m == months[-1]]
    at = [int(months.get_loc(m)) for m in firsts]  # type: ignore[arg-type]
    tables = []
    for i in shown:
        cells = [
            quantile_cells(bands(stocks[:, at, i, column], firsts)) for column in range(len(WHERE))
        ]
        rows = [(f"{m:%B %Y}", *of) for m, *of in zip(firsts, *cells, strict=True)]
        caption = f"{_name(data, i)}, persons: the middle future and nine in ten"
        header = ("Month", *(where.capitalize() for where in WHERE.values()))
        name = f"people-{data.theatre.communities[i].replace('_', '-')}"
        tables.append(Table(name, caption, header, rows))
    most = {i: np.median(stocks[:, :, i, 1:].sum(axis=2), axis=0) for i in shown}
    alt = "; ".join(
        f"{_name(data, i)}: most away in {months[int(line.argmax())]:%B %Y}"
        f" ({number(line.max())}), {number(line[-1])} at the end"
        for i, line in most.items()
    )
    return Figure(
        "people",
        drawing.to_svg(figure, "people"),
        "People of each community, month by month; every panel has a scale of its own.",
        f"Middle futures: {alt}.",
        tables,
    )


def _flows(data: RunData) -> Table:
    """Return who fled and returned, by year."""
    found = sums(
        data.run, "people", ("month", "community"), ("fled", "returned"), time="month",
        period="year",
    )  # fmt: skip
    years = pd.DatetimeIndex(sorted(set(found.index.get_level_values("month"))))
    communities = data.theatre.communities
    both = [
        grid(found[what], data.years.futures, years, communities) for what in ("fled", "returned")
    ]
    shown = [i for i in range(len(communities)) if any(part[:, :, i].any() for part in both)]
    columns = [quantile_cells(bands(part[:, :, i], years)) for i in shown for part in both]
    rows = [(str(year.year), *cells) for year, *cells in zip(years, *columns, strict=True)]
    header = ("Year", *(f"{_name(data, i)}: {w}" for i in shown for w in ("fled", "returned")))
    caption = "People who fled and who returned, by year: the middle future and nine in ten"
    return Table("people-flows", caption, header, rows, folded=True)


def _maps(data: RunData) -> Iterator[Block]:
    """Yield a map of the first and the last year, for every community that is away from home."""
    keys, counts = ("year", "municipality", "community"), ("persons", "hosted")
    mean = mean_over_futures(data.run, "residents", keys, counts, data.futures, time="year")
    years = pd.DatetimeIndex(sorted(set(mean.index.get_level_values("year"))))
    seats = data.theatre.municipalities
    places = [data.scenario.places[data.theatre.place_index[seat]] for seat in seats]
    whole = project(*(np.array([getattr(p, a) for p in data.scenario.places])
                      for a in ("lat", "lon")))  # fmt: skip
    at = [data.theatre.place_index[seat] for seat in seats]
    spots = (whole[0][at], whole[1][at])
    index = pd.MultiIndex.from_product([years, seats, data.theatre.communities])
    cube = mean.reindex(index, fill_value=0.0).to_numpy().reshape(len(years), len(seats), -1, 2)
    picked = [0, len(years) - 1] if len(years) > 1 else [0]
    for i, community in enumerate(data.theatre.communities):
        if not cube[:, :, i, 1].any():
            continue
        figure, axes = drawing.canvas(1, len(picked), height=map_height(whole, len(picked)))
        for ax, year in zip(axes, picked, strict=True):
            _draw_map(ax, data, whole, spots, cube[year, :, i], float(cube[picked, :, i].max()))
            ax.set_title(f"{_name(data, i)}, {years[year].year}")
        figure.draw_without_rendering()
        figure.set_layout_engine("none")  # labels must not move what they were fitted to
        top = float(cube[picked, :, i].max())
        for ax, year in zip(axes, picked, strict=True):
            persons = cube[year, :, i, 0]
            largest = MOST_POINTS * float(persons.max()) / max(top, 1e-9)
            label_places(ax, [p.name for p in places], spots, persons, largest)
        yield _map_figure(
            data,
            figure,
            community,
            (i, cube[picked, :, i], [int(years[y].year) for y in picked]),
        )


def _draw_map(
    ax: Axes,
    data: RunData,
    whole: tuple[Floats, Floats],
    spots: tuple[Floats, Floats],
    counts: Floats,
    top: float,
) -> None:
    """Draw residents as filled marks and the displaced among them as black rings."""
    draw_roads(ax, data.scenario, whole)
    size = MOST_POINTS * counts / max(top, 1e-9)
    there, hosts = counts[:, 0] >= 1.0, counts[:, 1] >= 1.0
    ax.scatter(
        spots[0][there], spots[1][there], np.maximum(size[there, 0], 1.0), color=drawing.MIDDLE,
        ec=drawing.BLUE, lw=0.6, zorder=2,
    )  # fmt: skip
    ax.scatter(
        spots[0][hosts], spots[1][hosts], np.maximum(size[hosts, 1], 2.0), fc="none", ec="black",
        lw=1.1, zorder=3,
    )  # fmt: skip
    ax.set_aspect("equal")
    ax.margins(0.08)
    ax.axis("off")


def _map_figure(
    data: RunData, canvas: Canvas, community: str, what: tuple[int, Floats, Sequence[int]]
) -> Figure:
    """Return a map with its table."""
    i, counts, years = what
    seats = data.theatre.municipalities
    shown = [m for m in np.argsort(-counts[-1, :, 0], kind="stable") if counts[:, m].any()]
    rows = [
        (data.place_name(seats[m]), *(number(v) for year in counts for v in year[m])) for m in shown
    ]
    header = (
        "Municipality",
        *(text for year in years for text in (f"Live there {year}", f"displaced, {year}")),
    )
    caption = f"{_name(data, i)} by municipality, mean over futures"
    name = f"residents-{community.replace('_', '-')}"
    totals = "; ".join(
        f"{year}: {number(part[:, 0].sum())}, of them {number(part[:, 1].sum())} displaced"
        for year, part in zip(years, counts, strict=True)
    )
    return Figure(
        name,
        drawing.to_svg(canvas, name),
        "Filled marks: people who live in a municipality, drawn at its seat; their area grows with"
        " their number, on one scale for both maps. Black rings: those of them displaced from"
        f" elsewhere. {data.scenario.header.borders}",
        f"{_name(data, i)} in the theatre, mean over futures: {totals}.",
        [Table(name, caption, header, rows)],
    )


def _record(data: RunData) -> Iterator[Block]:
    """Yield what the record has on flight and return beside the futures."""
    header = data.scenario.header
    figures = [
        f for f in data.record.figures
        if f.quantity in (*FLOWS, *STOCKS)
        and header.start <= (f.ends or f.begins) and f.begins <= header.end
        and _communities(data, f.community)
    ]  # fmt: skip
    if not figures:
        yield note("The record has no figures of flight and return to hold this against.")
        return
    rows = []
    for f in sorted(figures, key=lambda f: f.begins):
        counted = _of_futures(data, f)
        said = "–" if counted is None else of_quantiles(counted)
        span = day(f.begins) if not f.ends else f"{day(f.begins)} to {day(f.ends)}"
        what = {**FLOWS, **STOCKS}[f.quantity]
        who = f.community.replace("_", " ").replace(";", ", ")
        rows.append((span, what, who, number(f.value), said, data.source_title(f.source)))
    columns = ("When", "What", "Who", "Record", "Futures", "Source")
    caption = (
        "Flight and return in the record, and in the months of the futures that it spans (middle"
        " and nine in ten); the record counts people by where they came from, often more than once"
    )
    yield Table("people-record", caption, columns, rows, numeric=9)


def _communities(data: RunData, named: str) -> list[int]:
    """Return the communities that a figure counts; none for words that are not communities."""
    known = data.theatre.communities
    if named == "all":
        return list(range(len(known)))
    names = named.split(";")
    return [known.index(name) for name in names] if all(n in known for n in names) else []


def _of_futures(data: RunData, figure: RecordedFigure) -> dict[str, float] | None:
    """Return quantiles of the same count in the futures, or None if no month lies within."""
    flow = figure.quantity in FLOWS
    column = FLOWS.get(figure.quantity) or {"idp_stock": "inside"}.get(figure.quantity, "abroad")
    first = figure.begins.replace(day=1)
    last = figure.ends or figure.begins
    found = sums(
        data.run, "people", ("community",), (column,), time="month",
        first=first if flow else last.replace(day=1), last=last,
    )  # fmt: skip
    if not len(found):
        return None
    values = grid(found[column], data.years.futures, data.theatre.communities)
    total = values[:, _communities(data, figure.community)].sum(axis=1)
    return row_of(total)
