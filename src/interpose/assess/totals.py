"""Totals over the tables of a run, their quantiles over futures, and what parameters move them.

A run is read some chunks at a time, only the columns and days asked for; what stays in memory is
one number a future and cell of the axes, never the rows themselves.
"""

from __future__ import annotations

import datetime as dt
import functools
import operator
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypedDict, Unpack

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.special import ndtri

from interpose.ensemble import Run
from interpose.play import TABLES
from interpose.scenario.parameters import ResolvedRow

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Quantiles over futures: the ends of the 90 and the 50 % interval, and the median."""

LABELS = ("q05", "q25", "q50", "q75", "q95")
"""Columns in which they stand."""

ROWS = "rows"
"""Amount that counts rows."""

DATED = {name: [c.name for c in columns if c.type == "date"] for name, columns in TABLES.items()}
"""Table -> its column of dates, if it has one."""

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Axes = Mapping[str, Any]
"""Column -> the words, or first days of the periods, that its axis has."""


class Which(TypedDict, total=False):
    """Which rows count.

    Attributes
    ----------
    first, last : date
        Days between which rows count, both included.
    words : mapping of str to sequence
        Column -> words of the rows that count.
    groups : mapping of str to mapping
        Column -> word -> word of the axis that takes its place.
    """

    first: dt.date
    last: dt.date
    words: Mapping[str, Sequence[str]]
    groups: Mapping[str, Mapping[str, str]]


def totals(
    run: Run,
    table: str,
    axes: Axes,
    amounts: Sequence[str] = (ROWS,),
    kind: type[np.number[Any]] = np.float64,
    **which: Unpack[Which],
) -> dict[str, NDArray[Any]]:
    """Add up columns of a table for every future and every cell of some axes.

    `axes` are column -> axis. A date belongs to the period that began last before it; rows of words
    that an axis lacks do not count. Of `amounts`, ``rows`` counts rows. The run may be unfinished:
    only complete chunks are read.

    Returns
    -------
    dict of str to (future, axis, ...) number
        For every future played to the end; what has no row is 0.
    """
    shape = (len(run.done), *map(len, axes.values()))
    found = {amount: np.empty(shape, kind) for amount in amounts}
    first = 0
    for (batch,) in totals_in_batches(run, table, (axes, amounts), **which):
        last = first + len(batch[amounts[0]])
        for amount, whole in found.items():
            whole[first:last] = batch[amount]
        first = last
    return found


def mean_totals(
    run: Run, table: str, axes: Axes, amounts: Sequence[str] = (ROWS,), **which: Unpack[Which]
) -> dict[str, Floats]:
    """Return the means over futures of `totals`, without keeping those of every future."""
    means = {amount: np.zeros([*map(len, axes.values())]) for amount in amounts}
    for (batch,) in totals_in_batches(run, table, (axes, amounts), **which):
        for amount, mean in means.items():
            mean += batch[amount].sum(axis=0)
    return {amount: mean / max(len(run.done), 1) for amount, mean in means.items()}


def totals_in_batches(
    run: Run, table: str, *wanted: tuple[Axes, Sequence[str]], **which: Unpack[Which]
) -> Iterator[list[dict[str, Floats]]]:
    """Yield what `totals` returns for some axes and amounts each, some futures after others.

    The table is read once for all of them.
    """
    groups = which.get("groups", {})
    where = _where(table, which)
    columns = {"future": None}
    for axes, amounts in wanted:
        columns |= dict.fromkeys((*axes, *(a for a in amounts if a != ROWS)))
    for futures, part in run.batches(table, list(columns), where):
        who = np.searchsorted(futures, part["future"].to_numpy())
        found = []
        for axes, amounts in wanted:
            cell, counted = who, np.ones(len(part), dtype=np.bool_)
            for column, axis in axes.items():
                at = _positions(part[column], axis, groups.get(column))
                counted &= at >= 0
                cell = cell * len(axis) + at
            shape = (len(futures), *map(len, axes.values()))
            found.append(
                {
                    amount: _added(cell, counted, None if amount == ROWS else part[amount], shape)
                    for amount in amounts
                }
            )
        yield found


def _where(table: str, which: Which) -> pc.Expression | None:
    """Return a test for the rows that count; None if all do."""
    tests = [pc.field(time) >= which["first"] for time in DATED[table] if "first" in which]
    tests += [pc.field(time) <= which["last"] for time in DATED[table] if "last" in which]
    tests += [
        pc.field(column).isin(list(words)) for column, words in which.get("words", {}).items()
    ]
    return functools.reduce(operator.and_, tests) if tests else None


def _positions(
    column: pa.ChunkedArray,
    axis: Any,  # noqa: ANN401
    group: Mapping[str, str] | None,
) -> Integers:
    """Return where every row stands on an axis; -1 where it does not."""
    if pa.types.is_dictionary(column.type):
        text = column.combine_chunks()
        index = {word: i for i, word in enumerate(np.asarray(axis).tolist())}
        found = text.dictionary.to_pylist()
        renamed = found if group is None else [group.get(word) for word in found]
        known = np.array([index.get(word, -1) for word in renamed], dtype=np.int64)
        return np.asarray(known[text.indices.to_numpy()])
    starts = np.asarray(axis, dtype="datetime64[D]").astype(np.int64)
    days = column.cast(pa.int32()).to_numpy()
    if not len(days):
        return np.empty(0, dtype=np.int64)
    # Few days and many rows: a table of all days is quicker than a search for every row.
    every = np.arange(days.min(), days.max() + 1)
    return np.asarray((np.searchsorted(starts, every, side="right") - 1)[days - every[0]])


def _added(
    cell: Integers, counted: NDArray[np.bool_], column: pa.ChunkedArray | None, shape: Sequence[int]
) -> Floats:
    """Add up a column by cell; sums of whole numbers are exact."""
    size = int(np.prod(shape))
    if column is None:
        return np.asarray(np.bincount(cell[counted], minlength=size).reshape(shape), np.float64)
    values = column.to_numpy()
    some = np.flatnonzero(counted & (values != 0))
    return np.asarray(np.bincount(cell[some], values[some], size), np.float64).reshape(shape)


def bands(values: NDArray[Any], index: Sequence[Any] | NDArray[Any] | pd.Index) -> pd.DataFrame:
    """Return quantiles over futures of (future, cell), a row a cell; columns: `LABELS`."""
    table = np.quantile(values, LEVELS, axis=0).T if len(values) else np.nan
    rows = index if isinstance(index, pd.Index) else pd.Index(index)
    return pd.DataFrame(table, index=rows, columns=list(LABELS))


def bands_below(
    name: str, grids: Mapping[str, NDArray[Any]], time: str, times: Sequence[Any] | NDArray[Any]
) -> pd.DataFrame:
    """Return `bands` of several (future, time) below each other, their keys as index `name`."""
    tables = {key: bands(grid, times) for key, grid in grids.items()}
    return pd.concat(tables, names=[name, time])


def row_of(values: NDArray[Any]) -> dict[str, float]:
    """Return quantiles of one number a future, by `LABELS`."""
    return {str(k): float(v) for k, v in bands(values[:, None], [0]).iloc[0].items()}


# --- which drawn parameters move the result -------------------------------------------------------

OUTCOMES = ("deaths", "incidents")
"""Columns of the table ``futures`` with which parameters are correlated."""

FEWEST = 5
"""Futures below which no correlation is given."""


def sensitivity(run: Run, rows: tuple[ResolvedRow, ...]) -> pd.DataFrame:
    """Rank the drawn parameters by how much they move deaths or incidents.

    Every future draws its own parameters, so a run is its own sensitivity study: a parameter whose
    high values go with many deaths has a Spearman correlation near 1, one that does not matter has
    one near 0.

    Returns
    -------
    DataFrame
        One row a drawn parameter, the strongest first: ``name``, ``basis``; for each outcome
        its rank correlation, ``low`` and ``high`` of its 95 % interval (``deaths``, ``deaths_low``,
        ``deaths_high``, ...); ``strength``, the larger correlation without its sign; ``clear``,
        whether that one is told from zero even though so many were tried (Bonferroni). Empty
        where nothing was drawn or fewer than `FEWEST` futures were played.
    """
    futures = run.futures[run.futures["status"] == "done"]
    drawn = [row for row in rows if row.name in futures.columns]
    columns = ["name", "basis"]
    columns += [f"{what}{end}" for what in OUTCOMES for end in ("", "_low", "_high")]
    if not drawn or len(futures) < FEWEST:
        return pd.DataFrame(columns=[*columns, "strength", "clear"])
    table = pd.DataFrame({"name": [r.name for r in drawn], "basis": [r.basis for r in drawn]})
    values = futures[[row.name for row in drawn]].to_numpy(float)
    clear = np.zeros(len(drawn), dtype=np.bool_)
    for what in OUTCOMES:
        rho = rank_correlation(values, futures[what].to_numpy(float))
        table[what] = rho
        table[f"{what}_low"], table[f"{what}_high"] = interval(rho, len(futures), 0.95)
        low, high = interval(rho, len(futures), 1.0 - 0.05 / (len(drawn) * len(OUTCOMES)))
        clear |= (low > 0.0) | (high < 0.0)
    table["strength"] = table[list(OUTCOMES)].abs().max(axis=1)
    table["clear"] = clear
    ordered = table.sort_values("strength", ascending=False, kind="stable", na_position="last")
    return ordered.reset_index(drop=True)


def rank_correlation(values: Floats, outcome: Floats) -> Floats:
    """Return Spearman's rank correlation of each column with an outcome, by future.

    NaN where the column or the outcome never changes.
    """
    ranks = pd.DataFrame(values).rank().to_numpy()
    against = pd.Series(outcome).rank().to_numpy()
    ranks = ranks - ranks.mean(axis=0)
    against = against - against.mean()
    scale = np.sqrt((ranks**2).sum(axis=0) * (against**2).sum())
    with np.errstate(invalid="ignore"):
        return np.asarray((ranks * against[:, None]).sum(axis=0) / np.where(scale, scale, np.nan))


def interval(rho: Floats, futures: int, level: float) -> tuple[Floats, Floats]:
    """Return low and high ends of rank correlations; more than 3 `futures`.

    Bonett & Wright 2000 (doi:10.1007/BF02294183): Fisher's z with standard error
    ``sqrt((1 + rho^2 / 2) / (futures - 3))``.
    """
    z = np.arctanh(np.clip(rho, -1.0 + 1e-12, 1.0 - 1e-12))
    reach = ndtri(0.5 + level / 2.0) * np.sqrt((1.0 + rho**2 / 2.0) / (futures - 3))
    return np.asarray(np.tanh(z - reach)), np.asarray(np.tanh(z + reach))
