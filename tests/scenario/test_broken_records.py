"""Faults of the record: where, what was found, what was wanted."""

import csv

import pytest

from interpose.scenario import check


def change(folder, file, row, **cells):
    """Write cells into a row of a table, the first being 0."""
    path = folder / file
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    columns = list(dict.fromkeys([*rows[0], *cells]))
    rows[row].update(cells)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


FAULTS = [
    ("sources.csv", 3, {"date": ""},
     "sources.csv line 5, date: Must be given, as record/figures.csv line 2 rests on gazette"),
    ("sources.csv", 3, {"date": "2031-13"},
     "sources.csv line 5, date: '2031-13'. There is no such date in the calendar."),
    ("sources.csv", 3, {"until": "2029"},
     "sources.csv line 5, until: '2029'. Must not be before date, 2031."),
    ("sources.csv", 3, {"lineage": "gazete"},
     "sources.csv line 5, lineage: 'gazete'. Not in sources.csv. Did you mean 'gazette'?"),
    ("sources.csv", 3, {"lineage": "gazette"},
     "sources.csv line 5, lineage: 'gazette'. Leads back to the row itself"),
    ("record/figures.csv", 0, {"unit": "person"},
     "record/figures.csv line 2, unit: 'person'. Not a known unit. Did you mean 'persons'?"),
    ("record/figures.csv", 0, {"source": ""},
     "record/figures.csv line 2, source: Must not be empty."),
    ("record/figures.csv", 0, {"source": "gazet"},
     "record/figures.csv line 2, source: 'gazet'. Not in sources.csv. Did you mean 'gazette'?"),
    ("record/figures.csv", 0, {"kind": "report"},
     "record/figures.csv line 2, kind: 'report'. Must be one of: reported, planned"),
    ("record/figures.csv", 0, {"repeats": "x"},
     "record/figures.csv line 2, repeats: 'x'. Not in record/figures.csv."),
    ("record/acts.csv", 1, {"answers": "well_requst"},
     "record/acts.csv line 3, answers: 'well_requst'. Not in record/acts.csv. Did you mean"),
    ("record/acts.csv", 0, {"answers": "well_reply"},
     "record/acts.csv line 2, answers: 'well_reply'. Leads back to the row itself"),
    ("record/acts.csv", 1, {"kind": "refusel"},
     "record/acts.csv line 3, kind: 'refusel'. Must be one of: decision, request"),
    ("record/acts.csv", 1, {"decided": "6 December 2022"},
     "record/acts.csv line 3, decided: '6 December 2022'. Must be a day written YYYY-MM-DD"),
    ("record/acts.csv", 0, {"id": "goat_night"},
     "record/acts.csv line 2, id: 'goat_night'. Is the id of record/incidents.csv line 2 already"),
    ("record/not_mergeable.csv", 0, {"b": "patrol"},
     "record/not_mergeable.csv line 2, b: 'patrol'. Not among the figures, incidents and acts"),
    ("record/not_mergeable.csv", 0, {"b": "strength_2030_06"},
     "record/not_mergeable.csv line 2, b: 'strength_2030_06'. Must be another row than a."),
    ("record/incidents.csv", 0, {"also_in": "gazette;tresty"},
     "record/incidents.csv line 2, also_in: 'tresty'. Not in sources.csv. Did you mean 'treaty'?"),
    ("record/casualties.csv", 0, {"deaths_first": "-1"},
     "record/casualties.csv line 2, deaths_first: '-1'. Must be 0 or more."),
]  # fmt: skip


@pytest.mark.parametrize(("file", "row", "cells", "wanted"), FAULTS, ids=lambda x: str(x)[:40])
def test_a_fault_of_the_record_names_line_value_and_what_is_wanted(
    example, file, row, cells, wanted
):
    change(example, file, row, **cells)
    assert any(str(fault).startswith(wanted) for fault in check(example)), check(example)


def test_an_impossible_order_is_no_fault(example):
    change(example, "record/acts.csv", 1, decided="2030-01-01", arrived="2029-01-01")
    assert check(example) == []


def test_a_source_may_say_that_it_gives_no_date_or_a_range(example):
    change(example, "sources.csv", 3, date="undated")
    assert check(example) == []
    change(example, "sources.csv", 3, date="2030-06", until="2031")
    assert check(example) == []


def test_a_record_of_the_old_columns_alone_is_still_read(example):
    for name in ("acts", "not_mergeable"):
        (example / "record" / f"{name}.csv").unlink()
    assert check(example) == []


MISSPELT = [
    ("record/incidents.csv", {"kind": "state-based"}, "kind: 'state-based'. Must be one of: "),
    ("record/incidents.csv", {"kind": "armed_atack"}, "Did you mean 'armed_attack'?"),
    ("record/incidents.csv", {"instigator": "hil"}, "instigator: 'hil'. Not among the comm"),
    ("record/incidents.csv", {"target": "river;hil"}, "target: 'hil'. Not among the communities"),
    ("record/casualties.csv", {"side": "rivers"}, "side: 'rivers'. Not among the communities"),
    ("record/figures.csv", {"quantity": "force.strenght"}, "Did you mean 'force.strength'?"),
    ("record/figures.csv", {"quantity": "murder"}, "Did you mean 'murders'?"),
    ("record/figures.csv", {"community": "rivers"}, "Did you mean 'river'?"),
    ("reporting.csv", {"reporter": "recrd"}, "Did you mean 'record'?"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "cells", "wanted"), MISSPELT, ids=lambda x: str(x)[:40])
def test_a_word_of_the_record_that_nothing_would_read_is_a_fault_with_a_near_name(
    example, file, cells, wanted
):
    change(example, file, 0, **cells)
    found = [str(fault) for fault in check(example) if fault.file == file]
    assert len(found) == 1
    assert found[0].startswith(f"{file} line 2, {next(iter(cells))}: ")
    assert wanted in found[0]


@pytest.mark.parametrize("word", ["deaths", "visitors", "harvest.sheep"])
def test_a_quantity_of_one_s_own_is_no_fault(example, word):
    change(example, "record/figures.csv", 0, quantity=word)
    assert check(example) == []
