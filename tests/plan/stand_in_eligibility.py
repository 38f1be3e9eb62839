"""A minimal stand-in for the rules of eligibility: windows, ceilings and caveats alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    rule: str
    holds: bool
    words: str
    source: str


@dataclass(frozen=True)
class Verdict:
    allowed: bool
    reasons: tuple


def window(inputs, offer):
    begins = offer.begins
    ends = offer.ends or dt.date(2100, 1, 1)
    if offer.host:
        hosts = [row for row in inputs.offers if row.id == offer.host]
        if not hosts:
            return ()
        begins = max(begins, hosts[0].begins + dt.timedelta(days=offer.settle_days))
        ends = min(ends, hosts[0].ends or ends)
    return ((begins, ends),) if begins < ends else ()


def judge(inputs, offer, day):
    allowed = any(begins <= day < ends for begins, ends in window(inputs, offer))
    return Verdict(allowed, (Reason("window", allowed, "its own window", "made_up"),))


def ceiling(inputs, contributor, mission, day):
    values = [
        row.value
        for row in inputs.standings
        if row.kind == "ceiling"
        and (row.contributor, row.of) == (contributor, mission)
        and row.begins <= day
        and (row.ends is None or day <= row.ends)
    ]
    return min(values, default=None)


def _held(inputs, offer):
    names = [name for name in offer.caveats.split(";") if name]
    return [row for row in inputs.caveats if row.id in names]


def _barring(row, requirement):
    if row.kind == "area":
        return requirement.place in row.places.split(";")
    if row.kind == "task":
        return requirement.task in row.tasks.split(";")
    return row.kind == "crowd_control" and requirement.capability == "crowd_control"


def bars(inputs, offer, requirement):
    return tuple(row.id for row in _held(inputs, offer) if _barring(row, requirement))


def bites(inputs, offer, requirement):
    return tuple(
        row.id for row in _held(inputs, offer) if row.kind in ("night", "boundary")
    )
