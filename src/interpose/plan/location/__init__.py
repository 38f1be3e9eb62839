"""Where to base units: p-median, p-center, set cover, maximal cover, assignment, on plain arrays.

A table of costs (sites x clients) goes in, a `Siting` comes out: sites, who serves whom, what that
costs, and how sure it is the best: proved optimal, or with its gap. The engine is HiGHS; bounds and
reductions of our own come first, so that it is given little (docs/decisions/0013). Read `median`
first, then `uncapacitated`; docs/plan_location.md is the short guide.
"""

from interpose.plan.highs import Watch
from interpose.plan.location.assignment import assign
from interpose.plan.location.center import p_center
from interpose.plan.location.cover import max_cover, set_cover
from interpose.plan.location.median import p_median
from interpose.plan.location.result import Siting

__all__ = ["Siting", "Watch", "assign", "max_cover", "p_center", "p_median", "set_cover"]
