"""Inputs changed by one what-if: a nation leaves, a caveat goes, less is asked for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from interpose.errors import PlanError, UnknownNameError
from interpose.plan.result import Cell, Plan, PlanInputs
from interpose.scenario.plan_rows import Offer


def nation_leaves(inputs: PlanInputs, nation: str, day: dt.date) -> PlanInputs:
    """Return inputs in which a nation offers nothing from a day on.

    Raises
    ------
    UnknownNameError
        If it offers nothing anyway.
    """
    known = sorted({offer.contributor for offer in inputs.offers})
    if nation not in known:
        kind = "contributor with offers"
        raise UnknownNameError(kind, nation, known)
    kept: list[Offer] = []
    for offer in inputs.offers:
        if offer.contributor != nation or (offer.ends is not None and offer.ends <= day):
            kept.append(offer)
        elif offer.begins < day:
            kept.append(offer.model_copy(update={"ends": day}))
    left = {offer.id for offer in kept}
    still = tuple(
        offer
        for offer in kept
        if (not offer.host or offer.host in left) and (not offer.needs or offer.needs in left)
    )
    return replace(inputs, offers=still)


def caveat_goes(inputs: PlanInputs, caveat: str) -> PlanInputs:
    """Return inputs in which no offer bears a caveat.

    Raises
    ------
    UnknownNameError
        If there is no such caveat.
    """
    known = [row.id for row in inputs.caveats]
    if caveat not in known:
        kind = "caveat"
        raise UnknownNameError(kind, caveat, known)
    offers = tuple(
        offer.model_copy(
            update={"caveats": ";".join(c for c in offer.caveats.split(";") if c != caveat)}
        )
        for offer in inputs.offers
    )
    kept = tuple(row for row in inputs.caveats if row.id != caveat)
    return replace(inputs, offers=offers, caveats=kept)


def less_is_asked_for(inputs: PlanInputs, mission: str, share: float) -> PlanInputs:
    """Return inputs whose lines ask for a share of persons less, the least urgent first.

    Lines without which the mission fails fall last; among the others the highest number of
    priority falls first, then the later name. Whole units fall, as many as reach the share.

    Parameters
    ----------
    inputs : PlanInputs
    mission : str
    share : float
        Between 0 and 1, of the persons that the mission's lines ask for.

    Raises
    ------
    PlanError
        If `share` is not between 0 and 1.
    """
    if not 0 <= share < 1:
        msg = f"The share to cut must be at least 0 and less than 1, not {share:g}."
        raise PlanError(msg)
    strength = {kind.id: kind.strength for kind in inputs.capabilities}
    own = [line for line in inputs.requirements if line.mission == mission]
    days = {line.id: (line.ends - line.begins).days for line in own}
    left = share * sum(line.units * strength[line.capability] * days[line.id] for line in own)
    units = {line.id: line.units for line in own}
    own.sort(key=lambda line: line.id, reverse=True)
    own.sort(key=lambda line: (line.critical, -line.priority))
    for line in own:
        each = strength[line.capability] * days[line.id]
        while units[line.id] and left > 0:
            units[line.id] -= 1
            left -= each
    lines = tuple(
        line.model_copy(update={"units": units[line.id]}) if line.id in units else line
        for line in inputs.requirements
        if units.get(line.id, 1)
    )
    return replace(inputs, requirements=lines)


def cells_changed(before: Plan, after: Plan) -> Iterator[tuple[Cell | None, Cell | None]]:
    """Yield the cells of two plans of which one is fuller, or in another state; None: not there."""
    old = {(cell.requirement, cell.month): cell for cell in before.cells}
    new = {(cell.requirement, cell.month): cell for cell in after.cells}
    for key in sorted({*old, *new}):
        one, other = old.get(key), new.get(key)
        if _seen(one) != _seen(other):
            yield one, other


def _seen(cell: Cell | None) -> tuple[str, int, int] | None:
    return None if cell is None else (cell.state, cell.needed, cell.present)
