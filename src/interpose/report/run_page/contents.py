"""The report of a run: its order, and its head with what was asked and what came out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from interpose.assess import Assessment
from interpose.assess.accounting import collected
from interpose.assess.totals import bands
from interpose.ensemble.folder import REPORT, explain_refusals
from interpose.ensemble.stored import give_back_memory
from interpose.policy import said
from interpose.record.record import TOTAL
from interpose.report.page import (
    Block,
    Section,
    Table,
    Text,
    bullets,
    day,
    note,
    number,
    percent,
    to_html,
    words,
)
from interpose.report.quantiles import below, inside_interval, row_at
from interpose.report.run_page import (
    assumptions,
    decisions,
    first,
    force,
    incidents,
    judged,
    people,
    places,
    police,
    riots,
    walkouts,
)
from interpose.report.run_page.assumptions import in_brief
from interpose.report.run_page.run_data import ENOUGH_FUTURES, MAIN_SHARE, RunData, gather
from interpose.scenario import doubts
from interpose.scenario.checks.plausible import EFFECT
from interpose.scenario.files import write_aside
from interpose.scenario.phrases import listed, plural


def write_report(run_folder: Path | str) -> Path:
    """Write the report of a run as one HTML file that needs nothing else.

    Parameters
    ----------
    run_folder : Path
        Folder of a run, finished or not.

    Returns
    -------
    Path
        ``report.html`` in that folder. The same run gives the same bytes.

    Raises
    ------
    RunError
        If there is no run, nothing of it to report, or the file cannot be written.
    ScenarioError
        If the run's scenario was broken since.
    """
    page = run_page(gather(run_folder))
    path = Path(run_folder) / REPORT
    with explain_refusals(path):
        write_aside(path, page.encode())
    return path


def run_page(data: RunData) -> str:
    """Return the report as HTML."""
    sections: list[Section] = []
    for make in SECTIONS:
        made = make(data)
        found = [made] if isinstance(made, Section) else made
        sections += [assumptions.marked(one, data) for one in found]
        give_back_memory()
    top = first.lead(data)
    return to_html(data.scenario.header.title, sections, data.run.info["changed"], top)


def in_short(data: RunData) -> Section:
    """Return the head: what was asked and what came out."""
    explained = words(
        "Numbers are medians over the futures, with the 90 % interval: half of the futures have"
        " less than the median, and nine of ten lie within the interval."
    )
    judged = data.judgement
    blocks: tuple[Block, ...] = (
        *((words(judged.words[0]),) if isinstance(judged, Assessment) else ()),
        _asked(data),
        *_warnings(data),
        explained,
        bullets(list(findings(data))),
    )
    return Section("findings", "In short", blocks)


def findings(data: RunData) -> Iterator[str]:
    """Yield what came out, each finding a sentence or two with numbers and ranges."""
    yield from force.beside_what_was_done(data)
    if data.held and not data.is_what_if:
        yield from _beside_the_record(data)
    elif data.record.incidents and not data.is_what_if:
        whys = Counter(collected(data.scenario, data.record).why_not.values()).most_common(1)
        yield (
            f"Of {plural(len(data.record.incidents), 'recorded incident')} none can be compared"
            f" with these numbers: {whys[0][0] if whys else 'no whole year is covered'}."
        )
    yield _strength(data)
    yield _incidents(data)
    yield _deaths(data)
    if len(data.r):
        yield _reproduction(data)
    yield from _mover(data)
    if data.record.is_empty and not data.is_what_if:
        yield "There is no record to compare with: the skill of these numbers is not known."


def _asked(data: RunData) -> Table:
    header, info = data.scenario.header, data.run.info
    policy = f"{info['policy']}: {'; '.join(said(info['policy_rules']))}"
    rows = [
        ("Scenario", f"{header.name}: {header.title}"),
        ("Mission", header.mandate),
        *([("What it cannot know", header.limits)] if header.limits else []),
        ("Played", f"{day(header.start)} to {day(header.end)}"),
        ("Fitted on", f"data up to {day(header.fit_until)}" if data.is_fitted else "nothing"),
        ("Policy", policy),
        ("Futures", f"{plural(data.futures, 'future')} played to the end, seed {info['seed']}"),
    ]
    return Table("asked", "What was asked", ("", ""), rows, numeric=9)


def _warnings(data: RunData) -> Iterator[Text]:
    yield from (note(words) for step in data.run.info["changes"] for words in step.get("lacks", ()))
    yield from (
        note(f"The force counts for little: {fault.found}, {fault.wanted}")
        for fault in doubts(data.scenario)
        if EFFECT in fault.wanted
    )
    if data.is_what_if:
        yield note(judged.WHAT_IF)
    failed = len(data.failures)
    if failed:
        reasons = listed([str(text) for text in data.failures["error"].unique()[:3]])
        share = 100.0 * failed / (failed + data.futures)
        yield note(
            f"{plural(failed, 'future')} failed ({share:.1f} %) and are not in the numbers below."
            f" If they failed because violence ran away, the numbers are too low. {reasons}"
        )
    if not data.run.finished:
        yield note("The run is not finished; this report shows the futures played so far.")
    if data.is_rough:
        yield note(
            f"Only {plural(data.futures, 'future')} were played, so all ranges are rough: the"
            f" ends of a 90 % interval need {ENOUGH_FUTURES} or more."
        )


def _strength(data: RunData) -> str:
    line = below(data.force, "in_theatre")["q50"]
    peak, last = pd.Timestamp(str(line.idxmax())), pd.Timestamp(str(line.index[-1]))
    text = (
        f"The force in theatre is strongest in {peak:%B %Y} with {number(line.max())} soldiers and"
        f" has {number(line.iloc[-1])} in {last:%B %Y}."
    )
    points = data.record.strength()
    if not points:
        return text
    text += f" The record holds {plural(len(points), 'published strength')}"
    if (score := data.strength_score) is not None and not data.is_what_if:
        text += (
            f"; the line lies within what was reported at {percent(score.inside)} of"
            f" {plural(score.dates, 'date')}"
        )
    spread = _widest_conflict(data)
    if spread is None:
        return text + "."
    when, low, high = spread
    return f"{text}; those reported for one day differ by up to {number(high - low)} ({when})."


def _widest_conflict(data: RunData) -> tuple[str, float, float] | None:
    """Return the day on which reported strengths differ most, if they differ at all."""
    by_day = defaultdict(list)
    for point in data.record.strength():
        if point.kind == "reported" and point.precision == "day":
            by_day[point.begins].append(point.value)
    spans = [(max(v) - min(v), date, min(v), max(v)) for date, v in by_day.items()]
    widest = max(spans, default=None)
    return None if widest is None or not widest[0] else (day(widest[1]), widest[2], widest[3])


UNCHECKED = "recorded or not, which no record can check"


def _incidents(data: RunData) -> str:
    table = below(data.years.incident_quantiles, TOTAL)
    first, last = data.full_years
    text = f"All incidents, {UNCHECKED}: {_range(table, last)} in {last}"
    if first != last:
        text += f"; in {first}, the first whole year, {_range(table, first)}"
    by_type = data.years.of_type["incidents"][:, list(data.years.years).index(last)].sum(axis=0)
    most = int(by_type.argmax())
    if by_type[most] > MAIN_SHARE * by_type.sum():
        kind = data.scenario.incident_types[most]
        text += _mostly(data, kind.id, by_type[most] / by_type.sum())
    return f"{text}."


def _deaths(data: RunData) -> str:
    totals = bands(data.years.deaths.sum(axis=(1, 2))[:, None], [TOTAL])
    table = below(data.years.death_quantiles, TOTAL)
    _, last = data.full_years
    text = (
        f"All dead of all sides, {UNCHECKED}: {_range(totals, TOTAL)} from the first day to the"
        f" last; in {last}, {_range(table, last)}"
    )
    kind = data.main_kind
    return f"{text}{_mostly(data, *kind) if kind else ''}. Ordinary homicides are not among them."


def _mostly(data: RunData, name: str, share: float) -> str:
    """Say that one kind has most of a number, and where its rate comes from."""
    kind = next(row for row in data.scenario.incident_types if row.id == name)
    return (
        f"; {percent(share)} by one kind, “{kind.words}”, whose rate {incidents.frozen(data, kind)}"
    )


def _reproduction(data: RunData) -> str:
    r = data.r
    worst = r["below_one"].min()
    first, last = (_range(r, r.index[i], 2) for i in (0, -1))
    text = (
        f"R, the incidents that one incident provokes, is {last} at the last review and"
        f" {first} at the first"
    )
    if worst == 1.0:
        return f"{text}: below 1 in every future at every review, so waves of violence die out."
    above = pd.Timestamp(str(r["below_one"].idxmin()))
    return f"{text}. It is above 1 in {100 * (1 - worst):.0f} % of the futures in {above:%B %Y}."


def _mover(data: RunData) -> Iterator[str]:
    """Yield which assumed parameter moves the result most, where one can be told from chance."""
    moved = data.moved_by
    known = moved[moved["clear"].astype(bool)]
    assumed = known[known["basis"] == "assumed"]
    if not len(known):
        return
    top = known.iloc[0]
    elsewhere = {row.name for row in data.foreign}
    text = f"The number that moves the result most is {_named(data, top)}, {top['basis']}"
    if top["name"] in elsewhere:
        text += " for Kosovo, not for this mission"
    if len(assumed) and assumed.iloc[0]["name"] != top["name"]:
        text += f"; of those merely assumed it is {_named(data, assumed.iloc[0])}"
    yield f"{text}."


def _named(data: RunData, row: pd.Series[Any]) -> str:
    """Return what a parameter is in words, or its name where nobody wrote any."""
    known = {parameter.name: parameter for parameter in data.scenario.parameters.rows()}
    return f"“{in_brief(known[row['name']])}”"


def _beside_the_record(data: RunData) -> Iterator[str]:
    """Yield what the record has too, on the same days, and one verdict."""
    total, dead = data.held[:2]
    last, table = int(total.years[-1]), bands(total.futures, total.years)
    yield (
        f"In {last}, the last year that the record covers, it holds"
        f" {plural(int(total.recorded[-1]), 'incident')}; of those in the futures one could read of"
        f" {_range(table, last)}."
    )
    sums = bands(dead.futures.sum(axis=1)[:, None], [TOTAL])
    yield (
        f"From {dead.years[0]} to {dead.years[-1]} the record holds {number(dead.recorded.sum())}"
        f" dead in incidents and riots; of those in the futures one could read of"
        f" {_range(sums, TOTAL)}."
    )
    inside = inside_interval(table, pd.Series(total.recorded, index=total.years))
    fit_until = data.scenario.header.fit_until
    later, whole = total.years > fit_until.year, (fit_until.month, fit_until.day) == (12, 31)
    fitted = total.years <= fit_until.year - (not whole)
    between = ~later & ~fitted
    parts = ((fitted, "fitted years"), (between, "partly fitted year"), (later, "later years"))
    shares = [
        f"{inside[some].sum()} of {some.sum()} {what}"
        for some, what in (parts if data.is_fitted else ((later | True, "years"),))
        if some.any()
    ]
    text = f"The recorded number of incidents lies within the 90 % interval in {listed(shares)}"
    above, under = (
        int((total.recorded < table["q05"]).sum()),
        int((total.recorded > table["q95"]).sum()),
    )
    wrong = [(above, "the futures have too many"), (under, "the futures have too few")]
    tail = [f"in {plural(years, 'year')} {what}" for years, what in wrong if years]
    yield f"{text}; {listed(tail)}." if tail else f"{text}."


def _range(table: pd.DataFrame, key: object, digits: int = 0) -> str:
    row = row_at(table, key)
    low, median, high = (number(row[q], digits) for q in ("q05", "q50", "q95"))
    return f"{median} (90 % interval: {low} to {high})"


SECTIONS = (
    in_short,
    force.section,
    decisions.section,
    decisions.disagreements,
    incidents.section,
    riots.sections,
    riots.crises,
    walkouts.sections,
    incidents.crime,
    incidents.reproduction,
    places.section,
    places.line,
    people.movement,
    people.displacement,
    police.section,
    judged.skill,
    assumptions.section,
    assumptions.left_out,
    assumptions.repeat,
    assumptions.sources,
)
"""The order of the report; some yield no section, or one for every event of the record."""
