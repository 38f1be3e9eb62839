"""What is asked of a plan: mission, dates, and everything a what-if changes.

`plan.json` keeps the request beside the plan, so that a plan that is read again or played stands on
the same tables, closed bases and closed roads.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Annotated, Any

import pydantic

from interpose.errors import PlanError, require_known
from interpose.plan.laydown.terrain import travel_min
from interpose.plan.months import joined
from interpose.plan.offer.eligibility import nation_of
from interpose.plan.result import STRICT, PlanInputs
from interpose.scenario import Scenario
from interpose.scenario.tables.plan import Offer

LONGEST_NAME = 60
"""Letters of a what-if in the name of a folder; a longer one ends in a hash."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a plan.

    Attributes
    ----------
    mission : str, optional
        Default: the first mission that has lines.
    begins, ends : date, optional
        First day planned and the first day after; default: the last months without a break in
        which that mission needs anything.
    leave : tuple of (nation, date)
        Nations that leave every mission on a day.
    without_caveats : tuple of str
        Caveats that every nation lifts.
    close_bases : tuple of str
        Bases that nobody uses from the first planned day on.
    closed_roads : tuple of (str, str)
        Roads that nobody passes, each by the places at its ends.
    cut : float, share
        Part of all offered units that is missing, from 0 to 1.
    previous : str
        Where the plan came from of which as little as possible is changed; empty without one.
    frozen_until : date, optional
        Months of the previous plan before it stay as they are.
    backup : int, platoons
        That should reach each place: with 2, one may be out when the call comes.
    stay_in_area : bool
        Platoons answer calls only in the area they are sent to.
    winter_factor : float
        By what snow multiplies the minutes of every road; 1 in summer.
    calls : tuple of str
        Places that call for help at the same time.
    price_caveats : bool
        Plan again without each caveat, to say what it costs; takes a search each.
    gap : float, share
        Of an aim's value: near enough to the best possible to stop; 0 proves each aim.
    time_limit_s : float, seconds
        Of each search, and of the laydown; the best found is kept.
    """

    __pydantic_config__ = STRICT

    mission: str | None = None
    begins: dt.date | None = None
    ends: dt.date | None = None
    leave: tuple[tuple[str, dt.date], ...] = ()
    without_caveats: tuple[str, ...] = ()
    close_bases: tuple[str, ...] = ()
    closed_roads: tuple[tuple[str, str], ...] = ()
    cut: Annotated[float, pydantic.Field(ge=0, le=1)] = 0.0
    previous: str = ""
    frozen_until: dt.date | None = None
    backup: Annotated[int, pydantic.Field(ge=1)] = 2
    stay_in_area: bool = False
    winter_factor: Annotated[float, pydantic.Field(gt=0)] = 1.0
    calls: tuple[str, ...] = ()
    price_caveats: bool = False
    gap: Annotated[float, pydantic.Field(ge=0, lt=1)] = 0.01
    time_limit_s: Annotated[float, pydantic.Field(gt=0)] = 60.0

    @property
    def is_what_if(self) -> bool:
        """Whether the plan is compared with one in which nothing was changed."""
        return bool(self.leave or self.without_caveats or self.close_bases or self.cut)


_READER = pydantic.TypeAdapter(Request)


def what_if_name(request: Request, **more: object) -> str:
    """Return a what-if as part of a folder's name, such as ``close-film_city``; else nothing.

    `more` are changes of the scenario by their names, left out where they are None.
    """
    parts = [f"leave-{nation}-{day}" for nation, day in request.leave]
    parts += [f"without-{caveat}" for caveat in request.without_caveats]
    parts += [f"close-{base}" for base in request.close_bases]
    parts += [f"cut-{100 * request.cut:g}"] if request.cut else []
    parts += [f"{key}-{value}" for key, value in more.items() if value is not None]
    name = re.sub(r"[^a-z0-9_.-]+", "-", "-".join(parts).lower())
    if len(name) <= LONGEST_NAME:
        return name
    return f"{name[:LONGEST_NAME]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def request_of(**settings: Any) -> Request:  # noqa: ANN401 - as the fields of Request say
    """Return a request of settings by name; lists become tuples.

    Raises
    ------
    UnknownNameError
        If there is no such setting.
    PlanError
        If a value is of the wrong kind; all faults at once.
    """
    known = [field.name for field in fields(Request)]
    require_known("setting of a plan", settings, known)
    try:
        return _READER.validate_python(settings)
    except pydantic.ValidationError as error:
        faults = [
            f"{'.'.join(map(str, fault['loc']))} is {fault['input']!r}: "
            f"{fault['msg'].replace('Input should', 'must')}."
            for fault in error.errors()
        ]
        raise PlanError(" ".join(faults)) from error


def checked(request: Request, scenario: Scenario, inputs: PlanInputs) -> Request:
    """Return a request with nations by their ids; refuse what cannot be, before any search.

    Raises
    ------
    UnknownNameError, PlanError
        For a nation, base, place or road that is not there, or frozen months of no plan.
    """
    bases, places = [row.id for row in scenario.bases], [row.id for row in scenario.places]
    named = (("base", request.close_bases, bases), ("place", request.calls, places))
    for kind, names, known in named:
        require_known(kind, names, known)
    travel_min(scenario, (), closed=request.closed_roads)
    if request.frozen_until is not None and not request.previous:
        msg = "Nothing can be frozen without a plan: give --previous PLAN with --frozen-until."
        raise PlanError(msg)
    leave = tuple((nation_of(inputs, nation).id, day) for nation, day in request.leave)
    return replace(request, leave=leave)


# --- tables as a request changes them --------------------------------------------------------


def changed_inputs(inputs: PlanInputs, request: Request, begins: dt.date) -> PlanInputs:
    """Return the tables as the what-ifs of a request change them; bases close on the first day."""
    for nation, day in request.leave:
        inputs = nation_leaves(inputs, nation, day)
    for caveat in request.without_caveats:
        inputs = caveat_goes(inputs, caveat)
    for base in request.close_bases:
        if any(offer.base == base for offer in inputs.offers):
            inputs = base_closes(inputs, base, begins)
    return fewer(inputs, request.cut) if request.cut else inputs


def nation_leaves(inputs: PlanInputs, contributor: str, day: dt.date) -> PlanInputs:
    """Return the tables with a nation gone from every mission on a day."""
    require_known("contributor", [contributor], sorted({o.contributor for o in inputs.offers}))
    return _ended(inputs, lambda row: row.contributor == contributor, day)


def base_closes(inputs: PlanInputs, base: str, day: dt.date) -> PlanInputs:
    """Return the tables with every offer gone on a day that comes to a base."""
    require_known("base", [base], sorted({row.base for row in inputs.offers if row.base}))
    return _ended(inputs, lambda row: row.base == base, day)


def caveat_goes(inputs: PlanInputs, caveat: str) -> PlanInputs:
    """Return the tables with a caveat lifted by every nation that holds it."""
    require_known("caveat", [caveat], sorted({row.id for row in inputs.caveats}))
    kept = [";".join(c for c in row.caveats.split(";") if c != caveat) for row in inputs.offers]
    rows = zip(inputs.offers, kept, strict=True)
    return replace(inputs, offers=tuple(r.model_copy(update={"caveats": c}) for r, c in rows))


def fewer(inputs: PlanInputs, share: float) -> PlanInputs:
    """Return the tables with a share of all offered units gone, spread as evenly as can be.

    Each offer gives up its share rounded down; the units still missing come from the offers with
    the largest remainder, in the order of their ids.
    """
    rows = sorted(inputs.offers, key=lambda row: row.id)
    parts = {row.id: row.units * share for row in rows}
    cut = {name: int(value + 1e-9) for name, value in parts.items()}
    missing = round(sum(parts.values())) - sum(cut.values())
    by_rest = sorted(rows, key=lambda row: (cut[row.id] - parts[row.id], row.id))
    for row in by_rest[: max(0, missing)]:
        cut[row.id] += 1
    left = []
    for row in inputs.offers:
        units = row.units - cut[row.id]
        if units > 0:
            strength = round(row.strength * units / row.units)
            left.append(row.model_copy(update={"units": units, "strength": strength}))
    return replace(inputs, offers=tuple(left))


def _ended(inputs: PlanInputs, gone: Callable[[Offer], bool], day: dt.date) -> PlanInputs:
    left = []
    for row in inputs.offers:
        if not gone(row):
            left.append(row)
        elif row.begins < day:
            left.append(row.model_copy(update={"ends": min(row.ends or day, day)}))
    return replace(inputs, offers=tuple(left))


# --- which months ----------------------------------------------------------------------------


def span(
    inputs: PlanInputs,
    mission: str | None = None,
    begins: dt.date | None = None,
    ends: dt.date | None = None,
) -> tuple[str, dt.date, dt.date]:
    """Return the mission and the months to plan: as asked, else the last that hang together.

    Lines of other years, with months between in which nothing is needed, are a plan of their own.

    Raises
    ------
    UnknownNameError
        If that mission has no lines.
    PlanError
        If nothing is asked for, at all or in these months, or the plan would end before it begins.
    """
    asking = {line.mission for line in inputs.requirements}
    with_lines: Sequence[str] = [m.id for m in inputs.missions if m.id in asking]
    if not with_lines:
        msg = "Nothing is asked for: there are no rows in plan/requirements.csv."
        raise PlanError(msg)
    chosen = mission or with_lines[0]
    require_known("mission with requirements", [chosen], with_lines)
    stretches = joined((r.begins, r.ends) for r in inputs.requirements if r.mission == chosen)
    latest = stretches[-1]
    if ends is not None:  # the last that begins before it must end
        latest = next((s for s in reversed(stretches) if s[0] < ends), latest)
    first = (begins or latest[0]).replace(day=1)
    last = ends or latest[1]
    if not first < last:
        msg = f"The plan would end on {last}, not after it begins on {first}."
        raise PlanError(msg)
    if not any(opens < last and first < closes for opens, closes in stretches):
        known = "; ".join(f"{opens} to {closes}" for opens, closes in stretches)
        msg = (
            f"No line of {chosen} is needed between {first} and {last}: there is nothing to plan."
            f" Lines of plan/requirements.csv are needed {known}. Choose --from and --to in these."
        )
        raise PlanError(msg)
    return chosen, first, last
