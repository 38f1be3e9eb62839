"""A wave of riots that the record has: those days in the futures, beside what was counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from interpose.assess import judge_crises
from interpose.assess.totals import ROWS, Which, bands, row_of, totals
from interpose.play.theatre import AUTHORITIES
from interpose.record.figures import is_provisional
from interpose.report.page import (
    Block,
    Cell,
    Section,
    Table,
    day,
    number,
    of_quantiles,
    percent,
    words,
)
from interpose.report.quantiles import QUANTILES, Floats, columns_table
from interpose.report.run_page.force import force_of_the_week
from interpose.report.run_page.run_data import RunData
from interpose.scenario.phrases import listed, plural
from interpose.scenario.tables.record import Casualties, Crisis, RecordedIncident

DAYS_BEFORE, DAYS_AFTER = dt.timedelta(days=2), dt.timedelta(days=1)
"""Days that a page has before and after those of the recorded wave: what led to it, and its end."""

SIDES = ("target", "instigator", "force")
AMOUNTS = (
    "crowd",
    *(f"{what}_{side}" for what in ("deaths", "injured") for side in SIDES),
    "houses",
    "sites",
    "displaced",
)
FIGURES = {
    "riots": "riots",
    "crowd": "riot_participants",
    "houses": "houses_burned",
    "sites": "churches_burned",
    "displaced": "displaced",
}
"""What a page shows -> quantity of ``record/figures.csv``."""


@dataclass(frozen=True, slots=True)
class Wave:
    """A wave of riots of the record, and the same days of the futures.

    The parts of the recorded whole have a place each. `totals` has a row a future, and the columns
    `AMOUNTS`, ``riots``, ``deaths``, ``injured``.
    """

    recorded: RecordedIncident
    parts: tuple[RecordedIncident, ...]
    first: dt.date
    last: dt.date
    totals: pd.DataFrame

    @property
    def days(self) -> list[dt.date]:
        """Every day of the page."""
        return [date.date() for date in pd.date_range(self.first, self.last)]


Recorded = tuple[float, str, str]


@dataclass(frozen=True, slots=True)
class Measure:
    """A number of the futures, as quantiles, beside what the record has.

    `recorded` are values with the ids of their sources and of their rows in the record, several
    where sources differ; `note` is what the reader must know to compare the two.
    """

    name: str
    row: pd.Series[Any]
    recorded: Sequence[Recorded] = ()
    note: str = ""

    def is_inside(self, low: str = "q05", high: str = "q95") -> bool:
        """Return whether any recorded value lies within the futures."""
        return any(self.row[low] <= value <= self.row[high] for value, *_ in self.recorded)

    def verdict(self) -> str:
        """Return in words where the record lies among the futures."""
        if not self.recorded:
            return "not recorded"
        if self.is_inside("q25", "q75"):
            return "within the middle half"
        if self.is_inside():
            return "within the 90 % interval"
        under = max(value for value, *_ in self.recorded) < self.row["q05"]
        return f"{'below' if under else 'above'} the 90 % interval"

    def cells(self, data: RunData) -> tuple[str | Cell, ...]:
        """Return the row of a table: name, quantiles, record, its source, where it lies."""
        known = dict.fromkeys(source for _, source, _ in self.recorded if source)
        source = "; ".join(data.source_title(name) for name in known)
        link = f"#source-{next(iter(known))}" if len(known) == 1 else ""
        links = [(number(value), f"#row-{row}") for value, _, row in self.recorded]
        return (
            Cell(self.name, under=self.note),
            self.verdict(),
            Cell(source, link=link),
            *(number(self.row[q]) for q in QUANTILES),
            Cell("" if self.recorded else "–", links=links),
        )


def sections(data: RunData) -> Iterator[Section]:
    """Yield a section for every wave of riots that the record has with its places and days."""
    header = data.scenario.header
    dated = [row for row in data.record.incidents if row.precision == "day"]
    for row in dated:
        parts = tuple(r for r in dated if r.part_of == row.id)
        whole = row.kind == "riot" and not row.part_of and parts
        if whole and header.start <= row.begins <= header.end:
            yield _section(data, wave_of(data, row, parts))


def crises(data: RunData) -> Iterator[Section]:
    """Yield what was forecast of crises after ``fit_until`` from what was known on their day."""
    until = data.scenario.header.fit_until.year
    shocks = {s.id: s for s in data.scenario.shocks if s.date.year > until}
    later = [row for row in data.record.crises if row.shock in shocks]
    if not later:
        return
    found = judge_crises(data.scenario, data.record, fit_until=until)
    rows = []
    chances = {row["id"]: row for row in found["crises"]}
    for came in later:
        shock, row = shocks[came.shock], chances[came.shock]
        hurt = [came.injured_civil, came.injured_police, came.injured_force]
        rows.append(
            (
                day(shock.date),
                shock.name,
                _what_came(came),
                number(sum(n or 0 for n in hurt)) if any(n is not None for n in hurt) else "–",
                "–" if came.dead is None else number(came.dead),
                percent(row["riot_chance"]),
                f"{percent(row['riot_low'])} to {percent(row['riot_high'])}",
            )
        )
    header = ("Day", "What was known", "What came", "Hurt", "Dead", "Chance of a riot", "90 %")
    caption = f"Crises after {until}: forecasts fitted to those before, and what came"
    about = (
        "The chance is worked out from what was known on the day; what came is read for the scores"
        " alone."
    )
    told = found["scores"] or {"note": "", "words": ()}
    scores = [told["note"]] if told["note"] else told["words"]
    table = Table("crises", caption, header, rows, numeric=3, folded=True)
    yield Section("crises", "Crises: forecast and outcome", (words(about, *scores), table))


def _what_came(came: Crisis) -> str:
    seen = {"armed attack": came.armed_attack, "roads blocked": came.barricades}
    told = ["riot" if came.riot else "no riot", *(word for word, so in seen.items() if so)]
    ended = came.ended_by in ("force", "negotiation")
    return ", ".join(told) + (f"; ended by {came.ended_by}" if ended else "")


def wave_of(data: RunData, row: RecordedIncident, parts: tuple[RecordedIncident, ...]) -> Wave:
    """Return a wave of the record with what the futures have on its days."""
    first, last = row.begins - DAYS_BEFORE, row.ends + DAYS_AFTER
    amounts = (*AMOUNTS, ROWS)
    found = pd.DataFrame(totals(data.run, "riots", {}, amounts, first=first, last=last))
    found = found.rename(columns={ROWS: "riots"})
    for what in ("deaths", "injured"):
        found[what] = found[[f"{what}_{side}" for side in SIDES]].sum(axis=1)
    return Wave(row, parts, first, last, found)


def _section(data: RunData, wave: Wave) -> Section:
    measures = list(_measures(data, wave))
    blocks: list[Block] = [
        words(
            f"The record: {_lower(wave.recorded.summary)}.",
            "The futures know what was known on those days: the shootings and rumours, and the"
            " force. Whether anyone gathers, where, and how it ends is left to them. All numbers"
            f" below are of riots that began on these {len(wave.days)} days.",
        ),
        words(_comparison(wave, measures)),
        _measure_table(data, measures),
        *_days(data, wave),
        *_places(data, wave),
        force_of_the_week(data, wave.first, wave.last),
    ]
    shocks = [
        f"{shock.name} ({day(shock.date)})"
        for shock in data.scenario.shocks
        if wave.first <= shock.date <= wave.last
    ]
    if shocks:
        blocks.insert(1, words(f"Shocks of these days in the scenario: {'; '.join(shocks)}."))
    title = f"{wave.first.day} to {day(wave.last)}: riots"
    return Section(f"riots-{wave.recorded.begins:%Y-%m}", title, tuple(blocks))


def _comparison(wave: Wave, measures: Sequence[Measure]) -> str:
    riots, crowd = wave.totals["riots"], wave.totals["crowd"]
    text = (
        f"In {percent(float((riots == 0).mean()))} of the futures no crowd riots on these days. The"
        f" median is {of_quantiles(row_of(riots.to_numpy(np.float64)))} riots (90 % interval in"
        " brackets)."
    )
    inside = [_lower(m.name) for m in measures if m.recorded and m.is_inside()]
    outside = [_lower(m.name) for m in measures if m.recorded and not m.is_inside()]
    if inside:
        text += f" The record lies within the 90 % interval for: {listed(inside)}."
    if outside:
        text += f" It lies outside for: {listed(outside)}."
    if len(crowd) and crowd.quantile(0.95) > 20 * max(float(crowd.median()), 1.0):
        text += (
            " The futures differ by more than a factor of twenty, so a record within them says"
            " little about any one number."
        )
    return text


def _lower(text: str) -> str:
    """Return a text for the middle of a sentence; names in it keep their capitals."""
    return text[:1].lower() + text[1:]


# --- measure by measure ---------------------------------------------------------------------


def _measures(data: RunData, wave: Wave) -> Iterator[Measure]:
    """Yield every number of the wave beside the record's."""
    totals, whole = wave.totals, wave.recorded

    def measure(name: str, values: Any, recorded: Any = (), note: str = "") -> Measure:  # noqa: ANN401
        return Measure(name, pd.Series(row_of(np.asarray(values))), recorded, note)

    def counted(value: int | None) -> list[Recorded]:
        return [] if value is None else [(float(value), whole.source, whole.id)]

    yield measure("Riots", totals["riots"], _figures(data, wave, "riots"))
    about = "sum over places; who went to two places counts twice"
    yield measure("People in riots", totals["crowd"], _figures(data, wave, "crowd"), about)
    yield measure("Dead", totals["deaths"], counted(whole.deaths))
    names = {c.id: c.name for c in data.scenario.header.communities}
    for side, values in _dead_by_side(data, wave).items():
        name = f"Dead: {names.get(side, 'soldiers and police')}"
        yield measure(name, values, _split(data, wave, side, "deaths"))
    yield measure("Injured", totals["injured"], counted(whole.injured))
    split = _split(data, wave, "force", "injured")
    uniformed = [(sum(value for value, *_ in split), source, row) for _, source, row in split[:1]]
    sides = listed(row.side.replace("_", " ") for row in _uniformed(data, wave, "injured"))
    about = f"the record counts {sides} alone" if sides else ""
    yield measure("Injured: soldiers and police", totals["injured_force"], uniformed, about)
    for name, what in (
        ("Houses burned", "houses"),
        ("Religious and cultural sites damaged", "sites"),
        ("People who fled", "displaced"),
    ):
        yield measure(name, totals[what], _figures(data, wave, what))


