"""Where a record disagrees: each rule on the smallest record that shows it."""

import dataclasses
import datetime as dt

import pytest
from record_rows import act, figure, record

from interpose.record import Record, find
from interpose.record.figures import scope
from interpose.record.periods import began_between
from interpose.record.question import choose, read_question
from interpose.record.record import FINDING_KINDS
from interpose.scenario.tables.record import Casualties, RecordedIncident


def kinds(found):
    return [finding.kind for finding in found]


def test_two_numbers_in_one_source_are_found_though_both_may_be_true():
    rows = [
        figure("a", 3700, qualifier="more than", precision="month"),
        figure("b", 3800, qualifier="about", precision="month"),
    ]
    (one,) = find(record(rows))
    assert (one.kind, one.rows, one.sources) == ("within_source", ("a", "b"), ("s",))
    assert "more than 3,700 and about 3,800" in one.why


def test_the_ends_of_one_published_range_do_not_contradict_each_other():
    rows = [figure("a", 45000, low=45000, high=50000), figure("b", 50000, low=45000, high=50000)]
    assert find(record(rows)) == ()


def test_independent_sources_contradict_each_other_where_their_intervals_do_not_meet():
    rows = [figure("a", 13800), figure("b", 15000, source="t", precision="month")]
    (one,) = find(record(rows))
    assert (one.kind, one.rows, one.sources) == ("between_sources", ("a", "b"), ("s", "t"))


@pytest.mark.parametrize(
    "other",
    [
        {"value": 3735, "qualifier": "exact"},
        {"value": 16000, "begins": "2009-07-12"},
        {"value": 16000, "quantity": "ksf.strength"},
        {"value": 16000, "community": "serb"},
        {"value": 160, "unit": "nations"},
    ],
    ids=["may both be true", "another time", "another thing", "another community", "another unit"],
)
def test_what_may_be_true_at_once_is_no_finding(other):
    rows = [figure("a", 3800, qualifier="about"), figure("b", source="t", **other)]
    assert find(record(rows)) == ()


def test_a_leap_in_the_night_between_two_months_is_a_contradiction_and_a_step_is_not():
    august = figure("a", 13800, "2009-08-13", precision="month")
    leap = figure("b", 16000, "2009-09-15", source="t", precision="month")
    step = figure("c", 13000, "2009-09-15", source="t", precision="month")
    assert kinds(find(record([august, leap]))) == ["between_sources"]
    assert find(record([august, step])) == ()


def test_counts_over_other_periods_are_not_compared():
    year = figure("a", 245, "2000-01-01", ends=dt.date(2000, 12, 31))
    half = figure("b", 100, "2000-01-01", source="t", ends=dt.date(2000, 6, 30))
    same = figure("c", 300, "2000-01-01", source="t", ends=dt.date(2000, 12, 1))
    assert find(record([year, half])) == ()
    assert kinds(find(record([year, same]))) == ["between_sources"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"kind": "ceiling", "value": 10000}, {"value": 13800}),
        ({"includes": "inside Kosovo only", "value": 41000},
         {"includes": "Kosovo + rear areas", "value": 49000}),
        ({"includes": "without reserves", "value": 4300}, {"value": 4600}),
        ({"includes": "counted by the police", "value": 14},
         {"includes": "counted by the OSCE", "value": 479}),
    ],
    ids=["a limit", "the rear areas", "the reserve", "another rule"],
)  # fmt: skip
def test_a_number_of_another_kind_or_count_is_explained(one, other):
    found = find(record([figure("a", **one), figure("b", source="t", **other)]))
    assert kinds(found) == ["explained"]


def test_what_counts_less_cannot_explain_the_larger_number():
    rows = [
        figure("a", 29, unit="nations", includes="NATO members"),
        figure("b", 28, unit="nations", source="t"),
    ]
    assert kinds(find(record(rows))) == ["between_sources"]


def test_flows_on_other_routes_are_other_flows():
    rows = [
        figure("a", 800, includes="from kosovo to serbia"),
        figure("b", 20, source="t", includes="from kosovo to abroad"),
    ]
    assert find(record(rows)) == ()


def test_copies_count_once_and_do_not_confirm_each_other():
    rows = [figure("a", 3400), figure("b", 3400, source="t"), figure("c", 9000, source="u")]
    found = find(record(rows, lineage={"s": "agency", "t": "agency"}, sources=("s", "t", "u")))
    assert kinds(found) == ["between_sources", "copy"]
    assert found[1].rows == ("a", "b")
    assert found[1].sources == ("s", "t")


def test_copies_that_disagree_are_one_source_against_itself():
    rows = [figure("a", 5222, qualifier="exact"), figure("b", 4811, qualifier="exact", source="t")]
    assert kinds(find(record(rows, lineage={"t": "s"}))) == ["within_source"]


