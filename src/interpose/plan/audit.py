"""An audit of any plan in plain Python: it shares no line with what made the plan.

It knows no solver and no search: it walks the assignments as they stand in the file, month by month
on the 15th, and asks every rule again. A plan made by hand or by another program can be put to it.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from interpose.plan.offer import eligibility
from interpose.plan.result import Assignment, Plan, PlanInputs
from interpose.scenario.tables.plan import Offer, Requirement


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """A rule that a plan breaks: its name, the line, offer or month, and what is wrong."""

    rule: str
    where: str
    words: str

    def __str__(self) -> str:
        return f"{self.rule}, {self.where}: {self.words}"


def audit(inputs: PlanInputs, plan: Plan) -> list[Finding]:
    """Return every rule that a plan breaks, and where; an empty list is a clean bill."""
    roster = Roster(inputs, plan)
    return sorted({finding for rule in RULES for finding in rule(roster)})


def known_names(roster: Roster) -> Iterator[Finding]:
    """Every assignment names a line and an offer of the tables, and a stretch of time."""
    for a in roster.plan.assignments:
        if a.requirement not in roster.lines:
            yield Finding("names", a.requirement, "no such line")
        if a.offer not in roster.offers:
            yield Finding("names", a.offer, "no such offer")
        if a.begins >= a.ends or a.units < 1:
            yield Finding("names", _at(a), "it has no days or no units")


def windows(roster: Roster) -> Iterator[Finding]:
    """Nobody is in place on a day on which the rules keep it out."""
    for a in roster.known:
        spans = eligibility.window(roster.inputs, roster.offers[a.offer])
        if not any(begins <= a.begins and a.ends <= ends for begins, ends in spans):
            yield Finding("window", _at(a), f"{a.begins} to {a.ends} is outside {in_words(spans)}")


def match(roster: Roster) -> Iterator[Finding]:
    """Ask that an offer serves its own mission, with a capability that will do, ready in time."""
    for a in roster.known:
        line, offer = roster.lines[a.requirement], roster.offers[a.offer]
        if offer.mission != line.mission:
            yield Finding("mission", _at(a), f"offered to {offer.mission}, used in {line.mission}")
        if line.capability not in roster.serves_as(offer):
            yield Finding("capability", _at(a), f"{offer.capability} is not {line.capability}")
        if offer.reserve and offer.notice_days > line.readiness_days:
            words = f"at {offer.notice_days} days' notice, wanted in {line.readiness_days}"
            yield Finding("readiness", _at(a), words)


def caveats(roster: Roster) -> Iterator[Finding]:
    """No caveat forbids the line, and those that matter are named."""
    for a in roster.known:
        line, offer = roster.lines[a.requirement], roster.offers[a.offer]
        for name in eligibility.bars(roster.inputs, offer, line):
            yield Finding("caveat", _at(a), f"{name} forbids it")
        if set(a.bites) != set(eligibility.bites(roster.inputs, offer, line)):
            yield Finding("caveat", _at(a), "the caveats that bite are not those named")


def capacity(roster: Roster) -> Iterator[Finding]:
    """No offer has more units in place than it offers, no line more than it needs."""
    for day, rows in roster.on.items():
        offered: Counter[str] = Counter()
        filled: Counter[str] = Counter()
        for a in rows:
            offered[a.offer] += a.units
            filled[a.requirement] += a.units
        for name, units in offered.items():
            if units > roster.offers[name].units:
                words = f"{units} in place of {roster.offers[name].units} offered"
                yield Finding("capacity", f"{name}, {day:%Y-%m}", words)
        for name, units in filled.items():
            if units > roster.needed(roster.lines[name], day):
                yield Finding("capacity", f"{name}, {day:%Y-%m}", f"{units} are more than needed")


def unit_numbers(roster: Roster) -> Iterator[Finding]:
    """Every unit has one number of its pool, and is in one place at a time."""
    sizes = {
        pool: max((o.pool_units for o in rows if o.pool_units is not None), default=None)
        for pool, rows in roster.pools().items()
    }
    for a in roster.known:
        size = sizes[roster.pool_of(roster.offers[a.offer])]
        if len(set(a.unit_numbers)) != a.units:
            yield Finding("numbers", _at(a), f"{a.units} units with numbers {a.unit_numbers}")
        if any(n < 1 or (size is not None and n > size) for n in a.unit_numbers):
            yield Finding("numbers", _at(a), f"{a.unit_numbers} are not of a pool of {size}")
    for day, rows in roster.on.items():
        places = Counter(
            (roster.pool_of(roster.offers[a.offer]), n) for a in rows for n in a.unit_numbers
        )
        for (pool, number), times in places.items():
            if times > 1:
                where = f"{pool} unit {number}, {day:%Y-%m}"
                yield Finding("numbers", where, f"in {times} lines at once")


def tours_and_dwell(roster: Roster) -> Iterator[Finding]:
    """Ask that a unit stays no longer than a tour and rests as its nation asks before the next."""
    pools = roster.pools()
    served: dict[tuple[str, int], list[int]] = defaultdict(list)
    for index, day in enumerate(roster.days):
        for a in roster.on[day]:
            for number in a.unit_numbers:
                served[roster.pool_of(roster.offers[a.offer]), number].append(index)
    for (pool, number), months in sorted(served.items()):
        tour = min(o.tour_months for o in pools[pool] if o.id in roster.offers)
        rest = max(rest_of(o) for o in pools[pool])
        begun = last = months[0]
        for month in months[1:]:
            if month >= begun + tour and month - last - 1 < rest:
                words = f"back after {month - last - 1} months, wanted {rest}; tours of {tour}"
                where = f"{pool} unit {number}, {roster.days[month]:%Y-%m}"
                yield Finding("dwell", where, words)
            if month >= begun + tour or month - last - 1 >= max(rest, 1):
                begun = month
            last = month


def handover(roster: Roster) -> Iterator[Finding]:
    """Who relieves a unit of its own offer is there the agreed days before it goes."""
    rows: dict[tuple[str, str], list[Assignment]] = defaultdict(list)
    for a in roster.known:
        if roster.offers[a.offer].handover_days:
            rows[a.requirement, a.offer].append(a)
    for (line, name), served in sorted(rows.items()):
        offer = roster.offers[name]
        overlap = dt.timedelta(days=offer.handover_days)
        spans = eligibility.window(roster.inputs, offer)
        opens = {max(begins, roster.lines[line].begins) for begins, _ in spans}
        pool = roster.pool_of(offer)
        for before, day in itertools.pairwise(roster.days):
            first = day.replace(day=1)
            was = [a for a in served if a.begins <= before < a.ends]
            new = [a for a in served if a.begins <= day < a.ends and a not in was]
            gone = {n for a in was for n in a.unit_numbers} - numbers_serving(roster, day, pool)
            there = numbers_serving(roster, before, pool)
            fresh = [a.begins for a in new for n in a.unit_numbers if n not in there]
            early = sum(b <= first - overlap or b in opens for b in fresh)
            if early < min(len(gone), len(fresh)):
                words = f"{min(len(gone), len(fresh))} reliefs, {early} with {overlap.days} days"
                yield Finding("handover", f"{line}, {name}, {day:%Y-%m}", words)


def ceilings(roster: Roster) -> Iterator[Finding]:
    """No nation has more persons in a mission than it allows itself; reserves are at home."""
    for day, rows in roster.on.items():
        sent: defaultdict[tuple[str, str], float] = defaultdict(float)
        for a in rows:
            offer = roster.offers[a.offer]
            if not offer.reserve:
                sent[offer.contributor, offer.mission] += a.units * offer.strength / offer.units
        for (contributor, mission), persons in sent.items():
            most = eligibility.ceiling(roster.inputs, contributor, mission, day)
            if most is not None and persons > most + 1e-6:
                where = f"{contributor} in {mission}, {day:%Y-%m}"
                yield Finding("ceiling", where, f"{persons:.0f} persons, allowed {most}")


def shared_pools(roster: Roster) -> Iterator[Finding]:
    """Offers with one pool word never have more units in place than the pool holds."""
    planned = {row.mission for row in roster.inputs.requirements}
    for pool, rows in roster.pools().items():
        sizes = [row.pool_units for row in rows if row.pool_units is not None]
        size = max(sizes or [row.units for row in rows])
        promised = [row for row in rows if row.mission not in planned]
        for day, served in roster.on.items():
            here = sum(a.units for a in served if roster.pool_of(roster.offers[a.offer]) == pool)
            away = sum(row.units for row in promised if is_there(roster.inputs, row, day))
            if here and here + away > size:
                words = f"{here} here and {away} promised elsewhere, of {size}"
                yield Finding("pool", f"{pool}, {day:%Y-%m}", words)


def needs(roster: Roster) -> Iterator[Finding]:
    """Who comes only with another is there only while the other is."""
    asked = asked_offers(roster)
    for day, rows in roster.on.items():
        there = {a.offer for a in rows}
        for a in rows:
            other = roster.offers[a.offer].needs
            row = roster.offers.get(other)
            absent = row is None or not is_there(roster.inputs, row, day)
            if other and (other not in there if other in asked else absent):
                yield Finding("needs", f"{_at(a)}, {day:%Y-%m}", f"{other} is not there")


def embedded_in_host(roster: Roster) -> Iterator[Finding]:
    """Ask that an embedded unit comes after its host has settled and goes no later."""
    asked = asked_offers(roster)
    for a in roster.known:
        guest = roster.offers[a.offer]
        if not guest.host or guest.host not in asked:
            continue
        spans = joined([(b.begins, b.ends) for b in roster.known if b.offer == guest.host])
        settle = dt.timedelta(days=guest.settle_days)
        since = [  # a host that is in place when the plan begins may have settled long before
            min([begins, *(x for x, y in own if begins <= roster.plan.begins and x <= begins < y)])
            for begins, _ in spans
            for own in [eligibility.window(roster.inputs, roster.offers[guest.host])]
        ]
        inside = any(
            begins + settle <= a.begins and a.ends <= ends
            for begins, (_, ends) in zip(since, spans, strict=True)
        )
        if not inside:
            yield Finding("host", _at(a), f"{guest.host} is there {in_words(tuple(spans))}")


def one_nation(roster: Roster) -> Iterator[Finding]:
    """Ask that a line that may not be split is served by one nation at a time."""
    for day, rows in roster.on.items():
        nations: dict[str, set[str]] = defaultdict(set)
        for a in rows:
            nations[a.requirement].add(roster.offers[a.offer].contributor)
        for line, who in nations.items():
            if len(who) > 1 and not roster.lines[line].may_be_split:
                words = f"filled by {', '.join(sorted(who))}"
                yield Finding("split", f"{line}, {day:%Y-%m}", words)


def gap_table(roster: Roster) -> Iterator[Finding]:
    """Ask for a cell for every line and month that says what the assignments say."""
    cells = Counter((cell.requirement, cell.month) for cell in roster.plan.cells)
    by_key = {(cell.requirement, cell.month): cell for cell in roster.plan.cells}
    wanted = [row for row in roster.lines.values() if row.mission == roster.plan.mission]
    for line in wanted:
        for day in roster.days:
            key = (line.id, day.replace(day=1))
            where = f"{line.id}, {day:%Y-%m}"
            if cells.pop(key, 0) != 1:
                yield Finding("cells", where, "not exactly one cell")
                continue
            cell = by_key[key]
            present = sum(a.units for a in roster.on[day] if a.requirement == line.id)
            found = (cell.needed, cell.present, cell.state)
            right = (roster.needed(line, day), present, state(roster, line, day, present))
            if found != right:
                yield Finding("cells", where, f"it says {found}, the assignments {right}")
            if cell.state in ("open", "accepted") and not cell.words:
                yield Finding("cells", where, "a gap without its sentence")
    for line_id, month in cells:
        yield Finding("cells", f"{line_id}, {month:%Y-%m}", "a cell of no line or month planned")


RULES: tuple[Callable[[Roster], Iterator[Finding]], ...] = (
    known_names,
    windows,
    match,
    caveats,
    capacity,
    unit_numbers,
    tours_and_dwell,
    handover,
    ceilings,
    shared_pools,
    needs,
    embedded_in_host,
    one_nation,
    gap_table,
)
"""Every rule of the audit."""


def _at(a: Assignment) -> str:
    return f"{a.offer} in {a.requirement}"


DAY_OF_ACCOUNT, DAYS_A_MONTH = 15, 365.25 / 12


class Roster:
    """A plan laid open: rows by id, and who is where on each day of account."""

    def __init__(self, inputs: PlanInputs, plan: Plan) -> None:
        self.inputs, self.plan = inputs, plan
        self.lines = {row.id: row for row in inputs.requirements}
        self.offers = {row.id: row for row in inputs.offers}
        self.days = list(days_of_account(plan.begins, plan.ends))
        self._serves_as = {r.id: {r.id, *r.serves_as.split(";")} for r in inputs.capabilities}
        self.known = [
            a for a in plan.assignments if a.requirement in self.lines and a.offer in self.offers
        ]
        self.on = {d: [a for a in self.known if a.begins <= d < a.ends] for d in self.days}

    def pool_of(self, offer: Offer) -> str:
        """Return what an offer's unit numbers count in: its pool word or its own id."""
        return f"pool {offer.pool}" if offer.pool else offer.id

    def serves_as(self, offer: Offer) -> set[str]:
        """Return the capabilities that an offer may stand for."""
        return self._serves_as.get(offer.capability, {offer.capability})

    def needed(self, line: Requirement, day: dt.date) -> int:
        """Return the units that a line needs on a day."""
        return line.units if line.begins <= day < line.ends else 0

    def pools(self) -> dict[str, list[Offer]]:
        """Return all offers by pool."""
        found: dict[str, list[Offer]] = defaultdict(list)
        for offer in self.offers.values():
            found[self.pool_of(offer)].append(offer)
        return found