def _figures(data: RunData, wave: Wave, what: str) -> list[Recorded]:
    """Return the figures of the record on those days; several where sources differ."""
    return [
        (float(figure.value), figure.source, figure.id)
        for figure in data.record.figures
        if figure.quantity == FIGURES[what]
        and figure.kind == "reported"
        and not is_provisional(figure)
        and wave.first <= figure.begins <= wave.last
    ]


def _dead_by_side(data: RunData, wave: Wave) -> dict[str, Floats]:
    """Return the dead of every side that has any, as the community they belonged to."""
    communities = data.theatre.communities
    axes = {"community": communities, "target": (*communities, AUTHORITIES)}
    found = totals(data.run, "riots", axes, [f"deaths_{side}" for side in SIDES], **_span(wave))
    target, instigator, force = found.values()
    dead = {
        community: target[:, :, i].sum(axis=1) + instigator[:, i].sum(axis=1)
        for i, community in enumerate(communities)
    }
    dead["force"] = force.sum(axis=(1, 2)) + target[:, :, -1].sum(axis=1)
    recorded = {s.side for s in data.record.casualties if s.incident == wave.recorded.id}
    return {s: v for s, v in dead.items() if np.quantile(v, 0.95) > 0 or s in recorded}


def _split(data: RunData, wave: Wave, side: str, what: str) -> list[Recorded]:
    """Return what the record says of a side; soldiers and all police are one side here."""
    rows = _uniformed(data, wave, what)
    if side != "force":
        rows = [r for r in _casualties(data, wave, what) if r.side == side]
    whole = wave.recorded
    return [(float(getattr(row, what)), row.source or whole.source, whole.id) for row in rows]


