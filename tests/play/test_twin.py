"""The compiled day gives the bits of a slow one in plain Python."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from lab import new_state, theatre_of
from twin import Twin

from interpose.play.day import build_world
from interpose.play.processes import (
    force,
    incidents,
    observe,
    police,
    presence,
    responsibility,
    shocks,
)
from theatres import officers, post, reporting, shock, troops, walkout

LIVELY = {
    "background.rate": 3000.0,
    "retaliation.campaign": 0.4,
    "retaliation.revenge": 0.3,
    "retaliation.memory_days": 4.0,
    "incidents.size": 0.7,
    "severity.exponent": 0.5,
    "marks.fatal_share": 0.3,
    "marks.injury_share": 0.5,
    "marks.instigator_share": 0.2,
    "marks.crowd_median": 60.0,
    "response.reduction": 0.5,
    "effect.troops.retaliation": 0.3,
    "effect.troops.background": 0.1,
    "crowd.chance": 0.6,
    "riot.chance": 0.3,
    "riot.armed": 0.5,
    "police.training_months": 1.0,
}


def lively_theatre(places=3, days=200, types=2, **values):
    """Return a theatre in which everything happens: force, shocks, riots, marks, reports."""
    return theatre_of(
        places,
        days,
        types,
        values={**LIVELY, **values},
        contingents=[troops("a", "camp_p0", 900, 0), troops("b", "camp_p1", 500, 70, 140)],
        police=[
            officers("all", 300, 20),
            officers("p0", 90, 0, kind="local_police", accepted=0.9),
            officers("p1", 150, 30, 150, kind="local_police", accepted=0.5),
        ],
        walkouts=[walkout(80, 0.5, "p0", returns=110)],
        responsibilities=[post("p1", 2, 60), post("p0", 1)],
        shocks=[
            shock(60),
            shock(63, places="p0", community="hill", kind="arrest", acting="force"),
            shock(80, places="all", community="hill", kind="rumour", against="river", talks="yes"),
        ],
        reporting=[
            reporting(share=0.6, fatal_share=0.9, delay_days=20),
            reporting("press", share=0.2, delay_days=2, begins=50),
            reporting("press", "harassment", until=120),
        ],
        minutes=20.0,
    )


WORLDS = {
    "lively": SimpleNamespace(seed=1, values={}),
    "relocation": SimpleNamespace(seed=2, values={"relocation.share": 0.4}),
    "poisson, no marks, no response": SimpleNamespace(
        seed=3,
        values={
            "incidents.size": 1e9,
            "marks.fatal_share": 0.0,
            "marks.injury_share": 0.0,
            "response.reduction": 0.0,
        },
    ),
    "many casualties": SimpleNamespace(
        seed=4,
        values={
            "marks.fatal_share": 1.0,
            "marks.death_exponent": 1.01,
            "marks.injury_share": 1.0,
            "marks.injury_exponent": 1.01,
            "marks.instigator_share": 0.45,
        },
    ),
    "crowded": SimpleNamespace(
        seed=5,
        values={
            "background.rate": 30_000.0,
            "incidents.size": 1e9,
            "retaliation.campaign": 0.1,
            "retaliation.revenge": 0.1,
        },
    ),
}


@pytest.mark.parametrize("case", WORLDS.values(), ids=WORLDS)
@pytest.mark.parametrize(("places", "types"), [(1, 1), (4, 3)])
def test_the_compiled_day_gives_the_bits_of_the_plain_one(case, places, types):
    days = 40 if case is WORLDS["crowded"] else 200
    if places == 1:
        theatre = theatre_of(1, days, types, values={**LIVELY, **case.values})
    else:
        theatre = lively_theatre(places, days, types, **case.values)
    world = build_world(theatre, theatre.scenario.parameters)
    state = new_state(theatre, case.seed, 7)
    twin = Twin(world, [*state.incidents.process_keys, *state.observe.process_keys])
    for day in range(world.days):
        for process in (force, responsibility, police, presence, shocks):
            process.step(state, world, day)
        given = [
            x.tolist()
            for x in (
                state.shocks.background,
                state.shocks.background_undamped,
                state.presence.damping[1],
                state.presence.reached,
            )
        ]
        for process in (incidents, observe):
            process.step(state, world, day)
        twin.play(day, *given)
        assert state.incidents.rate.tolist() == twin.rate, f"rates of day {day}"
        assert state.incidents.chance.tolist() == twin.chance, f"draws of day {day}"
        assert state.incidents.excitation.tolist() == twin.excitation, f"excitation after day {day}"
    count = int(state.incidents.counts[0])
    assert count > 200
    assert [tuple(event) for event in state.incidents.events[:count].tolist()] == twin.events
    assert state.incidents.event_background[:count].tolist() == twin.background
    found = {tuple(map(int, at)): state.observe.reported[tuple(at)].tolist()
             for at in np.argwhere(state.observe.reported[..., 0])}  # fmt: skip
    assert found == twin.reported
    assert bool(found) == (places > 1)
    dead = sum(event[3] + event[4] for event in twin.events)
    assert dead == state.incidents.series[:, :, 1].sum()
