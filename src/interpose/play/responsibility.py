r"""Responsibility: a task that the force holds binds platoons to posts; the hand-over frees them.

A border, a protected site or the order of a place binds ``platoons * soldiers per platoon`` until
the morning on which the police take it over. Each post takes its soldiers from the nearest base
that has any left, then from the next; posts are manned in the order of the table::

    bound_pb = min(wanted_p - bound to p by nearer bases, available_b - bound by earlier posts)

Of those for riots as large a part is bound as of all. The soldiers left go on patrol; those bound
guard the place of their post and no other. They count there per 1000 people, like all troops; where
nobody lives, per 1000 of the people whom ``background.site_share`` exposes at such places.

Form: an account, nobody is counted twice. Left out: guards who are called away in a riot, and
joint posts of force and police in the weeks before a hand-over.
"""

from __future__ import annotations

from interpose.play.compiled import inlined, part
from interpose.play.state import FORCE_CHANGED, State
from interpose.play.world import World

NEEDS = ("responsibility.soldiers_per_platoon",)
READS = ("base_troops", "base_riot")
WRITES = ("responsibility", "changed")


@inlined
def step(state: State, world: World, day: int) -> None:
    """Man the posts anew on days when the force changed or a task was handed over."""
    for p in range(world.responsibility.place.shape[0]):
        if world.responsibility.handed_over[p] == day:
            state.changed[FORCE_CHANGED] = True
    if not state.changed[FORCE_CHANGED]:
        return
    state.responsibility.guards[:] = 0.0
    state.responsibility.guards_riot[:] = 0.0
    for b in range(state.base_troops.shape[0]):
        state.responsibility.free_troops[b] = state.base_troops[b]
        state.responsibility.free_riot[b] = state.base_riot[b]
    for p in range(world.responsibility.place.shape[0]):
        if day < world.responsibility.handed_over[p]:
            man(state, world, p)


@part
def man(state: State, world: World, p: int) -> None:
    """Bind soldiers to one post, from the nearest bases."""
    place = world.responsibility.place[p]
    wanted = world.responsibility.soldiers[p]
    for i in range(world.responsibility.nearest.shape[1]):
        b = world.responsibility.nearest[p, i]
        free = state.responsibility.free_troops[b]
        if wanted <= 0.0 or free <= 0.0:
            continue
        bound = min(wanted, free)
        riot = state.responsibility.free_riot[b] * (bound / free)
        state.responsibility.free_troops[b] = free - bound
        state.responsibility.free_riot[b] -= riot
        state.responsibility.guards[place] += bound
        state.responsibility.guards_riot[place] += riot
        wanted -= bound
