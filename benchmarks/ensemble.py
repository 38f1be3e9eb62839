"""The main job: many futures of Kosovo with their report, and how fast a small run answers.

    python benchmarks/ensemble.py [--futures 1000] [--workers 2] [--json]

Each row is a process of its own, as a user would start it; kernels are compiled before. Wall and
processor seconds and peak memory are those of that process, report included. The report is then
written once more by itself, to tell its share.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def measured(*arguments: str) -> dict[str, float]:
    """Run the command line once; return wall and processor seconds and peak memory."""
    command = [sys.executable, "-m", "interpose", *arguments]
    start = time.perf_counter()
    child = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)  # of this child alone
    if status:
        sys.exit(f"{' '.join(command)} failed")
    return {
        "wall_s": time.perf_counter() - start,
        "processor_s": usage.ru_utime + usage.ru_stime,
        "peak_MiB": usage.ru_maxrss / 1024,
    }


def played(futures: int, workers: int, out: Path) -> dict[str, float]:
    """Play futures and write their report; then write the report alone."""
    shutil.rmtree(out, ignore_errors=True)
    options = ("--futures", str(futures), "--seed", "1", "--workers", str(workers))
    whole = measured("run", "kosovo", *options, "--out", str(out))
    alone = measured("report", str(out))
    return {
        "futures": futures,
        "workers": workers,
        **whole,
        **{f"report_{name}": value for name, value in alone.items()},
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
