"""The tables of the mission: places, people, troops, police, events, parameters."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field

from interpose.scenario.tables.values import (
    UNDATED,
    Basis,
    CommunityId,
    Count,
    Date,
    DateOrUndated,
    Day,
    Ends,
    Flag,
    Gone,
    Identifier,
    LastDay,
    Names,
    NotBefore,
    Number,
    PlaceId,
    PlaceThen,
    Ref,
    Row,
    SeatId,
    Sourced,
    SourceId,
    SourceOrNone,
    Wanted,
    Whole,
    Within,
)

PlaceKind = Literal["municipal_seat", "town", "village", "crossing", "protected_site", "base"]

Act = Literal[
    "harassment", "armed_attack", "bombing", "roadblock", "protest", "attack_on_force",
    "violation_by_fire", "violation_by_movement", "violation_by_air", "overmanning",
    "restriction_of_movement", "civilians_in_zone",
]  # fmt: skip
"""Kinds of act. Each combines with an instigator and a target to an incident type."""

ACTS: tuple[str, ...] = get_args(Act)

TARGETS = ("force", "police", "authorities", "all")
"""Targets of an incident type that are no community."""

ShockKind = Literal[
    "killing", "rumour", "arrest", "operation_by_force", "removal_of_barricade",
    "status_decision", "border_or_customs", "election", "symbol_or_visit", "other",
]  # fmt: skip

BaseId = Annotated[Identifier, Ref("bases.csv", days="every")]
SeatOrAll = Annotated[Identifier, Ref("seats", also=("all",))]
SeatsOrAll = Annotated[Names, Ref("seats", also=("all",), several=True)]

_DRAWS = r"^-?\d[0-9.e+\-]*(;-?\d[0-9.e+\-]*)*$"

Stock = Literal["in_theatre", "rear", "reserve", "exercise"]
"""Where a contingent is counted; ``in_theatre`` and ``exercise`` alone are seen in the streets."""


class Source(Row):
    """Where a figure comes from."""

    id: Identifier = Field(description="short name used in the column source of all tables")
    title: str = Field(min_length=1, description="title of the document or page")
    publisher: str = Field(default="", description="who published it")
    date: DateOrUndated = Field(
        default="", description="day, month or year of it, or the first it may be of; or `undated`"
    )
    until: Date = Field(default="", description="last day, month or year it may be of")
    url: str = Field(default="", description="address or file name")
    file: str = Field(default="", description="name of the text file, where it came as one")
    lineage: SourceOrNone = Field(default="", description="the source whose text it repeats")
    standing: Literal["", "primary", "party", "reference"] = Field(
        default="", description="counts itself; a side of the dispute; encyclopedia; empty: others"
    )
    note: str = Field(default="", description="what was read of it, or why it is doubtful")

    def contradictions(self) -> Wanted:
        """Refuse a last date without a first, or before it."""
        yield from super().contradictions()
        if self.until and not self.date:
            yield "until", "Needs 'date' too: the first day, month or year it may be of."
        elif self.date != UNDATED and self.until < self.date[: len(self.until)]:
            yield "until", f"Must not be before date, {self.date}."


class Place(Row):
    """A municipality's seat, a town, village, crossing, protected site or base."""

    id: Identifier = Field(description="short name")
    name: str = Field(min_length=1, description="name used in text and on maps")
    other_names: str = Field(
        default="", description="names in other languages, parted by ';'; waits for the web page"
    )
    municipality: SeatId = Field(description="id of the municipality's seat (itself for a seat)")
    kind: PlaceKind = Field(description="what stands there")
    lat: Number = Field(ge=-90, le=90, description="latitude, degrees north, WGS84")
    lon: Number = Field(ge=-180, le=180, description="longitude, degrees east, WGS84")
    error_km: Number = Field(ge=0, le=50, description="how far off the coordinates may be, km")
    begins: Day | None = Field(default=None, description="first day it is there; empty: always was")
    ends: LastDay = None
    source: SourceId
    note: str = ""

    def contradictions(self) -> Wanted:
        """Refuse a seat that belongs to another municipality."""
        yield from super().contradictions()
        if self.kind == "municipal_seat" and self.municipality != self.id:
            yield "municipality", f"A municipal seat names itself here: {self.id}."


