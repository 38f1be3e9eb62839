"""The verb ``compare``: policies, plans and changed scenarios on the same futures."""

from __future__ import annotations

import datetime as dt
import json
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from interpose.cli.output import (
    AsJson,
    ScenarioName,
    Seed,
    Workers,
    day_of,
    note,
    print_json,
    progress_of,
    say,
)
from interpose.errors import RunError, require_known

if TYPE_CHECKING:
    from interpose.assess import Comparison
    from interpose.scenario import Scenario

WORDS = ("policy", "plan", "scale-force", "since", "withdraw", "what-if")
"""What a variant may say, as `run` does."""

AS_IT_IS = "as it is"
EXAMPLE = '--with "half: --scale-force 0.5 --since 2009-06-01"'


Policies = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME|FILE", help="A policy to compare. May be repeated; the first is the baseline."
    ),
]
With = Annotated[
    list[str] | None,
    typer.Option(
        "--with",
        metavar='"NAME: OPTIONS"',
        help="A variant by options of run: --policy, --plan, --scale-force, --since, --withdraw, "
        "--what-if. May be repeated; comes after the policies.",
    ),
]
Futures = Annotated[int, typer.Option(min=1, help="How many, each under every variant.")]
From = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="DATE",
        help="The past up to this day is as it was; sums count from it.",
        show_default="the first day",
    ),
]
Cost = Annotated[
    float | None, typer.Option(min=0, help="Money for a soldier and month, in any currency.")
]
Out = Annotated[
    Path | None, typer.Option(help="Folder for the page and the plays; resumes if killed.")
]
Fresh = Annotated[bool, typer.Option("--fresh", help="Play again what is in the folder.")]


def compare(
    scenario: ScenarioName,
    *,
    policy: Policies = None,
    variants: With = None,
    futures: Futures = 500,
    seed: Seed = 1,
    since: From = None,
    cost: Cost = None,
    workers: Workers = None,
    out: Out = None,
    fresh: Fresh = False,
    as_json: AsJson = False,
) -> None:
    """Play variants on the same futures; say what differs, how surely, and on what it rests."""
    from interpose.assess import comparison
    from interpose.scenario import load

    first = day_of(since, "--from")
    read = load(scenario)
    wanted = asked(read, policy or [], variants or [], first)
    asks: dict[str, Any] = {
        "futures": futures,
        "seed": seed,
        "since": first,
        "cost": cost,
        "workers": workers,
    }
    kept = "nothing is kept; with --out it can go on"
    kept = kept if out is None else f"{out} keeps what was played; the same command goes on"
    with progress_of("futures", f"Stopped: {kept}.") as show:
        found = comparison.compare(wanted, read, **asks, out=out, fresh=fresh, progress=show)
    document = found.document()
    if again := _again(policy or [], variants or [], first):
        document["again"] = [
            f"interpose run {shlex.quote(scenario)} {options}--futures {futures} --seed {seed} "
            f"--out runs/{name.replace(' ', '_')}"
            for name, options in zip(found.names, again[-len(found.names) :], strict=True)
        ]
    if out is not None:
        document["report"] = _stored(found, document, out)
    if as_json:
        print_json(document)
    else:
        for line in told(document):
            say(line)
        if out is not None:
            say(f"report: {document['report']}")
    for sentence in document["warnings"]:
        note(f"warning: {sentence}")


def _stored(found: Comparison, document: dict[str, Any], out: Path) -> str:
    """Write the page and the answer into a folder; return where the page is."""
    from interpose.report.compare_page import write_comparison
    from interpose.scenario.files import write_aside

    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    write_aside(out / "comparison.json", text.encode(), RunError)
    return str(write_comparison(found, document, out))


def asked(
    scenario: Scenario, policies: list[str], variants: list[str], first: dt.date | None
) -> dict[str, Any]:
    """Return the variants that words ask for, by name; the first is the baseline."""
    found: dict[str, Any] = {}
    for name in policies:
        found[_free(Path(name).stem, found)] = {"scenario": scenario, "policy": name}
    for words in variants:
        name, made = variant_of(words, scenario, first)
        if name in found:
            msg = f"two variants are called {name!r}."
            raise typer.BadParameter(msg, param_hint="--with")
        found[name] = made
    if found and (len(found) == 1 or not policies):
        if AS_IT_IS in found:
            msg = f"{AS_IT_IS!r} is the name of the scenario itself; choose another."
            raise typer.BadParameter(msg, param_hint="--with")
        found = {AS_IT_IS: {"scenario": scenario}, **found}
    if not found:
        msg = f"Name what is to be compared: --policy NAME twice, or {EXAMPLE}."
        raise typer.BadParameter(msg)
    return found


