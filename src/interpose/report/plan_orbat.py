"""The order of battle as a tree of APP-6 symbols.

Frames of a friend for the force, neutral ones for local police, never a hostile one: communities
have no frame at all.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from interpose.plan.deployments import Deployment
from interpose.report.parts import Figure, Table
from interpose.report.plan_material import PlanMaterial
from interpose.report.vector import Drawing
from interpose.report.wording import day, number, shortened

HEADQUARTERS = "10031000180000000000"
"""A friend's formation of no special kind: the force, and each of its areas."""

LOCAL_POLICE = "10041000002007000000"
"""A neutral police unit."""

STAFFED = "2367"
"""Eighth digits of a code whose symbol stands on a staff: headquarters; words go beside it."""

WIDE, LEFT, CELL, ROW = 720.0, 72.0, 92.0, 72.0
ACROSS = int((WIDE - LEFT) // CELL)


def figure(material: PlanMaterial) -> Figure:
    """Return the order of battle on the material's day."""
    drawing = Drawing("orbat", WIDE)
    here = material.present(material.day)
    persons = sum(row.persons for row in here)
    _symbol(drawing, HEADQUARTERS, 40, 42, 44)
    title = shortened(material.scenario.header.title, 70)
    drawing.text(82, 38, title, size=12, bold=True)
    drawing.text(82, 54, f"{day(material.day)}: {number(persons)} persons in the theatre", size=10)
    y = 84.0
    end = 62.0
    for place, rows in _groups(here).items():
        end = y - 4
        y = _group(drawing, material, material.place_name(place), rows, y, dash="")
    drawing.line([(40, 62), (40, end)])
    home = [row for row in material.rows if row.offer.reserve and _on(row, material)]
    if home:
        drawing.line([(40, end), (40, y - 4)], dash="6,4")
        y = _group(drawing, material, "Reserve at home", home, y, dash="6,4")
    y = _police(drawing, material, y)
    drawing.text(8, y + 8, "Dotted: embedded in its host's unit. Dashed: reserve at home.", size=9)
    nations = len({row.offer.contributor for row in here})
    alt = f"{len(here)} contingents of {nations} nations, {number(persons)} persons."
    caption = (
        f"Order of battle on {day(material.day)}, with nation and persons of each contingent;"
        " single posts of many nations share a symbol. Nations by their codes of three letters; the"
        " table has their names. Strengths as offered in plan/offers.csv; symbols: APP-6D."
    )
    return Figure("orbat", drawing.finish(y + 16), caption, alt, [_table(material, here)])


def _on(row: Deployment, material: PlanMaterial) -> bool:
    return row.assignment.begins <= material.day < row.assignment.ends


def _groups(rows: tuple[Deployment, ...]) -> dict[str, list[Deployment]]:
    """Return the units of each place; an embedded unit follows its host, wherever that is."""
    found: dict[str, list[Deployment]] = {}
    hosts = {row.offer.id for row in rows}
    guests: dict[str, list[Deployment]] = {}
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


@dataclass(frozen=True, slots=True)
class Drawn:
    """A symbol with its words: a contingent, or the single posts of many nations."""

    symbol: str
    words: str
    name: str
    title: str
    offer: str
    host: str


def _drawn(material: PlanMaterial, rows: list[Deployment]) -> list[Drawn]:
    found = []
    posts: dict[str, list[Deployment]] = {}
    for row in rows:
        if row.capability.echelon == "team":
            posts.setdefault(row.capability.id, []).append(row)
            continue
        nation = row.offer.contributor
        found.append(
            Drawn(
                row.capability.symbol,
                f"{nation.upper()} {number(row.persons)}",
                row.capability.name,
                material.said.offer(row.offer),
                row.offer.id,
                row.offer.host,
            )
        )
    for same in posts.values():
        nations = sorted({row.offer.contributor.upper() for row in same})
        persons = number(sum(row.persons for row in same))
        words = f"{nations[0] if len(nations) == 1 else f'{len(nations)} nations'} {persons}"
        kind = same[0].capability
        found.append(Drawn(kind.symbol, words, kind.name, ", ".join(nations), "", ""))
    return found


def _group(
    drawing: Drawing, material: PlanMaterial, name: str, rows: list[Deployment], y: float, *, dash: str
) -> float:
    """Draw one branch and return where the next one begins."""
    drawing.line([(40, y - 4), (LEFT - 10, y - 4)], dash=dash)
    persons = number(sum(row.persons for row in rows))
    drawing.text(LEFT - 6, y, f"{shortened(name, 60)}: {persons} persons", size=10, bold=True)
    top = y + 14
    units = _drawn(material, rows)
    for i, unit in enumerate(units):
        x, y = LEFT + (i % ACROSS) * CELL, top + (i // ACROSS) * ROW
        middle = y + 22
        if i % ACROSS == 0:
            drawing.line([(LEFT - 4, y - 10 if i == 0 else top), (LEFT - 4, middle)], dash=dash)
            begin = x - 4
        else:
            begin = x - CELL + 68
        embedded = bool(unit.host) and any(unit.host == other.offer for other in units[:i])
        style, wide = ("1.5,3", 1.8) if embedded else (dash, 1.0)
        drawing.line([(begin, middle), (x + 21, middle)], dash=style, wide=wide)
        _symbol(drawing, unit.symbol, x + 40, middle, 36)
        at, anchor = (x + 18, "start") if unit.symbol[7] in STAFFED else (x + 40, "middle")
        drawing.text(at, y + 51, unit.words, size=9.5, anchor=anchor, bold=True)
        label = shortened(unit.name, 18)
        drawing.text(at, y + 61, label, size=7.8, anchor=anchor, title=unit.title)
    return y + ROW + 14


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
    _symbol(drawing, LOCAL_POLICE, 40, y + 22, 36)
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
    text = re.sub(r' (xmlns|version|baseProfile)="[^"]*"', "", symbol.as_svg())
    left, top, wide, _ = (float(part) for part in re.findall(r'viewBox="([^"]*)"', text)[0].split())
    scale = symbol.get_size()["width"] / wide  # the frame's middle is at (100, 100) of the box
    at = f'<svg x="{x - (100 - left) * scale:.1f}" y="{y - (100 - top) * scale:.1f}" '
    drawing.markup(text.replace("<svg ", at, 1))


def _table(material: PlanMaterial, rows: tuple[Deployment, ...]) -> Table:
    found: list[tuple[str, ...]] = [
        (
            material.names.get(row.offer.contributor, row.offer.contributor),
            _unit(material, row),
            row.capability.name,
            material.place_name(row.requirement.place),
            material.said.offer(row.offer.host) if row.offer.host else "",
            number(row.persons),
        )
        for row in sorted(rows, key=lambda r: (r.offer.contributor, r.offer.id))
    ]
    header: tuple[str, ...] = ("Nation", "Unit", "Capability", "Place", "Embedded in", "Persons")
    if not any(row[4] for row in found):
        header = (*header[:4], header[5])
        found = [(*row[:4], row[5]) for row in found]
    caption = f"Units in the theatre on {day(material.day)}"
    return Table("orbat", caption, header, found, numeric=len(header) - 1)


def _unit(material: PlanMaterial, row: Deployment) -> str:
    """Return the name of a unit without its nation, which stands in a column of its own."""
    nation = material.names.get(row.offer.contributor, "")
    rest = row.offer.unit.removeprefix(f"{nation}: ")
    return rest[:1].upper() + rest[1:]
