"""A run year by year: what happened, was reported and stood there, over all its futures.

The run is read one chunk at a time; what stays in memory is one number a future, year and act,
never the incidents themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Sized
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from interpose.ensemble import Run
from interpose.play import Theatre
from interpose.play.theatre import ACTS, AUTHORITIES, STOCKS

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Quantiles over futures: the ends of the middle 90 and 50 per cent, and the middle."""

LABELS = ("q05", "q25", "q50", "q75", "q95")
"""Columns in which they stand."""

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Yearly:
    """Counts of every future that was played to the end.

    Attributes
    ----------
    futures : (future,) int
        Their numbers. Failed futures are left out.
    years : (year,) int
        Calendar years; the first and the last may have been played in part.
    incidents : (future, year, act) int, incidents
        Acts as in ``play.theatre.ACTS``.
    deaths : (future, year, side) int, persons
        By the side that the dead belonged to; the dead of riots are among them.
    sides : tuple of str
        Targets and instigators of the incident types, communities, and the force.
    reporters : tuple of str
    reported : (future, year, reporter, act) int, incidents
        By the year in which the report arrived.
    reported_deaths : (future, year, reporter) int, persons
        Dead in the incidents that were reported.
    places : tuple of str
    at_place : (year, place) float, incidents
        Mean over futures.
    """

    futures: Counts
    years: Counts
    incidents: Counts
    deaths: Counts
    sides: tuple[str, ...]
    reporters: tuple[str, ...]
    reported: Counts
    reported_deaths: Counts
    places: tuple[str, ...]
    at_place: Floats

    @cached_property
    def incident_quantiles(self) -> pd.DataFrame:
        """Quantiles by act, ``all`` first, and year."""
        columns = {"all": self.incidents.sum(axis=2)}
        columns |= {act: self.incidents[:, :, i] for i, act in enumerate(ACTS)}
        return _by("act", columns, "year", self.years)

    @cached_property
    def death_quantiles(self) -> pd.DataFrame:
        """Quantiles by side of the dead, ``all`` first, and year."""
        columns = {"all": self.deaths.sum(axis=2)}
        columns |= {side: self.deaths[:, :, i] for i, side in enumerate(self.sides)}
        return _by("side", columns, "year", self.years)

    def reported_by_act(self, reporter: str) -> pd.DataFrame:
        """Return quantiles of what one reporter reported, by act and year."""
        counts = self.reported[:, :, self.reporters.index(reporter)]
        columns = {act: counts[:, :, i] for i, act in enumerate(ACTS)}
        return _by("act", columns, "year", self.years)

    @cached_property
    def reported_death_quantiles(self) -> pd.DataFrame:
        """Quantiles of the dead in the incidents that each reporter reported, by year."""
        columns = {name: self.reported_deaths[:, :, i] for i, name in enumerate(self.reporters)}
        return _by("reporter", columns, "year", self.years)

    @cached_property
    def reported_quantiles(self) -> pd.DataFrame:
        """Quantiles of the incidents of all acts that each reporter reported, by year."""
        totals = self.reported.sum(axis=3)
        columns = {name: totals[:, :, i] for i, name in enumerate(self.reporters)}
        return _by("reporter", columns, "year", self.years)


def yearly(run: Run, theatre: Theatre) -> Yearly:
    """Count a run by year.

    Parameters
    ----------
    run : Run
        Finished or not; only complete chunks are read.
    theatre : Theatre
        Of the scenario that was played.

    Returns
    -------
    Yearly
    """
    futures, years = done_futures(run), theatre.years
    sides, reporters = _sides(theatre), theatre.reporters
    places = tuple(place.id for place in theatre.scenario.places)
    found = Yearly(
        futures=futures,
        years=years,
        incidents=_zeros(futures, years, ACTS),
        deaths=_zeros(futures, years, sides),
        sides=sides,
        reporters=reporters,
        reported=_zeros(futures, years, reporters, ACTS),
        reported_deaths=_zeros(futures, years, reporters),
        places=places,
        at_place=_zeros(years, places).astype(np.float64),
    )
    for part in _parts(run, "series", ("future", "month", "type", "incidents")):
        _add_series(part, theatre, found)
    wanted = ("future", "month", "reporter", "type", "reported", "deaths")
    for part in _parts(run, "reports", wanted):
        _add_reports(part, theatre, found)
    wanted = ("future", "date", "place", "type", "deaths_target", "deaths_instigator")
    for part in _parts(run, "incidents", wanted):
        _add_incidents(part, theatre, found)
    for part in _parts(run, "riots", ("future", "date", "community", "target", *_RIOT_DEATHS)):
        _add_riots(part, theatre, found)
    found.at_place[:] /= max(len(futures), 1)
    return found