def _again(policies: list[str], variants: list[str], first: dt.date | None) -> list[str]:
    """Return the options of `run` that play each variant by itself, the same futures.

    None where a policy takes over on the day of --from: `run` has it from its own first day.
    """
    found = [f"--policy {shlex.quote(name)} " for name in policies]
    for words in variants:
        said = said_by(words)
        if first and "scale-force" in said:
            said.setdefault("since", first.isoformat())
        found.append(shlex.join(part for key in said for part in (f"--{key}", said[key])) + " ")
    return [] if first and any("--policy" in options for options in found) else ["", *found]


def _free(name: str, taken: Mapping[str, Any]) -> str:
    return next(n for n in (name, *(f"{name} {i}" for i in range(2, 99))) if n not in taken)


def variant_of(words: str, scenario: Scenario, first: dt.date | None) -> tuple[str, dict[str, Any]]:
    """Read one variant.

    Raises
    ------
    UnknownNameError
        If it says a word that is none of `WORDS`.
    """
    said, name = said_by(words), words.partition(":")[0]
    require_known(f"option of --with {name.strip()!r}", said, WORDS)
    made: dict[str, Any] = {}
    if "plan" in said:
        from interpose.plan.planning import scenario_with_plan

        scenario = scenario_with_plan(scenario, Path(said["plan"]), tell=note)
    if "what-if" in said:
        from interpose.scenario import with_what_ifs

        scenario = with_what_ifs(scenario, said["what-if"])
    if said.keys() & {"scale-force", "since", "withdraw"}:
        scenario = scenario.with_(**_changes(said, first))
    made["scenario"] = scenario
    if "policy" in said:
        made["policy"] = said["policy"]
    return name.strip(), made


def said_by(words: str) -> dict[str, str]:
    """Return the options of a variant by their names."""
    name, colon, options = words.partition(":")
    try:
        parts = shlex.split(options)
    except ValueError as error:
        msg = f"{words!r}: {error}."
        raise typer.BadParameter(msg, param_hint="--with") from error
    if not (colon and name.strip() and parts and len(parts) % 2 == 0):
        msg = f"{words!r}: must be a name, a colon and options with a value each, as in {EXAMPLE}."
        raise typer.BadParameter(msg, param_hint="--with")
    return {key.removeprefix("--"): value for key, value in zip(parts[::2], parts[1::2])}  # noqa: B905


def _changes(said: Mapping[str, str], first: dt.date | None) -> dict[str, Any]:
    """Return a what-if; with --from a force is scaled from that day on, unless it says when."""
    changes: dict[str, Any] = {}
    if "scale-force" in said:
        try:
            changes["scale_force"] = float(said["scale-force"])
        except ValueError as error:
            msg = f"scale-force {said['scale-force']!r}: must be a number; 0.5 is half the force."
            raise typer.BadParameter(msg, param_hint="--with") from error
        changes["since"] = first
    for key in ("since", "withdraw"):
        if key in said:
            changes[key] = day_of(said[key], f"--with {key}")
    return changes


def told(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a comparison says, line by line."""
    from interpose.ensemble.counted import named
    from interpose.scenario.phrases import plural

    names, base = document["policies"], document["baseline"]
    yield (
        f"{document['scenario']}: {', '.join(names[1:])} against {base} on the same "
        f"{plural(document['pairs'], 'future')}, counted from {document['counted_from']}"
    )
    many = len(names) > 2
    for other in names[1:]:
        pair = f"{other} against {base}"
        yield ""
        yield (
            f"{'':22} {base[:14]:>14} {other[:14]:>14} {'difference':>12}  "
            f"{'95 % of the mean':>24}  better worse"
        )
        for name, means in document["measures"].items():
            one = document["differences"][name]
            one = one[pair] if many else one
            span = "" if one["low"] is None else f"{_sign(one['low'])} to {_sign(one['high'])}"
            yield (
                f"{named(name):22} {_size(means[base]['mean']):>14} "
                f"{_size(means[other]['mean']):>14} {_sign(one['mean']):>12}  {span:>24}  "
                f"{one['share_better']:6.0%} {one['share_worse']:5.0%}"
            )
    yield ""
    yield from document["said"]


def _size(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _sign(value: float) -> str:
    return ("+" if value > 0 else "") + _size(value)
