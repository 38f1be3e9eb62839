"""``plan.html``: the six questions that a planner is asked, one section each, and a front page."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from interpose.plan.laydown.placing import Answer
from interpose.plan.tell.shortfalls import kept_up
from interpose.report.page import (
    Block,
    Cell,
    Section,
    Table,
    bullets,
    day,
    note,
    number,
    to_html,
    words,
)
from interpose.report.plan_page import first, gaps, laydown, risks, rotation
from interpose.report.plan_page.plan_data import PlanData
from interpose.scenario.phrases import listed, plural


def plan_page(data: PlanData) -> str:
    """Return the page of a plan as one HTML file that needs nothing else."""
    sections = [section(data) for section in SECTIONS]
    if data.before is not None:
        sections.insert(0, gaps.comparison(data))
    span = f"{data.plan.begins:%B %Y} to {data.months[-1]:%B %Y}"
    title = f"{data.scenario.header.title}: plan, {span}"
    return to_html(title, sections, data.what_ifs, first.lead(data))


# --- front page -----------------------------------------------------------------------------


def front(data: PlanData) -> Section:
    """Return the front page: what is lacking, the decision, numbers, open cells, who is there."""
    blocks: list[Block] = [
        Table("asked", "What is to be decided", ("", ""), list(_asked(data)), numeric=9),
        _head_counts(data),
        gaps.gap_table(data),
    ]
    return Section("findings", "In short", tuple(blocks))


def _asked(data: PlanData) -> Iterator[tuple[str, str]]:
    mission = next((m for m in data.inputs.missions if m.id == data.plan.mission), None)
    yield "Decision", data.asked
    if mission is not None:
        yield "Mission", f"{mission.name}: {mission.mandate}"
    yield "Planned", f"{day(data.plan.begins)} up to {day(data.plan.ends)}"
    if data.command:
        yield "Made by", data.command


def _head_counts(data: PlanData) -> Block:
    """Return every count of persons on this page, and how one follows from another."""
    peak, shown = data.peak, day(data.day)
    there, home = sum(row.persons for row in data.counted(peak)), data.at_home(peak)
    asked = data.needed_persons(peak)
    more = there + home - asked
    plain = f"{number(abs(more))} {'more' if more > 0 else 'fewer'}"
    rows = [
        ("Asked for by the lines, in the month that asks for most", f"{peak:%B %Y}", asked),
        ("In the theatre in that month", f"{peak:%B %Y}", there),
        ("In reserve at home in that month", f"{peak:%B %Y}", home),
        (f"Both together, {plain} than asked for", f"{peak:%B %Y}", there + home),
        (
            "In the theatre on the day of the order of battle",
            shown,
            sum(row.persons for row in data.present(data.day)),
        ),
    ]
    if data.tasks_persons is not None:
        words_ = "Needed by the tasks of plan/workload.csv, from which the lines need not be made"
        rows.append((words_, shown, round(data.tasks_persons)))
    table = [(what, when, number(count)) for what, when, count in rows]
    caption = "Counts of persons on this page, and how they fit together"
    return Table("counts", caption, ("Count", "When", "Persons"), table, numeric=2)


# --- the six questions ----------------------------------------------------------------------


def why_this_number(data: PlanData) -> Section:
    """Return what each task asks for, and what falls first."""
    rows = []
    tasks = {task.id: task.name for task in data.scenario.header.tasks}
    for line in sorted(data.lines.values(), key=lambda r: (r.task, r.priority, r.id)):
        kind = data.kinds[line.capability]
        task = tasks.get(line.task, line.task) or "no task of the mandate named"
        rows.append(
            (
                Cell(
                    data.marked(line.id), under=f"{task}. Source: {data.source_title(line.source)}"
                ),
                "critical" if line.critical else f"priority {line.priority}",
                number(line.units),
                number(line.units * kind.strength),
            )
        )
    header = ("Line and task", "", "Units", "Persons")
    caption = "What each line asks for; persons at the usual strength of its units"
    falls = sorted(data.lines.values(), key=lambda r: (r.critical, -r.priority, r.id))
    soonest = listed([data.labels[line.id] for line in falls[:3]])
    blocks: list[Block] = [
        Table("lines", caption, header, rows, numeric=2),
        words(
            f"If less is to be had, what is neither critical nor of high priority falls first:"
            f" {soonest}."
        ),
        *_explained(data, "number"),
    ]
    return Section("number", "Why this number, task by task?", tuple(blocks))


def who_fills_what(data: PlanData) -> Section:
    """Return the gap table and the rotation."""
    blocks: list[Block] = []
    if data.rows:
        if short := kept_up(data.inputs, data.plan, data.name_of):
            blocks += [words("Pools that cannot keep all that they offer there:"), bullets(short)]
        blocks += [*rotation.tours(data), *rotation.thin_weeks(data)]
    else:
        blocks.append(note("No offer fills any line: there is nothing to rotate."))
    return Section(
        "fills", "Who fills what, who hands over when, where are the thin weeks?", tuple(blocks)
    )


def order(data: PlanData) -> Section:
    """Return who is there on the day with most persons."""
    return Section("orbat", "Who is there?", (laydown.order_of_battle(data),))


def caveats(data: PlanData) -> Section:
    """Return what the caveats cost."""
    blocks = [*risks.caveat_costs(data), *_explained(data, "caveats")]
    return Section("caveats", "What does each caveat cost?", tuple(blocks))


def leaves(data: PlanData) -> Section:
    """Return which lines only one nation fills, and what happens if one leaves."""
    blocks = [*_explained(data, "leaves"), risks.only_provider(data)]
    return Section("leaves", "What if a nation leaves?", tuple(blocks))


def next_step(data: PlanData) -> Section:
    """Return the measures to watch, the way back, and what the laydown can take."""
    blocks: list[Block] = [*_explained(data, "next_step")]
    tasks = data.scenario.header.tasks
    if tasks:
        rows = [(task.name, task.measure, data.source_title(task.source)) for task in tasks]
        caption = "What must be seen on the ground before the next step down, task by task"
        blocks.append(Table("measures", caption, ("Task", "Measure", "Source"), rows, numeric=9))
    blocks.append(words(_way_back(data)))
    if data.laydown is not None:
        blocks += laydown.tables(data, data.laydown)
    if data.calls:
        late = sum(not answer.in_time for answer in data.calls)
        blocks.append(
            note(f"{late} of {plural(len(data.calls), 'call')} at once are not answered in"
                 f" time.") if late else
            words(f"All {plural(len(data.calls), 'call')} at once are answered in time.")
        )  # fmt: skip
        blocks.append(bullets([_answered(data, answer) for answer in data.calls]))
    return Section("next-step", "What must be true before the next step down?", tuple(blocks))


def _answered(data: PlanData, answer: Answer) -> str:
    words = answer.words.replace(f"{answer.place}:", f"{data.place_name(answer.place)}:", 1)
    if not answer.base:
        return words
    return words.replace(f"from {answer.base} ", f"from {data.place_name(answer.base)} ", 1)


def _way_back(data: PlanData) -> str:
    """Return how soon reserves at home could be there."""
    home = [
        offer
        for offer in data.inputs.offers
        if offer.reserve
        and offer.mission == data.plan.mission
        and offer.begins < data.plan.ends
        and (offer.ends is None or offer.ends > data.plan.begins)
    ]
    if not home:
        return (
            "The way back: no reserve at home is offered. What leaves comes back only by a new"
            " decision, with the lead times of the offers."
        )
    found = sorted(home, key=lambda o: (o.notice_days + o.movement_days, o.id))
    reserves = [
        f"{data.name_of.offer(o)} ({number(o.strength)} persons) in"
        f" {plural(o.notice_days + o.movement_days, 'day')}"
        for o in found[:5]
    ]
    return f"The way back: reserves at home, from order to arrival: {listed(reserves)}."


def _explained(data: PlanData, where: str) -> Iterator[Block]:
    for found in data.explanations.get(where, ()):
        yield words(found.title)
        yield bullets(list(found.lines))


SECTIONS: tuple[Callable[[PlanData], Section], ...] = (
    front,
    why_this_number,
    who_fills_what,
    order,
    caveats,
    leaves,
    risks.what_may_go_wrong,
    next_step,
    risks.assumed,
)
"""The order of the page: the front, then the six questions of a planner."""
