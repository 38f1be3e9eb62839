"""``calibrate --expect``: counts a year in, background rates out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from interpose.cli.output import note, print_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from interpose.play.expected import Asked
    from interpose.scenario import Scenario

USUAL, PLACE = "line.usual_per_km", "background.place"
NEAR = 0.01
"""Share of a count within which sums agree, and a value is none."""


def tell_rates(scenario: Scenario, expect: list[str], *, as_json: bool) -> None:
    """Print rows of parameters.csv whose futures have so many acts a year in the mean."""
    from interpose.play import Theatre
    from interpose.play.expected import rates_for
    from interpose.play.roads_and_lines import usual_per_km

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
    for kind in scenario.incident_types:
        if kind.act in counts and f"background.rate[{kind.id}]" in parameters.values:
            note(f"warning: {kind.act}: {kind.id} has a rate of its own, which stays; ask for it.")
    usual = float(f"{usual_per_km(theatre.lines, theatre.days):.3g}")
    told = usual > 0 and not parameters.values[USUAL].from_scenario
    if told:
        parameters = parameters.with_values({USUAL: usual})
    found = rates_for(theatre, parameters, counts)
    _refuse_more_at_places(found)
    if as_json:
        more: dict[str, object] = {USUAL: usual} if told else {}
        rates = {name: asked.value if asked.met else None for name, asked in found.items()}
        more |= {"made": {name: asked.made for name, asked in found.items()}}
        print_json({"scenario": scenario.header.name, "rates": rates, **more})
        return
    if scenario.lines:
        note("Published counts: better call the rows fitted and put the counts into the record.")
    typer.echo("Rows for parameters.csv (put your source; the ranges are a first guess):")
    if told:  # so that the counts hold whatever power the futures draw
        typer.echo(f"{USUAL}{f',{usual:g}' * 3},assumed,SOURCE,mean of armed_forces.csv")
    for name, (row, value, count, made) in found.items():
        if not found[name].met:
            note(f"warning: {name}: {count:g} a year cannot be. {_why(found[name])}")
        # With 1.6 the mean of what futures draw is the value. Places carry no range besides.
        spread = (1.0, 1.0, 1.0) if PLACE in row else (1.0, 0.5, 1.6)
        cells = (row, *(f"{value * times:.4g}" for times in spread))
        typer.echo(",".join((*cells, "assumed", "SOURCE", f"{_rounded(made)} a year expected")))


def _refuse_more_at_places(found: Mapping[str, Asked]) -> None:
    """Refuse places that have more acts in all than there are."""
    places, acts = (
        sum(asked.wanted for asked in found.values() if (PLACE in asked.row) == here)
        for here in (True, False)
    )
    if acts and places > acts * (1 + NEAR):
        msg = f"--expect: the places have {places:g} a year together, and the acts {acts:g} in all."
        raise typer.BadParameter(msg)


def _rounded(count: float) -> str:
    return f"{float(f'{count:.3g}'):g}"


def _why(asked: Asked) -> str:
    """Return why a count is not met, and what is."""
    if asked.made < asked.wanted * NEAR:
        return "Nothing that was asked for happens there, whatever its factor."
    nearest = f"{_rounded(asked.made)} is the nearest, with all that was asked for"
    if asked.value < NEAR and asked.made > asked.wanted:
        return f"{nearest}: so much follows other acts (retaliation.*, spread.near_share)."
    return f"{nearest}: the counts do not go together."
