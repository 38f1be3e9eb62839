"""How well the futures do against what was recorded, above all where nothing was fitted."""

from __future__ import annotations

import math

import pandas as pd

from interpose.report.material import Material
from interpose.report.parts import Block, Section, Table, note, words
from interpose.report.wording import capital, number


def section(material: Material) -> Section:
    """Return the section with the scores."""
    title = "How well does it do?"
    if material.record.is_empty:
        text = "The scenario has no record, so nothing says how well these futures would do."
        return Section("skill", title, (note(text, "Take them as what the assumptions imply."),))
    if material.judgement is None:
        text = "The record of this scenario cannot be scored yet; see the figures above."
        return Section("skill", title, (note(text),))
    blocks: list[Block] = [
        words(
            "The futures are held against the record in years that were not used for fitting, and"
            " against two simple rules: next year will be like last year, and next year will be"
            " like the mean of the past. The score (CRPS) is an error in the unit of the measure:"
            " the smaller, the better. Skill is the share of a rule's error that the futures save;"
            " below zero the simple rule is better."
        ),
        *(words(sentence) for sentence in material.judgement.words),
        _table(material.judgement.table),
    ]
    return Section("skill", title, tuple(blocks))


def _table(scores: pd.DataFrame) -> Table:
    header = [capital(str(column).replace("_", " ")) for column in scores.columns]
    rows = [[_cell(value) for value in row] for row in scores.itertuples(index=False)]
    texts = [isinstance(value, str) for value in scores.iloc[0]] if len(scores) else []
    numeric = texts.index(False) if False in texts else len(header)
    return Table("skill", "Scores against the record", header, rows, numeric=numeric)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return "–" if math.isnan(value) else number(value, 2)
    if isinstance(value, tuple | list):
        return " to ".join(_cell(part) for part in value)
    return str(value)