def _uniformed(data: RunData, wave: Wave, what: str) -> list[Casualties]:
    others = {*data.theatre.communities, "all"}
    return [row for row in _casualties(data, wave, what) if row.side not in others]


def _casualties(data: RunData, wave: Wave, what: str) -> list[Casualties]:
    rows = (row for row in data.record.casualties if row.incident == wave.recorded.id)
    return [row for row in rows if getattr(row, what) is not None]


def _measure_table(data: RunData, measures: Sequence[Measure]) -> Table:
    header = ("What", "The record lies", "Source", *QUANTILES.values(), "Record")
    rows = [measure.cells(data) for measure in measures]
    caption = "The futures beside the record, measure by measure"
    return Table("riot-measures", caption, header, rows, numeric=3)


# --- day by day and place by place ----------------------------------------------------------


def _days(data: RunData, wave: Wave) -> Iterator[Block]:
    """Yield on which days riots begin, and on which the record has some."""
    named = [sum(p.begins <= d <= p.ends for p in wave.parts) for d in wave.days]
    by_day = totals(data.run, "riots", {"date": wave.days}, **_span(wave))[ROWS]
    if by_day.sum():
        early = by_day[:, [date < wave.recorded.begins for date in wave.days]].sum()
        yield words(
            f"The record has riots from {day(wave.recorded.begins)} to"
            f" {day(wave.recorded.ends)}; {percent(early / by_day.sum())} of the riots in the"
            " futures begin before that. The record names places and days, not hours, and fewer"
            f" places than it counts riots ({plural(len(wave.parts), 'place')})."
        )
    yield columns_table(
        "riot-days",
        "Day by day: riots that begin (median and 90 % interval), and places named by the record",
        [
            ("Day", [day(date) for date in wave.days]),
            ("Riots that begin, in the futures", bands(by_day, wave.days)),
            ("Places with a riot, by the record", [str(count) for count in named]),
        ],
    )


