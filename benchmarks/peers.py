"""Peers of ``incidents.py``, each run alone: ``python peers.py tick|mesa FILE DAYS REPEATS``.

FILE is an npz of background (cell,) incidents/day, adjacency (child cell, parent cell) mean
offspring, memory_days and size of the negative binomial. Prints JSON: version, seconds, incidents.
"""

from __future__ import annotations

import json
import sys
import time
from importlib.metadata import version

import numpy as np


def tick(given, days, repeats):
    """Simulate by thinning in continuous time, in C++."""
    from tick.hawkes import SimuHawkesExpKernels

    seconds, incidents = [], []
    for seed in range(repeats):
        model = SimuHawkesExpKernels(
            adjacency=given["adjacency"],
            decays=1.0 / float(given["memory_days"]),
            baseline=given["background"],
            end_time=float(days),
            seed=seed + 1,
            verbose=False,
        )
        before = time.process_time()
        model.simulate()
        seconds.append(time.process_time() - before)
        incidents.append(int(model.n_total_jumps))
    return version("tick"), seconds, incidents


def mesa(given, days, repeats):
    """Run the daily rule as a model of agents, one a cell, as Mesa's tutorial writes them."""
    import mesa as library

    kept = float(np.exp(-1.0 / given["memory_days"]))
    size = float(given["size"])

    class Cell(library.Agent):
        """A place and type of act."""

        def __init__(self, model, background, offspring):
            super().__init__(model)
            self.background = background
            self.offspring = offspring  # mean offspring at every cell
            self.excitation = 0.0
            self.happened = 0

        def draw(self):
            rate = self.background + self.excitation
            heat = self.model.rng.gamma(size, rate / size)
            self.happened = self.model.rng.poisson(heat)
            self.model.incidents += self.happened

        def fade(self):
            self.excitation *= kept

        def provoke(self):
            for _ in range(self.happened):
                for other, offspring in zip(self.model.cells, self.offspring, strict=True):
                    other.excitation += (1.0 - kept) * offspring

    class Theatre(library.Model):
        """All cells; a step is a day."""

        def __init__(self, seed):
            super().__init__(seed=seed)
            self.incidents = 0
            self.cells = [
                Cell(self, background, offspring)
                for background, offspring in zip(
                    given["background"].tolist(), given["adjacency"].T.tolist(), strict=True
                )
            ]

        def step(self):
            self.agents.do("draw")
            self.agents.do("fade")
            self.agents.do("provoke")

    seconds, incidents = [], []
    for seed in range(repeats):
        model = Theatre(seed)
        before = time.process_time()
        for _ in range(days):
            model.step()
        seconds.append(time.process_time() - before)
        incidents.append(int(model.incidents))
    return version("mesa"), seconds, incidents


def main():
    """Run one peer and print what it took."""
    name, file, days, repeats = sys.argv[1:]
    with np.load(file) as arrays:
        given = {key: arrays[key] for key in arrays}
    try:
        found = {"tick": tick, "mesa": mesa}[name](given, int(days), int(repeats))
    except ImportError as error:
        sys.exit(f"{name} is not installed under {sys.executable} ({error}).")
    print(json.dumps(dict(zip(("version", "seconds", "incidents"), found, strict=True))))


if __name__ == "__main__":
    main()
