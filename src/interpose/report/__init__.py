"""The report room: a stored run, or a plan, in; one HTML file out, for screen and for paper.

Read ``run_page/contents.py`` first: `SECTIONS` is the order of the report. A section takes the
`RunData` and returns words, figures and tables (``page.py``); ``templates`` turn them into HTML.
``plan_page/contents.py`` is the same for a plan, ``compare_page.py`` for a comparison,
``size_page.py`` for a size; ``record_page.py`` is a record to look through.
``charts.py`` draws the charts that stand still, ``interactive.py`` the figures that answer
(decisions 0053 and 0064); ``quantiles.py`` has the numbers over futures as text and tables.
"""

from __future__ import annotations

from interpose.report.run_page.contents import write_report

__all__ = ["write_report"]
