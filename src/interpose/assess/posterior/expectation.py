r"""The expected record as a function of the free parameters: computed once, then a few products.

The mean of all futures is linear in the background (``play/expected.py``). So one pass a type,
with a level of one, gives what any level of that type leads to, by segment of time, part of the
theatre and type; a level that changes over years is that of its month. Other free rows, such as
``retaliation.outcry`` and ``crowd.chance``, enter by passes at a third, at one and at three times
their value (less where violence would feed itself) and a parabola between them, exact for what is
linear. What is left is taken out by a factor a number, from one exact evaluation.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from interpose.assess.accounting import covering, free_rows
from interpose.errors import InterposeError
from interpose.play.day import build_world
from interpose.play.expected import SEEN, crowds, responses
from interpose.play.processes.laws import most_times
from interpose.play.processes.observe import with_odds
from interpose.play.theatre import ACTS, Floats, Ints, Theatre
from interpose.scenario import Scenario
from interpose.scenario.files import write_aside
from interpose.scenario.parameters import Parameters, master_table
from interpose.scenario.tables.mission import Reporting

SPAN = 3.0
"""Other rows are computed at a third of their value, at it, and at three times it."""

SETTLING = np.exp(np.linspace(np.log(20.0), np.log(8000.0), 25))
"""Settling times, days, between which is interpolated on logs."""

PRIOR = float(np.log(3.0))
"""Standard deviation of the prior on the logarithm of a row for which nobody knows a range."""

BACKGROUND = ("background.rate", "background.excess", "background.settling_days")
FACTOR, ODDS, DRIFT = "background.factor", "reporting.odds", "background.yearly_"
DIRECT = (*BACKGROUND, FACTOR, ODDS)


def base(name: str) -> str:
    """Return a parameter's name without its index."""
    return name.partition("[")[0]