def test_a_figure_that_repeats_another_is_a_copy_though_its_source_is_not():
    rows = [figure("a", 39000), figure("b", 39000, source="t", repeats="a")]
    (one,) = find(record(rows))
    assert (one.kind, one.rows) == ("copy", ("a", "b"))


WORDS = "soldiers of the platoon were seen at a ceremony in the barracks of the capital and "


def test_near_identical_texts_are_found_without_lineage():
    text = " ".join(f"{word}{i}" for i in range(8) for word in WORDS.split())
    texts = {
        "s": text,
        "t": f"By our own staff. {text[:400]} And more.",
        "u": text.upper()[::-1],
    }
    rows = [figure("a", 32), figure("b", 32, source="t"), figure("c", 32, source="u")]
    (one,) = find(record(rows), texts)
    assert (one.kind, one.rows, one.sources) == ("copy", ("a", "b"), ("s", "t"))
    assert find(record([]), texts)[0].sources == ("s", "t")


def test_a_stock_phrase_is_no_copy():
    assert find(record([]), {"s": WORDS, "t": WORDS}) == ()


def test_rows_marked_apart_are_listed_once_a_reason_and_not_compared():
    why = "Two events."
    rows = [figure("a", 30), figure("b", 32, source="t"), figure("c", 32, source="u")]
    found = find(record(rows, apart=[("a", "b", why), ("a", "c", why)]))
    assert [(f.kind, f.rows, f.why) for f in found] == [("not_mergeable", ("a", "b", "c"), why)]


def test_an_answer_before_its_request_is_an_impossible_order():
    acts = [
        act("asked", "request", decided="2022-12-16"),
        act("refused", "refusal", decided="2022-12-06", answers="asked"),
        act("refused_later", "refusal", notified="2023-01-08", answers="asked", source="t"),
    ]
    (one,) = find(record(acts=acts))
    assert (one.kind, one.rows) == ("impossible_order", ("asked", "refused"))
    assert "2022-12-06" in one.why
    assert "2022-12-16" in one.why


def test_an_answer_in_the_month_of_its_request_may_be_in_order():
    acts = [
        act("asked", "request", decided="2022-12-16"),
        act("refused", "refusal", decided="2022-12-06", answers="asked", precision="month"),
    ]
    assert find(record(acts=acts)) == ()


def test_an_arrival_before_its_departure_is_an_impossible_order():
    acts = [act("unit", "deployment", decided="2021-01-05", departed="2021-05-08",
                arrived="2021-03-09")]  # fmt: skip
    (one,) = find(record(acts=acts))
    assert (one.kind, one.rows) == ("impossible_order", ("unit",))


def test_a_caption_of_another_year_is_an_impossible_order_with_the_text_beside_it():
    rows = [
        figure("caption", 4000, "2018-12-14", quantity="ksf", part="caption"),
        figure("text", 3400, "2021-03-09", quantity="ksf"),
    ]
    (one,) = find(record(rows, dates={"s": "2021-03-09"}))
    assert (one.kind, one.rows) == ("impossible_order", ("caption", "text"))


@pytest.mark.parametrize("part", ["text", "caption"])
def test_a_report_of_days_after_its_source_is_an_impossible_order(part):
    rows = [figure("later", 3400, "2021-03-09", part=part)]
    assert kinds(find(record(rows, dates={"s": "2018-12-14"}))) == ["impossible_order"]
    assert find(record(rows, dates={"s": "2018"})) != ()
    assert find(record(rows, dates={"s": "undated"})) == ()
    planned = [figure("later", 3400, "2021-03-09", kind="target")]
    assert find(record(planned, dates={"s": "2018-12-14"})) == ()


def test_one_act_with_two_days_is_a_contradiction_between_its_sources():
    acts = [
        act("one", "founding", decided="2009-01-21"),
        act("other", "founding", decided="2008-06-01", precision="year", source="t", same_as="one"),
        act("third", "founding", decided="2009-06-01", precision="year", source="u", same_as="one"),
    ]
    (one,) = find(record(acts=acts))
    assert (one.kind, one.rows) == ("between_sources", ("one", "other"))
    inside = [act("a", decided="2016-08-24"), act("b", decided="2016-08-28", same_as="a")]
    assert kinds(find(record(acts=inside))) == ["within_source"]


