"""Vectors of the posterior, of which every future takes one; and the fit of a scenario to a record.

A vector holds the free rows as they were drawn together, the factors of the years up to the end of
the fit, and, drawn from their own ranges, the assumed rows on which expected counts depend. The
latter are not fitted, so that rate and excess are rescaled: each row of them by the ratio that
keeps the expected incidents of its types, in the settled years and in the first ones.

    known = prepare(scenario, record)                    # costly, once
    fit = sample(known, record, until=date(2005, 12, 31))
    played = with_vectors(scenario, fit.rows)
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from interpose.assess.accounting import MISSION, collected
from interpose.assess.posterior.expectation import (
    BACKGROUND,
    DRIFT,
    Emulator,
    Expectation,
    Saved,
    base,
    compute,
    free_of,
)
from interpose.assess.posterior.field import by_place, field, names_of, sectors_of
from interpose.assess.posterior.sampling import Model, Sampled, at, draw, start
from interpose.assess.posterior.targets import (
    Target,
    evidence_of,
    expected,
    figure_targets,
    incident_targets,
    played,
    type_targets,
)
from interpose.errors import InterposeError
from interpose.play.day import parameters_of
from interpose.play.expected import FOLLOWED, SEEN, expected_incidents
from interpose.play.future import draw_parameters
from interpose.play.theatre import Floats, Theatre
from interpose.record import Record
from interpose.scenario import Scenario
from interpose.scenario.tables.mission import PosteriorRow

VECTORS = 200
DRAWN = 100
"""Draws of the assumed rows; with more vectors each serves several."""

SECTOR_STEPS = 2
"""Times that the factors of places are corrected, where the mission's counts say where."""

FEWEST_PLAYED = 60
"""Futures played, at least, to see what the expectation leaves out: one a vector, if more."""

MOST_BESIDES = 5.0
"""Largest factor for what it leaves out."""

AT_ONCE = 25
"""Draws of the assumed rows that are kept together, for a fit that is cut off."""

DIGITS = 4
FIRST_DAYS = 730
"""Days in which the excess is rescaled; the rate is in those after them. Assumed."""

MOST_SCALED = 5.0
"""Largest factor by which a vector's rate or excess is rescaled."""

Say = Callable[[str], None]


def quiet(_: str) -> None:
    """Say nothing."""


@dataclass(frozen=True)
class Prepared:
    """What is computed once for a scenario and its record, whatever year it is fitted up to."""

    known: Expectation
    assumed: tuple[Mapping[str, float], ...]  # a vector: values of rows that are not fitted
    scale: tuple[Mapping[str, float], ...]  # a vector: factors on rows of rate and excess
    places: Mapping[str, Floats]  # factor of a place -> draws, (vector,)


@dataclass(frozen=True)
class Fitted:
    """A posterior: its draws, its vectors as rows, and what it says to the numbers of the record.

    Attributes
    ----------
    draws : mapping of str to (draw,) float
        Free row or factor of a year -> values of the vectors, before rescaling.
    rows : tuple of PosteriorRow
        For ``posterior.csv``, or `with_vectors`.
    means : (vector, target) float
        Expected numbers of each target.
    """

    targets: tuple[Target, ...]
    model: Model
    sampled: Sampled
    draws: Mapping[str, Floats]
    rows: tuple[PosteriorRow, ...]
    means: Floats


def until_(scenario: Scenario, until: dt.date | None) -> Scenario:
    """Return a scenario that is fitted up to another day."""
    if until is None or until == scenario.header.fit_until:
        return scenario
    return replace(scenario, header=scenario.header.model_copy(update={"fit_until": until}))


def targets_of(theatre: Theatre, record: Record) -> list[Target]:
    """Return all that a fit looks at: figures, incidents by year and act, and by type."""
    seen = collected(theatre.scenario, record)
    return [
        *figure_targets(theatre, record, theatre.scenario.parameters),
        *incident_targets(theatre, seen),
        *type_targets(theatre, seen),
    ]


