"""The second half of ``plan --from-theatre``: what another theatre gives, and what it loses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from interpose.cli.output import progress_of

if TYPE_CHECKING:
    from interpose.plan import Plan, PlannedForce
    from interpose.plan.theatres import Pool


def played_without(
    force: PlannedForce, pool: Pool, day: dt.date | None, futures: int, out: Path
) -> dict[str, Any]:
    """Return what another theatre gives to a plan, and what it loses by that, played."""
    from interpose.assess import comparison
    from interpose.plan.theatres import moved, staying, without
    from interpose.report.compare_page import write_comparison

    moves = moved(force, pool)
    first = day or min((move.begins for move in moves), default=None)
    found: dict[str, Any] = {
        "name": pool.name,
        "moves": [{**move._asdict(), "begins": move.begins.isoformat()} for move in moves],
        "stays": staying(force, pool, moves),
        "gains": {"before": _filled(force, force.before), "after": _filled(force, force.plan)},
    }
    if first is None or not moves:
        return found
    variants = {"as it is": pool.scenario, "without them": without(pool.scenario, moves, day)}
    with progress_of("futures", "Stopped: no plan is written.") as show:
        lost = comparison.compare(variants, futures=futures, since=first, progress=show)
    document = lost.document()
    out.mkdir(parents=True, exist_ok=True)
    return found | {"loses": document, "report": str(write_comparison(lost, document, out))}


def told_of(theatre: Mapping[str, Any]) -> Iterator[str]:
    """Yield what moves, what stays and why, and what the other theatre loses."""
    from interpose.cli.comparing import told

    name, moves = theatre["name"], theatre["moves"]
    total = sum(move["persons"] for move in moves)
    yield f"\nFrom {name}: {total:,} persons move, in {len(moves)} of the offers kept there."
    before, after = theatre["gains"]["before"], theatre["gains"]["after"]
    yield f"gains: critical lines are filled to {before:.0%} without them, to {after:.0%} with them"
    for move in moves:
        which = f"{move['unit']}, {move['units']} ({move['persons']} persons)"
        yield f"moves: {which}, {move['begins']}"
    for words, nations in theatre["stays"].items():
        yield f"stays: {', '.join(nations)}: {words}"
    if "loses" not in theatre:
        yield f"Nothing moves, so {name} loses nothing."
        return
    yield f"\nWhat {name} loses, on its own futures:"
    yield from told(theatre["loses"])
    yield f"report: {theatre['report']}"


def _filled(force: PlannedForce, plan: Plan | None) -> float:
    """Return the share of the unit-months of critical lines that a plan fills."""
    lines = {line.id for line in force.inputs.requirements if line.critical}
    cells = [cell for cell in plan.cells if cell.requirement in lines] if plan else []
    needed = sum(cell.needed for cell in cells)
    return sum(min(cell.present, cell.needed) for cell in cells) / max(needed, 1)