def incident(name, begins, responds_to="", precision="day"):
    date = dt.date.fromisoformat(begins)
    return RecordedIncident(
        id=name, begins=date, ends=date, place="p", kind="riot", summary=name,
        source="s", confidence="high", responds_to=responds_to, precision=precision,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("answered", "cause", "found"),
    [
        (("2004-03-01", "month"), ("2004-03-17", "day"), False),  # some day of March
        (("2004-02-01", "month"), ("2004-03-17", "day"), True),
        (("2004-01-01", "year"), ("2004-03-17", "day"), False),
        (("2004-03-15", "day"), ("2004-12-01", "year"), False),
        (("2004-02-20", "month"), ("2004-03-31", "month"), True),
    ],
)
def test_an_incident_known_to_its_month_answers_nothing_too_early(answered, cause, found):
    rows = (incident("a", answered[0], "b", answered[1]), incident("b", cause[0], "", cause[1]))
    said = find(Record((), rows, (), ()))
    assert bool(said) is found
    if found:
        assert answered[0][: 10 if answered[1] == "day" else 7] + ")" in said[0].why


def test_a_month_is_found_by_any_of_its_days_and_counts_in_its_year():
    read = Record((), (incident("a", "2004-03-17", precision="month"),), (), ())
    first_counts = (Casualties(incident="a", side="all", deaths=3, deaths_first=2),)
    read = dataclasses.replace(read, casualties=first_counts)
    (finding,) = find(read)
    assert "(2004-03)" in finding.why
    chosen = choose(read_question("29 March 2004", read), read)
    assert chosen.incidents == read.incidents
    assert list(read.yearly_incidents().index) == [2004]


def test_a_window_of_days_holds_only_what_surely_began_in_it():
    first, last = dt.date(2004, 3, 10), dt.date(2004, 4, 30)
    dated = {"day": "2004-03-17", "month": "2004-03-17", "year": "2004-03-17"}
    rows = [incident(name, date, precision=name) for name, date in dated.items()]
    rows.append(incident("april", "2004-04-02", precision="month"))
    assert [r.id for r in rows if began_between(r, first, last)] == ["day", "april"]


def test_an_incident_that_answers_a_later_one_is_an_impossible_order():
    rows = (incident("answer", "2004-03-15", "cause"), incident("cause", "2004-03-17"))
    (one,) = find(Record((), rows, (), ()))
    assert (one.kind, one.rows) == ("impossible_order", ("cause", "answer"))


def test_a_first_count_that_was_put_right_is_explained():
    split = Casualties(incident="riot", side="all", deaths=19, deaths_first=31)
    (one,) = find(Record((), (incident("riot", "2004-03-17"),), (split,), ()))
    assert (one.kind, one.rows) == ("explained", ("riot",))
    assert "31 dead at first, 19 in the last count" in one.why


def test_findings_stand_kind_by_kind_and_an_empty_record_has_none():
    assert find(record()) == ()
    acts = [act("b", decided="2021-01-01", arrived="2020-01-01")]
    rows = [figure("x", 10), figure("y", 20), figure("z", 40, source="t")]
    found = kinds(find(record(rows, acts)))
    assert found == sorted(found, key=list(FINDING_KINDS).index)


@pytest.mark.parametrize(
    ("published", "word"),
    [
        ("in theatre", "in_theatre"), ("Not Stated", "not_stated"), ("", "not_stated"),
        ("inside Kosovo only", "kosovo_only"), ("Kosovo + rear areas", "with_rear"),
        ("incl. reserves", "with_reserve"), ("incl. ORF battalion", "with_reserve"),
        ("without reserves in theatre", "without_reserve"), ("with_reserve", "with_reserve"),
        ("soldiers without the reserve", "without_reserve"),
        ("military and civilian", "civilians"), ("Gate 1 reached", "not_stated"),
        ("Gate 1", "gate_1"), ("third step of the SACEUR plan", "end_state"),
        ("census, north not covered", "census, north not covered"),
    ],
)  # fmt: skip
def test_what_is_counted_is_said_in_a_small_set_of_words(published, word):
    assert scope(published) == word


@pytest.mark.parametrize(
    ("part", "sides", "words"),
    [
        ({"begins": "2004-05-02"}, {}, "is part of whole, which was 2004-03-17"),
        ({"deaths": 3, "injured": 9}, {}, "whole: 2 deaths in all, 3 in its parts"),
        ({}, {"serb": 2, "albanian": 1}, "whole: 2 deaths in all, 3 in its sides"),
        ({"begins": "2004-03-01", "precision": "month", "deaths": 2}, {"serb": 2}, ""),
    ],
)
def test_a_part_lies_within_its_whole_and_is_no_more_than_it(part, sides, words):
    whole = incident("whole", "2004-03-17").model_copy(update={"deaths": 2})
    begins, precision = part.pop("begins", "2004-03-17"), part.pop("precision", "day")
    one = incident("one", begins, precision=precision)
    one = one.model_copy(update={"part_of": "whole", **part})
    split = tuple(Casualties(incident="whole", side=side, deaths=n) for side, n in sides.items())
    found = find(Record((), (whole, one), split, ()))
    assert [words in finding.why for finding in found] == ([True] if words else [])
