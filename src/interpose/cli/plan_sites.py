"""The verb ``plan sites``: which bases to keep, whom they reach, and which close first."""

from __future__ import annotations

import math
import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from interpose.cli.describing import AsJson, ScenarioName
from interpose.cli.output import day_of, pair_of, print_json

if TYPE_CHECKING:
    from interpose.plan.sites import KeptBases, Reach
    from interpose.scenario import Scenario

GOALS = {
    "people": "reach more people within {0:g} minutes",
    "travel": "bring the people nearer to a base",
    "farthest": "have a shorter longest way",
}
"""Aim -> what no other choice of bases does."""


Keep = Annotated[
    int | None,
    typer.Option(
        metavar="BASES",
        help="How many bases to keep.",
        show_default="the fewest that lose nobody within reach",
    ),
]
Within = Annotated[str, typer.Option(metavar="TIME", help="Travel time, such as 30min or 0.5h.")]
On = Annotated[
    str | None,
    typer.Option(
        metavar="DATE", help="Bases open on this day.", show_default="the scenario's last"
    ),
]
Aim = Annotated[
    str,
    typer.Option(
        metavar="AIM", help="Most 'people' in time, least 'travel', or 'farthest' place nearer."
    ),
]
MustKeep = Annotated[
    list[str] | None, typer.Option(metavar="BASE", help="A base that stays. May be repeated.")
]
CloseBase = Annotated[
    list[str] | None, typer.Option(metavar="BASE", help="A base that is closed. May be repeated.")
]
ClosedRoad = Annotated[
    list[str] | None,
    typer.Option(metavar="PLACE:PLACE", help="A road is barricaded. May be repeated."),
]
WinterFactor = Annotated[
    float, typer.Option(metavar="FACTOR", help="Snow multiplies every travel time by this.")
]
MostPerBase = Annotated[
    float | None,
    typer.Option(metavar="PEOPLE", help="With --aim travel: no base serves more people."),
]
TimeLimit = Annotated[
    float, typer.Option(min=0, metavar="SECONDS", help="Of each search; the best found is kept.")
]


def sites(
    scenario: ScenarioName,
    *,
    keep: Keep = None,
    within: Within = "30min",
    on: On = None,
    aim: Aim = "people",
    must_keep: MustKeep = None,
    close_base: CloseBase = None,
    closed_road: ClosedRoad = None,
    winter_factor: WinterFactor = 1.0,
    most_per_base: MostPerBase = None,
    time_limit: TimeLimit = 60.0,
    as_json: AsJson = False,
) -> None:
    """Say which bases to keep, whom they reach, and which close first."""
    from interpose.plan.sites import keep_sites
    from interpose.scenario import load

    loaded = load(scenario)
    kept = keep_sites(
        loaded,
        keep,
        _minutes(within),
        on=day_of(on, "--on"),
        aim=aim,
        must_keep=must_keep or (),
        closed_bases=close_base or (),
        closed_roads=[pair_of(text, "--closed-road") for text in closed_road or ()],
        winter_factor=winter_factor,
        most_per_base=most_per_base,
        time_limit_s=time_limit,
    )
    if as_json:
        print_json(_plain({"scenario": scenario, **asdict(kept)}))
        return
    _print_choice(loaded, kept)
    _print_people(loaded, kept)
    _print_closings(kept)


def _minutes(text: str) -> float:
    """Read a travel time: ``30min``, ``0.5h`` or ``30``.

    Examples
    --------
    >>> _minutes("30min"), _minutes("0.5h"), _minutes("45")
    (30.0, 30.0, 45.0)
    """
    found = re.fullmatch(r"\s*(-?\d+(?:\.\d+)?)\s*(min|h)?\s*", text)
    if found is None:
        msg = f"{text!r}: must be a travel time, such as 30min, 0.5h or 30 (minutes)."
        raise typer.BadParameter(msg, param_hint="--within")
    return float(found[1]) * (60 if found[2] == "h" else 1)


