"""The two published tables of nations, and the reserves, as offers."""

from __future__ import annotations

import datetime as dt

import pytest

from interpose.plan.offer.eligibility import judge, window
from interpose.plan.requirement import lines


def in_place(inputs, year):
    """Return the offers of a year's table: those that are no reserve and bear the year."""
    return [
        row
        for row in inputs.offers
        if row.mission == "kfor" and row.id.endswith(f"_{year}") and not row.reserve
    ]


@pytest.mark.parametrize(
    ("year", "day", "nations", "persons"),
    [(2017, dt.date(2017, 2, 15), 30, 4273), (2023, dt.date(2023, 11, 15), 27, 4353)],
)
def test_a_table_adds_up_to_what_was_published_and_all_of_it_may_be_there(
    kosovo, year, day, nations, persons
):
    table = in_place(kosovo, year)
    assert len({row.contributor for row in table}) == nations
    assert sum(row.strength for row in table) == persons
    for row in table:
        assert judge(kosovo, row, day).allowed, judge(kosovo, row, day).against


@pytest.mark.parametrize(
    ("nation", "year", "persons"),
    [
        ("ita", 2017, 551),
        ("usa", 2017, 675),
        ("ltu", 2017, 1),
        ("ita", 2023, 869),
        ("mne", 2023, 2),
    ],
)
def test_a_nation_adds_up(kosovo, nation, year, persons):
    assert persons == sum(o.strength for o in in_place(kosovo, year) if o.contributor == nation)


@pytest.mark.parametrize(
    ("names", "persons", "last_day"),
    [
        (("deu_orf_2011", "aut_orf_2011"), 700, dt.date(2011, 8, 10)),
        (("tur_orf_2023",), 500, dt.date(2023, 6, 5)),
        (("gbr_srf_2023",), 200, dt.date(2023, 10, 6)),
    ],
)
def test_a_reserve_may_be_there_no_later_than_it_was(kosovo, names, persons, last_day):
    offers = [row for row in kosovo.offers if row.id in names]
    assert sum(row.strength for row in offers) == persons
    for row in offers:
        assert row.reserve
        assert window(kosovo, row)[0][0] <= last_day
        assert window(kosovo, row)[0][0] > row.decided


def test_the_lines_in_the_table_are_those_of_the_workload(kosovo):
    made = lines(kosovo, "kfor")
    stored = [row for row in kosovo.requirements if "persons for" in row.note]
    assert [row.model_dump() for row in made] == [row.model_dump() for row in stored]


def test_every_line_of_2017_has_enough_units_offered(kosovo):
    """A sanity band: the requirement is ours, the force is on record, and it did its work."""
    offered: dict[str, int] = {}
    for row in in_place(kosovo, 2017):
        offered[row.capability] = offered.get(row.capability, 0) + row.units
    needed: dict[str, int] = {}
    for line in lines(kosovo, "kfor"):
        if line.begins.year == 2017:
            needed[line.capability] = needed.get(line.capability, 0) + line.units
    assert all(offered[name] >= units for name, units in needed.items())
