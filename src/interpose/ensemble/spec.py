"""What a run is: the inputs that decide every byte, how futures are grouped, and the axes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interpose import __version__
from interpose.errors import InterposeError
from interpose.play import Theatre
from interpose.play.review import review_days
from interpose.policy import Choice
from interpose.scenario import Scenario
from interpose.scenario.parameters import ResolvedRow

FORMAT = 3
"""Version of the layout of a run folder."""

CHUNK = 10
"""Futures that are played, written and resumed together. Fixed, never made from the number of
workers: the files of a run would otherwise depend on the machine."""

MOST_FUTURES = 10_000_000

Axes = Mapping[str, NDArray[Any]]
"""Dimension of a run's dataset -> its names or dates."""

AXES = {
    "month": "first day of the calendar month",
    "type": "incident type of the scenario",
    "review": "day of the review",
    "year": "first day of the calendar year",
    "place": "id of the place",
    "municipality": "id of the municipality's seat",
    "community": "id of the community",
    "reporter": "who reported",
    "parameter": "parameter that differs from future to future",
}
"""Dimension -> what stands along it."""

LABELS = {
    "lat": ("place", "degrees_north", "latitude"),
    "lon": ("place", "degrees_east", "longitude"),
    "seat": ("place", "1", "id of the seat of the place's municipality"),
    "act": ("type", "1", "act"),
    "instigator": ("type", "1", "who does it"),
    "target": ("type", "1", "against whom"),
}
"""What else is told along a dimension: its dimension, unit and meaning."""

ROOMS_THAT_DECIDE = ("scenario", "policy", "play", "ensemble")
"""Rooms whose code may move a number of a run."""


@lru_cache(maxsize=2)
def code_digest(rooms: tuple[str, ...] = ROOMS_THAT_DECIDE) -> str:
    """Return a hash of the code that plays, or of other folders of the package.

    Between two releases the version stays while the code changes; a run that was begun before a
    change must not be finished, or taken for the result, after it.
    """
    digest = hashlib.sha256()
    for room in rooms:
        folder = Path(__file__).parent.parent / room
        for file in sorted(folder.rglob("*.py")):
            digest.update(f"\n{room}/{file.relative_to(folder).as_posix()}\n".encode())
            digest.update(file.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Spec:
    """The inputs of a run. Two runs of equal specs have equal bytes."""

    scenario: Scenario
    policy: Choice
    seed: int
    futures: int
    draw: bool

    def check(self) -> None:
        """Refuse values that no run can have."""
        if not 1 <= self.futures <= MOST_FUTURES:
            msg = f"futures: {self.futures}. Must be from 1 to {MOST_FUTURES}."
            raise InterposeError(msg)
        if self.seed < 0:
            msg = f"seed: {self.seed}. Must be 0 or more."
            raise InterposeError(msg)

    def inputs(self) -> dict[str, Any]:
        """Return what must be equal for a run to be resumed, as ``run.json`` has it."""
        return {
            "scenario": self.scenario.header.name,
            "scenario_digest": self.scenario.digest,
            "policy": self.policy.name,
            "policy_rules": dict(self.policy.rules),
            "seed": self.seed,
            "futures": self.futures,
            "draw": self.draw,
            "chunk": CHUNK,
            "version": __version__,
            "code": code_digest(),
        }

    @property
    def chunks(self) -> int:
        """Number of chunks."""
        return -(-self.futures // CHUNK)

    def numbers(self, chunk: int) -> range:
        """Return the futures of one chunk."""
        return range(chunk * CHUNK, min((chunk + 1) * CHUNK, self.futures))

    def drawn(self) -> Iterator[ResolvedRow]:
        """Yield the parameters that differ from future to future."""
        if self.draw:
            for row in self.scenario.parameters.rows():
                if row.low < row.high:
                    yield row


def axes_of(spec: Spec, theatre: Theatre) -> Axes:
    """Return the axes of a run and their `LABELS`, in the order of the scenario's tables."""
    labels = {
        name: np.array([getattr(row, "municipality" if name == "seat" else name) for row in rows])
        for rows, names in (
            (theatre.scenario.places, ("lat", "lon", "seat")),
            (theatre.scenario.incident_types, ("act", "instigator", "target")),
        )
        for name in names
    }
    return {
        "month": theatre.month_starts,
        "type": np.array(theatre.type_ids),
        "review": theatre.dates[review_days(theatre)],
        "year": np.array(theatre.years - 1970, "datetime64[Y]").astype("datetime64[D]"),
        "place": np.array([place.id for place in theatre.scenario.places]),
        "municipality": np.array(theatre.municipalities),
        "community": np.array(theatre.communities),
        "reporter": np.array(theatre.reporters),
        "parameter": np.array([row.name for row in spec.drawn()], np.str_),
        **labels,
    }


def axes_from_json(axes: Mapping[str, Sequence[str]]) -> Axes:
    """Return the axes that ``run.json`` has as texts."""
    kinds = dict.fromkeys(("month", "review", "year"), "datetime64[D]")
    kinds |= dict.fromkeys(("lat", "lon"), "float64")
    names = [name for name in (*AXES, *LABELS) if name in axes]
    return {name: np.array(axes[name], kinds.get(name, np.str_)) for name in names}
