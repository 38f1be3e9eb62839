"""How well the futures do against what was recorded, above all where nothing was fitted."""

from __future__ import annotations

import math

import pandas as pd

from interpose.report.material import Material
from interpose.report.parts import Block, Cell, Section, Table, bullets, note, words
from interpose.report.wording import capital, number


def section(material: Material) -> Section:
    """Return the section with the scores."""
    title = "How well does it do?"
    if material.record.is_empty:
        text = "The scenario has no record, so nothing says how well these futures would do."
        return Section("skill", title, (note(text, "Take them as what the assumptions imply."),))
    if material.judgement is None:
        text = (
            "There is too little to judge by: it takes a reporter called 'record' in reporting.csv,"
            " and years of the record both before and after the fit."
        )
        return Section("skill", title, (note(text),))
    blocks: list[Block] = [
        words(
            "The futures are held against the record in years that were not used for fitting,"
            " beside two simple rules: next year will be like last year, and next year will be like"
            " the mean of the past. The error (CRPS, the mean distance between what was foretold"
            " and what was recorded) is in incidents or dead a year: the smaller, the better. Skill"
            " is the share of a rule's error that the futures save; below zero the rule is better."
        ),
        bullets(material.judgement.words),
        _table(material.judgement.table),
    ]
    return Section("skill", title, tuple(blocks))


def _table(scores: pd.DataFrame) -> Table:
    """Return the scores, one row a measure."""
    rows = [
        (
            capital(str(row["measure"])),
            _plain(row["recorded_a_year"]),
            _plain(row["expected_a_year"]),
            _plain(row["score"]),
            _plain(row["score_same_as_last_year"]),
            _plain(row["score_mean_of_the_past"]),
            Cell(_percent(row["skill_against_last_year"]), under=_span(row["its_interval"])),
            Cell(_percent(row["skill_against_the_past"]), under=_span(row["and_its_interval"])),
            f"{100 * row['inside_50_%']:.0f} %",
            f"{100 * row['inside_90_%']:.0f} %",
        )
        for row in scores.to_dict("records")
    ]
    period = f" ({scores['period'].iloc[0]})" if len(scores) else ""
    header = (
        "Measure",
        "Recorded a year",
        "Futures a year",
        "Error: futures",
        "Error: last year",
        "Error: past mean",
        "Skill: last year",
        "Skill: past mean",
        "Years inside 50 %",
        "Years inside 90 %",
    )
    return Table("skill", f"Held-out years{period}, incidents of which one can read", header, rows)


def _plain(value: float) -> str:
    return number(float(value), 1)


def _percent(share: float) -> str:
    if not math.isfinite(share):
        return "–"
    if share < -9.99:
        return "< −999 %"
    return f"{100 * share:+.0f} %".replace("-", "−")


def _span(interval: tuple[float, float]) -> str:
    low, high = (_percent(float(end)) for end in interval)
    return high if low == high else f"{low.removesuffix(' %')} to {high}"
