"""The verbs ``plan why`` (may a nation go?) and ``plan requirement`` (why this number?)."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from interpose.cli.describing import AsJson, ScenarioName
from interpose.cli.output import day_of, note, print_json
from interpose.scenario.phrases import plural

if TYPE_CHECKING:
    from interpose.plan.offer.eligibility import Admission
    from interpose.plan.offer.rules import Reason
    from interpose.plan.requirement import Fall, ForceRequirement, Need
    from interpose.plan.result import PlanInputs
    from interpose.plan.tell.names import Names
    from interpose.scenario.tables.plan import Requirement


On = Annotated[str | None, typer.Option(metavar="DATE", help="A day, such as 2023-10-01.")]


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
        typer.echo(
            f"Nothing is known about {row.name}: no row of plan/standings.csv is about it. "
            "That is no permission and no refusal."
        )
        return
    missions = {item.id: item.name for item in inputs.missions}
    for answer in answers:
        _say_answer(inputs, row.name, missions[answer.mission], answer)


def _plain(answer: Admission) -> dict[str, Any]:
    offers = [
        {
            "offer": None if answer.is_imagined else offer.id,
            "allowed": verdict.allowed,
            "windows": [[_shown(day) for day in span] for span in spans],
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


def _shown(day: dt.date) -> str | None:
    return None if day == dt.date.max else day.isoformat()


def _say_answer(inputs: PlanInputs, nation: str, mission: str, answer: Admission) -> None:
    titles = {source.id: source.title for source in inputs.sources}
    allowed = sum(verdict.allowed for verdict in answer.verdicts)
    many = len(answer.offers) > 1
    yes = f"{allowed} of {len(answer.offers)} offers may go" if many else "may go"
    typer.echo(
        f"{nation}, {mission}, {answer.day}: {yes if allowed else 'may not go'}"
        f"{' (nothing is offered; one soldier is imagined)' if answer.is_imagined else ''}."
    )
    if many:
        most = "no ceiling is on record" if answer.most is None else f"the ceiling is {answer.most}"
        typer.echo(f"  Together {answer.persons} persons; {most}.")
    shared = answer.shared if many else ()
    for reason in shared:
        _say_reason(reason, titles)
    for offer, verdict, spans in zip(answer.offers, answer.verdicts, answer.windows, strict=True):
        days = "; ".join(f"{begins} {_to(ends)}" for begins, ends in spans) or "on no day"
        typer.echo(f"  {offer.unit}, {offer.strength} persons: may be in place {days}")
        for reason in verdict.reasons:
            if reason not in shared:
                _say_reason(reason, titles)
    typer.echo("")


def _to(ends: dt.date) -> str:
    return "on" if ends == dt.date.max else f"to {ends - dt.timedelta(days=1)}"


def _say_reason(reason: Reason, titles: dict[str, str]) -> None:
    source = f" [{titles.get(reason.source, reason.source)}]" if reason.source else ""
    typer.echo(f"  {'in ' if reason.holds else 'OUT'}  {reason.rule:14} {reason.words}{source}")


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
    from interpose.plan.tell.names import Names
    from interpose.scenario import load, read_plan_tables

    day = day_of(on, "--on")
    inputs, loaded = read_plan_tables(scenario), load(scenario)
    if not inputs.workload:
        note(f"{scenario} has no workload: there are no rows in plan/workload.csv.")
    found = force_requirement(loaded, inputs, day, reduced_by / 100)
    if as_json:
        print_json(
            {
                "scenario": scenario,
                "day": found.day.isoformat(),
                "persons": None if found.missing else _persons(found.needs),
                "not_covered": found.missing,
                "tasks": [_task(need) for need in found.needs],
                "lines": [line.model_dump(mode="json") for line in found.lines],
                "falls": [_fall(fall) for fall in found.falls],
            }
        )
        return
    if not found.needs and inputs.workload:
        note(
            f"No task is done on {found.day}; the first of plan/workload.csv and the guards"
            f" on {found.first_day}."
        )
    names = Names(inputs, loaded)
    _list_needs(found, names)
    _list_lines(found.lines, names)
    _list_falls(found.falls, reduced_by)


def _task(need: Need) -> dict[str, Any]:
    row = need.row.model_dump(mode="json")
    return {"row": row, "persons": float(need.persons), "words": need.words}


def _fall(fall: Fall) -> dict[str, Any]:
    return {"task": fall.row.id, "before": float(fall.before), "after": float(fall.after)}


def _persons(needs: tuple[Need, ...]) -> float:
    return float(sum(need.persons for need in needs))


def _list_needs(found: ForceRequirement, names: Names) -> None:
    needs = found.needs
    known = f"{plural(len(needs), 'task')} known, no total. {found.missing}"
    total = f"{_persons(needs):.0f} persons for {plural(len(needs), 'task')}"
    typer.echo(f"Troops to task on {found.day}: {known if found.missing else total}")
    for need in needs:
        row = need.row
        urgency = "critical" if row.critical else f"priority {row.priority}"
        typer.echo(
            f"  {float(need.persons):7.1f}  {row.id} ({names.place(row.place)}, {urgency}):"
            f" {need.words}"
        )
    assumed = sum(need.row.basis == "assumed" for need in needs)
    if needs:
        typer.echo(f"{assumed} of {plural(len(needs), 'row')} assumed; plan/workload.csv says why.")


def _list_lines(lines: tuple[Requirement, ...], names: Names) -> None:
    if lines:
        typer.echo("\nIn whole units, rounded up once:")
    for line in lines:
        urgency = "critical" if line.critical else f"priority {line.priority}"
        typer.echo(f"  {line.units:4}  {names.line(line)}, {urgency}: {line.note}")


def _list_falls(falls: tuple[Fall, ...], percent: float) -> None:
    if falls:
        typer.echo(f"\nIf the force is reduced by {percent:g} %, in this order:")
    for fall in falls:
        typer.echo(f"  {fall.words}")
