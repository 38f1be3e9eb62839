"""What was assumed, how well the futures do, what is left out, the sources, and how to repeat."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from interpose import __version__
from interpose.report.page import (
    Block,
    Cell,
    Section,
    Table,
    Text,
    bullets,
    capital,
    note,
    number,
    short,
    web_link,
    words,
)
from interpose.report.run_page.run_data import RunData
from interpose.scenario.parameters import ResolvedRow, master_table
from interpose.scenario.phrases import listed, plural

ORDER = ("assumed", "fitted", "published", "measured")

TABLES = {
    "people": "numbers of people",
    "shares": "shares of people",
    "links": "roads",
    "bases": "bases",
    "areas": "areas of responsibility",
    "contingents": "contingents",
    "police": "police rows",
    "shocks": "political events",
    "reporting": "rows on reporting",
}
"""Tables of a scenario whose rows carry a basis, and what their rows are."""


def section(data: RunData) -> Section:
    """Return the section on assumptions."""
    rows = data.scenario.parameters.rows()
    count: Counter[str] = Counter(row.basis for row in rows)
    found = listed([f"{count[basis]} {basis}" for basis in ORDER if count[basis]])
    moved = data.moved_by
    blocks: list[Block] = [
        words(
            f"The futures rest on {plural(len(rows), 'parameter')}: {found}.",
            *_elsewhere(data),
            "Where a parameter has a range, every future drew a value of its own from it."
            if data.run.info["draw"]
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
    blocks += [_parameters(data), _other_tables(data)]
    return Section("assumptions", "What was assumed", tuple(blocks))


def _elsewhere(data: RunData) -> Iterator[str]:
    """Say how many parameters stand in from another mission."""
    if not data.foreign:
        return
    bases = Counter(row.basis for row in data.foreign)
    measured = [row for row in data.scenario.parameters.rows() if row.basis == "measured"]
    yield (
        f"{len(data.foreign)} are defaults that rest on Kosovo alone and say nothing of this"
        f" mission; they stand first and are marked. Of {len(measured)} called measured,"
        f" {bases['measured']} are such."
    )


FOREIGN_IN = {
    "riot": ("riot.", "crowd."),
    "movement": ("movement.", "barricades."),
    "people": ("flight.", "return."),
    "handover": ("police.", "barricades."),
    "walkout": ("police.", "barricades."),
}
"""Section, by how its id begins -> parameters that speak in it."""


def marked(made: Section, data: RunData) -> Section:
    """Return a section, headed by a note where defaults of Kosovo speak of another mission."""
    names = next((p for start, p in FOREIGN_IN.items() if made.name.startswith(start)), ())
    rows = [row.name for row in data.foreign if row.name.startswith(names)]
    if not names or not rows:
        return made
    text = (
        f"No finding of this mission: {plural(len(rows), 'default')} behind this section"
        f" {'rests' if len(rows) == 1 else 'rest'} on Kosovo alone; the table of what was assumed"
        " has them first."
    )
    return replace(made, blocks=(note(text), *made.blocks))


def _parameters(data: RunData) -> Table:
    rows, moved = data.scenario.parameters.rows(), data.moved_by
    foreign = {row.name for row in data.foreign}
    by_name: dict[str, Any] = {row["name"]: row for row in moved.to_dict("records")}

    def rank(row: ResolvedRow) -> tuple[bool, int, float]:
        strength = by_name.get(row.name, {}).get("strength", 0.0)
        return (
            row.name not in foreign,
            ORDER.index(row.basis),
            -(strength if strength == strength else 0.0),
        )

    cells = [
        (
            Cell(row.name, under=meaning(row)),
            _value(row),
            f"{row.basis}, of Kosovo" if row.name in foreign else row.basis,
            _correlation(by_name.get(row.name), "deaths"),
            _correlation(by_name.get(row.name), "incidents"),
            row.source,
        )
        for row in sorted(rows, key=rank)
    ]
    header = ("Parameter", "Value", "Basis", "Moves deaths", "Moves incidents", "Source")
    caption = (
        f"Every parameter; {'those of Kosovo, then ' if foreign else ''}the assumed ones first,"
        " those that move the result most on top."
        " Small print: 95 % confidence interval of the correlation"
    )
    return Table("parameters", caption, header, cells, numeric=99)


def _value(row: ResolvedRow) -> Cell:
    span = "fixed" if row.low == row.high else f"{short(row.low)} to {short(row.high)}"
    return Cell(short(row.value), under=f"{span}; {row.unit}")


def meaning(row: ResolvedRow) -> str:
    """Return what a parameter is: the master table's words, then the scenario's own."""
    base = row.name.partition("[")[0]
    general = next((master.note for master in master_table() if master.name == base), "")
    return general if row.note in ("", general) else f"{general}. {capital(row.note)}"


def in_brief(row: ResolvedRow) -> str:
    """Return what a parameter is in a few words, and of what; its name where nobody wrote any."""
    text = meaning(row).partition(";")[0].partition(".")[0]
    of = row.name.partition("[")[2].rstrip("]").replace("_", " ").replace(".", ", ")
    return f"{text}: {of}" if text and of else text or row.name


def _correlation(row: dict[str, Any] | None, what: str) -> str | Cell:
    """Return a correlation with its interval, starred where chance alone would not do."""
    if row is None or row[what] != row[what]:
        return "–"
    low, high = row[f"{what}_low"], row[f"{what}_high"]
    star = " *" if row["clear"] and low * high > 0 else ""
    return Cell(_signed(row[what]) + star, under=f"{_signed(low)} to {_signed(high)}")


def _signed(value: float) -> str:
    return f"{value:+.2f}".replace("-", "−")


def _other_tables(data: RunData) -> Block:
    """Count the assumed rows of the scenario's other tables."""
    bases = {
        what: [row.basis for row in getattr(data.scenario, table)] for table, what in TABLES.items()
    }
    return bullets(
        [
            f"{what}: {number(found.count('assumed'))} of {number(len(found))} are assumed"
            for what, found in bases.items()
            if found
        ]
    )


