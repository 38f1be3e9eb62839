"""Force: every published strength, the strength of the futures beside it, and one week's force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from interpose.assess.score import crps
from interpose.policy import policy_named
from interpose.record import Point
from interpose.record.figures import published
from interpose.record.record import FINDING_KINDS
from interpose.report.charts import Looks, Panel, charts
from interpose.report.interactive import Spec
from interpose.report.page import (
    Block,
    Figure,
    Section,
    Table,
    Text,
    day,
    day_as_precise,
    note,
    number,
    percent,
    words,
)
from interpose.report.quantiles import below, columns_table, quantile_text
from interpose.report.run_page.run_data import RunData
from interpose.scenario.phrases import listed, plural
from interpose.scenario.policies import IN_THEATRE, standing, strength
from interpose.scenario.tables.record import Figure as Published

STRENGTH_KINDS: Looks = {
    "published: reported": ("circle", "black", "●"),
    "published: planned": ("triangle-down", "white", "▽"),
    "published: ceiling": ("M-1,-0.5H1V0.5H-1Z", "black", "▬"),
    "published: peak": ("triangle-up", "white", "△"),
    "published: target": ("diamond", "white", "◇"),
}
"""Kind of a published strength -> how its mark looks."""

STOCK_WORDS = {
    "in_theatre": "In theatre",
    "rear": "Rear areas",
    "reserve": "Reserve at home",
    "exercise": "There for an exercise",
}
"""Stocks of the force -> their words."""

VISIBLE = ("in_theatre", "exercise")
"""Stocks that are seen in the streets."""


def section(data: RunData) -> Section:
    """Return the section on the strength of the force."""
    points = data.record.strength()
    blocks: list[Block] = [
        words(
            "The line is the strength in theatre that the futures played, month by month.",
            "Where futures differ, a band shows the 90 % interval."
            if _differs(below(data.force, "in_theatre"))
            else "All futures have the same strength: the policy looks at no report.",
        )
    ]
    if points:
        blocks.append(
            words(
                f"Each mark is one published figure, {len(points)} in all. They are not averaged:"
                " where sources disagree, or count different things, all stand side by side.",
                "Point at a mark to see what it counts and who says so; the table under the"
                " figure says the same.",
            )
        )
    else:
        blocks.append(note("The scenario has no published strengths to compare with."))
    blocks.append(_theatre_figure(data, points))
    if points:
        blocks += _beside_the_record(data, points)
    return Section("force", "How strong the force is", tuple(blocks))


def beside_what_was_done(data: RunData) -> Iterator[str]:
    """Yield how far a policy is from the strengths of the table, and what else is how far."""
    rules, theatre, header = data.run.info["policy_rules"], data.theatre, data.scenario.header
    months = np.asarray(theatre.month_starts)
    after = months > np.datetime64(max(header.fit_until, _begins(rules) or header.start))
    if not rules or not after.any() or after.all():
        return
    rows = data.scenario.contingents
    ours = data.run.table("force", ["future", "month", "in_theatre"])
    draws = ours.pivot(index="future", columns="month", values="in_theatre").to_numpy()
    daily = [
        strength(rows, dt.date.fromordinal(theatre.first_day + day), IN_THEATRE)
        for day in range(theatre.days)
    ]
    count = np.bincount(theatre.month_of_day)
    done = np.bincount(theatre.month_of_day, weights=daily) / count
    held = np.full(after.sum(), done[~after][-1])
    rivals = {f"the strength of {day(months[~after][-1].astype(dt.date))} held on": held}
    if after.argmax() >= 12:
        rivals["the strength of a year before"] = done[np.flatnonzero(after) - 12]
    for path in sorted(Path(data.scenario.folder, "policies").glob("*.toml")):
        policy = policy_named(path.stem, data.scenario)
        if policy.rules["kind"] == "timetable" and policy.name != data.run.info["policy"]:
            rivals[f"the timetable {policy.name}"] = _told(policy.rules, months[after], held[0])
    score = float(crps(draws[:, after], done[after]).mean())
    others = {name: float(np.abs(path - done[after]).mean()) for name, path in rivals.items()}
    worse = [name for name, distance in others.items() if distance < score]
    said = listed(f"{name}, {number(distance)}" for name, distance in others.items())
    verdict = f"It is worse than {listed(worse)}." if worse else "It is nearer than these."
    yield (
        f"From {day(months[after][0].astype(dt.date))} on the strength under this policy is on"
        f" average {number(score)} soldiers from what was done by the scenario's table (CRPS over"
        f" {plural(len(draws), 'future')}); beside it {said}. {verdict} The futures know the dates"
        " of the real triggers, so this is a test of the rule and not a forecast."
    )


def _begins(rules: Mapping[str, Any]) -> dt.date | None:
    dates = [rules.get("begins"), *(level["date"] for level in rules.get("levels", ()) if
             isinstance(level, dict))]  # fmt: skip
    return min((dt.date.fromisoformat(one) for one in dates if one), default=None)


def _told(rules: Mapping[str, Any], months: Any, before: float) -> Any:  # noqa: ANN401 - arrays
    """Return the strength of a timetable in some months."""
    path = np.full(len(months), before)
    for level in rules["levels"]:
        if not level.get("area") and not level.get("kind"):
            path[months >= np.datetime64(level["date"])] = level["strength"]
    return path


def _beside_the_record(data: RunData, points: Sequence[Published]) -> Iterator[Block]:
    """Yield how the line stands to the marks, and where the marks disagree."""
    score = data.strength_score
    if score is not None:
        far = [
            f"{day_as_precise(point.date, _precision(point))}: {number(level)} played,"
            f" {listed([number(v) for v in point.values])} reported"
            for point, level in score.farthest
        ]
        yield words(
            f"Of {plural(score.dates, 'date')} with a reported strength in theatre, the line"
            f" lies within what was reported at {percent(score.inside)}; with dates on which"
            " reports are wide or disagree counting less,"
            f" at {percent(score.inside_weighted)}. It is on average"
            f" {number(score.distance)} soldiers outside it."
            + (f" Farthest off: {'; '.join(far)}." if far else "")
        )
    known = {point.id for point in points}
    found = [finding for finding in data.disagreements if known.intersection(finding.rows)]
    if found:
        counts = [
            f"{count} ({heading.lower()})"
            for kind, heading in FINDING_KINDS.items()
            if (count := sum(f.kind == kind for f in found))
        ]
        yield words(
            f"{plural(len(found), 'finding')} on these figures: {listed(counts)}; they stand under"
            " “Where the sources disagree”."
        )


def _precision(point: Point) -> str:
    days = (point.period.last - point.period.first).days
    return "day" if days == 0 else "month" if days < 31 else "year"


def _theatre_figure(data: RunData, points: Sequence[Published]) -> Figure:
    line = below(data.force, "in_theatre")[["q05", "q50", "q95"]].set_axis(
        pd.DatetimeIndex(below(data.force, "in_theatre").index)
    )
    marks = [_mark(data, point) for point in points]
    panels = [Panel("Soldiers in theatre, month by month", line, marks)]
    later = _where_it_becomes_small(line)
    if later is not None:
        late = [mark for mark in marks if mark["x"] >= str(later)]
        few = line[line.index >= pd.Timestamp(later)]
        panels.append(Panel(f"The same from {later.year} on, on a larger scale", few, late))
    first, last = line["q50"].iloc[0], line["q50"].iloc[-1]
    played = _yearly_table(data)
    return charts(
        "strength",
        panels,
        "Strength of the force in theatre: played (line) and published (marks).",
        f"The strength in theatre goes from {number(first)} soldiers in the first month to "
        f"{number(line['q50'].max())} at most and {number(last)} in the last month; "
        f"{plural(len(points), 'published figure')} stand around the line.",
        [_points_table(data, points), played] if points else [played],
        what_if=data.is_what_if,
        looks=STRENGTH_KINDS,
        bands={"median": "played", **({"interval": "90 % interval"} if _differs(line) else {})},
    )


def _mark(data: RunData, point: Published) -> Spec:
    """Return a published strength as a mark that says whose it is."""
    text = (
        f"{day_as_precise(point.begins, point.precision)}: {published(point)}"
        f" ({point.kind}); counts: {point.includes}; {data.source_title(point.source)}"
    )
    ends = {key: end for key in ("low", "high") if (end := getattr(point, key)) is not None}
    kind = f"published: {point.kind}"
    return {"x": f"{point.begins}", "y": point.value, "kind": kind, "words": text, **ends}


def _points_table(data: RunData, points: Sequence[Published]) -> Table:
    rows = [
        (
            day_as_precise(p.begins, p.precision),
            data.record_cell(p),
            p.kind,
            p.includes,
            data.source_cell(p.source),
            p.note,
        )
        for p in points
    ]
    header = ("Date", "Soldiers", "Kind", "Counts", "Source", "Note")
    return Table("strength-points", "Every published strength, by date", header, rows, numeric=9)


def _yearly_table(data: RunData) -> Table:
    table = data.force.reset_index()
    table["year"] = pd.DatetimeIndex(table["month"]).year
    means = table.groupby(["stock", "year"], sort=True)[["q05", "q50", "q95"]].mean()
    columns: list[tuple[str, Any]] = [("Year", [str(year) for year in sorted(set(table["year"]))])]
    columns += [(name, below(means, stock)) for stock, name in STOCK_WORDS.items()]
    caption = "Strength played, mean over the months of each year, soldiers"
    return columns_table("strength-played", caption, columns)


def _where_it_becomes_small(line: pd.DataFrame) -> dt.date | None:
    """Return from when on the line is too low to read, if that is for long enough."""
    median = line["q50"].to_numpy()
    start = int(np.flatnonzero(median >= median.max() / 3.0).max(initial=0)) + 1
    if len(median) - start < max(0.25 * len(median), 24):
        return None
    return dt.date(pd.DatetimeIndex(line.index)[start].year + 1, 1, 1)


def _differs(line: pd.DataFrame) -> bool:
    return bool((line["q95"] > line["q05"]).any())


# --- the force of one week ------------------------------------------------------------------


def force_of_the_week(data: RunData, first: dt.date, last: dt.date) -> Text:
    """Return how many soldiers and police were there, and how many could face crowds."""
    there = [number(n) for date in (first, last) for n in _seen(data, date)]
    month = below(data.force, "in_theatre")
    at = month[month.index <= np.datetime64(first)]
    played = ""
    if len(at):
        played = f" The futures had {quantile_text(at, at.index[-1])} in that month."
    police = [
        number(
            sum(
                row.strength
                for row in data.scenario.police
                if row.kind == kind
                and row.begins <= first
                and (row.ends is None or first < row.ends)
            )
        )
        for kind in ("local_police", "international_police")
    ]
    acts = [
        f"{act.actor}: {act.subject} ({day(date)})"
        for act in data.record.acts
        if act.precision == "day"
        and (date := act.arrived or act.departed or act.decided or act.notified)
        and first <= date <= last + dt.timedelta(days=1)
    ]
    return words(
        f"Force: by the scenario's table {there[0]} soldiers were seen in the streets on"
        f" {day(first)}, {there[1]} of them trained and allowed for riots; on"
        f" {day(last)}, {there[2]} and {there[3]}.{played}"
        f" Police: {police[0]} local and {police[1]} international officers planned."
        f" Acts of the record in those days: {'; '.join(acts) or 'none'}."
    )


def _seen(data: RunData, date: dt.date) -> tuple[float, float]:
    """Return soldiers seen in the streets, and those of them for riots, as planned."""
    rows = standing(data.scenario.contingents, date, VISIBLE)
    return sum(r.strength for r in rows), sum(r.strength * r.riot_capable for r in rows)
