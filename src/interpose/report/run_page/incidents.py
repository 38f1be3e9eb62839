"""Incidents and deaths by year, kind and side beside the record; and R, from review to review."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from interpose.assess.totals import bands
from interpose.report import charts, drawing
from interpose.report.charts import QUANTILES, below, quantile_text
from interpose.report.drawing import as_figure, time_axis
from interpose.report.formats import ACT_WORDS, SIDE_WORDS, capital, day, number, percent
from interpose.report.page import Block, Cell, Figure, Section, Table, bullets, note, words
from interpose.report.run_page.run_data import RECORDER, RunData
from interpose.scenario.phrases import listed

NO_RECORDER = (
    f"The scenario says of no reporter called '{RECORDER}' how complete the record is, so the"
    " recorded incidents cannot be compared with the futures year by year: a record is always a"
    " part of what happens. The recorded numbers stand in the table below."
)


def section(data: RunData) -> Section:
    """Return the section on incidents and deaths by year."""
    blocks: list[Block] = [
        words(
            "Each bar is a year. The thick part holds the middle half of the futures, the thin"
            " part is the 90 % interval, and the line across is the median."
        ),
        words(_played_in_part(data)),
        _total(data, "incidents", below(data.years.incident_quantiles, "all")),
        _total(data, "deaths", below(data.years.death_quantiles, "all")),
        *without_main_kind(data),
    ]
    blocks += _beside_the_record(data)
    blocks += [_by_act(data), _by_side(data)]
    return Section("violence", "Incidents and deaths, year by year", tuple(blocks))


def _played_in_part(data: RunData) -> str:
    header = data.scenario.header
    parts = []
    if (header.start.month, header.start.day) != (1, 1):
        parts.append(f"{header.start.year} begins on {day(header.start)}")
    if (header.end.month, header.end.day) != (12, 31):
        parts.append(f"{header.end.year} ends on {day(header.end)}")
    text = f"The numbers behind the futures were fitted on data up to {day(header.fit_until)}"
    if header.fit_until >= header.end:
        text += ", so no year is held out."
    else:
        text += "; the hatched years after it were not used and show what it is worth."
    return f"{capital(listed(parts))}. {text}" if parts else text


def _years_figure(
    data: RunData,
    name: str,
    title: str,
    caption: str,
    table: pd.DataFrame,
    recorded: Mapping[str, pd.Series[int]],
) -> tuple[Any, Table, str]:
    """Return a drawing of years, its table with a caption, and what to say of its scale."""
    figure, (ax,) = drawing.canvas(height=2.5)
    charts.draw_years(ax, table)
    charts.mark_held_out(ax, data.scenario)
    for i, (label, counts) in reversed(list(enumerate(recorded.items()))):
        charts.draw_recorded(ax, counts.index, counts, label, hollow=i > 0)
    charts.scale(ax, table, *recorded.values())
    ax.set_title(title)
    charts.explain(ax)
    scaled = "" if ax.get_yscale() == "linear" else " The scale is logarithmic."
    return figure, charts.years_table(name, caption, table, recorded), scaled


def _total(data: RunData, what: str, table: pd.DataFrame) -> Figure:
    """Return the figure of all incidents, or of all deaths."""
    title = {"incidents": "Incidents a year", "deaths": "Dead a year, all sides"}[what]
    figure, numbers, scaled = _years_figure(data, what, title, f"All {what} by year", table, {})
    first, last = table.index[0], table.index[-1]
    alt = (
        f"{title}: {quantile_text(table, first)} in {first}, {quantile_text(table, last)} in {last}"
        " (median and 90 % interval)."
    )
    caption = f"All {what} that happen in the futures, reported or not.{scaled}"
    return as_figure(what, figure, caption, alt, [numbers])


def _beside_the_record(data: RunData) -> Iterator[Block]:
    """Yield the figures that compare what was recorded with what would be recorded."""
    if data.record.is_empty or not data.record.incidents:
        yield note("The scenario has no record of incidents to compare with.")
        return
    if not data.has_recorder:
        yield note(NO_RECORDER)
        yield _recorded_table(data)
        return
    years = data.years
    recorded = data.record.yearly_incidents().sum(axis=1)
    of_acts = data.record.yearly_deaths(six_acts=True)["all"]
    of_all = data.record.yearly_deaths()["all"]
    yield words(
        "Not all that happens can be read about today. The next three figures show the part of"
        " each future that would stand in the record (bars), and the record itself (circles)."
    )
    yield _against(
        data,
        "recorded-incidents",
        "Incidents of which one can read",
        below(years.reported_quantiles, RECORDER),
        {"recorded": recorded},
    )
    yield _against(
        data,
        "recorded-deaths",
        "Dead in the incidents of which one can read",
        below(years.reported_death_quantiles, RECORDER),
        {"recorded": of_acts, "with riots too": of_all},
    )
    yield _recorded_by_act(data)


def _against(
    data: RunData,
    name: str,
    title: str,
    table: pd.DataFrame,
    recorded: Mapping[str, pd.Series[int]],
) -> Figure:
    """Return a figure of years beside what was recorded; the first series is the main one."""
    known = {label: counts[counts.index.isin(table.index)] for label, counts in recorded.items()}
    figure, numbers, scaled = _years_figure(data, name, title, f"{title}, by year", table, known)
    inside = charts.inside_interval(table, next(iter(known.values())))
    alt = f"In {inside.sum()} of {len(inside)} years the recorded number lies in the thin bar."
    caption = f"{title}: the futures (bars) and the record (circles). {alt}{scaled}"
    return as_figure(name, figure, caption, alt, [numbers])


def _recorded_by_act(data: RunData) -> Figure:
    """Return small multiples of what would stand in the record and what does, one an act."""
    table = data.years.reported_by_act(RECORDER)
    recorded = data.record.yearly_incidents()
    recorded = recorded[recorded.index.isin(data.years.years)]
    acts = [a for a in ACT_WORDS if below(table, a)["q95"].any() or recorded[a].any()]
    inside = {act: charts.inside_interval(below(table, act), recorded[act]) for act in acts}
    alt = "Years in which the recorded number lies in the thin bar: "
    alt += "; ".join(f"{ACT_WORDS[a]} {inside[a].sum()} of {len(inside[a])}" for a in acts) + "."
    cells = {
        act: [
            Cell(text, under=f"recorded: {number(recorded[act].get(year, np.nan))}")
            for year, text in zip(
                data.years.years, charts.quantile_cells(below(table, act)), strict=True
            )
        ]
        for act in acts
    }  # fmt: skip
    return _multiples(
        data,
        "recorded-acts",
        {capital(ACT_WORDS[act]): below(table, act) for act in acts},
        "Incidents of which one can read, by kind: the futures (bars) and the record (circles).",
        alt,
        "By kind: what one could read of the futures (median, 90 % interval); what is recorded",
        recorded=[recorded[act] for act in acts],
        cells=list(cells.values()),
    )


def _recorded_table(data: RunData) -> Table:
    incidents = data.record.yearly_incidents()
    columns = {capital(ACT_WORDS[str(act)]): counts for act, counts in incidents.items()}
    columns["Dead, any kind"] = data.record.yearly_deaths()["all"].loc[incidents.index]
    return charts.columns_table(
        "recorded",
        "Recorded incidents by year",
        [
            ("Year", [str(year) for year in incidents.index]),
            *((name, [number(count) for count in counts]) for name, counts in columns.items()),
        ],
    )


def _by_act(data: RunData) -> Figure:
    """Return small multiples, one an act."""
    table = data.years.incident_quantiles
    acts = [act for act in ACT_WORDS if below(table, act)["q95"].any()] or list(ACT_WORDS)[:1]
    absent = [text for act, text in ACT_WORDS.items() if act not in acts]
    none = f" No {listed(absent)} in nineteen of twenty futures." if absent else ""
    last = data.years.years[-1]
    found = "; ".join(f"{ACT_WORDS[a]} {quantile_text(table, (a, last))}" for a in acts)
    return _multiples(
        data,
        "acts",
        {capital(ACT_WORDS[act]): below(table, act) for act in acts},
        f"Incidents a year by kind; every panel has a scale of its own.{none}",
        f"In {last}: {found}.",
        "Incidents of each kind: median and 90 % interval",
    )


def _by_side(data: RunData) -> Block:
    """Return deaths by the side of the dead, all on one scale."""
    table = data.years.death_quantiles
    names = {**SIDE_WORDS, **{c.id: c.name for c in data.scenario.header.communities}}
    sides = [side for side in data.years.sides if below(table, side)["q95"].any()]
    rest = [names.get(s, s) for s in data.years.sides if s not in sides]
    absent = f"In any one year, nineteen of twenty futures have no dead among: {listed(rest)}."
    if not sides:
        return bullets([absent])
    panels = {capital(names.get(s, s)): below(table, s) for s in sides}
    last = data.years.years[-1]
    return _multiples(
        data,
        "sides",
        panels,
        "The dead by the community or body they belonged to, whoever killed them; all panels"
        f" have the same scale. {absent if rest else ''}",
        "; ".join(f"{title}: {quantile_text(t, last)} in {last}" for title, t in panels.items()),
        "Dead by the side they belonged to: median and 90 % interval",
        one_scale=True,
    )


def _multiples(
    data: RunData,
    name: str,
    panels: Mapping[str, pd.DataFrame],
    caption: str,
    alt: str,
    table_caption: str,
    *,
    one_scale: bool = False,
    recorded: Sequence[pd.Series[int]] = (),
    cells: Sequence[Sequence[Cell]] = (),
) -> Figure:
    """Return small multiples of years with their table; `cells` take the place of the quantiles."""
    figure, axes = drawing.panels(len(panels), 3, each=1.6, head=0.5, sharex=True)
    together = pd.concat(panels.values())
    for i, (ax, (title, table)) in enumerate(zip(axes, panels.items(), strict=True)):
        charts.draw_years(ax, table, ticks=4)
        charts.mark_held_out(ax, data.scenario, label=False)
        for points in recorded[i : i + 1]:
            charts.draw_recorded(ax, points.index, points)
        charts.scale(ax, together if one_scale else table, *recorded[i : i + 1])
        ax.set_title(title)
    charts.explain(axes[0])
    columns: list[tuple[str, Any]] = [("Year", [str(year) for year in data.years.years])]
    columns += zip(panels, cells or panels.values(), strict=True)
    return as_figure(
        name, figure, caption, alt, [charts.columns_table(name, table_caption, columns)]
    )


def without_main_kind(data: RunData) -> Iterator[Block]:
    """Yield the dead with and without the kind of incident that has most of them, if one has."""
    kind = data.main_kind
    if kind is None:
        return
    yield words(
        f"Of all dead of the futures {percent(kind.share)} die in one kind of incident:"
        f" “{kind.words}” ({kind.type}). Figures of all dead say little else. How often it"
        f" happens was fitted on data up to {day(data.scenario.header.fit_until)}; once"
        " settled, it does not decline any more in the futures, whatever it did later. The"
        " table sets the other dead apart."
    )
    yield charts.columns_table(
        "main-kind",
        f"Dead by year in incidents of the kind {kind.type}, and all others with those of riots:"
        " median and 90 % interval",
        [
            ("Year", [str(year) for year in data.years.years]),
            ("Dead of this kind", bands(kind.dead, list(data.years.years))),
            ("All other dead", bands(kind.others, list(data.years.years))),
        ],
    )


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
        shown = (_r_figure(data.r), _municipalities(data))
    return Section("r", "Does violence feed itself?", (explained, *shown))


def _r_figure(r: pd.DataFrame) -> Figure:
    figure, (ax,) = drawing.canvas(height=2.4)
    dates = pd.DatetimeIndex(r.index)
    charts.draw_band(ax, r)
    ax.axhline(1.0, color="black", lw=1.0, ls="--")
    ax.annotate(
        "R = 1: above this line violence feeds itself", (0.01, 1.0), fontsize=8, va="bottom",
        xycoords=("axes fraction", "data"), xytext=(0, 2), textcoords="offset points",
    )  # fmt: skip
    time_axis(ax)
    ax.set_ylim(0, max(1.15, float(r["q95"].max()) * 1.08))
    ax.set_title("R of the theatre")
    charts.explain(ax)
    columns = [("Review", [date.date().isoformat() for date in dates])]
    columns += [(head, [number(v, 2) for v in r[q]]) for q, head in QUANTILES.items()]
    columns.append(("Futures with R below 1", [percent(share) for share in r["below_one"]]))
    return as_figure(
        "r",
        figure,
        "Incidents that one incident provokes, at each review.",
        f"R is {quantile_text(r, r.index[0], 2)} at the first review ({day(dates[0].date())}) and "
        f"{quantile_text(r, r.index[-1], 2)} at the last ({day(dates[-1].date())}).",
        [charts.columns_table("r", "R of the theatre at each review, over futures", columns)],
    )


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
    return charts.columns_table("municipalities", caption, columns)


def _shade(r: float) -> int:
    return 1 + sum(r >= limit for limit in SHADES)
