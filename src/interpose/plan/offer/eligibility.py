"""May this offer be in place on that day, or fill that line, and which rule says so.

``rules.py`` holds the rules of a day. Here are the doors: `judge` for a day, `window` for all days,
`ceiling`, what caveats mean in a line (`bars`, `bites`, `lasting_blocks`), and `ask`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from interpose.errors import UnknownNameError, require_known
from interpose.plan.months import joined
from interpose.plan.offer.rules import (
    FRAMEWORKS,
    Candidate,
    Reason,
    candidate_of,
    first_day,
    in_force,
    reasons,
)
from interpose.plan.result import PlanInputs
from interpose.scenario.tables.mission import Contributor
from interpose.scenario.tables.plan import Capability, Caveat, Offer, Requirement

CROWD_CONTROL = "crowd_control"
"""Capabilities for crowds bear an id that begins with this."""

THEATRE = "theatre"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the rules say of an offer on a day: a reason each, in the order of ``rules.RULES``."""

    offer: str
    day: dt.date
    reasons: tuple[Reason, ...]

    @property
    def allowed(self) -> bool:
        """Whether every rule lets the offer in."""
        return all(reason.holds for reason in self.reasons)

    @property
    def against(self) -> tuple[Reason, ...]:
        """The reasons that keep it out."""
        return tuple(reason for reason in self.reasons if not reason.holds)


def judge(inputs: PlanInputs, offer: Offer, day: dt.date) -> Verdict:
    """Ask every rule whether an offer, in the table or not, may be in place on a day.

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
    spans = zip(days, [*days[1:], dt.date.max], strict=True)
    return joined(span for span in spans if span[0] < span[1] and _judged(unit, span[0]).allowed)


def ceiling(inputs: PlanInputs, contributor: str, mission: str, day: dt.date) -> int | None:
    """Return the most persons that a nation allows itself in a mission on a day, if it says so.

    Of several in force the one begun last.
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


# --- which lines ---------------------------------------------------------------------------


class Block(NamedTuple):
    """A rule that keeps an offer from a line, and the same in words as it bites here."""

    rule: str
    words: str


def serves(capabilities: Mapping[str, Capability], brings: str, asked: str) -> bool:
    """Whether a unit of one capability may stand where another is asked for."""
    if brings == asked:
        return True
    row = capabilities.get(brings)
    return row is not None and asked in row.serves_as.split(";")


def lasting_blocks(
    inputs: PlanInputs, offer: Offer, line: Requirement, capabilities: Mapping[str, Capability]
) -> tuple[Block, ...]:
    """Return the rules that keep an offer from a line in every month."""
    found = []
    if offer.mission != line.mission:
        found.append(Block("mission", f"offered to {offer.mission}, not to {line.mission}"))
    if not serves(capabilities, offer.capability, line.capability):
        found.append(Block("capability", f"{offer.capability} cannot serve as {line.capability}"))
    if offer.reserve and offer.notice_days > line.readiness_days:
        words = (
            f"kept at home at {offer.notice_days} days' notice, "
            f"wanted within {line.readiness_days} days"
        )
        found.append(Block("readiness", words))
    barring = bars(inputs, offer, line)
    if barring:
        rows = {caveat.id: caveat.words for caveat in inputs.caveats}
        words = "; ".join(rows.get(name, name) for name in barring)
        found.append(Block("caveat", f"caveat: {words}"))
    return tuple(found)


def offers_by_line(inputs: PlanInputs, line: Requirement) -> tuple[Offer, ...]:
    """Return the offers that bring what a line asks for, in the order of their ids."""
    capabilities = {row.id: row for row in inputs.capabilities}
    return tuple(
        offer
        for offer in sorted(inputs.offers, key=lambda offer: offer.id)
        if offer.mission == line.mission and serves(capabilities, offer.capability, line.capability)
    )


# --- why may a nation go? ------------------------------------------------------------------


def imagined(inputs: PlanInputs, contributor: str, mission: str) -> Offer:
    """Return one soldier from the first to the last day of a mission, to ask the rules about.

    For a nation that offers nothing. Its capability is one that the nation was trained for, if
    any is on record.
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


def _judged(unit: Candidate, day: dt.date) -> Verdict:
    return Verdict(unit.offer.id, day, tuple(reasons(unit, day)))


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
        `verdicts` and `windows` have one entry for each.
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
    """Say why a nation may or may not go: by mission, and without a day by each of its offers.

    Parameters
    ----------
    nation : str
        Id of a contributor.
    mission : str, optional
        By default the first mission of the table and all that a fact or offer of it names.
    day : date, optional
        By default the first day on which an offer may be in place, else its own first day; for
        an imagined soldier the last day of the mission, or of what is known of the nation.

    Raises
    ------
    UnknownNameError
        If there is no such mission.
    """
    known = [row.id for row in inputs.missions]
    require_known("mission", [mission] if mission else (), known)
    named = {s.of for s in inputs.standings if s.contributor == nation} | {*known[:1]}
    named |= {o.mission for o in inputs.offers if o.contributor == nation}
    named = {mission} if mission else named
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
