"""The fit room: counts by place and day with presence in; memory, drift and effect out.

Read ``fitting.py`` first. ``tables.py`` reads events, presence and places; ``memory.py`` parts
contagion from drift, lasting jumps cut out; ``effect.py`` has the designs
and the rule for believing them; ``poisson.py`` is the regression beneath. ``pool.py`` has the
prior that stands in where no effect is identified.
"""

from __future__ import annotations

from interpose.fit.fitting import Fit, fit, fit_grid
from interpose.fit.pool import Pooled, chance_that_force_helps, pooled, prior_rows
from interpose.fit.tables import Grid, read_grid

__all__ = [
    "Fit",
    "Grid",
    "Pooled",
    "chance_that_force_helps",
    "fit",
    "fit_grid",
    "pooled",
    "prior_rows",
    "read_grid",
]