def _plain(value: Any) -> Any:  # noqa: ANN401 - any document
    """Return a document without infinite numbers, which JSON does not have."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _print_choice(scenario: Scenario, kept: KeptBases) -> None:
    every, stay = len(kept.before.bases), len(kept.after.bases)
    names = {base.id: base.name for base in scenario.bases}
    typer.echo(
        f"{scenario.header.name} on {kept.day}: {every} bases are open in the theatre, "
        f"{stay} stay, {every - stay} close."
    )
    typer.echo(f"Keep: {', '.join(f'{base} ({names[base]})' for base in kept.after.bases)}.")
    goal = GOALS[kept.aim].format(kept.within_min)
    if kept.most_per_base:
        goal += f", none serving more than {kept.most_per_base:,.0f}"
    if kept.status != "optimal":
        typer.echo(f"Not proved ({kept.status}): another choice may be better.")
    elif kept.asked is None:
        typer.echo(f"Proved optimal: fewer bases lose people within {kept.within_min:g} minutes.")
    elif every > stay:
        typer.echo(f"Proved optimal: no other {stay} of the {every} bases {goal}.")


def _print_people(scenario: Scenario, kept: KeptBases) -> None:
    """Print the people of each community within reach, and the travel times."""
    typer.echo("")
    typer.echo(f"People within {kept.within_min:g} minutes of a base:")
    names = {group.id: group.name for group in scenario.header.communities}
    width = max(len(names[group]) for group in kept.communities) + 2
    typer.echo(f"{'':{width}}{'live there':>12}{'all bases':>20}{'bases kept':>20}")
    counts = [kept.persons, kept.before.persons_within, kept.after.persons_within]
    people = {names[group]: row for group, *row in zip(kept.communities, *counts, strict=True)}
    for name, (live, before, after) in {**people, "all": [sum(each) for each in counts]}.items():
        cells = "".join(f"{_with_share(n, live):>20}" for n in (before, after))
        typer.echo(f"{name:{width}}{live:12,.0f}{cells}")
    typer.echo("")
    which = "the base that serves" if kept.most_per_base else "the nearest base"
    typer.echo(f"Travel time to {which}: {_times(kept.before)} with all bases;")
    typer.echo(f"{_times(kept.after)} with those kept.")
    if kept.out_of_reach:
        typer.echo(f"No open base reaches by any road: {', '.join(kept.out_of_reach)}.")


def _with_share(persons: float, live: float) -> str:
    return f"{persons:,.0f} {100 * persons / live:5.1f} %" if live else "0"


def _times(reach: Reach) -> str:
    return (
        f"median {reach.median_min:.0f} minutes, mean {reach.mean_min:.0f}, "
        f"worst {_worst(reach)} ({reach.worst_place})"
    )


def _worst(reach: Reach) -> str:
    return f"{reach.worst_min:.0f}" if math.isfinite(reach.worst_min) else "without a way"


def _print_closings(kept: KeptBases) -> None:
    """Print which base closes first, and whether that order ends with the best choice."""
    if not kept.closings:
        return
    typer.echo("")
    typer.echo("Order of closing, each base with the least loss at its step:")
    before = kept.before
    for number, (base, after) in enumerate(((c.base, c.after) for c in kept.closings), 1):
        lost = sum(before.persons_within) - sum(after.persons_within)
        typer.echo(
            f"{number}. {base}: {lost:,.0f} fewer people within reach; mean travel "
            f"{before.mean_min:.1f} to {after.mean_min:.1f} minutes, worst "
            f"{_worst(before)} to {_worst(after)}."
        )
        before = after
    left = len(kept.after.bases)
    if kept.same_in_order:
        typer.echo(f"Closed in this order, the same {left} bases are left as in the best choice.")
    else:
        typer.echo(
            f"Closed in this order, other bases are left: {', '.join(before.bases)}. "
            "Each step is the best one by itself; the bases to keep named above are better."
        )
