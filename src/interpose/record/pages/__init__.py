"""Reading saved pages: a page in, proposals for the record out; a person accepts or rejects them.

Read ``proposing.py`` first: ``read_page`` is the whole way, from ``opening.py`` (is it a page, in
which encoding) over ``extracting.py`` (the article without its furniture), ``sentences.py`` and the
rules (``counting.py``, ``casualties.py``, ``movements.py``, ``acting.py``, ``quotations.py``,
``dates.py``) to `Proposal`. What the rules know of a language stands in ``words/``, as data.
``filing.py`` and ``accepting.py`` write proposals for a person and take them back. Nothing here
adds a row to a record by itself.
"""

from __future__ import annotations

from interpose.record.pages.accepting import Decided, append_rows, decide, write_rows
from interpose.record.pages.filing import Marked, as_csv, document, read_marked
from interpose.record.pages.proposing import read_page, read_pages
from interpose.record.pages.shapes import KINDS, Page, Proposal

__all__ = [
    "KINDS",
    "Decided",
    "Marked",
    "Page",
    "Proposal",
    "append_rows",
    "as_csv",
    "decide",
    "document",
    "read_marked",
    "read_page",
    "read_pages",
    "write_rows",
]
