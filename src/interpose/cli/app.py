"""The application and its verbs; here are ``fit`` and those about scenarios."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interpose import __version__
from interpose.cli.assessing import assess, calibrate, displace, say_accounts
from interpose.cli.comparing import compare
from interpose.cli.output import (
    WRONG_INPUT,
    AsJson,
    ScenarioName,
    Verb,
    day_of,
    note,
    print_json,
    progress_bar,
    say,
)
from interpose.cli.planning import plan
from interpose.cli.recording import record
from interpose.cli.running import report, run, runs
from interpose.cli.sizing import size

if TYPE_CHECKING:
    from interpose.assess.accounting import Account
    from interpose.record import Record
    from interpose.scenario import Scenario

RECORD = "record"
"""The reporter that stands for what can be read today."""

app = typer.Typer(
    name="interpose",
    help="Plan a peace operation, play it out and judge it, with the evidence attached.",
    epilog="Begin with: interpose run kosovo --futures 100",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def check(
    scenario: ScenarioName,
    *,
    every: Annotated[
        bool, typer.Option("--all", help="List every fault, and every row of the record.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say all that is wrong with a scenario, and what is doubtful; exit 2 if anything is wrong."""
    from interpose import scenario as room
    from interpose.assess.accounting import Account, account
    from interpose.errors import Fault, ScenarioError, told_together
    from interpose.plan.tell.shortfalls import lost_for_good
    from interpose.record import load_record

    faults, doubts = room.check(scenario, every=every or as_json), list[Fault]()
    accounts = list[Account]()
    if not faults:
        read, past = room.load(scenario), load_record(scenario)
        accounts = account(read, past)
        doubts = [*room.doubts(scenario), *lost_for_good(room.read_plan_tables(scenario))]
    if as_json:
        both = {"faults": faults, "warnings": doubts}
        columns = ("file", "line", "field", "found", "wanted")
        listed = {
            name: [{column: getattr(fault, column) for column in columns} for fault in some]
            for name, some in both.items()
        }
        print_json({"scenario": scenario, **listed, "record": [asdict(row) for row in accounts]})
    if faults:
        note(str(ScenarioError(scenario, faults)))
        raise typer.Exit(WRONG_INPUT)
    for text in map(str, doubts) if every else told_together(doubts):
        note(f"warning: {text}")
    if not as_json:
        days = (read.header.end - read.header.start).days + 1
        say_accounts(accounts, every=every)
        say(
            f"{scenario} is sound: {len(read.places)} places, {len(read.incident_types)} types of "
            f"incident, {len(read.contingents)} contingents, {days} days."
        )
        missing = _missing(read, past, accounts)
        if missing:
            say("It runs. What other verbs still need, in order:")
        for verb, words in missing:
            say(f"  {verb:18} {words}")


def _missing(
    scenario: Scenario, record: Record, accounts: Sequence[Account]
) -> list[tuple[str, str]]:
    """Return verb -> what the scenario lacks for it, the next thing to add first."""
    from interpose import scenario as room
    from interpose.assess.accounting import collected, free_rows, scored_years

    plan = room.read_plan_tables(scenario)
    seen, until = collected(scenario, record), scenario.header.fit_until
    fits = any(row.used_by.startswith("fit") for row in accounts)
    told = any(row.reporter == RECORD for row in scenario.reporting)
    fitted = bool(free_rows(scenario.parameters))
    needs = [
        ("run", bool(scenario.reporting), "reporting.csv: who reports what, or no review sees it"),
        ("report", bool(record.incidents), "record/incidents.csv: what happened, to stand beside"),
        ("report", told, f"reporting.csv: a reporter {RECORD!r}, how complete that record is"),
        ("calibrate", fitted, "parameters.csv: rows of basis fitted, with a prior"),
        ("calibrate", fits or not fitted, f"record/: incidents or figures up to {until}"),
        ("assess", bool(scored_years(scenario, record, seen)), f"record/: 3 years after {until}"),
        ("assess --crises", bool(record.crises), "record/crises.csv: what came of each shock"),
        ("plan", bool(plan.offers), "plan/: missions, capabilities, requirements, offers"),
    ]  # fmt: skip
    return [(verb, words) for verb, there, words in needs if not there]


def new(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Name of the scenario and its folder.")
    ],
    *,
    folder: Annotated[Path, typer.Option("--out", help="Folder to put it in.")] = Path(),
    like: Annotated[
        str,
        typer.Option(
            help="What to start from: valley (communities), line (two armies), or a bundled one."
        ),
    ] = "valley",
    as_json: AsJson = False,
) -> None:
    """Write a scenario to start from under a name of one's own."""
    from interpose import scenario as room

    made = room.new(name, folder, like)
    if as_json:
        print_json({"folder": str(made)})
    else:
        say(f"{made} is there. Change anything, then: interpose check ./{made}")


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


def fit(
    events: Annotated[
        Path, typer.Argument(metavar="EVENTS", help="Table of events: date,place[,type,deaths].")
    ],
    *,
    presence: Annotated[
        Path, typer.Option(help="Table of troops: place,from,to,troops; absent means none.")
    ],
    places: Annotated[
        Path | None, typer.Option(help="Table of all places: place[,people,lat,lon].")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--from", metavar="DATE", show_default="first event")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", metavar="DATE", show_default="last event")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what an event brings, how the background moves, and what troops do, if it is known."""
    from interpose.fit import fit_grid, read_grid

    first, last = day_of(since, "--from"), day_of(until, "--to")
    grid = read_grid(events, presence, places, first, last)
    for text in grid.notes:
        note(f"warning: {text}")
    with progress_bar() as show:
        found = fit_grid(grid, show)
    if as_json:
        print_json(found.as_dict())
    else:
        typer.echo(str(found))


VERBS: dict[Callable[..., None], tuple[str, str, str]] = {
    run: (
        "run",
        "Play many futures of a scenario and write the report.",
        "run kosovo --futures 1000",
    ),
    report: (
        "report",
        "Regenerate the report of a run. For paper, print the page from a browser: "
        "the answer, the figures and the assumptions that matter, in about ten pages.",
        "report runs/kosovo",
    ),
    runs: ("runs", "List the runs in a folder, or describe one run.", "runs runs/kosovo"),
    check: ("check", "Find all faults of a scenario at once.", "check ./my_mission"),
    new: ("new", "Write a small complete scenario to start from.", "new my_mission"),
    assess: (
        "assess",
        "Judge forecasts from the end of each year by the record, or forecasts of single crises.",
        "assess kosovo",
    ),
    compare: (
        "compare",
        "Compare policies, plans and what-ifs on the same futures, with intervals.",
        'compare kosovo --with "half: --scale-force 0.5 --since 2009-06-01"',
    ),
    size: (
        "size",
        "Find the smallest force that meets a target from a day on, and where it counts most.",
        'size kosovo --at 2008-02-17 --target "P(week with 5 riots within a year) < 0.1"',
    ),
    calibrate: (
        "calibrate",
        "Fit the free parameters of a scenario to its record.",
        "calibrate kosovo",
    ),
    fit: (
        "fit",
        "Fit events and presence: memory, drift, and what troops do, if it is known.",
        "fit events.csv --presence troops.csv --json",
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
        say(f"interpose {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_say_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Take the options that stand before a verb."""
