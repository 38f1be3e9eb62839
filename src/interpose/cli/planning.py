"""The verb ``plan``: what is needed, who may go, and why."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from interpose.cli.describing import AsJson, ScenarioName
from interpose.cli.planning_why import say_requirement, say_why


def plan(
    scenario: ScenarioName,
    *,
    why: Annotated[
        str | None,
        typer.Option(metavar="NATION", help="Say which rule lets a nation in or out."),
    ] = None,
    mission: Annotated[
        str | None, typer.Option(metavar="NAME", help="With --why: one mission, such as kfor.")
    ] = None,
    on: Annotated[
        str | None, typer.Option(metavar="DATE", help="One day, such as 2021-03-09.")
    ] = None,
    requirement: Annotated[
        bool, typer.Option("--requirement", help="Print troops to task: why this number.")
    ] = False,
    cut: Annotated[
        float,
        typer.Option(metavar="PERCENT", help="With --requirement: what falls if so much goes."),
    ] = 0.0,
    as_json: AsJson = False,
) -> None:
    """Say what is needed, or who may go and why."""
    day = None if on is None else _day(on)
    if (why is None) != requirement:
        msg = "Give --why NATION or --requirement, not both."
        raise typer.BadParameter(msg)
    if not 0 <= cut <= 100:
        msg = f"{cut:g}: must lie between 0 and 100 per cent."
        raise typer.BadParameter(msg, param_hint="--cut")
    if why is not None:
        say_why(scenario, why, mission, day, as_json=as_json)
    else:
        say_requirement(scenario, day, cut / 100, as_json=as_json)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        msg = f"{text!r}: must be a day, such as 2021-03-09."
        raise typer.BadParameter(msg, param_hint="--on") from error
