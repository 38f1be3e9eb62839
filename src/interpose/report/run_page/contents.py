"""``write_report``: a run folder in, ``report.html`` in that folder out."""

from __future__ import annotations

from pathlib import Path

from interpose.ensemble.folder import explain_refusals, write_aside
from interpose.report import drawing
from interpose.report.page import Section, to_html
from interpose.report.run_page import (
    assumptions,
    decisions,
    displacement,
    findings,
    force,
    incidents,
    movement,
    places,
    police,
    reproduction,
    riots,
    walkouts,
)
from interpose.report.run_page.run_data import RunData, gather

FILE = "report.html"

SECTIONS = (
    findings.section,
    force.section,
    decisions.section,
    decisions.disagreements,
    incidents.section,
    riots.sections,
    walkouts.sections,
    reproduction.section,
    places.section,
    movement.section,
    displacement.section,
    police.section,
    assumptions.skill,
    assumptions.section,
    assumptions.left_out,
    assumptions.repeat,
    assumptions.sources,
)
"""The order of the report; some yield no section, or one for every event of the record."""


def write_report(run_folder: Path | str) -> Path:
    """Write the report of a run as one HTML file that needs nothing else.

    Parameters
    ----------
    run_folder : Path
        Folder of a run, finished or not.

    Returns
    -------
    Path
        ``report.html`` in that folder. The same run gives the same bytes.

    Raises
    ------
    RunError
        If there is no run, nothing of it to report, or the file cannot be written.
    ScenarioError
        If the run's scenario was broken since.
    """
    page = run_page(gather(run_folder))
    path = Path(run_folder) / FILE
    with explain_refusals(path):
        write_aside(path, page.encode())
    return path


def run_page(data: RunData) -> str:
    """Return the report as HTML."""
    with drawing.styled():
        sections: list[Section] = []
        for make in SECTIONS:
            made = make(data)
            sections += [made] if isinstance(made, Section) else made
    return to_html(data.scenario.header.title, sections)