def _add_series(part: pa.Table, theatre: Theatre, found: Yearly) -> None:
    """Add the incidents of each act of one chunk."""
    act = theatre.act_of_type[_codes(part, "type", theatre.type_ids)]
    year = _years(part, "month") - int(found.years[0])
    where = (_positions(part, found.futures), year, act)
    _add(found.incidents, where, _plain(part, "incidents"))


def _add_reports(part: pa.Table, theatre: Theatre, found: Yearly) -> None:
    """Add what each reporter reported of one chunk."""
    act = theatre.act_of_type[_codes(part, "type", theatre.type_ids)]
    year = _years(part, "month") - int(found.years[0])
    who = _codes(part, "reporter", found.reporters)
    future = _positions(part, found.futures)
    _add(found.reported, (future, year, who, act), _plain(part, "reported"))
    _add(found.reported_deaths, (future, year, who), _plain(part, "deaths"))


def _add_incidents(part: pa.Table, theatre: Theatre, found: Yearly) -> None:
    """Add the dead of each side, and the incidents of each place, of one chunk."""
    kind = _codes(part, "type", theatre.type_ids)
    year = _years(part, "date") - int(found.years[0])
    future = _positions(part, found.futures)
    types = theatre.scenario.incident_types
    for column, side_of in (
        ("deaths_target", [found.sides.index(t.target) for t in types]),
        ("deaths_instigator", [found.sides.index(t.instigator) for t in types]),
    ):
        dead = _plain(part, column)
        hit = np.flatnonzero(dead)
        side = np.array(side_of, dtype=np.int64)[kind[hit]]
        _add(found.deaths, (future[hit], year[hit], side), dead[hit])
    _add(found.at_place, (year, _codes(part, "place", found.places)), np.ones(len(year)))


_RIOT_DEATHS = ("deaths_target", "deaths_instigator", "deaths_force")


def _add_riots(part: pa.Table, theatre: Theatre, found: Yearly) -> None:
    """Add the dead of each side in the riots of one chunk."""
    year = _years(part, "date") - int(found.years[0])
    future = _positions(part, found.futures)
    words = (*theatre.communities, AUTHORITIES)
    side_of = np.array([_side(found.sides, word) for word in words], dtype=np.int64)
    sides = (
        side_of[_codes(part, "target", words)],
        side_of[_codes(part, "community", theatre.communities)],
        np.full(len(year), found.sides.index("force")),
    )
    for column, side in zip(_RIOT_DEATHS, sides, strict=True):
        _add(found.deaths, (future, year, side), _plain(part, column))


def _side(sides: tuple[str, ...], word: str) -> int:
    """Return the position of a side; that of the force for authorities who are no side."""
    return sides.index(word if word in sides else "force")


def force_by_month(run: Run) -> pd.DataFrame:
    """Return quantiles of the strength of every stock, by month.

    Returns
    -------
    DataFrame
        Index: stock (in_theatre, rear, reserve, exercise), month. Columns: `LABELS`, persons.
    """
    futures = done_futures(run)
    grids, months = _grids(run, "force", "month", STOCKS, futures)
    return _by("stock", grids, "month", months)


def r_by_review(run: Run) -> pd.DataFrame:
    """Return quantiles of R of the theatre, by review, and the share of futures with R below 1.

    Returns
    -------
    DataFrame
        Index: date. Columns: `LABELS`, incidents per incident, and ``below_one``.
    """
    grids, dates = _grids(run, "reviews", "date", ("R",), done_futures(run))
    table = _by("what", grids, "date", dates).droplevel("what")
    table["below_one"] = (grids["R"] < 1.0).mean(axis=0) if len(dates) else []
    return table


def municipalities_by_review(run: Run, theatre: Theatre) -> pd.DataFrame:
    """Return quantiles of R and mean troops of every municipality, by review.

    Returns
    -------
    DataFrame
        Index: date, municipality. Columns: `LABELS` of R, ``troops`` a 1000 inhabitants.
    """
    seats = theatre.municipalities
    parts = [[], [], []]  # type: list[list[NDArray[Any]]]
    for part in _parts(run, "municipalities", ("future", "date", "municipality", "troops", "R")):
        held = len(np.unique(_dates(part, "date")))
        futures = len(part) // max(held * len(seats), 1)
        shape = (futures, held, len(seats))
        parts[0].append(_plain(part, "R").reshape(shape))
        parts[1].append(_plain(part, "troops").reshape(shape).sum(axis=0))
        parts[2] = [np.unique(_dates(part, "date"))]
    if not parts[0]:
        empty = pd.MultiIndex.from_arrays([[], []], names=["date", "municipality"])
        return pd.DataFrame(columns=[*LABELS, "troops"], index=empty, dtype=float)
    r = np.concatenate(parts[0])
    quantiles = np.quantile(r, LEVELS, axis=0).reshape(len(LEVELS), -1)
    index = pd.MultiIndex.from_product([parts[2][0], seats], names=["date", "municipality"])
    table = pd.DataFrame(dict(zip(LABELS, quantiles, strict=True)), index=index)
    table["troops"] = np.ravel(sum(parts[1]) / len(r))
    return table


