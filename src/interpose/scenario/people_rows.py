"""The table ``displaced.csv``: who is away, and who will be counted no more, on the first day.

``people.csv`` says who belongs to a municipality in a year. Where a play begins with people on
the move this is not who is there: refugees have not come back yet, and others are still at home
whom the next count will not find.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from interpose.scenario.rows import Basis, Count, Day, Identifier, Row


class Displaced(Row):
    """People of a community whom ``people.csv`` does not describe on the first day."""

    date: Day = Field(description="day of the count, not after the first day of the mission")
    community: Identifier = Field(description="id of a community")
    origin: Identifier = Field(
        description="municipality's seat where they belong, or 'all': shared out by people"
    )
    where: Literal["inside", "abroad", "home"] = Field(
        description="displaced inside the theatre or abroad, who are among people.csv; or at home "
        "and ready to leave, beyond people.csv, which counts those who stayed"
    )
    persons: Count = Field(description="best number, persons")
    low: Count = Field(description="low end, persons")
    high: Count = Field(description="high end, persons")
    basis: Basis
    source: Identifier = Field(description="id in sources.csv")
    note: str = ""
