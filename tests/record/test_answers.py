"""A question in plain words: rows chosen, what to print, what was promised, what is open."""

import datetime as dt
import re
import shlex
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from record_rows import act, day, figure, record
from typer.testing import CliRunner

from interpose.cli import app
from interpose.errors import UnknownNameError
from interpose.record import ask, find, load_record, promises_table, text_of
from interpose.record.answers import advise
from interpose.record.periods import Period
from interpose.record.question import read_question
from interpose.record.record import Comparison
from interpose.scenario.tables.mission import Place, Source
from interpose.scenario.tables.record import Casualties, RecordedIncident

HOW_TO = Path(__file__).parents[2] / "docs" / "howto_ask.md"


def source(name, **more):
    return Source(id=name, title=name.upper(), **{"date": "2004-04-01", **more})


def advice(figures, *sources):
    read = replace(record(figures), sources=sources or (source("s"), source("t"), source("u")))
    found = advise(Comparison(read), read.figures)
    return {a.figure.id: (a.verdict, a.why[0]) for a in found}


def total(name, value, origin="s", **more):
    days = {"begins": "2004-03-17", "ends": day("2004-03-19")}
    return figure(name, value, source=origin, quantity="deaths", **{**days, **more})


# --- the five questions ---------------------------------------------------------------------------

ESSENTIAL = {
    "March 2004": (
        "Deaths: print 19:", "Deaths (Albanians): print 11:", "Deaths (Serbs): print 8:",
        "Do not print: 31 (first count)", "AFP via ABC: NATO deploys troops after 31 die",
        "a first count, since put right: 19 by UN Secretary-General report S/2004/348",
        "Print: at least 550, burned", "935, damaged or destroyed",
        "Çagllavicë/Čaglavica: Troops hold a line for eleven hours",
        "attributed to Albanians (established), against Serbs, force and international police",
        "NATO: about 2,500 more after the riots", "not reported is not none",
        "where the others were is not recorded", "https://docslib.org/doc/10349003/",
    ),
    "strength in 2010, 2013 and May 2023": (
        "Strength of the force, 2010: print about 10,000:",
        "Strength of the force, 2013: print just under 6,000 and 5,000:",
        "Strength of the force, May 2023: print almost 3,800:",
        "Do not print: about 15,000 (14 January 2010)",
        "stale: says again what Xinhua via CCTV: force to be reduced to 10,000 said of 9 December",
        "the record holds nothing that explains the change", "medium confidence",
    ),
    "KSF abroad": (
        "unit to Kuwait, mission abroad: 92 for, none against", "9 March 2021, Kosovo: platoon",
        "8 May 2021, US Department of Defense", "mission abroad to the Falkland Islands: 77 for",
        "A send-off on 9 March is no arrival", "sent abroad: print 32:", "Print as a plan: up to 7",
    ),
    "was the drawdown on conditions": (
        "11 on conditions", "3 on conditions with a date", "1 by a date", "no automaticity",
        "Reached: about 10,000 (31 January 2010), 30 days later",
        "Not reached on the day: 5,800 (1 March 2011); first count of that size 5,000",
        "2,200 as the last step, within two years", "Not reached in this record",
    ),
    "what do the sources leave open about Kuwait": (
        "how many were sent to Kuwait: the number was not made public",
        "where in Kuwait they would serve", "whether this is peacekeeping",
        "an agreement with Kuwait, as this text says, or on a memorandum with the US embassy",
        "how many later units were, and when the last one came home",
    ),
}  # fmt: skip
"""Question of the how-to -> what its answer must say."""


def commands():
    found = re.findall(r"^interpose record kosovo --about .*$", HOW_TO.read_text("utf-8"), re.M)
    return [shlex.split(line)[1:] for line in found]


def test_the_how_to_asks_the_five_questions():
    assert {words[-1] for words in commands()} >= set(ESSENTIAL)


@pytest.mark.parametrize("words", commands(), ids=lambda words: words[-1])
def test_each_command_of_the_how_to_answers_with_the_essential_facts(words):
    told = CliRunner().invoke(app, words)
    assert told.exit_code == 0, told.output
    page = " ".join(told.stdout.split())
    assert [fact for fact in ESSENTIAL.get(words[-1], ()) if fact not in page] == []
    assert "riots_2004" not in page


def test_every_source_on_a_page_stands_at_its_end_with_an_address_or_says_that_it_has_none():
    page = text_of(ask(load_record("kosovo"), "March 2004"))
    told, _, sources = page.partition("\nSOURCES\n")
    listed = dict(re.findall(r"^\[(\d+)\] (.*(?:\n  .*)?)", sources, re.M))
    assert set(re.findall(r"\[(\d+)\]", told)) == set(listed)
    assert all("http" in words or "No address" in words for words in listed.values())


