"""The tables under ``plan/``: what is needed, who offers what, and who may go where.

Nations decide, not the alliance: offers, caveats and standings are inputs of a plan, never its
decisions.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from interpose.scenario.tables.values import (
    Basis,
    Count,
    Day,
    Ends,
    Flag,
    Gone,
    Identifier,
    LastDay,
    Names,
    Number,
    OnlyFor,
    Ref,
    Row,
    Sourced,
    SourceId,
    Wanted,
    Whole,
)

Echelon = Literal["team", "section", "platoon", "company", "battalion", "brigade"]

Framework = Literal["nato", "eu", "un", "coalition"]
"""Who leads a mission; each has rules of its own about who may join."""

StandingKind = Literal[
    "member",
    "partner",
    "recognises",
    "does_not_recognise",
    "consents",
    "refuses",
    "legal_act",
    "trained",
    "invited",
    "ceiling",
]
"""What holds of a nation from a day to a day:

member, partner: of the framework named in `of`; recognises, does_not_recognise: the host named in
`of`; consents, refuses: the host of mission `of` agrees or not to this nation's troops, or the
nation rules such a mission out; legal_act: a law or vote in force that lets it send troops to
mission `of`; trained: training for `of` done; invited: the lead of mission `of` has asked for it;
ceiling: at most `value` persons in mission `of`.
"""

CaveatKind = Literal["area", "task", "crowd_control", "night", "boundary"]
"""What a national limit forbids: going to places, doing tasks, crowd control, night work, or
crossing the border of its area."""

WorkloadKind = Literal["post", "patrol", "escort", "quick_reaction", "liaison", "staff", "camp"]


def _symbol(text: str) -> str:
    if not re.fullmatch(r"[0-9]{20}", text, re.ASCII):
        msg = "Must be an APP-6D code of 20 digits, such as 10031000151211000000."
        if re.fullmatch(r"[\d.,]+[eE]\+?\d+", text):
            msg += " A spreadsheet made a number of it: format the column as text, enter it again."
        raise ValueError(msg)
    return text


Symbol = Annotated[str, AfterValidator(_symbol)]
"""An APP-6D code."""


MissionId = Annotated[
    Identifier,
    Ref("plan/missions.csv", days="some"),
    Field(description="id in plan/missions.csv"),
]
ContributorId = Annotated[Identifier, Ref("contributors.csv")]
CapabilityId = Annotated[Identifier, Ref("plan/capabilities.csv")]
Somewhere = Annotated[str, Ref("places and areas", also=("theatre",))]


class Capability(Sourced):
    """A kind of unit that a requirement asks for and an offer brings."""

    id: Identifier = Field(description="short name")
    name: str = Field(min_length=1, description="name used in text")
    echelon: Echelon = Field(description="size of one unit of it")
    strength: Count = Field(description="persons in one unit, where an offer does not say")
    symbol: Symbol = Field(description="APP-6D code of 20 digits; a friend's frame")
    serves_as: Annotated[Names, Ref("plan/capabilities.csv", several=True)] = Field(
        default="", description="other capabilities that it can stand in for, parted by ';'"
    )

    def contradictions(self) -> Wanted:
        """Refuse a capability that stands in for itself."""
        yield from super().contradictions()
        if self.id in self.serves_as.split(";"):
            yield "serves_as", "It serves as itself anyway; name others only."


class Mission(Sourced):
    """A mission that draws on the same nations: this one, or one elsewhere."""

    id: Identifier = Field(description="short name")
    name: str = Field(min_length=1)
    framework: Framework = Field(description="who leads it")
    lead: Annotated[
        str,
        Ref("contributors.csv"),
        OnlyFor("framework", "coalition", "the contributor that leads it"),
    ] = Field(default="", description="contributor that leads it, for a coalition")
    host: Identifier = Field(description="state or territory where it is, ISO 3166 alpha-3")
    mandate: str = Field(min_length=1, description="what allows it, and until when")
    begins: Day
    ends: LastDay = None


class Standing(Sourced):
    """A dated fact about a nation that a rule of eligibility asks for."""

    id: Identifier = Field(description="short name")
    contributor: ContributorId
    kind: StandingKind = Field(description="what holds")
    of: Identifier = Field(description="framework, mission, host or capability; see the rules")
    value: Annotated[Count | None, OnlyFor("kind", "ceiling", "the most persons allowed")] = Field(
        default=None, description="persons, for a ceiling"
    )
    begins: Day
    ends: LastDay = None
    words: str = Field(min_length=1, description="the fact in plain neutral words")


class Caveat(Sourced):
    """A national limit on where, when or how a contingent may be used."""

    id: Identifier = Field(description="short name")
    kind: CaveatKind = Field(description="what it limits")
    places: Annotated[
        Names, Ref("places and areas", several=True), OnlyFor("kind", "area", "what is barred")
    ] = Field(default="", description="areas or places barred, for kind area")
    tasks: Annotated[
        Names, Ref("tasks", several=True), OnlyFor("kind", "task", "what is barred")
    ] = Field(default="", description="tasks barred, for kind task")
    words: str = Field(min_length=1, description="the limit in plain words")


class Requirement(Sourced):
    """A line of what is needed: generic about the nation, never about place or time."""

    id: Identifier = Field(description="short name")
    mission: Annotated[Identifier, Ref("plan/missions.csv", days="every")] = Field(
        description="id in plan/missions.csv"
    )
    capability: CapabilityId
    units: Whole = Field(ge=1, le=10_000, description="how many units of it")
    place: Somewhere
    task: Annotated[str, Ref("tasks")] = ""
    begins: Day = Field(description="first month in which it is needed (its first day)")
    ends: Annotated[Day, Ends("begins", gone=True)] = Field(
        description="first day on which it is no longer needed"
    )
    readiness_days: Whole = Field(ge=0, le=3660, description="days until it must be ready")
    priority: Whole = Field(ge=1, le=9, description="1 first, 9 last")
    critical: Flag = Field(description="whether the mission fails while it is open")
    may_be_split: Flag = Field(description="whether several nations may fill it together")

    def contradictions(self) -> Wanted:
        """Refuse days that are not the first of a month."""
        yield from super().contradictions()
        for field, day in (("begins", self.begins), ("ends", self.ends)):
            if day.day != 1:
                yield field, f"Must be the first of a month, such as {day.replace(day=1)}."


class AcceptedRisk(Row):
    """A line that somebody decided to leave open for a time."""

    KEYS = (("requirement", "begins"),)

    requirement: Annotated[Identifier, Ref("plan/requirements.csv", days="some")]
    begins: Day
    ends: Annotated[Day, Ends("begins", gone=True)] = Field(
        description="first day on which it is no longer accepted"
    )
    by: str = Field(min_length=1, description="office that accepted it; no persons")
    words: str = Field(min_length=1, description="why")
    basis: Basis
    source: SourceId


class Workload(Sourced):
    """A task's rhythm, from which troops-to-task arithmetic makes requirement lines."""

    id: Identifier = Field(description="short name")
    task: Annotated[Identifier, Ref("tasks")]
    kind: WorkloadKind = Field(description="which arithmetic")
    capability: CapabilityId
    place: Somewhere
    count: Number = Field(ge=0, le=1e6, description="posts, patrols a day, escorts a day, calls")
    persons: Number = Field(ge=0, le=1e5, description="persons at each of them")
    hours: Number = Field(ge=0, le=24, description="hours a day at a post, or of one patrol")
    reach_min: Annotated[
        Number | None, OnlyFor("kind", "quick_reaction", "minutes until it must be there")
    ] = Field(
        default=None, ge=0, le=3000, description="quick_reaction: minutes until it must be there"
    )
    begins: Day
    ends: Annotated[Day, Ends("begins", gone=True)] = Field(
        description="first day on which it is no longer done"
    )
    priority: Whole = Field(ge=1, le=9, description="1 last to be cut, 9 first")
    critical: Flag = Field(description="whether the mission fails without it")


