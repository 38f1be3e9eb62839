"""The verb ``plan``: make a plan of a force, and its questions ``why``, ``requirement``, ``sites``.

``interpose plan kosovo`` plans; another word after ``plan`` may be a command of its own, such as
``interpose plan why``. A scenario with the name of a command is written as a folder: ``./why``.
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from interpose.cli.output import (
    INTERRUPTED,
    WRONG_INPUT,
    AsJson,
    CloseBase,
    ClosedRoad,
    GroupWithDefault,
    ScaleForce,
    ScenarioName,
    Since,
    TimeLimit,
    Verb,
    WhatIf,
    WinterFactor,
    Withdraw,
    as_asked,
    day_of,
    note,
    pair_of,
    print_json,
    say,
    status_line,
)
from interpose.cli.plan_questions import requirement, sites, why
from interpose.cli.theatres import played_without, told_of

if TYPE_CHECKING:
    from interpose.plan import PlannedForce
    from interpose.plan.result import GapCell
    from interpose.scenario import Scenario

PAGE = "plan.html"

AS_GIVEN = ("price_caveats", "winter_factor", "backup", "stay_in_area")
"""Options that are fields of a request as they are."""

MAKE = "make"
"""The command that is meant where the word after ``plan`` is no command but a scenario."""

EXAMPLE = "plan kosovo --from 2023-10-01 --to 2024-10-01"

Mission = Annotated[
    str | None, typer.Option(metavar="NAME", help="Mission.", show_default="the first with lines")
]
Begins = Annotated[
    str | None,
    typer.Option("--from", metavar="DATE", help="First month.", show_default="of the last lines"),
]
Ends = Annotated[str | None, typer.Option("--to", metavar="DATE", help="End date, not included.")]
Out = Annotated[
    Path | None, typer.Option(help="Folder of the plan.", show_default="plans/SCENARIO")
]
Requirements = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Lines in place of the mission's own, such as size writes."),
]
Leave = Annotated[
    list[str] | None,
    typer.Option(metavar="NATION:DATE", help="A nation leaves on a day. May be repeated."),
]
WithoutCaveat = Annotated[
    list[str] | None,
    typer.Option(metavar="CAVEAT", help="Every nation lifts a caveat. May be repeated."),
]
Cut = Annotated[
    float,
    typer.Option(min=0, max=100, metavar="PERCENT", help="Nations offer so many units less."),
]
PriceCaveats = Annotated[
    bool, typer.Option("--price-caveats", help="Plan again without each caveat: its price.")
]
Previous = Annotated[
    Path | None, typer.Option(metavar="PLAN", help="Change as little of this plan as possible.")
]
FrozenUntil = Annotated[
    str | None, typer.Option(metavar="DATE", help="With --previous: change nothing before.")
]
Call = Annotated[
    list[str] | None,
    typer.Option(metavar="PLACE", help="A place calls for help with others. May be repeated."),
]
Backup = Annotated[
    int, typer.Option(min=1, metavar="PLATOONS", help="Platoons that should reach each place.")
]
StayInArea = Annotated[
    bool, typer.Option("--stay-in-area", help="Platoons answer calls only in their own area.")
]
Verbose = Annotated[bool, typer.Option("--verbose", help="Say how near each search came.")]
Gap = Annotated[
    float,
    typer.Option(min=0, max=99, metavar="PERCENT", help="Stop an aim this near to the best."),
]
FromTheatre = Annotated[
    str | None,
    typer.Option(
        metavar="SCENARIO", help="Units that nations keep there may come; what it loses is played."
    ),
]
Move = Annotated[
    float,
    typer.Option(min=0, max=100, metavar="PERCENT", help="With --from-theatre: units that may."),
]
MissedFrom = Annotated[
    str | None,
    typer.Option(
        metavar="DATE",
        help="With --from-theatre: first day on which it lacks them.",
        show_default="the day they move",
    ),
]
Futures = Annotated[int, typer.Option(min=1, help="With --from-theatre: futures of that theatre.")]


class _Plan(GroupWithDefault):
    default = MAKE

    def format_help(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - typer's click
        """Show the commands, then the options of planning."""
        super().format_help(ctx, formatter)
        make = self.commands[MAKE]
        own = type(ctx)(make, parent=ctx.parent, info_name=ctx.info_name)
        make.format_help(own, formatter)


plan = typer.Typer(
    name="plan",
    cls=_Plan,
    help="Plan a force: who fills which line, when and where; or ask why.\n\n"
    "interpose plan SCENARIO [OPTIONS] plans; its options stand below.",
    epilog=f"Example: interpose {EXAMPLE}",
    no_args_is_help=True,
)


@plan.command(
    MAKE,
    cls=Verb,
    help="Plan a force: who fills which line, when and where (the word 'make' may be left out).",
    epilog=f"Example: interpose {EXAMPLE}",
)
def make(
    scenario: ScenarioName,
    *,
    mission: Mission = None,
    begins: Begins = None,
    ends: Ends = None,
    out: Out = None,
    requirements: Requirements = None,
    leave: Leave = None,
    without_caveat: WithoutCaveat = None,
    close_base: CloseBase = None,
    cut: Cut = 0.0,
    scale_force: ScaleForce = None,
    withdraw: Withdraw = None,
    since: Since = None,
    what_if: WhatIf = None,
    from_theatre: FromTheatre = None,
    move: Move = 100.0,
    missed_from: MissedFrom = None,
    futures: Futures = 200,
    price_caveats: PriceCaveats = False,
    previous: Previous = None,
    frozen_until: FrozenUntil = None,
    call: Call = None,
    closed_road: ClosedRoad = None,
    winter_factor: WinterFactor = 1.0,
    backup: Backup = 2,
    stay_in_area: StayInArea = False,
    gap: Gap = 1.0,
    time_limit: TimeLimit = 60.0,
    verbose: Verbose = False,
    as_json: AsJson = False,
) -> None:
    """Make a plan, write its files, and say what is open."""
    from interpose.plan.planning import with_requirements
    from interpose.plan.tell.shortfalls import is_empty
    from interpose.plan.theatres import pool_of, with_units_of
    from interpose.scenario import load

    settings = _settings(locals()) | {"without_caveats": without_caveat or ()}
    more: dict[str, Any] = {"scale": scale_force, "withdraw": withdraw, "since": since}
    more |= {"if": what_if, "from": from_theatre}
    loaded = load(scenario)
    if requirements is not None:
        loaded = with_requirements(loaded, requirements)
        more["requirements"] = requirements.stem
    loaded = as_asked(loaded, scale_force, withdraw, since, what_if)
    folder = _folder(scenario, out, {"mission": mission, **settings}, more)
    asks: dict[str, Any] = {"verbose": verbose, **settings}
    force, theatre = _made(loaded, mission, folder, previous=previous, **asks), {}
    if from_theatre is not None:
        pool = pool_of(load(from_theatre))
        wider = with_units_of(loaded, pool, mission, move / 100)
        after = _made(wider, mission, folder, previous=force, **asks)
        force = replace(after, before=force.plan)
        missed = day_of(missed_from, "--missed-from")
        theatre = played_without(force, pool, missed, futures, folder / pool.name)
    _print_force(force, _written(force, folder), theatre, as_json=as_json)
    if force.laydown_fault or is_empty(force.inputs, force.plan):
        raise typer.Exit(WRONG_INPUT)


def _settings(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the options ask of a plan, as the fields of Request."""
    if given["from_theatre"] is None and (given["move"] != 100 or given["missed_from"]):
        msg = "goes with --from-theatre SCENARIO, which names the theatre that units leave."
        raise typer.BadParameter(msg, param_hint="--move and --missed-from")
    leaving = [pair_of(text, "--leave") for text in given["leave"] or ()]
    return {
        "begins": day_of(given["begins"], "--from"),
        "ends": day_of(given["ends"], "--to"),
        "leave": [(nation, day_of(day, "--leave")) for nation, day in leaving],
        "close_bases": given["close_base"] or (),
        "cut": given["cut"] / 100,
        "frozen_until": day_of(given["frozen_until"], "--frozen-until"),
        "calls": given["call"] or (),
        "closed_roads": [pair_of(text, "--closed-road") for text in given["closed_road"] or ()],
        "gap": given["gap"] / 100,
        "time_limit_s": given["time_limit"],
        **{name: given[name] for name in AS_GIVEN},
    }


