"""``ask``: why a nation may or may not go to a mission on a day, from the offers it made."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from interpose.errors import UnknownNameError
from interpose.plan.case import Reason
from interpose.plan.eligibility import Verdict, ceiling, imagined, judge, missions_of, window
from interpose.plan.result import PlanInputs
from interpose.scenario.tables.mission import Contributor
from interpose.scenario.tables.plan import Offer


@dataclass(frozen=True, slots=True)
class Answer:
    """What the rules say of a nation in a mission on a day.

    Attributes
    ----------
    mission : str
    day : date
    offers : tuple of Offer
        Those asked about: in the table on that day, else the nearest, else an imagined soldier.
    verdicts : tuple of Verdict
        One for each offer.
    windows : tuple of tuple of (date, date)
        For each offer the days on which it may be in place, as `window` gives them.
    is_imagined : bool
        Nothing is offered to this mission.
    most : int or None, persons
        Ceiling of the nation on that day.
    """

    mission: str
    day: dt.date
    offers: tuple[Offer, ...]
    verdicts: tuple[Verdict, ...]
    windows: tuple[tuple[tuple[dt.date, dt.date], ...], ...]
    is_imagined: bool
    most: int | None

    @property
    def persons(self) -> int:
        """Persons in those of its offers that may be in place on that day."""
        pairs = zip(self.offers, self.verdicts, strict=True)
        return sum(offer.strength for offer, verdict in pairs if verdict.allowed)

    @property
    def shared(self) -> tuple[Reason, ...]:
        """Reasons that are the same for all its offers."""
        first, *others = (verdict.reasons for verdict in self.verdicts)
        return tuple(reason for reason in first if all(reason in more for more in others))


def nation_of(inputs: PlanInputs, name: str) -> Contributor:
    """Return the contributor of an id or name, whatever its capitals.

    Raises
    ------
    UnknownNameError
        With a near name.
    """
    wanted = name.strip().casefold()
    for row in inputs.contributors:
        if wanted in {row.id, row.name.casefold()}:
            return row
    kind = "nation"
    raise UnknownNameError(kind, name, [row.name for row in inputs.contributors])


def ask(
    inputs: PlanInputs, nation: str, mission: str | None = None, day: dt.date | None = None
) -> tuple[Answer, ...]:
    """Say why a nation may or may not go.

    Parameters
    ----------
    inputs : PlanInputs
    nation : str
        Id of a contributor.
    mission : str, optional
        By default the first mission of the table and all that a fact or offer of it names.
    day : date, optional
        By default the first day on which an offer may be in place, else its own first day; for
        an imagined soldier the last day of the mission, or of what is known of the nation.

    Returns
    -------
    tuple of Answer
        One for each mission; where no day is given, one for each offer.

    Raises
    ------
    UnknownNameError
        If there is no such mission.
    """
    known = [row.id for row in inputs.missions]
    if mission is not None and mission not in known:
        kind = "mission"
        raise UnknownNameError(kind, mission, known)
    named = {mission} if mission else {*known[:1], *missions_of(inputs, nation)}
    answers: list[Answer] = []
    for name in (row for row in known if row in named):
        offers = [o for o in inputs.offers if (o.contributor, o.mission) == (nation, name)]
        if not offers:
            soldier = imagined(inputs, nation, name)
            answers.append(_answer(inputs, [soldier], day or _last_day(inputs, soldier), True))
        elif day is not None:
            answers.append(_answer(inputs, _nearest(offers, day), day, False))
        else:
            answers += [_answer(inputs, [o], _own_day(inputs, o), False) for o in offers]
    return tuple(answers)


def _answer(inputs: PlanInputs, offers: list[Offer], day: dt.date, is_imagined: bool) -> Answer:
    return Answer(
        mission=offers[0].mission,
        day=day,
        offers=tuple(offers),
        verdicts=tuple(judge(inputs, offer, day) for offer in offers),
        windows=tuple(window(inputs, offer) for offer in offers),
        is_imagined=is_imagined,
        most=ceiling(inputs, offers[0].contributor, offers[0].mission, day),
    )


def _nearest(offers: list[Offer], day: dt.date) -> list[Offer]:
    def days_off(offer: Offer) -> int:
        last = (offer.ends or dt.date.max) - dt.timedelta(days=1)
        return max((offer.begins - day).days, (day - last).days, 0)

    least = min(days_off(offer) for offer in offers)
    near = [offer for offer in offers if days_off(offer) == least]
    return near if least == 0 else near[:1]


def _own_day(inputs: PlanInputs, offer: Offer) -> dt.date:
    spans = window(inputs, offer)
    return spans[0][0] if spans else offer.begins


def _last_day(inputs: PlanInputs, offer: Offer) -> dt.date:
    mission = next(row for row in inputs.missions if row.id == offer.mission)
    if mission.ends is not None:
        return mission.ends
    days = [s.begins for s in inputs.standings if s.contributor == offer.contributor]
    return max([mission.begins, *days])
