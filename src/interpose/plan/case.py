"""The case of one offer: what is known of its nation, its mission and its host, looked up once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import get_args

from interpose.plan.result import PlanInputs
from interpose.scenario.tables.plan import Framework, Mission, Offer, Standing, StandingKind

FRAMEWORKS: tuple[str, ...] = get_args(Framework)

FRAMEWORK_WORDS = {
    "nato": "NATO",
    "eu": "the European Union",
    "un": "the United Nations",
    "coalition": "a coalition",
}


@dataclass(frozen=True, slots=True)
class Reason:
    """What one rule says of an offer on a day.

    Attributes
    ----------
    rule : str
        Name of the rule.
    holds : bool
        Whether the rule lets the offer in.
    words : str
        One sentence.
    source : str
        Id in sources.csv of the fact, or empty where a fact is missing or a date was counted.
    """

    rule: str
    holds: bool
    words: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """An offer with what the rules ask of it.

    Attributes
    ----------
    inputs : PlanInputs
    offer : Offer
    mission : Mission
    standings : tuple of Standing
        Those of the offer's nation.
    host, needed : Case or None
        The offers named in ``host`` and ``needs``.
    dangling : tuple of str
        Names in ``host`` and ``needs`` that no offer bears: it left the table.
    nation : str
        Name used in sentences.
    """

    inputs: PlanInputs
    offer: Offer
    mission: Mission
    standings: tuple[Standing, ...]
    host: Case | None
    needed: Case | None
    dangling: tuple[str, ...]
    nation: str

    def latest(self, kind: StandingKind, day: dt.date, *of: str) -> Standing | None:
        """Return the standing of a kind in force on a day; of several the one begun last."""
        found = [s for s in self.of_kind(kind, *of) if in_force(s, day)]
        return max(found, key=lambda s: (s.begins, s.id)) if found else None

    def of_kind(self, kind: StandingKind, *of: str) -> list[Standing]:
        """Return the nation's standings of a kind, on any day."""
        return [s for s in self.standings if s.kind == kind and s.of in of]


def in_force(standing: Standing, day: dt.date) -> bool:
    """Return whether a standing holds on a day; its end is its last day."""
    return standing.begins <= day and (standing.ends is None or day <= standing.ends)


def case_of(inputs: PlanInputs, offer: Offer) -> Case:
    """Look up what the rules ask of an offer.

    Raises
    ------
    KeyError
        If the inputs hold no mission of that name; tables that were checked always do.
    """
    offers = {row.id: row for row in inputs.offers}
    missions = {row.id: row for row in inputs.missions}
    names = {row.id: row.name for row in inputs.contributors}
    pointed = (offer.host, offer.needs)
    host, needed = (case_of(inputs, offers[name]) if name in offers else None for name in pointed)
    return Case(
        inputs=inputs,
        offer=offer,
        mission=missions[offer.mission],
        standings=tuple(s for s in inputs.standings if s.contributor == offer.contributor),
        host=host,
        needed=needed,
        dangling=tuple(name for name in pointed if name and name not in offers),
        nation=names.get(offer.contributor, offer.contributor.upper()),
    )


def first_day(offer: Offer) -> dt.date:
    """Return the first day on which an offer may be in place.

    Decision, legal lead, training and movement follow each other; the reserve's notice comes in
    between. Without a day of decision the offer's own first day stands.

    Examples
    --------
    >>> from interpose.scenario import read_plan_tables
    >>> offers = {offer.id: offer for offer in read_plan_tables("kosovo").offers}
    >>> first_day(offers["deu_orf_2012"])
    datetime.date(2012, 5, 1)
    """
    if offer.decided is None:
        return offer.begins
    days = offer.legal_lead_days + offer.training_days + offer.notice_days + offer.movement_days
    return max(offer.begins, offer.decided + dt.timedelta(days=days))
