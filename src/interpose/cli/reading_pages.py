"""The command ``record read``: saved pages in, proposals out, for a person to mark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interpose.cli.describing import AsJson
from interpose.cli.output import WRONG_INPUT, note, print_json

if TYPE_CHECKING:
    from interpose.record.pages import Decided, Page, Proposal

HELP = (
    "Read saved pages (.html, .txt, .pdf) and propose rows for the record. Nothing is added to "
    "any record: mark the proposals accept or reject, and give the file back with --accept."
)
EXAMPLE = "Example: interpose record read page.html --out proposals.csv"


def read(
    files: Annotated[
        list[str] | None, typer.Argument(metavar="FILE...", help="Saved pages.", show_default=False)
    ] = None,
    *,
    out: Annotated[
        Path | None,
        typer.Option(help="Where to: proposals as .csv or .json; with --accept, rows to append."),
    ] = None,
    accept: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Proposals that a person has marked.")
    ] = None,
    into: Annotated[
        str | None,
        typer.Option(metavar="SCENARIO", help="With --accept: append to its tables, if sound."),
    ] = None,
    source: Annotated[
        str, typer.Option(metavar="ID", help="Id of the one page as a source of the record.")
    ] = "",
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes for many pages.")] = 2,
    as_json: AsJson = False,
) -> None:
    """Propose rows from pages, or take back the proposals that a person has marked."""
    from interpose.record.pages import read_pages

    if accept is not None:
        if files:
            msg = "Give pages to read, or a file to --accept, not both."
            raise typer.BadParameter(msg, param_hint="FILE")
        _accept(accept, out, into, as_json=as_json)
        return
    if not files or into or (source and len(files) != 1):
        msg = "Name at least one page; --into goes with --accept, --source with one page alone."
        raise typer.BadParameter(msg, param_hint="FILE")
    results = read_pages(files, source, workers)
    pages = [page for page, _ in results]
    proposals = [one for _, some in results for one in some]
    if out is not None:
        _write(out, pages, proposals)
    if as_json:
        from interpose.record.pages import document

        print_json(document(pages, proposals))
    else:
        _tell(pages, proposals, listed=out is None)
    if all(page.status == "unread" for page in pages):
        raise typer.Exit(WRONG_INPUT)


def _write(out: Path, pages: Sequence[Page], proposals: Sequence[Proposal]) -> None:
    import json

    from interpose.errors import PagesError
    from interpose.record.pages import as_csv, document
    from interpose.scenario.files import write_aside

    if out.suffix.lower() == ".json":
        text = json.dumps(document(pages, proposals), indent=1, ensure_ascii=False)
    else:
        text = as_csv(proposals)
    write_aside(out, text.encode(), PagesError)
    note(
        f"{len(proposals)} proposals are in {out}. Write accept or reject in the column decision, "
        f"then: interpose record read --accept {out} --out accepted"
    )


def _tell(pages: Sequence[Page], proposals: Sequence[Proposal], *, listed: bool) -> None:
    counts = Counter((one.file, one.kind) for one in proposals)
    for page in pages:
        if page.status == "unread":
            typer.echo(f"unread  {page.file}: {page.reason}")
            continue
        kinds = [f"{count} {kind}" for (file, kind), count in counts.items() if file == page.file]
        dated = page.date or page.date_basis or "no date"
        typer.echo(f"read    {page.file}: {page.language}, {dated}; {', '.join(kinds)}")
        if page.reason:
            typer.echo(f"  {page.reason}")
        for one in proposals if listed else ():
            if one.file == page.file:
                cells = {k: v for k, v in one.row.items() if v and k in _SHOWN}
                told = ", ".join(f"{key} {value}" for key, value in cells.items())
                typer.echo(f"  {one.kind:12} {one.confidence:.2f}  {_short(one.text)!r}: {told}")


_SHOWN = (
    "quantity", "community", "value", "high", "qualifier", "begins", "precision", "kind", "actor",
    "subject", "decided", "departed", "arrived", "date", "speaker", "title",
)  # fmt: skip


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."


def _accept(file: Path, out: Path | None, into: str | None, *, as_json: bool) -> None:
    from interpose.errors import PagesError
    from interpose.record.pages import append_rows, decide, read_marked, write_rows
    from interpose.record.pages.accepting import check_out

    check_out(out, into)
    done = decide(read_marked(file))
    if into is not None and done.faults:
        listed = "\n  ".join(done.faults)
        told = f"{file} has accepted rows that are not complete; nothing was added."
        msg = f"{told}\n  {listed}"
        raise PagesError(msg)
    written = [str(path) for path in write_rows(done.rows, out)] if out is not None else []
    added = append_rows(done.rows, into) if into is not None else {}
    if as_json:
        print_json(
            {
                "accepted": done.accepted,
                "rejected": done.rejected,
                "undecided": done.undecided,
                "incomplete": list(done.faults),
                "rows": done.rows,
                "files": written,
                "added": added,
            }
        )
    else:
        _tell_accepted(done, written, added)
    if done.faults and not done.accepted:
        raise typer.Exit(WRONG_INPUT)


def _tell_accepted(done: Decided, written: Sequence[str], added: dict[str, int]) -> None:
    typer.echo(f"{done.accepted} accepted, {done.rejected} rejected, {done.undecided} undecided.")
    for path in written:
        typer.echo(f"  written: {path}")
    for path, count in added.items():
        typer.echo(f"  added to {path}: {count} rows")
    left = {table for table in done.rows if table in ("dates", "quotations")}
    if added and left:
        note(f"The record has no table for {' and '.join(sorted(left))}; --out FOLDER keeps them.")
    for fault in done.faults:
        note(f"not complete, left out: {fault}")
