"""Ours and spopt 0.7.0 on the same OR-Library work, in the same process; prints the ratio.

::

    python benchmarks/location_orlib.py [--json] [--most-places 100]

Needs ``shared/data/orlib`` beside the checkout; spopt (``pip install spopt==0.7.0``, with PuLP and
its CBC) only for the comparison. Both are given the table of distances and asked for a proved
optimum; reading files and shortest paths are not timed. spopt's time holds the building of its
model, as ours does.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests" / "plan"))

from orlib import FOLDER, instances, named, read_pmed  # noqa: E402

from interpose.plan.sites.models import p_center, p_median, set_cover  # noqa: E402

LIMIT_S = 60  # for spopt, per instance; its p-center model is cut off there


def ours(row: dict[str, str], cost: np.ndarray, p: int) -> float:
    """Return our objective."""
    if row["problem"] == "p-median":
        return p_median(cost, p).objective
    if row["problem"] == "p-center":
        return p_center(cost, p).objective
    return set_cover(cost, float(row["radius"])).objective


def theirs(row: dict[str, str], cost: np.ndarray, p: int) -> float:
    """Return spopt's objective, its solver CBC silent."""
    import pulp
    from spopt.locate import LSCP, PCenter, PMedian

    solver = pulp.PULP_CBC_CMD(msg=False, timeLimit=LIMIT_S)
    people = np.ones(len(cost))
    if row["problem"] == "p-median":
        model = PMedian.from_cost_matrix(cost, people, p_facilities=p)
    elif row["problem"] == "p-center":
        model = PCenter.from_cost_matrix(cost, p_facilities=p)
    else:
        model = LSCP.from_cost_matrix(cost, service_radius=float(row["radius"]))
    try:
        return float(pulp.value(model.solve(solver).problem.objective))
    except RuntimeError:  # spopt's way to say that there is no proved answer
        return float("nan")


def timed(solve: Any, row: dict[str, str], cost: np.ndarray, p: int) -> tuple[float, float]:
    """Return the objective and wall-clock seconds."""
    begun = time.perf_counter()
    objective = solve(row, cost, p)
    return objective, time.perf_counter() - begun


def measure(row: dict[str, str], compare: bool) -> dict[str, Any]:
    """Return one line of the result."""
    cost, p = read_pmed(FOLDER / row["file"])
    objective, seconds = timed(ours, row, cost, p)
    line: dict[str, Any] = {
        "problem": row["problem"],
        "instance": named(row),
        "published": float(row["optimum"]),
        "ours": objective,
        "ours_s": round(seconds, 3),
    }
    if compare:
        objective, seconds = timed(theirs, row, cost, p)
        line["spopt"] = None if np.isnan(objective) else objective  # none: not proved in time
        line["spopt_s"] = round(seconds, 3)
        line["ratio"] = round(line["spopt_s"] / max(line["ours_s"], 1e-3), 1)
    return line


def main() -> int:
    """Measure every instance that is here and small enough."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="one JSON document and nothing else")
    parser.add_argument("--most-places", type=int, default=100, help="leave out larger ones")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")  # spopt's dependencies warn of their own futures
    compare = importlib.util.find_spec("spopt") is not None
    p_median(np.eye(4), 1)  # the solver is loaded before the clock starts
    rows = [
        row
        for problem in ("p-median", "p-center", "LSCP")
        for row in instances(problem)
        if row["instance"].startswith("pmed") and int(row["n"]) <= asked.most_places
    ]
    if not rows:
        print("shared/data/orlib is not here: nothing to measure.", file=sys.stderr)
        return 1
    lines = []
    for row in rows:
        lines.append(measure(row, compare))
        if not asked.json:
            print(" ".join(f"{name}={value}" for name, value in lines[-1].items()), flush=True)
    wrong = [line["instance"] for line in lines if line["ours"] != line["published"]]
    if asked.json:
        print(json.dumps({"lines": lines, "wrong": wrong}))
    elif compare:
        total, other = (sum(line[key] for line in lines) for key in ("ours_s", "spopt_s"))
        print(f"ours {total:.2f} s, spopt {other:.2f} s, ratio {other / total:.1f}, wrong {wrong}")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
