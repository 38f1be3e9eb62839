"""The record room: dated, sourced figures, incidents and acts in; answers and series out.

Read ``record.py`` first: ``load_record`` and what a `Record` holds. ``answers.py`` answers a
question, with what of it to print; ``question.py`` reads it and ``answer_page.py`` writes the page.
``findings.py`` says where the rows disagree and why; ``series.py`` gives a quantity
date by date, and what was promised of it. Nothing here is averaged; figures that contradict each
other all stay. The play never sees the record, so it cannot peek. ``pages/`` reads saved pages for
new rows; nothing else of the room needs it.
"""

from __future__ import annotations

from interpose.record.answer_page import text_of
from interpose.record.answers import Answer, ask
from interpose.record.findings import find
from interpose.record.record import Finding, Record, load_record
from interpose.record.series import Point, promises_table, series_of

__all__ = [
    "Answer",
    "Finding",
    "Point",
    "Record",
    "ask",
    "find",
    "load_record",
    "promises_table",
    "series_of",
    "text_of",
]
"""``load_record``: what was published about a mission; ``ask``: an answer of one page from it."""
