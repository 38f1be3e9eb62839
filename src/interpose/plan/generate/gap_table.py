"""Why an offer does not fill a line in a month: the rule that blocks it, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from interpose.plan.generate.problem import Key, Problem, persons_by_offer
from interpose.plan.generate.tours import curves
from interpose.plan.months import account_day, first_day, holds, in_words
from interpose.plan.offer import eligibility
from interpose.plan.offer.eligibility import Block, offers_by_line
from interpose.plan.result import GapCell, GapState, Names, Plan, PlanInputs
from interpose.scenario.phrases import plural
from interpose.scenario.tables.plan import AcceptedRisk, Offer, Requirement

NEAR_DAYS = 366
"""An offer whose window is further away than this says nothing about a month."""


NO_WINDOW_DAYS = 10**6
"""Days to the window of an offer that may never be in place."""


class MonthlyForce:
    """Where every unit is in every month: what reasons are read from."""

    def __init__(self, problem: Problem, units: Mapping[Key, int]) -> None:
        self.problem = problem
        self.persons = persons_by_offer(problem)
        self.names = Names(problem.inputs)
        self._by_cell: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
        self._by_offer: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
        for (line, offer, month), count in sorted(units.items()):
            self._by_cell[line, month][offer] = count
            self._by_offer[offer, month][line] = count
        self._pools = {offer: pool for pool in problem.pools for offer in pool.offers}

    def served(self, line: str, month: int) -> dict[str, int]:
        """Return the units in a line by offer."""
        return self._by_cell.get((line, month), {})

    def lines_of(self, offer: str, month: int) -> dict[str, int]:
        """Return the units of an offer by line."""
        return self._by_offer.get((offer, month), {})

    def sent(self, contributor: str, mission: str, month: int) -> float:
        """Return the persons of a nation in a mission, reserves at home left out."""
        return sum(
            self.persons[row.id] * sum(self.lines_of(row.id, month).values())
            for row in self.problem.offers.values()
            if (row.contributor, row.mission) == (contributor, mission) and not row.reserve
        )

    def pool_bears(self, offer: str, month: int) -> bool:
        """Whether the pool of an offer could keep one unit more in place in a month."""
        pool, months = self._pools[offer], self.problem.months
        here = [
            pool.taken.get(m, 0) + sum(sum(self.lines_of(o, m).values()) for o in pool.offers)
            for m in months
        ]
        here[months.index(month)] += 1
        return (
            here[months.index(month)] <= pool.most
            and curves(here, pool.units, pool.tour, pool.rest, pool.most) is not None
        )

    def pool_words(self, offer: str) -> str:
        """Say how large a pool is and how it rotates."""
        pool = self._pools[offer]
        words = f"its pool of {pool.units} serves {pool.tour} months and rests {pool.rest}"
        return words + (", shared with other offers" if len(pool.offers) > 1 else "")


def nearest_offers(force: MonthlyForce, line: Requirement, month: int) -> list[tuple[str, Block]]:
    """Return the offers of the capability with the rule that blocks each, the nearest first.

    Nearest is what is in its window and only bound elsewhere; then what a limit of its own keeps
    away; then what comes or went within a year, by the days between.
    """
    found = []
    for offer in offers_by_line(force.problem.inputs, line):
        if offer.id not in force.problem.offers:
            continue
        away = _distance(force, offer, month)
        all_here = force.lines_of(offer.id, month).get(line.id, 0) >= offer.units
        if not (all_here or NEAR_DAYS < away < NO_WINDOW_DAYS):
            found.append((away, offer.id, blocked_by(force, line, offer, month)))
    return [(name, block) for _, name, block in sorted(found, key=lambda row: row[:2])]


def _distance(force: MonthlyForce, offer: Offer, month: int) -> int:
    """Return the days between a month and the offer's nearest day in place."""
    day = account_day(month)
    spans = force.problem.windows[offer.id]
    return min(
        (max(0, (a - day).days, (day - b).days + 1) for a, b in spans), default=NO_WINDOW_DAYS
    )


