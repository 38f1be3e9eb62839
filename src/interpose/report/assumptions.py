"""What was assumed: every parameter, the assumed ones first, by how much they move the result."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pandas as pd

from interpose.report.material import Material
from interpose.report.parts import Block, Cell, Section, Table, bullets, note, words
from interpose.report.wording import capital, listed, number, plural, short
from interpose.scenario.parameters import ResolvedRow, master_table

ORDER = ("assumed", "fitted", "published", "measured")

TABLES = (
    ("people", "numbers of people"),
    ("shares", "shares of people"),
    ("links", "roads"),
    ("bases", "bases"),
    ("areas", "areas of responsibility"),
    ("contingents", "contingents"),
    ("police", "police rows"),
    ("shocks", "political events"),
    ("rumours", "rumours"),
    ("reporting", "rows on reporting"),
)
"""Tables of a scenario whose rows carry a basis, and what their rows are."""


def section(material: Material) -> Section:
    """Return the section on assumptions."""
    rows = material.scenario.parameters.rows()
    count: Counter[str] = Counter(row.basis for row in rows)
    said = listed([f"{count[basis]} {basis}" for basis in ORDER if count[basis]])
    moved = material.moved_by
    blocks: list[Block] = [
        words(
            f"The futures rest on {plural(len(rows), 'parameter')}: {said}.",
            "Where a parameter has a range, every future drew a value of its own from it."
            if material.run.info["draw"]
            else "All futures had the values of the table; nothing was drawn.",
        )
    ]
    if len(moved):
        clear = int(moved["clear"].sum())
        blocks.append(
            words(
                "How much a parameter moves the result is a rank correlation over the futures:"
                " +1 means that high values always go with high numbers, −1 the reverse, 0 that it"
                f" does not matter. Of {len(moved)} that were drawn, {clear} can be told from"
                " chance with this many futures; they are marked *."
            )
        )
    else:
        blocks.append(note("Too little was drawn to say which parameters move the result."))
    blocks += [_table(rows, moved), _other_tables(material)]
    return Section("assumptions", "What was assumed", tuple(blocks))


def _table(rows: tuple[ResolvedRow, ...], moved: pd.DataFrame) -> Table:
    by_name: dict[str, Any] = {row["name"]: row for row in moved.to_dict("records")}

    def rank(row: ResolvedRow) -> tuple[int, float]:
        strength = by_name.get(row.name, {}).get("strength", 0.0)
        return ORDER.index(row.basis), -(strength if strength == strength else 0.0)

    cells = [
        (
            Cell(row.name, under=meaning(row)),
            _value(row),
            row.basis,
            _moves(by_name.get(row.name), "deaths"),
            _moves(by_name.get(row.name), "incidents"),
            row.source,
        )
        for row in sorted(rows, key=rank)
    ]
    header = ("Parameter", "Value", "Basis", "Moves deaths", "Moves incidents", "Source")
    caption = (
        "Every parameter; the assumed ones first, those that move the result most on top."
        " Small print: where the correlation lies with 95 % confidence"
    )
    return Table("parameters", caption, header, cells, numeric=99)


def _value(row: ResolvedRow) -> str | Cell:
    span = "fixed" if row.low == row.high else f"{short(row.low)} to {short(row.high)}"
    return Cell(short(row.value), under=f"{span}; {row.unit}")


def meaning(row: ResolvedRow) -> str:
    """Return what a parameter is: the master table's words, then the scenario's own."""
    base = row.name.partition("[")[0]
    general = next((master.note for master in master_table() if master.name == base), "")
    return general if row.note in ("", general) else f"{general}. {capital(row.note)}"


def _moves(row: dict[str, Any] | None, what: str) -> str | Cell:
    """Return a correlation with its interval, starred where chance alone would not do."""
    if row is None or row[what] != row[what]:
        return "–"
    low, high = row[f"{what}_low"], row[f"{what}_high"]
    star = " *" if row["clear"] and low * high > 0 else ""
    return Cell(_signed(row[what]) + star, under=f"{_signed(low)} to {_signed(high)}")


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")


def _other_tables(material: Material) -> Block:
    """Count the assumed rows of the scenario's other tables."""
    lines = []
    for attribute, what in TABLES:
        rows = getattr(material.scenario, attribute)
        assumed = sum(row.basis == "assumed" for row in rows)
        if rows:
            lines.append(f"{what}: {number(assumed)} of {number(len(rows))} are assumed")
    return bullets(lines)
