"""Small rows of a record, made in one line."""

import datetime as dt

from interpose.record import Record
from interpose.scenario.tables.mission import Source
from interpose.scenario.tables.record import Figure, NotMergeable, RecordedAct


def day(text):
    return dt.date.fromisoformat(text)


def figure(name, value, begins="2009-06-11", source="s", **more):
    what = {"quantity": "force.strength", "unit": "persons", "confidence": "high", **more}
    return Figure(id=name, value=value, begins=day(begins), source=source, **what)


def act(name, kind="decision", source="s", **more):
    what = {"actor": "someone", "subject": name, "confidence": "high", **more}
    dates = {k: day(v) for k, v in more.items() if k in DATES}
    return RecordedAct(id=name, kind=kind, source=source, **{**what, **dates})


DATES = ("decided", "notified", "departed", "arrived")


def record(figures=(), acts=(), sources=("s", "t", "u"), apart=(), lineage=None, dates=None):
    made = tuple(
        Source(
            id=name,
            title=name.upper(),
            lineage=(lineage or {}).get(name, ""),
            date=(dates or {}).get(name, ""),
        )
        for name in sources
    )
    pairs = tuple(NotMergeable(a=a, b=b, why=why) for a, b, why in apart)
    return Record(tuple(figures), (), (), made, tuple(acts), pairs)
