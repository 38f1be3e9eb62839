"""The play room: Scenario + policy + seed in, one future at a time out.

Read ``day.py`` first: it holds the order of the day. Then read one process, for example
``processes/force.py``. ``branches.py`` plays one future several times, its past once.
"""

from interpose.play.columns import Coded, Column
from interpose.play.future import TABLES, Future, play_future
from interpose.play.theatre import Theatre

__all__ = ["TABLES", "Coded", "Column", "Future", "Theatre", "play_future"]
