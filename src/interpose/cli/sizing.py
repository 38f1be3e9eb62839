"""The verb ``size``: how strong a force must be, and where, from a day on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from interpose.cli.output import AsJson, ScenarioName, Seed, Workers, note, print_json, progress_bar

At = Annotated[
    str, typer.Option("--at", metavar="DATE", help="The force is held at each size from here on.")
]
Wanted = Annotated[
    str,
    typer.Option(
        "--target",
        metavar="TEXT",
        help='What must hold: "P(week with 5 riots within a year) < 0.2", "R < 0.8", '
        '"riots within a year < 5". Or political deaths, incidents, displaced.',
    ),
]
Futures = Annotated[int, typer.Option(min=1, help="How many, each under every size.")]
Lines = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="FILE", help="Write the answer as lines for plan --requirements."
    ),
]


def size(
    scenario: ScenarioName,
    *,
    at: At,
    target: Wanted,
    futures: Futures = 300,
    seed: Seed = 1,
    workers: Workers = None,
    out: Lines = None,
    as_json: AsJson = False,
) -> None:
    """Find the smallest force that meets a target, where it counts most, and what it rests on."""
    from interpose.assess import size as size_force

    with progress_bar() as bar:
        found = size_force(
            scenario,
            at,
            target,
            futures=futures,
            seed=seed,
            workers=workers,
            progress=lambda now: bar("futures", now.done, now.futures),
        )
    document = found.document()
    if as_json:
        print_json(document)
    else:
        for line in told(document):
            typer.echo(line)
    for sentence in document["warnings"]:
        note(f"warning: {sentence}")
    if out is not None:
        done = found.write(out)
        note(
            f"{out}: lines for plan --requirements." if done else f"{out} is not written: no size."
        )


def told(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield what was found, line by line."""
    answer, limit = document["answer"], document["limit"]
    yield f"{document['scenario']}, from {document['at']} on: {document['target']}"
    yield f"The event: {document['event']}; its chance must be under {limit:g}."
    yield _answer(document)
    if (nearest := document["nearest"]) is not None:
        does = "binds" if answer["met_without_force"] else "some force played meets"
        size = nearest["strength"]
        about = "no force played meets it" if size is None else f"about {size:,} soldiers do"
        yield f'The nearest target that {does}: "{nearest["target"]}"; {about}.'
    stands = document["as_it_stands"]
    span = f"{stands['low']:.3f}-{stands['high']:.3f}"
    yield (
        f"The {document['stood']:,} who stood there, as the table goes on: "
        f"{stands['chance']:.3f} ({span})."
    )
    yield ""
    counted = f"mean {document['counted'].replace('_', ' ')}"
    yield f"  soldiers   chance        95 %   as played   {counted} ({document['futures']} futures)"
    for row in document["curve"]:
        span = f"{row['low']:.3f}-{row['high']:.3f}"
        mean = "without end" if row["mean"] is None else f"{row['mean']:.3g}"
        yield f"{row['strength']:10,} {row['chance']:8.3f} {span} {row['raw']:11.3f}   {mean}"
    yield ""
    for end, words in (("low", "least"), ("high", "most")):
        there = _size(document["effects"][end], document["curve"])
        yield f"If soldiers prevent the {words} of their interval: {there}."
    if document["by_place"]:
        yield ""
        yield "Where they count most:"
        for row in document["by_place"]:
            yield f"{row['strength']:10,} {row['base']}"
        laid = document["laid_out"]
        span = f"{laid['low']:.3f}-{laid['high']:.3f}"
        yield f"Laid out so, the chance is {laid['chance']:.3f} ({span})."
    if document["prices"]:
        yield ""
        yield "What caveats and tasks cost in soldiers:"
        for row in document["prices"]:
            soldiers = "none meets it" if row["soldiers"] is None else f"{row['soldiers']:,}"
            yield f"{soldiers:>13}  {row['kind']} {row['what']} ({row['basis']})"
    yield ""
    yield "Rules of thumb, soldiers per 1,000 inhabitants, and here:"
    for row in document["rules_of_thumb"]:
        name = f"{row['name']}, {row['date']}"
        yield f"{row['per_1000']:10g} {row['strength']:9,}  {name}: {row['what_followed']}"
    if answer["strength"]:
        yield f"{document['per_1000']:10.2g} {answer['strength']:9,}  this answer"


def _answer(document: Mapping[str, Any]) -> str:
    answer, curve = document["answer"], document["curve"]
    if answer["met_without_force"]:
        first = f"chance {curve[0]['chance']:.3f}, {curve[0]['low']:.3f}-{curve[0]['high']:.3f}"
        return f"The target does not bind: no force meets it too ({first})."
    if answer["strength"] is None:
        return (
            f"No force does it: with {curve[-1]['strength']:,} soldiers, three times what stood "
            f"there, the chance is still {curve[-1]['chance']:.3f}."
        )
    return f"Smallest force: {_size(answer, curve)}; {document['stood']:,} stood there."


def _size(answer: Mapping[str, Any], curve: Sequence[Mapping[str, Any]]) -> str:
    if answer["strength"] is None:
        return f"no force does it ({answer['sure']:.0%} of resamples find one)"
    most = f"more than {curve[-1]['strength']:,}"
    low, high = (most if answer[end] is None else f"{answer[end]:,}" for end in ("low", "high"))
    words = f"{answer['strength']:,} soldiers" if answer["strength"] else "no force meets it too"
    return f"{words} (95 %: {low} to {high})"
