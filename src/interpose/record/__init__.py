"""The record room: dated, sourced figures, incidents and acts in; contradictions and series out.

Read ``reading.py`` first: ``load_record`` and what a `Record` answers. ``findings.py`` says where
the rows disagree and why, ``series.py`` gives a quantity date by date. Nothing here is averaged;
figures that contradict each other all stay. The play never sees the record, so it cannot peek.
"""

from __future__ import annotations

from interpose.record.findings import find
from interpose.record.ground import Finding
from interpose.record.reading import Record, load_record
from interpose.record.series import Point, Reading

__all__ = ["Finding", "Point", "Reading", "Record", "find", "load_record"]
"""``load_record``: what was published about a mission; ``find``: where it disagrees."""
