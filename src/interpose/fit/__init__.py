"""The fit room: counts by place and day with presence in; memory, drift and effect out.

Read ``fitting.py`` first. ``tables.py`` reads events, presence and places; ``memory.py`` parts
contagion from drift; ``effect.py`` has the designs and the rule for believing them; ``poisson.py``
is the regression beneath.
"""

from __future__ import annotations

from interpose.fit.fitting import Fit, fit, fit_grid
from interpose.fit.tables import Grid, read_grid

__all__ = ["Fit", "Grid", "fit", "fit_grid", "read_grid"]
