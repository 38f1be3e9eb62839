"""A plan's page: offline, readable without colour, and every cell with its sentence."""

import datetime as dt
import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import plan_examples
import pytest

from interpose.plan import plan
from interpose.plan.deployments import deployments, detachments
from interpose.plan.laydown.placing import lay_down, simultaneous_cover
from interpose.plan.laydown.terrain import terrain_on
from interpose.plan.result import LETTERS
from interpose.report import drawing
from interpose.report.plan_page import contents, gaps, laydown, rotation
from interpose.report.plan_page.plan_data import Explanation, PlanData, page_data
from theatres import officers, small_scenario

from .test_report import takes_no_side

DAY = dt.date(2000, 3, 1)


def plan_data(**more):
    scenario = small_scenario(places=4, police=[officers("p0", 40, kind="local_police")])
    inputs, plan = plan_examples.inputs(), plan_examples.plan()
    terrain = terrain_on(scenario, DAY, capacity={f"camp_p{i}": 9 for i in range(4)})
    terrain = replace(terrain, protected=np.array([False, True, False, True]))
    sent = detachments(scenario, terrain, deployments(inputs, plan), DAY)
    given = {"laydown": lay_down(terrain, sent, backup=2), "asked": "Whether <to> agree", **more}
    return PlanData(scenario=scenario, inputs=inputs, plan=plan, day=DAY, **given)


@pytest.fixture(scope="module")
def made():
    return plan_data()


@pytest.fixture(scope="module")
def page(made):
    calls = simultaneous_cover(made.laydown, ["p1", "p1", "p3", "p3", "p3", "p2"], within_min=20)
    told = {"number": [Explanation("If 10 % is cut", ["<guard> falls"])]}
    return contents.plan_page(replace(made, calls=calls, explanations=told))


def test_the_page_asks_the_six_questions_and_loads_nothing(page):
    for words in (
        "Why this number, task by task?", "Who fills what", "What does each caveat cost?",
        "What if a nation leaves?", "before the next step down?", "What was assumed",
    ):  # fmt: skip
        assert words in page
    assert not re.search(r'(src|href)="(?!#)', page)
    assert "url(http" not in page
    assert "@import" not in page


def test_what_comes_from_outside_is_escaped(page):
    assert "Whether &lt;to&gt; agree" in page
    assert "&lt;guard&gt; falls" in page


def test_the_front_names_the_open_cells_and_gives_three_numbers(made, page):
    numbers = contents.three_numbers(made)
    assert numbers[0] == "3 of 24 months of critical lines are open."
    assert "212 persons" in numbers[1]
    assert "p3" in numbers[2]
    front = page[page.index('id="findings"') : page.index('id="number"')]
    assert "GAM platoon left with its host" in front


def test_calls_that_nobody_answers_in_time_are_named(page):
    assert "of 6 calls at once are not answered in time." in page


def test_every_cell_of_the_gap_table_has_letter_pattern_and_sentence(made):
    figure = gaps.gap_table(made)
    ElementTree.fromstring(figure.drawing)
    titles = re.findall(r'<td class="\w+" title="([^"]*)"', figure.drawing)
    for cell in made.plan.cells:
        assert f"{cell.requirement}, {cell.month:%Y-%m}: {cell.words}" in titles
    letters = re.findall(r"<b>([FCOA-])</b>", figure.drawing)
    assert len(letters) == len(made.plan.cells) + len(LETTERS)
    patterns = set(re.findall(r'<td class="(\w+)" title', figure.drawing))
    assert patterns >= {"filled", "caveat", "open", "accepted"}
    (table,) = figure.tables
    assert {row[2] for row in table.rows} == {"F", "C", "O", "A"}


