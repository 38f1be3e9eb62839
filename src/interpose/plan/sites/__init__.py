"""Which bases to keep: `keep_sites` on a scenario's roads and people.

``models.py`` holds the location models on plain arrays, with their answers.
"""

from interpose.plan.sites.keeping import AIMS, Closing, KeptBases, Reach, keep_sites

__all__ = ["AIMS", "Closing", "KeptBases", "Reach", "keep_sites"]
