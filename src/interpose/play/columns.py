"""The columns of a run: one definition for Parquet files, xarray attributes and the docs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Type = Literal["int8", "int16", "int32", "int64", "float32", "float64", "date", "text"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table of a run; its type is numpy's, a date (datetime64[D]) or text."""

    name: str
    type: Type
    unit: str
    description: str


@dataclass(frozen=True, slots=True)
class Coded:
    """A text column as codes into its words, the way Parquet and pandas like it."""

    codes: NDArray[np.int16]
    words: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.codes)


Columns = dict[str, tuple[Column, ...]]
Table = dict[str, Any]
"""Column -> its values: an array, or `Coded` for text."""

FUTURE = Column("future", "int32", "1", "number of the future, from 0")


def coded(codes: NDArray[Any], words: tuple[str, ...]) -> Coded:
    """Return a text column from whole numbers of any type."""
    return Coded(codes.astype(np.int16), words)


def typed(
    table: Table, columns: tuple[Column, ...], number: int
) -> dict[str, NDArray[Any] | Coded]:
    """Give every column its type and its place; put the number of the future in front.

    Columns without a definition (drawn parameters) come last, as they are.
    """
    rows = len(next(iter(table.values())))
    table = {FUTURE.name: np.full(rows, number), **table}
    result: dict[str, NDArray[Any] | Coded] = {}
    for column in columns:
        values = table.pop(column.name)
        if column.type == "text":
            result[column.name] = values
        else:
            numpy_type = "datetime64[D]" if column.type == "date" else column.type
            result[column.name] = np.asarray(values).astype(numpy_type)
    return {**result, **table}
