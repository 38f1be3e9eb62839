"""What may go wrong: the chance of each line that offers come late or are withdrawn."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from interpose.plan.deployments import Deployment
from interpose.plan.result import Stage
from interpose.plan.tell.chances import chances, lines_at_risk, percent, without_chances
from interpose.report.page import (
    Block,
    Cell,
    Section,
    Table,
    bullets,
    note,
    number,
    short,
    web_link,
    words,
)
from interpose.report.plan_page.plan_data import PlanData
from interpose.report.quantiles import columns_table
from interpose.scenario import plan_table
from interpose.scenario.phrases import listed, plural

MOST_NAMED = 5
"""Lines named in a list; the table has all."""


def what_may_go_wrong(data: PlanData) -> Section:
    """Return what is most likely to go wrong, and for how many offers no chance is known."""
    return Section("wrong", "What may go wrong?", tuple(_chances(data)))


def _chances(data: PlanData) -> Iterator[Block]:
    silent, serving = without_chances(data.inputs, data.plan)
    if not serving:
        yield note("No offer fills any line: nothing can come late or be withdrawn.")
        return
    if silent:
        yield note(
            f"No chance of delay or withdrawal is given for {number(len(silent))} of"
            f" {plural(serving, 'offer')} that serve. The plan counts them as sure, which no"
            " offer is: for them the chance is unknown, not zero."
        )
    lines = [r for r in chances(data.inputs, data.plan) if r.requirement in data.lines]
    found = lines_at_risk(data.inputs, data.plan, lines)
    if found:
        yield words(
            "Most likely to go wrong of what this plan fills, critical lines first, if absent units"
            " are not replaced:"
        )
        yield bullets([f"{data.marked(w.requirement)}: {w.words}" for w in found[:MOST_NAMED]])
        header = ("Line", "Worst month", "Chance then", "Months open in the mean")
        caption = (
            "Chance that a line has fewer units than it needs on the worst day of its worst month"
        )
        rows = [
            (
                data.marked(worry.requirement),
                f"{worry.worst.month:%Y-%m}",
                percent(worry.worst.open),
                number(worry.open_months, 1),
            )
            for worry in found
        ]
        yield Table("chances", caption, header, rows, numeric=2)
    elif len(silent) < serving:
        yield words("No line that this plan fills is opened by a delay or withdrawal given.")


# --- caveats and nations ------------------------------------------------------------------


def caveat_costs(data: PlanData) -> Iterator[Block]:
    """Yield where caveats bite in the plan, and which offers bear one that does not."""
    bitten: dict[str, list[Deployment]] = {}
    for row in data.rows:
        for caveat in row.assignment.bites:
            bitten.setdefault(caveat, []).append(row)
    known = {caveat.id: caveat for caveat in data.inputs.caveats}
    rows = [
        (
            known[name].words if name in known else name,
            listed(sorted({data.name_of.nation(r.offer.contributor) for r in own})),
            listed(sorted({data.labels[r.requirement.id] for r in own})),
            data.source_title(known[name].source) if name in known else "",
            number(sum(_months(r) for r in own), 1),
            number(max(r.persons for r in own)),
        )
        for name, own in sorted(bitten.items())
    ]
    if rows:
        header = ("Caveat", "Nations", "Lines", "Source", "Months", "Persons at most")
        caption = "Caveats that bite where their unit serves"
        yield Table("caveats", caption, header, rows, numeric=4)
    else:
        yield words("No caveat bites in any line of this plan.")
    offered = {
        name
        for offer in data.inputs.offers
        if offer.mission == data.plan.mission
        for name in offer.caveats.split(";")
        if name
    }
    idle = sorted(offered - set(bitten))
    if idle:
        named = listed([known[n].words if n in known else n for n in idle])
        more = "more caveat" if rows else "caveat"
        yield words(
            f"{plural(len(idle), more)} of the offers"
            f" {'bites' if len(idle) == 1 else 'bite'} nowhere in this plan, either because the"
            f" unit serves where it does not matter or because it kept the unit out: {named}."
        )


def only_provider(data: PlanData) -> Table:
    """Return for each nation the lines that nobody else fills while it does."""
    by_nation: dict[str, list[Deployment]] = {}
    for row in data.rows:
        by_nation.setdefault(row.offer.contributor, []).append(row)
    most = {
        nation: max(
            sum(r.persons for r in data.counted(month) if r.offer.contributor == nation)
            for month in data.months
        )
        for nation in by_nation
    }
    rows = []
    for nation in sorted(by_nation, key=lambda n: (-most[n], data.name_of.nation(n))):
        own = by_nation[nation]
        lines = sorted({r.requirement.id for r in own if not _shared(data, r)})
        critical = [data.labels[line] for line in lines if data.lines[line].critical]
        guests = {
            data.name_of.nation(row.offer.contributor)
            for row in data.rows
            if row.offer.host in {r.offer.id for r in own} and row.offer.contributor != nation
        }
        rows.append(
            (
                data.name_of.nation(nation),
                listed([data.labels[line] for line in lines]) or "none",
                listed(critical) or "none",
                listed(sorted(guests)),
                number(most[nation]),
            )
        )
    header = (
        "Nation",
        "Lines that only it fills, for some time at least",
        "of them critical",
        "Leaves with it",
        "Persons",
    )
    columns = [
        (heading, [row[i] for row in rows])
        for i, heading in enumerate(header)
        if i != 3 or any(row[3] for row in rows)
    ]
    caption = "What opens if a nation leaves and nobody takes its place; persons at most"
    return columns_table("alone", caption, columns, numeric=len(columns) - 1)


def _shared(data: PlanData, row: Deployment) -> bool:
    """Return whether others stand in the same line all the while."""
    covered: dt.date = row.assignment.begins
    others = sorted(
        (
            other.assignment
            for other in data.rows
            if other.requirement.id == row.requirement.id
            and other.offer.contributor != row.offer.contributor
        ),
        key=lambda a: a.begins,
    )
    for other in others:
        if other.begins <= covered:
            covered = max(covered, other.ends)
    return covered >= row.assignment.ends


def _months(row: Deployment) -> float:
    return (row.assignment.ends - row.assignment.begins).days / 30.44


# --- assumptions and sources --------------------------------------------------------------

TABLES = ("requirements", "workload", "offers", "standings", "caveats", "capabilities", "missions")
"""Tables of a plan whose rows bear a basis and a source."""


def assumed(data: PlanData) -> Section:
    """Return what was assumed, by whom, and which source says so."""
    blocks: list[Block] = [
        _by_table(data),
        _numbers(),
        words(
            "Platoons on the map are made of units whose symbol says that they move and fight on"
            " the ground or keep order. Units count at the strength offered, else at that of"
            " plan/capabilities.csv."
        ),
        _stages("stages", "How far each aim was proved: who fills what", data.plan.stages),
    ]
    if data.laydown is not None:
        stages = data.laydown.stages
        blocks.append(_stages("laydown-stages", "How far each aim was proved: laydown", stages))
    blocks += [_rows(data), words("Sources in full:"), _sources(data)]
    title = "What was assumed, and which source says so?"
    return Section("assumed", title, tuple(blocks))


def _by_table(data: PlanData) -> Table:
    rows = []
    for name in TABLES:
        found = Counter(row.basis for row in getattr(data.inputs, name))
        if found:
            kinds = [str(found[kind]) for kind in ("measured", "published", "fitted", "assumed")]
            rows.append((f"plan/{name}.csv", *kinds))
    header = ("Table", "measured", "published", "fitted", "assumed")
    return Table("basis", "Rows of the plan's tables by what they rest on", header, rows)


def _numbers() -> Table:
    """Return the numbers that the program itself assumes."""
    rows = [
        (
            Cell(row.name, under=f"{row.note}. Source: {row.source} ({row.as_of})"),
            row.basis,
            f"{float(row.default or 0):g} {row.unit}",
            f"{float(row.low or 0):g} to {float(row.high or 0):g}",
        )
        for row in plan_table()
    ]
    caption = "Numbers of the program behind troops to task and the map"
    return Table("numbers", caption, ("Number", "", "Used", "Range"), rows, numeric=2)


def _stages(name: str, caption: str, stages: Sequence[Stage]) -> Table:
    rows = [
        (s.name, s.words, s.status, short(s.value), short(s.bound), f"{100 * s.gap:.1f} %")
        for s in stages
    ]
    header = ("Aim", "What its number means", "Proof", "Found", "At best", "Gap")
    return Table(name, caption, header, rows, numeric=3)


def _rows(data: PlanData) -> Table:
    rows = [
        (
            Cell(row.id, under=f"Source: {data.source_title(row.source)}"),
            f"plan/{name}.csv",
            row.note,
        )
        for name in TABLES
        for row in getattr(data.inputs, name)
        if row.basis == "assumed" and _bears(data, row)
    ]
    caption = (
        f"{plural(len(rows), 'row')} that were assumed, of these months and who serves in them"
    )
    header = ("Row", "Table", "Note")
    return Table("assumed-rows", caption, header, rows, numeric=9, folded=True)


def _bears(data: PlanData, row: Any) -> bool:  # noqa: ANN401 - a row of any of TABLES
    """Return whether a row is of this mission and of the months planned, as far as it says."""
    begins = getattr(row, "begins", None) or data.plan.begins
    ends = getattr(row, "ends", None) or data.plan.ends
    here = getattr(row, "mission", data.plan.mission) == data.plan.mission
    if hasattr(row, "contributor"):  # a nation that does not serve bears on nothing
        here = here and row.contributor in {r.offer.contributor for r in data.rows}
    return bool(here and begins < data.plan.ends and ends >= data.plan.begins)


def _sources(data: PlanData) -> Table:
    used = {row.source for name in TABLES for row in getattr(data.inputs, name)}
    rows = [
        (
            source.id,
            Cell(source.title, link=web_link(source.url)),
            source.publisher,
            source.date or "–",
        )
        for source in data.scenario.sources
        if source.id in used
    ]
    header = ("Source", "Title", "Publisher", "Date")
    return Table("plan-sources", "Sources of the plan's tables", header, rows, numeric=9)