class People(Sourced):
    """How many of a community lived in a municipality in a year."""

    KEYS = (("place", "community", "year"),)

    place: SeatId = Field(description="the whole municipality is meant")
    community: CommunityId
    year: Whole = Field(ge=1900, le=2100, description="year the number is for")
    persons: Annotated[Count, Within()] = Field(description="best number, persons")
    low: Count = Field(description="low end, persons; waits for futures that draw their people")
    high: Count = Field(description="high end, persons; waits as low does")


class Share(Sourced):
    """Which part of a municipality's community lives at one place."""

    KEYS = (("municipality", "place", "community"),)

    municipality: SeatId
    place: PlaceId = Field(description="a place of that municipality")
    community: CommunityId
    share: Number = Field(ge=0, le=1, description="adds to 1 over a municipality and community")


class Displaced(Sourced):
    """People of a community whom ``people.csv`` does not describe on the first day."""

    KEYS = (("community", "origin", "where"),)

    date: Day = Field(description="day of the count, not after the first day of the mission")
    community: CommunityId
    origin: Annotated[Identifier, Ref("seats", also=("all",))] = Field(
        description="municipality's seat where they belong, or 'all': shared out by people"
    )
    where: Literal["inside", "abroad", "home"] = Field(
        description="displaced inside the theatre or abroad, who are among people.csv; or at home "
        "and ready to leave, beyond people.csv, which counts those who stayed"
    )
    persons: Annotated[Count, Within()] = Field(description="best number, persons")
    low: Count = Field(description="low end, persons")
    high: Count = Field(description="high end, persons")


class Link(Sourced):
    """A road between two places, passable both ways."""

    KEYS = (("a", "b"),)

    a: PlaceId
    b: PlaceId
    road_km: Number = Field(
        gt=0, le=2000, description="length, km, from which the minutes come; only warnings read it"
    )
    travel_min: Number = Field(gt=0, le=3000, description="time in open traffic, minutes")
    road_class: str = Field(default="", description="A main, B secondary, C local; as road_km")
    opens: Day | None = Field(default=None, description="first day passable; empty: always was")
    closes: Annotated[Day | None, Ends("opens")] = Field(
        default=None, description="last day passable; empty: stays so"
    )

    def contradictions(self) -> Wanted:
        """Refuse a road that leads nowhere."""
        yield from super().contradictions()
        if self.a == self.b:
            yield "b", "A link must lead to another place."


class Base(Sourced):
    """A camp from which troops reach places."""

    id: Identifier = Field(description="short name")
    name: str = Field(min_length=1)
    place: PlaceThen = Field(description="id of the place where it stands")
    opens: Day = Field(description="first day in use")
    closes: Annotated[Day | None, Ends("opens")] = Field(
        default=None, description="last day in use; empty: still open"
    )


class Area(Sourced):
    """An area of responsibility: which headquarters looks after which municipalities, when."""

    id: Identifier = Field(description="short name")
    name: str = Field(min_length=1)
    lead: str = Field(default="", description="lead nation, ISO 3166 alpha-3")
    base: BaseId = Field(description="with the headquarters")
    municipalities: Annotated[Names, Ref("seats", several=True)]
    begins: Day
    ends: LastDay = None


class Contributor(Row):
    """A nation that sends troops."""

    id: Identifier = Field(description="ISO 3166 alpha-3, lower case, or 'mixed'")
    name: str = Field(min_length=1)
    source: SourceId
    note: str = ""


class Contingent(Sourced):
    """Troops that were at one base from arrival to departure: who really came, and when."""

    id: Identifier = Field(description="short name")
    contributor: Annotated[Identifier, Ref("contributors.csv", also=("mixed",))]
    base: BaseId
    stock: Stock = Field(description="in_theatre, rear, reserve or exercise")
    strength: Count = Field(description="persons")
    riot_capable: Number = Field(ge=0, le=1, description="share trained and allowed for riots")
    decided: Day = Field(description="day of the decision; a policy gives its own notice")
    notified: Annotated[Day, NotBefore("decided")] = Field(
        description="day the unit was told to go; as decided"
    )
    arrives: Annotated[Day, NotBefore("notified")] = Field(description="first day in place")
    departs: Annotated[Day | None, Ends("arrives", gone=True)] = Field(
        default=None, description="first day gone; empty: stays"
    )


