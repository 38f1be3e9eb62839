"""``judge``: may this offer be in place on that day, and which rule says so.

``case.py`` looks up what the rules ask, ``rules.py`` holds the rules; here are the doors: `judge`
for a day, `window` for all days, `ceiling`, and what caveats mean in a line (`bars`, `bites`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from interpose.errors import UnknownNameError
from interpose.plan.offer.rules import (
    FRAMEWORKS,
    RULES,
    Candidate,
    Reason,
    candidate_of,
    first_day,
    in_force,
)
from interpose.plan.result import PlanInputs
from interpose.scenario.tables.mission import Contributor
from interpose.scenario.tables.plan import Caveat, Offer, Requirement

CROWD_CONTROL = "crowd_control"
"""Capabilities for crowds bear an id that begins with this."""

THEATRE = "theatre"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of an offer on a day.

    Attributes
    ----------
    offer : str
        Its id.
    reasons : tuple of Reason
        One for each rule, in the order of ``rules.RULES``.
    """

    offer: str
    day: dt.date
    reasons: tuple[Reason, ...]

    @property
    def allowed(self) -> bool:
        """Whether every rule lets the offer in."""
        return all(reason.holds for reason in self.reasons)

    @property
    def against(self) -> tuple[Reason, ...]:
        """The rules that keep it out."""
        return tuple(reason for reason in self.reasons if not reason.holds)


def judge(inputs: PlanInputs, offer: Offer, day: dt.date) -> Verdict:
    """Ask every rule whether an offer may be in place on a day.

    Parameters
    ----------
    offer : Offer
        Need not be among ``inputs.offers``; its mission must be among ``inputs.missions``.

    Returns
    -------
    Verdict
        A reason for every rule, also for those that let it in.

    Examples
    --------
    >>> from interpose.scenario import read_plan_tables
    >>> inputs = read_plan_tables("kosovo")
    >>> platoon = next(o for o in inputs.offers if o.id == "xkx_platoon_2021")
    >>> judge(inputs, platoon, dt.date(2021, 3, 9)).allowed
    True
    >>> [reason.rule for reason in judge(inputs, platoon, dt.date(2020, 12, 1)).against]
    ['invitation', 'legal_act', 'own_window', 'host_in_place']
    """
    return _judged(candidate_of(inputs, offer), day)


def window(inputs: PlanInputs, offer: Offer) -> tuple[tuple[dt.date, dt.date], ...]:
    """Return the spans of days on which an offer may be in place.

    Returns
    -------
    tuple of (date, date)
        First day and first day after, in order, apart from each other; ``date.max`` stands for
        no end. Empty if there is no such day.
    """
    unit = candidate_of(inputs, offer)
    days = sorted(set(_turning_days(unit)))
    spans: list[tuple[dt.date, dt.date]] = []
    for begins, ends in zip(days, [*days[1:], dt.date.max], strict=True):
        if begins >= ends or not _judged(unit, begins).allowed:
            continue
        if spans and spans[-1][1] == begins:
            spans[-1] = (spans[-1][0], ends)
        else:
            spans.append((begins, ends))
    return tuple(spans)


def ceiling(inputs: PlanInputs, contributor: str, mission: str, day: dt.date) -> int | None:
    """Return the most persons a nation may have in a mission on a day.

    Returns
    -------
    int or None, persons
        None if no ceiling is on record. Of several in force the one begun last.
    """
    found = [
        s
        for s in inputs.standings
        if (s.contributor, s.kind, s.of) == (contributor, "ceiling", mission) and in_force(s, day)
    ]
    return max(found, key=lambda s: (s.begins, s.id)).value if found else None


def bars(inputs: PlanInputs, offer: Offer, requirement: Requirement) -> tuple[str, ...]:
    """Return the caveats of an offer that forbid it a line outright.

    An area caveat that names the line's place or an area around it, a task caveat that names its
    task, a crowd-control caveat for a line of crowd control.
    """
    return tuple(c.id for c in _caveats(inputs, offer) if _forbids(inputs, c, requirement))


def bites(inputs: PlanInputs, offer: Offer, requirement: Requirement) -> tuple[str, ...]:
    """Return the caveats of an offer that matter in a line, those that forbid it among them.

    Besides those: limits on nights and on the border of an area matter everywhere; an area barred
    inside the line's own area matters, and so does any in a line for the whole theatre; a limit on
    crowd control matters where the line's capability stands in for crowd control.
    """
    return tuple(
        c.id
        for c in _caveats(inputs, offer)
        if _forbids(inputs, c, requirement) or _matters(inputs, c, requirement)
    )


