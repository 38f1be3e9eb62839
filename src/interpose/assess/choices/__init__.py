"""What is to be chosen: how strong a force must be, and where; and what two variants differ by.

Read ``sizing.py`` first; ``targets.py`` reads what must hold, ``laydown.py`` says where soldiers
count most and hands the answer on. ``differences.py`` is the arithmetic of paired futures.
"""

from __future__ import annotations

from interpose.assess.choices.beside import mean_in_words, sentences_of
from interpose.assess.choices.sizing import Sizing, size
from interpose.assess.choices.targets import Target, target_of

__all__ = ["Sizing", "Target", "mean_in_words", "sentences_of", "size", "target_of"]
