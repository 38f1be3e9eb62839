r"""Shocks: a dated political event raises the background where it is felt, and fades.

What follows a shock is one law for all, for nobody knows on its day how large it will be. On day t
after it the violence of those whom it mobilises, in the municipalities that it concerns, is raised
by the share ``rise exp(-t / fade_days)``; several shocks add. Whom it brings into the streets is
told in ``riots.py``. Besides, the background declines over months and years from the level of the
first days to that of settled times (`background_level`)::

    mu = exposed * level(t) * yearly * (1 + sum_s rise exp(-(t - t_s) / fade_days))

Shocks raise the background, not retaliation, so that a fit cannot mistake one for the other.

After the last shock of the scenario, in a forecast, those of its last ten years come back, each at
the rate of once in ten years; with fewer than ten of them nobody knows a rate, and none comes.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from interpose.play.compiled import State, World, inlined, part
from interpose.play.draws import UInts, mixed, name_key, uniform_of
from interpose.play.processes.exposed import ExposedWorld, expose
from interpose.play.processes.exposed import new_world as who_is_exposed
from interpose.play.theatre import Floats, Ints, Theatre, axes, empty
from interpose.scenario.parameters import Parameters

NEEDS = ("background.", "shocks.", "line.strength_power", "line.usual_per_km")
READS = ("presence.damping", "people.present", "people.moved")
WRITES = ("shocks",)
DRAWS = ("shocks", "yearly")

FORGOTTEN = 0.01
"""A shock ends when it raises the background by less than this share."""

PAST_DAYS = 3652
"""Days before the last shock on record from which the rates of later ones are taken."""

FEWEST_SHOCKS = 10
"""With fewer shocks in those days no rate is known."""

FELT, FADED = 2, 1
"""Values of ``shock_status``: a shock is felt today; it was until yesterday. 0: none was."""


class ShocksWorld(NamedTuple):
    """The background of settled times, and the shocks that raise it."""

    exposed: ExposedWorld
    level: Floats  # (type, month) incidents/year per 100,000 persons exposed, undamped
    rise: float  # share added on its day
    fade_days: float
    felt_days: int  # days after which it is no longer felt
    yearly: Floats  # (year,) logarithm of its factor, where it is known
    known_years: Ints  # (2,) positions of the first and last of them; -1 for none
    yearly_sigma: float
    yearly_memory: float
    places: Floats  # (shock, place) 0 or 1
    types: NDArray[np.bool_]  # (shock, type)


class ShocksState(NamedTuple):
    """The background of today, and the shocks of this future."""

    calendar: Ints = axes("shock", 2)  # day, and row of shocks.csv
    dated: Ints = axes(1)  # how many of them
    nudges: Floats = axes("year")  # standard normal, of this future
    exposure: Floats = axes("type", "place")  # 100,000 persons exposed, or 100 km, * years per day
    within: Floats = axes("target", "place")  # persons within reach, of communities and of all
    outdated: NDArray[np.bool_] = axes(1)  # whether presence changed since
    shock_felt: NDArray[np.bool_] = axes(1)  # whether one was yesterday
    shock_status: NDArray[np.int8] = axes("type")  # see FELT
    shock_factor: Floats = axes("type", "place")  # on the background
    background_undamped: Floats = axes("type", "place")  # incidents/day, before damping
    background: Floats = axes("type", "place")  # incidents/day, after damping


def new_world(theatre: Theatre, parameters: Parameters) -> ShocksWorld:
    """Return who is exposed to what, and the day on which each shock is forgotten."""
    yearly, known_years = yearly_known(theatre, parameters)
    rise, fade = parameters.scalar("shocks.rise"), parameters.scalar("shocks.fade_days")
    return ShocksWorld(
        exposed=who_is_exposed(theatre, parameters),
        level=background_level(theatre, parameters),
        yearly=yearly,
        known_years=known_years,
        yearly_sigma=parameters.scalar("background.yearly_sigma"),
        yearly_memory=parameters.scalar("background.yearly_memory"),
        rise=rise,
        fade_days=fade,
        felt_days=math.ceil(fade * math.log(max(rise / FORGOTTEN, 1.0))),
        places=theatre.shocks["places"],
        types=theatre.shocks["types"],
    )


def new_state(theatre: Theatre, process_keys: UInts) -> ShocksState:
    """Return the state before the first morning, and the shocks of this future."""
    state = empty(ShocksState, theatre)
    own = int(process_keys[1])
    uniforms = [uniform_of(np.uint64(mixed((own + int(year)) % 2**64))) for year in theatre.years]
    state.nudges[:] = ndtri(np.clip(uniforms, 1e-12, 1 - 1e-12))
    dated = [(int(day), s) for s, day in enumerate(theatre.shocks["day"])]
    dated = sorted(dated + coming_back(theatre, dated, process_keys))[: len(state.calendar)]
    state.calendar[: len(dated)] = np.array(dated, dtype=np.int64).reshape(-1, 2)
    state.dated[0] = len(dated)
    state.outdated[:] = state.shock_felt[:] = state.shock_factor[:] = 1
    return state


def coming_back(
    theatre: Theatre, dated: list[tuple[int, int]], process_keys: UInts
) -> list[tuple[int, int]]:
    """Return day and row of shocks after the last dated one, drawn at the rates of the past."""
    last = max((day for day, _ in dated), default=0)
    recent = [s for day, s in dated if day > last - PAST_DAYS]
    if len(recent) < FEWEST_SHOCKS or last < PAST_DAYS:
        return []
    found = []
    for s in recent:
        row_key = mixed(int(process_keys[0]) ^ int(name_key(theatre.scenario.shocks[s].id)))
        day, number = float(last), 0
        while True:
            u = uniform_of(np.uint64(mixed((row_key + number) % 2**64)))
            day, number = day - PAST_DAYS * math.log1p(-u), number + 1
            if day >= theatre.days:
                break
            found.append((int(day), s))
    return found


def background_level(theatre: Theatre, parameters: Parameters) -> Floats:
    """Return (type, month) incidents/year per 100,000 persons exposed: a slow decline.

    ``level(t) = rate + excess exp(-t / settling)``. It takes months or years, not days, so that
    it is not mistaken for retaliation; rate and excess add, so that each is known by itself, the
    one from quiet years and the other from the first.
    """
    level = np.empty((len(theatre.type_ids), len(theatre.month_starts)))
    for m, kind in enumerate(theatre.scenario.incident_types):
        excess = parameters.of_type("background.excess", kind)
        scale = parameters.of_type("background.settling_days", kind)
        level[m] = parameters.of_type("background.rate", kind)
        level[m] += excess * np.exp(-theatre.month_middle / scale)
        level[m] *= parameters.of_type("background.factor", kind)
    return level


def yearly_known(theatre: Theatre, parameters: Parameters) -> tuple[Floats, Ints]:
    """Return (year,) the logarithm of the factor of each known year, and the first and last."""
    given = {int(year): value for year, value in parameters.given("background.yearly").items()}
    known = [y for y, year in enumerate(theatre.years.tolist()) if year in given]
    logs = np.zeros(len(theatre.years))
    logs[known] = [math.log(given[int(theatre.years[y])]) for y in known]
    ends = (known[0], known[-1]) if known else (-1, -1)
    return logs, np.array(ends, dtype=np.int64)


def mean_years(known: ShocksWorld) -> ShocksWorld:
    """Return the same with every year known: the mean of what the futures may have."""
    first, last = (int(end) for end in known.known_years)
    logs = np.zeros(len(known.yearly)) if first < 0 else known.yearly.copy()
    half = known.yearly_sigma**2 / 2.0
    for y in range(len(logs)) if first >= 0 else ():
        if not first <= y <= last:
            near = first if y < first else last
            kept = known.yearly_memory ** abs(y - near)
            logs[y] = kept * (known.yearly[near] + half) - kept**2 * half
    return known._replace(yearly=logs, known_years=np.array([0, len(logs) - 1], dtype=np.int64))


@inlined
def step(state: State, world: World, day: int) -> None:
    """Add up the shocks still felt, then compute the background of the types that moved."""
    own, known, damping = state.shocks, world.shocks, state.presence.damping
    present, moved = state.people.present, state.people.moved
    present_at_first = world.people.present
    month, last = world.month_of_day[day], world.month_of_day[max(day - 1, 0)]
    year, epoch = world.year_of_day[day], world.epoch_of_day[day]
    if day == 0:
        expose(own.exposure, own.within, known.exposed, present_at_first, epoch)
    elif moved[0] or epoch != world.epoch_of_day[day - 1]:
        expose(own.exposure, own.within, known.exposed, present, epoch)
        own.outdated[0] = True
    felt = False
    for i in range(own.dated[0]):
        felt = felt or 0 <= day - own.calendar[i, 0] < known.felt_days
    all_types = own.outdated[0] or day == 0 or month != last
    if felt or all_types or own.shock_felt[0]:
        add_up(own, known, day)
        factor = year_factor(known, own.nudges, year)
        set_background(own, known.level, damping[0], month, all_types, factor)
        own.outdated[0] = False
        own.shock_felt[0] = felt


@part
def year_factor(known: ShocksWorld, nudges: Floats, year: int) -> float:
    """Return the factor on the background of a year: known, or wandering on from the known.

    Its logarithm, plus half of the variance in the long run, is an autoregression: the mean of the
    factor is one. Before the first known year it wanders backward; with none, forward throughout.
    """
    first, last = known.known_years[0], known.known_years[1]
    sigma, kept = known.yearly_sigma, known.yearly_memory
    if first <= year <= last:
        return math.exp(known.yearly[year])
    if sigma <= 0.0 and first < 0:
        return 1.0
    back = year < first
    now, step = (first, -1) if back else (last, 1)
    z = known.yearly[now] + sigma * sigma / 2.0 if now >= 0 else 0.0
    while now != year:
        fresh = 1.0 if now < 0 else math.sqrt(1.0 - kept * kept)
        now += step
        z = kept * z + sigma * fresh * nudges[now]
    return math.exp(z - sigma * sigma / 2.0)


@part
def set_background(
    own: ShocksState,
    levels: Floats,
    damping: Floats,
    month: int,
    all_types: bool,
    year_factor: float,
) -> None:
    """Set today's background, of all types or of those with a shock today or until yesterday."""
    for m in range(levels.shape[0]):
        if all_types or own.shock_status[m] > 0:
            level, exposed, damped = levels[m, month] * year_factor, own.exposure[m], damping[m]
            undamped, background = own.background_undamped[m], own.background[m]
            factor = own.shock_factor[m]
            for c in range(exposed.shape[0]):
                undamped[c] = exposed[c] * level * factor[c]
                background[c] = undamped[c] * damped[c]


@part
def add_up(own: ShocksState, known: ShocksWorld, day: int) -> None:
    """Set today's factor from the shocks still felt."""
    for m in range(own.shock_status.shape[0]):
        if own.shock_status[m] > 0:
            own.shock_factor[m, :] = 1.0
            own.shock_status[m] -= 1
    for i in range(own.dated[0]):
        age, s = day - own.calendar[i, 0], own.calendar[i, 1]
        if not 0 <= age < known.felt_days:
            continue
        left, places = known.rise * math.exp(-age / known.fade_days), known.places[s]
        for m in range(own.shock_status.shape[0]):
            if known.types[s, m]:
                own.shock_status[m] = FELT
                factor = own.shock_factor[m]
                for c in range(factor.shape[0]):
                    factor[c] += left * places[c]
