r"""Observe: each reporter learns of a share of the incidents, of fatal ones more, and late.

A reporter (police, an observer mission, the press) reports an incident with the chance that its
table gives for the act, apart for incidents with and without dead, after a delay that is
exponential with the given mean. What is reported is counted in the month in which the report
arrives. Reviews see this and never the true state; so does a comparison with the record.
"""

from __future__ import annotations

import math

from interpose.play.compiled import State, World, inlined
from interpose.play.draws import day_key, mix, uniform

NEEDS = ()
READS = ("keys", "events", "counts")
WRITES = ("reported",)


@inlined
def step(state: State, world: World, day: int) -> None:
    """Let every reporter hear, or not hear, of today's incidents."""
    today = day_key(state.keys[2], world.first_ordinal + day)
    for row in range(state.counts[1], state.counts[0]):
        event = state.events[row]
        c, m = event[1], event[2]
        fatal = event[3] + event[4] > 0
        key = mix(world.cell_keys[m, c] + today)
        for r in range(world.report_reporter.shape[0]):
            if not world.report_type[r, m]:
                continue
            if not world.report_begins[r] <= day < world.report_ends[r]:
                continue
            share = world.report_fatal_share[r] if fatal else world.report_share[r]
            draw = 2 * (event[8] * world.report_reporter.shape[0] + r)
            if uniform(key, draw) >= share:
                continue
            late = -world.report_delay[r] * math.log(1.0 - uniform(key, draw + 1))
            arrival = day + int(late)
            if arrival < world.days:
                count = state.reported[world.report_reporter[r], world.month_of_day[arrival], m]
                count[0] += 1
                count[1] += event[3] + event[4]