def _folder(scenario: str, out: Path | None, asked: dict[str, Any], more: dict[str, Any]) -> Path:
    """Return where a plan goes, a what-if to a folder of its own; it can be written."""
    from interpose.plan.request import request_of, what_if_name
    from interpose.plan.tell.files import expect_room

    change = what_if_name(request_of(**asked), **more)
    folder = out or Path("plans") / "-".join(filter(None, (Path(scenario).name, change)))
    expect_room(folder, change)
    return folder


def _made(
    scenario: Scenario,
    mission: str | None,
    folder: Path,
    *,
    verbose: bool,
    **settings: Any,  # noqa: ANN401 - as those of plan
) -> PlannedForce:
    """Make the plan; where that fails, say that the one before still stands."""
    from interpose.errors import InterposeError
    from interpose.plan import plan as plan_force
    from interpose.plan.tell.files import PLAN

    try:
        with status_line("planning ...") as show:
            return plan_force(scenario, mission, progress=note if verbose else show, **settings)
    except KeyboardInterrupt:
        note("Stopped; nothing is written.")
        raise typer.Exit(INTERRUPTED) from None
    except InterposeError:
        if (folder / PLAN).is_file():
            note(f"{folder} still holds the plan made before; run --plan would play that one.")
        raise


for _verb, _help, _example in (
    (why, "Say which rule lets a nation in or out.", "plan why kosovo Serbia --on 2023-10-01"),
    (
        requirement,
        "Print troops to task: why this number.",
        "plan requirement kosovo --on 2023-12-15",
    ),
    (sites, "Say which bases to keep.", "plan sites kosovo --keep 5 --within 30min"),
):
    plan.command(cls=Verb, help=_help, epilog=f"Example: interpose {_example}")(_verb)


