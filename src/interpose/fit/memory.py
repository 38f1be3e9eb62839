r"""Memory and drift: whether an event brings others, or only the background moves.

Daily counts by place, with a geometric kernel and a background that may move (Hawkes 1971; daily
counts suffice: Zhou & Papadogeorgou, arXiv 2211.16552)::

    y_pt ~ Poisson(exp(a_p + f_t + u_pt) + n R_pt),    R_p,t+1 = q R_pt + (1 - q) y_pt

n is the branching ratio: the events that one event brings. f is a Gaussian process for all places
together, u one for each place, rough (exponential) or smooth (squared exponential), of any length
from a month to years. How far they move is estimated together with n, by the likelihood with the
paths integrated out (Laplace), so that a drift of the background is not taken for contagion.
Lasting jumps, which no smooth path can follow, are cut out beforehand at a cost. With a background
that is constant, or free by year, the same likelihood shows how much of n is drift
(Mohler 2013, doi:10.1214/13-AOAS647).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, signal

from interpose.fit.poisson import jumps_of

Floats = NDArray[np.float64]
Interval = tuple[float, float, float]
Show = Callable[[str, int, int], None]

STEP_DAYS, MOST_STEPS = 20, 150
"""Days of a step of the background at least, and how many there are at most."""

MOST_SHAPES, BLOCK = 48, 75
"""Shapes that make up a path at most; steps summed at a time, so few that no threads are begun."""

MOST_PLACES = 40
"""Places, those with most events, whose paths are fitted; more tell little and take long."""

LENGTHS = (40.0, 80.0, 160.0, 320.0, 640.0)
"""Days after which a path has changed."""

HALF_LIVES = (0.5, 45.0)
"""Days; what is slower cannot be told from the background."""

DROP = 3.2
"""Fall of the log likelihood at the ends of an interval. Theory says 1.92 for 95 %; but what is
found beforehand counts as known. In 120 worlds with a branching of 0.4, 3.2 held the truth in
93 %."""

LEAST_EVENTS, LEAST_DAYS = 10, 60
"""With less, nothing is said of memory."""


@dataclass
class Model:
    """The likelihood of counts under one shape of the background; keeps its paths in between.

    Attributes
    ----------
    counts : (place, day) float
    edges : (step + 1,) int
        Days on which the background may change.
    shapes : (step, shape) float
        What paths are made of, each with a coefficient of spread `sd`; none: a constant.
    known : (place, step) float
        Log level that is known beforehand: of all places together, and lasting jumps.
    cost : float
        What finding it in the same counts costs the log likelihood.
    """

    counts: Floats
    edges: NDArray[np.int64]
    shapes: Floats
    known: Floats
    cost: float = 0.0
    carried: dict[float, Floats] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Find the days with events and start at constant levels."""
        self.place, self.day = np.nonzero(self.counts)
        self.count = self.counts[self.place, self.day]
        self.step = np.searchsorted(self.edges, self.day, side="right") - 1
        places = len(self.counts)
        self.level = np.log(self.counts.sum(axis=1) / self.counts.shape[1])
        self.weight = np.zeros((places, self.shapes.shape[1]))

    def memory(self, half_life: float) -> Floats:
        """Return R on the days with events."""
        if half_life not in self.carried:
            q = 0.5 ** (1 / half_life)
            carried: Floats = signal.lfilter([0.0, 1 - q], [1.0, -q], self.counts, axis=1)
            if len(self.carried) > 50:
                self.carried.clear()
            self.carried[half_life] = carried[self.place, self.day]
        return self.carried[half_life]

    def value(self, n: float, half_life: float, sd: float) -> float:
        """Return the log likelihood, paths integrated out and levels at their best."""
        shapes, days = sd * self.shapes, np.diff(self.edges)
        more = n * self.memory(half_life)
        places, steps, many = len(self.counts), len(days), shapes.shape[1]
        cell = self.place * steps + self.step
        if not (np.isfinite(self.level).all() and np.abs(self.level).max() < 40):
            self.level = np.log(self.counts.sum(axis=1) / self.counts.shape[1])
            self.weight[:] = 0
        full = np.column_stack([shapes, np.ones(steps)])
        prior = np.append(np.ones(many), 1e-6)
        value = -math.inf
        for _ in range(40):
            mean = np.exp(self.level[:, None] + self.known + self.weight @ shapes.T)
            mu = mean.ravel()[cell]
            own = mu / (mu + more)
            old, value = (
                value,
                float(
                    self.count @ np.log(mu + more)
                    - (mean @ days).sum()
                    - 0.5 * (self.weight**2).sum()
                ),
            )
            if abs(value - old) < 1e-6:
                break
            brought = np.bincount(cell, self.count * own, places * steps)
            shared = np.bincount(cell, self.count * own * (1 - own), places * steps)
            slope = brought.reshape(places, steps) - mean * days
            curve = np.maximum(mean * days - shared.reshape(places, steps), 1e-6)
            hessian = np.tile(np.diag(prior), (places, 1, 1))
            for first in range(0, steps, BLOCK):
                part = full[first : first + BLOCK]
                hessian += (part.T[None] * curve[:, None, first : first + BLOCK]) @ part
            move = np.column_stack([self.weight, np.zeros(places)])
            move = np.linalg.solve(hessian, (slope @ full - move)[:, :, None])[:, :, 0]
            far = np.abs(move @ full.T).max(axis=1)
            move *= np.minimum(1, 1.5 / np.maximum(far, 1e-9))[:, None]
            self.weight += move[:, :many]
            self.level += move[:, many]
        if many:
            value -= 0.5 * float(np.linalg.slogdet(hessian[:, :many, :many])[1].sum())
        q = 0.5 ** (1 / half_life)
        lost = self.counts.shape[1] - 1 - self.day
        return value - self.cost - n * float(self.count @ (1 - q**lost))

    def path(self, sd: float) -> Floats:
        """Return the log level by place and step where the likelihood last was."""
        return np.asarray(self.level[:, None] + self.known + sd * self.weight @ self.shapes.T)

    def dispersion(self, n: float, half_life: float, sd: float) -> float:
        """Return squared residuals of days over their expectations; 1 for a Poisson law."""
        self.value(n, half_life, sd)
        q = 0.5 ** (1 / half_life)
        carried = signal.lfilter([0.0, 1 - q], [1.0, -q], self.counts, axis=1)
        mean = np.exp(self.path(sd)).repeat(np.diff(self.edges), axis=1) + n * carried
        return float(((self.counts - mean) ** 2).sum() / mean.sum())


