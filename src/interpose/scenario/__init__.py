"""The scenario room: a folder of tables in; one frozen Scenario, or all faults at once, out.

Read ``models.py`` first: it is the format. Then ``loading.py`` (``load``, ``check``),
``checking.py`` (how the tables must hang together) and ``parameters.py`` (numbers by name).
"""

from __future__ import annotations

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
    master_table,
)
from interpose.scenario.schema import columns_as_markdown, schema
from interpose.scenario.starting import new

__all__ = [
    "MasterRow",
    "Parameters",
    "ResolvedRow",
    "Scenario",
    "check",
    "columns_as_markdown",
    "load",
    "master_table",
    "new",
    "read_record_tables",
    "scenario_names",
    "schema",
]
