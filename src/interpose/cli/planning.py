"""The verb ``plan``: make a plan, or say what is needed, who may go, and why."""

from __future__ import annotations

import datetime as dt
import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from interpose.cli.describing import AsJson, ScenarioName
from interpose.cli.output import INTERRUPTED, note
from interpose.cli.plan_making import Wish, make_plan, say_made, write_all
from interpose.cli.planning_why import say_requirement, say_why

Why = Annotated[
    str | None,
    typer.Option(metavar="NATION", help="Only say which rule lets a nation in or out."),
]
Requirement = Annotated[
    bool, typer.Option("--requirement", help="Only print troops to task: why this number.")
]
Mission = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="One mission.", show_default="the first with lines"),
]
On = Annotated[
    str | None, typer.Option(metavar="DATE", help="With --why or --requirement: one day.")
]
Begins = Annotated[str | None, typer.Option("--from", metavar="DATE", help="First month planned.")]
Ends = Annotated[
    str | None, typer.Option("--to", metavar="DATE", help="First day no longer planned.")
]
Out = Annotated[
    Path | None, typer.Option(help="Folder of the plan.", show_default="plans/SCENARIO")
]
Leave = Annotated[
    list[str] | None,
    typer.Option(metavar="NATION:DATE", help="What if a nation leaves? May be repeated."),
]
WithoutCaveat = Annotated[
    list[str] | None,
    typer.Option(metavar="CAVEAT", help="What if a caveat goes? May be repeated."),
]
CloseBase = Annotated[
    list[str] | None,
    typer.Option(metavar="BASE", help="What if a base closes? May be repeated."),
]
Cut = Annotated[float, typer.Option(metavar="PERCENT", help="What if so much less is offered?")]
PriceCaveats = Annotated[
    bool, typer.Option("--price-caveats", help="Plan anew without each caveat: its price.")
]
Previous = Annotated[
    Path | None, typer.Option(metavar="PLAN", help="Change as little of this plan as can be.")
]
FrozenUntil = Annotated[
    str | None, typer.Option(metavar="DATE", help="With --previous: change nothing before.")
]
Call = Annotated[
    list[str] | None,
    typer.Option(metavar="PLACE", help="A place that calls with others; may be repeated."),
]
ClosedRoad = Annotated[
    list[str] | None,
    typer.Option(metavar="PLACE:PLACE", help="A barricade stands here; may be repeated."),
]
TimeLimit = Annotated[
    float, typer.Option(min=1, metavar="SECONDS", help="Of a search; the best is kept.")
]


def plan(
    scenario: ScenarioName,
    *,
    why: Why = None,
    requirement: Requirement = False,
    mission: Mission = None,
    on: On = None,
    begins: Begins = None,
    ends: Ends = None,
    out: Out = None,
    leave: Leave = None,
    without_caveat: WithoutCaveat = None,
    close_base: CloseBase = None,
    cut: Cut = 0.0,
    price_caveats: PriceCaveats = False,
    previous: Previous = None,
    frozen_until: FrozenUntil = None,
    call: Call = None,
    closed_road: ClosedRoad = None,
    time_limit: TimeLimit = 60.0,
    as_json: AsJson = False,
) -> None:
    """Make a plan, or say what is needed, or who may go and why."""
    if not 0 <= cut <= 100:
        msg = f"{cut:g}: must lie between 0 and 100 per cent."
        raise typer.BadParameter(msg, param_hint="--cut")
    if why is not None and requirement:
        msg = "Give --why NATION or --requirement, not both."
        raise typer.BadParameter(msg)
    _refuse_day(on, asks=bool(why or requirement))
    if why is not None:
        say_why(scenario, why, mission, _day(on, "--on"), as_json=as_json)
        return
    if requirement:
        say_requirement(scenario, _day(on, "--on"), cut / 100, as_json=as_json)
        return
    wish = Wish(
        scenario=scenario,
        mission=mission,
        begins=_day(begins, "--from"),
        ends=_day(ends, "--to"),
        out=out or Path("plans") / Path(scenario).name,
        leave=tuple(_leaving(text) for text in leave or ()),
        without_caveat=tuple(without_caveat or ()),
        close_base=tuple(close_base or ()),
        cut=cut / 100,
        price_caveats=price_caveats,
        frozen_until=_day(frozen_until, "--frozen-until"),
        previous=previous,
        time_limit_s=time_limit,
        closed_roads=tuple(_pair(text, "--closed-road") for text in closed_road or ()),
        calls=tuple(call or ()),
        command=shlex.join(["interpose", *sys.argv[1:]]),
    )
    try:
        made = make_plan(wish)
    except KeyboardInterrupt:
        note("Stopped; nothing is written.")
        raise typer.Exit(INTERRUPTED) from None
    say_made(made, write_all(made, wish), as_json=as_json)


def _refuse_day(on: str | None, *, asks: bool) -> None:
    if on is not None and not asks:
        msg = "--on goes with --why or --requirement; a plan has --from and --to."
        raise typer.BadParameter(msg)


def _day(text: str | None, option: str) -> dt.date | None:
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        msg = f"{text!r}: must be a day, such as 2021-03-09."
        raise typer.BadParameter(msg, param_hint=option) from error


def _pair(text: str, option: str) -> tuple[str, str]:
    first, colon, second = text.partition(":")
    if not (first and colon and second):
        msg = f"{text!r}: must be two words with a colon between them."
        raise typer.BadParameter(msg, param_hint=option)
    return first, second


def _leaving(text: str) -> tuple[str, dt.date]:
    nation, day = _pair(text, "--leave")
    left = _day(day, "--leave")
    assert left is not None
    return nation, left
