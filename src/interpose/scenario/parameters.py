"""Parameters: rows of the master table, and the values a scenario gives for them.

The master table ``parameters.csv`` beside this file names every parameter with unit, shape,
default, range, basis and source. A parameter has one of these shapes:

``scalar``
    one value.
``type``
    a value an incident type; a row for the type beats a row for its act, such as
    ``background.rate[armed_attack]``, which beats the bare row, which beats the master's default.
``reporter``
    a value a reporter; a row for a reporter and act, ``[record.bombing]``, beats it.
``place``, ``year``
    a value a place, or a calendar year.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from interpose.errors import InterposeError, ScenarioError, UnknownNameError, require_known
from interpose.scenario.files import read_table, read_text
from interpose.scenario.tables.mission import (
    IncidentType,
    ParameterRow,
    PosteriorRow,
    Reporting,
)
from interpose.scenario.tables.values import Basis, Number, Row

MASTER_FILE = "parameters.csv"

POSTERIOR_FILE = "posterior.csv"

DISPLACEMENT_FILE = "displacement.csv"
"""Rows of displacement, apart from the master table until a scenario's day has that process."""

PLAN_FILE = "plan.csv"
"""Rows of the plan, apart from the master table: no play reads them, so no digest knows them."""

_KOSOVO = re.compile(r"\b(Kosovo|UNMIK|KFOR)\b")
_NAME = re.compile(r"([a-z0-9_.]+)(?:\[([a-z0-9_.\-]+)\])?")


Shape = Literal["scalar", "type", "reporter", "place", "community", "year"]
"""What a parameter has a value for: one in all, or one an act, incident type and so on."""


class MasterRow(Row):
    """A parameter of the model, with its default and range."""

    name: str = Field(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)+$", description="process.quantity")
    unit: str = Field(min_length=1)
    shape: Shape = Field(description="what it has a value for: scalar, type, reporter ...")
    default: Number | None = Field(default=None, description="empty: the scenario must give it")
    low: Number | None = Field(default=None, description="low end of the plausible range")
    high: Number | None = Field(default=None, description="high end of the plausible range")
    basis: Basis
    source: str = Field(min_length=1, description="in free text, with DOI or address")
    as_of: str = Field(default="", description="date of the source")
    note: str = Field(default="", description="what it is, in a sentence")


@dataclass(frozen=True, slots=True)
class ResolvedRow:
    """A parameter's value in this scenario, with all that is known of it.

    Attributes
    ----------
    name : str
        Full name, with its index: ``retaliation.campaign[armed_attack]``.
    source : str
        Title of the source.
    from_scenario : bool
        True if the scenario gave it, False for the master's default.
    prior : float or None
        For a fitted row: the best guess before the fit.
    """

    name: str
    unit: str
    value: float
    low: float
    high: float
    basis: Basis
    source: str
    note: str
    from_scenario: bool
    prior: float | None = None

    @property
    def is_of_kosovo(self) -> bool:
        """Whether it is a default of the master table that rests on Kosovo alone, by its source."""
        return not self.from_scenario and _KOSOVO.search(self.source) is not None