def blocked_by(force: MonthlyForce, line: Requirement, offer: Offer, month: int) -> Block:
    """Return the first rule that keeps an offer, or more of it, from a line in a month."""
    problem = force.problem
    lasting = problem.blocks.get((line.id, offer.id), ())
    if lasting:
        return lasting[0]
    if not holds(problem.windows[offer.id], month):
        return _outside(force, offer, month)
    fit = problem.fits.get((line.id, offer.id))
    if fit is None or month not in fit.months:
        return Block("companion", f"{force.names.offer(offer.host or offer.needs)} is not there")
    elsewhere = force.lines_of(offer.id, month)
    if sum(elsewhere.values()) >= offer.units:
        lines = ", ".join(f"{n} as {force.names.line(to)}" for to, n in elsewhere.items())
        words = f"all {offer.units} units serve already ({lines})"
        if offer.units == 1:
            words = f"its one unit serves already (as {force.names.line(*elsewhere)})"
        return Block("elsewhere", words)
    ceiling = problem.ceilings.get((offer.contributor, offer.mission, month))
    if ceiling is not None and not offer.reserve:
        sent = force.sent(offer.contributor, offer.mission, month)
        if sent + force.persons[offer.id] > ceiling + 1e-6:
            nation = force.names.nation(offer.contributor)
            words = f"{nation} has {sent:.0f} persons there, its ceiling is {ceiling}"
            return Block("ceiling", words)
    for other in filter(None, (offer.needs, offer.host)):
        if other in problem.offers and not force.lines_of(other, month):
            words = f"{force.names.offer(other)} is not there or has not settled"
            return Block("companion", words)
    nations = {problem.offers[name].contributor for name in force.served(line.id, month)}
    if not line.may_be_split and nations - {offer.contributor}:
        other = force.names.nation(min(nations))
        return Block("split", f"the line may not be split, and {other} serves in it")
    if not force.pool_bears(offer.id, month):
        return Block("pool", force.pool_words(offer.id))
    return Block("choice", "free; the search found no better use within its aims, rest and time")


def _outside(force: MonthlyForce, offer: Offer, month: int) -> Block:
    """Say why an offer may not be in place in a month, and from when it might."""
    problem = force.problem
    verdict = eligibility.judge(problem.inputs, offer, account_day(month))
    against = verdict.against
    spans = problem.windows[offer.id]
    ahead = [a for a, _ in spans if a > account_day(month)]
    past = [b for _, b in spans if b <= account_day(month)]
    if ahead:
        when = f"in place from {ahead[0]}"
    elif past:
        when = f"its window ends {past[-1]}"
    else:
        when = f"never in place from {first_day(problem.months[0])} on" if problem.months else ""
    rule = "window" if all(r.rule == "own_window" for r in against) else "eligibility"
    if rule == "window":
        return Block(rule, when)  # the other words would say the same days again
    words = "; ".join(reason.words.rstrip(".") for reason in against)
    return Block(rule, f"{when} ({words})" if words else when)


NEAREST = 3
"""Offers named for an open cell."""


def cells(problem: Problem, units: Mapping[Key, int]) -> tuple[GapCell, ...]:
    """Return the gap table of the mission's lines, in the order of line and month."""
    force = MonthlyForce(problem, units)
    lines = [line for line in problem.lines.values() if line.mission == problem.mission]
    return tuple(_cell(force, line, month) for line in lines for month in problem.months)


