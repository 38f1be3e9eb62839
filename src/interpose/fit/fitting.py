"""From tables to what they say: memory, drift, the effect of presence, and in plain words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from interpose.fit.effect import Design, Verdict, designs_of, drift_of, judge
from interpose.fit.memory import Memory, remember
from interpose.fit.tables import Grid, read_grid


@dataclass(frozen=True)
class Fit:
    """What events and presence say.

    Attributes
    ----------
    memory : Memory or None
        None where there are too few events or days.
    """

    grid: Grid
    memory: Memory | None
    designs: tuple[Design, ...]
    effect: Verdict

    def as_dict(self) -> dict[str, Any]:
        """Return the document that ``interpose fit --json`` prints."""
        memory, effect, nobody = self.memory, self.effect, [None] * 3
        return {
            "events": int(self.grid.counts.sum()),
            "places": len(self.grid.places),
            "window": [str(self.grid.start), str(self.grid.end)],
            "memory": {
                "branching": _three(memory.branching) if memory else nobody,
                "half_life_days": _three(memory.half_life_days) if memory else nobody,
                "branching_if_constant": round(memory.constant, 4) if memory else None,
                "branching_if_yearly": round(memory.yearly, 4) if memory else None,
                "dispersion": round(memory.dispersion, 3) if memory else None,
            },
            "drift": {
                "common_sd": round(memory.common_sd, 3) if memory else None,
                "place_sd": round(memory.place_sd, 3) if memory else None,
                "events_by_year": self._by_year(),
            },
            "effect": {
                "per_1000_soldiers": _three(effect.interval) if effect.interval else nobody,
                "identified": effect.identified,
                "why": effect.why,
                "leads_p": None if effect.leads_p is None else round(effect.leads_p, 4),
                "designs": [
                    {
                        "name": design.name,
                        "places": design.places,
                        "per_1000_soldiers": _three(design.interval) if design.interval else nobody,
                        "leads_p": None if design.leads_p is None else round(design.leads_p, 4),
                    }
                    for design in self.designs
                ],
            },
            "warnings": list(self.grid.notes),
        }

    def _by_year(self) -> dict[str, int]:
        total = self.grid.counts.sum(axis=0)
        out: dict[str, int] = {}
        for day in np.flatnonzero(total):
            year = str((self.grid.start + dt.timedelta(int(day))).year)
            out[year] = out.get(year, 0) + int(total[day])
        return out

    def __str__(self) -> str:
        """Say it in plain words."""
        grid = self.grid
        lines = [
            f"{int(grid.counts.sum()):,} events at {len(grid.places):,} places, "
            f"{grid.start} to {grid.end}. Intervals are 95 %.",
        ]
        lines += _memory_in_words(self.memory)
        lines.append(f"Effect of 1,000 soldiers on the log rate at their place: {self._verdict()}")
        lines.append(f"  {self.effect.why}")
        lines.append(f"  {'design':12} places   change of log rate      p of leads")
        for one in self.designs:
            spread = _in_words(one.interval) if one.interval else "cannot be estimated"
            p = "" if one.leads_p is None else f"{one.leads_p:.3f}"
            lines.append(f"  {one.name:12} {one.places:6}   {spread:22}  {p}")
        return "\n".join(lines)

    def _verdict(self) -> str:
        if not self.effect.identified or self.effect.interval is None:
            return "not identified."
        return f"{_in_words(self.effect.interval)}, identified."


def _three(numbers: tuple[float, float, float]) -> list[float]:
    return [round(float(number), 4) for number in numbers]


def _in_words(numbers: tuple[float, float, float]) -> str:
    low, middle, high = numbers
    return f"{middle:+.2f} ({low:+.2f} to {high:+.2f})"


def _memory_in_words(memory: Memory | None) -> list[str]:
    if memory is None:
        return ["Memory: too few events or days to say."]
    low, middle, high = memory.branching
    lines = [f"Memory: one event brings {middle:.2f} more ({low:.2f} to {high:.2f})."]
    if low > 0.01:
        short, mid, long = memory.half_life_days
        lines.append(f"  Half of it within {mid:.1f} days ({short:.1f} to {long:.1f}).")
    else:
        lines.append("  Nil cannot be excluded: the background may do it all.")
    lines.append(
        f"  A constant background would give {memory.constant:.2f}, "
        f"one that is steady within years {memory.yearly:.2f}."
    )
    lines.append(
        f"Drift: the log rate of all places moves by {memory.common_sd:.2f} (standard deviation), "
        f"that of a place by {memory.place_sd:.2f} besides."
    )
    return lines


def fit_grid(grid: Grid, show: Callable[[str, int, int], None] | None = None) -> Fit:
    """Fit everything to a grid; `show` is told how far it is."""
    counts, troops, elsewhere = grid.monthly()
    designs = designs_of(counts, troops, elsewhere)
    effect = judge(designs, drift_of(troops), elsewhere=bool(elsewhere.any()))
    return Fit(grid, remember(grid.counts, show), tuple(designs), effect)


def fit(
    events: str | Path,
    presence: str | Path,
    places: str | Path | None = None,
    *,
    since: dt.date | None = None,
    until: dt.date | None = None,
    show: Callable[[str, int, int], None] | None = None,
) -> Fit:
    """Fit events and presence: memory, drift and what troops do to the rate.

    Parameters
    ----------
    events : path of a table ``date,place[,type,deaths]``
    presence : path of a table ``place,from,to,troops[,decided]``
        Absent means none. ``decided`` is ``elsewhere`` where the end of a strength had nothing to
        do with the place.
    places : path of a table ``place[,people,lat,lon]``, optional
    since, until : date, optional
        First and last day; without them those of the first and the last event.

    Raises
    ------
    ScenarioError
        With every fault of the tables.
    """
    where = Path(places) if places is not None else None
    return fit_grid(read_grid(Path(events), Path(presence), where, since, until), show)
