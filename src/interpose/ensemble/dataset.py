"""A run as one ``xarray.Dataset``: names and dates on every axis, units on every variable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import xarray as xr
from numpy.typing import NDArray

from interpose.ensemble import folder as files
from interpose.ensemble.axes import Axes
from interpose.ensemble.parts import COMMIT
from interpose.ensemble.stored import Run
from interpose.play import TABLES, Coded
from interpose.play.columns import Column

Columns = Mapping[str, NDArray[Any] | Coded]
"""Column -> values, one table of one future or of many."""


@dataclass(frozen=True, slots=True)
class Variable:
    """Where a variable of the dataset comes from.

    Attributes
    ----------
    name, table, column : str
    axes : mapping of str to str
        Dimension -> column of the table with its names, after ``future``.
    """

    name: str
    table: str
    column: str
    axes: Mapping[str, str]

    @property
    def described(self) -> Column:
        """The column, with its unit and description."""
        return next(c for c in TABLES[self.table] if c.name == self.column)


_MONTH_TYPE = {"month": "month", "type": "type"}
_REPORT = {"month": "month", "reporter": "reporter", "type": "type"}
_SEAT = {"review": "date", "municipality": "municipality"}

VARIABLES = (
    *(Variable(name, "series", name, _MONTH_TYPE) for name in ("incidents", "deaths", "injured")),
    Variable("reported", "reports", "reported", _REPORT),
    *(
        Variable(stock, "force", stock, {"month": "month"})
        for stock in ("in_theatre", "rear", "reserve", "exercise")
    ),
    Variable("in_theatre_at_review", "reviews", "in_theatre", {"review": "date"}),
    Variable("R", "reviews", "R", {"review": "date"}),
    Variable("R_municipality", "municipalities", "R", _SEAT),
    Variable("troops", "municipalities", "troops", _SEAT),
)
"""Every variable but ``status``, ``error`` and ``drawn``, which are columns of ``futures``."""


class Collector:
    """Arrays of a dataset, filled table by table in any order.

    Parameters
    ----------
    axes : Axes
    numbers : sequence of int
        Futures that will come.
    """

    def __init__(self, axes: Axes, numbers: NDArray[np.int64]) -> None:
        self.axes = axes
        self.names: dict[str, NDArray[Any]] = {"future": numbers}
        for axis in _ABOUT:
            if axis != "future":
                kind = _DTYPES.get(axis, np.str_)
                self.names[axis] = np.asarray(getattr(axes, axis), dtype=kind)
        self.status = np.full(len(numbers), "", dtype=object)
        self.error = np.full(len(numbers), "", dtype=object)
        self.drawn = np.full((len(numbers), len(axes.parameter)), np.nan)
        self.arrays = {v.name: self._empty(v) for v in VARIABLES}

    def add(self, tables: Mapping[str, Columns]) -> None:
        """Put the rows of some futures where they belong."""
        for variable in VARIABLES:
            table = tables.get(variable.table)
            if table:
                at = (
                    self._at("future", table["future"]),
                    *(self._at(axis, table[column]) for axis, column in variable.axes.items()),
                )
                self.arrays[variable.name][at] = table[variable.column]
        futures = tables[COMMIT]
        at_future = self._at("future", futures["future"])
        self.status[at_future] = _words(futures["status"])
        self.error[at_future] = _words(futures["error"])
        for i, name in enumerate(self.axes.parameter):
            self.drawn[at_future, i] = futures[name]

    def finish(self, attrs: Mapping[str, Any]) -> xr.Dataset:
        """Return the dataset; what a failed future would have had is missing in it."""
        failed = self.status == "failed"
        data: dict[str, Any] = {}
        for variable in VARIABLES:
            array = self.arrays[variable.name]
            if failed.any():
                # Whole numbers have no "missing", and 0 would be a claim.
                array = array.astype(np.promote_types(array.dtype, np.float32))
                array[failed] = np.nan
            dims = ("future", *variable.axes)
            data[variable.name] = (dims, array, _attributes(variable.described))
        for name in ("status", "error"):
            column = next(c for c in TABLES[COMMIT] if c.name == name)
            data[name] = ("future", getattr(self, name).astype(str), _attributes(column))
        about = "drawn value of every parameter that differs from future to future"
        drawn = {"units": "that of the parameter", "long_name": about, "description": about}
        data["drawn"] = (("future", "parameter"), self.drawn, drawn)
        return xr.Dataset(data, coords=self._coordinates(), attrs=dict(attrs))

    def _coordinates(self) -> dict[str, Any]:
        coordinates = {}
        for axis, about in _ABOUT.items():
            names = self.names[axis]
            # xarray counts time in seconds at the coarsest.
            names = names.astype("datetime64[s]") if names.dtype.kind == "M" else names
            attrs = {"long_name": about, "description": about}
            coordinates[axis] = (axis, names, attrs)
        return coordinates

    def _empty(self, variable: Variable) -> NDArray[Any]:
        kind = np.dtype(variable.described.type)
        shape = [len(self.names[axis]) for axis in ("future", *variable.axes)]
        # What is never reported has no row: there nothing means none.
        return np.zeros(shape, dtype=kind)

    def _at(self, axis: str, values: NDArray[Any] | Coded) -> NDArray[np.int64]:
        """Return the positions of names on an axis."""
        names = self.names[axis]
        if isinstance(values, Coded):
            position = {name: i for i, name in enumerate(names)}
            words = [position[word] for word in values.words]
            return np.array(words, dtype=np.int64)[values.codes]
        return np.searchsorted(names, values.astype(names.dtype)).astype(np.int64)


_DTYPES: dict[str, Any] = {"month": "datetime64[D]", "review": "datetime64[D]"}

_ABOUT = {
    "future": "number of the future",
    "month": "first day of the calendar month",
    "type": "incident type of the scenario",
    "review": "day of the review",
    "municipality": "id of the municipality's seat",
    "reporter": "who reported",
    "parameter": "parameter that differs from future to future",
}


def of_run(run: Run) -> xr.Dataset:
    """Return a stored run, as far as it was played, as a dataset."""
    chunks = run.chunks
    numbers = [_columns(pq.read_table(files.part(run.folder, COMMIT, c)))["future"] for c in chunks]
    whole = np.concatenate([np.empty(0, dtype=np.int64), *(np.asarray(n) for n in numbers)])
    collector = Collector(Axes.from_json(run.info["axes"]), whole)
    names = dict.fromkeys((*(v.table for v in VARIABLES), COMMIT))
    for chunk in chunks:
        collector.add(
            {name: _columns(pq.read_table(files.part(run.folder, name, chunk))) for name in names}
        )
    return collector.finish(attributes(run.info))


def attributes(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes of a dataset: what names the run."""
    named = {
        "scenario": inputs["scenario"],
        "digest": inputs["scenario_digest"],
        **{key: inputs[key] for key in ("seed", "policy", "version")},
    }
    # NetCDF knows no truth values.
    return {**named, "draw": int(inputs["draw"])}


def _columns(table: pa.Table) -> Columns:
    columns: dict[str, NDArray[Any] | Coded] = {}
    for name, column in zip(table.column_names, table.itercolumns(), strict=True):
        values = column.combine_chunks()
        if pa.types.is_dictionary(column.type):
            codes = values.indices.to_numpy(zero_copy_only=False).astype(np.int16)
            columns[name] = Coded(codes, tuple(values.dictionary.to_pylist()))
        else:
            columns[name] = values.to_numpy(zero_copy_only=False)
    return columns


def _words(values: NDArray[Any] | Coded) -> NDArray[np.object_]:
    if isinstance(values, Coded):
        return np.array(values.words, dtype=object)[values.codes]
    return values.astype(object)


def _attributes(column: Column) -> dict[str, str]:
    return {
        "units": column.unit,
        "long_name": column.description,
        "description": column.description,
    }


def collected(axes: Axes, tables: Iterable[Mapping[str, Columns]], count: int) -> Collector:
    """Return a collector that holds futures 0 to `count`."""
    collector = Collector(axes, np.arange(count))
    for one in tables:
        collector.add(one)
    return collector
