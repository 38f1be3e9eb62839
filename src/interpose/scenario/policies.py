"""``policies/NAME.toml``: what a policy may be told, its rules, and the text to a policy."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any, ClassVar, Literal, NamedTuple

from pydantic import Field, ValidationError

from interpose.errors import Fault
from interpose.scenario.files import read_text
from interpose.scenario.phrases import did_you_mean
from interpose.scenario.settings import Settings, faulty_settings, lines_of, parsed
from interpose.scenario.tables.mission import Act, Area, Base, Contingent, Contributor, Reporting
from interpose.scenario.tables.values import Count, Day, Flag, Identifier, Number, Row, Whole

LARGEST = 100_000
"""Bytes of a policy."""

_TEXT: dict[str, Any] = {"min_length": 1, "max_length": 2000}

Measure = Literal["incidents", "deaths", "riots", "barricades", "movement"]
Kind = Literal["", "riot_capable", "others"]


class Loss(Row):
    """What the force loses from outside, whoever ordered what: a nation, money, consent."""

    date: Day = Field(description="first day on which it is gone")
    share: Number = Field(default=0.0, ge=0, le=1, description="share of the strength that stays")
    contributor: Identifier | Literal[""] = Field(
        default="", description="the nation that leaves; empty: the whole force is meant"
    )
    reason: str = Field(default="", description="why, for the report")


class Level(Row):
    """A strength from a day on, of the force in theatre or of a part of it."""

    date: Day = Field(description="first day on which it holds")
    strength: Count = Field(description="soldiers in theatre; a part is among the whole")
    area: Identifier | Literal[""] = Field(
        default="", description="id in areas.csv: contingents whose base stands there; empty: all"
    )
    kind: Kind = Field(
        default="",
        description="riot_capable: rows of which half or more are trained for riots; or others",
    )


class Condition(Row):
    """One thing that must be true before a step down, as reports have it."""

    measure: Measure = Field(
        description="incidents, deaths, riots, barricades (barricade-days): reported a month; "
        "movement: share of trips made by the community that makes least"
    )
    months: Whole = Field(ge=1, le=240, description="complete months before the review: their mean")
    at_most: Number | None = Field(default=None, description="met at or below")
    at_least: Number | None = Field(default=None, description="for movement: met at or above")
    back_above: Number | None = Field(default=None, description="above it: step back up")
    back_below: Number | None = Field(default=None, description="for movement: below it")
    acts: tuple[Act, ...] = Field(default=(), description="acts that count; empty: all")
    reporter: str = Field(
        default="", description="whose reports; empty: whoever reported most in these months"
    )

    def contradictions(self) -> Iterator[tuple[str, str]]:
        """Refuse thresholds that are missing, of the other sense, or the wrong way round."""
        yield from super().contradictions()
        high = self.measure == "movement"
        met, back = ("at_least", "back_below") if high else ("at_most", "back_above")
        for name in ("at_most", "back_above") if high else ("at_least", "back_below"):
            if getattr(self, name) is not None:
                yield name, f"Goes not with {self.measure}; there it is {met} and {back}."
        limit, turn = getattr(self, met), getattr(self, back)
        if limit is None:
            yield met, f"Must be given: {self.measure} that lets the force step down."
        elif turn is not None and (turn > limit if high else turn < limit):
            wanted = "at most" if high else "at least"
            yield back, f"Must be {wanted} {met}, {limit:g}: else one report asks for both."


class Reserve(Row):
    """Contingents in reserve that are called when a crowd riots."""

    contingents: tuple[Identifier, ...] = Field(
        min_length=1, description="ids in contingents.csv, of stock reserve or rear, first first"
    )
    base: Identifier = Field(description="id in bases.csv: where they go")
    crowd: Whole = Field(ge=1, description="they are called the morning after a riot of so many")
    notice_days: Whole = Field(ge=0, le=3660, description="from the order to the day in place")
    stay_days: Whole = Field(ge=1, le=36525, description="days in theatre")


class PolicyFile(Row):
    """A policy: who decides how strong the force is, from which day on."""

    GROUPS: ClassVar[dict[str, type[Row]]] = {"losses": Loss}

    kind: Literal["replay"] = Field(description="replay: the table, less what is lost")
    title: str = Field(**_TEXT, description="what it is, for the report")
    note: str = Field(default="", description="where its numbers come from")
    sources: tuple[Identifier, ...] = Field(default=(), description="ids in sources.csv")
    losses: tuple[Loss, ...] = Field(default=(), description="what is lost whatever is ordered")


class Timetable(PolicyFile):
    """Levels on dates, whatever is reported."""

    GROUPS: ClassVar[dict[str, type[Row]]] = {**PolicyFile.GROUPS, "levels": Level}

    kind: Literal["timetable"] = Field(description="timetable")  # type: ignore[assignment]
    levels: tuple[Level, ...] = Field(min_length=1, description="dates and strengths")
    beyond_offer: Flag = Field(default=False, description="levels may exceed what is offered")


class Reviewed(PolicyFile):
    """What policies that look at reports have in common."""

    begins: Day = Field(description="day of its first review; before it the table holds")
    review_interval_days: Whole | None = Field(
        default=None, ge=1, le=3660, description="days between two reviews; empty: the scenario's"
    )
    notice_days: Whole = Field(default=90, ge=0, le=3660, description="from the order to fewer")
    back_notice_days: Whole = Field(default=30, ge=0, le=3660, description="from the order to more")
    minimum_dwell_days: Whole = Field(
        default=365, ge=0, le=36525, description="least days at a level before the next order down"
    )
    reserve: Reserve | None = Field(default=None, description="whom riots call")


class Conditions(Reviewed):
    """Steps down while conditions hold, and back up when they no longer do."""

    GROUPS: ClassVar[dict[str, type[Row]]] = {
        **PolicyFile.GROUPS,
        "conditions": Condition,
        "reserve": Reserve,
    }

    kind: Literal["conditions"] = Field(description="conditions")  # type: ignore[assignment]
    levels: tuple[Count, ...] = Field(
        min_length=1, description="soldiers in theatre after each step down; the first level is "
        "the strength of the table on the day it begins",
    )  # fmt: skip
    reviews_in_a_row: Whole = Field(ge=1, le=1000, description="at which all conditions hold")
    conditions: tuple[Condition, ...] = Field(min_length=1, description="all must hold")


class Required(Reviewed):
    """The smallest force that keeps a chance of violence under a target, as reports have it."""

    GROUPS: ClassVar[dict[str, type[Row]]] = {**PolicyFile.GROUPS, "reserve": Reserve}

    kind: Literal["required"] = Field(description="required")  # type: ignore[assignment]
    measure: Literal["incidents", "deaths", "riots"] = Field(description="what is to be rare")
    target: Number = Field(gt=0, lt=1, description="chance of one or more within the horizon")
    horizon_months: Whole = Field(ge=1, le=240, description="months that the chance is for")
    months: Whole = Field(ge=1, le=240, description="complete months whose reports are smoothed")
    least: Count = Field(description="soldiers in theatre, at least")
    most: Count = Field(description="soldiers in theatre, at most")
    step: Whole = Field(default=500, ge=1, description="soldiers between two sizes compared")


MOST_PARTS = 8
"""Parts of the force that can have levels of their own, the whole among them."""

KINDS: dict[str, type[PolicyFile]] = {
    "replay": PolicyFile,
    "timetable": Timetable,
    "conditions": Conditions,
    "required": Required,
}
"""Word in ``kind`` -> the settings of such a policy."""

Read = tuple[PolicyFile, Settings]


class Known(NamedTuple):
    """What of a scenario a policy may name."""

    start: dt.date
    end: dt.date
    contingents: Sequence[Contingent]
    bases: Sequence[Base]
    areas: Sequence[Area]
    contributors: Sequence[Contributor]
    reporting: Sequence[Reporting]
    sources: frozenset[str]


def read_policy(file: str, text: str) -> tuple[Read | None, list[Fault]]:
    """Read the text of a policy; nothing here looks at the scenario."""
    data = parsed(file, text)
    if isinstance(data, Fault):
        return None, [data]
    settings = Settings(lines=lines_of(text), file=file)
    kind = data.get("kind")
    model = KINDS.get(kind) if isinstance(kind, str) else None
    if model is None:
        hint = did_you_mean(str(kind), KINDS)
        wanted = f"Must be one of: {', '.join(KINDS)}.{hint}"
        return None, [settings.fault(("kind",), kind, wanted)]
    try:
        policy = model.model_validate(data)
    except ValidationError as error:
        return None, list(faulty_settings(settings, error, model, model.GROUPS))
    return (policy, settings), []


def read_policies(folder: Path) -> tuple[dict[str, Read], list[Fault]]:
    """Read every policy of a scenario's folder, by the name of its file."""
    found: dict[str, Read] = {}
    faults: list[Fault] = []
    for path in sorted((folder / "policies").glob("*.toml")):
        file = f"policies/{path.name}"
        text = read_text(folder, file, LARGEST)
        read, wrong = (None, [text]) if isinstance(text, Fault) else read_policy(file, text)
        faults += wrong
        if path.stem == "replay":
            faults.append(Fault(file, 0, "", "", "'replay' is built in; choose another name."))
        elif read is not None:
            found[path.stem] = read
    return found, faults


