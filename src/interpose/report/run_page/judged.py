"""How well it does: forecasts from rolling origins beside the record and the baselines."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from interpose.assess import Assessment
from interpose.assess.rolling.judged import GIVEN, WITHOUT, YEARS
from interpose.report.charts import Looks, Panel, charts
from interpose.report.page import (
    Block,
    Cell,
    Section,
    Table,
    bullets,
    capital,
    note,
    number,
    percent,
    words,
)  # fmt: skip
from interpose.report.quantiles import columns_table
from interpose.report.run_page.run_data import RunData

WHAT_IF = (
    "These futures play another force, mission or policy than that of which the record tells: they"
    " are counterfactuals, drawn in shades of their own. Where the two differ, that is no error, so"
    " nothing is scored. A run of the unchanged scenario says how far to trust it."
)

HOW = (
    "At the end of each year the futures are brought to the level that the record has shown so far,"
    " and compared with a year that comes. The error is the mean distance between forecast and"
    " record (CRPS; for riots, yes or no, Brier's score), added up over a year: the smaller, the"
    " better; ±: the chance of which futures were played. Skill is the share of a baseline's error"
    " that the forecasts save; below zero the baseline is better. Baselines know the record up to"
    " the same day, and of the politics what the forecast knows. The worst stands first."
)


LOOKS: Looks = {GIVEN: ("square", "black", "■"), WITHOUT: ("square", "white", "□")}
"""Which politics a forecast knew -> how its mark looks."""

SHADES = (0.1, 0.2, 0.3, 0.4, 0.5)
"""Shares of years at which a cell grows darker."""


def skill(data: RunData) -> Section:
    """Return the section with the scores."""
    title = "How well does it do?"
    found = data.judgement
    if data.is_what_if:
        return Section("skill", title, (note(WHAT_IF),))
    if data.record.is_empty:
        text = "The scenario has no record, so nothing says how well these futures would do."
        return Section("skill", title, (note(text, "Take them as what the assumptions imply."),))
    if not isinstance(found, Assessment):
        return Section("skill", title, (note(f"There is too little to judge by. {found}"),))
    blocks: list[Block] = [words(found.words[0]), words(HOW), bullets(found.words[1:])]
    if all(row["mode"] != WITHOUT for row in found.rows):
        text = "Forecasts without later politics are not among them: interpose assess"
        blocks.append(note(f"{text} {data.scenario.header.name}, then interpose report."))
    return Section("skill", title, (*blocks, _scores(found), *_drawn(found)))


def _scores(found: Assessment) -> Table:
    """Return the scores, a row a comparison."""
    rows: list[tuple[str | Cell, ...]] = [
        (
            capital(row["measure"]),
            Cell(row["mode"], under=f"{row['years_ahead']} ahead; {row['cells']}"),
            number(row["recorded_a_year"], 1),
            number(row["expected_a_year"], 1),
            Cell(number(row["score"], 2), under=f"± {number(row['score_by_chance'], 2)} by chance"),
            Cell(row["best_baseline"],
                 under=number(row["baselines"][row["best_baseline"]]["score"], 2)),
            Cell(_percent(row["skill"]), under=_span(row["interval"])),
            *(percent(row[f"inside_{n}_%"]) if "pit" in row and row["cells"] == YEARS else "–"
              for n in (50, 90)),
        )
        for row in found.rows
    ]  # fmt: skip
    header = (
        "Measure", "Forecast, years ahead", "Recorded a year", "Forecast a year", "Error",
        "Best baseline, its error", "Skill, 90 % interval", "Inside 50 %", "Inside 90 %",
    )  # fmt: skip
    period = f"{found.origins[0]} to {found.origins[-1]}"
    return Table("skill", f"Forecasts from the ends of {period}, worst first", header, rows)


def _drawn(found: Assessment) -> Iterator[Block]:
    """Yield the reliability diagram, and where the record fell in the forecasts."""
    columns = [
        ("Forecast", [name for name, points in found.reliability.items() for _ in points]),
        *(
            (head, [form(point[key]) for points in found.reliability.values() for point in points])
            for head, key, form in (
                ("Chance of any event", "forecast", percent),
                ("Came in", "came", percent),
                ("Cells", "cells", number),
            )
        ),
    ]
    named = dict.fromkeys(name.rpartition(",")[0] for name in found.reliability)
    yield charts(
        "reliability",
        [_reliable(found, measure) for measure in named],
        "Of forecasts of like chance, one year ahead, the share that came: on the line they are"
        " reliable. Few cells stand behind the high chances.",
        "Chance of any event (across) and the share of cells in which there was one (up), percent.",
        [columns_table("reliability", "Chances and what came of them", columns, folded=True)],
        looks=LOOKS,
        bands={},
    )
    parts = ["Lowest fifth", "Second", "Third", "Fourth", "Highest"]
    rows: list[tuple[str | Cell, ...]] = [
        (f"{capital(r['measure'])}, {r['mode']}",
         *(Cell(percent(share), shade=1 + sum(share > limit for limit in SHADES))
           for share in r["pit"]))
        for r in found.rows if "pit" in r and (r["cells"], r["years_ahead"]) == (YEARS, "1")
    ]  # fmt: skip
    caption = (
        "In which fifth of its forecast each recorded year fell (PIT), the darker, the more years:"
        " 20 % in each if the forecast is neither too narrow nor to one side"
    )
    yield Table("pit", caption, ("Measure", *parts), rows)


def _reliable(found: Assessment, measure: str) -> Panel:
    marks = [
        {"x": 100 * point["forecast"], "y": 100 * point["came"], "kind": mode,
         "words": f"forecast {percent(point['forecast'])}, came in {percent(point['came'])} of"
         f" {number(point['cells'])}"}
        for mode in LOOKS
        for point in found.reliability.get(f"{measure}, {mode}", [])
    ]  # fmt: skip
    line = pd.Series([0.0, 100.0], index=[0.0, 100.0])
    title = f"{capital(measure)}: chance (across), came (up), %"
    return Panel(title, pd.DataFrame(), marks, {"as forecast": line}, 100.0, joined="linear")


def _percent(share: float) -> str:
    if not math.isfinite(share):
        return "–"
    return "< −999 %" if share < -9.99 else f"{100 * share:+.0f} %".replace("-", "−")


def _span(interval: list[float]) -> str:
    low, high = (_percent(float(end)) for end in interval)
    return high if low == high else f"{low.removesuffix(' %')} to {high}"
