r"""The posterior of the free parameters, given the record up to a day: sampled, not approximated.

Each number of the record is negative binomial about its expectation, with a variance over mean that
comes from theory, not from the counts. With offspring :math:`K` (as far as presence leaves them),
expected numbers :math:`r` by type, chances :math:`p` of being counted and weights :math:`w`::

    A = (I - K)^-1,   variance = sum r p w^2 + (p w)' (A diag(r) A' - diag(r)) (p w)

(Hawkes 1971 at frequency zero; thinned). Besides,

- all figures of a source are off by one factor, log-normal, which is sampled with the rest;
- figures of one quantity whose days overlap count the same dead: each weighs one over their number;
- figures by community, beside one for all, say only how it is made up;
- the types of an act say only how the act is made up;
- the yearly factor is an autoregression, whose spread and memory are free rows.

Priors are standard normal on logarithms (`expectation.free_of`). The sampler is the ensemble of
emcee with moves of differential evolution (ter Braak 2006, doi:10.1007/s11222-006-8769-1).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from scipy.special import gammaln

from interpose.assess.posterior.expectation import DRIFT, Emulator, Expectation, Saved
from interpose.assess.posterior.targets import Evidence, Whole
from interpose.play.theatre import Floats
from interpose.scenario.parameters import Parameters

STEPS, BURN = 1600, 800
STEPS_KEPT = 400
"""Steps of the sampler that are kept together, for a fit that is cut off."""
MOST_MEMORY = 0.98
FARTHEST = 8.0
"""Standard deviations of a prior beyond which nothing is looked at."""
SIGMA, MEMORY = f"{DRIFT}sigma", f"{DRIFT}memory"


def lumpiness(known: Expectation, evidence: Evidence) -> Floats:
    """Return (number,) variance over mean of each recorded number, by theory; see above."""
    types = len(known.theatre.type_ids)
    each = [(t, int(m)) for t, one in enumerate(evidence.wanted) for m in np.flatnonzero(one[2])]
    single = [(*evidence.wanted[t][:2], np.eye(types)[m]) for t, m in each]
    values = np.array([[at(known.parameters, name) for name in known.free.names]])
    happen, told = (np.zeros((len(evidence.wanted), types)) for _ in range(2))
    for out, reported in ((happen, False), (told, True)):
        asked = [
            (*one, evidence.wanted[t][3] if reported else "")
            for one, (t, _) in zip(single, each, strict=True)
        ]
        out[tuple(np.array(each).T)] = Emulator(known, asked)(values)[0]
    own = known.alone[:, 0].sum(axis=1)
    follow = known.passes.unit[:, 0].sum(axis=1).T  # (type, source)
    follow = np.where(own > 0, follow / np.maximum(own, 1e-300), np.eye(types))
    found = np.ones(len(happen))
    for t, (_, _, weight, _) in enumerate(evidence.wanted):
        seen = weight * told[t] / np.maximum(happen[t], 1e-300)
        spread = follow * happen[t] @ follow.T - np.diag(happen[t])
        variance = told[t] @ evidence.squares[t] + seen @ spread @ seen + evidence.besides[t]
        found[t] = variance / max(told[t] @ weight + evidence.besides[t], 1e-12)
    return np.maximum(found, 1.01)


def at(parameters: Parameters, name: str) -> float:
    """Return the value of a row; one where there is none yet."""
    return parameters.values[name].value if name in parameters.values else 1.0


class Model:
    """The logarithm of the posterior density, for many sets of free numbers at once.

    A set holds the free rows, standardised by their priors, one nudge a year if years move, and by
    how many standard deviations each source is off.
    """

    def __init__(self, known: Expectation, evidence: Evidence, emulator: Emulator) -> None:
        self.known, self.evidence, self.emulator = known, evidence, emulator
        self.lumpy = lumpiness(known, evidence)
        self.names = known.free.names
        self.years = evidence.years if SIGMA in self.names else 0
        self._counts = [one for one in evidence.wholes if not one.source]
        self._figures = [one for one in evidence.wholes if one.source]
        names = sorted({one.source for one in self._figures})
        self._of_source = [names.index(one.source) for one in self._figures]
        self._trust = np.array([one.trust for one in self._figures])
        self.sources = len(names)
        self.size = len(self.names) + self.years + self.sources

    def values(self, sets: Floats) -> tuple[Floats, Floats | None]:
        """Return (draw, row) values of the free rows, and (draw, year) factors of the years."""
        free = self.known.free
        logs = np.clip(free.middle + free.spread * sets[:, : len(self.names)], -60, 60)
        values = np.exp(logs)
        if not self.years:
            return values, None
        sigma = values[:, self.names.index(SIGMA)]
        memory = np.full(len(sets), self.known.parameters.scalar(MEMORY))
        if MEMORY in self.names:
            memory = np.minimum(values[:, self.names.index(MEMORY)], MOST_MEMORY)
        nudges = sets[:, len(self.names) : len(self.names) + self.years]
        z = sigma[:, None] * nudges
        fresh = np.sqrt(1.0 - memory**2)
        for year in range(1, self.years):
            z[:, year] = memory * z[:, year - 1] + fresh * z[:, year]
        return values, np.exp(np.clip(z - sigma[:, None] ** 2 / 2.0, -30, 30))

    def means(self, sets: Floats) -> Floats:
        """Return (draw, number) the expected numbers of the record."""
        return self.emulator(*self.values(sets)) + self.evidence.besides

    def __call__(self, sets: Floats) -> Floats:
        """Return (draw,) logarithms of the density, but for a constant."""
        within = (np.abs(sets) <= FARTHEST).all(axis=1)
        sets = np.clip(sets, -FARTHEST, FARTHEST)
        means = self.means(sets)
        total = np.where(within, -0.5 * (sets**2).sum(axis=1), -np.inf)
        total += self._of(self._counts, means[:, [o.number for o in self._counts]]).sum(axis=1)
        if self._figures:
            off = self._trust * sets[:, -self.sources :][:, self._of_source]
            figures = means[:, [o.number for o in self._figures]]
            total += self._of(self._figures, figures * np.exp(off)).sum(axis=1)
        for made in self.evidence.made_up:
            parts = means[:, made.numbers]
            shares = np.log(parts / parts.sum(axis=1, keepdims=True))
            lumpy = self.lumpy[list(made.numbers)].mean()
            total += made.weight / lumpy * (shares @ np.array(made.counts))
        if MEMORY in self.names:
            i = self.names.index(MEMORY)
            top = self.known.free.middle[i] + self.known.free.spread[i] * sets[:, i]
            total = np.where(top < np.log(MOST_MEMORY), total, -np.inf)
        return np.asarray(np.where(np.isfinite(total), total, -np.inf))

    def _of(self, wholes: Sequence[Whole], means: Floats) -> Floats:
        """Return (..., number) the logarithms of negative binomial chances times their weights."""
        count, weight = (np.array([one[i] for one in wholes]) for i in (1, 2))
        beyond = self.lumpy[[one.number for one in wholes]] - 1.0
        size = means / beyond
        chance = gammaln(count + size) - gammaln(size) - size * np.log1p(beyond)
        return np.asarray(chance * weight)


@dataclass(frozen=True)
class Sampled:
    """Draws of the posterior, and how well they are mixed."""

    sets: Floats  # (draw, free number)
    rhat: Floats  # (free number,)
    ess: Floats  # (free number,) draws that are worth as much


def start(model: Model) -> tuple[Floats, Floats]:
    """Return the mode of the density, and the covariance of the Gaussian about it."""
    from scipy.optimize import minimize  # slow to import

    step = 1e-4 * np.eye(model.size)

    def slope(x: Floats) -> tuple[float, Floats]:
        here = model(np.vstack([x, x + step, x - step]))
        n = model.size
        return -float(here[0]), -(here[1 : n + 1] - here[n + 1 :]) / 2e-4

    found = minimize(
        slope, np.zeros(model.size), jac=True, method="L-BFGS-B", bounds=[(-6, 6)] * model.size
    )
    wide = 1e-2
    curve = np.array(
        [slope(found.x + wide * e)[1] - slope(found.x - wide * e)[1] for e in np.eye(model.size)]
    )
    value, vector = np.linalg.eigh((curve + curve.T) / (4 * wide))
    covariance = vector / np.maximum(value, 0.5) @ vector.T
    return np.asarray(found.x), covariance


def draw(
    model: Model,
    seed: int,
    progress: Callable[[str], None] = lambda _: None,
    saved: Saved = Saved(),  # noqa: B008 - keeps nothing
    steps: int = STEPS,
    burn: int = BURN,
) -> Sampled:
    """Sample the posterior."""
    import emcee

    middle, covariance = start(model)
    rng = np.random.default_rng(seed)
    walkers = 4 * (model.size + 1)
    first = rng.multivariate_normal(middle, covariance, walkers, method="cholesky")
    for _ in range(50):  # nearer to the mode, until all may be
        barred = ~np.isfinite(model(first))
        first[barred] = (first[barred] + middle) / 2.0
    moves = [
        (emcee.moves.DEMove(), 0.75),
        (emcee.moves.DEMove(gamma0=1.0), 0.05),
        (emcee.moves.DESnookerMove(), 0.2),
    ]

    def go_on(state: emcee.State, first: int, many: int) -> dict[str, Any]:
        sampler = emcee.EnsembleSampler(walkers, model.size, model, moves=moves, vectorize=True)
        progress(f"sampling: {first:,} of {burn + steps:,} steps")
        now = sampler.run_mcmc(state, many, skip_initial_state_check=True)
        _, keys, place, has, gauss = now.random_state
        return {"chain": sampler.get_chain(), "log_prob": now.log_prob, "keys": keys,
                "at": np.array([place, has, gauss])}  # fmt: skip

    state = emcee.State(first, random_state=np.random.RandomState(seed).get_state())
    parts = list[Mapping[str, Any]]()
    for n in range(0, burn + steps, STEPS_KEPT):
        many = min(STEPS_KEPT, burn + steps - n)
        parts.append(saved.get(f"chain-{n}", partial(go_on, state, n, many)))
        place, has, gauss = parts[-1]["at"]
        random = ("MT19937", parts[-1]["keys"], int(place), int(has), float(gauss))
        state = emcee.State(
            parts[-1]["chain"][-1], log_prob=parts[-1]["log_prob"], random_state=random
        )
    chain = np.concatenate([part["chain"] for part in parts])[burn:]  # (step, walker, number)
    tau = emcee.autocorr.integrated_time(chain, quiet=True, tol=0)
    # Eight chains: halves of the steps, quarters of the walkers.
    eight = chain[: len(chain) // 2 * 2].reshape(2, -1, 4, walkers // 4, model.size)
    eight = eight.transpose(0, 2, 1, 3, 4).reshape(8, -1, model.size)
    within = eight.var(axis=1, ddof=1).mean(axis=0)
    between = eight.mean(axis=1).var(axis=0, ddof=1)
    return Sampled(
        sets=chain.reshape(-1, model.size),
        rhat=np.sqrt(1.0 + between / within),
        ess=chain.shape[0] * chain.shape[1] / tau,
    )
