"""One pool of units, two theatres: what nations keep in one may be moved to another.

`with_units_of` offers the units of another theatre to a mission, under the rules that its nations
have there; `moved` reads from a plan which of them it takes, and `without` takes these out of the
other theatre from a day on, so that no unit stands in both.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from interpose.errors import PlanError
from interpose.plan.deployments import deployments, present_on
from interpose.plan.offer.eligibility import bars, judge, serves, window
from interpose.plan.planning import PlannedForce
from interpose.plan.request import fewer, span
from interpose.plan.result import PlanInputs
from interpose.scenario import Scenario, again, read_plan_tables
from interpose.scenario.policies import IN_THEATRE, id_before, standing
from interpose.scenario.tables.plan import Offer


class Move(NamedTuple):
    """Units of one offer that leave the other theatre; `base` is theirs there, if it is known."""

    offer: str
    unit: str
    units: int
    persons: int
    begins: dt.date
    base: str


class Pool(NamedTuple):
    """A theatre, and what nations keep in it by the last of its plan tables."""

    scenario: Scenario
    offers: tuple[Offer, ...]

    @property
    def name(self) -> str:
        """That of its scenario."""
        return self.scenario.header.name

    def elsewhere(self, offer: str) -> str:
        """Return the id that an offer of it has in the tables of another theatre."""
        return f"{self.name}.{offer}"


def pool_of(scenario: Scenario) -> Pool:
    """Return what nations keep in the theatre of a scenario, reserves at home left out.

    Raises
    ------
    PlanError
        If its tables do not say so.
    """
    inputs = read_plan_tables(scenario)
    if not inputs.requirements or not inputs.offers:
        msg = (
            f"{scenario.header.name} does not say what nations keep there. Name a scenario that has"
            " plan/requirements.csv and plan/offers.csv, such as kosovo."
        )
        raise PlanError(msg)
    mission, _, ends = span(inputs)
    last = ends - dt.timedelta(1)
    kept = (o for o in inputs.offers if o.mission == mission and not o.reserve)
    return Pool(
        scenario,
        tuple(o for o in kept if o.begins <= last and (o.ends is None or o.ends > last)),
    )


def with_units_of(
    scenario: Scenario, pool: Pool, mission: str | None = None, share: float = 1.0
) -> Scenario:
    """Return a scenario to whose mission the units of another theatre are offered, too.

    Those that may be in place on no day are left out.

    Parameters
    ----------
    share : float
        Of the units that nations keep in the other theatre, spread as evenly as can be.

    Raises
    ------
    PlanError
        If both are the same theatre.
    """
    if pool.name == scenario.header.name:
        msg = f"{pool.name} is the theatre that is planned: units must come from another one."
        raise PlanError(msg)
    inputs = read_plan_tables(scenario)
    mission, begins, _ = span(inputs, mission)
    some = fewer(replace(inputs, offers=pool.offers), 1.0 - share).offers
    known = [_offered(inputs, scenario, mission, pool, offer) for offer in some]
    rows = [row.model_dump(mode="json") for row in known if row and window(inputs, row)]
    said = f"Units kept in {pool.name} may come to {mission}, from {begins} on."
    return again(scenario, [{"said": [said], "add": {"offers": rows}}]) if rows else scenario


def _offered(
    inputs: PlanInputs, scenario: Scenario, mission: str, pool: Pool, home: Offer
) -> Offer | None:
    """Return a unit kept elsewhere as an offer to a mission; None if its tables do not know it.

    Its legal lead and its caveats are those of the nation's own offers to that mission.
    """
    if home.contributor not in {row.id for row in inputs.contributors}:
        return None
    if home.capability not in {row.id for row in inputs.capabilities}:
        return None
    own = [o for o in inputs.offers if (o.contributor, o.mission) == (home.contributor, mission)]
    start = scenario.header.start
    given = {
        "id": pool.elsewhere(home.id),
        "mission": mission,
        "unit": f"{home.unit}, from {pool.name}",
        "begins": start,
        "ends": None,
        "decided": start,
        "legal_lead_days": max((o.legal_lead_days for o in own), default=0),
        "caveats": ";".join(sorted({n for o in own for n in o.caveats.split(";") if n})),
        "basis": "assumed",
        "source": own[0].source if own else next(m.source for m in inputs.missions),
        "note": f"kept in {pool.name}, which would lack it",
    }
    alone = {"needs": "", "host": "", "base": "", "pool": "", "pool_units": None}
    return home.model_copy(update=given | alone)


def moved(force: PlannedForce, pool: Pool) -> tuple[Move, ...]:
    """Return which units of another theatre a plan takes: the most of each offer at once."""
    rows = deployments(force.inputs, force.plan)
    found = []
    for home in pool.offers:
        own = tuple(row for row in rows if row.offer.id == pool.elsewhere(home.id))
        days = {row.assignment.begins for row in own}
        there = [tuple(present_on(own, day)) for day in days]
        if own:
            units = max(sum(row.assignment.units for row in here) for here in there)
            persons = max(sum(row.persons for row in here) for here in there)
            found.append(Move(home.id, home.unit, units, persons, min(days), home.base))
    return tuple(found)


def staying(force: PlannedForce, pool: Pool, moves: Sequence[Move]) -> dict[str, list[str]]:
    """Return why units stay in the other theatre -> the nations and their persons."""
    gone = {move.offer: move.persons for move in moves}
    names = {row.id: row.name for row in pool.scenario.contributors}
    reasons: dict[str, Counter[str]] = {}
    for home in pool.offers:
        if left := home.strength - gone.get(home.id, 0):
            why = reasons.setdefault(_why(force, pool, home), Counter())
            why[names[home.contributor]] += left
    return {
        why: [f"{nation} {persons:,}" for nation, persons in nations.most_common()]
        for why, nations in sorted(reasons.items(), key=lambda item: -item[1].total())
    }


def _why(force: PlannedForce, pool: Pool, home: Offer) -> str:
    inputs, name = force.inputs, force.scenario.header.name
    offer = _offered(inputs, force.scenario, force.plan.mission, pool, home)
    if offer is None:
        return f"the tables of {name} do not know the nation, or such units"
    if not window(inputs, offer):
        return judge(inputs, offer, force.plan.begins).against[0].words.rstrip(".")
    kinds = {row.id: row for row in inputs.capabilities}
    lines = [
        line
        for line in inputs.requirements
        if line.mission == offer.mission and serves(kinds, offer.capability, line.capability)
    ]
    if not lines:
        return f"no line of {name} asks for such units"
    barred = [bars(inputs, offer, line) for line in lines]
    if all(barred):
        words = {caveat.id: caveat.words for caveat in inputs.caveats}
        return "; ".join(sorted({words[caveat] for own in barred for caveat in own}))
    if offer.id not in {row.id for row in inputs.offers}:
        return "not among those that were to move"
    return "the lines that it could fill are filled, or not in the months in which it could"


def without(
    scenario: Scenario, moves: Sequence[Move], missed_from: dt.date | None = None
) -> Scenario:
    """Return a scenario whose force in theatre lacks what was moved away.

    Each unit is missing from the day on which it moves, or all of them from one day. Units of a
    known base are missing there, all others at all bases alike: contingents are seldom split by
    nation. If nothing is moved it is the scenario itself.

    Raises
    ------
    PlanError
        If the scenario is played on none of these days.
    """
    header = scenario.header
    days = sorted({missed_from or move.begins for move in moves})
    if days and not header.start <= days[0] <= header.end:
        msg = (
            f"{header.name} is played from {header.start} to {header.end}: units that leave on"
            f" {days[0]} are missed on no day of it. Say --missed-from DATE, a day of that time."
        )
        raise PlanError(msg)
    for day in days:
        if day <= header.end:
            those = [move for move in moves if (missed_from or move.begins) == day]
            scenario = _lacking(scenario, those, day)
    return scenario


def _lacking(scenario: Scenario, moves: Sequence[Move], day: dt.date) -> Scenario:
    at, gone = Counter[str](), Counter[str]()
    for row in standing(scenario.contingents, day, IN_THEATRE):
        at[row.base] += row.strength
    for move in moves:
        gone[move.base] += move.persons
    named = {base: min(persons, at[base]) for base, persons in gone.items() if base}
    rest, left = gone.total() - sum(named.values()), at.total() - sum(named.values())
    alike = max(0.0, 1.0 - rest / left) if left else 0.0
    change: dict[str, dict[str, object]] = {}
    add = []
    for row in scenario.contingents:
        if row.stock not in IN_THEATRE or (row.departs is not None and row.departs <= day):
            continue
        factor = alike * (1.0 - named.get(row.base, 0) / at[row.base] if at[row.base] else 1.0)
        strength = round(row.strength * factor)
        if row.arrives >= day:
            change[row.id] = {"strength": strength}
            continue
        change[row.id] = {"departs": day.isoformat()}
        later = {
            "id": f"{id_before(row.id)}.since_{day:%Y%m%d}",
            "arrives": day,
            "strength": strength,
        }
        add.append(row.model_copy(update=later).model_dump(mode="json"))
    said = f"{gone.total():,} soldiers in theatre are missing from {day} on: moved elsewhere."
    step = {"said": [said], "change": {"contingents": change}, "add": {"contingents": add}}
    return again(scenario, [step])
