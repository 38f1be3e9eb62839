"""Rules for what is counted besides people: lengths of time, distances, seats, languages."""

from __future__ import annotations

import re

from interpose.record.pages.anchoring import Anchor
from interpose.record.pages.counting import figure_of
from interpose.record.pages.dictionary import Words, either
from interpose.record.pages.sentences import Counted, Sentence
from interpose.record.pages.shapes import Found

_CONFIDENCE = 0.6


def measures_found(sentence: Sentence, anchor: Anchor, words: Words) -> list[Found]:
    """Return the numbers of a sentence that stand with a unit of time, length or the like.

    The row has no quantity: what is measured is for a person to name. Ages are left out.
    """
    found: list[Found] = []
    not_after = either(words.list("measures_not", "after"))
    for counted in sentence.counted:
        tail = sentence.text[counted.number.end - sentence.start :]
        for unit in words.table.get("measures", {}):
            match = re.match(rf"[\s-]?{words.any('measures', unit)}(?!\w)", tail, re.IGNORECASE)
            if not match or re.match(rf"[\s-]*{not_after}(?!\w)", tail[match.end() :]):
                continue
            number = counted.number
            whole = Counted(number.start, number.end + match.end(), number, "bare")
            made = figure_of("measure", "", whole, sentence, anchor, words, _CONFIDENCE, unit)
            found.append(made)
            break
    return found