def _written(force: PlannedForce, folder: Path) -> tuple[Path, ...]:
    """Write the files of a plan and its page."""
    from interpose.errors import PlanError
    from interpose.report.plan_page.contents import plan_page
    from interpose.report.plan_page.plan_data import page_data
    from interpose.scenario.files import write_aside

    written = force.write(folder)  # first: a page that fails loses no plan
    page = plan_page(page_data(force, command=shlex.join(["interpose", *sys.argv[1:]])))
    return *written, write_aside(folder / PAGE, page.encode(), PlanError)


def _print_force(
    force: PlannedForce, written: Sequence[Path], theatre: Mapping[str, Any], *, as_json: bool
) -> None:
    """Say where the files are, what changed, which critical cells are open, and what it costs."""
    from interpose.plan.generate.gap_table import summary
    from interpose.plan.tell.shortfalls import lost_for_good

    lines = {line.id: line for line in force.inputs.requirements}
    opened = [
        cell
        for cell in force.plan.cells
        if cell.state == "open" and lines[cell.requirement].critical
    ]
    if as_json:
        print_json(_document(force, written, opened) | ({"theatre": theatre} if theatre else {}))
        return
    for path in written:
        say(str(path))
    for words in force.scenario.changed:
        say(f"what if: {words}")
    for text in force.differences:
        say(f"changed: {text}")
    for words in (*force.shortfalls, *map(str, lost_for_good(force.inputs))):
        say(words)
    for words in force.kept_up:
        say(f"kept up: {words}")
    for words in told_of(theatre) if theatre else ():
        say(words)
    say(summary(force.inputs, force.plan, force.names))


def _document(
    force: PlannedForce, written: Sequence[Path], opened: Sequence[GapCell]
) -> dict[str, Any]:
    plan, laydown = force.plan, force.laydown
    responses = laydown.responses if laydown else ()
    kept = [r.first_min for r in responses if r.protected and r.first_min != float("inf")]
    return {
        "mission": plan.mission,
        "begins": plan.begins.isoformat(),
        "ends": plan.ends.isoformat(),
        "shortfalls": list(force.shortfalls),
        "kept_up": list(force.kept_up),
        "open_critical": [
            {"line": c.requirement, "month": c.month.isoformat(), "words": c.words} for c in opened
        ],
        "what_if": list(force.scenario.changed),
        "changed": list(force.differences),
        "worst_protected_min": max(kept) if kept else None,
        "stages": [
            {"name": s.name, "value": s.value, "bound": s.bound, "status": s.status}
            for s in (*plan.stages, *(laydown.stages if laydown else ()))
        ],
        "files": [str(path) for path in written],
    }