def _places(data: RunData, wave: Wave) -> Iterator[Block]:
    """Yield the share of futures in which each place has a riot, and in which it burns."""
    places = data.scenario.places
    axes, amounts = {"place": [place.id for place in places]}, ("houses", "sites", ROWS)
    found = totals(data.run, "riots", axes, amounts, **_span(wave))
    riot = (found[ROWS] > 0).mean(axis=0)
    burned = (found["houses"] + found["sites"] > 0).mean(axis=0)
    recorded = {data.theatre.place_index[part.place]: part.summary for part in wave.parts}
    order = [int(i) for i in np.argsort(-riot, kind="stable")]
    others = [i for i in order if i not in recorded]
    most = "; ".join(f"{places[i].name} ({percent(riot[i])})" for i in order[:3])
    yield words(
        f"At the {len(recorded)} places that the record names a crowd riots in"
        f" {percent(float(riot[list(recorded)].mean()))} of the futures on average, at all others"
        f" in {percent(float(riot[others].mean()))}. Most often: {most}."
    )
    shown = [i for i in order if riot[i] > 0 or i in recorded]
    yield columns_table(
        "riot-places",
        "Places by the share of futures in which a crowd riots there",
        [
            ("Place", [places[i].name for i in shown]),
            ("The record", [recorded.get(i, "") for i in shown]),
            ("Futures with a riot", [percent(riot[i]) for i in shown]),
            ("With houses or sites burned", [percent(burned[i]) for i in shown]),
        ],
        numeric=2,
        folded=True,
    )


def _span(wave: Wave) -> Which:
    return {"first": wave.first, "last": wave.last}
