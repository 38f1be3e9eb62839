"""Incidents and deaths: every year as half of the futures and nine in ten of them have it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from markupsafe import Markup
from numpy.typing import NDArray

from interpose.assess.window import bands, grid, sums
from interpose.report import drawing
from interpose.report.charts import (
    draw_recorded,
    draw_years,
    inside_range,
    legend,
    mark_held_out,
    scale,
    years_table,
)
from interpose.report.formats import (
    ACT_WORDS,
    SIDE_WORDS,
    capital,
    day,
    listed,
    number,
    of_quantiles,
)
from interpose.report.page import Block, Cell, Figure, Section, Table, bullets, note, words
from interpose.report.run_page.run_data import RECORDER, RunData, below, row_at


def section(data: RunData) -> Section:
    """Return the section on incidents and deaths by year."""
    blocks: list[Block] = [
        words(
            "Each bar is a year. The thick part holds the middle half of the futures, the thin"
            " part nine in ten of them, and the line across is the middle future."
        ),
        words(_played_in_part(data)),
        _total(data, "incidents", below(data.years.incident_quantiles, "all")),
        _total(data, "deaths", below(data.years.death_quantiles, "all")),
        *apart(data),
    ]
    blocks += _beside_the_record(data)
    blocks += [_by_act(data), *_by_side(data)]
    return Section("violence", "Incidents and deaths, year by year", tuple(blocks))


def _played_in_part(data: RunData) -> str:
    header = data.scenario.header
    parts = []
    if (header.start.month, header.start.day) != (1, 1):
        parts.append(f"{header.start.year} begins on {day(header.start)}")
    if (header.end.month, header.end.day) != (12, 31):
        parts.append(f"{header.end.year} ends on {day(header.end)}")
    fitted = f"The numbers behind the futures were fitted on data up to {day(header.fit_until)}"
    if header.fit_until >= header.end:
        text = f"{fitted}, so no year is held out."
    else:
        text = f"{fitted}; the hatched years after it were not used and show what it is worth."
    return f"{capital(listed(parts))}. {text}" if parts else text


def _total(data: RunData, what: str, table: pd.DataFrame) -> Figure:
    """Return the figure of all incidents, or of all deaths."""
    figure, (ax,) = drawing.canvas(height=2.5)
    draw_years(ax, table)
    mark_held_out(ax, data.scenario)
    scale(ax, table)
    words_of = {"incidents": "incidents a year", "deaths": "dead a year, all sides"}
    ax.set_title(capital(words_of[what]))
    legend(ax)
    first, last = (row_at(table, table.index[i]) for i in (0, -1))
    alt = (
        f"{capital(words_of[what])}: {of_quantiles(first)} in {table.index[0]}, "
        f"{of_quantiles(last)} in {table.index[-1]} (middle future and nine in ten)."
    )
    grown = (
        " Equal steps upwards are equal factors, not equal numbers."
        if ax.get_yscale() != "linear"
        else ""
    )
    caption = f"All {what} that happen in the futures, reported or not.{grown}"
    numbers = years_table(what, f"All {what} by year, over futures", table)
    return Figure(what, drawing.to_svg(figure, what), caption, alt, [numbers])


def _beside_the_record(data: RunData) -> list[Block]:
    """Return the figures that hold what was recorded against what would be recorded."""
    if data.record.is_empty or not data.record.incidents:
        return [note("The scenario has no record of incidents to compare with.")]
    if not data.has_recorder():
        return [
            note(
                f"The scenario says of no reporter called '{RECORDER}' how complete the record is,"
                " so the recorded incidents cannot be held against the futures year by year:"
                " a record is always a part of what happens. The recorded numbers stand in the"
                " table below."
            ),
            _recorded_table(data),
        ]
    years = data.years
    recorded = data.record.yearly_incidents().sum(axis=1)
    of_acts = data.record.yearly_deaths(six_acts=True)["all"]
    of_all = data.record.yearly_deaths()["all"]
    return [
        words(
            "Not all that happens can be read about today. The next three figures show the part of"
            " each future that would stand in the record (bars), and the record itself (circles)."
        ),
        _against(
            data,
            "recorded-incidents",
            "Incidents of which one can read",
            below(years.reported_quantiles, RECORDER),
            {"recorded": recorded},
        ),
        _against(
            data,
            "recorded-deaths",
            "Dead in the incidents of which one can read",
            below(years.reported_death_quantiles, RECORDER),
            {"recorded": of_acts, "with riots too": of_all},
        ),
        _recorded_by_act(data),
    ]


def _against(
    data: RunData,
    name: str,
    title: str,
    table: pd.DataFrame,
    recorded: Mapping[str, pd.Series[int]],
) -> Figure:
    figure, (ax,) = drawing.canvas(height=2.5)
    draw_years(ax, table)
    mark_held_out(ax, data.scenario)
    known = {label: counts[counts.index.isin(table.index)] for label, counts in recorded.items()}
    for label, counts in reversed(known.items()):
        draw_recorded(ax, counts, label, hollow=label != next(iter(known)))
    scale(ax, table, *known.values())
    ax.set_title(title)
    legend(ax, len(known))
    main = next(iter(known.values()))
    inside = inside_range(table, main)
    alt = f"In {inside.sum()} of {len(inside)} years the recorded number lies in the thin bar."
    return Figure(
        name,
        drawing.to_svg(figure, name),
        f"{title}: the futures (bars) and the record (circles). {alt}",
        alt,
        [years_table(name, f"{title}, by year", table, known)],
    )


def _recorded_by_act(data: RunData) -> Figure:
    """Return small multiples of what would stand in the record and what does, one an act."""
    table = data.years.reported_by_act(RECORDER)
    recorded = data.record.yearly_incidents()
    recorded = recorded[recorded.index.isin(data.years.years)]
    acts = [a for a in ACT_WORDS if below(table, a)["q95"].any() or recorded[a].any()]
    titles = {act: capital(ACT_WORDS[act]) for act in acts}
    inside = {act: inside_range(below(table, act), recorded[act]) for act in acts}
    alt = "Years in which the recorded number lies in the thin bar: "
    alt += "; ".join(f"{ACT_WORDS[a]} {inside[a].sum()} of {len(inside[a])}" for a in acts) + "."
    rows: list[list[str | Cell]] = [
        [
            str(year),
            *(
                Cell(of_quantiles(row_at(table, (act, year))), under=_said(recorded[act], year))
                for act in acts
            ),
        ]
        for year in data.years.years
    ]
    caption = "By kind: what one could read of the futures (middle, nine in ten); what is recorded"
    return Figure(
        "recorded-acts",
        _multiples(
            data,
            "recorded-acts",
            [(titles[act], below(table, act)) for act in acts],
            recorded={titles[act]: recorded[act] for act in acts},
        ),
        "Incidents of which one can read, by kind: the futures (bars) and the record (circles).",
        alt,
        [Table("recorded-acts", caption, ("Year", *titles.values()), rows)],
    )


def _said(recorded: pd.Series[int], year: int) -> str:
    return f"recorded: {number(recorded.get(year, np.nan))}"


def _recorded_table(data: RunData) -> Table:
    incidents = data.record.yearly_incidents()
    dead = data.record.yearly_deaths()["all"]
    rows = [
        (str(year), *(number(n) for n in row), number(dead[year]))
        for year, row in zip(incidents.index, incidents.to_numpy(), strict=True)
    ]
    header = ("Year", *(capital(ACT_WORDS[act]) for act in incidents.columns), "Dead, any kind")
    return Table("recorded", "Recorded incidents by year", header, rows)


def _by_act(data: RunData) -> Figure:
    """Return small multiples, one an act."""
    table = data.years.incident_quantiles
    acts = [act for act in ACT_WORDS if below(table, act)["q95"].any()] or list(ACT_WORDS)[:1]
    panels = [(capital(ACT_WORDS[act]), below(table, act)) for act in acts]
    rows = [
        (str(year), *(of_quantiles(row_at(table, (act, year))) for act in acts))
        for year in data.years.years
    ]
    header = ("Year", *(capital(ACT_WORDS[act]) for act in acts))
    caption = "Incidents of each kind: the middle future and nine in ten"
    absent = [ACT_WORDS[act] for act in ACT_WORDS if act not in acts]
    none = f" No {listed(absent)} in nineteen of twenty futures." if absent else ""
    last = data.years.years[-1]
    said = "; ".join(f"{ACT_WORDS[a]} {of_quantiles(row_at(table, (a, last)))}" for a in acts)
    return Figure(
        "acts",
        _multiples(data, "acts", panels),
        f"Incidents a year by kind; every panel has a scale of its own.{none}",
        f"In {last}: {said}.",
        [Table("acts", caption, header, rows)],
    )


def _by_side(data: RunData) -> list[Block]:
    """Return deaths by the side of the dead, all on one scale."""
    table = data.years.death_quantiles
    names = {c.id: c.name for c in data.scenario.header.communities}
    sides = [side for side in data.years.sides if below(table, side)["q95"].any()]
    rest = [names.get(s, SIDE_WORDS.get(s, s)) for s in data.years.sides if s not in sides]
    said = f"In any one year, nineteen of twenty futures have no dead among: {listed(rest)}."
    if not sides:
        return [bullets([said])]
    panels = [(capital(names.get(s, SIDE_WORDS.get(s, s))), below(table, s)) for s in sides]
    rows = [
        (str(year), *(of_quantiles(row_at(table, (side, year))) for side in sides))
        for year in data.years.years
    ]
    header = ("Year", *(title for title, _ in panels))
    caption = "Dead by the side they belonged to: the middle future and nine in ten"
    figure = Figure(
        "sides",
        _multiples(data, "sides", panels, one_scale=True),
        "The dead by the community or body they belonged to, whoever killed them; all panels"
        f" have the same scale. {said if rest else ''}",
        "; ".join(
            f"{title}: {of_quantiles(row_at(t, t.index[-1]))} in {t.index[-1]}"
            for title, t in panels
        ),
        [Table("sides", caption, header, rows)],
    )
    return [figure]


def _multiples(
    data: RunData,
    name: str,
    panels: Sequence[tuple[str, pd.DataFrame]],
    *,
    one_scale: bool = False,
    recorded: Mapping[str, pd.Series[int]] | None = None,
) -> Markup:
    columns = min(3, len(panels))
    rows = -(-len(panels) // columns)
    figure, axes = drawing.canvas(rows, columns, height=0.3 + 1.6 * rows, sharex=True)
    together = pd.concat([table for _, table in panels])
    for ax, (title, table) in zip(axes, panels, strict=False):
        draw_years(ax, table, ticks=4)
        mark_held_out(ax, data.scenario, label=False)
        counts = [] if recorded is None else [recorded[title]]
        for points in counts:
            draw_recorded(ax, points, "recorded")
        scale(ax, together if one_scale else table, *counts, small=True)
        ax.set_title(title)
    for ax in axes[len(panels) :]:
        ax.set_visible(False)
    for ax in axes[len(panels) - columns : len(panels)]:
        ax.tick_params(labelbottom=True)
    return drawing.to_svg(figure, name)


MOST = 0.5
"""A kind with more than this share of all dead is shown apart."""

SIDES_OF_RIOTS = ("deaths_target", "deaths_instigator", "deaths_force")

Floats = NDArray[np.float64]


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
    futures, kinds = data.years.futures, data.scenario.incident_types
    years = _years(data)
    found = sums(data.run, "series", ("type", "month"), ("deaths",), time="month", period="year")
    by_type = grid(found["deaths"], futures, [kind.id for kind in kinds], years)
    riots = np.zeros((len(futures), len(years)))
    dead = sums(data.run, "riots", ("date",), SIDES_OF_RIOTS, period="year")
    for side in SIDES_OF_RIOTS:
        riots += grid(dead[side], futures, years)
    total = by_type.sum(axis=1) + riots
    most = int(by_type.sum(axis=(0, 2)).argmax())
    dead_of_it = by_type[:, most]
    if dead_of_it.sum() <= MOST * total.sum():
        return None
    return MainKind(
        type=kinds[most].id,
        words=kinds[most].words,
        share=float(dead_of_it.sum() / total.sum()),
        dead=dead_of_it,
        others=total - dead_of_it,
    )


def _years(data: RunData) -> pd.DatetimeIndex:
    return pd.DatetimeIndex([f"{year}-01-01" for year in data.years.years]).as_unit("s")


def apart(data: RunData) -> list[Block]:
    """Return what the kind with most of the dead does to all figures of the dead."""
    kind = main_kind(data)
    if kind is None:
        return []
    years = _years(data)
    held: Mapping[str, pd.DataFrame] = {
        "of it": bands(kind.dead, years),
        "others": bands(kind.others, years),
    }
    rows = [
        (str(year), *(of_quantiles(row_at(table, start)) for table in held.values()))
        for year, start in zip(data.years.years, years, strict=True)
    ]
    header = ("Year", "Dead of this kind", "All other dead")
    caption = (
        f"Dead by year in incidents of the kind {kind.type}, and all others with those of riots"
    )
    return [
        words(
            f"Of all dead of the futures {100 * kind.share:.0f} % die in one kind of incident:"
            f" “{kind.words}” ({kind.type}). Figures of all dead say little else. How often it"
            f" happens was fitted on data up to {day(data.scenario.header.fit_until)}; once"
            " settled, it does not decline any more in the futures, whatever it did later. The"
            " table sets the other dead apart."
        ),
        Table("main-kind", f"{caption}: the middle future and nine in ten", header, rows),
    ]
