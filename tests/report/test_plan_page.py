"""A plan's page: offline, readable without colour, and every cell with its sentence."""

import datetime as dt
import json
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
from interpose.report.plan_page import contents, first, gaps, laydown, rotation
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
    made = lay_down(terrain, sent, backup=2)
    months = {dt.date(2000, month, 1): made for month in range(1, 7)}
    given = {"laydown": made, "laydowns": months, "asked": "Whether <to> agree", **more}
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
    written = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    assert not re.search(r'(src|href)="(?!#)', written)
    assert "url(http" not in written
    assert "@import" not in written


def test_what_comes_from_outside_is_escaped(page):
    assert "Whether &lt;to&gt; agree" in page
    assert "&lt;guard&gt; falls" in page


def test_the_first_screen_gives_three_numbers_and_says_every_month(made, page):
    top = page[page.index('id="answer"') : page.index("<nav ")]
    assert re.findall(r"<li><b>(.*?)</b>", top) == ["212 of 212", "2 of 3", "2 of 2"]
    assert "3 of 24 months of critical lines are open." in top
    assert "Last is p3, after 60 minutes by road" in top
    assert "1 line is open in some month (1 critical)" in top
    months = given(page)["years"]["datasets"]["years"]
    (july,) = [
        r["words"] for r in months if r.get("words") and (r["month"], r["measure"]) == (6, 0)
    ]
    assert "180 persons in the theatre" in july
    assert "Open: platoon, p1 (1 of 1)." in july


def test_a_base_on_the_map_tells_infantry_from_others_by_the_code_of_the_offers(page):
    rows = given(page)["places"]["datasets"]["force"]
    found = {(row["name"], row["n"]): row["infantry"] for row in rows}
    assert found == {("p0", 120): True, ("p1", 32): True, ("p0", 60): False}  # a staff


def test_the_front_names_the_open_cells(page):
    front = page[page.index('id="findings"') : page.index('id="number"')]
    assert "GAM platoon left with its host" in front


def given(page):
    """Return the figures of a page."""
    text = re.search(r'<script type="application/json" id="given">(.*?)</script>', page).group(1)
    return json.loads(text)


def test_calls_that_nobody_answers_in_time_are_named(page):
    assert "of 6 calls at once are not answered in time." in page


def test_every_cell_of_the_gap_table_has_letter_and_sentence_and_each_line_opens(made):
    drawn = gaps.gap_table(made).drawing
    ElementTree.fromstring(drawn)
    titles = re.findall(r'<b class="\w+" title="([^"]*)"', drawn)
    for cell in made.plan.cells:
        assert f"{cell.month:%B %Y}: {cell.words}" in titles
    letters = re.findall(r"<b [^>]*>([FCOA-])</b>", drawn)
    assert len(letters) == len(made.plan.cells) + len(LETTERS)
    patterns = set(re.findall(r'<b class="(\w+)" title', drawn))
    assert patterns >= {"filled", "caveat", "open", "accepted"}
    assert drawn.count("<details") == len(made.lines)
    assert drawn.count('<details open="">') == 1


def test_a_gap_says_who_was_asked_and_why_not(made):
    drawn = gaps.gap_table(made).drawing
    table = drawn[drawn.index('<table id="table-asked-0"') : drawn.index("</table>")]
    assert "Who was asked for platoon, p1, in July 2000" in table
    assert ">alf1 is not there<" not in table  # ids are no words
    assert "GAM platoon" in table


