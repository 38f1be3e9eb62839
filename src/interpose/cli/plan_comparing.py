"""What ``interpose plan`` says of two plans: what a change did, or what is new since the last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from interpose.cli.plan_making import Made, Wish
    from interpose.plan.tell.names import Names

MOST_HELPERS = 3
"""Offers named for each line that opened; the gap table names the others."""


def names_of(made: Made) -> Names:
    """Return what ids are called, with the places and bases of the scenario."""
    from interpose.plan.tell.names import Names

    return Names(made.original, made.scenario)


def titles(wish: Wish, names: Names) -> list[tuple[str, str]]:
    """Return each what-if in words, with the section of the page that tells it."""
    found = [
        ("leaves", f"{names.nation(nation)} leaves on {day}; against the plan in which it stays:")
        for nation, day in wish.leave
    ]
    found += [("caveats", f"Without the caveat {name}:") for name in wish.without_caveat]
    found += [("next_step", f"With {names.place(name)} closed:") for name in wish.close_base]
    if wish.cut:
        found.append(("number", f"Planned with {wish.cut * 100:g} % fewer units offered:"))
    return found


def differences(made: Made) -> list[str]:
    """Return what a change did: cells by line and kind of change, persons, and who could help.

    Against the plan without the change, else against the one given as the previous one.
    """
    from interpose.plan.tell.comparison import compare

    if made.before is None:
        return _since(made)
    found = compare(made.original, made.before, made.inputs, made.plan)
    months: dict[tuple[str, str, str, int], list[dt.date]] = {}
    for change in found.changes:
        old, new = change.before, change.after
        key = (new.requirement, old.state, new.state, new.present - old.present)
        months.setdefault(key, []).append(new.month)
    lines = []
    for (line, was, now, more), own in months.items():
        state = f"still {now}" if was == now else f"{was} becomes {now}"
        lines.append(f"{_label(made, line)}: {state}, {more:+d} {_units(more)}, {_months(own)}")
    lines.append(f"{found.person_months:+,.0f} person-months; {found.moves} unit-months move.")
    nearest = {line: words for line, _, words in reversed(found.helpers)}
    for line, words in sorted(nearest.items()):
        first = "; ".join(words.split("; ")[:MOST_HELPERS])
        lines.append(f"Who is nearest for {_label(made, line)}: {first}")
    return lines


def _since(made: Made) -> list[str]:
    """Return what differs from a previous plan, which may be of other tables and months."""
    from interpose.plan.tell.comparison import lost_offers, moved, turned

    if made.previous is None:
        return []
    lines = []
    for row in turned(made.previous, made.plan):
        state = f"still {row.now}" if row.was == row.now else f"{row.was} becomes {row.now}"
        more = row.after - row.before
        when = f"{row.first:%Y-%m}" + (f" to {row.last:%Y-%m}" if row.last > row.first else "")
        lines.append(f"{_label(made, row.requirement)}: {state}, {more:+d} {_units(more)}, {when}")
    names = names_of(made)
    for move in moved(made.previous, made.plan):
        when = f"{move.first:%Y-%m}" + (f" to {move.last:%Y-%m}" if move.last > move.first else "")
        lines.append(
            f"{names.offer(move.offer)}: {move.before} becomes {move.after} in"
            f" {names.line(move.requirement)}, {when}"
        )
    lost = lost_offers(made.previous, (row.id for row in made.inputs.offers))
    lines += [f"{offer} is no longer offered" for offer in lost]
    return lines or ["nothing, against the previous plan"]


def _units(count: int) -> str:
    return "unit" if abs(count) == 1 else "units"


def _label(made: Made, line: str) -> str:
    """Return a line as one says it, and whether it is critical."""
    row = next((r for r in made.original.requirements if r.id == line), None)
    said = names_of(made).line(row or line)
    return said + (", critical" if row is not None and row.critical else "")


def _months(months: Sequence[dt.date]) -> str:
    """Return months as a span; they are in order."""
    if len(months) == 1:
        return f"in {months[0]:%Y-%m}"
    return f"in {len(months)} months from {months[0]:%Y-%m} to {months[-1]:%Y-%m}"
