"""The record room: dated, sourced figures, incidents and acts in; contradictions and series out.

Read ``record.py`` first: ``load_record`` and what a `Record` answers. ``findings.py`` says where
the rows disagree and why, ``series.py`` gives a quantity date by date. Nothing here is averaged;
figures that contradict each other all stay. The play never sees the record, so it cannot peek.
``pages/`` reads saved pages for new rows; nothing else of the room needs it.
"""

from __future__ import annotations

from interpose.record.findings import find
from interpose.record.record import Finding, Record, load_record
from interpose.record.series import Point, series_of

__all__ = ["Finding", "Point", "Record", "find", "load_record", "series_of"]
"""``load_record``: what was published about a mission; ``find``: where it disagrees."""
