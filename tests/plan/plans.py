"""Small plans made by hand: a capability, a mission, and offers and lines of a few words."""

from __future__ import annotations

import datetime as dt

from interpose.plan.result import PlanInputs
from interpose.scenario.plan_rows import (
    AcceptedRisk,
    Capability,
    Caveat,
    Mission,
    Offer,
    Requirement,
    Standing,
)

BEGINS = dt.date(2020, 1, 1)
ENDS = dt.date(2021, 1, 1)
SAID = {"basis": "assumed", "source": "made_up"}


def capability(name, serves_as="", strength=100):
    return Capability(
        id=name,
        name=name,
        echelon="company",
        strength=strength,
        symbol="10031000001211000000",
        serves_as=serves_as,
        **SAID,
    )


def mission(name="here", begins=BEGINS, ends=None):
    return Mission(
        id=name,
        name=name,
        framework="coalition",
        lead="",
        host="xkx",
        mandate="made up",
        begins=begins,
        ends=ends,
        **SAID,
    )


def line(name, units=1, capability="infantry", begins=BEGINS, ends=ENDS, **other):
    row = {
        "mission": "here",
        "place": "theatre",
        "readiness_days": 0,
        "priority": 5,
        "critical": False,
        "may_be_split": True,
        **SAID,
    }
    return Requirement(
        id=name, units=units, capability=capability, begins=begins, ends=ends, **{**row, **other}
    )


def offer(name, units=1, capability="infantry", contributor="", **other):
    row = {
        "mission": "here",
        "unit": name,
        "strength": 100 * units,
        "begins": BEGINS,
        "contributor": contributor or name.split("_")[0],
        **SAID,
    }
    return Offer(id=name, units=units, capability=capability, **{**row, **other})


def caveat(name, kind="boundary", **other):
    return Caveat(id=name, kind=kind, words=f"made-up limit {name}", **SAID, **other)


def ceiling(contributor, persons, mission="here", begins=BEGINS, ends=None):
    return Standing(
        id=f"ceiling_{contributor}_{begins}",
        contributor=contributor,
        kind="ceiling",
        of=mission,
        value=persons,
        begins=begins,
        ends=ends,
        words="made up",
        **SAID,
    )


def accepted(requirement, begins=BEGINS, ends=ENDS):
    return AcceptedRisk(
        requirement=requirement, begins=begins, ends=ends, by="made-up office", words="made up", **SAID
    )


def inputs(
    lines,
    offers,
    capabilities=(),
    missions=(),
    standings=(),
    caveats=(),
    risks=(),
):
    names = {row.capability for row in (*lines, *offers)} - {row.id for row in capabilities}
    return PlanInputs(
        capabilities=(*capabilities, *(capability(name) for name in sorted(names))),
        missions=tuple(missions) or (mission(),),
        standings=tuple(standings),
        caveats=tuple(caveats),
        requirements=tuple(lines),
        workload=(),
        offers=tuple(offers),
        accepted_risks=tuple(risks),
    )
