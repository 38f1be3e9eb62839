"""Where do the displaced go: ours and Flee 3.1 on the same folders in the same run.

::

    python benchmarks/displacement_flee.py FOLDER... [--json] [--leave-one-out] [--peers PYTHON]

FOLDER holds ``input_csv`` and ``source_data`` in Flee's format. Flee is run with its default rules
if it can be imported here, or under the Python named by ``--peers`` or the variable
``INTERPOSE_PEERS``; else it is left out and that is said. To have one::

    python -m venv /tmp/peers && /tmp/peers/bin/pip install flee==3.1

The error is Flee's averaged relative difference (``postprocessing/extract-validation-results.py``
of 3.1): with c over the camps and t over the days of ``sim_period.csv``, ::

    E(t) = sum_c |sim_c(t) - data_c(t)| / max(1, sum_c data_c(t));   raw = mean over t of E(t)

and *rescaled* the same after ``sim_c(t)`` is multiplied by ``sum_c data_c(t) / sum_c sim_c(t)``.
Data are corrected for double registration and interpolated by Flee's rules. Both programs are told
how many are newly displaced each day (the growth of the recorded total), so that both predict only
where people go. Both are scored here by the same function on the same data.

Times are processor seconds of one core for playing the days alone, of both programs; ours with
reading and preparing the folder stands beside it. People-days are the displaced people summed over
the days. Flee has ``--people-per-agent`` people to an agent, and
its people-days a second count all people whom an agent stands for; with one person to an agent it
would do as many fewer. ``--leave-one-out`` chooses the two fitted parameters for each folder on the
other folders, from the grid ``GRID``, and scores them there.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from interpose.assess.displaced import relative_difference
from interpose.errors import InterposeError
from interpose.play.displacement import new_people, play_exodus
from interpose.play.draws import future_key
from interpose.play.exodus import (
    displacement_values,
    exodus_of,
    in_camps_at_start,
    play_flee,
)
from interpose.scenario import FleeInstance, read_flee

POWER, SETTLE = "displacement.distance_power", "displacement.settle_share"
GRID = {POWER: (0.5, 1.0, 1.5, 2.0, 2.5, 3.0), SETTLE: (0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3)}
"""Values tried for the two fitted parameters; the rest are Flee's published defaults."""


def ours(folder: str, seed: int, repeats: int) -> dict[str, Any]:
    """Play a folder; each time is the least of several."""
    play_flee(read_flee(folder), seed=seed)  # compile, or fetch what was compiled
    days_alone, everything = [], []
    for _ in range(repeats):
        begun = time.process_time()
        instance = read_flee(folder)
        exodus = exodus_of(instance, displacement_values())
        key = future_key(seed, 0, "displacement")
        people = new_people(exodus, in_camps_at_start(instance), key)
        ready = time.process_time()
        play_exodus(people, exodus, 0, instance.days)
        days_alone.append(time.process_time() - ready)
        everything.append(time.process_time() - begun)
    played = play_flee(instance, seed=seed)
    seconds = max(min(days_alone), 1e-6)
    start = int(in_camps_at_start(instance).sum())
    people_days = int((start + np.cumsum(exodus.newly)).sum())  # displaced people, summed over days
    return {
        **relative_difference(played.counted, np.array(instance.recorded()))._asdict(),
        "seconds": seconds,
        "seconds_with_reading": min(everything),
        "people_days": people_days,
        "people_days_per_second": people_days / seconds,
    }


def peer_of(named: str) -> str | None:
    """Return the Python that has Flee, or None."""
    if named:
        return named
    return sys.executable if find_spec("flee") else None