def test_many_months_become_quarters_and_show_their_worst(made):
    first = made.plan.cells[0]
    cells = tuple(
        replace(first, month=dt.date(2000 + i // 12, i % 12 + 1, 1),
                state="open" if i == 40 else "filled")
        for i in range(60)
    )  # fmt: skip
    figure = gaps.gap_table(replace(made, plan=replace(made.plan, cells=cells)))
    letters = re.findall(r"<b [^>]*>([FCOA-])</b>", figure.drawing)[: -len(LETTERS)]
    assert len(letters) == 20
    assert letters.index("O") == 13
    assert "each letter a quarter" in figure.caption


def test_months_that_say_the_same_stand_together(made):
    spans = [span for span, _ in gaps.reasons(made.by_line["guard_p1"])]
    assert spans == [
        "January 2000 to June 2000", "July 2000 to September 2000", "October 2000 to December 2000",
    ]  # fmt: skip


def test_the_order_of_battle_has_friends_and_neutral_police_only(made):
    figure = laydown.order_of_battle(made)
    ElementTree.fromstring(figure.drawing)
    assert "ALF 120" in figure.drawing
    assert "GAM 32" in figure.drawing
    assert '<li class="embedded"' in figure.drawing
    nations = figure.drawing[figure.drawing.index("Nation by nation") :]
    assert "<b>alf</b>: 120 persons in 1 contingent" in nations
    assert "1 unit, 120 persons: ! company, p0, 1 January 2000 to 4 July 2000" in nations
    assert "Local police (not part of the force)" in figure.drawing
    assert "rgb(128,224,255)" in figure.drawing  # a friend's frame
    assert "rgb(170,255,170)" in figure.drawing  # a neutral one
    assert "rgb(255,128,128)" not in figure.drawing  # a hostile one
    codes = [laydown.HEADQUARTERS, laydown.LOCAL_POLICE]
    assert {code[3] for code in codes} == {"3", "4"}


def test_bars_stand_on_each_other_and_ceilings_are_dashed(made, page):
    assert first.lacking(made) == "Most is lacking in July 2000: 180 persons for 212 asked for."
    figure = given(page)["years"]["datasets"]
    bars = [r for r in figure["years"] if "colour" in r and (r["month"], r["measure"]) == (0, 0)]
    assert [(r["from"], r["to"]) for r in bars] == [(0, 120), (120, 180), (180, 212)]
    lines = {(r["dashed"], r["value"]) for r in figure["lines"] if r["month"] == 0}
    assert lines == {(False, 212), (True, 362)}  # the ceiling of one nation, the others as planned
    assert '<tr><th scope="row">2000-01</th><td class="n">212</td>' in page


def test_rotation_tells_who_relieves_whom_and_how_long_both_stay(made):
    tours, handovers = rotation.tours(made)
    assert [row[1:3] + row[4:] for row in handovers.rows] == [("alf", "bet", "4")]
    serving = [row for row in made.rows if row.capability.echelon != "team"]
    assert len(tours.rows) == len(serving)


def test_the_map_says_whose_borders_and_how_often_a_place_is_reached(made, page):
    assert made.scenario.header.borders in page
    assert [t.name for t in laydown.tables(made, made.laydown)] == ["camps", "responses"]
    sites = given(page)["places"]["datasets"]["places"]
    assert [row["state"] for row in sites] == ["twice", "twice", "twice", "once"]
    assert {(row["from"], row["to"]) for row in sites} == {(24000, 24006)}
    strict = [laydown.state_of(r, 29.0) for r in made.laydown.responses]
    assert strict == ["twice", "once", "late", "late"]  # the second platoon is 30 minutes off


def test_a_plan_without_platoons_or_fillings_still_has_a_page(made):
    nothing = tuple(replace(c, state="open", present=0, words="Open.") for c in made.plan.cells)
    bare = replace(
        made, laydown=None, laydowns={}, plan=replace(made.plan, assignments=(), cells=nothing)
    )
    text = contents.plan_page(bare)
    assert "No offer fills any line" in text
    assert "There are no platoons to lay down" in text


def test_the_page_takes_no_side_and_its_one_warm_colour_bears_a_letter_or_a_cross(page):
    takes_no_side(page)
    assert re.search(r'<b class="open" title="[^"]*">O</b>', page)
    shapes = [one.get("mark", {}).get("shape") for one in given(page)["places"]["layer"]]
    assert {"expr": "datum.state == 'late' ? 'cross' : 'circle'"} in shapes


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
