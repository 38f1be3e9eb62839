"""Futures to Parquet: the tables of a chunk as bytes, which depend on the spec and nothing else."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from interpose.ensemble.spec import Spec
from interpose.play import TABLES, Coded, Column, Future

Parts = dict[str, bytes]
"""Table -> one Parquet file."""

COMMIT = "futures"
"""The table whose part is renamed last: where it stands, its chunk is complete."""

NAMES_A_FILE = ("scenario", "scenario_digest", "policy", "seed", "draw")
"""Inputs that stand in the metadata of every file, so that it can be told by itself."""

ORDER = (*(name for name in TABLES if name != COMMIT), COMMIT)


def schema_of(table: str, drawn: Sequence[Column] = ()) -> pa.Schema:
    """Return the Arrow schema of a table, with unit and description at every column."""
    columns = [*TABLES[table], *(drawn if table == COMMIT else ())]
    return pa.schema([_field(column) for column in columns])


def drawn_columns(spec: Spec) -> list[Column]:
    """Return a column for every parameter that differs from future to future."""
    return [Column(row.name, "float64", row.unit, row.note) for row in spec.drawn()]


def encode(spec: Spec, futures: Sequence[Future]) -> Parts:
    """Write the tables of a chunk."""
    drawn = drawn_columns(spec)
    # Not the code's version: a change that moves no number should move no byte.
    inputs = spec.inputs()
    about = {key: str(inputs[key]) for key in NAMES_A_FILE}
    parts: Parts = {}
    for name in ORDER:
        schema = schema_of(name, drawn).with_metadata({"table": name, **about})
        rows = [future.tables[name] for future in futures if future.tables.get(name)]
        arrays = [_joined(rows, field) for field in schema]
        sink = io.BytesIO()
        # Numbers hardly repeat: with dictionaries of them a part takes four times as long.
        text = [field.name for field in schema if pa.types.is_dictionary(field.type)]
        pq.write_table(
            pa.table(arrays, schema=schema),
            sink,
            compression="zstd",
            use_dictionary=text,
            write_statistics=["future"],
        )
        parts[name] = sink.getvalue()
    return parts


def _field(column: Column) -> pa.Field:
    types = {"date": pa.date32(), "text": pa.dictionary(pa.int16(), pa.string())}
    kind = types.get(column.type) or pa.from_numpy_dtype(np.dtype(column.type))
    about = {"unit": column.unit, "description": column.description}
    return pa.field(column.name, kind, nullable=False, metadata=about)


def _joined(rows: Sequence[Mapping[str, NDArray[Any] | Coded]], field: pa.Field) -> pa.Array:
    """Return one column of all futures below each other."""
    values = [row[field.name] for row in rows]
    if pa.types.is_dictionary(field.type):
        text = joined_text([value for value in values if isinstance(value, Coded)])
        words = pa.array(text.words, pa.string())
        return pa.DictionaryArray.from_arrays(pa.array(text.codes, pa.int16()), words)
    if not values:
        return pa.array([], field.type)
    return pa.array(np.concatenate([np.asarray(value) for value in values]), field.type)


def joined_text(columns: Sequence[Coded]) -> Coded:
    """Put text columns below each other, over the words of all of them.

    Examples
    --------
    >>> one = Coded(np.array([0, 1], dtype=np.int16), ("a", "b"))
    >>> two = Coded(np.array([0], dtype=np.int16), ("b",))
    >>> joined_text([one, two])
    Coded(codes=array([0, 1, 1], dtype=int16), words=('a', 'b'))
    """
    places: dict[str, int] = {}
    codes = [np.empty(0, dtype=np.int16)]
    for column in columns:
        new = [places.setdefault(word, len(places)) for word in column.words]
        codes.append(np.array(new, dtype=np.int16)[column.codes])
    return Coded(np.concatenate(codes), tuple(places))
