"""Readers of the OR-Library and kindred files, with the traps that lie in them.

The files stay in ``shared/data/orlib`` beside the checkout; tests that need them are skipped where
they are absent. Sites x clients throughout; every place is both unless said otherwise.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse.csgraph import shortest_path

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "orlib"
needs_orlib = pytest.mark.skipif(not FOLDER.is_dir(), reason="shared/data/orlib is not here")


def instances(problem):
    """Return the rows of index.csv of one problem, or none where the files are absent."""
    if not FOLDER.is_dir():
        return []
    with (FOLDER / "index.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["problem"] == problem]


def named(row):
    """Return what tells a row of index.csv from the others, for the name of a test."""
    parts = (row["instance"], row["p"] and f"p{row['p']}", row["radius"] and f"r{row['radius']}")
    return "-".join([part for part in parts if part] + [row["sense"]])


def _numbers(path):
    return np.array(Path(path).read_text(encoding="utf-8").split(), dtype=np.int64)


def read_pmed(path, *, least_of_double_edges=False):
    """Return (place, place) distance and p of a p-median file.

    Trap: edges go both ways, and where one is listed twice **the last wins**; then all shortest
    paths. The least of the two instead (`least_of_double_edges`) gives other optima.
    """
    numbers = _numbers(path)
    places, edges, p = numbers[:3].tolist()
    table = numbers[3 : 3 + 3 * edges].reshape(-1, 3)
    length = np.full((places, places), np.inf)
    for a, b, km in table.tolist():
        if least_of_double_edges:
            km = min(km, length[a - 1, b - 1])
        length[a - 1, b - 1] = length[b - 1, a - 1] = km
    return shortest_path(np.where(np.isfinite(length), length, 0.0), directed=False), p


def read_pmedcap(path):
    """Return distance, p, capacity, demand and the best known cost of a capacitated p-median file.

    Trap: the header is ``id best`` and then ``n p capacity``; distance is Euclid's, **truncated**.
    """
    numbers = _numbers(path)
    best, places, p, capacity = numbers[1:5].tolist()
    rows = numbers[5 : 5 + 4 * places].reshape(-1, 4)
    apart = rows[:, None, 1:3] - rows[None, :, 1:3]
    return np.floor(np.hypot(*np.moveaxis(apart, 2, 0))), p, capacity, rows[:, 3], best


def read_sjc(folder, name):
    """Return (place, place) Euclidean distance, not rounded, and demand of a Lorena file."""
    numbers = _numbers(folder / f"{name}.txt")
    places = numbers[1:].reshape(-1, 2)
    apart = places[:, None] - places[None]
    return np.hypot(*np.moveaxis(apart, 2, 0)), _numbers(folder / f"demand-{name}.dat")


def read_san_francisco(path):
    """Return (store, tract) metres on roads and (tract,) people: 16 x 205, rows as they come."""
    with Path(path).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    stores = sorted({row["name"] for row in rows}, key=lambda name: int(name.split("_")[1]))
    tracts = sorted({row["DestinationName"] for row in rows})
    metres = np.full((len(stores), len(tracts)), np.nan)
    people = np.zeros(len(tracts))
    for row in rows:
        tract = tracts.index(row["DestinationName"])
        metres[stores.index(row["name"]), tract] = float(row["distance"])
        people[tract] = float(row["demand"])
    return metres, people
