"""A run as one ``xarray.Dataset``: names and dates on every axis, units on every variable."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import xarray as xr
from numpy.typing import NDArray

from interpose.ensemble.chunks import COMMIT
from interpose.ensemble.spec import AXES, LABELS, Axes
from interpose.play import TABLES, Coded, Column

Columns = Mapping[str, NDArray[Any] | Coded]
"""Column -> values, one table of one future or of many."""


@dataclass(frozen=True, slots=True)
class Variable:
    """Where a variable of the dataset comes from.

    Attributes
    ----------
    name, table : str
    columns : tuple of str
        Columns that are added up; none: rows are counted.
    axes : mapping of str to str
        Dimension -> column of the table with its names, or dates within its periods, after
        ``future``.
    about : Column, optional
        What it is, where it is not a column as it stands; all rows of one cell are added up then.
    """

    name: str
    table: str
    columns: tuple[str, ...]
    axes: Mapping[str, str]
    about: Column | None = None

    @property
    def described(self) -> Column:
        """What it is, with its unit and description."""
        return self.about or next(c for c in TABLES[self.table] if c.name == self.columns[0])

    def values(self, table: Columns) -> NDArray[Any]:
        """Return a number for every row of the table."""
        parts = [np.asarray(table[column]) for column in self.columns]
        return sum(parts[1:], parts[0]) if parts else np.ones(len(np.asarray(table["future"])))


_MONTH_TYPE = {"month": "month", "type": "type"}
_REPORT = {"month": "month", "reporter": "reporter", "type": "type"}
_SEAT = {"review": "date", "municipality": "municipality"}
_CROWD = {"month": "date", "community": "community"}
_TRIPS = {"year": "year", "municipality": "municipality", "community": "community"}
_PEOPLE = {"month": "month", "community": "community"}
_SIDES = ("target", "instigator", "force")


def _columns(table: str, axes: Mapping[str, str], *names: str) -> Iterator[Variable]:
    """Yield columns of a table that stand in the dataset as they are."""
    return (Variable(name, table, (name,), axes) for name in names)


def _sums(
    table: str, axes: Mapping[str, str], *described: tuple[str, str, tuple[str, ...], str]
) -> Iterator[Variable]:
    """Yield sums of columns of a table: each by its name, unit, columns and description."""
    for name, unit, columns, words in described:
        yield Variable(name, table, columns, axes, Column(name, "int32", unit, words))


_BEGAN = "by month in which the riot began"
_DEATHS, _INJURED = (tuple(f"{what}_{s}" for s in _SIDES) for what in ("deaths", "injured"))

VARIABLES = (
    *_columns("series", _MONTH_TYPE, "incidents", "deaths", "injured"),
    *_sums(
        "incidents",
        {"year": "date", "place": "place"},
        ("incidents_at", "incidents", (), "incidents at each place"),
        ("deaths_at", "persons", _DEATHS[:2], "dead in incidents at each place, all sides"),
    ),
    *_columns("reports", _REPORT, "reported"),
    *_columns("force", {"month": "month"}, "in_theatre", "rear", "reserve", "exercise"),
    Variable("in_theatre_at_review", "reviews", ("in_theatre",), {"review": "date"}),
    Variable("R", "reviews", ("R",), {"review": "date"}),
    Variable("R_municipality", "municipalities", ("R",), _SEAT),
    *_columns("municipalities", _SEAT, "troops", "local_police"),
    *_sums(
        "riots",
        _CROWD,
        ("riots", "riots", (), f"riots that began, {_BEGAN}"),
        ("riot_crowd", "persons", ("crowd",), f"persons in the crowds of riots, {_BEGAN}"),
        ("riot_deaths", "persons", _DEATHS, f"dead in riots, all sides, {_BEGAN}"),
        ("riot_injured", "persons", _INJURED, f"injured in riots, all sides, {_BEGAN}"),
        ("riot_houses", "houses", ("houses",), f"houses burned in riots, {_BEGAN}"),
        (
            "riot_sites",
            "sites",
            ("sites",),
            f"religious or cultural sites damaged in riots, {_BEGAN}",
        ),
        ("riot_displaced", "persons", ("displaced",), f"persons who fled from riots, {_BEGAN}"),
    ),
    *_sums(
        "riots",
        {"place": "place"},
        ("riots_at", "riots", (), "riots at each place, from the first day on"),
    ),
    *_sums(
        "barricades",
        {"month": "date"},
        ("barricades", "barricades", (), "barricades that went up"),
        (
            "barricade_days",
            "days",
            ("days",),
            "days on which barricades stood, by month in which they went up",
        ),
    ),
    *_sums(
        "barricades",
        {"place": "place"},
        ("barricade_days_at", "days", ("days",), "days on which barricades stood at each place"),
    ),
    Variable("trips_made", "movement", ("share",), _TRIPS),
    Variable("trips_escorted", "movement", ("escorted",), _TRIPS),
    *(
        Variable(f"people_{where}", "people", (where,), _PEOPLE)
        for where in ("home", "inside", "abroad", "settled", "fled", "returned")
    ),
)
"""Every variable but ``status``, ``error`` and ``drawn``, which are columns of ``futures``."""

TABLES_READ = tuple(dict.fromkeys((*(v.table for v in VARIABLES), COMMIT)))
"""Tables that a dataset is made from."""


class Collector:
    """Arrays of a dataset, filled table by table in any order."""

    def __init__(self, axes: Axes, numbers: NDArray[np.int64]) -> None:
        self.names: dict[str, NDArray[Any]] = {"future": numbers, **axes}
        self.status = np.full(len(numbers), "", dtype=object)
        self.error = np.full(len(numbers), "", dtype=object)
        self.drawn = np.full((len(numbers), len(axes["parameter"])), np.nan)
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
                values = variable.values(table)
                array = self.arrays[variable.name]
                if variable.about is None:
                    array[at] = values
                else:
                    np.add.at(array, at, values.astype(array.dtype))
        futures = tables[COMMIT]
        at_future = self._at("future", futures["future"])
        self.status[at_future] = _words(futures["status"])
        self.error[at_future] = _words(futures["error"])
        for i, name in enumerate(self.names["parameter"]):
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
        for axis, about in {"future": "number of the future", **AXES}.items():
            names = self.names[axis]
            # xarray counts time in seconds at the coarsest.
            names = names.astype("datetime64[s]") if names.dtype.kind == "M" else names
            coordinates[axis] = (axis, names, {"long_name": about, "description": about})
        for name, (axis, unit, about) in LABELS.items():
            if name in self.names:  # runs of earlier versions lack them
                told = {"units": unit, "long_name": about, "description": about}
                coordinates[name] = (axis, self.names[name], told)
        return coordinates

    def _empty(self, variable: Variable) -> NDArray[Any]:
        kind = np.dtype(variable.described.type)
        shape = [len(self.names[axis]) for axis in ("future", *variable.axes)]
        # What is never reported, or did not happen, has no row: there nothing means none.
        return np.zeros(shape, dtype=kind)

    def _at(self, axis: str, values: NDArray[Any] | Coded) -> NDArray[np.int64]:
        """Return the positions of names on an axis."""
        names = self.names[axis]
        if isinstance(values, Coded):
            position = {name: i for i, name in enumerate(names)}
            words = [position[word] for word in values.words]
            return np.array(words, dtype=np.int64)[values.codes]
        # A date stands in the period that began last before it.
        return np.searchsorted(names, values.astype(names.dtype), side="right") - 1


def attributes(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes of a dataset: what names the run, and what was changed for it."""
    named = {
        "scenario": inputs["scenario"],
        "digest": inputs["scenario_digest"],
        **{key: inputs[key] for key in ("seed", "policy", "version")},
    }
    changed = " ".join(inputs.get("changed", ()))
    # NetCDF knows no truth values.
    return {**named, "draw": int(inputs["draw"]), **({"changed": changed} if changed else {})}


def columns_of(table: pa.Table) -> Columns:
    """Return the columns of an Arrow table as the play has them."""
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
