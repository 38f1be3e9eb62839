"""Where the displaced go on a folder of Flee: ``displace``, its daily table and its error."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from interpose.errors import InterposeError
from interpose.play.exodus import PlayedSituation, draw_values, play_flee
from interpose.scenario import FleeInstance, read_flee
from interpose.scenario.files import write_aside

MOST_FUTURES = 1000
"""All their days and locations are held in memory."""


class RelativeDifference(NamedTuple):
    """Mean over the days of the distance of all camps, as a share of the people recorded.

    Attributes
    ----------
    raw : float
        As simulated.
    rescaled : float
        After scaling each day's camps so that they add to the total recorded in camps.
    """

    raw: float
    rescaled: float


def relative_difference(simulated: NDArray[Any], recorded: NDArray[Any]) -> RelativeDifference:
    r"""Compare people in camps with the record, day by day.

    By Flee (``postprocessing/extract-validation-results.py`` of release 3.1), with camp c, day t::

        E(t) = sum_c |sim_c(t) - data_c(t)| / max(1, sum_c data_c(t))
        raw  = mean over t of E(t)

    and rescaled the same with ``sim_c(t) sum_c data_c(t) / sum_c sim_c(t)``, which is 0 where
    nobody is simulated.

    Examples
    --------
    >>> relative_difference(np.array([[50, 0]]), np.array([[50, 50]]))
    RelativeDifference(raw=0.5, rescaled=1.0)
    """
    sim, data = np.asarray(simulated, dtype=float), np.asarray(recorded, dtype=float)
    held, counted = sim.sum(axis=1), data.sum(axis=1)
    scale = np.divide(counted, held, out=np.zeros_like(held), where=held > 0)
    least = np.maximum(counted, 1.0)
    raw = np.abs(sim - data).sum(axis=1) / least
    rescaled = np.abs(sim * scale[:, None] - data).sum(axis=1) / least
    return RelativeDifference(float(raw.mean()), float(rescaled.mean()))


@dataclass(frozen=True, slots=True)
class Displacement:
    """A situation played and compared with its record.

    Attributes
    ----------
    case : str
        Name of the folder.
    daily : DataFrame
        One row a day and location: ``date``, ``day``, ``location``, ``kind``; ``people`` there at
        the end of the day; ``arrived`` on that day (in a camp: let in; elsewhere: newly
        displaced); ``recorded`` people, where a camp has a series. With futures also ``low``
        and ``high``, the 90 % interval of ``people``.
    displaced : int, persons
        In the camps on day 0, and newly displaced since.
    in_camps, recorded : int, persons
        On the last day, in the camps that have a series.
    error_interval : tuple of RelativeDifference
        The 90 % interval of `error` over the futures; empty without any.
    notes : tuple of str
        What of the folder was passed over.
    """

    case: str
    daily: pd.DataFrame
    displaced: int
    in_camps: int
    recorded: int
    error: RelativeDifference
    error_interval: tuple[RelativeDifference, ...]
    notes: tuple[str, ...]

    def write(self, folder: str | Path) -> Path:
        """Write the daily table as ``CASE.csv`` of a folder, which is made if there is none."""
        text = self.daily.to_csv(index=False, lineterminator="\n")
        return write_aside(Path(folder) / f"{self.case}.csv", text.encode(), InterposeError)


def displace(case: FleeInstance | str | Path, seed: int = 1, futures: int = 0) -> Displacement:
    """Play a situation in Flee's format and compare its camps with the record.

    `futures` are played beside the one with the default parameters, each with parameters drawn from
    their ranges in ``displacement.csv``; at most `MOST_FUTURES`.

    Raises
    ------
    ScenarioError
        With every fault of the folder.
    InterposeError
        If `seed` or `futures` is out of range.
    """
    if seed < 0 or not 0 <= futures <= MOST_FUTURES:
        msg = f"seed must be 0 or more, futures from 0 to {MOST_FUTURES}."
        raise InterposeError(msg)
    instance = case if isinstance(case, FleeInstance) else read_flee(case)
    recorded = np.array(instance.recorded())
    played = play_flee(instance, seed=seed)
    daily = _daily(instance, played)
    people, errors = [], []
    for number in range(futures):
        other = play_flee(instance, draw_values(seed, number), seed, number)
        people.append(other.at_places().astype(np.int32))
        errors.append(relative_difference(other.counted, recorded))
    interval: tuple[RelativeDifference, ...] = ()
    if futures:
        low, high = np.percentile(people, (5, 95), axis=0, method="nearest")
        daily["low"], daily["high"] = low.ravel(), high.ravel()
        interval = tuple(RelativeDifference(*row) for row in np.percentile(errors, (5, 95), axis=0))
    return Displacement(
        case=instance.name,
        daily=daily,
        displaced=played.displaced,
        in_camps=int(played.counted[-1].sum()),
        recorded=int(recorded[-1].sum()),
        error=relative_difference(played.counted, recorded),
        error_interval=interval,
        notes=instance.notes,
    )


def _daily(instance: FleeInstance, played: PlayedSituation) -> pd.DataFrame:
    """Return one row a day and location."""
    days, names = np.arange(instance.days), [place.name for place in instance.locations]
    recorded = pd.DataFrame(instance.recorded(), columns=list(instance.camps), dtype="Int64")
    return pd.DataFrame(
        {
            "date": np.repeat(np.datetime64(instance.start) + days, len(names)),
            "day": np.repeat(days, len(names)),
            "location": np.tile(names, instance.days),
            "kind": np.tile([place.kind for place in instance.locations], instance.days),
            "people": played.at_places().ravel(),
            "arrived": played.arrivals().ravel(),
            "recorded": recorded.reindex(columns=names).to_numpy().ravel(),
        }
    )
