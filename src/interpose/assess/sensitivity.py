"""Which drawn parameters move the result: rank correlation with deaths and incidents.

Every future draws its own parameters, so a run is its own sensitivity study: a parameter whose
high values go with many deaths has a Spearman correlation near 1, one that does not matter has
one near 0. The interval is that of Bonett & Wright 2000 (doi:10.1007/BF02294183): Fisher's z with
standard error sqrt((1 + rho^2 / 2) / (futures - 3)).
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from interpose.ensemble import Run
from interpose.scenario.parameters import ResolvedRow

OUTCOMES = ("deaths", "incidents")
"""Columns of the table ``futures`` with which parameters are correlated."""

FEWEST = 5
"""Futures below which no correlation is given."""


def sensitivity(run: Run, rows: tuple[ResolvedRow, ...]) -> pd.DataFrame:
    """Rank the drawn parameters by how much they move deaths or incidents.

    Returns
    -------
    DataFrame
        One row a drawn parameter, the strongest first: ``name``, ``basis``; for each outcome
        its rank correlation, ``low`` and ``high`` of its 95 % interval (``deaths``, ``deaths_low``,
        ``deaths_high``, ...); ``strength``, the larger correlation without its sign; ``clear``,
        whether that one is told from zero even though so many were tried (Bonferroni). Empty
        where nothing was drawn or fewer than `FEWEST` futures were played.
    """
    futures = run.futures[run.futures["status"] == "done"]
    drawn = [row for row in rows if row.name in futures.columns]
    columns = ["name", "basis"]
    columns += [f"{what}{end}" for what in OUTCOMES for end in ("", "_low", "_high")]
    if not drawn or len(futures) < FEWEST:
        return pd.DataFrame(columns=[*columns, "strength", "clear"])
    table = pd.DataFrame({"name": [r.name for r in drawn], "basis": [r.basis for r in drawn]})
    values = futures[[row.name for row in drawn]].to_numpy(float)
    clear = np.zeros(len(drawn), dtype=np.bool_)
    for what in OUTCOMES:
        rho = rank_correlation(values, futures[what].to_numpy(float))
        table[what] = rho
        table[f"{what}_low"], table[f"{what}_high"] = interval(rho, len(futures), 0.95)
        low, high = interval(rho, len(futures), 1.0 - 0.05 / (len(drawn) * len(OUTCOMES)))
        clear |= (low > 0.0) | (high < 0.0)
    table["strength"] = table[list(OUTCOMES)].abs().max(axis=1)
    table["clear"] = clear
    ordered = table.sort_values("strength", ascending=False, kind="stable", na_position="last")
    return ordered.reset_index(drop=True)


def rank_correlation(
    values: NDArray[np.float64], outcome: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return Spearman's rank correlation of each column with an outcome, by future.

    NaN where the column or the outcome never changes.
    """
    ranks = pd.DataFrame(values).rank().to_numpy()
    against = pd.Series(outcome).rank().to_numpy()
    ranks = ranks - ranks.mean(axis=0)
    against = against - against.mean()
    scale = np.sqrt((ranks**2).sum(axis=0) * (against**2).sum())
    with np.errstate(invalid="ignore"):
        return np.asarray((ranks * against[:, None]).sum(axis=0) / np.where(scale, scale, np.nan))


def interval(
    rho: NDArray[np.float64], futures: int, level: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return low and high ends of rank correlations by Fisher's z; more than 3 `futures`."""
    z = np.arctanh(np.clip(rho, -1.0 + 1e-12, 1.0 - 1e-12))
    reach = ndtri(0.5 + level / 2.0) * np.sqrt((1.0 + rho**2 / 2.0) / (futures - 3))
    return np.asarray(np.tanh(z - reach)), np.asarray(np.tanh(z + reach))
