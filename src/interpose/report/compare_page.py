"""The page of a comparison: one picture, three numbers, what would change our mind, annex."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.ticker import MaxNLocator

from interpose.assess import Comparison
from interpose.assess.totals import bands
from interpose.ensemble.counted import MEASURES
from interpose.errors import RunError
from interpose.policy import said
from interpose.report import drawing
from interpose.report.drawing import GREY, ORANGE, WHAT_IF, as_figure, canvas
from interpose.report.page import (
    Block,
    Figure,
    Section,
    Table,
    bullets,
    capital,
    note,
    number,
    percent,
    to_html,
    words,
)
from interpose.scenario.files import write_aside

FIRST = ("political_deaths", "riots", "soldier_months")
"""The three numbers of the first page."""

DRAWN = ("political_deaths", "incidents", "riots", "soldier_months")
"""What the picture shows."""

MANY = 100_000
"""From which on an axis counts in thousands: its numbers would not stand beside the next."""


def write_comparison(found: Comparison, document: Mapping[str, Any], out: Path) -> Path:
    """Write the page of a comparison into its folder.

    Raises
    ------
    RunError
        If it cannot be written.
    """
    with drawing.styled():
        sections = [_front(found, document), _minds(document), *_annex(found, document)]
    others = ", ".join(found.names[1:])
    title = f"{found.plan.variants[0].scenario.header.title}: {others} against {found.names[0]}"
    page = to_html(title, sections)
    return write_aside(out / "report.html", page.encode(), RunError)


def _what_is_played(found: Comparison) -> Iterator[str]:
    for one in found.plan.variants:
        sentences = [*one.scenario.changed, *said(one.policy.name, one.policy.rules)]
        yield f"{one.name}. " + " ".join(capital(s).rstrip(".") + "." for s in sentences)


def pairs_of(document: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, dict[str, Any]]]]:
    """Yield the name of each variant but the first, of its pair, and its differences."""
    names, base = document["policies"], document["baseline"]
    for name in names[1:]:
        pair, ones = f"{name} against {base}", document["differences"]
        yield name, pair, {k: d[pair] if len(names) > 2 else d for k, d in ones.items()}


def named(measure: str) -> str:
    """Return a measure in words."""
    return measure.replace("_", " ")


def signed(value: float | None) -> str:
    """Return a difference with its sign.

    Examples
    --------
    >>> signed(3.21), signed(-1234.0), signed(0.0), signed(None)
    ('+3.2', '-1,234', '0', '–')
    """
    if value is None:
        return "–"
    digits = 0 if abs(value) >= 100 or value == 0 else 1 if abs(value) >= 1 else 2
    return ("+" if value > 0 else "") + number(value, digits)


def interval(one: Mapping[str, Any]) -> str:
    """Return a mean difference with the 95 % interval of the mean."""
    span = "" if one["low"] is None else f" ({signed(one['low'])} to {signed(one['high'])})"
    return signed(one["mean"]) + span


def share_of(one: Mapping[str, float]) -> str:
    """Return a share with its interval."""
    return f"{percent(one['share'])} ({percent(one['low'])} to {percent(one['high'])})"


# --- front page -----------------------------------------------------------------------------


def _front(found: Comparison, document: Mapping[str, Any]) -> Section:
    limits = found.plan.variants[0].scenario.header.limits
    blocks: list[Block] = [words(limits)] if limits else []
    blocks += [note(text) for text in document["warnings"]]
    blocks.append(
        words(
            f"{document['pairs']:,} futures were played under each variant with the same draws,",
            f"and are counted from {document['counted_from']} on. Up to {document['same_until']}",
            "the variants are the same. In brackets stands the 95 % interval of the mean.",
        )
    )
    lines = []
    for _, pair, ones in pairs_of(document):
        numbers = [f"{named(m)} {interval(ones[m])}" for m in FIRST]
        lines.append(f"{pair}: {'; '.join(numbers)}.")
    blocks += [bullets(lines), _picture(found), bullets([*_what_is_played(found)])]
    return Section("findings", "In short", tuple(blocks))


def _picture(found: Comparison) -> Figure:
    """Return the paired differences so far, year by year: one column a variant."""
    theatre = found.plan.theatres[0]
    first = found.plan.since.year - int(theatre.years[0]) if found.plan.since else 0
    years = theatre.years[first:]
    others = found.names[1:]
    figure, axes = canvas(len(DRAWN) * len(others), 2, each=1.35)
    totals, tables = found.played.totals, []
    for i, (v, measure) in enumerate((v, m) for v in range(1, len(found.names)) for m in DRAWN):
        m = list(MEASURES).index(measure)
        so_far = (totals[:, v, m] - totals[:, 0, m]).cumsum(axis=1)[:, first:]
        table = bands(so_far, years)
        table["mean"] = so_far.mean(axis=0)
        _draw(axes[i], table, named(measure) + (f", {found.names[v]}" if others[1:] else ""))
        tables.append(_by_year(measure, found.names[v], table))
    handles, labels = axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="lower center", ncols=4, columnspacing=1.4)
    return as_figure(
        "differences",
        figure,
        f"Paired differences from {found.names[0]}, added up year by year. Below the line is better"
        " in every panel: fewer dead, incidents, riots, and soldiers.",
        "Bands of the differences of futures with the same draws, by year; the tables hold them.",
        tables,
    )


def _draw(ax: Any, table: pd.DataFrame, title: str) -> None:  # noqa: ANN401 - of matplotlib
    years, (light, middle, dark) = table.index, WHAT_IF
    ax.fill_between(years, table["q05"], table["q95"], color=light, lw=0, label="90 % of futures")
    ax.fill_between(years, table["q25"], table["q75"], color=middle, lw=0, label="middle half")
    ax.plot(years, table["q50"], color=dark, lw=1.6, label="median")
    ax.plot(years, table["mean"], color=ORANGE, lw=1.2, ls="--", label="mean")
    ax.axhline(0.0, color=GREY, lw=0.8)
    ax.set_title(title)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True, min_n_ticks=1))
    if abs(table.to_numpy()).max() >= MANY:
        ax.set_title(f"{title}, thousands")
        ax.yaxis.set_major_formatter(lambda value, _: f"{value / 1000:,.0f}")
    else:
        drawing.thousands(ax)


def _by_year(measure: str, variant: str, table: pd.DataFrame) -> Table:
    rows = [
        [str(year), *(signed(float(row[q])) for q in ("mean", "q05", "q50", "q95"))]
        for year, row in table.iterrows()
    ]
    name = f"{measure}-{variant}".replace(" ", "-")
    caption = f"{named(measure)}, {variant}: difference so far, at the end of the year"
    return Table(name, caption, ("Year", "Mean", "5 %", "Median", "95 %"), rows, folded=True)


# --- what would change our mind ---------------------------------------------------------------


def _minds(document: Mapping[str, Any]) -> Section:
    lines = list(document["said"])
    blocks: list[Block] = [
        words(
            "The null run plays the same variants in a world where the force has no effect on what",
            "people do: a difference that is left there would be a fault of ours, not an effect.",
            "What is gone without the assumed effects rests on rows that nobody has measured.",
        ),
        bullets(lines),
    ]
    if not document["null_run"]["is_zero"]:
        blocks.insert(0, note("Something differs in the null run: do not rely on this page."))
    return Section("minds", "What would change our mind", tuple(blocks))


# --- annex ------------------------------------------------------------------------------------


def _annex(found: Comparison, document: Mapping[str, Any]) -> Iterator[Section]:
    for name, pair, ones in pairs_of(document):
        key = "" if len(document["policies"]) == 2 else f"-{name}".replace(" ", "-")
        blocks: tuple[Block, ...] = (
            _means(document, name, ones, key),
            _spread(ones, key),
            _shares(ones, key),
            _parameters(ones, key),
            _effects(ones, key),
            _makers(ones, key),
        )
        yield Section(f"annex{key}", f"Annex: {pair}", blocks)


def _means(document: Mapping[str, Any], name: str, ones: Mapping[str, Any], key: str) -> Table:
    rows = []
    for measure, one in ones.items():
        means = document["measures"][measure]
        rows.append(
            [
                f"{named(measure)} ({document['units'][measure]})",
                *(number(means[v]["mean"], 2 if means[v]["mean"] < 10 else 0)
                  for v in (document["baseline"], name)),
                interval(one),
                percent(one["share_better"]),
                percent(one["share_worse"]),
            ]
        )  # fmt: skip
    header = ("Measure", document["baseline"], name, "Difference", "Better in", "Worse in")
    return Table(
        f"means{key}", "Means, and the difference with the interval of its mean", header, rows
    )


def _spread(ones: Mapping[str, Any], key: str) -> Table:
    rows = [
        [
            named(measure),
            str(one["pairs"]),
            *(signed(value) for value in one["quantiles"].values()),
            "–" if one["top_share"] is None else percent(one["top_share"]),
        ]
        for measure, one in ones.items()
    ]
    header = ("Measure", "Pairs", "5 %", "25 %", "Median", "75 %", "95 %", "One future carries")
    return Table(f"spread{key}", "How the paired differences are spread over futures", header, rows)


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
        if rows
        else "Where the variance comes from: too few futures for so many parameters"
    )
    header = ("Measure", "Assumed", "Fitted", "Published", "Chance")
    return Table(f"shares{key}", caption, header, rows)


def _parameters(ones: Mapping[str, Any], key: str) -> Table:
    rows = [
        [
            named(measure),
            p["name"],
            share_of(p),
        ]
        for measure, one in ones.items()
        for p in one.get("parameters", ())
    ]
    caption = "Parameters that move a difference by themselves, with their share of its variance"
    return Table(f"parameters{key}", caption, ("Measure", "Parameter", "Share"), rows, numeric=2)


def _effects(ones: Mapping[str, Any], key: str) -> Table:
    rows = [
        [named(measure), *(interval(step) for step in one["flips_at"]["by_effect"])]
        for measure, one in ones.items()
        if one.get("flips_at")
    ]
    steps: list[dict[str, float]] = next(
        (o["flips_at"]["by_effect"] for o in ones.values() if o.get("flips_at")), []
    )
    header = ("Measure", *(f"× {step['effect']:.2g}" for step in steps))
    caption = "The difference by the effect of presence that the futures drew, in fifths of them"
    return Table(f"effects{key}", caption, header, rows)


def _makers(ones: Mapping[str, Any], key: str) -> Table:
    rows = [
        [named(measure), str(p["future"]), signed(p["difference"]), p["month"] or "–"]
        for measure, one in ones.items()
        if "null" in one
        for p in one["parted"][:3]
    ]
    header = ("Measure", "Future", "Difference", "Events part in")
    return Table(f"makers{key}", "Futures that make the differences", header, rows)
