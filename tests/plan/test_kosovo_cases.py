"""The cases of the record: the shipped scenario planned end to end, and what history says of it.

Sanity bands, not optima: the force on record did its work, so a plan of its offers must come out
without a critical gap, and no reserve may come later than it came.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from interpose.cli.plan_questions import requirement as say_requirement
from interpose.plan import audit as checker
from interpose.plan import requirement
from interpose.plan.deployments import deployments, detachments
from interpose.plan.generate.generation import generate
from interpose.plan.laydown.placing import Detachment, lay_down, simultaneous_cover
from interpose.plan.laydown.terrain import terrain_on
from interpose.plan.request import nation_leaves
from interpose.plan.requirement import guard_posts
from interpose.plan.tell.shortfalls import thin_spans
from interpose.scenario import load

D = dt.date
LIMITS = {"time_limit_s": 20.0}


@pytest.fixture(scope="module")
def theatre():
    return load("kosovo")


def planned(inputs, begins, ends, mission="kfor"):
    """Return an audited plan and who serves in it, by line."""
    plan = generate(inputs, mission, begins, ends, **LIMITS)
    assert not checker.audit(inputs, plan)
    return plan


def open_lines(plan):
    return {cell.requirement for cell in plan.cells if cell.state == "open"}


def first_days(plan, line):
    days: dict[str, dt.date] = {}
    for row in plan.assignments:
        if row.requirement == line:
            days[row.offer] = min(row.begins, days.get(row.offer, row.begins))
    return days


def of_year(inputs, year):
    return [o for o in inputs.offers
            if o.mission == "kfor" and o.id.endswith(f"_{year}") and not o.reserve]  # fmt: skip


# --- two tables of nations ------------------------------------------------------------------


def test_the_force_of_february_2017_leaves_no_line_open(kosovo):
    """30 nations, 4,273 persons (NATO, key facts and figures, February 2017)."""
    table = of_year(kosovo, 2017)
    assert len({row.contributor for row in table}) == 30
    assert sum(row.strength for row in table) == 4273
    plan = planned(kosovo, D(2017, 2, 1), D(2017, 3, 1))
    needed = [cell for cell in plan.cells if cell.needed]
    assert len(needed) >= 15
    assert not open_lines(plan)
    there = {row.offer.contributor for row in deployments(kosovo, plan)}
    assert len(there) > 20


def test_the_force_of_late_2023_has_one_gap_and_it_is_named(kosovo):
    """27 nations, 4,353 persons (Republika, November 2023); the requirement is assumed."""
    table = of_year(kosovo, 2023)
    assert len({row.contributor for row in table}) == 27
    assert sum(row.strength for row in table) == 4353
    plan = planned(kosovo, D(2023, 10, 1), D(2024, 1, 1))
    assert open_lines(plan) == {"logistics_platoon.theatre.202310.other"}
    lines = {line.id: line for line in kosovo.requirements}
    assert not any(lines[name].critical for name in open_lines(plan))
    for cell in plan.cells:
        if cell.state == "open":
            assert cell.words.startswith("Open: 1 of 16. There: ")


# --- reserves come no later than they came --------------------------------------------------


@pytest.mark.parametrize(
    ("line", "span", "came"),
    [
        # called on 1 August 2011, complete about 10 August
        (
            "reserve_2011",
            (D(2011, 7, 1), D(2011, 9, 1)),
            {"deu_orf_2011": D(2011, 8, 10), "aut_orf_2011": D(2011, 8, 10)},
        ),
        # called on 30 May 2023, landed on 4 or 5 June
        ("reserve_2023", (D(2023, 5, 1), D(2023, 8, 1)), {"tur_orf_2023": D(2023, 6, 5)}),
        # put under the alliance's command on 29 September 2023, in place on 6 October
        ("reinforcement_2023", (D(2023, 9, 1), D(2023, 12, 1)), {"gbr_srf_2023": D(2023, 10, 6)}),
    ],
)
def test_a_reserve_comes_no_later_than_on_record(kosovo, line, span, came):
    plan = planned(kosovo, *span)
    assert line not in open_lines(plan)
    days = first_days(plan, line)
    for offer, day in came.items():
        decided = next(row.decided for row in kosovo.offers if row.id == offer)
        assert decided < days[offer] <= day


def test_the_reserve_of_2011_leaves_no_thin_week_once_it_must_be_ready(kosovo):
    plan = planned(kosovo, D(2011, 7, 1), D(2011, 9, 1))
    assert not [span for span in thin_spans(kosovo, plan) if span.requirement == "reserve_2011"]


def test_a_standby_part_at_14_days_would_have_been_too_late_and_is_named(kosovo):
    """Ready part in 7 days, standby part in 14; the line gives 10."""
    offers = tuple(
        row.model_copy(update={"notice_days": 14}) if row.id == "aut_orf_2011" else row
        for row in kosovo.offers
    )
    plan = planned(replace(kosovo, offers=offers), D(2011, 8, 1), D(2011, 9, 1))
    (cell,) = [c for c in plan.cells if c.requirement == "reserve_2011"]
    assert (cell.state, cell.present, cell.needed) == ("open", 4, 5)
    assert "Austria: " in cell.words


# --- 2010 and 2011: posts handed over, police grow, two battle groups (test E1, E2) ----------

GATES = (D(2009, 12, 15), D(2010, 9, 1), D(2011, 6, 15))
"""Before the first step, between both, after the second."""

CALLS_AN_AREA = 2
"""Assumed: what an area whose troops do not leave it must answer alone."""


def of_day(theatre, inputs, day):
    """Return the tables with the workload of a day of 2009 to 2011, made of that of 2017.

    Posts are those not yet handed over; every area that stands alone answers its own calls; there
    are the fewer patrols, the more local police there are. The last two are assumed.
    """
    police = {d: sum(row.strength for row in theatre.police
                     if row.kind == "local_police" and row.begins <= d
                     and (row.ends is None or d < row.ends))
              for d in (day, D(2017, 2, 15))}  # fmt: skip
    areas = [a.id for a in theatre.areas if a.begins <= day and (a.ends is None or day <= a.ends)]
    rows = [row for row in inputs.workload if row.begins == D(2017, 1, 1) and row.kind != "post"]
    span = {"begins": day, "ends": day + dt.timedelta(days=365)}
    made = [row.model_copy(update=span) for row in rows]
    made = [row.model_copy(update={"count": row.count * police[D(2017, 2, 15)] / police[day]})
            if row.kind == "patrol" else row for row in made]  # fmt: skip
    if len(areas) > 2:
        (east, west) = [row for row in made if row.id.startswith("reaction_")]
        made = [row for row in made if row not in (east, west)]
        made += [east.model_copy(update={"id": f"reaction_{a}", "place": a, "count": CALLS_AN_AREA})
                 for a in areas]  # fmt: skip
    posts = [row.model_copy(update={"ends": min(row.ends, span["ends"])})
             for row in guard_posts(theatre, inputs) if row.begins <= day < row.ends]  # fmt: skip
    return replace(inputs, workload=(*made, *posts))


def persons(tables, day, *kinds):
    found = requirement.why(tables, day)
    return float(sum(n.persons for n in found if not kinds or n.row.kind in kinds))


def test_guards_are_fewer_with_each_post_that_is_handed_over(theatre, kosovo):
    posts = guard_posts(theatre, kosovo)
    there = [sum(row.begins <= day < row.ends for row in posts) for day in GATES]
    assert there == [14, 9, 4]  # 8 sites and 6 crossings; 9; three sites and a crossing
    assert not [row for row in posts if row.begins <= D(2017, 2, 15) < row.ends]  # of the workload
    assert {row.place for row in posts if row.begins <= D(2020, 4, 13) < row.ends} == {"m_decani"}


def test_the_posts_of_a_day_are_told_on_the_command_line(capsys):
    say_requirement("kosovo", on="2010-09-01", reduced_by=10.0)
    told = capsys.readouterr().out
    assert told.startswith("Troops to task on 2010-09-01: 9 tasks known, no total.")
    assert "plan/workload.csv lists no task on 2010-09-01; its rows run 2017-01-01" in told
    assert "site_gorioc" in told
    assert "173" not in told  # guards alone are no requirement of a force
    assert "reduced" not in told


def test_the_minimum_falls_as_sites_are_handed_over_and_police_grow(theatre, kosovo):
    totals = [persons(of_day(theatre, kosovo, day), day) for day in GATES]
    assert totals == sorted(totals, reverse=True)
    assert totals[0] - totals[1] == pytest.approx(5 * 19.2)
    fixed = [persons(of_day(theatre, kosovo, day), day, "post", "patrol") for day in GATES]
    assert fixed[2] < 0.8 * fixed[0]


@pytest.fixture(scope="module")
def gate_2(theatre, kosovo):
    """The requirement of June 2011, met by the offers of 2017: fewer than the 5,500 of 2011.

    Companies of the battle group in the west, where all four posts lie, guard them: assumed.
    """
    since, until = D(2011, 6, 1), D(2011, 10, 1)
    offers = tuple(row.model_copy(update={"begins": since, "ends": until})
                   for row in of_year(kosovo, 2017))  # fmt: skip
    tables = of_day(theatre, kosovo, since)
    west = {"capability": "manoeuvre_company", "place": "mnbg_west_2011", "begins": since,
            "ends": since + dt.timedelta(days=365)}  # fmt: skip
    tables = replace(tables, workload=tuple(
        row.model_copy(update=west) if row.kind == "post" else row for row in tables.workload
    ))  # fmt: skip
    lines = tuple(row.model_copy(update={"begins": since, "ends": until})
                  for row in requirement.lines(tables, "kfor"))  # fmt: skip
    tables = replace(tables, offers=offers, requirements=lines)
    return tables, planned(tables, since, until)


def test_two_battle_groups_and_liaison_teams_are_feasible_in_2011(gate_2):
    tables, plan = gate_2
    lines = {line.id: line for line in tables.requirements}
    assert not [name for name in open_lines(plan) if lines[name].critical]
    filled = {lines[c.requirement].place for c in plan.cells
              if c.present >= c.needed > 0 and lines[c.requirement].critical
              and lines[c.requirement].capability == "manoeuvre_company"}  # fmt: skip
    assert filled == {"mnbg_east_2011", "mnbg_west_2011"}
    teams = [c for c in plan.cells if lines[c.requirement].capability == "liaison_team"]
    assert teams
    assert all(cell.present >= cell.needed > 0 for cell in teams)


def test_a_thousand_soldiers_can_be_moved_to_the_northern_crossings(theatre, gate_2):
    """On record by 2 August 2011, seven days after the unrest began."""
    tables, plan = gate_2
    day = D(2011, 7, 28)
    here = terrain_on(theatre, day)
    sent = detachments(theatre, here, deployments(tables, plan), day)
    calls = ["jarinje", "brnjak"] * 17  # 34 platoons of 30
    answers = simultaneous_cover(lay_down(here, sent), calls, within_min=24 * 60)
    assert all(answer.in_time for answer in answers)
    assert sum(item.platoons for item in sent) - len(calls) >= 10  # stay elsewhere


# --- March 2004 (test E3) -------------------------------------------------------------------

AREAS_2004 = {
    "mnb_northeast_2002": ("fra", ("mitrovice_north", "svinjare")),
    "mnb_centre_2002": ("swe", ("caglavica", "obiliq", "lipjan")),
    "mnb_east_2002": ("usa", ("gjilan", "ferizaj")),
    "mnb_southwest_2002": ("deu", ("prizren", "belo_polje")),
}
"""Area, lead, and places attacked on 17 and 18 March 2004: nine calls in four areas."""


def march_2004(kosovo, calls_of):
    """Return the plan of one company for each area, against so many calls of each."""
    span = {"begins": D(2004, 3, 1), "ends": D(2004, 4, 1)}
    like = next(row for row in kosovo.workload if row.kind == "quick_reaction")
    offer = next(row for row in kosovo.offers if row.capability == "manoeuvre_company")
    rows, offers = [], []
    for area, (lead, places) in AREAS_2004.items():
        count = float(calls_of(places))
        rows.append(like.model_copy(update={**span, "id": area, "place": area, "count": count}))
        own = {**span, "id": lead, "contributor": lead, "units": 1, "strength": 120, "caveats": ""}
        offers.append(offer.model_copy(update=own))
    tables = replace(kosovo, workload=tuple(rows), offers=tuple(offers))
    tables = replace(tables, requirements=requirement.lines(tables, "kfor"))
    return planned(tables, span["begins"], span["ends"])


def test_one_call_in_each_area_of_2004_is_answered(kosovo):
    plan = march_2004(kosovo, lambda places: 1)
    assert len(plan.cells) == 4
    assert not open_lines(plan)


def test_the_nine_calls_of_march_2004_show_red(kosovo):
    assert sum(len(places) for _, places in AREAS_2004.values()) == 9
    plan = march_2004(kosovo, len)
    assert {cell.state for cell in plan.cells} == {"open"}
    assert all(cell.words.startswith("Open: 1 of 2.") for cell in plan.cells)


def test_the_nine_calls_of_march_2004_at_once_leave_some_unanswered(theatre):
    """The same on the roads: four platoons, one an area, and nine calls."""
    here = terrain_on(theatre, D(2004, 3, 17))
    laid = lay_down(here, [Detachment(a, 1, a) for a in AREAS_2004], may_cross_boundary=False)
    calls = [place for _, places in AREAS_2004.values() for place in places]
    first = [places[0] for _, places in AREAS_2004.values()]
    assert all(a.in_time for a in simultaneous_cover(laid, first, within_min=120))
    late = [a for a in simultaneous_cover(laid, calls, within_min=120) if not a.in_time]
    assert len(late) == 5


# --- the first platoon abroad (test E4) -----------------------------------------------------

KUWAIT = (D(2020, 12, 1), D(2021, 12, 1), "kuwait")


def test_the_platoon_of_32_serves_six_months_inside_its_host(kosovo):
    plan = planned(kosovo, *KUWAIT)
    (platoon,) = [row for row in deployments(kosovo, plan) if row.offer.id == "xkx_platoon_2021"]
    assert platoon.persons == 32
    assert platoon.offer.host == "usa_iowa_2021"
    assert platoon.assignment.begins == D(2021, 3, 9)
    served = [c for c in plan.cells if c.requirement == "kuwait_2021_mechanics" and c.present]
    assert [cell.month.month for cell in served] == [3, 4, 5, 6, 7, 8]


def test_the_platoon_goes_with_its_host(kosovo):
    gone = nation_leaves(kosovo, "usa", D(2020, 12, 1))
    plan = planned(gone, *KUWAIT)
    assert not plan.assignments
    assert "kuwait_2021_mechanics" in open_lines(plan)
    early = planned(nation_leaves(kosovo, "usa", D(2021, 6, 1)), *KUWAIT)
    (platoon,) = [row for row in early.assignments if row.offer == "xkx_platoon_2021"]
    assert (platoon.begins, platoon.ends) == (D(2021, 3, 9), D(2021, 6, 1))
