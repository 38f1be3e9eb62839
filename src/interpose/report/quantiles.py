"""Quantiles over futures as text and as tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from interpose.report.page import Cell, Table, capital, number, of_quantiles

Floats = NDArray[np.float64]

QUANTILES = {"q05": "5 %", "q25": "25 %", "q50": "Median", "q75": "75 %", "q95": "95 %"}
"""Columns of a table of quantiles -> their headings."""


def below(table: pd.DataFrame, key: str) -> pd.DataFrame:
    """Return the rows of a table under one word of its first index."""
    return cast("pd.DataFrame", table.loc[key])


def row_at(table: pd.DataFrame, key: object) -> Mapping[str, float]:
    """Return one row of numbers by its index."""
    found: Any = table.loc[key]  # type: ignore[call-overload]  # pandas takes any index
    return {str(name): float(value) for name, value in found.items()}


def quantile_text(table: pd.DataFrame, key: object, digits: int = 0) -> str:
    """Return median and 90 % interval of one row."""
    return of_quantiles(row_at(table, key), digits)


def quantile_cells(table: pd.DataFrame, digits: int = 0) -> list[str]:
    """Return median and 90 % interval of every row."""
    return [quantile_text(table, key, digits) for key in table.index]


def columns_table(
    name: str,
    caption: str,
    columns: Iterable[tuple[str, Sequence[str | Cell] | pd.DataFrame]],
    *,
    numeric: int = 1,
    folded: bool = False,
) -> Table:
    """Return a table from its columns, each a heading and its cells.

    A table of quantiles as a column becomes medians and 90 % intervals.
    """
    given = list(columns)
    cells = [quantile_cells(of) if isinstance(of, pd.DataFrame) else of for _, of in given]
    rows = list(zip(*cells, strict=True))
    return Table(name, caption, [heading for heading, _ in given], rows, numeric, folded=folded)


def years_table(
    name: str,
    caption: str,
    table: pd.DataFrame,
    recorded: Mapping[str, Mapping[int, str | Cell]],
) -> Table:
    """Return yearly quantiles as a table, with what was recorded in some years."""
    columns: list[tuple[str, Sequence[str | Cell]]] = [("Year", [str(y) for y in table.index])]
    columns += [(head, [number(v) for v in table[q]]) for q, head in QUANTILES.items()]
    for label, counts in recorded.items():
        columns.append((capital(label), [counts.get(y, "–") for y in table.index]))
    return columns_table(name, caption, columns)


def inside_interval(table: pd.DataFrame, counts: pd.Series[float]) -> pd.Series[bool]:
    """Return, for every year played and recorded, whether the 90 % interval holds its number."""
    known = counts[counts.index.isin(table.index)]
    at = table.loc[known.index]
    return (at["q05"] <= known) & (known <= at["q95"])
