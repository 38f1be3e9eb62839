"""Questions of ``plan``: may a nation go, why this number, and which bases to keep."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from interpose.cli.output import (
    AsJson,
    CloseBase,
    ClosedRoad,
    On,
    ScenarioName,
    TimeLimit,
    WinterFactor,
    day_of,
    note,
    pair_of,
    print_json,
    say,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from interpose.plan.offer.eligibility import Admission
    from interpose.plan.offer.rules import Reason
    from interpose.plan.requirement import Fall, ForceRequirement
    from interpose.plan.result import Names, PlanInputs
    from interpose.plan.sites import KeptBases, Reach
    from interpose.scenario import Scenario
    from interpose.scenario.tables.plan import Requirement


def why(
    scenario: ScenarioName,
    nation: Annotated[str, typer.Argument(metavar="NATION", help="Name of a nation, or its id.")],
    *,
    mission: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="One mission.", show_default="all the nation is in"),
    ] = None,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Say for each mission which rule lets a nation in or out."""
    from interpose.plan.offer.eligibility import ask, nation_of
    from interpose.scenario import read_plan_tables

    day = day_of(on, "--on")
    inputs = read_plan_tables(scenario)
    row = nation_of(inputs, nation)
    if not inputs.missions:
        note(f"{scenario} has no missions: there are no rows in plan/missions.csv.")
    known = any(s.contributor == row.id for s in inputs.standings)
    answers = ask(inputs, row.id, mission, day)
    if as_json:
        plain = [_plain(answer) for answer in answers]
        print_json({"scenario": scenario, "nation": row.id, "known": known, "answers": plain})
        return
    if not known:
        say(
            f"Nothing is known about {row.name}: no row of plan/standings.csv is about it. "
            "That is no permission and no refusal."
        )
        return
    missions = {item.id: item.name for item in inputs.missions}
    for answer in answers:
        _say_answer(inputs, row.name, missions[answer.mission], answer)
    if len(answers) > 1:
        say(_in_all(row.name, missions, answers))


def _plain(answer: Admission) -> dict[str, Any]:
    offers = [
        {
            "offer": None if answer.is_imagined else offer.id,
            "allowed": verdict.allowed,
            "windows": [
                [None if day == dt.date.max else day.isoformat() for day in span] for span in spans
            ],
            "reasons": [asdict(reason) for reason in verdict.reasons],
        }
        for offer, verdict, spans in zip(
            answer.offers, answer.verdicts, answer.windows, strict=True
        )
    ]
    return {
        "mission": answer.mission,
        "day": answer.day.isoformat(),
        "persons": 0 if answer.is_imagined else answer.persons,
        "ceiling": answer.most,
        "offers": offers,
    }


def _say_answer(inputs: PlanInputs, nation: str, mission: str, answer: Admission) -> None:
    titles = {source.id: source.title for source in inputs.sources}
    allowed = sum(verdict.allowed for verdict in answer.verdicts)
    many = len(answer.offers) > 1
    yes = f"{allowed} of {len(answer.offers)} offers may go" if many else "may go"
    imagined = " (nothing is offered; one soldier is imagined)" if answer.is_imagined else ""
    say(f"{nation}, {mission}, {answer.day}{imagined}")
    shared = answer.shared if many else ()
    if many:
        most = "no ceiling is on record" if answer.most is None else f"the ceiling is {answer.most}"
        say(f"  Together {answer.persons} persons; {most}.")
    for reason in shared:
        _say_reason(reason, titles)
    for offer, verdict, spans in zip(answer.offers, answer.verdicts, answer.windows, strict=True):
        days = "; ".join(f"{begins} {_to(ends)}" for begins, ends in spans) or "on no day"
        say(f"  {offer.unit}, {offer.strength} persons: may be in place {days}")
        for reason in verdict.reasons:
            if reason not in shared:
                _say_reason(reason, titles)
    say(f"{nation}: {yes if allowed else 'may not go'}.\n")


def _in_all(nation: str, missions: Mapping[str, str], answers: Sequence[Admission]) -> str:
    """Return the verdict over several missions, each on its own day."""
    from interpose.scenario.phrases import listed

    to: dict[str, list[str]] = {"may go to": [], "may not go to": []}
    for a in answers:
        allowed = any(verdict.allowed for verdict in a.verdicts)
        to["may go to" if allowed else "may not go to"].append(f"{missions[a.mission]} ({a.day})")
    said = [f"{verb} {listed(names)}" for verb, names in to.items() if names]
    return f"In all, {nation} {'; it '.join(said)}."


def _to(ends: dt.date) -> str:
    return "on" if ends == dt.date.max else f"to {ends - dt.timedelta(days=1)}"


def _say_reason(reason: Reason, titles: dict[str, str]) -> None:
    source = f" [{titles.get(reason.source, reason.source)}]" if reason.source else ""
    say(f"  {'in ' if reason.holds else 'OUT'}  {reason.rule:14} {reason.words}{source}")


