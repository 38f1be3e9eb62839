"""What a plan rests on: rows that were assumed, their sources, and how sure the solver is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from interpose.plan.result import Stage
from interpose.report.parts import Block, Cell, Section, Table, words
from interpose.report.plan_material import PlanMaterial
from interpose.report.wording import plural, short
from interpose.scenario import plan_table

TABLES = ("requirements", "workload", "offers", "standings", "caveats", "capabilities", "missions")
"""Tables of a plan whose rows bear a basis and a source."""


def assumed(material: PlanMaterial) -> Section:
    """Return what was assumed, by whom, and which source says so."""
    blocks: list[Block] = [
        _by_table(material),
        _numbers(),
        words(
            "Platoons on the map are made of units whose symbol says that they move and fight on"
            " the ground or keep order. Units count at the strength offered, else at that of"
            " plan/capabilities.csv."
        ),
        _stages("stages", "How far each aim was proved: who fills what", material.plan.stages),
    ]
    if material.laydown is not None:
        stages = material.laydown.stages
        blocks.append(_stages("laydown-stages", "How far each aim was proved: laydown", stages))
    blocks += [_rows(material), words("Sources in full:"), _sources(material)]
    title = "What was assumed, and which source says so?"
    return Section("assumed", title, tuple(blocks))


def _by_table(material: PlanMaterial) -> Table:
    rows = []
    for name in TABLES:
        found = Counter(row.basis for row in getattr(material.inputs, name))
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


def _rows(material: PlanMaterial) -> Table:
    rows = [
        (Cell(row.id, under=f"Source: {row.source}"), f"plan/{name}.csv", row.note)
        for name in TABLES
        for row in getattr(material.inputs, name)
        if row.basis == "assumed" and _bears(material, row)
    ]
    caption = (
        f"{plural(len(rows), 'row')} that were assumed, of these months and who serves in them"
    )
    header = ("Row", "Table", "Note")
    return Table("assumed-rows", caption, header, rows, numeric=9, folded=True)


def _bears(material: PlanMaterial, row: Any) -> bool:  # noqa: ANN401 - a row of any of TABLES
    """Return whether a row is of this mission and of the months planned, as far as it says."""
    begins = getattr(row, "begins", None) or material.plan.begins
    ends = getattr(row, "ends", None) or material.plan.ends
    here = getattr(row, "mission", material.plan.mission) == material.plan.mission
    if hasattr(row, "contributor"):  # a nation that does not serve bears on nothing
        here = here and row.contributor in {r.offer.contributor for r in material.rows}
    return bool(here and begins < material.plan.ends and ends >= material.plan.begins)


def _sources(material: PlanMaterial) -> Table:
    used = {row.source for name in TABLES for row in getattr(material.inputs, name)}
    rows = [
        (
            source.id,
            Cell(source.title, link=source.url if source.url.startswith("http") else ""),
            source.publisher,
            source.date or "–",
        )
        for source in material.scenario.sources
        if source.id in used
    ]
    header = ("Source", "Title", "Publisher", "Date")
    return Table("plan-sources", "Sources of the plan's tables", header, rows, numeric=9)