@dataclass(frozen=True)
class Saved:
    """What the costly steps of a fit came to, in files: a fit that was cut off goes on from there.

    Each file is written whole or not at all, and says `of` which inputs it is.
    """

    folder: Path | None = None  # none: nothing is kept
    of: str = ""
    told: list[str] = field(default_factory=list)  # what was begun again, and why

    def get(self, name: str, make: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        """Return the arrays that a step came to; make and keep them if they are not there."""
        if self.folder is None:
            return make()
        file, why = self.folder / f"{name}.npz", "is of other data, rows or code"
        try:
            with file.open("rb") as raw, np.load(raw) as found:
                arrays = dict(found)
            if str(arrays.pop("of")) == self.of:
                return arrays
        except FileNotFoundError:
            why = ""
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            why = "cannot be read"
        if why and not self.told:
            self.told.append(f"{file} {why}: what it held was computed again.")
        sink, made = io.BytesIO(), make()
        np.savez(sink, of=self.of, **made)
        write_aside(file, sink.getvalue(), InterposeError)
        return made

    def clear(self) -> None:
        """Remove the files, and their folder if nothing else is in it."""
        if self.folder is not None and self.folder.is_dir():
            for file in self.folder.glob("*.npz"):
                file.unlink()
            if not any(self.folder.iterdir()):
                self.folder.rmdir()


class Free(NamedTuple):
    """The free rows, with their priors on logarithms."""

    names: tuple[str, ...]
    middle: Floats  # (row,) logarithm
    spread: Floats  # (row,) standard deviation of it


def free_of(scenario: Scenario, typed: Sequence[str]) -> Free:
    """Return the fitted rows with a prior, and the factors of the types that are `typed`.

    The spread of a prior is that of the master table's range, taken as 5 and 95 %; where it has
    none, a factor of three.
    """
    rows = {row.name: row for row in scenario.parameters.rows()}
    masters = {row.name: row for row in master_table()}
    names = free_rows(scenario.parameters)
    names += [n for n in (f"{FACTOR}[{one}]" for one in typed) if n not in names]
    middle, spread = [], []
    for name in names:
        row, master = rows.get(name), masters[base(name)]
        low, high = master.low or 0.0, master.high or 0.0
        middle.append(np.log((row and row.prior) or 1.0))
        spread.append(np.log(high / low) / 3.29 if 0 < low < high else PRIOR)
    return Free(tuple(names), np.array(middle), np.array(spread))


class Passes(NamedTuple):
    """What a level of one leads to, and crowds, in segments of time."""

    unit: Floats  # (source type, part, segment, type)
    crowds: Floats  # (part, segment, type)

    def beyond(self, other: Passes) -> Passes:
        """Return what these have beyond others."""
        return Passes(self.unit - other.unit, self.crowds - other.crowds)


@dataclass(frozen=True)
class Expectation:
    """The costly part of a fit, computed once: the same for every year up to which it is fitted.

    Attributes
    ----------
    segments : (segment + 1,) int
        Days at which the segments begin, each within one month, and the last of them ends.
    passes : Passes
        At the values of the scenario.
    others : mapping of str to (Passes, Passes, float)
        Free row that is not of the background -> what a third of it changes, and so many times it.
    alone : (type, part, segment) float
        Background of a type at a level of one, without what it provokes.
    """

    theatre: Theatre
    parameters: Parameters
    free: Free
    segments: Ints
    parts: tuple[str, ...]
    passes: Passes
    others: Mapping[str, tuple[Passes, Passes, float]]
    alone: Floats

    def year_of(self, segment: Ints) -> Ints:
        """Return the year of segments, counted from the first played."""
        return np.asarray(self.theatre.year_of_day[self.segments[segment]])


def sources(theatre: Theatre, parameters: Parameters) -> list[int]:
    """Return the types that have any background."""
    return [
        m
        for m, kind in enumerate(theatre.scenario.incident_types)
        if sum(parameters.of_type(name, kind) for name in BACKGROUND[:2]) > 0
    ]


def part_of(row: Reporting) -> str:
    """Return the name of the part of the theatre that a row of ``reporting.csv`` reports of."""
    return f"seen of {row.municipalities}" if row.watched else row.municipalities


def parts_of(scenario: Scenario) -> tuple[tuple[str, ...], NDArray[np.int8]]:
    """Return the parts that anybody reports of, and the places in each, some `SEEN` alone."""
    rows = scenario.reporting
    told = (name for row in rows for name in (row.municipalities, part_of(row)))
    parts = tuple(dict.fromkeys(("all", *told)))
    seats = [place.municipality for place in scenario.places]
    where = np.zeros((len(parts), len(seats)), dtype=np.int8)
    for own, part in zip(where, parts, strict=True):
        named = part.removeprefix("seen of ")
        inside = [named == "all" or seat in named.split(";") for seat in seats]
        own[inside] = 1 if named == part else SEEN
    return parts, where


def compute(
    theatre: Theatre,
    free: Free,
    days: int,
    bounds: Sequence[int],
    progress: Callable[[str], None] = lambda _: None,
    saved: Saved = Saved(),
) -> Expectation:
    """Compute the expectation of the first `days`; `bounds` are days at which a target begins."""
    parameters = theatre.scenario.parameters
    months = np.flatnonzero(np.diff(theatre.month_of_day[:days])) + 1
    inside = [b for b in bounds if 0 < b < days]
    segments = np.unique(np.concatenate([[0], months, inside])).astype(np.int64)
    names, parts = parts_of(theatre.scenario)
    kinds = sources(theatre, parameters)
    segment = np.repeat(np.arange(len(segments)), np.diff(segments, append=days))
    levels = np.zeros((len(kinds), len(theatre.type_ids), len(theatre.month_starts)))
    levels[np.arange(len(kinds)), kinds] = 1.0

    def units(parameters: Parameters) -> Floats:
        """Return (source type, part, segment, type) with years that are all alike."""
        world = build_world(theatre, parameters)
        still = np.zeros_like(world.shocks.yearly)
        ends = np.array([0, len(still) - 1], dtype=np.int64)
        own = world.shocks._replace(yearly=still, known_years=ends)
        found = responses(theatre, world._replace(shocks=own), segment, parts, levels)[1:]
        unit = np.zeros((len(theatre.type_ids), *found.shape[1:]))
        unit[kinds] = found
        return unit

    def at(values: Mapping[str, float], told: str, *, level: bool = True) -> Passes:
        changed = parameters.with_values(values)
        progress(told)
        unit = units(changed) if level else np.zeros(0)
        daily = crowds(theatre, build_world(theatre, changed), days, parts)
        return Passes(unit, np.asarray(np.add.reduceat(daily, segments, axis=1)))

    def kept(name: str, values: Mapping[str, float], told: str, *, level: bool = True) -> Passes:
        return Passes(**saved.get(name, lambda: at(values, told, level=level)._asdict()))

    passes = kept("passes", {}, "expected incidents")
    others = {}
    for name in free.names:
        if not name.startswith((*DIRECT, DRIFT)):
            value = next(row.value for row in parameters.rows() if row.name == name)
            told = f"expected incidents if {name} changes"
            moves = not name.startswith(("crowd.", "riot."))
            top = most_times(theatre.scenario.incident_types, parameters, name, SPAN)
            less, more = (
                kept(f"passes-{name}-{way}", {name: value * by}, told, level=moves)
                for way, by in (("less", 1 / SPAN), ("more", top))
            )
            if not moves:
                less, more = (one._replace(unit=passes.unit) for one in (less, more))
            others[name] = less.beyond(passes), more.beyond(passes), top
    silent = {row.name: 0.0 for row in parameters.rows() if row.name.startswith("retaliation.")}
    silent = {n: v for n, v in silent.items() if "memory" not in n and "roadblock" not in n}
    alone = np.moveaxis(units(parameters.with_values(silent)).sum(axis=0), 2, 0)
    ends = np.append(segments, days)
    return Expectation(theatre, parameters, free, ends, names, passes, others, alone)


# --- numbers of the record ------------------------------------------------------------------------


class Cells(NamedTuple):
    """Parts of expected numbers, each of one year and one row of ``reporting.csv``."""

    target: Ints  # (pair,) number that a cell is part of
    cell: Ints  # (pair,)
    year: Ints  # (cell,)
    row: Ints  # (cell,) of reporting.csv; -1: all that happens
    kind: Ints  # (cell,) type for the chance of being reported; -1 where row is -1
    fixed: Floats  # (cell,) crowds
    source: Ints  # (entry,) type whose background it comes of
    sum: csr_array  # (cell, entry)
    rate: Floats  # (entry,) of a rate of one
    excess: Floats  # (entry, settling) of an excess of one


def covered(theatre: Theatre, reporter: str, act: str) -> list[tuple[int, Reporting]]:
    """Return the rows by which a reporter reports an act, with their positions."""
    rows = {id(row): i for i, row in enumerate(theatre.scenario.reporting)}
    return [(rows[id(row)], row) for row in covering(theatre.scenario, act, reporter)]


def cells_of(
    known: Expectation, passes: Passes, wanted: Sequence[tuple[int, int, Floats, str]]
) -> Cells:
    """Return the parts of numbers: each has first and last day, weights (type,) and reporter."""
    theatre, ends = known.theatre, known.segments
    decay = np.exp(-theatre.month_middle[theatre.month_of_day[ends[:-1]]][:, None] / SETTLING)
    shapes = np.hstack([np.ones((len(decay), 1)), decay])  # (segment, shape)
    found: dict[Any, tuple[int, int, int, int, float, Floats]] = {}
    pairs: list[tuple[int, int]] = []

    def add(target: int, part: int, weight: Floats, days: slice, row: int, kind: int) -> None:
        chosen = np.flatnonzero((ends[:-1] >= days.start) & (ends[1:] <= days.stop))
        for year in np.unique(known.year_of(chosen)):
            these = chosen[known.year_of(chosen) == year]
            unit = passes.unit[:, part, these] @ weight  # (source, segment)
            fixed = float(passes.crowds[part, these].sum(axis=0) @ weight)
            key = (part, weight.tobytes(), these.tobytes(), row)
            found.setdefault(key, (len(found), int(year), row, kind, fixed, unit @ shapes[these]))
            pairs.append((target, found[key][0]))

    for t, (first, last, weights, reporter) in enumerate(wanted):
        if not reporter:
            add(t, 0, weights, slice(first, last + 1), -1, -1)
            continue
        for m in np.flatnonzero(weights):
            for row, told in covered(theatre, reporter, ACTS[theatre.act_of_type[m]]):
                begins, after = theatre.day_index(told.begins), theatre.day_index(told.ends)
                days = slice(max(first, begins), min(last + 1, after))
                part = known.parts.index(part_of(told))
                only = np.zeros(len(weights))
                only[m] = weights[m]
                if days.start < days.stop:
                    add(t, part, only, days, row, int(m))
    columns = list(zip(*found.values(), strict=True)) if found else [()] * 6
    target, of_target = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    years, rows, kinds = (np.array(c, dtype=np.int64) for c in columns[1:4])
    level = np.array(columns[5]).reshape(len(found), len(theatre.type_ids), -1)
    cell, source = np.nonzero(level[..., 0])
    entries = np.arange(len(cell))
    total = csr_array((np.ones(len(cell)), (cell, entries)), shape=(len(found), len(cell)))
    level = level[cell, source]
    fixed = np.array(columns[4], dtype=np.float64)
    return Cells(
        target, of_target, years, rows, kinds, fixed, source, total, level[:, 0], level[:, 1:]
    )


class Emulator:
    """Expected numbers of the record for many values of the free rows at once."""

    def __init__(self, known: Expectation, wanted: Sequence[tuple[int, int, Floats, str]]) -> None:
        self.known, self.numbers = known, len(wanted)
        self.cells = cells_of(known, known.passes, wanted)
        self._others: list[tuple[int, float, float, Cells, Cells]] = []
        for name, (less, more, top) in known.others.items():
            place, value = known.free.names.index(name), known.parameters.values[name].value
            pair = cells_of(known, less, wanted), cells_of(known, more, wanted)
            self._others.append((place, value, top, *pair))
        self._index = {name: i for i, name in enumerate(known.free.names)}
        types = known.theatre.scenario.incident_types
        self._levels = [
            [self._found(name, (kind.id, kind.act)) for kind in types]
            for name in (*BACKGROUND, FACTOR)
        ]
        self._odds = [
            self._found(ODDS, (f"{row.reporter}.{row.act}", row.reporter))
            for row in known.theatre.scenario.reporting
        ]
        self._fatal = known.theatre.per_type("marks.fatal_share", known.parameters)
        pairs = (self.cells.target, self.cells.cell)
        shape = (self.numbers, len(self.cells.year))
        self._sum = csr_array((np.ones(len(pairs[0])), pairs), shape=shape)
        self.correction = np.ones(self.numbers)

    def _found(self, name: str, indices: Sequence[str]) -> tuple[int, float]:
        """Return position among the free rows, or -1 and the fixed value, nearest index first."""
        for level in (*(f"{name}[{index}]" for index in indices), name):
            if level in self._index:
                return self._index[level], 0.0
            if level in self.known.parameters.values:
                return -1, self.known.parameters.values[level].value
        return -1, 1.0

    @staticmethod
    def _column(values: Floats, found: Sequence[tuple[int, float]]) -> Floats:
        """Return (draw, item) the values of items that are free or fixed."""
        columns = [values[:, i] if i >= 0 else np.full(len(values), v) for i, v in found]
        return np.stack(columns, axis=1) if columns else np.zeros((len(values), 0))

    def shares(self, values: Floats) -> Floats:
        """Return (draw, row of reporting.csv, type) the chance that an incident is reported."""
        odds, known = self._column(values, self._odds), self.known.theatre.reporting
        share, fatal = (with_odds(known[one], odds) for one in ("share", "fatal_share"))
        return np.asarray((1 - self._fatal) * share[:, :, None] + self._fatal * fatal[:, :, None])

    def __call__(self, values: Floats, yearly: Floats | None = None) -> Floats:
        """Return (draw, number) means for values (draw, row) and factors of years (draw, year)."""
        rate, excess, settling, factor = (self._column(values, one) for one in self._levels)
        place = np.interp(np.log(settling), np.log(SETTLING), np.arange(len(SETTLING)))
        near = np.minimum(place.astype(np.int64), len(SETTLING) - 2)
        level = (rate * factor, excess * factor, near, place - near)
        made, own = self._of(self.cells, level, yearly), self.cells
        for i, value, c, less, more in self._others:
            a = 1.0 / SPAN
            x = np.clip(values[:, [i]] / value, a, c)
            low, high = (self._of(one, level, yearly) for one in (less, more))
            made += low * ((x - 1) * (x - c) / ((a - 1) * (a - c)))
            made += high * ((x - a) * (x - 1) / ((c - a) * (c - 1)))
        told, flat = np.flatnonzero(own.row >= 0), self.shares(values).reshape(len(values), -1)
        made[:, told] *= flat[:, own.row[told] * len(self._fatal) + own.kind[told]]
        return np.asarray(np.maximum(np.asarray(self._sum @ made.T).T, 1e-9) * self.correction)

    @staticmethod
    def _of(
        cells: Cells, level: tuple[Floats, Floats, Ints, Floats], yearly: Floats | None
    ) -> Floats:
        rate, excess, near, part = (one[:, cells.source] for one in level)
        entry = np.arange(len(cells.source))
        faded = cells.excess[entry, near] * (1.0 - part) + cells.excess[entry, near + 1] * part
        made = np.asarray(cells.sum @ (rate * cells.rate + excess * faded).T).T
        if yearly is not None:
            made *= yearly[:, cells.year]
        return np.asarray(made + cells.fixed)
