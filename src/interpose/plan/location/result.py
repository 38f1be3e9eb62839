"""What every location function gives back: sites, who goes where, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

OPTIMAL = "optimal"
INFEASIBLE = "infeasible"


@dataclass(frozen=True, slots=True)
class Siting:
    """Where to sit, who serves whom, and how far from the best that can be.

    Attributes
    ----------
    sites : tuple of int
        Rows of `cost` that are open (agents with work, for `assign`), in ascending order.
    assignment : tuple of int
        For each client (column of `cost`) the row that serves it; -1 where none does.
    objective : float
        What was minimised or maximised, in the unit of the data; nan where nothing was found.
    bound : float
        No answer is better than this: at most the optimum where the objective is minimised, at
        least the optimum where it is maximised.
    status : str
        ``"optimal"``, ``"infeasible"``, ``"time limit, gap 0.3 %"``, ``"stopped, gap 0.3 %"``, or
        the same with ``nothing found`` in place of the gap.
    gap : float
        Distance of bound and objective as a share of the objective; 0 where proved, nan where
        nothing was found.
    seconds : float
        Wall-clock time of the search.
    reason : str
        In plain words why nothing was found; empty otherwise.
    """

    sites: tuple[int, ...]
    assignment: tuple[int, ...]
    objective: float
    bound: float
    status: str
    gap: float
    seconds: float
    reason: str = ""


def found(
    sites: Iterable[int],
    assignment: Iterable[int],
    objective: float,
    bound: float,
    *,
    proved: bool,
    stop: str,
    seconds: float,
) -> Siting:
    """Return an answer with its gap and status in words; `stop` says what ended the search."""
    if proved:
        bound, gap, status = objective, 0.0, OPTIMAL
    else:
        gap = abs(objective - bound) / max(abs(objective), 1e-12)
        status = f"{stop}, gap {share(gap)}"
    return Siting(
        tuple(int(j) for j in sites),
        tuple(int(j) for j in assignment),
        float(objective),
        float(bound),
        status,
        float(gap),
        seconds,
    )


def share(gap: float) -> str:
    """Return a gap as per cent, with enough places to be seen.

    Examples
    --------
    >>> share(0.0031), share(0.00004), share(math.inf)
    ('0.3 %', '0.004 %', 'unknown')
    """
    if not math.isfinite(gap):
        return "unknown"
    per_cent = 100.0 * gap
    places = 1 if per_cent >= 0.1 or per_cent == 0 else 1 - math.floor(math.log10(per_cent) + 1)
    return f"{per_cent:.{places}f} %"


def infeasible(reason: str, seconds: float) -> Siting:
    """Return that no answer exists, and why."""
    nan = math.nan
    return Siting((), (), nan, nan, INFEASIBLE, nan, seconds, reason)


def nothing_found(stop: str, bound: float, seconds: float) -> Siting:
    """Return that the search ended before it found an answer or the proof that none exists."""
    reason = f"The search ended ({stop}) before an answer was found or ruled out."
    return Siting((), (), math.nan, bound, f"{stop}, nothing found", math.nan, seconds, reason)
