"""Freedom of movement, and who lives where: at home, displaced inside and abroad."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from interpose.assess.over_time import by_municipality, people_by_municipality, trips_made
from interpose.assess.totals import bands, mean_totals, row_of
from interpose.record.periods import in_words, period_of
from interpose.report.charts import Panel, charts
from interpose.report.page import (
    Block,
    Cell,
    Section,
    Table,
    bullets,
    note,
    number,
    of_quantiles,
    percent,
    words,
)
from interpose.report.quantiles import Floats, below, columns_table, quantile_cells
from interpose.report.run_page.run_data import RunData
from interpose.scenario.phrases import plural
from interpose.scenario.tables.record import Figure as RecordedFigure

# --- movement -------------------------------------------------------------------------------

LEAST_PEOPLE = 100
"""Municipalities with fewer of a community are left out of its table."""

MOST_YEARS = 6
"""Years in the table by municipality."""

FREE = 95.0
"""Percent of trips made from which on a community counts as moving freely."""

RECORDED_WORDS = {
    "escorted_convoys": "escorted convoys",
    "convoys_stoned": "convoys stoned",
    "freedom_of_movement": "free to move, percent",
    "feel_safe": "feel safe, percent",
}
"""Quantities of ``record/figures.csv`` that say something of movement -> their words."""


def movement(data: RunData) -> Section:
    """Return the section on movement."""
    made = trips_made(data.run, data.theatre)
    known = [
        i for i, _ in enumerate(data.theatre.communities)
        if np.isfinite(made["share"][:, :, i]).any()
    ]  # fmt: skip
    tables = {i: _percent_by_year(data, made["share"][:, :, i]) for i in known}
    blocks: list[Block] = [
        words(
            "Of all trips beyond the neighbourhood that people wish for, the share that they make:"
            " attacks on people like them nearby and barricades on the roads keep them at home, and"
            " patrols of the force, international police and local police, as far as people accept"
            " them, make up for it. Escorted trips are among those made. All weights of the rule"
            " are assumed."
        ),
        bullets([_in_words(data.community_names[i], table) for i, table in tables.items()]),
        _trips(data, tables, made["escorted"]),
        _reasons(data, tables),
        *_trips_by_municipality(data, tables, made["local"]),
        *_recorded_trips(data),
    ]
    return Section("movement", "Freedom of movement", tuple(blocks))


def _percent_by_year(data: RunData, values: Floats) -> pd.DataFrame:
    """Return quantiles by year, in percent; years in which nobody lives there are left out."""
    there = np.isfinite(values).all(axis=0)
    years = data.theatre.years[there]
    return bands(100.0 * values[:, there], [int(year) for year in years])


def _in_words(community: str, table: pd.DataFrame) -> str:
    """Return the median of the first, best, worst and last year of a community."""
    line = table["q50"]
    if line.min() > FREE:
        return f"{community}: more than {FREE:.0f} % in every year."
    best, worst = (int(line.index[int(at)]) for at in (line.argmax(), line.argmin()))
    return (
        f"{community}: {line.iloc[0]:.0f} % in {line.index[0]}, most in {best}"
        f" ({line[best]:.0f} %), least in {worst} ({line[worst]:.0f} %),"
        f" {line.iloc[-1]:.0f} % in {line.index[-1]}."
    )


def _trips(data: RunData, tables: dict[int, pd.DataFrame], escorted: Floats) -> Block:
    names = data.community_names
    years = sorted({int(year) for table in tables.values() for year in table.index})
    columns = [("Year", [str(year) for year in years])]
    for i, table in tables.items():
        cells = dict(zip(table.index, quantile_cells(table), strict=True))
        columns.append((names[i], [cells.get(year, "–") for year in years]))
    mean = {i: float(np.nanmean(escorted[:, :, i])) for i in tables}
    most = max(mean, key=lambda i: mean[i])
    caption = "Trips made, percent: median and 90 % interval"
    told = columns_table("trips", caption, columns)
    kept = {names[i]: table for i, table in tables.items() if table["q50"].min() <= FREE}
    if not kept:
        return told
    return charts(
        "trips",
        [Panel(f"Trips of {name}, %", table, top=100.0) for name, table in kept.items()],
        "Trips made, of those wished for, a year. Communities that move freely are left out.",
        f"Under escort are most trips of {names[most]}: {percent(mean[most], 1)} of those"
        " wished for, mean of all years and futures.",
        [told],
        what_if=data.is_what_if,
    )


def _reasons(data: RunData, tables: dict[int, pd.DataFrame]) -> Table:
    """Return what the rule of movement reads, year by year, for the community that travels least.

    Without it the reader could not tell a wave of attacks from a force that has gone home.
    """
    least = min(tables, key=lambda i: float(tables[i]["q50"].mean()))
    theatre = data.theatre
    against = [t.target == theatre.communities[least] for t in data.scenario.incident_types]
    years = [int(year) for year in theatre.years]
    hit = data.years.of_type["incidents"][:, :, against].sum(axis=2).mean(axis=0)
    blocked = mean_totals(data.run, "barricades", {"date": data.first_days}, ("days",))["days"]
    people = people_by_municipality(theatre)[:, :, least].sum(axis=1)
    force = below(data.force, "in_theatre")["q50"]
    soldiers = force.groupby(pd.DatetimeIndex(force.index).year).mean().reindex(years)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(people > 0, 1000.0 * hit / people, np.nan)
    columns = {
        "Trips made, %": (tables[least]["q50"].reindex(years), 0),
        "Attacks on them": (hit, 0),
        "a 1,000 of them": (rate, 1),
        "Days barricades stood": (blocked, 0),
        "Soldiers a 1,000 inhabitants": (1000.0 * soldiers / theatre.population.sum(axis=1), 1),
    }
    caption = (
        f"Why {data.community_names[least]} travel or stay: the median of their trips, and what"
        " the rule reads but for police (means over futures, whole theatre)"
    )
    return columns_table(
        "trips-why",
        caption,
        [
            ("Year", [str(year) for year in years]),
            *((name, [number(v, digits) for v in of]) for name, (of, digits) in columns.items()),
        ],
    )


def _trips_by_municipality(
    data: RunData, tables: dict[int, pd.DataFrame], made: Floats
) -> Iterator[Block]:
    """Yield for every community that does not move freely the trips made by municipality."""
    theatre = data.theatre
    years = [int(year) for year in theatre.years]
    picked = np.linspace(0, len(years) - 1, min(MOST_YEARS, len(years))).astype(int)
    people = people_by_municipality(theatre)[-1]
    for i, table in tables.items():
        if table["q50"].min() > FREE:
            continue
        community = theatre.communities[i]
        order = [
            m for m in np.argsort(-people[:, i], kind="stable") if people[m, i] >= LEAST_PEOPLE
        ]
        seats = [theatre.municipalities[m] for m in order]
        columns: list[tuple[str, Any]] = [
            ("Municipality", [data.place_name(seat) for seat in seats]),
            (f"People {years[-1]}", [number(people[m, i]) for m in order]),
        ]
        for y in sorted(set(picked)):
            shares = made[y, order, i]
            columns.append(
                (str(years[y]), [Cell(number(100 * s), shade=_shade(s)) for s in shares])
            )
        caption = (
            f"{data.community_names[i]}: trips made, percent, mean over futures, by municipality"
            f" with {LEAST_PEOPLE} of them or more in {years[-1]}; the darker, the fewer"
        )
        name = f"trips-{community.replace('_', '-')}"
        yield columns_table(name, caption, columns, folded=True)


def _shade(share: float) -> int:
    """Return a darker background for fewer trips; the number says the same."""
    return 0 if np.isnan(share) else 1 + sum(share < limit for limit in (0.9, 0.75, 0.6, 0.45, 0.3))


def _recorded_trips(data: RunData) -> Iterator[Block]:
    """Yield what the record has on movement, which is little."""
    figures = [f for f in data.record.figures if f.quantity in RECORDED_WORDS]
    if not figures:
        yield note("The record has nothing on how far people of any community travel.")
        return
    yield words(
        f"The record has {plural(len(figures), 'figure')} on movement. It has no share of trips"
        " made, so the level of the lines is not checked; convoys set how often one is asked for."
    )
    told = [(f, f"{number(f.value)} {RECORDED_WORDS[f.quantity]}") for f in figures]
    rows = [
        (in_words(period_of(f)), data.record_cell(f, text), data.source_cell(f.source))
        for f, text in told
    ]
    caption, head = "What the record has on movement", ("When", "Record", "Source")
    yield Table("movement-record", caption, head, rows, numeric=9)


# --- who lives where --------------------------------------------------------------------------

WHERE = {"home": "At home", "inside": "Displaced inside", "abroad": "Abroad"}
"""Columns of the table `people` that count people -> their words."""

MONTHLY = 24
"""Months from the first one that are drawn one by one; after them every third and December."""

MUCH = 50.0
"""A scale shows powers of ten where so many times more are away at most than at the end."""

QUANTITIES = {
    "displaced": ("fled", "fled"),
    "returned": ("returned", "returned"),
    "idp_stock": ("inside", "displaced inside"),
    "refugee_stock": ("abroad", "abroad"),
}
"""Quantity of ``record/figures.csv`` -> its column in the table `people`, and its words."""

FLOWS = ("fled", "returned")


def displacement(data: RunData) -> Section:
    """Return the section on people."""
    blocks: list[Block] = [
        words(
            "People at home are where the scenario has them before anyone flees; displaced inside"
            " are those who fled to another municipality; abroad, those who left the theatre. At"
            " every moment all of them add up to the same people, births and deaths aside."
        ),
        _away(data),
        *_flows(data),
        *_residents(data),
        *_recorded_flight(data),
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
        log = bool(away["q50"].max() > MUCH * max(away["q50"].iloc[-1], 1.0))
        panels.append(Panel(f"{names[i]} away from home{', powers of ten' * log}", away, log=log))
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
    caption = "People away from home, displaced inside or abroad; every chart has its own scale."
    medians = f"Medians: {'; '.join(alt)}."
    return charts("people", panels, caption, medians, tables, what_if=data.is_what_if)


def _flows(data: RunData) -> Iterator[Table]:
    """Yield who fled and who returned, year by year, if anybody did."""
    calendar = pd.DatetimeIndex(data.theatre.month_starts).year
    years, first = np.unique(calendar, return_index=True)
    columns: list[tuple[str, Any]] = [("Year", [str(year) for year in years])]
    for i, name in enumerate(data.community_names):
        for what in FLOWS:
            flow = np.add.reduceat(data.people[what][:, :, i], first, axis=1)
            columns.append((f"{name}: {what}", bands(flow, years)))
    some = [c for c in columns if not isinstance(c[1], pd.DataFrame) or c[1].to_numpy().any()]
    caption = "People who fled and who returned, by year: median and 90 % interval"
    if len(some) > 1:
        yield columns_table("people-flows", caption, some, folded=True)


def _residents(data: RunData) -> Iterator[Table]:
    """Yield by municipality the first and the last year of every community that has fled."""
    theatre, counts = data.theatre, ("persons", "hosted")
    mean = mean_totals(data.run, "residents", by_municipality(theatre), counts)
    yield from _off_the_census(data, mean["persons"].sum(axis=1))
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


def _off_the_census(data: RunData, played: Floats) -> Iterator[Table]:
    """Yield who lives there, (year, community), beside the later years of ``people.csv``."""
    years = data.theatre.years[1:].tolist()
    told = data.theatre.people.sum(axis=1)
    rows = [
        (played[y, i] / told[y, i] - 1.0, str(year), name, played[y, i], told[y, i])
        for y, year in enumerate(years, start=1)
        if year in {row.year for row in data.scenario.people}
        for i, name in enumerate(data.community_names)
        if played[y, i] >= 1 and told[y, i] >= 1
    ]
    rows.sort(key=lambda row: -abs(row[0]))
    caption = (
        "People of the futures beside those of people.csv, worst first. In futures people flee and"
        " return, and are not born, die or move; incidents, crowds and trips go by people.csv"
    )
    columns = ("Year", "Community", "Futures, mean", "people.csv", "Off by")
    cells = [(*row[1:3], *map(number, row[3:]), percent(row[0])) for row in rows]
    if cells:
        yield Table("people-off", caption, columns, cells)


# --- the record -----------------------------------------------------------------------------


def _recorded_flight(data: RunData) -> Iterator[Block]:
    """Yield what the record has on flight and return beside the futures."""
    header = data.scenario.header
    riots = [row for row in data.record.incidents if row.kind == "riot" and not row.part_of]
    figures = [
        f for f in data.record.figures
        if f.quantity in QUANTITIES
        and not (f.quantity == "displaced" and any(r.begins <= f.begins <= r.ends for r in riots))
        and header.start <= (f.ends or f.begins) and f.begins <= header.end
        and _communities(data, f.community)
    ]  # fmt: skip
    if not figures:
        yield note("The record has no figures of flight and return to compare this with.")
        return
    rows = [
        (
            in_words(period_of(f)),
            QUANTITIES[f.quantity][1],
            f.community.replace("_", " ").replace(";", ", "),
            data.record_cell(f),
            _of_futures(data, f),
            data.source_cell(f.source),
        )
        for f in sorted(figures, key=lambda f: f.begins)
    ]
    columns = ("When", "What", "Who", "Record", "Futures", "Source")
    caption = (
        "Flight and return in the record, and in the months of the futures that it spans (median"
        " and 90 % interval); the record counts people by where they came from, often more than"
        " once; those who fled from recorded riots stand on the pages of those days"
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
