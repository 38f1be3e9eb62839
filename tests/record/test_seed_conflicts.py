"""The contradictions of the five reports, one by one: what is found for which.

Numbers as in facts/kosovo/SEED_CONFLICTS.md. A row without finding is one where all may be true.
"""

from pathlib import Path

import pytest

from interpose.record import find, load_record
from interpose.record.record import read_texts

SEEDS = Path(__file__).parents[3] / "shared" / "seeds"

EXPECTED = [
    (1, "within_source", ("force.strength.2023-01-20", "force.strength.2023-01-20.2")),
    (2, "impossible_order", ("srb.return_request.004", "kfor.return_refused.004")),
    (3, None, ("serbian_forces.requested.004", "serbian_forces.requested.n1")),
    (4, "not_mergeable", ("kfor.reinforced_north.004", "kfor.rehearsal_2022")),
    (5, "copy", ("force.strength.2002-01-15", "force.strength.2002-01-15.2")),
    (5, "copy", ("force.strength.2003-12-31", "force.strength.2003-12-31.2")),
    (6, "between_sources", ("force.nations.003", "force.nations.2025-04-25")),
    (7, "explained", ("force.strength.2025-04-03", "force.strength.2025-04-05.2")),
    (8, "not_mergeable", ("kfor.rises_after_banjska.003", "kfor.orf_2023")),
    (9, "between_sources", ("force.strength.1999-06-12.3", "force.strength.1999-06-12.4",
                            "force.strength.1999-06-12.5")),
    (9, "explained", ("force.strength.1999-09-08", "force.strength.1999-09-08.2")),
    (10, "between_sources", ("kfor.entry.003", "kfor.entry.wikipedia")),
    (11, "explained", ("deaths.003", "deaths.ansa", "deaths.2004-03-17.afp")),
    (12, "not_mergeable", ("police.responsible.003", "kfor.gazimestan")),
    (13, "not_mergeable", ("ksf.trained_abroad.2013-01-15", "ksf.deployed_abroad.2021-03-09")),
    (14, "impossible_order", ("ksf.strength.2018-12-14", "ksf.strength.2021-03-09.2")),
    (14, "between_sources", ("ksf.strength.2018-12-13", "ksf.strength.2018-12-14")),
    (15, "not_mergeable", ("ksf.target.2014-03-04", "ksf.target.2021-03-09")),
    (16, "not_mergeable", ("ksf.laws_2018", "ksf.regular_army.001")),
    (17, None, ("ksf.tour_months.002", "ksf.tour_months.nova")),
    (18, "not_mergeable", ("ksf.kuwait_send_off.002", "ksf.kuwait_arrival")),
    (19, "not_mergeable", ("ksf.kuwait_send_off.002", "ksf.kuwait_arrival")),
    (20, None, ("ksf.kuwait_send_off.001", "ksf.kuwait_prepares.001")),
    (21, "copy", ("ksf.strength.2021-03-09", "ksf.strength.2021-03-09.2",
                  "ksf.deployed_abroad.2021-03-09", "ksf.deployed_abroad.001",
                  "ksf.kuwait_send_off.002", "ksf.kuwait_send_off.001")),
    (22, "between_sources", ("ksf.founded.000", "ksf.founded")),
    (23, None, ("mne.abroad.000", "bih.leaves_iraq")),
    (24, "not_mergeable", ("ksf.law_first.000", "ksf.law_abroad")),
    (25, "not_mergeable", ("ksf.libya_afghanistan.000", "ksf.kuwait_send_off.002")),
    (26, None, ("nato_eu.defuse.004", "kfor.removes_vehicles.004")),
    (27, None, ("kosovo.recognition.001",)),
]  # fmt: skip


@pytest.fixture(scope="module")
def kosovo():
    return load_record("kosovo")


@pytest.fixture(scope="module")
def found(kosovo):
    return find(kosovo)


@pytest.mark.parametrize(("number", "kind", "rows"), EXPECTED, ids=lambda x: str(x)[:20])
def test_each_contradiction_of_the_reports_comes_out_as_what_it_is(
    kosovo, found, number, kind, rows
):
    there = {row.id for row in (*kosovo.figures, *kosovo.acts, *kosovo.incidents)}
    assert set(rows) <= there, number
    about = [finding for finding in found if set(rows) <= set(finding.rows)]
    if kind is None:
        assert len(rows) == 1 or not about
    else:
        assert kind in [finding.kind for finding in about]


def test_the_table_has_all_27():
    assert {number for number, _, _ in EXPECTED} == set(range(1, 28))


def test_montenegro_in_iraq_rests_on_one_report_and_says_so(kosovo):
    (row,) = [act for act in kosovo.acts if act.id == "mne.abroad.000"]
    assert row.confidence == "low"


def test_every_finding_names_rows_that_are_there_and_their_sources(kosovo, found):
    rows = {row.id: row.source for row in (*kosovo.figures, *kosovo.acts, *kosovo.incidents)}
    for finding in found:
        assert finding.rows
        assert set(finding.sources) == {rows[name] for name in finding.rows}
        assert finding.why.endswith(".")
        assert "\n" not in finding.why


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the five reports are not on this machine")
def test_the_two_copies_are_found_by_their_texts_alone(kosovo):
    texts = read_texts(kosovo.sources, SEEDS)
    assert len(texts) == 5
    unlinked = [source.model_copy(update={"lineage": ""}) for source in kosovo.sources]
    record = type(kosovo)((), (), (), tuple(unlinked))
    (copy,) = find(record, texts)
    files = {s.id: s.file[:3] for s in kosovo.sources}
    assert (copy.kind, sorted(files[s] for s in copy.sources)) == ("copy", ["001", "002"])
