"""A plan as files: ``plan.json`` with its request and laydown, tables, and an order of battle.

Reading what was written gives the same plan, and writing it again the same bytes. Every file is
written under another name and then renamed, so a file that stands under its name is whole.

``orbat_mapper.json`` is the force as a scenario that ORBAT Mapper opens, which edits orders of
battle in a browser (https://github.com/orbat-mapper/orbat-mapper, MIT). Its format is described by
``src/types/scenarioModels.ts`` there; files of version 0.40.0 are among its own examples, and later
versions upgrade them when they open them.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pydantic

from interpose.errors import Fault, PlanError
from interpose.plan.deployments import Deployment, spread
from interpose.plan.laydown.placing import Camp, Laydown, Response
from interpose.plan.months import joined
from interpose.plan.request import Request
from interpose.plan.result import LETTERS, STRICT, GapCell, Plan, PlanInputs, Stage
from interpose.plan.tell.chances import Chance
from interpose.scenario import Scenario
from interpose.scenario.files import aside_of, write_aside
from interpose.scenario.phrases import in_lines, listed

if TYPE_CHECKING:
    from pandas import DataFrame

PLAN = "plan.json"

KIND: Literal["interpose plan"] = "interpose plan"

FORMAT: Literal[3] = 3
"""Version of ``plan.json``: 2 did not say what tables it was made from and is refused."""

ROOM_BYTES = 2**22
"""Written and deleted before a search: a plan with its page takes about as much."""

MOST_SHOWN = 20
"""Faults of a ``plan.json`` that are listed; the rest are counted."""


@dataclass(frozen=True, slots=True)
class LaydownOnFile:
    """A laydown of a day without its terrain, which the scenario and the request give again."""

    __pydantic_config__ = STRICT

    day: dt.date
    camps: tuple[Camp, ...]
    responses: tuple[Response, ...]
    unreached: tuple[str, ...]
    stages: tuple[Stage, ...]

    @classmethod
    def of(cls, day: dt.date, laydown: Laydown) -> LaydownOnFile:
        """Return what is kept of a laydown of a day."""
        kept = laydown.camps, laydown.responses, laydown.unreached, laydown.stages
        return cls(day, *kept)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOnFile:
    """What ``plan.json`` holds: the question, its answer, and what the answer was made from.

    `made_from` has a digest of each table by its name. There is no laydown where no platoon that
    answers calls is there, or where `laydown_fault` says why none can be made. `changes` are those
    of the scenario that was planned, as ``interpose.scenario.again`` takes them; `changed` says
    them in words.
    """

    __pydantic_config__ = STRICT

    kind: Literal["interpose plan"] = KIND
    format: Literal[3] = FORMAT
    scenario: str
    made_from: dict[str, str]
    request: Request
    plan: Plan
    laydown: LaydownOnFile | None
    laydown_fault: str = ""
    changes: tuple[dict[str, Any], ...] = ()
    changed: tuple[str, ...] = ()


_DOCUMENT = pydantic.TypeAdapter(PlanOnFile)


def plan_bytes(document: PlanOnFile) -> bytes:
    """Return ``plan.json``: equal plans of equal requests give equal bytes."""
    return _DOCUMENT.dump_json(document, indent=1) + b"\n"


def write_plan(folder: Path, document: PlanOnFile) -> Path:
    """Write ``plan.json`` into a folder and return where it stands, or raise a PlanError."""
    return write_aside(folder / PLAN, plan_bytes(document), PlanError)


TABLES_OF_A_PLAN = ("places", "people", "shares", "links", "bases", "areas", "responsibilities")
"""Tables of the scenario that a plan is made from, besides those under ``plan/``."""


def made_from(scenario: Scenario, inputs: PlanInputs) -> dict[str, str]:
    """Return a digest of each table that a plan is made from, by the name of its file."""
    tables = {f"{name}.csv": getattr(scenario, name) for name in TABLES_OF_A_PLAN}
    own = {field.name for field in fields(inputs)} - {"contributors", "sources"}
    tables |= {f"plan/{name}.csv": getattr(inputs, name) for name in sorted(own)}
    return {name: hashlib.sha256(repr(t).encode()).hexdigest()[:16] for name, t in tables.items()}


def expect_current(kept: PlanOnFile, scenario: Scenario, inputs: PlanInputs, path: Path) -> None:
    """Refuse a plan of another scenario, or of tables that have changed since it was made."""
    name = scenario.header.name
    again = f"interpose plan {name} --out {path if path.is_dir() else path.parent}"
    if kept.scenario != name:
        msg = f"{path} is a plan of {kept.scenario!r}, not of {name!r}. Make one: {again}"
        raise PlanError(msg)
    now = made_from(scenario, inputs)
    changed = sorted(table for table in now if kept.made_from.get(table) != now[table])
    if changed:
        msg = (
            f"{path} was made before {listed(changed)} {'was' if len(changed) == 1 else 'were'}"
            f" changed; nothing was played. Make the plan again: {again}"
        )
        raise PlanError(msg)


def expect_room(folder: Path, change: str) -> None:
    """Refuse a folder that cannot be written, or whose plan the what-if would overwrite."""
    if change and (folder / PLAN).is_file():
        try:
            other = read_plan(folder)
        except PlanError:  # damaged or of an earlier version: it may go
            other = None
        if other and not (other.request.is_what_if or other.changes):
            msg = (
                f"{folder} holds a plan without this what-if, which would be lost. Give another"
                " folder with --out, or leave --out away: a what-if has a folder of its own."
            )
            raise PlanError(msg)
    probe = folder / ".room"
    try:
        write_aside(probe, bytes(ROOM_BYTES))
    except OSError as error:
        msg = f"{folder} cannot be written: {error.strerror or error}. Give another with --out."
        raise PlanError(msg) from error
    finally:
        for left in (probe, aside_of(probe)):
            with contextlib.suppress(OSError):
                left.unlink(missing_ok=True)


def read_plan(path: Path) -> PlanOnFile:
    """Read a ``plan.json``, or that of a folder.

    Raises
    ------
    PlanError
        If there is none, or it is no plan; every fault with its place in the document.
    """
    file = path / PLAN if path.is_dir() else path
    try:
        content = file.read_bytes()
    except FileNotFoundError as error:
        msg = f"There is no plan at {str(file)!r}. interpose plan SCENARIO --out FOLDER makes one."
        raise PlanError(msg) from error
    except OSError as error:
        msg = f"{file} cannot be read: {error}."
        raise PlanError(msg) from error
    try:
        document = _DOCUMENT.validate_json(content)
    except pydantic.ValidationError as error:
        raise PlanError(_refusal(file, content, error)) from error
    return document


def _refusal(file: Path, content: bytes, error: pydantic.ValidationError) -> str:
    """Say what is wrong with a file that is no plan, and what to do."""
    again = "Make the plan again: interpose plan SCENARIO --out FOLDER."
    faults = error.errors(include_url=False)
    if faults[0]["type"] == "json_invalid":
        return f"{file} cannot be read as JSON: {faults[0]['ctx']['error']}. {again}"
    document = json.loads(content)
    if not isinstance(document, dict) or document.get("kind") != KIND:
        return f"{file} is not a plan: its field 'kind' is not {KIND!r}."
    if document.get("format") != FORMAT:
        return (
            f"{file} has format {document.get('format')!r}; this version reads format {FORMAT},"
            f" which says what it was made from. {again}"
        )
    lines = in_lines((_fault(file, fault) for fault in faults), MOST_SHOWN)
    return f"{file} is not a plan that can be read; nothing was done. {again}{lines}"


def _fault(file: Path, fault: Any) -> Fault:  # noqa: ANN401 - pydantic's details of an error
    missing = fault["type"] in ("missing", "missing_argument")
    unknown = fault["type"] == "unexpected_keyword_argument"
    found = "" if missing else str(fault["input"])[:60]
    wanted = "No such field is read." if unknown else f"{fault['msg']}."
    return Fault(file.name, 0, ".".join(map(str, fault["loc"])), found, wanted)


# --- tables ---------------------------------------------------------------------------------


def gaps_table(plan: Plan) -> DataFrame:
    """Return a row for each line and month, with its state, its letter and its sentence."""
    table = _table([field.name for field in fields(GapCell)], map(astuple, plan.cells), ("month",))
    table.insert(3, "letter", table["state"].map(LETTERS))
    return table


def assignments_table(rows: Sequence[Deployment], names: Mapping[str, str]) -> DataFrame:
    """Return who fills which line from when to when; `names` are those of nations by id."""
    header = ["requirement", "place", "offer", "contributor", "name", "unit", "capability"]
    header += ["units", "unit_numbers", "persons", "begins", "ends", "reserve", "host", "bites"]
    found = []
    for row in rows:
        line, offer, tour = row.requirement, row.offer, row.assignment
        nation = names.get(offer.contributor, offer.contributor)
        who = (line.id, line.place, offer.id, offer.contributor, nation, offer.unit)
        numbers = ";".join(map(str, tour.unit_numbers))
        what = (offer.capability, tour.units, numbers, row.persons, tour.begins, tour.ends)
        found.append((*who, *what, offer.reserve, offer.host, ";".join(tour.bites)))
    return _table(header, found, days=("begins", "ends"))


def chances_table(rows: Sequence[Chance]) -> DataFrame:
    """Return the chance of each line and month: units needed and planned, chance, worst day."""
    header = ("line", "month", "needed", "planned", "chance_open", "worst_day")
    table = _table(header, map(astuple, rows))
    table["month"] = [f"{row.month:%Y-%m}" for row in rows]
    return table.assign(chance_open=table["chance_open"].map("{:.4f}".format))


def laydown_table(laydown: Laydown) -> DataFrame:
    """Return the platoons of each camp, then the minutes of each place."""
    header = ("kind", "id", "area", "platoons", "protected", "base", "first_min", "backup_min")
    camps = [("camp", c.base, c.area, str(c.platoons), "", "", "", "") for c in laydown.camps]
    places = [
        ("place", r.place, r.area, "", str(r.protected).lower(), r.base, *_minutes(r))
        for r in laydown.responses
    ]
    return _table(header, [*camps, *places])


def _minutes(response: Response) -> list[str]:
    """Return both minutes; nothing where nobody can come."""
    both = (response.first_min, response.backup_min)
    return [f"{m:.1f}" if math.isfinite(m) else "" for m in both]


def _table(
    header: Sequence[str], rows: Iterable[Sequence[object]], days: Sequence[str] = ()
) -> DataFrame:
    import pandas as pd

    table = pd.DataFrame(list(rows), columns=list(header))
    return table.assign(**{name: pd.to_datetime(table[name]) for name in days})


def as_csv(table: DataFrame) -> bytes:
    """Return a table as CSV; yes and no in small letters, as everywhere in our files."""
    for name in table.select_dtypes("bool"):
        table = table.assign(**{str(name): table[name].astype(str).str.lower()})
    return table.to_csv(index=False, lineterminator="\n").encode()


def as_plain(document: Mapping[str, Any]) -> bytes:
    """Return a JSON document of another program's format, ending in a newline."""
    return (json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


# --- the force as a scenario of ORBAT Mapper ------------------------------------------------------

VERSION = "0.40.0"

FRIEND = "3"
"""Standard identity of the force; communities and their bodies have none in a plan."""


def orbat_mapper(
    scenario: Scenario,
    plan: Plan,
    rows: tuple[Deployment, ...],
    camps: Sequence[Camp] = (),
    closed_bases: Collection[str] = (),
) -> dict[str, Any]:
    """Return the force of a plan as a scenario of ORBAT Mapper.

    Groups are the places of the lines; a unit is an offer in a line. It is on the map from each of
    its arrivals to the departure, where most of it stands by the laydown, and never else; a reserve
    at home is on no map. An embedded unit stands under its host.
    """
    where = {base.id: base.place for base in scenario.bases}
    spots = {place.id: [place.lon, place.lat] for place in scenario.places}

    def spot_of(row: Deployment) -> list[float] | None:
        try:
            bases = spread(scenario, camps, closed_bases, row)
        except PlanError:  # no base is open
            return None
        return spots[where[max(bases, key=lambda found: found[1])[0]]]

    units = {key: _unit(same, spot_of) for key, same in _grouped(rows).items()}
    hosts: dict[str, dict[str, Any]] = {}
    for (_, offer), unit in units.items():
        hosts.setdefault(offer, unit)
    groups: dict[str, list[dict[str, Any]]] = {}
    for (place, offer), unit in units.items():
        row = next(r for r in rows if r.offer.id == offer)
        host = hosts.get(row.offer.host)
        if host is not None and host is not unit:
            host["subUnits"].append(unit)
        else:
            groups.setdefault(place, []).append(unit)
    force = {
        "id": f"force.{plan.mission}",
        "name": scenario.header.title,
        "standardIdentity": FRIEND,
        "groups": [
            {"id": f"group.{place}", "name": place, "subUnits": found}
            for place, found in sorted(groups.items())
        ],
    }
    return {
        "id": f"interpose.{scenario.header.name}.{plan.mission}",
        "type": "ORBAT-mapper",
        "version": VERSION,
        "name": f"{scenario.header.title}: plan for {plan.mission}",
        "description": f"Written by interpose. {scenario.header.borders}",
        "startTime": _time(plan.begins),
        "timeZone": "UTC",
        "symbologyStandard": "app6",
        "sides": [force],
        "events": [],
        "layers": [],
        "mapLayers": [],
        "equipment": [],
        "personnel": [{"name": "Persons", "description": "Strength by the plan"}],
    }


def _grouped(rows: tuple[Deployment, ...]) -> dict[tuple[str, str], list[Deployment]]:
    found: dict[tuple[str, str], list[Deployment]] = {}
    for row in sorted(rows, key=lambda r: (r.requirement.place, r.offer.id, r.assignment.begins)):
        found.setdefault((row.requirement.place, row.offer.id), []).append(row)
    return found


def _unit(
    same: list[Deployment], spot_of: Callable[[Deployment], list[float] | None]
) -> dict[str, Any]:
    """Return one offer at one place over all its tours; tours that meet are one stay."""
    first = same[0]
    name = f"unit.{first.requirement.place}.{first.offer.id}"
    states: list[dict[str, Any]] = []
    for begins, ends in joined((r.assignment.begins, r.assignment.ends) for r in same):
        row = next(r for r in same if r.assignment.begins == begins)
        spot = None if first.offer.reserve else spot_of(row)
        there = "in reserve at home" if first.offer.reserve else "in place"
        for kind, day, title, at in (("in", begins, there, spot), ("out", ends, "gone", None)):
            state = {"id": f"{name}.{kind}.{day}", "t": _time(day), "title": title}
            states.append(state | {"location": at})
    return {
        "id": name,
        "name": first.offer.unit,
        "shortName": f"{first.offer.contributor.upper()} {first.capability.name}",
        "sidc": first.capability.symbol,
        "description": f"{first.offer.contributor.upper()}, line {first.requirement.id}; "
        f"source {first.offer.source}",
        "subUnits": [],
        "personnel": [{"name": "Persons", "count": max(row.persons for row in same)}],
        "state": states,
    }


def _time(day: dt.date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
