"""A plan made by hand over the small theatre: two lines, four offers, two quarters of 2000."""

from __future__ import annotations

import datetime as dt

from interpose.plan.result import Assignment, GapCell, Plan, PlanInputs, Stage
from interpose.scenario.tables.plan import (
    AcceptedRisk,
    Capability,
    Caveat,
    Mission,
    Offer,
    Requirement,
    Standing,
    Workload,
)

SOURCED = {"basis": "assumed", "source": "test"}
BEGINS, ENDS = dt.date(2000, 1, 1), dt.date(2001, 1, 1)


def day(month, number=1, year=2000):
    return dt.date(year, month, number)


def capability(name, echelon, strength, symbol):
    return Capability(
        id=name, name=name.replace("_", " "), echelon=echelon, strength=strength, symbol=symbol,
        **SOURCED,
    )  # fmt: skip


def offer(name, contributor, kind="company", strength=120, **more):
    given = {"begins": BEGINS, "units": 1, "unit": f"{contributor.upper()} {kind}", **more}
    return Offer(
        id=name, mission="m", contributor=contributor, capability=kind, strength=strength,
        **given, **SOURCED,
    )  # fmt: skip


def line(name, place, kind="company", **more):
    given = {
        "units": 1, "begins": BEGINS, "ends": ENDS, "readiness_days": 0, "priority": 1,
        "critical": True, "may_be_split": False, **more,
    }  # fmt: skip
    return Requirement(id=name, mission="m", capability=kind, place=place, **given, **SOURCED)


def inputs():
    return PlanInputs(
        capabilities=(
            capability("company", "company", 120, "10031000151211000000"),
            capability("platoon", "platoon", 32, "10031000141211000000"),
            capability("staff", "battalion", 60, "10031000161100000000"),
        ),
        missions=(
            Mission(
                id="m", name="The mission", framework="un", host="tst", mandate="tests",
                begins=BEGINS, **SOURCED,
            ),
        ),
        standings=(
            Standing(
                id="ceil_bet", contributor="bet", kind="ceiling", of="m", value=150,
                begins=BEGINS, words="Beta's assembly allows 150 persons", **SOURCED,
            ),
        ),
        caveats=(Caveat(id="no_night", kind="night", words="no night patrols", **SOURCED),),
        requirements=(
            line("guard_p0", "p0"),
            line("guard_p1", "p1", kind="platoon"),
            line("staff", "theatre", kind="staff", critical=False, priority=3),
        ),
        workload=(
            Workload(
                id="posts_p0", task="guard", kind="post", capability="company", place="p0", count=3,
                persons=4, hours=24, begins=BEGINS, ends=ENDS, priority=1, critical=True, **SOURCED,
            ),
        ),
        offers=(
            offer("alf1", "alf"),
            offer("bet1", "bet", caveats="no_night"),
            offer("gam1", "gam", kind="platoon", strength=32, host="alf1"),
            offer("del1", "del", kind="staff", strength=60),
            offer("alf_home", "alf", reserve=True, notice_days=14),
        ),
        accepted_risks=(
            AcceptedRisk(
                requirement="guard_p1", begins=day(10), ends=ENDS, by="force headquarters",
                words="the town is quiet", **SOURCED,
            ),
        ),
    )  # fmt: skip


def cells():
    found = []
    for month in range(1, 13):
        caveat = month > 6
        found.append(
            GapCell("guard_p0", day(month), "caveat" if caveat else "filled", 1, 1,
                 "Filled by BET company; no night patrols." if caveat else "Filled by ALF company.")
        )  # fmt: skip
    for month in range(1, 13):
        state = "filled" if month <= 6 else "open" if month < 10 else "accepted"
        words = {
            "filled": "Filled by GAM platoon inside ALF company.",
            "open": "Open: GAM platoon left with its host ALF company on 1 July 2000.",
            "accepted": "Open; force headquarters accepted the risk: the town is quiet.",
        }[state]
        found.append(GapCell("guard_p1", day(month), state, 1, int(state == "filled"), words))
    for month in range(1, 13):
        found.append(GapCell("staff", day(month), "filled", 1, 1, "Filled by DEL staff."))
    return tuple(found)


def plan():
    return Plan(
        mission="m",
        begins=BEGINS,
        ends=ENDS,
        assignments=(
            Assignment("guard_p0", "alf1", 1, (1,), BEGINS, day(7, 5)),
            Assignment("guard_p0", "bet1", 1, (1,), day(7), ENDS, ("no_night",)),
            Assignment("guard_p1", "gam1", 1, (1,), BEGINS, day(7)),
            Assignment("staff", "del1", 1, (1,), BEGINS, ENDS),
        ),
        cells=cells(),
        stages=(
            Stage("critical", "months of critical lines open", 3.0, 3.0, "optimal", 0.1),
            Stage("persons", "mean persons", 200.0, 150.0, "time limit", 2.0),
        ),
    )
