r"""Exposed: how many persons can be struck by each type of act at each place, as people live now.

For a target community: those of it who live there, times the share that the instigator has among
all people within reach. For other targets (the force, the authorities): the persons of the
instigator. With n people of a community at a place::

    exposed_cm = n_c,target sum_j near_cj n_j,instigator / sum_j near_cj n_j
    near_cj    = exp(-travel_cj / contact_min)

Crossings, sites and bases, where nobody lives, get a share of what their municipality is exposed
to. Types along a line are exposed by its length instead (`along_the_line`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from interpose.play.compiled import kernel, part
from interpose.play.roads_and_lines import is_along
from interpose.play.theatre import DAYS_PER_YEAR, Floats, Ints, Theatre
from interpose.scenario.parameters import Parameters


class ExposedWorld(NamedTuple):
    """Who strikes whom, and who is within whose reach."""

    target: Ints  # (type,) community, -1 for none
    instigator: Ints  # (type,) community, -1 for none
    near: Floats  # (roads, place from, place to) 0..1
    roads: Ints  # (epoch,) which set of roads is open
    site_share: Floats  # (place,) of its municipality, where nobody lives; 0 elsewhere
    site_of: Ints  # (pair, 2) such a place, and one of its municipality where people live
    along: NDArray[np.bool_]  # (type,) whether it is counted along a line
    line: Floats  # (epoch, type, place) what types along a line are exposed to
    scale: Floats  # (place,) 100,000 persons * years per day, times the factor of the place


def new_world(theatre: Theatre, parameters: Parameters) -> ExposedWorld:
    """Return who strikes whom, and who is within reach."""
    known = {community: i for i, community in enumerate(theatre.communities)}
    types, places = theatre.scenario.incident_types, theatre.place_index
    scale = np.full(len(places), 1.0 / (1e5 * DAYS_PER_YEAR))
    for place, factor in parameters.given("background.place").items():
        scale[places[place]] *= factor
    near = np.exp(-theatre.travel_then / parameters.scalar("background.contact_min"))
    lived_in, seat = theatre.population.max(axis=0) > 0, theatre.municipality_of_place
    share = np.where(lived_in, 0.0, parameters.scalar("background.site_share"))
    return ExposedWorld(
        target=np.array([known.get(kind.target, -1) for kind in types], dtype=np.int64),
        instigator=np.array([known.get(kind.instigator, -1) for kind in types], dtype=np.int64),
        near=np.ascontiguousarray(np.swapaxes(near, 1, 2)),
        roads=theatre.lines.roads,
        site_share=share,
        site_of=np.ascontiguousarray(
            np.argwhere((share[:, None] > 0) & (share == 0) & (seat[:, None] == seat))
        ),
        along=np.array([is_along(kind, theatre.lines.forces) for kind in types]),
        line=along_the_line(theatre, parameters),
        scale=scale,
    )


def along_the_line(theatre: Theatre, parameters: Parameters) -> Floats:
    """Return the exposure of types along a line: its length, by strength and posture of who acts.

    100 km count as 100,000 persons do, where the force that acts has the usual soldiers a km in
    its usual posture; with more it is ``(soldiers a km / usual) ** power`` times as much. Where an
    armed force is the target and none of it is there, nothing happens.
    """
    line, types = theatre.lines, theatre.scenario.incident_types
    power = parameters.scalar("line.strength_power")
    usual = max(parameters.scalar("line.usual_per_km"), 1e-9)
    exposed = np.zeros((len(line.year), len(types), len(theatre.place_ids)))
    for m, kind in enumerate(types):
        if not is_along(kind, line.forces):
            continue
        exposed[:, m] = line.km * (1e5 / 100.0)
        if kind.target in line.forces:
            exposed[:, m] *= line.per_km[:, line.forces.index(kind.target)] > 0
        if kind.instigator in line.forces:
            f = line.forces.index(kind.instigator)
            strong = (line.per_km[:, f] / usual) ** power
            exposed[:, m] *= np.where(line.per_km[:, f] > 0, strong * line.posture[:, f], 0.0)
    return exposed


def of_the_table(theatre: Theatre, known: ExposedWorld) -> Floats:
    """Return (type, place) who can be struck by the mean of ``people.csv`` over the years.

    Where what incidents provoke is felt follows it, so that it is the same in all futures.
    """
    people = np.ascontiguousarray(theatre.people.mean(axis=0).T)
    exposed = np.zeros((len(known.target), people.shape[1]))
    within = np.zeros((len(people) + 1, people.shape[1]))
    expose(exposed, within, known._replace(scale=np.ones(people.shape[1])), people, 0)
    exposed[known.along] = known.line[:, known.along].mean(axis=0)
    return exposed


@kernel
def expose(
    exposed: Floats, within: Floats, known: ExposedWorld, present: Floats, epoch: int
) -> None:
    """Set who can be struck, (type, place), from who lives where, (community, place).

    `within` (target, place) is set to the persons within reach, of each community and of all.
    """
    reach(within, known.near[known.roads[epoch]], present)
    everybody = within.shape[0] - 1
    for m in range(exposed.shape[0]):
        own, target, instigator = exposed[m], known.target[m], known.instigator[m]
        for c in range(own.shape[0]):
            own[c] = 0.0
            if known.along[m]:
                own[c] = known.line[epoch, m, c] * known.scale[c]
            elif target >= 0:
                own[c] = present[target, c]
                if instigator >= 0:
                    own[c] *= within[instigator, c] / max(within[everybody, c], 1e-9)
            elif instigator >= 0:
                own[c] = present[instigator, c]
            else:
                for k in range(present.shape[0]):
                    own[c] += present[k, c]
        if not known.along[m]:
            share_with_sites(own, known)


@part
def reach(within: Floats, near: Floats, present: Floats) -> None:
    """Set how many persons are within reach of each place, of every community and of all."""
    within[:] = 0.0
    everybody = within[within.shape[0] - 1]
    for k in range(present.shape[0]):
        for j in range(near.shape[0]):
            if present[k, j] > 0.0:  # from one place to all at once: the inner loop is a vector
                for c in range(near.shape[1]):
                    within[k, c] += near[j, c] * present[k, j]
        for c in range(near.shape[1]):
            everybody[c] += within[k, c]


@part
def share_with_sites(own: Floats, known: ExposedWorld) -> None:
    """Give places without inhabitants their share, and count 100,000 persons, years and factors."""
    share, pairs = known.site_share, known.site_of
    for c in range(own.shape[0]):
        if share[c] > 0.0:
            own[c] = 0.0
    for i in range(pairs.shape[0]):
        own[pairs[i, 0]] += share[pairs[i, 0]] * own[pairs[i, 1]]
    for c in range(own.shape[0]):
        own[c] *= known.scale[c]
