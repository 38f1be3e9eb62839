"""Who repeats whom."""

from interpose.record.record import chain, likeness


def test_a_ring_of_copies_ends():
    assert chain("a", {"a": "b", "b": "a"}) == ["a", "b"]


def test_marks_and_capitals_make_no_difference():
    text = " ".join(f"word{i}" for i in range(60))
    assert likeness(text, text.upper().replace(" ", ", ")) == 1.0
    assert likeness(text, "") == 0.0