def prepare(
    scenario: Scenario,
    record: Record,
    last: dt.date | None = None,
    progress: Say = quiet,
    vectors: int = VECTORS,
    places: bool = True,
    saved: Saved = Saved(),  # noqa: B008 - keeps nothing
) -> Prepared:
    """Compute the expectation of a scenario up to a day (``fit_until``), for fits up to any before.

    It takes a pass a type and one a vector: seconds to two minutes. The field over `places` knows
    the record up to ``fit_until``; leave it out where a fit may not know so much.

    Raises
    ------
    InterposeError
        If there is nothing to fit, or nothing to fit it to.
    """
    scenario = until_(replace(scenario, parameters=scenario.parameters.with_posterior(())), last)
    theatre = Theatre(scenario)
    targets = targets_of(theatre, record)
    _refuse_nothing(scenario, record, targets)
    typed = [t.name.removeprefix("recorded ") for t in targets if len(t.group) == 1]
    theatre, drawn = _with_places(theatre, record, vectors if places else 0)
    scenario = theatre.scenario
    days = theatre.day_index(scenario.header.fit_until) + 1
    bounds = [day for t in targets for day in (t.first, t.last + 1)]
    bounds += [theatre.day_index(d) for r in scenario.reporting for d in (r.begins, r.ends) if d]
    known = compute(theatre, free_of(scenario, typed), days, bounds, progress, saved)
    watched = {r.act for r in scenario.reporting if r.reporter == MISSION and r.watched}
    counted = np.sum([t.weights for t in targets if t.reporter == MISSION], axis=0) > 0
    seen = counted & np.array([kind.act in watched for kind in scenario.incident_types])
    return Prepared(known, *_assumed(known, seen, vectors, progress, saved), drawn)


def _with_places(
    theatre: Theatre, record: Record, many: int
) -> tuple[Theatre, Mapping[str, Floats]]:
    """Return the theatre with the field over places at its mode, and its draws by row.

    Places whose factor the scenario gives, and does not call fitted, keep it.
    """
    scenario, seen = theatre.scenario, collected(theatre.scenario, record)
    sectors = sectors_of(theatre, record, scenario.parameters) if many else []
    if not sectors and not (many and seen.rows):
        return theatre, {}
    explained = by_place(theatre, scenario.parameters)
    given = {row.name for row in scenario.parameters.rows() if row.basis != "fitted"}
    mode, drawn = field(theatre, seen, explained, sectors, 0, many)
    free = {name: c for c, name in enumerate(names_of(theatre, mode)) if name not in given}
    here = {name: float(mode[c]) for name, c in free.items()}
    for _ in range(SECTOR_STEPS if sectors else 0):
        # Answers lie near an act and not always at its place: see what the factors made of it.
        now = sectors_of(theatre, record, scenario.parameters.placed(here))
        made = np.where(np.isin(np.arange(len(mode)), [*free.values()]), mode, 1.0)
        sectors = [one._replace(means=one.means / made[one.places]) for one in now]
        mode, drawn = field(theatre, seen, explained, sectors, 0, many)
        here = {name: float(mode[c]) for name, c in free.items()}
    changed = replace(scenario, parameters=scenario.parameters.placed(here))
    return Theatre(changed), {name: drawn[:, c] for name, c in free.items()}


def _refuse_nothing(scenario: Scenario, record: Record, targets: Sequence[Target]) -> None:
    what = ""
    if not free_of(scenario, ()).names:
        what = "no row of parameters.csv has the basis 'fitted' and a prior"
    elif record.is_empty:
        what = "it has no record"
    elif not targets:
        what = "no number of the record up to fit_until is one that the fit reads"
    if what:
        msg = (
            f"{scenario.header.name} cannot be calibrated: {what}. Nothing was fitted or written."
            f" To see why rows do not count: interpose check {scenario.folder} --all"
        )
        raise InterposeError(msg)


