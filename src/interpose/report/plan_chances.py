"""What may go wrong: the chance of each line that offers come late or are withdrawn."""

from __future__ import annotations

from collections.abc import Iterator

from interpose.plan.tell.chances import Worry, chances, percent, without_chances, worries
from interpose.report.parts import Block, Section, Table, bullets, note, words
from interpose.report.plan_material import PlanMaterial
from interpose.report.wording import number, plural

MOST_TOLD = 5
"""Lines told in words; the table has all."""


def section(material: PlanMaterial) -> Section:
    """Return what is most likely to go wrong, and for how many offers no chance is known."""
    return Section("wrong", "What may go wrong?", tuple(_blocks(material)))


def _blocks(material: PlanMaterial) -> Iterator[Block]:
    silent, serving = without_chances(material.inputs, material.plan)
    if not serving:
        yield note("No offer fills any line: nothing can come late or be withdrawn.")
        return
    if silent:
        yield note(
            f"No chance of delay or withdrawal is given for {number(len(silent))} of"
            f" {plural(serving, 'offer')} that serve. The plan reckons them as sure, which no"
            " offer is: for them the chance is unknown, not zero."
        )
    rows = [r for r in chances(material.inputs, material.plan) if r.requirement in material.lines]
    found = worries(material.inputs, material.plan, rows)
    if found:
        yield words(
            "Most likely to go wrong of what this plan fills, critical lines first, if nobody takes"
            " the place of who is away:"
        )
        yield bullets([f"{material.marked(w.requirement)}: {w.words}" for w in found[:MOST_TOLD]])
        yield _table(material, found)
    elif len(silent) < serving:
        yield words("No line that this plan fills is opened by a delay or withdrawal given.")
    if any(row.how == "simulated" for row in rows):
        yield note("Where many offers hang on the same mishaps their chances were drawn, not"
                   " summed; they are right to about one in a hundred.")  # fmt: skip


def _table(material: PlanMaterial, found: tuple[Worry, ...]) -> Table:
    header = ("Line", "Worst month", "Chance then", "Months open in the mean")
    caption = "Chance that a line has fewer units than it needs on the worst day of its worst month"
    rows = [
        (
            material.marked(worry.requirement),
            f"{worry.worst.month:%Y-%m}",
            percent(worry.worst.open),
            number(worry.open_months, 1),
        )
        for worry in found
    ]
    return Table("chances", caption, header, rows, numeric=2)
