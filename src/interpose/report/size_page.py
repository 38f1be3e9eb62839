"""The page of a size: one picture, the answer, what would change our mind, annex."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from interpose.assess.choices import mean_in_words, sentences_of
from interpose.ensemble.counted import named
from interpose.errors import RunError
from interpose.report.charts import Panel, charts
from interpose.report.page import (
    Block,
    Figure,
    Section,
    Table,
    bullets,
    note,
    number,
    percent,
    to_html,
)
from interpose.scenario.files import write_aside
from interpose.scenario.phrases import plural


def write_size(document: Mapping[str, Any], title: str, out: Path) -> Path:
    """Write the page of an answer, as `Sizing.document` has it, into a folder.

    Raises
    ------
    RunError
        If it cannot be written.
    """
    said = sentences_of(document)
    front: list[Block] = [note(text) for text in document["warnings"]]
    front += [bullets(said["answer"]), _picture(document), _where(document)]
    sections = [
        Section("findings", "In short", tuple(front)),
        Section("minds", "What would change our mind", (bullets(said["minds"]),)),
        Section("annex", "Annex", (_curve(document), _prices(document), _rules(document))),
    ]
    page = to_html(f"{title}: {document['target']}, from {document['at']} on", sections)
    return write_aside(out / "report.html", page.encode(), RunError)


def _picture(document: Mapping[str, Any]) -> Figure:
    """Return the chance by strength, with the limit and the answer."""
    curve = pd.DataFrame(document["curve"]).set_index("strength").astype(float)
    names = {"low": "q05", "chance": "q50", "high": "q95"}
    at, answer = curve.index.astype(float), document["answer"]["strength"]
    limit = pd.Series(100.0 * document["limit"], index=[at.min(), at.max()])
    played = [
        {"x": x, "y": 100.0 * raw, "kind": "as played", "words": f"{number(x)}: {percent(raw)}"}
        for x, raw in zip(at, curve["raw"], strict=True)
    ]
    days = {float(answer): "answer"} if answer else {}
    panel = Panel(
        "Chance, %, by soldiers in theatre",
        100.0 * curve.rename(columns=names)[list(names.values())].set_axis(at),
        played,
        {"limit": limit},
        joined="linear",
    )
    return charts(
        "curve",
        [panel],
        f"Chance of {document['event']}: each size laid out where it holds most of the danger, on"
        " the same futures.",
        "Chance against strength, with its interval and the limit; the table of the annex has it.",
        (),
        days={**days, float(document["stood"]): "stood there"},
        looks={"as played": ("square", "white", "□")},
        bands={"median": "chance, monotone", "interval": "95 % interval"},
    )


def _span(row: Mapping[str, float]) -> str:
    return f"{percent(row['low'])} to {percent(row['high'])}"


def _where(document: Mapping[str, Any]) -> Table:
    rows = [[row["base"], number(row["strength"], 0)] for row in document["by_place"]]
    return Table("where", "Where the answer stands", ("Base", "Soldiers"), rows)


def _curve(document: Mapping[str, Any]) -> Table:
    rows = [
        [
            number(row["strength"], 0),
            percent(row["chance"]),
            _span(row),
            percent(row["raw"]),
            "without end" if row["mean"] is None else number(row["mean"], 2),
        ]
        for row in document["curve"]
    ]
    header = (
        "Soldiers",
        "Chance",
        "95 %",
        "As played",
        f"Mean {mean_in_words(document['counted'])}",
    )
    return Table(
        "sizes", f"Sizes played, {plural(document['futures'], 'future')} each", header, rows, 0
    )


def _prices(document: Mapping[str, Any]) -> Table:
    rows = [
        [row["kind"], named(row["what"]), row["basis"],
         "none meets it" if row["soldiers"] is None else number(row["soldiers"], 0)]
        for row in document["prices"]
    ]  # fmt: skip
    header = ("Kind", "What", "Basis", "Soldiers")
    return Table("prices", "What caveats and tasks cost in soldiers", header, rows, 3)


def _rules(document: Mapping[str, Any]) -> Table:
    rows: list[Sequence[str]] = [
        [f"{row['name']}, {row['date']}", row["what_followed"], f"{row['ratio']:g}",
         number(row["strength"], 0)]
        for row in document["rules_of_thumb"]
    ]  # fmt: skip
    header = ("Mission", "What followed", f"Per {document['per']}", "Here")
    return Table("thumb", "Rules of thumb: soldiers elsewhere, and as many here", header, rows, 2)