def _assumed(
    known: Expectation, seen: NDArray[np.bool_], vectors: int, progress: Say, saved: Saved
) -> tuple[tuple[Mapping[str, float], ...], tuple[Mapping[str, float], ...]]:
    """Draw the assumed rows of each vector; return them and factors on rates and excesses.

    The factors keep what is expected to happen, or of types (type,) that are counted as far as
    they are `seen`, what is expected to be seen.
    """
    read = {name for process in FOLLOWED for name in parameters_of(process)}
    mine = [
        row.name
        for row in known.parameters.rows()
        if row.low < row.high
        and (base(row.name) in read or row.name.startswith(("crowd.", "riot.armed")))
        and row.name not in known.free.names
    ]
    many = min(vectors, DRAWN)
    drawn = [draw_parameters(known.parameters, 0, n).values for n in range(many)]
    values = tuple({name: one[name].value for name in mine} for one in drawn)
    days = int(known.segments[-1])
    done = iter(range(1, many + 2))

    def ends(some: Mapping[str, float]) -> Floats:
        progress(f"assumed rows: {next(done)} of {many + 1} draws")
        where = np.ones((2, len(known.theatre.place_ids)), dtype=np.int8)
        where[1] = SEEN
        both = expected_incidents(
            known.theatre, known.parameters.with_values(some), days, where[: 1 + seen.any()]
        )
        daily = np.where(seen, both[-1], both[0])
        first = min(FIRST_DAYS, days)
        return np.array(
            [
                daily[first:].sum(axis=0) if days > first else daily.sum(axis=0),
                daily[:first].sum(axis=0),
            ]
        )

    def some(first: int) -> dict[str, Floats]:
        with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as pool:
            return {"ends": np.array([*pool.map(ends, [{}, *values][first : first + AT_ONCE])])}

    parts = [saved.get(f"assumed-{i}", partial(some, i)) for i in range(0, many + 1, AT_ONCE)]
    here, *there = np.concatenate([part["ends"] for part in parts])
    scale = [_factors(known, here, one) for one in there]
    again = [n % many for n in range(vectors)]
    return tuple(values[n] for n in again), tuple(scale[n] for n in again)


def _factors(known: Expectation, here: Floats, there: Floats) -> dict[str, float]:
    """Return by row of rate or excess what keeps the expected incidents of its types."""
    found = {}
    for late, name in ((0, BACKGROUND[0]), (1, BACKGROUND[1])):
        types: dict[str, list[int]] = {}
        for m, kind in enumerate(known.theatre.scenario.incident_types):
            levels = (f"{name}[{kind.id}]", f"{name}[{kind.act}]", name)
            row = next(level for level in levels if level in known.parameters.values)
            types.setdefault(row, []).append(m)
        for row, some in types.items():
            ratio = here[late, some].sum() / max(there[late, some].sum(), 1e-12)
            found[row] = float(np.clip(ratio, 1.0 / MOST_SCALED, MOST_SCALED))
    return found


def sample(
    prepared: Prepared,
    record: Record,
    until: dt.date | None = None,
    seed: int = 1,
    progress: Say = quiet,
    saved: Saved = Saved(),  # noqa: B008 - keeps nothing
    **lengths: int,
) -> Fitted:
    """Sample the posterior given the record up to a day, the end of a month.

    The same data, day and seed give the same numbers. `lengths` are those of `sampling.draw`.
    """
    known = prepared.known
    theatre = Theatre(until_(known.theatre.scenario, until))
    targets = tuple(targets_of(theatre, record))
    evidence = evidence_of(theatre, targets)
    emulator = Emulator(known, evidence.wanted)
    model = Model(known, evidence, emulator)
    values = model.values(start(model)[0][None])[0][0]
    where = dict(zip(known.free.names, values.tolist(), strict=True))
    exact, _ = expected(
        theatre, known.parameters.placed(where), list(targets), int(known.segments[-1])
    )
    emulated = emulator(values[None])[0]
    emulator.correction = np.clip((exact - evidence.besides) / emulated, 0.5, 2.0)
    progress("playing futures")
    left_out = partial(_left_out, prepared, model, theatre, targets, seed)
    emulator.correction *= saved.get("left-out", lambda: {"times": left_out()})["times"]
    found = draw(model, seed, progress, saved, **lengths)
    chosen = _spread_out(model, found.sets, len(prepared.assumed), seed)
    draws = _named(model, theatre, chosen)
    return Fitted(targets, model, found, draws, rows_of(prepared, draws), model.means(chosen))


