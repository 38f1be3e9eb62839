"""The smallest set of demands that cannot hold together, each in words.

Open units are slacks, so offers and lines alone never contradict each other. What can: months that
are frozen against windows, ceilings and pools of today. Each group of rows that says the same thing
is taken out in turn; it stays out where the rest is still impossible (a deletion filter), so what
remains is such that any one of it given up mends the rest.
"""

from __future__ import annotations

import numpy as np

from interpose.plan.model import Model
from interpose.plan.search import Search


def smallest_conflict(model: Model, search: Search) -> tuple[str, ...]:
    """Return the words of a smallest set of rows that no plan can keep.

    Parameters
    ----------
    model : Model
        With the words of its rows.
    search : Search
        Over the same program, before any aim was held.

    Returns
    -------
    tuple of str
        Sorted; empty where a plan exists.
    """
    groups = _groups(model, search)
    if not search.impossible(()):
        return ()
    dropped: list[int] = []
    kept: list[str] = []
    names = sorted(groups, key=lambda words: (words.startswith("frozen"), words))
    for words in _halves(names, groups, search, dropped):
        trial = [*dropped, *groups[words]]
        if search.impossible(trial):
            dropped = trial
        else:
            kept.append(words)
    return tuple(sorted(kept))


def _halves(
    names: list[str], groups: dict[str, list[int]], search: Search, dropped: list[int]
) -> list[str]:
    """Drop whole blocks that are not needed first, so that few single trials remain."""
    left = names
    size = max(1, len(left) // 2)
    while size > 1:
        for start in range(0, len(left), size):
            block = left[start : start + size]
            trial = [*dropped, *(row for words in block for row in groups[words])]
            if search.impossible(trial):
                dropped += [row for words in block for row in groups[words]]
                left = left[:start] + left[start + size :]
                break
        else:
            size //= 2
        size = min(size, max(1, len(left)))
    return left


def _groups(model: Model, search: Search) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for name, words in model.words.items():
        labels = np.asarray(model.program.constraints[name].labels.values).reshape(-1)
        for row, text in zip(np.searchsorted(search.rows, labels), words, strict=True):
            found.setdefault(text, []).append(int(row))
    return found
