"""Which kind of incident has most of the dead, and the dead without it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from interpose.assess.window import bands, grid, sums
from interpose.report.material import Material, row_at
from interpose.report.parts import Block, Table, words
from interpose.report.wording import day, of_quantiles

MOST = 0.5
"""A kind with more than this share of all dead is shown apart."""

SIDES_OF_RIOTS = ("deaths_target", "deaths_instigator", "deaths_force")

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MainKind:
    """The type of incident that has most of the dead of a run.

    Attributes
    ----------
    type : str
        Its id.
    words : str
        What the scenario says of it.
    share : float
        Its part of all dead, riots with them.
    dead, others : (future, year) float, persons
        In incidents of this type; in all others and in riots.
    """

    type: str
    words: str
    share: float
    dead: Floats
    others: Floats


def main_kind(material: Material) -> MainKind | None:
    """Return the type with more than half of all dead of a run; None if there is none."""
    futures, kinds = material.years.futures, material.scenario.incident_types
    years = _years(material)
    found = sums(
        material.run, "series", ("type", "month"), ("deaths",), time="month", period="year"
    )
    by_type = grid(found["deaths"], futures, [kind.id for kind in kinds], years)
    riots = np.zeros((len(futures), len(years)))
    dead = sums(material.run, "riots", ("date",), SIDES_OF_RIOTS, period="year")
    for side in SIDES_OF_RIOTS:
        riots += grid(dead[side], futures, years)
    total = by_type.sum(axis=1) + riots
    most = int(by_type.sum(axis=(0, 2)).argmax())
    dead_of_it = by_type[:, most]
    if dead_of_it.sum() <= MOST * total.sum():
        return None
    return MainKind(
        type=kinds[most].id,
        words=kinds[most].words,
        share=float(dead_of_it.sum() / total.sum()),
        dead=dead_of_it,
        others=total - dead_of_it,
    )


def _years(material: Material) -> pd.DatetimeIndex:
    return pd.DatetimeIndex([f"{year}-01-01" for year in material.years.years]).as_unit("s")


def apart(material: Material) -> list[Block]:
    """Return what the kind with most of the dead does to all figures of the dead."""
    kind = main_kind(material)
    if kind is None:
        return []
    years = _years(material)
    held: Mapping[str, pd.DataFrame] = {
        "of it": bands(kind.dead, years),
        "others": bands(kind.others, years),
    }
    rows = [
        (str(year), *(of_quantiles(row_at(table, start)) for table in held.values()))
        for year, start in zip(material.years.years, years, strict=True)
    ]
    header = ("Year", "Dead of this kind", "All other dead")
    caption = (
        f"Dead by year in incidents of the kind {kind.type}, and all others with those of riots"
    )
    return [
        words(
            f"Of all dead of the futures {100 * kind.share:.0f} % die in one kind of incident:"
            f" “{kind.words}” ({kind.type}). Figures of all dead say little else. How often it"
            f" happens was fitted on data up to {day(material.scenario.header.fit_until)}; once"
            " settled, it does not decline any more in the futures, whatever it did later. The"
            " table sets the other dead apart."
        ),
        Table("main-kind", f"{caption}: the middle future and nine in ten", header, rows),
    ]
