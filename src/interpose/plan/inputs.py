"""``load_inputs``: the plan tables of a scenario as inputs of a plan."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from interpose.plan.result import PlanInputs
from interpose.scenario import read_plan_tables


def load_inputs(name_or_folder: str | Path) -> PlanInputs:
    """Read what force generation reads from the tables under ``plan/`` of a scenario.

    Parameters
    ----------
    name_or_folder : str or Path
        Name of a scenario that came with the program, or a folder.

    Raises
    ------
    UnknownNameError
        If it is a word that is neither a scenario nor a folder.
    ScenarioError
        With all faults of the folder.

    Examples
    --------
    >>> inputs = load_inputs("kosovo")
    >>> next(mission.name for mission in inputs.missions if mission.id == "kfor")
    'Kosovo Force'
    """
    tables = read_plan_tables(name_or_folder)
    return PlanInputs(**{field.name: getattr(tables, field.name) for field in fields(tables)})
