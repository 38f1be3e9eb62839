"""The tables under ``record/``, and counts of murders: what was published, one model a table.

A figure, an incident and an act each say what one source published. Rows may contradict each other
and may be out of order: that is for ``interpose record`` to find, not for the checker to refuse.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from interpose.errors import some_of
from interpose.scenario.phrases import did_you_mean
from interpose.scenario.tables.mission import Act
from interpose.scenario.tables.values import (
    Basis,
    Confidence,
    Count,
    Day,
    Ends,
    Flag,
    Identifier,
    Names,
    Number,
    PlaceId,
    PlaceOrNone,
    Ref,
    Row,
    Sourced,
    SourceId,
    SourceOrNone,
    Wanted,
    Within,
)

UNITS: dict[str, str] = {
    **dict.fromkeys(
        (
            "persons", "soldiers", "officers", "staff", "employees", "personnel", "active",
            "active personnel", "international police",
        ),
        "persons",
    ),
    "posts": "posts",
    "count": "count",
    "percent": "percent",
    **{f"per {period}": f"per {period}" for period in ("day", "week", "month", "year")},
    **{
        unit: unit
        for unit in (
            "nations", "votes", "seats", "languages", "platoons", "battalions",
            "minutes", "hours", "days", "weeks", "months", "years", "km",
        )
    },
}  # fmt: skip
"""Unit of a figure -> its family: figures of one family can be compared."""


def _known_unit(unit: str) -> str:
    if unit in UNITS:
        return unit
    msg = f"Not a known unit.{did_you_mean(unit, UNITS)} Known: {some_of(UNITS, 40)}."
    raise ValueError(msg)


Unit = Annotated[str, AfterValidator(_known_unit)]
"""One of ``UNITS``."""

Precision = Literal["day", "month", "year"]

Part = Literal["text", "title", "caption", "table", "furniture"]
"""Where in its source a row stands: captions and page furniture are often of another time."""

ActKind = Literal[
    "decision", "request", "reply", "refusal", "law", "vote", "agreement", "resolution",
    "training", "send_off", "deployment", "departure", "arrival", "handover", "withdrawal",
    "drawdown", "reinforcement", "founding", "restructuring", "operation", "meeting", "statement",
]  # fmt: skip
"""What was done. A send-off is no departure, a departure no arrival, a statement no decision."""


Event = Literal[Act, "riot", "removal_operation", "rumour", "political_event", "other"]
"""What a recorded incident was: an act of the play, or something that no incident type is."""

SIDES = (
    "unattributed", "all", "force", "police", "international_police", "local_police",
    "authorities", "foreign_state", "journalists", "other",
)  # fmt: skip
"""Sides of a recorded incident that are no community."""

Sides = Annotated[Names, Ref("parties", also=SIDES, several=True)]

QUANTITIES: dict[str, str] = {
    "murders": "fit",
    "political_murders": "fit",
    "major_ethnic_crimes": "fit",
    "potentially_ethnic_crimes": "fit",
    "force.strength": "score of the strength",
    "local_police.strength": "report, police",
    "riots": "report, riots",
    "riot_participants": "report, riots",
    "houses_burned": "report, riots",
    "churches_burned": "report, riots",
    "displaced": "report, who lives where",
    "returned": "report, who lives where",
    "idp_stock": "report, who lives where",
    "refugee_stock": "report, who lives where",
    "escorted_convoys": "report, freedom of movement",
    "convoys_stoned": "report, freedom of movement",
    "freedom_of_movement": "report, freedom of movement",
    "feel_safe": "report, freedom of movement",
}
"""Quantity of a figure that the program itself reads -> what reads it. All others are for
``interpose record`` alone."""


class Figure(Row):
    """A published figure: dated, sourced, never averaged with another."""

    id: Identifier
    quantity: str = Field(min_length=1, description="for example force.strength, murders")
    community: str = Field(default="all", description="whom it counts")
    place: PlaceOrNone = Field(
        default="", description="where alone, such as a sector's place; empty: in the whole mission"
    )
    value: Annotated[Number, Within()] = Field(description="the figure as published")
    low: Number | None = Field(default=None, description="low end where a range was published")
    high: Number | None = Field(default=None, description="high end where a range was published")
    qualifier: str = Field(
        default="",
        description="at least, more than, about, up to, exact, first count, so far, derived ...",
    )
    unit: Unit = Field(description="persons, posts, count, percent, per week, nations, months ...")
    begins: Day = Field(description="day, or first day of the period counted")
    ends: Annotated[Day | None, Ends("begins")] = Field(
        default=None, description="last day of the period counted"
    )
    precision: Precision = Field(
        default="day", description="how much of `begins` was published; month: some day of it"
    )
    kind: Literal["reported", "planned", "ceiling", "peak", "target"] = Field(
        default="reported", description="what is counted: a report, a plan, a limit, the highest"
    )
    includes: str = Field(default="not stated", description="what is counted")
    source: SourceId
    repeats: Annotated[str, Ref("record/figures.csv")] = Field(
        default="", description="id of the figure whose sentence it repeats; both count once"
    )
    part: Part = Field(default="text", description="where in its source it stands")
    said_by: str = Field(default="", description="whom its source quotes for it: office, no name")
    words: str = Field(default="", description="its sentence in short, to find it said again")
    open: str = Field(default="", description="what its source leaves open about it")
    confidence: Confidence
    note: str = ""

    @property
    def whom(self) -> str:
        """Whom it counts and where: what tells apart figures of one quantity."""
        return f"{self.community} at {self.place}" if self.place else self.community


class RecordedIncident(Row):
    """An incident of the record."""

    id: Identifier
    begins: Day
    ends: Annotated[Day, Ends("begins")]
    precision: Precision = Field(
        default="day", description="how much of its days was published; month: some day of it"
    )
    place: PlaceId
    kind: Event = Field(description="act, or riot, removal_operation, political_event ...")
    instigator: Sides = Field(
        default="unattributed", description="side the source attributes it to; several by ';'"
    )
    certainty: Literal["established", "presumed", "unknown"] = Field(
        default="unknown", description="of the instigator; for those who read the table"
    )
    target: Sides = Field(default="", description="whom it was directed at; several by ';'")
    deaths: Count | None = Field(default=None, description="total; empty: not reported")
    injured: Count | None = Field(default=None, description="total; empty: not reported")
    crowd: Count | None = Field(default=None, description="persons; empty: not reported")
    trigger: str = Field(default="", description="what set it off, in words")
    responds_to: Annotated[str, Ref("record/incidents.csv")] = Field(
        default="", description="id of the incident that set it off"
    )
    part_of: Annotated[str, Ref("record/incidents.csv")] = Field(
        default="", description="id of the parent whose totals already count it"
    )
    summary: str = Field(min_length=1)
    resolution: str = Field(default="", description="how it ended, in words")
    source: SourceId
    also_in: Annotated[Names, Ref("sources.csv", several=True)] = Field(
        default="", description="others that tell of it"
    )
    confidence: Confidence
    note: str = ""


class Casualties(Row):
    """Dead and injured of one side in a recorded incident."""

    KEYS = (("incident", "side"),)

    incident: Annotated[Identifier, Ref("record/incidents.csv")]
    side: Annotated[Identifier, Ref("parties", also=(*SIDES, "unspecified"))] = Field(
        description="community, force, international_police, local_police ...; all: not split"
    )
    deaths: Count | None = Field(default=None, description="last count; empty: not reported")
    injured: Count | None = Field(default=None, description="last count; empty: not reported")
    deaths_first: Count | None = Field(
        default=None, description="count first published, where a later one differs"
    )
    injured_first: Count | None = Field(
        default=None, description="count first published, where a later one differs"
    )
    source: SourceOrNone = Field(default="", description="who says so, if not the incident's")
    first_source: SourceOrNone = Field(default="", description="who published the first count")


class Crisis(Row):
    """What came of a shock of ``shocks.csv``, quiet ones included; no play reads it."""

    KEYS = (("shock",),)

    shock: Annotated[Identifier, Ref("shocks.csv")]
    riot: Flag = Field(
        description="reported as riot, or ten or more hurt in a clash, or several buildings burnt"
    )
    armed_attack: Flag = Field(default=False, description="shots or explosives at people")
    barricades: Flag = Field(default=False, description="roads blocked")
    dead: Count | None = Field(default=None, description="in the whole crisis; empty: not given")
    injured_civil: Count | None = Field(default=None, description="as dead")
    injured_police: Count | None = Field(default=None, description="as dead")
    injured_force: Count | None = Field(default=None, description="as dead")
    ended_by: Literal["", "force", "negotiation", "dispersed", "none"] = Field(
        default="", description="how it ended"
    )
    basis: Basis
    confidence: Confidence
    source: SourceId
    note: str = ""


class RecordedAct(Row):
    """A decision, request, law, departure or other act, as one source tells of it."""

    id: Identifier
    kind: ActKind = Field(description="what was done")
    actor: str = Field(min_length=1, description="office, body or nation that acted; no names")
    subject: str = Field(min_length=1, description="what it was about, in our own words")
    decided: Day | None = Field(default=None, description="decided, signed, voted or said")
    notified: Day | None = Field(default=None, description="told to those whom it concerns")
    departed: Day | None = Field(default=None, description="left, or the last one left")
    arrived: Day | None = Field(default=None, description="arrived, took effect or was finished")
    precision: Precision = Field(
        default="day", description="how much of its dates was published; month: some day of it"
    )
    status: Literal["done", "planned", "forecast"] = "done"
    quantity: str = Field(default="", description="quantity of figures.csv that it is to change")
    level: Number | None = Field(default=None, description="what the quantity is to come to")
    change: Number | None = Field(default=None, description="by how much; less: below 0")
    due: Day | None = Field(default=None, description="day by which it was promised")
    basis: Literal["", "conditions", "date", "both", "event"] = Field(
        default="", description="what it was to wait for, or an event that it followed"
    )
    condition: str = Field(default="", description="the reason or condition given at the time")
    answers: Annotated[str, Ref("record/acts.csv")] = Field(
        default="", description="id of the act that it replies to"
    )
    same_as: Annotated[str, Ref("record/acts.csv")] = Field(
        default="", description="id of the act of which another row tells too"
    )
    source: SourceId
    part: Part = Field(default="text", description="where in its source it stands")
    open: str = Field(default="", description="what its source leaves open about it")
    confidence: Confidence
    note: str = ""


class NotMergeable(Row):
    """Two rows of the record that look alike and must not be taken for one."""

    KEYS = (("a", "b"),)

    a: Annotated[Identifier, Ref("rows of the record")]
    b: Annotated[Identifier, Ref("rows of the record")]
    why: str = Field(min_length=1, description="what tells them apart, in one plain sentence")

    def contradictions(self) -> Wanted:
        """Refuse a row that is to be told from itself."""
        yield from super().contradictions()
        if self.a == self.b:
            yield "b", "Must be another row than a."


class Homicide(Sourced):
    """A count of murders over a period; rows of the same months that conflict are all kept."""

    KEYS = (("begins", "ends", "murders", "source"),)

    begins: Day = Field(description="first day counted")
    ends: Annotated[Day, Ends("begins")] = Field(description="last day counted")
    murders: Count = Field(description="as counted or derived, persons")
    known_motive: Count = Field(
        default=0, description="of them known as interethnic or political: incidents have these"
    )

    def contradictions(self) -> Wanted:
        """Refuse more dead of a known motive than murders."""
        yield from super().contradictions()
        if self.known_motive > self.murders:
            yield "known_motive", f"Must not be more than murders, {self.murders}."
