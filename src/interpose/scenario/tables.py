"""Everything that was read of one scenario folder, before it is known to be right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar, cast

from interpose.scenario.models import TABLES, Row
from interpose.scenario.parameters import MasterRow
from interpose.scenario.reading import UNREADABLE, Table
from interpose.scenario.settings import Settings

AnyRow = TypeVar("AnyRow", bound=Row)

FILE_OF: dict[type[Row], str] = {model: file for file, (model, _) in TABLES.items()}
"""Model of a row -> the file that holds such rows."""


@dataclass(frozen=True, slots=True)
class Tables:
    """Settings and tables of one folder, each perhaps faulty.

    Attributes
    ----------
    folder_name : str
        Last part of the folder's path.
    settings : Settings
        What ``scenario.toml`` says.
    tables : dict of str to Table
        One for each file of ``TABLES``; empty and whole where an optional file is absent.
    master : tuple of MasterRow
        The parameters that the model knows.
    """

    folder_name: str
    settings: Settings
    tables: Mapping[str, Table]
    master: tuple[MasterRow, ...]

    def __getitem__(self, file: str) -> Table:
        return self.tables.get(file, UNREADABLE)

    def placed(self, model: type[AnyRow]) -> tuple[tuple[int, AnyRow], ...]:
        """Return the valid rows of a model's table with their lines."""
        return cast(tuple[tuple[int, AnyRow], ...], self[FILE_OF[model]].rows)

    def rows(self, model: type[AnyRow]) -> tuple[AnyRow, ...]:
        """Return the valid rows of a model's table."""
        return tuple(row for _, row in self.placed(model))

    def whole(self, *files: str) -> bool:
        """Return whether every row of these tables is valid."""
        return all(self[file].whole for file in files)

    def names(self, file: str, column: str = "id") -> frozenset[str] | None:
        """Return all names in a column, also of faulty rows; None if the table is illegible."""
        table = self[file]
        if not table.legible:
            return None
        return frozenset(cells.get(column, "") for _, cells in table.raw)
