"""Where the record disagrees with itself, and why: one sentence a finding, nothing settled.

``RULES`` names the rules; those on figures stand in ``figure_findings.py``, those on acts and
incidents in ``act_findings.py``. How far a figure may be off by its own words is in
``intervals.py``, what it counts in ``counting.py``, who repeats whom in ``lineage.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from interpose.record import act_findings, figure_findings
from interpose.record.ground import KINDS, Finding, Ground, prepare
from interpose.record.reading import Record

RULES: tuple[Callable[[Ground], Iterator[Finding]], ...] = (
    figure_findings.disagreements,
    figure_findings.old_captions,
    figure_findings.told_before_it_was,
    act_findings.answers_before_questions,
    act_findings.dates_out_of_order,
    act_findings.same_act_other_day,
    act_findings.answers_before_incidents,
    act_findings.first_and_last_counts,
    figure_findings.copies,
    figure_findings.marked_apart,
)
"""Every rule; the order is that of the findings within a kind."""


def find(record: Record, texts: Mapping[str, str] | None = None) -> tuple[Finding, ...]:
    """Return all findings of a record, kind by kind.

    Parameters
    ----------
    record : Record
    texts : dict of str to str, optional
        Texts of sources by id, where they are at hand (`lineage.read_texts`). Those that are
        near-identical count as copies, though no lineage is given.

    Returns
    -------
    tuple of Finding
        First what one source says against itself, then what independent sources say against each
        other, what is explained, impossible orders, copies, and what must not be merged.
    """
    ground = prepare(record, texts or {})
    found = [finding for rule in RULES for finding in rule(ground)]
    return tuple(sorted(found, key=lambda finding: KINDS.index(finding.kind)))
