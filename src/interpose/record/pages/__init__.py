"""Reading saved pages: a page in, proposals for the record out; a person accepts or rejects them.

Read ``proposals.py`` first: ``read_page`` is the whole way. Its steps, file by file:

- open: ``page.py`` (is it a page, in which encoding), ``article.py`` (without its furniture),
  ``language.py`` (which language; its dictionary in ``words/``, as data);
- read: ``numbers.py``, ``dates.py``, ``sentences.py`` (what is counted in each), ``clauses.py``
  (who does what);
- propose: ``figures.py``, ``acts.py``, ``quotations.py``;
- accept: ``accepting.py`` (the file that a person marks, and its rows).

Nothing here adds a row to a record by itself, and no other part of the record imports it.
"""

from __future__ import annotations

from interpose.record.pages.accepting import (
    Decided,
    Marked,
    accept,
    as_csv,
    decide,
    document,
    read_marked,
    write_proposals,
)
from interpose.record.pages.page import PROPOSAL_TABLES, Page, Proposal
from interpose.record.pages.proposals import read_page, read_pages

__all__ = [
    "PROPOSAL_TABLES",
    "Decided",
    "Marked",
    "Page",
    "Proposal",
    "accept",
    "as_csv",
    "decide",
    "document",
    "read_marked",
    "read_page",
    "read_pages",
    "write_proposals",
]
