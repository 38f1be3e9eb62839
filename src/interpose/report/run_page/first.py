"""The first screen: what the run answers, in three numbers and one figure that moves with time."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from interpose.assess import Assessment
from interpose.assess.accounting import collected
from interpose.assess.totals import bands
from interpose.policy import said
from interpose.record.record import TOTAL
from interpose.report import interactive
from interpose.report.drawing import Floats, below, row_at, years_table
from interpose.report.interactive import Spec
from interpose.report.page import (
    ACT_WORDS,
    Lead,
    Table,
    capital,
    day_as_precise,
    number,
    short,
    shortened,
)
from interpose.report.run_page.incidents import acts_of
from interpose.report.run_page.run_data import RunData
from interpose.scenario.phrases import listed, plural
from interpose.scenario.policies import IN_THEATRE

LABELS = 7
"""Places with a name on the map."""

KEYS = (
    ("seen", "recorded: the year's number, or one incident on the map"),
    ("median", "median of the futures"),
    ("half", "middle half"),
    ("interval", "90 % interval"),
    ("late", "years after the fit, hatched"),
    ("disc", "incidents to expect at a place, all kinds"),
    ("unit", "soldiers at a base"),
)
"""Look of a key and what it stands for."""


@dataclasses.dataclass(frozen=True, slots=True)
class Measure:
    """A count by year: its title, quantiles over futures, and what was recorded.

    Those with a `name` have a still and a table here.
    """

    name: str
    title: str
    table: pd.DataFrame
    seen: pd.Series[float]


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
        "places": interactive.over_places(
            years, _months(data), _places(data), list(_force(data)), list(_incidents(data)),
            _roads(data), what_if=what_if,
        ),
    }  # fmt: skip
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
        keys=_keys(data, held_out),
        what_if=what_if,
        caption=_caption(data),
        tables=[*_tables(named)],
    )


def _question(data: RunData) -> str:
    if not data.is_what_if:
        seen = ", and does the record agree" if data.held else ""
        return f"How much violence is to be expected with this force{seen}?"
    if data.run.info["policy"] == "replay":  # the head of the page says what was changed
        return "How much violence is to be expected then?"
    told = said(data.run.info["policy"], data.run.info["policy_rules"])[0].rstrip(".")
    return f"How much violence is to be expected with another policy: {told}?"


def _numbers(data: RunData) -> Iterator[Mapping[str, str]]:
    """Yield three numbers with their 90 % intervals and words."""
    if data.held:
        incidents, dead = data.held[:2]
        last = int(incidents.years[-1])
        found = bands(incidents.futures, incidents.years)
        sums = bands(dead.futures.sum(axis=1)[:, None], [TOTAL])
        seen = [number(incidents.recorded[-1]), number(dead.recorded.sum())]
        texts = [
            f"reported incidents in {last}",
            f"reported dead from {dead.years[0]} to {dead.years[-1]}",
        ]
    else:
        last = data.full_years[1]
        found = below(data.years.incident_quantiles, TOTAL)
        sums = bands(data.years.deaths.sum(axis=(1, 2))[:, None], [TOTAL])
        seen, texts = ["", ""], [f"incidents in {last}", "dead of all sides, first day to last"]
    for row, told, text in zip(
        (row_at(found, last), row_at(sums, TOTAL)), seen, texts, strict=True
    ):
        yield _one(row, text, f"The record holds {told}." if told else "")
    force = below(data.force, "in_theatre")
    month = pd.Timestamp(str(force.index[-1]))
    yield _one(row_at(force, force.index[-1]), f"soldiers in the theatre in {month:%B %Y}", "")


def _one(row: Mapping[str, float], text: str, seen: str) -> dict[str, str]:
    low, high = number(row["q05"]), number(row["q95"])
    interval = "in every future" if low == high else f"90 % interval: {low} to {high}"
    return {"value": number(row["q50"]), "interval": interval, "words": text, "seen": seen}


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
        seen = pd.Series(held.recorded, index=held.years)
        yield Measure(name, title, bands(held.futures, held.years), seen)
    nothing = pd.Series(dtype=float)
    both = ", recorded or not" if data.held else ""
    yield Measure(
        "incidents", f"All incidents a year{both}",
        below(data.years.incident_quantiles, TOTAL), nothing,
    )  # fmt: skip
    yield Measure(
        "deaths", f"All dead a year, of all sides{both}",
        below(data.years.death_quantiles, TOTAL), nothing,
    )  # fmt: skip

    for held in data.held[2:]:
        name = capital(ACT_WORDS[held.name.replace(" ", "_")])
        seen = pd.Series(held.recorded, index=held.years)
        yield Measure("", f"{name} a year, reported", bands(held.futures, held.years), seen)
    for act in acts_of(data):
        name = f"{capital(ACT_WORDS[act])} a year{both}"
        yield Measure("", name, below(data.years.incident_quantiles, act), nothing)


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
            if year in one.seen.index:
                found["seen"] = float(one.seen[year])
                text += f"; recorded {number(one.seen[year])}"
            if fit and year > fit.year:
                found["late"] = True
                text += " (after the fit)"
            if year in part:
                text += " (not all of its days are played)"
            yield {**found, "words": text}
        for year in sorted(set(data.years.years) - set(one.table.index)):
            yield {"measure": i, "year": int(year), "words": f"{year}: no whole year of the record"}


def _places(data: RunData) -> list[Spec]:
    rows = [
        {
            "name": place.name, "lon": round(place.lon, 4), "lat": round(place.lat, 4),
            "n": [round(float(rate), 2) for rate in data.years.at_place[:, i]],
        }
        for i, place in enumerate(data.scenario.places)
    ]  # fmt: skip
    for i in interactive.named_apart(rows, LABELS):
        rows[i]["label"] = shortened(str(rows[i]["name"]), 40)  # names in two languages, one a line
    return rows


def _months(data: RunData) -> tuple[int, int]:
    """Return the first and the last month that is played."""
    header = data.scenario.header
    first, last = (date.year * 12 + date.month - 1 for date in (header.start, header.end))
    return first, last


def _force(data: RunData) -> Iterator[Spec]:
    """Yield who stands where from which month on, by the scenario's table; the 15th counts."""
    places = data.scenario.places
    nations = {row.id: row.name for row in data.scenario.contributors}
    at = {
        base.id: (base.name, places[index])
        for base, index in zip(data.scenario.bases, data.theatre.base_place, strict=True)
    }

    def month(date: dt.date) -> int:
        return date.year * 12 + date.month - (date.day <= 15)

    end = 12 * (int(data.years.years[-1]) + 1)
    for row in data.scenario.contingents:
        begins, ends = month(row.arrives), month(row.departs) if row.departs else end
        if row.stock in IN_THEATRE and begins < ends:
            name, place = at[row.base]
            yield {
                "name": name, "lon": place.lon, "lat": place.lat, "n": row.strength,
                "nation": nations.get(row.contributor, row.contributor),
                "from": begins, "to": ends,
            }  # fmt: skip