Point = tuple[float, float, float]
"""Branching, log half-life and log spread of the paths."""

BOUNDS = ((0.0, 0.97), (math.log(HALF_LIVES[0]), math.log(HALF_LIVES[1])), (-4.0, 1.0))


def best_of(
    model: Model, start: Point, fixed: dict[int, float], most: int = 80
) -> tuple[float, Point]:
    """Return the largest value near a start, some numbers held fixed, and where it is."""
    at = np.array(start)
    for i, number in fixed.items():
        at[i] = number
    free = [i for i in range(3) if i not in fixed and (i != 2 or model.shapes.shape[1])]

    def loss(some: Floats) -> float:
        at[free] = some
        return -model.value(at[0], math.exp(at[1]), math.exp(at[2]))

    low, high = np.array(BOUNDS)[free].T if free else (np.zeros(0), np.zeros(0))
    size = np.array([0.12, 0.6, 0.5])[free]
    simplex = np.vstack(
        [at[free], at[free] + np.diag(np.where(at[free] + size > high, -size, size))]
    )
    simplex = np.clip(simplex, low, high)
    options = {"initial_simplex": simplex, "xatol": 0.01, "fatol": 0.02, "maxfev": most}
    if not free:
        return -loss(at[free]), start
    bounds = list(zip(low, high, strict=True))
    search: Any = optimize.minimize  # its types know no bounds for this method
    done = search(loss, at[free], method="Nelder-Mead", bounds=bounds, options=options)
    at[free] = done.x
    return -float(done.fun), (float(at[0]), float(at[1]), float(at[2]))


STARTS = (
    *((0.0, 5.0, sd) for sd in (0.4, 0.9)),
    *itertools.product((0.3, 0.6), (4, 15), (0.1, 0.6)),
)
"""Branching, half-life and spread at which every shape of the background is looked at."""


@dataclass
class Family:
    """Models of one background; the likelihood is that of the best of them."""

    models: Sequence[Model]

    def fit(self) -> tuple[float, Point]:
        """Search all models; keep the best of each known level at each branching looked at."""
        looked = []
        for model, (n, half_life, sd) in itertools.product(self.models, STARTS):
            value = model.value(n, half_life, sd)
            looked.append((value, (n, math.log(half_life), math.log(sd)), model))
        looked.sort(key=lambda one: -one[0])
        kept = [
            next(x for x in looked if x[1][0] == n and x[2].cost == cost)
            for cost in dict.fromkeys(model.cost for model in self.models)
            for n in dict.fromkeys(start[0] for start in STARTS)
        ]
        found = [(*best_of(model, start, {}), model) for _, start, model in kept]
        found.sort(key=lambda one: -one[0])
        self.found = list({id(one[2]): one for one in found[::-1]}.values())[::-1]
        self.best, self.at, self.model = found[0]
        return self.best, self.at

    def _has_fallen(self, index: int, number: float, drop: float, near: list[Point]) -> bool:
        """Return whether the likelihood is below the best by `drop` where one number is held."""
        for i, (own, _, model) in enumerate(self.found):
            if own > self.best - drop:  # others are lower at any number
                top, near[i] = best_of(model, near[i], {index: number}, 30)
                if top > self.best - drop:
                    return False
        return True

    def profile(self, index: int, drop: float) -> Interval:
        """Return the interval of one number: where the likelihood has fallen by `drop`."""
        ends = []
        for end, sign in zip(BOUNDS[index], (-1, 1), strict=True):
            inside, step = self.at[index], (0.04, 0.3)[index]
            near = [self.at] * len(self.found)
            outside = inside
            while not (fallen := self._has_fallen(index, outside, drop, near)) and outside != end:
                inside, step = outside, 1.7 * step
                outside = inside + sign * step
                outside = min(outside, end) if sign > 0 else max(outside, end)
            for _ in range(3 * fallen):
                middle = (inside + outside) / 2
                if self._has_fallen(index, middle, drop, near):
                    outside = middle
                else:
                    inside = middle
            ends.append((inside + outside) / 2 if fallen else end)
        return ends[0], self.at[index], ends[1]


