"""The verb ``fit``: what events and presence say of memory, drift and the effect of troops."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from interpose.cli.output import AsJson, day_of, note, print_json, progress_bar


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