def flees(peer: str, folder: str, instance: FleeInstance, people: int, seed: int) -> dict[str, Any]:
    """Run Flee in a process of its own and score it as ours."""
    script = Path(__file__).with_name("flee_peer.py")
    command = [peer, str(script), folder, str(people), str(seed)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        last = (done.stderr.strip().splitlines() or ["no output"])[-1]
        return {"failed": last[:200]}
    told = json.loads(lines[-1])
    column = {name: i for i, name in enumerate(instance.camps)}
    columns = [column[name] for name in told["camps"]]
    recorded = np.array(instance.recorded())[:, columns]
    people_days = told["agent_days"] * people
    return {
        **relative_difference(np.array(told["counted"]), recorded)._asdict(),
        "seconds": told["seconds"],
        "people_days": people_days,
        "people_days_per_second": people_days / told["seconds"],
        "agent_days_per_second": told["agent_days"] / told["seconds"],
    }


def leave_one_out(instances: Sequence[FleeInstance], seed: int) -> dict[str, Any]:
    """Choose the fitted parameters for each instance on the others; score them on it."""
    combinations = [dict(zip(GRID, c, strict=True)) for c in itertools.product(*GRID.values())]
    recorded = [np.array(instance.recorded()) for instance in instances]
    errors = np.array(
        [
            [
                relative_difference(play_flee(instance, values, seed).counted, data)
                for instance, data in zip(instances, recorded, strict=True)
            ]
            for values in combinations
        ]
    )
    both = errors.mean(axis=2)
    everywhere = int(both.mean(axis=1).argmin())
    result: dict[str, Any] = {"all": combinations[everywhere]}
    for i, instance in enumerate(instances):
        best = int(np.delete(both, i, axis=1).mean(axis=1).argmin())
        raw, rescaled = errors[best, i]
        result[instance.name] = {"raw": raw, "rescaled": rescaled, "values": combinations[best]}
    return result


def measure(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return every number of the run."""
    peer = peer_of(arguments.peers)
    instances = [read_flee(folder) for folder in arguments.folders]
    rows = []
    for folder, instance in zip(arguments.folders, instances, strict=True):
        row: dict[str, Any] = {"folder": folder, "instance": instance.name}
        row["ours"] = ours(folder, arguments.seed, arguments.repeats)
        if peer:
            row["flee"] = flees(peer, folder, instance, arguments.people_per_agent, arguments.seed)
        rows.append(row)
    result: dict[str, Any] = {"people_per_agent": arguments.people_per_agent, "instances": rows}
    if arguments.leave_one_out and len(instances) > 1:
        result["leave_one_out"] = leave_one_out(instances, arguments.seed)
    return result


def as_text(result: dict[str, Any]) -> str:
    """Return the table that a reader sees."""
    lines = [f"{'':16}{'error raw / rescaled':>22}{'seconds':>10}{'people-days/s':>16}"]
    sums: dict[str, list[tuple[float, float]]] = {}
    for row in result["instances"]:
        lines.append(row["instance"])
        for name in ("ours", "flee"):
            told = row.get(name)
            if told is None or "failed" in told:
                lines.append(f"  {name:14}" + (told["failed"] if told else "not installed"))
                continue
            sums.setdefault(name, []).append((told["raw"], told["rescaled"]))
            pair = f"{told['raw']:.3f} / {told['rescaled']:.3f}"
            lines.append(
                f"  {name:14}{pair:>22}{told['seconds']:>10.4f}"
                f"{told['people_days_per_second']:>16.3g}"
            )
        if "seconds" in row.get("flee", {}):
            lines.append(f"  {_faster(row)}")
    for name, pairs in sums.items():
        raw, rescaled = np.mean(pairs, axis=0)
        lines.append(f"mean, {name:10}{f'{raw:.3f} / {rescaled:.3f}':>22}")
    return "\n".join(lines + _left_out(result))


def _faster(row: dict[str, Any]) -> str:
    mine, theirs = row["ours"]["people_days_per_second"], row["flee"]
    by_person = mine / theirs["people_days_per_second"]
    by_agent = mine / theirs["agent_days_per_second"]
    whole = row["ours"]["seconds_with_reading"]
    return (
        f"ours is {by_person:,.0f} times faster per person-day, {by_agent:,.0f} per agent-day; "
        f"{whole:.3f} s with reading"
    )


def _left_out(result: dict[str, Any]) -> list[str]:
    chosen = result.get("leave_one_out")
    if not chosen:
        return []
    lines = [f"leave-one-out; over all folders: {_values(chosen['all'])}"]
    pairs = []
    for name, told in chosen.items():
        if name != "all":
            pairs.append((told["raw"], told["rescaled"]))
            pair = f"{told['raw']:.3f} / {told['rescaled']:.3f}"
            lines.append(f"  {name:14}{pair:>22}   {_values(told['values'])}")
    raw, rescaled = np.mean(pairs, axis=0)
    return [*lines, f"  {'mean':14}{f'{raw:.3f} / {rescaled:.3f}':>22}"]


def _values(values: dict[str, float]) -> str:
    return ", ".join(f"{name.partition('.')[2]} {value:g}" for name, value in values.items())


def main() -> int:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", metavar="FOLDER")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--leave-one-out", action="store_true")
    parser.add_argument("--peers", default=os.environ.get("INTERPOSE_PEERS", ""))
    parser.add_argument("--people-per-agent", type=int, default=100)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    try:
        result = measure(arguments := parser.parse_args())
    except InterposeError as error:
        print(error, file=sys.stderr)
        return 2
    print(json.dumps(result, indent=1) if arguments.json else as_text(result))
    return 0


if __name__ == "__main__":
    sys.exit(main())
