"""Time the incidents of a day, the whole day, and two programs that do the same by other means.

::

    python benchmarks/incidents.py [--json] [--repeats 7] [--peers PYTHON]

600 cells (100 places, 6 types of act) over 9,700 days, about 20,000 incidents, one core:

incidents
    ``incidents.step`` alone: expect, draw, mark, provoke, fade.
whole day
    ``play_days`` with force, presence, shocks, incidents and reports.
tick
    ``tick.hawkes.SimuHawkesExpKernels`` of the same 600 nodes: continuous time, no marks, no
    presence, the same mean rates; fewer days.
mesa
    The same daily rule as a plain Mesa model, one agent a cell; fewer days, told per cell and day.

Peers run in a process of their own, under the Python named by ``--peers`` or the variable
``INTERPOSE_PEERS``; one that is not installed there is skipped. Times are processor seconds of one
core (``time.process_time``), so that other work on the machine disturbs them little. The numbers
of record are in ``docs/benchmarks.md``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba
import numpy as np

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))

from interpose.play.compiled import State, World  # noqa: E402
from interpose.play.day import (  # noqa: E402
    build_world,
    more_room,
    new_state,
    play_days,
)
from interpose.play.processes import incidents  # noqa: E402
from interpose.play.theatre import Theatre  # noqa: E402
from interpose.scenario.tables.mission import IncidentType  # noqa: E402
from theatres import officers, reporting, shock, small_scenario, troops  # noqa: E402

PLACES, DAYS, ROWS = 100, 9700, 1 << 16
SIDES = (("hill", "river"), ("river", "hill"))
TYPES = tuple(
    IncidentType(id=f"{act}.{a}.{b}", act=act, instigator=a, target=b, words=act)
    for act in ("harassment", "armed_attack", "bombing")
    for a, b in SIDES
)
VALUES = {
    "background.rate": 1.38,
    "retaliation.campaign": 0.35,
    "retaliation.revenge": 0.12,
    "retaliation.memory_days": 7.0,
    "severity.exponent": 0.5,
    "marks.fatal_share": 0.1,
    "marks.injury_share": 0.3,
    "incidents.size": 0.5,
}


@numba.njit(nogil=True, error_model="numpy", _nrt=False)  # as the day itself is compiled
def incidents_alone(state: State, world: World, first: int, last: int) -> int:
    """Play the days of one process."""
    for day in range(first, last):
        incidents.step(state, world, day)
    return last


def bare_theatre() -> Theatre:
    """Return the theatre without force, police, shocks or reporters."""
    return Theatre(small_scenario(places=PLACES, days=DAYS, types=TYPES, values=VALUES))


def full_theatre() -> Theatre:
    """Return it with 40 contingents, police, 12 shocks and two reporters of each act."""
    return Theatre(
        small_scenario(
            places=PLACES,
            days=DAYS,
            types=TYPES,
            values={**VALUES, "background.rate": 1.45, "response.reduction": 0.16},
            contingents=[
                troops(f"c{i}", f"camp_p{i * 2}", 800, 40 * i, 3000 + 150 * i) for i in range(40)
            ],
            police=[officers("all", 4000), *(officers(f"p{i}", 100, 200 * i) for i in range(20))],
            shocks=[shock(700 * i + 100) for i in range(12)],
            reporting=[
                reporting(who, act, share=0.6, delay_days=15)
                for who in ("police", "press")
                for act in ("harassment", "armed_attack", "bombing")
            ],
        )
    )


def timed(play: Callable[..., int], theatre: Theatre, repeats: int) -> dict[str, Any]:
    """Return nanoseconds per cell and day (median and least) and incidents of several futures."""
    world = build_world(theatre, theatre.scenario.parameters)
    seconds, counts = [], []
    for future in range(repeats + 1):
        state = new_state(theatre, 1, future)
        while len(state.incidents.events) < ROWS:
            state = more_room(state)
        state.shocks.background[:] = state.shocks.background_undamped[:] = (
            world.shocks.exposure[0] * world.shocks.level[:, :1]
        )
        before = time.process_time()
        if play(state, world, 0, DAYS) != DAYS:
            msg = "more incidents than rows"
            raise SystemExit(msg)
        seconds.append(time.process_time() - before)
        counts.append(int(state.incidents.counts[0]))
    seconds, counts = seconds[1:], counts[1:]  # the first one compiles
    cell_days = len(TYPES) * PLACES * DAYS
    middle = statistics.median(seconds)
    return {
        "ns_per_cell_day": middle / cell_days * 1e9,
        "least_ns_per_cell_day": min(seconds) / cell_days * 1e9,
        "seconds": middle,
        "days": DAYS,
        "incidents": statistics.mean(counts),
        "incidents_per_second": statistics.mean(counts) / middle,
    }


def peer(name: str, python: str, world: World, days: int, repeats: int) -> dict[str, Any]:
    """Run a peer on the network and parameters of `world`; return its times, or why not."""
    types, places = world.cell_keys.shape
    adjacency = np.einsum("mp,mij->mjpi", world.incidents.offspring, world.incidents.spread)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "parameters.npz"
        np.savez(
            file,
            background=(world.shocks.exposure[0] * world.shocks.level[:, :1]).ravel(),
            adjacency=adjacency.reshape(types * places, types * places),
            memory_days=-1.0 / np.log(world.incidents.memory[0]),
            size=world.incidents.size[0],
        )
        done = subprocess.run(
            [python, HERE / "peers.py", name, file, str(days), str(repeats)],
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        return {"skipped": (done.stderr.strip().splitlines() or ["no reason given"])[-1]}
    found = json.loads(done.stdout)
    middle = statistics.median(found["seconds"])
    return {
        "version": found["version"],
        "ns_per_cell_day": middle / (types * places * days) * 1e9,
        "seconds": middle,
        "days": days,
        "incidents": statistics.mean(found["incidents"]),
        "incidents_per_second": statistics.mean(found["incidents"]) / middle,
    }


def measure(repeats: int, python: str) -> dict[str, Any]:
    """Return all measurements."""
    bare = bare_theatre()
    world = build_world(bare, bare.scenario.parameters)
    found = {
        "incidents": timed(incidents_alone, bare, repeats),
        "whole day": timed(play_days, full_theatre(), repeats),
        "tick": peer("tick", python, world, 2000, 3),
        "mesa": peer("mesa", python, world, 200, 3),
    }
    own = found["incidents"]["ns_per_cell_day"]
    for name in ("tick", "mesa"):
        if "skipped" not in found[name]:
            found[name]["times_the_incidents"] = found[name]["ns_per_cell_day"] / own
    return {
        "machine": platform.processor() or platform.machine(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": numba.__version__,
        "cells": len(TYPES) * PLACES,
        "measured": found,
    }


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description="Time the incidents of a day.")
    words.add_argument("--json", action="store_true", help="print one JSON document")
    words.add_argument("--repeats", type=int, default=7)
    words.add_argument(
        "--peers",
        default=os.environ.get("INTERPOSE_PEERS", sys.executable),
        help="Python under which tick and mesa are installed",
    )
    asked = words.parse_args()
    found = measure(asked.repeats, asked.peers)
    if asked.json:
        print(json.dumps(found, indent=2))
        return
    print(f"{'':12}{'days':>7}{'incidents':>11}{'ns/cell-day':>13}{'incidents/s':>13}{'times':>9}")
    for name, row in found["measured"].items():
        if "skipped" in row:
            print(f"{name:12}skipped: {row['skipped']}")
            continue
        times = row.get("times_the_incidents", 0)
        print(
            f"{name:12}{row['days']:7}{row['incidents']:11,.0f}{row['ns_per_cell_day']:13,.2f}"
            f"{row['incidents_per_second']:13,.0f}" + (f"{times:9,.0f}" if times else "")
        )


if __name__ == "__main__":
    main()
