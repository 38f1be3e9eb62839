"""A part of a run, over its futures: sums of any table between two dates, and their quantiles.

A run is read one chunk at a time, only the columns and days asked for; what stays in memory is one
number a future and cell of the answer, never the rows themselves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from numpy.typing import NDArray

from interpose.assess.yearly import LABELS, LEVELS
from interpose.ensemble import Run
from interpose.play import Theatre

Period = Literal["day", "month", "year"]
_UNITS = {"day": "D", "month": "M", "year": "Y"}

ROWS = "rows"
"""Column of an answer that counts rows."""


def has_table(run: Run, table: str) -> bool:
    """Return whether a run has a table; runs of older versions lack newer ones."""
    return all((run.folder / table / f"{chunk:05d}.parquet").is_file() for chunk in run.chunks)


def sums(
    run: Run,
    table: str,
    by: Sequence[str],
    amounts: Sequence[str] = (),
    *,
    time: str = "date",
    period: Period = "day",
    first: dt.date | None = None,
    last: dt.date | None = None,
    groups: Mapping[str, Mapping[str, str]] | None = None,
    where: Mapping[str, Sequence[str]] | None = None,
) -> pd.DataFrame:
    """Sum columns of a table over the rows of one future and of equal words in some columns.

    Parameters
    ----------
    run : Run
        Finished or not; only complete chunks are read.
    table : str
    by : sequence of str
        Columns whose words, or periods for `time`, keep sums apart; after ``future``.
    amounts : sequence of str
        Columns to add up.
    time : str
        Column with the date of a row.
    period : {"day", "month", "year"}
        Dates are put on the first day of it.
    first, last : date, optional
        Days between which rows count, both with them.
    groups : mapping of str to mapping, optional
        Column -> word -> word that takes its place; rows of other words do not count.
    where : mapping of str to sequence of str, optional
        Column -> words of the rows that count.

    Returns
    -------
    DataFrame
        Index: future, `by`. Columns: `amounts`, int or float as added up; ``rows``, their number.
        Cells without rows are left out: see `bands`.
    """
    wanted = list(dict.fromkeys(("future", time, *by, *amounts, *(groups or {}), *(where or {}))))
    filters: list[Any] = [(time, ">=", first)] if first else []
    filters += [(time, "<=", last)] if last else []
    filters += [(column, "in", list(words)) for column, words in (where or {}).items()]
    found = [
        _summed(run, table, chunk, wanted, filters, (time, period), groups or {}, (by, amounts))
        for chunk in run.chunks
    ]
    return pd.concat(found) if found else pd.DataFrame(columns=[*amounts, ROWS])


def _summed(
    run: Run,
    table: str,
    chunk: int,
    wanted: list[str],
    filters: list[Any],
    dates: tuple[str, Period],
    groups: Mapping[str, Mapping[str, str]],
    what: tuple[Sequence[str], Sequence[str]],
) -> pd.DataFrame:
    """Return the sums of one chunk."""
    path = run.folder / table / f"{chunk:05d}.parquet"
    part = pq.read_table(path, columns=wanted, filters=filters or None)
    frame = part.to_pandas(date_as_object=False)
    (time, period), (by, amounts) = dates, what
    days = frame[time].to_numpy().astype("datetime64[D]")
    frame[time] = days.astype(f"datetime64[{_UNITS[period]}]").astype("datetime64[s]")
    for column, words in groups.items():
        frame[column] = frame[column].astype(object).map(words)
    frame = frame.dropna(subset=list(groups))
    keys = ["future", *by]
    for column in by:
        if isinstance(frame[column].dtype, pd.CategoricalDtype):
            frame[column] = frame[column].astype(object)
    frame[ROWS] = np.int64(1)
    kinds = {a: np.float64 if frame[a].dtype.kind == "f" else np.int64 for a in amounts}
    total: pd.DataFrame = frame.astype(kinds).groupby(keys)[[*amounts, ROWS]].sum()
    return total


def grid(
    found: pd.Series[Any], futures: NDArray[np.int64], *axes: Sequence[Any] | pd.Index
) -> NDArray[np.float64]:
    """Return sums as (future, axis, ...); what has no row is 0.

    Parameters
    ----------
    found : Series
        A column of `sums`.
    futures : (future,) int
        Those played to the end.
    *axes : sequence
        Words or periods of every column that keeps sums apart, in the order of the answer's index.
    """
    shape = [len(futures), *(len(axis) for axis in axes)]
    if found.index.nlevels != len(shape):  # no chunk, so no index
        return np.zeros(shape)
    if not axes:
        return np.asarray(found.reindex(futures, fill_value=0), dtype=np.float64)
    names = found.index.names
    index = pd.MultiIndex.from_product([futures, *axes], names=names)
    return np.asarray(found.reindex(index, fill_value=0), dtype=np.float64).reshape(shape)


def bands(values: NDArray[np.float64], index: Sequence[Any] | pd.Index) -> pd.DataFrame:
    """Return quantiles over futures of (future, cell) as a table, a row a cell.

    Returns
    -------
    DataFrame
        Columns: `LABELS`.
    """
    table = np.quantile(values, LEVELS, axis=0).T if len(values) else np.nan
    return pd.DataFrame(table, index=pd.Index(index), columns=list(LABELS))


def row_of(values: NDArray[Any]) -> dict[str, float]:
    """Return quantiles of one number a future, by `LABELS`."""
    return {str(k): float(v) for k, v in bands(values[:, None], [0]).iloc[0].items()}


def trips_made(run: Run, theatre: Theatre) -> dict[str, NDArray[np.float64]]:
    """Return the share of wished-for trips of every community, over its people everywhere.

    Returns
    -------
    dict of str to (future, year, community) float, ratio
        ``share``, and of it ``escorted``; means over municipalities, weighted by people of that
        year. Where a community has nobody, not a number.
    """
    weights = people_by_municipality(theatre)
    found: dict[str, list[NDArray[np.float64]]] = {"share": [], "escorted": []}
    for chunk in run.chunks:
        path = run.folder / "movement" / f"{chunk:05d}.parquet"
        frame = pq.read_table(path).to_pandas(date_as_object=False)
        at = (
            pd.DatetimeIndex(frame["year"]).year.to_numpy() - int(theatre.years[0]),
            _codes(frame["municipality"], theatre.municipalities),
            _codes(frame["community"], theatre.communities),
        )
        numbers, future = np.unique(frame["future"], return_inverse=True)
        total = np.zeros((len(numbers), len(theatre.years), len(theatre.communities)))
        for name, parts in found.items():
            made = total.copy()
            np.add.at(made, (future, at[0], at[2]), frame[name].to_numpy(np.float64) * weights[at])
            people = weights.sum(axis=1)
            parts.append(np.divide(made, people, out=np.full_like(made, np.nan), where=people > 0))
    return {name: np.concatenate(parts) for name, parts in found.items() if parts}


def people_by_municipality(theatre: Theatre) -> NDArray[np.float64]:
    """Return the people of the scenario's table as (year, municipality, community), persons."""
    seats = theatre.municipality_of_place
    shape = (len(theatre.years), len(theatre.municipalities), len(theatre.communities))
    people = np.zeros(shape)
    for place, seat in enumerate(seats):
        people[:, seat] += theatre.people[:, place]
    return people


def _codes(column: pd.Series[Any], words: Sequence[str]) -> NDArray[np.int64]:
    """Return where each word of a column stands in `words`."""
    place = {word: i for i, word in enumerate(words)}
    codes = column.astype("category")
    known = np.array([place[word] for word in codes.cat.categories], dtype=np.int64)
    return known[codes.cat.codes.to_numpy()]
