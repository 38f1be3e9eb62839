"""The verb ``record``: what was published, when, by whom, and where it disagrees; pages for more.

``interpose record kosovo`` shows a record; another word after ``record`` may be a command of its
own, such as ``interpose record read``. A scenario of that name is written ``./read``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interpose.cli.output import (
    WRONG_INPUT,
    AsJson,
    GroupWithDefault,
    ScenarioName,
    Verb,
    note,
    print_json,
    say,
)

if TYPE_CHECKING:
    from interpose.record import Finding, Record
    from interpose.record.pages import Decided, Page, Proposal

SHOW = "show"
"""The command that is meant where the word after ``record`` is no command but a scenario."""


class _Record(GroupWithDefault):
    default = SHOW


record = typer.Typer(
    name="record",
    cls=_Record,
    help="Ask what was published about a mission, what of it to print, and what is open.\n\n"
    "interpose record SCENARIO [--about WORDS] [--conflicts] [--page FILE.html] [--json]\n\n"
    "interpose record read FILE... [--out FILE]",
    epilog='Example: interpose record kosovo --about "March 2004"',
    no_args_is_help=True,
)


_Page = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE.html",
        help="Write every row as one page: search, filter, sort, conflicts, CSV. No network.",
    ),
]


@record.command(
    SHOW,
    cls=Verb,
    help="Answer a question from the record of a scenario on one page. "
    "The word 'show' may be left out.",
    epilog='Example: interpose record kosovo --about "strength in 2010, 2013 and May 2023"',
)
def show(
    scenario: ScenarioName,
    *,
    about: Annotated[
        str | None,
        typer.Option(
            metavar="WORDS",
            help='Periods, places, quantities, topics in any mixture: "Mitrovica, March 2004".',
        ),
    ] = None,
    conflicts: Annotated[
        bool, typer.Option("--conflicts", help="List every finding on the whole record.")
    ] = False,
    texts: Annotated[
        str | None,
        typer.Option(metavar="FOLDER", help="Texts of the sources, to search for copies."),
    ] = None,
    page: _Page = None,
    as_json: AsJson = False,
) -> None:
    """Say who reported what, when, what of it to print, and what is open."""
    from interpose import record as room
    from interpose.record.record import FINDING_KINDS, read_texts

    if about is not None and conflicts:
        msg = "Give one of the two: --about lists what is open on its question."
        raise typer.BadParameter(msg, param_hint="--conflicts")
    if page is not None and (about is not None or conflicts or as_json or page.suffix != ".html"):
        msg = f"{page}: the page has every row and needs a name ending in .html, no other option."
        raise typer.BadParameter(msg, param_hint="--page")
    read = room.load_record(scenario)
    found = read_texts(read.sources, texts) if texts else None
    if about is not None:
        try:
            answer = room.ask(read, about, found)
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint="--about") from error
        if as_json:
            print_json(answer.document())
        else:
            typer.echo(room.text_of(answer), nl=False)
        return
    if page is not None and not read.is_empty:
        from interpose.report.record_page import write_record_page

        say(f"page: {write_record_page(read, page, found)}")
        return
    findings = room.find(read, found)
    if as_json:
        named = {row for finding in findings for row in finding.rows}
        kept = [f.model_dump(mode="json") for f in read.figures if not conflicts or f.id in named]
        print_json({"figures": kept, "findings": [asdict(finding) for finding in findings]})
        return
    _print_counts(read, findings, scenario)
    for kind, group in groupby(findings if conflicts else (), key=lambda one: one.kind):
        say(f"\n{FINDING_KINDS[kind]}")
        for finding in group:
            say(f"  - {finding.why}\n    rows: {', '.join(finding.rows)}")


def _print_counts(read: Record, findings: Sequence[Finding], scenario: str) -> None:
    if read.is_empty:
        note(f"{scenario} has no record: there are no rows under record/.")
        return
    from interpose.record.record import FINDING_KINDS

    say(
        f"{scenario}: {len(read.figures)} figures of {len(read.quantities())} quantities, "
        f"{len(read.incidents)} incidents, {len(read.acts)} acts, {len(read.sources)} sources. "
        f"{len(findings)} findings:"
    )
    for kind, heading in FINDING_KINDS.items():
        say(f"  {sum(one.kind == kind for one in findings):4}  {heading}")
    for quantity, _ in Counter(figure.quantity for figure in read.figures).most_common(1):
        say(f"Ask: interpose record {scenario} --about {quantity}")


# --- saved pages ----------------------------------------------------------------------------------

_CELLS_SHOWN = (
    "quantity", "community", "value", "high", "qualifier", "begins", "precision", "kind", "actor",
    "subject", "decided", "departed", "arrived", "date", "speaker", "title",
)  # fmt: skip


@record.command(
    "read",
    cls=Verb,
    help="Read saved pages (.html, .txt, .pdf) and propose rows for a record. Nothing is added: "
    "mark each proposal accept or reject, and give the file back with --accept.",
    epilog="Example: interpose record read page.html --out proposals.csv",
)
def read(
    files: Annotated[
        list[str] | None, typer.Argument(metavar="FILE...", help="Saved pages.", show_default=False)
    ] = None,
    *,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            help="Write proposals to this .csv or .json file; with --accept, rows to this folder.",
        ),
    ] = None,
    accept: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A file of proposals that you have marked.")
    ] = None,
    into: Annotated[
        str | None,
        typer.Option(
            metavar="SCENARIO",
            help="With --accept: add the rows to this scenario, if it stays free of faults.",
        ),
    ] = None,
    source: Annotated[
        str, typer.Option(metavar="ID", help="Id of the page among the sources of the record.")
    ] = "",
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="Processes to use for many pages.")
    ] = 2,
    as_json: AsJson = False,
) -> None:
    """Propose rows from pages, or take back the proposals that a person has marked."""
    from interpose.record.pages import document, read_pages, write_proposals

    if accept is not None:
        if files:
            msg = "Give pages to read or a file to --accept, not both."
            raise typer.BadParameter(msg, param_hint="FILE")
        _accept(accept, out, into, as_json=as_json)
        return
    if not files or into or (source and len(files) != 1):
        msg = "Name at least one page; --into goes with --accept, --source with a single page."
        raise typer.BadParameter(msg, param_hint="FILE")
    results = read_pages(files, source, workers)
    pages = [page for page, _ in results]
    proposals = [one for _, some in results for one in some]
    if out is not None:
        write_proposals(pages, proposals, out)
        note(
            f"{len(proposals)} proposals are in {out}. Write accept or reject in the column "
            f"decision, then: interpose record read --accept {out} --out accepted"
        )
    if as_json:
        print_json(document(pages, proposals))
    else:
        for page, some in results:
            _print_page(page, some, in_full=out is None)
    if all(page.status == "unread" for page in pages):
        raise typer.Exit(WRONG_INPUT)


def _print_page(page: Page, proposals: Sequence[Proposal], *, in_full: bool) -> None:
    if page.status == "unread":
        say(f"unread  {page.file}: {page.reason}")
        return
    kinds = Counter(one.kind for one in proposals)
    counts = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
    dated = page.date or page.date_basis or "no date"
    say(f"read    {page.file}: {page.language}, {dated}; {counts}")
    if page.reason:
        say(f"  {page.reason}")
    for one in proposals if in_full else ():
        cells = [f"{k} {cell}" for k, cell in one.row.items() if cell and k in _CELLS_SHOWN]
        text = one.text if len(one.text) <= 60 else f"{one.text[:57]}..."
        say(f"  {one.kind:12} {one.confidence:.2f}  {text!r}: {', '.join(cells)}")


def _accept(file: Path, out: Path | None, into: str | None, *, as_json: bool) -> None:
    from interpose.record.pages import accept

    if out is None and into is None:
        msg = "Say where the accepted rows go: --out FOLDER, or --into SCENARIO."
        raise typer.BadParameter(msg, param_hint="--accept")
    decided = accept(file, out, into)
    if as_json:
        print_json(
            {
                "accepted": decided.accepted,
                "rejected": decided.rejected,
                "undecided": decided.undecided,
                "incomplete": decided.faults,
                "rows": decided.rows,
                "files": decided.written,
                "added": decided.added,
            }
        )
    else:
        _print_decided(decided)
    if decided.faults and not decided.accepted:
        raise typer.Exit(WRONG_INPUT)


def _print_decided(decided: Decided) -> None:
    say(f"{decided.accepted} accepted, {decided.rejected} rejected, {decided.undecided} undecided.")
    for path in decided.written:
        say(f"  written: {path}")
    for path, count in decided.added.items():
        say(f"  added to {path}: {count} rows")
    left = [table for table in ("dates", "quotations") if table in decided.rows]
    if decided.added and left:
        note(f"The record has no table for {' and '.join(left)}; --out FOLDER keeps them.")
    for fault in decided.faults:
        note(f"not complete, left out: {fault}")
