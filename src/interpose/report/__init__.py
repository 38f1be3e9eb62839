"""The report room: a stored run in; one HTML file out that reads on screen and on paper.

Read ``writing.py`` first: ``SECTIONS`` is the order of the report. A section is a file: it takes
the `Material` and returns words, figures and tables; ``templates`` turn them into HTML.
"""

from __future__ import annotations

from interpose.report.writing import write_report

__all__ = ["write_report"]