def _cell(force: MonthlyForce, line: Requirement, month: int) -> GapCell:
    problem = force.problem
    needed = problem.need.get((line.id, month), 0)
    served = force.served(line.id, month)
    present = sum(served.values())
    if not needed:
        return GapCell(line.id, first_day(month), "not_needed", 0, 0, "Not needed.")
    who = "; ".join(_who(force, line.id, offer, count) for offer, count in served.items())
    if present >= needed:
        limited = [offer for offer in served if _is_limited(force, line.id, offer)]
        state: GapState = "caveat" if limited else "filled"
        return GapCell(line.id, first_day(month), state, needed, present, f"Filled: {who}.")
    missing = needed - present
    nearest = nearest_offers(force, line, month)[:NEAREST]
    names = force.names
    why = "; ".join(f"{names.offer(name)}: {block.words}" for name, block in nearest)
    words = f"Open: {missing} of {needed}. "
    words += f"There: {who}. " if who else ""
    nobody = "All of it that is offered serves here." if who else "Nobody offers it within a year."
    words += f"Nearest: {why}." if why else nobody
    risk = accepted_risk(problem.inputs, line.id, month)
    if risk is None:
        return GapCell(line.id, first_day(month), "open", needed, present, words)
    words = f"Risk accepted by {risk.by} until {risk.ends}: {risk.words}. {words}"
    return GapCell(line.id, first_day(month), "accepted", needed, present, words)


def _who(force: MonthlyForce, line: str, offer: str, units: int) -> str:
    row = force.problem.offers[offer]
    words = f"{units} of {force.names.offer(row)}"
    bites = force.problem.fits[line, offer].bites
    caveats = {caveat.id: caveat.words for caveat in force.problem.inputs.caveats}
    if bites:
        words += ", caveat " + "; ".join(caveats[name] for name in bites)
    if row.reserve:
        words += f", reserve at home at {row.notice_days} days' notice"
    return words


def _is_limited(force: MonthlyForce, line: str, offer: str) -> bool:
    problem = force.problem
    return bool(problem.fits[line, offer].bites) or problem.offers[offer].reserve


def accepted_risk(inputs: PlanInputs, line: str, month: int) -> AcceptedRisk | None:
    """Return the row in which somebody accepted that a line stays open in a month."""
    day = account_day(month)
    for row in inputs.accepted_risks:
        if row.requirement == line and row.begins <= day < row.ends:
            return row
    return None


def summary(inputs: PlanInputs, plan: Plan, names: Names) -> str:
    """Name every gap, a line each, the most urgent first; only then say how much is filled.

    The month that lacks most says why a critical line is open.
    """
    lines = {row.id: row for row in inputs.requirements}
    short: dict[tuple[bool, int, str, str], list[GapCell]] = defaultdict(list)
    for cell in plan.cells:
        if cell.state in ("open", "accepted"):
            row = lines[cell.requirement]
            short[not row.critical, row.priority, row.capability, row.id].append(cell)
    needed = sum(cell.needed for cell in plan.cells)
    if not needed:
        return "Nothing is needed."
    said = [_gap(names, lines[key[3]], rows) for key, rows in sorted(short.items())]
    filled = sum(min(cell.present, cell.needed) for cell in plan.cells)
    share = f"{100 * filled // needed} % of the unit-months needed are filled"
    if not said:
        return f"No gap: {share}."
    critical = sum(not row[0] for row in short)
    count = f"{plural(len(said), 'line')} {'is' if len(said) == 1 else 'are'} open in some month"
    return "\n".join([*said, f"{count} ({critical or 'none'} critical); {share}."])


def _gap(names: Names, line: Requirement, cells: list[GapCell]) -> str:
    most = max(cell.needed - cell.present for cell in cells)
    accepted = all(cell.state == "accepted" for cell in cells)
    matters = "critical" if line.critical else f"priority {line.priority}"
    months = in_words([cell.month for cell in cells])
    words = f"{names.line(line)}: {most} of {line.units} open, {months}"
    words += f" ({matters}{', risk accepted' if accepted else ''})"
    if not line.critical:
        return words
    worst = next(cell for cell in cells if cell.needed - cell.present == most)
    return f"{words}. {worst.words.replace(f'Open: {most} of {worst.needed}. ', '')}"
