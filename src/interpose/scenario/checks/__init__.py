"""Do the tables hang together? ``CHECKS`` names the rules; each is one function of this folder.

A rule is asked only of rows that are valid in themselves, and rules that add up a whole table only
of tables that are valid throughout, so that one slip is reported once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from interpose.errors import Fault
from interpose.scenario.checks import mission, parameters, plan, references
from interpose.scenario.folder import Tables

CHECKS: tuple[Callable[[Tables], Iterator[Fault]], ...] = (
    mission.repeated_rows,
    mission.repeated_types,
    mission.header_out_of_order,
    references.unknown_references,
    references.unknown_sources_of_tasks,
    references.reserved_names,
    mission.ranges_out_of_order,
    mission.periods_out_of_order,
    mission.contingents_out_of_order,
    mission.outside_the_mission,
    mission.walkouts_out_of_order,
    mission.tasks_held_twice,
    mission.contingents_without_a_base,
    mission.places_astray,
    mission.shares_that_do_not_add_up,
    mission.faulty_links,
    mission.places_cut_off,
    mission.displaced_out_of_order,
    parameters.faulty_parameters,
    references.undated_sources,
    references.sources_dated_backwards,
    references.shared_names_of_the_record,
    references.rings,
    plan.plan_periods_out_of_order,
    plan.lines_within_a_month,
    plan.outside_their_mission,
    plan.faulty_standings,
    plan.faulty_caveats,
    plan.faulty_missions,
    plan.faulty_workload,
    plan.faulty_offers,
    plan.offers_in_a_ring,
    plan.capabilities_for_themselves,
    plan.risks_outside_their_line,
)
"""Every rule on how the tables hang together."""
