"""Origins: what record and futures hold by year, month and region, and the futures of an origin.

At an origin, the last day of a year, a forecast knows what came before. *Without later politics*
the shocks after it come back at their past rates, and the force and the police stay as they are.
*Given the politics* every dated shock, contingent and police post is known, and nothing else.

What a recorded number counts, a future counts alike: incidents of which the reporter ``record``
would tell, the dead of these and of riots, riots, and the days that reported barricades stood.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from interpose import __version__
from interpose.assess.accounting import Collected, collected, whole_years
from interpose.ensemble import Run
from interpose.ensemble.chunks import by_threads, cores, has_failed, play_one
from interpose.ensemble.folder import part
from interpose.ensemble.spec import Spec, code_digest
from interpose.errors import InterposeError
from interpose.play import Theatre
from interpose.play.processes.observe import with_odds
from interpose.play.theatre import Floats, Ints
from interpose.policy import policy_named
from interpose.record import Record
from interpose.record.periods import beginning
from interpose.scenario import Scenario
from interpose.scenario.checks.rows import RECORD
from interpose.scenario.files import write_aside
from interpose.scenario.tables.values import Row

RowOf = TypeVar("RowOf", bound=Row)

Many = Any
"""An array or list; a column of a play or of Arrow; or codes and their words."""

MEASURES = ("incidents", "deaths", "riots", "barricade days")

PARTS = ("incidents", "riots", "barricades", "futures")
"""Tables of a play that are counted."""

LONGEST = 3
"""Years ahead that an origin is played."""

MOST_REGIONS = 8
"""Groups of municipalities where the scenario's areas do not part them all."""


