"""Do the tables hang together? ``CHECKS`` names the rules; each is one function of this folder.

A rule is asked only of rows that are valid in themselves, and rules that add up a whole table only
of tables that are valid throughout, so that one slip is reported once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from interpose.errors import Fault
from interpose.scenario.checks import mission, rows
from interpose.scenario.folder import Tables

CHECKS: tuple[Callable[[Tables], Iterator[Fault]], ...] = (
    rows.contradictory_rows,
    rows.repeated_rows,
    rows.unknown_references,
    rows.rings,
    rows.outside_what_they_name,
    rows.reserved_names,
    rows.undated_sources,
    rows.shared_names_of_the_record,
    rows.faulty_parameters,
    mission.header_out_of_order,
    mission.outside_the_mission,
    mission.walkouts_without_police,
    mission.shares_astray,
    mission.shares_that_do_not_add_up,
    mission.places_cut_off,
    mission.too_many_displaced,
    mission.faulty_standings,
    mission.hosts_elsewhere,
)
"""Every rule on how the tables hang together."""
