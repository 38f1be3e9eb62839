"""The order of battle as a tree of APP-6 symbols.

Frames of a friend for the force, neutral ones for local police, never a hostile one: communities
have no frame at all.
"""

from __future__ import annotations

import itertools
import re

from interpose.plan.in_place import Placed
from interpose.report.parts import Figure, Table
from interpose.report.plan_material import PlanMaterial
from interpose.report.vector import Drawing
from interpose.report.wording import day, number, shortened

HEADQUARTERS = "10031000180000000000"
"""A friend's formation of no special kind: the force, and each of its areas."""

LOCAL_POLICE = "10041000002007000000"
"""A neutral police unit."""

WIDE, LEFT, CELL, ROW = 720.0, 150.0, 95.0, 74.0
ACROSS = int((WIDE - LEFT) // CELL)


def figure(material: PlanMaterial) -> Figure:
    """Return the order of battle on the material's day."""
    drawing = Drawing("orbat", WIDE)
    here = material.present(material.day)
    persons = sum(row.persons for row in here)
    _symbol(drawing, HEADQUARTERS, 46, 34, 44)
    title = shortened(material.scenario.header.title, 70)
    drawing.text(92, 30, title, size=12, bold=True)
    drawing.text(92, 46, f"{day(material.day)}: {number(persons)} persons in the theatre", size=10)
    y = 76.0
    ends = []
    for place, rows in _groups(here).items():
        ends.append(y + 22)
        y = _group(drawing, material, material.place_name(place), rows, y, dash="")
    home = [row for row in material.rows if row.offer.reserve and _on(row, material)]
    if home:
        top = y + 22
        drawing.line([(46, ends[-1] if ends else 60), (46, top)], dash="6,4")
        y = _group(drawing, material, "Reserve at home", home, y, dash="6,4")
    if ends:
        drawing.line([(46, 58), (46, ends[-1])])
    y = _police(drawing, material, y)
    drawing.text(8, y + 8, "Dotted: embedded in its host's unit. Dashed: reserve at home.", size=9)
    nations = len({row.offer.contributor for row in here})
    alt = f"{len(here)} units of {nations} nations, {number(persons)} persons."
    caption = f"Order of battle on {day(material.day)}, with nation and persons of each unit."
    return Figure("orbat", drawing.finish(y + 16), caption, alt, [_table(material, here)])


def _on(row: Placed, material: PlanMaterial) -> bool:
    return row.assignment.begins <= material.day < row.assignment.ends


def _groups(rows: tuple[Placed, ...]) -> dict[str, list[Placed]]:
    """Return the units of each place; an embedded unit follows its host, wherever that is."""
    found: dict[str, list[Placed]] = {}
    hosts = {row.offer.id for row in rows}
    guests: dict[str, list[Placed]] = {}
    for row in sorted(rows, key=lambda r: (r.requirement.place, -r.persons, r.offer.id)):
        if row.offer.host in hosts:
            guests.setdefault(row.offer.host, []).append(row)
        else:
            found.setdefault(row.requirement.place, []).append(row)
    for units in found.values():
        for at in itertools.count(1):  # the list grows: a guest may be a host too
            if at > len(units):
                break
            units[at:at] = guests.pop(units[at - 1].offer.id, [])
    return found


def _group(
    drawing: Drawing, material: PlanMaterial, name: str, rows: list[Placed], y: float, *, dash: str
) -> float:
    """Draw one branch and return where the next one begins."""
    drawing.line([(46, y + 22), (66, y + 22)], dash=dash)
    drawing.text(70, y + 20, shortened(name, 14), size=9.5, bold=True, title=name)
    drawing.text(70, y + 32, f"{number(sum(r.persons for r in rows))} persons", size=8.5)
    top = y
    for i, row in enumerate(rows):
        x, y = LEFT + (i % ACROSS) * CELL, top + (i // ACROSS) * ROW
        if i % ACROSS == 0:
            drawing.line([(LEFT - 4, top + 22), (LEFT - 4, y + 22)], dash=dash)
        embedded = i > 0 and row.offer.host == rows[i - 1].offer.id and i % ACROSS > 0
        if embedded:
            drawing.line([(x - CELL / 2 + 22, y + 22), (x + 22, y + 22)], dash="1.5,3", wide=1.6)
        elif i % ACROSS == 0:
            style = "1.5,3" if row.offer.host else dash
            drawing.line([(x - 4, y + 22), (x + 22, y + 22)], dash=style)
        else:
            drawing.line([(x - CELL / 2 + 22, y + 22), (x + 22, y + 22)], dash=dash)
        _unit(drawing, material, row, x, y)
    return y + ROW + 4


def _unit(drawing: Drawing, material: PlanMaterial, row: Placed, x: float, y: float) -> None:
    _symbol(drawing, row.capability.symbol, x + 40, y + 22, 36)
    nation = row.offer.contributor.upper()
    words = f"{nation} {number(row.persons)}"
    drawing.text(x + 40, y + 52, words, size=9.5, anchor="middle", bold=True)
    told = f"{material.names.get(row.offer.contributor, nation)}: {row.offer.unit}"
    name = shortened(row.capability.name, 18)
    drawing.text(x + 40, y + 63, name, size=7.8, anchor="middle", title=told)


def _police(drawing: Drawing, material: PlanMaterial, y: float) -> float:
    """Draw the local police beside the force, joined to nothing."""
    officers = sum(
        row.strength
        for row in material.scenario.police
        if row.kind == "local_police"
        and row.begins <= material.day
        and (row.ends is None or material.day < row.ends)
    )
    if not officers:
        return y
    _symbol(drawing, LOCAL_POLICE, 46, y + 22, 36)
    drawing.text(70, y + 20, "Local police (not part of the force)", size=9.5, bold=True)
    drawing.text(70, y + 32, f"{number(officers)} officers by the scenario", size=8.5)
    return y + 52


def _symbol(drawing: Drawing, code: str, x: float, y: float, size: float) -> None:
    """Draw an APP-6 symbol whose frame has its middle at (x, y)."""
    from milsymbol import Symbol

    symbol = Symbol(code, size=size)
    if not symbol.is_valid():
        drawing.box(x - size / 2, y - size / 3, size, size / 1.5, fill="#fff", stroke="#000")
        return
    anchor = symbol.get_anchor()
    text = re.sub(r' (xmlns|version|baseProfile)="[^"]*"', "", symbol.as_svg())
    place = f'<svg x="{x - anchor["x"]:.1f}" y="{y - anchor["y"]:.1f}" '
    drawing.markup(text.replace("<svg ", place, 1))


def _table(material: PlanMaterial, rows: tuple[Placed, ...]) -> Table:
    found = [
        (
            material.names.get(row.offer.contributor, row.offer.contributor),
            row.offer.unit,
            row.capability.name,
            material.place_name(row.requirement.place),
            row.offer.host,
            number(row.persons),
        )
        for row in sorted(rows, key=lambda r: (r.offer.contributor, r.offer.id))
    ]
    header = ("Nation", "Unit", "Capability", "Place", "Embedded in", "Persons")
    caption = f"Units in the theatre on {day(material.day)}"
    return Table("orbat", caption, header, found, numeric=5)
