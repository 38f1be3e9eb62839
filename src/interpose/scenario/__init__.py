"""The scenario room: a folder of tables in; one frozen Scenario, or all faults at once, out.

Read ``models.py`` first: it is the format. Then ``loading.py`` (``load``, ``check``),
``checking.py`` (how the tables must hang together) and ``parameters.py`` (numbers by name).
``flee.py`` reads displacement folders of another program, Flee.
"""

from __future__ import annotations

from interpose.scenario.flee import FleeInstance, read_flee
from interpose.scenario.loading import (
    Scenario,
    check,
    load,
    read_record_tables,
    scenario_names,
)
from interpose.scenario.parameters import (
    MasterRow,
    Parameters,
    ResolvedRow,
    displacement_table,
    master_table,
    plan_table,
)
from interpose.scenario.plan_loading import PlanInputs, read_plan_tables
from interpose.scenario.schema import columns_as_markdown, schema
from interpose.scenario.starting import new

__all__ = [
    "FleeInstance",
    "MasterRow",
    "Parameters",
    "PlanInputs",
    "ResolvedRow",
    "Scenario",
    "check",
    "columns_as_markdown",
    "displacement_table",
    "load",
    "master_table",
    "new",
    "plan_table",
    "read_flee",
    "read_plan_tables",
    "read_record_tables",
    "scenario_names",
    "schema",
]