@dataclass(frozen=True)
class Grid:
    """Whole years that the record covers, their months, and regions: where both sides are counted.

    `years` (year,); `regions` are names; `region_of_place` has the region of every place.
    """

    years: Ints
    regions: tuple[str, ...]
    region_of_place: Mapping[str, int]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Years, months of a year, regions."""
        return len(self.years), 12, len(self.regions)

    def cells(self, dates: Many, places: Many) -> Ints:
        """Return the position of each date and place in an array of `shape`; -1 outside."""
        months = np.asarray(dates, dtype="datetime64[M]").astype(np.int64)
        month = months - (int(self.years[0]) - 1970) * 12
        codes, words = _coded(places)
        region = np.array([*(self.region_of_place.get(word, -1) for word in words), -1])[codes]
        inside = (month >= 0) & (month < 12 * len(self.years)) & (region >= 0)
        return np.where(inside, month * len(self.regions) + region, -1)


def grid_of(scenario: Scenario, record: Record) -> Grid:
    """Return the latest unbroken row of whole years that the record covers, and the regions."""
    years = whole_years(scenario, record, collected(scenario, record))
    regions, of_seat = regions_of(scenario)
    return Grid(years, regions, {p.id: of_seat[p.municipality] for p in scenario.places})


def regions_of(scenario: Scenario) -> tuple[tuple[str, ...], dict[str, int]]:
    """Return names of regions and the region of every municipality.

    The areas of responsibility on the day on which most of them part all municipalities between
    them; without such a day, the largest municipalities, each with those nearest to it by road.
    """
    theatre, best = Theatre(scenario), list[Any]()
    for day in sorted({area.begins for area in scenario.areas}):
        here = [a for a in scenario.areas if a.begins <= day <= (a.ends or dt.date.max)]
        named = [seat for area in here for seat in area.municipalities.split(";")]
        if sorted(named) == sorted(theatre.municipalities) and len(here) > len(best):
            best = here
    if best:
        of_seat = {seat: i for i, a in enumerate(best) for seat in a.municipalities.split(";")}
        return tuple(area.name for area in best), of_seat
    at = np.array([theatre.place_index[seat] for seat in theatre.municipalities])
    largest = np.argsort(-theatre.municipality_population[0], kind="stable")[:MOST_REGIONS]
    nearest = theatre.travel_min[np.ix_(at, at[largest])].argmin(axis=1)
    names = {place.id: place.name for place in scenario.places}
    return tuple(names[theatre.municipalities[i]] for i in largest), {
        seat: int(i) for seat, i in zip(theatre.municipalities, nearest, strict=True)
    }


def shocked(scenario: Scenario, grid: Grid) -> NDArray[np.bool_]:
    """Return (year, month, region): whether a dated shock fell there and then."""
    out, everywhere = np.zeros(int(np.prod(grid.shape)), np.bool_), list(grid.region_of_place)
    for row in scenario.shocks:
        places = everywhere if row.places == "all" else row.places.split(";")
        cells = grid.cells([row.date] * len(places), places)
        out[cells[cells >= 0]] = True
    return out.reshape(grid.shape)


# --- the record -----------------------------------------------------------------------------------


def recorded(scenario: Scenario, record: Record, grid: Grid) -> Floats:
    """Return what the record holds, (measure, year, month, region)."""
    seen = collected(scenario, record)
    dead = [*(row for row in seen.rows if row.id not in seen.in_riots), *seen.riots]
    blocks = [
        (day, row.place)
        for row in seen.rows
        if row.kind == "roadblock"
        for day in pd.date_range(row.begins, row.ends or row.begins)
    ]
    parts = (
        [(beginning(row).first, row.place, 1) for row in seen.rows],
        [(beginning(row).first, row.place, row.deaths or 0) for row in dead],
        [(beginning(row).first, row.place, 1) for row in _riots(seen, record)],
        [(day.date(), place, 1) for day, place in blocks],
    )
    return np.stack(
        [
            _added(grid, *zip(*rows, strict=True)) if rows else _added(grid, [], [], [])
            for rows in parts
        ]
    )


def _added(grid: Grid, dates: Many, places: Many, amounts: Many) -> Floats:
    cells = grid.cells(dates, places)
    inside, size = cells >= 0, int(np.prod(grid.shape))
    weights = np.asarray(amounts, np.float64)[inside]
    return np.asarray(np.bincount(cells[inside], weights, size).reshape(grid.shape), np.float64)


def _riots(seen: Collected, record: Record) -> list[Any]:
    """Return the riots of the mission place by place: a wave that is told in parts is its parts."""
    waves = {row.part_of for row in record.incidents if row.kind == "riot"}
    inside = {name for name, why in seen.why_not.items() if why == "riot"}
    return [row for row in record.incidents if row.id in inside and row.id not in waves]


# --- futures --------------------------------------------------------------------------------------


def counted(
    scenario: Scenario, grid: Grid, tables: Mapping[str, Any], futures: Ints, seed: int
) -> Floats:
    """Return what futures hold, (future, measure, year, month, region), as the record would.

    `tables` are those of a play. Of which incidents the reporter ``record`` tells is drawn by
    ``reporting.csv``.
    """
    shape = (len(futures), *grid.shape)
    rng = np.random.default_rng([seed, int(futures[0])])

    def added(rows: Many, dates: Many, places: Many, amounts: Many) -> Floats:
        cells = grid.cells(dates, places)
        some = (cells >= 0) & (amounts > 0)
        where = np.searchsorted(futures, np.asarray(rows))[some] * np.prod(grid.shape) + cells[some]
        found = np.bincount(where, amounts[some], int(np.prod(shape))).reshape(shape)
        return np.asarray(found, np.float64)

    def dead(rows: Mapping[str, Any], *sides: str) -> Ints:
        each = np.stack([np.asarray(rows[f"deaths_{side}"], np.int64) for side in sides])
        return np.asarray(each.sum(axis=0), np.int64)

    events, riots, blocks = (tables[name] for name in ("incidents", "riots", "barricades"))
    codes, types = _coded(events["type"])
    act_of = {kind.id: kind.act for kind in scenario.incident_types}
    of_events = _coded(events["place"])
    killed = dead(events, "target", "instigator")
    acts = codes, [act_of[word] for word in types]
    odds = partial(_odds, scenario, tables["futures"])
    told = rng.random(len(killed)) < chances(scenario, events, of_events, acts, killed > 0, odds)
    at = events["future"], events["date"], of_events
    in_riots = dead(riots, "target", "instigator", "force")
    of_riots = riots["future"], riots["date"], _coded(riots["place"])
    of_blocks = _coded(blocks["place"])
    none = np.zeros(len(blocks["date"]), np.int64)
    seen = chances(scenario, blocks, of_blocks, (none, ["roadblock"]), none > 0, odds)
    stood = np.asarray(blocks["days"], np.int64) * (rng.random(len(none)) < seen)
    nth = np.arange(stood.sum()) - np.repeat(np.cumsum(stood) - stood, stood)
    days = np.repeat(np.asarray(blocks["date"], "datetime64[D]"), stood) + nth
    where = (np.repeat(of_blocks[0], stood), of_blocks[1])
    found = (
        added(*at, told * 1.0),
        added(*at, told * killed) + added(*of_riots, in_riots),
        added(*of_riots, np.ones(len(in_riots))),
        added(np.repeat(np.asarray(blocks["future"]), stood), days, where, np.ones(len(days))),
    )
    return np.stack(found, axis=1)


def chances(
    scenario: Scenario,
    rows: Mapping[str, Any],
    places: Many,
    acts: Many,
    fatal: NDArray[np.bool_],
    odds: Callable[[str, Many], Floats],
) -> Floats:
    """Return the chance of each incident to be told of by the reporter ``record``.

    Places and acts are codes, and their words; `odds` gives the factor of an act and futures.
    """
    seat_of = {place.id: place.municipality for place in scenario.places}
    days, out = np.asarray(rows["date"], dtype="datetime64[D]"), np.zeros(len(fatal))
    for row in scenario.reporting:
        if row.reporter != RECORD:
            continue
        seats = row.municipalities.split(";")
        inside = np.array([seats == ["all"] or seat_of.get(p) in seats for p in places[1]] + [0])
        here = np.array([act == row.act for act in acts[1]] + [False])[acts[0]]
        here &= inside.astype(np.bool_)[places[0]] & (days >= np.datetime64(row.begins))
        here &= days < np.datetime64(row.span().after)
        share = np.where(fatal, row.fatal_share, row.share)[here]
        out[here] += with_odds(share, odds(row.act, np.asarray(rows["future"])[here]))
    return out


def _odds(scenario: Scenario, drawn: Many, act: str, futures: Many) -> Floats:
    """Return the factor on the odds that the record tells of an act, of each row's future."""
    known, numbers = scenario.parameters, np.asarray(drawn["future"])
    columns = getattr(drawn, "column_names", None) or drawn.keys()
    for name in (f"reporting.odds[{RECORD}.{act}]", f"reporting.odds[{RECORD}]"):
        if name in columns:
            values: Floats = np.asarray(drawn[name], np.float64)
            return values[np.searchsorted(numbers, np.asarray(futures))]
        if name in known.values:
            break
    return np.full(len(futures), known.of_reporter("reporting.odds", RECORD, act))


