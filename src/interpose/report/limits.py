"""What is left out, the sources, and how to repeat the run."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

from interpose import __version__
from interpose.report.material import Material
from interpose.report.parts import Block, Cell, Section, Table, Text, bullets, note, words
from interpose.scenario import scenario_names

LEFT_OUT = (
    "Rumours that nobody dated: crowds gather after those of the scenario's table, and now and "
    "then after an incident with very many casualties. A protest never turns into a riot.",
    "Riots as news: reporters report incidents, not riots, so riots are compared with the record "
    "on the pages of their days alone.",
    "Flight and return act on nothing else yet: incidents, presence, crowds and trips use the "
    "people of the scenario's table, year by year.",
    "Trust that police earn or lose by what they do: acceptance is taken from the table.",
    "Politics: dated events come from the scenario's table and are the same in all futures. No "
    "future has an agreement, an election or a war of its own.",
    "Memory of anniversaries, rumours across borders, organised crime, and arms.",
    "What people think of the force: harsh or unfair operations that make things worse.",
)
"""What this version does not play, whatever the scenario."""

LIMITS = (
    "Effects of soldiers and police on violence are taken from studies of other missions or "
    "assumed. Forces are sent where violence is expected, so such effects are hard to measure.",
    "Settled levels of violence stay as they were fitted: what declined after the fitted years "
    "does not decline in the futures.",
    "A background that drifts looks like retaliation; the share of retaliation is uncertain.",
    "Records hold what was reported: more of the deadly, the recent and the near to a reporter.",
    "The futures are not forecasts. They say what follows from the scenario and the assumptions, "
    "and the section on how well it does says how far to trust that.",
)
"""What weakens the results, whatever the scenario."""


def left_out(material: Material) -> Section:
    """Return the section on what is not in the model."""
    blocks: tuple[Block, ...] = (
        words("This version of the model leaves out:"),
        bullets(LEFT_OUT),
        words("And what it does has limits:"),
        bullets(LIMITS),
    )
    return Section("limits", "What is left out", blocks)


def sources(material: Material) -> Section:
    """Return the list of sources, each with its address as a link."""
    rows = [
        (
            Cell(source.title, link=source.url if _is_address(source.url) else ""),
            source.publisher,
            source.date,
            source.id,
            source.note,
        )
        for source in material.scenario.sources
    ]
    header = ("Title", "Publisher", "Date", "Short name", "Note")
    ids = [f"source-{source.id}" for source in material.scenario.sources]
    caption = "Sources of the scenario and its record"
    table = Table("sources", caption, header, rows, numeric=9, row_ids=ids)
    return Section("sources", "Sources", (table,))


def repeat(material: Material) -> Section:
    """Return how to make the same run again, to the last bit."""
    info = material.run.info
    machine = ", ".join(f"{k} {v}" for k, v in info["volatile"].items() if v is not None)
    lines = [
        f"interpose version of the run: {info['version']} (of this report: {__version__})",
        f"scenario digest: {info['scenario_digest']}",
        f"digest of the run's tables: {info.get('digest', 'not finished')}",
        f"made on: {machine}",
    ]
    blocks: list[Block] = [
        words("The same command with the same version and scenario gives the same bytes:"),
        Text((command(info),), "code"),
        bullets(lines),
    ]
    if not material.same_scenario:
        blocks.append(
            note(
                "The scenario was changed after this run. Tables of the run are as they were"
                " played; names, sources and parameters in this report are those of today."
            )
        )
    return Section("repeat", "How to repeat this run", tuple(blocks))


def command(info: dict[str, Any]) -> str:
    """Return the command line that makes a run of the same inputs."""
    folder = info["volatile"]["scenario_folder"]
    shipped = info["scenario"] in scenario_names() and Path(folder).parent.name == "scenarios"
    scenario = info["scenario"] if shipped else folder
    parts = ["interpose", "run", scenario, "--policy", info["policy"]]
    parts += ["--futures", str(info["futures"]), "--seed", str(info["seed"])]
    if not info["draw"]:
        parts.append("--fixed-parameters")
    return shlex.join(parts)


def _is_address(url: str) -> bool:
    """Return whether a link may be followed; other schemes could run something."""
    return url.startswith(("https://", "http://"))
