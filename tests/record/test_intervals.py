"""How far a published figure may be off, by its own words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from record_rows import figure

from interpose.record.figures import interval, meaning


def ends(value, qualifier="", **more):
    found = interval(figure("f", value, qualifier=qualifier, **more))
    return round(found.low), round(found.high)


@pytest.mark.parametrize(
    ("value", "qualifier", "low", "high"),
    [
        (3735, "exact", 3735, 3735),
        (3700, "", 3650, 3750),
        (16000, "", 15600, 16400),  # half a step would be 500, 2.5 % is less
        (3800, "about", 3610, 3990),
        (50000, "about", 45000, 55000),  # half a step, as 5 % is less
        (3700, "more than", 3700, 3885),
        (28000, "almost", 26600, 28000),
        (10000, "just under", 9000, 10000),
        (1000, "up to", 0, 1000),
        (35000, "derived: 42,500 less 7,500", 33250, 36750),
        (14000, "from 18,000", 13650, 14350),
        (0, "", 0, 0),
    ],
)
def test_the_words_beside_a_figure_say_how_wide_it_is(value, qualifier, low, high):
    assert ends(value, qualifier) == (low, high)


def test_a_published_range_is_taken_as_it_is():
    assert ends(45000, "range", low=45000, high=50000) == (45000, 50000)


def test_about_3800_and_3735_meet_and_13800_and_16000_do_not():
    about, exact = figure("a", 3800, qualifier="about"), figure("b", 3735, qualifier="exact")
    assert interval(about).meets(interval(exact))
    assert not interval(figure("c", 13800)).meets(interval(figure("d", 16000)))
    assert interval(figure("e", 29)).meets(interval(figure("f", 29)))
    assert not interval(figure("g", 29)).meets(interval(figure("h", 28)))


def test_no_more_than_is_not_more_than():
    assert meaning("no more than") == "up to"
    assert meaning("in all likelihood") == ""


@given(
    st.integers(0, 10**9),
    st.sampled_from(["", "exact", "about", "more than", "almost", "up to", "rund", "x"]),
)
def test_every_interval_holds_its_own_figure(value, qualifier):
    found = interval(figure("f", value, qualifier=qualifier))
    assert found.low <= value <= found.high