@dataclass(frozen=True, slots=True)
class Parameters:
    """The parameters of one scenario; made by ``load``."""

    shapes: Mapping[str, Shape]
    values: Mapping[str, ResolvedRow]
    posterior: tuple[PosteriorRow, ...] = ()

    def scalar(self, name: str) -> float:
        """Return the value of a parameter of shape ``scalar``."""
        return self._value(name, "scalar", (name,))

    def of_type(self, name: str, incident_type: IncidentType) -> float:
        """Return the value that a parameter of shape ``type`` has for an incident type."""
        levels = (f"{name}[{incident_type.id}]", f"{name}[{incident_type.act}]", name)
        return self._value(name, "type", levels)

    def of_reporter(self, name: str, reporter: str, act: str = "") -> float:
        """Return the value that a parameter of shape ``reporter`` has for a reporter and act."""
        levels = (f"{name}[{reporter}.{act}]", f"{name}[{reporter}]", name)
        return self._value(name, "reporter", levels)

    def given(self, name: str) -> dict[str, float]:
        """Return the rows of a parameter by their index, such as those of some years or places."""
        parts = ((_parts(row), its.value) for row, its in self.values.items())
        return {index: value for (known, index), value in parts if known == name and index}

    def rows(self) -> tuple[ResolvedRow, ...]:
        """Return every row in force, in the order of the master table."""
        return tuple(self.values.values())

    def with_values(self, values: Mapping[str, float]) -> Parameters:
        """Return a copy in which some rows have other values.

        Raises
        ------
        UnknownNameError
            If a name is not among ``rows()``.
        InterposeError
            If a value is not a finite number.
        """
        require_known("parameter", values, self.values)
        changed = dict(self.values)
        for name, value in values.items():
            if not math.isfinite(value):
                msg = f"parameter {name}: {value} is not a finite number."
                raise InterposeError(msg)
            changed[name] = replace(changed[name], value=float(value))
        return replace(self, values=changed)

    def with_posterior(self, posterior: Sequence[PosteriorRow]) -> Parameters:
        """Return a copy whose futures take vectors of a posterior, in place of those it had.

        Rows of it that the table does not have are added, with one value.
        """
        values = {n: row for n, row in self.values.items() if row.source != POSTERIOR_FILE}
        for row in posterior:
            if row.name not in values:
                values[row.name] = _fitted(row.name, row.value, row.low, row.high)
        return replace(self, values=values, posterior=tuple(posterior))

    def placed(self, values: Mapping[str, float]) -> Parameters:
        """Return a copy with other values, also of rows that the table does not have."""
        added = {
            name: _fitted(name, value, value, value)
            for name, value in values.items()
            if name not in self.values
        }
        return replace(self, values={**self.values, **added}).with_values(values)

    def vector(self, number: int) -> dict[str, float]:
        """Return the values of one vector of the posterior, of those that `number` counts round.

        A row that was set by hand since, in value or range, is left out: the hand wins.
        """
        found = {}
        for row in self.posterior:
            now = self.values[row.name]
            if (now.value, now.low, now.high) == (row.value, row.low, row.high):
                draws = _draws(row.draws)
                found[row.name] = float(draws[number % len(draws)])
        return found

    def _value(self, name: str, shape: Shape, levels: tuple[str, ...]) -> float:
        if self.shapes.get(name) != shape:
            known = [known for known, its in self.shapes.items() if its == shape] or self.shapes
            kind = f"parameter of shape {shape!r}"
            raise UnknownNameError(kind, name, known)
        for level in levels:
            if level in self.values:
                return self.values[level].value
        kind = "value of a parameter"
        raise UnknownNameError(kind, levels[0], self.values)


@lru_cache(maxsize=1024)
def _draws(text: str) -> tuple[str, ...]:
    return tuple(text.split(";"))  # kept: every future asks for one of them


def _fitted(name: str, value: float, low: float, high: float) -> ResolvedRow:
    """Return a row that the table does not have, like that of the master table."""
    master = next(row for row in master_table() if row.name == _parts(name)[0])
    own = replace(_as_default(master), name=name, value=value, low=low, high=high)
    return replace(own, basis="fitted", source=POSTERIOR_FILE)


@lru_cache(maxsize=1)
def master_table() -> tuple[MasterRow, ...]:
    """Return the rows of the master table."""
    return read_master(Path(__file__).parent)


@lru_cache(maxsize=1)
def displacement_table() -> tuple[MasterRow, ...]:
    """Return the rows of displacement: one set of values for every situation."""
    return read_master(Path(__file__).parent, DISPLACEMENT_FILE)


@lru_cache(maxsize=1)
def plan_table() -> tuple[MasterRow, ...]:
    """Return the rows of the plan: what a soldier gives, for troops-to-task arithmetic."""
    return read_master(Path(__file__).parent, PLAN_FILE)


