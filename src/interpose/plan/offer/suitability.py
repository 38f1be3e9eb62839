"""Whether an offer may fill a line at all, whatever the month: the rules and their words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from interpose.plan.offer import eligibility
from interpose.plan.result import PlanInputs
from interpose.scenario.tables.plan import Capability, Offer, Requirement


@dataclass(frozen=True, slots=True)
class Block:
    """A rule that keeps an offer from a line.

    Attributes
    ----------
    rule : str
        ``mission``, ``capability``, ``readiness``, ``caveat``, ``window``, ``eligibility``,
        ``ceiling``, ``pool``, ``companion``, ``split`` or ``elsewhere``.
    words : str
        The rule as it bites here.
    """

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
    barring = eligibility.bars(inputs, offer, line)
    if barring:
        rows = {caveat.id: caveat.words for caveat in inputs.caveats}
        words = "; ".join(rows.get(name, name) for name in barring)
        found.append(Block("caveat", f"caveat {', '.join(barring)}: {words}"))
    return tuple(found)


def offers_by_line(inputs: PlanInputs, line: Requirement) -> tuple[Offer, ...]:
    """Return the offers that bring what a line asks for, in the order of their ids."""
    capabilities = {row.id: row for row in inputs.capabilities}
    return tuple(
        offer
        for offer in sorted(inputs.offers, key=lambda offer: offer.id)
        if offer.mission == line.mission and serves(capabilities, offer.capability, line.capability)
    )
