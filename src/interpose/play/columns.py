"""The columns of a run: one definition for Parquet files, xarray attributes and the docs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Type = Literal["int8", "int16", "int32", "int64", "float32", "float64", "date", "text"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table of a run.

    Attributes
    ----------
    name : str
    type : str
        numpy name, or ``date`` (datetime64[D]) or ``text``.
    unit : str
    description : str
    """

    name: str
    type: Type
    unit: str
    description: str


@dataclass(frozen=True, slots=True)
class Coded:
    """A text column as codes into its words, the way Parquet and pandas like it.

    Attributes
    ----------
    codes : (row,) int16
    words : tuple of str
    """

    codes: NDArray[np.int16]
    words: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.codes)


FUTURE = Column("future", "int32", "1", "number of the future, from 0")

TABLES: dict[str, tuple[Column, ...]] = {
    "series": (
        FUTURE,
        Column("month", "date", "date", "first day of the calendar month"),
        Column("type", "text", "1", "incident type of the scenario"),
        Column("incidents", "int32", "incidents", "incidents that happened"),
        Column("deaths", "int32", "persons", "dead, of all sides"),
        Column("injured", "int32", "persons", "injured, of all sides"),
    ),
    "reports": (
        FUTURE,
        Column("month", "date", "date", "first day of the month in which the report arrived"),
        Column("reporter", "text", "1", "who reported"),
        Column("type", "text", "1", "incident type of the scenario"),
        Column("reported", "int32", "incidents", "incidents reported; months without are left out"),
        Column("deaths", "int32", "persons", "dead in the incidents reported"),
    ),
    "force": (
        FUTURE,
        Column("month", "date", "date", "first day of the calendar month"),
        Column("in_theatre", "float32", "persons", "mean strength in theatre"),
        Column("rear", "float32", "persons", "mean strength in rear areas"),
        Column("reserve", "float32", "persons", "mean strength in reserve at home"),
        Column("exercise", "float32", "persons", "mean strength there for an exercise"),
    ),
    "reviews": (
        FUTURE,
        Column("date", "date", "date", "day of the review"),
        Column("in_theatre", "float32", "persons", "strength in theatre on that morning"),
        Column("R", "float32", "incidents/incident", "reproduction number of the theatre"),
    ),
    "municipalities": (
        FUTURE,
        Column("date", "date", "date", "day of the review"),
        Column("municipality", "text", "1", "id of the municipality's seat"),
        Column(
            "troops", "float32", "soldiers/1000 inhabitants", "available soldiers, by reach of road"
        ),
        Column("R", "float32", "incidents/incident", "R if all were guarded like this one"),
        Column(
            "local_police",
            "float32",
            "officers/1000 inhabitants",
            "accepted local police",
        ),
    ),
    "incidents": (
        FUTURE,
        Column("date", "date", "date", "day of the incident"),
        Column("place", "text", "1", "id of the place"),
        Column("type", "text", "1", "incident type of the scenario"),
        Column("deaths_target", "int16", "persons", "dead on the side of the target"),
        Column("deaths_instigator", "int16", "persons", "dead on the side of the instigator"),
        Column("injured_target", "int16", "persons", "injured on the side of the target"),
        Column("injured_instigator", "int16", "persons", "injured on the side of the instigator"),
        Column("crowd", "int32", "persons", "size of the crowd; 0 where the type has none"),
        Column("background", "float32", "ratio", "chance that it is not retaliation"),
    ),
    "barricades": (
        FUTURE,
        Column("date", "date", "date", "day on which the barricade went up"),
        Column("place", "text", "1", "id of the place"),
        Column("other_end", "text", "1", "id of the place at the other end of its road"),
        Column("days", "int16", "days", "days on which it stood; 1: gone on its first evening"),
        Column("ended", "text", "1", "by itself, negotiated, removed; standing: on the last day"),
        Column(
            "injured_instigator", "int16", "persons", "injured in its removal, who had built it"
        ),
        Column("injured_force", "int16", "persons", "injured in its removal, of the force"),
    ),
    "movement": (
        FUTURE,
        Column("year", "date", "date", "first day of the calendar year"),
        Column("municipality", "text", "1", "id of the municipality's seat"),
        Column("community", "text", "1", "id of the community"),
        Column("share", "float32", "ratio", "wished-for trips made, mean of months, to 0.001"),
        Column("escorted", "float32", "ratio", "wished-for trips made under escort, to 0.001"),
    ),
    "people": (
        FUTURE,
        Column("month", "date", "date", "first day of the calendar month"),
        Column("community", "text", "1", "id of the community"),
        Column("home", "int32", "persons", "at home on the last evening of the month"),
        Column("inside", "int32", "persons", "displaced inside the theatre, or on the way, then"),
        Column("abroad", "int32", "persons", "displaced abroad, then"),
        Column("fled", "int32", "persons", "left home within the month"),
        Column("returned", "int32", "persons", "came home within the month"),
        Column("settled", "int32", "persons", "of the displaced, settled elsewhere until then"),
    ),
    "residents": (
        FUTURE,
        Column("year", "date", "date", "first day of the calendar year"),
        Column("municipality", "text", "1", "id of the municipality's seat"),
        Column("community", "text", "1", "id of the community"),
        Column("persons", "int32", "persons", "who lived there on its last evening, all counted"),
        Column("hosted", "int32", "persons", "of them displaced from elsewhere"),
    ),
    "riots": (
        FUTURE,
        Column("date", "date", "date", "day on which the crowd first was one"),
        Column("hour", "int8", "h", "hour of that day"),
        Column("place", "text", "1", "id of the place"),
        Column("community", "text", "1", "community of the crowd"),
        Column("target", "text", "1", "community it is against of whom most live there"),
        Column("rumour", "text", "1", "id in rumours.csv; empty: it came of an incident"),
        Column("hours", "int16", "h", "hours with a crowd"),
        Column("crowd", "int32", "persons", "largest crowd"),
        Column("joined", "int32", "persons", "persons who came at any time"),
        *(
            Column(f"{what}_{side}", "int32", "persons", f"{words} on the side of the {side}")
            for what, words in (("deaths", "dead"), ("injured", "injured"))
            for side in ("target", "instigator", "force")
        ),
        Column("houses", "int32", "houses", "houses burned"),
        Column("sites", "int16", "sites", "religious or cultural sites damaged"),
        Column("displaced", "int32", "persons", "persons who fled from it"),
    ),
    "futures": (
        FUTURE,
        Column("status", "text", "1", "done, or failed"),
        Column("error", "text", "1", "what went wrong; empty if done"),
        Column("incidents", "int64", "incidents", "incidents in all"),
        Column("riots", "int64", "riots", "riots in all"),
        Column("deaths", "int64", "persons", "dead in all, those in riots with them"),
        Column("injured", "int64", "persons", "injured in all, those in riots with them"),
    ),
}
"""Table -> its columns. ``futures`` has, after these, one float64 column for every parameter that
was drawn, named like the parameter's row; its row is written last and says that a future is
done."""
