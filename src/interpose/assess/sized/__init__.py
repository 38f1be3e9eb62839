"""How strong a force must be, and where: targets in words, the smallest size, and its laydown.

Read ``sizing.py`` first; ``targets.py`` reads what must hold, ``laydown.py`` says where soldiers
count most and hands the answer on.
"""

from __future__ import annotations

from interpose.assess.sized.sizing import Sizing, size
from interpose.assess.sized.targets import Target, target_of

__all__ = ["Sizing", "Target", "size", "target_of"]