def read_master(folder: Path, file: str = MASTER_FILE) -> tuple[MasterRow, ...]:
    """Read a file of a folder as a master table."""
    text = read_text(folder, file)
    if not isinstance(text, str):
        raise ScenarioError(str(folder), [text])
    table, faults = read_table(file, text, MasterRow)
    if faults:
        raise ScenarioError(str(folder), faults)
    return tuple(row for _, row in table.rows if isinstance(row, MasterRow))


Needed = Mapping[Shape, tuple[tuple[str, ...], ...]]


def needed_indices(types: tuple[IncidentType, ...], reporting: tuple[Reporting, ...]) -> Needed:
    """Return for each shape what a value is asked for: its indices, nearest first."""
    return {
        "scalar": ((),),
        "type": tuple((kind.id, kind.act) for kind in types),
        "reporter": tuple((name,) for name in dict.fromkeys(row.reporter for row in reporting)),
    }


@lru_cache(maxsize=4096)
def parted(full_name: str) -> tuple[str, str] | None:
    """Part a full name into name and index, or return None if it is not written that way.

    Examples
    --------
    >>> parted("retaliation.campaign[armed_attack]"), parted("presence.travel_decay_min")
    (('retaliation.campaign', 'armed_attack'), ('presence.travel_decay_min', ''))
    """
    match = _NAME.fullmatch(full_name)
    return (match[1], match[2] or "") if match else None


def _parts(full_name: str) -> tuple[str, str]:
    return parted(full_name) or (full_name, "")


def resolve(
    master: tuple[MasterRow, ...],
    given: tuple[ParameterRow, ...],
    titles: Mapping[str, str],
    needed: Needed,
    idle: str = "-",
) -> Parameters:
    """Lay the scenario's rows over the master's defaults.

    A default that a scenario row replaces for everything is left out. Defaults whose name begins
    with `idle` move nothing in this scenario: no future draws them.
    """
    by_name: dict[str, list[ParameterRow]] = {}
    for row in given:
        by_name.setdefault(_parts(row.name)[0], []).append(row)
    values: dict[str, ResolvedRow] = {}
    for parameter in master:
        rows = by_name.get(parameter.name, [])
        if parameter.default is not None and any(_left_over(parameter, rows, needed)):
            own = _as_default(parameter)
            still = parameter.name.startswith(idle)
            values[own.name] = replace(own, low=own.value, high=own.value) if still else own
        for row in rows:
            values[row.name] = _as_given(parameter, row, titles)
    return Parameters({row.name: row.shape for row in master}, values)


def without_value(
    parameter: MasterRow, given: list[ParameterRow], needed: Needed
) -> tuple[str, ...]:
    """Return the full names that neither the scenario nor the master gives a value for."""
    return () if parameter.default is not None else tuple(_left_over(parameter, given, needed))


def _left_over(
    parameter: MasterRow,
    given: list[ParameterRow],
    needed: Needed,
) -> Iterator[str]:
    names = {row.name for row in given}
    if parameter.name in names:
        return
    if parameter.shape == "scalar":
        yield parameter.name
        return
    for indices in needed.get(parameter.shape, (("any",),)):
        levels = [f"{parameter.name}[{index}]" for index in indices]
        if not names.intersection(levels):
            yield levels[0]


def _as_default(row: MasterRow) -> ResolvedRow:
    value = 0.0 if row.default is None else row.default
    return ResolvedRow(
        **row.model_dump(include={"name", "unit", "basis", "source", "note"}),
        value=value,
        low=value if row.low is None else row.low,
        high=value if row.high is None else row.high,
        from_scenario=False,
    )


def _as_given(parameter: MasterRow, row: ParameterRow, titles: Mapping[str, str]) -> ResolvedRow:
    return ResolvedRow(
        **row.model_dump(include={"name", "value", "low", "high", "basis", "prior"}),
        unit=parameter.unit,
        source=titles.get(row.source, row.source),
        note=row.note or parameter.note,
        from_scenario=True,
    )
