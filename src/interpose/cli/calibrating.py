"""The verb ``calibrate``: fit the free parameters of a scenario to its record."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interpose.cli.describing import AsJson, ScenarioName
from interpose.cli.output import note, print_json, status_line

if TYPE_CHECKING:
    from interpose.assess.calibration import Calibration


def calibrate(
    scenario: ScenarioName,
    *,
    write: Annotated[
        bool, typer.Option("--write", help="Put the fitted values into the scenario's table.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Fit the rows of basis 'fitted' to the record up to `fit_until`; change nothing else."""
    from interpose.assess.calibration import calibrate as fit
    from interpose.assess.calibration import rewritten
    from interpose.errors import InterposeError
    from interpose.record import load_record
    from interpose.scenario import load
    from interpose.scenario.files import write_aside

    read = load(scenario)
    with status_line("fitting ...") as show:
        found = fit(read, load_record(scenario), lambda cost: show(f"misfit {cost:.2f}"))
    if as_json:
        print_json(
            {"values": found.values, "targets": found.table, "misfit": found.cost,
             "record_share": found.record_share}
        )  # fmt: skip
    else:
        _tell(found)
    if write:
        file = Path(read.folder) / "parameters.csv"
        write_aside(file, rewritten(file.read_text("utf-8"), found).encode(), InterposeError)
        note(f"The fitted values are written to {file}.")


def _tell(found: Calibration) -> None:
    typer.echo("Fitted parameters: best value, 5 % and 95 %")
    for name, (best, low, high) in found.values.items():
        typer.echo(f"  {name:60} {best:10.3g} {low:10.3g} {high:10.3g}")
    typer.echo("Targets: recorded, expected")
    for name, count, mean in found.table:
        typer.echo(f"  {name:60} {count:10.1f} {mean:10.1f}")
    typer.echo("Recorded incidents as a share of those expected, by act (for reporting.csv)")
    for act, share in found.record_share.items():
        typer.echo(f"  {act:60} {share:10.3g}")
    typer.echo(f"Misfit (half the sum of squares): {found.cost:.2f}")