def _coded(column: Many) -> tuple[Ints, Any]:
    """Return a column of words as codes and their words."""
    if isinstance(column, tuple) and len(column) == 2 and isinstance(column[0], np.ndarray):
        return column
    if isinstance(column, pa.ChunkedArray):
        text = column.combine_chunks()
        return text.indices.to_numpy(), text.dictionary.to_pylist()
    if hasattr(column, "codes"):
        return column.codes, column.words
    words = sorted(set(column))
    return np.array([words.index(word) for word in column], np.int64), words


def of_run(run: Run, scenario: Scenario, grid: Grid, most: int) -> Floats:
    """Return `counted` of the first chunks of a stored run, until there are `most` futures."""
    found, chunk_of = list[Floats](), run.done // run.info["chunk"]
    for chunk in run.chunks[: -(-most // run.info["chunk"])]:
        parts = {name: pq.read_table(part(run.folder, name, chunk)) for name in PARTS}
        futures = run.done[chunk_of == chunk]
        if len(futures):
            found.append(counted(scenario, grid, parts, futures, run.info["seed"]))
    return np.concatenate(found)


def played(
    scenario: Scenario, grid: Grid, futures: int, seed: int, show: Callable[[int], None]
) -> Floats:
    """Play futures and return `counted` of them; those that fail are left out."""
    theatre, replay = Theatre(scenario), policy_named("replay", scenario)
    spec = Spec(scenario, replay, seed, futures, draw=True)
    found: dict[int, Floats] = {}
    for one in by_threads(partial(play_one, spec, theatre), range(futures), cores()):
        if not has_failed(one):
            number = np.array([one.number])
            found[one.number] = counted(scenario, grid, one.tables, number, seed)
        show(len(found))
    return np.concatenate([found[number] for number in sorted(found)])


def as_known(scenario: Scenario, origin: int, last: int) -> Scenario:
    """Return the scenario as known at the end of the year `origin`, to be played `LONGEST` on.

    Nothing that begins later is known, and the force and police that are there remain.
    """
    day, end = dt.date(origin, 12, 31), dt.date(min(origin + LONGEST, last), 12, 31)
    header = scenario.header.model_copy(update={"end": min(end, scenario.header.end)})
    return replace(
        scenario,
        header=header,
        shocks=tuple(row for row in scenario.shocks if row.date <= day),
        walkouts=tuple(row for row in scenario.walkouts if row.date <= day),
        contingents=tuple(
            _still(row, "departs", day) for row in scenario.contingents if row.notified <= day
        ),
        police=tuple(_still(row, "ends", day) for row in scenario.police if row.begins <= day),
        responsibilities=tuple(_still(row, "date", day) for row in scenario.responsibilities),
    )


def _still(row: RowOf, field: str, day: dt.date) -> RowOf:
    """Return a row whose end, if it lies after a day, is not known."""
    ends = getattr(row, field)
    return row.model_copy(update={field: None}) if ends is not None and ends > day else row


# --- futures by origin, kept in a folder ----------------------------------------------------------


@dataclass(frozen=True)
class Told:
    """What futures say of the years of a grid, (future, measure, year, month, region).

    `given` all politics; `without` later politics by origin, the years after it alone.
    """

    given: Floats
    without: Mapping[int, Floats]


def forecasts(
    scenario: Scenario,
    grid: Grid,
    origins: Sequence[int],
    futures: int,
    seed: int,
    folder: Path,
    show: Callable[[str, int, int], None],
) -> Told:
    """Play the futures of every origin, or read those that the folder has of the same inputs.

    Each set is written as soon as it is played, so that an interrupted call resumes.
    """
    whole, found = futures * (len(origins) + 1), dict[int, Floats]()
    for i, origin in enumerate((0, *origins)):
        file = folder / f"{_inputs(scenario, grid)}-{origin}-{futures}-{seed}.npy"

        def tell(done: int, name: str = f"origin {origin or 'of all'}", i: int = i) -> None:
            show(name, i * futures + done, whole)

        tell(0)
        with suppress(OSError, ValueError):
            found[origin] = np.load(file)
        if origin not in found:
            known = as_known(scenario, origin, int(grid.years[-1])) if origin else scenario
            ahead = played(known, grid, futures, seed, tell)
            after = (grid.years > origin) & (grid.years <= (origin or 9999) + LONGEST)
            found[origin] = ahead[:, :, after]
            sink = io.BytesIO()
            np.save(sink, found[origin])
            write_aside(file, sink.getvalue(), InterposeError)
    show("played", whole, whole)
    return Told(found.pop(0), found)


def forecasts_folder(scenario: Scenario, runs: Path) -> Path:
    """Return the folder beside the runs of a scenario in which its forecasts are kept."""
    return runs / f"{scenario.header.name}-forecasts"


def kept(scenario: Scenario, grid: Grid, folder: Path) -> dict[int, Floats]:
    """Return the forecasts without later politics that a folder has of the same inputs."""
    files = sorted(folder.glob(f"{_inputs(scenario, grid)}-[12]*.npy"))
    return {int(file.name.split("-")[1]): np.load(file) for file in files}


def _inputs(scenario: Scenario, grid: Grid) -> str:
    """Return a hash of all that decides what futures say, but for their number and seed."""
    inputs = [scenario.digest, __version__, code_digest(), grid.years.tolist(), grid.regions]
    here = Path(__file__).read_bytes()
    return hashlib.sha256(json.dumps(inputs).encode() + here).hexdigest()[:16]
