"""Incidents and deaths by year, kind and side beside the record; and R, from review to review."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
import pandas as pd

from interpose.assess.accounting import DEADLY
from interpose.assess.score import Held
from interpose.assess.totals import bands, row_of, totals
from interpose.play.processes.crime import counted
from interpose.record.record import TOTAL
from interpose.report.charts import Looks, Panel, charts, marks_of
from interpose.report.page import (
    ACT_WORDS,
    SIDE_WORDS,
    Block,
    Cell,
    Figure,
    Section,
    Table,
    capital,
    day,
    note,
    number,
    of_quantiles,
    percent,
    words,
)
from interpose.report.quantiles import (
    QUANTILES,
    Floats,
    below,
    columns_table,
    inside_interval,
    quantile_cells,
    quantile_text,
    years_table,
)
from interpose.report.run_page.run_data import RECORDER, RunData
from interpose.scenario.phrases import listed
from interpose.scenario.tables.mission import IncidentType

NO_RECORDER = (
    f"The scenario says of no reporter called '{RECORDER}' how complete the record is, so the"
    " recorded incidents cannot be compared with the futures year by year: a record is always a"
    " part of what happens. The recorded numbers stand in the table below."
)

NOTHING_COLLECTED = (
    f"None of the recorded incidents is one that the reporter '{RECORDER}' covers in reporting.csv."
    " interpose check --all says of each why."
)


def section(data: RunData) -> Section:
    """Return the section on incidents and deaths by year."""
    blocks: list[Block] = [
        words(
            "The first figure of this page shows them: each bar is a year. The thick part holds the"
            " middle half of the futures, the thin part is the 90 % interval, and the line across"
            " is the median."
        ),
        words(_played_in_part(data)),
        *_beside_the_record(data),
        *_by_act(data),
        *_by_side(data),
    ]
    return Section("violence", "Incidents and deaths, year by year", tuple(blocks))


def _played_in_part(data: RunData) -> str:
    header = data.scenario.header
    parts = []
    if (header.start.month, header.start.day) != (1, 1):
        parts.append(f"{header.start.year} begins on {day(header.start)}")
    if (header.end.month, header.end.day) != (12, 31):
        parts.append(f"{header.end.year} ends on {day(header.end)}")
    text = f"The numbers behind the futures were fitted on data up to {day(header.fit_until)}"
    if not data.is_fitted:
        text = "None of the numbers behind the futures was fitted to the record"
    elif header.fit_until >= header.end:
        text += ", so no year is held out."
    else:
        text += "; the hatched years after it were not used and show what it is worth."
    return f"{capital(listed(parts))}. {text}" if parts else text


def _beside_the_record(data: RunData) -> Iterator[Block]:
    """Yield what was recorded, and what of the futures would be recorded."""
    if data.record.is_empty or not data.record.incidents:
        yield note("The scenario has no record of incidents to compare with.")
        return
    if not data.held:
        yield note(NO_RECORDER if not data.has_recorder else NOTHING_COLLECTED)
        yield _recorded_table(data)
        return
    yield words(
        "Not all that happens can be read about today. The first figure of this page and the next"
        " table show the part of each future that would stand in the record, and the record itself,"
        " on the same days. Years that the record does not cover, or not beyond June, are left out."
        " The dead of riots count on both sides. A recorded number of a year is our count, not a"
        " published figure: it leads to the rows that are counted, and each of these says whose"
        " word it is and how sure."
    )
    yield _recorded_by_act(data.held)


def _recorded_by_act(held: tuple[Held, ...]) -> Table:
    """Return what would stand in the record and what does, a column an act."""
    years = held[0].years
    columns: list[tuple[str, list[str | Cell]]] = [("Year", [str(year) for year in years])]
    for one in held[2:]:
        table, seen = bands(one.futures, one.years), one.seen
        inside = inside_interval(table, seen)
        cells: dict[int, str | Cell] = {
            int(year): Cell(text, under=f"recorded: {number(seen[year])}", rows=one.rows[year])
            for year, text in zip(one.years, quantile_cells(table), strict=True)
        }
        name = capital(ACT_WORDS[one.name.replace(" ", "_")])
        within = f" (inside in {inside.sum()} of {len(inside)})"
        columns.append((name + within, [cells.get(int(year), "–") for year in years]))
    caption = "By kind: what one could read of the futures (median, 90 % interval), and the record"
    return columns_table("recorded-acts", caption, columns, folded=True)


def _years(data: RunData) -> tuple[str, list[str]]:
    return "Year", [str(year) for year in data.years.years]


def _recorded_table(data: RunData) -> Table:
    incidents = data.record.yearly_incidents()
    acts = {kind.act for kind in data.scenario.incident_types}
    columns = {
        capital(ACT_WORDS[str(act)]): counts
        for act, counts in incidents.items()
        if act in acts or counts.any()
    }
    columns["Dead, any kind"] = data.record.yearly_deaths()[TOTAL].loc[incidents.index]
    return columns_table(
        "recorded",
        "Recorded incidents by year",
        [
            ("Year", [str(year) for year in incidents.index]),
            *((name, [number(count) for count in counts]) for name, counts in columns.items()),
        ],
    )


def _by_act(data: RunData) -> Iterator[Block]:
    """Yield incidents by kind, of the kinds that happen."""
    table = data.years.incident_quantiles
    acts = acts_of(data)
    known = {kind.act for kind in data.scenario.incident_types}
    absent = [text for act, text in ACT_WORDS.items() if act in known and act not in acts]
    columns = [(capital(ACT_WORDS[act]), below(table, act)) for act in acts]
    caption = "Incidents of each kind: median and 90 % interval"
    yield columns_table("acts", caption, [_years(data), *columns], folded=True)
    if absent:
        yield words(f"In any one year, nineteen of twenty futures have no {listed(absent)}.")


def acts_of(data: RunData) -> list[str]:
    """Return the acts of which more than one future in twenty has any."""
    table = data.years.incident_quantiles
    return [act for act in ACT_WORDS if below(table, act)["q95"].any()] or list(ACT_WORDS)[:1]


def _by_side(data: RunData) -> Iterator[Block]:
    """Yield deaths by the side of the dead."""
    table = data.years.death_quantiles
    names = {**SIDE_WORDS, **{c.id: c.name for c in data.scenario.header.communities}}
    names |= {row.force: row.name for row in data.scenario.armed_forces}
    sides = [side for side in data.years.sides if below(table, side)["q95"].any()]
    if sides:
        columns = [(capital(names.get(s, s)), below(table, s)) for s in sides]
        caption = (
            "The dead by the community or body they belonged to, whoever killed them: median and"
            " 90 % interval"
        )
        yield columns_table("sides", caption, [_years(data), *columns], folded=True)
    rest = [names.get(s, s) for s in data.years.sides if s not in sides]
    if rest:
        yield words(
            f"In any one year, nineteen of twenty futures have no dead among {listed(rest)}."
        )


def frozen(data: RunData, kind: IncidentType) -> str:
    """Say where the settled rate of a kind comes from."""
    rows = {row.name: row for row in data.scenario.parameters.rows()}
    names = (f"background.rate[{index}]" for index in (kind.id, kind.act))
    basis = next((rows[name].basis for name in names if name in rows), "assumed")
    if basis == "fitted":
        return f"was fitted on data up to {day(data.scenario.header.fit_until)} and stays as it was"
    return f"is {basis}, not fitted to the record"


# --- ordinary crime -------------------------------------------------------------------------


COUNTS: Looks = {
    "lowest figure": ("triangle-up", "black", "▲"),
    "highest figure": ("triangle-down", "white", "▽"),
}
"""How the ends of published counts look."""


def crime(data: RunData) -> Iterator[Section]:
    """Yield the section on ordinary homicides, if the scenario has counts of them."""
    rows = data.scenario.homicides
    if not rows:
        return
    months, deadly = (
        data.theatre.month_starts,
        [t.act in DEADLY for t in data.scenario.incident_types],
    )
    ordinary = totals(data.run, "homicides", {"month": months}, ("homicides",))["homicides"]
    axes = {"month": months, "type": data.theatre.type_ids}
    dead = totals(data.run, "series", axes, ("deaths",))["deaths"]
    blocks = (
        words(
            "Murders without a known political or ethnic motive are a series of their own. It"
            " follows the counts below; no soldier, officer or unrest moves it, and it moves"
            " nothing. Its dead are in no other number of this page, nor in any comparison or plan."
        ),
        _homicides(data, ordinary),
        _murders(data, ordinary + dead[:, :, deadly].sum(axis=2)),
    )
    yield Section("homicides", "Ordinary crime, told apart", blocks)


def _homicides(data: RunData, ordinary: Floats) -> Figure:
    """Return homicides by year beside the lowest and the highest figure of each year."""
    theatre, years = data.theatre, data.years.years
    year = theatre.year_of_day[theatre.month_middle.astype(int)]
    in_year = np.eye(len(years))[year]
    *ends, known = counted(theatre)
    gaps = pd.Series(~known @ in_year, index=years)
    low, high = (
        pd.Series(np.bincount(theatre.month_of_day) * end @ in_year, index=years)[gaps == 0]
        for end in ends
    )
    points = {"lowest figure": low, "highest figure": high}
    table = bands(ordinary @ in_year, list(years))
    ends_told: dict[str, dict[int, str | Cell]] = {
        kind: dict(zip(of.index, of.map(number), strict=True)) for kind, of in points.items()
    }
    told = years_table("homicides", "Ordinary homicides by year", table, ends_told)
    missing = ["" if not n else number(n) for n in gaps]
    rows = [(*row, gap) for row, gap in zip(told.rows, missing, strict=True)]
    header = (*told.header, "Months without a figure")
    first, last = years[0], years[-1]
    marks = [mark for kind, counts in points.items() for mark in marks_of(counts, kind)]
    return charts(
        "homicides",
        [Panel("Ordinary homicides a year", table, marks)],
        "Homicides of the futures (bands) and what is left of the published counts of murders"
        " without those of a known motive (marks). Where counts conflict each future lies"
        " somewhere between them. Months without a figure lie on a line between their neighbours.",
        f"{quantile_text(table, first)} in {first}, {quantile_text(table, last)} in {last}.",
        [dataclasses.replace(told, header=header, rows=rows)],
        what_if=data.is_what_if,
        looks=COUNTS,
    )


def _murders(data: RunData, everybody: Floats) -> Table:
    """Return the published counts beside all who are killed in the futures."""
    middle, body = data.theatre.month_middle, []
    for row in data.scenario.homicides:
        first, last = data.theatre.day_index(row.begins), data.theatre.day_index(row.ends)
        told = (first <= middle) & (middle <= last)
        body.append(
            (
                f"{day(row.begins)} to {day(row.ends)}",
                number(row.murders),
                number(row.known_motive),
                of_quantiles(row_of(everybody[:, told].sum(axis=1))),
                row.basis,
                data.source_cell(row.source),
                row.note,
            )
        )
    header = (
        "Period", "Murders", "Of them interethnic or political", "Futures: all killed", "Basis",
        "Source", "Note",
    )  # fmt: skip
    caption = (
        "Published counts of all murders, and in the futures ordinary homicides together with the"
        " dead of armed attacks and bombings (median and 90 % interval)"
    )
    return Table("murders", caption, header, body, numeric=4, folded=True)


# --- R -------------------------------------------------------------------------------------

SHADES = (0.3, 0.4, 0.5, 0.7, 1.0)
"""Values of R at which the background of a cell grows darker."""

MOST_COLUMNS = 7
"""Reviews shown for every municipality: more would not fit on paper."""


def reproduction(data: RunData) -> Section:
    """Return the section on R."""
    explained = words(
        "R says how many further incidents one incident provokes, directly, under the guard of"
        " the day. Below 1 a wave of violence dies out by itself; at 0.5 an incident leads to"
        " one further incident in all, at 0.8 to four. Above 1 violence feeds itself."
    )
    shown: tuple[Block, ...] = (note("No review was held."),)
    if len(data.r):
        first, last = (quantile_text(data.r, data.r.index[i], 2) for i in (0, -1))
        told = f"R of the theatre is {first} at the first review and {last} at the last."
        shown = (words(told), _municipalities(data), _r_table(data.r))
    return Section("r", "Does violence feed itself?", (explained, *shown))


def _r_table(r: pd.DataFrame) -> Table:
    dates = pd.DatetimeIndex(r.index)
    columns = [("Review", [date.date().isoformat() for date in dates])]
    columns += [(head, [number(v, 2) for v in r[q]]) for q, head in QUANTILES.items()]
    columns.append(("Futures with R below 1", [percent(share) for share in r["below_one"]]))
    caption = "R of the theatre at each review, over futures"
    return columns_table("r", caption, columns, folded=True)


def _municipalities(data: RunData) -> Table:
    """Return R of every municipality at some reviews: the figure is the table."""
    table = data.municipal["q50"].unstack("date")
    held = pd.DatetimeIndex(table.columns)
    picked = np.unique(np.linspace(0, len(held) - 1, min(MOST_COLUMNS, len(held))).round())
    shown = [held[int(i)] for i in picked]
    ordered = table.loc[table[shown[-1]].sort_values(ascending=False, kind="stable").index]
    columns: list[tuple[str, list[str | Cell]]] = [
        ("Municipality", [data.place_name(str(seat)) for seat in ordered.index])
    ]
    for date in shown:
        cells = [Cell(number(r, 2), shade=_shade(r)) for r in ordered[date]]
        columns.append((f"{date.date():%b %Y}", [*cells]))
    caption = (
        "R if the whole theatre were guarded like this municipality (median), at the first,"
        " some middle and the last review. The background grows darker at 0.3, 0.4, 0.5, 0.7 and"
        " 1. Highest of the last review first."
    )
    return columns_table("municipalities", caption, columns)


def _shade(r: float) -> int:
    return 1 + sum(r >= limit for limit in SHADES)
