"""Rotation: how many units a line takes, who serves when, and where it is thin.

Numbers and dates go in; pool sizes, tours with handovers, thin weeks in words come out. All
arithmetic is exact, and rounded up once. Read `pool` first.
"""

from interpose.plan.rotation.duty import fewest_on_duty
from interpose.plan.rotation.interval_cover import WindowCover, fewest_windows
from interpose.plan.rotation.pool import Stagger, pool_size, propose_stagger, tours_to_cover
from interpose.plan.rotation.schedule import Rotation, ThinWeek, Tour, plan_rotation, thin_weeks

__all__ = [
    "Rotation",
    "Stagger",
    "ThinWeek",
    "Tour",
    "WindowCover",
    "fewest_on_duty",
    "fewest_windows",
    "plan_rotation",
    "pool_size",
    "propose_stagger",
    "thin_weeks",
    "tours_to_cover",
]
