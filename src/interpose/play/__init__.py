"""The play room: Scenario + policy + seed in, one future at a time out.

Read ``day.py`` first: it holds the order of the day. Then read one process, for example
``incidents.py``.
"""

from interpose.play.columns import TABLES
from interpose.play.future import Coded, Future, play_future
from interpose.play.theatre import Theatre

__all__ = ["TABLES", "Coded", "Future", "Theatre", "play_future"]
