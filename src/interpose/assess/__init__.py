"""The assess room: a stored run, or variants, in; measures, differences and scores out.

Read ``over_time.py`` first: it turns a run into counts by year; ``totals.py`` reads the tables and
ranks parameters; ``accounting.py`` says of every row of the record what reads it, or why nothing
does; ``posterior`` fits to the record; ``rolling`` judges forecasts from rolling origins:
``origins.py`` counts record and futures alike, ``baselines.py`` has the forecast and what it is to
beat, ``score.py`` the scores. ``crises.py`` forecasts riots and ``crises_judged.py`` scores them;
``comparison.py`` compares variants on the same futures. ``choices`` has the arithmetic of paired
differences, and finds the smallest force that meets a target; ``displaced.py`` plays and scores
folders of Flee.
"""

from __future__ import annotations

from interpose.assess.choices import Sizing, size
from interpose.assess.comparison import Comparison, compare
from interpose.assess.crises_judged import judge_crises, read_crises
from interpose.assess.displaced import Displacement, displace
from interpose.assess.over_time import (
    Yearly,
    force_by_month,
    municipalities_by_review,
    r_by_review,
    yearly,
)
from interpose.assess.posterior.calibration import Calibration, calibrate
from interpose.assess.rolling.judged import Assessment, assess
from interpose.assess.score import StrengthScore, score_strength
from interpose.assess.totals import sensitivity

__all__ = [
    "Assessment",
    "Calibration",
    "Comparison",
    "Displacement",
    "Sizing",
    "StrengthScore",
    "Yearly",
    "assess",
    "calibrate",
    "compare",
    "displace",
    "force_by_month",
    "judge_crises",
    "municipalities_by_review",
    "r_by_review",
    "read_crises",
    "score_strength",
    "sensitivity",
    "size",
    "yearly",
]