def most_offered(contingents: Sequence[Contingent], since: dt.date, day: dt.date) -> int:
    """Return how many soldiers are offered on a day: who was in theatre since then, and reserves.

    Whoever was there could have been kept; who is in reserve or in the rear can be called.
    """
    changes: Counter[dt.date] = Counter()
    for row in contingents:
        if row.stock in IN_THEATRE:
            changes[max(row.arrives, since)] += row.strength
            changes[max(row.departs or dt.date.max, since)] -= row.strength
    there = accumulate(changes[on] for on in sorted(changes) if on <= day)
    return max(there, default=0) + strength(contingents, day, CALLABLE)


def id_before(name: str) -> str:
    """Return the id that a contingent had before a what-if split its row on a day."""
    return name.partition(".since_")[0]


IN_THEATRE, CALLABLE = ("in_theatre",), ("reserve", "rear")
"""Stocks that levels count, and stocks that can be called."""


def strength(contingents: Sequence[Contingent], on: dt.date, stocks: Sequence[str]) -> int:
    """Return the soldiers of some stocks on a day, by the table."""
    return sum(row.strength for row in standing(contingents, on, stocks))


def standing(
    contingents: Sequence[Contingent], on: dt.date, stocks: Sequence[str]
) -> list[Contingent]:
    """Return the contingents of some stocks that are there on a day, by the table."""
    return [
        row
        for row in contingents
        if row.stock in stocks and row.arrives <= on and (row.departs is None or on < row.departs)
    ]


def trained_share(rows: Sequence[Contingent]) -> float:
    """Return which share of the soldiers of some contingents is trained and allowed for riots."""
    return sum(row.strength * row.riot_capable for row in rows) / max(
        sum(row.strength for row in rows), 1
    )
