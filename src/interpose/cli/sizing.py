"""The verb ``size``: how strong a force must be, and where, from a day on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from interpose.cli.output import (
    AsJson,
    ScenarioName,
    Seed,
    Workers,
    note,
    print_json,
    progress_of,
    say,
)
from interpose.errors import InterposeError, RunError

if TYPE_CHECKING:
    from interpose.assess import Sizing

KEPT = ("report.html", "sizing.json", "lines.csv")
"""What a folder of an answer holds."""

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
Out = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER",
        help="Folder for the page, the answer, and lines.csv for plan --requirements.",
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
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Find the smallest force that meets a target, where it counts most, and what it rests on."""
    from interpose.assess import size as size_force

    if out is not None and any(path.name not in KEPT for path in out.glob("*")):
        msg = f"{out} holds other files than {', '.join(KEPT)}. Choose a new or empty folder."
        raise typer.BadParameter(msg, param_hint="--out")
    with progress_of("futures", "Stopped: nothing is kept.") as show:
        found = size_force(
            scenario,
            at,
            target,
            futures=futures,
            seed=seed,
            workers=workers,
            progress=show,
        )
    document = found.document()
    if out is not None:
        _store(found, document, out)
    if as_json:
        print_json(document)
    else:
        for line in told(document):
            say(line)
    for sentence in document["warnings"]:
        note(f"warning: {sentence}")


def _store(found: Sizing, document: dict[str, Any], out: Path) -> None:
    """Write the page, the answer and its lines into a folder; say what is not written."""
    from interpose.report.size_page import write_size
    from interpose.scenario.files import write_aside

    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    write_aside(out / "sizing.json", text.encode(), RunError)
    note(f"report: {write_size(document, found.scenario.header.title, out)}")
    (out / "lines.csv").unlink(missing_ok=True)
    try:
        written = found.write(out / "lines.csv")
        note(f"lines: {out / 'lines.csv'}" if written else "No size, so no lines.")
    except InterposeError as error:
        note(f"warning: {error}")


def told(document: Mapping[str, Any]) -> Iterator[str]:
    """Yield what was found, line by line."""
    from interpose.assess.choices import mean_in_words, sentences_of
    from interpose.scenario.phrases import plural

    said = sentences_of(document)
    yield f"{document['scenario']}, from {document['at']} on: {document['target']}"
    yield from said["answer"]
    yield ""
    counted = f"mean {mean_in_words(document['counted'])}"
    yield f"Sizes played, {plural(document['futures'], 'future')} each:"
    yield f"  soldiers   chance           95 %   as played   {counted}"
    for row in document["curve"]:
        span = f"{row['low']:.3f} to {row['high']:.3f}"
        mean = "without end" if row["mean"] is None else f"{row['mean']:.3g}"
        yield f"{row['strength']:10,} {row['chance']:8.3f} {span} {row['raw']:11.3f}   {mean}"
    yield ""
    yield from said["minds"]
    if document["by_place"]:
        yield ""
        yield "Where they count most:"
        for row in document["by_place"]:
            yield f"{row['strength']:10,} {row['base']}"
    if document["prices"]:
        yield ""
        yield "What caveats and tasks cost in soldiers:"
        for row in document["prices"]:
            soldiers = "none meets it" if row["soldiers"] is None else f"{row['soldiers']:,}"
            yield f"{soldiers:>13}  {row['kind']} {row['what'].replace('_', ' ')} ({row['basis']})"
    yield ""
    yield f"Rules of thumb, soldiers per {document['per']}, and here:"
    for row in document["rules_of_thumb"]:
        name = f"{row['name']}, {row['date']}"
        yield f"{row['ratio']:10g} {row['strength']:9,}  {name}: {row['what_followed']}"
    if document["answer"]["strength"]:
        yield f"{document['ratio']:10.2g} {document['answer']['strength']:9,}  this answer"