def imagined(inputs: PlanInputs, contributor: str, mission: str) -> Offer:
    """Return one soldier from the first to the last day of a mission, to ask the rules about.

    For a nation that offers nothing. Its capability is one that the nation was trained for, if
    any is on record.

    Raises
    ------
    StopIteration
        If there is no mission of that name or no capability at all; tables that were checked and
        hold a mission and a standing always have both.
    """
    place = next(row for row in inputs.missions if row.id == mission)
    trained = {
        s.of for s in inputs.standings if (s.contributor, s.kind) == (contributor, "trained")
    }
    known = [row.id for row in inputs.capabilities]
    return Offer(
        id=f"{contributor}_imagined",
        mission=mission,
        contributor=contributor,
        unit="A first soldier (nothing is offered)",
        capability=next(name for name in known if name in trained or trained.isdisjoint(known)),
        units=1,
        strength=1,
        begins=place.begins,
        basis="assumed",
        source=place.source,
    )


def missions_of(inputs: PlanInputs, contributor: str) -> tuple[str, ...]:
    """Return the missions that any standing or offer of a nation names, in the table's order."""
    named = {s.of for s in inputs.standings if s.contributor == contributor}
    named |= {o.mission for o in inputs.offers if o.contributor == contributor}
    return tuple(mission.id for mission in inputs.missions if mission.id in named)


def _judged(unit: Candidate, day: dt.date) -> Verdict:
    return Verdict(unit.offer.id, day, tuple(rule(unit, day) for rule in RULES))


def _turning_days(unit: Candidate) -> Iterator[dt.date]:
    """Yield every day on which an answer may change."""
    offer, mission = unit.offer, unit.mission
    yield from (first_day(offer), mission.begins)
    if offer.decided is not None:
        yield offer.decided + dt.timedelta(days=offer.legal_lead_days)
    if offer.ends is not None:
        yield offer.ends
    rows = [s for s in unit.standings if s.of in {mission.id, mission.host, *FRAMEWORKS}]
    rows += [s for s in unit.standings if s.of == offer.capability]
    spans = [(mission.begins, mission.ends), *((row.begins, row.ends) for row in rows)]
    for begins, ends in spans:
        yield begins
        if ends is not None:
            yield ends + dt.timedelta(days=1)
    for other in (unit.host, unit.needed):
        if other is not None:
            yield from _turning_days(other)
    if unit.host is not None:
        yield first_day(unit.host.offer) + dt.timedelta(days=offer.settle_days)


def _caveats(inputs: PlanInputs, offer: Offer) -> list[Caveat]:
    named = set(offer.caveats.split(";"))
    return [caveat for caveat in inputs.caveats if caveat.id in named]


def _forbids(inputs: PlanInputs, caveat: Caveat, line: Requirement) -> bool:
    if caveat.kind == "area":
        barred = caveat.places.split(";")
        inside = _places_by_area(inputs)
        return any(line.place in {place, *inside.get(place, ())} for place in barred)
    if caveat.kind == "task":
        return line.task in caveat.tasks.split(";")
    return caveat.kind == "crowd_control" and line.capability.startswith(CROWD_CONTROL)


def _matters(inputs: PlanInputs, caveat: Caveat, line: Requirement) -> bool:
    if caveat.kind in {"night", "boundary"}:
        return True
    if caveat.kind == "area":
        inside = _places_by_area(inputs).get(line.place, ())
        return line.place == THEATRE or any(p in inside for p in caveat.places.split(";"))
    if caveat.kind == "crowd_control":
        stands_in = next((c.serves_as for c in inputs.capabilities if c.id == line.capability), "")
        return any(name.startswith(CROWD_CONTROL) for name in stands_in.split(";"))
    return False


def _places_by_area(inputs: PlanInputs) -> dict[str, tuple[str, ...]]:
    return {area.id: tuple(area.municipalities.split(";")) for area in inputs.areas}


@dataclass(frozen=True, slots=True)
class Admission:
    """What the rules say of a nation in a mission on a day.

    Attributes
    ----------
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
) -> tuple[Admission, ...]:
    """Say why a nation may or may not go.

    Parameters
    ----------
    nation : str
        Id of a contributor.
    mission : str, optional
        By default the first mission of the table and all that a fact or offer of it names.
    day : date, optional
        By default the first day on which an offer may be in place, else its own first day; for
        an imagined soldier the last day of the mission, or of what is known of the nation.

    Returns
    -------
    tuple of Admission
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
    answers: list[Admission] = []
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


def _answer(inputs: PlanInputs, offers: list[Offer], day: dt.date, is_imagined: bool) -> Admission:
    return Admission(
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