def _incidents(data: RunData) -> Iterator[Spec]:
    """Yield the incidents of the record by date, those of one place beside each other."""
    index = data.theatre.place_index
    doubts = {row: finding.why for finding in data.disagreements for row in finding.rows}
    apart = collected(data.scenario, data.record).why_not if data.held else {}
    beside: Counter[tuple[int, str]] = Counter()
    for row in sorted(data.record.incidents, key=lambda one: (one.begins, one.id)):
        if row.place not in index:
            continue
        place = data.scenario.places[index[row.place]]
        key = row.begins.year, row.place
        lon, lat = interactive.spread(place.lon, place.lat, beside[key])
        beside[key] += 1
        counts = [
            f"{number(count)} {what}"
            for what, count in (("dead", row.deaths), ("injured", row.injured))
            if count
        ]
        told = [
            f"{day_as_precise(row.begins, row.precision)}, {place.name}: {row.summary.rstrip('.')}",
            listed(counts),
            data.source_title(row.source),
            f"Before use: {doubts[row.id].rstrip('.')}" if row.id in doubts else "",
            f"Not in the number above: {apart[row.id].rstrip('.')}" if row.id in apart else "",
        ]
        yield {
            "year": key[0], "month": -1 if row.precision == "year" else row.begins.month - 1,
            "lon": round(lon, 4), "lat": round(lat, 4), "source": row.source,
            "words": ". ".join(part for part in told if part) + ".",
        }  # fmt: skip


def _roads(data: RunData) -> list[tuple[tuple[float, float], ...]]:
    where = {place.id: (place.lon, place.lat) for place in data.scenario.places}
    return [(where[link.a], where[link.b]) for link in data.scenario.links]


def _keys(data: RunData, held_out: int | None) -> list[tuple[str, str]]:
    gone = set() if data.held else {"seen"}
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
        f"{kinds}Its discs grow in area with the incidents to expect there (mean over futures), its"
        " frames with the soldiers that the scenario's table puts there; all years share one"
        f" scale. Lines are roads. {data.scenario.header.borders}"
    )


def _tables(measures: list[Measure]) -> Iterator[Table]:
    for one in measures:
        seen = {"recorded": one.seen} if len(one.seen) else {}
        yield years_table(one.name, f"{one.title}, by year", one.table, seen)
