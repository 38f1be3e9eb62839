"""Time a laydown: 40 platoons over 60 bases and 300 places on a made-up road graph.

Run: ``python benchmarks/plan_laydown.py``. Aim of the issue: 30 s on two cores, bound printed.
"""

from __future__ import annotations

import time

import numpy as np
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import Delaunay

from interpose.plan.laydown.placing import Detachment, lay_down
from interpose.plan.laydown.terrain import Terrain

BASES, PLACES, PLATOONS, AREAS = 60, 300, 40, 5


def made_up(seed: int) -> Terrain:
    """Places on a plane of 120 km, roads of a triangulation at 40 km/h, people log-normal."""
    draw = np.random.default_rng(seed)
    at = draw.uniform(0, 120, (PLACES, 2))
    roads = {
        tuple(sorted((int(a), int(b))))
        for corner in Delaunay(at).simplices
        for a in corner
        for b in corner
        if a != b
    }
    graph = np.zeros((PLACES, PLACES))
    for a, b in roads:
        graph[a, b] = graph[b, a] = np.hypot(*(at[a] - at[b])) * 1.3 / 40 * 60
    sites = np.sort(draw.choice(PLACES, BASES, replace=False))
    return Terrain(
        bases=tuple(f"base{i}" for i in range(BASES)),
        places=tuple(f"place{i}" for i in range(PLACES)),
        minutes=dijkstra(graph, indices=sites),
        persons=draw.lognormal(8.0, 1.2, PLACES).round(),
        protected=draw.random(PLACES) < 0.2,
        capacity=draw.integers(1, 5, BASES),
        areas=tuple(f"area{int(x // 24)}" for x in at[:, 0]),
    )


def main() -> None:
    for seed in (1, 2, 3):
        terrain = made_up(seed)
        share = PLATOONS // AREAS
        sent = [Detachment(f"d{a}", share, f"area{a}") for a in range(AREAS)]
        for backup in (1, 2):
            for crossing in (True, False):
                begun = time.perf_counter()
                found = lay_down(terrain, sent, backup=backup, may_cross_boundary=crossing)
                seconds = time.perf_counter() - begun
                print(f"seed {seed}, backup {backup}, crossing {crossing}: {seconds:.1f} s")
                for s in found.stages:
                    print(
                        f"    {s.name:<22} {s.value:8.3f}  bound {s.bound:8.3f}  "
                        f"gap {100 * s.gap:.2f} %  {s.status}  {s.seconds:.1f} s"
                    )


if __name__ == "__main__":
    main()
