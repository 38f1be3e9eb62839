"""The scenario room: a folder of tables in; one frozen Scenario, or all faults at once, out.

Read ``tables/`` first: it is the format. Then ``loading.py`` (``load``, ``check``), ``checks/``
(how the tables must hang together) and ``parameters.py`` (numbers by name). ``folder.py`` finds
and reads a folder, ``files.py`` reads and writes one file, ``phrases.py`` says values and names
in plain words. ``flee`` reads displacement folders of another program, Flee.
"""

from __future__ import annotations

from interpose.scenario.flee import FleeInstance, read_flee, read_flee_cases
from interpose.scenario.folder import new, scenario_names
from interpose.scenario.loading import (
    PlanInputs,
    check,
    doubts,
    load,
    read_plan_tables,
    read_record_tables,
    with_what_ifs,
)
from interpose.scenario.parameters import (
    MasterRow,
    Parameters,
    ResolvedRow,
    displacement_table,
    master_table,
    plan_table,
)
from interpose.scenario.scenario import Scenario, again, sound
from interpose.scenario.schema import columns_as_markdown, schema

__all__ = [
    "FleeInstance",
    "MasterRow",
    "Parameters",
    "PlanInputs",
    "ResolvedRow",
    "Scenario",
    "again",
    "check",
    "columns_as_markdown",
    "displacement_table",
    "doubts",
    "load",
    "master_table",
    "new",
    "plan_table",
    "read_flee",
    "read_flee_cases",
    "read_plan_tables",
    "read_record_tables",
    "scenario_names",
    "schema",
    "sound",
    "with_what_ifs",
]
