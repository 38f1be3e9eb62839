"""``interpose run --plan``: a scenario in which a plan's contingents stand for its own."""

from __future__ import annotations

import csv
import hashlib
import io
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from interpose.scenario import Scenario

CONTINGENTS = "contingents.csv"


def scenario_with_plan(
    scenario: Scenario, plan_at: Path, beside: Path, *, write: bool = True
) -> Scenario:
    """Write a copy of a scenario whose force is a plan's, and load it.

    A run must be able to find its scenario again when it resumes or reports, so the copy is a
    folder like any other. It stands beside the run, and its name carries a hash of what is in it:
    another plan never touches it.

    Parameters
    ----------
    scenario : Scenario
    plan_at : Path
        ``plan.json``, or the folder that ``interpose plan`` wrote.
    beside : Path
        Folder of the run.
    write : bool
        Else the scenario stays in memory, for a look ahead.

    Raises
    ------
    PlanError
        If there is no plan, or it does not fit the scenario.
    ScenarioError
        With all faults of the copy.
    """
    from interpose.errors import PlanError
    from interpose.plan.contingents import with_plan
    from interpose.plan.deployments import lay_plan_down
    from interpose.plan.tell.files import read_plan
    from interpose.scenario import load, read_plan_tables
    from interpose.scenario.files import write_aside

    plan, inputs = read_plan(plan_at), read_plan_tables(scenario.folder)
    planned = with_plan(scenario, inputs, plan, lay_plan_down(scenario, inputs, plan)[1])
    if not write:
        return planned
    files = _files(Path(scenario.folder))
    files[CONTINGENTS] = _as_csv(planned)
    digest = hashlib.sha256(b"\0".join(b"%b\0%b" % (k.encode(), v) for k, v in files.items()))
    name = f"{beside.name}.scenario-{digest.hexdigest()[:8]}"
    folder = beside.with_name(name) / scenario.header.name
    for file, content in files.items():
        write_aside(folder / file, content, PlanError)
    return load(folder)


def _files(folder: Path) -> dict[str, bytes]:
    """Return what belongs to a scenario by its place in the folder, and nothing else there."""
    from interpose.scenario.settings import FILE
    from interpose.scenario.tables import TABLES

    names = sorted(name for name in (FILE, *TABLES) if (folder / name).is_file())
    return {name: (folder / name).read_bytes() for name in names}


def _as_csv(scenario: Scenario) -> bytes:
    from interpose.scenario.tables.mission import Contingent

    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(Contingent.model_fields)
    for row in scenario.contingents:
        cells = row.model_dump(mode="json").values()
        rows.writerow("" if cell is None else cell for cell in cells)
    return text.getvalue().encode()
