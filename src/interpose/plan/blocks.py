"""Why an offer does not fill a line in a month: the rule that blocks it, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from interpose.plan import eligibility
from interpose.plan.matching import Block, offers_by_line
from interpose.plan.months import account_day, first_day, holds
from interpose.plan.naming import Names
from interpose.plan.problem import Key, Problem, persons_by_offer
from interpose.plan.tours import curves
from interpose.scenario.tables.plan import Offer, Requirement

NEAR_DAYS = 366
"""An offer whose window is further away than this says nothing about a month."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """An offer that does not fill a line, and the rule that blocks it.

    Attributes
    ----------
    offer, rule, words : str
    """

    offer: str
    rule: str
    words: str


NEVER = 10**6
"""Days to the window of an offer that may never be in place."""


class Standing:
    """Where every unit is in every month: what reasons are read from.

    Attributes
    ----------
    problem : Problem
    """

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


def nearest_offers(standing: Standing, line: Requirement, month: int) -> list[Nearest]:
    """Return the offers of the capability with the rule that blocks each, the nearest first.

    Nearest is what is in its window and only bound elsewhere; then what a limit of its own keeps
    away; then what comes or went within a year, by the days between.
    """
    found = []
    for offer in offers_by_line(standing.problem.inputs, line):
        if offer.id not in standing.problem.offers:
            continue
        if NEAR_DAYS < _distance(standing, offer, month) < NEVER:
            continue
        if standing.lines_of(offer.id, month).get(line.id, 0) >= offer.units:
            continue  # all of it serves in this very line
        block = blocked_by(standing, line, offer, month)
        found.append((_distance(standing, offer, month), offer.id, block))
    return [Nearest(name, block.rule, block.words) for _, name, block in sorted(found, key=_first)]


def _first(entry: tuple[int, str, Block]) -> tuple[int, str]:
    return entry[0], entry[1]


def _distance(standing: Standing, offer: Offer, month: int) -> int:
    """Return the days between a month and the offer's nearest day in place."""
    day = account_day(month)
    spans = standing.problem.windows[offer.id]
    return min((max(0, (a - day).days, (day - b).days + 1) for a, b in spans), default=NEVER)


def blocked_by(standing: Standing, line: Requirement, offer: Offer, month: int) -> Block:
    """Return the first rule that keeps an offer, or more of it, from a line in a month."""
    problem = standing.problem
    lasting = problem.blocks.get((line.id, offer.id), ())
    if lasting:
        return lasting[0]
    if not holds(problem.windows[offer.id], month):
        return _outside(standing, offer, month)
    fit = problem.fits.get((line.id, offer.id))
    if fit is None or month not in fit.months:
        return Block("companion", f"{standing.names.offer(offer.host or offer.needs)} is not there")
    elsewhere = standing.lines_of(offer.id, month)
    if sum(elsewhere.values()) >= offer.units:
        lines = ", ".join(f"{n} as {standing.names.line(to)}" for to, n in elsewhere.items())
        if offer.units == 1:
            return Block(
                "elsewhere", f"its one unit serves already (as {standing.names.line(*elsewhere)})"
            )
        return Block("elsewhere", f"all {offer.units} units serve already ({lines})")
    ceiling = problem.ceilings.get((offer.contributor, offer.mission, month))
    if ceiling is not None and not offer.reserve:
        sent = standing.sent(offer.contributor, offer.mission, month)
        if sent + standing.persons[offer.id] > ceiling + 1e-6:
            nation = standing.names.nation(offer.contributor)
            words = f"{nation} has {sent:.0f} persons there, its ceiling is {ceiling}"
            return Block("ceiling", words)
    for other in filter(None, (offer.needs, offer.host)):
        if other in problem.offers and not standing.lines_of(other, month):
            words = f"{standing.names.offer(other)} is not there or has not settled"
            return Block("companion", words)
    nations = {problem.offers[name].contributor for name in standing.served(line.id, month)}
    if not line.may_be_split and nations - {offer.contributor}:
        other = standing.names.nation(min(nations))
        return Block("split", f"the line may not be split, and {other} serves in it")
    if not standing.pool_bears(offer.id, month):
        return Block("pool", standing.pool_words(offer.id))
    return Block("choice", "free; the search found no better use within its aims, rest and time")


def _outside(standing: Standing, offer: Offer, month: int) -> Block:
    """Say why an offer may not be in place in a month, and from when it might."""
    problem = standing.problem
    verdict = eligibility.judge(problem.inputs, offer, account_day(month))
    against = [reason for reason in verdict.reasons if not reason.holds]
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