def done_futures(run: Run) -> Counts:
    """Return the numbers of the futures that were played to the end, in order."""
    table = run.table("futures", ["future", "status"])
    return np.sort(table.loc[table["status"] == "done", "future"].to_numpy(np.int64))


# --- reading ---------------------------------------------------------------------------------


def _parts(run: Run, table: str, columns: Sequence[str]) -> Iterator[pa.Table]:
    """Yield a table of the run chunk by chunk, without empty parts."""
    for chunk in run.chunks:
        part = pq.read_table(run.folder / table / f"{chunk:05d}.parquet", columns=list(columns))
        if len(part):
            yield part.combine_chunks()


def _plain(part: pa.Table, column: str) -> NDArray[Any]:
    return np.asarray(part[column].to_numpy())


def _dates(part: pa.Table, column: str) -> NDArray[np.datetime64]:
    return np.asarray(_plain(part, column), dtype="datetime64[D]")


def _years(part: pa.Table, column: str) -> Counts:
    days = part[column].cast(pa.int32()).to_numpy()
    first, last = int(days.min()), int(days.max())
    span = np.arange(first, last + 1).astype("datetime64[D]").astype("datetime64[Y]")
    return np.asarray((span.astype(np.int64) + 1970)[days - first])


def _positions(part: pa.Table, futures: Counts) -> Counts:
    """Return where each row's future stands on the future axis; failed ones leave no rows."""
    places = np.zeros(int(futures[-1]) + 1, dtype=np.int64)
    places[futures] = np.arange(len(futures))
    return np.asarray(places[_plain(part, "future")])


def _codes(part: pa.Table, column: str, words: Sequence[str]) -> Counts:
    """Return where each row's word stands in `words`."""
    text = part[column].combine_chunks()
    if isinstance(text, pa.ChunkedArray):
        text = text.chunk(0)
    index = {word: i for i, word in enumerate(words)}
    known = np.array([index.get(word, -1) for word in text.dictionary.to_pylist()], dtype=np.int64)
    return np.asarray(known[text.indices.to_numpy(zero_copy_only=False)])


def _zeros(*axes: Sized) -> Counts:
    return np.zeros([len(axis) for axis in axes], dtype=np.int64)


def _add(total: NDArray[Any], where: tuple[Counts, ...], amounts: NDArray[Any]) -> None:
    """Add amounts at their positions; counts in between are whole numbers, so floats are exact."""
    flat = np.ravel_multi_index(where, total.shape)
    added = np.bincount(flat, amounts, total.size).reshape(total.shape)
    total += added.astype(total.dtype)


def _grids(
    run: Run, table: str, time: str, columns: Sequence[str], futures: Counts
) -> tuple[dict[str, Floats], NDArray[np.datetime64]]:
    """Return each column as (future, time); every future has the same times."""
    found: dict[str, list[NDArray[Any]]] = {column: [] for column in columns}
    times = np.array([], dtype="datetime64[D]")
    for part in _parts(run, table, (time, *columns)):
        times = np.unique(_dates(part, time))
        for column in columns:
            found[column].append(_plain(part, column).reshape(-1, len(times)))
    empty = np.empty((len(futures), 0))
    return {c: np.concatenate(v) if v else empty for c, v in found.items()}, times


def _sides(theatre: Theatre) -> tuple[str, ...]:
    types = theatre.scenario.incident_types
    of_types = (side for kind in types for side in (kind.target, kind.instigator))
    return tuple(dict.fromkeys((*theatre.communities, *of_types, "force")))


def _by(name: str, grids: dict[str, NDArray[Any]], time: str, times: NDArray[Any]) -> pd.DataFrame:
    """Return quantiles over the first axis of every grid, below each other."""
    index = pd.MultiIndex.from_product([list(grids), times], names=[name, time])
    if not len(times) or not all(len(grid) for grid in grids.values()):
        return pd.DataFrame(np.nan, index=index, columns=list(LABELS))
    values = [np.quantile(grid, LEVELS, axis=0) for grid in grids.values()]
    return pd.DataFrame(np.concatenate(values, axis=1).T, index=index, columns=list(LABELS))
