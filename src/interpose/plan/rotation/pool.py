"""How many units a line takes when each serves a tour, hands over, and rests."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from interpose.errors import PlanError
from interpose.plan.need.troops_to_task import Number, exact


def pool_size(
    slots: int,
    tour_months: Number,
    overlap_months: Number = 0,
    dwell_per_tour: Number = 2,
    staggered: bool = False,
) -> int:
    """Return the fewest units that hold `slots` posts for ever.

    A unit is back for its next tour after ``cycle = tour x (1 + dwell)``; because of the handover a
    post changes hands every ``step = tour - overlap``. If all posts change on the same dates every
    post needs ``ceil(cycle / step)`` units; if dates are spread evenly the posts share one pool of
    ``ceil(slots x cycle / step)``.

    Parameters
    ----------
    slots : int
        Posts that are held by one unit each.
    tour_months, overlap_months : number, months
        Arrival to departure of a unit, and how long both are there at a handover. Any unit will
        do, so long as it is the same for both.
    dwell_per_tour : number
        Rest after a tour, in tours: 2 for 1:2.
    staggered : bool
        Whether the handovers of the posts are spread evenly over time.

    Returns
    -------
    int
        Units.

    Raises
    ------
    PlanError
        If the overlap is not shorter than the tour, or a number is out of range.

    Examples
    --------
    >>> pool_size(1, 6, 0, 4), pool_size(1, 6, 0.25, 4)
    (5, 6)
    >>> pool_size(10, 6, 0.25, 2), pool_size(10, 6, 0.25, 2, staggered=True)
    (40, 32)
    """
    posts = exact("slots", slots, above=1)
    cycle, step = _cycle_and_step(tour_months, overlap_months, dwell_per_tour)
    if staggered:
        return math.ceil(posts * cycle / step)
    return math.ceil(posts) * math.ceil(cycle / step)


def tours_to_cover(horizon_months: Number, tour_months: Number, overlap_months: Number = 0) -> int:
    """Return the fewest tours, one after the other, that hold a post over a horizon without a gap.

    Examples
    --------
    >>> tours_to_cover(120, 9, 0.25), tours_to_cover(7, 6, 0.5), tours_to_cover(3, 6)
    (14, 2, 1)
    """
    horizon = exact("horizon_months", horizon_months, strictly=True)
    _, step = _cycle_and_step(tour_months, overlap_months, 0)
    return 1 + max(0, math.ceil((horizon - exact("tour_months", tour_months)) / step))


@dataclass(frozen=True, slots=True)
class Stagger:
    """What spreading the handovers evenly would save.

    Attributes
    ----------
    synchronised, staggered : int
        Units with all handovers on the same dates, and with them spread evenly.
    words : str
        The proposal in one sentence.
    """

    synchronised: int
    staggered: int
    words: str


def propose_stagger(
    slots: int, tour_months: Number, overlap_months: Number = 0, dwell_per_tour: Number = 2
) -> Stagger:
    """Return both pools and whether to spread the handovers.

    Examples
    --------
    >>> print(propose_stagger(10, 6, 0.25, 2).words)
    Spread the handovers, one every 0.575 months: 32 units hold the 10 posts instead of 40.
    """
    asked = (slots, tour_months, overlap_months, dwell_per_tour)
    together, spread = pool_size(*asked), pool_size(*asked, staggered=True)
    _, step = _cycle_and_step(tour_months, overlap_months, dwell_per_tour)
    if spread < together:
        every = float(step / slots)
        words = (
            f"Spread the handovers, one every {every:.3g} months: "
            f"{spread} units hold the {slots} posts instead of {together}."
        )
    else:
        words = f"Spreading the handovers saves nothing: {together} units either way."
    return Stagger(together, spread, words)


def _cycle_and_step(
    tour: Number, overlap: Number, dwell_per_tour: Number
) -> tuple[Fraction, Fraction]:
    """Return how soon a unit can come again, and how soon a post changes hands."""
    length = exact("tour_months", tour, strictly=True)
    both = exact("overlap_months", overlap)
    if both >= length:
        message = f"overlap_months is {overlap}: must be shorter than the tour of {tour} months."
        raise PlanError(message)
    return length * (1 + exact("dwell_per_tour", dwell_per_tour)), length - both
