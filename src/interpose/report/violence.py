"""Incidents and deaths: every year as half of the futures and nine in ten of them have it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from markupsafe import Markup

from interpose.report import drawing, main_kind
from interpose.report.material import RECORDER, Material, below, row_at
from interpose.report.parts import Block, Cell, Figure, Section, Table, bullets, note, words
from interpose.report.wording import (
    ACT_WORDS,
    SIDE_WORDS,
    capital,
    day,
    listed,
    number,
    of_quantiles,
)
from interpose.report.years import (
    draw_recorded,
    draw_years,
    inside_range,
    legend,
    mark_held_out,
    scale,
    years_table,
)


def section(material: Material) -> Section:
    """Return the section on incidents and deaths by year."""
    blocks: list[Block] = [
        words(
            "Each bar is a year. The thick part holds the middle half of the futures, the thin"
            " part nine in ten of them, and the line across is the middle future."
        ),
        words(_played_in_part(material)),
        _total(material, "incidents", below(material.years.incident_quantiles, "all")),
        _total(material, "deaths", below(material.years.death_quantiles, "all")),
        *main_kind.apart(material),
    ]
    blocks += _beside_the_record(material)
    blocks += [_by_act(material), *_by_side(material)]
    return Section("violence", "Incidents and deaths, year by year", tuple(blocks))


def _played_in_part(material: Material) -> str:
    header = material.scenario.header
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


def _total(material: Material, what: str, table: pd.DataFrame) -> Figure:
    """Return the figure of all incidents, or of all deaths."""
    figure, (ax,) = drawing.canvas(height=2.5)
    draw_years(ax, table)
    mark_held_out(ax, material)
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


def _beside_the_record(material: Material) -> list[Block]:
    """Return the figures that hold what was recorded against what would be recorded."""
    if material.record.is_empty or not material.record.incidents:
        return [note("The scenario has no record of incidents to compare with.")]
    if not material.has_recorder():
        return [
            note(
                f"The scenario says of no reporter called '{RECORDER}' how complete the record is,"
                " so the recorded incidents cannot be held against the futures year by year:"
                " a record is always a part of what happens. The recorded numbers stand in the"
                " table below."
            ),
            _recorded_table(material),
        ]
    years = material.years
    recorded = material.record.yearly_incidents().sum(axis=1)
    of_acts = material.record.yearly_deaths(six_acts=True)["all"]
    of_all = material.record.yearly_deaths()["all"]
    return [
        words(
            "Not all that happens can be read about today. The next three figures show the part of"
            " each future that would stand in the record (bars), and the record itself (circles)."
        ),
        _against(
            material,
            "recorded-incidents",
            "Incidents of which one can read",
            below(years.reported_quantiles, RECORDER),
            {"recorded": recorded},
        ),
        _against(
            material,
            "recorded-deaths",
            "Dead in the incidents of which one can read",
            below(years.reported_death_quantiles, RECORDER),
            {"recorded": of_acts, "with riots too": of_all},
        ),
        _recorded_by_act(material),
    ]


def _against(
    material: Material,
    name: str,
    title: str,
    table: pd.DataFrame,
    recorded: Mapping[str, pd.Series[int]],
) -> Figure:
    figure, (ax,) = drawing.canvas(height=2.5)
    draw_years(ax, table)
    mark_held_out(ax, material)
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


def _recorded_by_act(material: Material) -> Figure:
    """Return small multiples of what would stand in the record and what does, one an act."""
    table = material.years.reported_by_act(RECORDER)
    recorded = material.record.yearly_incidents()
    recorded = recorded[recorded.index.isin(material.years.years)]
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
        for year in material.years.years
    ]
    caption = "By kind: what one could read of the futures (middle, nine in ten); what is recorded"
    return Figure(
        "recorded-acts",
        _multiples(
            material,
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


def _recorded_table(material: Material) -> Table:
    incidents = material.record.yearly_incidents()
    dead = material.record.yearly_deaths()["all"]
    rows = [
        (str(year), *(number(n) for n in row), number(dead[year]))
        for year, row in zip(incidents.index, incidents.to_numpy(), strict=True)
    ]
    header = ("Year", *(capital(ACT_WORDS[act]) for act in incidents.columns), "Dead, any kind")
    return Table("recorded", "Recorded incidents by year", header, rows)


def _by_act(material: Material) -> Figure:
    """Return small multiples, one an act."""
    table = material.years.incident_quantiles
    acts = [act for act in ACT_WORDS if below(table, act)["q95"].any()] or list(ACT_WORDS)[:1]
    panels = [(capital(ACT_WORDS[act]), below(table, act)) for act in acts]
    rows = [
        (str(year), *(of_quantiles(row_at(table, (act, year))) for act in acts))
        for year in material.years.years
    ]
    header = ("Year", *(capital(ACT_WORDS[act]) for act in acts))
    caption = "Incidents of each kind: the middle future and nine in ten"
    absent = [ACT_WORDS[act] for act in ACT_WORDS if act not in acts]
    none = f" No {listed(absent)} in nineteen of twenty futures." if absent else ""
    last = material.years.years[-1]
    said = "; ".join(f"{ACT_WORDS[a]} {of_quantiles(row_at(table, (a, last)))}" for a in acts)
    return Figure(
        "acts",
        _multiples(material, "acts", panels),
        f"Incidents a year by kind; every panel has a scale of its own.{none}",
        f"In {last}: {said}.",
        [Table("acts", caption, header, rows)],
    )


def _by_side(material: Material) -> list[Block]:
    """Return deaths by the side of the dead, all on one scale."""
    table = material.years.death_quantiles
    names = {c.id: c.name for c in material.scenario.header.communities}
    sides = [side for side in material.years.sides if below(table, side)["q95"].any()]
    rest = [names.get(s, SIDE_WORDS.get(s, s)) for s in material.years.sides if s not in sides]
    said = f"In any one year, nineteen of twenty futures have no dead among: {listed(rest)}."
    if not sides:
        return [bullets([said])]
    panels = [(capital(names.get(s, SIDE_WORDS.get(s, s))), below(table, s)) for s in sides]
    rows = [
        (str(year), *(of_quantiles(row_at(table, (side, year))) for side in sides))
        for year in material.years.years
    ]
    header = ("Year", *(title for title, _ in panels))
    caption = "Dead by the side they belonged to: the middle future and nine in ten"
    figure = Figure(
        "sides",
        _multiples(material, "sides", panels, one_scale=True),
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
    material: Material,
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
        mark_held_out(ax, material, label=False)
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
