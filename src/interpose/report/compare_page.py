"""The page of a comparison: three numbers, a figure to move, the futures that part, annex."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from interpose.assess import Comparison
from interpose.assess.choices.rests import acts_of, month_in_words
from interpose.ensemble.counted import BY, named
from interpose.errors import RunError
from interpose.policy import said
from interpose.report.compare_figure import in_full, interval, of_part, signed, size
from interpose.report.compare_first import how_sure, lead, pairs_of
from interpose.report.page import (
    Block,
    Cell,
    Section,
    Table,
    Text,
    bullets,
    capital,
    note,
    percent,
    to_html,
    words,
)
from interpose.report.run_page.assumptions import in_brief
from interpose.scenario.files import write_aside


def write_comparison(found: Comparison, document: Mapping[str, Any], out: Path) -> Path:
    """Write the page of a comparison into its folder.

    Raises
    ------
    RunError
        If it cannot be written.
    """
    sections = [
        Section("findings", "In short", (bullets([*_what_is_played(found)]), *_means(document))),
        _minds(document),
        Section("parts", "By community and municipality", (*_by_part(document),)),
        Section("parted", "Futures in which they part", (*_parted(found, document),)),
        *_annex(found, document),
    ]
    others = ", ".join(found.names[1:])
    title = f"{found.plan.variants[0].scenario.header.title}: {others} against {found.names[0]}"
    page = to_html(title, sections, lead=lead(found, document))
    return write_aside(out / "report.html", page.encode(), RunError)


def _what_is_played(found: Comparison) -> Iterator[str]:
    for one in found.plan.variants:
        sentences = [*one.scenario.changed, *said(one.policy.rules)]
        yield f"{one.name}: " + " ".join(capital(s).rstrip(".") + "." for s in sentences)


def _means(document: Mapping[str, Any]) -> Iterator[Table]:
    for name, pair, ones in pairs_of(document):
        rows = [
            (in_full(measure, document["units"][measure]), document["measures"][measure], one)
            for measure, one in ones.items()
        ]
        caption = f"Means, and the difference with the 95 % interval of its mean: {pair}"
        header = ("Measure", document["baseline"], name)
        yield _differences(f"means-{name}", caption, header, rows)


def _differences(
    key: str,
    caption: str,
    header: tuple[str, str, str],
    rows: Iterable[tuple[str, Mapping[str, Any], Mapping[str, Any]]],
    *,
    folded: bool = False,
) -> Table:
    """Return a table of what is counted: means of two variants, and what they differ by."""
    cells: list[list[str | Cell]] = [
        [
            Cell(text, under=how_sure(one).partition(":")[0]),
            *(size(means[variant]["mean"]) for variant in header[1:]),
            interval(one),
            percent(one["share_better"]),
            percent(one["share_worse"]),
        ]
        for text, means, one in rows
    ]
    whole = (*header, "Difference", "Better in", "Worse in")
    return Table(key.replace(" ", "-"), caption, whole, cells, folded=folded)


def _by_part(document: Mapping[str, Any]) -> Iterator[Block]:
    """Yield measures and differences of communities and municipalities, largest first."""
    yield words(
        "The figure above shows each by year: choose it there. Of many such rows about one in",
        "twenty is told from chance by chance alone.",
    )
    for axis in BY:
        parts = [document | one for one in document[f"by_{axis}"].values()]
        for measure in BY[axis] if len(parts) > 1 else ():
            for v, (name, pair, _) in enumerate(pairs_of(document)):
                rows = [
                    (one["name"], one["measures"][measure], list(pairs_of(one))[v][2][measure])
                    for one in parts
                ]
                rows.sort(key=lambda row: -abs(row[2]["mean"]))
                caption = f"By {axis}: {of_part(axis, measure)}; {pair}"
                header = (capital(axis), document["baseline"], name)
                key = f"{axis}-{measure}-{name}"
                yield _differences(key, caption, header, rows, folded=True)


def share_of(one: Mapping[str, float]) -> str:
    """Return a share with its interval."""
    return f"{percent(one['share'])} ({percent(one['low'])} to {percent(one['high'])})"


# --- futures that part --------------------------------------------------------------------------


def _parted(found: Comparison, document: Mapping[str, Any]) -> Iterator[Block]:
    """Yield the futures that make each difference, and how to play them again."""
    sums, at = found.sums(), {int(n): i for i, n in enumerate(found.played.number)}
    yield words(
        "Open a measure to see the futures with the largest differences, and the month from which",
        "on their events differ. A few may carry a mean: look then at what happens in them.",
    )
    for v, (name, pair, ones) in enumerate(pairs_of(document), 1):
        for measure, one in ones.items():
            rows = [
                [
                    str(p["future"]),
                    month_in_words(p["month"]) if p["month"] else "–",
                    *(size(sums[measure][at[p["future"]], i]) for i in (0, v)),
                    signed(p["difference"]),
                ]
                for p in one["parted"]
            ]
            header = ("Future", "Events part in", document["baseline"], name, "Difference")
            caption = f"{in_full(measure, document['units'][measure])}, {pair}"
            key = f"parted-{measure}-{name}".replace(" ", "-")
            if "null" in one and rows:
                yield Table(key, caption, header, rows, 2, folded=True)
    if "again" in document:
        yield words(
            "Each variant by itself, with the same futures under the same numbers; the tables of",
            "its folder have a column for the future:",
        )
        yield Text(document["again"], "code")


# --- what would change our mind ---------------------------------------------------------------


def _minds(document: Mapping[str, Any]) -> Section:
    null = document["null_run"]
    only = "" if null["differ_in"] else "; a difference that is left there would be a fault of ours"
    blocks: list[Block] = [
        words(
            "The null run plays the same variants in a world where the force has no effect on what",
            f"people do{only}.",
            "What rests on assumed effects is gone where those are nil: nobody has measured them.",
        ),
        bullets(document["said"]),
    ]
    if not null["is_zero"] and only:
        blocks.insert(0, note("Something differs in the null run: do not rely on this page."))
    return Section("minds", "What would change our mind", blocks)


# --- annex ------------------------------------------------------------------------------------


def _annex(found: Comparison, document: Mapping[str, Any]) -> Iterator[Section]:
    of = {row.name: in_brief(row) for row in found.plan.variants[0].scenario.parameters.rows()}
    for name, pair, ones in pairs_of(document):
        key = "" if len(document["policies"]) == 2 else f"-{name}".replace(" ", "-")
        tables = (_shares(ones, key), _parameters(ones, key, of), _effects(ones, key))
        blocks: list[Block] = [
            replace(one, caption=f"{one.caption}: {pair}") for one in tables if one.rows
        ]
        few = note("Too few futures to tell where the variance of a difference comes from.")
        yield Section(f"annex{key}", f"Annex: {pair}", blocks if tables[0].rows else [few, *blocks])


def _shares(ones: Mapping[str, Any], key: str) -> Table:
    rows = [
        [named(measure)]
        + [share_of(s) for s in one["variance"].values()]
        for measure, one in ones.items()
        if one.get("variance")
    ]  # fmt: skip
    caption = (
        "Where the variance of each difference comes from, with 95 % intervals; chance holds what "
        "parameters do only together"
    )
    header = ("Measure", "Assumed", "Fitted", "Published", "Chance")
    return Table(f"shares{key}", caption, header, rows, folded=True)


def _parameters(ones: Mapping[str, Any], key: str, of: Mapping[str, str]) -> Table:
    rows: list[list[str | Cell]] = [
        [
            named(measure),
            Cell(of[p["name"]], under=p["name"]),
            share_of(p),
        ]
        for measure, one in ones.items()
        for p in one.get("parameters", ())
    ]
    caption = "Parameters that move a difference by themselves, with their share of its variance"
    header = ("Measure", "Parameter", "Share")
    return Table(f"parameters{key}", caption, header, rows, numeric=2, folded=True)


def _effects(ones: Mapping[str, Any], key: str) -> Table:
    rows: list[list[str | Cell]] = [
        [
            Cell(named(measure), under=acts_of(one["flips_at"]["parameter"])),
            *(
                Cell(interval(step), under=f"effect {step['effect']:+.2g}")
                for step in one["flips_at"]["by_effect"]
            ),
        ]
        for measure, one in ones.items()
        if one.get("flips_at")
    ]
    header = ("Measure", "Lowest fifth", "Second", "Third", "Fourth", "Highest fifth")
    caption = (
        "The difference by the effect of soldiers that moves it most, in fifths of the futures by "
        "what they drew of it; below nil soldiers provoke"
    )
    return Table(f"effects{key}", caption, header, rows, folded=True)