# --- what is chosen -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("what happened in March 2004?", "2004-03-01", "2004-03-31"),
        ("17 March 2004", "2004-03-17", "2004-03-17"),
        ("March 17th, 2004", "2004-03-17", "2004-03-17"),
        ("2004-03", "2004-03-01", "2004-03-31"),
        ("17 to 19 March 2004", "2004-03-17", "2004-03-19"),
        ("30 March to 2 April 2004", "2004-03-30", "2004-04-02"),
        ("March to May 2004", "2004-03-01", "2004-05-31"),
        ("2010 to 2013", "2010-01-01", "2013-12-31"),
        ("between 2010 and 2013", "2010-01-01", "2013-12-31"),
        ("before 2004", "0001-01-01", "2003-12-31"),
        ("since May 2023", "2023-05-01", "9999-12-31"),
    ],
)
def test_a_period_may_be_written_as_one_writes_it(text, first, last):
    (period,) = read_question(text, record()).periods
    assert period == Period(dt.date.fromisoformat(first), dt.date.fromisoformat(last))


def test_several_periods_are_several_and_a_resolution_is_no_year():
    read = record(acts=[act("r1244", subject="resolution 1244", decided="1999-06-10")])
    asked = read_question("2010, 2013 and May 2023", read)
    assert len(asked.periods) == 3
    assert read_question("resolution 1244", read).words == ("resolution", "1244")


def test_a_date_that_is_none_and_a_word_that_no_row_has_are_refused():
    read = record([figure("a", 10, note="the harbour")])
    with pytest.raises(ValueError, match=r"'2009-13' is no date. Wanted: 17 March 2004"):
        ask(read, "harbour 2009-13")
    with pytest.raises(UnknownNameError, match="Did you mean 'harbour'"):
        ask(read, "harbor")
    with pytest.raises(UnknownNameError, match=r"Did you mean 'force\.strength'"):
        ask(read, "force.strenght")


def harbour(**more):
    place = Place(
        id="kor", name="Kör/Kor", municipality="kor", kind="town", lat=1, lon=1, error_km=1,
        source="s",
    )  # fmt: skip
    row = {"place": "kor", "kind": "riot", "summary": "a riot", "source": "s"} | more
    one = RecordedIncident(
        id="a", begins=day("2004-03-17"), ends=day("2004-03-18"), confidence="high", **row
    )
    return replace(record([total("d", 3)]), incidents=(one,), places=(place,))


def test_period_place_and_words_narrow_a_question_and_accents_do_not_matter():
    read = harbour(deaths=2)
    assert [len(ask(read, q).incidents) for q in ("Kor", "kör March 2004", "Kor 2005")] == [1, 1, 0]
    dead = ask(read, "killed in March 2004")
    assert (len(dead.incidents), len(dead.advice)) == (1, 1)
    assert ask(read, "Kor dead").advice == ()
    assert "The record holds nothing on this" in text_of(ask(read, "1990"))


def test_a_total_of_years_is_no_answer_about_a_month():
    years = total("years", 5, begins="1999-01-01", ends=day("2009-12-31"))
    assert (
        ask(record([years, total("days", 3)]), "March 2004").document()["figures"][0]["id"]
        == "days"
    )


def test_sides_and_first_counts_stand_with_the_source_that_says_so():
    read = harbour(deaths=2)
    split = (
        Casualties(incident="a", side="hill_people", deaths=2, source="t"),
        Casualties(incident="a", side="all", deaths=2, deaths_first=7, first_source="u"),
    )
    page = " ".join(text_of(ask(replace(read, casualties=split), "Kor")).split())
    assert "2 dead (2 hill people [1], 7 at first [2])" in page
    assert "[1] T. No address." in page
    assert "[2] U. No address." in page


# --- what to print --------------------------------------------------------------------------------


def test_a_first_count_is_not_printed_once_a_later_one_stands_beside_it():
    first = total("first", 31, qualifier="first count", ends=day("2004-03-18"))
    found = advice([first, total("last", 19, "t")])
    assert found["first"][0] == "do not print"
    assert found["first"][1].startswith("a first count, since put right: 19 by T")
    assert advice([first])["first"][0] == "print with its source"


@pytest.mark.parametrize(
    ("more", "standing", "verdict", "why"),
    [
        ({}, "primary", "print", "a primary source"),
        ({}, "", "print with its source", "second hand"),
        ({}, "reference", "do not print", "an encyclopedia: look for its source"),
        ({}, "party", "print as a claim", "said by S, and by no independent source"),
        ({"said_by": "a mayor"}, "", "print as a claim", "said by a mayor, and by no independent"),
        ({"kind": "planned"}, "primary", "print as a plan", "a plan, not a count"),
        ({"qualifier": "derived: 5 and 4"}, "primary", "do not print", "never published"),
        ({"confidence": "low"}, "primary", "do not print", "of low confidence"),
    ],
)
def test_a_figure_that_stands_alone_goes_by_its_own_words(more, standing, verdict, why):
    found = advice([figure("a", 9, begins="2004-03-20", **more)], source("s", standing=standing))
    assert (found["a"][0], found["a"][1][: len(why)]) == (verdict, why)


