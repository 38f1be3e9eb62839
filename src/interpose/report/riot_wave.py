"""A wave of riots that the record has, and the same days of the futures, number by number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from interpose.assess.window import grid, row_of, sums
from interpose.play.theatre import AUTHORITIES
from interpose.report.bands import Measure, day_after
from interpose.report.material import Material
from interpose.scenario.models import RecordedIncident

DAYS_BEFORE, DAYS_AFTER = 2, 1
"""Days that a page has before and after those of the recorded wave: what led to it, and its end."""

SIDES = ("target", "instigator", "force")
AMOUNTS = (
    "crowd",
    "joined",
    *(f"{what}_{side}" for what in ("deaths", "injured") for side in SIDES),
    "houses",
    "sites",
    "displaced",
)
FIGURES = {
    "riots": ("riots",),
    "joined": ("riot_participants",),
    "houses": ("houses_burned",),
    "sites": ("churches_burned",),
    "displaced": ("displaced",),
}
"""What a page shows -> quantities of ``record/figures.csv``."""


@dataclass(frozen=True, slots=True)
class Wave:
    """A wave of riots of the record, and the same days of the futures.

    Attributes
    ----------
    recorded : RecordedIncident
        The whole; its parts have a place each.
    parts : tuple of RecordedIncident
    first, last : date
        Days of the page.
    totals : DataFrame
        Index: future. Columns: `AMOUNTS`, ``riots``, ``deaths``, ``injured``.
    """

    recorded: RecordedIncident
    parts: tuple[RecordedIncident, ...]
    first: dt.date
    last: dt.date
    totals: pd.DataFrame


def gathered(
    material: Material, row: RecordedIncident, parts: tuple[RecordedIncident, ...]
) -> Wave:
    """Return a wave of the record with what the futures have on its days."""
    first, last = day_after(row.begins, -DAYS_BEFORE), day_after(row.ends, DAYS_AFTER)
    found = sums(material.run, "riots", (), AMOUNTS, first=first, last=last)
    futures = material.years.futures
    totals = pd.DataFrame({name: grid(found[name], futures) for name in AMOUNTS})
    totals["riots"] = grid(found["rows"], futures)
    for what in ("deaths", "injured"):
        totals[what] = totals[[f"{what}_{side}" for side in SIDES]].sum(axis=1)
    return Wave(row, parts, first, last, totals)


def measures_of(material: Material, wave: Wave) -> Iterator[Measure]:
    """Yield every number of the wave beside the record's."""
    totals = wave.totals

    def measure(
        name: str,
        values: pd.Series[Any],
        recorded: Sequence[tuple[float, str]] = (),
        said: str = "",
    ) -> Measure:
        return Measure(name, pd.Series(row_of(values.to_numpy())), tuple(recorded), said)

    whole, source = wave.recorded, wave.recorded.source
    yield measure("Riots", totals["riots"], _figures(material, wave, "riots"))
    people = _figures(material, wave, "joined")
    about = "whoever came at any time; who went to two places counts twice"
    yield measure("People in crowds, in all", totals["joined"], people, about)
    yield measure("People in crowds, largest at a time", totals["crowd"], said="sum over places")
    dead = [] if whole.deaths is None else [(float(whole.deaths), source)]
    yield measure("Dead", totals["deaths"], dead)
    for side, values in _dead_by_side(material, wave).items():
        yield measure(f"Dead: {_side_name(material, side)}", values, _split(material, wave, side))
    hurt = [] if whole.injured is None else [(float(whole.injured), source)]
    yield measure("Injured", totals["injured"], hurt)
    police = sum(value for value, _ in _split(material, wave, "force", "injured"))
    yield measure(
        "Injured: soldiers and police",
        totals["injured_force"],
        [(police, source)] if police else (),
        "the record's split may leave some out",
    )
    for name, what in (
        ("Houses burned", "houses"),
        ("Religious and cultural sites damaged", "sites"),
        ("People who fled", "displaced"),
    ):
        yield measure(name, totals[what], _figures(material, wave, what))


def _figures(material: Material, wave: Wave, what: str) -> list[tuple[float, str]]:
    """Return the figures of the record on those days; several where sources differ."""
    found = [
        (float(figure.value), figure.source)
        for figure in material.record.figures
        if figure.quantity in FIGURES[what]
        and figure.kind == "reported"
        and wave.first <= figure.begins <= wave.last
    ]
    return found


def _dead_by_side(material: Material, wave: Wave) -> dict[str, pd.Series[Any]]:
    """Return the dead of every side that has any, as the community they belonged to."""
    futures, communities = material.years.futures, material.theatre.communities
    found = sums(
        material.run,
        "riots",
        ("community", "target"),
        [f"deaths_{side}" for side in SIDES],
        first=wave.first,
        last=wave.last,
    )
    words_of = (*communities, AUTHORITIES)
    dead: dict[str, NDArray[np.float64]] = {}
    whole = {s: grid(found[f"deaths_{s}"], futures, communities, words_of) for s in SIDES}
    for i, community in enumerate(communities):
        dead[community] = whole["target"][:, :, i].sum(axis=1)
        dead[community] = dead[community] + whole["instigator"][:, i].sum(axis=1)
    dead["force"] = whole["force"].sum(axis=(1, 2)) + whole["target"][:, :, -1].sum(axis=1)
    recorded = {s.side for s in material.record.casualties if s.incident == wave.recorded.id}
    return {
        side: pd.Series(values)
        for side, values in dead.items()
        if np.quantile(values, 0.95) > 0 or side in recorded
    }


def _split(
    material: Material, wave: Wave, side: str, what: str = "deaths"
) -> list[tuple[float, str]]:
    """Return what the record says of a side; soldiers and all police are one side here."""
    communities = material.theatre.communities
    found = []
    for row in material.record.casualties:
        ours = row.side == side if side != "force" else row.side not in {*communities, "all"}
        value = getattr(row, what)
        if row.incident == wave.recorded.id and ours and value is not None:
            found.append((float(value), wave.recorded.source))
    return found


def _side_name(material: Material, side: str) -> str:
    names = {c.id: c.name for c in material.scenario.header.communities}
    return names.get(side, "soldiers and police")
