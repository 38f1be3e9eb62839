"""A part of a run, over its futures: sums of any table between two dates, and their quantiles.

A run is read one chunk at a time, only the columns and days asked for; what stays in memory is one
number a future and cell of the answer, never the rows themselves.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
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
    where: Mapping[str, Sequence[object]] | None = None,
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
    where : mapping of str to sequence, optional
        Column -> words or dates of the rows that count.

    Returns
    -------
    DataFrame
        Index: future, `by`. Columns: `amounts`, int or float as added up; ``rows``, their number.
        Cells without rows are left out: see `bands`.
    """
    wanted = (*by, *amounts, *(groups or {}))
    parts = rows(run, table, wanted, time=time, first=first, last=last, where=where)
    found = [_summed(part, (time, period), groups or {}, by, amounts) for part in parts]
    return pd.concat(found) if found else pd.DataFrame(columns=[*amounts, ROWS])


def rows(
    run: Run,
    table: str,
    columns: Sequence[str],
    *,
    time: str = "date",
    first: dt.date | None = None,
    last: dt.date | None = None,
    where: Mapping[str, Sequence[object]] | None = None,
) -> Iterator[pd.DataFrame]:
    """Yield the rows of a table between two dates, one chunk of futures at a time.

    Parameters
    ----------
    run : Run
    table : str
    columns : sequence of str
        Those wanted besides ``future`` and `time`.
    time : str
    first, last : date, optional
    where : mapping of str to sequence, optional
        As for `sums`.

    Yields
    ------
    DataFrame
        Texts are categories.
    """
    wanted = list(dict.fromkeys(("future", time, *columns)))
    filters: list[Any] = [(time, ">=", first)] if first else []
    filters += [(time, "<=", last)] if last else []
    filters += [(column, "in", list(words)) for column, words in (where or {}).items()]
    for chunk in run.chunks:
        path = run.folder / table / f"{chunk:05d}.parquet"
        part = pq.read_table(path, columns=wanted, filters=filters or None)
        yield part.to_pandas(date_as_object=False)


def _summed(
    frame: pd.DataFrame,
    dates: tuple[str, Period],
    groups: Mapping[str, Mapping[str, str]],
    by: Sequence[str],
    amounts: Sequence[str],
) -> pd.DataFrame:
    """Return the sums of one chunk."""
    time, period = dates
    if time in by:
        days = frame[time].to_numpy().astype("datetime64[D]")
        frame[time] = days.astype(f"datetime64[{_UNITS[period]}]").astype("datetime64[s]")
    for column, words in groups.items():
        frame[column] = frame[column].astype("category").map(words)
    frame = frame.dropna(subset=list(groups)) if groups else frame
    frame[ROWS] = np.int64(1)
    kinds = {a: np.float64 if frame[a].dtype.kind == "f" else np.int64 for a in amounts}
    keys = ["future", *by]
    total: pd.DataFrame = frame.astype(kinds).groupby(keys, observed=True)[[*amounts, ROWS]].sum()
    total = total.reset_index()
    texts = {c: object for c in by if isinstance(total[c].dtype, pd.CategoricalDtype)}
    return total.astype(texts).set_index(keys)


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
    for frame in rows(run, "movement", ("municipality", "community", *found), time="year"):
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


def mean_over_futures(
    run: Run, table: str, by: Sequence[str], amounts: Sequence[str], futures: int, *, time: str
) -> pd.DataFrame:
    """Return the mean over futures of the sums of some columns; no future is kept apart.

    Parameters
    ----------
    run : Run
    table : str
    by, amounts : sequence of str
        As for `sums`; dates in `by` are kept as they are.
    futures : int
        How many were played to the end; what has no row in one of them is 0 there.
    time : str
        Column with the date of a row.

    Returns
    -------
    DataFrame
        Index: `by`. Columns: `amounts`.
    """
    total: pd.DataFrame | None = None
    for frame in rows(run, table, (*by, *amounts), time=time):
        part = frame.astype({c: object for c in by if c != time}).astype(
            dict.fromkeys(amounts, np.float64)
        )
        summed = part.groupby(list(by))[list(amounts)].sum()
        total = summed if total is None else total.add(summed, fill_value=0.0)
    empty = pd.DataFrame(columns=list(amounts), dtype=float)
    return (empty if total is None else total) / max(futures, 1)


def accepted_officers(
    run: Run, theatre: Theatre, area: Mapping[str, str], first: dt.date, last: dt.date
) -> tuple[pd.DatetimeIndex, dict[str, NDArray[np.float64]]]:
    """Return the local police at each review, counted at the share that people accept, by area.

    Parameters
    ----------
    run : Run
    theatre : Theatre
    area : mapping of str to str
        Municipality -> area.
    first, last : date

    Returns
    -------
    (review,) datetime
    dict of str to (future, review) float, officers
    """
    found: dict[str, list[NDArray[np.float64]]] = {name: [] for name in area.values()}
    dates = pd.DatetimeIndex([])
    inhabitants = theatre.municipality_population / 1000.0
    for frame in rows(
        run, "municipalities", ("municipality", "local_police"), first=first, last=last
    ):
        seat = _codes(frame["municipality"], theatre.municipalities)
        days = pd.DatetimeIndex(frame["date"])
        year = np.clip(days.year - int(theatre.years[0]), 0, len(theatre.years) - 1)
        officers = frame["local_police"].to_numpy(np.float64) * inhabitants[year, seat]
        dates = days.unique().sort_values()
        review = dates.get_indexer(days)
        numbers, future = np.unique(frame["future"], return_inverse=True)
        of_seat = np.array([area[name] for name in theatre.municipalities])
        for name, parts in found.items():
            here = of_seat[seat] == name
            total = np.zeros((len(numbers), len(dates)))
            np.add.at(total, (future[here], review[here]), officers[here])
            parts.append(total)
    return dates, {name: np.concatenate(p) for name, p in found.items() if p}


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