# --- limits, sources, repetition ------------------------------------------------------------

LEFT_OUT = (
    "How a rumour is told from hour to hour: it is a shock like others, of its own kind.",
    "Riots as news: reporters report incidents, not riots. Of riots the dead alone are scored; the "
    "rest is compared with the record on the pages of their days.",
    "Flight and return act only on attacks on a community of which few are left. Otherwise "
    "incidents, presence, crowds and trips use the people of the scenario's table, year by year.",
    "Trust that police earn or lose by what they do: acceptance is taken from the table.",
    "Politics: dated events come from the scenario's table and are the same in all futures. No "
    "future has an agreement, an election or a war of its own.",
    "Memory of anniversaries, rumours across borders, organised crime, and arms.",
    "What people think of the force, beyond the day on which it acts against a crowd.",
)
"""What this version does not play, whatever the scenario."""

FROZEN = (
    "Settled levels of violence stay as they were fitted: what declined after the fitted years "
    "does not decline in the futures."
)

LIMITS = (
    "Effects of soldiers and police on violence are taken from studies of other missions or "
    "assumed. Forces are sent where violence is expected, so such effects are hard to measure.",
    "A background that drifts looks like retaliation; the share of retaliation is uncertain.",
    "Records hold what was reported: more of the deadly, the recent and the near to a reporter.",
    "The futures are not forecasts. They say what follows from the scenario and the assumptions, "
    "and the section on how well it does says how far to trust that.",
)
"""What weakens the results, whatever the scenario."""


def left_out(data: RunData) -> Section:
    """Return the section on what is not in the model."""
    blocks = (
        words("This version of the model leaves out:"),
        bullets(LEFT_OUT),
        words("And what it does has limits:"),
        bullets([*([FROZEN] if data.is_fitted else []), *LIMITS]),
    )
    return Section("limits", "What is left out", blocks)


def sources(data: RunData) -> Section:
    """Return the list of sources, each with its address as a link."""
    found = data.scenario.sources
    rows = [(Cell(s.title, link=web_link(s.url)), s.publisher, s.date, s.id, s.note) for s in found]
    header = ("Title", "Publisher", "Date", "Short name", "Note")
    ids = [f"source-{source.id}" for source in found]
    caption = "Sources of the scenario and its record"
    table = Table("sources", caption, header, rows, numeric=9, row_ids=ids)
    return Section("sources", "Sources", (table,))


def repeat(data: RunData) -> Section:
    """Return how to make the same run again, to the last bit."""
    info = data.run.info
    machine = ", ".join(f"{k} {v}" for k, v in info["volatile"].items() if v is not None)
    lines = [
        f"interpose version of the run: {info['version']} (of this report: {__version__})",
        f"scenario digest: {info['scenario_digest']}",
        f"digest of the run's tables: {info.get('digest', 'not finished')}",
        f"made on: {machine}",
    ]
    blocks: list[Block] = [
        words("The same command with the same version and scenario gives the same bytes:"),
        Text((data.run.command(),), "code"),
        bullets(lines),
    ]
    if not data.same_scenario:
        blocks.append(
            note(
                "The scenario was changed after this run. Tables of the run are as they were"
                " played; names, sources and parameters in this report are those of today."
            )
        )
    return Section("repeat", "How to repeat this run", tuple(blocks))
