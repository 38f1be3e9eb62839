"""``calibrate --expect``: counts a year in, background rates out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from interpose.cli.output import note, print_json

if TYPE_CHECKING:
    from interpose.scenario import Scenario


USUAL = "line.usual_per_km"


def tell_rates(scenario: Scenario, expect: list[str], *, as_json: bool) -> None:
    """Print rows of parameters.csv whose futures have so many acts a year in the mean."""
    from interpose.play import Theatre
    from interpose.play.expected import rates_for
    from interpose.play.lines import usual_per_km

    counts: dict[str, float] = {}
    for text in expect:
        name, _, number = text.partition("=")
        try:
            counts[name.strip()] = float(number)
        except ValueError:
            counts[name.strip()] = -1.0
        if not 0.0 <= counts[name.strip()] < 1e9:
            msg = (
                f"--expect {text!r}: an act, type or place and a count a year, such as protest=12."
            )
            raise typer.BadParameter(msg)
    theatre, parameters = Theatre(scenario), scenario.parameters
    usual = float(f"{usual_per_km(theatre.lines, theatre.days):.3g}")
    told = usual > 0 and not parameters.values[USUAL].from_scenario
    if told:
        parameters = parameters.with_values({USUAL: usual})
    found = rates_for(theatre, parameters, counts)
    if as_json:
        more = {USUAL: usual} if told else {}
        print_json({"scenario": scenario.header.name, "rates": found, **more})
        return
    if scenario.lines:
        note("Published counts: better call the rows fitted and put the counts into the record.")
    typer.echo("Rows for parameters.csv (put your source; half and twice are a first range):")
    if told:  # so that the counts hold whatever power the futures draw
        typer.echo(f"{USUAL}{f',{usual:g}' * 3},assumed,SOURCE,mean of armed_forces.csv")
    for name, rate in found.items():
        if rate is None:
            note(f"warning: {name}: what follows other acts is more than {counts[name]:g} a year.")
        else:
            words = f"{counts[name]:g} a year expected"
            row = f"background.{'place' if name in theatre.place_index else 'rate'}[{name}]"
            cells = (row, *(f"{rate * times:.4g}" for times in (1.0, 0.5, 2.0)))
            typer.echo(",".join((*cells, "assumed", "SOURCE", words)))
