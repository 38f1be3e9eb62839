"""Do the tables hang together? ``CHECKS`` names the rules; each is one function of this folder.

``WARNINGS`` names those on what is possible but hardly meant.

A rule is asked only of rows that are valid in themselves, and rules that add up a whole table only
of tables that are valid throughout, so that one slip is reported once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import islice

from interpose.errors import Fault
from interpose.scenario.checks import mission, policies, rows
from interpose.scenario.checks.plausible import WARNINGS
from interpose.scenario.folder import Tables

Rule = Callable[[Tables], Iterator[Fault]]

CHECKS: tuple[Rule, ...] = (
    rows.contradictory_rows,
    rows.repeated_rows,
    rows.unknown_references,
    rows.rings,
    rows.outside_what_they_name,
    rows.reserved_names,
    rows.misspelt_words,
    rows.undated_sources,
    rows.shared_names_of_the_record,
    rows.faulty_parameters,
    mission.header_out_of_order,
    mission.outside_the_mission,
    mission.acts_without_a_line,
    mission.walkouts_without_police,
    mission.shares_astray,
    mission.shares_that_do_not_add_up,
    mission.places_cut_off,
    mission.too_many_displaced,
    mission.faulty_standings,
    mission.hosts_elsewhere,
    policies.faulty_policies,
)
"""Every rule on how the tables hang together."""

MOST_SHOWN = 50
"""Faults shown of one file; the rest are counted."""


def implausible(tables: Tables, left_out: Collection[Rule] = ()) -> list[Fault]:
    """Return what the rules of ``checks.plausible`` find, sorted; some rules may be left out."""
    return sorted({fault for rule in WARNINGS if rule not in left_out for fault in rule(tables)})


def broken_rules(tables: Tables, *, every: bool = False) -> list[Fault]:
    """Return what the rules of ``checks`` find; of each no more than anybody would read."""
    # A rule broken a thousand times is broken by one slip; near names take time.
    most = None if every else 4 * MOST_SHOWN
    rules = CHECKS if tables.tables else ()
    return [fault for rule in rules for fault in islice(rule(tables), most)]


def cut(faults: Iterable[Fault]) -> list[Fault]:
    """Sort; of each file keep the first faults and count the rest."""
    ordered = sorted(set(faults))
    totals = Counter(fault.file for fault in ordered)
    kept: list[Fault] = []
    counts: Counter[str] = Counter()
    for fault in ordered:
        counts[fault.file] += 1
        if counts[fault.file] <= MOST_SHOWN:
            kept.append(fault)
        elif counts[fault.file] == MOST_SHOWN + 1:
            more = totals[fault.file] - MOST_SHOWN
            wanted = f"And {more:,} more from here on; interpose check --all lists every one."
            kept.append(Fault(fault.file, fault.line, "", "", wanted, more - 1))
    return kept
