r"""The prior of the effect of presence: published effects, pooled with random effects.

Where events do not identify the effect, this stands in. Each study of ``effects.csv`` gives a log
ratio of violence with troops to that without, r, and how many available soldiers for 1,000 people
within reach that was, d. Its effect in the unit of the play is -r / d: above nil, troops prevent.
Hardly any study reports d; it is worked out of strengths and people, with a spread of 0.7 on logs,
so countries at war (d of 0.3 to 0.4) give effects thirty times those of a base and its cell (d of
2). Effects are pooled after DerSimonian & Laird (1986, doi:10.1016/0197-2456(86)90046-2); the prior
is the law of the effect in another place (Higgins et al. 2009), nil and the other sign with it.
Most standard errors are judgements too: where a study gives a sign alone, they are 0.1 to 0.2.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib import resources

import numpy as np

from interpose.scenario import Parameters

ARMED_ACTS = ("armed_attack", "bombing", "attack_on_force")
"""Acts of armed groups; all others are ordinary violence after a war."""

CHANNELS = ("background", "retaliation")


@dataclass(frozen=True, slots=True)
class Pooled:
    """Effects of one kind of violence, for one available soldier per 1,000 people within reach.

    Attributes
    ----------
    mean, se : float
        Of the mean effect.
    between : float
        Standard deviation between studies.
    share : float
        I squared: the part of the spread that is between studies.
    low, high : float
        95 % of the effects in another place.
    studies : tuple of (name, effect, se)
    """

    mean: float
    se: float
    between: float
    share: float
    low: float
    high: float
    studies: tuple[tuple[str, float, float], ...]


def pooled(violence: str) -> Pooled:
    """Pool the studies of ``armed`` or ``ordinary`` violence."""
    text = resources.files("interpose.fit").joinpath("effects.csv").read_text(encoding="utf-8")
    rows = [row for row in csv.DictReader(text.splitlines()) if row["violence"] == violence]
    ratio, se, dose, log_sd = (
        np.array([float(row[name]) for row in rows])
        for name in ("log_ratio", "se", "per_1000", "per_1000_log_sd")
    )
    effect = -ratio / dose
    spread = np.hypot(se / dose, effect * log_sd)
    weight = spread**-2.0
    fixed = (weight @ effect) / weight.sum()
    q, many = float(weight @ (effect - fixed) ** 2), len(rows)
    scale = weight.sum() - (weight**2).sum() / weight.sum()
    between = float(np.sqrt(max(0.0, (q - (many - 1)) / scale)))
    weight = 1 / (spread**2 + between**2)
    mean, own = float((weight @ effect) / weight.sum()), float(weight.sum() ** -0.5)
    reach = 1.96 * float(np.hypot(between, own))
    share = max(0.0, 1 - (many - 1) / q) if q > 0 else 0.0
    names = tuple(row["study"] for row in rows)
    studies = tuple(zip(names, effect.tolist(), spread.tolist(), strict=True))
    return Pooled(mean, own, between, share, mean - reach, mean + reach, studies)


def prior_rows() -> dict[str, tuple[float, float, float]]:
    """Return the rows of ``parameters.csv`` that hold the prior: name -> value, low, high.

    What troops provoke goes into the background. Retaliation is cut at nil: a factor above 1 on
    what every act brings makes violence feed itself for years, which no record shows.
    """
    rows = {}
    for channel in CHANNELS:
        for index, violence in (("", "ordinary"), *((f"[{act}]", "armed") for act in ARMED_ACTS)):
            one = pooled(violence)
            least = 0.0 if channel == "retaliation" else -np.inf
            value, low, high = (round(max(n, least), 3) for n in (one.mean, one.low, one.high))
            rows[f"effect.troops.{channel}{index}"] = (value, low, high)
    return rows


def chance_that_force_helps(parameters: Parameters, act: str = "armed_attack") -> float:
    """Return the share of the draws in which troops lower the background of an act.

    Draws are those of the posterior. Without one a draw lies below the value of its row with chance
    one half, evenly from its low end, else evenly up to its high end.
    """
    name = "effect.troops.background"
    known = {row.name: row for row in parameters.rows()}
    row = known.get(f"{name}[{act}]", known.get(name))
    if row is None:
        return 0.0
    if row.name in parameters.vector(0):
        draws = next(one.draws for one in parameters.posterior if one.name == row.name)
        return float(np.mean([float(value) > 0.0 for value in draws.split(";")]))
    ends = ((row.low, row.value), (row.value, row.high))
    return sum(
        0.5 * (min(max(high, 0.0) / (high - low), 1.0) if high > low else float(low > 0))
        for low, high in ends
    )
