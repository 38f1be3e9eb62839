"""The record room: the dated, sourced figures and incidents of a scenario in, a frozen Record out.

Read ``reading.py``: ``load_record`` and what a `Record` answers. Nothing here is averaged; figures
that contradict each other all stay. The play never sees the record, so it cannot peek at it.
"""

from __future__ import annotations

from interpose.record.reading import Record, load_record

__all__ = ["Record", "load_record"]
