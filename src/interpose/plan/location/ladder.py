"""The p-median that is left after the bounds, exactly: one rung for each distance of a client.

``z[i, k]`` says that client `i` finds no open site within its `k` nearest distances, and costs the
step to the next one. As strong as a variable for each pair of site and client, and much smaller:
Cornuejols, Nemhauser and Wolsey 1980, doi:10.1137/0601030; Elloumi 2010,
doi:10.1007/s10878-008-9180-8. Rungs that only a worse answer could need are left out.
"""

from __future__ import annotations

import numpy as np

from interpose.plan.highs import Flags, Floats, Model


def ladder(cost: Floats, must: Flags, p: int, reach: Floats) -> tuple[Model, float] | None:
    """Return the model over the sites of `cost`, whose first columns are the sites.

    Parameters
    ----------
    cost : (site, client) float
        Only sites that still matter; all finite.
    must : (site,) bool
        Sites that are open.
    p : int
        Sites to open, with those.
    reach : (client,) float
        No better answer serves the client at a higher cost.

    Returns
    -------
    tuple
        The model, and the constant to add to its objective; None where some client has no site
        within reach, so that there is no better answer.
    """
    from scipy import sparse

    sites, clients = cost.shape
    if must.any():
        reach = np.minimum(reach, cost[must].min(axis=0))
    if (cost.min(axis=0) > reach).any():
        return None
    columns: list[int] = []
    rows: list[int] = []
    entries: list[float] = []
    prices: list[float] = []
    low_of_row: list[float] = []
    constant, rung, row = 0.0, sites, 0
    for i in range(clients):
        order = np.argsort(cost[:, i], kind="stable")
        order = order[cost[order, i] <= reach[i]]
        steps, starts = np.unique(cost[order, i], return_index=True)
        constant += float(steps[0])
        for k, near in enumerate(np.split(order, starts[1:])):
            last = k == len(steps) - 1
            uses = [*near.tolist()] + ([rung] if not last else []) + ([rung - 1] if k else [])
            signs = [1.0] * (len(near) + (not last)) + ([-1.0] if k else [])
            columns += uses
            entries += signs
            rows += [row] * len(uses)
            low_of_row.append(0.0 if k else 1.0)
            row += 1
            if not last:
                prices.append(float(steps[k + 1] - steps[k]))
                rung += 1
    columns += range(sites)
    entries += [1.0] * sites
    rows += [row] * sites
    matrix = sparse.csc_array((entries, (rows, columns)), shape=(row + 1, rung))
    model = Model(
        cost=np.concatenate([np.zeros(sites), prices]),
        low=np.concatenate([must.astype(float), np.zeros(len(prices))]),
        high=np.ones(rung),
        whole=np.arange(rung) < sites,
        rows=matrix,
        row_low=np.array([*low_of_row, float(p)]),
        row_high=np.array([np.inf] * row + [float(p)]),
    )
    return model, constant