class Police(Sourced):
    """Police in a municipality, or spread over all of them by population."""

    id: Identifier = Field(description="short name")
    kind: Literal["international_police", "local_police"]
    municipality: SeatOrAll
    strength: Count = Field(description="officers")
    begins: Day
    ends: Gone = None
    accepted: Number = Field(ge=0, le=1, description="share of its effect that people accept")


class Shock(Sourced):
    """A dated trigger: only what was known on its day, not what came of it."""

    id: Identifier = Field(description="short name")
    date: Day
    name: str = Field(min_length=1, description="what was known that day, in neutral words")
    kind: ShockKind = Field(description="what the trigger is")
    places: Annotated[Names, Ref("places.csv", also=("all",), several=True)] = Field(
        description="where it concerns people, as known that day; never where riots followed"
    )
    community: Annotated[Names, Ref("parties", several=True)] = Field(
        description="whom it concerns and may bring into the streets, or an armed force that acts"
    )
    against: Annotated[Names, Ref("parties", also=("authorities",), several=True)] = Field(
        default="", description="whom their anger is at; the force is an authority"
    )
    acting: Annotated[Names, Ref("actors", several=True)] = Field(
        default="", description="who acts that day; empty: nobody"
    )
    talks: Flag = Field(
        default=False, description="that day a deal is in reach, or it is called off"
    )


class Walkout(Sourced):
    """A day on which a share of the local police in service leaves."""

    id: Identifier = Field(description="short name")
    date: Day
    municipalities: SeatsOrAll
    share: Number = Field(ge=0, le=1, description="share of the officers in service who leave")
    returns: Annotated[Day | None, Ends("date", gone=True)] = Field(
        default=None,
        description="day they are back, or others are sent; empty: recruits alone fill the gap",
    )


class Responsibility(Sourced):
    """A task that the force holds at a place until the local police take it over."""

    KEYS = (("id",), ("task", "place"))

    id: Identifier = Field(description="short name")
    task: Literal["border", "protected_site", "public_order"] = Field(description="what is held")
    place: PlaceId = Field(description="id of the place of the post")
    date: Day | None = Field(
        default=None, description="first day on which the police hold it; empty: never"
    )
    platoons: Number = Field(ge=0, le=1000, description="bound while the force holds it")


class IncidentType(Row):
    """A kind of act from an instigator to a target: one row of the excitation matrix."""

    KEYS = (("id",), ("act", "instigator", "target"))

    id: Identifier = Field(description="short name, for example armed_attack.albanian.serb")
    act: Act
    instigator: Annotated[Identifier, Ref("parties", also=("unattributed",))]
    target: Annotated[Identifier, Ref("parties", also=TARGETS)]
    words: str = Field(min_length=1, description="the type in plain neutral words")


class ParameterRow(Row):
    """A value of this scenario for a parameter of the master table."""

    KEYS = (("name",),)

    name: str = Field(min_length=1, description="name, with [act] or [type] where it is indexed")
    value: Annotated[Number, Within()]
    low: Number = Field(description="low end; no future draws less")
    high: Number = Field(description="high end; no future draws more")
    basis: Basis
    source: SourceId
    note: str = ""
    prior: Number | None = Field(
        default=None, gt=0, description="for a fitted row: best guess before the fit"
    )


class PosteriorRow(Row):
    """Draws of a parameter from the posterior of a fit; those of one position belong together."""

    KEYS = (("name",),)

    name: str = Field(min_length=1, description="as in parameters.csv; may stand here alone")
    value: Annotated[Number, Within()] = Field(description="median of the draws, or as given")
    low: Number = Field(
        description="as in parameters.csv; another range there leaves the draws out"
    )
    high: Number = Field(description="likewise")
    draws: str = Field(pattern=_DRAWS, description="values of the vectors, parted by ';'")


class Reporting(Sourced):
    """Who reports which acts, how completely and how late."""

    KEYS = (("reporter", "act", "begins"),)

    reporter: Identifier = Field(description="who reports; `record`: what record/incidents.csv has")
    act: Act
    share: Number = Field(ge=0, le=1, description="share of incidents without deaths reported")
    fatal_share: Number = Field(ge=0, le=1, description="share of incidents with deaths reported")
    delay_days: Number = Field(ge=0, le=3660, description="mean days until the report")
    begins: Day
    ends: Gone = None
    municipalities: SeatsOrAll = Field(default="all", description="where; of others, nothing")
    watched: Flag = Field(
        default=False, description="of acts along a line: only what its posts and patrols can see"
    )
