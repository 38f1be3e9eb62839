"""The verbs about scenarios: ``check``, ``new``, ``schema``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from interpose.cli.output import WRONG_INPUT, note, print_json

ScenarioName = Annotated[
    str, typer.Argument(metavar="SCENARIO", help="Name of a bundled scenario, or a folder.")
]
AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON document to stdout, and nothing else.")
]


def check(scenario: ScenarioName, *, as_json: AsJson = False) -> None:
    """Say all that is wrong with a scenario; exit 2 if anything is."""
    from interpose import scenario as room
    from interpose.errors import ScenarioError

    faults = room.check(scenario)
    if as_json:
        print_json({"scenario": scenario, "faults": [asdict(fault) for fault in faults]})
    if faults:
        note(str(ScenarioError(scenario, faults)))
        raise typer.Exit(WRONG_INPUT)
    if not as_json:
        from interpose.plan.tell.shortfalls import lost_for_good

        for words in lost_for_good(room.read_plan_tables(scenario)):
            note(f"Warning: {words}")
        read = room.load(scenario)
        days = (read.header.end - read.header.start).days + 1
        typer.echo(
            f"{scenario} is sound: {len(read.places)} places, {len(read.incident_types)} types of "
            f"incident, {len(read.contingents)} contingents, {days} days."
        )


def new(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Name of the scenario and its folder.")
    ],
    *,
    folder: Annotated[Path, typer.Option("--out", help="Folder to put it in.")] = Path(),
    as_json: AsJson = False,
) -> None:
    """Write the example scenario under a name of one's own."""
    from interpose import scenario as room

    made = room.new(name, folder)
    if as_json:
        print_json({"folder": str(made)})
    else:
        typer.echo(f"{made} is there. Change anything, then: interpose check ./{made}")


def schema(
    *,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print tables of all columns instead.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Print the format of a scenario."""
    from interpose import scenario as room

    if markdown and as_json:
        msg = "Give --markdown or --json, not both."
        raise typer.BadParameter(msg)
    if markdown:
        typer.echo(room.columns_as_markdown())
    else:
        print_json(room.schema())