class Offer(Sourced):
    """What a nation offers: units, from when to when, and on which conditions."""

    id: Identifier = Field(description="short name")
    mission: MissionId
    contributor: ContributorId
    unit: str = Field(min_length=1, description="name of the unit, or what is known of it")
    capability: CapabilityId
    units: Whole = Field(ge=1, le=10_000, description="units it keeps in place at once")
    strength: Count = Field(description="persons in all of these units")
    begins: Day = Field(description="first day from which it may be in place")
    ends: Gone = None
    decided: Day | None = Field(default=None, description="day of the national decision")
    legal_lead_days: Whole = Field(default=0, ge=0, le=3660, description="decision to legal act")
    training_days: Whole = Field(default=0, ge=0, le=3660, description="before departure")
    notice_days: Whole = Field(default=0, ge=0, le=3660, description="order to ready to move")
    movement_days: Whole = Field(default=0, ge=0, le=366, description="home to in place")
    tour_months: Whole = Field(default=6, ge=1, le=36, description="months of one tour")
    dwell_per_tour: Number = Field(default=0, ge=0, le=20, description="rest, in tours")
    handover_days: Whole = Field(
        default=0, ge=0, le=14, description="relief in place: days that both units are there"
    )
    pool_units: Whole | None = Field(
        default=None, ge=1, description="units that rotate through it, if known"
    )
    pool: str = Field(
        default="", description="offers with the same word here share units between missions"
    )
    caveats: Annotated[Names, Ref("plan/caveats.csv", several=True)] = ""
    needs: Annotated[str, Ref("plan/offers.csv")] = Field(
        default="", description="id of an offer without which it does not come"
    )
    host: Annotated[str, Ref("plan/offers.csv")] = Field(
        default="", description="id of the offer in whose unit it is embedded"
    )
    settle_days: Whole = Field(
        default=0, ge=0, le=366, description="host's days in place before it may follow"
    )
    base: Annotated[str, Ref("bases.csv", days="to the end")] = Field(
        default="", description="base it comes to, if known"
    )
    reserve: Flag = Field(default=False, description="kept at home at notice_days")
    delay_chance: Number = Field(default=0.0, ge=0, le=1, description="chance that it is late")
    delay_days: Whole = Field(default=0, ge=0, le=3660, description="by how many days, if late")
    withdrawal_chance: Number = Field(
        default=0.0, ge=0, le=1, description="chance a year that it is withdrawn"
    )

    def contradictions(self) -> Wanted:
        """Refuse fewer persons, or fewer units to rotate, than units in place."""
        yield from super().contradictions()
        if self.strength < self.units:
            yield "strength", f"Must be at least a person a unit, {self.units}."
        if self.pool_units is not None and self.pool_units < self.units:
            yield "pool_units", f"Must be at least units, {self.units}."