def test_independent_sources_that_agree_make_a_figure_firm_and_copies_do_not():
    rows = [figure("a", 100), figure("b", 100, source="t")]
    assert {v for v, _ in advice(rows).values()} == {"print"}
    copied = advice(rows, source("s"), source("t", lineage="s"))
    assert copied["a"][0] == "print with its source"
    assert copied["b"] == ("do not print", "a copy of S: counts once")


def test_of_two_that_contradict_the_firmer_is_printed_and_of_equals_both():
    rows = [figure("a", 100), figure("b", 200, source="t")]
    found = advice(rows, source("s", standing="primary"), source("t"))
    assert found["a"][0] == "print"
    assert found["b"] == ("do not print", "contradicted by what weighs more: 100 by S")
    assert {v for v, _ in advice(rows).values()} == {"print with its source"}
    plans = [row.model_copy(update={"kind": "planned"}) for row in rows]
    assert {v for v, _ in advice(plans).values()} == {"print as a plan"}


def test_the_heading_names_every_level_that_may_be_printed_and_no_plan():
    rows = [
        dated("a", 150, "2010-01-14"), dated("b", 100, "2010-06-01", "t"),
        dated("c", 20, "2010-06-01", "u", kind="planned"),
    ]  # fmt: skip
    page = text_of(ask(record(rows), "strength in 2010"))
    assert "Strength of the force: print 150 and 100:" in page


# --- said again -----------------------------------------------------------------------------------

WORDS = "some 150 soldiers from nine nations serve there"


def stale(rows, *sources):
    read = replace(record(rows), sources=sources or (source("s"), source("t"), source("u")))
    return Comparison(read).stale


def dated(name, value, begins, origin="s", **more):
    return figure(name, value, begins=begins, source=origin, **more)


def test_a_sentence_said_again_at_a_later_date_is_no_new_count():
    old = dated("old", 150, "2009-12-10", words=WORDS)
    new = dated("new", 150, "2010-01-14", "t", words=f"Now {WORDS}, he said")
    assert stale([old, new]) == {"new": "old"}
    (told,) = find(replace(record([old, new])))
    assert (told.kind, told.rows) == ("copy", ("old", "new"))
    assert told.why.endswith("T says again what S said of 2009-12-10: no new count.")
    assert advice([old, new])["new"][0] == "do not print"
    other = new.model_copy(update={"words": "nine nations now have 150 men in the valley"})
    assert stale([old, other]) == {}


def test_a_publisher_that_says_the_old_number_when_others_say_another_is_stale():
    rows = [dated("old", 150, "2009-12-10"), dated("new", 150, "2010-01-14", "t")]
    mine = source("s", publisher="Agency"), source("t", publisher="Agency"), source("u")
    fallen = dated("fallen", 100, "2010-01-31", "u")
    assert stale([*rows, fallen], *mine) == {"new": "old"}
    assert stale(rows, *mine) == {}
    assert stale([*rows, fallen, dated("same", 150, "2010-01-02", "u")], *mine) == {}
    assert stale([*rows, fallen, dated("own", 90, "2010-01-02", "s")], *mine) == {}
    counts = [s.model_copy(update={"standing": "primary"}) for s in mine]
    assert stale([*rows, fallen], *counts) == {}


# --- levels and qualifiers ------------------------------------------------------------------------


def test_two_levels_side_by_side_are_a_contradiction_unless_an_act_lies_between():
    rows = [dated("a", 150, "2010-01-14"), dated("b", 100, "2010-03-01", "t")]
    about = {"quantity": "force.strength", "level": 100, "arrived": "2010-02-01"}
    kinds = {}
    for kind in ("drawdown", "reinforcement", "meeting"):
        (found,) = find(record(rows, [act("x", kind, **about)]))
        kinds[kind] = found.kind
    assert kinds == {
        "drawdown": "explained", "reinforcement": "between_sources", "meeting": "between_sources",
    }  # fmt: skip
    late = act("x", "drawdown", **{**about, "arrived": "2010-04-01"})
    (found,) = find(record(rows, [late]))
    assert "nothing that explains the change" in found.why
    near = [rows[0], dated("b", 147, "2010-03-01", "t")]
    assert find(record(near, [late])) == ()
    assert find(record([rows[0], dated("b", 100, "2012-03-01", "t")], [late])) == ()