def _named(model: Model, theatre: Theatre, sets: Floats) -> dict[str, Floats]:
    """Return the values of sets by name: free rows, and factors of years if they move."""
    rows, yearly = model.values(sets)
    draws = {name: rows[:, i] for i, name in enumerate(model.names)}
    if yearly is not None:
        years = theatre.years[: model.years].tolist()
        draws |= {f"background.yearly[{year}]": yearly[:, i] for i, year in enumerate(years)}
    return draws


def _left_out(
    prepared: Prepared, model: Model, theatre: Theatre, targets: Sequence[Target], seed: int
) -> Floats:
    """Return, a number, how many times what is expected comes of futures near the mode.

    They know the crowds that riots draw elsewhere, riots that are no protests, and all answers.
    Parameters come at half the spread of the Gaussian about the mode: its tails are not those of
    the posterior.
    """
    middle, covariance = start(model)
    rng = np.random.default_rng(seed)
    many = len(prepared.assumed)
    sets = rng.multivariate_normal(middle, covariance / 4.0, many, method="cholesky")
    rows = rows_of(prepared, _named(model, theatre, sets))
    header = theatre.scenario.header
    short = replace(theatre.scenario, header=header.model_copy(update={"end": header.fit_until}))
    theatre = Theatre(with_vectors(short, rows))
    found = played(theatre, targets, max(many, FEWEST_PLAYED)).mean(axis=0)
    besides = model.evidence.besides
    ratio = (found - besides) / (model.means(sets).mean(axis=0) - besides)
    return np.asarray(np.clip(ratio, 1.0 / MOST_BESIDES, MOST_BESIDES))


def _spread_out(model: Model, sets: Floats, many: int, seed: int) -> Floats:
    """Choose so many sets at equal steps of what they expect in all, in a random order.

    So the vectors have the mean of the posterior with little of the scatter of so few draws.
    """
    rng = np.random.default_rng(seed)
    some = sets[rng.choice(len(sets), min(len(sets), 50 * many), replace=False)]
    counted = [one.number for one in model.evidence.wholes if not one.source]
    order = np.argsort(model.means(some)[:, counted].sum(axis=1), kind="stable")
    steps = ((np.arange(many) + 0.5) / many * len(some)).astype(np.int64)
    return np.asarray(some[order[steps]][rng.permutation(many)])


def rows_of(prepared: Prepared, draws: Mapping[str, Floats]) -> tuple[PosteriorRow, ...]:
    """Return the vectors as rows: free, of years, and assumed, each row rescaled where it must."""
    parameters, assumed, scale = prepared.known.parameters, prepared.assumed, prepared.scale
    every = dict(draws)
    for name in assumed[0] if assumed else ():
        every[name] = np.array([one[name] for one in assumed])
    every |= prepared.places
    for name in scale[0] if scale else ():
        start_ = every.get(name, np.full(len(scale), at(parameters, name)))
        if start_.max() > 0:
            every[name] = start_ * np.array([one[name] for one in scale])
    found = []
    for name, values in every.items():
        row = parameters.values.get(name)
        middle, low, high = np.quantile(values, [0.5, 0.05, 0.95]).tolist()
        if name.startswith((f"{DRIFT[:-1]}[", "background.place[")):
            low = high = middle
        if row:  # as it stands there to the last digit, or its draws would be left out
            middle, low, high = row.value, row.low, row.high
        elif low < high:
            middle, low, high = (float(f"{end:.3g}") for end in (middle, low, high))
        found.append(_row(name, (middle, low, high), values.tolist()))
    return tuple(found)


def _row(name: str, ends: tuple[float, float, float], draws: Iterable[float]) -> PosteriorRow:
    value, low, high = ends
    text = ";".join(f"{x:.{DIGITS}g}" for x in draws)
    return PosteriorRow(name=name, value=value, low=low, high=high, draws=text)


def with_vectors(scenario: Scenario, rows: Sequence[PosteriorRow]) -> Scenario:
    """Return a scenario whose futures take these vectors; it is checked when it is played."""
    parameters = scenario.parameters.with_posterior(rows)
    return replace(scenario, posterior=tuple(rows), parameters=parameters)
