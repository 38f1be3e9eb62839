"""Where incidents are expected, and where the force can go: a table of municipalities."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.stats import poisson

from interpose.assess.accounting import ACTS_OF, MISSION, count_of
from interpose.assess.totals import bands, interval, rank_correlation, totals
from interpose.play import Theatre
from interpose.play.day import build_world, new_state, play_days
from interpose.play.expected import expected_incidents
from interpose.play.future import draw_parameters
from interpose.play.roads_and_lines import is_along
from interpose.play.theatre import DAYS_PER_YEAR
from interpose.record.periods import period_of
from interpose.report.page import (
    ACT_WORDS,
    Cell,
    Section,
    Table,
    Text,
    capital,
    day,
    number,
    short,
    words,
)
from interpose.report.quantiles import (
    Floats,
    columns_table,
    inside_interval,
    quantile_cells,
)
from interpose.report.run_page.assumptions import in_brief
from interpose.report.run_page.run_data import RunData
from interpose.scenario import Scenario
from interpose.scenario.phrases import listed

RECENT_YEARS = 5

WIDE, FEW, MANY = 4.0, 10.0, 30
"""A factor beyond which a span is explained; a yearly count that is few; futures that tell why."""


@dataclass(frozen=True, slots=True)
class Period:
    """A span of years, and its incidents a year by place."""

    words: str
    rate: Floats


def section(data: RunData) -> Section:
    """Return the section with the table; the map stands on the first screen."""
    periods = _periods(data)
    errors = np.array([place.error_km for place in data.scenario.places])
    blocks = (
        words(
            "The map at the head of this page has every year on one scale. The table says where"
            " incidents are expected, not by whom."
        ),
        _table(data, periods),
        words(
            data.scenario.header.borders,
            f"Coordinates are good to about {short(float(np.median(errors)))} km,"
            f" the worst of them to {short(float(errors.max()))} km.",
            "The map's projection keeps areas (Lambert) around the middle of the places.",
            *([capital(listed(dated)) + "."] if (dated := [*_dated(data)]) else []),
        ),
    )
    return Section("places", "Where", blocks)


def _periods(data: RunData) -> list[Period]:
    """Return the first year and the last few, each as a rate a year."""
    years = data.years.years
    days = np.bincount(data.theatre.year_of_day, minlength=len(years))
    recent = min(RECENT_YEARS, max(1, len(years) - 1))
    spans = [slice(0, 1), slice(len(years) - recent, len(years))]
    found = []
    for span in spans if len(years) > 1 else spans[:1]:
        first, last = int(years[span][0]), int(years[span][-1])
        start = int(days[: span.start].sum())
        dates = data.theatre.dates[start : start + int(days[span].sum())].astype(dt.date)
        title = f"{first} to {last}, mean of a year"
        if first == last:
            title = str(first) if len(dates) > 364 else f"{day(dates[0])} to {day(dates[-1])}"
        rate = data.years.at_place[span].mean(axis=0)
        found.append(Period(title, rate))
    return found


def _table(data: RunData, periods: Sequence[Period]) -> Table:
    """Return incidents and guard of every municipality."""
    seats = data.theatre.municipalities
    rates = [
        np.bincount(data.theatre.municipality_of_place, p.rate, len(seats)) for p in periods
    ]  # fmt: skip
    order = np.argsort(-rates[-1], kind="stable")
    columns = [("Municipality", [data.place_name(seats[i]) for i in order])]
    for period, rate in zip(periods, rates, strict=True):
        columns.append((f"Incidents, {period.words}", [short(rate[i]) for i in order]))
    reviews = data.municipal.index.get_level_values("date")
    for date in [reviews.min(), reviews.max()] if len(reviews) else []:
        guard = [data.municipal.loc[(date, seats[i]), "troops"] for i in order]
        heading = f"Soldiers outside a 1,000 people, {date.date():%Y-%m}"
        columns.append((heading, [number(soldiers, 1) for soldiers in guard]))
    caption = (
        "Municipalities: incidents to expect a year, and soldiers available outside their camps,"
        " weighted by their reach on the roads"
    )
    return columns_table("places", caption, columns)


# --- a line between armed forces ------------------------------------------------------------------

MOST_SEEN = 50
"""Futures of which the page works out again what the mission saw of the line."""


def line(data: RunData) -> list[Section]:
    """Return the section on what is seen of a line; none where no line runs."""
    if not data.scenario.lines:
        return []
    told = (
        "The mission sees what its posts, patrols and sensors see, as far as the forces consent;"
        " more happens. How far being watched keeps a force from an act is not known: studies find"
        " from nothing to three quarters less, so every future draws it. Fewer posts then tell less"
        " while as much happens, or more."
    )
    half = [words(_with_half_the_posts(data))] if any(r.posts for r in data.scenario.lines) else []
    blocks = [words(told), *half, *_by_act(data), _by_sector(data)]
    return [Section("line", "The line", (*blocks,))]


def _with_half_the_posts(data: RunData) -> str:
    """Say what half of the posts would change, at median values, beside what sources give."""
    scenario, last = data.scenario, data.scenario.header.end
    rows = [row.model_copy(update={"posts": row.posts // 2}) for row in scenario.lines]
    both = scenario, replace(scenario, lines=(*rows,))
    watched = {r.name: r.high for r in scenario.parameters.rows() if ".watched." in r.name}
    seen, made = [], []
    for one in both:
        theatre = Theatre(one)
        km = theatre.lines.km[-1]
        seen.append(100.0 * float(_seen(data, last, one).mean(axis=0) @ km / max(km.sum(), 1e-9)))
        along = [is_along(kind, theatre.lines.forces) for kind in one.incident_types]
        parameters = one.parameters, one.parameters.with_values(watched)
        made.append([expected_incidents(theatre, p)[:, along].sum() for p in parameters])
    kept = 100.0 * (1.0 - np.exp(-max(watched.values())))
    more, most = 100.0 * (np.array(made[1]) / np.maximum(made[0], 1e-9) - 1.0)
    return (
        f"Half of the posts would see {seen[1]:.0f} % of the line on {day(last)} and not"
        f" {seen[0]:.0f} %: patrols see the rest of it without them. {more:.2g} % more would happen"
        f" along it; {most:.2g} % if what is seen kept from {kept:.0f} % of the acts, the most that"
        " futures draw."
        " Published is one case: with 17 of 18 posts closed and no flights a mission of three"
        " soldiers a km still saw 40 % (UNMEE 2005)."
    )


def _by_act(data: RunData) -> Iterator[Table | Text]:
    """Yield what the mission counted beside what it tells in the futures, a year."""
    theatre, header = data.theatre, data.scenario.header
    axes = {"month": theatre.month_starts, "type": theatre.type_ids}
    told = totals(data.run, "reports", axes, ("reported",), words={"reporter": [MISSION]})
    happened = totals(data.run, "series", axes, ("incidents",))
    month = np.bincount(theatre.month_of_day).astype(np.float64)
    rows: list[tuple[str | Cell, ...]] = []
    inside: dict[str, list[bool]] = {" fitted" * data.is_fitted: [], " later": []}
    spans_of: dict[str, Floats] = {}
    for quantity, acts in ACTS_OF.items():
        kinds = [kind.act in acts for kind in data.scenario.incident_types]
        spans = [
            (figure, theatre.day_index(period.first), theatre.day_index(period.last) + 1)
            for figure in data.record.figures_of(quantity)
            if header.start <= (period := period_of(figure)).first and period.last <= header.end
            and figure.kind == "reported" and figure.community == "all"
        ]  # fmt: skip
        if not any(kinds) or (len(acts) > 1 and not spans):
            continue
        weights = [
            np.bincount(theatre.month_of_day[first:after], minlength=len(month)) / month
            for _, first, after in spans
        ] or [np.ones(len(month))]
        days = sum(after - first for _, first, after in spans) or theatre.days
        recorded = np.array([count_of(figure, after - first) for figure, first, after in spans])
        both = [
            one[:, :, kinds].sum(axis=2) @ np.transpose(weights)
            for one in (told["reported"], happened["incidents"])
        ]
        if len(spans):
            hits = inside_interval(bands(both[0], range(len(spans))), pd.Series(recorded))
            for (figure, _, _), hit in zip(spans, hits, strict=True):
                late = data.is_fitted and period_of(figure).last > header.fit_until
                inside[" later" if late else " fitted" * data.is_fitted].append(bool(hit))
        a_year = [bands(one.sum(axis=1)[:, None] * (DAYS_PER_YEAR / days), [0]) for one in both]
        name = capital(ACT_WORDS.get(quantity, quantity.replace("_", " ")))
        spans_of[name] = both[1].sum(axis=1) * (DAYS_PER_YEAR / days)
        rows.append(
            (
                name,
                number(len(spans)),
                number(recorded.sum() * DAYS_PER_YEAR / days) if spans else "–",
                *(quantile_cells(table)[0] for table in a_year),
            )
        )
    columns = ("Act", "Counts", "Counted a year", "Told in the futures", "Happened in the futures")
    caption = "Acts that the mission tells of, a year, on the days that it counted (else on all)"
    yield Table("line-acts", caption, columns, rows, numeric=1)
    parts = [f"{sum(hits)} of {len(hits)}{when}" for when, hits in inside.items() if hits]
    if parts and not data.is_what_if:
        yield words(
            f"Counts of the mission inside the 90 % interval of what it tells in the futures on the"
            f" same days: {listed(parts)}."
        )
    for name, counts in spans_of.items():
        if why := _why_wide(data, name, counts):
            yield words(why)


def _why_wide(data: RunData, name: str, counts: Floats) -> str:
    """Return what makes the span of a yearly count (future,) wide; nothing if it is not."""
    low, middle, high = np.quantile(counts, [0.05, 0.5, 0.95])
    futures = data.run.futures[data.run.futures["status"] == "done"]
    drawn = [row for row in data.scenario.parameters.rows() if row.name in futures.columns]
    if high <= WIDE * low or not drawn or len(futures) < MANY:
        return ""
    values = futures[[row.name for row in drawn]].to_numpy(float)
    rho = np.nan_to_num(rank_correlation(values, counts))
    top = int(np.abs(rho).argmax())
    ends = interval(rho[top], len(counts), 1.0 - 0.05 / len(drawn))
    text = ""
    if np.prod(ends) > 0.0:  # told from chance, though so many were tried
        row, order = drawn[top], np.argsort(values[:, top], kind="stable")
        fifth = len(order) // 5
        few, many = (np.median(counts[some]) for some in (order[:fifth], order[-fifth:]))
        text = (
            f"most is made by “{in_brief(row)}” ({row.basis}, {row.low:g} to {row.high:g}). The"
            f" fifth of futures with its lowest values has {number(few)} a year, that with its"
            f" highest {number(many)}"
        )
    if middle < FEW:
        least, most = map(number, np.atleast_1d(poisson.ppf([0.05, 0.95], counts.mean())))
        so_few = f"of so few, chance alone makes {least} to {most} in a single year"
        text = f"{text}; {so_few}" if text else so_few
    return f"Why {name[0].lower()}{name[1:]} span so much: {text}." if text else ""


def _by_sector(data: RunData) -> Table:
    """Return posts, what is seen and what happens, by sector, in the last year played whole."""
    theatre, header = data.theatre, data.scenario.header
    last = header.end
    first = max(header.start, last - dt.timedelta(days=364))
    kinds = [k.id for k in data.scenario.incident_types if is_along(k, theatre.lines.forces)]
    axes = {"place": theatre.place_ids}
    rows = totals(data.run, "incidents", axes, first=first, last=last, words={"type": kinds})
    days = (header.start, last)
    seen = {date: _seen(data, date, data.scenario) for date in days}
    share = seen[last]
    found: list[tuple[str, ...]] = []
    for sector in dict.fromkeys(row.sector for row in data.scenario.lines):
        own = [row for row in data.scenario.lines if row.sector == sector]
        place = theatre.place_index[own[-1].place]
        happened = rows["rows"][:, place]
        sight = happened[: len(share)] * share[:, place]
        there = [i for i in data.record.incidents if i.place == own[-1].place and i.kind in ACTS_OF]
        figures = [f for f in data.record.figures if f.place == own[-1].place]
        counted = sum(f.value for f in figures if f.quantity in ACTS_OF and f.kind == "reported")
        found.append(
            (
                f"{capital(sector.replace('_', ' '))} ({data.place_name(own[-1].place)})",
                f"{own[-1].length_km:g}",
                " → ".join(dict.fromkeys(str(row.posts) for row in own)),
                *quantile_cells(
                    bands(np.stack([100 * s[:, place] for s in seen.values()], 1), days)
                ),
                *(quantile_cells(bands(one[:, None], [0]))[0] for one in (happened, sight)),
                number(len(there) + counted),
            )
        )
    columns = (
        *("Sector", "Km", "Posts"),
        *(f"Seen, % on {day(date)}" for date in seen),
        *("Happened", "In sight", "In the record, all years"),
    )
    span = f"{day(first)} to {day(last)}"
    caption = (
        f"Sectors of the line: posts, share that they and the table's soldiers see, and acts along"
        f" the line from {span}"
    )
    return Table("line-sectors", caption, columns, found, numeric=1)


def _seen(data: RunData, date: dt.date, scenario: Scenario) -> Floats:
    """Return (future, place) the share that the mission sees on a day, of the first futures."""
    info = data.run.info
    own = scenario.header.model_copy(update={"start": date, "end": date})
    theatre, found = Theatre(replace(scenario, header=own)), []
    for number_ in data.years.futures[:MOST_SEEN].tolist():
        drawn = scenario.parameters
        if info["draw"]:
            drawn = draw_parameters(drawn, info["seed"], number_)
        state = new_state(theatre, info["seed"], number_)
        play_days(state, build_world(theatre, drawn), 0, 1)
        found.append(state.presence.seen.copy())
    return np.array(found)


def _dated(data: RunData) -> Iterator[str]:
    """Yield when roads opened or closed, and when places came or went."""
    rows = [(place.name, place.span()) for place in data.scenario.places]
    for link in data.scenario.links:
        name = f"the road {data.place_name(link.a)} to {data.place_name(link.b)}"
        rows.append((name, link.span()))
    for name, span in rows:
        last = span.after - dt.timedelta(days=1)
        when = [
            *([f"{span.first} on {day(span.begins)}"] if span.begins > dt.date.min else []),
            *([f"{span.last} after {day(last)}"] if span.after < dt.date.max else []),
        ]
        if when:
            yield f"{name} {' and '.join(when)}"
