"""Incidents and deaths: every year of the futures beside the record, by kind and by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from interpose.assess.window import bands, grid, sums
from interpose.report import drawing
from interpose.report.charts import (
    below,
    columns_table,
    draw_recorded,
    draw_years,
    explain,
    inside_interval,
    mark_held_out,
    quantile_cells,
    quantile_text,
    scale,
    years_table,
)
from interpose.report.drawing import as_figure
from interpose.report.formats import ACT_WORDS, SIDE_WORDS, capital, day, listed, number, percent
from interpose.report.maps import Floats
from interpose.report.page import Block, Cell, Figure, Section, Table, bullets, note, words
from interpose.report.run_page.run_data import RECORDER, RunData

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
    draw_years(ax, table)
    mark_held_out(ax, data.scenario)
    for i, (label, counts) in reversed(list(enumerate(recorded.items()))):
        draw_recorded(ax, counts.index, counts, label, hollow=i > 0)
    scale(ax, table, *recorded.values())
    ax.set_title(title)
    explain(ax)
    scaled = "" if ax.get_yscale() == "linear" else " The scale is logarithmic."
    return figure, years_table(name, caption, table, recorded), scaled


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
    inside = inside_interval(table, next(iter(known.values())))
    alt = f"In {inside.sum()} of {len(inside)} years the recorded number lies in the thin bar."
    caption = f"{title}: the futures (bars) and the record (circles). {alt}{scaled}"
    return as_figure(name, figure, caption, alt, [numbers])


def _recorded_by_act(data: RunData) -> Figure:
    """Return small multiples of what would stand in the record and what does, one an act."""
    table = data.years.reported_by_act(RECORDER)
    recorded = data.record.yearly_incidents()
    recorded = recorded[recorded.index.isin(data.years.years)]
    acts = [a for a in ACT_WORDS if below(table, a)["q95"].any() or recorded[a].any()]
    inside = {act: inside_interval(below(table, act), recorded[act]) for act in acts}
    alt = "Years in which the recorded number lies in the thin bar: "
    alt += "; ".join(f"{ACT_WORDS[a]} {inside[a].sum()} of {len(inside[a])}" for a in acts) + "."
    cells = {
        act: [
            Cell(text, under=f"recorded: {number(recorded[act].get(year, np.nan))}")
            for year, text in zip(
                data.years.years, quantile_cells(below(table, act)), strict=True
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
    return columns_table(
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
        draw_years(ax, table, ticks=4)
        mark_held_out(ax, data.scenario, label=False)
        for points in recorded[i : i + 1]:
            draw_recorded(ax, points.index, points)
        scale(ax, together if one_scale else table, *recorded[i : i + 1])
        ax.set_title(title)
    explain(axes[0])
    columns: list[tuple[str, Any]] = [("Year", [str(year) for year in data.years.years])]
    columns += zip(panels, cells or panels.values(), strict=True)
    return as_figure(name, figure, caption, alt, [columns_table(name, table_caption, columns)])


# --- the kind of incident with most of the dead ---------------------------------------------

MAIN_SHARE = 0.5
"""A kind with more than this share of all dead is shown apart."""

SIDES_OF_RIOTS = ("deaths_target", "deaths_instigator", "deaths_force")


@dataclass(frozen=True, slots=True)
class MainKind:
    """The type of incident that has most of the dead of a run.

    Attributes
    ----------
    type : str
        Its id.
    words : str
        What the scenario says of it.
    share : float
        Its part of all dead, riots with them.
    dead, others : (future, year) float, persons
        In incidents of this type; in all others and in riots.
    """

    type: str
    words: str
    share: float
    dead: Floats
    others: Floats


def main_kind(data: RunData) -> MainKind | None:
    """Return the type with more than half of all dead of a run; None if there is none."""
    futures, kinds, years = data.years.futures, data.scenario.incident_types, _first_days(data)
    found = sums(data.run, "series", ("type", "month"), ("deaths",), time="month", period="year")
    by_type = grid(found["deaths"], futures, [kind.id for kind in kinds], years)
    riots = sums(data.run, "riots", ("date",), SIDES_OF_RIOTS, period="year")
    total = by_type.sum(axis=1)
    for side in SIDES_OF_RIOTS:
        total = total + grid(riots[side], futures, years)
    most = int(by_type.sum(axis=(0, 2)).argmax())
    dead = by_type[:, most]
    if dead.sum() <= MAIN_SHARE * total.sum():
        return None
    share = float(dead.sum() / total.sum())
    return MainKind(kinds[most].id, kinds[most].words, share, dead, total - dead)


def _first_days(data: RunData) -> pd.DatetimeIndex:
    return pd.DatetimeIndex([f"{year}-01-01" for year in data.years.years]).as_unit("s")


def without_main_kind(data: RunData) -> Iterator[Block]:
    """Yield the dead with and without the kind of incident that has most of them, if one has."""
    kind = main_kind(data)
    if kind is None:
        return
    yield words(
        f"Of all dead of the futures {percent(kind.share)} die in one kind of incident:"
        f" “{kind.words}” ({kind.type}). Figures of all dead say little else. How often it"
        f" happens was fitted on data up to {day(data.scenario.header.fit_until)}; once"
        " settled, it does not decline any more in the futures, whatever it did later. The"
        " table sets the other dead apart."
    )
    yield columns_table(
        "main-kind",
        f"Dead by year in incidents of the kind {kind.type}, and all others with those of riots:"
        " median and 90 % interval",
        [
            ("Year", [str(year) for year in data.years.years]),
            ("Dead of this kind", bands(kind.dead, list(data.years.years))),
            ("All other dead", bands(kind.others, list(data.years.years))),
        ],
    )
