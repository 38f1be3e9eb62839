"""What caveats touch, and what each nation holds alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from interpose.plan.deployments import Deployment
from interpose.report.parts import Block, Table, words
from interpose.report.plan_material import PlanMaterial
from interpose.report.wording import listed, number, plural


def blocks(material: PlanMaterial) -> Iterator[Block]:
    """Yield where caveats bite in the plan, and which offers bear one that does not."""
    bitten: dict[str, list[Deployment]] = {}
    for row in material.rows:
        for caveat in row.assignment.bites:
            bitten.setdefault(caveat, []).append(row)
    known = {caveat.id: caveat for caveat in material.inputs.caveats}
    rows = [
        (
            known[name].words if name in known else name,
            listed(sorted({material.said.nation(r.offer.contributor) for r in own})),
            listed(sorted({material.labels[r.requirement.id] for r in own})),
            known[name].source if name in known else "",
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
        for offer in material.inputs.offers
        if offer.mission == material.plan.mission
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


def held_alone(material: PlanMaterial) -> Table:
    """Return for each nation the lines that nobody else fills while it does."""
    by_nation: dict[str, list[Deployment]] = {}
    for row in material.rows:
        by_nation.setdefault(row.offer.contributor, []).append(row)
    rows = []
    for nation, own in by_nation.items():
        alone = sorted({r.requirement.id for r in own if not _shared(material, r)})
        critical = [material.labels[line] for line in alone if material.lines[line].critical]
        guests = {
            material.said.nation(row.offer.contributor)
            for row in material.rows
            if row.offer.host in {r.offer.id for r in own} and row.offer.contributor != nation
        }
        rows.append(
            (
                material.names.get(nation, nation.upper()),
                listed([material.labels[line] for line in alone]) if alone else "none",
                listed(critical) if critical else "none",
                listed(sorted(guests)) if guests else "",
                max(_present(material, nation)),
            )
        )
    rows.sort(key=lambda row: (-int(row[4]), str(row[0])))
    found: list[tuple[str, ...]] = [(*row[:4], number(int(row[4]))) for row in rows]
    header: tuple[str, ...] = (
        "Nation",
        "Lines that only it fills, for some time at least",
        "of them critical",
        "Leaves with it",
        "Persons",
    )
    if not any(row[3] for row in found):
        header, found = (*header[:3], header[4]), [(*row[:3], row[4]) for row in found]
    caption = "What opens if a nation leaves and nobody takes its place; persons at most"
    return Table("alone", caption, header, found, numeric=len(header) - 1)


def _shared(material: PlanMaterial, row: Deployment) -> bool:
    """Return whether others stand in the same line all the while."""
    covered: dt.date = row.assignment.begins
    others = sorted(
        (
            other.assignment
            for other in material.rows
            if other.requirement.id == row.requirement.id
            and other.offer.contributor != row.offer.contributor
        ),
        key=lambda a: a.begins,
    )
    for other in others:
        if other.begins <= covered:
            covered = max(covered, other.ends)
    return covered >= row.assignment.ends


def _present(material: PlanMaterial, nation: str) -> list[int]:
    return [
        sum(r.persons for r in material.counted(month) if r.offer.contributor == nation)
        for month in material.months
    ] or [0]


def _months(row: Deployment) -> float:
    return (row.assignment.ends - row.assignment.begins).days / 30.44