def requirement(
    scenario: ScenarioName,
    *,
    on: On = None,
    reduced_by: Annotated[
        float,
        typer.Option(
            min=0, max=100, metavar="PERCENT",
            help="Say which tasks fall first if the force is reduced by this share.",
        ),
    ] = 0.0,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Print troops to task of a day: each task with its sum, and what a reduction takes."""
    from interpose.plan.requirement import force_requirement
    from interpose.plan.result import Names
    from interpose.scenario import load, read_plan_tables

    day = day_of(on, "--on")
    inputs, loaded = read_plan_tables(scenario), load(scenario)
    if not inputs.workload:
        note(f"{scenario} has no workload: there are no rows in plan/workload.csv.")
    found = force_requirement(loaded, inputs, day, reduced_by / 100)
    if as_json:
        tasks = [
            {"row": n.row.model_dump(mode="json"), "persons": float(n.persons), "words": n.words}
            for n in found.needs
        ]
        falls = [
            {"task": f.row.id, "before": float(f.before), "after": float(f.after)}
            for f in found.falls
        ]
        document = {
            "scenario": scenario,
            "day": found.day.isoformat(),
            "persons": found.persons,
            "not_covered": found.missing,
            "tasks": tasks,
            "lines": [line.model_dump(mode="json") for line in found.lines],
            "falls": falls,
        }
        print_json(document)
        return
    if not found.needs and inputs.workload:
        note(
            f"No task is done on {found.day}; the first of plan/workload.csv and the guards"
            f" on {found.first_day}."
        )
    names = Names(inputs, loaded)
    _list_needs(found, names)
    _list_lines(found.lines, names)
    _list_falls(found.falls, reduced_by, names)
    if found.persons is not None and found.needs:
        say(f"In all {found.persons:,.0f} persons are needed on {found.day}.")


def _list_needs(found: ForceRequirement, names: Names) -> None:
    from interpose.scenario.phrases import plural

    needs = found.needs
    total = tasks = plural(len(needs), "task")
    total += f" known, no total. {found.missing}"
    if found.persons is not None:
        total = f"{found.persons:.0f} persons for {tasks}"
    say(f"Troops to task on {found.day}: {total}")
    for need in needs:
        row = need.row
        urgency = "critical" if row.critical else f"priority {row.priority}"
        say(f"  {float(need.persons):7.1f}  {names.task(row)} ({urgency}): {need.words}")
    assumed = sum(need.row.basis == "assumed" for need in needs)
    if needs:
        say(f"{assumed} of {plural(len(needs), 'row')} assumed; plan/workload.csv says why.")


def _list_lines(lines: tuple[Requirement, ...], names: Names) -> None:
    if lines:
        say("\nIn whole units, rounded up once:")
    for line in lines:
        urgency = "critical" if line.critical else f"priority {line.priority}"
        say(f"  {line.units:4}  {names.line(line)}, {urgency}: {line.note}")


def _list_falls(falls: tuple[Fall, ...], percent: float, names: Names) -> None:
    if falls:
        say(f"\nIf the force is reduced by {percent:g} %, in this order:")
    for fall in falls:
        say(f"  {names.task(fall.row)}: {fall.words}")


GOALS = {
    "people": "reach more people within {0:g} minutes",
    "travel": "bring the people nearer to a base",
    "farthest": "have a shorter longest way",
}
"""Aim -> what no other choice of bases does."""


BasesOn = Annotated[
    str | None,
    typer.Option(
        metavar="DATE", help="Bases open on this day.", show_default="the scenario's last"
    ),
]


def sites(
    scenario: ScenarioName,
    *,
    keep: Annotated[
        int | None,
        typer.Option(
            metavar="BASES",
            help="How many bases to keep.",
            show_default="the fewest that lose nobody within reach",
        ),
    ] = None,
    within: Annotated[
        str, typer.Option(metavar="TIME", help="Travel time, such as 30min or 0.5h.")
    ] = "30min",
    on: BasesOn = None,
    aim: Annotated[
        str,
        typer.Option(
            metavar="AIM", help="Most 'people' in time, least 'travel', or 'farthest' place nearer."
        ),
    ] = "people",
    must_keep: Annotated[
        list[str] | None, typer.Option(metavar="BASE", help="A base that stays. May be repeated.")
    ] = None,
    close_base: CloseBase = None,
    closed_road: ClosedRoad = None,
    winter_factor: WinterFactor = 1.0,
    most_per_base: Annotated[
        float | None,
        typer.Option(metavar="PEOPLE", help="With --aim travel: no base serves more people."),
    ] = None,
    time_limit: TimeLimit = 60.0,
    as_json: AsJson = False,
) -> None:
    """Say which bases to keep, whom they reach, and which close first."""
    from interpose.plan.sites import keep_sites
    from interpose.scenario import load

    loaded = load(scenario)
    kept = keep_sites(
        loaded,
        keep,
        _minutes(within),
        on=day_of(on, "--on"),
        aim=aim,
        must_keep=must_keep or (),
        closed_bases=close_base or (),
        closed_roads=[pair_of(text, "--closed-road") for text in closed_road or ()],
        winter_factor=winter_factor,
        most_per_base=most_per_base,
        time_limit_s=time_limit,
    )
    if as_json:
        text = json.dumps({"scenario": scenario, **asdict(kept)}, default=str)
        print_json(json.loads(text, parse_constant=lambda _: None))  # JSON has no infinite numbers
        return
    _print_choice(loaded, kept)
    _print_people(loaded, kept)
    _print_closings(kept)


def _minutes(text: str) -> float:
    """Read a travel time: ``30min``, ``0.5h`` or ``30``.

    Examples
    --------
    >>> _minutes("30min"), _minutes("0.5h"), _minutes("45")
    (30.0, 30.0, 45.0)
    """
    found = re.fullmatch(r"\s*(-?\d+(?:\.\d+)?)\s*(min|h)?\s*", text)
    if found is None:
        msg = f"{text!r}: must be a travel time, such as 30min, 0.5h or 30 (minutes)."
        raise typer.BadParameter(msg, param_hint="--within")
    return float(found[1]) * (60 if found[2] == "h" else 1)


def _print_choice(scenario: Scenario, kept: KeptBases) -> None:
    every, stay = len(kept.before.bases), len(kept.after.bases)
    names = {base.id: base.name for base in scenario.bases}
    say(
        f"{scenario.header.name} on {kept.day}: {every} bases are open in the theatre, "
        f"{stay} stay, {every - stay} close."
    )
    say(f"Keep: {', '.join(f'{base} ({names[base]})' for base in kept.after.bases)}.")
    goal = GOALS[kept.aim].format(kept.within_min)
    if kept.most_per_base:
        goal += f", none serving more than {kept.most_per_base:,.0f}"
    if kept.status != "optimal":
        say(f"Not proved ({kept.status}): another choice may be better.")
    elif kept.asked is None:
        say(f"Proved optimal: fewer bases lose people within {kept.within_min:g} minutes.")
    elif every > stay:
        say(f"Proved optimal: no other {stay} of the {every} bases {goal}.")


def _print_people(scenario: Scenario, kept: KeptBases) -> None:
    """Print the people of each community within reach, and the travel times."""
    say()
    say(f"People within {kept.within_min:g} minutes of a base:")
    names = {group.id: group.name for group in scenario.header.communities}
    width = max(len(names[group]) for group in kept.communities) + 2
    say(f"{'':{width}}{'live there':>12}{'all bases':>20}{'bases kept':>20}")
    counts = [kept.persons, kept.before.persons_within, kept.after.persons_within]
    people = {names[group]: row for group, *row in zip(kept.communities, *counts, strict=True)}
    for name, (live, before, after) in {**people, "all": [sum(each) for each in counts]}.items():
        cells = (f"{n:,.0f} {100 * n / live:5.1f} %" if live else "0" for n in (before, after))
        say(f"{name:{width}}{live:12,.0f}{''.join(f'{cell:>20}' for cell in cells)}")
    say()
    which = "the base that serves" if kept.most_per_base else "the nearest base"
    say(f"Travel time to {which}: {_times(kept.before)} with all bases;")
    say(f"{_times(kept.after)} with those kept.")
    if kept.out_of_reach:
        say(f"No open base reaches by any road: {', '.join(kept.out_of_reach)}.")


def _worst(reach: Reach) -> str:
    return f"{reach.worst_min:.0f}" if math.isfinite(reach.worst_min) else "without a way"


def _times(reach: Reach) -> str:
    return (
        f"median {reach.median_min:.0f} minutes, mean {reach.mean_min:.0f}, "
        f"worst {_worst(reach)} ({reach.worst_place})"
    )


def _print_closings(kept: KeptBases) -> None:
    """Print which base closes first, and whether that order ends with the best choice."""
    if not kept.closings:
        return
    say()
    say("Order of closing, each base with the least loss at its step:")
    before = kept.before
    for number, closing in enumerate(kept.closings, 1):
        after = closing.after
        lost = sum(before.persons_within) - sum(after.persons_within)
        say(
            f"{number}. {closing.base}: {lost:,.0f} fewer people within reach; mean travel "
            f"{before.mean_min:.1f} to {after.mean_min:.1f} minutes, worst "
            f"{_worst(before)} to {_worst(after)}."
        )
        before = after
    left = f"the same {len(kept.after.bases)} bases are left as in the best choice."
    if not kept.same_in_order:
        left = (
            f"other bases are left: {', '.join(before.bases)}. "
            "Each step is the best one by itself; the bases to keep named above are better."
        )
    say(f"Closed in this order, {left}")
