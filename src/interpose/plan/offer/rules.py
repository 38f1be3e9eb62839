"""Who may go where: one small function a rule, in the order of the literal tuple ``RULES``.

A `Candidate` is an offer with what is known of its nation, mission and host, looked up once.
Nations decide; a rule only reads what they and the hosts decided. Recognition of the host is not
a bar by itself: nations that do not recognise Kosovo serve in the Kosovo Force, which stands on a
resolution that is neutral about status. A nation that draws another consequence says so by a
standing of kind ``refuses``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
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
    """What one rule says of an offer on a day, in one sentence.

    `source` is the id in sources.csv of the fact; empty where a fact is missing or a date was
    counted.
    """

    rule: str
    holds: bool
    words: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An offer with what the rules ask of it.

    Attributes
    ----------
    standings : tuple of Standing
        Those of the offer's nation.
    host, needed : Candidate or None
        The offers named in ``host`` and ``needs``.
    nation : str
        Name used in sentences.
    """

    inputs: PlanInputs
    offer: Offer
    mission: Mission
    standings: tuple[Standing, ...]
    host: Candidate | None
    needed: Candidate | None
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


def candidate_of(inputs: PlanInputs, offer: Offer) -> Candidate:
    """Look up what the rules ask of an offer to a mission of the tables."""
    offers = {row.id: row for row in inputs.offers}
    missions = {row.id: row for row in inputs.missions}
    names = {row.id: row.name for row in inputs.contributors}
    pointed = (offer.host, offer.needs)
    host, needed = (
        candidate_of(inputs, offers[name]) if name in offers else None for name in pointed
    )
    return Candidate(
        inputs=inputs,
        offer=offer,
        mission=missions[offer.mission],
        standings=tuple(s for s in inputs.standings if s.contributor == offer.contributor),
        host=host,
        needed=needed,
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


Answer = tuple[bool, str] | tuple[bool, str, str]
"""Whether a rule lets an offer in, one sentence, and the source of the fact if there is one."""

Rule = Callable[[Candidate, dt.date], Answer]


def known(unit: Candidate, day: dt.date) -> Answer:
    """Ask that something is known of the nation; silence is not a permission."""
    if unit.standings:
        return True, f"{len(unit.standings)} facts about {unit.nation} are on record."
    return False, f"Nothing is known about {unit.nation}: plan/standings.csv has no row of it."


def mission_runs(unit: Candidate, day: dt.date) -> Answer:
    """Ask that the mission runs on that day."""
    mission = unit.mission
    holds = mission.begins <= day and (mission.ends is None or day <= mission.ends)
    until = f" to {mission.ends}" if mission.ends else " on, with no end on record"
    assumed = " (assumed)" if mission.basis == "assumed" else ""
    return holds, f"{mission.name} runs from {mission.begins}{assumed}{until}.", mission.source


def framework(unit: Candidate, day: dt.date) -> Answer:
    """Ask NATO's for a member or partner, the EU's for a member or guest, the UN's for a member."""
    lead = unit.mission.framework
    name = FRAMEWORK_WORDS[lead]
    if lead == "coalition":
        words = f"{unit.mission.name} is a coalition: membership does not matter, its lead asks."
        return True, words, unit.mission.source
    fact = unit.latest("member", day, lead)
    if fact is None and lead == "nato":
        fact = unit.latest("partner", day, lead) or unit.latest("invited", day, unit.mission.id)
    if fact is None and lead == "eu":
        fact = unit.latest("invited", day, unit.mission.id)
    if fact is not None:
        return _holds(fact)
    ways = {"nato": "neither a member nor a partner of", "un": "not a member of"}
    way = f"{ways.get(lead, 'neither a member nor an invited guest of')} {name}"
    ever = [s for kind in _JOINED for s in unit.of_kind(kind, lead)]
    gone = [s for s in ever if s.ends is not None and s.ends < day]
    coming = min((s for s in ever if s.begins > day), key=lambda s: s.begins, default=None)
    later = f"; {_dated(coming)}" if coming else ""
    if gone:
        last = max(gone, key=lambda s: (s.begins, s.id))
        words = f"{unit.nation} is {way} on {day}; it was: {_dated(last)}{later}."
        return False, words, last.source
    unknown = f"No row of plan/standings.csv says how it was on {day}, so"
    return False, f"{unknown} {unit.nation} counts as {way}{later}."


_JOINED: tuple[StandingKind, ...] = ("member", "partner")


def invitation(unit: Candidate, day: dt.date) -> Answer:
    """Ask that whoever is not a member, nor the lead, has been asked or accepted."""
    lead, mission = unit.mission.framework, unit.mission
    if lead == "coalition" and mission.lead == unit.offer.contributor:
        return True, f"{unit.nation} leads the mission.", mission.source
    if lead == "un" or (lead != "coalition" and unit.latest("member", day, lead)):
        return True, f"A member of {FRAMEWORK_WORDS[lead]} needs no invitation."
    who = "its lead" if lead == "coalition" else FRAMEWORK_WORDS[lead]
    absent = f"{unit.nation} has not been asked into {mission.name} by {who}"
    return _needed(unit, day, "invited", (mission.id,), absent)


def no_refusal(unit: Candidate, day: dt.date) -> Answer:
    """Ask that neither the host nor the nation itself has ruled its troops out."""
    for of in (unit.mission.id, unit.mission.framework):
        fact = unit.latest("refuses", day, of)
        if fact is not None:
            return False, f"{_dated(fact)}.", fact.source
    fact = unit.latest("consents", day, unit.mission.id)
    if fact is not None:
        return _holds(fact)
    return True, f"No refusal of troops of {unit.nation} is on record, by the host or by itself."


def recognition(unit: Candidate, day: dt.date) -> Answer:
    """Say whether the nation recognises the host; it is not a bar."""
    host = unit.mission.host
    fact = unit.latest("does_not_recognise", day, host) or unit.latest("recognises", day, host)
    if fact is None:
        return True, "Recognition of the host: nothing on record, no bar."
    bar = ""
    if fact.kind == "does_not_recognise":
        bar = f"; no bar by itself, the mission stands on: {unit.mission.mandate}"
    return True, f"{_dated(fact)}{bar}.", fact.source


def general_law(unit: Candidate, day: dt.date) -> Answer:
    """Ask for a law on missions of this kind where the nation is said to need one."""
    lead = unit.mission.framework
    if not unit.of_kind("legal_act", lead):
        words = f"No law of {unit.nation} on such missions as a whole is on record; none is asked."
        return True, words
    name = "coalitions" if lead == "coalition" else FRAMEWORK_WORDS[lead]
    absent = f"The law of {unit.nation} on missions of {name} is not in force"
    return _needed(unit, day, "legal_act", (lead,), absent)


def legal_act(unit: Candidate, day: dt.date) -> Answer:
    """Ask for a law, vote or decision for this mission."""
    if not unit.of_kind("legal_act", unit.mission.id) and unit.offer.decided is not None:
        lead = dt.timedelta(days=unit.offer.legal_lead_days)
        begins = unit.offer.decided + lead
        words = f"{unit.nation} decided on {unit.offer.decided}; the legal act follows by {begins}."
        return begins <= day, words, unit.offer.source
    absent = f"No legal act of {unit.nation} for {unit.mission.name} is in force"
    return _needed(unit, day, "legal_act", (unit.mission.id,), absent)


def training(unit: Candidate, day: dt.date) -> Answer:
    """Ask in a coalition for training done; elsewhere training counts as days."""
    if unit.mission.lead == unit.offer.contributor:
        return True, f"{unit.nation} leads the mission and trains its own.", unit.mission.source
    if unit.mission.framework == "coalition":
        absent = f"{unit.nation} has no training on record for {unit.mission.name}"
        of = (unit.mission.id, unit.offer.capability)
        return _needed(unit, day, "trained", of, absent)
    words = f"{unit.offer.training_days} days of training are part of the lead time."
    return True, words, unit.offer.source


def within_ceiling(unit: Candidate, day: dt.date) -> Answer:
    """Ask that the offer alone does not exceed the ceiling of its nation."""
    fact = unit.latest("ceiling", day, unit.mission.id)
    if fact is None or fact.value is None:
        return True, f"No ceiling of {unit.nation} is on record."
    strength = unit.offer.strength
    return strength <= fact.value, f"{_dated(fact)}; the offer is {strength}.", fact.source


def own_window(unit: Candidate, day: dt.date) -> Answer:
    """Ask that the offer's steps are done and its end has not come."""
    begins, ends = first_day(unit.offer), unit.offer.ends
    holds = begins <= day and (ends is None or day < ends)
    until = f" and is gone on {ends}" if ends else ""
    words = f"{unit.offer.unit} may be in place from {begins}{until}."
    return holds, words, unit.offer.source


def host_in_place(unit: Candidate, day: dt.date) -> Answer:
    """Ask for the host of an embedded unit, in place and settled."""
    if not unit.offer.host:
        return True, "It is not embedded in a unit of another nation."
    if unit.host is None:
        return (
            False,
            f"Its host {unit.offer.host} is not offered any more; without it the unit goes.",
        )
    name, source = unit.host.offer.unit, unit.host.offer.source
    against = _first_against(unit.host, day)
    if against is not None:
        return False, f"Its host, {name}, is not there: {against.words}", against.source
    if day - dt.timedelta(days=unit.offer.settle_days) < first_day(unit.host.offer):
        days = unit.offer.settle_days
        return False, f"Its host, {name}, must first be in place for {days} days.", source
    return True, f"Its host, {name}, is in place.", source


def condition_met(unit: Candidate, day: dt.date) -> Answer:
    """Ask that what the offer needs is there too."""
    if not unit.offer.needs:
        return True, "It was offered without a condition."
    if unit.needed is None:
        return False, f"It needs {unit.offer.needs}, which is not offered any more."
    name = unit.needed.offer.unit
    against = _first_against(unit.needed, day)
    if against is not None:
        return False, f"It needs {name}, which is not there: {against.words}", against.source
    return True, f"It needs {name}, which is there.", unit.needed.offer.source


RULES: tuple[Rule, ...] = (
    known,
    mission_runs,
    framework,
    invitation,
    no_refusal,
    recognition,
    general_law,
    legal_act,
    training,
    within_ceiling,
    own_window,
    host_in_place,
    condition_met,
)
"""Every rule, in the order of its sentences."""


def reasons(unit: Candidate, day: dt.date) -> Iterator[Reason]:
    """Yield what each rule says of an offer on a day, under the name of the rule."""
    return (Reason(rule.__name__, *rule(unit, day)) for rule in RULES)


def _first_against(unit: Candidate, day: dt.date) -> Reason | None:
    return next((reason for reason in reasons(unit, day) if not reason.holds), None)


def _needed(
    unit: Candidate, day: dt.date, kind: StandingKind, of: tuple[str, ...], absent: str
) -> Answer:
    """Ask for a standing in force; if it is not, name the nearest one before or after."""
    fact = unit.latest(kind, day, *of)
    if fact is not None:
        return _holds(fact)
    others = unit.of_kind(kind, *of)
    after = [s for s in others if s.begins > day]
    before = [s for s in others if s.ends is not None and s.ends < day]
    if after:
        near = min(after, key=lambda s: (s.begins, s.id))
        words = f"{absent} on {day}; it comes on {near.begins}{_assumed(near)}: {near.words}."
        return False, words, near.source
    if before:
        near = max(before, key=lambda s: (s.begins, s.id))
        words = f"{absent} on {day}; it ended on {near.ends}{_assumed(near)}: {near.words}."
        return False, words, near.source
    return False, f"{absent}, on that day or any other on record."


def _dated(fact: Standing) -> str:
    until = f" to {fact.ends}" if fact.ends else ""
    return f"{fact.words} (from {fact.begins}{until}{', assumed' * (fact.basis == 'assumed')})"


def _assumed(fact: Standing) -> str:
    return " (assumed)" if fact.basis == "assumed" else ""


def _holds(fact: Standing) -> Answer:
    return True, f"{_dated(fact)}.", fact.source
