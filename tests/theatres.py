"""Small theatres for tests: a few places on a line, types and parameters as the test wants them."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping, Sequence

from interpose.scenario import Scenario, master_table
from interpose.scenario.parameters import resolve
from interpose.scenario.settings import Community, Header, PolicySettings
from interpose.scenario.tables.mission import (
    Base,
    Contingent,
    Contributor,
    Displaced,
    IncidentType,
    Link,
    ParameterRow,
    People,
    Place,
    Police,
    Reporting,
    Responsibility,
    Shock,
    Source,
    Walkout,
)

START = dt.date(2000, 1, 1)
ATTACK = IncidentType(
    id="attack", act="armed_attack", instigator="hill", target="river", words="attack"
)
ANSWER = IncidentType(
    id="answer", act="armed_attack", instigator="river", target="hill", words="answer"
)
ALONE = IncidentType(
    id="alone", act="harassment", instigator="unattributed", target="hill", words="alone"
)
BLOCK = IncidentType(
    id="block", act="roadblock", instigator="hill", target="authorities", words="block"
)

QUIET = {
    "retaliation.campaign": 0.0,
    "retaliation.revenge": 0.0,
    "retaliation.outcry": 0.0,
    "retaliation.confrontation": 0.0,
    "response.reduction": 0.0,
    "severity.exponent": 0.0,
    "background.rate": 0.0,
    "incidents.size": 1e9,
    "movement.escort_wish_share": 0.0,
}
"""Nothing provokes anything, counts are Poisson and nobody asks for an escort, unless a test says
otherwise."""


def small_scenario(
    *,
    places: int = 2,
    days: int = 400,
    types: Sequence[IncidentType] = (ALONE,),
    values: Mapping[str, float] | None = None,
    people: int = 100_000,
    contingents: Sequence[Contingent] = (),
    police: Sequence[Police] = (),
    shocks: Sequence[Shock] = (),
    reporting: Sequence[Reporting] = (),
    walkouts: Sequence[Walkout] = (),
    responsibilities: Sequence[Responsibility] = (),
    displaced: Sequence[Displaced] = (),
    review_interval_days: int = 3660,
    minutes: float = 30.0,
) -> Scenario:
    """Return a scenario of `places` seats on a line, two communities of equal size at each."""
    given = {**QUIET, **(values or {})}
    ids = [f"p{i}" for i in range(places)]
    communities = ("hill", "river")
    return Scenario(
        folder="small",
        header=Header(
            format=1,
            name="small",
            title="A small theatre",
            start=START,
            end=START + dt.timedelta(days - 1),
            fit_until=START,
            mandate="tests",
            borders="none",
            communities=[Community(id=c, name=c) for c in communities],
            policy=PolicySettings(
                name="replay", review_interval_days=review_interval_days, first_review=START
            ),
        ),
        sources=(Source(id="test", title="test"),),
        places=tuple(
            Place(
                id=p,
                name=p,
                municipality=p,
                kind="municipal_seat",
                lat=42.0,
                lon=20.0 + 0.1 * i,
                error_km=0,
                source="test",
            )
            for i, p in enumerate(ids)
        ),
        people=tuple(
            People(
                place=p,
                community=c,
                year=2000,
                persons=people,
                low=people,
                high=people,
                basis="assumed",
                source="test",
            )
            for p in ids
            for c in communities
        ),
        shares=(),
        links=tuple(
            Link(a=a, b=b, road_km=10, travel_min=minutes, basis="assumed", source="test")
            for a, b in itertools.pairwise(ids)
        ),
        bases=tuple(
            Base(id=f"camp_{p}", name=p, place=p, opens=START, basis="assumed", source="test")
            for p in ids
        ),
        areas=(),
        contributors=(Contributor(id="mixed", name="mixed", source="test"),),
        contingents=tuple(contingents),
        police=tuple(police),
        shocks=tuple(shocks),
        incident_types=tuple(types),
        reporting=tuple(reporting),
        parameters=resolve(
            master_table(),
            tuple(
                ParameterRow(name=n, value=v, low=v, high=v, basis="assumed", source="test")
                for n, v in given.items()
            ),
            {"test": "test"},
            {"type": tuple((t.id, t.act) for t in types)},
        ),
        digest="small",
        walkouts=tuple(walkouts),
        responsibilities=tuple(responsibilities),
        displaced=tuple(displaced),
    )


def troops(
    name: str, base: str, strength: int, day: int, until: int | None = None, **more: object
) -> Contingent:
    """Return a contingent that is in theatre from day to day."""
    arrives = START + dt.timedelta(day)
    return Contingent.model_validate(
        {
            "id": name,
            "contributor": "mixed",
            "base": base,
            "stock": "in_theatre",
            "strength": strength,
            "riot_capable": 0.5,
            "decided": arrives,
            "notified": arrives,
            "arrives": arrives,
            "departs": None if until is None else START + dt.timedelta(until),
            "basis": "assumed",
            "source": "test",
            **more,
        }
    )


def reporting(
    reporter: str = "police",
    act: str = "armed_attack",
    begins: int = 0,
    until: int | None = None,
    **more: object,
) -> Reporting:
    """Return a reporter who reports every incident at once, unless told otherwise."""
    return Reporting.model_validate(
        {
            "reporter": reporter,
            "act": act,
            "share": 1.0,
            "fatal_share": 1.0,
            "delay_days": 0.0,
            "begins": START + dt.timedelta(begins),
            "ends": None if until is None else START + dt.timedelta(until),
            "basis": "assumed",
            "source": "test",
            **more,
        }
    )


def shock(day: int = 60, kind: str = "other", **more: object) -> Shock:
    """Return a shock that concerns the hill people of every place, unless told otherwise."""
    return Shock.model_validate(
        {
            "id": f"shock{day}",
            "date": START + dt.timedelta(day),
            "name": "an event",
            "kind": kind,
            "places": "all",
            "community": "hill",
            "against": "authorities",
            "basis": "assumed",
            "source": "test",
            **more,
        }
    )


def officers(
    where: str, strength: int, day: int = 0, until: int | None = None, **more: object
) -> Police:
    """Return international police at a place, or at ``all``, from day to day."""
    return Police.model_validate(
        {
            "id": f"{where}_{day}",
            "kind": "international_police",
            "municipality": where,
            "strength": strength,
            "begins": START + dt.timedelta(day),
            "ends": None if until is None else START + dt.timedelta(until),
            "accepted": 1.0,
            "basis": "assumed",
            "source": "test",
            **more,
        }
    )


def walkout(
    day: int, share: float, where: str = "all", returns: int | None = None, **more: object
) -> Walkout:
    """Return a walk-out of local police on a day, with the day of the return."""
    return Walkout.model_validate(
        {
            "id": f"walkout{day}",
            "date": START + dt.timedelta(day),
            "municipalities": where,
            "share": share,
            "returns": None if returns is None else START + dt.timedelta(returns),
            "basis": "assumed",
            "source": "test",
            **more,
        }
    )


def post(where: str, platoons: float, until: int | None = None, **more: object) -> Responsibility:
    """Return a border post that the force holds until a day."""
    return Responsibility.model_validate(
        {
            "id": f"post_{where}",
            "task": "border",
            "place": where,
            "date": None if until is None else START + dt.timedelta(until),
            "platoons": platoons,
            "basis": "assumed",
            "source": "test",
            **more,
        }
    )


def away(community: str, persons: int, where: str = "abroad", origin: str = "all") -> Displaced:
    """Return people of a community who are abroad on the first day, unless told otherwise."""
    return Displaced.model_validate(
        {
            "date": START,
            "community": community,
            "origin": origin,
            "where": where,
            "persons": persons,
            "low": persons,
            "high": persons,
            "basis": "assumed",
            "source": "test",
        }
    )
