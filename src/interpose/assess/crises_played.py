"""Crises played from the eve: what comes of them in futures that know what was known then.

25 pasts are played to the eve of each crisis, and each is played on 20 times with other draws, for
ten days, under the fitted law; of several crises, 4 times. Of the record the violence before
the eve is known; no other shock comes after it. Dead, hurt and displaced are those of the riots of
the crisis, wherever they spread, and of armed attacks that end crowds of these days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from interpose.assess.crises import CROWD, DRAWS, NAMES, PROVOKED, RIOT, Known, last_violence
from interpose.play.compiled import State, World
from interpose.play.day import build_world, draw_anew, new_state, play_days
from interpose.play.future import draw_parameters
from interpose.play.processes.incidents import EVENT_FIELDS
from interpose.play.processes.riots.arrays import MOST_RIOTS, OWN_ORDER, RIOT_FIELDS
from interpose.play.theatre import Floats, Theatre
from interpose.record import Record
from interpose.scenario import Scenario
from interpose.scenario.tables.mission import Shock

HISTORIES = 25
"""Pasts that are played to the eve of a crisis."""

WINDOW = 10
"""Days from the first of a crisis that are played."""

OUTCOMES = (
    "riots", "places", "crowd", "dead", "hurt", "hurt_civil", "hurt_police", "hurt_force",
    "displaced", "road_days",
)  # fmt: skip


def play_crises(
    scenario: Scenario,
    record: Record,
    shocks: Sequence[Shock],
    asked: Known,
    theta: Mapping[int, Floats],
) -> dict[int, dict[str, Floats]]:
    """Return what comes of crises in futures from the eve: `OUTCOMES`, (future,) each.

    `theta` has draws of the law for each crisis to play. On the eve the violence of the record is
    known, and no shock but the one asked about comes after it.
    """
    theatre = Theatre(replace(scenario, shocks=(*scenario.shocks, *shocks)))
    own = len(scenario.shocks)
    at_force = np.array([kind.target == "force" for kind in scenario.incident_types])
    again = DRAWS // HISTORIES // (1 if len(theta) == 1 else 5)
    found = {i: {name: np.zeros(HISTORIES * again) for name in OUTCOMES} for i in theta}
    for history in range(HISTORIES):
        world = build_world(theatre, draw_parameters(scenario.parameters, 0, history))
        state, played = new_state(theatre, 0, history), 0
        calendar = state.shocks.calendar
        dated = calendar[: state.shocks.dated[0]]
        state.shocks.dated[0] = (dated[:, 1] < own).sum()
        calendar[: state.shocks.dated[0]] = dated[dated[:, 1] < own]
        for i in sorted(theta, key=lambda i: int(asked.day[i])):
            eve = int(asked.day[i]) - theatre.first_day
            played = play_days(state, world, played, max(played, eve))
            as_it_was = _in_use(state)
            known_shocks = calendar[: state.shocks.dated[0]]
            known_shocks = known_shocks[known_shocks[:, 0] < eve]
            state.shocks.dated[0] = len(known_shocks) + 1
            calendar[: len(known_shocks)], calendar[len(known_shocks)] = (
                known_shocks,
                (eve, own + i),
            )
            state.riots.violence[:] = last_violence(theatre, record, int(asked.day[i]))
            on_the_eve = _in_use(state)
            for n in range(history * again, (history + 1) * again):
                draw_anew(state, 1, n)
                law = _with_law(world, theta[i][n], asked, i, own)
                play_days(state, law, eve, min(eve + WINDOW, theatre.days))
                for name, value in _came(state, as_it_was, own + i, at_force).items():
                    found[i][name][n] = value
                _restore(on_the_eve)
            _restore(as_it_was)
    return found


def _in_use(state: State) -> list[tuple[Any, Any]]:
    """Return every array of a state with a copy of what is in use of it."""
    rows = {
        "incidents": state.incidents.counts[0],
        "barricades": state.barricades.counts[0],
        "riots": state.riots.filled[0],
    }
    return [
        (array, array[: rows[name] if len(array) >= MOST_RIOTS else None].copy())
        for name, part in state._asdict().items()
        for array in part
    ]


def _restore(kept: list[tuple[Any, Any]]) -> None:
    for array, copy in kept:
        array[: len(copy)] = copy


def _with_law(world: World, theta: Floats, asked: Known, i: int, own: int) -> World:
    """Return a world with one draw of the law for crisis `i`."""
    riots, s = world.riots, own + i
    crowd, here = riots.crowd.copy(), asked.crisis == i
    sure = bool(asked.sure[here].any())
    crowd[s] = 1.0 if sure else expit(theta[CROWD] + theta[PROVOKED] * asked.operation[i])
    odds = np.exp(theta[RIOT] + theta[len(NAMES) + asked.kind[i]])
    riots = riots._replace(
        crowd=crowd,
        shock=float(odds / riots.chance * (1.0 - riots.chance)),
        **{name.split(".")[1]: float(np.exp(theta[NAMES.index(name)])) for name in NAMES[2:]},
    )
    if asked.given[here].any():
        within, (place, who) = riots.within.copy(), np.nonzero(riots.concerned[s])
        within[:, place, who] = asked.size[here] / riots.turnout
        riots = riots._replace(within=within, luck=np.ones_like(riots.luck), least=1.0)
    return world._replace(riots=riots)


def _came(
    state: State, before: list[tuple[Any, Any]], shock: int, at_force: NDArray[np.bool_]
) -> dict[str, float]:
    """Return what came of a shock since: its riots, and the armed attacks that end its crowds.

    `at_force` says of each incident type whether it is against soldiers; else police are hurt.
    """
    was = {id(array): copy for array, copy in before}
    own, happened, roads = state.riots, state.incidents, state.barricades.blocked_days
    rows = own.riots[was[id(own.filled)][0] : own.filled[0]]
    rows = rows[rows[:, RIOT_FIELDS.index("shock")] == shock]
    events = happened.events[was[id(happened.counts)][0] : happened.counts[0]]
    events = events[events[:, EVENT_FIELDS.index("order")] >= OWN_ORDER]
    ends = {name: rows[:, i].sum() for i, name in enumerate(RIOT_FIELDS)}
    ends |= {f"attack {name}": events[:, i].sum() for i, name in enumerate(EVENT_FIELDS)}
    shot_at_police = events[~at_force[events[:, EVENT_FIELDS.index("type")]]]
    sides = ("target", "instigator", "force")
    civil = ends["injured_target"] + ends["injured_instigator"] + ends["attack injured_instigator"]
    force = ends["injured_force"] + ends["attack injured_target"]
    police = ends["injured_police"] + shot_at_police[:, EVENT_FIELDS.index("injured_target")].sum()
    dead = sum(ends[f"deaths_{side}"] for side in sides)
    return {
        "riots": len(rows),
        "places": len(np.unique(rows[:, RIOT_FIELDS.index("place")])),
        "crowd": ends["crowd"],
        "dead": dead + sum(ends[f"attack deaths_{side}"] for side in sides[:2]),
        "hurt": civil + force,
        "hurt_civil": civil,
        "hurt_police": police,
        "hurt_force": force - police,
        "displaced": ends["displaced"],
        "road_days": (roads - was[id(roads)]).sum(),
    }
