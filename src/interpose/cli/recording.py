"""The verb ``record``: what was published, when, by whom, and where it disagrees.

``interpose record kosovo`` shows a record; another word after ``record`` may be a command of its
own, such as ``interpose record read``. A scenario of that name is written ``./read``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from interpose.cli.describing import AsJson, ScenarioName
from interpose.cli.output import Verb, note, print_json

if TYPE_CHECKING:
    from interpose.record import Finding, Record
    from interpose.record.periods import Period
    from interpose.scenario.tables.record import Figure

SHOW = "show"
"""The command that is meant where the word after ``record`` is no command but a scenario."""

HEADINGS = {
    "within_source": "One source against itself",
    "between_sources": "Independent sources against each other",
    "explained": "Not one thing: explained by what is counted",
    "impossible_order": "Impossible order",
    "copy": "Copies: count once",
    "not_mergeable": "Look alike, not to be merged",
}
"""Kind of finding -> its heading."""


class WordOrScenario(TyperGroup):
    """A group whose first word may be a command of it or, for its first command, a scenario."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - typer's click
        """Put the first command in front of words that name none."""
        if args and args[0] not in self.commands and args[0] not in {"--help", "-h"}:
            args = [SHOW, *args]
        return super().parse_args(ctx, args)


record = typer.Typer(
    name="record",
    cls=WordOrScenario,
    help="Say who reported what, and where reports disagree; or read pages for new rows.\n\n"
    "interpose record SCENARIO [--conflicts] [--quantity NAME] [--at DATE] [--json]",
    epilog="Example: interpose record kosovo --conflicts",
    no_args_is_help=True,
)


@record.command(
    SHOW,
    cls=Verb,
    help="Show the record of a scenario (the word 'show' may be left out).",
    epilog="Example: interpose record kosovo --quantity force.strength --at 2009-06",
)
def show(
    scenario: ScenarioName,
    *,
    conflicts: Annotated[
        bool, typer.Option("--conflicts", help="Only what the findings are about, in full.")
    ] = False,
    quantity: Annotated[
        str | None, typer.Option(metavar="NAME", help="One quantity, such as force.strength.")
    ] = None,
    at: Annotated[
        str | None, typer.Option(metavar="DATE", help="One day, month or year: 2009-06.")
    ] = None,
    texts: Annotated[
        str | None,
        typer.Option(metavar="FOLDER", help="Texts of the sources, to look for copies."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say who reported what, when, and where reports disagree."""
    from interpose import record as room
    from interpose.record.lineage import read_texts

    span = None if at is None else _span(at)
    read = room.load_record(scenario)
    found = room.find(read, read_texts(read.sources, texts) if texts else None)
    figures, findings = _chosen(read, found, quantity, span)
    if conflicts:
        named = {row for finding in findings for row in finding.rows}
        figures = [figure for figure in figures if figure.id in named]
    if as_json:
        print_json(
            {
                "figures": [figure.model_dump(mode="json") for figure in figures],
                "findings": [_plain(finding) for finding in findings],
            }
        )
        return
    _count(read, figures, findings, scenario)
    if quantity is not None or span is not None:
        _list_figures(figures)
    if span is not None and quantity is None:
        _list_acts(read, span)
    if conflicts or quantity is not None or span is not None:
        _list_findings(findings)


def _span(at: str) -> Period:
    from interpose.record.periods import period_of_text

    try:
        return period_of_text(at)
    except ValueError as error:
        msg = f"{at!r}: must be a day, month or year, such as 2004-03-17, 2004-03 or 2004."
        raise typer.BadParameter(msg, param_hint="--at") from error


def _chosen(
    read: Record, found: Sequence[Finding], quantity: str | None, span: Period | None
) -> tuple[list[Figure], list[Finding]]:
    """Return the figures of a quantity and date, and the findings that touch them or that date."""
    from interpose.errors import UnknownNameError
    from interpose.record.periods import period_of_figure, periods_of_act

    if quantity is not None and quantity not in read.quantities():
        kind = "quantity"
        raise UnknownNameError(kind, quantity, read.quantities())
    figures = [
        figure
        for figure in read.figures
        if (quantity is None or figure.quantity == quantity)
        and (span is None or period_of_figure(figure).overlaps(span))
    ]
    if quantity is None and span is None:
        return figures, list(found)
    named = {figure.id for figure in figures}
    if quantity is None and span is not None:
        named |= {a.id for a in read.acts for s in periods_of_act(a).values() if s.overlaps(span)}
        named |= {
            row.id for row in read.incidents if row.begins <= span.last and span.first <= row.ends
        }
    return figures, [finding for finding in found if named.intersection(finding.rows)]


def _plain(finding: Finding) -> dict[str, object]:
    return {
        "kind": finding.kind,
        "rows": list(finding.rows),
        "sources": list(finding.sources),
        "why": finding.why,
    }


def _count(
    read: Record, figures: Sequence[Figure], findings: Sequence[Finding], scenario: str
) -> None:
    if read.is_empty:
        note(f"{scenario} has no record: there are no rows under record/.")
        return
    typer.echo(
        f"{scenario}: {len(read.figures)} figures of {len(read.quantities())} quantities, "
        f"{len(read.incidents)} incidents, {len(read.acts)} acts, {len(read.sources)} sources. "
        f"{len(figures)} figures chosen, {len(findings)} findings:"
    )
    for kind, heading in HEADINGS.items():
        count = sum(finding.kind == kind for finding in findings)
        typer.echo(f"  {count:4}  {heading}")


def _list_figures(figures: Sequence[Figure]) -> None:
    from interpose.record.figures import published

    typer.echo("\nFigures")
    for figure in sorted(figures, key=lambda figure: (figure.quantity, figure.begins)):
        date = figure.begins.isoformat()[: {"year": 4, "month": 7}.get(figure.precision, 10)]
        typer.echo(
            f"  {date:10}  {figure.quantity} ({figure.community}): {published(figure)} "
            f"{figure.unit}, {figure.kind}, {figure.includes}; {figure.source} [{figure.id}]"
        )


def _list_acts(read: Record, span: Period) -> None:
    from interpose.record.periods import periods_of_act

    typer.echo("\nActs")
    for act in read.acts:
        spans = periods_of_act(act)
        if any(some.overlaps(span) for some in spans.values()):
            dates = ", ".join(f"{name} {getattr(act, name)}" for name in spans)
            typer.echo(
                f"  {act.kind}: {act.actor}, {act.subject} ({dates}); {act.source} [{act.id}]"
            )


def _list_findings(findings: Sequence[Finding]) -> None:
    for kind, heading in HEADINGS.items():
        group = [finding for finding in findings if finding.kind == kind]
        if group:
            typer.echo(f"\n{heading}")
        for finding in group:
            typer.echo(f"  - {finding.why}\n    rows: {', '.join(finding.rows)}")
