"""``plan.html``: the six questions that a planner is asked, one section each, and a front page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from interpose.plan.laydown.calls import Answer
from interpose.plan.laydown.placing import Response
from interpose.report import (
    drawing,
    plan_caveats,
    plan_chances,
    plan_compare,
    plan_flow,
    plan_gaps,
    plan_map,
    plan_orbat,
    plan_rotation,
    plan_thin,
)
from interpose.report.parts import Block, Cell, Section, Table, bullets, note, words
from interpose.report.plan_material import PlanMaterial
from interpose.report.plan_sources import assumed
from interpose.report.wording import MONTHS, day, listed, number, plural
from interpose.report.writing import page

MOST_NAMED = 8
"""Open lines named on the front page; the rest are counted."""


def plan_page(material: PlanMaterial) -> str:
    """Return the page of a plan as one HTML file that needs nothing else.

    Parameters
    ----------
    material : PlanMaterial
    """
    with drawing.styled():
        sections = [section(material) for section in SECTIONS]
        if material.before is not None:
            sections.insert(1, plan_compare.section(material))
    title = f"{material.scenario.header.title}: plan, {_span(material)}"
    return page(title, sections)


def _span(material: PlanMaterial) -> str:
    first, last = material.plan.begins, material.months[-1]
    return f"{MONTHS[first.month - 1]} {first.year} to {MONTHS[last.month - 1]} {last.year}"


# --- front page -----------------------------------------------------------------------------


def front(material: PlanMaterial) -> Section:
    """Return the front page: the decision, three numbers, the open cells, the order of battle."""
    blocks: list[Block] = [
        Table("asked", "What is to be decided", ("", ""), list(_asked(material)), numeric=9),
        bullets(three_numbers(material)),
        *_open_cells(material),
        plan_orbat.figure(material),
    ]
    return Section("findings", "In short", tuple(blocks))


def _asked(material: PlanMaterial) -> Iterator[tuple[str, str]]:
    mission = next((m for m in material.inputs.missions if m.id == material.plan.mission), None)
    yield "Decision", material.asked
    if mission is not None:
        yield "Mission", f"{mission.name}: {mission.mandate}"
    yield "Planned", f"{day(material.plan.begins)} up to {day(material.plan.ends)}"
    if material.command:
        yield "Made by", material.command


def three_numbers(material: PlanMaterial) -> list[str]:
    """Return the three numbers of the front page, each in a sentence."""
    critical = [
        cell
        for cell in material.cells
        if material.lines[cell.requirement].critical and cell.state != "not_needed"
    ]
    opened = len(material.open_critical())
    needed = np.array([material.needed_persons(month) for month in material.months])
    peak = material.months[int(needed.argmax())]
    there = sum(row.persons for row in material.counted(peak))
    home = material.at_home(peak)
    and_home = f", and {number(home)} in reserve at home," if home else ""
    return [
        f"{number(opened)} of {plural(len(critical), 'month')} of critical lines"
        f" {'is' if opened == 1 else 'are'} open.",
        f"{number(there)} persons are in the theatre{and_home} in {peak:%B %Y}, when the"
        f" requirement is largest: {number(float(needed.max()))} persons, each unit at its usual"
        " strength.",
        _worst_place(material),
    ]


def _worst_place(material: PlanMaterial) -> str:
    laydown = material.laydown
    if laydown is None:
        return "How soon a place is reached is not known: there are no platoons to lay down."
    kept = [r for r in laydown.responses if r.protected and np.isfinite(r.first_min)]
    if not kept:
        return "No protected place is reached by road from any base with platoons."
    worst = max(kept, key=lambda r: (r.first_min, r.place))
    lost = f" {plural(len(laydown.unreached), 'place')} cannot be reached." * bool(
        laydown.unreached
    )
    return (
        f"{number(worst.first_min)} minutes by road, from {material.place_name(worst.base)}, pass"
        f" until the first platoon is at the worst-covered protected place,"
        f" {material.place_name(worst.place)}; {_in_reach(material, kept)}."
        f"{_assumed_roads(material)}{lost}"
    )


def _in_reach(material: PlanMaterial, kept: Sequence[Response]) -> str:
    soon = sum(r.first_min <= material.reach_min for r in kept)
    return (
        f"{soon} of {plural(len(kept), 'protected place')} are reached within the"
        f" {number(material.reach_min)} minutes asked for"
    )


def _assumed_roads(material: PlanMaterial) -> str:
    """Say how many of the times on the road rest on assumptions."""
    links = material.scenario.links
    guessed = sum(link.basis == "assumed" for link in links)
    if not guessed:
        return ""
    return f" Of {plural(len(links), 'road')}, {number(guessed)} have a time that was assumed."


def _open_cells(material: PlanMaterial) -> Iterator[Block]:
    """Name the lines that are open, the critical ones first."""
    rows = []
    for line in sorted(material.lines.values(), key=lambda r: (not r.critical, r.priority)):
        cells = [cell for cell in material.by_line[line.id] if cell.state == "open"]
        if cells:  # the month in which most is lacking speaks for the line
            worst = max(cells, key=lambda c: (c.needed - c.present, -c.month.toordinal()))
            months = _months(cells[0].month, cells[-1].month)
            rows.append((material.marked(line.id), months, worst.words))
    if not material.open_critical():
        yield words("No critical line is open in any month.")
    if not rows:
        yield words("No other line is open either.")
        return
    caption = "Lines that are open; critical ones bear a !; in words the month that lacks most"
    header = ("Line", "Months", "Why")
    yield Table("open", caption, header, rows[:MOST_NAMED], numeric=9)
    if len(rows) > MOST_NAMED:
        yield note(f"{len(rows) - MOST_NAMED} more stand in the gap table below.")


def _months(first: object, last: object) -> str:
    return f"{first:%Y-%m}" if first == last else f"{first:%Y-%m} to {last:%Y-%m}"


# --- the six questions ----------------------------------------------------------------------


def why_this_number(material: PlanMaterial) -> Section:
    """Return what each task asks for, and what falls first."""
    rows = []
    tasks = {task.id: task.name for task in material.scenario.header.tasks}
    for line in sorted(material.lines.values(), key=lambda r: (r.task, r.priority, r.id)):
        kind = material.kinds[line.capability]
        task = tasks.get(line.task, line.task) or "no task of the mandate named"
        rows.append(
            (
                Cell(material.marked(line.id), under=f"{task}. Source: {line.source}"),
                "critical" if line.critical else f"priority {line.priority}",
                number(line.units),
                number(line.units * kind.strength),
            )
        )
    header = ("Line and task", "", "Units", "Persons")
    caption = "What each line asks for; persons at the usual strength of its units"
    falls = sorted(material.lines.values(), key=lambda r: (r.critical, -r.priority, r.id))
    first = listed([material.labels[line.id] for line in falls[:3]])
    blocks: list[Block] = [
        Table("lines", caption, header, rows, numeric=2),
        words(
            f"If less is to be had, what is neither critical nor of high priority falls first:"
            f" {first}."
        ),
        *_told(material, "number"),
        plan_flow.figure(material),
    ]
    return Section("number", "Why this number, task by task?", tuple(blocks))


def who_fills_what(material: PlanMaterial) -> Section:
    """Return the gap table and the rotation."""
    blocks: list[Block] = [plan_gaps.figure(material)]
    if material.rows:
        blocks += [plan_rotation.figure(material), *plan_thin.blocks(material)]
    else:
        blocks.append(note("No offer fills any line: there is nothing to rotate."))
    return Section(
        "fills", "Who fills what, who hands over when, where are the thin weeks?", tuple(blocks)
    )


def caveats(material: PlanMaterial) -> Section:
    """Return what the caveats cost."""
    blocks = [*plan_caveats.blocks(material), *_told(material, "caveats")]
    return Section("caveats", "What does each caveat cost?", tuple(blocks))


def leaves(material: PlanMaterial) -> Section:
    """Return what each nation holds alone, and what happens if one leaves."""
    blocks = [*_told(material, "leaves"), plan_caveats.held_alone(material)]
    return Section("leaves", "What if a nation leaves?", tuple(blocks))


def next_step(material: PlanMaterial) -> Section:
    """Return the measures to watch, the way back, and what the laydown can take."""
    blocks: list[Block] = [*_told(material, "next_step")]
    tasks = material.scenario.header.tasks
    if tasks:
        rows = [(task.name, task.measure, task.source) for task in tasks]
        caption = "What must be seen on the ground before the next step down, task by task"
        blocks.append(Table("measures", caption, ("Task", "Measure", "Source"), rows, numeric=9))
    blocks.append(words(_way_back(material)))
    if material.laydown is not None:
        blocks.append(plan_map.figure(material))
    if material.calls:
        late = sum(not answer.in_time for answer in material.calls)
        blocks.append(
            note(f"{late} of {plural(len(material.calls), 'call')} at once are not answered in"
                 f" time.") if late else
            words(f"All {plural(len(material.calls), 'call')} at once are answered in time.")
        )  # fmt: skip
        blocks.append(bullets([_answered(material, answer) for answer in material.calls]))
    return Section("next-step", "What must be true before the next step down?", tuple(blocks))


def _answered(material: PlanMaterial, answer: Answer) -> str:
    words = answer.words.replace(f"{answer.place}:", f"{material.place_name(answer.place)}:", 1)
    if not answer.base:
        return words
    return words.replace(f"from {answer.base} ", f"from {material.place_name(answer.base)} ", 1)


def _way_back(material: PlanMaterial) -> str:
    """Return how soon reserves at home could be there."""
    home = [
        offer
        for offer in material.inputs.offers
        if offer.reserve
        and offer.mission == material.plan.mission
        and offer.begins < material.plan.ends
        and (offer.ends is None or offer.ends > material.plan.begins)
    ]
    if not home:
        return (
            "The way back: no reserve at home is offered. What leaves comes back only by a new"
            " decision, with the lead times of the offers."
        )
    found = sorted(home, key=lambda o: (o.notice_days + o.movement_days, o.id))
    told = [
        f"{material.said.offer(o)} ({number(o.strength)} persons) in"
        f" {plural(o.notice_days + o.movement_days, 'day')}"
        for o in found[:5]
    ]
    return f"The way back: reserves at home, from order to arrival: {listed(told)}."


def _told(material: PlanMaterial, where: str) -> Iterator[Block]:
    for told in material.told.get(where, ()):
        yield words(told.title)
        yield bullets(list(told.lines))


SECTIONS: tuple[Callable[[PlanMaterial], Section], ...] = (
    front,
    why_this_number,
    who_fills_what,
    caveats,
    leaves,
    plan_chances.section,
    next_step,
    assumed,
)
"""The order of the page: the front, then the six questions of a planner."""
