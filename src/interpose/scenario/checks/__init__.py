"""Do the tables hang together? ``CHECKS`` names the rules; each is one function of this folder.

A rule is asked only of rows that are valid in themselves, and rules that add up a whole table only
of tables that are valid throughout, so that one slip is reported once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from interpose.errors import Fault
from interpose.scenario.checks import mission, references, rows
from interpose.scenario.folder import Tables

CHECKS: tuple[Callable[[Tables], Iterator[Fault]], ...] = (
    rows.contradictory_rows,
    mission.repeated_rows,
    mission.header_out_of_order,
    references.unknown_references,
    references.unknown_sources_of_tasks,
    references.reserved_names,
    references.undated_sources,
    references.shared_names_of_the_record,
    references.rings,
    mission.outside_the_mission,
    mission.walkouts_without_police,
    mission.contingents_without_a_base,
    mission.shares_astray,
    mission.shares_that_do_not_add_up,
    mission.places_cut_off,
    mission.too_many_displaced,
    references.faulty_parameters,
    mission.outside_their_mission,
    mission.faulty_standings,
    mission.hosts_elsewhere,
    mission.risks_outside_their_line,
)
"""Every rule on how the tables hang together."""