def days_of_account(begins: dt.date, ends: dt.date) -> Iterator[dt.date]:
    """Yield the 15th of every month of a plan."""
    day = begins.replace(day=DAY_OF_ACCOUNT)
    while day < ends:
        if day >= begins:
            yield day
        day = (day + dt.timedelta(days=31)).replace(day=DAY_OF_ACCOUNT)


def state(roster: Roster, line: Requirement, day: dt.date, present: int) -> str:
    """Return what a cell of the gap table ought to say."""
    needed = roster.needed(line, day)
    if not needed:
        return "not_needed"
    if present >= needed:
        rows = [a for a in roster.on[day] if a.requirement == line.id]
        limited = any(a.bites or roster.offers[a.offer].reserve for a in rows)
        return "caveat" if limited else "filled"
    risks = roster.inputs.accepted_risks
    accepted = any(r.requirement == line.id and r.begins <= day < r.ends for r in risks)
    return "accepted" if accepted else "open"


def rest_of(offer: Offer) -> int:
    """Return the whole months between two tours of a unit, handover and all."""
    months = offer.dwell_per_tour * offer.tour_months + offer.handover_days / DAYS_A_MONTH
    return math.ceil(months - 1e-9)


def numbers_serving(roster: Roster, day: dt.date, pool: str) -> set[int]:
    """Return the numbers of a pool's units that serve on a day."""
    rows = [a for a in roster.on[day] if roster.pool_of(roster.offers[a.offer]) == pool]
    return {number for a in rows for number in a.unit_numbers}


def is_there(inputs: PlanInputs, offer: Offer, day: dt.date) -> bool:
    """Whether an offer may be in place on a day."""
    return any(begins <= day < ends for begins, ends in eligibility.window(inputs, offer))


def asked_offers(roster: Roster) -> set[str]:
    """Return the offers that some line asks for; others are there in their own windows."""
    return {
        offer.id
        for offer in roster.offers.values()
        for line in roster.lines.values()
        if line.mission == offer.mission and line.capability in roster.serves_as(offer)
    }


def joined(spans: list[tuple[dt.date, dt.date]]) -> list[tuple[dt.date, dt.date]]:
    """Return spans that touch or overlap as one."""
    found: list[tuple[dt.date, dt.date]] = []
    for begins, ends in sorted(spans):
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((begins, ends))
    return found


def in_words(spans: tuple[tuple[dt.date, dt.date], ...]) -> str:
    """Say spans of days."""
    return ", ".join(f"{begins} to {ends}" for begins, ends in spans) or "never"
