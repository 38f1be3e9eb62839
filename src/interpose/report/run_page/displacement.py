"""Who lives where: people at home, displaced inside and abroad, and those who went back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from interpose.assess.over_time import by_municipality
from interpose.assess.totals import bands, mean_totals, row_of
from interpose.report.drawing import Panel, columns_table, panels_figure
from interpose.report.page import Block, Section, Table, day, note, number, of_quantiles, words
from interpose.report.run_page.run_data import RunData
from interpose.scenario.tables.record import Figure as RecordedFigure

WHERE = {"home": "At home", "inside": "Displaced inside", "abroad": "Abroad"}
"""Columns of the table `people` that count people -> their words."""

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
    blocks: list[Block] = [
        words(
            "People at home are where the scenario has them before anyone flees; displaced inside"
            " are those who fled to another municipality; abroad, those who left the theatre. At"
            " every moment all of them add up to the same people, births and deaths aside."
        ),
        _away(data),
        _flows(data),
        *_residents(data),
        *_record(data),
    ]
    return Section("people", "Who lives where", tuple(blocks))


def _away(data: RunData) -> Block:
    """Draw for every community how many are away from home; tables say where."""
    inside, abroad = data.people["inside"], data.people["abroad"]
    shown = np.flatnonzero((inside.any(axis=(0, 1))) | abroad.any(axis=(0, 1))).tolist()
    if not shown:
        return note("Nobody is displaced or abroad in any future.")
    months, names = pd.DatetimeIndex(data.theatre.month_starts), data.community_names
    last = len(months) - 1
    drawn = [
        t for t, m in enumerate(months) if t < MONTHLY or t % 3 == 0 or m.month == 12 or t == last
    ]  # fmt: skip
    told = [t for t in drawn if months[t].month == 12 or t in (0, last)]
    panels, tables, alt = [], [], []
    for i in shown:
        away = bands(inside[:, drawn, i] + abroad[:, drawn, i], months[drawn])
        panels.append(Panel(names[i], away))
        most = pd.Timestamp(str(away["q50"].idxmax()))
        alt.append(
            f"{names[i]}: most away in {most:%B %Y} ({number(away['q50'].max())}),"
            f" {number(away['q50'].iloc[-1])} at the end"
        )
        columns: list[tuple[str, Any]] = [("Month", [f"{months[t]:%B %Y}" for t in told])]
        columns += [(head, bands(data.people[w][:, told, i], told)) for w, head in WHERE.items()]
        name = f"people-{data.theatre.communities[i].replace('_', '-')}"
        caption = f"{names[i]}, persons: median and 90 % interval"
        tables.append(columns_table(name, caption, columns))
    caption = "People away from home, displaced inside or abroad; every panel has its own scale."
    return panels_figure("people", panels, caption, f"Medians: {'; '.join(alt)}.", tables)


def _flows(data: RunData) -> Table:
    """Return who fled and who returned, year by year."""
    calendar = pd.DatetimeIndex(data.theatre.month_starts).year
    years, first = np.unique(calendar, return_index=True)
    columns: list[tuple[str, Any]] = [("Year", [str(year) for year in years])]
    for i, name in enumerate(data.community_names):
        for what in FLOWS:
            flow = np.add.reduceat(data.people[what][:, :, i], first, axis=1)
            columns.append((f"{name}: {what}", bands(flow, years)))
    some = [c for c in columns if not isinstance(c[1], pd.DataFrame) or c[1].to_numpy().any()]
    caption = "People who fled and who returned, by year: median and 90 % interval"
    return columns_table("people-flows", caption, some, folded=True)


def _residents(data: RunData) -> Iterator[Table]:
    """Yield by municipality the first and the last year of every community that has fled."""
    theatre, counts = data.theatre, ("persons", "hosted")
    mean = mean_totals(data.run, "residents", by_municipality(theatre), counts)
    for i, community in enumerate(theatre.communities):
        if not mean["hosted"][:, :, i].any():
            continue
        shown = dict.fromkeys((0, len(theatre.years) - 1))
        some = [m for m in np.argsort(-mean["persons"][-1, :, i], kind="stable")
                if any(mean["persons"][y, m, i] for y in shown)]  # fmt: skip
        columns = [("Municipality", [data.place_name(theatre.municipalities[m]) for m in some])]
        for year in shown:
            for count, heading in zip(counts, ("Live there {}", "displaced, {}"), strict=True):
                cells = [number(mean[count][year, m, i]) for m in some]
                columns.append((heading.format(theatre.years[year]), cells))
        name = f"residents-{community.replace('_', '-')}"
        caption = f"{data.community_names[i]} by municipality, mean over futures"
        yield columns_table(name, caption, columns, folded=True)


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