def shapes_of(edges: NDArray[np.int64], length: float, *, smooth: bool) -> Floats:
    """Return what paths of a length are made of, largest first."""
    middle = (edges[1:] + edges[:-1]) / 2
    apart = np.abs(middle[:, None] - middle[None, :]) / length
    values, vectors = np.linalg.eigh(np.exp(-0.5 * apart**2 if smooth else -apart))
    kept = [i for i in np.argsort(-values)[:MOST_SHAPES] if values[i] > 1e-3 * values[-1]]
    return np.asarray(vectors[:, kept] * np.sqrt(values[kept]))


def _moving(counts: Floats, edges: NDArray[np.int64], known: dict[float, Floats]) -> Family:
    every = itertools.product(LENGTHS, (False, True))
    shapes = [shapes_of(edges, length, smooth=smooth) for length, smooth in every]
    return Family(
        [
            Model(counts, edges, shape, level, cost)
            for shape in shapes
            for cost, level in known.items()
        ]
    )


@dataclass(frozen=True, slots=True)
class Memory:
    """What an event brings, and how far the background moves.

    Attributes
    ----------
    branching, half_life_days : (low, middle, high)
        Events brought by one; days in which what is left of them halves. 95 % intervals.
    place_sd, common_sd : float
        Spread of the log background over time, by place and of all places together.
    constant, yearly : float
        Branching if the background were constant, or free by year and steady within.
    dispersion : float
        Squared residuals of days over their expectation; 1 for a Poisson law.
    """

    branching: Interval
    half_life_days: Interval
    place_sd: float
    common_sd: float
    constant: float
    yearly: float
    dispersion: float


def remember(counts: Floats, show: Show | None = None) -> Memory | None:
    """Fit memory and drift to daily counts (place, day); None where events or days are too few."""
    say = show or (lambda name, done, whole: None)
    days = counts.shape[1]
    if counts.sum() < LEAST_EVENTS or days < LEAST_DAYS:
        return None
    counts = counts[counts.sum(axis=1) > 0].astype(float)
    number = max(3, min(MOST_STEPS, days // STEP_DAYS))
    edges, years = _edges(days, number), _edges(days, max(1, round(days / 365.25)))
    common, common_sd, cost = np.zeros(number), 0.0, 0.0
    if len(counts) > 1:
        say("memory: all places together", 0, 4)
        total = counts.sum(axis=0, keepdims=True)
        jumped, price = jumps_of(total[0], edges, common)
        together = _moving(total, edges, {0.0: common[None], price: jumped[None]})
        _, at = together.fit()
        value = together.model.value(at[0], math.exp(at[1]), math.exp(at[2]))
        path = together.model.path(math.exp(at[2]))[0]
        fixed = Model(total, edges, np.zeros((number, 0)), (path - path.mean())[None])
        cost = fixed.value(at[0], math.exp(at[1]), 1.0) - value
        common, common_sd = path - path.mean(), float(path.std())
    most = np.sort(np.argsort(-counts.sum(axis=1), kind="stable")[:MOST_PLACES])
    counts = counts[most]
    still = np.zeros((len(counts), number))
    jumps = [jumps_of(one, edges, common) for one in counts]
    cut = common + np.array([level for level, _ in jumps])
    known = {0.0: still, cost: still + common, cost + sum(each for _, each in jumps): cut}
    one, many = (np.zeros((len(counts), n)) for n in (1, len(years) - 1))
    simple = [
        Family([Model(counts, np.array([0, days]), np.zeros((1, 0)), one)]),
        Family([Model(counts, years, 2.0 * np.eye(len(years) - 1), many)]),
    ]
    found = []
    for done, (name, family) in enumerate(
        zip(("constant", "yearly", "moving"), [*simple, _moving(counts, edges, known)], strict=True)
    ):
        say(f"memory: {name} background", done + 1, 4)
        _, at = family.fit()
        numbers = (at[0], math.exp(at[1]), math.exp(at[2]))
        spread = max(1.0, family.model.dispersion(*numbers))
        found.append(at[0])
    branching = family.profile(0, DROP * spread)
    moved = family.model.path(numbers[2]) - common
    life = family.profile(1, DROP * spread)
    say("memory", 4, 4)
    return Memory(
        branching, (math.exp(life[0]), math.exp(life[1]), math.exp(life[2])),
        float(np.sqrt(moved.var(axis=1).mean())), common_sd, found[0], found[1], spread,
    )  # fmt: skip


def _edges(days: int, number: int) -> NDArray[np.int64]:
    return np.round(np.linspace(0, days, number + 1)).astype(np.int64)
