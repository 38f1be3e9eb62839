"""The axes of a run: the names along every dimension of its dataset."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interpose.ensemble.spec import Spec
from interpose.play import Theatre
from interpose.play.review import review_days


@dataclass(frozen=True, slots=True)
class Axes:
    """Names along the dimensions, in the order of the scenario's tables.

    Attributes
    ----------
    month : (month,) datetime64[D]
        First day of every calendar month played.
    review : (review,) datetime64[D]
    year : (year,) datetime64[D]
        First day of every calendar year played.
    type, place, municipality, community, reporter, parameter : tuple of str
        Identifiers; `parameter` names those that differ from future to future.
    """

    month: NDArray[np.datetime64]
    review: NDArray[np.datetime64]
    year: NDArray[np.datetime64]
    type: tuple[str, ...]
    place: tuple[str, ...]
    municipality: tuple[str, ...]
    community: tuple[str, ...]
    reporter: tuple[str, ...]
    parameter: tuple[str, ...]

    @classmethod
    def of(cls, spec: Spec, theatre: Theatre) -> Axes:
        """Read the axes off a theatre."""
        return cls(
            month=theatre.month_starts,
            review=theatre.dates[review_days(theatre)],
            year=(np.datetime64("1970", "Y") + (theatre.years - 1970)).astype("datetime64[D]"),
            type=theatre.type_ids,
            place=tuple(place.id for place in theatre.scenario.places),
            municipality=theatre.municipalities,
            community=theatre.communities,
            reporter=theatre.reporters,
            parameter=tuple(row.name for row in spec.drawn()),
        )

    @classmethod
    def from_json(cls, axes: dict[str, list[str]]) -> Axes:
        """Read what `to_json` wrote."""
        return cls(
            month=np.array(axes["month"], dtype="datetime64[D]"),
            review=np.array(axes["review"], dtype="datetime64[D]"),
            year=np.array(axes["year"], dtype="datetime64[D]"),
            type=tuple(axes["type"]),
            place=tuple(axes["place"]),
            municipality=tuple(axes["municipality"]),
            community=tuple(axes["community"]),
            reporter=tuple(axes["reporter"]),
            parameter=tuple(axes["parameter"]),
        )

    def to_json(self) -> dict[str, list[str]]:
        """Return the axes as ``run.json`` has them."""
        names: dict[str, Any] = {name: getattr(self, name) for name in self.__slots__}
        return {name: [str(value) for value in values] for name, values in names.items()}
