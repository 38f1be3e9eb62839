"""Rules on the policies of a scenario: what they name is there, and what they ask is offered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import pairwise

from interpose.errors import Fault
from interpose.scenario.folder import Tables
from interpose.scenario.parameters import parted
from interpose.scenario.phrases import among
from interpose.scenario.policies import (
    CALLABLE,
    IN_THEATRE,
    MOST_PARTS,
    Conditions,
    Known,
    Level,
    PolicyFile,
    Required,
    Reserve,
    Reviewed,
    Timetable,
    id_before,
    most_offered,
    strength,
)
from interpose.scenario.settings import Settings
from interpose.scenario.tables.mission import ParameterRow

Path = tuple[str | int, ...]


def faulty_policies(tables: Tables) -> Iterator[Fault]:
    """Yield each setting of a policy that names what is not there, or more than is offered."""
    known = tables.known_to_policies()
    if known is not None:
        for policy, settings in tables.policies.values():
            yield from faulty_policy(policy, settings, known)


def hasty_reviews(tables: Tables) -> Iterator[Fault]:
    """Yield each policy whose reviews come faster than three relaxation times."""
    header = tables.settings.header
    if header is None:
        return
    memory = _largest(tables, "retaliation.memory_days")
    n = sum(_largest(tables, f"retaliation.{name}") for name in ("campaign", "revenge"))
    for policy, settings in tables.policies.values():
        if isinstance(policy, Reviewed):
            interval = policy.review_interval_days or header.policy.review_interval_days
            if wanted := too_soon(interval, memory, n):
                yield settings.fault(("review_interval_days",), interval, wanted)


def too_soon(interval_days: int, memory_days: float, offspring: float) -> str:
    """Say that reviews come faster than three relaxation times; nothing if they do not."""
    days = relaxation_days(memory_days, offspring)
    if interval_days >= 3 * days:
        return ""
    return (
        f"Violence settles in {days:.0f} days after a change, 1/(beta (1 - n)): reviews"
        f" sooner than {3 * days:.0f} days judge the change, not what it led to."
    )


def _largest(tables: Tables, name: str) -> float:
    """Return the largest value that a parameter has in a scenario."""
    rows = [row for row in tables.rows(ParameterRow) if (parted(row.name) or ("",))[0] == name]
    default = max(row.default or 0.0 for row in tables.master if row.name == name)
    is_whole = any(row.name == name for row in rows)
    return max([row.value for row in rows] + ([] if is_whole else [default]))


def relaxation_days(memory_days: float, offspring: float) -> float:
    """Return the time in which a disturbance falls to 1/e: 1/(beta (1 - n)).

    The mean of a self-exciting process with exponential memory obeys dE/dt = -beta (1 - n) E
    (Hawkes 1971, doi:10.1093/biomet/58.1.83).

    Examples
    --------
    >>> round(relaxation_days(10.0, 0.8), 1)
    50.0
    """
    return memory_days / max(1.0 - offspring, 1e-9)


def faulty_policy(policy: PolicyFile, settings: Settings, known: Known) -> Iterator[Fault]:
    """Yield each setting of a policy that its scenario contradicts."""
    yield from _unknown(settings, "sources", policy.sources, known.sources)
    nations = {row.id for row in known.contributors}
    for i, loss in enumerate(policy.losses):
        yield from _dated(settings, ("losses", i, "date"), loss.date, known)
        if loss.contributor:
            yield from _unknown(settings, ("losses", i, "contributor"), [loss.contributor], nations)
    if isinstance(policy, Timetable):
        yield from _faulty_timetable(policy, settings, known)
    if isinstance(policy, Reviewed):
        yield from _dated(settings, ("begins",), policy.begins, known)
        yield from _faulty_reserve(policy.reserve, settings, known)
    if isinstance(policy, Conditions):
        yield from _faulty_conditions(policy, settings, known)
    if isinstance(policy, Required):
        if policy.most < policy.least:
            wanted = f"Must be least, {policy.least:,}, or more."
            yield settings.fault(("most",), policy.most, wanted)
        yield from _beyond(settings, ("most",), policy.most, policy.begins, known.end, known)


def _faulty_timetable(policy: Timetable, settings: Settings, known: Known) -> Iterator[Fault]:
    areas = {row.id for row in known.areas}
    first = min(level.date for level in policy.levels)
    last: dict[tuple[str, str], Level] = {}
    for i, level in enumerate(policy.levels):
        part = level.area, level.kind
        before = last.get(part)
        yield from _dated(settings, ("levels", i, "date"), level.date, known)
        if before is not None and level.date <= before.date:
            wanted = f"Must be after the date before it, {before.date}."
            yield settings.fault(("levels", i, "date"), level.date, wanted)
        if level.area:
            yield from _unknown(settings, ("levels", i, "area"), [level.area], areas)
        if not policy.beyond_offer:
            path = ("levels", i, "strength")
            yield from _beyond(settings, path, level.strength, first, level.date, known)
        last[part] = level
    if len(last) > MOST_PARTS:
        wanted = f"At most {MOST_PARTS} parts of the force can have levels."
        yield settings.fault(("levels",), len(last), wanted)


def _faulty_conditions(policy: Conditions, settings: Settings, known: Known) -> Iterator[Fault]:
    for higher, lower in pairwise(policy.levels):
        if lower >= higher:
            wanted = f"Must fall from step to step; {lower:,} comes after {higher:,}."
            yield settings.fault(("levels",), None, wanted)
    now = strength(known.contingents, policy.begins, IN_THEATRE)
    if policy.levels[0] >= now and known.start <= policy.begins <= known.end:
        wanted = f"Must be below the strength on {policy.begins}, {now:,}: it is a step down."
        yield settings.fault(("levels",), policy.levels[0], wanted)
    reporters = {row.reporter for row in known.reporting}
    for i, condition in enumerate(policy.conditions):
        for field, wanted in condition.contradictions():
            found = getattr(condition, field)
            yield settings.fault(("conditions", i, field), found, wanted)
        if condition.reporter:
            path = ("conditions", i, "reporter")
            yield from _unknown(settings, path, [condition.reporter], reporters)


def _faulty_reserve(reserve: Reserve | None, settings: Settings, known: Known) -> Iterator[Fault]:
    if reserve is None:
        return
    there = {id_before(row.id) for row in known.contingents if row.stock in CALLABLE}
    yield from _unknown(settings, ("reserve", "contingents"), reserve.contingents, there)
    yield from _unknown(
        settings, ("reserve", "base"), [reserve.base], {row.id for row in known.bases}
    )


def _unknown(
    settings: Settings, path: str | Path, names: Sequence[str],
    known: frozenset[str] | set[str],
) -> Iterator[Fault]:  # fmt: skip
    for name in names:
        if name not in known:
            at = (path,) if isinstance(path, str) else path
            yield settings.fault(at, name, f"Not known here.{among(name, known)}")


def _dated(settings: Settings, path: Path, date: dt.date, known: Known) -> Iterator[Fault]:
    if known.start < known.end and not known.start <= date <= known.end:
        wanted = f"Must lie within the mission, {known.start} to {known.end}."
        yield settings.fault(path, date, wanted)


def _beyond(
    settings: Settings, path: Path, soldiers: int, since: dt.date, day: dt.date,
    known: Known,
) -> Iterator[Fault]:  # fmt: skip
    offered = most_offered(known.contingents, since, day)
    if soldiers > offered:
        wanted = f"The scenario offers {offered:,} soldiers by {day}, those in reserve among them."
        if path[-1] == "strength":
            wanted += " Write beyond_offer = true above the levels, if more is meant."
        yield settings.fault(path, soldiers, wanted)
