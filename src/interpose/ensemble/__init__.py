"""The ensemble room: Scenario + policy + seed in; many futures, stored or in memory, out.

Read ``running.py`` first: it is the story of a run. ``spec.py`` says what names a run,
``chunks.py`` how futures are played and become Parquet files, ``folder.py`` what is written in
which order. ``paired.py`` plays several variants of each future and keeps what is counted.
"""

from interpose.ensemble.running import Forecast, Progress, forecast, play, run
from interpose.ensemble.stored import Run, list_runs, read_run

__all__ = ["Forecast", "Progress", "Run", "forecast", "list_runs", "play", "read_run", "run"]
