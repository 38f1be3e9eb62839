"""The main job: many futures of Kosovo, written as Parquet, and how fast a small run answers.

    python benchmarks/ensemble.py [--futures 1000] [--workers 2] [--json]

Each part runs in a process of its own, as a user would start it; kernels are compiled before.
Wall and processor seconds are those of that process; memory is its peak resident size.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def played(futures: int, workers: int, out: Path) -> dict[str, float]:
    """Run the command line once; return wall and processor seconds and peak memory."""
    shutil.rmtree(out, ignore_errors=True)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    command = ["run", "kosovo", "--futures", str(futures), "--seed", "1", "--no-report"]
    subprocess.run(
        [sys.executable, "-m", "interpose", *command, "--workers", str(workers), "--out", str(out)],
        check=True,
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "futures": futures,
        "workers": workers,
        "wall_s": time.perf_counter() - start,
        "processor_s": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        "peak_MiB": after.ru_maxrss / 1024,  # of the largest child so far
        "MB_on_disk": sum(f.stat().st_size for f in out.rglob("*.parquet")) / 1e6,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--futures", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "run"
        played(2, 1, out)  # compile
        rows = [played(10, options.workers, out), played(options.futures, options.workers, out)]
    if options.json:
        print(json.dumps({"load": os.getloadavg(), "runs": rows}, indent=1))
        return
    print(f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for row in rows:
        print(", ".join(f"{key} {value:.4g}" for key, value in row.items()))


if __name__ == "__main__":
    main()
