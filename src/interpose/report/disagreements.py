"""Where the sources disagree: the findings of the record in plain words, kind by kind."""

from __future__ import annotations

from collections.abc import Sequence

from interpose.record import Finding
from interpose.report.material import Material
from interpose.report.parts import Block, Section, Table, note, words
from interpose.report.wording import plural

KINDS: dict[str, tuple[str, str]] = {
    "within_source": (
        "One source against itself",
        "one source gives two numbers for one thing at one time",
    ),
    "between_sources": (
        "Independent sources against each other",
        "what they may mean, rounding and words such as 'about' allowed for, has nothing in common",
    ),
    "impossible_order": (
        "Impossible order",
        "an answer before its question, an arrival before its departure, a caption of another year",
    ),
    "explained": (
        "Not one thing",
        "numbers that differ because they are of another kind or count other people, or because a "
        "first count was put right",
    ),
    "copy": ("Copies", "several pages carry one text; what they share counts once"),
    "not_mergeable": ("Not to be merged", "rows that look alike and are two things"),
}
"""Kind of finding -> its heading, and what it means."""


def section(material: Material) -> Section:
    """Return the section with the findings on the record."""
    title = "Where the sources disagree"
    record, findings = material.record, material.disagreements
    if record.is_empty:
        return Section("disagreements", title, (note("The scenario has no record."),))
    blocks: list[Block] = [
        words(
            f"The record holds {plural(len(record.figures), 'figure')},"
            f" {plural(len(record.incidents), 'incident')} and {plural(len(record.acts), 'act')}."
            " Nothing in it is averaged and no conflict is settled: every row stays as it was"
            " published, and what does not go together is named here, with the rows it is about.",
        )
    ]
    if not findings:
        blocks.append(words("No rows of it disagree."))
        return Section("disagreements", title, tuple(blocks))
    counts = [
        (heading, str(sum(f.kind == kind for f in findings)), meaning)
        for kind, (heading, meaning) in KINDS.items()
    ]
    header = ("Kind", "Findings", "What it means")
    blocks.append(Table("disagreements", "Findings by kind", header, counts, numeric=9))
    for kind, (heading, _) in KINDS.items():
        group = [finding for finding in findings if finding.kind == kind]
        if group:
            blocks.append(as_table(f"disagreements-{kind.replace('_', '-')}", heading, group))
    return Section("disagreements", title, tuple(blocks))


def as_table(name: str, heading: str, findings: Sequence[Finding]) -> Table:
    """Return findings as a table that opens on a click.

    Parameters
    ----------
    name : str
        Of the table in the page.
    heading : str
    findings : sequence of Finding
    """
    rows = [
        (finding.why[:1].upper() + finding.why[1:], ", ".join(finding.rows)) for finding in findings
    ]
    caption = f"{heading}: {plural(len(findings), 'finding')}"
    return Table(name, caption, ("Why", "Rows"), rows, numeric=9, folded=True)


def about(findings: Sequence[Finding], rows: Sequence[str]) -> list[Finding]:
    """Return the findings that touch any of some rows."""
    wanted = frozenset(rows)
    return [finding for finding in findings if wanted.intersection(finding.rows)]
