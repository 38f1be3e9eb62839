"""The application: its verbs, in the order in which one needs them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from interpose import __version__
from interpose.cli.calibrating import calibrate
from interpose.cli.describing import check, new, schema
from interpose.cli.displacing import displace
from interpose.cli.output import Verb
from interpose.cli.planning import plan
from interpose.cli.recording import record
from interpose.cli.running import report, run, runs

app = typer.Typer(
    name="interpose",
    help="Plan a peace operation, play it out and judge it, with the evidence attached.",
    epilog="Begin with: interpose run kosovo --futures 100",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

VERBS: dict[Callable[..., None], tuple[str, str, str]] = {
    run: (
        "run",
        "Play many futures of a scenario and write the report.",
        "run kosovo --futures 1000",
    ),
    report: ("report", "Regenerate the report of a run.", "report runs/kosovo"),
    runs: ("runs", "List the runs in a folder, or describe one run.", "runs runs/kosovo"),
    check: ("check", "Find all faults of a scenario at once.", "check ./my_mission"),
    new: ("new", "Write a small complete scenario to start from.", "new my_mission"),
    calibrate: (
        "calibrate",
        "Fit the free parameters of a scenario to its record.",
        "calibrate kosovo",
    ),
    displace: (
        "displace",
        "Play folders in Flee's format: where displaced people go, and the error.",
        "displace car2013 mali2012",
    ),
    schema: ("schema", "Print the format of a scenario as JSON Schema.", "schema --markdown"),
}
"""Function -> its name, what it does, and an example."""

for _verb, (_name, _help, _example) in VERBS.items():
    _epilog = f"Example: interpose {_example}"
    app.command(_name, cls=Verb, help=_help, epilog=_epilog, no_args_is_help=False)(_verb)

app.add_typer(plan)
app.add_typer(record)


def _say_version(value: bool) -> None:
    if value:
        typer.echo(f"interpose {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_say_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Take the options that stand before a verb."""
