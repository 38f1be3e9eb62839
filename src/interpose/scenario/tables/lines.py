"""The tables of a line between armed forces: its sectors, and the forces that stand along it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from interpose.scenario.tables.values import (
    Count,
    Day,
    Identifier,
    LastDay,
    Names,
    Number,
    PlaceThen,
    Ref,
    Sourced,
)

OF_A_LINE = frozenset(
    {
        "violation_by_fire",
        "violation_by_movement",
        "violation_by_air",
        "overmanning",
        "restriction_of_movement",
        "civilians_in_zone",
    }
)
"""Acts that are counted along a line, whoever does them."""


class Sector(Sourced):
    """A sector of a line that parts armed forces, with the posts that watch it, from day to day."""

    KEYS = (("sector", "begins"),)

    sector: Identifier = Field(description="short name; a row for each time its posts change")
    place: PlaceThen = Field(description="id of the place where its incidents are counted")
    length_km: Number = Field(gt=0, le=5000, description="length of the line in it, km")
    posts: Count = Field(description="posts of the mission in sight of the line, manned")
    view: Number = Field(
        default=1, gt=0, le=3, description="how far a post sees: 1 open land, 0.5 hills or houses"
    )
    sensors: Number = Field(
        default=0, ge=0, le=1, description="share of the length under cameras, radar or drones"
    )
    begins: Day
    ends: LastDay = None


class ArmedForce(Sourced):
    """An armed force along a line, from day to day: strength, posture, and what it consents to.

    Its soldiers are those near the line, shared by the length of the sectors of the row.
    """

    KEYS = (("force", "sectors", "begins"),)

    force: Identifier = Field(description="short name, which incident types use")
    name: str = Field(min_length=1, description="name as neutral sources write it")
    sectors: Annotated[Names, Ref("sectors", also=("all",), several=True)] = Field(
        description="sectors of lines.csv, parted by ';', or all"
    )
    strength: Count = Field(description="soldiers near the line")
    posture: Number = Field(
        default=1, ge=0, le=100, description="factor on what it does: 1 as usual, 0 stands down"
    )
    consent: Number = Field(
        ge=0, le=1, description="share of the mission's patrols and posts that it lets work"
    )
    begins: Day
    ends: LastDay = None
