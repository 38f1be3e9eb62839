"""Time force generation on made-up tables of the size that planners have.

::

    python benchmarks/plan_generation.py [--case large|half_years] [--seed 1] [--seconds 60]

large
    60 offers of 30 nations, 40 lines, 120 months, 10 capabilities; three offers in ten rotate
    through pools that are often too small for them; caveats, ceilings, lines not to be split.
half_years
    30 nations that each offer one of 10 capabilities, lines for each capability, 312 months in 52
    half-years: windows and lines begin and end at half-years only.

Every aim is printed as it is reached, with its bound. All aims share the seconds; making the
program, greedy start and audit come on top and are part of the total.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests" / "plan"))

from plans import BEGINS, capability, caveat, ceiling, inputs, line, month, offer  # noqa: E402

from interpose.plan.generate.gap_table import summary  # noqa: E402
from interpose.plan.generate.generation import generate  # noqa: E402
from interpose.plan.result import PlanInputs  # noqa: E402

CAPABILITIES = tuple(f"cap{i}" for i in range(10))
CAVEATS = (
    caveat("boundary"),
    caveat("nights", "night"),
    caveat("no_north", "area", places="north"),
    caveat("no_south", "area", places="south"),
)


def tables(seed: int, offers: int, lines: int, months: int, step: int) -> PlanInputs:
    """Return tables drawn with a seed; windows and lines turn at multiples of `step` months."""
    draw = random.Random(seed)

    def turn(low: float, high: float) -> int:
        return step * draw.randrange(int(low / step), max(int(low / step) + 1, int(high / step)))

    capabilities = [
        capability(name, serves_as=CAPABILITIES[(i + 1) % 10] if i % 3 == 0 else "")
        for i, name in enumerate(CAPABILITIES)
    ]
    asked = []
    for i in range(lines):
        begins = turn(0, months / 2)
        asked.append(
            line(
                f"line{i:02d}",
                draw.randrange(1, 6),
                capability=draw.choice(CAPABILITIES),
                begins=month(begins),
                ends=month(min(months, begins + turn(months / 4, months))),
                place=draw.choice(["north", "south", "theatre"]),
                priority=draw.randrange(1, 10),
                critical=draw.random() < 0.25,
                may_be_split=draw.random() < 0.6,
            )
        )
    rows = []
    for i in range(offers):
        begins, units = turn(0, months * 0.75), draw.randrange(1, 5)
        rotation = {}
        if draw.random() < 0.3:
            rotation = {
                "tour_months": draw.choice([4, 6, 6, 9, 12]),
                "dwell_per_tour": draw.choice([1, 2, 3, 4]),
                "pool_units": draw.randrange(units, 4 * units + 1),
            }
        rows.append(
            offer(
                f"offer{i:02d}",
                units,
                capability=draw.choice(CAPABILITIES),
                contributor=f"n{i % 30:02d}",
                begins=month(begins),
                ends=month(begins + turn(12, 96)),
                strength=draw.randrange(80, 160) * units,
                caveats=draw.choice(["", "", *(row.id for row in CAVEATS)]),
                pool=f"p{i % 7}" if draw.random() < 0.1 else "",
                **rotation,
            )
        )
    limits = [ceiling(f"n{i:02d}", draw.randrange(150, 600)) for i in range(0, 30, 3)]
    return inputs(asked, rows, capabilities, caveats=CAVEATS, ceilings=limits)


CASES = {"large": (60, 40, 120, 1), "half_years": (30, 10, 312, 6)}


def main() -> None:
    """Make the tables, plan, and print bounds and times."""
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("--case", choices=sorted(CASES), default="large")
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--seconds", type=float, default=60.0)
    asked = reader.parse_args()
    offers, lines, months, step = CASES[asked.case]
    made = tables(asked.seed, offers, lines, months, step)
    began, worked = time.perf_counter(), time.process_time()
    end: dt.date = month(months)
    plan = generate(made, "here", BEGINS, end, time_limit_s=asked.seconds, progress=print)
    wall, work = time.perf_counter() - began, time.process_time() - worked
    print(f"{wall:.1f} s in all, {work:.1f} s of processor; {len(plan.assignments)} assignments")
    print(summary(made, plan).splitlines()[-1])


if __name__ == "__main__":
    main()