def test_a_contradiction_is_claimed_only_after_the_qualifiers():
    least = total("a", 550, qualifier="at least")
    later = total("b", 935, "t")
    assert find(record([least, later])) == ()
    assert [f.kind for f in find(record([least, total("c", 500, "t")]))] == ["between_sources"]
    burned = total("a", 550, includes="burned")
    damaged = total("b", 935, "t", includes="burned, damaged or destroyed")
    assert [f.kind for f in find(record([burned, damaged]))] == ["explained"]
    swapped = total("b", 300, "t", includes="burned, damaged or destroyed")
    assert [f.kind for f in find(record([burned, swapped]))] == ["between_sources"]
    first = total("d", 286, "u", qualifier="first count")
    (found,) = find(record([later, first]))
    assert found.kind == "explained"
    assert "at first 286 (first count) by U; then 935 by T" in found.why


# --- promised and reached -------------------------------------------------------------------------


def kept(levels, **more):
    rows = [dated(f"f{i}", n, begins) for i, (begins, n) in enumerate(levels)]
    what = {"quantity": "force.strength", "level": 100, "decided": "2010-01-01"}
    due = {"due": day("2010-06-01")}
    read = record(rows, [act("cut", "drawdown", **{**what, **due, **more})])
    (row,) = promises_table(read).to_dict("records")
    return row


def test_a_promise_stands_beside_the_count_of_its_day_and_that_which_reached_it():
    row = kept([("2009-12-01", 150), ("2010-06-05", 120), ("2010-09-09", 99)])
    assert (row["before"], row["counted"], row["reached"]) == (150, 120, 99)
    assert (row["reached_on"], row["days_late"]) == (dt.date(2010, 9, 9), 100)


def test_a_growth_is_reached_from_below_and_what_was_not_reached_is_empty():
    grown = kept([("2009-12-01", 50), ("2010-07-01", 80), ("2010-08-01", 101)])
    assert (grown["reached"], grown["counted"]) == (101, 80)
    short = kept([("2009-12-01", 150), ("2010-07-01", 120)])
    assert (short["counted"], short["reached"] == short["reached"]) == (
        120,
        short["reached"] is None,
    )


def test_stale_counts_keep_no_promise():
    old, new = ("2009-12-10", 100), ("2010-06-02", 100)
    row = kept([("2009-11-01", 150), old, new])
    assert row["counted"] == 100
    rows = [
        dated("a", 150, "2009-11-01"), dated("b", 100, "2009-12-10"),
        dated("c", 100, "2010-06-02", repeats="b"), dated("d", 140, "2010-06-20"),
    ]  # fmt: skip
    cut = act(
        "cut", quantity="force.strength", level=90, decided="2010-01-01", due=day("2010-06-01")
    )
    (found,) = promises_table(record(rows, [cut])).to_dict("records")
    assert found["counted"] == 140


def test_the_basis_is_told_in_the_words_of_the_time_and_counted():
    acts = [
        act("a", "drawdown", quantity="q", level=1, decided="2010-01-01", basis="conditions",
            condition="if it stays calm"),
        act("b", "drawdown", quantity="q", level=1, decided="2011-01-01", basis="date",
            due=day("2011-05-01")),
    ]  # fmt: skip
    page = " ".join(text_of(ask(record(acts=acts), "drawdown")).split())
    assert "Of 2 announcements: 1 on conditions and 1 by a date." in page
    assert "On conditions: if it stays calm" in page
    assert "Due 1 May 2011" in page
    with pytest.raises(UnknownNameError, match="'q'"):
        promises_table(record(acts=acts), "qq")


def test_a_question_that_chooses_nothing_is_refused_and_one_that_none_meets_is_told_by_word():
    read = record([figure("a", 10, note="harbour"), figure("b", 10, note="bridge")])
    with pytest.raises(ValueError, match="'what happened' names no period, place, quantity"):
        ask(read, "what happened")
    page = " ".join(text_of(ask(read, "harbour bridge")).split())
    assert "No row has all of it. Rows of the record by word: harbour 1, bridge 1." in page


def test_a_nation_is_found_by_its_name_and_told_by_it():
    row = figure("a", 749, begins="2010-01-31", quantity="contribution.fra")
    read = replace(record([row]), names={"fra": "France"})
    page = text_of(ask(read, "how strong was France in 2010"))
    assert "Contribution of France: print 749" in page


ODD = (
    "2004-13", "99 March 2004", "0 May 2023", "to", "between", "since", "20٠٤", "(", "\\", "Kor",
    "$", "force.strength", "a.b", "1999-12-31", "March", "2004-02-30", "before", "and", "deaths",
)  # fmt: skip


@given(st.lists(st.one_of(st.sampled_from(ODD), st.text(max_size=6)), max_size=6))
def test_any_words_give_a_page_or_one_clear_refusal(words):
    try:
        page = text_of(ask(harbour(deaths=2), " ".join(words)))
    except (ValueError, UnknownNameError):
        return
    assert page.startswith(": ")
