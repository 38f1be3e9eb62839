"""The first screen: what the run answers, in three numbers and one figure that moves with time."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from interpose.assess import Assessment
from interpose.assess.score import Held
from interpose.assess.totals import bands
from interpose.policy import said
from interpose.record.record import TOTAL
from interpose.report import interactive
from interpose.report.interactive import Spec
from interpose.report.map_view import words_of_map
from interpose.report.page import (
    ACT_WORDS,
    Cell,
    Lead,
    Table,
    capital,
    number,
    short,
)
from interpose.report.quantiles import Floats, below, row_at, years_table
from interpose.report.run_page.incidents import acts_of
from interpose.report.run_page.on_map import map_of
from interpose.report.run_page.run_data import RunData
from interpose.scenario.phrases import listed, plural

KEYS = (
    ("seen", "recorded: the year's number, or one incident on the map"),
    ("median", "median of the futures"),
    ("half", "middle half"),
    ("interval", "90 % interval"),
    ("late", "years after the fit, hatched"),
    ("disc", "incidents to expect at a place, all kinds"),
    ("barrier", "days with a barricade in the futures"),
    ("blocked", "recorded: a blocked road"),
    (
        "unit",
        "soldiers at a base: about a platoon •••, a company I, a battalion II, a regiment III, a"
        " brigade X",
    ),
    ("shut", "a road that is closed by the scenario"),
    ("edge", "boundary"),
    ("disputed", "boundary, disputed or differing between views"),
)
"""Look of a key and what it stands for."""


@dataclasses.dataclass(frozen=True, slots=True)
class Measure:
    """A count by year: its title, quantiles over futures, and what was recorded, if anything.

    Those with a `name` have a still and a table here.
    """

    name: str
    title: str
    table: pd.DataFrame
    held: Held | None = None


def lead(data: RunData) -> Lead:
    """Return the first screen of the report of a run."""
    measures = list(_measures(data))
    years = [int(year) for year in data.years.years]
    rows = list(_rows(data, measures))
    titles = [one.title for one in measures]
    what_if = data.is_what_if
    held_out = data.held_out.year + 1 if data.held_out else None
    specs = {
        "years": interactive.over_years(titles, rows, held_out, what_if=what_if),
        "places": map_of(data),
    }
    named = [one for one in measures if one.name]
    alts = {"years": _alt(named), "places": _alt_places(data)}
    stills = [
        ("years", {"measure": i, "year": 0}, _alt([one]))
        for i, one in enumerate(measures)
        if one.name
    ]
    ends = sorted({years[0], years[-1]})
    return interactive.first_screen(
        specs,
        alts,
        [*stills, *(("places", {"year": year}, alts["places"]) for year in ends)],
        (12 * years[0], 12 * years[-1], 12 * data.full_years[1], 12),
        question=_question(data),
        numbers=list(_numbers(data)),
        lines=list(_verdict(data)),
        titles=titles,
        keys=_keys(data, held_out, specs["places"]),
        what_if=what_if,
        communities=data.community_names,
        caption=_caption(data),
        tables=[*_tables(named)],
    )


def _question(data: RunData) -> str:
    if not data.is_what_if:
        seen = ", and does the record agree" if data.held else ""
        return f"How much violence is to be expected with this force{seen}?"
    if data.run.info["policy"] == "replay":  # the head of the page says what was changed
        return "How much violence is to be expected then?"
    name, told = data.run.info["policy"], said(data.run.info["policy_rules"])[0].rstrip(".")
    return f"How much violence is to be expected with another policy: {name}: {told}?"


def _numbers(data: RunData) -> Iterator[Mapping[str, str | Sequence[str]]]:
    """Yield three numbers with their 90 % intervals and words."""
    rows: list[list[str]] = [[], []]
    if data.held:
        incidents, dead = data.held[:2]
        last = int(incidents.years[-1])
        found = bands(incidents.futures, incidents.years)
        sums = bands(dead.futures.sum(axis=1)[:, None], [TOTAL])
        seen = [number(incidents.recorded[-1]), number(dead.recorded.sum())]
        rows = [[*incidents.rows[last]], [row for of in dead.rows.values() for row in of]]
        texts = [
            f"reported incidents in {last}",
            f"reported dead from {dead.years[0]} to {dead.years[-1]}",
        ]
    else:
        last = data.full_years[1]
        found = below(data.years.incident_quantiles, TOTAL)
        sums = bands(data.years.deaths.sum(axis=(1, 2))[:, None], [TOTAL])
        seen, texts = ["", ""], [f"incidents in {last}", "dead of all sides, first day to last"]
    for row, told, text, of in zip(
        (row_at(found, last), row_at(sums, TOTAL)), seen, texts, rows, strict=True
    ):
        yield _one(row, text, f"The record holds {told}." if told else "", of)
    force = below(data.force, "in_theatre")
    month = pd.Timestamp(str(force.index[-1]))
    yield _one(row_at(force, force.index[-1]), f"soldiers in the theatre in {month:%B %Y}", "")


def _one(
    row: Mapping[str, float], text: str, seen: str, rows: Sequence[str] = ()
) -> Mapping[str, str | Sequence[str]]:
    low, high = number(row["q05"]), number(row["q95"])
    interval = "in every future" if low == high else f"90 % interval: {low} to {high}"
    return {
        "value": number(row["q50"]),
        "interval": interval,
        "words": text,
        "seen": seen,
        "rows": rows,
    }


def _verdict(data: RunData) -> Iterator[str]:
    """Yield how far the numbers can be trusted, in a sentence or two."""
    text = (
        "The large numbers are medians: half of the futures have less. Nine of ten futures lie"
        " within the 90 % interval."
    )
    judged = data.judgement
    if isinstance(judged, Assessment):
        text += f" {judged.words[0].partition(':')[0].rstrip('.')}."
    elif data.is_what_if:
        text += " No record can check another force, mission or policy."
    if data.is_rough:
        text += f" Only {plural(data.futures, 'future')}: all ranges are rough."
    yield text


def _measures(data: RunData) -> Iterator[Measure]:
    """Yield what the figure can show; what a record can check comes first."""
    known = (
        ("recorded-incidents", "Reported incidents a year"),
        ("recorded-deaths", "Reported dead a year, with those of riots"),
    )
    for (name, title), held in zip(known, data.held, strict=False):
        yield Measure(name, title, bands(held.futures, held.years), held)
    both = ", recorded or not" if data.held else ""
    yield Measure(
        "incidents", f"All incidents a year{both}",
        below(data.years.incident_quantiles, TOTAL),
    )  # fmt: skip
    yield Measure(
        "deaths", f"All dead a year, of all sides{both}",
        below(data.years.death_quantiles, TOTAL),
    )  # fmt: skip

    for held in data.held[2:]:
        name = capital(ACT_WORDS[held.name.replace(" ", "_")])
        yield Measure("", f"{name} a year, reported", bands(held.futures, held.years), held)
    for act in acts_of(data):
        name = f"{capital(ACT_WORDS[act])} a year{both}"
        yield Measure("", name, below(data.years.incident_quantiles, act))


def _rows(data: RunData, measures: list[Measure]) -> Iterator[Spec]:
    """Yield the numbers of each measure and year, with the words for them."""
    fit, days = data.held_out, np.bincount(data.theatre.year_of_day)
    part = {int(year) for year, n in zip(data.years.years, days, strict=True) if n < 365}
    for i, one in enumerate(measures):
        for year in one.table.index:
            row = row_at(one.table, year)
            low, middle, high = (number(row[q]) for q in ("q05", "q50", "q95"))
            text = f"{year}: median {middle}, 90 % interval {low} to {high}"
            found: Spec = {"measure": i, "year": int(year), **row}
            if one.held:
                found["seen"] = float(one.held.seen[year])
                text += f"; recorded {number(found['seen'])}"
                if rows := one.held.rows[year]:
                    found["rows"] = ",".join(rows)
            if fit and year > fit.year:
                found["late"] = True
                text += " (after the fit)"
            if year in part:
                text += " (not all of its days are played)"
            yield {**found, "words": text}
        for year in sorted(set(data.years.years) - set(one.table.index)):
            yield {"measure": i, "year": int(year), "words": f"{year}: no whole year of the record"}


def _keys(data: RunData, held_out: int | None, shown: Spec) -> list[tuple[str, str]]:
    on_map = shown["datasets"]
    land = {row["properties"]["kind"] for row in on_map["land"]}
    there = {
        "seen": data.held, "barrier": on_map["barricades"], "shut": on_map["closed"],
        "blocked": any("road" in row for row in on_map["incidents"]),
        "edge": "boundary" in land, "disputed": "disputed" in land,
    }  # fmt: skip
    gone = {look for look, found in there.items() if not found}
    if held_out is None or held_out > int(data.years.years[-1]) or data.is_what_if:
        gone.add("late")
    tail = {"median": " of the what-if"} if data.is_what_if else {}
    return [(look, text + tail.get(look, "")) for look, text in KEYS if look not in gone]


def _alt(measures: list[Measure]) -> str:
    texts = []
    for one in measures:
        first, last = one.table.index[0], one.table.index[-1]
        ends = [f"{number(one.table.loc[y, 'q50'])} in {y}" for y in (first, last)]
        texts.append(f"{one.title}: median {listed(ends)}.")
    return " ".join(texts)


def _alt_places(data: RunData) -> str:
    texts = []
    for i in (0, len(data.years.years) - 1):
        rate: Floats = data.years.at_place[i]
        top = data.scenario.places[int(np.argmax(rate))].name
        texts.append(
            f"{data.years.years[i]}: {number(rate.sum())} incidents to expect in all, most at {top}"
            f" ({short(float(rate.max()))})."
        )
    return " ".join(texts)


def _caption(data: RunData) -> str:
    kinds = "The map counts all incidents that the futures have, recorded or not. "
    return (
        f"{kinds}Its discs grow in area with the incidents to expect there (mean over futures); all"
        " years share one scale. Frames stand beside the bases where the scenario's table puts"
        " soldiers, with the size mark of APP-6 for so many; of which arm they are the table does"
        f" not say. Thin lines are roads. {words_of_map(data.scenario)}"
    )


def _tables(measures: list[Measure]) -> Iterator[Table]:
    for one in measures:
        seen: dict[str, dict[int, str | Cell]] = {}
        if one.held:
            counts = zip(one.held.rows.items(), one.held.recorded, strict=True)
            seen["recorded"] = {y: Cell(number(n), rows=rows) for (y, rows), n in counts}
        yield years_table(one.name, f"{one.title}, by year", one.table, seen)
