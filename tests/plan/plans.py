"""Small plans made by hand: a capability, a mission, and offers and lines of a few words."""

from __future__ import annotations

import datetime as dt

from interpose.plan.result import PlanInputs
from interpose.scenario.tables.plan import (
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


def mission(name="here", begins=dt.date(1999, 6, 10), ends=None):
    return Mission(
        id=name,
        name=name,
        framework="un",
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
        requirement=requirement,
        begins=begins,
        ends=ends,
        by="made-up office",
        words="made up",
        **SAID,
    )


def standings(offers, missions):
    """Every nation is a member and has a legal act for every mission: eligibility never bites."""
    nations = sorted({row.contributor for row in offers})
    since = {"begins": dt.date(1990, 1, 1), "words": "made up", **SAID}
    acts = [
        Standing(id=f"act_{n}_{m.id}", contributor=n, kind="legal_act", of=m.id, **since)
        for n in nations
        for m in missions
    ]
    members = [
        Standing(id=f"un_{n}", contributor=n, kind="member", of="un", **since) for n in nations
    ]
    return (*members, *acts)


def inputs(lines, offers, capabilities=(), missions=(), ceilings=(), caveats=(), risks=()):
    names = {row.capability for row in (*lines, *offers)} - {row.id for row in capabilities}
    missions = tuple(missions) or (mission(),)
    return PlanInputs(
        capabilities=(*capabilities, *(capability(name) for name in sorted(names))),
        missions=missions,
        standings=(*standings(offers, missions), *ceilings),
        caveats=tuple(caveats),
        requirements=tuple(lines),
        workload=(),
        offers=tuple(offers),
        accepted_risks=tuple(risks),
    )


def month(number):
    """Return the first of a month, counted from the first planned one."""
    at = BEGINS.year * 12 + BEGINS.month - 1 + number
    return dt.date(at // 12, at % 12 + 1, 1)
