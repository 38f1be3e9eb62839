"""What a plan rests on: rows that were assumed, their sources, and how sure the solver is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from interpose.plan.ground import PLATOON_PERSONS
from interpose.plan.laydown import GIVE_UP
from interpose.plan.result import Stage
from interpose.report.parts import Block, Cell, Section, Table, bullets, words
from interpose.report.plan_material import PlanMaterial
from interpose.report.wording import plural, short

TABLES = ("requirements", "workload", "offers", "standings", "caveats", "capabilities", "missions")
"""Tables of a plan whose rows bear a basis and a source."""


def assumed(material: PlanMaterial) -> Section:
    """Return what was assumed, by whom, and which source says so."""
    blocks: list[Block] = [
        _by_table(material),
        bullets(
            [
                f"A platoon on the map is {PLATOON_PERSONS} persons of units whose symbol says"
                " that they move and fight on the ground or keep order: assumed.",
                f"For fewer camps at most {100 * GIVE_UP:g} % of the mean response is given up:"
                " assumed.",
                "Units count at the strength offered, else at that of capabilities.csv.",
            ]
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


def _stages(name: str, caption: str, stages: Sequence[Stage]) -> Table:
    rows = [
        (s.name, s.words, s.status, short(s.value), short(s.bound), f"{100 * s.gap:.1f} %")
        for s in stages
    ]
    header = ("Aim", "What its number means", "Proof", "Found", "At best", "Gap")
    return Table(name, caption, header, rows, numeric=3)


def _rows(material: PlanMaterial) -> Table:
    rows = [
        (getattr(row, "id", getattr(row, "requirement", "")), name, row.source, row.note)
        for name in TABLES
        for row in getattr(material.inputs, name)
        if row.basis == "assumed"
    ]
    caption = f"{plural(len(rows), 'row')} that were assumed"
    header = ("Row", "Table", "Source", "Note")
    return Table("assumed-rows", caption, header, rows, numeric=9, folded=True)


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
