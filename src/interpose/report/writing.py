"""``write_report``: a run folder in, ``report.html`` in that folder out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import jinja2
from markupsafe import Markup

from interpose.ensemble.folder import explain_refusals, write_aside
from interpose.report import (
    acts,
    assumptions,
    disagreements,
    drawing,
    handover,
    limits,
    opening,
    people,
    places,
    reproduction,
    riot_week,
    skill,
    strength,
    trips,
    violence,
    walkout_year,
)
from interpose.report.material import Material, gather
from interpose.report.parts import Section

FILE = "report.html"

SECTIONS = (
    opening.section,
    strength.section,
    acts.section,
    disagreements.section,
    violence.section,
    riot_week.sections,
    walkout_year.sections,
    reproduction.section,
    places.section,
    trips.section,
    people.section,
    handover.section,
    skill.section,
    assumptions.section,
    limits.left_out,
    limits.repeat,
    limits.sources,
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
    material = gather(run_folder)
    page = render(material)
    path = Path(run_folder) / FILE
    with explain_refusals(path):
        write_aside(path, page.encode())
    return path


def render(material: Material) -> str:
    """Return the report as HTML."""
    with drawing.styled():
        sections: list[Section] = []
        for make in SECTIONS:
            made = make(material)
            sections += [made] if isinstance(made, Section) else made
    return page(material.scenario.header.title, sections)


def page(title: str, sections: Sequence[Section]) -> str:
    """Return sections as one HTML file that needs nothing else.

    Parameters
    ----------
    title : str
    sections : sequence of Section
        The first must be named ``findings``; the link over the contents leads there.
    """
    loader = jinja2.PackageLoader("interpose.report")
    environment = jinja2.Environment(
        loader=loader,
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    source, _, _ = loader.get_source(environment, "report.css")
    return environment.get_template("report.html").render(
        title=title,
        sections=sections,
        css=Markup(source),  # our own file
    )