def test_many_months_become_quarters_and_show_their_worst(made):
    first = made.plan.cells[0]
    cells = tuple(
        replace(first, month=dt.date(2000 + i // 12, i % 12 + 1, 1),
                state="open" if i == 40 else "filled")
        for i in range(60)
    )  # fmt: skip
    figure = gaps.gap_table(replace(made, plan=replace(made.plan, cells=cells)))
    letters = re.findall(r"<b>([FCOA-])</b>", figure.drawing)[: -len(LETTERS)]
    assert len(letters) == 20
    assert letters.index("O") == 13
    assert "each column a quarter" in figure.caption


def test_months_that_say_the_same_stand_together(made):
    rows = [row for row in gaps.sentences(made).rows if row[0] == made.marked("guard_p1")]
    spans = ["2000-01 to 2000-06", "2000-07 to 2000-09", "2000-10 to 2000-12"]
    assert [row[1] for row in rows] == spans


def test_the_order_of_battle_has_friends_and_neutral_police_only(made):
    figure = laydown.order_of_battle(made)
    ElementTree.fromstring(figure.drawing)
    assert "ALF 120" in figure.drawing
    assert "GAM 32" in figure.drawing
    assert '<li class="embedded"' in figure.drawing
    assert "Local police (not part of the force)" in figure.drawing
    assert "rgb(128,224,255)" in figure.drawing  # a friend's frame
    assert "rgb(170,255,170)" in figure.drawing  # a neutral one
    assert "rgb(255,128,128)" not in figure.drawing  # a hostile one
    codes = [laydown.HEADQUARTERS, laydown.LOCAL_POLICE]
    assert {code[3] for code in codes} == {"3", "4"}


def test_flow_says_when_most_is_lacking_and_ceilings_are_drawn(made):
    with drawing.styled():
        figure = gaps.force_flow(made)
    assert "Most is lacking in 2000-07: 180 persons for 212 asked for." in figure.alt
    assert "most that ceilings allow" in figure.drawing
    (table,) = figure.tables
    assert table.rows[0][1:] == ("212", "212", "0", "0", "212", "0")


def test_rotation_tells_who_relieves_whom_and_how_long_both_stay(made):
    tours, handovers = rotation.tours(made)
    assert [row[1:3] + row[4:] for row in handovers.rows] == [("alf", "bet", "4")]
    serving = [row for row in made.rows if row.capability.echelon != "team"]
    assert len(tours.rows) == len(serving)


def test_the_map_says_whose_borders_and_how_often_a_place_is_reached(made):
    with drawing.styled():
        figure = laydown.laydown_map(made)
    assert made.scenario.header.borders in figure.caption
    assert [t.name for t in figure.tables] == ["camps", "responses"]
    states = [laydown.state_of(r, made.reach_min) for r in made.laydown.responses]
    assert states == ["twice", "twice", "twice", "once"]
    strict = [laydown.state_of(r, 29.0) for r in made.laydown.responses]
    assert strict == ["twice", "once", "late", "late"]  # the second platoon is 30 minutes off


def test_a_plan_without_platoons_or_fillings_still_has_a_page(made):
    nothing = tuple(replace(c, state="open", present=0, words="Open.") for c in made.plan.cells)
    bare = replace(made, laydown=None, plan=replace(made.plan, assignments=(), cells=nothing))
    text = contents.plan_page(bare)
    assert "No offer fills any line" in text
    assert "there are no platoons to lay down" in text


def test_the_page_takes_no_side_and_its_one_warm_colour_bears_a_letter_or_a_cross(page):
    takes_no_side(page)
    warm = drawing.ORANGE.lower()
    assert page.count(f"fill: {warm}") == 0  # every place of the small theatre is reached in time
    assert re.search(r'<td class="open" title="[^"]*"><b>O</b></td>', page)
    assert laydown.PLACE_MARKS["late"][:2] == ("X", drawing.ORANGE)


def test_the_page_of_a_plan_of_kosovo_takes_no_side():
    force = plan("kosovo", "kuwait", dt.date(2021, 1, 1), dt.date(2021, 7, 1), time_limit_s=10)
    takes_no_side(contents.plan_page(page_data(force)))


def test_a_what_if_stands_over_the_page(made):
    text = contents.plan_page(replace(made, what_ifs=["Alfa leaves on 2000-05-01."]))
    head = text[text.index("<h1>") : text.index("<main>")]
    assert "What if: Alfa leaves on 2000-05-01." in head
    assert "What if:" not in contents.plan_page(made)


def test_the_same_plan_gives_the_same_page(made):
    assert contents.plan_page(made) == contents.plan_page(plan_data())
