"""The verb ``displace``: where displaced people go, on folders in Flee's format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from interpose.cli.describing import AsJson
from interpose.cli.output import note, print_json, status_line

if TYPE_CHECKING:
    from interpose.assess import Displacement

MEANING = """\
error: how far the camps lie from the record, as a share of the people recorded, averaged over days
rescaled: the same after the camps of a day are scaled to the number of people recorded in them"""


def displace(
    folders: Annotated[
        list[Path], typer.Argument(metavar="FOLDER", help="Folders in Flee's format.")
    ],
    *,
    out: Annotated[Path, typer.Option(help="Folder of the daily tables, one CSV a case.")] = Path(
        "displaced"
    ),
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same people.")] = 1,
    futures: Annotated[
        int,
        typer.Option(
            min=0, max=1000, help="Others, with parameters drawn from their ranges: an interval."
        ),
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Play every case, print its error and write who is where on each day."""
    from interpose.assess import displaced
    from interpose.scenario import read_flee_cases

    cases = read_flee_cases(folders)
    told: list[dict[str, Any]] = []
    with status_line("playing ...") as show:
        for folder, case in zip(folders, cases, strict=True):
            show(f"playing {case.name} ...")
            played = displaced.displace(case, seed, futures)
            told.append(_as_dict(folder, played, played.write(out)))
            for text in played.notes:
                note(f"{case.name}: {text}")
    if as_json:
        print_json({"seed": seed, "futures": futures, "cases": told})
    else:
        _print_table(told)
        typer.echo(MEANING)
        typer.echo(f"Every location on every day: {', '.join(row['file'] for row in told)}")


def _as_dict(folder: Path, played: Displacement, file: Path) -> dict[str, Any]:
    return {
        "case": played.case,
        "folder": str(folder),
        "days": int(played.daily["day"].max()) + 1,
        "displaced": played.displaced,
        "in_camps": played.in_camps,
        "recorded": played.recorded,
        "error": played.error.raw,
        "rescaled": played.error.rescaled,
        "interval": [error._asdict() for error in played.error_interval],
        "notes": played.notes,
        "file": str(file),
    }


def _print_table(told: list[dict[str, Any]]) -> None:
    width = max(len("case"), *(len(row["case"]) for row in told))
    typer.echo(f"{'case':{width}}   days   displaced    in camps    recorded   error   rescaled")
    for row in told:
        typer.echo(
            f"{row['case']:{width}} {row['days']:6,} {row['displaced']:11,} {row['in_camps']:11,}"
            f" {row['recorded']:11,} {row['error']:7.3f} {row['rescaled']:10.3f}"
        )
        if row["interval"]:
            low, high = row["interval"]
            spans = (f"{low[key]:.3f} to {high[key]:.3f}" for key in ("raw", "rescaled"))
            typer.echo(f"{'':{width}} 90 % interval of the errors: {', '.join(spans)}")
    if len(told) > 1:
        errors = (sum(row[key] for row in told) / len(told) for key in ("error", "rescaled"))
        raw, rescaled = errors
        typer.echo(f"{'mean':{width}} {'':42} {raw:7.3f} {rescaled:10.3f}")
